//! The clauses and rules of a study that can fire: each `matches`, `when` and `unless` of a concept, each rule and
//! each map. What the rule library holds is not among them.

use crate::base::{FileId, Location};
use crate::check::program::{Body, ConceptId, Condition, ConditionKind, Operand, Place, Program, Status, Subject};
use crate::ir::Lowered;
use crate::ir::origin::OriginKind;
use rustc_hash::FxHashSet;

/// A clause or rule that can fire, by its number in the checked program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Clause {
    Matches(ConceptId, usize),
    When(ConceptId, usize),
    Unless(ConceptId, usize),
    Rule(usize),
    Map(usize),
}

/// All that can fire, in the order in which it is declared.
pub(super) fn clauses(program: &Program, shipped: &FxHashSet<FileId>) -> Vec<Clause> {
    let mut all = Vec::new();
    for (i, concept) in program.concepts.iter().enumerate() {
        let id = ConceptId(i as u32);
        let fires = concept.status != Status::Retired && !concept.withheld;
        if !fires || program.kind(concept.kind).relation.is_none() {
            continue;
        }
        // The keywords of a table are one clause where they stand in one place.
        let mut seen = FxHashSet::default();
        all.extend(
            (0..concept.matches.len())
                .filter(|&n| seen.insert(concept.matches[n].at))
                .map(|n| (id, n))
                .map(|(id, n)| (concept.matches[n].at, Clause::Matches(id, n))),
        );
        all.extend((0..concept.when.len()).map(|n| (concept.when[n].at, Clause::When(id, n))));
        all.extend((0..concept.unless.len()).map(|n| (concept.unless[n].at, Clause::Unless(id, n))));
    }
    let stated = |rule: &crate::check::program::Rule| rule.body.at.span == rule.at.span;
    let rules = program.rules.iter().enumerate().filter(|(_, r)| !stated(r));
    all.extend(rules.map(|(n, rule)| (rule.at, Clause::Rule(n))));
    all.extend(program.maps.iter().enumerate().filter(|(_, m)| m.guard.is_some()).map(|(n, m)| (m.at, Clause::Map(n))));
    all.retain(|(at, _)| !shipped.contains(&at.file));
    all.sort_by_key(|&(at, clause)| (at, clause));
    all.into_iter().map(|(_, clause)| clause).collect()
}

impl Clause {
    /// What it asks, and of what. A `matches` asks for a passage.
    pub fn body(self, program: &Program) -> (Body, Option<Subject>) {
        match self {
            Clause::Matches(id, number) => {
                let matches = &program.concept(id).matches[number];
                (place_body(matches.place.clone()), Some(Subject::Message))
            }
            Clause::When(id, number) => {
                let concept = program.concept(id);
                (concept.when[number].clone(), Some(program.kind(concept.kind).subject))
            }
            Clause::Unless(id, number) => {
                let concept = program.concept(id);
                (concept.unless[number].clone(), Some(program.kind(concept.kind).subject))
            }
            Clause::Rule(number) => (program.rules[number].body.clone(), None),
            Clause::Map(number) => {
                let map = &program.maps[number];
                let always = Condition { kind: ConditionKind::And(Vec::new()), at: map.at };
                let nothing = Body { condition: always, vars: Vec::new(), at: map.at };
                (map.guard.clone().unwrap_or(nothing), None)
            }
        }
    }

    /// The values that it concludes, where it is a rule.
    pub fn head(self, program: &Program) -> &[Operand] {
        match self {
            Clause::Rule(number) => &program.rules[number].columns,
            _ => &[],
        }
    }

    /// Where it stands: the clause, or the head of a rule.
    pub fn at(self, program: &Program) -> Location {
        match self {
            Clause::Matches(id, number) => program.concept(id).matches[number].at,
            Clause::When(id, number) => program.concept(id).when[number].at,
            Clause::Unless(id, number) => program.concept(id).unless[number].at,
            Clause::Rule(number) => program.rules[number].head_at,
            Clause::Map(number) => program.maps[number].guard.as_ref().map_or(program.maps[number].at, |g| g.at),
        }
    }

    /// The concept whose clause it is.
    pub fn concept(self) -> Option<ConceptId> {
        match self {
            Clause::Matches(id, _) | Clause::When(id, _) | Clause::Unless(id, _) => Some(id),
            Clause::Rule(_) | Clause::Map(_) => None,
        }
    }

    /// The word that begins it.
    pub fn word(self) -> &'static str {
        match self {
            Clause::Matches(..) => "matches",
            Clause::When(..) => "when",
            Clause::Unless(..) => "unless",
            Clause::Rule(_) => "rule",
            Clause::Map(_) => "map",
        }
    }

    /// What it belongs to: the concept, the relation it concludes, or the theme it maps.
    pub fn owner(self, program: &Program) -> &str {
        match self {
            Clause::Matches(id, _) | Clause::When(id, _) | Clause::Unless(id, _) => &program.concept(id).name,
            Clause::Rule(number) => &program.relation(program.rules[number].head).name,
            Clause::Map(number) => &program.concept(program.maps[number].theme).name,
        }
    }
}

/// A place as a body of its own.
pub(super) fn place_body(place: Place) -> Body {
    let at = place.at;
    Body { condition: Condition { kind: ConditionKind::Place(place), at }, vars: Vec::new(), at }
}

/// The clauses by which a run found anything, from the core rules by which it did. Of a concept's clauses: those that
/// hold of something, blocked by an `unless` or not.
pub(super) fn reached(lowered: &Lowered, fired: &[bool], all: &mut FxHashSet<Clause>, program: &Program) {
    for (rule, _) in fired.iter().enumerate().filter(|(_, fired)| **fired) {
        let clause = match lowered.origin(lowered.core.rule_origins[rule]).kind {
            OriginKind::Matches(id, number) => {
                // Keywords that stand in one place are one clause.
                let matches = &program.concept(id).matches;
                let first = matches.iter().position(|m| m.at == matches[number].at).unwrap_or(number);
                Clause::Matches(id, first)
            }
            OriginKind::When(id, number) => Clause::When(id, number),
            OriginKind::Unless(id, number) => Clause::Unless(id, number),
            OriginKind::Rule(number) => Clause::Rule(number),
            OriginKind::Map(number) => Clause::Map(number),
            _ => continue,
        };
        all.insert(clause);
    }
}
