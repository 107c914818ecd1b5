//! What an [`Expr`] is worth under a binding. Pure: it reads the pool and adds nothing to it, so that a comparison
//! that fails leaves no value behind, and the proof checker may share it with the evaluator.
//!
//! Arithmetic is exact or refused. An operation has a value, has none for these arguments (`number("n/a")`, `1 / 0`),
//! which makes its condition fail, or overflows, which ends the evaluation.

use super::core::{Expr, Function, Var};
use crate::base::{Datum, Decimal, Pool, Value};
use crate::syntax::tree::ArithmeticOp;

pub use super::computed::{Computed, compare, order, order_kept};

/// A text that a rule puts together may have so many bytes.
const LONGEST_TEXT: usize = 1 << 24;

/// What was to be computed, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `+` and its like.
    Arithmetic(ArithmeticOp),
    /// A function.
    Call(Function),
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An argument is absent; the condition fails, as every condition on an absence does.
    Absent,
    /// The operation has no value for its arguments; the condition fails and is counted.
    Undefined(Operation),
    /// The result is too large; the evaluation ends.
    Overflow(Operation),
    /// The texts that rules made take too much room; the evaluation ends.
    Full,
}

/// A decimal in its one form: a whole one is a number.
fn decimal(d: Decimal) -> Computed {
    Computed::Fresh(d.to_i64().map_or(Datum::Decimal(d), Datum::Number))
}

fn number(n: i64) -> Computed {
    Computed::Fresh(Datum::Number(n))
}

fn text(text: String) -> Computed {
    Computed::Fresh(Datum::Text(text.into()))
}

fn quote(message: Value, range: Option<(u32, u32)>) -> Computed {
    Computed::Fresh(Datum::Quote { message, range })
}

/// The value of an expression; `binding` holds the value of each variable.
pub fn compute(expr: &Expr, binding: &[Value], pool: &Pool) -> Result<Computed, Failure> {
    match expr {
        Expr::Var(var) => Ok(Computed::Kept(binding[var.0 as usize])),
        Expr::Const(value) => Ok(Computed::Kept(*value)),
        Expr::Arithmetic(op, a, b) => {
            let (a, b) = (compute(a, binding, pool)?, compute(b, binding, pool)?);
            arithmetic(*op, &a, &b, pool)
        }
        Expr::Call(function, args) => {
            let args = args.iter().map(|arg| compute(arg, binding, pool)).collect::<Result<Vec<_>, _>>()?;
            call(*function, &args, pool)
        }
    }
}

/// Adds the variables of an expression to `vars`, in order of appearance, each once.
pub fn variables(expr: &Expr, vars: &mut Vec<Var>) {
    match expr {
        Expr::Var(var) if !vars.contains(var) => vars.push(*var),
        Expr::Var(_) | Expr::Const(_) => {}
        Expr::Arithmetic(_, a, b) => {
            variables(a, vars);
            variables(b, vars);
        }
        Expr::Call(_, args) => args.iter().for_each(|arg| variables(arg, vars)),
    }
}

fn arithmetic(op: ArithmeticOp, a: &Computed, b: &Computed, pool: &Pool) -> Result<Computed, Failure> {
    if a.is_absent() || b.is_absent() {
        return Err(Failure::Absent);
    }
    let overflow = Failure::Overflow(Operation::Arithmetic(op));
    let undefined = Failure::Undefined(Operation::Arithmetic(op));
    if let (Some(x), Some(y)) = (a.as_number(pool), b.as_number(pool)) {
        let whole = match op {
            ArithmeticOp::Add => x.checked_add(y),
            ArithmeticOp::Subtract => x.checked_sub(y),
            ArithmeticOp::Multiply => x.checked_mul(y),
            ArithmeticOp::Divide | ArithmeticOp::WholeDivide | ArithmeticOp::Remainder if y == 0 => {
                return Err(undefined);
            }
            ArithmeticOp::WholeDivide => x.checked_div(y),
            ArithmeticOp::Remainder => Some(x.wrapping_rem(y)),
            ArithmeticOp::Divide => {
                let quotient = Decimal::from_i64(x).checked_div(Decimal::from_i64(y));
                return quotient.map(decimal).ok_or(overflow);
            }
        };
        return whole.map(number).ok_or(overflow);
    }
    if let (Some(x), Some(y)) = (a.as_decimal(pool), b.as_decimal(pool)) {
        let result = match op {
            ArithmeticOp::Add => x.checked_add(y),
            ArithmeticOp::Subtract => x.checked_sub(y),
            ArithmeticOp::Multiply => x.checked_mul(y),
            ArithmeticOp::Divide if y == Decimal::default() => return Err(undefined),
            ArithmeticOp::Divide => x.checked_div(y),
            ArithmeticOp::WholeDivide | ArithmeticOp::Remainder => return Err(undefined),
        };
        return result.map(decimal).ok_or(overflow);
    }
    days(op, a, b, pool).ok_or(undefined)
}

/// Arithmetic with days: what leaves the calendar has no value.
fn days(op: ArithmeticOp, a: &Computed, b: &Computed, pool: &Pool) -> Option<Computed> {
    match (op, a.as_day(pool), b.as_day(pool)) {
        (ArithmeticOp::Subtract, Some(x), Some(y)) => Some(number(x.days_since(y))),
        (ArithmeticOp::Subtract, Some(_), None) => later(a, b.as_number(pool)?.checked_neg()?, pool),
        (ArithmeticOp::Add, Some(_), None) => later(a, b.as_number(pool)?, pool),
        (ArithmeticOp::Add, None, Some(_)) => later(b, a.as_number(pool)?, pool),
        _ => None,
    }
}

fn later(day: &Computed, days: i64, pool: &Pool) -> Option<Computed> {
    match day.datum(pool) {
        Datum::Date(date) => date.plus_days(days).map(Datum::Date),
        Datum::DateTime(time) => time.plus_days(days).map(Datum::DateTime),
        _ => None,
    }
    .map(Computed::Fresh)
}

fn call(function: Function, args: &[Computed], pool: &Pool) -> Result<Computed, Failure> {
    // A passage takes absent offsets; nothing else takes an absence.
    let may_lack = if function == Function::Passage { 1 } else { usize::MAX };
    if args.iter().take(may_lack).any(Computed::is_absent) {
        return Err(Failure::Absent);
    }
    let undefined = Failure::Undefined(Operation::Call(function));
    let overflow = Failure::Overflow(Operation::Call(function));
    let first = args.first();
    match function {
        Function::Concat => {
            let parts: Vec<String> = args.iter().map(|arg| arg.show(pool)).collect();
            let bytes = parts.iter().map(String::len).fold(0usize, usize::saturating_add);
            return if bytes > LONGEST_TEXT { Err(overflow) } else { Ok(text(parts.concat())) };
        }
        Function::Abs => {
            if let Some(n) = first.and_then(|arg| arg.as_number(pool)) {
                return n.checked_abs().map(number).ok_or(overflow);
            }
            let d = first.and_then(|arg| arg.as_decimal(pool)).ok_or(undefined)?;
            return d.checked_abs().map(decimal).ok_or(overflow);
        }
        _ => {}
    }
    plain_call(function, args, pool).ok_or(undefined)
}

/// The functions that have a value or none.
fn plain_call(function: Function, args: &[Computed], pool: &Pool) -> Option<Computed> {
    let first = args.first()?;
    Some(match function {
        Function::Length => number(first.as_text(pool)?.chars().count() as i64),
        Function::Lower => text(first.as_text(pool)?.to_lowercase()),
        Function::Text => text(first.show(pool)),
        Function::Number => match first.as_text(pool) {
            Some(text) => decimal(Decimal::parse(text.trim()).ok()?),
            None => first.as_decimal(pool).map(|_| first.clone())?,
        },
        Function::Year => number(first.as_day(pool)?.year()),
        Function::Month => number(first.as_day(pool)?.month()),
        Function::Day => number(first.as_day(pool)?.day()),
        Function::Date => Computed::Fresh(Datum::Date(first.as_day(pool)?)),
        Function::Min => args.iter().min_by(|a, b| order(a, b, pool))?.clone(),
        // `max_by` would take the last of equals, and equals are one value.
        Function::Max => args.iter().max_by(|a, b| order(a, b, pool))?.clone(),
        Function::MessageOf => Computed::Kept(first.as_quote(pool)?.0),
        Function::Whole => quote(first.find(pool)?, None),
        Function::Start => number(i64::from(first.as_quote(pool)?.1?.0)),
        Function::End => number(i64::from(first.as_quote(pool)?.1?.1)),
        Function::Hull => {
            let ((message, a), (other, b)) = (first.as_quote(pool)?, args.get(1)?.as_quote(pool)?);
            if message != other {
                return None;
            }
            quote(message, a.zip(b).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))))
        }
        Function::Passage => {
            let (message, start, end) = (first.find(pool)?, args.get(1)?, args.get(2)?);
            if start.is_absent() || end.is_absent() {
                return Some(quote(message, None));
            }
            let offset = |arg: &Computed| u32::try_from(arg.as_number(pool)?).ok();
            let (start, end) = (offset(start)?, offset(end)?);
            if start > end {
                return None;
            }
            quote(message, Some((start, end)))
        }
        Function::Concat | Function::Abs => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Date, DateTime};

    fn on(pool: &mut Pool, op: ArithmeticOp, a: Datum, b: Datum) -> Result<String, Failure> {
        let (a, b) = (Expr::Const(pool.intern(a)), Expr::Const(pool.intern(b)));
        let result = compute(&Expr::Arithmetic(op, Box::new(a), Box::new(b)), &[], pool)?;
        Ok(result.show(pool))
    }

    fn of(pool: &mut Pool, function: Function, args: &[Value]) -> Result<String, Failure> {
        let args = args.iter().map(|&arg| Expr::Const(arg)).collect();
        Ok(compute(&Expr::Call(function, args), &[], pool)?.show(pool))
    }

    #[test]
    fn numbers_are_exact_or_refused() {
        let pool = &mut Pool::default();
        let (n, half) = (Datum::Number, Datum::Decimal(Decimal::parse("0.5").unwrap()));
        assert_eq!(on(pool, ArithmeticOp::Add, n(1), half.clone()).unwrap(), "1.5");
        assert_eq!(on(pool, ArithmeticOp::Multiply, n(4), half).unwrap(), "2");
        assert_eq!(on(pool, ArithmeticOp::Divide, n(6), n(3)).unwrap(), "2");
        assert_eq!(on(pool, ArithmeticOp::Divide, n(1), n(3)).unwrap(), "0.333333333333");
        assert_eq!(on(pool, ArithmeticOp::WholeDivide, n(-7), n(2)).unwrap(), "-3");
        assert_eq!(on(pool, ArithmeticOp::Remainder, n(-7), n(2)).unwrap(), "-1");
        assert_eq!(on(pool, ArithmeticOp::Remainder, n(i64::MIN), n(-1)).unwrap(), "0");
        let overflow = on(pool, ArithmeticOp::Add, n(i64::MAX), n(1));
        assert_eq!(overflow, Err(Failure::Overflow(Operation::Arithmetic(ArithmeticOp::Add))));
        let by_zero = on(pool, ArithmeticOp::Remainder, n(1), n(0));
        assert_eq!(by_zero, Err(Failure::Undefined(Operation::Arithmetic(ArithmeticOp::Remainder))));
    }

    #[test]
    fn days_are_counted_and_moved() {
        let pool = &mut Pool::default();
        let day = |text| Datum::Date(Date::parse(text).unwrap());
        let time = |text| Datum::DateTime(DateTime::parse(text).unwrap());
        assert_eq!(on(pool, ArithmeticOp::Subtract, day("2013-09-02"), time("2013-09-01T23:00")).unwrap(), "1");
        assert_eq!(
            on(pool, ArithmeticOp::Add, time("2013-08-31T10:30"), Datum::Number(1)).unwrap(),
            "2013-09-01T10:30"
        );
        assert_eq!(on(pool, ArithmeticOp::Subtract, day("2013-09-01"), Datum::Number(1)).unwrap(), "2013-08-31");
        assert!(on(pool, ArithmeticOp::Add, day("9999-12-31"), Datum::Number(1)).is_err());
    }

    #[test]
    fn passages_and_texts() {
        let pool = &mut Pool::default();
        let m = pool.text("m1");
        let (a, b, whole) = (pool.quote(m, Some((3, 5))), pool.quote(m, Some((8, 9))), pool.quote(m, None));
        assert_eq!(of(pool, Function::Hull, &[a, b]).unwrap(), "m1@3-9");
        assert_eq!(of(pool, Function::Hull, &[a, whole]).unwrap(), "m1");
        assert!(matches!(of(pool, Function::Start, &[whole]), Err(Failure::Undefined(_))));
        let (two, seven) = (pool.number(2), pool.number(7));
        assert_eq!(of(pool, Function::Passage, &[m, two, seven]).unwrap(), "m1@2-7");
        assert!(of(pool, Function::Passage, &[m, seven, two]).is_err());
        assert_eq!(of(pool, Function::Passage, &[m, Value::NONE, Value::NONE]).unwrap(), "m1");
        let (padded, not) = (pool.text(" 2.50 "), pool.text("n/a"));
        assert_eq!(of(pool, Function::Number, &[padded]).unwrap(), "2.5");
        assert!(matches!(of(pool, Function::Number, &[not]), Err(Failure::Undefined(_))));
        assert_eq!(of(pool, Function::Length, &[Value::NONE]), Err(Failure::Absent));
    }
}
