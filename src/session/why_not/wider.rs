//! Other words in rule files: a pattern that finds one word more, two passages that may stand further apart, a concept
//! without one of its exceptions.

use super::answer::RepairStep;
use super::fix::{FREED, Fix, NUMBER, Plan, Step, WIDER};
use super::fixes::Mender;
use super::keywords::of_table;
use super::passage::{Nearby, nearest};
use super::shapes::{condition_at, place_at};
use crate::base::{Location, Span, Value};
use crate::check::program::{ConditionKind, PassageTest, Place, PlaceKind};
use crate::ir::core::Term;
use crate::proof::Miss;
use crate::session::narrow::same_shape;
use crate::syntax::tree::{Expr, ExprKind, Unit};
use crate::text::{Pattern, Range, Segments};

/// So many words make a phrase that is worth adding.
const LONGEST: usize = 6;

impl Mender<'_, '_> {
    /// True, or nothing: a place in a file of the study's own, which may be changed.
    pub(super) fn editable(&self, at: Location) -> Option<()> {
        (!self.inquiry.shipped.contains(&at.file)).then_some(())
    }

    /// What might make a pattern find something in a message.
    pub(super) fn wider(&mut self, pattern: &Pattern, at: Location, message: Value) -> Vec<Fix> {
        let Some(text) = self.inquiry.base().texts.corpus.segments(message) else { return Vec::new() };
        let mut lost = pattern;
        let places = |pattern: &Pattern, text: &Segments| self.inquiry.lexicon.places(pattern, text);
        // Of a combination, the side that is not there; both sides, and they stand apart.
        while let Pattern::Near(p, q, _) | Pattern::Before(p, q, _) | Pattern::InSame(_, p, q) = lost {
            match (places(p, text).is_empty(), places(q, text).is_empty()) {
                (false, false) => {
                    let test = match lost {
                        Pattern::Near(_, _, n) => PassageTest::Near(*n),
                        Pattern::Before(_, _, n) => PassageTest::Before(*n),
                        Pattern::InSame(unit, ..) => PassageTest::InSame(*unit),
                        _ => return Vec::new(),
                    };
                    return self.further(test, &[places(p, text), places(q, text)], at, text);
                }
                (false, true) => lost = q,
                (true, false) => lost = p,
                (true, true) => return Vec::new(),
            }
        }
        let Some(near) = nearest(lost, text, &self.inquiry.lexicon) else { return Vec::new() };
        let step = match of_table(self.inquiry.base().program, pattern, at) {
            Some(concept) => self.keyword(concept, at, &near),
            None => self.with_word(pattern, at, &near),
        };
        step.into_iter().map(Fix::of).collect()
    }

    /// What might make a test of a text hold: `T matches "x"`.
    pub(super) fn wider_test(&mut self, term: &Term, number: u32, miss: &Miss, at: Option<Location>) -> Vec<Fix> {
        let base = self.inquiry.base();
        let value = match term {
            Term::Var(var) => miss.binding[var.0 as usize],
            Term::Const(value) => Some(*value),
            Term::Any => None,
        };
        let Some(ConditionKind::Matches(_, id)) = at.and_then(|at| condition_at(base.program, at)).map(|c| &c.kind)
        else {
            return Vec::new();
        };
        let (Some(value), Some(pattern)) = (value, base.lowered.patterns.get(number as usize)) else {
            return Vec::new();
        };
        let text = Segments::new(self.inquiry.pool.show(value));
        let near = nearest(pattern, &text, &self.inquiry.lexicon);
        let place = base.program.pattern(*id).at;
        near.and_then(|near| self.with_word(pattern, place, &near)).into_iter().map(Fix::of).collect()
    }

    /// A pattern that finds one passage more.
    pub(super) fn with_word(&self, pattern: &Pattern, at: Location, near: &Nearby) -> Option<Step> {
        self.editable(at)?;
        let view = self.inquiry.view();
        if !near.makes_a_pattern(&self.inquiry.lexicon, LONGEST) {
            return None;
        }
        let text = view.sources.slice(at);
        let (expr, _) = crate::syntax::parse_body(at.file, text);
        let expr = expr.filter(|expr| same_shape(expr, pattern))?;
        let (span, alone) = leaf(&expr, pattern, &near.leaf)?;
        let word = near.words.to_lowercase().replace('\\', "\\\\").replace('"', "\\\"").replace('*', "\\*");
        let written = text.get(span.range())?;
        let place = Location::new(at.file, span.shift(at.span.start));
        // Beside an `and`, an `or` stands in brackets.
        let alone = alone && (*pattern != near.leaf || self.is_clause(at));
        let new = if alone { format!("{written} or \"{word}\"") } else { format!("({written} or \"{word}\")") };
        let owner = self.owner(at).map(|name| format!(" of `{name}`")).unwrap_or_default();
        let shown = RepairStep {
            kind: "pattern",
            text: format!("widen a pattern{owner}: beside `{written}` look for `\"{word}\"` too"),
            code: new.clone(),
            place: Some(view.place(place)),
            line: String::new(),
        };
        Some(Step { plan: Plan::Source(place, new), shown, weight: WIDER })
    }

    /// The concept in whose clause something stands.
    fn owner(&self, at: Location) -> Option<&str> {
        let holds = |outer: Location| {
            outer.file == at.file && outer.span.start <= at.span.start && at.span.end <= outer.span.end
        };
        let concepts = &self.inquiry.base().program.concepts;
        let found = concepts.iter().find(|c| {
            let bodies = c.when.iter().chain(&c.unless).map(|body| body.at);
            bodies.chain(c.matches.iter().map(|m| m.at)).any(holds)
        });
        found.map(|concept| concept.name.as_str())
    }

    /// True where a pattern is the whole of a `matches`, or one of its alternatives.
    fn is_clause(&self, at: Location) -> bool {
        let alternative = |place: &Place| match &place.kind {
            PlaceKind::Or(parts) => parts.iter().any(|part| part.at == at) || place.at == at,
            _ => place.at == at,
        };
        self.inquiry.base().program.concepts.iter().any(|c| c.matches.iter().any(|m| alternative(&m.place)))
    }

    /// Two passages may stand further apart.
    fn further(&self, test: PassageTest, sides: &[Vec<Range>; 2], at: Location, text: &Segments) -> Vec<Fix> {
        if self.editable(at).is_none() {
            return Vec::new();
        }
        let pairs = || sides[0].iter().flat_map(|&a| sides[1].iter().map(move |&b| (a, b))).filter(|(a, b)| a != b);
        let between = |(a, b): (Range, Range)| text.words_between(a, b);
        let step = match test {
            PassageTest::Near(now) => {
                pairs().map(between).min().and_then(|needed| self.other_distance(at, now, needed))
            }
            PassageTest::Before(Some(now)) => {
                let ordered = pairs().filter(|(a, b)| a.1 <= b.0);
                ordered.map(between).min().and_then(|needed| self.other_distance(at, now, needed))
            }
            PassageTest::InSame(Unit::Sentence) => self.same_paragraph(at),
            _ => None,
        };
        step.into_iter().map(Fix::of).collect()
    }

    fn same_paragraph(&self, at: Location) -> Option<Step> {
        let view = self.inquiry.view();
        let text = view.sources.slice(at);
        let mut found = text.match_indices("same sentence");
        let (start, _) = found.next()?;
        if found.next().is_some() {
            return None;
        }
        let start = start + "same ".len();
        let span = Span::of(start..start + "sentence".len()).shift(at.span.start);
        let place = Location::new(at.file, span);
        let shown = RepairStep {
            kind: "threshold",
            text: format!("write paragraph instead of sentence in `{}`", view.words(at)),
            code: "paragraph".into(),
            place: Some(view.place(place)),
            line: String::new(),
        };
        Some(Step { plan: Plan::Source(place, "paragraph".into()), shown, weight: NUMBER })
    }

    /// What might give a message a combination of codes and patterns.
    pub(super) fn in_place(&mut self, at: Location, message: Value) -> Vec<Fix> {
        match place_at(self.inquiry.base().program, at).cloned() {
            Some(place) => self.of_place(&place, message),
            None => Vec::new(),
        }
    }

    fn of_place(&mut self, place: &Place, message: Value) -> Vec<Fix> {
        let base = self.inquiry.base();
        match &place.kind {
            PlaceKind::Pattern(id) => {
                let pattern = base.program.pattern(*id).pattern.clone();
                self.wider(&pattern, place.at, message)
            }
            PlaceKind::Code(id) => {
                let has = base.lowered.has(base.program, *id);
                has.map_or(Vec::new(), |has| self.fixes(has, &[Some(message)]))
            }
            PlaceKind::Or(parts) => parts.iter().flat_map(|part| self.of_place(part, message)).collect(),
            PlaceKind::Except(a, _) => self.of_place(a, message),
            PlaceKind::Both(test, a, b) => {
                let Some(text) = base.texts.corpus.segments(message) else { return Vec::new() };
                let sides = [a, b].map(|side| self.inquiry.ranges(side, message, text));
                match (sides[0].is_empty(), sides[1].is_empty()) {
                    (false, false) => self.further(*test, &sides, place.at, text),
                    (true, false) => self.coded_beside(a, sides[1].first(), message, text, b),
                    (false, true) => self.coded_beside(b, sides[0].first(), message, text, a),
                    (true, true) => Vec::new(),
                }
            }
        }
    }

    /// The side of a combination that is not there: a pattern that finds it, or the sentence of the other side coded
    /// so.
    fn coded_beside(
        &mut self,
        lost: &Place,
        there: Option<&Range>,
        message: Value,
        text: &Segments,
        other: &Place,
    ) -> Vec<Fix> {
        if let (PlaceKind::Code(id), Some(&there), true) = (&lost.kind, there, self.inquiry.is_whole(lost, message)) {
            let step = self.placed(*id, message, text.sentence_of(there), there);
            return step.into_iter().map(Fix::of).collect();
        }
        let mut fixes = match &lost.kind {
            PlaceKind::Code(id) => {
                let coded = there.and_then(|&there| self.read_at(*id, message, text.sentence_of(there), there));
                coded.into_iter().map(Fix::of).collect()
            }
            _ => Vec::new(),
        };
        if let Some(step) = fixes.first_mut().and_then(|fix: &mut Fix| fix.steps.first_mut()) {
            let side = self.inquiry.side(other);
            let text = &mut step.shown.text;
            match (text.rfind(" as \""), &other.kind) {
                (Some(at), PlaceKind::Code(_)) => text.insert_str(at, &format!(", already coded as {side},")),
                _ => text.push_str(&format!(", where {side} is")),
            }
        }
        fixes.extend(self.of_place(lost, message));
        fixes
    }

    /// A clause without a `not`, which stands before the condition at a place.
    pub(super) fn without_not(&self, at: Location) -> Option<Step> {
        self.editable(at)?;
        let view = self.inquiry.view();
        let text = &view.sources.get(at.file).text;
        let before = text.get(..at.span.start as usize)?;
        // The condition may stand in brackets of its own.
        let open = before.trim_end().strip_suffix('(').is_some_and(|b| b.trim_end().ends_with("not"));
        let before = if open { before.trim_end().strip_suffix('(')? } else { before };
        let before = before.trim_end().strip_suffix("not")?.trim_end();
        let start = before.strip_suffix("and").or_else(|| before.strip_suffix(','))?.len();
        let mut end = at.span.end as usize;
        if open {
            let rest = text.get(end..)?;
            end += rest.len() - rest.trim_start().strip_prefix(')')?.len();
        }
        let place = Location::new(at.file, Span::of(start..end));
        let shown = RepairStep {
            kind: "exception",
            text: "leave out the condition".into(),
            code: view.words(place),
            place: Some(view.place(at)),
            line: String::new(),
        };
        Some(Step { plan: Plan::Source(place, String::new()), shown, weight: FREED })
    }

    /// A concept without one of its exceptions.
    pub(super) fn without_unless(&self, at: Location) -> Option<Step> {
        self.editable(at)?;
        let view = self.inquiry.view();
        let text = &view.sources.get(at.file).text;
        let before = text.get(..at.span.start as usize)?;
        let start = before.trim_end().strip_suffix("unless")?.len();
        let place = Location::new(at.file, Span::new(start as u32, at.span.end));
        let code = format!("unless {}", view.words(at));
        let owner = self.owner(at).map(|name| format!(" of `{name}`")).unwrap_or_default();
        let shown = RepairStep {
            kind: "exception",
            text: format!("leave out the exception{owner}"),
            code,
            place: Some(view.place(at)),
            line: String::new(),
        };
        Some(Step { plan: Plan::Source(place, String::new()), shown, weight: FREED })
    }
}

/// Where a part of a pattern is written, and whether it is the whole or stands in an `or` by itself.
fn leaf(expr: &Expr, pattern: &Pattern, wanted: &Pattern) -> Option<(Span, bool)> {
    if pattern == wanted {
        return Some((expr.span, true));
    }
    let pairs: Vec<(&Expr, &Pattern)> = match (&expr.kind, pattern) {
        (ExprKind::Or(parts), Pattern::Or(patterns)) => parts.iter().zip(patterns).collect(),
        (ExprKind::Near(a, b, _), Pattern::Near(p, q, _))
        | (ExprKind::Before(a, b, _), Pattern::Before(p, q, _))
        | (ExprKind::InSame(_, a, b), Pattern::InSame(_, p, q))
        | (ExprKind::Overlaps(a, b), Pattern::Overlaps(p, q))
        | (ExprKind::Except(a, b), Pattern::Except(p, q)) => vec![(a, p), (b, q)],
        _ => Vec::new(),
    };
    let either = matches!(pattern, Pattern::Or(_));
    let found = pairs.into_iter().find_map(|(expr, inner)| Some((leaf(expr, inner, wanted)?, inner == wanted)));
    found.map(|((span, alone), direct)| (span, if direct { either } else { alone }))
}
