//! `agree`: how far coders agree, with each other and with the rules.
//!
//! The formulas ([`pair`], [`many`], [`alpha`]) are functions over counts and know nothing of studies. What is counted
//! comes from the codings (in `judgements` and `count`), and a figure that is undefined stays so, with the reason.

mod against;
pub mod alpha;
mod compare;
mod count;
pub mod formula;
pub(in crate::session) mod judgements;
pub mod many;
mod overlap;
pub mod pair;
pub mod result;
mod single;

pub(in crate::session) use compare::CODED_PASSAGE;
pub use compare::{Asked, Scale};
pub use judgements::{Given, Unit};
