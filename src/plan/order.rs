//! One rule as a list of steps: which atom first, by which columns it is looked up, and where each test stands.
//!
//! The order is greedy: the changed atom first; then, each time, an atom that only asks whether there is a row, or the
//! one that is likely to match fewest rows by the columns that are known, then the author's order. Tests stand as early
//! as their variables allow. A rule with a variable that nothing binds is refused as a value, never a panic.

use crate::base::Value;
use crate::ir::compute::variables;
use crate::ir::core::{Core, Expr, Literal, RelationId, Rule, RuleId, Term, Var};

impl RulePlan {
    /// The variables that have a value before the step of a literal.
    pub fn known_before(&self, literal: usize) -> Vec<Var> {
        let mut known = Vec::new();
        for step in &self.steps {
            match step {
                Step::Bind { literal: at, .. } | Step::Test { literal: at } if *at == literal => break,
                Step::Atom(atom) => known.extend(atom.binds.iter().map(|(_, var)| *var)),
                Step::Lookup { value: var, bound: false, .. } | Step::Bind { var, bound: false, .. } => {
                    known.push(*var)
                }
                _ => {}
            }
        }
        known
    }
}

/// A rule's steps. When all have succeeded the head holds for the binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePlan {
    /// The rule.
    pub rule: RuleId,
    /// The literal that reads only what the last round added.
    pub delta: Option<usize>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// One step. `literal` is the place in the rule's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Goes through the rows of an atom.
    Atom(AtomStep),
    /// Goes on where no row has these values.
    Not {
        /// The literal.
        literal: usize,
        /// Its relation.
        relation: RelationId,
        /// The columns that are not [`Term::Any`].
        columns: Vec<u32>,
        /// What stands there.
        key: Vec<Term>,
    },
    /// Reads an aggregate's value for a group.
    Lookup {
        /// The literal.
        literal: usize,
        /// The head of the aggregation.
        relation: RelationId,
        /// The group's columns that are not [`Term::Any`].
        columns: Vec<u32>,
        /// What stands there.
        key: Vec<Term>,
        /// The value's variable.
        value: Var,
        /// True where it is compared, not bound.
        bound: bool,
        /// The value of a group without rows.
        default: Option<Value>,
    },
    /// Binds a variable to an expression's value, or compares.
    Bind {
        /// The literal.
        literal: usize,
        /// The variable that gets a value or has one.
        var: Var,
        /// What it is worth; of `X = Y` it is the side that is known.
        expr: Expr,
        /// True where it is compared, not bound.
        bound: bool,
        /// True where the literal is turned around: `var` stands in its expression.
        turned: bool,
    },
    /// A condition on values that are known.
    Test {
        /// The literal.
        literal: usize,
    },
}

/// How an atom's rows are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// All rows.
    Scan,
    /// The rows that the last round added.
    Delta,
    /// The rows with known values in these columns.
    Index(Vec<u32>),
    /// The one row: all columns are known.
    Row,
}

/// The step of an atom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtomStep {
    /// The literal.
    pub literal: usize,
    /// Its relation.
    pub relation: RelationId,
    /// How its rows are found.
    pub access: Access,
    /// What stands in the columns of [`Access::Index`] or [`Access::Row`].
    pub key: Vec<Term>,
    /// The columns that bind a variable.
    pub binds: Vec<(u32, Var)>,
    /// The columns to be compared: with a constant, or with a variable that is known by then.
    pub checks: Vec<(u32, Term)>,
    /// True where one row is as good as all: nothing is bound.
    pub once: bool,
}

impl AtomStep {
    /// The columns that [`AtomStep::key`] fills, in its sequence; `arity` is that of the relation.
    pub fn key_columns(&self, arity: usize) -> Vec<u32> {
        match &self.access {
            Access::Scan | Access::Delta => Vec::new(),
            Access::Index(columns) => columns.clone(),
            Access::Row => (0..arity as u32).collect(),
        }
    }
}

/// What a plan is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The literal that reads only what the last round added.
    pub delta: Option<usize>,
    /// Variables that have a value before the first step.
    pub bound: &'a [Var],
    /// True where every row that an atom matches is wanted, as explanations do, not only every binding.
    pub every_row: bool,
}

/// A variable that nothing binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsafe {
    /// The rule.
    pub rule: RuleId,
    /// The literal that asks for it; [`None`]: the head.
    pub literal: Option<usize>,
    /// The variable.
    pub var: Var,
}

/// How many rows there are to go through; guesses that decide no more than an order.
pub trait Sizes {
    /// The rows of a relation.
    fn rows(&self, relation: RelationId) -> usize;
    /// The rows that have certain values in these columns, on average.
    fn matching(&self, relation: RelationId, columns: &[u32]) -> usize;
}

/// Counts alone: each known column is taken to leave an eighth.
impl<F: Fn(RelationId) -> usize> Sizes for F {
    fn rows(&self, relation: RelationId) -> usize {
        self(relation)
    }

    fn matching(&self, relation: RelationId, columns: &[u32]) -> usize {
        self(relation) >> (3 * columns.len()).min(usize::BITS as usize - 1)
    }
}

/// The steps of a rule, in an order that suits these sizes.
pub fn plan(core: &Core, id: RuleId, request: Request<'_>, sizes: &dyn Sizes) -> Result<RulePlan, Unsafe> {
    plan_rule(core.rule(id), id, request, sizes)
}

/// The steps of a rule for a run from scratch over all rows, which may begin elsewhere than is least: at an atom whose
/// first column is the head's, so that the rows come in the order in which they will rest. What is chosen depends on
/// sizes, never on the order in which the author wrote the conditions.
pub fn plan_bulk(core: &Core, id: RuleId, sizes: &dyn Sizes) -> Result<RulePlan, Unsafe> {
    let rule = core.rule(id);
    let least = plan_rule(rule, id, Request::default(), sizes)?;
    let Some(Expr::Var(first)) = rule.columns.first() else { return Ok(least) };
    let ascends = |plan: &RulePlan| match plan.steps.first() {
        Some(Step::Atom(atom)) => atom.access == Access::Scan && atom.binds.first() == Some(&(0, *first)),
        _ => false,
    };
    // Rows that come in no order must be put in order; a search by other columns may need an order made.
    let price = |plan: &RulePlan| cost(plan, sizes, true).saturating_mul(if ascends(plan) { 1 } else { 2 });
    let mut best = (price(&least), least);
    for start in 0..rule.body.len() {
        let Literal::Atom(_, terms) = &rule.body[start] else { continue };
        if terms.first() != Some(&Term::Var(*first)) || terms.iter().any(|term| matches!(term, Term::Const(_))) {
            continue;
        }
        let other = plan_from(rule, id, start, sizes)?;
        let price = price(&other);
        if ascends(&other) && (price, shape(&other)) < (best.0, shape(&best.1)) {
            best = (price, other);
        }
    }
    Ok(best.1)
}

/// The steps of a rule for a round whose last one added rows to an atom: the plan that begins with what was added, and
/// the best of those that begin elsewhere and search what was added by its first column, if there is one. Which is
/// better depends on how much was added.
pub fn plan_delta(core: &Core, id: RuleId, delta: usize, sizes: &dyn Sizes) -> Result<Vec<RulePlan>, Unsafe> {
    let rule = core.rule(id);
    let mut plans = vec![plan_rule(rule, id, Request { delta: Some(delta), ..Request::default() }, sizes)?];
    let mut best: Option<(usize, RulePlan)> = None;
    for start in (0..rule.body.len()).filter(|&at| at != delta && matches!(rule.body[at], Literal::Atom(..))) {
        let mut plan = plan_from(rule, id, start, sizes)?;
        let searched = plan.steps.iter().any(|step| match step {
            Step::Atom(atom) => atom.literal == delta && matches!(&atom.access, Access::Index(by) if by[..] == [0]),
            _ => false,
        });
        plan.delta = Some(delta);
        let price = cost(&plan, sizes, false);
        if searched && best.as_ref().is_none_or(|(least, other)| (price, shape(&plan)) < (*least, shape(other))) {
            best = Some((price, plan));
        }
    }
    plans.extend(best.map(|(_, plan)| plan));
    Ok(plans)
}

/// About how many rows a plan goes through before its last atom, whose rows are handed on as they are found. `made`
/// counts the orders that must perhaps be made for it.
fn cost(plan: &RulePlan, sizes: &dyn Sizes, made: bool) -> usize {
    let (mut rows, mut cost) = (1usize, 0usize);
    for step in &plan.steps {
        let Step::Atom(atom) = step else { continue };
        cost = cost.saturating_add(rows);
        match &atom.access {
            Access::Scan | Access::Delta => rows = rows.saturating_mul(sizes.rows(atom.relation)),
            Access::Index(columns) => {
                rows = rows.saturating_mul(sizes.matching(atom.relation, columns));
                if made && columns.first() != Some(&0) {
                    cost = cost.saturating_add(sizes.rows(atom.relation));
                }
            }
            Access::Row => {}
        }
    }
    cost.saturating_add(rows / 4)
}

/// What tells plans of one price apart, whatever the order of conditions.
fn shape(plan: &RulePlan) -> Vec<(u32, Vec<u32>)> {
    let atom = |step: &Step| match step {
        Step::Atom(atom) => {
            let columns = if let Access::Index(columns) = &atom.access { columns.clone() } else { Vec::new() };
            Some((atom.relation.0, columns))
        }
        _ => None,
    };
    plan.steps.iter().filter_map(atom).collect()
}

/// [`plan_rule`] with the atom to begin with.
fn plan_from(rule: &Rule, id: RuleId, start: usize, sizes: &dyn Sizes) -> Result<RulePlan, Unsafe> {
    make_plan(rule, id, Request::default(), Some(start), sizes)
}

/// [`plan`] for a rule that need not be part of a program.
pub fn plan_rule(rule: &Rule, id: RuleId, request: Request<'_>, sizes: &dyn Sizes) -> Result<RulePlan, Unsafe> {
    make_plan(rule, id, request, request.delta, sizes)
}

/// The steps, with the atom to begin with.
fn make_plan(
    rule: &Rule,
    id: RuleId,
    request: Request<'_>,
    start: Option<usize>,
    sizes: &dyn Sizes,
) -> Result<RulePlan, Unsafe> {
    let mut known = vec![false; rule.vars as usize];
    request.bound.iter().for_each(|var| known[var.0 as usize] = true);
    let mut order = Order { body: &rule.body, known, left: (0..rule.body.len()).collect(), steps: Vec::new() };
    loop {
        order.take_ready();
        let Some(literal) = order.next_atom(&request, start, sizes) else { break };
        order.take_atom(literal, &request);
    }
    let known = order.known;
    if let Some((literal, var)) = order.left.iter().find_map(|&at| Some((at, unknown(&rule.body[at], &known)?))) {
        return Err(Unsafe { rule: id, literal: Some(literal), var });
    }
    let mut asked = Vec::new();
    rule.columns.iter().for_each(|column| variables(column, &mut asked));
    if let Some(&var) = asked.iter().find(|var| !known[var.0 as usize]) {
        return Err(Unsafe { rule: id, literal: None, var });
    }
    Ok(RulePlan { rule: id, delta: request.delta, steps: order.steps })
}

/// The first variable of a literal, other than those it may bind, that has no value.
fn unknown(literal: &Literal, known: &[bool]) -> Option<Var> {
    asked(literal).into_iter().find(|var| !known[var.0 as usize])
}

/// The variables that must have a value before a literal can be decided. An atom asks for none.
fn asked(literal: &Literal) -> Vec<Var> {
    let mut vars = Vec::new();
    let of_terms = |terms: &[Term], vars: &mut Vec<Var>| {
        for term in terms {
            if let Term::Var(var) = term {
                vars.push(*var);
            }
        }
    };
    match literal {
        Literal::Atom(..) => {}
        Literal::Not(_, terms) => of_terms(terms, &mut vars),
        Literal::Lookup { key, .. } => of_terms(key, &mut vars),
        Literal::Compare(_, a, b) | Literal::Contains(a, b) => {
            variables(a, &mut vars);
            variables(b, &mut vars);
        }
        Literal::Bind(_, expr) => variables(expr, &mut vars),
        Literal::Present(var) | Literal::Absent(var) => vars.push(*var),
        Literal::Place(_, a, b) => of_terms(&[*a, *b], &mut vars),
        Literal::Matches(term, _) => of_terms(&[*term], &mut vars),
    }
    vars
}

/// A plan in the making.
struct Order<'a> {
    body: &'a [Literal],
    known: Vec<bool>,
    /// The literals without a step, in the author's order.
    left: Vec<usize>,
    steps: Vec<Step>,
}

impl Order<'_> {
    fn is_known(&self, term: Term) -> bool {
        match term {
            Term::Var(var) => self.known[var.0 as usize],
            Term::Const(_) => true,
            Term::Any => false,
        }
    }

    /// Takes every literal that is no atom and can be decided: tests and bindings first, then lookups of one row.
    fn take_ready(&mut self) {
        loop {
            let ready = |order: &Order<'_>, cheap: bool| order.left.iter().position(|&at| order.ready(at, cheap));
            let Some(at) = ready(self, true).or_else(|| ready(self, false)) else { return };
            let literal = self.left.remove(at);
            let step = self.step(literal);
            self.steps.push(step);
        }
    }

    fn ready(&self, literal: usize, cheap: bool) -> bool {
        let is_cheap = match &self.body[literal] {
            Literal::Atom(..) => return false,
            Literal::Not(..) | Literal::Lookup { .. } | Literal::Matches(..) => false,
            // `X = Y` binds whichever side has no value.
            Literal::Bind(var, Expr::Var(_)) if self.known[var.0 as usize] => return cheap,
            _ => true,
        };
        is_cheap == cheap && unknown(&self.body[literal], &self.known).is_none()
    }

    /// The step of a literal that is ready; marks what it binds.
    fn step(&mut self, literal: usize) -> Step {
        match &self.body[literal] {
            Literal::Not(relation, terms) => {
                let (columns, key) = asked_columns(terms);
                Step::Not { literal, relation: *relation, columns, key }
            }
            Literal::Lookup { relation, key, value, default } => {
                let (columns, key) = asked_columns(key);
                let bound = std::mem::replace(&mut self.known[value.0 as usize], true);
                let (relation, value, default) = (*relation, *value, *default);
                Step::Lookup { literal, relation, columns, key, value, bound, default }
            }
            Literal::Bind(var, Expr::Var(other)) if !self.known[other.0 as usize] => {
                self.known[other.0 as usize] = true;
                Step::Bind { literal, var: *other, expr: Expr::Var(*var), bound: false, turned: true }
            }
            Literal::Bind(var, expr) => {
                let bound = std::mem::replace(&mut self.known[var.0 as usize], true);
                Step::Bind { literal, var: *var, expr: expr.clone(), bound, turned: false }
            }
            _ => Step::Test { literal },
        }
    }

    fn next_atom(&self, request: &Request<'_>, start: Option<usize>, sizes: &dyn Sizes) -> Option<usize> {
        if let Some(start) = start.filter(|start| self.left.contains(start)) {
            return Some(start);
        }
        let started = self.steps.iter().any(|step| matches!(step, Step::Atom(_)));
        let atoms = self.left.iter().filter_map(|&literal| match &self.body[literal] {
            Literal::Atom(relation, terms) => {
                let columns: Vec<u32> =
                    (0..terms.len() as u32).filter(|&at| self.is_known(terms[at as usize])).collect();
                let every = columns.len() == terms.len();
                let binds = terms.iter().any(|&term| matches!(term, Term::Var(_)) && !self.is_known(term));
                // One row tells whether an atom that binds nothing holds, unless every row is wanted.
                let loops = !every && (binds || request.every_row);
                let apart = started && columns.is_empty();
                Some(((loops, apart, sizes.matching(*relation, &columns), sizes.rows(*relation)), literal))
            }
            _ => None,
        });
        atoms.min().map(|(_, literal)| literal)
    }

    fn take_atom(&mut self, literal: usize, request: &Request<'_>) {
        self.left.retain(|&at| at != literal);
        let Literal::Atom(relation, terms) = &self.body[literal] else { return };
        let delta = request.delta == Some(literal);
        let (mut columns, mut key) = (Vec::new(), Vec::new());
        let (mut binds, mut checks) = (Vec::new(), Vec::new());
        let mut fresh = Vec::new();
        for (column, &term) in terms.iter().enumerate() {
            let column = column as u32;
            match term {
                Term::Any => {}
                Term::Var(var) if fresh.contains(&var) => checks.push((column, term)),
                Term::Var(var) if !self.is_known(term) => {
                    fresh.push(var);
                    binds.push((column, var));
                }
                _ if delta => checks.push((column, term)),
                _ => {
                    columns.push(column);
                    key.push(term);
                }
            }
        }
        fresh.iter().for_each(|var| self.known[var.0 as usize] = true);
        let access = match () {
            () if delta => Access::Delta,
            () if columns.len() == terms.len() => Access::Row,
            () if columns.is_empty() => Access::Scan,
            () => Access::Index(columns),
        };
        let once = access == Access::Row || (binds.is_empty() && !request.every_row);
        self.steps.push(Step::Atom(AtomStep { literal, relation: *relation, access, key, binds, checks, once }));
    }
}

/// The columns that are asked for, and with what.
fn asked_columns(terms: &[Term]) -> (Vec<u32>, Vec<Term>) {
    terms.iter().enumerate().filter(|(_, term)| **term != Term::Any).map(|(at, term)| (at as u32, *term)).unzip()
}
