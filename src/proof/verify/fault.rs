//! What comes of judging a proof, as plain data: whoever shows it puts it into words.

use crate::base::{Pool, Value};
use crate::ir::core::{RelationId, RuleId};
use crate::proof::reference::GivenUp;

/// What came of it.
pub struct Verified {
    /// What is wrong, in the order of the nodes; nothing where the proof holds.
    pub faults: Vec<Fault>,
    /// How much was looked at.
    pub looked: Looked,
    /// The nodes as they were read; none of those that are malformed.
    pub nodes: Vec<Option<Read>>,
    /// The values of the study and of the document.
    pub pool: Pool,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Facts: one a node.
    pub facts: usize,
    /// Passages that patterns found.
    pub passages: usize,
    /// Different rules.
    pub rules: usize,
    /// What is said not to be there.
    pub absences: usize,
    /// Counts and other aggregates.
    pub counts: usize,
}

/// A node as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The relation of the study that has its name.
    pub relation: RelationId,
    /// Its values.
    pub values: Vec<Value>,
    /// The rule of the study that it names.
    pub rule: Option<RuleId>,
}

/// Something wrong with a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The node, by its place in the document; none where it is about the whole.
    pub node: Option<usize>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No node has the identity that the document calls its root.
    NoRoot,
    /// The identity is not one.
    NoIdentity,
    /// Two nodes have this identity.
    Twice,
    /// The identity is not that of what the node says.
    Altered,
    /// A premise names no node.
    Nowhere(String),
    /// The facts stand on each other in a circle.
    Circle,
    /// The study has no such relation; of one that stands for conditions, the rule that comes nearest.
    NoRelation(Option<Near>),
    /// The relation has so many columns.
    Width(usize),
    /// A value of a fact says that anything may stand there.
    AnyValue,
    /// The pattern is none of the study.
    NoPattern(String),
    /// The study gives no such fact. The place, among the relation's given facts, of the nearest that it gives, and
    /// the first column in which that differs.
    NotGiven(Option<(usize, usize)>),
    /// It is given in another way: a row that was a statement of the study, or the other way round.
    GivenOtherwise,
    /// The passage is not found there any more: message and place.
    NoPassage(Value, (u32, u32)),
    /// The message has another text than the proof was made from.
    OtherText(Value, (u32, u32)),
    /// The words are not those of the passage.
    OtherWords(Value, (u32, u32)),
    /// No rule of the study reads so; the one that comes nearest.
    NoRule(Option<Near>),
    /// The number of values or premises does not fit the rule.
    Misfit,
    /// A column of the fact is not what the rule gives.
    HeadValue(usize, Option<Value>),
    /// Two empty places are taken for equal.
    EqualAbsences,
    /// The premise of the condition of that number is not what the condition asks for.
    Premise(usize),
    /// The condition of that number is not met.
    NotMet(usize),
    /// There is what should be absent: the condition's number, the relation and its row.
    Present(usize, RelationId, Vec<Value>),
    /// The study counts nothing of the kind.
    NoCount,
    /// The value of the count in the study, none where it counts nothing, and that of the proof.
    OtherCount(Option<Value>, Value),
    /// What is counted is other: a row that the study has and the proof lacks, and the other way round.
    OtherRows(Option<Vec<Value>>, Option<Vec<Value>>),
    /// A fact that is shown as counted is none of what is counted.
    NotCounted,
    /// What absences and counts rest on could not be worked out.
    GivenUp(GivenUp),
}

/// A rule of the study that nearly reads as a proof has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The rule.
    pub rule: RuleId,
    /// The parts of it that only the proof has.
    pub proof: Vec<String>,
    /// The parts that only the study has.
    pub study: Vec<String>,
}
