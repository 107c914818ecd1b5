//! Diagnostics as SARIF 2.1.0, the form in which programs that look for mistakes in code tell others what they found.
//!
//! Columns and offsets count Unicode characters, and a byte order mark at the start of a file is not among them, as
//! the form wants it. Paths are relative to the study's folder.

use super::plain::{cure, severity};
use super::render::in_data;
use super::visible::one_line;
use super::{Code, Diagnostic, Edit, Fix, Label};
use crate::base::source::Source;
use crate::base::{FileId, Location, Sources};
use serde_json::{Map, Value, json};

/// Where the form is described.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn render(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let mut rules: Vec<Code> = Vec::new();
    let mut results = Vec::new();
    for d in diagnostics {
        let index = rules.iter().position(|r| *r == d.code).unwrap_or_else(|| {
            rules.push(d.code);
            rules.len() - 1
        });
        results.push(result(d, index, sources));
    }
    let driver = json!({
        "name": "hence",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.into_iter().map(rule).collect::<Vec<_>>(),
    });
    let run = json!({
        "tool": { "driver": driver },
        "invocations": [{ "executionSuccessful": true }],
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    format!("{:#}\n", json!({ "version": "2.1.0", "$schema": SCHEMA, "runs": [run] }))
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id,
        "shortDescription": { "text": text(code.title) },
        "help": { "text": format!("`hence help {}` says what it means and shows how to put it right", code.id) },
        "defaultConfiguration": { "level": severity(code.severity()) },
    })
}

fn result(d: &Diagnostic, rule: usize, sources: &Sources) -> Value {
    let mut out = Map::new();
    out.insert("ruleId".into(), d.code.id.into());
    out.insert("ruleIndex".into(), rule.into());
    out.insert("level".into(), severity(d.severity()).into());
    // Where there is room for one sentence only, it is the first.
    let message = match cure(d) {
        Some(help) => format!("{}. Help: {help}", d.message),
        None => d.message.clone(),
    };
    out.insert("message".into(), json!({ "text": text(&message) }));
    let labels = d.labels.iter().map(|l| label(l, sources));
    let mut places: Vec<Value> = labels.chain(d.place.as_deref().map(data)).collect();
    let related = if places.is_empty() { Vec::new() } else { places.split_off(1) };
    out.insert("locations".into(), places.into());
    if !related.is_empty() {
        out.insert("relatedLocations".into(), unique(related.into_iter().map(belongs)).into());
    }
    let fixes = unique(d.fixes.iter().filter_map(|f| fix(f, sources)));
    if !fixes.is_empty() {
        out.insert("fixes".into(), fixes.into());
    }
    Value::Object(out)
}

/// Lists that are sets in SARIF.
fn unique(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

/// A message: on one line, with nothing in it that SARIF reads as a place to fill in or as a link.
fn text(message: &str) -> String {
    one_line(message).replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

/// A further place always has a word, since viewers leave out those without.
fn belongs(mut place: Value) -> Value {
    if place.get("message").is_none() {
        place["message"] = json!({ "text": "this belongs to it" });
    }
    place
}

fn label(label: &Label, sources: &Sources) -> Value {
    let mut out = json!({ "physicalLocation": {
        "artifactLocation": artifact(&sources.get(label.location.file).name),
        "region": region(label.location, sources),
    }});
    if !label.text.is_empty() {
        out["message"] = json!({ "text": text(&label.text) });
    }
    out
}

/// `messages.csv:17`
fn data(place: &str) -> Value {
    let (file, line) = in_data(place);
    let mut physical = json!({ "artifactLocation": artifact(file) });
    if let Some(line) = line.filter(|l| *l > 0) {
        physical["region"] = json!({ "startLine": line });
    }
    json!({ "physicalLocation": physical })
}

fn fix(fix: &Fix, sources: &Sources) -> Option<Value> {
    let mut files: Vec<(FileId, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let file = edit.location.file;
        match files.iter_mut().find(|(f, _)| *f == file) {
            Some((_, replacements)) => replacements.push(replacement(edit, sources)),
            None => files.push((file, vec![replacement(edit, sources)])),
        }
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(file, r)| json!({ "artifactLocation": artifact(&sources.get(file).name), "replacements": r }))
        .collect();
    (!changes.is_empty()).then(|| {
        json!({
            "description": { "text": text(&fix.title) },
            "artifactChanges": changes,
            "properties": { "safe": fix.safe },
        })
    })
}

fn replacement(edit: &Edit, sources: &Sources) -> Value {
    let mut out = json!({ "deletedRegion": region(edit.location, sources) });
    if !edit.text.is_empty() {
        out["insertedContent"] = json!({ "text": edit.text });
    }
    out
}

fn region(at: Location, sources: &Sources) -> Value {
    let file = sources.get(at.file);
    let (start, (line, column)) = counted(file, at.span.start);
    let (end, (end_line, end_column)) = counted(file, at.span.end.max(at.span.start));
    json!({
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": start,
        "charLength": end - start,
    })
}

/// Characters before a byte, and its line and column, as if there were no byte order mark.
fn counted(file: &Source, offset: u32) -> (usize, (usize, usize)) {
    let mark = file.text.starts_with('\u{FEFF}');
    let offset = if mark { offset.max('\u{FEFF}'.len_utf8() as u32) } else { offset };
    let mut offset = offset.min(file.text.len() as u32);
    while !file.text.is_char_boundary(offset as usize) {
        offset -= 1;
    }
    (file.character(offset).saturating_sub(usize::from(mark)), file.line_column(offset))
}

fn artifact(name: &str) -> Value {
    json!({ "uri": uri(name) })
}

/// A path as a reference: what may not stand in one is written as `%` and two digits.
fn uri(name: &str) -> String {
    let mut out = String::from(if name.starts_with('/') { "file://" } else { "" });
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    #[test]
    fn paths_are_references_and_messages_no_templates() {
        assert_eq!(uri("daten/interviews März.hence"), "daten/interviews%20M%C3%A4rz.hence");
        assert_eq!(uri("/a b"), "file:///a%20b");
        assert_eq!(text("a {hole}\nand [x](y)"), "a {{hole}} and [x] (y)");
    }

    #[test]
    fn a_byte_order_mark_is_not_counted() {
        let mut sources = Sources::default();
        let file = sources.add("a.hence", "\u{FEFF}é x\ny");
        let place = |start, end| region(Location::new(file, Span::new(start, end)), &sources);
        let at = place(6, 7);
        assert_eq!((&at["startColumn"], &at["charOffset"], &at["charLength"]), (&3.into(), &2.into(), &1.into()));
        let at = place(0, 3);
        assert_eq!((&at["startColumn"], &at["charOffset"], &at["charLength"]), (&1.into(), &0.into(), &0.into()));
        let at = place(8, 99);
        assert_eq!((&at["startLine"], &at["startColumn"], &at["charOffset"]), (&2.into(), &1.into(), &4.into()));
    }
}
