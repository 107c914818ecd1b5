//! What an audit trail says of a study, gathered once as plain data: the page, the codebook, tables, tests, decisions,
//! how the study came to be, and the proofs. Nothing here depends on a clock or on how fast the machine is.

mod history;
mod proofs;

use super::agree::Asked;
use super::agree::result::Agreement;
use super::codebook::Codebook;
use super::page::model::{FileShown, Page};
use super::review::Reviewed;
use super::stale::Stale;
use super::{Progress, Study, TestResult};
use crate::check::program::{Approach, Status};
use crate::data::workbook::Sheet;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::ItemKind;
use rustc_hash::FxHashSet;

pub use history::{Change, History, Told};
pub use proofs::{Proof, Proofs};

/// So many disagreements of coders are listed with their quotes.
const DISAGREEMENTS: usize = 200;

/// What an audit trail is made from.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// The main file.
    pub main: String,
    /// Values that were set for this run.
    pub set: Vec<(String, String)>,
    /// True where rows that cannot be read were left out.
    pub lenient: bool,
    /// Findings, concepts, people, memos, sources, files.
    pub page: Page,
    /// The codebook.
    pub book: Codebook,
    /// Findings, codings and codebook as tables.
    pub sheets: Vec<Sheet>,
    /// What became of the tests.
    pub tests: Vec<TestResult>,
    /// Decisions of reviewers.
    pub reviews: Vec<Reviewed>,
    /// How far people agree; none where fewer than two coded.
    pub agreement: Option<Agreement>,
    /// Codings held against the record of definitions; none where they cannot be.
    pub stale: Option<Stale>,
    /// What `hence check` finds worth a look: each code with how often.
    pub warnings: Vec<(Code, usize)>,
    /// Codes and themes that are drafts or retired: kind, label, status.
    pub unfinished: Vec<(String, String, &'static str)>,
    /// The rule files that state facts, so that they may hold what participants said.
    pub data_in_rules: FxHashSet<String>,
    /// How many messages are quoted with at least a passage.
    pub quoted: usize,
    /// Proofs of conclusions.
    pub proofs: Proofs,
    /// How the study came to be; none where no git keeps it.
    pub history: Option<History>,
}

/// What is wanted of a trail.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// True where the texts of messages may stand in it.
    pub with_data: bool,
    /// The trail's own folder, counted from the study's, where it lies in it: what changes there is no change of the
    /// study.
    pub own: Option<String>,
}

impl Study {
    /// The trail of an evaluated study; an empty one before it is evaluated.
    pub fn audit_trail(&mut self, wanted: &Wanted, watch: &mut dyn FnMut(Progress)) -> Trail {
        let mut tell = |task: &str| watch(Progress { task: task.into(), done: 0, of: 0 });
        let mut out = Trail { main: self.main.clone(), set: self.options.set.clone(), ..Trail::default() };
        out.lenient = self.options.lenient;
        tell("looking at the findings");
        self.complete();
        out.page = self.page();
        if self.view().is_none() {
            return out;
        }
        tell("putting the codebook together");
        out.book = self.codebook();
        out.sheets = self.sheets().0;
        out.tests = self.test(None);
        out.reviews = self.reviews().unwrap_or_default();
        // The first of the coders stands for the rules.
        if out.page.people.coders.len() > 2 {
            out.agreement = self.agreement(&Asked { listed: DISAGREEMENTS, ..Asked::default() });
        }
        out.stale = self.stale(false, &[]);
        out.unfinished = self.unfinished();
        out.data_in_rules = self.data_in_rules();
        let passages = out.page.concepts.iter().flat_map(|concept| &concept.passages);
        let quoted: FxHashSet<u32> = passages.filter(|p| p.range.0 < p.range.1).map(|p| p.message).collect();
        out.quoted = quoted.len();
        tell("looking for proofs");
        out.proofs = self.proofs_kept(!wanted.with_data, watch);
        out.history = self.history(&out.page, wanted.own.as_deref(), watch);
        self.survey();
        out.warnings = counted(&self.diagnostics);
        self.ended("while the audit trail was put together");
        out
    }

    /// The bytes of a file as the study read it.
    ///
    /// # Errors
    ///
    /// Where it cannot be read any more.
    pub fn source_bytes(&self, name: &str) -> std::io::Result<Vec<u8>> {
        use crate::data::Files;
        self.files.read(name)
    }

    /// The files that the study was read from, with their hashes.
    pub fn source_files(&self) -> Vec<FileShown> {
        self.files_shown()
    }

    fn unfinished(&self) -> Vec<(String, String, &'static str)> {
        let own = self.program.concepts.iter().filter(|concept| !self.shipped.contains(&concept.at.file));
        own.filter_map(|concept| {
            let status = match concept.status {
                Status::Draft => "draft",
                Status::Retired => "retired",
                _ => return None,
            };
            Some((self.program.kind(concept.kind).name.clone(), concept.title().to_string(), status))
        })
        .collect()
    }

    /// The rule files in which facts stand, which may be what participants said.
    fn data_in_rules(&self) -> FxHashSet<String> {
        let states =
            |tree: &&crate::syntax::tree::File| tree.items.iter().any(|item| matches!(&*item.kind, ItemKind::Fact(_)));
        let own = self.trees.iter().filter(|tree| !self.shipped.contains(&tree.id));
        own.filter(states).map(|tree| self.sources.get(tree.id).name.clone()).collect()
    }

    /// True where the study has no use for figures of agreement.
    pub fn is_reflexive(&self) -> bool {
        self.program.study.approach == Approach::Reflexive
    }
}

/// Warnings by their code, in the order of codes.
fn counted(diagnostics: &[Diagnostic]) -> Vec<(Code, usize)> {
    let mut out: Vec<(Code, usize)> = Vec::new();
    for diagnostic in diagnostics.iter().filter(|d| !d.is_error()) {
        match out.iter_mut().find(|(code, _)| *code == diagnostic.code) {
            Some((_, count)) => *count += 1,
            None => out.push((diagnostic.code, 1)),
        }
    }
    out.sort_by_key(|(code, _)| code.id);
    out
}
