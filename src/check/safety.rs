//! Whether every variable gets its value somewhere.
//!
//! A variable is bound by a relation that is not negated, by `is a`, or by `=` with a value that is bound. In every
//! branch of an `or`, what is needed outside must be bound. A variable that stands only inside a `not` is the `not`'s
//! own: "there is no such"; standing there once, it is more likely a mistake.

use super::fixes::write;
use super::program::*;
use super::scope::{Entry, Scope};
use super::{Checker, Type};
use crate::base::Location;
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::syntax::tree::CompareOp;
use rustc_hash::FxHashSet;

type Bound = FxHashSet<VarId>;

/// Why a variable has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Nothing says what it is.
    Unbound,
    /// It stands once, under `not`.
    Negated,
    /// Something is counted for each of its values, and they come from the count alone.
    Group,
}

/// Variables without a value, where, and why.
type Wrong = Vec<(VarId, Location, Why)>;

/// The variables of a condition, an aggregate's own among them; with repetitions.
pub fn condition_vars(condition: &Condition) -> Vec<VarId> {
    let mut vars = Vec::new();
    each_operand(condition, &mut |o| vars.extend(operand_vars(o)));
    vars
}

/// The variables of a value; with repetitions. Of an aggregate: all in it.
pub fn operand_vars(operand: &Operand) -> Vec<VarId> {
    let mut vars = Vec::new();
    collect(operand, &mut vars);
    vars
}

fn collect(operand: &Operand, vars: &mut Vec<VarId>) {
    match &operand.kind {
        OperandKind::Var(v) => vars.push(*v),
        OperandKind::Arithmetic(_, a, b) => {
            collect(a, vars);
            collect(b, vars);
        }
        OperandKind::Call(_, args) => args.iter().for_each(|a| collect(a, vars)),
        OperandKind::Aggregate(aggregate) => {
            aggregate.over.iter().for_each(|o| collect(o, vars));
            vars.extend(&aggregate.each);
            vars.extend(condition_vars(&aggregate.body));
        }
        OperandKind::This | OperandKind::Const(_) | OperandKind::Any | OperandKind::Counted(..) => {}
    }
}

/// The variables that a value needs from outside: of an aggregate only its groups.
pub fn needed(operand: &Operand) -> Vec<VarId> {
    match &operand.kind {
        OperandKind::Var(v) => vec![*v],
        OperandKind::Arithmetic(_, a, b) => [needed(a), needed(b)].concat(),
        OperandKind::Call(_, args) => args.iter().flat_map(needed).collect(),
        OperandKind::Aggregate(aggregate) => aggregate.groups.clone(),
        OperandKind::This | OperandKind::Const(_) | OperandKind::Any | OperandKind::Counted(..) => Vec::new(),
    }
}

/// Calls `visit` for the values that stand directly in a condition or the conditions inside it.
pub fn each_operand<'c>(condition: &'c Condition, visit: &mut impl FnMut(&'c Operand)) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().for_each(|p| each_operand(p, visit));
        }
        ConditionKind::Not(inner) | ConditionKind::Has(_, inner) => each_operand(inner, visit),
        ConditionKind::Atom(_, operands) => operands.iter().for_each(visit),
        ConditionKind::Compare(_, a, b) | ConditionKind::Passages(_, a, b) | ConditionKind::Contains(a, b) => {
            visit(a);
            visit(b);
        }
        ConditionKind::Matches(a, _) | ConditionKind::IsA(a, _) => visit(a),
        ConditionKind::Holds(_) | ConditionKind::Place(_) | ConditionKind::Agreed(..) => {}
    }
}

/// Adds what a condition binds, given what is bound already.
pub fn bind(condition: &Condition, bound: &mut Bound) {
    match &condition.kind {
        ConditionKind::And(parts) => loop {
            let before = bound.len();
            parts.iter().for_each(|p| bind(p, bound));
            if bound.len() == before {
                break;
            }
        },
        ConditionKind::Or(parts) => {
            let branches: Vec<Bound> = parts
                .iter()
                .map(|p| {
                    let mut branch = bound.clone();
                    bind(p, &mut branch);
                    branch
                })
                .collect();
            let Some((first, rest)) = branches.split_first() else { return };
            bound.extend(first.iter().filter(|v| rest.iter().all(|b| b.contains(v))));
        }
        ConditionKind::Has(_, inner) => bind(inner, bound),
        ConditionKind::Atom(_, operands) => {
            for operand in operands {
                if let OperandKind::Var(v) = operand.kind {
                    bound.insert(v);
                }
            }
        }
        ConditionKind::IsA(Operand { kind: OperandKind::Var(v), .. }, _) => {
            bound.insert(*v);
        }
        ConditionKind::Compare(CompareOp::Equal, a, b) => {
            for (one, other) in [(a, b), (b, a)] {
                if let OperandKind::Var(v) = one.kind
                    && needed(other).iter().all(|n| bound.contains(n))
                {
                    bound.insert(v);
                }
            }
        }
        ConditionKind::Compare(..)
        | ConditionKind::Not(_)
        | ConditionKind::AtLeast(..)
        | ConditionKind::Holds(_)
        | ConditionKind::Place(_)
        | ConditionKind::Agreed(..)
        | ConditionKind::Passages(..)
        | ConditionKind::Contains(..)
        | ConditionKind::Matches(..)
        | ConditionKind::IsA(..) => {}
    }
}

/// The variables that would have a value if another one had: `N` of `N = count of A where (…)`.
fn waiting(condition: &Condition, bound: &Bound) -> Bound {
    let mut found = Bound::default();
    let parts = match &condition.kind {
        ConditionKind::And(parts) => &parts[..],
        _ => std::slice::from_ref(condition),
    };
    for part in parts {
        let ConditionKind::Compare(CompareOp::Equal, a, b) = &part.kind else { continue };
        for (one, other) in [(a, b), (b, a)] {
            if let OperandKind::Var(v) = one.kind
                && !bound.contains(&v)
                && !matches!(other.kind, OperandKind::Var(_))
                && needed(other).iter().any(|n| *n != v && !bound.contains(n))
            {
                found.insert(v);
            }
        }
    }
    found
}

impl Checker<'_> {
    /// Reports the variables that get no value; [`None`] if there are any.
    pub(super) fn check_safety(&mut self, scope: &mut Scope, condition: &Condition, head: &[Operand]) -> Option<()> {
        let mut bound = Bound::default();
        bind(condition, &mut bound);
        let mut wrong = Wrong::new();
        self.demand(scope, condition, &bound, &mut wrong);
        for operand in head {
            for v in needed(operand) {
                if !bound.contains(&v) {
                    wrong.push((v, operand.at, Why::Unbound));
                }
            }
        }
        // What waits for another value is told by that one alone, unless all wait for one another.
        let mut waiting = waiting(condition, &bound);
        if wrong.iter().all(|(v, ..)| waiting.contains(v)) {
            waiting.clear();
        }
        for &(v, at, why) in &wrong {
            if waiting.contains(&v) || std::mem::replace(&mut scope.entry(v).reported, true) {
                continue;
            }
            let mut diagnostic = self.without_value(scope, v, at, why);
            // What stands in the conclusion too must have a value, and `_` gives none.
            if why == Why::Negated && head.iter().any(|o| needed(o).contains(&v)) {
                let (name, concludes) = (&scope.vars[v.0 as usize].name, scope.concludes);
                let such = scope.of(v).and_then(|of| self.giver(of, name, concludes));
                let such = such.map_or(String::new(), |such| format!(", such as {such}"));
                diagnostic =
                    diagnostic.help(format!("add a condition without `not` that says which `{name}` there are{such}"));
            }
            self.report(diagnostic);
        }
        if !wrong.is_empty() {
            return None;
        }
        let once = |e: &Entry| e.uses == 1 && !e.reported;
        let mut told: Vec<&str> = Vec::new();
        for (v, entry) in scope.vars.iter().enumerate().filter(|(_, e)| once(e)) {
            if told.contains(&entry.name.as_str()) {
                continue;
            }
            let others = scope.vars.iter().map(|e| e.name.as_str()).filter(|name| *name != entry.name);
            // Names of one or two letters are all near each other.
            let near = suggest::nearest(&entry.name, others).filter(|n| n.len() > 2 && entry.name.len() > 2);
            let help = match near {
                Some(near) => {
                    format!("is it the misspelt name of `{near}`? else write `_` if its value does not matter")
                }
                None if self.concept_in_small_letters(&entry.name).is_some() => {
                    let (concept, kind) = self.concept_in_small_letters(&entry.name).unwrap_or_default();
                    format!("did you mean the {kind} `{concept}`? in capitals it stands for any value")
                }
                // In an optional column a name asks that something is there, so `_` would ask for less.
                None if self.in_optional_column(condition, VarId(v as u32)) => continue,
                None => "write `_` if its value does not matter; or is it the misspelt name of another?".to_string(),
            };
            // Two spellings of one name are one mistake.
            if let Some(other) = near.and_then(|near| scope.vars.iter().find(|e| once(e) && e.name == near)) {
                told.push(&other.name);
                let (one, two) = (&entry.name, &other.name);
                let message = format!("`{one}` and `{two}` stand once each: are they meant to be one name?");
                let help = "write one name in both places; or `_` where the value does not matter";
                let mut diagnostic =
                    Diagnostic::at(codes::SINGLE, entry.at, message).label(other.at, "and here").help(help);
                for (name, at) in [(two, entry.at), (one, other.at)] {
                    diagnostic = diagnostic.fix(format!("write `{name}` in both places"), write(at, name), false);
                }
                self.report(diagnostic);
                continue;
            }
            let message = format!("`{}` stands here and nowhere else", entry.name);
            let mut diagnostic = Diagnostic::at(codes::SINGLE, entry.at, message).help(help);
            if let Some(near) = near {
                diagnostic = diagnostic.fix(format!("write `{near}`"), write(entry.at, near), false);
            }
            if in_atom(condition, VarId(v as u32)) {
                diagnostic = diagnostic.fix("write `_`", write(entry.at, "_"), false);
            }
            self.report(diagnostic);
        }
        Some(())
    }

    fn without_value(&self, scope: &mut Scope, v: VarId, at: Location, why: Why) -> Diagnostic {
        let (of, concludes) = (scope.of(v), scope.concludes);
        let entry = scope.entry(v);
        let name = &entry.name;
        let kind = match of {
            Some(Type::Kind(kind)) => Some(self.program.kind(kind).name.as_str()),
            _ => None,
        };
        match why {
            Why::Negated => {
                let once = entry.uses == 1;
                let message = format!("`{name}` stands only under `not`, so nothing says what it is");
                let diagnostic = Diagnostic::at(codes::ONLY_NEGATED, at, message)
                    .help("write `_` if any value will do, or let a condition without `not` say what it is");
                if once { diagnostic.fix("write `_`", write(at, "_"), false) } else { diagnostic }
            }
            Why::Group => {
                let such =
                    of.and_then(|of| self.giver(of, name, concludes)).unwrap_or(format!("a relation with `{name}`"));
                Diagnostic::at(
                    codes::UNBOUND,
                    entry.at,
                    format!(
                        "this is counted for each `{name}`, and no condition outside the count says which there are"
                    ),
                )
                .help(format!("add a condition outside the brackets of the count, such as {such}"))
            }
            Why::Unbound => {
                let column = match (of, kind) {
                    (Some(Type::Text), _) => Some("text"),
                    (Some(Type::DateTime), _) => Some("at"),
                    (_, Some("message")) => Some("id"),
                    (_, Some(kind @ ("author" | "thread"))) => Some(kind),
                    _ => None,
                };
                let such = match column {
                    Some(column) => Some(format!("`message({column}: {name})`")),
                    None => of.and_then(|of| self.giver(of, name, concludes)),
                };
                let such = such.map_or(String::new(), |such| format!(", such as {such}"));
                let unbound = Diagnostic::at(codes::UNBOUND, at, format!("no condition says what `{name}` is"));
                let lower = name.to_lowercase();
                if self.program.parameters.iter().any(|p| p.name == lower) {
                    return unbound
                        .help(format!("did you mean the parameter `{lower}`? names begin with a small letter"))
                        .fix(format!("write `{lower}`"), write(at, lower), false);
                }
                unbound.help(format!("use `{name}` in a relation that says it{such}, or give it a value with `=`"))
            }
        }
    }

    fn demand(&mut self, scope: &mut Scope, condition: &Condition, bound: &Bound, wrong: &mut Wrong) {
        match &condition.kind {
            ConditionKind::And(parts) => parts.iter().for_each(|p| self.demand(scope, p, bound, wrong)),
            ConditionKind::Has(_, inner) => self.demand(scope, inner, bound, wrong),
            ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                for part in parts {
                    let mut branch = bound.clone();
                    bind(part, &mut branch);
                    self.demand(scope, part, &branch, wrong);
                }
            }
            ConditionKind::Not(inner) => {
                let mut branch = bound.clone();
                bind(inner, &mut branch);
                self.demand(scope, inner, &branch, wrong);
                let vars = condition_vars(inner);
                for &v in &vars {
                    // In an optional column a name asks for a value, so once is enough there.
                    let once = vars.iter().filter(|&&o| o == v).count() == 1 && !self.in_optional_column(inner, v);
                    if once && !bound.contains(&v) && branch.contains(&v) {
                        let mut at = None;
                        each_operand(inner, &mut |o| {
                            if matches!(o.kind, OperandKind::Var(w) if w == v) {
                                at = Some(o.at);
                            }
                        });
                        wrong.push((v, at.unwrap_or(inner.at), Why::Negated));
                    }
                }
            }
            ConditionKind::Atom(_, operands) => operands.iter().for_each(|o| self.demand_value(scope, o, bound, wrong)),
            ConditionKind::Compare(_, a, b) | ConditionKind::Passages(_, a, b) | ConditionKind::Contains(a, b) => {
                self.demand_value(scope, a, bound, wrong);
                self.demand_value(scope, b, bound, wrong);
            }
            ConditionKind::Matches(a, _) | ConditionKind::IsA(a, _) => self.demand_value(scope, a, bound, wrong),
            ConditionKind::Holds(_) | ConditionKind::Place(_) | ConditionKind::Agreed(..) => {}
        }
    }

    /// Whether the variable stands for an optional column of an atom.
    fn in_optional_column(&self, condition: &Condition, v: VarId) -> bool {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                parts.iter().any(|p| self.in_optional_column(p, v))
            }
            ConditionKind::Not(inner) | ConditionKind::Has(_, inner) => self.in_optional_column(inner, v),
            ConditionKind::Atom(relation, operands) => {
                let columns = &self.program.relation(*relation).columns;
                let stands = |o: &Operand| matches!(o.kind, OperandKind::Var(w) if w == v);
                columns.iter().zip(operands).any(|(column, operand)| column.optional && stands(operand))
            }
            _ => false,
        }
    }

    fn demand_value(&mut self, scope: &mut Scope, operand: &Operand, bound: &Bound, wrong: &mut Wrong) {
        match &operand.kind {
            OperandKind::Arithmetic(_, a, b) => {
                self.demand_value(scope, a, bound, wrong);
                self.demand_value(scope, b, bound, wrong);
            }
            OperandKind::Call(_, args) => args.iter().for_each(|a| self.demand_value(scope, a, bound, wrong)),
            OperandKind::Aggregate(aggregate) => {
                wrong.extend(
                    aggregate.groups.iter().filter(|v| !bound.contains(v)).map(|&v| (v, operand.at, Why::Group)),
                );
                let mut inside = bound.clone();
                bind(&aggregate.body, &mut inside);
                self.demand(scope, &aggregate.body, &inside, wrong);
                for value in &aggregate.over {
                    self.demand_value(scope, value, &inside, wrong);
                }
                wrong.extend(
                    aggregate.each.iter().filter(|v| !inside.contains(v)).map(|&v| (v, operand.at, Why::Unbound)),
                );
            }
            OperandKind::Var(v) => {
                if !bound.contains(v) {
                    wrong.push((*v, operand.at, Why::Unbound));
                }
            }
            OperandKind::This | OperandKind::Const(_) | OperandKind::Any | OperandKind::Counted(..) => {}
        }
    }
}

/// Whether the variable stands for a column of a relation, where `_` may stand too.
fn in_atom(condition: &Condition, v: VarId) -> bool {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().any(|p| in_atom(p, v))
        }
        ConditionKind::Not(inner) | ConditionKind::Has(_, inner) => in_atom(inner, v),
        ConditionKind::Atom(_, operands) => operands.iter().any(|o| matches!(o.kind, OperandKind::Var(w) if w == v)),
        _ => false,
    }
}
