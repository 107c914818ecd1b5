//! What an answer of `why-not` repeats, said once: the same words quoted for one way after the other, and an exception that
//! stands against each of them.

use crate::session::explanation::QuoteShown;
use crate::session::why_not::answer::{Blame, Missing, WayMissed};

/// How a condition is marked of which the head of the answer has told.
const SAID: &str = "see above";

/// The ways to show: each passage stands where it is needed first, and an exception that is told at the head not at all.
pub(super) fn told_once(missing: &Missing) -> Vec<WayMissed> {
    let mut known: Vec<QuoteShown> = missing.decisive.iter().filter_map(|blame| blame.quote.clone()).collect();
    let mut ways = missing.ways.clone();
    ways.iter_mut().for_each(|way| once(way, &mut known));
    ways
}

fn once(way: &mut WayMissed, known: &mut Vec<QuoteShown>) {
    if way.conditions.len() > 1 {
        way.conditions.retain(|condition| condition.values.iter().all(|value| value != SAID));
    }
    for condition in &mut way.conditions {
        for blame in &mut condition.blame {
            new_only(blame, known);
        }
        condition.below.iter_mut().for_each(|way| once(way, known));
    }
}

fn new_only(blame: &mut Blame, known: &mut Vec<QuoteShown>) {
    let Some(quote) = &blame.quote else { return };
    if known.contains(quote) {
        blame.quote = None;
    } else {
        known.push(quote.clone());
    }
}
