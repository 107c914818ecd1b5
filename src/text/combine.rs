//! Passages from passages: what `near`, `before`, `in same … as`, `overlaps` and `except` make of the places of
//! their two sides.
//!
//! A combination's places are hulls, the smallest passages that hold one place of either side; a hull that holds
//! another hull of the same combination, and more, is dropped. So for every place only the partner with the nearest
//! end can make a hull that stays, and thousands of places take no more than a search each.

use super::segment::{Range, Segments};
use crate::syntax::tree::Unit;

/// How two passages must lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// In either order, with at most so many words between, and not the same passage.
    Near(u32),
    /// The first ends before the second starts, with at most so many words between.
    Before(Option<u32>),
    /// In one sentence or paragraph.
    Same(Unit),
    /// They share a character.
    Overlaps,
}

/// The hulls of two sides, both sorted and without repetitions; sorted.
pub fn hulls(relation: Relation, segments: &Segments, a: &[Range], b: &[Range]) -> Vec<Range> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let mut hulls = Vec::new();
    hulls_from(relation, segments, a, &Ends::new(b), &mut hulls);
    if !matches!(relation, Relation::Before(_)) {
        hulls_from(relation, segments, b, &Ends::new(a), &mut hulls);
    }
    smallest(hulls)
}

/// The places of the first side that overlap none of the second; both sorted.
pub fn except(a: &[Range], b: &[Range]) -> Vec<Range> {
    let mut furthest: Vec<u32> = b.iter().map(|r| r.1).collect();
    for i in 1..furthest.len() {
        furthest[i] = furthest[i].max(furthest[i - 1]);
    }
    let is_free = |place: &&Range| {
        let starting_before_its_end = b.partition_point(|r| r.0 < place.1);
        starting_before_its_end == 0 || furthest[starting_before_its_end - 1] <= place.0
    };
    a.iter().filter(is_free).copied().collect()
}

/// For every left place, the hull with the partner that starts no earlier and ends first.
fn hulls_from(relation: Relation, segments: &Segments, left: &[Range], right: &Ends<'_>, hulls: &mut Vec<Range>) {
    let starts = right.places;
    let near = |l: Range, within: u32| {
        starts.partition_point(|r| r.0 <= l.1 || segments.words_between(l, *r) <= within as usize)
    };
    for &l in left {
        let from = starts.partition_point(|r| r.0 < l.0);
        let end = match relation {
            Relation::Near(within) => {
                let to = near(l, within);
                match starts.binary_search(&l) {
                    Ok(same) => [right.first(from, same), right.first(same + 1, to)].into_iter().flatten().min(),
                    Err(_) => right.first(from, to),
                }
            }
            Relation::Before(within) => {
                let from = starts.partition_point(|r| r.0 < l.1);
                right.first(from, within.map_or(starts.len(), |within| near(l, within)))
            }
            Relation::Same(unit) => {
                let held = segments.unit_at(unit, l.0).filter(|held| l.1 <= held.1);
                held.and_then(|held| right.first(from, starts.len()).filter(|&end| end <= held.1))
            }
            Relation::Overlaps => right.first(from, starts.partition_point(|r| r.0 < l.1)),
        };
        if let Some(end) = end {
            hulls.push((l.0, l.1.max(end)));
        }
    }
}

/// Sorts hulls and drops those that hold another one and more.
fn smallest(mut hulls: Vec<Range>) -> Vec<Range> {
    hulls.sort_by_key(|h| (h.0, std::cmp::Reverse(h.1)));
    hulls.dedup();
    let mut kept: Vec<Range> = Vec::with_capacity(hulls.len());
    for hull in hulls.into_iter().rev() {
        if kept.last().is_none_or(|inner| hull.1 < inner.1) {
            kept.push(hull);
        }
    }
    kept.reverse();
    kept
}

/// Sorted places, asked for the least end among those of some index to another.
struct Ends<'p> {
    places: &'p [Range],
    /// Row `k` holds the least of `2^k` ends from each index on.
    least: Vec<Vec<u32>>,
}

impl<'p> Ends<'p> {
    fn new(places: &'p [Range]) -> Ends<'p> {
        let mut least: Vec<Vec<u32>> = vec![places.iter().map(|r| r.1).collect()];
        let mut width = 1;
        while width * 2 <= places.len() {
            let row = &least[least.len() - 1];
            least.push((0..=places.len() - width * 2).map(|i| row[i].min(row[i + width])).collect());
            width *= 2;
        }
        Ends { places, least }
    }

    fn first(&self, from: usize, to: usize) -> Option<u32> {
        let row = to.checked_sub(from).filter(|&n| n > 0)?.ilog2() as usize;
        Some(self.least[row][from].min(self.least[row][to - (1 << row)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair, every hull against every other.
    fn obvious(relation: Relation, s: &Segments, a: &[Range], b: &[Range]) -> Vec<Range> {
        let holds = |x: Range, y: Range| match relation {
            Relation::Near(within) => s.near(x, y, within),
            Relation::Before(within) => s.before(x, y, within),
            Relation::Same(unit) => s.same(unit, x, y),
            Relation::Overlaps => super::super::segment::overlaps(x, y),
        };
        let mut all = Vec::new();
        for &x in a {
            all.extend(b.iter().filter(|&&y| holds(x, y)).map(|y| (x.0.min(y.0), x.1.max(y.1))));
        }
        let holds_smaller = |h: &Range| all.iter().any(|i| i != h && h.0 <= i.0 && i.1 <= h.1);
        let mut kept: Vec<Range> = all.iter().copied().filter(|h| !holds_smaller(h)).collect();
        kept.sort();
        kept.dedup();
        kept
    }

    fn places() -> impl proptest::strategy::Strategy<Value = Vec<Range>> {
        use proptest::prelude::*;
        proptest::collection::btree_set((0u32..30, 1u32..8), 0..8).prop_map(|set| {
            let mut places: Vec<Range> = set.into_iter().map(|(at, n)| (at, (at + n).min(31))).collect();
            places.sort();
            places.dedup();
            places
        })
    }

    proptest::proptest! {
        #[test]
        fn nearest_partners_make_all_smallest_hulls(a in places(), b in places(), within in 0u32..6) {
            let s = Segments::new("a b cc. D e f! g\n\nh i. J kk, l m");
            for relation in [
                Relation::Near(within),
                Relation::Before(None),
                Relation::Before(Some(within)),
                Relation::Same(Unit::Sentence),
                Relation::Same(Unit::Paragraph),
                Relation::Overlaps,
            ] {
                proptest::prop_assert_eq!(hulls(relation, &s, &a, &b), obvious(relation, &s, &a, &b), "{:?}", relation);
            }
            let left: Vec<Range> = a.iter().copied()
                .filter(|&x| !b.iter().any(|&y| super::super::segment::overlaps(x, y))).collect();
            proptest::prop_assert_eq!(except(&a, &b), left);
        }
    }
}
