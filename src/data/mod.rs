//! Layer 9: data in and out. Bytes become tables of text cells, cells become values of declared types, and tables
//! are written again; bibliographies, codebooks and the files themselves come in here too.
//!
//! Nothing is lost in silence: a row, an entry or a code that cannot be read is told with its line and counted, and
//! a file is refused as a whole unless the caller asks to be lenient. No reader recurses on what a file holds.

pub mod bibtex;
pub mod bind;
pub mod cell;
pub mod codebook;
pub mod codebook_table;
#[cfg(feature = "parquet")]
pub mod columnar;
pub mod columns;
pub mod csl;
pub mod csv;
pub mod date;
pub mod delimiter;
pub mod encoding;
mod entities;
pub mod files;
mod headers;
pub mod json;
mod keyed;
pub mod picture;
pub mod problem;
pub mod project;
pub mod read;
pub mod reference;
pub mod replace;
pub mod reviews;
pub mod revision;
pub mod roles;
pub mod sheet;
pub mod spec;
pub mod stub;
pub mod tally;
pub mod tidy;
pub mod trail;
pub mod workbook;
pub mod write;

pub use bind::{Bound, bind};
pub use cell::CellError;
pub use files::{Files, Folder, Memory, plain, read_file};
pub use picture::Picture;
pub use problem::{Asked, Problem};
pub use read::{Read, ReadOptions, read_bytes, read_table};
pub use reference::{SourceEntry, SourceList};
pub use replace::replace;
pub use spec::{Binding, CellType, ColumnSpec, ConceptCells, OnlySpec, OnlyValue, Source, TimeFormat};
pub use tally::{Reason, Tally};
pub use write::{OutputCell, write_table};
