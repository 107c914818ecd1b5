//! The pages of the codes: what each message means and why it matters, with an example that brings it about and one that
//! does not. They stand in `docs/messages/` and are part of the program; `tests/pages.rs` runs their examples, and holds
//! that each code has a page and each page a code.

use super::{Code, codes};

/// One page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The code it is about.
    pub id: &'static str,
    /// What stands in the file: a heading, paragraphs, and examples between lines of three backticks.
    pub text: &'static str,
}

macro_rules! pages {
    ($($id:ident)*) => {
        /// All pages, in the order of the codes.
        pub const ALL: &[Page] = &[$(Page {
            id: stringify!($id),
            text: include_str!(concat!("../../docs/messages/", stringify!($id), ".md")),
        }),*];
    };
}

pages! {
    E0101 E0102 E0103 E0104 E0105 E0106 E0107 E0108 E0109 E0110 E0111 E0112 E0113 E0114 E0115 E0116 W0117 W0118 W0119
    E0201 E0202 E0203 E0204 E0205 E0206 W0207 E0208 E0209 W0210 W0211 W0212 W0213 W0214 E0215 W0216 E0217
    E0301 E0302 W0303 E0304 E0305 E0306 E0307 E0308 E0309 E0310 E0311 E0312 E0313 W0314 W0315 E0316 E0317 W0318 E0319
    W0320 E0321 E0322 E0323 W0324 W0325 W0326 W0327
    E0401 E0402 E0403 E0404 E0405 W0406 W0407 E0408 E0409 W0410 E0411 E0412 E0413 W0414 W0415 W0416 W0417
    W0418
    E0501 E0502 E0503 E0504 E0505 E0506 W0507 W0508 E0509 E0510 E0511 W0512 W0513 E0514 E0515 E0516
}

/// The page of a code.
pub fn of(code: Code) -> Option<Page> {
    ALL.iter().copied().find(|page| page.id == code.id)
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading; the first section, which says what the message means, has none.
    pub heading: Option<&'static str>,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// What a section consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Words, on one line.
    Paragraph(String),
    /// An example: a study, a file beside it, or a command.
    Example {
        /// `hence`, `csv`, `console`.
        language: &'static str,
        /// The file it stands in; the study itself and commands have none.
        file: Option<&'static str>,
        /// Its lines.
        text: String,
    },
}

impl Page {
    /// The code's row in the table.
    pub fn code(self) -> Option<Code> {
        codes::find(self.id)
    }

    /// Its parts, in order. Comments are left out.
    pub fn sections(self) -> Vec<Section> {
        let mut sections = vec![Section { heading: None, blocks: Vec::new() }];
        let mut words = String::new();
        let mut lines = self.text.lines().filter(|line| !line.starts_with("<!--"));
        while let Some(line) = lines.next() {
            let heading = line.strip_prefix("## ");
            let fence = line.strip_prefix("```");
            if (heading.is_some() || fence.is_some() || line.trim().is_empty()) && !words.is_empty() {
                put(&mut sections, Block::Paragraph(std::mem::take(&mut words)));
            }
            if let Some(heading) = heading {
                sections.push(Section { heading: Some(heading.trim()), blocks: Vec::new() });
            } else if let Some(info) = fence {
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                let (language, file) = match info.split_once(' ') {
                    Some((language, file)) => (language, Some(file.trim())),
                    None => (info, None),
                };
                put(&mut sections, Block::Example { language, file, text: body.join("\n") + "\n" });
            } else if !line.trim().is_empty() && !line.starts_with("# ") {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(line.trim());
            }
        }
        if !words.is_empty() {
            put(&mut sections, Block::Paragraph(words));
        }
        sections
    }

    /// Why its examples cannot be run, where they cannot.
    pub fn not_run(self) -> Option<&'static str> {
        let line = self.text.lines().find_map(|line| line.strip_prefix("<!-- not run: "))?;
        line.strip_suffix("-->").map(str::trim)
    }
}

fn put(sections: &mut [Section], block: Block) {
    if let Some(last) = sections.last_mut() {
        last.blocks.push(block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_falls_into_sections_paragraphs_and_examples() {
        let text = "# E0101: x\n\n<!-- not run: for a reason -->\nOne\ntwo.\n\nThree.\n\n## Wrong\n\n```hence\ncode a\n\n\
                    code b\n```\n```csv a.csv\nid\n```\n## Right\nFour.";
        let page = Page { id: "E0101", text };
        let words = |text: &str| Block::Paragraph(text.to_string());
        let example = |language, file, text: &str| Block::Example { language, file, text: text.to_string() };
        assert_eq!(
            page.sections(),
            [
                Section { heading: None, blocks: vec![words("One two."), words("Three.")] },
                Section {
                    heading: Some("Wrong"),
                    blocks: vec![example("hence", None, "code a\n\ncode b\n"), example("csv", Some("a.csv"), "id\n")]
                },
                Section { heading: Some("Right"), blocks: vec![words("Four.")] },
            ]
        );
        assert_eq!(page.not_run(), Some("for a reason"));
    }
}
