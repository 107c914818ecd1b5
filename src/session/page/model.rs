//! What a page about a study shows, as plain data: nothing left to look up. Messages are named by their number in
//! [`Messages`], concepts by their id, `theme.collaborative_workspaces`.

use crate::session::agree::result::Agreement;
use crate::session::explanation::{CitationShown, Explanation, PlaceShown};
use crate::session::findings::{Findings, Inference, SaidShown};
use crate::session::review::Reviewed;
use crate::session::statistics::Pair;
use serde::Serialize;

/// A study, with its data, what it concludes, and why.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The study's title.
    pub title: Option<String>,
    /// Who made it.
    pub by: Vec<String>,
    /// What its main file says of it in the comment at its head, by paragraphs.
    pub about: Vec<String>,
    /// How many tests the study has of its rules, and those that failed, with where they stand.
    pub tests: (usize, Vec<(String, PlaceShown)>),
    /// `codebook`, `reflexive` or `coding reliability`.
    pub approach: &'static str,
    /// What was found.
    pub findings: Findings,
    /// From the first day of a message to the last, where any is known.
    pub period: Option<(String, String)>,
    /// The files that the study was read from, rules first.
    pub files: Vec<FileShown>,
    /// The files of rules and theory that it uses and that are part of Hence.
    pub theory_files: Vec<FileShown>,
    /// The messages.
    pub messages: Messages,
    /// The kinds that have a concept here, codes and themes first.
    pub kinds: Vec<KindShown>,
    /// The concepts of these kinds: those of the study's own, and of a library those that lead somewhere.
    pub concepts: Vec<ConceptShown>,
    /// What maps infer, each with its proof where it holds.
    pub inferences: Vec<InferenceShown>,
    /// The rules of the study's own relations.
    pub rules: Vec<RuleShown>,
    /// What these rules conclude.
    pub relations: Vec<RelationShown>,
    /// Memos, with what they are about.
    pub memos: Vec<Memo>,
    /// The works that are cited, and those of the study that are not.
    pub sources: Vec<SourceShown>,
    /// So many further works of a library are cited nowhere.
    pub uncited: usize,
    /// Messages that carry no code and no theme.
    pub uncoded: Vec<u32>,
    /// When codes and themes first came up.
    pub saturation: Saturation,
    /// Codes and themes that are found together.
    pub pairs: Vec<(String, Vec<Pair>)>,
    /// Which codes the messages of each theme carry.
    pub carried: Carried,
    /// What was coded by people beside what was coded by rules.
    pub people: People,
    /// How far coders agree, with each other and with the rules, as `hence agree` tells it; none where nobody coded.
    pub agreement: Option<Agreement>,
    /// Full explanations.
    pub proofs: Proofs,
    /// The changes of the study, the latest first, where git keeps it.
    pub changes: Vec<Change>,
    /// So many earlier ones are not shown.
    pub earlier: usize,
    /// What reviewers decided, in the order of their file.
    pub decisions: Vec<DecisionShown>,
}

/// A decision of a reviewer.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionShown {
    /// What was decided, and how it stands.
    pub reviewed: Reviewed,
    /// Where its conclusion stands in the page; none where it does not.
    pub stands: Option<Stands>,
    /// Its conclusion as a sentence; none where nothing of the study is called so any more.
    pub says: Option<String>,
    /// False where the page is of another study than the decisions are, one with other parameters or of fewer messages: how a
    /// decision stands is not told then.
    pub compared: bool,
}

/// Where a conclusion stands in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is one on a message.
    Message {
        /// The id of the concept.
        concept: String,
        /// The message.
        message: u32,
    },
    /// It is one on an author or thread.
    Subject {
        /// The id of the concept.
        concept: String,
        /// The place in [`ConceptShown::subjects`].
        subject: u32,
    },
    /// It is what a map infers: the id of the inference.
    Inference(String),
    /// It is what a rule of the study's own concludes: the sentence.
    Row(String),
}

/// A file of the study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileShown {
    /// As the study names it.
    pub name: String,
    /// True for one with rules, false for data.
    pub rules: bool,
    /// How large it is.
    pub bytes: usize,
    /// The SHA-256 of what stands in it.
    pub hash: String,
}

/// All messages, column by column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Messages {
    /// Their ids, in order of time, and as people count where no time is known.
    pub ids: Vec<String>,
    /// Their texts.
    pub texts: Vec<String>,
    /// Their authors, as places in [`Messages::authors`]; -1 where none is known.
    pub author: Vec<i32>,
    /// Their threads, as places in [`Messages::threads`]; -1 where none is known.
    pub thread: Vec<i32>,
    /// When they were written; empty where that is not known.
    pub at: Vec<String>,
    /// The messages that they answer; -1 where they answer none.
    pub answers: Vec<i32>,
    /// The files of data, for [`Messages::places`].
    pub files: Vec<String>,
    /// File and line of each message, one after the other; -1 where there are none.
    pub places: Vec<i32>,
    /// The authors.
    pub authors: Vec<String>,
    /// The threads.
    pub threads: Vec<String>,
    /// What else the data say of messages, authors and threads.
    pub attributes: Vec<Attribute>,
}

/// Something that the data say of messages, authors or threads.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Attribute {
    /// `role.role`, or `role` where the relation says nothing else.
    pub name: String,
    /// `message`, `author` or `thread`.
    pub of: &'static str,
    /// By message, author or thread; empty where nothing is said.
    pub values: Vec<String>,
}

/// A kind of concepts.
#[derive(Clone, Debug, Default, Serialize)]
pub struct KindShown {
    /// `proximity`
    pub name: String,
    /// Its label, or its name in words.
    pub label: String,
    /// `message`, `author` or `thread`.
    pub subject: &'static str,
    /// What it is.
    #[serde(skip)]
    pub means: Vec<SaidShown>,
}

/// A concept: what it says, why, and what has it.
#[derive(Clone, Debug, Default)]
pub struct ConceptShown {
    /// `theme.collaborative_workspaces`
    pub id: String,
    /// Its kind's name.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its label, or its name.
    pub label: String,
    /// `draft` or `retired`; none for a concept in use.
    pub status: Option<&'static str>,
    /// False for one of a library.
    pub own: bool,
    /// Definitions.
    pub means: Vec<SaidShown>,
    /// When to use it.
    pub include: Vec<SaidShown>,
    /// When not.
    pub exclude: Vec<SaidShown>,
    /// Reasons.
    pub because: Vec<SaidShown>,
    /// Memos.
    pub memos: Vec<SaidShown>,
    /// Citations that stand alone.
    pub cites: Vec<CitationShown>,
    /// Examples and counter-examples: whether it is one, and its text or message.
    pub examples: Vec<(bool, String)>,
    /// Where it is declared.
    pub place: PlaceShown,
    /// The ids of the concepts that it stands under.
    pub under: Vec<String>,
    /// Its clauses as they were written.
    pub clauses: Vec<ClauseShown>,
    /// The concepts that its clauses name, and whether they ask for them or rule them out.
    pub uses: Vec<(String, bool)>,
    /// The messages that have it, in order; none for a kind over authors or threads.
    pub members: Vec<u32>,
    /// The authors or threads that have it.
    pub subjects: Vec<String>,
    /// So many authors have written such a message.
    pub authors: usize,
    /// So many threads hold one.
    pub threads: usize,
    /// The passages that carry it or speak for it, in the order of messages.
    pub passages: Vec<Passage>,
    /// How it is spread over authors, threads, months and what else the data say.
    pub spread: Vec<Spread>,
    /// Messages that a clause of it finds and an `unless` sets aside.
    pub set_aside: Vec<u32>,
    /// Messages that come near it, each with the way that fails.
    pub near: Vec<NearMiss>,
    /// So many others lack no more than one thing.
    pub near_more: usize,
    /// True where the search for such messages did not look at everything.
    pub near_cut: bool,
    /// True where nobody looked for them, since the study is too large.
    pub near_unknown: bool,
}

impl ConceptShown {
    /// How many passages there are: one that several coded counts once, as everywhere else.
    pub fn passage_count(&self) -> usize {
        self.passages.chunk_by(|a, b| (a.message, a.range) == (b.message, b.range)).count()
    }

    /// Who coded how many of the passages, as places in [`People::coders`], in their order.
    pub fn coded_by(&self) -> Vec<(u32, usize)> {
        let mut counts: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
        self.passages.iter().for_each(|passage| *counts.entry(passage.coder).or_default() += 1);
        counts.into_iter().collect()
    }
}

/// A clause of a concept.
#[derive(Clone, Debug, Default)]
pub struct ClauseShown {
    /// `theme.collaborative_workspaces.when.1`
    pub id: String,
    /// `when`, `matches`, `unless`
    pub word: &'static str,
    /// As it was written.
    pub text: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// The messages, authors or threads that it finds by itself, before an `unless`; none for an `unless`.
    pub found: Vec<u32>,
    /// So many that no other way finds.
    pub alone: usize,
}

/// A passage, or all of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The message.
    pub message: u32,
    /// Characters from 0, end excluded; equal for all of the message.
    pub range: (u32, u32),
    /// Who coded it, as a place in [`People::coders`]; 0 stands for the rules.
    pub coder: u32,
}

/// How a concept is spread over something.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    /// `author`, `thread`, `month`, or the name of an attribute.
    pub by: String,
    /// What it is, in how many of how many messages; at most so many as fit a page.
    pub rows: Vec<(String, usize, usize)>,
    /// So many further rows with at least one such message are not shown.
    pub more: usize,
}

/// A message that nearly has a concept.
#[derive(Clone, Debug, Default)]
pub struct NearMiss {
    /// The message.
    pub message: u32,
    /// The clause that comes nearest, with labels in the place of names.
    pub rule: String,
    /// Where it stands.
    pub place: Option<PlaceShown>,
    /// Its conditions; what is not there, and is asked not to be, is left out.
    pub conditions: Vec<NearCondition>,
    /// The digest of the rules that could conclude it: a decision keeps on which it was taken.
    pub absent: String,
}

/// A condition of a clause that a message nearly meets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NearCondition {
    /// The condition, with labels in the place of names.
    pub words: String,
    /// `met`, `not met`, `held back` or `not known`.
    pub state: &'static str,
    /// What of it is there, with its words, and what is missing or in the way.
    pub told: Vec<String>,
}

/// A map as it was written, and what it infers.
#[derive(Clone, Debug)]
pub struct InferenceShown {
    /// `map.collaborative_workspaces.capacity.absorptive`
    pub id: String,
    /// What it says.
    pub inference: Inference,
    /// The map as it was written.
    pub text: String,
    /// What its guard asks for, in words: "at least 2 authors speak of it; 10 do"; none where there are no words for it.
    pub asks: Option<String>,
    /// Where it does not hold: the conditions that are not met, each with what is to blame.
    pub lacks: Vec<(String, Vec<String>)>,
    /// The conclusion as it is written in a rule.
    pub fact: Option<String>,
    /// Its explanation.
    pub proof: Option<Explained>,
}

/// What the rules for a relation conclude.
#[derive(Clone, Debug, Default)]
pub struct RelationShown {
    /// The relation.
    pub name: String,
    /// What it says.
    pub means: Option<String>,
    /// How many rows it has.
    pub rows: usize,
    /// The first of them.
    pub shown: Vec<RowShown>,
}

/// A row of a relation.
#[derive(Clone, Debug, Default)]
pub struct RowShown {
    /// As a sentence.
    pub says: String,
    /// As it is written in a rule.
    pub fact: String,
    /// The digest of the messages that it speaks of.
    pub text: Option<String>,
    /// Its explanation; none beyond the first rows.
    pub proof: Option<Explained>,
}

/// A rule for a relation of the study's own.
#[derive(Clone, Debug, Default)]
pub struct RuleShown {
    /// `rule.builds_on.1`
    pub id: String,
    /// The relation.
    pub relation: String,
    /// As it was written.
    pub text: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// Reasons.
    pub because: Vec<SaidShown>,
    /// Citations that stand alone.
    pub cites: Vec<CitationShown>,
}

/// A memo.
#[derive(Clone, Debug)]
pub struct Memo {
    /// What it is about: its id and its label.
    pub about: (String, String),
    /// Its text.
    pub said: SaidShown,
    /// Where it stands.
    pub place: PlaceShown,
}

/// A work.
#[derive(Clone, Debug, Default)]
pub struct SourceShown {
    /// Its key.
    pub key: String,
    /// The reference.
    pub reference: String,
    /// Its DOI.
    pub doi: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Notes.
    pub notes: Vec<String>,
    /// What cites it: its id, its label, what it backs, and the place in the work.
    pub cited: Vec<CitedBy>,
}

/// A place that cites a work.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CitedBy {
    /// The id of the concept, map or rule.
    pub id: String,
    /// Its label.
    pub label: String,
    /// What is backed: `definition`, `reason`.
    pub what: &'static str,
    /// The place in the work.
    pub at: Option<String>,
}

/// When codes and themes came up first, over the messages in order.
#[derive(Clone, Debug, Default)]
pub struct Saturation {
    /// Of each code that was found: its id and label, and the number of the message, from 1.
    pub codes: Vec<(String, String, u32)>,
    /// Of each theme that was found.
    pub themes: Vec<(String, String, u32)>,
    /// True where messages have times, and are in their order.
    pub by_time: bool,
}

/// Which codes the messages of each theme carry.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// The themes: id and label.
    pub themes: Vec<(String, String)>,
    /// The codes, with so many messages for each theme.
    pub codes: Vec<(String, String, Vec<usize>)>,
}

/// Codings by people.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// All coders; the first is "rules".
    pub coders: Vec<String>,
    /// Of each coder so many codings, with so many codes, in so many messages.
    pub work: Vec<(usize, usize, usize)>,
    /// The codes on which people and rules differ.
    pub codes: Vec<PeopleCode>,
}

/// What people and rules say of a code.
#[derive(Clone, Debug, Default)]
pub struct PeopleCode {
    /// The code's id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Messages that only people gave it to.
    pub only_people: Vec<u32>,
    /// Messages that only rules gave it to, of those that people judged.
    pub only_rules: Vec<u32>,
}

/// Full explanations, as steps that name those under them.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    /// The steps.
    pub steps: Vec<ProofStep>,
    /// By concept: what is explained.
    pub of: Vec<(String, Vec<ProofOf>)>,
    /// So many conclusions on messages there are in all.
    pub conclusions: usize,
}

/// A message, or the place of an author or thread in [`ConceptShown::subjects`], and the explanation.
pub type ProofOf = (u32, Explained);

/// An explanation whose steps are in [`Proofs::steps`]: the one that `hence why` shows first.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The place of its first step.
    pub step: u32,
    /// What names that reason, as `hence why --format json` gives it.
    pub id: String,
    /// How many reasons and ways there are; its own step is empty.
    pub count: Explanation,
}

/// A step of an explanation, short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ProofStep {
    /// What it says.
    #[serde(rename = "s")]
    pub statement: String,
    /// The same as it is written in a rule.
    #[serde(rename = "f", skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// What sort of step it is.
    #[serde(rename = "k")]
    pub kind: &'static str,
    /// The words that a definition rests on.
    #[serde(rename = "g", skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// How it follows, as a sentence.
    #[serde(rename = "y", skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// How it follows, as it was written, where there is no sentence.
    #[serde(rename = "r", skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Where that stands.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Why: a text, and what backs it.
    #[serde(rename = "w", skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<(String, Vec<Cite>)>,
    /// Citations that stand alone.
    #[serde(rename = "c", skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<Cite>,
    /// The passage: message, from, to.
    #[serde(rename = "q", skip_serializing_if = "Option::is_none")]
    pub quote: Option<(u32, u32, u32)>,
    /// The steps that it rests on.
    #[serde(rename = "b", skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<u32>,
    /// So many further ones of the same sort are not shown.
    #[serde(rename = "m", skip_serializing_if = "is_zero")]
    pub more: usize,
}

/// The key of a work, and the place in it.
pub type Cite = (String, Option<String>);

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// A change of the study.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The first digits of its hash.
    pub hash: String,
    /// The day.
    pub date: String,
    /// Who made it.
    pub author: String,
    /// What it says of itself.
    pub subject: String,
    /// The files of the study that it touches.
    pub files: Vec<String>,
}
