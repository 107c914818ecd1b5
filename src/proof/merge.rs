//! A proof with some of its facts proven otherwise: where a reader knows a fact by another proof than the one that made the
//! whole smallest, the whole takes that one up.

use super::derivation::{Node, NodeId, Premise, Proof, Source};
use super::graph::Fact;
use rustc_hash::FxHashMap;

/// The proof of what `main` proves, in which each fact that one of the others proves is proven as there. [`None`] where
/// that would go round in a circle, or changes nothing.
pub fn merged(main: &Proof, others: &[Proof]) -> Option<Proof> {
    if others.is_empty() {
        return None;
    }
    let fact = |node: &Node| -> Fact { (node.relation, node.row) };
    let mut known: FxHashMap<Fact, (&Proof, &Node)> = FxHashMap::default();
    known.insert(fact(main.root()), (main, main.root()));
    for proof in others.iter().chain([main]) {
        for node in &proof.nodes {
            known.entry(fact(node)).or_insert((proof, node));
        }
    }
    let goal = fact(main.root());
    let (mut facts, mut ids) = (vec![goal], FxHashMap::from_iter([(goal, NodeId(0))]));
    let mut nodes: Vec<Node> = Vec::new();
    while let Some(of) = facts.get(nodes.len()) {
        let &(proof, node) = known.get(of)?;
        let mut renamed = |id: NodeId| {
            let of = fact(proof.node(id));
            *ids.entry(of).or_insert_with(|| {
                facts.push(of);
                NodeId(facts.len() as u32 - 1)
            })
        };
        let source = match &node.source {
            Source::Given { place } => Source::Given { place: *place },
            Source::Rule { rule, binding, premises } => Source::Rule {
                rule: *rule,
                binding: binding.clone(),
                premises: premises
                    .iter()
                    .map(|premise| match premise {
                        Premise::Node(id) => Premise::Node(renamed(*id)),
                        other => other.clone(),
                    })
                    .collect(),
            },
            Source::Aggregated { aggregation, rows, shown } => Source::Aggregated {
                aggregation: *aggregation,
                rows: rows.clone(),
                shown: shown.iter().map(|&id| renamed(id)).collect(),
            },
        };
        nodes.push(Node { relation: node.relation, row: node.row, values: node.values.clone(), source });
    }
    let whole = Proof { nodes, proven_best: main.proven_best };
    (whole != *main && !circular(&whole)).then_some(whole)
}

/// The facts that a node stands on.
fn under(node: &Node) -> Vec<NodeId> {
    match &node.source {
        Source::Given { .. } => Vec::new(),
        Source::Rule { premises, .. } => {
            let node = |premise: &Premise| if let Premise::Node(id) = premise { Some(*id) } else { None };
            premises.iter().filter_map(node).collect()
        }
        Source::Aggregated { shown, .. } => shown.clone(),
    }
}

/// True where a fact stands on itself: taking away, one after the other, what nothing stands on leaves something.
fn circular(proof: &Proof) -> bool {
    let mut users = vec![0_usize; proof.nodes.len()];
    let all: Vec<Vec<NodeId>> = proof.nodes.iter().map(under).collect();
    all.iter().flatten().for_each(|id| users[id.0 as usize] += 1);
    let mut free: Vec<usize> = (0..users.len()).filter(|&at| users[at] == 0).collect();
    let mut taken = 0;
    while let Some(at) = free.pop() {
        taken += 1;
        for id in &all[at] {
            users[id.0 as usize] -= 1;
            if users[id.0 as usize] == 0 {
                free.push(id.0 as usize);
            }
        }
    }
    taken < users.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::core::{RelationId, RuleId};

    /// A fact of that number, which stands on others by the rule of that number.
    fn node(row: u32, rule: u32, on: &[u32]) -> Node {
        let premises = on.iter().map(|&id| Premise::Node(NodeId(id))).collect();
        let source = Source::Rule { rule: RuleId(rule), binding: Vec::new(), premises };
        Node { relation: RelationId(0), row, values: Vec::new(), source }
    }

    fn proof(nodes: Vec<Node>) -> Proof {
        Proof { nodes, proven_best: true }
    }

    #[test]
    fn a_fact_is_proven_as_by_itself_and_the_rest_as_before() {
        let main = proof(vec![node(1, 1, &[1, 2]), node(2, 2, &[]), node(3, 3, &[])]);
        let other = proof(vec![node(2, 7, &[1]), node(4, 8, &[])]);
        let whole = merged(&main, std::slice::from_ref(&other)).expect("it changes");
        let expected = vec![node(1, 1, &[1, 2]), node(2, 7, &[3]), node(3, 3, &[]), node(4, 8, &[])];
        assert_eq!(whole.nodes, expected);
        assert_eq!(merged(&main, &[]), None);
        assert_eq!(merged(&whole, &[other]), None, "nothing changes");
    }

    #[test]
    fn no_fact_comes_to_stand_on_itself() {
        let main = proof(vec![node(1, 1, &[1]), node(2, 2, &[])]);
        let other = proof(vec![node(2, 7, &[1]), node(1, 8, &[])]);
        assert_eq!(merged(&main, &[other]), None);
    }
}
