//! Patterns and places: alternatives that stand twice or that another finds too, and exceptions that leave nothing.

use super::{Logic, Truths, shape};
use crate::base::{Location, Span};
use crate::check::program::{PatternId, Place, PlaceKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::text::Pattern;
use rustc_hash::FxHashMap;

/// Looks at a place: what repeats in it, and whether an exception leaves nothing of it.
pub(super) fn place(logic: &Logic<'_>, place: &Place, at: Location, truths: &mut Truths) {
    match &place.kind {
        PlaceKind::Pattern(id) => {
            repeated(logic, *id, truths);
            if let Some(part) = nothing_left(&logic.program.pattern(*id).pattern) {
                let cause = empty(logic, part, at, truths);
                truths.note(place, false, Some(cause));
            }
        }
        PlaceKind::Code(_) => {}
        PlaceKind::Or(parts) => {
            parts.iter().for_each(|p| self::place(logic, p, p.at, truths));
            let keys: Vec<String> = parts.iter().map(|p| shape::place(logic.program, p)).collect();
            for i in 1..parts.len() {
                if let Some(j) = (0..i).find(|&j| keys[i] == keys[j]) {
                    twice(logic, parts[j].at, parts[i].at, truths);
                }
            }
            if parts.iter().all(|p| truths.of(p).is_some_and(|(holds, _)| !holds)) {
                let cause = parts.first().and_then(|p| truths.of(p)).and_then(|(_, cause)| cause);
                truths.note(place, false, cause);
            }
        }
        PlaceKind::Both(_, a, b) => {
            for side in [a, b] {
                self::place(logic, side, side.at, truths);
                if let Some((false, cause)) = truths.of(&**side) {
                    truths.note(place, false, cause);
                }
            }
        }
        PlaceKind::Except(a, b) => {
            self::place(logic, a, a.at, truths);
            self::place(logic, b, b.at, truths);
            if let Some((false, cause)) = truths.of(&**a) {
                truths.note(place, false, cause);
            } else if shape::place(logic.program, a) == shape::place(logic.program, b) {
                let cause = empty(logic, String::new(), place.at, truths);
                truths.note(place, false, Some(cause));
            }
        }
    }
}

/// An exception that takes away all there is.
fn empty(logic: &Logic<'_>, part: String, at: Location, truths: &mut Truths) -> usize {
    let part = if part.is_empty() { "it".to_string() } else { part };
    let message = format!("{} can never be found: the exception takes away all that {part} finds", logic.said(at));
    let help = "narrow what stands after `except`";
    truths.say(Diagnostic::at(codes::CAN_NEVER_HOLD, at, message).help(help))
}

/// The part of which an exception leaves nothing, where a pattern finds nothing for that.
fn nothing_left(pattern: &Pattern) -> Option<String> {
    match pattern {
        Pattern::Except(a, b) if finds_all_of(b, a) => Some(match &**a {
            Pattern::Phrase(text) => format!("`\"{text}\"`"),
            _ => "the pattern before it".to_string(),
        }),
        Pattern::Except(a, _) => nothing_left(a),
        Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b) | Pattern::Overlaps(a, b) => {
            nothing_left(a).or_else(|| nothing_left(b))
        }
        Pattern::Or(parts) => {
            let all: Option<Vec<String>> = parts.iter().map(nothing_left).collect();
            all.and_then(|all| all.into_iter().next())
        }
        _ => None,
    }
}

/// True where every text in which `narrow` finds a passage has one of `wide` too. Only what is plain to see is found out.
pub(super) fn finds_too(wide: &Pattern, narrow: &Pattern) -> bool {
    if finds_all_of(wide, narrow) {
        return true;
    }
    match (wide, narrow) {
        (_, Pattern::Or(parts)) => parts.iter().all(|p| finds_too(wide, p)),
        (Pattern::Or(parts), _) if parts.iter().any(|p| finds_too(p, narrow)) => true,
        (Pattern::Near(a, b, wide), Pattern::Near(c, d, narrow)) => {
            wide >= narrow && ((finds_all_of(a, c) && finds_all_of(b, d)) || (finds_all_of(a, d) && finds_all_of(b, c)))
        }
        (Pattern::Before(a, b, wide), Pattern::Before(c, d, narrow)) => {
            let enough = match (wide, narrow) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(wide), Some(narrow)) => wide >= narrow,
            };
            enough && finds_all_of(a, c) && finds_all_of(b, d)
        }
        (Pattern::InSame(unit, a, b), Pattern::InSame(other, c, d)) => {
            unit == other && ((finds_all_of(a, c) && finds_all_of(b, d)) || (finds_all_of(a, d) && finds_all_of(b, c)))
        }
        // What is found in a combination is found alone.
        (_, Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b)) => {
            finds_too(wide, a) || finds_too(wide, b)
        }
        (_, Pattern::Except(a, _)) if !matches!(wide, Pattern::Except(..)) => finds_too(wide, a),
        _ => false,
    }
}

/// True where every passage of `narrow` is one of `wide`, or equal to one but for its end.
fn finds_all_of(wide: &Pattern, narrow: &Pattern) -> bool {
    match (wide, narrow) {
        (_, Pattern::Or(parts)) => parts.iter().all(|p| finds_all_of(wide, p)),
        (Pattern::Or(parts), _) => parts.iter().any(|p| finds_all_of(p, narrow)),
        (Pattern::Phrase(a), Pattern::Phrase(b)) => {
            words(a) == words(b) || stem(a).is_some_and(|stem| is_word(b) && words(b).starts_with(&stem))
        }
        _ => shape::pattern(wide) == shape::pattern(narrow),
    }
}

/// True for words and expressions, and for any of several.
pub(super) fn is_plain(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Or(parts) => parts.iter().all(is_plain),
        Pattern::Phrase(_) | Pattern::Substring(_) | Pattern::Regex { .. } | Pattern::Stem { .. } => true,
        _ => false,
    }
}

fn words(phrase: &str) -> String {
    phrase.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// `price` of `"price*"`: one word of letters with a star at its end.
fn stem(phrase: &str) -> Option<String> {
    let stem = phrase.strip_suffix('*')?;
    (!stem.is_empty() && stem.chars().all(char::is_alphanumeric)).then(|| words(stem))
}

/// One word of letters, perhaps with a star at its end.
fn is_word(phrase: &str) -> bool {
    phrase.strip_suffix('*').unwrap_or(phrase).chars().all(char::is_alphanumeric)
}

/// Says which alternatives of a pattern another of them makes idle.
pub(super) fn repeated(logic: &Logic<'_>, id: PatternId, truths: &mut Truths) {
    let source = logic.program.pattern(id);
    each_or(&source.pattern, &mut |parts| {
        for (first, second) in idle(parts) {
            let (first, second) = (&parts[first], &parts[second]);
            // Of two equal ones the second is the last in the text.
            let (wide, narrow) = (written(logic, source.at, first), written(logic, source.at, second));
            if let (Some(&wide), Some(&narrow)) = (wide.first(), narrow.last())
                && wide != narrow
            {
                found_elsewhere(logic, (wide, first), (narrow, second), truths);
            }
        }
    });
}

fn twice(logic: &Logic<'_>, first: Location, second: Location, truths: &mut Truths) {
    let message = format!("{} stands here twice", logic.said(second));
    truths.say(
        Diagnostic::at(codes::COVERED, second, message)
            .label(first, "it stands here already")
            .help("take one of them away: the other finds the same"),
    );
}

/// Says of a pattern that another finds what it finds.
pub(super) fn found_elsewhere(
    logic: &Logic<'_>,
    (wide_at, wide): (Location, &Pattern),
    (narrow_at, narrow): (Location, &Pattern),
    truths: &mut Truths,
) {
    if shape::pattern(wide) == shape::pattern(narrow) {
        return twice(logic, wide_at, narrow_at, truths);
    }
    let message = format!("{} adds nothing: {} finds it too", logic.said(narrow_at), logic.said(wide_at));
    truths.say(
        Diagnostic::at(codes::COVERED, narrow_at, message)
            .label(wide_at, "this finds it too")
            .help("take the narrower one away"),
    );
}

/// Pairs of alternatives of which the first finds all that the second finds.
fn idle(parts: &[Pattern]) -> Vec<(usize, usize)> {
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    let mut stems: FxHashMap<String, usize> = FxHashMap::default();
    for (i, part) in parts.iter().enumerate() {
        if let Pattern::Phrase(text) = part
            && let Some(stem) = stem(text)
        {
            stems.entry(stem).or_insert(i);
        }
    }
    let mut found = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        if let Some(&first) = known.get(&shape::pattern(part)) {
            found.push((first, i));
            continue;
        }
        known.insert(shape::pattern(part), i);
        if let Pattern::Phrase(text) = part
            && is_word(text)
        {
            let text = words(text);
            let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
            let wide = ends.filter_map(|end| stems.get(&text[..end])).find(|&&wide| wide != i);
            found.extend(wide.map(|&wide| (wide, i)));
        }
    }
    found
}

/// Calls `visit` for the alternatives of every `or` in a pattern.
fn each_or<'p>(pattern: &'p Pattern, visit: &mut impl FnMut(&'p [Pattern])) {
    pattern.each(&mut |part| {
        if let Pattern::Or(parts) = part {
            visit(parts);
        }
    });
}

/// Where a phrase or expression stands in the text at a place.
pub(super) fn written(logic: &Logic<'_>, at: Location, pattern: &Pattern) -> Vec<Location> {
    let written = match pattern {
        Pattern::Phrase(phrase) => format!("\"{phrase}\""),
        Pattern::Regex { pattern, .. } => format!("/{pattern}/"),
        _ => return Vec::new(),
    };
    let found = logic.sources.slice(at).match_indices(&written).map(|(start, found)| {
        let start = at.span.start + start as u32;
        Location::new(at.file, Span::new(start, start + found.len() as u32))
    });
    found.collect()
}
