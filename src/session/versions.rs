//! What differs between two versions of a study: what the newer one concludes and the older one did not, the other way
//! round, and what both conclude, but for other reasons.

use super::change::compare::Compared;
use super::change::{Conclusion, Delta, Refused};
use super::edits::{self, Edit};
use super::explain::Explaining;
use super::explanation::{Explanation, Step, StepKind};
pub use super::held::Held;
use super::held::held_before;
use super::reasons::explain_all;
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
    /// What is written otherwise in the newer one.
    pub edited: Vec<Edit>,
    /// What came and went from the older to the newer.
    pub delta: Delta,
    /// How many have each concept.
    pub counts: Vec<ConceptCount>,
    /// What both conclude for other reasons.
    pub otherwise: Vec<Otherwise>,
    /// What both conclude for the same reasons but for how many were counted.
    pub recounted: Vec<Otherwise>,
    /// Of how many conclusions the reasons were not compared.
    pub not_compared: usize,
}

/// A conclusion that stands in both versions for other reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Otherwise {
    /// The conclusion.
    pub conclusion: Conclusion,
    /// What its explanation, the one that is shown first, rested on only in the older version, in words.
    pub then: Vec<String>,
    /// What it rests on only in the newer version.
    pub now: Vec<String>,
    /// Whether what it rests on now held in the older version, too.
    pub held: Held,
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
            edited: edits::edits(self, &next),
            delta,
            counts: super::what_if::compare(&counts, &next.concept_counts()),
            otherwise: Vec::new(),
            recounted: Vec::new(),
            not_compared: 0,
        };
        if let (Some(then), Some(now)) = (self.view_with(&next.pool), next.view()) {
            found.compare_reasons(then, now);
        }
        Ok((next, found))
    }
}

impl Difference {
    /// Compares the explanations, those that are shown first, of what both versions conclude.
    fn compare_reasons(&mut self, then: View<'_>, now: View<'_>) {
        let mut left = COMPARED;
        let mut both = (Explaining::new(then), Explaining::new(now));
        let compared = Compared::new(then.lowered, now.lowered);
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
                // By the reason that `why` shows first.
                let a = explain_all(&mut both.0, had, old, 1);
                let b = explain_all(&mut both.1, has, row, 1);
                let (Some(a), Some(b)) = (a, b) else { continue };
                // The words that were found tell a passage from another in one line.
                let found = match (words_found(&a.root), words_found(&b.root)) {
                    (Some(then), Some(now)) if then != now => Some((then.to_string(), now.to_string())),
                    _ => None,
                };
                let (a, b) = (grounds(&a), grounds(&b));
                let only = |all: &[Ground], other: &[Ground]| -> Vec<Ground> {
                    all.iter().filter(|ground| !other.contains(ground)).cloned().collect()
                };
                let (a, b) = (only(&a, &b), only(&b, &a));
                if a.is_empty() && b.is_empty() {
                    continue;
                }
                let conclusion = Conclusion {
                    kind: kind.clone(),
                    name: concept.name.clone(),
                    label: concept.title().to_string(),
                    subject: values.first().map_or(String::new(), |&v| now.pool.show(v)),
                    through: None,
                    words: None,
                };
                let counted = a.iter().chain(&b).all(|ground| ground.counted);
                // Where something else is another, too, numbers say little.
                let words = |all: Vec<Ground>| {
                    let kept = all.into_iter().filter(|ground| counted || !ground.counted);
                    kept.map(|ground| ground.words).collect()
                };
                let held = if counted { Held::No } else { held_before(then, &mut both.1, &compared, has, row) };
                let (then, now) = match found.filter(|_| !counted) {
                    Some((then, now)) => (vec![then], vec![now]),
                    None => (words(a), words(b)),
                };
                let one = Otherwise { conclusion, then, now, held };
                if counted { &mut self.recounted } else { &mut self.otherwise }.push(one);
            }
        }
    }
}

/// Under what words a conclusion was found: its own, or those of the one that it follows from.
fn words_found(step: &Step) -> Option<&str> {
    std::iter::successors(Some(step), |step| step.because.iter().find(|under| under.kind == StepKind::Derived))
        .find_map(|step| step.found.as_deref())
}

/// Something that an explanation rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Ground {
    words: String,
    /// True of a number of things that were counted.
    counted: bool,
}

/// What an explanation rests on, in words and without places, since a line more is no other reason.
fn grounds(explanation: &Explanation) -> Vec<Ground> {
    let mut out = Vec::new();
    let mut open = vec![&explanation.root];
    while let Some(step) = open.pop() {
        let words = match (step.kind, &step.quote, &step.rule) {
            // Whatever pattern found it, the passage is the reason.
            (StepKind::Quote, Some(quote), _) if !quote.quote.is_empty() => {
                Some(format!("\"{}\" in {}", quote.quote, quote.message))
            }
            (StepKind::Derived, _, Some(rule)) => Some(rule.split(" (one of ").next().unwrap_or(rule).to_string()),
            (StepKind::Again | StepKind::Deeper, ..) => None,
            _ => Some(step.statement.clone()),
        };
        let words = words.filter(|words| !words.is_empty());
        let counts = step.because.iter().any(|under| under.kind == StepKind::Count);
        let counted = step.kind == StepKind::Count || step.kind == StepKind::Comparison && counts;
        out.extend(words.map(|words| Ground { words, counted }));
        // What was counted are conclusions of their own, and are compared as such.
        if !counted {
            open.extend(&step.because);
        }
    }
    // What stands several times in a proof is one reason.
    let mut known = rustc_hash::FxHashSet::default();
    out.retain(|ground| known.insert(ground.clone()));
    out.sort();
    out
}
