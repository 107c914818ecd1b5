//! What is there of that which a binding lacks: words that speak for a code, a side of a combination, some of a number of
//! things. By this the ways to a conclusion are held against each other.

use super::inquiry::Inquiry;
use super::passage::{How, Nearby, nearest, part_of, side_of};
use super::shapes::place_at;
use crate::base::{Location, Value};
use crate::check::program::{ConceptId, Place, PlaceKind};
use crate::ir::core::Literal;
use crate::ir::origin::Role;
use crate::proof::{Met, Miss, pattern};
use crate::text::{Range, Segments};

impl Inquiry<'_> {
    /// The same as it was found.
    pub(super) fn near_of_code(&self, id: ConceptId, message: Value) -> Option<Nearby> {
        let found = self.near_patterns(id, message);
        found.into_iter().min_by_key(|near| (near.against.is_any(), near.how))
    }

    /// The words of a message that speak for a code: those that come near, and last those that the codebook leaves out.
    pub(super) fn speaks_for(&self, id: ConceptId, message: Value) -> Option<Nearby> {
        let found = self.near_patterns(id, message).into_iter().filter(|near| !near.against.is_any());
        found.min_by_key(|near| (near.how == How::LeftOut, near.how))
    }

    /// True where a word of a message comes near to what a code looks for, and no exception leaves it out.
    pub(super) fn is_spoken(&self, id: ConceptId, message: Value) -> bool {
        self.speaks_for(id, message).is_some_and(|near| near.how != How::LeftOut)
    }

    /// True where a word speaks for the one side of a combination that is not there, or where all that it lacks is a place.
    pub(super) fn speaks_for_side(&self, at: Location, message: Value) -> bool {
        let base = self.base();
        let Some(text) = base.texts.corpus.segments(message) else { return false };
        let Some(PlaceKind::Both(_, a, b)) = place_at(base.program, at).map(|place| &place.kind) else { return false };
        let lost: Vec<&Place> = [&**a, &**b].into_iter().filter(|s| self.ranges(s, message, text).is_empty()).collect();
        let absent: Vec<&Place> = lost.iter().copied().filter(|side| !self.is_whole(side, message)).collect();
        match absent[..] {
            [] => !lost.is_empty(),
            [side] => match &side.kind {
                PlaceKind::Code(id) => self.is_spoken(*id, message),
                _ => false,
            },
            _ => false,
        }
    }

    /// Words of a message that are a part of what a code looks for.
    pub(super) fn speaks_in_part(&self, id: ConceptId, message: Value) -> Option<Range> {
        let base = self.base();
        let text = base.texts.corpus.segments(message)?;
        base.program.concept(id).matches.iter().find_map(|matches| match &matches.place.kind {
            PlaceKind::Pattern(id) => side_of(&base.program.pattern(*id).pattern, text, &self.lexicon),
            _ => None,
        })
    }

    /// For each pattern of a code, what comes nearest to it in a message.
    fn near_patterns(&self, id: ConceptId, message: Value) -> Vec<Nearby> {
        if let Some(known) = self.near_codes.borrow().get(&(id, message)) {
            return known.clone();
        }
        let base = self.base();
        let Some(text) = base.texts.corpus.segments(message) else { return Vec::new() };
        let patterns = base.program.concept(id).matches.iter().filter_map(|matches| match &matches.place.kind {
            PlaceKind::Pattern(id) => Some(&base.program.pattern(*id).pattern),
            _ => None,
        });
        let near = |pattern| part_of(pattern, text, &self.lexicon).or_else(|| nearest(pattern, text, &self.lexicon));
        let found: Vec<Nearby> = patterns.filter_map(near).collect();
        self.near_codes.borrow_mut().insert((id, message), found.clone());
        found
    }

    /// True where a part of what a binding lacks is there: a word near a pattern, a side of a combination. What no text
    /// decides counts as there, if that is wanted.
    pub(super) fn has_part(&self, miss: &Miss, lenient: bool) -> bool {
        let base = self.base();
        let of_text = |at: usize| match miss.literal(&base.lowered.core, at) {
            Some(Literal::Atom(relation, _)) => {
                matches!(self.role(*relation), Role::Match(_) | Role::Place(_) | Role::Has(_))
            }
            _ => false,
        };
        let mut lost = (0..miss.met.len()).filter(|&at| miss.met[at] == Met::No);
        if lenient && !lost.all(of_text) || self.has_near_word(miss) {
            return true;
        }
        let sides = |at: usize| {
            let Literal::Atom(relation, terms) = miss.literal(&base.lowered.core, at)? else { return None };
            let Role::Place(place) = self.role(*relation) else { return None };
            let message = pattern(terms, &miss.binding).first().copied().flatten()?;
            let text = base.texts.corpus.segments(message)?;
            match &place_at(base.program, place)?.kind {
                PlaceKind::Both(_, a, b) => [a, b].into_iter().any(|s| self.is_there(s, message, text)).then_some(()),
                _ => Some(()),
            }
        };
        (0..miss.met.len()).filter(|&at| miss.met[at] == Met::No).any(|at| sides(at).is_some())
    }

    /// True where one side is there of a combination that a binding lacks.
    pub(super) fn has_side(&self, miss: &Miss) -> bool {
        let base = self.base();
        let mut lost = (0..miss.met.len()).filter(|&at| miss.met[at] == Met::No);
        lost.any(|at| {
            let Some(Literal::Atom(relation, terms)) = miss.literal(&base.lowered.core, at) else { return false };
            let Role::Place(place) = self.role(*relation) else { return false };
            let Some(&Some(message)) = pattern(terms, &miss.binding).first() else { return false };
            match (base.texts.corpus.segments(message), place_at(base.program, place).map(|place| &place.kind)) {
                (Some(text), Some(PlaceKind::Both(_, a, b))) => {
                    [a, b].into_iter().any(|side| self.is_there(side, message, text))
                }
                _ => false,
            }
        })
    }

    /// True where a pattern that a binding lacks has a word of the message near it.
    pub(super) fn has_near_word(&self, miss: &Miss) -> bool {
        let base = self.base();
        let lost = (0..miss.met.len()).filter(|&at| miss.met[at] == Met::No);
        let near = |at: usize| {
            let Literal::Atom(relation, terms) = miss.literal(&base.lowered.core, at)? else { return None };
            let Role::Match(number) = self.role(*relation) else { return None };
            let message = pattern(terms, &miss.binding).first().copied().flatten()?;
            if let Some(&known) = self.near_patterns.borrow().get(&(number, message)) {
                return known.then_some(());
            }
            let text = base.texts.corpus.segments(message)?;
            let wanted = &base.lowered.patterns[number as usize];
            let found = part_of(wanted, text, &self.lexicon).or_else(|| nearest(wanted, text, &self.lexicon));
            let is_near = found.is_some_and(|near| !near.against.is_any());
            self.near_patterns.borrow_mut().insert((number, message), is_near);
            is_near.then_some(())
        };
        lost.into_iter().any(|at| near(at).is_some())
    }

    /// How many things a binding lacks: of a combination, one for each side that is not there; of a number of things, those
    /// that are too few.
    pub(super) fn lacks(&self, miss: &Miss) -> usize {
        let base = self.base();
        let mut lacks = 0;
        for at in (0..miss.met.len()).filter(|&at| miss.met[at] == Met::No) {
            let literal = miss.literal(&base.lowered.core, at);
            if let Some((has, asked)) = self.number_lacking(miss, literal) {
                lacks += usize::try_from(asked - has).unwrap_or_default();
            }
            let Some(Literal::Atom(relation, terms)) = literal else { continue };
            // That a message is of another thread than is asked for is no less than that it lacks a code.
            if matches!(self.role(*relation), Role::Has(_) | Role::Group(_) | Role::Declared(_) | Role::Union(_)) {
                lacks += 1;
            }
            if let Role::Match(_) = self.role(*relation) {
                lacks += usize::from(!self.has_near_word(miss));
                continue;
            }
            let Role::Place(place) = self.role(*relation) else { continue };
            let message = pattern(terms, &miss.binding).first().copied().flatten();
            let text = message.and_then(|message| Some((message, base.texts.corpus.segments(message)?)));
            if let (Some((message, text)), Some(Place { kind: PlaceKind::Both(_, a, b), .. })) =
                (text, place_at(base.program, place))
            {
                lacks += [a, b].into_iter().filter(|side| !self.is_there(side, message, text)).count();
            }
        }
        lacks
    }

    /// True for a code that a message has, but at no place in its text: `near` and its like find nothing there.
    pub(super) fn is_whole(&self, place: &Place, message: Value) -> bool {
        let PlaceKind::Code(id) = place.kind else { return false };
        let base = self.base();
        let has = base.lowered.has(base.program, id).is_some_and(|has| base.db.find(has, &[message]).is_some());
        has && self.first_passage(id, message).is_none()
    }

    /// True where a side of a combination is there, at a place or as a whole.
    pub(super) fn is_there(&self, side: &Place, message: Value, text: &Segments) -> bool {
        !self.ranges(side, message, text).is_empty() || self.is_whole(side, message)
    }

    /// The passages of a place in a message.
    pub(super) fn ranges(&self, place: &Place, message: Value, text: &Segments) -> Vec<Range> {
        let base = self.base();
        match &place.kind {
            PlaceKind::Pattern(id) => self.lexicon.places(&base.program.pattern(*id).pattern, text),
            PlaceKind::Code(id) => {
                let Some(relation) = self.ways.passages(*id) else { return Vec::new() };
                let (rows, _) = self.search.rows(relation, &[Some(message), None], 200);
                let range = |row: &crate::eval::Row| base.pool.as_quote(*row.get(1)?).and_then(|(_, range)| range);
                rows.iter().filter_map(range).collect()
            }
            PlaceKind::Or(parts) => parts.iter().flat_map(|part| self.ranges(part, message, text)).collect(),
            PlaceKind::Except(a, b) => {
                let out = self.ranges(b, message, text);
                let kept = |range: &Range| !out.iter().any(|o| crate::text::segment::overlaps(*range, *o));
                self.ranges(a, message, text).into_iter().filter(kept).collect()
            }
            PlaceKind::Both(_, a, b) => {
                let (a, b) = (self.ranges(a, message, text), self.ranges(b, message, text));
                if a.is_empty() || b.is_empty() { Vec::new() } else { a }
            }
        }
    }

    /// The first passage of a message that has a code.
    pub(super) fn first_passage(&self, id: ConceptId, message: Value) -> Option<Range> {
        let (rows, _) = self.search.rows(self.ways.passages(id)?, &[Some(message), None], 200);
        let range = |row: &crate::eval::Row| self.base().pool.as_quote(*row.get(1)?).and_then(|(_, range)| range);
        rows.iter().filter_map(range).min()
    }
}
