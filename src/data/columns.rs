//! Finding the columns that a binding asks for, and saying which there are where one is not found.

use super::delimiter;
use super::problem::{Problem, shown, shown_list};
use super::spec::Source;
use crate::base::table::Row;
use crate::base::{Table, Value};
use crate::diagnostic::{codes, suggest};

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

/// Finds the columns of a source; `reader` names who asks.
pub fn resolve(table: &Table, source: &Source, reader: &str) -> Result<Cells, Problem> {
    match source {
        Source::Constant(value) => Ok(Cells::Constant(*value)),
        Source::Header(header) => find(table, header, reader).map(Cells::Column),
        Source::Template(template) => pieces(table, template, reader).map(Cells::Composed),
    }
}

/// The place of a column of the table.
pub fn find(table: &Table, header: &str, reader: &str) -> Result<usize, Problem> {
    table.column(header).ok_or_else(|| {
        let message = format!("`{}` has no column {}, which {reader} reads", table.file, shown(header));
        let has = shown_list(table.header.iter().map(String::as_str), 20);
        let help = match (delimiter::missed(&table.header), nearest(table, header)) {
            (Some(sign), _) => format!("its only column is {has}: the cells seem to be separated by {sign}"),
            (None, Some(near)) => format!("did you mean {}? its columns are {has}", shown(near)),
            (None, None) => format!("its columns are {has}"),
        };
        Problem::at(codes::HEADER, &table.file, 1, message).help(help)
    })
}

/// The header nearest in spelling; white space inside counts as none.
fn nearest<'a>(table: &'a Table, header: &str) -> Option<&'a str> {
    suggest::nearest(header.trim(), table.header.iter().map(String::as_str))
}

fn pieces(table: &Table, template: &str, reader: &str) -> Result<Vec<Piece>, Problem> {
    let (mut pieces, mut rest) = (Vec::new(), template);
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else {
            let message = format!("{} opens a bracket that it does not close", shown(template));
            let help = "write the column's name between `{` and `}`";
            return Err(Problem::new(codes::HEADER, &table.file, message).help(help));
        };
        if open > 0 {
            pieces.push(Piece::Text(rest[..open].to_owned()));
        }
        pieces.push(Piece::Column(find(table, &rest[open + 1..close], reader)?));
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    if !pieces.iter().any(|piece| matches!(piece, Piece::Column(_))) {
        let message = format!("{} names no column of `{}`", shown(template), table.file);
        return Err(
            Problem::new(codes::HEADER, &table.file, message).help("write the columns' names between `{` and `}`")
        );
    }
    Ok(pieces)
}

/// A cell's text, as it stands or into `buffer`; [`None`] where it is empty. A composed id is empty where one of its
/// parts is, since `a/` is nobody's id; a composed text only where all are.
pub fn cell<'a>(
    row: &'a Row,
    cells: &Cells,
    is_text: bool,
    empty: &[String],
    buffer: &'a mut String,
) -> Option<&'a str> {
    let one = |column: usize| row.cells.get(column).and_then(|c| c.as_deref()).filter(|c| !is_empty(c, empty));
    match cells {
        Cells::Constant(_) => None,
        Cells::Column(column) => one(*column),
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
                            buffer.push_str(if is_text { part } else { part.trim() });
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
    let cell = cell.trim();
    cell.is_empty() || empty.iter().any(|e| e.trim() == cell)
}
