//! Quotations and the texts that they are taken from: whether the words of a passage are those of a quotation, and where
//! a quotation stands in a text.
//!
//! Alike are what differs only in the shape of its signs: any run of white space is one blank, quotation marks and
//! dashes have one form each, letters are composed, and what leaves no trace on the page is passed over. Capitals
//! count. An ellipsis in a quotation, `…`, `...` or `[...]`, stands for what was left out: its parts come in order.

use super::fold::starts_cluster;
use super::letter::{is_apostrophe, is_dash, is_invisible, is_space};
use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

/// How many bytes of a quotation are looked up at once.
const KEY: usize = 8;

/// A text in which quotations are looked for.
#[derive(Debug, Default)]
pub struct Quoted {
    text: String,
    /// For every byte of the folded text, the characters of the original that it came from; nothing where byte and
    /// character are the same.
    places: Vec<(u32, u32)>,
    /// Where the first bytes of the quotations stand that were announced.
    index: FxHashMap<[u8; KEY], Vec<u32>>,
}

/// The words of a quotation, apart where something was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    whole: String,
    parts: Vec<String>,
    /// An ellipsis stands before the first part.
    open_start: bool,
    /// An ellipsis stands after the last part.
    open_end: bool,
}

impl Quoted {
    /// Folds a text, and makes ready to find these quotations in it.
    pub fn new<'q>(text: &str, quotations: impl Iterator<Item = &'q Quotation>) -> Quoted {
        let (text, places) = fold(text);
        let mut index: FxHashMap<[u8; KEY], Vec<u32>> = FxHashMap::default();
        let keys: FxHashSet<[u8; KEY]> =
            quotations.flat_map(|q| q.parts.iter().chain([&q.whole])).filter_map(|part| key(part.as_bytes())).collect();
        if !keys.is_empty() {
            index.extend(keys.into_iter().map(|key| (key, Vec::new())));
            for (at, window) in (0u32..).zip(text.as_bytes().windows(KEY)) {
                if let Some(found) = key(window).and_then(|key| index.get_mut(&key)) {
                    found.push(at);
                }
            }
        }
        Quoted { text, places, index }
    }

    /// Where a part stands, from a byte on; its places may overlap.
    fn all<'a>(&'a self, part: &'a str, from: usize) -> Box<dyn Iterator<Item = usize> + 'a> {
        if let Some(found) = key(part.as_bytes()).and_then(|key| self.index.get(&key)) {
            let first = found.partition_point(|&at| (at as usize) < from);
            let places = found[first..].iter().map(|&at| at as usize);
            return Box::new(places.filter(move |&at| self.text.as_bytes()[at..].starts_with(part.as_bytes())));
        }
        let mut at = from;
        Box::new(std::iter::from_fn(move || {
            let found = at + self.text.get(at..)?.find(part)?;
            at = found + self.text[found..].chars().next()?.len_utf8();
            Some(found)
        }))
    }

    fn original(&self, start: usize, end: usize) -> (u32, u32) {
        match self.places.is_empty() || start >= end {
            true => (start as u32, end as u32),
            false => (self.places[start].0, self.places[end - 1].1),
        }
    }
}

impl Quotation {
    /// The words of a quotation; nothing where it has none.
    pub fn new(text: &str) -> Option<Quotation> {
        let whole = fold(text).0.trim().to_string();
        // The sign that no folded text has stands for what was left out.
        let mut marked = whole.clone();
        for ellipsis in ["[...]", "(...)", "..."] {
            marked = marked.replace(ellipsis, "\n");
        }
        let pieces: Vec<&str> = marked.split('\n').map(str::trim).collect();
        // More than three dots are one ellipsis.
        let pieces = pieces.iter().enumerate().map(|(i, p)| if i == 0 { p } else { p.trim_start_matches('.').trim() });
        let pieces: Vec<&str> = pieces.collect();
        let (open_start, open_end) = (pieces.first()?.is_empty(), pieces.last()?.is_empty());
        let parts: Vec<String> = pieces.into_iter().filter(|p| !p.is_empty()).map(str::to_string).collect();
        (!parts.is_empty()).then_some(Quotation { whole, parts, open_start, open_end })
    }

    /// True where a passage has these words.
    pub fn is(&self, passage: &str) -> bool {
        let (folded, _) = fold(passage);
        let mut rest = folded.trim();
        if rest == self.whole {
            return true;
        }
        let last = self.parts.len() - 1;
        for (i, part) in self.parts.iter().enumerate() {
            let (fixed_start, fixed_end) = (i == 0 && !self.open_start, i == last && !self.open_end);
            let after = match (fixed_start, fixed_end) {
                (true, true) => rest.strip_prefix(part.as_str()).filter(|rest| rest.is_empty()),
                (true, false) => rest.strip_prefix(part.as_str()),
                (false, true) => rest.strip_suffix(part.as_str()).map(|_| ""),
                (false, false) => rest.find(part.as_str()).map(|at| &rest[at + part.len()..]),
            };
            let Some(after) = after else { return false };
            rest = after;
        }
        true
    }

    /// The places where it stands in a text, at most so many, in characters of the text as it was written.
    pub fn places(&self, quoted: &Quoted, most: usize) -> Vec<(u32, u32)> {
        let whole = quoted.all(&self.whole, 0).take(most);
        let found: Vec<_> = whole.map(|at| quoted.original(at, at + self.whole.len())).collect();
        let (Some(first), Some(last)) = (self.parts.first(), self.parts.last()) else { return found };
        if !found.is_empty() || *first == self.whole {
            return found;
        }
        // From each place of the first part to the next place of the last; where no start has an end, no later one has.
        let end = |from: usize| {
            let mut rest = self.parts[1..].iter();
            rest.try_fold(from, |at, part| Some(quoted.all(part, at).next()? + part.len()))
        };
        let starts = quoted.all(first, 0);
        let hulls = starts.map_while(|at| Some((at, end(at + first.len())?)));
        let mut hulls: Vec<(usize, usize)> = hulls.take(most).collect();
        if let [(start, end)] = hulls[..]
            && self.parts.len() > 1
        {
            let later = quoted.all(last, end).take(most.saturating_sub(1));
            hulls.extend(later.map(|at| (start, at + last.len())));
        }
        hulls.into_iter().map(|(start, end)| quoted.original(start, end)).collect()
    }
}

fn key(bytes: &[u8]) -> Option<[u8; KEY]> {
    bytes.first_chunk().copied()
}

/// The folded text, and for each of its bytes where it came from; nothing where a byte is a character.
fn fold(text: &str) -> (String, Vec<(u32, u32)>) {
    let two_spaces = |w: &[u8]| w[0].is_ascii_whitespace() && w[1].is_ascii_whitespace();
    if text.is_ascii() && !text.as_bytes().windows(2).any(two_spaces) {
        return (text.replace(|c: char| c.is_ascii_whitespace() || c == '\u{B}', " "), Vec::new());
    }
    let mut folded = String::with_capacity(text.len());
    let mut places: Vec<(u32, u32)> = Vec::with_capacity(text.len());
    let mut characters = (0u32..).zip(text.chars()).peekable();
    let mut cluster = String::new();
    while let Some((start, first)) = characters.next() {
        let mut end = start + 1;
        if is_invisible(first) {
            continue;
        }
        let from = folded.len();
        if is_space(first) {
            while let Some((at, _)) = characters.next_if(|&(_, c)| is_space(c) || is_invisible(c)) {
                end = at + 1;
            }
            folded.push(' ');
        } else {
            cluster.clear();
            cluster.push(first);
            while let Some((at, c)) = characters.next_if(|&(_, c)| is_invisible(c) || !starts_cluster(c)) {
                end = at + 1;
                if !is_invisible(c) {
                    cluster.push(c);
                }
            }
            match first {
                _ if cluster.len() > first.len_utf8() => folded.extend(cluster.nfc().map(shape)),
                '…' => folded.push_str("..."),
                c if c.is_ascii() => folded.push(shape(c)),
                c => folded.extend(std::iter::once(c).nfc().map(shape)),
            }
        }
        places.extend(std::iter::repeat_n((start, end), folded.len() - from));
    }
    (folded, places)
}

/// One form for quotation marks and for dashes.
fn shape(c: char) -> char {
    match c {
        '\u{201C}'..='\u{201F}' | '«' | '»' | '\u{2033}' | '\u{FF02}' => '"',
        '‹' | '›' | '\u{201A}' => '\'',
        c if is_apostrophe(c) => '\'',
        c if is_dash(c) => '-',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(quote: &str, text: &str) -> Vec<(u32, u32)> {
        let quotation = Quotation::new(quote).unwrap();
        quotation.places(&Quoted::new(text, std::iter::once(&quotation)), 5)
    }

    #[test]
    fn signs_of_another_shape_are_alike_and_capitals_are_not() {
        let quotation = Quotation::new("\"I  don't –\r\nreally– like cafe\u{301}s\"").unwrap();
        assert!(quotation.is(" “I don’t - really- like cafés” "));
        assert!(!quotation.is("\"i don't - really- like cafés\""));
        assert!(Quotation::new(" … ").is_none() && Quotation::new("").is_none());
    }

    #[test]
    fn an_ellipsis_stands_for_what_was_left_out() {
        let is = |quote: &str, passage| Quotation::new(quote).unwrap().is(passage);
        assert!(is("I like [...] quiet", "I like the quiet") && is("I like… quiet", "I like… quiet"));
        assert!(is("... the quiet", "I like the quiet") && is("I like....", "I like the quiet"));
        assert!(!is("I like ... the", "I like the quiet") && !is("quiet ... like", "I like the quiet"));
        assert_eq!(places("I like [...] quiet", "Yes. I like the quiet."), [(5, 21)]);
        assert_eq!(places("I like … quiet", "I like, I like the quiet"), [(0, 24), (8, 24)]);
        assert_eq!(places("like … quiet", "I like the quiet, the quiet"), [(2, 16), (2, 27)]);
        assert_eq!(places("like … noise", "I like the quiet"), []);
    }

    #[test]
    fn places_are_characters_as_they_were_written() {
        assert_eq!(places("the quiet", "👩‍👧 the\r\n  quiet"), [(4, 16)]);
        assert_eq!(places("café", "un cafe\u{301}!"), [(3, 8)]);
        assert_eq!(places("cafe\u{301} noir", "un café noir"), [(3, 12)]);
        assert_eq!(places("❤", "my ❤\u{FE0F}."), [(3, 5)]);
        assert_eq!(places("aa", "aaa"), [(0, 2), (1, 3)]);
        assert_eq!(places("a long quotation", "a long quotation, a long quotation"), [(0, 16), (18, 34)]);
    }
}
