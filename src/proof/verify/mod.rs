//! Whether a proof document holds of a study: replayed by code that has nothing in common with the evaluator.
//!
//! The study comes in as core rules with everything that is given: rows, statements and the passages that patterns
//! find. Each node is held against them by itself: its identity, the given fact, the rule with its conditions and
//! values, the count. What a proof says is not there, and what it counted, is judged against a world that a small
//! evaluator of its own fills ([`World`]). Nothing in a document is trusted, and none can make this panic or run
//! without end.

mod form;
mod given;
mod rules;

use super::canon::Canon;
use super::document::{Document, DocumentNode, DocumentPremise, DocumentSource};
use super::identity::{Content, Identity};
use super::reference::{Allowance, GivenUp, World};
use super::words::Words;
use crate::base::{Pool, Stop, Value};
use crate::ir::core::{Core, RelationId, RuleId};
use crate::text::Pattern;
use rustc_hash::{FxHashMap, FxHashSet};

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

/// What came of it.
pub struct Verified {
    /// What is wrong, in the order of the nodes; nothing where the proof holds.
    pub faults: Vec<Fault>,
    /// How much was looked at.
    pub looked: Looked,
    /// The nodes as they were read; none of those that are malformed.
    pub nodes: Vec<Option<Read>>,
    /// The values of the study and of the document.
    pub pool: Pool,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Facts: one a node.
    pub facts: usize,
    /// Passages that patterns found.
    pub passages: usize,
    /// Different rules.
    pub rules: usize,
    /// What is said not to be there.
    pub absences: usize,
    /// Counts and other aggregates.
    pub counts: usize,
}

/// A node as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The relation of the study that has its name.
    pub relation: RelationId,
    /// Its values.
    pub values: Vec<Value>,
    /// The rule of the study that it names.
    pub rule: Option<RuleId>,
}

/// Something wrong with a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The node, by its place in the document; none where it is about the whole.
    pub node: Option<usize>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No node has the identity that the document calls its root.
    NoRoot,
    /// The identity is not one.
    NoIdentity,
    /// Two nodes have this identity.
    Twice,
    /// The identity is not that of what the node says.
    Altered,
    /// A premise names no node.
    Nowhere(String),
    /// The facts stand on each other in a circle.
    Circle,
    /// The study has no such relation; of one that stands for conditions, the rule that comes nearest.
    NoRelation(Option<RuleId>),
    /// The relation has so many columns.
    Width(usize),
    /// A value of a fact says that anything may stand there.
    AnyValue,
    /// The pattern is none of the study.
    NoPattern(String),
    /// The study gives no such fact. The place, among the relation's given facts, of the nearest that it gives, and
    /// the first column in which that differs.
    NotGiven(Option<(usize, usize)>),
    /// It is given in another way: a row that was a statement of the study, or the other way round.
    GivenOtherwise,
    /// The passage is not found there any more: message and place.
    NoPassage(Value, (u32, u32)),
    /// The message has another text than the proof was made from.
    OtherText(Value, (u32, u32)),
    /// The words are not those of the passage.
    OtherWords(Value, (u32, u32)),
    /// No rule of the study reads so; the one that comes nearest.
    NoRule(Option<RuleId>),
    /// The number of values or premises does not fit the rule.
    Misfit,
    /// A column of the fact is not what the rule gives.
    HeadValue(usize, Option<Value>),
    /// Two empty places are taken for equal.
    EqualAbsences,
    /// The premise of the condition of that number is not what the condition asks for.
    Premise(usize),
    /// The condition of that number is not met.
    NotMet(usize),
    /// There is what should be absent: the condition's number, the relation and its row.
    Present(usize, RelationId, Vec<Value>),
    /// The study counts nothing of the kind.
    NoCount,
    /// The value of the count in the study, none where it counts nothing, and that of the proof.
    OtherCount(Option<Value>, Value),
    /// What is counted is other: a row that the study has and the proof lacks, and the other way round.
    OtherRows(Option<Vec<Value>>, Option<Vec<Value>>),
    /// A fact that is shown as counted is none of what is counted.
    NotCounted,
    /// What absences and counts rest on could not be worked out.
    GivenUp(GivenUp),
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
        texts: FxHashMap::default(),
        found: FxHashMap::default(),
        given: FxHashMap::default(),
        faults: Vec::new(),
        looked: Looked { facts: document.nodes.len(), ..Looked::default() },
    };
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
    /// The texts of rules that were asked for.
    texts: FxHashMap<RuleId, String>,
    /// The rule of each head and text that was asked for.
    found: FxHashMap<(String, String), Option<RuleId>>,
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
