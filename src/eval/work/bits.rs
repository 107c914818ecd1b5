//! Groups as bitmaps beside their lists, for rules that hand on whole groups: a bitmap joins another in a sixty-fourth
//! of the steps.

use crate::base::Value;

/// Shorter lists are handed on as they are.
pub(in crate::eval) const FEW: usize = 128;

/// The values of a list as a bitmap, while they are dense enough.
#[derive(Clone, Debug)]
pub(super) struct Bits {
    low: u32,
    high: u32,
    /// From the value that the lowest has without its last six bits; empty where the values are too far apart.
    words: Vec<u64>,
}

impl Default for Bits {
    fn default() -> Bits {
        Bits { low: u32::MAX, high: 0, words: Vec::new() }
    }
}

impl Bits {
    /// Of a list by itself.
    pub fn of(list: &[Value]) -> Bits {
        let mut bits = Bits::default();
        bits.add(list, 0);
        bits
    }

    /// Goes on with what was added to a list from a place on.
    pub fn add(&mut self, list: &[Value], from: usize) {
        let (start, room) = (self.start(), self.words.len());
        for value in &list[from..] {
            (self.low, self.high) = (self.low.min(value.bits()), self.high.max(value.bits()));
        }
        // An empty list has no lowest value.
        let needed = if list.len() < FEW { usize::MAX / 2 } else { (self.high / 64 - self.low / 64) as usize + 1 };
        if 2 * needed > list.len() {
            self.words = Vec::new();
            return;
        }
        let mut from = from;
        if room == 0 || self.start() != start {
            self.words.clear();
            from = 0;
        }
        self.words.resize(needed.max(self.words.len()), 0);
        let start = self.start();
        for value in &list[from..] {
            let at = value.bits() - start;
            self.words[at as usize / 64] |= 1 << (at % 64);
        }
    }

    fn start(&self) -> u32 {
        self.low & !63
    }

    /// The value of the first bit, a multiple of 64, and the words.
    pub fn get(&self) -> Option<(u32, &[u64])> {
        (!self.words.is_empty()).then(|| (self.start(), &self.words[..]))
    }

    pub fn bytes(&self) -> usize {
        size_of::<Bits>() + 8 * self.words.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::super::set::ascending;
    use super::*;

    #[test]
    fn a_bitmap_follows_its_list_or_there_is_none() {
        for step in [1, 3, 1000] {
            let (mut bits, mut list) = (Bits::default(), Vec::new());
            for round in [900, 1000, 100, 1300, 0] {
                let from = list.len();
                list.extend((0..100).map(|n| Value::from_bits((round + n) * step)));
                bits.add(&list, from);
                let mut sorted = list.clone();
                sorted.sort_unstable();
                match bits.get() {
                    Some((low, words)) => assert_eq!(ascending(low, words).collect::<Vec<_>>(), sorted),
                    None => assert!(step == 1000 || list.len() < FEW || step == 3),
                }
            }
            assert_eq!(bits.get().is_some(), step < 1000);
        }
    }
}
