//! Which messages come nearest to a concept that they do not have, weighed by what they lack: [`NearMisses::ranked`] is the
//! list that a page shows.
//!
//! A message comes near by a `when` of which it lacks one thing, or all of which it meets but for something that the `when`
//! rules out. What is lacking weighs the more the fewer messages have it (inverse document frequency, Spärck Jones 1972, "A
//! Statistical Interpretation of Term Specificity", Journal of Documentation 28(1)): who names the theme's own subject and
//! does not say that anything is needed, as others do everywhere, is nearer than who says that something is needed and names
//! no subject. That a word is spelled like another brings nothing nearer. Only conditions whose messages are known as a set
//! are weighed, as in [`super::near_misses`].

use super::near_misses::{NearMisses, Set};
use super::summary::passages;
use crate::base::{Location, Value};
use crate::check::program::{Body, ConceptId, Condition, ConditionKind, Place, PlaceKind};
use crate::ir::origin::Role;
use rustc_hash::{FxHashMap, FxHashSet};

/// What only stands too far apart lacks so much.
const APART: f64 = 0.3;
/// What a rule excludes keeps out so much.
const EXCLUDED: f64 = 0.5;
/// Conditions in conditions are followed so far.
const DEEPEST: usize = 16;

/// A message that comes near, and how it stands to one `when`.
pub(super) struct Ranked {
    pub message: Value,
    /// The `when`.
    pub way: Location,
    /// Each of its conditions, by where it stands.
    pub parts: Vec<(Location, Judged)>,
}

/// A condition in the light of one message.
#[derive(Clone, Default)]
pub(super) struct Judged {
    /// What is there: concepts and patterns, with the places of the message that have them.
    pub there: Vec<Thing>,
    /// What is not there.
    pub lacking: Vec<Thing>,
    /// What is there and is ruled out.
    pub excluded: Vec<Thing>,
    /// True where everything is there, and does not stand as it should.
    pub apart: bool,
    /// True where any of several things would do.
    pub any: bool,
    /// How much what is there weighs, and what is not.
    have: f64,
    lack: f64,
}

impl Judged {
    /// True where nothing is missing and nothing is ruled out.
    pub fn is_met(&self) -> bool {
        self.lack == 0.0
    }

    /// So many things stand against it.
    fn failed(&self) -> usize {
        self.lacking.len() + self.excluded.len() + usize::from(self.apart)
    }

    fn with(mut self, other: Judged) -> Judged {
        self.there.extend(other.there);
        self.lacking.extend(other.lacking);
        self.excluded.extend(other.excluded);
        self.apart |= other.apart;
        self.any |= other.any;
        self.have += other.have;
        self.lack += other.lack;
        self
    }
}

/// What a condition asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// A concept.
    Concept(ConceptId),
    /// Anything else, by where it is written.
    Written(Location),
}

impl NearMisses<'_> {
    /// The messages that come nearest to a concept, nearest first, at most so many; and how many more there are. None where
    /// no `when` of it can be weighed.
    pub fn ranked(&mut self, id: ConceptId, most: usize) -> Option<(Vec<Ranked>, usize)> {
        let program = self.view.program;
        let concept = program.concept(id);
        let ways: Vec<&Body> = concept.when.iter().filter(|body| self.is_weighed(&body.condition)).collect();
        if ways.is_empty() {
            return None;
        }
        let has = self.has(id).unwrap_or_default();
        // What an exception sets aside is told as that, and not again.
        let set_aside = concept.unless.iter().filter_map(|body| self.set(&body.condition, 0));
        let set_aside: FxHashSet<Value> = set_aside.flat_map(|set| set.iter().copied().collect::<Vec<_>>()).collect();
        let mut best: FxHashMap<Value, (f64, f64, Ranked)> = FxHashMap::default();
        for body in ways {
            let conditions = match &body.condition.kind {
                ConditionKind::And(all) => all.as_slice(),
                _ => std::slice::from_ref(&body.condition),
            };
            let mut things = FxHashSet::default();
            conditions.iter().for_each(|c| self.asked_for(c, &mut things, 0));
            for message in things {
                if has.contains(&message) || set_aside.contains(&message) {
                    continue;
                }
                let parts: Vec<(Location, Judged)> =
                    conditions.iter().map(|c| (c.at, self.judged(c, message, 0))).collect();
                let failed: usize = parts.iter().map(|(_, part)| part.failed()).sum();
                let (have, lack) = parts.iter().fold((0.0, 0.0), |sum, (_, p)| (sum.0 + p.have, sum.1 + p.lack));
                if failed != 1 || have <= lack {
                    continue;
                }
                let nearer = best.get(&message).is_none_or(|known| (lack, -have) < (known.0, -known.1));
                if nearer {
                    best.insert(message, (lack, have, Ranked { message, way: body.at, parts }));
                }
            }
        }
        // In the order of messages first, since that is what decides where all else is the same.
        let order = self.in_order(best.keys().copied());
        let mut all: Vec<(f64, f64, Ranked)> = order.iter().filter_map(|message| best.remove(message)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let more = all.len().saturating_sub(most);
        Some((all.into_iter().take(most).map(|(.., ranked)| ranked).collect(), more))
    }

    /// The passages of a message that have something.
    pub fn passages_of(&mut self, thing: Thing, message: Value) -> Vec<Value> {
        let view = self.view;
        let known = self.known_passages.entry(thing).or_insert_with(|| {
            let all = match thing {
                Thing::Concept(id) => passages(view, id),
                Thing::Written(at) => match self.roles.get(&Role::Place(at)) {
                    Some(&relation) => view.db.relation(relation).rows().map(|row| row[1]).collect(),
                    None => Vec::new(),
                },
            };
            let mut by_message: FxHashMap<Value, Vec<Value>> = FxHashMap::default();
            for quote in all {
                if let Some((message, Some(_))) = view.pool.as_quote(quote) {
                    by_message.entry(message).or_default().push(quote);
                }
            }
            by_message
        });
        known.get(&message).cloned().unwrap_or_default()
    }

    /// True where the messages that meet a condition are known as a set, and those that meet each part of it.
    fn is_weighed(&self, condition: &Condition) -> bool {
        self.set(condition, 0).is_some()
            || matches!(&condition.kind,
            ConditionKind::And(all) if all.iter().all(|c| self.is_weighed_part(c)))
    }

    fn is_weighed_part(&self, condition: &Condition) -> bool {
        match &condition.kind {
            ConditionKind::Not(inner) => self.set(inner, 0).is_some(),
            _ => self.set(condition, 0).is_some(),
        }
    }

    /// The messages in which something is that a condition asks for.
    fn asked_for(&self, condition: &Condition, out: &mut FxHashSet<Value>, depth: usize) {
        match &condition.kind {
            _ if depth > DEEPEST => {}
            ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                all.iter().for_each(|c| self.asked_for(c, out, depth + 1));
            }
            ConditionKind::Not(_) => {}
            ConditionKind::Place(place) => self.asked_for_in(place, out, depth + 1),
            _ => out.extend(self.set(condition, 0).iter().flat_map(|set| set.iter().copied())),
        }
    }

    fn asked_for_in(&self, place: &Place, out: &mut FxHashSet<Value>, depth: usize) {
        match &place.kind {
            _ if depth > DEEPEST => {}
            PlaceKind::Both(_, a, b) => [a, b].into_iter().for_each(|p| self.asked_for_in(p, out, depth + 1)),
            PlaceKind::Or(all) => all.iter().for_each(|p| self.asked_for_in(p, out, depth + 1)),
            PlaceKind::Except(a, _) => self.asked_for_in(a, out, depth + 1),
            _ => out.extend(self.place(place).iter().flat_map(|set| set.iter().copied())),
        }
    }

    /// What few messages have weighs more.
    fn weight(&self, set: &Set) -> f64 {
        let all = self.view.db.relation(self.view.lowered.declared(self.view.program.known("message"))).len();
        ((all as f64 + 1.0) / (set.len() as f64 + 1.0)).ln().max(0.1)
    }

    fn atom(&self, thing: Thing, set: Option<Set>, message: Value) -> Judged {
        let set = set.unwrap_or_default();
        let weight = self.weight(&set);
        match set.contains(&message) {
            true => Judged { there: vec![thing], have: weight, ..Judged::default() },
            false => Judged { lacking: vec![thing], lack: weight, ..Judged::default() },
        }
    }

    fn judged(&self, condition: &Condition, message: Value, depth: usize) -> Judged {
        let at = condition.at;
        let each = |all: &[Condition]| all.iter().map(|c| self.judged(c, message, depth + 1)).collect::<Vec<_>>();
        match &condition.kind {
            _ if depth > DEEPEST => self.atom(Thing::Written(at), self.set(condition, 0), message),
            ConditionKind::And(all) => each(all).into_iter().fold(Judged::default(), Judged::with),
            ConditionKind::Or(all) => least(each(all), 1),
            ConditionKind::AtLeast(count, all) => least(each(all), *count as usize),
            ConditionKind::Not(inner) => {
                let thing = match &inner.kind {
                    ConditionKind::Holds(id) => Thing::Concept(*id),
                    ConditionKind::Place(Place { kind: PlaceKind::Code(id), .. }) => Thing::Concept(*id),
                    _ => Thing::Written(inner.at),
                };
                match self.meets(inner, message, 0).unwrap_or(false) {
                    true => Judged { excluded: vec![thing], lack: EXCLUDED, ..Judged::default() },
                    false => Judged::default(),
                }
            }
            ConditionKind::Holds(id) => self.atom(Thing::Concept(*id), self.has(*id), message),
            ConditionKind::Place(place) => self.judged_place(place, message, depth + 1),
            _ => self.atom(Thing::Written(at), self.set(condition, 0), message),
        }
    }

    fn judged_place(&self, place: &Place, message: Value, depth: usize) -> Judged {
        let (at, whole) = (place.at, self.place(place));
        let is_met = whole.as_ref().is_some_and(|set| set.contains(&message));
        match &place.kind {
            _ if depth > DEEPEST => self.atom(Thing::Written(at), whole, message),
            PlaceKind::Code(id) => self.atom(Thing::Concept(*id), self.has(*id), message),
            PlaceKind::Pattern(_) => self.atom(Thing::Written(at), whole, message),
            PlaceKind::Or(all) => least(all.iter().map(|p| self.judged_place(p, message, depth + 1)).collect(), 1),
            PlaceKind::Both(_, a, b) => {
                let [a, b] = [a, b].map(|p| self.judged_place(p, message, depth + 1));
                let both = a.with(b);
                match is_met || !both.is_met() {
                    true => both,
                    false => Judged { apart: true, lack: APART, ..both },
                }
            }
            PlaceKind::Except(a, b) => {
                let kept = self.judged_place(a, message, depth + 1);
                match is_met || !kept.is_met() {
                    true => kept,
                    false => Judged { excluded: vec![Thing::Written(b.at)], lack: EXCLUDED, ..kept },
                }
            }
        }
    }
}

/// Of alternatives, so many of which are asked for, those that lack least.
fn least(mut all: Vec<Judged>, count: usize) -> Judged {
    all.sort_by(|a, b| a.lack.total_cmp(&b.lack).then(b.have.total_cmp(&a.have)));
    // What lacks nothing counts with all that is there of it; of what is lacking one alternative stands for the others.
    let any = all.len() > count;
    let found = all.into_iter().take(count.max(1)).fold(Judged::default(), Judged::with);
    Judged { any: any || found.any, ..found }
}
