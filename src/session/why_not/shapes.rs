//! Finds again, by their places, the conditions, values and passages that core conditions came from.

use crate::base::Location;
use crate::check::program::{
    Body, ConceptId, Condition, ConditionKind, Operand, OperandKind, Place, PlaceKind, Program,
};

/// A part of a clause.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    Condition(&'a Condition),
    Place(&'a Place),
}

/// The condition that stands at a place.
pub(super) fn condition_at(program: &Program, at: Location) -> Option<&Condition> {
    find(program, at, &|shape| match shape {
        Shape::Condition(condition) => Some(condition).filter(|c| c.at == at),
        Shape::Place(_) => None,
    })
}

/// The passage that is looked for at a place.
pub(super) fn place_at(program: &Program, at: Location) -> Option<&Place> {
    find(program, at, &|shape| match shape {
        Shape::Place(place) => Some(place).filter(|place| place.at == at),
        Shape::Condition(_) => None,
    })
}

/// True where some clause asks where in a message a concept stands.
pub(super) fn is_placed(program: &Program, id: ConceptId) -> bool {
    let pick = |shape: Shape<'_>| match shape {
        Shape::Place(Place { kind: PlaceKind::Both(_, a, b) | PlaceKind::Except(a, b), .. }) => {
            (names(a, id) || names(b, id)).then_some(())
        }
        _ => None,
    };
    program
        .concepts
        .iter()
        .flat_map(|c| c.when.iter().chain(&c.unless))
        .any(|body| in_condition(&body.condition, &pick).is_some())
}

fn names(place: &Place, id: ConceptId) -> bool {
    match &place.kind {
        PlaceKind::Code(code) => *code == id,
        PlaceKind::Or(parts) => parts.iter().any(|part| names(part, id)),
        _ => false,
    }
}

fn find<'a, T>(program: &'a Program, at: Location, pick: &dyn Fn(Shape<'a>) -> Option<T>) -> Option<T> {
    let holds =
        |outer: Location| outer.file == at.file && outer.span.start <= at.span.start && at.span.end <= outer.span.end;
    let in_body = |body: &'a Body| if holds(body.at) { in_condition(&body.condition, pick) } else { None };
    let concepts = program.concepts.iter().find_map(|concept| {
        let bodies = concept.when.iter().chain(&concept.unless).find_map(in_body);
        bodies.or_else(|| concept.matches.iter().find_map(|m| in_place(&m.place, pick)))
    });
    concepts
        .or_else(|| program.rules.iter().find_map(|rule| in_body(&rule.body)))
        .or_else(|| program.maps.iter().filter_map(|map| map.guard.as_ref()).find_map(in_body))
}

fn in_condition<'a, T>(condition: &'a Condition, pick: &dyn Fn(Shape<'a>) -> Option<T>) -> Option<T> {
    if let Some(found) = pick(Shape::Condition(condition)) {
        return Some(found);
    }
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().find_map(|part| in_condition(part, pick))
        }
        ConditionKind::Not(inner) | ConditionKind::Has(_, inner) => in_condition(inner, pick),
        ConditionKind::Place(place) => in_place(place, pick),
        ConditionKind::Compare(_, a, b) => [a, b].into_iter().find_map(|operand| in_operand(operand, pick)),
        _ => None,
    }
}

fn in_operand<'a, T>(operand: &'a Operand, pick: &dyn Fn(Shape<'a>) -> Option<T>) -> Option<T> {
    match &operand.kind {
        OperandKind::Aggregate(aggregate) => in_condition(&aggregate.body, pick),
        OperandKind::Arithmetic(_, a, b) => in_operand(a, pick).or_else(|| in_operand(b, pick)),
        OperandKind::Call(_, args) => args.iter().find_map(|arg| in_operand(arg, pick)),
        _ => None,
    }
}

fn in_place<'a, T>(place: &'a Place, pick: &dyn Fn(Shape<'a>) -> Option<T>) -> Option<T> {
    if let Some(found) = pick(Shape::Place(place)) {
        return Some(found);
    }
    match &place.kind {
        PlaceKind::Pattern(_) | PlaceKind::Code(_) => None,
        PlaceKind::Or(parts) => parts.iter().find_map(|part| in_place(part, pick)),
        PlaceKind::Both(_, a, b) | PlaceKind::Except(a, b) => in_place(a, pick).or_else(|| in_place(b, pick)),
    }
}
