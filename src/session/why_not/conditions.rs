//! A binding of a core rule as its author sees it: one condition for each that he wrote, met or not.

use super::inquiry::Inquiry;
use super::shapes::condition_at;
use crate::base::Location;
use crate::check::program::{ConditionKind, Program};
use crate::ir::core::Literal;
use crate::ir::origin::Role;
use crate::proof::{Met, Miss};
use rustc_hash::FxHashMap;

/// A condition of the author's with the core conditions that it became.
#[derive(Clone, Debug)]
pub(super) struct Cond {
    pub at: Option<Location>,
    pub words: String,
    /// By their numbers in the binding.
    pub literals: Vec<usize>,
    pub met: Option<bool>,
}

/// The conditions of a rule, in the author's order; what lowering made up is shown only where it says something to him.
pub(super) fn conditions(inquiry: &Inquiry<'_>, miss: &Miss) -> Vec<Cond> {
    let view = inquiry.view();
    let core = &view.lowered.core;
    let places = &inquiry.ways.origin(miss.rule).literals;
    let outermost = outermost(places.iter().flatten().copied());
    let mut numbers: FxHashMap<Location, usize> = FxHashMap::default();
    let mut conds: Vec<Cond> = Vec::new();
    for (number, met) in miss.met.iter().enumerate() {
        let Some(literal) = miss.literal(core, number) else { continue };
        let at = places.get(number).copied().flatten().map(|at| outermost.get(&at).copied().unwrap_or(at));
        let words = match at {
            Some(at) => negated(inquiry, literal, at) + &view.words(at),
            None => match unwritten(inquiry, literal, *met) {
                Some(words) => words,
                None => continue,
            },
        };
        let known = at.and_then(|at| numbers.get(&at)).and_then(|&number| conds.get_mut(number));
        let met = match met {
            Met::Yes => Some(true),
            Met::No => Some(false),
            Met::Unknown => None,
        };
        match known {
            Some(cond) => {
                cond.literals.push(number);
                cond.met = both(cond.met, met);
            }
            None => {
                at.map(|at| numbers.insert(at, conds.len()));
                conds.push(Cond { at, words, literals: vec![number], met });
            }
        }
    }
    conds.sort_by_key(|cond| cond.at.map_or(u32::MAX, |at| at.span.start));
    conds
}

/// For each place the outermost one that holds it; places stand inside each other or apart.
fn outermost(places: impl Iterator<Item = Location>) -> FxHashMap<Location, Location> {
    let mut places: Vec<Location> = places.collect();
    places.sort_by_key(|at| (at.file, at.span.start, std::cmp::Reverse(at.span.end)));
    let mut outer: Option<Location> = None;
    let holds = |outer: &Location, at: &Location| outer.file == at.file && at.span.end <= outer.span.end;
    let of = |at: Location| {
        let found = outer.filter(|outer| holds(outer, &at)).unwrap_or(at);
        outer = Some(found);
        (at, found)
    };
    places.into_iter().map(of).collect()
}

/// `not `, where the author wrote it before the words at a place.
fn negated(inquiry: &Inquiry<'_>, literal: &Literal, at: Location) -> String {
    let view = inquiry.view();
    let before = match literal {
        Literal::Not(..) => true,
        Literal::Compare(op, ..) => match condition_at(view.program, at).map(|c| &c.kind) {
            Some(ConditionKind::Compare(written, ..)) => written != op,
            _ => false,
        },
        _ => false,
    };
    if before && !view.words(at).starts_with("not ") { "not ".to_string() } else { String::new() }
}

/// Met where all parts are, not met where one is not.
fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// The words for a condition that stands nowhere; none for what is of no interest.
fn unwritten(inquiry: &Inquiry<'_>, literal: &Literal, met: Met) -> Option<String> {
    let view = inquiry.view();
    let program: &Program = view.program;
    let lost = met != Met::Yes;
    match literal {
        Literal::Not(relation, _) => match view.lowered.role(*relation) {
            Role::Blocked(id) if lost => {
                let clauses: Vec<String> = program.concept(id).unless.iter().map(|u| view.words(u.at)).collect();
                Some(format!("an exception stands against it: {}", clauses.join(", or ")))
            }
            _ => lost.then(|| "nothing else stands in the way".to_string()),
        },
        Literal::Atom(relation, _) => match view.lowered.role(*relation) {
            Role::Has(id) => Some(program.concept(id).name.clone()),
            Role::Stimulates(theme, to) => {
                let map = program.maps.iter().find(|map| map.theme == theme && map.to.contains(&to))?;
                let guard = map.guard.as_ref()?;
                Some(format!("if {}", view.words(guard.at)))
            }
            Role::Domain(kind) => lost.then(|| format!("there is such a {}", program.kind(kind).name)),
            _ => lost.then(|| "what it is asked of is known".to_string()),
        },
        Literal::Compare(..) => lost.then(|| "the rule gives the value that is asked for".to_string()),
        Literal::Absent(_) => lost.then(|| "the rule leaves empty what is asked for as empty".to_string()),
        _ => lost.then(|| "a value is there".to_string()),
    }
}
