//! A stratum without recursion and a change of many rows: rules run over batches of what moved, and the pages of the
//! relation are gone through once.
//!
//! It is what `turn.rs` does row by row: rows that rules gave from what went, or from what no longer stands under a
//! `not`, are in doubt; those that a rule still gives stay; then come the rows that rules give from what came. The
//! rows in question and those that moved stand in relations of their own, which a rule reads in the place of a
//! condition or with one more.

use super::gather::{Task, rows_of};
use super::moves::{Age, Moves};
use super::plans::read;
use super::states::{States, relation_of};
use super::turn::{Stop, Turn, Work};
use crate::eval::Row;
use crate::eval::runs::Runs;
use crate::ir::core::{Expr, Literal, RelationId, RuleId, Term};

/// Where more than one of so many rows that a condition reads moved, filling the stratum afresh is quicker.
const SHARE: usize = 4;
/// Where more than one of so many given facts change, the pages are gone through once.
const DENSE: usize = 16;
/// So few rows are no reason to fill a stratum afresh.
const FEW: usize = 16;

/// How a stratum is best brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Row by row.
    Rows,
    /// In batches.
    Bulk,
    /// Filled afresh.
    Afresh,
}

/// Takes the rows of a sorted list out of another.
fn without(rows: &mut Vec<Row>, others: &[Row]) {
    let mut others = others.iter().peekable();
    rows.retain(|row| {
        while others.next_if(|other| *other < row).is_some() {}
        others.peek() != Some(&row)
    });
}

impl Turn<'_, '_> {
    /// How the stratum is best brought up to date, by what moved below it.
    pub(super) fn way(&self, work: &Work) -> Way {
        let stratum = &self.strata.strata[self.now];
        if stratum.recursive {
            return Way::Rows;
        }
        let own = work.take.len() + work.give.len();
        let rules = work.rules_out.len() + work.rules_in.len();
        if rules > stratum.rules.len() - work.rules_in.len() {
            // Little of it stays, and all of that would be looked for again.
            let rows: usize = stratum.relations.iter().map(|&id| self.db.relation(id).len()).sum();
            return if rows > self.plans.patience { Way::Afresh } else { Way::Rows };
        }
        if stratum.rules.is_empty() && stratum.aggregations.is_empty() {
            let rows: usize = stratum.relations.iter().map(|&id| self.db.relation(id).len()).sum();
            return if own > self.plans.patience && own > rows / DENSE { Way::Bulk } else { Way::Rows };
        }
        let mut all = 0;
        for one in &work.uses {
            let Some(id) = read(&self.core.rule(one.rule).body[one.literal]) else { continue };
            let moved = self.moves.get(&id).map_or(0, Moves::len);
            let rows = self.db.relation(id).len();
            if moved > self.plans.patience && moved > rows / SHARE + FEW {
                return Way::Afresh;
            }
            all += moved;
        }
        if own == 0 && !stratum.rules.is_empty() && all > self.plans.patience { Way::Bulk } else { Way::Rows }
    }

    /// True where a stratum that turned out to be too much row by row may be done in batches.
    pub(super) fn may_bulk(&self, work: &Work) -> bool {
        let stratum = &self.strata.strata[self.now];
        let own = work.take.len() + work.give.len();
        !stratum.recursive && !stratum.rules.is_empty() && own == 0 && self.plans.patience < usize::MAX
    }

    /// Given facts of a relation to which no rule adds.
    fn exchange(&mut self, id: RelationId, work: &Work) {
        let change = self.change;
        let (Some(before), old) = (self.db.slot(id), self.db.relation(id).clone()) else { return };
        let out = work.take.iter().map(|&at| &change.remove[at]).map(|(_, row, place)| (row, *place)).collect();
        let new = work.give.iter().map(|&at| &change.insert[at]).map(|(_, row, place)| (row, *place)).collect();
        let (came, went) = self.db.exchange(id, out, new);
        self.here += came.len() + went.len();
        if let Some(slot) = self.db.slot(id) {
            self.db.put_slot(id, before);
            self.filled(id, slot, Moves::afresh(old, came, went));
        }
    }

    /// Takes the rows that go out of the relations that the stratum reads.
    pub(super) fn apply_below(&mut self) {
        let stratum = &self.strata.strata[self.now];
        let of_rule = |rule: &RuleId| self.core.rule(*rule).body.iter().filter_map(read);
        let out = self.change.rules_out.iter().flat_map(|rule| rule.body.iter().filter_map(read));
        let read: Vec<RelationId> = stratum.rules.iter().flat_map(of_rule).chain(out).collect();
        for id in read {
            if self.moves.get(&id).is_some_and(|moves| moves.is_open() && !moves.is_empty()) {
                let (came, went) = self.moves.remove(&id).unwrap_or_default().into_lists();
                self.take_out(id, &went);
                let moves = Moves::applied(self.db.relation(id).clone(), came, went);
                self.moves.insert(id, moves);
            }
        }
    }

    /// One stratum, in batches.
    pub(super) fn bulk(&mut self, work: &Work) -> Result<(), Stop> {
        let stratum = &self.strata.strata[self.now];
        let [id] = stratum.relations[..] else { return Err(Stop::Large) };
        if stratum.rules.is_empty() && stratum.aggregations.is_empty() {
            self.exchange(id, work);
            return Ok(());
        }
        let core = self.core;
        let mut totals = (Vec::new(), Vec::new());
        for &number in &work.sums {
            let (old, new) = self.totals(number)?;
            totals.0.extend(old);
            totals.1.extend(new);
        }
        let mut states = self.states();
        let arity = core.relation(id).arity;
        // Going through all that the stratum reads is what filling it afresh takes.
        let of_rule = |rule: &RuleId| core.rule(*rule).body.iter().filter_map(read);
        let whole: usize = stratum.rules.iter().flat_map(of_rule).map(|id| self.db.relation(id).len()).sum();
        let room = (whole + self.db.relation(id).len()) / SHARE + self.plans.patience;

        let mut found = Runs::new(arity);
        for one in &work.uses {
            if self.fresh_rules.contains(&one.rule) {
                continue;
            }
            self.wake(one.rule);
            for (rule, begin) in self.lost(&mut states, *one) {
                let task = Task { rule: &rule, id: one.rule, begin, age: Age::Old, makes: false, room };
                self.gather(&states, task, &mut found)?;
            }
        }
        for &at in &work.rules_out {
            for rule in self.as_it_was(&mut states, &self.change.rules_out[at], None) {
                let id = RuleId(u32::MAX);
                let task = Task { rule: &rule, id, begin: None, age: Age::Old, makes: false, room: usize::MAX };
                self.gather(&states, task, &mut found)?;
            }
        }
        found.settle();
        let mut gone = rows_of(&found, arity);
        gone.append(&mut totals.0);
        gone.sort_unstable();
        gone.dedup();
        let relation = self.db.relation(id);
        let is_there = |row: &Row| relation.mark(row).is_some_and(|mark| mark.place().is_none());
        gone.retain(is_there);
        self.here += gone.len();
        self.held(&mut states, id, &mut gone)?;

        let mut found = Runs::new(arity);
        for one in &work.uses {
            self.wake(one.rule);
            let (rule, begin) = self.with_moved(&mut states, *one, Age::New);
            let task = Task { rule: &rule, id: one.rule, begin, age: Age::New, makes: true, room };
            self.gather(&states, task, &mut found)?;
        }
        for &rule in &work.rules_in {
            self.wake(rule);
            let (begin, age, room) = (None, Age::New, usize::MAX);
            let task = Task { rule: core.rule(rule), id: rule, begin, age, makes: true, room };
            self.gather(&states, task, &mut found)?;
        }
        found.settle();
        let mut came = rows_of(&found, arity);
        came.append(&mut totals.1);
        came.sort_unstable();
        came.dedup();
        // A reason may need a value that only now is made.
        without(&mut gone, &came);
        let relation = self.db.relation(id);
        came.retain(|row| !relation.contains(row));
        self.here += came.len();
        drop(states);
        if gone.is_empty() && came.is_empty() {
            return Ok(());
        }
        self.take_out(id, &gone);
        self.put_in(id, &came);
        let moves = Moves::applied(self.db.relation(id).clone(), came, gone);
        self.moves.insert(id, moves);
        Ok(())
    }

    /// Leaves the rows, which ascend, that nothing gives in the new state.
    fn held(&mut self, states: &mut States, id: RelationId, rows: &mut Vec<Row>) -> Result<(), Stop> {
        let (program, core) = (self.program.clone(), self.core);
        let arity = core.relation(id).arity;
        // Nothing is compared with an absence.
        let (mut left, absent): (Vec<Row>, Vec<Row>) =
            std::mem::take(rows).into_iter().partition(|row| !row.iter().any(|value| value.is_none()));
        for &number in &program.rules[id.0 as usize] {
            if left.is_empty() {
                break;
            }
            let computes = |column: &Expr| !matches!(column, Expr::Var(_) | Expr::Const(_));
            if core.rule(number).columns.iter().any(computes) {
                // What is computed cannot be asked for.
                let mut found = vec![false; left.len()];
                self.supported_by(number, &left, None, &mut found)?;
                let mut found = found.into_iter();
                left.retain(|_| found.next() == Some(false));
                continue;
            }
            let asked = states.add(relation_of(arity, &[&left]));
            let mut rule = core.rule(number).clone();
            let term = |column: &Expr| match column {
                Expr::Var(var) => Term::Var(*var),
                Expr::Const(value) if !value.is_none() => Term::Const(*value),
                _ => Term::Any,
            };
            rule.body.push(Literal::Atom(asked, rule.columns.iter().map(term).collect()));
            let mut found = Runs::new(arity);
            let begin = Some(rule.body.len() - 1);
            let (age, room) = (Age::New, usize::MAX);
            let task = Task { rule: &rule, id: number, begin, age, makes: false, room };
            self.gather(states, task, &mut found)?;
            found.settle();
            without(&mut left, &rows_of(&found, arity));
        }
        for &number in &program.totals[id.0 as usize] {
            let mut given = Vec::with_capacity(left.len());
            for row in &left {
                given.push(self.is_total(number, row)?);
            }
            let mut given = given.into_iter();
            left.retain(|_| given.next() == Some(false));
        }
        let mut supported = self.supported(id, &absent, None)?.into_iter();
        left.extend(absent.into_iter().filter(|_| supported.next() == Some(false)));
        left.sort_unstable();
        *rows = left;
        Ok(())
    }
}
