//! Counts, sums, means and extremes: one value from the distinct rows of a group.
//!
//! Sums are exact, so their order does not matter. A row whose value is absent counts as a row, and adds nothing to a
//! sum, mean or extreme.

use super::relation::Relation;
use super::row::Row;
use crate::base::{Decimal, Pool, Value};
use crate::ir::compute::{Computed, order_kept};
use crate::ir::core::Aggregation;
use crate::syntax::tree::AggregateFunction;

/// A value in the making.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    rows: i64,
    numbers: i64,
    total: Decimal,
    overflow: bool,
    /// A value was no whole number, so the sum may be larger than one.
    decimals: bool,
    best: Option<Value>,
}

impl Sum {
    /// Takes in one row's value; of a count, any value.
    pub fn add(&mut self, function: AggregateFunction, value: Value, pool: &Pool) {
        self.rows += 1;
        if value.is_none() {
            return;
        }
        match function {
            AggregateFunction::Count => {}
            AggregateFunction::Sum | AggregateFunction::Mean => {
                let Some(number) = pool.as_decimal(value) else { return };
                self.numbers += 1;
                self.decimals |= pool.as_number(value).is_none();
                match self.total.checked_add(number) {
                    Some(total) => self.total = total,
                    None => self.overflow = true,
                }
            }
            AggregateFunction::Min | AggregateFunction::Max => {
                let least = function == AggregateFunction::Min;
                let better = |best: Value| {
                    // Two values of one order (a day and a time never are) are one value, so ties do not matter.
                    let order = order_kept(value, best, pool).then_with(|| pool.compare(value, best));
                    if least { order.is_lt() } else { order.is_gt() }
                };
                if self.best.is_none_or(better) {
                    self.best = Some(value);
                }
            }
        }
    }

    /// The value; `Ok(None)` where there is none, an error where it is too large.
    pub fn value(&self, function: AggregateFunction) -> Result<Option<Computed>, Overflow> {
        use crate::base::Datum;
        let exact = |d: Decimal| Computed::Fresh(d.to_i64().map_or(Datum::Decimal(d), Datum::Number));
        Ok(match function {
            AggregateFunction::Count => Some(Computed::Fresh(Datum::Number(self.rows))),
            AggregateFunction::Min | AggregateFunction::Max => self.best.map(Computed::Kept),
            _ if self.overflow => return Err(Overflow),
            _ if self.numbers == 0 => None,
            AggregateFunction::Sum if !self.decimals && !fits_number(self.total) => return Err(Overflow),
            AggregateFunction::Sum => Some(exact(self.total)),
            AggregateFunction::Mean => {
                let mean = self.total.checked_div(Decimal::from_i64(self.numbers)).ok_or(Overflow)?;
                Some(exact(mean))
            }
        })
    }
}

/// Whether a sum of whole numbers is one of 64 bits.
fn fits_number(total: Decimal) -> bool {
    total.to_i64().is_some()
}

/// A sum was too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The value of a whole group.
pub fn aggregate(
    function: AggregateFunction,
    values: impl Iterator<Item = Value>,
    pool: &Pool,
) -> Result<Option<Computed>, Overflow> {
    let mut sum = Sum::default();
    values.for_each(|value| sum.add(function, value, pool));
    sum.value(function)
}

/// The groups of an aggregation with what each comes to, in the order of the groups; the error names the group.
pub(super) fn groups(of: &Aggregation, body: &Relation, pool: &Pool) -> Result<Vec<(Row, Computed)>, Row> {
    use crate::base::Datum;
    let mut found: Vec<(Row, Computed)> = Vec::new();
    // A count by the first column is the size of a group.
    if of.function == AggregateFunction::Count && of.groups == 1 {
        let groups = body.first_order().groups();
        let count = |rows: usize| Computed::Fresh(Datum::Number(rows as i64));
        return Ok(groups.map(|(first, tails)| (Row::from(&[first][..]), count(tails.len()))).collect());
    }
    let (mut group, mut sum): (Vec<Value>, Option<Sum>) = (Vec::new(), None);
    let mut end = |group: &[Value], sum: Option<Sum>| -> Result<(), Row> {
        let Some(sum) = sum else { return Ok(()) };
        let value = sum.value(of.function).map_err(|_| Row::from(group))?;
        found.extend(value.map(|value| (Row::from(group), value)));
        Ok(())
    };
    // Rows of one group stand together.
    for (first, tail) in body.first_order().cursor() {
        let at = of.groups.saturating_sub(1);
        let same = sum.is_some() && (of.groups == 0 || (group[0] == first && group[1..] == tail[..at]));
        if !same {
            end(&group, sum.take())?;
            group.clear();
            group.extend(std::iter::once(first).chain(tail.iter().copied()).take(of.groups));
        }
        let value = tail.last().copied().unwrap_or(first);
        sum.get_or_insert_default().add(of.function, value, pool);
    }
    end(&group, sum)?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_exact_and_absences_add_nothing() {
        let mut pool = Pool::default();
        let values = [pool.number(1), pool.number(1), Value::NONE, pool.number(3)];
        let of = |function| aggregate(function, values.into_iter(), &pool).unwrap().unwrap();
        assert_eq!(of(AggregateFunction::Count).as_number(&pool), Some(4));
        assert_eq!(of(AggregateFunction::Sum).as_number(&pool), Some(5));
        assert_eq!(of(AggregateFunction::Mean).as_decimal(&pool).unwrap().to_string(), "1.666666666667");
        assert_eq!(of(AggregateFunction::Min).as_number(&pool), Some(1));
        let nothing = aggregate(AggregateFunction::Max, [Value::NONE].into_iter(), &pool);
        assert!(nothing.unwrap().is_none());
    }
}
