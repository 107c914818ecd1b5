//! The persistent collections: the one place that names the library behind them.
//!
//! A fork of a study (a query, a test, a what-if) copies a handle and shares the rest. The library is `imbl`, the
//! maintained fork of `im`, under the name of the original.

/// A vector whose clones share their parts.
pub type Vector<T> = im::Vector<T>;
/// An ordered map whose clones share their parts.
pub type Map<K, V> = im::OrdMap<K, V>;
