//! Answers to questions, and what tests say: plain data for every report.

use super::explanation::{Explanation, PlaceShown, Step};
use super::why_not::answer::WayMissed;
use crate::diagnostic::Code;

/// The answers of one body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// The names of the columns: the body's variables, and first the message where the body asks of one.
    pub columns: Vec<String>,
    /// The type of each column.
    pub types: Vec<String>,
    /// The rows, sorted.
    pub rows: Vec<Vec<Cell>>,
}

/// A value in a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Nothing stands there.
    Empty,
    /// A text, an id, a name, a date.
    Text(String),
    /// A number.
    Number(String),
}

/// What `why` has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It holds.
    Explained {
        /// One explanation a fact, in order.
        explanations: Vec<Explanation>,
        /// How many further facts of that form hold.
        more: usize,
        /// Where several facts answer: what each puts in the place of what was left open, the first of them.
        answers: Vec<String>,
        /// What the question may have meant otherwise.
        note: Option<String>,
    },
    /// It does not hold.
    DoesNotHold {
        /// What was asked, as a sentence.
        statement: String,
        /// What to look at next.
        hint: String,
        /// What comes nearest to it, where something can conclude it.
        nearest: Option<Box<WayMissed>>,
    },
    /// The question could not be read: see the diagnostics.
    Wrong,
}

/// A test of the study and what failed in it.
#[derive(Clone, Debug, PartialEq)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// Nothing where it passed.
    pub failures: Vec<TestFailure>,
}

impl TestResult {
    /// True where nothing failed.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq)]
pub struct TestFailure {
    /// What it is: a conclusion that is missing, or one that a test rules out.
    pub code: Code,
    /// As written: `expect theme(m1, x)`.
    pub expectation: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// What was found instead.
    pub message: String,
    /// Why that holds which should not.
    pub details: Vec<Step>,
    /// Of what is missing: what could have concluded it, and which of its conditions are met.
    pub attempts: Vec<Attempt>,
    /// How many further attempts are not shown.
    pub more: usize,
}

/// A clause or rule that could have concluded what is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// `when`, `rule builds_on(A, C)`.
    pub rule: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// Its conditions, in the order in which they can be asked.
    pub checks: Vec<Check>,
    /// The `unless` that takes the conclusion away, where one does.
    pub against: Option<Check>,
}

/// A condition, and whether it is met for the values that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// As written.
    pub condition: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// Whether it is met together with those before it that are; none where it needs a value from one that is not.
    pub met: Option<bool>,
}

/// What became of a study from which one condition after the other was taken away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mutants {
    /// How many tests there were to notice it: those that pass.
    pub tests: usize,
    /// One for each condition that can be taken away, in the author's order.
    pub mutants: Vec<Mutant>,
}

/// The study without one condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// The concept or relation that the condition is about.
    pub of: String,
    /// `when`, `unless`, `matches`, `rule` or `map`.
    pub clause: &'static str,
    /// True where the whole clause was taken away.
    pub whole: bool,
    /// The condition, as it is written.
    pub text: String,
    /// Where.
    pub place: PlaceShown,
    /// What noticed.
    pub noticed: Noticed,
}

/// What notices that a condition is missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Noticed {
    /// The first test that fails without it.
    Test(String),
    /// No test, but the findings are others.
    Findings {
        /// Something that changes.
        first: String,
        /// So many conclusions more.
        gained: usize,
        /// So many fewer.
        lost: usize,
    },
    /// No test, but so much is concluded that it was not worked out to the end.
    Flood {
        /// The relation that grew.
        of: String,
    },
    /// Neither a test nor the findings.
    Nothing,
}
