//! What differs between two versions of a study: what the newer one concludes and the older one did not, the other way
//! round, and what both conclude, but for other reasons.

use super::change::{Conclusion, Delta, Refused};
use super::explain::{Explaining, explain_with};
use super::explanation::{Explanation, StepKind};
use super::show::View;
use super::what_if::ConceptCount;
use super::{Progress, Study};
use crate::check::program::ConceptId;
use crate::data::Files;

/// The reasons of so many conclusions are compared.
const COMPARED: usize = 5_000;

/// What differs between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What came and went from the older to the newer.
    pub delta: Delta,
    /// How many have each concept.
    pub counts: Vec<ConceptCount>,
    /// What both conclude for other reasons.
    pub otherwise: Vec<Otherwise>,
    /// Of how many conclusions the reasons were not compared.
    pub not_compared: usize,
}

/// A conclusion that stands in both versions for other reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Otherwise {
    /// The conclusion.
    pub conclusion: Conclusion,
    /// What its shortest explanation rested on only in the older version, in words.
    pub then: Vec<String>,
    /// What it rests on only in the newer version.
    pub now: Vec<String>,
}

impl Study {
    /// What a newer version of this study concludes otherwise. It is read from its own files, with the options of this one.
    ///
    /// # Errors
    ///
    /// Where the newer version has errors that this one has not, or cannot be evaluated: what is wrong with it.
    pub fn difference(
        mut self,
        files: Box<dyn Files>,
        main: &str,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Difference, Box<Refused>> {
        self.onward(files, main, watch).map(|(_, found)| found)
    }

    /// The same with the newer version itself, so that one version can be held against the next. Where that is refused
    /// this one is as it was; else it is spent.
    pub(super) fn onward(
        &mut self,
        files: Box<dyn Files>,
        main: &str,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<(Study, Difference), Box<Refused>> {
        self.begin();
        self.evaluate_all(watch);
        let counts = self.concept_counts();
        let (next, delta) = self.newer(files, main, watch)?;
        let mut found = Difference {
            delta,
            counts: super::what_if::compare(&counts, &next.concept_counts()),
            otherwise: Vec::new(),
            not_compared: 0,
        };
        if let (Some(then), Some(now)) = (self.view_with(&next.pool), next.view()) {
            found.compare_reasons(then, now);
        }
        Ok((next, found))
    }
}

impl Difference {
    /// Compares the shortest explanations of what both versions conclude.
    fn compare_reasons(&mut self, then: View<'_>, now: View<'_>) {
        let mut left = COMPARED;
        let mut both = (Explaining::new(then), Explaining::new(now));
        for (at, concept) in now.program.concepts.iter().enumerate() {
            let kind = &now.program.kind(concept.kind).name;
            let same = |other: &crate::check::program::Concept| {
                other.name == concept.name && then.program.kind(other.kind).name == *kind
            };
            let Some(before) = then.program.concepts.iter().position(same) else { continue };
            let (Some(has), Some(had)) = (
                now.lowered.has(now.program, ConceptId(at as u32)),
                then.lowered.has(then.program, ConceptId(before as u32)),
            ) else {
                continue;
            };
            for row in now.db.sorted_rows(has, now.pool) {
                let values = now.db.row(has, row).to_vec();
                let Some(old) = then.db.find(had, &values) else { continue };
                if left == 0 {
                    self.not_compared += 1;
                    continue;
                }
                left -= 1;
                let a = explain_with(&mut both.0, had, old);
                let b = explain_with(&mut both.1, has, row);
                let (Some(a), Some(b)) = (a, b) else { continue };
                let (a, b) = (grounds(&a), grounds(&b));
                if a != b {
                    let only = |all: &[String], other: &[String]| -> Vec<String> {
                        all.iter().filter(|line| !other.contains(line)).cloned().collect()
                    };
                    let conclusion = Conclusion {
                        kind: kind.clone(),
                        name: concept.name.clone(),
                        label: concept.title().to_string(),
                        subject: values.first().map_or(String::new(), |&v| now.pool.show(v)),
                        through: None,
                    };
                    self.otherwise.push(Otherwise { conclusion, then: only(&a, &b), now: only(&b, &a) });
                }
            }
        }
    }
}

/// What an explanation rests on, in words and without places, since a line more is no other reason.
fn grounds(explanation: &Explanation) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = vec![&explanation.root];
    while let Some(step) = open.pop() {
        let line = match (step.kind, &step.quote, &step.rule) {
            (StepKind::Quote, Some(quote), rule) if !quote.quote.is_empty() => {
                let rule = rule.as_deref().unwrap_or("the text");
                Some(format!("{rule} finds \"{}\" in {}", quote.quote, quote.message))
            }
            (StepKind::Derived, _, Some(rule)) => Some(rule.split(" (one of ").next().unwrap_or(rule).to_string()),
            (StepKind::Again | StepKind::Deeper, ..) => None,
            _ => Some(step.statement.clone()),
        };
        out.extend(line.filter(|line| !line.is_empty()));
        // What was counted are conclusions of their own, and are compared as such.
        if step.kind != StepKind::Count {
            open.extend(&step.because);
        }
    }
    // What stands several times in a proof is one reason.
    let mut known = rustc_hash::FxHashSet::default();
    out.retain(|line| known.insert(line.clone()));
    out.sort();
    out
}
