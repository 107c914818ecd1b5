//! Decisions of reviewers, as the templates draw them. `decisions.js` draws them beside each conclusion.

use super::Html;
use super::names::encoded;
use crate::base::hash::digest;
use crate::data::reviews::Verdict;
use crate::session::page::model::{ConceptShown, DecisionShown, Stands};
use crate::session::review::word;

impl Html<'_> {
    /// `3 accepted, 1 disputed; 1 of them stale`; empty where nobody decided on a message of it.
    pub(super) fn reviewed(&self, concept: &ConceptShown) -> String {
        let here = |one: &&DecisionShown| {
            let on = |s: &Stands| match s {
                Stands::Message { concept: id, .. } | Stands::Subject { concept: id, .. } => *id == concept.id,
                Stands::Inference(_) | Stands::Row(_) => false,
            };
            // What is said of an absence is not said of what the concept holds.
            one.reviewed.counts && one.reviewed.decision.absent.is_none() && one.stands.as_ref().is_some_and(on)
        };
        let all: Vec<&DecisionShown> = self.page.decisions.iter().filter(here).collect();
        let count = |verdict: Verdict| all.iter().filter(|d| d.reviewed.decision.verdict == verdict).count();
        let counted = [Verdict::Accepted, Verdict::Disputed, Verdict::Discuss]
            .map(|verdict| (count(verdict), word(verdict)))
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{n} {word}"))
            .collect::<Vec<_>>()
            .join(", ");
        let stale = all.iter().filter(|d| d.compared && d.reviewed.standing.is_stale()).count();
        if stale == 0 { counted } else { format!("{counted}; {stale} of them stale") }
    }

    /// Where a conclusion stands in the page on which somebody decided: its address, and what it says for people.
    pub(super) fn decided(&self, decision: &DecisionShown) -> Option<(String, String)> {
        let (address, label) = self.address(decision)?;
        Some((address, decision.reviewed.denied.clone().unwrap_or(label)))
    }

    fn address(&self, decision: &DecisionShown) -> Option<(String, String)> {
        let at = |concept: &str, id: &str| {
            let label = &self.by_id.get(concept)?.label;
            let address = format!("why:{}:{}", encoded(concept, "."), encoded(id, ""));
            Some((address, format!("{id}: {label}")))
        };
        match decision.stands.as_ref()? {
            Stands::Message { concept, message } => at(concept, self.page.messages.ids.get(*message as usize)?),
            Stands::Subject { concept, subject } => {
                at(concept, self.by_id.get(concept.as_str())?.subjects.get(*subject as usize)?)
            }
            Stands::Row(says) => Some((format!("fact:{}", encoded(&decision.reviewed.fact, "")), says.clone())),
            Stands::Inference(id) => {
                let i = &self.page.inferences.iter().find(|i| i.id == *id)?.inference;
                Some((id.clone(), format!("{} leads to {}", i.theme_label, i.concept_label)))
            }
        }
    }

    /// The digest of a message, of which a decision keeps which text was read.
    pub(super) fn digest_of(&self, message: &u32) -> String {
        self.page.messages.texts.get(*message as usize).map_or_else(String::new, |text| digest(text))
    }

    pub(super) fn word(&self, decision: &DecisionShown) -> &'static str {
        word(decision.reviewed.decision.verdict)
    }

    /// Why a decision is stale, where it is.
    pub(super) fn stale(&self, decision: &DecisionShown) -> Option<&'static str> {
        decision.reviewed.standing.words().filter(|_| decision.compared)
    }
}
