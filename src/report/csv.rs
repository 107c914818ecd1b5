//! Findings and answers as CSV: one flat table, a row for everything that was counted, with a `section` that says what
//! a row is about.

use super::words::{citations, place, said};
use crate::data::workbook::harmless;
use crate::data::{OutputCell, write_table};
use crate::session::answers::{Answers, Cell};
use crate::session::findings::{ConceptFinding, Findings};

/// The columns of [`findings`].
pub const COLUMNS: [&str; 14] = [
    "section", "kind", "name", "label", "messages", "authors", "threads", "passages", "to_kind", "to", "holds",
    "number", "share", "text",
];

/// One row of findings, to be filled where it has something to say.
#[derive(Default)]
struct Row {
    section: &'static str,
    kind: String,
    name: String,
    label: String,
    counts: Option<[usize; 4]>,
    to_kind: String,
    to: String,
    holds: Option<bool>,
    number: Option<usize>,
    share: String,
    text: String,
}

impl Row {
    fn cells(self) -> Vec<OutputCell> {
        let text = |t: String| if t.is_empty() { OutputCell::Empty } else { OutputCell::Text(t) };
        let number = |n: Option<usize>| n.map_or(OutputCell::Empty, |n| OutputCell::Number(n.to_string()));
        let count = |i: usize| number(self.counts.map(|c| c[i]));
        let counts = [count(0), count(1), count(2), count(3)];
        let holds = self.holds.map_or("", |h| if h { "yes" } else { "no" });
        let mut cells = vec![text(self.section.to_owned()), text(self.kind), text(self.name), text(self.label)];
        cells.extend(counts);
        cells.extend([text(self.to_kind), text(self.to), text(holds.to_owned()), number(self.number)]);
        cells.extend([text(self.share), text(self.text)]);
        cells
    }
}

/// The findings as one flat table.
pub fn findings(findings: &Findings) -> Vec<u8> {
    write(&COLUMNS.map(str::to_owned), rows(findings))
}

/// The same for a spreadsheet, in which nothing is a formula.
pub fn findings_to_open(findings: &Findings) -> Vec<u8> {
    let rows = rows(findings).into_iter().map(|row| row.into_iter().map(harmless).collect()).collect();
    write(&COLUMNS.map(str::to_owned), rows)
}

fn rows(findings: &Findings) -> Vec<Vec<OutputCell>> {
    let mut rows: Vec<Row> = Vec::new();
    let size = findings.size;
    rows.push(Row {
        section: "study",
        label: findings.title.clone().unwrap_or_default(),
        counts: Some([size.messages, size.authors, size.threads, 0]),
        ..Row::default()
    });
    for p in &findings.parameters {
        let label = p.label.clone().unwrap_or_default();
        rows.push(Row { section: "parameter", name: p.name.clone(), label, text: p.value.clone(), ..Row::default() });
    }
    rows.extend(findings.themes.iter().map(|c| concept("theme", c)));
    for n in &findings.inferences {
        let reasons: Vec<String> = n.because.iter().map(said).collect();
        let works = Some(citations(&n.citations)).filter(|c| !c.is_empty());
        rows.push(Row {
            section: "inference",
            kind: "theme".into(),
            name: n.theme.clone(),
            label: n.theme_label.clone(),
            to_kind: n.kind.clone(),
            to: n.concept.clone(),
            holds: Some(n.holds),
            text: reasons.into_iter().chain(works).chain([place(&n.place)]).collect::<Vec<_>>().join("; "),
            ..Row::default()
        });
    }
    for kind in &findings.others {
        rows.extend(kind.concepts.iter().map(|c| concept("concept", c)));
        if kind.empty > 0 {
            let text = "concepts that hold of nothing".to_owned();
            rows.push(Row {
                section: "empty",
                kind: kind.kind.clone(),
                number: Some(kind.empty),
                text,
                ..Row::default()
            });
        }
    }
    for table in &findings.tables {
        for row in &table.rows {
            for (i, number) in row.numbers.iter().enumerate() {
                rows.push(Row {
                    section: "table",
                    kind: table.row_name.clone(),
                    label: row.label.clone(),
                    to_kind: table.column_name.clone().unwrap_or_else(|| table.count.clone()),
                    to: table.columns.get(i).cloned().unwrap_or_default(),
                    number: Some(*number),
                    share: row.shares.get(i).cloned().unwrap_or_default(),
                    text: table.title.clone(),
                    ..Row::default()
                });
            }
        }
    }
    rows.extend(findings.codes.iter().map(|c| concept("code", c)));
    let members = findings.uncoded.members.join(" ");
    rows.push(Row { section: "uncoded", number: Some(findings.uncoded.messages), text: members, ..Row::default() });
    for input in &findings.inputs {
        let base = || Row { kind: input.relation.clone(), name: input.file.clone(), ..Row::default() };
        rows.push(Row { section: "read", number: Some(input.read), ..base() });
        rows.push(Row { section: "kept", number: Some(input.kept), ..base() });
        for (count, reason) in &input.left_out {
            rows.push(Row { section: "left out", number: Some(*count), text: reason.clone(), ..base() });
        }
        for (count, column) in &input.without {
            rows.push(Row { section: "without", number: Some(*count), text: column.clone(), ..base() });
        }
    }
    for o in &findings.outputs {
        let (kind, name) = (o.relation.clone(), o.file.clone());
        rows.push(Row { section: "written", kind, name, number: Some(o.rows), ..Row::default() });
    }
    rows.into_iter().map(Row::cells).collect()
}

fn concept(section: &'static str, c: &ConceptFinding) -> Row {
    Row {
        section,
        kind: c.kind.clone(),
        name: c.name.clone(),
        label: c.label.clone(),
        counts: Some([c.counts.messages, c.counts.authors, c.counts.threads, c.passages]),
        text: c.means.clone().unwrap_or_default(),
        ..Row::default()
    }
}

/// Answers as a table. A question without variables gives one column, `holds`.
pub fn answers(answers: &Answers) -> Vec<u8> {
    if answers.columns.is_empty() {
        let holds = if answers.rows.is_empty() { "no" } else { "yes" };
        return write(&["holds".to_owned()], vec![vec![OutputCell::Text(holds.into())]]);
    }
    let cell = |cell: &Cell| match cell {
        Cell::Empty => OutputCell::Empty,
        Cell::Text(text) => OutputCell::Text(text.clone()),
        Cell::Number(number) => OutputCell::Number(number.clone()),
    };
    write(&answers.columns, answers.rows.iter().map(|row| row.iter().map(cell).collect()).collect())
}

fn write(columns: &[String], rows: Vec<Vec<OutputCell>>) -> Vec<u8> {
    // The name stands for the format; writing into memory does not fail.
    write_table("findings.csv", columns, &rows).unwrap_or_default()
}
