//! A value that stands nowhere where the rules of a relation take it from, and looks like one that does: misspelt, most
//! often, so that no condition is to blame.

use super::inquiry::{Inquiry, OpenRow};
use super::nothing::Nothing;
use crate::base::Value;
use crate::check::Type;
use crate::check::program::{RelationId as Declared, RelationKind};
use crate::diagnostic::suggest;
use crate::ir::core::{Expr, Literal, Term};
use crate::ir::origin::Role;
use rustc_hash::FxHashSet;

/// So many rows of a relation are looked at.
const ROWS: usize = 100_000;

impl Inquiry<'_> {
    /// `no role is called "Desinger"`, and the one that is meant; none where every value is known, or none is like it.
    pub(super) fn unknown_value(&self, declared: Declared, row: &OpenRow) -> Option<Nothing> {
        let base = self.base();
        if base.program.relation(declared).kind != RelationKind::Declared {
            return None;
        }
        let core = base.lowered.declared(declared);
        (0..row.len()).find_map(|at| {
            let wanted = row[at].filter(|value| self.pool.as_text(*value).is_some())?;
            let known = self.values_there(core, at);
            let sort = base.program.relation(declared).columns[at].of;
            if known.is_empty() || known.contains(&wanted) || self.stands_anywhere(wanted, sort) {
                return None;
            }
            let (shown, known) = (self.pool.show(wanted), known.into_iter().map(|value| self.pool.show(value)));
            let mut known: Vec<String> = known.collect();
            known.sort();
            let near = suggest::nearest(&shown, known.iter().map(String::as_str))?;
            Some(Nothing {
                reason: format!("no {} is called `{shown}`", self.view().thing(declared, at)),
                help: Some(format!("did you mean `{near}`?")),
                for_good: true,
            })
        })
    }

    /// True for a value that stands somewhere among those of its sort: a message to which nobody answered is a message all
    /// the same, and what rules may conclude of it goes by more than by what they have concluded.
    pub(super) fn stands_anywhere(&self, value: Value, sort: Type) -> bool {
        let base = self.base();
        if matches!(sort, Type::Kind(_) | Type::Concept) && base.program.concept_values.contains_key(&value) {
            return true;
        }
        base.program.relations.iter().zip(0..).any(|(relation, id)| {
            let core = base.lowered.declared(Declared(id));
            let mut columns = (0..relation.columns.len()).filter(|&at| relation.columns[at].of == sort);
            columns.any(|at| {
                let mut row = vec![None; relation.columns.len()];
                row[at] = Some(value);
                self.search.has(core, &row)
            })
        })
    }

    /// The values that stand in a column, and in those from which rules give them.
    fn values_there(&self, core: crate::ir::core::RelationId, at: usize) -> FxHashSet<Value> {
        let base = self.base();
        let mut values = FxHashSet::default();
        let mut from = |relation, at: usize| {
            let rows = base.db.relation(relation).rows().take(ROWS);
            values.extend(rows.filter_map(|row| row.get(at).copied()));
        };
        from(core, at);
        for &rule in self.ways.rules(core) {
            let rule = base.lowered.core.rule(rule);
            match rule.columns.get(at) {
                Some(Expr::Var(var)) => {
                    // What a rule computes may be anything.
                    let gives = |literal: &Literal| match literal {
                        Literal::Bind(bound, _) => bound == var,
                        Literal::Lookup { value, .. } => value == var,
                        _ => false,
                    };
                    if rule.body.iter().any(gives) {
                        return FxHashSet::default();
                    }
                    for literal in &rule.body {
                        let Literal::Atom(relation, terms) = literal else { continue };
                        let places = (0..terms.len()).filter(|&at| terms[at] == Term::Var(*var));
                        places.for_each(|at| from(*relation, at));
                    }
                }
                // What a rule computes or says itself may be anything.
                Some(_) if !matches!(self.role(core), Role::Union(_)) => return FxHashSet::default(),
                _ => {}
            }
        }
        values
    }
}
