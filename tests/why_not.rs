//! Runs `tests/cases/why_not/`: a study and a question `! STATEMENT`, then what `hence why-not` answers, as text or, in
//! `json.txt`, as JSON. `UPDATE=1 cargo test --test why_not` rewrites what is expected. Then random programs: what does
//! not hold gets an answer, and what is called a repair makes it hold.

#[path = "why_not/random.rs"]
mod random;
mod support;

use hence::data::Memory;
use hence::report::{Look, why_not, why_not_json};
use hence::session::{Options, Study, WhyNot};
use std::fmt::Write;
use std::time::Duration;
use support::{cases, files, root};

/// Long enough for every case, so that no answer depends on the machine.
const TIME: Duration = Duration::from_secs(600);

fn study(written: &support::Study) -> Study {
    let mut memory = Memory::default().with("study.hence", written.text.as_str());
    for (name, table) in &written.tables {
        memory.add(name, table.as_str());
    }
    let options = Options { set: written.set.clone(), ..Options::default() };
    let mut study = Study::open_in(Box::new(memory), "study.hence", &options, &mut |_| {});
    study.evaluate(&mut |_| {});
    let errors: Vec<_> = study.diagnostics().iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{}\n{errors:?}", written.text);
    study
}

#[test]
fn answers_are_as_expected() {
    let mut wrong = Vec::new();
    for path in files(&root().join("tests/cases/why_not"), "txt") {
        let json = path.ends_with("json.txt");
        let look = Look { unicode: path.ends_with("marks.txt"), width: 110, ..Look::default() };
        let mut written = String::new();
        for case in cases(&path) {
            let source = support::Study::of(&case.source);
            let question = source.question.clone().unwrap_or_default();
            let mut study = study(&source);
            let before = study.diagnostics().len();
            let answer = study.why_not(question.trim_start_matches("! "), TIME);
            let found = if json { why_not_json::why_not(&answer) } else { why_not::why_not(&answer, ".", look) };
            let trimmed: Vec<&str> = found.lines().map(str::trim_end).collect();
            let found = trimmed.join("\n");
            assert_eq!(study.diagnostics().len(), before, "{}: {:?}", case.name, study.diagnostics());
            if found.trim() != case.expected.trim() {
                wrong.push(format!("{}\n=> found\n{found}\n=> expected\n{}", case.name, case.expected));
            }
            let _ = write!(written, "--- {} ---\n{}\n=>\n{}\n\n", case.name, case.source.trim_end(), found.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    assert!(wrong.is_empty() || std::env::var_os("UPDATE").is_some(), "{}", wrong.join("\n\n"));
}

/// The study is as it was after any number of repairs were tried.
#[test]
fn a_question_leaves_the_study_as_it_was() {
    for path in files(&root().join("tests/cases/why_not"), "txt") {
        for case in cases(&path) {
            let source = support::Study::of(&case.source);
            let mut asked = study(&source);
            let question = source.question.clone().unwrap_or_default();
            let question = question.trim_start_matches("! ");
            let first = asked.why_not(question, TIME);
            assert_eq!(first, asked.why_not(question, TIME), "{}", case.name);
            assert_eq!(asked.changes(), 0);
            let fresh = study(&source);
            assert_eq!(asked.findings(), fresh.findings(), "{}", case.name);
            assert_eq!(asked.diagnostics().len(), fresh.diagnostics().len(), "{}", case.name);
        }
    }
}

/// However little time there is, there is one thing to blame.
#[test]
fn no_time_at_all_gives_one_blame() {
    for path in files(&root().join("tests/cases/why_not"), "txt") {
        for case in cases(&path) {
            let source = support::Study::of(&case.source);
            let question = source.question.clone().unwrap_or_default();
            let answer = study(&source).why_not(question.trim_start_matches("! "), Duration::ZERO);
            if let WhyNot::Missing(missing) = answer {
                let lost = missing.ways.iter().flat_map(|way| &way.conditions).any(|c| c.met == Some(false));
                assert!(lost || !missing.decisive.is_empty(), "{}", case.name);
            }
        }
    }
}
