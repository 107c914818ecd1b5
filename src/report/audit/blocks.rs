//! What stands in an audit trail's guide, as pieces that say nothing of how they look: Markdown and a page are drawn from
//! the same ones. Every text is on one line, and cannot act on a terminal.

use crate::diagnostic::visible::one_line;
use crate::report::codebook::one_line_within;
use crate::report::markdown::{code, escaped, heading, inner, table};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// As it is.
    Text(String),
    /// In the language of the study, a name or a number of signs.
    Code(String),
    /// A file of the folder, by its path.
    File(String),
}

pub(super) type Line = Vec<Run>;

/// A part of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading.
    Heading(String),
    /// A line of its own.
    Text(Line),
    /// Lines, one below the other.
    List(Vec<Line>),
    /// Headings and rows.
    Table(Vec<&'static str>, Vec<Vec<Line>>),
}

/// A text.
pub(super) fn text(text: impl AsRef<str>) -> Run {
    Run::Text(one_line_within(text.as_ref()))
}

/// A name.
pub(super) fn name(text: impl AsRef<str>) -> Run {
    Run::Code(one_line(text.as_ref()))
}

/// A file.
pub(super) fn file(path: impl Into<String>) -> Run {
    Run::File(path.into())
}

/// A line of one text.
pub(super) fn line(of: impl AsRef<str>) -> Line {
    vec![text(of)]
}

/// The pieces as Markdown; nothing that somebody said is markup.
pub(super) fn markdown(out: &mut String, blocks: &[Block]) {
    for block in blocks {
        out.push('\n');
        match block {
            Block::Heading(title) => heading(out, 3, title),
            Block::Text(line) => *out += &format!("{}\n", of_line(line)),
            Block::List(lines) => lines.iter().for_each(|line| *out += &format!("- {}\n", of_line(line))),
            Block::Table(header, rows) => {
                let rows = rows.iter().map(|row| row.iter().map(|cell| of_line(cell)).collect());
                table(out, header, header.len(), rows);
            }
        }
    }
}

fn of_line(line: &[Run]) -> String {
    let mut out = String::new();
    for (at, run) in line.iter().enumerate() {
        match run {
            Run::Text(text) if at == 0 => out += &escaped(text),
            Run::Text(text) => out += &inner(text),
            // A bar would end the cell even in code.
            Run::Code(text) if text.contains('|') => out += &inner(text),
            Run::Code(text) => out += &code(text),
            Run::File(path) => out += &format!("[{}]({})", inner(path), address(path)),
        }
    }
    out
}

/// A path as an address.
pub(super) fn address(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    let mut out = String::new();
    for c in path.chars() {
        if plain(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| out += &format!("%{byte:02X}"));
        }
    }
    out
}
