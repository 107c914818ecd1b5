//! All rows of a relation, sorted by a permutation of its columns.

use super::tails::Tails;
use crate::base::Value;
use crate::eval::mark::Mark;
use std::ops::Range;

/// The rows of a relation by a permutation of its columns, ascending by the bits of the values.
///
/// A row in the order of the permutation is its *sequence*: the first value, then the tail. A relation without columns
/// is kept as one with a single column that is always absent.
#[derive(Clone, Debug, Default)]
pub struct Order {
    columns: Box<[u32]>,
    width: usize,
    firsts: Vec<Value>,
    tails: Vec<Value>,
    /// Empty: every row has [`Mark::FIRST`].
    marks: Vec<u32>,
}

/// The sequence of a row without columns.
const NOTHING: [Value; 1] = [Value::NONE];

fn sequence(values: &[Value]) -> &[Value] {
    if values.is_empty() { &NOTHING } else { values }
}

impl Order {
    pub(in crate::eval) fn new(columns: &[u32]) -> Order {
        let width = columns.len().max(1) - 1;
        Order { columns: columns.into(), width, firsts: Vec::new(), tails: Vec::new(), marks: Vec::new() }
    }

    /// From sequences that are sorted and different from each other.
    pub(in crate::eval) fn from_sorted(
        columns: &[u32],
        firsts: Vec<Value>,
        tails: Vec<Value>,
        marks: Vec<u32>,
    ) -> Order {
        Order { firsts, tails, marks, ..Order::new(columns) }
    }

    /// The permutation: which column stands in each place.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.firsts.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.firsts.is_empty()
    }

    /// The rows whose first value this is.
    pub fn group(&self, first: Value) -> Tails<'_> {
        self.prefix(&[first])
    }

    /// The rows that begin with this key, which has at least one value unless there are no columns.
    pub fn prefix(&self, key: &[Value]) -> Tails<'_> {
        let key = sequence(key);
        let range = self.range(key);
        let words = range.start * self.width..range.end * self.width;
        Tails::one(&self.tails[words], range.len(), self.width, key.len() - 1)
    }

    /// All groups of rows with one first value, ascending.
    pub fn groups(&self) -> Groups<'_> {
        Groups { order: self, at: 0, to: self.len() }
    }

    /// The groups from one first value to another, both included.
    pub fn groups_between(&self, from: Value, to: Value) -> Groups<'_> {
        let at = self.firsts.partition_point(|&first| first < from);
        let to = self.firsts.partition_point(|&first| first <= to);
        Groups { order: self, at, to }
    }

    /// All rows, one after another.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { groups: Some(self.groups()), first: Value::NONE, tails: Tails::none(self.width), slice: &[] }
    }

    /// The rows that begin with a key, one after another; all rows for an empty one.
    pub fn cursor_at(&self, key: &[Value]) -> Cursor<'_> {
        let Some(&first) = key.first() else { return self.cursor() };
        Cursor { groups: None, first, tails: self.prefix(key), slice: &[] }
    }

    fn at(&self, position: usize) -> (Value, &[Value]) {
        (self.firsts[position], &self.tails[position * self.width..][..self.width])
    }

    fn range(&self, key: &[Value]) -> Range<usize> {
        let from = self.lower_bound(key);
        let to = self.search(|first, tail| cut(first, tail, key) > std::cmp::Ordering::Equal);
        from..to.max(from)
    }

    fn lower_bound(&self, key: &[Value]) -> usize {
        self.search(|first, tail| cut(first, tail, key) >= std::cmp::Ordering::Equal)
    }

    /// The first position where the condition holds, which stays true from there on.
    fn search(&self, holds: impl Fn(Value, &[Value]) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            let (first, tail) = self.at(middle);
            if holds(first, tail) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// The first value and the tail at a position.
    pub(in crate::eval) fn sequence(&self, position: u32) -> (Value, &[Value]) {
        self.at(position as usize)
    }

    /// The positions of the rows that begin with a key.
    pub(in crate::eval) fn positions(&self, key: &[Value]) -> Range<u32> {
        if key.is_empty() {
            return 0..self.len() as u32;
        }
        let range = self.range(sequence(key));
        range.start as u32..range.end as u32
    }

    pub(in crate::eval) fn find(&self, values: &[Value]) -> Option<u32> {
        let range = self.range(sequence(values));
        (!range.is_empty()).then_some(range.start as u32)
    }

    pub(in crate::eval) fn mark_at(&self, position: u32) -> Mark {
        self.marks.get(position as usize).map_or(Mark::FIRST, |&bits| Mark::from_bits(bits))
    }

    pub(in crate::eval) fn mark(&self, values: &[Value]) -> Option<Mark> {
        self.find(values).map(|at| self.mark_at(at))
    }

    /// Adds a row, unless it is there.
    pub(in crate::eval) fn insert(&mut self, values: &[Value], mark: Mark) -> bool {
        let values = sequence(values);
        let range = self.range(values);
        if !range.is_empty() {
            return false;
        }
        if mark != Mark::FIRST && self.marks.is_empty() {
            self.marks = vec![Mark::FIRST.bits(); self.len()];
        }
        let at = range.start;
        if mark != Mark::FIRST || !self.marks.is_empty() {
            self.marks.insert(at, mark.bits());
        }
        self.firsts.insert(at, values[0]);
        self.tails.splice(at * self.width..at * self.width, values[1..].iter().copied());
        true
    }

    /// Takes a row out.
    pub(in crate::eval) fn remove(&mut self, values: &[Value]) -> Option<Mark> {
        let at = self.find(values)? as usize;
        self.firsts.remove(at);
        self.tails.drain(at * self.width..(at + 1) * self.width);
        Some(if self.marks.is_empty() { Mark::FIRST } else { Mark::from_bits(self.marks.remove(at)) })
    }

    /// Gives a row that is there another mark.
    pub(in crate::eval) fn set_mark(&mut self, values: &[Value], mark: Mark) {
        let Some(at) = self.find(values) else { return };
        if mark != Mark::FIRST && self.marks.is_empty() {
            self.marks = vec![Mark::FIRST.bits(); self.len()];
        }
        if let Some(place) = self.marks.get_mut(at as usize) {
            *place = mark.bits();
        }
    }

    pub(in crate::eval) fn contains(&self, values: &[Value]) -> bool {
        self.find(values).is_some()
    }

    /// How many rows are given.
    pub(in crate::eval) fn given(&self) -> usize {
        self.marks.iter().filter(|&&bits| Mark::from_bits(bits).place().is_some()).count()
    }

    /// The same rows, as this first order keeps them, by a permutation; without marks.
    pub(in crate::eval) fn turned(&self, permutation: &[u32]) -> Order {
        let mut rows: Vec<Vec<Value>> = self
            .cursor()
            .map(|(first, tail)| {
                let value = |&column: &u32| if column == 0 { first } else { tail[column as usize - 1] };
                permutation.iter().map(value).collect()
            })
            .collect();
        rows.sort_unstable();
        let mut order = Order::new(permutation);
        for row in rows {
            order.firsts.push(row[0]);
            order.tails.extend_from_slice(&row[1..]);
        }
        order
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        4 * (self.firsts.len() + self.tails.len() + self.marks.len())
    }
}

/// How a sequence, cut to the length of a key, compares with it.
fn cut(first: Value, tail: &[Value], key: &[Value]) -> std::cmp::Ordering {
    first.cmp(&key[0]).then_with(|| tail[..key.len() - 1].cmp(&key[1..]))
}

/// The groups of an order.
#[derive(Clone, Debug)]
pub struct Groups<'a> {
    order: &'a Order,
    at: usize,
    to: usize,
}

impl<'a> Iterator for Groups<'a> {
    type Item = (Value, Tails<'a>);

    fn next(&mut self) -> Option<(Value, Tails<'a>)> {
        if self.at >= self.to {
            return None;
        }
        let (order, width) = (self.order, self.order.width);
        let first = order.firsts[self.at];
        let rows = order.firsts[self.at..self.to].iter().take_while(|&&other| other == first).count();
        let words = self.at * width..(self.at + rows) * width;
        self.at += rows;
        Some((first, Tails::one(&order.tails[words], rows, width, 0)))
    }
}

/// Rows of an order one after another.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    groups: Option<Groups<'a>>,
    first: Value,
    tails: Tails<'a>,
    slice: &'a [Value],
}

impl<'a> Cursor<'a> {
    /// No rows.
    pub(in crate::eval) fn none() -> Cursor<'a> {
        Cursor { groups: None, first: Value::NONE, tails: Tails::none(0), slice: &[] }
    }
}

impl<'a> Iterator for Cursor<'a> {
    type Item = (Value, &'a [Value]);

    fn next(&mut self) -> Option<(Value, &'a [Value])> {
        loop {
            let width = self.tails.width;
            if width > 0 && self.slice.is_empty() {
                self.slice = self.tails.next_slice().unwrap_or_default();
            }
            if width > 0 && !self.slice.is_empty() {
                let (tail, rest) = self.slice.split_at(width);
                self.slice = rest;
                return Some((self.first, tail));
            }
            if width == 0 && self.tails.rows > 0 {
                self.tails.rows = 0;
                return Some((self.first, &[]));
            }
            (self.first, self.tails) = self.groups.as_mut()?.next()?;
        }
    }
}
