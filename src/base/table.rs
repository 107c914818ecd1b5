//! A table of text cells as it stood in a file, before anybody asked what its columns mean.

use super::source::FileId;
use unicode_normalization::UnicodeNormalization;

/// Rows of text under named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The file's name as shown to people.
    pub file: String,
    /// The column names, in order.
    pub header: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

/// One row and the line it starts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row starts, from 1.
    pub line: u32,
    /// One cell a column; a JSON value that is `null` or missing is [`None`].
    pub cells: Vec<Option<String>>,
}

impl Table {
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
}
