//! Aggregations: the groups of rows that moved, each with its value before and after.
//!
//! A count follows from the old one, a sum too, and an extreme unless it goes itself; otherwise the group is gone
//! through. A group speaks only when its value changes.

use super::moves::{self, Age, Moves};
use super::turn::{Stop, Turn};
use crate::base::Value;
use crate::eval::row::Row;
use crate::eval::view::View;
use crate::eval::{Error, Place, Relation, Sum};
use crate::ir::compute::{Computed, order_kept};
use crate::ir::core::Aggregation;
use crate::syntax::tree::AggregateFunction;
use rustc_hash::FxHashMap;

/// What moves in a group.
#[derive(Default)]
struct Group<'m> {
    came: Vec<&'m Row>,
    went: Vec<&'m Row>,
}

/// The rows of a relation that begin with these values, before the change or after it.
fn rows_of<'a>(relation: &'a Relation, view: View<'a>, group: &'a [Value]) -> impl Iterator<Item = Row> + 'a {
    let relation = view.instead.unwrap_or(relation);
    // No positions are asked for: they are dear where rows have just moved.
    let rows = relation.first_order().cursor_at(group);
    let whole = |(first, tail): (Value, &[Value])| std::iter::once(first).chain(tail.iter().copied()).collect::<Row>();
    rows.map(whole).filter(move |row| view.without.is_none_or(|without| !without.contains(row)))
}

impl Turn<'_, '_> {
    /// The rows of an aggregation's head that no longer follow from it, and those that do now.
    pub(super) fn totals(&mut self, number: usize) -> Result<(Vec<Row>, Vec<Row>), Stop> {
        let aggregation = &self.core.aggregations[number];
        let mut groups: FxHashMap<&[Value], Group<'_>> = FxHashMap::default();
        let taken = self.moves.remove(&aggregation.body);
        if let Some(moves) = &taken {
            moves.came.iter().for_each(|row| groups.entry(&row[..aggregation.groups]).or_default().came.push(row));
            moves.went().iter().for_each(|row| groups.entry(&row[..aggregation.groups]).or_default().went.push(row));
        }
        let mut groups: Vec<(&[Value], Group<'_>)> = groups.into_iter().collect();
        groups.sort_unstable_by_key(|(group, _)| *group);
        let mut moved = (Vec::new(), Vec::new());
        let result = groups.iter().try_for_each(|(group, rows)| {
            let (old, new) = self.total(number, group, rows, taken.as_ref())?;
            self.totals_now.entry(number).or_default().insert((*group).into(), new);
            let row = |value: Value| group.iter().copied().chain([value]).collect::<Row>();
            if old != new {
                moved.0.extend(old.map(row));
                moved.1.extend(new.map(row));
            }
            Ok(())
        });
        drop(groups);
        self.moves.extend(taken.map(|moves| (aggregation.body, moves)));
        result.map(|()| moved)
    }

    /// The value of a group before and after.
    fn total(
        &mut self,
        number: usize,
        group: &[Value],
        rows: &Group<'_>,
        moves: Option<&Moves>,
    ) -> Result<(Option<Value>, Option<Value>), Stop> {
        let core = self.core;
        let aggregation = &core.aggregations[number];
        let body = self.db.relation(aggregation.body);
        let of = |age| match moves {
            Some(moves) => moves::view_of(moves, age),
            None => View::ALL,
        };
        let stored = self.stored(aggregation, group);
        let whole = |turn: &Turn<'_, '_>, age| {
            let mut rows = rows_of(body_of(turn, aggregation), of(age), group).peekable();
            if rows.peek().is_none() {
                return Ok(None);
            }
            let mut sum = Sum::default();
            rows.for_each(|row| sum.add(aggregation.function, last(&row), turn.pool));
            sum.value(aggregation.function)
        };
        let old = match stored {
            Some(old) => old,
            // It had a value before, so it is none that is too large.
            None => whole(self, Age::Old).ok().flatten().and_then(|value| value.find(self.pool)),
        };
        let new = match self.next_total(aggregation, old, rows) {
            Some(Next::Same) if rows_of(body, of(Age::New), group).next().is_some() => return Ok((old, old)),
            Some(Next::Value(value)) if !self.is_void(aggregation, rows_of(body, of(Age::New), group)) => Some(value),
            _ => {
                let overflow =
                    Error::Overflow { place: Place::Aggregation(number), operation: None, values: group.to_vec() };
                whole(self, Age::New).map_err(|_| Stop::Error(overflow))?
            }
        };
        let new = match new {
            None => None,
            Some(Computed::Kept(value)) => Some(value),
            Some(Computed::Fresh(datum)) => Some(self.pool.intern(datum)),
        };
        Ok((old, new))
    }

    /// The old value, where the aggregation alone gives the rows of its head; the outer [`None`]: it does not.
    fn stored(&self, aggregation: &Aggregation, group: &[Value]) -> Option<Option<Value>> {
        let head = aggregation.head;
        let alone = self.program.totals[head.0 as usize].len() == 1 && self.program.rules[head.0 as usize].is_empty();
        let relation = self.db.relation(head);
        if !alone || relation.given_rows() > 0 || self.moves.get(&head).is_some_and(|moves| !moves.is_empty()) {
            return None;
        }
        Some(rows_of(relation, View::ALL, group).next().map(|row| last(&row)))
    }

    /// The value of a group after the change by what it was, where that is enough.
    fn next_total(&self, aggregation: &Aggregation, old: Option<Value>, rows: &Group<'_>) -> Option<Next> {
        let old = old?;
        let values =
            |rows: &[&Row]| -> Vec<Value> { rows.iter().map(|row| last(row)).filter(|v| !v.is_none()).collect() };
        match aggregation.function {
            AggregateFunction::Count => {
                let count = self.pool.as_number(old)? + rows.came.len() as i64 - rows.went.len() as i64;
                Some(Next::Value(Computed::Fresh(crate::base::Datum::Number(count))))
            }
            AggregateFunction::Sum => {
                // Whole numbers stay whole; where there are others the group is gone through.
                let sum = |rows: &[&Row]| -> Option<i64> {
                    let mut whole = values(rows).into_iter().map(|value| self.pool.as_number(value));
                    whole.try_fold(0i64, |sum, n| sum.checked_add(n?))
                };
                let sum = self.pool.as_number(old)?.checked_add(sum(&rows.came)?)?.checked_sub(sum(&rows.went)?)?;
                Some(Next::Value(Computed::Fresh(crate::base::Datum::Number(sum))))
            }
            AggregateFunction::Mean => None,
            AggregateFunction::Min | AggregateFunction::Max => {
                let least = aggregation.function == AggregateFunction::Min;
                let better = |a: Value, b: Value| {
                    let order = order_kept(a, b, self.pool).then_with(|| self.pool.compare(a, b));
                    if least { order.is_lt() } else { order.is_gt() }
                };
                if values(&rows.went).contains(&old) {
                    return None;
                }
                let best = values(&rows.came)
                    .into_iter()
                    .fold(old, |best, value| if better(value, best) { value } else { best });
                Some(if best == old { Next::Same } else { Next::Value(Computed::Kept(best)) })
            }
        }
    }

    /// True where a group has no row, or, of a sum, none with a number.
    fn is_void(&self, aggregation: &Aggregation, mut rows: impl Iterator<Item = Row>) -> bool {
        match aggregation.function {
            AggregateFunction::Sum => !rows.any(|row| self.pool.as_decimal(last(&row)).is_some()),
            _ => rows.next().is_none(),
        }
    }

    /// Whether an aggregation gives this row in the new state.
    pub(super) fn is_total(&self, number: usize, row: &[Value]) -> Result<bool, Stop> {
        let aggregation = &self.core.aggregations[number];
        let (group, value) = (&row[..aggregation.groups], last(row));
        if let Some(total) = self.totals_now.get(&number).and_then(|totals| totals.get(group)) {
            return Ok(*total == Some(value));
        }
        let view = moves::view(&self.moves, aggregation.body, Age::New);
        let mut sum = Sum::default();
        let mut rows = rows_of(self.db.relation(aggregation.body), view, group).peekable();
        if rows.peek().is_none() {
            return Ok(false);
        }
        rows.for_each(|row| sum.add(aggregation.function, last(&row), self.pool));
        let total = sum.value(aggregation.function).ok().flatten().and_then(|total| total.find(self.pool));
        Ok(total == Some(value))
    }
}

/// What is known of a group's value from the old one.
enum Next {
    Same,
    Value(Computed),
}

fn body_of<'t>(turn: &'t Turn<'_, '_>, aggregation: &Aggregation) -> &'t Relation {
    turn.db.relation(aggregation.body)
}

fn last(row: &[Value]) -> Value {
    row.last().copied().unwrap_or(Value::NONE)
}
