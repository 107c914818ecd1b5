//! What puts a mistake right, as edits. A fix is safe where it cannot change what the author meant: the name that is
//! the same but for case, `-`, `_` and blanks, and a value without the quotation marks that make a text of it. What is
//! guessed, added or taken away is offered and no more.

use super::Checker;
use crate::base::{Location, Span};
use crate::diagnostic::{Diagnostic, Edit, suggest};
use crate::syntax::tree;

/// The text at a place replaced.
pub(crate) fn write(at: Location, text: impl Into<String>) -> Vec<Edit> {
    vec![Edit { location: at, text: text.into() }]
}

/// Text put before and after a place.
pub(super) fn around(at: Location, before: impl Into<String>, after: impl Into<String>) -> Vec<Edit> {
    let point = |offset| Location::new(at.file, Span::new(offset, offset));
    let (start, end) = (point(at.span.start), point(at.span.end));
    vec![Edit { location: start, text: before.into() }, Edit { location: end, text: after.into() }]
}

/// A diagnostic about a name that is none of those known: helped by the nearest, or else in another way.
pub(crate) fn misspelt(
    diagnostic: Diagnostic,
    at: Location,
    wanted: &str,
    known: &[&str],
    otherwise: impl FnOnce() -> String,
) -> Diagnostic {
    match suggest::nearest(wanted, known.iter().copied()) {
        Some(near) => {
            let sure = suggest::same(wanted, known.iter().copied()) == Some(near);
            diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), write(at, near), sure)
        }
        None => diagnostic.help(otherwise()),
    }
}

/// The same for a text in quotation marks.
pub(crate) fn misspelt_text(
    diagnostic: Diagnostic,
    at: Location,
    wanted: &str,
    known: &[&str],
    otherwise: impl FnOnce() -> String,
) -> Diagnostic {
    match suggest::nearest(wanted, known.iter().copied()) {
        Some(near) => {
            let sure = suggest::same(wanted, known.iter().copied()) == Some(near);
            let edits = write(at, quoted(near));
            diagnostic.help(format!("did you mean \"{near}\"?")).fix(format!("write {}", quoted(near)), edits, sure)
        }
        None => diagnostic.help(otherwise()),
    }
}

/// A text as it is written.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// True for what can stand as a name of its own.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() && !c.is_uppercase())
        && chars.all(|c| c.is_alphanumeric() || c == '_')
        && !crate::syntax::token::RESERVED.contains(&text)
}

impl Checker<'_> {
    /// A declaration put before the item that lacks it.
    pub(super) fn declared(&self, diagnostic: Diagnostic, item: &tree::Item, name: &str, stub: &str) -> Diagnostic {
        // A question has no place for declarations.
        if self.input.files.is_empty() || !is_name(name) {
            return diagnostic;
        }
        let at = Location::new(item.file, Span::new(item.offset, item.offset));
        diagnostic.fix(format!("declare `{name}`"), write(at, format!("{stub}\n\n")), false)
    }

    /// The `use` of a module put before the item that wants it.
    pub(super) fn used_module(&self, diagnostic: Diagnostic, item: &tree::Item, module: &str) -> Diagnostic {
        if self.input.files.is_empty() {
            return diagnostic;
        }
        let at = Location::new(item.file, Span::new(item.offset, item.offset));
        diagnostic.fix(format!("write `use {module}`"), write(at, format!("use {module}\n\n")), false)
    }

    /// The item taken out.
    pub(super) fn taken_out(&self, diagnostic: Diagnostic, item: &tree::Item) -> Diagnostic {
        diagnostic.fix("take it out", write(item.location(item.span), ""), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_as_it_is_read() {
        assert_eq!(quoted("a \"b\" \\ é\n\u{7}"), "\"a \\\"b\\\" \\\\ é\\n\\u{7}\"");
        assert!(is_name("shared_space") && is_name("共享"));
        assert!(!is_name("Shared") && !is_name("not") && !is_name("a b") && !is_name(""));
    }
}
