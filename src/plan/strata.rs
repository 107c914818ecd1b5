//! The order of relations: each is complete before anything asks for what it lacks or what it adds up to.
//!
//! Relations that need each other form one stratum. A condition that needs a complete relation (`not`, an aggregate)
//! may not lie inside one; where it does, the answer is the circle itself, for the checker to put into words.

use crate::ir::core::{Core, Literal, RelationId, RuleId};
use std::collections::VecDeque;

/// Relations that are filled together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// The relations, by number.
    pub relations: Vec<RelationId>,
    /// The rules that add to them, in the author's order.
    pub rules: Vec<RuleId>,
    /// The aggregations whose heads they are.
    pub aggregations: Vec<usize>,
    /// True where a relation depends on itself.
    pub recursive: bool,
}

/// All strata, each after those it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strata {
    /// In order of evaluation.
    pub strata: Vec<Stratum>,
    /// The stratum of each relation.
    pub of: Vec<usize>,
}

impl Strata {
    /// True where two relations are filled together.
    pub fn together(&self, a: RelationId, b: RelationId) -> bool {
        self.of[a.0 as usize] == self.of[b.0 as usize]
    }

    /// The same order with nothing in it but what these relations need, themselves included.
    pub fn needed(&self, core: &Core, ids: &[RelationId]) -> Strata {
        let mut needs = vec![Vec::new(); core.relations.len()];
        for edge in edges(core) {
            needs[edge.to.0 as usize].push(edge.from);
        }
        let mut reached = vec![false; self.strata.len()];
        let mut left: Vec<RelationId> = ids.to_vec();
        while let Some(relation) = left.pop() {
            let stratum = self.of[relation.0 as usize];
            if !std::mem::replace(&mut reached[stratum], true) {
                left.extend(self.strata[stratum].relations.iter().flat_map(|id| &needs[id.0 as usize]));
            }
        }
        let empty = Stratum { relations: Vec::new(), rules: Vec::new(), aggregations: Vec::new(), recursive: false };
        let kept = self.strata.iter().zip(reached);
        let strata = kept.map(|(stratum, needed)| if needed { stratum.clone() } else { empty.clone() }).collect();
        Strata { strata, of: self.of.clone() }
    }

    /// The relations that may change when those of `changed` do, themselves included, by number.
    pub fn affected(&self, core: &Core, changed: &[RelationId]) -> Vec<RelationId> {
        let mut users = vec![Vec::new(); core.relations.len()];
        for edge in edges(core) {
            users[edge.from.0 as usize].push(edge.to);
        }
        let mut reached = vec![false; core.relations.len()];
        let mut left: Vec<RelationId> = changed.to_vec();
        while let Some(relation) = left.pop() {
            if !std::mem::replace(&mut reached[relation.0 as usize], true) {
                left.extend(&users[relation.0 as usize]);
            }
        }
        (0..core.relations.len() as u32).map(RelationId).filter(|id| reached[id.0 as usize]).collect()
    }
}

/// What makes one relation depend on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A rule.
    Rule(RuleId),
    /// An aggregation, by its place in [`Core::aggregations`].
    Aggregation(usize),
}

/// One step around a [`Circle`]: `to` depends on `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Why.
    pub cause: Cause,
    /// The relation in the body.
    pub from: RelationId,
    /// The relation in the head.
    pub to: RelationId,
    /// True where `from` must be complete: it stands under `not` or in an aggregate.
    pub strict: bool,
}

/// A relation that would have to be complete before itself. Each turn starts where the last ended; the first is
/// strict, and the last leads back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// The turns.
    pub turns: Vec<Turn>,
}

/// The strata of a program, in an order that the program alone decides.
pub fn strata(core: &Core) -> Result<Strata, Circle> {
    let edges = edges(core);
    let mut needs = vec![Vec::new(); core.relations.len()];
    for edge in &edges {
        needs[edge.to.0 as usize].push(edge.from.0 as usize);
    }
    let components = components(&needs);
    let mut of = vec![0; core.relations.len()];
    for (number, component) in components.iter().enumerate() {
        for &relation in component {
            of[relation] = number;
        }
    }
    let inside = |edge: &Turn| of[edge.from.0 as usize] == of[edge.to.0 as usize];
    if let Some(first) = edges.iter().find(|edge| edge.strict && inside(edge)) {
        return Err(circle(*first, &edges, core.relations.len()));
    }
    let mut strata: Vec<Stratum> = components
        .iter()
        .map(|component| {
            let mut relations: Vec<_> = component.iter().map(|&id| RelationId(id as u32)).collect();
            relations.sort_unstable();
            Stratum { relations, rules: Vec::new(), aggregations: Vec::new(), recursive: false }
        })
        .collect();
    for (id, rule) in core.rules.iter().enumerate() {
        strata[of[rule.head.0 as usize]].rules.push(RuleId(id as u32));
    }
    for (id, aggregation) in core.aggregations.iter().enumerate() {
        strata[of[aggregation.head.0 as usize]].aggregations.push(id);
    }
    for edge in edges.iter().filter(|edge| inside(edge)) {
        strata[of[edge.to.0 as usize]].recursive = true;
    }
    Ok(Strata { strata, of })
}

/// Every dependency, in the order of rules, literals and aggregations.
fn edges(core: &Core) -> Vec<Turn> {
    let mut edges = Vec::new();
    for (id, rule) in core.rules.iter().enumerate() {
        let cause = Cause::Rule(RuleId(id as u32));
        for literal in &rule.body {
            let (from, strict) = match literal {
                Literal::Atom(relation, _) => (*relation, false),
                Literal::Not(relation, _) | Literal::Lookup { relation, .. } => (*relation, true),
                _ => continue,
            };
            edges.push(Turn { cause, from, to: rule.head, strict });
        }
    }
    for (id, aggregation) in core.aggregations.iter().enumerate() {
        let cause = Cause::Aggregation(id);
        edges.push(Turn { cause, from: aggregation.body, to: aggregation.head, strict: true });
    }
    edges
}

/// Tarjan's strongly connected components, without recursion; a component comes after all that it needs.
fn components(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = needs.len();
    let (mut found, mut low, mut open) = (vec![NEW; count], vec![0; count], vec![false; count]);
    let (mut next, mut stack, mut components) = (0, Vec::new(), Vec::new());
    // A relation and how many of its needs have been followed.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in 0..count {
        if found[start] == NEW {
            path.push((start, 0));
        }
        while let Some((node, followed)) = path.last_mut() {
            let node = *node;
            if *followed == 0 {
                (found[node], low[node], open[node]) = (next, next, true);
                next += 1;
                stack.push(node);
            }
            if let Some(&need) = needs[node].get(*followed) {
                *followed += 1;
                if found[need] == NEW {
                    path.push((need, 0));
                } else if open[need] {
                    low[node] = low[node].min(found[need]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == found[node] {
                let first = stack.iter().rposition(|&member| member == node).unwrap_or(0);
                let component = stack.split_off(first);
                component.iter().for_each(|&member| open[member] = false);
                components.push(component);
            }
        }
    }
    components
}

/// The shortest way back from the head of a strict dependency to its body.
fn circle(first: Turn, edges: &[Turn], relations: usize) -> Circle {
    let mut came_by: Vec<Option<Turn>> = vec![None; relations];
    let mut left = VecDeque::from([first.to]);
    while let Some(relation) = left.pop_front() {
        for edge in edges.iter().filter(|edge| edge.from == relation) {
            if edge.to != first.to && came_by[edge.to.0 as usize].is_none() {
                came_by[edge.to.0 as usize] = Some(*edge);
                left.push_back(edge.to);
            }
        }
    }
    let mut back = Vec::new();
    let mut at = first.from;
    while at != first.to {
        let Some(edge) = came_by[at.0 as usize] else { break };
        back.push(edge);
        at = edge.from;
    }
    back.reverse();
    Circle { turns: std::iter::once(first).chain(back).collect() }
}
