//! Why an example is not found, or a counter-example is: the pattern that finds it, the `unless` that takes it away, the
//! condition that does not hold, or the word in it that is nearest to one that is looked for.

use super::Study;
use super::answers::Attempt;
use super::funnel::{Ground, shortened};
use super::pattern_words::quoted;
use super::patterns::Part;
use super::test::Trial;
use super::vocabulary::phrase_words;
use crate::base::{Pool, Value};
use crate::check::program::{ConceptId, Condition, ConditionKind, Place, PlaceKind};
use crate::diagnostic::{Diagnostic, suggest};
use crate::text::{Matcher, Pattern};

/// So many patterns are marked.
const SHOWN: usize = 2;

impl Study {
    /// The warning about a counter-example, with what finds it.
    pub(super) fn found_by(
        &self,
        id: ConceptId,
        text: &str,
        message: Value,
        trial: &Trial,
        told: Diagnostic,
    ) -> Diagnostic {
        let mut found = Vec::new();
        for part in self.parts_of_concept(id) {
            let Ok(matcher) = Matcher::new(std::slice::from_ref(part.pattern)) else { continue };
            if let (Some(first), true) = (matcher.find(text).first(), part.alone) {
                let (start, end) = (first.start as usize, first.end as usize);
                let passage: String = text.chars().skip(start).take(end.saturating_sub(start)).collect();
                found.push((self.written_at(&part), quoted(part.pattern), passage));
            }
        }
        let Some((_, pattern, passage)) = found.first() else { return self.found_through(id, message, trial, told) };
        let help = format!(
            "`{}` finds `{}` in it: make that narrower, add an `unless`, or mend the counter-example",
            shortened(pattern),
            shortened(passage)
        );
        let told = told.help(help);
        found
            .iter()
            .take(SHOWN)
            .fold(told, |told, (at, _, passage)| told.label(*at, format!("this finds `{}`", shortened(passage))))
    }

    /// The codes by which a counter-example is found.
    fn found_through(&self, id: ConceptId, message: Value, trial: &Trial, told: Diagnostic) -> Diagnostic {
        let mut named = Vec::new();
        let concept = self.program.concept(id);
        concept.matches.iter().for_each(|m| codes_of_place(&m.place, &mut named));
        concept.when.iter().for_each(|body| codes_of(&body.condition, &mut named));
        let holds = |code: &ConceptId| {
            trial.lowered.has(&self.program, *code).is_some_and(|has| trial.db.find(has, &[message]).is_some())
        };
        match named.into_iter().find(holds) {
            Some(code) => {
                let name = &self.program.concept(code).name;
                told.help(format!(
                    "it holds because `{name}` does: mend that one, add an `unless` here, or mend the counter-example"
                ))
            }
            None => told,
        }
    }

    /// The warning about an example that is not found, with what comes nearest.
    pub(super) fn missed_by(
        &self,
        id: ConceptId,
        text: &str,
        message: Value,
        trial: &Trial,
        pool: &mut Pool,
        told: Diagnostic,
    ) -> Diagnostic {
        let concept = self.program.concept(id);
        let Some(relation) = self.program.kind(concept.kind).relation else { return told };
        let ground = Ground {
            program: &self.program,
            lowered: &trial.lowered,
            db: &trial.db,
            texts: &trial.texts,
            sources: &self.sources,
        };
        let (attempts, _) = ground.attempts(pool, relation, &[Some(message), Some(concept.value)]);
        if let Some(against) = attempts.iter().find_map(|a| a.against.as_ref()) {
            let condition = shortened(&against.condition);
            return told.help(format!(
                "its `{condition}` in line {} takes it away: narrow that, or mend the example",
                against.place.line
            ));
        }
        // What is met in part comes nearer than a word that is spelled alike.
        let met = |a: &&Attempt| a.checks.iter().filter(|c| c.met == Some(true)).count();
        let nearest = attempts.iter().rev().max_by_key(met);
        let lacks = nearest.and_then(|a| Some((met(&a) > 0, a.checks.iter().find(|c| c.met != Some(true))?)));
        if let Some((true, check)) = lacks {
            let condition = shortened(&check.condition);
            return told.help(format!(
                "all but `{condition}` in line {} is there: widen that, or mend the example",
                check.place.line
            ));
        }
        if let Some((word, looked_for)) = self.nearly(id, text) {
            return told.help(format!(
                "it says `{word}`, and the pattern `{looked_for}` does not find that: write `{looked_for} or \"{word}\"`, \
                 or mend the example"
            ));
        }
        match lacks {
            Some((_, check)) if attempts.len() == 1 => told.help(format!(
                "nothing in it is found by `{}` in line {}: widen that, or mend the example",
                shortened(&check.condition),
                check.place.line
            )),
            _ => told,
        }
    }

    /// A word of a text that is nearly one that the concept looks for, and that pattern.
    fn nearly(&self, id: ConceptId, text: &str) -> Option<(String, String)> {
        let words = phrase_words(text);
        self.parts_of_concept(id).iter().find_map(|part| {
            let Pattern::Phrase(phrase) = part.pattern else { return None };
            let core = phrase.trim_matches('*');
            if core.chars().count() < 4 || core.contains(char::is_whitespace) {
                return None;
            }
            let near = suggest::nearest(core, words.iter().map(String::as_str))?;
            Some((near.to_string(), quoted(part.pattern)))
        })
    }

    fn parts_of_concept(&self, id: ConceptId) -> Vec<Part<'_>> {
        let concept = self.program.concept(id);
        let mut parts = Vec::new();
        concept.matches.iter().for_each(|m| self.parts_of_place(&m.place, true, &mut parts));
        concept.when.iter().for_each(|body| self.parts_of_condition(&body.condition, &mut parts));
        parts
    }
}

fn codes_of(condition: &Condition, named: &mut Vec<ConceptId>) {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().for_each(|part| codes_of(part, named));
        }
        ConditionKind::Holds(id) => named.push(*id),
        ConditionKind::Place(place) => codes_of_place(place, named),
        _ => {}
    }
}

fn codes_of_place(place: &Place, named: &mut Vec<ConceptId>) {
    match &place.kind {
        PlaceKind::Pattern(_) => {}
        PlaceKind::Code(id) => named.push(*id),
        PlaceKind::Or(parts) => parts.iter().for_each(|part| codes_of_place(part, named)),
        PlaceKind::Both(_, a, b) => {
            codes_of_place(a, named);
            codes_of_place(b, named);
        }
        PlaceKind::Except(a, _) => codes_of_place(a, named),
    }
}
