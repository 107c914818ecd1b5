//! Terms under a binding, as every check of a proof reads them.

use crate::base::Value;
use crate::ir::core::{Literal, Rule, Term, Var};

/// The terms with their values; [`None`] stands for any value.
pub(super) fn form(terms: &[Term], binding: &[Value]) -> Vec<Option<Value>> {
    let value = |term: &Term| match term {
        Term::Var(var) => Some(binding[var.0 as usize]),
        Term::Const(value) => Some(*value),
        Term::Any => None,
    };
    terms.iter().map(value).collect()
}

/// True where a row is what the terms say.
pub(super) fn matches(terms: &[Term], row: &[Value], binding: &[Value]) -> bool {
    let same = |(term, value): (&Term, &Value)| match term {
        Term::Var(var) => binding[var.0 as usize] == *value,
        Term::Const(constant) => constant == value,
        Term::Any => true,
    };
    terms.len() == row.len() && terms.iter().zip(row).all(same)
}

/// True where a row is of a form. An absence fits nothing.
pub(super) fn fits(form: &[Option<Value>], row: &[Value]) -> bool {
    let same = |(wanted, value): (&Option<Value>, &Value)| wanted.is_none_or(|w| w == *value && !w.is_none());
    form.len() == row.len() && form.iter().zip(row).all(same)
}

/// How many places of a body give a variable its value: where there are two, they must be equal.
pub(super) fn places_that_bind(rule: &Rule, var: Var) -> usize {
    let of_literal = |literal: &Literal| match literal {
        Literal::Atom(_, terms) => terms.iter().filter(|&&term| term == Term::Var(var)).count(),
        Literal::Lookup { value, .. } => usize::from(*value == var),
        Literal::Bind(bound, _) => usize::from(*bound == var),
        _ => 0,
    };
    rule.body.iter().map(of_literal).sum()
}
