//! The reporting tables, filled in: as Markdown to read, and as a workbook to go on with.

use super::answers::answer;
use super::blocks::{Block, line, markdown, text};
use super::checklists::{ALL, Checklist, Known};
use super::{Files, said};
use crate::data::Problem;
use crate::data::workbook::{Sheet, workbook};
use crate::session::trail::Trail;

/// What stands where only a person can say.
pub(super) const AUTHOR: &str = "author to write";
/// Where the tables are.
const FOLDER: &str = "reporting-tables";
const HEADER: [&str; 5] = ["Item", "Part", "Topic", "What the study says", "What is left"];

/// A table that is filled in.
pub(super) struct Filled {
    pub list: &'static Checklist,
    /// A row an item, in the order of [`HEADER`].
    pub rows: Vec<[String; 5]>,
    /// Where it is.
    pub path: String,
    /// How many items a person has to write, in part or as a whole.
    pub left: usize,
}

/// All tables.
pub(super) fn filled(trail: &Trail) -> Vec<Filled> {
    let fill = |list: &'static Checklist| {
        let rows: Vec<[String; 5]> = list
            .items
            .iter()
            .map(|item| {
                let said = answer(item.known, trail);
                let left = match (&said, item.rest) {
                    (None, _) => AUTHOR.to_string(),
                    (Some(_), "") => String::new(),
                    (Some(_), rest) => format!("{AUTHOR}: {rest}"),
                };
                debug_assert!(item.known != Known::Author || said.is_none());
                [item.number.into(), item.part.into(), item.topic.into(), said.unwrap_or_default(), left]
            })
            .collect();
        let left = rows.iter().filter(|row| !row[4].is_empty()).count();
        Filled { list, rows, path: format!("{FOLDER}/{}.md", list.file), left }
    };
    ALL.iter().map(fill).collect()
}

/// What is said of a table, before its rows.
pub(super) fn about(filled: &Filled) -> Vec<String> {
    let mut out = vec![
        format!("After: {}", filled.list.source),
        "The topics are short names; what an item asks in full stands in the source. What the study says is taken from \
         its files, and says nothing of whether that is enough."
            .to_string(),
    ];
    if !filled.list.remark.is_empty() {
        out.push(filled.list.remark.to_string());
    }
    out
}

/// Writes them all.
pub(super) fn put(trail: &Trail, files: &mut Files) -> Result<(), Problem> {
    let mut sheets = Vec::new();
    for filled in filled(trail) {
        let mut out = format!("# {}\n", filled.list.name);
        let mut blocks: Vec<Block> = about(&filled).iter().map(|said| Block::Text(line(said))).collect();
        let rows = filled.rows.iter().map(|row| row.iter().map(|cell| vec![text(cell)]).collect());
        blocks.push(Block::Table(HEADER.to_vec(), rows.collect()));
        markdown(&mut out, &blocks);
        files.insert(filled.path.clone(), out.into_bytes());
        sheets.push(Sheet {
            name: filled.list.name.into(),
            header: HEADER.iter().chain(&["Page of the report"]).map(|name| (*name).to_owned()).collect(),
            rows: filled.rows.iter().map(|row| row.iter().map(said).collect()).collect(),
        });
    }
    let path = format!("{FOLDER}/reporting-tables.xlsx");
    let (bytes, ..) = workbook(&path, &sheets)?;
    files.insert(path, bytes);
    Ok(())
}
