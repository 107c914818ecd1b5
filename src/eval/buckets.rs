//! The rows of a relation by a hash of their values in some columns: a search by these columns for who asks a few questions.
//!
//! An order keeps rows beside each other that belong together, and follows every change; to make one means to move all
//! rows. Here nothing moves: each bucket names its first row, and each row the next one of its bucket. That is made in a
//! sixth of the time, is good for as long as the rows stay, and finds rows in the sequence in which they rest, as an order
//! by these columns does.

use super::store::Order;
use crate::base::Value;

/// No row.
const NONE: u32 = u32::MAX;

/// Rows by a hash of their values in these columns.
#[derive(Debug)]
pub(super) struct Buckets {
    columns: Box<[u32]>,
    /// The hashes are so many bits, shifted by the rest.
    shift: u32,
    /// The first row of each bucket.
    heads: Vec<u32>,
    /// The row after each one in its bucket.
    next: Vec<u32>,
}

impl Buckets {
    /// The rows of a first order by their values in these columns, of which there is at least one.
    pub fn new(order: &Order, columns: &[u32]) -> Buckets {
        let bits = (order.len() / 2).max(16).ilog2();
        let shift = u64::BITS - bits;
        let mut next: Vec<u32> = Vec::with_capacity(order.len());
        if columns.contains(&0) {
            next.extend(order.cursor().map(|(first, tail)| {
                let value = |&column: &u32| if column == 0 { first } else { tail[column as usize - 1] };
                bucket(columns.iter().map(value), shift)
            }));
        } else {
            let width = order.width().max(1);
            for tail in order.slices().flat_map(|slice| slice.chunks_exact(width)) {
                next.push(bucket(columns.iter().map(|&column| tail[column as usize - 1]), shift));
            }
        }
        let mut heads = vec![NONE; 1 << bits];
        // From the last row to the first, so that each bucket ascends. A row's own bucket gives way to the row after it.
        for (row, place) in next.iter_mut().enumerate().rev() {
            *place = std::mem::replace(&mut heads[*place as usize], row as u32);
        }
        Buckets { columns: columns.into(), shift, heads, next }
    }

    /// The columns.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        4 * (self.heads.len() + self.next.len())
    }

    /// The rows among which those with such values are, ascending, the values in the sequence of the columns.
    pub fn rows(&self, values: impl Iterator<Item = Value>) -> Rows<'_> {
        Rows { next: &self.next, at: self.heads[bucket(values, self.shift) as usize] }
    }
}

/// The rows of a bucket.
#[derive(Clone, Debug)]
pub(super) struct Rows<'b> {
    next: &'b [u32],
    at: u32,
}

impl Iterator for Rows<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let row = self.at;
        self.at = *self.next.get(row as usize)?;
        Some(row)
    }
}

/// The bucket of some values. Handles are dense, so a product with the golden ratio spreads them (Knuth, The Art of
/// Computer Programming 3, 6.4).
#[inline]
fn bucket(values: impl Iterator<Item = Value>, shift: u32) -> u32 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = values.fold(0u64, |mixed, value| (mixed.rotate_left(5) ^ u64::from(value.bits())).wrapping_mul(GOLDEN));
    (mixed >> shift) as u32
}
