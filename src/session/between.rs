//! Large studies: a relation that stands between others, which nobody asks for, is not filled until somebody does.
//!
//! What is left out is known in [`Study::between`]: the findings name it, and a question, an explanation or whatever
//! else needs its rows calls [`Study::complete`] first. In a small study everything is filled at once.

use super::guard::Guard;
use super::{Progress, Study};
use crate::check::program::{RelationId, RelationKind};
use crate::eval::{self, Database, Outcome, Place};
use crate::ir::core;
use crate::ir::origin::Role;
use crate::plan::{self, Strata, Unfolded};

/// A study with fewer given facts is filled as a whole.
const LARGE: usize = 200_000;

impl Study {
    /// The program without the relations that merely stand between others, and its order. [`None`] where all are to
    /// be filled.
    pub(super) fn unfolded(&self) -> Option<(Unfolded, Strata)> {
        let given: usize = self.lowered.core.given.iter().map(|given| given.places.len()).sum();
        if given < self.options.large.unwrap_or(LARGE) {
            return None;
        }
        let wanted = |id: core::RelationId| match self.lowered.role(id) {
            Role::Declared(id) => self.is_asked_for(id),
            _ => true,
        };
        let unfolded = plan::unfold(&self.lowered.core, self.strata.as_ref()?, &wanted)?;
        let strata = plan::strata(&unfolded.core).ok()?;
        Some((unfolded, strata))
    }

    /// True where the findings, an output or a table show a relation for its own sake: it is not only read by rules.
    fn is_asked_for(&self, id: RelationId) -> bool {
        let program = &self.program;
        program.relation(id).kind != RelationKind::Declared
            || program.outputs.iter().any(|output| output.relation == id)
            || program.tables.iter().any(|table| {
                table.rows.relation == id || table.columns.as_ref().is_some_and(|columns| columns.relation == id)
            })
    }

    /// What came of the run of a shorter program, told of the whole one.
    pub(super) fn of_whole(
        &mut self,
        mut unfolded: Unfolded,
        result: Result<Outcome, eval::Error>,
    ) -> Result<Outcome, eval::Error> {
        std::mem::swap(&mut unfolded.core.given, &mut self.lowered.core.given);
        self.db.reset(&unfolded.hidden);
        self.between = unfolded.hidden;
        let stands_for = unfolded.stands_for;
        let whole = |rule: core::RuleId| stands_for[rule.0 as usize].first().copied().unwrap_or(rule);
        match result {
            Ok(mut outcome) => {
                let mut fired = vec![false; self.lowered.core.rules.len()];
                for (all, _) in stands_for.iter().zip(&outcome.fired).filter(|(_, fired)| **fired) {
                    all.iter().for_each(|rule| fired[rule.0 as usize] = true);
                }
                outcome.fired = fired;
                outcome.missing.iter_mut().for_each(|missing| missing.rule = whole(missing.rule));
                Ok(outcome)
            }
            Err(mut error) => {
                match &mut error {
                    eval::Error::Overflow { place: Place::Rule(rule, _), .. } | eval::Error::Limit { rule, .. } => {
                        *rule = whole(*rule);
                    }
                    eval::Error::Unsafe(unbound) => unbound.rule = whole(unbound.rule),
                    eval::Error::Overflow { .. } => {}
                }
                Err(error)
            }
        }
    }

    /// Fills what was left out. What goes wrong is added to the diagnostics.
    pub(super) fn complete(&mut self) {
        if std::mem::take(&mut self.between).is_empty() {
            return;
        }
        let Some(strata) = &self.strata else { return };
        let guard = Guard::new(&self.options, &self.stop, &self.pool);
        let mut tell = |p: eval::Progress| guard.check(p.bytes);
        let (limits, core) = (self.limits(), &self.lowered.core);
        let result = eval::run(core, strata, &mut self.db, &mut self.pool, &self.texts, &limits, &mut tell);
        match result {
            Ok(outcome) => {
                self.report_missing(&outcome.missing);
                self.fired.iter_mut().zip(outcome.fired).for_each(|(known, fired)| *known |= fired);
            }
            Err(error) => self.report_failure(&error),
        }
        self.sort_diagnostics();
    }

    /// Finds out which rules find anything, where nobody knows yet.
    pub(super) fn know_fired(&mut self) {
        if std::mem::take(&mut self.fired_before)
            && let Some(strata) = &self.strata
        {
            // Changes are carried on by the rows that they move, which tells nothing of rows found in several ways.
            let (mut db, limits, core) = (Database::default(), self.limits(), &self.lowered.core);
            let result = eval::run(core, strata, &mut db, &mut self.pool, &self.texts, &limits, &mut eval::unwatched);
            if let Ok(outcome) = result {
                self.fired = outcome.fired;
            }
        }
        let left_out = |id: &core::RelationId| self.between.contains(id);
        let rules = self.lowered.core.rules.iter().zip(&self.fired);
        if rules.into_iter().any(|(rule, fired)| !fired && left_out(&rule.head)) {
            self.complete();
        }
    }

    /// Evaluates the study, and fills what was left out.
    pub(super) fn evaluate_all(&mut self, watch: &mut dyn FnMut(Progress)) {
        self.evaluate(watch);
        self.complete();
    }
}
