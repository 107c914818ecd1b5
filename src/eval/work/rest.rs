//! A working relation that is complete comes to rest: sorted, with its ranks as marks.

use super::ranks::{Ranks, Resolved};
use super::seen::Seen;
use super::set::Set;
use super::short::Short;
use super::written::Written;
use crate::base::Value;
use crate::eval::mark::Mark;
use crate::eval::relation::Relation;
use crate::eval::store::Builder;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};

/// Less rows than these are not worth a second thread.
const LARGE: usize = 20_000;
/// So many shares are made for each thread.
const SHARES: usize = 8;

/// One group on its way.
#[derive(Default)]
struct Sorter {
    ranks: Vec<u32>,
    /// By value from a bitmap's lowest: the rank.
    places: Vec<u32>,
    pairs: Vec<u64>,
    tails: Vec<Value>,
    marks: Vec<u32>,
}

/// A group that is complete.
struct Group {
    first: Value,
    /// Where its ranks are.
    part: usize,
    number: usize,
    rows: Short,
    set: Set,
}

/// The relation, in order; `start` is what the work began with, whose marks stay.
pub(in crate::eval) fn rest(mut seen: Seen, mut written: Written, start: &Relation, threads: usize) -> Relation {
    let (arity, width, rows) = (seen.arity, seen.width, seen.len());
    seen.indexes.clear();
    let mut groups = Vec::with_capacity(seen.groups());
    for (at, part) in seen.parts.iter_mut().enumerate() {
        part.forget();
        groups.extend(part.directory.ascending().into_iter().map(|(first, group)| (first, at, group as usize)));
        part.directory = Default::default();
    }
    // Each part ascends: a merge.
    groups.sort();
    let ranks: Vec<Ranks> = seen.parts.iter_mut().map(|part| std::mem::take(&mut part.ranks)).collect();
    let resolved: Vec<_> =
        ranks.iter().zip(&seen.parts).map(|(ranks, part)| ranks.resolve(part.firsts.len())).collect();
    let with_marks = !start.is_empty() || ranks.iter().any(|ranks| ranks.highest() > 1);
    // Neither rows nor sets are needed again, and their room is.
    let groups = groups.into_iter().map(|(first, part, number)| Group {
        first,
        part,
        number,
        rows: std::mem::take(&mut seen.parts[part].rows[number]),
        set: std::mem::replace(&mut written.parts[part].sets[number], Set::new(1)),
    });
    let resting = Resting { arity, width, with_marks, resolved: &resolved, start };
    if threads < 2 || rows < LARGE || arity < 2 {
        return resting.build(groups, &mut Sorter::default()).finish();
    }
    let share = rows * width / (threads * SHARES) + 1;
    let (mut shares, mut words) = (Vec::new(), 0);
    for group in groups {
        let number = words / share;
        words += group.rows.len();
        while shares.len() <= number {
            shares.push(Vec::new());
        }
        shares[number].push(group);
    }
    let queue = Mutex::new(shares.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let (mut made, mut sorter) = (Vec::new(), Sorter::default());
        while let Some((number, share)) = next() {
            made.push((number, resting.build(share.into_iter(), &mut sorter)));
        }
        made
    };
    let mut made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for other in others {
            made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(number, _)| *number);
    let mut builder = Builder::new(arity, with_marks);
    made.into_iter().for_each(|(_, part)| builder.append(part));
    builder.finish()
}

/// What all groups have in common.
struct Resting<'a> {
    arity: usize,
    width: usize,
    with_marks: bool,
    resolved: &'a [Resolved<'a>],
    start: &'a Relation,
}

impl Resting<'_> {
    /// Puts groups in order that come in order.
    fn build(&self, groups: impl Iterator<Item = Group>, sorter: &mut Sorter) -> Builder {
        let mut builder = Builder::new(self.arity, self.with_marks);
        for Group { first, part, number, rows, set } in groups {
            sorter.ranks.clear();
            if self.with_marks {
                self.resolved[part].of(number, &mut sorter.ranks);
            }
            sorter.sort(rows.as_slice(), &set, self.width);
            if !self.start.is_empty() && sorter.ranks.contains(&0) {
                sorter.given(first, self.start, self.width);
            }
            match self.arity {
                0 => builder.push(Value::NONE, &[], sorter.marks.get(..1).unwrap_or_default()),
                1 => {
                    for (at, tail) in sorter.tails.iter().enumerate() {
                        builder.push(*tail, &[], sorter.marks.get(at..=at).unwrap_or_default());
                    }
                }
                _ => builder.push(first, &sorter.tails, &sorter.marks),
            }
        }
        builder
    }
}

impl Sorter {
    fn sort(&mut self, rows: &[Value], set: &Set, width: usize) {
        self.tails.clear();
        self.marks.clear();
        match set.bits() {
            Some((low, words)) => {
                self.places.resize(self.places.len().max(words.len() * 64), 0);
                for (value, rank) in rows.iter().zip(&self.ranks) {
                    self.places[(value.bits() - low) as usize] = *rank;
                }
                let with_marks = !self.ranks.is_empty();
                self.tails.resize(rows.len(), Value::NONE);
                self.marks.resize(if with_marks { rows.len() } else { 0 }, 0);
                let mut at = 0;
                for ((number, &word), places) in words.iter().enumerate().zip(self.places.chunks_exact(64)) {
                    let (mut left, base) = (word, low + number as u32 * 64);
                    let so_many = at..at + word.count_ones() as usize;
                    at = so_many.end;
                    // Room in one piece, so that nothing is asked for each value.
                    let marks = if with_marks { &mut self.marks[so_many.clone()] } else { &mut [][..] };
                    let mut marks = marks.iter_mut();
                    for tail in &mut self.tails[so_many] {
                        let bit = left.trailing_zeros();
                        left &= left - 1;
                        *tail = Value::from_bits(base + bit);
                        if let Some(mark) = marks.next() {
                            *mark = places[bit as usize & 63];
                        }
                    }
                }
            }
            None if width == 1 => {
                let ranks = self.ranks.iter().copied().chain(std::iter::repeat(0));
                self.pairs.clear();
                self.pairs.extend(
                    rows.iter().zip(ranks).map(|(value, rank)| u64::from(value.bits()) << 32 | u64::from(rank)),
                );
                self.pairs.sort_unstable();
                self.tails.extend(self.pairs.iter().map(|pair| Value::from_bits((pair >> 32) as u32)));
                if !self.ranks.is_empty() {
                    self.marks.extend(self.pairs.iter().map(|pair| *pair as u32));
                }
            }
            None => {
                let tail = |at: usize| &rows[at * width..][..width];
                let mut order: Vec<usize> = (0..rows.len() / width).collect();
                order.sort_unstable_by(|&a, &b| tail(a).cmp(tail(b)));
                for at in order {
                    self.tails.extend_from_slice(tail(at));
                    self.marks.extend(self.ranks.get(at));
                }
            }
        }
    }

    /// Gives rows that were there from the start the marks they had.
    fn given(&mut self, first: Value, start: &Relation, width: usize) {
        let arity = start.arity();
        let mut row = Vec::with_capacity(width + 1);
        for (tail, mark) in self.tails.chunks_exact(width).zip(&mut self.marks).filter(|(_, mark)| **mark == 0) {
            row.clear();
            row.extend(std::iter::once(first).chain(tail.iter().copied()).skip(usize::from(arity < 2)).take(arity));
            *mark = start.mark(&row).unwrap_or(Mark::FIRST).bits();
        }
    }
}
