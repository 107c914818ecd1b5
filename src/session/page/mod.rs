//! A study as one page shows it: everything a reader needs to follow a conclusion back to the words it rests on, as
//! plain data. What is shortened says how much is missing.

mod coders;
mod concepts;
mod decisions;
mod figures;
mod inferences;
mod messages;
pub mod model;
mod near;
mod proofs;
mod rows;
mod sources;
mod uses;

use super::Study;
use crate::check::program::{Approach, ConceptId, KindId, RelationKind, Subject};
use crate::data::{Files, revision};
use concepts::{Coders, written};
use model::{KindShown, Page, People, RuleShown};
use rustc_hash::{FxHashMap, FxHashSet};

pub use proofs::BUDGET;

/// So many changes of a study are shown.
const CHANGES: usize = 200;

impl Study {
    /// The page of an evaluated study; an empty one before it is evaluated.
    pub fn page(&mut self) -> Page {
        let findings = self.findings();
        let statistics = self.statistics();
        if self.view().is_none() {
            return Page::default();
        }
        let grounds = self.grounds();
        let mut page = Page { findings, ..Page::default() };
        let Some(view) = self.view() else { return page };
        let study = &self.program.study;
        page.title = study.title.clone();
        page.by = study.by.clone();
        page.approach = match study.approach {
            Approach::Codebook => "codebook",
            Approach::Reflexive => "reflexive",
            Approach::CodingReliability => "coding reliability",
        };
        let numbered = self.numbered(view);
        let coders = Coders::of(view);
        let ids = self.shown_concepts();
        for &id in &ids {
            page.concepts.push(self.concept_shown(view, &numbered, &coders, &grounds, id));
        }
        page.kinds = self.kinds_shown(&ids);
        let shown: FxHashSet<String> = page
            .concepts
            .iter()
            .map(|c| c.id.clone())
            .chain(page.kinds.iter().map(|k| format!("kind.{}", k.name)))
            .collect();
        page.inferences = self.inferences_shown(&page);
        page.rules = self.rules_shown();
        page.memos = self.memos(view, &shown);
        (page.sources, page.uncited) = self.sources_shown(view, &shown);
        page.saturation = figures::saturation(&numbered, &page.concepts);
        page.carried = figures::carried(&page.concepts);
        page.pairs = statistics
            .kinds
            .into_iter()
            .filter(|kind| !kind.pairs.is_empty())
            .map(|kind| (kind.kind, kind.pairs))
            .collect();
        let mut touched = vec![false; numbered.messages.ids.len()];
        let either = |kind: &str| kind == "code" || kind == "theme";
        for &message in page.concepts.iter().filter(|c| either(&c.kind)).flat_map(|c| &c.members) {
            touched[message as usize] = true;
        }
        page.uncoded = (0..).zip(&touched).filter(|(_, touched)| !**touched).map(|(n, _)| n).collect();
        page.people = People { work: work(&page, coders.names.len()), coders: coders.names, codes: Vec::new() };
        let rows = self.rows_shown(view);
        (page.proofs, page.relations) =
            proofs::proofs(view, &numbered, (&page.concepts, &ids), &mut page.inferences, rows);
        let at = || numbered.messages.at.iter().filter(|at| !at.is_empty());
        page.period = at().min().cloned().zip(at().max().cloned());
        page.files = self.files_shown();
        page.theory_files = self.theory_files();
        page.messages = numbered.messages;
        if let Some(log) = self.root.as_ref().and_then(|root| revision::log(root)) {
            page.earlier = log.len().saturating_sub(CHANGES);
            let shown = log.into_iter().take(CHANGES);
            page.changes = shown
                .map(|c| model::Change {
                    hash: c.hash,
                    date: c.date,
                    author: c.author,
                    subject: c.subject,
                    files: c.files,
                })
                .collect();
        }
        page.about = self.about();
        if !self.program.tests.is_empty() {
            let tests = self.test(None);
            let failed = tests.iter().filter(|test| !test.passed()).map(|t| (t.name.clone(), t.place.clone()));
            page.tests = (tests.len(), failed.collect());
        }
        self.compare_coders(&mut page);
        self.come_near(&mut page);
        page.decisions = self.decisions_shown(&page);
        page
    }

    /// The study's own concepts, and those of a library that something leads to; codes and themes first.
    fn shown_concepts(&self) -> Vec<ConceptId> {
        let reached: FxHashSet<ConceptId> = self.program.maps.iter().flat_map(|map| map.to.iter().copied()).collect();
        let shown = |id: ConceptId| {
            let concept = self.program.concept(id);
            let has = self.lowered.has(&self.program, id);
            !self.shipped.contains(&concept.at.file)
                || reached.contains(&id)
                || has.is_some_and(|r| !self.db.relation(r).is_empty())
        };
        let mut ids: Vec<ConceptId> = (0..self.program.concepts.len() as u32).map(ConceptId).collect();
        ids.retain(|&id| !self.program.kind(self.program.concept(id).kind).open && shown(id));
        let rank = |id: &ConceptId| match self.program.kind(self.program.concept(*id).kind).name.as_str() {
            "theme" => (0, 0),
            "code" => (1, 0),
            _ => (2, self.program.concept(*id).kind.0),
        };
        ids.sort_by_key(rank);
        ids
    }

    /// The comment at the head of the main file, where its author says what the study is and where its data come from.
    fn about(&self) -> Vec<String> {
        let bytes = self.files.read(&self.main).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let head = text.trim_start_matches('\u{feff}').lines().map(str::trim).take_while(|l| l.starts_with('#'));
        let lines: Vec<&str> = head.map(|line| line.trim_start_matches('#').trim()).collect();
        let paragraphs = lines.split(|line| line.is_empty()).map(|lines| lines.join(" "));
        paragraphs.filter(|paragraph| !paragraph.is_empty()).collect()
    }

    fn kinds_shown(&self, concepts: &[ConceptId]) -> Vec<KindShown> {
        let mut kinds: Vec<KindId> = Vec::new();
        for &id in concepts {
            let kind = self.program.concept(id).kind;
            if kinds.last() != Some(&kind) {
                kinds.push(kind);
            }
        }
        let view = self.view();
        let shown = kinds.into_iter().map(|id| {
            let kind = self.program.kind(id);
            KindShown {
                name: kind.name.clone(),
                label: kind.label.clone().unwrap_or_else(|| kind.name.replace('_', " ")),
                subject: match kind.subject {
                    Subject::Message => "message",
                    Subject::Author => "author",
                    Subject::Thread => "thread",
                },
                means: view.map(|v| kind.means.iter().map(|s| v.said(s)).collect()).unwrap_or_default(),
            }
        });
        shown.collect()
    }

    fn rules_shown(&self) -> Vec<RuleShown> {
        let Some(view) = self.view() else { return Vec::new() };
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut out = Vec::new();
        for rule in &self.program.rules {
            let relation = self.program.relation(rule.head);
            let number = numbers.entry(&relation.name).or_default();
            *number += 1;
            if relation.kind != RelationKind::Declared || self.shipped.contains(&rule.at.file) {
                continue;
            }
            out.push(RuleShown {
                id: format!("rule.{}.{number}", relation.name),
                relation: relation.name.clone(),
                text: written(view, rule.at),
                place: view.place(rule.at),
                because: rule.because.iter().map(|s| view.said(s)).collect(),
                cites: rule.cites.iter().map(|c| view.citation(c)).collect(),
            });
        }
        out
    }
}

/// Of each coder: so many codings, with so many codes, in so many messages.
fn work(page: &Page, coders: usize) -> Vec<(usize, usize, usize)> {
    let mut out = vec![(0, 0, 0); coders];
    let mut messages: Vec<FxHashSet<u32>> = vec![FxHashSet::default(); coders];
    for code in page.concepts.iter().filter(|c| c.kind == "code") {
        let mut used = vec![false; coders];
        for passage in &code.passages {
            let coder = passage.coder as usize;
            out[coder].0 += 1;
            used[coder] = true;
            messages[coder].insert(passage.message);
        }
        for (coder, used) in used.into_iter().enumerate() {
            out[coder].1 += usize::from(used);
        }
    }
    for (coder, messages) in messages.into_iter().enumerate() {
        out[coder].2 = messages.len();
    }
    out
}
