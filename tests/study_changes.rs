//! Runs the scripts of `tests/cases/changes/`: a study, changes, and what each of them did. After every change the study
//! is compared with one that is opened on the changed files: facts, findings and explanations; and every change is taken
//! back once and made again.
//!
//! A case is a study with its files (`~~~ name` to `~~~`) and steps. A step begins with `> ` and may go on with `& `:
//! `insert FACT`, `delete FACT`, `cells RELATION column=cell …`, `set NAME = VALUE`, `unset NAME`, `undo`; and with lines of
//! its own up to `<<<`: `replace FILE`, `add`, `item` (the old text, `===`, the new one).

mod support;

use hence::data::Memory;
use hence::session::answers::Cell;
use hence::session::change::{Change, Conclusion, Delta, Edit, Statement};
use hence::session::{Options, Study};
use std::fmt::Write;
use support::{files, read, root};

struct Case {
    name: String,
    files: Memory,
    steps: Vec<String>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for part in text.split("\n--- ").map(|p| p.strip_prefix("--- ").unwrap_or(p)).filter(|p| !p.trim().is_empty()) {
        let (name, rest) = part.split_once('\n').unwrap_or((part, ""));
        let script = rest.split("\n=>\n").next().unwrap_or_default();
        let (mut study, mut memory, mut steps) = (String::new(), Memory::default(), Vec::<String>::new());
        let mut lines = script.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("~~~ ") {
                let cells: Vec<&str> = lines.by_ref().take_while(|l| l.trim() != "~~~").collect();
                memory.add(name, cells.join("\n") + "\n");
            } else if let Some(step) = line.strip_prefix("> ") {
                steps.push(step.to_string());
            } else if let Some(step) = steps.last_mut() {
                step.push('\n');
                step.push_str(line);
            } else {
                study.push_str(line);
                study.push('\n');
            }
        }
        memory.add("study.hence", study);
        cases.push(Case { name: name.trim().to_string(), files: memory, steps });
    }
    cases
}

fn edits(step: &str) -> Vec<Edit> {
    let mut lines = step.lines();
    let mut edits = Vec::new();
    while let Some(line) = lines.next() {
        let line = line.strip_prefix("& ").unwrap_or(line);
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut block = || {
            let lines: Vec<&str> = lines.by_ref().take_while(|l| *l != "<<<").collect();
            lines.join("\n") + "\n"
        };
        edits.push(match word {
            "insert" => Edit::Insert(Statement::Written(rest.to_string())),
            "delete" => Edit::Delete(Statement::Written(rest.to_string())),
            "cells" => {
                let mut words = rest.split(' ');
                let relation = words.next().expect("a relation").to_string();
                let cell = |word: &str| {
                    let (column, cell) = word.split_once('=').expect("column=cell");
                    (column.to_string(), (!cell.is_empty()).then(|| cell.to_string()))
                };
                Edit::Insert(Statement::Cells { relation, cells: words.map(cell).collect() })
            }
            "replace" => Edit::Replace(rest.to_string(), block()),
            "add" => Edit::Add(block()),
            "item" => {
                let both = block();
                let (old, new) = both.split_once("===\n").expect("old and new");
                Edit::Item(old.to_string(), new.to_string())
            }
            "set" => {
                let (name, value) = rest.split_once(" = ").expect("NAME = VALUE");
                Edit::Set(name.to_string(), value.to_string())
            }
            "unset" => Edit::Unset(rest.to_string()),
            other => panic!("no step begins with `{other}`"),
        });
    }
    edits
}

/// All that anybody can see of a study: facts, findings, explanations.
fn seen(study: &mut Study) -> String {
    let mut out = format!("{:#?}\n", study.findings());
    let relations: Vec<(String, usize)> =
        study.program().relations.iter().map(|r| (r.name.clone(), r.columns.len())).collect();
    for (name, width) in relations {
        let variables: Vec<String> = (0..width).map(|i| format!("V{i}")).collect();
        let body = format!("{name}({})", variables.join(", "));
        let rows = study.query(&body).map(|answers| answers.rows);
        let _ = writeln!(out, "{body}: {rows:?}");
        if ["theme", "code", "stimulates"].contains(&name.as_str()) {
            let _ = writeln!(out, "{:#?}", study.why(&body));
        }
    }
    out
}

fn cells(row: &[Cell]) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Empty => "_".to_string(),
        Cell::Text(text) | Cell::Number(text) => text.clone(),
    };
    row.iter().map(cell).collect::<Vec<_>>().join(", ")
}

fn told(delta: &Delta) -> String {
    let mut out = String::new();
    for relation in &delta.relations {
        // These follow from the others, and would fill every case.
        if ["coded", "evidence"].contains(&relation.name.as_str()) {
            continue;
        }
        relation.came.iter().for_each(|row| writeln!(out, "+ {}({})", relation.name, cells(row)).unwrap());
        relation.went.iter().for_each(|row| writeln!(out, "- {}({})", relation.name, cells(row)).unwrap());
    }
    let mut conclusion = |word: &str, c: &Conclusion| {
        let through = c.through.as_ref().map_or(String::new(), |t| {
            let place = t.place.as_ref().map_or(String::new(), |p| format!(" ({}:{})", p.file, p.line));
            format!(" through {}{place}{}", t.what, if t.came { "" } else { ", gone" })
        });
        writeln!(out, "{word} {} {} of {}{through}", c.kind, c.name, c.subject).unwrap();
    };
    delta.gained.iter().for_each(|c| conclusion("gained", c));
    delta.lost.iter().for_each(|c| conclusion("lost", c));
    for theory in &delta.theory {
        let word = if theory.holds { "holds" } else { "no longer" };
        writeln!(out, "{word} {} -> {} {}", theory.theme, theory.kind, theory.concept).unwrap();
    }
    for table in &delta.tables {
        for (row, column, then, now) in &table.cells {
            let number = |n: &Option<usize>| n.map_or("nothing".to_string(), |n| n.to_string());
            writeln!(out, "table {}: {row} / {column} was {}, is {}", table.title, number(then), number(now)).unwrap();
        }
    }
    delta.said.iter().for_each(|r| writeln!(out, "said {} {}", r.code, r.message).unwrap());
    delta.settled.iter().for_each(|r| writeln!(out, "settled {} {}", r.code, r.message).unwrap());
    if out.is_empty() { "nothing\n".to_string() } else { out }
}

fn open(files: &Memory) -> Study {
    open_with(files, &Options::default())
}

fn open_with(files: &Memory, options: &Options) -> Study {
    let mut study = Study::open_in(Box::new(files.clone()), "study.hence", options, &mut |_| {});
    study.evaluate(&mut |_| {});
    study
}

/// The same steps in a study as large ones are opened, where nobody looks between them: what each tells must be what
/// it told before.
fn is_the_same_as_if_large(case: &Case, told_before: &[String]) {
    let mut study = open_with(&case.files, &Options { large: Some(0), ..Options::default() });
    for ((number, step), before) in case.steps.iter().enumerate().zip(told_before) {
        let at = format!("{}, step {}, as if large", case.name, number + 1);
        let now = match step.as_str() {
            "undo" => study.undo().map(|delta| told(&delta)),
            _ => {
                let change = Change { edits: edits(step), number: number as u32 + 1, tables: true };
                study.apply(&change, &mut |_| {}).ok().map(|delta| told(&delta))
            }
        };
        assert_eq!(now.unwrap_or_default(), *before, "{at}");
    }
    is_as_afresh(&mut study, &format!("{}, as if large", case.name));
}

/// Fails where a changed study is another than one that is opened on the changed files.
fn is_as_afresh(study: &mut Study, at: &str) {
    let mut afresh = study.afresh(&mut |_| {}).unwrap_or_else(|r| panic!("{at}: {:?}", r.diagnostics));
    let (now, wanted) = (seen(study), seen(&mut afresh));
    if now != wanted {
        let differs = now.lines().zip(wanted.lines()).position(|(a, b)| a != b).unwrap_or_default();
        let around = |text: &str| text.lines().skip(differs.saturating_sub(8)).take(12).collect::<Vec<_>>().join("\n");
        let (now, wanted) = (around(&now), around(&wanted));
        panic!("{at}: the changed study differs from one opened afresh:\n{now}\nafresh:\n{wanted}");
    }
}

fn run(case: &Case) -> String {
    let mut study = open(&case.files);
    // A study with mistakes would show little.
    let wrong: Vec<_> = study.diagnostics().iter().filter(|d| d.is_error()).map(|d| &d.message).collect();
    assert!(wrong.is_empty(), "{}: {wrong:?}", case.name);
    let mut out = String::new();
    let mut each = Vec::new();
    for (number, step) in case.steps.iter().enumerate() {
        let at = format!("{}, step {}", case.name, number + 1);
        let _ = writeln!(out, "> {}", step.lines().next().unwrap_or_default());
        let before = seen(&mut study);
        if step == "undo" {
            let back = study.undo().map(|delta| told(&delta));
            out += back.as_deref().unwrap_or("there is nothing to take back\n");
            each.push(back.unwrap_or_default());
            is_as_afresh(&mut study, &at);
            continue;
        }
        let change = Change { edits: edits(step), number: number as u32 + 1, tables: true };
        match study.apply(&change, &mut |_| {}) {
            Ok(delta) => {
                out += &told(&delta);
                each.push(told(&delta));
                is_as_afresh(&mut study, &at);
                let after = seen(&mut study);
                let back = study.undo().expect("there is something to take back");
                assert_eq!(seen(&mut study), before, "{at}: taken back");
                assert_eq!(back.reversed(), delta, "{at}: what taking it back tells");
                let again = study.apply(&change, &mut |_| {}).expect("it was made before");
                assert_eq!(told(&again), told(&delta), "{at}: made again");
                assert_eq!(seen(&mut study), after, "{at}: made again");
            }
            Err(refused) => {
                each.push(String::new());
                for d in refused.diagnostics.iter().filter(|d| d.is_error()) {
                    let help = d.help.as_deref().unwrap_or_default();
                    let _ = writeln!(out, "refused {} {} [{help}]", d.code.id, d.message);
                }
                assert_eq!(seen(&mut study), before, "{at}: a refused change leaves everything");
            }
        }
    }
    is_the_same_as_if_large(case, &each);
    out
}

#[test]
fn changes_do_what_the_cases_say_and_the_study_is_as_if_opened_on_them() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files(&root().join("tests/cases/changes"), "txt") {
        let text = read(&file);
        let mut now = String::new();
        for (case, part) in cases(&text).iter().zip(text.split("\n--- ")) {
            count += 1;
            let script = part.split("\n=>\n").next().unwrap_or_default();
            let script = script.strip_prefix("--- ").unwrap_or(script).trim_end();
            let _ = write!(now, "{}--- {script}\n=>\n{}", if now.is_empty() { "" } else { "\n" }, run(case));
        }
        if update {
            std::fs::write(&file, now).expect("the case can be written");
        } else if now != text {
            let differs = now.lines().zip(text.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{}: {differs:?}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 10, "{count}");
}

#[test]
fn a_changed_rule_leaves_alone_what_does_not_follow_from_it() {
    let text = "kind person \"p\" from data\nrelation knows(who: person, whom: person)\n\
                relation meets(who: person, whom: person)\nrelation far(who: person, whom: person)\n\
                rule meets(A, B) if knows(A, B)\nrule meets(A, B) if knows(B, A)\n\
                rule far(A, C) if meets(A, B) and meets(B, C) and not meets(A, C)\n\
                input knows from \"k.csv\"\n  who = \"a\"\n  whom = \"b\"\n";
    let rows: String = (0..60).map(|n| format!("p{n},p{}\n", n * 7 % 61)).collect();
    let files = Memory::default().with("study.hence", text).with("k.csv", format!("a,b\n{rows}"));
    let mut study = open(&files);
    let edit = Edit::Item("rule meets(A, B) if knows(B, A)".into(), "rule meets(A, A) if knows(A, _)".into());
    let change = Change { edits: vec![edit], ..Change::default() };
    let delta = study.apply(&change, &mut |_| {}).expect("the change is sound");
    assert!(!delta.relations.is_empty());
    assert!(
        delta.rules_woken > 0 && delta.relations_refilled == 0,
        "{} {}",
        delta.rules_woken,
        delta.relations_refilled
    );
    is_as_afresh(&mut study, "a changed rule");
    study.undo().expect("there is something to take back");
    is_as_afresh(&mut study, "a changed rule, taken back");
}
