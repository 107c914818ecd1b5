//! What else a project knows: values of variables, cases, sets, links and notes, each as a relation with its table.

use super::names::Names;
use super::tables::NOBODY;
use super::{Making, cell, maybe, number, quoted};
use crate::base::date::{Date, DateTime};
use crate::base::decimal::Decimal;
use crate::data::project::{About, Case, CaseOf, ValueKind, Way};
use crate::data::write::OutputCell;
use crate::session::agree::CODED_PASSAGE;
use crate::session::export::SET_OF_NOTES;
use crate::session::export_back::coding_called;
use std::fmt::Write;

/// The type of a column that holds these values.
pub(super) fn type_of(kind: ValueKind, values: &[&str]) -> &'static str {
    let all = |fits: &dyn Fn(&str) -> bool| values.iter().all(|value| fits(value.trim()));
    let whole = |v: &str| v.parse::<i64>().is_ok_and(|n| n.to_string() == v);
    match kind {
        ValueKind::Number | ValueKind::Decimal if all(&whole) => "number",
        ValueKind::Number | ValueKind::Decimal if all(&|v| Decimal::parse(v).is_ok()) => "decimal",
        ValueKind::Date if all(&|v| Date::parse(v).is_some()) => "date",
        ValueKind::Time if all(&|v| DateTime::parse(v).or(Date::parse(v).and_then(midnight)).is_some()) => "datetime",
        _ => "text",
    }
}

fn midnight(day: Date) -> Option<DateTime> {
    DateTime::new(day, 0, 0, 0, 0)
}

impl Making<'_> {
    /// Values of variables of messages: a relation a variable.
    pub fn attributes(&mut self, names: &mut Names) {
        let rows = self.project.sources.iter().map(|s| s.values.as_slice());
        let rows: Vec<&[(usize, String)]> = rows.collect();
        let ids = names.messages.clone();
        self.variables("message", "attributes.csv", &ids, &rows, names);
    }

    /// Cases, what belongs to them, and what is known of them.
    pub fn cases(&mut self, names: &mut Names) {
        for (of, file) in [(CaseOf::Author, "authors.csv"), (CaseOf::Thread, "threads.csv")] {
            let all = self.project.cases.iter().zip(&names.cases).filter(|(case, _)| case.of == of);
            let (cases, ids): (Vec<&Case>, Vec<String>) = all.map(|(case, name)| (case, name.clone())).unzip();
            let rows: Vec<&[(usize, String)]> = cases.iter().map(|case| case.values.as_slice()).collect();
            self.variables(of.kind(), file, &ids, &rows, names);
        }
        let all = self.project.cases.iter().zip(&names.cases).filter(|(case, _)| case.of == CaseOf::Case);
        let (cases, ids): (Vec<&Case>, Vec<String>) = all.map(|(case, name)| (case, name.clone())).unzip();
        if cases.is_empty() {
            return;
        }
        self.text.push_str("kind case \"A case\" from data\n\n");
        let rows = cases.iter().zip(&ids).map(|(c, name)| vec![cell(name), cell(c.memo.trim())]).collect();
        self.table("cases.csv", &["case", "memo"], rows);
        self.text.push_str(
            "relation case_memo(case: case, memo?: text)\n  means \"The cases, and what was noted of them.\"\n\
             input case_memo from \"cases.csv\"\n  case = \"case\"\n  memo = \"memo\"\n\n",
        );
        let mut rows = Vec::new();
        for (case, name) in cases.iter().zip(&ids) {
            rows.extend(case.sources.iter().map(|(source, place)| {
                let place = *place;
                vec![cell(name), cell(&names.messages[*source]), number(place.map(|p| p.0)), number(place.map(|p| p.1))]
            }));
        }
        if !rows.is_empty() {
            self.table("case_messages.csv", &["case", "message", "start", "end"], rows);
            self.text.push_str(
                "relation case_of(case: case, message: message, start?: number, end?: number)\n  means \"Which messages, or \
                 characters of them, belong to a case.\"\ninput case_of from \"case_messages.csv\"\n  case = \"case\"\n  \
                 message = \"message\"\n  start = \"start\"\n  end = \"end\"\n\n",
            );
        }
        let rows: Vec<&[(usize, String)]> = cases.iter().map(|c| c.values.as_slice()).collect();
        self.variables("case", "case_values.csv", &ids, &rows, names);
    }

    fn variables(&mut self, of: &str, file: &str, ids: &[String], rows: &[&[(usize, String)]], names: &mut Names) {
        let used: Vec<usize> = (0..self.project.variables.len())
            .filter(|&v| rows.iter().any(|row| row.iter().any(|(variable, _)| *variable == v)))
            .collect();
        if used.is_empty() {
            return;
        }
        let mut headers: Vec<String> = vec![of.to_owned()];
        let mut text = String::new();
        for &v in &used {
            let variable = &self.project.variables[v];
            let name = names.relation(&variable.name);
            let values: Vec<&str> = rows
                .iter()
                .flat_map(|row| row.iter().filter(|(variable, _)| *variable == v).map(|(_, value)| value.as_str()))
                .collect();
            let kind = type_of(variable.kind, &values);
            names.variables.push((name.clone(), v, kind));
            let _ = writeln!(text, "relation {name}({of}: {of}, value: {kind})");
            let means = match variable.definition.trim() {
                "" if variable.name.trim().is_empty() => "A variable without a name.",
                "" => variable.name.trim(),
                definition => definition,
            };
            if !means.is_empty() {
                let _ = writeln!(text, "  means {}", quoted(means));
            }
            let _ = writeln!(
                text,
                "input {name} from {}\n  {of} = {}\n  value = {} or skip\n",
                quoted(file),
                quoted(of),
                quoted(&name)
            );
            if of == "message" && self.project.spoken.contains(&v) {
                let _ = writeln!(
                    text,
                    "# decide: are these words that people said? Without the signs before them, each is a message:\n# input \
                     message from {}\n#   id = {}\n#   thread = \"message\"\n#   author = \"message\"\n#   text = {} or skip\n",
                    quoted(file),
                    quoted(&format!("{{message}}/{name}")),
                    quoted(&name)
                );
            }
            headers.push(name);
        }
        let mut table = Vec::new();
        for (row, id) in rows.iter().zip(ids) {
            let values = used.iter().map(|v| row.iter().filter(move |(of, _)| of == v).map(|(_, value)| value.trim()));
            let mut values: Vec<_> = values.map(|of| of.collect::<Vec<&str>>().into_iter()).collect();
            // Of several values of one variable each gets a row.
            for _ in 0..values.iter().map(ExactSizeIterator::len).max().unwrap_or(0) {
                let cells = values.iter_mut().map(|of| maybe(of.next()));
                table.push(std::iter::once(cell(id)).chain(cells).collect::<Vec<OutputCell>>());
            }
        }
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        self.table(file, &headers, table);
        self.text.push_str(&text);
    }

    /// Who was given what to read.
    pub fn assigned(&mut self, names: &Names) {
        let rows = self.project.assigned.iter();
        let rows: Vec<_> = rows.map(|&(k, m)| vec![cell(&names.coders[k]), cell(&names.messages[m])]).collect();
        if !rows.is_empty() {
            self.table("assigned.csv", &["coder", "message"], rows);
            self.text.push_str(
                "relation assigned(coder: coder, message: message)\n  means \"Which messages a coder was given to \
                 read.\"\ninput assigned from \"assigned.csv\"\n  coder = \"coder\"\n  message = \"message\"\n\n",
            );
        }
    }

    /// Which messages are passages that coders cut out.
    pub fn passages(&mut self, names: &Names) {
        let rows: Vec<_> = self.project.passages.iter().map(|&source| vec![cell(&names.messages[source])]).collect();
        if !rows.is_empty() {
            self.table("passages.csv", &["message"], rows);
            let _ = writeln!(
                self.text,
                "relation {CODED_PASSAGE}(message: message)\n  means \"Messages that are passages which coders cut out of a \
                 document: what they saw and left is not known, so `hence agree` has no figures.\"\ninput {CODED_PASSAGE} \
                 from \"passages.csv\"\n  message = \"message\"\n"
            );
        }
    }

    /// Sets and links.
    pub fn groups(&mut self, names: &Names) {
        let (mut codes, mut messages, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for set in &self.project.sets {
            codes.extend(set.codes.iter().map(|&code| vec![cell(&set.name), cell(&names.codes[code])]));
            messages.extend(set.sources.iter().map(|&source| vec![cell(&set.name), cell(&names.messages[source])]));
            notes.extend(set.notes.iter().map(|&note| vec![cell(&set.name), cell(&self.note_called(note))]));
        }
        let of = [
            ("set_of_codes", "code", "code", "code_sets.csv", codes),
            ("set_of_messages", "message", "message", "message_sets.csv", messages),
            (SET_OF_NOTES, "note", "text", "note_sets.csv", notes),
        ];
        for (relation, kind, of, file, rows) in of {
            if !rows.is_empty() {
                let _ = writeln!(
                    self.text,
                    "relation {relation}(set: text, {kind}: {of})\n  means \"Which {kind}s were put into which set.\"\n\
                     input {relation} from \"{file}\"\n  set = \"set\"\n  {kind} = \"{kind}\"\n"
                );
                self.table(file, &["set", kind], rows);
            }
        }
        let links = self.project.links.iter().map(|link| {
            let (from, to) = (self.end(link.from, names), self.end(link.to, names));
            let way = Way::WORDS.iter().find(|(way, ..)| *way == link.way).map_or("to", |(_, word, _)| word);
            vec![cell(&link.name), cell(from.0), cell(&from.1), cell(way), cell(to.0), cell(&to.1)]
        });
        let links: Vec<_> = links.collect();
        if !links.is_empty() {
            self.table("links.csv", &["name", "from_kind", "from", "way", "to_kind", "to"], links);
            self.text.push_str(
                "relation link(name?: text, from_kind: text, from: text, way: text, to_kind: text, to: text)\n  means \
                 \"Arrows that were drawn between two things.\"\ninput link from \"links.csv\"\n  name = \"name\"\n  \
                 from_kind = \"from_kind\"\n  from = \"from\"\n  way = \"way\"\n  to_kind = \"to_kind\"\n  to = \"to\"\n\n",
            );
        }
    }

    /// One end of a link or note: its kind, and how it is called.
    fn end(&self, about: About, names: &Names) -> (&'static str, String) {
        match about {
            About::Project => ("project", self.project.name.clone()),
            About::Code(code) => ("code", names.codes[code].clone()),
            About::Source(source, None) => ("message", names.messages[source].clone()),
            About::Source(source, Some((start, end))) => ("quote", format!("{}@{start}-{end}", names.messages[source])),
            About::Coding(coding) => {
                let coding = &self.project.codings[coding];
                let coder = coding.coder.map_or(NOBODY, |coder| names.coders[coder].as_str());
                let (message, code) = (&names.messages[coding.source], &names.codes[coding.code]);
                ("coding", coding_called(message, coding.place, code, coder))
            }
            About::Case(case) => (self.project.cases[case].of.kind(), names.cases[case].clone()),
            About::Note(note) => ("note", self.note_called(note)),
        }
    }

    fn note_called(&self, note: usize) -> String {
        let id = &self.project.notes[note].id;
        if id.is_empty() { format!("note {}", note + 1) } else { id.clone() }
    }

    /// The texts of notes that speak of codings and of nothing else, with the coding.
    pub fn notes_on_codings(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for note in self.project.notes.iter().filter(|n| only_on_codings(&n.about)) {
            let title = note.title.trim();
            let text = if note.text.trim().is_empty() { title } else { note.text.trim() };
            found.extend(note.about.iter().filter_map(|about| match about {
                About::Coding(coding) => Some((*coding, text.to_owned())),
                _ => None,
            }));
        }
        found
    }

    /// Notes, and memos of messages, sets and the project.
    pub fn notes(&mut self, names: &Names) {
        let mut rows: Vec<Vec<OutputCell>> = Vec::new();
        let mut add = |note: &str, title: &str, text: &str, by: Option<&str>, at: Option<&str>, end: (&str, &str)| {
            let text = if text.trim().is_empty() { title } else { text };
            if !text.trim().is_empty() {
                rows.push(vec![cell(note), cell(title), cell(text), maybe(by), maybe(at), cell(end.0), cell(end.1)]);
            }
        };
        add("project", "", self.project.memo.trim(), None, None, ("project", ""));
        for (source, name) in self.project.sources.iter().zip(&names.messages) {
            add(&format!("memo of {name}"), "", source.memo.trim(), None, None, ("message", name));
        }
        for set in &self.project.sets {
            add(&format!("memo of {}", set.name), "", set.memo.trim(), None, None, ("set", &set.name));
        }
        for (number, note) in self.project.notes.iter().enumerate().filter(|(_, n)| !only_on_codings(&n.about)) {
            let id = self.note_called(number);
            let by = note.by.map(|by| names.coders[by].as_str());
            let (title, text) = (note.title.trim(), note.text.trim());
            if note.about.is_empty() {
                add(&id, title, text, by, note.at.as_deref(), ("", ""));
            }
            for &about in &note.about {
                let end = self.end(about, names);
                add(&id, title, text, by, note.at.as_deref(), (end.0, &end.1));
            }
        }
        if rows.is_empty() {
            return;
        }
        self.table("notes.csv", &["note", "title", "text", "by", "at", "of", "about"], rows);
        self.text.push_str(
            "relation note(note: text, title?: text, text: text, by?: text, at?: datetime, of?: text, about?: text)\n  means \
             \"Notes and memos, and what they are about.\"\ninput note from \"notes.csv\"\n  note = \"note\"\n  title = \
             \"title\"\n  text = \"text\"\n  by = \"by\"\n  at = \"at\"\n  of = \"of\"\n  about = \"about\"\n\n",
        );
    }
}

impl Making<'_> {
    /// How many notes lose a heading, a date or an author when they become the memo of their coding.
    pub fn memos_of_notes(&self) -> usize {
        let codings = &self.project.codings;
        let notes = self.project.notes.iter().filter(|note| only_on_codings(&note.about));
        let loses = notes.filter(|note| {
            let (title, text) = (note.title.trim(), note.text.trim());
            let of = note.about.iter().filter_map(|about| match about {
                About::Coding(coding) => Some(&codings[*coding]),
                _ => None,
            });
            let titled = !title.is_empty() && !text.is_empty() && title != text && title != "memo";
            let other = of.into_iter().any(|coding| {
                note.by.is_some() && note.by != coding.coder || note.at.is_some() && note.at != coding.at
            });
            titled || other
        });
        loses.count()
    }
}

fn only_on_codings(about: &[About]) -> bool {
    !about.is_empty() && about.iter().all(|about| matches!(about, About::Coding(_)))
}
