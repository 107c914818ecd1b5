//! The rows of a relation that have certain values in some of its columns.
//!
//! Rows rest in the order of their columns, so what asks for the first of them finds its rows there. A search by others
//! goes by another order, and to make one takes as long as going through all rows some twenty times. Who asks a question
//! or two does better without: a search that is *patient* passes over the rows that do not fit, and makes the order only
//! once as much has been passed over as making it takes. So it never takes twice as long as the better of both, as
//! who rents skis until they would have paid for a pair (Karlin, Manasse, Rudolph, Sleator: Competitive Snoopy Caching,
//! Algorithmica 3, 1988). What has been passed over is counted in the relation, for all its searches together.

use super::relation::Relation;
use super::row::Row;
use super::store::{Cursor, Order};
use crate::base::Value;
use std::cell::OnceCell;
use std::sync::Arc;

/// Whether a search makes an order that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// At once: many searches follow.
    Order,
    /// Once passing over rows has taken as long.
    Patient,
}

/// A search by some columns of a relation.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    relation: &'a Relation,
    columns: Box<[u32]>,
    /// By an order that begins with the columns, where there is one.
    by: OnceCell<Way>,
    /// Through the rows as they rest, as long as there is none.
    passing: Option<Way>,
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
        let passing = if made.is_none() { Some(Way::new(relation.first_order().clone(), columns)) } else { None };
        let by = made.map_or_else(OnceCell::new, |order| OnceCell::from(Way::new(order, columns)));
        Search { relation, columns: columns.into(), by, passing }
    }

    /// The relation.
    pub fn relation(&self) -> &'a Relation {
        self.relation
    }

    /// The rows with these values, of which `value` tells the one of each column that is asked for, by its place among
    /// them. An absence equals nothing.
    pub fn find<'b>(&'b self, value: &dyn Fn(usize) -> Value) -> Found<'b> {
        let way = match (self.by.get(), &self.passing) {
            (Some(way), _) => way,
            (None, Some(way)) if self.relation.is_patient() => way,
            _ => self.by.get_or_init(|| Way::new(self.relation.order(&self.columns), &self.columns)),
        };
        let key: Row = way.key.iter().map(|&at| value(at)).collect();
        let rest: Vec<(usize, Value)> = way.rest.iter().map(|&(place, at)| (place, value(at))).collect();
        let nothing = key.iter().chain(rest.iter().map(|(_, value)| value)).any(|value| value.is_none());
        let cursor = if nothing { Cursor::none() } else { way.order.cursor_at(&key) };
        Found { relation: self.relation, cursor, places: &way.places, rest }
    }
}

/// Rows that a search finds, one after another.
#[derive(Clone, Debug)]
pub struct Found<'b> {
    relation: &'b Relation,
    cursor: Cursor<'b>,
    places: &'b [u32],
    /// What else the rows must have: where in the order, and what.
    rest: Vec<(usize, Value)>,
}

impl<'b> Iterator for Found<'b> {
    type Item = Seen<'b>;

    #[inline]
    fn next(&mut self) -> Option<Seen<'b>> {
        let places = self.places;
        if self.rest.is_empty() {
            return self.cursor.next().map(|(first, tail)| Seen { first, tail, places });
        }
        let mut passed = 0;
        let fits = |first: Value, tail: &[Value]| {
            let has = |&(place, value): &(usize, Value)| value == if place == 0 { first } else { tail[place - 1] };
            self.rest.iter().all(has)
        };
        let found = self.cursor.by_ref().inspect(|_| passed += 1).find(|(first, tail)| fits(*first, tail));
        self.relation.passed_over(passed);
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
        let mut rows: Vec<Row> = search.find(&|at| v(key[at])).map(|seen| seen.row()).collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn a_patient_search_finds_what_an_order_finds() {
        let relation = relation();
        for columns in [&[][..], &[0], &[1], &[2], &[0, 1], &[0, 2], &[2, 1], &[2, 0, 1]] {
            let patient = Search::new(&relation, columns, Haste::Patient);
            let other = relation.exchanged(&[], &[], &[]);
            let ordered = Search::new(&other, columns, Haste::Order);
            for n in 0..9 {
                let key = [n, n % 4 + 1, n % 3 + 1];
                assert_eq!(found(&patient, &key), found(&ordered, &key), "{columns:?} {key:?}");
            }
        }
    }

    #[test]
    fn an_order_is_made_once_enough_was_passed_over() {
        let relation = relation();
        // What is found by the first columns passes over their rows only, and long does without another order.
        let search = Search::new(&relation, &[0, 2], Haste::Patient);
        (0..50).for_each(|_| assert_eq!(found(&search, &[3, 7]).len(), 1));
        assert!(relation.made_order(&[0, 2]).is_none());
        let search = Search::new(&relation, &[2], Haste::Patient);
        assert_eq!(found(&search, &[7]).len(), 1);
        assert!(relation.made_order(&[2]).is_none());
        (0..100).for_each(|_| assert_eq!(found(&search, &[7]).len(), 1));
        assert!(relation.made_order(&[2]).is_some());
    }
}
