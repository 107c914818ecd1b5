//! The part of the tree that says where facts come from and where they go.

use super::tree::{Literal, Name, Str};
use crate::base::Span;

/// `input RELATION from "file"`
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The relation it fills.
    pub relation: Name,
    /// The file.
    pub from: Str,
    /// Where each column's value stands.
    pub columns: Vec<ColumnBinding>,
    /// `only "moderated" is 0, 1`
    pub only: Vec<Only>,
    /// `empty "NA", "-"`
    pub empty: Vec<Str>,
    /// `delimiter ";"`, where it is not to be found out.
    pub delimiter: Option<Str>,
    /// `sheet "Messages"`, of a workbook with several.
    pub sheet: Option<Str>,
}

/// `id = "Message"`, `at = "Posted" as "dd/mm/yyyy" or skip`, `coder is panel`
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnBinding {
    /// The relation's column.
    pub column: Name,
    /// Where its value comes from.
    pub value: CellSource,
    /// All of it.
    pub span: Span,
}

/// Where a cell comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum CellSource {
    /// `= "Header"` or `= "{Header}/{Other}"`
    Header {
        /// The header, or a text with headers in braces.
        header: Str,
        /// `as …`
        format: Option<Format>,
        /// `or skip`: a row without it is left out and counted.
        or_skip: bool,
    },
    /// `is panel`: the same in every row.
    Constant(Literal),
}

/// `as "dd/mm/yyyy"`, `as "dd/mm/yyyy" or "mm/dd/yyyy"`, `as unix ms`, `as contains`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Pictures of a date: the first that fits is taken.
    Pictures(Vec<Str>),
    /// Words: `unix`, `unix ms`, `contains`, `regex`.
    Words(Vec<Name>),
}

/// `only "moderated" is not "Nothing.", "-"`
#[derive(Clone, Debug, PartialEq)]
pub struct Only {
    /// The header.
    pub header: Str,
    /// `is not`
    pub negated: bool,
    /// The values.
    pub values: Vec<Literal>,
    /// All of it.
    pub span: Span,
}

/// `output RELATION to "file"`
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The relation.
    pub relation: Name,
    /// The file.
    pub to: Str,
}

/// `table "title"` with `rows`, `columns`, `count`, `totals`, `shares of rows`.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossTable {
    /// The title.
    pub title: Str,
    /// What stands in the rows.
    pub rows: Axis,
    /// What stands in the columns.
    pub columns: Option<Axis>,
    /// `messages`, `authors` or `threads`.
    pub count: Option<Name>,
    /// `totals`
    pub totals: bool,
    /// `shares of rows`, `of columns`, `of all`: the last word.
    pub shares: Option<Name>,
}

/// A kind, or a column of a relation: `theme`, `comment.service`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The kind or the relation.
    pub name: Name,
    /// The column.
    pub column: Option<Name>,
}
