//! All relations of a study, and which of them are complete. A clone is a fork: it shares every relation until one
//! side changes it.

use super::relation::Relation;
use crate::base::{Pool, Value, persist::Vector};
use crate::ir::core::{Core, RelationId};
use crate::plan::Sizes;
use std::cmp::Ordering;
use std::sync::Arc;

/// The relations by [`RelationId`].
#[derive(Clone, Debug, Default)]
pub struct Database {
    slots: Vector<Slot>,
}

#[derive(Clone, Debug)]
struct Slot {
    relation: Arc<Relation>,
    complete: bool,
    /// How many of the program's given facts are in.
    loaded: usize,
}

impl Slot {
    fn new(arity: usize) -> Slot {
        Slot { relation: Arc::new(Relation::new(arity)), complete: false, loaded: 0 }
    }
}

impl Database {
    /// How many relations there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// True before the first program has run.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// A relation's rows. The relation must be of a program that ran on this database.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.slots[id.0 as usize].relation
    }

    /// A row's values.
    pub fn row(&self, id: RelationId, row: u32) -> &[Value] {
        self.relation(id).row(row)
    }

    /// The number of the row with these values; [`None`] also for a relation that has not been evaluated.
    pub fn find(&self, id: RelationId, values: &[Value]) -> Option<u32> {
        self.slots.get(id.0 as usize)?.relation.find(values)
    }

    /// True where a relation has all its rows.
    pub fn is_complete(&self, id: RelationId) -> bool {
        self.slots.get(id.0 as usize).is_some_and(|slot| slot.complete)
    }

    /// Empties relations, so that the next run fills them again. To be told all that a change affects:
    /// [`crate::plan::Strata::affected`].
    pub fn reset(&mut self, ids: &[RelationId]) {
        for id in ids {
            if let Some(slot) = self.slots.get_mut(id.0 as usize) {
                *slot = Slot::new(slot.relation.arity());
            }
        }
    }

    /// Takes relations over from the database of another program in which they mean the same: for each relation of the
    /// program, which one there, if any. The rows are shared. What is not complete there is left out of the list.
    pub fn take_over(&mut self, core: &Core, other: &Database, same: &mut [Option<RelationId>]) {
        self.make_room(core);
        for (slot, theirs) in self.slots.iter_mut().zip(same) {
            let their = theirs.and_then(|id| other.slots.get(id.0 as usize));
            match their.filter(|their| their.complete && their.relation.arity() == slot.relation.arity()) {
                Some(their) => slot.clone_from(their),
                None => *theirs = None,
            }
        }
    }

    /// The rows of a relation in the order that people see: by its columns from the left.
    pub fn sorted_rows(&self, id: RelationId, pool: &Pool) -> Vec<u32> {
        let relation = self.relation(id);
        let mut rows: Vec<u32> = (0..relation.len() as u32).collect();
        rows.sort_unstable_by(|&a, &b| {
            let pairs = relation.row(a).iter().zip(relation.row(b));
            pairs.map(|(&x, &y)| pool.compare(x, y)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        rows
    }

    /// Makes room for a program's relations. One whose number another program used differently starts anew.
    pub(super) fn make_room(&mut self, core: &Core) {
        for (id, declared) in core.relations.iter().enumerate() {
            match self.slots.get_mut(id) {
                None => self.slots.push_back(Slot::new(declared.arity)),
                Some(slot) if slot.relation.arity() != declared.arity => *slot = Slot::new(declared.arity),
                Some(_) => {}
            }
        }
    }

    /// Leaves a relation with exactly its given facts. What an evaluation that stopped had derived goes, since its
    /// ranks would mean nothing in another.
    pub(super) fn begin(&mut self, core: &Core, id: RelationId) {
        let (given, Some(slot)) = (&core.given[id.0 as usize], self.slots.get_mut(id.0 as usize)) else { return };
        let arity = slot.relation.arity();
        if slot.relation.len() > slot.relation.given_rows() || slot.loaded > given.places.len() {
            *slot = Slot::new(arity);
        }
        slot.complete = false;
        if slot.loaded < given.places.len() {
            let relation = Arc::make_mut(&mut slot.relation);
            for place in (slot.loaded..given.places.len()).filter(|place| !given.gone.contains(place)) {
                relation.insert_given(&given.values[place * arity..][..arity], place);
            }
            slot.loaded = given.places.len();
        }
    }

    pub(super) fn relation_mut(&mut self, id: RelationId) -> Option<&mut Relation> {
        self.slots.get_mut(id.0 as usize).map(|slot| Arc::make_mut(&mut slot.relation))
    }

    pub(super) fn complete(&mut self, id: RelationId) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.complete = true;
        }
    }

    /// About how many bytes the relations hold.
    pub fn bytes(&self) -> usize {
        // A row has its values, a rank, and a place in the table that finds it.
        self.slots.iter().map(|slot| slot.relation.len() * (slot.relation.arity() * 4 + 16)).sum()
    }

    /// How many rows no fact gave.
    pub fn derived(&self) -> usize {
        self.slots.iter().map(|slot| slot.relation.len() - slot.relation.given_rows()).sum()
    }
}

impl Sizes for Database {
    fn rows(&self, relation: RelationId) -> usize {
        self.relation(relation).len()
    }

    fn matching(&self, relation: RelationId, columns: &[u32]) -> usize {
        let relation = self.relation(relation);
        let keys = columns.iter().map(|&column| relation.distinct(column)).fold(1, usize::saturating_mul);
        relation.len().div_ceil(keys.max(1))
    }
}
