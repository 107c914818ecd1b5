//! Codings that stand beside the messages of a table: a column of codes, of which a cell may hold several, and perhaps who
//! gave them and where. A message with several codings may have a row for each.

use super::table::when;
use super::{Code, Coding, Project, RULES, Source, User};
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
}

impl Coded {
    /// Nothing yet, of a table with these columns.
    pub fn new(roles: &Roles) -> Coded {
        Coded { segments: roles.segments, ..Coded::default() }
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
        let at = roles.coded_at.as_ref().and_then(|of| when(cell(of.column), &of.pictures, of.unix));
        let known = roles.of_coding.iter().enumerate().map(|(n, (at, _))| (n, cell(*at).to_owned()));
        let values: Vec<(usize, String)> = known.filter(|(_, value)| !value.is_empty()).collect();
        let memo = of.memo.map(cell).unwrap_or_default().to_owned();
        let mut found: Vec<Coding> = Vec::new();
        for name in codes_of(cell(of.codes)) {
            let code = *self.codes.entry(name.to_owned()).or_insert_with(|| {
                out.codes.push(Code { id: name.to_owned(), name: name.to_owned(), ..Code::default() });
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
