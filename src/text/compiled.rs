//! A regular expression compiled when it is first needed, and for the texts that need it.
//!
//! Most expressions of a codebook meet no text that holds what they surely hold, and a small study is done sooner than
//! its expressions would be compiled. So an expression is kept as the parser has it, and that it is not too large is
//! told by a bound on its size; only where the bound does not tell, it is compiled at once. For texts of ASCII alone
//! there is a form of its own, with all else taken out of its classes: it finds the same there, and is many times
//! smaller. And while an expression has been looked for in a few texts only, it is in a form that is slow to search with
//! and quick to make.

use super::needle::Run;
use super::required;
use regex::{Regex, RegexBuilder};
use regex_automata::meta;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a compiled expression may weigh in bytes.
const SIZE_LIMIT: usize = 4 << 20;
/// How deep the brackets may go of what is printed; the parser has seen to those of the author.
const NEST_LIMIT: u32 = 1000;
/// So many bytes of texts are searched with the form that is quick to make.
const FEW_BYTES: usize = 4 << 10;
/// What a state takes at most.
const STATE: usize = 64;
/// What a way from one state to another takes at most.
const WAY: usize = 16;

/// An expression that is compiled when it is first looked for.
#[derive(Debug)]
pub struct Compiled {
    pattern: Box<str>,
    insensitive: bool,
    /// The same as the parser has it.
    hir: Hir,
    runs: Option<Vec<Run>>,
    /// The forms for any text and for ASCII alone.
    whole: OnceLock<Option<Regex>>,
    ascii: OnceLock<Option<Regex>>,
    /// The same, quick to make.
    few: [OnceLock<Option<meta::Regex>>; 2],
    /// So many bytes have been searched.
    searched: AtomicUsize,
}

impl Compiled {
    /// An expression, as its author wrote it and as the parser has it; [`None`] where it is too large.
    pub fn new(pattern: &str, insensitive: bool, hir: Hir) -> Option<Compiled> {
        let (whole, ascii) = (OnceLock::new(), OnceLock::new());
        let (large, runs) = (weight(&hir) > SIZE_LIMIT, required::runs(&hir));
        let (few, searched) = ([OnceLock::new(), OnceLock::new()], AtomicUsize::new(0));
        let compiled = Compiled { pattern: pattern.into(), insensitive, hir, runs, whole, ascii, few, searched };
        (!large || compiled.whole().is_some()).then_some(compiled)
    }

    fn whole(&self) -> Option<&Regex> {
        self.whole.get_or_init(|| build(&self.pattern, self.insensitive)).as_ref()
    }

    /// Runs of which every match holds one, where the expression tells.
    pub fn runs(&self) -> Option<&[Run]> {
        self.runs.as_deref()
    }

    /// Tells all places in a text, in bytes. The forms find the same, so which of them looks does not matter.
    pub fn find(&self, text: &str, found: &mut dyn FnMut(usize, usize)) {
        let ascii = text.is_ascii();
        let searched = self.searched.fetch_add(text.len() + 1, Ordering::Relaxed);
        let few = if searched < FEW_BYTES { self.few(ascii) } else { None };
        if let Some(few) = few {
            few.find_iter(text).for_each(|place| found(place.start(), place.end()));
        } else if let Some(regex) = self.regex(ascii) {
            regex.find_iter(text).for_each(|place| found(place.start(), place.end()));
        }
    }

    /// The form that is quick to make.
    fn few(&self, ascii: bool) -> Option<&meta::Regex> {
        let make = |hir: &Hir| {
            let slow = meta::Config::new().auto_prefilter(false).hybrid(false).dfa(false).onepass(false);
            meta::Builder::new().configure(slow.nfa_size_limit(Some(SIZE_LIMIT))).build_from_hir(hir).ok()
        };
        let made = self.few[usize::from(ascii)].get_or_init(|| match ascii {
            true => make(&only_ascii(&self.hir)),
            false => make(&self.hir),
        });
        made.as_ref()
    }

    /// The form for any text, or for a text of ASCII alone. There is always one, since its size has been looked at.
    fn regex(&self, ascii: bool) -> Option<&Regex> {
        let of_ascii = match ascii {
            // The engine takes no expression but as text.
            true => self.ascii.get_or_init(|| build(&only_ascii(&self.hir).to_string(), false)).as_ref(),
            false => None,
        };
        of_ascii.or_else(|| self.whole())
    }
}

fn build(pattern: &str, insensitive: bool) -> Option<Regex> {
    let mut builder = RegexBuilder::new(pattern);
    builder.case_insensitive(insensitive).nest_limit(NEST_LIMIT).size_limit(SIZE_LIMIT).build().ok()
}

/// How many bytes an expression takes at most when it is compiled.
fn weight(hir: &Hir) -> usize {
    let of = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len() * STATE,
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().fold(0, |all: usize, range| all.saturating_add(states(range) * (STATE + WAY)))
        }
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() * WAY,
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let times = max.unwrap_or(*min).max(*min).max(1) as usize;
            weight(sub).saturating_add(2 * STATE).saturating_mul(times)
        }
        HirKind::Capture(capture) => weight(&capture.sub).saturating_add(2 * STATE),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(0, |all: usize, part| all.saturating_add(weight(part)).saturating_add(WAY))
        }
    };
    of.saturating_add(2 * STATE)
}

/// How many states the bytes of some characters need at most. A run of characters is cut where a byte but the last
/// changes, so the characters of one length make at most two cuts for each byte.
fn states(range: &ClassUnicodeRange) -> usize {
    let (start, end) = (range.start(), range.end());
    let bytes = end.len_utf8();
    let cuts = match start.len_utf8() == bytes {
        true if start as u32 >> 6 == end as u32 >> 6 => 1,
        true => 2 * bytes - 1,
        false => 16,
    };
    cuts * (bytes + 1)
}

/// The same for texts of ASCII alone: without the other characters, and without groups that nobody asks for. As deep
/// as brackets are nested.
fn only_ascii(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => match literal.0.is_ascii() {
            true => Hir::literal(literal.0.clone()),
            false => Hir::fail(),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            class.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7F')]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(class) => Hir::class(class.clone()),
        HirKind::Look(look) => Hir::look(match look {
            Look::WordUnicode => Look::WordAscii,
            Look::WordUnicodeNegate => Look::WordAsciiNegate,
            Look::WordStartUnicode => Look::WordStartAscii,
            Look::WordEndUnicode => Look::WordEndAscii,
            Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
            Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
            other => *other,
        }),
        HirKind::Repetition(repeated) => {
            Hir::repetition(Repetition { sub: Box::new(only_ascii(&repeated.sub)), ..repeated.clone() })
        }
        HirKind::Capture(capture) => only_ascii(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(only_ascii).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(only_ascii).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(pattern: &str, insensitive: bool) -> Compiled {
        let mut parser = regex_syntax::ParserBuilder::new();
        let hir = parser.case_insensitive(insensitive).build().parse(pattern).unwrap();
        Compiled::new(pattern, insensitive, hir).unwrap()
    }

    #[test]
    fn the_form_for_ascii_finds_what_the_whole_one_finds() {
        let text = "Two other FIRMS, in the same building; K-9s said: \"no way\"\nU.S. _x1_ kiss.";
        for pattern in [
            r"\b(two|three)\s+(\w+\s+)?firms\b",
            r"\bk",
            r"[^a-m\s]+",
            r"\B\w\b",
            r"s|é|ß",
            r"(é?x)|(?m:^u)",
            r"(?:\p{L}{2,3}?)-?",
            r".\z",
            r"[äöü]",
            r"\b{start}\w",
            r"(?s:.)\W{2}",
            r"(a|b|)+i",
        ] {
            for insensitive in [false, true] {
                let compiled = compiled(pattern, insensitive);
                let found = |ascii: bool| -> Vec<_> {
                    compiled.regex(ascii).unwrap().find_iter(text).map(|m| m.range()).collect()
                };
                assert!(compiled.ascii.get().is_none(), "{pattern}");
                assert_eq!(found(true), found(false), "{pattern}");
                for ascii in [false, true] {
                    let few = compiled.few(ascii).unwrap().find_iter(text).map(|m| m.range());
                    assert_eq!(few.collect::<Vec<_>>(), found(false), "{pattern}");
                }
                assert!(matches!(compiled.ascii.get(), Some(Some(_))), "{pattern}");
            }
        }
    }

    #[test]
    fn what_is_not_compiled_at_once_is_small_enough() {
        for pattern in [r"\w", r"\W+x", r"(\w+\s+)?", r"\p{L}{9}", r".{40}", "[^a]{30}", "(a|b|cd){500}", r"\bé"] {
            let compiled = compiled(pattern, true);
            assert!(compiled.whole.get().is_none(), "{pattern}");
            assert!(compiled.regex(false).is_some() && compiled.regex(true).is_some(), "{pattern}");
        }
    }
}
