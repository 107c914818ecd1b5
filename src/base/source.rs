//! The files of a study, as text, with their lines.

use super::span::{Location, Span};
use std::sync::Arc;

/// Names one file of [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// One file: the name people know it by, its text, and where its lines start.
#[derive(Debug)]
pub struct Source {
    /// As it is shown: relative to the study's folder, or `rules/prelude.hence` for what ships with Hence.
    pub name: String,
    /// The whole text, as UTF-8.
    pub text: Arc<str>,
    /// Zero-based byte offsets at which lines start; the first is 0.
    lines: Vec<u32>,
}

impl Source {
    /// Line and column, both from 1, of a byte offset; the column counts Unicode characters, but not a byte order mark
    /// at the start of the file, which no editor shows.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let offset = (offset as usize).min(self.text.len());
        let line = self.lines.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.lines[line - 1] as usize;
        let before = self.text.get(start..offset).unwrap_or("");
        let mark = start == 0 && before.starts_with('\u{FEFF}');
        (line, before.chars().count() + 1 - usize::from(mark))
    }

    /// The text of a range; empty where the range does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The zero-based count of Unicode characters before a byte offset.
    pub fn character(&self, offset: u32) -> usize {
        self.text.get(..offset as usize).map_or(0, |before| before.chars().count())
    }
}

/// All files read so far, in order of reading. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<Source>>,
}

impl Sources {
    /// Adds a file and names it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let mut lines = vec![0];
        lines.extend(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i as u32 + 1));
        self.files.push(Arc::new(Source { name: name.into(), text, lines }));
        FileId(self.files.len() as u32 - 1)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True without files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Forgets all but the first so many files: questions that have been answered.
    pub fn truncate(&mut self, len: usize) {
        self.files.truncate(len);
    }

    /// The file of that id.
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    /// The file of that name, where it has been read.
    pub fn by_name(&self, name: &str) -> Option<FileId> {
        self.files.iter().position(|f| f.name == name).map(|i| FileId(i as u32))
    }

    /// All files with their ids, in order of reading.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u32), &**f))
    }

    /// The text at a place.
    pub fn slice(&self, at: Location) -> &str {
        self.get(at.file).slice(at.span)
    }

    /// `study.hence:12`, the form in which a place is named in prose.
    pub fn name_line(&self, at: Location) -> String {
        let file = self.get(at.file);
        format!("{}:{}", file.name, file.line_column(at.span.start).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_the_end_of_the_file_has_a_place() {
        let mut sources = Sources::default();
        let id = sources.add("a.hence", "é x\ny");
        let file = sources.get(id);
        assert_eq!(file.line_column(3), (1, 3));
        assert_eq!(file.line_column(5), (2, 1));
        assert_eq!(file.line_column(6), (2, 2));
        assert_eq!(file.line_column(99), (2, 2));
        let id = sources.add("b.hence", "\u{FEFF}ab\n\u{FEFF}c");
        let file = sources.get(id);
        assert_eq!([0, 3, 4, 9].map(|at| file.line_column(at)), [(1, 1), (1, 1), (1, 2), (2, 2)]);
    }
}
