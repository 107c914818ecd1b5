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

mod bits;
mod directory;
mod index;
mod ranks;
mod rest;
mod seen;
mod set;
mod short;
mod written;

pub(super) use bits::FEW;
pub(super) use directory::Directory;
pub(super) use rest::rest;
pub(super) use seen::Seen;
pub(super) use set::ascending;
pub(super) use written::{Out, Written};

use super::relation::Relation;
use crate::base::Value;

/// The part that a first value belongs to. Neighbours stay together, so that pages do, too.
pub(super) fn part_of(first: Value, parts: usize) -> usize {
    (first.bits() as usize >> 3) & (parts - 1)
}

/// Takes the rows of a relation to work on, all of them old. `parts` is a power of two.
pub(super) fn start(rows: &Relation, parts: usize) -> (Seen, Written) {
    let (arity, parts) = (rows.arity(), if rows.arity() < 2 { 1 } else { parts });
    let (mut seen, mut written) = (Seen::new(arity, parts), Written::new(arity, parts));
    let mut tails = Vec::new();
    for (first, group) in rows.first_order().groups() {
        tails.clear();
        match arity {
            0 | 1 => tails.push(first),
            _ => group.slices().for_each(|slice| tails.extend_from_slice(slice)),
        }
        let first = if arity < 2 { Value::NONE } else { first };
        written.parts[part_of(first, parts)].add(first, &tails, None);
    }
    seen.settle(&mut written, 0);
    seen.age();
    (seen, written)
}
