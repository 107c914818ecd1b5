//! What all peers share: reading tables, telling times, sizes and rows in one form.
//!
//! Every peer is called as `peer WORKLOAD FOLDER`, reads `FOLDER/RELATION.csv`, and prints `seconds NAME X` and
//! `facts RELATION N`. With `ROWS` set it prints the rows of its answers, too, so that small answers can be compared.

use std::fs;
use std::time::Instant;

/// The rows of a table of `N` columns of whole numbers, without its header.
pub fn read<const N: usize>(folder: &str, table: &str) -> Vec<[u32; N]> {
    let path = format!("{folder}/{table}.csv");
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let start = bytes.iter().position(|&b| b == b'\n').map_or(bytes.len(), |end| end + 1);
    let mut rows = Vec::with_capacity(bytes.len() / (4 * N) + 1);
    let (mut row, mut column) = ([0u32; N], 0);
    for &byte in &bytes[start..] {
        match byte {
            b'0'..=b'9' => row[column] = row[column] * 10 + u32::from(byte - b'0'),
            b',' => column += 1,
            _ => {
                rows.push(row);
                (row, column) = ([0; N], 0);
            }
        }
    }
    rows
}

/// The rows of a table of two columns.
pub fn pairs(folder: &str, table: &str) -> Vec<(u32, u32)> {
    read::<2>(folder, table).into_iter().map(|[a, b]| (a, b)).collect()
}

/// The rows of a table of three columns.
pub fn triples(folder: &str, table: &str) -> Vec<(u32, u32, u32)> {
    read::<3>(folder, table).into_iter().map(|[a, b, c]| (a, b, c)).collect()
}

/// Messages and their authors: the peers do not carry the columns that no rule asks for.
pub fn authors(folder: &str) -> Vec<(u32, u32)> {
    read::<4>(folder, "message").into_iter().map(|[id, _, author, _]| (id, author)).collect()
}

/// Tells how long each phase took.
pub struct Clock(Instant);

impl Clock {
    /// Starts now.
    pub fn start() -> Clock {
        Clock(Instant::now())
    }

    /// Ends a phase.
    pub fn phase(&mut self, name: &str) {
        println!("seconds {name} {:.6}", self.0.elapsed().as_secs_f64());
        self.0 = Instant::now();
    }
}

/// Tells how many facts an answer has and, if wanted, which.
pub fn facts<R: std::fmt::Debug>(relation: &str, rows: impl ExactSizeIterator<Item = R>) {
    println!("facts {relation} {}", rows.len());
    if std::env::var_os("ROWS").is_some() {
        rows.for_each(|row| println!("row {relation} {row:?}"));
    }
}
