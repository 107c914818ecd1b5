//! The part of the checked program that says where facts come from and where they go.

use super::program::{RelationId, Subject};
use crate::base::{Location, Value};
use crate::syntax::tree::{Axis, CountedThing};

/// Where facts come from.
#[derive(Clone, Debug)]
pub struct Input {
    /// The relation.
    pub relation: RelationId,
    /// The file, as written.
    pub path: String,
    /// Where each column's value comes from; [`None`]: nothing fills it.
    pub columns: Vec<Option<Cell>>,
    /// For codings: the column with the words that were coded. It fills nothing, and is compared with the messages.
    pub quote: Option<Cell>,
    /// Which rows are taken.
    pub only: Vec<Only>,
    /// What counts as empty.
    pub empty: Vec<String>,
    /// The delimiter, where it is stated.
    pub delimiter: Option<char>,
    /// The sheet of a workbook, where it is stated.
    pub sheet: Option<String>,
    /// The item.
    pub at: Location,
    /// The path's place.
    pub path_at: Location,
}

/// Where the value of a column comes from.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Which header, or which constant.
    pub source: CellSource,
    /// A row without a value is left out.
    pub or_skip: bool,
    /// Where it is said.
    pub at: Location,
}

/// The forms of [`Cell`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellSource {
    /// A header, or a text with headers in braces.
    Header {
        /// As written.
        header: String,
        /// How it is read.
        format: CellFormat,
    },
    /// The same in every row.
    Constant(Value),
}

/// How the text of a cell is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellFormat {
    /// As its column's type says.
    Plain,
    /// A date by the first picture that fits: `dd/mm/yyyy`.
    Pictures(Vec<String>),
    /// Seconds since 1970.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMilliseconds,
}

/// Which rows are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// The header.
    pub header: String,
    /// `is not`
    pub negated: bool,
    /// As texts.
    pub values: Vec<String>,
    /// Where it is said.
    pub at: Location,
}

/// Where facts go to.
#[derive(Clone, Debug)]
pub struct Output {
    /// The relation.
    pub relation: RelationId,
    /// The file, as written.
    pub path: String,
    /// Where it is said.
    pub at: Location,
}

/// What stands along a side of a cross-table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableAxis {
    /// The relation that leads from a message (or its author or thread) to the value.
    pub relation: RelationId,
    /// The column of the message, author or thread.
    pub subject: usize,
    /// What that column holds.
    pub of: Subject,
    /// The column of the value.
    pub value: usize,
    /// As written.
    pub written: Axis,
}

/// A cross-table of the findings.
#[derive(Clone, Debug)]
pub struct CrossTable {
    /// Its title.
    pub title: String,
    /// The rows.
    pub rows: TableAxis,
    /// The columns.
    pub columns: Option<TableAxis>,
    /// What is counted.
    pub count: CountedThing,
    /// Sums at the sides.
    pub totals: bool,
    /// Of what each cell is a share.
    pub shares: Option<ShareOf>,
    /// The item.
    pub at: Location,
}

/// Of what a cell is a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareOf {
    /// Of its row.
    Rows,
    /// Of its column.
    Columns,
    /// Of all that is counted.
    All,
}
