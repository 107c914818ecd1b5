//! What rules that run from scratch need to compute: the pool, to which they add values, the texts, and a book of what
//! had no value.

use super::batch::{Machine, Means, Run, Scope, Sink, Stop, compile};
use super::condition::Texts;
use super::host::Fault;
use super::outcome::{Missing, Site, seen};
use crate::base::{Datum, Pool, Value};
use crate::ir::compute::{Computed, Failure, Operation, variables};
use crate::ir::core::{Core, Literal, Rule, RuleId, Var};
use crate::plan::{Request, Unsafe, plan_rule};
use std::collections::BTreeMap;

/// So many examples of a missing value are kept.
const EXAMPLES: usize = 3;

/// The pool, to which rules add values.
pub(super) struct Growing<'a> {
    pub core: &'a Core,
    pub pool: &'a mut Pool,
    pub texts: &'a dyn Texts,
    /// Bytes that may still be made into texts.
    pub room: usize,
    pub missing: BTreeMap<(RuleId, Site), Missing>,
}

impl Growing<'_> {
    /// The value in the pool, which keeps it from now on.
    pub fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        let datum = match value {
            Computed::Kept(value) => return Ok(Some(value)),
            Computed::Fresh(datum) => datum,
        };
        if let Datum::Text(text) = &datum
            && self.pool.find_text(text).is_none()
        {
            self.room = self.room.checked_sub(text.len()).ok_or(Failure::Full)?;
        }
        Ok(Some(self.pool.intern(datum)))
    }

    fn undefined(&mut self, rule: RuleId, site: Site, operation: Operation, binding: &[Value]) {
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

/// The means of one rule.
pub(super) struct OfRule<'a, 'b> {
    pub growing: &'a mut Growing<'b>,
    pub rule: RuleId,
    pub scope: Scope<'a>,
}

impl Means for OfRule<'_, '_> {
    fn pool(&self) -> &Pool {
        self.growing.pool
    }

    fn texts(&self) -> Option<&dyn Texts> {
        Some(self.growing.texts)
    }

    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        self.growing.keep(value)
    }

    fn undefined(&mut self, site: Site, operation: Operation, binding: &[Value]) {
        self.growing.undefined(self.rule, site, operation, binding);
    }

    /// Whether the other conditions of the rule can all be met with the values that the fault arose from. Without
    /// this, an overflow would depend on the order in which a rule is run.
    fn counts(&mut self, fault: Fault, binding: &[Value]) -> bool {
        let (rule, Site::Literal(literal)) = (self.growing.core.rule(self.rule), fault.site) else { return true };
        let mut bound = Vec::new();
        asked(&rule.body[literal], &mut bound);
        let mut others = Rule { columns: Vec::new(), ..rule.clone() };
        others.body.remove(literal);
        let request = Request { bound: &bound, ..Request::default() };
        let plan = loop {
            match plan_rule(&others, self.rule, request, &self.scope) {
                Ok(plan) => break plan,
                // What needs the value that is missing cannot be asked.
                Err(Unsafe { literal: Some(at), .. }) => drop(others.body.remove(at)),
                Err(_) => return true,
            }
        };
        let code = compile(&others, &plan, &bound, self.scope);
        let values: Vec<Value> = bound.iter().map(|var| binding[var.0 as usize]).collect();
        let run = Run { code: &code, rule: &others, scope: self.scope, between: None, bound: &values, owner: None };
        let mut means = Reading { pool: self.growing.pool, texts: Some(self.growing.texts) };
        Machine::default().run(&run, &mut means, &mut Any).is_err()
    }
}

/// The variables whose values a condition computes with.
fn asked(literal: &Literal, vars: &mut Vec<Var>) {
    match literal {
        Literal::Compare(_, a, b) | Literal::Contains(a, b) => {
            variables(a, vars);
            variables(b, vars);
        }
        Literal::Bind(_, expr) => variables(expr, vars),
        _ => {}
    }
}

/// A pool that stays as it is. Every fault counts.
pub(super) struct Reading<'a> {
    pub pool: &'a Pool,
    pub texts: Option<&'a dyn Texts>,
}

impl Means for Reading<'_> {
    fn pool(&self) -> &Pool {
        self.pool
    }

    fn texts(&self) -> Option<&dyn Texts> {
        self.texts
    }

    /// A value that the pool does not have was never bound.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        Ok(value.find(self.pool))
    }

    fn undefined(&mut self, _: Site, _: Operation, _: &[Value]) {}

    fn counts(&mut self, _: Fault, _: &[Value]) -> bool {
        true
    }
}

/// Stops at the first row.
struct Any;

impl Sink for Any {
    fn take(&mut self, _: Value, _: &[Value]) {}

    fn check(&mut self) -> Result<(), Stop> {
        Err(Stop::Enough)
    }
}
