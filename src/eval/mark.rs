//! Why a row is there, in 32 bits: the place among the given facts that says it, or the rank at which a rule found it.

use std::cmp::Ordering;

const GIVEN: u32 = 1 << 31;

/// A row's mark. In order: given ones by their place, then ranks from the lowest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark(u32);

impl Mark {
    /// What a rule found at once: a row without a mark of its own has this one.
    pub const FIRST: Mark = Mark(1);

    /// Given, at this place in [`crate::ir::core::Given`].
    pub fn given(place: usize) -> Mark {
        Mark(GIVEN | place as u32)
    }

    /// Derived, with this rank, which is at least 1.
    pub fn ranked(rank: u32) -> Mark {
        Mark(rank.clamp(1, GIVEN - 1))
    }

    /// The rank; 0 where the row is given.
    pub fn rank(self) -> u32 {
        if self.0 & GIVEN == 0 { self.0 } else { 0 }
    }

    /// The place of the given fact that says this, if one does.
    pub fn place(self) -> Option<usize> {
        (self.0 & GIVEN != 0).then_some((self.0 & !GIVEN) as usize)
    }

    /// The bits, for tables that pack marks.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Back from [`Mark::bits`].
    pub fn from_bits(bits: u32) -> Mark {
        Mark(bits)
    }

    /// A number in the order of marks.
    pub(super) fn key(self) -> u32 {
        self.0 ^ GIVEN
    }

    pub(super) fn from_key(key: u32) -> Mark {
        Mark(key ^ GIVEN)
    }
}

impl PartialOrd for Mark {
    fn partial_cmp(&self, other: &Mark) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Mark {
    fn cmp(&self, other: &Mark) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl std::fmt::Debug for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place() {
            Some(place) => write!(f, "given {place}"),
            None => write!(f, "rank {}", self.0),
        }
    }
}

/// What is known of all marks of a relation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marked {
    /// How many rows are given.
    pub given: usize,
    /// No row has, or had, a higher rank.
    pub highest: u32,
}

impl Default for Marked {
    fn default() -> Marked {
        Marked { given: 0, highest: Mark::FIRST.rank() }
    }
}

impl Marked {
    /// Takes in a row's mark.
    #[inline]
    pub fn add(&mut self, mark: Mark) {
        self.given += usize::from(mark.place().is_some());
        self.highest = self.highest.max(mark.rank());
    }

    /// Takes in what is known of more rows.
    pub fn append(&mut self, more: Marked) {
        self.given += more.given;
        self.highest = self.highest.max(more.highest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_comes_before_any_rank() {
        let marks = [Mark::given(0), Mark::given(7), Mark::FIRST, Mark::ranked(9)];
        assert!(marks.is_sorted());
        assert!(marks.iter().all(|mark| Mark::from_bits(mark.bits()) == *mark));
        assert_eq!((marks[1].place(), marks[1].rank()), (Some(7), 0));
        assert_eq!((marks[3].place(), marks[3].rank()), (None, 9));
    }
}
