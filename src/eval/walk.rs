//! Runs a plan row by row, depth first: a walk over its steps that stops at each binding and goes on from there.
//!
//! It serves explanations, changes of single facts, and the question whether a fault counts; from scratch, rules run in
//! batches. Each step that reads rows has a [`Table`], whose [`View`] says which rows it sees. The walk keeps a cursor
//! a step and no stack, so a long rule costs nothing but time.

use super::condition::{Texts, holds};
use super::database::Database;
use super::outcome::Site;
use super::relation::Relation;
use super::row::Row;
use super::search::{self, Haste, Search};
use crate::base::{Pool, Value};
use crate::ir::compute::{Computed, Failure, Operation, compute};
use crate::ir::core::{Expr, RelationId, Rule, Term};
use crate::plan::{AtomStep, RulePlan, Step};
use rustc_hash::FxHashSet;
use std::ops::ControlFlow;

/// What a run needs from its surroundings.
pub trait Host {
    /// The values.
    fn pool(&self) -> &Pool;
    /// The texts.
    fn texts(&self) -> &dyn Texts;
    /// The value in the pool; [`None`] where it is not there and may not be added.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure>;
    /// Told of every operation without a value.
    fn undefined(&mut self, site: Site, operation: Operation, binding: &[Value]);
    /// Asked now and then whether to go on; if not, the run ends as if there were nothing more to find.
    fn goes_on(&mut self) -> bool {
        true
    }
}

/// A host is asked whether to go on once in so many steps.
const PULSE: u32 = 1 << 14;

/// A pool that stays as it is.
pub struct Reading<'a> {
    pool: &'a Pool,
    texts: &'a dyn Texts,
}

impl<'a> Reading<'a> {
    /// For runs that add nothing.
    pub fn new(pool: &'a Pool, texts: &'a dyn Texts) -> Reading<'a> {
        Reading { pool, texts }
    }
}

impl Host for Reading<'_> {
    fn pool(&self) -> &Pool {
        self.pool
    }

    fn texts(&self) -> &dyn Texts {
        self.texts
    }

    /// A value that the evaluation kept is there; one that is not there was never bound.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        Ok(value.find(self.pool))
    }

    fn undefined(&mut self, _: Site, _: Operation, _: &[Value]) {}
}

/// What ends a run: an overflow, or texts without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the rule.
    pub site: Site,
    /// [`Failure::Overflow`] or [`Failure::Full`].
    pub failure: Failure,
}

/// The rows that a step may see; the default is all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct View<'a> {
    /// This relation in the place of the database's, as it was before a change.
    pub instead: Option<&'a Relation>,
    /// Only these rows, in this order.
    pub only: Option<&'a [Row]>,
    /// Only rows whose rank is below this; a given row has rank 0.
    pub below: Option<u32>,
    /// None of these rows.
    pub without: Option<&'a FxHashSet<Row>>,
}

impl<'a> View<'a> {
    /// All rows of the relation.
    pub const ALL: View<'static> = View { instead: None, only: None, below: None, without: None };

    /// Only these rows, which must be of the relation unless `below` is left open.
    pub fn only(rows: &'a [Row]) -> View<'a> {
        View { only: Some(rows), ..View::ALL }
    }

    /// Only rows of a rank below this.
    pub fn below(rank: u32) -> View<'a> {
        View { below: Some(rank), ..View::ALL }
    }

    /// All but these rows.
    pub fn without(rows: &'a FxHashSet<Row>) -> View<'a> {
        View { without: Some(rows), ..View::ALL }
    }

    fn is_open(&self) -> bool {
        self.below.is_none() && self.without.is_none()
    }
}

/// What a step reads.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    search: Search<'a>,
    view: View<'a>,
}

/// The tables of a plan's steps. `view` is asked for each step that reads rows: the number of its literal, and its
/// relation.
pub fn tables<'a>(
    db: &'a Database,
    plan: &RulePlan,
    haste: Haste,
    view: &dyn Fn(usize, RelationId) -> View<'a>,
) -> Vec<Option<Table<'a>>> {
    let of_step = |step: &Step| {
        let (literal, id, columns): (usize, RelationId, &[u32]) = match step {
            Step::Atom(atom) => (atom.literal, atom.relation, &[]),
            Step::Not { literal, relation, columns, .. } | Step::Lookup { literal, relation, columns, .. } => {
                (*literal, *relation, columns)
            }
            Step::Bind { .. } | Step::Test { .. } => return None,
        };
        let view = view(literal, id);
        let relation = view.instead.unwrap_or_else(|| db.relation(id));
        let columns = match step {
            Step::Atom(atom) => atom.key_columns(relation.arity()),
            _ => columns.to_vec(),
        };
        Some(Table { search: Search::new(relation, &columns, haste), view })
    };
    plan.steps.iter().map(of_step).collect()
}

impl<'a> Table<'a> {
    /// Lets the step see other rows from now on.
    pub fn set_view(&mut self, view: View<'a>) {
        self.view = view;
    }

    /// All rows that a key leads to, before the view.
    fn find<'b>(&'b self, key: &[Term], binding: &[Value]) -> Rows<'b> {
        if let Some(rows) = self.view.only {
            return Rows::Only(rows.iter());
        }
        Rows::Found(self.search.find(&|at| match key[at] {
            Term::Var(var) => binding[var.0 as usize],
            Term::Const(value) => value,
            Term::Any => Value::NONE,
        }))
    }

    /// The next row that the view shows.
    fn next<'b>(&self, rows: &mut Rows<'b>) -> Option<Seen<'b>> {
        loop {
            let seen = match rows {
                Rows::None => return None,
                Rows::Found(found) => Seen::Found(found.next()?),
                Rows::Only(rows) => Seen::Whole(rows.next()?),
            };
            if self.view.is_open() {
                return Some(seen);
            }
            let row = seen.row();
            let dead = self.view.without.is_some_and(|dead| dead.contains(&row));
            let late = |rank: u32| self.search.relation().mark(&row).is_none_or(|mark| mark.rank() >= rank);
            if !dead && !self.view.below.is_some_and(late) {
                return Some(seen);
            }
        }
    }

    /// The first row that a key in these columns leads to, if the view shows one.
    fn first(&self, columns: &[u32], key: &[Term], binding: &[Value]) -> Option<Seen<'_>> {
        let mut rows = self.find(key, binding);
        while let Some(seen) = self.next(&mut rows) {
            let fits = |(&column, &term): (&u32, &Term)| equals(seen.value(column), term, binding);
            if matches!(rows, Rows::Found(_)) || columns.iter().zip(key).all(fits) {
                return Some(seen);
            }
        }
        None
    }
}

/// Rows on the way.
#[derive(Clone, Debug)]
enum Rows<'a> {
    None,
    Found(search::Found<'a>),
    Only(std::slice::Iter<'a, Row>),
}

/// A row where it stands.
#[derive(Clone, Copy, Debug)]
enum Seen<'a> {
    Found(search::Seen<'a>),
    Whole(&'a Row),
}

impl Seen<'_> {
    fn value(&self, column: u32) -> Value {
        match self {
            Seen::Found(seen) => seen.value(column as usize),
            Seen::Whole(row) => row[column as usize],
        }
    }

    /// The row in the order of its columns.
    fn row(&self) -> Row {
        match self {
            Seen::Found(seen) => seen.row(),
            Seen::Whole(row) => (*row).clone(),
        }
    }
}

/// Whether a value is that of a term; nothing equals an absent variable.
fn equals(value: Value, term: Term, binding: &[Value]) -> bool {
    match term {
        Term::Var(var) => value == binding[var.0 as usize] && !value.is_none(),
        Term::Const(constant) => value == constant && !value.is_none(),
        Term::Any => true,
    }
}

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
                    .key_columns(table.search.relation().arity())
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
                let last = table.search.relation().arity() as u32 - 1;
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
    use crate::eval::Mark;
    use crate::ir::core::{Core, Literal, OriginId, PlaceTest, RuleId, Var};
    use crate::plan::{Request, plan};

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
