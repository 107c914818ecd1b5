//! Which orders of a relation's columns serve all searches of the plans.
//!
//! A search by some columns needs an order that begins with them, in whichever sequence, so searches of which each
//! contains the one before share an order. The fewest orders are a minimum chain cover of the searches by inclusion,
//! found through a maximum matching: Subotić, Jordan, Chang, Fekete and Scholz, "Automatic Index Selection for
//! Large-Scale Datalog Computation", PVLDB 12(2), 2018; after Dilworth, 1950.

use super::{RulePlan, Step};
use crate::ir::core::{Core, RelationId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// By which columns, ascending, each relation is searched.
pub type Searches = BTreeMap<RelationId, BTreeSet<Vec<u32>>>;

/// The searches of plans, but for those that the columns as they are declared serve: by the first few of them, or by
/// all.
pub fn searches<'a>(core: &Core, plans: impl IntoIterator<Item = &'a RulePlan>) -> Searches {
    let mut searches = Searches::new();
    for step in plans.into_iter().flat_map(|plan| &plan.steps) {
        let (relation, mut columns) = match step {
            Step::Atom(atom) => (atom.relation, atom.key_columns(core.relation(atom.relation).arity)),
            Step::Not { relation, columns, .. } | Step::Lookup { relation, columns, .. } => {
                (*relation, columns.clone())
            }
            Step::Bind { .. } | Step::Test { .. } => continue,
        };
        columns.sort_unstable();
        if columns.iter().copied().ne(0..columns.len() as u32) {
            searches.entry(relation).or_default().insert(columns);
        }
    }
    searches
}

/// The fewest sequences of columns of which each search is a beginning.
pub fn orders(searches: &BTreeSet<Vec<u32>>) -> Vec<Vec<u32>> {
    let searches: Vec<&Vec<u32>> = searches.iter().collect();
    let within = |a: usize, b: usize| {
        searches[a].len() < searches[b].len()
            && searches[a].iter().all(|column| searches[b].binary_search(column).is_ok())
    };
    let larger: Vec<Vec<usize>> =
        (0..searches.len()).map(|a| (0..searches.len()).filter(|&b| within(a, b)).collect()).collect();
    let (next, before) = matching(&larger);
    let starts = (0..searches.len()).filter(|&at| before[at].is_none());
    let sequence = |start: usize| {
        let mut sequence: Vec<u32> = Vec::new();
        for at in std::iter::successors(Some(start), |&at| next[at]) {
            let more: Vec<u32> = searches[at].iter().copied().filter(|column| !sequence.contains(column)).collect();
            sequence.extend(more);
        }
        sequence
    };
    starts.map(sequence).collect()
}

/// A maximum matching of the places with larger ones, by augmenting paths: what follows each, and what comes before.
fn matching(larger: &[Vec<usize>]) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let (mut next, mut before) = (vec![None; larger.len()], vec![None; larger.len()]);
    for start in 0..larger.len() {
        // From whom each place was reached; a free place ends the path.
        let mut from: Vec<Option<usize>> = vec![None; larger.len()];
        let mut waiting = VecDeque::from([start]);
        let free = 'search: loop {
            let Some(at) = waiting.pop_front() else { break None };
            for &to in &larger[at] {
                if from[to].is_some() {
                    continue;
                }
                from[to] = Some(at);
                match before[to] {
                    None => break 'search Some(to),
                    Some(other) => waiting.push_back(other),
                }
            }
        };
        // Along the path every pair is exchanged for the other.
        let mut end = free;
        while let Some(to) = end {
            let at = from[to].unwrap_or(start);
            before[to] = Some(at);
            end = next[at].replace(to);
            if at == start {
                break;
            }
        }
    }
    (next, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(searches: &[&[u32]]) -> Vec<Vec<u32>> {
        orders(&searches.iter().map(|search| search.to_vec()).collect())
    }

    #[test]
    fn searches_within_each_other_share_an_order() {
        assert_eq!(of(&[&[1], &[0, 1], &[0, 1, 3]]), [[1, 0, 3]]);
        assert_eq!(of(&[&[1], &[2]]), [[1], [2]]);
        // The first two could both be followed by the third; only one may.
        assert_eq!(of(&[&[0], &[1], &[0, 1], &[1, 2]]).len(), 2);
        // By chains x < xy < xyz and xz.
        assert_eq!(of(&[&[0], &[0, 1], &[0, 2], &[0, 1, 2]]).len(), 2);
    }

    /// As many orders as there are searches of which none contains another, which is the least possible.
    #[test]
    fn no_cover_is_smaller() {
        let subsets = |bits: u32| (0..4).filter(|&column| bits >> column & 1 == 1).collect::<Vec<u32>>();
        for chosen in (0..1u32 << 15).step_by(7) {
            let searches: Vec<u32> = (1..16).filter(|bits| chosen >> (bits - 1) & 1 == 1).collect();
            let orders = orders(&searches.iter().map(|&bits| subsets(bits)).collect());
            for &bits in &searches {
                let columns = subsets(bits);
                let serves = |order: &Vec<u32>| {
                    order.len() >= columns.len() && columns.iter().all(|c| order[..columns.len()].contains(c))
                };
                assert!(orders.iter().any(serves), "{searches:?} {orders:?}");
            }
            assert_eq!(orders.len(), widest(&searches, 0, &mut Vec::new()), "{searches:?} {orders:?}");
        }
    }

    fn widest(searches: &[u32], at: usize, taken: &mut Vec<u32>) -> usize {
        let Some(&bits) = searches.get(at) else { return taken.len() };
        let without = widest(searches, at + 1, taken);
        if taken.iter().any(|&other| other & bits == other || other & bits == bits) {
            return without;
        }
        taken.push(bits);
        let with = widest(searches, at + 1, taken);
        taken.pop();
        with.max(without)
    }
}
