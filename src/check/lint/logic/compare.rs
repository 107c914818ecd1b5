//! Comparisons that are settled before any row is looked at: of fixed values, of a value with itself, and with what a count
//! or a month can never be.

use super::interval::{Interval, Point};
use super::truth::Judge;
use super::value::{Bound, bound, constant, is_total, range};
use crate::base::Location;
use crate::check::Type;
use crate::check::program::{Operand, OperandKind};
use crate::syntax::tree::CompareOp;

impl<'j, 'a: 'j> Judge<'j, 'a> {
    /// Why nothing is in both of two ranges.
    pub(super) fn nothing_is(&self, a: &Bound<'_>, b: &Bound<'_>) -> String {
        let what = if a.what.of.is_numeric() {
            "number"
        } else if a.what.of.is_time() {
            "day or time"
        } else {
            "value"
        };
        format!("no {what} is {} and also {}", self.words(a), self.words(b))
    }

    fn words(&self, bound: &Bound<'_>) -> String {
        let OperandKind::Const(value) = bound.with.kind else { return String::new() };
        let shown = self.logic.pool.show(value);
        let value = if bound.with.of == Type::Text { format!("\"{shown}\"") } else { shown };
        let (less, more) = if bound.what.of.is_time() { ("before", "after") } else { ("less than", "more than") };
        match bound.op {
            CompareOp::Equal => value,
            CompareOp::NotEqual => format!("anything but {value}"),
            CompareOp::Less => format!("{less} {value}"),
            CompareOp::LessEqual => format!("{value} or {}", if less == "before" { "before" } else { "less" }),
            CompareOp::Greater => format!("{more} {value}"),
            CompareOp::GreaterEqual => format!("{value} or {}", if less == "before" { "after" } else { "more" }),
        }
    }

    pub(super) fn compare(
        &mut self,
        at: Location,
        op: CompareOp,
        a: &'a Operand,
        b: &'a Operand,
    ) -> Option<(bool, Option<usize>)> {
        let with = self.logic.with_parameters(&[a, b]);
        if let (OperandKind::Const(_), OperandKind::Const(_))
        | (OperandKind::Arithmetic(..), _)
        | (_, OperandKind::Arithmetic(..)) = (&a.kind, &b.kind)
            && let (Some(x), Some(y)) = (constant(self.logic, a), constant(self.logic, b))
        {
            // A parameter that is asked for a value is a switch, and it is meant to stand one way or the other.
            let switch = !with.is_empty() && matches!(op, CompareOp::Equal | CompareOp::NotEqual);
            let words = (self.fixed(a, &x), self.fixed(b, &y));
            return if switch { None } else { self.constants(at, op, (&x, &y), words, &with) };
        }
        if self.same_value(a, b) && is_total(a) {
            let holds = matches!(op, CompareOp::Equal | CompareOp::LessEqual | CompareOp::GreaterEqual);
            let why = "both sides are the same";
            let help = "is another name meant on one of the sides?";
            let cause = if holds { self.always(at, why, help) } else { self.never(at, why, help) };
            return Some((holds, Some(cause)));
        }
        let bound = bound(self.logic, op, a, b)?;
        if bound.interval == Interval::Nothing {
            let why = format!("it is a whole number here, and the other side is not{with}");
            return Some((false, Some(self.never(at, &why, "compare it with a whole number"))));
        }
        if bound.interval == Interval::Everything && is_total(bound.what) {
            let why = format!("it is a whole number here, and the other side is not{with}");
            return Some((true, Some(self.always(at, &why, "compare it with a whole number"))));
        }
        let origin = match &bound.what.kind {
            OperandKind::Var(var) => self.equal.iter().find(|(v, _)| v == var).map_or(bound.what, |(_, o)| *o),
            _ => bound.what,
        };
        let range = range(self.logic, origin)?;
        if range.interval.excludes(&bound.interval) {
            let why = format!("{}{with}", range.why);
            return Some((false, Some(self.never(at, &why, "mend the number it is compared with"))));
        }
        if range.interval.within(&bound.interval) && is_total(origin) {
            let why = format!("{}{with}", range.why);
            return Some((true, Some(self.always(at, &why, "take it away, or ask for more: `>= 1`"))));
        }
        None
    }

    /// A fixed value in words.
    fn fixed(&self, operand: &Operand, point: &Point) -> String {
        match (&operand.kind, point) {
            (OperandKind::Const(value), _) if operand.of == Type::Text => {
                format!("\"{}\"", self.logic.pool.show(*value))
            }
            (OperandKind::Const(value), _) => self.logic.pool.show(*value),
            (_, Point::Number(number)) => number.to_string(),
            _ => self.logic.said(operand.at),
        }
    }

    fn constants(
        &mut self,
        at: Location,
        op: CompareOp,
        (a, b): (&Point, &Point),
        (left, right): (String, String),
        with: &str,
    ) -> Option<(bool, Option<usize>)> {
        if std::mem::discriminant(a) != std::mem::discriminant(b) {
            return None;
        }
        let holds = match op {
            CompareOp::Equal => a == b,
            CompareOp::NotEqual => a != b,
            _ if matches!(a, Point::Name(_)) => return None,
            CompareOp::Less => a < b,
            CompareOp::LessEqual => a <= b,
            CompareOp::Greater => a > b,
            CompareOp::GreaterEqual => a >= b,
        };
        let time = matches!(a, Point::Day(_) | Point::Time(_));
        let relation = match op {
            CompareOp::Equal => "the same as",
            CompareOp::NotEqual => "unlike",
            CompareOp::Less | CompareOp::LessEqual if time => "before",
            CompareOp::Greater | CompareOp::GreaterEqual if time => "after",
            CompareOp::Less | CompareOp::LessEqual => "less than",
            CompareOp::Greater | CompareOp::GreaterEqual => "more than",
        };
        let why = match (holds, a == b) {
            (true, true) if op != CompareOp::Equal => format!("{left} is {right}{with}"),
            (true, _) => format!("{left} is {relation} {right}{with}"),
            (false, _) => format!("{left} is not {relation} {right}{with}"),
        };
        let help = if with.is_empty() {
            "is a name in capitals meant on one of the sides?"
        } else {
            "compare it with something that the data say, or give the parameter another value"
        };
        let cause = if holds { self.always(at, &why, help) } else { self.never(at, &why, help) };
        Some((holds, Some(cause)))
    }

    pub(super) fn contains(&mut self, at: Location, a: &'a Operand, b: &'a Operand) -> Option<(bool, Option<usize>)> {
        let OperandKind::Const(value) = b.kind else { return None };
        let text = self.logic.pool.shared_text(value)?;
        if text.is_empty() && is_total(a) {
            let help = "write the words to look for, or take it away";
            return Some((true, Some(self.always(at, "every text contains the empty text", help))));
        }
        None
    }
}
