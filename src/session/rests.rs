//! What conclusions rest on: on what people coded, on what patterns and rules find, or on both.
//!
//! A code rests on whoever coded it. Every other concept rests on the passages that speak for it: where people coded a
//! passage with a code that the concept asks for, it rests on people; where a pattern found it, on rules. A code that a
//! `when` gives to a whole message rests on what speaks for that in its turn. `agreed by 2` counts people alone: what patterns
//! found of a code that is asked for in this way only bears nothing. Where no passage speaks for a concept, as
//! of `agreed by 2`, it rests on people if they coded what it asks for in its message.

use super::findings::Rests;
use super::show::View;
use crate::base::Value;
use crate::check::program::{ConceptId, Condition, ConditionKind, PlaceKind, RelationId};
use crate::ir::core::{self, Literal};
use crate::ir::origin::Role;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

const PEOPLE: u8 = 1;
const RULES: u8 = 2;

/// Codes that a `when` gives are followed so far.
const DEEPEST: usize = 12;

/// Who coded what in a study.
pub(super) struct Grounds<'a> {
    view: View<'a>,
    /// By passage: the codes that it carries, and who gave them.
    coded: FxHashMap<Value, Vec<(ConceptId, u8)>>,
    /// By message: the same.
    in_message: FxHashMap<Value, Vec<(ConceptId, u8)>>,
    /// The rules that conclude each core relation.
    rules: FxHashMap<core::RelationId, Vec<usize>>,
    evidence: RelationId,
    /// What concepts ask for, once it was looked up.
    asked: RefCell<FxHashMap<ConceptId, Rc<FxHashSet<ConceptId>>>>,
    /// The codes that concepts ask people for, and nobody else.
    of_people: RefCell<FxHashMap<ConceptId, Rc<FxHashSet<ConceptId>>>>,
}

impl<'a> Grounds<'a> {
    /// None of a study in which nobody coded anything.
    pub fn new(view: View<'a>) -> Option<Grounds<'a>> {
        let program = view.program;
        let rules_value = view.pool.find_text("rules");
        let coding = view.db.relation(view.lowered.declared(program.known("coding")));
        if !coding.rows().any(|row| Some(row[2]) != rules_value) {
            return None;
        }
        let (mut coded, mut in_message) = (FxHashMap::default(), FxHashMap::default());
        let add = |to: &mut FxHashMap<Value, Vec<(ConceptId, u8)>>, key: Value, id: ConceptId, bits: u8| {
            let codes = to.entry(key).or_default();
            match codes.iter_mut().find(|(known, _)| *known == id) {
                Some((_, known)) => *known |= bits,
                None => codes.push((id, bits)),
            }
        };
        for (id, _) in program.concepts_of(program.known_kind("code")) {
            let Some(relation) = view.lowered.of_concept(program.known("coded"), id) else { continue };
            for row in view.db.relation(relation).rows() {
                let bits = if Some(row[1]) == rules_value { RULES } else { PEOPLE };
                add(&mut coded, row[0], id, bits);
                if let Some((message, _)) = view.pool.as_quote(row[0]) {
                    add(&mut in_message, message, id, bits);
                }
            }
        }
        let mut rules: FxHashMap<core::RelationId, Vec<usize>> = FxHashMap::default();
        for (at, rule) in view.lowered.core.rules.iter().enumerate() {
            rules.entry(rule.head).or_default().push(at);
        }
        Some(Grounds {
            view,
            coded,
            in_message,
            rules,
            evidence: program.known("evidence"),
            asked: RefCell::default(),
            of_people: RefCell::default(),
        })
    }

    /// How many of the messages that have a concept rest on whom.
    pub fn of(&self, id: ConceptId, members: &[Value]) -> Rests {
        let mut found: FxHashMap<Value, u8> = FxHashMap::default();
        let program = self.view.program;
        let is_code = program.concept(id).kind == program.known_kind("code");
        let mut same: Vec<ConceptId> = vec![id];
        let mut at = 0;
        while let Some(&parent) = same.get(at) {
            let children = program.concepts_of(program.concept(parent).kind).filter(|(_, c)| c.under.contains(&parent));
            let new: Vec<ConceptId> = children.map(|(child, _)| child).filter(|child| !same.contains(child)).collect();
            same.extend(new);
            at += 1;
        }
        for &one in &same {
            let asked = self.asked(one);
            if is_code {
                for &message in members {
                    let Some(codes) = self.in_message.get(&message) else { continue };
                    let bits = codes.iter().find(|(code, _)| *code == one).map_or(0, |(_, bits)| *bits);
                    if bits & PEOPLE > 0 {
                        *found.entry(message).or_default() |= PEOPLE;
                    }
                    if bits & RULES > 0 {
                        *found.entry(message).or_default() |= self.by_rules(one, message, &asked, 0);
                    }
                }
                continue;
            }
            let Some(relation) = self.view.lowered.of_concept(self.evidence, one) else { continue };
            for row in self.view.db.relation(relation).rows() {
                let bits = self.passage(one, row[1], row[0], &asked, 0);
                if bits > 0 {
                    *found.entry(row[0]).or_default() |= bits;
                }
            }
        }
        let mut rests = Rests::default();
        let mut all_asked = None;
        for message in members {
            let bits = found.get(message).copied().unwrap_or_else(|| {
                let asked = all_asked.get_or_insert_with(|| self.asked(id));
                let codes = self.in_message.get(message).into_iter().flatten();
                let people = codes.into_iter().any(|(code, bits)| asked.contains(code) && bits & PEOPLE > 0);
                if people { PEOPLE } else { RULES }
            });
            match bits {
                PEOPLE => rests.people += 1,
                RULES => rests.rules += 1,
                _ => rests.both += 1,
            }
        }
        rests
    }

    /// The codes that a concept asks for, by however many steps.
    fn asked(&self, id: ConceptId) -> Rc<FxHashSet<ConceptId>> {
        if let Some(known) = self.asked.borrow().get(&id) {
            return known.clone();
        }
        let lowered = self.view.lowered;
        let mut open: Vec<core::RelationId> = lowered.has(self.view.program, id).into_iter().collect();
        open.extend(lowered.of_concept(self.evidence, id));
        let (mut seen, mut asked) = (FxHashSet::default(), FxHashSet::default());
        while let Some(relation) = open.pop() {
            if !seen.insert(relation) {
                continue;
            }
            if let Role::Coded(code) = lowered.role(relation)
                && code != id
            {
                asked.insert(code);
            }
            for &rule in self.rules.get(&relation).into_iter().flatten() {
                let atoms = lowered.core.rules[rule].body.iter().filter_map(|literal| match literal {
                    Literal::Atom(relation, _) | Literal::Lookup { relation, .. } => Some(*relation),
                    _ => None,
                });
                open.extend(atoms);
            }
            open.extend(lowered.core.aggregations.iter().filter(|a| a.head == relation).map(|a| a.body));
        }
        let asked = Rc::new(asked);
        self.asked.borrow_mut().insert(id, asked.clone());
        asked
    }

    /// The codes of which a concept asks only whether people gave them, by however many steps, with those under them.
    fn of_people(&self, id: ConceptId) -> Rc<FxHashSet<ConceptId>> {
        if let Some(known) = self.of_people.borrow().get(&id) {
            return known.clone();
        }
        let program = self.view.program;
        let (mut agreed, mut other) = (FxHashSet::default(), FxHashSet::default());
        let (mut open, mut seen) = (vec![id], FxHashSet::default());
        let mut all_known = true;
        while let Some(concept) = open.pop().filter(|_| all_known) {
            if !seen.insert(concept) {
                continue;
            }
            let mut conditions: Vec<&Condition> = program.concept(concept).when.iter().map(|b| &b.condition).collect();
            while let Some(condition) = conditions.pop() {
                match &condition.kind {
                    ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                        conditions.extend(all);
                    }
                    ConditionKind::Has(_, inner) => conditions.push(inner),
                    ConditionKind::Agreed(code, _) => {
                        agreed.insert(*code);
                    }
                    ConditionKind::Holds(held) => {
                        other.insert(*held);
                        open.push(*held);
                    }
                    ConditionKind::Place(place) => match &place.kind {
                        PlaceKind::Code(code) => {
                            other.insert(*code);
                            open.push(*code);
                        }
                        PlaceKind::Pattern(_) => {}
                        _ => all_known = false,
                    },
                    // What a relation says may rest on anything.
                    ConditionKind::Atom(..) => all_known = false,
                    ConditionKind::Not(_)
                    | ConditionKind::Compare(..)
                    | ConditionKind::Passages(..)
                    | ConditionKind::Contains(..)
                    | ConditionKind::Matches(..)
                    | ConditionKind::IsA(..) => {}
                }
            }
        }
        let mut found: FxHashSet<ConceptId> = if all_known { agreed } else { FxHashSet::default() };
        loop {
            let code = program.known_kind("code");
            let under = program.concepts_of(code).filter(|(_, c)| c.under.iter().any(|above| found.contains(above)));
            let new: Vec<ConceptId> = under.map(|(id, _)| id).filter(|id| !found.contains(id)).collect();
            if new.is_empty() {
                break;
            }
            found.extend(new);
        }
        found.retain(|code| !other.contains(code));
        let found = Rc::new(found);
        self.of_people.borrow_mut().insert(id, found.clone());
        found
    }

    /// What a passage that speaks for a concept rests on; 0 where it bears nothing.
    fn passage(&self, id: ConceptId, quote: Value, message: Value, asked: &FxHashSet<ConceptId>, depth: usize) -> u8 {
        let of_people = self.of_people(id);
        let mut only_people = false;
        let codes = self.coded.get(&quote).into_iter().flatten().filter(|(code, _)| asked.contains(code));
        let whole = matches!(self.view.pool.as_quote(quote), Some((_, None)));
        let bits = codes.fold(0, |bits, &(code, own)| {
            let by_rules = match own & RULES > 0 {
                true if of_people.contains(&code) => {
                    only_people = true;
                    0
                }
                true if whole => self.by_rules(code, message, &self.asked(code), depth + 1),
                true => RULES,
                false => 0,
            };
            bits | own & PEOPLE | by_rules
        });
        // A passage that nobody coded was found by a pattern.
        if bits == 0 && !only_people { RULES } else { bits }
    }

    /// What a code rests on that the rules gave to a message.
    fn by_rules(&self, id: ConceptId, message: Value, asked: &FxHashSet<ConceptId>, depth: usize) -> u8 {
        let relation = self.view.lowered.of_concept(self.evidence, id).filter(|_| depth < DEEPEST && !asked.is_empty());
        let Some(relation) = relation else { return RULES };
        let relation = self.view.db.relation(relation);
        let rows = relation.starting_with(&[message]);
        let bits = rows.fold(0, |bits, at| bits | self.passage(id, relation.row(at)[1], message, asked, depth));
        let own = !self.view.program.concept(id).matches.is_empty();
        // A pattern of its own may have found it as well.
        let found = self.coded_at_a_place(id, message) && own;
        if bits == 0 || found { bits | RULES } else { bits }
    }

    /// True where the rules gave a code to a passage of a message, not to the whole of it.
    fn coded_at_a_place(&self, id: ConceptId, message: Value) -> bool {
        let lowered = self.view.lowered;
        let Some(relation) = lowered.of_concept(self.view.program.known("coded"), id) else { return false };
        let rules = self.view.pool.find_text("rules");
        let whole = self.view.pool.find(&crate::base::Datum::Quote { message, range: None });
        let relation = self.view.db.relation(relation);
        let by_when = whole.zip(rules).is_some_and(|(whole, rules)| relation.contains(&[whole, rules]));
        !by_when
    }
}
