//! Any number of coders: how many of them gave each unit each category, whoever they are.
//!
//! Units with the same counts are one group with a weight, so that a hundred thousand of them are a handful. Where
//! judgements are missing, a unit counts for agreement where two judged it, and for the shares of the categories where
//! one did (Gwet 2014).

use super::formula::{Figure, Undefined};

/// Units by how many coders gave each category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    categories: usize,
    groups: Vec<(Vec<u64>, u64)>,
}

impl Groups {
    /// No units yet, of so many categories.
    pub fn new(categories: usize) -> Groups {
        Groups { categories, groups: Vec::new() }
    }

    /// Adds so many units with these counts.
    pub fn add(&mut self, mut counts: Vec<u64>, units: u64) {
        counts.resize(self.categories, 0);
        if units > 0 {
            self.groups.push((counts, units));
        }
    }

    /// Units that were judged by two or more.
    pub fn units(&self) -> u64 {
        self.shared().map(|(_, units)| units).sum()
    }

    /// The groups: counts by category, and how many units have them.
    pub fn groups(&self) -> &[(Vec<u64>, u64)] {
        &self.groups
    }

    fn shared(&self) -> impl Iterator<Item = (&[u64], u64)> {
        self.groups.iter().filter(|(counts, _)| counts.iter().sum::<u64>() >= 2).map(|(c, u)| (&c[..], *u))
    }

    /// The mean over units of the share of pairs of judgements that are the same.
    pub fn percent(&self) -> Figure {
        let units = self.units();
        if units == 0 {
            return Err(Undefined::NothingShared);
        }
        let same: f64 = self
            .shared()
            .map(|(counts, units)| {
                let judgements: u64 = counts.iter().sum();
                let pairs: u64 = counts.iter().map(|&n| n * n.saturating_sub(1)).sum();
                units as f64 * pairs as f64 / (judgements * (judgements - 1)) as f64
            })
            .sum();
        Ok(same / units as f64)
    }

    /// The share of each category, each unit counting once.
    fn shares(&self) -> Vec<f64> {
        let (mut shares, mut all) = (vec![0.0; self.categories], 0u64);
        for (counts, units) in &self.groups {
            let judgements: u64 = counts.iter().sum();
            if judgements == 0 {
                continue;
            }
            all += units;
            for (share, &n) in shares.iter_mut().zip(counts) {
                *share += *units as f64 * n as f64 / judgements as f64;
            }
        }
        shares.iter_mut().for_each(|share| *share /= all.max(1) as f64);
        shares
    }

    fn used(&self) -> usize {
        (0..self.categories).filter(|&k| self.groups.iter().any(|(counts, _)| counts[k] > 0)).count()
    }

    fn beyond(&self, expected: f64) -> Figure {
        Ok((self.percent()? - expected) / (1.0 - expected))
    }

    /// Fleiss' kappa (Fleiss 1971).
    pub fn fleiss(&self) -> Figure {
        self.percent()?;
        if self.used() < 2 {
            return Err(Undefined::OneCategory);
        }
        self.beyond(self.shares().iter().map(|share| share * share).sum())
    }

    /// Gwet's AC1 (Gwet 2008). All categories count, used or not.
    pub fn gwet(&self) -> Figure {
        self.percent()?;
        if self.categories < 2 {
            return Err(Undefined::OneCategory);
        }
        let spread: f64 = self.shares().iter().map(|share| share * (1.0 - share)).sum();
        self.beyond(spread / (self.categories - 1) as f64)
    }

    /// Brennan and Prediger's kappa (Brennan & Prediger 1981), which is Randolph's for several coders. All categories
    /// count, used or not.
    pub fn brennan_prediger(&self) -> Figure {
        self.percent()?;
        if self.categories < 2 {
            return Err(Undefined::OneCategory);
        }
        self.beyond(1.0 / self.categories as f64)
    }

    /// Conger's kappa (Conger 1980): `given` holds for each coder how often he gave each category.
    pub fn conger(&self, given: &[Vec<u64>]) -> Figure {
        self.percent()?;
        if self.used() < 2 {
            return Err(Undefined::OneCategory);
        }
        let given: Vec<(&Vec<u64>, u64)> = given.iter().map(|g| (g, g.iter().sum())).filter(|(_, n)| *n > 0).collect();
        let coders = given.len() as f64;
        if given.len() < 2 {
            return Err(Undefined::NothingShared);
        }
        let expected: f64 = (0..self.categories)
            .map(|k| {
                let shares: Vec<f64> = given.iter().map(|(g, n)| g[k] as f64 / *n as f64).collect();
                let mean = shares.iter().sum::<f64>() / coders;
                let variance = shares.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / (coders - 1.0);
                mean * mean - variance / coders
            })
            .sum();
        if 1.0 - expected <= f64::EPSILON {
            return Err(Undefined::OneCategory);
        }
        self.beyond(expected)
    }
}
