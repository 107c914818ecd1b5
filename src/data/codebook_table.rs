//! Codebooks as people keep them: a table with a row for each code, in a spreadsheet or a CSV file. Which column holds
//! what is found by its header; a column that means nothing here is named, and not read.

use super::codebook::{Codebook, CodebookEntry};
use super::headers::{ABOVE, CODE, DEFINITION, EXCLUDE, INCLUDE, NAME, REMARKS, TAG, plain};
use super::problem::Problem;
use crate::base::Table;
use crate::diagnostic::codes;
use rustc_hash::FxHashMap;

/// What a column says of a code, and what its header may be; of names the surest first.
const COLUMNS: [(Part, &[&str]); 8] = [
    (Part::Name, CODE),
    (Part::Name, TAG),
    (Part::Name, NAME),
    (Part::Parent, ABOVE),
    (Part::Definition, DEFINITION),
    (Part::Include, INCLUDE),
    (Part::Exclude, EXCLUDE),
    (Part::Memo, REMARKS),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    Parent,
    Definition,
    Include,
    Exclude,
    Memo,
}

/// The codes of a table.
pub fn read(table: &Table) -> Result<Codebook, Problem> {
    let file = table.file.as_str();
    let parts: Vec<Option<Part>> = table.header.iter().map(|header| part(header)).collect();
    let Some(named) = CODE
        .iter()
        .chain(TAG)
        .chain(NAME)
        .find_map(|name| table.header.iter().position(|header| plain(header) == *name))
    else {
        let message = format!("no column of `{file}` says what its codes are called");
        let help = format!(
            "name a column `code`; its columns are `{}`. Other columns are read with `concepts code from \"{file}\"`",
            table.header.join("`, `")
        );
        return Err(Problem::at(codes::HEADER, file, 1, message).help(help));
    };
    let mut book = Codebook::default();
    let unread: Vec<&str> =
        table.header.iter().zip(&parts).filter(|(_, part)| part.is_none()).map(|(header, _)| header.as_str()).collect();
    if !unread.is_empty() {
        let message = format!("columns of `{file}` that say nothing of a code are left out: `{}`", unread.join("`, `"));
        let help = "read are `code`, `parent`, `definition`, `include`, `exclude`, `memo` and `examples`";
        book.problems.push(Problem::at(codes::LEFT_OUT, file, 1, message).help(help));
    }
    let above: Vec<&str> = table
        .header
        .iter()
        .zip(&parts)
        .filter(|(_, part)| **part == Some(Part::Parent))
        .map(|(h, _)| h.as_str())
        .collect();
    if above.len() > 1 {
        let message = format!(
            "several columns of `{file}` say what a code stands under, `{}`: of each row the first that is filled counts",
            above.join("`, `")
        );
        let help = "to set a code under several, write `under` for each in the rule file";
        book.problems.push(Problem::at(codes::LEFT_OUT, file, 1, message).help(help));
    }
    let mut parents: Vec<(usize, String)> = Vec::new();
    for row in table.rows() {
        let cell = |at: usize| row.cells.get(at).and_then(|cell| cell.as_deref()).unwrap_or_default().trim();
        let parts = &parts;
        let of = |wanted: Part| {
            let all = (0..parts.len()).filter(move |&at| parts[at] == Some(wanted) && at != named);
            all.map(|at| (table.header[at].as_str(), cell(at))).filter(|(_, text)| !text.is_empty())
        };
        let said = |wanted: Part| of(wanted).map(|(_, text)| text).collect::<Vec<_>>().join("\n");
        if cell(named).is_empty() {
            let message = "this row names no code and was left out";
            book.problems.push(Problem::at(codes::LEFT_OUT, file, row.line, message));
            continue;
        }
        if let Some((_, parent)) = of(Part::Parent).next() {
            parents.push((book.entries.len(), parent.to_owned()));
        }
        book.entries.push(CodebookEntry {
            name: cell(named).to_owned(),
            definition: said(Part::Definition),
            include: said(Part::Include),
            exclude: said(Part::Exclude),
            memo: of(Part::Memo).map(|(header, text)| noted(header, text)).collect::<Vec<_>>().join("\n"),
            codable: true,
            line: row.line,
            ..CodebookEntry::default()
        });
    }
    if TAG.contains(&plain(&table.header[named]).as_str()) {
        book.of_paths();
    }
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    for (at, entry) in book.entries.iter().enumerate() {
        known.entry(folded(&entry.name)).or_insert(at);
    }
    for (child, parent) in parents {
        let at = *known.entry(folded(&parent)).or_insert_with(|| {
            // A heading that has no row of its own.
            let line = book.entries[child].line;
            book.entries.push(CodebookEntry { name: parent, line, ..CodebookEntry::default() });
            book.entries.len() - 1
        });
        if at != child {
            book.entries[child].parent = Some(at);
        }
    }
    Ok(book)
}

/// What a column notes of a code; a memo is one without its header, so that it comes back as it went out.
fn noted(header: &str, text: &str) -> String {
    if plain(header) == "memo" { text.to_owned() } else { format!("{header}: {text}") }
}

fn part(header: &str) -> Option<Part> {
    let header = plain(header);
    COLUMNS.iter().find(|(_, names)| names.contains(&header.as_str())).map(|(part, _)| *part)
}

/// A name as a reader tells it from others.
fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_with_their_criteria_and_headings() {
        let csv = "Theme,Code,Definition,When to use,Examples,Colour\nSpace,Shared space,A place,labs,\"'a lab'\",red\nSpace,Studio,,,,\n,,stray,,,\n";
        let table = crate::data::csv::read("book.csv", csv.into(), None).unwrap().0;
        let book = read(&table).unwrap();
        let names: Vec<_> = book.entries.iter().map(|e| (e.name.as_str(), e.parent, e.codable)).collect();
        assert_eq!(names, [("Shared space", Some(2), true), ("Studio", Some(2), true), ("Space", None, false)]);
        assert_eq!((book.entries[0].include.as_str(), book.entries[0].memo.as_str()), ("labs", "Examples: 'a lab'"));
        assert_eq!(book.problems.len(), 2);
        let table = crate::data::csv::read("book.csv", "a,b\n1,2\n".into(), None).unwrap().0;
        assert!(read(&table).is_err());
    }
}
