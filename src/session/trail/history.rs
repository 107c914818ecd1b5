//! How a study came to be, where git keeps it: each revision, and what it changed in the conclusions. The last revisions
//! are compared, as many as a fixed amount of work allows, so that the same repository gives the same account everywhere.

use crate::data::revision::{Revision, log};
use crate::data::{Files, Folder};
use crate::diagnostic::Diagnostic;
use crate::session::page::model::{self, Page};
use crate::session::versions::Difference;
use crate::session::{Options, Progress, Study};
use std::path::Path;

/// So many revisions are compared at most.
const COMPARED: usize = 20;
/// So many bytes are read for that at most.
const BYTES: usize = 96 << 20;
/// So many revisions are listed.
const LISTED: usize = 200;

/// The revisions of a study, the latest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Each revision that is listed.
    pub changes: Vec<Change>,
    /// So many earlier ones are not listed.
    pub earlier: usize,
    /// So many of those that are listed were not compared, since that would take too long.
    pub not_compared: usize,
}

/// A revision and what it changed.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What git says of it; empty but for the files where it is not committed yet.
    pub commit: model::Change,
    /// What it changed in the conclusions.
    pub told: Told,
}

/// What a revision changed in the conclusions.
#[derive(Clone, Debug, Default)]
pub enum Told {
    /// It was not compared.
    #[default]
    NotCompared,
    /// There is no study before it.
    First,
    /// There is no study at that revision.
    NoStudy,
    /// The study had so many errors then.
    Mistakes(usize),
    /// What it concludes otherwise than the last sound one before it.
    Otherwise(Box<Difference>),
}

impl Study {
    /// The revisions of this study; none where it is in no repository.
    pub(super) fn history(&self, page: &Page, own: Option<&str>, watch: &mut dyn FnMut(Progress)) -> Option<History> {
        let root = self.root.clone()?;
        let mut commits = log(&root)?;
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            let inside = format!("{own}/");
            for commit in &mut commits {
                commit.files.retain(|file| !file.starts_with(&inside));
            }
            commits.retain(|commit| !commit.files.is_empty());
        }
        let mut out = History { earlier: commits.len().saturating_sub(LISTED), ..History::default() };
        out.changes = commits
            .iter()
            .take(LISTED)
            .map(|c| {
                let (hash, date, author) = (c.hash.clone(), c.date.clone(), c.author.clone());
                let commit = model::Change { hash, date, author, subject: c.subject.clone(), files: c.files.clone() };
                Change { commit, told: Told::NotCompared }
            })
            .collect();
        let bytes: usize = page.files.iter().map(|file| file.bytes).sum();
        let compared = COMPARED.min(BYTES / bytes.max(1)).min(out.changes.len());
        out.not_compared = out.changes.len() - compared;
        let options = Options { large: Some(usize::MAX), ..self.options.clone() };
        let open = |revision: Revision| {
            let mut study = Study::open_in(Box::new(revision), &self.main, &options, &mut |_| {});
            study.evaluate(&mut |_| {});
            study
        };
        // What the oldest of them is held against.
        let base = commits.get(compared).and_then(|c| Revision::open(&root, &c.hash).ok());
        let mut last = base.map(open).filter(|study| !study.is_missing() && !study.has_errors());
        for at in (0..compared).rev() {
            if self.stop.stopped().is_some() {
                return None;
            }
            let task = "comparing the revisions of the study".to_string();
            watch(Progress { task, done: compared - at, of: compared });
            let Ok(revision) = Revision::open(&root, &out.changes[at].commit.hash) else { continue };
            let change = &mut out.changes[at];
            (change.told, last) = match last.take() {
                _ if revision.read(&self.main).is_err() => (Told::NoStudy, None),
                Some(before) => self.step(before, Box::new(revision), watch),
                None => {
                    let first = open(revision);
                    match errors(first.diagnostics()) {
                        0 => (Told::First, Some(first)),
                        errors => (Told::Mistakes(errors), None),
                    }
                }
            };
        }
        if let Some(change) = self.not_committed(&root, page, last, watch) {
            out.changes.insert(0, change);
        }
        Some(out)
    }

    /// What a version changed, and the version to hold the next one against: this one where it is sound.
    fn step(&self, mut before: Study, files: Box<dyn Files>, watch: &mut dyn FnMut(Progress)) -> (Told, Option<Study>) {
        match before.onward(files, &self.main, watch) {
            Ok((next, found)) => (Told::Otherwise(Box::new(found)), Some(next)),
            Err(refused) => (Told::Mistakes(errors(&refused.diagnostics).max(1)), Some(before)),
        }
    }

    /// What of the study is not committed yet.
    fn not_committed(
        &self,
        root: &Path,
        page: &Page,
        last: Option<Study>,
        watch: &mut dyn FnMut(Progress),
    ) -> Option<Change> {
        let head = Revision::open(root, "HEAD").ok()?;
        let differs = |name: &str| self.files.read(name).ok() != head.read(name).ok();
        // What came out of a project of another program is no file of its own.
        let real = |name: &str| root.join(name).is_file();
        let files: Vec<String> =
            page.files.iter().map(|f| f.name.clone()).filter(|name| real(name) && differs(name)).collect();
        if files.is_empty() {
            return None;
        }
        let commit = model::Change { files, ..model::Change::default() };
        let told = match last {
            Some(before) => self.step(before, Box::new(Folder::new(root)), watch).0,
            None => Told::NotCompared,
        };
        Some(Change { commit, told })
    }
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|d| d.is_error()).count()
}
