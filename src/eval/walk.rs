//! Runs a plan row by row, depth first: a walk over its steps that stops at each binding and goes on from there.
//!
//! It serves explanations, changes of single facts, and the question whether a fault counts; from scratch, rules run in
//! batches. Each step that reads rows has a [`Table`], whose [`View`] says which rows it sees. The walk keeps a cursor
//! a step and no stack, so a long rule costs nothing but time.

use super::condition::holds;
use super::host::{Fault, Host};
use super::outcome::Site;
use super::row::Row;
#[cfg(doc)]
use super::view::View;
use super::view::{Rows, Seen, Table, equals};
use crate::base::Value;
use crate::ir::compute::{Failure, compute};
use crate::ir::core::{Expr, Rule, Term};
use crate::plan::{AtomStep, RulePlan, Step};
use std::ops::ControlFlow;

/// A host is asked whether to go on once in so many steps.
const PULSE: u32 = 1 << 14;

/// Is shown the walk at a binding, or at a fault.
pub type Visit<'v, 'a, H, B> = dyn FnMut(&Walk<'a>, &mut H, Result<(), Fault>) -> ControlFlow<B> + 'v;

/// A run of a plan.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    /// The value of each variable that has one. Variables that the plan takes as bound are set before the first step.
    pub binding: Vec<Value>,
    rule: &'a Rule,
    plan: &'a RulePlan,
    tables: &'a [Option<Table<'a>>],
    rows: Vec<Rows<'a>>,
    /// The row of each step that read one.
    seen: Vec<Option<Seen<'a>>>,
    /// The step to go back from; [`None`] before the first.
    at: Option<usize>,
    steps: u32,
}

impl<'a> Walk<'a> {
    /// A run that has not begun.
    pub fn new(rule: &'a Rule, plan: &'a RulePlan, tables: &'a [Option<Table<'a>>]) -> Walk<'a> {
        let steps = plan.steps.len();
        Walk {
            binding: vec![Value::NONE; rule.vars as usize],
            rule,
            plan,
            tables,
            rows: vec![Rows::None; steps],
            seen: vec![None; steps],
            at: None,
            steps: 0,
        }
    }

    /// The row that a literal read: of an atom, or of a lookup that did not take its default.
    pub fn row(&self, literal: usize) -> Option<Row> {
        let reads = |step: &Step| match step {
            Step::Atom(atom) => atom.literal == literal,
            Step::Lookup { literal: at, .. } => *at == literal,
            _ => false,
        };
        let step = self.plan.steps.iter().position(reads)?;
        self.seen[step].as_ref().map(Seen::row)
    }

    /// Shows each binding, and each fault, until told to stop.
    pub fn each<H: Host, B>(&mut self, host: &mut H, visit: &mut Visit<'_, 'a, H, B>) -> ControlFlow<B> {
        loop {
            let met = match self.next(host) {
                Ok(true) => Ok(()),
                Ok(false) => return ControlFlow::Continue(()),
                Err(fault) => Err(fault),
            };
            visit(self, host, met)?;
        }
    }

    /// Begins again, whether it is at its end or not.
    pub fn restart(&mut self) {
        self.at = None;
    }

    /// Goes on to the next binding; false at the end, after which it may begin again. After a fault it goes on, too,
    /// as if the condition had failed.
    pub fn next<H: Host>(&mut self, host: &mut H) -> Result<bool, Fault> {
        let mut forward = self.at.is_none();
        let mut depth = self.at.unwrap_or(0);
        loop {
            self.steps += 1;
            if self.steps == PULSE {
                self.steps = 0;
                if !host.goes_on() {
                    self.at = None;
                    return Ok(false);
                }
            }
            if !forward {
                if depth == 0 {
                    self.at = None;
                    return Ok(false);
                }
                depth -= 1;
            } else if depth == self.plan.steps.len() {
                self.at = Some(depth);
                return Ok(true);
            }
            let tables = self.tables;
            let met = match (&self.plan.steps[depth], &tables[depth]) {
                (Step::Atom(atom), Some(table)) => self.next_row(depth, atom, table, forward),
                (step, table) if forward => {
                    self.at = Some(depth);
                    self.test(depth, step, table.as_ref(), host)?
                }
                _ => false,
            };
            forward = met;
            depth += usize::from(met);
        }
    }

    fn next_row(&mut self, depth: usize, atom: &AtomStep, table: &'a Table<'a>, start: bool) -> bool {
        if start {
            self.rows[depth] = table.find(&atom.key, &self.binding);
        }
        while let Some(seen) = table.next(&mut self.rows[depth]) {
            for &(column, var) in &atom.binds {
                self.binding[var.0 as usize] = seen.value(column);
            }
            let binding = &self.binding;
            let same = |&(column, term): &(u32, Term)| match term {
                Term::Const(constant) => seen.value(column) == constant,
                term => equals(seen.value(column), term, binding),
            };
            let of_key = match &self.rows[depth] {
                Rows::None | Rows::Found(_) => true,
                Rows::Only(_) => atom
                    .key_columns(table.relation().arity())
                    .iter()
                    .zip(&atom.key)
                    .all(|(&column, &term)| equals(seen.value(column), term, binding)),
            };
            if of_key && atom.checks.iter().all(same) {
                if atom.once {
                    self.rows[depth] = Rows::None;
                }
                self.seen[depth] = Some(seen);
                return true;
            }
        }
        false
    }

    fn test<H: Host>(
        &mut self,
        depth: usize,
        step: &Step,
        table: Option<&'a Table<'a>>,
        host: &mut H,
    ) -> Result<bool, Fault> {
        let (literal, result) = match step {
            Step::Not { columns, key, .. } => {
                let Some(table) = table else { return Ok(true) };
                return Ok(table.first(columns, key, &self.binding).is_none());
            }
            Step::Lookup { columns, key, value, bound, default, .. } => {
                let Some(table) = table else { return Ok(false) };
                let seen = table.first(columns, key, &self.binding);
                self.seen[depth] = seen;
                let last = table.relation().arity() as u32 - 1;
                let found = seen.map(|seen| seen.value(last)).or(*default);
                return Ok(found.is_some_and(|found| self.take(value.0, found, *bound)));
            }
            Step::Bind { literal, var, expr, bound, turned } => {
                (*literal, self.bind(var.0, expr, *bound, *turned, host))
            }
            Step::Test { literal } => {
                (*literal, holds(&self.rule.body[*literal], &self.binding, host.pool(), host.texts()))
            }
            Step::Atom(_) => return Ok(false),
        };
        match result {
            Ok(met) => Ok(met),
            Err(Failure::Absent) => Ok(false),
            Err(Failure::Undefined(operation)) => {
                host.undefined(Site::Literal(literal), operation, &self.binding);
                Ok(false)
            }
            Err(failure) => Err(Fault { site: Site::Literal(literal), failure }),
        }
    }

    fn take(&mut self, var: u32, value: Value, bound: bool) -> bool {
        let place = &mut self.binding[var as usize];
        if bound {
            return *place == value && !value.is_none();
        }
        *place = value;
        true
    }

    fn bind<H: Host>(
        &mut self,
        var: u32,
        expr: &Expr,
        bound: bool,
        turned: bool,
        host: &mut H,
    ) -> Result<bool, Failure> {
        let value = compute(expr, &self.binding, host.pool())?;
        if bound {
            return Ok(value.find(host.pool()).is_some_and(|value| self.take(var, value, true)));
        }
        // Of `X = Y` with X known, X is compared all the same, and an absence equals nothing.
        if turned && value.is_absent() {
            return Ok(false);
        }
        Ok(host.keep(value)?.is_some_and(|value| self.take(var, value, false)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Pool;
    use crate::eval::{Database, Haste, Mark, Reading, Texts, View, tables};
    use crate::ir::core::{Core, Literal, OriginId, PlaceTest, RuleId, Var};
    use crate::plan::{Request, plan};
    use rustc_hash::FxHashSet;

    struct NoTexts;

    impl Texts for NoTexts {
        fn place(&self, _: PlaceTest, _: Value, _: (u32, u32), _: (u32, u32)) -> bool {
            false
        }
        fn matches(&self, _: u32, _: &str) -> bool {
            false
        }
    }

    fn v(n: u32) -> Value {
        Value::from_bits(n)
    }

    fn row(values: &[u32]) -> Row {
        values.iter().map(|&n| v(n)).collect()
    }

    /// `path(x, z) :- edge(x, y), edge(y, z), not stop(y).`, over a circle of four whose edges have ranks 1 to 4.
    fn circle() -> (Core, Database) {
        let mut core = Core::default();
        let (edge, stop) = (core.add_relation("edge", 2), core.add_relation("stop", 1));
        let path = core.add_relation("path", 2);
        let var = |n| Term::Var(Var(n));
        let body = vec![
            Literal::Atom(edge, vec![var(0), var(1)]),
            Literal::Atom(edge, vec![var(1), var(2)]),
            Literal::Not(stop, vec![var(1)]),
        ];
        let columns = vec![Expr::Var(Var(0)), Expr::Var(Var(2))];
        core.add_rule(Rule { head: path, columns, body, vars: 3 }, OriginId(0));
        let mut db = Database::default();
        db.make_room(&core);
        for n in 1..5 {
            db.relation_mut(edge).unwrap().insert(&row(&[n, n % 4 + 1]), Mark::ranked(n));
        }
        db.relation_mut(stop).unwrap().insert(&row(&[3]), Mark::FIRST);
        (core, db)
    }

    /// What is found where each literal has its view, and which rows the first two read.
    fn found(delta: Option<usize>, views: [View<'_>; 3]) -> Vec<[Row; 3]> {
        let (core, db) = circle();
        let plan = plan(&core, RuleId(0), Request { delta, ..Request::default() }, &db).unwrap();
        let view = |literal: usize, _| views[literal];
        let tables = tables(&db, &plan, Haste::Order, &view);
        let mut walk = Walk::new(core.rule(RuleId(0)), &plan, &tables);
        let (pool, mut found) = (Pool::default(), Vec::new());
        let end: ControlFlow<()> = walk.each(&mut Reading::new(&pool, &NoTexts), &mut |walk, _, met| {
            assert!(met.is_ok());
            let ends = [walk.binding[0], walk.binding[2]];
            found.push([Row::from(&ends[..]), walk.row(0).unwrap(), walk.row(1).unwrap()]);
            ControlFlow::Continue(())
        });
        assert!(end.is_continue());
        found.sort_unstable();
        found
    }

    fn heads(delta: Option<usize>, views: [View<'_>; 3]) -> Vec<Row> {
        found(delta, views).into_iter().map(|[head, ..]| head).collect()
    }

    #[test]
    fn each_step_sees_what_its_view_shows() {
        let all = View::ALL;
        let whole = found(None, [all, all, all]);
        assert_eq!(whole[0], [row(&[1, 3]), row(&[1, 2]), row(&[2, 3])]);
        assert_eq!(heads(None, [all, all, all]), [row(&[1, 3]), row(&[3, 1]), row(&[4, 2])]);
        let only = [row(&[3, 4]), row(&[1, 2])];
        for delta in [None, Some(0)] {
            assert_eq!(heads(delta, [View::only(&only), all, all]), [row(&[1, 3]), row(&[3, 1])]);
        }
        assert_eq!(heads(None, [all, View::only(&only), all]), [row(&[4, 2])]);
        assert_eq!(heads(Some(1), [View::below(4), View::only(&only), all]), Vec::<Row>::new());
        assert_eq!(heads(None, [View::below(4), all, all]), [row(&[1, 3]), row(&[3, 1])]);
        let dead = FxHashSet::from_iter([row(&[2, 3]), row(&[9, 9])]);
        assert_eq!(heads(None, [all, View::without(&dead), all]), [row(&[3, 1]), row(&[4, 2])]);
        // What is gone stops nothing any more, and what came stops at once.
        let gone = FxHashSet::from_iter([row(&[3])]);
        assert_eq!(heads(None, [all, all, View::without(&gone)]).len(), 4);
        let came = [row(&[1]), row(&[2])];
        assert_eq!(heads(None, [all, all, View::only(&came)]), [row(&[2, 4]), row(&[3, 1])]);
    }

    #[test]
    fn a_walk_may_begin_again() {
        let (core, db) = circle();
        let plan = plan(&core, RuleId(0), Request { bound: &[Var(0)], ..Request::default() }, &db).unwrap();
        let tables = tables(&db, &plan, Haste::Order, &|_, _| View::ALL);
        let (pool, mut walk) = (Pool::default(), Walk::new(core.rule(RuleId(0)), &plan, &tables));
        let mut host = Reading::new(&pool, &NoTexts);
        for (start, end) in [(1, Some(3)), (2, None), (4, Some(2))] {
            walk.binding[0] = v(start);
            let met = walk.next(&mut host).unwrap();
            assert_eq!(met.then(|| walk.binding[2]), end.map(v));
            walk.restart();
        }
    }
}
