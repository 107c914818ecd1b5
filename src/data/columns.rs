//! Finding the columns that a binding asks for, and saying which there are where one is not found.

use super::delimiter;
use super::problem::{Asked, Problem, shown, shown_list};
use super::spec::Source;
use crate::base::{Table, Value};
use crate::diagnostic::{codes, suggest};
use std::borrow::Cow;

/// A [`Source`] whose columns have been found.
#[derive(Debug)]
pub enum Cells {
    /// One column.
    Column(usize),
    /// Texts and columns, in order.
    Composed(Vec<Piece>),
    /// The same in every row.
    Constant(Value),
}

/// A part of a composed cell.
#[derive(Debug)]
pub enum Piece {
    /// As written between the holes.
    Text(String),
    /// A hole.
    Column(usize),
}

/// Why a source cannot be read.
#[derive(Debug)]
pub enum Failure {
    /// The file lacks these headers.
    Missing(Vec<Asked>),
    /// The text that composes them is no such text.
    Composed(Problem),
}

/// Finds the columns of a source, which the given column of the relation reads.
pub fn resolve(table: &Table, source: &Source, column: &str) -> Result<Cells, Failure> {
    match source {
        Source::Constant(value) => Ok(Cells::Constant(*value)),
        Source::Header(header) => {
            find(table, header, Some(column)).map(Cells::Column).map_err(|asked| Failure::Missing(vec![asked]))
        }
        Source::Template(template) => pieces(table, template, column).map(Cells::Composed),
    }
}

/// The place of a column of the table, or what was asked for with the nearest that there is.
pub fn find(table: &Table, header: &str, column: Option<&str>) -> Result<usize, Asked> {
    table.column(header).ok_or_else(|| Asked {
        column: column.map(str::to_owned),
        header: header.to_owned(),
        nearest: suggest::nearest(header.trim(), table.header.iter().map(String::as_str)).map(str::to_owned),
    })
}

/// All headers that a file lacks, as one problem: wanted and found side by side.
pub fn missing(table: &Table, asks: Vec<Asked>) -> Problem {
    let has = shown_list(table.header.iter().map(String::as_str), 20);
    if let Some((sign, word)) = delimiter::missed(&table.header) {
        let message = format!("`{}` came out as one column, {has}", table.file);
        let help = format!("its cells seem to be separated by {sign}: write `delimiter {word}` in the input");
        return Problem::at(codes::HEADER, &table.file, 1, message).help(help);
    }
    let reader = |asked: &Asked| asked.column.as_ref().map_or("`only`".to_owned(), |column| format!("`{column}`"));
    let message = match asks.as_slice() {
        [one] => format!("`{}` has no column {}, which {} reads", table.file, shown(&one.header), reader(one)),
        _ => {
            let wanted: Vec<String> = asks.iter().map(|asked| shown(&asked.header)).collect();
            format!("`{}` has no columns {}", table.file, joined(&wanted))
        }
    };
    let found: Vec<String> = asks
        .iter()
        .filter_map(|asked| Some(format!("{} for {}", shown(asked.nearest.as_ref()?), shown(&asked.header))))
        .collect();
    let help = match asks.as_slice() {
        [Asked { nearest: Some(near), .. }] => format!("did you mean {}? its columns are {has}", shown(near)),
        [_] => format!("its columns are {has}"),
        _ if found.is_empty() => format!("the first line of the file must name its columns; it has {has}"),
        _ => format!("the file has {}; its columns are {has}", joined(&found)),
    };
    Problem::at(codes::HEADER, &table.file, 1, message).help(help).asking(asks)
}

/// `a`, `b` and `c`
fn joined(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn pieces(table: &Table, template: &str, column: &str) -> Result<Vec<Piece>, Failure> {
    let (mut pieces, mut missing, mut rest) = (Vec::new(), Vec::new(), template);
    let wrong =
        |message: String, help: &str| Failure::Composed(Problem::new(codes::HEADER, &table.file, message).help(help));
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else {
            let message = format!("{} opens a bracket that it does not close", shown(template));
            return Err(wrong(message, "write the column's name between `{` and `}`"));
        };
        if open > 0 {
            pieces.push(Piece::Text(rest[..open].to_owned()));
        }
        match find(table, &rest[open + 1..close], Some(column)) {
            Ok(place) => pieces.push(Piece::Column(place)),
            Err(asked) => missing.push(asked),
        }
        rest = &rest[close + 1..];
    }
    if !missing.is_empty() {
        return Err(Failure::Missing(missing));
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    if !pieces.iter().any(|piece| matches!(piece, Piece::Column(_))) {
        let message = format!("{} names no column of `{}`", shown(template), table.file);
        return Err(wrong(message, "write the columns' names between `{` and `}`"));
    }
    Ok(pieces)
}

/// A row whose cells are asked for by the columns of its table.
pub trait CellsOf {
    /// The text of a cell; [`None`] where there is none.
    fn cell(&self, column: usize) -> Option<Cow<'_, str>>;

    /// The same where it stands in the text as it is, which may be said of fewer than of which it is true.
    fn plain(&self, _column: usize) -> Option<&str> {
        None
    }
}

/// A cell's text, as it stands or into `buffer`; [`None`] where it is empty. A composed id is empty where one of its
/// parts is, since `a/` is nobody's id; a composed text only where all are.
pub fn cell<'a>(
    row: &'a impl CellsOf,
    cells: &Cells,
    is_text: bool,
    empty: &[String],
    buffer: &'a mut String,
) -> Option<&'a str> {
    let one = |column: usize| row.cell(column).filter(|c| !is_empty(c, empty));
    match cells {
        Cells::Constant(_) => None,
        Cells::Column(column) => match one(*column)? {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(text) => {
                *buffer = text;
                Some(buffer)
            }
        },
        Cells::Composed(pieces) => {
            buffer.clear();
            let (mut holes, mut filled) = (0, 0);
            for piece in pieces {
                match piece {
                    Piece::Text(text) => buffer.push_str(text),
                    Piece::Column(column) => {
                        holes += 1;
                        if let Some(part) = one(*column) {
                            filled += 1;
                            buffer.push_str(if is_text { &part } else { part.trim() });
                        }
                    }
                }
            }
            let holds = if is_text { filled > 0 } else { filled == holes };
            holds.then_some(buffer.as_str())
        }
    }
}

fn is_empty(cell: &str, empty: &[String]) -> bool {
    if empty.is_empty() && cell.as_bytes().first().is_some_and(u8::is_ascii_graphic) {
        return false;
    }
    let cell = cell.trim();
    cell.is_empty() || empty.iter().any(|e| e.trim() == cell)
}
