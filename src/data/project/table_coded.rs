//! Codings that stand beside the messages of a table: a column of codes, of which a cell may hold several, and perhaps who
//! gave them and where. A message with several codings may have a row for each.

use super::{Code, Coding, Project, RULES, Source, User};
use crate::base::table::Row;
use crate::data::roles::{Roles, codes_of};
use rustc_hash::FxHashMap;

/// Codings that were gathered.
#[derive(Default)]
pub struct Coded {
    codes: FxHashMap<String, usize>,
    /// Messages by what a row says of them.
    messages: FxHashMap<String, Vec<usize>>,
    codings: Vec<Coding>,
    /// By message: the codings it has.
    had: FxHashMap<usize, Vec<Coding>>,
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
        let number = |at: usize| cell(at).parse::<u32>().ok();
        let place = of.place.and_then(|(start, end)| number(start).zip(number(end))).filter(|(start, end)| start < end);
        let memo = of.memo.map(cell).unwrap_or_default().to_owned();
        let mut found: Vec<Coding> = Vec::new();
        for name in codes_of(cell(of.codes)) {
            let code = *self.codes.entry(name.to_owned()).or_insert_with(|| {
                out.codes.push(Code { id: name.to_owned(), name: name.to_owned(), ..Code::default() });
                out.codes.len() - 1
            });
            if found.iter().all(|coding| coding.code != code) {
                found.push(Coding { code, coder, place, memo: memo.clone(), ..Coding::default() });
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

    /// Adds the codings of a message.
    pub fn add(&mut self, at: usize, codings: Vec<Coding>) {
        let had = self.had.entry(at).or_default();
        for coding in codings {
            if !had.contains(&coding) {
                self.codings.push(Coding { source: at, ..coding.clone() });
                had.push(coding);
            }
        }
    }

    /// Hands all codings over; a place outside of its text is none.
    pub fn finish(self, out: &mut Project) {
        for mut coding in self.codings {
            let length = out.sources[coding.source].text.chars().count() as u64;
            if self.segments && coding.place.take().is_some() {
                // A place in the document, which is not there; the passage is the message.
                out.report
                    .remark("where a passage stood in its document tells passages apart, and is not kept otherwise");
            }
            if coding.place.is_some_and(|(_, end)| u64::from(end) > length) {
                coding.place = None;
                let why = "it lies outside of the text, so the coding is of the whole message";
                let name = out.sources[coding.source].name.clone();
                out.report.leave_out(("place of a coding", "places of codings"), why, &name);
            }
            out.codings.push(coding);
        }
    }
}
