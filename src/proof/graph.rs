//! Everything that a fact could stand on: its derivations, and those of what they stand on, laid out backwards within a
//! budget. Knuth's generalisation of Dijkstra's search ("A generalization of Dijkstra's algorithm", 1977) then says of
//! each fact what the cheapest proof of it costs, so circles take care of themselves.
//!
//! Beyond the budget the graph is a part of the whole, and always one in which the fact that is asked for has a proof: one
//! that goes down in rank, which always ends.

use super::derivation::{Backward, Derivation, Evaluated, SHOWN};
use crate::base::Pool;
use crate::ir::core::{Core, Literal, RelationId, RuleId};
use rustc_hash::FxHashMap;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

/// How far a search for proofs goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Facts looked at.
    pub facts: usize,
    /// Derivations looked at.
    pub derivations: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { facts: 5_000, derivations: 20_000 }
    }
}

/// So many derivations of one fact are looked at, so that a fact with a million of them leaves something for others.
const OF_ONE_FACT: usize = 4_000;

/// Beyond the budget, the best of so many derivations of a fact is taken.
const CHOICE: usize = 32;

/// A fact: its relation, and its row there.
pub(super) type Fact = (RelationId, u32);

/// One derivation of one fact.
pub(super) struct Edge {
    pub head: usize,
    pub premises: Vec<usize>,
    /// What it costs besides its premises.
    pub own: u64,
    pub derivation: Derivation,
}

/// Facts and absences, then height.
pub(super) type Cost = (u64, u64);

/// Everything that a fact could stand on. The fact itself is the first.
pub(super) struct Graph {
    pub facts: Vec<Fact>,
    pub numbers: FxHashMap<Fact, usize>,
    pub edges: Vec<Edge>,
    /// True where nothing was left out.
    pub complete: bool,
}

/// What is known of each fact of a graph.
pub(super) struct Settled {
    /// The cheapest derivation; none for facts that have no proof in a graph that is a part.
    pub chosen: Vec<Option<usize>>,
    /// What its proof costs.
    pub costs: Vec<Cost>,
    /// The facts in the order in which that became known, cheapest first.
    pub order: Vec<usize>,
}

impl Graph {
    /// Lays out what the goal could stand on. With `every`, a given fact is asked for its other derivations, too.
    pub fn explore(backward: &mut Backward<'_>, goal: Fact, budget: Budget, every: bool) -> Option<Graph> {
        let Evaluated { core, pool, .. } = backward.evaluated();
        let mut graph =
            Graph { facts: vec![goal], numbers: FxHashMap::from_iter([(goal, 0)]), edges: Vec::new(), complete: true };
        let mut head = 0;
        while let Some(&(relation, row)) = graph.facts.get(head) {
            let (mut over, mut found) = (false, Vec::new());
            let _ = backward.derivations(relation, row, &mut |derivation| {
                // Nothing is simpler than a given fact.
                let enough = !every && matches!(derivation, Derivation::Given { .. });
                found.push(derivation);
                over = found.len() > OF_ONE_FACT || graph.edges.len() + found.len() > budget.derivations;
                if enough || over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            graph.complete &= !over;
            // Which of two that cost the same is taken must not depend on the order in which values became known.
            found.sort_by(|a, b| in_order(a, b, pool));
            found.into_iter().for_each(|derivation| graph.add(core, head, derivation));
            head += 1;
            if graph.edges.len() > budget.derivations || graph.facts.len() > budget.facts {
                graph.complete &= head == graph.facts.len();
                break;
            }
        }
        // What is given needs no search, also where there was no time for it.
        for at in head..graph.facts.len() {
            let (relation, row) = graph.facts[at];
            if let Some(place) = backward.evaluated().db.relation(relation).given(row) {
                graph.add(core, at, Derivation::Given { place });
            }
        }
        if graph.complete || graph.go_down(backward) { Some(graph) } else { None }
    }

    fn add(&mut self, core: &Core, head: usize, derivation: Derivation) {
        let premises = derivation.premises(core).into_iter().map(|fact| self.number(fact)).collect();
        self.edges.push(Edge { head, premises, own: own_cost(core, &derivation), derivation });
    }

    fn number(&mut self, fact: Fact) -> usize {
        let facts = &mut self.facts;
        *self.numbers.entry(fact).or_insert_with(|| {
            facts.push(fact);
            facts.len() - 1
        })
    }

    /// Adds a proof of the goal that goes down in rank; false where there is none.
    fn go_down(&mut self, backward: &mut Backward<'_>) -> bool {
        let evaluated = backward.evaluated();
        // These stand in the order of their heads.
        let laid = self.edges.len();
        let mut seen = vec![0];
        let mut known = rustc_hash::FxHashSet::from_iter([0]);
        let mut next = 0;
        while let Some(&head) = seen.get(next) {
            next += 1;
            let Some(derivation) = downward(evaluated, backward, self.facts[head]) else { return false };
            let premises: Vec<usize> =
                derivation.premises(evaluated.core).into_iter().map(|fact| self.number(fact)).collect();
            seen.extend(premises.iter().copied().filter(|&premise| known.insert(premise)));
            let from = self.edges[..laid].partition_point(|edge| edge.head < head);
            let same = |edge: &Edge| edge.derivation == derivation;
            let there = self.edges[from..laid].iter().take_while(|edge| edge.head == head).any(same);
            if !there {
                let own = own_cost(evaluated.core, &derivation);
                self.edges.push(Edge { head, premises, own, derivation });
            }
        }
        true
    }

    /// The derivations of each fact.
    pub fn by_head(&self) -> Vec<Vec<usize>> {
        let mut of = vec![Vec::new(); self.facts.len()];
        self.edges.iter().enumerate().for_each(|(id, edge)| of[edge.head].push(id));
        of
    }

    /// What the cheapest proof of each fact is; only up to the goal, unless all are asked for.
    pub fn settle(&self, all: bool) -> Settled {
        let count = self.facts.len();
        let mut users = vec![Vec::new(); count];
        let mut missing: Vec<usize> = Vec::new();
        let mut heap = BinaryHeap::new();
        let mut settled = Settled { chosen: vec![None; count], costs: vec![(0, 0); count], order: Vec::new() };
        for (id, edge) in self.edges.iter().enumerate() {
            missing.push(edge.premises.len());
            edge.premises.iter().for_each(|&premise| users[premise].push(id));
            if edge.premises.is_empty() {
                heap.push(Reverse(((edge.own, 1), id)));
            }
        }
        while let Some(Reverse((cost, id))) = heap.pop() {
            let head = self.edges[id].head;
            if settled.chosen[head].is_some() {
                continue;
            }
            (settled.chosen[head], settled.costs[head]) = (Some(id), cost);
            settled.order.push(head);
            if head == 0 && !all {
                break;
            }
            for &user in &users[head] {
                missing[user] -= 1;
                if missing[user] == 0 {
                    heap.push(Reverse((self.edges[user].cost(&settled.costs), user)));
                }
            }
        }
        settled
    }
}

impl Edge {
    /// The rule by which it follows; none for what is given or counted.
    pub fn rule(&self) -> Option<RuleId> {
        if let Derivation::Rule { rule, .. } = self.derivation { Some(rule) } else { None }
    }

    /// What a proof by it costs, with the costs of its premises.
    pub fn cost(&self, costs: &[Cost]) -> Cost {
        let premises = self.premises.iter().map(|&premise| costs[premise]);
        premises
            .fold((self.own, 1), |sum: Cost, cost| (sum.0.saturating_add(cost.0), sum.1.max(cost.1.saturating_add(1))))
    }
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
