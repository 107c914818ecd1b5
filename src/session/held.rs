//! Whether a reason that a newer version shows held in the older one, too: all of it, or only what it rests on, by a rule
//! that reads otherwise now. One fact after the other of its proof is looked for among what the older version concluded.

use super::change::compare::Compared;
use super::explain::Explaining;
use super::reasons::shown_proof;
use super::show::View;
use crate::base::Value;
use crate::ir::core::RelationId;
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{Premise, Proof, Source};
use rustc_hash::FxHashSet;

/// So many rows are held against what must not be there.
const ABSENT: usize = 10_000;

/// Whether a reason held before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Something that it rests on did not.
    No,
    /// What it rests on did, and a rule by which it follows is new or was changed.
    Below,
    /// All of it did, and only was not the reason that was shown.
    Whole,
}

/// Whether everything that the shown reason of a fact rests on was concluded, or given, in the older version, too. A
/// passage that a `matches` found held where it was coded then: which of its words found it, under which number, is no
/// matter. Neither is how many were counted, where a count alone decides: what was counted is told of by itself.
pub(super) fn held_before(
    then: View<'_>,
    now: &mut Explaining<'_>,
    compared: &Compared,
    id: RelationId,
    row: u32,
) -> Held {
    let Some(proof) = shown_proof(now, id, row) else { return Held::No };
    let before = Before { then, now: now.view, compared, proof: &proof };
    let (mut whole, mut other_rule) = (true, false);
    let mut open = vec![proof.root()];
    let mut seen = FxHashSet::default();
    while let Some(node) = open.pop() {
        let there = before.has(node.relation, &node.values);
        if !there && !before.is_made(node.relation) {
            return Held::No;
        }
        whole &= there;
        let Source::Rule { rule, premises, .. } = &node.source else { continue };
        let origin = now.view.lowered.origin(now.view.lowered.core.rule_origins[rule.0 as usize]);
        let of_passage =
            matches!(origin.kind, OriginKind::Matches(..)) && matches!(before.role(node.relation), Role::Coded(_));
        if of_passage {
            continue;
        }
        other_rule |= compared.rules_in.contains(rule);
        for premise in premises {
            match premise {
                Premise::Node(id) if matches!(proof.node(*id).source, Source::Aggregated { .. }) => {
                    let count = proof.node(*id);
                    let held = before.has(count.relation, &count.values) || there && before.has_one_rule(node.relation);
                    if !held {
                        return Held::No;
                    }
                }
                Premise::Node(id) if seen.insert(id.0) => open.push(proof.node(*id)),
                Premise::Absent { relation, pattern } if !before.lacks(*relation, pattern) => return Held::No,
                _ => {}
            }
        }
    }
    match (whole, other_rule) {
        (true, false) => Held::Whole,
        (_, true) => Held::Below,
        (false, false) => Held::No,
    }
}

/// The older version beside a proof of the newer one.
struct Before<'a> {
    then: View<'a>,
    now: View<'a>,
    compared: &'a Compared,
    proof: &'a Proof,
}

impl Before<'_> {
    fn role(&self, relation: RelationId) -> Role {
        self.now.lowered.role(relation)
    }

    fn ours(&self, relation: RelationId) -> Option<RelationId> {
        self.compared.ours[relation.0 as usize]
    }

    fn has(&self, relation: RelationId, values: &[Value]) -> bool {
        self.ours(relation).is_some_and(|our| self.then.db.find(our, values).is_some())
    }

    /// True of what lowering made of a clause that is new: what stands in it may be there all the same.
    fn is_made(&self, relation: RelationId) -> bool {
        let of_clause = matches!(self.role(relation), Role::Way(..) | Role::Group(_) | Role::Place(_));
        of_clause && relation != self.proof.root().relation
    }

    /// True where there is one rule by which a relation of the older version holds, so that it held by that one.
    fn has_one_rule(&self, relation: RelationId) -> bool {
        let Some(our) = self.ours(relation) else { return false };
        let core = &self.then.lowered.core;
        core.rules.iter().filter(|rule| rule.head == our).count() == 1 && core.given[our.0 as usize].places.is_empty()
    }

    /// True where nothing of a form was there then.
    fn lacks(&self, relation: RelationId, pattern: &[Option<Value>]) -> bool {
        let Some(our) = self.ours(relation) else { return false };
        let first: Vec<Value> = pattern.iter().map_while(|value| *value).collect();
        let rows = self.then.db.relation(our);
        let mut looked = 0;
        let fits = |row: &[Value]| row.iter().zip(pattern).all(|(&v, wanted)| wanted.is_none_or(|w| w == v));
        let found = rows.starting_with(&first).take(ABSENT).any(|at| {
            looked += 1;
            fits(&rows.row(at))
        });
        !found && looked < ABSENT
    }
}
