//! The part of the tree that stands in bodies: conditions, patterns and values, which are one language.

use super::tree::{Name, Ref, Str};
use crate::base::{Date, DateTime, Decimal, Span};
use std::cmp::Ordering;

/// `message(id: M, author: A)`
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// A relation or a function: the name decides.
    pub name: Name,
    /// By position or by column name.
    pub args: Vec<Arg>,
    /// All of it.
    pub span: Span,
}

/// One argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `author:`
    pub column: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// A condition, a pattern or a value: one tree for all, since one language serves them all.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The forms of [`Expr`].
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `a and b`, `a, b`: two or more.
    And(Vec<Expr>),
    /// `a or b`: two or more.
    Or(Vec<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `thread has (a and b)`
    Has(HasScope, Box<Expr>),
    /// `a >= b`
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `a near b within 5 words`
    Near(Box<Expr>, Box<Expr>, Count),
    /// `a before b`, `a before b within 5 words`
    Before(Box<Expr>, Box<Expr>, Option<Count>),
    /// `a in same sentence as b`
    InSame(Unit, Box<Expr>, Box<Expr>),
    /// `a overlaps b`
    Overlaps(Box<Expr>, Box<Expr>),
    /// `a except b`
    Except(Box<Expr>, Box<Expr>),
    /// `T contains "x"`
    Contains(Box<Expr>, Box<Expr>),
    /// `T matches "x*"`
    Matches(Box<Expr>, Box<Expr>),
    /// `T is a theme`
    IsA(Box<Expr>, Name),
    /// `a agreed by 2`
    AgreedBy(Box<Expr>, Count),
    /// `a + b`
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// `-a`, where `a` is no literal.
    Negate(Box<Expr>),
    /// `count of A where (…)`
    Aggregate(Box<Aggregate>),
    /// `authors of x in this thread`
    Counted(Counted),
    /// `at least 2 of (a, b, c)`
    AtLeast(Count, Vec<Expr>),
    /// `stem "wohnen" in german`
    Stem(Str, Option<Name>),
    /// `m15@33-85`, `"id with space"@0-9`
    Quote {
        /// The message's id.
        message: String,
        /// The first character.
        start: u32,
        /// One past the last.
        end: u32,
    },
    /// `"text"`: a value or a phrase, as its place tells.
    Text(String),
    /// `/regex/i`
    Regex {
        /// Between the slashes, as written.
        pattern: String,
        /// `i` follows.
        insensitive: bool,
    },
    /// `2013-09-01`
    Date(Date),
    /// `2013-09-01T10:30`
    DateTime(DateTime),
    /// `12`, `-3`
    Number(i64),
    /// `2.5`
    Decimal(Decimal),
    /// `this`
    This,
    /// `message(this, author: A)`, `length(T)`
    Atom(Atom),
    /// `shared_space`, `code."Care plans"`
    Ref(Ref),
    /// `Author`
    Var(String),
    /// `_`
    Any,
}

/// Whose other messages are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HasScope {
    /// `thread has`
    Thread,
    /// `parent has`
    Parent,
    /// `author has`
    Author,
}

/// `=` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl CompareOp {
    /// The comparison with its sides exchanged.
    pub fn turned(self) -> CompareOp {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessEqual => CompareOp::GreaterEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterEqual => CompareOp::LessEqual,
            same => same,
        }
    }

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            CompareOp::Equal => "=",
            CompareOp::NotEqual => "!=",
            CompareOp::Less => "<",
            CompareOp::LessEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterEqual => ">=",
        }
    }

    /// Whether two values that stand in this order stand in this relation.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            CompareOp::Equal => order.is_eq(),
            CompareOp::NotEqual => order.is_ne(),
            CompareOp::Less => order.is_lt(),
            CompareOp::LessEqual => order.is_le(),
            CompareOp::Greater => order.is_gt(),
            CompareOp::GreaterEqual => order.is_ge(),
        }
    }
}

/// `+` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `div`
    WholeDivide,
    /// `mod`
    Remainder,
}

impl ArithmeticOp {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Subtract => "-",
            ArithmeticOp::Multiply => "*",
            ArithmeticOp::Divide => "/",
            ArithmeticOp::WholeDivide => "div",
            ArithmeticOp::Remainder => "mod",
        }
    }
}

/// Sentence or paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `in same sentence as`
    Sentence,
    /// `in same paragraph as`
    Paragraph,
}

/// A whole number, or a parameter that stands for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// `5`
    Number(i64, Span),
    /// `min_words`
    Parameter(Name),
}

/// `count of A, B for each C where (…)`
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Which.
    pub function: AggregateFunction,
    /// What is counted or summed.
    pub over: Vec<Expr>,
    /// What the rows are.
    pub each: Vec<Name>,
    /// The conditions.
    pub body: Expr,
}

/// The aggregates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// `count of`
    Count,
    /// `sum of`
    Sum,
    /// `mean of`
    Mean,
    /// `min of`
    Min,
    /// `max of`
    Max,
}

impl AggregateFunction {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            AggregateFunction::Count => "count",
            AggregateFunction::Sum => "sum",
            AggregateFunction::Mean => "mean",
            AggregateFunction::Min => "min",
            AggregateFunction::Max => "max",
        }
    }
}

/// `authors of x in this thread`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What is counted.
    pub what: CountedThing,
    /// Of which concept.
    pub concept: Ref,
    /// Where.
    pub scope: CountedScope,
}

/// What a counted condition counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountedThing {
    /// `messages of`
    Messages,
    /// `authors of`
    Authors,
    /// `threads of`
    Threads,
    /// `quotes of`
    Quotes,
    /// `coders of`
    Coders,
}

impl CountedThing {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            CountedThing::Messages => "messages",
            CountedThing::Authors => "authors",
            CountedThing::Threads => "threads",
            CountedThing::Quotes => "quotes",
            CountedThing::Coders => "coders",
        }
    }
}

/// Where a counted condition counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountedScope {
    /// In the whole study.
    Study,
    /// `in this message`
    Message,
    /// `in this thread`
    Thread,
    /// `by this author`
    Author,
}
