//! Conditions on a batch: rows that fail are taken out of all its registers.

use super::code::{Condition, Operand, Place, Test};
use super::exists::exists;
use super::run::{Batch, Stop};
use super::view::Scope;
use crate::base::{Pool, Value};
use crate::eval::condition::{Texts, holds};
use crate::eval::host::Fault;
use crate::eval::outcome::Site;
use crate::ir::compute::{Computed, Failure, Operation, compute, order_kept};
use crate::ir::core::{Rule, Var};
use crate::syntax::tree::CompareOp;

/// What computing needs from its surroundings.
pub(in crate::eval) trait Means {
    /// The values.
    fn pool(&self) -> &Pool;
    /// The texts; none for a rule that asks none.
    fn texts(&self) -> Option<&dyn Texts>;
    /// The value in the pool; [`None`] where it is not there and may not be added.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure>;
    /// Told of an operation without a value.
    fn undefined(&mut self, site: Site, operation: Operation, binding: &[Value]);
    /// Whether a fault under this binding ends the evaluation: not where another condition fails.
    fn counts(&mut self, fault: Fault, binding: &[Value]) -> bool;
}

/// Room that conditions write in.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub pass: Vec<bool>,
    pub key: Vec<Value>,
    pub binding: Vec<Value>,
}

impl Operand {
    pub fn of(self, batch: &Batch, row: usize) -> Value {
        match self {
            Operand::Register(register) => batch.columns[register][row],
            Operand::Value(value) => value,
        }
    }
}

pub(super) fn fill(key: &mut Vec<Value>, operands: &[Operand], batch: &Batch, row: usize) {
    key.clear();
    key.extend(operands.iter().map(|operand| operand.of(batch, row)));
}

impl Condition {
    /// Applies it to all rows.
    pub fn apply<M: Means>(
        &self,
        batch: &mut Batch,
        rule: &Rule,
        scope: Scope<'_>,
        means: &mut M,
        scratch: &mut Scratch,
    ) -> Result<(), Stop> {
        let Scratch { pass, key, binding } = scratch;
        pass.clear();
        let rows = 0..batch.len;
        match self {
            Condition::Same(a, b) => {
                let (a, b) = (&batch.columns[*a], &batch.columns[*b]);
                pass.extend(a.iter().zip(b).map(|(a, b)| a == b && !a.is_none()));
            }
            Condition::Is(register, value) => pass.extend(batch.columns[*register].iter().map(|other| other == value)),
            Condition::Present { register, wanted } => {
                pass.extend(batch.columns[*register].iter().map(|value| value.is_none() != *wanted));
            }
            Condition::Row { test, key: operands, wanted } => pass.extend(rows.map(|row| {
                fill(key, operands, batch, row);
                test.holds(key, scope) == *wanted
            })),
            Condition::Some { view, key: operands, opens, place, tests } => {
                let mut last = None;
                pass.extend(rows.map(|row| {
                    // Rows of one key often follow each other.
                    let same = |&operand: &Operand| row > 0 && operand.of(batch, row) == operand.of(batch, row - 1);
                    if !operands.iter().all(same) || last.is_none() {
                        fill(key, operands, batch, row);
                        last = Some(view.find(scope, key, *opens));
                    }
                    last.as_ref()
                        .is_some_and(|found| exists(found, *place, tests, batch, row, key, scope, means.pool()))
                }));
            }
            Condition::Compare { op, a, b } => {
                let pool = means.pool();
                pass.extend(rows.map(|row| compare_values(*op, a.of(batch, row), b.of(batch, row), pool)));
            }
            Condition::Copy { from, to, present } => {
                let mut column = batch.unfilled(*to);
                column.extend(rows.map(|row| from.of(batch, row)));
                if *present {
                    pass.extend(column.iter().map(|value| !value.is_none()));
                }
                batch.columns[*to] = column;
            }
            Condition::Lookup { view, key: operands, place, default, to, bound } => {
                let mut column = if *bound { Vec::new() } else { batch.unfilled(*to) };
                for row in rows {
                    fill(key, operands, batch, row);
                    let found = if key.is_empty() { view.any(scope) } else { view.first(scope, key) };
                    let found = found.map(|(first, tail)| if let Place::Tail(at) = place { tail[*at] } else { first });
                    let value = found.or(*default);
                    if *bound {
                        let known = batch.columns[*to][row];
                        pass.push(value.is_some_and(|value| value == known && !known.is_none()));
                    } else {
                        pass.push(value.is_some());
                        column.push(value.unwrap_or(Value::NONE));
                    }
                }
                if !bound {
                    batch.columns[*to] = column;
                }
            }
            Condition::Test { literal, gather } => {
                let Some(texts) = means.texts() else {
                    batch.clear();
                    return Ok(());
                };
                // What is found of the rows is told after the texts are let go.
                let results: Vec<_> = rows
                    .map(|row| {
                        bind(binding, rule, gather, batch, row);
                        holds(&rule.body[*literal], binding, means.pool(), texts)
                    })
                    .collect();
                for (row, result) in results.into_iter().enumerate() {
                    let met = match result {
                        Ok(met) => met,
                        Err(failure) => {
                            bind(binding, rule, gather, batch, row);
                            fails(failure, *literal, binding, means)?
                        }
                    };
                    pass.push(met);
                }
            }
            Condition::Bind { literal, expr, gather, to, bound, turned } => {
                let mut column = if *bound { Vec::new() } else { batch.unfilled(*to) };
                for row in rows {
                    bind(binding, rule, gather, batch, row);
                    let result = compute(expr, binding, means.pool()).and_then(|value| {
                        if *bound {
                            let known = batch.columns[*to][row];
                            return Ok(value.find(means.pool()).filter(|found| *found == known && !known.is_none()));
                        }
                        // Of `X = Y` with X known, X is compared all the same, and an absence equals nothing.
                        if *turned && value.is_absent() {
                            return Ok(None);
                        }
                        means.keep(value)
                    });
                    let value = match result {
                        Ok(value) => value,
                        Err(failure) => {
                            fails(failure, *literal, binding, means)?;
                            None
                        }
                    };
                    pass.push(value.is_some());
                    if !bound {
                        column.push(value.unwrap_or(Value::NONE));
                    }
                }
                if !bound {
                    batch.columns[*to] = column;
                }
            }
        }
        if !pass.is_empty() {
            batch.retain(pass);
        }
        Ok(())
    }
}

/// The variables of a condition with their values; the others are absent.
pub(super) fn bind(binding: &mut Vec<Value>, rule: &Rule, gather: &[(Var, usize)], batch: &Batch, row: usize) {
    binding.clear();
    binding.resize(rule.vars as usize, Value::NONE);
    for (var, register) in gather {
        binding[var.0 as usize] = batch.columns[*register][row];
    }
}

/// A condition without a value fails, unless that ends the evaluation.
fn fails<M: Means>(failure: Failure, literal: usize, binding: &[Value], means: &mut M) -> Result<bool, Stop> {
    let site = Site::Literal(literal);
    match failure {
        Failure::Absent => {}
        Failure::Undefined(operation) => means.undefined(site, operation, binding),
        failure => {
            let fault = Fault { site, failure };
            if failure == Failure::Full || means.counts(fault, binding) {
                return Err(Stop::Fault(fault, binding.to_vec()));
            }
        }
    }
    Ok(false)
}

impl Test {
    pub fn holds(&self, key: &[Value], scope: Scope<'_>) -> bool {
        match self {
            Test::Any(relation) => scope.len(*relation) > 0,
            Test::Begins(view) if key.is_empty() => !view.is_empty(scope),
            Test::Begins(view) => !view.find(scope, key, false).is_empty(),
            _ if key.iter().any(|value| value.is_none()) => false,
            Test::Matrix(matrix) => matrix.contains(key),
            Test::Whole(relation) => scope.db.relation(*relation).contains(key),
            Test::Seen(at) => {
                let work = &scope.works[*at];
                match key {
                    [] => work.len() > 0,
                    [value] => work.contains(Value::NONE, &[*value]),
                    [first, tail @ ..] => work.contains(*first, tail),
                }
            }
        }
    }
}

/// Whole numbers that stand in their handles compare as their bits do.
pub(super) fn compare_values(op: CompareOp, a: Value, b: Value, pool: &Pool) -> bool {
    if a.is_none() || b.is_none() {
        return false;
    }
    let order = if (a.bits() & b.bits()) >> 31 == 1 { a.cmp(&b) } else { order_kept(a, b, pool) };
    op.holds(order)
}
