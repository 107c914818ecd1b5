//! How different sets are that are drawn two by two, by what they share, without holding every set against every other.
//!
//! Distances of sets ask only how many members two sets have and share. For sets of `s` and `t` members let `f(i)` be the
//! distance where they share `i`. Two such sets have `C(i, k)` subsets of `k` members in common, so with numbers `g` of
//! which `f(i) = sum over k of C(i, k) g(k)` (binomial inversion: Graham, Knuth and Patashnik 1994, 5.48) the sum over all
//! pairs is one over all subsets: how many sets of `s` members hold it, times how many of `t`, times `g(k)`. Sets of codes
//! have few members, and so few subsets, while there may be very many of them.

use rustc_hash::FxHashMap;

/// So many subsets are counted at most, of sets of at most so many members, where the figures are still exact.
const SUBSETS: usize = 1 << 22;
const MEMBERS: usize = 16;

/// Whether the sets are few enough in all their subsets.
pub(super) fn is_countable<'a>(sets: impl Iterator<Item = &'a Vec<u32>>) -> bool {
    let mut subsets = 0usize;
    for set in sets {
        if set.len() > MEMBERS {
            return false;
        }
        subsets += 1 << set.len();
        if subsets > SUBSETS {
            return false;
        }
    }
    true
}

/// A subset: how many members it has, and how many sets of each number of members hold it.
struct Subset {
    members: usize,
    held: Vec<(usize, f64)>,
}

/// The sum of `weight * weight * distance` over all pairs of sets in both orders, each with itself too. The distance is
/// given the numbers of members of both and of those they share, and is the same in both orders.
pub(super) fn sum<'a>(
    sets: impl Iterator<Item = (&'a Vec<u32>, u64)>,
    distance: impl Fn(usize, usize, usize) -> f64,
) -> f64 {
    // A subset by the one without its last member, and that member.
    let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut subsets = vec![Subset { members: 0, held: Vec::new() }];
    let (mut of_set, mut longest): (Vec<u32>, usize) = (Vec::new(), 0);
    for (set, weight) in sets {
        of_set.clear();
        of_set.push(0);
        for &member in set {
            for at in 0..of_set.len() {
                let before = of_set[at];
                let next = subsets.len() as u32;
                let number = *numbers.entry((before, member)).or_insert(next);
                if number == next {
                    let members = subsets[before as usize].members + 1;
                    subsets.push(Subset { members, held: Vec::new() });
                }
                of_set.push(number);
            }
        }
        longest = longest.max(set.len());
        for &subset in &of_set {
            let held = &mut subsets[subset as usize].held;
            match held.iter_mut().find(|(size, _)| *size == set.len()) {
                Some((_, sum)) => *sum += weight as f64,
                None => held.push((set.len(), weight as f64)),
            }
        }
    }
    let parts = Parts::new(longest, distance);
    subsets.iter().map(|subset| parts.of(subset)).sum()
}

/// The numbers `g`, by the members of one set, of the other, and of the subset.
struct Parts {
    width: usize,
    parts: Vec<f64>,
}

impl Parts {
    fn new(longest: usize, distance: impl Fn(usize, usize, usize) -> f64) -> Parts {
        let width = longest + 1;
        let mut parts = vec![0.0; width * width * width];
        for s in 0..width {
            for t in 0..width {
                let row = &mut parts[(s * width + t) * width..][..s.min(t) + 1];
                row.iter_mut().enumerate().for_each(|(shared, part)| *part = distance(s, t, shared));
                // Differences of differences: what is left at `k` is the part of the subsets of `k` members.
                for done in 1..row.len() {
                    for at in (done..row.len()).rev() {
                        row[at] -= row[at - 1];
                    }
                }
            }
        }
        Parts { width, parts }
    }

    fn of(&self, subset: &Subset) -> f64 {
        let part = |s: usize, t: usize| self.parts[(s * self.width + t) * self.width + subset.members];
        let held = &subset.held;
        held.iter().map(|&(s, n)| n * held.iter().map(|&(t, m)| m * part(s, t)).sum::<f64>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::agree::alpha::{jaccard, masi, shared};

    #[test]
    fn counting_subsets_comes_to_what_all_pairs_come_to() {
        // Sets of up to six of nine members, in no order of their own.
        let mut sets: Vec<(Vec<u32>, u64)> = Vec::new();
        let mut state = 7u32;
        for at in 0..120u64 {
            let mut set = Vec::new();
            for member in 0..9 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if state >> 30 == 0 && set.len() < 6 {
                    set.push(member);
                }
            }
            sets.push((set, at % 5 + 1));
        }
        assert!(is_countable(sets.iter().map(|(set, _)| set)));
        for of in [jaccard_distance as fn(usize, usize, usize) -> f64, masi] {
            let direct: f64 = sets
                .iter()
                .flat_map(|(a, n)| sets.iter().map(move |(b, m)| (n * m) as f64 * of(a.len(), b.len(), shared(a, b))))
                .sum();
            let counted = sum(sets.iter().map(|(set, n)| (set, *n)), of);
            assert!((direct - counted).abs() < 1e-9 * direct, "{direct} {counted}");
        }
        assert!(!is_countable([(0..17).collect()].iter()));
    }

    fn jaccard_distance(a: usize, b: usize, both: usize) -> f64 {
        1.0 - jaccard(a, b, both)
    }
}
