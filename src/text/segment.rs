//! The words, sentences and paragraphs of a text, and how passages lie to each other.
//!
//! Words are the segments of UAX 29 that hold a letter or digit. Sentences are those of UAX 29 with what messages
//! need: a blank line or the start of a list's item ends a sentence, a line that was only wrapped does not, and `Dr.`
//! does not either. Paragraphs stand between blank lines. Sentences and paragraphs cover the text without gaps. Each
//! is found when first asked for.

use crate::syntax::tree::Unit;
use std::ops::Range as Bytes;
use std::sync::{Arc, OnceLock};
use unicode_segmentation::UnicodeSegmentation;

/// A passage: characters from 0, end excluded.
pub type Range = (u32, u32);

/// A text with its parts. A clone shares them; a text of which no part was asked for keeps no room for them.
#[derive(Debug, Clone)]
pub struct Segments {
    text: Arc<str>,
    parts: OnceLock<Arc<Parts>>,
}

#[derive(Debug, Default)]
struct Parts {
    words: OnceLock<Box<[Range]>>,
    sentences: OnceLock<Box<[Range]>>,
    paragraphs: OnceLock<Box<[Range]>>,
}

/// The passage of a text. What lies outside the text is left out.
pub fn slice(text: &str, range: Range) -> &str {
    let (start, end) = (range.0 as usize, range.1.max(range.0) as usize);
    if text.is_ascii() {
        return &text[start.min(text.len())..end.min(text.len())];
    }
    let mut bytes = text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.len()));
    let from = bytes.nth(start).unwrap_or(text.len());
    let to = if end == start { from } else { bytes.nth(end - start - 1).unwrap_or(text.len()) };
    &text[from..to]
}

/// True where two passages share a character.
pub fn overlaps(a: Range, b: Range) -> bool {
    a.0 < b.1 && b.0 < a.1
}

impl Segments {
    /// The parts of a text; nothing is looked for yet.
    pub fn new(text: impl Into<Arc<str>>) -> Segments {
        Segments { text: text.into(), parts: OnceLock::new() }
    }

    fn parts(&self) -> &Parts {
        self.parts.get_or_init(Arc::default)
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The words with a letter or digit, in order.
    pub fn words(&self) -> &[Range] {
        self.parts().words.get_or_init(|| {
            let words = self.text.unicode_word_indices();
            characters(&self.text, words.map(|(at, word)| at..at + word.len()))
        })
    }

    /// The sentences, in order, white space after them included.
    pub fn sentences(&self) -> &[Range] {
        self.parts().sentences.get_or_init(|| characters(&self.text, sentences(&self.text).into_iter()))
    }

    /// The paragraphs, in order, the blank lines after them included.
    pub fn paragraphs(&self) -> &[Range] {
        self.parts().paragraphs.get_or_init(|| characters(&self.text, paragraphs(&self.text).into_iter()))
    }

    /// How many words lie wholly between two passages, in either order; none where they overlap.
    pub fn words_between(&self, a: Range, b: Range) -> usize {
        let (end, start) = if a.0 <= b.0 { (a.1, b.0) } else { (b.1, a.0) };
        if end >= start {
            return 0;
        }
        let words = self.words();
        let first = words.partition_point(|w| w.0 < end);
        let last = words.partition_point(|w| w.1 <= start);
        last.saturating_sub(first)
    }

    /// Two different passages, in either order, with at most so many words between.
    pub fn near(&self, a: Range, b: Range, within: u32) -> bool {
        a != b && self.words_between(a, b) <= within as usize
    }

    /// The first ends where the second starts, or before, with at most so many words between.
    pub fn before(&self, a: Range, b: Range, within: Option<u32>) -> bool {
        a.1 <= b.0 && within.is_none_or(|within| self.words_between(a, b) <= within as usize)
    }

    /// Both passages lie within one sentence or paragraph.
    pub fn same(&self, unit: Unit, a: Range, b: Range) -> bool {
        let held = self.unit_at(unit, a.0.min(b.0));
        held.is_some_and(|held| a.1.max(b.1) <= held.1)
    }

    /// The sentence or paragraph in which a character lies.
    pub fn unit_at(&self, unit: Unit, character: u32) -> Option<Range> {
        let units = match unit {
            Unit::Sentence => self.sentences(),
            Unit::Paragraph => self.paragraphs(),
        };
        units.get(units.partition_point(|u| u.1 <= character)).copied()
    }

    /// The sentence, or sentences, that hold a passage, without the white space around them.
    pub fn sentence_of(&self, range: Range) -> Range {
        let sentences = self.sentences();
        let Some(last) = sentences.len().checked_sub(1) else { return (0, 0) };
        let first = sentences.partition_point(|s| s.1 <= range.0).min(last);
        let after = sentences.partition_point(|s| s.0 < range.1).saturating_sub(1).clamp(first, last);
        let (start, end) = (sentences[first].0, sentences[after].1);
        let held = slice(&self.text, (start, end));
        let blank = |c: &char| c.is_whitespace();
        let leading = held.chars().take_while(blank).count() as u32;
        if leading == end - start {
            return (start, end);
        }
        let trailing = held.chars().rev().take_while(blank).count() as u32;
        ((start + leading).min(range.0.max(start)), (end - trailing).max(range.1.min(end)))
    }
}

/// Turns ranges of bytes, in order, into ranges of characters.
fn characters(text: &str, ranges: impl Iterator<Item = Bytes<usize>>) -> Box<[Range]> {
    if text.is_ascii() {
        return ranges.map(|r| (r.start as u32, r.end as u32)).collect();
    }
    let (mut byte, mut character) = (0, 0u32);
    let mut count = |to: usize| {
        character += text[byte..to].chars().count() as u32;
        byte = to;
        character
    };
    ranges.map(|r| (count(r.start), count(r.end))).collect()
}

/// The lines of a text, their line ends included.
fn lines(text: &str) -> impl Iterator<Item = Bytes<usize>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        at += line.len();
        at - line.len()..at
    })
}

fn paragraphs(text: &str) -> Vec<Bytes<usize>> {
    let mut found: Vec<Bytes<usize>> = Vec::new();
    let mut after_blank = true;
    for line in lines(text) {
        let blank = text[line.clone()].trim().is_empty();
        match found.last_mut() {
            Some(last) if blank || !after_blank => last.end = line.end,
            _ => found.push(line),
        }
        // Blank lines at the very start belong to the first paragraph.
        after_blank = blank && found.last().is_some_and(|f| !text[f.clone()].trim().is_empty());
    }
    found
}

fn sentences(text: &str) -> Vec<Bytes<usize>> {
    let unwrapped = unwrap_lines(text);
    let mut found: Vec<Bytes<usize>> = Vec::new();
    for (at, sentence) in unwrapped.split_sentence_bound_indices() {
        let goes_on = |last: &Bytes<usize>| {
            let before = &unwrapped[last.clone()];
            sentence.trim().is_empty() || before.trim().is_empty() || ends_in_abbreviation(before)
        };
        match found.last_mut() {
            Some(last) if goes_on(last) => last.end = at + sentence.len(),
            _ => found.push(at..at + sentence.len()),
        }
    }
    found
}

/// A text of the same bytes in which the line ends that are only wrapping are blanks.
fn unwrap_lines(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\n') {
        return text.into();
    }
    let mut unwrapped = String::with_capacity(text.len());
    let mut all = lines(text).peekable();
    while let Some(line) = all.next() {
        let line = &text[line];
        let next = all.peek().map(|next| text[next.clone()].trim());
        if next.is_some_and(|next| is_wrapped(line.trim(), next)) {
            let content = line.trim_end_matches(['\n', '\r']);
            unwrapped.push_str(content);
            unwrapped.extend(std::iter::repeat_n(' ', line.len() - content.len()));
        } else {
            unwrapped.push_str(line);
        }
    }
    unwrapped.into()
}

/// How long a line must be for a capital on the next one not to tell that a new sentence starts there.
const WRAPPED: usize = 60;

fn is_wrapped(line: &str, next: &str) -> bool {
    let Some(first) = next.chars().next() else { return false };
    let numbered = next.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_item = matches!(first, '-' | '*' | '+' | '>' | '#' | '|' | '•' | '·' | '–' | '—' | '◦' | '▪')
        || numbered.len() < next.len() && numbered.starts_with(['.', ')']);
    !line.is_empty() && !is_item && (first.is_lowercase() || line.chars().nth(WRAPPED - 1).is_some())
}

/// Abbreviations that hardly ever end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "cf", "approx", "z.b", "d.h", "u.a", "bzw", "ca", "nr",
    "hr", "fr", "mme", "mlle", "sra", "sr",
];

fn ends_in_abbreviation(sentence: &str) -> bool {
    let Some(content) = sentence.trim_end_matches([' ', '\u{a0}']).strip_suffix('.') else { return false };
    let word = content.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or(content);
    ABBREVIATIONS.iter().any(|a| word.eq_ignore_ascii_case(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(text: &'a str, ranges: &[Range]) -> Vec<&'a str> {
        ranges.iter().map(|&r| slice(text, r)).collect()
    }

    #[test]
    fn sentences_end_at_blank_lines_and_items_but_not_where_a_line_is_wrapped() {
        for (text, expected) in [
            ("One. Two! Three", vec!["One. ", "Two! ", "Three"]),
            ("no stop\n\nAnother", vec!["no stop\n\n", "Another"]),
            ("wrapped\r\nhere. Next", vec!["wrapped\r\nhere. ", "Next"]),
            ("Title\nBody goes on", vec!["Title\n", "Body goes on"]),
            ("we need:\n- a lab\n- a hub", vec!["we need:\n", "- a lab\n", "- a hub"]),
            ("Ask Dr. Smith, e.g. Anna. Yes", vec!["Ask Dr. Smith, e.g. Anna. ", "Yes"]),
            ("Größe. Ünder", vec!["Größe. ", "Ünder"]),
            ("住房。问题。", vec!["住房。", "问题。"]),
            ("", vec![]),
        ] {
            assert_eq!(parts(text, Segments::new(text).sentences()), expected);
        }
        let long = "The workshop that we all went to last year was the best thing that\nSheffield ever had. Yes";
        assert_eq!(Segments::new(long).sentences().len(), 2);
    }

    #[test]
    fn paragraphs_stand_between_blank_lines() {
        let text = "\n a\nb\n \t\r\n\nc\n";
        assert_eq!(parts(text, Segments::new(text).paragraphs()), ["\n a\nb\n \t\r\n\n", "c\n"]);
    }

    #[test]
    fn sentences_and_paragraphs_cover_the_text() {
        for text in ["é. B\n\n\n\u{2029} x. ", "\n\n", " ", "…\r\n\r\nß"] {
            let segments = Segments::new(text);
            for ranges in [segments.sentences(), segments.paragraphs()] {
                let whole: String = parts(text, ranges).concat();
                assert_eq!(whole, text);
            }
        }
    }

    #[test]
    fn words_between_are_counted_in_either_order() {
        let s = Segments::new("é one, two - three (four)");
        assert_eq!(s.words().len(), 5);
        assert_eq!(s.words_between((0, 1), (13, 18)), 2);
        assert_eq!(s.words_between((13, 18), (0, 1)), 2);
        assert_eq!(s.words_between((0, 5), (2, 10)), 0);
        assert!(s.near((0, 1), (13, 18), 2) && !s.near((0, 1), (13, 18), 1) && !s.near((0, 1), (0, 1), 1));
        assert!(s.before((0, 1), (2, 5), Some(0)) && !s.before((2, 5), (0, 1), None));
    }

    #[test]
    fn a_passage_is_shown_in_the_sentences_that_hold_it() {
        let s = Segments::new("  One. Two here.  Three.\n\nFour");
        assert_eq!(s.sentence_of((7, 10)), (7, 16));
        assert_eq!(s.sentence_of((3, 10)), (2, 16));
        assert_eq!(s.sentence_of((0, 99)), (0, 30));
        assert_eq!(Segments::new("").sentence_of((3, 4)), (0, 0));
        assert!(s.same(Unit::Sentence, (7, 10), (11, 15)) && !s.same(Unit::Sentence, (3, 5), (7, 10)));
        assert!(s.same(Unit::Paragraph, (3, 5), (18, 22)) && !s.same(Unit::Paragraph, (3, 5), (26, 30)));
    }

    #[test]
    fn slices_stay_within_the_text() {
        assert_eq!(slice("añb", (1, 2)), "ñ");
        assert_eq!(slice("añb", (2, 9)), "b");
        assert_eq!(slice("añb", (5, 2)), "");
        assert_eq!(slice("abc", (1, 1)), "");
        assert_eq!(slice("abc", (9, 12)), "");
    }
}
