//! Texts that a proof rests on and does not show: what participants wrote stays with the study, and the proof holds the
//! hash. Whoever has the study can put the texts back, and then the proof is the one that it was, letter for letter.

use super::document::{Cell, Document, DocumentNode, DocumentPremise, DocumentSource};
use crate::base::hash::sha256;

impl Document {
    /// Puts the hash of a text in the place of each that is to be kept back. How many places these are.
    pub fn withhold(&mut self, kept_back: impl Fn(&str) -> bool) -> usize {
        let mut count = 0;
        self.cells(&mut |cell| {
            if let Cell::Text(text) = cell
                && kept_back(text)
            {
                *cell = Cell::Withheld(sha256(text.as_bytes()));
                count += 1;
            }
        });
        count
    }

    /// True where a text is kept back.
    pub fn withholds(&mut self) -> bool {
        let mut any = false;
        self.cells(&mut |cell| any |= matches!(cell, Cell::Withheld(_)));
        any
    }

    /// Puts the texts back that somebody knows by their hash; the others stay hashes, and what rests on them does not hold.
    pub fn restore(&mut self, known: impl Fn(&str) -> Option<String>) {
        self.cells(&mut |cell| {
            if let Cell::Withheld(hash) = cell
                && let Some(text) = known(hash)
            {
                *cell = Cell::Text(text);
            }
        });
    }

    /// The ids of the nodes in which a text is kept back still.
    pub fn unrestored(&mut self) -> Vec<String> {
        let mut ids = Vec::new();
        for node in &mut self.nodes {
            let mut any = false;
            of_node(node, &mut |cell| any |= matches!(cell, Cell::Withheld(_)));
            if any {
                ids.push(node.id.clone());
            }
        }
        ids
    }

    /// Every value of the document.
    fn cells(&mut self, each: &mut dyn FnMut(&mut Cell)) {
        self.nodes.iter_mut().for_each(|node| of_node(node, each));
    }
}

/// Every value of a node.
fn of_node(node: &mut DocumentNode, each: &mut dyn FnMut(&mut Cell)) {
    node.values.iter_mut().for_each(&mut *each);
    match &mut node.source {
        DocumentSource::Given(_) => {}
        DocumentSource::Rule { binding, premises, .. } => {
            binding.iter_mut().for_each(&mut *each);
            for premise in premises {
                match premise {
                    DocumentPremise::Absent { pattern, .. } => pattern.iter_mut().for_each(&mut *each),
                    DocumentPremise::NoneOf { pattern, value, .. } => {
                        pattern.iter_mut().for_each(&mut *each);
                        each(value);
                    }
                    DocumentPremise::Fact(_) | DocumentPremise::Holds => {}
                }
            }
        }
        DocumentSource::Aggregate { rows, .. } => rows.iter_mut().flatten().for_each(&mut *each),
    }
}
