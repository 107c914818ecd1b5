//! Explanations for a page: every inference of the study, and conclusions on messages up to a budget, spread evenly over
//! the concepts so that each has some. What is beyond it is told by the clauses that find it.

use super::messages::Numbered;
use super::model::{ConceptShown, InferenceShown, ProofOf, ProofStep, Proofs};
use crate::check::program::ConceptId;
use crate::session::explain::Explaining;
use crate::session::explanation::{CitationShown, QuoteShown, Step, StepKind};
use crate::session::reasons::explain_all;
use crate::session::show::View;
use rustc_hash::FxHashMap;

/// So many conclusions on messages are explained in full.
pub const BUDGET: usize = 2000;
/// So many steps all explanations may have together.
const STEPS: usize = 60_000;
/// From so many messages on explanations are dear, and fewer are given.
const MANY: usize = 20_000;
/// So many are given then.
const FEW: usize = 300;

/// Explains inferences and conclusions. `ids` are those of the concepts, in the same order.
pub(super) fn proofs(
    view: View<'_>,
    numbered: &Numbered,
    concepts: &[ConceptShown],
    ids: &[ConceptId],
    inferences: &mut [InferenceShown],
) -> Proofs {
    let by_text: FxHashMap<&str, u32> = numbered.messages.ids.iter().map(String::as_str).zip(0..).collect();
    let mut flat = Flat { by_text, steps: Vec::new(), known: FxHashMap::default() };
    let mut explaining = Explaining::with_ids(view);
    let mut number = 0;
    for map in &view.program.maps {
        for &to in &map.to {
            let relation = view.lowered.stimulates(map.theme, to);
            if let Some(relation) = relation.filter(|&r| !view.db.relation(r).is_empty())
                && let Some(shown) = inferences.get_mut(number)
                && let Some(found) = explain_all(&mut explaining, relation, 0, 1)
            {
                shown.fact.clone_from(&found.root.fact);
                shown.proof = Some((flat.add(&found.root), found.root.id.clone()));
            }
            number += 1;
        }
    }
    let mut out = Proofs { conclusions: concepts.iter().map(|c| c.members.len()).sum(), ..Proofs::default() };
    let values: FxHashMap<u32, crate::base::Value> = numbered.number.iter().map(|(&v, &n)| (n, v)).collect();
    let mut left = if numbered.messages.ids.len() > MANY { FEW } else { BUDGET };
    let mut of: Vec<Vec<ProofOf>> = vec![Vec::new(); concepts.len()];
    // One of each concept after the other, themes first.
    let mut order: Vec<usize> = (0..concepts.len()).filter(|&i| !concepts[i].members.is_empty()).collect();
    order.sort_by_key(|&i| concepts[i].kind != "theme");
    let longest = order.iter().map(|&i| concepts[i].members.len()).max().unwrap_or_default();
    'all: for round in 0..longest {
        for &i in &order {
            let Some(&message) = concepts[i].members.get(round) else { continue };
            if left == 0 || flat.steps.len() > STEPS {
                break 'all;
            }
            let Some(relation) = view.lowered.has(view.program, ids[i]) else { continue };
            let Some(row) = values.get(&message).and_then(|&v| view.db.find(relation, &[v])) else { continue };
            if let Some(found) = explain_all(&mut explaining, relation, row, 1) {
                of[i].push((message, flat.add(&found.root), found.root.id));
                left -= 1;
            }
        }
    }
    out.of = concepts.iter().zip(of).filter(|(_, o)| !o.is_empty()).map(|(c, o)| (c.id.clone(), o)).collect();
    out.steps = flat.steps;
    out
}

/// Steps in a list, each once: what two explanations have in common they share.
struct Flat<'a> {
    by_text: FxHashMap<&'a str, u32>,
    steps: Vec<ProofStep>,
    known: FxHashMap<ProofStep, u32>,
}

impl Flat<'_> {
    /// Adds a step and those under it, and gives its place. Explanations are nested only so deep as their maker allows.
    fn add(&mut self, step: &Step) -> u32 {
        let because = step.because.iter().map(|s| self.add(s)).collect();
        let quote = step.quote.as_ref().and_then(|q| self.quote(q));
        let step = ProofStep {
            statement: step.statement.clone(),
            fact: step.fact.clone(),
            kind: if step.kind == StepKind::Derived { "" } else { step.kind.name() },
            rule: step.rule.clone(),
            place: step.place.as_ref().map(|p| format!("{}:{}", p.file, p.line)),
            reasons: step.reasons.iter().map(|r| (r.text.clone(), r.citations.iter().map(cite).collect())).collect(),
            cites: step.citations.iter().map(cite).collect(),
            quote,
            because,
            more: step.more,
        };
        if let Some(&known) = self.known.get(&step) {
            return known;
        }
        let place = self.steps.len() as u32;
        self.known.insert(step.clone(), place);
        self.steps.push(step);
        place
    }

    fn quote(&self, quote: &QuoteShown) -> Option<(u32, u32, u32)> {
        let message = *self.by_text.get(quote.message.as_str())?;
        let (start, end) = quote.range.unwrap_or((0, 0));
        Some((message, start, end))
    }
}

fn cite(citation: &CitationShown) -> (String, Option<String>) {
    (citation.key.clone(), citation.at.clone())
}
