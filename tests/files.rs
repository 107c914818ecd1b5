//! Studies with their data, and what a look at the data says of them: `tests/cases/files/*.txt`. A case is a study,
//! its files between `~~~ name` and `~~~`, then `=>` and what is said. In a file `\r`, `\t`, `\0` and `\xE9` stand for
//! bytes that an editor would not keep. `UPDATE=1 cargo test --test files` writes down what is said now.

mod support;

use hence::data::Memory;
use hence::diagnostic::render::{Form, Style, render};
use hence::session::{Options, Study};
use std::fmt::Write;
use support::{cases, files, root};

/// The study of a case with its files.
fn open(case: &str, lenient: bool) -> Study {
    let (mut memory, mut text) = (Memory::default(), String::new());
    let mut lines = case.lines();
    while let Some(line) = lines.next() {
        match line.strip_prefix("~~~ ") {
            Some(name) => {
                let rows: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "~~~").collect();
                memory.add(name.trim(), bytes(&(rows.join("\n") + "\n")));
            }
            None => text.push_str(&format!("{line}\n")),
        }
    }
    memory.add("study.hence", text);
    let options = Options { lenient, ..Options::default() };
    let mut study = Study::open_in(Box::new(memory), "study.hence", &options, &mut |_| {});
    study.survey();
    study
}

fn bytes(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let (one, length) = match rest.as_bytes().get(at + 1) {
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(b'0') => (0, 2),
            Some(b'x') => (u8::from_str_radix(&rest[at + 2..at + 4], 16).expect("two digits"), 4),
            _ => (b'\\', 1),
        };
        out.push(one);
        rest = &rest[at + length..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

fn outcome(case: &str) -> String {
    let (lenient, case) = match case.strip_prefix("# lenient\n") {
        Some(case) => (true, case),
        None => (false, case),
    };
    let study = open(case, lenient);
    // Cases declare more than they use.
    let said: Vec<_> = study.diagnostics().iter().filter(|d| d.code.id != "W0210").cloned().collect();
    if said.is_empty() {
        return "nothing\n".to_string();
    }
    let mut out =
        render(&said, study.sources(), Style { form: Form::Plain, colour: false, unicode: false, ..Style::default() });
    for fix in said.iter().flat_map(|d| &d.fixes) {
        let _ = writeln!(out, "fix: {}", fix.title);
    }
    out
}

#[test]
fn every_case_says_what_it_says() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for path in files(&root().join("tests/cases/files"), "txt") {
        let mut written = String::new();
        for case in cases(&path) {
            let found = outcome(&case.source);
            count += 1;
            if found.trim() != case.expected.trim() {
                wrong.push(format!("{}\n=> found\n{found}=> expected\n{}", case.name, case.expected));
            }
            let _ = write!(written, "--- {} ---\n{}\n=>\n{}\n\n", case.name, case.source.trim_end(), found.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    assert!(count >= 40, "{count} cases");
    assert!(wrong.is_empty() || std::env::var_os("UPDATE").is_some(), "{}", wrong.join("\n\n"));
}

/// Every edit that is offered leads to a study that reads, and without the message it was offered for.
#[test]
fn what_is_offered_puts_it_right() {
    for path in files(&root().join("tests/cases/files"), "txt") {
        for case in cases(&path) {
            let study = open(&case.source, false);
            for (diagnostic, fix) in study.diagnostics().iter().flat_map(|d| d.fixes.iter().map(move |f| (d, f))) {
                let mut source = case.source.clone();
                let text = case.source.split("~~~ ").next().unwrap_or_default().to_string();
                let mut fixed = text.clone();
                for edit in &fix.edits {
                    let range = edit.location.span.range();
                    fixed.replace_range(range.start.min(text.len())..range.end.min(text.len()), &edit.text);
                }
                source.replace_range(..text.len(), &fixed);
                let again = open(&source, false);
                let syntax = again.diagnostics().iter().find(|d| d.code.id.starts_with("E01") && d.place.is_none());
                assert!(syntax.is_none(), "{}: {syntax:?}\n{source}", case.name);
                let same =
                    again.diagnostics().iter().any(|d| d.code == diagnostic.code && d.message == diagnostic.message);
                assert!(!same, "{}: {}\n{source}", case.name, diagnostic.message);
            }
        }
    }
}

/// The files of a study of which one is written to while it is read: after so many looks at it.
struct Written(Memory, std::cell::Cell<u32>);

impl hence::data::Files for Written {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn stamp(&self, path: &str) -> Option<hence::data::files::Stamp> {
        if path == "m.csv" {
            self.1.set(self.1.get().saturating_sub(1));
        }
        Some(hence::data::files::Stamp { size: u64::from(self.1.get() == 0), modified: None })
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_told_once() {
    let study = "input message from \"m.csv\"\n  id = \"id\"\n  text = \"text\"\ninput reply from \"m.csv\"\n  child = \"id\"\n  parent = \"id\"\n  delimiter \",\"\n";
    let memory = || Memory::default().with("study.hence", study).with("m.csv", "id,text\nm1,x\n");
    for (looks, told) in [(2, 1), (3, 1), (4, 1), (5, 1), (100, 0)] {
        let files = Box::new(Written(memory(), std::cell::Cell::new(looks)));
        let study = Study::open_in(files, "study.hence", &Options::default(), &mut |_| {});
        let codes: Vec<&str> = study.diagnostics().iter().map(|d| d.code.id).collect();
        assert_eq!(codes.iter().filter(|c| **c == "E0511").count(), told, "{looks}: {codes:?}");
        assert!(codes.iter().all(|c| *c == "E0511"), "{looks}: {codes:?}");
    }
}
