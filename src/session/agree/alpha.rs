//! Krippendorff's alpha (Krippendorff 2011): 1 - observed disagreement / expected disagreement, for any number of coders,
//! with judgements missing, and with any measure of how different two judgements are.

use super::formula::{Figure, Undefined};
use super::overlap;

/// More different judgements than these are too many to be held against each other one by one.
const MOST: usize = 20_000;
/// Of fewer different sets every two are held against each other, and no subsets counted.
const FEW: usize = 512;

/// How different two judgements are, given by their numbers from 0.
#[derive(Clone, Copy, Debug)]
pub enum Distance<'a> {
    /// The same or not.
    Nominal,
    /// By how many judgements lie between them; the numbers are ranks.
    Ordinal,
    /// The square of the difference of the numbers that they stand for.
    Interval(&'a [f64]),
    /// The square of that difference over their sum.
    Ratio(&'a [f64]),
    /// One less the share of codes that two sets have in common (Jaccard 1912).
    Jaccard(&'a [Vec<u32>]),
    /// The same, weighed by whether one set holds the other (Passonneau 2006).
    Masi(&'a [Vec<u32>]),
}

/// Units by their judgements: judgement and how many coders gave it, ascending; and how many units have these.
pub type Judged = (Vec<(u32, u64)>, u64);

/// The coefficient over units with judgements from 0 to `values - 1`.
pub fn alpha(units: &[Judged], values: usize, distance: Distance<'_>) -> Figure {
    let mut totals = vec![0u64; values];
    let paired = |unit: &&Judged| unit.0.iter().map(|(_, n)| n).sum::<u64>() >= 2;
    for (judgements, weight) in units.iter().filter(paired) {
        judgements.iter().for_each(|&(value, n)| totals[value as usize] += n * weight);
    }
    let all: u64 = totals.iter().sum();
    if all == 0 {
        return Err(Undefined::NothingShared);
    }
    let used: Vec<usize> = (0..values).filter(|&v| totals[v] > 0).collect();
    if used.len() < 2 {
        return Err(Undefined::OneCategory);
    }
    let measure = Measure::new(distance, &totals)?;
    let expected = match distance {
        Distance::Nominal => {
            let n = all as f64;
            n * n - totals.iter().map(|&t| t as f64 * t as f64).sum::<f64>()
        }
        Distance::Jaccard(sets) | Distance::Masi(sets)
            if used.len() >= FEW && overlap::is_countable(used.iter().map(|&v| &sets[v])) =>
        {
            overlap::sum(used.iter().map(|&v| (&sets[v], totals[v])), |a, b, both| match distance {
                Distance::Masi(_) => masi(a, b, both),
                _ => 1.0 - jaccard(a, b, both),
            })
        }
        _ if used.len() > MOST => return Err(Undefined::TooMany),
        _ => {
            let mut sum = 0.0;
            for (at, &a) in used.iter().enumerate() {
                let row: f64 = used[at + 1..].iter().map(|&b| totals[b] as f64 * measure.between(a, b)).sum();
                sum += 2.0 * totals[a] as f64 * row;
            }
            sum
        }
    };
    if expected <= 0.0 {
        return Err(Undefined::OneCategory);
    }
    let mut observed = 0.0;
    for (judgements, weight) in units.iter().filter(paired) {
        let number: u64 = judgements.iter().map(|(_, n)| n).sum();
        let mut sum = 0.0;
        for (at, &(a, n)) in judgements.iter().enumerate() {
            for &(b, m) in &judgements[at + 1..] {
                sum += 2.0 * (n * m) as f64 * measure.between(a as usize, b as usize);
            }
        }
        observed += *weight as f64 * sum / (number - 1) as f64;
    }
    Ok(1.0 - (all - 1) as f64 * observed / expected)
}

/// A distance with what it needs to know of all judgements.
struct Measure<'a> {
    distance: Distance<'a>,
    totals: &'a [u64],
    /// How many judgements there are up to each rank.
    up_to: Vec<f64>,
}

impl<'a> Measure<'a> {
    fn new(distance: Distance<'a>, totals: &'a [u64]) -> Result<Measure<'a>, Undefined> {
        let mut up_to = Vec::new();
        match distance {
            Distance::Ordinal => {
                let mut sum = 0u64;
                up_to.extend(totals.iter().map(|t| {
                    sum += t;
                    sum as f64
                }));
            }
            Distance::Interval(numbers) if numbers.len() < totals.len() => return Err(Undefined::NotNumbers),
            Distance::Ratio(numbers) if numbers.len() < totals.len() || numbers.iter().any(|&n| n < 0.0) => {
                return Err(Undefined::NotNumbers);
            }
            _ => {}
        }
        Ok(Measure { distance, totals, up_to })
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        if a == b {
            return 0.0;
        }
        match self.distance {
            Distance::Nominal => 1.0,
            Distance::Ordinal => {
                let (low, high) = (a.min(b), a.max(b));
                let below = self.up_to[low] - self.totals[low] as f64;
                let ends = (self.totals[low] + self.totals[high]) as f64 / 2.0;
                let apart = self.up_to[high] - below - ends;
                apart * apart
            }
            Distance::Interval(numbers) => {
                let apart = numbers[a] - numbers[b];
                apart * apart
            }
            Distance::Ratio(numbers) => {
                let (apart, sum) = (numbers[a] - numbers[b], numbers[a] + numbers[b]);
                if sum == 0.0 { 0.0 } else { (apart / sum) * (apart / sum) }
            }
            Distance::Jaccard(sets) => {
                let (a, b) = (&sets[a], &sets[b]);
                1.0 - jaccard(a.len(), b.len(), shared(a, b))
            }
            Distance::Masi(sets) => {
                let (a, b) = (&sets[a], &sets[b]);
                masi(a.len(), b.len(), shared(a, b))
            }
        }
    }
}

/// How many members two ascending lists share.
pub(super) fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both
}

/// What two sets of so many members have in common, of all that either has; two empty sets are the same.
pub(super) fn jaccard(a: usize, b: usize, both: usize) -> f64 {
    let either = a + b - both;
    if either == 0 { 1.0 } else { both as f64 / either as f64 }
}

/// Passonneau's distance: Jaccard's likeness counts in full where the sets are the same, two thirds where one holds the
/// other, a third where they overlap.
pub(super) fn masi(a: usize, b: usize, both: usize) -> f64 {
    let weight = if both == a && both == b {
        1.0
    } else if both == a || both == b {
        2.0 / 3.0
    } else if both > 0 {
        1.0 / 3.0
    } else {
        0.0
    };
    1.0 - jaccard(a, b, both) * weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_differ_by_what_they_do_not_share() {
        assert_eq!((jaccard(2, 1, 1), masi(2, 1, 1)), (0.5, 1.0 - 1.0 / 3.0));
        assert_eq!((jaccard(0, 0, 0), jaccard(0, 1, 0), masi(0, 1, 0), masi(0, 0, 0)), (1.0, 0.0, 1.0, 0.0));
        assert!((masi(2, 2, shared(&[1, 2], &[2, 3])) - (1.0 - 1.0 / 9.0)).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_told_from_chance_is_undefined() {
        let one = [(vec![(0, 2)], 4)];
        assert_eq!(alpha(&one, 2, Distance::Nominal), Err(Undefined::OneCategory));
        assert_eq!(alpha(&[(vec![(0, 1)], 9)], 2, Distance::Nominal), Err(Undefined::NothingShared));
        let two = [(vec![(0, 1), (1, 1)], 3)];
        assert_eq!(alpha(&two, 2, Distance::Ratio(&[-1.0, 2.0])), Err(Undefined::NotNumbers));
        // Two categories of one number do not differ at all.
        assert_eq!(alpha(&two, 2, Distance::Interval(&[2.0, 2.0])), Err(Undefined::OneCategory));
    }
}
