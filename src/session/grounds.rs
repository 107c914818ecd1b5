//! What the leaves of an explanation say: passages in their sentences, comparisons with their values, counts with what was
//! counted, and what was looked for and is not there.

use super::explain::Explainer;
use super::explanation::{Step, StepKind};
use super::phrases::{ENGLISH, Phrase};
use crate::base::{Location, Value};
use crate::ir::compute::{compute, variables};
use crate::ir::core::{self, Expr, Function, Literal, PlaceTest, Term, Var};
use crate::ir::origin::{Origin, Role};
use crate::proof::{Node, Source};

/// So many characters of a passage are shown where it stands beside another.
const PASSAGE: usize = 40;

impl Explainer<'_> {
    /// A passage that a pattern found, with the part of the pattern that found it.
    pub(super) fn quote_step(&mut self, node: &Node, at: Option<Location>) -> Step {
        let quote = node.values.get(1).copied();
        let message = node.values.first().copied().unwrap_or(Value::NONE);
        let mut step = Step {
            statement: ENGLISH.say(Phrase::InText, &[("subject", &self.view.pool.show(message))]),
            kind: StepKind::Quote,
            rule: at.map(|at| self.view.words(at)),
            place: at.map(|at| self.view.place(at)),
            quote: quote.and_then(|q| self.view.quote_shown(q)),
            ..Step::default()
        };
        if let (Role::Match(number), Some(at), Some(segments)) =
            (self.view.lowered.role(node.relation), at, self.view.texts.corpus.segments(message))
            && let Some(quote) = quote
            && let Some((_, Some(range))) = self.view.pool.as_quote(quote)
        {
            let pattern = &self.view.lowered.patterns[number as usize];
            let narrowed = self.parts.of(self.view, pattern, at, quote, (segments, range));
            step.rule = Some(narrowed.words);
            step.place = Some(self.view.place(narrowed.at));
        }
        step
    }

    pub(super) fn count_step(&mut self, node: &Node, at: Option<Location>) -> Step {
        let Source::Aggregated { aggregation, rows, shown } = &node.source else { return Step::default() };
        let at = match self.view.lowered.role(node.relation) {
            Role::Count(own) => Some(own),
            _ => at,
        };
        let value = node.values.last().map_or(String::new(), |&v| self.view.pool.show(v));
        let groups = self.view.lowered.core.aggregations[*aggregation].groups;
        let because = shown.iter().map(|&id| {
            let row = self.proof.node(id);
            let values: Vec<String> = row.values[groups..].iter().map(|&v| self.view.in_words(v)).collect();
            let first = self.explained.insert(id);
            let mut because = if first { self.premises(row) } else { Vec::new() };
            match &mut because[..] {
                // Of `at least 2 of (a, b)` the conditions themselves are counted, and only numbered.
                [only] if self.is_numbered(row, groups) => std::mem::take(only),
                _ => Step { statement: values.join(", "), because, ..Step::default() },
            }
        });
        let because: Vec<Step> = because.collect();
        Step {
            statement: ENGLISH.say(Phrase::Count, &[("words", &self.count_words(at)), ("value", &value)]),
            kind: StepKind::Count,
            place: at.map(|at| self.view.place(at)),
            more: rows.len() - because.len(),
            because,
            ..Step::default()
        }
    }

    /// True where what is counted has a number that no author wrote.
    fn is_numbered(&self, row: &Node, groups: usize) -> bool {
        let Source::Rule { rule, .. } = row.source else { return false };
        let counted = &self.view.lowered.core.rule(rule).columns[groups..];
        !counted.is_empty() && counted.iter().all(|column| matches!(column, Expr::Const(_)))
    }

    pub(super) fn empty_count(&self, at: Option<Location>, value: Value) -> Step {
        let value = self.view.pool.show(value);
        Step {
            statement: ENGLISH.say(Phrase::CountOfNone, &[("words", &self.count_words(at)), ("value", &value)]),
            kind: StepKind::Count,
            place: at.map(|at| self.view.place(at)),
            ..Step::default()
        }
    }

    fn count_words(&self, at: Option<Location>) -> String {
        at.map_or_else(|| ENGLISH.say(Phrase::UnnamedCount, &[]), |at| self.view.words(at))
    }

    /// Something that is not there.
    pub(super) fn absence(&self, relation: core::RelationId, pattern: &[Option<Value>], at: Option<Location>) -> Step {
        let mut step = Step { kind: StepKind::Absence, place: at.map(|at| self.view.place(at)), ..Step::default() };
        let subject = || match pattern.first().copied().flatten() {
            Some(value) => self.view.in_words(value),
            None => ENGLISH.say(Phrase::Something, &[]),
        };
        let words = at.map(|at| self.view.words(at)).unwrap_or_else(|| ENGLISH.say(Phrase::Something, &[]));
        step.statement = match self.view.lowered.role(relation) {
            Role::Has(id) => self.view.concept_sentence(&subject(), id, false),
            Role::Blocked(id) => {
                let concept = self.view.program.concept(id);
                let clauses: Vec<String> = concept.unless.iter().map(|u| self.view.words(u.at)).collect();
                let clauses = clauses.join(", or unless ");
                step.rule = Some(ENGLISH.say(Phrase::Exceptions, &[("clauses", &clauses)]));
                step.place = concept.unless.first().map(|u| self.view.place(u.at));
                ENGLISH.say(Phrase::NoException, &[("subject", &subject())])
            }
            Role::Match(_) => ENGLISH.say(Phrase::NotInText, &[("subject", &subject()), ("words", &words)]),
            Role::Domain(kind) => {
                let kind = self.view.program.kind(kind).name.replace('_', " ");
                ENGLISH.say(Phrase::NotOfKind, &[("subject", &subject()), ("kind", &kind)])
            }
            Role::Declared(id) | Role::Union(id) => self.view.denial(id, pattern),
            _ => ENGLISH.say(Phrase::NotMet, &[("words", &words)]),
        };
        step
    }

    /// A comparison, computation or test with its values.
    pub(super) fn comparison(
        &self,
        literal: &Literal,
        binding: &[Value],
        origin: &Origin,
        at: Option<Location>,
        counts: &mut Vec<(Var, Step)>,
    ) -> Option<Step> {
        let at = at?;
        let words = self.view.words(at);
        let value = |expr: &Expr| {
            let computed = compute(expr, binding, self.view.pool).ok()?;
            Some(computed.show(self.view.pool))
        };
        let with_values = |values: &str| ENGLISH.say(Phrase::WithValues, &[("words", &words), ("values", values)]);
        let on_text = |text: &str| ENGLISH.say(Phrase::OnText, &[("words", &words), ("text", text)]);
        let mut used = Vec::new();
        let statement = match literal {
            Literal::Compare(op, a, b) => {
                variables(a, &mut used);
                variables(b, &mut used);
                let (a, b) = (value(a)?, value(b)?);
                let values = format!("{a} {} {b}", op.text());
                if values == words { words } else { with_values(&values) }
            }
            Literal::Bind(_, Expr::Call(function, _)) if is_passage(*function) => return None,
            Literal::Bind(var, expr) => {
                variables(expr, &mut used);
                let name = origin.vars.get(var.0 as usize)?;
                let value = value(expr)?;
                // `N = count of …: N = 4` says a name twice.
                let said = words.strip_prefix(name.as_str()).is_some_and(|rest| rest.trim_start().starts_with('='));
                with_values(&if said { value } else { format!("{name} = {value}") })
            }
            Literal::Place(test, a, b) => self.passages(*test, (a, b), binding, &words).unwrap_or(words),
            Literal::Matches(term, _) => match term {
                Term::Var(var) => on_text(&self.view.pool.show(binding[var.0 as usize])),
                _ => words,
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
            place: Some(self.view.place(at)),
            because,
            ..Step::default()
        })
    }

    /// `a near b within 5 words: "the hub" and "contacts", 3 words apart`
    fn passages(&self, test: PlaceTest, terms: (&Term, &Term), binding: &[Value], words: &str) -> Option<String> {
        let quote = |term: &Term| match term {
            Term::Var(var) => self.view.pool.as_quote(binding[var.0 as usize]),
            Term::Const(value) => self.view.pool.as_quote(*value),
            Term::Any => None,
        };
        let ((message, Some(a)), (_, Some(b))) = (quote(terms.0)?, quote(terms.1)?) else { return None };
        let segments = self.view.texts.corpus.segments(message)?;
        let text = |range: (u32, u32)| -> String {
            let all = crate::text::segment::slice(segments.text(), range);
            let mut shown: String = all.chars().take(PASSAGE).collect();
            if all.chars().nth(PASSAGE).is_some() {
                shown.push('…');
            }
            shown
        };
        let apart = match test {
            PlaceTest::Near(_) | PlaceTest::Before(_) if !crate::text::segment::overlaps(a, b) => {
                let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
                match segments.words_between(first, second) {
                    0 => ENGLISH.say(Phrase::SideBySide, &[]),
                    1 => ENGLISH.say(Phrase::OneApart, &[]),
                    n => ENGLISH.say(Phrase::Apart, &[("number", &n.to_string())]),
                }
            }
            _ => String::new(),
        };
        let apart = if apart.is_empty() { apart } else { format!(", {apart}") };
        let (first, second) = (text(a), text(b));
        let holders = [("words", words), ("first", &first), ("second", &second), ("apart", &apart)];
        Some(ENGLISH.say(Phrase::Passages, &holders))
    }
}

fn is_passage(function: Function) -> bool {
    matches!(
        function,
        Function::MessageOf | Function::Whole | Function::Start | Function::End | Function::Hull | Function::Passage
    )
}
