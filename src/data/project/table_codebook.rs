//! A table of codes, as a project that holds its codebook and nothing else.

use super::hierarchy::ordered;
use super::{About, Code, Note, Project};
use crate::base::Table;
use crate::data::codebook_table;
use crate::data::headers::{CODE, DEFINITION, INCLUDE, MESSAGES, TAG, plain};
use crate::data::problem::Problem;
use rustc_hash::FxHashSet;

/// What Taguette writes beside its tags.
const BESIDE: [&str; 4] = ["tag", "description", "numberofhighlights", "numberofdocuments"];

/// The project of a codebook; none where the table is something else.
pub fn of_table(table: &Table) -> Option<Result<Project, Problem>> {
    let headers: Vec<String> = table.header.iter().map(|header| plain(header)).collect();
    let of = |names: &[&str]| headers.iter().position(|header| names.contains(&header.as_str()));
    let tags = of(TAG).filter(|_| headers.iter().all(|header| BESIDE.contains(&header.as_str())));
    let code = of(CODE).or(tags)?;
    of(DEFINITION).or(of(INCLUDE))?;
    let (mut seen, mut rows) = (FxHashSet::default(), 0);
    for row in table.rows() {
        let cell = row.cells.get(code).and_then(|cell| cell.as_deref()).unwrap_or_default().trim().to_owned();
        rows += usize::from(!cell.is_empty());
        seen.insert(cell);
    }
    // A code that has a row twice is a slip; codes that come again and again are codings.
    (4 * seen.len() >= 3 * rows && of(MESSAGES).is_none()).then(|| codebook(table))
}

fn codebook(table: &Table) -> Result<Project, Problem> {
    let book = codebook_table::read(table)?;
    let mut out = Project::default();
    out.report.format = "codebook";
    let file = table.file.rsplit(['/', '\\']).next().unwrap_or(&table.file);
    out.report
        .remark(format!("a study of your own can also have the line `use \"{file}\"`, which declares these codes"));
    book.problems.into_iter().for_each(|problem| out.report.remark(problem.message));
    let mut memos = Vec::new();
    let codes = book.entries.into_iter().map(|entry| {
        memos.push(entry.memo);
        Code {
            id: entry.guid.unwrap_or_default(),
            name: entry.name,
            parent: entry.parent,
            definition: entry.definition,
            include: entry.include,
            exclude: entry.exclude,
            heading: !entry.codable,
            ..Code::default()
        }
    });
    let codes: Vec<Code> = codes.collect();
    let (codes, moved) = ordered(codes, &mut out.report);
    out.codes = codes;
    let memos = memos.into_iter().zip(moved).filter(|(memo, _)| !memo.is_empty());
    out.notes = memos.map(|(text, code)| Note { text, about: vec![About::Code(code)], ..Note::default() }).collect();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use crate::data::project::read_bytes;

    #[test]
    fn a_codebook_comes_in_as_codes_and_no_messages() {
        let csv = "Code,Parent,Definition,Example\nPrice,,What it costs,too dear\nHigh price,Price,Too much,\n\
                   Staff,,People,\nPrice,,a second row,\n";
        let project = read_bytes("a.csv", csv.as_bytes()).expect("it is a codebook");
        assert_eq!((project.sources.len(), project.codes.len(), project.notes.len()), (0, 4, 1));
        let csv = "tag,description,number of highlights\nprice,what it costs,3\nprice.high,too much,3\nstaff.kind,,1\n";
        let project = read_bytes("a.csv", csv.as_bytes()).expect("it is a codebook");
        let names: Vec<_> = project.codes.iter().map(|code| (code.name.as_str(), code.parent)).collect();
        assert_eq!(names, [("price", None), ("high", Some(0)), ("staff.kind", None)]);
    }
}
