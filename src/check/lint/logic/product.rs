//! Conditions of one rule that have no name in common, so that every row of the one is combined with every row of the
//! other. How many that are only the data can tell; here they are found.
//!
//! Any condition that names both sides ties them together, a comparison and a `not` too. What asks of the message at hand
//! is asked once for each message and is no side of its own.

use super::literal::alternatives;
use crate::base::{FileId, Location, Span, Value};
use crate::check::program::{Body, Condition, ConditionKind, KindId, Operand, OperandKind, Program, RelationId, VarId};
use crate::check::safety::{condition_vars, each_operand, needed};
use rustc_hash::{FxHashMap, FxHashSet};

/// Conditions that are combined with one another.
#[derive(Clone, Debug)]
pub struct Product {
    /// From the first to the last of them.
    pub at: Location,
    /// Two or more, in the author's order.
    pub sides: Vec<Side>,
}

/// Conditions that are tied together by the names they share.
#[derive(Clone, Debug)]
pub struct Side {
    /// Where it first stands.
    pub at: Location,
    /// What its names run over.
    pub over: Vec<Over>,
}

/// What names run over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// The rows of a relation with these values.
    Rows(RelationId, Vec<Option<Value>>),
    /// The ids or concepts of a kind.
    Kind(KindId),
}

/// All products of the author's own clauses.
pub fn products(program: &Program, shipped: &FxHashSet<FileId>) -> Vec<Product> {
    let whens = program.concepts.iter().flat_map(|c| c.when.iter().chain(&c.unless));
    let rules = program.rules.iter().map(|r| &r.body);
    let guards = program.maps.iter().filter_map(|m| m.guard.as_ref());
    let mut found = Vec::new();
    for body in whens.chain(rules).chain(guards).filter(|b| !shipped.contains(&b.at.file)) {
        of_body(body, &mut found);
    }
    found
}

/// The products of one body, those in its counts among them.
pub fn of_body(body: &Body, found: &mut Vec<Product>) {
    of_condition(&body.condition, &[], found);
}

/// `bound`: what is given from outside, and so ties conditions together.
fn of_condition(condition: &Condition, bound: &[VarId], found: &mut Vec<Product>) {
    each_operand(condition, &mut |operand| inside(operand, found));
    for conditions in alternatives(condition).unwrap_or_default() {
        if let Some(product) = product(&conditions, bound)
            && found.iter().all(|p| p.at != product.at)
        {
            found.push(product);
        }
    }
}

fn inside(operand: &Operand, found: &mut Vec<Product>) {
    match &operand.kind {
        OperandKind::Arithmetic(_, a, b) => {
            inside(a, found);
            inside(b, found);
        }
        OperandKind::Call(_, args) => args.iter().for_each(|a| inside(a, found)),
        OperandKind::Aggregate(aggregate) => of_condition(&aggregate.body, &aggregate.groups, found),
        _ => {}
    }
}

/// The variables that a condition ties together; of a count its groups. `this` and what is given outside are one more.
fn tied(condition: &Condition, bound: &[VarId]) -> (Vec<VarId>, bool) {
    let mut vars = Vec::new();
    let mut outside = false;
    match &condition.kind {
        ConditionKind::Not(_) | ConditionKind::Or(_) | ConditionKind::AtLeast(..) | ConditionKind::Has(..) => {
            vars = condition_vars(condition);
            outside = matches!(condition.kind, ConditionKind::Has(..));
        }
        _ => each_operand(condition, &mut |o| {
            vars.extend(needed(o));
            outside |= says_this(o);
        }),
    }
    outside |= vars.iter().any(|v| bound.contains(v));
    (vars, outside)
}

fn says_this(operand: &Operand) -> bool {
    match &operand.kind {
        OperandKind::This => true,
        OperandKind::Arithmetic(_, a, b) => says_this(a) || says_this(b),
        OperandKind::Call(_, args) => args.iter().any(says_this),
        OperandKind::Aggregate(aggregate) => {
            let mut found = false;
            each_operand(&aggregate.body, &mut |o| found |= says_this(o));
            found
        }
        _ => false,
    }
}

fn product(conditions: &[&Condition], bound: &[VarId]) -> Option<Product> {
    // Groups of variables by a leader; the last place stands for the outside.
    let mut leaders: FxHashMap<Option<VarId>, Option<VarId>> = FxHashMap::default();
    for condition in conditions {
        let (vars, outside) = tied(condition, bound);
        let mut members = vars.into_iter().map(Some).chain(outside.then_some(None));
        let Some(first) = members.next() else { continue };
        let first = leader(&mut leaders, first);
        for other in members {
            let other = leader(&mut leaders, other);
            leaders.insert(other, first);
        }
    }
    let outside = leader(&mut leaders, None);
    let mut sides: Vec<(Option<VarId>, Side)> = Vec::new();
    for condition in conditions {
        let Some((over, var)) = runs_over(condition) else { continue };
        let of = leader(&mut leaders, Some(var));
        if of == outside {
            continue;
        }
        match sides.iter_mut().find(|(known, _)| *known == of) {
            Some((_, side)) => side.over.push(over),
            None => sides.push((of, Side { at: condition.at, over: vec![over] })),
        }
    }
    let (first, last) = (sides.first()?.1.at, sides.last()?.1.at);
    let at =
        Location::new(first.file, Span::new(first.span.start.min(last.span.start), first.span.end.max(last.span.end)));
    (sides.len() > 1).then(|| Product { at, sides: sides.into_iter().map(|(_, side)| side).collect() })
}

fn leader(leaders: &mut FxHashMap<Option<VarId>, Option<VarId>>, mut of: Option<VarId>) -> Option<VarId> {
    while let Some(&next) = leaders.get(&of)
        && next != of
    {
        of = next;
    }
    leaders.insert(of, of);
    of
}

/// What a condition lets names run over, and one of them.
fn runs_over(condition: &Condition) -> Option<(Over, VarId)> {
    match &condition.kind {
        ConditionKind::Atom(relation, operands) => {
            let var = operands.iter().find_map(|o| match o.kind {
                OperandKind::Var(var) => Some(var),
                _ => None,
            })?;
            let values = operands.iter().map(|o| match o.kind {
                OperandKind::Const(value) => Some(value),
                _ => None,
            });
            Some((Over::Rows(*relation, values.collect()), var))
        }
        ConditionKind::IsA(Operand { kind: OperandKind::Var(var), .. }, kind) => Some((Over::Kind(*kind), *var)),
        _ => None,
    }
}
