//! A last search of which one row is enough, with its tests: no row of registers is made.

use super::code::{Check, Operand, Place, Test};
use super::condition::compare_values;
use super::matrix::Line;
use super::run::Batch;
use super::view::{Found, Scope};
use crate::base::{Pool, Value};
use crate::syntax::tree::CompareOp;

/// A test whose known values are looked up.
enum Ready<'a> {
    /// Another value than this, which is neither absent nor a day or time, so that no other value equals it.
    Other(Value),
    /// In this line of a bitmap.
    In(Line<'a>),
    /// In none of this line.
    NotIn(Line<'a>),
    /// Anything else.
    Any(&'a Check),
}

/// Whether a found row passes all tests.
#[expect(clippy::too_many_arguments, reason = "they are what a condition has")]
pub(super) fn exists(
    found: &Found<'_>,
    place: Place,
    tests: &[Check],
    batch: &Batch,
    row: usize,
    key: &mut Vec<Value>,
    scope: Scope<'_>,
    pool: &Pool,
) -> bool {
    let (stride, at) = (found.stride(), if let Place::Tail(at) = place { at } else { 0 });
    let known = |operand: &Option<Operand>, value: Value| operand.map_or(value, |operand| operand.of(batch, row));
    let mut general = |check: &Check, value: Value| match check {
        Check::Compare { op, a, b } => compare_values(*op, known(a, value), known(b, value), pool),
        Check::Row { test, key: operands, wanted } => {
            key.clear();
            key.extend(operands.iter().map(|operand| known(operand, value)));
            test.holds(key, scope) == *wanted
        }
    };
    let ready = |check| ready(check, batch, row, pool);
    let mut any = false;
    // Two tests at most are the rule; they stand in registers.
    match tests {
        [a, b] => {
            let (a, b) = (ready(a), ready(b));
            found.slices(|slice| {
                any = slice
                    .iter()
                    .skip(at)
                    .step_by(stride)
                    .any(|&value| passes(&a, value, &mut general) && passes(&b, value, &mut general));
                !any
            });
        }
        _ => {
            found.slices(|slice| {
                any = slice.iter().skip(at).step_by(stride).any(|&value| tests.iter().all(|test| general(test, value)));
                !any
            });
        }
    }
    any
}

fn ready<'a>(check: &'a Check, batch: &Batch, row: usize, pool: &Pool) -> Ready<'a> {
    match check {
        Check::Compare { op: CompareOp::NotEqual, a: Some(known), b: None }
        | Check::Compare { op: CompareOp::NotEqual, a: None, b: Some(known) } => match known.of(batch, row) {
            value if value.is_inline() || !value.is_none() && pool.as_date(value).is_none() => Ready::Other(value),
            _ => Ready::Any(check),
        },
        Check::Row { test: Test::Matrix(matrix), key, wanted } => match key[..] {
            [Some(first), None] if *wanted => Ready::In(matrix.line(first.of(batch, row))),
            [Some(first), None] => Ready::NotIn(matrix.line(first.of(batch, row))),
            _ => Ready::Any(check),
        },
        _ => Ready::Any(check),
    }
}

#[inline]
fn passes(test: &Ready<'_>, value: Value, general: &mut impl FnMut(&Check, Value) -> bool) -> bool {
    match test {
        Ready::Other(known) => value != *known && !value.is_none(),
        Ready::In(line) => line.contains(value),
        Ready::NotIn(line) => !line.contains(value),
        Ready::Any(check) => general(check, value),
    }
}
