//! Which inflected words a text may hold: every different word is stemmed once, not once a message.
//!
//! Words of an ASCII text that consist of letters and digits, with apostrophes within, are those of UAX 29 without
//! asking it; where a text joins letters by other signs, or is not ASCII, its words are found the slow way.

use super::nodes::Node;
use super::pattern::Language;
use super::stem::Stems;
use rustc_hash::FxHashMap;
use unicode_segmentation::UnicodeSegmentation;

/// The first words of all inflected leaves.
#[derive(Debug, Default)]
pub struct Inflections {
    /// For every language, its leaves by the stem of their first word, and one of them, which knows how to stem.
    languages: FxHashMap<Language, (u32, FxHashMap<String, Vec<u32>>)>,
    /// The ASCII letters with which a stem may begin.
    initials: u32,
}

/// The leaves of each word that was heard. Handed back and forth, so that several threads need not share it.
#[derive(Debug, Default)]
pub struct Heard(FxHashMap<Box<str>, Box<[u32]>>);

/// More different words are forgotten.
const REMEMBERED: usize = 200_000;

impl Inflections {
    /// Adds a leaf.
    pub fn add(&mut self, leaf: u32, stems: &Stems) {
        let language = self.languages.entry(stems.language()).or_insert_with(|| (leaf, FxHashMap::default()));
        language.1.entry(stems.first().to_string()).or_default().push(leaf);
        let initial = stems.first().bytes().next().filter(u8::is_ascii_lowercase);
        self.initials |= initial.map_or(0, |b| 1 << (b - b'a'));
    }

    /// True without leaves.
    pub fn is_empty(&self) -> bool {
        self.languages.is_empty()
    }

    /// Adds the leaves of which a text has the first word, each once.
    pub fn leaves(&self, text: &str, nodes: &[Node], heard: &mut Heard, leaves: &mut Vec<u32>) {
        if heard.0.len() > REMEMBERED {
            heard.0.clear();
        }
        let from = leaves.len();
        if !text.is_ascii() || !self.ascii_leaves(text, nodes, heard, leaves) {
            leaves.truncate(from);
            text.unicode_words().for_each(|word| self.hear(word, nodes, heard, leaves));
        }
        leaves[from..].sort_unstable();
        leaves.dedup();
    }

    /// The same for an ASCII text; false where its words are not that simple.
    fn ascii_leaves(&self, text: &str, nodes: &[Node], heard: &mut Heard, leaves: &mut Vec<u32>) -> bool {
        let joins = |b: u8| matches!(b, b'.' | b':' | b',' | b';' | b'\'');
        for token in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || joins(c as u8))) {
            let word = token.trim_matches(|c: char| joins(c as u8));
            let Some(&first) = word.as_bytes().first() else { continue };
            let simple = |pair: &[u8]| match (pair[0], pair[1]) {
                (b'\'', b) | (b, b'\'') => b.is_ascii_alphabetic(),
                (a, b) => a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric(),
            };
            if !word.as_bytes().windows(2).all(simple) || first == b'_' {
                return false;
            }
            let begins = |b: u8| b.is_ascii_alphabetic() && self.initials >> (b.to_ascii_lowercase() - b'a') & 1 == 1;
            // An article before an apostrophe hides the letter with which the word begins.
            if begins(first) || word.contains('\'') {
                self.hear(word, nodes, heard, leaves);
            }
        }
        true
    }

    fn hear(&self, word: &str, nodes: &[Node], heard: &mut Heard, leaves: &mut Vec<u32>) {
        if let Some(known) = heard.0.get(word) {
            leaves.extend(known);
            return;
        }
        let mut of_word: Vec<u32> = Vec::new();
        for (stemmer, by_stem) in self.languages.values() {
            if let Node::Stems(stems) = &nodes[*stemmer as usize] {
                of_word.extend(by_stem.get(&stems.stem_of(word)).into_iter().flatten());
            }
        }
        leaves.extend(&of_word);
        heard.0.insert(word.into(), of_word.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leaves_of_a_text_are_those_whose_first_word_it_inflects() {
        let leaf = |text: &str, language| Node::Stems(Stems::parse(text, language).unwrap());
        let nodes = [
            leaf("share", Language::English),
            leaf("open space", Language::English),
            leaf("espace", Language::French),
            leaf("öffnen", Language::German),
        ];
        let mut inflections = Inflections::default();
        for (node, i) in nodes.iter().zip(0..) {
            if let Node::Stems(stems) = node {
                inflections.add(i, stems);
            }
        }
        let mut heard = Heard::default();
        for (text, expected) in [
            ("We SHARED it, opening doors. Shares!", vec![0, 1]),
            ("sharing", vec![0]),
            ("dare.share", vec![]),
            ("a_b opened", vec![1]),
            ("dans l'espace", vec![2]),
            ("Wir öffnen; shared", vec![0, 3]),
            ("don't", vec![]),
        ] {
            for _ in 0..2 {
                let mut leaves = Vec::new();
                inflections.leaves(text, &nodes, &mut heard, &mut leaves);
                assert_eq!(leaves, expected, "{text}");
            }
        }
    }
}
