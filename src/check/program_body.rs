//! The part of the checked program that stands in bodies: conditions, places and operands.

use super::program::{ConceptId, KindId, PatternId, RelationId, VarId};
use super::types::Type;
use crate::base::{Location, Value};
use crate::syntax::tree::{AggregateFunction, ArithmeticOp, CompareOp, CountedScope, CountedThing, HasScope, Unit};

/// Conditions with their variables.
#[derive(Clone, Debug)]
pub struct Body {
    /// What must hold.
    pub condition: Condition,
    /// The names and types of its variables, by [`VarId`]. An aggregate's own variables are among them.
    pub vars: Vec<Variable>,
    /// The clause: from its first condition to its last.
    pub at: Location,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// As written.
    pub name: String,
    /// What it holds.
    pub of: Type,
    /// Where it first stands.
    pub at: Location,
}

/// A condition and where it stands.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// Where.
    pub at: Location,
}

/// The conditions.
#[derive(Clone, Debug)]
pub enum ConditionKind {
    /// All of these.
    And(Vec<Condition>),
    /// Any of these.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// At least so many of these.
    AtLeast(u32, Vec<Condition>),
    /// One other message of the thread, of the author, or the message answered, has all this.
    Has(HasScope, Box<Condition>),
    /// The subject has the concept.
    Holds(ConceptId),
    /// The message has such a passage.
    Place(Place),
    /// So many people gave this message the code.
    Agreed(ConceptId, u32),
    /// The relation has such a row; one operand a column.
    Atom(RelationId, Vec<Operand>),
    /// `a >= b`
    Compare(CompareOp, Operand, Operand),
    /// Two passages stand so to one another.
    Passages(PassageTest, Operand, Operand),
    /// The text contains the other, without regard to case.
    Contains(Operand, Operand),
    /// The text matches the pattern.
    Matches(Operand, PatternId),
    /// `T is a theme`
    IsA(Operand, KindId),
}

/// A relation between two passages that variables stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassageTest {
    /// `near … within N words`
    Near(u32),
    /// `before`
    Before(Option<u32>),
    /// `in same sentence as`
    InSame(Unit),
    /// `overlaps`
    Overlaps,
}

/// Something that has a place in a message.
#[derive(Clone, Debug)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// Where it stands.
    pub at: Location,
}

/// The forms of a place. A combination of patterns alone is one pattern; codes come in here.
#[derive(Clone, Debug)]
pub enum PlaceKind {
    /// A passage that matches.
    Pattern(PatternId),
    /// A passage that carries the code.
    Code(ConceptId),
    /// Any of these.
    Or(Vec<Place>),
    /// Both; the passage is the hull.
    Both(PassageTest, Box<Place>, Box<Place>),
    /// The first where it does not overlap the second.
    Except(Box<Place>, Box<Place>),
}

/// A value in a condition.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it is.
    pub kind: OperandKind,
    /// What it holds.
    pub of: Type,
    /// Where.
    pub at: Location,
}

/// The values.
#[derive(Clone, Debug)]
pub enum OperandKind {
    /// A variable.
    Var(VarId),
    /// The message, author or thread that is asked of.
    This,
    /// A constant, or a parameter's value.
    Const(Value),
    /// `_`, or a column left out.
    Any,
    /// `a + b`
    Arithmetic(ArithmeticOp, Box<Operand>, Box<Operand>),
    /// `length(T)`
    Call(Function, Vec<Operand>),
    /// `count of A where (…)`
    Aggregate(Box<Aggregate>),
    /// `authors of x in this thread`
    Counted(CountedThing, ConceptId, CountedScope),
}

/// The functions that an author may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are those of the language")]
pub enum Function {
    Length,
    Lower,
    Concat,
    Text,
    Number,
    Year,
    Month,
    Day,
    Min,
    Max,
    Abs,
}

impl Function {
    /// All of them with their names.
    pub const ALL: [(&'static str, Function); 11] = [
        ("length", Function::Length),
        ("lower", Function::Lower),
        ("concat", Function::Concat),
        ("text", Function::Text),
        ("number", Function::Number),
        ("year", Function::Year),
        ("month", Function::Month),
        ("day", Function::Day),
        ("min", Function::Min),
        ("max", Function::Max),
        ("abs", Function::Abs),
    ];

    /// The function of that name.
    pub fn find(name: &str) -> Option<Function> {
        Function::ALL.iter().find(|(n, _)| *n == name).map(|&(_, f)| f)
    }
}

/// An aggregate over the bindings of conditions.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Which.
    pub function: AggregateFunction,
    /// What is counted or summed.
    pub over: Vec<Operand>,
    /// What else tells rows apart.
    pub each: Vec<VarId>,
    /// The conditions.
    pub body: Condition,
    /// The variables that are bound outside and make the groups.
    pub groups: Vec<VarId>,
}
