//! Explanations for a page: every inference of the study, and conclusions on messages up to a budget, spread evenly over
//! the concepts so that each has some. What is beyond it is told by the clauses that find it.

use super::concepts::subjects_of;
use super::messages::Numbered;
use super::model::{ConceptShown, Explained, InferenceShown, ProofOf, ProofStep, Proofs, RelationShown};
use super::rows::Rows;
use crate::base::Value;
use crate::check::program::ConceptId;
use crate::session::explain::Explaining;
use crate::session::explanation::{CitationShown, Explanation, QuoteShown, Step, StepKind};
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
/// Of each relation so many rows are explained, and in such a study.
const ROWS: (usize, usize) = (25, 5);

/// Explains inferences, conclusions, and the first rows of relations. The ids are those of the concepts, in the same order.
pub(super) fn proofs(
    view: View<'_>,
    numbered: &Numbered,
    (concepts, ids): (&[ConceptShown], &[ConceptId]),
    inferences: &mut [InferenceShown],
    rows: Vec<(RelationShown, Rows)>,
) -> (Proofs, Vec<RelationShown>) {
    let by_text: FxHashMap<&str, u32> = numbered.messages.ids.iter().map(String::as_str).zip(0..).collect();
    let mut flat = Flat { by_text, steps: Vec::new(), known: FxHashMap::default() };
    let mut explaining = Explaining::with_ids(view);
    let many = numbered.messages.ids.len() > MANY;
    let mut number = 0;
    for map in &view.program.maps {
        for &to in &map.to {
            let relation = view.lowered.stimulates(map.theme, to);
            if let Some(relation) = relation.filter(|&r| !view.db.relation(r).is_empty())
                && let Some(shown) = inferences.get_mut(number)
                && let Some(found) = explain_all(&mut explaining, relation, 0, 1)
            {
                shown.fact.clone_from(&found.root.fact);
                shown.proof = Some(flat.explained(found));
            }
            number += 1;
        }
    }
    let mut relations = Vec::with_capacity(rows.len());
    for (mut relation, rows) in rows {
        let wanted = if many { ROWS.1 } else { ROWS.0 };
        for (shown, row) in relation.shown.iter_mut().zip(rows.rows).take(wanted) {
            shown.proof = explain_all(&mut explaining, rows.relation, row, 1).map(|found| flat.explained(found));
        }
        relations.push(relation);
    }
    let mut out = Proofs { conclusions: concepts.iter().map(|c| c.members.len()).sum(), ..Proofs::default() };
    let values: FxHashMap<u32, Value> = numbered.number.iter().map(|(&v, &n)| (n, v)).collect();
    let of_subjects = |i: usize| subjects_of(view, ids[i]).into_iter().map(|(_, value)| value).collect::<Vec<_>>();
    let subjects: FxHashMap<usize, Vec<Value>> =
        (0..concepts.len()).filter(|&i| !concepts[i].subjects.is_empty()).map(|i| (i, of_subjects(i))).collect();
    let mut left = if many { FEW } else { BUDGET };
    let mut of: Vec<Vec<ProofOf>> = vec![Vec::new(); concepts.len()];
    // One of each concept after the other, themes first.
    let size = |i: usize| concepts[i].members.len().max(concepts[i].subjects.len());
    let mut order: Vec<usize> = (0..concepts.len()).filter(|&i| size(i) > 0).collect();
    order.sort_by_key(|&i| concepts[i].kind != "theme");
    let longest = order.iter().map(|&i| size(i)).max().unwrap_or_default();
    'all: for round in 0..longest {
        for &i in &order {
            let found = match subjects.get(&i) {
                Some(all) => all.get(round).map(|&value| (round as u32, value)),
                None => concepts[i].members.get(round).and_then(|&m| Some((m, *values.get(&m)?))),
            };
            let Some((place, value)) = found else { continue };
            if left == 0 || flat.steps.len() > STEPS {
                break 'all;
            }
            let Some(relation) = view.lowered.has(view.program, ids[i]) else { continue };
            let Some(row) = view.db.find(relation, &[value]) else { continue };
            if let Some(found) = explain_all(&mut explaining, relation, row, 1) {
                of[i].push((place, flat.explained(found)));
                left -= 1;
            }
        }
    }
    out.of = concepts.iter().zip(of).filter(|(_, o)| !o.is_empty()).map(|(c, o)| (c.id.clone(), o)).collect();
    out.steps = flat.steps;
    (out, relations)
}

/// Steps in a list, each once: what two explanations have in common they share.
struct Flat<'a> {
    by_text: FxHashMap<&'a str, u32>,
    steps: Vec<ProofStep>,
    known: FxHashMap<ProofStep, u32>,
}

impl Flat<'_> {
    /// Adds an explanation, and keeps what it says beside its steps.
    fn explained(&mut self, found: Explanation) -> Explained {
        let step = self.add(&found.root);
        let bare = Step { book: found.root.book, ..Step::default() };
        Explained { step, id: found.root.id.clone(), count: Explanation { root: bare, ..found } }
    }

    /// Adds a step and those under it, and gives its place. Explanations are nested only so deep as their maker allows.
    fn add(&mut self, step: &Step) -> u32 {
        let because = step.because.iter().map(|s| self.add(s)).collect();
        // A sentence that stands further up is not shown again.
        let quote = step.quote.as_ref().filter(|q| !q.told).and_then(|q| self.quote(q));
        let step = ProofStep {
            statement: step.statement.clone(),
            fact: step.fact.clone(),
            kind: if step.kind == StepKind::Derived { "" } else { step.kind.name() },
            found: step.found.clone(),
            rule: step.rule.clone().filter(|_| step.by.is_none()),
            by: step.by.clone(),
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
