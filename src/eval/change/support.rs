//! Whether rows still have a reason: rules run backwards, with the head's values known, up to the first derivation.

use super::moves::{self, Age};
use super::plans::Start;
use super::run::{Changing, STEPS};
use super::turn::{Stop, Turn};
use crate::base::Value;
use crate::eval::head::{gives, unify_into};
use crate::eval::view::{View, tables};
use crate::eval::walk::Walk;
use crate::eval::{Haste, Row};
use crate::ir::core::{RelationId, RuleId, Var};
use std::ops::ControlFlow;

/// Rows of a relation whose heads bind the same variables.
struct Alike {
    vars: Vec<Var>,
    rows: Vec<usize>,
    /// What each row binds, one row after another.
    values: Vec<Value>,
}

impl Turn<'_, '_> {
    /// For each of these rows of a relation, whether a rule or an aggregation gives it in the new state. With `below`,
    /// only facts of lower rank count among those of the stratum.
    pub(super) fn supported(&mut self, id: RelationId, rows: &[Row], below: Option<u32>) -> Result<Vec<bool>, Stop> {
        let mut supported = vec![false; rows.len()];
        let program = self.program.clone();
        for &rule in &program.rules[id.0 as usize] {
            if supported.iter().all(|&held| held) {
                break;
            }
            self.supported_by(rule, rows, below, &mut supported)?;
        }
        for &number in &program.totals[id.0 as usize] {
            for (row, held) in rows.iter().zip(&mut supported) {
                *held = *held || self.is_total(number, row)?;
            }
        }
        Ok(supported)
    }

    /// [`Turn::supported`] by one rule.
    pub(super) fn supported_by(
        &mut self,
        id: RuleId,
        rows: &[Row],
        below: Option<u32>,
        supported: &mut [bool],
    ) -> Result<(), Stop> {
        let (core, strata, now, progress) = (self.core, self.strata, self.now, self.progress());
        let rule = core.rule(id);
        let Turn { db, moves, pool, plans, watch, texts, .. } = self;
        let (moves, db) = (&*moves, &**db);
        let (mut alike, mut bound): (Vec<Alike>, Vec<(Var, Value)>) = Default::default();
        for (at, row) in rows.iter().enumerate().filter(|(at, _)| !supported[*at]) {
            if !unify_into(&rule.columns, row, pool, &mut bound) {
                continue;
            }
            let vars = || bound.iter().map(|(var, _)| *var);
            let known = alike.iter().position(|one| one.vars.iter().copied().eq(vars()));
            let place = known.unwrap_or_else(|| {
                alike.push(Alike { vars: vars().collect(), rows: Vec::new(), values: Vec::new() });
                alike.len() - 1
            });
            alike[place].rows.push(at);
            alike[place].values.extend(bound.iter().map(|(_, value)| *value));
        }
        let mut host =
            Changing { pool, texts: *texts, room: None, watch: &mut **watch, progress, stopped: None, pulses: 0 };
        for Alike { vars, rows: starts, values } in alike {
            let plan = plans.plan(rule, id, Start::Bound(vars.clone()), db)?;
            let view = |_, id: RelationId| {
                let below = below.filter(|_| strata.of[id.0 as usize] == now);
                View { below, ..moves::view(moves, id, Age::New) }
            };
            let tables = tables(db, &plan, Haste::Order, &view);
            let mut walk = Walk::new(rule, &plan, &tables);
            for (number, at) in starts.into_iter().enumerate() {
                walk.restart();
                let values = &values[number * vars.len()..];
                vars.iter().zip(values).for_each(|(var, value)| walk.binding[var.0 as usize] = *value);
                // A fault is found where the rows that came are tried, if it counts.
                let found = walk.each(&mut host, &mut |walk, host, met| match met.is_ok()
                    && gives(&rule.columns, &rows[at], &walk.binding, host.pool)
                {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                });
                supported[at] = found.is_break();
            }
        }
        let (pulses, stopped) = (host.pulses, host.stopped);
        self.here += pulses * STEPS;
        match stopped {
            Some(exceeded) => Err(self.exceeded(exceeded, id, rule.head).into()),
            None => Ok(()),
        }
    }
}
