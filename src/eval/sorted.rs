//! Rows in the order that people see: by their columns from the left, numbers by size, texts by letters.
//!
//! Relations keep their rows by the bits of values. Of small whole numbers, and of absences, that is the people's order
//! already; the rest is brought into it by ranking each different value once, not by comparing texts a row.

use super::database::Database;
use super::store::Order;
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

    /// The positions of the first rows in the people's order, so many at most: without sorting the others. `known` is
    /// what was learnt of other relations, and learns of this one.
    pub fn first_rows(&self, id: RelationId, pool: &Pool, count: usize, known: &mut Least) -> Vec<u32> {
        let relation = self.relation(id);
        if relation.len() <= count || relation.arity() == 0 {
            return self.sorted_rows(id, pool);
        }
        let order = relation.first_order();
        let mut found = Vec::new();
        for first in known.firsts(order, pool, count) {
            let (group, start) = (order.group(first), relation.starting_with(&[first]).start);
            if group.width() == 0 {
                found.push(start);
            } else {
                let rows = group.each().zip(start..);
                let least = smallest(rows, count - found.len(), |(a, _), (b, _)| compare(pool, a, b));
                found.extend(least.into_iter().map(|(_, at)| at));
            }
            if found.len() == count {
                break;
            }
        }
        found
    }
}

/// So many values are remembered as the least of all that were seen.
const REMEMBERED: usize = 64;
/// Of fewer rows than these the least are found as fast without.
const FEW: usize = 1 << 12;

/// The least of the values that relations begin with. Relations of one study begin with the same messages, so once the
/// least of them are known nothing is compared but what is new.
#[derive(Debug, Default)]
pub struct Least {
    /// A bit for each interned value that was seen.
    seen: Vec<u64>,
    count: usize,
    least: Vec<Value>,
}

impl Least {
    /// The first values that are the least in the people's order, so many at most.
    fn firsts(&mut self, order: &Order, pool: &Pool, count: usize) -> Vec<Value> {
        let none = order.groups_between(Value::NONE, Value::NONE);
        let kept = || order.groups_between(Value::from_bits(1), Value::NEVER).map(|(first, _)| first);
        // The bits of whole numbers are in their order.
        let numbers = order.groups_between(Value::from_bits(Value::NEVER.bits() + 1), Value::from_bits(u32::MAX));
        let mut firsts: Vec<Value> = none.chain(numbers.take(count)).map(|(first, _)| first).collect();
        if order.len() < FEW {
            firsts.extend(smallest(kept(), count, |&a, &b| pool.compare(a, b)));
        } else {
            kept().for_each(|first| self.see(first, pool));
            let here = self.least.iter().copied().filter(|&first| !order.group(first).is_empty());
            let here: Vec<Value> = here.take(count).collect();
            // Beyond those that are remembered there may be more.
            match here.len() < count && self.count > self.least.len() {
                true => firsts.extend(smallest(kept(), count, |&a, &b| pool.compare(a, b))),
                false => firsts.extend(here),
            }
        }
        smallest(firsts.into_iter(), count, |&a, &b| pool.compare(a, b))
    }

    fn see(&mut self, value: Value, pool: &Pool) {
        let (word, bit) = (value.bits() as usize / 64, 1u64 << (value.bits() % 64));
        if self.seen.len() <= word {
            self.seen.resize(word + 1, 0);
        }
        if self.seen[word] & bit == 0 {
            self.seen[word] |= bit;
            self.count += 1;
            keep_smallest(&mut self.least, value, REMEMBERED, &mut |&a, &b| pool.compare(a, b));
        }
    }
}

/// True where the order of bits is the people's.
fn is_in_order(value: Value) -> bool {
    value.is_none() || value.is_inline()
}

/// The people's order of values one after another.
fn compare(pool: &Pool, a: &[Value], b: &[Value]) -> Ordering {
    let pairs = a.iter().zip(b);
    pairs.map(|(&x, &y)| pool.compare(x, y)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The smallest, sorted, so many at most.
fn smallest<T>(items: impl Iterator<Item = T>, count: usize, mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<T> {
    let mut kept = Vec::with_capacity(count);
    items.for_each(|item| keep_smallest(&mut kept, item, count, &mut compare));
    kept
}

/// Puts an item among the smallest, so many at most. Most are compared with the largest of them and left.
fn keep_smallest<T>(kept: &mut Vec<T>, item: T, count: usize, compare: &mut impl FnMut(&T, &T) -> Ordering) {
    if kept.len() == count && kept.last().is_none_or(|last| compare(&item, last).is_ge()) {
        return;
    }
    let at = kept.partition_point(|other| compare(other, &item).is_lt());
    kept.insert(at, item);
    kept.truncate(count);
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
        let row = |at: u32| db.row(id, at);
        assert!(sorted.windows(2).all(|pair| compare(&pool, &row(pair[0]), &row(pair[1])).is_lt()));
        assert!(sorted.len() > 10);
        for count in [1, 2, 7, sorted.len()] {
            assert_eq!(db.first_rows(id, &pool, count, &mut Least::default()), sorted[..count]);
        }
    }

    #[test]
    fn what_is_known_of_one_relation_tells_the_first_rows_of_another() {
        let mut pool = Pool::default();
        let values: Vec<Value> = (0..6000).map(|n| pool.text(&format!("m{}", n * 2_711 % 6_007))).collect();
        let sets = [&values[..5000], &values[500..], &values[..], &values[2000..]];
        let mut by_name: Vec<Value> = values.clone();
        by_name.sort_by(|&a, &b| pool.compare(a, b));
        // The last has none of the values that are remembered.
        let late: Vec<Value> = by_name[100..].to_vec();
        let (mut core, mut db, mut known) = (Core::default(), Database::default(), Least::default());
        for (number, firsts) in sets.into_iter().chain([&late[..]]).enumerate() {
            let id = core.add_relation("r", 2);
            db.make_room(&core);
            let second = |at: usize| values[at * 31 % values.len()];
            let rows: Vec<Value> =
                firsts.iter().enumerate().flat_map(|(at, &v)| [v, second(at), v, second(at + 1)]).collect();
            if let Some(relation) = db.relation_mut(id) {
                *relation = Builder::from_rows(2, &rows, None);
            }
            let sorted = db.sorted_rows(id, &pool);
            assert_eq!(db.first_rows(id, &pool, 5, &mut known), sorted[..5], "{number}");
        }
    }
}
