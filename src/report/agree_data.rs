//! How far coders agree, for programs: JSON, and one flat table for spreadsheets. What is undefined has no number but a
//! reason.

use super::json::{VERSION, document, list, quote};
use crate::data::workbook::{Sheet, harmless};
use crate::data::{OutputCell, write_table};
use crate::session::agree::pair::Retrieval;
use crate::session::agree::result::*;
use serde_json::{Value, json};

/// The whole as JSON.
pub fn agreement(all: &Agreement) -> String {
    document(&json!({
        "version": VERSION,
        "title": all.title,
        "unit": all.unit.name(),
        "given": all.given.map(|given| given.name()),
        "coders": list(&all.coders, |c| json!({ "name": c.name, "messages": c.messages, "codings": c.codings })),
        "alone": all.alone,
        "disagreements": {
            "number": all.disagreement_count,
            "listed": list(&all.disagreements, |d| json!({
                "message": d.message, "code": d.code, "yes": d.yes, "no": d.no, "quote": d.quote.as_ref().map(quote),
            })),
        },
        "reflexive": all.reflexive,
        "why_no_figures": all.reflexive.then_some(super::agree::REFLEXIVE),
        "codes": list(&all.codes, code),
        "overall": all.overall.as_ref().map(|o| json!({
            "pooled": code(&o.pooled),
            "sets": { "units": o.sets.0, "figures": list(&o.sets.1, figure) },
            "single": o.single.as_ref().map(|s| json!({
                "categories": s.categories, "units": s.units,
                "table": s.table.as_ref().map(|t| t.cells().chunks(t.categories().max(1)).collect::<Vec<_>>()),
                "figures": list(&s.figures, figure),
            })),
        })),
        "rules": all.rules.as_ref().map(|r| json!({
            "units": r.units, "people": r.people,
            "codes": list(&r.codes, |c| json!({
                "code": c.code, "label": c.label, "counts": retrieval(c.retrieval), "figures": list(&c.figures, figure),
            })),
            "all": r.all.as_ref().map(|(r, figures)| json!({
                "counts": retrieval(*r), "figures": list(figures, figure),
            })),
            "wrong": {
                "number": r.wrong_count,
                "listed": list(&r.wrong, |w| json!({
                    "message": w.message, "code": w.code, "by": if w.by_rules { "rules" } else { "people" },
                    "quote": w.quote.as_ref().map(quote), "ask": w.ask,
                })),
            },
        })),
        "notes": all.notes,
    }))
}

fn retrieval(r: Retrieval) -> Value {
    json!({
        "people": r.both + r.only_people, "rules": r.both + r.only_rules, "both": r.both,
        "only_people": r.only_people, "only_rules": r.only_rules,
    })
}

fn code(c: &CodeAgreement) -> Value {
    json!({
        "code": if c.code.is_empty() { Value::Null } else { Value::from(c.code.as_str()) },
        "label": c.label, "units": c.units, "given": c.given,
        "pairs": list(&c.pairs, |p| json!({
            "coders": [p.first, p.second], "table": p.table.cells().chunks(2).collect::<Vec<_>>(),
            "figures": list(&p.figures, figure),
        })),
        "figures": list(&c.figures, figure),
    })
}

fn figure(f: &FigureShown) -> Value {
    let mut out = json!({
        "figure": f.formula.key(), "name": f.formula.name(), "formula": f.formula.source(),
        "value": f.value.ok(), "undefined": f.value.err().map(|reason| reason.reason()),
    });
    if let Some(error) = f.error {
        out["standard_error"] = json!(error.ok().map(|e| e.0));
        out["interval"] = json!(error.ok().map(|e| [e.1, e.2]));
        out["no_standard_error"] = json!(error.err().map(|reason| reason.reason()));
    }
    out
}

/// The columns of [`table`].
pub const COLUMNS: [&str; 16] = [
    "section",
    "code",
    "first",
    "second",
    "n",
    "both",
    "only_first",
    "only_second",
    "neither",
    "figure",
    "value",
    "standard_error",
    "low",
    "high",
    "message",
    "text",
];

/// One row, to be filled where it has something to say.
#[derive(Default)]
struct Row {
    section: &'static str,
    code: String,
    first: String,
    second: String,
    units: Option<u64>,
    cells: Option<[u64; 4]>,
    figure: String,
    numbers: [Option<f64>; 4],
    message: String,
    text: String,
}

impl Row {
    fn cells(self) -> Vec<OutputCell> {
        let text = |t: String| if t.is_empty() { OutputCell::Empty } else { OutputCell::Text(t) };
        let number = |n: Option<u64>| n.map_or(OutputCell::Empty, |n| OutputCell::Number(n.to_string()));
        let decimal = |n: Option<f64>| n.map_or(OutputCell::Empty, |n| OutputCell::Number(n.to_string()));
        let mut out = vec![text(self.section.to_owned()), text(self.code), text(self.first), text(self.second)];
        out.push(number(self.units));
        out.extend((0..4).map(|i| number(self.cells.map(|c| c[i]))));
        out.push(text(self.figure));
        out.extend(self.numbers.map(decimal));
        out.extend([text(self.message), text(self.text)]);
        out
    }
}

/// The rows of figures: a figure that is undefined has its reason as a text.
fn figures(
    rows: &mut Vec<Row>,
    section: &'static str,
    code: &str,
    coders: (&str, &str),
    units: u64,
    all: &[FigureShown],
) {
    for f in all {
        let error = f.error.and_then(Result::ok);
        rows.push(Row {
            section,
            code: code.to_owned(),
            first: coders.0.to_owned(),
            second: coders.1.to_owned(),
            units: Some(units),
            figure: f.formula.key().to_owned(),
            numbers: [f.value.ok(), error.map(|e| e.0), error.map(|e| e.1), error.map(|e| e.2)],
            text: f.value.err().map_or(String::new(), |reason| format!("undefined: {}", reason.reason())),
            ..Row::default()
        });
    }
}

fn of_code(rows: &mut Vec<Row>, section: &'static str, c: &CodeAgreement) {
    for pair in &c.pairs {
        let cells = pair.table.cells();
        rows.push(Row {
            section: "table",
            code: c.code.clone(),
            first: pair.first.clone(),
            second: pair.second.clone(),
            units: Some(pair.table.units()),
            cells: Some([cells[0], cells[1], cells[2], cells[3]]),
            ..Row::default()
        });
        if c.pairs.len() > 1 {
            figures(rows, section, &c.code, (&pair.first, &pair.second), pair.table.units(), &pair.figures);
        }
    }
    figures(rows, section, &c.code, ("", ""), c.units, &c.figures);
}

/// The whole as one flat table.
pub fn table(all: &Agreement) -> Vec<u8> {
    let sheet = sheet(all);
    written(&sheet.header, &sheet.rows)
}

/// The same for a spreadsheet, in which nothing is a formula.
pub fn table_to_open(all: &Agreement) -> Vec<u8> {
    let sheet = sheet(all);
    let rows: Vec<Vec<OutputCell>> =
        sheet.rows.into_iter().map(|row| row.into_iter().map(harmless).collect()).collect();
    written(&sheet.header, &rows)
}

fn written(header: &[String], rows: &[Vec<OutputCell>]) -> Vec<u8> {
    // A table in memory takes all that is written to it.
    write_table("agreement.csv", header, rows).unwrap_or_default()
}

/// The same as a sheet of a workbook.
pub fn sheet(all: &Agreement) -> Sheet {
    let mut rows: Vec<Row> = Vec::new();
    let text = |q: &Option<crate::session::explanation::QuoteShown>| {
        q.as_ref().map_or(String::new(), |q| if q.quote.is_empty() { q.before.clone() } else { q.quote.clone() })
    };
    rows.extend(all.disagreements.iter().map(|d| Row {
        section: "disagreement",
        code: d.code.clone(),
        first: d.yes.join(", "),
        second: d.no.join(", "),
        message: d.message.clone(),
        text: text(&d.quote),
        ..Row::default()
    }));
    all.codes.iter().for_each(|c| of_code(&mut rows, "code", c));
    if let Some(overall) = &all.overall {
        of_code(&mut rows, "overall", &overall.pooled);
        figures(&mut rows, "sets", "", ("", ""), overall.sets.0, &overall.sets.1);
        if let Some(single) = &overall.single {
            figures(&mut rows, "single", "", ("", ""), single.units, &single.figures);
        }
    }
    if let Some(rules) = &all.rules {
        for c in &rules.codes {
            let cells = c.table.cells();
            rows.push(Row {
                section: "rules_table",
                code: c.code.clone(),
                first: "people".to_owned(),
                second: "rules".to_owned(),
                units: Some(rules.units),
                cells: Some([cells[0], cells[1], cells[2], cells[3]]),
                ..Row::default()
            });
            figures(&mut rows, "rules", &c.code, ("people", "rules"), rules.units, &c.figures);
        }
        if let Some((_, all)) = &rules.all {
            figures(&mut rows, "rules", "", ("people", "rules"), rules.units, all);
        }
        rows.extend(rules.wrong.iter().map(|w| {
            let (yes, no) = if w.by_rules { ("rules", "people") } else { ("people", "rules") };
            Row {
                section: "wrong",
                code: w.code.clone(),
                first: yes.to_owned(),
                second: no.to_owned(),
                message: w.message.clone(),
                text: text(&w.quote),
                ..Row::default()
            }
        }));
    }
    if all.reflexive {
        rows.push(Row { section: "note", text: super::agree::REFLEXIVE.to_owned(), ..Row::default() });
    }
    rows.extend(all.notes.iter().map(|note| Row { section: "note", text: note.clone(), ..Row::default() }));
    let header = COLUMNS.map(str::to_owned).to_vec();
    Sheet { name: "agreement".into(), header, rows: rows.into_iter().map(Row::cells).collect() }
}
