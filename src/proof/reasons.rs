//! The best reasons of a fact, one after the other, and how many there are.
//!
//! A *reason* is what a proof rests on in the end: given facts, absences, and values of aggregates. Two proofs that rest
//! on the same are one reason. In a proof each fact is concluded in one way, and none stands on itself ("unambiguous"
//! proof trees, as Calautti, Livshits, Pieris and Schneider call them, 2024).
//!
//! Proofs come lazily, cheapest first, after Huang and Chiang ("Better k-best parsing", 2005, algorithm 3): each proof
//! that was taken is the parent of those that differ from it at one place by the next derivation there, and only those
//! are ever candidates. The derivations of a fact are sorted by what the best proof by each costs, so the next at a place
//! is known without a search. That a fact has one derivation in all of a proof, and no circle is closed, is kept by
//! walking a proof from its root (Lawler's partition of what is left, 1972): a place is the first one at which two proofs
//! differ.
//!
//! Who asks may prefer some reasons to others by what they rest on. That is a choice among the cheapest few that the search
//! goes through anyway, not another search, so it costs a look at each of them.

use super::best::assemble;
use super::derivation::{Backward, Derivation, Proof};
use super::graph::{Budget, Cost, Graph, Settled};
use super::number::{Ways, ways};
use super::terms::bystanders;
use crate::base::Value;
use crate::ir::core::{Core, Literal, RelationId, RuleId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// So many proofs are gone through to count reasons exactly.
const COUNTED: usize = 200;

/// So many proofs that rest on the same as others are passed over before the search ends.
const PASSED_OVER: usize = 2_000;

/// So many steps are walked in all: some ten milliseconds.
const STEPS: usize = 400_000;

/// So often a walk turns back where it would close a circle.
const TURNS: usize = 200;

/// The reasons of a fact.
#[derive(Clone, Debug)]
pub struct Reasons {
    /// The preferred proofs, each with a reason of its own: first one of each way, then others. Those of which no proof
    /// is smaller say so.
    pub proofs: Vec<Proof>,
    /// How many there are.
    pub number: Number,
    /// The rules by which the fact itself can be concluded, each once, in their order. Incomplete where `number` is.
    pub rules: Vec<RuleId>,
}

/// What a reason rests on, for somebody who may prefer another.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// The rules of its proof, from the conclusion down.
    pub rules: &'a [RuleId],
    /// The facts that it rests on in the end.
    pub facts: &'a [(RelationId, u32)],
    /// So many facts and absences more than the smallest proof has.
    pub more: u64,
}

/// What somebody thinks of a reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// The least is shown first.
    pub weight: u64,
    /// Reasons of the same way are shown after the first of each way.
    pub way: u64,
}

impl Preference {
    /// The smallest proof first, and no way before another.
    pub fn smallest(grounds: Grounds<'_>) -> Preference {
        Preference { weight: grounds.more, way: 0 }
    }
}

/// How many reasons a fact has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// So many reasons: all proofs were gone through.
    Reasons {
        /// How many.
        number: usize,
        /// True where there may be more.
        at_least: bool,
    },
    /// So many proofs, which were counted and not gone through. Some of them may rest on the same.
    Ways(Ways),
}

/// The `wanted` preferred reasons of a fact, out of the cheapest `COUNTED` or more. Facts of closed relations count as one
/// reason however they come about. [`None`] only where the database is not complete for this program.
pub fn reasons(
    backward: &mut Backward<'_>,
    relation: RelationId,
    row: u32,
    wanted: usize,
    budget: Budget,
    closed: &dyn Fn(RelationId) -> bool,
    prefer: &mut dyn FnMut(Grounds<'_>) -> Preference,
) -> Option<Reasons> {
    let goal = (relation, row);
    let evaluated = backward.evaluated();
    let graph = Graph::explore(backward, goal, budget, true)?;
    let settled = graph.settle(true);
    settled.chosen[0]?;
    let mut search = Search::new(evaluated.core, &graph, &settled, closed);
    let (mut known, mut proofs) = (FxHashSet::default(), Vec::new());
    let mut passed = 0;
    while known.len() < wanted.max(COUNTED + 1) && passed < PASSED_OVER {
        let Some(choices) = search.next() else { break };
        let leaves = search.leaves(&choices);
        if known.contains(&leaves) {
            passed += 1;
            continue;
        }
        let (rules, facts) = (search.rules(&choices), search.facts(&leaves));
        let more = search.more(&choices);
        let preference = prefer(Grounds { rules: &rules, facts: &facts, more });
        proofs.push((preference, more, choices));
        known.insert(leaves);
    }
    // What is liked as much stays in the order of the search.
    proofs.sort_by_key(|(preference, ..)| preference.weight);
    let mut ways_seen = FxHashSet::default();
    let (first, rest): (Vec<_>, Vec<_>) = proofs.into_iter().partition(|(p, ..)| ways_seen.insert(p.way));
    let proofs = first.into_iter().chain(rest).take(wanted);
    let mut rules: Vec<RuleId> = search.ranked[0].iter().filter_map(|(_, edge)| graph.edges[*edge].rule()).collect();
    rules.sort_unstable();
    rules.dedup();
    let whole = search.candidates.is_empty() && !search.given_up;
    let number = if whole && known.len() <= wanted.max(COUNTED) {
        Number::Reasons { number: known.len(), at_least: !graph.complete }
    } else {
        let counted = ways(&graph, &settled, &search.of, &|fact| search.closed[fact]);
        match counted.number < known.len() as u128 {
            true => Number::Reasons { number: known.len(), at_least: true },
            false => Number::Ways(counted),
        }
    };
    let lay_out = |(_, more, choices): (Preference, u64, Vec<Choice>)| {
        let own: FxHashMap<usize, usize> =
            choices.iter().map(|&(fact, rank)| (fact, search.ranked[fact][rank].1)).collect();
        assemble(evaluated, goal, graph.complete && more == 0, &mut |fact| {
            let number = *graph.numbers.get(&fact)?;
            let edge = own.get(&number).copied().or(settled.chosen[number])?;
            Some(graph.edges[edge].derivation.clone())
        })
    };
    Some(Reasons { proofs: proofs.filter_map(lay_out).collect(), number, rules })
}

/// A fact, and the place of its derivation among those that it has, cheapest first.
type Choice = (usize, usize);

/// What a proof rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Leaf {
    Fact(usize),
    Absence(RelationId, Vec<Option<u32>>),
}

/// Proofs that begin with the same choices, and make another one at the next place: this or a later one.
struct Candidates {
    begun: Rc<Vec<Choice>>,
    /// So many of the choices are kept.
    kept: usize,
    /// The first derivation that the next place may take.
    rank: usize,
}

/// How far the walk of a proof has come at a fact.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    Open,
    Done,
}

struct Search<'a> {
    core: &'a Core,
    graph: &'a Graph,
    settled: &'a Settled,
    /// The derivations of each fact.
    of: Vec<Vec<usize>>,
    /// The same, those that have a proof, cheapest first, with what that costs.
    ranked: Vec<Vec<(Cost, usize)>>,
    /// True for facts that count as one reason.
    closed: Vec<bool>,
    /// What is left, by the least that a proof among it costs more than the best, and then by age.
    candidates: BinaryHeap<Reverse<(u64, usize)>>,
    kept: FxHashMap<usize, Candidates>,
    age: usize,
    steps: usize,
    /// True where a part of the candidates was given up.
    given_up: bool,
    states: Vec<State>,
    touched: Vec<usize>,
    /// The facts above the place of the walk, each with its derivation and the next premise of it.
    path: Vec<(usize, usize, usize)>,
}

impl<'a> Search<'a> {
    fn new(core: &'a Core, graph: &'a Graph, settled: &'a Settled, closed: &dyn Fn(RelationId) -> bool) -> Search<'a> {
        let of = graph.by_head();
        let ranked = of.iter().map(|edges| {
            let proven = |edge: &&usize| graph.edges[**edge].premises.iter().all(|&p| settled.chosen[p].is_some());
            let mut ranked: Vec<(Cost, usize)> =
                edges.iter().filter(proven).map(|&id| (graph.edges[id].cost(&settled.costs), id)).collect();
            ranked.sort_unstable();
            ranked
        });
        let mut ranked: Vec<Vec<(Cost, usize)>> = ranked.collect();
        let mut of = of;
        let mut known: FxHashMap<RuleId, Vec<usize>> = FxHashMap::default();
        for (ranked, of) in ranked.iter_mut().zip(&mut of) {
            let before = ranked.len();
            let mut seen = FxHashSet::default();
            ranked.retain(|&(_, edge)| match &graph.edges[edge].derivation {
                Derivation::Rule { rule, binding, rows } => {
                    let aside = known.entry(*rule).or_insert_with(|| bystanders(core.rule(*rule)));
                    let own = |(at, row): (usize, Option<u32>)| if aside.contains(&at) { None } else { Some(row) };
                    let rows: Vec<_> = rows.iter().cloned().enumerate().map(own).collect();
                    aside.is_empty() || seen.insert((*rule, binding.clone(), rows))
                }
                _ => true,
            });
            if ranked.len() < before {
                of.retain(|edge| ranked.iter().any(|(_, kept)| kept == edge));
            }
        }
        // What is asked for is never closed itself.
        let closed = graph.facts.iter().enumerate().map(|(at, fact)| at > 0 && closed(fact.0)).collect();
        let first = Candidates { begun: Rc::new(Vec::new()), kept: 0, rank: 0 };
        Search {
            core,
            graph,
            settled,
            of,
            ranked,
            closed,
            candidates: BinaryHeap::from([Reverse((0, 0))]),
            kept: FxHashMap::from_iter([(0, first)]),
            age: 0,
            steps: 0,
            given_up: false,
            states: vec![State::Unseen; graph.facts.len()],
            touched: Vec::new(),
            path: Vec::new(),
        }
    }

    /// The next proof: what it chooses, in the order in which a walk from its root meets the facts.
    fn next(&mut self) -> Option<Vec<Choice>> {
        loop {
            if self.steps > STEPS {
                self.given_up = true;
                return None;
            }
            let Reverse((_, age)) = self.candidates.pop()?;
            let from = self.kept.remove(&age)?;
            if let Some(choices) = self.complete(&from) {
                self.branch(&choices, from.kept);
                return Some(choices);
            }
        }
    }

    /// What differs from a proof first at one of its places from `first` on.
    fn branch(&mut self, choices: &[Choice], first: usize) {
        let begun = Rc::new(choices.to_vec());
        let mut more = 0_u64;
        for (at, &(fact, rank)) in choices.iter().enumerate() {
            let least = self.settled.costs[fact].0;
            let beyond = |rank: usize| self.ranked[fact].get(rank).map(|(cost, _)| cost.0.saturating_sub(least));
            if at >= first
                && let Some(beyond) = beyond(rank + 1)
            {
                self.age += 1;
                self.candidates.push(Reverse((more.saturating_add(beyond), self.age)));
                self.kept.insert(self.age, Candidates { begun: begun.clone(), kept: at, rank: rank + 1 });
            }
            more = more.saturating_add(beyond(rank).unwrap_or(0));
        }
    }

    /// The best of the candidates; [`None`] where none of them is free of circles.
    fn complete(&mut self, from: &Candidates) -> Option<Vec<Choice>> {
        let mut choices = from.begun[..from.kept].to_vec();
        let (mut rank, mut turns) = (from.rank, TURNS);
        'again: loop {
            self.begin();
            let mut at = 0;
            while let Some(fact) = self.next_fact() {
                self.steps += 1;
                let ranked = &self.ranked[fact];
                let chosen = match choices.get(at) {
                    Some(&(_, rank)) => Some(rank),
                    None => (rank..ranked.len()).find(|&rank| self.admits(ranked[rank].1)),
                };
                match chosen {
                    Some(chosen) => {
                        if at == choices.len() {
                            choices.push((fact, chosen));
                            rank = 0;
                        }
                        self.open(fact, self.ranked[fact][chosen].1);
                        at += 1;
                    }
                    None if choices.len() == from.kept => return None,
                    None => {
                        turns -= 1;
                        if turns == 0 {
                            self.given_up = true;
                            return None;
                        }
                        rank = choices.pop()?.1 + 1;
                        continue 'again;
                    }
                }
            }
            return Some(choices);
        }
    }

    fn begin(&mut self) {
        self.touched.drain(..).for_each(|fact| self.states[fact] = State::Unseen);
        self.path.clear();
    }

    /// The next fact for which a derivation is to be chosen.
    fn next_fact(&mut self) -> Option<usize> {
        if self.touched.is_empty() {
            return Some(0);
        }
        loop {
            let (fact, edge, next) = self.path.last_mut()?;
            let premises = open_premises(self.graph, *edge);
            match premises.get(*next) {
                Some(&premise) => {
                    *next += 1;
                    if self.states[premise] == State::Unseen && !self.closed[premise] {
                        return Some(premise);
                    }
                }
                None => {
                    self.states[*fact] = State::Done;
                    self.path.pop();
                }
            }
        }
    }

    /// True where a derivation stands on nothing above it.
    fn admits(&self, edge: usize) -> bool {
        let fact = self.graph.edges[edge].head;
        open_premises(self.graph, edge).iter().all(|&p| p != fact && self.states[p] != State::Open)
    }

    fn open(&mut self, fact: usize, edge: usize) {
        self.states[fact] = State::Open;
        self.touched.push(fact);
        self.path.push((fact, edge, 0));
    }

    /// The rules of a proof, in the order in which a walk meets them.
    fn rules(&self, choices: &[Choice]) -> Vec<RuleId> {
        choices.iter().filter_map(|&(fact, rank)| self.graph.edges[self.ranked[fact][rank].1].rule()).collect()
    }

    /// The facts among what a proof rests on.
    fn facts(&self, leaves: &[Leaf]) -> Vec<(RelationId, u32)> {
        let fact = |leaf: &Leaf| match leaf {
            Leaf::Fact(fact) => Some(self.graph.facts[*fact]),
            Leaf::Absence(..) => None,
        };
        leaves.iter().filter_map(fact).collect()
    }

    /// How much more a proof costs than the best.
    fn more(&self, choices: &[Choice]) -> u64 {
        let beyond = |&(fact, rank): &Choice| self.ranked[fact][rank].0.0.saturating_sub(self.settled.costs[fact].0);
        choices.iter().map(beyond).fold(0, u64::saturating_add)
    }

    /// What a proof rests on, sorted.
    fn leaves(&self, choices: &[Choice]) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        for &(fact, rank) in choices {
            let edge = &self.graph.edges[self.ranked[fact][rank].1];
            let before = leaves.len();
            match &edge.derivation {
                Derivation::Given { .. } | Derivation::Aggregated { .. } => leaves.push(Leaf::Fact(fact)),
                Derivation::Rule { rule, binding, rows } => {
                    leaves.extend(edge.premises.iter().filter(|&&p| self.closed[p]).map(|&p| Leaf::Fact(p)));
                    for (literal, row) in self.core.rule(*rule).body.iter().zip(rows) {
                        let (relation, terms) = match literal {
                            Literal::Not(relation, terms) => (*relation, terms),
                            Literal::Lookup { relation, key, .. } if row.is_none() => (*relation, key),
                            _ => continue,
                        };
                        let values = super::terms::form(terms, binding);
                        let bits = values.into_iter().map(|value| value.map(Value::bits)).collect();
                        leaves.push(Leaf::Absence(relation, bits));
                    }
                    // A rule that asks for nothing is what its fact rests on.
                    if leaves.len() == before && edge.premises.is_empty() {
                        leaves.push(Leaf::Fact(fact));
                    }
                }
            }
        }
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }
}

/// The premises of a derivation that may come about in several ways: what was counted is one reason.
fn open_premises(graph: &Graph, edge: usize) -> &[usize] {
    let edge = &graph.edges[edge];
    if edge.derivation.is_aggregate() { &[] } else { &edge.premises }
}
