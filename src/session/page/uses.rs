//! Which concepts the conditions of a clause name: the lines of the map from theory to data.

use crate::check::program::{ConceptId, Condition, ConditionKind, Operand, OperandKind, Place, PlaceKind, Program};

/// Gathers the concepts of one clause after the other, each once, with whether it is asked for or ruled out.
pub(super) struct Uses<'a> {
    program: &'a Program,
    pub found: Vec<(ConceptId, bool)>,
}

impl<'a> Uses<'a> {
    pub fn new(program: &'a Program) -> Uses<'a> {
        Uses { program, found: Vec::new() }
    }

    fn add(&mut self, id: ConceptId, asked: bool) {
        match self.found.iter_mut().find(|(known, _)| *known == id) {
            // What is asked for anywhere is drawn so.
            Some((_, known)) => *known |= asked,
            None => self.found.push((id, asked)),
        }
    }

    /// The concepts of a condition. Brackets are nested only so deep as the reader allows.
    pub fn condition(&mut self, condition: &Condition, asked: bool) {
        match &condition.kind {
            ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                all.iter().for_each(|c| self.condition(c, asked));
            }
            ConditionKind::Not(inner) => self.condition(inner, !asked),
            ConditionKind::Has(_, inner) => self.condition(inner, asked),
            ConditionKind::Holds(id) | ConditionKind::Agreed(id, _) => self.add(*id, asked),
            ConditionKind::Place(place) => self.place(place, asked),
            ConditionKind::Atom(_, operands) => operands.iter().for_each(|o| self.operand(o, asked)),
            ConditionKind::Compare(_, a, b) | ConditionKind::Passages(_, a, b) | ConditionKind::Contains(a, b) => {
                self.operand(a, asked);
                self.operand(b, asked);
            }
            ConditionKind::Matches(operand, _) | ConditionKind::IsA(operand, _) => self.operand(operand, asked),
        }
    }

    /// The codes of a place.
    pub fn place(&mut self, place: &Place, asked: bool) {
        match &place.kind {
            PlaceKind::Pattern(_) => {}
            PlaceKind::Code(id) => self.add(*id, asked),
            PlaceKind::Or(all) => all.iter().for_each(|p| self.place(p, asked)),
            PlaceKind::Both(_, a, b) => {
                self.place(a, asked);
                self.place(b, asked);
            }
            PlaceKind::Except(a, b) => {
                self.place(a, asked);
                self.place(b, !asked);
            }
        }
    }

    fn operand(&mut self, operand: &Operand, asked: bool) {
        match &operand.kind {
            OperandKind::Counted(_, id, _) => self.add(*id, asked),
            OperandKind::Const(value) => {
                if let Some(&id) = self.program.concept_values.get(value) {
                    self.add(id, asked);
                }
            }
            OperandKind::Arithmetic(_, a, b) => {
                self.operand(a, asked);
                self.operand(b, asked);
            }
            OperandKind::Call(_, all) => all.iter().for_each(|o| self.operand(o, asked)),
            OperandKind::Aggregate(aggregate) => {
                self.condition(&aggregate.body, asked);
                aggregate.over.iter().for_each(|o| self.operand(o, asked));
            }
            OperandKind::Var(_) | OperandKind::This | OperandKind::Any => {}
        }
    }
}
