//! Layer 8: why a fact holds.
//!
//! A complete database comes in, a [`Proof`] goes out: plain data over core rules and rows. Nothing was recorded while
//! the facts were derived but their ranks; derivations are found backwards when asked for. [`check()`] replays a proof
//! without the evaluator's joins. A [`Canon`] puts contents into words that mean the same on every machine, and
//! [`identities`] names the nodes of a proof by them. What does not hold has no proof;
//! [`Nearest`] finds the bindings with which a rule comes nearest to it.

mod beside;
mod best;
mod canon;
mod check;
mod contents;
mod derivation;
pub mod document;
mod graph;
mod identity;
mod merge;
mod miss;
mod nearest;
mod number;
mod passages;
mod reasons;
mod reference;
mod terms;
pub mod verify;
mod withhold;
mod words;
mod write;

pub use best::{best, best_with};
pub use canon::Canon;
pub use check::check;
pub use derivation::{Backward, Derivation, Evaluated, Node, NodeId, Premise, Proof, SHOWN, Source};
pub use graph::Budget;
pub use identity::{Content, GivenBy, Identity, identities, listed};
pub use merge::merged;
pub use miss::{Goal, Met, Miss, full, pattern};
pub use nearest::{Nearest, Wanted};
pub use number::{Ways, count_proofs};
pub use reasons::{Grounds, Number, Preference, Reasons, reasons};
pub use reference::{Allowance, GivenUp, World};
pub use terms::{bystanders, form};
pub use words::Words;
