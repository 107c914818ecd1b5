//! The passage of a text that comes nearest to a pattern which does not find anything in it: another form of a word, a
//! compound with it, one that is spelled nearly so, several words that stand apart, or one that an exception leaves out.
//! Less than that is most often chance, and a reader who is shown it trusts nothing else.

use super::lexicon::{Alike, Lexicon, is_form};
use super::negation::is_negated;
use super::told::ruled_out;
use crate::text::{Language, Pattern, Range, Segments, slice};

/// So many words of a long text are compared.
pub(super) const WORDS: usize = 5_000;
/// So many words apart, the words of a phrase have nothing to do with each other.
const APART: usize = 8;

/// How near a passage comes, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// It is there, but an exception leaves it out.
    LeftOut,
    /// Another form of the same word.
    SameStem,
    /// Spelled nearly so.
    Spelling,
    /// A compound that begins with the word that is looked for.
    Begins,
    /// All the words are there, but apart from each other.
    Apart,
    /// A word that other messages with the code have.
    Telling,
}

/// A passage that comes near.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Nearby {
    /// The part of the pattern that it comes near to.
    pub leaf: Pattern,
    pub how: How,
    pub range: Range,
    pub words: String,
    pub against: Against,
}

/// What speaks against a passage that comes near.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Against {
    /// The word that denies it: `not`.
    pub denied: Option<String>,
    /// Why an exception would leave it out though it were looked for, in words.
    pub ruled_out: Option<String>,
}

impl Against {
    /// True where something does.
    pub fn is_any(&self) -> bool {
        self.denied.is_some() || self.ruled_out.is_some()
    }
}

/// What comes nearest to a pattern in a text.
pub(super) fn nearest(pattern: &Pattern, text: &Segments, lexicon: &Lexicon) -> Option<Nearby> {
    let mut leaves = Vec::new();
    leaves_of(pattern, text, lexicon, &[], &mut leaves);
    let words: Vec<(Range, String)> =
        text.words().iter().take(WORDS).map(|&range| (range, slice(text.text(), range).to_lowercase())).collect();
    let mut best: Option<Nearby> = None;
    for (leaf, exceptions) in leaves {
        if let Pattern::Except(found, _) = leaf {
            let is_out = |_: &&Range| lexicon.places(leaf, text).is_empty();
            if let Some(&range) = lexicon.places(found, text).first().filter(is_out) {
                let words = slice(text.text(), range).to_string();
                let against = Against::default();
                return Some(Nearby { leaf: leaf.clone(), how: How::LeftOut, range, words, against });
            }
            continue;
        }
        let wanted = words_of(leaf);
        let language = if let Pattern::Stem { language, .. } = leaf { *language } else { lexicon.language };
        // Of an expression that combines words, one of them alone tells nothing.
        if matches!(leaf, Pattern::Regex { .. }) && wanted.len() > 1 {
            continue;
        }
        let deny = |range: Range| Against {
            denied: is_negated(range, &words, &wanted, text),
            ruled_out: exceptions.iter().find_map(|exception| ruled_out(exception, range, text, lexicon)),
        };
        let near = match &wanted[..] {
            [] => None,
            [only] => of_word(only, &words, (lexicon, language), &deny),
            _ => of_phrase(&wanted, &words, text, (lexicon, language), &deny),
        };
        let Some((how, range, against)) = near else { continue };
        // A part of a combination may be there by itself; it is not what is missing.
        if !lexicon.places(leaf, text).is_empty() {
            continue;
        }
        // What is denied comes near in its letters, and is the contrary in its sense.
        if best.as_ref().is_none_or(|best| (against.is_any(), how) < (best.against.is_any(), best.how)) {
            let words = slice(text.text(), range).to_string();
            best = Some(Nearby { leaf: leaf.clone(), how, range, words, against });
        }
    }
    best
}

/// A part of a pattern, and what is left out of all that it finds.
type Leaf<'p> = (&'p Pattern, Vec<&'p Pattern>);

/// The parts of a pattern that look for words, and those that leave some out; an exception itself looks for nothing. Of a
/// combination a side counts where the other is there: alone it is too common to tell anything, or it would not be one.
fn leaves_of<'p>(
    pattern: &'p Pattern,
    text: &Segments,
    lexicon: &Lexicon,
    exceptions: &[&'p Pattern],
    leaves: &mut Vec<Leaf<'p>>,
) {
    match pattern {
        Pattern::Or(parts) => parts.iter().for_each(|part| leaves_of(part, text, lexicon, exceptions, leaves)),
        Pattern::Except(a, exception) => {
            leaves.push((pattern, exceptions.to_vec()));
            let all: Vec<&Pattern> = exceptions.iter().copied().chain([&**exception]).collect();
            leaves_of(a, text, lexicon, &all, leaves);
        }
        Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b) | Pattern::Overlaps(a, b) => {
            match (lexicon.places(a, text).is_empty(), lexicon.places(b, text).is_empty()) {
                (true, false) => leaves_of(a, text, lexicon, exceptions, leaves),
                (false, true) => leaves_of(b, text, lexicon, exceptions, leaves),
                _ => {}
            }
        }
        leaf => leaves.push((leaf, exceptions.to_vec())),
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

/// How near something comes, where it stands, and what speaks against it.
type Found = (How, Range, Against);

/// The word that is likest to one that is looked for.
fn of_word(
    wanted: &str,
    words: &[(Range, String)],
    (lexicon, language): (&Lexicon, Language),
    deny: &dyn Fn(Range) -> Against,
) -> Option<Found> {
    if lexicon.is_grammar(wanted) {
        return None;
    }
    let alike = words.iter().filter_map(|(range, word)| Some((lexicon.alike(wanted, word, language)?, *range)));
    let judged = alike.map(|(alike, range)| {
        let how = match alike {
            Alike::Form => How::SameStem,
            Alike::Spelling => How::Spelling,
            Alike::Compound => How::Begins,
        };
        (how, range, deny(range))
    });
    judged.min_by_key(|(how, range, against)| (against.is_any(), *how, *range))
}

/// The words of a phrase in other forms, one after the other; or those of them that carry its matter, at least two, shortly
/// after each other in one sentence. That "next" and "a" both stand somewhere tells nothing of "next to a".
fn of_phrase(
    wanted: &[String],
    words: &[(Range, String)],
    text: &Segments,
    (lexicon, language): (&Lexicon, Language),
    deny: &dyn Fn(Range) -> Against,
) -> Option<Found> {
    let fits = |want: &String, word: &String| want == word || is_form(want, word, language);
    let grammar: Vec<bool> = wanted.iter().map(|word| lexicon.is_grammar(word)).collect();
    let matter: Vec<&String> = wanted.iter().zip(&grammar).filter(|(_, is)| !**is).map(|(word, _)| word).collect();
    let first = *matter.first()?;
    let in_order = words.windows(wanted.len()).find(|window| {
        let mut pairs = wanted.iter().zip(&grammar).zip(*window);
        pairs.all(|((want, grammar), (_, word))| if *grammar { want == word } else { fits(want, word) })
    });
    if let Some(window) = in_order {
        let range = (window[0].0.0, window[window.len() - 1].0.1);
        return Some((How::SameStem, range, deny(range)));
    }
    if matter.len() < 2 {
        return None;
    }
    let positions = |want: &String| -> Vec<usize> {
        words.iter().zip(0..).filter(|((_, word), _)| fits(want, word)).map(|(_, at)| at).collect()
    };
    let others: Vec<Vec<usize>> = matter[1..].iter().map(|want| positions(want)).collect();
    let spread = |at: usize| -> Option<(usize, usize)> {
        let nearest = others.iter().map(|other| other.iter().copied().min_by_key(|other| other.abs_diff(at)));
        let all: Vec<usize> = nearest.chain([Some(at)]).collect::<Option<_>>()?;
        Some((*all.iter().min()?, *all.iter().max()?))
    };
    let (from, to) = positions(first).into_iter().filter_map(spread).min_by_key(|(from, to)| to - from)?;
    let range = (words[from].0.0, words[to].0.1);
    let sentence = text.sentence_of((range.0, words[from].0.1));
    let together = to - from < wanted.len() + APART && range.1 <= sentence.1;
    together.then(|| (How::Apart, range, deny(range)))
}

impl Nearby {
    /// True where its words are worth looking for in other messages: they are the wanted ones in other forms, with nothing
    /// between them but words of grammar.
    pub fn makes_a_pattern(&self, lexicon: &Lexicon, longest: usize) -> bool {
        // What an exception leaves out is meant to be left out, and a word of an expression would find too much.
        if self.how == How::LeftOut || self.against.is_any() || matches!(self.leaf, Pattern::Regex { .. }) {
            return false;
        }
        let words: Vec<String> = self.words.split_whitespace().map(str::to_lowercase).collect();
        let wanted = words_of(&self.leaf);
        let of_the_phrase = |word: &str| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            lexicon.is_grammar(word) || wanted.iter().any(|want| want == word || is_form(want, word, lexicon.language))
        };
        !self.words.contains('\n')
            && words.len() <= longest
            && words.iter().any(|word| !lexicon.is_grammar(word))
            && (self.how != How::Apart || words.iter().all(|word| of_the_phrase(word)))
    }
}

/// A part of a combination that is there by itself.
pub(super) fn part_of(pattern: &Pattern, text: &Segments, lexicon: &Lexicon) -> Option<Nearby> {
    match pattern {
        Pattern::Or(parts) => parts.iter().find_map(|part| part_of(part, text, lexicon)),
        Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b) => {
            let (a, b) = (lexicon.places(a, text), lexicon.places(b, text));
            let (&first, &second) = (a.first()?, b.first()?);
            let range = (first.0.min(second.0), first.1.max(second.1));
            let words = slice(text.text(), range).to_string();
            Some(Nearby { leaf: pattern.clone(), how: How::Apart, range, words, against: Against::default() })
        }
        _ => None,
    }
}

/// The side of a combination that is there where the other is not, if it is more than words of grammar.
pub(super) fn side_of(pattern: &Pattern, text: &Segments, lexicon: &Lexicon) -> Option<Range> {
    match pattern {
        Pattern::Or(parts) => parts.iter().find_map(|part| side_of(part, text, lexicon)),
        Pattern::Except(a, _) => side_of(a, text, lexicon),
        Pattern::Near(a, b, _) | Pattern::Before(a, b, _) | Pattern::InSame(_, a, b) => {
            let there = match (lexicon.places(a, text), lexicon.places(b, text)) {
                (there, other) | (other, there) if other.is_empty() && !there.is_empty() => there,
                _ => return None,
            };
            there.into_iter().find(|&range| lexicon.tells(slice(text.text(), range)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let program = crate::check::program::Program::default();
        Lexicon::of(&program, Language::English)
    }

    fn found(pattern: &str, text: &str) -> Option<(How, String)> {
        let near = nearest(&Pattern::Phrase(pattern.into()), &Segments::new(text), &lexicon())?;
        Some((near.how, near.words))
    }

    #[test]
    fn other_forms_come_before_what_is_spelled_alike() {
        assert_eq!(found("share", "We stare while sharing."), Some((How::SameStem, "sharing".into())));
        assert_eq!(found("colour*", "The color of it"), Some((How::Spelling, "color".into())));
        for (pattern, text) in [
            ("space", "A room of one's own"),
            ("desk", "a hard disk"),
            ("overhear", "going overseas"),
            ("price", "It is priceless"),
            ("plays", "every firm pays"),
        ] {
            assert_eq!(found(pattern, text), None);
        }
    }

    #[test]
    fn all_of_several_words_come_near() {
        assert_eq!(found("shared office", "an office to be shared"), Some((How::Apart, "office to be shared".into())));
        assert_eq!(found("shared office", "our offices"), None);
        assert_eq!(found("shared office", "It is shared. The office is here."), None);
        assert_eq!(found("share a", "We are sharing a room"), Some((How::SameStem, "sharing a".into())));
        assert_eq!(found("next to a", "There is a unit going next to our studio"), None);
    }

    #[test]
    fn of_a_combination_a_side_counts_where_the_other_is_there() {
        let phrase = |text: &str| Pattern::Phrase(text.into()).into();
        let pattern = Pattern::Near(phrase("meeting"), phrase("designers"), 5);
        let near = |text: &str| nearest(&pattern, &Segments::new(text), &lexicon()).map(|near| near.words);
        assert_eq!(near("A designer of ships"), None);
        assert_eq!(near("Meeting a designer"), Some("designer".into()));
    }

    #[test]
    fn what_stands_between_by_chance_makes_no_pattern() {
        let near = |pattern: &str, text: &str| {
            let near = nearest(&Pattern::Phrase(pattern.into()), &Segments::new(text), &lexicon())?;
            Some(near.makes_a_pattern(&lexicon(), 6))
        };
        assert_eq!(near("shared office", "an office to be shared"), Some(true));
        assert_eq!(near("shared office", "an office of makers shared"), Some(false));
        assert_eq!(near("share", "we shared it"), Some(true));
    }

    #[test]
    fn what_is_denied_comes_last_and_is_told_apart() {
        let near = |pattern: &str, text: &str| {
            let near = nearest(&Pattern::Phrase(pattern.into()), &Segments::new(text), &lexicon())?;
            Some((near.words, near.against.denied))
        };
        let denied = |words: &str, by: &str| Some((words.to_string(), Some(by.to_string())));
        assert_eq!(near("share", "We are not sharing it."), denied("sharing", "not"));
        assert_eq!(near("share", "They never really shared it."), denied("shared", "never"));
        assert_eq!(near("share", "We don't want to be sharing."), denied("sharing", "don't"));
        assert_eq!(near("price high", "The price is not high."), denied("price is not high", "not"));
        assert_eq!(near("share", "We are not sharing it. They shared it."), Some(("shared".into(), None)));
        assert_eq!(near("share", "No. Sharing is fun."), Some(("Sharing".into(), None)));
        assert_eq!(near("not share", "They have not shared it."), Some(("not shared".into(), None)));
        assert_eq!(near("not share", "not, we said, shared"), None);
    }

    #[test]
    fn what_an_exception_leaves_out_is_nearest() {
        let phrase = |text: &str| Pattern::Phrase(text.into());
        let hub = Pattern::Except(phrase("hub").into(), phrase("cycling hub").into());
        let pattern = Pattern::Or(vec![phrase("hubs"), hub]);
        let near = nearest(&pattern, &Segments::new("The cycling hub"), &lexicon()).expect("it is there");
        assert_eq!((near.how, near.words.as_str()), (How::LeftOut, "hub"));
    }

    #[test]
    fn what_an_exception_would_leave_out_comes_last_and_is_told_apart() {
        let phrase = |text: &str| Pattern::Phrase(text.into());
        let file = Pattern::Near(phrase("export*").into(), phrase("file").into(), 6);
        let pattern = Pattern::Except(phrase("exporting").into(), file.into());
        let near = |text: &str| {
            let near = nearest(&pattern, &Segments::new(text), &lexicon()).expect("a word is near");
            (near.words.clone(), near.against.ruled_out.is_some(), near.makes_a_pattern(&lexicon(), 6))
        };
        assert_eq!(near("We export tools."), ("export".into(), false, true));
        assert_eq!(near("We export a file."), ("export".into(), true, false));
        let far = "We exported that file. Later on we did nothing of the kind and would export tools.";
        assert_eq!(near(far), ("export".into(), false, true));
    }
}
