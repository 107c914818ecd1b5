//! The checked program: every name resolved, every value typed, every parameter filled in. What stands in bodies is in
//! `program_body.rs`, concepts in `program_concept.rs`, what leads to files in `program_io.rs`; all have the same path.

use super::labels::fold_label;
pub use super::program_body::*;
pub use super::program_concept::*;
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
