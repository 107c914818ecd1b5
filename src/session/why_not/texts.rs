//! What is to blame where a text does not say what is looked for: the nearest pattern and passage, or how far apart two
//! passages stand.

use super::answer::Blame;
use super::half::half;
use super::inquiry::Inquiry;
use super::passage::{Nearby, nearest};
use super::shapes::place_at;
use super::told::{left_out, told};
use crate::base::{Location, Value};
use crate::check::program::{ConceptId, PassageTest, Place, PlaceKind};
use crate::ir::core::{PlaceTest, Term};
use crate::proof::Miss;
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
            let sides = [p, q].map(|side| (format!("`{}`", quoted(side)), self.lexicon.places(side, text)));
            match (sides[0].1.is_empty(), sides[1].1.is_empty()) {
                (false, false) => self.apart(test, &sides, message, text),
                (true, false) if self.tells(&sides[1].1, text) => self.one_side(&sides[1], p, message, text),
                (false, true) if self.tells(&sides[0].1, text) => self.one_side(&sides[0], q, message, text),
                _ => self.nearby(pattern, message, text),
            }
        };
        match pattern {
            Pattern::Near(p, q, n) => both(p, q, PassageTest::Near(*n)),
            Pattern::Before(p, q, n) => both(p, q, PassageTest::Before(*n)),
            Pattern::InSame(unit, p, q) => both(p, q, PassageTest::InSame(*unit)),
            Pattern::Overlaps(p, q) => both(p, q, PassageTest::Overlaps),
            Pattern::Except(p, q) => match (self.lexicon.places(p, text).first(), self.lexicon.places(q, text).first())
            {
                (Some(&found), Some(_)) => {
                    vec![self.with_quote(left_out(pattern, found, text, &self.lexicon), message, Some(found))]
                }
                // What the exception would leave out, too, is told with it.
                _ => match nearest(pattern, text, &self.lexicon).filter(|near| near.against.ruled_out.is_some()) {
                    Some(near) => vec![self.told(&near, message)],
                    None => self.of_pattern(p, message, text),
                },
            },
            // One of several is nearly there: the one whose parts are.
            Pattern::Or(parts) => {
                let joined = parts.iter().find(|part| match part {
                    Pattern::Near(p, q, _) | Pattern::Before(p, q, _) | Pattern::InSame(_, p, q) => {
                        !self.lexicon.places(p, text).is_empty() && !self.lexicon.places(q, text).is_empty()
                    }
                    Pattern::Except(p, _) => !self.lexicon.places(p, text).is_empty(),
                    _ => false,
                });
                joined.map_or_else(|| self.nearby(pattern, message, text), |part| self.of_pattern(part, message, text))
            }
            _ => self.nearby(pattern, message, text),
        }
    }

    /// True where some passages are more than words of grammar.
    fn tells(&self, ranges: &[Range], text: &Segments) -> bool {
        ranges.iter().any(|&range| self.lexicon.tells(crate::text::slice(text.text(), range)))
    }

    /// One side of a combination is there, the other is not.
    fn one_side(
        &self,
        (_, there): &(String, Vec<Range>),
        lost: &Pattern,
        message: Value,
        text: &Segments,
    ) -> Vec<Blame> {
        let telling = there.iter().find(|&&range| self.tells(&[range], text)).copied();
        let words = telling.map_or("", |range| crate::text::slice(text.text(), range));
        let said = format!("`{words}` is there, but not `{}`", quoted(lost));
        let mut blame = vec![self.with_quote(said, message, telling)];
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
        Some(Blame::of(told(&near, &text, &self.lexicon)))
    }

    pub(super) fn told(&self, near: &Nearby, message: Value) -> Blame {
        let said =
            self.base().texts.corpus.segments(message).map_or(String::new(), |text| told(near, text, &self.lexicon));
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
                let whole: Vec<&Place> = [&**a, &**b].into_iter().filter(|side| self.is_whole(side, message)).collect();
                let there = [a, b].map(|side| self.is_there(side, message, text));
                match there {
                    [true, true] if !whole.is_empty() => self.without_place(&whole, &sides, message),
                    [true, true] => self.apart(*test, &sides, message, text),
                    [false, true] => self.lost_side(&sides[1], a, message),
                    [true, false] => self.lost_side(&sides[0], b, message),
                    [false, false] => {
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

    fn lost_side(&mut self, there: &(String, Vec<Range>), lost: &Place, message: Value) -> Vec<Blame> {
        let said = format!("{} is there, but not {}", there.0, self.side(lost));
        let mut blame = vec![match there.1.first() {
            Some(&range) => self.with_quote(said, message, Some(range)),
            None => Blame::of(said),
        }];
        blame.extend(self.of_place(lost, message));
        blame
    }

    /// Both sides of a combination are there, but some of them as a whole only: such a coding names no passage, so that
    /// nothing stands near it.
    fn without_place(&self, whole: &[&Place], sides: &[(String, Vec<Range>); 2], message: Value) -> Vec<Blame> {
        let who = self.view().in_words(message);
        let told = |side: &&Place| {
            let PlaceKind::Code(id) = side.kind else { return String::new() };
            let label = self.side(side);
            match self.whole_coders(id, message).first() {
                Some(coder) => {
                    format!("{coder} coded all of {who} as {label}: a coding names a passage by its start and end")
                }
                None => format!("{who} has {label} as a whole, and not at a place in its text"),
            }
        };
        let said = format!("both are there, but {}", whole.iter().map(told).collect::<Vec<_>>().join(", and "));
        vec![match sides.iter().find_map(|(_, ranges)| ranges.first()) {
            Some(&range) => self.with_quote(said, message, Some(range)),
            None => Blame::of(said),
        }]
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
