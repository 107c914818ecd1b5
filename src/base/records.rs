//! Delimited text, cut into rows only when somebody asks: what is kept is the text itself and where parts of it begin.
//!
//! A cell is a piece of the text, so a table of millions of rows costs little more than its file. Records end and cells
//! are quoted as RFC 4180 and the crate `csv` have it: a record ends at `\r` or `\n`, a cell that begins with a quotation
//! mark ends at the next one that is not doubled, and empty lines are none. Whether a row can be read is said by
//! [`Record::standing`], the same for whoever cuts the text again.

use std::borrow::Cow;
use std::ops::Range;

/// About so many bytes make a part, which one thread works on.
const PART: usize = 512 << 10;

/// What is wrong with the quotation marks of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// One is not closed before the text ends.
    Unclosed,
    /// Text follows a closing one.
    TextAfter,
}

/// Whether a record is a row of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Row,
    /// Blanks and delimiters only: what spreadsheets leave below a table.
    Blank,
    /// It has more or fewer cells than the header.
    Width,
    /// Its quotation marks are wrong; the byte of the record at which the cell opens.
    Slip(Slip, usize),
}

/// Text with a delimiter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delimited {
    text: String,
    delimiter: u8,
    /// What counts lines: `\r` in files that know no other end of a line.
    line_end: u8,
}

/// A part of the text, from the start of a record to the end of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// The line of its first byte.
    pub line: u32,
    /// How many rows there are in it.
    pub rows: usize,
}

impl Delimited {
    /// A text that is cut at a delimiter, which is neither a quotation mark nor the end of a line.
    pub fn new(text: String, delimiter: u8) -> Delimited {
        let line_end = if text.contains('\n') { b'\n' } else { b'\r' };
        Delimited { text, delimiter, line_end }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines end in a range of bytes.
    pub fn line_ends(&self, bytes: Range<usize>) -> u32 {
        let ends = self.text.as_bytes()[bytes].iter().filter(|&&b| b == self.line_end).count();
        u32::try_from(ends).unwrap_or(u32::MAX)
    }

    /// The parts of the text after a byte at which no cell is open; their lines and rows are still to be counted.
    pub fn parts(&self, from: usize) -> Vec<Part> {
        let (bytes, mut parts, mut start) = (self.text.as_bytes(), Vec::new(), from);
        let mut quotes = Quotes { text: &self.text, delimiter: self.delimiter, at: from, open: None };
        while start < bytes.len() {
            let mut end = bytes.len();
            let mut target = start + PART;
            while target < bytes.len() {
                target = quotes.outside(target);
                // After a quotation mark the rest of the line is text; before one the line may end.
                let until = quotes.open.as_ref().map_or(bytes.len(), |open| open.start).max(target);
                match bytes[target..until].iter().position(|&b| b == self.line_end) {
                    Some(found) => {
                        end = target + found + 1;
                        break;
                    }
                    None => target = until.max(target + 1),
                }
            }
            parts.push(Part { bytes: start..end, line: 0, rows: 0 });
            start = end;
        }
        parts
    }

    /// The records that start in a part, whether they are rows or not.
    pub fn records(&self, part: &Part) -> Records<'_> {
        Records {
            of: self,
            end: part.bytes.end,
            at: part.bytes.start,
            counted: part.bytes.start,
            line: part.line,
            cells: Vec::new(),
        }
    }

    /// How many rows a part has, where every record of it is sure to be one: no quotation mark is in it, and every line
    /// that is not empty begins with a letter or digit and has the right number of cells.
    pub fn plain_rows(&self, part: &Part, width: usize) -> Option<usize> {
        let text = &self.text[part.bytes.clone()];
        if text.contains('"') {
            return None;
        }
        let (mut rows, mut cells, mut fresh) = (0, 1, true);
        for &byte in text.as_bytes() {
            if byte == self.delimiter {
                if fresh {
                    return None;
                }
                cells += 1;
            } else if byte == b'\n' || byte == b'\r' {
                if !fresh {
                    if cells != width {
                        return None;
                    }
                    rows += 1;
                }
                (cells, fresh) = (1, true);
            } else if fresh {
                if !byte.is_ascii_alphanumeric() {
                    return None;
                }
                fresh = false;
            }
        }
        if !fresh {
            if cells != width {
                return None;
            }
            rows += 1;
        }
        Some(rows)
    }

    /// The only record from a byte on that could be a header, with what is after it.
    pub fn first(&self) -> Option<(Part, usize)> {
        let start = self.text.bytes().position(|b| !matches!(b, b'\r' | b'\n'))?;
        let whole = Part { bytes: 0..self.text.len(), line: 1, rows: 0 };
        let mut records = self.records(&whole);
        records.advance();
        Some((Part { bytes: start..records.at, line: 1 + self.line_ends(0..start), rows: 1 }, records.at))
    }
}

/// Finds the cells in quotation marks of a text, one after another, without cutting it.
struct Quotes<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    /// The next such cell, from its first quotation mark to behind its last.
    open: Option<Range<usize>>,
}

impl Quotes<'_> {
    /// A byte no smaller than `target` at which no cell in quotation marks is open. Then `open` is the next such cell.
    fn outside(&mut self, target: usize) -> usize {
        loop {
            match &self.open {
                Some(cell) if cell.end <= target => self.open = None,
                Some(cell) if cell.start < target => return cell.end,
                Some(_) => return target,
                None => {}
            }
            let Some(found) = self.text[self.at..].find('"').map(|found| self.at + found) else {
                self.at = self.text.len();
                return target;
            };
            let before = found.checked_sub(1).map(|at| self.text.as_bytes()[at]);
            self.at = found + 1;
            if before.is_none_or(|b| b == self.delimiter || matches!(b, b'\n' | b'\r')) {
                self.at = closing(self.text, found);
                self.open = Some(found..self.at);
            }
        }
    }
}

/// Behind the quotation mark that closes the one at `open`, or the end of the text.
fn closing(text: &str, open: usize) -> usize {
    let mut at = open + 1;
    loop {
        let Some(found) = text[at..].find('"') else { return text.len() };
        at += found + 1;
        if text.as_bytes().get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
}

/// Goes through the records of a part. Not an iterator, since a record borrows the list of its cells.
pub struct Records<'a> {
    of: &'a Delimited,
    end: usize,
    at: usize,
    /// Up to where lines are counted, and the line there.
    counted: usize,
    line: u32,
    cells: Vec<Range<usize>>,
}

/// A record: a piece of the text, and where its cells are.
pub struct Record<'a, 'c> {
    of: &'a Delimited,
    /// The line on which it starts.
    pub line: u32,
    bytes: Range<usize>,
    /// Quotation marks and all.
    cells: &'c [Range<usize>],
    quoted: bool,
}

impl<'a> Records<'a> {
    /// The next record; empty lines are none.
    #[allow(clippy::should_implement_trait, reason = "it lends what it gives")]
    pub fn next(&mut self) -> Option<Record<'a, '_>> {
        let (bytes, quoted) = self.advance()?;
        let before = &self.of.text.as_bytes()[self.counted..bytes.start];
        let ends = before.iter().filter(|&&b| b == self.of.line_end).count();
        self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.counted = bytes.start;
        Some(Record { of: self.of, line: self.line, bytes, cells: &self.cells, quoted })
    }

    /// Cuts the next record: its bytes, and whether a quotation mark is in it.
    fn advance(&mut self) -> Option<(Range<usize>, bool)> {
        let (bytes, delimiter) = (self.of.text.as_bytes(), self.of.delimiter);
        while self.at < self.end && matches!(bytes[self.at], b'\r' | b'\n') {
            self.at += 1;
        }
        if self.at >= self.end {
            return None;
        }
        self.cells.clear();
        let (start, mut cell, mut quoted) = (self.at, self.at, false);
        let mut at = start;
        if bytes[at] == b'"' {
            (quoted, at) = (true, closing(&self.of.text, at));
        }
        loop {
            let byte = bytes.get(at).copied().unwrap_or(b'\n');
            if byte > b'"' && byte != delimiter {
                // Nearly all are neither a quotation mark nor the end of anything.
                at += 1;
            } else if byte == delimiter {
                self.cells.push(cell..at);
                at += 1;
                cell = at;
                if bytes.get(at) == Some(&b'"') {
                    (quoted, at) = (true, closing(&self.of.text, at));
                }
            } else if byte == b'\n' || byte == b'\r' {
                self.cells.push(cell..at);
                break;
            } else {
                quoted |= byte == b'"';
                at += 1;
            }
        }
        self.at = at;
        // A cell that is never closed takes in the ends of the last lines.
        let mut end = at;
        if quoted {
            end = start + self.of.text[start..at].trim_end_matches(['\r', '\n']).len();
        }
        Some((start..end, quoted))
    }
}

impl<'a> Record<'a, '_> {
    /// The text of the record, without the end of its line.
    pub fn raw(&self) -> &'a str {
        &self.of.text[self.bytes.clone()]
    }

    /// How many cells it has.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// A cell without its quotation marks.
    pub fn cell(&self, number: usize) -> Option<Cow<'a, str>> {
        let raw = &self.of.text[self.cells.get(number)?.clone()];
        if !self.quoted {
            return Some(raw.into());
        }
        let Some(inner) = raw.strip_prefix('"') else { return Some(raw.into()) };
        if let Some(plain) = inner.strip_suffix('"').filter(|inner| !inner.contains('"')) {
            return Some(plain.into());
        }
        Some(unquoted(inner).into())
    }

    /// The bytes of a cell that has no quotation marks around it.
    pub fn plain(&self, number: usize) -> Option<&'a str> {
        let raw = &self.of.text[self.cells.get(number)?.clone()];
        (!raw.starts_with('"')).then_some(raw)
    }

    /// What is wrong with its quotation marks, and the byte at which that cell opens.
    pub fn slip(&self) -> Option<(Slip, usize)> {
        if self.quoted { slip(self.raw(), self.of.delimiter) } else { None }
    }

    /// Whether it is a row of a table with so many columns.
    pub fn standing(&self, width: usize) -> Standing {
        if let Some((slip, at)) = self.slip() {
            return Standing::Slip(slip, at);
        }
        if width > 1 && !self.quoted && self.is_blank() {
            return Standing::Blank;
        }
        if self.width() == width { Standing::Row } else { Standing::Width }
    }

    fn is_blank(&self) -> bool {
        let raw = self.raw();
        let first = raw.as_bytes().first().copied().unwrap_or(b' ');
        if first.is_ascii_graphic() && first != self.of.delimiter {
            return false;
        }
        raw.chars().all(|c| c.is_whitespace() || c == char::from(self.of.delimiter))
    }

    /// The line on which a byte of the record stands.
    pub fn line_of(&self, byte: usize) -> u32 {
        self.line.saturating_add(self.of.line_ends(self.bytes.start..self.bytes.start + byte))
    }
}

/// What stands behind an opening quotation mark, as a reader that forgives every slip has it.
fn unquoted(inner: &str) -> String {
    let mut cell = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('"') {
        cell.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => {
                cell.push_str(after);
                return cell;
            }
        }
    }
    cell.push_str(rest);
    cell
}

/// What is wrong with the quotation marks of a row: a cell in quotation marks must end in one, before a delimiter.
/// The byte is the one at which that cell opens.
fn slip(raw: &str, delimiter: u8) -> Option<(Slip, usize)> {
    let bytes = raw.as_bytes();
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            let open = at;
            at += 1;
            loop {
                match (bytes.get(at), bytes.get(at + 1)) {
                    (None, _) => return Some((Slip::Unclosed, open)),
                    (Some(b'"'), Some(b'"')) => at += 2,
                    (Some(b'"'), None) => return None,
                    (Some(b'"'), Some(&next)) if next == delimiter => break,
                    (Some(b'"'), _) => return Some((Slip::TextAfter, open)),
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
    use proptest::prelude::*;

    fn cut(text: &str, parts: impl Fn(&Delimited) -> Vec<Part>) -> Vec<(u32, Vec<String>)> {
        let table = Delimited::new(text.to_owned(), b',');
        let mut rows = Vec::new();
        for mut part in parts(&table) {
            part.line = 1 + table.line_ends(0..part.bytes.start);
            let mut records = table.records(&part);
            while let Some(record) = records.next() {
                let cells = (0..record.width()).map(|i| record.cell(i).unwrap().into_owned());
                rows.push((record.line, cells.collect()));
            }
        }
        rows
    }

    #[test]
    fn quotation_marks_are_checked_strictly() {
        assert_eq!(slip("a,5\" pipe,\"q\"\"q\"", b','), None);
        assert_eq!(slip("\"a\",", b','), None);
        assert_eq!(slip("x,\"a\"b", b','), Some((Slip::TextAfter, 2)));
        assert_eq!(slip("x,\"a", b','), Some((Slip::Unclosed, 2)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn cells_are_those_of_the_crate_csv(parts in prop::collection::vec(prop::sample::select(vec![
            "a", "b", ",", ",", "\"", "\"", "\"\"", "\n", "\r\n", "\r", " ", "é",
        ]), 0..40)) {
            let text = parts.concat();
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let wanted: Vec<Vec<String>> =
                reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
            let whole = cut(&text, |t| vec![Part { bytes: 0..t.text.len(), line: 0, rows: 0 }]);
            prop_assert_eq!(whole.iter().map(|(_, cells)| cells.clone()).collect::<Vec<_>>(), wanted);
        }

    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn parts_are_cut_between_records(rows in prop::collection::vec(prop::sample::select(vec![
            "a,b\n", "\"a\nb\",c\n", "5\" pipe,x\n", "\"q\"\"\n\",z\r\n", "\n",
        ]), 200..400)) {
            let text = rows.concat().repeat(600);
            let whole = cut(&text, |t| vec![Part { bytes: 0..t.text.len(), line: 0, rows: 0 }]);
            let parted = cut(&text, |t| t.parts(0));
            prop_assert!(whole == parted);
            prop_assert!(text.len() < PART * 2 || Delimited::new(text, b',').parts(0).len() > 1);
        }
    }
}
