//! Values and patterns as texts that no two have in common.

use crate::base::{Datum, Pool, Value};
use crate::syntax::tree::Unit;
use crate::text::Pattern;
use std::fmt::Write;

/// `sentence`, `paragraph`
pub(super) fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Sentence => "sentence",
        Unit::Paragraph => "paragraph",
    }
}

/// What a pattern finds: `("space" near "share*" within 5 words)`.
pub(super) fn pattern(of: &Pattern) -> String {
    let two = |a: &Pattern, word: &str, b: &Pattern| format!("({} {word} {})", pattern(a), pattern(b));
    match of {
        Pattern::Phrase(text) => quoted(text),
        Pattern::Substring(text) => format!("contains {}", quoted(text)),
        Pattern::Regex { pattern, insensitive } => {
            format!("expression {}{}", quoted(pattern), if *insensitive { " in any case" } else { "" })
        }
        Pattern::Stem { text, language } => format!("stem {} in {language:?}", quoted(text)),
        Pattern::Or(parts) => format!("({})", parts.iter().map(pattern).collect::<Vec<_>>().join(" or ")),
        Pattern::Near(a, b, within) => format!("({} near {} within {within} words)", pattern(a), pattern(b)),
        Pattern::Before(a, b, Some(within)) => {
            format!("({} before {} within {within} words)", pattern(a), pattern(b))
        }
        Pattern::Before(a, b, None) => two(a, "before", b),
        Pattern::InSame(unit, a, b) => two(a, &format!("in same {} as", unit_name(*unit)), b),
        Pattern::Overlaps(a, b) => two(a, "overlaps", b),
        Pattern::Except(a, b) => two(a, "except", b),
    }
}

/// A text in quotation marks on one line; what would end the marks or the line is written with a `\`.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A value by its content.
pub(super) fn show(value: Value, pool: &Pool) -> String {
    if value.is_none() {
        return "none".to_string();
    }
    match pool.get(value) {
        Datum::Text(text) => quoted(&text),
        Datum::Number(number) => number.to_string(),
        Datum::Decimal(decimal) => decimal.to_string(),
        Datum::Date(date) => date.to_string(),
        Datum::DateTime(time) => time.to_string(),
        Datum::Concept { kind, name } => format!("{kind}.{name}"),
        Datum::Quote { message, range } => {
            let mut text = show(message, pool);
            let _ = match range {
                Some((start, end)) => write!(text, "@{start}-{end}"),
                None => write!(text, "@all"),
            };
            text
        }
    }
}
