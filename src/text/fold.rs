//! A text as a phrase sees it: without case, composed, with one apostrophe, one hyphen and one blank, and the way back
//! to the characters as they were written.
//!
//! Case goes by way of the capital letters, so what shares a capital is alike: `ß` and `ss`, `σ` and `ς`, and the `i`
//! with and without a dot. A message of ASCII letters only needs no map: its places are its bytes.

use super::letter::{is_apostrophe, is_dash, is_invisible, is_space};
use std::borrow::Cow;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A folded text and its map. Bytes of the folded text are `usize`, characters of the original `u32`.
#[derive(Debug, Clone)]
pub struct Folded<'t> {
    /// The folded text.
    pub text: Cow<'t, str>,
    /// For every byte of the folded text, the characters of the original that its character came from; nothing for
    /// an ASCII text.
    places: Vec<(u32, u32)>,
}

impl<'t> Folded<'t> {
    /// Folds a text for phrases.
    pub fn new(text: &'t str) -> Folded<'t> {
        if text.is_ascii() { Folded::ascii(text) } else { fold(text) }
    }

    /// Small letters as `str::to_lowercase` has them, and nothing else: for substrings.
    pub fn lower(text: &'t str) -> Folded<'t> {
        if text.is_ascii() {
            return Folded::ascii(text);
        }
        let lower = text.to_lowercase();
        let mut places = Vec::with_capacity(lower.len());
        for (at, c) in (0u32..).zip(text.chars()) {
            let bytes: usize = c.to_lowercase().map(char::len_utf8).sum();
            places.extend(std::iter::repeat_n((at, at + 1), bytes));
        }
        debug_assert_eq!(places.len(), lower.len(), "a final sigma is as long as another");
        Folded { text: Cow::Owned(lower), places }
    }

    fn ascii(text: &'t str) -> Folded<'t> {
        let has_capitals = text.bytes().any(|b| b.is_ascii_uppercase());
        let text = if has_capitals { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
        Folded { text, places: Vec::new() }
    }

    /// The characters of the original that bytes `start..end` of the folded text came from.
    pub fn original(&self, start: usize, end: usize) -> (u32, u32) {
        match self.places.is_empty() || start >= end {
            true => (start as u32, end as u32),
            false => (self.places[start].0, self.places[end - 1].1),
        }
    }
}

/// True for a character at which a text may be cut and its parts be composed on their own.
pub(super) fn starts_cluster(c: char) -> bool {
    c.is_ascii() || canonical_combining_class(c) == 0 && is_nfc_quick(std::iter::once(c)) != IsNormalized::Maybe
}

fn fold(text: &str) -> Folded<'static> {
    let mut folded = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut visible = (0u32..).zip(text.chars()).filter(|&(_, c)| !is_invisible(c)).peekable();
    let mut cluster = String::new();
    while let Some((start, first)) = visible.next() {
        let mut end = start + 1;
        cluster.clear();
        while let Some((at, mark)) = visible.next_if(|&(_, c)| !starts_cluster(c)) {
            if cluster.is_empty() {
                cluster.push(first);
            }
            cluster.push(mark);
            end = at + 1;
        }
        let from = folded.len();
        match cluster.is_empty() {
            true => fold_character(first, &mut folded),
            false => fold_cluster(&cluster, &mut folded),
        }
        places.extend(std::iter::repeat_n((start, end), folded.len() - from));
    }
    Folded { text: Cow::Owned(folded), places }
}

pub(super) fn fold_character(c: char, into: &mut String) {
    match c {
        c if c.is_ascii() => into.push(c.to_ascii_lowercase()),
        c if is_apostrophe(c) => into.push('\''),
        c if is_dash(c) => into.push('-'),
        c if is_space(c) => into.push(' '),
        c => fold_cluster(c.encode_utf8(&mut [0; 4]), into),
    }
}

/// Composes, takes the small letters of the capitals (of `ẞ` too, which has a small letter with a longer capital), and
/// composes again: some capitals have no composed form.
fn fold_cluster(cluster: &str, into: &mut String) {
    let small = |c: char| if c == '\u{130}' { 'i'.to_lowercase() } else { c.to_lowercase() };
    let alike = cluster.nfc().flat_map(small).flat_map(char::to_uppercase).flat_map(small).nfc();
    into.extend(alike.map(|c| if is_apostrophe(c) { '\'' } else { c }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        Folded::new(text).text.into_owned()
    }

    #[test]
    fn what_looks_alike_folds_alike() {
        assert_eq!(folded("Cafe\u{301} ’n‑x"), "café 'n-x");
        assert_eq!(folded("STRASSE ẞ"), folded("straße ß"));
        assert_eq!(folded("ΣΊΣΥΦΟΣ"), folded("σίσυφος"));
        assert_eq!(folded("İIıi"), "iiii");
        assert_eq!(folded("\u{390}"), folded("\u{1FD3}"));
        assert_eq!(folded("한국"), folded("\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"));
        assert_eq!(folded("so\u{AD}ft\u{FEFF}"), "soft");
    }

    #[test]
    fn places_lead_back_to_whole_characters() {
        let f = Folded::new("ée\u{301}ß\u{AD}x");
        assert_eq!(f.text, "ééssx");
        assert_eq!(f.original(0, 2), (0, 1));
        assert_eq!(f.original(2, 4), (1, 3));
        assert_eq!(f.original(4, 5), (3, 4));
        assert_eq!(f.original(4, 7), (3, 6));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in ('\u{80}'..='\u{1FFFF}').filter(|&c| !is_invisible(c)) {
            let once = folded(&c.to_string());
            assert_eq!(folded(&once), once, "{c:?}");
        }
    }
}
