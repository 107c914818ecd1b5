//! The codebook as a document for Word and LibreOffice: WordprocessingML (ECMA-376, part 1, section 17) in a package. It
//! has real headings, lists and tables, so that a publisher's template takes hold of it. The XML writer escapes; signs
//! that XML cannot hold are left out. No date stands in it: the same study gives the same bytes.

use super::{Block, Item, Run, blocks};
use crate::data::Problem;
use crate::diagnostic::codes;
use crate::session::codebook::Codebook;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const CONTENT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The bytes of the document.
pub fn docx(name: &str, book: &Codebook) -> Result<Vec<u8>, Problem> {
    let refuse = |error: String| {
        Problem::new(codes::OUTPUT, name, format!("`{name}` cannot be written: {}", error.to_lowercase()))
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (part, bytes) in parts(book) {
        zip.start_file(part, SimpleFileOptions::default()).map_err(|e| refuse(e.to_string()))?;
        zip.write_all(&bytes).map_err(|e| refuse(e.to_string()))?;
    }
    Ok(zip.finish().map_err(|e| refuse(e.to_string()))?.into_inner())
}

/// The files of the package, the one that says what the others are first.
fn parts(book: &Codebook) -> [(&'static str, Vec<u8>); 7] {
    let blocks = blocks(book);
    [
        ("[Content_Types].xml", content_types()),
        (
            "_rels/.rels",
            relations(&[
                (&format!("{OFFICE}/officeDocument"), "word/document.xml"),
                (
                    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                    "docProps/core.xml",
                ),
            ]),
        ),
        ("docProps/core.xml", properties(&blocks)),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                (&format!("{OFFICE}/styles"), "styles.xml"),
                (&format!("{OFFICE}/numbering"), "numbering.xml"),
            ]),
        ),
        ("word/styles.xml", styles()),
        ("word/numbering.xml", numbering()),
        ("word/document.xml", document(&blocks)),
    ]
}

type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A part being written. Bytes in memory take all that is written to them.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn new() -> Xml {
        let mut xml = Xml(Writer::new(Vec::new()));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))));
        xml
    }

    fn event(&mut self, event: Event<'_>) {
        let written = self.0.write_event(event);
        debug_assert!(written.is_ok());
    }

    /// An element with what is in it.
    fn element(&mut self, name: &str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Xml)) {
        self.event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.event(Event::Empty(BytesStart::new(name).with_attributes(attributes.iter().copied())));
    }

    fn text(&mut self, text: &str) {
        let can_stand = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
        let text: String = text.chars().filter(|c| can_stand(*c)).collect();
        self.event(Event::Text(BytesText::new(&text)));
    }

    fn paragraph(&mut self, style: &str, inside: impl FnOnce(&mut Xml)) {
        self.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| xml.empty("w:pStyle", &[("w:val", style)]));
            inside(xml);
        });
    }

    fn run(&mut self, style: Option<&str>, text: &str) {
        self.element("w:r", &[], |xml| {
            if let Some(style) = style {
                xml.element("w:rPr", &[], |xml| xml.empty("w:rStyle", &[("w:val", style)]));
            }
            xml.element("w:t", &[("xml:space", "preserve")], |xml| xml.text(text));
        });
    }

    fn line(&mut self, line: &[Run]) {
        for run in line {
            match run {
                Run::Text(text) => self.run(None, text),
                Run::Strong(text) => self.run(Some("Strong"), text),
                Run::Code(text) => self.run(Some("Rule"), text),
                Run::Link(text, number) => {
                    let anchor = format!("entry_{number}");
                    self.element("w:hyperlink", &[("w:anchor", &anchor)], |xml| xml.run(Some("Hyperlink"), text));
                }
            }
        }
    }

    fn done(self) -> Vec<u8> {
        self.0.into_inner()
    }
}

fn document(blocks: &[Block]) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.element("w:document", &[("xmlns:w", MAIN)], |xml| {
        xml.element("w:body", &[], |xml| {
            blocks.iter().for_each(|b| block(xml, b));
            xml.element("w:sectPr", &[], |xml| {
                xml.empty("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")]);
                let sides = ["w:top", "w:right", "w:bottom", "w:left"].map(|side| (side, "1417"));
                let rest = [("w:header", "708"), ("w:footer", "708"), ("w:gutter", "0")];
                xml.empty("w:pgMar", &sides.into_iter().chain(rest).collect::<Vec<_>>());
            });
        });
    });
    xml.done()
}

fn block(xml: &mut Xml, block: &Block) {
    match block {
        Block::Title(title) => xml.paragraph("Title", |xml| xml.run(None, title)),
        Block::Heading(_, title) => xml.paragraph("Heading1", |xml| xml.run(None, title)),
        Block::Entry(level, number, title) => {
            let (id, name) = (number.to_string(), format!("entry_{number}"));
            xml.paragraph(&format!("Heading{}", level - 1), |xml| {
                xml.empty("w:bookmarkStart", &[("w:id", &id), ("w:name", &name)]);
                xml.run(None, title);
                xml.empty("w:bookmarkEnd", &[("w:id", &id)]);
            });
        }
        Block::Paragraph(line) => xml.paragraph("Normal", |xml| xml.line(line)),
        Block::Field(name, items) => {
            xml.paragraph("FieldName", |xml| xml.run(None, name));
            items.iter().for_each(|one| item(xml, one));
        }
        Block::Table(header, rows, texts) => table(xml, header, rows, *texts),
    }
}

fn item(xml: &mut Xml, item: &Item) {
    match item {
        Item::Text(line) => xml.paragraph("ListBullet", |xml| xml.line(line)),
        Item::Quote(words, source, why) => xml.paragraph("ListBullet", |xml| {
            xml.line(words);
            xml.run(None, &format!(" ({source})"));
            if !why.is_empty() {
                xml.run(None, "; ");
                xml.line(why);
            }
        }),
    }
}

/// The widths of columns in twentieths of a point: names need room, and numbers little.
const WIDTHS: [&str; 3] = ["2850", "1200", "1250"];

fn table(xml: &mut Xml, header: &[&str], rows: &[Vec<Vec<Run>>], texts: usize) {
    let width = |at: usize| {
        WIDTHS[if at == 0 {
            0
        } else if at < texts {
            1
        } else {
            2
        }]
    };
    let cell = |xml: &mut Xml, at: usize, line: &[Run]| {
        xml.element("w:tc", &[], |xml| {
            xml.element("w:tcPr", &[], |xml| xml.empty("w:tcW", &[("w:w", width(at)), ("w:type", "dxa")]));
            xml.paragraph(if at < texts { "Cell" } else { "NumberCell" }, |xml| xml.line(line));
        });
    };
    xml.element("w:tbl", &[], |xml| {
        xml.element("w:tblPr", &[], |xml| {
            xml.empty("w:tblStyle", &[("w:val", "TableGrid")]);
            xml.empty("w:tblW", &[("w:w", "0"), ("w:type", "auto")]);
        });
        xml.element("w:tblGrid", &[], |xml| {
            (0..header.len()).for_each(|at| xml.empty("w:gridCol", &[("w:w", width(at))]));
        });
        xml.element("w:tr", &[], |xml| {
            xml.element("w:trPr", &[], |xml| xml.empty("w:tblHeader", &[]));
            for (at, name) in header.iter().enumerate() {
                cell(xml, at, &[Run::Strong((*name).to_owned())]);
            }
        });
        for row in rows {
            xml.element("w:tr", &[], |xml| row.iter().enumerate().for_each(|(at, line)| cell(xml, at, line)));
        }
    });
    // Two tables without anything between them would be one.
    xml.paragraph("Normal", |_| {});
}

fn content_types() -> Vec<u8> {
    let mut xml = Xml::new();
    xml.element("Types", &[("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types")], |xml| {
        let package = "application/vnd.openxmlformats-package";
        let relations = format!("{package}.relationships+xml");
        xml.empty("Default", &[("Extension", "rels"), ("ContentType", &relations)]);
        xml.empty("Default", &[("Extension", "xml"), ("ContentType", "application/xml")]);
        for (part, of) in [
            ("/word/document.xml", format!("{CONTENT}.document.main+xml")),
            ("/word/styles.xml", format!("{CONTENT}.styles+xml")),
            ("/word/numbering.xml", format!("{CONTENT}.numbering+xml")),
            ("/docProps/core.xml", format!("{package}.core-properties+xml")),
        ] {
            xml.empty("Override", &[("PartName", part), ("ContentType", &of)]);
        }
    });
    xml.done()
}

fn relations(all: &[(&str, &str)]) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.element("Relationships", &[("xmlns", RELATIONS)], |xml| {
        for (number, (of, target)) in all.iter().enumerate() {
            let id = format!("rId{}", number + 1);
            xml.empty("Relationship", &[("Id", &id), ("Type", of), ("Target", target)]);
        }
    });
    xml.done()
}

fn properties(blocks: &[Block]) -> Vec<u8> {
    let mut xml = Xml::new();
    let core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
    let names = [("xmlns:cp", core), ("xmlns:dc", "http://purl.org/dc/elements/1.1/")];
    xml.element("cp:coreProperties", &names, |xml| {
        if let Some(Block::Title(title)) = blocks.first() {
            xml.element("dc:title", &[], |xml| xml.text(title));
        }
    });
    xml.done()
}

/// Bullets, for all lists.
fn numbering() -> Vec<u8> {
    let mut xml = Xml::new();
    xml.element("w:numbering", &[("xmlns:w", MAIN)], |xml| {
        xml.element("w:abstractNum", &[("w:abstractNumId", "0")], |xml| {
            xml.empty("w:multiLevelType", &[("w:val", "hybridMultilevel")]);
            xml.element("w:lvl", &[("w:ilvl", "0")], |xml| {
                xml.empty("w:start", &[("w:val", "1")]);
                xml.empty("w:numFmt", &[("w:val", "bullet")]);
                xml.empty("w:lvlText", &[("w:val", "•")]);
                xml.empty("w:lvlJc", &[("w:val", "left")]);
                xml.element("w:pPr", &[], |xml| xml.empty("w:ind", &[("w:left", "360"), ("w:hanging", "240")]));
            });
        });
        xml.element("w:num", &[("w:numId", "1")], |xml| xml.empty("w:abstractNumId", &[("w:val", "0")]));
    });
    xml.done()
}

fn styles() -> Vec<u8> {
    let mut xml = Xml::new();
    xml.element("w:styles", &[("xmlns:w", MAIN)], |xml| {
        let normal = [("w:type", "paragraph"), ("w:default", "1"), ("w:styleId", "Normal")];
        xml.element("w:style", &normal, |xml| {
            xml.empty("w:name", &[("w:val", "Normal")]);
            xml.element("w:pPr", &[], |xml| xml.empty("w:spacing", &[("w:after", "80")]));
            xml.element("w:rPr", &[], |xml| {
                xml.empty("w:rFonts", &[("w:ascii", "Calibri"), ("w:hAnsi", "Calibri"), ("w:cs", "Calibri")]);
                xml.empty("w:sz", &[("w:val", "21")]);
            });
        });
        paragraph_style(xml, "Title", "Title", None, &[("w:after", "200")], Some("40"));
        for (level, size) in (1..=5).zip(["32", "26", "24", "22", "21"]) {
            let (id, name) = (format!("Heading{level}"), format!("heading {level}"));
            paragraph_style(xml, &id, &name, Some(level - 1), &[("w:before", "280"), ("w:after", "60")], Some(size));
        }
        paragraph_style(xml, "FieldName", "Field name", None, &[("w:before", "100"), ("w:after", "20")], Some("21"));
        paragraph_style(xml, "ListBullet", "List Bullet", None, &[("w:after", "40")], None);
        paragraph_style(xml, "Cell", "Cell", None, &[("w:before", "30"), ("w:after", "30")], None);
        paragraph_style(xml, "NumberCell", "Number cell", None, &[("w:before", "30"), ("w:after", "30")], None);
        character_style(xml, "Strong", "Strong", |xml| xml.empty("w:b", &[]));
        character_style(xml, "Rule", "Rule", |xml| {
            xml.empty("w:rFonts", &[("w:ascii", "Consolas"), ("w:hAnsi", "Consolas"), ("w:cs", "Consolas")]);
            xml.empty("w:sz", &[("w:val", "18")]);
        });
        character_style(xml, "Hyperlink", "Hyperlink", |xml| {
            xml.empty("w:color", &[("w:val", "0B4F9C")]);
            xml.empty("w:u", &[("w:val", "single")]);
        });
        xml.element("w:style", &[("w:type", "table"), ("w:styleId", "TableGrid")], |xml| {
            xml.empty("w:name", &[("w:val", "Table Grid")]);
            xml.element("w:tblPr", &[], |xml| {
                xml.element("w:tblBorders", &[], |xml| {
                    for side in ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"] {
                        let line = [("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", "999999")];
                        xml.empty(side, &line);
                    }
                });
                xml.element("w:tblCellMar", &[], |xml| {
                    xml.empty("w:left", &[("w:w", "100"), ("w:type", "dxa")]);
                    xml.empty("w:right", &[("w:w", "100"), ("w:type", "dxa")]);
                });
            });
        });
    });
    xml.done()
}

/// A style of paragraphs; those with a size of their own are bold and stay with what follows.
fn paragraph_style(
    xml: &mut Xml,
    id: &str,
    name: &str,
    outline: Option<u8>,
    spacing: Attributes<'_>,
    size: Option<&str>,
) {
    xml.element("w:style", &[("w:type", "paragraph"), ("w:styleId", id)], |xml| {
        xml.empty("w:name", &[("w:val", name)]);
        xml.empty("w:basedOn", &[("w:val", "Normal")]);
        xml.empty("w:qFormat", &[]);
        // The standard gives the order of what stands here.
        xml.element("w:pPr", &[], |xml| {
            if size.is_some() {
                xml.empty("w:keepNext", &[]);
            }
            if id == "ListBullet" {
                xml.element("w:numPr", &[], |xml| xml.empty("w:numId", &[("w:val", "1")]));
            }
            xml.empty("w:spacing", spacing);
            if id == "NumberCell" {
                xml.empty("w:jc", &[("w:val", "right")]);
            }
            if let Some(outline) = outline {
                xml.empty("w:outlineLvl", &[("w:val", &outline.to_string())]);
            }
        });
        if let Some(size) = size {
            xml.element("w:rPr", &[], |xml| {
                xml.empty("w:b", &[]);
                xml.empty("w:sz", &[("w:val", size)]);
            });
        }
    });
}

fn character_style(xml: &mut Xml, id: &str, name: &str, inside: impl FnOnce(&mut Xml)) {
    xml.element("w:style", &[("w:type", "character"), ("w:styleId", id)], |xml| {
        xml.empty("w:name", &[("w:val", name)]);
        xml.empty("w:qFormat", &[]);
        xml.element("w:rPr", &[], inside);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::codebook::tests::hostile;
    use quick_xml::reader::Reader;

    #[test]
    fn every_part_is_well_formed_and_hostile_texts_stay_text() {
        for (part, bytes) in parts(&hostile()) {
            let xml = String::from_utf8(bytes).expect("it is UTF-8");
            assert!(!xml.contains("<script"), "{part}: {xml}");
            assert!(!xml.contains(['\u{0}', '\u{1b}', '\u{FFFF}', '\u{202E}']), "{part}: {xml}");
            let mut reader = Reader::from_str(&xml);
            reader.config_mut().check_end_names = true;
            let (mut depth, mut said) = (0_usize, String::new());
            loop {
                match reader.read_event().unwrap_or_else(|error| panic!("{part}: {error}")) {
                    Event::Start(tag) => {
                        assert!(tag.attributes().all(|a| a.is_ok()), "{part}");
                        depth += 1;
                    }
                    Event::End(_) => depth -= 1,
                    Event::Empty(tag) => assert!(tag.attributes().all(|a| a.is_ok()), "{part}"),
                    Event::Text(text) => said += &text.xml10_content(),
                    Event::GeneralRef(name) => {
                        assert!(["lt", "gt", "amp", "quot", "apos"].contains(&&*name.xml10_content()), "{part}");
                        said.push(match &*name.xml10_content() {
                            "lt" => '<',
                            "gt" => '>',
                            "amp" => '&',
                            "quot" => '"',
                            _ => '\'',
                        });
                    }
                    Event::Eof => break,
                    Event::Decl(_) => {}
                    other => panic!("{part}: {other:?}"),
                }
            }
            assert_eq!(depth, 0, "{part}");
            if part == "word/document.xml" {
                assert!(said.contains("<script>alert(1)</script>]]> & \" onload=\""), "{said}");
            }
        }
    }

    #[test]
    fn the_same_codebook_gives_the_same_bytes() {
        let book = hostile();
        assert_eq!(docx("a.docx", &book).expect("it is written"), docx("a.docx", &book).expect("it is written"));
    }
}
