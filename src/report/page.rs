//! The page of a code, and the list of all codes, for people and for programs.

use super::Look;
use super::json::{VERSION, document};
use super::layout::{heading, paragraph, plain, strong};
use crate::diagnostic::pages::{Block, Page, Section};
use crate::diagnostic::visible::visible;
use crate::diagnostic::{Code, Severity, codes};
use serde_json::{Value, json};

/// How far examples are set in.
const INDENT: &str = "    ";

/// What a code's weight means for the study.
fn weight(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "This is an error: the study cannot be trusted until it is put right.",
        Severity::Warning => "This is a warning: worth a look; nothing fails unless `--deny-warnings` is given.",
    }
}

/// `error`, `warning`
fn severity(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The page of a code to read.
pub fn page(code: Code, page: Option<Page>, look: Look) -> String {
    let mut out = String::new();
    heading(&mut out, &format!("{}: {}", code.id, code.title), look);
    paragraph(&mut out, &[plain(weight(code))], "", "", look);
    for section in page.map(Page::sections).unwrap_or_default() {
        if let Some(title) = section.heading {
            heading(&mut out, title, look);
        }
        for (i, block) in section.blocks.iter().enumerate() {
            if i > 0 || section.heading.is_none() {
                out.push('\n');
            }
            match block {
                Block::Paragraph(words) => paragraph(&mut out, &[plain(words.as_str())], "", "", look),
                Block::Example { file, text, .. } => {
                    if let Some(file) = file {
                        out.push_str(&format!("{INDENT}({file})\n"));
                    }
                    for line in text.lines() {
                        let line = format!("{INDENT}{}", visible(line));
                        out.push_str(line.trim_end());
                        out.push('\n');
                    }
                }
            }
        }
    }
    out
}

/// The page of a code for programs.
pub fn page_json(code: Code, page: Option<Page>) -> String {
    let block = |block: &Block| match block {
        Block::Paragraph(words) => json!({ "paragraph": words }),
        Block::Example { language, file, text } => json!({ "language": language, "file": file, "example": text }),
    };
    let section = |section: &Section| {
        json!({
            "heading": section.heading.unwrap_or("What it means"),
            "blocks": section.blocks.iter().map(block).collect::<Vec<Value>>(),
        })
    };
    let sections: Vec<Value> = page.map(Page::sections).unwrap_or_default().iter().map(section).collect();
    document(&json!({
        "version": VERSION, "code": code.id, "title": code.title, "severity": severity(code), "sections": sections,
    }))
}

/// All codes by stage, to read.
pub fn all_codes(look: Look) -> String {
    let mut out = String::new();
    for (number, stage) in codes::STAGES {
        heading(&mut out, &format!("{number} {stage}"), look);
        for code in codes::ALL.iter().filter(|c| c.stage() == *number) {
            paragraph(&mut out, &[strong(code.id), plain(format!(" {}", code.title))], "", "      ", look);
        }
    }
    out.push('\n');
    let more = "E is an error, W a warning. `hence help E0201` explains one of them.";
    paragraph(&mut out, &[plain(more)], "", "", look);
    out
}

/// All codes for programs.
pub fn all_codes_json() -> String {
    let row = |code: &Code| {
        let stage = codes::STAGES.iter().find(|(number, _)| *number == code.stage()).map(|(_, stage)| stage);
        json!({ "code": code.id, "title": code.title, "severity": severity(*code), "stage": stage })
    };
    document(&json!({ "version": VERSION, "codes": codes::ALL.iter().map(row).collect::<Vec<Value>>() }))
}
