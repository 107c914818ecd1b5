//! Random edits of a program, and the change that each is.

use super::generate::{Choices, rule, values};
use hence::base::{Pool, Value};
use hence::eval::Row;
use hence::eval::change::Change;
use hence::ir::core::*;
use hence::plan::strata;
use hence::syntax::tree::AggregateFunction;
use std::sync::Arc;

/// An edit: the program after it, and what changes.
#[derive(Clone, Debug)]
pub struct Edit {
    pub core: Core,
    pub change: Change,
}

/// One given fact in; the place is the last.
pub fn give(edit: &mut Edit, id: RelationId, row: &[Value]) {
    edit.change.insert.push((id, row.into(), edit.core.given[id.0 as usize].places.len()));
    edit.core.add_fact(id, row, FactPlace::Text);
}

/// The given fact at a place out. The last one takes its place.
pub fn take(edit: &mut Edit, id: RelationId, place: usize) {
    let (arity, given) = (edit.core.relation(id).arity, &mut edit.core.given[id.0 as usize]);
    let row = |given: &Given, place: usize| Row::from(&given.values[place * arity..][..arity]);
    let last = given.places.len() - 1;
    let mut leave = |place: usize, row: Row| {
        let before = edit.change.insert.len();
        edit.change.insert.retain(|one| *one != (id, row.clone(), place));
        if edit.change.insert.len() == before {
            edit.change.remove.push((id, row, place));
        }
    };
    leave(place, row(given, place));
    if place < last {
        leave(last, row(given, last));
        edit.change.insert.push((id, row(given, last), place));
        Arc::make_mut(&mut given.values).copy_within(last * arity.., place * arity);
    }
    Arc::make_mut(&mut given.values).truncate(last * arity);
    Arc::make_mut(&mut given.places).pop();
}

/// The way back from an edit.
pub fn back(before: &Core, edit: &Edit) -> Edit {
    let change = &edit.change;
    let of_rules = |core: &Core, rule: &Rule| core.rules.iter().position(|other| other == rule);
    let mut rules_in: Vec<RuleId> = Vec::new();
    for rule in &change.rules_out {
        let mut at = of_rules(before, rule).expect("it was there");
        while rules_in.contains(&RuleId(at as u32)) {
            at += 1 + before.rules[at + 1..].iter().position(|other| other == rule).expect("it was there");
        }
        rules_in.push(RuleId(at as u32));
    }
    let of_before = |one: &Aggregation| before.aggregations.iter().position(|other| other == one);
    Edit {
        core: before.clone(),
        change: Change {
            insert: change.remove.clone(),
            remove: change.insert.clone(),
            refill: change.refill.clone(),
            rules_out: change.rules_in.iter().map(|id| edit.core.rule(*id).clone()).collect(),
            rules_in,
            aggregations_out: change.aggregations_in.iter().map(|&at| edit.core.aggregations[at].clone()).collect(),
            aggregations_in: change.aggregations_out.iter().filter_map(of_before).collect(),
        },
    }
}

/// A random edit; [`None`] where the choices lead to a program that is none.
pub fn edit(c: &mut Choices<'_>, core: &Core, pool: &mut Pool) -> Option<Edit> {
    let values = values(pool);
    let mut edit = Edit { core: core.clone(), change: Change::default() };
    let is_total = |core: &Core, id: RelationId| core.aggregations.iter().any(|one| one.head == id);
    let kinds = if c.chance(25) { 2 + c.below(4) } else { 1 };
    for _ in 0..kinds {
        let id = RelationId(c.below(edit.core.relations.len()) as u32);
        // Facts mostly of what is given from the start.
        let id = if c.chance(70) { RelationId(id.0 % 3) } else { id };
        let arity = edit.core.relation(id).arity;
        match c.below(10) {
            0..=3 => {
                let row: Vec<Value> =
                    (0..arity).map(|_| if c.chance(15) { Value::NONE } else { c.of(&values) }).collect();
                give(&mut edit, id, &row);
            }
            4..=6 => {
                let places = edit.core.given[id.0 as usize].places.len();
                if places > 0 {
                    take(&mut edit, id, c.below(places));
                }
            }
            7 => {
                let heads: Vec<RelationId> = (3..edit.core.relations.len() as u32).map(RelationId).collect();
                let heads: Vec<RelationId> = heads.into_iter().filter(|&id| !is_total(&edit.core, id)).collect();
                let totals: Vec<RelationId> = edit.core.aggregations.iter().map(|one| one.head).collect();
                if !heads.is_empty() {
                    let head = c.of(&heads);
                    let rule = rule(c, &edit.core, head, &totals, &values);
                    edit.change.rules_in.push(edit.core.add_rule(rule, OriginId(0)));
                }
            }
            8 => {
                if !edit.core.rules.is_empty() {
                    let at = c.below(edit.core.rules.len());
                    rule_out(&mut edit, at);
                }
            }
            _ => relation(c, &mut edit),
        }
    }
    strata(&edit.core).is_ok().then_some(edit)
}

/// Takes a rule out; the others keep their order.
fn rule_out(edit: &mut Edit, at: usize) {
    let rule = edit.core.rules.remove(at);
    edit.core.rule_origins.remove(at);
    let came = edit.change.rules_in.iter().position(|id| id.0 as usize == at);
    match came {
        Some(came) => drop(edit.change.rules_in.remove(came)),
        None => edit.change.rules_out.push(rule),
    }
    edit.change.rules_in.iter_mut().filter(|id| id.0 as usize > at).for_each(|id| id.0 -= 1);
}

/// A relation more, with a rule or as an aggregate; an aggregation out; or the last relation out.
fn relation(c: &mut Choices<'_>, edit: &mut Edit) {
    let count = edit.core.relations.len();
    match c.below(4) {
        0 => {
            let id = edit.core.add_relation(format!("x{count}"), c.below(4));
            let body = RelationId(c.below(count) as u32);
            let terms = (0..edit.core.relation(body).arity).map(|at| Term::Var(Var(at as u32))).collect();
            let width = edit.core.relation(body).arity;
            let column = |_| if width == 0 { Expr::Const(Value::NONE) } else { Expr::Var(Var(c.below(width) as u32)) };
            let columns = (0..edit.core.relation(id).arity).map(column).collect();
            let rule = Rule { head: id, columns, body: vec![Literal::Atom(body, terms)], vars: width as u32 };
            edit.change.rules_in.push(edit.core.add_rule(rule, OriginId(0)));
        }
        1 => {
            let body = RelationId(c.below(count) as u32);
            if edit.core.relation(body).arity > 0 {
                let groups = c.below(edit.core.relation(body).arity);
                let head = edit.core.add_relation(format!("n{count}"), groups + 1);
                use AggregateFunction::*;
                let function = c.of(&[Count, Sum, Mean, Min, Max]);
                edit.core.aggregations.push(Aggregation { head, body, groups, function });
                edit.change.aggregations_in.push(edit.core.aggregations.len() - 1);
            }
        }
        2 => {
            // Of those that came in this edit none goes.
            let kept = edit.core.aggregations.len() - edit.change.aggregations_in.len();
            if kept > 0 {
                let one = edit.core.aggregations.remove(c.below(kept));
                edit.change.aggregations_out.push(one);
                edit.change.aggregations_in.iter_mut().for_each(|at| *at -= 1);
            }
        }
        _ => {
            let id = RelationId(count as u32 - 1);
            let used = edit.core.aggregations.iter().any(|one| one.head == id || one.body == id);
            let given = !edit.core.given[id.0 as usize].places.is_empty();
            let touched = edit.change.insert.iter().chain(&edit.change.remove).any(|(other, ..)| *other == id);
            if count <= 4 || used || given || touched {
                return;
            }
            let reads = |rule: &Rule| {
                rule.head == id
                    || rule.body.iter().any(|literal| match literal {
                        Literal::Atom(read, _) | Literal::Not(read, _) => *read == id,
                        Literal::Lookup { relation, .. } => *relation == id,
                        _ => false,
                    })
            };
            while let Some(at) = edit.core.rules.iter().position(reads) {
                rule_out(edit, at);
            }
            edit.core.relations.pop();
            edit.core.given.pop();
        }
    }
}
