//! Patterns as an author writes them, for messages that name one and to find it in its source.

use crate::syntax::tree::Unit;
use crate::text::Pattern;

/// A pattern as it is named in a message: a phrase without its quotation marks.
pub(super) fn written(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Phrase(text) | Pattern::Substring(text) => text.clone(),
        other => quoted(other),
    }
}

/// A pattern as an author writes it.
pub(super) fn quoted(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Phrase(text) | Pattern::Substring(text) => format!("\"{text}\""),
        Pattern::Regex { pattern, insensitive } => format!("/{pattern}/{}", if *insensitive { "i" } else { "" }),
        Pattern::Stem { text, .. } => format!("stem \"{text}\""),
        Pattern::Or(parts) => format!("({})", parts.iter().map(quoted).collect::<Vec<_>>().join(" or ")),
        Pattern::Near(a, b, within) => format!("{} near {} within {within} words", quoted(a), quoted(b)),
        Pattern::Before(a, b, None) => format!("{} before {}", quoted(a), quoted(b)),
        Pattern::Before(a, b, Some(within)) => format!("{} before {} within {within} words", quoted(a), quoted(b)),
        Pattern::InSame(Unit::Sentence, a, b) => format!("{} in same sentence as {}", quoted(a), quoted(b)),
        Pattern::InSame(Unit::Paragraph, a, b) => format!("{} in same paragraph as {}", quoted(a), quoted(b)),
        Pattern::Overlaps(a, b) => format!("{} overlaps {}", quoted(a), quoted(b)),
        Pattern::Except(a, b) => format!("{} except {}", quoted(a), quoted(b)),
    }
}
