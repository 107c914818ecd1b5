//! Evaluation: texts to matches, rows to facts, facts to conclusions.

use super::funnel::amount;
use super::guard::Guard;
use super::{Progress, Study};
use crate::base::{Pool, Stop, Value};
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::{self, Limits, Missing, Texts};
use crate::ir::Lowered;
use crate::ir::compute::Operation;
use crate::ir::core::{Core, FactPlace, Function, Literal, PlaceTest, RelationId};
use crate::ir::origin::{OriginKind, Role};
use crate::plan;
use crate::text::{Corpus, Matcher, Pattern, Segments, Sweep};
use std::sync::Arc;

/// So many conclusions a given fact are no sign of a rule that feeds itself.
const CONCLUSIONS: usize = 50;

/// What the evaluator may ask of texts. A clone shares them.
#[derive(Clone, Default)]
pub(super) struct StudyTexts {
    pub corpus: Corpus,
    matcher: Option<Arc<Matcher>>,
}

impl Texts for StudyTexts {
    fn place(&self, test: PlaceTest, message: Value, a: (u32, u32), b: (u32, u32)) -> bool {
        match test {
            PlaceTest::Near(within) => self.corpus.near(message, a, b, within),
            PlaceTest::Before(within) => self.corpus.before(message, a, b, within),
            PlaceTest::InSame(unit) => self.corpus.same(unit, message, a, b),
            PlaceTest::Overlaps => self.corpus.overlaps(message, a, b),
            PlaceTest::Contains => a.0 <= b.0 && b.1 <= a.1 && a != b,
        }
    }

    fn matches(&self, pattern: u32, text: &str) -> bool {
        self.matcher.as_ref().is_some_and(|m| m.is_match(pattern as usize, text))
    }
}

impl StudyTexts {
    /// Texts of these messages, with these patterns.
    pub fn new(corpus: Corpus, matcher: Option<Arc<Matcher>>) -> StudyTexts {
        StudyTexts { corpus, matcher }
    }

    /// The patterns, ready to be looked for.
    pub fn matcher(&self) -> Option<&Matcher> {
        self.matcher.as_deref()
    }

    /// The same texts with other patterns; the texts are shared.
    pub fn with(&self, patterns: &[Pattern]) -> StudyTexts {
        let same = self.matcher.as_ref().is_some_and(|m| m.len() == patterns.len());
        let matcher = if same { self.matcher.clone() } else { matcher(patterns) };
        StudyTexts::new(self.corpus.clone(), matcher)
    }

    /// Fills the relations of matches that come after the first `from` of them, looking for nothing else.
    pub fn fill_new(&self, lowered: &mut Lowered, pool: &mut Pool, from: usize) {
        let wanted: Vec<Pattern> =
            lowered.matches[from..].iter().map(|&(number, _)| lowered.patterns[number as usize].clone()).collect();
        let Some(matcher) = matcher(&wanted).filter(|m| !m.is_empty()) else { return };
        let relations: Vec<_> = lowered.matches[from..].iter().map(|&(_, relation)| Some(relation)).collect();
        self.sweep(&matcher, &relations, lowered, pool, &Stop::default(), &mut |_| {});
    }

    /// Fills the relations of matches. Gives, by node of the matcher, in how many messages it has a place. Ends early
    /// where it is to stop.
    pub fn fill(&self, lowered: &mut Lowered, pool: &mut Pool, stop: &Stop, watch: &mut dyn FnMut(usize)) -> Vec<u32> {
        let Some(matcher) = self.matcher.as_ref().filter(|m| !m.is_empty() && !lowered.matches.is_empty()) else {
            return Vec::new();
        };
        let mut relations = vec![None; matcher.len()];
        for &(number, relation) in &lowered.matches {
            relations[number as usize] = Some(relation);
        }
        self.sweep(matcher, &relations, lowered, pool, stop, watch)
    }

    /// Adds the places of each pattern to its relation, in the order of the messages.
    fn sweep(
        &self,
        matcher: &Matcher,
        relations: &[Option<RelationId>],
        lowered: &mut Lowered,
        pool: &mut Pool,
        stop: &Stop,
        watch: &mut dyn FnMut(usize),
    ) -> Vec<u32> {
        let (messages, texts): (Vec<Value>, Vec<&Segments>) = self.corpus.iter().unzip();
        let sweep = Sweep::new(matcher, &texts, crate::base::threads::available(), stop, watch);
        // Several patterns may find one passage.
        pool.reserve_quotes(sweep.len() / 2);
        // Each part is given back once its facts are made.
        for found in sweep.parts.into_iter().flatten() {
            if let Some(relation) = relations[found.pattern as usize] {
                let message = messages[found.text as usize];
                let quote = pool.quote(message, Some((found.start, found.end)));
                lowered.core.add_fact(relation, &[message, quote], FactPlace::Text);
            }
        }
        sweep.found_in
    }
}

/// Patterns ready to be looked for. The checker has tried each of them, so there is always one.
pub(super) fn matcher(patterns: &[Pattern]) -> Option<Arc<Matcher>> {
    Matcher::new(patterns).ok().map(Arc::new)
}

/// The texts of the messages that a program's facts give.
pub(super) fn corpus(lowered: &Lowered, message: RelationId, pool: &Pool) -> Corpus {
    let (mut corpus, mut last) = (Corpus::default(), (Value::NONE, None));
    for (_, row) in lowered.core.given[message.0 as usize].rows(5) {
        // Where the study has no texts all messages have the empty one.
        if row[4] != last.0 {
            last = (row[4], pool.shared_text(row[4]));
        }
        if let Some(text) = &last.1 {
            corpus.insert(row[0], text.clone());
        }
    }
    corpus
}

impl Study {
    /// Orders the relations, and reports circles. A program with circles is evaluated without the rules that close
    /// them.
    pub(super) fn order(&mut self) {
        // Every round takes a rule away, so this ends.
        loop {
            match plan::strata(&self.lowered.core) {
                Ok(strata) => {
                    self.strata = Some(strata);
                    return;
                }
                Err(circle) => self.report_circle(&circle),
            }
        }
    }

    /// Evaluates the study. What went wrong is added to the diagnostics.
    pub fn evaluate(&mut self, watch: &mut dyn FnMut(Progress)) {
        if self.evaluated {
            return;
        }
        self.evaluated = true;
        if !self.lay_out(watch) {
            return;
        }
        let Some(strata) = &self.strata else { return };
        let guard = Guard::new(&self.options, &self.stop, &self.pool);
        let mut tell = |p: eval::Progress| {
            watch(Progress { task: "drawing conclusions".into(), done: p.stratum, of: p.strata });
            guard.check(p.bytes)
        };
        let limits = self.limits();
        let mut shorter = self.unfolded();
        if let Some((program, _)) = &mut shorter {
            std::mem::swap(&mut program.core.given, &mut self.lowered.core.given);
        }
        let (core, strata) = match &shorter {
            Some((program, strata)) => (&program.core, strata),
            None => (&self.lowered.core, strata),
        };
        let result = eval::run(core, strata, &mut self.db, &mut self.pool, &self.texts, &limits, &mut tell);
        let result = match shorter {
            Some((program, _)) => self.of_whole(program, result),
            None => result,
        };
        match result {
            Ok(outcome) => {
                self.report_missing(&outcome.missing);
                self.trail.missing = outcome.missing;
                self.fired = outcome.fired;
            }
            Err(error) => self.report_failure(&error),
        }
        self.sort_diagnostics();
    }

    /// Makes everything given: rows of the data and passages that patterns find. False where it had to end early. What
    /// is concluded from it, [`Study::evaluate`] says.
    pub(super) fn lay_out(&mut self, watch: &mut dyn FnMut(Progress)) -> bool {
        if self.laid_out {
            return true;
        }
        if self.given_up() {
            return false;
        }
        self.restrict();
        self.hand_over_rows();
        let message = self.lowered.declared(self.program.known("message"));
        self.texts = StudyTexts::new(corpus(&self.lowered, message, &self.pool), self.matcher.clone());
        let of = self.texts.corpus.len();
        let mut tell = |done| watch(Progress { task: "looking for patterns in the messages".into(), done, of });
        let stop = self.stop.clone();
        self.found_in = self.texts.fill(&mut self.lowered, &mut self.pool, &stop, &mut tell);
        if self.ended("while looking for patterns in the messages") {
            self.sort_diagnostics();
            return false;
        }
        self.trail.before_run = self.diagnostics.clone();
        self.laid_out = true;
        true
    }

    /// How much the rules may conclude.
    pub(super) fn limits(&self) -> Limits {
        let usual = Limits::default();
        let given: usize = self.lowered.core.given.iter().map(|given| given.places.len()).sum();
        let facts = self.options.max_facts.unwrap_or(usual.facts.max(given.saturating_mul(CONCLUSIONS)));
        Limits { facts, ..usual }
    }

    /// Functions without a value made conditions fail: said, with where and how often.
    pub(super) fn report_missing(&mut self, all: &[Missing]) {
        let mut said: Vec<(crate::base::Location, String, usize, String)> = Vec::new();
        for missing in all {
            let what = match missing.operation {
                Operation::Call(
                    Function::MessageOf
                    | Function::Whole
                    | Function::Start
                    | Function::End
                    | Function::Hull
                    | Function::Passage,
                ) => continue,
                Operation::Call(function) => format!("`{}`", function.name()),
                Operation::Arithmetic(op) => format!("`{}`", op.text()),
            };
            let origin = self.origin_of(missing.rule);
            let literal = match missing.site {
                eval::Site::Literal(i) => origin.literals.get(i).copied().flatten(),
                eval::Site::Column(_) => None,
            };
            let Some(at) = literal.or(origin.at) else { continue };
            let values = missing.examples.first().map(|example| {
                let shown = example.iter().map(|(var, value)| {
                    let name = origin.vars.get(var.0 as usize).cloned().unwrap_or_default();
                    format!("`{name}` = `{}`", self.pool.show(*value))
                });
                shown.collect::<Vec<_>>().join(", ")
            });
            match said.iter_mut().find(|(a, w, _, _)| *a == at && *w == what) {
                Some(known) => known.2 += missing.times,
                None => said.push((at, what, missing.times, values.unwrap_or_default())),
            }
        }
        for (at, what, times, values) in said {
            let times = if times == 1 { "once".to_string() } else { format!("{times} times") };
            let first = if values.is_empty() { String::new() } else { format!(", first with {values}") };
            let message = format!("{what} had no value {times}{first}; the condition failed there");
            let help = match what.as_str() {
                "`number`" => {
                    "only a text such as `12` or `2.5` is a number; put the others right in the data, or leave them as \
                     they are if none should be found by them"
                }
                "`/`" | "`div`" | "`mod`" => "nothing is divided by 0; ask for that before, as in `N != 0`",
                _ => "if that is meant, all is well; else ask before for what the function needs",
            };
            self.report(Diagnostic::at(codes::NO_VALUE, at, message).help(help));
        }
    }

    pub(super) fn origin_of(&self, rule: crate::ir::core::RuleId) -> &crate::ir::origin::Origin {
        self.lowered.origin(self.lowered.core.rule_origins[rule.0 as usize])
    }

    pub(super) fn report_failure(&mut self, error: &eval::Error) {
        let diagnostic = match error {
            eval::Error::Overflow { place, values, .. } => {
                let shown: Vec<String> = values.iter().map(|&v| self.pool.show(v)).collect();
                let message = format!("the number that is computed here is too large, with {}", shown.join(", "));
                let at = match place {
                    eval::Place::Rule(rule, site) => {
                        let origin = self.origin_of(*rule);
                        let literal = match site {
                            eval::Site::Literal(i) => origin.literals.get(*i).copied().flatten(),
                            eval::Site::Column(_) => None,
                        };
                        literal.or(origin.at)
                    }
                    eval::Place::Aggregation(number) => {
                        let aggregation = &self.lowered.core.aggregations[*number];
                        match self.lowered.role(aggregation.head) {
                            crate::ir::origin::Role::Count(at) => Some(at),
                            _ => None,
                        }
                    }
                };
                let help = "whole numbers reach to 9223372036854775807: look for a value in the data that is wrong, or \
                            leave the largest out with a condition such as `N < 1000000`";
                with_place(codes::OVERFLOW, at, message).help(help)
            }
            eval::Error::Limit { rule, relation, sample, exceeded } => {
                let origin = self.origin_of(*rule);
                let rows: Vec<String> = sample
                    .iter()
                    .take(3)
                    .map(|row| {
                        let values: Vec<String> = row.iter().map(|&v| self.pool.show(v)).collect();
                        format!("({})", values.join(", "))
                    })
                    .collect();
                let name = self.limited_name(*relation);
                let core = &self.lowered.core;
                let feeds_itself = core.rule(*rule).body.iter().any(|literal| match literal {
                    Literal::Atom(of, _) => self.strata.as_ref().is_some_and(|s| s.together(*of, *relation)),
                    _ => false,
                });
                let rows = rows.join(", ");
                let limits = self.limits();
                let facts = amount(Some(self.db.derived()));
                let given_up = match exceeded {
                    eval::Exceeded::Facts => format!("the limit of {} facts was reached", amount(Some(limits.facts))),
                    eval::Exceeded::Rounds => {
                        let rounds = amount(Some(limits.rounds as usize));
                        format!("the run was given up after {rounds} rounds, with {facts} facts")
                    }
                    eval::Exceeded::Text => format!("the texts that it makes grew too long, with {facts} facts"),
                    eval::Exceeded::Memory => {
                        format!("the run was given up at {} of memory, with {facts} facts", self.memory_allowed().0)
                    }
                    eval::Exceeded::Time => {
                        format!("the run was given up after {}, with {facts} facts", self.time_allowed())
                    }
                    eval::Exceeded::Interrupted => String::new(),
                };
                // Nothing need be wrong with a rule where time or memory came to an end, or somebody's patience.
                let growing = match rows.is_empty() {
                    true => format!("while {name} was growing"),
                    false => format!("while {name} was growing, lately by {rows}"),
                };
                let ended = match exceeded {
                    eval::Exceeded::Interrupted => {
                        Some((codes::INTERRUPTED, format!("interrupted {growing}, with {facts} facts"), None))
                    }
                    eval::Exceeded::Time if !feeds_itself => Some((
                        codes::LIMIT,
                        format!("given up after {}, {growing}, with {facts} facts", self.time_allowed()),
                        Some(self.more_time()),
                    )),
                    eval::Exceeded::Memory if !feeds_itself => {
                        let (most, option) = self.memory_allowed();
                        let message = format!("given up at {most} of memory, {growing}, with {facts} facts");
                        Some((codes::LIMIT, message, Some(format!("if there is more, allow it: {option}"))))
                    }
                    _ => None,
                };
                if let Some((code, message, help)) = ended {
                    let mut diagnostic = with_place(code, origin.at, message);
                    diagnostic.help = help;
                    return self.report(diagnostic);
                }
                let allow = match exceeded {
                    eval::Exceeded::Facts => {
                        format!("; if so many are meant, allow more: `--max-facts {}`", limits.facts.saturating_mul(2))
                    }
                    eval::Exceeded::Memory => format!("; or allow more: {}", self.memory_allowed().1),
                    eval::Exceeded::Time => format!("; {}", self.more_time()),
                    _ => String::new(),
                };
                let (message, help) = if let (true, Some(told)) = (feeds_itself, self.endless(*rule, *relation)) {
                    told
                } else if feeds_itself {
                    (
                        format!("this rule finds more than is allowed: {name} kept growing, lately by {rows}"),
                        format!("it concludes from its own conclusions: add a condition that narrows it{allow}"),
                    )
                } else {
                    (
                        format!("this rule finds more than is allowed: {name} kept growing, lately by {rows}"),
                        format!(
                            "conditions that share no name in capitals give every combination: add one that ties them \
                             together{allow}"
                        ),
                    )
                };
                with_place(codes::LIMIT, origin.at, format!("{message}; {given_up}")).help(help)
            }
            eval::Error::Unsafe(unbound) => {
                let origin = self.origin_of(unbound.rule);
                let at = origin.at;
                with_place(codes::UNBOUND, at, "this cannot be evaluated: a value that it needs is never given")
                    .help("let a condition without `not` say what each name in capitals is")
            }
        };
        self.report(diagnostic);
    }

    /// What a rule fills, in the author's words.
    fn limited_name(&self, relation: crate::ir::core::RelationId) -> String {
        match self.lowered.role(relation) {
            Role::Declared(id) | Role::Union(id) => {
                format!(
                    "`{}` ({} facts)",
                    self.program.relation(id).name,
                    amount(Some(self.db.relation(relation).len()))
                )
            }
            _ => "what it looks for".to_string(),
        }
    }

    /// What a rule says for the author, for messages.
    pub(super) fn origin_words(&self, kind: OriginKind) -> String {
        match kind {
            OriginKind::Rule(number) => {
                format!("the rule for `{}`", self.program.relation(self.program.rules[number].head).name)
            }
            OriginKind::When(id, _) | OriginKind::Holds(id, _) => {
                format!("a `when` of `{}`", self.program.concept(id).name)
            }
            OriginKind::Unless(id, _) => format!("an `unless` of `{}`", self.program.concept(id).name),
            OriginKind::Matches(id, _) => format!("a `matches` of `{}`", self.program.concept(id).name),
            OriginKind::Under { child, parent } => {
                format!("`{}` stands under `{}`", self.program.concept(child).name, self.program.concept(parent).name)
            }
            OriginKind::Map(number) | OriginKind::Inferred(number) => {
                format!("the map from `{}`", self.program.concept(self.program.maps[number].theme).name)
            }
            OriginKind::People(id) => format!("what people coded as `{}`", self.program.concept(id).name),
            OriginKind::CodeOf(id) => {
                format!("a message has `{}` where a passage of it carries it", self.program.concept(id).name)
            }
            OriginKind::Evidence(id) => format!("what speaks for `{}`", self.program.concept(id).name),
            OriginKind::Fact(_) | OriginKind::Internal | OriginKind::Question => "a condition".to_string(),
        }
    }

    /// The core program, for tests of the engine.
    pub fn core(&self) -> &Core {
        &self.lowered.core
    }
}

/// A message at a place, where there is one.
pub(super) fn with_place(
    code: crate::diagnostic::Code,
    at: Option<crate::base::Location>,
    message: impl Into<String>,
) -> Diagnostic {
    match at {
        Some(at) => Diagnostic::at(code, at, message),
        None => Diagnostic::new(code, message),
    }
}
