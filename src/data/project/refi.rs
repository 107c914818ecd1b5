//! REFI-QDA projects: `.qdpx`, a packed `project.qde` with the sources beside it, or the `.qde` alone; and codebooks,
//! `.qdc`. Read by the standard's version 1.5 of 2019, and by what NVivo, ATLAS.ti, MAXQDA, QualCoder and Taguette write
//! in its name.
//!
//! What has text is a source: documents, transcripts of sound and pictures, and the plain text of a PDF. Rectangles on
//! pages and pictures have no characters; they are counted as left out, unless the words in them are there.

mod pages;

use super::archive::{Archive, REPEATED, is_archive};
use super::hierarchy::{of_paths, ordered};
use super::messages::Encodings;
use super::offsets::{Counted, Text, Unit, settle};
use super::refi_markup::Markup;
use super::refi_names::TIME_UNKNOWN;
use super::refi_write::whole_guid;
use super::{About, CODE_OF_CASE, Case, Code, Coding, Link, Note, Project, Set, Source, ValueKind, Variable, Way};
use crate::data::encoding::decode_any;
use crate::data::problem::Problem;
use crate::diagnostic::codes;
use rustc_hash::FxHashMap;

/// Reads a project or a codebook.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    if !is_archive(bytes) {
        return Reader::new(Markup::read(name, bytes)?, None).project(name);
    }
    let mut archive = Archive::open(name, bytes)?;
    let inside = archive.names().iter().find(|n| n.to_lowercase() == "project.qde").cloned();
    let ending = |n: &&String| n.to_lowercase().ends_with(".qde");
    let inside = inside.or_else(|| archive.names().iter().find(ending).cloned());
    let Some(inside) = inside else {
        let message = format!("`{name}` is no REFI-QDA project: there is no `project.qde` in it");
        return Err(Problem::new(codes::DATA_FORMAT, name, message).help("export the project as `.qdpx`"));
    };
    let project = archive.member(&inside)?.unwrap_or_default();
    let markup = Markup::read(&format!("{name}/{inside}"), &project)?;
    drop(project);
    Reader::new(markup, Some(archive)).project(name)
}

/// What a GUID stands for.
#[derive(Clone, Copy)]
enum Thing {
    About(About),
    /// A selection, by its place in [`Reader::selections`].
    Selection(usize),
}

/// A selection of text.
struct Selection {
    element: usize,
    source: usize,
    start: i64,
    end: i64,
    quote: Option<String>,
}

struct Reader<'a> {
    markup: Markup,
    archive: Option<Archive<'a>>,
    out: Project,
    users: FxHashMap<String, usize>,
    things: FxHashMap<String, Thing>,
    /// Which variable a GUID is.
    variables: FxHashMap<String, usize>,
    /// What an element became.
    at: FxHashMap<usize, Thing>,
    selections: Vec<Selection>,
    places: Vec<Option<(u32, u32)>>,
    marked: Vec<bool>,
    encodings: Encodings,
    /// Of which source a note is, by its GUID.
    noted: FxHashMap<String, usize>,
}

impl<'a> Reader<'a> {
    fn new(markup: Markup, archive: Option<Archive<'a>>) -> Reader<'a> {
        Reader {
            markup,
            archive,
            out: Project::default(),
            users: FxHashMap::default(),
            things: FxHashMap::default(),
            variables: FxHashMap::default(),
            at: FxHashMap::default(),
            selections: Vec::new(),
            places: Vec::new(),
            marked: Vec::new(),
            encodings: Encodings::default(),
            noted: FxHashMap::default(),
        }
    }

    fn project(mut self, name: &str) -> Result<Project, Problem> {
        let root = (0..self.markup.elements.len()).find(|&at| matches!(self.markup.name(at), "Project" | "CodeBook"));
        let Some(root) = root else {
            let message = format!("`{name}` is no REFI-QDA file: it has neither a `Project` nor a `CodeBook` in it");
            return Err(Problem::new(codes::DATA_FORMAT, name, message).help("export the project as `.qdpx`"));
        };
        let is_project = self.markup.name(root) == "Project";
        self.out.report.format = if is_project { "REFI-QDA project" } else { "REFI-QDA codebook" };
        self.out.report.origin = self.markup.attribute(root, "origin").map(str::to_owned);
        self.out.name = self.markup.attribute(root, "name").unwrap_or("").to_owned();
        if self.markup.entities.unread {
            self.out.report.remark(format!("the file {}", crate::data::entities::UNREAD));
        }
        if self.markup.loose > 0 {
            let many = crate::data::problem::counted(self.markup.loose, "text holds", "texts hold");
            self.out.report.remark(format!("{many} an `&` where XML wants `&amp;`, and it was read as it stands"));
        }
        if let Some(read_as) = &self.markup.read_as {
            self.out.report.remark(read_as.words());
        }
        if let Some(repeated) = self.archive.as_ref().map(|a| a.repeated).filter(|&n| n > 0) {
            self.out.report.leave_out_all(repeated, ("packed file", "packed files"), REPEATED);
        }
        self.at.insert(root, Thing::About(About::Project));
        for name in self.archive.as_ref().map(|a| a.strays.clone()).unwrap_or_default() {
            let what = ("packed file", "packed files");
            self.out.report.leave_out(what, "its name leads out of the project's folder", &name);
        }
        self.codes();
        for at in 0..self.markup.elements.len() {
            self.first(at)?;
        }
        self.pages()?;
        self.settle();
        for at in 0..self.markup.elements.len() {
            self.second(at);
        }
        self.notes();
        std::mem::take(&mut self.encodings).say(&mut self.out.report);
        super::refi_names::taken_back(&mut self.out);
        Ok(self.out)
    }

    fn element(&mut self, at: usize, about: About) {
        self.at.insert(at, Thing::About(about));
        if let Some(guid) = self.markup.guid(at, "guid") {
            self.things.entry(guid).or_insert(Thing::About(about));
        }
    }

    fn id(&self, at: usize) -> String {
        self.markup.guid(at, "guid").unwrap_or_default()
    }

    fn called(&self, at: usize) -> String {
        self.markup.attribute(at, "name").unwrap_or("").to_owned()
    }

    fn codes(&mut self) {
        let (mut list, mut places, mut elements) = (Vec::new(), FxHashMap::default(), Vec::new());
        for at in 0..self.markup.elements.len() {
            match self.markup.name(at) {
                "Code" => {
                    let mut above = self.markup.parent(at);
                    while above.is_some_and(|a| self.markup.name(a) == "Code" && !places.contains_key(&a)) {
                        above = above.and_then(|a| self.markup.parent(a));
                    }
                    let name = self.called(at);
                    if name.is_empty() {
                        let why = "they have no name, and their codings are left out with them";
                        self.out.report.leave_out(("code", "codes"), why, &self.id(at));
                        continue;
                    }
                    places.insert(at, list.len());
                    elements.push(at);
                    list.push(Code {
                        id: self.id(at),
                        name,
                        parent: above.and_then(|a| places.get(&a).copied()),
                        colour: self.markup.attribute(at, "color").map(str::to_owned),
                        heading: matches!(self.markup.attribute(at, "isCodable"), Some("false" | "0")),
                        ..Code::default()
                    });
                }
                "Description" => {
                    let code = self.markup.parent(at).and_then(|a| places.get(&a)).copied();
                    if let Some(code) = code.and_then(|c| list.get_mut(c)) {
                        code.definition = self.markup.text(at).trim().to_owned();
                    }
                }
                _ => {}
            }
        }
        // Taguette writes its hierarchy into the names alone.
        let taguette = self.out.report.origin.as_deref().is_some_and(|origin| origin.starts_with("Taguette"));
        if taguette && list.iter().all(|code| code.parent.is_none()) {
            of_paths(&mut list, &['.', '/']);
        }
        let (list, moved) = ordered(list, &mut self.out.report);
        self.out.codes = list;
        for (old, &at) in elements.iter().enumerate() {
            self.element(at, About::Code(moved[old]));
        }
    }

    /// Everything that others name by its GUID.
    fn first(&mut self, at: usize) -> Result<(), Problem> {
        let (name, within) = (self.markup.name(at).to_owned(), self.markup.within(at).to_owned());
        match (name.as_str(), within.as_str()) {
            ("User", _) => {
                let id = self.id(at);
                let called = self.markup.attribute(at, "name").or_else(|| self.markup.attribute(at, "id"));
                let called = called.unwrap_or(&id).to_owned();
                if let (Some(short), Some(_)) = (self.markup.attribute(at, "id"), self.markup.attribute(at, "name")) {
                    let why = "coders are known by their names and GUIDs";
                    self.out.report.leave_out(("short name of a coder", "short names of coders"), why, short);
                }
                if !self.users.contains_key(&id) {
                    self.users.insert(id.clone(), self.out.users.len());
                    self.out.users.push(super::User { id, name: called });
                }
            }
            ("Variable", _) => {
                let kind = ValueKind::of_word(self.markup.attribute(at, "typeOfVariable").unwrap_or_default());
                self.variables.insert(self.id(at), self.out.variables.len());
                let definition = self.description(at);
                let name = self.called(at);
                self.out.variables.push(Variable { id: self.id(at), name, definition, kind });
            }
            ("TextSource", _) | ("Representation", "PDFSource") | ("Transcript", _) => self.source(at, &within)?,
            ("TextDescription", _) => {
                self.out.report.leave_out(
                    ("description of a picture", "descriptions of pictures"),
                    "pictures are not read",
                    "",
                );
            }
            ("PictureSource" | "AudioSource" | "VideoSource" | "PDFSource", _) => self.without_text(at, &name),
            ("NoteRef", _) => {
                let parent = self.markup.parent(at).and_then(|parent| self.at.get(&parent)).copied();
                if let (Some(note), Some(Thing::About(About::Source(source, None)))) =
                    (self.markup.guid(at, "targetGUID"), parent)
                {
                    self.noted.entry(note).or_insert(source);
                }
            }
            ("PlainTextSelection" | "TranscriptSelection", _) => self.selection(at),
            ("PictureSelection" | "AudioSelection" | "VideoSelection", _) => {
                let (what, why) = match name.as_str() {
                    "PictureSelection" => (("part of a picture", "parts of pictures"), "a rectangle has no characters"),
                    _ => (("stretch of sound or film", "stretches of sound or film"), "they are times, not characters"),
                };
                self.out.report.leave_out(what, why, &self.called(at));
            }
            ("Case", _) => {
                let case =
                    Case { id: self.id(at), name: self.called(at), memo: self.description(at), ..Case::default() };
                self.element(at, About::Case(self.out.cases.len()));
                self.out.cases.push(case);
            }
            ("Note", _) => {
                let (text, _) = self.text_of(at)?.unwrap_or_default();
                let by = self.user(at, &["creatingUser"]);
                let date = self.date(at);
                let description = self.description(at);
                let text = if text.trim().is_empty() { description } else { text.trim().to_owned() };
                self.element(at, About::Note(self.out.notes.len()));
                let title = self.called(at);
                self.out.notes.push(Note { id: self.id(at), title, text, by, at: date, about: Vec::new() });
            }
            ("Set", _) => {
                let set = Set { id: self.id(at), name: self.called(at), memo: self.description(at), ..Set::default() };
                self.out.sets.push(set);
                self.at.insert(at, Thing::Selection(self.out.sets.len() - 1));
            }
            ("Graph", _) => {
                self.out.report.leave_out(("drawing", "drawings"), "drawings are not read", &self.called(at))
            }
            ("Description", "Project") => self.out.memo = self.markup.text(at).trim().to_owned(),
            _ => {}
        }
        Ok(())
    }

    /// The text of the `Description` that comes first in an element.
    fn description(&self, at: usize) -> String {
        let first = self.markup.elements.get(at + 1).filter(|e| e.parent == Some(at));
        let is = first.is_some() && self.markup.name(at + 1) == "Description";
        if is { self.markup.text(at + 1).trim().to_owned() } else { String::new() }
    }

    fn user(&mut self, at: usize, names: &[&str]) -> Option<usize> {
        let id = names.iter().find_map(|name| self.markup.guid(at, name))?;
        if let Some(&user) = self.users.get(&id) {
            return Some(user);
        }
        self.out.report.remark(format!("the file does not say who the person `{id}` is"));
        self.users.insert(id.clone(), self.out.users.len());
        self.out.users.push(super::User { name: format!("user {}", self.out.users.len() + 1), id });
        Some(self.out.users.len() - 1)
    }

    /// True of what Hence wrote itself.
    fn is_own(&self) -> bool {
        self.out.report.origin.as_deref().is_some_and(|origin| origin.starts_with("Hence "))
    }

    fn date(&mut self, at: usize) -> Option<String> {
        let written = self.markup.attribute(at, "creationDateTime")?.to_owned();
        if written == TIME_UNKNOWN && self.is_own() {
            return None;
        }
        let read = self.out.report.time(&written);
        if read.is_none() {
            let remark = format!("`{written}` is no date that can be read, so there is none; other dates like it too");
            self.out.report.remark(remark);
        }
        read
    }

    /// Something that has no text unless a part of it has.
    fn without_text(&mut self, at: usize, name: &str) {
        let part = |part: &str| {
            (at + 1..self.markup.elements.len())
                .take_while(|&e| self.markup.parent(e).is_some_and(|parent| parent >= at))
                .any(|e| self.markup.parent(e) == Some(at) && self.markup.name(e) == part)
        };
        let (what, why, has) = match name {
            "PDFSource" => (("PDF", "PDFs"), "the project does not hold their text", part("Representation")),
            "PictureSource" => (("picture", "pictures"), "they have no text", false),
            _ => (("recording", "recordings"), "they have no transcript", part("Transcript")),
        };
        if !has {
            self.out.report.leave_out(what, why, &self.called(at));
        }
    }

    /// The text of a document or note, and whether a byte order mark stood before it; none where there is no text, and
    /// then the reason is among what was left out, unless it is simply empty.
    fn text_of(&mut self, at: usize) -> Result<Option<(String, bool)>, Problem> {
        let content = (at + 1..self.markup.elements.len())
            .take_while(|&e| self.markup.parent(e).is_some_and(|parent| parent >= at))
            .find(|&e| self.markup.parent(e) == Some(at) && self.markup.name(e) == "PlainTextContent");
        if let Some(content) = content {
            let text = std::mem::take(&mut self.markup.elements[content].text);
            return Ok(Some((text.trim_start_matches('\u{FEFF}').to_owned(), text.starts_with('\u{FEFF}'))));
        }
        let what = if self.markup.name(at) == "Note" { ("note", "notes") } else { ("document", "documents") };
        let name = self.called(at);
        let Some(path) = self.markup.attribute(at, "plainTextPath").map(str::to_owned) else {
            if self.markup.attribute(at, "richTextPath").is_some() {
                self.out.report.leave_out(what, "the project holds only their formatted text", &name);
            } else {
                self.out.report.leave_out(what, "they have no text", &name);
            }
            return Ok(None);
        };
        let Some(inside) = path.strip_prefix("internal://") else {
            self.out.report.leave_out(what, "their text is kept outside of the project", &name);
            return Ok(None);
        };
        let Some(archive) = &mut self.archive else {
            self.out.report.leave_out(what, "their text is kept outside of the file", &name);
            return Ok(None);
        };
        let inside = inside.trim_start_matches('/');
        let bytes = match archive.member(&format!("sources/{inside}"))? {
            Some(bytes) => Some(bytes),
            None => archive.member(inside)?,
        };
        let Some(bytes) = bytes else {
            self.out.report.leave_out(what, "their text is missing in the project", &name);
            return Ok(None);
        };
        match decode_any(inside, &bytes) {
            Ok((text, read_as)) => {
                read_as.iter().for_each(|read_as| self.encodings.seen(read_as.name(), &name));
                let marked =
                    [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"].iter().any(|mark| bytes.starts_with(mark));
                Ok(Some((text.into_owned(), marked)))
            }
            Err(_) => {
                self.out.report.leave_out(what, "their text is in no encoding that is known", &name);
                Ok(None)
            }
        }
    }

    fn source(&mut self, at: usize, within: &str) -> Result<(), Problem> {
        let Some((text, marked)) = self.text_of(at)? else { return Ok(()) };
        let owner = self.markup.parent(at).filter(|_| matches!(within, "PDFSource" | "AudioSource" | "VideoSource"));
        let mut name = self.called(owner.unwrap_or(at));
        if name.is_empty() {
            name = self.called(at);
        }
        let place = self.out.sources.len();
        let mut id = self.id(owner.unwrap_or(at));
        let known = self.markup.guid(at, "guid").and_then(|guid| self.things.get(&guid));
        if let Some(Thing::About(About::Source(..))) = known {
            let why = "another document has the same, so what speaks of it was taken to mean the other one";
            self.out.report.leave_out(("GUID of a document", "GUIDs of documents"), why, &name);
            id = format!("{id}, source {place}");
        }
        self.element(at, About::Source(place, None));
        if let Some(owner) = owner {
            // The PDF or recording is spoken of by its text; of several transcripts by the first.
            if !self.at.contains_key(&owner) {
                self.element(owner, About::Source(place, None));
            }
        }
        let memo = self.description(at);
        let date = self.date(at);
        self.marked.push(marked);
        self.out.sources.push(Source { id, name, text, memo, added: date, ..Source::default() });
        Ok(())
    }

    fn selection(&mut self, at: usize) {
        let source = match self.markup.parent(at).and_then(|a| self.at.get(&a)).copied() {
            Some(Thing::About(About::Source(source, _))) => source,
            // QualCoder writes the place of a note into the note, and says in one text alone that the note is of it.
            Some(Thing::About(About::Note(note))) => match self.noted.get(&self.out.notes[note].id).copied() {
                Some(source) => source,
                None => {
                    let title = self.out.notes[note].title.clone();
                    let words = if title.is_empty() { self.out.notes[note].text.clone() } else { title };
                    let what = ("place of a note", "places of notes");
                    let why = "the file does not say of which text; the note itself came in";
                    return self.out.report.leave_out(what, why, &words);
                }
            },
            _ => {
                let why = "the text they are of was left out";
                return self.out.report.leave_out(("selection", "selections"), why, &self.called(at));
            }
        };
        let number = |name: &str| self.markup.attribute(at, name).and_then(|n| n.parse::<i64>().ok());
        let place = if self.markup.name(at) == "TranscriptSelection" {
            let point = |name: &str| {
                let wanted = self.markup.guid(at, name)?;
                let transcript = self.markup.parent(at)?;
                let found = (transcript + 1..at).find(|&e| {
                    self.markup.name(e) == "SyncPoint" && self.markup.guid(e, "guid").as_ref() == Some(&wanted)
                })?;
                self.markup.attribute(found, "position")?.parse().ok()
            };
            point("fromSyncPoint").zip(point("toSyncPoint"))
        } else {
            number("startPosition").zip(number("endPosition"))
        };
        let Some((start, end)) = place else {
            let why = "they do not say where they begin and end";
            return self.out.report.leave_out(("selection", "selections"), why, &self.called(at));
        };
        let quote = Some(self.called(at)).filter(|name| !name.is_empty());
        let selection = self.selections.len();
        self.at.insert(at, Thing::Selection(selection));
        if let Some(guid) = self.markup.guid(at, "guid") {
            let known = *self.things.entry(guid.clone()).or_insert(Thing::Selection(selection));
            let same = |other: &Selection| (other.source, other.start, other.end) == (source, start, end);
            let other = match known {
                Thing::Selection(s) => s != selection && !self.selections.get(s).is_some_and(same),
                Thing::About(_) => true,
            };
            if other {
                let why = "something else has the same, so what speaks of it was taken to mean the other one";
                self.out.report.leave_out(("GUID of a selection", "GUIDs of selections"), why, &guid);
            }
        }
        self.selections.push(Selection { element: at, source, start, end, quote });
    }

    /// Finds out how places are counted.
    fn settle(&mut self) {
        let texts: Vec<Text<'_>> = self
            .out
            .sources
            .iter()
            .zip(&self.marked)
            .map(|(source, &marked)| Text { text: &source.text, marked })
            .collect();
        // A selection may be called anything; a name is a quote where it stands in the text.
        let squeezed: Vec<String> =
            texts.iter().map(|t| t.text.chars().filter(|c| !c.is_whitespace()).collect()).collect();
        for selection in &mut self.selections {
            let name = selection.quote.take();
            selection.quote = name.filter(|name| {
                let words: String = name.chars().filter(|c| !c.is_whitespace()).collect();
                let words = words.trim_end_matches("...").trim_end_matches('…');
                words.chars().count() > 1 && squeezed[selection.source].contains(words)
            });
        }
        let counted: Vec<Counted<'_>> = self
            .selections
            .iter()
            .map(|s| Counted { source: s.source, start: s.start, end: s.end, quote: s.quote.as_deref() })
            .collect();
        self.places = settle(&texts, &counted, Unit::Character, &mut self.out.report);
    }

    /// Everything that names something by its GUID.
    fn second(&mut self, at: usize) {
        let name = self.markup.name(at).to_owned();
        let target = self.markup.guid(at, "targetGUID").or_else(|| self.markup.guid(at, "guid"));
        let parent = self.markup.parent(at);
        match name.as_str() {
            "Coding" => self.coding(at),
            "VariableValue" => self.value(at),
            "SourceRef" | "SelectionRef" => {
                let Some(case) = self.case(parent) else { return };
                let target = target.as_ref().and_then(|guid| self.things.get(guid)).copied();
                let source = match target {
                    Some(Thing::About(About::Source(source, place))) => Some((source, place)),
                    Some(Thing::Selection(s)) => self.places[s].map(|place| (self.selections[s].source, Some(place))),
                    _ => None,
                };
                match source {
                    Some(source) => self.out.cases[case].sources.push(source),
                    None => self.out.report.leave_out(
                        ("source of a case", "sources of cases"),
                        "what they name was left out",
                        &self.out.cases[case].name.clone(),
                    ),
                }
            }
            "CodeRef" => {
                let Some(case) = self.case(parent) else { return };
                if let Some(Thing::About(code @ About::Code(_))) =
                    target.and_then(|guid| self.things.get(&guid)).copied()
                {
                    let link = Link {
                        id: String::new(),
                        name: CODE_OF_CASE.into(),
                        from: About::Case(case),
                        to: code,
                        way: Way::To,
                    };
                    self.out.links.push(link);
                }
            }
            "MemberCode" | "MemberSource" | "MemberNote" => {
                let Some(Thing::Selection(set)) = parent.and_then(|p| self.at.get(&p)).copied() else { return };
                let Some(set) = self.out.sets.get_mut(set) else { return };
                match target.and_then(|guid| self.things.get(&guid)) {
                    Some(Thing::About(About::Code(code))) => set.codes.push(*code),
                    Some(Thing::About(About::Source(source, _))) => set.sources.push(*source),
                    Some(Thing::About(About::Note(note))) => set.notes.push(*note),
                    _ => {
                        let name = set.name.clone();
                        let what = ("member of a set", "members of sets");
                        self.out.report.leave_out(what, "what they name was left out", &name);
                    }
                }
            }
            "Link" => {
                let end = |name: &str| {
                    let found = self.markup.guid(at, name).and_then(|guid| self.things.get(&guid)).copied()?;
                    self.about(found)
                };
                match end("originGUID").zip(end("targetGUID")) {
                    Some((from, to)) => {
                        let written = self.markup.attribute(at, "direction").unwrap_or_default();
                        let way =
                            Way::WORDS.iter().find(|(.., word)| *word == written).map_or(Way::With, |(way, ..)| *way);
                        if self.markup.attribute(at, "color").is_some() {
                            let what = ("colour of a link", "colours of links");
                            self.out.report.leave_out(what, "a study has no place for it", &self.called(at));
                        }
                        let link = Link { id: self.id(at), name: self.called(at), from, to, way };
                        self.out.links.push(link);
                    }
                    None => {
                        let name = self.called(at);
                        self.out.report.leave_out(("link", "links"), "one of its ends was left out", &name);
                    }
                }
            }
            _ => {}
        }
    }

    fn about(&self, thing: Thing) -> Option<About> {
        match thing {
            Thing::About(about) => Some(about),
            Thing::Selection(s) => Some(About::Source(self.selections[s].source, Some(self.places[s]?))),
        }
    }

    fn case(&self, parent: Option<usize>) -> Option<usize> {
        match parent.and_then(|p| self.at.get(&p)) {
            Some(Thing::About(About::Case(case))) => Some(*case),
            _ => None,
        }
    }

    fn coding(&mut self, at: usize) {
        let parent = self.markup.parent(at);
        let code = (at + 1..self.markup.elements.len())
            .take_while(|&e| self.markup.parent(e) == Some(at))
            .find(|&e| self.markup.name(e) == "CodeRef")
            .and_then(|e| self.markup.guid(e, "targetGUID"));
        let code = match code.and_then(|guid| self.things.get(&guid)) {
            Some(Thing::About(About::Code(code))) => *code,
            _ => return self.out.report.leave_out(("coding", "codings"), "their code is not in the project", ""),
        };
        let what = ("coding", "codings");
        let code_name = self.out.codes[code].name.clone();
        let (source, place, quote, memo, owner) = match parent.and_then(|p| self.at.get(&p)).copied() {
            Some(Thing::About(About::Source(source, place))) => {
                (source, place, None, String::new(), parent.filter(|_| place.is_some()))
            }
            Some(Thing::Selection(s)) => {
                let selection = &self.selections[s];
                let Some(place) = self.places[s] else {
                    return self.out.report.leave_out(what, "their place lies outside of their text", &code_name);
                };
                if place.0 == place.1 {
                    return self.out.report.leave_out(what, "their passage is empty", &code_name);
                }
                let memo = self.description(selection.element);
                let same = selection.quote.as_deref() == Some(memo.as_str()) && !self.is_own();
                let memo = if same { String::new() } else { memo };
                // Hence writes the coding of a whole text as one of all its characters.
                let whole = self.markup.guid(selection.element, "guid") == Some(whole_guid(&self.id(at)));
                let place = Some(place).filter(|_| !whole);
                (selection.source, place, selection.quote.clone(), memo, Some(selection.element))
            }
            _ => return self.out.report.leave_out(what, "what they are of was left out", &code_name),
        };
        // A selection on a page and the same one in the text of the PDF have one coding.
        if let Some(Thing::About(About::Coding(known))) = self.things.get(&self.id(at)).copied() {
            let known = &self.out.codings[known];
            if (known.source, known.code, known.place) == (source, code, place) {
                return;
            }
        }
        let coder = self.user(at, &["creatingUser"]).or_else(|| owner.and_then(|o| self.user(o, &["creatingUser"])));
        let date = self.date(at).or_else(|| owner.and_then(|o| self.date(o)));
        self.element(at, About::Coding(self.out.codings.len()));
        self.out.codings.push(Coding {
            id: self.id(at),
            source,
            code,
            coder,
            place,
            quote,
            at: date,
            memo,
            values: Vec::new(),
        });
    }

    fn value(&mut self, at: usize) {
        let (mut variable, mut value) = (None, None);
        for e in (at + 1..self.markup.elements.len()).take_while(|&e| self.markup.parent(e) == Some(at)) {
            match self.markup.name(e) {
                "VariableRef" => {
                    variable = self.markup.guid(e, "targetGUID").and_then(|g| self.variables.get(&g)).copied()
                }
                _ => value = Some(self.markup.text(e).trim().to_owned()),
            }
        }
        let Some((variable, mut value)) = variable.zip(value.filter(|v| !v.is_empty())) else { return };
        if self.out.variables[variable].kind == ValueKind::Time {
            value = self.out.report.time(&value).unwrap_or(value);
        }
        match self.markup.parent(at).and_then(|p| self.at.get(&p)).copied() {
            Some(Thing::About(About::Source(source, _))) => self.out.sources[source].values.push((variable, value)),
            Some(Thing::About(About::Case(case))) => self.out.cases[case].values.push((variable, value)),
            _ => {
                let name = self.out.variables[variable].name.clone();
                self.out.report.leave_out(("value", "values"), "what they are of was left out", &name);
            }
        }
    }

    /// Which note speaks of what, and what selections without a code were for.
    fn notes(&mut self) {
        let mut used = vec![false; self.selections.len()];
        let mut own_places: FxHashMap<usize, usize> = FxHashMap::default();
        for (s, selection) in self.selections.iter().enumerate() {
            let parent = self.markup.parent(selection.element).and_then(|parent| self.at.get(&parent));
            if let Some(Thing::About(About::Note(note))) = parent {
                used[s] = true;
                own_places.entry(*note).or_insert(s);
            }
        }
        for at in 0..self.markup.elements.len() {
            let parent = self.markup.parent(at);
            match self.markup.name(at) {
                "NoteRef" => {
                    let note = self.markup.guid(at, "targetGUID").and_then(|guid| self.things.get(&guid)).copied();
                    let Some(Thing::About(About::Note(note))) = note else { continue };
                    let Some(&thing) = parent.and_then(|p| self.at.get(&p)) else {
                        if parent.is_some_and(|p| self.markup.name(p) == "Link") {
                            let why = "the note came in, and not that it speaks of the link";
                            let title = self.out.notes[note].title.clone();
                            self.out.report.leave_out(("note on a link", "notes on links"), why, &title);
                        }
                        continue;
                    };
                    if parent.is_some_and(|p| self.markup.name(p) == "Set") {
                        continue;
                    }
                    if let Thing::Selection(s) = thing {
                        used[s] = true;
                    }
                    // The place may stand in the note.
                    let own = own_places.get(&note).filter(|&&s| match thing {
                        Thing::About(About::Source(source, None)) => self.selections[s].source == source,
                        _ => false,
                    });
                    let thing = own.map_or(thing, |&s| Thing::Selection(s));
                    if let Some(about) = self.about(thing) {
                        self.out.notes[note].about.push(about);
                    }
                }
                "Link" => {
                    for end in ["originGUID", "targetGUID"] {
                        let end = self.markup.guid(at, end).and_then(|guid| self.things.get(&guid));
                        if let Some(&Thing::Selection(s)) = end {
                            used[s] = true;
                        }
                    }
                }
                "Coding" | "SelectionRef" => {
                    if let Some(Thing::Selection(s)) = parent.and_then(|p| self.at.get(&p)).copied()
                        && self.markup.name(at) == "Coding"
                    {
                        used[s] = true;
                    }
                    if let Some(Thing::Selection(s)) =
                        self.markup.guid(at, "targetGUID").and_then(|guid| self.things.get(&guid)).copied()
                    {
                        used[s] = true;
                    }
                }
                _ => {}
            }
        }
        for (s, _) in used.iter().enumerate().filter(|(_, used)| !**used) {
            let name = self.selections[s].quote.clone().unwrap_or_default();
            self.out.report.leave_out(("selection", "selections"), "they have neither a code nor a note", &name);
        }
    }
}
