//! Tables that look like tables of messages and are others, each refused with the way to use it; and rows below the header
//! that are no answers.

use crate::base::Table;
use crate::base::table::{Body, Row};
use crate::data::headers::{FINDINGS, MESSAGES, plain};
use crate::data::problem::Problem;
use crate::diagnostic::codes;
use std::borrow::Cow;

/// Takes away the two rows below the header that Qualtrics writes, and gives what was asked in each column.
pub fn labels(table: &mut Table) -> Option<Vec<String>> {
    let cell = |row: &Row<'_>, at: usize| row.cells.get(at).and_then(|c| c.as_deref()).unwrap_or_default().to_owned();
    let width = table.header.len();
    let found = {
        let mut rows = table.rows();
        let (asked, ids) = (rows.next()?, rows.next()?);
        let filled: Vec<String> = (0..width).map(|at| cell(&ids, at)).filter(|cell| !cell.is_empty()).collect();
        let ids = filled.iter().filter(|cell| cell.trim_start().starts_with("{\"ImportId\"")).count();
        if ids == 0 || 2 * ids < filled.len() {
            return None;
        }
        (0..width).map(|at| cell(&asked, at).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let owned = |row: Row<'_>| Row {
        line: row.line,
        cells: row.cells.into_iter().map(|cell| cell.map(|cell| Cow::Owned(cell.into_owned()))).collect(),
    };
    let rows: Vec<Row<'static>> = table.rows().skip(2).map(owned).collect();
    table.body = Body::Cells(rows);
    Some(found)
}

/// Why a table holds no messages, where its headers say so.
pub fn other_than_messages(name: &str, table: &Table) -> Option<Problem> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let headers: Vec<String> = table.header.iter().map(|header| plain(header)).collect();
    if headers.len() >= FINDINGS.len() && headers.iter().zip(FINDINGS).all(|(header, own)| header == own) {
        let message = format!("`{name}` holds what Hence found, and no messages");
        let help = format!(
            "import the messages that the study read; the codings are read by a study with `input coding from \"{file}\"` \
             and the lines `sheet \"codings\"`, `message = \"message\"`, `code = \"code\"` and `coder = \"coder\"`"
        );
        return Some(Problem::new(codes::DATA_FORMAT, name, message).help(help));
    }
    // References as CSL-JSON has them.
    let has = |name: &str| headers.iter().any(|header| header == name);
    let of_works = ["issued", "doi", "containertitle", "citationkey", "publisher"].into_iter().any(has);
    let works = file.to_lowercase().ends_with(".json") && has("type") && has("title") && of_works;
    (works && !MESSAGES[..5].iter().any(|name| has(name))).then(|| {
        let message = format!("`{name}` is a list of references, and holds no messages");
        let help = format!("put the line `use \"{file}\"` into a study: its rules can cite the works then");
        Problem::new(codes::DATA_FORMAT, name, message).help(help)
    })
}

#[cfg(test)]
mod tests {
    use crate::data::project::read_bytes;

    #[test]
    fn tables_of_other_things_are_refused_with_the_cure() {
        for (csv, cure) in [
            ("kind,name,label,messages,authors,passages\ntheme,a,A long label it is,3,2,4\n", "sheet \"codings\""),
            ("voter,comment,text\nann,1,1\ntom,2,-1\n", "is it the right table"),
            ("created,voter,vote\n2024-03-01,ann,1\n2024-03-01,tom,-1\n", "is it the right table"),
        ] {
            let problem = read_bytes("a.csv", csv.as_bytes()).expect_err(csv);
            assert!(problem.help.as_deref().unwrap_or_default().contains(cure), "{problem:?}");
        }
    }

    #[test]
    fn references_are_refused_with_the_cure() {
        let json = r#"[{"id": "a", "type": "article-journal", "title": "A long title of it", "issued": {"date-parts": [[2020]]}}]"#;
        let problem = read_bytes("works.json", json.as_bytes()).expect_err("it holds no messages");
        assert!(problem.help.as_deref().unwrap_or_default().contains("use \"works.json\""), "{problem:?}");
    }

    #[test]
    fn rows_of_qualtrics_are_no_people() {
        let csv = "StartDate,ResponseId,Q1\nStart Date,Response ID,What would help you?\n\
                   \"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\"\n\
                   2024-03-01 10:00:00,R_1,A place to sit would be good\n";
        let project = read_bytes("a.csv", csv.as_bytes()).expect("it is a survey");
        let [one] = project.sources.as_slice() else { panic!("{:?}", project.sources) };
        assert_eq!((one.id.as_str(), one.at.as_deref()), ("R_1", Some("2024-03-01T10:00:00")));
    }

    #[test]
    fn times_may_be_counted_since_1970() {
        let csv =
            "id,timestamp_ms,text\na,1709287200000,Nobody told me anything\nb,1709287260000,They were kind to us\n";
        let project = read_bytes("a.csv", csv.as_bytes()).expect("it is a table");
        assert_eq!(project.sources[0].at.as_deref().map(|at| &at[..16]), Some("2024-03-01T10:00"));
    }
}
