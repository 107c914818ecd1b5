//! From a proof to its document.

use super::canon::Canon;
use super::derivation::{Node, NodeId, Premise, Proof, Source};
use super::document::{Cell, Document, DocumentGiven, DocumentNode, DocumentPremise, DocumentSource, VERSION};
use super::identity::{identities, listed};
use crate::base::Value;
use crate::eval::Database;

/// What only a study as a whole can say of a node.
pub trait Telling {
    /// The title of the study.
    fn title(&self) -> String;
    /// The fact as it is written in rules, where an author can name it.
    fn written(&self, node: &Node) -> Option<String>;
    /// The fact as a sentence.
    fn statement(&self, node: &Node) -> Option<String>;
    /// Where a given fact comes from, by its place among those of its relation.
    fn given(&self, node: &Node, place: usize) -> DocumentGiven;
}

impl Document {
    /// The document of a proof. The database is the one that the proof was found in.
    pub fn of(proof: &Proof, canon: &Canon<'_>, db: &Database, telling: &dyn Telling) -> Document {
        let ids: Vec<String> = identities(proof, canon, db).iter().map(ToString::to_string).collect();
        let writer = Writer { canon, db, telling, ids: &ids };
        let nodes = proof.nodes.iter().zip(&ids).map(|(node, id)| writer.node(node, id)).collect();
        let root = proof.root();
        let fact = || canon.fact(root.relation, root.values.iter().map(|&value| Some(value)));
        Document {
            hence_proof: VERSION,
            study: telling.title(),
            statement: telling.statement(root).unwrap_or_default(),
            fact: telling.written(root).unwrap_or_else(fact),
            root: ids.first().cloned().unwrap_or_default(),
            nodes,
        }
    }
}

struct Writer<'a> {
    canon: &'a Canon<'a>,
    db: &'a Database,
    telling: &'a dyn Telling,
    ids: &'a [String],
}

impl Writer<'_> {
    fn cells(&self, values: impl IntoIterator<Item = Value>) -> Vec<Cell> {
        values.into_iter().map(|value| Cell::of(value, self.canon.pool())).collect()
    }

    fn id(&self, node: &NodeId) -> String {
        self.ids.get(node.0 as usize).cloned().unwrap_or_default()
    }

    fn node(&self, node: &Node, id: &str) -> DocumentNode {
        DocumentNode {
            id: id.to_string(),
            relation: self.canon.name(node.relation).to_string(),
            values: self.cells(node.values.iter().copied()),
            statement: self.telling.statement(node),
            source: self.source(node),
        }
    }

    fn source(&self, node: &Node) -> DocumentSource {
        let core = self.canon.core();
        match &node.source {
            Source::Given { place } => DocumentSource::Given(self.telling.given(node, *place)),
            Source::Rule { rule, binding, premises } => {
                let values = Canon::variables(core.rule(*rule)).into_iter().map(|var| binding[var.0 as usize]);
                DocumentSource::Rule {
                    text: self.canon.rule(*rule),
                    binding: self.cells(values),
                    premises: premises.iter().map(|premise| self.premise(premise)).collect(),
                }
            }
            Source::Aggregated { aggregation, rows, shown } => {
                let aggregation = &core.aggregations[*aggregation];
                let rows = listed(aggregation.body, rows, self.canon.pool(), self.db);
                let mut facts: Vec<String> = shown.iter().map(|node| self.id(node)).collect();
                facts.sort();
                DocumentSource::Aggregate {
                    text: self.canon.aggregation(aggregation),
                    rows: rows.into_iter().map(|row| self.cells(row)).collect(),
                    facts,
                }
            }
        }
    }

    fn premise(&self, premise: &Premise) -> DocumentPremise {
        let form = |values: &[Option<Value>]| Cell::form(values, self.canon.pool());
        match premise {
            Premise::Node(node) => DocumentPremise::Fact(self.id(node)),
            Premise::Absent { relation, pattern } => {
                DocumentPremise::Absent { relation: self.canon.name(*relation).to_string(), pattern: form(pattern) }
            }
            Premise::Default { relation, key, value } => DocumentPremise::NoneOf {
                relation: self.canon.name(*relation).to_string(),
                pattern: form(key),
                value: Cell::of(*value, self.canon.pool()),
            },
            Premise::Holds => DocumentPremise::Holds,
        }
    }
}
