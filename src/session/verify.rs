//! A proof document held against the study as it is now, and what is wrong with it in words.

use super::explanation::PlaceShown;
use super::faults::Teller;
use super::show::View;
use super::{Progress, Study};
use crate::base::hash::sha256;
use crate::proof::document::Document;
use crate::proof::verify::{Ground, Looked, verify};
use crate::proof::{Allowance, Words};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What came of holding a proof against a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the proof says, as it is written in rules.
    pub fact: String,
    /// What is wrong; nothing where the proof holds.
    pub faults: Vec<FaultShown>,
    /// How much more is wrong.
    pub more: usize,
    /// How much was looked at.
    pub looked: Looked,
}

impl Verdict {
    /// True where the proof holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    /// Says of nodes whose text nobody knows any more just that: all else that is wrong with them follows from it.
    fn tell_lost(&mut self, document: &Document, lost: &[String]) {
        if lost.is_empty() {
            return;
        }
        let mut told: Vec<FaultShown> = Vec::new();
        for mut fault in std::mem::take(&mut self.faults) {
            if let Some(id) = fault.node.as_ref().filter(|id| lost.contains(id)) {
                let node = document.nodes.iter().find(|node| node.id == *id);
                fault.of = node.and_then(|node| node.statement.clone());
                fault.message = "no message has the text any more that stands here by its hash".into();
                fault.place = None;
            }
            if !told.iter().any(|other| other.is_like(&fault)) {
                told.push(fault);
            }
        }
        self.faults = told;
    }
}

/// Something wrong with a proof, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultShown {
    /// The node; none where it is about the whole document.
    pub node: Option<String>,
    /// The fact of the node in words.
    pub of: Option<String>,
    /// What is wrong.
    pub message: String,
    /// Where the study says otherwise.
    pub place: Option<PlaceShown>,
}

impl FaultShown {
    /// True where both say the same.
    pub(super) fn is_like(&self, other: &FaultShown) -> bool {
        (&self.of, &self.message, &self.place) == (&other.of, &other.message, &other.place)
    }
}

/// The texts of a study's messages by their SHA-256, worked out where the first proof asks for them.
#[derive(Debug, Default)]
pub struct Texts(Option<FxHashMap<String, Arc<str>>>);

impl Study {
    /// Holds a proof against the study. Nothing is concluded for that. [`None`] where reading the data had to end early.
    pub fn verify(&mut self, document: &Document, watch: &mut dyn FnMut(Progress)) -> Option<Verdict> {
        self.verify_with(document, &mut Texts::default(), watch)
    }

    /// The same with the texts that other proofs of the same study kept back.
    pub fn verify_with(
        &mut self,
        document: &Document,
        texts: &mut Texts,
        watch: &mut dyn FnMut(Progress),
    ) -> Option<Verdict> {
        // What has been evaluated has been laid out, if only by way of a change.
        if !self.evaluated && !self.lay_out(watch) {
            return None;
        }
        let mut restored = document.clone();
        let mut lost = Vec::new();
        if restored.withholds() {
            let known = texts.0.get_or_insert_with(|| self.texts_by_hash());
            restored.restore(|hash| known.get(hash).map(ToString::to_string));
            lost = restored.unrestored();
        }
        let document = &restored;
        let matcher = self.texts.matcher();
        let ground = Ground {
            core: &self.lowered.core,
            pool: &self.pool,
            patterns: &self.lowered.patterns,
            matches: &self.lowered.matches,
            words: Words { corpus: &self.texts.corpus, matcher },
            stop: &self.stop,
            allowed: Allowance::default(),
        };
        let verified = verify(document, ground);
        let view = View {
            program: &self.program,
            lowered: &self.lowered,
            strata: self.strata.as_ref()?,
            db: &self.db,
            pool: &verified.pool,
            texts: &self.texts,
            sources: &self.sources,
            data_files: &self.data_files,
        };
        let mut verdict = Teller::new(view, document, &verified).verdict();
        verdict.tell_lost(document, &lost);
        Some(verdict)
    }

    /// The texts of messages by their SHA-256, for proofs that keep them back.
    fn texts_by_hash(&self) -> FxHashMap<String, Arc<str>> {
        let corpus = &self.texts.corpus;
        let texts = corpus.iter().filter_map(|(message, _)| corpus.text(message));
        texts.map(|text| (sha256(text.as_bytes()), text.clone())).collect()
    }
}
