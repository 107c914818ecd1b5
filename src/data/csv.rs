//! Delimited text after RFC 4180.
//!
//! The crate `csv` cuts the cells and forgives every slip of quoting; a slip swallows rows, so each row that has a
//! quotation mark is walked once more, strictly. A row's line is counted from its first byte, since the library's own
//! count runs ahead of empty lines.

use super::delimiter;
use super::problem::{Places, Problem, counted, shown};
use crate::base::Table;
use crate::base::table::Row;
use crate::diagnostic::codes;
use rustc_hash::FxHashSet;

const UNCLOSED: &str = "has a quotation mark that is not closed";
const CLOSE: &str = "put a quotation mark at the end of the cell; inside a cell, double it: `\"\"`";

/// Reads the table, and the rows that cannot be read. `delimiter` is found where it is not stated.
pub fn read(name: &str, text: &str, delimiter: Option<char>) -> Result<(Table, Places), Problem> {
    let delimiter = match delimiter {
        None => delimiter::guess(text),
        Some(sign) if sign.is_ascii() && !matches!(sign, '"' | '\n' | '\r') => sign as u8,
        Some(sign) => {
            let message = format!("`{sign}` cannot stand between the cells of a table");
            return Err(Problem::new(codes::DATA_FORMAT, name, message).help("use a comma, a semicolon or a tab"));
        }
    };
    let mut table = Table { file: name.to_owned(), ..Table::default() };
    let mut bad = Places::default();
    let mut lines = Lines::new(text);
    let mut reader = delimiter::reader(text, delimiter);
    let mut record = ::csv::StringRecord::new();
    let mut first = true;
    loop {
        let start = offset(&reader);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(Problem::new(codes::ROW, name, format!("`{name}` cannot be read: {error}"))),
        }
        let (line, raw) = lines.record(start, offset(&reader));
        let slip = quoting(raw, delimiter);
        // Where the quotation mark opened, which may be below the line on which the row starts.
        let opened = slip.map_or(line, |(_, at)| lines.below(line, raw.get(..at).unwrap_or("")));
        let opens = slip.map_or(String::new(), |(_, at)| shown(raw.get(at..).unwrap_or("")));
        let slip = slip.map(|(slip, _)| slip);
        if first {
            first = false;
            if let Some(slip) = slip {
                return Err(Problem::at(codes::ROW, name, opened, format!("the header {slip}: {opens}")).help(CLOSE));
            }
            table.header = record.iter().map(str::to_owned).collect();
            duplicates(name, line, &table.header)?;
            continue;
        }
        let (found, wanted) = (record.len(), table.header.len());
        if slip == Some(UNCLOSED) {
            // It swallows the rest of the file, so leaving out one row would leave out nobody knows how many.
            let message = format!("this row {UNCLOSED}: {opens}");
            return Err(Problem::at(codes::ROW, name, opened, message).help(CLOSE));
        }
        if let Some(slip) = slip {
            let lines = raw.trim_end().lines().count();
            bad.add(opened, || {
                let taken = if lines > 1 { format!(", and takes in {lines} lines") } else { String::new() };
                format!("{slip}{taken}: {opens}")
            });
        } else if wanted > 1 && !raw.contains('"') && record.iter().all(|cell| cell.trim().is_empty()) {
            // A row of blanks and delimiters only: what spreadsheets leave below a table.
        } else if found != wanted {
            bad.add(line, || {
                let start = raw.trim_start();
                format!("has {} where the header has {wanted} ({})", counted(found, "cell", "cells"), shown(start))
            });
        } else {
            table.rows.push(Row { line, cells: record.iter().map(|cell| Some(cell.to_owned())).collect() });
        }
    }
    unnamed(&mut table)?;
    Ok((table, bad))
}

fn offset(reader: &::csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
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
/// any other column needs a name.
fn unnamed(table: &mut Table) -> Result<(), Problem> {
    let nameless: Vec<usize> = (0..table.header.len()).filter(|&i| table.header[i].trim().is_empty()).collect();
    for &column in nameless.iter().rev() {
        let cells = || table.rows.iter().filter_map(|row| row.cells[column].as_deref()).map(str::trim);
        let numbers = || column == 0 && cells().all(|cell| cell.parse::<u64>().is_ok());
        if nameless.len() == table.header.len() || !(cells().all(str::is_empty) || numbers()) {
            let message = format!("column {} has no name", column + 1);
            return Err(Problem::at(codes::HEADER, &table.file, 1, message).help("give it a name in the first line"));
        }
        table.header.remove(column);
        for row in &mut table.rows {
            row.cells.remove(column);
        }
    }
    Ok(())
}

/// Counts lines along the file.
struct Lines<'a> {
    text: &'a [u8],
    whole: &'a str,
    at: usize,
    line: u32,
    /// `\r` in files that know no other end of a line.
    end: u8,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        let end = if text.contains('\n') { b'\n' } else { b'\r' };
        Lines { text: text.as_bytes(), whole: text, at: 0, line: 1, end }
    }

    /// The line that one reaches from `line` through a text.
    fn below(&self, line: u32, text: &str) -> u32 {
        let ends = text.bytes().filter(|&b| b == self.end).count();
        line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX))
    }

    /// The line on which the record between two offsets starts, and its text without the ends of lines around it.
    fn record(&mut self, start: usize, end: usize) -> (u32, &'a str) {
        let raw = self.whole.get(start..end.min(self.text.len())).unwrap_or("");
        let trimmed = raw.trim_start_matches(['\r', '\n']);
        let start = start + raw.len() - trimmed.len();
        let start = start.min(self.text.len());
        let passed = self.text[self.at.min(start)..start].iter().filter(|&&b| b == self.end).count();
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.at = self.at.max(start);
        (self.line, trimmed.trim_end_matches(['\r', '\n']))
    }
}

/// What is wrong with the quotation marks of a row: a cell in quotation marks must end in one, before a delimiter.
/// The byte is the one at which that cell opens.
fn quoting(raw: &str, delimiter: u8) -> Option<(&'static str, usize)> {
    let bytes = raw.as_bytes();
    if !bytes.contains(&b'"') {
        return None;
    }
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            let open = at;
            at += 1;
            loop {
                match (bytes.get(at), bytes.get(at + 1)) {
                    (None, _) => return Some((UNCLOSED, open)),
                    (Some(b'"'), Some(b'"')) => at += 2,
                    (Some(b'"'), None) => return None,
                    (Some(b'"'), Some(&next)) if next == delimiter => break,
                    (Some(b'"'), _) => {
                        return Some((
                            "has text after a closing quotation mark (inside a cell, double it: `\"\"`)",
                            open,
                        ));
                    }
                    _ => at += 1,
                }
            }
        }
        match bytes[at..].iter().position(|&b| b == delimiter) {
            Some(next) => at += next + 1,
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u32> {
        read("a.csv", text, None).unwrap().0.rows.iter().map(|row| row.line).collect()
    }

    #[test]
    fn a_row_has_the_line_it_starts_on() {
        assert_eq!(lines("a,b\n1,2\n\n\n\"x\ny\",3\n4,5"), [2, 5, 7]);
        assert_eq!(lines("a,b\r\n1,2\r\n\r\n\"x\r\ny\",3\r\n4,5\r\n"), [2, 4, 6]);
        assert_eq!(lines("a,b\r1,2\r\r3,4\r"), [2, 4]);
        assert_eq!(lines("\n\na,b\n1,2\n"), [4]);
    }

    #[test]
    fn slips_of_quoting_are_found_on_the_line_where_the_cell_opens() {
        let (table, bad) = read("a.csv", "a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n", None).unwrap();
        assert_eq!((table.rows.len(), bad.line()), (1, Some(2)));
        assert_eq!(read("a.csv", "a,b\n1,2\n3,\"x\n4,y\n", None).unwrap_err().line, Some(3));
        assert_eq!(read("a.csv", "a,b\n\"1\n1\n1\",\"x\n4,y\n", None).unwrap_err().line, Some(4));
        assert_eq!(quoting("a,5\" pipe,\"q\"\"q\"", b','), None);
        assert_eq!(quoting("\"a\",", b','), None);
    }
}
