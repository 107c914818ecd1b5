//! An evaluated study as tables: findings, codings, codebook.

use super::Study;
use crate::data::project::Report;
use crate::data::workbook::Sheet;
use crate::data::write::OutputCell;

impl Study {
    /// The study as tables: findings, codings, codebook; and what codings are not among these.
    pub fn sheets(&mut self) -> (Vec<Sheet>, Report) {
        let mut project = self.project();
        let report = Report {
            left_out: std::mem::take(&mut project.report.left_out)
                .into_iter()
                .filter(|l| l.what.0 == "coding" || l.why.contains("(`coding` from "))
                .collect(),
            ..Report::default()
        };
        let findings = self.findings();
        let text = |text: &str| if text.is_empty() { OutputCell::Empty } else { OutputCell::Text(text.to_owned()) };
        let number = |n: usize| OutputCell::Number(n.to_string());
        let header = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<String>>();
        let others = findings.others.iter().flat_map(|kind| &kind.concepts);
        let rows = findings.themes.iter().chain(&findings.codes).chain(others).map(|c| {
            let quote = c.quotes.first().map_or(String::new(), |q| q.quote.clone());
            let (messages, authors) = (number(c.counts.messages), number(c.counts.authors));
            vec![text(&c.kind), text(&c.name), text(&c.label), messages, authors, number(c.passages), text(&quote)]
        });
        let found = Sheet {
            name: "findings".into(),
            header: header(&["kind", "name", "label", "messages", "authors", "passages", "strongest quote"]),
            rows: rows.collect(),
        };
        let mut bytes: (usize, Vec<usize>) = (usize::MAX, Vec::new());
        let rows = project.codings.iter().map(|c| {
            let source = &project.sources[c.source];
            if bytes.0 != c.source {
                let all = source.text.char_indices().map(|(byte, _)| byte).chain([source.text.len()]);
                bytes = (c.source, all.collect());
            }
            let byte = |at: u32| bytes.1.get(at as usize).copied();
            let words = c.place.and_then(|(start, end)| source.text.get(byte(start)?..byte(end)?)).unwrap_or("");
            let place = |n: Option<u32>| n.map_or(OutputCell::Empty, |n| OutputCell::Number(n.to_string()));
            let coder = c.coder.map_or("", |coder| project.users[coder].name.as_str());
            vec![
                text(&source.name),
                text(&project.codes[c.code].name),
                text(coder),
                place(c.place.map(|p| p.0)),
                place(c.place.map(|p| p.1)),
                text(c.at.as_deref().unwrap_or("")),
                text(&c.memo),
                text(words),
            ]
        });
        let codings = Sheet {
            name: "codings".into(),
            header: header(&["message", "code", "coder", "start", "end", "at", "memo", "quote"]),
            rows: rows.collect(),
        };
        let rows = project.codes.iter().enumerate().map(|(at, code)| {
            let path = project.path(at);
            let above = path.get(..path.len().saturating_sub(1)).unwrap_or_default().join(" / ");
            vec![
                text(&code.name),
                text(&above),
                text(&code.definition),
                text(code.colour.as_deref().unwrap_or("")),
                text(&code.id),
            ]
        });
        let codebook = Sheet {
            name: "codebook".into(),
            header: header(&["code", "under", "means", "colour", "guid"]),
            rows: rows.collect(),
        };
        (vec![found, codings, codebook], report)
    }
}
