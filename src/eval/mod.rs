//! Layer 7: from given facts to all facts.
//!
//! A [`Core`] and its strata come in; a [`Database`] whose relations are complete goes out. No input, no output, no
//! clock. What a database already has complete is not evaluated again, so a query on a fork costs its own rules only.
//! After a change of rules or given facts, whoever made it resets the relations it affects.
//! Rows are kept in the order of their values' bits, which the program and the order of its facts fix.
//!
//! **Ranks.** A given fact has rank 0, a fact of a stratum without recursion rank 1, a fact of a recursive one the
//! number of the round that found it. The facts of the same stratum in the body that first derived it were found in
//! earlier rounds, so going down in rank always ends.
//!
//! **Absence.** A variable takes an absent value from the first column that binds it. Two absences are never equal:
//! wherever a value that is known already is compared with an absence, the condition fails, `!=` included.

mod aggregate;
mod batch;
mod buckets;
pub mod change;
mod condition;
mod database;
mod fixpoint;
mod growing;
mod head;
mod host;
mod mark;
mod once;
mod outcome;
mod reach;
mod relation;
mod rounds;
mod row;
mod runs;
mod search;
mod sorted;
mod store;
mod view;
mod walk;
mod work;

pub use aggregate::{Overflow, Sum, aggregate};
pub use condition::{Texts, holds};
pub use database::Database;
pub use fixpoint::{run, run_on};
pub(crate) use head::unify;
pub use host::{Fault, Host, Reading};
pub use mark::Mark;
pub use outcome::{Error, Exceeded, Limits, Missing, Outcome, Place, Progress, Site, unwatched};
pub use relation::Relation;
pub use row::Row;
pub use search::{Found, Haste, Search, Seen};
pub use sorted::Least;
pub use store::{Builder, Cursor, Groups, Order, Slices, Tails};
pub use view::{Table, View, tables};
pub use walk::{Visit, Walk};

#[cfg(doc)]
use crate::ir::core::Core;
