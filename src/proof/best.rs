//! The best proof of a fact: the fewest facts and absences, then the least height, then the author's order of rules.
//!
//! All derivations that the fact could stand on are laid out backwards, within a budget, and Knuth's generalisation
//! of Dijkstra's search settles the cheapest fact first, so circles take care of themselves. A fact that several
//! premises share counts each time, as a reader of the proof tree would count it.
//!
//! Beyond the budget a proof goes down in rank, which always ends, and says that it may not be the best.

use super::derivation::{Backward, Derivation, Evaluated, Node, NodeId, Proof, SHOWN};
use crate::base::Pool;
use crate::ir::core::{Core, Literal, RelationId};
use rustc_hash::FxHashMap;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

/// How far the search for the best proof goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Facts looked at.
    pub facts: usize,
    /// Derivations looked at.
    pub derivations: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { facts: 10_000, derivations: 100_000 }
    }
}

/// Beyond the budget, the best of so many derivations of a fact is taken.
const CHOICE: usize = 32;

type Fact = (RelationId, u32);

/// The best proof of a fact; [`None`] only where the database is not complete for this program.
pub fn best(evaluated: Evaluated<'_>, relation: RelationId, row: u32, budget: Budget) -> Option<Proof> {
    best_with(&mut Backward::new(evaluated), relation, row, budget)
}

/// The same with plans that serve other facts, too.
pub fn best_with(backward: &mut Backward<'_>, relation: RelationId, row: u32, budget: Budget) -> Option<Proof> {
    let evaluated = backward.evaluated();
    let goal = (relation, row);
    if let Some(graph) = Graph::explore(evaluated, backward, goal, budget) {
        let chosen = graph.settle();
        let mut edges: Vec<Option<Edge>> = graph.edges.into_iter().map(Some).collect();
        let facts = graph.facts;
        return assemble(evaluated, goal, true, &mut |fact| {
            let edge = edges[chosen[*facts.get(&fact)?]?].take()?;
            Some(edge.derivation)
        });
    }
    assemble(evaluated, goal, false, &mut |fact| downward(evaluated, backward, fact))
}

/// Lays out the proof from the goal; `choose` is asked once a fact.
fn assemble(
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
    Some(Proof { nodes, proven_best })
}

/// A derivation whose facts of the same stratum have lower ranks; the lowest among the first few.
fn downward(evaluated: Evaluated<'_>, backward: &mut Backward<'_>, (relation, row): Fact) -> Option<Derivation> {
    let rank = evaluated.db.relation(relation).rank(row);
    let mut best: Option<((u32, usize), Derivation)> = None;
    let mut seen = 0;
    let _ = backward.derivations(relation, row, &mut |derivation| {
        let premises = derivation.premises(evaluated.core);
        let inside = premises.iter().filter(|premise| evaluated.strata.together(premise.0, relation));
        let highest = inside.map(|&(id, row)| evaluated.db.relation(id).rank(row) + 1).max().unwrap_or(0);
        if highest > rank {
            return ControlFlow::Continue(());
        }
        let cost = (highest, premises.len());
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, derivation));
        }
        seen += 1;
        if highest == 0 || seen == CHOICE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    best.map(|(_, derivation)| derivation)
}

/// One derivation of one fact.
struct Edge {
    head: usize,
    premises: Vec<usize>,
    /// What it costs besides its premises.
    own: u64,
    derivation: Derivation,
}

/// Everything that a fact could stand on.
struct Graph {
    facts: FxHashMap<Fact, usize>,
    edges: Vec<Edge>,
}

/// Facts and absences, then height.
type Cost = (u64, u64);

impl Graph {
    /// [`None`] beyond the budget.
    fn explore(evaluated: Evaluated<'_>, backward: &mut Backward<'_>, goal: Fact, budget: Budget) -> Option<Graph> {
        let Evaluated { core, pool, .. } = evaluated;
        let (mut order, mut facts) = (vec![goal], FxHashMap::from_iter([(goal, 0)]));
        let mut edges = Vec::new();
        let mut head = 0;
        while let Some(&(relation, row)) = order.get(head) {
            let (mut over, mut found) = (false, Vec::new());
            let _ = backward.derivations(relation, row, &mut |derivation| {
                let given = matches!(derivation, Derivation::Given { .. });
                found.push(derivation);
                over = edges.len() + found.len() > budget.derivations;
                // Nothing is simpler than a given fact.
                if given || over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            // Which of two that cost the same is taken must not depend on the order in which values became known.
            found.sort_by(|a, b| in_order(a, b, pool));
            for derivation in found {
                let mut number = |fact: Fact| {
                    *facts.entry(fact).or_insert_with(|| {
                        order.push(fact);
                        order.len() - 1
                    })
                };
                let premises = derivation.premises(core).into_iter().map(&mut number).collect();
                edges.push(Edge { head, premises, own: own_cost(core, &derivation), derivation });
            }
            if over || order.len() > budget.facts {
                return None;
            }
            head += 1;
        }
        Some(Graph { facts, edges })
    }

    /// The cheapest edge of each fact that has one, up to the goal.
    fn settle(&self) -> Vec<Option<usize>> {
        let count = self.facts.len();
        let mut users = vec![Vec::new(); count];
        let mut missing: Vec<usize> = Vec::new();
        let mut heap = BinaryHeap::new();
        let mut costs: Vec<Cost> = vec![(0, 0); count];
        let mut chosen = vec![None; count];
        for (id, edge) in self.edges.iter().enumerate() {
            missing.push(edge.premises.len());
            edge.premises.iter().for_each(|&premise| users[premise].push(id));
            if edge.premises.is_empty() {
                heap.push(Reverse(((edge.own, 1), id)));
            }
        }
        while let Some(Reverse((cost, id))) = heap.pop() {
            let head = self.edges[id].head;
            if chosen[head].is_some() {
                continue;
            }
            (chosen[head], costs[head]) = (Some(id), cost);
            if head == 0 {
                break;
            }
            for &user in &users[head] {
                missing[user] -= 1;
                if missing[user] == 0 {
                    let edge = &self.edges[user];
                    let premises = edge.premises.iter().map(|&premise| costs[premise]);
                    let cost = premises.fold((edge.own, 1), |sum: Cost, cost| {
                        (sum.0.saturating_add(cost.0), sum.1.max(cost.1.saturating_add(1)))
                    });
                    heap.push(Reverse((cost, user)));
                }
            }
        }
        chosen
    }
}

/// The author's order of rules, and of one rule the people's order of what it was found with.
fn in_order(a: &Derivation, b: &Derivation, pool: &Pool) -> Ordering {
    let class = |derivation: &Derivation| match derivation {
        Derivation::Given { .. } => 0,
        Derivation::Rule { .. } => 1,
        Derivation::Aggregated { .. } => 2,
    };
    match (a, b) {
        (Derivation::Rule { rule: r, binding: x, .. }, Derivation::Rule { rule: s, binding: y, .. }) => {
            let pairs = || x.iter().zip(y).map(|(&x, &y)| pool.compare(x, y));
            r.cmp(s).then_with(|| pairs().find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
        }
        _ => class(a).cmp(&class(b)),
    }
}

/// The fact itself, its absences, and the rows of an aggregate that are not proven one by one.
fn own_cost(core: &Core, derivation: &Derivation) -> u64 {
    match derivation {
        Derivation::Given { .. } => 1,
        Derivation::Rule { rule, rows, .. } => {
            let absent = |(literal, row): &(&Literal, &Option<u32>)| {
                matches!(literal, Literal::Not(..)) || (matches!(literal, Literal::Lookup { .. }) && row.is_none())
            };
            1 + core.rule(*rule).body.iter().zip(rows).filter(absent).count() as u64
        }
        Derivation::Aggregated { rows, .. } => 1 + rows.len().saturating_sub(SHOWN) as u64,
    }
}
