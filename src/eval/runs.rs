//! Rows that rules found, for a relation that nothing reads before it is complete: they are kept as they come, in runs
//! that begin alike, and sorted once. No set is needed to tell what is new.

use super::mark::Mark;
use super::relation::Relation;
use super::store::Builder;
use crate::base::Value;

/// Rows, by runs with one first value. Rows with less than two columns begin with an absence.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// The words of a tail.
    width: usize,
    runs: Vec<(Value, u32)>,
    tails: Vec<Value>,
    /// So many tails came before the rows were last looked through.
    settled: usize,
    scratch: Vec<Value>,
    pairs: Vec<u64>,
    words: Vec<u64>,
}

impl Runs {
    /// For rows of so many columns.
    pub fn new(arity: usize) -> Runs {
        Runs { width: arity.max(2) - 1, ..Runs::default() }
    }

    /// How many rows there are, some of them perhaps twice.
    pub fn len(&self) -> usize {
        self.tails.len() / self.width
    }

    /// How many came since the rows were last looked through.
    pub fn waiting(&self) -> usize {
        (self.tails.len() - self.settled) / self.width
    }

    /// How many of them were looked through.
    pub fn settled(&self) -> usize {
        self.settled / self.width
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.runs.clear();
        self.tails.clear();
        self.settled = 0;
    }

    /// Adds rows that begin alike.
    pub fn push(&mut self, first: Value, tails: &[Value]) {
        let rows = (tails.len() / self.width) as u32;
        match self.runs.last_mut() {
            Some((last, run)) if *last == first => *run += rows,
            _ if rows == 0 => return,
            _ => self.runs.push((first, rows)),
        }
        self.tails.extend_from_slice(tails);
    }

    /// Each run.
    pub fn iter(&self) -> impl Iterator<Item = (Value, &[Value])> {
        let mut at = 0;
        self.runs.iter().map(move |&(first, rows)| {
            let from = at;
            at += rows as usize * self.width;
            (first, &self.tails[from..at])
        })
    }

    /// Sorts the rows, and keeps each once.
    pub fn settle(&mut self) {
        if self.settled == self.tails.len() {
            return;
        }
        if !self.runs.is_sorted_by(|a, b| a.0 < b.0) {
            self.gather();
        }
        let (mut from, mut to) = (0, 0);
        for at in 0..self.runs.len() {
            let words = self.runs[at].1 as usize * self.width;
            let kept = self.settle_run(from, words);
            self.tails.copy_within(from..from + kept, to);
            self.runs[at].1 = (kept / self.width) as u32;
            (from, to) = (from + words, to + kept);
        }
        self.tails.truncate(to);
        self.settled = to;
    }

    /// Puts runs that begin alike together, in ascending order.
    fn gather(&mut self) {
        let mut starts = Vec::with_capacity(self.runs.len());
        let mut at = 0;
        for (_, rows) in &self.runs {
            starts.push(at);
            at += *rows as usize * self.width;
        }
        let key = |(at, run): (usize, &(Value, u32))| u64::from(run.0.bits()) << 32 | at as u64;
        self.pairs.clear();
        self.pairs.extend(self.runs.iter().enumerate().map(key));
        // Several rules often ascend one after another: a sort that merges what ascends.
        self.pairs.sort();
        let mut tails = Vec::with_capacity(self.tails.len());
        let mut runs: Vec<(Value, u32)> = Vec::new();
        for &pair in &self.pairs {
            let (first, rows) = self.runs[pair as u32 as usize];
            let start = starts[pair as u32 as usize];
            tails.extend_from_slice(&self.tails[start..start + rows as usize * self.width]);
            match runs.last_mut() {
                Some((last, run)) if *last == first => *run += rows,
                _ => runs.push((first, rows)),
            }
        }
        (self.runs, self.tails) = (runs, tails);
    }

    /// Sorts a run's tails and keeps each once, at its start; how many words are kept.
    fn settle_run(&mut self, from: usize, words: usize) -> usize {
        let tails = &mut self.tails[from..from + words];
        match self.width {
            1 => {
                if !tails.is_sorted() {
                    let (low, high) =
                        tails.iter().fold((Value::from_bits(u32::MAX), Value::NONE), |(low, high), &value| {
                            (low.min(value), high.max(value))
                        });
                    let room = (high.bits() / 64 - low.bits() / 64) as usize + 1;
                    if words > 8 && room * 2 <= words {
                        self.words.clear();
                        self.words.resize(room, 0);
                        let base = low.bits() & !63;
                        for value in tails.iter() {
                            let at = value.bits() - base;
                            self.words[at as usize / 64] |= 1 << (at % 64);
                        }
                        let mut kept = 0;
                        for value in super::work::ascending(base, &self.words) {
                            tails[kept] = value;
                            kept += 1;
                        }
                        return kept;
                    }
                    tails.sort_unstable();
                }
                let mut kept = 0;
                for at in 0..words {
                    if kept == 0 || tails[kept - 1] != tails[at] {
                        tails[kept] = tails[at];
                        kept += 1;
                    }
                }
                kept
            }
            2 => {
                if tails.chunks_exact(2).is_sorted_by(|a, b| a < b) {
                    return words;
                }
                let pair = |tail: &[Value]| u64::from(tail[0].bits()) << 32 | u64::from(tail[1].bits());
                self.pairs.clear();
                self.pairs.extend(tails.chunks_exact(2).map(pair));
                self.pairs.sort_unstable();
                self.pairs.dedup();
                for (tail, pair) in tails.chunks_exact_mut(2).zip(&self.pairs) {
                    tail[0] = Value::from_bits((pair >> 32) as u32);
                    tail[1] = Value::from_bits(*pair as u32);
                }
                self.pairs.len() * 2
            }
            width => {
                let tail = |at: usize| &tails[at * width..][..width];
                let mut order: Vec<usize> = (0..words / width).collect();
                order.sort_unstable_by(|&a, &b| tail(a).cmp(tail(b)));
                order.dedup_by(|b, a| tail(*a) == tail(*b));
                self.scratch.clear();
                order.iter().for_each(|&at| self.scratch.extend_from_slice(tail(at)));
                tails[..self.scratch.len()].copy_from_slice(&self.scratch);
                self.scratch.len()
            }
        }
    }

    /// Some of the rows that came last.
    pub fn last(&self, arity: usize, count: usize) -> Vec<Vec<Value>> {
        let mut sample = Vec::new();
        let mut end = self.tails.len();
        for &(first, rows) in self.runs.iter().rev() {
            for _ in 0..rows {
                let tail = &self.tails[end - self.width..end];
                let all = std::iter::once(first).chain(tail.iter().copied());
                let row: Vec<Value> = all.skip(usize::from(arity < 2)).take(arity).collect();
                if !sample.contains(&row) {
                    sample.push(row);
                }
                if sample.len() == count {
                    return sample;
                }
                end -= self.width;
            }
        }
        sample
    }
}

/// A relation in the making, from runs that are settled and follow one another.
#[derive(Debug)]
pub(super) struct Making<'a> {
    arity: usize,
    builder: Builder,
    /// Rows that were there before, with their marks; then all rows are put together at the end.
    before: Option<&'a Relation>,
    rows: Vec<Value>,
    count: usize,
}

impl<'a> Making<'a> {
    /// Begins with the rows that are there.
    pub fn new(before: &'a Relation) -> Making<'a> {
        let arity = before.arity();
        let builder = Builder::new(arity, false);
        Making { arity, builder, before: Some(before).filter(|rows| !rows.is_empty()), rows: Vec::new(), count: 0 }
    }

    /// Adds settled rows, which come after all that were added.
    pub fn add(&mut self, runs: &Runs) {
        self.count += runs.len();
        for (first, tails) in runs.iter() {
            match (self.before, self.arity) {
                (_, 0) => {}
                (Some(_), 1) => self.rows.extend_from_slice(tails),
                (Some(_), arity) => {
                    for tail in tails.chunks_exact(arity - 1) {
                        self.rows.push(first);
                        self.rows.extend_from_slice(tail);
                    }
                }
                (None, arity) => push(&mut self.builder, arity, first, tails),
            }
        }
    }

    /// True where settled rows may be packed apart, and the packed parts be appended.
    pub fn takes_packed(&self) -> bool {
        self.before.is_none() && self.arity > 0
    }

    /// Adds rows that [`packed`] has packed, which come after all that were added.
    pub fn append(&mut self, packed: Builder) {
        self.builder.append(packed);
    }

    /// The relation.
    pub fn finish(mut self) -> Relation {
        let Some(before) = self.before else {
            return match self.arity {
                0 => Builder::from_rows(0, &[], Some(vec![Mark::FIRST.bits(); self.count.min(1)])),
                _ => self.builder.finish(),
            };
        };
        let rows = self.rows.len().checked_div(self.arity).unwrap_or(self.count);
        let mut marks = vec![Mark::FIRST.bits(); rows];
        for (at, row) in before.rows().enumerate() {
            let at = at as u32;
            let mark = before.given(at).map_or_else(|| Mark::ranked(before.rank(at)), Mark::given);
            self.rows.extend_from_slice(&row);
            marks.push(mark.bits());
        }
        Builder::from_rows(self.arity, &self.rows, Some(marks))
    }
}

/// Settled rows of a relation with columns, packed: whoever found them does it, not whoever puts them together.
pub(super) fn packed(arity: usize, runs: &Runs) -> Builder {
    let mut builder = Builder::new(arity, false);
    runs.iter().for_each(|(first, tails)| push(&mut builder, arity, first, tails));
    builder
}

fn push(builder: &mut Builder, arity: usize, first: Value, tails: &[Value]) {
    match arity {
        1 => tails.iter().for_each(|value| builder.push(*value, &[], &[])),
        _ => builder.push(first, tails, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn rows_are_sorted_and_kept_once_whatever_their_width() {
        for arity in 1..5 {
            for spread in [3, 40, 4_000_000] {
                let (mut runs, mut expected, mut seed) = (Runs::new(arity), BTreeSet::new(), 7u32);
                let mut next = || {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    Value::from_bits((seed >> 8) % spread)
                };
                for round in 0..3 {
                    for _ in 0..300 {
                        let row: Vec<Value> = (0..arity).map(|_| next()).collect();
                        match &row[..] {
                            [value] => runs.push(Value::NONE, &[*value]),
                            [first, tail @ ..] => runs.push(*first, tail),
                            [] => {}
                        }
                        expected.insert(row);
                    }
                    runs.settle();
                    assert_eq!((runs.waiting(), runs.len()), (0, expected.len()), "{arity} {spread} {round}");
                }
                let before = Relation::new(arity);
                let mut making = Making::new(&before);
                making.add(&runs);
                let rows: Vec<Vec<Value>> = making.finish().rows().map(|row| row.to_vec()).collect();
                assert_eq!(rows, expected.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
