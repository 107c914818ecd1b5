//! Terms under a binding, as every check of a proof reads them.

use crate::base::Value;
use crate::ir::core::{Literal, Rule, Term, Var};

/// The terms with their values; [`None`] stands for any value.
pub fn form(terms: &[Term], binding: &[Value]) -> Vec<Option<Value>> {
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

/// The conditions of a rule that only name the group of a count: `role(_, P)` beside a count of those who work as `P`. All
/// else that they say is left open, so that any row will do, and which one it is makes no reason of its own.
pub fn bystanders(rule: &Rule) -> Vec<usize> {
    let keys: Vec<&Term> = rule
        .body
        .iter()
        .filter_map(|literal| match literal {
            Literal::Lookup { key, .. } => Some(key),
            _ => None,
        })
        .flatten()
        .collect();
    let names_group = |terms: &[Term]| {
        let own = terms.iter().filter(|term| matches!(term, Term::Var(_)));
        own.clone().count() > 0 && own.clone().all(|term| keys.contains(&term)) && terms.contains(&Term::Any)
    };
    let aside = rule.body.iter().enumerate().filter(|(_, literal)| match literal {
        Literal::Atom(_, terms) => names_group(terms),
        _ => false,
    });
    aside.map(|(at, _)| at).collect()
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
