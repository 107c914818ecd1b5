//! The rows that an input gave, all values one after another, and sets of values to hold them against each other.

use crate::base::table::{Lines, RowPlace};
use crate::base::{FileId, Value};
use crate::check::program::RelationId;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The rows of one input.
#[derive(Clone)]
pub(super) struct InputRows {
    pub relation: RelationId,
    pub file: FileId,
    /// How many columns the relation has.
    pub width: usize,
    /// The values, row by row; shared with the program that is evaluated.
    pub values: Arc<Vec<Value>>,
    /// The line of each row.
    pub lines: Lines,
    /// The words that each coding is said to be of; empty where the input does not say.
    pub quotes: Vec<Value>,
}

/// A row by its input, as it stands in the list, and its number there.
pub(super) type RowId = (usize, usize);

impl InputRows {
    /// Takes in the rows of a table, of which a last column beyond the relation's is the quotation.
    pub fn new(relation: RelationId, file: FileId, width: usize, bound: (usize, Vec<Value>, Lines)) -> InputRows {
        let (all, mut values, lines) = bound;
        let mut quotes = Vec::new();
        if all > width {
            quotes = values.chunks_exact(all).map(|row| row[width]).collect();
            for row in 0..lines.len() {
                values.copy_within(row * all..row * all + width, row * width);
            }
            values.truncate(lines.len() * width);
            values.shrink_to_fit();
        }
        InputRows { relation, file, width, values: Arc::new(values), lines, quotes }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// A row.
    pub fn row(&self, number: usize) -> &[Value] {
        &self.values[number * self.width..][..self.width]
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[Value]> {
        (0..self.len()).map(|number| self.row(number))
    }

    /// Where a row stands.
    pub fn place(&self, number: usize) -> RowPlace {
        RowPlace { file: self.file, line: self.lines.get(number).unwrap_or_default() }
    }

    /// The quotation of a row, or absence.
    pub fn quote(&self, number: usize) -> Value {
        self.quotes.get(number).copied().unwrap_or(Value::NONE)
    }

    /// Leaves the rows that are to stay; gives how many went.
    pub fn retain(&mut self, mut stays: impl FnMut(usize, &[Value]) -> bool) -> usize {
        let kept: Vec<bool> = self.rows().enumerate().map(|(number, row)| stays(number, row)).collect();
        let gone = kept.iter().filter(|kept| !**kept).count();
        if gone > 0 {
            let rows = self.rows().zip(&kept).filter(|(_, kept)| **kept);
            self.values = Arc::new(rows.flat_map(|(row, _)| row.iter().copied()).collect());
            self.lines = self.lines.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(line, _)| line).collect();
            let mut numbers = kept.iter();
            self.quotes.retain(|_| numbers.next().is_some_and(|kept| *kept));
        }
        gone
    }
}

/// A set of values. Interned ones are dense, so a bit each is enough; numbers that stand for themselves are hashed.
#[derive(Default)]
pub(super) struct ValueSet {
    bits: Vec<u64>,
    numbers: FxHashSet<Value>,
}

/// Bits beyond are those of numbers that stand for themselves.
const INTERNED: u32 = 1 << 31;

impl ValueSet {
    /// Adds a value; false where it was there.
    pub fn insert(&mut self, value: Value) -> bool {
        let bits = value.bits();
        if bits >= INTERNED {
            return self.numbers.insert(value);
        }
        let (word, bit) = (bits as usize / 64, 1u64 << (bits % 64));
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        let new = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        new
    }

    /// Whether a value is in it.
    pub fn contains(&self, value: Value) -> bool {
        let bits = value.bits();
        if bits >= INTERNED {
            return self.numbers.contains(&value);
        }
        self.bits.get(bits as usize / 64).is_some_and(|word| word & (1 << (bits % 64)) != 0)
    }

    /// True without values.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.bits.iter().all(|&word| word == 0)
    }

    /// The interned values, in order of their bits, then the others.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        let interned = self.bits.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(|(at, &word)| {
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| Value::from_bits(at as u32 * 64 + bit))
        });
        interned.chain(self.numbers.iter().copied())
    }
}

impl FromIterator<Value> for ValueSet {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> ValueSet {
        let mut set = ValueSet::default();
        for value in values {
            set.insert(value);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Pool;

    #[test]
    fn rows_that_go_take_their_lines_and_quotations_along() {
        let mut pool = Pool::default();
        let mut number = |n: i64| pool.number(n);
        let values: Vec<Value> = [1, 10, 100, 2, 20, 200, 3, 30, 300].map(&mut number).to_vec();
        let lines: Lines = [2, 3, 9].into_iter().collect();
        let mut rows = InputRows::new(RelationId(0), FileId(0), 2, (3, values, lines));
        assert_eq!(rows.retain(|number, row| number != 1 || row.is_empty()), 1);
        assert_eq!((rows.len(), rows.row(1), rows.quote(1)), (2, &[number(3), number(30)][..], number(300)));
        assert_eq!((rows.place(0).line, rows.place(1).line), (2, 9));
    }

    #[test]
    fn a_set_holds_what_it_was_given() {
        let mut pool = Pool::default();
        let all = [pool.text("a"), pool.number(-5), pool.text("b"), Value::NONE];
        let set: ValueSet = all[..2].iter().copied().collect();
        assert_eq!(all.map(|v| set.contains(v)), [true, true, false, false]);
        assert_eq!(set.iter().collect::<Vec<_>>(), all[..2]);
    }
}
