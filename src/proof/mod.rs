//! Layer 8: why a fact holds.
//!
//! A complete database comes in, a [`Proof`] goes out: plain data over core rules and rows. Nothing was recorded while
//! the facts were derived but their ranks; derivations are found backwards when asked for. [`check()`] replays a proof
//! without the evaluator's joins. What does not hold has no proof; [`Nearest`] finds the bindings with which a rule comes
//! nearest to it.

mod best;
mod check;
mod derivation;
mod miss;
mod nearest;

pub use best::{Budget, best, best_with};
pub use check::check;
pub use derivation::{Backward, Derivation, Evaluated, Node, NodeId, Premise, Proof, SHOWN, Source, count_ways};
pub use miss::{Goal, Met, Miss, full, pattern};
pub use nearest::{Nearest, Wanted};
