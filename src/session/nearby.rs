//! Passages that were asked to stand near one another: how far apart they are, and which others are near enough.

use super::explain::Explainer;
use super::explanation::{Step, StepKind};
use super::grounds::cut;
use super::phrases::Phrase;
use crate::base::{Location, Value};
use crate::ir::core::{Literal, PlaceTest, Term};
use crate::ir::origin::Role;
use crate::syntax::tree::Unit;
use crate::text::segment::{overlaps, slice};

/// So many other passages that stand near are named, of so many that are looked at.
const ALSO_NEAR: usize = 3;
const ALSO_SEEN: usize = 100;

/// A range of characters.
type Range = (u32, u32);

impl Explainer<'_, '_> {
    /// Other passages of the two places of a `near` that stand near enough to the one of the other: `also near enough: "hub"
    /// and "whom it knows" (7 words apart)`. The nearest pair is what the condition rests on.
    pub(super) fn also_near(
        &self,
        most: u32,
        (a, b): (&Term, &Term),
        (body, binding): (&[Literal], &[Value]),
    ) -> Option<String> {
        let view = self.view;
        let quote = |term: &Term| match term {
            Term::Var(var) => view.pool.as_quote(binding[var.0 as usize]),
            _ => None,
        };
        let ((message, a_range), (_, b_range)) = (quote(a)?, quote(b)?);
        let (a_range, b_range) = (a_range?, b_range?);
        let segments = view.texts.corpus.segments(message)?;
        let mut found: Vec<(usize, Range, Range)> = Vec::new();
        for (term, fixed) in [(a, b_range), (b, a_range)] {
            let relation = body.iter().find_map(|literal| match literal {
                Literal::Atom(relation, terms) if terms.len() == 2 && terms[1] == *term => Some(*relation),
                _ => None,
            });
            let Some(relation) = relation else { continue };
            if !matches!(view.lowered.role(relation), Role::Passages(_) | Role::Match(_)) {
                continue;
            }
            let rows = view.db.relation(relation);
            for row in rows.starting_with(&[message]).take(ALSO_SEEN) {
                let range = rows.row(row).to_vec().get(1).and_then(|&quote| view.pool.as_quote(quote)?.1);
                let Some(range) = range else { continue };
                let taken = |&(_, known, _): &(usize, Range, Range)| overlaps(known, range);
                if overlaps(range, a_range) || overlaps(range, b_range) || found.iter().any(taken) {
                    continue;
                }
                let (first, second) = if range.0 <= fixed.0 { (range, fixed) } else { (fixed, range) };
                let apart = segments.words_between(first, second);
                if apart <= most as usize {
                    found.push((apart, range, fixed));
                }
            }
        }
        found.sort_unstable();
        found.truncate(ALSO_NEAR);
        let pair = |&(apart, a, b): &(usize, Range, Range)| {
            // In the order of the text.
            let (first, second) = (cut(slice(segments.text(), a.min(b))), cut(slice(segments.text(), a.max(b))));
            let holders = [("first", &*first), ("second", &*second), ("apart", &self.apart(apart))];
            view.say(Phrase::WordsAway, &holders)
        };
        let passages: Vec<String> = found.iter().map(pair).collect();
        (!passages.is_empty()).then(|| view.say(Phrase::AlsoNear, &[("passages", &passages.join(", "))]))
    }

    /// `3 words apart`
    fn apart(&self, words: usize) -> String {
        match words {
            0 => self.view.say(Phrase::SideBySide, &[]),
            1 => self.view.say(Phrase::OneApart, &[]),
            n => self.view.say(Phrase::Apart, &[("number", &n.to_string())]),
        }
    }

    /// `"the hub" stands near "contacts": 3 words apart, at most 5 allowed`, with both in their sentence.
    pub(super) fn passages(
        &self,
        test: PlaceTest,
        terms: (&Term, &Term),
        binding: &[Value],
        at: Option<Location>,
    ) -> Step {
        let view = self.view;
        let words = at.map(|at| view.words(at));
        let mut step = Step {
            statement: words.clone().unwrap_or_default(),
            kind: StepKind::Comparison,
            rule: words,
            place: at.map(|at| view.place(at)),
            ..Step::default()
        };
        let quote = |term: &Term| match term {
            Term::Var(var) => view.pool.as_quote(binding[var.0 as usize]),
            Term::Const(value) => view.pool.as_quote(*value),
            Term::Any => None,
        };
        let (Some((message, Some(a))), Some((other, Some(b)))) = (quote(terms.0), quote(terms.1)) else { return step };
        let Some(segments) = view.texts.corpus.segments(message).filter(|_| message == other) else { return step };
        let apart = {
            let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
            self.apart(segments.words_between(first, second))
        };
        let first = cut(slice(segments.text(), a));
        let second = cut(slice(segments.text(), b));
        let two = [("first", &*first), ("second", &*second)];
        let within =
            |phrase, most: u32| view.say(phrase, &[two[0], two[1], ("apart", &apart), ("most", &most.to_string())]);
        step.statement = match test {
            PlaceTest::Near(_) | PlaceTest::Before(_) | PlaceTest::Overlaps | PlaceTest::Contains if overlaps(a, b) => {
                view.say(Phrase::Overlap, &two)
            }
            PlaceTest::Near(most) => within(Phrase::Near, most),
            PlaceTest::Before(Some(most)) => within(Phrase::BeforeWithin, most),
            PlaceTest::Before(None) => view.say(Phrase::Before, &two),
            PlaceTest::InSame(Unit::Sentence) => view.say(Phrase::SameSentence, &two),
            PlaceTest::InSame(Unit::Paragraph) => view.say(Phrase::SameParagraph, &two),
            PlaceTest::Overlaps | PlaceTest::Contains => view.say(Phrase::Overlap, &two),
        };
        step.quote = view.stretch_shown(message, a, b);
        step
    }
}
