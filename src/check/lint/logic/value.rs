//! What is known of a value before any row is: a constant, the range that a count or a month lies in, and whether it
//! always has a value.

use super::Logic;
use super::interval::{Interval, Point};
use crate::base::Decimal;
use crate::check::Type;
use crate::check::program::{Function, Operand, OperandKind};
use crate::syntax::tree::{AggregateFunction, ArithmeticOp, CompareOp};

/// A range that a value cannot leave, and why in words.
pub(super) struct Range {
    pub interval: Interval,
    pub why: String,
}

/// The range of a value that never leaves one.
pub(super) fn range(logic: &Logic<'_>, operand: &Operand) -> Option<Range> {
    let numbers =
        |least, most, why: &str| Some(Range { interval: Interval::numbers(least, most), why: why.to_string() });
    match &operand.kind {
        OperandKind::Counted(..) => numbers(Some(0), None, "a count is never less than 0"),
        OperandKind::Aggregate(aggregate) if aggregate.function == AggregateFunction::Count => {
            numbers(Some(0), None, "a count is never less than 0")
        }
        OperandKind::Call(Function::Length, _) => numbers(Some(0), None, "a length is never less than 0"),
        OperandKind::Call(Function::Abs, _) => numbers(Some(0), None, "a number without its sign is never less than 0"),
        OperandKind::Call(Function::Month, _) => numbers(Some(1), Some(12), "a month is a number from 1 to 12"),
        OperandKind::Call(Function::Day, _) => {
            numbers(Some(1), Some(31), "a day of the month is a number from 1 to 31")
        }
        OperandKind::Arithmetic(ArithmeticOp::Remainder, _, by) => {
            let Point::Number(by) = constant(logic, by)? else { return None };
            let most = by.to_i64()?.checked_abs()?.checked_sub(1).filter(|&n| n >= 0)?;
            let why = format!("what `mod {}` leaves is never more than {most}", most + 1);
            numbers(most.checked_neg(), Some(most), &why)
        }
        _ => None,
    }
}

/// The point that a value is whatever the data are: a constant, or a sum, difference or product of constants.
pub(super) fn constant(logic: &Logic<'_>, operand: &Operand) -> Option<Point> {
    match &operand.kind {
        OperandKind::Const(value) => Point::of(*value, logic.pool),
        OperandKind::Arithmetic(op, a, b) => {
            let (Point::Number(a), Point::Number(b)) = (constant(logic, a)?, constant(logic, b)?) else { return None };
            let number: Option<Decimal> = match op {
                ArithmeticOp::Add => a.checked_add(b),
                ArithmeticOp::Subtract => a.checked_sub(b),
                ArithmeticOp::Multiply => a.checked_mul(b),
                ArithmeticOp::Divide | ArithmeticOp::WholeDivide | ArithmeticOp::Remainder => None,
            };
            number.map(Point::Number)
        }
        _ => None,
    }
}

/// True where a value is there whatever the data are, once its variables have theirs.
pub(super) fn is_total(operand: &Operand) -> bool {
    match &operand.kind {
        OperandKind::Var(_) | OperandKind::This | OperandKind::Const(_) | OperandKind::Counted(..) => true,
        OperandKind::Any => false,
        OperandKind::Arithmetic(op, a, b) => {
            matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract | ArithmeticOp::Multiply)
                && is_total(a)
                && is_total(b)
        }
        OperandKind::Call(Function::Number, _) => false,
        OperandKind::Call(_, args) => args.iter().all(is_total),
        OperandKind::Aggregate(aggregate) => {
            matches!(aggregate.function, AggregateFunction::Count | AggregateFunction::Sum)
        }
    }
}

/// A comparison with a constant: what is compared, with the constant on the right.
pub(super) struct Bound<'a> {
    pub what: &'a Operand,
    pub op: CompareOp,
    pub with: &'a Operand,
    pub interval: Interval,
}

/// A comparison as a bound on one of its sides, where the other is a constant.
pub(super) fn bound<'a>(logic: &Logic<'_>, op: CompareOp, a: &'a Operand, b: &'a Operand) -> Option<Bound<'a>> {
    let turned = op.turned();
    for (op, what, with) in [(op, a, b), (turned, b, a)] {
        if let OperandKind::Const(value) = with.kind
            && !matches!(what.kind, OperandKind::Const(_))
        {
            // Against a day, a time is compared by its day.
            let of = if with.of == Type::Date && what.of == Type::DateTime { Type::Date } else { what.of };
            return Some(Bound { what, op, with, interval: Interval::of(op, value, of, logic.pool)? });
        }
    }
    None
}
