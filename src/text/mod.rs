//! Layer 3: texts. Their words, sentences and paragraphs, and the patterns that find passages in them.
//!
//! Messages and patterns come in, passages go out. A place is always a pair of Unicode characters of the message as
//! it was written, counted from 0, end excluded. Nothing here panics, recurses without limit or takes more than about
//! linear time on any text. The session calls it, with one [`Matcher`] for all patterns of a study.

pub mod automaton;
pub mod bytes;
pub mod clue;
pub mod combine;
mod compiled;
pub mod corpus;
pub mod error;
pub mod expression;
pub mod fold;
pub mod function_words;
pub mod inflections;
pub mod letter;
pub mod matcher;
pub mod needle;
pub mod nodes;
pub mod pattern;
pub mod phrase;
pub mod plain;
pub mod quotation;
pub mod required;
pub mod scan;
pub mod segment;
pub mod stem;
pub mod substring;
pub mod sweep;

pub use corpus::{Corpus, Excerpt};
pub use error::PatternError;
pub use matcher::{Match, Matcher, check};
pub use pattern::{Language, Pattern};
pub use scan::Found;
pub use segment::{Range, Segments, slice};
pub use sweep::Sweep;
