//! What a rule's plan becomes: stages over registers.

use super::flat::Flats;
use super::matrix::Matrix;
use super::view::{Scope, View};
use crate::base::Value;
use crate::ir::core::{Expr, RelationId, RuleId, Var};
use crate::syntax::tree::CompareOp;
use std::sync::Arc;

/// Something known at a stage: the number of a register, or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Register(usize),
    Value(Value),
}

/// Where in a found row a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is what all rows of the group begin with.
    First,
    /// A word of the tail.
    Tail(usize),
}

/// A rule ready to run.
#[derive(Debug)]
pub(in crate::eval) struct Code {
    pub(super) rule: RuleId,
    pub(super) stages: Vec<Stage>,
    pub(super) emit: Emit,
    /// The stage that knows the whole head; what comes after it only asks whether there is a witness.
    pub(super) witness_after: Option<usize>,
    /// The stage that first knows the head's first column, for owners to take their part.
    pub(super) owner: (usize, Operand),
    /// True where nothing is computed and no text is asked: it cannot fail, makes no value, and may run on any thread.
    pub(in crate::eval) pure: bool,
    /// True where the first stage goes through a relation at rest by what the head begins with, ascending.
    pub(in crate::eval) ascends: bool,
}

impl Code {
    /// Has relations at rest copied that are searched about so many times or more by their first column, or asked for
    /// whole rows.
    pub(in crate::eval) fn copy_orders(&mut self, flats: &mut Flats, scope: Scope<'_>, searches: usize) {
        let mut tests: Vec<&mut Test> = Vec::new();
        for condition in self.stages.iter_mut().flat_map(|stage| &mut stage.conditions) {
            match condition {
                Condition::Row { test, .. } => tests.push(test),
                Condition::Some { tests: checks, .. } => {
                    tests.extend(checks.iter_mut().filter_map(|check| match check {
                        Check::Row { test, .. } => Some(test),
                        Check::Compare { .. } => None,
                    }));
                }
                _ => {}
            }
        }
        for test in tests {
            if let Test::Whole(relation) = test
                && let Some(matrix) = flats.matrix(scope.db.relation(*relation).first_order(), searches)
            {
                *test = Test::Matrix(matrix);
            }
        }
        let mut copy = |view: &mut View, key: &[Operand], ascending: Option<usize>| {
            // What is searched in its own order is in cache as it is.
            if let View::Order(order) = view
                && let [key] = key
                && ascending.is_none_or(|register| *key != Operand::Register(register))
                && let Some(flat) = flats.of(order, searches)
            {
                *view = View::Flat(flat);
            }
        };
        // The register that holds what the first stage goes by.
        let mut ascending = None;
        for (at, stage) in self.stages.iter_mut().enumerate() {
            if let Source::Found(view, key, _) = &mut stage.source {
                copy(view, key, ascending);
            }
            ascending = match &stage.source {
                Source::Rows(View::Order(_)) | Source::Groups(View::Order(_)) if at == 0 => {
                    stage.finds.iter().find(|(place, _)| *place == Place::First).map(|(_, to)| *to)
                }
                _ => stage.keeps.iter().find(|(from, _)| ascending == Some(*from)).map(|(_, to)| *to),
            };
            for condition in &mut stage.conditions {
                if let Condition::Some { view, key, opens: false, .. } = condition {
                    copy(view, key, ascending);
                }
            }
        }
        // Of the emitting stage, which is the last where rows are found.
        if let Emit::Found { view, key, opens: false, .. } = &mut self.emit {
            copy(view, key, ascending);
        }
        if let Emit::Gathered(Gathered { from, view, first, .. }) = &mut self.emit {
            let each = if let First::Each(each) = first { Some(each) } else { None };
            for search in std::iter::once(from).chain(each).filter(|search| !search.opens) {
                copy(&mut search.view, &search.key, ascending);
            }
            // What is gathered comes in no order.
            copy(view, &[Operand::Value(Value::NONE)], None);
        }
    }

    /// The working relation of which it hands on whole groups.
    pub(in crate::eval) fn hands_on(&self) -> Option<usize> {
        match &self.emit {
            Emit::Found { view: View::Work { at, index: None, .. }, first: Some(_), .. }
            | Emit::Gathered(Gathered { view: View::Work { at, index: None, .. }, .. }) => Some(*at),
            _ => None,
        }
    }

    /// The rule it runs.
    pub(in crate::eval) fn rule(&self) -> RuleId {
        self.rule
    }

    /// What the first stage goes through.
    pub(in crate::eval) fn start(&self) -> Option<&View> {
        match &self.stages.first()?.source {
            Source::Rows(view) | Source::Groups(view) => Some(view),
            _ => None,
        }
    }
}

/// One stage: where its rows come from, and what they must meet.
#[derive(Debug)]
pub(super) struct Stage {
    pub source: Source,
    /// Registers of the stage before that stay.
    pub keeps: Vec<(usize, usize)>,
    /// What is taken from each found row, and to which register.
    pub finds: Vec<(Place, usize)>,
    pub conditions: Vec<Condition>,
    /// How many registers it has.
    pub width: usize,
}

#[derive(Debug)]
pub(super) enum Source {
    /// One row, of what is known before the rule runs.
    Start,
    /// All rows.
    Rows(View),
    /// What the groups begin with.
    Groups(View),
    /// The rows with a key; true where the key is a group, and may be an absence.
    Found(View, Vec<Operand>, bool),
}

/// A condition on a row of registers, or a register it fills.
#[derive(Debug)]
pub(super) enum Condition {
    /// Among the rows with a key there is one that passes all these; what it binds, nothing else asks for.
    Some { view: View, key: Vec<Operand>, opens: bool, place: Place, tests: Vec<Check> },
    /// Equal, and no absence.
    Same(usize, usize),
    /// This value.
    Is(usize, Value),
    /// There is such a row, or there is none.
    Row { test: Test, key: Vec<Operand>, wanted: bool },
    /// The value of an aggregate.
    Lookup { view: View, key: Vec<Operand>, place: Place, default: Option<Value>, to: usize, bound: bool },
    /// A comparison of what is known.
    Compare { op: CompareOp, a: Operand, b: Operand },
    /// A value or an absence.
    Present { register: usize, wanted: bool },
    /// Another name for what is known; `present`: an absence fails.
    Copy { from: Operand, to: usize, present: bool },
    /// Any test, row by row.
    Test { literal: usize, gather: Vec<(Var, usize)> },
    /// A computation, row by row; into a register, or compared with one.
    Bind { literal: usize, expr: Expr, gather: Vec<(Var, usize)>, to: usize, bound: bool, turned: bool },
}

/// What a value of a row must meet; [`None`] is the value itself.
#[derive(Clone, Debug)]
pub(super) enum Check {
    Compare { op: CompareOp, a: Option<Operand>, b: Option<Operand> },
    Row { test: Test, key: Vec<Option<Operand>>, wanted: bool },
}

/// How it is told whether there is a row.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Any row.
    Any(RelationId),
    /// The very row, in a relation at rest.
    Whole(RelationId),
    /// The very row, in a copy of a relation at rest.
    Matrix(Arc<Matrix>),
    /// The very row, in a working relation.
    Seen(usize),
    /// One that begins with a key.
    Begins(View),
}

/// What a run gives.
#[derive(Debug)]
pub(super) enum Emit {
    /// Rows of what is known.
    Rows(Vec<Operand>),
    /// The rows found by a last search: what they begin with, if anything, and which word is the last column.
    Found { view: View, key: Vec<Operand>, opens: bool, first: Option<Operand>, place: Place },
    /// Rows whose last column takes two searches.
    Gathered(Gathered),
    /// Rows to be computed one by one.
    Computed { columns: Vec<Expr>, gather: Vec<(Var, usize)> },
}

/// See [`super::gather`].
#[derive(Debug)]
pub(super) struct Gathered {
    /// What finds the keys.
    pub from: Search,
    /// Where they are looked up, and which word of what is found is the last column.
    pub view: View,
    pub place: Place,
    pub first: First,
}

/// What rows begin with.
#[derive(Debug)]
pub(super) enum First {
    Known(Operand),
    /// Each that a search finds, with all that is gathered.
    Each(Search),
}

/// A search that gives one word of each row.
#[derive(Debug)]
pub(super) struct Search {
    pub view: View,
    pub key: Vec<Operand>,
    pub opens: bool,
    pub place: Place,
}
