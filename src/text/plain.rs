//! Plain characters: those that a fold makes one character of, by their case alone.
//!
//! In a text of plain characters whatever a pattern looks for stands as it is written, but for capital letters,
//! apostrophes, dashes and blanks; so it can be looked for without folding the text first. What is written with marks
//! of its own, leaves no trace, or folds to several characters or to an ASCII letter (`ſ`, the Kelvin sign, `ß`) is not
//! plain: such a text is folded. What is known of a character is kept in blocks of 256, made when first asked for.

use super::fold::fold_character;
use super::fold::starts_cluster;
use super::letter::{is_apostrophe, is_dash, is_invisible, is_space, is_unspaced, is_word};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use std::sync::OnceLock;
use unicode_normalization::char::is_combining_mark;

const BLOCK: usize = 256;
const BLOCKS: usize = 0x20000 / BLOCK;

/// What a plain character is in the folded text; 0 for the others.
static SEEN: [OnceLock<Box<[u32; BLOCK]>>; BLOCKS] = [const { OnceLock::new() }; BLOCKS];

/// What a plain character is in the folded text; nothing for a character that is not plain.
pub fn seen(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase());
    }
    let at = c as usize;
    let Some(block) = SEEN.get(at / BLOCK) else { return fold_alone(c) };
    let block = block.get_or_init(|| {
        let first = (at / BLOCK * BLOCK) as u32;
        let fold = |i: usize| char::from_u32(first + i as u32).and_then(fold_alone).map_or(0, u32::from);
        Box::new(std::array::from_fn(fold))
    });
    char::from_u32(block[at % BLOCK]).filter(|&c| c != '\0')
}

/// True for a text of plain characters.
pub fn is_plain(text: &str) -> bool {
    text.is_ascii() || text.chars().all(|c| c.is_ascii() || seen(c).is_some())
}

/// The characters that differ from one in case only, itself first.
pub fn variants(c: char) -> Vec<char> {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    let mut found = vec![c];
    if class.try_case_fold_simple().is_ok() {
        found.extend(class.iter().flat_map(|range| range.start()..=range.end()).filter(|&other| other != c));
    }
    found
}

fn fold_alone(c: char) -> Option<char> {
    if is_invisible(c) || !starts_cluster(c) {
        return None;
    }
    match c {
        c if is_apostrophe(c) => return Some('\''),
        c if is_dash(c) => return Some('-'),
        c if is_space(c) => return Some(' '),
        _ => {}
    }
    let mut folded = String::new();
    fold_character(c, &mut folded);
    let small: String = c.to_lowercase().collect();
    let (folded, small) = (only(&folded)?, only(&small)?);
    let differs_in_case = |other: char| other == c || !other.is_ascii() && variants(other).contains(&c);
    let kind = |c: char| (is_word(c), is_unspaced(c), c.is_numeric(), is_combining_mark(c), is_space(c) || is_dash(c));
    (differs_in_case(folded) && differs_in_case(small) && kind(folded) == kind(c)).then_some(folded)
}

fn only(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::Folded;

    #[test]
    fn a_text_of_plain_characters_folds_character_by_character() {
        for c in ('\u{80}'..=char::MAX).filter(|&c| seen(c).is_some()) {
            let text = format!("a{c}{c}b");
            let folded = Folded::new(&text);
            assert!(folded.text.chars().eq(text.chars().filter_map(seen)), "{c:?}");
            assert_eq!(text.to_lowercase().chars().count(), 4, "{c:?}");
        }
    }

    #[test]
    fn what_folds_to_more_than_its_small_letter_is_not_plain() {
        for c in ['ſ', '\u{212A}', 'ß', 'ẞ', 'ı', 'İ', 'ﬁ', '\u{301}', '\u{AD}', '\u{200D}', '\u{37E}', 'ŉ'] {
            assert_eq!(seen(c), None, "{c:?}");
        }
        for (c, folded) in [('É', 'é'), ('ς', 'σ'), ('’', '\''), ('–', '-'), ('房', '房'), ('Ж', 'ж'), ('😀', '😀')]
        {
            assert_eq!(seen(c), Some(folded), "{c:?}");
        }
        assert!(is_plain("naïve – “so”") && !is_plain("Straße"));
    }
}
