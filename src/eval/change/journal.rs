//! What a change does to the database, each step with its way back: rows come and go, and other marks are given.

use super::moves::Moves;
use super::turn::{Turn, Work};
use crate::base::Value;
use crate::eval::database::Slot;
use crate::eval::{Mark, Row};
use crate::ir::core::RelationId;

/// What was done to the database, to be undone.
pub(super) enum Done {
    Came(RelationId, Vec<Row>),
    Went(RelationId, Vec<(Row, Mark)>),
    Marked(RelationId, Row, Mark),
    Gave(RelationId, Row, usize, Option<Mark>),
    Took(RelationId, Row, usize),
    Filled(RelationId, Box<Slot>),
}

impl Turn<'_, '_> {
    /// Given facts that go, then those that come.
    pub fn give_and_take(&mut self, work: &Work) {
        let change = self.change;
        for &at in &work.take {
            let (id, row, place) = &change.remove[at];
            if self.db.relation(*id).mark(row).is_none_or(|mark| mark.place().is_none()) {
                continue;
            }
            if let Some(mark) = self.db.take(*id, row, *place) {
                // It stays to be read until it is known whether it goes.
                self.db.insert(*id, row, mark);
                self.ungiven.entry(*id).or_default().insert(row.clone());
            }
            self.done.push(Done::Took(*id, row.clone(), *place));
            self.here += 1;
        }
        for &at in &work.give {
            let (id, row, place) = &change.insert[at];
            let before = self.db.relation(*id).mark(row);
            if self.ungiven.get_mut(id).is_some_and(|rows| rows.remove(row)) {
                // The place that it lost is no more.
                self.mark(*id, row, Mark::given(*place));
            } else {
                self.db.give(*id, row, *place);
                self.done.push(Done::Gave(*id, row.clone(), *place, before));
                if before.is_none() {
                    self.moves.entry(*id).or_default().add(row.clone());
                }
            }
            self.here += 1;
        }
    }

    /// Gives a stored row another mark.
    pub fn mark(&mut self, id: RelationId, row: &[Value], mark: Mark) {
        let Some(before) = self.db.relation(id).mark(row) else { return };
        self.db.set_mark(id, row, mark);
        self.done.push(Done::Marked(id, row.into(), before));
    }

    /// A rule gives rows, ascending and each once: they come, or come back. Tells those that were away.
    pub fn arrive(&mut self, id: RelationId, mut rows: Vec<Row>, rank: u32) -> Vec<Row> {
        let mark = Mark::ranked(rank);
        let mut back = Vec::new();
        if let Some(moves) = self.moves.get_mut(&id).filter(|moves| !moves.gone.is_empty()) {
            rows.retain(|row| {
                let returns = moves.gone.remove(row);
                if returns {
                    back.push(row.clone());
                }
                !returns
            });
        }
        back.iter().for_each(|row| self.mark(id, row, mark));
        if rows.is_empty() {
            return back;
        }
        let rows = self.db.insert_all(id, rows, mark);
        if !rows.is_empty() {
            self.here += rows.len();
            self.moves.entry(id).or_default().add_all(&rows);
            back.extend(rows.iter().cloned());
            self.done.push(Done::Came(id, rows));
        }
        back
    }

    /// Says that a relation was filled anew, so that it can be put back.
    pub fn filled(&mut self, id: RelationId, slot: Slot, moves: Moves) {
        if let Some(before) = self.db.slot(id) {
            self.done.push(Done::Filled(id, Box::new(before)));
        }
        self.db.put_slot(id, slot);
        self.moves.insert(id, moves);
    }

    /// Takes rows out that are there and ascend.
    pub fn take_out(&mut self, id: RelationId, rows: &[Row]) {
        let relation = self.db.relation(id);
        let marked = rows.iter().map(|row| (row.clone(), relation.mark(row).unwrap_or(Mark::FIRST))).collect();
        self.db.remove(id, rows);
        self.done.push(Done::Went(id, marked));
    }

    /// Puts rows in that rules without recursion found, that are not there, and ascend.
    pub fn put_in(&mut self, id: RelationId, rows: &[Row]) {
        self.done.push(Done::Came(id, self.db.insert_all(id, rows.to_vec(), Mark::FIRST)));
    }

    /// Undoes what was done since.
    pub fn undo(&mut self, since: usize) {
        for done in self.done.drain(since..).rev() {
            match done {
                Done::Came(id, rows) => self.db.remove(id, &rows),
                Done::Went(id, rows) => {
                    for (row, mark) in &rows {
                        self.db.insert(id, row, *mark);
                    }
                }
                Done::Gave(id, row, _, None) => self.db.remove(id, &[row]),
                Done::Marked(id, row, mark) => self.db.set_mark(id, &row, mark),
                Done::Gave(id, row, place, Some(before)) if before.place().is_some() => {
                    self.db.take(id, &row, place);
                }
                Done::Gave(id, row, _, Some(before)) => self.db.set_mark(id, &row, before),
                Done::Took(id, row, place) => {
                    self.db.give(id, &row, place);
                }
                Done::Filled(id, slot) => self.db.put_slot(id, *slot),
            }
        }
        for id in &self.strata.strata[self.now].relations {
            self.moves.remove(id);
        }
        self.ungiven.clear();
    }
}
