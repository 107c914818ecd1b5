//! What an answer of `why-not` repeats, said once: the same words quoted for one way after the other, and an exception that
//! stands against each of them.

use crate::session::explanation::QuoteShown;
use crate::session::why_not::answer::{Blame, Missing, WayMissed};

/// How a condition is marked of which the head of the answer has told.
const SAID: &str = "see above";

/// So many levels of ways are shown, one under the other.
const LEVELS: usize = 3;

/// What has been told, up to where an answer is.
#[derive(Default)]
struct Told {
    /// The passages that have been quoted.
    known: Vec<QuoteShown>,
    /// The message whose author and place were named last.
    last: String,
}

/// The ways to show: each passage stands where it is needed first, and an exception that is told at the head not at all.
pub(super) fn told_once(missing: &Missing) -> Vec<WayMissed> {
    let known: Vec<QuoteShown> = missing.decisive.iter().filter_map(|blame| blame.quote.clone()).collect();
    let last = known.last().map_or_else(String::new, |quote| quote.message.clone());
    let mut ways = missing.ways.clone();
    told_once_in(&mut ways.iter_mut().collect::<Vec<_>>(), Told { known, last });
    ways
}

/// The same of the ways that are shown for an open question, one after the other.
pub(super) fn told_once_of(ways: &mut [&mut WayMissed]) {
    told_once_in(ways, Told::default());
}

fn told_once_in(ways: &mut [&mut WayMissed], mut told: Told) {
    ways.iter_mut().for_each(|way| shorten(way, 1));
    ways.iter_mut().for_each(|way| once(way, &mut told));
}

/// True for a quotation that needs no word of whose it is: that has just been told.
pub(super) fn is_told(quote: &QuoteShown) -> bool {
    quote.message.is_empty()
}

/// Leaves out what lies deeper than a reader follows, but for what it comes down to.
fn shorten(way: &mut WayMissed, level: usize) {
    for condition in &mut way.conditions {
        if level < LEVELS {
            condition.below.iter_mut().for_each(|below| shorten(below, level + 1));
            continue;
        }
        let end = condition.below.first().and_then(comes_down_to);
        if let Some(end) = end {
            condition.below.clear();
            condition.blame.push(Blame::of(format!("and so on down to: {end}")));
        }
    }
}

/// What the innermost condition lacks.
fn comes_down_to(way: &WayMissed) -> Option<String> {
    let lost = way.conditions.iter().find(|condition| condition.met == Some(false))?;
    let own = || Some(lost.blame.first().map_or_else(|| format!("`{}` is not met", lost.words), |b| b.text.clone()));
    lost.below.first().and_then(comes_down_to).or_else(own)
}

fn once(way: &mut WayMissed, told: &mut Told) {
    if way.conditions.len() > 1 {
        way.conditions.retain(|condition| condition.values.iter().all(|value| value != SAID));
    }
    for condition in &mut way.conditions {
        for blame in &mut condition.blame {
            new_only(blame, told);
        }
        let others = condition.quote.iter().chain(&condition.further);
        let mut named =
            others.filter(|quote| condition.subject.as_ref().is_some_and(|subject| *subject != quote.message));
        if let Some(last) = named.next_back() {
            told.last.clone_from(&last.message);
        }
        condition.below.iter_mut().for_each(|way| once(way, told));
    }
}

fn new_only(blame: &mut Blame, told: &mut Told) {
    let Some(quote) = &mut blame.quote else { return };
    if told.known.contains(quote) {
        blame.quote = None;
        return;
    }
    told.known.push(quote.clone());
    // Whose words they are is said once of several of one message.
    match told.last == quote.message {
        true => quote.message.clear(),
        false => told.last.clone_from(&quote.message),
    }
}
