//! Which characters make a word, and where words end: what phrases ask of a character.
//!
//! Words are those of UAX 29 but for three liberties that analysts expect: an apostrophe ends a word, so that
//! `"company"` finds `company's` and `"espace"` finds `l'espace` (only `n't` stays whole: `"can"` is not in `can't`);
//! an underscore is a sign, so that `_really_` and `#shared_space` hold words; and in scripts that write no spaces a
//! word may end anywhere.

use unicode_normalization::char::is_combining_mark;

/// True for letters, digits and the marks that sit on them; not for the letter that is an apostrophe.
pub fn is_word(c: char) -> bool {
    match c {
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        '\u{02BC}' => false,
        c => c.is_alphanumeric() || is_combining_mark(c),
    }
}

/// True for letters of scripts that write no spaces between words.
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{E00}'
        && matches!(c,
            '\u{0E00}'..='\u{0FFF}' // Thai, Lao, Tibetan
            | '\u{1000}'..='\u{109F}' | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}' // Burmese
            | '\u{1780}'..='\u{17FF}' | '\u{19E0}'..='\u{19FF}' // Khmer
            | '\u{1950}'..='\u{19DF}' | '\u{1A20}'..='\u{1AAF}' // Tai
            | '\u{A980}'..='\u{A9DF}' // Javanese
            | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}'
            | '\u{3038}'..='\u{303B}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFD}' // Han
            | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' // Kana
            | '\u{3100}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}') // Bopomofo
}

/// True for the letters that a `*` runs over: those of scripts with spaces.
pub fn is_running(c: char) -> bool {
    is_word(c) && !is_unspaced(c)
}

/// What is written as an apostrophe.
pub const APOSTROPHES: [char; 7] = ['\'', '\u{2019}', '\u{2018}', '\u{201B}', '\u{02BC}', '\u{00B4}', '\u{FF07}'];

/// True for what is written as an apostrophe.
pub fn is_apostrophe(c: char) -> bool {
    c == '\'' || !c.is_ascii() && APOSTROPHES.contains(&c)
}

/// True for hyphens and dashes of any length, and the minus.
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// True for white space of any kind; the zero-width space too, since a line may break there.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{200B}'
}

/// True for characters that leave no trace on the page: the soft hyphen, joiners, marks of direction, variation
/// selectors, a byte order mark.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{200C}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// True where a word begins or ends: between byte `at` of a text, folded or plain, and what stands before it.
pub fn is_boundary(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    if at == 0 || at == bytes.len() {
        return true;
    }
    if bytes[at - 1].is_ascii_alphanumeric() && bytes[at].is_ascii_alphanumeric() {
        return false;
    }
    let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
    let (Some(a), Some(b)) = (before, after) else { return true };
    if !b.is_ascii() && is_combining_mark(b) {
        return false;
    }
    match (is_word(a), is_word(b)) {
        (true, true) => is_unspaced(a) || is_unspaced(b),
        (true, false) => !(joins_numbers(text, at, b) || is_apostrophe(b) && is_not(text, at, b)),
        (false, true) => !joins_numbers(text, at - a.len_utf8(), a),
        (false, false) => true,
    }
}

/// True for the point or comma at byte `at` within `1,500` or `3.5`.
fn joins_numbers(text: &str, at: usize, c: char) -> bool {
    matches!(c, '.' | ',')
        && text[..at].chars().next_back().is_some_and(char::is_numeric)
        && text[at + 1..].chars().next().is_some_and(char::is_numeric)
}

/// True for the apostrophe at byte `at` within `can't`.
fn is_not(text: &str, at: usize, apostrophe: char) -> bool {
    let mut after = text[at + apostrophe.len_utf8()..].chars();
    let t = after.next().is_some_and(|c| matches!(c, 't' | 'T'));
    t && text[..at].ends_with(['n', 'N']) && !after.next().is_some_and(is_word)
}

/// True for a character that may stand within the letters that a `*` runs over.
pub fn may_run(c: char) -> bool {
    is_running(c) || is_apostrophe(c) || matches!(c, '\u{B7}' | '.' | ',')
}

/// Where the letters that a `*` may run over end, from byte `from` of a text, folded or plain. Apostrophes between
/// letters and points between digits belong to the word.
pub fn run_end(text: &str, from: usize) -> usize {
    let mut end = from;
    let mut before = text[..from].chars().next_back();
    for c in text[from..].chars() {
        let inner = || {
            let after = text[end + c.len_utf8()..].chars().next();
            match c {
                c if c == '\u{B7}' || is_apostrophe(c) => {
                    before.is_some_and(is_running) && after.is_some_and(is_running)
                }
                _ => joins_numbers(text, end, c),
            }
        };
        if !is_running(c) && !inner() {
            break;
        }
        end += c.len_utf8();
        before = Some(c);
    }
    end
}
