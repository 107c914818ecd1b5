//! From one complete database to the next: a change of facts and rules, carried through the strata.
//!
//! Each stratum turns the rows that came to and went from those below it into its own, so what a change costs goes with
//! what it moves. The result is what an evaluation from scratch would give, and every derived fact has a derivation
//! from facts of lower rank, so that explanations and later changes find their way.
//!
//! - A fact without recursion stays if any rule still gives it (`support.rs`).
//! - Within a recursion facts go by rank, the lowest first: one that follows from what is alive below it stays, the
//!   others go, and those with any reason left come back with ranks above all others (`ranked.rs`).
//! - An aggregate speaks when its value changes (`groups.rs`).
//! - Where a change is large, rules without recursion run over batches of what moved (`bulk.rs`).
//! - Where a change is very large, or the shape of a stratum changes, the stratum is filled afresh and compared (`afresh.rs`).
//!
//! Until all is done a relation keeps the rows that go, so that both states can be read (`moves.rs`); whatever fails on
//! the way leaves the database as it was.
//!
//! Gupta, Mumick, Subrahmanian: Maintaining Views Incrementally, SIGMOD 1993 (deletion and rederivation); Zhao, Subotić,
//! Scholz: Debugging Large-Scale Datalog, TOPLAS 42(2), 2020 (ranks); Zhao et al.: Towards Elastic Incrementalization for
//! Datalog, PPDP 2021 (large changes).

mod afresh;
mod bulk;
mod gather;
mod groups;
mod journal;
mod moves;
mod plans;
mod ranked;
mod run;
mod states;
mod support;
mod turn;

use super::{Database, Error, Exceeded, Limits, Progress, Row, Texts};
use crate::base::Pool;
use crate::ir::core::{Aggregation, Core, RelationId, Rule, RuleId};
use crate::plan::Strata;
pub use plans::Plans;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What changes from one program to the next. Relations that both have are those with the same number and the same
/// width; a relation beyond the new program's last, or of another width, vanishes.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Given facts that come, with their places in the new program.
    pub insert: Vec<(RelationId, Row, usize)>,
    /// Given facts that go, with the places they had; they go before the others come.
    pub remove: Vec<(RelationId, Row, usize)>,
    /// Relations whose given facts are others, without a word on which: they are not complete, and are filled afresh.
    pub refill: Vec<RelationId>,
    /// Rules that the new program lacks.
    pub rules_out: Vec<Rule>,
    /// Rules that the old program lacked.
    pub rules_in: Vec<RuleId>,
    /// Aggregations that the new program lacks.
    pub aggregations_out: Vec<Aggregation>,
    /// Aggregations that the old program lacked, by their places.
    pub aggregations_in: Vec<usize>,
}

impl Change {
    /// True where the program keeps its rules and only given facts come or go that are named.
    pub fn is_of_facts(&self) -> bool {
        let rules = self.refill.is_empty() && self.rules_out.is_empty() && self.rules_in.is_empty();
        rules && self.aggregations_out.is_empty() && self.aggregations_in.is_empty()
    }
}

/// What a change did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// The relations whose rows are others than before.
    pub relations: BTreeMap<RelationId, Moved>,
    /// The rules of the new program that were run, by number; those of strata that were filled afresh are not among
    /// them.
    pub rules_woken: Vec<RuleId>,
    /// How many facts were looked at: those that moved, and those that might have gone.
    pub touched: usize,
    /// How many strata were filled afresh.
    pub recomputed: usize,
}

/// How a relation changed. What went and came back is in neither list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// The rows that it lacked before, ascending by the bits of their values.
    pub came: Vec<Row>,
    /// The rows that it lacks now, ascending by the bits of their values.
    pub went: Vec<Row>,
}

/// The program after a change, and what it is run with.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The program, with the facts that are given now.
    pub core: &'a Core,
    /// Its strata.
    pub strata: &'a Strata,
    /// The texts.
    pub texts: &'a dyn Texts,
    /// When to give up.
    pub limits: &'a Limits,
}

/// Brings a database that is complete for the old program to the new one. On an error, and where `watch` ends it, the
/// database is as it was.
///
/// An error is one that an evaluation from scratch meets too, but which of several is told may differ, and limits on
/// rounds and texts count what this change needed. What had no value, and which rules found anything
/// ([`super::Outcome`]), is not followed from change to change.
pub fn maintain(
    setting: Setting<'_>,
    change: &Change,
    db: &mut Database,
    pool: &mut Pool,
    plans: &mut Plans,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<Exceeded>,
) -> Result<Delta, Error> {
    turn::Turn::new(setting, change, db, pool, plans, watch).run()
}
