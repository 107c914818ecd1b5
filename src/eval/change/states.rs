//! Both states of a large change, and rules as they read what moved.
//!
//! The new state is the database itself. Of the old one only those relations stand there that somebody has; of another
//! a rule reads what is there now and, beside it, what went, which may give more than there was, never less. Rows that
//! moved stand in relations of their own beyond the program's last.

use super::moves::{Age, Moves};
use super::plans::{Use, read};
use super::run::{asked, keys};
use super::turn::Turn;
use crate::base::Value;
use crate::eval::store::Builder;
use crate::eval::{Database, Mark, Relation, Row};
use crate::ir::core::{Literal, RelationId, Rule, Term};
use rustc_hash::FxHashMap;

/// A rule is read in no more ways than these; beyond that relations as they were are put together.
const WAYS: usize = 8;

/// Both states, with relations for what moved. The old one has relations as they were where that is known; elsewhere they
/// are as they are now.
pub(super) struct States {
    old: Database,
    new: Database,
    /// The relations of what came to a relation, and of what went.
    moved: FxHashMap<(RelationId, bool), RelationId>,
}

impl States {
    /// One of them.
    pub fn of(&self, age: Age) -> &Database {
        if age == Age::Old { &self.old } else { &self.new }
    }

    /// Puts a relation as it was in the old state.
    fn restore(&mut self, id: RelationId, moves: &Moves) {
        if let Some(old) = moves.old() {
            self.old.replace(id, old.clone());
        }
    }

    /// Adds a relation to both.
    pub fn add(&mut self, relation: Relation) -> RelationId {
        self.old.add(relation.clone());
        self.new.add(relation)
    }
}

/// Rows as a relation.
pub(super) fn relation_of(arity: usize, rows: &[&[Row]]) -> Relation {
    let values: Vec<Value> = rows.iter().flat_map(|rows| rows.iter().flat_map(|row| row.iter().copied())).collect();
    let count = rows.iter().map(|rows| rows.len()).sum();
    Builder::from_rows(arity, &values, (arity == 0).then(|| vec![Mark::FIRST.bits(); count]))
}

impl Turn<'_, '_> {
    /// Both states as they are now.
    pub(super) fn states(&self) -> States {
        let (mut old, new) = (self.db.clone(), self.db.clone());
        for (id, moves) in &self.moves {
            if let Some(before) = moves.known_old() {
                old.replace(*id, before.clone());
            }
        }
        States { old, new, moved: FxHashMap::default() }
    }

    /// The relation of the rows that came to a relation, or of those that went.
    fn moved(&self, states: &mut States, id: RelationId, came: bool) -> RelationId {
        if let Some(&known) = states.moved.get(&(id, came)) {
            return known;
        }
        let rows = self.moves.get(&id).map_or(&[][..], |moves| if came { &moves.came } else { moves.went() });
        let moved = states.add(relation_of(self.core.relation(id).arity, &[rows]));
        states.moved.insert((id, came), moved);
        moved
    }

    /// A rule that begins with what moved at a place that reads it, and where it says so: an atom reads what moved in
    /// place of the relation, and a `not` or a lookup asks with what there is of its columns.
    pub(super) fn with_moved(&self, states: &mut States, one: Use, age: Age) -> (Rule, Option<usize>) {
        let mut rule = self.core.rule(one.rule).clone();
        let literal = rule.body[one.literal].clone();
        let Some(id) = read(&literal) else { return (rule, None) };
        let new = age == Age::New;
        if let Literal::Atom(_, terms) = literal {
            rule.body[one.literal] = Literal::Atom(self.moved(states, id, new), terms);
            return (rule, Some(one.literal));
        }
        let both = matches!(literal, Literal::Lookup { .. });
        let lists = self.moves.get(&id).map(|moves| (&moves.came[..], moves.went()));
        let (came, went) = lists.unwrap_or_default();
        let rows = [if both || !new { came } else { &[] }, if both || new { went } else { &[] }];
        let vars = asked(&literal);
        let keys = keys(&literal, &vars, rows.into_iter().flatten());
        let moved = states.add(relation_of(vars.len(), &[&keys]));
        rule.body.push(Literal::Atom(moved, vars.into_iter().map(Term::Var).collect()));
        let begin = rule.body.len() - 1;
        (rule, Some(begin))
    }

    /// Rules that together give all that a rule gave in the old state from what moved at one place, and perhaps more.
    pub(super) fn lost(&self, states: &mut States, one: Use) -> Vec<(Rule, Option<usize>)> {
        let (mut rule, begin) = self.with_moved(states, one, Age::Old);
        // It begins with the first condition, so that others may be left out.
        if let Some(begin) = begin {
            let first = rule.body.remove(begin);
            rule.body.insert(0, first);
        }
        let begin = begin.map(|_| 0);
        self.as_it_was(states, &rule, begin).into_iter().map(|rule| (rule, begin)).collect()
    }

    /// Rules that together give what a rule gave in the old state, and perhaps more: a relation without the rows that
    /// went is read once as it is and once in those rows, and a `not` that more rows stand under is left out.
    pub(super) fn as_it_was(&self, states: &mut States, rule: &Rule, begin: Option<usize>) -> Vec<Rule> {
        let mut rules = vec![Rule { body: Vec::new(), ..rule.clone() }];
        for (at, literal) in rule.body.iter().enumerate() {
            let id = read(literal);
            let moves = id.and_then(|id| Some((id, self.moves.get(&id).filter(|moves| !moves.is_empty())?)));
            let known = moves.is_none_or(|(_, moves)| moves.known_old().is_some());
            let add = |rules: &mut Vec<Rule>| rules.iter_mut().for_each(|rule| rule.body.push(literal.clone()));
            match (literal, moves) {
                (_, Some((id, moves))) if begin != Some(at) && !known => match literal {
                    Literal::Atom(_, terms) if !moves.went().is_empty() && rules.len() < WAYS => {
                        let went = self.moved(states, id, false);
                        let mut others = rules.clone();
                        add(&mut rules);
                        others.iter_mut().for_each(|rule| rule.body.push(Literal::Atom(went, terms.clone())));
                        rules.extend(others);
                    }
                    Literal::Not(..) if !moves.came.is_empty() => {}
                    Literal::Atom(..) if !moves.went().is_empty() => {
                        states.restore(id, moves);
                        add(&mut rules);
                    }
                    Literal::Lookup { .. } => {
                        states.restore(id, moves);
                        add(&mut rules);
                    }
                    _ => add(&mut rules),
                },
                _ => add(&mut rules),
            }
        }
        rules
    }
}
