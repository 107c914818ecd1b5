//! A word that tells a code where no pattern of it comes near: one that stands in several messages which have the code,
//! and seldom in the others. The codings of people teach a codebook so which words it lacks; a word that no other message
//! with the code has is a guess, and is not offered.

use super::fix::{Fix, READ};
use super::fixes::Mender;
use super::keywords::of_table;
use super::negation::is_negated;
use super::passage::{Against, How, Nearby};
use crate::base::Value;
use crate::check::program::{ConceptId, PlaceKind};
use crate::text::{Pattern, Range, Segments, slice};
use rustc_hash::{FxHashMap, FxHashSet};

/// A shorter word is most often one of grammar.
const SHORTEST: usize = 5;
/// So many messages with the code must have the word.
const LEAST: usize = 3;
/// The word is so many times as frequent where the code is.
const TIMES: usize = 4;
/// So many times as many messages with the code have it as others: an everyday word is no evidence.
const LIFT: usize = 2;
/// At most one message in so many has it in all.
const SELDOM: usize = 10;
/// So many messages of each sort are read.
const READ_OTHERS: usize = 3_000;

impl Mender<'_, '_> {
    /// The most telling word of a message for a code: its sentence coded so, and the word in the last of the code's own
    /// patterns.
    pub(super) fn telling(&self, id: ConceptId, message: Value) -> Vec<Fix> {
        self.telling_word(id, message).unwrap_or_default()
    }

    fn telling_word(&self, id: ConceptId, message: Value) -> Option<Vec<Fix>> {
        let base = self.inquiry.base();
        let text = base.texts.corpus.segments(message)?;
        let (pattern, leaf, at) = base.program.concept(id).matches.iter().rev().find_map(|matches| {
            let PlaceKind::Pattern(id) = &matches.place.kind else { return None };
            let pattern = &base.program.pattern(*id).pattern;
            Some((pattern, last_leaf(pattern)?, matches.place.at))
        })?;
        let words: Vec<(Range, String)> =
            text.words().iter().map(|&range| (range, slice(text.text(), range).to_lowercase())).collect();
        let mut counts: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
        for (range, word) in &words {
            let letters = word.chars().all(char::is_alphabetic) && word.chars().count() >= SHORTEST;
            if letters && !self.inquiry.lexicon.is_grammar(word) && is_negated(*range, &words, &[], text).is_none() {
                counts.insert(word, (0, 0));
            }
        }
        let has = base.lowered.has(base.program, id)?;
        let having: Vec<Value> =
            base.db.relation(has).rows().take(READ_OTHERS).filter_map(|row| row.first().copied()).collect();
        let mut count = |text: &Segments, there: bool| {
            let found: FxHashSet<String> =
                text.words().iter().map(|&range| slice(text.text(), range).to_lowercase()).collect();
            for (word, (with, without)) in &mut counts {
                if found.contains(*word) {
                    *(if there { &mut *with } else { &mut *without }) += 1;
                }
            }
        };
        having.iter().filter_map(|&m| base.texts.corpus.segments(m)).for_each(|text| count(text, true));
        let (mut others, is_other) = (0, |m: &Value| *m != message && base.db.find(has, &[*m]).is_none());
        for (_, text) in base.texts.corpus.iter().filter(|(m, _)| is_other(m)).take(READ_OTHERS) {
            count(text, false);
            others += 1;
            if self.inquiry.stop.stopped().is_some() {
                return None;
            }
        }
        // How often in as many messages of each sort.
        let telling = |&(with, without): &(usize, usize)| {
            // The message that is asked about has the word, too, and has not the code.
            let (without, all) = (without + 1, with + without + 1);
            let few = (having.len() + others + 1) / SELDOM;
            with >= LEAST
                && with >= LIFT * without
                && all <= few.max(LEAST + 2)
                && with * others > TIMES * without * having.len().max(1)
        };
        let share = |&(with, without): &(usize, usize)| with * 1_000 / (without + 1);
        let (word, (with_it, without)) = counts
            .iter()
            .filter(|(_, counts)| telling(counts))
            .max_by_key(|(word, counts)| (share(counts), std::cmp::Reverse(**word)))
            .map(|(word, counts)| (word.to_string(), *counts))?;
        let (range, _) = words.iter().find(|(_, known)| *known == word)?;
        let near =
            Nearby { leaf: leaf.clone(), how: How::Telling, range: *range, words: word, against: Against::default() };
        let others = match (others < READ_OTHERS, without) {
            (true, 0) => "no other".to_string(),
            (true, 1) => "1 other that has not".to_string(),
            (true, _) => format!("{without} others that have not"),
            (false, _) => format!("{without} of {others} others"),
        };
        let stands = format!("stands in {with_it} messages that have the code and in {others}");
        let coding = self.coding(id, message, Some((text.sentence_of(*range), *range))).map(|mut step| {
            step.weight = READ;
            step.shown.text += &format!(": `{}` {stands}", near.words);
            step
        });
        let pattern = match of_table(base.program, pattern, at) {
            Some(concept) => self.keyword(concept, at, &near),
            None => self.with_word(pattern, at, &near),
        };
        let pattern = pattern.map(|mut step| {
            step.shown.text += &format!(", which {stands}");
            step
        });
        Some(coding.into_iter().chain(pattern).map(Fix::of).collect())
    }
}

/// The last part of a pattern that looks for words by itself.
fn last_leaf(pattern: &Pattern) -> Option<&Pattern> {
    match pattern {
        Pattern::Or(parts) => parts.iter().rev().find_map(last_leaf),
        Pattern::Phrase(_) | Pattern::Substring(_) | Pattern::Stem { .. } => Some(pattern),
        _ => None,
    }
}
