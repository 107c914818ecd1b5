//! A run of characters anywhere in a text, within words too, without regard to case: the keywords of a table.
//!
//! A text holds a keyword exactly where `keyword.lower() in text.lower()` would say so in Python; nothing else is
//! folded. Places do not overlap, the leftmost first.

use super::bytes::Bytes;
use super::error::PatternError;
use super::fold::Folded;
use super::needle::{Run, Slot};
use super::plain::variants;

/// A substring, ready to be found.
#[derive(Debug, Clone)]
pub struct Substring {
    lower: String,
}

impl Substring {
    /// Reads a keyword; nothing of it is special.
    pub fn parse(text: &str) -> Result<Substring, PatternError> {
        if text.is_empty() {
            return Err(PatternError::new("an empty text is in every message").help("write the characters to look for"));
        }
        Ok(Substring { lower: text.to_lowercase() })
    }

    /// What a plain text must hold: the keyword in any letters.
    pub fn run(&self) -> Run {
        let slot = |c: char| if c.is_ascii() { Slot::One(c) } else { Slot::of(variants(c)) };
        Run { slots: self.lower.chars().map(slot).collect(), before: Bytes::ANY, after: Bytes::ANY }
    }

    /// All places in a plain text of which all starts of the keyword are known, in bytes; false where it must be looked
    /// for in small letters.
    pub fn find_around(&self, text: &str, starts: &[usize], places: &mut Vec<(usize, usize)>) -> bool {
        let mut last = 0;
        for &start in starts {
            let end = start + self.lower.len();
            let same = |found: &[u8]| found.eq_ignore_ascii_case(self.lower.as_bytes());
            if start >= last && text.as_bytes().get(start..end).is_some_and(same) {
                places.push((start, end));
                last = end;
            }
        }
        self.lower.is_ascii()
    }

    /// All places in a text folded by [`Folded::lower`], as characters of the original.
    pub fn find(&self, lower: &Folded<'_>, places: &mut Vec<(u32, u32)>) {
        let mut last = 0;
        for (start, found) in lower.text.match_indices(&self.lower) {
            let place = lower.original(start, start + found.len());
            // Two places of the small letters may lie in one character of the text.
            if places.is_empty() || place.0 >= last {
                last = place.1;
                places.push(place);
            }
        }
    }
}
