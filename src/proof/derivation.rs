//! Proofs as data, and the direct derivations of a fact: its rules run backwards, with the head's values known.

use super::passages::Passages;
use super::terms::form;
use crate::base::{Pool, Value};
use crate::eval::{Database, Haste, Reading, Texts, View, Walk, tables, unify};
use crate::ir::compute::compute;
use crate::ir::core::{Core, Expr, Literal, RelationId, RuleId, Var};
use crate::plan::{Request, RulePlan, Sizes, Strata, plan};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// So many rows of an aggregate are proven; the rest are named.
pub const SHOWN: usize = 12;

/// A program with all its facts.
#[derive(Clone, Copy)]
pub struct Evaluated<'a> {
    /// The program.
    pub core: &'a Core,
    /// Its strata.
    pub strata: &'a Strata,
    /// Its facts, complete.
    pub db: &'a Database,
    /// Their values.
    pub pool: &'a Pool,
    /// The texts.
    pub texts: &'a dyn Texts,
}

/// A place in [`Proof::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Why a fact holds. What several steps need is there once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The facts, what is to be proven first.
    pub nodes: Vec<Node>,
    /// True where no proof is smaller, whichever row stands where any would do; false where the search stopped early.
    pub proven_best: bool,
}

impl Proof {
    /// The node of that number.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The fact that is proven.
    pub fn root(&self) -> &Node {
        &self.nodes[0]
    }
}

/// A fact and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The relation.
    pub relation: RelationId,
    /// The row in it.
    pub row: u32,
    /// Its values.
    pub values: Vec<Value>,
    /// Why it holds.
    pub source: Source,
}

/// Why a fact holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It is given.
    Given {
        /// The place among its relation's given facts.
        place: usize,
    },
    /// A rule says so.
    Rule {
        /// The rule.
        rule: RuleId,
        /// The value of each variable.
        binding: Vec<Value>,
        /// One a literal of the body.
        premises: Vec<Premise>,
    },
    /// An aggregate over rows.
    Aggregated {
        /// By its place in the program.
        aggregation: usize,
        /// All rows of the group, in the aggregation's body.
        rows: Vec<u32>,
        /// The proofs of the first [`SHOWN`] of them.
        shown: Vec<NodeId>,
    },
}

/// Why a literal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Premise {
    /// This fact matches it; of a lookup, the aggregate's fact.
    Node(NodeId),
    /// No row is like this; [`None`] stands for any value.
    Absent {
        /// The relation.
        relation: RelationId,
        /// The columns.
        pattern: Vec<Option<Value>>,
    },
    /// The group has no rows, so that the aggregate has this value.
    Default {
        /// The head of the aggregation.
        relation: RelationId,
        /// The group; [`None`] stands for any value.
        key: Vec<Option<Value>>,
        /// The value.
        value: Value,
    },
    /// A comparison, binding or test, true under the binding.
    Holds,
}

/// One direct derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Derivation {
    /// The fact is given.
    Given {
        /// The place among its relation's given facts.
        place: usize,
    },
    /// By a rule.
    Rule {
        /// The rule.
        rule: RuleId,
        /// The value of each variable.
        binding: Vec<Value>,
        /// The row that each literal of the body read; none for a literal that reads none, or took its default.
        rows: Vec<Option<u32>>,
    },
    /// By an aggregation.
    Aggregated {
        /// By its place in the program.
        aggregation: usize,
        /// All rows of the group.
        rows: Vec<u32>,
    },
}

impl Derivation {
    /// True for an aggregate over rows.
    pub(super) fn is_aggregate(&self) -> bool {
        matches!(self, Derivation::Aggregated { .. })
    }

    /// The facts it stands on; of an aggregate the first [`SHOWN`].
    pub fn premises(&self, core: &Core) -> Vec<(RelationId, u32)> {
        match self {
            Derivation::Given { .. } => Vec::new(),
            Derivation::Rule { rule, rows, .. } => {
                let of = |(literal, row): (&Literal, &Option<u32>)| match literal {
                    Literal::Atom(relation, _) | Literal::Lookup { relation, .. } => Some((*relation, (*row)?)),
                    _ => None,
                };
                core.rule(*rule).body.iter().zip(rows).filter_map(of).collect()
            }
            Derivation::Aggregated { aggregation, rows } => {
                let body = core.aggregations[*aggregation].body;
                rows.iter().take(SHOWN).map(|&row| (body, row)).collect()
            }
        }
    }

    /// The reason as a proof states it; `node` tells the node of each premise.
    pub(super) fn source(self, core: &Core, node: &mut dyn FnMut(RelationId, u32) -> NodeId) -> Source {
        match self {
            Derivation::Given { place } => Source::Given { place },
            Derivation::Rule { rule, binding, rows } => {
                let premise = |(literal, row): (&Literal, &Option<u32>)| match (literal, row) {
                    (Literal::Atom(relation, _) | Literal::Lookup { relation, .. }, Some(row)) => {
                        Premise::Node(node(*relation, *row))
                    }
                    (Literal::Lookup { relation, key, value, .. }, None) => Premise::Default {
                        relation: *relation,
                        key: form(key, &binding),
                        value: binding[value.0 as usize],
                    },
                    (Literal::Not(relation, terms), _) => {
                        Premise::Absent { relation: *relation, pattern: form(terms, &binding) }
                    }
                    _ => Premise::Holds,
                };
                let premises = core.rule(rule).body.iter().zip(&rows).map(premise).collect();
                Source::Rule { rule, binding, premises }
            }
            Derivation::Aggregated { aggregation, rows } => {
                let body = core.aggregations[aggregation].body;
                let shown = rows.iter().take(SHOWN).map(|&row| node(body, row)).collect();
                Source::Aggregated { aggregation, rows, shown }
            }
        }
    }
}

/// What a few searches of rows at rest go through: by the first columns, the rows that fit; by others, at first, all rows.
struct AtRest<'a>(&'a Database);

/// A plan serves so many facts, more or less, before an order is worth making.
const FACTS: usize = 64;

impl Sizes for AtRest<'_> {
    fn rows(&self, relation: RelationId) -> usize {
        self.0.rows(relation)
    }

    fn matching(&self, relation: RelationId, columns: &[u32]) -> usize {
        let first = (0..).zip(columns).take_while(|(place, column)| place == *column).count();
        let passed = match first == columns.len() {
            true => 0,
            false => self.0.matching(relation, &columns[..first]) / FACTS,
        };
        self.0.matching(relation, columns) + passed
    }
}

/// Finds derivations. Plans are made once for each rule and set of columns that hold a value.
pub struct Backward<'a> {
    evaluated: Evaluated<'a>,
    rules: Vec<Vec<RuleId>>,
    plans: FxHashMap<(RuleId, Vec<Var>), Option<Rc<RulePlan>>>,
    passages: Passages,
}

impl<'a> Backward<'a> {
    /// For all facts of one evaluated program.
    pub fn new(evaluated: Evaluated<'a>) -> Backward<'a> {
        let mut rules = vec![Vec::new(); evaluated.core.relations.len()];
        for (id, rule) in evaluated.core.rules.iter().enumerate() {
            rules[rule.head.0 as usize].push(RuleId(id as u32));
        }
        Backward { evaluated, rules, plans: FxHashMap::default(), passages: Passages::default() }
    }

    /// The program and its facts.
    pub fn evaluated(&self) -> Evaluated<'a> {
        self.evaluated
    }

    /// Shows the derivations of a fact one after another, until told to stop: given first, then the rules in the
    /// author's order, then aggregations.
    pub fn derivations(
        &mut self,
        relation: RelationId,
        row: u32,
        visit: &mut dyn FnMut(Derivation) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Evaluated { core, db, .. } = self.evaluated;
        if let Some(place) = db.relation(relation).given(row) {
            visit(Derivation::Given { place })?;
        }
        for at in 0..self.rules[relation.0 as usize].len() {
            self.by_rule(self.rules[relation.0 as usize][at], row, visit)?;
        }
        for (number, aggregation) in core.aggregations.iter().enumerate() {
            if aggregation.head == relation {
                let group = &db.row(relation, row)[..aggregation.groups];
                let rows = db.relation(aggregation.body).starting_with(group).collect();
                visit(Derivation::Aggregated { aggregation: number, rows })?;
            }
        }
        ControlFlow::Continue(())
    }

    fn by_rule(
        &mut self,
        id: RuleId,
        row: u32,
        visit: &mut dyn FnMut(Derivation) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Evaluated { core, db, pool, .. } = self.evaluated;
        let rule = core.rule(id);
        let values = db.row(rule.head, row);
        let Some(mut bound) = unify(&rule.columns, &values, pool) else { return ControlFlow::Continue(()) };
        let Some(choice) = self.passages.choice(self.evaluated, rule, &bound) else {
            return self.bound(id, &values, &bound, visit);
        };
        let at = bound.len();
        for &passage in choice.values() {
            bound.truncate(at);
            bound.push((choice.var, passage));
            self.bound(id, &values, &bound, visit)?;
        }
        ControlFlow::Continue(())
    }

    /// The derivations of a row by a rule of which some variables have a value.
    fn bound(
        &mut self,
        id: RuleId,
        values: &[Value],
        bound: &[(Var, Value)],
        visit: &mut dyn FnMut(Derivation) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Evaluated { core, db, pool, texts, .. } = self.evaluated;
        let rule = core.rule(id);
        let vars: Vec<Var> = bound.iter().map(|(var, _)| *var).collect();
        let Some(plan) = self.plan(id, vars) else { return ControlFlow::Continue(()) };
        let tables = tables(db, &plan, Haste::Patient, &|_, _| View::ALL);
        let mut walk = Walk::new(rule, &plan, &tables);
        bound.iter().for_each(|(var, value)| walk.binding[var.0 as usize] = *value);
        walk.each(&mut Reading::new(pool, texts), &mut |walk, _, met| {
            // The evaluation met no overflow, so other conditions fail where there is one.
            if met.is_err() {
                return ControlFlow::Continue(());
            }
            let head = rule.columns.iter().zip(values);
            let same = |(column, value): (&Expr, &Value)| match compute(column, &walk.binding, pool) {
                Ok(computed) => computed.find(pool) == Some(*value),
                Err(_) => false,
            };
            if !head.into_iter().all(same) {
                return ControlFlow::Continue(());
            }
            let read = |(at, literal): (usize, &Literal)| match literal {
                Literal::Atom(relation, _) | Literal::Lookup { relation, .. } => db.find(*relation, &walk.row(at)?),
                _ => None,
            };
            let rows = rule.body.iter().enumerate().map(read).collect();
            visit(Derivation::Rule { rule: id, binding: walk.binding.clone(), rows })
        })
    }

    fn plan(&mut self, id: RuleId, vars: Vec<Var>) -> Option<Rc<RulePlan>> {
        let Evaluated { core, db, .. } = self.evaluated;
        let make = |vars: &[Var]| {
            let request = Request { bound: vars, every_row: true, delta: None };
            plan(core, id, request, &AtRest(db)).ok().map(Rc::new)
        };
        let key = (id, vars);
        if let Some(plan) = self.plans.get(&key) {
            return plan.clone();
        }
        let plan = make(&key.1);
        self.plans.insert(key, plan.clone());
        plan
    }
}
