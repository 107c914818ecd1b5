//! The side of a working relation that a round reads.

use super::bits::{Bits, FEW};
use super::directory::Directory;
use super::index::Index;
use super::part_of;
use super::ranks::Ranks;
use super::set::{Fresh, Set, Span};
use super::short::Short;
use super::written::{Out, Written};
use crate::base::Value;

/// What a round reads.
#[derive(Debug)]
pub(in crate::eval) struct Seen {
    /// The number of columns.
    pub arity: usize,
    /// The words of a tail.
    pub width: usize,
    pub(super) parts: Vec<Part>,
    /// The rows by other columns, where a rule asks for them.
    pub(super) indexes: Vec<Index>,
    rows: usize,
    added: usize,
}

/// The groups of one owner.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub directory: Directory,
    pub firsts: Vec<Value>,
    pub rows: Vec<Short>,
    /// Where in each group's rows those of the last round start.
    starts: Vec<u32>,
    /// The groups with rows of the last round.
    pub delta: Vec<u32>,
    pub ranks: Ranks,
    /// The rows once more as sets, where a rule asks whether a row is seen.
    pub members: Option<Vec<Set>>,
    /// The groups as bitmaps, where a rule hands on whole groups: all rows, and those of the last round.
    bits: Option<Vec<[Bits; 2]>>,
    apart: usize,
    scratch: Fresh,
    span: Span,
}

impl Seen {
    pub fn new(arity: usize, parts: usize) -> Seen {
        let parts = (0..parts).map(|_| Part::default()).collect();
        Seen { arity, width: arity.max(2) - 1, parts, indexes: Vec::new(), rows: 0, added: 0 }
    }

    /// How many rows are seen.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// How many of them the last round added.
    pub fn added(&self) -> usize {
        self.added
    }

    /// In how many groups.
    pub fn added_groups(&self) -> usize {
        self.parts.iter().map(|part| part.delta.len()).sum()
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.parts.iter().map(|part| part.firsts.len()).sum()
    }

    /// How many parts.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The tails of a group; those of the last round alone where `delta` is set.
    pub fn group(&self, first: Value, delta: bool) -> &[Value] {
        let part = &self.parts[part_of(first, self.parts.len())];
        part.directory.get(first).map_or(&[], |group| part.tails(group as usize, delta, self.width))
    }

    /// The group at a place among those of a part, counted among those of the last round where `delta` is set.
    pub fn nth(&self, part: usize, at: usize, delta: bool) -> Option<(Value, &[Value])> {
        let part = &self.parts[part];
        let group = if delta { *part.delta.get(at)? as usize } else { at };
        Some((*part.firsts.get(group)?, part.tails(group, delta, self.width)))
    }

    /// The index on these columns, by its number; made where there is none.
    pub fn index(&mut self, columns: &[u32]) -> usize {
        if let Some(at) = self.indexes.iter().position(|index| index.columns() == columns) {
            return at;
        }
        let mut index = Index::new(columns, self.arity);
        for part in &self.parts {
            for (first, rows) in part.firsts.iter().zip(&part.rows) {
                index.add(*first, rows.as_slice());
            }
        }
        self.indexes.push(index);
        self.indexes.len() - 1
    }

    /// The rows that an index finds for a key.
    pub fn found(&self, index: usize, key: &[Value]) -> &[Value] {
        self.indexes[index].get(key)
    }

    /// The columns whose values an index holds, in order.
    pub fn rest(&self, index: usize) -> &[u32] {
        self.indexes[index].rest()
    }

    /// How many different keys an index has.
    pub fn keys(&self, index: usize) -> usize {
        self.indexes[index].len()
    }

    /// The number of an index that is there.
    pub fn has_index(&self, columns: &[u32]) -> Option<usize> {
        self.indexes.iter().position(|index| index.columns() == columns)
    }

    /// Keeps bitmaps of the groups beside their lists.
    pub fn keep_bits(&mut self) {
        for part in self.parts.iter_mut().filter(|part| self.width == 1 && part.bits.is_none()) {
            let starts = part.rows.iter().zip(&part.starts);
            let both = |(rows, start): (&Short, &u32)| {
                let rows = rows.as_slice();
                [Bits::of(rows), Bits::of(&rows[*start as usize..])]
            };
            part.bits = Some(starts.map(both).collect());
        }
    }

    /// A group as a bitmap: the value of the first bit, a multiple of 64, and the words.
    pub fn bits(&self, first: Value, delta: bool) -> Option<(u32, &[u64])> {
        let part = &self.parts[part_of(first, self.parts.len())];
        let bits = part.bits.as_ref()?;
        bits.get(part.directory.get(first)? as usize)?[usize::from(delta)].get()
    }

    /// Gets ready to tell whether a row is seen.
    pub fn keep_members(&mut self) {
        for part in self.parts.iter_mut().filter(|part| part.members.is_none()) {
            part.members = Some(Vec::new());
            for group in 0..part.rows.len() {
                let rows = std::mem::take(&mut part.rows[group]);
                part.remember(group, rows.as_slice(), self.width);
                part.rows[group] = rows;
            }
        }
    }

    /// Whether a row is seen; only after [`Seen::keep_members`].
    pub fn contains(&self, first: Value, tail: &[Value]) -> bool {
        self.member_set(first).is_some_and(|set| set.contains(tail))
    }

    fn member_set(&self, first: Value) -> Option<&Set> {
        let part = &self.parts[part_of(first, self.parts.len())];
        part.members.as_ref()?.get(part.directory.get(first)? as usize)
    }

    /// Takes in what a round wrote; the number of rows.
    pub fn settle(&mut self, written: &mut Written, rank: u32) -> usize {
        self.age();
        self.added = 0;
        for (part, out) in self.parts.iter_mut().zip(&mut written.parts) {
            self.added += part.settle(out, rank, self.width, &mut self.indexes);
        }
        self.rows += self.added;
        self.added
    }

    /// Makes all that is seen old.
    pub fn age(&mut self) {
        for part in &mut self.parts {
            for group in part.delta.drain(..) {
                part.starts[group as usize] = part.rows[group as usize].len() as u32;
                if let Some(bits) = &mut part.bits {
                    bits[group as usize][1] = Bits::default();
                }
            }
        }
        self.added = 0;
    }

    /// Some of the rows that came last.
    pub fn last(&self, count: usize) -> Vec<Vec<Value>> {
        let mut sample = Vec::new();
        for part in self.parts.iter().rev() {
            let recent = part.delta.iter().rev().map(|group| *group as usize);
            for group in recent.chain((0..part.firsts.len()).rev()) {
                for tail in part.rows[group].as_slice().rchunks_exact(self.width) {
                    let row = self.row(part.firsts[group], tail);
                    if !sample.contains(&row) {
                        sample.push(row);
                    }
                    if sample.len() == count {
                        return sample;
                    }
                }
            }
        }
        sample
    }

    fn row(&self, first: Value, tail: &[Value]) -> Vec<Value> {
        let all = std::iter::once(first).chain(tail.iter().copied());
        all.skip(usize::from(self.arity < 2)).take(self.arity).collect()
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let part = |part: &Part| {
            part.directory.bytes()
                + part.apart
                + part.firsts.capacity() * 44
                + part.ranks.bytes()
                + part.bits.iter().flatten().flatten().map(Bits::bytes).sum::<usize>()
        };
        self.parts.iter().map(part).sum::<usize>() + self.indexes.iter().map(Index::bytes).sum::<usize>()
    }
}

impl Part {
    fn tails(&self, group: usize, delta: bool, width: usize) -> &[Value] {
        let rows = self.rows[group].as_slice();
        if !delta {
            return rows;
        }
        debug_assert_eq!(rows.len() % width, 0);
        &rows[self.starts[group] as usize..]
    }

    /// Drops what only rounds ask for.
    pub(super) fn forget(&mut self) {
        (self.members, self.bits, self.delta) = (None, None, Vec::new());
    }

    fn remember(&mut self, group: usize, tails: &[Value], width: usize) {
        let Some(members) = &mut self.members else { return };
        while members.len() <= group {
            members.push(Set::new(width));
        }
        let set = &mut members[group];
        let apart = set.apart();
        if width == 1 {
            set.add(tails, &mut self.scratch, &mut self.span);
        } else {
            tails.chunks_exact(width).for_each(|tail| {
                set.add_wide(tail, &mut self.scratch);
            });
        }
        self.scratch.clear();
        self.apart = (self.apart + set.apart()).saturating_sub(apart);
    }

    fn settle(&mut self, out: &mut Out, rank: u32, width: usize, indexes: &mut [Index]) -> usize {
        for &first in &out.firsts {
            self.directory.set(first, self.firsts.len() as u32);
            self.firsts.push(first);
            self.rows.push(Short::default());
            self.starts.push(0);
        }
        let (mut at, tails) = (0, out.tails.as_slice());
        for &(group, rows) in &out.runs {
            let tails = &tails[at..][..rows as usize * width];
            at += tails.len();
            let (first, group) = (self.firsts[group as usize], group as usize);
            let known = self.rows[group].len();
            if known == self.starts[group] as usize {
                self.delta.push(group as u32);
            }
            let apart = self.rows[group].apart();
            self.rows[group].extend(tails);
            self.apart += self.rows[group].apart() - apart;
            indexes.iter_mut().for_each(|index| index.add(first, tails));
            self.remember(group, tails, width);
        }
        if let Some(bits) = &mut self.bits {
            bits.resize_with(self.rows.len(), Default::default);
            for &group in &self.delta {
                let (group, start) = (group as usize, self.starts[group as usize] as usize);
                let rows = self.rows[group].as_slice();
                bits[group][0].add(rows, start);
                if rows.len() - start >= FEW {
                    bits[group][1].add(&rows[start..], 0);
                }
            }
        }
        let ends = self.delta.iter().map(|&group| (group, (self.rows[group as usize].len() / width) as u32));
        let came = at / width;
        self.ranks.round(rank, ends, came);
        out.clear();
        came
    }
}
