//! Layer 1: what is said when something is wrong. A [`Diagnostic`] is plain data; drawing it is the business of
//! [`render`], with miette in one file of its own.

pub mod codes;
mod excerpt;
pub mod fix;
mod human;
mod json;
pub mod pages;
mod plain;
pub mod render;
mod sarif;
pub mod suggest;
pub mod visible;

use crate::base::Location;
pub use codes::Code;

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The study cannot be trusted: `check` fails.
    Error,
    /// Worth a look; nothing fails unless `--deny-warnings` is given.
    Warning,
}

/// A place with a word on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What is marked.
    pub location: Location,
    /// What is said of it; may be empty.
    pub text: String,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty range inserts.
    pub location: Location,
    /// What stands there afterwards.
    pub text: String,
}

/// A way to put it right by edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words: "write `theme`".
    pub title: String,
    /// The edits, not overlapping.
    pub edits: Vec<Edit>,
    /// True where it cannot change what the author meant.
    pub safe: bool,
}

/// One mistake, said once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The row of the table of codes.
    pub code: Code,
    /// What is wrong, in one sentence: lower case, no full stop, the user's own text in backticks.
    pub message: String,
    /// The places; the first is where it is.
    pub labels: Vec<Label>,
    /// A place in a file that is no source text (a row of a CSV), `messages.csv:17`.
    pub place: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// Ways to put it right.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A diagnostic without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, message: message.into(), labels: Vec::new(), place: None, help: None, fixes: Vec::new() }
    }

    /// A diagnostic at a place.
    pub fn at(code: Code, location: Location, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, message).label(location, "")
    }

    /// Puts a word on the first place.
    pub fn saying(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Marks another place.
    pub fn label(mut self, location: Location, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { location, text: text.into() });
        self
    }

    /// Names a place in a data file.
    pub fn in_data(mut self, place: impl Into<String>) -> Diagnostic {
        self.place = Some(place.into());
        self
    }

    /// Says what to write.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Offers a fix.
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<Edit>, safe: bool) -> Diagnostic {
        self.fixes.push(Fix { title: title.into(), edits, safe });
        self
    }

    /// Error or warning, as the table says.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// True for an error.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }

    /// Where it is, if it is in a source text.
    pub fn location(&self) -> Option<Location> {
        self.labels.first().map(|l| l.location)
    }
}

/// Sorts by file and place; what has no place comes last, in the order in which it was found.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|d| d.location().map_or((1, None), |l| (0, Some(l))));
}
