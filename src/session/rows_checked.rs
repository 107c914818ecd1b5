//! What is wrong with rows once they are seen together: messages that do not exist, keys that do not hold, offsets
//! outside a text. Each is one pass over the rows that it is about, and remembers only what it compares.

use super::Study;
use super::marks::nearest_id;
use super::rows::{InputRows, RowId, ValueSet};
use super::run::with_place;
use crate::base::{Pool, Value};
use crate::check::Type;
use crate::check::program::{Relation, RelationId};
use crate::data::problem::shown;
use crate::diagnostic::{Diagnostic, codes};
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;

impl Study {
    /// What the rows of other relations say of messages that do not exist, of offsets, and of keys.
    pub(super) fn check_rows(&mut self, whole: bool) {
        if whole {
            self.check_known();
        }
        self.check_quotations();
        self.check_offsets();
        self.check_keys();
    }

    /// The rows of a relation, each with where it stands among the study's.
    fn rows_of(&self, relation: RelationId) -> impl Iterator<Item = (RowId, &[Value])> {
        let blocks = self.rows.iter().enumerate().filter(move |(_, rows)| rows.relation == relation);
        blocks.flat_map(|(block, rows)| rows.rows().enumerate().map(move |(number, row)| ((block, number), row)))
    }

    /// Messages that rows name and that do not exist, with the nearest that do.
    fn check_known(&mut self) {
        let message = self.program.known("message");
        let kind = Type::Kind(self.program.known_kind("message"));
        let mut known: Option<ValueSet> = None;
        for (i, relation) in self.program.relations.iter().enumerate() {
            let id = RelationId(i as u32);
            let columns: Vec<usize> =
                (0..relation.columns.len()).filter(|&c| relation.columns[c].of == kind && id != message).collect();
            if columns.is_empty() || self.rows.iter().all(|rows| rows.relation != id) {
                continue;
            }
            let known = known.get_or_insert_with(|| {
                let mut known = self.message_ids();
                let written = self.program.facts.iter().filter(|f| f.relation == message);
                for fact in written {
                    known.insert(fact.row[0]);
                }
                known
            });
            let is_unknown = |value: Value| !value.is_none() && !known.contains(value);
            let (mut first, mut count): (Option<RowId>, usize) = (None, 0);
            let (mut ids, mut seen): (Vec<Value>, ValueSet) = (Vec::new(), ValueSet::default());
            for (at, row) in self.rows_of(id) {
                let mut any = false;
                for value in columns.iter().map(|&c| row[c]).filter(|&value| is_unknown(value)) {
                    any = true;
                    if seen.insert(value) {
                        ids.push(value);
                    }
                }
                count += usize::from(any);
                if any && first.is_none() {
                    first = Some(at);
                }
            }
            let Some((block, number)) = first else { continue };
            let (row, place) = (self.rows[block].row(number), self.rows[block].place(number));
            let rows = if count == 1 { "1 row".to_string() } else { format!("{count} rows") };
            let shown: Vec<String> = ids.iter().take(5).map(|&id| format!("`{}`", self.pool.show(id))).collect();
            let more = match ids.len().saturating_sub(5) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let what = match ids.len() {
                1 => "a message that does not exist".to_string(),
                more => format!("{more} messages that do not exist"),
            };
            let text = format!("`{}` names {what}: {}{more} (in {rows})", relation.name, shown.join(", "));
            let at = self.input_of(place, id).map(|input| {
                let named = columns.iter().find(|&&c| is_unknown(row[c]));
                named.and_then(|&c| input.columns[c].as_ref()).map_or(input.path_at, |cell| cell.at)
            });
            let near: Vec<String> = ids
                .iter()
                .take(3)
                .filter_map(|&id| {
                    let id = self.pool.show(id);
                    Some(format!("`{}` for `{id}`", nearest_id(&id, known.iter().map(|v| self.pool.show(v)))?))
                })
                .collect();
            let help = if near.is_empty() {
                "is the id spelled the same in both files, and was the message left out by an `only`?".to_string()
            } else {
                format!("there is {}: spell the ids the same in both files", near.join(", "))
            };
            let place = self.row_place(place);
            self.diagnostics.push(with_place(codes::UNKNOWN_MESSAGE, at, text).in_data(place).help(help));
        }
    }

    fn check_offsets(&mut self) {
        let found = self.wrong_offsets();
        self.diagnostics.extend(found);
    }

    fn wrong_offsets(&self) -> Vec<Diagnostic> {
        let (message, coding) = (self.program.known("message"), self.program.known("coding"));
        let written = |relation| self.program.facts.iter().filter(move |f| f.relation == relation);
        let placed = |row: &[Value]| !row[3].is_none() || !row[4].is_none();
        let rows = self.rows_of(coding).map(|(_, row)| row).chain(written(coding).map(|f| &f.row[..]));
        // Only of messages with a coding that has a place the length is asked.
        let asked: ValueSet = rows.filter(|row| placed(row)).map(|row| row[0]).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let messages = self.rows_of(message).map(|(_, row)| row).chain(written(message).map(|f| &f.row[..]));
        let texts: FxHashMap<Value, usize> = messages
            .filter(|row| asked.contains(row[0]))
            .filter_map(|row| Some((row[0], self.pool.as_text(row[4])?.chars().count())))
            .collect();
        let is_outside = |row: &[Value]| {
            let (start, end) = (self.pool.as_number(row[3]), self.pool.as_number(row[4]));
            let length = texts.get(&row[0]).copied().unwrap_or(usize::MAX) as i128;
            match (start, end) {
                (Some(s), Some(e)) => s < 0 || e < s || i128::from(e) > length,
                (None, None) => false,
                _ => true,
            }
        };
        let help = "offsets count characters from 0, the end excluded, and stand in pairs; was the text changed after it was coded?";
        let mut found: Vec<Diagnostic> = Vec::new();
        for fact in written(coding).filter(|f| is_outside(&f.row)) {
            let text = outside(&self.pool, &fact.row, texts.get(&fact.row[0]).copied());
            found.push(Diagnostic::at(codes::OFFSETS, fact.at, text).help(help));
        }
        let mut wrong = self.rows_of(coding).filter(|(_, row)| is_outside(row));
        if let Some(((block, number), row)) = wrong.next() {
            let place = self.rows[block].place(number);
            let all = self.rows_of(coding).count();
            let what = outside(&self.pool, row, texts.get(&row[0]).copied());
            let text = match 1 + wrong.count() {
                1 => what,
                more => format!("{more} of {all} codings name passages that are not there; the first: {what}"),
            };
            let at = self.input_of(place, coding).map(|input| input.path_at);
            found.push(with_place(codes::OFFSETS, at, text).in_data(self.row_place(place)).help(help));
        }
        found
    }

    fn check_keys(&mut self) {
        let mut found: Vec<Diagnostic> = Vec::new();
        for (i, relation) in self.program.relations.iter().enumerate() {
            for key in &relation.keys {
                found.extend(self.first_clash(RelationId(i as u32), relation, key));
            }
        }
        self.diagnostics.extend(found);
    }

    /// The first two rows that have a key in common and differ.
    fn first_clash(&self, id: RelationId, relation: &Relation, key: &[usize]) -> Option<Diagnostic> {
        if let &[column] = key {
            let mut seen = ValueSet::default();
            if self.rows_of(id).all(|(_, row)| seen.insert(row[column])) {
                return None;
            }
        }
        let row_at = |(block, number): (u32, u32)| self.rows[block as usize].row(number as usize);
        let hash = |row: &[Value]| key.iter().fold(0u64, |hash, &c| FxBuildHasher.hash_one((hash, row[c])));
        let mut seen: HashTable<(u32, u32)> = HashTable::new();
        let mut clash = None;
        for ((block, number), row) in self.rows_of(id) {
            let at = (block as u32, number as u32);
            let (same, hashed) = (|&other: &(u32, u32)| key.iter().all(|&c| row_at(other)[c] == row[c]), hash(row));
            match seen.find(hashed, same) {
                None => drop(seen.insert_unique(hashed, at, |&other| hash(row_at(other)))),
                Some(&first) if row_at(first) == row => {}
                Some(&first) => {
                    clash = Some((first, at));
                    break;
                }
            }
        }
        let (first, again) = clash?;
        let place = |(block, number): (u32, u32)| {
            let rows: &InputRows = &self.rows[block as usize];
            self.row_place(rows.place(number as usize))
        };
        let (one, other) = (row_at(first), row_at(again));
        let (first, again) = (place(first), place(again));
        let names: Vec<&str> = key.iter().map(|&c| relation.columns[c].name.as_str()).collect();
        let values: Vec<String> = key.iter().map(|&c| self.pool.show(other[c])).collect();
        let differ: Vec<usize> = (0..other.len()).filter(|&c| one[c] != other[c]).collect();
        let cell = |value: Value| if value.is_none() { "nothing".to_string() } else { shown(&self.pool.show(value)) };
        let differences: Vec<String> = differ
            .iter()
            .map(|&c| {
                let (one, other) = (cell(one[c]), cell(other[c]));
                format!("`{}` is {one} in the first and {other} in the second", relation.columns[c].name)
            })
            .collect();
        let text = format!(
            "two rows of `{}` have the same `{}` ({}), {first} and {again}: {}",
            relation.name,
            names.join("`, `"),
            values.join(", "),
            differences.join("; ")
        );
        let more: Vec<&str> = differ.iter().map(|&c| relation.columns[c].name.as_str()).collect();
        let help = format!(
            "put one of the rows right in the file; or, if both are meant, let the key say so: `key {}`",
            [names, more].concat().join(", ")
        );
        let diagnostic = Diagnostic::at(codes::KEY, relation.at, text).in_data(again).help(help);
        Some(diagnostic.saying("the `key` of this relation says that this cannot be"))
    }
}

/// What is wrong with a coding whose passage is not in its text of so many characters.
pub(super) fn outside(pool: &Pool, row: &[Value], length: Option<usize>) -> String {
    let message = pool.show(row[0]);
    match (pool.as_number(row[3]), pool.as_number(row[4])) {
        (Some(start), None) => format!("this passage of `{message}` starts at {start} and has no end"),
        (None, Some(end)) => format!("this passage of `{message}` ends at {end} and has no start"),
        (Some(start), Some(end)) if end < start => {
            format!("this passage of `{message}` starts at {start} and ends before that, at {end}")
        }
        (start, end) => {
            let (start, end) = (start.unwrap_or_default(), end.unwrap_or_default());
            let length = length.map_or(String::new(), |n| format!(": its text has {n} characters"));
            format!("no passage of `{message}` goes from {start} to {end}{length}")
        }
    }
}
