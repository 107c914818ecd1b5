//! Codebooks of other programs: REFI-QDA `.qdc`, whatever its version's namespace.
//!
//! What entities stand for says `entities.rs`, so no file can reach outside or grow. Nesting is kept on a stack of
//! its own, so depth costs nothing.

use super::encoding::decode;
use super::entities::{Entities, UNREAD};
use super::json::LineCount;
use super::problem::Problem;
use crate::diagnostic::codes;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use rustc_hash::FxHashMap;

/// The codes of a codebook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codebook {
    /// In the order of the file, parents before children.
    pub entries: Vec<CodebookEntry>,
    /// How many sets of codes there are; they are not read.
    pub sets: usize,
    /// Codes that could not be read.
    pub problems: Vec<Problem>,
}

/// One code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodebookEntry {
    /// As people see it.
    pub name: String,
    /// Its description; empty where there is none.
    pub definition: String,
    /// When it is given.
    pub include: String,
    /// When it is not.
    pub exclude: String,
    /// What else is said of it.
    pub memo: String,
    /// False for a heading that no passage may carry.
    pub codable: bool,
    /// The code it stands under, by its place in [`Codebook::entries`].
    pub parent: Option<usize>,
    /// How the program that wrote the file knows it.
    pub guid: Option<String>,
    /// The line it begins on.
    pub line: u32,
}

impl Codebook {
    /// Sets codes whose names are paths, as Taguette's `price.high`, under the one whose path is the longest before
    /// their own.
    pub(super) fn of_paths(&mut self) {
        let known: FxHashMap<String, usize> =
            self.entries.iter().enumerate().map(|(at, entry)| (entry.name.clone(), at)).rev().collect();
        for (at, entry) in self.entries.iter_mut().enumerate().filter(|(_, entry)| entry.parent.is_none()) {
            let mut path = entry.name.as_str();
            while let Some((above, _)) = path.rsplit_once(['.', '/']) {
                if let Some(&parent) = known.get(above).filter(|&&parent| parent != at) {
                    let rest = entry.name.get(above.len() + 1..).unwrap_or("").trim();
                    entry.parent = Some(parent);
                    if !rest.is_empty() {
                        entry.name = rest.to_owned();
                    }
                    break;
                }
                path = above;
            }
        }
    }
}

/// An element that is open.
#[derive(Clone, Copy, Default)]
struct Open {
    /// The code it stands in, or is.
    code: Option<usize>,
    /// It is that code itself.
    is_code: bool,
    /// It is that code's description.
    is_description: bool,
}

/// Reads a codebook.
pub fn read(name: &str, bytes: &[u8]) -> Result<Codebook, Problem> {
    let text = decode(name, bytes)?;
    let (mut book, mut entities) = (Codebook::default(), Entities::default());
    let (mut open, mut found, mut taguette) = (Vec::<Open>::new(), false, false);
    let mut reader = Reader::from_str(text);
    let mut lines = LineCount::new(text);
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event();
        let line = lines.line(start);
        let event = event.map_err(|error| {
            let message = format!("`{name}` cannot be read as XML: {}", plainly(&error.to_string()));
            Problem::at(codes::FILE, name, line, message).help("export the codebook again")
        })?;
        match event {
            Event::Start(tag) => {
                if tag.local_name().as_ref() == "CodeBook" {
                    found = true;
                    taguette = attribute(&tag, "origin", &mut entities).is_some_and(|o| o.starts_with("Taguette"));
                }
                let element =
                    element(&tag, name, line, open.last().copied().unwrap_or_default(), &mut book, &mut entities);
                open.push(element);
            }
            Event::Empty(tag) => {
                found |= tag.local_name().as_ref() == "CodeBook";
                element(&tag, name, line, open.last().copied().unwrap_or_default(), &mut book, &mut entities);
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) => describe(&mut book, &open, &text.xml10_content()),
            Event::CData(text) => describe(&mut book, &open, &text.xml10_content()),
            Event::GeneralRef(reference) => describe(&mut book, &open, &entities.text(&reference)),
            Event::DocType(kind) => entities.declare(&kind),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if !open.is_empty() {
        return Err(
            Problem::new(codes::FILE, name, format!("`{name}` ends in the middle")).help("export the codebook again")
        );
    }
    if !found {
        let message = format!("`{name}` is no REFI-QDA codebook: it has no `CodeBook` in it");
        return Err(Problem::new(codes::DATA_FORMAT, name, message).help("export the codebook as `.qdc`"));
    }
    if entities.unread {
        book.problems.push(Problem::at(codes::LEFT_OUT, name, 1, format!("`{name}` {UNREAD}")));
    }
    // Taguette writes its hierarchy into the names alone.
    if taguette && book.entries.iter().all(|entry| entry.parent.is_none()) {
        book.of_paths();
    }
    for entry in &mut book.entries {
        entry.definition = entry.definition.trim().to_owned();
    }
    Ok(book)
}

/// The library's words without its positions.
fn plainly(error: &str) -> String {
    error.split(": ").last().unwrap_or(error).trim_end_matches('.').to_owned()
}

fn element(
    tag: &BytesStart,
    file: &str,
    line: u32,
    within: Open,
    book: &mut Codebook,
    entities: &mut Entities,
) -> Open {
    match tag.local_name().as_ref() {
        "Code" => {
            // A code without a name is told, and its children stand under its own parent.
            let entry_name =
                attribute(tag, "name", entities).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            let Some(entry_name) = entry_name else {
                let problem = Problem::at(codes::LEFT_OUT, file, line, "this code has no name and was left out");
                book.problems.push(problem);
                return Open { code: within.code, ..Open::default() };
            };
            book.entries.push(CodebookEntry {
                name: entry_name,
                definition: String::new(),
                codable: !matches!(attribute(tag, "isCodable", entities).as_deref(), Some("false" | "0")),
                parent: within.code,
                guid: attribute(tag, "guid", entities),
                line,
                ..CodebookEntry::default()
            });
            Open { code: Some(book.entries.len() - 1), is_code: true, is_description: false }
        }
        "Description" => Open { code: within.code, is_code: false, is_description: within.is_code },
        "Set" => {
            book.sets += 1;
            Open { code: within.code, ..Open::default() }
        }
        _ => Open { code: within.code, ..Open::default() },
    }
}

/// The value of an attribute, whatever namespace it has.
fn attribute(tag: &BytesStart, name: &str, entities: &mut Entities) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(entities.value(&found))
}

fn describe(book: &mut Codebook, open: &[Open], text: &str) {
    let place = open.last().filter(|o| o.is_description).and_then(|o| o.code);
    if let Some(entry) = place.and_then(|place| book.entries.get_mut(place)) {
        entry.definition.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_taguette_are_paths() {
        let names = |origin: &str| {
            let book = format!(
                "<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\" origin=\"{origin}\"><Codes><Code guid=\"1\" name=\"a.b\"/>\
                 <Code guid=\"2\" name=\"a\"/><Code guid=\"3\" name=\"x.y\"/></Codes></CodeBook>"
            );
            let book = read("c.qdc", book.as_bytes()).unwrap();
            book.entries.iter().map(|e| (e.name.clone(), e.parent)).collect::<Vec<_>>()
        };
        assert_eq!(names("Taguette 1.5.2"), [("b".into(), Some(1)), ("a".into(), None), ("x.y".into(), None)]);
        assert_eq!(names("NVivo"), [("a.b".into(), None), ("a".into(), None), ("x.y".into(), None)]);
    }

    #[test]
    fn depth_costs_nothing_and_entities_do_not_grow() {
        let n = 50_000;
        let deep =
            format!("<CodeBook><Codes>{}{}</Codes></CodeBook>", "<Code name=\"a\">".repeat(n), "</Code>".repeat(n));
        let book = read("a.qdc", deep.as_bytes()).unwrap();
        assert_eq!(book.entries[n - 1].parent, Some(n - 2));
        let laughs = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><CodeBook><Codes><Code name="&b;x"><Description>&b; &#233;</Description></Code></Codes></CodeBook>"#;
        let book = read("a.qdc", laughs.as_bytes()).unwrap();
        assert_eq!((book.entries[0].name.as_str(), book.entries[0].definition.as_str()), ("&b;x", "&b; é"));
    }
}
