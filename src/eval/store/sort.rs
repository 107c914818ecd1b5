//! Rows in any order into groups: a counting sort by the first value, since handles are dense, then a sort inside each
//! group, which fits in cache.

use super::build::Packer;
use super::order::Order;
use crate::base::Value;
use crate::eval::mark::{Mark, Marked};
use std::ops::Range;

/// Handles below stand for what is kept in the pool, those from here on for whole numbers.
const HALF: u32 = 1 << 31;

/// The order of rows that are given by first values, tails and marks; of equal rows the lowest mark stays. Tells what
/// is known of the marks, too.
pub(super) fn sorted(columns: &[u32], firsts: Vec<u32>, tails: Vec<Value>, marks: Option<Vec<u32>>) -> (Order, Marked) {
    let width = columns.len().max(1) - 1;
    // A place in the order of marks, so that marks compare as numbers.
    let keys: Option<Vec<u32>> = marks.map(|marks| marks.into_iter().map(|bits| Mark::from_bits(bits).key()).collect());
    let mut rows = Rows { width, firsts, tails, keys };
    if !rows.firsts.is_sorted() {
        let by = rows.by_first();
        rows = rows.gathered(&by);
    }
    rows.pack(columns)
}

struct Rows {
    width: usize,
    firsts: Vec<u32>,
    tails: Vec<Value>,
    keys: Option<Vec<u32>>,
}

impl Rows {
    /// The rows by their first value; those with one first value as they came.
    fn by_first(&self) -> Vec<u32> {
        let of_half = |high: bool| {
            let all = || self.firsts.iter().copied().filter(move |&first| (first >= HALF) == high);
            match (all().min(), all().max()) {
                (Some(low), Some(top)) => (low, (top - low) as usize + 1),
                _ => (0, 0),
            }
        };
        let ((low, kept), (bottom, numbers)) = (of_half(false), of_half(true));
        let count = self.firsts.len();
        if kept + numbers > 4 * count + 4096 {
            let mut pairs: Vec<u64> =
                self.firsts.iter().zip(0u64..).map(|(&first, row)| u64::from(first) << 32 | row).collect();
            pairs.sort_unstable();
            return pairs.into_iter().map(|pair| pair as u32).collect();
        }
        let slot = |first: u32| if first < HALF { (first - low) as usize } else { kept + (first - bottom) as usize };
        let mut next = vec![0u32; kept + numbers + 1];
        self.firsts.iter().for_each(|&first| next[slot(first) + 1] += 1);
        let mut before = 0;
        for place in &mut next {
            before += *place;
            *place = before;
        }
        let mut by = vec![0; count];
        for (row, &first) in (0..).zip(&self.firsts) {
            let place = &mut next[slot(first)];
            by[*place as usize] = row;
            *place += 1;
        }
        by
    }

    fn gathered(&self, by: &[u32]) -> Rows {
        let firsts = by.iter().map(|&row| self.firsts[row as usize]).collect();
        let tails = match self.width {
            0 => Vec::new(),
            1 => by.iter().map(|&row| self.tails[row as usize]).collect(),
            width => {
                let mut tails = Vec::with_capacity(self.tails.len());
                by.iter().for_each(|&row| tails.extend_from_slice(&self.tails[row as usize * width..][..width]));
                tails
            }
        };
        let keys = self.keys.as_ref().map(|keys| by.iter().map(|&row| keys[row as usize]).collect());
        Rows { width: self.width, firsts, tails, keys }
    }

    fn pack(mut self, columns: &[u32]) -> (Order, Marked) {
        let mut packer = Packer::new(self.width);
        let mut room = Room::default();
        let mut start = 0;
        while start < self.firsts.len() {
            let first = self.firsts[start];
            let end = start + self.firsts[start..].iter().take_while(|&&other| other == first).count();
            self.group(start..end, first, &mut room, &mut packer);
            start = end;
        }
        packer.finish(columns)
    }

    /// Sorts a group and hands it on without repetitions.
    fn group(&mut self, rows: Range<usize>, first: u32, room: &mut Room, packer: &mut Packer) {
        let width = self.width;
        room.clear();
        if width > 0 {
            let tails = &self.tails[rows.start * width..rows.end * width];
            // Data often come in order.
            if tails.chunks_exact(width).is_sorted_by(|a, b| a < b) {
                let keys = self.keys.as_ref().map_or(&[][..], |keys| &keys[rows]);
                room.marks.extend(keys.iter().map(|&key| Mark::from_key(key).bits()));
                return packer.push(first, tails, &room.marks);
            }
        }
        match (&self.keys, width) {
            (None, 0) => return packer.push(first, &[], &[]),
            (Some(keys), 0) => {
                let least = keys[rows].iter().copied().min().unwrap_or_default();
                return packer.push(first, &[], &[Mark::from_key(least).bits()]);
            }
            (None, 1) => {
                let tails = &mut self.tails[rows];
                tails.sort_unstable();
                room.tails.extend_from_slice(tails);
                room.tails.dedup();
            }
            (Some(keys), 1) => {
                let pair = |row: usize| u64::from(self.tails[row].bits()) << 32 | u64::from(keys[row]);
                room.pairs.extend(rows.map(pair));
                room.pairs.sort_unstable();
                room.pairs.dedup_by_key(|pair| *pair >> 32);
                room.tails.extend(room.pairs.iter().map(|pair| Value::from_bits((pair >> 32) as u32)));
                room.marks.extend(room.pairs.iter().map(|&pair| Mark::from_key(pair as u32).bits()));
            }
            (None, 2) => {
                let pair = |pair: &[Value]| u64::from(pair[0].bits()) << 32 | u64::from(pair[1].bits());
                room.pairs.extend(self.tails[rows.start * 2..rows.end * 2].chunks_exact(2).map(pair));
                room.pairs.sort_unstable();
                room.pairs.dedup();
                let values = |&pair: &u64| [Value::from_bits((pair >> 32) as u32), Value::from_bits(pair as u32)];
                room.tails.extend(room.pairs.iter().flat_map(values));
            }
            (keys, _) => {
                let tail = |row: u32| &self.tails[row as usize * width..][..width];
                let key = |row: u32| keys.as_ref().map_or(0, |keys| keys[row as usize]);
                room.by.extend(rows.start as u32..rows.end as u32);
                room.by.sort_unstable_by(|&a, &b| tail(a).cmp(tail(b)).then(key(a).cmp(&key(b))));
                room.by.dedup_by(|b, a| tail(*b) == tail(*a));
                room.by.iter().for_each(|&row| room.tails.extend_from_slice(tail(row)));
                if keys.is_some() {
                    room.marks.extend(room.by.iter().map(|&row| Mark::from_key(key(row)).bits()));
                }
            }
        }
        packer.push(first, &room.tails, &room.marks);
    }
}

/// Room that one group after another uses.
#[derive(Default)]
struct Room {
    tails: Vec<Value>,
    marks: Vec<u32>,
    pairs: Vec<u64>,
    by: Vec<u32>,
}

impl Room {
    fn clear(&mut self) {
        self.tails.clear();
        self.marks.clear();
        self.pairs.clear();
        self.by.clear();
    }
}
