//! A group too large for a page: the rows of one first value, in pieces of some hundred.

use super::marks::{Marks, grow};
use super::page::{full, made};
use super::tails::{Tails, bound};
use crate::base::Value;
use crate::eval::mark::Mark;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// A group of more rows than this lives apart.
pub(super) fn large(width: usize) -> usize {
    2 * full(width)
}

/// With more rows than this a piece is cut in two.
fn most(width: usize) -> usize {
    made(width) * 4 / 3
}

/// A piece of a large group: whole tails, one after another.
#[derive(Clone, Debug)]
pub struct Chunk {
    tails: Vec<Value>,
    marks: Marks,
}

impl Chunk {
    pub(super) fn tails(&self) -> &[Value] {
        &self.tails
    }
}

/// The rows of one first value.
#[derive(Clone, Debug)]
pub(super) struct Apart {
    first: u32,
    width: usize,
    /// The first tail of each piece.
    keys: Vec<Value>,
    /// The rows before each piece, and at the end those of all.
    starts: Vec<u32>,
    chunks: Vec<Arc<Chunk>>,
}

impl Apart {
    /// From tails in ascending order, of which there is at least one, and their marks or none.
    pub fn new(width: usize, first: u32, tails: &[Value], marks: &[u32]) -> Apart {
        let (mut keys, mut starts, mut chunks) = (Vec::new(), vec![0], Vec::new());
        let step = made(width);
        for (at, tails) in tails.chunks(step * width).enumerate() {
            let marks = marks.get(at * step..at * step + tails.len() / width).unwrap_or_default();
            keys.extend_from_slice(&tails[..width]);
            starts.push((at * step + tails.len() / width) as u32);
            chunks.push(Arc::new(Chunk { tails: tails.to_vec(), marks: Marks::of(marks) }));
        }
        Apart { first, width, keys, starts, chunks }
    }

    pub fn rows(&self) -> usize {
        self.starts[self.chunks.len()] as usize
    }

    pub fn first(&self) -> u32 {
        self.first
    }

    /// Shows the tails and marks of each piece.
    pub fn each_piece(&self, mut show: impl FnMut(&[Value], &Marks)) {
        self.chunks.iter().for_each(|chunk| show(&chunk.tails, &chunk.marks));
    }

    /// All rows.
    pub fn all(&self) -> Tails<'_> {
        Tails::several(&[], &self.chunks, &[], self.rows(), self.width)
    }

    /// The piece that a row stands in, and its number there.
    fn place(&self, row: usize) -> (usize, usize) {
        let last = self.chunks.len() - 1;
        let at = self.starts[..=last].partition_point(|&start| start as usize <= row).saturating_sub(1);
        (at, row - self.starts[at] as usize)
    }

    /// The first row whose tail compares with a key at least so.
    fn bound(&self, key: &[Value], at_least: Ordering) -> usize {
        let pieces = 0..self.chunks.len();
        let at = bound(&self.keys, self.width, pieces, key, at_least).saturating_sub(1);
        let tails = &self.chunks[at].tails;
        self.starts[at] as usize + bound(tails, self.width, 0..tails.len() / self.width, key, at_least)
    }

    /// The rows that begin with a key, or the place where they would be.
    pub fn range(&self, key: &[Value]) -> Range<usize> {
        let (first, key) = (key[0].bits(), &key[1..]);
        if first != self.first {
            return if first < self.first { 0..0 } else { self.rows()..self.rows() };
        }
        if key.is_empty() {
            return 0..self.rows();
        }
        let low = self.bound(key, Ordering::Equal);
        if key.len() < self.width {
            return low..self.bound(key, Ordering::Greater);
        }
        let found = low < self.rows() && self.row(low).1 == key;
        low..low + usize::from(found)
    }

    /// Some of the rows.
    pub fn some(&self, rows: Range<usize>) -> Tails<'_> {
        if rows.is_empty() {
            return Tails::none(self.width);
        }
        let ((a, from), (b, last)) = (self.place(rows.start), self.place(rows.end - 1));
        let (from, to) = (from * self.width, (last + 1) * self.width);
        if a == b {
            return Tails::one(&self.chunks[a].tails[from..to], rows.len(), self.width);
        }
        let (head, tail) = (&self.chunks[a].tails[from..], &self.chunks[b].tails[..to]);
        Tails::several(head, &self.chunks[a + 1..b], tail, rows.len(), self.width)
    }

    pub fn row(&self, row: usize) -> (Value, &[Value]) {
        let (at, row) = self.place(row);
        (Value::from_bits(self.first), &self.chunks[at].tails[row * self.width..][..self.width])
    }

    pub fn mark(&self, row: usize) -> Mark {
        let (at, row) = self.place(row);
        self.chunks[at].marks.get(row)
    }

    pub fn set_mark(&mut self, row: usize, mark: Mark) {
        let (at, row) = self.place(row);
        let rows = (self.starts[at + 1] - self.starts[at]) as usize;
        Arc::make_mut(&mut self.chunks[at]).marks.set(row, rows, mark);
    }

    fn key(&mut self, at: usize) {
        let tail = &self.chunks[at].tails[..self.width];
        self.keys[at * self.width..][..self.width].copy_from_slice(tail);
    }

    /// Adds a row of this first value that is not there.
    pub fn insert(&mut self, values: &[Value], mark: Mark) {
        let (width, tail) = (self.width, &values[1..]);
        // A row between two pieces goes to the end of the first.
        let (at, row) = match self.bound(tail, Ordering::Equal).checked_sub(1) {
            None => (0, 0),
            Some(before) => {
                let (at, row) = self.place(before);
                (at, row + 1)
            }
        };
        let rows = (self.starts[at + 1] - self.starts[at]) as usize;
        let chunk = Arc::make_mut(&mut self.chunks[at]);
        grow(&mut chunk.tails, width);
        chunk.tails.splice(row * width..row * width, tail.iter().copied());
        chunk.marks.insert(row, rows, mark);
        self.starts[at + 1..].iter_mut().for_each(|start| *start += 1);
        if row == 0 {
            self.key(at);
        }
        if rows + 1 > most(width) {
            let half = rows.div_ceil(2);
            let chunk = Arc::make_mut(&mut self.chunks[at]);
            let rest = Chunk { tails: chunk.tails.split_off(half * width), marks: chunk.marks.split_off(half) };
            self.keys.splice((at + 1) * width..(at + 1) * width, rest.tails[..width].iter().copied());
            self.starts.insert(at + 1, self.starts[at] + half as u32);
            self.chunks.insert(at + 1, Arc::new(rest));
        }
    }

    /// Takes a row out.
    pub fn remove(&mut self, row: usize) -> Mark {
        let (width, (at, row)) = (self.width, self.place(row));
        let chunk = Arc::make_mut(&mut self.chunks[at]);
        chunk.tails.drain(row * width..(row + 1) * width);
        let mark = chunk.marks.remove(row);
        let left = chunk.tails.len() / width;
        self.starts[at + 1..].iter_mut().for_each(|start| *start -= 1);
        if left == 0 && self.chunks.len() > 1 {
            self.chunks.remove(at);
            self.starts.remove(at);
            self.keys.drain(at * width..(at + 1) * width);
        } else if left > 0 && row == 0 {
            self.key(at);
        }
        mark
    }

    /// All tails and marks in one piece.
    pub fn parts(&self) -> (Vec<Value>, Vec<u32>) {
        let tails = self.chunks.iter().flat_map(|chunk| chunk.tails.iter().copied()).collect();
        (tails, (0..self.rows()).map(|row| self.mark(row).bits()).collect())
    }

    pub fn bytes(&self) -> usize {
        let of_chunk = |chunk: &Arc<Chunk>| size_of::<Chunk>() + 16 + 4 * chunk.tails.len() + chunk.marks.bytes();
        size_of::<Apart>() + 4 * self.keys.len() + self.chunks.iter().map(of_chunk).sum::<usize>()
    }
}
