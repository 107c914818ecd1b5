//! What a run found, in words and numbers: plain data for every report, nothing left to look up.

use super::explanation::{CitationShown, PlaceShown, QuoteShown};

/// The findings of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The study's title.
    pub title: Option<String>,
    /// How many messages, authors and threads there are.
    pub size: Counts,
    /// Parameters and the values they had, those set for this run first.
    pub parameters: Vec<ParameterShown>,
    /// The themes, in the author's order.
    pub themes: Vec<ConceptFinding>,
    /// The codes, in the author's order.
    pub codes: Vec<ConceptFinding>,
    /// The other kinds that the study uses: a kind with the concepts that hold of something, in the author's order.
    pub others: Vec<KindFinding>,
    /// The relations of the author's own that rules fill, in the author's order.
    pub relations: Vec<RelationFinding>,
    /// The relations that were not filled: in a large study those that nothing but other rules reads.
    pub between: Vec<String>,
    /// Every `map`: what it infers, from what, why, and whether its guard holds.
    pub inferences: Vec<Inference>,
    /// The cross-tables.
    pub tables: Vec<TableFinding>,
    /// Messages that carry no code of any coder and no theme.
    pub uncoded: Uncoded,
    /// What was read.
    pub inputs: Vec<InputFinding>,
    /// What was written: relation, file, rows.
    pub outputs: Vec<OutputFinding>,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages.
    pub messages: usize,
    /// Authors.
    pub authors: usize,
    /// Threads.
    pub threads: usize,
}

/// A parameter of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterShown {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What it is for.
    pub label: Option<String>,
    /// True where the run set it.
    pub set: bool,
}

/// A concept and what has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConceptFinding {
    /// `theme`
    pub kind: String,
    /// `collaborative_workspaces`
    pub name: String,
    /// "Collaborative workspaces"; the name where there is no label.
    pub label: String,
    /// The first definition.
    pub means: Option<String>,
    /// What has it; of a kind over authors or threads only those are counted.
    pub counts: Counts,
    /// How many passages carry it or speak for it.
    pub passages: usize,
    /// The ids of what has it (messages, or authors or threads), in order.
    pub members: Vec<String>,
    /// The strongest quotes, best first, at most three.
    pub quotes: Vec<QuoteShown>,
    /// Of a code or theme over messages: what they rest on; none in a study in which nobody coded.
    pub rests: Option<Rests>,
}

/// How many messages have a concept by what people coded alone, by patterns and rules alone, and by both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rests {
    /// By people only.
    pub people: usize,
    /// By rules only.
    pub rules: usize,
    /// By both.
    pub both: usize,
}

/// A kind and its concepts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KindFinding {
    /// `proximity`
    pub kind: String,
    /// "Forms of proximity"; the name where there is no label.
    pub label: String,
    /// `message`, `author` or `thread`: what its concepts are said of.
    pub subject: String,
    /// How many concepts of the kind hold of nothing.
    pub empty: usize,
    /// Those that hold of something.
    pub concepts: Vec<ConceptFinding>,
}

/// A relation that rules fill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelationFinding {
    /// Its name.
    pub name: String,
    /// What it says.
    pub means: Option<String>,
    /// How many rows it has.
    pub rows: usize,
    /// The first rows, as sentences where the relation `reads`, in order.
    pub shown: Vec<String>,
}

/// A map from a theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The theme's name.
    pub theme: String,
    /// The theme's label.
    pub theme_label: String,
    /// The kind of what is inferred.
    pub kind: String,
    /// Its name.
    pub concept: String,
    /// Its label.
    pub concept_label: String,
    /// True where the guard holds.
    pub holds: bool,
    /// The guard as written.
    pub guard: Option<String>,
    /// Reasons, each with its citations.
    pub because: Vec<SaidShown>,
    /// Citations that stand alone.
    pub citations: Vec<CitationShown>,
    /// The map's place.
    pub place: PlaceShown,
}

/// A text with its citations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidShown {
    /// The text.
    pub text: String,
    /// What backs it.
    pub citations: Vec<CitationShown>,
    /// True of what a map says of all its concepts together, where it says something of each.
    pub of_all: bool,
}

/// A cross-table with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct TableFinding {
    /// Its title.
    pub title: String,
    /// What is counted: `messages`, `authors`, `threads`.
    pub count: String,
    /// What stands in the rows: `theme`.
    pub row_name: String,
    /// What stands in the columns: `role.role`; none for a table of one column.
    pub column_name: Option<String>,
    /// The column headings; with totals the last is "total".
    pub columns: Vec<String>,
    /// The rows with their headings; with totals the last is "total".
    pub rows: Vec<TableRow>,
    /// True where the last row and column are totals.
    pub totals: bool,
    /// True where [`TableRow::shares`] is filled.
    pub shares: bool,
}

/// A row of a cross-table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// Its heading.
    pub label: String,
    /// The numbers, one a column.
    pub numbers: Vec<usize>,
    /// Each number's share in percent, to one place, as `12.5`; one a column where shares are asked for.
    pub shares: Vec<String>,
}

/// Messages without any code or theme.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Uncoded {
    /// How many.
    pub messages: usize,
    /// Their ids, in order.
    pub members: Vec<String>,
}

/// What became of the rows of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputFinding {
    /// The relation.
    pub relation: String,
    /// The file.
    pub file: String,
    /// Rows read.
    pub read: usize,
    /// Rows kept.
    pub kept: usize,
    /// Rows left out: how many, and why.
    pub left_out: Vec<(usize, String)>,
    /// Rows that say nothing of the relation, since this column is empty in them and the input says `or skip`: how many,
    /// and which column. Of a table of messages, some answer no other; nothing of the data is left out with that.
    pub without: Vec<(usize, String)>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFinding {
    /// The relation.
    pub relation: String,
    /// The file.
    pub file: String,
    /// How many rows.
    pub rows: usize,
}
