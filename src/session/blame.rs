//! What is to blame where a condition can hold of nothing, or holds of everything: a pattern, a concept or a relation
//! that stands in it. The cause is said once, where it is, and not again at each rule that waits for it.

use super::clauses::Clause;
use super::funnel::Ground;
use crate::check::program::{
    ConceptId, Condition, ConditionKind, Operand, OperandKind, Place, PlaceKind, RelationId, RelationKind, Subject,
};
use crate::ir::core;
use crate::ir::origin::Role;
use crate::syntax::tree::HasScope;
use crate::text::Pattern;
use rustc_hash::{FxHashMap, FxHashSet};

/// Something that holds of nothing, or of nearly everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Blame {
    /// A pattern; that is said of the pattern.
    Pattern,
    /// A concept.
    Concept(ConceptId),
    /// A relation that has no rows.
    Relation(RelationId),
}

/// Nothing at all, or more than so much of a hundred, is what is looked for.
pub(super) const NEARLY_ALL: usize = 95;

/// The relations of a study by what they stand for, to ask how many rows they have.
pub(super) struct Blamer<'a> {
    ground: Ground<'a>,
    matches: FxHashMap<&'a Pattern, core::RelationId>,
}

impl<'a> Blamer<'a> {
    pub fn new(ground: Ground<'a>) -> Blamer<'a> {
        let patterns = &ground.lowered.patterns;
        let matches = ground.lowered.matches.iter().map(|&(n, relation)| (&patterns[n as usize], relation)).collect();
        Blamer { ground, matches }
    }

    /// How many subjects have a concept.
    pub fn holds_of(&self, id: ConceptId) -> usize {
        self.ground.lowered.has(self.ground.program, id).map_or(0, |has| self.ground.db.relation(has).len())
    }

    /// The theme of a map.
    pub fn theme_of(&self, clause: Clause) -> Option<ConceptId> {
        match clause {
            Clause::Map(number) => Some(self.ground.program.maps[number].theme),
            _ => None,
        }
    }

    fn relation_is_empty(&self, id: RelationId) -> bool {
        self.ground.db.relation(self.ground.lowered.declared(id)).is_empty()
    }

    /// Why a condition can hold of nothing: what is empty in it. Nothing where it might hold.
    pub fn empty(&self, condition: &Condition) -> Option<Vec<Blame>> {
        match &condition.kind {
            ConditionKind::Holds(id) | ConditionKind::Agreed(id, _) => self.concept(*id),
            ConditionKind::Place(place) => self.place(place),
            ConditionKind::And(parts) => parts.iter().find_map(|part| self.empty(part)),
            ConditionKind::Or(parts) => {
                let all: Option<Vec<Vec<Blame>>> = parts.iter().map(|part| self.empty(part)).collect();
                all.map(|all| all.concat())
            }
            ConditionKind::AtLeast(count, parts) => {
                let found: Vec<Vec<Blame>> = parts.iter().filter_map(|part| self.empty(part)).collect();
                (parts.len() - found.len() < *count as usize).then(|| found.concat())
            }
            ConditionKind::Has(HasScope::Parent, _) if self.relation_is_empty(self.ground.program.known("reply")) => {
                Some(vec![Blame::Relation(self.ground.program.known("reply"))])
            }
            ConditionKind::Has(_, inner) => self.empty(inner),
            ConditionKind::Atom(relation, operands) => self.atom(*relation, operands),
            ConditionKind::Not(_)
            | ConditionKind::Compare(..)
            | ConditionKind::Passages(..)
            | ConditionKind::Contains(..)
            | ConditionKind::Matches(..)
            | ConditionKind::IsA(..) => None,
        }
    }

    /// Why a comparison that does not hold compares nothing: it counts what is empty.
    pub fn counts_nothing(&self, condition: &Condition) -> Option<Vec<Blame>> {
        let ConditionKind::Compare(_, a, b) = &condition.kind else { return None };
        [a, b].into_iter().find_map(|operand| match &operand.kind {
            OperandKind::Counted(_, id, _) => self.concept(*id),
            OperandKind::Aggregate(aggregate) => self.empty(&aggregate.body),
            _ => None,
        })
    }

    fn concept(&self, id: ConceptId) -> Option<Vec<Blame>> {
        (self.holds_of(id) == 0).then(|| vec![Blame::Concept(id)])
    }

    fn place(&self, place: &Place) -> Option<Vec<Blame>> {
        match &place.kind {
            PlaceKind::Pattern(id) => {
                let relation = self.matches.get(&self.ground.program.pattern(*id).pattern)?;
                self.ground.db.relation(*relation).is_empty().then(|| vec![Blame::Pattern])
            }
            PlaceKind::Code(id) => self.concept(*id),
            PlaceKind::Or(parts) => {
                let all: Option<Vec<Vec<Blame>>> = parts.iter().map(|part| self.place(part)).collect();
                all.map(|all| all.concat())
            }
            PlaceKind::Both(_, a, b) => self.place(a).or_else(|| self.place(b)),
            PlaceKind::Except(a, _) => self.place(a),
        }
    }

    fn atom(&self, relation: RelationId, operands: &[Operand]) -> Option<Vec<Blame>> {
        let program = self.ground.program;
        let named = match program.relation(relation).kind {
            RelationKind::Has(_) | RelationKind::Coded | RelationKind::Evidence => operands.get(1),
            _ => None,
        };
        let concept = named.and_then(|operand| match operand.kind {
            OperandKind::Const(value) => program.concept_values.get(&value),
            _ => None,
        });
        match concept {
            Some(&id) => self.concept(id),
            None => self.relation_is_empty(relation).then(|| vec![Blame::Relation(relation)]),
        }
    }

    /// True where a condition holds of nearly everything because a concept or a pattern in it does, which is said there.
    pub fn everything(&self, condition: &Condition, whole: usize) -> bool {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.iter().any(|p| self.everything(p, whole)),
            ConditionKind::Holds(id) => nearly_all(self.holds_of(*id), whole),
            ConditionKind::Place(Place { kind: PlaceKind::Code(id), .. }) => nearly_all(self.holds_of(*id), whole),
            ConditionKind::Place(Place { kind: PlaceKind::Pattern(id), .. }) => {
                let relation = self.matches.get(&self.ground.program.pattern(*id).pattern);
                relation.is_some_and(|&relation| {
                    let messages: FxHashSet<_> = self.ground.db.relation(relation).rows().map(|row| row[0]).collect();
                    nearly_all(messages.len(), whole)
                })
            }
            _ => false,
        }
    }

    /// The subjects for which a `when` holds, and those that an `unless` of its concept blocks.
    pub fn way(&self, id: ConceptId, number: usize) -> Option<core::RelationId> {
        self.role(Role::Way(id, number))
    }

    pub fn blocked(&self, id: ConceptId) -> Option<core::RelationId> {
        self.role(Role::Blocked(id))
    }

    fn role(&self, role: Role) -> Option<core::RelationId> {
        let found = self.ground.lowered.roles.iter().position(|r| *r == role)?;
        Some(core::RelationId(found as u32))
    }

    /// How many there are of what a concept is said of.
    pub fn whole(&self, subject: Subject) -> usize {
        self.ground.whole(subject)
    }
}

/// More than 95 of 100.
pub(super) fn nearly_all(part: usize, whole: usize) -> bool {
    part * 100 > whole * NEARLY_ALL
}
