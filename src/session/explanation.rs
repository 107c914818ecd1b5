//! Why something holds, in the author's words: plain data for every report.

use super::phrases::{Book, Phrase};

/// An explanation: why something holds, as a tree of steps, and further reasons where they were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What is explained, with its best reason under it.
    pub root: Step,
    /// Further reasons, the next best first, each with the same statement at its root.
    pub others: Vec<Step>,
    /// How many reasons there are.
    pub reasons: ReasonCount,
    /// True where no shorter explanation exists; false where another is preferred, or the search stopped early.
    pub shortest: bool,
    /// Of a code that people gave, and that the codebook gives as well.
    pub coded: Option<CodedTwice>,
    /// Of a concept that is defined in several ways: how many of them are met.
    pub ways: Option<WaysMet>,
    /// The same of the concepts that it rests on, where it is no such concept itself.
    pub ways_below: Vec<WaysMet>,
}

/// A code that people gave to a message, and that the codebook gives to it as well, whichever reasons are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodedTwice {
    /// Who gave it.
    pub coders: Vec<String>,
    /// True where a pattern finds it; false where a condition gives it to the whole message.
    pub by_pattern: bool,
}

/// How many of the ways in which a concept is defined something meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaysMet {
    /// The message, person or thread.
    pub subject: String,
    /// The concept by its label.
    pub label: String,
    /// How many are met.
    pub met: usize,
    /// How many are written.
    pub of: usize,
    /// On how many different passages the reasons rest; those that overlap are one.
    pub passages: usize,
    /// True where there may be more passages.
    pub at_least: bool,
}

impl Explanation {
    /// Names the study in what is to be asked by itself, so that it can be asked as it stands.
    pub(super) fn asked_of(&mut self, study: &str) {
        let mut open: Vec<&mut Step> = std::iter::once(&mut self.root).chain(&mut self.others).collect();
        while let Some(step) = open.pop() {
            if step.kind == StepKind::Deeper {
                step.study = study.to_string();
            }
            open.extend(&mut step.because);
        }
    }

    /// True where its best reason rests on what people coded, and true where it rests on what patterns found.
    pub fn rests_on(&self) -> (bool, bool) {
        rests_on(&self.root)
    }

    /// What is told of that where people coded; of reasons that are not shown, nothing is claimed.
    pub(crate) fn rests_in_words(&self, book: &Book) -> Option<String> {
        if let Some(CodedTwice { coders, by_pattern }) = &self.coded {
            let phrase = if *by_pattern { Phrase::PatternFindsToo } else { Phrase::RulesGiveToo };
            return Some(book.say(phrase, &[("coders", &coders.join(", "))]));
        }
        let each: Vec<(bool, bool)> = std::iter::once(&self.root).chain(&self.others).map(rests_on).collect();
        let first = each.first().copied()?;
        if each.iter().all(|(people, _)| !people) {
            return None;
        }
        let ReasonCount { number, at_least, .. } = self.reasons;
        let all = number <= each.len() as u128 && !at_least;
        let phrase = match (each.iter().all(|one| *one == first), first.1) {
            (false, _) => Phrase::SomeRestOnPeople,
            (true, false) if all => Phrase::RestsOnPeople,
            (true, true) if all => Phrase::RestsOnBoth,
            (true, false) if each.len() == 1 => Phrase::ThisRestsOnPeople,
            (true, true) if each.len() == 1 => Phrase::ThisRestsOnBoth,
            (true, false) => Phrase::TheseRestOnPeople,
            (true, true) => Phrase::TheseRestOnBoth,
        };
        Some(book.say(phrase, &[]))
    }
}

/// True where a reason rests on what people coded, and true where it rests on what patterns found.
fn rests_on(root: &Step) -> (bool, bool) {
    let (mut people, mut patterns) = (false, false);
    let mut open = vec![root];
    while let Some(step) = open.pop() {
        let given = matches!(step.kind, StepKind::Row | StepKind::Written);
        people |= given && step.fact.as_deref().is_some_and(|fact| fact.starts_with("coding("));
        patterns |= step.kind == StepKind::Quote;
        open.extend(&step.because);
    }
    (people, patterns)
}

/// How many reasons something has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonCount {
    /// How many; [`u128::MAX`] stands for more than that.
    pub number: u128,
    /// True where there may be more.
    pub at_least: bool,
    /// True where all were gone through and told apart by what they rest on; false where ways to conclude it were
    /// counted, of which some may rest on the same.
    pub apart: bool,
}

impl ReasonCount {
    /// One reason and no other.
    pub const ONE: ReasonCount = ReasonCount { number: 1, at_least: false, apart: true };
}

/// One step: a statement and what it rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// Names the step by what it says and rests on: the same on every run and machine. Empty where nobody asked for it.
    pub id: String,
    /// `m15 belongs to the theme "Collaborative workspaces"`
    pub statement: String,
    /// `theme(m15, collaborative_workspaces)`, where the step is a fact of a relation that can be named.
    pub fact: Option<String>,
    /// What sort of step it is.
    pub kind: StepKind,
    /// How it follows: the clause or rule as the author wrote it, on one line: `when shared_space and playful_encounter`.
    pub rule: Option<String>,
    /// The same as a sentence, with labels in the place of names.
    pub by: Option<String>,
    /// True of a rule for something that has a sentence of its own: the rule's letters tell a reader nothing more.
    pub has_sentence: bool,
    /// The words that a definition rests on, and in how many sentences they stand.
    pub found: Option<String>,
    /// Of something that was counted: the messages through which.
    pub through: Vec<String>,
    /// Of something that was counted through several messages: the one of them that it is explained by.
    pub shown: Option<String>,
    /// True where it says how many of something there are and no more: those under it say what.
    pub announces: bool,
    /// Where that stands, or the row of data that says so.
    pub place: Option<PlaceShown>,
    /// Why: definitions, and the `because` of rules and maps.
    pub reasons: Vec<super::findings::SaidShown>,
    /// Citations that stand alone.
    pub citations: Vec<CitationShown>,
    /// The passage, in its sentence.
    pub quote: Option<QuoteShown>,
    /// What it rests on.
    pub because: Vec<Step>,
    /// How many further steps of the same sort are not shown.
    pub more: usize,
    /// The values that the names of the rule stand for, in the order in which they are written.
    pub values: Vec<(String, String)>,
    /// In which round of rules the fact came about first; 0 for what is given.
    pub round: Option<u32>,
    /// The words around the author's, which reports use for theirs.
    pub book: &'static Book,
    /// Of a step that is to be asked by itself: the study, as it stands after a command.
    pub study: String,
}

/// The sorts of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepKind {
    /// Follows by a rule or clause.
    #[default]
    Derived,
    /// A row of a data file.
    Row,
    /// Something written in the study: a fact, a property, `under`.
    Written,
    /// A passage that a pattern found.
    Quote,
    /// A comparison with its values.
    Comparison,
    /// A count or another aggregate, with what was counted.
    Count,
    /// Something that is not there.
    Absence,
    /// Explained further up already.
    Again,
    /// Too far down to be explained here: to be asked by itself.
    Deeper,
}

impl StepKind {
    /// As it stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            StepKind::Derived => "derived",
            StepKind::Row => "row",
            StepKind::Written => "written",
            StepKind::Quote => "quote",
            StepKind::Comparison => "comparison",
            StepKind::Count => "count",
            StepKind::Absence => "absence",
            StepKind::Again => "again",
            StepKind::Deeper => "deeper",
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PlaceShown {
    /// `study.hence`, `messages.csv`
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// A work that is cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitationShown {
    /// Its key.
    pub key: String,
    /// The reference, where a source answers to the key.
    pub reference: Option<String>,
    /// The place in the work.
    pub at: Option<String>,
}

/// A passage in its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteShown {
    /// The message.
    pub message: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When.
    pub date: Option<String>,
    /// The sentence before the passage.
    pub before: String,
    /// The passage; empty where the whole message is meant, and then `before` holds its beginning.
    pub quote: String,
    /// The sentence after it.
    pub after: String,
    /// Of a passage that is made of two: the characters of it between them, end excluded.
    pub gap: Option<(u32, u32)>,
    /// Characters from 0, end excluded; none for a whole message.
    pub range: Option<(u32, u32)>,
    /// True where the step above shows this sentence with the passage marked.
    pub told: bool,
    /// The row of the message.
    pub place: Option<PlaceShown>,
}
