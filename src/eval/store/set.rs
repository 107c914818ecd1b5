//! A piece of a relation with one column: bits where nearly every value of a range is there, a list elsewhere.

use super::marks::{Marks, grow};
use crate::eval::mark::Mark;

/// With so many values a set is made.
pub(super) const MADE: usize = 2048;
/// With more values than this a set is cut in two.
pub(super) const FULL: usize = 4096;

/// Sorted values, with a mark each.
#[derive(Clone, Debug)]
pub(super) struct Set {
    members: Members,
    marks: Marks,
}

#[derive(Clone, Debug)]
enum Members {
    /// A bit a value, from `low` on, which is a multiple of 64.
    Bits {
        low: u32,
        words: Vec<u64>,
        rows: usize,
    },
    List(Vec<u32>),
}

/// A bit a value of the range, against 32 a value in the list.
fn is_dense(span: u64, rows: usize) -> bool {
    span <= 16 * rows as u64 + 64
}

impl Members {
    fn of(values: &[u32]) -> Members {
        let (Some(&first), Some(&last)) = (values.first(), values.last()) else { return Members::List(Vec::new()) };
        if !is_dense(u64::from(last - first) + 1, values.len()) {
            return Members::List(values.to_vec());
        }
        let low = first & !63;
        let mut words = vec![0; ((last - low) / 64 + 1) as usize];
        values.iter().for_each(|value| words[((value - low) / 64) as usize] |= 1 << (value % 64));
        Members::Bits { low, words, rows: values.len() }
    }
}

impl Set {
    /// From values in ascending order, and their marks or none.
    pub fn new(values: &[u32], marks: &[u32]) -> Set {
        Set { members: Members::of(values), marks: Marks::of(marks) }
    }

    pub fn rows(&self) -> usize {
        match &self.members {
            Members::Bits { rows, .. } => *rows,
            Members::List(values) => values.len(),
        }
    }

    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    pub fn marks_mut(&mut self) -> &mut Marks {
        &mut self.marks
    }

    pub fn contains(&self, value: u32) -> bool {
        match &self.members {
            Members::Bits { low, words, .. } => {
                let word = value.checked_sub(*low).and_then(|at| words.get((at / 64) as usize));
                word.is_some_and(|word| word >> (value % 64) & 1 == 1)
            }
            Members::List(values) => values.binary_search(&value).is_ok(),
        }
    }

    /// How many values are below this one.
    pub fn below(&self, value: u32) -> usize {
        match &self.members {
            Members::Bits { low, words, rows } => {
                let Some(at) = value.checked_sub(*low) else { return 0 };
                let Some(word) = words.get((at / 64) as usize) else { return *rows };
                let whole: u32 = words[..(at / 64) as usize].iter().map(|word| word.count_ones()).sum();
                (whole + (word & !(u64::MAX << (value % 64))).count_ones()) as usize
            }
            Members::List(values) => values.partition_point(|&other| other < value),
        }
    }

    /// The value of a row.
    pub fn value(&self, row: usize) -> u32 {
        match &self.members {
            Members::Bits { low, words, .. } => {
                let mut left = row as u32;
                for (at, word) in words.iter().enumerate() {
                    let ones = word.count_ones();
                    if left < ones {
                        let mut word = *word;
                        (0..left).for_each(|_| word &= word - 1);
                        return low + 64 * at as u32 + word.trailing_zeros();
                    }
                    left -= ones;
                }
                *low
            }
            Members::List(values) => values[row],
        }
    }

    /// The lowest value that is not below this one.
    pub fn next(&self, value: u32) -> Option<u32> {
        match &self.members {
            Members::Bits { low, words, .. } => {
                let from = value.saturating_sub(*low);
                let mut at = (from / 64) as usize;
                let mut word = words.get(at)? & (u64::MAX << (from % 64));
                while word == 0 {
                    at += 1;
                    word = *words.get(at)?;
                }
                Some(low + 64 * at as u32 + word.trailing_zeros())
            }
            Members::List(values) => values.get(values.partition_point(|&other| other < value)).copied(),
        }
    }

    /// Adds a value that is not there.
    pub fn insert(&mut self, value: u32, mark: Mark) {
        self.marks.insert(self.below(value), self.rows(), mark);
        if let Members::Bits { low, words, rows } = &mut self.members {
            let high = *low + 64 * (words.len() as u32 - 1) + 63;
            if value < *low || value > high {
                if is_dense(u64::from(high.max(value) - value.min(*low)) + 1, *rows + 1) {
                    let new = value.min(*low) & !63;
                    words.splice(0..0, std::iter::repeat_n(0, ((*low - new) / 64) as usize));
                    *low = new;
                    let len = words.len().max(((value - new) / 64 + 1) as usize);
                    words.resize(len, 0);
                } else {
                    self.members = Members::List(self.values());
                }
            }
        }
        match &mut self.members {
            Members::Bits { low, words, rows } => {
                words[((value - *low) / 64) as usize] |= 1 << (value % 64);
                *rows += 1;
            }
            Members::List(values) => {
                let at = values.partition_point(|&other| other < value);
                grow(values, 1);
                values.insert(at, value);
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, value: u32) -> Mark {
        let row = self.below(value);
        match &mut self.members {
            Members::Bits { low, words, rows } => {
                words[((value - *low) / 64) as usize] &= !(1 << (value % 64));
                *rows -= 1;
            }
            Members::List(values) => drop(values.remove(row)),
        }
        self.marks.remove(row)
    }

    fn values(&self) -> Vec<u32> {
        match &self.members {
            Members::List(values) => values.clone(),
            Members::Bits { .. } => {
                std::iter::successors(self.next(0), |&value| self.next(value.checked_add(1)?)).collect()
            }
        }
    }

    /// Gives away the upper half.
    pub fn split(&mut self) -> Option<(u32, Set)> {
        let values = self.values();
        let (lower, upper) = values.split_at(values.len() / 2);
        let marks = self.marks.split_off(lower.len());
        self.members = Members::of(lower);
        Some((*upper.first()?, Set { members: Members::of(upper), marks }))
    }

    /// Takes in a set of higher values.
    pub fn append(&mut self, other: &Set) {
        self.marks.append(self.rows(), &other.marks, other.rows());
        let mut values = self.values();
        values.extend(other.values());
        self.members = Members::of(&values);
    }

    pub fn bytes(&self) -> usize {
        let members = match &self.members {
            Members::Bits { words, .. } => 8 * words.len(),
            Members::List(values) => 4 * values.len(),
        };
        size_of::<Set>() + members + self.marks.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_set_is_one_in_either_form() {
        for spread in [300, 5_000, u32::MAX] {
            let (mut set, mut model, mut seed) = (Set::new(&[640], &[]), BTreeSet::from([640]), 3u32);
            for _ in 0..1_500 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let value = (seed >> 3) % spread;
                assert_eq!(set.contains(value), model.contains(&value));
                assert_eq!(set.below(value), model.range(..value).count());
                assert_eq!(set.next(value), model.range(value..).next().copied());
                if model.insert(value) {
                    set.insert(value, Mark::ranked(value % 7 + 1));
                } else if seed & 3 == 0 {
                    model.remove(&value);
                    assert_eq!(set.remove(value), if value == 640 { Mark::FIRST } else { Mark::ranked(value % 7 + 1) });
                }
                assert_eq!(set.rows(), model.len());
            }
            let (upper, all) = (set.split().unwrap(), model.iter().copied().collect::<Vec<_>>());
            assert_eq!(set.values(), all[..all.len() / 2]);
            assert_eq!((upper.0, upper.1.values()), (all[all.len() / 2], all[all.len() / 2..].to_vec()));
            set.append(&upper.1);
            assert!(all.iter().enumerate().all(|(row, &value)| set.value(row) == value));
            assert!(all.iter().all(|&v| v == 640 || set.marks().get(set.below(v)) == Mark::ranked(v % 7 + 1)));
        }
    }
}
