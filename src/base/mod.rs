//! Layer 0: what every other room stands on. Places in files, values, the pool that interns them, tables of
//! text cells, and the persistent collections.

pub mod cut;
pub mod date;
pub mod decimal;
pub mod digits;
pub mod hash;
mod layer;
pub mod persist;
pub mod pool;
pub mod records;
pub mod source;
pub mod span;
pub mod stop;
pub mod table;
pub mod threads;
pub mod value;

pub use date::{Date, DateTime};
pub use decimal::Decimal;
pub use pool::{Datum, Pool};
pub use source::{FileId, Sources};
pub use span::{Location, Span};
pub use stop::{Stop, Stopped};
pub use table::Table;
pub use value::Value;
