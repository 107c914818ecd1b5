//! What does not hold, named so that somebody can decide on it: "this should be in" is said of an absence.
//!
//! A proof tells one reason from another, and an absence has none. In its place stands a digest of the rules that could
//! have concluded it, with all that these ask for, by however many steps: of what the rules say, not of how the author
//! laid them out, and without the names and numbers that a run gives to what has no name. Where the digest is the same
//! and the text of the messages is, the study looks for the same in the same words.

use super::show::View;
use super::stale::with_languages;
use super::wording_core::{CorePrinter, Names};
use crate::base::Value;
use crate::base::hash::digest;
use crate::check::program::RelationId as Declared;
use crate::ir::core::{Literal, RelationId};
use crate::ir::origin::Role;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Digests of the rules that conclude relations, each computed once.
pub(super) struct Absences<'a> {
    view: View<'a>,
    /// The rules that conclude each relation, in the author's order.
    rules: FxHashMap<RelationId, Vec<usize>>,
    /// The aggregates, by what they fill.
    aggregations: FxHashMap<RelationId, Vec<usize>>,
    printer: CorePrinter<'a>,
    known: FxHashMap<RelationId, String>,
}

impl<'a> Absences<'a> {
    pub fn new(view: View<'a>) -> Absences<'a> {
        let core = &view.lowered.core;
        let mut rules: FxHashMap<RelationId, Vec<usize>> = FxHashMap::default();
        core.rules.iter().enumerate().for_each(|(at, rule)| rules.entry(rule.head).or_default().push(at));
        let mut aggregations: FxHashMap<RelationId, Vec<usize>> = FxHashMap::default();
        core.aggregations.iter().enumerate().for_each(|(at, a)| aggregations.entry(a.head).or_default().push(at));
        let patterns = view.lowered.patterns.iter().map(with_languages).collect();
        let names = Some(Names { relations: FxHashMap::default(), patterns });
        let printer = CorePrinter { lowered: view.lowered, pool: view.pool, names };
        Absences { view, rules, aggregations, printer, known: FxHashMap::default() }
    }

    /// The digest of the rules that could conclude a row of which every column is named.
    pub fn of(&mut self, declared: Declared, row: &[Option<Value>]) -> String {
        let whole: Vec<Value> = row.iter().map(|value| value.unwrap_or(Value::NONE)).collect();
        let (relation, _) = self.view.lowered.route(self.view.program, declared, &whole);
        self.of_relation(relation)
    }

    /// The digest of the rules that conclude a relation.
    pub fn of_relation(&mut self, relation: RelationId) -> String {
        if let Some(known) = self.known.get(&relation) {
            return known.clone();
        }
        let core = &self.view.lowered.core;
        // In the order in which one asks for the next, which gives what has no name a number that stays.
        let (mut reached, mut next) = (vec![relation], 0);
        let mut names: FxHashMap<RelationId, String> = FxHashMap::default();
        names.insert(relation, self.name(relation, 0));
        while let Some(&one) = reached.get(next) {
            next += 1;
            let bodies = self.rules.get(&one).into_iter().flatten().flat_map(|&at| &core.rules[at].body);
            let asked = bodies.filter_map(|literal| match literal {
                Literal::Atom(relation, _) | Literal::Not(relation, _) | Literal::Lookup { relation, .. } => {
                    Some(*relation)
                }
                _ => None,
            });
            let counted = self.aggregations.get(&one).into_iter().flatten().map(|&at| core.aggregations[at].body);
            for other in asked.chain(counted) {
                if let Entry::Vacant(new) = names.entry(other) {
                    new.insert(self.name(other, reached.len()));
                    reached.push(other);
                }
            }
        }
        if let Some(known) = &mut self.printer.names {
            known.relations = names;
        }
        let mut lines: Vec<String> = Vec::new();
        for one in &reached {
            lines.extend(self.rules.get(one).into_iter().flatten().map(|&at| self.printer.rule(&core.rules[at], &[])));
            let counts = self.aggregations.get(one).into_iter().flatten();
            lines.extend(counts.map(|&at| self.printer.aggregation(&core.aggregations[at])));
        }
        let found = digest(&lines.join("\n"));
        self.known.insert(relation, found.clone());
        found
    }

    fn name(&self, relation: RelationId, number: usize) -> String {
        match self.view.lowered.role(relation) {
            Role::Match(pattern) => {
                let patterns = self.printer.names.as_ref().map_or(&[][..], |names| &names.patterns);
                patterns.get(pattern as usize).map_or_else(String::new, |pattern| format!("match {pattern}"))
            }
            Role::Declared(_)
            | Role::Union(_)
            | Role::Has(_)
            | Role::Coded(_)
            | Role::Evidence(_)
            | Role::Passages(_)
            | Role::Stimulates(..)
            | Role::Domain(_) => self.view.lowered.core.relation(relation).name.clone(),
            Role::Way(..)
            | Role::Blocked(_)
            | Role::Group(_)
            | Role::Place(_)
            | Role::Counted(_)
            | Role::Count(_)
            | Role::Question => format!("#{number}"),
        }
    }
}
