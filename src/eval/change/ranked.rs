//! Recursion: facts go by rank and come in rounds.
//!
//! A fact's rank is higher than those of the facts of its stratum in one of its derivations. So a fact that follows
//! from what is alive below its rank has a reason that does not lead back to itself, and a fact whose reason went is
//! found from the facts that went, which all have lower ranks.

use super::moves::Age;
use super::plans::{Program, Use};
use super::run::From;
use super::turn::{Stop, Turn};
use crate::eval::{Exceeded, Row};
use crate::ir::core::RelationId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Ranks stay below this; a stratum that comes near it is filled afresh.
const HIGHEST: u32 = 1 << 30;

/// Rows that may have to go, the lowest rank first.
#[derive(Default)]
struct Queue {
    ranks: BTreeMap<u32, BTreeMap<RelationId, Vec<Row>>>,
    seen: FxHashMap<RelationId, FxHashSet<Row>>,
}

/// Where the rules of a stratum read a relation of it.
fn inside(program: &Program, id: RelationId, now: usize) -> impl Iterator<Item = Use> + '_ {
    program.uses[id.0 as usize].iter().filter(move |one| one.stratum == now && one.atom).copied()
}

impl Turn<'_, '_> {
    /// Lets go what nothing below it gives any more.
    pub(super) fn delete_by_rank(&mut self, doubtful: Vec<(RelationId, Vec<Row>)>) -> Result<(), Stop> {
        let mut queue = Queue::default();
        for (id, rows) in &self.ungiven {
            let rows: Vec<Row> = rows.iter().cloned().collect();
            queue.seen.entry(*id).or_default().extend(rows.iter().cloned());
            queue.ranks.entry(0).or_default().insert(*id, rows);
        }
        for (id, rows) in doubtful {
            self.doubt(&mut queue, id, rows, 0);
        }
        let program = self.program.clone();
        while let Some((rank, rows)) = queue.ranks.pop_first() {
            let mut lost: Vec<(RelationId, Vec<Row>)> = Vec::new();
            for (id, mut rows) in rows {
                rows.sort_unstable();
                self.here += rows.len();
                self.not_large()?;
                // What was given has no lower rank to stand on; it may come back.
                if rank > 0 {
                    let mut supported = self.supported(id, &rows, Some(rank))?.into_iter();
                    rows.retain(|_| supported.next() == Some(false));
                }
                lost.push((id, rows));
            }
            for (id, rows) in &lost {
                self.moves.entry(*id).or_default().gone.extend(rows.iter().cloned());
            }
            for (id, rows) in &lost {
                for one in inside(&program, *id, self.now) {
                    if self.fresh_rules.contains(&one.rule) {
                        continue;
                    }
                    self.wake(one.rule);
                    let heads = self.heads(one.rule, From::Rows(one.literal, rows), Age::Old)?;
                    self.doubt(&mut queue, self.core.rule(one.rule).head, heads, rank);
                }
            }
        }
        Ok(())
    }

    /// Puts rows above a rank in the queue, each once.
    fn doubt(&self, queue: &mut Queue, id: RelationId, rows: Vec<Row>, above: u32) {
        let relation = self.db.relation(id);
        let seen = queue.seen.entry(id).or_default();
        for row in rows {
            let Some(mark) = relation.mark(&row) else { continue };
            if mark.place().is_none() && mark.rank() > above && seen.insert(row.clone()) {
                queue.ranks.entry(mark.rank()).or_default().entry(id).or_default().push(row);
            }
        }
    }

    /// Brings back what went and still has a reason, and goes on with that and with what was found, round by round,
    /// until nothing is new.
    pub(super) fn insert_in_rounds(&mut self, mut found: Vec<(RelationId, Vec<Row>)>) -> Result<(), Stop> {
        let (core, program) = (self.core, self.program.clone());
        let relations = &self.strata.strata[self.now].relations;
        let mut rank = relations.iter().map(|&id| self.db.relation(id).highest_rank()).max().unwrap_or(0);
        let mut fresh: BTreeMap<RelationId, Vec<Row>> = BTreeMap::new();
        for &id in relations {
            let Some(moves) = self.moves.get(&id) else { continue };
            // Given facts that came.
            if !moves.came.is_empty() {
                fresh.insert(id, moves.came.clone());
            }
            let mut gone: Vec<Row> = moves.gone.iter().cloned().collect();
            gone.sort_unstable();
            let mut supported = self.supported(id, &gone, None)?.into_iter();
            gone.retain(|_| supported.next() == Some(true));
            found.push((id, gone));
        }
        loop {
            rank += 1;
            if rank >= HIGHEST {
                return Err(Stop::Large);
            }
            for (id, rows) in found.drain(..) {
                let rows = self.arrive(id, rows, rank);
                if !rows.is_empty() {
                    fresh.entry(id).or_default().extend(rows);
                }
            }
            self.not_large()?;
            if fresh.is_empty() {
                return Ok(());
            }
            self.round += 1;
            if self.round > self.limits.rounds {
                return Err(self.limit(Exceeded::Rounds).into());
            }
            self.look_up()?;
            for (id, rows) in std::mem::take(&mut fresh) {
                for one in inside(&program, id, self.now) {
                    self.wake(one.rule);
                    let heads = self.heads(one.rule, From::Rows(one.literal, &rows), Age::New)?;
                    found.push((core.rule(one.rule).head, heads));
                }
            }
        }
    }
}
