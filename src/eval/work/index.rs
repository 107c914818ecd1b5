//! The rows of a working relation by other columns than the first.

use super::directory::Directory;
use super::short::Short;
use crate::base::Value;
use rustc_hash::FxHashMap;

/// Groups of rows by some columns, in order of arrival. Of each row it holds the other columns.
#[derive(Debug)]
pub(super) struct Index {
    columns: Vec<u32>,
    rest: Vec<u32>,
    keys: Keys,
    groups: Vec<Short>,
    apart: usize,
    scratch: Vec<Value>,
}

#[derive(Debug)]
enum Keys {
    One(Directory),
    Many(FxHashMap<Box<[Value]>, u32>),
}

impl Index {
    /// On some columns, ascending, of two or more; not on all of them.
    pub fn new(columns: &[u32], arity: usize) -> Index {
        let rest = (0..arity as u32).filter(|column| !columns.contains(column)).collect();
        let keys = if columns.len() == 1 { Keys::One(Directory::default()) } else { Keys::Many(FxHashMap::default()) };
        Index { columns: columns.to_vec(), rest, keys, groups: Vec::new(), apart: 0, scratch: Vec::new() }
    }

    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The columns that are not in the key, in the order in which a row's words stand.
    pub fn rest(&self) -> &[u32] {
        &self.rest
    }

    pub fn len(&self) -> usize {
        self.groups.len()
    }

    pub fn add(&mut self, first: Value, tails: &[Value]) {
        let width = self.columns.len() + self.rest.len() - 1;
        for tail in tails.chunks_exact(width) {
            let value = |column: &u32| if *column == 0 { first } else { tail[*column as usize - 1] };
            let next = self.groups.len() as u32;
            let group = match &mut self.keys {
                Keys::One(keys) => {
                    let key = value(&self.columns[0]);
                    keys.get(key).unwrap_or_else(|| {
                        keys.set(key, next);
                        next
                    })
                }
                Keys::Many(keys) => {
                    self.scratch.clear();
                    self.scratch.extend(self.columns.iter().map(value));
                    match keys.get(&self.scratch[..]) {
                        Some(&group) => group,
                        None => {
                            keys.insert(self.scratch[..].into(), next);
                            next
                        }
                    }
                }
            };
            if group == next {
                self.groups.push(Short::default());
            }
            self.scratch.clear();
            self.scratch.extend(self.rest.iter().map(value));
            let rows = &mut self.groups[group as usize];
            let apart = rows.apart();
            rows.extend(&self.scratch);
            self.apart += rows.apart() - apart;
        }
    }

    pub fn get(&self, key: &[Value]) -> &[Value] {
        let group = match &self.keys {
            Keys::One(keys) => keys.get(key[0]),
            Keys::Many(keys) => keys.get(key).copied(),
        };
        group.map_or(&[], |group| self.groups[group as usize].as_slice())
    }

    pub fn bytes(&self) -> usize {
        let keys = match &self.keys {
            Keys::One(keys) => keys.bytes(),
            Keys::Many(keys) => keys.capacity() * (28 + 4 * self.columns.len()),
        };
        keys + self.apart + self.groups.capacity() * size_of::<Short>()
    }
}
