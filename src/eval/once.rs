//! A stratum without recursion: one relation, one pass.
//!
//! What the rules find goes into [`Runs`], to be sorted once. A rule that goes through a relation at rest by what its
//! head begins with gives its rows in order, so it is run range by range of first values: each range is sorted while it
//! is in cache and is done with. Ranges are also what threads share; what comes of them is put together in order.

use super::batch::{Code, Flats, Machine, Run, Scope, Stop, ToRuns, View, compile};
use super::fixpoint::{Engine, SAMPLE, Sample};
use super::growing::{OfRule, Reading};
use super::outcome::{Error, Exceeded};
use super::row::Row;
use super::runs::{Making, Runs, packed};
use super::store::{Builder, Order};
use crate::base::{Pool, Value};
use crate::ir::core::{Core, RelationId};
use crate::plan::{Stratum, plan_bulk};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A range has at most about so many rows, and at least so many.
const MOST_ROWS: usize = 1 << 15;
const LEAST_ROWS: usize = 1 << 8;
/// Less rows than these are one range.
const FEW_ROWS: usize = 1 << 12;
/// So many rows may wait before they are looked through, to know how many there really are.
const WAITING: usize = 1 << 20;
/// How often it is told how far it is, in calls of the sink.
const OFTEN: usize = 64;

/// All first values.
const ALL: (Value, Value) = (Value::from_bits(0), Value::from_bits(u32::MAX));

impl Engine<'_> {
    /// Completes a stratum of one relation; `there` are rows that its aggregations gave.
    pub(super) fn once(&mut self, stratum: &Stratum, there: Vec<(RelationId, Row)>) -> Result<(), Error> {
        let [id] = stratum.relations[..] else { return Ok(()) };
        if stratum.rules.is_empty() && there.is_empty() {
            return Ok(());
        }
        let (before, at) = (self.db.relation(id).clone(), FxHashMap::default());
        let arity = before.arity();
        let mut loose = Runs::new(arity);
        for (_, row) in there {
            match &row[..] {
                [] => {}
                [value] => loose.push(Value::NONE, &[*value]),
                [first, tail @ ..] => loose.push(*first, tail),
            }
        }
        let (mut codes, mut flats) = (Vec::new(), Flats::default());
        for &rule in &stratum.rules {
            let scope = Scope { db: self.db, works: &[], at: &at };
            let plan = plan_bulk(self.core, rule, &scope).map_err(Error::Unsafe)?;
            let mut code = compile(self.core.rule(rule), &plan, &[], scope);
            let rows = code.start().map_or(0, |view| view.len(scope));
            code.copy_orders(&mut flats, scope, rows);
            codes.push(code);
        }
        let (ascending, others): (Vec<&Code>, Vec<&Code>) = codes.iter().partition(|code| code.ascends && code.pure);
        for code in others {
            let ended = match code.start() {
                Some(View::Order(order)) if code.pure && order.len() >= FEW_ROWS => {
                    let empty = Runs::new(arity);
                    self.ranges(&at, &[code], order, &empty, (arity, false), &mut |runs, _| {
                        runs.iter().for_each(|(first, tails)| loose.push(first, tails));
                        // Ranges may give the same rows; only different ones count.
                        settle_now_and_then(&mut loose);
                        loose.settled()
                    })
                }
                _ => self.whole(&at, code, &mut loose).map_err(|stop| (stop, loose.last(arity, SAMPLE))),
            };
            if let Err((stop, sample)) = ended {
                return Err(self.stopped(stop, code.rule(), |_| sample));
            }
        }
        loose.settle();
        let mut making = Making::new(&before);
        let mut orders = ascending.iter().filter_map(|code| match code.start() {
            Some(View::Order(order)) => Some(order),
            _ => None,
        });
        match orders.by_ref().max_by_key(|order| order.len()) {
            None => making.add(&loose),
            Some(order) => {
                let mut made = 0;
                let packs = making.takes_packed();
                let ended = self.ranges(&at, &ascending, order, &loose, (arity, packs), &mut |runs, packed| {
                    made += runs.len();
                    match packed {
                        Some(packed) => making.append(packed),
                        None => making.add(runs),
                    }
                    made
                });
                if let Err((stop, sample)) = ended {
                    let rule = ascending.first().map_or(crate::ir::core::RuleId(0), |code| code.rule());
                    return Err(self.stopped(stop, rule, |_| sample));
                }
            }
        }
        drop(loose);
        let relation = making.finish();
        self.facts += relation.len() - before.len();
        if let Some(place) = self.db.relation_mut(id) {
            *place = relation;
        }
        if self.facts > self.limits.facts {
            let rules = (0..self.core.rules.len() as u32).map(crate::ir::core::RuleId);
            return Err(self.exceeded(Exceeded::Facts, rules, |_| Vec::new()));
        }
        Ok(())
    }

    /// Runs a rule from start to end on this thread.
    fn whole(&mut self, at: &FxHashMap<RelationId, usize>, code: &Code, runs: &mut Runs) -> Result<(), Stop> {
        let scope = Scope { db: self.db, works: &[], at };
        let room = self.limits.facts.saturating_sub(self.facts);
        let (told, progress, mut calls) = (&mut *self.watch, self.progress, 0);
        let mut watch = |runs: &mut Runs| {
            calls += 1;
            if calls % OFTEN == 0
                && let ControlFlow::Break(exceeded) = told(progress)
            {
                return Err(Stop::Limit(exceeded));
            }
            enough(runs, room)
        };
        let rule = self.core.rule(code.rule());
        let before = runs.len();
        let mut sink = ToRuns { runs, found: false, watch: &mut watch };
        let run = Run { code, rule, scope, between: None, bound: &[], owner: None };
        let mut means = OfRule { growing: &mut self.host, rule: code.rule(), scope };
        let ended = Machine::default().run(&run, &mut means, &mut sink);
        self.fired[code.rule().0 as usize] |= sink.found;
        self.recent[code.rule().0 as usize] += sink.runs.len().saturating_sub(before);
        ended
    }

    /// Runs rules range by range of what they start with, and hands the settled rows of each range to `done`, in order;
    /// `more` are settled rows to be put among them. `done` says how many rows there are by now, and gets them packed where
    /// that is asked for.
    fn ranges(
        &mut self,
        at: &FxHashMap<RelationId, usize>,
        codes: &[&Code],
        order: &Order,
        more: &Runs,
        (arity, packs): (usize, bool),
        done: &mut (dyn FnMut(&Runs, Option<Builder>) -> usize + Send),
    ) -> Result<(), (Stop, Sample)> {
        let ranges = cut(order);
        let more: BTreeMap<Value, &[Value]> = more.iter().collect();
        let threads = self.threads.min(ranges.len()).max(1);
        let sharing = Sharing {
            core: self.core,
            scope: Scope { db: self.db, works: &[], at },
            pool: self.host.pool,
            codes,
            ranges: &ranges,
            more: &more,
            arity,
            packs,
            room: self.limits.facts.saturating_sub(self.facts),
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            line: Mutex::new(Line { next: 0, waiting: BTreeMap::new(), free: Vec::new(), done }),
        };
        let (told, progress) = (&mut *self.watch, self.progress);
        let results: Vec<Share> = std::thread::scope(|scope| {
            let others: Vec<_> =
                (1..threads).map(|_| scope.spawn(|| sharing.run(&mut || ControlFlow::Continue(())))).collect();
            let mine = sharing.run(&mut || told(progress));
            std::iter::once(mine).chain(others.into_iter().filter_map(|other| other.join().ok())).collect()
        });
        let mut ended = Ok(());
        for share in results {
            for (code, (found, rows)) in codes.iter().zip(share.found) {
                self.fired[code.rule().0 as usize] |= found;
                self.recent[code.rule().0 as usize] += rows;
            }
            if let (Ok(()), Some(stop)) = (&ended, share.stop) {
                ended = Err(stop);
            }
        }
        ended
    }
}

/// Looks rows through where many wait, and stops where there are too many.
fn enough(runs: &mut Runs, room: usize) -> Result<(), Stop> {
    settle_now_and_then(runs);
    if runs.settled() > room || (runs.len() > room && runs.waiting() > room) {
        runs.settle();
    }
    if runs.settled() > room { Err(Stop::Limit(Exceeded::Facts)) } else { Ok(()) }
}

fn settle_now_and_then(runs: &mut Runs) {
    if runs.waiting() > WAITING.max(runs.settled()) {
        runs.settle();
    }
}

/// Ranges of an order's first values, both ends included, of about as many rows each.
fn cut(order: &Order) -> Vec<(Value, Value)> {
    if order.len() < FEW_ROWS {
        return vec![ALL];
    }
    let least = (order.len() / 16).clamp(LEAST_ROWS, MOST_ROWS);
    let (mut ranges, mut from, mut rows) = (Vec::new(), ALL.0, 0);
    for (first, tails) in order.groups() {
        if rows >= least {
            ranges.push((from, Value::from_bits(first.bits() - 1)));
            (from, rows) = (first, 0);
        }
        rows += tails.len();
    }
    ranges.push((from, ALL.1));
    ranges
}

/// What a thread came to.
struct Share {
    /// By code: whether it found a row, and how many.
    found: Vec<(bool, usize)>,
    stop: Option<(Stop, Sample)>,
}

/// Results wait here until those before them are done.
struct Line<'a> {
    next: usize,
    waiting: BTreeMap<usize, (Runs, Option<Builder>)>,
    free: Vec<Runs>,
    done: &'a mut (dyn FnMut(&Runs, Option<Builder>) -> usize + Send),
}

/// What threads share.
struct Sharing<'a> {
    core: &'a Core,
    scope: Scope<'a>,
    pool: &'a Pool,
    codes: &'a [&'a Code],
    ranges: &'a [(Value, Value)],
    more: &'a BTreeMap<Value, &'a [Value]>,
    arity: usize,
    /// True where the rows of a range are packed as soon as they are settled.
    packs: bool,
    room: usize,
    next: AtomicUsize,
    stopped: AtomicBool,
    line: Mutex<Line<'a>>,
}

impl<'a> Sharing<'a> {
    /// Takes one range after another.
    fn run(&self, tell: &mut dyn FnMut() -> ControlFlow<Exceeded>) -> Share {
        let mut share = Share { found: vec![(false, 0); self.codes.len()], stop: None };
        let mut machine = Machine::default();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(&range) = self.ranges.get(number) else { return share };
            let mut runs = self.lock().free.pop().unwrap_or_else(|| Runs::new(self.arity));
            runs.clear();
            let ended = self.one(range, &mut machine, &mut runs, &mut share, tell);
            let ended = ended.and_then(|()| self.hand_on(number, runs));
            if let Err((stop, sample)) = ended {
                self.stopped.store(true, Ordering::Relaxed);
                share.stop = (!matches!(stop, Stop::Enough)).then_some((stop, sample));
                return share;
            }
        }
    }

    fn one(
        &self,
        (from, to): (Value, Value),
        machine: &mut Machine,
        runs: &mut Runs,
        share: &mut Share,
        tell: &mut dyn FnMut() -> ControlFlow<Exceeded>,
    ) -> Result<(), (Stop, Sample)> {
        let mut calls = 0;
        let mut watch = |runs: &mut Runs| {
            calls += 1;
            if calls % OFTEN == 0
                && let ControlFlow::Break(exceeded) = tell()
            {
                return Err(Stop::Limit(exceeded));
            }
            // Another thread has the reason.
            if self.stopped.load(Ordering::Relaxed) { Err(Stop::Enough) } else { enough(runs, self.room) }
        };
        for (at, code) in self.codes.iter().enumerate() {
            let (rule, before) = (self.core.rule(code.rule()), runs.len());
            let mut sink = ToRuns { runs, found: false, watch: &mut watch };
            let between = Some((from, to)).filter(|range| *range != ALL);
            let run = Run { code, rule, scope: self.scope, between, bound: &[], owner: None };
            let ended = machine.run(&run, &mut Reading { pool: self.pool, texts: None }, &mut sink);
            share.found[at].0 |= sink.found;
            share.found[at].1 += sink.runs.len().saturating_sub(before);
            ended.map_err(|stop| (stop, runs.last(self.arity, SAMPLE)))?;
        }
        if self.arity < 2 {
            // Rows begin with nothing and are in order with what else there is.
            for tails in self.more.values() {
                let low = tails.partition_point(|value| *value < from);
                let high = tails.partition_point(|value| *value <= to);
                runs.push(Value::NONE, &tails[low..high]);
            }
        } else {
            self.more.range(from..=to).for_each(|(first, tails)| runs.push(*first, tails));
        }
        runs.settle();
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Line<'a>> {
        // A thread that panicked takes the whole evaluation with it.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands on the rows of a range, and those that waited for it.
    fn hand_on(&self, number: usize, runs: Runs) -> Result<(), (Stop, Sample)> {
        let packed = self.packs.then(|| packed(self.arity, &runs));
        let mut line = self.lock();
        line.waiting.insert(number, (runs, packed));
        loop {
            let next = line.next;
            let Some((runs, packed)) = line.waiting.remove(&next) else { return Ok(()) };
            line.next += 1;
            let rows = (line.done)(&runs, packed);
            if rows > self.room {
                return Err((Stop::Limit(Exceeded::Facts), runs.last(self.arity, SAMPLE)));
            }
            line.free.push(runs);
        }
    }
}
