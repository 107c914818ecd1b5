//! What the tests of a study try: which clauses and rules hold of something in at least one test, and for the others
//! the condition at which all tests end.

use super::clauses::{Clause, clauses};
use super::funnel::{Funnel, Ground};
use super::test::{Trial, trial};
use super::{Progress, Study};
use crate::check::program::Program;
use crate::ir::{Lowered, lower};

/// What the tests try of a study.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All clauses and rules of the study's own that can fire, in order of their places.
    pub clauses: Vec<Covered>,
    /// True where the funnels hold numbers of the study's data.
    pub on_data: bool,
}

/// A clause or rule and whether a test reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// What is left of the study's data after each condition; without data the stages alone.
    pub funnel: Funnel,
    /// As written, on one line.
    pub text: String,
    /// True where it holds of something in at least one test.
    pub reached: bool,
    /// Why no test reaches it: "no test gives a message with `price`".
    pub missed: Option<String>,
}

impl Coverage {
    /// How many are reached.
    pub fn reached(&self) -> usize {
        self.clauses.iter().filter(|c| c.reached).count()
    }
}

impl Study {
    /// What the tests try. With `on_data` the study is evaluated, and each clause has its funnel on the data.
    pub fn coverage(&mut self, on_data: bool) -> Coverage {
        if !self.tested_all {
            self.test(None);
        }
        let all = clauses(&self.program, &self.shipped);
        let missing: Vec<Clause> = all.iter().filter(|c| !self.tested.contains(c)).copied().collect();
        let missed = self.missed(&missing);
        if on_data {
            self.evaluate_all(&mut |_: Progress| {});
        }
        let on_data = on_data && !self.has_errors();
        let funnels = match on_data {
            true => self.funnels_of(&all),
            false => all.iter().map(|clause| self.ground().funnel_without_data(*clause)).collect(),
        };
        let covered = all.iter().zip(funnels).map(|(clause, funnel)| {
            let place = missing.iter().position(|c| c == clause);
            let missed = place.and_then(|place| missed[place].clone());
            Covered { reached: missed.is_none(), missed, text: self.clause_text(*clause), funnel }
        });
        Coverage { clauses: covered.collect(), on_data }
    }

    fn clause_text(&self, clause: Clause) -> String {
        let words = |at| super::show::one_line(self.sources.slice(at));
        let body = words(clause.body(&self.program).0.at);
        match clause {
            Clause::Rule(number) => format!("rule {} if {body}", words(self.program.rules[number].head_at)),
            Clause::Map(number) => {
                let map = &self.program.maps[number];
                format!("map {} if {body}", self.program.concept(map.theme).name)
            }
            _ => format!("{} {body}", clause.word()),
        }
    }

    /// Why no test reaches these: by the test that comes furthest. None where one does.
    fn missed(&mut self, missing: &[Clause]) -> Vec<Option<String>> {
        let mut furthest: Vec<Option<(usize, Option<String>)>> = vec![None; missing.len()];
        let tests = if missing.is_empty() { Vec::new() } else { self.program.tests.clone() };
        let mut base: Option<Lowered> = None;
        let mut pool = std::mem::take(&mut self.pool);
        for test in &tests {
            let other: Option<Program> = (!test.set.is_empty()).then(|| self.program_with(test, &mut pool));
            let program = other.as_ref().unwrap_or(&self.program);
            let lowered = match other {
                Some(_) => lower(program, &mut pool),
                None => base.get_or_insert_with(|| lower(program, &mut pool)).clone(),
            };
            let matcher = match other {
                Some(_) => super::run::matcher(&lowered.patterns),
                None => self.matcher.clone(),
            };
            let Ok(trial) = trial(program, lowered, &test.given, &mut pool, matcher) else { continue };
            let Trial { lowered, db, texts, .. } = &trial;
            let ground = Ground { program, lowered, db, texts, sources: &self.sources };
            let left: Vec<usize> = (0..missing.len())
                .filter(|&i| furthest[i].as_ref().is_none_or(|(_, reason)| reason.is_some()))
                .collect();
            let asked: Vec<Clause> = left.iter().map(|&i| missing[i]).collect();
            for (i, funnel) in left.into_iter().zip(ground.funnels(&mut pool, &asked)) {
                let lost = funnel.lost().unwrap_or(funnel.stages.len());
                if furthest[i].as_ref().is_none_or(|(far, _)| lost > *far) {
                    furthest[i] = Some((lost, reason(&funnel)));
                }
            }
        }
        self.pool = pool;
        let untried = || Some("no test could be run".to_string());
        furthest.into_iter().map(|found| found.map_or_else(untried, |(_, reason)| reason)).collect()
    }
}

/// Why a test does not reach a clause; none where it does.
fn reason(funnel: &Funnel) -> Option<String> {
    let lost = funnel.lost()?;
    let stage = &funnel.stages[lost];
    let unit = &funnel.unit;
    Some(match lost.checked_sub(1).map(|before| &funnel.stages[before]) {
        None if unit.is_empty() => format!("nothing in a test meets {}", stage.phrase.trim_start_matches("where ")),
        None => {
            let both = stage.parts.iter().find(|part| part.left == Some(0)).map_or(&stage.phrase, |part| &part.phrase);
            format!("no test gives {} {unit} {both}", if unit == "author" { "an" } else { "a" })
        }
        Some(before) if unit.is_empty() => format!(
            "what meets {} in the tests never meets {}",
            before.phrase.trim_start_matches("where "),
            stage.phrase.trim_start_matches("where ")
        ),
        Some(before) => format!("the tests have {unit}s {}, but none of them {}", before.phrase, stage.phrase),
    })
}
