//! A study made of another program's project: its rule file with the mapping that was guessed, its codebook, and a table
//! for everything that came in. What it writes passes `hence check`.

mod codebook;
mod facts;
mod names;
mod tables;

use crate::data::project::{CaseOf, Coding, Project};
use crate::data::write::{OutputCell, write_table};
use crate::syntax::format;
use names::Names;
use std::fmt::Write;

/// A file of a study: its name, and what is in it.
pub type Drafted = (String, Vec<u8>);

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The files, the rule file first.
    pub files: Vec<Drafted>,
    /// How many of what came in: `12 messages`.
    pub counts: Vec<(usize, &'static str, &'static str)>,
    /// What the analyst should know.
    pub remarks: Vec<String>,
}

/// The study of a project that came from a file.
pub fn draft(project: &Project, from: &str) -> Draft {
    let mut names = Names::new(project);
    let mut making = Making { project, from, text: String::new(), files: Vec::new() };
    making.head();
    making.messages(&names);
    making.codings(&mut names, true);
    making.assigned(&names);
    making.passages(&names);
    making.attributes(&mut names);
    making.cases(&mut names);
    making.groups(&names);
    making.notes(&names);
    making.other_guids(&names);
    making.variables_of(&names);
    match making.memos_of_notes() {
        0 => {}
        1 => names
            .remarks
            .push("1 note on a coding is the memo of the coding, without its heading, date and author".to_owned()),
        many => names.remarks.push(format!(
            "{many} notes on codings are the memos of the codings, without their headings, dates and authors"
        )),
    }
    let study = making.finished();
    let mut files = vec![("study.hence".to_owned(), study)];
    files.push(("codebook.hence".to_owned(), codebook::codebook(project, &names)));
    files.append(&mut making.files);
    let wordless = making.wordless().into_iter().filter(|wordless| *wordless).count();
    if wordless > 0 {
        let (have, of) = if wordless == 1 { ("message has", "it") } else { ("messages have", "them") };
        names.remarks.push(format!(
            "{wordless} {have} no words, and something is coded or noted of {of}: see `without_text.csv`"
        ));
    }
    let cases = |of: CaseOf| project.cases.iter().filter(|case| case.of == of).count();
    let counts = vec![
        (project.sources.len(), "message", "messages"),
        (project.codes.len(), "code", "codes"),
        (project.codings.len() - by_rules(project), "coding", "codings"),
        (by_rules(project), "coding by rules", "codings by rules"),
        (project.coding_facts.len(), "variable of codings", "variables of codings"),
        (project.users.iter().filter(|user| !user.is_rules()).count(), "coder", "coders"),
        (cases(CaseOf::Case), "case", "cases"),
        (cases(CaseOf::Author), "author with values", "authors with values"),
        (cases(CaseOf::Thread), "thread with values", "threads with values"),
        (project.variables.len(), "variable", "variables"),
        (project.notes.len(), "note", "notes"),
        (project.sets.len(), "set", "sets"),
        (project.links.len(), "link", "links"),
    ];
    Draft { files, counts, remarks: names.remarks }
}

/// How many codings of a project rules made, and no person.
pub(super) fn by_rules(project: &Project) -> usize {
    project.codings.iter().filter(|coding| is_by_rules(project, coding)).count()
}

fn is_by_rules(project: &Project, coding: &Coding) -> bool {
    coding.coder.is_some_and(|coder| project.users[coder].is_rules())
}

/// What a study gets that only names a project, `use "project.qdpx"`: the inputs, the tables they read, and the labels of
/// the codes in their order.
pub(super) struct Used {
    pub text: String,
    pub files: Vec<Drafted>,
    pub labels: Vec<String>,
}

/// The messages and codings of a project, for a study that names it.
pub(super) fn used(project: &Project) -> Used {
    let mut names = Names::new(project);
    let mut making = Making { project, from: "", text: String::new(), files: Vec::new() };
    making.messages(&names);
    making.codings(&mut names, false);
    Used { text: making.text, files: making.files, labels: names.labels }
}

/// A study being made.
struct Making<'a> {
    project: &'a Project,
    from: &'a str,
    text: String,
    files: Vec<Drafted>,
}

impl Making<'_> {
    fn head(&mut self) {
        let title = if self.project.name.trim().is_empty() { self.from } else { self.project.name.trim() };
        let file = one_line(self.from.rsplit(['/', '\\']).next().unwrap_or(self.from));
        let _ = writeln!(self.text, "# Made by `hence import` from {file} ({}).", self.project.report.format);
        let _ =
            writeln!(self.text, "# Nothing here is final: a line that says \"decide\" was guessed, or left open.\n");
        for remark in &self.project.report.remarks {
            let _ = writeln!(self.text, "# {}", one_line(remark));
        }
        let _ = writeln!(self.text, "\nstudy {}", quoted(title));
        let _ = writeln!(self.text, "  # decide: `reflexive`, `codebook` or `coding_reliability`?");
        let _ = writeln!(self.text, "  approach codebook\n");
        let _ = writeln!(self.text, "use \"codebook.hence\"\n");
    }

    /// The rule file, laid out.
    fn finished(&mut self) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.text);
        text.push_str(
            "# A first theme to start from; take the signs before it away and write your own.\n\
             # theme first \"What we found\"\n#   means \"…\"\n#   when a_code and not another_code\n",
        );
        format(&text).text.into_bytes()
    }

    /// Adds a table.
    fn table(&mut self, name: &str, header: &[&str], rows: Vec<Vec<OutputCell>>) {
        let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
        // The ending is one that can be written.
        if let Ok(bytes) = write_table(name, &header, &rows) {
            self.files.push((name.to_owned(), bytes));
        }
    }
}

/// A cell; an empty text is an empty cell.
fn cell(text: &str) -> OutputCell {
    if text.is_empty() { OutputCell::Empty } else { OutputCell::Text(text.to_owned()) }
}

/// The same of what may be missing.
fn maybe(text: Option<&str>) -> OutputCell {
    text.map_or(OutputCell::Empty, cell)
}

/// A number, or nothing.
fn number(n: Option<u32>) -> OutputCell {
    n.map_or(OutputCell::Empty, |n| OutputCell::Number(n.to_string()))
}

/// A text as the language writes it, on one line; signs that the eye cannot see are spelled out.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => {}
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text for a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
