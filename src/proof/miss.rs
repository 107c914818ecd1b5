//! A conclusion that a rule does not draw, and the bindings by which it misses it.

use crate::base::{Pool, Value};
use crate::eval::unify;
use crate::ir::compute::{compute, variables};
use crate::ir::core::{Core, Expr, Literal, RuleId, Term, Var};
use crate::syntax::tree::CompareOp;

/// What a rule is to conclude, as far as that is known.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The rule.
    pub rule: RuleId,
    /// Variables and the values that they must have.
    pub known: Vec<(Var, Value)>,
    /// Conditions beside those of the rule: what stands in its head, and what others ask of it.
    pub extra: Vec<Literal>,
}

impl Goal {
    /// A row of which some values are known, from a rule; [`None`] where the rule can never give such a row.
    pub fn of_row(core: &Core, rule: RuleId, row: &[Option<Value>], pool: &Pool) -> Option<Goal> {
        let columns = &core.rule(rule).columns;
        let asked = || columns.iter().zip(row).filter_map(|(column, value)| Some((column, (*value)?)));
        let (exprs, values): (Vec<Expr>, Vec<Value>) = asked().map(|(c, v)| (c.clone(), v)).unzip();
        let known = unify(&exprs, &values, pool)?;
        let test = |(column, value): (&Expr, Value)| match column {
            Expr::Const(_) => None,
            Expr::Var(var) if value.is_none() => Some(Literal::Absent(*var)),
            Expr::Var(_) => None,
            expr => Some(Literal::Compare(CompareOp::Equal, expr.clone(), Expr::Const(value))),
        };
        let extra = asked().filter_map(test).collect();
        Some(Goal { rule, known, extra })
    }
}

/// Whether a condition is met by a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Met {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It needs a value that nothing gives.
    Unknown,
}

/// A binding that does not make a rule conclude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The rule.
    pub rule: RuleId,
    /// The values of its variables, where they have one.
    pub binding: Vec<Option<Value>>,
    /// One a condition of the rule, then one a condition beside them.
    pub met: Vec<Met>,
    /// The conditions beside those of the rule.
    pub extra: Vec<Literal>,
}

impl Miss {
    /// How many conditions are not met.
    pub fn cost(&self) -> usize {
        self.met.iter().filter(|met| **met != Met::Yes).count()
    }

    /// The condition of that number, of the rule or beside it.
    pub fn literal<'c>(&'c self, core: &'c Core, at: usize) -> Option<&'c Literal> {
        let body = &core.rule(self.rule).body;
        body.get(at).or_else(|| self.extra.get(at.checked_sub(body.len())?))
    }

    /// The row that the rule would give, as far as its values are known.
    pub fn row(&self, core: &Core, pool: &Pool) -> Vec<Option<Value>> {
        let value = |column: &Expr| {
            let full = ready(column, &self.binding).then(|| full(&self.binding))?;
            compute(column, &full, pool).ok()?.find(pool)
        };
        core.rule(self.rule).columns.iter().map(value).collect()
    }
}

/// The terms with their values, where they have one.
pub fn pattern(terms: &[Term], binding: &[Option<Value>]) -> Vec<Option<Value>> {
    let value = |term: &Term| match term {
        Term::Var(var) => binding[var.0 as usize],
        Term::Const(value) => Some(*value),
        Term::Any => None,
    };
    terms.iter().map(value).collect()
}

/// True where every variable of an expression has a value.
pub(super) fn ready(expr: &Expr, binding: &[Option<Value>]) -> bool {
    let mut vars = Vec::new();
    variables(expr, &mut vars);
    vars.iter().all(|var| binding[var.0 as usize].is_some())
}

/// A binding in which what has no value is absent.
pub fn full(binding: &[Option<Value>]) -> Vec<Value> {
    binding.iter().map(|value| value.unwrap_or(Value::NONE)).collect()
}

/// The variables of a condition, each once.
pub(super) fn vars_of(literal: &Literal) -> Vec<Var> {
    let mut vars = Vec::new();
    let of_terms = |terms: &[Term], vars: &mut Vec<Var>| {
        vars.extend(terms.iter().filter_map(|term| if let Term::Var(var) = term { Some(*var) } else { None }));
    };
    match literal {
        Literal::Atom(_, terms) | Literal::Not(_, terms) => of_terms(terms, &mut vars),
        Literal::Lookup { key, value, .. } => {
            of_terms(key, &mut vars);
            vars.push(*value);
        }
        Literal::Bind(var, expr) => {
            variables(expr, &mut vars);
            vars.push(*var);
        }
        Literal::Compare(_, a, b) | Literal::Contains(a, b) => {
            variables(a, &mut vars);
            variables(b, &mut vars);
        }
        Literal::Matches(term, _) => of_terms(std::slice::from_ref(term), &mut vars),
        Literal::Place(_, a, b) => {
            of_terms(std::slice::from_ref(a), &mut vars);
            of_terms(std::slice::from_ref(b), &mut vars);
        }
        Literal::Present(var) | Literal::Absent(var) => vars.push(*var),
    }
    vars.sort_unstable_by_key(|var| var.0);
    vars.dedup();
    vars
}

/// Binds what a row gives; false where a variable would have to have two values.
pub(super) fn bind(terms: &[Term], row: &[Value], binding: &mut [Option<Value>]) -> bool {
    let mut fits = terms.iter().zip(row).filter_map(|(term, value)| match term {
        Term::Var(var) => Some((var, *value)),
        _ => None,
    });
    fits.all(|(var, value)| equal_or_bind(&mut binding[var.0 as usize], value))
}

pub(super) fn equal_or_bind(slot: &mut Option<Value>, value: Value) -> bool {
    match slot {
        Some(known) => *known == value && !value.is_none(),
        None => {
            *slot = Some(value);
            true
        }
    }
}
