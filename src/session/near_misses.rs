//! What came near a concept and does not have it: the counter-examples that a study finds by itself.
//!
//! An exception that held comes first: the message is found by a `matches` or a `when`, and an `unless` keeps it out. Then
//! what comes nearest, which [`super::nearness`] weighs for the page too. Only conditions whose messages are known as a set are weighed (concepts,
//! codes and patterns, and what `and`, `or`, `not` and `at least` make of them); of a `when` with any other, nothing is
//! said.

use super::codebook::{KeptOut, clause};
use super::nearness::Thing;
use super::show::View;
use super::summary::natural;
use crate::base::Value;
use crate::check::program::{ConceptId, Condition, ConditionKind, PatternId, PatternSource, Place, PlaceKind, Subject};
use crate::ir::core::{Literal, RelationId};
use crate::ir::origin::{OriginKind, Role};
use crate::text::Pattern;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// Conditions in conditions are followed so far.
const DEEPEST: usize = 16;

pub(super) type Set = Rc<FxHashSet<Value>>;

/// Looks for near misses, and remembers where things are.
pub(super) struct NearMisses<'a> {
    pub(super) view: View<'a>,
    pub(super) roles: FxHashMap<Role, RelationId>,
    /// The relations of the passages of each concept's `matches`.
    places: FxHashMap<ConceptId, Vec<RelationId>>,
    /// The messages of relations that were asked for: each is asked for again for every message.
    known_subjects: RefCell<FxHashMap<RelationId, Set>>,
    /// The relation of the places of each pattern.
    patterns: FxHashMap<PatternId, RelationId>,
    /// By what a condition asks for: the passages of each message that have it.
    pub(super) known_passages: FxHashMap<Thing, FxHashMap<Value, Vec<Value>>>,
}

impl<'a> NearMisses<'a> {
    pub fn new(view: View<'a>) -> NearMisses<'a> {
        let lowered = view.lowered;
        let roles = lowered.roles.iter().zip(0..).map(|(&role, at)| (role, RelationId(at))).collect();
        let mut places: FxHashMap<ConceptId, Vec<RelationId>> = FxHashMap::default();
        for (rule, &origin) in lowered.core.rules.iter().zip(&lowered.core.rule_origins) {
            let OriginKind::Matches(id, _) = lowered.origin(origin).kind else { continue };
            if let Some(Literal::Atom(relation, _)) = rule.body.first() {
                let of = places.entry(id).or_default();
                if !of.contains(relation) {
                    of.push(*relation);
                }
            }
        }
        let numbers: FxHashMap<&Pattern, usize> = lowered.patterns.iter().zip(0..).collect();
        let matches: FxHashMap<usize, RelationId> = lowered.matches.iter().map(|(n, id)| (*n as usize, *id)).collect();
        let number = |pattern: &PatternSource| numbers.get(&pattern.pattern).and_then(|n| matches.get(n)).copied();
        let all = view.program.patterns.iter().zip(0..);
        let patterns = all.filter_map(|(pattern, id)| Some((PatternId(id), number(pattern)?))).collect();
        let (known_subjects, known_passages) = (RefCell::default(), FxHashMap::default());
        NearMisses { view, roles, places, known_subjects, patterns, known_passages }
    }

    /// The messages that came nearest, at most so many.
    pub fn of(&mut self, id: ConceptId, most: usize) -> Vec<KeptOut> {
        let program = self.view.program;
        if program.kind(program.concept(id).kind).subject != Subject::Message {
            return Vec::new();
        }
        let has = self.view.lowered.has(program, id).map(|relation| self.subjects(relation)).unwrap_or_default();
        let mut found = self.exceptions(id, &has, most);
        if found.len() < most {
            self.near(id, most, &mut found);
        }
        found
    }

    fn subjects(&self, relation: RelationId) -> Set {
        let mut known = self.known_subjects.borrow_mut();
        let all = || Rc::new(self.view.db.relation(relation).rows().map(|row| row[0]).collect());
        known.entry(relation).or_insert_with(all).clone()
    }

    /// What an `unless` keeps out although the rest holds.
    fn exceptions(&self, id: ConceptId, has: &Set, most: usize) -> Vec<KeptOut> {
        let Some(&blocked) = self.roles.get(&Role::Blocked(id)) else { return Vec::new() };
        let concept = self.view.program.concept(id);
        let blocked = self.subjects(blocked);
        let mut quotes: FxHashMap<Value, Option<Value>> = FxHashMap::default();
        for &relation in self.places.get(&id).into_iter().flatten() {
            for row in self.view.db.relation(relation).rows() {
                if blocked.contains(&row[0]) {
                    let known = quotes.entry(row[0]).or_default();
                    if known.is_none_or(|known| self.view.pool.compare(row[1], known).is_lt()) {
                        *known = Some(row[1]);
                    }
                }
            }
        }
        for number in 0..concept.when.len() {
            let Some(&way) = self.roles.get(&Role::Way(id, number)) else { continue };
            for &message in self.subjects(way).iter().filter(|message| blocked.contains(message)) {
                quotes.entry(message).or_default();
            }
        }
        let unless: Vec<(String, Option<Set>)> = concept
            .unless
            .iter()
            .map(|body| (clause("unless", self.view.words(body.at)), self.set(&body.condition, 0)))
            .collect();
        let kept_by = |message: Value| match unless.as_slice() {
            [(words, _)] => Some(words.clone()),
            all => {
                all.iter().find(|(_, set)| set.as_ref().is_some_and(|s| s.contains(&message))).map(|(w, _)| w.clone())
            }
        };
        let messages = self.in_order(quotes.keys().copied().filter(|message| !has.contains(message)));
        let shown = messages.into_iter().filter_map(|message| {
            let quote = match quotes.get(&message).copied().flatten() {
                Some(passage) => self.view.quote_shown(passage),
                None => self.view.passage_shown(message, None),
            }?;
            Some(KeptOut { exception: true, by: kept_by(message), quote })
        });
        shown.take(most).collect()
    }

    /// What comes nearest without an exception, as the page has it.
    fn near(&mut self, id: ConceptId, most: usize, found: &mut Vec<KeptOut>) {
        let Some((ranked, _)) = self.ranked(id, most) else { return };
        for one in ranked {
            let told = found.iter().any(|kept| kept.quote.message == self.view.pool.show(one.message));
            if told || found.len() >= most {
                continue;
            }
            let unmet = one.parts.iter().find(|(_, part)| !part.is_met());
            let (Some((at, _)), Some(quote)) = (unmet, self.view.passage_shown(one.message, None)) else { continue };
            found.push(KeptOut { exception: false, by: Some(self.view.words(*at)), quote });
        }
    }

    /// As people count: `m2` before `m10`.
    pub(super) fn in_order(&self, messages: impl Iterator<Item = Value>) -> Vec<Value> {
        let mut messages: Vec<(String, Value)> = messages.map(|m| (self.view.pool.show(m), m)).collect();
        messages.sort_by(|(a, _), (b, _)| natural(a, b));
        messages.into_iter().map(|(_, message)| message).collect()
    }

    /// The messages that meet a condition; none where that is not known as a set.
    pub(super) fn set(&self, condition: &Condition, depth: usize) -> Option<Set> {
        if depth > DEEPEST {
            return None;
        }
        let sets = |all: &[Condition]| all.iter().map(|one| self.set(one, depth + 1)).collect::<Option<Vec<Set>>>();
        match &condition.kind {
            ConditionKind::Holds(id) => self.has(*id),
            ConditionKind::Place(place) => self.place(place),
            ConditionKind::Or(all) => Some(Rc::new(sets(all)?.iter().flat_map(|set| set.iter().copied()).collect())),
            ConditionKind::And(all) => Some(at_least(all.len(), &sets(all)?)),
            ConditionKind::AtLeast(least, all) => Some(at_least(*least as usize, &sets(all)?)),
            _ => None,
        }
    }

    /// Whether a message meets a condition; none where that is not known as a set.
    pub(super) fn meets(&self, condition: &Condition, message: Value, depth: usize) -> Option<bool> {
        if depth > DEEPEST {
            return None;
        }
        let count = |all: &[Condition]| {
            let met = all.iter().map(|one| self.meets(one, message, depth + 1)).collect::<Option<Vec<bool>>>();
            met.map(|met| met.into_iter().filter(|met| *met).count())
        };
        match &condition.kind {
            ConditionKind::Holds(id) => self.has(*id).map(|set| set.contains(&message)),
            ConditionKind::Place(place) => self.place(place).map(|set| set.contains(&message)),
            ConditionKind::Or(all) => count(all).map(|met| met > 0),
            ConditionKind::And(all) => count(all).map(|met| met == all.len()),
            ConditionKind::AtLeast(least, all) => count(all).map(|met| met >= *least as usize),
            _ => None,
        }
    }

    pub(super) fn has(&self, id: ConceptId) -> Option<Set> {
        let program = self.view.program;
        let of_messages = program.kind(program.concept(id).kind).subject == Subject::Message;
        let relation = self.view.lowered.has(program, id).filter(|_| of_messages)?;
        Some(self.subjects(relation))
    }

    pub(super) fn place(&self, place: &Place) -> Option<Set> {
        match &place.kind {
            PlaceKind::Code(id) => self.has(*id),
            PlaceKind::Pattern(id) => self.patterns.get(id).map(|&relation| self.subjects(relation)),
            _ => self.roles.get(&Role::Place(place.at)).map(|&relation| self.subjects(relation)),
        }
    }
}

/// What stands in so many of the sets.
fn at_least(least: usize, sets: &[Set]) -> Set {
    let mut times: FxHashMap<Value, usize> = FxHashMap::default();
    sets.iter().flat_map(|set| set.iter()).for_each(|&message| *times.entry(message).or_default() += 1);
    Rc::new(times.into_iter().filter(|(_, times)| *times >= least).map(|(message, _)| message).collect())
}
