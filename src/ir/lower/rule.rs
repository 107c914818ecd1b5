//! The author's rules.

use super::{Clause, Lowerer};
use crate::base::Value;
use crate::check::Type;
use crate::check::program::{self, ConceptId, Operand, OperandKind, RelationKind, VarId};
use crate::ir::core::{Expr, Function, RelationId};
use crate::ir::origin::OriginKind;

impl Lowerer<'_> {
    pub(super) fn rules(&mut self) {
        for (number, rule) in self.program.rules.iter().enumerate() {
            let by_concept = matches!(
                self.program.relation(rule.head).kind,
                RelationKind::Has(_) | RelationKind::Coded | RelationKind::Evidence
            );
            if !by_concept {
                self.author_rule(number, rule, self.out.declared(rule.head), &[], None);
                continue;
            }
            match rule.columns[1].kind {
                OperandKind::Const(value) => {
                    let concept = self.program.concept_values[&value];
                    self.concept_rule(number, rule, concept, None);
                }
                // A rule that is general in the concept stands for all of them.
                OperandKind::Var(var) => {
                    for concept in self.concepts_for(rule.columns[1].of) {
                        let value = self.program.concept(concept).value;
                        self.concept_rule(number, rule, concept, Some((var, value)));
                    }
                }
                _ => {}
            }
        }
    }

    /// The concepts that a variable of a type may stand for.
    fn concepts_for(&self, of: Type) -> Vec<ConceptId> {
        let ids = (0..self.program.concepts.len() as u32).map(ConceptId);
        match of {
            Type::Kind(kind) => ids.filter(|&c| self.program.concept(c).kind == kind).collect(),
            _ => ids.collect(),
        }
    }

    fn concept_rule(&mut self, number: usize, rule: &program::Rule, concept: ConceptId, fixed: Option<(VarId, Value)>) {
        if let Some(head) = self.out.of_concept(rule.head, concept) {
            self.author_rule(number, rule, head, &[1], fixed);
        }
    }

    fn author_rule(
        &mut self,
        number: usize,
        rule: &program::Rule,
        head: RelationId,
        without: &[usize],
        fixed: Option<(VarId, Value)>,
    ) {
        let mut clause = Clause::new(&rule.body, OriginKind::Rule(number), Some(rule.at), None);
        clause.fixed.extend(fixed);
        let columns = &self.program.relation(rule.head).columns;
        let values: Vec<Expr> = rule
            .columns
            .iter()
            .enumerate()
            .filter(|(i, _)| !without.contains(i))
            .map(|(i, operand)| {
                let value = self.head_value(&clause, operand);
                // A column of days takes the day of a time.
                if (operand.of, columns[i].of) == (Type::DateTime, Type::Date) {
                    Expr::Call(Function::Date, vec![value])
                } else {
                    value
                }
            })
            .collect();
        self.clause_rules(&mut clause, &rule.body.condition, head, &values);
    }

    /// A value of a head: no aggregates, which the checker refuses there.
    fn head_value(&self, clause: &Clause, operand: &Operand) -> Expr {
        super::value::plain(clause, operand).unwrap_or(Expr::Const(Value::NONE))
    }
}
