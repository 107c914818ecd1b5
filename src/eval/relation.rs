//! One relation's rows: each once, in order of arrival, in one flat array, with a rank each.
//!
//! Since rows only arrive, "old", "new since the last round" and "not yet to be seen" are ranges of row numbers.
//! Indexes are made when a join first asks for them and grow with the rows; they sit behind a lock so that a relation
//! which forks share, or an explanation reads, may gain one too.

use super::index::Index;
use crate::base::Value;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::sync::{Arc, PoisonError, RwLock};

/// So many rows tell how many different values a column has.
const SAMPLE: usize = 256;

/// The rows of one relation.
#[derive(Debug, Default)]
pub struct Relation {
    arity: usize,
    values: Vec<Value>,
    ranks: Vec<u32>,
    ids: HashTable<u32>,
    /// For the first rows, which are given: the place of each in [`crate::ir::core::Given`].
    given: Vec<u32>,
    indexes: RwLock<Vec<Arc<Index>>>,
}

impl Clone for Relation {
    fn clone(&self) -> Relation {
        let indexes = self.indexes.read().unwrap_or_else(PoisonError::into_inner).clone();
        Relation {
            arity: self.arity,
            values: self.values.clone(),
            ranks: self.ranks.clone(),
            ids: self.ids.clone(),
            given: self.given.clone(),
            indexes: RwLock::new(indexes),
        }
    }
}

pub(super) fn hash(values: impl Iterator<Item = Value>) -> u64 {
    let mut hasher = FxHasher::default();
    values.for_each(|value| hasher.write_u32(value.bits()));
    hasher.finish()
}

impl Relation {
    /// A relation without rows.
    pub fn new(arity: usize) -> Relation {
        Relation { arity, ..Relation::default() }
    }

    /// The number of columns.
    pub fn arity(&self) -> usize {
        self.arity
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.ranks.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }

    /// A row's values.
    pub fn row(&self, row: u32) -> &[Value] {
        &self.values[row as usize * self.arity..][..self.arity]
    }

    /// All rows, in order of arrival.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[Value]> {
        (0..self.len() as u32).map(|row| self.row(row))
    }

    /// A row's rank; 0: it is given.
    pub fn rank(&self, row: u32) -> u32 {
        self.ranks[row as usize]
    }

    /// The place among the given facts of the first that says this, if the row is given.
    pub fn given(&self, row: u32) -> Option<usize> {
        self.given.get(row as usize).map(|&place| place as usize)
    }

    /// How many rows are given; they are the first.
    pub fn given_rows(&self) -> usize {
        self.given.len()
    }

    /// The number of the row with these values.
    pub fn find(&self, values: &[Value]) -> Option<u32> {
        self.find_key(values.iter().copied())
    }

    pub(super) fn find_key<I: Iterator<Item = Value> + Clone>(&self, key: I) -> Option<u32> {
        let same = |&row: &u32| self.row(row).iter().copied().eq(key.clone());
        self.ids.find(hash(key.clone()), same).copied()
    }

    /// Adds a row, unless it is there; says whether it was added.
    pub(super) fn insert(&mut self, row: &[Value], rank: u32) -> bool {
        let (arity, values) = (self.arity, &self.values);
        let stored = |id: &u32| &values[*id as usize * arity..][..arity];
        let hash_of = |row: &[Value]| hash(row.iter().copied());
        let entry = self.ids.entry(hash_of(row), |id| stored(id) == row, |id| hash_of(stored(id)));
        match entry {
            hashbrown::hash_table::Entry::Occupied(_) => false,
            hashbrown::hash_table::Entry::Vacant(entry) => {
                entry.insert(self.ranks.len() as u32);
                self.values.extend_from_slice(row);
                self.ranks.push(rank);
                true
            }
        }
    }

    /// Adds a given row; only before any derived one.
    pub(super) fn insert_given(&mut self, row: &[Value], place: usize) {
        if self.insert(row, 0) {
            self.given.push(place as u32);
        }
    }

    /// About how many different values a column has, from a sample.
    pub(super) fn distinct(&self, column: u32) -> usize {
        let step = self.len().div_ceil(SAMPLE).max(1);
        let mut sample: Vec<Value> =
            (0..self.len()).step_by(step).map(|row| self.values[row * self.arity + column as usize]).collect();
        let seen = sample.len();
        sample.sort_unstable();
        sample.dedup();
        // Where few values come up twice, there are more of them than the sample shows.
        if sample.len() * 2 > seen { self.len() * sample.len() / seen } else { sample.len() }
    }

    /// The index on these columns, which covers at least the rows up to `to`.
    pub fn index(&self, columns: &[u32], to: usize) -> Arc<Index> {
        let find = |indexes: &[Arc<Index>]| indexes.iter().position(|index| index.columns() == columns);
        {
            let indexes = self.indexes.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = find(&indexes).filter(|&at| indexes[at].covered() >= to) {
                return indexes[at].clone();
            }
        }
        let mut indexes = self.indexes.write().unwrap_or_else(PoisonError::into_inner);
        let at = find(&indexes).unwrap_or_else(|| {
            indexes.push(Arc::new(Index::new(columns)));
            indexes.len() - 1
        });
        Arc::make_mut(&mut indexes[at]).extend(&self.values, self.arity, to);
        indexes[at].clone()
    }

    /// The rows that start with these values; here an absence is found, too.
    pub fn starting_with(&self, group: &[Value]) -> Vec<u32> {
        if group.is_empty() || group.iter().any(|value| value.is_none()) {
            return (0..self.len() as u32).filter(|&row| self.row(row).starts_with(group)).collect();
        }
        if group.len() == self.arity {
            return self.find(group).into_iter().collect();
        }
        let columns: Vec<u32> = (0..group.len() as u32).collect();
        let index = self.index(&columns, self.len());
        let first = self.first(&index, group.iter().copied());
        std::iter::successors(first, |&row| Some(index.after(row)).filter(|&row| row != u32::MAX)).collect()
    }

    pub(super) fn first<I>(&self, index: &Index, key: I) -> Option<u32>
    where
        I: Iterator<Item = Value> + Clone,
    {
        index.first(&self.values, self.arity, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_once_and_chains_go_by_arrival() {
        let v = |n: u32| Value::from_bits(n);
        let mut relation = Relation::new(2);
        assert!(relation.insert(&[v(1), v(2)], 0));
        assert!(relation.insert(&[v(1), v(3)], 1));
        assert!(!relation.insert(&[v(1), v(2)], 2));
        assert!(relation.insert(&[Value::NONE, v(3)], 1));
        let index = relation.index(&[0], 1);
        assert_eq!(index.covered(), 1);
        drop(index);
        let index = relation.index(&[0], 3);
        let first = relation.first(&index, [v(1)].into_iter()).unwrap();
        assert_eq!((first, index.after(first), index.after(1)), (0, 1, u32::MAX));
        assert_eq!(relation.first(&index, [Value::NONE].into_iter()), None);
        assert_eq!(relation.rank(0), 0);
    }

    #[test]
    fn a_relation_without_columns_has_one_row_at_most() {
        let mut relation = Relation::new(0);
        assert_eq!(relation.find(&[]), None);
        assert!(relation.insert(&[], 1));
        assert!(!relation.insert(&[], 1));
        assert_eq!((relation.find(&[]), relation.len()), (Some(0), 1));
    }
}
