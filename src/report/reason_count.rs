//! How many reasons there are, in a line under an explanation.

use crate::base::digits::thousands;
use crate::session::explanation::{Explanation, ReasonCount, WaysMet};
use crate::session::phrases::{Book, Phrase};

/// How many reasons there are, and how to see others. Of a concept that is defined in several ways, the ways count: its
/// reasons are for the most part the same passages put together otherwise.
pub(super) fn told(explanation: &Explanation, book: &Book) -> String {
    told_to(explanation, book, true)
}

/// The same for who reads it where no command can be given: how to see others is left out.
pub(super) fn told_on_page(explanation: &Explanation, book: &Book) -> String {
    told_to(explanation, book, false)
}

fn told_to(explanation: &Explanation, book: &Book, commands: bool) -> String {
    let ReasonCount { number, at_least, apart } = explanation.reasons;
    let shown = 1 + explanation.others.len();
    let all = number <= shown as u128 && !at_least;
    let shows = |met, all| if commands { shows(met, shown, all, (explanation, book)) } else { String::new() };
    let of = match (number, at_least) {
        (u128::MAX, _) => book.say(Phrase::VeryMany, &[]),
        (number, true) => book.say(Phrase::AtLeastSo, &[("number", &thousands(number))]),
        (number, false) => thousands(number),
    };
    let of = ("number", &*of);
    let count = shown.to_string();
    let shown_holder = ("shown", &*count);
    // Where all reasons were gone through, their number is the one to tell: it is what can be shown.
    if apart && !at_least {
        let counted = match (shown, all) {
            (1, true) => String::new(),
            (1, false) => book.say(Phrase::ThisReason, &[of]),
            (_, true) => book.say(Phrase::AllReasons, &[of]),
            (_, false) => book.say(Phrase::SomeReasons, &[("shown", &*shown.to_string()), of]),
        };
        let met: Vec<String> = match (&explanation.ways, &explanation.ways_below[..]) {
            (Some(ways), _) if ways.of > 1 => vec![meets(ways, None, book)],
            (Some(_), _) => Vec::new(),
            (None, below) if !all => {
                below.iter().filter(|w| w.of > 1).map(|w| meets(w, Some(&w.label), book)).collect()
            }
            (None, _) => Vec::new(),
        };
        let each = match (&explanation.ways, &explanation.ways_below[..]) {
            (Some(ways), _) => ways.met,
            (None, [only]) => only.met,
            _ => 0,
        };
        let more = shows(each, all);
        let parts = [met.join("; "), counted + &more].into_iter().filter(|part| !part.is_empty());
        let text = parts.collect::<Vec<_>>().join(". ");
        if text.is_empty() {
            let may_be = shown == 1 && !explanation.shortest;
            return if may_be { book.say(Phrase::MayBeShorter, &[]) + "." } else { text };
        }
        return text + ".";
    }
    // Of one way there is something to tell where more passages can be seen.
    if let Some(ways) = explanation.ways.as_ref().filter(|ways| ways.of > 1 || !all) {
        return meets(ways, None, book) + &passages(ways, book) + &shows(ways.met, all) + ".";
    }
    if let [.., last] = &explanation.ways_below[..]
        && !all
    {
        let each: Vec<String> =
            explanation.ways_below.iter().map(|w| meets(w, Some(&w.label), book) + &passages(w, book)).collect();
        let met = if each.len() == 1 { last.met } else { 0 };
        return each.join("; ") + &shows(met, all) + ".";
    }
    let mut text = match (shown, apart) {
        (1, _) if all && explanation.shortest => return String::new(),
        (1, _) if all => book.say(Phrase::MayBeShorter, &[]),
        // `one of at least 1` would tell nothing.
        _ if at_least && number <= shown as u128 => book.say(Phrase::MayBeOthers, &[]),
        (_, true) if all => book.say(Phrase::AllReasons, &[of]),
        (1, true) => book.say(Phrase::OneReason, &[of]),
        (1, false) => book.say(Phrase::OneWay, &[of]),
        (_, true) => book.say(Phrase::SomeReasons, &[shown_holder, of]),
        (_, false) => book.say(Phrase::SomeWays, &[shown_holder, of]),
    };
    if !all && commands && number > shown as u128 {
        text += &book.say(Phrase::ShowsMore, &[("number", &more_than(shown, explanation.reasons))]);
    }
    text + "."
}

/// `m15 meets 9 of the 9 ways in which this is defined`; of another concept its label is told.
fn meets(ways: &WaysMet, label: Option<&str>, book: &Book) -> String {
    let (met, of) = (ways.met.to_string(), ways.of.to_string());
    let (subject, met, of) = (("subject", &*ways.subject), ("met", &*met), ("of", &*of));
    match label {
        Some(label) if ways.of == 1 => book.say(Phrase::MeetsOneWayOf, &[subject, ("label", label)]),
        Some(label) => book.say(Phrase::MeetsWaysOf, &[subject, met, of, ("label", label)]),
        None if ways.of == 1 => book.say(Phrase::MeetsOneWay, &[subject]),
        None => book.say(Phrase::MeetsWays, &[subject, met, of]),
    }
}

/// `, found in 14 places of the texts`
fn passages(ways: &WaysMet, book: &Book) -> String {
    match (ways.passages, ways.at_least) {
        (0, _) => String::new(),
        (1, false) => book.say(Phrase::InPassage, &[]),
        (number, false) => book.say(Phrase::InPassages, &[("number", &number.to_string())]),
        (number, true) => {
            let number = book.say(Phrase::AtLeastSo, &[("number", &number.to_string())]);
            book.say(Phrase::InPassages, &[("number", &number)])
        }
    }
}

/// How to see more, where there is more.
fn shows(met: usize, shown: usize, all: bool, (explanation, book): (&Explanation, &Book)) -> String {
    match all {
        true => String::new(),
        false if shown < met => book.say(Phrase::ShowsEach, &[("number", &met.to_string())]),
        false => book.say(Phrase::ShowsMore, &[("number", &more_than(shown, explanation.reasons))]),
    }
}

/// What to ask for where so many are shown.
fn more_than(shown: usize, reasons: ReasonCount) -> String {
    let few = reasons.number > shown as u128 && reasons.number < 5 && !reasons.at_least;
    if few {
        reasons.number.to_string()
    } else if shown < 5 {
        5.to_string()
    } else {
        shown.saturating_mul(2).min(1000).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::explanation::Step;

    #[test]
    fn that_there_is_at_least_one_reason_is_not_told_of_one_that_is_shown() {
        let reasons = ReasonCount { number: 1, at_least: true, apart: true };
        let (root, others, ways_below) = (Step::default(), Vec::new(), Vec::new());
        let (coded, ways) = (None, None);
        let told =
            told(&Explanation { root, others, reasons, shortest: true, coded, ways, ways_below }, Default::default());
        assert_eq!(told, "There may be other reasons.");
    }
}
