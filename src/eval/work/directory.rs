//! From a value to the number of its group.
//!
//! Values lie in two dense regions, interned ones from 1 up and whole numbers around the middle of the upper half, so a
//! page of numbers found by the value's high bits is the fastest table. Where the values are few and far between the
//! pages would be nearly empty; then a hash table takes over.

use crate::base::Value;
use rustc_hash::FxHashMap;

/// So many values share a page.
const PAGE: usize = 256;
const SHIFT: u32 = PAGE.trailing_zeros();
/// No number.
const NOTHING: u32 = u32::MAX;
/// Pages may be so many before they are counted, and then must hold so many values on average.
const FEW_PAGES: usize = 64;
const FEW_VALUES: usize = 16;

/// The numbers of values.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Directory {
    Paged { regions: [Region; 2], len: usize },
    Hashed(FxHashMap<Value, u32>),
}

/// The pages of one region.
#[derive(Clone, Debug, Default)]
pub(in crate::eval) struct Region {
    /// The high bits of the first page.
    low: usize,
    /// Where each page's numbers start, in pages.
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Region {
    fn get(&self, place: usize) -> Option<u32> {
        let &start = self.starts.get((place >> SHIFT).wrapping_sub(self.low))?;
        let number = *self.numbers.get(start as usize * PAGE + (place & (PAGE - 1)))?;
        (number != NOTHING).then_some(number)
    }

    fn set(&mut self, place: usize, number: u32) {
        let high = place >> SHIFT;
        if self.starts.is_empty() {
            self.low = high;
        }
        if high < self.low {
            let more = self.low - high;
            self.starts.splice(0..0, std::iter::repeat_n(NOTHING, more));
            self.low = high;
        }
        if high - self.low >= self.starts.len() {
            self.starts.resize(high - self.low + 1, NOTHING);
        }
        let start = &mut self.starts[high - self.low];
        if *start == NOTHING {
            *start = (self.numbers.len() / PAGE) as u32;
            self.numbers.resize(self.numbers.len() + PAGE, NOTHING);
        }
        self.numbers[*start as usize * PAGE + (place & (PAGE - 1))] = number;
    }
}

/// The region of a value and its place there.
fn place(value: Value) -> (usize, usize) {
    let bits = value.bits();
    ((bits >> 31) as usize, (bits & (u32::MAX >> 1)) as usize)
}

impl Default for Directory {
    fn default() -> Directory {
        Directory::Paged { regions: Default::default(), len: 0 }
    }
}

impl Directory {
    pub fn get(&self, value: Value) -> Option<u32> {
        match self {
            Directory::Paged { regions, .. } => {
                let (region, place) = place(value);
                regions[region].get(place)
            }
            Directory::Hashed(numbers) => numbers.get(&value).copied(),
        }
    }

    /// Gives a value its number; it has none yet.
    pub fn set(&mut self, value: Value, number: u32) {
        match self {
            Directory::Hashed(numbers) => {
                numbers.insert(value, number);
            }
            Directory::Paged { regions, len } => {
                let (region, place) = place(value);
                regions[region].set(place, number);
                *len += 1;
                let pages: usize =
                    regions.iter().map(|region| region.numbers.len() / PAGE + region.starts.len() / PAGE).sum();
                if pages > FEW_PAGES && pages * FEW_VALUES > *len {
                    *self = Directory::Hashed(self.ascending().into_iter().collect());
                }
            }
        }
    }

    /// All values with their numbers, by the values' bits.
    pub fn ascending(&self) -> Vec<(Value, u32)> {
        match self {
            Directory::Hashed(numbers) => {
                let mut all: Vec<(Value, u32)> = numbers.iter().map(|(&value, &number)| (value, number)).collect();
                all.sort_unstable();
                all
            }
            Directory::Paged { regions, len } => {
                let mut all = Vec::with_capacity(*len);
                for (at, region) in regions.iter().enumerate() {
                    for (high, &start) in region.starts.iter().enumerate().filter(|(_, start)| **start != NOTHING) {
                        let page = &region.numbers[start as usize * PAGE..][..PAGE];
                        let low = (at << 31) + ((region.low + high) << SHIFT);
                        let kept = page.iter().enumerate().filter(|(_, number)| **number != NOTHING);
                        all.extend(kept.map(|(n, &number)| (Value::from_bits((low + n) as u32), number)));
                    }
                }
                all
            }
        }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Directory::Hashed(numbers) => numbers.capacity() * 9,
            Directory::Paged { regions, .. } => {
                regions.iter().map(|region| 4 * (region.numbers.capacity() + region.starts.capacity())).sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_and_scattered_values_are_found_and_ascend() {
        let scattered = |n: u32| n.wrapping_mul(2_654_435_769);
        let downwards = |n: u32| (3 << 30) - n;
        let (mut pages, mut hashes) = (0, 0);
        for of in [scattered as fn(u32) -> u32, downwards, |n| n] {
            let mut directory = Directory::default();
            for n in 0..3_000 {
                assert_eq!(directory.get(Value::from_bits(of(n))), None);
                directory.set(Value::from_bits(of(n)), n);
            }
            assert!((0..3_000).all(|n| directory.get(Value::from_bits(of(n))) == Some(n)));
            let all = directory.ascending();
            assert!(all.len() == 3_000 && all.is_sorted());
            match directory {
                Directory::Paged { .. } => pages += 1,
                Directory::Hashed(_) => hashes += 1,
            }
        }
        assert_eq!((pages, hashes), (2, 1));
    }
}
