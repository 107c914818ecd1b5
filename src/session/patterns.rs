//! Patterns that match nothing in the messages, or nearly all of them: one message for each concept, or for each table
//! of keywords, with what the messages have instead.
//!
//! Only what is asked for counts: what stands under `not`, `unless` or `except` may well be there in case.

use super::pattern_words::{quoted, written};
use super::vocabulary::{NEAR, TOGETHER, Together, Vocabulary, phrase_words, together};
use super::{Study, library};
use crate::base::Location;
use crate::check::program::{ConceptId, Condition, ConditionKind, Place, PlaceKind, Status};
use crate::data::problem::shown;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::ItemKind;
use crate::text::{Matcher, Pattern};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// How many patterns are named.
const SHOWN: usize = 5;
/// In fewer messages than this, being in nearly all says nothing.
const MANY: usize = 20;
/// A concept of more patterns is a list of forms.
const LIST: usize = 12;
/// So often must the words stand that a `*` would find to be worth a word.
const OFTEN: u32 = 3;
/// Phrases of several words whose words are looked for together; the pass over the messages grows with them.
const PHRASES: usize = 100;
/// Words that stand in nearly every text and say nothing by themselves.
const EMPTY_WORDS: [&str; 24] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that", "the",
    "this", "to", "was", "were", "which", "with",
];

/// A pattern, or a part of one that finds places of its own.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub pattern: &'a Pattern,
    at: Location,
    /// False for a part of a combination, which need set nothing apart by itself.
    pub alone: bool,
}

/// The patterns of a concept, or of a table.
struct Owner<'a> {
    /// `` `cost` ``, or the table.
    name: String,
    table: Option<Location>,
    concept: Option<ConceptId>,
    parts: Vec<Part<'a>>,
}

impl Study {
    /// Reports patterns that match nothing, and patterns that match nearly everything.
    pub(super) fn survey_patterns(&mut self) {
        let found = self.pattern_findings();
        self.diagnostics.extend(found);
    }

    fn pattern_findings(&self) -> Vec<Diagnostic> {
        let total = self.texts.corpus.len();
        if total == 0 || self.found_in.is_empty() {
            return Vec::new();
        }
        let owners = self.pattern_owners();
        let idle: Vec<Vec<Part<'_>>> = owners.iter().map(|owner| self.idle(owner)).collect();
        let texts = || self.texts.corpus.iter().map(|(_, segments)| &**segments.text());
        let vocabulary = if idle.iter().all(Vec::is_empty) { Vocabulary::default() } else { Vocabulary::new(texts()) };
        let mut told = Vec::new();
        for (owner, idle) in owners.iter().zip(idle) {
            // What a codebook has in store for other data is no mistake; what is misspelt is.
            let found = OnceCell::new();
            let (mut shown, rest): (Vec<Part<'_>>, Vec<Part<'_>>) =
                idle.into_iter().partition(|part| is_suspect(part, owner, &vocabulary, &found));
            let (suspect, count) = (!shown.is_empty(), shown.len() + rest.len());
            shown.extend(rest);
            let most = owner.table.is_some() && count * 2 > owner.parts.len();
            if suspect || count > 0 && (most || self.is_idle(owner)) {
                told.push((owner, shown));
            }
        }
        let shown: Vec<Part<'_>> = told.iter().flat_map(|(_, parts)| parts.iter().take(SHOWN).copied()).collect();
        let near = self.near_misses(&shown, &vocabulary);
        let mut diagnostics: Vec<Diagnostic> =
            told.iter().map(|(owner, idle)| self.nothing(owner, idle, &near, total)).collect();
        diagnostics.extend(owners.iter().filter_map(|owner| self.everything(owner, total)));
        diagnostics
    }

    /// True where nothing that an owner asks for finds a place.
    fn is_idle(&self, owner: &Owner<'_>) -> bool {
        let mut alone = owner.parts.iter().filter(|part| part.alone).peekable();
        alone.peek().is_some() && alone.all(|part| self.messages_with(part.pattern) == Some(0))
    }

    /// In how many messages a pattern has a place; none where it is not looked for.
    fn messages_with(&self, pattern: &Pattern) -> Option<usize> {
        let node = self.matcher.as_ref()?.node(pattern)?;
        self.found_in.get(node).map(|&count| count as usize)
    }

    fn pattern_owners(&self) -> Vec<Owner<'_>> {
        let shipped: FxHashSet<&str> = library::modules().filter_map(library::module).map(|(file, _)| file).collect();
        let mut tables: BTreeMap<Location, Owner<'_>> = BTreeMap::new();
        for tree in &self.trees {
            for item in &tree.items {
                if let ItemKind::Concepts(concepts) = &*item.kind {
                    let (at, name) = (item.location(concepts.from.span), format!("`{}`", concepts.from.text));
                    tables.insert(at, Owner { name, table: Some(at), concept: None, parts: Vec::new() });
                }
            }
        }
        let mut owners = Vec::new();
        for (id, concept) in (0..).map(ConceptId).zip(&self.program.concepts) {
            let source = &self.sources.get(concept.at.file).name;
            if concept.status == Status::Retired || concept.withheld || shipped.contains(source.as_str()) {
                continue;
            }
            let name = format!("`{}`", concept.name);
            let mut owner = Owner { name, table: None, concept: Some(id), parts: Vec::new() };
            for matches in &concept.matches {
                let table = tables.get_mut(&matches.place.at);
                self.parts_of_place(&matches.place, true, &mut table.unwrap_or(&mut owner).parts);
            }
            for body in &concept.when {
                self.parts_of_condition(&body.condition, &mut owner.parts);
            }
            owners.push(owner);
        }
        owners.extend(tables.into_values());
        for owner in &mut owners {
            let mut seen: FxHashSet<&Pattern> = FxHashSet::default();
            owner.parts.retain(|part| seen.insert(part.pattern));
        }
        owners
    }

    pub(super) fn parts_of_condition<'a>(&'a self, condition: &Condition, out: &mut Vec<Part<'a>>) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                parts.iter().for_each(|part| self.parts_of_condition(part, out));
            }
            ConditionKind::Has(_, inner) => self.parts_of_condition(inner, out),
            ConditionKind::Place(place) => self.parts_of_place(place, true, out),
            _ => {}
        }
    }

    pub(super) fn parts_of_place<'a>(&'a self, place: &Place, alone: bool, out: &mut Vec<Part<'a>>) {
        match &place.kind {
            PlaceKind::Pattern(id) => {
                let source = self.program.pattern(*id);
                parts_of_pattern(&source.pattern, source.at, alone, out);
            }
            PlaceKind::Code(_) => {}
            PlaceKind::Or(parts) => parts.iter().for_each(|part| self.parts_of_place(part, alone, out)),
            PlaceKind::Both(_, a, b) => {
                self.parts_of_place(a, false, out);
                self.parts_of_place(b, false, out);
            }
            PlaceKind::Except(a, _) => self.parts_of_place(a, alone, out),
        }
    }

    /// The patterns of an owner that match nothing; of a combination without places the parts that are to blame, or
    /// the whole where each part has some.
    fn idle<'a>(&self, owner: &Owner<'a>) -> Vec<Part<'a>> {
        let is_idle = |pattern: &Pattern| self.messages_with(pattern) == Some(0);
        let blames_part = |pattern: &Pattern| match parts(pattern) {
            Some((a, b)) => is_idle(a) || is_idle(b) && !matches!(pattern, Pattern::Except(..)),
            None => false,
        };
        owner.parts.iter().filter(|part| is_idle(part.pattern) && !blames_part(part.pattern)).copied().collect()
    }

    fn nothing(
        &self,
        owner: &Owner<'_>,
        idle: &[Part<'_>],
        near: &FxHashMap<&Pattern, String>,
        total: usize,
    ) -> Diagnostic {
        let (count, of) = (idle.len(), owner.parts.len());
        let mut names: Vec<String> =
            idle.iter().take(SHOWN).map(|part| format!("`{}`", written(part.pattern))).collect();
        if count > SHOWN {
            names.push(format!("and {} more", count - SHOWN));
        }
        let (names, name, word) =
            (names.join(", "), &owner.name, if owner.table.is_some() { "keyword" } else { "pattern" });
        let messages = if total == 1 { "the one message".to_string() } else { format!("the {total} messages") };
        let found_nowhere = || {
            let id = owner.concept.filter(|_| self.is_idle(owner))?;
            let has = self.lowered.has(&self.program, id)?;
            self.db.relation(has).is_empty().then_some(())
        };
        let so = if found_nowhere().is_some() { ", so nothing has it" } else { "" };
        let message = match (count, of) {
            (1, _) => format!("the {word} {names} of {name} matches nothing in {messages}{so}"),
            (n, of) if n == of => {
                format!("none of the {of} {word}s of {name} matches anything in {messages}{so}: {names}")
            }
            (n, of) => format!("{n} of {of} {word}s of {name} match nothing in {messages}: {names}"),
        };
        let told = |part: &Part<'_>| near.get(part.pattern).cloned();
        if let Some(at) = owner.table {
            let near: Vec<String> = idle
                .iter()
                .take(SHOWN)
                .filter_map(|part| Some(format!("for `{}`, {}", written(part.pattern), told(part)?)))
                .collect();
            let help =
                if near.is_empty() { "are they spelled as in the messages?".to_string() } else { near.join("; ") };
            return Diagnostic::at(codes::PATTERN_NOTHING, at, message).help(help);
        }
        if let [only] = idle {
            let help = told(only).unwrap_or_else(|| match only.pattern {
                Pattern::Regex { insensitive: false, .. } => {
                    "a search pattern heeds case: write `i` behind it if case does not matter".to_string()
                }
                _ => "nothing like it stands in the messages: delete it, unless other data will have it".to_string(),
            });
            return Diagnostic::at(codes::PATTERN_NOTHING, self.written_at(only), message).help(help);
        }
        let mut diagnostic = Diagnostic::new(codes::PATTERN_NOTHING, message);
        for part in idle.iter().take(SHOWN) {
            let text = told(part).unwrap_or_else(|| "nothing like it stands there".to_string());
            diagnostic = diagnostic.label(self.written_at(part), text);
        }
        diagnostic.help("correct what is misspelt; what only other data would have may stay, and finds nothing here")
    }

    fn everything(&self, owner: &Owner<'_>, total: usize) -> Option<Diagnostic> {
        if total < MANY {
            return None;
        }
        let common: Vec<(&Part<'_>, usize)> = owner
            .parts
            .iter()
            .filter(|part| part.alone)
            .filter_map(|part| Some((part, self.messages_with(part.pattern)?)))
            .filter(|(part, count)| count * 10 > total * 9 || is_empty_word(part.pattern) && count * 2 > total)
            .collect();
        let (first, count) = common.first()?;
        let what = format!("`{}`", written(first.pattern));
        let message = match common.len() {
            1 => {
                format!("{what} of {} is found in {count} of {total} messages, so it sets hardly any apart", owner.name)
            }
            n => format!(
                "{n} patterns of {} are found in nearly all messages, {what} in {count} of {total}, so they set hardly \
                 any apart",
                owner.name
            ),
        };
        let help =
            "say more of what is meant: a longer phrase, or what it stands near, as in `… near \"…\" within 5 words`";
        let at = owner.table.unwrap_or_else(|| self.written_at(first));
        Some(Diagnostic::at(codes::PATTERN_EVERYTHING, at, message).help(help))
    }

    /// Where a part of a pattern stands.
    pub(super) fn written_at(&self, part: &Part<'_>) -> Location {
        let whole = self.sources.get(part.at.file).slice(part.at.span);
        let form = quoted(part.pattern);
        let Some(start) = whole.find(&form) else { return part.at };
        let start = part.at.span.start + start as u32;
        Location { span: crate::base::Span { start, end: start + form.len() as u32 }, ..part.at }
    }

    /// What the messages have instead, in words.
    fn near_misses<'a>(&self, parts: &[Part<'a>], vocabulary: &Vocabulary) -> FxHashMap<&'a Pattern, String> {
        let texts = || self.texts.corpus.iter().map(|(_, segments)| &**segments.text());
        let mut said: FxHashMap<&Pattern, String> = FxHashMap::default();
        let mut scattered: Vec<(&Pattern, Vec<String>)> = Vec::new();
        let mut phrases: Vec<Vec<Vec<u32>>> = Vec::new();
        for part in parts {
            let text = match part.pattern {
                Pattern::Phrase(text) | Pattern::Substring(text) | Pattern::Stem { text, .. } => text,
                Pattern::Regex { .. } => continue,
                combined => {
                    said.extend(self.apart(combined).map(|words| (combined, words)));
                    continue;
                }
            };
            let words = looked_for(part.pattern, text);
            if let [word] = words.as_slice() {
                said.extend(near_word(vocabulary, word, false).map(|words| (part.pattern, words)));
                continue;
            }
            let found: Vec<Vec<u32>> = words.iter().map(|word| vocabulary.found_by(word)).collect();
            match words.iter().zip(&found).find(|(_, found)| found.is_empty()) {
                Some((word, _)) => {
                    let near = near_word(vocabulary, word, true);
                    let near = near.map_or(String::new(), |near| format!("; {near}"));
                    said.insert(part.pattern, format!("`{word}` stands nowhere{near}"));
                }
                None if scattered.len() < PHRASES && !words.is_empty() => {
                    scattered.push((part.pattern, words));
                    phrases.push(found);
                }
                None => {}
            }
        }
        if !scattered.is_empty() {
            for ((pattern, words), counts) in scattered.iter().zip(together(vocabulary, &phrases, texts())) {
                said.insert(pattern, apart_words(words, counts, &written(pattern)));
            }
        }
        said
    }

    /// Why a combination has no place though its parts have some.
    fn apart(&self, pattern: &Pattern) -> Option<String> {
        let (a, b) = parts(pattern)?;
        let (in_a, in_b) = (self.messages_with(a)?, self.messages_with(b)?);
        let (a, b) = (quoted(a), quoted(b));
        Some(match pattern {
            Pattern::Except(..) => format!("`{a}` stands in {}, and each place is excepted", messages(in_a)),
            _ => format!("`{a}` stands in {}, `{b}` in {in_b}, and never so together", messages(in_a)),
        })
    }
}

/// True where the messages have what a pattern probably means, and its concept does not find that already; `found` is
/// what it finds, made once.
fn is_suspect(part: &Part<'_>, owner: &Owner<'_>, vocabulary: &Vocabulary, found: &OnceCell<Option<Matcher>>) -> bool {
    let (Pattern::Phrase(text) | Pattern::Substring(text) | Pattern::Stem { text, .. }) = part.pattern else {
        return false;
    };
    let words = looked_for(part.pattern, text);
    let meant: Vec<&str> = match words.as_slice() {
        [word] => {
            // A long list of forms has chosen which of them it takes.
            let starting = if word.contains('*') || word.chars().count() < 5 || owner.parts.len() > LIST {
                Vec::new()
            } else {
                vocabulary.starting(word)
            };
            // A few forms of a word may well be left out by intent.
            let often = starting.iter().map(|w| w.count).sum::<u32>() >= OFTEN;
            let starting = starting.into_iter().filter(|_| often);
            starting.chain(vocabulary.meant_by(word)).map(|w| &*w.text).collect()
        }
        _ => {
            let missing = words.iter().filter(|word| vocabulary.found_by(word).is_empty());
            missing.flat_map(|word| vocabulary.meant_by(word)).map(|w| &*w.text).collect()
        }
    };
    !meant.is_empty() && {
        let found = found.get_or_init(|| {
            let known: Vec<Pattern> = owner.parts.iter().map(|part| part.pattern.clone()).collect();
            Matcher::new(&known).ok()
        });
        // To get needles ready is worth it for many texts, and not for some words.
        let is_found = |m: &Matcher, word: &str| (0..m.len()).any(|pattern| m.is_match(pattern, word));
        meant.iter().any(|word| found.as_ref().is_some_and(|m| !is_found(m, word)))
    }
}

/// The words that a pattern looks for. A run of characters is found within words anyway, so it stands for their
/// beginning.
fn looked_for(pattern: &Pattern, text: &str) -> Vec<String> {
    let mut words = phrase_words(text);
    if let (Pattern::Substring(_), Some(last)) = (pattern, words.last_mut()) {
        last.push('*');
    }
    words
}

fn messages(count: usize) -> String {
    if count == 1 { "1 message".to_string() } else { format!("{count} messages") }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_string() } else { format!("{count} times") }
}

/// What the messages have that is near to a word that they do not have.
fn near_word(vocabulary: &Vocabulary, word: &str, in_phrase: bool) -> Option<String> {
    let core = word.split('*').max_by_key(|part| part.len()).unwrap_or(word);
    if core.chars().count() >= 4 && !word.contains('*') {
        let starting = vocabulary.starting(core);
        if starting.len() > 1 {
            let count: u32 = starting.iter().map(|w| w.count).sum();
            let more = if starting.len() > NEAR { ", …" } else { "" };
            let forms: Vec<String> = starting.iter().take(NEAR).map(|w| shown(&w.text)).collect();
            return Some(format!("`{core}*` would find {count}: {}{more}", forms.join(", ")));
        }
        if let Some(first) = starting.first().copied().or_else(|| vocabulary.holding(core).first().copied()) {
            let star = if first.text.starts_with(core) { format!("{core}*") } else { format!("*{core}*") };
            let times = times(first.count);
            return Some(format!("`{core}` stands inside {} {times}: `{star}` would find it", shown(&first.text)));
        }
    }
    let mut near = vocabulary.meant_by(word);
    if near.is_empty() {
        near = vocabulary.near(core);
    }
    if near.is_empty() {
        return None;
    }
    let forms: Vec<String> = near.iter().take(NEAR).map(|w| format!("{} {}", shown(&w.text), times(w.count))).collect();
    let have = if in_phrase { "there is" } else { "the messages have" };
    Some(format!("{have} {}", forms.join(", ")))
}

/// What is said of a phrase whose words are all there, but not so.
fn apart_words(words: &[String], counts: Together, phrase: &str) -> String {
    let separate = listed(phrase);
    match (counts.messages, counts.near, words) {
        (0, ..) if separate.len() > 1 => format!(
            "all of it is one phrase; each way to say it stands in quotation marks of its own: `{}`",
            separate.join(" or ")
        ),
        (0, ..) => "its words stand in the messages, but never all in one".to_string(),
        (_, near, [a, b]) if near > 0 => {
            format!("`\"{a}\" near \"{b}\" within {TOGETHER} words` would find {}", messages(near))
        }
        (all, ..) => format!(
            "{} all its words, but not so together",
            if all == 1 { "1 message has".to_string() } else { format!("{all} messages have") }
        ),
    }
}

/// The parts of `wait or queue` and of `wait, queue, delay`, each as a phrase of its own; one comma is punctuation.
fn listed(phrase: &str) -> Vec<String> {
    let commas = phrase.matches(',').count() > 1;
    let parts = phrase.split(" or ").flat_map(|part| part.split(move |c| commas && c == ','));
    parts.map(str::trim).filter(|part| !part.is_empty()).map(|part| format!("\"{part}\"")).collect()
}

fn parts_of_pattern<'a>(pattern: &'a Pattern, at: Location, alone: bool, out: &mut Vec<Part<'a>>) {
    match pattern {
        Pattern::Or(any) => any.iter().for_each(|part| parts_of_pattern(part, at, alone, out)),
        Pattern::Except(a, _) => {
            if !matches!(**a, Pattern::Or(_)) {
                out.push(Part { pattern, at, alone });
            }
            // What is left of it is asked for, not all of it.
            parts_of_pattern(a, at, alone && matches!(**a, Pattern::Or(_)), out);
        }
        _ => {
            out.push(Part { pattern, at, alone });
            if let Some((a, b)) = parts(pattern) {
                parts_of_pattern(a, at, false, out);
                parts_of_pattern(b, at, false, out);
            }
        }
    }
}

/// The two sides of a combination.
fn parts(pattern: &Pattern) -> Option<(&Pattern, &Pattern)> {
    match pattern {
        Pattern::Near(a, b, _)
        | Pattern::Before(a, b, _)
        | Pattern::InSame(_, a, b)
        | Pattern::Overlaps(a, b)
        | Pattern::Except(a, b) => Some((a, b)),
        _ => None,
    }
}

fn is_empty_word(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::Phrase(text) if EMPTY_WORDS.contains(&text.trim().to_lowercase().as_str()))
}
