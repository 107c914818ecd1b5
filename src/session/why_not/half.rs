//! A combination of which one side is there and the other is not: what the text says of it, and what it lacks. It is not
//! near in the sense of `passage`, for the side that is there may be a common word; but it is not nothing either, unless it
//! is a word of grammar, which every text has.

use super::lexicon::Lexicon;
use crate::session::pattern_words::quoted;
use crate::syntax::tree::Unit;
use crate::text::{Pattern, Range, Segments, slice};

/// So many words are named.
const NAMED: usize = 3;

/// That one side is there, in words, and where it stands first; none where no more than words of grammar are.
pub(super) fn half(pattern: &Pattern, text: &Segments, lexicon: &Lexicon) -> Option<(String, Range)> {
    let mut found = Vec::new();
    halves(pattern, text, lexicon, &mut found);
    let tells = |range: &Range| lexicon.tells(slice(text.text(), *range));
    let (there, lost, within) = found.iter().find(|(there, ..)| there.iter().any(tells))?;
    let there: Vec<Range> = there.iter().copied().filter(tells).collect();
    let mut words: Vec<String> = Vec::new();
    for &range in &there {
        let word = format!("`{}`", slice(text.text(), range).split_whitespace().collect::<Vec<_>>().join(" "));
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let mut wanted = Vec::new();
    alternatives(lost, &mut wanted);
    let none = if wanted.len() == 1 { "not" } else { "none of" };
    Some((format!("says {}, but {none} {}{within}", listed(&words), listed(&wanted)), *there.first()?))
}

/// The passages of the side that is there, the side that is not, and how they should stand.
type Half<'p> = (Vec<Range>, &'p Pattern, String);

fn halves<'p>(pattern: &'p Pattern, text: &Segments, lexicon: &Lexicon, found: &mut Vec<Half<'p>>) {
    let words = |n: u32| if n == 1 { "1 word".to_string() } else { format!("{n} words") };
    let (a, b, within) = match pattern {
        Pattern::Or(parts) => return parts.iter().for_each(|part| halves(part, text, lexicon, found)),
        Pattern::Except(part, _) => return halves(part, text, lexicon, found),
        Pattern::Near(a, b, n) | Pattern::Before(a, b, Some(n)) => (a, b, format!(" within {}", words(*n))),
        Pattern::Before(a, b, None) => (a, b, String::new()),
        Pattern::InSame(Unit::Sentence, a, b) => (a, b, " in the same sentence".to_string()),
        Pattern::InSame(Unit::Paragraph, a, b) => (a, b, " in the same paragraph".to_string()),
        _ => return,
    };
    let (first, second) = (lexicon.places(a, text), lexicon.places(b, text));
    match (first.is_empty(), second.is_empty()) {
        (false, true) => found.push((first, b, within)),
        (true, false) => found.push((second, a, within)),
        (true, true) => [a, b].into_iter().for_each(|side| halves(side, text, lexicon, found)),
        (false, false) => {}
    }
}

fn alternatives(pattern: &Pattern, words: &mut Vec<String>) {
    match pattern {
        Pattern::Or(parts) => parts.iter().for_each(|part| alternatives(part, words)),
        Pattern::Phrase(text) | Pattern::Stem { text, .. } => words.push(format!("`{text}`")),
        other => words.push(format!("`{}`", quoted(other))),
    }
}

/// ``a`, `b` and `c``; of many, the first and how many others.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if words.len() <= NAMED => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} others", words[..NAMED - 1].join(", "), words.len() + 1 - NAMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::program::Program;
    use crate::text::Language;

    #[test]
    fn the_side_that_is_there_is_named_and_what_it_lacks() {
        let phrase = |text: &str| Pattern::Phrase(text.into());
        let shared = Pattern::Or(["share", "common", "joint", "rent"].map(phrase).to_vec());
        let pattern = Pattern::Near(Box::new(shared), Box::new(phrase("room*")), 5);
        let lexicon = Lexicon::of(&Program::default(), Language::English);
        let said = |text: &str| half(&pattern, &Segments::new(text), &lexicon).map(|(said, _)| said);
        let lacks = "none of `share`, `common` and 2 others within 5 words";
        assert_eq!(said("A room, and rooms."), Some(format!("says `room` and `rooms`, but {lacks}")));
        assert_eq!(said("In common."), Some("says `common`, but not `room*` within 5 words".into()));
        assert_eq!(said("Nothing of it."), None);
        let export = Pattern::Before(Box::new(phrase("export")), Box::new(phrase("to")), Some(1));
        let said = |text: &str| half(&export, &Segments::new(text), &lexicon).map(|(said, _)| said);
        assert_eq!(said("A unit going next to our studio."), None);
        assert_eq!(said("They export it."), Some("says `export`, but not `to` within 1 word".into()));
    }
}
