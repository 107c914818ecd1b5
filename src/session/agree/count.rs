//! Judgements counted: tables of pairs of coders, and how many gave a code to each unit.

use super::alpha::Judged;
use super::judgements::{Judgements, Mark, Passage};
use super::many::Groups;
use super::pair::{Retrieval, Table};
use rustc_hash::FxHashMap;

/// With more coders than these, pairs are not counted one by one.
pub(super) const PAIRS_OF: usize = 30;

/// The coders that are compared, and who of them judged what.
pub(super) struct Side {
    /// Their numbers among all coders.
    pub coders: Vec<u16>,
    /// By message: who judged it, as places in `coders`.
    pub judged: Vec<Vec<u16>>,
    /// By number of judges: how many units have so many.
    judges: FxHashMap<u64, u64>,
    /// By pair of coders: how many units both judged.
    shared: Vec<u64>,
    /// By coder: how many units he judged with others.
    seen: Vec<u64>,
    place: Vec<Option<u16>>,
}

impl Side {
    pub fn new(all: &Judgements, coders: &[u16]) -> Side {
        let mut place = vec![None; all.coders.len()];
        coders.iter().zip(0..).for_each(|(&coder, at)| place[coder as usize] = Some(at));
        let rules = place[all.rules() as usize];
        let judged: Vec<Vec<u16>> = all
            .judged
            .iter()
            .map(|people| {
                let mut here: Vec<u16> = people.iter().filter_map(|&p| place[p as usize]).collect();
                // The rules judge what somebody judges.
                if !here.is_empty() {
                    here.extend(rules);
                }
                here.sort_unstable();
                here
            })
            .collect();
        let many = coders.len();
        let mut side = Side {
            coders: coders.to_vec(),
            judged,
            judges: FxHashMap::default(),
            shared: vec![0; if many <= PAIRS_OF { many * many } else { 0 }],
            seen: vec![0; many],
            place,
        };
        for unit in &all.units {
            let here = &side.judged[unit.message as usize];
            *side.judges.entry(here.len() as u64).or_default() += unit.weight;
            // What one judged alone says nothing of agreement.
            for (at, &a) in here.iter().enumerate().filter(|_| here.len() > 1) {
                side.seen[a as usize] += unit.weight;
                if many <= PAIRS_OF {
                    here[at + 1..].iter().for_each(|&b| side.shared[a as usize * many + b as usize] += unit.weight);
                }
            }
        }
        side
    }

    /// Who of the judges of a unit gave a code, as places in [`Side::coders`], and the first passage.
    fn given<'a>(&'a self, all: &'a Judgements, marks: &'a [Mark]) -> impl Iterator<Item = (u32, Vec<u16>, &'a Mark)> {
        marks.chunk_by(|a, b| a.unit == b.unit).filter_map(move |of_unit| {
            let judges = &self.judged[all.units[of_unit[0].unit as usize].message as usize];
            let mut first = None;
            let mut yes = Vec::new();
            for mark in of_unit {
                let Some(place) = self.place[mark.coder as usize].filter(|p| judges.contains(p)) else { continue };
                let mark_before: Option<&Mark> = first;
                first = Some(mark_before.filter(|m| m.passage.is_some()).unwrap_or(mark));
                yes.push(place);
            }
            Some((of_unit[0].unit, yes, first?))
        })
    }

    /// How often each coder gave a code and did not, in tables of pairs and in groups.
    pub fn count(&self, all: &Judgements, marks: &[Mark]) -> Counted {
        let many = self.coders.len();
        let mut counted = Counted {
            both: vec![0; self.shared.len()],
            only: vec![0; self.shared.len()],
            shared: self.shared.clone(),
            groups: FxHashMap::default(),
            yes: vec![0; many],
            seen: self.seen.clone(),
            given: 0,
        };
        let mut rest = self.judges.clone();
        for (unit, yes, _) in self.given(all, marks) {
            let place = all.units[unit as usize];
            let judges = &self.judged[place.message as usize];
            let number = judges.len() as u64;
            *counted.groups.entry((number, yes.len() as u64)).or_default() += place.weight;
            rest.entry(number).and_modify(|left| *left -= place.weight);
            counted.given += place.weight;
            for &a in yes.iter().filter(|_| number > 1) {
                counted.yes[a as usize] += place.weight;
                if self.shared.is_empty() {
                    continue;
                }
                for &b in judges.iter().filter(|&&b| b != a) {
                    let at = a as usize * many + b as usize;
                    if yes.contains(&b) { counted.both[at] += place.weight } else { counted.only[at] += place.weight }
                }
            }
        }
        rest.into_iter().for_each(|(number, units)| *counted.groups.entry((number, 0)).or_default() += units);
        counted
    }

    /// The units whose judges differ on a code: the unit, who gave it, and the passage of the first who did.
    pub fn differ(&self, all: &Judgements, marks: &[Mark]) -> Vec<(u32, Vec<u16>, Passage)> {
        let differing = self
            .given(all, marks)
            .filter(|(unit, yes, _)| yes.len() < self.judged[all.units[*unit as usize].message as usize].len());
        differing.map(|(unit, yes, mark)| (unit, yes, mark.passage)).collect()
    }

    /// The codes that each judge of a unit gave it, with those they stand under, as sets with numbers; and by unit, who
    /// gave which set.
    pub fn sets(&self, all: &Judgements, codes: &[usize]) -> Sets {
        let mut marks: Vec<(u32, u16, u32)> = Vec::new();
        for &code in codes {
            for mark in &all.marks[code] {
                marks.extend(self.place[mark.coder as usize].map(|place| (mark.unit, place, code as u32)));
            }
        }
        marks.sort_unstable();
        let mut out = Sets { sets: vec![Vec::new()], units: Vec::new() };
        let mut numbers: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        numbers.insert(Vec::new(), 0);
        let mut groups: FxHashMap<Vec<(u16, u32)>, u64> = FxHashMap::default();
        let mut from = 0;
        for (number, unit) in all.units.iter().enumerate() {
            let mut given: Vec<(u16, u32)> = Vec::new();
            for &judge in &self.judged[unit.message as usize] {
                let mut set = Vec::new();
                while let Some(&(_, _, code)) = marks.get(from).filter(|m| (m.0 as usize, m.1) == (number, judge)) {
                    set.push(code);
                    from += 1;
                }
                let next = numbers.len() as u32;
                let at = *numbers.entry(set).or_insert_with_key(|set| {
                    out.sets.push(set.clone());
                    next
                });
                given.push((judge, at));
            }
            // What somebody said of a unit that he did not judge stays behind.
            while marks.get(from).is_some_and(|m| m.0 as usize == number) {
                from += 1;
            }
            *groups.entry(given).or_default() += unit.weight;
        }
        out.units = groups.into_iter().collect();
        out.units.sort();
        out
    }
}

/// The sets of codes that were given, and who gave which to how many units.
pub(super) struct Sets {
    /// The first is the empty one.
    pub sets: Vec<Vec<u32>>,
    /// Coder and set, and how many units have exactly these.
    pub units: Vec<(Vec<(u16, u32)>, u64)>,
}

impl Sets {
    /// As alpha takes them.
    pub fn judged(&self) -> Vec<Judged> {
        let counted = self.units.iter().map(|(given, units)| (tally(given.iter().map(|&(_, set)| set)), *units));
        counted.collect()
    }
}

/// How often each number stands in a list, ascending.
pub(super) fn tally(numbers: impl Iterator<Item = u32>) -> Vec<(u32, u64)> {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
}

/// How often a code was given, or all codes together.
pub(super) struct Counted {
    both: Vec<u64>,
    only: Vec<u64>,
    shared: Vec<u64>,
    groups: FxHashMap<(u64, u64), u64>,
    yes: Vec<u64>,
    seen: Vec<u64>,
    /// Units that somebody gave it.
    pub given: u64,
}

impl Counted {
    /// Adds another code.
    pub fn add(&mut self, other: &Counted) {
        let sum = |a: &mut Vec<u64>, b: &Vec<u64>| a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        sum(&mut self.both, &other.both);
        sum(&mut self.only, &other.only);
        sum(&mut self.shared, &other.shared);
        sum(&mut self.yes, &other.yes);
        sum(&mut self.seen, &other.seen);
        other.groups.iter().for_each(|(key, units)| *self.groups.entry(*key).or_default() += units);
        self.given += other.given;
    }

    /// The table of two coders, by their places.
    pub fn table(&self, a: usize, b: usize) -> Table {
        let many = self.yes.len();
        let (ab, ba) = (a * many + b, b * many + a);
        let (both, first, second) = (self.both[ab], self.only[ab], self.only[ba]);
        Table::given(both, first, second, self.shared[ab] + self.shared[ba] - both - first - second)
    }

    /// All pairs of coders, by their places.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let many = if self.shared.is_empty() { 0 } else { self.yes.len() };
        (0..many).flat_map(|a| (a + 1..many).map(move |b| (a, b))).collect()
    }

    /// Units that two or more judged, by how many gave the code and how many did not.
    pub fn groups(&self) -> Groups {
        let mut sorted: Vec<(&(u64, u64), &u64)> = self.groups.iter().filter(|((judges, _), _)| *judges > 1).collect();
        sorted.sort();
        let mut groups = Groups::new(2);
        sorted.into_iter().for_each(|(&(judges, yes), &units)| groups.add(vec![yes, judges - yes], units));
        groups
    }

    /// How often each coder gave it, and did not.
    pub fn by_coder(&self) -> Vec<Vec<u64>> {
        self.yes.iter().zip(&self.seen).map(|(&yes, &seen)| vec![yes, seen - yes]).collect()
    }
}

/// What the rules gave a code and what people gave it, and the units where they differ: true where the rules gave it.
pub(super) struct Against {
    pub retrieval: Retrieval,
    pub table: Table,
    pub wrong: Vec<(u32, bool, Passage)>,
}

/// The rules against people: a unit has a code of people where at least one of them gave it.
pub(super) fn against(all: &Judgements, marks: &[Mark]) -> Against {
    let rules = all.rules();
    let (mut retrieval, mut wrong) = (Retrieval::default(), Vec::new());
    for of_unit in marks.chunk_by(|a, b| a.unit == b.unit) {
        let weight = all.units[of_unit[0].unit as usize].weight;
        let by_rules = of_unit.iter().any(|mark| mark.coder == rules);
        let by_people = of_unit.iter().any(|mark| mark.coder != rules);
        match (by_rules, by_people) {
            (true, true) => retrieval.both += weight,
            (true, false) => retrieval.only_rules += weight,
            _ => retrieval.only_people += weight,
        }
        if by_rules != by_people {
            let passage = of_unit.iter().find_map(|mark| mark.passage);
            wrong.push((of_unit[0].unit, by_rules, passage));
        }
    }
    let units: u64 = all.units.iter().map(|unit| unit.weight).sum();
    let Retrieval { both, only_rules, only_people } = retrieval;
    let table = Table::given(both, only_people, only_rules, units - both - only_rules - only_people);
    Against { retrieval, table, wrong }
}
