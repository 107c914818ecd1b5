//! Diagnostics as lines without graphics or colour: whole, one fact a line, in the form that editors know.

use super::visible::{lines, one_line};
use super::{Diagnostic, Severity};
use crate::base::{Location, Sources};
use std::fmt::Write;

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
        if i > 0 || !label.text.is_empty() {
            let text = if label.text.is_empty() { "this belongs to it".to_owned() } else { one_line(&label.text) };
            let _ = writeln!(out, "  note: {}: {text}", place(label.location, sources));
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

/// The help, or what the fixes would do.
pub(super) fn cure(diagnostic: &Diagnostic) -> Option<String> {
    let titles = || diagnostic.fixes.iter().map(|f| f.title.as_str()).collect::<Vec<_>>().join(", or ");
    diagnostic.help.clone().or_else(|| Some(titles()).filter(|t| !t.is_empty()))
}
