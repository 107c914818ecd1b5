//! Every fix of every mistake in `tests/cases`, made on its own: what it belongs to is gone, and nothing new is wrong.
//! And the safe ones all together, as `hence fix` makes them.

mod support;

use hence::base::FileId;
use hence::diagnostic::fix::{apply, together};
use hence::diagnostic::{Diagnostic, Edit, Fix};
use hence::syntax::{Cache, parse, parse_atom, parse_body};
use std::collections::BTreeMap;
use support::{Case, Study, cases, check, files, root};

/// A text with its mistakes, and how it is read again.
struct Broken {
    name: String,
    text: String,
    file: FileId,
    read: Box<dyn Fn(&str) -> Vec<Diagnostic>>,
}

fn all(folder: &str) -> Vec<Case> {
    files(&root().join("tests/cases").join(folder), "txt").iter().flat_map(|p| cases(p)).collect()
}

fn syntax() -> Vec<Broken> {
    let broken = |case: Case| {
        let source = case.source.trim_end_matches('\n');
        let source = source.replace("<CR>", "\r").replace("<BOM>", "\u{FEFF}").replace("<NBSP>", "\u{A0}");
        let id = FileId(0);
        let (text, read): (String, Box<dyn Fn(&str) -> Vec<Diagnostic>>) = if let Some(body) = source.strip_prefix("? ") {
            (body.to_string(), Box::new(move |text| parse_body(id, text).1))
        } else if let Some(atom) = source.strip_prefix("! ") {
            (atom.to_string(), Box::new(move |text| parse_atom(id, text).1))
        } else {
            (source, Box::new(move |text| parse(id, text, &mut Cache::default()).1))
        };
        Broken { name: case.name, text, file: id, read }
    };
    all("syntax").into_iter().map(broken).collect()
}

fn checked() -> Vec<Broken> {
    let broken = |case: Case| {
        let study = Study::of(&case.source);
        let file = check(&study).study;
        let Study { text, tables, set, .. } = study;
        let read = move |text: &str| {
            let study = Study { text: text.into(), tables: tables.clone(), set: set.clone(), question: None };
            check(&study).diagnostics
        };
        Broken { name: case.name, text, file, read: Box::new(read) }
    };
    all("check").into_iter().map(broken).collect()
}

/// Where a byte of the text is after edits.
fn moved(at: u32, edits: &[Edit]) -> u32 {
    let before = edits.iter().filter(|e| e.location.span.end <= at && e.location.span.start < at.max(1));
    let shift: i64 = before.map(|e| e.text.len() as i64 - e.location.span.range().len() as i64).sum();
    (i64::from(at) + shift).max(0) as u32
}

fn errors(diagnostics: &[Diagnostic]) -> BTreeMap<(&str, &str), usize> {
    let mut out = BTreeMap::new();
    for d in diagnostics.iter().filter(|d| d.is_error()) {
        *out.entry((d.code.id, d.message.as_str())).or_default() += 1;
    }
    out
}

/// What is wrong with a fix; nothing if it does what it says.
fn complaint(broken: &Broken, before: &[Diagnostic], of: &Diagnostic, fix: &Fix) -> Option<String> {
    let Some(text) = apply(&broken.text, &fix.edits) else { return Some("its edits do not fit".into()) };
    if text == broken.text {
        return Some("it changes nothing".into());
    }
    let after = (broken.read)(&text);
    let place = of.location().map(|at| moved(at.span.start, &fix.edits));
    let still = after
        .iter()
        .find(|d| d.code == of.code && d.location().map(|at| at.span.start) == place && d.message == of.message);
    if let Some(still) = still {
        return Some(format!("it is still wrong: {}\n{text}", still.message));
    }
    let known = errors(before);
    let new = errors(&after).into_iter().find(|(k, n)| *n > known.get(k).copied().unwrap_or(0));
    new.map(|((code, message), _)| format!("this is new: {code} {message}\n{text}"))
}

fn each_fix_alone(all: Vec<Broken>, least: usize) {
    let (mut count, mut wrong) = (0, Vec::new());
    for broken in all {
        let before = (broken.read)(&broken.text);
        for d in &before {
            for fix in d.fixes.iter().filter(|f| f.edits.iter().all(|e| e.location.file == broken.file)) {
                count += 1;
                assert!(!fix.title.is_empty() && !fix.edits.is_empty(), "{}: {fix:?}", broken.name);
                if let Some(complaint) = complaint(&broken, &before, d, fix) {
                    let (name, text) = (&broken.name, &broken.text);
                    wrong.push(format!("--- {name}: {} {}: {}\n{text}\n=> {complaint}", d.code.id, d.message, fix.title));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= least, "{count} fixes");
}

#[test]
fn every_fix_of_reading_does_what_it_says() {
    each_fix_alone(syntax(), 100);
}

#[test]
fn every_fix_of_checking_does_what_it_says() {
    each_fix_alone(checked(), 60);
}

/// As `hence fix` does it: those that fit together, and again, until none is left.
#[test]
fn the_safe_fixes_come_to_an_end_and_leave_fewer_errors() {
    for broken in syntax().into_iter().chain(checked()) {
        let mut text = broken.text.clone();
        let mut before = (broken.read)(&text);
        for round in 0.. {
            assert!(round < 20, "{}: no end\n{text}", broken.name);
            let own = |f: &&Fix| f.safe && f.edits.iter().all(|e| e.location.file == broken.file);
            let safe: Vec<&Fix> = before.iter().filter_map(|d| d.fixes.iter().find(own)).collect();
            let edits: Vec<Edit> = together(safe).into_iter().flat_map(|f| f.edits.clone()).collect();
            if edits.is_empty() {
                break;
            }
            text = apply(&text, &edits).expect("what is chosen together fits together");
            let after = (broken.read)(&text);
            let count = |all: &[Diagnostic]| all.iter().filter(|d| d.is_error()).count();
            assert!(count(&after) <= count(&before), "{}\n{}\n=> {text}\n{after:#?}", broken.name, broken.text);
            before = after;
        }
    }
}
