//! All patterns over many texts in one pass.
//!
//! Patterns are taken apart into leaves (phrases, substrings, expressions, stems), each kept once however many
//! patterns hold it, and combinations of them. For most leaves there is a needle, a text that every match holds: one
//! automaton looks for all needles at once, and only leaves whose needle is there are looked for, around it. Needles
//! lose no match; a text in which they might is folded first. The places of a pattern do not depend on the others.

use super::clue::Seeker;
use super::error::PatternError;
use super::fold::Folded;
use super::nodes::{Builder, Node};
use super::pattern::Pattern;
use super::scan::{Found, Scanner};
use super::segment::{Range, Segments};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A passage that a pattern found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Match {
    /// Which pattern, by its place in what the matcher was made of.
    pub pattern: u32,
    /// The first character.
    pub start: u32,
    /// The character after the last.
    pub end: u32,
}

/// Patterns, ready to be looked for.
#[derive(Debug)]
pub struct Matcher {
    /// The node of every pattern.
    roots: Vec<u32>,
    /// Leaves and combinations; what a combination is made of comes before it.
    pub(super) nodes: Vec<Node>,
    /// For every node, the combinations that it is part of.
    pub(super) wholes: Vec<Vec<u32>>,
    /// For every node, the patterns that it is.
    pub(super) patterns_of: Vec<Vec<u32>>,
    /// Made when texts are first looked through.
    seeker: OnceLock<Seeker>,
    /// The node of every pattern and of every part of one.
    known: FxHashMap<Pattern, u32>,
}

/// Tells whether a pattern can be looked for.
pub fn check(pattern: &Pattern) -> Result<(), PatternError> {
    Builder::default().add(pattern).map(|_| ())
}

impl Matcher {
    /// Makes a matcher of patterns. An error comes with the place of its pattern.
    pub fn new(patterns: &[Pattern]) -> Result<Matcher, (usize, PatternError)> {
        let mut builder = Builder::default();
        let mut roots = Vec::with_capacity(patterns.len());
        for (i, pattern) in patterns.iter().enumerate() {
            roots.push(builder.add(pattern).map_err(|error| (i, error))?);
        }
        let Builder { nodes, known, .. } = builder;
        let mut wholes = vec![Vec::new(); nodes.len()];
        for (whole, node) in (0u32..).zip(&nodes) {
            node.parts().iter().for_each(|&part| wholes[part as usize].push(whole));
        }
        let mut patterns_of = vec![Vec::new(); nodes.len()];
        for (pattern, &root) in (0u32..).zip(&roots) {
            patterns_of[root as usize].push(pattern);
        }
        Ok(Matcher { seeker: OnceLock::new(), roots, nodes, wholes, patterns_of, known })
    }

    /// The needles of all leaves.
    pub(super) fn seeker(&self) -> &Seeker {
        self.seeker.get_or_init(|| Seeker::new(&self.nodes))
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// True without patterns.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// How many nodes there are: patterns, and parts of patterns.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The node that stands for a pattern, or for a part of one.
    pub fn node(&self, pattern: &Pattern) -> Option<usize> {
        self.known.get(pattern).map(|&node| node as usize)
    }

    /// Adds all matches in a text, sorted by pattern and then by place, each once. `segments` are those of the text.
    pub fn scan(&self, segments: &Segments, matches: &mut Vec<Match>) {
        let mut found: Vec<Found> = Vec::new();
        Scanner::new(self).scan(&[segments], 0, &mut found);
        matches.extend(found.iter().map(|f| Match { pattern: f.pattern, start: f.start, end: f.end }));
    }

    /// All matches in a text.
    pub fn find(&self, text: &str) -> Vec<Match> {
        let mut matches = Vec::new();
        self.scan(&Segments::new(text), &mut matches);
        matches
    }

    /// True where a pattern, by its place in what the matcher was made of, is found in a text.
    pub fn is_match(&self, pattern: usize, text: &str) -> bool {
        let Some(&root) = self.roots.get(pattern) else { return false };
        !self.places(root, &Segments::new(text), &Folded::new(text)).is_empty()
    }

    /// The places of one node, found without needles: by looking everywhere. As deep as patterns are nested.
    fn places(&self, node: u32, segments: &Segments, folded: &Folded<'_>) -> Vec<Range> {
        let text = &**segments.text();
        let mut places = Vec::new();
        match &self.nodes[node as usize] {
            Node::Phrase(phrase) => {
                let mut bytes = Vec::new();
                phrase.find(&folded.text, &mut bytes);
                places.extend(bytes.iter().map(|&(start, end)| folded.original(start, end)));
            }
            Node::Substring(substring) => substring.find(&Folded::lower(text), &mut places),
            Node::Expression(expression) => expression.find(text, &mut places),
            Node::Stems(stems) => stems.find(segments, &mut places),
            combination => {
                let parts: Vec<(u32, Vec<Range>)> =
                    combination.parts().into_iter().map(|part| (part, self.places(part, segments, folded))).collect();
                let of = |part: u32| parts.iter().find(|(p, _)| *p == part).map_or(&[][..], |(_, places)| &places[..]);
                places = combination.combine(segments, of);
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use proptest::prelude::*;

    fn phrase(text: &str) -> Pattern {
        Pattern::Phrase(text.into())
    }

    #[test]
    fn equal_leaves_are_kept_once() {
        let near = Pattern::Near(Box::new(phrase("space")), Box::new(phrase("share*")), 5);
        let matcher = Matcher::new(&[phrase("space"), near.clone(), near, phrase("space")]).unwrap();
        assert_eq!(matcher.nodes.len(), 3);
        let found = matcher.find("a space to share");
        let pattern = |pattern, start, end| Match { pattern, start, end };
        assert_eq!(found, [pattern(0, 2, 7), pattern(1, 2, 16), pattern(2, 2, 16), pattern(3, 2, 7)]);
    }

    #[test]
    fn an_error_names_its_pattern() {
        let wrong = Pattern::Or(vec![phrase("fine"), Pattern::Regex { pattern: "(".into(), insensitive: false }]);
        assert_eq!(Matcher::new(&[phrase("a"), wrong.clone()]).unwrap_err().0, 1);
        assert!(check(&wrong).is_err());
        assert!(check(&phrase("a")).is_ok());
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = (0..500).fold(phrase("a"), |p, _| Pattern::Except(Box::new(p), Box::new(phrase("b"))));
        assert!(check(&deep).unwrap_err().message.contains("nested"));
    }

    #[test]
    fn no_patterns_find_nothing() {
        let matcher = Matcher::new(&[]).unwrap();
        assert!(matcher.is_empty() && matcher.find("text").is_empty() && !matcher.is_match(0, "text"));
        assert!(Matcher::new(&[Pattern::Or(vec![])]).unwrap().find("text").is_empty());
    }

    #[test]
    fn thousands_of_places_in_one_text_are_combined() {
        let text = "space to share ".repeat(20_000);
        let near = |n| Pattern::Near(Box::new(phrase("space")), Box::new(phrase("share")), n);
        let found = Matcher::new(&[near(1), near(10_000)]).unwrap().find(&text);
        assert_eq!(found.len(), 2 * 39_999);
    }

    const TEXT: &[&str] = &[
        "a", "A", "e", "é", "É", "e\u{301}", "i", "I", "ı", "İ", "k", "K", "\u{212A}", "s", "S", "ſ", "ss", "ß", "ẞ",
        "ﬁ", "fi", "σ", "ς", "Σ", "ж", "Ж", "房", "屋", "'", "’", "n't", "N’T", "ʼ", "ŉ", " ", " ", "\u{a0}", "-", "–",
        " - ", "\u{ad}", "\u{200d}", "\u{200b}", ".", ",", "1", "1,1", "_", "😀", "\u{301}", "µ", "μ", "\u{2126}", "ω",
        "\u{212B}", "å", "\u{345}", "\n", "क", "ि", "½", "Ǆ", "ǅ", "ǆ", "share", "Shared", "sharing", "l'espace",
        "\u{37E}", ";",
    ];
    const EXPRESSION: &[&str] = &[
        "a",
        "k",
        "s",
        "ss",
        "[ks]",
        "[a-i]",
        r"\b",
        r"\w",
        r"\w+",
        r"\s+",
        "(a|s|ж)",
        "(?:sha|fi)",
        "e?",
        "1{1,2}",
        "^",
        "$",
        "é",
        "ſ",
        "K",
        "(?i)",
        "[^a]",
        r"\b(?:k|s)\b",
        "|",
        "share",
        "Σ",
        r"\d",
        "i*",
        "(?:as)+",
        r"\b{start}",
        ".",
    ];

    fn pieces(of: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(of), 1..most).prop_map(|parts| parts.concat())
    }

    fn leaves() -> impl Strategy<Value = Pattern> {
        let words = || pieces(TEXT, 4);
        let starred = proptest::collection::vec((words(), proptest::sample::select(vec!["*", "", " "])), 1..4);
        prop_oneof![
            words().prop_map(Pattern::Phrase),
            starred
                .prop_map(|parts| { Pattern::Phrase(parts.into_iter().map(|(words, after)| words + after).collect()) }),
            words().prop_map(Pattern::Substring),
            (pieces(EXPRESSION, 5), any::<bool>())
                .prop_map(|(pattern, insensitive)| Pattern::Regex { pattern, insensitive }),
            proptest::sample::select(vec!["share", "share it", "espace", "ss"]).prop_map(|text| Pattern::Stem {
                text: text.into(),
                language: if text == "espace" { Language::French } else { Language::English },
            }),
        ]
    }

    fn patterns() -> impl Strategy<Value = Pattern> {
        let pair = || (leaves(), leaves()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
        prop_oneof![
            6 => leaves(),
            1 => pair().prop_map(|(a, b)| Pattern::Near(a, b, 2)),
            1 => pair().prop_map(|(a, b)| Pattern::Except(a, b)),
            1 => pair().prop_map(|(a, b)| Pattern::Or(vec![*a, *b])),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        /// What needles and plain texts spare is not missed: texts in a row, all patterns at once, against every
        /// pattern looked for everywhere in each folded text.
        #[test]
        fn what_is_found_around_needles_is_what_is_found_everywhere(
            mut patterns in proptest::collection::vec(patterns(), 1..8),
            texts in proptest::collection::vec(pieces(TEXT, 12), 1..6),
        ) {
            patterns.retain(|pattern| check(pattern).is_ok());
            let matcher = Matcher::new(&patterns).unwrap();
            let texts: Vec<Segments> = texts.iter().map(|text| Segments::new(&**text)).collect();
            let mut everywhere = Vec::new();
            for (text, segments) in (0..).zip(&texts) {
                let folded = Folded::new(segments.text());
                for (pattern, &root) in (0..).zip(&matcher.roots) {
                    let places = matcher.places(root, segments, &folded);
                    everywhere.extend(places.iter().map(|&(start, end)| Found { text, pattern, start, end }));
                }
            }
            let mut found = Vec::new();
            Scanner::new(&matcher).scan(&texts.iter().collect::<Vec<_>>(), 0, &mut found);
            prop_assert_eq!(found, everywhere, "{:?}", patterns);
        }
    }
}
