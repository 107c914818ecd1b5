//! What is tried: steps that change the study, each with what it is called and how large it is.

use super::answer::RepairStep;
use crate::base::Location;

/// So many conditions of one way are mended together.
pub(super) const TOGETHER: usize = 3;

// How large a step is. What uses words that the text has comes first, what reads the whole study otherwise later.
/// Somebody codes words that fit the code: that is one message read again, and not the codebook changed for all.
pub(super) const READ: u32 = 4;
/// A pattern finds a word of the message more.
pub(super) const WIDER: u32 = 6;
/// Somebody codes words that the codebook leaves out.
pub(super) const LEFT_OUT: u32 = 9;
/// Somebody codes what only people code.
pub(super) const CODED: u32 = 10;
/// A row of a table of keywords comes in.
pub(super) const ROW: u32 = 7;
/// A fact comes in.
pub(super) const STATED: u32 = 11;
/// A number is another one.
pub(super) const NUMBER: u32 = 13;
/// A fact goes out.
pub(super) const REMOVED: u32 = 14;
/// An exception is left out.
pub(super) const FREED: u32 = 15;
/// A fact comes in beside a given one that says otherwise.
pub(super) const BESIDE: u32 = 16;
/// What rules conclude is stated by hand.
pub(super) const BY_HAND: u32 = 18;
/// Somebody codes what no word of the message speaks for: from here on, less if what stands around it makes it likely.
pub(super) const UNREAD: u32 = 60;

/// What is done to the study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// A fact comes in, as it is written.
    Insert(String),
    /// A fact goes out.
    Delete(String),
    /// Other words in a rule file.
    Source(Location, String),
    /// Another value for a parameter.
    Set(String, String),
    /// A keyword more in a table, which is named at a place of a rule file.
    Row { at: Location, label: String, word: String },
}

/// One step, what it is called, and how large it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub plan: Plan,
    pub shown: RepairStep,
    pub weight: u32,
}

impl Step {
    /// True for a coding that no word of a message speaks for.
    pub fn is_unread(&self) -> bool {
        self.weight >= UNREAD
    }
}

/// A repair to try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fix {
    pub steps: Vec<Step>,
    /// True where it mends the way that is shown as the nearest.
    pub nearest: bool,
}

impl Fix {
    pub fn of(step: Step) -> Fix {
        Fix { steps: vec![step], nearest: false }
    }

    /// Fewer steps come first.
    pub fn weight(&self) -> u32 {
        self.steps.iter().map(|step| step.weight + 20).sum()
    }

    /// True where facts come in and go out, and no rule changes.
    pub fn is_of_statements(&self) -> bool {
        self.steps.iter().all(|step| matches!(step.plan, Plan::Insert(_) | Plan::Delete(_)))
    }

    /// True where facts come in, and nothing else is done.
    pub fn is_stated(&self) -> bool {
        self.steps.iter().all(|step| step.shown.kind == "fact")
    }

    /// True where it adds facts as another does, and more: a longer way round.
    pub fn is_more_than(&self, smaller: &Fix) -> bool {
        let sorts = self.sort();
        let longer = self.is_stated() && smaller.is_stated() && smaller.steps.len() < self.steps.len();
        longer && smaller.sort().iter().all(|sort| sorts.contains(sort))
    }

    /// What is done to what, whatever the values: of many of one sort, a few do.
    pub fn sort(&self) -> Vec<(&'static str, String)> {
        let of = |step: &Step| match &step.plan {
            Plan::Insert(code) | Plan::Delete(code) => code.split('(').next().unwrap_or_default().to_string(),
            Plan::Source(at, _) => format!("{at:?}"),
            Plan::Set(name, _) => name.clone(),
            Plan::Row { at, label, .. } => format!("{at:?} {label}"),
        };
        self.steps.iter().map(|step| (step.shown.kind, of(step))).collect()
    }

    /// What it says, whatever the places: two codings of one message with one code say the same wherever they stand.
    pub fn says(&self) -> Vec<String> {
        let said = |step: &Step| match step.shown.kind {
            "coding" => without_place(&step.shown.code).to_string(),
            _ => format!("{} {}", step.shown.text, step.shown.code),
        };
        self.steps.iter().map(said).collect()
    }

    /// True where it rests on what no word of a message speaks for.
    pub fn is_unread(&self) -> bool {
        self.steps.iter().any(Step::is_unread)
    }

    /// True where beside such a coding only an exception is left out, which has its own reason.
    pub fn is_freed(&self) -> bool {
        self.steps.iter().all(|step| step.is_unread() || step.shown.kind == "exception")
    }

    /// Both; none where they would change one place in two ways, or are no small change any more.
    pub(super) fn and(&self, other: &Fix) -> Option<Fix> {
        let mut steps = self.steps.clone();
        for step in other.steps.iter().filter(|step| !self.steps.contains(step)) {
            let clashes = |known: &Step| match (&known.plan, &step.plan) {
                (Plan::Source(a, _), Plan::Source(b, _)) => {
                    a.file == b.file && a.span.start < b.span.end && b.span.start < a.span.end
                }
                (Plan::Set(a, _), Plan::Set(b, _)) => a == b,
                (Plan::Insert(a), Plan::Delete(b)) | (Plan::Delete(b), Plan::Insert(a)) => a == b,
                _ => false,
            };
            if steps.iter().any(clashes) {
                return None;
            }
            steps.push(step.clone());
        }
        // Two codings that nothing in the text speaks for are no reading of it any more.
        let unread = steps.iter().filter(|step| step.is_unread()).count();
        (steps.len() <= TOGETHER && unread < 2).then_some(Fix { steps, nearest: self.nearest })
    }
}

/// `coding(m15, price, ann` of `coding(m15, price, ann, 3, 8)`
fn without_place(code: &str) -> &str {
    let mut code = code.trim_end_matches(')');
    for _ in 0..2 {
        match code.rsplit_once(", ") {
            Some((before, last)) if last.chars().all(|c| c.is_ascii_digit()) => code = before,
            _ => break,
        }
    }
    code
}
