//! Why something does not hold, asked of a large study: the time to the first thing to blame, and to the whole answer with
//! its repairs, each of which is tried.
//!
//! `cargo bench --bench why_not -- FOLDER` asks a folder of themes as `benches/data.py themes` makes it. Without a folder a
//! study of messages with texts is made up (`--messages N`, 100,000 by default), so that patterns and exceptions are among
//! the repairs, and one with a rule of 3,000 conditions.

mod common;

use common::mib;
use hence::data::Memory;
use hence::session::why_not::TIME;
use hence::session::{Options, Study, WhyNot};
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// What is asked of a folder of themes.
const THEMES: [&str; 6] =
    ["shows(5, 3)", "candidate(7, 11)", "agree(7, 11)", "capacity(9, 3)", "role_support(3, 1)", "shows(M, 3)"];
/// What is asked of the study with texts.
const TEXTS: [&str; 4] = ["theme(m7, t0)", "theme(m8, t1)", "code(m9, c3)", "theme(M, t2)"];

/// Asks each question three times: with no time at all, then twice with all of it.
fn ask(study: &mut Study, questions: &[&str]) {
    // The first question of all has the rest evaluated that no finding needs.
    let start = Instant::now();
    if let Some(question) = questions.first() {
        study.why_not(question, Duration::ZERO);
    }
    println!("ready for questions after {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    for question in questions {
        let start = Instant::now();
        study.why_not(question, Duration::ZERO);
        let first = start.elapsed();
        let mut best: Option<(Duration, WhyNot)> = None;
        for _ in 0..2 {
            let start = Instant::now();
            let answer = study.why_not(question, TIME);
            let took = start.elapsed();
            if best.as_ref().is_none_or(|(known, _)| took < *known) {
                best = Some((took, answer));
            }
        }
        let Some((took, answer)) = best else { continue };
        let (repairs, untried) = match &answer {
            WhyNot::Missing(missing) => (missing.repairs.len(), missing.not_tried.len()),
            WhyNot::Impossible { repairs, .. } => (repairs.len(), 0),
            WhyNot::Open { nearest, .. } => (nearest.len(), 0),
            _ => (0, 0),
        };
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{question:28} first blame {:9.1} ms   all {:9.1} ms   {repairs} found, {untried} not tried",
            ms(first),
            ms(took)
        );
    }
}

/// Numbers that are the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) % n
    }
}

/// Words that share no beginning, so that few come near each other.
fn word(number: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve"];
    (0..3).map(|place| SYLLABLES[(number >> (4 * place)) as usize % 16]).collect()
}

fn texts(messages: usize) -> Memory {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut table = String::from("id,thread,author,text\n");
    for number in 0..messages {
        let _ = write!(table, "m{number},t{},a{},", number / 20, number % 5_000);
        for _ in 0..20 {
            let _ = write!(table, "{} ", word(random.below(4_096)));
        }
        table.push('\n');
    }
    let mut rules = String::from(
        "input message from \"m.csv\"\n  id     = \"id\"\n  thread = \"thread\"\n  author = \"author\"\n  text   = \"text\"\n",
    );
    for code in 0..20_u64 {
        let words: Vec<String> = (0..10).map(|at| format!("\"{}\"", word(code * 200 + at * 7))).collect();
        let _ = writeln!(rules, "code c{code}\n  matches {}", words.join(" or "));
    }
    for theme in 0..5 {
        let (a, b) = (theme * 3, theme * 3 + 1);
        let _ = writeln!(rules, "theme t{theme}\n  when c{a} and c{b}\n  when c{a} near c{b} within 9 words");
        let _ = writeln!(rules, "  unless c{}", theme * 3 + 2);
    }
    Memory::default().with("m.csv", table).with("study.hence", rules)
}

/// One rule with many conditions, of which one is not met.
fn long_rule(conditions: usize) -> Memory {
    let mut rules = String::from("relation edge(a: number, b: number)\nrelation far(a: number)\n");
    for number in 1..conditions {
        let _ = writeln!(rules, "fact edge({}, {number})", number - 1);
    }
    let body: Vec<String> = (0..conditions).map(|at| format!("edge(X{at}, X{})", at + 1)).collect();
    let _ = writeln!(rules, "rule far(X0) if {}", body.join(" and "));
    Memory::default().with("study.hence", rules)
}

fn made_up(files: Memory) -> Study {
    let start = Instant::now();
    let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
    study.evaluate(&mut |_| {});
    println!("read and run in {:.1} s", start.elapsed().as_secs_f64());
    study
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().find(|word| !word.starts_with("--") && word.parse::<usize>().is_err()) {
        Some(folder) => {
            let mut study = Study::open(Path::new(folder), &Options::default(), &mut |_| {});
            study.evaluate(&mut |_| {});
            ask(&mut study, &THEMES);
        }
        None => {
            let messages = words.iter().find_map(|word| word.parse().ok()).unwrap_or(100_000);
            println!("{messages} messages with texts");
            ask(&mut made_up(texts(messages)), &TEXTS);
            println!("a rule of 3,000 conditions");
            ask(&mut made_up(long_rule(3_000)), &["far(0)"]);
        }
    }
    println!("memory {} MiB", mib("VmHWM"));
}
