//! The marks of the rows of one piece; where all rows have the first rank, none are kept.

use crate::eval::mark::Mark;

/// Marks by row, or none.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks(Vec<u32>);

impl Marks {
    /// From the bits of each row's mark.
    pub fn of(bits: &[u32]) -> Marks {
        let plain = bits.iter().all(|&bits| bits == Mark::FIRST.bits());
        Marks(if plain { Vec::new() } else { bits.to_vec() })
    }

    pub fn get(&self, row: usize) -> Mark {
        self.0.get(row).map_or(Mark::FIRST, |&bits| Mark::from_bits(bits))
    }

    /// Makes room for a row among so many.
    pub fn insert(&mut self, row: usize, rows: usize, mark: Mark) {
        if self.0.is_empty() && mark != Mark::FIRST {
            self.0 = vec![Mark::FIRST.bits(); rows];
            self.0.insert(row, mark.bits());
        } else if !self.0.is_empty() {
            grow(&mut self.0, 1);
            self.0.insert(row, mark.bits());
        }
    }

    pub fn remove(&mut self, row: usize) -> Mark {
        if self.0.is_empty() { Mark::FIRST } else { Mark::from_bits(self.0.remove(row)) }
    }

    pub fn set(&mut self, row: usize, rows: usize, mark: Mark) {
        if self.0.is_empty() && mark != Mark::FIRST {
            self.0 = vec![Mark::FIRST.bits(); rows];
        }
        if let Some(place) = self.0.get_mut(row) {
            *place = mark.bits();
        }
    }

    /// Keeps the first rows and gives the others away.
    pub fn split_off(&mut self, row: usize) -> Marks {
        if self.0.is_empty() { Marks::default() } else { Marks(self.0.split_off(row)) }
    }

    /// Adds those of the rows that follow; there are `rows` before them and `more` of them.
    pub fn append(&mut self, rows: usize, other: &Marks, more: usize) {
        if self.0.is_empty() && other.0.is_empty() {
            return;
        }
        self.0.resize(rows, Mark::FIRST.bits());
        self.0.extend_from_slice(&other.0);
        self.0.resize(rows + more, Mark::FIRST.bits());
    }

    pub fn bytes(&self) -> usize {
        4 * self.0.len()
    }
}

/// Makes room as a vector does, but for a quarter more, not for as much again: there are many small ones.
pub(super) fn grow<T>(vector: &mut Vec<T>, by: usize) {
    if vector.capacity() - vector.len() < by {
        vector.reserve_exact(by.max(vector.len() / 4).max(4));
    }
}
