//! Values of conditions as core values. A count becomes a literal that looks it up.

use super::group;
use super::{Clause, Lit, Lowerer};
use crate::base::Value;
use crate::check::program::{self, Operand, OperandKind};
use crate::ir::core::{Expr, Function, Literal, Term, Var};
use crate::syntax::tree::ArithmeticOp;
use rustc_hash::FxHashSet;

impl Lowerer<'_> {
    pub(super) fn value_term(
        &mut self,
        clause: &mut Clause,
        operand: &Operand,
        this: Option<Var>,
        lits: &mut Vec<Lit>,
    ) -> Term {
        if let Some(term) = simple_term(clause, operand, this) {
            return term;
        }
        let value = self.value(clause, operand, this, lits);
        let var = clause.fresh();
        lits.push((Literal::Bind(var, value), None));
        Term::Var(var)
    }

    /// A value; counts add the literals that look them up.
    pub(super) fn value(
        &mut self,
        clause: &mut Clause,
        operand: &Operand,
        this: Option<Var>,
        lits: &mut Vec<Lit>,
    ) -> Expr {
        match &operand.kind {
            OperandKind::Arithmetic(op, a, b) => {
                let (a, b) = (self.value(clause, a, this, lits), self.value(clause, b, this, lits));
                Expr::Arithmetic(*op, Box::new(a), Box::new(b))
            }
            OperandKind::Call(function, args) => {
                let args = args.iter().map(|a| self.value(clause, a, this, lits)).collect();
                Expr::Call(core_function(*function), args)
            }
            OperandKind::Aggregate(aggregate) => Expr::Var(self.aggregate(clause, aggregate, operand.at, this, lits)),
            OperandKind::Counted(what, concept, scope) => {
                let key = group::CountedKey { what: *what, concept: *concept, scope: *scope };
                Expr::Var(self.counted(clause, key, operand.at, this, lits))
            }
            OperandKind::Var(_) | OperandKind::This | OperandKind::Const(_) | OperandKind::Any => {
                plain_of(clause, operand, this).unwrap_or(Expr::Const(Value::NONE))
            }
        }
    }
}

/// True for what always has a value: then `not a < b` is `a >= b`.
pub(super) fn has_value(operand: &Operand) -> bool {
    match &operand.kind {
        OperandKind::Var(_) | OperandKind::This | OperandKind::Const(_) | OperandKind::Counted(..) => true,
        OperandKind::Arithmetic(op, a, b) => {
            matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract | ArithmeticOp::Multiply)
                && has_value(a)
                && has_value(b)
        }
        OperandKind::Call(..) | OperandKind::Aggregate(_) | OperandKind::Any => false,
    }
}

pub(super) fn simple_term(clause: &Clause, operand: &Operand, this: Option<Var>) -> Option<Term> {
    match operand.kind {
        OperandKind::Var(v) => Some(clause.term(v)),
        OperandKind::This => this.map(Term::Var),
        OperandKind::Const(value) => Some(Term::Const(value)),
        OperandKind::Any => Some(Term::Any),
        _ => None,
    }
}

pub(super) fn simple_bound(
    clause: &Clause,
    operand: &Operand,
    this: Option<Var>,
    bound: &FxHashSet<Var>,
) -> Option<Term> {
    simple_term(clause, operand, this).filter(|t| match t {
        Term::Var(v) => bound.contains(v),
        _ => true,
    })
}

/// A value without counts, asked of nothing.
pub(super) fn plain(clause: &Clause, operand: &Operand) -> Option<Expr> {
    plain_of(clause, operand, clause.this)
}

pub(super) fn plain_of(clause: &Clause, operand: &Operand, this: Option<Var>) -> Option<Expr> {
    match &operand.kind {
        OperandKind::Var(v) => Some(match clause.term(*v) {
            Term::Var(v) => Expr::Var(v),
            Term::Const(value) => Expr::Const(value),
            Term::Any => Expr::Const(Value::NONE),
        }),
        OperandKind::This => this.map(Expr::Var),
        OperandKind::Const(value) => Some(Expr::Const(*value)),
        OperandKind::Any => Some(Expr::Const(Value::NONE)),
        OperandKind::Arithmetic(op, a, b) => {
            Some(Expr::Arithmetic(*op, Box::new(plain_of(clause, a, this)?), Box::new(plain_of(clause, b, this)?)))
        }
        OperandKind::Call(function, args) => {
            let args = args.iter().map(|a| plain_of(clause, a, this)).collect::<Option<_>>()?;
            Some(Expr::Call(core_function(*function), args))
        }
        OperandKind::Aggregate(_) | OperandKind::Counted(..) => None,
    }
}

pub(super) fn core_function(function: program::Function) -> Function {
    match function {
        program::Function::Length => Function::Length,
        program::Function::Lower => Function::Lower,
        program::Function::Concat => Function::Concat,
        program::Function::Text => Function::Text,
        program::Function::Number => Function::Number,
        program::Function::Year => Function::Year,
        program::Function::Month => Function::Month,
        program::Function::Day => Function::Day,
        program::Function::Min => Function::Min,
        program::Function::Max => Function::Max,
        program::Function::Abs => Function::Abs,
    }
}
