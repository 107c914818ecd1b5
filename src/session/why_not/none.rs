//! That a message has nothing of what a theme asks for: where no code of its clauses is there, and no word near one, that is
//! the answer, and a way that comes "nearest" would only look like one.

use super::answer::Blame;
use super::half::half;
use super::inquiry::{Inquiry, OpenRow};
use super::passage::{WORDS, nearest};
use crate::check::program::{ConceptId, Condition, ConditionKind, PatternId, Place, PlaceKind};
use crate::ir::core::RelationId;
use crate::ir::origin::Role;
use crate::text::Pattern;

/// What the clauses of a concept look for in a message.
#[derive(Default)]
struct Sought {
    codes: Vec<ConceptId>,
    patterns: Vec<PatternId>,
    /// True where they ask for something else too, of which nothing can be said in this way.
    more: bool,
}

impl Inquiry<'_> {
    /// That what is asked about has nothing of what the concept's clauses ask for, where that is so; and the word that comes
    /// nearest to it all the same.
    pub(super) fn carries_none(&self, relation: RelationId, row: &OpenRow) -> Option<Vec<Blame>> {
        let (Role::Has(id), Some(subject)) = (self.role(relation), row.first().copied().flatten()) else { return None };
        let program = self.base().program;
        let concept = program.concept(id);
        if concept.when.is_empty() || !concept.matches.is_empty() || self.decisive.is_some() {
            return None;
        }
        let text = self.base().texts.corpus.segments(subject)?;
        let mut sought = Sought::default();
        concept.when.iter().for_each(|body| sought.of(&body.condition));
        // A code that other codes make asks for what those ask for.
        let mut at = 0;
        while let Some(&id) = sought.codes.get(at) {
            program.concept(id).when.iter().for_each(|body| sought.of(&body.condition));
            at += 1;
        }
        let is_code = |&id: &ConceptId| program.concept(id).kind == program.known_kind("code");
        let has = |id: &ConceptId| {
            let has = self.base().lowered.has(program, *id);
            has.is_some_and(|has| self.base().db.find(has, &[subject]).is_some())
        };
        let patterns = || sought.patterns.iter().map(|&id| &program.pattern(id).pattern);
        if sought.more
            || !sought.codes.iter().all(is_code)
            || sought.codes.iter().any(has)
            || patterns().any(|pattern| !self.lexicon.places(pattern, text).is_empty())
            || self.stop.stopped().is_some()
        {
            return None;
        }
        let whole = |pattern: &Pattern| half(pattern, text, &self.lexicon).is_none();
        let of_codes = sought.codes.iter().filter_map(|&id| Some((Some(id), self.near_of_code(id, subject)?)));
        let of_words = patterns().filter_map(|pattern| Some((None, nearest(pattern, text, &self.lexicon)?)));
        let near = of_codes.chain(of_words).min_by_key(|(_, near)| (near.against.is_any(), near.how));
        let (who, kind) = (self.view().in_words(subject), program.kind(concept.kind).name.replace('_', " "));
        // That no word comes near is said where all that the codes look for has been held against the text.
        let is_looked_for = |id: &ConceptId| {
            let mut clauses = program.concept(*id).matches.iter();
            clauses.all(|m| matches!(m.place.kind, PlaceKind::Pattern(id) if whole(&program.pattern(id).pattern)))
        };
        let checked = sought.codes.iter().all(is_looked_for) && patterns().all(whole) && text.words().len() <= WORDS;
        let checked = checked && self.stop.stopped().is_none();
        let rest = if near.is_none() && checked { ", nor a word that comes near one" } else { "" };
        let mut said = vec![Blame::of(match (sought.codes.is_empty(), near.is_none() && checked) {
            (true, true) => format!("no word of {who} comes near what this {kind} asks for"),
            (true, false) => format!("{who} has none of the words that this {kind} asks for"),
            (false, _) => format!("{who} carries none of the codes that this {kind} asks for{rest}"),
        })];
        said.extend(near.map(|(code, near)| {
            let mut blame = self.told(&near, subject);
            if let Some(code) = code {
                blame.text = format!("{}, for \"{}\"", blame.text, program.concept(code).title());
            }
            blame
        }));
        Some(said)
    }
}

impl Sought {
    fn code(&mut self, id: ConceptId) {
        if !self.codes.contains(&id) {
            self.codes.push(id);
        }
    }

    fn of(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                parts.iter().for_each(|part| self.of(part));
            }
            ConditionKind::Holds(id) | ConditionKind::Agreed(id, _) => self.code(*id),
            ConditionKind::Place(place) => self.of_place(place),
            // What other messages have, and what is not there, is nothing that this one carries.
            ConditionKind::Not(_) | ConditionKind::Has(..) => {}
            _ => self.more = true,
        }
    }

    fn of_place(&mut self, place: &Place) {
        match &place.kind {
            PlaceKind::Pattern(id) => self.patterns.push(*id),
            PlaceKind::Code(id) => self.code(*id),
            PlaceKind::Or(parts) => parts.iter().for_each(|part| self.of_place(part)),
            // Words beside a code tell nothing where the code is not there.
            PlaceKind::Both(_, a, b) => {
                [a, b]
                    .into_iter()
                    .filter(|side| !matches!(side.kind, PlaceKind::Pattern(_)))
                    .for_each(|side| self.of_place(side));
            }
            PlaceKind::Except(a, _) => self.of_place(a),
        }
    }
}
