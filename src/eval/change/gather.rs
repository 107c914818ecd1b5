//! Runs one rule over batches for a large change, in the state before it or after it.

use super::moves::Age;
use super::plans::read;
use super::states::States;
use super::turn::{Stop, Turn};
use crate::base::{Pool, Value};
use crate::eval::batch::{self, Flats, Machine, Means, Run, Scope, ToRuns, compile};
use crate::eval::condition::Texts;
use crate::eval::growing::{Growing, OfRule};
use crate::eval::host::Fault;
use crate::eval::outcome::{Site, operation, seen};
use crate::eval::runs::Runs;
use crate::eval::{Error, Exceeded, Place, Row};
use crate::ir::compute::{Computed, Failure, Operation};
use crate::ir::core::{Core, Rule, RuleId};
use crate::plan::{Request, plan_rule};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// It is asked whether to go on once in so many calls.
const OFTEN: usize = 64;

/// A rule to be run.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    /// The rule, which reads what moved where that was put in.
    pub rule: &'a Rule,
    /// Which one of the program it is.
    pub id: RuleId,
    /// The atom that it begins with.
    pub begin: Option<usize>,
    /// The state that it reads.
    pub age: Age,
    /// True where what it finds may come: then values may be made, and faults count. In the old state there were none,
    /// and whoever asks whether a row still has a reason leaves them to those who look for what came.
    pub makes: bool,
    /// With more rows than these the stratum is too much.
    pub room: usize,
}

/// The rows of runs that are settled.
pub(super) fn rows_of(runs: &Runs, arity: usize) -> Vec<Row> {
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

impl Turn<'_, '_> {
    /// Adds the rows that a rule gives.
    pub(super) fn gather(&mut self, states: &States, task: Task<'_>, found: &mut Runs) -> Result<(), Stop> {
        let Task { rule, id, begin, age, makes, room } = task;
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
