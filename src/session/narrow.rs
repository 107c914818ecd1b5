//! Which part of a pattern found a passage: of forty alternatives, the one that matched.

use super::show::View;
use crate::base::{Location, Span, Value};
use crate::syntax::print::print_expr;
use crate::syntax::tree::{Expr, ExprKind};
use crate::text::{Matcher, Pattern, Segments};
use rustc_hash::FxHashMap;

/// The words of the part that matched, and where they stand.
#[derive(Clone)]
pub(super) struct Narrowed {
    pub words: String,
    pub at: Location,
    /// Of a combination of two: where each of them stands.
    pub ends: Option<(Range, Range)>,
}

/// A range of characters.
type Range = (u32, u32);

/// Patterns as they were parsed, and the parts of them that found passages: many explanations name the same.
#[derive(Default)]
pub(super) struct Parts {
    parsed: FxHashMap<Location, Option<Expr>>,
    found: FxHashMap<(Location, Value), Narrowed>,
    finder: Finder,
}

/// Patterns and parts of them, made ready to be looked for once.
#[derive(Debug, Default)]
pub(super) struct Finder(FxHashMap<Pattern, Option<Matcher>>);

impl Finder {
    /// The passages that a pattern finds in a text.
    pub fn places(&mut self, pattern: &Pattern, text: &Segments) -> Vec<Range> {
        if !self.0.contains_key(pattern) {
            self.0.insert(pattern.clone(), Matcher::new(std::slice::from_ref(pattern)).ok());
        }
        self.0.get(pattern).and_then(Option::as_ref).map_or_else(Vec::new, |matcher| found_by(matcher, text))
    }
}

impl Parts {
    /// The part of the pattern written at `at` that found a quote, which is this range of a text.
    pub fn of(
        &mut self,
        view: View<'_>,
        pattern: &Pattern,
        at: Location,
        quote: Value,
        (segments, range): (&Segments, Range),
    ) -> Narrowed {
        if let Some(known) = self.found.get(&(at, quote)) {
            return known.clone();
        }
        let parsed =
            self.parsed.entry(at).or_insert_with(|| crate::syntax::parse_body(at.file, view.sources.slice(at)).0);
        let narrowed = view.narrowed(&mut self.finder, pattern, parsed.clone(), at, (segments, range));
        self.found.insert((at, quote), narrowed.clone());
        narrowed
    }
}

impl View<'_> {
    /// The part of the pattern written at `at`, and parsed, that matches exactly this range of a text.
    fn narrowed(
        &self,
        finder: &mut Finder,
        pattern: &Pattern,
        expr: Option<Expr>,
        at: Location,
        (segments, range): (&Segments, Range),
    ) -> Narrowed {
        let ends = ends(finder, pattern, segments, range);
        let whole = || Narrowed { words: self.described(pattern, at), at, ends };
        let Some(mut expr) = expr.filter(|e| same_shape(e, pattern)) else { return whole() };
        let Some(span) = narrow(finder, &mut expr, pattern, segments, &|found| found == range) else { return whole() };
        let at = Location::new(at.file, span.shift(at.span.start));
        Narrowed { words: print_expr(&expr), at, ends }
    }

    /// A pattern in words: as the author wrote it, or, for a keyword of a table, the keyword.
    pub fn described(&self, pattern: &Pattern, at: Location) -> String {
        match pattern {
            Pattern::Substring(text) => format!("contains \"{text}\""),
            Pattern::Phrase(text) if self.sources.slice(at).trim_matches('"') != text.as_str() => format!("\"{text}\""),
            _ => self.words(at),
        }
    }
}

/// True where the tree and the pattern are made alike, as they are where one came from the other.
pub(super) fn same_shape(expr: &Expr, pattern: &Pattern) -> bool {
    match (&expr.kind, pattern) {
        (ExprKind::Text(_), Pattern::Phrase(_))
        | (ExprKind::Regex { .. }, Pattern::Regex { .. })
        | (ExprKind::Stem(..), Pattern::Stem { .. }) => true,
        (ExprKind::Or(parts), Pattern::Or(patterns)) => {
            parts.len() == patterns.len() && parts.iter().zip(patterns).all(|(e, p)| same_shape(e, p))
        }
        (ExprKind::Near(a, b, _), Pattern::Near(p, q, _))
        | (ExprKind::Before(a, b, _), Pattern::Before(p, q, _))
        | (ExprKind::InSame(_, a, b), Pattern::InSame(_, p, q))
        | (ExprKind::Overlaps(a, b), Pattern::Overlaps(p, q))
        | (ExprKind::Except(a, b), Pattern::Except(p, q)) => same_shape(a, p) && same_shape(b, q),
        _ => false,
    }
}

/// Leaves of an `or` the alternative with a match that fits; gives the place of what is left, or [`None`] where nothing
/// fits.
fn narrow(
    finder: &mut Finder,
    expr: &mut Expr,
    pattern: &Pattern,
    text: &Segments,
    fits: &dyn Fn(Range) -> bool,
) -> Option<Span> {
    match (&mut expr.kind, pattern) {
        (ExprKind::Or(parts), Pattern::Or(patterns)) => {
            let chosen = patterns.iter().position(|p| finder.places(p, text).into_iter().any(fits))?;
            let mut part = parts.swap_remove(chosen);
            let span = narrow(finder, &mut part, &patterns[chosen], text, fits)?;
            *expr = part;
            Some(span)
        }
        (ExprKind::Except(a, _), Pattern::Except(p, _)) => {
            let mut kept = std::mem::replace(&mut **a, Expr { kind: ExprKind::Any, span: Span::default() });
            let span = narrow(finder, &mut kept, p, text, fits)?;
            *expr = kept;
            Some(span)
        }
        (ExprKind::Near(a, b, _), Pattern::Near(p, q, _))
        | (ExprKind::Before(a, b, _), Pattern::Before(p, q, _))
        | (ExprKind::InSame(_, a, b), Pattern::InSame(_, p, q))
        | (ExprKind::Overlaps(a, b), Pattern::Overlaps(p, q)) => {
            let hull = finder.places(pattern, text).into_iter().find(|&r| fits(r))?;
            let inside = |r: Range| hull.0 <= r.0 && r.1 <= hull.1;
            // The hull begins with one side and ends with the other.
            let ends = |r: Range| inside(r) && (r.0 == hull.0 || r.1 == hull.1);
            let first = narrow(finder, a, p, text, &ends)?;
            let second = narrow(finder, b, q, text, &ends)?;
            Some(first.to(second))
        }
        _ => finder.places(pattern, text).into_iter().any(fits).then_some(expr.span),
    }
}

/// Where the two sides of a combination stand that found exactly this range.
fn ends(finder: &mut Finder, pattern: &Pattern, text: &Segments, range: Range) -> Option<(Range, Range)> {
    match pattern {
        // Those that combine nothing come to nothing here.
        Pattern::Or(parts) => {
            let found = parts.iter().find(|part| finder.places(part, text).contains(&range))?;
            ends(finder, found, text, range)
        }
        Pattern::Except(kept, _) => ends(finder, kept, text, range),
        Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b) => {
            let mut at_an_end = |pattern: &Pattern| -> Vec<Range> {
                finder.places(pattern, text).into_iter().filter(|r| r.0 == range.0 || r.1 == range.1).collect()
            };
            let (first, second) = (at_an_end(a), at_an_end(b));
            let mut pairs = first.iter().flat_map(|&x| second.iter().map(move |&y| (x, y)));
            pairs.find(|(x, y)| (x.0.min(y.0), x.1.max(y.1)) == range)
        }
        _ => None,
    }
}

fn found_by(matcher: &Matcher, text: &Segments) -> Vec<Range> {
    let mut found = Vec::new();
    matcher.scan(text, &mut found);
    found.into_iter().map(|m| (m.start, m.end)).collect()
}
