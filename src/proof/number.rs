//! In how many ways a fact can be concluded, counted without going through them: a sum over derivations of products over
//! what they stand on.
//!
//! Where facts stand on each other in a circle, a way is counted only if each of its steps leads from facts with a
//! smaller proof to one with a larger. What is left out are detours, so the number is then one that there are at least.

use super::derivation::Backward;
use super::graph::{Budget, Graph, Settled};
use crate::ir::core::RelationId;

/// A number of ways, and whether there may be more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// How many; [`u128::MAX`] stands for more than that.
    pub number: u128,
    /// True where there may be more.
    pub at_least: bool,
}

/// Counts the proofs of a fact. Facts of closed relations count as one proof. [`None`] only where the database is not
/// complete for this program.
pub fn count_proofs(
    backward: &mut Backward<'_>,
    relation: RelationId,
    row: u32,
    budget: Budget,
    closed: &dyn Fn(RelationId) -> bool,
) -> Option<Ways> {
    let graph = Graph::explore(backward, (relation, row), budget, true)?;
    let settled = graph.settle(true);
    Some(ways(&graph, &settled, &graph.by_head(), &|fact| fact > 0 && closed(graph.facts[fact].0)))
}

/// Counts the proofs of the goal of a graph. What a closed fact stands on does not count: it is one way.
pub(super) fn ways(graph: &Graph, settled: &Settled, of: &[Vec<usize>], closed: &dyn Fn(usize) -> bool) -> Ways {
    let open = |id: usize| -> &[usize] {
        let edge = &graph.edges[id];
        if edge.derivation.is_aggregate() { &[] } else { &edge.premises }
    };
    let count = graph.facts.len();
    let mut number: Vec<Option<u128>> = (0..count).map(|fact| closed(fact).then_some(1)).collect();
    let product = |id: usize, number: &[Option<u128>]| {
        open(id).iter().try_fold(1_u128, |product, &premise| Some(product.saturating_mul(number[premise]?)))
    };
    // From the leaves up, each fact once all it could stand on is counted.
    let mut users = vec![Vec::new(); count];
    let mut missing: Vec<usize> = of.iter().map(|edges| edges.iter().map(|&id| open(id).len()).sum()).collect();
    for (fact, edges) in of.iter().enumerate().filter(|(fact, _)| number[*fact].is_none()) {
        edges.iter().flat_map(|&id| open(id)).for_each(|&premise| users[premise].push(fact));
    }
    let mut ready: Vec<usize> = (0..count).filter(|&fact| number[fact].is_some() || missing[fact] == 0).collect();
    while let Some(fact) = ready.pop() {
        if number[fact].is_none() {
            let sum = of[fact].iter().filter_map(|&id| product(id, &number)).fold(0, u128::saturating_add);
            number[fact] = Some(sum);
        }
        for &user in &users[fact] {
            missing[user] -= 1;
            if missing[user] == 0 {
                ready.push(user);
            }
        }
    }
    if let Some(number) = number[0] {
        return Ways { number, at_least: !graph.complete || number == u128::MAX };
    }
    // The rest goes round in circles, or stands on what does.
    for &fact in settled.order.iter() {
        if number[fact].is_none() {
            let sum = of[fact].iter().filter_map(|&id| product(id, &number)).fold(0, u128::saturating_add);
            number[fact] = Some(sum);
        }
    }
    Ways { number: number[0].unwrap_or(0), at_least: true }
}
