//! Where in a study a problem of a data file is shown: at the line that asks for the column, with the edits that would
//! put it right.

use super::load::at_use;
use crate::base::{Location, Sources, Span};
use crate::check::program::{Input, Program};
use crate::data;
use crate::diagnostic::{Diagnostic, Edit, Fix, codes, suggest};

/// A problem of a file is shown at the lines of the input that ask for what it is about, with the edits that would put
/// it right.
pub(super) fn at_column(problem: data::Problem, input: &Input, program: &Program, sources: &Sources) -> Diagnostic {
    let mut marks: Vec<(Location, &data::Asked)> = Vec::new();
    for asked in problem.asks() {
        let column = asked.column.as_ref().and_then(|name| program.relation(input.relation).column(name));
        let at = match column {
            Some(column) => input.columns[column].as_ref().map(|cell| cell.at),
            None if asked.column.as_deref() == Some("quote") => input.quote.as_ref().map(|cell| cell.at),
            None => input.only.iter().find(|only| only.header == asked.header).map(|only| only.at),
        };
        marks.extend(at.map(|at| (at, asked)));
    }
    let at = marks.first().map_or(input.path_at, |(at, _)| *at);
    let mut diagnostic = at_use(problem.clone(), at);
    if problem.code == codes::HEADER {
        diagnostic.labels.clear();
        for (at, asked) in &marks {
            let text = match &asked.nearest {
                Some(near) => format!("the file has `{near}`"),
                None => String::new(),
            };
            // Where nothing is near, one mark is enough: the message names them all.
            if asked.nearest.is_some() || diagnostic.labels.is_empty() {
                diagnostic = diagnostic.label(*at, text);
            }
            diagnostic.fixes.extend(asked.nearest.as_ref().and_then(|near| rename(*at, &asked.header, near, sources)));
        }
        if diagnostic.labels.is_empty() {
            diagnostic = diagnostic.label(at, "");
        }
    }
    if let Some(stub) = problem.stub() {
        let file = sources.get(at.file);
        let end = Location { file: at.file, span: Span { start: file.text.len() as u32, end: file.text.len() as u32 } };
        let text = if file.text.ends_with('\n') { format!("{stub}\n") } else { format!("\n{stub}\n") };
        diagnostic = diagnostic.fix(format!("declare `{stub}`"), vec![Edit { location: end, text }], false);
    }
    diagnostic
}

/// Writes another header into a line of an input.
fn rename(at: Location, header: &str, near: &str, sources: &Sources) -> Option<Fix> {
    let line = sources.get(at.file).slice(at.span);
    let places = [('"', '"'), ('{', '}')].map(|(open, close)| line.find(&format!("{open}{header}{close}")));
    let start = at.span.start + 1 + u32::try_from(places.into_iter().flatten().next()?).ok()?;
    let end = start + u32::try_from(header.len()).ok()?;
    let plain = near.chars().all(|c| !matches!(c, '"' | '\\' | '{' | '}') && !c.is_control());
    let location = Location { file: at.file, span: Span { start, end } };
    let edits = vec![Edit { location, text: near.to_string() }];
    let safe = suggest::same(header, std::iter::once(near)).is_some();
    plain.then(|| Fix { title: format!("write \"{near}\""), edits, safe })
}

/// The id nearest in spelling. Ids that a spreadsheet made over count as equal: `007` and `7`, `7.0` and `7`.
pub(super) fn nearest_id(wanted: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let key = |id: &str| {
        let id = id.strip_suffix(".0").unwrap_or(id).trim_start_matches('0').to_lowercase();
        id.replace(char::is_whitespace, "")
    };
    // Another number is another message, not a slip of spelling.
    let number = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>();
    let (wanted_key, length, numbered) = (key(wanted), wanted.chars().count(), number(wanted));
    let mut near: Vec<String> = Vec::new();
    for id in known {
        if key(&id) == wanted_key {
            return Some(id);
        }
        if id.chars().count().abs_diff(length) <= (length / 3).max(1) && number(&id) == numbered {
            near.push(id);
        }
    }
    suggest::nearest(wanted, near.iter().map(String::as_str)).map(str::to_owned)
}
