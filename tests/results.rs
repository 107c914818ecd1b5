//! The whole language tried on small studies with answers worked out by hand. Each case is treated in several ways
//! that must change nothing: printed and read again, its items reversed, its facts in another order, its questions
//! asked by rules; and every fact it derives must have a proof that the checker accepts.

#[path = "results/notation.rs"]
mod notation;
#[path = "results/treatments.rs"]
mod treatments;

use hence::data::Memory;
use hence::report::{Look, explain, explain::Level};
use hence::session::{Answers, Cell, Options, Study, Why};
use notation::{Ask, Case, Question, cases};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/results")
}

fn study(case: &Case) -> Study {
    let mut files = Memory::default().with("study.hence", case.text.as_str());
    for (path, text) in &case.files {
        files.add(path, text.as_str());
    }
    let options = Options {
        set: case.set.clone(),
        lenient: case.lenient,
        only: case.only.clone(),
        large: case.large.then_some(0),
        ..Options::default()
    };
    let mut study = Study::open_in(Box::new(files), "study.hence", &options, &mut |_| {});
    study.evaluate(&mut |_| {});
    study
}

fn errors(study: &Study, from: usize) -> BTreeSet<String> {
    study.diagnostics()[from..].iter().filter(|d| d.is_error()).map(|d| d.code.id.to_string()).collect()
}

fn rows(answers: &Answers) -> Vec<String> {
    if answers.rows.is_empty() {
        return vec!["none".to_string()];
    }
    let cell = |cell: &Cell| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Number(text) => text.clone(),
    };
    let row = |row: &Vec<Cell>| match row.is_empty() {
        true => "holds".to_string(),
        false => row.iter().map(cell).collect::<Vec<_>>().join(" | ").trim().to_string(),
    };
    answers.rows.iter().map(row).collect()
}

/// What the study answers; and the table, where it is one.
fn answer(study: &mut Study, question: &Question) -> (Vec<String>, Option<Answers>) {
    let before = study.diagnostics().len();
    match &question.ask {
        Ask::Query(body) => match study.query(body) {
            Some(answers) => (rows(&answers), Some(answers)),
            None => (errors(study, before).into_iter().collect(), None),
        },
        Ask::Atom(atom) => match study.query(atom) {
            Some(answers) => (vec![if answers.rows.is_empty() { "no" } else { "yes" }.to_string()], None),
            None => (errors(study, before).into_iter().collect(), None),
        },
        Ask::Why(atom) => {
            let text = match study.why(atom) {
                Why::Explained { explanations: all, .. } => explain::explanations(&all, Level::Whole, Look::default()),
                Why::DoesNotHold { statement, hint, .. } => format!("not: {statement}\n{hint}"),
                Why::Wrong => errors(study, before).into_iter().collect::<Vec<_>>().join(" "),
            };
            (text.trim_end().lines().map(|l| l.trim_end().to_string()).collect(), None)
        }
        Ask::Diagnostics => (diagnostics(study, &question.answer), None),
        Ask::Table(title) => {
            let findings = study.findings();
            let table = findings.tables.iter().find(|t| t.title == *title).expect("there is such a table");
            let row = |row: &hence::session::findings::TableRow| {
                let mut cells = vec![row.label.clone()];
                for (i, number) in row.numbers.iter().enumerate() {
                    let share = row.shares.get(i).map(|share| format!(" ({share})")).unwrap_or_default();
                    cells.push(format!("{number}{share}"));
                }
                cells.join(" | ")
            };
            let heading =
                if table.columns.is_empty() { None } else { Some(format!("| {}", table.columns.join(" | "))) };
            (heading.into_iter().chain(table.rows.iter().map(row)).collect(), None)
        }
        Ask::Test(name) => {
            let results = study.test(Some(name));
            let result = results.iter().find(|r| r.name == *name).expect("there is such a test");
            let said = result.failures.iter().map(|f| format!("{}: {}", f.expectation, f.message));
            let said: Vec<String> = said.collect();
            (if said.is_empty() { vec!["passed".to_string()] } else { said }, None)
        }
        Ask::LeftOut(relation) => {
            let findings = study.findings();
            let inputs = findings.inputs.iter().filter(|i| i.relation == *relation);
            let mut said: Vec<String> =
                inputs.flat_map(|i| i.left_out.iter().map(|(n, why)| format!("{n} {why}"))).collect();
            if said.is_empty() {
                said.push("none".to_string());
            }
            (said, None)
        }
        Ask::Without(relation) => {
            let findings = study.findings();
            let inputs = findings.inputs.iter().filter(|i| i.relation == *relation);
            (inputs.flat_map(|i| i.without.iter().map(|(n, column)| format!("{n} `{column}`"))).collect(), None)
        }
    }
}

/// The errors of the study, and the warnings that are spoken of. Errors that are not spoken of are none.
fn diagnostics(study: &Study, spoken_of: &[String]) -> Vec<String> {
    let ids: BTreeSet<String> = study.diagnostics().iter().map(|d| d.code.id.to_string()).collect();
    let mut found: Vec<String> = Vec::new();
    for wanted in spoken_of {
        let id = wanted.trim_start_matches('-');
        let there = ids.contains(id);
        if there != wanted.starts_with('-') {
            found.push(wanted.clone());
        }
    }
    found.extend(ids.iter().filter(|id| id.starts_with('E') && !spoken_of.contains(id)).cloned());
    found
}

/// Asks everything; what is answered otherwise is said.
fn ask(case: &Case, treatment: &str, wrong: &mut Vec<String>) -> Vec<(Vec<String>, Option<Answers>)> {
    let mut study = study(case);
    if !case.questions.iter().any(|q| q.ask == Ask::Diagnostics) {
        for diagnostic in study.diagnostics().iter().filter(|d| d.is_error()) {
            wrong.push(format!("{} ({treatment}): {} {}", case.name, diagnostic.code.id, diagnostic.message));
        }
    }
    let mut answers = Vec::new();
    for question in &case.questions {
        // Explanations name lines, and of several shortest proofs the one by the first rule.
        if !["as written", "as if large"].contains(&treatment) && matches!(question.ask, Ask::Why(_)) {
            continue;
        }
        let found = answer(&mut study, question);
        if found.0 != question.answer && !(question.answer == ["?"] && updates()) {
            let (wanted, found) = (question.answer.join("\n    "), found.0.join("\n    "));
            let asked = format!("{:?}", question.ask);
            wrong.push(format!("{} ({treatment}): {asked}\n  expected\n    {wanted}\n  found\n    {found}", case.name));
        }
        answers.push(found);
    }
    answers
}

fn updates() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn run(name: &str) {
    let path = folder().join(name).with_extension("txt");
    let text = std::fs::read_to_string(&path).expect("the cases can be read");
    let only = std::env::var("CASE").ok();
    let (mut wrong, mut filled) = (Vec::new(), Vec::new());
    for case in cases(&text).iter().filter(|case| only.as_ref().is_none_or(|only| case.name.contains(only))) {
        let before = wrong.len();
        let answers = ask(case, "as written", &mut wrong);
        for (question, (found, _)) in case.questions.iter().zip(&answers) {
            if question.answer == ["?"] && updates() {
                filled.push((question.lines.clone(), found.clone()));
            }
        }
        if let Err(reason) = study(case).check_proofs() {
            wrong.push(format!("{}: {reason}", case.name));
        }
        if let Err(reason) = study(case).check_funnels() {
            wrong.push(format!("{}: {reason}", case.name));
        }
        // What is wrong as written would be said again by every treatment.
        if wrong.len() > before {
            continue;
        }
        let tables: Vec<Option<Answers>> = answers.into_iter().map(|(_, answers)| answers).collect();
        if let Some(other) = treatments::as_rules(case, &tables) {
            ask(&other, "asked by rules", &mut wrong);
        }
        ask(&Case { large: true, ..case.clone() }, "as if large", &mut wrong);
        if !case.as_written {
            let others = [treatments::printed(case), treatments::reversed(case), treatments::shuffled(case)];
            for (other, treatment) in others.iter().zip(["printed", "reversed", "shuffled"]) {
                let Some(other) = other else { continue };
                ask(other, treatment, &mut wrong);
            }
        }
    }
    fill(&path, &text, filled);
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Puts answers where `?` stands.
fn fill(path: &std::path::Path, text: &str, filled: Vec<(std::ops::Range<usize>, Vec<String>)>) {
    if filled.is_empty() {
        return;
    }
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    for (range, found) in filled.into_iter().rev() {
        let asked = lines[range.start].trim_end_matches('?').trim_end().trim_end_matches("->").trim_end().to_string();
        let inline = format!("{asked} -> {}", found.join(" ; "));
        let short = inline.chars().count() <= 110 && !asked.starts_with("why ") && !asked.starts_with("table ");
        let new: Vec<String> = match short {
            true => vec![inline],
            false => std::iter::once(asked).chain(found.iter().map(|l| format!("  {l}"))).collect(),
        };
        lines.splice(range, new);
    }
    std::fs::write(path, lines.join("\n") + "\n").expect("the answers can be written");
}

macro_rules! files {
    ($($name:ident)*) => {
        $(#[test] fn $name() { run(stringify!($name)); })*

        #[test]
        fn every_file_of_cases_is_run() {
            let names = [$(stringify!($name)),*];
            for entry in std::fs::read_dir(folder()).expect("the folder can be read") {
                let path = entry.expect("an entry can be read").path();
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                assert!(names.contains(&name.as_str()), "{name} is not run");
            }
        }
    };
}

files! { classic conditions counts data values }
