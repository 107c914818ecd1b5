//! What is wrong with a pattern, in the words of its author.

/// A pattern that cannot be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// Where in a regular expression: bytes from its first `/`, without it, end excluded.
    pub at: Option<(usize, usize)>,
    /// The cure.
    pub help: Option<String>,
}

impl PatternError {
    /// An error about the pattern as a whole.
    pub fn new(message: impl Into<String>) -> PatternError {
        PatternError { message: message.into(), at: None, help: None }
    }

    /// With the cure.
    pub fn help(mut self, help: impl Into<String>) -> PatternError {
        self.help = Some(help.into());
        self
    }

    /// With the place in the regular expression.
    pub fn at(mut self, start: usize, end: usize) -> PatternError {
        self.at = Some((start, end));
        self
    }
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}
