//! What reviewers decided, each decision with the place of the page where its conclusion stands.

use super::concepts::id_of;
use super::model::{DecisionShown, Page, Stands};
use crate::session::Study;
use rustc_hash::FxHashMap;

impl Study {
    /// All decisions in the order of the file; of which some stand nowhere in the page. Needs the messages, concepts and
    /// inferences of the page.
    pub(super) fn decisions_shown(&mut self, page: &Page) -> Vec<DecisionShown> {
        let Some(all) = self.reviews() else { return Vec::new() };
        let facts: Vec<String> = all.iter().map(|one| one.fact.clone()).collect();
        let rows = self.decided_rows(&facts);
        let Some(view) = self.view() else { return Vec::new() };
        let numbers: FxHashMap<&str, u32> = page.messages.ids.iter().map(String::as_str).zip(0..).collect();
        let shown: FxHashMap<&str, &str> = page.concepts.iter().map(|c| (c.id.as_str(), c.kind.as_str())).collect();
        let of_message = |relation, row: &[Option<crate::base::Value>]| {
            let &[Some(subject), Some(concept)] = row else { return None };
            let concept = id_of(view, *view.program.concept_values.get(&concept)?);
            let kind = *shown.get(concept.as_str())?;
            let own = view.program.relation(relation).name == kind;
            let message = *numbers.get(view.pool.show(subject).as_str()).filter(|_| own)?;
            Some(Stands::Message { concept, message })
        };
        let mut out = Vec::with_capacity(all.len());
        for (reviewed, row) in all.into_iter().zip(rows) {
            let inference = page.inferences.iter().find(|i| i.fact.as_deref() == Some(reviewed.fact.as_str()));
            let stands = match inference {
                Some(inference) => Some(Stands::Inference(inference.id.clone())),
                None => row.and_then(|(relation, row)| of_message(relation, &row)),
            };
            out.push(DecisionShown { reviewed, stands, compared: !self.varied });
        }
        out
    }
}
