//! The forms in which a command says what it has to say.

use crate::diagnostic::render::Form;
use clap::ValueEnum;

/// Every form that some command has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the source with marks
    Human,
    /// For people, without graphics: for screen readers and logs
    Plain,
    /// For programs
    Json,
    /// A report or table to read
    Table,
    /// For spreadsheets
    Csv,
    /// For servers that run tests
    Junit,
    /// For programs that show what was found in code (SARIF 2.1.0)
    Sarif,
    /// A drawing, for Graphviz
    Dot,
    /// A drawing, for Markdown pages
    Mermaid,
}

impl Format {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Plain => "plain",
            Format::Json => "json",
            Format::Table => "table",
            Format::Csv => "csv",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
            Format::Dot => "dot",
            Format::Mermaid => "mermaid",
        }
    }

    /// True where a program reads it, and expects nothing else.
    pub fn is_data(self) -> bool {
        matches!(self, Format::Json | Format::Sarif)
    }

    /// The form of diagnostics that goes with it.
    pub fn diagnostics(self) -> Form {
        match self {
            Format::Plain => Form::Plain,
            Format::Json => Form::Json,
            Format::Sarif => Form::Sarif,
            Format::Human | Format::Table | Format::Csv | Format::Junit | Format::Dot | Format::Mermaid => Form::Human,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also into files
    Always,
    /// Not at all
    Never,
}
