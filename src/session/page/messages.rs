//! The messages of a page in the order in which they are read, and what else the data say of them.

use super::model::{Attribute, Messages};
use crate::base::Value;
use crate::check::Type;
use crate::check::program::RelationKind;
use crate::session::Study;
use crate::session::show::View;
use crate::session::summary::natural;
use rustc_hash::FxHashMap;

/// So many columns a relation may have beside the one that it says something of.
const COLUMNS: usize = 3;

/// The messages with their numbers.
pub(super) struct Numbered {
    pub messages: Messages,
    /// By the value of a message's id: its number.
    pub number: FxHashMap<Value, u32>,
    /// By author and thread.
    pub authors: FxHashMap<Value, i32>,
    pub threads: FxHashMap<Value, i32>,
}

impl Numbered {
    /// The numbers of messages, in order; what is no message is left out.
    pub fn of(&self, messages: impl Iterator<Item = Value>) -> Vec<u32> {
        let mut numbers: Vec<u32> = messages.filter_map(|m| self.number.get(&m).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

impl Study {
    pub(super) fn numbered(&self, view: View<'_>) -> Numbered {
        let relation = view.lowered.declared(view.program.known("message"));
        let rows = view.db.relation(relation);
        let mut order: Vec<(String, String, u32)> = (0..rows.len() as u32)
            .map(|at| {
                let row = rows.row(at);
                let when = if row[3].is_none() { String::new() } else { view.pool.show(row[3]) };
                (when, view.pool.show(row[0]), at)
            })
            .collect();
        order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| natural(&a.1, &b.1)).then(a.2.cmp(&b.2)));
        let mut out = Numbered {
            messages: Messages { files: self.data_files.clone(), ..Messages::default() },
            number: FxHashMap::default(),
            authors: FxHashMap::default(),
            threads: FxHashMap::default(),
        };
        for (when, id, at) in order {
            let row = rows.row(at);
            let messages = &mut out.messages;
            // An id that stands twice is an error that has been told; the first of its rows is shown.
            if out.number.contains_key(&row[0]) {
                continue;
            }
            out.number.insert(row[0], messages.ids.len() as u32);
            messages.ids.push(id);
            messages.at.push(when);
            messages.texts.push(view.pool.show(row[4]));
            messages.thread.push(placed(view, &mut out.threads, &mut messages.threads, row[1]));
            messages.author.push(placed(view, &mut out.authors, &mut messages.authors, row[2]));
            messages.answers.push(-1);
            let place = rows.given(at).and_then(|place| view.lowered.core.given[relation.0 as usize].places.get(place));
            let (file, line) = match place {
                Some(crate::ir::core::FactPlace::Row(row)) => (row.file.0 as i32, row.line as i32),
                _ => (-1, -1),
            };
            messages.places.extend([file, line]);
        }
        let replies = view.db.relation(view.lowered.declared(view.program.known("reply")));
        for row in replies.rows() {
            if let (Some(&child), Some(&parent)) = (out.number.get(&row[0]), out.number.get(&row[1])) {
                out.messages.answers[child as usize] = parent as i32;
            }
        }
        out.messages.attributes = self.attributes(view, &out);
        out
    }

    /// What inputs say of messages, authors and threads beyond the relations of the prelude.
    fn attributes(&self, view: View<'_>, numbered: &Numbered) -> Vec<Attribute> {
        let kind = |name: &str| Type::Kind(view.program.known_kind(name));
        let mut found = Vec::new();
        for (i, relation) in view.program.relations.iter().enumerate() {
            let id = crate::check::program::RelationId(i as u32);
            let given = view.program.inputs.iter().any(|input| input.relation == id);
            if relation.kind != RelationKind::Declared
                || relation.name == "reply"
                || !given
                || !(2..=1 + COLUMNS).contains(&relation.columns.len())
            {
                continue;
            }
            let of = relation.columns[0].of;
            let (of, count) = match of {
                _ if of == kind("message") => ("message", numbered.messages.ids.len()),
                _ if of == kind("author") => ("author", numbered.messages.authors.len()),
                _ if of == kind("thread") => ("thread", numbered.messages.threads.len()),
                _ => continue,
            };
            let rows = view.db.relation(view.lowered.declared(id));
            for (column, declared) in relation.columns.iter().enumerate().skip(1) {
                let mut values: Vec<Vec<String>> = vec![Vec::new(); count];
                for row in rows.rows() {
                    let subject = match of {
                        "message" => numbered.number.get(&row[0]).map(|&n| n as usize),
                        "author" => numbered.authors.get(&row[0]).map(|&n| n as usize),
                        _ => numbered.threads.get(&row[0]).map(|&n| n as usize),
                    };
                    if let Some(subject) = subject.filter(|_| !row[column].is_none()) {
                        values[subject].push(view.pool.show(row[column]));
                    }
                }
                let name = match declared.name == relation.name || relation.columns.len() == 2 {
                    true => declared.name.replace('_', " "),
                    false => format!("{} {}", relation.name, declared.name).replace('_', " "),
                };
                let joined = |mut values: Vec<String>| {
                    values.sort();
                    values.join(", ")
                };
                found.push(Attribute { name, of, values: values.into_iter().map(joined).collect() });
            }
        }
        found
    }
}

/// The place of a name in a list, where it is put if it is not there yet.
fn placed(view: View<'_>, known: &mut FxHashMap<Value, i32>, names: &mut Vec<String>, value: Value) -> i32 {
    if value.is_none() {
        return -1;
    }
    *known.entry(value).or_insert_with(|| {
        names.push(view.pool.show(value));
        names.len() as i32 - 1
    })
}
