//! Sheets of Excel and LibreOffice (`.xlsx`), as far as a table needs them: the cells of the first sheet as text.

use super::archive::Archive;
use super::refi_markup::Markup;
use super::{Project, taguette_sheet};
use crate::base::Table;
use crate::base::table::{Body, Row};
use crate::data::problem::Problem;
use crate::diagnostic::codes;
use std::borrow::Cow;

/// So many columns at most: as many as Excel has.
const COLUMNS: usize = 16_384;
/// So many cells at most, filled or not.
const CELLS: usize = 50_000_000;

/// Reads a sheet that a program exported.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let (table, formulas) = first_sheet(name, bytes)?;
    let project = taguette_sheet::of_table(&table).map(|mut project| {
        if formulas > 0 {
            project.report.remark(format!("{formulas} of the cells are formulas; their last values were read"));
        }
        project
    });
    project.ok_or_else(|| {
        let message = format!("`{name}` is a sheet, and none of the projects that are known");
        let help = "a sheet of messages is saved as `CSV UTF-8` and read with `input message from`";
        Problem::new(codes::DATA_FORMAT, name, message).help(help)
    })
}

/// The first sheet of a workbook, its first row as the header; and how many of its cells are formulas.
pub fn first_sheet(name: &str, bytes: &[u8]) -> Result<(Table, usize), Problem> {
    let mut archive = Archive::open(name, bytes)?;
    let first = archive.names().iter().filter(|n| n.starts_with("xl/worksheets/sheet") && n.ends_with(".xml"));
    let Some(first) = first.min_by_key(|n| (n.len(), (*n).clone())).cloned() else {
        let message = format!("`{name}` is no workbook: there is no sheet in it");
        return Err(Problem::new(codes::DATA_FORMAT, name, message).help("save the sheet as `CSV UTF-8`"));
    };
    let mut shared: Vec<String> = Vec::new();
    if let Some(bytes) = archive.member("xl/sharedStrings.xml")? {
        let markup = Markup::read(&format!("{name}/xl/sharedStrings.xml"), &bytes)?;
        for at in 0..markup.elements.len() {
            match (markup.name(at), markup.within(at)) {
                ("si", _) => shared.push(String::new()),
                // A reading aid above Chinese or Japanese signs is no text of the cell.
                ("t", within) if within != "rPh" => {
                    if let Some(text) = shared.last_mut() {
                        text.push_str(markup.text(at));
                    }
                }
                _ => {}
            }
        }
    }
    let bytes = archive.member(&first)?.unwrap_or_default();
    let markup = Markup::read(&format!("{name}/{first}"), &bytes)?;
    let rows = cells(name, &markup, &shared)?;
    let mut rows = rows.into_iter();
    let header: Vec<String> = rows.next().map_or(Vec::new(), |(_, row)| row);
    let filled = rows.filter(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
    let rows = filled.map(|(line, mut row)| {
        row.resize(header.len(), String::new());
        Row { line, cells: row.into_iter().map(|cell| Some(Cow::Owned(cell))).collect() }
    });
    let body = Body::Cells(rows.collect());
    let formulas = (0..markup.elements.len()).filter(|&at| markup.name(at) == "f").count();
    Ok((Table { file: name.to_owned(), header, body }, formulas))
}

fn cells(name: &str, markup: &Markup, shared: &[String]) -> Result<Vec<(u32, Vec<String>)>, Problem> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    let (mut column, mut kind, mut filled) = (0, String::new(), 0);
    for at in 0..markup.elements.len() {
        match markup.name(at) {
            "row" => {
                let next = rows.last().map_or(1, |(line, _)| line.saturating_add(1));
                let line = markup.attribute(at, "r").and_then(|r| r.parse().ok()).unwrap_or(next);
                rows.push((line, Vec::new()));
                column = 0;
            }
            "c" => {
                column = markup.attribute(at, "r").and_then(column_of).unwrap_or(column);
                kind = markup.attribute(at, "t").unwrap_or("").to_owned();
                let Some((_, row)) = rows.last_mut() else { continue };
                if column < COLUMNS && row.len() <= column {
                    filled += column + 1 - row.len();
                    row.resize(column + 1, String::new());
                }
                if filled > CELLS {
                    let message = format!("`{name}` has more than {CELLS} cells");
                    return Err(Problem::new(codes::LIMIT, name, message).help("save what is needed of it as CSV"));
                }
                column += 1;
            }
            "v" | "t" => {
                let text = markup.text(at);
                let text = match kind.as_str() {
                    "s" => text.trim().parse::<usize>().ok().and_then(|n| shared.get(n)).map_or("", String::as_str),
                    _ => text,
                };
                let cell = rows.last_mut().and_then(|(_, row)| row.get_mut(column.checked_sub(1)?));
                if let Some(cell) = cell {
                    cell.push_str(text);
                }
            }
            _ => {}
        }
    }
    Ok(rows)
}

/// `AB12` is the column 27, from 0.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let number = letters.fold(0usize, |n, b| n * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}
