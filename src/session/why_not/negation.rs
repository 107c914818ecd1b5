//! Words that deny what stands beside them. A word that is denied, or ends in its contrary, looks like the one a pattern
//! wants and means the opposite, so nothing may be mended with it.

use crate::text::{Range, Segments};

/// So many words before a word may deny it.
const BEFORE: usize = 4;

/// Words that deny what follows, in the languages of most studies.
const DENIALS: [&str; 33] = [
    "not", "no", "never", "without", "neither", "nor", "nobody", "none", "nothing", "hardly", "cannot", "nowhere",
    "lack", "lacks", "lacking", "nicht", "kein", "keine", "keinen", "keiner", "keinem", "nie", "niemals", "ohne",
    "weder", "ne", "pas", "jamais", "sans", "aucun", "sin", "nunca", "senza",
];

/// The word that denies a passage: one in it, or shortly before it in its sentence. Where the pattern has such a word
/// itself, nothing is denied.
pub(super) fn is_negated(
    range: Range,
    words: &[(Range, String)],
    wanted: &[String],
    text: &Segments,
) -> Option<String> {
    if wanted.iter().any(|word| denies(word)) {
        return None;
    }
    let sentence = text.sentence_of(range);
    let last = words.partition_point(|(word, _)| word.0 < range.1);
    let first = words.partition_point(|(word, _)| word.0 < range.0).saturating_sub(BEFORE);
    let near = words.get(first..last)?.iter().filter(|(word, _)| word.0 >= sentence.0);
    near.map(|(_, word)| word).find(|word| denies(word)).cloned()
}

fn denies(word: &str) -> bool {
    DENIALS.contains(&word) || word.ends_with("n't") || word.ends_with("n\u{2019}t")
}

/// True for words of which one is the other without, or free of, what it says.
pub(super) fn is_opposite(wanted: &str, word: &str) -> bool {
    let without = |word: &str| word.ends_with("less") && word != "less" && word != "unless" || word.ends_with("los");
    let turned = |word: &str, of: &str| {
        ["un", "in", "im", "ir", "il", "dis", "non", "mis"].iter().any(|prefix| {
            let rest = word.strip_prefix(prefix).map(|rest| rest.trim_start_matches('-'));
            rest.is_some_and(|rest| rest.chars().count() > 2 && rest.chars().take(4).eq(of.chars().take(4)))
        })
    };
    without(wanted) != without(word) || turned(wanted, word) || turned(word, wanted)
}

#[cfg(test)]
mod tests {
    use super::is_opposite;

    #[test]
    fn contraries_are_told() {
        for (wanted, word) in [("care", "careless"), ("useful", "useless"), ("formal", "informal"), ("unpaid", "paid")]
        {
            assert!(is_opposite(wanted, word), "{wanted} {word}");
        }
        for (wanted, word) in
            [("share", "shared"), ("include", "including"), ("unit", "units"), ("interest", "interests")]
        {
            assert!(!is_opposite(wanted, word), "{wanted} {word}");
        }
    }
}
