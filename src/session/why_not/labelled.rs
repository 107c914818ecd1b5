//! Conditions in the reader's words: the labels of concepts in the place of the names that rules use.

use super::conditions::Cond;
use super::inquiry::Inquiry;
use crate::base::Location;
use crate::check::program::{ConditionKind, OperandKind, Place, PlaceKind, Program};
use crate::ir::core::{Literal, RelationId};
use crate::ir::origin::Role;
use crate::syntax::tree::{CompareOp, CountedThing};

/// A part of a rule with labels in the place of names; what stands in quotation marks, and the names of relations, stay.
pub(super) fn labelled(program: &Program, words: &str) -> String {
    let mut out = String::new();
    let mut chars = words.char_indices().peekable();
    let mut quoted = false;
    while let Some((start, c)) = chars.next() {
        if c == '"' {
            quoted = !quoted;
        }
        if quoted || !(c.is_alphabetic() || c == '_') {
            out.push(c);
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((at, c)) = chars.next_if(|(_, c)| c.is_alphanumeric() || *c == '_') {
            end = at + c.len_utf8();
        }
        let name = &words[start..end];
        let label = program.concepts.iter().find(|concept| concept.name == name).and_then(|c| c.label.as_ref());
        match label.filter(|_| !words[end..].starts_with('(')) {
            Some(label) => out.push_str(&format!("\"{label}\"")),
            None => out.push_str(name),
        }
    }
    out
}

impl Inquiry<'_> {
    /// The words at a place with labels in the place of names.
    pub(super) fn labels(&self, at: Location) -> String {
        self.clauses.clause(self.view(), at, None)
    }

    /// The same as it stands in a sentence: what is as the author wrote it in backticks, and what has a label in it without.
    pub(super) fn marked(&self, at: Location) -> String {
        let (labels, words) = (self.labels(at), self.view().words(at));
        if labels == words { format!("`{words}`") } else { labels }
    }

    /// A condition with labels; what it was given before the author's words stays.
    pub(super) fn label_of(&self, cond: &Cond) -> String {
        let Some(at) = cond.at else { return labelled(self.base().program, &cond.words) };
        match cond.words.strip_suffix(&self.view().words(at)) {
            Some(before) => format!("{before}{}", self.labels(at)),
            None => labelled(self.base().program, &cond.words),
        }
    }

    /// What a combination looks for on one side: a code by its label, words as they are written.
    pub(super) fn side(&self, place: &Place) -> String {
        match place.kind {
            PlaceKind::Code(id) => format!("\"{}\"", self.view().program.concept(id).title()),
            _ => self.marked(place.at),
        }
    }

    /// The guard of a map with its number: `17 people speak of it, at least 2 needed`.
    pub(super) fn guard_told(&self, literal: Option<&Literal>) -> Option<String> {
        let Literal::Atom(relation, _) = literal? else { return None };
        let Role::Stimulates(theme, to) = self.role(*relation) else { return None };
        let view = self.view();
        let map = view.program.maps.iter().find(|map| map.theme == theme && map.to.contains(&to))?;
        let ConditionKind::Compare(CompareOp::GreaterEqual, a, b) = &map.guard.as_ref()?.condition.kind else {
            return None;
        };
        let (OperandKind::Counted(thing, of, _), OperandKind::Const(least)) = (&a.kind, &b.kind) else { return None };
        let number: RelationId = self.ways.of_role(Role::Count(a.at))?;
        let width = view.lowered.core.relation(number).arity;
        let found = self.search.rows(number, &vec![None; width], 1).0.pop()?;
        let number = self.pool.as_number(*found.last()?)?;
        let (one, many) = match thing {
            CountedThing::Authors => ("person speaks", "people speak"),
            CountedThing::Threads => ("thread speaks", "threads speak"),
            _ => ("message speaks", "messages speak"),
        };
        let speak = if number == 1 { one } else { many };
        let what = if *of == theme { "it".to_string() } else { format!("\"{}\"", view.program.concept(*of).title()) };
        Some(format!("{number} {speak} of {what}, at least {} needed", self.pool.show(*least)))
    }
}
