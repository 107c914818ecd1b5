//! Conditions: from what the author wrote to what is meant.

use super::fixes::{around, write};
use super::program::*;
use super::scope::{Scope, each_part};
use super::{Checker, Type};
use crate::base::Location;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{self, Atom, CountedScope, Expr, ExprKind, HasScope};

/// True where an expression asks something of the message at hand.
pub(super) fn speaks_of_this(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(_) | ExprKind::Regex { .. } | ExprKind::Stem(..) | ExprKind::Ref(_) => true,
        ExprKind::Has(..) | ExprKind::AgreedBy(..) | ExprKind::Except(..) => true,
        ExprKind::Near(a, b, _) | ExprKind::Before(a, b, _) | ExprKind::InSame(_, a, b) | ExprKind::Overlaps(a, b) => {
            !is_var(a) && !is_var(b)
        }
        ExprKind::Atom(_)
        | ExprKind::Compare(..)
        | ExprKind::Contains(..)
        | ExprKind::Matches(..)
        | ExprKind::IsA(..) => says_this(expr),
        _ => {
            let mut found = false;
            each_part(expr, &mut |part| found |= speaks_of_this(part));
            found
        }
    }
}

/// True where `this` itself stands somewhere, in words or as `in this thread`.
fn says_this(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::This => true,
        ExprKind::Counted(counted) => counted.scope != CountedScope::Study,
        ExprKind::Aggregate(aggregate) => speaks_of_this(&aggregate.body),
        _ => {
            let mut found = false;
            each_part(expr, &mut |part| found |= says_this(part));
            found
        }
    }
}

/// True for words, expressions and stems, and for any of several.
fn is_pattern(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(_) | ExprKind::Regex { .. } | ExprKind::Stem(..) => true,
        ExprKind::Or(parts) => parts.iter().all(is_pattern),
        _ => false,
    }
}

fn is_var(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Var(_))
}

impl Checker<'_> {
    /// A body on its own: a `when`, a guard, a question.
    pub(super) fn body(
        &mut self,
        item: &tree::Item,
        subject: Option<Subject>,
        head: Option<(RelationId, &Atom)>,
        expr: &Expr,
    ) -> Option<Body> {
        self.clause(item, subject, head, Some(expr)).map(|(_, body)| body)
    }

    /// A head, where there is one, and the conditions under it, which share their variables.
    pub(super) fn clause(
        &mut self,
        item: &tree::Item,
        subject: Option<Subject>,
        head: Option<(RelationId, &Atom)>,
        body: Option<&Expr>,
    ) -> Option<(Vec<Operand>, Body)> {
        let before = self.diagnostics.len();
        let read = self.read_clause_parts(item, subject, head, body);
        self.offer_exchanges(item, before, head.map(|(_, atom)| atom), body);
        read
    }

    fn read_clause_parts(
        &mut self,
        item: &tree::Item,
        subject: Option<Subject>,
        head: Option<(RelationId, &Atom)>,
        body: Option<&Expr>,
    ) -> Option<(Vec<Operand>, Body)> {
        let mut scope = Scope::new(subject, head.map_or(&[], |(_, atom)| &atom.args), body);
        scope.concludes = head.map(|(relation, _)| relation);
        if let Some(body) = body {
            // A type may come from a condition that stands later, through several steps.
            let mut known = 0;
            loop {
                self.infer(item, &mut scope, body);
                let now = scope.vars.iter().filter(|v| v.of.is_some()).count();
                if now == known {
                    break;
                }
                known = now;
            }
        }
        let condition = match body {
            Some(expr) => self.condition(item, &mut scope, expr),
            None => Some(Condition { kind: ConditionKind::And(Vec::new()), at: item.location(item.span) }),
        };
        let columns = match head {
            Some((relation, atom)) => self.head_columns(item, &mut scope, relation, atom),
            None => Some(Vec::new()),
        };
        let (condition, columns) = (condition?, columns?);
        if let Some((relation, _)) = head {
            // What only the conclusion says of a name is enough to say what lacks.
            for (operand, column) in columns.iter().zip(&self.program.relation(relation).columns) {
                if let OperandKind::Var(var) = operand.kind {
                    scope.entry(var).of.get_or_insert((column.of, operand.at));
                }
            }
        }
        self.check_safety(&mut scope, &condition, &columns)?;
        self.check_combinations(&condition, subject.is_some())?;
        let at = condition.at;
        Some((columns, Body { condition, vars: scope.variables(), at }))
    }

    pub(super) fn condition(&mut self, item: &tree::Item, scope: &mut Scope, expr: &Expr) -> Option<Condition> {
        let at = item.location(expr.span);
        if self.asks_of_a_message(scope, expr, at) {
            return None;
        }
        let kind = match &expr.kind {
            ExprKind::And(parts) => ConditionKind::And(self.conditions(item, scope, parts)?),
            ExprKind::Or(_) if scope.subject == Some(Subject::Message) && is_pattern(expr) => {
                ConditionKind::Place(self.place(item, scope, expr)?)
            }
            ExprKind::Or(parts) => ConditionKind::Or(self.conditions(item, scope, parts)?),
            ExprKind::AtLeast(count, parts) => {
                let written = count;
                let (count, parts) = (self.count(item, count, 1), self.conditions(item, scope, parts));
                let (count, parts) = (count?, parts?);
                if count as usize > parts.len() {
                    let message = format!("at least {count} of {} conditions can never hold", parts.len());
                    let mut diagnostic =
                        Diagnostic::at(codes::CAN_NEVER_HOLD, at, message).help("lower the number, or add conditions");
                    if let tree::Count::Number(_, span) = written {
                        let all = parts.len().to_string();
                        diagnostic = diagnostic.fix(format!("write `{all}`"), write(item.location(*span), all), false);
                    }
                    self.report(diagnostic);
                }
                ConditionKind::AtLeast(count, parts)
            }
            ExprKind::Not(inner) => ConditionKind::Not(Box::new(self.condition(item, scope, inner)?)),
            ExprKind::Has(which, inner) => self.has(item, scope, *which, inner, at)?,
            ExprKind::Atom(atom) => self.atom(item, scope, atom)?,
            ExprKind::Compare(op, a, b) => {
                let (a, b) = self.compared(item, scope, a, b)?;
                ConditionKind::Compare(*op, a, b)
            }
            ExprKind::Near(a, b, within) if is_var(a) || is_var(b) => {
                let within = self.count(item, within, 0)?;
                self.passages(item, scope, PassageTest::Near(within), a, b)?
            }
            ExprKind::Before(a, b, within) if is_var(a) || is_var(b) => {
                let within = match within {
                    Some(within) => Some(self.count(item, within, 0)?),
                    None => None,
                };
                self.passages(item, scope, PassageTest::Before(within), a, b)?
            }
            ExprKind::InSame(unit, a, b) if is_var(a) || is_var(b) => {
                self.passages(item, scope, PassageTest::InSame(*unit), a, b)?
            }
            ExprKind::Overlaps(a, b) if is_var(a) || is_var(b) => {
                self.passages(item, scope, PassageTest::Overlaps, a, b)?
            }
            ExprKind::Contains(a, b) => {
                let a = self.operand(item, scope, a, Some(Type::Text));
                let b = self.operand(item, scope, b, Some(Type::Text));
                ConditionKind::Contains(a?, b?)
            }
            ExprKind::Matches(a, b) => {
                let a = self.operand(item, scope, a, Some(Type::Text));
                let pattern = self.pattern(item, b);
                let b_at = item.location(b.span);
                let (a, pattern) = (a?, pattern?);
                ConditionKind::Matches(a, self.add_pattern(pattern, b_at))
            }
            ExprKind::IsA(value, kind) => {
                let Some(&id) = self.program.kind_names.get(&kind.text) else {
                    if !self.broken.contains(&kind.text) {
                        self.unknown_kind(item, kind);
                    }
                    return None;
                };
                ConditionKind::IsA(self.operand(item, scope, value, Some(Type::Kind(id)))?, id)
            }
            ExprKind::AgreedBy(what, count) => {
                let count = self.count(item, count, 1);
                let ExprKind::Ref(name) = &what.kind else {
                    self.error(
                        codes::SCOPE,
                        at,
                        "people agree on a code",
                        "write the name of a code before `agreed by`",
                    );
                    return None;
                };
                self.wants_this(scope, at, &name.name.text, Some(Subject::Message))?;
                let code = self.program.known_kind("code");
                ConditionKind::Agreed(self.concept_of_kind(item, name, code)?, count?)
            }
            ExprKind::Ref(name) => self.bare_name(item, scope, name, at)?,
            ExprKind::Text(_)
            | ExprKind::Regex { .. }
            | ExprKind::Stem(..)
            | ExprKind::Near(..)
            | ExprKind::Before(..)
            | ExprKind::InSame(..)
            | ExprKind::Overlaps(..)
            | ExprKind::Except(..) => {
                self.wants_this(scope, at, "a pattern", Some(Subject::Message))?;
                ConditionKind::Place(self.place(item, scope, expr)?)
            }
            ExprKind::Aggregate(_) | ExprKind::Counted(_) => {
                self.error(
                    codes::AGGREGATE_PLACE,
                    at,
                    "a count by itself says neither yes nor no",
                    "compare it: `authors of … >= 2`, `N = count of …`",
                );
                return None;
            }
            ExprKind::Var(name) if self.concept_in_small_letters(name).is_some() => {
                let (concept, kind) = self.concept_in_small_letters(name).unwrap_or_default();
                let message = format!("`{name}` in capitals stands for a value, and a condition is wanted here");
                let help = format!("did you mean the {kind} `{concept}`? names of concepts begin with a small letter");
                self.error(codes::SCOPE, at, message, help);
                return None;
            }
            ExprKind::Arithmetic(..)
            | ExprKind::Negate(_)
            | ExprKind::Quote { .. }
            | ExprKind::Date(_)
            | ExprKind::DateTime(_)
            | ExprKind::Number(_)
            | ExprKind::Decimal(_)
            | ExprKind::This
            | ExprKind::Var(_)
            | ExprKind::Any => {
                self.error(
                    codes::SCOPE,
                    at,
                    "this is a value, and a condition is wanted here",
                    "compare it with something (`=`, `<`, `>=` …), or use it in a relation: `message(id: M)`",
                );
                return None;
            }
        };
        Some(Condition { kind, at })
    }

    fn conditions(&mut self, item: &tree::Item, scope: &mut Scope, parts: &[Expr]) -> Option<Vec<Condition>> {
        let parts: Vec<_> = parts.iter().map(|p| self.condition(item, scope, p)).collect();
        parts.into_iter().collect()
    }

    /// Refuses what speaks of the message at hand where there is none.
    fn wants_this(&mut self, scope: &Scope, at: Location, what: &str, subject: Option<Subject>) -> Option<Subject> {
        match scope.subject {
            None => {
                let quoted = if what == "a pattern" { what.to_string() } else { format!("`{what}`") };
                let help = if what == "a pattern" {
                    "name the message and its text: `message(id: M, text: T) and T matches \"…\"`".to_string()
                } else if what.ends_with(" has") {
                    "name the messages: `message(M, thread: T) and message(N, thread: T) and code(N, …)`".to_string()
                } else {
                    let name = tree::Name { text: what.to_string(), span: at.span };
                    let name = tree::Ref { kind: None, name, by_label: false, span: at.span };
                    let kind = self.all_named(&name).first().map_or("code", |&id| {
                        let kind = self.program.concept(id).kind;
                        &self.program.kind(kind).name
                    });
                    format!(
                        "say of which message: `{kind}(M, {what})`; or count in the study: `messages of {what} >= 1`"
                    )
                };
                let message = format!("{quoted} speaks of the message at hand, and here there is none");
                self.error(codes::THIS_HERE, at, message, help);
                None
            }
            Some(found) if subject.is_some_and(|wanted| wanted != found) => {
                let message = format!("this asks something of a message, and here {} is asked of", an(found.name()));
                let form = format!("{} has (", found.name());
                let help = format!("write `{form}…)`: one of the messages must meet what stands in the brackets");
                let diagnostic = Diagnostic::at(codes::SCOPE, at, message).help(help);
                self.report(diagnostic.fix(format!("write `{form}…)`"), around(at, form, ")"), false));
                None
            }
            Some(found) => Some(found),
        }
    }

    fn bare_name(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        name: &tree::Ref,
        at: Location,
    ) -> Option<ConditionKind> {
        if name.kind.is_none()
            && !name.by_label
            && let Some(&id) = self.program.relation_names.get(&name.name.text)
            && self.program.relation(id).columns.is_empty()
        {
            let message = format!("`{}` is a relation", name.name.text);
            let form = format!("write `{}()`", name.name.text);
            let edits = write(at, format!("{}()", name.name.text));
            let sure = self.all_named(name).is_empty();
            self.report(Diagnostic::at(codes::SCOPE, at, message).help(form.clone()).fix(form, edits, sure));
            return None;
        }
        let subject = self.wants_this(scope, at, &name.name.text, None)?;
        let id = self.concept_named(item, name, Some(subject))?;
        let kind = self.program.kind(self.program.concept(id).kind);
        if kind.subject != subject {
            let (kind_name, of, declared) = (kind.name.clone(), kind.subject.name(), kind.at);
            let message = format!(
                "`{}` is a {kind_name}, which is said of {}, and here {} is asked of",
                name.name.text,
                an(of),
                an(subject.name())
            );
            let mut fix = None;
            let help = if kind.subject == Subject::Message {
                let form = format!("{} has (", subject.name());
                fix = Some(around(at, form, ")"));
                format!("write `{} has ({})`", subject.name(), name.name.text)
            } else {
                let of_this = match subject {
                    Subject::Message => "this".to_string(),
                    Subject::Author | Subject::Thread => format!("{}: this", subject.name()),
                };
                format!(
                    "ask for it through a message: `message({of_this}, {of}: X) and {kind_name}(X, {})`",
                    name.name.text
                )
            };
            let diagnostic =
                Diagnostic::at(codes::SCOPE, at, message).label(declared, format!("`{kind_name}` is declared here"));
            self.report(match fix {
                Some(edits) => diagnostic.help(help.clone()).fix(help, edits, false),
                None => diagnostic.help(help),
            });
            return None;
        }
        if self.program.concept(id).kind == self.program.known_kind("code") {
            return Some(ConditionKind::Place(Place { kind: PlaceKind::Code(id), at }));
        }
        Some(ConditionKind::Holds(id))
    }

    fn has(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        which: HasScope,
        inner: &Expr,
        at: Location,
    ) -> Option<ConditionKind> {
        let word = match which {
            HasScope::Thread => "thread has",
            HasScope::Parent => "parent has",
            HasScope::Author => "author has",
        };
        let subject = self.wants_this(scope, at, word, None)?;
        let fits = match subject {
            Subject::Message => true,
            Subject::Author => which == HasScope::Author,
            Subject::Thread => which == HasScope::Thread,
        };
        if !fits {
            let message =
                format!("`{word}` asks for other messages of a message, and here {} is asked of", an(subject.name()));
            self.error(codes::SCOPE, at, message, format!("write `{} has (…)`", subject.name()));
            return None;
        }
        let outside = scope.subject.replace(Subject::Message);
        let inner = self.condition(item, scope, inner);
        scope.subject = outside;
        Some(ConditionKind::Has(which, Box::new(inner?)))
    }

    fn atom(&mut self, item: &tree::Item, scope: &mut Scope, atom: &Atom) -> Option<ConditionKind> {
        let id = self.relation_named(item, &atom.name)?;
        let args = self.arguments(item, id, atom, false)?;
        let before = self.diagnostics.len();
        let mut operands = Vec::new();
        let mut whole = true;
        for (column, arg) in args.iter().enumerate() {
            let of = self.program.relation(id).columns[column].of;
            match arg {
                Some(expr) => match self.argument(item, scope, expr, of) {
                    Some(operand) => operands.push(operand),
                    None => whole = false,
                },
                None => operands.push(Operand { kind: OperandKind::Any, of, at: item.location(atom.span) }),
            }
        }
        self.kind_of_atom(item, before, id, atom);
        whole.then_some(ConditionKind::Atom(id, operands))
    }

    fn passages(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        test: PassageTest,
        a: &Expr,
        b: &Expr,
    ) -> Option<ConditionKind> {
        let quote = Type::Kind(self.program.known_kind("quote"));
        let mut side = |c: &mut Self, expr: &Expr| match &expr.kind {
            ExprKind::Var(_) | ExprKind::Quote { .. } | ExprKind::Any => c.operand(item, scope, expr, Some(quote)),
            _ => {
                c.error(
                    codes::NO_PLACE,
                    item.location(expr.span),
                    "beside a name for a passage, another one must stand here",
                    "let a condition name the passage, `coded(P, some_code, _)`, and write `P` here",
                );
                None
            }
        };
        let (a, b) = (side(self, a), side(self, b));
        Some(ConditionKind::Passages(test, a?, b?))
    }
}

/// `a message`, `an author`.
fn an(name: &str) -> String {
    format!("{} {name}", if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}
