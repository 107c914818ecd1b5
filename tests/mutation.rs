//! Wrong files made from right ones, some thousands: what is said first points at the mistake, and one mistake is one
//! message. `MUTATIONS=n` makes n of each kind, and `MUTATIONS_SHOW=kind` prints those of a kind that go amiss.

#[path = "mutation/make.rs"]
mod make;
mod support;

use hence::diagnostic::Diagnostic;
use make::{Dice, Mutation, Right};
use std::collections::BTreeMap;
use support::{Checked, Study, cases, check, files, read, root};

/// The ways of one small mistake, and how many of a hundred that are told may be told at another place.
const KINDS: [&str; 10] =
    ["dropped", "doubled", "swapped", "misspelt", "column", "bracket", "quote", "indented", "outdented", "foreign"];

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
    for (kind, t) in &tallies {
        println!("{kind:10} {:5} made {:4} silent {:4} missed {:4} many", t.made, t.silent, t.missed, t.many);
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
