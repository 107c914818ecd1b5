//! How the rows of relations rest: sorted, and shared between forks until one side changes them.

mod build;
mod order;
mod tails;

pub use build::Builder;
pub use order::{Cursor, Groups, Order};
pub use tails::Tails;
