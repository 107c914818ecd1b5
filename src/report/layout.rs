//! Words into lines: wraps text to the width, with weights that survive a line end, and lets nothing through that
//! could act on a terminal.

use super::Look;
use crate::diagnostic::visible::visible;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a piece of text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As it is.
    Plain,
    /// Headings, and the passage that is meant.
    Strong,
    /// Places and other things to look up.
    Soft,
}

impl Weight {
    fn code(self) -> &'static str {
        match self {
            Weight::Plain => "",
            Weight::Strong => "\x1b[1m",
            Weight::Soft => "\x1b[2m",
        }
    }
}

/// A piece of text and how it is set.
pub type Piece = (String, Weight);

/// A plain piece.
pub fn plain(text: impl Into<String>) -> Piece {
    (text.into(), Weight::Plain)
}

/// A strong piece.
pub fn strong(text: impl Into<String>) -> Piece {
    (text.into(), Weight::Strong)
}

/// A soft piece.
pub fn soft(text: impl Into<String>) -> Piece {
    (text.into(), Weight::Soft)
}

/// Writes a paragraph: `first` before its first line, `rest` before the others. White space of any sort parts words;
/// a word longer than a line is broken.
pub fn paragraph(out: &mut String, pieces: &[Piece], first: &str, rest: &str, look: Look) {
    let room = |indent: &str| look.width.saturating_sub(indent.width()).max(20);
    out.push_str(first);
    let mut left = room(first);
    let mut at_start = true;
    let new_line = |out: &mut String, left: &mut usize| {
        trim_end(out);
        out.push('\n');
        out.push_str(rest);
        *left = room(rest);
    };
    for word in words(pieces) {
        let width: usize = word.iter().map(|(text, _)| text.width()).sum();
        if !at_start {
            if width < left {
                out.push(' ');
                left -= 1;
            } else {
                new_line(out, &mut left);
            }
        }
        at_start = false;
        for (text, weight) in word {
            let code = if look.colour { weight.code() } else { "" };
            out.push_str(code);
            for c in text.chars() {
                let wide = c.width().unwrap_or(0);
                if wide > left {
                    if !code.is_empty() {
                        out.push_str("\x1b[0m");
                    }
                    new_line(out, &mut left);
                    out.push_str(code);
                }
                out.push(c);
                left = left.saturating_sub(wide);
            }
            if !code.is_empty() {
                out.push_str("\x1b[0m");
            }
        }
    }
    trim_end(out);
    out.push('\n');
}

fn trim_end(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
}

/// Words are runs without white space; one word may have several weights.
fn words(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut words: Vec<Vec<Piece>> = Vec::new();
    let mut inside = false;
    for (text, weight) in pieces {
        for c in visible(text).chars() {
            if c.is_whitespace() && c != '\u{A0}' {
                inside = false;
                continue;
            }
            if !inside {
                words.push(Vec::new());
                inside = true;
            }
            let Some(word) = words.last_mut() else { continue };
            match word.last_mut() {
                Some((run, w)) if w == weight => run.push(c),
                _ => word.push((c.to_string(), *weight)),
            }
        }
    }
    words
}

/// A heading with a line under it.
pub fn heading(out: &mut String, text: &str, look: Look) {
    if !out.is_empty() {
        out.push('\n');
    }
    let start = out.len();
    paragraph(out, &[strong(text)], "", "", look);
    let width = out[start..].lines().map(|l| l.width()).max().unwrap_or(0);
    let width = if look.colour { visible(text).width() } else { width }.min(look.width);
    let line = if look.unicode { "─" } else { "-" };
    out.push_str(&line.repeat(width));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pieces: &[Piece], width: usize, colour: bool) -> String {
        let mut out = String::new();
        paragraph(&mut out, pieces, "- ", "  ", Look { colour, unicode: true, width });
        out
    }

    #[test]
    fn lines_keep_to_the_width_in_columns() {
        assert_eq!(
            set(&[plain("one two three four five six seven")], 20, false),
            "- one two three four\n  five six seven\n"
        );
        let wide = set(&[plain("共".repeat(25))], 22, false);
        assert!(wide.lines().all(|l| l.width() <= 22), "{wide}");
        assert_eq!(wide.matches('共').count(), 25);
    }

    #[test]
    fn weights_touch_only_where_colours_are_welcome_and_end_with_the_line() {
        let pieces = [plain("a «"), strong("b c"), plain("» d")];
        assert_eq!(set(&pieces, 80, false), "- a «b c» d\n");
        assert_eq!(set(&pieces, 80, true), "- a «\x1b[1mb\x1b[0m \x1b[1mc\x1b[0m» d\n");
    }

    #[test]
    fn no_escape_of_the_users_text_gets_through() {
        assert_eq!(set(&[plain("a\x1b[2Jb")], 80, false), "- a␛[2Jb\n");
    }
}
