//! The grammar of `grammar/hence.pest` as a parser.

#![allow(missing_docs, reason = "the rules are documented in the grammar")]

use pest_derive::Parser;

/// Parses one item, clause or condition; what it finds is made into a tree by `build`.
#[derive(Parser)]
#[grammar = "../grammar/hence.pest"]
pub(crate) struct Grammar;
