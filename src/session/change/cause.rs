//! Through what a conclusion came or went: the part of the change that its best proof rests on, or rested on. Where no
//! such part stands in the proof (a condition under `not` failed, a count fell), the nearest one that the conclusion
//! depends on.

use super::super::Study;
use super::super::show::View;
use super::Through;
use super::compare::Compared;
use super::facts::{Ledger, Move};
use crate::base::Value;
use crate::ir::core::{FactPlace, Given, Literal, RelationId, RuleId};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{self, Source};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// So many conclusions are proved to tell their cause; for the others the nearest cause has to do.
const PROOFS: usize = 200;

/// So much is searched for one proof.
const FACTS: usize = 500;

/// A fact that a change gave or took.
type Fact = (RelationId, Vec<Value>);

/// What a change consists of, by the numbers of the study after it (`_in`) and before it (`_out`).
#[derive(Default)]
pub(super) struct Causes {
    rules_in: FxHashSet<RuleId>,
    rules_out: FxHashSet<RuleId>,
    facts_in: FxHashSet<Fact>,
    facts_out: FxHashSet<Fact>,
    /// For each relation after the change, its number before it; none where both are one program.
    ours: Option<Vec<Option<RelationId>>>,
    proofs: Cell<usize>,
    nearest: RefCell<FxHashMap<RelationId, Option<Through>>>,
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

    /// The cause of a conclusion that came, or went.
    pub fn of(&self, before: View<'_>, after: View<'_>, id: RelationId, row: &[Value], came: bool) -> Option<Through> {
        let proved = match came {
            true => self.proved(after, id, row, true),
            false => self.before(id).and_then(|id| self.proved(before, id, row, false)),
        };
        if proved.is_some() {
            return proved;
        }
        if let Some(known) = self.nearest.borrow().get(&id) {
            return known.clone();
        }
        let found = self.nearest(before, after, id);
        self.nearest.borrow_mut().insert(id, found.clone());
        found
    }

    /// The cause of a conclusion whose relation is no longer declared.
    pub fn of_gone(&self, before: View<'_>, id: RelationId, row: &[Value]) -> Option<Through> {
        self.proved(before, id, row, false)
    }

    /// The first part of the change in the best proof of a fact.
    fn proved(&self, view: View<'_>, id: RelationId, row: &[Value], came: bool) -> Option<Through> {
        if self.proofs.replace(self.proofs.get() + 1) >= PROOFS {
            return None;
        }
        let at = view.db.find(id, row)?;
        let budget = proof::Budget { facts: FACTS, derivations: FACTS * 10 };
        let proof = proof::best(view.evaluated(), id, at, budget)?;
        let (rules, facts) = if came { (&self.rules_in, &self.facts_in) } else { (&self.rules_out, &self.facts_out) };
        let mut fallback = None;
        for node in &proof.nodes {
            let found = match &node.source {
                Source::Rule { rule, .. } if rules.contains(rule) => rule_cause(view, *rule, came),
                Source::Given { .. } if facts.contains(&(node.relation, node.values.to_vec())) => {
                    Some(fact_cause(view, node.relation, &node.values, came))
                }
                _ => None,
            };
            match found {
                Some(through) if through.place.is_some() => return Some(through),
                other => fallback = fallback.or(other),
            }
        }
        fallback
    }

    /// The part of the change that a relation depends on by the fewest steps.
    fn nearest(&self, before: View<'_>, after: View<'_>, id: RelationId) -> Option<Through> {
        let core = &after.lowered.core;
        let mut seen: FxHashSet<RelationId> = FxHashSet::default();
        let mut left = VecDeque::from([id]);
        while let Some(id) = left.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(found) = self.changed_at(before, after, id) {
                return Some(found);
            }
            for rule in core.rules.iter().filter(|rule| rule.head == id) {
                left.extend(rule.body.iter().filter_map(|literal| match literal {
                    Literal::Atom(of, _) | Literal::Not(of, _) | Literal::Lookup { relation: of, .. } => Some(*of),
                    _ => None,
                }));
            }
            left.extend(core.aggregations.iter().filter(|a| a.head == id).map(|a| a.body));
        }
        None
    }

    /// The first part of the change in a relation itself.
    fn changed_at(&self, before: View<'_>, after: View<'_>, id: RelationId) -> Option<Through> {
        let first = |rules: &FxHashSet<RuleId>, view: View<'_>, id: RelationId, came: bool| {
            let mut rules: Vec<RuleId> =
                rules.iter().copied().filter(|&r| view.lowered.core.rule(r).head == id).collect();
            rules.sort_unstable();
            rules.into_iter().find_map(|rule| rule_cause(view, rule, came))
        };
        let fact = |facts: &FxHashSet<Fact>, view: View<'_>, id: RelationId, came: bool| {
            let rows = facts.iter().filter(|(of, _)| *of == id).map(|(_, row)| row);
            let least = rows.min_by_key(|row| row.iter().map(|v| v.bits()).collect::<Vec<_>>())?;
            Some(fact_cause(view, id, least, came))
        };
        first(&self.rules_in, after, id, true)
            .or_else(|| first(&self.rules_out, before, self.before(id)?, false))
            .or_else(|| fact(&self.facts_in, after, id, true))
            .or_else(|| fact(&self.facts_out, before, self.before(id)?, false))
    }
}

/// A rule that came or went; nothing for one that no author wrote.
fn rule_cause(view: View<'_>, rule: RuleId, came: bool) -> Option<Through> {
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
                _ => format!("`{short}`"),
            }
        }
    };
    Some(Through { what, came, place: Some(view.place(at)) })
}

/// A fact that came or went.
fn fact_cause(view: View<'_>, relation: RelationId, row: &[Value], came: bool) -> Through {
    let given = &view.lowered.core.given[relation.0 as usize];
    let arity = view.lowered.core.relation(relation).arity;
    let place = (0..given.places.len()).find(|&place| given.values[place * arity..][..arity] == *row);
    if let Role::Match(_) = view.lowered.role(relation) {
        let message = row.first().copied().unwrap_or(Value::NONE);
        let what = format!("the text of `{}`", view.pool.show(message));
        return Through { what, came, place: view.message_place(message) };
    }
    let values: Vec<Option<Value>> = row.iter().map(|&v| Some(v)).collect();
    let what = match view.named_fact(relation, &values) {
        Some((relation, row)) => super::super::funnel::shortened(&view.fact(relation, &row)),
        None => "a fact".to_string(),
    };
    let place = place.and_then(|place| match given.places.get(place) {
        Some(FactPlace::Text) | None => None,
        Some(_) => view.given_place(relation, place),
    });
    Through { what: format!("`{what}`"), came, place }
}
