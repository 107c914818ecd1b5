//! Rows in the order that people see: by their columns from the left, numbers by size, texts by letters.
//!
//! Relations keep their rows by the bits of values. Of small whole numbers, and of absences, that is the people's order
//! already; the rest is brought into it by ranking each different value once, not by comparing texts a row.

use super::database::Database;
use super::relation::Relation;
use super::row::Row;
use crate::base::{Pool, Value};
use crate::ir::core::RelationId;
use std::cmp::Ordering;

impl Database {
    /// The positions of all rows of a relation, in the people's order.
    pub fn sorted_rows(&self, id: RelationId, pool: &Pool) -> Vec<u32> {
        let relation = self.relation(id);
        let mut order: Vec<u32> = (0..relation.len() as u32).collect();
        let arity = relation.arity();
        let mut keys: Vec<Value> = Vec::with_capacity(relation.len() * arity);
        relation.rows().for_each(|row| keys.extend_from_slice(&row));
        let mut values: Vec<Value> = keys.iter().copied().filter(|&value| !is_in_order(value)).collect();
        if values.is_empty() || arity == 0 {
            return order;
        }
        values.extend(keys.iter().copied().filter(|&value| is_in_order(value)));
        values.sort_unstable();
        values.dedup();
        let mut ranked: Vec<u32> = (0..values.len() as u32).collect();
        ranked.sort_unstable_by(|&a, &b| pool.compare(values[a as usize], values[b as usize]));
        let mut ranks = vec![0u32; values.len()];
        for (rank, &at) in (0..).zip(&ranked) {
            ranks[at as usize] = rank;
        }
        let ranks: rustc_hash::FxHashMap<Value, u32> = values.into_iter().zip(ranks).collect();
        let keys: Vec<u32> = keys.iter().map(|value| ranks[value]).collect();
        let key = |&at: &u32| &keys[at as usize * arity..][..arity];
        order.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        order
    }

    /// The positions of the first rows in the people's order, so many at most: without sorting the others.
    pub fn first_rows(&self, id: RelationId, pool: &Pool, count: usize) -> Vec<u32> {
        let relation = self.relation(id);
        if relation.len() <= count || relation.arity() == 0 {
            return self.sorted_rows(id, pool);
        }
        let mut firsts: Vec<Value> = relation.first_order().groups().map(|(first, _)| first).collect();
        smallest(&mut firsts, count, |&a, &b| pool.compare(a, b));
        let mut found = Vec::new();
        for first in firsts {
            let mut group: Vec<u32> = relation.starting_with(&[first]).collect();
            smallest(&mut group, count - found.len(), |&a, &b| compare(relation, pool, a, b));
            found.extend(group);
            if found.len() == count {
                break;
            }
        }
        found
    }
}

/// True where the order of bits is the people's.
fn is_in_order(value: Value) -> bool {
    value.is_none() || value.is_inline()
}

fn compare(relation: &Relation, pool: &Pool, a: u32, b: u32) -> Ordering {
    let (a, b): (Row, Row) = (relation.row(a), relation.row(b));
    let pairs = a.iter().zip(b.iter());
    pairs.map(|(&x, &y)| pool.compare(x, y)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Leaves the smallest, sorted, so many at most.
fn smallest<T>(items: &mut Vec<T>, count: usize, mut compare: impl FnMut(&T, &T) -> Ordering) {
    if items.len() > count && count > 0 {
        items.select_nth_unstable_by(count - 1, &mut compare);
    }
    items.truncate(count);
    items.sort_unstable_by(compare);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Builder;
    use crate::ir::core::Core;

    #[test]
    fn the_first_rows_are_those_of_the_whole_order() {
        let mut pool = Pool::default();
        let names = ["pear", "apple", "fig", "10", "9"].map(|text| pool.text(text));
        let mut values: Vec<Value> = names.to_vec();
        values.extend([3, -2, 1 << 40].map(|n| pool.number(n)));
        values.push(Value::NONE);
        let mut state = 1usize;
        let mut next = || {
            state = state * 1_103 % 65_537;
            values[state % values.len()]
        };
        let rows: Vec<Value> = (0..600).map(|_| next()).collect();
        let mut core = Core::default();
        let id = core.add_relation("r", 3);
        let mut db = Database::default();
        db.make_room(&core);
        if let Some(relation) = db.relation_mut(id) {
            *relation = Builder::from_rows(3, &rows, None);
        }
        let sorted = db.sorted_rows(id, &pool);
        assert!(sorted.windows(2).all(|pair| compare(db.relation(id), &pool, pair[0], pair[1]).is_lt()));
        assert!(sorted.len() > 10);
        for count in [1, 2, 7, sorted.len()] {
            assert_eq!(db.first_rows(id, &pool, count), sorted[..count]);
        }
    }
}
