//! The bindings with which a rule comes nearest to a conclusion that it does not draw: those that fail in the fewest
//! conditions.
//!
//! A binding is made condition by condition, as a join makes it, but that a condition may be passed over at a cost of
//! one. The allowance grows from nothing until something is found (Korf's iterative deepening), so what is found first
//! is nearest, and a condition with few rows is read before one with many. A condition that needs a value which nothing
//! gives, since what would give it was passed over, is neither met nor failed, and costs as much as one that failed.
//!
//! The search is bounded in steps and in time. Where it had to stop it says so, and gives at least one binding all the
//! same.

use super::derivation::Evaluated;
use super::miss::{Goal, Met, Miss, bind, equal_or_bind, full, pattern, ready, vars_of};
use crate::base::{Pool, Stop, Value};
use crate::eval::{Database, Haste, Row, Search, Texts, holds};
use crate::ir::compute::{Computed, compute, variables};
use crate::ir::core::{Core, Expr, Literal, RelationId, Term, Var};
use rustc_hash::{FxHashMap, FxHashSet};

/// So many rows of one condition are gone through.
const ROWS: usize = 20_000;
/// So many rows are counted where conditions are compared.
const COUNTED: usize = 16;
/// So many conditions of one rule may give values in turn.
const DEEPEST: usize = 100;
/// So many steps lead to the first binding, where there is no time for more.
const FIRST: usize = 100_000;
/// The time is looked at once in so many steps.
const PULSE: usize = 256;

/// How much is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// So many bindings at most.
    pub most: usize,
    /// So many that fail in the same conditions.
    pub alike: usize,
    /// Only bindings that give a value to every column of the head.
    pub whole: bool,
    /// Conditions that may fail at most, where not all.
    pub failing: usize,
    /// Bindings that fail in so many conditions more than the nearest are looked for as well.
    pub beyond: usize,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted { most: 24, alike: 6, whole: false, failing: usize::MAX, beyond: 0 }
    }
}

/// The search, with what is left of its budget.
pub struct Nearest<'a> {
    core: &'a Core,
    db: &'a Database,
    texts: &'a dyn Texts,
    stop: &'a Stop,
    /// Steps that are left for all rules together.
    pub steps: usize,
    /// True where a search had to stop early.
    pub cut: bool,
}

impl<'a> Nearest<'a> {
    /// A search over an evaluated program.
    pub fn new(evaluated: Evaluated<'a>, stop: &'a Stop, steps: usize) -> Nearest<'a> {
        let Evaluated { core, db, texts, .. } = evaluated;
        Nearest { core, db, texts, stop, steps, cut: false }
    }

    /// The nearest bindings of a rule, those that fail in the fewest conditions only. Values that rules compute on the
    /// way are added to the pool.
    pub fn bindings(&mut self, pool: &mut Pool, goal: &Goal, wanted: Wanted) -> Vec<Miss> {
        let rule = self.core.rule(goal.rule);
        let body: Vec<&Literal> = rule.body.iter().chain(&goal.extra).collect();
        let mut binding = vec![None; rule.vars as usize];
        goal.known.iter().for_each(|&(var, value)| binding[var.0 as usize] = Some(value));
        let mut heads = Vec::new();
        rule.columns.iter().for_each(|column| variables(column, &mut heads));
        let share = (self.steps / 2).max(1_000).min(self.steps);
        let vars: Vec<Vec<Var>> = body.iter().map(|literal| vars_of(literal)).collect();
        let mut users = vec![Vec::new(); binding.len()];
        for (at, vars) in vars.iter().enumerate() {
            vars.iter().for_each(|var| users[var.0 as usize].push(at));
        }
        let mut run = Run {
            nearest: self,
            vars,
            users,
            pool,
            goal,
            body,
            heads,
            wanted,
            found: Vec::new(),
            alike: FxHashMap::default(),
            seen: FxHashSet::default(),
            steps: share,
            ended: false,
            forced: false,
            further: false,
        };
        let count = run.body.len();
        let start = || State {
            binding: binding.clone(),
            met: vec![None; count],
            left: 0,
            depth: 0,
            fresh: (0..count).rev().collect(),
        };
        // The first pass looks at what comes nearest; each after it at one condition more.
        let mut beyond = wanted.beyond;
        for allowed in 0..=count.min(wanted.failing) {
            run.go(State { left: allowed, ..start() });
            if run.ended || run.found.len() >= wanted.most {
                break;
            }
            if !run.found.is_empty() {
                let Some(less) = beyond.checked_sub(1) else { break };
                (beyond, run.further) = (less, true);
            }
        }
        let (ended, left) = (run.ended, run.steps);
        if ended && run.found.is_empty() && !wanted.whole {
            // However little is left: the first binding that comes along.
            (run.ended, run.forced, run.steps, run.wanted.most) = (false, true, FIRST, 1);
            run.go(State { left: count, depth: DEEPEST, ..start() });
        }
        let found = std::mem::take(&mut run.found);
        self.steps -= share - left;
        self.cut |= ended;
        found
    }

    /// The rows of a relation that have these values, up to a number; whether there are more.
    pub fn rows(&self, relation: RelationId, pattern: &[Option<Value>], most: usize) -> (Vec<Row>, bool) {
        let mut rows = self.some(relation, pattern, most + 1);
        let more = rows.len() > most;
        rows.truncate(most);
        (rows, more)
    }

    /// So many rows of a relation that have these values, or all where there are fewer.
    pub fn some(&self, relation: RelationId, pattern: &[Option<Value>], most: usize) -> Vec<Row> {
        let relation = self.db.relation(relation);
        // An absence equals nothing.
        if pattern.iter().flatten().any(|value| value.is_none()) {
            return Vec::new();
        }
        let bound: Vec<u32> = (0..pattern.len() as u32).filter(|&c| pattern[c as usize].is_some()).collect();
        let search = Search::new(relation, &bound, Haste::Patient);
        let rows = search.find(&|at| pattern[bound[at] as usize].unwrap_or(Value::NONE));
        rows.take(most).map(|seen| seen.row()).collect()
    }

    /// True where a relation has a row with these values.
    pub fn has(&self, relation: RelationId, pattern: &[Option<Value>]) -> bool {
        !self.some(relation, pattern, 1).is_empty()
    }
}

#[derive(Clone)]
struct State {
    binding: Vec<Option<Value>>,
    met: Outcome,
    /// How many conditions may still fail.
    left: usize,
    depth: usize,
    /// Conditions to look at, the next one last.
    fresh: Vec<usize>,
}

/// Which conditions are met, as far as that is settled.
type Outcome = Vec<Option<Met>>;

/// The search in one rule.
struct Run<'r, 'a> {
    nearest: &'r mut Nearest<'a>,
    pool: &'r mut Pool,
    goal: &'r Goal,
    body: Vec<&'r Literal>,
    /// The variables of each condition, and the conditions of each variable.
    vars: Vec<Vec<Var>>,
    users: Vec<Vec<usize>>,
    heads: Vec<Var>,
    wanted: Wanted,
    found: Vec<Miss>,
    /// How many were found that fail in the same conditions.
    alike: FxHashMap<Outcome, usize>,
    seen: FxHashSet<(Outcome, Vec<Option<Value>>)>,
    steps: usize,
    ended: bool,
    /// True where something must be found, whatever it is.
    forced: bool,
    /// True where what comes nearest is found, and what comes less near is looked for.
    further: bool,
}

impl Run<'_, '_> {
    fn go(&mut self, mut state: State) {
        loop {
            if self.is_over() {
                if self.forced && self.found.is_empty() {
                    self.keep(state);
                }
                return;
            }
            match self.settle(&mut state) {
                None => return,
                Some(true) => continue,
                Some(false) => {}
            }
            let Some((at, _)) = self.next_atom(&state) else { return self.keep(state) };
            let Literal::Atom(relation, terms) = self.body[at] else { return };
            let open = self.open_vars(at, &state.binding);
            let bound = pattern(terms, &state.binding);
            if state.depth >= DEEPEST {
                // No choice any more: the first row, if there is one.
                let rows = self.nearest.some(*relation, &bound, COUNTED);
                let mut with = None;
                for row in &rows {
                    let mut binding = state.binding.clone();
                    if bind(terms, row, &mut binding) {
                        with = Some(binding);
                        break;
                    }
                }
                state.met[at] = Some(if with.is_some() { Met::Yes } else { Met::No });
                match with {
                    Some(binding) => {
                        state.binding = binding;
                        self.touch(&mut state, &open);
                    }
                    None if state.left == 0 => return,
                    None => state.left -= 1,
                }
                continue;
            }
            let (rows, more) = self.nearest.rows(*relation, &bound, ROWS);
            self.nearest.cut |= more;
            for row in rows {
                let mut next = state.clone();
                if !bind(terms, &row, &mut next.binding) {
                    continue;
                }
                next.met[at] = Some(Met::Yes);
                next.depth += 1;
                self.touch(&mut next, &open);
                self.go(next);
                if self.is_over() {
                    return;
                }
            }
            if state.left == 0 {
                return;
            }
            state.met[at] = Some(Met::No);
            state.left -= 1;
            state.depth += 1;
        }
    }

    fn is_over(&mut self) -> bool {
        if self.ended || self.found.len() >= self.wanted.most {
            return true;
        }
        self.steps = self.steps.saturating_sub(1);
        let late = || !self.forced && self.steps.is_multiple_of(PULSE) && self.nearest.stop.stopped().is_some();
        self.ended = self.steps == 0 || late();
        self.ended
    }

    /// Settles what can be settled without a choice: tests, and rows of which there is one or none. Only what a new value
    /// touches is looked at, so that a rule may have thousands of conditions. True where it had to stop; [`None`] where
    /// more fails than is allowed.
    fn settle(&mut self, state: &mut State) -> Option<bool> {
        while let Some(&at) = state.fresh.last() {
            if state.met[at].is_some() {
                state.fresh.pop();
                continue;
            }
            if self.is_over() {
                return Some(true);
            }
            state.fresh.pop();
            let open = self.open_vars(at, &state.binding);
            let met = match self.body[at] {
                Literal::Atom(relation, terms) => self.without_choice(*relation, terms, state),
                literal => self.decide(literal, &mut state.binding),
            };
            let Some(met) = met else { continue };
            self.touch(state, &open);
            if met {
                state.met[at] = Some(Met::Yes);
            } else {
                state.left = state.left.checked_sub(1)?;
                state.met[at] = Some(Met::No);
            }
        }
        Some(false)
    }

    /// The variables of a condition that have no value yet.
    fn open_vars(&self, at: usize, binding: &[Option<Value>]) -> Vec<Var> {
        self.vars[at].iter().copied().filter(|var| binding[var.0 as usize].is_none()).collect()
    }

    /// Notes what has to be looked at since variables have got values.
    fn touch(&self, state: &mut State, vars: &[Var]) {
        for var in vars.iter().filter(|var| state.binding[var.0 as usize].is_some()) {
            state.fresh.extend(self.users[var.0 as usize].iter().rev().filter(|at| state.met[**at].is_none()));
        }
    }

    fn without_choice(&mut self, relation: RelationId, terms: &[Term], state: &State) -> Option<bool> {
        let pattern = pattern(terms, &state.binding);
        let open = terms.iter().any(|term| matches!(term, Term::Var(var) if state.binding[var.0 as usize].is_none()));
        match (self.nearest.has(relation, &pattern), open) {
            (false, _) => Some(false),
            (true, false) => Some(true),
            (true, true) => None,
        }
    }

    /// The condition with the fewest rows among those that are left.
    fn next_atom(&self, state: &State) -> Option<(usize, usize)> {
        let mut best: Option<(usize, usize)> = None;
        for (at, literal) in self.body.iter().enumerate() {
            let (None, Literal::Atom(relation, terms)) = (state.met[at], literal) else { continue };
            let pattern = pattern(terms, &state.binding);
            let count = match pattern.iter().any(Option::is_some) {
                true => self.nearest.some(*relation, &pattern, COUNTED).len(),
                false => COUNTED + self.nearest.db.relation(*relation).len(),
            };
            if best.is_none_or(|(_, least)| count < least) {
                best = Some((at, count));
                if count <= 1 {
                    break;
                }
            }
        }
        best
    }

    /// A condition that reads no rows to choose from; [`None`] where it needs a value that is not there yet.
    fn decide(&mut self, literal: &Literal, binding: &mut [Option<Value>]) -> Option<bool> {
        let known = |term: &Term| !matches!(term, Term::Var(var) if binding[var.0 as usize].is_none());
        match literal {
            Literal::Not(relation, terms) => {
                terms.iter().all(known).then(|| !self.nearest.has(*relation, &pattern(terms, binding)))
            }
            Literal::Lookup { relation, key, value, default } => {
                if !key.iter().all(known) {
                    return None;
                }
                let mut wanted = pattern(key, binding);
                wanted.push(None);
                let row = self.nearest.some(*relation, &wanted, 1).pop();
                let found = row.and_then(|row| row.last().copied()).or(*default);
                Some(found.is_some_and(|found| equal_or_bind(&mut binding[value.0 as usize], found)))
            }
            Literal::Bind(var, expr) => {
                if ready(expr, binding) {
                    let Ok(computed) = compute(expr, &full(binding), self.pool) else { return Some(false) };
                    let value = match computed {
                        Computed::Kept(value) => value,
                        Computed::Fresh(datum) => self.pool.intern(datum),
                    };
                    return Some(equal_or_bind(&mut binding[var.0 as usize], value));
                }
                match (binding[var.0 as usize], expr) {
                    (Some(value), Expr::Var(other)) => Some(equal_or_bind(&mut binding[other.0 as usize], value)),
                    _ => None,
                }
            }
            Literal::Atom(..) => None,
            Literal::Present(var) | Literal::Absent(var) if binding[var.0 as usize].is_none() => None,
            Literal::Place(_, a, b) if !known(a) || !known(b) => None,
            Literal::Matches(term, _) if !known(term) => None,
            Literal::Compare(_, a, b) | Literal::Contains(a, b) if !ready(a, binding) || !ready(b, binding) => None,
            test => Some(holds(test, &full(binding), self.pool, self.nearest.texts) == Ok(true)),
        }
    }

    fn keep(&mut self, state: State) {
        let unknown = state.met.iter().filter(|met| met.is_none()).count();
        let sure = !self.forced && state.depth < DEEPEST;
        if unknown > state.left && sure {
            return;
        }
        if self.wanted.whole && self.heads.iter().any(|var| state.binding[var.0 as usize].is_none()) {
            return;
        }
        // What was passed over before its values were known may hold after all; then another binding is the nearer one.
        let holds = |(met, literal): (&Option<Met>, &&Literal)| match literal {
            Literal::Atom(relation, terms) if *met == Some(Met::No) => {
                let rows = self.nearest.some(*relation, &pattern(terms, &state.binding), ROWS);
                rows.iter().any(|row| bind(terms, row, &mut state.binding.clone()))
            }
            _ => false,
        };
        let all_met = state.met.iter().all(|met| *met == Some(Met::Yes));
        if all_met || sure && !self.further && state.met.iter().zip(&self.body).any(holds) {
            return;
        }
        let alike = self.alike.entry(state.met.clone()).or_default();
        if *alike >= self.wanted.alike || !self.seen.insert((state.met.clone(), state.binding.clone())) {
            return;
        }
        *alike += 1;
        let met = state.met.into_iter().map(|met| met.unwrap_or(Met::Unknown)).collect();
        let extra = self.goal.extra.clone();
        self.found.push(Miss { rule: self.goal.rule, binding: state.binding, met, extra });
    }
}
