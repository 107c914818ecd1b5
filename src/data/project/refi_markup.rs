//! The elements of an XML file as a flat list in the order of the file, so that depth costs nothing.
//!
//! What entities stand for says [`crate::data::entities`]: nothing outside is read and nothing grows. Namespaces are not looked at: ATLAS.ti and others have
//! used several for the same elements.

use crate::data::encoding::{ReadAs, decode_xml};
use crate::data::entities::Entities;
use crate::data::problem::Problem;
use crate::diagnostic::codes;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use rustc_hash::FxHashMap;

/// So many elements at most; a project of a million codings has some four million.
const ELEMENTS: usize = 40_000_000;

/// One element.
#[derive(Clone, Debug, Default)]
pub struct Element {
    /// Its name, by its place in the list of names.
    name: u32,
    /// The element it stands in.
    pub parent: Option<usize>,
    /// Its own text, without that of the elements in it.
    pub text: String,
    attributes: Vec<(u32, Box<str>)>,
}

/// All elements of a file.
#[derive(Clone, Debug, Default)]
pub struct Markup {
    /// Every element after the one it stands in.
    pub elements: Vec<Element>,
    /// Entities that the file declares.
    pub entities: Entities,
    /// What the file was read as, where it is not in UTF-8.
    pub read_as: Option<ReadAs>,
    /// How many texts hold an `&` that stands for itself, where XML wants `&amp;`: QualCoder writes annotations so.
    pub loose: usize,
    names: Vec<String>,
    numbers: FxHashMap<String, u32>,
}

impl Markup {
    /// Reads a file.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Markup, Problem> {
        let (text, read_as) = decode_xml(name, bytes)?;
        let text: &str = &text;
        let mut markup = Markup { read_as, ..Markup::default() };
        let mut open: Vec<usize> = Vec::new();
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        loop {
            let event = reader.read_event().map_err(|error| {
                let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                let line = crate::data::encoding::line_of(text.as_bytes(), at);
                let error = error.to_string();
                let error = error.split(": ").last().unwrap_or("").trim_end_matches('.');
                Problem::at(codes::FILE, name, line, format!("`{name}` cannot be read as XML: {error}"))
                    .help(again(text))
            })?;
            match event {
                Event::Start(tag) => {
                    let element = markup.add(&tag, open.last().copied());
                    open.push(element);
                }
                Event::Empty(tag) => {
                    markup.add(&tag, open.last().copied());
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => {
                    markup.loose += usize::from(text.contains('&'));
                    markup.say(&open, &text.xml10_content());
                }
                Event::CData(text) => markup.say(&open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let text = markup.entities.text(&reference);
                    markup.say(&open, &text);
                }
                Event::Eof => break,
                Event::DocType(kind) => markup.entities.declare(&kind),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
            if markup.elements.len() > ELEMENTS {
                let message = format!("`{name}` has more than {ELEMENTS} elements");
                return Err(Problem::new(codes::LIMIT, name, message).help("is it the right file?"));
            }
        }
        if !open.is_empty() {
            let message = format!("`{name}` ends in the middle");
            return Err(Problem::new(codes::FILE, name, message).help(again(text)));
        }
        Ok(markup)
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn add(&mut self, tag: &BytesStart<'_>, parent: Option<usize>) -> usize {
        let name = self.number(tag.local_name().as_ref());
        let mut attributes = Vec::new();
        for found in tag.attributes().with_checks(false).flatten() {
            let value = self.entities.value(&found);
            attributes.push((self.number(found.key.local_name().as_ref()), value.into_boxed_str()));
        }
        self.elements.push(Element { name, parent, text: String::new(), attributes });
        self.elements.len() - 1
    }

    fn say(&mut self, open: &[usize], text: &str) {
        if let Some(element) = open.last().and_then(|&at| self.elements.get_mut(at)) {
            element.text.push_str(text);
        }
    }

    /// The name of an element; empty where there is none.
    pub fn name(&self, at: usize) -> &str {
        self.elements.get(at).and_then(|e| self.names.get(e.name as usize)).map_or("", String::as_str)
    }

    /// The name of the element that one stands in.
    pub fn within(&self, at: usize) -> &str {
        self.parent(at).map_or("", |parent| self.name(parent))
    }

    /// The element that one stands in.
    pub fn parent(&self, at: usize) -> Option<usize> {
        self.elements.get(at)?.parent
    }

    /// An attribute, without white space around it; none where it is missing or empty.
    pub fn attribute(&self, at: usize, name: &str) -> Option<&str> {
        let number = self.numbers.get(name)?;
        let value = &self.elements.get(at)?.attributes.iter().find(|(n, _)| n == number)?.1;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The same as a GUID: in small letters, without brackets.
    pub fn guid(&self, at: usize, name: &str) -> Option<String> {
        self.attribute(at, name).map(|value| value.trim_matches(['{', '}']).to_lowercase())
    }

    /// The text of an element.
    pub fn text(&self, at: usize) -> &str {
        self.elements.get(at).map_or("", |e| e.text.as_str())
    }
}

/// What to do about a file that is no XML.
fn again(text: &str) -> &'static str {
    let head = text.char_indices().nth(2_000).map_or(text, |(byte, _)| &text[..byte]);
    if head.contains("origin=\"QualCoder") {
        return "import the project as QualCoder keeps it instead, the folder whose name ends in `.qda`: QualCoder writes `<` \
                and `&` in annotations as they are, which breaks what it exports";
    }
    "export the project again"
}
