//! What a pattern is, with its parameters filled in.

use crate::syntax::tree::Unit;

/// A pattern over one text. Equal patterns find equal passages, so they are told apart by value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// A phrase as written: `co-work*`; `*` stands for any letters of a word, `\*` for the star.
    Phrase(String),
    /// Any run of characters, within words too, without regard to case: what `as contains` and `T contains "x"` ask.
    Substring(String),
    /// A regular expression.
    Regex {
        /// In the syntax of the `regex` crate.
        pattern: String,
        /// Without regard to case.
        insensitive: bool,
    },
    /// Every inflection of the words of a text.
    Stem {
        /// The words.
        text: String,
        /// Whose inflections.
        language: Language,
    },
    /// Any of these.
    Or(Vec<Pattern>),
    /// Both, in either order, with at most so many words between the end of one and the start of the other.
    Near(Box<Pattern>, Box<Pattern>, u32),
    /// The first ends before the second starts, with at most so many words between.
    Before(Box<Pattern>, Box<Pattern>, Option<u32>),
    /// Both in one sentence or paragraph.
    InSame(Unit, Box<Pattern>, Box<Pattern>),
    /// Both, sharing at least one character.
    Overlaps(Box<Pattern>, Box<Pattern>),
    /// The first where it does not overlap the second.
    Except(Box<Pattern>, Box<Pattern>),
}

impl Pattern {
    /// Calls `visit` for the pattern and for all in it, from the outside in and from left to right.
    pub fn each<'p>(&'p self, visit: &mut impl FnMut(&'p Pattern)) {
        visit(self);
        match self {
            Pattern::Or(parts) => parts.iter().for_each(|part| part.each(visit)),
            Pattern::Near(a, b, _)
            | Pattern::Before(a, b, _)
            | Pattern::InSame(_, a, b)
            | Pattern::Overlaps(a, b)
            | Pattern::Except(a, b) => {
                a.each(visit);
                b.each(visit);
            }
            Pattern::Phrase(_) | Pattern::Substring(_) | Pattern::Regex { .. } | Pattern::Stem { .. } => {}
        }
    }
}

/// A language whose inflections the Snowball stemmers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Language {
    Arabic,
    Danish,
    Dutch,
    English,
    Finnish,
    French,
    German,
    Greek,
    Hungarian,
    Italian,
    Norwegian,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Tamil,
    Turkish,
}
