//! Applying fixes to texts. Nothing here reads or writes: texts and edits go in, a text or nothing comes out.
//!
//! An edit either fits the text exactly or is not made, and two edits that touch one another are never made at once:
//! what the second means after the first cannot be known.

use super::visible::visible;
use super::{Edit, Fix};
use std::fmt::Write;

/// Lines shown before and after what a difference changes.
const AROUND: usize = 1;
/// How far a difference looks for the next line that both texts have.
const AHEAD: usize = 60;

/// The text of one file with the edits made; none where an edit reaches out of the text, cuts a character, or overlaps
/// another. Which file the edits name is the caller's business. Line ends that are written are those of the text.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|e| (e.location.span.start, e.location.span.end));
    let windows = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let range = edit.location.span.range();
        if range.start > range.end {
            return None;
        }
        out.push_str(text.get(done..range.start)?);
        text.get(range.clone())?;
        if windows {
            out.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(&edit.text);
        }
        done = range.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// The fixes that can be made together, in order: one that touches an earlier one is left for the next time.
pub fn together<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<&'f Fix> {
    let mut chosen: Vec<&Fix> = Vec::new();
    let mut taken: Vec<&Edit> = Vec::new();
    for fix in fixes {
        if !fix.edits.is_empty() && !fix.edits.iter().any(|e| taken.iter().any(|t| touch(e, t))) {
            taken.extend(&fix.edits);
            chosen.push(fix);
        }
    }
    chosen
}

/// True where two edits have a byte or, with an insertion, an end in common.
fn touch(a: &Edit, b: &Edit) -> bool {
    let (file, a, b) = (a.location.file == b.location.file, a.location.span, b.location.span);
    if a.is_empty() || b.is_empty() {
        file && a.start <= b.end && b.start <= a.end
    } else {
        file && a.start < b.end && b.start < a.end
    }
}

/// What changes from one text to the other, line by line: `-` before a line that goes, `+` before one that comes.
/// Empty where the lines are the same.
pub fn difference(name: &str, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut out = String::new();
    // Where the last hunk ended, in lines of the old text, so that no line of context is shown twice.
    let mut shown = 0;
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (gone, come) = next_common(&old[i..], &new[j..]);
        if out.is_empty() {
            let _ = writeln!(out, "--- {name}\n+++ {name}");
        }
        let from = i.saturating_sub(AROUND).max(shown);
        if from > shown || shown == 0 {
            let _ = writeln!(out, "@@ line {} @@", i + 1);
        }
        let mut put = |sign: char, line: &str| {
            let _ = writeln!(out, "{sign}{}", visible(line));
        };
        old[from..i].iter().for_each(|l| put(' ', l));
        old[i..i + gone].iter().for_each(|l| put('-', l));
        new[j..j + come].iter().for_each(|l| put('+', l));
        (i, j) = (i + gone, j + come);
        shown = i;
        // The line after it, unless that is where the next change begins.
        for k in 0..AROUND {
            match (old.get(i + k), new.get(j + k)) {
                (Some(a), Some(b)) if a == b => {
                    put(' ', a);
                    shown = i + k + 1;
                }
                _ => break,
            }
        }
    }
    out
}

/// How many lines go and how many come before both texts have a line in common again.
fn next_common(old: &[&str], new: &[&str]) -> (usize, usize) {
    for far in 1..AHEAD.min(old.len() + new.len()) {
        for gone in 0..=far.min(old.len()) {
            let come = far - gone;
            if let (Some(a), Some(b)) = (old.get(gone), new.get(come))
                && a == b
            {
                return (gone, come);
            }
        }
    }
    (old.len(), new.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, Location, Span};

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { location: Location::new(FileId(0), Span::new(start, end)), text: text.into() }
    }

    fn fix(edits: Vec<Edit>) -> Fix {
        Fix { title: String::new(), edits, safe: true }
    }

    #[test]
    fn edits_are_made_exactly_or_not_at_all() {
        assert_eq!(apply("a b c", &[edit(4, 5, "z"), edit(0, 1, "xx"), edit(2, 2, "+")]).as_deref(), Some("xx +b z"));
        assert_eq!(apply("é", &[edit(1, 2, "")]), None);
        assert_eq!(apply("ab", &[edit(0, 3, "")]), None);
        assert_eq!(apply("ab", &[edit(2, 1, "")]), None);
        assert_eq!(apply("abc", &[edit(0, 2, "x"), edit(1, 3, "y")]), None);
        assert_eq!(apply("", &[edit(0, 0, "x")]).as_deref(), Some("x"));
    }

    #[test]
    fn line_ends_are_those_of_the_text_and_a_byte_order_mark_stays() {
        assert_eq!(apply("\u{FEFF}a\r\nb", &[edit(3, 4, "x\ny")]).as_deref(), Some("\u{FEFF}x\r\ny\r\nb"));
        assert_eq!(apply("a\nb", &[edit(0, 1, "x\ny")]).as_deref(), Some("x\ny\nb"));
        assert_eq!(apply("a\r\nb", &[edit(1, 3, "\r\n")]).as_deref(), Some("a\r\nb"));
    }

    #[test]
    fn of_fixes_that_touch_the_first_is_chosen() {
        let fixes = [
            fix(vec![edit(0, 2, "")]),
            fix(vec![edit(1, 3, "")]),
            fix(vec![edit(2, 4, "")]),
            fix(vec![edit(4, 4, "")]),
            fix(vec![edit(9, 9, ""), edit(0, 1, "")]),
            fix(vec![edit(9, 9, "")]),
            fix(vec![]),
        ];
        let chosen: Vec<u32> = together(&fixes).iter().map(|f| f.edits[0].location.span.start).collect();
        assert_eq!(chosen, [0, 2, 9]);
    }

    #[test]
    fn a_difference_shows_what_goes_and_what_comes() {
        let before = "a\nb\nc\nd\ne\nf\ng\n";
        let after = "a\nB\nc\nd\ne\nf\nx\ng\n";
        let shown = "--- s\n+++ s\n@@ line 2 @@\n a\n-b\n+B\n c\n@@ line 7 @@\n f\n+x\n g\n";
        assert_eq!(difference("s", before, after), shown);
        assert_eq!(difference("s", before, before), "");
        assert_eq!(difference("s", "", "x\n"), "--- s\n+++ s\n@@ line 1 @@\n+x\n");
        assert_eq!(difference("s", "a\nb\n", ""), "--- s\n+++ s\n@@ line 1 @@\n-a\n-b\n");
        assert_eq!(difference("s", "a\nb\nc\n", "A\nb\nC\n"), "--- s\n+++ s\n@@ line 1 @@\n-a\n+A\n b\n-c\n+C\n");
    }
}
