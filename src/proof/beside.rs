//! The row that is shown where any would do. A condition that only names the group of a count, such as `role(_, P)` beside
//! a count of those who work as `P`, is met by every row of that form: a reader is shown the row of somebody who is
//! counted, since that of another would look like the reason.

use super::derivation::{NodeId, Premise, Proof, Source};
use super::terms::{bystanders, fits, form};
use crate::base::{Pool, Value};
use crate::ir::core::{Core, Literal, RelationId};
use crate::syntax::tree::AggregateFunction;
use std::cmp::Ordering;

/// The proof with such rows chosen from those that the counted ones rest on. What a count rests on does not rest on what
/// uses the count, so no circle is closed.
pub(super) fn of_the_counted(mut proof: Proof, core: &Core, pool: &Pool) -> Proof {
    let mut changed = Vec::new();
    for (at, node) in proof.nodes.iter().enumerate() {
        let Source::Rule { rule, binding, premises } = &node.source else { continue };
        let rule = core.rule(*rule);
        for literal in bystanders(rule) {
            let (Literal::Atom(relation, terms), Premise::Node(shown)) = (&rule.body[literal], &premises[literal])
            else {
                continue;
            };
            let found = counted(&proof, core, premises, (*relation, &form(terms, binding)), pool);
            changed.extend(found.filter(|found| found != shown).map(|found| (at, literal, found)));
        }
    }
    if changed.is_empty() {
        return proof;
    }
    for (at, literal, found) in changed {
        if let Source::Rule { premises, .. } = &mut proof.nodes[at].source {
            premises[literal] = Premise::Node(found);
        }
    }
    reached(proof)
}

/// The first row of a form, in the order in which people sort, on which one that is counted rests; of a minimum or maximum,
/// one that gives it.
fn counted(
    proof: &Proof,
    core: &Core,
    premises: &[Premise],
    (relation, form): (RelationId, &[Option<Value>]),
    pool: &Pool,
) -> Option<NodeId> {
    let aggregates = premises.iter().filter_map(|premise| match premise {
        Premise::Node(id) => Some(proof.node(*id)),
        _ => None,
    });
    let rows = aggregates.flat_map(|aggregate| {
        let Source::Aggregated { aggregation, shown, .. } = &aggregate.source else { return Vec::new() };
        let extreme =
            matches!(core.aggregations[*aggregation].function, AggregateFunction::Min | AggregateFunction::Max);
        let gives = |id: &&NodeId| !extreme || proof.node(**id).values.last() == aggregate.values.last();
        shown.iter().filter(gives).copied().collect()
    });
    let under = rows.flat_map(|row| match &proof.node(row).source {
        Source::Rule { premises, .. } => premises.clone(),
        _ => Vec::new(),
    });
    let fitting = under.filter_map(|premise| match premise {
        Premise::Node(id) if proof.node(id).relation == relation && fits(form, &proof.node(id).values) => Some(id),
        _ => None,
    });
    fitting.min_by(|&a, &b| {
        let pairs = proof.node(a).values.iter().zip(&proof.node(b).values);
        pairs.map(|(&a, &b)| pool.compare(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    })
}

/// The proof without facts that nothing rests on any more, in the order in which it is laid out.
fn reached(proof: Proof) -> Proof {
    let mut order = vec![NodeId(0)];
    let mut new = vec![None; proof.nodes.len()];
    new[0] = Some(NodeId(0));
    let mut nodes = Vec::with_capacity(proof.nodes.len());
    while let Some(&id) = order.get(nodes.len()) {
        let mut node = proof.node(id).clone();
        let mut renamed = |id: &mut NodeId| {
            *id = *new[id.0 as usize].get_or_insert_with(|| {
                order.push(*id);
                NodeId(order.len() as u32 - 1)
            });
        };
        match &mut node.source {
            Source::Given { .. } => {}
            Source::Rule { premises, .. } => premises.iter_mut().for_each(|premise| {
                if let Premise::Node(id) = premise {
                    renamed(id);
                }
            }),
            Source::Aggregated { shown, .. } => shown.iter_mut().for_each(renamed),
        }
        nodes.push(node);
    }
    Proof { nodes, ..proof }
}
