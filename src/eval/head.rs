//! A rule's head and a row: forwards, from a binding to the row, and backwards, from a row to what is known of the
//! binding.

use super::host::{Fault, Host};
use super::outcome::Site;
use super::row::Row;
use crate::base::{Datum, Pool, Value};
use crate::ir::compute::{Failure, compute};
use crate::ir::core::{Expr, Rule, Var};
use crate::syntax::tree::ArithmeticOp;

/// The head's row; [`None`] where a column has no value.
pub(super) fn head_row<H: Host>(rule: &Rule, binding: &[Value], host: &mut H) -> Result<Option<Row>, Fault> {
    let mut values: Result<(), Option<Fault>> = Ok(());
    let columns = rule.columns.iter().enumerate().map_while(|(at, column)| match column {
        Expr::Var(var) => Some(binding[var.0 as usize]),
        Expr::Const(value) => Some(*value),
        expr => match compute(expr, binding, host.pool()).and_then(|value| host.keep(value)) {
            Ok(Some(value)) => Some(value),
            missing => {
                let site = Site::Column(at);
                values = Err(match missing {
                    Err(failure @ (Failure::Overflow(_) | Failure::Full)) => Some(Fault { site, failure }),
                    Err(Failure::Undefined(operation)) => {
                        host.undefined(site, operation, binding);
                        None
                    }
                    _ => None,
                });
                None
            }
        },
    });
    let row: Row = columns.collect();
    match values {
        Ok(()) => Ok(Some(row)),
        Err(None) => Ok(None),
        Err(Some(fault)) => Err(fault),
    }
}

/// The variables of a head with the values that a row gives them; [`None`] where the row cannot be of this head. An
/// absence binds nothing, since nothing may be compared with it; the whole head is compared in the end.
pub(crate) fn unify(columns: &[Expr], values: &[Value], pool: &Pool) -> Option<Vec<(Var, Value)>> {
    let mut bound = Vec::new();
    unify_into(columns, values, pool, &mut bound).then_some(bound)
}

/// [`unify`] into a list that is used again; false where the row cannot be of this head.
pub(super) fn unify_into(columns: &[Expr], values: &[Value], pool: &Pool, bound: &mut Vec<(Var, Value)>) -> bool {
    bound.clear();
    for (column, &value) in columns.iter().zip(values) {
        let (var, value) = match column {
            Expr::Const(constant) if *constant != value => return false,
            Expr::Var(var) if !value.is_none() => (*var, value),
            Expr::Arithmetic(op, a, b) => match solve(*op, a, b, value, pool) {
                Some((var, Some(value))) => (var, value),
                Some((_, None)) => return false,
                None => continue,
            },
            _ => continue,
        };
        match bound.iter().find(|(other, _)| *other == var) {
            Some((_, other)) if *other != value => return false,
            Some(_) => {}
            None => bound.push((var, value)),
        }
    }
    true
}

/// `N + 2 = 10`: the variable and what it must be, if there is such a value. Without this, a step back through a counter
/// would try every number that was counted. Only of whole numbers, whose sums have one solution.
fn solve(op: ArithmeticOp, a: &Expr, b: &Expr, value: Value, pool: &Pool) -> Option<(Var, Option<Value>)> {
    let (var, constant) = match (op, a, b) {
        (ArithmeticOp::Add | ArithmeticOp::Subtract, Expr::Var(var), Expr::Const(constant)) => (*var, *constant),
        (ArithmeticOp::Add, Expr::Const(constant), Expr::Var(var)) => (*var, *constant),
        _ => return None,
    };
    let known = |value: Value| if value.is_none() { None } else { pool.as_number(value) };
    let (sum, step) = (known(value)?, known(constant)?);
    let wanted = if op == ArithmeticOp::Add { sum.checked_sub(step) } else { sum.checked_add(step) };
    Some((var, wanted.and_then(|n| pool.find(&Datum::Number(n)))))
}

/// Whether a binding gives a row; what has no value gives none.
pub(crate) fn gives(columns: &[Expr], values: &[Value], binding: &[Value], pool: &Pool) -> bool {
    let same = |(column, value): (&Expr, &Value)| match compute(column, binding, pool) {
        Ok(computed) => computed.find(pool) == Some(*value),
        Err(_) => false,
    };
    columns.iter().zip(values).all(same)
}
