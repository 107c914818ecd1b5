//! A condition that is not met, followed down: what is to blame for it, and the ways to what it rests on in its turn.

use super::answer::{Blame, WayMissed};
use super::conditions::Cond;
use super::inquiry::{DEEPEST, Inquiry, OpenRow};
use crate::base::Location;
use crate::check::program::ConceptId;
use crate::ir::core::{Literal, RelationId};
use crate::ir::origin::Role;
use crate::proof::{Miss, pattern};

impl Inquiry<'_> {
    /// What is to blame for a condition that is not met, and what it rests on in its turn.
    pub(super) fn blame(
        &mut self,
        literal: &Literal,
        miss: &Miss,
        cond: &Cond,
        own: Option<Location>,
        depth: usize,
    ) -> (Vec<Blame>, Vec<WayMissed>) {
        match literal {
            Literal::Atom(relation, terms) => {
                let row = pattern(terms, &miss.binding);
                self.blame_atom(*relation, &row, own, depth)
            }
            Literal::Not(relation, terms) => {
                let row = pattern(terms, &miss.binding);
                (self.blame_presence(*relation, &row), Vec::new())
            }
            other => (self.blame_test(other, miss, cond, own), Vec::new()),
        }
    }

    fn blame_atom(
        &mut self,
        relation: RelationId,
        row: &OpenRow,
        at: Option<Location>,
        depth: usize,
    ) -> (Vec<Blame>, Vec<WayMissed>) {
        let subject = row.first().copied().flatten();
        match self.role(relation) {
            Role::Has(id) => self.blame_concept(id, relation, row, depth),
            Role::Passages(id) | Role::Evidence(id) | Role::Coded(id) => {
                match self.base().lowered.has(self.base().program, id) {
                    Some(has) if subject.is_some() => self.blame_concept(id, has, &vec![subject], depth),
                    _ => (vec![Blame::of("no such passage is known")], Vec::new()),
                }
            }
            Role::Match(number) => {
                let pattern = self.base().lowered.patterns[number as usize].clone();
                (self.blame_pattern(&pattern, subject, at), Vec::new())
            }
            Role::Place(at) => (self.blame_place(at, subject), Vec::new()),
            Role::Domain(kind) => {
                let name = self.base().program.kind(kind).name.clone();
                let text = match subject {
                    Some(value) => format!("there is no {name} `{}`", self.pool.show(value)),
                    None => format!("there is no {name} at all"),
                };
                (vec![Blame::of(text)], Vec::new())
            }
            Role::Declared(declared) | Role::Union(declared) => {
                let seen = self.is_seen(relation, row);
                let mut blame = self.blame_row(relation, row, at);
                let columns = &self.base().program.relation(declared).columns;
                // Of what is hardly known by name, nothing more can be said.
                let open = columns.iter().zip(row).filter(|(column, value)| value.is_none() && !column.optional);
                let open = open.count();
                if open > 1 || open > 0 && row.len() < 3 {
                    return (blame, Vec::new());
                }
                let (below, _) = self.explained(relation, row, depth + 1);
                if seen && self.ways.has_rules(relation) {
                    blame.push(Blame::of("why not is said above"));
                }
                (blame, below)
            }
            Role::Group(_) | Role::Way(..) | Role::Blocked(_) | Role::Stimulates(..) | Role::Question => {
                (Vec::new(), self.explained(relation, row, depth + 1).0)
            }
            Role::Counted(_) | Role::Count(_) => (Vec::new(), Vec::new()),
        }
    }

    /// Something lacks a concept: what comes nearest to it.
    fn blame_concept(
        &mut self,
        id: ConceptId,
        has: RelationId,
        row: &OpenRow,
        depth: usize,
    ) -> (Vec<Blame>, Vec<WayMissed>) {
        let view = self.view();
        let subject = row.first().copied().flatten();
        let who = subject.map_or("nothing that fits".to_string(), |value| view.in_words(value));
        let verb = subject.is_some();
        let sentence = view.concept_sentence(&who, id, !verb);
        let mut blame = vec![Blame::of(sentence)];
        if subject.is_none() {
            return (blame, Vec::new());
        }
        if self.is_seen(has, row) {
            blame.push(Blame::of("why not is said above"));
            return (blame, Vec::new());
        }
        if let Some(none) = self.carries_none(has, row) {
            blame.extend(none);
            return (blame, Vec::new());
        }
        let (mut below, _) = self.explained(has, row, depth + 1);
        // A pattern that finds nothing is the concept's own reason.
        if let [only] = &mut below[..]
            && only.rule.starts_with("matches ")
            && let Some(lost) = only.conditions.iter_mut().find(|c| c.met == Some(false) && c.below.is_empty())
            && !lost.blame.is_empty()
        {
            blame.append(&mut lost.blame);
            below.clear();
        }
        if below.is_empty() && blame.len() == 1 && depth < DEEPEST {
            let concept = self.base().program.concept(id);
            if concept.matches.is_empty() && concept.when.is_empty() && self.ways.of(has, row, &self.pool).is_empty() {
                blame.push(Blame::of("nobody coded it so, and no clause or rule looks for it"));
            }
        }
        (blame, below)
    }
}
