//! A value on its way: of the pool, or fresh from a computation, and how any two are ordered.

use crate::base::{Date, Datum, Decimal, Pool, Value};
use crate::syntax::tree::CompareOp;
use std::cmp::Ordering;

/// A value that is in the pool, or one that is not known to be.
#[derive(Clone, Debug)]
pub enum Computed {
    /// A value of the pool, or absence.
    Kept(Value),
    /// A new value; the pool may have it all the same.
    Fresh(Datum),
}

impl Computed {
    /// True for an absence.
    pub fn is_absent(&self) -> bool {
        matches!(self, Computed::Kept(value) if value.is_none())
    }

    /// The value, if the pool has it.
    pub fn find(&self, pool: &Pool) -> Option<Value> {
        match self {
            Computed::Kept(value) => Some(*value),
            Computed::Fresh(datum) => pool.find(datum),
        }
    }

    /// The whole number it is.
    pub fn as_number(&self, pool: &Pool) -> Option<i64> {
        match self {
            Computed::Kept(value) => pool.as_number(*value),
            Computed::Fresh(Datum::Number(n)) => Some(*n),
            Computed::Fresh(_) => None,
        }
    }

    /// The number it is.
    pub fn as_decimal(&self, pool: &Pool) -> Option<Decimal> {
        match self {
            Computed::Kept(value) => pool.as_decimal(*value),
            Computed::Fresh(Datum::Number(n)) => Some(Decimal::from_i64(*n)),
            Computed::Fresh(Datum::Decimal(d)) => Some(*d),
            Computed::Fresh(_) => None,
        }
    }

    /// The text it is.
    pub fn as_text<'a>(&'a self, pool: &'a Pool) -> Option<&'a str> {
        match self {
            Computed::Kept(value) => pool.as_text(*value),
            Computed::Fresh(Datum::Text(text)) => Some(text),
            Computed::Fresh(_) => None,
        }
    }

    /// The passage it is.
    pub fn as_quote(&self, pool: &Pool) -> Option<(Value, Option<(u32, u32)>)> {
        match self {
            Computed::Kept(value) => pool.as_quote(*value),
            Computed::Fresh(Datum::Quote { message, range }) => Some((*message, *range)),
            Computed::Fresh(_) => None,
        }
    }

    /// The day it falls on.
    pub fn as_day(&self, pool: &Pool) -> Option<Date> {
        match self {
            Computed::Kept(value) => pool.as_date(*value),
            Computed::Fresh(Datum::Date(date)) => Some(*date),
            Computed::Fresh(Datum::DateTime(time)) => Some(time.date()),
            Computed::Fresh(_) => None,
        }
    }

    /// The datum; not for an absence.
    pub(super) fn datum(&self, pool: &Pool) -> Datum {
        match self {
            Computed::Kept(value) => pool.get(*value),
            Computed::Fresh(datum) => datum.clone(),
        }
    }

    /// As people read it, as [`Pool::show`] has it.
    pub fn show(&self, pool: &Pool) -> String {
        match self {
            Computed::Kept(value) => pool.show(*value),
            Computed::Fresh(Datum::Text(text)) => text.to_string(),
            Computed::Fresh(Datum::Number(n)) => n.to_string(),
            Computed::Fresh(Datum::Decimal(d)) => d.to_string(),
            Computed::Fresh(Datum::Date(d)) => d.to_string(),
            Computed::Fresh(Datum::DateTime(t)) => t.to_string(),
            Computed::Fresh(Datum::Concept { name, .. }) => name.to_string(),
            Computed::Fresh(Datum::Quote { message, range }) => match range {
                Some((start, end)) => format!("{}@{start}-{end}", pool.show(*message)),
                None => pool.show(*message),
            },
        }
    }
}

/// The order that comparisons use: a day against a time is compared by day, all else as [`Pool::compare`] has it.
/// Not for absences.
pub fn order(a: &Computed, b: &Computed, pool: &Pool) -> Ordering {
    if let (Computed::Kept(x), Computed::Kept(y)) = (a, b) {
        return order_kept(*x, *y, pool);
    }
    if let (Some(x), Some(y)) = (a.as_decimal(pool), b.as_decimal(pool)) {
        return x.cmp(&y);
    }
    if let (Some(x), Some(y)) = (a.as_text(pool), b.as_text(pool)) {
        return x.cmp(y);
    }
    if let (Some((m, r)), Some((n, s))) = (a.as_quote(pool), b.as_quote(pool)) {
        return pool.compare(m, n).then(r.cmp(&s));
    }
    match (a.datum(pool), b.datum(pool)) {
        (Datum::DateTime(x), Datum::DateTime(y)) => x.cmp(&y),
        (x, y) => match (a.as_day(pool), b.as_day(pool)) {
            (Some(x), Some(y)) => x.cmp(&y),
            _ => x.type_rank().cmp(&y.type_rank()),
        },
    }
}

/// [`order`] for two values of the pool.
pub fn order_kept(a: Value, b: Value, pool: &Pool) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if let Some(x) = pool.as_date(a)
        && let Some(y) = pool.as_date(b)
    {
        let mixed = matches!(pool.get(a), Datum::Date(_)) != matches!(pool.get(b), Datum::Date(_));
        return if mixed { x.cmp(&y) } else { pool.compare(a, b) };
    }
    pool.compare(a, b)
}

/// Whether two values stand in a comparison's relation. An absence stands in none, not even `!=`.
pub fn compare(op: CompareOp, a: &Computed, b: &Computed, pool: &Pool) -> bool {
    if a.is_absent() || b.is_absent() {
        return false;
    }
    op.holds(order(a, b, pool))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DateTime;

    #[test]
    fn a_day_equals_every_time_on_it() {
        let pool = &mut Pool::default();
        let day = pool.intern(Datum::Date(Date::parse("2013-09-01").unwrap()));
        let time = pool.intern(Datum::DateTime(DateTime::parse("2013-09-01T10:30").unwrap()));
        assert!(compare(CompareOp::Equal, &Computed::Kept(day), &Computed::Kept(time), pool));
        assert!(!compare(CompareOp::Less, &Computed::Kept(day), &Computed::Kept(time), pool));
        assert!(!compare(CompareOp::NotEqual, &Computed::Kept(day), &Computed::Kept(Value::NONE), pool));
    }
}
