//! The passage of a text that comes nearest to a pattern which does not find anything in it: one that an exception leaves
//! out, a word of the same stem, one that is spelled nearly so, or several words that stand apart. Less than that is most
//! often chance, and a reader who is shown it trusts nothing else.

use super::negation::{is_negated, is_opposite};
use crate::diagnostic::suggest::distance;
use crate::session::narrow::places;
use crate::session::pattern_words::quoted;
use crate::text::stem::Stems;
use crate::text::{Language, Pattern, Range, Segments, slice};

/// So many words of a long text are compared.
const WORDS: usize = 5_000;
/// A shorter word is no sign of anything.
const SHORTEST: usize = 4;
/// A shorter word that is spelled alike is most often another word.
const SPELLED: usize = 5;
/// So many words apart, the words of a phrase have nothing to do with each other.
const APART: usize = 8;

/// How near a passage comes, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// It is there, but an exception leaves it out.
    LeftOut,
    /// Another form of the same word.
    SameStem,
    /// Spelled nearly so; by so many letters.
    Spelling(usize),
    /// All the words are there, but apart from each other.
    Apart,
    /// It goes on where the word that is looked for ends.
    Begins,
}

/// A passage that comes near.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Nearby {
    /// The part of the pattern that it comes near to.
    pub leaf: Pattern,
    pub how: How,
    pub range: Range,
    pub words: String,
    /// The word that denies it: `not`.
    pub negated: Option<String>,
}

/// What comes nearest to a pattern in a text.
pub(super) fn nearest(pattern: &Pattern, text: &Segments, language: Language) -> Option<Nearby> {
    let mut leaves = Vec::new();
    leaves_of(pattern, &mut leaves);
    let words: Vec<(Range, String)> =
        text.words().iter().take(WORDS).map(|&range| (range, slice(text.text(), range).to_lowercase())).collect();
    let mut best: Option<Nearby> = None;
    for leaf in leaves {
        if let Pattern::Except(found, _) = leaf {
            if let Some(&range) = places(found, text).first().filter(|_| places(leaf, text).is_empty()) {
                let words = slice(text.text(), range).to_string();
                return Some(Nearby { leaf: leaf.clone(), how: How::LeftOut, range, words, negated: None });
            }
            continue;
        }
        // A part of a combination may be there by itself; it is not what is missing.
        if !places(leaf, text).is_empty() {
            continue;
        }
        let wanted = words_of(leaf);
        let language = if let Pattern::Stem { language, .. } = leaf { *language } else { language };
        // Of an expression that combines words, one of them alone tells nothing.
        if matches!(leaf, Pattern::Regex { .. }) && wanted.len() > 1 {
            continue;
        }
        let deny = |range: Range| is_negated(range, &words, &wanted, text);
        let Some((how, range, negated)) = near(&wanted, &words, language, &deny) else { continue };
        // What is denied comes near in its letters, and is the contrary in its sense.
        if best.as_ref().is_none_or(|best| (negated.is_some(), how) < (best.negated.is_some(), best.how)) {
            let words = slice(text.text(), range).to_string();
            best = Some(Nearby { leaf: leaf.clone(), how, range, words, negated });
        }
    }
    best
}

/// The parts of a pattern that look for words, and those that leave some out; an exception itself looks for nothing.
fn leaves_of<'p>(pattern: &'p Pattern, leaves: &mut Vec<&'p Pattern>) {
    match pattern {
        Pattern::Or(parts) => parts.iter().for_each(|part| leaves_of(part, leaves)),
        Pattern::Except(a, _) => {
            leaves.push(pattern);
            leaves_of(a, leaves);
        }
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

fn near(
    wanted: &[String],
    words: &[(Range, String)],
    language: Language,
    deny: &dyn Fn(Range) -> Option<String>,
) -> Option<(How, Range, Option<String>)> {
    match wanted {
        [] => None,
        [only] => {
            let alike = words.iter().filter_map(|(range, word)| Some((alike(only, word, language)?, *range)));
            let judged = alike.map(|(how, range)| (how, range, deny(range)));
            judged.min_by_key(|(how, range, denied)| (denied.is_some(), *how, *range))
        }
        _ => {
            let find = |want: &String| words.iter().position(|(_, word)| is_form(want, word, language));
            let found: Vec<usize> = wanted.iter().filter_map(find).collect();
            let (first, last) = (*found.iter().min()?, *found.iter().max()?);
            let together = found.len() == wanted.len() && last - first < wanted.len() + APART;
            let range = (words[first].0.0, words[last].0.1);
            together.then(|| (How::Apart, range, deny(range)))
        }
    }
}

fn is_form(wanted: &str, word: &str, language: Language) -> bool {
    wanted == word || matches!(alike(wanted, word, language), Some(How::SameStem))
}

/// How a word of the text is like one that is looked for, if it is.
fn alike(wanted: &str, word: &str, language: Language) -> Option<How> {
    let (length, other) = (wanted.chars().count(), word.chars().count());
    if length < SHORTEST - 1 || other < SHORTEST - 1 || is_opposite(wanted, word) {
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
    if length >= SPELLED
        && wanted.chars().next() == word.chars().next()
        && let Some(letters) = distance(wanted, word, 1)
    {
        return Some(How::Spelling(letters));
    }
    let same = wanted.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    (same > SHORTEST && same == length).then_some(How::Begins)
}

/// A part of a combination that is there by itself.
pub(super) fn part_of(pattern: &Pattern, text: &Segments) -> Option<Nearby> {
    match pattern {
        Pattern::Or(parts) => parts.iter().find_map(|part| part_of(part, text)),
        Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b) => {
            let (a, b) = (places(a, text), places(b, text));
            let (&first, &second) = (a.first()?, b.first()?);
            let range = (first.0.min(second.0), first.1.max(second.1));
            let words = slice(text.text(), range).to_string();
            Some(Nearby { leaf: pattern.clone(), how: How::Apart, range, words, negated: None })
        }
        _ => None,
    }
}

/// How near something comes, in words.
pub(super) fn told(near: &Nearby) -> String {
    let (leaf, words) = (quoted(&near.leaf), &near.words);
    let text = match near.how {
        How::LeftOut => match &near.leaf {
            Pattern::Except(_, left_out) => format!("`{words}` is there, but `{}` leaves it out", quoted(left_out)),
            _ => format!("`{words}` is there, but is left out"),
        },
        How::SameStem => format!("nearest is `{words}`, another form of the word that `{leaf}` looks for"),
        How::Spelling(_) => format!("nearest is `{words}`, which is spelled nearly like `{leaf}`"),
        How::Begins => format!("nearest is `{words}`, which begins like `{leaf}`"),
        How::Apart => format!("nearest: all words of `{leaf}` are there, but not one after the other"),
    };
    match &near.negated {
        Some(by) if near.how == How::Apart => format!("{text}, and `{by}` stands among them"),
        Some(by) => format!("{text}; but `{by}` stands before it"),
        None => text,
    }
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
        assert_eq!(found("price", "A pricelist"), Some((How::Begins, "pricelist".into())));
        for (pattern, text) in [
            ("space", "A room of one's own"),
            ("desk", "a hard disk"),
            ("overhear", "going overseas"),
            ("price", "It is priceless"),
        ] {
            assert_eq!(found(pattern, text), None);
        }
    }

    #[test]
    fn all_of_several_words_come_near() {
        assert_eq!(found("shared office", "an office to be shared"), Some((How::Apart, "office to be shared".into())));
        assert_eq!(found("shared office", "our offices"), None);
    }

    #[test]
    fn what_is_denied_comes_last_and_is_told_apart() {
        let near = |pattern: &str, text: &str| {
            let near = nearest(&Pattern::Phrase(pattern.into()), &Segments::new(text), Language::English)?;
            Some((near.words, near.negated))
        };
        let denied = |words: &str, by: &str| Some((words.to_string(), Some(by.to_string())));
        assert_eq!(near("share", "We are not sharing it."), denied("sharing", "not"));
        assert_eq!(near("share", "They never really shared it."), denied("shared", "never"));
        assert_eq!(near("share", "We don't want to be sharing."), denied("sharing", "don't"));
        assert_eq!(near("price high", "The price is not high."), denied("price is not high", "not"));
        assert_eq!(near("share", "We are not sharing it. They shared it."), Some(("shared".into(), None)));
        assert_eq!(near("share", "No. Sharing is fun."), Some(("Sharing".into(), None)));
        assert_eq!(near("not share", "not, we said, shared"), Some(("not, we said, shared".into(), None)));
    }

    #[test]
    fn what_an_exception_leaves_out_is_nearest() {
        let phrase = |text: &str| Pattern::Phrase(text.into());
        let hub = Pattern::Except(phrase("hub").into(), phrase("cycling hub").into());
        let pattern = Pattern::Or(vec![phrase("hubs"), hub]);
        let near = nearest(&pattern, &Segments::new("The cycling hub"), Language::English).expect("it is there");
        assert_eq!((near.how, near.words.as_str()), (How::LeftOut, "hub"));
    }
}
