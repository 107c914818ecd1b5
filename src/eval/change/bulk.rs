//! A stratum without recursion and a change of many rows: rules run over batches of what moved, and the pages of the
//! relation are gone through once.
//!
//! It is what `turn.rs` does row by row: rows that rules gave from what went, or from what no longer stands under a
//! `not`, are in doubt; those that a rule still gives stay; then come the rows that rules give from what came. The
//! rows in question and those that moved stand in relations of their own, which a rule reads in the place of a
//! condition or with one more.

use super::moves::{Age, Moves};
use super::plans::{Use, read};
use super::run::{asked, keys};
use super::turn::{Stop, Turn, Work};
use crate::base::{Pool, Value};
use crate::eval::batch::{self, Flats, Machine, Means, Run, Scope, ToRuns, compile};
use crate::eval::condition::Texts;
use crate::eval::growing::{Growing, OfRule};
use crate::eval::outcome::{Site, operation, seen};
use crate::eval::runs::Runs;
use crate::eval::store::Builder;
use crate::eval::walk::Fault;
use crate::eval::{Database, Error, Exceeded, Mark, Place, Relation, Row};
use crate::ir::compute::{Computed, Failure, Operation};
use crate::ir::core::{Core, Expr, Literal, RelationId, Rule, RuleId, Term};
use crate::plan::{Request, plan_rule};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Where more than one of so many rows that a condition reads moved, filling the stratum afresh is quicker.
const SHARE: usize = 4;
/// Where more than one of so many given facts change, the pages are gone through once.
const DENSE: usize = 16;
/// So few rows are no reason to fill a stratum afresh.
const FEW: usize = 16;
/// It is asked whether to go on once in so many calls.
const OFTEN: usize = 64;

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

/// Both states, with relations for what moved. The old one has relations as they were where that is known; elsewhere they
/// are as they are now.
struct States {
    old: Database,
    new: Database,
    /// The relations of what came to a relation, and of what went.
    moved: FxHashMap<(RelationId, bool), RelationId>,
}

impl States {
    fn of(&self, age: Age) -> &Database {
        if age == Age::Old { &self.old } else { &self.new }
    }

    /// Puts a relation as it was in the old state.
    fn restore(&mut self, id: RelationId, moves: &Moves) {
        if let Some(old) = moves.old() {
            self.old.replace(id, old.clone());
        }
    }

    fn add(&mut self, relation: Relation) -> RelationId {
        self.old.add(relation.clone());
        self.new.add(relation)
    }
}

/// Rows as a relation.
fn relation_of(arity: usize, rows: &[&[Row]]) -> Relation {
    let values: Vec<Value> = rows.iter().flat_map(|rows| rows.iter().flat_map(|row| row.iter().copied())).collect();
    let count = rows.iter().map(|rows| rows.len()).sum();
    Builder::from_rows(arity, &values, (arity == 0).then(|| vec![Mark::FIRST.bits(); count]))
}

/// The rows of runs that are settled.
fn rows_of(runs: &Runs, arity: usize) -> Vec<Row> {
    let mut rows = Vec::with_capacity(runs.len());
    for (first, tails) in runs.iter() {
        match arity {
            0 => rows.extend((!tails.is_empty()).then(|| Row::from(&[][..]))),
            1 => rows.extend(tails.iter().map(|value| Row::from(&[*value][..]))),
            _ => {
                let row = |tail: &[Value]| std::iter::once(first).chain(tail.iter().copied()).collect::<Row>();
                rows.extend(tails.chunks_exact(arity - 1).map(row));
            }
        }
    }
    rows.dedup();
    rows
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
                self.gather(&states, &rule, one.rule, begin, Age::Old, room, &mut found)?;
            }
        }
        for &at in &work.rules_out {
            for rule in self.as_it_was(&mut states, &self.change.rules_out[at], None) {
                self.gather(&states, &rule, RuleId(u32::MAX), None, Age::Old, usize::MAX, &mut found)?;
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
            self.gather(&states, &rule, one.rule, begin, Age::New, room, &mut found)?;
        }
        for &rule in &work.rules_in {
            self.wake(rule);
            self.gather(&states, core.rule(rule), rule, None, Age::New, usize::MAX, &mut found)?;
        }
        found.settle();
        let mut came = rows_of(&found, arity);
        came.append(&mut totals.1);
        came.sort_unstable();
        came.dedup();
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

    fn states(&self) -> States {
        let (mut old, new) = (self.db.clone(), self.db.clone());
        for (id, moves) in &self.moves {
            if let Some(before) = moves.known_old() {
                old.replace(*id, before.clone());
            }
        }
        States { old, new, moved: FxHashMap::default() }
    }

    /// The relation of the rows that came to a relation, or of those that went.
    fn moved(&self, states: &mut States, id: RelationId, came: bool) -> RelationId {
        if let Some(&known) = states.moved.get(&(id, came)) {
            return known;
        }
        let rows = self.moves.get(&id).map_or(&[][..], |moves| if came { &moves.came } else { moves.went() });
        let moved = states.add(relation_of(self.core.relation(id).arity, &[rows]));
        states.moved.insert((id, came), moved);
        moved
    }

    /// A rule that begins with what moved at a place that reads it, and where it says so: an atom reads what moved in
    /// place of the relation, and a `not` or a lookup asks with what there is of its columns.
    fn with_moved(&self, states: &mut States, one: Use, age: Age) -> (Rule, Option<usize>) {
        let mut rule = self.core.rule(one.rule).clone();
        let literal = rule.body[one.literal].clone();
        let Some(id) = read(&literal) else { return (rule, None) };
        let new = age == Age::New;
        if let Literal::Atom(_, terms) = literal {
            rule.body[one.literal] = Literal::Atom(self.moved(states, id, new), terms);
            return (rule, Some(one.literal));
        }
        let both = matches!(literal, Literal::Lookup { .. });
        let lists = self.moves.get(&id).map(|moves| (&moves.came[..], moves.went()));
        let (came, went) = lists.unwrap_or_default();
        let rows = [if both || !new { came } else { &[] }, if both || new { went } else { &[] }];
        let vars = asked(&literal);
        let keys = keys(&literal, &vars, rows.into_iter().flatten());
        let moved = states.add(relation_of(vars.len(), &[&keys]));
        rule.body.push(Literal::Atom(moved, vars.into_iter().map(Term::Var).collect()));
        let begin = rule.body.len() - 1;
        (rule, Some(begin))
    }

    /// Rules that together give all that a rule gave in the old state from what moved at one place, and perhaps more.
    fn lost(&self, states: &mut States, one: Use) -> Vec<(Rule, Option<usize>)> {
        let (mut rule, begin) = self.with_moved(states, one, Age::Old);
        // It begins with the first condition, so that others may be left out.
        if let Some(begin) = begin {
            let first = rule.body.remove(begin);
            rule.body.insert(0, first);
        }
        let begin = begin.map(|_| 0);
        self.as_it_was(states, &rule, begin).into_iter().map(|rule| (rule, begin)).collect()
    }

    /// Rules that together give what a rule gave in the old state, and perhaps more: a relation without the rows that
    /// went is read once as it is and once in those rows, and a `not` that more rows stand under is left out.
    fn as_it_was(&self, states: &mut States, rule: &Rule, begin: Option<usize>) -> Vec<Rule> {
        let mut rules = vec![Rule { body: Vec::new(), ..rule.clone() }];
        for (at, literal) in rule.body.iter().enumerate() {
            let id = read(literal);
            let moves = id.and_then(|id| Some((id, self.moves.get(&id).filter(|moves| !moves.is_empty())?)));
            let known = moves.is_none_or(|(_, moves)| moves.known_old().is_some());
            let add = |rules: &mut Vec<Rule>| rules.iter_mut().for_each(|rule| rule.body.push(literal.clone()));
            match (literal, moves) {
                (_, Some((id, moves))) if begin != Some(at) && !known => match literal {
                    Literal::Atom(_, terms) if !moves.went().is_empty() && rules.len() < 8 => {
                        let went = self.moved(states, id, false);
                        let mut others = rules.clone();
                        add(&mut rules);
                        others.iter_mut().for_each(|rule| rule.body.push(Literal::Atom(went, terms.clone())));
                        rules.extend(others);
                    }
                    Literal::Not(..) if !moves.came.is_empty() => {}
                    Literal::Atom(..) if !moves.went().is_empty() => {
                        states.restore(id, moves);
                        add(&mut rules);
                    }
                    Literal::Lookup { .. } => {
                        states.restore(id, moves);
                        add(&mut rules);
                    }
                    _ => add(&mut rules),
                },
                _ => add(&mut rules),
            }
        }
        rules
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
            self.support(states, &rule, number, begin, &mut found)?;
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

    /// Rows of the new state, where nothing may fail and nothing is made.
    fn support(
        &mut self,
        states: &States,
        rule: &Rule,
        id: RuleId,
        begin: Option<usize>,
        found: &mut Runs,
    ) -> Result<(), Stop> {
        self.execute(states, rule, id, begin, (Age::New, false), usize::MAX, found)
    }

    /// Adds the rows that a rule gives in one of the states; `begin` is the atom to begin with. With more than `room`
    /// rows the stratum is too much.
    #[expect(clippy::too_many_arguments, reason = "what a run of a rule is about")]
    fn gather(
        &mut self,
        states: &States,
        rule: &Rule,
        id: RuleId,
        begin: Option<usize>,
        age: Age,
        room: usize,
        found: &mut Runs,
    ) -> Result<(), Stop> {
        self.execute(states, rule, id, begin, (age, age == Age::New), room, found)
    }

    #[expect(clippy::too_many_arguments, reason = "what a run of a rule is about")]
    fn execute(
        &mut self,
        states: &States,
        rule: &Rule,
        id: RuleId,
        begin: Option<usize>,
        (age, makes): (Age, bool),
        room: usize,
        found: &mut Runs,
    ) -> Result<(), Stop> {
        let (at, progress) = (FxHashMap::default(), self.progress());
        let scope = Scope { db: states.of(age), works: &[], at: &at };
        if begin.is_some_and(|begin| read(&rule.body[begin]).is_some_and(|id| scope.len(id) == 0)) {
            return Ok(());
        }
        let request = Request { delta: begin, ..Request::default() };
        let mut plan = plan_rule(rule, RuleId(0), request, &scope).map_err(Error::Unsafe)?;
        // Where it begins it goes through a relation as any other.
        plan.delta = None;
        let mut code = compile(rule, &plan, &[], scope);
        let rows = begin.and_then(|begin| read(&rule.body[begin])).map_or(0, |id| scope.len(id));
        code.copy_orders(&mut Flats::default(), scope, rows);
        let (mut calls, before) = (0, found.len());
        let asked = &mut *self.watch;
        let mut watch = |runs: &mut Runs| {
            calls += 1;
            if calls % OFTEN == 0
                && let ControlFlow::Break(exceeded) = asked(progress)
            {
                return Err(batch::Stop::Limit(exceeded));
            }
            if runs.len() - before > room { Err(batch::Stop::Enough) } else { Ok(()) }
        };
        let mut sink = ToRuns { runs: found, found: false, watch: &mut watch };
        let run = Run { code: &code, rule, scope, between: None, bound: &[], owner: None };
        let ended = if makes {
            let core = Core { rules: vec![rule.clone()], ..Core::default() };
            let (pool, texts, room) = (&mut *self.pool, self.texts, self.room);
            let mut growing = Growing { core: &core, pool, texts, room, missing: BTreeMap::new() };
            let mut means = OfRule { growing: &mut growing, rule: RuleId(0), scope };
            let ended = Machine::default().run(&run, &mut means, &mut sink);
            self.room = growing.room;
            ended
        } else {
            let mut means = Quiet { pool: self.pool, texts: self.texts };
            Machine::default().run(&run, &mut means, &mut sink)
        };
        ended.map_err(|stop| match stop {
            batch::Stop::Enough => Stop::Large,
            batch::Stop::Limit(exceeded) => self.exceeded(exceeded, id, rule.head).into(),
            batch::Stop::Fault(fault, _) if fault.failure == Failure::Full => {
                self.exceeded(Exceeded::Text, id, rule.head).into()
            }
            batch::Stop::Fault(fault, binding) => {
                let values = seen(rule, fault.site, &binding).into_iter().map(|(_, value)| value).collect();
                let operation = operation(fault.failure);
                Stop::Error(Error::Overflow { place: Place::Rule(id, fault.site), operation, values })
            }
        })
    }
}

/// The values as they are. Nothing fails: what an operation had no value for in the old state was no fault there, and
/// in the new one it is found where rows are that came.
struct Quiet<'a> {
    pool: &'a Pool,
    texts: &'a dyn Texts,
}

impl Means for Quiet<'_> {
    fn pool(&self) -> &Pool {
        self.pool
    }

    fn texts(&self) -> Option<&dyn Texts> {
        Some(self.texts)
    }

    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        Ok(value.find(self.pool))
    }

    fn undefined(&mut self, _: Site, _: Operation, _: &[Value]) {}

    fn counts(&mut self, _: Fault, _: &[Value]) -> bool {
        false
    }
}
