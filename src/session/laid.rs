//! A clause taken apart for its funnel: conditions in an order in which each has the values that it needs, and the
//! questions that its beginnings are.

use crate::base::Location;
use crate::check::program::{Body, Condition, ConditionKind, Operand, OperandKind, Subject, VarId, Variable};
use crate::check::safety;
use crate::ir::lower::Question;
use crate::syntax::tree::CompareOp;
use rustc_hash::FxHashSet;

/// A clause with its conditions in the order in which they can be asked: the author's, but that one which needs a value
/// from a later one waits for it.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    pub body: Body,
    pub subject: Option<Subject>,
    pub conditions: Vec<Condition>,
    /// The variables that count after each condition: those that a later one or the head needs. None where the clause
    /// asks of a message, since then messages are counted.
    pub columns: Vec<Vec<VarId>>,
}

impl Laid {
    pub fn new(body: Body, subject: Option<Subject>, head: &[Operand]) -> Laid {
        let mut left = Vec::new();
        flatten(&body.condition, &mut left);
        let wanted: FxHashSet<VarId> = head.iter().flat_map(safety::operand_vars).collect();
        let mut conditions: Vec<Condition> = Vec::new();
        let mut bound: FxHashSet<VarId> = FxHashSet::default();
        while !left.is_empty() {
            let ready = left.iter().enumerate().position(|(i, condition)| {
                let mut with = bound.clone();
                safety::bind(condition, &mut with);
                let outside = |v: &VarId| {
                    wanted.contains(v)
                        || conditions.iter().any(|c| safety::condition_vars(c).contains(v))
                        || left.iter().enumerate().any(|(j, c)| j != i && safety::condition_vars(c).contains(v))
                };
                safety::condition_vars(condition).iter().all(|v| with.contains(v) || !outside(v))
            });
            let condition = left.remove(ready.unwrap_or(0));
            safety::bind(&condition, &mut bound);
            conditions.push(condition);
        }
        let mut columns = vec![Vec::new(); conditions.len()];
        if subject.is_none() {
            let mut bound = FxHashSet::default();
            for (k, condition) in conditions.iter().enumerate() {
                safety::bind(condition, &mut bound);
                let later = conditions[k + 1..].iter().flat_map(safety::condition_vars);
                let needed: FxHashSet<VarId> = wanted.iter().copied().chain(later).collect();
                columns[k] = bound.iter().copied().filter(|v| needed.contains(v)).collect();
                columns[k].sort();
            }
        }
        Laid { body, subject, conditions, columns }
    }

    /// The first conditions up to the one of that number, as a question.
    pub fn beginning(&self, last: usize) -> Question {
        self.question(self.conditions[..=last].to_vec(), self.columns[last].clone())
    }

    /// The conditions before the one of that number, and another in its place.
    pub fn with_part(&self, stage: usize, part: Condition) -> Question {
        let conditions = self.conditions[..stage].iter().cloned().chain([part]).collect();
        let columns = stage.checked_sub(1).map_or(Vec::new(), |k| self.columns[k].clone());
        self.question(conditions, columns)
    }

    /// All conditions, with what stands in the head as columns; none where that is what the last beginning has.
    pub fn conclusion(&self, head: &[Operand]) -> Option<Question> {
        let computed = |o: &&Operand| !matches!(o.kind, OperandKind::Var(_) | OperandKind::Const(_) | OperandKind::Any);
        head.iter().find(computed)?;
        let mut question = self.question(self.conditions.clone(), Vec::new());
        for operand in head {
            match &operand.kind {
                OperandKind::Const(_) | OperandKind::Any => {}
                OperandKind::Var(var) => question.columns.push(*var),
                _ => {
                    let var = VarId(question.body.vars.len() as u32);
                    question.body.vars.push(Variable { name: "value".into(), of: operand.of, at: operand.at });
                    let ConditionKind::And(parts) = &mut question.body.condition.kind else { return None };
                    parts.push(equal(var, operand.clone()));
                    question.columns.push(var);
                }
            }
        }
        Some(question)
    }

    pub fn question(&self, conditions: Vec<Condition>, columns: Vec<VarId>) -> Question {
        let condition = all_of(conditions, self.body.at);
        let body = Body { condition, vars: self.body.vars.clone(), at: self.body.at };
        Question { body, columns, subject: self.subject }
    }
}

fn flatten(condition: &Condition, out: &mut Vec<Condition>) {
    match &condition.kind {
        ConditionKind::And(parts) => parts.iter().for_each(|part| flatten(part, out)),
        _ => out.push(condition.clone()),
    }
}

/// All of these conditions.
pub(super) fn all_of(conditions: Vec<Condition>, at: Location) -> Condition {
    Condition { kind: ConditionKind::And(conditions), at }
}

/// The variable has this value.
pub(super) fn equal(var: VarId, value: Operand) -> Condition {
    let at = value.at;
    let var = Operand { kind: OperandKind::Var(var), of: value.of, at };
    Condition { kind: ConditionKind::Compare(CompareOp::Equal, var, value), at }
}
