//! Which concepts stand under which, and that none stands under itself.
//!
//! Each step is held against those before it by a search from both of its ends at once, up from the broader concept and
//! down from the narrower one, which ends as soon as one of them has no further to go. So a chain costs little in whatever
//! order it is written: what is joined at its upper or lower end is found out at once, and of two long pieces the shorter
//! one is walked (cf. Bender, Fineman, Gilbert and Tarjan 2015, on finding circles while a graph grows).

use super::Checker;
use super::program::ConceptId;
use crate::base::Location;
use crate::diagnostic::{Diagnostic, codes};
use rustc_hash::{FxHashMap, FxHashSet};

/// So many steps of a round are shown; of a longer one its two ends.
const SHOWN: usize = 12;

/// What is known of the steps that were said.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Where it is said that the first concept stands under the second.
    at: FxHashMap<(ConceptId, ConceptId), Location>,
    /// The concepts right below one.
    below: FxHashMap<ConceptId, Vec<ConceptId>>,
}

/// A search over the steps in one direction.
struct Search {
    open: Vec<ConceptId>,
    seen: FxHashSet<ConceptId>,
}

impl Search {
    fn new(from: ConceptId) -> Search {
        Search { open: vec![from], seen: FxHashSet::from_iter([from]) }
    }

    fn meet(&mut self, next: &[ConceptId]) {
        self.open.extend(next.iter().copied().filter(|&id| self.seen.insert(id)));
    }
}

impl Checker<'_> {
    /// Sets a concept under another one, unless that one stands under it already.
    pub(super) fn under(&mut self, child: ConceptId, parent: ConceptId, at: Location) {
        if self.stands_under(parent, child) {
            let way = self.way_up(parent, child);
            return self.under_circle(&way, at);
        }
        self.steps.at.entry((child, parent)).or_insert(at);
        let concept = self.concept_mut(child);
        if !concept.under.contains(&parent) {
            concept.under.push(parent);
            self.steps.below.entry(parent).or_default().push(child);
        }
    }

    /// True where a concept is another one or stands under it by any number of steps.
    fn stands_under(&self, low: ConceptId, high: ConceptId) -> bool {
        let (mut up, mut down) = (Search::new(low), Search::new(high));
        loop {
            let Some(id) = up.open.pop() else { return false };
            if id == high {
                return true;
            }
            up.meet(&self.program.concept(id).under);
            let Some(id) = down.open.pop() else { return false };
            if id == low {
                return true;
            }
            down.meet(self.steps.below.get(&id).map_or(&[], Vec::as_slice));
        }
    }

    /// The concepts from one up to another that it stands under, both included.
    fn way_up(&self, from: ConceptId, to: ConceptId) -> Vec<ConceptId> {
        let mut below: FxHashMap<ConceptId, ConceptId> = FxHashMap::default();
        let mut above = vec![from];
        while let Some(id) = above.pop() {
            if id == to {
                let mut way = vec![id];
                while let Some(&step) = way.last().filter(|last| **last != from).and_then(|last| below.get(last)) {
                    way.push(step);
                }
                way.reverse();
                return way;
            }
            for &next in &self.program.concept(id).under {
                if next != from && !below.contains_key(&next) {
                    below.insert(next, id);
                    above.push(next);
                }
            }
        }
        vec![from]
    }

    /// Draws the round that the step from the last of these concepts to the first would close.
    fn under_circle(&mut self, way: &[ConceptId], at: Location) {
        let name = |id: ConceptId| self.program.concept(id).name.as_str();
        let Some(&child) = way.last() else { return };
        let mut round: Vec<&str> = std::iter::once(child).chain(way.iter().copied()).map(name).collect();
        let mut steps: Vec<&[ConceptId]> = way.windows(2).collect();
        if round.len() > SHOWN + 2 {
            // One name stands for those between.
            round.splice(SHOWN / 2..round.len() - SHOWN / 2, ["…"]);
            steps.drain(SHOWN / 2..steps.len() - SHOWN / 2);
        }
        let message = format!("`{}` would stand under itself: `{}`", name(child), round.join(" -> "));
        let mut diagnostic = Diagnostic::at(codes::UNDER_CIRCLE, at, message);
        for step in steps {
            let declared = self.program.concept(step[0]).at;
            let at = self.steps.at.get(&(step[0], step[1])).copied().unwrap_or(declared);
            diagnostic = diagnostic.label(at, format!("`{}` stands under `{}`", name(step[0]), name(step[1])));
        }
        let help = match way.len() {
            1 => "take this `under` line away, or name the broader concept",
            _ => "take one of these `under` lines away",
        };
        self.report(diagnostic.help(help));
    }
}
