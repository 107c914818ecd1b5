//! The rows of one relation, with an index on the columns that joins know.

use crate::base::Value;
use rustc_hash::{FxHashMap, FxHashSet};

/// Rows by the values of some columns.
#[derive(Default)]
struct Index {
    rows: FxHashMap<Vec<Value>, Vec<usize>>,
    /// So many rows are in it.
    covers: usize,
}

/// The rows of one relation in order of arrival.
#[derive(Default)]
pub(super) struct Table {
    pub rows: Vec<Vec<Value>>,
    known: FxHashSet<Vec<Value>>,
    indexes: FxHashMap<Vec<usize>, Index>,
}

impl Table {
    /// Adds a row; false where it is there already.
    pub fn add(&mut self, row: Vec<Value>) -> bool {
        let new = self.known.insert(row.clone());
        if new {
            self.rows.push(row);
        }
        new
    }

    /// The rows that have these values in these columns.
    pub fn at(&mut self, columns: &[usize], values: &[Value]) -> &[usize] {
        if !self.indexes.contains_key(columns) {
            self.indexes.insert(columns.to_vec(), Index::default());
        }
        let Some(index) = self.indexes.get_mut(columns) else { return &[] };
        for (number, row) in self.rows.iter().enumerate().skip(index.covers) {
            let key = columns.iter().map(|&column| row[column]).collect();
            index.rows.entry(key).or_default().push(number);
        }
        index.covers = self.rows.len();
        index.rows.get(values).map_or(&[], Vec::as_slice)
    }
}
