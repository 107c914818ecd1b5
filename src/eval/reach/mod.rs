//! A recursion that hands one column on is a search from each value of that column by itself.
//!
//! Where every rule of a stratum is `r(x, z) if r(x, y) and …`, and what stands for `…` does not ask for `x`, the rows of
//! one `x` follow from rows of the same `x` alone. So there are no rounds over the whole relation: what leads from `y`
//! to `z` is written down once, and then each `x` is searched breadth first, in room that stays in cache, by whichever
//! thread is free. The level at which a row is found is the round in which the rounds of [`super::rounds`] would find it,
//! and so its rank. The rows of each `x` come to rest as soon as they are complete.
//!
//! The same holds for `r(x, z) if … and r(y, z)` where `…` is what the relation begins with, and for
//! `r(x, z) if r(x, y) and r(y, z)`, whose rounds reach twice as far each time. What is not of this kind, or would meet
//! a limit, is left to the rounds.

mod graph;
mod search;
mod shape;

use super::batch::{Flats, Machine, Run, Scope, Sink, Stop, compile};
use super::fixpoint::{Engine, SAMPLE};
use super::growing::Reading;
use super::mark::Mark;
use super::outcome::{Error, Exceeded};
use super::relation::Relation;
use super::rounds::cost;
use super::store::Builder;
use crate::base::Value;
use crate::ir::core::{Literal, Rule, RuleId};
use crate::plan::{Request, Stratum, plan_rule};
use graph::{Graph, Nodes, first, packed, second, settle};
use rustc_hash::{FxHashMap, FxHashSet};
use search::{Ground, Search};
use shape::{Shape, Way, shape};
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Less rows than these are not worth a second thread.
const LARGE: usize = 20_000;
/// So many shares are made for each thread.
const SHARES: usize = 16;
/// What leads from value to value is not written down where it is much more than there are rows to make it of.
const MOST_STEPS: usize = 1 << 16;
/// Nor are so many rows to begin with.
const MOST_PAIRS: usize = 1 << 24;
/// How often it is told how far it is, in calls of the sink.
const OFTEN: usize = 64;

/// What is known before the searches begin.
struct Known {
    /// Rows that were there, in order, and their marks.
    start: Vec<u64>,
    marks: Vec<u32>,
    /// Rows of rules that do not read the relation, in order.
    base: Vec<u64>,
    /// What leads from value to value, by rule.
    steps: Vec<Vec<u64>>,
    rank: fn(u32) -> u32,
}

/// Where the searches from one value begin, in [`Known::start`] and [`Known::base`].
struct Source {
    from: Value,
    start: Range<usize>,
    base: Range<usize>,
}

fn level(level: u32) -> u32 {
    level
}

/// So many rounds of doubling take one row to so many in a line, and one round finds the first.
fn doubled(level: u32) -> u32 {
    1 + u32::BITS - (level - 1).leading_zeros()
}

/// The same where the first are there.
fn doubled_from(level: u32) -> u32 {
    u32::BITS - level.leading_zeros()
}

impl Engine<'_> {
    /// Completes a recursive stratum by searches; false where it is not of that kind.
    pub(super) fn reach(&mut self, stratum: &Stratum) -> Result<bool, Error> {
        let Some(shape) = shape(self.core, stratum) else { return Ok(false) };
        let id = stratum.relations[0];
        let before = self.db.relation(id).clone();
        let Some(mut known) = self.known(&shape, &before)? else { return Ok(false) };
        let fired = match shape.way {
            Way::Onward => None,
            Way::Backward | Way::Twice => match known.turn(shape.way) {
                Some(fired) => fired,
                None => return Ok(false),
            },
        };
        let pairs: Vec<&[u64]> = [&known.start, &known.base].into_iter().chain(&known.steps).map(|p| &p[..]).collect();
        let nodes = Nodes::of(&pairs);
        let graphs: Vec<Graph> = known.steps.iter().map(|pairs| Graph::new(&nodes, pairs)).collect();
        let numbers = |pairs: &[u64]| -> Vec<u32> { pairs.iter().map(|&pair| nodes.number(second(pair))).collect() };
        let (start, base) = (numbers(&known.start), numbers(&known.base));
        let mut is_target = vec![false; nodes.values.len()];
        pairs.iter().copied().flatten().for_each(|&pair| is_target[nodes.number(second(pair)) as usize] = true);
        let targets = is_target.iter().filter(|is| **is).count();
        let sources = sources(&known);
        let searches = Searches {
            ground: Ground { graphs: &graphs, targets, rank: known.rank },
            nodes: &nodes,
            sources: &sources,
            known: &known,
            start: &start,
            base: &base,
            share: sources.len().div_ceil(SHARES * self.threads.max(1)).max(1),
            next: AtomicUsize::new(0),
            found: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            room: self.limits.facts.saturating_sub(self.facts).saturating_add(start.len()),
            rounds: self.limits.rounds,
            made: Mutex::default(),
        };
        let (told, mut progress) = (&mut *self.watch, self.progress);
        let (facts, bytes) = (self.facts, self.progress.bytes);
        let mut tell = |found: usize| {
            (progress.facts, progress.bytes) = (facts + found, bytes + 9 * found);
            told(progress)
        };
        let mut shares = Vec::new();
        let mut search = Search::new(nodes.values.len(), graphs.len());
        let first = searches.work(&mut search, 1, &mut tell);
        let large = searches.found.load(Ordering::Relaxed) * SHARES * self.threads >= LARGE;
        if first.ended.is_none() && large && self.threads > 1 {
            let results: Vec<Ended> = std::thread::scope(|scope| {
                let quiet = || {
                    let mut search = Search::new(nodes.values.len(), graphs.len());
                    searches.work(&mut search, usize::MAX, &mut |_| ControlFlow::Continue(()))
                };
                let others: Vec<_> = (1..self.threads).map(|_| scope.spawn(quiet)).collect();
                let mine = searches.work(&mut search, usize::MAX, &mut tell);
                std::iter::once(mine).chain(others.into_iter().filter_map(|other| other.join().ok())).collect()
            });
            shares.extend(results);
        } else if first.ended.is_none() {
            shares.push(searches.work(&mut search, usize::MAX, &mut tell));
        }
        shares.push(first);
        let ended = shares.iter().find_map(|share| share.ended);
        if ended == Some(End::GivesUp) {
            return Ok(false);
        }
        let mut made = searches.made.into_inner().unwrap_or_else(PoisonError::into_inner);
        made.sort_unstable_by_key(|(number, _)| *number);
        let mut builder = Builder::new(2, true);
        made.into_iter().for_each(|(_, part)| builder.append(part));
        let relation = builder.finish();
        for (at, (rule, _)) in shape.steps.iter().enumerate() {
            let fires = |share: &Ended| share.fired.get(at) == Some(&true);
            let fired = fired.as_ref().map_or_else(|| shares.iter().any(fires), |fired| fired[at]);
            self.fired[rule.0 as usize] |= fired;
            self.recent[rule.0 as usize] += relation.len();
        }
        self.rounds += shares.iter().map(|share| share.highest).max().unwrap_or(0) as usize;
        self.facts += relation.len().saturating_sub(before.len());
        let last = (0..relation.len() as u32).rev().take(SAMPLE).map(|at| relation.row(at).to_vec()).collect();
        if let Some(place) = self.db.relation_mut(id) {
            *place = relation;
        }
        match ended {
            Some(End::Told(exceeded)) => Err(self.exceeded(exceeded, stratum.rules.iter().copied(), |_| last)),
            _ => Ok(true),
        }
    }

    /// What the searches begin with; [`None`] where a rule computes, or too much would be written down.
    fn known(&mut self, shape: &Shape, before: &Relation) -> Result<Option<Known>, Error> {
        let start: Vec<u64> = before.first_order().cursor().map(|(first, tail)| packed(first, tail[0])).collect();
        let marks = before.marks().map(Mark::bits).collect();
        let (mut base, mut steps) = (Vec::new(), Vec::<Vec<u64>>::new());
        for &id in &shape.bases {
            match self.pairs(id, self.core.rule(id), MOST_PAIRS)? {
                Some((found, pairs)) => {
                    self.fired[id.0 as usize] |= found;
                    base.extend(pairs);
                }
                None => return Ok(None),
            }
        }
        settle(&mut base);
        for (id, step) in shape.steps.iter().filter(|_| shape.way != Way::Twice) {
            let relations = step.body.iter().filter_map(|literal| match literal {
                Literal::Atom(relation, _) => Some(self.db.relation(*relation).len()),
                _ => None,
            });
            let most = (relations.sum::<usize>() + base.len() + start.len()).saturating_mul(4).max(MOST_STEPS);
            let Some((_, mut pairs)) = self.pairs(*id, step, most)? else { return Ok(None) };
            settle(&mut pairs);
            steps.push(pairs);
        }
        Ok(Some(Known { start, marks, base, steps, rank: level }))
    }

    /// The rows of a rule, and whether there are any; [`None`] where it computes, or there are too many.
    fn pairs(&mut self, id: RuleId, rule: &Rule, most: usize) -> Result<Option<(bool, Vec<u64>)>, Error> {
        let at = FxHashMap::default();
        let scope = Scope { db: self.db, works: &[], at: &at };
        // What asks for the relation's own values cannot be run without them.
        let Ok(plan) = plan_rule(rule, id, Request::default(), &scope) else { return Ok(None) };
        let mut code = compile(rule, &plan, &[], scope);
        if !code.pure || cost(&plan, scope).1 > most as f64 {
            return Ok(None);
        }
        let rows = code.start().map_or(0, |view| view.len(scope));
        code.copy_orders(&mut Flats::default(), scope, rows);
        let (told, progress, mut calls) = (&mut *self.watch, self.progress, 0);
        let mut watch = || {
            calls += 1;
            match if calls % OFTEN == 0 { told(progress) } else { ControlFlow::Continue(()) } {
                ControlFlow::Break(exceeded) => Err(Stop::Limit(exceeded)),
                ControlFlow::Continue(()) => Ok(()),
            }
        };
        let mut sink = Pairs { pairs: Vec::new(), most, watch: &mut watch };
        let run = Run { code: &code, rule, scope, between: None, bound: &[], owner: None };
        let mut means = Reading { pool: self.host.pool, texts: None };
        match Machine::default().run(&run, &mut means, &mut sink) {
            Ok(()) => Ok(Some((!sink.pairs.is_empty(), sink.pairs))),
            Err(Stop::Enough) => Ok(None),
            Err(stop) => Err(self.stopped(stop, id, |_| Vec::new())),
        }
    }
}

impl Known {
    /// Makes steps from value to value of the first column of rules that lead back, or that read their relation twice:
    /// these are the rows to begin with. [`None`] where that is not so. Where it can be told without the searches,
    /// which rules found anything.
    fn turn(&mut self, way: Way) -> Option<Option<Vec<bool>>> {
        if way == Way::Twice {
            self.rank = if self.start.is_empty() { doubled } else { doubled_from };
            // Rows that were there and rows of rules would be found in different rounds.
            let one = self.start.is_empty() || self.base.is_empty();
            let step = if self.start.is_empty() { &self.base } else { &self.start };
            self.steps = vec![step.clone()];
            return one.then_some(None);
        }
        let mut all: Vec<u64> = self.steps.iter().flatten().copied().collect();
        settle(&mut all);
        let known = |pair: &&u64| !second(**pair).is_none();
        if !self.start.is_empty() || !all.iter().filter(known).eq(self.base.iter().filter(known)) {
            return None;
        }
        let firsts: FxHashSet<Value> = self.base.iter().map(|&pair| first(pair)).collect();
        let leads = |&pair: &u64| !second(pair).is_none() && firsts.contains(&second(pair));
        let fired = self.steps.iter().map(|pairs| pairs.iter().any(leads)).collect();
        self.steps = vec![self.base.clone()];
        Some(Some(fired))
    }
}

/// The values to search from, in order.
fn sources(known: &Known) -> Vec<Source> {
    let (mut sources, mut start, mut base) = (Vec::new(), 0, 0);
    let run = |pairs: &[u64], at: usize, from: Value| {
        at..at + pairs[at..].iter().take_while(|&&pair| first(pair) == from).count()
    };
    while let Some(&least) = known.start.get(start).into_iter().chain(known.base.get(base)).min() {
        let from = first(least);
        let source = Source { from, start: run(&known.start, start, from), base: run(&known.base, base, from) };
        (start, base) = (source.start.end, source.base.end);
        sources.push(source);
    }
    sources
}

/// Why a thread ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// A limit would be met: the rounds meet it, and tell with what.
    GivesUp,
    /// Whoever watches says so.
    Told(Exceeded),
}

/// What a thread came to.
struct Ended {
    fired: Vec<bool>,
    highest: u32,
    ended: Option<End>,
}

/// What threads share.
struct Searches<'a> {
    ground: Ground<'a>,
    nodes: &'a Nodes,
    sources: &'a [Source],
    known: &'a Known,
    start: &'a [u32],
    base: &'a [u32],
    /// So many sources are a share.
    share: usize,
    next: AtomicUsize,
    found: AtomicUsize,
    stopped: AtomicBool,
    room: usize,
    rounds: u32,
    /// Rows at rest, by their first share.
    made: Mutex<Vec<(usize, Builder)>>,
}

impl Searches<'_> {
    /// Searches from one share of the values after another, at most so many.
    fn work(&self, search: &mut Search, shares: usize, tell: &mut dyn FnMut(usize) -> ControlFlow<Exceeded>) -> Ended {
        let (mut building, mut ended): (Option<(usize, usize, Builder)>, _) = (None, None);
        for _ in 0..shares {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(sources) = self.sources.chunks(self.share).nth(number).filter(|_| ended.is_none()) else { break };
            // Shares that follow on each other go into the same pages.
            let (begun, mut builder) = match building.take() {
                Some((begun, last, builder)) if last + 1 == number => (begun, builder),
                before => {
                    self.keep(before);
                    (number, Builder::new(2, true))
                }
            };
            ended = sources.iter().find_map(|source| self.one(source, search, &mut builder, tell).err());
            building = Some((begun, number, builder));
        }
        self.keep(building);
        Ended { fired: search.fired.clone(), highest: search.highest, ended }
    }

    fn keep(&self, made: Option<(usize, usize, Builder)>) {
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(made.map(|(begun, _, builder)| (begun, builder)));
    }

    /// Searches from one value.
    fn one(
        &self,
        source: &Source,
        search: &mut Search,
        builder: &mut Builder,
        tell: &mut dyn FnMut(usize) -> ControlFlow<Exceeded>,
    ) -> Result<(), End> {
        let mut end = None;
        let mut watch = || {
            let found = self.found.load(Ordering::Relaxed);
            end = match tell(found) {
                ControlFlow::Break(exceeded) => Some(End::Told(exceeded)),
                ControlFlow::Continue(()) => (found > self.room).then_some(End::GivesUp),
            };
            let go_on = end.is_none() && !self.stopped.load(Ordering::Relaxed);
            if go_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let begin = (&self.start[source.start.clone()], &self.base[source.base.clone()]);
        let complete = search.run(&self.ground, begin, &mut watch);
        search.settle(&self.nodes.values);
        let before = self.found.fetch_add(search.tails.len(), Ordering::Relaxed);
        let after = before + search.tails.len();
        // A search that is told every so many values may be short.
        let now = complete && before / (1 << 14) != after / (1 << 14);
        if (now && watch().is_break()) || !complete {
            self.stopped.store(true, Ordering::Relaxed);
        } else if after > self.room || search.highest >= self.rounds {
            end = Some(End::GivesUp);
            self.stopped.store(true, Ordering::Relaxed);
        }
        for (pair, mark) in self.known.start[source.start.clone()].iter().zip(&self.known.marks[source.start.clone()]) {
            if let Ok(at) = search.tails.binary_search(&second(*pair)) {
                search.marks[at] = *mark;
            }
        }
        builder.push(source.from, &search.tails, &search.marks);
        // Another thread has the reason.
        match end {
            Some(end) => Err(end),
            None if self.stopped.load(Ordering::Relaxed) => Err(End::GivesUp),
            None => Ok(()),
        }
    }
}

/// Rows of two columns as they come.
struct Pairs<'a> {
    pairs: Vec<u64>,
    most: usize,
    watch: &'a mut dyn FnMut() -> Result<(), Stop>,
}

impl Sink for Pairs<'_> {
    fn take(&mut self, first: Value, tails: &[Value]) {
        self.pairs.extend(tails.iter().map(|tail| packed(first, *tail)));
    }

    fn check(&mut self) -> Result<(), Stop> {
        if self.pairs.len() > self.most { Err(Stop::Enough) } else { (self.watch)() }
    }
}
