//! What the parser found, as the author wrote it. Nothing is resolved here: a [`Ref`] may name anything.
//!
//! All spans count bytes from the start of their item; [`Item::offset`] leads back to the file. What stands in bodies is in
//! `tree_expr.rs`, what leads to files in `tree_io.rs`; both have the same path.

pub use super::tree_expr::*;
pub use super::tree_io::*;
use crate::base::{Date, DateTime, Decimal, FileId, Location, Span};
use std::sync::Arc;

/// One file, item by item.
#[derive(Clone, Debug)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// The items in order, broken ones among them.
    pub items: Vec<Item>,
}

/// One item and where it starts.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which file.
    pub file: FileId,
    /// Bytes before the item in its file.
    pub offset: u32,
    /// The item itself, shared with the parser's cache.
    pub kind: Arc<ItemKind>,
    /// The whole item, from 0.
    pub span: Span,
    /// False where a part of it could not be read: what seems to be missing may stand there.
    pub whole: bool,
}

impl Item {
    /// The place in the file of a span of this item.
    pub fn location(&self, span: Span) -> Location {
        Location::new(self.file, span.shift(self.offset))
    }
}

/// The items of the language, in the order of the reference.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `study "title"`
    Study(Study),
    /// `use theory.proximity`, `use "references.bib"`
    Use(Use),
    /// `parameter min_authors = 2 "authors a theme needs"`
    Parameter(Parameter),
    /// `source martins2017 "Martins & Ling 2017. …"`
    Source(Source),
    /// `kind period "A stretch of the history"`
    Kind(Kind),
    /// `concepts code from "codebook.csv"`
    Concepts(Concepts),
    /// `relation role(author: author, role?: text)`
    Relation(Relation),
    /// `input message from "messages.csv"`
    Input(Input),
    /// `output crosstab to "out/crosstab.csv"`
    Output(Output),
    /// `table "Themes by service"`
    Table(CrossTable),
    /// `fact edge(a, b), edge(b, c)`
    Fact(Vec<Atom>),
    /// `rule path(X, Z) if edge(X, Y) and path(Y, Z)`
    Rule(Rule),
    /// `map collaborative_workspaces -> absorptive, social`
    Map(Map),
    /// `test "a name"`
    Test(Test),
    /// `code shared_space "A place people share"`
    Concept(Concept),
    /// An item that could not be read; its name still counts as declared.
    Broken(Broken),
}

/// What could be told of an item that did not parse.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Broken {
    /// Its first word: `theme`, `rule`, or something unknown.
    pub keyword: String,
    /// The name it seems to declare, if it has one.
    pub name: Option<Name>,
    /// All words and texts of its head: any of them may have been meant as its name or label.
    pub words: Vec<String>,
}

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// NFC-normalised.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A text in quotation marks, without them and with its escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Str {
    /// What it says; of a `"""…"""` the common indent is gone.
    pub text: String,
    /// With its quotation marks.
    pub span: Span,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Where.
    pub span: Span,
}

/// The constants.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// `"text"`
    Text(String),
    /// `12`, `-3`
    Number(i64),
    /// `2.5`
    Decimal(Decimal),
    /// `2013-09-01`
    Date(Date),
    /// `2013-09-01T10:30`
    DateTime(DateTime),
    /// `explicit`, `form.explicit`, `panel`
    Ref(Ref),
}

/// A concept, an id or a parameter by name: `care_plans`, `code.care_plans`, `code."Care plans"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// `code`, where it is said.
    pub kind: Option<Name>,
    /// The name, or the label without quotation marks.
    pub name: Name,
    /// True for a label.
    pub by_label: bool,
    /// All of it.
    pub span: Span,
}

/// `cites martins2017, boschma2005 at "p. 63"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cite {
    /// The keys, at least one.
    pub keys: Vec<Name>,
    /// The place in the work.
    pub at: Option<Str>,
    /// All of it.
    pub span: Span,
}

/// A text that may be backed by a citation: `means "…" cites boschma2005 at "p. 63"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: Str,
    /// The citation.
    pub cite: Option<Cite>,
}

/// `study "title"` with `approach`, `language`, `by`.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The title.
    pub title: Str,
    /// `codebook`, `reflexive` or `coding_reliability`.
    pub approach: Option<Name>,
    /// The language of the messages, for stemming.
    pub language: Option<Name>,
    /// The authors.
    pub by: Vec<Str>,
}

/// `use …`
#[derive(Clone, Debug, PartialEq)]
pub enum Use {
    /// `use theory.proximity`: the parts of the name.
    Module(Vec<Name>),
    /// `use "references.bib"`
    File(Str),
}

/// `parameter NAME = VALUE "label"`
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// The value it has unless a run sets another.
    pub value: Literal,
    /// What it is for.
    pub label: Option<Str>,
}

/// `source KEY "reference"` with `doi`, `url`, `note`.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The key by which it is cited.
    pub key: Name,
    /// The reference.
    pub reference: Str,
    /// `doi`
    pub doi: Option<Str>,
    /// `url`
    pub url: Option<Str>,
    /// `note`, any number.
    pub notes: Vec<Str>,
}

/// `kind NAME "label"` with `has`.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub label: Option<Str>,
    /// `of author`, `of thread`, `of message`.
    pub of: Option<Name>,
    /// `from data`: an open kind of ids.
    pub from_data: bool,
    /// The properties of its concepts.
    pub has: Vec<ColumnDeclaration>,
    /// Definitions.
    pub means: Vec<Said>,
}

/// `col: type`, `opt?: type`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDeclaration {
    /// The column.
    pub name: Name,
    /// It may be empty.
    pub optional: bool,
    /// `text`, `number`, `decimal`, `date`, `datetime`, `concept` or a kind.
    pub of: Name,
}

/// `relation NAME(col: type, …)` with `means`, `reads`, `key`.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Its name.
    pub name: Name,
    /// Its columns.
    pub columns: Vec<ColumnDeclaration>,
    /// What it says.
    pub means: Vec<Said>,
    /// How its facts read in an explanation.
    pub reads: Option<Str>,
    /// Column lists that no two rows of the data may share.
    pub keys: Vec<Vec<Name>>,
}

/// `concepts KIND from "table"`
#[derive(Clone, Debug, PartialEq)]
pub struct Concepts {
    /// The kind.
    pub kind: Name,
    /// The file.
    pub from: Str,
    /// `label = "code"`, `matches = "keyword" as contains`
    pub columns: Vec<ColumnBinding>,
    /// `only "status" is "agreed"`
    pub only: Vec<Only>,
    /// `empty "NA", "-"`
    pub empty: Vec<Str>,
    /// `delimiter ";"`
    pub delimiter: Option<Str>,
    /// `sheet "Messages"`
    pub sheet: Option<Str>,
}

/// `rule ATOM if BODY` with `because`, `cites`, `reads`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The conclusion.
    pub head: Atom,
    /// The conditions; none for a statement.
    pub body: Option<Expr>,
    /// Reasons.
    pub because: Vec<Said>,
    /// Citations that stand alone.
    pub cites: Vec<Cite>,
    /// How its conclusions read.
    pub reads: Option<Str>,
}

/// `map THEME -> CONCEPT, …` with `if`, `because`, `cites`.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The theme.
    pub from: Ref,
    /// What it stimulates.
    pub to: Vec<Ref>,
    /// The guard.
    pub guard: Option<Expr>,
    /// Reasons.
    pub because: Vec<Said>,
    /// Citations that stand alone.
    pub cites: Vec<Cite>,
}

/// `test "name"`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Its name.
    pub name: Str,
    /// Its clauses in order.
    pub clauses: Vec<TestClause>,
}

/// The clauses of a test.
#[derive(Clone, Debug, PartialEq)]
pub enum TestClause {
    /// `given ATOM`
    Given(Atom),
    /// `set NAME = VALUE`
    Set(Name, Literal),
    /// `expect …`
    Expect(Expectation, Atom),
}

/// What a test expects of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// `expect ATOM`
    Holds,
    /// `expect no ATOM`
    Fails,
    /// `expect 3 of ATOM`
    Count(i64),
}

/// `KIND NAME "label"` with its clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct Concept {
    /// `code`, `theme`, …
    pub kind: Name,
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Str>,
    /// Its clauses in order.
    pub clauses: Vec<Clause>,
    /// True where an `unless` could not be read: without it the concept would hold too often.
    pub lost_unless: bool,
}

/// One clause of a concept.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What it says.
    pub kind: ClauseKind,
    /// All of it, from its word.
    pub span: Span,
}

/// The clauses of a concept.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `means "…"`
    Means(Said),
    /// `include "…"`
    Include(Said),
    /// `exclude "…"`
    Exclude(Said),
    /// `because "…"`
    Because(Said),
    /// `memo "…"`
    Memo(Said),
    /// `example "…"` or `example message 15`
    Example(Example),
    /// `counterexample "…"`
    Counterexample(Example),
    /// `status draft`
    Status(Name),
    /// `under PARENT`
    Under(Ref),
    /// `cites KEY at "place"`
    Cites(Cite),
    /// `matches …`
    Matches(Expr),
    /// `when …`
    When(Expr),
    /// `unless …`
    Unless(Expr),
    /// `from = 2013-09-01`
    Property(Name, Literal),
}

/// A text, or a message of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Example {
    /// `"Is there a space we could share?"`
    Text(Str),
    /// `message 15`, `message m15`, `message "NEAS PTS 528 - Q1"`
    Message(Name),
}
