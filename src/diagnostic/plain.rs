//! Diagnostics as lines without graphics or colour: whole, one fact a line, in the form that editors know.

use super::visible::{lines, one_line};
use super::{Diagnostic, Severity};
use crate::base::source::Source;
use crate::base::{Location, Sources, Span};
use std::fmt::Write;

/// How many characters of a marked text are repeated.
const LISTENED: usize = 60;

/// `error` or `warning`.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// `study.hence:12:8`
fn place(at: Location, sources: &Sources) -> String {
    let file = sources.get(at.file);
    let (line, column) = file.line_column(at.span.start);
    format!("{}:{line}:{column}", one_line(&file.name))
}

pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut out = format!("{}[{}]", severity(diagnostic.severity()), diagnostic.code.id);
    let mut data = diagnostic.place.as_deref();
    if let Some(at) = diagnostic.location() {
        let _ = write!(out, " {}", place(at, sources));
    } else if let Some(place) = data.take() {
        let _ = write!(out, " {}", one_line(place));
    }
    let _ = writeln!(out, ": {}", one_line(&diagnostic.message));
    for (i, label) in diagnostic.labels.iter().enumerate() {
        let file = sources.get(label.location.file);
        let marked = marked(file, label.location.span);
        // What the message names already is not said again.
        let named = i == 0 && marked.as_deref().is_some_and(|m| diagnostic.message.contains(m));
        let marked = marked.filter(|_| !named).map(|m| one_line(&m));
        let text = match (label.text.is_empty(), i) {
            (false, _) => Some(one_line(&label.text)),
            (true, 0) => None,
            (true, _) => Some("this belongs to it".to_owned()),
        };
        let said: Vec<String> = marked.into_iter().chain(text).collect();
        if !said.is_empty() {
            let _ = writeln!(out, "  note: {}: {}", place(label.location, sources), said.join(": "));
        }
    }
    if let Some(place) = data {
        let _ = writeln!(out, "  note: {}: the row that is meant", one_line(place));
    }
    if let Some(help) = cure(diagnostic) {
        let _ = writeln!(out, "  help: {}", lines(&help).replace('\n', "\n        "));
    }
    out
}

/// What a picture would mark, in words: the text itself, or after what something is missing. A long text is cut, and of
/// several lines the first is shown.
fn marked(file: &Source, span: Span) -> Option<String> {
    let text = file.slice(span);
    let first = text.lines().map(str::trim).find(|l| !l.is_empty());
    let Some(first) = first else {
        let before = file.text.get(..span.start as usize)?.trim_end();
        let line = before.rsplit('\n').next().unwrap_or("");
        let word = line.split_whitespace().next_back().unwrap_or("");
        return Some(if word.is_empty() { "at the beginning".to_owned() } else { format!("after {}", shown(word)) });
    };
    let (start, end) = (file.line_column(span.start).0, file.line_column(span.start + text.trim_end().len() as u32).0);
    Some(if end > start { format!("{}, to line {end}", shown(first)) } else { shown(first) })
}

/// A text of the file in backticks, cut to a width that can be listened to.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(LISTENED).collect();
    if cut.len() < text.len() { format!("`{cut}…`") } else { format!("`{cut}`") }
}

/// The help, or what the fixes would do.
pub(super) fn cure(diagnostic: &Diagnostic) -> Option<String> {
    let titles = || diagnostic.fixes.iter().map(|f| f.title.as_str()).collect::<Vec<_>>().join(", or ");
    diagnostic.help.clone().or_else(|| Some(titles()).filter(|t| !t.is_empty()))
}
