//! Where core rules and relations come from: the way back from what is evaluated to what the author wrote.

use crate::base::Location;
use crate::check::program::{ConceptId, KindId, RelationId};

/// What a core relation stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A relation that is declared.
    Declared(RelationId),
    /// All concepts of a relation that is kept concept by concept: `theme(message, theme)` over every `theme@x`.
    Union(RelationId),
    /// The subjects that have the concept.
    Has(ConceptId),
    /// The passages that carry the code, and by whom.
    Coded(ConceptId),
    /// Message and passage: what speaks for the concept.
    Evidence(ConceptId),
    /// Message and passage: the code's own passages and those of codes under it.
    Passages(ConceptId),
    /// Holds where the theme's map to the concept does.
    Stimulates(ConceptId, ConceptId),
    /// The subjects for which the `when` of that number holds.
    Way(ConceptId, usize),
    /// The subjects for which an `unless` holds.
    Blocked(ConceptId),
    /// Message and passage: what the pattern of that number matches.
    Match(u32),
    /// The ids or concepts of a kind.
    Domain(KindId),
    /// Conditions in brackets.
    Group(Location),
    /// Message and passage: a combination of codes and patterns.
    Place(Location),
    /// What a count counts.
    Counted(Location),
    /// A count or another aggregate.
    Count(Location),
    /// The answers to a question.
    Question,
}

/// What a core rule says for the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OriginKind {
    /// The author's rule of that number.
    Rule(usize),
    /// The fact of that number.
    Fact(usize),
    /// A `when`.
    When(ConceptId, usize),
    /// An `unless`.
    Unless(ConceptId, usize),
    /// The concept holds because one of its ways does and nothing speaks against it.
    Holds(ConceptId, usize),
    /// A `matches`.
    Matches(ConceptId, usize),
    /// What people coded.
    People(ConceptId),
    /// A message has a code because a passage of it does.
    CodeOf(ConceptId),
    /// A concept holds because one under it does.
    Under {
        /// The one that holds.
        child: ConceptId,
        /// The one it stands under.
        parent: ConceptId,
    },
    /// The guard of the map of that number.
    Map(usize),
    /// A concept of theory holds because a theme that stimulates it does: by the map of that number.
    Inferred(usize),
    /// What speaks for a concept.
    Evidence(ConceptId),
    /// Bookkeeping that no explanation shows: unions, domains, brackets, passages.
    Internal,
    /// A question.
    Question,
}

/// Where a core rule comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What it says for the author.
    pub kind: OriginKind,
    /// The item or clause.
    pub at: Option<Location>,
    /// The condition that each literal of the body stands for, where it stands for one.
    pub literals: Vec<Option<Location>>,
    /// The author's names of the variables; empty for those he did not write.
    pub vars: Vec<String>,
}
