//! Through what a conclusion came or went: the part of the change that its best proof rests on, or rested on. Where no
//! such part stands in the proof (a condition under `not` failed, a count fell), the nearest one that the conclusion
//! depends on.

use super::super::Study;
use super::super::grounds::cut;
use super::super::show::View;
use super::Through;
use super::compare::Compared;
use super::credit::{direct, found_anyway};
use super::facts::{Ledger, Move};
use crate::base::Value;
use crate::check::program::RelationKind;
use crate::ir::core::{FactPlace, Given, Literal, RelationId, RuleId};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{self, Node, Premise, Proof, Source};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// So many conclusions are proved to tell their cause; for the others the nearest cause has to do.
const PROOFS: usize = 200;

/// So much is searched for one proof.
const FACTS: usize = 500;

/// So far down a cause is looked for through what was absent.
const ABSENT: usize = 2;

/// The cause of one conclusion.
#[derive(Clone)]
pub(super) struct Found {
    /// The part of the change.
    pub through: Through,
    /// The words that a pattern finds now, or found before.
    pub words: Option<String>,
    /// The message that says them.
    said_in: Option<Value>,
}

impl From<Through> for Found {
    fn from(through: Through) -> Found {
        Found { through, words: None, said_in: None }
    }
}

impl Found {
    /// Words are quoted of the message that says them: of another one they are told with it.
    fn for_subject(mut self, view: View<'_>, row: &[Value]) -> Found {
        if self.said_in.is_some_and(|message| row.first() != Some(&message)) {
            let (words, message) = (self.words.take(), self.said_in.take());
            if let (Some(words), Some(message)) = (words, message)
                && self.through.place != view.message_place(message)
            {
                self.through.what += &format!(", \"{words}\" in {}", view.pool.show(message));
            }
        }
        self
    }
}

/// A fact that a change gave or took.
type Fact = (RelationId, Vec<Value>);

/// What a change consists of, by the numbers of the study after it (`_in`) and before it (`_out`).
#[derive(Default)]
pub(super) struct Causes {
    pub(super) rules_in: FxHashSet<RuleId>,
    pub(super) rules_out: FxHashSet<RuleId>,
    facts_in: FxHashSet<Fact>,
    facts_out: FxHashSet<Fact>,
    /// For each relation after the change, its number before it; none where both are one program.
    ours: Option<Vec<Option<RelationId>>>,
    proofs: Cell<usize>,
    nearest: RefCell<FxHashMap<(RelationId, bool), Option<Through>>>,
}

impl Causes {
    /// Of a change that left the program as it was.
    pub fn of_statements(study: &Study, ledger: &Ledger) -> Causes {
        let mut causes = Causes::default();
        let core = &study.lowered.core;
        let mut popped: FxHashMap<RelationId, usize> = FxHashMap::default();
        for change in ledger.moves.iter().rev() {
            let (Move::Pushed(id) | Move::Gone(id, _) | Move::Back(id, _)) = *change;
            let (given, arity) = (&core.given[id.0 as usize], core.relation(id).arity);
            let row = |place: usize| given.values[place * arity..][..arity].to_vec();
            match *change {
                Move::Pushed(_) => {
                    let from_end = popped.entry(id).or_default();
                    *from_end += 1;
                    causes.facts_in.insert((id, row(given.places.len() - *from_end)));
                }
                Move::Gone(_, place) => drop(causes.facts_out.insert((id, row(place)))),
                Move::Back(_, place) => drop(causes.facts_in.insert((id, row(place)))),
            }
        }
        causes
    }

    /// Of a change that made another program of one.
    pub fn of_programs(before: &Study, after: &Study, compared: &Compared) -> Causes {
        let mut causes = Causes {
            rules_in: compared.rules_in.iter().copied().collect(),
            rules_out: compared.rules_out.iter().copied().collect(),
            ours: Some(compared.ours.clone()),
            ..Causes::default()
        };
        for &id in &compared.changed {
            let Some(our) = compared.ours[id.0 as usize] else { continue };
            let (now, then) = (&after.lowered.core.given[id.0 as usize], &before.lowered.core.given[our.0 as usize]);
            let arity = after.lowered.core.relation(id).arity;
            let rows =
                |given: &Given| -> FxHashSet<Vec<Value>> { given.rows(arity).map(|(_, r)| r.to_vec()).collect() };
            let (now, then) = (rows(now), rows(then));
            causes.facts_in.extend(now.difference(&then).map(|row| (id, row.clone())));
            causes.facts_out.extend(then.difference(&now).map(|row| (our, row.clone())));
        }
        causes
    }

    fn before(&self, id: RelationId) -> Option<RelationId> {
        match &self.ours {
            Some(ours) => ours[id.0 as usize],
            None => Some(id),
        }
    }

    /// The number of a relation in the other program.
    pub(super) fn there(&self, id: RelationId, came: bool) -> Option<RelationId> {
        match (&self.ours, came) {
            (Some(ours), false) => {
                let at = ours.iter().position(|our| *our == Some(id))?;
                u32::try_from(at).ok().map(RelationId)
            }
            _ => self.before(id),
        }
    }

    /// The cause of a conclusion that came, or went.
    pub fn of(&self, before: View<'_>, after: View<'_>, id: RelationId, row: &[Value], came: bool) -> Option<Found> {
        let proved = match came {
            true => self.proved((after, Some(before)), id, row, true, ABSENT),
            false => self.before(id).and_then(|id| self.proved((before, Some(after)), id, row, false, ABSENT)),
        };
        if let Some(found) = proved {
            return Some(found.for_subject(after, row));
        }
        if let Some(known) = self.nearest.borrow().get(&(id, came)) {
            return known.clone().map(Found::from);
        }
        let found = self.nearest(before, after, id, came);
        self.nearest.borrow_mut().insert((id, came), found.clone());
        found.map(Found::from)
    }

    /// The cause of a conclusion whose relation is no longer declared.
    pub fn of_gone(&self, before: View<'_>, id: RelationId, row: &[Value]) -> Option<Found> {
        self.proved((before, None), id, row, false, 0).map(|found| found.for_subject(before, row))
    }

    /// The first part of the change in the best proof of a fact, or in what stood against it on the other side.
    fn proved(
        &self,
        (view, other): (View<'_>, Option<View<'_>>),
        id: RelationId,
        row: &[Value],
        came: bool,
        deep: usize,
    ) -> Option<Found> {
        if self.proofs.replace(self.proofs.get() + 1) >= PROOFS {
            return None;
        }
        let at = view.db.find(id, row)?;
        let budget = proof::Budget { facts: FACTS, derivations: FACTS * 10 };
        let proof = proof::best(view.evaluated(), id, at, budget)?;
        let (rules, facts) = if came { (&self.rules_in, &self.facts_in) } else { (&self.rules_out, &self.facts_out) };
        let direct = direct(&proof);
        let sides = (rules, facts);
        let own = self.among((view, other), &proof, &direct, true, sides, came);
        if let Ok(found) = own {
            return Some(found);
        }
        // A change that found the same on both sides comes after what stood against it on one, and the words in one of
        // several things after their number.
        self.against((view, other), &proof, &direct, true, came, deep)
            .or_else(|| self.counted(view, other, &proof, &direct, came).map(Found::from))
            .or_else(|| self.among((view, other), &proof, &direct, false, sides, came).ok())
            .or_else(|| self.against((view, other), &proof, &direct, false, came, deep))
            .or_else(|| own.err().flatten())
    }

    /// The first part of the change among the nodes of a proof that stand in it directly, or among the others; else the one
    /// that found the same on the other side.
    fn among(
        &self,
        (view, other): (View<'_>, Option<View<'_>>),
        proof: &Proof,
        direct: &[bool],
        own: bool,
        (rules, facts): (&FxHashSet<RuleId>, &FxHashSet<Fact>),
        came: bool,
    ) -> Result<Found, Option<Found>> {
        let (mut placed, mut fallback) = (None, None);
        for (node, _) in proof.nodes.iter().zip(direct).filter(|(_, direct)| **direct == own) {
            let found = match &node.source {
                Source::Rule { rule, .. } if rules.contains(rule) => {
                    if let Some((through, words)) = self.exception(view, other, proof, node, came) {
                        let (words, said_in) = words.unzip();
                        return Ok(Found { through, words, said_in });
                    }
                    if let Some((relation, row)) = found_anyway(view, other, proof, node) {
                        let through = fact_cause(view, other, relation, &row, came);
                        let words = view.quote_shown(row[1]).map(|quote| cut(&quote.quote));
                        return Ok(Found { through, words, said_in: Some(row[0]) });
                    }
                    rule_cause(view, *rule, came).map(|through| {
                        let found = passage(view, proof, node).filter(|_| !self.is_there(other, node, came));
                        let (words, said_in) = found.unzip();
                        Found { through, words, said_in }
                    })
                }
                Source::Given { .. } if facts.contains(&(node.relation, node.values.to_vec())) => {
                    let through = fact_cause(view, other, node.relation, &node.values, came);
                    match self.reworded(view, other, node, came) {
                        // Words that the text had before did nothing.
                        Some((_, true)) => {
                            placed = placed.or(Some(through.into()));
                            None
                        }
                        Some((words, false)) => {
                            Some(Found { through, words: Some(words), said_in: node.values.first().copied() })
                        }
                        None => Some(through.into()),
                    }
                }
                _ => None,
            };
            match found {
                // A pattern that finds the same passage on both sides did nothing to it.
                Some(found) if found.through.place.is_some() => {
                    if found.words.is_some() || !self.is_there(other, node, came) {
                        return Ok(found);
                    }
                    placed = placed.or(Some(found));
                }
                found => fallback = fallback.or(found),
            }
        }
        fallback.ok_or(placed)
    }

    /// True where the other side has the fact of a node, too.
    pub(super) fn is_there(&self, other: Option<View<'_>>, node: &Node, came: bool) -> bool {
        let there = self.there(node.relation, came).zip(other);
        there.is_some_and(|(id, other)| other.db.find(id, &node.values).is_some())
    }

    /// The words that a pattern finds in a message whose text is another on the other side, and whether it finds the same
    /// words there.
    fn reworded(&self, view: View<'_>, other: Option<View<'_>>, node: &Node, came: bool) -> Option<(String, bool)> {
        let Role::Match(_) = view.lowered.role(node.relation) else { return None };
        let (other, message) = (other?, *node.values.first()?);
        let text = |view: View<'_>| view.message_row(message)?.get(4).copied();
        if text(other)? == text(view)? {
            return None;
        }
        let quote = |view: View<'_>, row: &[Value]| Some(view.quote_shown(*row.get(1)?)?.quote);
        let words = quote(view, &node.values).filter(|words| !words.is_empty())?;
        let there = self.there(node.relation, came).is_some_and(|id| {
            let rows = other.db.relation(id);
            let mut found = rows.starting_with(&[message]).take(FACTS);
            found
                .any(|at| quote(other, &rows.row(at)).is_some_and(|there| there.to_lowercase() == words.to_lowercase()))
        });
        Some((cut(&words), there))
    }

    /// What a proof asks not to be there, and what was there on the other side: why it was.
    fn against(
        &self,
        (view, other): (View<'_>, Option<View<'_>>),
        proof: &Proof,
        direct: &[bool],
        own: bool,
        came: bool,
        deep: usize,
    ) -> Option<Found> {
        let (other, deep) = (other?, deep.checked_sub(1)?);
        let nodes = proof.nodes.iter().zip(direct).filter(|(_, direct)| **direct == own);
        let premises = nodes.flat_map(|(node, _)| match &node.source {
            Source::Rule { premises, .. } => premises.as_slice(),
            _ => &[],
        });
        premises
            .filter_map(|premise| match premise {
                Premise::Absent { relation, pattern } => Some((self.there(*relation, came)?, pattern)),
                _ => None,
            })
            .find_map(|(id, pattern)| {
                let first: Vec<Value> = pattern.iter().map_while(|value| *value).collect();
                let rows = other.db.relation(id);
                let fits = |row: &[Value]| row.iter().zip(pattern).all(|(&v, wanted)| wanted.is_none_or(|w| w == v));
                let mut found = rows.starting_with(&first).take(FACTS).map(|at| rows.row(at).to_vec());
                let row = found.find(|row| fits(row))?;
                self.proved((other, Some(view)), id, &row, !came, deep)
            })
    }

    /// The part of the change that a relation depends on by the fewest steps: what came where it came, and the other way
    /// round under a `not`; else whatever it is.
    fn nearest(&self, before: View<'_>, after: View<'_>, id: RelationId, came: bool) -> Option<Through> {
        self.nearest_of(before, after, (id, came), false).or_else(|| self.nearest_of(before, after, (id, came), true))
    }

    fn nearest_of(&self, before: View<'_>, after: View<'_>, from: (RelationId, bool), any: bool) -> Option<Through> {
        let core = &after.lowered.core;
        let mut seen: FxHashSet<(RelationId, bool)> = FxHashSet::default();
        let mut left = VecDeque::from([from]);
        while let Some((id, came)) = left.pop_front() {
            if !seen.insert((id, came)) {
                continue;
            }
            let found = self.changed_at(before, after, id, came);
            let found = found.or_else(|| any.then(|| self.changed_at(before, after, id, !came)).flatten());
            if found.is_some() {
                return found;
            }
            for rule in core.rules.iter().filter(|rule| rule.head == id) {
                left.extend(rule.body.iter().filter_map(|literal| match literal {
                    Literal::Atom(of, _) | Literal::Lookup { relation: of, .. } => Some((*of, came)),
                    Literal::Not(of, _) => Some((*of, !came)),
                    _ => None,
                }));
            }
            left.extend(core.aggregations.iter().filter(|a| a.head == id).map(|a| (a.body, came)));
        }
        None
    }

    /// The first part of the change in a relation itself: what came, or what went.
    fn changed_at(&self, before: View<'_>, after: View<'_>, id: RelationId, came: bool) -> Option<Through> {
        let (rules, facts, (view, id), other) = match came {
            true => (&self.rules_in, &self.facts_in, (after, id), before),
            false => (&self.rules_out, &self.facts_out, (before, self.before(id)?), after),
        };
        let mut own: Vec<RuleId> = rules.iter().copied().filter(|&r| view.lowered.core.rule(r).head == id).collect();
        own.sort_unstable();
        own.into_iter().find_map(|rule| rule_cause(view, rule, came)).or_else(|| {
            let rows = facts.iter().filter(|(of, _)| *of == id).map(|(_, row)| row);
            let least = rows.min_by_key(|row| row.iter().map(|v| v.bits()).collect::<Vec<_>>())?;
            Some(fact_cause(view, Some(other), id, least, came))
        })
    }
}

/// The words that a pattern found, where a node follows by one.
fn passage(view: View<'_>, proof: &Proof, node: &Node) -> Option<(String, Value)> {
    let Source::Rule { rule, premises, .. } = &node.source else { return None };
    let origin = view.lowered.origin(view.lowered.core.rule_origins[rule.0 as usize]);
    if !matches!(origin.kind, OriginKind::Matches(..)) {
        return None;
    }
    premises.iter().find_map(|premise| {
        let Premise::Node(id) = premise else { return None };
        let found = proof.node(*id);
        let Role::Match(_) = view.lowered.role(found.relation) else { return None };
        let quote = view.quote_shown(*found.values.get(1)?)?;
        (!quote.quote.is_empty()).then(|| (cut(&quote.quote), found.values[0]))
    })
}

/// A rule that came or went; nothing for one that no author wrote.
pub(super) fn rule_cause(view: View<'_>, rule: RuleId, came: bool) -> Option<Through> {
    let origin = view.lowered.origin(view.lowered.core.rule_origins[rule.0 as usize]);
    if matches!(origin.kind, OriginKind::Internal | OriginKind::Question) {
        return None;
    }
    let at = origin.at?;
    let what = match origin.kind {
        OriginKind::Map(number) | OriginKind::Inferred(number) => {
            let theme = view.program.concept(view.program.maps[number].theme);
            format!("what the study infers from \"{}\"", theme.title())
        }
        _ => {
            let words = view.words(at);
            let short = super::super::funnel::shortened(&words);
            match origin.kind {
                // The beginning of a long list would hide what it is about.
                OriginKind::Matches(id, _) if short != words => {
                    format!("what \"{}\" looks for", view.program.concept(id).title())
                }
                OriginKind::Unless(id, _) => {
                    let (title, short) = (view.program.concept(id).title(), short.trim_start_matches("unless "));
                    format!("the exception `unless {short}` of \"{title}\"")
                }
                _ => format!("`{short}`"),
            }
        }
    };
    Some(Through { what, came, place: Some(view.place(at)) })
}

/// A fact that came or went.
fn fact_cause(view: View<'_>, other: Option<View<'_>>, relation: RelationId, row: &[Value], came: bool) -> Through {
    let given = &view.lowered.core.given[relation.0 as usize];
    let arity = view.lowered.core.relation(relation).arity;
    let place = (0..given.places.len()).find(|&place| given.values[place * arity..][..arity] == *row);
    if let Role::Match(_) = view.lowered.role(relation) {
        let message = row.first().copied().unwrap_or(Value::NONE);
        return Through { what: message_cause(view, other, message), came, place: view.message_place(message) };
    }
    let values: Vec<Option<Value>> = row.iter().map(|&v| Some(v)).collect();
    let what = match view.named_fact(relation, &values) {
        Some((relation, row)) => in_prose(view, other, relation, &row)
            .unwrap_or_else(|| format!("`{}`", super::super::funnel::shortened(&view.fact(relation, &row)))),
        None => "a fact".to_string(),
    };
    let place = place.and_then(|place| match given.places.get(place) {
        Some(FactPlace::Text) | None => None,
        Some(_) => view.given_place(relation, place),
    });
    Through { what, came, place }
}

/// A message that came or went, or the text of one that has another now.
fn message_cause(view: View<'_>, other: Option<View<'_>>, message: Value) -> String {
    let id = view.pool.show(message);
    let row = view.message_row(message);
    let there = other.and_then(|other| other.message_row(message));
    let text = |row: &Option<Vec<Value>>| row.as_ref().and_then(|row| row.get(4).copied());
    if there.is_some() && text(&there) != text(&row) {
        return format!("the text of `{id}`");
    }
    let author = row.and_then(|row| row.get(2).copied()).filter(|author| !author.is_none());
    author
        .map_or_else(|| format!("the message {id}"), |author| format!("the message {id} of {}", view.pool.show(author)))
}

/// A message, or a coding, as people speak of it; nothing for another fact.
fn in_prose(
    view: View<'_>,
    other: Option<View<'_>>,
    relation: crate::check::program::RelationId,
    row: &[Option<Value>],
) -> Option<String> {
    let value = |at: usize| row.get(at).copied().flatten().filter(|value| !value.is_none());
    match view.program.relation(relation).kind {
        RelationKind::Message => Some(message_cause(view, other, value(0)?)),
        RelationKind::Coding => {
            let what = format!("coding of {} as {}", view.in_words(value(0)?), view.in_words(value(1)?));
            Some(
                value(2)
                    .map_or_else(|| format!("the {what}"), |coder| format!("the {what} by {}", view.pool.show(coder))),
            )
        }
        _ => None,
    }
}
