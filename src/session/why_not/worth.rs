//! What the values of a condition are, by the binding that comes nearest.

use super::conditions::Cond;
use super::inquiry::Inquiry;
use crate::base::Value;
use crate::ir::compute::{Computed, compute, variables};
use crate::ir::core::{Expr, Literal, Term};
use crate::proof::{Miss, full};
use crate::syntax::tree::CompareOp;

impl Inquiry<'_> {
    /// The values of a condition: those of the author's variables in it, or both sides of a comparison.
    pub(super) fn values(&self, cond: &Cond, miss: &Miss) -> Vec<String> {
        let core = &self.base().lowered.core;
        let names = &self.ways.origin(miss.rule).vars;
        let mut shown: Vec<String> = Vec::new();
        for &at in &cond.literals {
            let Some(Literal::Atom(_, terms) | Literal::Not(_, terms)) = miss.literal(core, at) else { continue };
            for term in terms {
                let Term::Var(var) = term else { continue };
                let (Some(name), Some(value)) = (names.get(var.0 as usize), miss.binding[var.0 as usize]) else {
                    continue;
                };
                let text = format!("{name} = {}", self.view().in_words(value));
                if !value.is_none() && !shown.contains(&text) {
                    shown.push(text);
                }
            }
        }
        if cond.met == Some(true) {
            shown.extend(cond.literals.iter().filter_map(|&at| self.compared(miss.literal(core, at)?, miss)));
            shown.retain(|text| *text != cond.words);
        }
        shown
    }

    /// `3; at least 2 are needed`; both sides where that is no question of more or less. That two values differ
    /// is seen where they are shown.
    fn compared(&self, literal: &Literal, miss: &Miss) -> Option<String> {
        let Literal::Compare(op, a, b) = literal else { return None };
        let left = self.worth(a, miss)?;
        match op {
            CompareOp::NotEqual => None,
            CompareOp::Equal => Some(format!("{left} {} {}", op.text(), self.worth(b, miss)?)),
            _ => Some(format!("{left}; {}", self.asked_for(*op, b, miss)?)),
        }
    }

    /// What a value of a rule is worth, in words; none where it needs a value that nothing gives.
    pub fn worth(&self, expr: &Expr, miss: &Miss) -> Option<String> {
        match self.value_of(expr, miss)? {
            Computed::Kept(value) => Some(self.view().in_words(value)),
            fresh => Some(fresh.show(&self.pool)),
        }
    }

    /// The same as a value.
    pub fn computed(&mut self, expr: &Expr, miss: &Miss) -> Option<Value> {
        match self.value_of(expr, miss)? {
            Computed::Kept(value) => Some(value),
            Computed::Fresh(datum) => Some(self.pool.intern(datum)),
        }
    }

    pub(super) fn value_of(&self, expr: &Expr, miss: &Miss) -> Option<Computed> {
        let mut vars = Vec::new();
        variables(expr, &mut vars);
        if vars.iter().any(|var| miss.binding[var.0 as usize].is_none()) {
            return None;
        }
        compute(expr, &full(&miss.binding), &self.pool).ok()
    }
}
