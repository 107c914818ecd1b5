//! How the rows of relations rest: sorted, and shared between forks until one side changes them.
//!
//! An [`Order`] has nodes of pieces. A piece is a page (the rows of a range of first values), a set (of a relation with
//! one column), or one large group in chunks. Marks stand in the first order only, and only where a row needs one.

mod apart;
mod build;
mod cursor;
mod directory;
mod firsts;
mod marks;
mod merge;
mod order;
mod page;
mod piece;
mod set;
mod sort;
mod tails;
#[cfg(test)]
mod tests;

pub use build::Builder;
pub use cursor::{Cursor, Groups, Slices};
pub(super) use merge::Changes;
pub use order::Order;
pub use tails::Tails;
