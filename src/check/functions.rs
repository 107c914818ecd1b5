//! What arithmetic and functions take, and what they give.

use super::Type;
use super::program::{Function, Operand};
use crate::syntax::tree::ArithmeticOp;

/// The type of a value that may be of either.
pub(super) fn widest(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (Type::Number | Type::Decimal, Type::Number | Type::Decimal) => Some(Type::Decimal),
        (Type::Date | Type::DateTime, Type::Date | Type::DateTime) => Some(Type::DateTime),
        _ => None,
    }
}

/// What `a op b` gives, where the two go together.
pub(super) fn arithmetic_type(op: ArithmeticOp, a: Type, b: Type) -> Option<Type> {
    use ArithmeticOp::*;
    match op {
        WholeDivide | Remainder => (a == Type::Number && b == Type::Number).then_some(Type::Number),
        Divide => (a.is_numeric() && b.is_numeric()).then_some(Type::Decimal),
        Subtract if a.is_time() && b.is_time() => Some(Type::Number),
        Add | Subtract if a.is_time() && b == Type::Number => Some(a),
        Add if a == Type::Number && b.is_time() => Some(b),
        Add | Subtract | Multiply => (a.is_numeric() && b.is_numeric()).then(|| widest(a, b)).flatten(),
    }
}

/// What a function gives for these values; [`None`] where it does not take them.
pub(super) fn function_type(function: Function, args: &[Operand]) -> Option<Type> {
    let types: Vec<Type> = args.iter().map(|a| a.of).collect();
    match (function, &types[..]) {
        (Function::Length, [Type::Text]) => Some(Type::Number),
        (Function::Lower, [Type::Text]) => Some(Type::Text),
        (Function::Concat, [_, ..]) => Some(Type::Text),
        (Function::Text, [_]) => Some(Type::Text),
        (Function::Number, [Type::Text]) => Some(Type::Decimal),
        (Function::Year | Function::Month | Function::Day, [t]) if t.is_time() => Some(Type::Number),
        (Function::Min | Function::Max, [first, rest @ ..]) if first.is_numeric() || first.is_time() => {
            rest.iter().try_fold(*first, |a, &b| widest(a, b))
        }
        (Function::Abs, [t]) if t.is_numeric() => Some(*t),
        _ => None,
    }
}

/// How a function is written.
pub(super) fn function_form(function: Function) -> &'static str {
    match function {
        Function::Length => "its form is `length(text)`",
        Function::Lower => "its form is `lower(text)`",
        Function::Concat => "its form is `concat(value, value, …)`",
        Function::Text => "its form is `text(value)`",
        Function::Number => "its form is `number(text)`",
        Function::Year => "its form is `year(date)`",
        Function::Month => "its form is `month(date)`",
        Function::Day => "its form is `day(date)`",
        Function::Min => "its form is `min(a, b, …)`, with numbers or dates",
        Function::Max => "its form is `max(a, b, …)`, with numbers or dates",
        Function::Abs => "its form is `abs(number)`",
    }
}
