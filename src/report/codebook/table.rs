//! The codebook as a table, a row for each code: what spreadsheets take and what `use "codebook.csv"` reads, column by
//! column. A workbook has the themes and other concepts on sheets of their own, after the codes.

use super::{heading, said};
use crate::data::Problem;
use crate::data::workbook::{Sheet, workbook};
use crate::data::write::{OutputCell, write_table};
use crate::session::codebook::{Codebook, CodebookKind, Entry};
use crate::session::explanation::QuoteShown;
use crate::session::findings::SaidShown;

/// The columns, as `data::codebook_table` reads them.
const HEADER: [&str; 8] =
    ["code", "parent", "definition", "include", "exclude", "memo", "examples", "counterexamples"];

/// The codes as a table in the format that the ending of a file names, and how many entries of other kinds have no place in
/// it.
pub fn table(name: &str, book: &Codebook) -> Result<(Vec<u8>, usize), Problem> {
    let (codes, others): (Vec<&CodebookKind>, Vec<&CodebookKind>) = book.kinds.iter().partition(|k| k.kind == "code");
    let rows: Vec<Vec<OutputCell>> = codes.iter().flat_map(|kind| rows(kind)).collect();
    Ok((write_table(name, &header(), &rows)?, others.iter().map(|kind| kind.entries.len()).sum()))
}

/// All kinds, a sheet each; the codes come first, where `use` looks.
pub fn sheets(name: &str, book: &Codebook) -> Result<Vec<u8>, Problem> {
    let sheet = |kind: &CodebookKind| Sheet { name: tab(&heading(kind)), header: header(), rows: rows(kind) };
    let mut sheets: Vec<Sheet> = Vec::new();
    for kind in book.kinds.iter().filter(|kind| !kind.entries.is_empty()) {
        let mut sheet = sheet(kind);
        if sheets.iter().any(|other| other.name.to_lowercase() == sheet.name.to_lowercase()) {
            sheet.name = tab(&format!("{} {}", sheets.len() + 1, sheet.name));
        }
        sheets.push(sheet);
    }
    if sheets.is_empty() {
        sheets.push(Sheet { name: "Codes".into(), header: header(), rows: Vec::new() });
    }
    workbook(name, &sheets).map(|(bytes, ..)| bytes)
}

/// A name of a tab as Excel allows it.
fn tab(label: &str) -> String {
    let allowed = |c: char| if c.is_control() || "[]:*?/\\'".contains(c) { ' ' } else { c };
    let name: String = label.chars().map(allowed).take(31).collect();
    if name.trim().is_empty() { "Concepts".into() } else { name.trim().to_owned() }
}

fn header() -> Vec<String> {
    HEADER.map(str::to_owned).to_vec()
}

fn rows(kind: &CodebookKind) -> Vec<Vec<OutputCell>> {
    kind.entries.iter().map(|entry| row(kind, entry)).collect()
}

fn row(kind: &CodebookKind, entry: &Entry) -> Vec<OutputCell> {
    let all = |texts: &[SaidShown]| texts.iter().map(said).collect::<Vec<_>>().join("\n");
    // A heading of another kind would come back as a code.
    let parent = entry.under.iter().find(|parent| kind.entries.iter().any(|other| other.label == **parent));
    let quoted = |texts: &[String], named: &[QuoteShown], more: &[QuoteShown]| {
        let texts = texts.iter().cloned();
        let quotes = named.iter().chain(more).map(|q| format!("{}{}{} ({})", q.before, q.quote, q.after, q.message));
        texts.chain(quotes).collect::<Vec<_>>().join("\n")
    };
    let cells = [
        entry.label.clone(),
        parent.cloned().unwrap_or_default(),
        all(&entry.means),
        all(&entry.include),
        all(&entry.exclude),
        all(&entry.memos),
        quoted(&entry.examples, &entry.named, &entry.quotes),
        quoted(&entry.counterexamples, &entry.named_against, &[]),
    ];
    cells.map(|text| if text.is_empty() { OutputCell::Empty } else { OutputCell::Text(text) }).to_vec()
}
