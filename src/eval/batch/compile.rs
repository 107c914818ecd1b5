//! From a plan to code: stages, and a register for each variable while something asks for it.

use super::code::{Check, Code, Condition, Emit, First, Gathered, Operand, Place, Search, Source, Stage};
use super::gather;
use super::pieces::{Piece, defer, fuse, literal_vars, pieces, searches};
use super::view::{Scope, View};
use crate::base::Value;
use crate::eval::work::Seen;
use crate::ir::compute::variables;
use crate::ir::core::{Expr, Literal, RelationId, Rule, Term, Var};
use crate::plan::RulePlan;
use rustc_hash::FxHashMap;

/// Gets the working relations ready for a plan.
pub(in crate::eval) fn prepare(plan: &RulePlan, works: &mut [Seen], at: &FxHashMap<RelationId, usize>) {
    for (relation, columns) in searches(plan) {
        let Some(&at) = at.get(&relation) else { continue };
        if columns.len() == works[at].arity {
            works[at].keep_members();
        } else if columns != [0] {
            works[at].index(&columns);
        }
    }
}

/// Makes code of a plan. `bound` are variables that have a value before the rule runs. The working relations must be
/// ready for it: [`prepare`].
pub(in crate::eval) fn compile(rule: &Rule, plan: &RulePlan, bound: &[Var], scope: Scope<'_>) -> Code {
    let (pieces, vars) = pieces(rule, plan, scope);
    let mut head: Vec<Var> = Vec::new();
    rule.columns.iter().for_each(|column| variables(column, &mut head));
    let plain = |column: &Expr| matches!(column, Expr::Var(_) | Expr::Const(_));
    let computed = !rule.columns.iter().all(plain);
    let (last_is_var, repeated) = match (rule.columns.last(), rule.columns.first()) {
        (Some(Expr::Var(last)), Some(Expr::Var(first))) => (true, rule.columns.len() > 1 && last == first),
        (last, _) => (matches!(last, Some(Expr::Var(_))), false),
    };
    let pure = !computed && !pieces.iter().any(|piece| piece.computes(rule));
    // Before and after, since a search that waits may come to be the last.
    let mut pieces = fuse(defer(fuse(pieces, rule, &head), rule, &head), rule, &head);

    // A last search that gives nothing but the head's last column becomes the head itself.
    let (mut found, mut gathered) = (None, None);
    let slices = !computed && last_is_var && !repeated && rule.columns.len() <= 2;
    if slices
        && let Some(Piece::Found { finds, .. }) = pieces.last()
        && let [(place @ Place::Tail(_), var)] = finds[..]
        && rule.columns.last() == Some(&Expr::Var(var))
    {
        let last = gather::last(rule, &pieces);
        found = pieces.pop().map(|piece| (piece, place, var));
        // The two that are taken stand last, in either order.
        gathered = last.map(|last| {
            let mut taken = pieces.split_off(last.each.map_or(last.from, |each| each.min(last.from)));
            (taken.remove(if last.each.is_some_and(|each| each < last.from) { 1 } else { 0 }), taken.pop())
        });
    }

    let first_is_source = pieces.first().is_some_and(Piece::is_source) && bound.is_empty();
    let mut stage_of = Vec::with_capacity(pieces.len());
    let mut stage = 0;
    for (at, piece) in pieces.iter().enumerate() {
        stage += usize::from(piece.is_source() && (at > 0 || !first_is_source));
        stage_of.push(stage);
    }
    let stages = stage + 1;

    let mut known_at = vec![usize::MAX; vars as usize];
    bound.iter().for_each(|var| known_at[var.0 as usize] = 0);
    for (piece, &stage) in pieces.iter().zip(&stage_of) {
        piece.binds().into_iter().for_each(|var| known_at[var.0 as usize] = stage);
    }
    // After the stage that knows the head only a witness is wanted, unless something there may be reported.
    let head_known = match &found {
        Some(_) => stages - 1,
        None => head.iter().map(|var| known_at[var.0 as usize]).max().unwrap_or(0),
    };
    let quiet = |at: usize| pieces.iter().zip(&stage_of).all(|(piece, &stage)| stage <= at || !piece.computes(rule));
    let witness_after = (head_known + 1 < stages && quiet(head_known)).then_some(head_known);
    let emitted_at = witness_after.unwrap_or(stages - 1);

    // The last stage whose batch must hold a variable.
    let mut needed = vec![None; vars as usize];
    let mut need = |var: Var, stage: usize| {
        let place: &mut Option<usize> = &mut needed[var.0 as usize];
        *place = (*place).max(Some(stage));
    };
    for (piece, &stage) in pieces.iter().zip(&stage_of) {
        let from = if piece.is_source() { stage.saturating_sub(1) } else { stage };
        piece.asks(rule).into_iter().for_each(|var| need(var, from));
        piece.binds().into_iter().filter(|_| !piece.is_source()).for_each(|var| need(var, stage));
    }
    let taken = found.as_ref().map(|(_, _, var)| *var);
    head.iter().filter(|var| Some(**var) != taken).for_each(|&var| need(var, emitted_at));
    let searches = match (&found, &gathered) {
        (_, Some((from, each))) => std::iter::once(from).chain(each).collect(),
        (Some((piece, ..)), None) => vec![piece],
        (None, None) => Vec::new(),
    };
    searches.into_iter().flat_map(|piece| piece.asks(rule)).for_each(|var| need(var, emitted_at));

    let mut maker = Maker { rule, needed, registers: FxHashMap::default(), stages: Vec::new(), kept: Vec::new() };
    if !first_is_source {
        maker.begin(Source::Start, bound.iter().map(|&var| (Place::First, var)).collect());
    }
    for piece in pieces {
        maker.piece(piece);
    }
    if maker.stages.is_empty() {
        maker.begin(Source::Start, Vec::new());
    }
    maker.kept.push(maker.registers.clone());
    let Maker { stages, kept, .. } = maker;

    let at = &kept[emitted_at];
    let operand = |column: &Expr| match column {
        Expr::Var(var) => at.get(var).map_or(Operand::Value(Value::NONE), |&register| Operand::Register(register)),
        Expr::Const(value) => Operand::Value(*value),
        _ => Operand::Value(Value::NONE),
    };
    let search = |piece: Piece| match piece {
        Piece::Found { view, key, finds, opens } => {
            let key = key.iter().map(|term| term_operand(*term, at)).collect();
            Some(Search { view, key, opens, place: finds[0].0 })
        }
        _ => None,
    };
    let gathered = gathered.and_then(|(from, each)| Some((search(from)?, each.and_then(search))));
    let emit = match (found, gathered) {
        (Some((Piece::Found { view, .. }, place, _)), Some((from, each))) => {
            let first = each.map_or_else(|| First::Known(operand(&rule.columns[0])), First::Each);
            Emit::Gathered(Gathered { from, view, place, first })
        }
        (Some((Piece::Found { view, key, opens, .. }, place, _)), None) => Emit::Found {
            view,
            key: key.iter().map(|term| term_operand(*term, at)).collect(),
            opens,
            first: (rule.columns.len() == 2).then(|| operand(&rule.columns[0])),
            place,
        },
        _ if computed => Emit::Computed { columns: rule.columns.clone(), gather: gather(&head, at) },
        _ => Emit::Rows(rule.columns.iter().map(operand).collect()),
    };
    let owner = match rule.columns.first() {
        Some(Expr::Var(var)) if !computed && rule.columns.len() > 1 => {
            // What no stage knows is left to whoever emits.
            let stage = known_at[var.0 as usize];
            let register = kept.get(stage).and_then(|kept| kept.get(var));
            (stage, register.map_or(Operand::Value(Value::NONE), |&at| Operand::Register(at)))
        }
        Some(Expr::Const(value)) => (0, Operand::Value(*value)),
        _ => (0, Operand::Value(Value::NONE)),
    };
    let ascends = ascends(rule, &stages, &kept);
    Code { rule: plan.rule, stages, emit, witness_after, owner, pure, ascends }
}

/// True where the first stage goes by the head's first column, ascending.
fn ascends(rule: &Rule, stages: &[Stage], kept: &[FxHashMap<Var, usize>]) -> bool {
    let (Some(stage), Some(Expr::Var(first))) = (stages.first(), rule.columns.first()) else { return false };
    let by_order = matches!(&stage.source, Source::Rows(View::Order(_)) | Source::Groups(View::Order(_)));
    let register = kept.first().and_then(|kept| kept.get(first));
    by_order && stage.finds.iter().any(|(place, to)| *place == Place::First && Some(to) == register)
}

fn term_operand(term: Term, registers: &FxHashMap<Var, usize>) -> Operand {
    match term {
        Term::Var(var) => registers.get(&var).map_or(Operand::Value(Value::NONE), |&at| Operand::Register(at)),
        Term::Const(value) => Operand::Value(value),
        Term::Any => Operand::Value(Value::NONE),
    }
}

fn gather(vars: &[Var], registers: &FxHashMap<Var, usize>) -> Vec<(Var, usize)> {
    vars.iter().filter_map(|var| registers.get(var).map(|&at| (*var, at))).collect()
}

/// Stages in the making.
struct Maker<'a> {
    rule: &'a Rule,
    needed: Vec<Option<usize>>,
    /// Of the last stage.
    registers: FxHashMap<Var, usize>,
    stages: Vec<Stage>,
    /// Of each stage before it.
    kept: Vec<FxHashMap<Var, usize>>,
}

impl Maker<'_> {
    fn begin(&mut self, source: Source, finds: Vec<(Place, Var)>) {
        let number = self.stages.len();
        if number > 0 {
            self.kept.push(self.registers.clone());
        }
        let needed = |var: &Var| self.needed[var.0 as usize].is_some_and(|last| last >= number);
        let mut before: Vec<(Var, usize)> = self.registers.drain().filter(|(var, _)| needed(var)).collect();
        before.sort_unstable();
        let (mut keeps, mut taken) = (Vec::new(), Vec::new());
        for (var, from) in before {
            let to = self.registers.len();
            self.registers.insert(var, to);
            keeps.push((from, to));
        }
        // What is bound before the rule runs comes in its own order, needed or not.
        for (place, var) in finds.into_iter().filter(|(_, var)| needed(var) || matches!(source, Source::Start)) {
            let to = self.registers.len();
            self.registers.insert(var, to);
            taken.push((place, to));
        }
        let width = self.registers.len();
        self.stages.push(Stage { source, keeps, finds: taken, conditions: Vec::new(), width });
    }

    fn operand(&self, term: Term) -> Operand {
        term_operand(term, &self.registers)
    }

    fn operands(&self, key: &[Term]) -> Vec<Operand> {
        key.iter().map(|term| self.operand(*term)).collect()
    }

    /// The register of a variable; a new one for what a condition binds.
    fn register(&mut self, var: Var) -> usize {
        let next = self.registers.len();
        *self.registers.entry(var).or_insert(next)
    }

    fn piece(&mut self, piece: Piece) {
        let condition = match piece {
            Piece::Rows { view, finds } => return self.begin(Source::Rows(view), finds),
            Piece::Groups { view, first } => return self.begin(Source::Groups(view), vec![(Place::First, first)]),
            Piece::Found { view, key, finds, opens } => {
                let key = self.operands(&key);
                return self.begin(Source::Found(view, key, opens), finds);
            }
            Piece::Some { found, tests } => match *found {
                Piece::Found { view, key, finds, opens } => {
                    let (place, var) = finds[0];
                    let key = self.operands(&key);
                    Condition::Some {
                        view,
                        key,
                        opens,
                        place,
                        tests: tests.iter().filter_map(|t| self.check(t, var)).collect(),
                    }
                }
                _ => return,
            },
            Piece::Same(a, b) => Condition::Same(self.register(a), self.register(b)),
            Piece::Is(var, value) => Condition::Is(self.register(var), value),
            Piece::Row { test, key, wanted } => Condition::Row { test, key: self.operands(&key), wanted },
            Piece::Lookup { view, key, place, default, value, bound } => {
                let key = self.operands(&key);
                Condition::Lookup { view, key, place, default, to: self.register(value), bound }
            }
            Piece::Bind { literal, var, expr, bound, turned } => {
                let mut vars = Vec::new();
                variables(&expr, &mut vars);
                let plain = match &expr {
                    Expr::Var(other) if !bound => Some(self.operand(Term::Var(*other))),
                    Expr::Const(value) if !bound => Some(Operand::Value(*value)),
                    _ => None,
                };
                let gather = gather(&vars, &self.registers);
                let to = self.register(var);
                match plain {
                    Some(from) => Condition::Copy { from, to, present: turned },
                    None => Condition::Bind { literal, expr, gather, to, bound, turned },
                }
            }
            Piece::Test { literal } => self.test(literal),
        };
        if self.stages.is_empty() {
            self.begin(Source::Start, Vec::new());
        }
        let width = self.registers.len();
        if let Some(stage) = self.stages.last_mut() {
            stage.conditions.push(condition);
            stage.width = width;
        }
    }

    /// A test of a value that is found, which has no register.
    fn check(&self, test: &Piece, found: Var) -> Option<Check> {
        let operand = |term: Term| (term != Term::Var(found)).then(|| self.operand(term));
        match test {
            Piece::Row { test, key, wanted } => {
                let key = key.iter().map(|term| operand(*term)).collect();
                Some(Check::Row { test: test.clone(), key, wanted: *wanted })
            }
            Piece::Test { literal } => {
                let Literal::Compare(op, a, b) = &self.rule.body[*literal] else { return None };
                let plain = |expr: &Expr| match expr {
                    Expr::Var(var) => operand(Term::Var(*var)),
                    Expr::Const(value) => Some(Operand::Value(*value)),
                    _ => None,
                };
                Some(Check::Compare { op: *op, a: plain(a), b: plain(b) })
            }
            _ => None,
        }
    }

    fn test(&mut self, literal: usize) -> Condition {
        let plain = |expr: &Expr, maker: &Maker<'_>| match expr {
            Expr::Var(var) => Some(maker.operand(Term::Var(*var))),
            Expr::Const(value) => Some(Operand::Value(*value)),
            _ => None,
        };
        match &self.rule.body[literal] {
            Literal::Compare(op, a, b) => {
                if let (Some(a), Some(b)) = (plain(a, self), plain(b, self)) {
                    return Condition::Compare { op: *op, a, b };
                }
            }
            Literal::Present(var) => return Condition::Present { register: self.register(*var), wanted: true },
            Literal::Absent(var) => return Condition::Present { register: self.register(*var), wanted: false },
            _ => {}
        }
        let mut vars = Vec::new();
        literal_vars(&self.rule.body[literal], &mut vars);
        vars.sort_unstable();
        vars.dedup();
        Condition::Test { literal, gather: gather(&vars, &self.registers) }
    }
}
