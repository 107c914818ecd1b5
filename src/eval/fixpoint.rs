//! Stratum by stratum, round by round, until nothing is new.
//!
//! A stratum without recursion takes one pass. In a recursive one the first round runs every rule on what is there;
//! each later round runs a rule once for each of its atoms that has new rows, with only the new rows in that atom. A
//! round's finds become visible at its end, so the round is their rank.

use super::aggregate::Sum;
use super::database::Database;
use super::join::{Host, Join, Reading, tables};
use super::outcome::{Error, Exceeded, Limits, Missing, Outcome, Place, Progress, Site, operation, seen};
use super::{Fault, Texts};
use crate::base::{Pool, Value};
use crate::ir::compute::{Computed, Failure, Operation, compute};
use crate::ir::core::{Core, Expr, Literal, RelationId, Rule, RuleId};
use crate::plan::{Request, RulePlan, Strata, Stratum, Unsafe, plan, plan_rule};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// So many finds are stored at once.
const BATCH: usize = 1 << 15;
/// So many examples of a missing value are kept.
const EXAMPLES: usize = 3;

/// Completes the relations of a program that the database does not have complete yet.
pub fn run(
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
    for (_, stratum) in &left {
        stratum.relations.iter().for_each(|&id| db.begin(core, id));
    }
    let facts = db.derived();
    let host = Growing { core, rule: RuleId(0), pool, texts, room: limits.text, missing: BTreeMap::new() };
    let recent = vec![0; core.rules.len()];
    let fired = vec![false; core.rules.len()];
    let mut engine = Engine { core, db, host, limits, facts, rounds: 0, recent, fired, out: Vec::new() };
    // A rule that cannot run is refused before anything has.
    for rule in left.iter().flat_map(|(_, stratum)| &stratum.rules) {
        engine.version(*rule, None)?;
    }
    for (number, stratum) in left {
        let mut tell =
            |round, facts, bytes| watch(Progress { stratum: number, strata: strata.strata.len(), round, facts, bytes });
        engine.stratum(stratum, &mut tell)?;
        stratum.relations.iter().for_each(|&id| engine.db.complete(id));
    }
    let missing = engine.host.missing.into_values().collect();
    let (derived, fired) = (engine.facts.saturating_sub(facts), engine.fired);
    Ok(Outcome { derived, rounds: engine.rounds, missing, fired })
}

fn is_complete(stratum: &Stratum, db: &Database) -> bool {
    stratum.relations.iter().all(|&id| db.is_complete(id))
}

/// The pool, to which rules add values.
struct Growing<'a> {
    core: &'a Core,
    rule: RuleId,
    pool: &'a mut Pool,
    texts: &'a dyn Texts,
    /// Bytes that may still be made into texts.
    room: usize,
    missing: BTreeMap<(RuleId, Site), Missing>,
}

impl Host for Growing<'_> {
    fn pool(&self) -> &Pool {
        self.pool
    }

    fn texts(&self) -> &dyn Texts {
        self.texts
    }

    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        let datum = match value {
            Computed::Kept(value) => return Ok(Some(value)),
            Computed::Fresh(datum) => datum,
        };
        if let crate::base::Datum::Text(text) = &datum
            && self.pool.find_text(text).is_none()
        {
            self.room = self.room.checked_sub(text.len()).ok_or(Failure::Full)?;
        }
        Ok(Some(self.pool.intern(datum)))
    }

    fn undefined(&mut self, site: Site, operation: Operation, binding: &[Value]) {
        let rule = self.rule;
        let missing = self.missing.entry((rule, site)).or_insert_with(|| Missing {
            rule,
            site,
            operation,
            times: 0,
            examples: Vec::new(),
        });
        missing.times += 1;
        if missing.examples.len() < EXAMPLES {
            let example = seen(self.core.rule(rule), site, binding);
            if !missing.examples.contains(&example) {
                missing.examples.push(example);
            }
        }
    }
}

/// Takes the round, the derived facts and the bytes.
type Tell<'a> = dyn FnMut(u32, usize, usize) -> ControlFlow<Exceeded> + 'a;

/// A plan and the run of it, kept from round to round.
struct Version {
    plan: RulePlan,
    join: Join,
}

struct Engine<'a> {
    core: &'a Core,
    db: &'a mut Database,
    host: Growing<'a>,
    limits: &'a Limits,
    facts: usize,
    rounds: usize,
    /// Rows added lately by each rule.
    recent: Vec<usize>,
    /// Which rules found anything.
    fired: Vec<bool>,
    /// Finds that are not stored yet.
    out: Vec<Value>,
}

impl Engine<'_> {
    fn stratum(&mut self, stratum: &Stratum, tell: &mut Tell<'_>) -> Result<(), Error> {
        self.ask(1, stratum, tell)?;
        self.rounds += 1;
        for &aggregation in &stratum.aggregations {
            self.aggregate(aggregation)?;
        }
        let mut marks: FxHashMap<RelationId, (u32, u32)> = FxHashMap::default();
        self.advance(stratum, &mut marks);
        for &rule in &stratum.rules {
            let mut version = self.version(rule, None)?;
            self.run_version(&mut version, &marks, 1)?;
            self.ask(1, stratum, tell)?;
        }
        if stratum.recursive {
            self.recursion(stratum, marks, tell)?;
        }
        // Only what this stratum counted: there may be as many strata as rules.
        stratum.rules.iter().for_each(|rule| self.recent[rule.0 as usize] = 0);
        Ok(())
    }

    /// Says how far it is, and asks whether to go on.
    fn ask(&self, round: u32, stratum: &Stratum, tell: &mut Tell<'_>) -> Result<(), Error> {
        match tell(round, self.facts, self.db.bytes()) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(exceeded) => Err(self.exceeded(exceeded, stratum.rules.iter().copied())),
        }
    }

    /// The rounds after the first.
    fn recursion(
        &mut self,
        stratum: &Stratum,
        mut marks: FxHashMap<RelationId, (u32, u32)>,
        tell: &mut Tell<'_>,
    ) -> Result<(), Error> {
        let (mut round, mut versions, mut planned) = (1, Vec::new(), 0);
        while self.advance(stratum, &mut marks) {
            round += 1;
            self.rounds += 1;
            self.ask(round, stratum, tell)?;
            if round > self.limits.rounds {
                return Err(self.exceeded(Exceeded::Rounds, stratum.rules.iter().copied()));
            }
            // The order of joins follows the sizes, so it is looked at again as they grow.
            let rows: usize = stratum.relations.iter().map(|&id| self.db.relation(id).len()).sum();
            if rows / 8 >= planned {
                planned = rows.max(1);
                versions = self.versions(stratum)?;
            }
            for (changed, version) in &mut versions {
                let (from, to) = marks[changed];
                if from < to {
                    self.run_version(version, &marks, round)?;
                }
            }
            if round % 64 == 0 {
                stratum.rules.iter().for_each(|rule| self.recent[rule.0 as usize] /= 2);
            }
        }
        Ok(())
    }

    /// Makes the finds of a round visible; false where there were none.
    fn advance(&self, stratum: &Stratum, marks: &mut FxHashMap<RelationId, (u32, u32)>) -> bool {
        let mut any = false;
        for &id in &stratum.relations {
            let len = self.db.relation(id).len() as u32;
            let mark = marks.entry(id).or_insert((0, 0));
            *mark = (mark.1, len);
            any |= mark.0 < mark.1;
        }
        any
    }

    fn version(&self, rule: RuleId, delta: Option<usize>) -> Result<Version, Error> {
        let request = Request { delta, ..Request::default() };
        let plan = plan(self.core, rule, request, &*self.db).map_err(Error::Unsafe)?;
        let join = Join::new(self.core.rule(rule), &plan);
        Ok(Version { plan, join })
    }

    /// A version of each rule for each of its atoms in the stratum.
    fn versions(&self, stratum: &Stratum) -> Result<Vec<(RelationId, Version)>, Error> {
        let mut versions = Vec::new();
        for &rule in &stratum.rules {
            for (at, literal) in self.core.rule(rule).body.iter().enumerate() {
                if let Literal::Atom(relation, _) = literal
                    && stratum.relations.binary_search(relation).is_ok()
                {
                    versions.push((*relation, self.version(rule, Some(at))?));
                }
            }
        }
        Ok(versions)
    }

    fn run_version(
        &mut self,
        version: &mut Version,
        marks: &FxHashMap<RelationId, (u32, u32)>,
        rank: u32,
    ) -> Result<(), Error> {
        let Version { plan, join } = version;
        let rule = self.core.rule(plan.rule);
        self.host.rule = plan.rule;
        loop {
            self.out.clear();
            let mut found = 0;
            let span = |id: RelationId| match marks.get(&id) {
                Some(&mark) => mark,
                None => (0, self.db.relation(id).len() as u32),
            };
            let tables = tables(self.db, plan, &span);
            let more = loop {
                if found == BATCH {
                    break true;
                }
                match join.next(rule, plan, &tables, &mut self.host) {
                    Ok(true) => {}
                    Ok(false) => break false,
                    Err(fault) if fault.failure == Failure::Full || self.is_met(plan, fault, &join.binding) => {
                        return Err(self.fault(plan.rule, fault, &join.binding));
                    }
                    // The other conditions fail, so in another order nothing would have been computed here.
                    Err(_) => continue,
                }
                match emit(rule, &join.binding, &mut self.host, &mut self.out) {
                    Ok(emitted) => found += usize::from(emitted),
                    Err(fault) => return Err(self.fault(plan.rule, fault, &join.binding)),
                }
            };
            drop(tables);
            self.store(plan.rule, rule.head, found, rank)?;
            if !more {
                return Ok(());
            }
        }
    }

    fn store(&mut self, rule: RuleId, head: RelationId, found: usize, rank: u32) -> Result<(), Error> {
        if found == 0 {
            return Ok(());
        }
        self.fired[rule.0 as usize] = true;
        let Some(relation) = self.db.relation_mut(head) else { return Ok(()) };
        let (before, arity) = (relation.len(), relation.arity());
        for row in 0..found {
            relation.insert(&self.out[row * arity..][..arity], rank);
        }
        let added = relation.len() - before;
        self.facts += added;
        self.recent[rule.0 as usize] += added;
        if self.facts > self.limits.facts {
            let rules = (0..self.core.rules.len() as u32).map(RuleId);
            return Err(self.exceeded(Exceeded::Facts, rules));
        }
        Ok(())
    }

    fn aggregate(&mut self, number: usize) -> Result<(), Error> {
        let aggregation = &self.core.aggregations[number];
        let mut places: FxHashMap<&[Value], usize> = FxHashMap::default();
        let mut groups: Vec<(&[Value], Sum)> = Vec::new();
        for row in self.db.relation(aggregation.body).rows() {
            let group = &row[..aggregation.groups];
            let place = *places.entry(group).or_insert_with(|| {
                groups.push((group, Sum::default()));
                groups.len() - 1
            });
            let value = row.last().copied().unwrap_or(Value::NONE);
            groups[place].1.add(aggregation.function, value, self.host.pool);
        }
        let mut rows = Vec::new();
        for (group, sum) in groups {
            let overflow =
                || Error::Overflow { place: Place::Aggregation(number), operation: None, values: group.to_vec() };
            let Some(value) = sum.value(aggregation.function).map_err(|_| overflow())? else { continue };
            let Ok(Some(value)) = self.host.keep(value) else { continue };
            rows.extend_from_slice(group);
            rows.push(value);
        }
        let Some(head) = self.db.relation_mut(aggregation.head) else { return Ok(()) };
        let before = head.len();
        rows.chunks_exact(aggregation.groups + 1).for_each(|row| {
            head.insert(row, 1);
        });
        self.facts += head.len() - before;
        Ok(())
    }

    /// Whether the other conditions of a rule can all be met with what is bound where a fault arose. Without this, an
    /// overflow would depend on the order in which a rule is run.
    fn is_met(&self, plan: &RulePlan, fault: Fault, binding: &[Value]) -> bool {
        let (rule, Site::Literal(literal)) = (self.core.rule(plan.rule), fault.site) else { return true };
        let bound = plan.known_before(literal);
        let mut others = Rule { columns: Vec::new(), ..rule.clone() };
        others.body.remove(literal);
        let request = Request { bound: &bound, ..Request::default() };
        let plan = loop {
            match plan_rule(&others, plan.rule, request, &*self.db) {
                Ok(plan) => break plan,
                // What needs the value that is missing cannot be asked.
                Err(Unsafe { literal: Some(at), .. }) => drop(others.body.remove(at)),
                Err(_) => return true,
            }
        };
        let tables = tables(self.db, &plan, &|id| (0, self.db.relation(id).len() as u32));
        let mut join = Join::new(&others, &plan);
        bound.iter().for_each(|var| join.binding[var.0 as usize] = binding[var.0 as usize]);
        join.next(&others, &plan, &tables, &mut Reading::new(self.host.pool, self.host.texts)) != Ok(false)
    }

    fn fault(&self, rule: RuleId, fault: Fault, binding: &[Value]) -> Error {
        if fault.failure == Failure::Full {
            return self.exceeded(Exceeded::Text, std::iter::once(rule));
        }
        let values = seen(self.core.rule(rule), fault.site, binding).into_iter().map(|(_, value)| value).collect();
        Error::Overflow { place: Place::Rule(rule, fault.site), operation: operation(fault.failure), values }
    }

    /// The error that names the rule which added most rows lately.
    fn exceeded(&self, exceeded: Exceeded, rules: impl Iterator<Item = RuleId>) -> Error {
        let most = rules.max_by_key(|rule| (self.recent[rule.0 as usize], std::cmp::Reverse(*rule)));
        let rule = most.unwrap_or(RuleId(0));
        let relation = self.core.rule(rule).head;
        let rows = self.db.relation(relation);
        let sample = rows.rows().skip(rows.len().saturating_sub(EXAMPLES)).map(<[Value]>::to_vec).collect();
        Error::Limit { exceeded, rule, relation, sample }
    }
}

/// Adds the head's row to `out`; false where a column has no value.
fn emit(rule: &Rule, binding: &[Value], host: &mut Growing<'_>, out: &mut Vec<Value>) -> Result<bool, Fault> {
    let start = out.len();
    for (at, column) in rule.columns.iter().enumerate() {
        let value = match column {
            Expr::Var(var) => binding[var.0 as usize],
            Expr::Const(value) => *value,
            expr => {
                let site = Site::Column(at);
                match compute(expr, binding, host.pool()).and_then(|value| host.keep(value)) {
                    Ok(Some(value)) => value,
                    Err(failure @ (Failure::Overflow(_) | Failure::Full)) => return Err(Fault { site, failure }),
                    missing => {
                        if let Err(Failure::Undefined(operation)) = missing {
                            host.undefined(site, operation, binding);
                        }
                        out.truncate(start);
                        return Ok(false);
                    }
                }
            }
        };
        out.push(value);
    }
    Ok(true)
}
