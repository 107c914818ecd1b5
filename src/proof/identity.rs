//! Names for the nodes of proofs that are equal on every run and machine: digests of what a node says.
//!
//! What is digested are some lines of text: the fact, how it follows, and the identities of what it follows from. So a
//! blank line in the study, rows in another order and an item that has nothing to do with it change nothing, and
//! another value, rule or premise does. The same lines come from a proof and from its document, which is how a
//! document is held against its own identities.

use super::canon::Canon;
use super::derivation::{Node, NodeId, Premise, Proof, SHOWN, Source};
use crate::base::hash::digest;
use crate::base::{Pool, Value};
use crate::eval::Database;
use crate::ir::core::{FactPlace, RelationId, RuleId};
use std::fmt::{self, Display};

/// The identity of a node: the first 16 hexadecimal digits of the SHA-256 of its [`Content`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(String);

impl Identity {
    /// As it is written; [`None`] for what is no identity.
    pub fn parse(text: &str) -> Option<Identity> {
        let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        (text.len() == 16 && text.chars().all(digit)).then(|| Identity(text.to_string()))
    }

    /// Its digits.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a given fact comes from, as far as its identity goes: not in which line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenBy {
    /// A row of a data file.
    Row,
    /// Something the author wrote.
    Written,
    /// A pattern's match in a text.
    Passage,
}

impl GivenBy {
    /// Of a place.
    pub fn of(place: FactPlace) -> GivenBy {
        match place {
            FactPlace::Row(_) => GivenBy::Row,
            FactPlace::Written(_) => GivenBy::Written,
            FactPlace::Text => GivenBy::Passage,
        }
    }

    /// `row`, `written`, `passage`
    pub fn name(self) -> &'static str {
        match self {
            GivenBy::Row => "row",
            GivenBy::Written => "written",
            GivenBy::Passage => "passage",
        }
    }
}

/// What a node says, line by line; every text comes from [`Canon`], so no line holds a line end.
pub struct Content(String);

impl Content {
    /// Of a fact: `theme@sharing("m15")`.
    pub fn of(fact: &str) -> Content {
        Content(format!("hence proof 1\n{fact}\n"))
    }

    fn line(mut self, word: &str, text: impl Display) -> Content {
        self.0 += &format!("{word} {text}\n");
        self
    }

    /// It is given.
    pub fn given(self, by: GivenBy) -> Content {
        self.line("given", by.name())
    }

    /// A rule says so, for these values of its variables in the order of its text.
    pub fn rule(self, text: &str, binding: &str) -> Content {
        self.line("rule", text).line("binding", binding)
    }

    /// It is an aggregate over these rows, in order.
    pub fn aggregate<'r>(self, text: &str, rows: impl Iterator<Item = &'r String>) -> Content {
        rows.fold(self.line("aggregate", text), |content, row| content.line("row", row))
    }

    /// A premise that is a fact.
    pub fn fact(self, id: &str) -> Content {
        self.line("fact", id)
    }

    /// A premise that says that there is no such fact.
    pub fn absent(self, form: &str) -> Content {
        self.line("absent", form)
    }

    /// A premise that says that a group has no rows and so this value.
    pub fn default(self, form: &str, value: &str) -> Content {
        self.line("none of", format!("{form} = {value}"))
    }

    /// A condition that the values meet.
    pub fn holds(mut self) -> Content {
        self.0 += "holds\n";
        self
    }

    /// The identity.
    pub fn identity(self) -> Identity {
        Identity(digest(&self.0))
    }
}

/// The identity of each node of a proof, in its order. The database is the one that the proof was found in.
pub fn identities(proof: &Proof, canon: &Canon<'_>, db: &Database) -> Vec<Identity> {
    let mut known: Vec<Option<Identity>> = vec![None; proof.nodes.len()];
    let mut open = vec![true; proof.nodes.len()];
    let mut texts = rustc_hash::FxHashMap::default();
    for start in 0..proof.nodes.len() {
        let mut path = vec![NodeId(start as u32)];
        while let Some(&id) = path.last() {
            let at = id.0 as usize;
            if std::mem::take(&mut open[at]) {
                let premises = facts_of(proof.node(id));
                path.extend(premises.into_iter().filter(|premise| open[premise.0 as usize]));
                continue;
            }
            path.pop();
            if known[at].is_none() {
                let node = proof.node(id);
                let text = |rule: RuleId| texts.entry(rule).or_insert_with(|| canon.rule(rule)).clone();
                known[at] = Some(content(node, canon, db, text, &known).identity());
            }
        }
    }
    known.into_iter().flatten().collect()
}

/// The nodes that a node stands on, and its identity covers.
fn facts_of(node: &Node) -> Vec<NodeId> {
    match &node.source {
        Source::Given { .. } => Vec::new(),
        Source::Rule { premises, .. } => {
            let fact = |premise: &Premise| if let Premise::Node(id) = premise { Some(*id) } else { None };
            premises.iter().filter_map(fact).collect()
        }
        Source::Aggregated { rows, shown, .. } if covers(rows.len()) => shown.clone(),
        Source::Aggregated { .. } => Vec::new(),
    }
}

/// True where the reasons of what is counted belong to a count's identity: where all of them are told. Which are told
/// of many depends on the order in which they became known.
pub(super) fn covers(rows: usize) -> bool {
    rows <= SHOWN
}

fn content(
    node: &Node,
    canon: &Canon<'_>,
    db: &Database,
    mut text: impl FnMut(RuleId) -> String,
    known: &[Option<Identity>],
) -> Content {
    let core = canon.core();
    let all = |values: &[Value]| values.iter().map(|&value| Some(value)).collect::<Vec<_>>();
    let content = Content::of(&canon.fact(node.relation, all(&node.values)));
    // A premise is known before what stands on it, but in a circle, which no proof has.
    let fact = |content: Content, id: &NodeId| match &known[id.0 as usize] {
        Some(identity) => content.fact(identity.text()),
        None => content.line("fact", "in a circle"),
    };
    match &node.source {
        Source::Given { place } => {
            let given = core.given[node.relation.0 as usize].places.get(*place);
            content.given(given.map_or(GivenBy::Written, GivenBy::of))
        }
        Source::Rule { rule, binding, premises } => {
            let values = Canon::variables(core.rule(*rule)).into_iter().map(|var| Some(binding[var.0 as usize]));
            let content = content.rule(&text(*rule), &canon.values(values));
            premises.iter().fold(content, |content, premise| match premise {
                Premise::Node(id) => fact(content, id),
                Premise::Absent { relation, pattern } => content.absent(&canon.fact(*relation, pattern.clone())),
                Premise::Default { relation, key, value } => {
                    content.default(&canon.fact(*relation, key.clone()), &canon.value(*value))
                }
                Premise::Holds => content.holds(),
            })
        }
        Source::Aggregated { aggregation, rows, shown } => {
            let aggregation = &core.aggregations[*aggregation];
            let listed = listed(aggregation.body, rows, canon.pool(), db);
            let listed: Vec<String> = listed.iter().map(|row| canon.values(all(row))).collect();
            let content = content.aggregate(&canon.aggregation(aggregation), listed.iter());
            if !covers(rows.len()) {
                return content;
            }
            let mut shown: Vec<&NodeId> = shown.iter().collect();
            shown.sort_by(|a, b| known[a.0 as usize].cmp(&known[b.0 as usize]));
            shown.into_iter().fold(content, fact)
        }
    }
}

/// The rows of a relation as people sort them.
pub fn listed(relation: RelationId, rows: &[u32], pool: &Pool, db: &Database) -> Vec<Vec<Value>> {
    let mut listed: Vec<Vec<Value>> = rows.iter().map(|&row| db.row(relation, row).to_vec()).collect();
    sort_rows(&mut listed, pool);
    listed
}

/// Sorts rows as people do.
pub(super) fn sort_rows(rows: &mut [Vec<Value>], pool: &Pool) {
    rows.sort_by(|a, b| {
        let mut orders = a.iter().zip(b).map(|(&x, &y)| pool.compare(x, y));
        orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
}
