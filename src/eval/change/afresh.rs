//! A stratum filled afresh and compared: where a change is large, and where ranks of the old program mean nothing in
//! the new one because other relations are filled together.

use super::moves::Moves;
use super::turn::Turn;
use crate::base::{Pool, Value};
use crate::eval::store::{Builder, Tails};
use crate::eval::{Database, Error, Relation, Row, run};
use crate::ir::core::{Core, RelationId};
use crate::plan::{Stratum, strata};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Where more than one of so many rows go, a relation without them is built anew.
const MANY: usize = 16;

impl Turn<'_, '_> {
    /// What a change of rules asks of each stratum.
    pub(super) fn reshape(&mut self) {
        let (core, change) = (self.core, self.change);
        let inside = |id: RelationId| (id.0 as usize) < core.relations.len();
        // A relation that is new, or was of another width, is filled, and so is all that read it before.
        let mut strange: Vec<RelationId> = Vec::new();
        for id in (0..core.relations.len() as u32).map(RelationId) {
            if !self.db.is_complete(id) || self.db.relation(id).arity() != core.relation(id).arity {
                self.whole.insert(self.strata.of[id.0 as usize]);
                strange.push(id);
            }
        }
        for (at, rule) in change.rules_out.iter().enumerate().filter(|(_, rule)| inside(rule.head)) {
            let unknown = |id: RelationId| strange.binary_search(&id).is_ok() || id.0 as usize >= self.db.len();
            if rule.body.iter().filter_map(super::plans::read).any(unknown) {
                self.whole.insert(self.strata.of[rule.head.0 as usize]);
            }
            self.work(rule.head).rules_out.push(at);
        }
        for &rule in &change.rules_in {
            self.work(core.rule(rule).head).rules_in.push(rule);
        }
        let out = change.aggregations_out.iter().map(|one| one.head).filter(|&head| inside(head));
        let heads: Vec<RelationId> =
            change.aggregations_in.iter().map(|&number| core.aggregations[number].head).chain(out).collect();
        self.whole.extend(heads.into_iter().map(|head| self.strata.of[head.0 as usize]));
        let changed: BTreeSet<usize> = self.work.keys().copied().collect();
        let before = self.old_strata();
        for now in changed {
            let relations = &self.strata.strata[now].relations;
            let same = |stratum: &Stratum| stratum.relations == *relations;
            if relations.len() > 1 && before.as_ref().is_none_or(|before| !before.iter().any(same)) {
                self.whole.insert(now);
            }
        }
    }

    /// The strata of the old program.
    fn old_strata(&self) -> Option<Vec<Stratum>> {
        let (core, change) = (self.core, self.change);
        let rules = core.rules.iter().enumerate();
        let kept = rules.filter(|(id, _)| !self.fresh_rules.contains(&crate::ir::core::RuleId(*id as u32)));
        let mut old = Core {
            relations: core.relations.clone(),
            rules: kept.map(|(_, rule)| rule.clone()).chain(change.rules_out.iter().cloned()).collect(),
            ..Core::default()
        };
        let kept = core.aggregations.iter().enumerate().filter(|(at, _)| !change.aggregations_in.contains(at));
        old.aggregations = kept.map(|(_, one)| one.clone()).chain(change.aggregations_out.iter().cloned()).collect();
        // Relations that vanish had numbers beyond.
        for id in core.relations.len()..self.db.len() {
            let arity = self.db.relation(RelationId(id as u32)).arity();
            old.relations.push(crate::ir::core::Relation { name: String::new(), arity });
        }
        strata(&old).ok().map(|strata| strata.strata)
    }

    /// Fills the stratum from what is below it now.
    pub(super) fn afresh(&mut self) -> Result<(), Error> {
        let (core, strata) = (self.core, self.strata);
        let stratum = &strata.strata[self.now];
        let mut fork = self.db.clone();
        let of_rule = |rule: &crate::ir::core::RuleId| core.rule(*rule).body.iter().filter_map(super::plans::read);
        let bodies = stratum.aggregations.iter().map(|&number| core.aggregations[number].body);
        let read: BTreeSet<RelationId> = stratum.rules.iter().flat_map(of_rule).chain(bodies).collect();
        for id in read {
            if let Some(moves) = self.moves.get(&id)
                && !moves.gone.is_empty()
            {
                without(&mut fork, id, moves);
            }
        }
        // What is not filled yet is not this stratum's business.
        (0..core.relations.len() as u32).map(RelationId).for_each(|id| fork.complete(id));
        fork.start_anew(core, &stratum.relations);
        fill(self, &mut fork)?;
        for &id in &stratum.relations {
            let Some(slot) = fork.slot(id) else { continue };
            let old = self.db.relation(id).clone();
            let (came, went) = compare(&old, fork.relation(id));
            self.filled(id, slot, Moves::afresh(old, came, went));
        }
        Ok(())
    }
}

/// Runs the relations that a fork lacks.
fn fill(turn: &mut Turn<'_, '_>, fork: &mut Database) -> Result<(), Error> {
    let Turn { core, strata, texts, limits, pool, watch, .. } = turn;
    let pool: &mut Pool = pool;
    run(core, strata, fork, pool, *texts, limits, *watch).map(|_| ())
}

/// Takes the rows that go out of a fork's relation.
fn without(fork: &mut Database, id: RelationId, moves: &Moves) {
    let relation = fork.relation(id);
    if moves.gone.len() > relation.len() / MANY && relation.arity() > 0 {
        let arity = relation.arity();
        let (mut values, mut marks) = (Vec::new(), Vec::new());
        for row in relation.rows().filter(|row| !moves.gone.contains(row)) {
            marks.push(relation.mark(&row).map_or(0, |mark| mark.bits()));
            values.extend_from_slice(&row);
        }
        fork.replace(id, Builder::from_rows(arity, &values, Some(marks)));
    } else {
        fork.remove(id, moves.went());
    }
}

/// The rows that only the second relation has, and those that only the first has.
fn compare(old: &Relation, new: &Relation) -> (Vec<Row>, Vec<Row>) {
    let (mut came, mut went) = (Vec::new(), Vec::new());
    if old.arity() != new.arity() {
        return (new.rows().collect(), old.rows().collect());
    }
    if old.arity() < 2 {
        apart(old.rows(), new.rows(), &mut went, &mut came);
        return (came, went);
    }
    let rows = |(first, tails): (Value, Tails<'_>)| {
        tails.each().map(|tail| std::iter::once(first).chain(tail.iter().copied()).collect()).collect::<Vec<Row>>()
    };
    let (mut before, mut after) = (old.first_order().groups().peekable(), new.first_order().groups().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return (came, went),
        };
        match order {
            Ordering::Less => went.extend(before.next().map(rows).unwrap_or_default()),
            Ordering::Greater => came.extend(after.next().map(rows).unwrap_or_default()),
            Ordering::Equal => {
                let (Some(a), Some(b)) = (before.next(), after.next()) else { continue };
                // Most groups are as they were, and nearly all lie in one slice.
                let same = match (a.1.single(), b.1.single()) {
                    (Some(a), Some(b)) => a == b,
                    _ => a.1.len() == b.1.len() && a.1.each().eq(b.1.each()),
                };
                if !same {
                    apart(rows(a).into_iter(), rows(b).into_iter(), &mut went, &mut came);
                }
            }
        }
    }
}

/// Of rows that ascend, those that stand on one side only.
fn apart(old: impl Iterator<Item = Row>, new: impl Iterator<Item = Row>, went: &mut Vec<Row>, came: &mut Vec<Row>) {
    let (mut before, mut after) = (old.peekable(), new.peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        if order.is_lt() {
            went.extend(before.next());
        } else if order.is_gt() {
            came.extend(after.next());
        } else {
            before.next();
            after.next();
        }
    }
}
