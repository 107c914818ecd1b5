//! A change of the program, carried through the conclusions: rules that come and go, and what follows from them.
//!
//! The relations of the program before stand under the numbers of the new one, those that it lacks beyond its last, so
//! that the rules that go can still be read. A relation whose given facts are others is filled from them and compared.
//! Not where a rule that comes or goes, or that the change may reach, computes values: see `follow.rs`.

use super::super::Study;
use super::super::guard::Guard;
use super::compare::Compared;
use super::conclude::{Moved, Rows, asking_for_places, is_shown};
use super::follow::is_simple;
use crate::eval::change::{self, Setting, maintain};
use crate::eval::{Database, Missing, Row};
use crate::ir::Lowered;
use crate::ir::core::{Aggregation, Literal, RelationId, Rule, RuleId};
use std::collections::BTreeMap;

/// The numbers that the relations of the program before have after it, and which those are that it lacks.
struct Numbers {
    now: Vec<RelationId>,
    vanished: Vec<RelationId>,
}

impl Numbers {
    /// [`None`] where one relation would have two numbers.
    fn new(old: &Lowered, new: &Lowered, ours: &[Option<RelationId>]) -> Option<Numbers> {
        let mut now: Vec<Option<RelationId>> = vec![None; old.core.relations.len()];
        for (id, our) in ours.iter().enumerate() {
            let Some(our) = our else { continue };
            if now[our.0 as usize].replace(RelationId(id as u32)).is_some() {
                return None;
            }
        }
        let mut vanished = Vec::new();
        let of_old = |(old, now): (usize, Option<RelationId>)| {
            now.unwrap_or_else(|| {
                vanished.push(RelationId(old as u32));
                RelationId((new.core.relations.len() + vanished.len() - 1) as u32)
            })
        };
        let now = now.into_iter().enumerate().map(of_old).collect();
        Some(Numbers { now, vanished })
    }

    fn of(&self, id: RelationId) -> RelationId {
        self.now[id.0 as usize]
    }

    /// A rule of the program before; [`None`] where it asks for a pattern, whose number means another one now.
    fn rule(&self, rule: &Rule) -> Option<Rule> {
        let mut rule = rule.clone();
        rule.head = self.of(rule.head);
        for literal in &mut rule.body {
            match literal {
                Literal::Atom(id, _) | Literal::Not(id, _) | Literal::Lookup { relation: id, .. } => *id = self.of(*id),
                Literal::Matches(..) => return None,
                _ => {}
            }
        }
        Some(rule)
    }
}

impl Study {
    /// Carries what changed in the program through the conclusions of the one before. [`None`] where that is not enough,
    /// and nothing has been done.
    pub(super) fn follow_program(&mut self, before: &Study, compared: &Compared, texts: bool) -> Option<Moved> {
        let strata = self.strata.as_ref()?;
        if texts && asking_for_places(&self.lowered).next().is_some() {
            return None;
        }
        let (old, new) = (&before.lowered, &self.lowered);
        let rules_out = compared.rules_out.iter().map(|&rule| old.core.rule(rule));
        let plain = |rule: &Rule| is_simple(rule) && !rule.body.iter().any(|l| matches!(l, Literal::Place(..)));
        let all_plain =
            rules_out.clone().all(plain) && compared.rules_in.iter().all(|&rule| is_simple(new.core.rule(rule)));
        if !all_plain || !self.following.follows(&new.core, strata, &compared.changed) {
            return None;
        }
        let numbers = Numbers::new(old, new, &compared.ours)?;
        let mut change = change::Change { rules_in: compared.rules_in.clone(), ..change::Change::default() };
        change.rules_out = rules_out.map(|rule| numbers.rule(rule)).collect::<Option<_>>()?;
        let was =
            |one: &Aggregation| Aggregation { head: numbers.of(one.head), body: numbers.of(one.body), ..one.clone() };
        let counts: Vec<Aggregation> = old.core.aggregations.iter().map(was).collect();
        let now = &new.core.aggregations;
        change.aggregations_in = (0..now.len()).filter(|&at| !counts.contains(&now[at])).collect();
        change.aggregations_out = counts.iter().filter(|one| !now.contains(one)).cloned().collect();

        let mut same = compared.ours.clone();
        for &id in &compared.changed {
            let our = same[id.0 as usize];
            let given = our.is_some_and(|our| !same_given(old, our, new, id));
            if given {
                same[id.0 as usize] = None;
                change.refill.push(id);
            }
        }
        let mut db = Database::default();
        db.carry_over(&new.core, &before.db, &compared.ours, &same, &numbers.vanished)?;
        let guard = Guard::new(&self.options, &self.stop, &self.pool);
        let mut tell = |p: crate::eval::Progress| guard.check(p.bytes);
        let limits = self.limits();
        let setting = Setting { core: &self.lowered.core, strata, texts: &self.texts, limits: &limits };
        let result = maintain(setting, &change, &mut db, &mut self.pool, &mut self.following.plans, &mut tell);
        // What fails is told by the run that fills the relations again: it names no rule that is gone.
        let delta = result.ok()?;
        self.db = db;
        self.know_as_before(before, compared);
        let mut out = Moved { woken: delta.rules_woken.len(), refilled: delta.recomputed, ..Moved::default() };
        let count = self.lowered.core.relations.len();
        for (id, moved) in delta.relations {
            let rows = |rows: Vec<Row>| rows.into_iter().map(|row| row.to_vec()).collect();
            let rows = Rows { came: rows(moved.came), went: rows(moved.went) };
            match (id.0 as usize).checked_sub(count) {
                None if is_shown(&self.program, self.lowered.role(id)) => drop(out.now.insert(id, rows)),
                Some(at) if is_shown(&before.program, before.lowered.role(numbers.vanished[at])) => {
                    out.then.insert(numbers.vanished[at], rows);
                }
                _ => {}
            }
        }
        Some(out)
    }

    /// What is known of the rules that stayed: what had no value, and which found anything.
    fn know_as_before(&mut self, before: &Study, compared: &Compared) {
        let mut theirs: BTreeMap<RuleId, RuleId> = BTreeMap::new();
        self.fired = vec![false; self.lowered.core.rules.len()];
        self.fired_before = true;
        for (number, old) in compared.rules.iter().enumerate() {
            let Some(old) = old else { continue };
            self.fired[number] = before.fired.get(old.0 as usize).copied().unwrap_or_default();
            theirs.insert(*old, RuleId(number as u32));
        }
        let kept = |m: &Missing| Some(Missing { rule: *theirs.get(&m.rule)?, ..m.clone() });
        let mut missing: Vec<Missing> = before.trail.missing.iter().filter_map(kept).collect();
        missing.sort_by_key(|m| (m.rule, m.site));
        self.trail.missing = missing;
    }
}

/// True where a relation has the same given facts at the same places.
fn same_given(old: &Lowered, our: RelationId, new: &Lowered, id: RelationId) -> bool {
    let (then, now) = (&old.core.given[our.0 as usize], &new.core.given[id.0 as usize]);
    now.is_shared(then) || now.values == then.values && now.gone == then.gone
}
