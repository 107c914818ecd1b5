//! Working relations: the relations of a recursive stratum while their fixpoint is sought.
//!
//! Rows stand in groups by their first value, each with one set of tails, since a rule emits runs of rows that begin
//! alike, and one small set stays in cache. In a group rows stand in order of arrival, so what is old and what the last
//! round added are two ranges of one list, and their ranks ascend.
//!
//! What a round reads ([`Seen`]) and what it writes ([`Written`]) are apart. A round's finds are kept in a log and join
//! what is seen at the round's end, so the round is their rank, and nothing is read that is being written. Both are cut
//! into parts by first value, so that two threads that run the same rules each write the parts they own.
//!
//! Relations with no column or one are kept as one group whose tails are the rows.

mod directory;
mod index;
mod ranks;
mod rest;
mod seen;
mod set;
mod short;
mod written;

pub(super) use seen::Seen;
pub(super) use written::{Out, Written};

use super::relation::Relation;
use crate::base::Value;

/// The part that a first value belongs to. Neighbours stay together, so that pages do, too.
pub(super) fn part_of(first: Value, parts: usize) -> usize {
    (first.bits() as usize >> 3) & (parts - 1)
}

/// One relation at work.
#[derive(Debug)]
pub(super) struct Work {
    /// What rounds read.
    pub seen: Seen,
    /// What the round writes.
    pub written: Written,
}

impl Work {
    /// Starts with rows that are there already, all old. `parts` is a power of two.
    pub fn new(start: &Relation, parts: usize) -> Work {
        let (arity, parts) = (start.arity(), if start.arity() < 2 { 1 } else { parts });
        let mut work = Work { seen: Seen::new(arity, parts), written: Written::new(arity, parts) };
        let mut tails = Vec::new();
        for (first, group) in start.first_order().groups() {
            tails.clear();
            match arity {
                0 | 1 => tails.push(first),
                _ => group.slices().for_each(|slice| tails.extend_from_slice(slice)),
            }
            let first = if arity < 2 { Value::NONE } else { first };
            work.written.parts[part_of(first, parts)].add(first, &tails);
        }
        work.settle(0);
        work.seen.age();
        work
    }

    /// Lets what a round found be seen; the number of rows.
    pub fn settle(&mut self, rank: u32) -> usize {
        self.seen.settle(&mut self.written, rank)
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.seen.bytes() + self.written.bytes()
    }
}
