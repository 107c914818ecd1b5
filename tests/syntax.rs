//! Runs `tests/cases/syntax/*.txt`: source, then what is read, printed again in the canonical form, or what is said.
//! `UPDATE=1 cargo test --test syntax` rewrites what is expected.

use hence::base::{FileId, Sources};
use hence::diagnostic::Diagnostic;
use hence::syntax::token::lex;
use hence::syntax::{Cache, items, parse, parse_atom, parse_body, print};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(entries) = std::fs::read_dir(&root) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.filter_map(Result::ok).map(|e| e.path()) {
        if path.is_dir() {
            files.extend(self::files(&path.to_string_lossy(), extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn shown(diagnostics: &[Diagnostic], text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("case.hence", text);
    let file = sources.get(id);
    let place = |span: hence::base::Span| {
        let ((l, c), (m, d)) = (file.line_column(span.start), file.line_column(span.end));
        format!("{l}:{c}-{m}:{d}")
    };
    let mut out = String::new();
    for d in diagnostics {
        let _ = writeln!(out, "{} {} {}", d.code.id, place(d.labels[0].location.span), d.message);
        for label in &d.labels[1..] {
            let _ = writeln!(out, "also: {} {}", place(label.location.span), label.text);
        }
        if let Some(help) = &d.help {
            let _ = writeln!(out, "help: {help}");
        }
        for fix in &d.fixes {
            let mut fixed = text.to_string();
            for edit in fix.edits.iter().rev() {
                fixed.replace_range(edit.location.span.range(), &edit.text);
            }
            let line = text.lines().zip(fixed.lines()).find(|(a, b)| a != b).map_or("", |(_, b)| b);
            let safe = if fix.safe { "" } else { "?" };
            let _ = writeln!(out, "fix{safe}: {line}");
        }
    }
    out
}

/// What a case says: what was read and, where something is wrong, what.
fn outcome(source: &str) -> String {
    let id = FileId(0);
    let (printed, diagnostics) = if let Some(body) = source.strip_prefix("? ") {
        let (tree, diagnostics) = parse_body(id, body);
        let printed = tree.map(|e| print::print_expr(&e) + "\n");
        if let Some(printed) = &printed {
            let again = parse_body(id, printed).0.map(|e| print::print_expr(&e) + "\n");
            assert_eq!(again.as_ref(), Some(printed), "printed and read again: {source}");
        }
        (printed.unwrap_or_default(), shown(&diagnostics, body))
    } else if let Some(atom) = source.strip_prefix("! ") {
        let (tree, diagnostics) = parse_atom(id, atom);
        (tree.map_or(String::new(), |a| format!("{}({})\n", a.name.text, a.args.len())), shown(&diagnostics, atom))
    } else {
        let source = &source.replace("<CR>", "\r").replace("<BOM>", "\u{FEFF}").replace("<NBSP>", "\u{A0}");
        let (tree, diagnostics) = parse(id, source, &mut Cache::default());
        let printed = print::print_file(&tree);
        if diagnostics.is_empty() {
            let (again, wrong) = parse(id, &printed, &mut Cache::default());
            assert!(wrong.is_empty(), "{source}\n---\n{printed}\n{wrong:#?}");
            assert_eq!(print::print_file(&again), printed, "printed and read again: {source}");
        }
        (printed, shown(&diagnostics, source))
    };
    if diagnostics.is_empty() { printed } else { diagnostics }
}

#[test]
fn cases() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files("tests/cases/syntax", "txt") {
        let text = std::fs::read_to_string(&path).expect("a case file is readable");
        let mut written = String::new();
        for section in text.split("--- ").filter(|s| !s.trim().is_empty()) {
            let (name, rest) = section.split_once(" ---\n").unwrap_or_else(|| panic!("a case has a name: {section}"));
            let (source, expected) = rest.split_once("\n=>").unwrap_or((rest.trim_end(), ""));
            let found = outcome(source);
            count += 1;
            if found.trim() != expected.trim() {
                wrong.push(format!("{}: {name}\n{source}\n=> found\n{found}=> expected{expected}", path.display()));
            }
            let _ = write!(written, "--- {name} ---\n{source}\n=>\n{}\n\n", found.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    assert!(count >= 250, "{count} cases");
    if std::env::var_os("UPDATE").is_none() {
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}

fn studies() -> Vec<(PathBuf, String)> {
    let studies: Vec<PathBuf> = files("../shared/design/studies", "hence");
    if studies.is_empty() {
        println!("the studies of the design are not beside the project: skipped");
    }
    let all = [studies, files("examples", "hence"), files("rules", "hence")].concat();
    all.into_iter().map(|p| (p.clone(), std::fs::read_to_string(p).expect("a study is readable"))).collect()
}

#[test]
fn studies_are_read_without_error_and_printed_studies_are_the_same() {
    for (path, text) in studies() {
        let (tree, diagnostics) = parse(FileId(0), &text, &mut Cache::default());
        assert!(diagnostics.is_empty(), "{}: {}", path.display(), shown(&diagnostics, &text));
        let printed = print::print_file(&tree);
        let (again, diagnostics) = parse(FileId(0), &printed, &mut Cache::default());
        assert!(diagnostics.is_empty(), "{}: {}\n{printed}", path.display(), shown(&diagnostics, &printed));
        assert_eq!(print::print_file(&again), printed);
        assert_eq!(again.items.len(), tree.items.len());
    }
}

#[test]
fn every_prefix_is_read_and_so_is_every_study_without_one_token() {
    let mut cache = Cache::default();
    let mut check = |text: &str| {
        let (tree, diagnostics) = parse(FileId(0), text, &mut cache);
        let blank = lex(text).iter().all(|t| t.kind.is_trivia());
        assert!(blank || !tree.items.is_empty() || !diagnostics.is_empty(), "{text}");
        for d in &diagnostics {
            assert!(!d.labels.is_empty(), "{d:?}");
            for at in
                d.labels.iter().map(|l| l.location).chain(d.fixes.iter().flat_map(|f| &f.edits).map(|e| e.location))
            {
                assert!(text.get(at.span.range()).is_some(), "{d:?}");
            }
        }
    };
    for (_, text) in studies() {
        // An item begins in the first column whatever stands before it, so a prefix of a file is its whole items and a
        // prefix of one more: those are tried each, and of the file itself some.
        let tokens = lex(&text);
        for range in items::cut(&text, &tokens) {
            let span = tokens[range.start].span.start as usize..tokens[range.end - 1].span.end as usize;
            let item = &text[span];
            for end in (0..=item.len()).filter(|&i| item.is_char_boundary(i)) {
                check(&item[..end]);
            }
            for token in lex(item).iter().filter(|t| !t.kind.is_trivia()) {
                check(&format!("{}{}", &item[..token.span.start as usize], &item[token.span.end as usize..]));
            }
        }
        for end in (0..=text.len()).step_by(text.len() / 100 + 1).filter(|&i| text.is_char_boundary(i)) {
            check(&text[..end]);
        }
    }
}

#[test]
fn nothing_is_too_deep_or_too_long() {
    let deep = [
        format!("rule a() if {}x(){}", "(".repeat(5000), ")".repeat(5000)),
        format!("rule a() if {}x()", "not ".repeat(5000)),
        format!("rule a(X) if X = {}3", "- ".repeat(5000)),
        format!("rule a(X) if X = {}3", "1 + ".repeat(5000)),
        format!("rule a(X) if X = {}Y", "count of ".repeat(5000)),
        format!("rule a(X) if X = {}Y", "f(".repeat(5000)),
        format!("code a\n  when {}", "thread has (".repeat(5000)),
        "(".repeat(100_000),
    ];
    for text in deep {
        let (_, diagnostics) = parse(FileId(0), &text, &mut Cache::default());
        assert_eq!(diagnostics.len(), 1, "{}", &text[..60]);
    }
    let sound = format!("rule a() if {}x(){}", "(".repeat(63), ")".repeat(63));
    assert!(parse(FileId(0), &sound, &mut Cache::default()).1.is_empty());
    let heights =
        [("1 = count of X where (", 63), ("at least 1 of (not not 1 < 1 + 1 * - f(", 31), ("thread has (", 63)];
    for (opener, times) in heights {
        let closers: String = opener.matches('(').map(|_| ")").collect();
        let text = format!("code a\n  when {}x(){}", opener.repeat(times), closers.repeat(times));
        let (tree, _) = parse(FileId(0), &text, &mut Cache::default());
        assert_eq!(parse(FileId(0), &print::print_file(&tree), &mut Cache::default()).0.items.len(), 1);
    }
    let wide = format!("code a\n  matches {}\"x\"", "\"x\" or ".repeat(20_000));
    assert!(parse(FileId(0), &wide, &mut Cache::default()).1.is_empty());
}

#[test]
fn many_facts_are_read_in_time_that_grows_with_their_number() {
    let mut one = String::from("fact edge(a, b)\n");
    let mut many = String::new();
    for i in 0..20_000 {
        let _ = writeln!(one, "  edge(n{i}, \"m {i}\")");
        let _ = writeln!(many, "fact edge(n{i}, {i})");
    }
    for text in [&one, &many] {
        let (tree, diagnostics) = parse(FileId(0), text, &mut Cache::default());
        assert!(diagnostics.is_empty());
        assert!(tree.items.len() == 1 || tree.items.len() == 20_000);
    }
    let broken = one.replace("edge(n777,", "edge(n777");
    assert_eq!(parse(FileId(0), &broken, &mut Cache::default()).1.len(), 1);
}

#[test]
fn the_examples_of_the_design_are_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/design/language.md");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("the design is not beside the project: skipped");
        return;
    };
    for block in text.split("```").skip(1).step_by(2) {
        let (_, diagnostics) = parse(FileId(0), block, &mut Cache::default());
        assert!(diagnostics.is_empty(), "{}", shown(&diagnostics, block));
    }
}

/// Words in any order: nothing panics, and what is read is read again when printed.
#[test]
fn any_words_are_read_or_refused() {
    const WORDS: &[&str] = &[
        "code ",
        "theme ",
        "rule ",
        "map ",
        "test ",
        "fact ",
        "input ",
        "a ",
        "b ",
        "X ",
        "Y ",
        "_ ",
        "1 ",
        "2.5 ",
        "\"t\" ",
        "/r/i ",
        "( ",
        ") ",
        "( ",
        ") ",
        ", ",
        ". ",
        ": ",
        "? ",
        "= ",
        "!= ",
        "< ",
        "+ ",
        "- ",
        "* ",
        "/ ",
        "-> ",
        ":- ",
        "and ",
        "or ",
        "not ",
        "if ",
        "where ",
        "near ",
        "within ",
        "words ",
        "in ",
        "same ",
        "sentence ",
        "as ",
        "this ",
        "has ",
        "is ",
        "matches ",
        "contains ",
        "except ",
        "div ",
        "count ",
        "of ",
        "at ",
        "least ",
        "for ",
        "each ",
        "thread ",
        "stem ",
        "by ",
        "agreed ",
        "m1@0-3 ",
        "2013-09-01 ",
        "\n  when ",
        "\n  unless ",
        "\n  matches ",
        "\n  if ",
        "\n  cites ",
        "\n  ",
        "\n",
        "a(",
        "f(X, ",
        "\"\"\"",
        "\"",
        "# x\n",
        "é",
        "共 ",
        "“",
        "\u{1E}",
        "\r\n",
    ];
    let mut state = 1u64;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % n
    };
    let starts = ["", "", "rule p(X) if ", "code a\n  when ", "code a\n  matches ", "map a -> b if "];
    for _ in 0..20_000 {
        let mut text = starts[next(starts.len())].to_string();
        for _ in 0..1 + next(9) {
            text.push_str(WORDS[next(WORDS.len())]);
        }
        let (tree, diagnostics) = parse(FileId(0), &text, &mut Cache::default());
        assert!(!tree.items.is_empty() || !diagnostics.is_empty() || lex(&text).iter().all(|t| t.kind.is_trivia()));
        if diagnostics.is_empty() {
            let printed = print::print_file(&tree);
            let (again, wrong) = parse(FileId(0), &printed, &mut Cache::default());
            assert!(wrong.is_empty(), "{text:?}\n{printed}\n{wrong:#?}");
            assert_eq!(print::print_file(&again), printed, "{text:?}");
        }
    }
}
