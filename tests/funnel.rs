//! What a run tells of the rules, and what tests reach: small studies with all that is said of them. A case is a study
//! after `--- name ---`, files as `~~~ name.csv` to `~~~`, and after `=>` what `hence check` says that it fires on
//! nothing or on everything, then after `test =>`, where that stands there, all that `hence test` prints.
//!
//! `UPDATE=1` writes down what is said, for a person to read.

mod support;

use hence::data::Memory;
use hence::report::{Look, test};
use hence::session::{Options, Study};
use std::path::PathBuf;

struct Case<'a> {
    name: &'a str,
    written: &'a str,
    files: Memory,
    tests: bool,
    full: bool,
}

fn folder() -> PathBuf {
    support::root().join("tests/cases/funnel")
}

/// The cases of a file, and what stands before the first.
fn cases(text: &str) -> (&str, Vec<Case<'_>>) {
    let mut parts = text.split("\n--- ");
    let before = parts.next().unwrap_or_default();
    let all = parts.map(|part| {
        let (name, rest) = part.split_once(" ---\n").expect("a case has a name");
        let (written, said) = rest.split_once("\n=>").unwrap_or((rest, ""));
        let study = support::Study::of(written);
        let mut files = Memory::default().with("study.hence", study.text.as_str());
        for (name, table) in &study.tables {
            files.add(name, table.as_str());
        }
        Case { name, written, files, tests: said.contains("\ntest =>"), full: said.contains("\ntest => in full") }
    });
    (before, all.collect())
}

/// All that is said of a case, as it stands in the file.
fn said(case: Case<'_>) -> String {
    let mut study = Study::open_in(Box::new(case.files), "study.hence", &Options::default(), &mut |_| {});
    study.survey();
    let mut out = String::from("=>\n");
    // Cases declare more than they use.
    for diagnostic in study.diagnostics().iter().filter(|d| !d.message.contains("leads to no theme")) {
        let place = diagnostic.location().map_or(String::new(), |at| study.sources().name_line(at));
        out += &format!("{} {place} {}\n", diagnostic.code.id, diagnostic.message);
        for label in diagnostic.labels.iter().filter(|l| !l.text.is_empty()) {
            let at = label.location;
            let words = study.sources().slice(at).split_whitespace().collect::<Vec<_>>().join(" ");
            out += &format!("  {words}: {}\n", label.text);
        }
        out += &diagnostic.help.as_ref().map(|help| format!("  help: {help}\n")).unwrap_or_default();
    }
    let checked = study.check_funnels();
    assert!(checked.is_ok(), "{}: {checked:?}", case.name);
    if case.tests {
        out += if case.full { "test => in full\n" } else { "test =>\n" };
        let look = Look { colour: false, unicode: true, width: 100 };
        let results = study.test(None);
        out += &test::results(&results, look);
        out += &test::coverage(&study.coverage(case.full), case.full, look);
    }
    out
}

#[test]
fn every_case_says_what_is_written_there() {
    let mut wrong = Vec::new();
    for path in support::files(&folder(), "txt") {
        let text = support::read(&path);
        let (before, all) = cases(&text);
        let mut new = before.to_string();
        for case in all {
            new += &format!("\n--- {} ---\n{}\n", case.name, case.written.trim_end());
            new += &said(case);
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &new).expect("a case file is writable");
        } else if new.trim_end() != text.trim_end() {
            let differs = new.lines().zip(text.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{}: {differs:?}\n{new}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_said_of_a_part_or_of_another_value_or_of_a_study_with_errors() {
    let text = "input message from \"m.csv\"\n  id = \"id\"\n  text = \"text\"\nparameter least = 1\n\
                theme never\n  when \"a\" and length(\"x\") > least\n";
    let said = |options: &Options, more: &str| {
        let files = Memory::default().with("study.hence", format!("{text}{more}")).with("m.csv", "id,text\nm1,a\n");
        let mut study = Study::open_in(Box::new(files), "study.hence", options, &mut |_| {});
        study.survey();
        study.survey();
        study.diagnostics().iter().filter(|d| d.code == hence::diagnostic::codes::NOTHING_FOUND).count()
    };
    assert_eq!(said(&Options::default(), ""), 1);
    assert_eq!(said(&Options { only: Some("\"a\"".into()), ..Options::default() }, ""), 0);
    assert_eq!(said(&Options { set: vec![("least".into(), "2".into())], ..Options::default() }, ""), 0);
    assert_eq!(said(&Options::default(), "theme broken\n  when nothing_such\n"), 0);
}
