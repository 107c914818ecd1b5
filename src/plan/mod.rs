//! Layer 6: in which order relations are filled, and how each rule is run.
//!
//! Core rules come in; strata and one list of steps a rule (and one a changed atom) go out. A plan never changes what
//! a rule means, only how long it takes. The evaluator runs plans forwards, explanations run them backwards.

mod order;
mod print;
mod strata;
mod unfold;

pub use order::{Access, AtomStep, Request, RulePlan, Sizes, Step, Unsafe, plan, plan_bulk, plan_delta, plan_rule};
pub use print::{print_plan, print_strata};
pub use strata::{Cause, Circle, Strata, Stratum, Turn, strata};
pub use unfold::{Unfolded, unfold};
