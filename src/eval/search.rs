//! The rows of a relation that have certain values in some of its columns.
//!
//! Rows rest in the order of their columns, so what asks for the first of them finds its rows there. A search by others
//! goes by another order, and to make one takes as long as going through all rows some twenty times. Who asks a question
//! or two does better without: a search that is *patient* passes over the rows that do not fit, and makes [`Buckets`]
//! once as much has been passed over as making them takes. So it never takes twice as long as the better of both, as
//! who rents skis until they would have paid for a pair (Karlin, Manasse, Rudolph, Sleator: Competitive Snoopy Caching,
//! Algorithmica 3, 1988), and no single question pays for an order. What has been passed over is counted in the relation,
//! for all its searches together. Whichever way they are found, rows come in the sequence in which they rest.

use super::buckets::{self, Buckets};
use super::relation::Relation;
use super::row::Row;
use super::store::{Cursor, Order, Slices};
use crate::base::Value;
use std::cell::OnceCell;
use std::sync::Arc;

/// Among so few rows those that fit are soon found.
const FEW: usize = 64;

/// Whether a search makes an order that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// At once: many searches follow.
    Order,
    /// Never: a few searches follow, or perhaps some hundred.
    Patient,
}

/// A search by some columns of a relation.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    relation: &'a Relation,
    /// By an order that begins with the columns, or, as long as nothing better is made, through the rows as they rest.
    way: Way,
    /// Where there is no such order: the columns, and what was made of them.
    without: Option<Box<Without>>,
}

/// A search for which there is no order.
#[derive(Clone, Debug)]
struct Without {
    columns: Box<[u32]>,
    buckets: OnceCell<Arc<Buckets>>,
}

/// How rows are found in an order.
#[derive(Clone, Debug)]
struct Way {
    order: Arc<Order>,
    /// Where each column of the relation stands in the order.
    places: Box<[u32]>,
    /// For each place of the order that the key fills: which of the columns that are asked for.
    key: Box<[usize]>,
    /// The columns that are asked for beyond the key: where each stands in the order, and which it is.
    rest: Box<[(usize, usize)]>,
}

impl Way {
    /// By as many columns that are asked for as the order begins with.
    fn new(order: Arc<Order>, columns: &[u32]) -> Way {
        let asked = |column: &u32| columns.iter().position(|other| other == column);
        let key: Box<[usize]> = order.columns().iter().map_while(asked).collect();
        let mut places = vec![0; order.columns().len()].into_boxed_slice();
        (0..).zip(order.columns()).for_each(|(place, &column)| places[column as usize] = place);
        let place = |at: usize| (places[columns[at] as usize] as usize, at);
        let rest = (0..columns.len()).filter(|at| !key.contains(at)).map(place).collect();
        Way { order, places, key, rest }
    }
}

impl<'a> Search<'a> {
    /// A search by these columns.
    pub fn new(relation: &'a Relation, columns: &[u32], haste: Haste) -> Search<'a> {
        let made = match haste {
            Haste::Order => Some(relation.order(columns)),
            Haste::Patient => relation.made_order(columns),
        };
        if let Some(order) = made {
            return Search { relation, way: Way::new(order, columns), without: None };
        }
        let buckets = relation.made_buckets(columns).map_or_else(OnceCell::new, OnceCell::from);
        let without = Some(Box::new(Without { columns: columns.into(), buckets }));
        Search { relation, way: Way::new(relation.first_order().clone(), columns), without }
    }

    /// The relation.
    pub fn relation(&self) -> &'a Relation {
        self.relation
    }

    /// The rows with these values, of which `value` tells the one of each column that is asked for, by its place among
    /// them. An absence equals nothing.
    pub fn find<'b>(&'b self, value: &dyn Fn(usize) -> Value) -> Found<'b> {
        let Way { order, places, key, rest } = &self.way;
        let first: Row = key.iter().map(|&at| value(at)).collect();
        let mut rest: Vec<(usize, Value)> = rest.iter().map(|&(place, at)| (place, value(at))).collect();
        let rows = if first.iter().chain(rest.iter().map(|(_, value)| value)).any(|value| value.is_none()) {
            Rows::Rest(Cursor::none())
        } else if let Some((columns, buckets)) = self.buckets(&first) {
            rest = columns.iter().enumerate().map(|(at, &column)| (column as usize, value(at))).collect();
            Rows::Bucket(order, buckets.rows(rest.iter().map(|(_, value)| *value)))
        } else if first.is_empty() && !rest.is_empty() {
            // Nothing is known of the first column, so no row need be put together before it fits.
            Rows::Passing(Passing { order, slices: order.slices(), slice: &[], row: 0 })
        } else {
            Rows::Rest(order.cursor_at(&first))
        };
        Found { relation: self.relation, rows, places, rest }
    }

    /// The columns and the buckets to search in, where that is better than passing over the rows that begin with a key.
    fn buckets(&self, key: &[Value]) -> Option<(&[u32], &Buckets)> {
        let Without { columns, buckets } = self.without.as_deref()?;
        if buckets.get().is_none() {
            if !key.is_empty() && self.way.order.prefix(key).len() <= FEW {
                return None;
            }
            let made = self.relation.buckets(columns)?;
            return Some((columns, buckets.get_or_init(|| made)));
        }
        buckets.get().map(|buckets| (&**columns, &**buckets))
    }
}

/// Rows that a search finds, one after another.
#[derive(Clone, Debug)]
pub struct Found<'b> {
    relation: &'b Relation,
    rows: Rows<'b>,
    places: &'b [u32],
    /// What else the rows must have: where in the order, and what.
    rest: Vec<(usize, Value)>,
}

/// The rows that a search goes through.
#[derive(Clone, Debug)]
enum Rows<'b> {
    Rest(Cursor<'b>),
    Bucket(&'b Order, buckets::Rows<'b>),
    Passing(Passing<'b>),
}

/// All rows of a first order, by their tails.
#[derive(Clone, Debug)]
struct Passing<'b> {
    order: &'b Order,
    slices: Slices<'b>,
    /// What is left of a slice.
    slice: &'b [Value],
    /// The position of the next row.
    row: u32,
}

impl Passing<'_> {
    /// The position of the next row whose tail has these values, by their places in a row.
    fn next(&mut self, values: &[(usize, Value)]) -> Option<u32> {
        let width = self.order.width();
        loop {
            let mut tails = self.slice.chunks_exact(width);
            let found = match values {
                [(place, value)] => tails.position(|tail| tail[place - 1] == *value),
                _ => tails.position(|tail| values.iter().all(|(place, value)| tail[place - 1] == *value)),
            };
            match found {
                Some(at) => {
                    self.slice = &self.slice[(at + 1) * width..];
                    self.row += at as u32 + 1;
                    return Some(self.row - 1);
                }
                None => {
                    self.row += (self.slice.len() / width) as u32;
                    self.slice = self.slices.next()?;
                }
            }
        }
    }
}

impl<'b> Iterator for Found<'b> {
    type Item = Seen<'b>;

    #[inline]
    fn next(&mut self) -> Option<Seen<'b>> {
        let places = self.places;
        let fits = |&(first, tail): &(Value, &[Value])| {
            let has = |&(place, value): &(usize, Value)| value == if place == 0 { first } else { tail[place - 1] };
            self.rest.iter().all(has)
        };
        let found = match &mut self.rows {
            Rows::Rest(cursor) if self.rest.is_empty() => cursor.next(),
            Rows::Rest(cursor) => {
                let mut passed = 0;
                let found = cursor.inspect(|_| passed += 1).find(fits);
                self.relation.passed_over(passed);
                found
            }
            Rows::Bucket(order, rows) => rows.map(|row| order.sequence(row)).find(fits),
            Rows::Passing(passing) => {
                let before = passing.row;
                let found = passing.next(&self.rest);
                self.relation.passed_over((passing.row - before) as usize);
                found.map(|row| passing.order.sequence(row))
            }
        };
        found.map(|(first, tail)| Seen { first, tail, places })
    }
}

/// A row where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'b> {
    first: Value,
    tail: &'b [Value],
    places: &'b [u32],
}

impl Seen<'_> {
    /// The value of a column.
    #[inline]
    pub fn value(&self, column: usize) -> Value {
        match self.places[column] {
            0 => self.first,
            place => self.tail[place as usize - 1],
        }
    }

    /// The row in the order of its columns.
    pub fn row(&self) -> Row {
        (0..self.places.len()).map(|column| self.value(column)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::mark::Mark;
    use super::*;

    fn v(n: u32) -> Value {
        Value::from_bits(n)
    }

    fn relation() -> Relation {
        let mut relation = Relation::new(3);
        for n in 1..40 {
            relation.insert(&[v(n % 5 + 1), v(n % 7 + 1), v(n)], Mark::FIRST);
        }
        relation
    }

    fn found(search: &Search<'_>, key: &[u32]) -> Vec<Row> {
        search.find(&|at| v(key[at])).map(|seen| seen.row()).collect()
    }

    #[test]
    fn a_patient_search_finds_what_an_order_finds_and_in_the_same_sequence() {
        let relation = relation();
        let (passing, other) = (relation.exchanged(&[], &[], &[]), relation.exchanged(&[], &[], &[]));
        relation.passed_over(1_000_000);
        for columns in [&[][..], &[0], &[1], &[2], &[0, 1], &[0, 2], &[2, 1], &[2, 0, 1]] {
            let patient = Search::new(&passing, columns, Haste::Patient);
            let ordered = Search::new(&other, columns, Haste::Order);
            for n in 0..9 {
                let key = [n, n % 4 + 1, n % 3 + 1];
                let in_buckets = || {
                    relation.passed_over(1_000_000);
                    let search = Search::new(&relation, columns, Haste::Patient);
                    let rows: Vec<Row> = search.find(&|at| v(key[at])).map(|seen| seen.row()).collect();
                    rows
                };
                let expected = found(&ordered, &key);
                assert_eq!((found(&patient, &key), in_buckets()), (expected.clone(), expected), "{columns:?} {key:?}");
            }
        }
    }

    #[test]
    fn buckets_are_made_once_enough_was_passed_over_and_go_with_a_change() {
        let mut relation = relation();
        // What is found by the first columns passes over few rows, and does without.
        let search = Search::new(&relation, &[0, 2], Haste::Patient);
        (0..50).for_each(|_| assert_eq!(found(&search, &[3, 7]).len(), 1));
        assert!(relation.made_buckets(&[0, 2]).is_none());
        let relation_then = relation.exchanged(&[], &[], &[]);
        let search = Search::new(&relation_then, &[2], Haste::Patient);
        assert_eq!(found(&search, &[7]).len(), 1);
        assert!(relation_then.made_buckets(&[2]).is_none());
        (0..10).for_each(|_| assert_eq!(found(&search, &[7]).len(), 1));
        assert!(relation_then.made_buckets(&[2]).is_some() && relation_then.made_order(&[2]).is_none());
        relation = relation_then;
        let fork = relation.clone();
        relation.insert(&[v(1), v(1), v(7)], Mark::FIRST);
        assert!(relation.made_buckets(&[2]).is_none() && fork.made_buckets(&[2]).is_some());
        for (relation, rows) in [(&relation, 2), (&fork, 1)] {
            let search = Search::new(relation, &[2], Haste::Patient);
            (0..10).for_each(|_| assert_eq!(found(&search, &[7]).len(), rows));
        }
    }
}
