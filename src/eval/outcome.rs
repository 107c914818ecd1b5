//! What an evaluation tells besides its facts: how far it is, what had no value, and why it had to stop.

use crate::base::Value;
use crate::ir::compute::{Failure, Operation, variables};
use crate::ir::core::{Literal, RelationId, Rule, RuleId, Var};
use crate::plan::Unsafe;
use std::ops::ControlFlow;

/// Where in a rule something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// A literal of the body.
    Literal(usize),
    /// A column of the head.
    Column(usize),
}

/// Where something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a rule.
    Rule(RuleId, Site),
    /// In an aggregation, by its place in the program.
    Aggregation(usize),
}

/// Operations without a value at one place of one rule. How often depends on the order in which the rule was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The rule.
    pub rule: RuleId,
    /// Where.
    pub site: Site,
    /// What was to be computed.
    pub operation: Operation,
    /// How many times.
    pub times: usize,
    /// The first few different bindings of the variables there.
    pub examples: Vec<Vec<(Var, Value)>>,
}

/// How far an evaluation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The stratum, from 0.
    pub stratum: usize,
    /// How many there are.
    pub strata: usize,
    /// The round in it, from 1.
    pub round: u32,
    /// The derived facts so far.
    pub facts: usize,
    /// About how many bytes the relations hold; 0 where nobody has counted.
    pub bytes: usize,
}

/// For an evaluation that nobody watches.
pub fn unwatched(_: Progress) -> ControlFlow<Exceeded> {
    ControlFlow::Continue(())
}

/// What came of an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many facts this run derived.
    pub derived: usize,
    /// How many rounds it took.
    pub rounds: usize,
    /// What had no value, by rule and place.
    pub missing: Vec<Missing>,
    /// For each rule of the program, whether this run found anything by it, be it known already.
    pub fired: Vec<bool>,
}

/// When an evaluation gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Derived facts in the whole database.
    pub facts: usize,
    /// Rounds of one stratum.
    pub rounds: u32,
    /// Bytes of texts that rules make.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { facts: 20_000_000, rounds: 1_000_000, text: 1 << 28 }
    }
}

/// Which limit was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// [`Limits::facts`]
    Facts,
    /// [`Limits::rounds`]
    Rounds,
    /// [`Limits::text`]
    Text,
    /// More memory than whoever watches allows.
    Memory,
    /// More time than whoever watches allows.
    Time,
    /// Somebody asked for it to end.
    Interrupted,
}

/// Why an evaluation stopped. What it had derived so far is not complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A number became too large.
    Overflow {
        /// Where.
        place: Place,
        /// In which operation; [`None`]: a sum or mean.
        operation: Option<Operation>,
        /// The values of the variables there; of a sum, the group.
        values: Vec<Value>,
    },
    /// A limit was met, most likely by a rule that feeds itself.
    Limit {
        /// Which.
        exceeded: Exceeded,
        /// The rule that added most rows lately.
        rule: RuleId,
        /// Its relation.
        relation: RelationId,
        /// The last rows there.
        sample: Vec<Vec<Value>>,
    },
    /// A variable that nothing binds.
    Unsafe(Unsafe),
}

/// The variables that stand at a site with their values.
pub(super) fn seen(rule: &Rule, site: Site, binding: &[Value]) -> Vec<(Var, Value)> {
    let mut vars = Vec::new();
    match site {
        Site::Literal(at) => match &rule.body[at] {
            Literal::Compare(_, a, b) | Literal::Contains(a, b) => {
                variables(a, &mut vars);
                variables(b, &mut vars);
            }
            Literal::Bind(_, expr) => variables(expr, &mut vars),
            _ => {}
        },
        Site::Column(at) => variables(&rule.columns[at], &mut vars),
    }
    vars.into_iter().map(|var| (var, binding[var.0 as usize])).collect()
}

/// The operation of a failure that has one.
pub(super) fn operation(failure: Failure) -> Option<Operation> {
    match failure {
        Failure::Undefined(operation) | Failure::Overflow(operation) => Some(operation),
        Failure::Absent | Failure::Full => None,
    }
}
