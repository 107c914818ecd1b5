//! Runs `tests/cases/lint/*.txt`: a study without errors, then `ok` or what is worth a look in it.
//! `UPDATE=1 cargo test --test lint` rewrites what is expected.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;
use support::{Study, cases, check, files, root};

#[test]
fn every_case_says_what_it_says() {
    let (mut wrong, mut silent, mut counts) = (Vec::new(), 0, BTreeMap::<&str, usize>::new());
    for path in files(&root().join("tests/cases/lint"), "txt") {
        let mut written = String::new();
        for case in cases(&path) {
            let checked = check(&Study::of(&case.source));
            let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.is_error()).collect();
            assert!(errors.is_empty(), "{}: {}: {errors:#?}", path.display(), case.name);
            for lint in &checked.lints {
                *counts.entry(lint.code.id).or_default() += 1;
            }
            let found = if checked.lints.is_empty() { "ok\n".to_string() } else { checked.lines(&checked.lints) };
            silent += usize::from(checked.lints.is_empty());
            if found.trim() != case.expected.trim() {
                wrong.push(format!("{}: {}\n{}=> found\n{found}", path.display(), case.name, case.source));
            }
            let _ = write!(written, "--- {} ---\n{}\n=>\n{}\n\n", case.name, case.source.trim_end(), found.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    if std::env::var_os("UPDATE").is_none() {
        assert!(wrong.is_empty(), "{} cases\n\n{}", wrong.len(), wrong.join("\n\n"));
    }
    assert!(counts.values().all(|&n| n >= 2), "two cases a code: {counts:?}");
    assert!(silent >= 20, "{silent} cases in which nothing is to be said");
}
