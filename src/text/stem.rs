//! Words in every inflection, by the Snowball stemmers. What a stemmer holds for another word is not found: the German
//! one leaves `wohnt` as it is.

use super::error::PatternError;
use super::letter::{is_apostrophe, is_dash, is_invisible, is_space};
use super::pattern::Language;
use super::segment::{Range, Segments};
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// Each language with the names it goes by: its English one, its code, its own.
const LANGUAGES: &[(Language, &[&str])] = &[
    (Language::Arabic, &["arabic", "ar", "العربية"]),
    (Language::Danish, &["danish", "da", "dansk"]),
    (Language::Dutch, &["dutch", "nl", "nederlands"]),
    (Language::English, &["english", "en"]),
    (Language::Finnish, &["finnish", "fi", "suomi"]),
    (Language::French, &["french", "fr", "français", "francais"]),
    (Language::German, &["german", "de", "deutsch"]),
    (Language::Greek, &["greek", "el", "ελληνικά"]),
    (Language::Hungarian, &["hungarian", "hu", "magyar"]),
    (Language::Italian, &["italian", "it", "italiano"]),
    (Language::Norwegian, &["norwegian", "no", "nb", "norsk"]),
    (Language::Portuguese, &["portuguese", "pt", "português", "portugues"]),
    (Language::Romanian, &["romanian", "ro", "română", "romana"]),
    (Language::Russian, &["russian", "ru", "русский"]),
    (Language::Spanish, &["spanish", "es", "español", "espanol"]),
    (Language::Swedish, &["swedish", "sv", "svenska"]),
    (Language::Tamil, &["tamil", "ta", "தமிழ்"]),
    (Language::Turkish, &["turkish", "tr", "türkçe", "turkce"]),
];

impl Language {
    /// The language of a name: `german`, `de` or `deutsch`, in any case.
    pub fn parse(name: &str) -> Option<Language> {
        let name: String = name.trim().to_lowercase().nfc().collect();
        LANGUAGES.iter().find(|(_, names)| names.iter().any(|n| n.nfc().eq(name.chars()))).map(|&(l, _)| l)
    }

    /// The English name.
    pub fn name(self) -> &'static str {
        LANGUAGES.iter().find(|&&(l, _)| l == self).map_or("", |(_, names)| names[0])
    }

    /// All English names in order, for a suggestion.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|(_, names)| names[0])
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Language::Arabic => Algorithm::Arabic,
            Language::Danish => Algorithm::Danish,
            Language::Dutch => Algorithm::Dutch,
            Language::English => Algorithm::English,
            Language::Finnish => Algorithm::Finnish,
            Language::French => Algorithm::French,
            Language::German => Algorithm::German,
            Language::Greek => Algorithm::Greek,
            Language::Hungarian => Algorithm::Hungarian,
            Language::Italian => Algorithm::Italian,
            Language::Norwegian => Algorithm::Norwegian,
            Language::Portuguese => Algorithm::Portuguese,
            Language::Romanian => Algorithm::Romanian,
            Language::Russian => Algorithm::Russian,
            Language::Spanish => Algorithm::Spanish,
            Language::Swedish => Algorithm::Swedish,
            Language::Tamil => Algorithm::Tamil,
            Language::Turkish => Algorithm::Turkish,
        }
    }
}

/// The longest word that is stemmed; longer ones are no words, and some stemmers take their time.
const LONGEST: usize = 200;

/// The stems of one or more words that follow each other, ready to be found.
pub struct Stems {
    stems: Vec<String>,
    language: Language,
    stemmer: Stemmer,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stems({:?} in {})", self.stems, self.language.name())
    }
}

impl Stems {
    /// Reads the words whose inflections are wanted.
    pub fn parse(text: &str, language: Language) -> Result<Stems, PatternError> {
        let stemmer = Stemmer::create(language.algorithm());
        let stems: Vec<String> =
            text.unicode_words().map(|word| stem(&stemmer, &word[elided(language, word)..])).collect();
        if stems.is_empty() {
            return Err(PatternError::new("`stem` needs a word").help("write it so: `stem \"share\"`"));
        }
        if text.contains('*') {
            let error = PatternError::new("`*` has no meaning in `stem`, which finds every inflection by itself");
            return Err(error.help("leave it out, or write a phrase without `stem`"));
        }
        Ok(Stems { stems, language, stemmer })
    }

    /// Whose inflections.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The stem of the first word.
    pub fn first(&self) -> &str {
        &self.stems[0]
    }

    /// The stem of a word, without an article that is joined to it.
    pub fn stem_of(&self, word: &str) -> String {
        stem(&self.stemmer, &word[elided(self.language, word)..])
    }

    /// All places in a text. Only blanks and hyphens stand between the words of one place; places do not overlap.
    pub fn find(&self, segments: &Segments, places: &mut Vec<Range>) {
        let text = &**segments.text();
        let words: Vec<Word<'_>> = text
            .unicode_word_indices()
            .zip(segments.words())
            .map(|((byte, word), &(start, end))| {
                let skipped = elided(self.language, word);
                let start = start + word[..skipped].chars().count() as u32;
                Word { byte: byte + skipped, text: &word[skipped..], place: (start, end) }
            })
            .collect();
        let mut at = 0;
        while let Some(row) = words.get(at..at + self.stems.len()) {
            let adjacent = |pair: &[Word<'_>]| is_gap(&text[pair[0].byte + pair[0].text.len()..pair[1].byte]);
            if (0..row.len()).all(|i| self.stands(i, row[i].text)) && row.windows(2).all(adjacent) {
                places.push((row[0].place.0, row[row.len() - 1].place.1));
                at += row.len();
            } else {
                at += 1;
            }
        }
    }

    fn stands(&self, at: usize, word: &str) -> bool {
        // In these scripts no stemmer changes a first letter from a to z, so most words need no stemming.
        let initial = word.chars().next().map(|c| c.to_ascii_lowercase());
        let known = initial.is_some_and(|c| c.is_ascii_alphabetic());
        if known && initial != self.stems[at].chars().next() {
            return false;
        }
        stem(&self.stemmer, word) == self.stems[at]
    }
}

struct Word<'t> {
    byte: usize,
    text: &'t str,
    place: Range,
}

fn stem(stemmer: &Stemmer, word: &str) -> String {
    let plain = word.nfc().filter(|&c| !is_invisible(c)).map(|c| if is_apostrophe(c) { '\'' } else { c });
    let lower = plain.collect::<String>().to_lowercase();
    if lower.len() > LONGEST || !lower.chars().all(|c| c.is_alphabetic() || c == '\'' || is_combining_mark(c)) {
        return lower;
    }
    stemmer.stem(&lower).into_owned()
}

/// How many bytes of a word are an article or the like, as in `l'espace` or `dell'arte`.
fn elided(language: Language, word: &str) -> usize {
    if !matches!(language, Language::French | Language::Italian) {
        return 0;
    }
    word.char_indices()
        .filter(|&(_, c)| is_apostrophe(c))
        .map(|(at, c)| at + c.len_utf8())
        .rfind(|&at| word[at..].chars().next().is_some_and(char::is_alphabetic))
        .unwrap_or(0)
}

fn is_gap(between: &str) -> bool {
    between.chars().all(|c| is_space(c) || is_dash(c) || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &str, language: Language, text: &str) -> Vec<Range> {
        let mut places = Vec::new();
        Stems::parse(words, language).unwrap().find(&Segments::new(text), &mut places);
        places
    }

    #[test]
    fn a_language_goes_by_several_names() {
        assert_eq!(Language::parse(" Deutsch "), Some(Language::German));
        assert_eq!(Language::parse("Franc\u{327}ais"), Some(Language::French));
        assert_eq!(Language::parse("klingon"), None);
        assert_eq!(Language::names().count(), LANGUAGES.len());
        for name in Language::names() {
            assert_eq!(Language::parse(name).map(Language::name), Some(name));
        }
    }

    #[test]
    fn a_row_of_words_may_start_within_a_broken_one() {
        assert_eq!(found("open space", Language::English, "open opening spaces, open. Space"), [(5, 19)]);
        assert_eq!(found("open-spaces", Language::English, "Open\u{2011}space"), [(0, 10)]);
    }

    #[test]
    fn articles_are_no_part_of_a_french_word() {
        assert_eq!(found("espace", Language::French, "J’aime l’espace, les espaces"), [(9, 15), (21, 28)]);
    }

    #[test]
    fn stems_without_words_or_with_stars_are_refused() {
        assert!(Stems::parse("?!", Language::English).is_err());
        assert!(Stems::parse("shar*", Language::English).is_err());
    }

    #[test]
    fn no_stemmer_stumbles_over_odd_words() {
        let letters = ["a", "é", "ß", "'", "y", "ʼ", "س", "ி", "ı", "İ", "ά", "ж", "q", "u", "ww", "\u{301}", "ال"];
        for (language, _) in LANGUAGES {
            let stemmer = Stemmer::create(language.algorithm());
            for a in letters {
                for b in letters {
                    for c in letters {
                        stem(&stemmer, &format!("{a}{b}{c}"));
                        stem(&stemmer, &format!("{c}{b}{a}{a}{b}{c}"));
                    }
                }
            }
        }
    }
}
