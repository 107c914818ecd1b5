//! Messages that may come near a concept though no condition on them is met: both sides of a combination are there and stand
//! too far apart, one side is there and a word near the other, or a word near what a code looks for. The search of
//! [`crate::proof::Nearest`] gives a message a value through conditions that are met, so it cannot come upon these.

use super::inquiry::Inquiry;
use crate::base::Value;
use crate::check::program::{ConceptId, Condition, ConditionKind, Place, PlaceKind};
use rustc_hash::FxHashSet;

/// So many messages are looked at for one concept.
const LOOKED: usize = 2_000;
/// So many of them are held against the clauses.
const KEPT: usize = 100;

impl Inquiry<'_> {
    /// The messages that may come near a concept, those with both sides of a combination first. Where not all could be
    /// looked at, the search says so.
    pub(super) fn candidates(&mut self, id: ConceptId) -> Vec<Value> {
        let base = self.base();
        let concept = base.program.concept(id);
        let mut combined = Vec::new();
        concept.when.iter().for_each(|body| combinations(&body.condition, &mut combined));
        concept.matches.iter().for_each(|matches| of_place(&matches.place, &mut combined));
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        let (mut looked, mut known) = (0, FxHashSet::default());
        for place in combined {
            let PlaceKind::Both(_, a, b) = &place.kind else { continue };
            for message in self.with_a_side(place) {
                if known.contains(&message) {
                    continue;
                }
                looked += 1;
                if self.is_enough(looked) {
                    break;
                }
                let Some(text) = base.texts.corpus.segments(message) else { continue };
                let there = [a, b].map(|side| !self.ranges(side, message, text).is_empty());
                match there {
                    [true, true] => whole.push(message),
                    _ if self.speaks_for_side(place.at, message) => part.push(message),
                    _ => continue,
                }
                known.insert(message);
            }
        }
        if !concept.matches.is_empty() {
            for message in self.messages() {
                looked += 1;
                if self.is_enough(looked) {
                    break;
                }
                if !known.contains(&message) && self.speaks_for(id, message).is_some() {
                    part.push(message);
                }
            }
        }
        whole.append(&mut part);
        self.search.cut |= whole.len() > KEPT;
        whole.truncate(KEPT);
        whole
    }

    /// True, and said, where no more may be looked at.
    fn is_enough(&mut self, looked: usize) -> bool {
        let enough = looked > LOOKED || self.stop.stopped().is_some();
        self.search.cut |= enough;
        enough
    }

    fn messages(&self) -> Vec<Value> {
        let base = self.base();
        let rows = base.db.relation(base.lowered.declared(base.program.known("message"))).rows();
        rows.take(LOOKED + 1).filter_map(|row| row.first().copied()).collect()
    }

    /// The messages that have one of the codes of a combination; all of them where it names none.
    fn with_a_side(&self, place: &Place) -> Vec<Value> {
        let mut codes = Vec::new();
        codes_of(place, &mut codes);
        if codes.is_empty() {
            return self.messages();
        }
        let base = self.base();
        let mut messages: Vec<Value> = Vec::new();
        for relation in codes.into_iter().filter_map(|id| self.ways.passages(id)) {
            messages.extend(base.db.relation(relation).rows().take(LOOKED).filter_map(|row| row.first().copied()));
        }
        messages.sort_unstable();
        messages.dedup();
        messages
    }
}

/// The combinations that a condition asks for, in the message itself.
fn combinations<'a>(condition: &'a Condition, found: &mut Vec<&'a Place>) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().for_each(|part| combinations(part, found));
        }
        ConditionKind::Place(place) => of_place(place, found),
        _ => {}
    }
}

fn of_place<'a>(place: &'a Place, found: &mut Vec<&'a Place>) {
    match &place.kind {
        PlaceKind::Both(..) => found.push(place),
        PlaceKind::Or(parts) => parts.iter().for_each(|part| of_place(part, found)),
        PlaceKind::Except(a, _) => of_place(a, found),
        PlaceKind::Pattern(_) | PlaceKind::Code(_) => {}
    }
}

fn codes_of(place: &Place, codes: &mut Vec<ConceptId>) {
    match &place.kind {
        PlaceKind::Code(id) => codes.push(*id),
        PlaceKind::Pattern(_) => {}
        PlaceKind::Or(parts) => parts.iter().for_each(|part| codes_of(part, codes)),
        PlaceKind::Both(_, a, b) => {
            codes_of(a, codes);
            codes_of(b, codes);
        }
        PlaceKind::Except(a, _) => codes_of(a, codes),
    }
}
