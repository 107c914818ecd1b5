//! The rows of a relation by some of their columns.
//!
//! Rows with equal keys form a chain in the order of arrival. A row with an absence among its key is in no chain,
//! since nothing equals an absence.

use super::relation::hash;
use crate::base::Value;
use hashbrown::HashTable;

const END: u32 = u32::MAX;

/// An index on some columns.
#[derive(Clone, Debug)]
pub struct Index {
    columns: Box<[u32]>,
    groups: HashTable<Group>,
    /// The row after each row in its chain.
    next: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first: u32,
    last: u32,
}

impl Index {
    pub(super) fn new(columns: &[u32]) -> Index {
        Index { columns: columns.into(), groups: HashTable::new(), next: Vec::new() }
    }

    /// The columns, ascending.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// How many rows it covers.
    pub fn covered(&self) -> usize {
        self.next.len()
    }

    /// Takes in the rows up to `to`.
    pub(super) fn extend(&mut self, values: &[Value], arity: usize, to: usize) {
        let columns = &self.columns;
        let key = |row: u32| columns.iter().map(move |&column| values[row as usize * arity + column as usize]);
        for row in self.next.len() as u32..to as u32 {
            self.next.push(END);
            if key(row).any(Value::is_none) {
                continue;
            }
            let same = |group: &Group| key(group.first).eq(key(row));
            let entry = self.groups.entry(hash(key(row)), same, |group| hash(key(group.first)));
            match entry {
                hashbrown::hash_table::Entry::Occupied(mut entry) => {
                    let group = entry.get_mut();
                    self.next[group.last as usize] = row;
                    group.last = row;
                }
                hashbrown::hash_table::Entry::Vacant(entry) => {
                    entry.insert(Group { first: row, last: row });
                }
            }
        }
    }

    /// The first row with this key.
    pub(super) fn first<I>(&self, values: &[Value], arity: usize, key: I) -> Option<u32>
    where
        I: Iterator<Item = Value> + Clone,
    {
        let same = |group: &Group| {
            let start = group.first as usize * arity;
            self.columns.iter().map(|&column| values[start + column as usize]).eq(key.clone())
        };
        self.groups.find(hash(key.clone()), same).map(|group| group.first)
    }

    /// The row after `row` in its chain; past all rows where there is none.
    pub(super) fn after(&self, row: u32) -> u32 {
        self.next[row as usize]
    }
}
