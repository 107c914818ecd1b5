//! What no study may do to the engine: make it panic, hang or fall silent. Broken texts, odd data, and sizes that nobody
//! expected; each goes the whole way from the text to the findings.

use hence::data::Memory;
use hence::diagnostic::render::{Form, Style, render};
use hence::session::{Asked, Options, StepKind, Study, Why};
use hence::syntax::token::lex;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// All the way: read, check, evaluate, report, test.
fn whole_way(files: Memory) -> Study {
    let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
    study.evaluate(&mut |_| {});
    let findings = study.findings();
    study.test(None);
    // All three forms must be drawn, whatever stands in the text.
    for form in [Form::Human, Form::Plain, Form::Json] {
        let said = render(study.diagnostics(), study.sources(), Style { form, ..Style::default() });
        assert!(form == Form::Json || said.is_empty() == study.diagnostics().is_empty());
    }
    drop(findings);
    study
}

fn study(text: &str) -> Study {
    whole_way(Memory::default().with("study.hence", text))
}

/// The codes of what is wrong, each with its message.
fn said(study: &Study) -> String {
    let line = |d: &hence::diagnostic::Diagnostic| {
        format!("{} {} [{}]\n", d.code.id, d.message, d.help.as_deref().unwrap_or_default())
    };
    study.diagnostics().iter().map(line).collect()
}

fn count(study: &mut Study, body: &str) -> usize {
    match study.query(body) {
        Some(answers) => answers.rows.len(),
        None => panic!("{body}: {}", said(study)),
    }
}

/// Runs what must not take longer than that, even in a build that is not optimised.
fn within<T>(seconds: u64, what: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = what();
    assert!(start.elapsed() < Duration::from_secs(seconds), "it took {:?}", start.elapsed());
    result
}

const MESSAGES: &str = "Message,Thread,Code name,Posted,In reply to,Body,id,author,date,text\n\
    m15,t1,Tom,02/09/2013,,Is there a building we could all share and play in?,m15,Tom,02/09/2013,The staff were rude\n\
    m21,t1,John,03/09/2013,m15,\"We need a hub, with contacts abroad.\",m21,John,03/09/2013,two hours\n";

/// The rule files of this project, and those that stand beside it where they do.
fn rule_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("examples"), root.join("rules")];
    folders.extend(root.ancestors().skip(1).map(|a| a.join("shared/design/studies")).find(|f| f.is_dir()));
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "hence") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() >= 7, "{found:?}");
    found
}

/// A broken text among data, so that what is left of it also runs. It must say something or find something.
fn broken(path: &Path, text: &str, what: &str) {
    let attempt = std::panic::catch_unwind(|| {
        let files = Memory::default().with("study.hence", text).with("messages.csv", MESSAGES);
        let study = whole_way(files);
        study.diagnostics().is_empty() && text.trim().is_empty() && study.findings().size.messages > 0
    });
    match attempt {
        Ok(impossible) => assert!(!impossible),
        Err(_) => panic!("{}: {what}:\n{text}", path.display()),
    }
}

#[test]
fn a_text_may_end_anywhere() {
    for path in rule_files() {
        let text = std::fs::read_to_string(&path).expect("it is readable");
        let step = (text.len() / 60).max(1);
        let ends = text.char_indices().map(|(i, _)| i).filter(|i| i % step == 0);
        for end in ends {
            broken(&path, &text[..end], &format!("cut at byte {end}"));
        }
    }
}

#[test]
fn a_word_may_be_missing_doubled_or_out_of_place() {
    for path in rule_files() {
        let text = std::fs::read_to_string(&path).expect("it is readable");
        let tokens: Vec<_> = lex(&text).into_iter().filter(|t| !t.kind.is_trivia()).collect();
        let step = (tokens.len() / 45).max(1);
        for (i, pair) in tokens.windows(2).enumerate().filter(|(i, _)| i % step == 0) {
            let (a, b) = (pair[0].span.range(), pair[1].span.range());
            let (token, next) = (&text[a.clone()], &text[b.clone()]);
            let changed = match (i / step) % 3 {
                0 => format!("{}{}", &text[..a.start], &text[a.end..]),
                1 => format!("{}{token} {token}{}", &text[..a.start], &text[a.end..]),
                _ => format!("{}{next}{}{token}{}", &text[..a.start], &text[a.end..b.start], &text[b.end..]),
            };
            broken(&path, &changed, &format!("changed at `{token}`"));
        }
    }
}

// --- Sizes

#[test]
fn many_facts() {
    let mut text = String::from("kind node from data\nrelation edge(a: node, b: node)\n");
    for chunk in 0..2_000 {
        let facts: Vec<String> =
            (0..10).map(|i| format!("edge(n{}, n{})", chunk * 10 + i, chunk * 10 + i + 1)).collect();
        text.push_str(&format!("fact {}\n", facts.join(", ")));
    }
    text.push_str("relation second(a: node, b: node)\nrule second(X, Z) if edge(X, Y) and edge(Y, Z)\n");
    let mut study = within(60, || study(&text));
    assert_eq!(said(&study), "");
    assert_eq!(count(&mut study, "second(X, Y)"), 19_999);
}

#[test]
fn many_columns() {
    let columns = |f: &dyn Fn(usize) -> String| (0..50).map(f).collect::<Vec<_>>().join(", ");
    let text = format!(
        "relation wide({})\nfact wide({})\nrelation turned({})\nrule turned({}) if wide({})\n",
        columns(&|i| format!("c{i}: number")),
        columns(&|i| i.to_string()),
        columns(&|i| format!("c{i}: number")),
        columns(&|i| format!("X{}", 49 - i)),
        columns(&|i| format!("X{i}")),
    );
    let mut study = study(&text);
    assert_eq!(said(&study), "");
    assert_eq!(count(&mut study, "turned(c0: 49, c49: 0)"), 1);
    assert!(matches!(study.why("turned(c0: 49)"), Why::Explained { .. }));
}

#[test]
fn many_codes_one_under_the_other() {
    let mut text = String::from("fact message(id: m1, text: \"word0 word7\")\n");
    for i in 0..300 {
        let under = if i % 10 == 0 { String::new() } else { format!("  under c{}\n", i - 1) };
        text.push_str(&format!("code c{i}\n  matches \"word{i}\"\n{under}"));
    }
    text.push_str("theme t\n  when c0\n");
    let mut study = within(30, || study(&text));
    assert!(!study.has_errors(), "{}", said(&study));
    assert_eq!(count(&mut study, "code(m1, C)"), 8);
}

#[test]
fn a_chain_of_two_thousand() {
    let mut text = String::from("fact message(id: m1, text: \"bottom\")\ncode c0\n");
    for i in 1..2_000 {
        let matches = if i == 1_999 { "  matches \"bottom\"\n" } else { "" };
        text.push_str(&format!("code c{i}\n  under c{}\n{matches}", i - 1));
    }
    let mut study = within(60, || study(&text));
    assert!(!study.has_errors(), "{}", said(&study));
    assert_eq!(count(&mut study, "code(m1, C)"), 2_000);
    let Why::Explained { explanations: found, .. } = study.why("code(m1, c0)") else { panic!("it holds") };
    // The steps end where nobody reads on, and say how to.
    let (mut step, mut depth) = (&found[0].root, 1);
    while let Some(next) = step.because.first() {
        (step, depth) = (next, depth + 1);
    }
    assert_eq!((step.kind, depth), (StepKind::Deeper, 101));
    assert!(matches!(study.why(step.fact.as_deref().expect("it can be asked")), Why::Explained { .. }));
}

#[test]
fn many_ways_and_many_words() {
    let mut text = String::from("fact message(id: m1, text: \"w499 w29\")\n");
    let words: Vec<String> = (0..500).map(|i| format!("\"w{i}\"")).collect();
    text.push_str(&format!("code many\n  matches {}\n", words.join(" or ")));
    text.push_str("theme t\n");
    for i in 0..30 {
        text.push_str(&format!("  when many and \"w{i}\" and not \"w{}\"\n", i + 100));
    }
    let mut study = within(30, || study(&text));
    assert!(!study.has_errors(), "{}", said(&study));
    assert_eq!(count(&mut study, "theme(m1, t)"), 1);
    assert!(matches!(study.why("theme(m1, t)"), Why::Explained { .. }));
}

#[test]
fn brackets_of_alternatives_do_not_explode() {
    let closed: Vec<String> = (0..12).map(|i| format!("(\"a{i}\" or \"b{i}\" or \"c{i}\" or \"d{i}\")")).collect();
    let words: String = (0..12).map(|i| format!("c{i} ")).collect();
    let text = format!("fact message(id: m1, text: \"{words}\")\ntheme t\n  when {}\n", closed.join(" and "));
    let mut one = within(20, || study(&text));
    assert!(!one.has_errors(), "{}", said(&one));
    assert_eq!(count(&mut one, "theme(m1, t)"), 1);

    let open: Vec<String> = (0..12).map(|i| format!("(e(X, {i}) or f(X, {i}) or g(X, {i}) or h(X, {i}))")).collect();
    let declared: String = "efgh".chars().map(|c| format!("relation {c}(a: number, b: number)\n")).collect();
    let text = format!("{declared}relation r(a: number)\nrule r(X) if {}\n", open.join(" and "));
    let two = within(20, || study(&text));
    assert!(two.has_errors(), "16,777,216 combinations must be refused");
    assert_eq!(two.diagnostics().iter().filter(|d| d.is_error()).count(), 1, "{}", said(&two));
    assert!(said(&two).contains("combinations"), "{}", said(&two));
    // A few brackets are no trouble.
    let text = format!(
        "{declared}relation r(a: number)\nrule r(X) if {}\nfact e(1, 0), f(1, 1), h(1, 2)\n",
        open[..3].join(" and ")
    );
    assert_eq!(count(&mut study(&text), "r(1)"), 1);
}

#[test]
fn deep_brackets() {
    for depth in [10, 64, 200, 20_000] {
        for (open, close) in [("(", ")"), ("not (", ")"), ("thread has (", ")")] {
            let text = format!(
                "fact message(id: m1, thread: t, text: \"a\")\ntheme t\n  when {}\"a\"{}\n",
                open.repeat(depth),
                close.repeat(depth)
            );
            within(30, || study(&text));
        }
        let sums = format!("relation r(a: number)\nrule r(X) if X = {}1{}\n", "(1 + ".repeat(depth), ")".repeat(depth));
        within(30, || study(&sums));
        let long = format!("relation r(a: number)\nrule r(X) if X = 1{}\n", " + 1".repeat(depth));
        within(30, || study(&long));
        let nested = format!("relation r(a: number)\nrule r(X) if X = 1{}\n", " and X = 1".repeat(depth.min(2_000)));
        within(30, || study(&nested));
    }
}

// --- Data

fn on_messages(text: &str, csv: impl Into<Vec<u8>>) -> Study {
    whole_way(Memory::default().with("study.hence", text).with("messages.csv", csv))
}

const INPUT: &str =
    "input message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\"\ncode a\n  matches \"needle\"\n";

#[test]
fn a_message_of_ten_megabytes() {
    let text = "some words of hay and no end. ".repeat(350_000);
    let mut study = within(120, || on_messages(INPUT, format!("id,text\nm1,{text} needle\n")));
    assert_eq!(said(&study), "");
    assert_eq!(count(&mut study, "code(m1, a)"), 1);
    let Why::Explained { explanations: found, .. } = study.why("code(m1, a)") else { panic!("it holds") };
    assert!(format!("{found:?}").len() < 10_000, "a quote is a window");
}

#[test]
fn signs_that_nobody_sees() {
    let odd = "id,text\nm1,\"bell \u{7} escape \u{1b}[31m needle \u{202e} \u{feff}\"\nm2,needle\r\n";
    let mut study = on_messages(INPUT, odd);
    assert!(!study.has_errors(), "{}", said(&study));
    assert_eq!(count(&mut study, "code(M, a)"), 2);
    let nul = on_messages(INPUT, "id,text\nm1,nee\0dle\n");
    assert!(said(&nul).starts_with("E0112"), "{}", said(&nul));
}

#[test]
fn bad_rows_empty_tables_and_no_messages() {
    let bad = on_messages(INPUT, "id,text\nm1,needle\nm2\nm3,needle\n");
    assert!(bad.has_errors() && said(&bad).matches("E0").count() == 1, "{}", said(&bad));
    for empty in ["", "\n", "id,text\n", "\u{feff}", "id\n", ",\n"] {
        let study = on_messages(INPUT, empty);
        assert!(!study.diagnostics().is_empty(), "{empty:?}: an empty table must be told");
    }
    let none = study("code a\n  matches \"x\"\n");
    assert!(!none.has_errors(), "{}", said(&none));
    assert_eq!(study("").findings().size.messages, 0);
}

#[test]
fn ids_with_odd_signs() {
    let csv = "id,text\n\"a,b\",needle\n@,needle\n\"say \"\"hi\"\"\",needle\nm1@3-4,needle\nüñ 房,needle\n'x',needle\n-1,needle\n";
    let mut study = on_messages(INPUT, csv);
    assert!(!study.has_errors(), "{}", said(&study));
    for id in ["\"a,b\"", "\"@\"", "\"say \\\"hi\\\"\"", "\"m1@3-4\"", "\"üñ 房\"", "\"'x'\"", "\"-1\""] {
        assert!(matches!(study.why(&format!("code({id}, a)")), Why::Explained { .. }), "{id}: {}", said(&study));
        assert_eq!(count(&mut study, &format!("coded(Q, a, rules) and quote(Q, {id})")), 1, "{id}");
    }
}

// --- Files

#[test]
fn files_that_use_each_other_and_files_that_are_missing() {
    let circle = Memory::default()
        .with("study.hence", "use \"a.hence\"\ntheme t\n  when c\n")
        .with("a.hence", "use \"b/b.hence\"\nuse \"study.hence\"\ncode c\n  matches \"x\"\n")
        .with("b/b.hence", "use \"../a.hence\"\nuse \"b.hence\"\ncode d\n  matches \"y\"\n");
    let study = whole_way(circle);
    assert!(!study.has_errors(), "{}", said(&study));
    assert_eq!(study.diagnostics().iter().filter(|d| d.message.contains("twice")).count(), 0, "{}", said(&study));

    let missing = whole_way(Memory::default().with("study.hence", "use \"none.hence\"\nuse \"none.bib\"\ninput reply from \"none.csv\"\n  child = \"a\"\n  parent = \"b\"\nconcepts code from \"none.csv\"\n  label = \"x\"\n"));
    let errors = missing.diagnostics().iter().filter(|d| d.is_error()).count();
    assert_eq!(errors, 4, "{}", said(&missing));

    let nothing = whole_way(Memory::default());
    assert!(nothing.has_errors() && said(&nothing).contains("hence new"), "{}", said(&nothing));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let nothing = Study::open(&folder, &Options::default(), &mut |_| {});
    assert!(nothing.has_errors() && said(&nothing).contains("study.hence"), "{}", said(&nothing));
}

#[test]
fn encodings() {
    let text = "fact message(id: m1, text: \"a\")\r\ncode a\r\n  matches \"a\"\r\n  memo \"\"\"\r\n  one\r\n  two\r\n  \"\"\"\r\n";
    let mut marked = study(&format!("\u{feff}{text}"));
    assert!(!marked.has_errors(), "{}", said(&marked));
    assert_eq!(count(&mut marked, "code(m1, a)"), 1);
    for little in [true, false] {
        let mark: [u8; 2] = if little { [0xff, 0xfe] } else { [0xfe, 0xff] };
        let unit = |u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() };
        let bytes: Vec<u8> = mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect();
        let wrong = whole_way(Memory::default().with("study.hence", bytes));
        let codes: Vec<_> = wrong.diagnostics().iter().map(|d| d.code.id).collect();
        assert_eq!(codes, ["E0112"], "{}", said(&wrong));
    }
    let latin = whole_way(Memory::default().with("study.hence", b"code caf\xe9\n".to_vec()));
    assert!(said(&latin).contains("E0112"), "{}", said(&latin));
}

#[test]
fn a_proof_of_twenty_thousand_steps() {
    let text = "relation even(n: number)\nfact even(0)\nrule even(N + 2) if even(N) and N < 40000\n";
    within(60, || {
        let mut study = study(text);
        assert!(matches!(study.why("even(40000)"), Why::Explained { .. }));
        assert!(matches!(study.why("even(39999)"), Why::DoesNotHold { .. }));
    });
}

#[test]
fn what_has_no_end_is_told_from_what_is_only_large() {
    let endless = study("relation n(n: number)\nfact n(0)\nrule n(N + 1) if n(N)\n");
    assert!(said(&endless).contains("E0505 this rule does not come to an end"), "{}", said(&endless));
}

// --- Reasons

/// The best explanation and how many reasons there are, and five of them.
fn reasons(study: &mut Study, atom: &str) -> hence::session::Explanation {
    let Why::Explained { mut explanations, .. } = study.why_as(atom, Asked { reasons: 5, ids: true }) else {
        panic!("it holds: {}", said(study))
    };
    explanations.remove(0)
}

#[test]
fn forty_diamonds_have_more_proofs_than_anybody_could_list() {
    let mut text = String::from("relation edge(a: number, b: number)\nrelation path(a: number, b: number)\n");
    text += "rule path(A, B) if edge(A, B)\nrule path(A, C) if edge(A, B) and path(B, C)\n";
    for n in 0..40 {
        let (from, to) = (3 * n, 3 * n + 3);
        for middle in [from + 1, from + 2] {
            text += &format!("fact edge({from}, {middle}), edge({middle}, {to})\n");
        }
    }
    let mut study = study(&text);
    let found = within(20, || reasons(&mut study, "path(0, 120)"));
    assert_eq!((found.reasons.number, found.reasons.at_least, found.reasons.apart), (1 << 40, false, false));
    assert!(found.shortest && found.others.len() == 4);
}

#[test]
fn a_clique_of_three_hundred() {
    let mut text = String::from("relation friend(a: number, b: number)\nrelation knows(a: number, b: number)\n");
    text += "rule knows(A, B) if friend(A, B)\nrule knows(A, C) if knows(A, B) and knows(B, C)\n";
    for a in 0..300 {
        let facts: Vec<String> = (0..300).filter(|b| *b != a).map(|b| format!("friend({a}, {b})")).collect();
        text += &format!("fact {}\n", facts.join(", "));
    }
    let mut study = within(120, || study(&text));
    let found = within(20, || reasons(&mut study, "knows(0, 299)"));
    assert!(found.reasons.number > 1 && found.reasons.at_least, "{:?}", found.reasons);
    assert_eq!(found.others.len(), 4);
    assert_eq!(found.root.because.len(), 1, "they are friends");
}

#[test]
fn a_fact_with_a_hundred_thousand_derivations() {
    let mut csv = String::from("person,says\n");
    (0..100_000).for_each(|n| csv += &format!("p{n},yes\n"));
    let text = "kind person from data\nrelation says(person: person, says: text)\ninput says from \"says.csv\"\n  \
                person = \"person\"\n  says = \"says\"\nrelation said(says: text)\nrule said(S) if says(_, S)\n";
    let mut study = within(60, || whole_way(Memory::default().with("study.hence", text).with("says.csv", csv)));
    let found = within(20, || reasons(&mut study, "said(\"yes\")"));
    assert!(found.reasons.at_least && found.reasons.number > 1_000 && found.others.len() == 4, "{:?}", found.reasons);
}

#[test]
fn proofs_that_all_rest_on_the_same_are_one_reason() {
    let mut text = String::from("relation a(n: number)\nrelation b(n: number)\nfact a(0)\n");
    for n in 0..30 {
        text += &format!("rule b({n}) if a({n})\nrule a({0}) if a({n})\nrule a({0}) if b({n})\n", n + 1);
    }
    let mut study = study(&text);
    let found = within(20, || reasons(&mut study, "a(30)"));
    assert_eq!((found.reasons.number, found.reasons.apart, found.others.len()), (1 << 30, false, 0));
}
