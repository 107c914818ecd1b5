//! Circles through `not` and counts: what depends on whether it does not hold. Drawn place by place, with ways out.

use super::Study;
use crate::base::Value;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::core::{Expr, Literal, RelationId};
use crate::ir::origin::{OriginKind, Role};
use crate::plan::{Cause, Circle, Turn};

impl Study {
    /// Reports a circle and takes its first author's rule out of the program, so that the rest still works.
    pub(super) fn report_circle(&mut self, circle: &Circle) {
        let names: Vec<String> = circle.turns.iter().filter_map(|t| self.relation_words(t.to)).collect();
        let mut round: Vec<String> = Vec::new();
        for name in &names {
            if round.last() != Some(name) {
                round.push(name.clone());
            }
        }
        if round.len() > 1 && round.first() == round.last() {
            round.pop();
        }
        let first = round.first().cloned().unwrap_or_else(|| "this".to_string());
        let message = if round.len() > 1 {
            format!("{first} depends on its own absence: {} -> {first}", round.join(" -> "))
        } else {
            format!("{first} depends on its own absence")
        };
        let mut diagnostic = Diagnostic::new(codes::CIRCLE, message);
        for turn in &circle.turns {
            if let Some((at, words)) = self.turn_words(turn)
                && diagnostic.labels.iter().all(|l| l.location != at)
            {
                diagnostic = diagnostic.label(at, words);
            }
        }
        let map = circle.turns.iter().any(|t| match t.cause {
            Cause::Rule(rule) => matches!(self.origin_of(rule).kind, OriginKind::Map(_)),
            Cause::Aggregation(_) => false,
        });
        if map {
            diagnostic.code = codes::MAP_SELF;
        }
        let help = format!(
            "two ways out: take the `not`, `unless` or count out of one of the places marked; or split {first} in two, of \
             which the first does not ask for the other, and ask only for the first there"
        );
        self.report(diagnostic.help(help));
        self.cut(circle);
    }

    /// Lets the strict step of a circle conclude nothing.
    fn cut(&mut self, circle: &Circle) {
        let Some(turn) = circle.turns.iter().find(|t| t.strict) else { return };
        match turn.cause {
            Cause::Rule(rule) => {
                let never = self.empty_relation(0);
                let rule = &mut self.lowered.core.rules[rule.0 as usize];
                rule.body = vec![Literal::Atom(never, Vec::new())];
                rule.columns.iter_mut().for_each(|c| *c = Expr::Const(Value::NONE));
            }
            Cause::Aggregation(number) => {
                let width = self.lowered.core.relation(self.lowered.core.aggregations[number].body).arity;
                self.lowered.core.aggregations[number].body = self.empty_relation(width);
            }
        }
    }

    fn empty_relation(&mut self, width: usize) -> RelationId {
        let name = format!("never#{}", self.lowered.core.relations.len());
        self.lowered.roles.push(Role::Question);
        self.lowered.core.add_relation(name, width)
    }

    /// What a relation is for the author, where it is something to him.
    fn relation_words(&self, id: RelationId) -> Option<String> {
        match self.lowered.role(id) {
            Role::Declared(relation) | Role::Union(relation) => {
                Some(format!("`{}`", self.program.relation(relation).name))
            }
            Role::Has(id) | Role::Coded(id) | Role::Way(id, _) | Role::Blocked(id) | Role::Evidence(id) => {
                Some(format!("`{}`", self.program.concept(id).name))
            }
            Role::Passages(id) => Some(format!("`{}`", self.program.concept(id).name)),
            Role::Stimulates(theme, to) => {
                Some(format!("`{} -> {}`", self.program.concept(theme).name, self.program.concept(to).name))
            }
            Role::Match(_)
            | Role::Domain(_)
            | Role::Group(_)
            | Role::Place(_)
            | Role::Counted(_)
            | Role::Count(_)
            | Role::Question => None,
        }
    }

    /// Where one turn stands, and what it is.
    fn turn_words(&self, turn: &Turn) -> Option<(crate::base::Location, String)> {
        let from = self.relation_words(turn.from);
        match turn.cause {
            Cause::Rule(rule) => {
                let origin = self.origin_of(rule);
                let literal = self.lowered.core.rule(rule).body.iter().position(|l| match l {
                    Literal::Atom(r, _) | Literal::Not(r, _) | Literal::Lookup { relation: r, .. } => *r == turn.from,
                    _ => false,
                });
                let place = literal.and_then(|i| origin.literals.get(i).copied().flatten());
                let at = place.or(origin.at.filter(|_| origin.kind != OriginKind::Internal))?;
                let words = match (from, turn.strict) {
                    (Some(from), true) => format!("needs to know that {from} does not hold, or how often it does"),
                    (Some(from), false) => format!("needs {from}"),
                    (None, _) => format!("what is asked here decides {}", self.origin_words(origin.kind)),
                };
                Some((at, words))
            }
            Cause::Aggregation(number) => {
                let head = self.lowered.core.aggregations[number].head;
                match self.lowered.role(head) {
                    Role::Count(at) => Some((at, "counts what must be settled before it can be counted".to_string())),
                    _ => None,
                }
            }
        }
    }
}
