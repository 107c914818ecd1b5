//! Wrong files made from right ones, some thousands: what is said first points at the mistake, and one mistake is one
//! message. `MUTATIONS=n` makes n of each kind, and `MUTATIONS_SHOW=kind` prints those of a kind that go amiss,
//! `MUTATIONS_SHOW=last` those that are told in no words of their own.

#[path = "mutation/make.rs"]
mod make;
mod support;

use hence::diagnostic::Diagnostic;
use make::{Dice, Mutation, Right};
use std::collections::BTreeMap;
use support::{Checked, Study, cases, check, files, read, root};

/// The ways of one small mistake.
const KINDS: [&str; 10] =
    ["dropped", "doubled", "swapped", "misspelt", "column", "bracket", "quote", "indented", "outdented", "foreign"];

/// Of a thousand mistakes of a kind that are told, how many may be told elsewhere, and how many with more than one message.
///
/// - A bracket left out or doubled among functions in functions, or one of two that close side by side: only what the
///   functions take would tell which. The other end of the pair is marked.
/// - A part left out that makes another right item (`?` of a column, a name before a comma): the message stands where
///   that other item does not fit.
/// - Two words swapped are two mistakes: a keyword in a name's place and a name in a keyword's. What the lost name was
///   declared to be is told where it is used.
/// - A column renamed in a declaration is used in other ways at several places: in a `reads` text, as a key, in rules.
/// - A label whose quotation mark is lost is still asked for by its label elsewhere.
const ALLOWED: [(&str, usize, usize); 10] = [
    ("dropped", 50, 70),
    ("doubled", 30, 30),
    ("swapped", 40, 190),
    ("misspelt", 30, 50),
    ("column", 30, 110),
    ("bracket", 70, 20),
    ("quote", 20, 60),
    ("indented", 10, 20),
    ("outdented", 10, 20),
    ("foreign", 10, 40),
];

/// A right file, and what is said of it all the same.
struct Base {
    name: String,
    study: Study,
    said: Vec<String>,
}

fn bases() -> Vec<Base> {
    let mut studies: Vec<(String, Study)> = Vec::new();
    for file in ["right_concepts.txt", "right_items.txt", "right_rules.txt"] {
        for case in cases(&root().join("tests/cases/check").join(file)) {
            let mut study = Study::of(&case.source);
            study.question = None;
            studies.push((format!("{file}: {}", case.name), study));
        }
    }
    let reference = read(&root().join("docs/reference.md"));
    for (i, block) in reference.split("\n```hence\n").skip(1).enumerate() {
        let text = block.split("\n```").next().unwrap_or("").to_string() + "\n";
        studies.push((format!("reference {i}"), Study { text, ..Study::default() }));
    }
    let design = root().join("../shared/design/studies");
    for folder in [root().join("examples"), root().join("rules/theory"), design] {
        for path in files(&folder, "hence") {
            studies.push((path.display().to_string(), Study { text: read(&path), ..Study::default() }));
        }
    }
    let bases = studies.into_iter().map(|(name, study)| {
        let checked = check(&study);
        let said = checked.diagnostics.iter().map(|d| d.message.clone()).collect();
        Base { name, study, said }
    });
    // What needs more than itself, such as a codebook that a study uses, is no right file here.
    bases.filter(|b| b.said.len() < 3 && !b.study.text.trim().is_empty()).collect()
}

/// What is said of a wrong file and not of the right one.
fn told<'c>(base: &Base, checked: &'c Checked) -> Vec<&'c Diagnostic> {
    checked.diagnostics.iter().filter(|d| !base.said.contains(&d.message)).collect()
}

/// True where the first message points at the mistake.
fn hits(mutation: &Mutation, checked: &Checked, first: &Diagnostic) -> bool {
    let Some(label) = first.labels.first() else { return false };
    let at = label.location.span.range();
    if label.location.file == checked.study && at.start <= mutation.place.end && mutation.place.start <= at.end {
        return true;
    }
    let speaks = |text: &str| mutation.names.iter().any(|n| text.contains(&format!("`{n}`")));
    let marked = |l: &hence::diagnostic::Label| {
        let at = l.location;
        let text = checked.sources.get(at.file).text.get(at.span.range()).unwrap_or("");
        at.file == checked.study && mutation.names.iter().any(|n| n == text)
    };
    speaks(&first.message) || first.help.as_deref().is_some_and(speaks) || first.labels.iter().any(marked)
}

#[derive(Default)]
struct Tally {
    made: usize,
    silent: usize,
    missed: usize,
    many: usize,
}

#[test]
fn the_first_message_points_at_the_mistake() {
    let each: usize = std::env::var("MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(320);
    let show = std::env::var("MUTATIONS_SHOW").unwrap_or_default();
    let bases = bases();
    println!("{} right files", bases.len());
    let rights: Vec<Right> = bases.iter().map(|b| Right::new(&b.study.text)).collect();
    let mut dice = Dice(7);
    let mut several: BTreeMap<String, usize> = BTreeMap::new();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for kind in KINDS {
        let tally = tallies.entry(kind).or_default();
        let (mut made, mut tried) = (0, 0);
        while made < each && tried < each * 200 {
            tried += 1;
            let b = dice.below(bases.len());
            let Some(mutation) = rights[b].make(kind, &mut dice) else { continue };
            made += 1;
            tally.made += 1;
            let base = &bases[b];
            let tables = base.study.tables.clone();
            let checked = check(&Study { text: mutation.text.clone(), tables, ..Study::default() });
            let told = told(base, &checked);
            let fate = match told.first() {
                None => {
                    tally.silent += 1;
                    "silent"
                }
                Some(first) if !hits(&mutation, &checked, first) => {
                    tally.missed += 1;
                    "missed"
                }
                _ => "",
            };
            if told.len() > 1 {
                tally.many += 1;
                let codes: Vec<&str> = told.iter().take(3).map(|d| d.code.id).collect();
                *several.entry(format!("{kind} {}", codes.join(" "))).or_default() += 1;
            }
            if show.contains("last") {
                last_resort(base, &mutation, &checked, &told, kind);
            }
            let many = if told.len() > 1 { "many" } else { "" };
            if [fate, many].iter().any(|f| !f.is_empty() && (show.contains(kind) && show.contains(f))) {
                print_one(base, &mutation, &checked, &told, &format!("{kind} {fate} {many}"));
            }
        }
    }
    if show.contains("several") {
        let mut several: Vec<_> = several.into_iter().filter(|(_, n)| *n > each / 200).collect();
        several.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        several.iter().for_each(|(codes, n)| println!("{n:5} {codes}"));
    }
    let mut wrong = Vec::new();
    let (mut made, mut missed, mut many) = (0, 0, 0);
    for (kind, t) in &tallies {
        let told = t.made - t.silent;
        let Some((_, elsewhere, several)) = ALLOWED.iter().find(|(k, ..)| k == kind) else { continue };
        if t.missed * 1000 > told * elsewhere || t.many * 1000 > told * several {
            wrong.push(*kind);
        }
        (made, missed, many) = (made + told, missed + t.missed, many + t.many);
        println!("{kind:10} {:5} made {:4} silent {:4} missed {:4} many", t.made, t.silent, t.missed, t.many);
    }
    println!("{made} told, {missed} elsewhere, {many} with several messages");
    assert!(wrong.is_empty(), "worse than allowed: {wrong:?}");
    assert!(made > 2_500 && missed * 40 < made && many * 20 < made, "of {made}: {missed} elsewhere, {many} several");
}

/// Prints what has no message of its own: the form that the doctor falls back to. `MUTATIONS_SHOW=last`.
fn last_resort(base: &Base, mutation: &Mutation, checked: &Checked, told: &[&Diagnostic], kind: &str) {
    let helpless =
        |d: &&&Diagnostic| d.fixes.is_empty() && d.help.as_deref().is_some_and(|h| h.contains("is written like `"));
    if told.iter().any(|d| d.code.id == "E0101" && helpless(&d)) {
        print_one(base, mutation, checked, told, kind);
    }
}

fn print_one(base: &Base, mutation: &Mutation, checked: &Checked, told: &[&Diagnostic], how: &str) {
    println!("=== {how}: {} ({})", mutation.what, base.name);
    let line = |at: usize| mutation.text[..at.min(mutation.text.len())].matches('\n').count();
    let (from, to) = (line(mutation.place.start), line(mutation.place.end));
    for (i, text) in mutation.text.lines().enumerate().skip(from.saturating_sub(2)).take(to - from + 4) {
        println!("  {:3} {text}", i + 1);
    }
    for d in told.iter().take(4) {
        let place = d.location().map_or("-".to_string(), |at| checked.place(at));
        println!("  -> {} {place} {} | {}", d.code.id, d.message, d.help.as_deref().unwrap_or(""));
    }
}

/// No message names what only this program's own texts name.
fn is_plain(d: &Diagnostic, rules: &[String]) -> Result<(), String> {
    const JARGON: [&str; 9] = ["arity", "unground", "stratum", "IDB", "Option", "Vec", "Span", "predicate", "tuple"];
    let texts = [Some(&d.message), d.help.as_ref()].into_iter().flatten().chain(d.labels.iter().map(|l| &l.text));
    for text in texts {
        // What an author wrote stands in backticks or quotation marks.
        let own: String = text.split('`').step_by(2).collect();
        let own: String = own.split('"').step_by(2).collect();
        for word in own.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            if JARGON.contains(&word) || rules.iter().any(|r| r == word) {
                return Err(format!("{} says `{word}`: {text}", d.code.id));
            }
        }
    }
    Ok(())
}

/// The names of the grammar's rules that are no words of English or of Hence.
fn rules() -> Vec<String> {
    let grammar = read(&root().join("grammar/hence.pest"));
    let names = grammar.lines().filter_map(|l| l.split_once('=')).map(|(name, _)| name.trim().to_string());
    let names: Vec<String> = names.filter(|n| n.contains('_') && !n.contains(' ')).collect();
    assert!(names.len() > 100, "{} rules", names.len());
    names
}

#[test]
fn no_message_speaks_of_the_grammar() {
    let rules = rules();
    let bases = bases();
    let rights: Vec<Right> = bases.iter().map(|b| Right::new(&b.study.text)).collect();
    let mut dice = Dice(11);
    for _ in 0..2_000 {
        let b = dice.below(bases.len());
        let kind = KINDS[dice.below(KINDS.len())];
        let Some(mutation) = rights[b].make(kind, &mut dice) else { continue };
        let checked = check(&Study { text: mutation.text, ..Study::default() });
        for d in &checked.diagnostics {
            is_plain(d, &rules).unwrap_or_else(|e| panic!("{e}"));
        }
    }
    for path in files(&root().join("tests/cases/syntax"), "txt") {
        for case in cases(&path) {
            for d in &check(&Study::of(&case.source)).diagnostics {
                is_plain(d, &rules).unwrap_or_else(|e| panic!("{}: {e}", case.name));
            }
        }
    }
}

#[test]
fn files_in_another_encoding_are_told_with_the_encoding_and_the_place() {
    let mut dice = Dice(13);
    let texts: Vec<String> = bases().into_iter().map(|b| b.study.text).collect();
    for round in 0..200 {
        let text = texts[dice.below(texts.len())].clone() + "# Zoë, café\n";
        let big = |u: u16| u.to_be_bytes();
        let little = |u: u16| u.to_le_bytes();
        let marked = format!("\u{FEFF}{text}");
        let cut = text.char_indices().rfind(|(_, c)| !c.is_ascii()).map_or(0, |(i, _)| i);
        let (bytes, wanted): (Vec<u8>, &str) = match round % 7 {
            0 => (text.encode_utf16().flat_map(little).collect(), "UTF-16 LE"),
            1 => (text.encode_utf16().flat_map(big).collect(), "UTF-16 BE"),
            2 => (marked.encode_utf16().flat_map(little).collect(), "UTF-16 LE"),
            3 => (marked.encode_utf16().flat_map(big).collect(), "UTF-16 BE"),
            4 => (text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(), "Latin-1"),
            5 => {
                let mut bytes = text.clone().into_bytes();
                bytes.insert(dice.below(bytes.len()), 0);
                (bytes, "NUL")
            }
            _ => {
                let mut bytes = text.clone().into_bytes();
                bytes.remove(cut + 1);
                (bytes, "lost a part")
            }
        };
        let files = hence::data::files::Memory::default().with("study.hence", bytes.clone());
        let study = hence::session::Study::open_in(Box::new(files), "study.hence", &Default::default(), &mut |_| {});
        let said: Vec<String> = study
            .diagnostics()
            .iter()
            .map(|d| format!("{} {} {}", d.code.id, d.message, d.help.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(said.len(), 1, "{wanted}: {said:#?}");
        assert!(said[0].starts_with("E0112") && said[0].contains(wanted), "{wanted}: {said:#?}");
        if let Err(wrong) = hence::syntax::decode(&bytes) {
            assert!(said[0].contains(&format!("line {}, column {}", wrong.line, wrong.column)), "{said:#?}");
        }
    }
}
