//! Runs a plan: a walk over its steps that stops at each binding and goes on from there.
//!
//! The state is a row number a step, nothing borrowed, so that a run may pause while its finds are stored. Nothing is
//! allocated a row. Rows that arrive during a run are not seen by it: each [`Table`] says how far it reaches.

use super::condition::{Texts, holds};
use super::database::Database;
use super::index::Index;
use super::outcome::Site;
use super::relation::Relation;
use crate::base::{Pool, Value};
use crate::ir::compute::{Computed, Failure, Operation, compute};
use crate::ir::core::{Expr, RelationId, Rule, Term};
use crate::plan::{Access, AtomStep, RulePlan, Step};
use std::sync::Arc;

/// What a run needs from its surroundings.
pub trait Host {
    /// The values.
    fn pool(&self) -> &Pool;
    /// The texts.
    fn texts(&self) -> &dyn Texts;
    /// The value in the pool; [`None`] where it is not there and may not be added.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure>;
    /// Told of every operation without a value.
    fn undefined(&mut self, site: Site, operation: Operation, binding: &[Value]);
}

/// A pool that stays as it is.
pub struct Reading<'a> {
    pool: &'a Pool,
    texts: &'a dyn Texts,
}

impl<'a> Reading<'a> {
    /// For runs that add nothing.
    pub fn new(pool: &'a Pool, texts: &'a dyn Texts) -> Reading<'a> {
        Reading { pool, texts }
    }
}

impl Host for Reading<'_> {
    fn pool(&self) -> &Pool {
        self.pool
    }

    fn texts(&self) -> &dyn Texts {
        self.texts
    }

    /// A value that the evaluation kept is there; one that is not there was never bound.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        Ok(value.find(self.pool))
    }

    fn undefined(&mut self, _: Site, _: Operation, _: &[Value]) {}
}

/// What ends a run: an overflow, or texts without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the rule.
    pub site: Site,
    /// [`Failure::Overflow`] or [`Failure::Full`].
    pub failure: Failure,
}

/// The rows that a step may see.
#[derive(Debug)]
pub struct Table<'a> {
    relation: &'a Relation,
    index: Option<Arc<Index>>,
    from: u32,
    to: u32,
}

/// The tables of a plan's steps; `span` says which rows of a relation were new in the last round, and how far its
/// rows may be seen.
pub fn tables<'a>(
    db: &'a Database,
    plan: &RulePlan,
    span: &dyn Fn(RelationId) -> (u32, u32),
) -> Vec<Option<Table<'a>>> {
    let table = |id: RelationId, columns: Option<&[u32]>| {
        let (relation, (from, to)) = (db.relation(id), span(id));
        // All columns are found in the rows' own table.
        let columns = columns.filter(|columns| !columns.is_empty() && columns.len() < relation.arity());
        Some(Table { relation, index: columns.map(|columns| relation.index(columns, to as usize)), from, to })
    };
    let of_step = |step: &Step| match step {
        Step::Atom(AtomStep { relation, access: Access::Index(columns), .. })
        | Step::Not { relation, columns, .. }
        | Step::Lookup { relation, columns, .. } => table(*relation, Some(columns)),
        Step::Atom(atom) => table(atom.relation, None),
        Step::Bind { .. } | Step::Test { .. } => None,
    };
    plan.steps.iter().map(of_step).collect()
}

/// The values of terms that are known.
fn key_values<'a>(key: &'a [Term], binding: &'a [Value]) -> impl Iterator<Item = Value> + Clone + 'a {
    key.iter().map(|term| match term {
        Term::Var(var) => binding[var.0 as usize],
        Term::Const(value) => *value,
        Term::Any => Value::NONE,
    })
}

impl Table<'_> {
    /// The first row that these values in these columns lead to, whether it may be seen or not.
    fn first<I: Iterator<Item = Value> + Clone>(&self, columns: usize, key: I) -> u32 {
        if key.clone().any(Value::is_none) {
            return u32::MAX;
        }
        let row = match &self.index {
            Some(index) => self.relation.first(index, key),
            None if columns == self.relation.arity() => self.relation.find_key(key),
            None => Some(0),
        };
        row.unwrap_or(u32::MAX)
    }
}

/// A run of a plan.
#[derive(Clone, Debug)]
pub struct Join {
    /// The value of each variable that has one.
    pub binding: Vec<Value>,
    /// The row of each step that is an atom or a lookup; past all rows where a lookup took its default.
    pub rows: Vec<u32>,
    next: Vec<u32>,
    /// The step to go back from; [`None`] before the first.
    at: Option<usize>,
}

impl Join {
    /// A run that has not begun; variables that the plan takes as bound are set in [`Join::binding`].
    pub fn new(rule: &Rule, plan: &RulePlan) -> Join {
        let steps = plan.steps.len();
        let binding = vec![Value::NONE; rule.vars as usize];
        Join { binding, rows: vec![u32::MAX; steps], next: vec![u32::MAX; steps], at: None }
    }

    /// Goes on to the next binding; false at the end, after which it may begin again. After a fault it goes on, too,
    /// as if the condition had failed.
    pub fn next<H: Host>(
        &mut self,
        rule: &Rule,
        plan: &RulePlan,
        tables: &[Option<Table<'_>>],
        host: &mut H,
    ) -> Result<bool, Fault> {
        let mut forward = self.at.is_none();
        let mut depth = self.at.unwrap_or(0);
        loop {
            if !forward {
                if depth == 0 {
                    self.at = None;
                    return Ok(false);
                }
                depth -= 1;
            } else if depth == plan.steps.len() {
                self.at = Some(depth);
                return Ok(true);
            }
            let met = match (&plan.steps[depth], &tables[depth]) {
                (Step::Atom(atom), Some(table)) => self.next_row(depth, atom, table, forward),
                (step, table) if forward => {
                    self.at = Some(depth);
                    self.test(depth, rule, step, table.as_ref(), host)?
                }
                _ => false,
            };
            forward = met;
            depth += usize::from(met);
        }
    }

    fn next_row(&mut self, depth: usize, atom: &AtomStep, table: &Table<'_>, start: bool) -> bool {
        if start {
            self.next[depth] = match &atom.access {
                Access::Scan => 0,
                Access::Delta => table.from,
                Access::Index(_) | Access::Row => table.first(atom.key.len(), key_values(&atom.key, &self.binding)),
            };
        }
        loop {
            let row = self.next[depth];
            if row >= table.to {
                return false;
            }
            self.next[depth] = match (&atom.access, &table.index) {
                (Access::Scan | Access::Delta, _) => row + 1,
                (_, Some(index)) => index.after(row),
                _ => u32::MAX,
            };
            let values = table.relation.row(row);
            for &(column, var) in &atom.binds {
                self.binding[var.0 as usize] = values[column as usize];
            }
            let same = atom.checks.iter().all(|&(column, term)| {
                let value = values[column as usize];
                match term {
                    Term::Var(var) => value == self.binding[var.0 as usize] && !value.is_none(),
                    Term::Const(constant) => value == constant,
                    Term::Any => true,
                }
            });
            if same {
                if atom.once {
                    self.next[depth] = u32::MAX;
                }
                self.rows[depth] = row;
                return true;
            }
        }
    }

    fn test<H: Host>(
        &mut self,
        depth: usize,
        rule: &Rule,
        step: &Step,
        table: Option<&Table<'_>>,
        host: &mut H,
    ) -> Result<bool, Fault> {
        let (literal, result) = match step {
            Step::Not { columns, key, .. } => {
                let Some(table) = table else { return Ok(true) };
                return Ok(table.first(columns.len(), key_values(key, &self.binding)) >= table.to);
            }
            Step::Lookup { columns, key, value, bound, default, .. } => {
                let Some(table) = table else { return Ok(false) };
                let row = table.first(columns.len(), key_values(key, &self.binding));
                let seen = row < table.to;
                self.rows[depth] = if seen { row } else { u32::MAX };
                let found = if seen { table.relation.row(row).last().copied() } else { *default };
                return Ok(found.is_some_and(|found| self.take(value.0, found, *bound)));
            }
            Step::Bind { literal, var, expr, bound, turned } => {
                (*literal, self.bind(var.0, expr, *bound, *turned, host))
            }
            Step::Test { literal } => (*literal, holds(&rule.body[*literal], &self.binding, host.pool(), host.texts())),
            Step::Atom(_) => return Ok(false),
        };
        match result {
            Ok(met) => Ok(met),
            Err(Failure::Absent) => Ok(false),
            Err(Failure::Undefined(operation)) => {
                host.undefined(Site::Literal(literal), operation, &self.binding);
                Ok(false)
            }
            Err(failure) => Err(Fault { site: Site::Literal(literal), failure }),
        }
    }

    fn take(&mut self, var: u32, value: Value, bound: bool) -> bool {
        let place = &mut self.binding[var as usize];
        if bound {
            return *place == value && !value.is_none();
        }
        *place = value;
        true
    }

    fn bind<H: Host>(
        &mut self,
        var: u32,
        expr: &Expr,
        bound: bool,
        turned: bool,
        host: &mut H,
    ) -> Result<bool, Failure> {
        let value = compute(expr, &self.binding, host.pool())?;
        if bound {
            return Ok(value.find(host.pool()).is_some_and(|value| self.take(var, value, true)));
        }
        // Of `X = Y` with X known, X is compared all the same, and an absence equals nothing.
        if turned && value.is_absent() {
            return Ok(false);
        }
        Ok(host.keep(value)?.is_some_and(|value| self.take(var, value, false)))
    }
}

/// The literal of a step that reads a row, if it does.
pub(crate) fn row_literal(step: &Step) -> Option<usize> {
    match step {
        Step::Atom(atom) => Some(atom.literal),
        Step::Lookup { literal, .. } => Some(*literal),
        _ => None,
    }
}
