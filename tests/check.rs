//! Runs `tests/cases/check/*.txt`: a study, then `ok` or what the checker says of it.
//! `UPDATE=1 cargo test --test check` rewrites what is expected.

mod support;

use hence::syntax::token::lex;
use std::collections::BTreeMap;
use std::fmt::Write;
use support::{Case, Study, cases, check, files, root};

fn all() -> Vec<(std::path::PathBuf, Vec<Case>)> {
    files(&root().join("tests/cases/check"), "txt").into_iter().map(|p| (p.clone(), cases(&p))).collect()
}

fn outcome(source: &str) -> String {
    let checked = check(&Study::of(source));
    if checked.diagnostics.is_empty() { "ok\n".to_string() } else { checked.shown() }
}

#[test]
fn every_case_says_what_it_says() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (path, cases) in all() {
        let mut written = String::new();
        for case in cases {
            let found = outcome(&case.source);
            count += 1;
            if found.trim() != case.expected.trim() {
                wrong.push(format!(
                    "{}: {}\n{}=> found\n{found}=> expected\n{}",
                    path.display(),
                    case.name,
                    case.source,
                    case.expected
                ));
            }
            let _ = write!(written, "--- {} ---\n{}\n=>\n{}\n\n", case.name, case.source.trim_end(), found.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    assert!(count >= 300, "{count} cases");
    if std::env::var_os("UPDATE").is_none() {
        assert!(wrong.is_empty(), "{} of {count} cases\n\n{}", wrong.len(), wrong.join("\n\n"));
    }
}

#[test]
fn names_are_unique() {
    let mut seen = BTreeMap::new();
    for (path, cases) in all() {
        for case in cases {
            if let Some(other) = seen.insert(case.name.clone(), path.clone()) {
                panic!("two cases are called `{}`: {} and {}", case.name, other.display(), path.display());
            }
        }
    }
}

/// Good items that no case declares; what a case has to say does not change by them.
const SOUND: &str = "
theme zz_distance
  when \"zz far\" and not \"zz near\"
relation zz_chain_of_answers(a: message, b: message)
rule zz_chain_of_answers(A, B) if reply(A, B)
rule zz_chain_of_answers(A, C) if zz_chain_of_answers(A, B) and zz_chain_of_answers(B, C)
";

#[test]
fn one_mistake_spoils_nothing_else() {
    for (_, cases) in all() {
        for case in cases {
            let mut study = Study::of(&case.source);
            study.question = None;
            let before = check(&study);
            study.text.push_str(SOUND);
            let after = check(&study);
            assert_eq!(after.shown(), before.shown(), "{}\n{}", case.name, study.text);
            let relation = after.program.relation_names["zz_chain_of_answers"];
            assert_eq!(after.program.rules.iter().filter(|r| r.head == relation).count(), 2, "{}", case.name);
            let concept = after.program.concepts.iter().find(|c| c.name == "zz_distance").expect("it is declared");
            assert_eq!(concept.when.len(), 1, "{}", case.name);
        }
    }
}

#[test]
fn every_code_of_the_checker_has_two_cases() {
    // What the checker can say, by its own text; the codes that parsing gives have cases of their own.
    let said: String = files(&root().join("src/check"), "rs").iter().map(|p| support::read(p)).collect();
    let table = support::read(&root().join("src/diagnostic/codes.rs"));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    // What is worth a look has cases of its own.
    let lints = files(&root().join("tests/cases/lint"), "txt").into_iter().map(|p| (p.clone(), cases(&p)));
    for (_, cases) in all().into_iter().chain(lints) {
        for case in cases {
            for line in case.expected.lines() {
                if let Some(code) = line.split(' ').next().filter(|c| hence::diagnostic::codes::find(c).is_some()) {
                    *counts.entry(code.to_string()).or_default() += 1;
                }
            }
        }
    }
    for row in table.lines() {
        let mut words = row.split_whitespace();
        let (Some(name), Some(id)) = (words.next(), words.next()) else { continue };
        let id = id.trim_matches('"');
        if hence::diagnostic::codes::find(id).is_some() && said.contains(&format!("codes::{name},"))
            || said.contains(&format!("codes::{name})"))
        {
            let found = counts.get(id).copied().unwrap_or(0);
            assert!(found >= 2, "{id} ({name}) has {found} cases");
        }
    }
}

#[test]
fn no_study_without_one_token_panics() {
    for (_, cases) in all() {
        for case in cases {
            let study = Study::of(&case.source);
            for token in lex(&study.text).iter().filter(|t| !t.kind.is_trivia()) {
                let text =
                    format!("{}{}", &study.text[..token.span.start as usize], &study.text[token.span.end as usize..]);
                let checked = check(&Study { text, tables: study.tables.clone(), ..Study::default() });
                for d in &checked.diagnostics {
                    for label in &d.labels {
                        let text = &checked.sources.get(label.location.file).text;
                        assert!(text.get(label.location.span.range()).is_some(), "{d:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_ships_checks_without_a_word() {
    for module in files(&root().join("rules/theory"), "hence") {
        let name = module.file_stem().expect("a module has a name").to_string_lossy().into_owned();
        let checked = check(&Study { text: format!("use theory.{name}\n"), ..Study::default() });
        assert_eq!(checked.shown(), "", "{name}");
    }
    for study in files(&root().join("examples"), "hence") {
        if study.file_name().is_some_and(|n| n == "study.hence") {
            let mut text = support::read(&study);
            // Files of Hence that lie beside a study are part of it.
            for beside in files(study.parent().expect("a study lies in a folder"), "hence") {
                if beside != study {
                    text.push_str(&support::read(&beside));
                }
            }
            let checked = check(&Study { text, ..Study::default() });
            let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.is_error()).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", study.display());
        }
    }
}
