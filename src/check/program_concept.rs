//! Concepts of a checked program: what a study declares of a kind, with its status, what is said
//! of it, and where that was read.

use super::program::{Body, ConceptId, KindId, Place, RelationId, Subject};
use crate::base::{Location, Value};

/// A kind of concepts, or an open kind of ids.
#[derive(Clone, Debug)]
pub struct Kind {
    /// `theme`
    pub name: String,
    /// Its label, if it has one.
    pub label: Option<String>,
    /// Its ids come with the data.
    pub open: bool,
    /// What its concepts are said of.
    pub subject: Subject,
    /// The relation that says which subject has which concept; none for an open kind.
    pub relation: Option<RelationId>,
    /// The relation of its properties, `period_is`, if it has any.
    pub properties: Option<RelationId>,
    /// Definitions.
    pub means: Vec<Said>,
    /// Where it is declared.
    pub at: Location,
}

/// A text with its citations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// What backs it.
    pub cites: Vec<Citation>,
    /// Where it stands.
    pub at: Location,
}

/// A work, and the place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The key.
    pub key: String,
    /// `section 4.1`
    pub place: Option<String>,
    /// Where it is cited.
    pub at: Location,
}

/// Whether a concept is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Status {
    /// `status draft`
    Draft,
    /// `status agreed`, or nothing said.
    #[default]
    Agreed,
    /// `status retired`: found in data, and fires no more.
    Retired,
}

impl Status {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Agreed => "agreed",
            Status::Retired => "retired",
        }
    }
}

/// A concept: a code, a theme, a capacity.
#[derive(Clone, Debug)]
pub struct Concept {
    /// Its kind.
    pub kind: KindId,
    /// Its name, unique in its kind.
    pub name: String,
    /// Its label.
    pub label: Option<String>,
    /// The value that stands for it.
    pub value: Value,
    /// Definitions.
    pub means: Vec<Said>,
    /// Criteria to include.
    pub include: Vec<Said>,
    /// Criteria to exclude.
    pub exclude: Vec<Said>,
    /// Reasons.
    pub because: Vec<Said>,
    /// Memos.
    pub memos: Vec<Said>,
    /// Examples, then counter-examples.
    pub examples: Vec<Example>,
    /// Citations that stand alone.
    pub cites: Vec<Citation>,
    /// Whether it is in use.
    pub status: Status,
    /// True where the author wrote the status, false where it is only what the language takes for granted.
    pub status_said: bool,
    /// The concepts of its kind that it stands under.
    pub under: Vec<ConceptId>,
    /// `matches`: any of these is a passage.
    pub matches: Vec<Matches>,
    /// `when`: any of these makes it hold.
    pub when: Vec<Body>,
    /// `unless`: none of these may hold.
    pub unless: Vec<Body>,
    /// True where an `unless` has an error: without it the concept would hold too often, so it holds of nothing by
    /// its own clauses.
    pub withheld: bool,
    /// Where it is declared: its item, or the row of a table.
    pub at: Location,
}

impl Concept {
    /// The label, or the name where there is none.
    pub fn title(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// Its status where the author wrote one; what is only taken for granted says nothing of what people agreed on.
    pub fn written_status(&self) -> Option<&'static str> {
        self.status_said.then(|| self.status.name())
    }
}

/// A `matches` clause, or a keyword of a table.
#[derive(Clone, Debug)]
pub struct Matches {
    /// What it looks for: patterns, and codes beside them.
    pub place: Place,
    /// The clause.
    pub at: Location,
}

/// An example or counter-example.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its text, or the message it names.
    pub text: Result<String, Value>,
    /// False for a counter-example.
    pub positive: bool,
    /// Where.
    pub at: Location,
}
