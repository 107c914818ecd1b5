//! Conclusions after a change: only relations that the change can touch are evaluated again, and compared with what they
//! were. Everything else is shared with the study before.

use super::super::guard::Guard;
use super::super::run::StudyTexts;
use super::super::{Progress, Study};
use super::compare::Compared;
use super::facts::Ledger;
use crate::base::Value;
use crate::check::program::{Program, RelationKind};
use crate::diagnostic::Diagnostic;
use crate::eval::{self, Database, Missing, Outcome};
use crate::ir::Lowered;
use crate::ir::core::{Literal, RelationId, RuleId};
use crate::ir::origin::Role;
use std::collections::BTreeMap;

/// Rows that came and went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::session) struct Rows {
    pub came: Vec<Vec<Value>>,
    pub went: Vec<Vec<Value>>,
}

/// What a change did to the facts.
#[derive(Default)]
pub(in crate::session) struct Moved {
    /// By relation of the study as it is now.
    pub now: BTreeMap<RelationId, Rows>,
    /// What only the study before had, by its relations.
    pub then: BTreeMap<RelationId, Rows>,
    /// How many rules were run again.
    pub woken: usize,
    /// How many relations were filled again.
    pub refilled: usize,
}

/// True of a relation that an author can name, alone or with a concept.
pub(super) fn is_shown(program: &Program, role: Role) -> bool {
    match role {
        Role::Declared(id) => program.relation(id).kind != RelationKind::Quote,
        Role::Union(_) | Role::Has(_) | Role::Stimulates(..) => true,
        _ => false,
    }
}

/// The rows that only one of two states has. What is not evaluated has none.
fn moved(before: Option<(&Database, RelationId)>, after: Option<(&Database, RelationId)>) -> Rows {
    let rows = |side: Option<(&Database, RelationId)>, other: Option<(&Database, RelationId)>| {
        let Some((db, id)) = side.filter(|(db, id)| (id.0 as usize) < db.len()) else { return Vec::new() };
        let missing = |row: &[Value]| other.is_none_or(|(db, id)| db.find(id, row).is_none());
        db.relation(id).rows().filter(|row| missing(row)).map(|row| row.to_vec()).collect()
    };
    Rows { came: rows(after, before), went: rows(before, after) }
}

/// The heads of rules that ask for places in texts: what they find follows the texts, not only facts.
pub(super) fn asking_for_places(lowered: &Lowered) -> impl Iterator<Item = RelationId> {
    let rules = lowered.core.rules.iter();
    rules.filter(|rule| rule.body.iter().any(|l| matches!(l, Literal::Place(..)))).map(|rule| rule.head)
}

impl Study {
    /// Brings the conclusions up to date after given facts of some relations changed, and texts, where that is so. On
    /// error the database is as it was.
    pub(super) fn conclude_again(
        &mut self,
        ledger: &Ledger,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Moved, Vec<Diagnostic>> {
        let mut dirty = ledger.dirty();
        let asking = ledger.texts && asking_for_places(&self.lowered).next().is_some();
        if !asking && let Some(moved) = self.follow_facts(ledger) {
            return moved;
        }
        if ledger.texts {
            dirty.extend(asking_for_places(&self.lowered));
        }
        let Some(strata) = &self.strata else { return Ok(Moved::default()) };
        let affected = strata.affected(&self.lowered.core, &dirty);
        let before = self.db.clone();
        self.db.reset(&affected);
        let outcome = match self.run(watch) {
            Ok(outcome) => outcome,
            Err(told) => {
                self.db = before;
                return Err(told);
            }
        };
        let touched = |rule: RuleId| affected.binary_search(&self.lowered.core.rule(rule).head).is_ok();
        let woken = (0..self.lowered.core.rules.len() as u32).map(RuleId).filter(|&r| touched(r)).count();
        let mut missing: Vec<Missing> = self.trail.missing.iter().filter(|m| !touched(m.rule)).cloned().collect();
        for rule in (0..self.fired.len() as u32).map(RuleId).filter(|&rule| touched(rule)) {
            self.fired[rule.0 as usize] = outcome.fired[rule.0 as usize];
        }
        missing.extend(outcome.missing);
        missing.sort_by_key(|m| (m.rule, m.site));
        self.trail.missing = missing;
        let mut out = Moved { woken, refilled: affected.len(), ..Moved::default() };
        for id in affected.into_iter().filter(|&id| is_shown(&self.program, self.lowered.role(id))) {
            let rows = moved(Some((&before, id)), Some((&self.db, id)));
            if rows != Rows::default() {
                out.now.insert(id, rows);
            }
        }
        Ok(out)
    }

    /// Draws the conclusions of a study that follows another one, whose facts it has been given.
    pub(super) fn conclude_after(
        &mut self,
        before: &Study,
        compared: &Compared,
        texts: bool,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Moved, Vec<Diagnostic>> {
        if let Some(moved) = self.follow_program(before, compared, texts) {
            return Ok(moved);
        }
        let Some(strata) = &self.strata else { return Ok(Moved::default()) };
        let mut dirty = compared.changed.clone();
        if texts {
            dirty.extend(asking_for_places(&self.lowered));
        }
        let mut same = compared.ours.clone();
        for id in strata.affected(&self.lowered.core, &dirty) {
            same[id.0 as usize] = None;
        }
        self.db = Database::default();
        self.db.take_over(&self.lowered.core, &before.db, &mut same);
        let outcome = self.run(watch)?;
        let taken = |rule: RuleId| same[self.lowered.core.rule(rule).head.0 as usize].is_some();
        let mut theirs: BTreeMap<RuleId, RuleId> = BTreeMap::new();
        let mut woken = 0;
        self.fired = outcome.fired;
        self.fired_before = before.fired_before;
        for (number, old) in compared.rules.iter().enumerate() {
            match old.filter(|_| taken(RuleId(number as u32))) {
                Some(old) => {
                    self.fired[number] = before.fired.get(old.0 as usize).copied().unwrap_or_default();
                    theirs.insert(old, RuleId(number as u32));
                }
                None => woken += 1,
            }
        }
        let kept =
            before.trail.missing.iter().filter_map(|m| Some(Missing { rule: *theirs.get(&m.rule)?, ..m.clone() }));
        let mut missing: Vec<Missing> = kept.chain(outcome.missing).collect();
        missing.sort_by_key(|m| (m.rule, m.site));
        self.trail.missing = missing;
        let refilled = same.iter().filter(|same| same.is_none()).count();
        Ok(Moved { woken, refilled, ..self.moved_since(before, &compared.ours, &same) })
    }

    /// What is there now and was not before, and the other way round. Relations of `same` are known to have stayed.
    pub(super) fn moved_since(
        &self,
        before: &Study,
        ours: &[Option<RelationId>],
        same: &[Option<RelationId>],
    ) -> Moved {
        let mut out = Moved::default();
        let mut met = vec![false; before.lowered.core.relations.len()];
        for (number, our) in ours.iter().enumerate() {
            let id = RelationId(number as u32);
            our.iter().for_each(|our| met[our.0 as usize] = true);
            if same[number].is_none() && is_shown(&self.program, self.lowered.role(id)) {
                let rows = moved(our.map(|our| (&before.db, our)), Some((&self.db, id)));
                if rows != Rows::default() {
                    out.now.insert(id, rows);
                }
            }
        }
        for (number, _) in met.iter().enumerate().filter(|(_, met)| !**met) {
            let id = RelationId(number as u32);
            if is_shown(&before.program, before.lowered.role(id)) {
                let rows = moved(Some((&before.db, id)), None);
                if rows != Rows::default() {
                    out.then.insert(id, rows);
                }
            }
        }
        out
    }

    /// Runs what is not complete. Where it has to stop, what is to be said of it; the database is then of no use.
    fn run(&mut self, watch: &mut dyn FnMut(Progress)) -> Result<Outcome, Vec<Diagnostic>> {
        let Some(strata) = &self.strata else { return Ok(Outcome::default()) };
        let guard = Guard::new(&self.options, &self.stop, &self.pool);
        let mut tell = |p: eval::Progress| {
            watch(Progress { task: "drawing conclusions".into(), done: p.stratum, of: p.strata });
            guard.check(p.bytes)
        };
        let limits = self.limits();
        let texts: &StudyTexts = &self.texts;
        let result = eval::run(&self.lowered.core, strata, &mut self.db, &mut self.pool, texts, &limits, &mut tell);
        result.map_err(|error| {
            let said = self.diagnostics.len();
            self.report_failure(&error);
            self.diagnostics.split_off(said)
        })
    }
}
