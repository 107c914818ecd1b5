//! Drawing of diagnostics: for people, as plain lines, and as JSON. What is shown, and in which order, is decided
//! here; the three forms stand beside this file.

use super::{Diagnostic, human, json, plain, sarif};
use crate::base::{Location, Sources};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many diagnostics people are shown at once.
pub const SHOWN: usize = 20;

/// Whom a rendering is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// For people at a terminal: the source with marks under it.
    #[default]
    Human,
    /// Lines without graphics: for screen readers, logs and editors.
    Plain,
    /// For programs.
    Json,
    /// For programs that show what was found in code: SARIF 2.1.0.
    Sarif,
}

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whom it is for.
    pub form: Form,
    /// True where colours are welcome.
    pub colour: bool,
    /// True where line graphics beyond ASCII are welcome. The user's own text is shown as it is either way.
    pub unicode: bool,
    /// The columns there are.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style { form: Form::Human, colour: false, unicode: false, width: 100 }
    }
}

/// Draws diagnostics, sorted by file and place. For people at most [`SHOWN`] are drawn, no error left out in favour of
/// a warning, and the rest is counted; JSON and SARIF hold them all.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_cached_key(|d| order(d));
    match style.form {
        Form::Json => return json::render(&sorted, sources),
        Form::Sarif => return sarif::render(&sorted, sources),
        Form::Human | Form::Plain => {}
    }
    let (shown, rest) = select(sorted);
    let mut out = String::new();
    for (i, diagnostic) in shown.iter().enumerate() {
        match style.form {
            Form::Human => {
                if i > 0 {
                    out.push('\n');
                }
                out.push_str(&human::render(diagnostic, sources, style));
            }
            Form::Plain | Form::Json | Form::Sarif => out.push_str(&plain::render(diagnostic, sources)),
        }
    }
    if !rest.is_empty() {
        if style.form == Form::Human {
            out.push('\n');
        }
        out.push_str(&remainder(&rest));
    }
    out
}

/// Source texts first, in order of reading; then the files of data by name and line; then what has no place.
fn order(diagnostic: &Diagnostic) -> (u8, Option<Location>, String, u64) {
    match (diagnostic.location(), &diagnostic.place) {
        (Some(location), _) => (0, Some(location), String::new(), 0),
        (None, Some(place)) => {
            let (file, line) = in_data(place);
            (1, None, file.to_owned(), line.unwrap_or(0))
        }
        (None, None) => (2, None, String::new(), 0),
    }
}

/// `messages.csv:17` as file and line.
pub(super) fn in_data(place: &str) -> (&str, Option<u64>) {
    match place.rsplit_once(':').map(|(file, line)| (file, line.parse())) {
        Some((file, Ok(line))) => (file, Some(line)),
        _ => (place, None),
    }
}

/// Those that are shown and those that are counted, both in their order.
fn select(sorted: Vec<&Diagnostic>) -> (Vec<&Diagnostic>, Vec<&Diagnostic>) {
    let mut errors = SHOWN;
    let mut warnings = SHOWN.saturating_sub(sorted.iter().filter(|d| d.is_error()).count());
    sorted.into_iter().partition(|d| {
        let left = if d.is_error() { &mut errors } else { &mut warnings };
        let room = *left > 0;
        *left = left.saturating_sub(1);
        room
    })
}

/// `and 13 more, of 3 kinds`, and what the kinds are.
fn remainder(rest: &[&Diagnostic]) -> String {
    let mut kinds: BTreeMap<(super::Severity, &str), (&str, usize)> = BTreeMap::new();
    for d in rest {
        kinds.entry((d.severity(), d.code.id)).or_insert((d.code.title, 0)).1 += 1;
    }
    let kind = if kinds.len() == 1 { "kind" } else { "kinds" };
    let mut out = format!("and {} more, of {} {kind}\n", rest.len(), kinds.len());
    for ((_, id), (title, count)) in &kinds {
        let _ = writeln!(out, "  {count} of {id}: {title}");
    }
    out
}
