//! `test`: what the author's tests expect, each on facts of its own, and the examples of the codebook.

use super::answers::{TestFailure, TestResult};
use super::ask::matching;
use super::clauses::reached;
use super::explain::explain;
use super::funnel::Ground;
use super::run::{StudyTexts, corpus, matcher};
use super::show::View;
use super::{Study, value_literal};
use crate::base::{Pool, Stop, Value};
use crate::check::program::{Expect, Fact, Program, Test};
use crate::check::{self, Type};
use crate::diagnostic::codes;
use crate::eval::{self, Database, Limits};
use crate::ir::core::{FactPlace, OriginId};
use crate::ir::origin::{Origin, OriginKind};
use crate::ir::{Lowered, lower};
use crate::plan::{self, Strata};
use crate::syntax::tree::Expectation;
use crate::text::Matcher;
use std::sync::Arc;

/// So many unexpected facts are explained.
const SHOWN: usize = 3;

/// A program on facts of its own.
pub(super) struct Trial {
    pub lowered: Lowered,
    pub strata: Strata,
    pub db: Database,
    pub texts: StudyTexts,
    /// Which core rules found anything.
    pub fired: Vec<bool>,
}

impl Study {
    /// Runs the tests whose names contain `filter`, in the author's order.
    pub fn test(&mut self, filter: Option<&str>) -> Vec<TestResult> {
        let tests = self.program.tests.clone();
        self.tested.clear();
        self.tested_all = filter.is_none();
        let wanted = |name: &str| filter.is_none_or(|f| name.to_lowercase().contains(&f.to_lowercase()));
        let mut base: Option<Lowered> = None;
        let mut results = Vec::new();
        for test in tests.iter().filter(|t| wanted(&t.name)) {
            results.push(self.run_test(test, &mut base));
        }
        results
    }

    fn run_test(&mut self, test: &Test, base: &mut Option<Lowered>) -> TestResult {
        let place = |study: &Study, at: crate::base::Location| {
            let file = study.sources.get(at.file);
            super::explanation::PlaceShown { file: file.name.clone(), line: file.line_column(at.span.start).0 }
        };
        let mut result = TestResult { name: test.name.clone(), place: place(self, test.at), failures: Vec::new() };
        let mut pool = std::mem::take(&mut self.pool);
        let other: Option<Program> = (!test.set.is_empty()).then(|| self.program_with(test, &mut pool));
        let program = other.as_ref().unwrap_or(&self.program);
        let lowered = match other {
            Some(_) => lower(program, &mut pool),
            None => base.get_or_insert_with(|| lower(program, &mut pool)).clone(),
        };
        let matcher = if other.is_some() { matcher(&lowered.patterns) } else { self.matcher.clone() };
        match trial(program, lowered, &test.given, &mut pool, matcher) {
            Ok(trial) => {
                let view = View {
                    program,
                    lowered: &trial.lowered,
                    strata: &trial.strata,
                    db: &trial.db,
                    pool: &pool,
                    texts: &trial.texts,
                    sources: &self.sources,
                    data_files: &self.data_files,
                };
                let mut failed: Vec<(&Expect, TestFailure)> =
                    test.expect.iter().filter_map(|e| Some((e, expectation(view, e)?))).collect();
                reached(&trial.lowered, &trial.fired, &mut self.tested, program);
                let ground = Ground {
                    program,
                    lowered: &trial.lowered,
                    db: &trial.db,
                    texts: &trial.texts,
                    sources: &self.sources,
                };
                // Where some of what is wanted is there, its reasons say more.
                let missing = |f: &TestFailure| f.code == codes::EXPECTED && f.details.is_empty();
                for (expect, failure) in failed.iter_mut().filter(|(_, f)| missing(f)) {
                    (failure.attempts, failure.more) = ground.attempts(&mut pool, expect.relation, &expect.row);
                }
                result.failures = failed.into_iter().map(|(_, failure)| failure).collect();
            }
            Err(message) => result.failures.push(TestFailure {
                code: codes::LIMIT,
                expectation: test.name.clone(),
                place: result.place.clone(),
                message,
                details: Vec::new(),
                attempts: Vec::new(),
                more: 0,
            }),
        }
        self.pool = pool;
        result
    }

    /// The study with other values for its parameters.
    pub(super) fn program_with(&self, test: &Test, pool: &mut Pool) -> Program {
        let set = test.set.iter().map(|(name, value)| (name.clone(), value_literal(pool, *value))).collect();
        let input = check::Input {
            files: self.trees.iter().collect(),
            tables: self.tables.clone(),
            works: self.works.clone(),
            codebook: self.codebook.clone(),
            set,
            ..check::Input::default()
        };
        check::check(&input, pool).0
    }
}

/// Evaluates a program on these facts alone. A message that they name exists.
pub(super) fn trial(
    program: &Program,
    mut lowered: Lowered,
    given: &[Fact],
    pool: &mut Pool,
    matcher: Option<Arc<Matcher>>,
) -> Result<Trial, String> {
    for fact in given {
        let origin = Origin { kind: OriginKind::Internal, at: Some(fact.at), literals: Vec::new(), vars: Vec::new() };
        lowered.origins.push(origin);
        let place = FactPlace::Written(OriginId(lowered.origins.len() as u32 - 1));
        let (relation, row) = lowered.route(program, fact.relation, &fact.row);
        lowered.core.add_fact(relation, &row, place);
    }
    name_messages(program, &mut lowered, given, pool);
    let message = lowered.declared(program.known("message"));
    let texts = StudyTexts::new(corpus(&lowered, message, pool), matcher);
    texts.fill(&mut lowered, pool, &Stop::default(), &mut |_| {});
    let strata = plan::strata(&lowered.core)
        .map_err(|_| "the study has a circle through `not` or a count, so nothing can be tested".to_string())?;
    let mut db = Database::default();
    let limits = Limits::default();
    let outcome = eval::run(&lowered.core, &strata, &mut db, pool, &texts, &limits, &mut eval::unwatched)
        .map_err(|_| "the rules do not come to an end on these facts".to_string())?;
    Ok(Trial { lowered, strata, db, texts, fired: outcome.fired })
}

/// A message that a fact names without saying anything of it exists, with an empty text.
fn name_messages(program: &Program, lowered: &mut Lowered, given: &[Fact], pool: &mut Pool) {
    let message = program.known("message");
    let about = Type::Kind(program.known_kind("message"));
    let quote = Type::Kind(program.known_kind("quote"));
    let relation = lowered.declared(message);
    let mut known: Vec<Value> = lowered.core.given[relation.0 as usize].rows(5).map(|(_, row)| row[0]).collect();
    let empty = pool.text("");
    for fact in given.iter().filter(|f| f.relation != message) {
        for (column, &value) in program.relation(fact.relation).columns.iter().zip(&fact.row) {
            let named = if column.of == about {
                Some(value)
            } else if column.of == quote {
                pool.as_quote(value).map(|(message, _)| message)
            } else {
                None
            };
            if let Some(id) = named.filter(|v| !v.is_none() && !known.contains(v)) {
                known.push(id);
                let origin =
                    Origin { kind: OriginKind::Internal, at: Some(fact.at), literals: Vec::new(), vars: Vec::new() };
                lowered.origins.push(origin);
                let place = FactPlace::Written(OriginId(lowered.origins.len() as u32 - 1));
                let none = Value::NONE;
                lowered.core.add_fact(relation, &[id, none, none, none, empty], place);
            }
        }
    }
}

/// Whether so many facts are what is expected.
pub(super) fn is_met(expectation: Expectation, found: usize) -> bool {
    match expectation {
        Expectation::Holds => found > 0,
        Expectation::Fails => found == 0,
        Expectation::Count(n) => i64::try_from(found) == Ok(n),
    }
}

fn expectation(view: View<'_>, expect: &Expect) -> Option<TestFailure> {
    let relation = view.lowered.declared(expect.relation);
    let found = matching(view.db, relation, &expect.row, view.pool);
    let (code, wanted, message) = match expect.expectation {
        Expectation::Holds if found.is_empty() => (codes::EXPECTED, "", "it does not hold".to_string()),
        Expectation::Fails if !found.is_empty() => (codes::UNEXPECTED, "no ", "it holds, and should not".to_string()),
        Expectation::Count(n) if n != found.len() as i64 => {
            let code = if n > found.len() as i64 { codes::EXPECTED } else { codes::UNEXPECTED };
            (code, "", format!("there are {}, not {n}", found.len()))
        }
        _ => return None,
    };
    let fact = view.fact(expect.relation, &expect.row);
    let expectation = match expect.expectation {
        Expectation::Count(n) => format!("expect {n} of {fact}"),
        _ => format!("expect {wanted}{fact}"),
    };
    let details = match expect.expectation {
        Expectation::Holds => Vec::new(),
        _ => found.iter().take(SHOWN).filter_map(|&row| explain(view, relation, row)).map(|e| e.root).collect(),
    };
    let place = view.place(expect.at);
    Some(TestFailure { code, expectation, place, message, details, attempts: Vec::new(), more: 0 })
}
