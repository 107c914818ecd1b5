//! A sheet of a workbook as a table: `.xlsx`, `.xlsm`, `.xls` and `.ods`, read with `calamine`.
//!
//! What a cell shows becomes its text: numbers as they are, dates as `2013-09-01`, the value of a formula and never the
//! formula. Workbooks are other people's files and packed, so what they would unfold to is counted before anything of it is
//! kept.

use super::problem::{Problem, counted, shown};
use super::read::extension;
use super::tidy;
use crate::base::Table;
use crate::base::table::{Body, Row};
use crate::diagnostic::{codes, suggest};
use calamine::{Cell, Data, DataRef, ExcelDateTime, Ods, Reader, Xls, Xlsx};
use quick_xml::events::{BytesStart, Event};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::io::{BufReader, Cursor, Read};

/// More than this no part of a workbook may hold, unpacked, in bytes.
const PART: u64 = 1 << 30;
/// More cells than this no sheet may have, empty ones between others counted.
const CELLS: u64 = 20_000_000;

/// True of the name of a workbook.
pub fn is_workbook(name: &str) -> bool {
    name.contains('.') && matches!(extension(name).as_str(), "xlsx" | "xlsm" | "xls" | "ods")
}

/// The header, the rows below it, and whatever is to be said of other sheets.
/// `tidy` takes a title above the header away and names columns, and says so.
pub fn read(name: &str, bytes: Vec<u8>, sheet: Option<&str>, tidy: bool) -> Result<(Table, Vec<Problem>), Problem> {
    let mut book = open(name, bytes)?;
    let names = book.sheets();
    let wanted = choose(name, &names, sheet)?;
    let mut cells = book.cells(&wanted).map_err(|error| broken(name, &error))?;
    let unfinished: Vec<(u32, u32)> =
        cells.iter().filter(|cell| cell.text.is_empty()).map(|cell| (cell.row, cell.column)).collect();
    let unfinished = book.formulas(&wanted, &unfinished).map_err(|error| broken(name, &error))?;
    cells.retain(|cell| !cell.text.is_empty());
    let mut said = Vec::new();
    if tidy {
        tidied(&mut cells, &mut said);
    }
    let mut table = table(name, &wanted, cells)?;
    if tidy {
        said.extend(tidy::name(&mut table.header, true));
    }
    let others: Vec<&str> = names.iter().map(String::as_str).filter(|other| *other != wanted).collect();
    let mut warnings: Vec<Problem> = said.into_iter().map(|said| Problem::new(codes::LEFT_OUT, name, said)).collect();
    if let Some(&(row, column)) = unfinished.first() {
        let many = counted(unfinished.len(), "cell holds", "cells hold");
        let message = format!(
            "{many} a formula without a result, as in {}: no text until a spreadsheet program opens the workbook and saves it",
            place(row, column)
        );
        let help = "open the workbook in a spreadsheet program, which fills the results in, and save it";
        warnings.push(Problem::new(codes::LEFT_OUT, name, message).help(help));
    }
    if let (None, Some(first)) = (sheet, others.first()) {
        let more = counted(others.len(), "other sheet is", "other sheets are");
        let message = format!("the sheet `{wanted}` is read, and {more} left out: `{}`", others.join("`, `"));
        let help = format!("say which is meant: `sheet \"{wanted}\"`, or `sheet \"{first}\"`");
        warnings.push(Problem::new(codes::LEFT_OUT, name, message).help(help));
    }
    Ok((table, warnings))
}

/// What the sheets of a workbook are called.
pub fn names(name: &str, bytes: Vec<u8>) -> Result<Vec<String>, Problem> {
    Ok(open(name, bytes)?.sheets())
}

/// How many rows above the header are a title.
fn titles(cells: &[Text]) -> usize {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    for cell in cells {
        if rows.last().is_none_or(|(row, _)| *row != cell.row) {
            if rows.len() == 16 {
                break;
            }
            rows.push((cell.row, Vec::new()));
        }
        if let Some((_, row)) = rows.last_mut() {
            row.resize(row.len().max((cell.column as usize).min(1_000) + 1), String::new());
            row[(cell.column as usize).min(1_000)] = cell.text.clone();
        }
    }
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    tidy::titles(&rows)
}

/// Takes titles away, and gives columns a header that have cells and none.
fn tidied(cells: &mut Vec<Text>, said: &mut Vec<String>) {
    let titles = titles(cells);
    if titles > 0 {
        let title: String = cells.first().map_or(String::new(), |cell| cell.text.trim().chars().take(60).collect());
        said.push(format!("`{title}` above the header was taken for a title"));
        let mut rows: Vec<u32> = cells.iter().take(titles * 2 + 1).map(|cell| cell.row).collect();
        rows.dedup();
        rows.truncate(titles);
        cells.retain(|cell| !rows.contains(&cell.row));
    }
    let Some(first) = cells.first().map(|cell| cell.row) else { return };
    let named = cells.iter().take_while(|cell| cell.row == first).count();
    let columns: Vec<u32> = cells[..named].iter().map(|cell| cell.column).collect();
    let mut missing: Vec<u32> = Vec::new();
    for cell in &cells[named..] {
        if columns.binary_search(&cell.column).is_err() && !missing.contains(&cell.column) && missing.len() < 1_000 {
            missing.push(cell.column);
        }
    }
    for column in missing {
        let text = format!("column {}", place(first, column).trim_end_matches(|c: char| c.is_ascii_digit()));
        said.push(format!("the column {} has no name and is called `{text}`", &text["column ".len()..]));
        cells.push(Text { row: first, column, text });
    }
    cells.sort_by_key(|cell| (cell.row, cell.column));
}

/// A cell that is not empty.
struct Text {
    row: u32,
    column: u32,
    text: String,
}

/// An open workbook.
enum Book {
    Xlsx(Box<Xlsx<Cursor<Vec<u8>>>>),
    Xls(Box<Xls<Cursor<Vec<u8>>>>),
    Ods(Box<Ods<Cursor<Vec<u8>>>>),
}

impl Book {
    fn sheets(&self) -> Vec<String> {
        match self {
            Book::Xlsx(book) => book.sheet_names(),
            Book::Xls(book) => book.sheet_names(),
            Book::Ods(book) => book.sheet_names(),
        }
    }

    fn cells(&mut self, sheet: &str) -> Result<Vec<Text>, String> {
        let mut all = Vec::new();
        let range = match self {
            Book::Xlsx(book) => {
                // Cell by cell, since a sheet with something in its last corner would be a range of 17 milliards.
                let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
                while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
                    all.push(of_ref(&cell));
                }
                return Ok(all);
            }
            Book::Xls(book) => book.worksheet_range(sheet).map_err(|error| error.to_string())?,
            Book::Ods(book) => book.worksheet_range(sheet).map_err(|error| error.to_string())?,
        };
        let (top, left) = range.start().unwrap_or_default();
        all.extend(range.used_cells().map(|(row, column, data)| Text {
            row: top + row as u32,
            column: left + column as u32,
            text: text(data),
        }));
        Ok(all)
    }
}

impl Book {
    /// Those of the places, in order, at which a formula stands; programs that write workbooks may leave its result to
    /// the program that opens them.
    fn formulas(&mut self, sheet: &str, places: &[(u32, u32)]) -> Result<Vec<(u32, u32)>, String> {
        let Book::Xlsx(book) = self else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        if places.is_empty() {
            return Ok(found);
        }
        let empty: FxHashSet<(u32, u32)> = places.iter().copied().collect();
        let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
        while let Some(cell) = reader.next_formula().map_err(|error| error.to_string())? {
            if !cell.get_value().is_empty() && empty.contains(&cell.get_position()) {
                found.push(cell.get_position());
            }
        }
        Ok(found)
    }
}

/// Opens a workbook by what it is, whatever its name says.
fn open(name: &str, bytes: Vec<u8>) -> Result<Book, Problem> {
    let says = |error: &dyn std::fmt::Display| broken(name, &error.to_string());
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let book = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
            calamine::XlsError::Password => locked(name),
            other => says(&other),
        })?;
        return Ok(Book::Xls(Box::new(book)));
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        super::encoding::undisguised(name, &bytes)?;
        let message = format!("`{name}` is no workbook, whatever its name says");
        let help = "if it is text with commas, give it the ending `.csv`; else save it again as `.xlsx`";
        return Err(Problem::new(codes::DATA_FORMAT, name, message).help(help));
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).map_err(|error| says(&error))?;
    let ods = archive.index_for_name("content.xml").is_some();
    unpacks(&mut archive, PART).map_err(|error| says(&error))?.map_or(Ok(()), |part| {
        Err(too_large(name, &format!("its part {} is larger than a GiB unpacked", shown(&part))))
    })?;
    if !ods {
        return Ok(Book::Xlsx(Box::new(Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
            calamine::XlsxError::Password => locked(name),
            other => says(&other),
        })?)));
    }
    let content = archive.by_name("content.xml").map_err(|error| says(&error))?;
    let cells = unfolded(BufReader::new(content)).map_err(|error| says(&error))?;
    if cells > CELLS {
        return Err(too_large(name, &format!("its sheets have more than {} million cells", CELLS / 1_000_000)));
    }
    Ok(Book::Ods(Box::new(Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::OdsError::Password => locked(name),
        other => says(&other),
    })?)))
}

/// The first part of an archive that is larger than so many bytes. What the archive says of its parts may be wrong, so
/// they are unpacked once for the count alone.
fn unpacks(
    archive: &mut zip::ZipArchive<Cursor<&Vec<u8>>>,
    most: u64,
) -> Result<Option<String>, zip::result::ZipError> {
    for at in 0..archive.len() {
        let mut part = archive.by_index(at)?;
        let size = std::io::copy(&mut (&mut part).take(most + 1), &mut std::io::sink())?;
        if size > most {
            return Ok(Some(String::from_utf8_lossy(part.name_raw()).into_owned()));
        }
    }
    Ok(None)
}

/// How many cells the rows of an OpenDocument sheet unfold to: a cell and a row may say how often they stand there.
fn unfolded(content: impl std::io::BufRead) -> Result<u64, quick_xml::Error> {
    let times = |start: &BytesStart<'_>, what: &str| {
        let said = start.try_get_attribute(what).ok().flatten();
        said.and_then(|said| said.value.parse::<u64>().ok()).unwrap_or(1)
    };
    let mut reader = quick_xml::Reader::from_reader(content);
    let (mut all, mut rows, mut at, mut last, mut buffer) = (0u64, 1, 0u64, 0, Vec::new());
    loop {
        let event = reader.read_event_into(&mut buffer)?;
        match &event {
            Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                "table:table-row" => (rows, at, last) = (times(start, "table:number-rows-repeated"), 0, 0),
                "table:table-cell" | "table:covered-table-cell" => {
                    at = at.saturating_add(times(start, "table:number-columns-repeated"));
                    let holds = start.try_get_attribute("office:value-type").ok().flatten().is_some()
                        || start.try_get_attribute("table:formula").ok().flatten().is_some();
                    if holds {
                        last = at;
                    }
                }
                // Text in a cell that says of itself that it has none.
                "text:p" => last = at,
                _ => {}
            },
            Event::End(end) if end.name().as_ref() == "table:table-row" => {
                all = all.saturating_add(last.saturating_mul(rows));
            }
            Event::Eof => return Ok(all),
            _ => {}
        }
        buffer.clear();
    }
}

fn choose(name: &str, names: &[String], sheet: Option<&str>) -> Result<String, Problem> {
    let Some(wanted) = sheet else {
        let first = names.first().cloned();
        return first.ok_or_else(|| Problem::new(codes::DATA_FORMAT, name, format!("`{name}` has no sheet")));
    };
    let plain = |sheet: &str| sheet.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let found = names.iter().find(|n| *n == wanted).or_else(|| names.iter().find(|n| plain(n) == plain(wanted)));
    found.cloned().ok_or_else(|| {
        let message = format!("`{name}` has no sheet `{wanted}`");
        let near = suggest::nearest(wanted, names.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its sheets are `{}`", names.join("`, `")),
        };
        Problem::new(codes::DATA_FORMAT, name, message).help(help)
    })
}

/// The first row with anything in it is the header. Rows without anything are none; a row with a cell where the header
/// has none would lose that cell, and is refused.
fn table(name: &str, sheet: &str, cells: Vec<Text>) -> Result<Table, Problem> {
    let Some(first) = cells.first().map(|cell| cell.row) else {
        let help = "is it the right sheet? another is read with `sheet \"Name\"`";
        return Err(Problem::new(codes::FILE, name, format!("the sheet `{sheet}` of `{name}` is empty")).help(help));
    };
    let titled = titles(&cells) > 0;
    let top: Vec<&Text> = cells.iter().take_while(|cell| cell.row == first).collect();
    let columns: Vec<u32> = top.iter().map(|cell| cell.column).collect();
    let header: Vec<String> = top.iter().map(|cell| cell.text.clone()).collect();
    let mut rows: Vec<Row<'static>> = Vec::new();
    for cell in cells.into_iter().skip(columns.len()) {
        let line = cell.row.saturating_add(1);
        let Ok(at) = columns.binary_search(&cell.column) else {
            let (place, text) = (place(cell.row, cell.column), shown(&cell.text));
            let message = format!("the cell {place} of the sheet `{sheet}` holds {text}, and its column has no header");
            let help = match titled {
                true => format!("{} looks like a title above the header: delete row {}", shown(&header[0]), first + 1),
                false => format!("write a header into {}, or empty the cell", self::place(first, cell.column)),
            };
            return Err(Problem::at(codes::ROW, name, line, message).help(help));
        };
        if rows.last().is_none_or(|row| row.line != line) {
            rows.push(Row { line, cells: vec![Some(Cow::Borrowed("")); columns.len()] });
        }
        if let Some(row) = rows.last_mut() {
            row.cells[at] = Some(Cow::Owned(cell.text));
        }
    }
    Ok(Table { file: name.to_owned(), header, body: Body::Cells(rows) })
}

/// A cell as spreadsheets name it: `B7`.
fn place(row: u32, column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column);
    loop {
        letters.push(char::from(b'A' + (rest % 26) as u8));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    format!("{}{}", letters.iter().rev().collect::<String>(), u64::from(row) + 1)
}

fn of_ref(cell: &Cell<DataRef<'_>>) -> Text {
    let (row, column) = cell.get_position();
    let text = match cell.get_value() {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        other => text(&Data::from(other.clone())),
    };
    Text { row, column, text }
}

/// What a cell shows.
fn text(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(time) => moment(time),
    }
}

/// A day as `2013-09-01`, a time of a day as `2013-09-01T10:30:00`, a length of time or a time without a day as `10:30:00`.
fn moment(time: &ExcelDateTime) -> String {
    let seconds = (time.as_f64() * 86_400.0).round();
    if time.is_duration() || (0.0..86_400.0).contains(&seconds) {
        let (sign, seconds) = (if seconds < 0.0 { "-" } else { "" }, seconds.abs() as u64);
        return format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    match (hour, minute, second) {
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
    }
}

fn locked(name: &str) -> Problem {
    let help = "open it, take the password away and save it again, or save the sheet as `CSV UTF-8`";
    Problem::new(codes::DATA_FORMAT, name, format!("`{name}` is locked with a password")).help(help)
}

fn too_large(name: &str, why: &str) -> Problem {
    let help = "save the sheet as `CSV UTF-8`, of which a file of any size is read";
    Problem::new(codes::DATA_FORMAT, name, format!("`{name}` is too large to be opened: {why}")).help(help)
}

fn broken(name: &str, error: &str) -> Problem {
    let message = format!("`{name}` cannot be read as a workbook: {error}");
    let help = "does a spreadsheet program open it? then save it again, or save the sheet as `CSV UTF-8`";
    Problem::new(codes::DATA_FORMAT, name, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn cells_have_the_names_that_spreadsheets_give_them() {
        assert_eq!([place(0, 0), place(6, 25), place(1, 26), place(0, 701)], ["A1", "Z7", "AA2", "ZZ1"]);
    }

    #[test]
    fn a_part_that_unfolds_too_far_is_named() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/sheet.xml", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&[b' '; 100_000]).unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1000);
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        assert_eq!(unpacks(&mut archive, 100_000).unwrap(), None);
        assert_eq!(unpacks(&mut archive, 99_999).unwrap().as_deref(), Some("xl/sheet.xml"));
    }

    #[test]
    fn repeated_cells_and_rows_are_counted_before_they_are_read() {
        let rows = |cells: &str| {
            format!("<t><table:table-row table:number-rows-repeated='1000'>{cells}</table:table-row></t>")
        };
        let held = "<table:table-cell office:value-type='float' table:number-columns-repeated='16000'/>";
        let empty = "<table:table-cell table:number-columns-repeated='16000'/>";
        assert_eq!(unfolded(rows(held).as_bytes()).unwrap(), 16_000_000);
        assert_eq!(unfolded(rows(empty).as_bytes()).unwrap(), 0);
        assert_eq!(unfolded(rows(&[empty, held].concat()).as_bytes()).unwrap(), 32_000_000);
    }
}
