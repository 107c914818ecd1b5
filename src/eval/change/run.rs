//! Runs one rule for a change: what it gives from the rows that moved, before the change or after it.

use super::moves::{self, Age};
use super::plans::{Start, make};
use super::turn::{Stop, Turn};
use crate::base::{Datum, Pool, Value};
use crate::eval::head::head_row;
use crate::eval::host::{Host, Reading};
use crate::eval::outcome::{operation, seen};
use crate::eval::view::{View, tables};
use crate::eval::walk::Walk;
use crate::eval::{Database, Error, Exceeded, Fault, Haste, Place, Progress, Row, Site, Texts};
use crate::ir::compute::{Computed, Failure, Operation};
use crate::ir::core::{Literal, RelationId, Rule, RuleId, Term, Var};
use crate::plan::{Request, RulePlan, Unsafe, plan_rule};
use rustc_hash::FxHashSet;
use std::ops::ControlFlow;

/// Told how far a change is; an answer ends it.
pub(super) type Watch<'a> = dyn FnMut(Progress) -> ControlFlow<Exceeded> + 'a;

/// Where a rule begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum From<'r> {
    /// With whatever step is best.
    Whole,
    /// With these rows in the atom of that number.
    Rows(usize, &'r [Row]),
    /// With the rows that came to, or went from, the relation of that atom.
    Came(usize),
    Went(usize),
    /// With what the rows that moved have in the columns that the literal of that number asks for: a `not` with those
    /// that came or went, a lookup with both.
    Keys {
        literal: usize,
        came: bool,
        went: bool,
    },
}

/// The pool during a change, to which rules add values where they may.
pub(super) struct Changing<'a, 'w> {
    pub pool: &'a mut Pool,
    pub texts: &'a dyn Texts,
    /// Bytes that may still be made into texts; [`None`]: nothing may be made.
    pub room: Option<&'a mut usize>,
    pub watch: &'a mut Watch<'w>,
    pub progress: Progress,
    pub stopped: Option<Exceeded>,
    /// How often it was asked whether to go on.
    pub pulses: usize,
}

impl Host for Changing<'_, '_> {
    fn pool(&self) -> &Pool {
        self.pool
    }

    fn texts(&self) -> &dyn Texts {
        self.texts
    }

    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        let Some(room) = &mut self.room else { return Ok(value.find(self.pool)) };
        let datum = match value {
            Computed::Kept(value) => return Ok(Some(value)),
            Computed::Fresh(datum) => datum,
        };
        if let Datum::Text(text) = &datum
            && self.pool.find_text(text).is_none()
        {
            **room = room.checked_sub(text.len()).ok_or(Failure::Full)?;
        }
        Ok(Some(self.pool.intern(datum)))
    }

    fn undefined(&mut self, _: Site, _: Operation, _: &[Value]) {}

    fn goes_on(&mut self) -> bool {
        self.pulses += 1;
        if let ControlFlow::Break(exceeded) = (self.watch)(self.progress) {
            self.stopped = Some(exceeded);
        }
        self.stopped.is_none()
    }
}

impl Turn<'_, '_> {
    /// The rows of a rule's head from somewhere on. Of the old state: those that the database had and that do not go
    /// yet. Of the new one: those that it does not have, or that go. They ascend, each once.
    pub(super) fn heads(&mut self, id: RuleId, from: From<'_>, age: Age) -> Result<Vec<Row>, Stop> {
        let core = self.core;
        self.heads_of(core.rule(id), id, from, age, true)
    }

    /// [`Turn::heads`] of a rule that need not be part of the program.
    pub(super) fn heads_of(
        &mut self,
        rule: &Rule,
        id: RuleId,
        from: From<'_>,
        age: Age,
        known: bool,
    ) -> Result<Vec<Row>, Stop> {
        let progress = self.progress();
        let Turn { db, moves, pool, plans, watch, texts, room, .. } = self;
        let (moves, db) = (&*moves, &**db);
        let of = |literal: usize| super::plans::read(&rule.body[literal]).and_then(|read| moves.get(&read));
        let (start, delta): (Start, &[Row]) = match from {
            From::Whole => (Start::Whole, &[]),
            From::Rows(literal, rows) => (Start::Rows(literal), rows),
            From::Came(literal) => (Start::Rows(literal), of(literal).map_or(&[], |moves| &moves.came)),
            From::Went(literal) => (Start::Rows(literal), of(literal).map_or(&[], |moves| moves.went())),
            From::Keys { literal, .. } => (Start::Bound(asked(&rule.body[literal])), &[]),
        };
        let keys = match (from, &start) {
            (From::Keys { literal, came, went }, Start::Bound(vars)) => {
                let rows = of(literal).into_iter().flat_map(|moves| {
                    let came = moves.came.iter().filter(move |_| came);
                    came.chain(moves.went().iter().filter(move |_| went))
                });
                keys(&rule.body[literal], vars, rows)
            }
            _ => vec![Row::from(&[][..])],
        };
        if keys.is_empty() || (matches!(start, Start::Rows(_)) && delta.is_empty()) {
            return Ok(Vec::new());
        }
        let vars = if let Start::Bound(vars) = &start { vars.clone() } else { Vec::new() };
        let plan = if known { plans.plan(rule, id, start, db) } else { make(rule, id, &start, db) }?;
        let view = |literal: usize, id: RelationId| match plan.delta == Some(literal) {
            true => View::only(delta),
            false => moves::view(moves, id, age),
        };
        let tables = tables(db, &plan, Haste::Order, &view);
        let head = db.relation(rule.head);
        let of_head = moves.get(&rule.head);
        let gone = |row: &Row| of_head.is_some_and(|moves| moves.gone.contains(row));
        let came = |row: &Row| of_head.is_some_and(|moves| !moves.came.is_empty() && moves.came_set().contains(row));
        let mut host = Changing {
            pool,
            texts: *texts,
            room: (age == Age::New).then_some(room),
            watch: &mut **watch,
            progress,
            stopped: None,
            pulses: 0,
        };
        let wanted = |row: &Row| match age {
            Age::Old => head.contains(row) && !gone(row) && !came(row),
            Age::New => !head.contains(row) || gone(row),
        };
        // Rows in order are looked up in a fraction of the time.
        let sift = |found: &mut Vec<Row>, from: usize| {
            found[from..].sort_unstable();
            found.dedup();
            let mut at = 0;
            found.retain(|row| {
                at += 1;
                at <= from || wanted(row)
            });
        };
        let (mut found, mut sifted) = (Vec::new(), 0);
        let mut walk = Walk::new(rule, &plan, &tables);
        let mut failed = None;
        for key in &keys {
            vars.iter().zip(key).for_each(|(var, value)| walk.binding[var.0 as usize] = *value);
            let ended = walk.each(&mut host, &mut |walk, host, met| {
                match met.and_then(|()| head_row(rule, &walk.binding, host)) {
                    Ok(None) => {}
                    Ok(Some(row)) => {
                        found.push(row);
                        if found.len() - sifted == SIFTED {
                            sift(&mut found, sifted);
                            sifted = found.len();
                        }
                    }
                    // The old state was evaluated without a fault, so other conditions failed there.
                    Err(_) if age == Age::Old => {}
                    Err(fault) => {
                        let here = Here { rule, plan: &plan, begun: &vars, db, moves };
                        let reading = &mut Reading::new(host.pool, host.texts);
                        if fault.failure == Failure::Full || here.counts(fault, &walk.binding, reading) {
                            failed = Some((fault, walk.binding.clone()));
                            return ControlFlow::Break(());
                        }
                    }
                }
                ControlFlow::Continue(())
            });
            if ended.is_break() || host.stopped.is_some() {
                break;
            }
        }
        let (pulses, stopped) = (host.pulses, host.stopped);
        sift(&mut found, sifted);
        if sifted > 0 {
            found.sort_unstable();
            found.dedup();
        }
        drop(tables);
        self.here += pulses * STEPS;
        match (failed, stopped) {
            (None, None) => Ok(found),
            (_, Some(exceeded)) => Err(self.exceeded(exceeded, id, rule.head).into()),
            (Some((fault, _)), None) if fault.failure == Failure::Full => {
                Err(self.exceeded(Exceeded::Text, id, rule.head).into())
            }
            (Some((fault, binding)), None) => {
                let values = seen(rule, fault.site, &binding).into_iter().map(|(_, value)| value).collect();
                let operation = operation(fault.failure);
                Err(Stop::Error(Error::Overflow { place: Place::Rule(id, fault.site), operation, values }))
            }
        }
    }
}

/// So many rows are found before it is looked which of them matter.
const SIFTED: usize = 1 << 16;

/// A pulse stands for the work of so many rows.
pub(super) const STEPS: usize = 1 << 11;

/// Where a fault arose.
struct Here<'a> {
    rule: &'a Rule,
    plan: &'a RulePlan,
    /// The variables that had a value before the first step.
    begun: &'a [Var],
    db: &'a Database,
    moves: &'a moves::All,
}

impl Here<'_> {
    /// Whether the other conditions of the rule can all be met with what is bound there. Without this, an overflow
    /// would depend on the order in which a rule is run.
    fn counts(&self, fault: Fault, binding: &[Value], host: &mut Reading<'_>) -> bool {
        let (rule, Site::Literal(literal)) = (self.rule, fault.site) else { return true };
        let mut bound = self.plan.known_before(literal);
        bound.extend(self.begun);
        let mut others = Rule { columns: Vec::new(), ..rule.clone() };
        others.body.remove(literal);
        let request = Request { bound: &bound, ..Request::default() };
        let plan = loop {
            match plan_rule(&others, self.plan.rule, request, self.db) {
                Ok(plan) => break plan,
                // What needs the value that is missing cannot be asked.
                Err(Unsafe { literal: Some(at), .. }) => drop(others.body.remove(at)),
                Err(_) => return true,
            }
        };
        let tables = tables(self.db, &plan, Haste::Order, &|_, id| moves::view(self.moves, id, Age::New));
        let mut walk = Walk::new(&others, &plan, &tables);
        bound.iter().for_each(|var| walk.binding[var.0 as usize] = binding[var.0 as usize]);
        walk.next(host) != Ok(false)
    }
}

/// The terms of a `not`, or of a lookup's key.
fn terms(literal: &Literal) -> &[Term] {
    match literal {
        Literal::Not(_, terms) | Literal::Lookup { key: terms, .. } => terms,
        _ => &[],
    }
}

/// The variables that a `not` or a lookup asks with, each once.
pub(super) fn asked(literal: &Literal) -> Vec<Var> {
    let mut vars = Vec::new();
    for term in terms(literal) {
        if let Term::Var(var) = term
            && !vars.contains(var)
        {
            vars.push(*var);
        }
    }
    vars
}

/// What these variables must be for the literal to ask for one of the rows; each once. An absence is never asked for.
pub(super) fn keys<'r>(literal: &Literal, vars: &[Var], rows: impl Iterator<Item = &'r Row>) -> Vec<Row> {
    let terms = terms(literal);
    let mut seen: FxHashSet<Row> = FxHashSet::default();
    let mut keys = Vec::new();
    for row in rows {
        let at = |var: &Var| terms.iter().position(|term| *term == Term::Var(*var));
        let key: Row = vars.iter().filter_map(at).map(|column| row[column]).collect();
        let fits = terms.iter().zip(row).all(|(term, value)| match term {
            Term::Any => true,
            _ if value.is_none() => false,
            Term::Const(constant) => constant == value,
            Term::Var(var) => vars.iter().position(|other| other == var).is_some_and(|at| key[at] == *value),
        });
        if fits && seen.insert(key.clone()) {
            keys.push(key);
        }
    }
    keys
}
