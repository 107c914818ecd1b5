//! Patterns over texts: cases as data, a slow reference on random texts, and the keyword rules of a real study.

#[path = "text/notation.rs"]
mod notation;
#[path = "text/reference.rs"]
mod reference;

use hence::text::{Matcher, Pattern, Segments};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Every line of `tests/cases/text/*.txt` is `pattern | text`, with ⟦ and ⟧ around what the pattern finds. The first
/// ⟧ closes the first ⟦. `\n`, `\t` and `\u{…}` stand for characters, `# …` for a heading.
#[test]
fn cases() {
    let (mut count, mut wrong) = (0, Vec::new());
    let mut files: Vec<_> = std::fs::read_dir("tests/cases/text").unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    for file in files {
        for (number, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            count += 1;
            let (notation, marked) = line.split_once(" | ").unwrap_or_else(|| panic!("no bar: {line}"));
            let (text, expected) = notation::unmark(&notation::unescape(marked));
            let pattern = notation::pattern(notation);
            let matcher = Matcher::new(std::slice::from_ref(&pattern)).unwrap_or_else(|e| panic!("{line}: {e:?}"));
            let found: Vec<_> = matcher.find(&text).iter().map(|m| (m.start, m.end)).collect();
            if found != expected {
                let shown = notation::mark(&text, &found);
                wrong.push(format!(
                    "{}:{}: {notation}\n  expected {marked}\n     found {shown}",
                    file.display(),
                    number + 1
                ));
            }
            assert_eq!(matcher.is_match(0, &text), !found.is_empty(), "{line}");
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 200, "only {count} cases");
}

fn pieces(of: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(of), 0..most).prop_map(|parts| parts.concat())
}

const TEXT: &[&str] = &[
    "a", "a", "b", "ab", "A", "é", "e\u{301}", "e", "É", "'", "’", "-", "\u{2011}", " ", "  ", "\n", "\u{a0}", " - ",
    ".", "1", "1,1", "!", "$", "房", "房屋", "n", "n't", "\u{ad}", "_", "😀", "ß",
];
const PHRASE: &[&str] = &[
    "a", "b", "ab", "A", "é", "e\u{301}", "e", "'", "’", "-", " ", "*", "*", "1", "!", "$", "房", ".", "\\*", "ss", "n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn phrases_are_found_where_the_reference_finds_them(phrase in pieces(PHRASE, 6), text in pieces(TEXT, 14)) {
        if let Ok(matcher) = Matcher::new(&[Pattern::Phrase(phrase.clone())]) {
            let found: Vec<_> = matcher.find(&text).iter().map(|m| (m.start, m.end)).collect();
            prop_assert_eq!(found, reference::find(&phrase, &text), "{:?} in {:?}", phrase, text);
        }
    }

    /// Needles and shared leaves lose and add nothing.
    #[test]
    fn many_patterns_find_what_each_finds_alone(
        phrases in proptest::collection::vec(pieces(PHRASE, 4), 0..6),
        text in pieces(TEXT, 14),
    ) {
        let mut patterns = Vec::new();
        for p in &phrases {
            patterns.push(Pattern::Phrase(p.clone()));
            patterns.push(Pattern::Substring(p.clone()));
            patterns.push(Pattern::Regex { pattern: p.clone(), insensitive: true });
        }
        patterns.retain(|p| hence::text::check(p).is_ok());
        let together = Matcher::new(&patterns).unwrap().find(&text);
        prop_assert!(together.is_sorted());
        let mut alone = Vec::new();
        for (i, pattern) in patterns.iter().enumerate() {
            for mut m in Matcher::new(std::slice::from_ref(pattern)).unwrap().find(&text) {
                m.pattern = i as u32;
                alone.push(m);
            }
        }
        prop_assert_eq!(together, alone);
    }

    #[test]
    fn no_text_makes_anything_stumble(text in any::<String>(), phrase in any::<String>(), a in 0u32..40, b in 0u32..40) {
        let patterns = [
            Pattern::Phrase(phrase.clone()),
            Pattern::Substring(phrase.clone()),
            Pattern::Regex { pattern: phrase.clone(), insensitive: true },
            Pattern::Stem { text: phrase, language: hence::text::Language::Turkish },
        ];
        for pattern in patterns {
            if let Ok(matcher) = Matcher::new(&[pattern]) {
                let length = text.chars().count() as u32;
                prop_assert!(matcher.find(&text).iter().all(|m| m.start < m.end && m.end <= length));
            }
        }
        let segments = Segments::new(&*text);
        segments.words_between((a, b), (b, a));
        segments.sentence_of((a, b));
    }
}

/// 134 keywords over 7,908 comments: every hit that plain Python finds, and no other.
#[test]
fn keyword_rules_hit_what_python_hits() {
    let folder = Path::new("../shared/data/nhs-fft");
    if !folder.exists() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    let read = |name: &str| -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    };
    let messages = read("messages.csv");
    let rules = read("keyword_rules.csv");
    let expected: BTreeSet<[String; 3]> =
        read("keyword_rule_hits.csv").iter().map(|r| ["message", "code", "keyword"].map(|c| r[c].clone())).collect();
    let patterns: Vec<Pattern> = rules.iter().map(|r| Pattern::Substring(r["keyword"].clone())).collect();
    let matcher = Matcher::new(&patterns).unwrap();
    let started = std::time::Instant::now();
    let mut found = BTreeSet::new();
    for message in &messages {
        for m in matcher.find(&message["text"]) {
            let rule = &rules[m.pattern as usize];
            found.insert([message["id"].clone(), rule["code"].clone(), rule["keyword"].clone()]);
        }
    }
    eprintln!("{} keywords over {} messages: {:?}", rules.len(), messages.len(), started.elapsed());
    assert!(found.is_subset(&expected), "{:?}", found.difference(&expected).take(5).collect::<Vec<_>>());
    assert!(expected.is_subset(&found), "{:?}", expected.difference(&found).take(5).collect::<Vec<_>>());
}
