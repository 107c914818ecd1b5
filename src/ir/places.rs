//! Where given facts come from, one place a fact, kept as runs: rows that follow each other in a file, or items that
//! follow each other in a study, take no room.

use super::core::{FactPlace, OriginId};
use crate::base::FileId;
use crate::base::table::{Lines, RowPlace};

/// The places of the given facts of a relation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The first fact of each run, and its place.
    runs: Vec<(u32, FactPlace)>,
    len: u32,
}

impl Places {
    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// True without facts.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds the place of the next fact.
    pub fn push(&mut self, place: FactPlace) {
        let next = self.runs.last().map(|&(first, start)| later(start, self.len - first));
        if next != Some(place) {
            self.runs.push((self.len, place));
        }
        self.len += 1;
    }

    /// Adds the rows of a file on these lines.
    pub fn extend(&mut self, file: FileId, lines: &Lines) {
        for (line, count) in lines.runs() {
            self.push(FactPlace::Row(RowPlace { file, line }));
            self.len += count - 1;
        }
    }

    /// Takes the last place out.
    pub fn pop(&mut self) -> Option<FactPlace> {
        let last = self.get(self.len.checked_sub(1)? as usize);
        self.len -= 1;
        while self.runs.last().is_some_and(|&(first, _)| first >= self.len) {
            self.runs.pop();
        }
        last
    }

    /// The place of a fact.
    pub fn get(&self, fact: usize) -> Option<FactPlace> {
        let fact = u32::try_from(fact).ok().filter(|&fact| fact < self.len)?;
        let at = self.runs.partition_point(|&(first, _)| first <= fact).checked_sub(1)?;
        let (first, place) = self.runs[at];
        Some(later(place, fact - first))
    }

    /// The places in order of the facts.
    pub fn iter(&self) -> impl Iterator<Item = FactPlace> + '_ {
        self.runs.iter().enumerate().flat_map(|(at, &(first, place))| {
            let end = self.runs.get(at + 1).map_or(self.len, |next| next.0);
            (0..end - first).map(move |by| later(place, by))
        })
    }
}

/// The place so many facts after one.
fn later(place: FactPlace, by: u32) -> FactPlace {
    match place {
        FactPlace::Row(row) => FactPlace::Row(RowPlace { line: row.line.wrapping_add(by), ..row }),
        FactPlace::Written(origin) => FactPlace::Written(OriginId(origin.0.wrapping_add(by))),
        FactPlace::Text => FactPlace::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_from_their_runs() {
        let row = |line| FactPlace::Row(RowPlace { file: FileId(1), line });
        let all = [
            FactPlace::Written(OriginId(4)),
            FactPlace::Written(OriginId(5)),
            row(2),
            row(3),
            row(7),
            FactPlace::Text,
            FactPlace::Text,
        ];
        let mut places = Places::default();
        all.iter().for_each(|&place| places.push(place));
        places.extend(FileId(1), &[8, 9].into_iter().collect());
        assert_eq!(places.runs.len(), 5);
        let wanted: Vec<FactPlace> = all.into_iter().chain([row(8), row(9)]).collect();
        assert_eq!(places.iter().collect::<Vec<_>>(), wanted);
        assert_eq!((0..10).map_while(|i| places.get(i)).collect::<Vec<_>>(), wanted);
        for (len, &last) in wanted.iter().enumerate().rev() {
            assert_eq!((places.pop(), places.len()), (Some(last), len));
        }
        assert_eq!((places.pop(), places.runs.len()), (None, 0));
    }
}
