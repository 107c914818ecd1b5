//! A page: the rows of a range of first values, some hundred of them.

use super::firsts::Firsts;
use super::marks::{Marks, grow};
use super::tails::{Tails, narrow};
use crate::base::Value;
use crate::eval::mark::Mark;
use std::ops::Range;

/// A page is made with about so many words of tails.
const MADE: usize = 384;

/// With how many rows a page is made.
pub(super) fn made(width: usize) -> usize {
    (MADE / width.max(1)).max(48)
}

/// With more rows than this a page is cut in two.
pub(super) fn full(width: usize) -> usize {
    made(width) * 8 / 3
}

/// Where the parts of a page with dense first values lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near<'a> {
    low: u32,
    offsets: &'a [u16],
    tails: &'a [Value],
    width: usize,
}

impl<'a> Near<'a> {
    /// The rows of a first value.
    #[inline]
    pub fn group(&self, first: Value) -> Tails<'a> {
        let at = first.bits().wrapping_sub(self.low) as usize;
        match (self.offsets.get(at), self.offsets.get(at + 1)) {
            (Some(&start), Some(&end)) => {
                let words = usize::from(start) * self.width..usize::from(end) * self.width;
                Tails::one(&self.tails[words], usize::from(end - start), self.width)
            }
            _ => Tails::none(self.width),
        }
    }
}

/// Rows by their first value, with their tails in order.
#[derive(Clone, Debug)]
pub(super) struct Page {
    firsts: Firsts,
    width: usize,
    tails: Vec<Value>,
    marks: Marks,
}

impl Page {
    /// From the first values, where the rows of each end, the tails of all rows, and their marks or none.
    pub fn new(width: usize, values: &[u32], ends: &[u16], tails: &[Value], marks: &[u32]) -> Page {
        Page { firsts: Firsts::of(values, ends), width, tails: tails.to_vec(), marks: Marks::of(marks) }
    }

    pub fn rows(&self) -> usize {
        self.tails.len() / self.width
    }

    pub fn firsts(&self) -> &Firsts {
        &self.firsts
    }

    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    pub fn marks_mut(&mut self) -> &mut Marks {
        &mut self.marks
    }

    /// Some of the rows.
    #[inline]
    pub fn some(&self, rows: Range<usize>) -> Tails<'_> {
        let words = rows.start * self.width..rows.end * self.width;
        Tails::one(&self.tails[words], rows.len(), self.width)
    }

    /// See [`Near`].
    #[inline]
    pub fn near(&self) -> Option<Near<'_>> {
        match &self.firsts {
            Firsts::Dense { low, offsets } => Some(Near { low: *low, offsets, tails: &self.tails, width: self.width }),
            Firsts::Sparse { .. } => None,
        }
    }

    /// The rows that begin with a key, or the place where they would be.
    pub fn range(&self, key: &[Value]) -> Range<usize> {
        narrow(&self.tails, self.width, self.firsts.rows(key[0].bits()), &key[1..])
    }

    pub fn row(&self, row: usize) -> (Value, &[Value]) {
        (Value::from_bits(self.firsts.value(row)), &self.tails[row * self.width..][..self.width])
    }

    /// Adds a row that is not there.
    pub fn insert(&mut self, values: &[Value], mark: Mark) {
        let (row, rows) = (self.range(values).start, self.rows());
        let at = row * self.width;
        grow(&mut self.tails, self.width);
        if let [_, value] = values {
            self.tails.insert(at, *value);
        } else {
            self.tails.splice(at..at, values[1..].iter().copied());
        }
        self.marks.insert(row, rows, mark);
        self.firsts.add(values[0].bits());
    }

    /// Takes a row out.
    pub fn remove(&mut self, row: usize, first: Value) -> Mark {
        self.tails.drain(row * self.width..(row + 1) * self.width);
        self.firsts.subtract(first.bits());
        self.marks.remove(row)
    }

    /// Gives away the rows from a first value in the middle on; [`None`] where there is one value only.
    pub fn split(&mut self) -> Option<(u32, Page)> {
        let (values, ends) = self.firsts.list();
        let half = self.rows() / 2;
        let from_half = |&at: &usize| usize::from(ends[at - 1]).abs_diff(half);
        let at = (1..values.len()).min_by_key(from_half)?;
        let row = usize::from(ends[at - 1]);
        let rest: Vec<u16> = ends[at..].iter().map(|end| end - ends[at - 1]).collect();
        let tails = self.tails.split_off(row * self.width);
        self.tails.shrink_to(self.tails.len() + self.tails.len() / 4);
        let marks = self.marks.split_off(row);
        self.firsts = Firsts::of(&values[..at], &ends[..at]);
        Some((values[at], Page { firsts: Firsts::of(&values[at..], &rest), width: self.width, tails, marks }))
    }

    /// Takes in the rows of a page with higher first values.
    pub fn append(&mut self, other: &Page) {
        let (rows, more) = (self.rows(), other.rows());
        let (mut values, mut ends) = self.firsts.list();
        let (others, their) = other.firsts.list();
        values.extend(others);
        ends.extend(their.iter().map(|end| end + rows as u16));
        self.firsts = Firsts::of(&values, &ends);
        self.tails.extend_from_slice(&other.tails);
        self.marks.append(rows, &other.marks, more);
    }

    /// The only first value, where there is one only.
    pub fn single(&self) -> Option<u32> {
        let (value, rows, _) = self.firsts.group(0)?;
        (rows.len() == self.rows()).then_some(value)
    }

    /// The tails and marks of all rows.
    pub fn parts(&self) -> (&[Value], &Marks) {
        (&self.tails, &self.marks)
    }

    pub fn bytes(&self) -> usize {
        size_of::<Page>() + 4 * self.tails.len() + self.firsts.bytes() + self.marks.bytes()
    }
}
