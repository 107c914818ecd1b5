//! What can never hold because what it asks for can never hold, back to the cause: a condition that never holds, a
//! relation that nothing fills, a code that nothing finds.
//!
//! A least fixpoint over concepts and relations: something may hold as soon as one of its ways asks only for what may
//! hold. Rows of data are not looked at, so what an input brings may be anything. A study without messages is still being
//! written, and of it nothing is said to lack data.

use super::value::bound;
use super::{Logic, Truths, explain};
use crate::base::Location;
use crate::check::program::{
    ConceptId, Condition, ConditionKind, KindId, Operand, OperandKind, Place, PlaceKind, RelationId, RelationKind,
    Status,
};
use crate::syntax::tree::{AggregateFunction, CompareOp, HasScope};
use rustc_hash::FxHashMap;

/// Something that holds or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Node {
    Concept(ConceptId),
    Relation(RelationId),
}

/// What keeps a way from holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocked {
    /// A condition that never holds, and the message that says so.
    By(Option<usize>),
    /// Something that never holds is asked for here.
    Asks(Node, Location),
}

/// One way for something to hold.
enum Way<'a> {
    /// Nothing more is needed.
    Open,
    Place(&'a Place),
    Condition(&'a Condition),
    /// Another thing, at a place; and a condition beside it.
    Node(Node, Location, Option<&'a Condition>),
}

/// Adds to the messages of what never holds what follows from it, and says what never holds for want of anything that
/// could make it.
pub(super) fn consequences(logic: &Logic<'_>, truths: &mut Truths) {
    let chain = Chain::new(logic, truths);
    let never = chain.never();
    explain::explain(logic, &never, truths);
}

/// What can never hold, and why.
pub(super) struct Never {
    /// With what keeps each of its ways; nothing where it has no way at all.
    pub nodes: FxHashMap<Node, Vec<Blocked>>,
    /// In order of declaration, concepts first.
    pub order: Vec<Node>,
}

struct Chain<'a, 'l> {
    logic: &'l Logic<'a>,
    truths: &'l Truths,
    ways: FxHashMap<Node, Vec<Way<'a>>>,
    order: Vec<Node>,
    may: FxHashMap<Node, bool>,
}

impl<'a, 'l> Chain<'a, 'l> {
    fn new(logic: &'l Logic<'a>, truths: &'l Truths) -> Chain<'a, 'l> {
        let program = logic.program;
        let concepts = (0..program.concepts.len() as u32).map(|i| Node::Concept(ConceptId(i)));
        let relations = (0..program.relations.len() as u32).map(|i| Node::Relation(RelationId(i)));
        let order: Vec<Node> = concepts.chain(relations).collect();
        let mut chain = Chain { logic, truths, ways: FxHashMap::default(), order, may: FxHashMap::default() };
        chain.find_ways();
        chain
    }

    fn add(&mut self, node: Node, way: Way<'a>) {
        self.ways.entry(node).or_default().push(way);
    }

    fn find_ways(&mut self) {
        let program = self.logic.program;
        let code = program.known_kind("code");
        for (i, concept) in program.concepts.iter().enumerate() {
            let (id, kind) = (ConceptId(i as u32), program.kind(concept.kind));
            let node = Node::Concept(id);
            let Some(relation) = kind.relation else {
                self.add(node, Way::Open);
                continue;
            };
            self.add(Node::Relation(relation), Way::Node(node, concept.at, None));
            let blocked = concept.unless.iter().any(|u| self.truths.of(&u.condition).is_some_and(|(holds, _)| holds));
            if concept.status != Status::Retired && !blocked {
                concept.matches.iter().for_each(|m| self.add(node, Way::Place(&m.place)));
                concept.when.iter().for_each(|w| self.add(node, Way::Condition(&w.condition)));
            }
            for &parent in &concept.under {
                self.add(Node::Concept(parent), Way::Node(node, concept.at, None));
            }
        }
        for map in &program.maps {
            for &to in &map.to {
                let guard = map.guard.as_ref().map(|g| &g.condition);
                self.add(Node::Concept(to), Way::Node(Node::Concept(map.theme), map.at, guard));
            }
        }
        for rule in &program.rules {
            self.add(Node::Relation(rule.head), Way::Condition(&rule.body.condition));
            for id in self.named(rule.head, &rule.columns) {
                self.add(Node::Concept(id), Way::Condition(&rule.body.condition));
            }
        }
        let given = program.tests.iter().flat_map(|t| &t.given);
        for fact in program.facts.iter().chain(given) {
            self.add(Node::Relation(fact.relation), Way::Open);
            for value in &fact.row {
                if let (Some(&id), true) = (program.concept_values.get(value), self.says_concepts(fact.relation)) {
                    self.add(Node::Concept(id), Way::Open);
                }
            }
        }
        for input in &program.inputs {
            self.add(Node::Relation(input.relation), Way::Open);
            for kind in self.kinds_of(input.relation) {
                let ids: Vec<ConceptId> = program.concepts_of(kind).map(|(id, _)| id).collect();
                ids.into_iter().for_each(|id| self.add(Node::Concept(id), Way::Open));
            }
        }
        let message = program.known("message");
        let has_messages =
            program.inputs.iter().any(|i| i.relation == message) || program.facts.iter().any(|f| f.relation == message);
        for (i, relation) in program.relations.iter().enumerate() {
            let node = Node::Relation(RelationId(i as u32));
            let made = matches!(
                relation.kind,
                RelationKind::Message
                    | RelationKind::Coded
                    | RelationKind::Quote
                    | RelationKind::Evidence
                    | RelationKind::Under
                    | RelationKind::Stimulates
                    | RelationKind::Properties(_)
            );
            let wanting = !has_messages && !self.ways.contains_key(&node);
            if made || wanting {
                self.add(node, Way::Open);
            }
        }
        // Where people may code, they may code anything.
        let coded = [program.known("coding"), program.known("coded")];
        if !has_messages || coded.iter().any(|c| program.inputs.iter().any(|i| i.relation == *c)) {
            let codes: Vec<ConceptId> = program.concepts_of(code).map(|(id, _)| id).collect();
            codes.into_iter().for_each(|id| self.add(Node::Concept(id), Way::Open));
        }
    }

    /// True where a row of a relation says that a concept holds.
    fn says_concepts(&self, relation: RelationId) -> bool {
        matches!(
            self.logic.program.relation(relation).kind,
            RelationKind::Has(_) | RelationKind::Coding | RelationKind::Coded
        )
    }

    /// The kinds of which a relation says that a concept holds.
    fn kinds_of(&self, relation: RelationId) -> Vec<KindId> {
        match self.logic.program.relation(relation).kind {
            RelationKind::Has(kind) => vec![kind],
            RelationKind::Coding | RelationKind::Coded => vec![self.logic.program.known_kind("code")],
            _ => Vec::new(),
        }
    }

    /// The concepts that a conclusion may name.
    fn named(&self, relation: RelationId, columns: &[Operand]) -> Vec<ConceptId> {
        let program = self.logic.program;
        let kinds = self.kinds_of(relation);
        if kinds.is_empty() {
            return Vec::new();
        }
        match columns.get(1).map(|c| &c.kind) {
            Some(OperandKind::Const(value)) => program.concept_values.get(value).copied().into_iter().collect(),
            _ => kinds.into_iter().flat_map(|k| program.concepts_of(k).map(|(id, _)| id)).collect(),
        }
    }

    fn never(mut self) -> Never {
        // Every other round goes backwards: what is declared in the order of a long chain, or against it, is done in two.
        for round in 0usize.. {
            let mut changed = false;
            for i in 0..self.order.len() {
                let node = self.order[if round % 2 == 0 { i } else { self.order.len() - 1 - i }];
                if self.may.contains_key(&node) {
                    continue;
                }
                let open = self.ways.get(&node).is_some_and(|ways| ways.iter().any(|w| self.way(w).is_empty()));
                if open {
                    self.may.insert(node, true);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let order: Vec<Node> = self.order.iter().copied().filter(|n| !self.may.contains_key(n)).collect();
        let blocked = |node: &Node| -> Vec<Blocked> {
            let mut all = self.ways.get(node).into_iter().flatten().flat_map(|w| self.way(w)).collect::<Vec<_>>();
            if let Node::Concept(id) = node {
                let unless = &self.logic.program.concept(*id).unless;
                let always = unless.iter().filter_map(|u| self.truths.of(&u.condition).filter(|(holds, _)| *holds));
                all.extend(always.map(|(_, cause)| Blocked::By(cause)));
            }
            all
        };
        Never { nodes: order.iter().map(|n| (*n, blocked(n))).collect(), order }
    }

    /// What keeps a way from holding; nothing where it may hold.
    fn way(&self, way: &Way<'_>) -> Vec<Blocked> {
        match way {
            Way::Open => Vec::new(),
            Way::Place(place) => self.place(place),
            Way::Condition(condition) => self.condition(condition),
            Way::Node(node, at, guard) => {
                let mut all = self.node(*node, *at);
                all.extend(guard.iter().flat_map(|g| self.condition(g)));
                all
            }
        }
    }

    fn node(&self, node: Node, at: Location) -> Vec<Blocked> {
        if self.may.contains_key(&node) { Vec::new() } else { vec![Blocked::Asks(node, at)] }
    }

    fn place(&self, place: &Place) -> Vec<Blocked> {
        if let Some((false, cause)) = self.truths.of(place) {
            return vec![Blocked::By(cause)];
        }
        match &place.kind {
            PlaceKind::Pattern(_) => Vec::new(),
            PlaceKind::Code(id) => self.node(Node::Concept(*id), place.at),
            PlaceKind::Or(parts) => some_of(1, parts.iter().map(|p| self.place(p)).collect()),
            PlaceKind::Both(_, a, b) => [self.place(a), self.place(b)].concat(),
            PlaceKind::Except(a, _) => self.place(a),
        }
    }

    fn condition(&self, condition: &Condition) -> Vec<Blocked> {
        match self.truths.of(condition) {
            Some((false, cause)) => return vec![Blocked::By(cause)],
            Some((true, _)) => return Vec::new(),
            None => {}
        }
        match &condition.kind {
            ConditionKind::And(parts) => parts.iter().flat_map(|p| self.condition(p)).collect(),
            ConditionKind::Or(parts) => some_of(1, parts.iter().map(|p| self.condition(p)).collect()),
            ConditionKind::AtLeast(n, parts) => some_of(*n as usize, parts.iter().map(|p| self.condition(p)).collect()),
            ConditionKind::Not(inner) => match &inner.kind {
                ConditionKind::Not(inner) => self.condition(inner),
                _ => Vec::new(),
            },
            ConditionKind::Has(scope, inner) => {
                let mut all = self.condition(inner);
                if *scope == HasScope::Parent {
                    let reply = self.logic.program.known("reply");
                    all.extend(self.node(Node::Relation(reply), condition.at));
                }
                all
            }
            ConditionKind::Holds(id) | ConditionKind::Agreed(id, _) => self.node(Node::Concept(*id), condition.at),
            ConditionKind::Place(place) => self.place(place),
            ConditionKind::Atom(relation, operands) => {
                let named = match operands.get(1).map(|o| &o.kind) {
                    Some(OperandKind::Const(value)) if self.says_concepts(*relation) => {
                        self.logic.program.concept_values.get(value).copied()
                    }
                    _ => None,
                };
                match named {
                    Some(id) => self.node(Node::Concept(id), condition.at),
                    None => self.node(Node::Relation(*relation), condition.at),
                }
            }
            ConditionKind::Compare(op, a, b) => self.compare(*op, a, b),
            _ => Vec::new(),
        }
    }

    /// A comparison of a count of what never holds: it is 0.
    fn compare(&self, op: CompareOp, a: &Operand, b: &Operand) -> Vec<Blocked> {
        for side in [a, b] {
            if let OperandKind::Aggregate(aggregate) = &side.kind
                && matches!(
                    aggregate.function,
                    AggregateFunction::Min | AggregateFunction::Max | AggregateFunction::Mean
                )
            {
                let blocked = self.condition(&aggregate.body);
                if !blocked.is_empty() {
                    return blocked;
                }
            }
        }
        let Some(bound) = bound(self.logic, op, a, b) else { return Vec::new() };
        let blocked = match &bound.what.kind {
            OperandKind::Counted(_, id, _) => self.node(Node::Concept(*id), bound.what.at),
            OperandKind::Aggregate(aggregate) if aggregate.function == AggregateFunction::Count => {
                self.condition(&aggregate.body)
            }
            _ => return Vec::new(),
        };
        let none = super::interval::Interval::numbers(Some(0), Some(0));
        if none.excludes(&bound.interval) { blocked } else { Vec::new() }
    }
}

/// What keeps `n` of several from holding: nothing where so many are free.
fn some_of(n: usize, all: Vec<Vec<Blocked>>) -> Vec<Blocked> {
    let free = all.iter().filter(|blocked| blocked.is_empty()).count();
    if free >= n { Vec::new() } else { all.into_iter().flatten().collect() }
}
