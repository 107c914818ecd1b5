//! Runs `tests/cases/lint/*.txt`: a study without errors, then `ok` or what is worth a look in it.
//! `UPDATE=1 cargo test --test lint` rewrites what is expected.

mod support;

use hence::data::files::Memory;
use hence::session::{Options, Study as Session};
use std::collections::BTreeMap;
use std::fmt::Write;
use support::{Study, cases, check, files, root};

/// What the cases in `logic.txt` are about, and no others; each file speaks of its own.
const LOGIC: [&str; 4] = ["W0314", "W0315", "W0324", "W0327"];

#[test]
fn every_case_says_what_it_says() {
    let (mut wrong, mut silent, mut counts) = (Vec::new(), 0, BTreeMap::<&str, usize>::new());
    for path in files(&root().join("tests/cases/lint"), "txt") {
        let mut written = String::new();
        for case in cases(&path) {
            let checked = check(&Study::of(&case.source));
            let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.is_error()).collect();
            assert!(errors.is_empty(), "{}: {}: {errors:#?}", path.display(), case.name);
            let logic = path.file_stem().is_some_and(|name| name == "logic");
            let about = |code: &str| LOGIC.contains(&code) == logic;
            let lints: Vec<_> = checked.lints.iter().filter(|d| about(d.code.id)).cloned().collect();
            for lint in &lints {
                *counts.entry(lint.code.id).or_default() += 1;
            }
            let found = if lints.is_empty() { "ok\n".to_string() } else { checked.lines(&lints) };
            silent += usize::from(lints.is_empty());
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
    assert!(silent >= 40, "{silent} cases in which nothing is to be said");
}

/// What a survey says of a study in memory, code and message.
fn surveyed(text: &str, tables: &[(&str, String)]) -> Vec<String> {
    let mut folder = Memory::default().with("study.hence", text);
    for (name, table) in tables {
        folder.add(name, table.clone());
    }
    let mut study = Session::open_in(Box::new(folder), "study.hence", &Options::default(), &mut |_| {});
    study.survey();
    // What these studies do not use or what every message has is beside the point here.
    let said = study.diagnostics().iter().filter(|d| !matches!(d.code.id, "W0210" | "W0416" | "W0512"));
    said.map(|d| format!("{} {}", d.code.id, d.message)).collect()
}

/// So many messages, and as many people with a role.
fn many(rows: usize) -> [(&'static str, String); 2] {
    let messages = (0..rows).fold("id,author,text\n".to_string(), |t, n| t + &format!("m{n},a{n},hello\n"));
    let people = (0..rows).fold("author,role\n".to_string(), |t, n| t + &format!("a{n},potter\n"));
    [("m.csv", messages), ("p.csv", people)]
}

const TABLES: &str = "
input message from \"m.csv\"
  id = \"id\"
  author = \"author\"
  text = \"text\"
relation role(author: author, role: text)
input role from \"p.csv\"
  author = \"author\"
  role = \"role\"
";

#[test]
fn a_large_product_is_told_with_its_size() {
    let rule = "relation pair(m: message, a: author)\nrule pair(M, A) if message(id: M) and role(A, _)\n";
    let found = surveyed(&format!("{TABLES}{rule}"), &many(400));
    let wanted =
        "W0325 these conditions have no name in common: 400 messages × 400 rows of `role` = 160,000 combinations";
    assert_eq!(found, [wanted]);
    assert_eq!(surveyed(&format!("{TABLES}{rule}"), &many(100)), Vec::<String>::new());
}

#[test]
fn what_is_tied_together_or_meant_is_no_product() {
    let rules = [
        "relation r(m: message, p: text)\nrule r(M, P) if message(id: M, author: A) and role(A, P)\n",
        "relation r(m: message, a: author)\nrule r(M, A) if message(id: M, author: B) and role(A, _) and A = B\n",
        "theme t\n  when \"hello\"\nrelation r(m: message, t: theme)\nrule r(M, T) if message(id: M) and T is a theme\n",
        "relation r(m: message, n: number)\nrule r(M, N) if message(id: M) and N = count of A where (role(A, _))\n",
        "theme t\n  when \"hello\" and message(this, author: A) and role(A, _)\n",
    ];
    for rule in rules {
        assert_eq!(surveyed(&format!("{TABLES}{rule}"), &many(400)), Vec::<String>::new(), "{rule}");
    }
}

#[test]
fn many_rules_are_compared_in_a_short_time() {
    let mut text = "relation likes(a: author, b: text, n: number)\nrelation r(a: author)\n".to_string();
    for n in 0..200 {
        let _ = writeln!(
            text,
            "rule r(A) if likes(A, \"x{n}\", N) and N > {n} and likes(A, B, M) and likes(_, B, K) and M < K and B != \"y{n}\""
        );
    }
    let checked = check(&Study::of(&text));
    let rules: Vec<_> = checked.lints.iter().filter(|d| LOGIC.contains(&d.code.id)).cloned().collect();
    assert_eq!(checked.lines(&rules), "");
}
