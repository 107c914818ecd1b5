//! What `hence import` took in and what it left out, and what `hence export` wrote.

use crate::data::problem::counted;
use crate::data::project::Report;
use crate::diagnostic::visible::one_line;
use crate::session::import::Draft;
use serde_json::{Value, json};
use std::fmt::Write;

/// The report of an import, for people.
pub fn text(report: &Report, draft: &Draft, from: &str) -> String {
    let mut out = format!("{} ({}", one_line(from), report.format);
    if let Some(origin) = &report.origin {
        let _ = write!(out, ", written by {}", one_line(origin));
    }
    out.push_str(")\n\nCame in:\n");
    for &(count, one, many) in draft.counts.iter().filter(|(count, ..)| *count > 0) {
        let _ = writeln!(out, "  {}", counted(count, one, many));
    }
    if draft.counts.iter().all(|(count, ..)| *count == 0) {
        out.push_str("  nothing\n");
    }
    if report.quotes > 0 {
        let _ = writeln!(
            out,
            "\n{} of {} fit the text at their place.",
            report.fitting,
            counted(report.quotes, "quote", "quotes")
        );
    }
    if let Some(reading) = &report.reading {
        let _ = writeln!(out, "Places were read as {reading}.");
    }
    if !report.left_out.is_empty() {
        out.push_str("\nLeft out:\n");
        for left_out in &report.left_out {
            let _ = writeln!(out, "  {}", one_line(&left_out.words()));
        }
    }
    let remarks: Vec<&String> = report.remarks.iter().chain(&draft.remarks).collect();
    if !remarks.is_empty() {
        out.push_str("\nTo know:\n");
        for remark in remarks {
            let _ = writeln!(out, "  {}", one_line(remark));
        }
    }
    out
}

/// The same for programs. Fields are only ever added under one version.
pub fn json(report: &Report, draft: &Draft, from: &str, folder: &str) -> String {
    let came: serde_json::Map<String, Value> =
        draft.counts.iter().map(|(count, _, many)| ((*many).to_owned(), json!(count))).collect();
    let left_out: Vec<Value> = report
        .left_out
        .iter()
        .map(|l| json!({ "count": l.count, "what": l.what.1, "why": l.why, "first": l.first }))
        .collect();
    let files: Vec<&str> = draft.files.iter().map(|(name, _)| name.as_str()).collect();
    let remarks: Vec<&String> = report.remarks.iter().chain(&draft.remarks).collect();
    let value = json!({
        "version": 1,
        "from": from,
        "folder": folder,
        "format": report.format,
        "origin": report.origin,
        "came_in": came,
        "quotes": { "fitting": report.fitting, "all": report.quotes },
        "reading": report.reading,
        "left_out": left_out,
        "remarks": remarks,
        "files": files,
    });
    format!("{value:#}\n")
}

/// What was written, for people: how much of what, and what the reader should know.
pub fn exported(file: &str, counts: &[(usize, &str, &str)], report: &Report) -> String {
    let mut out = format!("Written: {}\n", one_line(file));
    for &(count, one, many) in counts.iter().filter(|(count, ..)| *count > 0) {
        let _ = writeln!(out, "  {}", counted(count, one, many));
    }
    for line in report.left_out.iter().map(|l| format!("left out: {}", l.words())).chain(report.remarks.iter().cloned())
    {
        let _ = writeln!(out, "  {}", one_line(&line));
    }
    out
}

/// The same for programs. Fields are only ever added under one version.
pub fn exported_json(file: &str, counts: &[(usize, &str, &str)], report: &Report) -> String {
    let counts: serde_json::Map<String, Value> =
        counts.iter().map(|(count, _, many)| ((*many).to_owned(), json!(count))).collect();
    let left_out: Vec<Value> =
        report.left_out.iter().map(|l| json!({ "count": l.count, "what": l.what.1, "why": l.why })).collect();
    let value =
        json!({ "version": 1, "file": file, "written": counts, "left_out": left_out, "remarks": report.remarks });
    format!("{value:#}\n")
}
