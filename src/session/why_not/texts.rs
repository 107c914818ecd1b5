//! What is to blame where a text does not say what is looked for: the nearest pattern and passage, or how far apart two
//! passages stand.

use super::answer::Blame;
use super::half::half;
use super::inquiry::Inquiry;
use super::passage::{How, Nearby, left_out, nearest, part_of, side_of, told};
use super::shapes::place_at;
use crate::base::{Location, Value};
use crate::check::program::{ConceptId, PassageTest, Place, PlaceKind};
use crate::ir::core::{Literal, PlaceTest, Term};
use crate::ir::origin::Role;
use crate::proof::{Met, Miss, pattern};
use crate::session::narrow::places;
use crate::session::pattern_words::quoted;
use crate::syntax::tree::Unit;
use crate::text::{Pattern, Range, Segments};

impl Inquiry<'_> {
    /// A pattern that finds nothing in a message.
    pub(super) fn blame_pattern(&self, pattern: &Pattern, message: Option<Value>, at: Option<Location>) -> Vec<Blame> {
        let Some(message) = message else {
            let words = at.map_or_else(|| quoted(pattern), |at| self.view().words(at));
            return vec![Blame::of(format!("no message that fits is found by `{words}`"))];
        };
        let Some(text) = self.base().texts.corpus.segments(message) else {
            return vec![Blame::of(format!("there is no message `{}`", self.pool.show(message)))];
        };
        if text.text().trim().is_empty() {
            return vec![Blame::of("the message has no text")];
        }
        self.of_pattern(pattern, message, text)
    }

    fn of_pattern(&self, pattern: &Pattern, message: Value, text: &Segments) -> Vec<Blame> {
        let both = |p: &Pattern, q: &Pattern, test: PassageTest| {
            let sides = [p, q].map(|side| (format!("`{}`", quoted(side)), places(side, text)));
            match (sides[0].1.is_empty(), sides[1].1.is_empty()) {
                (false, false) => self.apart(test, &sides, message, text),
                (true, false) => self.one_side(&sides[1], p, message, text),
                (false, true) => self.one_side(&sides[0], q, message, text),
                (true, true) => self.nearby(pattern, message, text),
            }
        };
        match pattern {
            Pattern::Near(p, q, n) => both(p, q, PassageTest::Near(*n)),
            Pattern::Before(p, q, n) => both(p, q, PassageTest::Before(*n)),
            Pattern::InSame(unit, p, q) => both(p, q, PassageTest::InSame(*unit)),
            Pattern::Overlaps(p, q) => both(p, q, PassageTest::Overlaps),
            Pattern::Except(p, q) => match (places(p, text).first(), places(q, text).first()) {
                (Some(&found), Some(_)) => {
                    vec![self.with_quote(left_out(pattern, found, text), message, Some(found))]
                }
                _ => self.of_pattern(p, message, text),
            },
            // One of several is nearly there: the one whose parts are.
            Pattern::Or(parts) => {
                let joined = parts.iter().find(|part| match part {
                    Pattern::Near(p, q, _) | Pattern::Before(p, q, _) | Pattern::InSame(_, p, q) => {
                        !places(p, text).is_empty() && !places(q, text).is_empty()
                    }
                    Pattern::Except(p, _) => !places(p, text).is_empty(),
                    _ => false,
                });
                joined.map_or_else(|| self.nearby(pattern, message, text), |part| self.of_pattern(part, message, text))
            }
            _ => self.nearby(pattern, message, text),
        }
    }

    /// One side of a combination is there, the other is not.
    fn one_side(
        &self,
        (_, there): &(String, Vec<Range>),
        lost: &Pattern,
        message: Value,
        text: &Segments,
    ) -> Vec<Blame> {
        let words = there.first().map_or("", |&range| crate::text::slice(text.text(), range));
        let said = format!("`{words}` is there, but not `{}`", quoted(lost));
        let mut blame = vec![self.with_quote(said, message, there.first().copied())];
        blame.extend(nearest(lost, text, &self.lexicon).map(|near| self.told(&near, message)));
        blame
    }

    /// The nearest word; the beginning of the message where there is none.
    fn nearby(&self, pattern: &Pattern, message: Value, text: &Segments) -> Vec<Blame> {
        match nearest(pattern, text, &self.lexicon) {
            Some(near) => vec![self.told(&near, message)],
            None => {
                if let Some((said, there)) = half(pattern, text, &self.lexicon) {
                    return vec![self.with_quote(said, message, Some(there))];
                }
                let said = "no word of the text comes near it";
                let is_new = self.whole.borrow_mut().insert(message);
                vec![if is_new { self.with_quote(said.to_string(), message, None) } else { Blame::of(said) }]
            }
        }
    }

    /// What comes nearest in a text that is no message's.
    pub(super) fn near_in(&self, text: &str, number: u32) -> Option<Blame> {
        let pattern = self.base().lowered.patterns.get(number as usize)?;
        let text = Segments::new(text);
        let near = nearest(pattern, &text, &self.lexicon)?;
        Some(Blame::of(told(&near, &text)))
    }

    pub(super) fn told(&self, near: &Nearby, message: Value) -> Blame {
        let said = self.base().texts.corpus.segments(message).map_or(String::new(), |text| told(near, text));
        self.with_quote(said, message, Some(near.range))
    }

    fn with_quote(&self, text: String, message: Value, range: Option<Range>) -> Blame {
        Blame { text, quote: self.base().passage_shown(message, range), place: None }
    }

    /// Both passages are there, and do not stand as they should: how they stand, by the two that come nearest.
    fn apart(
        &self,
        test: PassageTest,
        sides: &[(String, Vec<Range>); 2],
        message: Value,
        text: &Segments,
    ) -> Vec<Blame> {
        let [(a, first), (b, second)] = sides;
        let pairs = first.iter().flat_map(|&a| second.iter().map(move |&b| (a, b))).filter(|(a, b)| a != b);
        // Of those in the right order where there is an order to keep.
        let ordered = |(a, b): &(Range, Range)| a.1 <= b.0;
        let distance = |(a, b): &(Range, Range)| (text.words_between(*a, *b), a.0.abs_diff(b.0));
        let wants_order = matches!(test, PassageTest::Before(_));
        let nearest = pairs.min_by_key(|pair| (wants_order && !ordered(pair), distance(pair)));
        let Some(pair) = nearest else {
            return vec![Blame::of(format!("{a} and {b} find the same words, which is one passage and not two"))];
        };
        let between = text.words_between(pair.0, pair.1);
        let words = |n: usize| if n == 1 { "1 word stands".to_string() } else { format!("{n} words stand") };
        let allowed = |n: u32| format!("{} between {a} and {b}; at most {n} may", words(between));
        let said = match test {
            PassageTest::Near(n) => allowed(n),
            PassageTest::Before(_) if !ordered(&pair) => format!("{a} comes after {b}, not before it"),
            PassageTest::Before(Some(n)) => allowed(n),
            PassageTest::Before(None) => format!("{a} does not come before {b}"),
            PassageTest::InSame(unit) => {
                let name = if unit == Unit::Sentence { "sentence" } else { "paragraph" };
                let units = match unit {
                    Unit::Sentence => text.sentences(),
                    Unit::Paragraph => text.paragraphs(),
                };
                let number = |range: Range| units.partition_point(|unit| unit.1 <= range.0);
                let off = number(pair.0).abs_diff(number(pair.1)).max(1);
                let how = if off == 1 { format!("one {name}") } else { format!("{off} {name}s") };
                format!("{a} and {b} are {how} apart, and {} stand between them", words_only(between))
            }
            PassageTest::Overlaps => format!("{a} and {b} share no word"),
        };
        let hull = (pair.0.0.min(pair.1.0), pair.0.1.max(pair.1.1));
        vec![self.with_quote(said, message, Some(hull))]
    }

    /// A combination of codes and patterns that a message does not have.
    pub(super) fn blame_place(&mut self, at: Location, message: Option<Value>) -> Vec<Blame> {
        let Some(place) = place_at(self.base().program, at).cloned() else { return Vec::new() };
        let Some(message) = message else {
            return vec![Blame::of(format!("no message that fits has {}", self.marked(at)))];
        };
        self.of_place(&place, message)
    }

    fn of_place(&mut self, place: &Place, message: Value) -> Vec<Blame> {
        let base = self.base();
        match &place.kind {
            PlaceKind::Pattern(id) => {
                let pattern = base.program.pattern(*id).pattern.clone();
                self.blame_pattern(&pattern, Some(message), Some(place.at))
            }
            PlaceKind::Code(id) => {
                let who = self.view().in_words(message);
                let has =
                    base.lowered.has(base.program, *id).is_some_and(|has| base.db.find(has, &[message]).is_some());
                let text = match has {
                    true => format!(
                        "{who} has \"{}\" as a whole, and not at a place in its text",
                        base.program.concept(*id).title()
                    ),
                    false => self.view().concept_sentence(&who, *id, false),
                };
                let mut blame = vec![Blame::of(text)];
                blame.extend(self.nearest_of_code(*id, message));
                blame
            }
            PlaceKind::Or(parts) => match parts.first() {
                Some(first) => self.of_place(first, message),
                None => Vec::new(),
            },
            PlaceKind::Both(test, a, b) => {
                let Some(text) = base.texts.corpus.segments(message) else { return Vec::new() };
                let sides = [a, b].map(|side| (self.side(side), self.ranges(side, message, text)));
                match (sides[0].1.is_empty(), sides[1].1.is_empty()) {
                    (false, false) => self.apart(*test, &sides, message, text),
                    (true, false) => self.lost_side(&sides[1], a, message),
                    (false, true) => self.lost_side(&sides[0], b, message),
                    (true, true) => {
                        let neither = format!("neither {} nor {} is in the text", sides[0].0, sides[1].0);
                        let mut blame = vec![Blame::of(neither)];
                        for side in [a, b] {
                            blame.extend(self.nearest_of_side(side, message));
                        }
                        blame
                    }
                }
            }
            PlaceKind::Except(a, b) => {
                let Some(text) = base.texts.corpus.segments(message) else { return Vec::new() };
                match self.ranges(a, message, text).first() {
                    Some(&found) => {
                        let said = format!("{} is there, but only where {} leaves it out", self.side(a), self.side(b));
                        vec![self.with_quote(said, message, Some(found))]
                    }
                    None => self.of_place(a, message),
                }
            }
        }
    }

    fn nearest_of_side(&self, side: &Place, message: Value) -> Option<Blame> {
        match &side.kind {
            PlaceKind::Code(id) => self.nearest_of_code(*id, message),
            PlaceKind::Pattern(id) => {
                let text = self.base().texts.corpus.segments(message)?;
                let near = nearest(&self.base().program.pattern(*id).pattern, text, &self.lexicon)?;
                Some(self.told(&near, message))
            }
            _ => None,
        }
    }

    /// The pattern of a code and the passage of a message that come nearest to each other.
    fn nearest_of_code(&self, id: ConceptId, message: Value) -> Option<Blame> {
        self.near_of_code(id, message).map(|near| self.told(&near, message))
    }

    /// The same as it was found.
    pub(super) fn near_of_code(&self, id: ConceptId, message: Value) -> Option<Nearby> {
        let found = self.near_patterns(id, message);
        found.into_iter().min_by_key(|near| (near.negated.is_some(), near.how))
    }

    /// The words of a message that speak for a code: those that come near, and last those that the codebook leaves out.
    pub(super) fn speaks_for(&self, id: ConceptId, message: Value) -> Option<Nearby> {
        let found = self.near_patterns(id, message).into_iter().filter(|near| near.negated.is_none());
        found.min_by_key(|near| (near.how == How::LeftOut, near.how))
    }

    /// True where a word of a message comes near to what a code looks for, and no exception leaves it out.
    pub(super) fn is_spoken(&self, id: ConceptId, message: Value) -> bool {
        self.speaks_for(id, message).is_some_and(|near| near.how != How::LeftOut)
    }

    /// True where a word speaks for the one side of a combination that is not there.
    pub(super) fn speaks_for_side(&self, at: Location, message: Value) -> bool {
        let base = self.base();
        let Some(text) = base.texts.corpus.segments(message) else { return false };
        let Some(PlaceKind::Both(_, a, b)) = place_at(base.program, at).map(|place| &place.kind) else { return false };
        let lost: Vec<&Place> = [&**a, &**b].into_iter().filter(|s| self.ranges(s, message, text).is_empty()).collect();
        match lost[..] {
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
        let near = |pattern| part_of(pattern, text).or_else(|| nearest(pattern, text, &self.lexicon));
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
                PlaceKind::Both(_, a, b) => {
                    [a, b].into_iter().any(|side| !self.ranges(side, message, text).is_empty()).then_some(())
                }
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
                    [a, b].into_iter().any(|side| !self.ranges(side, message, text).is_empty())
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
            let found = part_of(wanted, text).or_else(|| nearest(wanted, text, &self.lexicon));
            let is_near = found.is_some_and(|near| near.negated.is_none());
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
                lacks += [a, b].into_iter().filter(|side| self.ranges(side, message, text).is_empty()).count();
            }
        }
        lacks
    }

    fn lost_side(&mut self, there: &(String, Vec<Range>), lost: &Place, message: Value) -> Vec<Blame> {
        let said = format!("{} is there, but not {}", there.0, self.side(lost));
        let mut blame = vec![self.with_quote(said, message, there.1.first().copied())];
        blame.extend(self.of_place(lost, message));
        blame
    }

    /// The passages of a place in a message.
    pub(super) fn ranges(&self, place: &Place, message: Value, text: &Segments) -> Vec<Range> {
        let base = self.base();
        match &place.kind {
            PlaceKind::Pattern(id) => places(&base.program.pattern(*id).pattern, text),
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

    /// Two passages that variables stand for, and that do not stand as they should.
    pub(super) fn blame_passages(&self, test: PlaceTest, a: &Term, b: &Term, miss: &Miss) -> Vec<Blame> {
        let value = |term: &Term| match term {
            Term::Var(var) => miss.binding[var.0 as usize],
            Term::Const(value) => Some(*value),
            Term::Any => None,
        };
        let quote = |term: &Term| self.pool.as_quote(value(term)?);
        let (Some((message, a)), Some((other, b))) = (quote(a), quote(b)) else { return Vec::new() };
        if message != other {
            return vec![Blame::of("the passages are of two messages")];
        }
        let (Some(a), Some(b)) = (a, b) else {
            return vec![Blame::of("what was coded for a whole message has no place in it")];
        };
        let Some(text) = self.base().texts.corpus.segments(message) else { return Vec::new() };
        let test = match test {
            PlaceTest::Near(n) => PassageTest::Near(n),
            PlaceTest::Before(n) => PassageTest::Before(n),
            PlaceTest::InSame(unit) => PassageTest::InSame(unit),
            PlaceTest::Overlaps | PlaceTest::Contains => PassageTest::Overlaps,
        };
        let sides = [a, b].map(|range| (format!("`{}`", crate::text::slice(text.text(), range)), vec![range]));
        self.apart(test, &sides, message, text)
    }
}

fn words_only(n: usize) -> String {
    if n == 1 { "1 word".to_string() } else { format!("{n} words") }
}
