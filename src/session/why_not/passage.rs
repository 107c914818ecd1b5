//! The passage of a text that comes nearest to a pattern which does not find anything in it: a word of the same stem,
//! one that begins alike, one that is spelled nearly so, or some of several words.

use crate::diagnostic::suggest::distance;
use crate::text::stem::Stems;
use crate::text::{Language, Matcher, Pattern, Range, Segments, slice};

/// So many words of a long text are compared.
const WORDS: usize = 5_000;
/// A shorter word is no sign of anything.
const SHORTEST: usize = 4;
/// A shorter word of several is most often one like `there`.
const TELLING: usize = 6;
/// So many words apart, the words of a phrase have nothing to do with each other.
const APART: usize = 8;

/// How near a passage comes, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// Another form of the same word.
    SameStem,
    /// Spelled nearly so; by so many letters.
    Spelling(usize),
    /// All the words are there, but apart from each other.
    Apart,
    /// Begins alike.
    Begins,
    /// So many of the words are missing.
    Some(usize),
}

/// A passage that comes near.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Nearby {
    /// The part of the pattern that it comes near to.
    pub leaf: Pattern,
    pub how: How,
    pub range: Range,
    pub words: String,
}

/// The passages that a pattern finds in a text.
pub(super) fn places(pattern: &Pattern, text: &Segments) -> Vec<Range> {
    let Ok(matcher) = Matcher::new(std::slice::from_ref(pattern)) else { return Vec::new() };
    let mut found = Vec::new();
    matcher.scan(text, &mut found);
    found.into_iter().map(|m| (m.start, m.end)).collect()
}

/// What comes nearest to a pattern in a text.
pub(super) fn nearest(pattern: &Pattern, text: &Segments, language: Language) -> Option<Nearby> {
    let mut leaves = Vec::new();
    leaves_of(pattern, &mut leaves);
    let words: Vec<(Range, String)> =
        text.words().iter().take(WORDS).map(|&range| (range, slice(text.text(), range).to_lowercase())).collect();
    let mut best: Option<Nearby> = None;
    for leaf in leaves {
        // A part of a combination may be there by itself; it is not what is missing.
        if !places(leaf, text).is_empty() {
            continue;
        }
        let wanted = words_of(leaf);
        let language = if let Pattern::Stem { language, .. } = leaf { *language } else { language };
        // Of an expression, only another form of one of its words tells anything.
        let found = match leaf {
            Pattern::Regex { .. } => {
                let other = |want: &String| near(std::slice::from_ref(want), &words, language);
                let form = |(how, _): &(How, Range)| *how == How::SameStem;
                wanted.iter().filter(|want| want.chars().count() >= SHORTEST).filter_map(other).find(form)
            }
            _ => near(&wanted, &words, language),
        };
        let Some((how, range)) = found else { continue };
        if best.as_ref().is_none_or(|best| how < best.how) {
            best = Some(Nearby { leaf: leaf.clone(), how, range, words: slice(text.text(), range).to_string() });
        }
    }
    best
}

/// The parts of a pattern that look for words; an exception looks for nothing.
fn leaves_of<'p>(pattern: &'p Pattern, leaves: &mut Vec<&'p Pattern>) {
    match pattern {
        Pattern::Or(parts) => parts.iter().for_each(|part| leaves_of(part, leaves)),
        Pattern::Except(a, _) => leaves_of(a, leaves),
        Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b) | Pattern::Overlaps(a, b) => {
            leaves_of(a, leaves);
            leaves_of(b, leaves);
        }
        leaf => leaves.push(leaf),
    }
}

/// The words that a leaf looks for, in lower case, without stars; of an expression, its runs of letters.
fn words_of(leaf: &Pattern) -> Vec<String> {
    let text = match leaf {
        Pattern::Phrase(text) | Pattern::Substring(text) | Pattern::Stem { text, .. } => text.replace('*', ""),
        Pattern::Regex { pattern, .. } => without_escapes(pattern),
        _ => String::new(),
    };
    let parted = text.split(|c: char| !c.is_alphanumeric());
    parted.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn without_escapes(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
            out.push(' ');
        } else {
            out.push(c);
        }
    }
    out
}

fn near(wanted: &[String], words: &[(Range, String)], language: Language) -> Option<(How, Range)> {
    let long = |word: &&String| word.chars().count() >= TELLING;
    match wanted {
        [] => None,
        [only] => words.iter().filter_map(|(range, word)| Some((alike(only, word, language)?, *range))).min(),
        _ => {
            let find = |want: &String| words.iter().position(|(_, word)| is_form(want, word, language));
            let found: Vec<usize> = wanted.iter().filter_map(find).collect();
            let (first, last) = (*found.iter().min()?, *found.iter().max()?);
            if found.len() == wanted.len() && last - first < wanted.len() + APART {
                return Some((How::Apart, (words[first].0.0, words[last].0.1)));
            }
            // Words that are too short to tell anything do not count.
            let told = wanted.iter().filter(long).find_map(find).filter(|_| wanted.len() <= 2 * found.len())?;
            Some((How::Some(wanted.len() - found.len()), words[told].0))
        }
    }
}

fn is_form(wanted: &str, word: &str, language: Language) -> bool {
    wanted == word || matches!(alike(wanted, word, language), Some(How::SameStem))
}

/// How a word of the text is like one that is looked for, if it is.
fn alike(wanted: &str, word: &str, language: Language) -> Option<How> {
    let (length, other) = (wanted.chars().count(), word.chars().count());
    if length < SHORTEST - 1 || other < SHORTEST - 1 {
        return None;
    }
    if wanted != word
        && let Ok(stems) = Stems::parse(wanted, language)
        && stems.first() == stems.stem_of(word)
    {
        return Some(How::SameStem);
    }
    if length < SHORTEST || other < SHORTEST {
        return None;
    }
    // A slip of the pen seldom changes the first letter.
    if wanted.chars().next() == word.chars().next()
        && let Some(letters) = distance(wanted, word, length / 4)
    {
        return Some(How::Spelling(letters));
    }
    let same = wanted.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    (same >= SHORTEST && same + 1 >= length).then_some(How::Begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<(How, String)> {
        let near = nearest(&Pattern::Phrase(pattern.into()), &Segments::new(text), Language::English)?;
        Some((near.how, near.words))
    }

    #[test]
    fn other_forms_come_before_what_is_spelled_alike() {
        assert_eq!(found("share", "We stare while sharing."), Some((How::SameStem, "sharing".into())));
        assert_eq!(found("colour*", "The color of it"), Some((How::Spelling(1), "color".into())));
        assert_eq!(found("space", "A spacious room"), Some((How::Begins, "spacious".into())));
        assert_eq!(found("space", "A room of one's own"), None);
    }

    #[test]
    fn some_of_several_words_come_near() {
        assert_eq!(found("shared office", "an office to be shared"), Some((How::Apart, "office to be shared".into())));
        assert_eq!(found("shared office", "our offices"), Some((How::Some(1), "offices".into())));
        assert_eq!(found("out there", "over there"), None);
    }
}
