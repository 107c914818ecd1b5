//! Which rows of a page have which first value.
//!
//! Where nearly every value of a page's range has rows, an offset a value finds them at once; elsewhere the values stand
//! in a list.

use super::marks::grow;
use std::ops::Range;

/// First values and the rows of each.
#[derive(Clone, Debug)]
pub(super) enum Firsts {
    /// The rows of `low + i` go from `offsets[i]` to `offsets[i + 1]`.
    Dense { low: u32, offsets: Vec<u16> },
    /// The rows of `values[i]` go from the end before to `ends[i]`.
    Sparse { values: Vec<u32>, ends: Vec<u16> },
}

/// An offset takes 2 bytes, an entry of a list 6.
fn is_dense(span: u64, groups: usize) -> bool {
    span <= 3 * groups as u64 + 8
}

impl Firsts {
    /// From the values that have rows, ascending, and where the rows of each end.
    pub fn of(values: &[u32], ends: &[u16]) -> Firsts {
        let (Some(&low), Some(&high)) = (values.first(), values.last()) else {
            return Firsts::Sparse { values: Vec::new(), ends: Vec::new() };
        };
        if !is_dense(u64::from(high - low) + 1, values.len()) {
            return Firsts::Sparse { values: values.to_vec(), ends: ends.to_vec() };
        }
        let mut offsets = Vec::with_capacity((high - low) as usize + 2);
        offsets.push(0);
        let mut before = 0;
        for (value, end) in values.iter().zip(ends) {
            offsets.resize((value - low) as usize + 1, before);
            offsets.push(*end);
            before = *end;
        }
        Firsts::Dense { low, offsets }
    }

    /// The values that have rows, and where the rows of each end.
    pub fn list(&self) -> (Vec<u32>, Vec<u16>) {
        match self {
            Firsts::Sparse { values, ends } => (values.clone(), ends.clone()),
            Firsts::Dense { low, offsets } => {
                let ends = offsets.windows(2).zip(*low..);
                ends.filter(|(ends, _)| ends[0] < ends[1]).map(|(ends, value)| (value, ends[1])).unzip()
            }
        }
    }

    /// The rows of a value; where it has none, the place where they would be.
    pub fn rows(&self, value: u32) -> Range<usize> {
        match self {
            Firsts::Dense { low, offsets } => {
                let at = (value.saturating_sub(*low) as usize).min(offsets.len() - 1);
                let start = usize::from(offsets[at]);
                match offsets.get(at + 1) {
                    Some(&end) if value >= *low => start..usize::from(end),
                    _ => start..start,
                }
            }
            Firsts::Sparse { values, ends } => {
                let found = values.binary_search(&value);
                let (Ok(at) | Err(at)) = found;
                let start = if at == 0 { 0 } else { usize::from(ends[at - 1]) };
                start..if found.is_ok() { usize::from(ends[at]) } else { start }
            }
        }
    }

    /// The value of a row.
    pub fn value(&self, row: usize) -> u32 {
        match self {
            Firsts::Dense { low, offsets } => {
                low + offsets.partition_point(|&offset| usize::from(offset) <= row).saturating_sub(1) as u32
            }
            Firsts::Sparse { values, ends } => values[ends.partition_point(|&end| usize::from(end) <= row)],
        }
    }

    /// The place from which the groups of a value and those after it come: see [`Firsts::group`].
    pub fn from(&self, value: u32) -> usize {
        match self {
            Firsts::Dense { low, offsets } => (value.saturating_sub(*low) as usize).min(offsets.len() - 1),
            Firsts::Sparse { values, .. } => values.partition_point(|&other| other < value),
        }
    }

    /// The first value with rows from a place on, its rows, and the place after it.
    #[inline]
    pub fn group(&self, mut at: usize) -> Option<(u32, Range<usize>, usize)> {
        match self {
            Firsts::Dense { low, offsets } => loop {
                let (start, end) = (*offsets.get(at)?, *offsets.get(at + 1)?);
                at += 1;
                if start < end {
                    return Some((low + at as u32 - 1, usize::from(start)..usize::from(end), at));
                }
            },
            Firsts::Sparse { values, ends } => {
                let end = usize::from(*ends.get(at)?);
                let start = if at == 0 { 0 } else { usize::from(ends[at - 1]) };
                Some((values[at], start..end, at + 1))
            }
        }
    }

    /// A value has one row more.
    pub fn add(&mut self, value: u32) {
        if let Firsts::Dense { low, offsets } = self {
            let high = *low + offsets.len() as u32 - 2;
            if value < *low || value > high {
                let groups = offsets.windows(2).filter(|ends| ends[0] < ends[1]).count() + 1;
                let span = u64::from(high.max(value) - value.min(*low)) + 1;
                if !is_dense(span, groups) {
                    let (values, ends) = self.list();
                    *self = Firsts::Sparse { values, ends };
                    return self.add(value);
                }
                if value < *low {
                    let more = (*low - value) as usize;
                    offsets.splice(0..0, std::iter::repeat_n(0, more));
                    *low = value;
                } else {
                    let end = offsets.last().copied().unwrap_or(0);
                    let more = (value - high) as usize;
                    grow(offsets, more);
                    offsets.resize(offsets.len() + more, end);
                }
            }
        }
        match self {
            Firsts::Dense { low, offsets } => {
                offsets[(value - *low) as usize + 1..].iter_mut().for_each(|offset| *offset += 1);
            }
            Firsts::Sparse { values, ends } => {
                let found = values.binary_search(&value);
                let (Ok(at) | Err(at)) = found;
                if found.is_err() {
                    let start = if at == 0 { 0 } else { ends[at - 1] };
                    grow(values, 1);
                    grow(ends, 1);
                    values.insert(at, value);
                    ends.insert(at, start);
                }
                ends[at..].iter_mut().for_each(|end| *end += 1);
            }
        }
    }

    /// A value that has rows has one less.
    pub fn subtract(&mut self, value: u32) {
        match self {
            Firsts::Dense { low, offsets } => {
                offsets[(value - *low) as usize + 1..].iter_mut().for_each(|offset| *offset -= 1);
            }
            Firsts::Sparse { values, ends } => {
                let Ok(at) = values.binary_search(&value) else { return };
                let start = if at == 0 { 0 } else { ends[at - 1] };
                ends[at..].iter_mut().for_each(|end| *end -= 1);
                if ends[at] == start {
                    values.remove(at);
                    ends.remove(at);
                }
            }
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Firsts::Dense { offsets, .. } => 2 * offsets.len(),
            Firsts::Sparse { values, .. } => 6 * values.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds and takes away rows here and in a plain count, and compares all answers.
    #[test]
    fn rows_are_told_as_by_counting() {
        let mut firsts = Firsts::of(&[100], &[1]);
        let mut counts = std::collections::BTreeMap::from([(100, 1)]);
        let mut seed = 7u32;
        for step in 0..2_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let spread = [40, 400, 1 << 30][step / 700];
            let value = 90 + (seed >> 8) % spread;
            let count = counts.entry(value).or_insert(0);
            if *count > 0 && seed & 3 == 0 {
                *count -= 1;
                firsts.subtract(value);
            } else {
                *count += 1;
                firsts.add(value);
            }
            counts.retain(|_, count| *count > 0);
            let mut end = 0;
            let mut at = 0;
            for (&value, &count) in &counts {
                assert_eq!(firsts.rows(value), end..end + count);
                assert_eq!((firsts.value(end), firsts.value(end + count - 1)), (value, value));
                let (found, rows, next) = firsts.group(at).unwrap();
                assert_eq!((found, rows), (value, end..end + count));
                assert_eq!(firsts.group(firsts.from(value)).unwrap().0, value);
                (at, end) = (next, end + count);
            }
            assert!(firsts.group(at).is_none());
        }
    }
}
