//! The best proof of a fact: the fewest facts and absences, then the least height, then the author's order of rules.
//! A fact that several premises share counts each time, as a reader of the proof tree would count it.
//!
//! Where the search had to end before everything was looked at, the proof is the best of what was seen, and says that
//! there may be a smaller one.

use super::beside::of_the_counted;
use super::derivation::{Backward, Derivation, Evaluated, Node, NodeId, Proof};
use super::graph::{Budget, Fact, Graph};
use crate::ir::core::RelationId;
use rustc_hash::FxHashMap;

/// The best proof of a fact; [`None`] only where the database is not complete for this program.
pub fn best(evaluated: Evaluated<'_>, relation: RelationId, row: u32, budget: Budget) -> Option<Proof> {
    best_with(&mut Backward::new(evaluated), relation, row, budget)
}

/// The same with plans that serve other facts, too.
pub fn best_with(backward: &mut Backward<'_>, relation: RelationId, row: u32, budget: Budget) -> Option<Proof> {
    let goal = (relation, row);
    let graph = Graph::explore(backward, goal, budget, false)?;
    let settled = graph.settle(false);
    let mut edges: Vec<Option<Derivation>> = graph.edges.into_iter().map(|edge| Some(edge.derivation)).collect();
    let numbers = graph.numbers;
    assemble(backward.evaluated(), goal, graph.complete, &mut |fact| {
        edges[settled.chosen[*numbers.get(&fact)?]?].take()
    })
}

/// Lays out the proof from the goal; `choose` is asked once a fact.
pub(super) fn assemble(
    evaluated: Evaluated<'_>,
    goal: Fact,
    proven_best: bool,
    choose: &mut dyn FnMut(Fact) -> Option<Derivation>,
) -> Option<Proof> {
    let (mut facts, mut ids) = (vec![goal], FxHashMap::from_iter([(goal, NodeId(0))]));
    let mut nodes = Vec::new();
    while let Some(&(relation, row)) = facts.get(nodes.len()) {
        let source = choose((relation, row))?.source(evaluated.core, &mut |relation, row| {
            *ids.entry((relation, row)).or_insert_with(|| {
                facts.push((relation, row));
                NodeId(facts.len() as u32 - 1)
            })
        });
        let values = evaluated.db.row(relation, row).to_vec();
        nodes.push(Node { relation, row, values, source });
    }
    Some(of_the_counted(Proof { nodes, proven_best }, evaluated.core, evaluated.pool))
}
