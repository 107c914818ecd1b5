//! The values that a comparison with a constant leaves: from here to there, or all but one. Two such sets on one line
//! have something in common or not, and one may lie in the other.

use crate::base::{Date, DateTime, Datum, Decimal, Pool, Value};
use crate::check::Type;
use crate::syntax::tree::CompareOp;
use std::sync::Arc;

/// A point on a line of values. Points of different lines are never compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    /// A number.
    Number(Decimal),
    /// A day, counted from one of them.
    Day(i64),
    /// A day and a time.
    Time(DateTime),
    /// A text, by code point.
    Text(Arc<str>),
    /// A name or id, which is like itself and nothing else.
    Name(Value),
}

impl Point {
    /// The point of a constant.
    pub fn of(value: Value, pool: &Pool) -> Option<Point> {
        if value.is_none() {
            return None;
        }
        Some(match pool.get(value) {
            Datum::Number(_) | Datum::Decimal(_) => Point::Number(pool.as_decimal(value)?),
            Datum::Date(date) => Point::Day(date.days_since(Date::new(2000, 1, 1)?)),
            Datum::DateTime(time) => Point::Time(time),
            Datum::Text(text) => Point::Text(text),
            Datum::Concept { .. } | Datum::Quote { .. } => Point::Name(value),
        })
    }

    fn same_line(&self, other: &Point) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// The next point up or down, where there are points between which nothing lies.
    fn step(&self, by: i64, whole: bool) -> Option<Point> {
        match self {
            Point::Day(day) => day.checked_add(by).map(Point::Day),
            Point::Number(n) if whole => n.checked_add(Decimal::from_i64(by)).map(Point::Number),
            _ => None,
        }
    }
}

/// The largest whole number that is not above a decimal.
fn floor(n: Decimal) -> Option<Decimal> {
    let near = n.round(0);
    if near <= n { Some(near) } else { near.checked_sub(Decimal::from_i64(1)) }
}

/// An end of a range: the point, and whether it belongs to it.
type End = Option<(Point, bool)>;

/// A set of values on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Interval {
    /// From one end to the other; an end that is missing is open for ever.
    Range(End, End),
    /// Everything but this.
    AllBut(Point),
    /// Nothing.
    Nothing,
    /// Everything.
    Everything,
}

impl Interval {
    /// What `X op value` leaves of the values of X. `whole`: X is a whole number. [`None`] where values of that kind have
    /// no order that is worth a thought.
    pub fn of(op: CompareOp, value: Value, of: Type, pool: &Pool) -> Option<Interval> {
        let mut point = Point::of(value, pool)?;
        let whole = of == Type::Number;
        // A day and a time compare by day.
        if let (Point::Time(time), Type::Date) = (&point, of) {
            point = Point::Day(time.date().days_since(Date::new(2000, 1, 1)?));
        }
        let ordered = of.is_numeric() || of.is_time() || of == Type::Text;
        if !ordered && !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            return None;
        }
        if let (Point::Number(n), true) = (&point, whole)
            && floor(*n)? != *n
        {
            let below = Point::Number(floor(*n)?);
            let above = below.step(1, true)?;
            return Some(match op {
                CompareOp::Equal => Interval::Nothing,
                CompareOp::NotEqual => Interval::Everything,
                CompareOp::Less | CompareOp::LessEqual => Interval::Range(None, Some((below, true))),
                CompareOp::Greater | CompareOp::GreaterEqual => Interval::Range(Some((above, true)), None),
            });
        }
        let end = |by: i64| match point.step(by, whole) {
            Some(next) => Some((next, true)),
            None => Some((point.clone(), false)),
        };
        Some(match op {
            CompareOp::Equal => Interval::just(point),
            CompareOp::NotEqual => Interval::AllBut(point),
            CompareOp::Less => Interval::Range(None, end(-1)),
            CompareOp::Greater => Interval::Range(end(1), None),
            CompareOp::LessEqual => Interval::Range(None, Some((point, true))),
            CompareOp::GreaterEqual => Interval::Range(Some((point, true)), None),
        })
    }

    /// One value.
    pub fn just(point: Point) -> Interval {
        Interval::Range(Some((point.clone(), true)), Some((point, true)))
    }

    /// Numbers from `least` to `most`, both among them.
    pub fn numbers(least: Option<i64>, most: Option<i64>) -> Interval {
        let end = |n: Option<i64>| n.map(|n| (Point::Number(Decimal::from_i64(n)), true));
        Interval::Range(end(least), end(most))
    }

    fn point(&self) -> Option<&Point> {
        match self {
            Interval::Range(low, high) => low.as_ref().or(high.as_ref()).map(|(p, _)| p),
            Interval::AllBut(point) => Some(point),
            Interval::Nothing | Interval::Everything => None,
        }
    }

    fn comparable(&self, other: &Interval) -> bool {
        match (self.point(), other.point()) {
            (Some(a), Some(b)) => a.same_line(b),
            _ => true,
        }
    }

    /// True where no value is in both.
    pub fn excludes(&self, other: &Interval) -> bool {
        if !self.comparable(other) {
            return false;
        }
        match (self, other) {
            (Interval::Nothing, _) | (_, Interval::Nothing) => true,
            (Interval::Everything, _) | (_, Interval::Everything) => false,
            (Interval::AllBut(_), Interval::AllBut(_)) => false,
            (Interval::AllBut(p), range) | (range, Interval::AllBut(p)) => *range == Interval::just(p.clone()),
            (Interval::Range(a, b), Interval::Range(c, d)) => apart(b, c) || apart(d, a),
        }
    }

    /// True where every value in this is in the other.
    pub fn within(&self, other: &Interval) -> bool {
        if !self.comparable(other) {
            return false;
        }
        match (self, other) {
            (Interval::Nothing, _) | (_, Interval::Everything) => true,
            (_, Interval::Nothing) | (Interval::Everything, _) => false,
            (Interval::AllBut(p), Interval::AllBut(q)) => p == q,
            (Interval::AllBut(_), Interval::Range(..)) => false,
            (range, Interval::AllBut(p)) => range.excludes(&Interval::just(p.clone())),
            (Interval::Range(a, b), Interval::Range(c, d)) => {
                let low = match (a, c) {
                    (_, None) => true,
                    (None, _) => false,
                    (Some((p, p_in)), Some((q, q_in))) => p > q || (p == q && (*q_in || !p_in)),
                };
                let high = match (b, d) {
                    (_, None) => true,
                    (None, _) => false,
                    (Some((p, p_in)), Some((q, q_in))) => p < q || (p == q && (*q_in || !p_in)),
                };
                low && high
            }
        }
    }

    /// Everything else, where that is one set too.
    pub fn rest(&self, whole: bool) -> Option<Interval> {
        let outside = |(point, belongs): &(Point, bool), by| match (belongs, point.step(by, whole)) {
            (true, Some(next)) => (next, true),
            _ => (point.clone(), !belongs),
        };
        match self {
            Interval::Range(Some(low), None) => Some(Interval::Range(None, Some(outside(low, -1)))),
            Interval::Range(None, Some(high)) => Some(Interval::Range(Some(outside(high, 1)), None)),
            Interval::Range(Some((a, true)), Some((b, true))) if a == b => Some(Interval::AllBut(a.clone())),
            Interval::AllBut(point) => Some(Interval::just(point.clone())),
            _ => None,
        }
    }
}

/// True where an upper end lies below a lower one.
fn apart(high: &End, low: &End) -> bool {
    match (high, low) {
        (Some((p, p_in)), Some((q, q_in))) => p < q || (p == q && !(*p_in && *q_in)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pool: &mut Pool, op: CompareOp, n: &str, kind: Type) -> Interval {
        let value = pool.decimal(Decimal::parse(n).unwrap());
        Interval::of(op, value, kind, pool).unwrap()
    }

    #[test]
    fn whole_numbers_leave_nothing_between_neighbours() {
        let pool = &mut Pool::default();
        let above = of(pool, CompareOp::Greater, "2", Type::Number);
        let below = of(pool, CompareOp::Less, "3", Type::Number);
        assert!(above.excludes(&below));
        let above = of(pool, CompareOp::Greater, "2", Type::Decimal);
        let below = of(pool, CompareOp::Less, "3", Type::Decimal);
        assert!(!above.excludes(&below));
        assert_eq!(of(pool, CompareOp::Equal, "2.5", Type::Number), Interval::Nothing);
        assert_eq!(of(pool, CompareOp::Less, "-2.5", Type::Number), of(pool, CompareOp::LessEqual, "-3", Type::Number));
    }

    #[test]
    fn ends_count_only_where_both_have_them() {
        let pool = &mut Pool::default();
        let [least, most, more] = [CompareOp::GreaterEqual, CompareOp::LessEqual, CompareOp::Greater]
            .map(|op| of(pool, op, "5", Type::Decimal));
        assert!(!least.excludes(&most));
        assert!(more.excludes(&most));
        assert!(more.within(&least));
        assert!(!least.within(&more));
        assert_eq!(most.rest(false), Some(more));
    }
}
