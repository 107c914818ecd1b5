//! What a table's columns are bound to, said plainly: whoever knows relations and types writes one of these.

use super::picture::Picture;
use crate::base::{Decimal, Value};

/// How the rows of a table become the rows of a relation.
#[derive(Clone, Default)]
pub struct Binding<'a> {
    /// The columns of the relation, in its order.
    pub columns: Vec<ColumnSpec<'a>>,
    /// Which rows are meant; all of them must hold.
    pub only: Vec<OnlySpec>,
    /// What stands for an empty cell, in every column; compared without outer white space.
    pub empty: Vec<String>,
    /// Leaves out rows with a cell that cannot be read, and counts them, instead of calling it an error.
    pub lenient: bool,
}

/// One column of the relation.
#[derive(Clone)]
pub struct ColumnSpec<'a> {
    /// Its name in the relation.
    pub name: String,
    /// Where its cells come from.
    pub source: Source,
    /// What its cells are.
    pub cell: CellType<'a>,
    /// The column may be empty: `role?: text`.
    pub optional: bool,
    /// Rows in which it is empty are left out: `or skip`.
    pub or_skip: bool,
}

/// Where cells come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The column of that name: `= "Body"`.
    Header(String),
    /// Composed of several columns: `= "{conversation}/{number}"`.
    Template(String),
    /// The same in every row: `coder is panel`.
    Constant(Value),
}

/// What cells are.
#[derive(Clone)]
pub enum CellType<'a> {
    /// As it stands, white space and all.
    Text,
    /// A whole number.
    Number,
    /// An exact decimal.
    Decimal,
    /// A day.
    Date(TimeFormat),
    /// A day and a time.
    DateTime(TimeFormat),
    /// The id of an open kind: text without outer white space.
    Id,
    /// A concept, by name or label.
    Concept(ConceptCells<'a>),
    /// A passage: `m15@33-85`, or `m15` for the whole message.
    Quote,
}

/// How days and times are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// `2013-09-01T10:30`
    #[default]
    Iso,
    /// `as "dd/mm/yyyy"`; of several the first that fits.
    Pictures(Vec<Picture>),
    /// `as unix seconds`
    UnixSeconds,
    /// `as unix ms`
    UnixMs,
}

/// How the concepts of a column are found.
#[derive(Clone, Copy)]
pub struct ConceptCells<'a> {
    /// The kind, for messages: `code`.
    pub kind: &'a str,
    /// The concept of a name or label; asked once for every different cell.
    pub lookup: &'a (dyn Fn(&str) -> Option<Value> + Sync),
    /// Names and labels, for "did you mean".
    pub known: &'a [String],
}

/// `only "moderated" is 0, 1`, or `is not`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlySpec {
    /// The column of the table.
    pub header: String,
    /// True for `is not`.
    pub negated: bool,
    /// The values.
    pub values: Vec<OnlyValue>,
}

/// A value to compare a cell with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnlyValue {
    /// Compared without outer white space.
    Text(String),
    /// Compared by value: `0` is `0.0`.
    Number(Decimal),
}

impl OnlyValue {
    /// True where a cell is this value.
    pub fn is(&self, cell: &str) -> bool {
        match self {
            OnlyValue::Text(text) => text.trim() == cell.trim(),
            OnlyValue::Number(n) => super::cell::decimal(cell).is_ok_and(|d| d == *n),
        }
    }
}
