//! Core rules: what the evaluator runs. Plain Datalog over numbered relations with stratified negation, aggregation
//! by relations of their own, arithmetic, and tests on places in texts.
//!
//! Nothing here knows of codes, themes or files. Where a rule came from stands beside it in an [`OriginId`], never
//! inside what is compared.

use super::places::Places;
use crate::base::table::{Lines, RowPlace};
use crate::base::{FileId, Value};
use crate::syntax::tree::{AggregateFunction, ArithmeticOp, CompareOp, Unit};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Names a relation of a [`Core`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

/// Names a rule of a [`Core`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

/// Names an entry of the table of origins that stands beside a [`Core`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginId(pub u32);

/// A variable of one rule, numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(pub u32);

/// A relation: its name, unique, and its number of columns, which may be 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// `path`, `theme@collaborative_workspaces`
    pub name: String,
    /// The number of columns.
    pub arity: usize,
}

/// What stands in a column of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// A variable. In an atom it also matches an absent value unless [`Literal::Present`] says otherwise.
    Var(Var),
    /// A constant.
    Const(Value),
    /// Whatever stands there, absence included.
    Any,
}

/// A condition of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// The relation has such a row.
    Atom(RelationId, Vec<Term>),
    /// The relation has no such row. All variables are bound by other literals.
    Not(RelationId, Vec<Term>),
    /// The value that an [`Aggregation`] has for a group. The key's variables are bound by other literals.
    Lookup {
        /// The head of the aggregation: the group's columns, then the value.
        relation: RelationId,
        /// The group.
        key: Vec<Term>,
        /// What the value is bound to, or compared with where it is bound already.
        value: Var,
        /// The value of a group without rows; [`None`]: the literal fails.
        default: Option<Value>,
    },
    /// `left op right`; a day and a time compare by day.
    Compare(CompareOp, Expr, Expr),
    /// Binds a variable to a value, or compares where it is bound already.
    Bind(Var, Expr),
    /// The variable holds a value, not an absence.
    Present(Var),
    /// The variable holds an absence.
    Absent(Var),
    /// A test on two passages of one message.
    Place(PlaceTest, Term, Term),
    /// The text matches the pattern of that number.
    Matches(Term, u32),
    /// The first text contains the second, without regard to case.
    Contains(Expr, Expr),
}

/// A relation between two passages of one message; false for passages of two messages, and for a quote of a whole
/// message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceTest {
    /// At most so many words between them, in either order, and not the same passage.
    Near(u32),
    /// The first ends before the second starts, with at most so many words between.
    Before(Option<u32>),
    /// In one sentence or paragraph.
    InSame(Unit),
    /// They share at least one character.
    Overlaps,
    /// The first strictly contains the second: it is longer, and holds all of it.
    Contains,
}

/// A value to compute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// A variable.
    Var(Var),
    /// A constant; [`Value::NONE`] in a head leaves the column empty.
    Const(Value),
    /// `a + b`: numbers and decimals; a date and days; two dates, whose difference is days.
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// A function.
    Call(Function, Vec<Expr>),
}

/// The functions. A function may have no value for its arguments; then the condition fails and is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// Characters of a text.
    Length,
    /// A text in lower case.
    Lower,
    /// Texts, one after another.
    Concat,
    /// Any value as text.
    Text,
    /// A text as a number or decimal; surrounding white space is ignored.
    Number,
    /// The year of a day.
    Year,
    /// The month of a day.
    Month,
    /// The day of the month.
    Day,
    /// The day of a time; a day is its own.
    Date,
    /// The smallest of its arguments.
    Min,
    /// The largest of its arguments.
    Max,
    /// A number without its sign.
    Abs,
    /// The message of a passage.
    MessageOf,
    /// The passage that is the whole message.
    Whole,
    /// The first character of a passage; without a range there is none.
    Start,
    /// One past the last character.
    End,
    /// The smallest passage that holds both; both are of one message.
    Hull,
    /// The passage of a message between two offsets: message, start, end. Absent offsets give the whole message.
    Passage,
}

impl Function {
    /// As it is written; those that no author writes have the names that `expand` shows.
    pub fn name(self) -> &'static str {
        match self {
            Function::Length => "length",
            Function::Lower => "lower",
            Function::Concat => "concat",
            Function::Text => "text",
            Function::Number => "number",
            Function::Year => "year",
            Function::Month => "month",
            Function::Day => "day",
            Function::Date => "date",
            Function::Min => "min",
            Function::Max => "max",
            Function::Abs => "abs",
            Function::MessageOf => "message_of",
            Function::Whole => "whole",
            Function::Start => "start",
            Function::End => "end",
            Function::Hull => "hull",
            Function::Passage => "passage",
        }
    }
}

/// A rule: the head holds for every binding that meets all literals. Literals stand in the author's order; the order
/// of evaluation is the planner's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The relation it adds to.
    pub head: RelationId,
    /// One value a column.
    pub columns: Vec<Expr>,
    /// The conditions.
    pub body: Vec<Literal>,
    /// How many variables it has.
    pub vars: u32,
}

/// An aggregate: one row a group, from the distinct rows of another relation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Aggregation {
    /// `groups` columns and the value.
    pub head: RelationId,
    /// `groups` columns, any columns that tell rows apart, and, but for a count, the value as the last.
    pub body: RelationId,
    /// How many columns make the group.
    pub groups: usize,
    /// What is computed.
    pub function: AggregateFunction,
}

/// Where a fact that no rule made comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactPlace {
    /// A row of a data file.
    Row(RowPlace),
    /// Something the author wrote: a `fact`, a property, `under`.
    Written(OriginId),
    /// A pattern's match in a text.
    Text,
}

/// The facts that are given for one relation. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Rows, one after another, `arity` values each.
    pub values: Arc<Vec<Value>>,
    /// Where each row comes from.
    pub places: Arc<Places>,
    /// The places of rows that are given no longer. They keep their numbers, so that those of the others hold.
    pub gone: Arc<FxHashSet<usize>>,
}

impl Given {
    /// Adds a row.
    pub fn push(&mut self, row: &[Value], place: FactPlace) {
        Arc::make_mut(&mut self.values).extend_from_slice(row);
        Arc::make_mut(&mut self.places).push(place);
    }

    /// Adds rows of another relation of so many columns, with their places.
    pub fn extend_from(&mut self, other: &Given, rows: std::ops::Range<usize>, arity: usize) {
        let places = Arc::make_mut(&mut self.places);
        rows.clone().filter_map(|row| other.places.get(row)).for_each(|place| places.push(place));
        Arc::make_mut(&mut self.values).extend_from_slice(&other.values[rows.start * arity..rows.end * arity]);
    }

    /// Takes the last row out, of so many values.
    pub fn pop(&mut self, arity: usize) {
        Arc::make_mut(&mut self.places).pop();
        Arc::make_mut(&mut self.values).truncate(self.places.len() * arity);
    }

    /// Says that a row is given no longer, or that it is again.
    pub fn set_gone(&mut self, place: usize, gone: bool) {
        let all = Arc::make_mut(&mut self.gone);
        if gone {
            all.insert(place);
        } else {
            all.remove(&place);
        }
    }

    /// True where two have one origin and neither has changed since.
    pub fn is_shared(&self, other: &Given) -> bool {
        Arc::ptr_eq(&self.values, &other.values)
            && Arc::ptr_eq(&self.places, &other.places)
            && Arc::ptr_eq(&self.gone, &other.gone)
    }

    /// The rows that are given, of so many values each, with their places.
    pub fn rows(&self, arity: usize) -> impl Iterator<Item = (usize, &[Value])> {
        (0..self.places.len())
            .filter(|place| !self.gone.contains(place))
            .map(move |place| (place, &self.values[place * arity..][..arity]))
    }
}

/// A whole program.
#[derive(Clone, Debug, Default)]
pub struct Core {
    /// The relations, by [`RelationId`].
    pub relations: Vec<Relation>,
    /// The rules, by [`RuleId`].
    pub rules: Vec<Rule>,
    /// Where each rule comes from, by [`RuleId`].
    pub rule_origins: Vec<OriginId>,
    /// The aggregations.
    pub aggregations: Vec<Aggregation>,
    /// The given facts, by [`RelationId`]; programs that have the same share them.
    pub given: Vec<Given>,
}

impl Core {
    /// A relation's name and width.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.0 as usize]
    }

    /// The rule of that number.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// Adds a relation; the name must be new.
    pub fn add_relation(&mut self, name: impl Into<String>, arity: usize) -> RelationId {
        self.relations.push(Relation { name: name.into(), arity });
        self.given.push(Given::default());
        RelationId(self.relations.len() as u32 - 1)
    }

    /// Adds a rule.
    pub fn add_rule(&mut self, rule: Rule, origin: OriginId) -> RuleId {
        self.rules.push(rule);
        self.rule_origins.push(origin);
        RuleId(self.rules.len() as u32 - 1)
    }

    /// Adds a given fact.
    pub fn add_fact(&mut self, relation: RelationId, row: &[Value], place: FactPlace) {
        self.given[relation.0 as usize].push(row, place);
    }

    /// Adds the rows of a data file as given facts, `arity` values each, with their lines. Where they are the first of
    /// their relation they are shared, not copied.
    pub fn add_rows(&mut self, relation: RelationId, values: &Arc<Vec<Value>>, file: FileId, lines: &Lines) {
        let given = &mut self.given[relation.0 as usize];
        match given.places.is_empty() {
            true => given.values = values.clone(),
            false => Arc::make_mut(&mut given.values).extend_from_slice(values),
        }
        Arc::make_mut(&mut given.places).extend(file, lines);
    }
}
