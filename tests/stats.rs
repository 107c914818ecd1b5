//! Runs `tests/cases/stats/stats.txt` and `mutate.txt`: a study, then what `hence stats` or `hence test --mutate`
//! says of it. `UPDATE=1 cargo test --test stats` rewrites what is expected.

mod support;

use hence::data::Memory;
use hence::report::{Look, json, junit, mutants, stats};
use hence::session::{Options, Study, statistics::Statistics};
use std::fmt::Write;
use std::path::Path;
use support::{cases, root};

fn study(source: &str) -> Study {
    let written = support::Study::of(source);
    let mut files = Memory::default().with("study.hence", written.text.as_str());
    for (name, table) in &written.tables {
        files.add(name, table.as_str());
    }
    let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
    study.evaluate(&mut |_| {});
    let errors: Vec<_> = study.diagnostics().iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{source}\n{errors:?}");
    study
}

fn run(file: &str, said: impl Fn(&mut Study) -> String) {
    let path = root().join("tests/cases/stats").join(file);
    let (mut wrong, mut written) = (Vec::new(), String::new());
    for case in cases(&path) {
        let found = said(&mut study(&case.source));
        let trimmed: Vec<&str> = found.lines().map(str::trim_end).collect();
        let found = trimmed.join("\n");
        if found.trim() != case.expected.trim() {
            wrong.push(format!("{}\n=> found\n{found}\n=> expected\n{}", case.name, case.expected));
        }
        let _ = write!(written, "--- {} ---\n{}\n=>\n{}\n\n", case.name, case.source.trim_end(), found.trim_end());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
    } else {
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}

/// The report up to the part that says how to read it, which is the same everywhere.
#[test]
fn figures_are_as_expected() {
    run("stats.txt", |study| {
        let text = stats::statistics(&study.statistics(), Look::default());
        text.split("\nHow to read it").next().unwrap_or_default().to_string()
    });
}

#[test]
fn what_nothing_would_miss_is_found() {
    run("mutate.txt", |study| mutants::mutants(&study.mutate(&mut |_| {}), Look::default()));
}

/// What must be true of the figures of any study.
fn sound(s: &Statistics) {
    for kind in &s.kinds {
        assert!(kind.found <= kind.of && kind.overlap <= kind.found, "{}", kind.kind);
        for concept in &kind.concepts {
            assert_eq!(concept.found, concept.alone + concept.overlap, "{}", concept.name);
            assert!(concept.conflict >= concept.set_aside, "{}", concept.name);
            for way in &concept.ways {
                assert_eq!(way.found, way.alone + way.overlap, "{} {}", concept.name, way.text);
                assert!(way.conflict <= way.found, "{} {}", concept.name, way.text);
            }
            let most: usize = concept.ways.iter().map(|w| w.found).sum();
            assert!(concept.found <= most, "{}: {} of {most}", concept.name, concept.found);
        }
        for pair in &kind.pairs {
            let found = |name: &str| kind.concepts.iter().find(|c| c.name == *name).expect("it is shown").found;
            assert_eq!(found(&pair.first), pair.both + pair.only_first, "{} {}", pair.first, pair.second);
            assert_eq!(found(&pair.second), pair.both + pair.only_second, "{} {}", pair.first, pair.second);
        }
    }
    for relation in &s.relations {
        let most: usize = relation.ways.iter().map(|w| w.found).sum();
        assert!(relation.rows <= most, "{}: {} of {most}", relation.name, relation.rows);
        assert!(relation.ways.iter().all(|w| w.found <= relation.rows), "{}", relation.name);
    }
}

#[test]
fn figures_agree_with_one_another_and_with_the_findings() {
    for name in ["creative_digital", "textbook"] {
        let folder = root().join("examples").join(name);
        let mut study = Study::open(Path::new(&folder), &Options::default(), &mut |_| {});
        study.evaluate(&mut |_| {});
        let figures = study.statistics();
        sound(&figures);
        let findings = study.findings();
        for (kind, concepts) in [("code", &findings.codes), ("theme", &findings.themes)] {
            let Some(of_kind) = figures.kinds.iter().find(|k| k.kind == kind) else { continue };
            for concept in concepts.iter().filter(|c| !c.members.is_empty()) {
                let figure = of_kind.concepts.iter().find(|c| c.name == concept.name).expect("it is counted");
                assert_eq!(figure.found, concept.members.len(), "{name} {}", concept.name);
            }
        }
        let parsed: serde_json::Value = serde_json::from_str(&json::statistics(&figures)).expect("it is JSON");
        assert_eq!(parsed["version"], 1);
    }
    for case in cases(&root().join("tests/cases/stats/stats.txt")) {
        sound(&study(&case.source).statistics());
    }
}

#[test]
fn junit_is_xml_that_names_every_test_and_keeps_hostile_names() {
    let source = "code a\n  matches \"x\"\n\
                  test \"a < b & \\\"c\\\" \\u{1}\"\n  given message(id: m1, text: \"x\")\n  expect no code(m1, a)\n\
                  test \"fine\"\n  given message(id: m1, text: \"x\")\n  expect code(m1, a)\n";
    let results = study(source).test(None);
    let text = junit::tests("the study", &results);
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut cases, mut failures) = (Vec::new(), 0);
    loop {
        use quick_xml::events::Event;
        match reader.read_event().expect("it is XML") {
            Event::Eof => break,
            Event::Start(e) | Event::Empty(e) if e.name().as_ref() == "testcase" => {
                let name = e.attributes().filter_map(Result::ok).find(|a| a.key.as_ref() == "name").expect("a name");
                cases.push(name.value.to_string());
            }
            Event::Start(e) if e.name().as_ref() == "failure" => failures += 1,
            _ => {}
        }
    }
    assert_eq!(cases, ["a &lt; b &amp; &quot;c&quot; \u{FFFD}", "fine"]);
    assert_eq!(failures, 1);
    assert!(text.contains("tests=\"2\" failures=\"1\""), "{text}");
}
