//! Stratum by stratum until every relation is complete, from scratch.
//!
//! A stratum without recursion takes one pass ([`super::once`]), a recursive one rounds ([`super::rounds`]). What both
//! share is here: the limits, what is told on the way, and what an evaluation that stops has to say.

use super::Texts;
use super::aggregate::groups;
use super::batch::Stop;
use super::database::Database;
use super::growing::Growing;
use super::host::Fault;
use super::outcome::{Error, Exceeded, Limits, Outcome, Place, Progress, operation, seen};
use super::row::Row;
use crate::base::{Pool, Value};
use crate::ir::compute::Failure;
use crate::ir::core::{Core, RelationId, RuleId};
use crate::plan::{Request, Strata, Stratum, plan};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// So many rows show what a limit was met with.
pub(super) const SAMPLE: usize = 3;
/// What the relations take is looked at after so many strata, or so many new facts,
const LOOK_ROUNDS: usize = 16;
/// and no more often than so many times for each relation: there may be as many strata as relations.
const LOOK_EACH: usize = 64;
const LOOK_FACTS: usize = 1 << 12;

/// Completes the relations of a program that the database does not have complete yet, on as many threads as the
/// machine has.
pub fn run(
    core: &Core,
    strata: &Strata,
    db: &mut Database,
    pool: &mut Pool,
    texts: &dyn Texts,
    limits: &Limits,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<Exceeded>,
) -> Result<Outcome, Error> {
    let threads = crate::base::threads::available();
    run_on(threads, core, strata, db, pool, texts, limits, watch)
}

/// [`run`] on so many threads. What comes of it does not depend on how many they are.
#[expect(clippy::too_many_arguments, reason = "it is `run`, and one more")]
pub fn run_on(
    threads: usize,
    core: &Core,
    strata: &Strata,
    db: &mut Database,
    pool: &mut Pool,
    texts: &dyn Texts,
    limits: &Limits,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<Exceeded>,
) -> Result<Outcome, Error> {
    db.make_room(core);
    let left: Vec<(usize, &Stratum)> =
        strata.strata.iter().enumerate().filter(|(_, stratum)| !is_complete(stratum, db)).collect();
    db.begin_all(core, left.iter().flat_map(|(_, stratum)| stratum.relations.iter().copied()), threads);
    // A rule that cannot run is refused before anything has.
    for rule in left.iter().flat_map(|(_, stratum)| &stratum.rules) {
        plan(core, *rule, Request::default(), &*db).map_err(Error::Unsafe)?;
    }
    let facts = db.derived();
    let progress = Progress { stratum: 0, strata: strata.strata.len(), round: 1, facts, bytes: 0 };
    let host = Growing { core, pool, texts, room: limits.text, missing: BTreeMap::new() };
    let (recent, fired) = (vec![0; core.rules.len()], vec![false; core.rules.len()]);
    let mut engine = Engine {
        threads,
        core,
        db,
        host,
        limits,
        facts,
        rounds: 0,
        recent,
        fired,
        resting: 0,
        looked: (0, 0),
        progress,
        watch,
    };
    for (number, stratum) in left {
        engine.progress.stratum = number;
        engine.stratum(stratum)?;
        stratum.relations.iter().for_each(|&id| engine.db.complete(id));
    }
    let missing = engine.host.missing.into_values().collect();
    let (derived, fired) = (engine.facts.saturating_sub(facts), engine.fired);
    Ok(Outcome { derived, rounds: engine.rounds, missing, fired })
}

fn is_complete(stratum: &Stratum, db: &Database) -> bool {
    stratum.relations.iter().all(|&id| db.is_complete(id))
}

/// An evaluation on its way.
pub(super) struct Engine<'a> {
    pub threads: usize,
    pub core: &'a Core,
    pub db: &'a mut Database,
    pub host: Growing<'a>,
    pub limits: &'a Limits,
    pub facts: usize,
    pub rounds: usize,
    /// Rows added lately by each rule.
    pub recent: Vec<usize>,
    /// Which rules found anything.
    pub fired: Vec<bool>,
    /// The bytes of the relations at rest when they were last looked at.
    resting: usize,
    /// Of how many strata and facts that tells.
    looked: (usize, usize),
    pub progress: Progress,
    pub watch: &'a mut dyn FnMut(Progress) -> ControlFlow<Exceeded>,
}

/// Rows that show what a limit was met with.
pub(super) type Sample = Vec<Vec<Value>>;

impl Engine<'_> {
    fn stratum(&mut self, stratum: &Stratum) -> Result<(), Error> {
        self.rounds += 1;
        self.look();
        self.tell(1, 0, stratum)?;
        let aggregated = self.aggregated(stratum)?;
        if stratum.recursive {
            self.rounds(stratum, aggregated)?;
        } else {
            self.once(stratum, aggregated)?;
        }
        // Only what this stratum counted: there may be as many strata as rules.
        stratum.rules.iter().for_each(|rule| self.recent[rule.0 as usize] = 0);
        Ok(())
    }

    /// Looks how many bytes the relations take. A study may have hundreds of strata of a few facts each, and looking at
    /// all relations for each of them would take longer than the strata.
    fn look(&mut self) {
        let (rounds, facts) = self.looked;
        let seldom = LOOK_ROUNDS.max(self.db.len() / LOOK_EACH);
        if rounds == 0 || self.rounds >= rounds + seldom || self.facts >= facts + LOOK_FACTS {
            self.resting = self.db.bytes();
            self.looked = (self.rounds, self.facts);
        }
    }

    /// Tells how far it is; `working` are the bytes that the stratum has at work.
    pub fn tell(&mut self, round: u32, working: usize, stratum: &Stratum) -> Result<(), Error> {
        let bytes = self.resting + working;
        self.progress = Progress { round, facts: self.facts, bytes, ..self.progress };
        match (self.watch)(self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(exceeded) => Err(self.exceeded(exceeded, stratum.rules.iter().copied(), |_| Vec::new())),
        }
    }

    /// The rows of a stratum's aggregations.
    fn aggregated(&mut self, stratum: &Stratum) -> Result<Vec<(RelationId, Row)>, Error> {
        let mut rows = Vec::new();
        for &number in &stratum.aggregations {
            let aggregation = &self.core.aggregations[number];
            let found = groups(aggregation, self.db.relation(aggregation.body), self.host.pool);
            let overflow = |group: Row| Error::Overflow {
                place: Place::Aggregation(number),
                operation: None,
                values: group.to_vec(),
            };
            for (group, value) in found.map_err(overflow)? {
                let Ok(Some(value)) = self.host.keep(value) else { continue };
                rows.push((aggregation.head, group.iter().copied().chain([value]).collect()));
            }
        }
        Ok(rows)
    }

    /// The error of a run that stopped.
    pub fn stopped(&mut self, stop: Stop, rule: RuleId, sample: impl FnOnce(RuleId) -> Sample) -> Error {
        let (fault, binding) = match stop {
            Stop::Fault(fault, binding) => (fault, binding),
            Stop::Limit(Exceeded::Facts) => {
                let rules = (0..self.core.rules.len() as u32).map(RuleId);
                return self.exceeded(Exceeded::Facts, rules, sample);
            }
            Stop::Limit(exceeded) => return self.exceeded(exceeded, std::iter::once(rule), sample),
            Stop::Enough => return self.exceeded(Exceeded::Facts, std::iter::once(rule), sample),
        };
        let Fault { site, failure } = fault;
        if failure == Failure::Full {
            return self.exceeded(Exceeded::Text, std::iter::once(rule), sample);
        }
        let values = seen(self.core.rule(rule), site, &binding).into_iter().map(|(_, value)| value).collect();
        Error::Overflow { place: Place::Rule(rule, site), operation: operation(failure), values }
    }

    /// The error that names the rule which added most rows lately.
    pub fn exceeded(
        &mut self,
        exceeded: Exceeded,
        rules: impl Iterator<Item = RuleId>,
        sample: impl FnOnce(RuleId) -> Sample,
    ) -> Error {
        let most = rules.max_by_key(|rule| (self.recent[rule.0 as usize], std::cmp::Reverse(*rule)));
        let rule = most.unwrap_or(RuleId(0));
        let relation = self.core.rules.get(rule.0 as usize).map_or(RelationId(0), |rule| rule.head);
        let mut sample = sample(rule);
        if sample.is_empty() && self.db.len() > relation.0 as usize {
            let rows = self.db.relation(relation);
            let last = rows.by_rank();
            sample = last[last.len().saturating_sub(SAMPLE)..].iter().map(|&at| rows.row(at).to_vec()).collect();
        }
        Error::Limit { exceeded, rule, relation, sample }
    }
}
