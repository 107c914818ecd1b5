//! Layer 8: why a fact holds.
//!
//! A complete database comes in, a [`Proof`] goes out: plain data over core rules and rows. Nothing was recorded while
//! the facts were derived but their ranks; derivations are found backwards when asked for. [`check()`] replays a proof
//! without the evaluator's joins.

mod best;
mod check;
mod derivation;
mod graph;
mod number;
mod reasons;

pub use best::{best, best_with};
pub use check::check;
pub use derivation::{Backward, Derivation, Evaluated, Node, NodeId, Premise, Proof, SHOWN, Source};
pub use graph::Budget;
pub use number::{Ways, count_proofs};
pub use reasons::{Number, Reasons, reasons};
