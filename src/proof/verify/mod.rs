//! Whether a proof document holds of a study: replayed by code that has nothing in common with the evaluator.
//!
//! The study comes in as core rules with everything that is given: rows, statements and the passages that patterns
//! find. Each node is held against them by itself: its identity, the given fact, the rule with its conditions and
//! values, the count. What a proof says is not there, and what it counted, is judged against a world that a small
//! evaluator of its own fills ([`World`]). Nothing in a document is trusted, and none can make this panic or run
//! without end.

mod fault;
mod form;
mod given;
mod rules;

pub use fault::{Fault, Looked, Near, Read, Verified, Wrong};

use super::canon::Canon;
use super::document::{Document, DocumentNode, DocumentPremise, DocumentSource};
use super::identity::{Content, Identity};
use super::reference::{Allowance, World};
use super::words::Words;
use crate::base::{Pool, Stop, Value};
use crate::ir::core::{Core, RelationId, RuleId};
use crate::text::Pattern;
use rustc_hash::{FxHashMap, FxHashSet};

/// So often it is looked for what comes nearest to something that is not there.
const PATIENCE: usize = 200;

/// A study with everything that is given, and nothing that is concluded.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The rules and what is given.
    pub core: &'a Core,
    /// The values.
    pub pool: &'a Pool,
    /// The patterns by number.
    pub patterns: &'a [Pattern],
    /// The relations that matches of patterns fill.
    pub matches: &'a [(u32, RelationId)],
    /// The texts.
    pub words: Words<'a>,
    /// Whether the work is to end.
    pub stop: &'a Stop,
    /// How much is worked out for absences and counts.
    pub allowed: Allowance,
}

/// A node with its values in the pool.
struct Decoded {
    relation: RelationId,
    values: Vec<Value>,
    source: Source,
}

enum Source {
    Given,
    Rule { rule: Option<RuleId>, binding: Vec<Value>, premises: Vec<Premise> },
    Aggregate { aggregation: Option<usize>, rows: Vec<Vec<Value>>, facts: Vec<Option<usize>> },
}

enum Premise {
    /// A node by its place; none where it names none.
    Fact(Option<usize>),
    Absent {
        relation: Option<RelationId>,
        form: Vec<Option<Value>>,
    },
    NoneOf {
        relation: Option<RelationId>,
        form: Vec<Option<Value>>,
        value: Option<Value>,
    },
    Holds,
}

/// Judges a document.
pub fn verify(document: &Document, ground: Ground<'_>) -> Verified {
    let mut pool = ground.pool.clone();
    let cells = form::cells(document, &mut pool);
    let canon = Canon::new(ground.core, &pool, ground.patterns, ground.matches);
    let mut by_name: FxHashMap<&str, Vec<RelationId>> = FxHashMap::default();
    for id in (0..ground.core.relations.len() as u32).map(RelationId) {
        by_name.entry(canon.name(id)).or_default().push(id);
    }
    let mut verifier = Verifier {
        document,
        ground,
        canon: &canon,
        places: document.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect(),
        by_name,
        rules: FxHashMap::default(),
        aggregations: FxHashMap::default(),
        digests: FxHashMap::default(),
        patience: PATIENCE,
        given: FxHashMap::default(),
        faults: Vec::new(),
        looked: Looked { facts: document.nodes.len(), ..Looked::default() },
    };
    for (number, rule) in ground.core.rules.iter().enumerate() {
        let id = RuleId(number as u32);
        verifier.rules.entry(canon.name(rule.head)).or_default().entry(canon.rule(id)).or_insert(id);
    }
    for (number, of) in ground.core.aggregations.iter().enumerate() {
        verifier.aggregations.entry((canon.name(of.head), canon.aggregation(of))).or_insert(number);
    }
    verifier.identities(&cells);
    verifier.circles();
    let decoded: Vec<Option<Decoded>> = document
        .nodes
        .iter()
        .zip(&cells)
        .enumerate()
        .map(|(at, (node, cells))| verifier.decode(at, node, cells))
        .collect();
    let mut world = World::new(ground.core, pool.clone(), ground.words, ground.stop, ground.allowed);
    let judged = match world.fill(&verifier.asked(&decoded)) {
        Ok(()) => true,
        Err(reason) => {
            verifier.fault(None, Wrong::GivenUp(reason));
            false
        }
    };
    let mut rules = FxHashSet::default();
    for (at, node) in decoded.iter().enumerate() {
        let Some(node) = node else { continue };
        match &node.source {
            Source::Given => verifier.given(at, node),
            Source::Rule { rule: Some(rule), binding, premises } => {
                rules.insert(*rule);
                let world = judged.then_some(&mut world);
                verifier.rule(at, node, (*rule, binding, premises), &decoded, world);
            }
            Source::Aggregate { aggregation: Some(number), rows, facts } => {
                verifier.looked.counts += 1;
                if judged {
                    verifier.aggregate(at, node, (*number, rows, facts), &decoded, &mut world);
                }
            }
            Source::Rule { rule: None, .. } | Source::Aggregate { aggregation: None, .. } => {}
        }
    }
    verifier.looked.rules = rules.len();
    let Verifier { mut faults, looked, .. } = verifier;
    faults.sort_by_key(|fault| fault.node.map_or(0, |node| node + 1));
    let read = |node: Option<Decoded>| {
        node.map(|Decoded { relation, values, source }| {
            let rule = if let Source::Rule { rule, .. } = source { rule } else { None };
            Read { relation, values, rule }
        })
    };
    let nodes = decoded.into_iter().map(read).collect();
    Verified { faults, looked, nodes, pool: world.pool().clone() }
}

/// The values of one node of a document: its own, those of its binding, rows or patterns; [`None`] stands for any.
struct Cells {
    values: Vec<Option<Value>>,
    binding: Vec<Option<Value>>,
    rows: Vec<Vec<Option<Value>>>,
    premises: Vec<Vec<Option<Value>>>,
}

struct Verifier<'a, 'c> {
    document: &'a Document,
    ground: Ground<'a>,
    canon: &'c Canon<'c>,
    /// The node of each identity.
    places: FxHashMap<&'a str, usize>,
    /// The relations of each name; several that say the same may share one.
    by_name: FxHashMap<&'c str, Vec<RelationId>>,
    /// The rules for the relations of a name, by their texts.
    rules: FxHashMap<&'c str, FxHashMap<String, RuleId>>,
    /// The aggregations by the names of their relations and their texts.
    aggregations: FxHashMap<(&'c str, String), usize>,
    /// The digest of each message that was asked for.
    digests: FxHashMap<Value, String>,
    /// How often it is still looked for what comes nearest.
    patience: usize,
    /// The given rows of a relation, with their places.
    given: FxHashMap<RelationId, FxHashMap<Vec<Value>, Vec<usize>>>,
    faults: Vec<Fault>,
    looked: Looked,
}

impl Verifier<'_, '_> {
    fn fault(&mut self, node: impl Into<Option<usize>>, wrong: Wrong) {
        self.faults.push(Fault { node: node.into(), wrong });
    }

    /// The relation of a name.
    fn relation(&self, name: &str) -> Option<RelationId> {
        self.by_name.get(name)?.first().copied()
    }

    /// True where two relations have one name: then they say the same.
    fn same(&self, a: RelationId, b: RelationId) -> bool {
        self.canon.name(a) == self.canon.name(b)
    }

    /// Holds every identity against what its node says.
    fn identities(&mut self, cells: &[Cells]) {
        let mut seen = FxHashSet::default();
        for (at, (node, cells)) in self.document.nodes.iter().zip(cells).enumerate() {
            if Identity::parse(&node.id).is_none() {
                self.fault(at, Wrong::NoIdentity);
            } else if !seen.insert(node.id.as_str()) {
                self.fault(at, Wrong::Twice);
            } else if self.content(node, cells).identity().text() != node.id {
                self.fault(at, Wrong::Altered);
            }
        }
        if !seen.contains(self.document.root.as_str()) {
            self.fault(None, Wrong::NoRoot);
        }
    }

    /// What a node of the document says, as its identity has it.
    fn content(&self, node: &DocumentNode, cells: &Cells) -> Content {
        let form = |relation: &str, values: &[Option<Value>]| {
            format!("{relation}({})", self.canon.values(values.iter().copied()))
        };
        let content = Content::of(&form(&node.relation, &cells.values));
        match &node.source {
            DocumentSource::Given(given) => content.given(given.by()),
            DocumentSource::Rule { text, premises, .. } => {
                let binding = self.canon.values(cells.binding.iter().copied());
                let content = content.rule(text, &binding);
                premises.iter().zip(&cells.premises).fold(content, |content, (premise, values)| match premise {
                    DocumentPremise::Fact(id) => content.fact(id),
                    DocumentPremise::Absent { relation, .. } => content.absent(&form(relation, values)),
                    DocumentPremise::NoneOf { relation, .. } => {
                        let (value, key) = values.split_last().unwrap_or((&None, &[]));
                        content.default(&form(relation, key), &self.canon.values([*value]))
                    }
                    DocumentPremise::Holds => content.holds(),
                })
            }
            DocumentSource::Aggregate { text, facts, .. } => {
                let rows: Vec<String> = cells.rows.iter().map(|row| self.canon.values(row.iter().copied())).collect();
                let content = content.aggregate(text, rows.iter());
                if super::identity::covers(rows.len()) {
                    facts.iter().fold(content, |content, id| content.fact(id))
                } else {
                    content
                }
            }
        }
    }

    /// No fact stands on itself.
    fn circles(&mut self) {
        let nodes = &self.document.nodes;
        let mut users = vec![Vec::new(); nodes.len()];
        let mut left = vec![0usize; nodes.len()];
        for (at, node) in nodes.iter().enumerate() {
            for premise in form::facts(node).filter_map(|id| self.places.get(id)) {
                users[*premise].push(at);
                left[at] += 1;
            }
        }
        let mut ready: Vec<usize> = (0..nodes.len()).filter(|&at| left[at] == 0).collect();
        let mut gone = 0;
        while let Some(at) = ready.pop() {
            gone += 1;
            for &user in &users[at] {
                left[user] -= 1;
                if left[user] == 0 {
                    ready.push(user);
                }
            }
        }
        if gone < nodes.len() {
            let first = left.iter().position(|&left| left > 0);
            self.fault(first, Wrong::Circle);
        }
    }

    /// The relations that absences and counts ask for.
    fn asked(&self, nodes: &[Option<Decoded>]) -> Vec<RelationId> {
        let mut asked = Vec::new();
        for node in nodes.iter().flatten() {
            match &node.source {
                Source::Rule { premises, .. } => asked.extend(premises.iter().filter_map(|premise| match premise {
                    Premise::Absent { relation, .. } | Premise::NoneOf { relation, .. } => *relation,
                    Premise::Fact(_) | Premise::Holds => None,
                })),
                Source::Aggregate { aggregation: Some(number), .. } => {
                    asked.push(self.ground.core.aggregations[*number].body);
                }
                Source::Aggregate { aggregation: None, .. } | Source::Given => {}
            }
        }
        asked
    }
}
