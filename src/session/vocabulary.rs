//! The words of all messages, to say what is near to a word that is not among them.
//!
//! Words are runs of letters and digits of the folded text, so what phrases hold for equal is equal here. It takes one
//! pass over the texts, and is made only where some pattern found nothing.

use crate::diagnostic::suggest;
use crate::text::fold::Folded;
use crate::text::letter::is_word;
use rustc_hash::FxHashMap;

/// How many words are named as near.
pub(super) const NEAR: usize = 3;
/// Words that stand at most so far apart count as standing together.
pub(super) const TOGETHER: usize = 5;

/// Every word and how often it stands.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: Vec<Word>,
    ids: FxHashMap<Box<str>, u32>,
    /// The words in order of spelling.
    order: Vec<u32>,
}

/// A word of the messages.
pub(super) struct Word {
    /// Folded.
    pub text: Box<str>,
    /// How often it stands.
    pub count: u32,
    length: usize,
    /// A bit for each letter: words that differ in few letters differ in few bits.
    letters: u64,
}

/// The words of a folded text, in order.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

fn letters(word: &str) -> u64 {
    word.chars().fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

impl Vocabulary {
    /// The words of these texts.
    pub fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for text in texts {
            for word in words(&Folded::new(text).text) {
                match vocabulary.ids.get(word) {
                    Some(&id) => vocabulary.words[id as usize].count += 1,
                    None => {
                        vocabulary.ids.insert(word.into(), vocabulary.words.len() as u32);
                        let (length, letters) = (word.chars().count(), letters(word));
                        vocabulary.words.push(Word { text: word.into(), count: 1, length, letters });
                    }
                }
            }
        }
        vocabulary.order = (0..vocabulary.words.len() as u32).collect();
        vocabulary
            .order
            .sort_unstable_by(|&a, &b| vocabulary.words[a as usize].text.cmp(&vocabulary.words[b as usize].text));
        vocabulary
    }

    /// The words that begin so, by spelling.
    fn beginning<'a>(&'a self, text: &str) -> impl Iterator<Item = (u32, &'a Word)> {
        let text = text.to_owned();
        let from = self.order.partition_point(|&id| &*self.words[id as usize].text < text.as_str());
        let words = self.order[from..].iter().map(|&id| (id, &self.words[id as usize]));
        words.take_while(move |(_, word)| word.text.starts_with(text.as_str()))
    }

    /// The words that begin so and go on, the most frequent first.
    pub fn starting(&self, text: &str) -> Vec<&Word> {
        sorted(self.beginning(text).filter(|(_, w)| w.text.len() > text.len()).map(|(_, w)| (0, w)).collect())
    }

    /// The words of which a word, or the beginning of words where `*` ends it, is probably a misspelling: another
    /// letter within, not at its end, where words only bend. Short words are near to too many others; of them only
    /// letters that have changed places count.
    pub fn meant_by(&self, written: &str) -> Vec<&Word> {
        let begins = written.ends_with('*');
        let core = written.trim_end_matches('*');
        let length = core.chars().count();
        let Some(first) = core.chars().next().filter(|_| length >= 5 && !core.contains('*')) else { return Vec::new() };
        let limit = if length < 10 { 1 } else { 2 };
        let bits = letters(core);
        let near = self.beginning(&core[..first.len_utf8()]).filter_map(|(_, w)| {
            if w.count < 2 || w.length + limit < length || !begins && w.length > length + limit {
                return None;
            }
            // Letters that the word lacks altogether; more than the limit cannot be made up for.
            if (bits & !w.letters).count_ones() as usize > limit {
                return None;
            }
            let ends: &[usize] = if begins { &[length, length + 1, length - 1] } else { &[usize::MAX] };
            let best = ends.iter().filter_map(|&end| {
                let start: String = w.text.chars().take(end).collect();
                let shared = core.chars().zip(start.chars()).take_while(|(a, b)| a == b).count();
                let swapped = swapped(core, &start);
                let bends = shared + 2 >= length.max(start.chars().count());
                if !swapped && (bends || length < if begins { 7 } else { 6 }) {
                    return None;
                }
                suggest::distance(core, &start, limit).filter(|&distance| distance > 0)
            });
            best.min().map(|distance| (distance, w))
        });
        sorted(near.collect())
    }

    /// The numbers of the words that a word of a phrase finds; `*` stands for any letters.
    pub fn found_by(&self, written: &str) -> Vec<u32> {
        if !written.contains('*') {
            return self.ids.get(written).copied().into_iter().collect();
        }
        let parts: Vec<&str> = written.split('*').collect();
        self.beginning(parts[0]).filter(|(_, word)| fits(&word.text, &parts)).map(|(id, _)| id).collect()
    }

    /// The number of a word.
    pub fn id(&self, word: &str) -> Option<u32> {
        self.ids.get(word).copied()
    }

    /// The words that hold a text, the most frequent first.
    pub fn holding(&self, text: &str) -> Vec<&Word> {
        let held = self.words.iter().filter(|w| w.text.len() > text.len() && w.text.contains(text));
        sorted(held.map(|word| (0, word)).collect())
    }

    /// The words that are nearly spelled so, or are probably another form of the same word; the nearest first.
    pub fn near(&self, word: &str) -> Vec<&Word> {
        let (length, bits) = (word.chars().count(), letters(word));
        let limit = match length {
            0..=3 => return Vec::new(),
            4..=6 => 1,
            _ => 2,
        };
        let near = self.words.iter().filter_map(|w| {
            let close = w.length.abs_diff(length) <= limit && (w.letters ^ bits).count_ones() as usize <= 2 * limit;
            let distance = if close { suggest::distance(word, &w.text, limit) } else { None };
            Some((distance.or_else(|| same_stem(word, length, w).then_some(limit + 1))?, w))
        });
        let mut near: Vec<(usize, &Word)> = near.collect();
        near.retain(|(distance, _)| *distance > 0);
        sorted(near)
    }
}

/// The first in order of distance, then of frequency, then of spelling.
fn sorted(mut found: Vec<(usize, &Word)>) -> Vec<&Word> {
    found.sort_by(|(a, x), (b, y)| a.cmp(b).then(y.count.cmp(&x.count)).then(x.text.cmp(&y.text)));
    found.into_iter().map(|(_, word)| word).collect()
}

/// True where two words share all but their endings.
fn same_stem(word: &str, length: usize, other: &Word) -> bool {
    let shared = word.chars().zip(other.text.chars()).take_while(|(a, b)| a == b).count();
    shared >= 4 && shared + 3 >= length && shared + 3 >= other.length
}

/// True where two words differ by two letters that have changed places.
fn swapped(a: &str, b: &str) -> bool {
    let differ: Vec<(char, char)> = a.chars().zip(b.chars()).filter(|(x, y)| x != y).collect();
    a.chars().count() == b.chars().count() && matches!(differ[..], [(p, q), (r, s)] if p == s && q == r)
}

/// True where a word consists of these parts, with any letters between them.
fn fits(word: &str, parts: &[&str]) -> bool {
    let [first, middle @ .., last] = parts else { return parts.first().is_some_and(|only| *only == word) };
    let Some(mut rest) = word.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The words of a phrase as they are looked for among those of the messages.
pub(super) fn phrase_words(phrase: &str) -> Vec<String> {
    let folded = Folded::new(phrase).text.into_owned();
    folded.split(|c| !is_word(c) && c != '*').filter(|w| w.chars().any(is_word)).map(str::to_owned).collect()
}

/// How often the words of a phrase stand together otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Together {
    /// The messages that have all of them.
    pub messages: usize,
    /// Those where two neighbours of the phrase stand at most [`TOGETHER`] words apart, in either order.
    pub near: usize,
}

/// Counts, for each phrase, the messages that have all its words; `phrases` holds the numbers of what each word finds.
pub(super) fn together<'a>(
    vocabulary: &Vocabulary,
    phrases: &[Vec<Vec<u32>>],
    texts: impl Iterator<Item = &'a str>,
) -> Vec<Together> {
    let mut wanted: FxHashMap<u32, Vec<(usize, usize)>> = FxHashMap::default();
    for (phrase, words) in phrases.iter().enumerate() {
        for (slot, ids) in words.iter().enumerate() {
            ids.iter().for_each(|&id| wanted.entry(id).or_default().push((phrase, slot)));
        }
    }
    let mut counts = vec![Together::default(); phrases.len()];
    let mut places: Vec<Vec<Vec<usize>>> = phrases.iter().map(|words| vec![Vec::new(); words.len()]).collect();
    for text in texts {
        let mut touched: Vec<usize> = Vec::new();
        for (at, word) in words(&Folded::new(text).text).enumerate() {
            let Some(slots) = vocabulary.id(word).and_then(|id| wanted.get(&id)) else { continue };
            for &(phrase, slot) in slots {
                places[phrase][slot].push(at);
                touched.push(phrase);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for phrase in touched {
            let slots = &mut places[phrase];
            if slots.iter().all(|slot| !slot.is_empty()) {
                counts[phrase].messages += 1;
                counts[phrase].near += usize::from(slots.windows(2).all(|pair| close(&pair[0], &pair[1])));
            }
            slots.iter_mut().for_each(Vec::clear);
        }
    }
    counts
}

/// True where a place of one is near a place of the other; both in order.
fn close(a: &[usize], b: &[usize]) -> bool {
    a.iter().any(|&x| {
        let from = b.partition_point(|&y| y + TOGETHER + 1 < x);
        b[from..].iter().find(|&&y| y != x).is_some_and(|&y| y.abs_diff(x) <= TOGETHER + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(texts: &[&str], word: &str) -> Vec<String> {
        let vocabulary = Vocabulary::new(texts.iter().copied());
        vocabulary.near(word).iter().map(|w| format!("{} {}", w.text, w.count)).collect()
    }

    #[test]
    fn near_words_are_misspelt_or_of_the_same_stem() {
        let texts = ["The price, a PRICE", "prize prices pricing", "rice"];
        assert_eq!(near(&texts, "pirce"), ["price 2"]);
        assert_eq!(near(&texts, "pricey"), ["price 2", "prices 1", "pricing 1"]);
        assert_eq!(near(&texts, "the"), [""; 0]);
    }

    #[test]
    fn a_letter_within_is_a_misspelling_and_an_ending_is_none() {
        let texts = ["price network collaboration accept rice"; 2];
        let vocabulary = Vocabulary::new(texts.into_iter());
        let meant = |word: &str| vocabulary.meant_by(word).iter().map(|w| w.text.to_string()).collect::<Vec<_>>();
        assert_eq!(meant("pirce"), ["price"]);
        assert_eq!(meant("colabor*"), ["collaboration"]);
        assert_eq!(meant("netwrok"), ["network"]);
        for other in ["prices", "networks", "access", "dice", "priced*"] {
            assert_eq!(meant(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn stars_find_words_as_phrases_do() {
        let vocabulary = Vocabulary::new(["shared sharing coworking café"].into_iter());
        let found = |written: &str| vocabulary.found_by(written).len();
        assert_eq!([found("shar*"), found("*work*"), found("s*d"), found("café"), found("share")], [2, 1, 1, 1, 0]);
    }

    #[test]
    fn words_stand_together_in_any_order() {
        let texts = ["out we hang", "hang a b c d e f g out", "hang"];
        let vocabulary = Vocabulary::new(texts.into_iter());
        let phrase = vec![vocabulary.found_by("hang*"), vocabulary.found_by("out")];
        let counts = together(&vocabulary, &[phrase], texts.into_iter());
        assert_eq!(counts, [Together { messages: 2, near: 1 }]);
    }
}
