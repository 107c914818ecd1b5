//! Draws diagnostics, findings, explanations, tables and tests that are built by hand, and compares each picture with
//! `tests/cases/render/NAME.txt`. `UPDATE=1 cargo test --test render` rewrites what is expected.

#[path = "render/diagnostics.rs"]
mod diagnostics;
#[path = "render/forms.rs"]
mod forms;
#[path = "render/reports.rs"]
mod reports;

use std::path::Path;

/// Compares a picture with its file.
fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/render").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, found).expect("a case file is writable");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{name}\n=> found\n{found}\n=> expected\n{expected}");
}

/// True where a text could act on a terminal.
fn acts(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && c != '\n') || text.contains('\u{202E}')
}
