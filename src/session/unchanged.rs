//! Which relations of a program hold the same rows as those of another, little different one, told from the rules alone:
//! what has the same facts and the same rules over relations of which that is true too.

use crate::ir::Lowered;
use crate::ir::core::{Literal, RelationId, Rule};
use crate::ir::origin::Role;
use crate::plan::Strata;
use crate::text::Pattern;
use rustc_hash::FxHashMap;

/// A program to compare others with, as it is before rows and matches are added to it.
pub(super) struct Known {
    lowered: Lowered,
    names: FxHashMap<String, RelationId>,
    matches: FxHashMap<Pattern, RelationId>,
    rules: Vec<Vec<usize>>,
}

impl Known {
    /// Of a program without rows.
    pub fn new(lowered: Lowered) -> Known {
        let core = &lowered.core;
        let ids = (0..core.relations.len() as u32).map(RelationId);
        let names = ids.map(|id| (core.relation(id).name.clone(), id)).collect();
        let matches = lowered.matches.iter().map(|&(n, id)| (lowered.patterns[n as usize].clone(), id)).collect();
        Known { names, matches, rules: by_head(&lowered), lowered }
    }

    /// For each relation of another program without rows that has the same rows in both: its number here.
    pub fn same_in(&self, other: &Lowered, strata: &Strata) -> Vec<Option<RelationId>> {
        let ids = || (0..other.core.relations.len() as u32).map(RelationId);
        let mut ours: Vec<Option<RelationId>> = ids().map(|id| self.ours(other, id)).collect();
        let rules = by_head(other);
        let differs = |&id: &RelationId| {
            let Some(our) = ours[id.0 as usize] else { return true };
            let (theirs, here) = (&rules[id.0 as usize], &self.rules[our.0 as usize]);
            let same_rule = |(&a, &b): (&usize, &usize)| {
                self.translated(&other.core.rules[a], other, &ours)
                    .is_some_and(|rule| rule == self.lowered.core.rules[b])
            };
            theirs.len() != here.len()
                || other.core.given[id.0 as usize].values != self.lowered.core.given[our.0 as usize].values
                || !theirs.iter().zip(here).all(same_rule)
                || !self.same_count(other, id, our, &ours)
        };
        let changed: Vec<RelationId> = ids().filter(differs).collect();
        for id in strata.affected(&other.core, &changed) {
            ours[id.0 as usize] = None;
        }
        ours
    }

    /// The relation here that has a relation's name, or finds the same pattern.
    fn ours(&self, other: &Lowered, id: RelationId) -> Option<RelationId> {
        let declared = other.core.relation(id);
        let our = match other.roles[id.0 as usize] {
            Role::Match(number) => self.matches.get(&other.patterns[number as usize]),
            _ => self.names.get(&declared.name),
        };
        our.copied().filter(|&our| {
            let is_match = |role: &Role| matches!(role, Role::Match(_));
            self.lowered.core.relation(our).arity == declared.arity
                && is_match(&other.roles[id.0 as usize]) == is_match(&self.lowered.roles[our.0 as usize])
        })
    }

    /// A rule with the relations and patterns numbered as they are here.
    fn translated(&self, rule: &Rule, other: &Lowered, ours: &[Option<RelationId>]) -> Option<Rule> {
        let mut rule = rule.clone();
        rule.head = ours[rule.head.0 as usize]?;
        for literal in &mut rule.body {
            match literal {
                Literal::Atom(id, _) | Literal::Not(id, _) | Literal::Lookup { relation: id, .. } => {
                    *id = ours[id.0 as usize]?;
                }
                Literal::Matches(_, number) => {
                    let pattern = &other.patterns[*number as usize];
                    *number = self.lowered.patterns.iter().position(|p| p == pattern)? as u32;
                }
                _ => {}
            }
        }
        Some(rule)
    }

    fn same_count(&self, other: &Lowered, id: RelationId, our: RelationId, ours: &[Option<RelationId>]) -> bool {
        let theirs = other.core.aggregations.iter().filter(|a| a.head == id);
        let here = self.lowered.core.aggregations.iter().filter(|a| a.head == our);
        let theirs = theirs.map(|a| (ours[a.body.0 as usize], a.groups, a.function));
        theirs.eq(here.map(|a| (Some(a.body), a.groups, a.function)))
    }
}

/// The rules of each relation.
fn by_head(lowered: &Lowered) -> Vec<Vec<usize>> {
    let mut rules = vec![Vec::new(); lowered.core.relations.len()];
    for (number, rule) in lowered.core.rules.iter().enumerate() {
        rules[rule.head.0 as usize].push(number);
    }
    rules
}
