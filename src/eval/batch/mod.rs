//! Runs a rule over batches of rows.
//!
//! A plan becomes [`Code`]: stages, each of which turns a batch of registers into batches of more, then conditions on
//! them, and at the end the head. A batch is a column a register, and only registers that something later asks for are
//! carried. Four forms carry the speed. A last search whose finds are the head's last column hands the slice it found
//! to the sink, without a row ever being made. An atom that binds a group and what is in it goes through the groups
//! alone, and opens each when its rows are asked for. What two last searches find, one by the other, is gathered and
//! handed on once for each row that it belongs to. Where the head is known before the last search, that stops at the
//! first witness.
//!
//! Absence is as everywhere: a variable takes it from the column that binds it, and it equals nothing that is known.

mod code;
mod compile;
mod condition;
mod exists;
mod flat;
mod gather;
mod matrix;
mod pieces;
mod run;
mod scan;
mod sink;
mod view;

pub(super) use code::Code;
pub(super) use compile::{compile, prepare};
pub(super) use condition::Means;
pub(super) use flat::Flats;
pub(super) use run::{Machine, Run, Stop};
pub(super) use sink::{Owned, Sink, ToRuns};
pub(super) use view::{Scope, View};
