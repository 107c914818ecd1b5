//! Values in conditions: variables, constants, arithmetic, functions, counts.

use super::computed::is_untyped;
use super::fixes::{misspelt, write};
use super::mixed::Wanted;
use super::program::*;
use super::scope::Scope;
use super::{Checker, Type, Used};
use crate::base::{Location, Span};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::print::print_expr;
use crate::syntax::tree::{self, ArithmeticOp, Atom, Expr, ExprKind};

impl Checker<'_> {
    /// The relation of a name, or an error with the nearest.
    pub(super) fn relation_named(&mut self, item: &tree::Item, name: &tree::Name) -> Option<RelationId> {
        if let Some(&id) = self.program.relation_names.get(&name.text) {
            self.used.insert(Used::Relation(id));
            return Some(id);
        }
        if self.broken.contains(&name.text) {
            return None;
        }
        let at = item.location(name.span);
        if Function::find(&name.text).is_some() {
            let message = format!("`{}` is a function: it gives a value, and a condition is wanted here", name.text);
            self.error(codes::FUNCTION, at, message, format!("compare its value: `{}(…) = …`", name.text));
            return None;
        }
        if self.is_something_else(at, &name.text, Wanted::Relation) {
            return None;
        }
        let names: Vec<&str> = self.program.relations.iter().map(|r| r.name.as_str()).collect();
        let unknown = Diagnostic::at(codes::UNKNOWN_RELATION, at, format!("no relation is called `{}`", name.text));
        let otherwise = || format!("declare it: `relation {}(column: type, …)`", name.text);
        let diagnostic = misspelt(unknown, at, &name.text, &names, otherwise);
        self.report(diagnostic);
        None
    }

    /// Which argument stands in which column. All columns must be named or filled but for those that may be left out:
    /// optional ones, and in a body every one where a column is named.
    pub(super) fn arguments<'e>(
        &mut self,
        item: &tree::Item,
        id: RelationId,
        atom: &'e Atom,
        head: bool,
    ) -> Option<Vec<Option<&'e Expr>>> {
        let width = self.program.relation(id).columns.len();
        let mut places: Vec<Option<&Expr>> = vec![None; width];
        let mut named = false;
        for (position, arg) in atom.args.iter().enumerate() {
            let column = match &arg.column {
                Some(name) => {
                    named = true;
                    self.column_named(item, id, name)?
                }
                None if named => {
                    let at = item.location(arg.value.span);
                    let help = "put what goes by place first, and name every column after that";
                    self.error(codes::COLUMNS, at, "a value without a column's name stands after a named one", help);
                    return None;
                }
                None => position,
            };
            if column >= width {
                self.wrong_width(item, id, atom, head, false);
                return None;
            }
            if places[column].is_some() {
                let name = &self.program.relation(id).columns[column].name;
                let message = format!("the column `{name}` is given twice");
                let at = item.location(arg.value.span);
                self.error(codes::COLUMNS, at, message, "give it once; two conditions on it stand in two atoms");
                return None;
            }
            places[column] = Some(&arg.value);
        }
        let left_out_is_fine = |c: usize| self.program.relation(id).columns[c].optional || (named && !head);
        if (0..width).any(|c| places[c].is_none() && !left_out_is_fine(c)) {
            self.wrong_width(item, id, atom, head, !head && !named);
            return None;
        }
        Some(places)
    }

    /// Too many values, or too few; where those that lack may be any, `_` is offered for them.
    fn wrong_width(&mut self, item: &tree::Item, id: RelationId, atom: &Atom, head: bool, any: bool) {
        let relation = self.program.relation(id);
        let (wanted, found) = (relation.columns.len(), atom.args.len());
        let plural = |n: usize| if n == 1 { "1 value is".to_string() } else { format!("{n} values are") };
        let message = if found > wanted {
            format!("`{}` has {}, and {} given", relation.name, column_count(wanted), plural(found))
        } else {
            format!("`{}` has {}, and {} given", relation.name, column_count(wanted), given(found))
        };
        let help = self.columns_help(id, atom, head);
        let declared = relation.at;
        let at = item.location(atom.span);
        let mut diagnostic = Diagnostic::at(codes::COLUMNS, at, message).label(declared, "declared here").help(help);
        if any && found < wanted {
            // Before the closing bracket, which ends every atom.
            let end = at.span.end.saturating_sub(1);
            let holes = vec!["_"; wanted - found].join(", ");
            let text = if found == 0 { holes } else { format!(", {holes}") };
            let edits = write(Location::new(at.file, Span::new(end, end)), text);
            diagnostic = diagnostic.fix("write `_` for what may be anything", edits, false);
        }
        self.report(diagnostic);
    }

    /// An argument of an atom in a body.
    pub(super) fn argument(&mut self, item: &tree::Item, scope: &mut Scope, expr: &Expr, of: Type) -> Option<Operand> {
        if let ExprKind::Any = expr.kind {
            return Some(Operand { kind: OperandKind::Any, of, at: item.location(expr.span) });
        }
        if holds_aggregate(expr) {
            self.count_elsewhere(item, expr);
            return None;
        }
        self.operand(item, scope, expr, Some(of))
    }

    fn count_elsewhere(&mut self, item: &tree::Item, expr: &Expr) {
        self.error(
            codes::AGGREGATE_PLACE,
            item.location(expr.span),
            "a count cannot stand inside the brackets of a relation",
            format!("write `N` here, and add a condition: `N = {}`", print_expr(expr)),
        );
    }

    /// The values of a conclusion.
    pub(super) fn head_columns(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        id: RelationId,
        atom: &Atom,
    ) -> Option<Vec<Operand>> {
        let args = self.arguments(item, id, atom, true)?;
        let before = self.diagnostics.len();
        let mut operands = Vec::new();
        for (column, arg) in args.iter().enumerate() {
            let Column { of, optional, .. } = self.program.relation(id).columns[column].clone();
            let at = item.location(arg.map_or(atom.span, |a| a.span));
            let operand = match arg {
                None => Some(Operand { kind: OperandKind::Any, of, at }),
                Some(Expr { kind: ExprKind::Any, .. }) if optional => Some(Operand { kind: OperandKind::Any, of, at }),
                Some(Expr { kind: ExprKind::Any, .. }) => {
                    self.error(
                        codes::UNBOUND,
                        at,
                        "a conclusion must say what stands in this column",
                        "write a name that a condition gives a value, or the value itself",
                    );
                    None
                }
                Some(expr) if holds_aggregate(expr) => {
                    self.count_elsewhere(item, expr);
                    None
                }
                Some(expr) => self.operand(item, scope, expr, Some(of)).filter(|found| self.fits(found, of)),
            };
            operands.push(operand);
        }
        self.kind_of_atom(item, before, id, atom);
        operands.into_iter().collect()
    }

    /// A value may be narrower than its column, not wider.
    fn fits(&mut self, operand: &Operand, column: Type) -> bool {
        if operand.of.fits(column, &self.program) {
            return true;
        }
        let (found, wanted) = (operand.of.phrase(&self.program), column.phrase(&self.program));
        let help = match (operand.of, column) {
            (Type::Decimal, Type::Number) => {
                "`/` and `mean` give decimals: declare the column as `decimal`, or divide with `div`".to_string()
            }
            (Type::Concept, Type::Kind(kind)) => {
                format!("say which kind is meant: `X is a {}`", self.program.kind(kind).name)
            }
            _ => format!("write {wanted} here, or change the type in the relation's declaration"),
        };
        self.error(codes::TYPES, operand.at, format!("this is {found}, and the column holds {wanted}"), help);
        false
    }

    /// The two sides of a comparison; a constant takes its meaning from the other side.
    pub(super) fn compared(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        a: &Expr,
        b: &Expr,
    ) -> Option<(Operand, Operand)> {
        // A name that nothing binds takes any type: that it is not bound is said elsewhere.
        let (open_a, open_b) = (unbound(item, scope, a), unbound(item, scope, b));
        let (a, b) = if (is_constant(a) || open_a) && !(is_constant(b) || open_b) {
            let b = self.operand(item, scope, b, None)?;
            let wanted = (!is_untyped(scope, &b)).then_some(b.of);
            (self.operand(item, scope, a, wanted)?, b)
        } else {
            let first = self.operand(item, scope, a, None);
            let wanted = first.as_ref().filter(|f| (is_constant(b) || open_b) && !is_untyped(scope, f)).map(|f| f.of);
            let second = self.operand(item, scope, b, wanted);
            (first?, second?)
        };
        // What has no type has no value either, and that is the mistake to tell.
        if is_untyped(scope, &a) || is_untyped(scope, &b) {
            return Some((a, b));
        }
        if a.of.comparable(b.of, &self.program) {
            return Some((a, b));
        }
        let (first, second) = (a.of.phrase(&self.program), b.of.phrase(&self.program));
        let at = Location::new(a.at.file, a.at.span.to(b.at.span));
        self.report(
            Diagnostic::at(codes::TYPES, at, format!("{first} is compared with {second}")).help(
                "both sides must be of one type; `text(X)` gives any value as text, `number(T)` a text as number",
            ),
        );
        None
    }

    /// A value; where `wanted` is known, a constant takes its meaning from it and everything else must be comparable.
    pub(super) fn operand(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        expr: &Expr,
        wanted: Option<Type>,
    ) -> Option<Operand> {
        let at = item.location(expr.span);
        let operand = |kind, of| Some(Operand { kind, of, at });
        let found = match &expr.kind {
            ExprKind::Var(name) => {
                let id = scope.var(name, at);
                scope.entry(id).uses += 1;
                let of = scope.of(id).or(wanted).unwrap_or(Type::Text);
                let reported = scope.entry(id).reported;
                let found = operand(OperandKind::Var(id), of)?;
                // What is wrong with its type has been said where its type was learnt.
                if reported {
                    return None;
                }
                found
            }
            ExprKind::This => {
                let Some(subject) = scope.subject else {
                    self.error(
                        codes::THIS_HERE,
                        at,
                        "`this` is the message that a `when` or `unless` asks of, and here there is none",
                        "name the message with a variable: `message(id: M)`",
                    );
                    return None;
                };
                operand(OperandKind::This, Type::Kind(self.program.known_kind(subject.name())))?
            }
            ExprKind::Any => {
                self.error(
                    codes::UNBOUND,
                    at,
                    "`_` is a value that nobody asks for, and here one is asked for",
                    "give it a name, and let a condition say what it is",
                );
                return None;
            }
            ExprKind::Text(_)
            | ExprKind::Number(_)
            | ExprKind::Decimal(_)
            | ExprKind::Date(_)
            | ExprKind::DateTime(_)
            | ExprKind::Quote { .. }
            | ExprKind::Ref(_) => {
                let (value, of) = self.constant(item, expr, wanted)?;
                return operand(OperandKind::Const(value), of);
            }
            ExprKind::Negate(inner) => {
                let inner = self.operand(item, scope, inner, None)?;
                let zero = Operand { kind: OperandKind::Const(self.pool.number(0)), of: Type::Number, at };
                self.arithmetic(scope, at, ArithmeticOp::Subtract, zero, inner)?
            }
            ExprKind::Arithmetic(op, a, b) => {
                let (a, b) = (self.operand(item, scope, a, None), self.operand(item, scope, b, None));
                self.arithmetic(scope, at, *op, a?, b?)?
            }
            ExprKind::Atom(atom) => self.call(item, scope, atom)?,
            ExprKind::Aggregate(aggregate) => self.aggregate(item, scope, aggregate, expr)?,
            ExprKind::Counted(counted) => self.counted(item, scope, counted, at)?,
            _ => {
                self.error(
                    codes::SCOPE,
                    at,
                    "this is a condition, and a value is wanted here",
                    "a value is a number, a text, a name in capitals such as `N`, or a computation with them",
                );
                return None;
            }
        };
        match wanted {
            Some(wanted) if !found.of.comparable(wanted, &self.program) && !found.of.fits(wanted, &self.program) => {
                let (is, want) = (found.of.phrase(&self.program), wanted.phrase(&self.program));
                let mut diagnostic =
                    Diagnostic::at(codes::TYPES, at, format!("this is {is}, and {want} is wanted here"));
                if let OperandKind::Var(id) = found.kind
                    && let Some((_, learnt)) = scope.entry(id).of
                {
                    diagnostic = diagnostic.label(learnt, format!("here it is {is}"));
                }
                let name = match found.kind {
                    OperandKind::Var(id) => Some(scope.entry(id).name.clone()),
                    _ => None,
                };
                let diagnostic = self.leading(diagnostic, name.as_deref(), found.of, wanted);
                self.report(diagnostic);
                None
            }
            _ => Some(found),
        }
    }
}

/// A variable of which nothing is known.
fn unbound(item: &tree::Item, scope: &mut Scope, expr: &Expr) -> bool {
    let ExprKind::Var(name) = &expr.kind else { return false };
    let id = scope.var(name, item.location(expr.span));
    scope.of(id).is_none()
}

fn is_constant(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Text(_)
            | ExprKind::Number(_)
            | ExprKind::Decimal(_)
            | ExprKind::Date(_)
            | ExprKind::DateTime(_)
            | ExprKind::Quote { .. }
            | ExprKind::Ref(_)
    )
}

fn holds_aggregate(expr: &Expr) -> bool {
    if matches!(expr.kind, ExprKind::Aggregate(_) | ExprKind::Counted(_)) {
        return true;
    }
    let mut found = false;
    super::scope::each_part(expr, &mut |part| found |= holds_aggregate(part));
    found
}

fn column_count(n: usize) -> String {
    match n {
        0 => "no columns".to_string(),
        1 => "1 column".to_string(),
        n => format!("{n} columns"),
    }
}

fn given(n: usize) -> String {
    match n {
        0 => "none is".to_string(),
        1 => "1 is".to_string(),
        n => format!("{n} are"),
    }
}
