//! How near a passage comes to a pattern, in words; and why one that is there, or nearly, is left out.

use super::lexicon::Lexicon;
use super::passage::{How, Nearby};
use crate::session::pattern_words::quoted;
use crate::text::segment::overlaps;
use crate::text::{Pattern, Range, Segments, slice};

/// How near something comes, in words.
pub(super) fn told(near: &Nearby, text: &Segments, lexicon: &Lexicon) -> String {
    // Words stand beside words, so both stand alike.
    let leaf = match &near.leaf {
        Pattern::Phrase(text) | Pattern::Stem { text, .. } => format!("`{text}`"),
        other => format!("`{}`", quoted(other)),
    };
    let words = &near.words;
    let said = match near.how {
        How::LeftOut => left_out(&near.leaf, near.range, text, lexicon),
        How::SameStem => format!("nearest is `{words}`, another form of {leaf}"),
        How::Spelling => format!("nearest is `{words}`, which is spelled nearly like {leaf}"),
        How::Begins => format!("nearest is `{words}`, a compound of {leaf}"),
        How::Apart => format!("nearest: all words of {leaf} are there, but not one after the other"),
        How::Telling => format!("nearest is `{words}`, which other messages with the code have"),
    };
    let said = match &near.against.denied {
        Some(by) if near.how == How::Apart => format!("{said}, and `{by}` stands among them"),
        Some(by) => format!("{said}; but `{by}` stands before it"),
        None => said,
    };
    match (&near.against.ruled_out, &near.against.denied) {
        (Some(why), None) => format!("{said}; but the code rules it out{why}"),
        (Some(why), Some(_)) => format!("{said}, and the code rules it out{why}"),
        (None, _) => said,
    }
}

/// That words are there and left out, with the part of the exception that does so.
pub(super) fn left_out(leaf: &Pattern, range: Range, text: &Segments, lexicon: &Lexicon) -> String {
    let words = one_line(range, text);
    match leaf {
        Pattern::Except(_, exception) => {
            let by = || format!(" by the exception `{}`", quoted(excepting(exception, range, text, lexicon)));
            let why = ruled_out(exception, range, text, lexicon).unwrap_or_else(by);
            format!("`{words}` is left out{why}")
        }
        _ => format!("`{words}` is there, but is left out"),
    }
}

/// Why an exception leaves out what stands somewhere: `, since …`; none where it does not.
pub(super) fn ruled_out(exception: &Pattern, range: Range, text: &Segments, lexicon: &Lexicon) -> Option<String> {
    let found = lexicon.places(exception, text).into_iter().find(|&other| overlaps(range, other))?;
    let words = one_line(range, text);
    let by = excepting(exception, range, text, lexicon);
    if let Some((here, there, within)) = beside(by, range, text, lexicon) {
        let (here, there) = (one_line(here, text), one_line(there, text));
        let within = if within == 1 { "1 word".to_string() } else { format!("{within} words") };
        return Some(format!(", since `{here}` stands within {within} of `{there}`"));
    }
    let found = lexicon.places(by, text).into_iter().find(|&other| overlaps(range, other)).unwrap_or(found);
    let whole = found.0 <= range.0 && range.1 <= found.1;
    let found = one_line(found, text);
    Some(match &*found {
        found if found.chars().all(|c| ".!?…".contains(c)) => ", since a sentence ends within it".to_string(),
        found if found == words => " by an exception for these words".to_string(),
        found if words.contains(found) => format!(", since `{found}` stands in it"),
        found if whole => format!(", since it is a part of `{found}`"),
        found => format!(", since some of it belongs to `{found}`"),
    })
}

fn one_line(range: Range, text: &Segments) -> String {
    slice(text.text(), range).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Of an exception that asks for two things near each other: the one that stands where something is left out, the other,
/// and how many words may stand between them.
fn beside(by: &Pattern, range: Range, text: &Segments, lexicon: &Lexicon) -> Option<(Range, Range, u32)> {
    let (Pattern::Near(p, q, within) | Pattern::Before(p, q, Some(within))) = by else { return None };
    let sides = [lexicon.places(p, text), lexicon.places(q, text)];
    let pairs = sides[0].iter().flat_map(|&a| sides[1].iter().map(move |&b| (a, b)));
    let near = pairs.filter(|(a, b)| a != b && text.words_between(*a, *b) <= *within as usize);
    let told = near
        .flat_map(|(a, b)| [(a, b), (b, a)])
        .filter(|(here, there)| overlaps(range, *here) && !overlaps(range, *there))
        // What stands in the same sentence is what a reader sees.
        .min_by_key(|(here, there)| {
            (text.sentence_of(*here) != text.sentence_of(*there), text.words_between(*here, *there))
        });
    told.map(|(here, there)| (here, there, *within))
}

/// The alternative of an exception that stands where something is left out.
fn excepting<'p>(exception: &'p Pattern, range: Range, text: &Segments, lexicon: &Lexicon) -> &'p Pattern {
    let Pattern::Or(parts) = exception else { return exception };
    let stands = |part: &&Pattern| lexicon.places(part, text).iter().any(|&other| overlaps(range, other));
    parts.iter().find(stands).map_or(exception, |part| excepting(part, range, text, lexicon))
}
