//! Where the rows of a head go.

use super::run::Stop;
use crate::base::Value;
use crate::eval::work::{Out, part_of};

/// Takes rows in runs that begin alike: what they begin with, and their tails. Rows with less than two columns begin
/// with nothing and are their own tails; a row without columns has an absent one.
pub(in crate::eval) trait Sink {
    /// Takes rows.
    fn take(&mut self, first: Value, tails: &[Value]);
    /// Takes rows whose tails are one word each and are here as a bitmap, too.
    fn take_bits(&mut self, first: Value, tails: &[Value], bits: Option<(u32, &[u64])>) {
        let _ = bits;
        self.take(first, tails);
    }
    /// Called now and then: whether to go on.
    fn check(&mut self) -> Result<(), Stop>;
}

/// The parts of a working relation that a thread owns.
pub(in crate::eval) struct Owned<'a> {
    /// All parts, or one.
    pub parts: &'a mut [Out],
    /// True where a row came.
    pub found: bool,
    /// How many were new.
    pub added: usize,
    /// Asked with what was added since it was asked before.
    pub watch: &'a mut dyn FnMut(usize) -> Result<(), Stop>,
    /// How many of those that were added it has been told of.
    pub told: usize,
}

impl Sink for Owned<'_> {
    fn take(&mut self, first: Value, tails: &[Value]) {
        self.take_bits(first, tails, None);
    }

    fn take_bits(&mut self, first: Value, tails: &[Value], bits: Option<(u32, &[u64])>) {
        self.found |= !tails.is_empty();
        let at = part_of(first, self.parts.len());
        self.added += self.parts[at].add(first, tails, bits);
    }

    fn check(&mut self) -> Result<(), Stop> {
        let added = self.added - std::mem::replace(&mut self.told, self.added);
        (self.watch)(added)
    }
}

/// Rows as they come, for a relation that no rule reads before it is complete.
pub(in crate::eval) struct ToRuns<'a> {
    /// What has come.
    pub runs: &'a mut crate::eval::runs::Runs,
    /// True where a row came.
    pub found: bool,
    /// Asked with how many rows wait.
    pub watch: &'a mut dyn FnMut(&mut crate::eval::runs::Runs) -> Result<(), Stop>,
}

impl Sink for ToRuns<'_> {
    fn take(&mut self, first: Value, tails: &[Value]) {
        self.found |= !tails.is_empty();
        self.runs.push(first, tails);
    }

    fn check(&mut self) -> Result<(), Stop> {
        (self.watch)(self.runs)
    }
}
