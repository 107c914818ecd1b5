//! What type each variable has, learned from where it stands before conditions are read: a condition may use
//! a name that only a later one explains.

use super::functions::{arithmetic_type, widest};
use super::program::*;
use super::scope::{Scope, each_part};
use super::{Checker, Type};
use crate::base::Location;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{self, AggregateFunction, CompareOp, Expr, ExprKind};

impl Checker<'_> {
    /// Learns the types of variables from where they stand.
    pub(super) fn infer(&mut self, item: &tree::Item, scope: &mut Scope, expr: &Expr) {
        match &expr.kind {
            ExprKind::Atom(atom) => {
                let Some(&id) = self.program.relation_names.get(&atom.name.text) else { return };
                let mut position = 0;
                for arg in &atom.args {
                    let relation = self.program.relation(id);
                    let column = match &arg.column {
                        Some(name) => relation.column(&name.text),
                        None => {
                            position += 1;
                            Some(position - 1)
                        }
                    };
                    let of = column.and_then(|c| relation.columns.get(c)).map(|c| c.of);
                    if let (Some(of), ExprKind::Var(name)) = (of, &arg.value.kind) {
                        self.learn(scope, name, of, item.location(arg.value.span));
                    }
                }
            }
            ExprKind::IsA(value, kind) => {
                let of = self.program.kind_names.get(&kind.text).map(|&k| Type::Kind(k));
                if let (Some(of), ExprKind::Var(name)) = (of, &value.kind) {
                    self.learn(scope, name, of, item.location(value.span));
                }
            }
            ExprKind::Compare(op, a, b) => {
                for (one, other) in [(a, b), (b, a)] {
                    self.infer_aggregates(item, scope, one);
                    if let (CompareOp::Equal, ExprKind::Var(name)) = (op, &one.kind)
                        && let Some(of) = self.type_of(item, scope, other)
                    {
                        let at = item.location(one.span);
                        let id = scope.var(name, at);
                        if scope.of(id).is_none() {
                            scope.entry(id).of = Some((of, at));
                        }
                    }
                }
            }
            ExprKind::Near(a, b, _)
            | ExprKind::Before(a, b, _)
            | ExprKind::InSame(_, a, b)
            | ExprKind::Overlaps(a, b) => {
                let quote = Type::Kind(self.program.known_kind("quote"));
                for side in [a, b] {
                    if let ExprKind::Var(name) = &side.kind {
                        self.learn(scope, name, quote, item.location(side.span));
                    }
                }
            }
            _ => each_part(expr, &mut |part| self.infer(item, scope, part)),
        }
    }

    /// The aggregates inside a value have conditions of their own.
    fn infer_aggregates(&mut self, item: &tree::Item, scope: &mut Scope, value: &Expr) {
        match &value.kind {
            ExprKind::Aggregate(aggregate) => {
                let outside = scope.aggregate.replace(value.span);
                self.infer(item, scope, &aggregate.body);
                scope.aggregate = outside;
            }
            _ => each_part(value, &mut |part| self.infer_aggregates(item, scope, part)),
        }
    }

    fn learn(&mut self, scope: &mut Scope, name: &str, of: Type, at: Location) {
        let id = scope.var(name, at);
        let Some((known, known_at)) = scope.entry(id).of else {
            scope.entry(id).of = Some((of, at));
            return;
        };
        match known.meet(of, &self.program) {
            Some(met) => scope.entry(id).of = Some((met, known_at)),
            None if !scope.entry(id).reported => {
                scope.entry(id).reported = true;
                let (first, second) = (known.phrase(&self.program), of.phrase(&self.program));
                let help = if known.is_time() && of.is_time() {
                    "give the two values names of their own and compare them with `=`: a time equals the day it falls on".to_string()
                } else {
                    "use two names if two things are meant, or another column".to_string()
                };
                self.report(
                    Diagnostic::at(codes::TYPES, at, format!("`{name}` cannot be both {first} and {second}"))
                        .saying(format!("here it is {second}"))
                        .label(known_at, format!("here it is {first}"))
                        .help(help),
                );
            }
            None => {}
        }
    }

    /// The type of a value as far as it is known yet, without a word about mistakes.
    pub(super) fn type_of(&mut self, item: &tree::Item, scope: &mut Scope, expr: &Expr) -> Option<Type> {
        match &expr.kind {
            ExprKind::Var(name) => {
                let id = scope.var(name, item.location(expr.span));
                scope.of(id)
            }
            ExprKind::Number(_) | ExprKind::Counted(_) => Some(Type::Number),
            ExprKind::Decimal(_) => Some(Type::Decimal),
            ExprKind::Date(_) => Some(Type::Date),
            ExprKind::DateTime(_) => Some(Type::DateTime),
            ExprKind::Text(_) => Some(Type::Text),
            ExprKind::Quote { .. } => Some(Type::Kind(self.program.known_kind("quote"))),
            ExprKind::This => Some(Type::Kind(self.program.known_kind(scope.subject?.name()))),
            ExprKind::Ref(name) => {
                if let Some(parameter) = self.program.parameters.iter().find(|p| p.name == name.name.text) {
                    return Some(parameter.of);
                }
                let known = self.program.concepts.iter().filter(|c| c.name == name.name.text);
                let kinds: Vec<KindId> = known.map(|c| c.kind).collect();
                match kinds[..] {
                    [kind] => Some(Type::Kind(kind)),
                    _ => None,
                }
            }
            ExprKind::Negate(inner) => self.type_of(item, scope, inner),
            ExprKind::Arithmetic(op, a, b) => {
                let (a, b) = (self.type_of(item, scope, a), self.type_of(item, scope, b));
                arithmetic_type(*op, a?, b?)
            }
            ExprKind::Atom(atom) => {
                let function = Function::find(&atom.name.text)?;
                match function {
                    Function::Min | Function::Max | Function::Abs => {
                        let types: Vec<_> = atom.args.iter().map(|a| self.type_of(item, scope, &a.value)).collect();
                        types.into_iter().reduce(|a, b| widest(a?, b?))?
                    }
                    Function::Number => Some(Type::Decimal),
                    Function::Lower | Function::Concat | Function::Text => Some(Type::Text),
                    Function::Length | Function::Year | Function::Month | Function::Day => Some(Type::Number),
                }
            }
            ExprKind::Aggregate(aggregate) => {
                let outside = scope.aggregate.replace(expr.span);
                let of = aggregate.over.first().and_then(|o| self.type_of(item, scope, o));
                scope.aggregate = outside;
                match aggregate.function {
                    AggregateFunction::Count => Some(Type::Number),
                    AggregateFunction::Mean => of.filter(|of| of.is_numeric()).map(|_| Type::Decimal),
                    AggregateFunction::Sum => of.filter(|of| of.is_numeric()),
                    AggregateFunction::Min | AggregateFunction::Max => of,
                }
            }
            _ => None,
        }
    }
}
