//! One code a unit: where nobody gave a unit two codes, they are categories of one judgement, ranks, or numbers.

use super::alpha::{Distance, Judged, alpha};
use super::compare::{Comparing, Scale, figure, kappa, of_groups};
use super::count::{Sets, tally};
use super::formula::{Formula, Undefined};
use super::judgements::Unit;
use super::many::Groups;
use super::pair::{Table, Weights};
use super::result::Single;

impl Comparing<'_> {
    /// Codes as categories, where nobody gave a unit two of them.
    pub fn single(&self, sets: &Sets) -> Option<Single> {
        let scaled = self.asked.scale != Scale::Nominal;
        let sets = &self.narrowed(sets);
        let several = sets.sets.iter().any(|set| set.len() > 1);
        if several {
            let undefined = |formula| figure(formula, Err(Undefined::SeveralCodes));
            let figures = self.scales().into_iter().map(undefined).collect();
            return scaled.then(|| Single { categories: Vec::new(), units: 0, table: None, figures });
        }
        // The categories in the author's order, and no code as the last.
        let mut used: Vec<usize> = sets.sets.iter().flatten().map(|&code| code as usize).collect();
        used.sort_unstable();
        used.dedup();
        if used.len() < 2 && !scaled {
            // One code given or not has been told already.
            return None;
        }
        let nothing = sets.units.iter().any(|(given, _)| given.iter().any(|&(_, set)| set == 0));
        let category = |set: u32| match sets.sets[set as usize].first() {
            Some(&code) => used.binary_search(&(code as usize)).unwrap_or_default(),
            None => used.len(),
        };
        let mut categories: Vec<String> = used.iter().map(|&code| self.name(code).0).collect();
        categories.extend(nothing.then(|| "no code".to_string()));
        let many = categories.len();
        let mut groups = Groups::new(many);
        let mut judged: Vec<Judged> = Vec::new();
        let mut ranked: Vec<Judged> = Vec::new();
        let mut cells = vec![0; many * many];
        for (given, units) in sets.units.iter().filter(|(given, _)| given.len() > 1) {
            let counts = tally(given.iter().map(|&(_, set)| category(set) as u32));
            let mut by_category = vec![0; many];
            counts.iter().for_each(|&(at, n)| by_category[at as usize] = n);
            groups.add(by_category, *units);
            if let [(_, a), (_, b)] = given[..] {
                cells[category(a) * many + category(b)] += units;
            }
            ranked.push((counts.iter().filter(|(at, _)| (*at as usize) < used.len()).copied().collect(), *units));
            judged.push((counts, *units));
        }
        let table = (self.side.coders.len() == 2).then(|| Table::new(many, cells));
        let dependent = self.asked.unit == Unit::Characters;
        let mut figures = vec![figure(Formula::Percent, groups.percent())];
        if let Some(table) = &table {
            figures.push(kappa(Formula::Cohen, table.cohen(), dependent));
            figures.push(figure(Formula::Scott, table.scott()));
        }
        figures.extend(of_groups(&groups).into_iter().filter(|f| f.formula != Formula::AlphaNominal));
        figures.push(figure(Formula::AlphaNominal, alpha(&judged, many, Distance::Nominal)));
        if scaled {
            let numbers: Option<Vec<f64>> = used.iter().map(|&code| self.name(code).1.trim().parse().ok()).collect();
            let numbers = numbers.filter(|all| all.iter().all(|n: &f64| n.is_finite())).unwrap_or_default();
            let coefficient = match self.asked.scale {
                Scale::Interval => alpha(&ranked, used.len(), Distance::Interval(&numbers)),
                Scale::Ratio => alpha(&ranked, used.len(), Distance::Ratio(&numbers)),
                _ => alpha(&ranked, used.len(), Distance::Ordinal),
            };
            let scales = self.scales();
            figures.push(figure(scales[0], coefficient));
            let weights = match self.asked.scale {
                Scale::Ordinal => Some(Weights::Linear),
                _ => Some(Weights::Numbers(numbers.clone())).filter(|_| numbers.len() == used.len()),
            };
            if let (Some(_), Some(table)) = (scales.get(1), &table) {
                let value = match weights {
                    // Without a code there is no rank and no number.
                    Some(weights) => ranks(table, used.len()).weighted(&weights),
                    None => Err(Undefined::NotNumbers),
                };
                figures.push(kappa(Formula::WeightedCohen, value, dependent));
            }
        }
        Some(Single { categories, units: groups.units(), table, figures })
    }

    /// The sets without the codes that are in them only, or also, because of one that stands under them: of these the
    /// narrower one says which category it is.
    fn narrowed(&self, sets: &Sets) -> Sets {
        let own = |set: &Vec<u32>| {
            let implied =
                |code: u32| self.all.beneath[code as usize].iter().any(|&child| set.contains(&(child as u32)));
            set.iter().copied().filter(|&code| !implied(code)).collect()
        };
        Sets { sets: sets.sets.iter().map(own).collect(), units: sets.units.clone() }
    }

    /// The figures of the scale that was asked for.
    fn scales(&self) -> Vec<Formula> {
        match self.asked.scale {
            Scale::Nominal => Vec::new(),
            Scale::Ordinal => vec![Formula::AlphaOrdinal, Formula::WeightedCohen],
            Scale::Interval => vec![Formula::AlphaInterval, Formula::WeightedCohen],
            Scale::Ratio => vec![Formula::AlphaRatio],
        }
    }
}

/// The categories with a rank alone.
fn ranks(table: &Table, ranked: usize) -> Table {
    let cells = (0..ranked).flat_map(|i| (0..ranked).map(move |j| (i, j)));
    Table::new(ranked, cells.map(|(i, j)| table.at(i, j)).collect())
}
