//! What `hence fix` did, or would do.

use crate::diagnostic::visible::one_line;
use crate::session::fix::{Changed, Made};
use serde_json::{Value, json};
use std::fmt::Write;

/// A line for each fix: `study.hence:12: write `theme``.
pub fn text(made: &[Made]) -> String {
    let mut out = String::new();
    for fix in made {
        let _ = writeln!(out, "{}:{}: {}", one_line(&fix.file), fix.line, one_line(&fix.title));
    }
    out
}

/// The lines that would go and come, file by file.
pub fn differences(changed: &[Changed]) -> String {
    changed.iter().map(Changed::difference).collect::<Vec<_>>().join("\n")
}

/// For programs: the fixes in order, the files, and whether these were written. Fields are only ever added under one
/// version.
pub fn json(made: &[Made], changed: &[Changed], written: bool) -> String {
    let fixes: Vec<Value> = made
        .iter()
        .map(|f| json!({ "code": f.code, "file": f.file, "line": f.line, "column": f.column, "title": f.title }))
        .collect();
    let files: Vec<Value> = changed.iter().map(|c| json!({ "file": c.file, "difference": c.difference() })).collect();
    format!("{:#}\n", json!({ "version": 1, "written": written, "fixes": fixes, "files": files }))
}
