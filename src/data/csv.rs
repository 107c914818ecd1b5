//! Delimited text after RFC 4180.
//!
//! The text is cut by [`Delimited`], which forgives every slip of quoting as the crate `csv` does; a slip swallows rows,
//! so each row that has a quotation mark is walked once more, strictly. Reading only looks whether all is well: the rows
//! stay in the text until somebody asks for them. Parts of a large text are looked at on several threads.

use super::delimiter;
use super::problem::{Places, Problem, counted, shown};
use crate::base::records::{Delimited, Part, Record, Slip, Standing};
use crate::base::table::{Body, Cut};
use crate::base::{Table, threads};
use crate::diagnostic::codes;
use rustc_hash::FxHashSet;

const UNCLOSED: &str = "has a quotation mark that is not closed";
const TEXT_AFTER: &str = "has text after a closing quotation mark (inside a cell, double it: `\"\"`)";
const CLOSE: &str = "put a quotation mark at the end of the cell; inside a cell, double it: `\"\"`";

/// Reads the table, and the rows that cannot be read. `delimiter` is found where it is not stated.
pub fn read(name: &str, text: String, delimiter: Option<char>) -> Result<(Table, Places), Problem> {
    let delimiter = match delimiter {
        None => delimiter::guess(&text),
        Some(sign) if sign.is_ascii() && !matches!(sign, '"' | '\n' | '\r') => sign as u8,
        Some(sign) => {
            let message = format!("`{sign}` cannot stand between the cells of a table");
            return Err(Problem::new(codes::DATA_FORMAT, name, message).help("use a comma, a semicolon or a tab"));
        }
    };
    let mut table = Table { file: name.to_owned(), ..Table::default() };
    // A second byte order mark is none of the first column's name either.
    let text = Delimited::new(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text), delimiter);
    let Some((first, from)) = text.first() else { return Ok((table, Places::default())) };
    if let Some(record) = text.records(&first).next() {
        if let Some((slip, at)) = record.slip() {
            let (line, opens) = (record.line_of(at), shown(&record.raw()[at..]));
            let message = format!("the header {}: {opens}", worded(slip));
            return Err(Problem::at(codes::ROW, name, line, message).help(CLOSE));
        }
        table.header = (0..record.width()).filter_map(|i| record.cell(i)).map(String::from).collect();
        duplicates(name, record.line, &table.header)?;
    }
    let width = table.header.len();
    let nameless: Vec<usize> = (0..width).filter(|&i| table.header[i].trim().is_empty()).collect();
    let mut parts = text.parts(from);
    let looked = threads::each(parts.clone(), |part| Look::at(&text, &part, width, &nameless));
    let mut all = Look::new(&nameless);
    let mut line = 1 + text.line_ends(0..from);
    for (part, look) in parts.iter_mut().zip(looked) {
        (part.line, part.rows) = (line, look.rows);
        if let Some((opened, opens)) = look.unclosed {
            // It swallows the rest of the file, so leaving out one row would leave out nobody knows how many.
            let message = format!("this row {UNCLOSED}: {opens}");
            return Err(Problem::at(codes::ROW, name, line + opened, message).help(CLOSE));
        }
        all.bad.append(look.bad, line);
        for (all, of_part) in all.nameless.iter_mut().zip(look.nameless) {
            *all = (all.0 && of_part.0, all.1 && of_part.1);
        }
        line = line.saturating_add(look.lines);
    }
    let columns = named(&mut table, &nameless, &all.nameless)?;
    table.body = Body::Delimited(Cut { text, parts, width, columns });
    Ok((table, all.bad))
}

fn worded(slip: Slip) -> &'static str {
    match slip {
        Slip::Unclosed => UNCLOSED,
        Slip::TextAfter => TEXT_AFTER,
    }
}

/// What a look at a part of the text tells; lines count from 0.
struct Look {
    rows: usize,
    /// How many lines end in it.
    lines: u32,
    bad: Places,
    /// The line of a quotation mark that is not closed, and what stands there.
    unclosed: Option<(u32, String)>,
    /// For every column without a name: whether all cells are empty, and whether all are whole numbers.
    nameless: Vec<(bool, bool)>,
}

impl Look {
    fn new(nameless: &[usize]) -> Look {
        Look { rows: 0, lines: 0, bad: Places::default(), unclosed: None, nameless: vec![(true, true); nameless.len()] }
    }

    fn at(text: &Delimited, part: &Part, width: usize, nameless: &[usize]) -> Look {
        let mut look = Look::new(nameless);
        look.lines = text.line_ends(part.bytes.clone());
        if nameless.is_empty()
            && let Some(rows) = text.plain_rows(part, width)
        {
            return Look { rows, ..look };
        }
        let mut records = text.records(part);
        while let Some(record) = records.next() {
            match record.standing(width) {
                Standing::Row => {
                    look.rows += 1;
                    for (&column, (empty, numbers)) in nameless.iter().zip(&mut look.nameless) {
                        let cell = record.cell(column).unwrap_or_default();
                        *empty &= cell.trim().is_empty();
                        *numbers &= cell.trim().parse::<u64>().is_ok();
                    }
                }
                Standing::Blank => {}
                Standing::Width => look.bad.add(record.line, || too_many(&record, width)),
                Standing::Slip(slip, at) => {
                    // The line on which the quotation mark opened, which may be below that on which the row starts.
                    let (opened, opens) = (record.line_of(at), shown(&record.raw()[at..]));
                    if slip == Slip::Unclosed {
                        look.unclosed = Some((opened, opens));
                        break;
                    }
                    look.bad.add(opened, || {
                        let lines = record.raw().trim_end().lines().count();
                        let taken = if lines > 1 { format!(", and takes in {lines} lines") } else { String::new() };
                        format!("{}{taken}: {opens}", worded(slip))
                    });
                }
            }
        }
        look
    }
}

fn too_many(record: &Record<'_, '_>, wanted: usize) -> String {
    let cells = counted(record.width(), "cell", "cells");
    format!("has {cells} where the header has {wanted} ({})", shown(record.raw().trim_start()))
}

/// Two columns of one name could not be told apart.
fn duplicates(name: &str, line: u32, header: &[String]) -> Result<(), Problem> {
    let mut seen = FxHashSet::default();
    match header.iter().map(|h| h.trim()).find(|h| !h.is_empty() && !seen.insert(*h)) {
        None => Ok(()),
        Some(twice) => {
            let places: Vec<String> =
                (1..).zip(header).filter(|(_, h)| h.trim() == twice).map(|(i, _): (usize, _)| i.to_string()).collect();
            let message = format!("columns {} are all called {}", places.join(" and "), shown(twice));
            let message =
                if places.len() == 2 { message.replace("are all called", "are both called") } else { message };
            Err(Problem::at(codes::HEADER, name, line, message).help("rename one of them in the file"))
        }
    }
}

/// Drops the columns without a name that spreadsheets and statistics programs add, empty or full of row numbers;
/// any other column needs a name. Gives the cell of each column that stays.
fn named(table: &mut Table, nameless: &[usize], cells: &[(bool, bool)]) -> Result<Vec<usize>, Problem> {
    let width = table.header.len();
    for (&column, &(empty, numbers)) in nameless.iter().zip(cells).rev() {
        if nameless.len() == width || !(empty || (column == 0 && numbers)) {
            let message = format!("column {} has no name", column + 1);
            return Err(Problem::at(codes::HEADER, &table.file, 1, message).help("give it a name in the first line"));
        }
        table.header.remove(column);
    }
    Ok((0..width).filter(|column| !nameless.contains(column)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u32> {
        read("a.csv", text.to_owned(), None).unwrap().0.rows().map(|row| row.line).collect()
    }

    #[test]
    fn a_row_has_the_line_it_starts_on() {
        assert_eq!(lines("a,b\n1,2\n\n\n\"x\ny\",3\n4,5"), [2, 5, 7]);
        assert_eq!(lines("a,b\r\n1,2\r\n\r\n\"x\r\ny\",3\r\n4,5\r\n"), [2, 4, 6]);
        assert_eq!(lines("a,b\r1,2\r\r3,4\r"), [2, 4]);
        assert_eq!(lines("\n\na,b\n1,2\n"), [4]);
    }

    #[test]
    fn lines_and_slips_of_a_large_text_do_not_depend_on_its_parts() {
        let row = format!("{},\"x\ny\"\n", "1".repeat(100));
        let text = format!("a,b\n{}1,2,3\n{}9,\"z\"z\n1,2\n", row.repeat(20_000), row.repeat(10_000));
        let (table, bad) = read("a.csv", text, None).unwrap();
        assert_eq!(bad.first.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [40_002, 60_003]);
        assert_eq!((table.len(), table.rows().last().map(|row| row.line)), (30_001, Some(60_004)));
    }

    #[test]
    fn slips_of_quoting_are_found_on_the_line_where_the_cell_opens() {
        let read = |text: &str| read("a.csv", text.to_owned(), None);
        let (table, bad) = read("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n").unwrap();
        assert_eq!((table.len(), bad.line()), (1, Some(2)));
        assert_eq!(read("a,b\n1,2\n3,\"x\n4,y\n").unwrap_err().line, Some(3));
        assert_eq!(read("a,b\n\"1\n1\n1\",\"x\n4,y\n").unwrap_err().line, Some(4));
    }
}
