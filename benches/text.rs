//! Patterns over texts, beside what others offer: `cargo bench --bench text -- FOLDER [OTHER.csv …]`.
//!
//! FOLDER holds `messages.txt`, a message a line, and `patterns.tsv`, kind and pattern a line (`lit`, `word`, `regex`).
//! Every other file is a table with a column `text`: its messages, over and over up to 100,000, are searched for 900
//! patterns made of their words. Each line gives seconds on the clock, seconds of the processor and megabytes a second
//! of the processor's time.

use aho_corasick::AhoCorasick;
use hence::base::{Pool, Stop, Value};
use hence::text::{Corpus, Matcher, Pattern, Segments, Sweep};
use std::collections::BTreeMap;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    let Some(folder) = arguments.next() else {
        eprintln!("give the folder with messages.txt and patterns.tsv");
        return;
    };
    generated(&folder);
    let files: Vec<String> = arguments.collect();
    if !files.is_empty() {
        real(&files);
    }
}

/// Seconds of the processor that this process took, all threads together.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or("").split_whitespace().map(|f| f.parse().unwrap_or(0.0)).collect();
    fields.get(11..13).map_or(0.0, |f| f.iter().sum::<f64>() / 100.0)
}

fn measured<T>(what: &str, bytes: usize, work: impl FnOnce() -> T) -> T {
    let (start, before) = (Instant::now(), processor());
    let result = work();
    let (clock, cpu) = (start.elapsed().as_secs_f64(), processor() - before);
    let rate = if bytes > 0 { format!("{:6.0} MB/s", bytes as f64 / cpu.max(0.01) / 1e6) } else { String::new() };
    println!("{what:<44} {clock:7.3} s {cpu:6.2} s cpu {rate}");
    result
}

fn told(sweep: &Sweep) -> String {
    let (mut pairs, mut texts, mut last) = (0, 0, None);
    for found in sweep.parts.iter().flatten() {
        pairs += usize::from(last != Some((found.text, found.pattern)));
        texts += usize::from(last.is_none_or(|(text, _)| text != found.text));
        last = Some((found.text, found.pattern));
    }
    format!("{} places, {pairs} pairs, {texts} messages", sweep.len())
}

fn generated(folder: &str) {
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).expect("a file that can be read");
    let (messages, patterns) = (read("messages.txt"), read("patterns.tsv"));
    let kinds: Vec<(&str, &str)> = patterns.lines().filter_map(|line| line.split_once('\t')).collect();
    let patterns: Vec<Pattern> = kinds
        .iter()
        .map(|&(kind, text)| match kind {
            "lit" => Pattern::Substring(text.into()),
            "word" => Pattern::Phrase(text.into()),
            _ => Pattern::Regex { pattern: text.into(), insensitive: true },
        })
        .collect();
    let bytes = messages.len();
    let texts: Vec<Segments> = messages.lines().map(Segments::new).collect();
    let texts: Vec<&Segments> = texts.iter().collect();
    for _ in 0..3 {
        let matcher = measured("patterns read", 0, || Matcher::new(&patterns).expect("patterns"));
        let sweep = |threads| Sweep::new(&matcher, &texts, threads, &Stop::default(), &mut |_| {});
        let one = measured("hence, places, 1 thread", bytes, || sweep(1));
        let two = measured("hence, places, 2 threads", bytes, || sweep(2));
        assert_eq!(one.parts, two.parts);
        println!("  {}", told(&one));
        let single = Matcher::new(&patterns[..1]).expect("a pattern");
        measured("hence, the first pattern alone", bytes, || {
            Sweep::new(&single, &texts, 1, &Stop::default(), &mut |_| {})
        });
        let mut pool = Pool::default();
        let ids: Vec<Value> = (0..texts.len()).map(|i| pool.text(&i.to_string())).collect();
        measured("quotes of all places kept once", 0, || {
            for found in one.parts.iter().flatten() {
                pool.quote(ids[found.text as usize], Some((found.start, found.end)));
            }
        });
    }
    let literals: Vec<&str> = kinds.iter().filter(|(kind, _)| *kind != "regex").map(|&(_, text)| text).collect();
    let literals = AhoCorasick::builder().ascii_case_insensitive(true).build(literals).expect("literals");
    let hits = measured("aho-corasick, places of 130 literals", bytes, || {
        texts.iter().map(|text| literals.find_overlapping_iter(&**text.text()).count()).sum::<usize>()
    });
    println!("  {hits} hits, words within words too");
    let escaped = kinds.iter().map(|&(kind, text)| match kind {
        "lit" => regex::escape(text),
        "word" => format!("\\b{}\\b", regex::escape(text)),
        _ => format!("(?:{text})"),
    });
    let mut set = regex::bytes::RegexSetBuilder::new(escaped);
    let set = set.case_insensitive(true).unicode(false).build().expect("expressions");
    let pairs = measured("RegexSet, bytes, which patterns, no places", bytes, || {
        texts.iter().map(|text| set.matches(text.text().as_bytes()).iter().count()).sum::<usize>()
    });
    println!("  {pairs} pairs");
}

/// 900 patterns of the words of real messages, over 100,000 messages.
fn real(files: &[String]) {
    let mut all: Vec<String> = Vec::new();
    for file in files {
        let mut reader = csv::Reader::from_path(file).expect("a table");
        let rows = reader.deserialize::<BTreeMap<String, String>>();
        all.extend(rows.filter_map(|row| row.ok()?.remove("text")).filter(|text| !text.is_empty()));
    }
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    let mut pairs: BTreeMap<String, usize> = BTreeMap::new();
    for text in &all {
        let of: Vec<String> =
            text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
        for word in of.iter().filter(|word| word.chars().count() > 3 && !word.contains(['*', '\\'])) {
            *words.entry(word.clone()).or_default() += 1;
        }
        for pair in of.windows(2).filter(|pair| pair.iter().all(|word| word.chars().count() > 1)) {
            *pairs.entry(pair.join(" ")).or_default() += 1;
        }
    }
    let frequent = |of: BTreeMap<String, usize>, least: usize, count: usize| -> Vec<String> {
        let frequent: Vec<String> = of.into_iter().filter(|&(_, n)| n >= least).map(|(word, _)| word).collect();
        let step = (frequent.len() / count).max(1);
        frequent.into_iter().step_by(step).take(count).collect()
    };
    let (words, pairs) = (frequent(words, 3, 700), frequent(pairs, 3, 200));
    let mut patterns: Vec<Pattern> = pairs.into_iter().map(Pattern::Phrase).collect();
    for (i, word) in words.into_iter().enumerate() {
        let start: String = word.chars().take(5).collect();
        patterns.push(match i % 10 {
            0..4 => Pattern::Phrase(word),
            4..7 => Pattern::Phrase(format!("{start}*")),
            7 => Pattern::Substring(word),
            8 => Pattern::Regex { pattern: format!("\\b{}(s|ed|ing)?\\b", regex::escape(&start)), insensitive: true },
            _ => Pattern::Near(Box::new(Pattern::Phrase(word)), Box::new(Pattern::Phrase("not".into())), 5),
        });
    }
    patterns.retain(|pattern| hence::text::check(pattern).is_ok());
    let (mut corpus, mut pool) = (Corpus::default(), Pool::default());
    let messages: Vec<String> =
        all.iter().cycle().take(100_000).zip(0..).map(|(text, i)| format!("{text} {i}")).collect();
    measured("100,000 real messages kept", 0, || {
        for (i, text) in messages.iter().enumerate() {
            let id = pool.text(&format!("m{i}"));
            corpus.insert(id, &**text);
        }
    });
    let texts: Vec<&Segments> = corpus.iter().map(|(_, text)| text).collect();
    let bytes: usize = messages.iter().map(String::len).sum();
    let ascii = messages.iter().filter(|text| text.is_ascii()).count();
    println!("{} patterns, {bytes} bytes, {ascii} messages of ASCII", patterns.len());
    for _ in 0..2 {
        let matcher = measured("patterns read", 0, || Matcher::new(&patterns).expect("patterns"));
        let sweep = measured("hence, places, 1 thread", bytes, || {
            Sweep::new(&matcher, &texts, 1, &Stop::default(), &mut |_| {})
        });
        println!("  {}", told(&sweep));
        measured("hence, places, 2 threads", bytes, || Sweep::new(&matcher, &texts, 2, &Stop::default(), &mut |_| {}));
    }
    let stem = Pattern::Stem { text: "share".into(), language: hence::text::Language::English };
    let matcher = Matcher::new(std::slice::from_ref(&stem)).expect("a pattern");
    let sweep = measured("hence, inflections of one word", bytes, || {
        Sweep::new(&matcher, &texts, 1, &Stop::default(), &mut |_| {})
    });
    println!("  {}", told(&sweep));
}
