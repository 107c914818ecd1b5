//! REFI-QDA out: a project as `.qdpx`, valid against the standard's `Project.xsd`, and its codes as `.qdc`, valid against
//! `Codebook.xsd`. Texts stand in files of their own, byte for byte; places are Unicode characters from 0, the end
//! excluded, as the standard has them.
//!
//! Other programs read less than the standard allows, so what they need is written as well: who made a selection and when,
//! since QualCoder asks the selection and not the coding, which is why coders of one passage have a selection each; codings
//! of whole texts as selections of all characters; a date and a title of its own for every note.

use super::guid::{guid, is_guid};
use super::refi_names::{ALSO_UNDER, TIME_UNKNOWN, days_marked, described, is_day, on_wholes, titles_apart};
use super::refi_xml::Xml;
use super::{About, CODE_OF_CASE, Code, Link, Project, ValueKind, Way};
use crate::data::problem::Problem;
use crate::diagnostic::codes;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const ORIGIN: &str = concat!("Hence ", env!("CARGO_PKG_VERSION"));

/// The bytes of a `.qdpx`.
pub fn project(name: &str, project: &Project) -> Result<Vec<u8>, Problem> {
    let refuse = |error: String| {
        Problem::new(codes::OUTPUT, name, format!("`{name}` cannot be written: {}", error.to_lowercase()))
    };
    let project = &*on_wholes(project);
    let project = &*days_marked(project);
    let project = &*titles_apart(project);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("project.qde", options).map_err(|e| refuse(e.to_string()))?;
    zip.write_all(markup(project).as_bytes()).map_err(|e| refuse(e.to_string()))?;
    let texts = project.sources.iter().map(|s| (guid("message", &s.id), s.text.as_str()));
    let notes = project.notes.iter().map(|n| (guid("note", &n.id), n.text.as_str()));
    for (id, text) in texts.chain(notes) {
        zip.start_file(format!("sources/{id}.txt"), options).map_err(|e| refuse(e.to_string()))?;
        zip.write_all(text.as_bytes()).map_err(|e| refuse(e.to_string()))?;
    }
    Ok(zip.finish().map_err(|e| refuse(e.to_string()))?.into_inner())
}

/// The text of a `.qdc`.
pub fn codebook(project: &Project) -> String {
    let mut out = Xml::new();
    let schema = "urn:QDA-XML:codebook:1.0";
    out.open("CodeBook", &[("xmlns", schema), ("origin", ORIGIN)]);
    out.codes(project, false);
    let sets: Vec<_> = project.sets.iter().filter(|set| !set.codes.is_empty()).collect();
    if !sets.is_empty() {
        out.open("Sets", &[]);
        for set in sets {
            out.open("Set", &[("guid", &guid("set", &set.id)), ("name", &set.name)]);
            out.text("Description", &set.memo);
            for &code in &set.codes {
                out.empty("MemberCode", &[("guid", &guid("code", &project.codes[code].id))]);
            }
            out.close("Set");
        }
        out.close("Sets");
    }
    out.close("CodeBook");
    out.out
}

/// Selections of a source: what is coded there, and the notes on it.
type Selections = BTreeMap<(u32, u32), (Vec<usize>, Vec<usize>)>;

impl Xml {
    fn codes(&mut self, project: &Project, with_notes: bool) {
        self.open("Codes", &[]);
        // The codes that are open, the outermost first.
        let mut open: Vec<usize> = Vec::new();
        let mut path: Vec<&str> = Vec::new();
        for (at, code) in nested(project) {
            while open.last().copied() != code.parent && !open.is_empty() {
                open.pop();
                path.pop();
                self.close("Code");
            }
            // A study tells codes of one name apart by what they stand under, which says itself here.
            let above: String = path.iter().flat_map(|name| [*name, " / "]).collect();
            let called = code.name.strip_prefix(above.as_str()).filter(|name| !name.is_empty()).unwrap_or(&code.name);
            let (id, codable) = (guid("code", &code.id), if code.heading { "false" } else { "true" });
            let colour = code.colour.as_deref().filter(|c| is_colour(c)).unwrap_or("");
            self.open("Code", &[("guid", &id), ("name", called), ("isCodable", codable), ("color", colour)]);
            self.text("Description", &described(code));
            // A codebook has no place for notes.
            if with_notes {
                for note in notes_on(project, |about| *about == About::Code(at)) {
                    self.note(project, note);
                }
            }
            open.push(at);
            path.push(called);
        }
        for _ in open {
            self.close("Code");
        }
        self.close("Codes");
    }

    fn note(&mut self, project: &Project, note: usize) {
        self.empty("NoteRef", &[("targetGUID", &guid("note", &project.notes[note].id))]);
    }

    fn coding(&mut self, project: &Project, coding: usize, notes: &[Vec<usize>]) {
        let of = &project.codings[coding];
        let user = of.coder.map_or(String::new(), |coder| guid("user", &project.users[coder].id));
        let at = of.at.as_deref().map_or(String::new(), date_time);
        let id = coding_guid(project, coding);
        self.open("Coding", &[("guid", &id), ("creatingUser", &user), ("creationDateTime", &at)]);
        self.empty("CodeRef", &[("targetGUID", &guid("code", &project.codes[of.code].id))]);
        for &note in &notes[coding] {
            self.note(project, note);
        }
        self.close("Coding");
    }

    /// A selection, called by its id, its words and its place, with codings of one coder.
    fn selection(
        &mut self,
        project: &Project,
        (id, name, (start, end)): (&str, &str, (u32, u32)),
        codings: &[usize],
        notes: &[usize],
        parts: &Parts,
    ) {
        let first = codings.first().map(|&coding| &project.codings[coding]);
        let user = first.and_then(|c| c.coder).map_or(String::new(), |coder| guid("user", &project.users[coder].id));
        let date = first.and_then(|c| c.at.as_deref()).map_or(String::new(), date_time);
        let (start, end) = (start.to_string(), end.to_string());
        let head = [
            ("guid", id),
            ("name", name),
            ("startPosition", &start),
            ("endPosition", &end),
            ("creatingUser", &user),
            ("creationDateTime", &date),
        ];
        self.open("PlainTextSelection", &head);
        self.text("Description", first.map_or("", |c| c.memo.as_str()));
        codings.iter().for_each(|&coding| self.coding(project, coding, &parts.on_codings));
        notes.iter().for_each(|&note| self.note(project, note));
        self.close("PlainTextSelection");
    }

    fn value(&mut self, project: &Project, variable: usize, value: &str) {
        let of = &project.variables[variable];
        self.open("VariableValue", &[]);
        self.empty("VariableRef", &[("targetGUID", &guid("variable", &of.id))]);
        let value = value.trim();
        let name = match fitting(of.kind, value) {
            ValueKind::Text => "TextValue",
            ValueKind::Truth => "BooleanValue",
            ValueKind::Number => "IntegerValue",
            ValueKind::Decimal => "FloatValue",
            ValueKind::Date => "DateValue",
            ValueKind::Time => "DateTimeValue",
        };
        let written = if name == "DateTimeValue" { date_time(value) } else { value.to_owned() };
        self.text(name, &written);
        self.close("VariableValue");
    }
}

/// What a value can be written as: of a typed variable what is of its type, and any other as text.
fn fitting(kind: ValueKind, value: &str) -> ValueKind {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = value.strip_prefix('-').unwrap_or(value);
    let fits = match kind {
        ValueKind::Text => true,
        ValueKind::Truth => matches!(value, "true" | "false" | "0" | "1"),
        ValueKind::Number => digits(number),
        ValueKind::Decimal => number.split_once('.').map_or(digits(number), |(a, b)| digits(a) && digits(b)),
        ValueKind::Date => crate::base::date::Date::parse(value).is_some(),
        // A day that stands among times is written as it is.
        ValueKind::Time => crate::base::date::DateTime::parse(value).is_some(),
    };
    if fits { kind } else { ValueKind::Text }
}

/// Codes in the order in which they nest.
fn nested(project: &Project) -> Vec<(usize, &Code)> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); project.codes.len()];
    let mut waiting = Vec::new();
    for (at, code) in project.codes.iter().enumerate() {
        match code.parent.and_then(|parent| children.get_mut(parent)) {
            Some(children) => children.push(at),
            None => waiting.push(at),
        }
    }
    waiting.reverse();
    let mut order = Vec::new();
    while let Some(at) = waiting.pop() {
        order.push((at, &project.codes[at]));
        waiting.extend(children[at].iter().rev());
    }
    order
}

fn notes_on(project: &Project, is: impl Fn(&About) -> bool) -> Vec<usize> {
    (0..project.notes.len()).filter(|&note| project.notes[note].about.iter().any(&is)).collect()
}

/// Codings of one passage by who made them, when and with which memo; one empty list where there are none.
fn alike(project: &Project, codings: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &coding in codings {
        let of = |coding: usize| {
            let of = &project.codings[coding];
            (of.coder, of.at.as_deref(), of.memo.as_str())
        };
        match groups.iter_mut().find(|group| group.first().is_some_and(|&first| of(first) == of(coding))) {
            Some(group) => group.push(coding),
            None => groups.push(vec![coding]),
        }
    }
    if groups.is_empty() {
        groups.push(Vec::new());
    }
    groups
}

/// The GUID of the selection of all characters that stands for the coding of a whole text.
pub(super) fn whole_guid(coding: &str) -> String {
    guid("selection", &format!("all of\n{}", coding.to_lowercase()))
}

/// A coding that has no GUID is known by what it says: who coded what where.
pub(super) fn coding_guid(project: &Project, coding: usize) -> String {
    let of = &project.codings[coding];
    if is_guid(&of.id) {
        return of.id.clone();
    }
    let coder = of.coder.map_or("", |coder| project.users[coder].id.as_str());
    let (source, code) = (&project.sources[of.source].id, &project.codes[of.code].id);
    let place = of.place.map_or(String::new(), |(start, end)| format!("{start}-{end}"));
    guid("coding", &format!("{source}\n{code}\n{coder}\n{place}"))
}

fn selection_guid(project: &Project, source: usize, (start, end): (u32, u32)) -> String {
    guid("selection", &format!("{}\n{start}-{end}", project.sources[source].id))
}

fn markup(project: &Project) -> String {
    let mut out = Xml::new();
    let schema = "urn:QDA-XML:project:1.0";
    let name = if project.name.is_empty() { "Untitled" } else { &project.name };
    out.open("Project", &[("xmlns", schema), ("name", name), ("origin", ORIGIN)]);
    if !project.users.is_empty() {
        out.open("Users", &[]);
        for user in &project.users {
            out.empty("User", &[("guid", &guid("user", &user.id)), ("name", &user.name)]);
        }
        out.close("Users");
    }
    if !project.codes.is_empty() {
        out.open("CodeBook", &[]);
        out.codes(project, true);
        out.close("CodeBook");
    }
    if !project.variables.is_empty() {
        out.open("Variables", &[]);
        for variable in &project.variables {
            let kind = variable.kind.word();
            let id = guid("variable", &variable.id);
            out.open("Variable", &[("guid", &id), ("name", &variable.name), ("typeOfVariable", kind)]);
            out.text("Description", &variable.definition);
            out.close("Variable");
        }
        out.close("Variables");
    }
    let parts = Parts::new(project);
    cases(&mut out, project);
    sources(&mut out, project, &parts);
    notes(&mut out, project);
    groups(&mut out, project);
    out.text("Description", &project.memo);
    for note in notes_on(project, |about| *about == About::Project) {
        out.note(project, note);
    }
    out.close("Project");
    out.out
}

/// What belongs to which source and coding.
struct Parts {
    selections: Vec<Selections>,
    /// Codings of whole sources.
    whole: Vec<Vec<usize>>,
    /// Notes on whole sources.
    notes: Vec<Vec<usize>>,
    /// Notes on codings.
    on_codings: Vec<Vec<usize>>,
}

impl Parts {
    fn new(project: &Project) -> Parts {
        let mut parts = Parts {
            selections: vec![Selections::new(); project.sources.len()],
            whole: vec![Vec::new(); project.sources.len()],
            notes: vec![Vec::new(); project.sources.len()],
            on_codings: vec![Vec::new(); project.codings.len()],
        };
        for (at, coding) in project.codings.iter().enumerate() {
            match coding.place {
                Some(place) => parts.selections[coding.source].entry(place).or_default().0.push(at),
                None => parts.whole[coding.source].push(at),
            }
        }
        for (note, of) in project.notes.iter().enumerate() {
            for about in &of.about {
                match *about {
                    About::Source(source, None) => parts.notes[source].push(note),
                    About::Source(source, Some(place)) => {
                        parts.selections[source].entry(place).or_default().1.push(note);
                    }
                    About::Coding(coding) => parts.on_codings[coding].push(note),
                    About::Project | About::Code(_) | About::Case(_) | About::Note(_) => {}
                }
            }
        }
        for case in &project.cases {
            for (source, place) in case.sources.iter().filter_map(|(source, place)| Some((*source, (*place)?))) {
                parts.selections[source].entry(place).or_default();
            }
        }
        for about in project.links.iter().flat_map(|link| [link.from, link.to]) {
            if let About::Source(source, Some(place)) = about {
                parts.selections[source].entry(place).or_default();
            }
        }
        parts
    }
}

fn cases(out: &mut Xml, project: &Project) {
    if project.cases.is_empty() {
        return;
    }
    out.open("Cases", &[]);
    for (at, case) in project.cases.iter().enumerate() {
        out.open("Case", &[("guid", &guid("case", &case.id)), ("name", &case.name)]);
        out.text("Description", &case.memo);
        for (_, code) in project.links.iter().filter_map(code_of_case).filter(|(case, _)| *case == at) {
            out.empty("CodeRef", &[("targetGUID", &guid("code", &project.codes[code].id))]);
        }
        for (variable, value) in case.values.iter().filter(|(_, value)| !value.trim().is_empty()) {
            out.value(project, *variable, value);
        }
        for (source, _) in case.sources.iter().filter(|(_, place)| place.is_none()) {
            out.empty("SourceRef", &[("targetGUID", &guid("message", &project.sources[*source].id))]);
        }
        for (source, place) in case.sources.iter().filter_map(|(source, place)| Some((*source, (*place)?))) {
            out.empty("SelectionRef", &[("targetGUID", &selection_guid(project, source, place))]);
        }
        out.close("Case");
    }
    out.close("Cases");
}

fn sources(out: &mut Xml, project: &Project, parts: &Parts) {
    if project.sources.is_empty() {
        return;
    }
    out.open("Sources", &[]);
    for (at, source) in project.sources.iter().enumerate() {
        let id = guid("message", &source.id);
        let path = format!("internal://{id}.txt");
        let date = source.added.as_deref().map_or(String::new(), date_time);
        let head =
            [("guid", id.as_str()), ("name", &source.name), ("plainTextPath", &path), ("creationDateTime", &date)];
        out.open("TextSource", &head);
        out.text("Description", &source.memo);
        let bytes: Vec<usize> = source.text.char_indices().map(|(byte, _)| byte).chain([source.text.len()]).collect();
        for (&(start, end), (codings, notes)) in &parts.selections[at] {
            let byte = |at: u32| bytes.get(at as usize).copied();
            let words = byte(start).zip(byte(end)).and_then(|(start, end)| source.text.get(start..end)).unwrap_or("");
            let name: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
            for (number, codings) in alike(project, codings).into_iter().enumerate() {
                // Notes, cases and links know the place by the first of its selections.
                let id = match (number, codings.first()) {
                    (1.., Some(&first)) => guid("selection", &format!("one of\n{}", coding_guid(project, first))),
                    _ => selection_guid(project, at, (start, end)),
                };
                let notes = if number == 0 { notes.as_slice() } else { &[] };
                out.selection(project, (&id, &name, (start, end)), &codings, notes, parts);
            }
        }
        let whole = (0, u32::try_from(bytes.len() - 1).unwrap_or(u32::MAX));
        for &coding in &parts.whole[at] {
            if source.text.is_empty() {
                out.coding(project, coding, &parts.on_codings);
            } else {
                out.selection(project, (&whole_guid(&coding_guid(project, coding)), "", whole), &[coding], &[], parts);
            }
        }
        parts.notes[at].iter().for_each(|&note| out.note(project, note));
        for (variable, value) in source.values.iter().filter(|(_, value)| !value.trim().is_empty()) {
            out.value(project, *variable, value);
        }
        out.close("TextSource");
    }
    out.close("Sources");
}

fn notes(out: &mut Xml, project: &Project) {
    if project.notes.is_empty() {
        return;
    }
    out.open("Notes", &[]);
    for note in &project.notes {
        let id = guid("note", &note.id);
        let user = note.by.map_or(String::new(), |by| guid("user", &project.users[by].id));
        let date = Some(note.at.as_deref().map_or(String::new(), date_time)).filter(|date| !date.is_empty());
        let date = date.unwrap_or_else(|| TIME_UNKNOWN.to_owned());
        let path = format!("internal://{id}.txt");
        let head = [
            ("guid", id.as_str()),
            ("name", &note.title),
            ("plainTextPath", &path),
            ("creatingUser", &user),
            ("creationDateTime", &date),
        ];
        out.empty("Note", &head);
    }
    out.close("Notes");
}

fn groups(out: &mut Xml, project: &Project) {
    let end = |about: About| match about {
        About::Code(code) => Some(guid("code", &project.codes[code].id)),
        About::Source(source, None) => Some(guid("message", &project.sources[source].id)),
        About::Source(source, Some(place)) => Some(selection_guid(project, source, place)),
        About::Coding(coding) => Some(coding_guid(project, coding)),
        About::Case(case) => Some(guid("case", &project.cases[case].id)),
        About::Note(note) => Some(guid("note", &project.notes[note].id)),
        About::Project => None,
    };
    let also = project.codes.iter().enumerate().flat_map(|(at, code)| code.also.iter().map(move |&above| (at, above)));
    let also = also.map(|(at, above)| Link {
        id: String::new(),
        name: ALSO_UNDER.to_owned(),
        from: About::Code(at),
        to: About::Code(above),
        way: Way::To,
    });
    let also: Vec<Link> = also.collect();
    let own = project.links.iter().filter(|link| code_of_case(link).is_none());
    let links = own.chain(&also);
    let links: Vec<_> = links.filter_map(|link| Some((link, end(link.from)?, end(link.to)?))).collect();
    if !links.is_empty() {
        out.open("Links", &[]);
        for (link, from, to) in links {
            let said = format!("{}\n{from}\n{to}\n{}", link.id, link.name);
            let id = if is_guid(&link.id) { link.id.clone() } else { guid("link", &said) };
            let way = Way::WORDS.iter().find(|(way, ..)| *way == link.way).map_or("OneWay", |(.., word)| word);
            let head = [
                ("guid", id.as_str()),
                ("name", &link.name),
                ("direction", way),
                ("originGUID", &from),
                ("targetGUID", &to),
            ];
            out.empty("Link", &head);
        }
        out.close("Links");
    }
    if !project.sets.is_empty() {
        out.open("Sets", &[]);
        for set in &project.sets {
            out.open(
                "Set",
                &[("guid", &guid("set", &set.id)), ("name", if set.name.is_empty() { "set" } else { &set.name })],
            );
            out.text("Description", &set.memo);
            for &code in &set.codes {
                out.empty("MemberCode", &[("targetGUID", &guid("code", &project.codes[code].id))]);
            }
            for &source in &set.sources {
                out.empty("MemberSource", &[("targetGUID", &guid("message", &project.sources[source].id))]);
            }
            for &note in &set.notes {
                out.empty("MemberNote", &[("targetGUID", &guid("note", &project.notes[note].id))]);
            }
            out.close("Set");
        }
        out.close("Sets");
    }
}

/// The case and code of a link that the format keeps with the case.
fn code_of_case(link: &Link) -> Option<(usize, usize)> {
    match (link.from, link.to) {
        (About::Case(case), About::Code(code)) if link.name == CODE_OF_CASE && link.way == Way::To => {
            Some((case, code))
        }
        _ => None,
    }
}

/// `#rrggbb` or `#rgb`.
fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or("");
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A time with its seconds, as XML wants it, of a day its first; nothing where it is none.
fn date_time(text: &str) -> String {
    let text = text.trim().replace(' ', "T");
    if is_day(&text) {
        return format!("{text}T00:00:00");
    }
    match (crate::base::date::DateTime::parse(&text), text.len()) {
        (Some(_), 16) => format!("{text}:00Z"),
        (Some(_), _) => format!("{text}Z"),
        (None, _) => String::new(),
    }
}
