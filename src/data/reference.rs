//! What a citation key stands for, as one line of a list of references, whatever file it came from.

use super::problem::Problem;
use rustc_hash::FxHashMap;

/// A work to cite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceEntry {
    /// What `cites` names: `martins2017`.
    pub key: String,
    /// `Martins & Ling 2017. Title. Journal 12(3), 1–20.`
    pub reference: String,
    /// Without the resolver's address before it.
    pub doi: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// The line on which the entry begins, from 1.
    pub line: u32,
}

/// The works of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceList {
    /// In the order of the file; no key stands twice.
    pub entries: Vec<SourceEntry>,
    /// The entries that could not be read, and those left out because their key had been seen.
    pub problems: Vec<Problem>,
    /// Where each key first stood.
    lines: FxHashMap<String, u32>,
}

impl SourceList {
    /// Adds an entry, unless its key has been seen: the first wins, and the second is told.
    pub fn add(&mut self, file: &str, entry: SourceEntry) {
        match self.lines.get(&entry.key) {
            None => {
                self.lines.insert(entry.key.clone(), entry.line);
                self.entries.push(entry);
            }
            Some(first) => {
                let message = format!("the source `{}` stands twice: the one on line {first} counts", entry.key);
                let help = "give one of them another key, or delete it";
                self.problems
                    .push(Problem::at(crate::diagnostic::codes::LEFT_OUT, file, entry.line, message).help(help));
            }
        }
    }
}

/// The parts of a reference; empty where nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// Family names, with their particles.
    pub authors: Vec<String>,
    /// There are more authors than are named.
    pub and_others: bool,
    /// The authors are the editors of the volume.
    pub edited: bool,
    /// The year.
    pub year: String,
    /// The title, with its subtitle.
    pub title: String,
    /// The journal.
    pub journal: String,
    /// The book in which it is a chapter.
    pub book: String,
    /// The volume of the journal.
    pub volume: String,
    /// The issue of the volume.
    pub issue: String,
    /// From and to.
    pub pages: String,
    /// The publisher, school or institution.
    pub publisher: String,
}

impl Work {
    /// `Martins & Ling 2017. Title. Journal 12(3), 1–20.`
    pub fn reference(&self) -> String {
        let who = self.who();
        let head = [who.as_str(), self.year.trim()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
        let pages = self.pages.trim().replace("--", "–");
        let pages =
            if pages.bytes().all(|b| b.is_ascii_digit() || b == b'-') { pages.replace('-', "–") } else { pages };
        let mut place = String::new();
        if !self.journal.trim().is_empty() {
            place = self.journal.trim().to_owned();
            if !self.volume.trim().is_empty() {
                place.push_str(&format!(" {}", self.volume.trim()));
            }
            if !self.issue.trim().is_empty() {
                place.push_str(&format!("({})", self.issue.trim()));
            }
        } else if !self.book.trim().is_empty() {
            place = format!("In {}", self.book.trim());
        }
        if !place.is_empty() && !pages.is_empty() {
            place.push_str(&format!(", {pages}"));
        }
        let publisher = if self.journal.trim().is_empty() { self.publisher.trim() } else { "" };
        let mut text = String::new();
        for part in [head.as_str(), self.title.trim(), &place, publisher] {
            if part.is_empty() {
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
            if !part.ends_with(['.', '?', '!', '…']) {
                text.push('.');
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn who(&self) -> String {
        let names: Vec<&str> = self.authors.iter().map(|a| a.trim()).filter(|a| !a.is_empty()).collect();
        let names = match names.as_slice() {
            [] => return String::new(),
            [first, ..] if self.and_others || names.len() > 3 => format!("{first} et al."),
            [one] => (*one).to_owned(),
            [init @ .., last] => format!("{} & {last}", init.join(", ")),
        };
        match (self.edited, self.authors.len() > 1 || self.and_others) {
            (false, _) => names,
            (true, false) => format!("{names} (ed.)"),
            (true, true) => format!("{names} (eds)"),
        }
    }
}

/// A DOI without `https://doi.org/` or `doi:` before it.
pub fn plain_doi(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let prefixes = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"];
    let cut = prefixes.iter().find(|p| lower.starts_with(**p)).map_or(0, |p| p.len());
    let doi = text[cut..].trim();
    (!doi.is_empty()).then(|| doi.to_owned())
}

/// The first four digits that stand together: the year of `2017-03`, `March 2017` or `c. 2017/2018`.
pub fn year_in(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let start = (0..bytes.len()).find(|&i| (i..i + 4).all(digit) && !digit(i + 4) && (i == 0 || !digit(i - 1)))?;
    text.get(start..start + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_hold_what_is_known_and_no_more() {
        let authors = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let mut work = Work {
            authors: authors(&["Martins", "Ling"]),
            year: "2017".into(),
            title: "What now?".into(),
            ..Work::default()
        };
        assert_eq!(work.reference(), "Martins & Ling 2017. What now?");
        work = Work { journal: "J".into(), volume: "12".into(), issue: "3".into(), pages: "1--20".into(), ..work };
        assert_eq!(work.reference(), "Martins & Ling 2017. What now? J 12(3), 1–20.");
        work.authors = authors(&["A", "B", "C", "D"]);
        assert!(work.reference().starts_with("A et al. 2017."));
        assert_eq!(Work::default().reference(), "");
    }

    #[test]
    fn years_and_dois_are_found_in_what_people_write() {
        assert_eq!(year_in("12345 March 2017-03"), Some("2017"));
        assert_eq!(year_in("é201é"), None);
        assert_eq!(plain_doi("https://doi.org/10.1/x").as_deref(), Some("10.1/x"));
        assert_eq!(plain_doi(" "), None);
    }
}
