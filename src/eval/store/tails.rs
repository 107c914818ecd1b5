//! What follows a key in an order: slices of the stored rows, without a copy.

use crate::base::Value;
use std::sync::Arc;

/// A piece of a large group: whole tails, one after another.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    pub tails: Vec<Value>,
}

/// The rows of one key, in order. A row's first value is not stored with it; what is, is its tail.
#[derive(Clone, Copy, Debug)]
pub struct Tails<'a> {
    pub(super) head: &'a [Value],
    pub(super) chunks: &'a [Arc<Chunk>],
    pub(super) last: &'a [Value],
    pub(super) rows: usize,
    pub(super) width: usize,
    pub(super) skip: usize,
}

impl<'a> Tails<'a> {
    /// No rows.
    pub(super) fn none(width: usize) -> Tails<'a> {
        Tails { head: &[], chunks: &[], last: &[], rows: 0, width, skip: 0 }
    }

    /// Rows that lie in one piece.
    pub(super) fn one(tails: &'a [Value], rows: usize, width: usize, skip: usize) -> Tails<'a> {
        Tails { head: tails, chunks: &[], last: &[], rows, width, skip }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The words of a stored tail: the columns but one.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many words at the start of each tail belong to the key, the same in all rows.
    pub fn skip(&self) -> usize {
        self.skip
    }

    /// The stored tails, [`Tails::width`] words a row. Of a relation with one column there are none.
    pub fn slices(&self) -> impl Iterator<Item = &'a [Value]> + use<'a> {
        let mut left = *self;
        std::iter::from_fn(move || left.next_slice())
    }

    /// Each stored tail.
    pub fn each(&self) -> impl Iterator<Item = &'a [Value]> + use<'a> {
        let width = self.width.max(1);
        self.slices().flat_map(move |slice| slice.chunks_exact(width))
    }

    /// Takes the next slice away.
    pub(super) fn next_slice(&mut self) -> Option<&'a [Value]> {
        if !self.head.is_empty() {
            return Some(std::mem::take(&mut self.head));
        }
        if let Some((chunk, rest)) = self.chunks.split_first() {
            self.chunks = rest;
            return Some(&chunk.tails);
        }
        (!self.last.is_empty()).then(|| std::mem::take(&mut self.last))
    }
}
