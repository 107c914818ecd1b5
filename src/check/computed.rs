//! Values that are computed from values: arithmetic, and calls of functions.

use super::fixes::{misspelt, write};
use super::functions::{arithmetic_type, function_form, function_type};
use super::program::*;
use super::scope::Scope;
use super::{Checker, Type};
use crate::base::{Location, Span};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{self, ArithmeticOp, Atom};

impl Checker<'_> {
    pub(super) fn arithmetic(
        &mut self,
        scope: &Scope,
        at: Location,
        op: ArithmeticOp,
        a: Operand,
        b: Operand,
    ) -> Option<Operand> {
        let of = match (is_untyped(scope, &a), is_untyped(scope, &b)) {
            (false, false) => arithmetic_type(op, a.of, b.of),
            (true, false) => Some(b.of),
            (false, true) => Some(a.of),
            (true, true) => Some(Type::Number),
        };
        let Some(of) = of else {
            let (first, second) = (a.of.phrase(&self.program), b.of.phrase(&self.program));
            let help = match op {
                ArithmeticOp::WholeDivide | ArithmeticOp::Remainder => "`div` and `mod` take whole numbers",
                _ => "one computes with numbers; two dates give their distance in days, and a date and a number a date",
            };
            let message = format!("`{}` does not go with {first} and {second}", op.text());
            self.error(codes::TYPES, at, message, help);
            return None;
        };
        Some(Operand { kind: OperandKind::Arithmetic(op, Box::new(a), Box::new(b)), of, at })
    }

    pub(super) fn call(&mut self, item: &tree::Item, scope: &mut Scope, atom: &Atom) -> Option<Operand> {
        let at = item.location(atom.span);
        let Some(function) = Function::find(&atom.name.text) else {
            let known: Vec<&str> = Function::ALL.iter().map(|(n, _)| *n).collect();
            let at = item.location(atom.name.span);
            let diagnostic = if self.program.relation_names.contains_key(&atom.name.text) {
                let name = &atom.name.text;
                let help =
                    format!("ask for it in a condition of its own, `{name}(…) and …`, and use its columns by name");
                let message = format!("`{name}` is a relation: it holds or not, and a value is wanted here");
                Diagnostic::at(codes::FUNCTION, at, message).help(help)
            } else {
                let message = format!("there is no function `{}`", atom.name.text);
                let written = atom.name.text.as_str();
                if let Some(near) = known.iter().find(|k| written.len() > 2 && k.starts_with(written)) {
                    let diagnostic = Diagnostic::at(codes::FUNCTION, at, message);
                    let edits = write(at, near.to_string());
                    self.report(diagnostic.help(format!("did you mean `{near}`?")).fix(
                        format!("write `{near}`"),
                        edits,
                        false,
                    ));
                    return None;
                }
                let counts = ["messages", "authors", "threads", "quotes", "coders"].contains(&atom.name.text.as_str());
                let otherwise = || match counts {
                    true => format!("a count is written `{} of some_theme`, without brackets", atom.name.text),
                    false => format!("the functions are: {}", known.join(", ")),
                };
                misspelt(Diagnostic::at(codes::FUNCTION, at, message), at, &atom.name.text, &known, otherwise)
            };
            self.report(diagnostic);
            return None;
        };
        if let Some(named) = atom.args.iter().find_map(|a| a.column.as_ref()) {
            let at = item.location(named.span);
            let names = atom.args.iter().filter_map(|a| Some((a.column.as_ref()?, &a.value)));
            let edits = names.flat_map(|(name, value)| {
                write(item.location(Span::new(name.span.start, value.span.start.max(name.span.end))), "")
            });
            let diagnostic = Diagnostic::at(codes::FUNCTION, at, "a function's values have no column names")
                .help("write the value alone")
                .fix("take the names of columns out", edits.collect(), false);
            self.report(diagnostic);
            return None;
        }
        let args: Vec<_> = atom.args.iter().map(|a| self.operand(item, scope, &a.value, None)).collect();
        let args: Vec<Operand> = args.into_iter().collect::<Option<_>>()?;
        let untyped = args.iter().any(|a| is_untyped(scope, a));
        let Some(of) = function_type(function, &args).or(untyped.then_some(Type::Number)) else {
            let found: Vec<String> = args.iter().map(|a| a.of.name(&self.program).to_string()).collect();
            let message = format!("`{}` does not take ({})", atom.name.text, found.join(", "));
            self.error(codes::FUNCTION, at, message, function_form(function));
            return None;
        };
        Some(Operand { kind: OperandKind::Call(function, args), of, at })
    }
}

/// True for a variable whose type nothing tells.
pub(super) fn is_untyped(scope: &Scope, operand: &Operand) -> bool {
    matches!(operand.kind, OperandKind::Var(v) if scope.of(v).is_none())
}
