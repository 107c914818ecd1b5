//! How much a near miss has of what is looked for, each thing by how rare it is: a code counts by its inverse document
//! frequency, ln(N / n) for n of N messages with it (Sparck Jones 1972, "A statistical interpretation of term specificity
//! and its application in retrieval"), so that one which half of the messages have hardly brings any nearer.

use super::conditions::conditions;
use super::inquiry::Inquiry;
use super::passage::How;
use super::shapes::{condition_at, place_at};
use crate::base::Value;
use crate::check::program::{ConceptId, ConditionKind, Place, PlaceKind};
use crate::ir::core::{Literal, RelationId};
use crate::ir::origin::Role;
use crate::proof::{Miss, pattern};

/// What a word counts that is near one of a code which is lacking, beside one that is there: as much, for the code is the
/// rarer the less it was found.
const NEAR: f64 = 1.0;
/// What counts at most that is said in other messages: no more than a code of its own that three messages in four have.
const ELSEWHERE: f64 = 0.3;
/// What is subtracted for each condition that nothing speaks for.
const NOTHING: f64 = 1.0;

impl Inquiry<'_> {
    /// How much of what is looked for a binding has, in hundredths; what it lacks altogether takes from it.
    pub(super) fn weight(&self, miss: &Miss) -> i64 {
        let core = &self.base().lowered.core;
        let mut weight = 0.0;
        for cond in conditions(self, miss) {
            let mut best: f64 = if cond.met == Some(true) { 0.0 } else { -NOTHING };
            let kind = cond.at.and_then(|at| condition_at(self.base().program, at)).map(|c| &c.kind);
            let elsewhere = matches!(kind, Some(ConditionKind::Has(..)));
            for &at in &cond.literals {
                let Some(Literal::Atom(relation, terms)) = miss.literal(core, at) else { continue };
                let Some(&Some(message)) = pattern(terms, &miss.binding).first() else { continue };
                let worth = self.worth_of(*relation, message, cond.met == Some(true)).unwrap_or(best);
                best = best.max(if elsewhere { worth.min(ELSEWHERE) } else { worth });
            }
            weight += best;
        }
        (weight * 100.0) as i64
    }

    /// What a condition on a message counts; nothing where nothing of it is there.
    fn worth_of(&self, relation: RelationId, message: Value, met: bool) -> Option<f64> {
        match self.role(relation) {
            Role::Has(id) => match met {
                true => Some(self.rarity(id)),
                false => self.is_near(id, message).then(|| NEAR * self.rarity(id)),
            },
            Role::Group(_) if met => Some(self.rarity_of(self.base().db.relation(relation).len())),
            Role::Place(at) => {
                let place = place_at(self.base().program, at)?;
                self.of_sides(place, message)
            }
            Role::Match(_) if met => Some(self.rarity_of(1)),
            _ => None,
        }
    }

    /// The sides of a combination: what is there of each, or near it.
    fn of_sides(&self, place: &Place, message: Value) -> Option<f64> {
        let text = self.base().texts.corpus.segments(message)?;
        let PlaceKind::Both(_, a, b) = &place.kind else { return None };
        let side = |side: &Place| match side.kind {
            PlaceKind::Code(id) if !self.ranges(side, message, text).is_empty() => self.rarity(id),
            PlaceKind::Code(id) if self.is_near(id, message) => NEAR * self.rarity(id),
            _ if !self.ranges(side, message, text).is_empty() => self.rarity_of(1),
            _ => -NOTHING,
        };
        Some(side(a) + side(b))
    }

    /// True where a word of a message comes near one that a code looks for, though an exception may leave it out.
    fn is_near(&self, id: ConceptId, message: Value) -> bool {
        self.speaks_for(id, message).is_some_and(|near| matches!(near.how, How::LeftOut) || !near.against.is_any())
    }

    fn rarity(&self, id: ConceptId) -> f64 {
        let base = self.base();
        self.rarity_of(base.lowered.has(base.program, id).map_or(0, |has| base.db.relation(has).len()))
    }

    /// ln(N / n), at most that of a single message.
    fn rarity_of(&self, found: usize) -> f64 {
        let base = self.base();
        let all = base.db.relation(base.lowered.declared(base.program.known("message"))).len().max(1);
        (all as f64 / found.clamp(1, all) as f64).ln()
    }
}
