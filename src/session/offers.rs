//! Fixes for which files and tables must be known: another name of a file, another header, a code to declare. The
//! places they edit are those of the study's own texts; data are never edited.

use crate::base::source::Source;
use crate::base::{Location, Span, Table};
use crate::check::fixes::{quoted, write};
use crate::check::program::{CellSource, Input};
use crate::data::{self, Files};
use crate::diagnostic::{Diagnostic, Fix, codes, suggest};
use crate::syntax::tree;

/// The nearest file beside one that is not there, written as the file that names it would. `full` is the path from the
/// study's folder, `at` the place of the path in quotation marks.
pub(super) fn other_file(files: &dyn Files, from: &str, full: &str, at: Location) -> Option<Fix> {
    if files.read(full).is_ok() {
        return None;
    }
    let names = files.beside(full);
    let near = suggest::nearest(full, names.iter().map(String::as_str))?;
    let sure = suggest::same(full, names.iter().map(String::as_str)) == Some(near);
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let written = match folder {
        "" => near,
        folder => near.strip_prefix(folder)?.strip_prefix('/')?,
    };
    Some(Fix { title: format!("write {}", quoted(written)), edits: write(at, quoted(written)), safe: sure })
}

/// The nearest header for one that a table does not have.
pub(super) fn other_header(diagnostic: &Diagnostic, input: &Input, table: &Table, file: &Source) -> Option<Fix> {
    if diagnostic.code != codes::HEADER {
        return None;
    }
    let known = || table.header.iter().map(String::as_str);
    let missing = input.columns.iter().flatten().find_map(|cell| match &cell.source {
        CellSource::Header { header, .. } if table.column(header).is_none() => {
            diagnostic.message.contains(&format!("`{header}`")).then_some((header, cell.at))
        }
        _ => None,
    });
    let (header, at) = missing?;
    let near = suggest::nearest(header, known())?;
    let sure = suggest::same(header, known()) == Some(near);
    let written = quoted(header);
    let start = at.span.start + file.slice(at.span).find(&written)? as u32;
    let place = Location::new(at.file, Span::new(start, start + written.len() as u32));
    Some(Fix { title: format!("write {}", quoted(near)), edits: write(place, quoted(near)), safe: sure })
}

/// A code of the data declared before the input that brings it.
pub(super) fn declaration(problem: &data::Problem, at: Location, trees: &[tree::File]) -> Option<Fix> {
    if problem.code != codes::UNKNOWN_CODE {
        return None;
    }
    // The help ends with the declaration, ready to be pasted.
    let stub = problem.help.as_ref()?.split_once("declare it: `")?.1.strip_suffix('`')?;
    let items = trees.iter().filter(|t| t.id == at.file).flat_map(|t| &t.items);
    let item = items.filter(|i| i.offset <= at.span.start).max_by_key(|i| i.offset)?;
    let place = Location::new(at.file, Span::new(item.offset, item.offset));
    Some(Fix { title: format!("declare it: `{stub}`"), edits: write(place, format!("{stub}\n\n")), safe: false })
}
