//! One change from its beginning to its end: the strata that it reaches, in order, and the way back.

use super::bulk::Way;
use super::journal::Done;
use super::moves::Age;
use super::moves::{All, Moves};
use super::plans::{Plans, Program, Use};
use super::run::{From, Watch};
use super::{Change, Delta, Moved, Setting};
use crate::base::{Pool, Value};
use crate::eval::{Database, Error, Exceeded, Limits, Mark, Progress, Row, Texts};
use crate::ir::core::{Core, RelationId, RuleId};
use crate::plan::Strata;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A stratum is filled afresh where more than one of so many rows that it has or reads are touched.
const SHARE: usize = 8;

/// Where it may be done in batches, that is quicker from a lesser share on.
const BULK: usize = 8;

/// Why a stratum cannot go on row by row.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is too much: filling it afresh is quicker.
    Large,
    /// The change fails.
    Error(Error),
}

impl std::convert::From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Error(error)
    }
}

/// What a stratum has to do.
#[derive(Default)]
pub(super) struct Work {
    /// Who reads what moved below.
    pub uses: Vec<Use>,
    /// The aggregations of what moved below.
    pub sums: Vec<usize>,
    /// The given facts that go and come, by their place in the change.
    pub take: Vec<usize>,
    pub give: Vec<usize>,
    /// Rules that leave, by their place in the change, and that come.
    pub rules_out: Vec<usize>,
    pub rules_in: Vec<RuleId>,
}

/// A change under way.
pub(super) struct Turn<'a, 'w> {
    pub core: &'a Core,
    pub strata: &'a Strata,
    pub texts: &'a dyn Texts,
    pub limits: &'a Limits,
    pub change: &'a Change,
    pub db: &'a mut Database,
    pub pool: &'a mut Pool,
    pub plans: &'a mut Plans,
    pub watch: &'a mut Watch<'w>,
    pub program: Arc<Program>,
    pub moves: All,
    /// The rules that the old program lacked.
    pub fresh_rules: FxHashSet<RuleId>,
    /// The given facts of this stratum that nothing gives any more.
    pub ungiven: FxHashMap<RelationId, FxHashSet<Row>>,
    /// The values that groups of this stratum's aggregations have now.
    pub totals_now: FxHashMap<usize, FxHashMap<Row, Option<Value>>>,
    /// The stratum.
    pub now: usize,
    /// What was touched in it, and what may be.
    pub here: usize,
    most: Option<usize>,
    may_bulk: bool,
    pub round: u32,
    /// Bytes that may still be made into texts.
    pub room: usize,
    pub done: Vec<Done>,
    pub work: BTreeMap<usize, Work>,
    pub whole: BTreeSet<usize>,
    woken: BTreeSet<RuleId>,
    touched: usize,
    recomputed: usize,
    relations_before: usize,
}

impl<'a, 'w> Turn<'a, 'w> {
    pub fn new(
        setting: Setting<'a>,
        change: &'a Change,
        db: &'a mut Database,
        pool: &'a mut Pool,
        plans: &'a mut Plans,
        watch: &'a mut Watch<'w>,
    ) -> Turn<'a, 'w> {
        let Setting { core, strata, texts, limits } = setting;
        let program = plans.program(core, strata, !change.is_of_facts());
        let fresh_rules = change.rules_in.iter().copied().collect();
        let (relations_before, room) = (db.len(), limits.text);
        Turn {
            core,
            strata,
            texts,
            limits,
            change,
            db,
            pool,
            plans,
            watch,
            program,
            fresh_rules,
            relations_before,
            room,
            moves: All::default(),
            ungiven: FxHashMap::default(),
            totals_now: FxHashMap::default(),
            now: 0,
            here: 0,
            most: None,
            may_bulk: false,
            round: 1,
            done: Vec::new(),
            work: BTreeMap::new(),
            whole: BTreeSet::new(),
            woken: BTreeSet::new(),
            touched: 0,
            recomputed: 0,
        }
    }

    /// All strata that the change reaches.
    pub fn run(mut self) -> Result<Delta, Error> {
        match self.strata() {
            Ok(()) => Ok(self.finish()),
            Err(error) => {
                self.undo(0);
                self.db.cut(self.relations_before);
                self.plans.forget();
                Err(error)
            }
        }
    }

    fn strata(&mut self) -> Result<(), Error> {
        self.db.make_more_room(self.core);
        self.begin();
        while let Some((now, work)) = self.next() {
            (self.now, self.here, self.most, self.round) = (now, 0, None, 1);
            let mut start = self.done.len();
            let mut way = if self.whole.remove(&now) { Way::Afresh } else { self.way(&work) };
            self.may_bulk = self.may_bulk(&work);
            if way == Way::Rows {
                match self.stratum(&work) {
                    Ok(()) => {}
                    Err(Stop::Error(error)) => return Err(error),
                    Err(Stop::Large) => {
                        self.undo(start);
                        way = if self.may_bulk { Way::Bulk } else { Way::Afresh };
                    }
                }
            }
            if way == Way::Bulk {
                self.apply_below();
                start = self.done.len();
                match self.bulk(&work) {
                    Ok(()) => {}
                    Err(Stop::Error(error)) => return Err(error),
                    Err(Stop::Large) => {
                        self.undo(start);
                        way = Way::Afresh;
                    }
                }
            }
            if way == Way::Afresh {
                self.recomputed += 1;
                self.afresh()?;
            }
            self.touched += self.here;
            self.ungiven.clear();
            self.totals_now.clear();
            self.wake_users();
        }
        self.within_limits()
    }

    fn next(&mut self) -> Option<(usize, Work)> {
        let (worked, whole) = (self.work.keys().next(), self.whole.first());
        let now = worked.into_iter().chain(whole).min().copied()?;
        Some((now, self.work.remove(&now).unwrap_or_default()))
    }

    /// What the change itself asks of each stratum.
    fn begin(&mut self) {
        let (change, core) = (self.change, self.core);
        let inside = |id: RelationId| (id.0 as usize) < core.relations.len();
        for (at, (id, ..)) in change.remove.iter().enumerate().filter(|(_, (id, ..))| inside(*id)) {
            self.work(*id).take.push(at);
        }
        for (at, (id, ..)) in change.insert.iter().enumerate().filter(|(_, (id, ..))| inside(*id)) {
            self.work(*id).give.push(at);
        }
        if !change.is_of_facts() || self.relations_before != core.relations.len() {
            self.reshape();
        }
    }

    /// The work of the stratum that a relation is of.
    pub fn work(&mut self, id: RelationId) -> &mut Work {
        self.work.entry(self.strata.of[id.0 as usize]).or_default()
    }

    /// One stratum, row by row.
    fn stratum(&mut self, work: &Work) -> Result<(), Stop> {
        self.give_and_take(work);
        let stratum = &self.strata.strata[self.now];
        let mut doubtful: Vec<(RelationId, Vec<Row>)> = Vec::new();
        for one in &work.uses {
            if self.fresh_rules.contains(&one.rule) {
                continue;
            }
            self.woken.insert(one.rule);
            let starts = self.starts(*one, Age::Old);
            let rows = self.heads(one.rule, starts, Age::Old)?;
            doubtful.push((self.core.rule(one.rule).head, rows));
        }
        for &at in &work.rules_out {
            let rule = &self.change.rules_out[at];
            let rows = self.heads_of(rule, RuleId(u32::MAX), From::Whole, Age::Old, false)?;
            doubtful.push((rule.head, rows));
        }
        let mut totals = Vec::new();
        for &number in &work.sums {
            let (old, new) = self.totals(number)?;
            let head = self.core.aggregations[number].head;
            doubtful.push((head, old));
            totals.push((head, new));
        }
        if stratum.recursive {
            self.delete_by_rank(doubtful)?;
        } else {
            self.delete_at_once(doubtful)?;
        }
        let mut found = totals;
        for one in &work.uses {
            self.woken.insert(one.rule);
            let starts = self.starts(*one, Age::New);
            let rows = self.heads(one.rule, starts, Age::New)?;
            found.push((self.core.rule(one.rule).head, rows));
        }
        for &rule in &work.rules_in {
            self.woken.insert(rule);
            let rows = self.heads(rule, From::Whole, Age::New)?;
            found.push((self.core.rule(rule).head, rows));
        }
        if stratum.recursive {
            self.insert_in_rounds(found)
        } else {
            for (id, rows) in found {
                self.arrive(id, rows, 1);
                self.not_large()?;
            }
            Ok(())
        }
    }

    /// Where a rule begins because of a place that reads what moved.
    fn starts(&self, one: Use, age: Age) -> From<'static> {
        let literal = one.literal;
        match (one.atom, age) {
            (true, Age::Old) => From::Went(literal),
            (true, Age::New) => From::Came(literal),
            // What is not there any more lets a `not` through.
            (false, _) if self.is_lookup(one) => From::Keys { literal, came: true, went: true },
            (false, Age::Old) => From::Keys { literal, came: true, went: false },
            (false, Age::New) => From::Keys { literal, came: false, went: true },
        }
    }

    fn is_lookup(&self, one: Use) -> bool {
        matches!(self.core.rule(one.rule).body[one.literal], crate::ir::core::Literal::Lookup { .. })
    }

    /// Without recursion a row that lost a reason is checked once, against the new state.
    fn delete_at_once(&mut self, doubtful: Vec<(RelationId, Vec<Row>)>) -> Result<(), Stop> {
        let mut rows: BTreeMap<RelationId, Vec<Row>> = BTreeMap::new();
        for (id, row) in self.ungiven.iter().flat_map(|(id, rows)| rows.iter().map(move |row| (*id, row))) {
            rows.entry(id.to_owned()).or_default().push(row.clone());
        }
        for (id, more) in doubtful {
            rows.entry(id).or_default().extend(more);
        }
        for (id, mut rows) in rows {
            rows.sort_unstable();
            rows.dedup();
            let relation = self.db.relation(id);
            let ungiven = self.ungiven.get(&id);
            let is_open = |row: &Row| ungiven.is_some_and(|rows| rows.contains(row));
            if relation.given_rows() > 0 {
                rows.retain(|row| is_open(row) || relation.mark(row).is_some_and(|mark| mark.place().is_none()));
            }
            self.here += rows.len();
            self.not_large()?;
            let supported = self.supported(id, &rows, None)?;
            for (row, held) in rows.into_iter().zip(supported) {
                if !held {
                    self.moves.entry(id).or_default().gone.insert(row);
                } else if self.ungiven.get(&id).is_some_and(|rows| rows.contains(&row)) {
                    self.mark(id, &row, Mark::FIRST);
                }
            }
        }
        Ok(())
    }

    /// Ends the work row by row where filling the stratum afresh is quicker.
    pub fn not_large(&mut self) -> Result<(), Stop> {
        if self.here <= self.plans.patience {
            return Ok(());
        }
        let most = match self.most {
            Some(most) => most,
            None => {
                let stratum = &self.strata.strata[self.now];
                let of_rule = |rule: &RuleId| self.core.rule(*rule).body.iter().filter_map(super::plans::read);
                let bodies = stratum.aggregations.iter().map(|&number| self.core.aggregations[number].body);
                let mut read: Vec<RelationId> = stratum.rules.iter().flat_map(of_rule).chain(bodies).collect();
                read.extend(&stratum.relations);
                read.sort_unstable();
                read.dedup();
                read.into_iter().map(|id| self.db.relation(id).len()).sum::<usize>() / SHARE
            }
        };
        self.most = Some(most);
        let most = if self.may_bulk { most / BULK } else { most };
        if self.here > most.max(self.plans.patience) { Err(Stop::Large) } else { Ok(()) }
    }

    /// A rule was run.
    pub fn wake(&mut self, rule: RuleId) {
        self.woken.insert(rule);
    }

    /// Asks whether to go on.
    pub fn look_up(&mut self) -> Result<(), Stop> {
        let progress = self.progress();
        match (self.watch)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(exceeded) => Err(Stop::Error(self.limit(exceeded))),
        }
    }

    /// The error of a limit in this stratum.
    pub fn limit(&self, exceeded: Exceeded) -> Error {
        let stratum = &self.strata.strata[self.now];
        let (rule, relation) = (stratum.rules.first().copied().unwrap_or(RuleId(0)), stratum.relations[0]);
        self.exceeded(exceeded, rule, relation)
    }

    /// Tells those who read what this stratum changed.
    fn wake_users(&mut self) {
        let (strata, program) = (self.strata, self.program.clone());
        for id in &strata.strata[self.now].relations {
            if self.moves.get(id).is_none_or(Moves::is_empty) {
                self.moves.remove(id);
                continue;
            }
            if let Some(moves) = self.moves.get_mut(id) {
                moves.came.sort_unstable();
            }
            for one in program.uses[id.0 as usize].iter().filter(|one| one.stratum != self.now) {
                self.work.entry(one.stratum).or_default().uses.push(*one);
            }
            for &number in &program.sums[id.0 as usize] {
                let head = self.core.aggregations[number].head;
                self.work(head).sums.push(number);
            }
        }
    }

    /// How far the change is.
    pub fn progress(&self) -> Progress {
        Progress {
            stratum: self.now,
            strata: self.strata.strata.len(),
            round: self.round,
            facts: self.touched + self.here,
            bytes: 0,
        }
    }

    fn within_limits(&mut self) -> Result<(), Error> {
        let gone: usize = self.moves.values().map(|moves| moves.gone.len()).sum();
        if self.db.derived().saturating_sub(gone) <= self.limits.facts {
            return Ok(());
        }
        let rule = self.woken.iter().next_back().copied().unwrap_or(RuleId(0));
        let head = self.core.rules.get(rule.0 as usize).map_or(RelationId(0), |rule| rule.head);
        Err(self.exceeded(Exceeded::Facts, rule, head))
    }

    /// The error of a limit, with the rows that came last.
    pub fn exceeded(&self, exceeded: Exceeded, rule: RuleId, relation: RelationId) -> Error {
        let came = self.moves.get(&relation).map_or(&[][..], |moves| &moves.came);
        let sample = came[came.len().saturating_sub(3)..].iter().map(|row| row.to_vec()).collect();
        Error::Limit { exceeded, rule, relation, sample }
    }

    /// Takes out what goes, and tells what moved.
    fn finish(mut self) -> Delta {
        let mut relations = BTreeMap::new();
        for (id, moves) in std::mem::take(&mut self.moves) {
            if !moves.gone.is_empty() {
                self.db.remove(id, moves.went());
            }
            let (came, went) = moves.into_lists();
            if !came.is_empty() || !went.is_empty() {
                relations.insert(id, Moved { came, went });
            }
        }
        for (id, ..) in self.change.insert.iter().chain(&self.change.remove) {
            if let Some(given) = self.core.given.get(id.0 as usize) {
                self.db.set_loaded(*id, given.places.len());
            }
        }
        for id in (self.core.relations.len()..self.relations_before).map(|id| RelationId(id as u32)) {
            let went: Vec<Row> = self.db.relation(id).rows().collect();
            if !went.is_empty() {
                relations.insert(id, Moved { came: Vec::new(), went });
            }
        }
        self.db.cut(self.core.relations.len());
        let rules_woken = self.woken.into_iter().collect();
        Delta { relations, rules_woken, touched: self.touched, recomputed: self.recomputed }
    }
}
