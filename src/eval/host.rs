//! What runs a rule, and what it needs from its surroundings: values, texts, and somebody who hears of faults.

use super::condition::Texts;
use super::outcome::Site;
use crate::base::{Pool, Value};
use crate::ir::compute::{Computed, Failure, Operation};

/// What a run needs from its surroundings.
pub trait Host {
    /// The values.
    fn pool(&self) -> &Pool;
    /// The texts.
    fn texts(&self) -> &dyn Texts;
    /// The value in the pool; [`None`] where it is not there and may not be added.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure>;
    /// Told of every operation without a value.
    fn undefined(&mut self, site: Site, operation: Operation, binding: &[Value]);
    /// Asked now and then whether to go on; if not, the run ends as if there were nothing more to find.
    fn goes_on(&mut self) -> bool {
        true
    }
}

/// A pool that stays as it is.
pub struct Reading<'a> {
    pool: &'a Pool,
    texts: &'a dyn Texts,
}

impl<'a> Reading<'a> {
    /// For runs that add nothing.
    pub fn new(pool: &'a Pool, texts: &'a dyn Texts) -> Reading<'a> {
        Reading { pool, texts }
    }
}

impl Host for Reading<'_> {
    fn pool(&self) -> &Pool {
        self.pool
    }

    fn texts(&self) -> &dyn Texts {
        self.texts
    }

    /// A value that the evaluation kept is there; one that is not there was never bound.
    fn keep(&mut self, value: Computed) -> Result<Option<Value>, Failure> {
        Ok(value.find(self.pool))
    }

    fn undefined(&mut self, _: Site, _: Operation, _: &[Value]) {}
}

/// What ends a run: an overflow, or texts without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the rule.
    pub site: Site,
    /// [`Failure::Overflow`] or [`Failure::Full`].
    pub failure: Failure,
}
