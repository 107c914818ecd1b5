//! A data file read again, held against what was read before: which rows went, which came, and which only moved.
//!
//! Rows are compared by their values, as often as they stand there, so that one changed row is one change however many
//! lines it shifts. What is the same at the start and at the end is passed over; the rest is matched by hash, each row
//! to the earliest of its kind that is not taken. Both must be bound with the same pool, or with clones of which one
//! adds to the other.

use super::bind::Bound;
use crate::base::Value;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// How the rows of a file differ from those of before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The rows that are gone, by their numbers in what was read before, in order.
    pub went: Vec<usize>,
    /// The rows that are new, by their numbers in what was read now, in order.
    pub came: Vec<usize>,
    /// The rows that stayed: number before, number now, and how many follow each other in both. Sorted by the number
    /// before; their lines may have changed.
    pub stayed: Vec<(usize, usize, usize)>,
}

impl Changed {
    /// True where the same rows stand there, in whatever order.
    pub fn is_empty(&self) -> bool {
        self.went.is_empty() && self.came.is_empty()
    }

    fn stays(&mut self, before: usize, now: usize, count: usize) {
        match self.stayed.last_mut() {
            Some((a, b, n)) if *a + *n == before && *b + *n == now => *n += count,
            _ if count > 0 => self.stayed.push((before, now, count)),
            _ => {}
        }
    }
}

/// Compares what was read before with what was read now. Rows of another width are all new.
pub fn changed(before: &Bound, now: &Bound) -> Changed {
    let mut changed = Changed::default();
    let (old, new) = (before.lines.len(), now.lines.len());
    if before.width != now.width {
        (changed.went, changed.came) = ((0..old).collect(), (0..new).collect());
        return changed;
    }
    let width = now.width;
    let of = |bound: &'_ Bound, row: usize| -> std::ops::Range<usize> {
        debug_assert!(row < bound.lines.len());
        row * width..(row + 1) * width
    };
    let old_row = |row: usize| &before.values[of(before, row)];
    let new_row = |row: usize| &now.values[of(now, row)];
    let start = (0..old.min(new)).take_while(|&row| old_row(row) == new_row(row)).count();
    let end = (1..=old.min(new) - start).take_while(|&back| old_row(old - back) == new_row(new - back)).count();
    changed.stays(0, 0, start);

    // The new rows in between, each kind as a chain from its first.
    let hash = |row: &[Value]| FxBuildHasher.hash_one(row);
    let mut kinds: HashTable<usize> = HashTable::new();
    let mut next: Vec<usize> = vec![usize::MAX; new - end - start];
    for row in (start..new - end).rev() {
        let hashed = hash(new_row(row));
        match kinds.find_mut(hashed, |&other| new_row(other) == new_row(row)) {
            Some(first) => next[row - start] = std::mem::replace(first, row),
            None => drop(kinds.insert_unique(hashed, row, |&other| hash(new_row(other)))),
        }
    }
    let mut taken = vec![false; next.len()];
    for row in start..old - end {
        // A kind that is used up stays in the table, beyond its last row.
        let kind = kinds.find_mut(hash(old_row(row)), |&other| new_row(other) == old_row(row));
        match kind.filter(|first| !taken[**first - start]) {
            Some(first) => {
                taken[*first - start] = true;
                changed.stays(row, *first, 1);
                if next[*first - start] != usize::MAX {
                    *first = next[*first - start];
                }
            }
            None => changed.went.push(row),
        }
    }
    changed.came = (start..new - end).filter(|row| !taken[row - start]).collect();
    changed.stays(old - end, new - end, end);
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Pool;
    use proptest::prelude::*;

    fn bound(pool: &mut Pool, rows: &[u8]) -> Bound {
        let values = rows.iter().flat_map(|&n| [pool.number(n.into()), pool.text(&n.to_string())]).collect();
        Bound { width: 2, values, lines: (2..2 + rows.len() as u32).collect(), ..Bound::default() }
    }

    #[test]
    fn one_changed_row_is_one_change() {
        let mut pool = Pool::default();
        let (before, now) = (bound(&mut pool, &[1, 2, 3, 4, 5]), bound(&mut pool, &[9, 1, 2, 7, 4, 5]));
        let found = changed(&before, &now);
        assert_eq!((found.went, found.came), (vec![2], vec![0, 3]));
        assert_eq!(found.stayed, [(0, 1, 2), (3, 4, 2)]);
        let twice = bound(&mut pool, &[1, 2, 3, 3, 4, 5]);
        assert_eq!((changed(&before, &twice).came.len(), changed(&twice, &before).went.len()), (1, 1));
        assert!(changed(&before, &bound(&mut pool, &[5, 4, 3, 2, 1])).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_stays_is_the_same_and_nothing_else_could(
            before in prop::collection::vec(0u8..6, 0..20),
            now in prop::collection::vec(0u8..6, 0..20),
        ) {
            let mut pool = Pool::default();
            let (a, b) = (bound(&mut pool, &before), bound(&mut pool, &now));
            let found = changed(&a, &b);
            let stayed: Vec<(usize, usize)> =
                found.stayed.iter().flat_map(|&(x, y, n)| (0..n).map(move |i| (x + i, y + i))).collect();
            prop_assert!(stayed.iter().all(|&(x, y)| before[x] == now[y]));
            prop_assert_eq!(stayed.len() + found.went.len(), before.len());
            prop_assert_eq!(stayed.len() + found.came.len(), now.len());
            prop_assert!(found.went.iter().all(|&x| found.came.iter().all(|&y| before[x] != now[y])));
            let mut places: Vec<usize> = stayed.iter().map(|s| s.1).collect();
            places.sort();
            places.dedup();
            prop_assert_eq!(places.len(), stayed.len());
        }
    }
}
