//! What follows a key in an order: slices of the stored rows, without a copy.

use super::apart::Chunk;
use crate::base::Value;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// The rows of one key, in order. A row's first value is not stored with it; what is, is its tail.
#[derive(Clone, Copy, Debug)]
pub struct Tails<'a> {
    head: &'a [Value],
    chunks: &'a [Arc<Chunk>],
    last: &'a [Value],
    rows: usize,
    width: usize,
    skip: usize,
}

impl<'a> Tails<'a> {
    /// No rows.
    pub(super) fn none(width: usize) -> Tails<'a> {
        Tails::one(&[], 0, width)
    }

    /// Rows that lie in one piece.
    pub(super) fn one(tails: &'a [Value], rows: usize, width: usize) -> Tails<'a> {
        Tails { head: tails, chunks: &[], last: &[], rows, width, skip: 0 }
    }

    /// Rows that lie in several.
    pub(super) fn several(
        head: &'a [Value],
        chunks: &'a [Arc<Chunk>],
        last: &'a [Value],
        rows: usize,
        width: usize,
    ) -> Tails<'a> {
        Tails { head, chunks, last, rows, width, skip: 0 }
    }

    /// So many words of each tail belong to the key.
    pub(super) fn skipping(self, skip: usize) -> Tails<'a> {
        Tails { skip, ..self }
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

    /// The stored tails, where they lie in one slice.
    #[inline]
    pub(in crate::eval) fn single(&self) -> Option<&'a [Value]> {
        (self.chunks.is_empty() && self.last.is_empty() && self.width > 0).then_some(self.head)
    }

    /// Each stored tail. Of a relation with one column there are none.
    pub fn each(&self) -> impl Iterator<Item = &'a [Value]> + use<'a> {
        let width = self.width.max(1);
        self.slices().flat_map(move |slice| slice.chunks_exact(width))
    }

    /// Takes the next slice away.
    #[inline]
    pub(super) fn next_slice(&mut self) -> Option<&'a [Value]> {
        if !self.head.is_empty() {
            return Some(std::mem::take(&mut self.head));
        }
        if let Some((chunk, rest)) = self.chunks.split_first() {
            self.chunks = rest;
            return Some(chunk.tails());
        }
        (!self.last.is_empty()).then(|| std::mem::take(&mut self.last))
    }

    /// Of a relation with one column: takes the row away, if it is there still.
    pub(super) fn next_bare(&mut self) -> bool {
        std::mem::take(&mut self.rows) > 0
    }
}

/// Of some of the rows in `tails`, those that begin with a key; where there are none, the place where they would be.
pub(super) fn narrow(tails: &[Value], width: usize, rows: Range<usize>, key: &[Value]) -> Range<usize> {
    if key.is_empty() {
        return rows;
    }
    let low = bound(tails, width, rows.clone(), key, Ordering::Equal);
    // Either all of a row is asked for, and it stands there or nowhere, or there may be many.
    if key.len() == width {
        let found = low < rows.end && tails[low * width..][..width] == *key;
        return low..low + usize::from(found);
    }
    low..bound(tails, width, low..rows.end, key, Ordering::Greater)
}

/// The first of some sorted rows whose beginning compares with a key at least so.
pub(super) fn bound(tails: &[Value], width: usize, rows: Range<usize>, key: &[Value], at_least: Ordering) -> usize {
    if let ([key], 1, Ordering::Equal) = (key, width, at_least) {
        return rows.start + tails[rows].partition_point(|value| value < key);
    }
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = low.midpoint(high);
        if tails[middle * width..][..key.len()].cmp(key) >= at_least {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
