//! Diagnostics for programs. Lines and columns count from 1, columns and offsets count Unicode characters, offsets
//! from 0 with the end excluded. What stands in no source text has the file and line of the data, and no more. Fields are only ever added under one version.

use super::plain::severity;
use super::render::in_data;
use super::{Diagnostic, Fix, Label};
use crate::base::{Location, Sources};
use serde_json::{Map, Value, json};

/// The version of the form.
const VERSION: u32 = 1;

pub(super) fn render(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let all: Vec<Value> = diagnostics.iter().map(|d| diagnostic(d, sources)).collect();
    format!("{:#}\n", json!({ "version": VERSION, "diagnostics": all }))
}

fn diagnostic(d: &Diagnostic, sources: &Sources) -> Value {
    let mut out = Map::new();
    out.insert("code".into(), d.code.id.into());
    out.insert("severity".into(), severity(d.severity()).into());
    out.insert("title".into(), d.code.title.into());
    out.insert("message".into(), d.message.as_str().into());
    place(&mut out, d.location(), sources);
    if let (None, Some(at)) = (d.location(), &d.place) {
        let (file, line) = in_data(at);
        out.insert("file".into(), file.into());
        out.insert("line".into(), line.into());
    }
    out.insert("labels".into(), d.labels.iter().map(|l| label(l, sources)).collect());
    out.insert("place".into(), d.place.as_deref().into());
    out.insert("help".into(), d.help.as_deref().into());
    out.insert("fixes".into(), d.fixes.iter().map(|f| fix(f, sources)).collect());
    Value::Object(out)
}

fn place(out: &mut Map<String, Value>, at: Option<Location>, sources: &Sources) {
    const FIELDS: [&str; 7] = ["file", "line", "column", "end_line", "end_column", "start", "end"];
    let values: [Value; 7] = match at {
        None => [const { Value::Null }; 7],
        Some(at) => {
            let file = sources.get(at.file);
            let (line, column) = file.line_column(at.span.start);
            let (end_line, end_column) = file.line_column(at.span.end);
            let (start, end) = (file.character(at.span.start), file.character(at.span.end));
            [
                file.name.as_str().into(),
                line.into(),
                column.into(),
                end_line.into(),
                end_column.into(),
                start.into(),
                end.into(),
            ]
        }
    };
    out.extend(FIELDS.iter().map(|f| (*f).to_owned()).zip(values));
}

fn label(label: &Label, sources: &Sources) -> Value {
    let mut out = Map::new();
    out.insert("text".into(), label.text.as_str().into());
    place(&mut out, Some(label.location), sources);
    Value::Object(out)
}

fn fix(fix: &Fix, sources: &Sources) -> Value {
    let edits: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            let mut out = Map::new();
            out.insert("text".into(), edit.text.as_str().into());
            place(&mut out, Some(edit.location), sources);
            Value::Object(out)
        })
        .collect();
    json!({ "title": fix.title, "safe": fix.safe, "edits": edits })
}
