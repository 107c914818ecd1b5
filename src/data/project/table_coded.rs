//! Codings that stand beside the messages of a table: a column of codes, of which a cell may hold several, and perhaps who
//! gave them and where. A message with several codings may have a row for each.

use super::table::{CALLED, when};
use super::{Code, Coding, Project, RULES, Source, User};
use crate::base::Table;
use crate::base::table::Row;
use crate::data::cell;
use crate::data::roles::{Roles, codes_of};
use rustc_hash::{FxHashMap, FxHashSet};

/// Codings that were gathered.
#[derive(Default)]
pub struct Coded {
    codes: FxHashMap<String, usize>,
    /// Messages by what a row says of them.
    messages: FxHashMap<String, Vec<usize>>,
    /// With the line of the row that each stands in.
    codings: Vec<(Coding, u32)>,
    /// By message: the codings it has.
    had: FxHashMap<usize, FxHashSet<Coding>>,
    /// Each row is a passage: those of one document and one text, at one place of it, are one message.
    segments: bool,
    /// What stands between commas in some cell and is a code of its own in another one.
    apart: FxHashSet<String>,
}

impl Coded {
    /// Nothing yet, of a table with these columns.
    pub fn new(table: &Table, roles: &Roles, out: &mut Project) -> Coded {
        let mut coded = Coded { segments: roles.segments, ..Coded::default() };
        if let Some(of) = roles.coded {
            coded.commas(table, of.codes, out);
        }
        coded
    }

    /// Finds out what commas in a column of codes are: they stand between codes in a cell where each part stands in
    /// another cell, too, and are signs like others elsewhere. Says which it was.
    fn commas(&mut self, table: &Table, column: usize, out: &mut Project) {
        let header = &table.header[column];
        let (mut cells, mut lists) = (FxHashSet::<String>::default(), false);
        for row in table.rows() {
            let cell = row.cells.get(column).and_then(|cell| cell.as_deref()).unwrap_or_default().trim();
            let listed = list(cell);
            lists |= listed.is_some();
            if listed.is_none() && !cell.is_empty() {
                cells.insert(cell.to_owned());
            }
        }
        if lists {
            out.report.remark(format!(
                "where a cell of `{header}` is a list, as `[\"a\", \"b\"]`, each of its members is a code, and an empty one is none"
            ));
        }
        let mut count: FxHashMap<&str, usize> = FxHashMap::default();
        for cell in &cells {
            let parts: FxHashSet<&str> = codes_of(cell).flat_map(parts).collect();
            parts.into_iter().for_each(|part| *count.entry(part).or_default() += 1);
        }
        let mut whole: Vec<&str> = Vec::new();
        for code in cells.iter().flat_map(|cell| codes_of(cell)).filter(|code| code.contains(',')) {
            if parts(code).all(|part| count.get(part).is_some_and(|&cells| cells > 1)) {
                self.apart.insert(code.to_owned());
            } else {
                whole.push(code);
            }
        }
        if let Some(first) = self.apart.iter().min() {
            out.report.remark(format!(
                "decide whether this is so: commas stand between several codes in `{header}`, since what is between them \
                 stands in other cells, too: `{first}` is `{}`",
                parts(first).collect::<Vec<_>>().join("` and `")
            ));
        }
        if let Some(first) = whole.iter().min() {
            out.report.remark(format!(
                "decide: `{first}` in `{header}` was taken for one code: if commas stand between several, write `;` in their \
                 place in the table and import it again"
            ));
        }
    }

    /// The codes of a cell.
    fn codes_in(&self, cell: &str) -> Vec<String> {
        if let Some(listed) = list(cell) {
            return listed;
        }
        let apart = |code: &str| match self.apart.contains(code) {
            true => parts(code).map(str::to_owned).collect(),
            false => vec![code.to_owned()],
        };
        codes_of(cell).flat_map(apart).collect()
    }

    /// The codings of a row; of which message is not known yet.
    pub fn of_row(&mut self, row: &Row<'_>, roles: &Roles, out: &mut Project) -> Vec<Coding> {
        let Some(of) = roles.coded else { return Vec::new() };
        let cell = |at: usize| row.cells.get(at).and_then(|cell| cell.as_deref()).unwrap_or_default().trim();
        let coder = of.coder.map(cell).filter(|name| !name.is_empty()).map(|name| match name {
            RULES => out.user(&User::rules().id, RULES),
            name => out.user(name, name),
        });
        let place = of.place.and_then(|(start, end)| place(cell(start), cell(end), row.line, out));
        let coded_at = roles.coded_at.as_ref();
        let at = coded_at.and_then(|of| when(cell(of.column), &of.pictures, of.unix, &mut out.report));
        let known = roles.of_coding.iter().enumerate().map(|(n, (at, _))| (n, cell(*at).to_owned()));
        let values: Vec<(usize, String)> = known.filter(|(_, value)| !value.is_empty()).collect();
        let memo = of.memo.map(cell).unwrap_or_default().to_owned();
        let mut found: Vec<Coding> = Vec::new();
        for name in self.codes_in(cell(of.codes)) {
            let code = *self.codes.entry(name.clone()).or_insert_with(|| {
                out.codes.push(Code { id: name.clone(), name, ..Code::default() });
                out.codes.len() - 1
            });
            if found.iter().all(|coding| coding.code != code) {
                found.push(Coding {
                    code,
                    coder,
                    place,
                    at: at.clone(),
                    memo: memo.clone(),
                    values: values.clone(),
                    ..Coding::default()
                });
            }
        }
        found
    }

    /// The message that a row speaks of, where an earlier one spoke of the same, and none of its codings was there yet.
    pub fn message(&self, id: Option<&str>, message: &Source, codings: &[Coding]) -> Option<usize> {
        let all = self.messages.get(&self.said(id, message, codings))?;
        let known = |at: &&usize| self.had.get(at).is_some_and(|had| codings.iter().any(|coding| had.contains(coding)));
        match id {
            // An id says that it is one message, even where a coding stands twice.
            Some(_) => all.first().copied(),
            None => all.iter().find(|at| !codings.is_empty() && !known(at)).copied(),
        }
    }

    /// Remembers a new message.
    pub fn first(&mut self, at: usize, id: Option<&str>, message: &Source, codings: &[Coding]) {
        self.messages.entry(self.said(id, message, codings)).or_default().push(at);
    }

    /// What a row says of its message.
    fn said(&self, id: Option<&str>, message: &Source, codings: &[Coding]) -> String {
        if self.segments {
            return format!("{:?}", (&message.text, &message.thread, codings.first().and_then(|coding| coding.place)));
        }
        format!("{:?}", (id, &message.text, &message.thread, &message.author, &message.at, &message.values))
    }

    /// Adds the codings of a message, that stand in a row.
    pub fn add(&mut self, at: usize, codings: Vec<Coding>, line: u32, out: &mut Project) {
        let had = self.had.entry(at).or_default();
        for coding in codings {
            if had.contains(&coding) {
                let why = "the same stands in an earlier row";
                out.report.leave_out(("coding", "codings"), why, &format!("row {line}"));
            } else {
                self.codings.push((Coding { source: at, ..coding.clone() }, line));
                had.insert(coding);
            }
        }
    }

    /// Hands all codings over; a place outside of its text is none.
    pub fn finish(self, out: &mut Project) {
        let mut lengths: Vec<Option<u64>> = vec![None; out.sources.len()];
        for (mut coding, line) in self.codings {
            let text = &out.sources[coding.source].text;
            let length = *lengths[coding.source].get_or_insert_with(|| text.chars().count() as u64);
            if self.segments && coding.place.take().is_some() {
                // A place in the document, which is not there; the passage is the message.
                out.report
                    .remark("where a passage stood in its document tells passages apart, and is not kept otherwise");
            }
            if coding.place.is_some_and(|(_, end)| u64::from(end) > length) {
                coding.place = None;
                let why = "it lies outside of the text, so the coding is of the whole message";
                out.report.leave_out(PLACE, why, &format!("row {line}"));
            }
            out.codings.push(coding);
        }
    }
}

/// What stands between the commas of a cell.
fn parts(code: &str) -> impl Iterator<Item = &str> {
    code.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// The members of a cell that is a list of JSON; none where it is something else. An object is called by its name.
fn list(cell: &str) -> Option<Vec<String>> {
    if !cell.starts_with('[') {
        return None;
    }
    let members: Vec<serde_json::Value> = serde_json::from_str(cell).ok()?;
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text.trim().to_owned()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    let called = |value: &serde_json::Value| match value.as_object() {
        None => text(value),
        Some(object) => CALLED.into_iter().find_map(|key| text(object.get(key)?)).or_else(|| Some(value.to_string())),
    };
    let names = members.iter().filter(|member| !member.is_null());
    let names = names.map(|member| called(member).unwrap_or_else(|| member.to_string()));
    Some(names.filter(|name| !name.is_empty()).collect())
}

/// What is left out of a coding whose place is none.
const PLACE: (&str, &str) = ("place of a coding", "places of codings");

/// The place that two cells give; what is none is told, with its row.
fn place(start: &str, end: &str, line: u32, out: &mut Project) -> Option<(u32, u32)> {
    if start.is_empty() && end.is_empty() {
        return None;
    }
    let number = |cell: &str| cell::number(cell).ok().and_then(|number| u32::try_from(number).ok());
    let why = match number(start).zip(number(end)) {
        Some((start, end)) if start < end => return Some((start, end)),
        Some(_) => "it ends where it begins or before, so the coding is of the whole message",
        None => "it has no two whole numbers from 0 on, so the coding is of the whole message",
    };
    let shown = |cell: &str| if cell.is_empty() { "nothing".to_owned() } else { cell.chars().take(12).collect() };
    out.report.leave_out(PLACE, why, &format!("row {line}: {} to {}", shown(start), shown(end)));
    None
}
