//! Comparisons and computations with their values. What a name of a rule stands for is said in words that a reader of the
//! study has: the letter itself means nothing to him.

use super::explain::Explainer;
use super::explanation::{Step, StepKind};
use super::grounds::cut_to;
use super::phrases::Phrase;
use crate::base::{Location, Pool, Value};
use crate::check::Type;
use crate::check::program::{ConditionKind, Operand, OperandKind, Relation, RelationKind};
use crate::ir::compute::{Computed, compute, variables};
use crate::ir::core::{Expr, Function, Literal, RelationId, Term, Var};
use crate::ir::origin::{Origin, Role};
use crate::proof::form;
use crate::syntax::tree::CompareOp;

/// So many characters of a text that a condition was asked of.
const WHOLE: usize = 160;

impl Explainer<'_, '_> {
    /// A comparison, computation or test with its values.
    pub(super) fn comparison(
        &self,
        literal: &Literal,
        rule: Bound<'_>,
        at: Option<Location>,
        counts: &mut Vec<(Var, Step)>,
    ) -> Option<Step> {
        let (at, view) = (at?, self.view);
        let Bound { binding, origin, .. } = rule;
        let words = view.words(at);
        let value = |expr: &Expr| match expr {
            // A concept by its label, as in every sentence.
            Expr::Var(Var(var)) if view.program.concept_values.contains_key(&binding[*var as usize]) => {
                Some(view.in_words(binding[*var as usize]))
            }
            _ => Some(cut_to(&compute(expr, binding, view.pool).ok()?.show(view.pool), WHOLE)),
        };
        // A pattern is no computation: its words stay as they are.
        let on_text = |text: &str| {
            let (asked, pattern) = words.split_at(words.find(['"', '/']).unwrap_or(words.len()));
            let words = self.spelled(asked, rule) + pattern;
            view.say(Phrase::OnText, &[("words", &words), ("text", &cut_to(text, WHOLE))])
        };
        let (mut used, mut announces) = (Vec::new(), false);
        let statement = match literal {
            Literal::Compare(op, a, b) => {
                variables(a, &mut used);
                variables(b, &mut used);
                let side = |expr: &Expr| {
                    let sort = Sort::of(&compute(expr, binding, view.pool).ok()?, view.pool);
                    Some(Side { value: value(expr)?, sort, stands: self.stands_for(expr, rule) })
                };
                self.compared(*op, (&side(a)?, &side(b)?), at, rule)
            }
            Literal::Bind(_, Expr::Call(function, _)) if is_passage(*function) => return None,
            Literal::Bind(var, expr) => {
                variables(expr, &mut used);
                let name = origin.vars.get(var.0 as usize)?;
                let value = value(expr)?;
                let (name, value) = (("name", &**name), ("value", &*value));
                // `N = count of …: N = 4` says a name twice.
                match words.strip_prefix(name.1).and_then(|rest| rest.trim_start().strip_prefix('=')) {
                    // What was counted says itself what it is.
                    Some(words) if words.trim_start().starts_with("count of") && counted_something(&used, counts) => {
                        announces = true;
                        let unit = self.how_many_of(at, value.1);
                        unit.unwrap_or_else(|| view.say(Phrase::IsCounted, &[name, value]))
                    }
                    Some(words) if !matches!(expr, Expr::Var(_)) => {
                        view.say(Phrase::IsBy, &[name, value, ("words", &self.spelled(words.trim_start(), rule))])
                    }
                    Some(words) => view.say(Phrase::IsBy, &[name, value, ("words", words.trim_start())]),
                    None => {
                        let values = view.say(Phrase::Is, &[name, value]);
                        view.say(Phrase::WithValues, &[("words", &words), ("values", &values)])
                    }
                }
            }
            Literal::Place(test, a, b) => return Some(self.passages(*test, (a, b), binding, Some(at))),
            Literal::Matches(term, _) => match term {
                Term::Var(var) => on_text(&view.pool.show(binding[var.0 as usize])),
                _ => words.clone(),
            },
            Literal::Contains(a, _) => on_text(&value(a)?),
            Literal::Atom(..)
            | Literal::Not(..)
            | Literal::Lookup { .. }
            | Literal::Present(_)
            | Literal::Absent(_) => return None,
        };
        let mut because = Vec::new();
        counts.retain_mut(|(var, step)| {
            let take = used.contains(var);
            if take {
                because.push(std::mem::take(step));
            }
            !take
        });
        Some(Step {
            statement,
            kind: StepKind::Comparison,
            rule: Some(words),
            place: Some(view.place(at)),
            because,
            announces,
            ..Step::default()
        })
    }

    /// `2 people`, where a name stands for how many of them there are.
    fn how_many_of(&self, at: Location, value: &str) -> Option<String> {
        let is = |kind: &str| self.labels.unit(at) == Some(Type::Kind(self.view.program.known_kind(kind)));
        let phrase = match (is("author"), is("message"), value) {
            (true, _, "1") => Phrase::IsPerson,
            (true, ..) => Phrase::ArePeople,
            (_, true, "1") => Phrase::IsOneMessage,
            (_, true, _) => Phrase::AreMessages,
            _ => return None,
        };
        Some(match value {
            "1" => self.view.say(phrase, &[]),
            _ => self.view.say(phrase, &[("value", value)]),
        })
    }

    /// `10 people speak of "Collaborative workspaces", at least 2 (min_authors) needed`
    fn compared(&self, op: CompareOp, (a, b): (&Side, &Side), at: Location, rule: Bound<'_>) -> String {
        let condition = self.labels.condition(at).map(|condition| &condition.kind);
        // What is asked of stands on the left: `0 = count of …` reads the other way round.
        if let Some(ConditionKind::Compare(_, left, right)) = condition
            && matches!(left.kind, OperandKind::Const(_))
            && !matches!(right.kind, OperandKind::Const(_))
        {
            return self.said_of(mirrored(op), (right, b), (left, a), rule);
        }
        match condition {
            Some(ConditionKind::Compare(_, left, right)) => self.said_of(op, (left, a), (right, b), rule),
            // Who agrees is compared with `rules` too, and that is no number.
            Some(ConditionKind::AtLeast(..) | ConditionKind::Agreed(..)) if op != CompareOp::NotEqual => {
                self.needed(op, &self.count_sentence(Some(at), &a.value), &b.value, Sort::Number)
            }
            Some(ConditionKind::Agreed(..)) => self.view.say(Phrase::NotTheRules, &[("coder", &a.value)]),
            _ => self.needed(op, &a.value, &b.value, b.sort),
        }
    }

    fn said_of(
        &self,
        op: CompareOp,
        (left, a): (&Operand, &Side),
        (right, b): (&Operand, &Side),
        rule: Bound<'_>,
    ) -> String {
        self.needed(op, &self.value_sentence(left, a, rule), &self.value_called(right, b, rule), b.sort)
    }

    /// `2020-01-02, not before 2020-01-01`; numbers are more and less, days later and earlier.
    fn needed(&self, op: CompareOp, left: &str, right: &str, sort: Sort) -> String {
        let phrase = match (op, sort) {
            (CompareOp::Equal, _) => Phrase::Same,
            (CompareOp::NotEqual, _) => Phrase::Other,
            (CompareOp::GreaterEqual, Sort::Number) => Phrase::AtLeast,
            (CompareOp::Greater, Sort::Number) => Phrase::MoreThan,
            (CompareOp::LessEqual, Sort::Number) => Phrase::AtMost,
            (CompareOp::Less, Sort::Number) => Phrase::LessThan,
            (CompareOp::GreaterEqual, _) => Phrase::NotEarlier,
            (CompareOp::Greater, _) => Phrase::Later,
            (CompareOp::LessEqual, _) => Phrase::NotLater,
            (CompareOp::Less, _) => Phrase::Earlier,
        };
        let said = self.view.say(phrase, &[("left", left), ("right", right)]);
        match (op, sort) {
            (CompareOp::Equal | CompareOp::NotEqual, _) | (_, Sort::Number | Sort::Day) => said,
            (_, Sort::Words) => self.view.say(Phrase::WhenSorted, &[("statement", &said)]),
        }
    }

    /// What stands on the left of a comparison, with its value.
    fn value_sentence(&self, operand: &Operand, side: &Side, rule: Bound<'_>) -> String {
        match &operand.kind {
            OperandKind::Counted(what, concept, scope) => self.counted_sentence(*what, *concept, *scope, &side.value),
            OperandKind::Aggregate(_) => self.count_sentence(Some(operand.at), &side.value),
            _ => match self.called(operand, side, rule) {
                Stands::For(name) => self.view.say(Phrase::Is, &[("name", &name), ("value", &side.value)]),
                Stands::So(said) => said,
                Stands::Itself => side.value.clone(),
            },
        }
    }

    /// What stands on the right of a comparison, with its value.
    fn value_called(&self, operand: &Operand, side: &Side, rule: Bound<'_>) -> String {
        match &operand.kind {
            OperandKind::Counted(what, concept, scope) => self.counted_sentence(*what, *concept, *scope, &side.value),
            _ => match self.called(operand, side, rule) {
                Stands::For(name) => self.view.say(Phrase::Called, &[("value", &side.value), ("name", &name)]),
                Stands::So(said) => said,
                Stands::Itself => side.value.clone(),
            },
        }
    }

    /// What a value is, where that is more than the value itself; else what the author calls it.
    fn called(&self, operand: &Operand, side: &Side, rule: Bound<'_>) -> Stands {
        let words = self.view.words(operand.at);
        let bare = words.trim_matches('"');
        match (&operand.kind, &side.stands) {
            (OperandKind::Var(_), Some(stands)) => stands.clone(),
            (OperandKind::Any, _) => Stands::Itself,
            _ if bare == side.value => Stands::Itself,
            (OperandKind::Arithmetic(..) | OperandKind::Call(..), _) => Stands::For(self.spelled(&words, rule)),
            _ => Stands::For(words),
        }
    }

    /// A computation with values, or with what they are, in the place of the names of its rule: `9 + 4`, `length(the text
    /// of m1)`.
    fn spelled(&self, words: &str, rule: Bound<'_>) -> String {
        let (mut out, mut rest, mut quoted) = (String::new(), words, false);
        while let Some(first) = rest.chars().next() {
            let part = |c: char| c.is_alphanumeric() || c == '_';
            let end = rest.find(|c| part(c) != part(first)).unwrap_or(rest.len());
            let (token, after) = rest.split_at(end);
            let var = rule.origin.vars.iter().position(|name| name == token && !name.is_empty() && !quoted);
            match var.and_then(|var| self.spelled_out(Var(var as u32), rule)) {
                Some(said) => out.push_str(&said),
                None => out.push_str(token),
            }
            quoted ^= token.matches('"').count() % 2 == 1;
            rest = after;
        }
        out
    }

    /// A number or day; of anything else what it is.
    fn spelled_out(&self, var: Var, rule: Bound<'_>) -> Option<String> {
        let value = *rule.binding.get(var.0 as usize).filter(|value| !value.is_none())?;
        if !matches!(Sort::of(&Computed::Kept(value), self.view.pool), Sort::Words) {
            return Some(self.view.pool.show(value));
        }
        match self.stands_for(&Expr::Var(var), rule)? {
            Stands::For(name) => Some(name),
            Stands::Itself => Some(self.view.in_words(value)),
            Stands::So(_) => None,
        }
    }

    /// What a name of a rule stands for, by the condition that gives it its value: `the role of George`, `5 messages`.
    /// [`None`] where no condition of the same rule does.
    fn stands_for(&self, expr: &Expr, Bound { body, binding, origin }: Bound<'_>) -> Option<Stands> {
        let Expr::Var(var) = expr else { return None };
        body.iter().enumerate().find_map(|(number, literal)| match literal {
            Literal::Atom(relation, terms) => {
                let column = terms.iter().position(|term| *term == Term::Var(*var))?;
                let declared = match self.view.lowered.role(*relation) {
                    Role::Declared(id) | Role::Union(id) => self.view.program.relation(id),
                    _ => return None,
                };
                Some(self.column_of((*relation, declared), column, &form(terms, binding)))
            }
            Literal::Bind(bound, _) if bound == var => {
                let at = origin.literals.get(number).copied().flatten()?;
                self.how_many_of(at, &self.view.pool.show(binding[var.0 as usize])).map(Stands::So)
            }
            _ => None,
        })
    }

    /// What stands in a column: `the role of George`. What an id or a concept stands for, it says itself.
    fn column_of(&self, (core, relation): (RelationId, &Relation), column: usize, row: &[Option<Value>]) -> Stands {
        let (view, of_message) = (self.view, matches!(relation.kind, RelationKind::Message));
        let author = of_message && relation.columns[column].name == "author";
        let says_itself = matches!(relation.columns[column].of, Type::Kind(_) | Type::Concept);
        let known: Vec<Value> = row[..column].iter().map_while(|value| *value).collect();
        if known.is_empty() || says_itself && !author {
            return Stands::Itself;
        }
        let rows = view.db.relation(core);
        let several = |known: &[Value]| rows.starting_with(known).nth(1).is_some();
        // Whose value it is, the columns before it say: where that is plain, the first alone.
        let whose = if several(&known[..1]) { &known[..] } else { &known[..1] };
        let phrase = if several(whose) { Phrase::OneColumnOf } else { Phrase::ColumnOf };
        let whose: Vec<String> = whose.iter().map(|&value| view.in_words(value)).collect();
        let name = match relation.columns[column].name.as_str() {
            "at" => view.say(Phrase::DateWord, &[]),
            // A variable that came in with the messages is known by its own name.
            "value" => relation.name.replace('_', " "),
            name => name.replace('_', " "),
        };
        Stands::For(view.say(phrase, &[("column", &name), ("subject", &view.listed(&whose))]))
    }
}

/// A rule, and what its names stand for.
#[derive(Clone, Copy)]
pub(super) struct Bound<'b> {
    /// Its conditions.
    pub body: &'b [Literal],
    /// The value of each name.
    pub binding: &'b [Value],
    /// Where they were written.
    pub origin: &'b Origin,
}

/// One side of a comparison.
struct Side {
    value: String,
    sort: Sort,
    /// Of a name of the rule: what it stands for, where that is known.
    stands: Option<Stands>,
}

/// How values of a sort are ordered.
#[derive(Clone, Copy)]
enum Sort {
    Number,
    Day,
    Words,
}

impl Sort {
    fn of(value: &Computed, pool: &Pool) -> Sort {
        if value.as_decimal(pool).is_some() {
            Sort::Number
        } else if value.as_day(pool).is_some() {
            Sort::Day
        } else {
            Sort::Words
        }
    }
}

/// What a value is.
#[derive(Clone)]
enum Stands {
    /// The value says so itself.
    Itself,
    /// What it is the value of.
    For(String),
    /// All that is to be said, with the value in it.
    So(String),
}

/// True where one of the counts that are used has something to show.
fn counted_something(used: &[Var], counts: &[(Var, Step)]) -> bool {
    counts.iter().any(|(var, step)| used.contains(var) && !step.because.is_empty())
}

/// The same comparison with its sides exchanged.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        CompareOp::Equal | CompareOp::NotEqual => op,
    }
}

fn is_passage(function: Function) -> bool {
    matches!(
        function,
        Function::MessageOf | Function::Whole | Function::Start | Function::End | Function::Hull | Function::Passage
    )
}
