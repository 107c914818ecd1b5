//! What an explanation says of counts and other aggregates: how many there are of what, and who or what was counted,
//! through which messages.

use super::explain::Explainer;
use super::explanation::{Step, StepKind};
use super::phrases::Phrase;
use super::show::View;
use super::summary::natural;
use crate::base::{Location, Value};
use crate::check::program::{ConceptId, ConditionKind, OperandKind, RelationKind};
use crate::ir::core::{self, Expr};
use crate::ir::origin::Role;
use crate::proof::{Node, NodeId, Premise, Source};
use crate::syntax::tree::{AggregateFunction, CountedScope, CountedThing};
use std::ops::ControlFlow;

/// So many ways in which something came to be counted are looked through.
const COUNTED: usize = 200;
/// Rows like another are counted in a relation of so many.
const SUCH: usize = 100_000;

impl Explainer<'_, '_> {
    pub(super) fn count_step(&mut self, node: &Node, at: Option<Location>) -> Step {
        let Source::Aggregated { aggregation, rows, shown } = &node.source else { return Step::default() };
        let at = match self.view.lowered.role(node.relation) {
            Role::Count(own) => Some(own),
            _ => at,
        };
        let value = node.values.last().map_or(String::new(), |&v| self.view.pool.show(v));
        let groups = self.view.lowered.core.aggregations[*aggregation].groups;
        // Coders and conditions say themselves what they did, and what holds.
        let count = at.and_then(|at| self.labels.count(at)).map(|operand| &operand.kind);
        let condition = at.and_then(|at| self.labels.condition(at)).map(|condition| &condition.kind);
        let named = !matches!(count, Some(OperandKind::Counted(CountedThing::Coders, ..)))
            && !matches!(condition, Some(ConditionKind::AtLeast(..) | ConditionKind::Agreed(..)));
        // People in the order of their messages, wherever they are counted.
        let mut shown: Vec<(Vec<String>, NodeId)> =
            shown.iter().map(|&id| (if named { self.through(self.proof.node(id)) } else { Vec::new() }, id)).collect();
        if shown.iter().all(|(through, _)| !through.is_empty()) {
            shown.sort_by(|(a, _), (b, _)| natural(&a[0], &b[0]));
        } else if named {
            shown.sort_by(|&(_, a), &(_, b)| natural(&self.counted_words(a, groups), &self.counted_words(b, groups)));
        }
        let because = shown.into_iter().map(|(through, id)| {
            let row = self.proof.node(id);
            let values = self.counted_words(id, groups);
            let first = self.explained.insert(id);
            let mut because = if first { self.premises(row) } else { Vec::new() };
            // Of somebody who is counted once for several messages, one is shown.
            let shown = self.shown_of(row).filter(|_| through.len() > 1 && !because.is_empty());
            match &mut because[..] {
                // Of `at least 2 of (a, b)` the conditions themselves are counted, and only numbered.
                [only] if self.is_numbered(row, groups) => std::mem::take(only),
                // Of `(a and b)` among them both hold.
                [_, ..] if self.is_numbered(row, groups) => {
                    let all: Vec<String> = because.iter().map(|step| step.statement.clone()).collect();
                    Step { statement: self.view.listed(&all), because, ..Step::default() }
                }
                _ => Step { statement: values, because, through, shown, ..Step::default() },
            }
        });
        let because: Vec<Step> = because.collect();
        Step {
            statement: self.count_sentence(at, &value),
            kind: StepKind::Count,
            rule: at.map(|at| self.view.words(at)),
            place: at.map(|at| self.view.place(at)),
            more: rows.len() - because.len(),
            because,
            ..Step::default()
        }
    }

    /// What was counted, as people name it.
    fn counted_words(&self, id: NodeId, groups: usize) -> String {
        let values: Vec<String> =
            self.proof.node(id).values[groups..].iter().map(|&value| self.view.in_words(value)).collect();
        values.join(", ")
    }

    /// The messages through which something was counted: of a person all messages that count, since they are one person.
    fn through(&mut self, row: &Node) -> Vec<String> {
        let view = self.view;
        let (mut found, mut seen) = (Vec::new(), 0);
        let core = &view.lowered.core;
        let _ = self.backward.derivations(row.relation, row.row, &mut |derivation| {
            found.extend(derivation.premises(core).into_iter().find_map(|fact| subject(view, fact)));
            seen += 1;
            if seen < COUNTED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let mut found: Vec<String> = found.into_iter().map(|value| view.pool.show(value)).collect();
        found.sort_by(|a, b| natural(a, b));
        found.dedup();
        found
    }

    /// The message of the one way to something that was counted which its proof shows.
    fn shown_of(&self, row: &Node) -> Option<String> {
        let Source::Rule { premises, .. } = &row.source else { return None };
        let facts = premises.iter().filter_map(|premise| match premise {
            Premise::Node(id) => Some((self.proof.node(*id).relation, self.proof.node(*id).row)),
            _ => None,
        });
        facts.into_iter().find_map(|fact| subject(self.view, fact)).map(|value| self.view.pool.show(value))
    }

    /// True where what is counted has a number that no author wrote.
    fn is_numbered(&self, row: &Node, groups: usize) -> bool {
        let Source::Rule { rule, .. } = row.source else { return false };
        let counted = &self.view.lowered.core.rule(rule).columns[groups..];
        !counted.is_empty() && counted.iter().all(|column| matches!(column, Expr::Const(_)))
    }

    /// Of a condition that only asks whether there is such a row: how many there are.
    pub(super) fn one_of_such(&self, step: &mut Step, relation: core::RelationId, form: &[Option<Value>]) {
        let rows = self.view.db.relation(relation);
        if !matches!(step.kind, StepKind::Row | StepKind::Written) || rows.len() > SUCH {
            return;
        }
        let fits = |row: &crate::eval::Row| row.iter().zip(form).all(|(&v, wanted)| wanted.is_none_or(|w| w == v));
        let number = rows.rows().filter(|row| fits(row)).count();
        if number > 1 {
            let holders = [("statement", &*step.statement), ("number", &number.to_string())];
            step.statement = self.view.say(Phrase::OneOfSuch, &holders);
        }
    }

    /// True for a row on which the value of a minimum or maximum beside it rests.
    pub(super) fn gives_extreme(&self, premises: &[Premise], id: NodeId) -> bool {
        premises.iter().any(|premise| {
            let Premise::Node(extreme) = premise else { return false };
            let extreme = self.proof.node(*extreme);
            let Source::Aggregated { aggregation, shown, .. } = &extreme.source else { return false };
            let function = self.view.lowered.core.aggregations[*aggregation].function;
            let gives = |row: &&Node| row.values.last() == extreme.values.last();
            let rests_on = |row: &Node| match &row.source {
                Source::Rule { premises, .. } => premises.contains(&Premise::Node(id)),
                _ => false,
            };
            matches!(function, AggregateFunction::Min | AggregateFunction::Max)
                && shown.iter().map(|&row| self.proof.node(row)).filter(gives).any(rests_on)
        })
    }

    pub(super) fn empty_count(&self, at: Option<Location>, value: Value) -> Step {
        Step {
            statement: self.count_sentence(at, &self.view.pool.show(value)),
            kind: StepKind::Count,
            rule: at.map(|at| self.view.words(at)),
            place: at.map(|at| self.view.place(at)),
            ..Step::default()
        }
    }

    /// `10 people speak of "Collaborative workspaces"`
    pub(super) fn count_sentence(&self, at: Option<Location>, value: &str) -> String {
        let Some(at) = at else {
            let words = self.view.say(Phrase::UnnamedCount, &[]);
            return self.view.say(Phrase::Count, &[("words", &words), ("value", value)]);
        };
        if let Some(OperandKind::Counted(what, concept, scope)) = self.labels.count(at).map(|operand| &operand.kind) {
            return self.counted_sentence(*what, *concept, *scope, value);
        }
        match self.labels.condition(at).map(|condition| &condition.kind) {
            Some(ConditionKind::AtLeast(..)) => {
                self.number_sentence(Phrase::OneCondition, Phrase::Conditions, value, "")
            }
            Some(ConditionKind::Agreed(id, _)) => {
                let label = format!("\"{}\"", self.view.program.concept(*id).title());
                self.number_sentence(Phrase::OneCoder, Phrase::Coders, value, &label)
            }
            _ => self.view.say(Phrase::Count, &[("words", &self.view.words(at)), ("value", value)]),
        }
    }

    pub(super) fn counted_sentence(
        &self,
        what: CountedThing,
        id: ConceptId,
        scope: CountedScope,
        value: &str,
    ) -> String {
        let concept = self.view.program.concept(id);
        let label = format!("\"{}\"", concept.title());
        // People speak of a theme; what else is found in what they write may be anything.
        let theme = self.view.program.kind(concept.kind).name == "theme";
        let (one, many) = match (what, theme) {
            (CountedThing::Messages, true) => (Phrase::OneMessage, Phrase::Messages),
            (CountedThing::Authors, true) => (Phrase::OneAuthor, Phrase::Authors),
            (CountedThing::Threads, true) => (Phrase::OneThread, Phrase::Threads),
            (CountedThing::Quotes, true) => (Phrase::OneQuote, Phrase::Quotes),
            (CountedThing::Messages, false) => (Phrase::OneMessageWith, Phrase::MessagesWith),
            (CountedThing::Authors, false) => (Phrase::OneAuthorWith, Phrase::AuthorsWith),
            (CountedThing::Threads, false) => (Phrase::OneThreadWith, Phrase::ThreadsWith),
            (CountedThing::Quotes, false) => (Phrase::OneQuoteWith, Phrase::QuotesWith),
            (CountedThing::Coders, _) => (Phrase::OneCoder, Phrase::Coders),
        };
        let counted = self.number_sentence(one, many, value, &label);
        let within = match scope {
            CountedScope::Study => return counted,
            CountedScope::Message => Phrase::InMessage,
            CountedScope::Thread => Phrase::InThread,
            CountedScope::Author => Phrase::ByAuthor,
        };
        self.view.say(within, &[("counted", &counted)])
    }

    fn number_sentence(&self, one: Phrase, many: Phrase, value: &str, label: &str) -> String {
        match value {
            "1" => self.view.say(one, &[("label", label)]),
            _ => self.view.say(many, &[("number", value), ("label", label)]),
        }
    }
}

/// The message through which a fact counts somebody.
fn subject(view: View<'_>, (relation, row): (core::RelationId, u32)) -> Option<Value> {
    let value = view.db.row(relation, row).first().copied()?;
    match view.lowered.role(relation) {
        Role::Has(_) => Some(value),
        Role::Union(of) => {
            let kept = matches!(view.program.relation(of).kind, RelationKind::Has(_));
            Some(value).filter(|_| kept)
        }
        Role::Coded(_) | Role::Evidence(_) => Some(view.pool.as_quote(value).map_or(value, |(message, _)| message)),
        _ => None,
    }
}
