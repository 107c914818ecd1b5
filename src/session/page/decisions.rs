//! What reviewers decided, each decision with the place of the page where its conclusion stands.

use super::concepts::id_of;
use super::model::{ConceptShown, DecisionShown, Page, Stands};
use crate::session::Study;
use rustc_hash::FxHashMap;

impl Study {
    /// All decisions in the order of the file; of which some stand nowhere in the page. Needs the messages, concepts,
    /// inferences and relations of the page.
    pub(super) fn decisions_shown(&mut self, page: &Page) -> Vec<DecisionShown> {
        let Some(all) = self.reviews() else { return Vec::new() };
        let facts: Vec<String> = all.iter().map(|one| one.fact.clone()).collect();
        let rows = self.decided_rows(&facts);
        let Some(view) = self.view() else { return Vec::new() };
        let numbers: FxHashMap<&str, u32> = page.messages.ids.iter().map(String::as_str).zip(0..).collect();
        let shown: FxHashMap<&str, &ConceptShown> = page.concepts.iter().map(|c| (c.id.as_str(), c)).collect();
        let rows_shown: FxHashMap<&str, &str> =
            page.relations.iter().flat_map(|r| &r.shown).map(|r| (r.fact.as_str(), r.says.as_str())).collect();
        let of_concept = |relation, row: &[Option<crate::base::Value>]| {
            let &[Some(subject), Some(concept)] = row else { return None };
            let concept = id_of(view, *view.program.concept_values.get(&concept)?);
            let about = *shown.get(concept.as_str())?;
            let subject = view.pool.show(subject);
            if view.program.relation(relation).name != about.kind {
                return None;
            }
            if let Some(place) = about.subjects.iter().position(|one| *one == subject) {
                return Some(Stands::Subject { concept, subject: place as u32 });
            }
            let message = *numbers.get(subject.as_str()).filter(|_| about.subjects.is_empty())?;
            Some(Stands::Message { concept, message })
        };
        let mut out = Vec::with_capacity(all.len());
        for (reviewed, row) in all.into_iter().zip(rows) {
            let inference = page.inferences.iter().find(|i| i.fact.as_deref() == Some(reviewed.fact.as_str()));
            let says = row.as_ref().map(|(relation, row)| view.sentence(*relation, row));
            let says = reviewed.denied.clone().or(says);
            let stands = match inference {
                Some(inference) => Some(Stands::Inference(inference.id.clone())),
                None => match rows_shown.get(reviewed.fact.as_str()) {
                    Some(says) => Some(Stands::Row((*says).to_string())),
                    None => row.and_then(|(relation, row)| of_concept(relation, &row)),
                },
            };
            out.push(DecisionShown { reviewed, stands, says, compared: !self.varied });
        }
        out
    }
}
