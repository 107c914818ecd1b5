//! Ids of messages that stand twice: where, and which columns of the file would make them ids.

use super::Study;
use super::facts::DataFile;
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
    pub(super) fn check_messages(&mut self, tables: &[DataFile]) {
        let message = self.program.known("message");
        let mut seen: FxHashMap<Value, (RowPlace, Value)> = FxHashMap::default();
        let mut twice: Vec<Twice> = Vec::new();
        Arc::make_mut(&mut self.rows).retain(|row| {
            if row.relation != message {
                return true;
            }
            match seen.get(&row.row[0]) {
                None => {
                    seen.insert(row.row[0], (row.place, row.row[4]));
                    true
                }
                Some(&(first, text)) => {
                    let same_text = text == row.row[4];
                    twice.push(Twice { id: row.row[0], first, again: row.place, same_text });
                    false
                }
            }
        });
        if let Some(first) = twice.first() {
            let diagnostic = self.repeated(first, twice.len(), tables);
            self.diagnostics.push(diagnostic);
        }
    }

    fn repeated(&self, twice: &Twice, count: usize, tables: &[DataFile]) -> Diagnostic {
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
        let table = tables.iter().find(|(_, file)| *file == twice.again.file).map(|(table, _)| table);
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
        table.rows.iter().all(|row| match (&row.cells.get(other), &row.cells.get(id)) {
            (Some(Some(a)), Some(Some(b))) => {
                !a.trim().is_empty() && a.chars().count() <= SHORT && seen.insert((a.trim(), b.trim()))
            }
            _ => false,
        })
    };
    let plain = |name: &str| !name.is_empty() && !name.contains(['{', '}', '"', '\\']);
    let values = |other: &usize| {
        let cells = table.rows.iter().filter_map(|row| row.cells.get(*other)?.as_deref());
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
    use crate::base::table::Row;

    fn table(header: &[&str], rows: &[&[&str]]) -> Table {
        let row = |cells: &&[&str]| Row { line: 1, cells: cells.iter().map(|c| Some(c.to_string())).collect() };
        let header = header.iter().map(|h| h.to_string()).collect();
        Table { file: "m.csv".into(), header, rows: rows.iter().map(row).collect() }
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
