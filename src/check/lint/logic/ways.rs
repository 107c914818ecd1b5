//! The ways in which something comes to hold, side by side with the other ways to the same: the `when` and `matches` of a
//! concept, the rules of a relation, the maps between two concepts.

use super::literal::{Lit, Term, alternatives, literals, term};
use super::search::Marks;
use super::truth::flat;
use super::{Logic, Truths};
use crate::base::Location;
use crate::check::program::{Concept, ConceptId, Condition, Operand, RelationId, VarId};
use crate::check::safety::operand_vars;
use std::collections::BTreeMap;

/// Longer lists of conditions are not compared.
const LONGEST: usize = 120;

/// What a way leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Goal {
    /// A concept, by its own clauses.
    Concept(ConceptId),
    /// A relation.
    Relation(RelationId),
    /// A theme stimulates a concept.
    Map(ConceptId, ConceptId),
}

/// One way, or one alternative of a way that is an `or` as a whole.
pub(super) struct Way {
    /// The clause or item that it belongs to.
    pub clause: usize,
    /// What is marked.
    pub at: Location,
    /// `when`, `rule`, `map`
    pub word: &'static str,
    /// True where it is one alternative of several.
    pub part: bool,
    /// True where it gives a reason of its own, which would be lost with it.
    pub reasoned: bool,
    /// Its alternatives; none where it is too large to compare.
    pub lists: Option<Vec<List>>,
}

/// One alternative of a way.
pub(super) struct List {
    pub head: Vec<Term>,
    pub lits: Vec<Lit>,
    pub marks: Marks,
}

/// All ways, by what they lead to.
pub(super) fn ways(logic: &Logic<'_>, truths: &Truths) -> BTreeMap<Goal, Vec<Way>> {
    let program = logic.program;
    let mut all: BTreeMap<Goal, Vec<Way>> = BTreeMap::new();
    for (id, concept) in (0..).map(ConceptId).zip(&program.concepts) {
        let ways = whens(logic, concept, truths);
        all.insert(Goal::Concept(id), ways);
    }
    for (number, rule) in program.rules.iter().enumerate().filter(|(_, r)| logic.own(r.at)) {
        let ways = all.entry(Goal::Relation(rule.head)).or_default();
        let reasoned = !rule.because.is_empty() || !rule.cites.is_empty();
        let item = Item { clause: number, at: rule.at, word: "rule", reasoned, head: &rule.columns };
        ways.extend(split(logic, item, &rule.body.condition, truths));
    }
    for (number, map) in program.maps.iter().enumerate().filter(|(_, m)| logic.own(m.at)) {
        for &to in &map.to {
            let ways = all.entry(Goal::Map(map.theme, to)).or_default();
            let reasoned = !map.because.is_empty() || !map.cites.is_empty();
            match &map.guard {
                Some(guard) => {
                    let item = Item { clause: number, at: map.at, word: "map", reasoned, head: &[] };
                    ways.extend(split(logic, item, &guard.condition, truths));
                }
                None => ways.push(Way {
                    clause: number,
                    at: map.at,
                    word: "map",
                    part: false,
                    reasoned,
                    lists: Some(vec![List { head: Vec::new(), lits: Vec::new(), marks: Marks::of(&[]) }]),
                }),
            }
        }
    }
    all.retain(|_, ways| ways.len() > 1);
    all
}

/// The `when` clauses of a concept.
fn whens(logic: &Logic<'_>, concept: &Concept, truths: &Truths) -> Vec<Way> {
    let own = concept.when.iter().enumerate().filter(|(_, body)| logic.own(body.at));
    own.flat_map(|(number, body)| {
        let item = Item { clause: number, at: body.at, word: "when", reasoned: false, head: &[] };
        split(logic, item, &body.condition, truths)
    })
    .collect()
}

struct Item<'a> {
    clause: usize,
    at: Location,
    word: &'static str,
    reasoned: bool,
    head: &'a [Operand],
}

/// A way as one, or where its condition is an `or`, as its alternatives.
fn split(logic: &Logic<'_>, item: Item<'_>, condition: &Condition, truths: &Truths) -> Vec<Way> {
    let Item { clause, at, word, reasoned, head } = item;
    let mut parts = Vec::new();
    flat(condition, false, &mut parts);
    let part = parts.len() > 1;
    let ways = parts.into_iter().filter(|p| !truths.is_known(*p)).map(|p| Way {
        clause,
        at: if part { p.at } else { at },
        word,
        part,
        reasoned,
        lists: lists(logic, p, head),
    });
    ways.collect()
}

/// The alternatives of a condition as lists of literals; [`None`] where they are too many or too long.
pub(super) fn lists(logic: &Logic<'_>, condition: &Condition, head: &[Operand]) -> Option<Vec<List>> {
    let outer: Vec<VarId> = head.iter().flat_map(operand_vars).collect();
    let terms: Vec<Term> = head
        .iter()
        .map(|o| match term(logic, o) {
            // A column that a conclusion leaves empty is empty in all of them.
            Term::Any => Term::Fixed("empty".into()),
            term => term,
        })
        .collect();
    let all = alternatives(condition)?;
    let lists = all.iter().map(|conditions| {
        let lits = (conditions.len() <= LONGEST).then(|| literals(logic, conditions, &outer))?;
        Some(List { head: terms.clone(), marks: Marks::of(&lits), lits })
    });
    lists.collect()
}
