//! The few lines of a source that a diagnostic shows, ready to draw: long lines cut around their marks, nothing in
//! them that acts on a terminal, and a mark under every place, also at the end of a line or of the file.
//!
//! The excerpt has offsets of its own; lines and columns stay those of the source.

use super::Label;
use super::visible::visible_char;
use crate::base::source::Source;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthChar;

/// Lines shown before and after a marked one.
pub(super) const CONTEXT: usize = 1;
/// How many columns a tab takes.
const TAB: &str = "    ";

/// Lines that follow one another in the source.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The number of its first line, from 0.
    pub first_line: usize,
    /// Where each line starts and ends in the excerpt's text, line end excluded.
    pub lines: Vec<(usize, usize)>,
}

/// A mark under a piece of a line.
#[derive(Debug)]
pub(super) struct Mark {
    /// Where it starts in the excerpt's text.
    pub start: usize,
    /// How many bytes it covers, at least one.
    pub len: usize,
    /// The line in the source, from 0.
    pub line: usize,
    /// The column in the source, from 0, in characters.
    pub column: usize,
}

/// What is drawn of one file.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    /// The lines, cleaned and cut.
    pub text: String,
    /// Their order in the source.
    pub blocks: Vec<Block>,
    /// One for each label, in the labels' order.
    pub marks: Vec<Mark>,
}

/// A label on its line: bytes of the source.
#[derive(Clone, Copy)]
struct Place {
    label: usize,
    start: usize,
    end: usize,
    column: usize,
}

/// Cuts out what the labels, all in this file, are about. A label over several lines is marked on its first.
pub(super) fn cut(source: &Source, labels: &[&Label], width: usize, ellipsis: &str) -> Excerpt {
    let text: &str = &source.text;
    let mut lines: BTreeMap<usize, (usize, usize, Vec<Place>)> = BTreeMap::new();
    for (label, l) in labels.iter().enumerate() {
        let start = boundary(text, l.location.span.start as usize);
        let end = boundary(text, l.location.span.end as usize).max(start);
        let (line, column) = source.line_column(start as u32);
        let (from, to) = line_around(text, start);
        let end = start + text[start..end.min(to).max(start)].trim_end().len();
        let place = Place { label, start, end, column: column - 1 };
        lines.entry(line - 1).or_insert((from, to, Vec::new())).2.push(place);
        if let Some((f, t)) = from.checked_sub(1).map(|before| line_around(text, before)) {
            lines.entry(line - 2).or_insert((f, t, Vec::new()));
        }
        if let Some((f, t)) = after(text, to) {
            lines.entry(line).or_insert((f, t, Vec::new()));
        }
    }
    let mut out = Excerpt::default();
    let mut marks: Vec<(usize, Mark)> = Vec::new();
    for (line, (from, to, places)) in lines {
        if out.blocks.last().is_none_or(|b| b.first_line + b.lines.len() != line) {
            out.blocks.push(Block { first_line: line, lines: Vec::new() });
        }
        let start = out.text.len();
        let found = write_line(&mut out.text, text, (from, to), &places, width, ellipsis);
        marks.extend(
            places.iter().zip(found).map(|(p, (start, len))| (p.label, Mark { start, len, line, column: p.column })),
        );
        if let Some(block) = out.blocks.last_mut() {
            block.lines.push((start, out.text.len()));
        }
        out.text.push('\n');
    }
    marks.sort_by_key(|(label, _)| *label);
    out.marks = marks.into_iter().map(|(_, mark)| mark).collect();
    out
}

/// False for two places of one line that is too long to show both.
pub(super) fn fit_together(source: &Source, a: &Label, b: &Label, width: usize) -> bool {
    let text: &str = &source.text;
    let start = |l: &Label| boundary(text, l.location.span.start as usize);
    let (first, last) = if start(a) <= start(b) { (a, b) } else { (b, a) };
    let line = line_around(text, start(first));
    if start(last) > line.1 || fits(&text[line.0..line.1], width) == line.1 - line.0 {
        return true;
    }
    let end = boundary(text, last.location.span.end as usize).clamp(start(last), line.1.max(start(last)));
    // What stands before the first mark takes a third at most.
    fits(&text[start(first)..end], width - width / 3) == end - start(first)
}

/// The nearest place at or before `at` where a character starts.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The line that holds a byte, without its end.
fn line_around(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    (start, end.max(start))
}

/// The line after one that ends at `end`; nothing after the last line end of a file.
fn after(text: &str, end: usize) -> Option<(usize, usize)> {
    (end + 1 < text.len()).then(|| line_around(text, end + 1))
}

fn columns(c: char) -> usize {
    if c == '\t' { TAB.len() } else { visible_char(c).width().unwrap_or(0) }
}

/// How far one gets from the start of the text within so many columns, in bytes.
fn fits(text: &str, room: usize) -> usize {
    let mut used = 0;
    text.char_indices()
        .find(|(_, c)| {
            used += columns(*c);
            used > room
        })
        .map_or(text.len(), |(i, _)| i)
}

/// The same from the end.
fn fits_back(text: &str, room: usize) -> usize {
    let mut used = 0;
    text.char_indices()
        .rev()
        .find(|(_, c)| {
            used += columns(*c);
            used > room
        })
        .map_or(0, |(i, c)| i + c.len_utf8())
}

/// Writes the part of a line that there is room for, and says where the marks came to stand.
fn write_line(
    out: &mut String,
    text: &str,
    (from, to): (usize, usize),
    places: &[Place],
    width: usize,
    ellipsis: &str,
) -> Vec<(usize, usize)> {
    let first = places.iter().map(|p| p.start).min().unwrap_or(from);
    let last = places.iter().map(|p| p.end).max().unwrap_or(from);
    let whole = from + fits(&text[from..to], width);
    let (a, b) = if whole == to || last + ellipsis.len() <= whole {
        (from, whole)
    } else {
        let a = from + fits_back(&text[from..first], width / 3);
        (a, a + fits(&text[a..to], width))
    };
    if a > from {
        out.push_str(ellipsis);
    }
    let mut marks = vec![(usize::MAX, 0); places.len()];
    let mut touch = |at: usize, written: usize| {
        for (mark, p) in marks.iter_mut().zip(places) {
            if at <= p.start.max(a) {
                mark.0 = written;
            }
            if at <= p.end {
                mark.1 = written;
            }
        }
    };
    for (i, c) in text[a..b].char_indices() {
        touch(a + i, out.len());
        match c {
            '\t' => out.push_str(TAB),
            '\r' => {}
            // Terminals differ in how wide joined signs are; each for itself they do not.
            '\u{FE0F}' => {}
            '\u{200D}' if text[a + i + c.len_utf8()..].chars().next().is_some_and(|next| columns(next) > 1) => {}
            c => out.push(visible_char(c)),
        }
    }
    touch(b, out.len());
    let end = out.len();
    if b < to {
        out.push_str(ellipsis);
    }
    for mark in &mut marks {
        mark.0 = mark.0.min(end);
        if mark.0 == out.len() {
            out.push(' ');
        }
        let one = out[mark.0..].chars().next().map_or(1, char::len_utf8);
        mark.1 = mark.1.saturating_sub(mark.0).max(one);
    }
    marks
}
