//! Ids of messages that stand twice: where, and which columns of the file would make them ids.

use super::Study;
use super::load::{read_table, reading};
use super::rows::ValueSet;
use super::run::with_place;
use crate::base::table::RowPlace;
use crate::base::{Table, Value};
use crate::check::program::CellSource;
use crate::diagnostic::{Diagnostic, codes};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A text longer than this is no part of an id.
const SHORT: usize = 40;

/// One id that stands twice.
struct Twice {
    id: Value,
    first: RowPlace,
    again: RowPlace,
    same_text: bool,
}

impl Study {
    /// One message an id; the first is kept.
    pub(super) fn check_messages(&mut self) {
        let message = self.program.known("message");
        let mut seen = ValueSet::default();
        // Most studies have none, so where the first of each stands is only looked for in those that do.
        if self.rows.iter().filter(|r| r.relation == message).all(|rows| rows.rows().all(|row| seen.insert(row[0]))) {
            return;
        }
        let mut first: FxHashMap<Value, (RowPlace, Value)> = FxHashMap::default();
        let mut twice: Vec<Twice> = Vec::new();
        for rows in Arc::make_mut(&mut self.rows).iter_mut().filter(|r| r.relation == message) {
            let places: Vec<RowPlace> = (0..rows.len()).map(|number| rows.place(number)).collect();
            rows.retain(|number, row| match first.get(&row[0]) {
                None => {
                    first.insert(row[0], (places[number], row[4]));
                    true
                }
                Some(&(first, text)) => {
                    twice.push(Twice { id: row[0], first, again: places[number], same_text: text == row[4] });
                    false
                }
            });
        }
        if let Some(first) = twice.first() {
            let diagnostic = self.repeated(first, twice.len());
            self.diagnostics.push(diagnostic);
        }
    }

    fn repeated(&self, twice: &Twice, count: usize) -> Diagnostic {
        let message = self.program.known("message");
        let (first, again) = (self.row_place(twice.first), self.row_place(twice.again));
        let more = if count == 1 { String::new() } else { format!("; {count} rows in all repeat an id") };
        let text = if twice.same_text { "the same text" } else { "another text" };
        let words = format!(
            "the message `{}` stands twice: on {first} and, with {text}, on {again}{more}",
            self.pool.show(twice.id)
        );
        let input = self.input_of(twice.again, message);
        let cell = input.and_then(|input| input.columns.first()?.as_ref());
        let header = cell.and_then(|cell| match &cell.source {
            CellSource::Header { header, .. } if !header.contains('{') => Some(header.as_str()),
            _ => None,
        });
        let one_file = twice.first.file == twice.again.file;
        // The file is read once more, since tables are not kept.
        let read = input.filter(|_| one_file && header.is_some()).and_then(|input| {
            let path = &self.data_files[twice.again.file.0 as usize];
            read_table(&self.files, path, &reading(input, self.options.lenient)).ok()
        });
        let table = read.as_ref().map(|read| &read.table);
        // A time is no part of an id, nor is the text.
        let apart: Vec<&str> = input
            .into_iter()
            .flat_map(|input| input.columns.iter().skip(3).flatten())
            .filter_map(|cell| match &cell.source {
                CellSource::Header { header, .. } => Some(header.as_str()),
                CellSource::Constant(_) => None,
            })
            .collect();
        let composed =
            header.zip(table).filter(|_| one_file).and_then(|(header, table)| composed(table, header, &apart));
        let help = match (composed, twice.same_text, one_file) {
            (Some(id), false, _) => format!("compose an id of two columns: `id = \"{id}\"`"),
            (_, true, true) => "delete the repeated rows in the file".to_string(),
            (_, true, false) => "take the message from one of the two files only".to_string(),
            (None, false, true) => {
                "give each message an id of its own in the file; no two columns of it make one".to_string()
            }
            (None, false, false) => {
                let header = header.unwrap_or("Nr");
                format!(
                    "give the messages of one of the files ids of their own: `id = \"b-{{{header}}}\"` in its input"
                )
            }
        };
        with_place(codes::DUPLICATE_ID, cell.map(|cell| cell.at), words).in_data(again).help(help)
    }
}

/// The id column and another of the file that together are different in every row, as they are written in an input. The
/// column with the fewest values is taken: a group or a thread, rather than a time.
fn composed(table: &Table, header: &str, apart: &[&str]) -> Option<String> {
    let id = table.column(header)?;
    let unique = |other: usize| {
        let mut seen = FxHashSet::default();
        table.rows().all(|row| match (row.cells.get(other), row.cells.get(id)) {
            (Some(Some(a)), Some(Some(b))) => {
                let (a, b) = (a.trim(), b.trim());
                !a.is_empty() && a.chars().count() <= SHORT && seen.insert((a.to_owned(), b.to_owned()))
            }
            _ => false,
        })
    };
    let plain = |name: &str| !name.is_empty() && !name.contains(['{', '}', '"', '\\']);
    let values = |other: &usize| {
        let cells = table.rows().filter_map(|mut row| row.cells.get_mut(*other)?.take());
        cells.collect::<FxHashSet<_>>().len()
    };
    let apart: Vec<usize> = apart.iter().filter_map(|header| table.column(header)).collect();
    let candidates =
        (0..table.header.len()).filter(|&c| c != id && !apart.contains(&c) && plain(&table.header[c]) && unique(c));
    let other = candidates.min_by_key(values)?;
    plain(header).then(|| format!("{{{}}}/{{{header}}}", table.header[other]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::table::{Body, Row};

    fn table(header: &[&str], rows: &[&[&str]]) -> Table {
        let row = |cells: &&[&str]| Row { line: 1, cells: cells.iter().map(|c| Some(c.to_string().into())).collect() };
        let header = header.iter().map(|h| h.to_string()).collect();
        Table { file: "m.csv".into(), header, body: Body::Cells(rows.iter().map(row).collect()) }
    }

    #[test]
    fn an_id_is_composed_of_the_column_that_makes_all_rows_differ() {
        let groups = table(
            &["Time", "Group", "Turn", "Mood"],
            &[&["9", "A", "1", "x"], &["10", "A", "2", "x"], &["11", "B", "1", "x"]],
        );
        assert_eq!(composed(&groups, "Turn", &[]).as_deref(), Some("{Group}/{Turn}"));
        assert_eq!(composed(&groups, "Turn", &["Group", "Time"]), None);
    }
}
