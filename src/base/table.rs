//! A table of text cells as it stood in a file, before anybody asked what its columns mean.

use super::records::{Delimited, Part, Record, Standing};
use super::source::FileId;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Rows of text under named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The file's name as shown to people.
    pub file: String,
    /// The column names, in order.
    pub header: Vec<String>,
    /// The rows.
    pub body: Body,
}

/// The rows of a table, cut already or still to be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Cells of their own, in order.
    Cells(Vec<Row<'static>>),
    /// A text that is cut when somebody asks.
    Delimited(Cut),
}

impl Default for Body {
    fn default() -> Body {
        Body::Cells(Vec::new())
    }
}

/// A text of cells, and what of it are the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The text.
    pub text: Delimited,
    /// Its parts below the header.
    pub parts: Vec<Part>,
    /// How many cells a row has.
    pub width: usize,
    /// Which cell each column of the table is.
    pub columns: Vec<usize>,
}

impl Cut {
    /// Calls for every row of a part.
    pub fn each<'t>(&'t self, part: &Part, mut visit: impl FnMut(&Record<'t, '_>)) {
        let mut records = self.text.records(part);
        while let Some(record) = records.next() {
            if record.standing(self.width) == Standing::Row {
                visit(&record);
            }
        }
    }
}

/// One row and the line it starts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'t> {
    /// The line of the file on which the row starts, from 1.
    pub line: u32,
    /// One cell a column; a JSON value that is `null` or missing is [`None`].
    pub cells: Vec<Option<Cow<'t, str>>>,
}

impl Table {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.body {
            Body::Cells(rows) => rows.len(),
            Body::Delimited(cut) => cut.parts.iter().map(|part| part.rows).sum(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows, in order; those of a large text one part after another.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let (rows, cut) = match &self.body {
            Body::Cells(rows) => (&rows[..], None),
            Body::Delimited(cut) => (&[][..], Some(cut)),
        };
        let borrowed = |row: &'_ Row<'static>| -> Row<'_> { Row { line: row.line, cells: row.cells.clone() } };
        let cut = cut.into_iter().flat_map(|cut| cut.parts.iter().map(move |part| (cut, part)));
        rows.iter().map(borrowed).chain(cut.flat_map(|(cut, part)| {
            let mut rows = Vec::with_capacity(part.rows);
            cut.each(part, |record| {
                let cells = cut.columns.iter().map(|&column| record.cell(column)).collect();
                rows.push(Row { line: record.line, cells });
            });
            rows
        }))
    }

    /// The place of a column: the very name first, then the name without regard to case and to the amount and kind of
    /// white space, since nobody sees a blank at the end of a header, or that one is a non-breaking one; nor whether an
    /// accent is a sign of its own.
    pub fn column(&self, name: &str) -> Option<usize> {
        let seen = |c: &char| !matches!(c, '\u{FEFF}' | '\u{200B}');
        let plain = |s: &str| {
            let visible: String = s.chars().filter(seen).collect();
            visible.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().nfc().collect::<String>()
        };
        self.header.iter().position(|h| h == name).or_else(|| self.header.iter().position(|h| plain(h) == plain(name)))
    }
}

/// Lines of a file, one for each of many rows. Rows on lines that follow each other take no room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The first row of each run, and its line.
    runs: Vec<(u32, u32)>,
    len: u32,
}

impl Lines {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds the line of the next row.
    pub fn push(&mut self, line: u32) {
        let next = self.runs.last().map(|&(first, start)| start.wrapping_add(self.len - first));
        if next != Some(line) {
            self.runs.push((self.len, line));
        }
        self.len += 1;
    }

    /// Adds the lines of more rows, each so many lines further down.
    pub fn extend(&mut self, more: &Lines, down: u32) {
        for (at, &(first, line)) in more.runs.iter().enumerate() {
            let end = more.runs.get(at + 1).map_or(more.len, |next| next.0);
            self.push(line.saturating_add(down));
            self.len += end - first - 1;
        }
    }

    /// The line of a row.
    pub fn get(&self, row: usize) -> Option<u32> {
        let row = u32::try_from(row).ok().filter(|&row| row < self.len)?;
        let at = self.runs.partition_point(|&(first, _)| first <= row).checked_sub(1)?;
        let (first, line) = self.runs[at];
        Some(line + (row - first))
    }

    /// The lines, in order of the rows.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.runs.iter().enumerate().flat_map(|(at, &(first, line))| {
            let end = self.runs.get(at + 1).map_or(self.len, |next| next.0);
            line..line + (end - first)
        })
    }

    /// Runs of rows on lines that follow each other: the line of the first, and how many there are.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.runs.iter().enumerate().map(|(at, &(first, line))| {
            let end = self.runs.get(at + 1).map_or(self.len, |next| next.0);
            (line, end - first)
        })
    }
}

impl FromIterator<u32> for Lines {
    fn from_iter<I: IntoIterator<Item = u32>>(lines: I) -> Lines {
        let mut all = Lines::default();
        lines.into_iter().for_each(|line| all.push(line));
        all
    }
}

/// The row that a fact came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowPlace {
    /// The data file, as [`super::Sources`] or the session numbers it.
    pub file: FileId,
    /// The line, from 1.
    pub line: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_however_its_accents_are_stored() {
        let table = Table { header: vec!["Ide\u{301}e".into(), "CAF\u{c9} ".into()], ..Table::default() };
        assert_eq!((table.column("Id\u{e9}e"), table.column("cafe\u{301}")), (Some(0), Some(1)));
    }

    #[test]
    fn lines_come_back_from_their_runs() {
        let lines = [3, 4, 5, 9, 10, 2, 2];
        let kept: Lines = lines.into_iter().collect();
        assert_eq!(kept.runs().collect::<Vec<_>>(), [(3, 3), (9, 2), (2, 1), (2, 1)]);
        assert_eq!(kept.iter().collect::<Vec<_>>(), lines);
        assert_eq!(
            (0..8).map(|i| kept.get(i)).collect::<Vec<_>>(),
            [3, 4, 5, 9, 10, 2, 2, 0].map(|l| (l > 0).then_some(l))
        );
        let mut more: Lines = [1, 2].into_iter().collect();
        more.extend(&kept, 0);
        assert_eq!((more.runs().count(), more.iter().collect::<Vec<_>>()), (4, vec![1, 2, 3, 4, 5, 9, 10, 2, 2]));
    }
}
