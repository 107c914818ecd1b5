//! Regular expressions, `/…/` and `/…/i`: those of the `regex` crate, which take linear time on any text.
//!
//! `^` and `$` are the ends of the text; letters, digits and word boundaries are Unicode's. Places do not overlap, the
//! leftmost first; a match of nothing is no place.

use super::compiled::Compiled;
use super::error::PatternError;
use super::needle::Run;
use super::segment::Range;
use regex_syntax::ast::{self, ErrorKind};
use regex_syntax::hir;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How deep its brackets may go.
const NEST_LIMIT: u32 = 100;
/// So many expressions are kept.
const KEPT_AT_MOST: usize = 1000;

/// A regular expression, ready to be found. A clone shares all of it.
#[derive(Debug, Clone)]
pub struct Expression(Arc<Compiled>);

/// Expressions read before, by what stands between the slashes and whether case does not matter.
type Kept = Mutex<FxHashMap<(String, bool), Expression>>;

impl Expression {
    /// Reads what stands between the slashes. A study reads each of its expressions when it is checked and again for
    /// every set of patterns, so the last ones are kept.
    pub fn parse(pattern: &str, insensitive: bool) -> Result<Expression, PatternError> {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        let kept = || KEPT.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        let key = (pattern.to_owned(), insensitive);
        if let Some(known) = kept().get(&key) {
            return Ok(known.clone());
        }
        let read = Expression::read(pattern, insensitive)?;
        let mut kept = kept();
        if kept.len() >= KEPT_AT_MOST {
            kept.clear();
        }
        kept.insert(key, read.clone());
        Ok(read)
    }

    fn read(pattern: &str, insensitive: bool) -> Result<Expression, PatternError> {
        if pattern.is_empty() {
            return Err(PatternError::new("an empty search pattern finds nothing"));
        }
        let mut parser = regex_syntax::ParserBuilder::new();
        let parser = parser.case_insensitive(insensitive).nest_limit(NEST_LIMIT);
        let hir = parser.build().parse(pattern).map_err(|error| refuse(pattern, &error))?;
        if hir.properties().maximum_len() == Some(0) {
            let error = PatternError::new(format!("`/{pattern}/` finds places, but no characters"));
            return Err(error.help("write what stands there, as in `/^yes/`"));
        }
        let compiled = Compiled::new(pattern, insensitive, hir).ok_or_else(|| {
            PatternError::new("this search pattern is too large")
                .help("use smaller numbers in `{…}`, or split it into several joined by `or`")
        })?;
        Ok(Expression(Arc::new(compiled)))
    }

    /// What a text without `ſ` and the Kelvin sign must hold one of to match at all, if the expression tells.
    pub fn runs(&self) -> Option<&[Run]> {
        self.0.runs()
    }

    /// All places in a text.
    pub fn find(&self, text: &str, places: &mut Vec<Range>) {
        let ascii = text.is_ascii();
        let (mut byte, mut character) = (0, 0u32);
        let mut count = |to: usize| {
            character += if ascii { (to - byte) as u32 } else { text[byte..to].chars().count() as u32 };
            byte = to;
            character
        };
        self.0.find(text, &mut |start, end| {
            if start < end {
                places.push((count(start), count(end)));
            }
        });
    }
}

fn refuse(pattern: &str, error: &regex_syntax::Error) -> PatternError {
    match error {
        regex_syntax::Error::Parse(error) => refuse_form(pattern, error),
        regex_syntax::Error::Translate(error) => {
            let span = error.span();
            let message = match error.kind() {
                hir::ErrorKind::UnicodePropertyNotFound | hir::ErrorKind::UnicodePropertyValueNotFound => {
                    "there is no class of characters of this name"
                }
                _ => "this part of the search pattern is not possible here",
            };
            PatternError::new(message)
                .help("there are `\\p{L}` for a letter, `\\p{Lu}` for a capital one, `\\p{Greek}` for a script, `\\d`, `\\s` and `\\w`")
                .at(span.start.offset, span.end.offset)
        }
        _ => PatternError::new("this search pattern cannot be read"),
    }
}

fn refuse_form(pattern: &str, error: &ast::Error) -> PatternError {
    let (start, mut end) = (error.span().start.offset, error.span().end.offset);
    if start == end {
        end += pattern[start..].chars().next().map_or(0, char::len_utf8);
    }
    let at = pattern.get(start..end).unwrap_or_default();
    let around = "; find what stands around it with `near`, `before` or `except`";
    let (message, help) = match error.kind() {
        ErrorKind::UnsupportedLookAround if at.starts_with("(?<") => (
            "look-behind is not possible here, since it may take forever on a long text".to_string(),
            format!("match what stands before too{around}"),
        ),
        ErrorKind::UnsupportedLookAround => (
            "look-ahead is not possible here, since it may take forever on a long text".to_string(),
            format!("match what follows too{around}"),
        ),
        ErrorKind::UnsupportedBackreference => (
            format!("the back-reference `{at}` is not possible here, since it may take forever on a long text"),
            "write out what may stand there twice".to_string(),
        ),
        ErrorKind::GroupUnclosed => {
            ("this bracket is never closed".into(), "add `)`, or write `\\(` for the bracket itself".into())
        }
        ErrorKind::GroupUnopened => {
            ("this bracket closes nothing".into(), "remove it, or write `\\)` for the bracket itself".into())
        }
        ErrorKind::ClassUnclosed => {
            ("this `[` is never closed".into(), "add `]`, or write `\\[` for the bracket itself".into())
        }
        ErrorKind::RepetitionMissing => (
            format!("`{at}` has nothing before it to repeat"),
            format!("put something before it, or write `\\{at}` for the sign itself"),
        ),
        ErrorKind::RepetitionCountInvalid
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::RepetitionCountUnclosed => (
            format!("`{at}` is no number of repetitions"),
            "write it so: `{2}` or `{2,5}`; or `\\{` for the bracket itself".into(),
        ),
        ErrorKind::EscapeUnrecognized => {
            (format!("`{at}` has no meaning"), "leave the backslash out; for a backslash itself write `\\\\`".into())
        }
        ErrorKind::EscapeUnexpectedEof => {
            ("nothing follows the last backslash".into(), "for a backslash itself write `\\\\`".into())
        }
        ErrorKind::ClassRangeInvalid => (format!("`{at}` runs backwards"), "write the smaller one first".into()),
        ErrorKind::FlagUnrecognized => {
            (format!("`{at}` is no flag"), "`i` is without regard to case; for a group alone write `(?:…)`".into())
        }
        ErrorKind::NestLimitExceeded(_) => {
            ("the brackets are nested too deeply".into(), "split it into several joined by `or`".into())
        }
        ErrorKind::ClassRangeLiteral => (
            format!("`{at}` is no range of characters"),
            "a range goes from one character to another, as in `[a-z]`; a `-` itself stands last, as in `[a-z-]`"
                .into(),
        ),
        ErrorKind::ClassEscapeInvalid => {
            (format!("`{at}` cannot stand in `[…]`"), "write it outside of the square brackets".into())
        }
        ErrorKind::GroupNameDuplicate { .. }
        | ErrorKind::GroupNameEmpty
        | ErrorKind::GroupNameInvalid
        | ErrorKind::GroupNameUnexpectedEof => {
            (format!("`{at}` cannot name a group"), "leave the name out: a group is written `(…)`".into())
        }
        ErrorKind::EscapeHexEmpty | ErrorKind::EscapeHexInvalid | ErrorKind::EscapeHexInvalidDigit => {
            (format!("`{at}` names no character"), "write the character itself, or its number as in `\\u{e9}`".into())
        }
        ErrorKind::UnicodeClassInvalid => (
            format!("`{at}` names no class of characters"),
            "there are `\\p{L}` for a letter, `\\p{Lu}` for a capital one, `\\d`, `\\s` and `\\w`".into(),
        ),
        _ => (
            "this part of the search pattern cannot be read".into(),
            "leave it out, or write it in a simpler way".into(),
        ),
    };
    PatternError::new(message).help(help).at(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(pattern: &str) -> PatternError {
        Expression::parse(pattern, false).expect_err(pattern)
    }

    #[test]
    fn what_takes_forever_is_refused_by_name() {
        assert!(error("a(?=b)").message.starts_with("look-ahead is not possible here"));
        assert!(error("a(?!b)").message.starts_with("look-ahead"));
        assert!(error("(?<=b)a").message.starts_with("look-behind"));
        assert!(error("(?<!b)a").message.starts_with("look-behind"));
        let back = error(r"(a)\1");
        assert!(back.message.starts_with(r"the back-reference `\1`"), "{back:?}");
        assert_eq!(back.at, Some((3, 5)));
    }

    #[test]
    fn mistakes_are_shown_at_their_place() {
        for (pattern, at) in [("ä(b", (2, 3)), ("b)", (1, 2)), ("*a", (0, 1)), ("[a", (0, 1)), (r"\j", (0, 2))] {
            assert_eq!(error(pattern).at, Some(at), "{pattern}");
        }
        assert!(error(r"\p{Klingon}").message.contains("class of characters"));
    }

    #[test]
    fn expressions_that_are_too_large_or_empty_are_refused() {
        assert!(error(r"(\w{1000}){1000}").message.contains("too large"));
        assert!(error(&"(".repeat(10_000)).message.len() < 200);
        assert!(error(&("(".repeat(5_000) + "a" + &")".repeat(5_000))).message.contains("nested"));
        assert!(error("").message.contains("empty"));
        assert!(error("^").message.contains("no characters"));
    }
}
