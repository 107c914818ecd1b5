//! `test --mutate`: which condition could be taken away without any test or any finding noticing. Mutation testing
//! (DeMillo, Lipton & Sayward 1978, "Hints on test data selection", Computer 11(4)), with one operator: deletion.

use super::answers::{Mutant, Mutants, Noticed};
use super::ask::matching;
use super::facts::add_rows;
use super::mutation::{Clause, Site, sites, without};
use super::run::{StudyTexts, matcher};
use super::test::{is_met, trial};
use super::unchanged::Known;
use super::{Progress, Study};
use crate::base::{Pool, Stop};
use crate::check::program::{ConceptId, Program, RelationId, RelationKind, Test};
use crate::eval::{self, Database, Limits};
use crate::ir::core::{self, FactPlace};
use crate::ir::origin::Role;
use crate::ir::{Lowered, lower};
use crate::plan;
use crate::text::{Matcher, Pattern};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A relation that conclusions stand in, whatever its number in a core program.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Conclusion {
    Has(ConceptId),
    Coded(ConceptId),
    Evidence(ConceptId),
    Stimulates(ConceptId, ConceptId),
    Relation(RelationId),
}

/// What the study as it stands gives, to compare with.
struct Whole {
    /// The number of the relation of each conclusion.
    conclusions: Vec<(Conclusion, core::RelationId)>,
    /// The relation of each pattern's matches.
    matches: FxHashMap<Pattern, core::RelationId>,
    /// To tell what a change leaves as it was.
    known: Known,
    /// The tests that pass, and, for those that set parameters, the study as they set it.
    tests: Vec<(Test, Option<Program>)>,
}

impl Study {
    /// Takes away one condition after the other, and says what notices: a test, the findings, or nothing. Only tests
    /// that pass can notice.
    pub fn mutate(&mut self, watch: &mut dyn FnMut(Progress)) -> Mutants {
        self.evaluate_all(watch);
        if self.view().is_none() {
            return Mutants::default();
        }
        let mut pool = std::mem::take(&mut self.pool);
        let whole = self.whole(&mut pool);
        let sites = sites(&self.program, |at| !self.shipped.contains(&at.file) && self.is_written(at));
        let mut out = Mutants { tests: whole.tests.len(), ..Mutants::default() };
        let mut idle: Vec<&Site> = Vec::new();
        for (done, site) in sites.iter().enumerate() {
            // What nothing would miss as a whole is not taken apart.
            if idle.iter().any(|whole| whole.clause == site.clause && site.path.starts_with(&whole.path)) {
                continue;
            }
            watch(Progress { task: "taking conditions away".into(), done, of: sites.len() });
            let noticed = self.noticed(site, &whole, &mut pool);
            let Some(noticed) = noticed else { continue };
            if noticed == Noticed::Nothing {
                idle.push(site);
            }
            let (concept, relation) = match site.clause {
                Clause::When(id, _) | Clause::Unless(id, _) | Clause::Matches(id, _) => (Some(id), None),
                Clause::Map(number) => (Some(self.program.maps[number].theme), None),
                Clause::Rule(number) => (None, Some(self.program.rules[number].head)),
            };
            let of = match (concept, relation) {
                (Some(id), _) => self.program.concept(id).name.clone(),
                (_, Some(id)) => self.program.relation(id).name.clone(),
                _ => String::new(),
            };
            let clause = match site.clause {
                Clause::When(..) => "when",
                Clause::Unless(..) => "unless",
                Clause::Matches(..) => "matches",
                Clause::Map(_) => "map",
                Clause::Rule(_) => "rule",
            };
            let file = self.sources.get(site.at.file);
            let place = super::explanation::PlaceShown {
                file: file.name.clone(),
                line: file.line_column(site.at.span.start).0,
            };
            let text = super::show::one_line(self.sources.slice(site.at));
            out.mutants.push(Mutant { of, clause, whole: site.path.is_empty(), text, place, noticed });
        }
        self.pool = pool;
        out
    }

    /// True for a place in a file of rules; the rows of a table of concepts are data.
    fn is_written(&self, at: crate::base::Location) -> bool {
        self.trees.iter().any(|tree| tree.id == at.file)
    }

    fn whole(&self, pool: &mut Pool) -> Whole {
        let mut matches = FxHashMap::default();
        for &(number, relation) in &self.lowered.matches {
            matches.insert(self.lowered.patterns[number as usize].clone(), relation);
        }
        let known = Known::new(lower(&self.program, pool));
        let conclusions = self.conclusions(&self.program, &self.lowered);
        let mut whole = Whole { conclusions, matches, known, tests: Vec::new() };
        for test in &self.program.tests {
            let set = (!test.set.is_empty()).then(|| self.program_with(test, pool));
            let variant = self.variant(set.as_ref().unwrap_or(&self.program), pool);
            if passes(&variant, test, pool) {
                whole.tests.push((test.clone(), set));
            }
        }
        whole
    }

    /// The relations of conclusions, by their numbers in a core program.
    fn conclusions(&self, program: &Program, lowered: &Lowered) -> Vec<(Conclusion, core::RelationId)> {
        let mut found = Vec::new();
        for (i, role) in lowered.roles.iter().enumerate() {
            let conclusion = match *role {
                Role::Has(id) => Conclusion::Has(id),
                Role::Coded(id) => Conclusion::Coded(id),
                Role::Evidence(id) => Conclusion::Evidence(id),
                Role::Stimulates(theme, to) => Conclusion::Stimulates(theme, to),
                Role::Declared(id) if program.relation(id).kind == RelationKind::Declared => Conclusion::Relation(id),
                _ => continue,
            };
            found.push((conclusion, core::RelationId(i as u32)));
        }
        found
    }

    /// What notices that a condition is missing; nothing where the rest has no meaning without it.
    fn noticed(&self, site: &Site, whole: &Whole, pool: &mut Pool) -> Option<Noticed> {
        let program = without(&self.program, site);
        let variant = self.variant(&program, pool);
        let concluded = self.conclude(&variant, whole, pool)?;
        for (test, set) in &whole.tests {
            let set = set.as_ref().map(|set| without(set, site));
            let other = set.as_ref().map(|set| self.variant(set, pool));
            if !passes(other.as_ref().unwrap_or(&variant), test, pool) {
                return Some(Noticed::Test(test.name.clone()));
            }
        }
        let (lowered, db, same) = match concluded {
            Ok(concluded) => concluded,
            Err(relation) => return Some(Noticed::Flood { of: relation }),
        };
        let mut gained = 0;
        let mut lost = 0;
        let mut first: Option<String> = None;
        let now: FxHashMap<Conclusion, core::RelationId> = self.conclusions(&program, &lowered).into_iter().collect();
        for &(conclusion, before) in &whole.conclusions {
            if now.get(&conclusion).is_some_and(|&now| same[now.0 as usize] == Some(before)) {
                continue;
            }
            let before = self.db.relation(before);
            let after = now.get(&conclusion).map(|&r| db.relation(r));
            let more = after.map_or(0, |a| a.rows().filter(|row| before.find(row).is_none()).count());
            let fewer = before.rows().filter(|row| after.is_none_or(|a| a.find(row).is_none())).count();
            if more + fewer > 0 && first.is_none() {
                first = Some(self.conclusion_words(conclusion));
            }
            gained += more;
            lost += fewer;
        }
        Some(match first {
            Some(first) => Noticed::Findings { first, gained, lost },
            None => Noticed::Nothing,
        })
    }

    fn conclusion_words(&self, conclusion: Conclusion) -> String {
        let named = |id: ConceptId| {
            let concept = self.program.concept(id);
            format!("{} `{}`", self.program.kind(concept.kind).name, concept.name)
        };
        match conclusion {
            Conclusion::Has(id) => named(id),
            Conclusion::Coded(id) | Conclusion::Evidence(id) => format!("the passages of {}", named(id)),
            Conclusion::Stimulates(theme, to) => {
                format!("the map from `{}` to `{}`", self.program.concept(theme).name, self.program.concept(to).name)
            }
            Conclusion::Relation(id) => format!("`{}`", self.program.relation(id).name),
        }
    }

    /// A program made ready to be evaluated. The matcher is the study's own where the patterns are.
    fn variant<'p>(&self, program: &'p Program, pool: &mut Pool) -> Variant<'p> {
        let lowered = lower(program, pool);
        let same = lowered.patterns == self.lowered.patterns;
        let matcher = if same { self.matcher.clone() } else { matcher(&lowered.patterns) };
        Variant { program, lowered, matcher }
    }

    /// Evaluates a program on the study's rows. What the change leaves as it was is taken over, and matches that are
    /// known are not looked for again. [`None`]: it cannot be evaluated; the name of a relation: it grew without measure.
    fn conclude(&self, variant: &Variant<'_>, whole: &Whole, pool: &mut Pool) -> Option<Result<Concluded, String>> {
        let mut lowered = variant.lowered.clone();
        let strata = plan::strata(&lowered.core).ok()?;
        let mut db = Database::default();
        let mut same = whole.known.same_in(&lowered, &strata);
        db.take_over(&lowered.core, &self.db, &mut same);
        for rows in self.rows.iter() {
            add_rows(variant.program, &mut lowered, rows, |relation| same[relation.0 as usize].is_none());
        }
        let texts = StudyTexts::new(self.texts.corpus.clone(), variant.matcher.clone());
        let known = |number: u32| whole.matches.get(&lowered.patterns[number as usize]).copied();
        let all: Vec<_> = lowered.matches.iter().map(|&(number, relation)| (relation, known(number))).collect();
        if all.iter().any(|(_, known)| known.is_none()) {
            texts.fill(&mut lowered, pool, &Stop::default(), &mut |_| {});
        } else {
            for (relation, known) in all.into_iter().filter(|(id, _)| same[id.0 as usize].is_none()) {
                for row in known.iter().flat_map(|&known| self.db.relation(known).rows()) {
                    lowered.core.add_fact(relation, &row, FactPlace::Text);
                }
            }
        }
        // A rule without one of its conditions may conclude very much; a few times the study is enough to notice.
        let limits = Limits { facts: self.db.derived() * 4 + ROOM, rounds: ROUNDS, text: TEXT };
        match eval::run(&lowered.core, &strata, &mut db, pool, &texts, &limits, &mut eval::unwatched) {
            Ok(_) => Some(Ok((lowered, db, same))),
            Err(eval::Error::Limit { relation, .. }) => Some(Err(lowered.core.relation(relation).name.clone())),
            Err(_) => None,
        }
    }
}

/// What a program concludes: its rules and facts, and which relations were taken over from which of the study's.
type Concluded = (Lowered, Database, Vec<Option<core::RelationId>>);

/// So many facts more than the study's, beside four times as many, are worked out of a study without a condition.
const ROOM: usize = 200_000;

/// So many rounds are let to a study without a condition: what counts up for ever has been noticed by then.
const ROUNDS: u32 = 20_000;

/// So many bytes of texts may its rules make.
const TEXT: usize = 1 << 24;

/// A program made ready to be evaluated.
struct Variant<'p> {
    program: &'p Program,
    lowered: Lowered,
    matcher: Option<Arc<Matcher>>,
}

/// Whether a test passes; it does not where it cannot be run.
fn passes(variant: &Variant<'_>, test: &Test, pool: &mut Pool) -> bool {
    let trial = trial(variant.program, variant.lowered.clone(), &test.given, pool, variant.matcher.clone());
    let Ok(trial) = trial else { return false };
    let met = |expect: &crate::check::program::Expect| {
        let found = matching(&trial.db, trial.lowered.declared(expect.relation), &expect.row, pool);
        is_met(expect.expectation, found.len())
    };
    test.expect.iter().all(met)
}
