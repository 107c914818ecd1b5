//! What Taguette exports of its highlights as CSV or as a sheet: a row a highlight and tag, without the documents. Each
//! highlight becomes a message of its own, its document the thread.

use super::hierarchy::{of_paths, ordered};
use super::{Code, Coding, Project, Source};
use crate::base::Table;
use rustc_hash::FxHashMap;

const HEADER: [&str; 4] = ["id", "document", "tag", "content"];

/// The project of a table with these columns; none where it has others.
pub fn of_table(table: &Table) -> Option<Project> {
    let [id, document, tag, content] = HEADER.map(|header| table.column(header));
    let (id, document, tag, content) = (id?, document?, tag?, content?);
    let mut out = Project::default();
    out.report.format = "highlights of Taguette";
    out.report.remark("documents, places and who coded are not in this export; the database (`.sqlite3`) has them");
    let (mut sources, mut known) = (FxHashMap::<String, usize>::default(), FxHashMap::<String, usize>::default());
    let mut codes: Vec<Code> = Vec::new();
    let mut pairs = Vec::new();
    for row in table.rows() {
        let cell = |at: usize| row.cells.get(at).and_then(|c| c.as_deref()).unwrap_or("");
        let (number, path) = (cell(id).trim().to_owned(), cell(tag).trim().to_owned());
        let next = out.sources.len();
        let source = *sources.entry(number.clone()).or_insert(next);
        if source == next {
            let thread = Some(cell(document).to_owned()).filter(|name| !name.trim().is_empty());
            let text = cell(content).to_owned();
            out.sources.push(Source { name: number.clone(), id: number, text, thread, ..Source::default() });
        }
        if path.is_empty() {
            out.report.leave_out(("tag", "tags"), "the highlight has none, and came in as a message alone", "");
            continue;
        }
        let next = codes.len();
        let code = *known.entry(path.clone()).or_insert(next);
        if code == next {
            codes.push(Code { id: path.clone(), name: path, ..Code::default() });
        }
        pairs.push((source, code));
    }
    of_paths(&mut codes, &['.', '/']);
    let (codes, moved) = ordered(codes, &mut out.report);
    out.codes = codes;
    out.codings =
        pairs.into_iter().map(|(source, code)| Coding { source, code: moved[code], ..Coding::default() }).collect();
    out.passages = (0..out.sources.len()).collect();
    Some(out)
}
