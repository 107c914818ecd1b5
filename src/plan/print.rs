//! Plans and strata in words, for tests and for those who ask why a rule is slow.

use super::{Access, RulePlan, Step, Strata};
use crate::base::{Pool, Value};
use crate::ir::core::{Core, Expr, Literal, RelationId, Term, Var};
use std::fmt::Write;

/// One line a step, and the head last.
pub fn print_plan(core: &Core, pool: &Pool, plan: &RulePlan) -> String {
    let rule = core.rule(plan.rule);
    let mut out = String::new();
    for step in &plan.steps {
        let line = match step {
            Step::Atom(atom) => {
                let Literal::Atom(_, terms) = &rule.body[atom.literal] else { continue };
                let how = match &atom.access {
                    Access::Scan => "scan".to_owned(),
                    Access::Delta => "new in".to_owned(),
                    Access::Index(columns) => format!("look up by {}", numbers(columns)),
                    Access::Row => "find".to_owned(),
                };
                let once = if atom.once && atom.access != Access::Row { ", once" } else { "" };
                format!("{how} {}{once}", print_atom(core, pool, atom.relation, terms))
            }
            Step::Lookup { relation, key, value, default, .. } => {
                let default = default.map(|d| format!(" else {}", print_value(pool, d))).unwrap_or_default();
                format!("read {} = {}{default}", print_atom(core, pool, *relation, key), print_var(*value))
            }
            Step::Bind { var, expr, bound, .. } => {
                let sign = if *bound { "=" } else { ":=" };
                format!("let {} {sign} {}", print_var(*var), print_expr(pool, expr))
            }
            Step::Not { literal, .. } | Step::Test { literal } => {
                format!("check {}", print_literal(core, pool, &rule.body[*literal]))
            }
        };
        let _ = writeln!(out, "{line}");
    }
    let columns: Vec<String> = rule.columns.iter().map(|column| print_expr(pool, column)).collect();
    let _ = writeln!(out, "add {}({})", core.relation(rule.head).name, columns.join(", "));
    out
}

/// One line a stratum: its relations, and whether they depend on themselves.
pub fn print_strata(core: &Core, strata: &Strata) -> String {
    let mut out = String::new();
    for stratum in &strata.strata {
        let names: Vec<&str> = stratum.relations.iter().map(|&id| core.relation(id).name.as_str()).collect();
        let _ = writeln!(out, "{}{}", names.join(", "), if stratum.recursive { " (recursive)" } else { "" });
    }
    out
}

fn numbers(columns: &[u32]) -> String {
    columns.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn print_var(var: Var) -> String {
    format!("V{}", var.0)
}

fn print_value(pool: &Pool, value: Value) -> String {
    match pool.as_text(value) {
        Some(text) => format!("{text:?}"),
        None if value.is_none() => "none".to_owned(),
        None => pool.show(value),
    }
}

fn print_term(pool: &Pool, term: Term) -> String {
    match term {
        Term::Var(var) => print_var(var),
        Term::Const(value) => print_value(pool, value),
        Term::Any => "_".to_owned(),
    }
}

fn print_atom(core: &Core, pool: &Pool, relation: RelationId, terms: &[Term]) -> String {
    let terms: Vec<String> = terms.iter().map(|&term| print_term(pool, term)).collect();
    format!("{}({})", core.relation(relation).name, terms.join(", "))
}

fn print_expr(pool: &Pool, expr: &Expr) -> String {
    match expr {
        Expr::Var(var) => print_var(*var),
        Expr::Const(value) => print_value(pool, *value),
        Expr::Arithmetic(op, a, b) => format!("({} {} {})", print_expr(pool, a), op.text(), print_expr(pool, b)),
        Expr::Call(function, args) => {
            let args: Vec<String> = args.iter().map(|arg| print_expr(pool, arg)).collect();
            format!("{}({})", format!("{function:?}").to_lowercase(), args.join(", "))
        }
    }
}

fn print_literal(core: &Core, pool: &Pool, literal: &Literal) -> String {
    let term = |term: &Term| print_term(pool, *term);
    let expr = |expr: &Expr| print_expr(pool, expr);
    match literal {
        Literal::Atom(relation, terms) => print_atom(core, pool, *relation, terms),
        Literal::Not(relation, terms) => format!("not {}", print_atom(core, pool, *relation, terms)),
        Literal::Lookup { relation, key, value, .. } => {
            format!("{} = {}", print_atom(core, pool, *relation, key), print_var(*value))
        }
        Literal::Compare(op, a, b) => format!("{} {} {}", expr(a), op.text(), expr(b)),
        Literal::Bind(var, e) => format!("{} = {}", print_var(*var), expr(e)),
        Literal::Present(var) => format!("present {}", print_var(*var)),
        Literal::Absent(var) => format!("absent {}", print_var(*var)),
        Literal::Place(test, a, b) => format!("{} {test:?} {}", term(a), term(b)),
        Literal::Matches(a, pattern) => format!("{} matches pattern {pattern}", term(a)),
        Literal::Contains(a, b) => format!("{} contains {}", expr(a), expr(b)),
    }
}
