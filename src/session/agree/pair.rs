//! Two coders: a table of what one said against what the other said, and the figures of it.
//!
//! Counts are whole numbers, so whether a figure is defined is decided exactly, not by comparing fractions.

use super::formula::{Figure, NORMAL_95, Undefined};

/// A square table: a row for each category of the first coder, a column for each of the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    categories: usize,
    cells: Vec<u64>,
}

/// A kappa with its standard error and the interval that 95 of 100 samples would have it in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kappa {
    /// The figure.
    pub value: f64,
    /// Its standard error, Fleiss, Cohen & Everitt 1969.
    pub error: f64,
    /// The lower end, no less than -1.
    pub low: f64,
    /// The upper end, no more than 1.
    pub high: f64,
}

/// How much of an agreement two categories are: 1 where they are the same.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// All or nothing.
    Same,
    /// By how many ranks they are apart.
    Linear,
    /// By the square of that.
    Quadratic,
    /// By the square of how far their numbers are apart.
    Numbers(Vec<f64>),
}

impl Weights {
    fn of(&self, categories: usize, a: usize, b: usize) -> f64 {
        let widest = categories.saturating_sub(1).max(1) as f64;
        let ranks = a.abs_diff(b) as f64 / widest;
        match self {
            Weights::Same => f64::from(a == b),
            Weights::Linear => 1.0 - ranks,
            Weights::Quadratic => 1.0 - ranks * ranks,
            Weights::Numbers(numbers) => {
                let number = |at: usize| numbers.get(at).copied().unwrap_or_default();
                let spread =
                    numbers.iter().fold(f64::MIN, |m, &x| m.max(x)) - numbers.iter().fold(f64::MAX, |m, &x| m.min(x));
                let apart = if spread > 0.0 { (number(a) - number(b)) / spread } else { 0.0 };
                1.0 - apart * apart
            }
        }
    }
}

impl Table {
    /// A table of its cells, row by row; what is missing is 0.
    pub fn new(categories: usize, mut cells: Vec<u64>) -> Table {
        cells.resize(categories * categories, 0);
        Table { categories, cells }
    }

    /// A code given or not: by both, by the first alone, by the second alone, by neither.
    pub fn given(both: u64, first: u64, second: u64, neither: u64) -> Table {
        Table::new(2, vec![both, first, second, neither])
    }

    /// A cell.
    pub fn at(&self, first: usize, second: usize) -> u64 {
        self.cells[first * self.categories + second]
    }

    /// All cells, row by row.
    pub fn cells(&self) -> &[u64] {
        &self.cells
    }

    /// How many categories there are.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// How many units both judged.
    pub fn units(&self) -> u64 {
        self.cells.iter().sum()
    }

    fn row(&self, at: usize) -> u64 {
        (0..self.categories).map(|j| self.at(at, j)).sum()
    }

    fn column(&self, at: usize) -> u64 {
        (0..self.categories).map(|i| self.at(i, at)).sum()
    }

    /// The share of units of which both say the same.
    pub fn percent(&self) -> Figure {
        match self.units() {
            0 => Err(Undefined::NothingShared),
            n => Ok((0..self.categories).map(|i| self.at(i, i)).sum::<u64>() as f64 / n as f64),
        }
    }

    /// Cohen's kappa (Cohen 1960).
    pub fn cohen(&self) -> Result<Kappa, Undefined> {
        self.weighted(&Weights::Same)
    }

    /// Weighted kappa (Cohen 1968), with the standard error of Fleiss, Cohen & Everitt 1969; with [`Weights::Same`] it is
    /// Cohen's kappa with its own.
    pub fn weighted(&self, weights: &Weights) -> Result<Kappa, Undefined> {
        let units = self.units();
        if units == 0 {
            return Err(Undefined::NothingShared);
        }
        let k = self.categories;
        let (rows, columns): (Vec<u64>, Vec<u64>) = (0..k).map(|i| (self.row(i), self.column(i))).unzip();
        let by_chance: u128 = rows.iter().zip(&columns).map(|(&r, &c)| u128::from(r) * u128::from(c)).sum();
        if by_chance == u128::from(units) * u128::from(units) {
            return Err(Undefined::OneCategory);
        }
        let n = units as f64;
        let share = |count: u64| count as f64 / n;
        let weight = |i, j| weights.of(k, i, j);
        let cells = || (0..k).flat_map(|i| (0..k).map(move |j| (i, j)));
        let observed: f64 = cells().map(|(i, j)| weight(i, j) * share(self.at(i, j))).sum();
        let expected: f64 = cells().map(|(i, j)| weight(i, j) * share(rows[i]) * share(columns[j])).sum();
        if 1.0 - expected <= f64::EPSILON {
            return Err(Undefined::OneCategory);
        }
        let kappa = (observed - expected) / (1.0 - expected);
        let of_row: Vec<f64> = (0..k).map(|i| (0..k).map(|j| share(columns[j]) * weight(i, j)).sum()).collect();
        let of_column: Vec<f64> = (0..k).map(|j| (0..k).map(|i| share(rows[i]) * weight(i, j)).sum()).collect();
        let spread: f64 = cells()
            .map(|(i, j)| {
                let apart = weight(i, j) - (of_row[i] + of_column[j]) * (1.0 - kappa);
                share(self.at(i, j)) * apart * apart
            })
            .sum();
        let centre = kappa - expected * (1.0 - kappa);
        let variance = (spread - centre * centre) / (n * (1.0 - expected) * (1.0 - expected));
        // What rounding leaves of a difference of equals is no error.
        let error = if variance > 1e-18 { variance.sqrt() } else { 0.0 };
        let (low, high) = (kappa - NORMAL_95 * error, kappa + NORMAL_95 * error);
        Ok(Kappa { value: kappa, error, low: low.max(-1.0), high: high.min(1.0) })
    }

    /// Scott's pi (Scott 1955).
    pub fn scott(&self) -> Figure {
        let units = self.units();
        if units == 0 {
            return Err(Undefined::NothingShared);
        }
        let used = (0..self.categories).map(|i| u128::from(self.row(i) + self.column(i)));
        let (squares, all) = (used.map(|u| u * u).sum::<u128>(), 4 * u128::from(units) * u128::from(units));
        if squares == all {
            return Err(Undefined::OneCategory);
        }
        let expected = squares as f64 / all as f64;
        Ok((self.percent()? - expected) / (1.0 - expected))
    }
}

/// What the rules gave a code against what people gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retrieval {
    /// Units that both gave it.
    pub both: u64,
    /// Units that only the rules gave it.
    pub only_rules: u64,
    /// Units that only people gave it.
    pub only_people: u64,
}

impl Retrieval {
    fn share(part: u64, of: u64) -> Figure {
        if of == 0 { Err(Undefined::NothingGiven) } else { Ok(part as f64 / of as f64) }
    }

    /// Of what the rules gave, how much people gave too.
    pub fn precision(self) -> Figure {
        Retrieval::share(self.both, self.both + self.only_rules)
    }

    /// Of what people gave, how much the rules gave too.
    pub fn recall(self) -> Figure {
        Retrieval::share(self.both, self.both + self.only_people)
    }

    /// The harmonic mean of both, which is Dice's coefficient of the two.
    pub fn f1(self) -> Figure {
        Retrieval::share(2 * self.both, 2 * self.both + self.only_rules + self.only_people)
    }
}
