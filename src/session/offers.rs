//! Fixes for which the folder must be known: another name of a file.

use crate::base::Location;
use crate::check::fixes::{quoted, write};
use crate::data::Files;
use crate::diagnostic::{Fix, suggest};

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
