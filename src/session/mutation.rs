//! What would be left of a study if one condition were taken away: the places where that can be done, and doing it.

use crate::base::Location;
use crate::check::program::{
    ConceptId, Condition, ConditionKind, Operand, OperandKind, Place, PlaceKind, Program, Status,
};

/// The clause that a condition stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    When(ConceptId, usize),
    Unless(ConceptId, usize),
    Matches(ConceptId, usize),
    Rule(usize),
    Map(usize),
}

/// What can be taken away: a clause, or with a path one of the conditions in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    pub clause: Clause,
    /// From the clause's condition down, one number a step; empty for the clause as a whole.
    pub path: Vec<usize>,
    pub at: Location,
}

/// Everything that can be taken away and leaves a study that says something: of several ways each, and of each way
/// every condition that does not stand alone. `mine` says which files are the author's own.
pub(super) fn sites(program: &Program, mine: impl Fn(Location) -> bool) -> Vec<Site> {
    let mut sites = Vec::new();
    for (i, concept) in program.concepts.iter().enumerate() {
        if !mine(concept.at) || concept.status == Status::Retired || concept.withheld {
            continue;
        }
        let id = ConceptId(i as u32);
        // Keywords of a table are data, not conditions.
        let written = concept.matches.iter().filter(|m| mine(m.at)).count();
        let several = concept.when.len() + written > 1;
        for (number, matches) in concept.matches.iter().enumerate().filter(|(_, m)| mine(m.at)) {
            let clause = Clause::Matches(id, number);
            sites.extend(several.then(|| Site { clause, path: Vec::new(), at: matches.at }));
            in_place(&matches.place, clause, &mut Vec::new(), &mut sites);
        }
        for (number, body) in concept.when.iter().enumerate() {
            let clause = Clause::When(id, number);
            sites.extend(several.then(|| Site { clause, path: Vec::new(), at: body.at }));
            in_condition(&body.condition, clause, &mut Vec::new(), &mut sites);
        }
        for (number, body) in concept.unless.iter().enumerate() {
            let clause = Clause::Unless(id, number);
            sites.push(Site { clause, path: Vec::new(), at: body.at });
            in_condition(&body.condition, clause, &mut Vec::new(), &mut sites);
        }
    }
    for (number, rule) in program.rules.iter().enumerate().filter(|(_, r)| mine(r.at)) {
        let clause = Clause::Rule(number);
        let several = program.rules.iter().filter(|r| r.head == rule.head).count() > 1;
        sites.extend(several.then(|| Site { clause, path: Vec::new(), at: rule.at }));
        in_condition(&rule.body.condition, clause, &mut Vec::new(), &mut sites);
    }
    for (number, map) in program.maps.iter().enumerate().filter(|(_, m)| mine(m.at)) {
        if let Some(guard) = &map.guard {
            let clause = Clause::Map(number);
            sites.push(Site { clause, path: Vec::new(), at: guard.at });
            in_condition(&guard.condition, clause, &mut Vec::new(), &mut sites);
        }
    }
    sites
}

fn in_condition(condition: &Condition, clause: Clause, path: &mut Vec<usize>, sites: &mut Vec<Site>) {
    let parts: &[Condition] = match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => parts,
        ConditionKind::Not(inner) | ConditionKind::Has(_, inner) => std::slice::from_ref(inner),
        ConditionKind::Compare(_, a, b) => {
            for (i, operand) in [a, b].into_iter().enumerate() {
                if let OperandKind::Aggregate(aggregate) = &operand.kind {
                    path.push(i);
                    in_condition(&aggregate.body, clause, path, sites);
                    path.pop();
                }
            }
            return;
        }
        ConditionKind::Place(place) => return in_place(place, clause, path, sites),
        _ => return,
    };
    let least = match &condition.kind {
        ConditionKind::And(_) | ConditionKind::Or(_) => 1,
        ConditionKind::AtLeast(n, _) => *n as usize,
        _ => usize::MAX,
    };
    for (i, part) in parts.iter().enumerate() {
        path.push(i);
        if parts.len() > least {
            sites.push(Site { clause, path: path.clone(), at: part.at });
        }
        in_condition(part, clause, path, sites);
        path.pop();
    }
}

fn in_place(place: &Place, clause: Clause, path: &mut Vec<usize>, sites: &mut Vec<Site>) {
    let mut visit = |i: usize, part: &Place, site: bool, sites: &mut Vec<Site>| {
        path.push(i);
        sites.extend(site.then(|| Site { clause, path: path.clone(), at: part.at }));
        in_place(part, clause, path, sites);
        path.pop();
    };
    match &place.kind {
        PlaceKind::Or(parts) => parts.iter().enumerate().for_each(|(i, part)| visit(i, part, true, sites)),
        PlaceKind::Both(_, a, b) => {
            visit(0, a, false, sites);
            visit(1, b, false, sites);
        }
        PlaceKind::Except(a, b) => {
            visit(0, a, false, sites);
            visit(1, b, true, sites);
        }
        PlaceKind::Pattern(_) | PlaceKind::Code(_) => {}
    }
}

/// The program without what stands at a site that [`sites`] found in it, or in the same study with other values for
/// its parameters.
pub(super) fn without(program: &Program, site: &Site) -> Program {
    let mut program = program.clone();
    let path = &site.path[..];
    match (site.clause, path.is_empty()) {
        (Clause::When(id, number), true) => drop(program.concepts[id.0 as usize].when.remove(number)),
        (Clause::Unless(id, number), true) => drop(program.concepts[id.0 as usize].unless.remove(number)),
        (Clause::Matches(id, number), true) => drop(program.concepts[id.0 as usize].matches.remove(number)),
        (Clause::Rule(number), true) => drop(program.rules.remove(number)),
        (Clause::Map(number), true) => program.maps[number].guard = None,
        (Clause::When(id, number), false) => {
            remove(&mut program.concepts[id.0 as usize].when[number].condition, path);
        }
        (Clause::Unless(id, number), false) => {
            remove(&mut program.concepts[id.0 as usize].unless[number].condition, path);
        }
        (Clause::Matches(id, number), false) => {
            remove_place(&mut program.concepts[id.0 as usize].matches[number].place, path);
        }
        (Clause::Rule(number), false) => remove(&mut program.rules[number].body.condition, path),
        (Clause::Map(number), false) => {
            if let Some(guard) = &mut program.maps[number].guard {
                remove(&mut guard.condition, path);
            }
        }
    }
    program
}

fn remove(condition: &mut Condition, path: &[usize]) {
    let Some((&step, rest)) = path.split_first() else { return };
    match &mut condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) if rest.is_empty() => {
            parts.remove(step);
        }
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
            remove(&mut parts[step], rest);
        }
        ConditionKind::Not(inner) | ConditionKind::Has(_, inner) => remove(inner, rest),
        ConditionKind::Compare(_, a, b) => {
            let operand: &mut Operand = if step == 0 { a } else { b };
            if let OperandKind::Aggregate(aggregate) = &mut operand.kind {
                remove(&mut aggregate.body, rest);
            }
        }
        ConditionKind::Place(place) => remove_place(place, path),
        _ => {}
    }
}

fn remove_place(place: &mut Place, path: &[usize]) {
    let Some((&step, rest)) = path.split_first() else { return };
    match &mut place.kind {
        PlaceKind::Or(parts) if rest.is_empty() => {
            parts.remove(step);
        }
        PlaceKind::Or(parts) => remove_place(&mut parts[step], rest),
        PlaceKind::Both(_, a, b) => remove_place(if step == 0 { a } else { b }, rest),
        PlaceKind::Except(a, _) if rest.is_empty() => *place = (**a).clone(),
        PlaceKind::Except(a, b) => remove_place(if step == 0 { a } else { b }, rest),
        PlaceKind::Pattern(_) | PlaceKind::Code(_) => {}
    }
}
