//! Random programs as text, with one fact a line, so that a repair can be made by hand and judged from scratch.

use hence::data::Memory;
use hence::session::why_not::answer::{Repair, RepairStep, WhyNot};
use hence::session::{Answers, Cell, Options, Study};
use proptest::prelude::*;
use std::fmt::Write;
use std::time::Duration;

const TIME: Duration = Duration::from_secs(600);
const VALUES: usize = 4;

struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, n: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % n
    }
}

/// Relations by name with their columns; the first three are given.
struct Program {
    relations: Vec<(String, usize)>,
    text: String,
}

fn program(bytes: &[u8]) -> Program {
    let mut c = Choices(bytes.iter());
    let mut relations: Vec<(String, usize)> = vec![("a".into(), 2), ("b".into(), 2), ("c".into(), 1)];
    let mut text = String::new();
    for (name, arity) in relations.clone() {
        let _ = writeln!(text, "relation {name}({})", columns(arity));
        let mut facts: Vec<String> = Vec::new();
        for _ in 0..2 + c.below(5) {
            let values: Vec<String> = (0..arity).map(|_| (1 + c.below(VALUES)).to_string()).collect();
            let fact = format!("fact {name}({})", values.join(", "));
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        facts.iter().for_each(|fact| text += &format!("{fact}\n"));
    }
    for number in 0..2 + c.below(3) {
        let (name, arity) = (format!("d{number}"), 1 + c.below(2));
        let _ = writeln!(text, "relation {name}({})", columns(arity));
        let before = relations.clone();
        relations.push((name.clone(), arity));
        for way in 0..1 + c.below(2) {
            // The second way may be recursive.
            let known = if way == 1 { &relations } else { &before };
            text += &rule(&mut c, known, &before, &name, arity);
        }
    }
    Program { relations, text }
}

fn columns(arity: usize) -> String {
    ["x: number", "y: number"][..arity].join(", ")
}

fn rule(
    c: &mut Choices<'_>,
    known: &[(String, usize)],
    before: &[(String, usize)],
    name: &str,
    arity: usize,
) -> String {
    let vars = ["X", "Y", "Z"];
    let mut body: Vec<String> = Vec::new();
    let mut bound: Vec<&str> = Vec::new();
    for _ in 0..1 + c.below(3) {
        let (of, width) = &known[c.below(known.len())];
        let terms: Vec<String> = (0..*width)
            .map(|_| match c.below(8) {
                0 => (1 + c.below(VALUES)).to_string(),
                _ => {
                    let var = vars[c.below(3)];
                    if !bound.contains(&var) {
                        bound.push(var);
                    }
                    var.to_string()
                }
            })
            .collect();
        body.push(format!("{of}({})", terms.join(", ")));
    }
    if bound.is_empty() {
        body.push("c(X)".into());
        bound.push("X");
    }
    let var = bound[c.below(bound.len())];
    match c.below(8) {
        0 => body.push(format!("{var} < {}", 1 + c.below(VALUES))),
        1 => body.push(format!("{var} != {}", 1 + c.below(VALUES))),
        2 => body.push(format!("not c({var})")),
        3 => {
            let (of, width) = &before[c.below(before.len())];
            let rest = if *width == 2 { ", _" } else { "" };
            body.push(format!("not {of}({var}{rest})"));
        }
        4 => body.push(format!("N = count of V where (a({var}, V)) and N >= {}", 1 + c.below(3))),
        5 => {
            let other = bound[c.below(bound.len())];
            body.push(format!("{var} {} {other}", ["<", "<=", "!="][c.below(3)]));
        }
        _ => {}
    }
    let head: Vec<&str> = (0..arity).map(|_| bound[c.below(bound.len())]).collect();
    format!("rule {name}({}) if {}\n", head.join(", "), body.join(" and "))
}

fn open(text: &str) -> Option<Study> {
    let files = Memory::default().with("study.hence", text);
    let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
    study.evaluate(&mut |_| {});
    (!study.has_errors()).then_some(study)
}

/// All facts of the relations that rules fill.
fn concluded(study: &mut Study, relations: &[(String, usize)]) -> Vec<String> {
    let mut all = Vec::new();
    for (name, arity) in &relations[3..] {
        let vars = ["X", "Y"][..*arity].join(", ");
        let Answers { rows, columns, .. } = study.query(&format!("{name}({vars})")).expect("a question");
        for row in rows {
            let cell = |cell: &Cell| match cell {
                Cell::Number(n) | Cell::Text(n) => n.clone(),
                Cell::Empty => "_".into(),
            };
            assert_eq!(columns.len(), *arity);
            all.push(format!("{name}({})", row.iter().map(cell).collect::<Vec<_>>().join(", ")));
        }
    }
    all
}

/// The text of a program with a repair made by hand.
fn mended(text: &str, repair: &Repair) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    // What is written at the end moves nothing; what is taken out leaves an empty line.
    for RepairStep { kind, text, code, place, .. } in &repair.steps {
        match *kind {
            "fact" => lines.push(format!("fact {code}")),
            "remove" => {
                let at = lines.iter().position(|line| *line == format!("fact {code}")).expect("it is given");
                lines[at].clear();
            }
            "threshold" => {
                let line = &mut lines[place.as_ref().expect("it stands somewhere").line - 1];
                let (new, rest) = text.strip_prefix("write ").unwrap().split_once(" instead of ").unwrap();
                let (old, words) = rest.split_once(" in `").unwrap();
                let words = words.trim_end_matches('`');
                *line = line.replace(words, &words.replace(old, new));
            }
            "exception" => {
                let line = &mut lines[place.as_ref().expect("it stands somewhere").line - 1];
                *line = line.replace(code, "");
            }
            other => panic!("{other}"),
        }
    }
    lines.join("\n") + "\n"
}

fn repairs(answer: &WhyNot) -> &[Repair] {
    match answer {
        WhyNot::Missing(missing) => &missing.repairs,
        WhyNot::Impossible { repairs, .. } => repairs,
        _ => &[],
    }
}

fn judge(text: &str, fact: &str, relations: &[(String, usize)], answer: &WhyNot) {
    for repair in repairs(answer) {
        let text = mended(text, repair);
        let mut study = open(&text).unwrap_or_else(|| panic!("{fact} {repair:?}\n{text}"));
        assert!(concluded(&mut study, relations).iter().any(|held| held == fact), "{fact} {repair:?}\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_does_not_hold_gets_an_answer_and_repairs_that_work(bytes in proptest::collection::vec(any::<u8>(), 40..160)) {
        let Program { relations, text } = program(&bytes);
        let Some(mut study) = open(&text) else { return Ok(()) };
        let held = concluded(&mut study, &relations);
        let mut c = Choices(bytes.iter());
        for _ in 0..3 {
            let (name, arity) = &relations[3 + c.below(relations.len() - 3)];
            let values: Vec<String> = (0..*arity).map(|_| (1 + c.below(VALUES)).to_string()).collect();
            let fact = format!("{name}({})", values.join(", "));
            let answer = study.why_not(&fact, TIME);
            match &answer {
                WhyNot::Holds { .. } => prop_assert!(held.contains(&fact), "{fact}\n{text}"),
                WhyNot::Missing(missing) => {
                    prop_assert!(!held.contains(&fact), "{fact}\n{text}");
                    let blamed = missing.ways.iter().all(|way| way.failed() > 0);
                    prop_assert!(blamed && !missing.ways.is_empty() && !missing.stopped, "{fact}\n{text}");
                }
                WhyNot::Impossible { .. } => prop_assert!(!held.contains(&fact), "{fact}\n{text}"),
                other => panic!("{fact}: {other:?}\n{text}"),
            }
            judge(&text, &fact, &relations, &answer);
        }
    }
}

/// A fact is taken out, or one put in, and what went with it asked about: to undo that is a repair, so there is one.
#[test]
fn where_a_repair_is_known_one_is_found() {
    let (mut asked, mut found) = ([0, 0], [0, 0]);
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut lost_ones = Vec::new();
    for _ in 0..3_000 {
        if asked[0] >= 150 && asked[1] >= 60 {
            break;
        }
        let bytes: Vec<u8> = (0..120)
            .map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                (seed >> 32) as u8
            })
            .collect();
        let Program { relations, text } = program(&bytes);
        let Some(mut whole) = open(&text) else { continue };
        let before = concluded(&mut whole, &relations);
        if before.is_empty() {
            continue;
        }
        let facts: Vec<&str> = text.lines().filter(|line| line.starts_with("fact ")).collect();
        let out = facts[usize::from(bytes[0]) % facts.len()];
        let less: String = text.lines().filter(|line| *line != out).map(|line| format!("{line}\n")).collect();
        let (x, y) = (1 + usize::from(bytes[1]) % VALUES, 1 + usize::from(bytes[2]) % VALUES);
        let put = [format!("fact a({x}, {y})"), format!("fact b({x}, {y})"), format!("fact c({x})")];
        let put = &put[usize::from(bytes[3]) % 3];
        let more = format!("{text}{put}\n");
        for (way, changed) in [less, more].into_iter().enumerate() {
            if asked[way] >= 200 || way == 1 && facts.contains(&put.as_str()) {
                continue;
            }
            let Some(mut study) = open(&changed) else { continue };
            let after = concluded(&mut study, &relations);
            for fact in before.iter().filter(|fact| !after.contains(fact)).take(3) {
                let answer = study.why_not(fact, TIME);
                asked[way] += 1;
                match repairs(&answer).is_empty() {
                    false => found[way] += 1,
                    true => lost_ones.push(format!("{fact}, {}\n{changed}", ["without", "with"][way])),
                }
                judge(&changed, fact, &relations, &answer);
            }
        }
    }
    println!("a repair was found for {} of {} that lack a fact", found[0], asked[0]);
    println!("and for {} of {} that a fact stands against", found[1], asked[1]);
    assert!(asked[0] >= 150 && asked[1] >= 60, "{asked:?}");
    for way in [0, 1] {
        assert!(found[way] * 100 >= asked[way] * 95, "{} of {}\n{}", found[way], asked[way], lost_ones.join("\n"));
    }
}
