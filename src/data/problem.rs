//! What is wrong with a data file, before anybody knows where in the study the file is named.

use crate::diagnostic::{Code, Diagnostic, codes};

/// How many places are shown where many share one mistake.
pub const SHOWN: usize = 5;
/// How many characters of a cell are shown.
const WIDTH: usize = 40;

/// One mistake in one file, however often it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The row of the table of codes.
    pub code: Code,
    /// The file, as it is shown to people.
    pub file: Box<str>,
    /// The line of the first place, from 1; none where the whole file is meant.
    pub line: Option<u32>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// How many rows, cells or entries have it.
    pub count: usize,
    /// What it has to do with in the study, where that is known.
    pub about: Option<Box<About>>,
}

/// What in a study a problem has to do with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The columns that it is about, as the study asks for them.
    pub asks: Vec<Asked>,
    /// An item that, added to the study, would put it right.
    pub stub: Option<String>,
}

/// A column of a file, as the study asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The column of the relation that reads it; none for an `only`.
    pub column: Option<String>,
    /// The header that the study names; empty where several are composed.
    pub header: String,
    /// The nearest header that the file has, where it does not have this one.
    pub nearest: Option<String>,
}

impl Problem {
    /// A problem of a whole file.
    pub fn new(code: Code, file: &str, message: impl Into<String>) -> Problem {
        Problem { code, file: file.into(), line: None, message: message.into(), help: None, count: 1, about: None }
    }

    /// A problem at a line.
    pub fn at(code: Code, file: &str, line: u32, message: impl Into<String>) -> Problem {
        Problem { line: Some(line), ..Problem::new(code, file, message) }
    }

    /// Says which columns it is about.
    pub fn asking(mut self, asks: Vec<Asked>) -> Problem {
        self.about.get_or_insert_default().asks = asks;
        self
    }

    /// Says which item would put it right.
    pub fn cured_by(mut self, stub: String) -> Problem {
        self.about.get_or_insert_default().stub = Some(stub);
        self
    }

    /// The columns that it is about.
    pub fn asks(&self) -> &[Asked] {
        self.about.as_ref().map_or(&[], |about| &about.asks)
    }

    /// An item that would put it right.
    pub fn stub(&self) -> Option<&str> {
        self.about.as_ref()?.stub.as_deref()
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// `messages.csv:17:Body`, without the header where no column is meant, or the file alone.
    pub fn place(&self) -> String {
        match (self.line, self.asks()) {
            (Some(line), [only]) if self.code != codes::HEADER && !only.header.is_empty() => {
                format!("{}:{line}:{}", self.file, plain(&only.header))
            }
            (Some(line), _) => format!("{}:{line}", self.file),
            (None, _) => self.file.to_string(),
        }
    }

    /// True where nothing can be concluded from the file as it is.
    pub fn is_error(&self) -> bool {
        self.code.severity() == crate::diagnostic::Severity::Error
    }
}

impl From<Problem> for Diagnostic {
    fn from(problem: Problem) -> Diagnostic {
        let place = problem.place();
        let diagnostic = Diagnostic::new(problem.code, problem.message).in_data(place);
        match problem.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// The places of one kind of mistake: the first few with words, the rest counted.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Line and what stands there, at most [`SHOWN`].
    pub first: Vec<(u32, String)>,
    /// How many there are.
    pub count: usize,
}

impl Places {
    /// Adds a place; `what` is asked only while places are still shown.
    pub fn add(&mut self, line: u32, what: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push((line, what()));
        }
    }

    /// Adds the places of a part further down, whose lines are counted from a line.
    pub fn append(&mut self, more: Places, line: u32) {
        self.count += more.count;
        let room = SHOWN.saturating_sub(self.first.len());
        self.first.extend(more.first.into_iter().take(room).map(|(at, what)| (at.saturating_add(line), what)));
    }

    /// The first line.
    pub fn line(&self) -> Option<u32> {
        self.first.first().map(|(line, _)| *line)
    }

    /// `line 5 has 4 cells, line 9 has 2 cells, and 12 more`
    pub fn list(&self) -> String {
        let mut text = String::new();
        for (i, (line, what)) in self.first.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            let blank = if what.is_empty() { "" } else { " " };
            text.push_str(&format!("{comma}line {line}{blank}{what}"));
        }
        match self.count - self.first.len() {
            0 => text,
            more => format!("{text}, and {more} more"),
        }
    }

    /// The problem that these places share.
    pub fn problem(&self, code: Code, file: &str, message: String) -> Problem {
        Problem { line: self.line(), count: self.count, ..Problem::new(code, file, message) }
    }
}

/// `1 row`, `12 rows`
pub fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// A text of the user in backticks, on one line, cut to a width that can be read.
pub fn shown(text: &str) -> String {
    format!("`{}`", plain(text))
}

fn plain(text: &str) -> String {
    let mut cut: String = text.chars().take(WIDTH).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(WIDTH).is_some() {
        cut.push('…');
    }
    cut
}

/// Several texts of the user: `a`, `b` and 30 more.
pub fn shown_list<'a>(texts: impl ExactSizeIterator<Item = &'a str>, most: usize) -> String {
    let all = texts.len();
    let list: Vec<String> = texts.take(most).map(shown).collect();
    let list = list.join(", ");
    if all > most { format!("{list} and {} more", all - most) } else { list }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_places_are_shown_and_all_are_counted() {
        let mut places = Places::default();
        for line in 2..9 {
            places.add(line, || format!("has {line} cells"));
        }
        assert!(places.list().starts_with("line 2 has 2 cells, line 3"));
        assert!(places.list().ends_with("line 6 has 6 cells, and 2 more"));
        let diagnostic = Diagnostic::from(places.problem(codes::ROW, "a.csv", "x".into()).help("y"));
        assert_eq!(diagnostic.place.as_deref(), Some("a.csv:2"));
        assert_eq!(diagnostic.help.as_deref(), Some("y"));
    }

    #[test]
    fn long_cells_are_cut_and_stay_on_one_line() {
        assert_eq!(shown("a\nb"), "`a b`");
        assert_eq!(shown(&"é".repeat(41)), format!("`{}…`", "é".repeat(40)));
    }
}
