//! Why a coding that is supposed to be gone takes nothing with it: what it said is said by something else, too.

use super::super::answers::Why;
use super::super::change::Statement;
use super::super::{Asked, Study};
use super::Supposed;
use super::unmoved::in_brackets;
use crate::base::Value;
use crate::check::program::{ConceptId, RelationKind};

/// So many are told.
const MOST: usize = 5;

impl Study {
    /// The concepts that statements give which are supposed not to hold, each with its subject.
    pub(super) fn removed(&mut self, supposed: &[Supposed]) -> Vec<(Value, ConceptId)> {
        let mut out = Vec::new();
        for one in supposed {
            let Supposed::Remove(fact) = one else { continue };
            let questions = self.sources.len();
            let resolved = self.resolve(&Statement::Written(fact.clone()), false);
            self.sources.truncate(questions);
            let Ok((relation, row)) = resolved else { continue };
            if !matches!(self.program.relation(relation).kind, RelationKind::Coding) {
                continue;
            }
            let core = self.lowered.declared(relation);
            let rows = super::super::ask::matching(&self.db, core, &row, &self.pool);
            for at in rows {
                let values = self.db.row(core, at);
                let concept = values.get(1).and_then(|value| self.program.concept_values.get(value));
                let pair = values.first().copied().zip(concept.copied());
                out.extend(pair.filter(|pair| !out.contains(pair)));
            }
        }
        out
    }

    /// Of those that hold all the same once the change is made: through what.
    pub(super) fn held_otherwise(&mut self, removed: &[(Value, ConceptId)]) -> Vec<String> {
        let still: Vec<(Value, ConceptId)> = removed
            .iter()
            .copied()
            .filter(|&(subject, concept)| {
                let has = self.lowered.has(&self.program, concept);
                has.is_some_and(|has| self.db.find(has, &[subject]).is_some())
            })
            .collect();
        let mut out: Vec<String> =
            still.iter().take(MOST).filter_map(|&(subject, concept)| self.holds_still(subject, concept)).collect();
        if still.len() > MOST {
            let more = still.len() - MOST;
            out.push(format!("{more} more of what was coded there hold for another reason, too."));
        }
        out
    }

    /// `q2 has the code "Price" all the same: the text of q2 says "cost" (study.hence:29).`
    fn holds_still(&mut self, subject: Value, concept: ConceptId) -> Option<String> {
        let (relation, row) = self.having(subject, concept)?;
        let fact = {
            let open: Vec<Option<Value>> = row.into_iter().map(Some).collect();
            self.view()?.fact(relation, &open)
        };
        let (questions, said) = (self.sources.len(), self.diagnostics.len());
        let why = self.why_as(&fact, Asked::default());
        self.sources.truncate(questions);
        self.diagnostics.truncate(said);
        let Why::Explained { explanations, .. } = why else { return None };
        let root = &explanations.first()?.root;
        let (statement, place) = match root.because.first() {
            Some(first) => (&first.statement, first.place.as_ref()),
            None => (&root.statement, root.place.as_ref()),
        };
        Some(format!("{} all the same: {statement}{}.", root.statement, in_brackets(place)))
    }
}
