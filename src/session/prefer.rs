//! Which of several reasons a reader is shown first. A researcher who picks a quotation takes the one that says it
//! plainly: not denied beside the word, in one sentence, in more than a bare `would`. All of that is looked up in words of
//! the study's language, and weighed against how long the reason is.

use super::phrases::{Book, Lists};
use super::show::View;
use crate::base::Value;
use crate::ir::core::{RelationId, RuleId};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{Grounds, Preference};
use crate::text::segment::{overlaps, slice};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// What a fact or absence more weighs.
const STEP: u64 = 8;
/// A word that denies or turns round, beside the passage.
const DENIED: u64 = 40;
/// A passage that only wishes, such as `would`.
const BARE: u64 = 12;
/// Each word that a passage has less than [`LONG`].
const SHORT: u64 = 2;
/// The same words for a second thing.
const SAME: u64 = 12;
/// So many words make a passage as good as longer ones.
const LONG: usize = 4;
/// Each sentence after the first: more than a bare passage, less than one that is denied.
const SENTENCE: u64 = 15;
/// So many words before a passage may deny it.
const BEFORE: usize = 3;
/// Of one reason, so many passages are weighed, and so many of all reasons are counted.
const WEIGHED: usize = 64;

/// A passage: its message and the characters.
type Passage = (Value, (u32, u32));

/// Weighs reasons, and remembers on which passages they rest.
pub(super) struct Taste<'a> {
    view: View<'a>,
    lists: Lists,
    weighed: FxHashMap<(RelationId, u32), Option<(Passage, u64)>>,
    passages: FxHashSet<Passage>,
}

impl<'a> Taste<'a> {
    pub fn new(view: View<'a>) -> Taste<'a> {
        let lists = Book::lists(view.program.study.language);
        Taste { view, lists, weighed: FxHashMap::default(), passages: FxHashSet::default() }
    }

    /// What is thought of a reason: the least weight comes first, and one of each way before others of it.
    pub fn weigh(&mut self, grounds: Grounds<'_>) -> Preference {
        let mut weight = grounds.more.saturating_mul(STEP);
        let (mut sentences, mut found): (Vec<(Value, u32)>, Vec<Passage>) = (Vec::new(), Vec::new());
        let mut hasher = FxHasher::default();
        let way = grounds.rules.iter().find_map(|&rule| self.way(rule));
        way.hash(&mut hasher);
        for &(relation, row) in grounds.facts.iter().take(WEIGHED) {
            let Some((passage, own)) = self.passage(relation, row) else { continue };
            weight = weight.saturating_add(own);
            self.passages.insert(passage);
            if way.is_none() {
                passage.hash(&mut hasher);
            }
            if let Some(segments) = self.view.texts.corpus.segments(passage.0) {
                let (start, end) = passage.1;
                sentences
                    .extend([(start, start), (end.max(1) - 1, end)].map(|c| (passage.0, segments.sentence_of(c).0)));
            }
            if found.iter().any(|&(message, range)| message == passage.0 && overlaps(range, passage.1)) {
                weight = weight.saturating_add(SAME);
            }
            found.push(passage);
        }
        sentences.sort_unstable();
        sentences.dedup();
        weight = weight.saturating_add(SENTENCE * (sentences.len() as u64).saturating_sub(1));
        Preference { weight, way: hasher.finish() }
    }

    /// How many different passages the reasons rest on; those that overlap are one.
    pub fn passages(&self) -> usize {
        let mut all: Vec<Passage> = self.passages.iter().copied().collect();
        all.sort_unstable();
        let mut number = 0;
        let mut last: Option<Passage> = None;
        for (message, range) in all {
            last = match last {
                Some((same, before)) if same == message && overlaps(before, range) => {
                    Some((message, (before.0, before.1.max(range.1))))
                }
                _ => {
                    number += 1;
                    Some((message, range))
                }
            };
        }
        number
    }

    /// The way that an author wrote of which a rule is one.
    fn way(&self, rule: RuleId) -> Option<OriginKind> {
        let kind = self.view.lowered.origin(self.view.lowered.core.rule_origins[rule.0 as usize]).kind;
        matches!(kind, OriginKind::Holds(..) | OriginKind::When(..) | OriginKind::Rule(_)).then_some(kind)
    }

    fn passage(&mut self, relation: RelationId, row: u32) -> Option<(Passage, u64)> {
        if let Some(&known) = self.weighed.get(&(relation, row)) {
            return known;
        }
        let found = self.weighed_passage(relation, row);
        self.weighed.insert((relation, row), found);
        found
    }

    fn weighed_passage(&self, relation: RelationId, row: u32) -> Option<(Passage, u64)> {
        let Role::Match(_) = self.view.lowered.role(relation) else { return None };
        let quote = self.view.db.row(relation, row).get(1).copied()?;
        let (message, range) = self.view.pool.as_quote(quote)?;
        let range = range?;
        let segments = self.view.texts.corpus.segments(message)?;
        let words = segments.words();
        let first = words.partition_point(|word| word.1 <= range.0);
        let end = words.partition_point(|word| word.0 < range.1).max(first);
        let sentence = segments.sentence_of(range);
        let word = |at: usize| slice(segments.text(), words[at]).to_lowercase();
        let inside = |at: &usize| sentence.0 <= words[*at].0 && words[*at].1 <= sentence.1;
        let mut before = (first.saturating_sub(BEFORE)..first).rev().filter(inside);
        let beside = before.clone().next().into_iter().chain((end..words.len()).next().filter(inside));
        let denies = |at: usize| {
            let word = word(at);
            self.lists.denying.contains(&word.as_str()) || self.lists.endings.iter().any(|end| word.ends_with(end))
        };
        let mut weight = 0;
        if before.any(denies) || beside.clone().any(|at| denies(at) || self.lists.turning.contains(&word(at).as_str()))
        {
            weight += DENIED;
        }
        if (first..end).all(|at| self.lists.wishing.contains(&word(at).as_str())) {
            weight += BARE;
        }
        weight += SHORT * (LONG.saturating_sub(end - first)) as u64;
        Some(((message, range), weight))
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Memory;
    use crate::session::{Options, Study, Why};

    /// The passage that the first reason quotes.
    fn quoted(language: &str, text: &str) -> String {
        let rules = format!(
            "study \"Rooms\"\n  language {language}\ninput message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\"\n\
             code room \"A room\"\n  matches \"hall\" or \"room\" or \"a room\" or \"would\" or \"wish for\"\n"
        );
        let table = format!("id,text\nm1,\"{text}\"\n");
        let files = Memory::default().with("study.hence", rules.as_str()).with("messages.csv", table.as_str());
        let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
        let Why::Explained { explanations, .. } = study.why("code(m1, room)") else { panic!("it holds") };
        let leaf = &explanations[0].root.because[0];
        leaf.quote.as_ref().map(|quote| quote.quote.clone()).expect("a passage")
    }

    #[test]
    fn a_plain_passage_comes_before_one_that_is_denied_bare_or_short() {
        assert_eq!(quoted("english", "It is not a hall. There is one room."), "room");
        assert_eq!(quoted("english", "We don't have the hall, the room yes"), "room");
        assert_eq!(quoted("english", "It would do: a hall"), "hall");
        assert_eq!(quoted("english", "This hall and a room"), "a room");
        assert_eq!(quoted("english", "They would, and we wish for it"), "wish for");
        // Where all is denied, something is shown all the same.
        assert_eq!(quoted("english", "no hall"), "hall");
        // The words are those of the study's language.
        assert_eq!(quoted("german", "It is not hall. There is one room."), "hall");
    }

    #[test]
    fn one_sentence_comes_before_two() {
        let rules = "study \"Rooms\"\ninput message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\"\n\
             code hall \"A hall\"\n  matches \"the large hall here\" or \"hall\"\ncode asks \"Asks\"\n  matches \"would\" or \"we do want it\"\n\
             theme asked \"Asked for\"\n  when hall and asks\n";
        let table = "id,text\nm1,\"There is the large hall here. A hall would do.\"\n";
        let files = Memory::default().with("study.hence", rules).with("messages.csv", table);
        let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
        let Why::Explained { explanations, .. } = study.why("theme(m1, asked)") else { panic!("it holds") };
        let codes = &explanations[0].root.because;
        let found: Vec<&str> = codes
            .iter()
            .flat_map(|code| &code.because)
            .filter_map(|leaf| leaf.quote.as_ref())
            .map(|quote| &*quote.quote)
            .collect();
        assert_eq!(found, ["hall", "would"], "of the second sentence both");
    }
}
