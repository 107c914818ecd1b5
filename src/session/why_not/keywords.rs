//! A keyword more in a table of keywords (`concepts code from "keywords.csv"`): the row that a codebook kept as a table
//! would get where a clause would get a word.

use super::answer::RepairStep;
use super::fix::{Plan, ROW, Step};
use super::fixes::Mender;
use super::passage::Nearby;
use crate::base::{Location, Table};
use crate::check::TableKey;
use crate::check::program::{Concept, Program};
use crate::data::Files;
use crate::session::Study;
use crate::syntax::tree::{CellSource, Concepts, ItemKind};
use crate::text::Pattern;

/// Longer rows are no keywords.
const LONGEST: usize = 4;

/// The concept for which a table has a keyword; none for a pattern that stands in a clause. The keywords of a table all
/// have the place where the table is named.
pub(super) fn of_table<'a>(program: &'a Program, pattern: &Pattern, at: Location) -> Option<&'a Concept> {
    program.concepts.iter().find(|concept| {
        let held = |id| program.pattern(id).pattern == *pattern;
        concept.matches.iter().any(|matches| {
            let keyword = matches!(matches.place.kind, crate::check::program::PlaceKind::Pattern(id) if held(id));
            matches.at == at && matches.place.at == at && keyword
        })
    })
}

impl Mender<'_, '_> {
    /// A row with a word of the message.
    pub(super) fn keyword(&self, concept: &Concept, at: Location, near: &Nearby) -> Option<Step> {
        self.editable(at)?;
        let words = near.words.trim();
        if !near.makes_a_pattern(&self.inquiry.lexicon, LONGEST) {
            return None;
        }
        let word = words.to_lowercase();
        let view = self.inquiry.view();
        let table = view.words(at);
        let label = concept.title();
        let text = format!("add a row to {table}: the keyword `{word}` for \"{label}\"");
        let plan = Plan::Row { at, label: label.to_string(), word: word.clone() };
        let shown = RepairStep { kind: "row", text, code: format!("{label},{word}"), place: None, line: String::new() };
        Some(Step { plan, shown, weight: ROW })
    }
}

impl Study {
    /// The path and the text of a table of keywords with a row more; none where the table is none of cells with
    /// separators, or is not read from a column each.
    pub(super) fn with_keyword(&self, at: Location, label: &str, word: &str) -> Option<(String, String)> {
        let tree = self.trees.iter().find(|tree| tree.id == at.file)?;
        let concepts = tree.items.iter().find_map(|item| match &*item.kind {
            ItemKind::Concepts(concepts) if item.location(concepts.from.span) == at => Some(concepts),
            _ => None,
        })?;
        let table = self.tables.get(&TableKey::of(at.file, concepts))?;
        let labels = column(concepts, table, "label").or_else(|| column(concepts, table, "name"))?;
        let words = column(concepts, table, "matches")?;
        let mut text = String::from_utf8(self.files.read(&table.file).ok()?).ok()?;
        let first = text.lines().next()?;
        let fits = |&delimiter: &char| first.split(delimiter).count() == table.header.len();
        let delimiter = [',', ';', '\t'].into_iter().find(fits)?;
        let cells = (0..table.header.len()).map(|at| match at {
            at if at == labels => quoted(label, delimiter),
            at if at == words => quoted(word, delimiter),
            _ => String::new(),
        });
        let row = cells.collect::<Vec<_>>().join(&delimiter.to_string());
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&row);
        text.push('\n');
        Some((table.file.clone(), text))
    }
}

fn column(concepts: &Concepts, table: &Table, name: &str) -> Option<usize> {
    concepts.columns.iter().find_map(|binding| match &binding.value {
        CellSource::Header { header, .. } if binding.column.text == name => table.column(&header.text),
        _ => None,
    })
}

fn quoted(cell: &str, delimiter: char) -> String {
    match cell.contains([delimiter, '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_string(),
    }
}
