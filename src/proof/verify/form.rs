//! From the document to values, relations and rules of the study, as far as there are such.

use super::{Cells, Decoded, Premise, Source, Verifier, Wrong};
use crate::base::{Pool, Value};
use crate::ir::core::RelationId;
use crate::proof::document::{Cell, Document, DocumentNode, DocumentPremise, DocumentSource};

/// Puts all values of a document into the pool.
pub(super) fn cells(document: &Document, pool: &mut Pool) -> Vec<Cells> {
    let mut all = |cells: &[Cell]| -> Vec<Option<Value>> { cells.iter().map(|cell| cell.value(pool)).collect() };
    let of = |node: &DocumentNode| {
        let mut cells =
            Cells { values: all(&node.values), binding: Vec::new(), rows: Vec::new(), premises: Vec::new() };
        match &node.source {
            DocumentSource::Given(_) => {}
            DocumentSource::Rule { binding, premises, .. } => {
                cells.binding = all(binding);
                let of_premise = |premise: &DocumentPremise| match premise {
                    DocumentPremise::Absent { pattern, .. } => all(pattern),
                    DocumentPremise::NoneOf { pattern, value, .. } => {
                        let mut values = all(pattern);
                        values.extend(all(std::slice::from_ref(value)));
                        values
                    }
                    DocumentPremise::Fact(_) | DocumentPremise::Holds => Vec::new(),
                };
                cells.premises = premises.iter().map(of_premise).collect();
            }
            DocumentSource::Aggregate { rows, .. } => cells.rows = rows.iter().map(|row| all(row)).collect(),
        }
        cells
    };
    document.nodes.iter().map(of).collect()
}

/// The identities that a node of a document stands on.
pub(super) fn facts(node: &DocumentNode) -> impl Iterator<Item = &str> {
    let (premises, facts): (&[DocumentPremise], &[String]) = match &node.source {
        DocumentSource::Given(_) => (&[], &[]),
        DocumentSource::Rule { premises, .. } => (premises, &[]),
        DocumentSource::Aggregate { facts, .. } => (&[], facts),
    };
    let named = premises.iter().filter_map(|premise| match premise {
        DocumentPremise::Fact(id) => Some(id.as_str()),
        DocumentPremise::Absent { .. } | DocumentPremise::NoneOf { .. } | DocumentPremise::Holds => None,
    });
    named.chain(facts.iter().map(String::as_str))
}

impl Verifier<'_, '_> {
    /// A node with what it names; none where its fact cannot be one of the study.
    pub(super) fn decode(&mut self, at: usize, node: &DocumentNode, cells: &Cells) -> Option<Decoded> {
        for id in facts(node) {
            if self.place(id).is_none() {
                self.fault(at, Wrong::Nowhere(id.to_string()));
            }
        }
        let Some(relation) = self.relation(&node.relation) else {
            self.unknown_relation(at, node);
            return None;
        };
        let width = self.ground.core.relation(relation).arity;
        if cells.values.len() != width {
            self.fault(at, Wrong::Width(width));
            return None;
        }
        let whole = |row: &[Option<Value>]| row.iter().copied().collect::<Option<Vec<Value>>>();
        let Some(values) = whole(&cells.values) else {
            self.fault(at, Wrong::AnyValue);
            return None;
        };
        let source = match &node.source {
            DocumentSource::Given(_) => Source::Given,
            DocumentSource::Rule { text, premises, .. } => {
                let Some(binding) = whole(&cells.binding) else {
                    self.fault(at, Wrong::AnyValue);
                    return None;
                };
                let rule = self.rule_of(at, relation, text);
                let premises =
                    premises.iter().zip(&cells.premises).map(|(premise, values)| self.premise(premise, values));
                Source::Rule { rule, binding, premises: premises.collect() }
            }
            DocumentSource::Aggregate { text, facts, .. } => {
                let Some(rows) = cells.rows.iter().map(|row| whole(row)).collect() else {
                    self.fault(at, Wrong::AnyValue);
                    return None;
                };
                let aggregation = self.aggregation_of(relation, text);
                if aggregation.is_none() {
                    self.fault(at, Wrong::NoCount);
                }
                Source::Aggregate { aggregation, rows, facts: facts.iter().map(|id| self.place(id)).collect() }
            }
        };
        Some(Decoded { relation, values, source })
    }

    fn premise(&self, premise: &DocumentPremise, values: &[Option<Value>]) -> Premise {
        match premise {
            DocumentPremise::Fact(id) => Premise::Fact(self.place(id)),
            DocumentPremise::Absent { relation, .. } => {
                Premise::Absent { relation: self.fitting(relation, values.len()), form: values.to_vec() }
            }
            DocumentPremise::NoneOf { relation, .. } => {
                let (value, key) = values.split_last().unwrap_or((&None, &[]));
                let relation = self.fitting(relation, values.len());
                Premise::NoneOf { relation, form: key.to_vec(), value: *value }
            }
            DocumentPremise::Holds => Premise::Holds,
        }
    }

    /// The relation of a name, where it has so many columns.
    fn fitting(&self, name: &str, width: usize) -> Option<RelationId> {
        self.relation(name).filter(|&id| self.ground.core.relation(id).arity == width)
    }

    /// The node of an identity.
    fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The aggregation of a relation that reads so.
    fn aggregation_of(&self, relation: RelationId, text: &str) -> Option<usize> {
        self.aggregations.get(&(self.canon.name(relation), text.to_string())).copied()
    }
}
