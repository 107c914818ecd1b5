//! What is to be said of a study, told again in other words: what a change brings to be said, and what it settles.

use super::super::explanation::PlaceShown;
use super::delta::Delta;
use crate::base::Sources;
use crate::diagnostic::Diagnostic;

/// A diagnostic as it is told again in other words: plain data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Remark {
    /// `E0201`
    pub code: String,
    /// True for an error.
    pub error: bool,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where, in a rule file.
    pub place: Option<PlaceShown>,
    /// Where, in a file of data: `messages.csv:17`.
    pub data: Option<String>,
}

impl Delta {
    /// Adds what is to be said now and was not before, and the other way round.
    pub(super) fn remarks(&mut self, before: &[Diagnostic], then: &Sources, after: &[Diagnostic], now: &Sources) {
        let before: Vec<Remark> = before.iter().map(|d| Remark::new(d, then)).collect();
        let after: Vec<Remark> = after.iter().map(|d| Remark::new(d, now)).collect();
        (self.said, self.settled) = (only_first(&after, &before), only_first(&before, &after));
    }
}

impl Remark {
    /// A diagnostic with its place in words.
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Remark {
        let place = diagnostic.location().map(|at| {
            let file = sources.get(at.file);
            PlaceShown { file: file.name.clone(), line: file.line_column(at.span.start).0 }
        });
        Remark {
            code: diagnostic.code.id.to_string(),
            error: diagnostic.is_error(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            place,
            data: diagnostic.place.clone(),
        }
    }

    /// True where the same is said, in whatever line it stands now.
    pub(super) fn is_like(&self, other: &Remark) -> bool {
        let file = |remark: &Remark| remark.place.as_ref().map(|p| p.file.clone());
        let data = |remark: &Remark| {
            remark.data.as_deref().map(|d| d.rsplit_once(':').map_or(d, |(file, _)| file).to_string())
        };
        self.code == other.code
            && self.message == other.message
            && file(self) == file(other)
            && data(self) == data(other)
    }
}

/// What the first list has more than the second.
fn only_first(first: &[Remark], second: &[Remark]) -> Vec<Remark> {
    let mut left: Vec<&Remark> = second.iter().collect();
    let mut only = Vec::new();
    for remark in first {
        match left.iter().position(|other| remark.is_like(other)) {
            Some(at) => drop(left.swap_remove(at)),
            None => only.push(remark.clone()),
        }
    }
    only
}

/// True where there are errors that were not there before.
pub(super) fn new_errors(before: &[Diagnostic], then: &Sources, after: &[Diagnostic], now: &Sources) -> bool {
    let errors = |all: &[Diagnostic], sources: &Sources| -> Vec<Remark> {
        all.iter().filter(|d| d.is_error()).map(|d| Remark::new(d, sources)).collect()
    };
    let after = errors(after, now);
    !after.is_empty() && !only_first(&after, &errors(before, then)).is_empty()
}
