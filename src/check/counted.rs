//! Counts and other aggregates: what they are taken over, what makes their groups, and where they may stand.

use super::program::*;
use super::scope::Scope;
use super::{Checker, Type};
use crate::base::Location;
use crate::diagnostic::codes;
use crate::syntax::print::print_expr;
use crate::syntax::tree::{self, AggregateFunction, CountedThing, Expr};

impl Checker<'_> {
    pub(super) fn aggregate(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        aggregate: &tree::Aggregate,
        expr: &Expr,
    ) -> Option<Operand> {
        let at = item.location(expr.span);
        if scope.aggregate.is_some() {
            self.error(
                codes::NESTED_AGGREGATE,
                at,
                "a count stands inside another one",
                format!(
                    "name the inner one first: declare a relation, fill it with `rule … if N = {}`, and count over that \
                     relation here",
                    print_expr(expr)
                ),
            );
            return None;
        }
        let function = aggregate.function;
        if matches!(function, AggregateFunction::Sum | AggregateFunction::Mean) && aggregate.each.is_empty() {
            let word = function.text();
            self.error(
                codes::AGGREGATE_ROWS,
                at,
                format!("this {word} does not say what it adds up over, and equal values would count once"),
                format!(
                    "say what the rows are, and name it in the brackets: `{word} of {} for each M where (…)`",
                    aggregate.over.first().map_or("X".to_string(), print_expr)
                ),
            );
            return None;
        }
        if function != AggregateFunction::Count && aggregate.over.len() > 1 {
            let message = format!("`{} of` takes one value", function.text());
            self.error(codes::FUNCTION, at, message, "only `count of A, B` takes several");
            return None;
        }
        scope.aggregate = Some(expr.span);
        let body = self.condition(item, scope, &aggregate.body);
        let over: Vec<_> = aggregate.over.iter().map(|o| self.operand(item, scope, o, None)).collect();
        let each: Vec<VarId> = aggregate
            .each
            .iter()
            .map(|name| {
                let id = scope.var(&name.text, item.location(name.span));
                scope.entry(id).uses += 1;
                id
            })
            .collect();
        scope.aggregate = None;
        let (body, over) = (body?, over.into_iter().collect::<Option<Vec<_>>>()?);
        let value = over.first().map_or(Type::Number, |o| o.of);
        let of = match function {
            AggregateFunction::Count => Type::Number,
            AggregateFunction::Mean if value.is_numeric() => Type::Decimal,
            AggregateFunction::Sum if value.is_numeric() => value,
            AggregateFunction::Min | AggregateFunction::Max => value,
            AggregateFunction::Sum | AggregateFunction::Mean => {
                let message =
                    format!("`{} of` wants numbers, and this is {}", function.text(), value.phrase(&self.program));
                self.error(codes::TYPES, at, message, "name a column of numbers, or turn a text into one: `number(T)`");
                return None;
            }
        };
        let mut groups = super::safety::condition_vars(&body);
        groups.extend(over.iter().flat_map(super::safety::operand_vars));
        groups.extend(&each);
        groups.retain(|&v| !scope.entry(v).own);
        groups.sort();
        groups.dedup();
        let kind = OperandKind::Aggregate(Box::new(Aggregate { function, over, each, body, groups }));
        Some(Operand { kind, of, at })
    }

    pub(super) fn counted(
        &mut self,
        item: &tree::Item,
        scope: &mut Scope,
        counted: &tree::Counted,
        at: Location,
    ) -> Option<Operand> {
        use crate::syntax::tree::CountedScope;
        let id = self.concept_named(item, &counted.concept, Some(Subject::Message))?;
        let kind = self.program.kind(self.program.concept(id).kind);
        if kind.subject != Subject::Message {
            let message =
                format!("`{}` is said of {}s, not of messages", counted.concept.name.text, kind.subject.name());
            let help = "count with the relation itself: `count of A where (…)`";
            self.error(codes::SCOPE, at, message, help);
            return None;
        }
        if counted.what == CountedThing::Coders && kind.name != "code" {
            let message = format!("`{}` is a {}, and people code with codes", counted.concept.name.text, kind.name);
            self.error(codes::WRONG_KIND, at, message, "name a code");
            return None;
        }
        let wanted = match (counted.scope, scope.subject) {
            (CountedScope::Study, _) | (_, Some(Subject::Message)) => None,
            (CountedScope::Thread, Some(Subject::Thread)) | (CountedScope::Author, Some(Subject::Author)) => None,
            (CountedScope::Message, _) => Some("message"),
            (CountedScope::Thread, _) => Some("thread"),
            (CountedScope::Author, _) => Some("author"),
        };
        if let Some(wanted) = wanted {
            let message = format!("there is no `this {wanted}` here");
            let help = "leave it out to count in the whole study, or count with `count of … where (…)`";
            self.error(codes::THIS_HERE, at, message, help);
            return None;
        }
        Some(Operand { kind: OperandKind::Counted(counted.what, id, counted.scope), of: Type::Number, at })
    }
}
