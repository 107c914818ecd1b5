//! When two words are one: an inflection of the other, the same with another spelling, or a compound with it. Letters in
//! common are no sign of that ("pays" and "plays", "business" and "busy", "general" and "generous"), so what counts is
//! narrow: a reader who is shown chance trusts nothing else.

use super::negation::is_opposite;
use crate::check::program::Program;
use crate::diagnostic::suggest::distance;
use crate::session::narrow::Finder;
use crate::text::function_words::is_function_word;
use crate::text::stem::Stems;
use crate::text::{Language, Pattern, Range, Segments};
use rustc_hash::FxHashSet;
use std::cell::RefCell;

/// A shorter word is no sign of anything.
const SHORTEST: usize = 4;
/// Of two shorter words that differ by a letter, each is most often a word of its own: "contact" and "contract".
const SLIP: usize = 8;
/// Words that are spelled in several ways have so many letters at least: "dinner" and "diner" are two words.
const SPELLED: usize = 6;
/// A shorter rest makes no compound: "planet" is no "et" for a "plan".
const REST: usize = 3;

/// What an inflection ends in, and the noun of a verb, in English. The stemmer also makes one of words that have only
/// their root in common; two words of one stem are forms of one word where both end in one of these.
const ENDINGS: [&str; 30] = [
    "",
    "s",
    "es",
    "e",
    "ed",
    "d",
    "ing",
    "ings",
    "y",
    "ies",
    "ied",
    "ying",
    "ion",
    "ions",
    "ation",
    "ations",
    "ment",
    "ments",
    "'s",
    "\u{2019}s",
    "s'",
    "ting",
    "ted",
    "ning",
    "ned",
    "ping",
    "ped",
    "ging",
    "ged",
    "ling",
];

/// How a word of a text is like one that is looked for, the likest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Alike {
    /// Another form of the same word.
    Form,
    /// Spelled nearly so.
    Spelling,
    /// A compound that begins with it.
    Compound,
}

/// The language of a study, and the words that its codebook knows.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub language: Language,
    words: FxHashSet<String>,
    finder: RefCell<Finder>,
}

impl Lexicon {
    /// The words that all patterns of a study look for.
    pub fn of(program: &Program, language: Language) -> Lexicon {
        let mut words = FxHashSet::default();
        program.patterns.iter().for_each(|source| collect(&source.pattern, &mut words));
        Lexicon { language, words, finder: RefCell::default() }
    }

    /// The passages that a pattern finds in a text.
    pub fn places(&self, pattern: &Pattern, text: &Segments) -> Vec<Range> {
        self.finder.borrow_mut().places(pattern, text)
    }

    /// True where some words are more than words of grammar, which alone say nothing of what a text is about.
    pub fn tells(&self, words: &str) -> bool {
        words.to_lowercase().split_whitespace().any(|word| !self.is_grammar(word))
    }

    /// True for a word of grammar, which speaks for no code.
    pub fn is_grammar(&self, word: &str) -> bool {
        is_function_word(word, self.language)
    }

    /// How a word of the text is like one that is looked for, if it is; both in lower case.
    pub fn alike(&self, wanted: &str, word: &str, language: Language) -> Option<Alike> {
        // Most words are soon told apart: in English all that is alike begins alike.
        if language == Language::English && wanted.chars().next() != word.chars().next() {
            return None;
        }
        let (length, other) = (wanted.chars().count(), word.chars().count());
        if length < SHORTEST - 1 || other < SHORTEST - 1 || is_opposite(wanted, word) || self.is_grammar(word) {
            return None;
        }
        if is_form(wanted, word, language) {
            return Some(Alike::Form);
        }
        if length < SHORTEST || other < SHORTEST {
            return None;
        }
        // A slip of the pen seldom changes the first letter.
        if wanted.chars().next() == word.chars().next()
            && (length.min(other) >= SLIP && distance(wanted, word, 1).is_some() || is_variant(wanted, word))
        {
            return Some(Alike::Spelling);
        }
        let rest = word.strip_prefix(wanted)?.trim_start_matches('-');
        // A compound of two nouns may be joined with an s.
        let known = |rest: &str| rest.chars().count() >= REST && self.words.contains(rest);
        let joined = || rest.strip_suffix('s').or_else(|| rest.strip_prefix('s')).is_some_and(known);
        (known(rest) || joined()).then_some(Alike::Compound)
    }
}

/// True for two forms of one word.
pub(super) fn is_form(wanted: &str, word: &str, language: Language) -> bool {
    // To stem a word takes longest, and comes last.
    let one_stem = || Stems::parse(wanted, language).is_ok_and(|stems| stems.first() == stems.stem_of(word));
    if wanted == word || language == Language::English && wanted.chars().next() != word.chars().next() {
        return false;
    }
    if language != Language::English {
        return one_stem();
    }
    let same =
        wanted.char_indices().zip(word.chars()).take_while(|((_, a), b)| a == b).map(|((at, a), _)| at + a.len_utf8());
    let same = same.last().unwrap_or(0);
    // "share" and "sharing" part after the r; "used" and "uses" before their last letters.
    let fits = |word: &str| word.get(same..).is_some_and(|ending| ENDINGS.contains(&ending));
    // No form of a word has an e more and nothing else: "past" and "paste".
    let bare = |a: &str, b: &str| a.get(same..) == Some("") && b.get(same..) == Some("e");
    fits(wanted) && fits(word) && !bare(wanted, word) && !bare(word, wanted) && one_stem()
}

/// True for one word in two spellings: "colour" and "color", "organise" and "organize", a letter doubled or not.
fn is_variant(wanted: &str, word: &str) -> bool {
    if wanted == word || wanted.chars().count().max(word.chars().count()) < SPELLED {
        return false;
    }
    let plain = |word: &str| {
        let word =
            word.replace("our", "or").replace("isation", "ization").replace("ise", "ize").replace("ising", "izing");
        let word = word.strip_suffix("re").map(|stem| format!("{stem}er")).unwrap_or(word);
        let mut letters: Vec<char> = word.chars().filter(|&c| c != '-').collect();
        letters.dedup();
        letters
    };
    plain(wanted) == plain(word)
}

/// The words of a pattern, in lower case.
fn collect(pattern: &Pattern, words: &mut FxHashSet<String>) {
    match pattern {
        Pattern::Or(parts) => parts.iter().for_each(|part| collect(part, words)),
        Pattern::Near(a, b, _)
        | Pattern::Before(a, b, _)
        | Pattern::InSame(_, a, b)
        | Pattern::Overlaps(a, b)
        | Pattern::Except(a, b) => {
            collect(a, words);
            collect(b, words);
        }
        Pattern::Phrase(text) | Pattern::Substring(text) | Pattern::Stem { text, .. } => {
            let parted = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.extend(parted.map(str::to_lowercase));
        }
        Pattern::Regex { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_common_make_no_word_the_same() {
        let words = ["room", "list"].map(str::to_string).into_iter().collect();
        let lexicon = Lexicon { language: Language::English, words, finder: RefCell::default() };
        let alike = |wanted: &str, word: &str| lexicon.alike(wanted, word, Language::English);
        for (wanted, word, how) in [
            ("share", "sharing", Alike::Form),
            ("designers", "designer", Alike::Form),
            ("party", "parties", Alike::Form),
            ("plan", "planning", Alike::Form),
            ("collaborate", "collaboration", Alike::Form),
            ("colour", "color", Alike::Spelling),
            ("organise", "organize", Alike::Spelling),
            ("recommend", "recomend", Alike::Spelling),
            ("exhibition", "exibition", Alike::Spelling),
            ("play", "playroom", Alike::Compound),
            ("price", "pricelist", Alike::Compound),
        ] {
            assert_eq!(alike(wanted, word), Some(how), "{wanted} {word}");
        }
        for (wanted, word) in [
            ("plays", "pays"),
            ("business", "busy"),
            ("universe", "university"),
            ("past", "paste"),
            ("import", "important"),
            ("general", "generous"),
            ("contact", "contract"),
            ("quiet", "quite"),
            ("plan", "planet"),
            ("port", "portrait"),
            ("other", "others"),
        ] {
            assert_eq!(alike(wanted, word), None, "{wanted} {word}");
        }
    }
}
