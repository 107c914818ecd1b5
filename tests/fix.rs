//! Every fix of every mistake in `tests/cases`, made on its own: what it belongs to is gone, and nothing new is wrong.
//! And the safe ones all together, as `hence fix` makes them.

mod support;

use hence::base::FileId;
use hence::diagnostic::fix::{apply, together};
use hence::diagnostic::{Diagnostic, Edit, Fix};
use hence::syntax::{Cache, parse, parse_atom, parse_body};
use std::collections::BTreeMap;
use support::{Case, Study, cases, check, files, root};

/// Reads a text and says what is wrong with it.
type Reader = Box<dyn Fn(&str) -> Vec<Diagnostic>>;

/// A text with its mistakes, and how it is read again.
struct Broken {
    name: String,
    text: String,
    file: FileId,
    read: Reader,
}

fn all(folder: &str) -> Vec<Case> {
    files(&root().join("tests/cases").join(folder), "txt").iter().flat_map(|p| cases(p)).collect()
}

fn syntax() -> Vec<Broken> {
    let broken = |case: Case| {
        let source = case.source.trim_end_matches('\n');
        let source = source.replace("<CR>", "\r").replace("<BOM>", "\u{FEFF}").replace("<NBSP>", "\u{A0}");
        let id = FileId(0);
        let (text, read): (String, Reader) = if let Some(body) = source.strip_prefix("? ") {
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

/// Cases with a second mistake behind the first, which comes to light when that is put right.
const REVEALS: [&str; 11] = [
    "what a relation of an unknown type declares is let be",
    "what a broken line of a test might expect is not missed",
    "an unknown kind before a name with none near",
    "an unknown relation of an input",
    "an unknown type of a property",
    "brackets of a count missing",
    "an unclosed text with brackets",
    "a strange character",
    "matches wait* or queue*",
    "when if a then b",
    "when slow care and b",
];

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
    if REVEALS.contains(&broken.name.as_str()) {
        return None;
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
                    wrong.push(format!(
                        "--- {name}: {} {}: {}\n{text}\n=> {complaint}",
                        d.code.id, d.message, fix.title
                    ));
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

/// Edits at any place, in any number, over one another: a text or nothing, never a panic, and what is chosen to be made
/// together can be.
#[test]
fn any_edits_are_made_or_refused() {
    let texts = ["", "a", "é共\r\n👩‍🔬 x\n", "\u{FEFF}code a\n  matches \"x\"\n", "\n\n\n"];
    let mut state = 7u64;
    let mut next = |n: u32| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as u32 % n.max(1)
    };
    for _ in 0..20_000 {
        let text = texts[next(texts.len() as u32) as usize];
        let far = text.len() as u32 + 3;
        let mut edits = |n: u32| -> Vec<Edit> {
            (0..n)
                .map(|_| {
                    let span = hence::base::Span::new(next(far), next(far));
                    let location = hence::base::Location::new(FileId(0), span);
                    Edit { location, text: ["", "x", "é\n"][next(3) as usize].to_string() }
                })
                .collect()
        };
        let fixes: Vec<Fix> = (0..4).map(|i| Fix { title: String::new(), edits: edits(i), safe: true }).collect();
        apply(text, fixes.iter().flat_map(|f| &f.edits));
        let sound = |f: &&Fix| !f.edits.is_empty() && apply(text, &f.edits).is_some();
        let chosen = together(fixes.iter().filter(sound));
        let all: Vec<&Edit> = chosen.iter().flat_map(|f| &f.edits).collect();
        assert!(apply(text, all.iter().copied()).is_some(), "{text:?} {all:?}");
    }
}

/// A study in a folder of its own.
fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fix").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    }
    folder
}

fn repair(folder: &std::path::Path) -> hence::session::fix::Repair {
    hence::session::fix::repair(folder, &hence::session::Options::default(), &mut |_| {})
}

const WRONG: &str = "\u{FEFF}relation p(n: number)\r\nfact p(\"2\")\r\n";

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let folder = folder("windows", &[("study.hence", WRONG)]);
    assert!(repair(&folder).write());
    let text = std::fs::read_to_string(folder.join("study.hence")).expect("it is there");
    assert_eq!(text, WRONG.replace("\"2\"", "2"));
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let folder = folder("changed", &[("study.hence", WRONG)]);
    let mut repair = repair(&folder);
    assert_eq!(repair.made.len(), 1);
    std::fs::write(folder.join("study.hence"), "relation q()\n").expect("it can be written");
    assert!(!repair.write());
    assert!(repair.made.is_empty());
    assert!(repair.study.diagnostics().iter().any(|d| d.code.id == "E0511"));
    assert_eq!(std::fs::read_to_string(folder.join("study.hence")).expect("it is there"), "relation q()\n");
}

#[test]
fn a_write_protected_file_is_left_alone_and_told() {
    let folder = folder("protected", &[("study.hence", WRONG)]);
    let file = folder.join("study.hence");
    let mut permissions = std::fs::metadata(&file).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).expect("they can be set");
    let mut repair = repair(&folder);
    assert!(!repair.write() && repair.made.is_empty() && repair.changed.is_empty());
    assert!(repair.study.diagnostics().iter().any(|d| d.code.id == "E0509" && d.message.contains("write-protected")));
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), WRONG);
    let left: Vec<_> = std::fs::read_dir(&folder).expect("it is there").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it");
}

#[test]
fn only_files_of_the_folder_are_written_and_used_files_are() {
    let files = [
        ("common.hence", "relation q(n: number)\nfact q(\"1\")\n"),
        ("study/study.hence", "use \"../common.hence\"\nuse \"parts/own.hence\"\n"),
        ("study/parts/own.hence", "relation p(n: number)\nfact p(\"2\")\n"),
    ];
    let folder = folder("folders", &files);
    let mut repair = repair(&folder.join("study"));
    assert!(repair.write());
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it is there");
    assert_eq!(read("common.hence"), files[0].1);
    assert_eq!(read("study/parts/own.hence"), "relation p(n: number)\nfact p(2)\n");
    assert_eq!(repair.made.iter().map(|m| (m.file.as_str(), m.line)).collect::<Vec<_>>(), [("parts/own.hence", 2)]);
    assert!(repair.study.has_errors());
}

#[test]
fn files_headers_and_codes_of_the_data_are_offered() {
    let study = "use theory.proximty\ninput message from \"Mesages.csv\"\n  id = \"id\"\n  text = \"text\"\n\
                 input coding from \"codings.csv\"\n  message = \"message_id\"\n  code = \"code\"\n  coder is tom\n";
    let tables = [
        ("study.hence", study),
        ("messages.csv", "id,text\nm1,x\n"),
        ("codings.csv", "Message id,code\nm1,Care plans\n"),
    ];
    let folder = folder("data", &tables);
    let shown = |text: &str| {
        std::fs::write(folder.join("study.hence"), text).expect("it can be written");
        let repaired = repair(&folder);
        let fixes = repaired.study.diagnostics().iter().flat_map(|d| d.fixes.clone()).collect::<Vec<_>>();
        let text =
            repaired.study.sources().by_name("study.hence").map(|f| repaired.study.sources().get(f).text.to_string());
        (text.expect("it was read"), fixes)
    };
    // The header differs in case alone; the names of the module and the file are guessed at.
    let (text, fixes) = shown(study);
    let titles: Vec<&str> = fixes.iter().map(|f| f.title.as_str()).collect();
    let declare = "declare `code care_plans \"Care plans\"`";
    assert_eq!(titles, ["write `theory.proximity`", "write \"messages.csv\"", declare], "{text}");
    assert!(text.contains("message = \"Message id\""), "{text}");
    let edits: Vec<Edit> = fixes.iter().flat_map(|f| f.edits.clone()).collect();
    let (text, fixes) = shown(&apply(&text, &edits).expect("they fit"));
    assert!(text.ends_with("\ncode care_plans \"Care plans\"\n") && fixes.is_empty(), "{text}\n{fixes:#?}");
}
