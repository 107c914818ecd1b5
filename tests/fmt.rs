//! The layout of rule files: cases in `tests/cases/fmt`, each a text and its layout (`UPDATE=1 cargo test --test fmt` writes
//! what is expected), and what must hold of every text: nothing is lost, nothing changes its meaning, and a layout laid out
//! again is the same.

mod support;

use hence::base::FileId;
use hence::syntax::token::{TokenKind, lex};
use hence::syntax::tree::{File, Item};
use hence::syntax::{Cache, format, items, parse, print};
use std::fmt::Write;
use std::path::PathBuf;
use support::{files, read, root};

#[test]
fn cases() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files(&root().join("tests/cases/fmt"), "txt") {
        let mut written = String::new();
        for section in read(&path).split("--- ").filter(|s| !s.trim().is_empty()) {
            let (name, rest) = section.split_once(" ---\n").unwrap_or_else(|| panic!("a case has a name: {section}"));
            let (before, after) = rest.split_once("\n=>\n").unwrap_or((rest.trim_end(), ""));
            let source = before.replace("<CR>", "\r").replace("<BOM>", "\u{FEFF}").replace("<TAB>", "\t");
            // Blanks at the ends of lines are seen only so.
            let found = format(&source).text.replace('\r', "<CR>").replace(" \n", "<BLANK>\n");
            check(&source, &mut Cache::default());
            count += 1;
            if found.trim_end() != after.trim_end() {
                wrong.push(format!("{}: {name}\n{before}\n=> found\n{found}=> expected\n{after}", path.display()));
            }
            let _ = write!(written, "--- {name} ---\n{before}\n=>\n{}\n\n", found.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    assert!(count >= 25, "{count} cases");
    if std::env::var_os("UPDATE").is_none() {
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}

/// The rule files of this project, and those that stand beside it where they do.
fn rule_files() -> Vec<PathBuf> {
    let own = ["examples", "rules", "src/cli/new"].iter().flat_map(|folder| files(&root().join(folder), "hence"));
    let design = root().ancestors().skip(1).map(|a| a.join("shared/design/studies")).find(|f| f.is_dir());
    own.chain(design.into_iter().flat_map(|folder| files(&folder, "hence"))).collect()
}

/// The sources of the cases of other runners: right and wrong, item by item.
fn case_sources() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["syntax", "check", "results"] {
        for path in files(&root().join("tests/cases").join(folder), "txt") {
            for section in read(&path).split("--- ").filter(|s| !s.trim().is_empty()) {
                let Some((_, rest)) = section.split_once(" ---\n") else { continue };
                let source = rest.split("\n=>").next().unwrap_or("");
                found.push(source.replace("<CR>", "\r").replace("<BOM>", "\u{FEFF}").replace("<NBSP>", "\u{A0}"));
            }
        }
    }
    assert!(found.len() > 400, "{} cases", found.len());
    found
}

#[test]
fn the_files_of_the_project_are_laid_out() {
    for folder in ["examples", "rules", "src/cli/new"] {
        for path in files(&root().join(folder), "hence") {
            let text = read(&path);
            let formatted = format(&text);
            assert_eq!(formatted.untouched, 0, "{}", path.display());
            let line = formatted.text.lines().zip(text.lines()).enumerate().find(|(_, (a, b))| a != b);
            assert!(formatted.text == text, "{}: `hence fmt` would change it: {line:?}", path.display());
        }
    }
}

/// The words, signs and comments of a text; of a text of many lines, what it says.
fn words(text: &str) -> Vec<(TokenKind, String)> {
    let word = |kind: TokenKind, word: &str| match kind {
        TokenKind::Comment => word.trim_end().to_string(),
        TokenKind::LongText => {
            let source = format!("study {word}");
            print::print_file(&parse(FileId(0), &source, &mut Cache::default()).0)
        }
        _ => word.to_string(),
    };
    let tokens = lex(text);
    let solid = tokens.iter().filter(|t| !matches!(t.kind, TokenKind::Space | TokenKind::Newline));
    solid.map(|t| (t.kind, word(t.kind, &text[t.span.range()]))).collect()
}

/// The texts of the items with a mistake.
fn broken(text: &str, file: &File) -> Vec<String> {
    let tokens = lex(text);
    let cut = items::cut(text, &tokens);
    let item = |(range, item): (std::ops::Range<usize>, &Item)| {
        (!item.whole)
            .then(|| text[tokens[range.start].span.start as usize..tokens[range.end - 1].span.end as usize].to_string())
    };
    cut.into_iter().zip(&file.items).filter_map(item).collect()
}

/// What must hold of every text.
fn check(text: &str, cache: &mut Cache) {
    let formatted = format(text);
    let after = formatted.text.as_str();
    assert_eq!(format(after), formatted, "laid out again it is the same: {text:?}");
    assert_eq!(words(after), words(text), "no word changes: {text:?}");
    assert!(
        !after.starts_with('\n') && !after.ends_with("\n\n") && (after.is_empty() || after.ends_with('\n')),
        "{text:?}"
    );
    let (old, told) = parse(FileId(0), text, cache);
    let (new, told_after) = parse(FileId(0), after, cache);
    let codes = |told: &[hence::diagnostic::Diagnostic]| told.iter().map(|d| d.code.id).collect::<Vec<_>>();
    assert_eq!(codes(&told_after), codes(&told), "{text:?}\n{after}");
    let printed = |item: &Item| print::print_item(&item.kind);
    assert_eq!(new.items.len(), old.items.len(), "{text:?}");
    for (new, old) in new.items.iter().zip(&old.items).filter(|(_, old)| old.whole) {
        assert!(new.whole, "{text:?}");
        assert_eq!(printed(new), printed(old), "{text:?}");
    }
    assert_eq!(broken(after, &new), broken(text, &old), "{text:?}");
}

/// A number that follows from the one before, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// A text changed in one of the ways that people and editors change it.
fn changed(text: &str, way: usize, dice: &mut Dice) -> String {
    let tokens = lex(text);
    let word = |i: usize| &text[tokens[i].span.range()];
    let solid: Vec<usize> = (0..tokens.len()).filter(|&i| !tokens[i].kind.is_trivia()).collect();
    if solid.is_empty() {
        return text.to_string();
    }
    let n = dice.below(solid.len());
    let (at, next) = (solid[n], solid[(n + 1).min(solid.len() - 1)]);
    let mut out = String::new();
    let mut line_is_empty = true;
    for (i, token) in tokens.iter().enumerate() {
        let (kind, word) = (token.kind, word(i));
        let first = line_is_empty;
        line_is_empty = kind == TokenKind::Newline || (first && kind == TokenKind::Space);
        match way {
            0 if i == at => {}
            1 if i == at => out.push_str(&format!("{word} {word}")),
            2 if i == at && at != next => out.push_str(&text[tokens[next].span.range()]),
            2 if i == next && at != next => out.push_str(&text[tokens[at].span.range()]),
            // Blanks within lines, and none where there were some.
            3 if kind == TokenKind::Space && !first => out.push_str(["", " ", "  ", "\t", "   "][dice.below(5)]),
            3 if kind.is_trivia() => out.push_str(word),
            3 => {
                out.push_str(word);
                out.push_str(["", "", "", " "][dice.below(4)]);
            }
            // The indent of lines that have one, and blank lines.
            4 if kind == TokenKind::Space && first => out.push_str(["  ", " ", "\t", "      "][dice.below(4)]),
            4 if kind == TokenKind::Newline => out.push_str(["\n", "\r\n", "\n\n\n", " \n", "\n  \n"][dice.below(5)]),
            // Comments anywhere, in the first column too.
            5 if kind == TokenKind::Space && dice.below(12) == 0 => {
                out.push_str([" # (\n  ", "# \" \n", "\n# x\n   ", "  # é共\t\r\n\n    # \"\"\"\n "][dice.below(4)]);
            }
            // Line breaks in the middle of what is said.
            6 if kind == TokenKind::Space && dice.below(6) == 0 => out.push_str("\n    "),
            _ => out.push_str(word),
        }
    }
    out
}

const WAYS: usize = 7;

#[test]
fn it_holds_of_every_file_and_of_every_change_to_one() {
    let mut dice = Dice(7);
    for path in rule_files() {
        let text = read(&path);
        check(&text, &mut Cache::default());
        // Item by item, since one that is broken must not hide the others.
        let tokens = lex(&text);
        let cut = items::cut(&text, &tokens);
        let mut cache = Cache::default();
        for pair in cut.chunks(2) {
            let (first, last) = (&pair[0], &pair[pair.len() - 1]);
            let part = &text[tokens[first.start].span.start as usize..tokens[last.end - 1].span.end as usize];
            for way in 0..WAYS {
                check(&changed(part, way, &mut dice), &mut cache);
            }
        }
    }
}

#[test]
fn it_holds_of_every_case_and_of_every_change_to_one() {
    let mut dice = Dice(11);
    let mut cache = Cache::default();
    for source in case_sources() {
        check(&source, &mut cache);
        for way in 0..WAYS {
            let once = changed(&source, way, &mut dice);
            check(&once, &mut cache);
            check(&changed(&once, dice.below(WAYS), &mut dice), &mut cache);
        }
    }
}

/// However many blanks somebody types, the layout is the one.
#[test]
fn blanks_make_no_difference() {
    let mut dice = Dice(17);
    for path in rule_files() {
        let text = read(&path);
        let mut other = String::new();
        for token in lex(&text) {
            other.push_str(match token.kind {
                TokenKind::Space => ["    ", "\t", " ", " \t "][dice.below(4)],
                _ => &text[token.span.range()],
            });
        }
        assert_eq!(format(&other), format(&text), "{}", path.display());
    }
}

/// Words in any order, most of them wrong.
#[test]
fn it_holds_of_any_words() {
    const WORDS: &[&str] = &[
        "code ",
        "rule ",
        "fact ",
        "input ",
        "test ",
        "source ",
        "a",
        "b ",
        "X",
        "_",
        "1",
        "2.5",
        "\"t\"",
        "/r/i ",
        "(",
        ")",
        ", ",
        ".",
        ":",
        "?",
        "= ",
        "<",
        "<-",
        "-",
        "*",
        "/",
        "->",
        ":-",
        "and ",
        "or ",
        "not ",
        "if ",
        "this ",
        "of ",
        "as ",
        "least ",
        "by ",
        "cites ",
        "at ",
        "message ",
        "m1@0-3",
        "2013-09-01",
        "03/04/2024",
        "\n  when ",
        "\n  matches ",
        "\n  cites ",
        "\n  has ",
        "\n  only ",
        "\n  ",
        "\n",
        "\n\n\n",
        "\"\"\"",
        "\"",
        "# x\n",
        "  # y\n",
        "共 ",
        "“",
        "\u{1E}",
        "\r\n",
        "\r",
        "\u{FEFF}",
        "\u{A0}",
        "\\",
        "\t",
    ];
    let starts =
        ["", "", "rule p(X) if ", "code a\n  when ", "code a\n  means \"x\"", "fact p(", "input r from \"x\"\n  a = "];
    let mut dice = Dice(13);
    let mut cache = Cache::default();
    for _ in 0..20_000 {
        let mut text = starts[dice.below(starts.len())].to_string();
        for _ in 0..1 + dice.below(10) {
            text.push_str(WORDS[dice.below(WORDS.len())]);
        }
        check(&text, &mut cache);
    }
}

#[test]
fn a_large_file_takes_a_moment() {
    let mut text = String::from("fact edge(a, b)\n");
    for i in 0..20_000 {
        let _ = writeln!(text, " edge(n{i}, \"m {i}\")   # {i}");
    }
    text.push_str("code a\n");
    for i in 0..5_000 {
        let _ = writeln!(text, " memo \"{i}\"");
    }
    let start = std::time::Instant::now();
    let formatted = format(&text);
    assert!(start.elapsed().as_secs() < 30, "it took {:?}", start.elapsed());
    assert_eq!(formatted.untouched, 0);
    assert_eq!(format(&formatted.text), formatted);
}
