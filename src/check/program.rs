//! The checked program: every name resolved, every value typed, every parameter filled in. What stands in bodies is in
//! `program_body.rs`, what leads to files in `program_io.rs`; both have the same path.

use super::labels::fold_label;
pub use super::program_body::*;
pub use super::program_io::*;
use super::types::Type;
use crate::base::{Location, Value};
use crate::syntax::tree::Expectation;
use crate::text::{Language, Pattern};
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $($(#[$doc])* #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)] pub struct $name(pub u32);)*
    };
}

ids! {
    /// Names a kind.
    KindId,
    /// Names a concept.
    ConceptId,
    /// Names a declared relation.
    RelationId,
    /// Names a pattern.
    PatternId,
    /// A variable of one body.
    VarId,
}

/// What a kind's concepts are said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Messages: codes, themes and most others.
    Message,
    /// Authors: a typology of people.
    Author,
    /// Threads.
    Thread,
}

impl Subject {
    /// The kind of ids, as it is declared in the prelude.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Message => "message",
            Subject::Author => "author",
            Subject::Thread => "thread",
        }
    }
}

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

/// A pattern as the author wrote it.
#[derive(Clone, Debug)]
pub struct PatternSource {
    /// What the text layer runs.
    pub pattern: Pattern,
    /// Where it stands.
    pub at: Location,
}

/// A column of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub of: Type,
    /// It may be empty.
    pub optional: bool,
}

/// What makes a relation special.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// The author declared it.
    Declared,
    /// `message`: takes no rules.
    Message,
    /// Which subject has which concept of a kind.
    Has(KindId),
    /// The properties of a kind's concepts.
    Properties(KindId),
    /// `coding`: what people coded.
    Coding,
    /// `coded`
    Coded,
    /// `quote`: made by the engine.
    Quote,
    /// `evidence`
    Evidence,
    /// `under`: made from clauses.
    Under,
    /// `stimulates`: made from maps.
    Stimulates,
}

/// A relation that rules and questions may name.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// What makes it special.
    pub kind: RelationKind,
    /// What it says.
    pub means: Vec<Said>,
    /// How its facts read: text and holes.
    pub reads: Option<Template>,
    /// Column lists that no two rows of its inputs may share.
    pub keys: Vec<Vec<usize>>,
    /// Where it is declared.
    pub at: Location,
}

impl Relation {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
}

/// `"{later} builds on {earlier}"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its parts in order.
    pub parts: Vec<TemplatePart>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text as it is.
    Text(String),
    /// The value of a column.
    Column(usize),
}

/// A parameter and the value that this run gives it.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Its type.
    pub of: Type,
    /// What it is for.
    pub label: Option<String>,
    /// True where the run set it.
    pub set: bool,
    /// Where it is declared.
    pub at: Location,
}

/// A work that can be cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its key.
    pub key: String,
    /// The reference.
    pub reference: String,
    /// Its DOI.
    pub doi: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Notes.
    pub notes: Vec<String>,
    /// Where it is declared.
    pub at: Location,
}

/// A rule of the author's.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The relation it concludes.
    pub head: RelationId,
    /// One value a column.
    pub columns: Vec<Operand>,
    /// The conditions, with the variables of the head among theirs.
    pub body: Body,
    /// Reasons.
    pub because: Vec<Said>,
    /// Citations that stand alone.
    pub cites: Vec<Citation>,
    /// How its conclusions read.
    pub reads: Option<Template>,
    /// The whole item.
    pub at: Location,
    /// The head.
    pub head_at: Location,
}

/// A fact that is written down.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The relation.
    pub relation: RelationId,
    /// One value a column.
    pub row: Vec<Value>,
    /// Where.
    pub at: Location,
}

/// The study's inference from a theme.
#[derive(Clone, Debug)]
pub struct Map {
    /// The theme.
    pub theme: ConceptId,
    /// What it stimulates.
    pub to: Vec<ConceptId>,
    /// The guard, evaluated once for the study.
    pub guard: Option<Body>,
    /// Reasons.
    pub because: Vec<Said>,
    /// Citations that stand alone.
    pub cites: Vec<Citation>,
    /// The whole item.
    pub at: Location,
}

/// A test of the author's.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// What it sets, before everything else.
    pub set: Vec<(String, Value)>,
    /// What it asserts.
    pub given: Vec<Fact>,
    /// What it expects.
    pub expect: Vec<Expect>,
    /// The item.
    pub at: Location,
}

/// A row in which some values are left open, and its relation.
pub type OpenRow = (RelationId, Vec<Option<Value>>);

/// One expectation.
#[derive(Clone, Debug)]
pub struct Expect {
    /// Whether, or how many.
    pub expectation: Expectation,
    /// The relation.
    pub relation: RelationId,
    /// A value a column, or [`None`] for `_`. Equal variables are not asked for.
    pub row: Vec<Option<Value>>,
    /// Where.
    pub at: Location,
}

/// Which agreement figures a study may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Approach {
    /// `codebook`, or nothing said.
    #[default]
    Codebook,
    /// `reflexive`
    Reflexive,
    /// `coding_reliability`
    CodingReliability,
}

/// What the study says of itself.
#[derive(Clone, Debug, Default)]
pub struct Study {
    /// Its title.
    pub title: Option<String>,
    /// Its approach.
    pub approach: Approach,
    /// The language of its messages.
    pub language: Option<Language>,
    /// Its authors.
    pub by: Vec<String>,
}

/// A whole study, checked.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What it says of itself.
    pub study: Study,
    /// By [`KindId`].
    pub kinds: Vec<Kind>,
    /// By [`ConceptId`].
    pub concepts: Vec<Concept>,
    /// By [`RelationId`].
    pub relations: Vec<Relation>,
    /// By [`PatternId`]; equal patterns may stand twice, at their own places.
    pub patterns: Vec<PatternSource>,
    /// In the author's order.
    pub parameters: Vec<Parameter>,
    /// In the author's order.
    pub sources: Vec<Source>,
    /// In the author's order.
    pub rules: Vec<Rule>,
    /// In the author's order.
    pub facts: Vec<Fact>,
    /// In the author's order.
    pub maps: Vec<Map>,
    /// In the author's order.
    pub inputs: Vec<Input>,
    /// In the author's order.
    pub outputs: Vec<Output>,
    /// In the author's order.
    pub tables: Vec<CrossTable>,
    /// In the author's order.
    pub tests: Vec<Test>,
    /// Kinds by name.
    pub kind_names: FxHashMap<String, KindId>,
    /// Concepts by kind and name.
    pub concept_names: FxHashMap<(KindId, String), ConceptId>,
    /// Concepts by kind and folded label.
    pub concept_labels: FxHashMap<(KindId, String), ConceptId>,
    /// Concepts by value.
    pub concept_values: FxHashMap<Value, ConceptId>,
    /// Relations by name.
    pub relation_names: FxHashMap<String, RelationId>,
}

impl Program {
    /// The kind of that id.
    pub fn kind(&self, id: KindId) -> &Kind {
        &self.kinds[id.0 as usize]
    }

    /// The concept of that id.
    pub fn concept(&self, id: ConceptId) -> &Concept {
        &self.concepts[id.0 as usize]
    }

    /// The relation of that id.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.0 as usize]
    }

    /// The pattern of that id.
    pub fn pattern(&self, id: PatternId) -> &PatternSource {
        &self.patterns[id.0 as usize]
    }

    /// The concepts of a kind, in order of declaration.
    pub fn concepts_of(&self, kind: KindId) -> impl Iterator<Item = (ConceptId, &Concept)> {
        let ids = (0..).map(ConceptId);
        ids.zip(&self.concepts).filter(move |(_, c)| c.kind == kind)
    }

    /// A relation of the prelude, which is always there.
    pub fn known(&self, name: &str) -> RelationId {
        self.relation_names[name]
    }

    /// A kind of the prelude, which is always there.
    pub fn known_kind(&self, name: &str) -> KindId {
        self.kind_names[name]
    }

    /// The concept that a text names in a column: its name, or its label.
    pub fn find_concept(&self, kind: KindId, text: &str) -> Option<ConceptId> {
        let by_name = self.concept_names.get(&(kind, text.trim().nfc().collect()));
        by_name.or_else(|| self.concept_labels.get(&(kind, fold_label(text)))).copied()
    }

    /// The source of that key.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.key == key)
    }
}
