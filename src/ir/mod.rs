//! Layer 5: the core language that is evaluated, and how a checked study becomes it.

pub mod compute;
mod computed;
pub mod core;
pub mod lower;
pub mod origin;
pub mod places;

pub use lower::{Lowered, lower};
