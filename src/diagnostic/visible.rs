//! Untrusted text stays text: what a message or a file says can neither move the cursor, nor change colours, nor turn
//! the direction of writing. Everything that is printed for people goes through here.

use std::borrow::Cow;

/// What stands in the place of a character that must not reach a terminal; none where the character is harmless.
/// Every replacement is one column wide.
fn replacement(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => None,
        '\0'..='\x1F' => char::from_u32(0x2400 + c as u32),
        '\x7F' => Some('\u{2421}'),
        '\u{80}'..='\u{9F}' => Some('\u{FFFD}'),
        // Marks that turn the direction of writing, and the line ends of other systems.
        '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some('\u{FFFD}'),
        '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => Some('\u{FFFD}'),
        _ => None,
    }
}

/// The character as it may be printed.
pub(super) fn visible_char(c: char) -> char {
    replacement(c).unwrap_or(c)
}

/// The text with everything that could act on a terminal made visible; line ends and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| replacement(c).is_some()) {
        Cow::Owned(text.chars().map(visible_char).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The text on one line as by [`one_line`], but for what is written below the columns of a relation: there each line is
/// kept as [`visible`], without white space at its end. A text of the author's never breaks a line by itself.
pub fn lines(text: &str) -> String {
    if !text.contains("\nwritten: ") {
        return one_line(text);
    }
    let lines: Vec<String> =
        text.lines().map(|line| visible(&line.replace('\t', " ")).trim_end().to_string()).collect();
    lines.join("\n")
}

/// The text on one line: as [`visible`], with every run of white space folded into one blank and none at the ends.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(visible_char));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        assert_eq!(visible("a\x1b[31mred\x07\tb\nc"), "a␛[31mred␇\tb\nc");
        assert_eq!(visible("x\u{202E}y\u{9b}1m"), "x\u{FFFD}y\u{FFFD}1m");
        assert_eq!(one_line("  two\r\n\n lines\u{2028}here "), "two lines here");
        assert!(matches!(visible("日本 é 👩‍🔬"), Cow::Borrowed(_)));
    }
}
