//! The texts of a study's messages, with their parts found once.
//!
//! A fork copies a handle: the texts and what is known of their words and sentences are shared. Messages come, change
//! and go one by one, in a fork or in the study itself.

use super::segment::{self, Range, Segments, slice};
use crate::base::Value;
use crate::base::persist::Map;
use crate::syntax::tree::Unit;
use std::sync::Arc;

/// Texts by message. What is asked of a message that is not there is false, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    messages: Map<Value, Segments>,
}

/// A quote in its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// What stands before it, from the start of the sentence, or from an ellipsis on.
    pub before: String,
    /// The quote, whole.
    pub quote: String,
    /// What stands after it, to the end of the sentence, or up to an ellipsis.
    pub after: String,
}

impl Corpus {
    /// Keeps the text of a message, instead of the one it had.
    pub fn insert(&mut self, message: Value, text: impl Into<Arc<str>>) {
        self.messages.insert(message, Segments::new(text));
    }

    /// Forgets a message; true if it was there.
    pub fn remove(&mut self, message: Value) -> bool {
        self.messages.remove(&message).is_some()
    }

    /// The text of a message.
    pub fn text(&self, message: Value) -> Option<&Arc<str>> {
        self.segments(message).map(Segments::text)
    }

    /// The parts of a message's text.
    pub fn segments(&self, message: Value) -> Option<&Segments> {
        self.messages.get(&message)
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// True without messages.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The messages with their parts, in the order of their values.
    pub fn iter(&self) -> impl Iterator<Item = (Value, &Segments)> {
        self.messages.iter().map(|(&message, segments)| (message, segments))
    }

    /// Two different passages of a message, in either order, with at most so many words between.
    pub fn near(&self, message: Value, a: Range, b: Range, within: u32) -> bool {
        self.segments(message).is_some_and(|s| s.near(a, b, within))
    }

    /// The first passage ends before the second starts, with at most so many words between.
    pub fn before(&self, message: Value, a: Range, b: Range, within: Option<u32>) -> bool {
        self.segments(message).is_some_and(|s| s.before(a, b, within))
    }

    /// Both passages lie within one sentence or paragraph of a message.
    pub fn same(&self, unit: Unit, message: Value, a: Range, b: Range) -> bool {
        self.segments(message).is_some_and(|s| s.same(unit, a, b))
    }

    /// Both passages share a character.
    pub fn overlaps(&self, message: Value, a: Range, b: Range) -> bool {
        self.messages.contains_key(&message) && segment::overlaps(a, b)
    }

    /// The sentence, or sentences, that hold a passage.
    pub fn sentence(&self, message: Value, range: Range) -> Option<Range> {
        self.segments(message).map(|s| s.sentence_of(range))
    }

    /// A passage in its sentence, with at most `around` characters on either side; what is more is cut where a word
    /// ends and marked with an ellipsis. A place outside the text has an empty quote.
    pub fn excerpt(&self, message: Value, range: Range, around: usize) -> Option<Excerpt> {
        let text = self.text(message)?;
        let (start, end) = self.sentence(message, range)?;
        let before = slice(text, (start, range.0.max(start)));
        let after = slice(text, (range.1.min(end), end));
        Some(Excerpt {
            before: cut_before(before, around),
            quote: slice(text, range).to_string(),
            after: cut_after(after, around),
        })
    }
}

fn cut_before(text: &str, most: usize) -> String {
    let length = text.chars().count();
    let Some(excess) = length.checked_sub(most).filter(|&n| n > 0) else { return text.to_string() };
    let (dropped, kept) = text.split_at(text.char_indices().nth(excess).map_or(text.len(), |(at, _)| at));
    let within_a_word = !dropped.ends_with(char::is_whitespace) && !kept.starts_with(char::is_whitespace);
    let from = if within_a_word { kept.find(char::is_whitespace).unwrap_or(kept.len()) } else { 0 };
    let kept = kept[from..].trim_start();
    // Where nothing is left, the blank that stood before the quote stays.
    if kept.is_empty() && text.ends_with(char::is_whitespace) { "… ".into() } else { format!("…{kept}") }
}

fn cut_after(text: &str, most: usize) -> String {
    let Some((at, _)) = text.char_indices().nth(most) else { return text.to_string() };
    let (kept, dropped) = text.split_at(at);
    let within_a_word = !dropped.starts_with(char::is_whitespace) && !kept.ends_with(char::is_whitespace);
    let to = if within_a_word { kept.rfind(char::is_whitespace).unwrap_or(0) } else { kept.len() };
    let kept = kept[..to].trim_end();
    if kept.is_empty() && text.starts_with(char::is_whitespace) { " …".into() } else { format!("{kept}…") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(text: &str) -> (Corpus, Value) {
        let (mut corpus, message) = (Corpus::default(), Value::from_bits(7));
        corpus.insert(message, text);
        (corpus, message)
    }

    fn shown(text: &str, range: Range, around: usize) -> String {
        let (corpus, message) = corpus(text);
        let e = corpus.excerpt(message, range, around).unwrap();
        format!("{}[{}]{}", e.before, e.quote, e.after)
    }

    #[test]
    fn a_quote_is_shown_in_its_sentence() {
        let text = "First. Is there a spåce we could share? Last.";
        assert_eq!(shown(text, (18, 23), 80), "Is there a [spåce] we could share?");
        assert_eq!(shown(text, (18, 23), 8), "…there a [spåce] we…");
        assert_eq!(shown(text, (18, 23), 3), "…a [spåce] we…");
        assert_eq!(shown(text, (18, 23), 1), "… [spåce] …");
        assert_eq!(shown(text, (0, 45), 10), "[First. Is there a spåce we could share? Last.]");
        assert_eq!(shown("", (3, 9), 10), "[]");
        assert_eq!(shown("短い文。次の文だ。", (4, 6), 10), "[次の]文だ。");
    }

    #[test]
    fn what_is_not_there_has_nothing() {
        let (mut corpus, message) = corpus("a b");
        let other = Value::from_bits(8);
        assert!(corpus.near(message, (0, 1), (2, 3), 0) && !corpus.near(other, (0, 1), (2, 3), 0));
        assert!(!corpus.overlaps(other, (0, 1), (0, 1)) && corpus.excerpt(other, (0, 1), 5).is_none());
        let fork = corpus.clone();
        assert!(corpus.remove(message) && !corpus.remove(message));
        assert_eq!((corpus.len(), fork.len()), (0, 1));
    }
}
