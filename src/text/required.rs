//! What a regular expression surely holds: runs of characters of which every match has one.
//!
//! A walk over the expression as the parser has it, with capital letters spelt out: characters in a row are a run, of
//! parts in a row the one with the rarest run is taken, and alternatives give one each. What may stand beside a run is
//! read off the parts beside it. `ſ` and the Kelvin sign are left out of classes: a text with one of them is searched
//! in any case.

use super::bytes::Bytes;
use super::needle::{Run, Slot};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// More alternatives than this are not worth a needle each.
const MOST_RUNS: usize = 64;
/// A class of more characters is no character.
const MOST_WAYS: usize = 10;
/// Windows are at most so long when runs are compared.
const WINDOW: usize = 8;

/// Runs of which every match holds one; nothing where the expression does not tell.
pub fn runs(hir: &Hir) -> Option<Vec<Run>> {
    let open = Side { free: Bytes::ANY, bounded: Bytes::NONE };
    need(hir, open, open)
}

/// What may stand on one side of a part of an expression.
#[derive(Clone, Copy)]
struct Side {
    /// Bytes that may stand there in any case.
    free: Bytes,
    /// Bytes that may stand there where a word begins or ends in between.
    bounded: Bytes,
}

impl Side {
    /// The bytes that may stand beside a character.
    fn of(self, slot: Option<&Slot>) -> Bytes {
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let word = slot.is_some_and(|slot| slot.ways().iter().all(|&way| way.is_ascii() && is_word(way as u8)));
        let bounded = if word { self.bounded.and(Bytes::ascii(|b| !is_word(b))) } else { self.bounded };
        self.free.or(bounded)
    }
}

fn run(slots: Vec<Slot>, before: Side, after: Side) -> Vec<Run> {
    let (before, after) = (before.of(slots.first()), after.of(slots.last()));
    vec![Run { slots, before, after }]
}

fn need(hir: &Hir, before: Side, after: Side) -> Option<Vec<Run>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(_) | HirKind::Class(_) => slots_of(hir).map(|slots| run(slots, before, after)),
        HirKind::Repetition(repeated) if repeated.min == 0 => None,
        HirKind::Repetition(repeated) => {
            // Before it and after it may stand what is beside all of them, or another of them.
            let (mut first, mut last) = (Bytes::NONE, Bytes::NONE);
            edge(&repeated.sub, true, &mut first);
            edge(&repeated.sub, false, &mut last);
            let side = |outer: Side, own: Bytes| Side { free: outer.free.or(own), ..outer };
            need(&repeated.sub, side(before, last), side(after, first))
        }
        HirKind::Capture(capture) => need(&capture.sub, before, after),
        HirKind::Concat(parts) => in_row(parts, before, after),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(need(part, before, after)?);
                if all.len() > MOST_RUNS {
                    return None;
                }
            }
            Some(all)
        }
    }
}

/// The best of parts that follow each other.
fn in_row(parts: &[Hir], before: Side, after: Side) -> Option<Vec<Run>> {
    let mut best: Option<(f32, Vec<Run>)> = None;
    let mut at = 0;
    while at < parts.len() {
        let mut slots: Vec<Slot> = Vec::new();
        let from = at;
        while let Some(more) = parts.get(at).and_then(slots_of) {
            slots.extend(more);
            at += 1;
        }
        let found = if slots.is_empty() {
            at += 1;
            need(&parts[from], beside(&parts[..from], before, false), beside(&parts[at..], after, true))
        } else {
            Some(run(slots, beside(&parts[..from], before, false), beside(&parts[at..], after, true)))
        };
        let Some(found) = found else { continue };
        let worth = |run: &Run| run.worth(WINDOW);
        // Each alternative costs: as many of them are as frequent as their sum.
        let worth = found.iter().map(worth).fold(f32::MAX, f32::min) - (found.len().max(1) as f32).log2();
        if best.as_ref().is_none_or(|(known, _)| worth > *known) {
            best = Some((worth, found));
        }
    }
    best.map(|(_, runs)| runs)
}

/// The characters of a literal, or of a class of few.
fn slots_of(hir: &Hir) -> Option<Vec<Slot>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(text.chars().map(|c| Slot::One(c.to_ascii_lowercase())).collect())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.iter().map(|range| range.len()).sum();
            if count > 4 * MOST_WAYS {
                return None;
            }
            let characters = class.iter().flat_map(|range| range.start()..=range.end());
            let characters = characters.filter(|c| !matches!(c, '\u{17F}' | '\u{212A}'));
            let mut ways: Vec<char> = characters.map(|c| c.to_ascii_lowercase()).collect();
            ways.sort();
            ways.dedup();
            (1..=MOST_WAYS).contains(&ways.len()).then(|| vec![Slot::of(ways)])
        }
        _ => None,
    }
}

/// What may stand beside a part: before the first of the parts after it, or else after the last of those before.
/// `outer` is what may stand beyond all of them.
fn beside(parts: &[Hir], outer: Side, forwards: bool) -> Side {
    let (mut allowed, mut boundary) = (Bytes::ANY, false);
    let mut side = Side { free: Bytes::NONE, bounded: Bytes::NONE };
    let mut rest = parts.iter();
    // What is said of the place between two parts holds for the byte beside the run where the parts before are empty.
    while let Some(part) = if forwards { rest.next() } else { rest.next_back() } {
        if let HirKind::Look(look) = part.kind() {
            match (look, forwards) {
                (Look::WordUnicode | Look::WordAscii, _)
                | (Look::WordStartUnicode | Look::WordStartAscii, false)
                | (Look::WordStartHalfUnicode | Look::WordStartHalfAscii, false)
                | (Look::WordEndUnicode | Look::WordEndAscii, true)
                | (Look::WordEndHalfUnicode | Look::WordEndHalfAscii, true) => boundary = true,
                (Look::Start, false) | (Look::End, true) => allowed = Bytes::edge(),
                _ => {}
            }
            continue;
        }
        let mut own = Bytes::NONE;
        let blank = edge(part, forwards, &mut own);
        let into = if boundary { &mut side.bounded } else { &mut side.free };
        *into = into.or(own.and(allowed));
        if !blank {
            return side;
        }
    }
    let (free, bounded) = (outer.free.and(allowed), outer.bounded.and(allowed));
    if boundary {
        Side { free: side.free, bounded: side.bounded.or(free).or(bounded) }
    } else {
        Side { free: side.free.or(free), bounded: side.bounded.or(bounded) }
    }
}

/// Adds the bytes with which a match of a part may begin, or end; true where it may be empty.
fn edge(hir: &Hir, first: bool, into: &mut Bytes) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            let byte = if first { literal.0.first() } else { literal.0.last() };
            byte.into_iter().for_each(|&b| into.insert(b));
            false
        }
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.iter() {
                let (from, to) = (u32::from(range.start()), u32::from(range.end()));
                (from..=to.min(0x7F)).for_each(|b| into.insert(b as u8));
                if to > 0x7F {
                    into.insert(0x80);
                }
            }
            false
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().flat_map(|range| range.start()..=range.end()).for_each(|b| into.insert(b));
            false
        }
        HirKind::Repetition(repeated) => edge(&repeated.sub, first, into) || repeated.min == 0,
        HirKind::Capture(capture) => edge(&capture.sub, first, into),
        HirKind::Concat(parts) if first => parts.iter().all(|part| edge(part, first, into)),
        HirKind::Concat(parts) => parts.iter().rev().all(|part| edge(part, first, into)),
        HirKind::Alternation(parts) => {
            let mut blank = false;
            for part in parts {
                blank |= edge(part, first, into);
            }
            blank
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(pattern: &str) -> Option<Vec<String>> {
        let hir = regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(pattern).unwrap();
        let mut found: Vec<String> = Vec::new();
        for needle in runs(&hir)?.iter().flat_map(|run| run.needles(8)) {
            let side =
                |set: Bytes| "a1 é".bytes().filter(move |&b| set.holds(b)).map(char::from).filter(char::is_ascii);
            let (before, after): (String, String) = (side(needle.before).collect(), side(needle.after).collect());
            found.push(format!("{before}[{}]{after}", String::from_utf8(needle.bytes).unwrap()));
        }
        Some(found)
    }

    #[test]
    fn the_rarest_part_is_taken_and_its_neighbours_are_known() {
        for (pattern, expected) in [
            (r"Creative", vec!["a1 [creative]a1 "]),
            (r"\bzasu(s|ed|ing)?\b", vec![" [zasu] "]),
            (r"\bwork(a|ed)?\b", vec![" [work]a "]),
            (r"nebo\s+\w+\s+rukopomu", vec![" [rukopomu]a1 "]),
            (r"fizz|bazz", vec!["a1 [fizz]a1 ", "a1 [bazz]a1 "]),
            (r"\b[ax]it\d{2,4}\b", vec![" [ait]1", " [xit]1"]),
            (r"(?:kko)+", vec!["a1 [kko]a1 "]),
            (r"^zz$", vec!["[zz]"]),
            (r"x*zz1?\b", vec!["a1 [zz]1 "]),
            (r"\b(zigg|bazz)\b", vec![" [zigg] ", " [bazz] "]),
        ] {
            assert_eq!(needles(pattern).unwrap(), expected, "{pattern}");
        }
    }

    #[test]
    fn what_may_be_missing_or_anything_tells_nothing() {
        for pattern in [r"\w+", "(foo)?", r"foo|\d+", "a*", r"[a-z]"] {
            assert_eq!(needles(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn long_s_and_the_kelvin_sign_are_left_to_the_slow_way() {
        assert_eq!(needles("sk").unwrap(), ["a1 [sk]a1 "]);
    }
}
