//! In which round each row of a working relation was found.
//!
//! Rows of a group stand in order of arrival, so it is enough to note how many rows each group that grew had after each
//! round. Where most groups grow by a row a round that is more than a number a row, and then a number a row is kept.

/// So many marks are always kept as they are.
const MARKS: usize = 4096;

/// The rounds of one part's rows.
#[derive(Debug)]
pub(super) enum Ranks {
    /// After each round: the groups that grew, and how many rows they had then.
    Marks { rounds: Vec<(u32, usize)>, marks: Vec<(u32, u32)>, rows: usize },
    /// By group, a rank a row.
    Rows { ranks: Vec<Vec<u32>>, rows: usize },
}

impl Default for Ranks {
    fn default() -> Ranks {
        Ranks::Marks { rounds: Vec::new(), marks: Vec::new(), rows: 0 }
    }
}

impl Ranks {
    /// Notes a round: the groups that grew, how many rows they have now, and how many rows came in all.
    pub fn round(&mut self, rank: u32, ends: impl Iterator<Item = (u32, u32)>, came: usize) {
        match self {
            Ranks::Marks { rounds, marks, rows } => {
                *rows += came;
                marks.extend(ends);
                rounds.push((rank, marks.len()));
                if marks.len() > MARKS && marks.len() * 2 > *rows {
                    let groups = marks.iter().map(|(group, _)| *group as usize + 1).max().unwrap_or(0);
                    let (resolved, rows) = (self.resolve(groups), self.rows());
                    let of = |group| {
                        let mut ranks = Vec::new();
                        resolved.of(group, &mut ranks);
                        ranks
                    };
                    let ranks = (0..groups).map(of).collect();
                    *self = Ranks::Rows { ranks, rows };
                }
            }
            Ranks::Rows { ranks, rows } => {
                *rows += came;
                for (group, end) in ends {
                    while ranks.len() <= group as usize {
                        ranks.push(Vec::new());
                    }
                    ranks[group as usize].resize(end as usize, rank);
                }
            }
        }
    }

    fn rows(&self) -> usize {
        match self {
            Ranks::Marks { rows, .. } | Ranks::Rows { rows, .. } => *rows,
        }
    }

    /// The highest rank.
    pub fn highest(&self) -> u32 {
        match self {
            Ranks::Marks { rounds, .. } => rounds.iter().map(|(rank, _)| *rank).max().unwrap_or(0),
            Ranks::Rows { ranks, .. } => ranks.iter().filter_map(|ranks| ranks.last().copied()).max().unwrap_or(0),
        }
    }

    /// Marks by group.
    pub fn resolve(&self, groups: usize) -> Resolved<'_> {
        let Ranks::Marks { rounds, marks, .. } = self else {
            return Resolved { by: self, starts: Vec::new(), ends: Vec::new() };
        };
        // A counting sort, which keeps the rounds of each group in order.
        let mut starts = vec![0u32; groups + 1];
        marks.iter().for_each(|(group, _)| starts[*group as usize + 1] += 1);
        for at in 0..groups {
            starts[at + 1] += starts[at];
        }
        let (mut next, mut ends, mut from) = (starts.clone(), vec![(0, 0); marks.len()], 0);
        for &(rank, to) in rounds {
            for &(group, end) in &marks[from..to] {
                let place = &mut next[group as usize];
                ends[*place as usize] = (end, rank);
                *place += 1;
            }
            from = to;
        }
        Resolved { by: self, starts, ends }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Ranks::Marks { rounds, marks, .. } => rounds.capacity() * 16 + marks.capacity() * 8,
            Ranks::Rows { ranks, rows } => ranks.capacity() * 24 + rows * 6,
        }
    }
}

/// The ranks of each group's rows.
pub(super) struct Resolved<'a> {
    by: &'a Ranks,
    starts: Vec<u32>,
    ends: Vec<(u32, u32)>,
}

impl Resolved<'_> {
    /// Fills in those of one group, in order of arrival.
    pub fn of(&self, group: usize, ranks: &mut Vec<u32>) {
        ranks.clear();
        match self.by {
            Ranks::Rows { ranks: kept, .. } => ranks.extend(kept.get(group).into_iter().flatten()),
            Ranks::Marks { .. } => {
                let marks = &self.ends[self.starts[group] as usize..self.starts[group + 1] as usize];
                marks.iter().for_each(|&(end, rank)| ranks.resize(end as usize, rank));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_ranks_a_row_say_the_same() {
        // One group grows by a row a round, another by ten rows every third round.
        for rounds in [10, 20_000] {
            let (mut ranks, mut expected) = (Ranks::default(), [Vec::new(), Vec::new()]);
            for round in 1..=rounds {
                let mut ends = vec![(0, round)];
                expected[0].push(round);
                if round % 3 == 0 {
                    expected[1].extend([round; 10]);
                    ends.push((1, expected[1].len() as u32));
                }
                let came = if round % 3 == 0 { 11 } else { 1 };
                ranks.round(round, ends.into_iter(), if rounds == 10 { came } else { 1 });
            }
            assert_eq!(matches!(ranks, Ranks::Rows { .. }), rounds > 10);
            let resolved = ranks.resolve(2);
            for (group, expected) in expected.iter().enumerate() {
                let mut found = Vec::new();
                resolved.of(group, &mut found);
                assert_eq!(&found, expected);
            }
            assert_eq!(ranks.highest(), rounds);
        }
    }
}
