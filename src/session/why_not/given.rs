//! Given facts that a repair adds or takes out for a comparison that fails: another value beside the one that is there, or
//! less of what a count, a least or a largest value is taken of.

use super::answer::RepairStep;
use super::fix::{BESIDE, Fix, Plan, Step};
use super::fixes::Mender;
use super::inquiry::OpenRow;
use crate::check::program::RelationKind;
use crate::ir::compute::variables;
use crate::ir::core::{Literal, RelationId, Term, Var};
use crate::ir::origin::Role;
use crate::proof::{Met, Miss, pattern};

/// So many values are offered for one that fails.
const VALUES: usize = 2;
/// So many rows are taken out of what is counted, from each end.
const ROWS: usize = 2;
/// So many rows of what is counted are looked at.
const COUNTED: usize = 200;

impl Mender<'_, '_> {
    /// A given fact like the one that gave a value to a comparison, with a value for which it holds.
    pub(super) fn other_fact(&self, literal: &Literal, miss: &Miss) -> Vec<Fix> {
        let Literal::Compare(_, a, b) = literal else { return Vec::new() };
        let mut vars: Vec<Var> = Vec::new();
        variables(a, &mut vars);
        variables(b, &mut vars);
        let core = &self.inquiry.base().lowered.core;
        let mut fixes = Vec::new();
        for at in 0..miss.met.len() {
            let Some(Literal::Atom(relation, terms)) = miss.literal(core, at) else { continue };
            for &var in vars.iter().filter(|var| terms.contains(&Term::Var(**var))) {
                if miss.met[at] == Met::Yes {
                    fixes.extend(self.with_value(*relation, terms, var, miss));
                }
            }
        }
        fixes
    }

    fn with_value(&self, relation: RelationId, terms: &[Term], var: Var, miss: &Miss) -> Vec<Fix> {
        let program = self.inquiry.base().program;
        let Role::Declared(declared) = self.inquiry.role(relation) else { return Vec::new() };
        let Some(column) = terms.iter().position(|term| *term == Term::Var(var)) else { return Vec::new() };
        if program.relation(declared).kind != RelationKind::Declared || self.inquiry.ways.has_rules(relation) {
            return Vec::new();
        }
        // What is given stays: both would hold, and the reader is to know.
        let now: OpenRow = pattern(terms, &miss.binding);
        let both = match (now.first().copied().flatten(), now.get(column).copied().flatten()) {
            (Some(who), Some(value)) if column > 0 => {
                let (who, value) = (self.inquiry.view().in_words(who), self.inquiry.view().in_words(value));
                format!("; {who} is given as {value}, and would then have both")
            }
            _ => String::new(),
        };
        let mut other = miss.clone();
        let mut fixes = Vec::new();
        for value in self.values_of(relation, column) {
            other.binding[var.0 as usize] = Some(value);
            let elsewhere: OpenRow = pattern(terms, &other.binding);
            if fixes.len() >= VALUES || !self.is_fit(&other, var) || elsewhere.iter().any(Option::is_none) {
                continue;
            }
            let Some(code) = self.written(declared, &elsewhere) else { continue };
            let shown = RepairStep {
                kind: "fact",
                text: format!("add the fact{both}"),
                code: code.clone(),
                place: None,
                line: String::new(),
            };
            fixes.push(Fix::of(Step { plan: Plan::Insert(code), shown, weight: BESIDE }));
        }
        fixes
    }

    /// What a value of a comparison is counted of, without one of it.
    pub(super) fn one_less(&mut self, literal: &Literal, miss: &Miss) -> Vec<Fix> {
        let mut vars: Vec<Var> = Vec::new();
        match literal {
            Literal::Compare(_, a, b) => {
                variables(a, &mut vars);
                variables(b, &mut vars);
            }
            Literal::Bind(_, expr) => variables(expr, &mut vars),
            _ => return Vec::new(),
        }
        let body = self.inquiry.base().lowered.core.rule(miss.rule).body.clone();
        let mut fixes = Vec::new();
        for literal in &body {
            if let Literal::Lookup { relation, key, value, .. } = literal
                && vars.contains(value)
            {
                fixes.extend(self.counted_less(*relation, &pattern(key, &miss.binding)));
            }
        }
        fixes
    }

    /// What is counted, without one of the given facts on which its least or its largest rest.
    pub(super) fn counted_less(&mut self, head: RelationId, key: &OpenRow) -> Vec<Fix> {
        let core = &self.inquiry.base().lowered.core;
        let Some(aggregation) = core.aggregations.iter().find(|a| a.head == head) else { return Vec::new() };
        let (body, groups) = (aggregation.body, aggregation.groups);
        let mut row = key.clone();
        row.resize(core.relation(body).arity, None);
        let mut rows = self.inquiry.search.rows(body, &row, COUNTED).0;
        rows.sort_by(|a, b| {
            let orders = a[groups..].iter().zip(&b[groups..]).map(|(&x, &y)| self.inquiry.pool.compare(x, y));
            orders.into_iter().find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        let last = rows.len().saturating_sub(ROWS).max(ROWS);
        let ends: Vec<OpenRow> = (0..rows.len())
            .filter(|&at| at < ROWS || at >= last)
            .map(|at| rows[at].iter().map(|&value| Some(value)).collect())
            .collect();
        ends.iter().flat_map(|row| self.without(body, row)).collect()
    }
}
