//! Given facts: rows, statements of the author, and passages with their words.

use super::{Decoded, Verifier, Wrong};
use crate::base::Value;
use crate::base::hash::digest;
use crate::ir::core::RelationId;
use crate::proof::document::{DocumentGiven, DocumentNode, DocumentSource};
use crate::proof::identity::GivenBy;
use crate::text::slice;
use rustc_hash::FxHashMap;

impl Verifier<'_, '_> {
    /// Says that the study has no relation of that name.
    pub(super) fn unknown_relation(&mut self, at: usize, node: &DocumentNode) {
        let wrong = match &node.source {
            DocumentSource::Given(DocumentGiven::Passage { pattern, .. }) => Wrong::NoPattern(pattern.clone()),
            DocumentSource::Rule { text, .. } => {
                let made_up = stem(&node.relation);
                let alike = |name: &str| made_up.is_some() && stem(name) == made_up;
                Wrong::NoRelation(self.nearest_rule(&alike, text))
            }
            _ => Wrong::NoRelation(None),
        };
        self.fault(at, wrong);
    }

    /// Judges a fact that is said to be given.
    pub(super) fn given(&mut self, at: usize, node: &Decoded) {
        let document = self.document;
        let DocumentSource::Given(said) = &document.nodes[at].source else { return };
        let places = self.rows(node.relation).get(&node.values).cloned().unwrap_or_default();
        if let DocumentGiven::Passage { pattern, words, message } = said {
            self.looked.passages += 1;
            if document.nodes[at].relation != format!("match#{}", digest(pattern)) {
                return self.fault(at, Wrong::NoPattern(pattern.clone()));
            }
            let quote = node.values.last().and_then(|&quote| self.canon.pool().as_quote(quote));
            let Some((of, Some(range))) = quote else { return self.fault(at, Wrong::NotGiven(None)) };
            let Some(text) = self.ground.words.corpus.text(of) else {
                return self.fault(at, Wrong::NoPassage(of, range));
            };
            let wrong = match () {
                () if places.is_empty() => Wrong::NoPassage(of, range),
                () if self.digests.entry(of).or_insert_with(|| digest(text)) != message => Wrong::OtherText(of, range),
                () if slice(text, range) != words => Wrong::OtherWords(of, range),
                () => return,
            };
            return self.fault(at, wrong);
        }
        if places.is_empty() {
            let nearest = self.nearest(node.relation, &node.values);
            return self.fault(at, Wrong::NotGiven(nearest));
        }
        let given = &self.ground.core.given[node.relation.0 as usize];
        let by = |place: &usize| given.places.get(*place).map(GivenBy::of);
        if !places.iter().any(|place| by(place) == Some(said.by())) {
            self.fault(at, Wrong::GivenOtherwise);
        }
    }

    /// The given rows of a relation, with their places.
    fn rows(&mut self, relation: RelationId) -> &FxHashMap<Vec<Value>, Vec<usize>> {
        let core = self.ground.core;
        self.given.entry(relation).or_insert_with(|| {
            let mut rows: FxHashMap<Vec<Value>, Vec<usize>> = FxHashMap::default();
            let width = core.relation(relation).arity;
            for (place, row) in core.given[relation.0 as usize].rows(width) {
                rows.entry(row.to_vec()).or_default().push(place);
            }
            rows
        })
    }

    /// The given fact that has the most in common with a row, of those that begin alike, and where it first differs.
    fn nearest(&mut self, relation: RelationId, values: &[Value]) -> Option<(usize, usize)> {
        self.patience = self.patience.checked_sub(1)?;
        let width = self.ground.core.relation(relation).arity;
        let given = self.ground.core.given[relation.0 as usize].rows(width);
        let alike = |row: &[Value]| row.iter().zip(values).filter(|(a, b)| a == b).count();
        let candidates = given.filter(|(_, row)| row.first() == values.first());
        let (place, row) = candidates.min_by_key(|(place, row)| (std::cmp::Reverse(alike(row)), *place))?;
        let column = row.iter().zip(values).position(|(a, b)| a != b)?;
        Some((place, column))
    }
}

/// The name of a relation that lowering made up without what it is defined by.
fn stem(name: &str) -> Option<&str> {
    name.split_once('#').map(|(stem, _)| stem)
}
