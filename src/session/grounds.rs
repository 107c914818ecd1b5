//! What the leaves of an explanation say: passages in their sentences, comparisons with their values, counts with what was
//! counted, and what was looked for and is not there.

use super::explain::Explainer;
use super::explanation::{Step, StepKind};
use super::phrases::Phrase;
use crate::base::cut::between_words;
use crate::base::{Location, Value};
use crate::check::Type;
use crate::check::program::{Body, ConceptId, ConditionKind, Operand, OperandKind, Place, PlaceKind};
use crate::ir::compute::{compute, variables};
use crate::ir::core::{self, Expr, Function, Literal, PlaceTest, Term, Var};
use crate::ir::origin::{Origin, Role};
use crate::proof::Node;
use crate::syntax::tree::{CompareOp, Unit};
use crate::text::segment::{overlaps, slice};
use rustc_hash::FxHashSet;

/// So many characters of a passage or pattern are shown in a sentence.
const PASSAGE: usize = 60;
/// So many other passages that stand near are named, of so many that are looked at.
const ALSO_NEAR: usize = 3;
const ALSO_SEEN: usize = 100;
/// So many characters of a text that a condition was asked of.
const WHOLE: usize = 160;

impl Explainer<'_, '_> {
    /// A passage that a pattern found, with the part of the pattern that found it.
    pub(super) fn quote_step(&mut self, node: &Node, at: Option<Location>) -> Step {
        let view = self.view;
        let quote = node.values.get(1).copied();
        let message = node.values.first().copied().unwrap_or(Value::NONE);
        let subject = view.pool.show(message);
        let mut step = Step {
            statement: view.say(Phrase::SaysSo, &[("subject", &subject)]),
            kind: StepKind::Quote,
            rule: at.map(|at| view.words(at)),
            place: at.map(|at| view.place(at)),
            quote: quote.and_then(|q| view.quote_shown(q)),
            ..Step::default()
        };
        if let (Role::Match(number), Some(at), Some(segments)) =
            (view.lowered.role(node.relation), at, view.texts.corpus.segments(message))
            && let Some(quote) = quote
            && let Some((_, Some(range))) = view.pool.as_quote(quote)
        {
            let pattern = &view.lowered.patterns[number as usize];
            let narrowed = self.parts.of(view, pattern, at, quote, (segments, range));
            if let Some((a, b)) = narrowed.ends {
                step.quote = view.stretch_shown(message, a, b);
            }
            step.rule = Some(narrowed.words);
            step.place = Some(view.place(narrowed.at));
        }
        if let Some(quote) = step.quote.as_ref().filter(|quote| !quote.quote.is_empty()) {
            let passage = cut(&quote.quote);
            step.statement = view.say(Phrase::Says, &[("subject", &subject), ("passage", &passage)]);
        }
        let said = step.quote.as_ref().map_or(String::new(), |quote| quote.quote.to_lowercase());
        step.by = step.rule.as_ref().map(|rule| match rule.starts_with('/') && rule.chars().count() > PASSAGE {
            true => view.say(Phrase::FoundByExpression, &[]),
            // The words themselves need not be said twice.
            false if rule.to_lowercase() == format!("\"{said}\"") => view.say(Phrase::FoundAsWritten, &[]),
            false => view.say(Phrase::FoundBy, &[("pattern", rule)]),
        });
        step
    }

    /// Something that is not there.
    pub(super) fn absence(&self, relation: core::RelationId, pattern: &[Option<Value>], at: Option<Location>) -> Step {
        let view = self.view;
        let mut step = Step { kind: StepKind::Absence, place: at.map(|at| view.place(at)), ..Step::default() };
        let subject = match pattern.first().copied().flatten() {
            Some(value) => view.in_words(value),
            None => view.say(Phrase::Something, &[]),
        };
        let subject = ("subject", &*subject);
        // Steps are named by what they say, which must not depend on what was said before.
        let words = || match at {
            Some(at) => self.labels.clause(view, at, None),
            None => view.say(Phrase::Something, &[]),
        };
        step.statement = match view.lowered.role(relation) {
            Role::Has(id) => {
                self.meant(id, &mut step);
                view.concept_sentence(subject.1, id, false)
            }
            Role::Blocked(id) => {
                let unless = &view.program.concept(id).unless;
                step.place = unless.first().map(|body| view.place(body.at));
                let clauses: Vec<String> = unless.iter().map(|body| view.words(body.at)).collect();
                step.rule = Some(format!("unless {}", clauses.join(", or unless ")));
                let clauses: Vec<String> = unless.iter().map(|body| self.exception_clause(body)).collect();
                let clauses = clauses.join(&view.say(Phrase::OrUnless, &[]));
                step.by = Some(view.say(Phrase::TheException, &[("words", &clauses)]));
                for id in unless.iter().filter_map(|body| self.exception(body)) {
                    self.meant(id, &mut step);
                }
                match &unless[..] {
                    [only] if self.exception(only).is_some() => {
                        let it = view.say(Phrase::It, &[]);
                        let denial = self.exception(only).map(|id| view.concept_sentence(&it, id, false));
                        let denial = denial.unwrap_or_default();
                        view.say(Phrase::NoException, &[subject, ("denial", &denial)])
                    }
                    _ => {
                        let clauses: Vec<String> =
                            unless.iter().map(|body| self.labels.clause(view, body.at, None)).collect();
                        let clauses = clauses.join(&view.say(Phrase::OrExcept, &[]));
                        view.say(Phrase::NoExceptions, &[subject, ("clauses", &clauses)])
                    }
                }
            }
            Role::Match(_) => {
                let words = words();
                if words.chars().count() <= PASSAGE {
                    view.say(Phrase::NotInTextShort, &[subject, ("words", &words)])
                } else {
                    step.by = Some(view.say(Phrase::WasLookedFor, &[("words", &words)]));
                    step.rule = Some(words);
                    view.say(Phrase::NotInText, &[subject])
                }
            }
            Role::Domain(kind) => {
                let kind = view.program.kind(kind).name.replace('_', " ");
                view.say(Phrase::NotOfKind, &[subject, ("kind", &kind)])
            }
            Role::Declared(id) | Role::Union(id) => view.denial(id, pattern),
            _ => {
                let words = words();
                view.say(Phrase::NotMet, &[("words", &words)])
            }
        };
        step
    }

    /// What a concept means that is not there, so that it is plain what was asked for.
    fn meant(&self, id: ConceptId, step: &mut Step) {
        step.reasons.extend(self.view.program.concept(id).means.iter().map(|said| self.view.said(said)));
    }

    /// `unless "Said with irony" (said_with_irony)`
    fn exception_clause(&self, body: &Body) -> String {
        let clause = self.labels.clause(self.view, body.at, Some(&mut FxHashSet::default()));
        self.view.say(Phrase::Unless, &[("clause", &clause)])
    }

    /// The concept that an exception asks for, where it asks for no more.
    fn exception(&self, body: &Body) -> Option<ConceptId> {
        match &body.condition.kind {
            ConditionKind::Holds(id) => Some(*id),
            ConditionKind::Place(Place { kind: PlaceKind::Code(id), .. }) => Some(*id),
            _ => None,
        }
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
        let (at, view) = (at?, self.view);
        let words = view.words(at);
        let value = |expr: &Expr| {
            let computed = compute(expr, binding, view.pool).ok()?;
            Some(computed.show(view.pool))
        };
        let on_text = |text: &str| view.say(Phrase::OnText, &[("words", &words), ("text", &cut_to(text, WHOLE))]);
        let mut used = Vec::new();
        let statement = match literal {
            Literal::Compare(op, a, b) => {
                variables(a, &mut used);
                variables(b, &mut used);
                self.compared(*op, (&value(a)?, &value(b)?), at)
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
                        self.how_many_of(at, name.1, value.1)
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
            ..Step::default()
        })
    }

    /// `2 people:`, before those that are counted.
    fn how_many_of(&self, at: Location, name: &str, value: &str) -> String {
        let is = |kind: &str| self.labels.unit(at) == Some(Type::Kind(self.view.program.known_kind(kind)));
        let phrase = match (is("author"), is("message"), value) {
            (true, _, "1") => Phrase::IsPerson,
            (true, ..) => Phrase::ArePeople,
            (_, true, "1") => Phrase::IsOneMessage,
            (_, true, _) => Phrase::AreMessages,
            _ => return self.view.say(Phrase::IsCounted, &[("name", name), ("value", value)]),
        };
        match value {
            "1" => self.view.say(phrase, &[]),
            _ => self.view.say(phrase, &[("value", value)]),
        }
    }

    /// Other passages of the two places of a `near` that stand near enough to the one of the other: `also near: "whom it
    /// knows" (7 words apart)`. The nearest pair is what the condition rests on.
    pub(super) fn also_near(
        &self,
        most: u32,
        (a, b): (&Term, &Term),
        (body, binding): (&[Literal], &[Value]),
    ) -> Option<String> {
        let view = self.view;
        let quote = |term: &Term| match term {
            Term::Var(var) => view.pool.as_quote(binding[var.0 as usize]),
            _ => None,
        };
        let ((message, a_range), (_, b_range)) = (quote(a)?, quote(b)?);
        let (a_range, b_range) = (a_range?, b_range?);
        let segments = view.texts.corpus.segments(message)?;
        let mut found: Vec<(usize, (u32, u32))> = Vec::new();
        for (term, fixed) in [(a, b_range), (b, a_range)] {
            let relation = body.iter().find_map(|literal| match literal {
                Literal::Atom(relation, terms) if terms.len() == 2 && terms[1] == *term => Some(*relation),
                _ => None,
            });
            let Some(relation) = relation else { continue };
            if !matches!(view.lowered.role(relation), Role::Passages(_) | Role::Match(_)) {
                continue;
            }
            let rows = view.db.relation(relation);
            for row in rows.starting_with(&[message]).take(ALSO_SEEN) {
                let range = rows.row(row).to_vec().get(1).and_then(|&quote| view.pool.as_quote(quote)?.1);
                let Some(range) = range else { continue };
                let taken = |&(_, known): &(usize, (u32, u32))| overlaps(known, range);
                if overlaps(range, a_range) || overlaps(range, b_range) || found.iter().any(taken) {
                    continue;
                }
                let (first, second) = if range.0 <= fixed.0 { (range, fixed) } else { (fixed, range) };
                let apart = segments.words_between(first, second);
                if apart <= most as usize {
                    found.push((apart, range));
                }
            }
        }
        found.sort_unstable();
        found.truncate(ALSO_NEAR);
        let passage = |&(apart, range): &(usize, (u32, u32))| {
            let passage = format!("\"{}\"", cut(slice(segments.text(), range)));
            view.say(Phrase::WordsAway, &[("passage", &passage), ("apart", &self.apart(apart))])
        };
        let passages: Vec<String> = found.iter().map(passage).collect();
        (!passages.is_empty()).then(|| view.say(Phrase::AlsoNear, &[("passages", &passages.join(", "))]))
    }

    /// `3 words apart`
    fn apart(&self, words: usize) -> String {
        match words {
            0 => self.view.say(Phrase::SideBySide, &[]),
            1 => self.view.say(Phrase::OneApart, &[]),
            n => self.view.say(Phrase::Apart, &[("number", &n.to_string())]),
        }
    }

    /// `10 people speak of "Collaborative workspaces", at least 2 (min_authors) needed`
    fn compared(&self, op: CompareOp, (a, b): (&str, &str), at: Location) -> String {
        let condition = self.labels.condition(at).map(|condition| &condition.kind);
        // What is asked of stands on the left: `0 = count of …` reads the other way round.
        if let Some(ConditionKind::Compare(_, left, right)) = condition
            && matches!(left.kind, OperandKind::Const(_))
            && !matches!(right.kind, OperandKind::Const(_))
        {
            return self.said_of(mirrored(op), (right, b), (left, a));
        }
        match condition {
            Some(ConditionKind::Compare(_, left, right)) => self.said_of(op, (left, a), (right, b)),
            // Who agrees is compared with `rules` too, and that is no number.
            Some(ConditionKind::AtLeast(..) | ConditionKind::Agreed(..)) if op != CompareOp::NotEqual => {
                self.needed(op, &self.count_sentence(Some(at), a), b)
            }
            _ => self.needed(op, a, b),
        }
    }

    fn said_of(&self, op: CompareOp, (left, a): (&Operand, &str), (right, b): (&Operand, &str)) -> String {
        self.needed(op, &self.value_sentence(left, a), &self.value_called(right, b))
    }

    fn needed(&self, op: CompareOp, left: &str, right: &str) -> String {
        let phrase = match op {
            CompareOp::GreaterEqual => Phrase::AtLeast,
            CompareOp::Greater => Phrase::MoreThan,
            CompareOp::LessEqual => Phrase::AtMost,
            CompareOp::Less => Phrase::LessThan,
            CompareOp::Equal => Phrase::Same,
            CompareOp::NotEqual => Phrase::Other,
        };
        self.view.say(phrase, &[("left", left), ("right", right)])
    }

    /// What stands on the left of a comparison, with its value.
    fn value_sentence(&self, operand: &Operand, value: &str) -> String {
        match &operand.kind {
            OperandKind::Counted(what, concept, scope) => self.counted_sentence(*what, *concept, *scope, value),
            OperandKind::Aggregate(_) => self.count_sentence(Some(operand.at), value),
            _ => match self.called(operand, value) {
                Some(name) => self.view.say(Phrase::Is, &[("name", &name), ("value", value)]),
                None => value.to_string(),
            },
        }
    }

    /// What stands on the right of a comparison, with its value.
    fn value_called(&self, operand: &Operand, value: &str) -> String {
        match &operand.kind {
            OperandKind::Counted(what, concept, scope) => self.counted_sentence(*what, *concept, *scope, value),
            _ => match self.called(operand, value) {
                Some(name) => self.view.say(Phrase::Called, &[("value", value), ("name", &name)]),
                None => value.to_string(),
            },
        }
    }

    /// What the author calls a value, where that is not the value itself.
    fn called(&self, operand: &Operand, value: &str) -> Option<String> {
        let words = self.view.words(operand.at);
        let bare = words.trim_matches('"');
        (bare != value && !matches!(operand.kind, OperandKind::Any)).then_some(words)
    }

    /// `"the hub" stands near "contacts": 3 words apart, at most 5 allowed`, with both in their sentence.
    pub(super) fn passages(
        &self,
        test: PlaceTest,
        terms: (&Term, &Term),
        binding: &[Value],
        at: Option<Location>,
    ) -> Step {
        let view = self.view;
        let words = at.map(|at| view.words(at));
        let mut step = Step {
            statement: words.clone().unwrap_or_default(),
            kind: StepKind::Comparison,
            rule: words,
            place: at.map(|at| view.place(at)),
            ..Step::default()
        };
        let quote = |term: &Term| match term {
            Term::Var(var) => view.pool.as_quote(binding[var.0 as usize]),
            Term::Const(value) => view.pool.as_quote(*value),
            Term::Any => None,
        };
        let (Some((message, Some(a))), Some((other, Some(b)))) = (quote(terms.0), quote(terms.1)) else { return step };
        let Some(segments) = view.texts.corpus.segments(message).filter(|_| message == other) else { return step };
        let apart = {
            let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
            self.apart(segments.words_between(first, second))
        };
        let first = cut(slice(segments.text(), a));
        let second = cut(slice(segments.text(), b));
        let two = [("first", &*first), ("second", &*second)];
        let within =
            |phrase, most: u32| view.say(phrase, &[two[0], two[1], ("apart", &apart), ("most", &most.to_string())]);
        step.statement = match test {
            PlaceTest::Near(_) | PlaceTest::Before(_) | PlaceTest::Overlaps | PlaceTest::Contains if overlaps(a, b) => {
                view.say(Phrase::Overlap, &two)
            }
            PlaceTest::Near(most) => within(Phrase::Near, most),
            PlaceTest::Before(Some(most)) => within(Phrase::BeforeWithin, most),
            PlaceTest::Before(None) => view.say(Phrase::Before, &two),
            PlaceTest::InSame(Unit::Sentence) => view.say(Phrase::SameSentence, &two),
            PlaceTest::InSame(Unit::Paragraph) => view.say(Phrase::SameParagraph, &two),
            PlaceTest::Overlaps | PlaceTest::Contains => view.say(Phrase::Overlap, &two),
        };
        step.quote = view.stretch_shown(message, a, b);
        step
    }
}

/// A passage, cut where it is long.
pub(super) fn cut(text: &str) -> String {
    cut_to(text, PASSAGE)
}

fn cut_to(text: &str, most: usize) -> String {
    between_words(text, most).map_or_else(|| text.to_string(), |start| format!("{start} …"))
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
