//! Layer 2: from text to tree.
//!
//! What comes in is the text of a file; what goes out is a [`tree::File`] and what was wrong with it. Parsing never fails:
//! an item that cannot be read stands in the tree as far as it could be. logos lexes the whole file ([`token`]), the tokens
//! are cut into items ([`items`]) and clauses, pest parses one item at a time, and where it refuses one the doctor looks at
//! the tokens and words the message.

mod beginnings;
mod brackets;
mod build;
mod build_body;
mod build_clause;
mod build_head;
mod build_value;
mod common;
pub mod decode;
mod doctor;
mod facts;
mod foreign;
mod format;
mod format_item;
mod format_page;
mod format_space;
mod found;
mod gaps;
mod grammar;
mod hidden;
pub mod items;
mod last;
mod layout;
mod lexical;
mod literal;
mod naming;
mod numbers;
mod parse;
pub mod print;
mod print_expr;
mod slips;
mod spoken;
pub(crate) mod synonyms;
pub mod token;
pub mod tree;
mod tree_expr;
mod tree_io;

pub use decode::{EncodingError, decode};
pub use format::{Formatted, format};
pub(crate) use layout::item_words;
pub use parse::{Cache, parse, parse_atom, parse_body};
