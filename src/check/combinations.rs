//! How many bodies a condition becomes. Brackets with `or` that share their values with what stands beside them are
//! multiplied out, and twelve brackets of four would be sixteen million bodies; so many are refused here, before anything
//! multiplies them. A bracket that speaks only of the message at hand stands for itself and multiplies nothing.

use super::Checker;
use super::program::{Condition, ConditionKind, Operand, OperandKind};
use super::safety::{condition_vars, each_operand};
use crate::diagnostic::codes;

/// More combinations than this are refused.
const MOST: usize = 1_000;

impl Checker<'_> {
    /// Refuses a condition that would be multiplied out too far.
    pub(super) fn check_combinations(&mut self, condition: &Condition, this: bool) -> Option<()> {
        let mut worst = None;
        let top = combinations(condition, this, &mut worst);
        let (ways, at) = worst.unwrap_or((top, condition));
        if ways <= MOST {
            return Some(());
        }
        let ways = if ways == usize::MAX { "more than can be counted".to_string() } else { ways.to_string() };
        let message = format!("these brackets with `or` make too many combinations: {ways}, and {MOST} are the limit");
        let help =
            "give some of the brackets a name: a `relation` with one `rule` for each alternative, asked for here";
        self.error(codes::LIMIT, at.at, message, help);
        None
    }
}

/// The bodies of a condition; the first condition inside it that makes too many is noted.
fn combinations<'c>(condition: &'c Condition, this: bool, worst: &mut Option<(usize, &'c Condition)>) -> usize {
    let ways = match &condition.kind {
        ConditionKind::And(parts) => {
            parts.iter().fold(1usize, |all, p| all.saturating_mul(combinations(p, this, worst)))
        }
        ConditionKind::Or(parts) => {
            let sum = parts.iter().fold(0usize, |all, p| all.saturating_add(combinations(p, this, worst)));
            if this && condition_vars(condition).is_empty() { 1 } else { sum }
        }
        ConditionKind::AtLeast(_, parts) => {
            parts.iter().for_each(|p| {
                combinations(p, this, worst);
            });
            1
        }
        ConditionKind::Has(_, inner) => combinations(inner, true, worst),
        ConditionKind::Not(inner) => {
            let ways = combinations(inner, this, worst);
            match &inner.kind {
                ConditionKind::Not(_) => ways,
                _ => 1,
            }
        }
        _ => {
            each_operand(condition, &mut |operand| inside(operand, this, worst));
            1
        }
    };
    if ways > MOST && worst.is_none() {
        *worst = Some((ways, condition));
    }
    ways
}

/// The bodies of the aggregates in a value.
fn inside<'c>(operand: &'c Operand, this: bool, worst: &mut Option<(usize, &'c Condition)>) {
    match &operand.kind {
        OperandKind::Arithmetic(_, a, b) => {
            inside(a, this, worst);
            inside(b, this, worst);
        }
        OperandKind::Call(_, args) => args.iter().for_each(|a| inside(a, this, worst)),
        OperandKind::Aggregate(aggregate) => {
            combinations(&aggregate.body, this, worst);
        }
        _ => {}
    }
}
