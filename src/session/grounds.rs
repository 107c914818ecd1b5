//! What the leaves of an explanation say: passages in their sentences, and what was looked for and is not there.

use super::explain::Explainer;
use super::explanation::{Step, StepKind};
use super::phrases::Phrase;
use crate::base::cut::between_words;
use crate::base::{Location, Value};
use crate::check::program::{Body, ConceptId, ConditionKind, Place, PlaceKind};
use crate::ir::core;
use crate::ir::origin::Role;
use crate::proof::Node;
use rustc_hash::FxHashSet;

/// So many characters of a passage or pattern are shown in a sentence.
const PASSAGE: usize = 60;

impl Explainer<'_, '_> {
    /// A passage that a pattern found, with the part of the pattern that found it.
    pub(super) fn quote_step(&mut self, node: &Node, at: Option<Location>) -> Step {
        let view = self.view;
        let quote = node.values.get(1).copied();
        let message = node.values.first().copied().unwrap_or(Value::NONE);
        let subject = view.pool.show(message);
        let mut step = Step {
            statement: view.say(Phrase::SaysSo, &[("subject", &subject)]),
            kind: StepKind::Quote,
            rule: at.map(|at| view.words(at)),
            place: at.map(|at| view.place(at)),
            quote: quote.and_then(|q| view.quote_shown(q)),
            ..Step::default()
        };
        if let (Role::Match(number), Some(at), Some(segments)) =
            (view.lowered.role(node.relation), at, view.texts.corpus.segments(message))
            && let Some(quote) = quote
            && let Some((_, Some(range))) = view.pool.as_quote(quote)
        {
            let pattern = &view.lowered.patterns[number as usize];
            let narrowed = self.parts.of(view, pattern, at, quote, (segments, range));
            if let Some((a, b)) = narrowed.ends {
                step.quote = view.stretch_shown(message, a, b);
            }
            step.rule = Some(narrowed.words);
            step.place = Some(view.place(narrowed.at));
        }
        if let Some(quote) = step.quote.as_ref().filter(|quote| !quote.quote.is_empty()) {
            let passage = cut(&quote.quote);
            step.statement = view.say(Phrase::Says, &[("subject", &subject), ("passage", &passage)]);
        }
        let said = step.quote.as_ref().map_or(String::new(), |quote| quote.quote.to_lowercase());
        step.by = step.rule.as_ref().map(|rule| match rule.starts_with('/') && rule.chars().count() > PASSAGE {
            true => view.say(Phrase::FoundByExpression, &[]),
            // The words themselves need not be said twice.
            false if rule.to_lowercase() == format!("\"{said}\"") => view.say(Phrase::FoundAsWritten, &[]),
            false => view.say(Phrase::FoundBy, &[("pattern", rule)]),
        });
        step
    }

    /// Something that is not there.
    pub(super) fn absence(&self, relation: core::RelationId, pattern: &[Option<Value>], at: Option<Location>) -> Step {
        let view = self.view;
        let mut step = Step { kind: StepKind::Absence, place: at.map(|at| view.place(at)), ..Step::default() };
        let subject = match pattern.first().copied().flatten() {
            Some(value) => view.in_words(value),
            None => view.say(Phrase::Something, &[]),
        };
        let subject = ("subject", &*subject);
        // Steps are named by what they say, which must not depend on what was said before.
        let words = || match at {
            Some(at) => self.labels.clause(view, at, None),
            None => view.say(Phrase::Something, &[]),
        };
        step.statement = match view.lowered.role(relation) {
            Role::Has(id) => {
                self.meant(id, &mut step);
                view.concept_sentence(subject.1, id, false)
            }
            Role::Blocked(id) => {
                let unless = &view.program.concept(id).unless;
                step.place = unless.first().map(|body| view.place(body.at));
                let clauses: Vec<String> = unless.iter().map(|body| view.words(body.at)).collect();
                step.rule = Some(format!("unless {}", clauses.join(", or unless ")));
                let clauses: Vec<String> = unless.iter().map(|body| self.exception_clause(body)).collect();
                let clauses = clauses.join(&view.say(Phrase::OrUnless, &[]));
                step.by = Some(view.say(Phrase::TheException, &[("words", &clauses)]));
                for id in unless.iter().filter_map(|body| self.exception(body)) {
                    self.meant(id, &mut step);
                }
                match &unless[..] {
                    [only] if self.exception(only).is_some() => {
                        let it = view.say(Phrase::It, &[]);
                        let denial = self.exception(only).map(|id| view.concept_sentence(&it, id, false));
                        let denial = denial.unwrap_or_default();
                        view.say(Phrase::NoException, &[subject, ("denial", &denial)])
                    }
                    _ => {
                        let clauses: Vec<String> =
                            unless.iter().map(|body| self.labels.clause(view, body.at, None)).collect();
                        let clauses = clauses.join(&view.say(Phrase::OrExcept, &[]));
                        view.say(Phrase::NoExceptions, &[subject, ("clauses", &clauses)])
                    }
                }
            }
            Role::Match(_) => {
                let words = words();
                if words.chars().count() <= PASSAGE {
                    view.say(Phrase::NotInTextShort, &[subject, ("words", &words)])
                } else {
                    step.by = Some(view.say(Phrase::WasLookedFor, &[("words", &words)]));
                    step.rule = Some(words);
                    view.say(Phrase::NotInText, &[subject])
                }
            }
            Role::Domain(kind) => {
                let kind = view.program.kind(kind).name.replace('_', " ");
                view.say(Phrase::NotOfKind, &[subject, ("kind", &kind)])
            }
            Role::Declared(id) | Role::Union(id) => view.denial(id, pattern),
            _ => {
                let words = words();
                view.say(Phrase::NotMet, &[("words", &words)])
            }
        };
        step
    }

    /// What a concept means that is not there, so that it is plain what was asked for.
    fn meant(&self, id: ConceptId, step: &mut Step) {
        step.reasons.extend(self.view.program.concept(id).means.iter().map(|said| self.view.said(said)));
    }

    /// `unless "Said with irony" (said_with_irony)`
    fn exception_clause(&self, body: &Body) -> String {
        let clause = self.labels.clause(self.view, body.at, Some(&mut FxHashSet::default()));
        self.view.say(Phrase::Unless, &[("clause", &clause)])
    }

    /// The concept that an exception asks for, where it asks for no more.
    fn exception(&self, body: &Body) -> Option<ConceptId> {
        match &body.condition.kind {
            ConditionKind::Holds(id) => Some(*id),
            ConditionKind::Place(Place { kind: PlaceKind::Code(id), .. }) => Some(*id),
            _ => None,
        }
    }
}

/// A passage, cut where it is long.
pub(super) fn cut(text: &str) -> String {
    cut_to(text, PASSAGE)
}

/// The same, cut where it is longer than that.
pub(super) fn cut_to(text: &str, most: usize) -> String {
    between_words(text, most).map_or_else(|| text.to_string(), |start| format!("{start} …"))
}
