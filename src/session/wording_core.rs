//! Core rules as text: Datalog as it is taught, with the author's names.

use crate::base::{Pool, Value};
use crate::ir::Lowered;
use crate::ir::core::{Aggregation, Expr, Literal, PlaceTest, RelationId, Rule, Term, Var};
use crate::ir::origin::Role;
use crate::syntax::tree::Unit;
use rustc_hash::FxHashMap;

/// Prints core rules.
pub(super) struct CorePrinter<'a> {
    pub lowered: &'a Lowered,
    pub pool: &'a Pool,
    /// What relations and patterns are called, where they are not to be called by the numbers that this run gave them.
    pub names: Option<Names>,
}

/// Names that say the same in another run.
#[derive(Default)]
pub(super) struct Names {
    /// Of relations.
    pub relations: FxHashMap<RelationId, String>,
    /// Of patterns, by number.
    pub patterns: Vec<String>,
}

impl CorePrinter<'_> {
    /// `theme@x(This) :- code@a(This), not unless@theme@x(This).`
    pub fn rule(&self, rule: &Rule, names: &[String]) -> String {
        let columns: Vec<String> = rule.columns.iter().map(|c| self.expr(c, names)).collect();
        let head = format!("{}({})", self.name(rule.head), columns.join(", "));
        let body: Vec<String> = rule.body.iter().map(|l| self.literal(l, names)).collect();
        if body.is_empty() { format!("{head}.") } else { format!("{head} :- {}.", body.join(", ")) }
    }

    /// `count#7(G, count) :- groups of counted#6.`
    pub fn aggregation(&self, aggregation: &Aggregation) -> String {
        format!(
            "{} = {} of {}, by its first {} columns",
            self.name(aggregation.head),
            aggregation.function.text(),
            self.name(aggregation.body),
            aggregation.groups
        )
    }

    fn name(&self, id: RelationId) -> String {
        if let Some(name) = self.names.as_ref().and_then(|names| names.relations.get(&id)) {
            return name.clone();
        }
        match self.lowered.role(id) {
            Role::Match(number) => format!("match#{number}"),
            _ => self.lowered.core.relation(id).name.clone(),
        }
    }

    fn var(&self, var: Var, names: &[String]) -> String {
        match names.get(var.0 as usize) {
            Some(name) => name.clone(),
            None if var.0 as usize == names.len() => "This".to_string(),
            None => format!("V{}", var.0),
        }
    }

    fn value(&self, value: Value) -> String {
        if value.is_none() {
            return "_".to_string();
        }
        match self.pool.get(value) {
            crate::base::Datum::Text(text) => format!("{text:?}"),
            crate::base::Datum::Concept { kind, name } => format!("{kind}.{name}"),
            _ => self.pool.show(value),
        }
    }

    fn term(&self, term: &Term, names: &[String]) -> String {
        match term {
            Term::Var(var) => self.var(*var, names),
            Term::Const(value) => self.value(*value),
            Term::Any => "_".to_string(),
        }
    }

    fn terms(&self, terms: &[Term], names: &[String]) -> String {
        terms.iter().map(|t| self.term(t, names)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr, names: &[String]) -> String {
        match expr {
            Expr::Var(var) => self.var(*var, names),
            Expr::Const(value) => self.value(*value),
            Expr::Arithmetic(op, a, b) => {
                format!("({} {} {})", self.expr(a, names), op.text(), self.expr(b, names))
            }
            Expr::Call(function, args) => {
                let args: Vec<String> = args.iter().map(|a| self.expr(a, names)).collect();
                format!("{}({})", function.name(), args.join(", "))
            }
        }
    }

    fn literal(&self, literal: &Literal, names: &[String]) -> String {
        match literal {
            Literal::Atom(relation, terms) => format!("{}({})", self.name(*relation), self.terms(terms, names)),
            Literal::Not(relation, terms) => format!("not {}({})", self.name(*relation), self.terms(terms, names)),
            Literal::Lookup { relation, key, value, default } => {
                let mut columns: Vec<String> = key.iter().map(|t| self.term(t, names)).collect();
                columns.push(self.var(*value, names));
                let default = default.map(|d| format!(" else {}", self.value(d))).unwrap_or_default();
                format!("{}({}){default}", self.name(*relation), columns.join(", "))
            }
            Literal::Compare(op, a, b) => format!("{} {} {}", self.expr(a, names), op.text(), self.expr(b, names)),
            Literal::Bind(var, expr) => format!("{} = {}", self.var(*var, names), self.expr(expr, names)),
            Literal::Present(var) => format!("{} is there", self.var(*var, names)),
            Literal::Absent(var) => format!("{} is not there", self.var(*var, names)),
            Literal::Place(test, a, b) => {
                let (a, b) = (self.term(a, names), self.term(b, names));
                match test {
                    PlaceTest::Near(n) => format!("{a} near {b} within {n} words"),
                    PlaceTest::Before(Some(n)) => format!("{a} before {b} within {n} words"),
                    PlaceTest::Before(None) => format!("{a} before {b}"),
                    PlaceTest::InSame(Unit::Sentence) => format!("{a} in same sentence as {b}"),
                    PlaceTest::InSame(Unit::Paragraph) => format!("{a} in same paragraph as {b}"),
                    PlaceTest::Overlaps => format!("{a} overlaps {b}"),
                    PlaceTest::Contains => format!("{a} holds {b}"),
                }
            }
            Literal::Matches(term, number) => {
                let pattern = self.names.as_ref().and_then(|names| names.patterns.get(*number as usize));
                let pattern = pattern.map_or_else(|| format!("pattern#{number}"), Clone::clone);
                format!("{} matches {pattern}", self.term(term, names))
            }
            Literal::Contains(a, b) => format!("{} contains {}", self.expr(a, names), self.expr(b, names)),
        }
    }
}
