//! Stratum by stratum, round by round, until nothing is new.
//!
//! A stratum without recursion takes one pass. In a recursive one the first round runs every rule on what is there;
//! each later round runs a rule once for each of its atoms that has new rows, with only the new rows in that atom. A
//! round's finds become visible at its end, so the round is their rank.

use super::Texts;
use super::aggregate::Sum;
use super::database::Database;
use super::mark::Mark;
use super::outcome::{Error, Exceeded, Limits, Missing, Outcome, Place, Progress, Site, operation, seen};
use super::row::Row;
use super::store::Builder;
use super::walk::{Fault, Host, Reading, View, Walk, tables};
use crate::base::{Pool, Value};
use crate::ir::compute::{Computed, Failure, Operation, compute};
use crate::ir::core::{Core, Expr, Literal, RelationId, Rule, RuleId};
use crate::plan::{Request, RulePlan, Strata, Stratum, Unsafe, plan, plan_rule};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

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
    watch: &mut dyn FnMut(Progress),
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
    let fresh = BTreeMap::new();
    let mut engine = Engine { core, db, host, limits, facts, rounds: 0, recent, fired, fresh };
    // A rule that cannot run is refused before anything has.
    for rule in left.iter().flat_map(|(_, stratum)| &stratum.rules) {
        engine.plan(*rule, None)?;
    }
    for (number, stratum) in left {
        let mut tell = |round, facts| watch(Progress { stratum: number, strata: strata.strata.len(), round, facts });
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
    /// What this round found and nobody sees yet.
    fresh: BTreeMap<RelationId, FxHashSet<Row>>,
}

/// What the last round found.
type Delta = BTreeMap<RelationId, Vec<Row>>;

impl Engine<'_> {
    fn stratum(&mut self, stratum: &Stratum, tell: &mut dyn FnMut(u32, usize)) -> Result<(), Error> {
        tell(1, self.facts);
        self.rounds += 1;
        for &aggregation in &stratum.aggregations {
            self.aggregate(aggregation)?;
        }
        for &rule in &stratum.rules {
            let plan = self.plan(rule, None)?;
            self.run_plan(&plan, &[])?;
        }
        let delta = self.advance(1);
        if stratum.recursive {
            self.recursion(stratum, delta, tell)?;
        }
        // Only what this stratum counted: there may be as many strata as rules.
        stratum.rules.iter().for_each(|rule| self.recent[rule.0 as usize] = 0);
        Ok(())
    }

    /// The rounds after the first.
    fn recursion(
        &mut self,
        stratum: &Stratum,
        mut delta: Delta,
        tell: &mut dyn FnMut(u32, usize),
    ) -> Result<(), Error> {
        let (mut round, mut versions, mut planned) = (1, Vec::new(), 0);
        while !delta.is_empty() {
            round += 1;
            self.rounds += 1;
            tell(round, self.facts);
            if round > self.limits.rounds {
                return Err(self.exceeded(Exceeded::Rounds, stratum.rules.iter().copied()));
            }
            // The order of joins follows the sizes, so it is looked at again as they grow.
            let rows: usize = stratum.relations.iter().map(|&id| self.db.relation(id).len()).sum();
            if rows / 8 >= planned {
                planned = rows.max(1);
                versions = self.versions(stratum)?;
            }
            for (changed, plan) in &versions {
                if let Some(rows) = delta.get(changed) {
                    self.run_plan(plan, rows)?;
                }
            }
            if round % 64 == 0 {
                stratum.rules.iter().for_each(|rule| self.recent[rule.0 as usize] /= 2);
            }
            delta = self.advance(round);
        }
        Ok(())
    }

    /// Makes the finds of a round visible.
    fn advance(&mut self, round: u32) -> Delta {
        let mut delta = Delta::new();
        for (id, fresh) in std::mem::take(&mut self.fresh) {
            let Some(relation) = self.db.relation_mut(id) else { continue };
            let mut fresh: Vec<Row> = fresh.into_iter().collect();
            fresh.sort_unstable();
            if relation.is_empty() {
                let values = fresh.iter().flat_map(|row| row.iter().copied()).collect();
                let marks = vec![Mark::ranked(round).bits(); fresh.len()];
                *relation = Builder::from_rows(relation.arity(), values, Some(marks));
            } else {
                for row in &fresh {
                    relation.insert(row, Mark::ranked(round));
                }
            }
            delta.insert(id, fresh);
        }
        delta
    }

    fn plan(&self, rule: RuleId, delta: Option<usize>) -> Result<RulePlan, Error> {
        plan(self.core, rule, Request { delta, ..Request::default() }, &*self.db).map_err(Error::Unsafe)
    }

    /// A version of each rule for each of its atoms in the stratum.
    fn versions(&self, stratum: &Stratum) -> Result<Vec<(RelationId, RulePlan)>, Error> {
        let mut versions = Vec::new();
        for &rule in &stratum.rules {
            for (at, literal) in self.core.rule(rule).body.iter().enumerate() {
                if let Literal::Atom(relation, _) = literal
                    && stratum.relations.binary_search(relation).is_ok()
                {
                    versions.push((*relation, self.plan(rule, Some(at))?));
                }
            }
        }
        Ok(versions)
    }

    /// Collects what a plan finds; the literal that reads only what is new reads these rows.
    fn run_plan(&mut self, plan: &RulePlan, new: &[Row]) -> Result<(), Error> {
        let rule = self.core.rule(plan.rule);
        self.host.rule = plan.rule;
        let view = |literal, _| if plan.delta == Some(literal) { View::only(new) } else { View::ALL };
        let tables = tables(self.db, plan, &view);
        let mut walk = Walk::new(rule, plan, &tables);
        let head = self.db.relation(rule.head);
        let mut fresh = self.fresh.remove(&rule.head).unwrap_or_default();
        let room = self.limits.facts.saturating_sub(self.facts);
        let (mut found, mut added, mut stop) = (false, 0, None);
        let _ = walk.each(&mut self.host, &mut |walk, host, met| {
            match met.and_then(|()| emit(rule, &walk.binding, host)) {
                Ok(None) => {}
                Ok(Some(row)) => {
                    found = true;
                    if !head.contains(&row) && fresh.insert(row) {
                        added += 1;
                    }
                }
                Err(fault) => {
                    // The other conditions may fail: in another order nothing would have been computed here.
                    if fault.failure == Failure::Full || is_met(rule, plan, fault, &walk.binding, self.db, host) {
                        stop = Some((fault, walk.binding.clone()));
                    }
                }
            }
            if stop.is_some() || added > room { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if !fresh.is_empty() {
            self.fresh.insert(rule.head, fresh);
        }
        self.fired[plan.rule.0 as usize] |= found;
        self.facts += added;
        self.recent[plan.rule.0 as usize] += added;
        if let Some((fault, binding)) = stop {
            return Err(self.fault(plan.rule, fault, &binding));
        }
        if added > room {
            let rules = (0..self.core.rules.len() as u32).map(RuleId);
            return Err(self.exceeded(Exceeded::Facts, rules));
        }
        Ok(())
    }

    fn aggregate(&mut self, number: usize) -> Result<(), Error> {
        let aggregation = &self.core.aggregations[number];
        let mut groups: Vec<(Row, Sum)> = Vec::new();
        for row in self.db.relation(aggregation.body).rows() {
            let group = &row[..aggregation.groups];
            // Rows of one group stand together.
            if groups.last().is_none_or(|(last, _)| **last != *group) {
                groups.push((group.into(), Sum::default()));
            }
            let value = row.last().copied().unwrap_or(Value::NONE);
            if let Some((_, sum)) = groups.last_mut() {
                sum.add(aggregation.function, value, self.host.pool);
            }
        }
        let mut rows = Vec::new();
        for (group, sum) in groups {
            let overflow =
                || Error::Overflow { place: Place::Aggregation(number), operation: None, values: group.to_vec() };
            let Some(value) = sum.value(aggregation.function).map_err(|_| overflow())? else { continue };
            let Ok(Some(value)) = self.host.keep(value) else { continue };
            rows.push(group.iter().copied().chain([value]).collect::<Row>());
        }
        let Some(head) = self.db.relation_mut(aggregation.head) else { return Ok(()) };
        self.facts += rows.iter().filter(|row| head.insert(row, Mark::FIRST)).count();
        Ok(())
    }

    fn fault(&mut self, rule: RuleId, fault: Fault, binding: &[Value]) -> Error {
        if fault.failure == Failure::Full {
            return self.exceeded(Exceeded::Text, std::iter::once(rule));
        }
        let values = seen(self.core.rule(rule), fault.site, binding).into_iter().map(|(_, value)| value).collect();
        Error::Overflow { place: Place::Rule(rule, fault.site), operation: operation(fault.failure), values }
    }

    /// The error that names the rule which added most rows lately.
    fn exceeded(&mut self, exceeded: Exceeded, rules: impl Iterator<Item = RuleId>) -> Error {
        let most = rules.max_by_key(|rule| (self.recent[rule.0 as usize], std::cmp::Reverse(*rule)));
        let rule = most.unwrap_or(RuleId(0));
        let relation = self.core.rule(rule).head;
        // What was found last is of most interest.
        self.advance(u32::MAX);
        let rows = self.db.relation(relation);
        let last = rows.by_rank();
        let sample = last[last.len().saturating_sub(EXAMPLES)..].iter().map(|&at| rows.row(at).to_vec()).collect();
        Error::Limit { exceeded, rule, relation, sample }
    }
}

/// Whether the other conditions of a rule can all be met with what is bound where a fault arose. Without this, an
/// overflow would depend on the order in which a rule is run.
fn is_met(rule: &Rule, at: &RulePlan, fault: Fault, binding: &[Value], db: &Database, host: &Growing<'_>) -> bool {
    let Site::Literal(literal) = fault.site else { return true };
    let bound = at.known_before(literal);
    let mut others = Rule { columns: Vec::new(), ..rule.clone() };
    others.body.remove(literal);
    let request = Request { bound: &bound, ..Request::default() };
    let plan = loop {
        match plan_rule(&others, at.rule, request, db) {
            Ok(plan) => break plan,
            // What needs the value that is missing cannot be asked.
            Err(Unsafe { literal: Some(at), .. }) => drop(others.body.remove(at)),
            Err(_) => return true,
        }
    };
    let tables = tables(db, &plan, &|_, _| View::ALL);
    let mut walk = Walk::new(&others, &plan, &tables);
    bound.iter().for_each(|var| walk.binding[var.0 as usize] = binding[var.0 as usize]);
    walk.next(&mut Reading::new(host.pool, host.texts)) != Ok(false)
}

/// The head's row; [`None`] where a column has no value.
fn emit(rule: &Rule, binding: &[Value], host: &mut Growing<'_>) -> Result<Option<Row>, Fault> {
    let mut row = Vec::with_capacity(rule.columns.len());
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
                        return Ok(None);
                    }
                }
            }
        };
        row.push(value);
    }
    Ok(Some(Row::from(&row[..])))
}
