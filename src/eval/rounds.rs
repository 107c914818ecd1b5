//! A recursive stratum: semi-naive rounds over working relations.
//!
//! The first round runs every rule on what is there. Each later one runs a rule once for each of its atoms in the
//! stratum, with what the last round added in that atom and all that is seen in the others; what two such runs both find
//! is found twice, which does no harm. Where rounds are large, threads run the same rules and each keeps what begins
//! with values that it owns: nothing is locked, and what comes of it is the same. Rules that make values run on one
//! thread, so that the pool is filled in a fixed order.

use super::batch::{Code, Flats, Machine, Owned, Run, Scope, Stop, compile, prepare};
use super::database::Database;
use super::fixpoint::{Engine, SAMPLE, Sample};
use super::growing::{OfRule, Reading};
use super::mark::Mark;
use super::outcome::{Error, Exceeded};
use super::row::Row;
use super::work::{Out, Seen, Written, rest, start};
use crate::base::Pool;
use crate::ir::core::{Core, Literal, RelationId, RuleId};
use crate::plan::{Access, RulePlan, Sizes, Step, Stratum, plan_bulk, plan_delta};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Rounds that read less than so many rows are not worth a second thread.
const LARGE: usize = 20_000;
/// How often it is told how far it is, in calls of the sink.
const OFTEN: usize = 64;

/// A rule, and which working relation must have grown for it to run.
struct Version {
    rule: RuleId,
    changed: Option<usize>,
    /// The ways to run it; which is best depends on how much a round added.
    ways: Vec<Way>,
}

/// One way to run a rule.
struct Way {
    code: Code,
    /// About how many rows it goes through, for each group that grew and besides.
    cost: (f64, f64),
}

impl Version {
    /// The best way where so many groups grew.
    fn way(&self, groups: usize) -> &Code {
        let cost = |way: &Way| way.cost.0 * groups as f64 + way.cost.1;
        let best = self.ways.iter().reduce(|best, way| if cost(way) < cost(best) { way } else { best });
        &best.unwrap_or(&self.ways[0]).code
    }

    fn code(&self, seen: &[Seen]) -> &Code {
        self.way(self.changed.map_or(0, |at| seen[at].added_groups()))
    }

    fn is_pure(&self) -> bool {
        self.ways.iter().all(|way| way.code.pure)
    }
}

/// About how many rows a plan goes through before its last atom: for each group that grew, and besides.
pub(super) fn cost(plan: &RulePlan, scope: Scope<'_>) -> (f64, f64) {
    let (mut rows, mut cost, mut by_group) = (1.0, 0.0, false);
    for step in &plan.steps {
        let Step::Atom(atom) = step else { continue };
        cost += rows;
        rows *= match &atom.access {
            Access::Delta => {
                by_group = true;
                1.0
            }
            Access::Scan => scope.rows(atom.relation) as f64,
            Access::Index(_) if plan.delta == Some(atom.literal) => 1.0,
            Access::Index(columns) => scope.matching(atom.relation, columns) as f64,
            Access::Row => 1.0,
        };
    }
    if by_group { (cost, 0.0) } else { (0.0, cost) }
}

/// The relations of the stratum at work.
struct Works {
    at: FxHashMap<RelationId, usize>,
    seen: Vec<Seen>,
    written: Vec<Written>,
    flats: Flats,
    /// One a thread.
    machines: Vec<Machine>,
}

/// What a version came to.
#[derive(Clone, Copy, Default)]
struct Tally {
    found: bool,
    added: usize,
}

impl Works {
    fn scope<'a>(&'a self, db: &'a Database) -> Scope<'a> {
        Scope { db, works: &self.seen, at: &self.at }
    }

    /// About how many bytes they take.
    fn bytes(&self) -> usize {
        self.seen.iter().map(Seen::bytes).chain(self.written.iter().map(Written::bytes)).sum()
    }

    /// Rows of each relation that came last.
    fn samples(&self, stratum: &Stratum) -> FxHashMap<RelationId, Sample> {
        let last = |id: &RelationId| self.at.get(id).map(|&at| (*id, self.seen[at].last(SAMPLE)));
        stratum.relations.iter().filter_map(last).collect()
    }

    /// Lets what the round found be seen; how many rows came.
    fn settle(&mut self, round: u32) -> usize {
        self.seen.iter_mut().zip(&mut self.written).map(|(seen, written)| seen.settle(written, round)).sum()
    }
}

impl Engine<'_> {
    /// Completes a recursive stratum; `there` are rows that its aggregations gave.
    pub(super) fn rounds(&mut self, stratum: &Stratum, there: Vec<(RelationId, Row)>) -> Result<(), Error> {
        if self.reach(stratum)? {
            return Ok(());
        }
        for (id, row) in there {
            let new = self.db.relation_mut(id).is_some_and(|relation| relation.insert(&row, Mark::FIRST));
            self.facts += usize::from(new);
        }
        let threads = 1 << self.threads.max(1).ilog2();
        let mut works = Works {
            at: stratum.relations.iter().enumerate().map(|(at, id)| (*id, at)).collect(),
            seen: Vec::new(),
            written: Vec::new(),
            flats: Flats::default(),
            machines: (0..threads).map(|_| Machine::default()).collect(),
        };
        for id in &stratum.relations {
            let (seen, written) = start(self.db.relation(*id), threads);
            works.seen.push(seen);
            works.written.push(written);
        }
        let mut versions = self.versions(stratum, &mut works, true)?;
        let (mut round, mut planned) = (1, 0);
        loop {
            let ran = self.round(&mut works, &versions);
            if let Err((stop, rule)) = ran {
                return Err(self.end(stratum, works, round, stop, rule));
            }
            if works.settle(round) == 0 {
                break;
            }
            round += 1;
            self.rounds += 1;
            self.tell(round, works.bytes(), stratum)?;
            if round > self.limits.rounds {
                let samples = works.samples(stratum);
                self.rest(stratum, works);
                let core = self.core;
                let last = |rule| samples.get(&core.rule(rule).head).cloned().unwrap_or_default();
                return Err(self.exceeded(Exceeded::Rounds, stratum.rules.iter().copied(), last));
            }
            // The order of joins follows the sizes, so it is looked at again as they grow.
            let rows: usize = works.seen.iter().map(Seen::len).sum();
            if rows / 8 >= planned {
                planned = rows.max(1);
                versions = self.versions(stratum, &mut works, false)?;
            }
            if round % 64 == 0 {
                stratum.rules.iter().for_each(|rule| self.recent[rule.0 as usize] /= 2);
            }
        }
        self.rest(stratum, works);
        Ok(())
    }

    /// The relations come to rest, too where the run ended early: what it found until then is told.
    fn rest(&mut self, stratum: &Stratum, works: Works) {
        let all = stratum.relations.iter().zip(works.seen.into_iter().zip(works.written));
        for (id, (seen, written)) in all {
            let relation = rest(seen, written, self.db.relation(*id), self.threads);
            if let Some(place) = self.db.relation_mut(*id) {
                *place = relation;
            }
        }
    }

    /// The error of a run that stopped in a round, with rows that came last.
    fn end(&mut self, stratum: &Stratum, mut works: Works, round: u32, stop: Stop, rule: RuleId) -> Error {
        works.settle(round);
        let samples = works.samples(stratum);
        self.rest(stratum, works);
        let core = self.core;
        self.stopped(stop, rule, |rule| samples.get(&core.rule(rule).head).cloned().unwrap_or_default())
    }

    /// A version of each rule, or one for each of its atoms in the stratum.
    fn versions(&self, stratum: &Stratum, works: &mut Works, first: bool) -> Result<Vec<Version>, Error> {
        let mut versions = Vec::new();
        for &id in &stratum.rules {
            let rule = self.core.rule(id);
            let atoms = rule.body.iter().enumerate().filter_map(|(at, literal)| match literal {
                Literal::Atom(relation, _) => Some((Some(at), Some(*works.at.get(relation)?))),
                _ => None,
            });
            let deltas: Vec<_> = if first { vec![(None, None)] } else { atoms.collect() };
            for (delta, changed) in deltas {
                let plans = match delta {
                    None => plan_bulk(self.core, id, &works.scope(self.db)).map(|plan| vec![plan]),
                    Some(delta) => plan_delta(self.core, id, delta, &works.scope(self.db)),
                };
                let mut ways = Vec::new();
                for plan in plans.map_err(Error::Unsafe)? {
                    prepare(&plan, &mut works.seen, &works.at);
                    let scope = Scope { db: self.db, works: &works.seen, at: &works.at };
                    let mut code = compile(rule, &plan, &[], scope);
                    code.copy_orders(&mut works.flats, scope, usize::MAX);
                    if let Some(at) = code.hands_on() {
                        works.seen[at].keep_bits();
                    }
                    let cost = cost(&plan, works.scope(self.db));
                    ways.push(Way { code, cost });
                }
                versions.push(Version { rule: id, changed, ways });
            }
        }
        Ok(versions)
    }

    fn round(&mut self, works: &mut Works, versions: &[Version]) -> Result<(), (Stop, RuleId)> {
        let runs = |version: &&Version| version.changed.is_none_or(|at| works.seen[at].added() > 0);
        let versions: Vec<&Version> = versions.iter().filter(runs).collect();
        let size = |version: &&Version| match version.changed {
            Some(at) => works.seen[at].added(),
            None => version.code(&works.seen).start().map_or(0, |view| view.len(works.scope(self.db))),
        };
        let large = versions.iter().map(size).sum::<usize>() >= LARGE;
        let shared = works.machines.len() > 1 && large && versions.iter().all(|version| version.is_pure());
        let (tallies, stop) =
            if shared { self.on_all_threads(works, &versions) } else { self.on_one_thread(works, &versions) };
        for (version, tally) in versions.iter().zip(tallies) {
            self.fired[version.rule.0 as usize] |= tally.found;
            self.recent[version.rule.0 as usize] += tally.added;
            self.facts += tally.added;
        }
        stop.map_or(Ok(()), Err)
    }

    fn on_one_thread(&mut self, works: &mut Works, versions: &[&Version]) -> (Vec<Tally>, Option<(Stop, RuleId)>) {
        let Works { at, seen, written, machines, .. } = works;
        let scope = Scope { db: self.db, works: seen, at };
        let (mut facts, mut calls, most) = (self.facts, 0, self.limits.facts);
        let (told, mut progress) = (&mut *self.watch, self.progress);
        let mut watch = |added: usize| {
            facts += added;
            calls += 1;
            if calls % OFTEN == 0 {
                progress.facts = facts;
                if let ControlFlow::Break(exceeded) = told(progress) {
                    return Err(Stop::Limit(exceeded));
                }
            }
            if facts > most { Err(Stop::Limit(Exceeded::Facts)) } else { Ok(()) }
        };
        let mut tallies = Vec::new();
        for version in versions {
            let rule = self.core.rule(version.rule);
            let Some(head) = at.get(&rule.head) else { continue };
            let parts = &mut written[*head].parts[..];
            let mut sink = Owned { parts, found: false, added: 0, told: 0, watch: &mut watch };
            let run = Run { code: version.code(scope.works), rule, scope, between: None, bound: &[], owner: None };
            let mut means = OfRule { growing: &mut self.host, rule: version.rule, scope };
            let ended = machines[0].run(&run, &mut means, &mut sink);
            tallies.push(Tally { found: sink.found, added: sink.added });
            if let Err(stop) = ended {
                return (tallies, Some((stop, version.rule)));
            }
        }
        (tallies, None)
    }

    fn on_all_threads(&mut self, works: &mut Works, versions: &[&Version]) -> (Vec<Tally>, Option<(Stop, RuleId)>) {
        let Works { at, seen, written, machines, .. } = works;
        let threads = machines.len();
        // For each thread and relation, the part it owns; a relation of one part belongs to the first.
        let mut owned: Vec<Vec<Option<&mut [Out]>>> = (0..threads).map(|_| Vec::new()).collect();
        for written in written.iter_mut() {
            let mut parts = written.parts.chunks_mut(1);
            owned.iter_mut().for_each(|owned| owned.push(parts.next()));
        }
        let (stopped, facts) = (AtomicBool::new(false), AtomicUsize::new(self.facts));
        let shared = Shared {
            core: self.core,
            scope: Scope { db: self.db, works: seen, at },
            pool: self.host.pool,
            versions,
            most: self.limits.facts,
            stopped: &stopped,
            facts: &facts,
            threads,
        };
        let (told, mut progress) = (&mut *self.watch, self.progress);
        let mut tell = |facts| {
            progress.facts = facts;
            told(progress)
        };
        let results: Vec<_> = std::thread::scope(|scope| {
            let mut others = Vec::new();
            let mut mine = None;
            for (part, (owned, machine)) in owned.into_iter().zip(machines.iter_mut()).enumerate() {
                if part == 0 {
                    mine = Some((owned, machine));
                } else {
                    let shared = &shared;
                    let quiet = move || shared.run(part, owned, machine, &mut |_| ControlFlow::Continue(()));
                    others.push(scope.spawn(quiet));
                }
            }
            let mine = mine.map(|(owned, machine)| shared.run(0, owned, machine, &mut tell));
            mine.into_iter().chain(others.into_iter().filter_map(|other| other.join().ok())).collect()
        });
        let mut tallies = vec![Tally::default(); versions.len()];
        let mut stop = None;
        for (theirs, ended) in results {
            for (tally, their) in tallies.iter_mut().zip(theirs) {
                tally.found |= their.found;
                tally.added += their.added;
            }
            stop = stop.or(ended);
        }
        (tallies, stop)
    }
}

/// What all threads of a round share.
struct Shared<'a> {
    core: &'a Core,
    scope: Scope<'a>,
    pool: &'a Pool,
    versions: &'a [&'a Version],
    most: usize,
    stopped: &'a AtomicBool,
    facts: &'a AtomicUsize,
    threads: usize,
}

impl Shared<'_> {
    /// One thread's share of a round.
    fn run(
        &self,
        part: usize,
        mut owned: Vec<Option<&mut [Out]>>,
        machine: &mut Machine,
        tell: &mut dyn FnMut(usize) -> ControlFlow<Exceeded>,
    ) -> (Vec<Tally>, Option<(Stop, RuleId)>) {
        let mut calls = 0;
        let mut watch = |added: usize| {
            let facts = self.facts.fetch_add(added, Ordering::Relaxed) + added;
            calls += 1;
            if calls % OFTEN == 0
                && let ControlFlow::Break(exceeded) = tell(facts)
            {
                self.stopped.store(true, Ordering::Relaxed);
                return Err(Stop::Limit(exceeded));
            }
            if facts > self.most {
                self.stopped.store(true, Ordering::Relaxed);
                return Err(Stop::Limit(Exceeded::Facts));
            }
            // Another thread has the reason.
            if self.stopped.load(Ordering::Relaxed) { Err(Stop::Enough) } else { Ok(()) }
        };
        let mut tallies = Vec::new();
        for version in self.versions {
            let rule = self.core.rule(version.rule);
            let mut tally = Tally::default();
            let parts = self.scope.at.get(&rule.head).and_then(|at| owned[*at].as_deref_mut());
            if let Some(parts) = parts {
                let mut sink = Owned { parts, found: false, added: 0, told: 0, watch: &mut watch };
                let of = self.scope.work(rule.head).map_or(1, Seen::parts);
                let owner = (of > 1).then_some((part, self.threads));
                let run = Run {
                    code: version.code(self.scope.works),
                    rule,
                    scope: self.scope,
                    between: None,
                    bound: &[],
                    owner,
                };
                let mut means = Reading { pool: self.pool, texts: None };
                let ended = machine.run(&run, &mut means, &mut sink);
                tally = Tally { found: sink.found, added: sink.added };
                match ended {
                    Err(Stop::Enough) => {
                        tallies.push(tally);
                        return (tallies, None);
                    }
                    Err(stop) => {
                        tallies.push(tally);
                        return (tallies, Some((stop, version.rule)));
                    }
                    Ok(()) => {}
                }
            }
            tallies.push(tally);
        }
        (tallies, None)
    }
}
