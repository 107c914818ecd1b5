//! All relations of a study, and which of them are complete. A clone is a fork: it shares every relation until one
//! side changes it.

use super::mark::Mark;
use super::relation::Relation;
use super::row::Row;
use super::store::Builder;
use crate::base::Value;
use crate::base::persist::{Map, Vector};
use crate::ir::core::{Core, Given, RelationId};
use crate::plan::Sizes;
use std::sync::Arc;

/// So many new facts are worth a thread.
const LARGE: usize = 1 << 13;

/// The relations by [`RelationId`].
#[derive(Clone, Debug, Default)]
pub struct Database {
    slots: Vector<Slot>,
}

/// A relation with what is known of its given facts.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    relation: Arc<Relation>,
    complete: bool,
    /// How many of the program's given facts are in.
    loaded: usize,
    /// The places, ascending, of rows that are given more than once, but for the one in the row's mark.
    again: Map<Row, Vec<u32>>,
}

impl Slot {
    fn new(arity: usize) -> Slot {
        Slot { relation: Arc::new(Relation::new(arity)), complete: false, loaded: 0, again: Map::new() }
    }

    /// Takes in one given fact; true where no row said it.
    fn give(&mut self, row: &[Value], place: usize) -> bool {
        let relation = Arc::make_mut(&mut self.relation);
        let mark = Mark::given(place);
        let Some(before) = relation.mark(row) else { return relation.insert(row, mark) };
        if mark < before {
            relation.set_mark(row, mark);
        }
        let later = before.max(mark);
        if let Some(place) = later.place().filter(|_| before != mark) {
            let mut places = self.again.get(row).cloned().unwrap_or_default();
            if let Err(at) = places.binary_search(&(place as u32)) {
                places.insert(at, place as u32);
            }
            self.again.insert(row.into(), places);
        }
        false
    }

    /// Takes one given fact back. The row's mark becomes the next place that says it; where there is none the row
    /// goes, and its mark is told.
    fn take(&mut self, row: &[Value], place: usize) -> Option<Mark> {
        let mark = Mark::given(place);
        let before = self.relation.mark(row)?;
        let mut places = self.again.get(row).cloned().unwrap_or_default();
        if before != mark {
            places.retain(|&other| other as usize != place);
        } else if places.is_empty() {
            return Arc::make_mut(&mut self.relation).remove(row);
        } else {
            let next = Mark::given(places.remove(0) as usize);
            Arc::make_mut(&mut self.relation).set_mark(row, next);
        }
        if places.is_empty() {
            self.again.remove(row);
        } else {
            self.again.insert(row.into(), places);
        }
        None
    }

    /// See [`Database::begin`].
    fn begin(&mut self, given: &Given) {
        if self.relation.len() > self.relation.given_rows() || self.loaded > given.places.len() {
            *self = Slot::new(self.relation.arity());
        }
        self.complete = false;
        let (arity, more) = (self.relation.arity(), given.places.len() - self.loaded);
        if more > self.loaded / 8 {
            self.fill(given);
        } else {
            for place in (self.loaded..given.places.len()).filter(|place| !given.gone.contains(place)) {
                self.give(&given.values[place * arity..][..arity], place);
            }
        }
        self.loaded = given.places.len();
    }

    /// Takes given facts back and in, many at once; the rows that came and those that went, ascending. Only of a
    /// relation to which no rule adds.
    fn exchange(&mut self, mut out: Vec<(&Row, usize)>, mut new: Vec<(&Row, usize)>) -> (Vec<Row>, Vec<Row>) {
        out.sort_unstable();
        new.sort_unstable();
        let (mut went, mut alone): (Vec<Row>, Vec<Row>) = Default::default();
        for (row, place) in out {
            if self.relation.mark(row) == Some(Mark::given(place)) && !self.again.contains_key(row) {
                went.push(row.clone());
            } else if self.take(row, place).is_some() {
                alone.push(row.clone());
            }
        }
        let (mut came, mut marks, mut again): (Vec<Row>, Vec<Mark>, Vec<(&Row, usize)>) = Default::default();
        // What goes and comes again has another place.
        let mut goes = went.iter().peekable();
        let mut stays: Vec<Row> = Vec::new();
        for (row, place) in new {
            while goes.next_if(|other| *other < row).is_some() {}
            if came.last() == Some(row) || stays.last() == Some(row) {
                again.push((row, place));
            } else if goes.next_if_eq(&row).is_some() {
                Arc::make_mut(&mut self.relation).set_mark(row, Mark::given(place));
                stays.push(row.clone());
            } else if self.relation.contains(row) {
                again.push((row, place));
            } else {
                came.push(row.clone());
                marks.push(Mark::given(place));
            }
        }
        went.retain(|row| stays.binary_search(row).is_err());
        self.relation = Arc::new(self.relation.exchanged(&went, &came, &marks));
        for (row, place) in again {
            self.give(row, place);
        }
        // One that went for itself may have come with the others.
        alone.retain(|row| came.binary_search(row).map(|at| came.remove(at)).is_err());
        went.extend(alone);
        went.sort_unstable();
        (came, went)
    }

    /// Exactly these rows.
    fn fill(&mut self, given: &Given) {
        let arity = self.relation.arity();
        let marks = (0..given.places.len()).map(|place| Mark::given(place).bits());
        let relation = if given.gone.is_empty() {
            Builder::from_rows(arity, &given.values, Some(marks.collect()))
        } else {
            let rows: Vec<Value> = given.rows(arity).flat_map(|(_, row)| row.iter().copied()).collect();
            Builder::from_rows(
                arity,
                &rows,
                Some(given.rows(arity).map(|(place, _)| Mark::given(place).bits()).collect()),
            )
        };
        self.again = Map::new();
        if relation.len() < given.places.len() - given.gone.len() {
            for (place, row) in given.rows(arity) {
                if relation.mark(row) != Some(Mark::given(place)) {
                    let mut places = self.again.get(row).cloned().unwrap_or_default();
                    places.push(place as u32);
                    self.again.insert(row.into(), places);
                }
            }
        }
        self.relation = Arc::new(relation);
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

    /// The row at a position.
    pub fn row(&self, id: RelationId, at: u32) -> Row {
        self.relation(id).row(at)
    }

    /// The position of the row with these values; [`None`] also for a relation that has not been evaluated.
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

    /// Takes relations over from the database of another program to carry a change through them
    /// ([`crate::eval::change`]): for each relation of the program which one there, `same` those whose given facts stayed
    /// as they were, and beyond the program's last those that it lacks. [`None`] where one there is not complete.
    pub fn carry_over(
        &mut self,
        core: &Core,
        other: &Database,
        ours: &[Option<RelationId>],
        same: &[Option<RelationId>],
        vanished: &[RelationId],
    ) -> Option<()> {
        self.make_room(core);
        for (slot, (our, same)) in self.slots.iter_mut().zip(ours.iter().zip(same)) {
            let Some(our) = our else { continue };
            let theirs = other.slots.get(our.0 as usize).filter(|theirs| theirs.complete)?;
            *slot = Slot { complete: same.is_some(), ..theirs.clone() };
        }
        for id in vanished {
            let theirs = other.slots.get(id.0 as usize).filter(|theirs| theirs.complete)?;
            self.slots.push_back(theirs.clone());
        }
        Some(())
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

    /// Makes room for relations that are new; the others stay as they are.
    pub(super) fn make_more_room(&mut self, core: &Core) {
        let more = core.relations.iter().skip(self.slots.len());
        more.map(|declared| Slot::new(declared.arity)).for_each(|slot| self.slots.push_back(slot));
    }

    /// Empties relations, and gives them the width that the program declares.
    pub(super) fn start_anew(&mut self, core: &Core, ids: &[RelationId]) {
        for id in ids {
            if let Some(slot) = self.slots.get_mut(id.0 as usize) {
                *slot = Slot::new(core.relation(*id).arity);
            }
        }
    }

    /// Leaves a relation with exactly its given facts. What an evaluation that stopped had derived goes, since its
    /// ranks would mean nothing in another.
    pub(super) fn begin(&mut self, core: &Core, id: RelationId) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.begin(&core.given[id.0 as usize]);
        }
    }

    /// [`Database::begin`] for several relations: large ones on several threads.
    pub(super) fn begin_all(&mut self, core: &Core, ids: impl Iterator<Item = RelationId>, threads: usize) {
        let mut large = Vec::new();
        for id in ids {
            let new = core.given[id.0 as usize].places.len().saturating_sub(self.loaded(id));
            match self.slots.get_mut(id.0 as usize).filter(|_| threads > 1 && new >= LARGE) {
                // It is put back, and nobody else may hold it meanwhile, or all of it would be copied.
                Some(slot) => large.push((id, std::mem::replace(slot, Slot::new(0)))),
                None => self.begin(core, id),
            }
        }
        // The longest work first.
        large.sort_by_key(|(id, _)| std::cmp::Reverse(core.given[id.0 as usize].values.len()));
        let begun = crate::base::threads::each(large, |(id, mut slot)| {
            slot.begin(&core.given[id.0 as usize]);
            (id, slot)
        });
        begun.into_iter().for_each(|(id, slot)| self.put_slot(id, slot));
    }

    /// Adds a given fact, whose place is new; true where no row said it. One that a rule had derived is given from
    /// now on.
    pub fn give(&mut self, id: RelationId, row: &[Value], place: usize) -> bool {
        self.slots.get_mut(id.0 as usize).is_some_and(|slot| slot.give(row, place))
    }

    /// Takes a given fact back. A row that is given at another place stays, and has that place as its mark; otherwise
    /// it goes, and its mark is told. Whether a rule derives it all the same, the caller must see.
    pub fn take(&mut self, id: RelationId, row: &[Value], place: usize) -> Option<Mark> {
        self.slots.get_mut(id.0 as usize)?.take(row, place)
    }

    /// [`Database::take`] and then [`Database::give`] of many facts of a relation to which no rule adds; the rows that came
    /// and those that went, ascending.
    pub(super) fn exchange(
        &mut self,
        id: RelationId,
        out: Vec<(&Row, usize)>,
        new: Vec<(&Row, usize)>,
    ) -> (Vec<Row>, Vec<Row>) {
        self.slots.get_mut(id.0 as usize).map_or_else(Default::default, |slot| slot.exchange(out, new))
    }

    /// Adds a relation after all others, for rules that read it while a change is carried through.
    pub(super) fn add(&mut self, relation: Relation) -> RelationId {
        let id = RelationId(self.slots.len() as u32);
        self.slots.push_back(Slot { relation: Arc::new(relation), ..Slot::new(0) });
        id
    }

    /// The places at which a row is given, ascending; of a row that is not given there are none.
    pub fn places(&self, id: RelationId, row: &[Value]) -> Vec<usize> {
        let Some(slot) = self.slots.get(id.0 as usize) else { return Vec::new() };
        let first = slot.relation.mark(row).and_then(|mark| mark.place());
        let more = slot.again.get(row).into_iter().flatten().map(|&place| place as usize);
        first.into_iter().chain(more.filter(|_| first.is_some())).collect()
    }

    /// How many of the program's given facts are in.
    pub fn loaded(&self, id: RelationId) -> usize {
        self.slots.get(id.0 as usize).map_or(0, |slot| slot.loaded)
    }

    /// States how many of the program's given facts are in, after [`Database::give`] and [`Database::take`].
    pub fn set_loaded(&mut self, id: RelationId, loaded: usize) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.loaded = loaded;
        }
    }

    /// Adds a row; says whether it was away.
    pub(super) fn insert(&mut self, id: RelationId, row: &[Value], mark: Mark) -> bool {
        self.relation_mut(id).is_some_and(|relation| relation.insert(row, mark))
    }

    /// Adds rows that ascend, and tells which were away.
    pub(super) fn insert_all(&mut self, id: RelationId, rows: Vec<Row>, mark: Mark) -> Vec<Row> {
        self.relation_mut(id).map_or(Vec::new(), |relation| relation.insert_all(rows, mark))
    }

    /// Takes rows out that are there and ascend.
    pub(super) fn remove(&mut self, id: RelationId, rows: &[Row]) {
        if let Some(relation) = self.relation_mut(id) {
            relation.remove_all(rows);
        }
    }

    /// Gives a row that is there another mark.
    pub(super) fn set_mark(&mut self, id: RelationId, row: &[Value], mark: Mark) {
        if let Some(relation) = self.relation_mut(id) {
            relation.set_mark(row, mark);
        }
    }

    /// All that is known of a relation.
    pub(super) fn slot(&self, id: RelationId) -> Option<Slot> {
        self.slots.get(id.0 as usize).cloned()
    }

    /// Puts back what [`Database::slot`] told, or takes it over from a fork.
    pub(super) fn put_slot(&mut self, id: RelationId, slot: Slot) {
        if let Some(place) = self.slots.get_mut(id.0 as usize) {
            *place = slot;
        }
    }

    /// Puts a relation in the place of what is there.
    pub(super) fn replace(&mut self, id: RelationId, relation: Relation) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.relation = Arc::new(relation);
        }
    }

    /// Leaves only so many relations.
    pub(super) fn cut(&mut self, relations: usize) {
        self.slots.truncate(relations);
    }

    pub(super) fn relation_mut(&mut self, id: RelationId) -> Option<&mut Relation> {
        self.slots.get_mut(id.0 as usize).map(|slot| Arc::make_mut(&mut slot.relation))
    }

    /// About how many bytes all rows take.
    pub fn bytes(&self) -> usize {
        self.slots.iter().map(|slot| slot.relation.bytes()).sum()
    }

    pub(super) fn complete(&mut self, id: RelationId) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.complete = true;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::core::{FactPlace, RelationId};

    const FACT: RelationId = RelationId(0);

    fn v(n: u32) -> Value {
        Value::from_bits(n)
    }

    /// The marks of the rows 1 and 2.
    fn marks(db: &Database) -> [Option<Mark>; 2] {
        [1, 2].map(|n| db.relation(FACT).mark(&[v(n)]))
    }

    #[test]
    fn a_fact_given_twice_stays_until_both_are_taken_back() {
        let mut core = Core::default();
        core.add_relation("fact", 1);
        [2, 1, 2, 2].iter().for_each(|&n| core.add_fact(FACT, &[v(n)], FactPlace::Text));
        let mut db = Database::default();
        db.make_room(&core);
        db.begin(&core, FACT);
        assert_eq!(marks(&db), [Some(Mark::given(1)), Some(Mark::given(0))]);
        let fork = db.clone();
        assert_eq!((db.take(FACT, &[v(2)], 2), db.take(FACT, &[v(2)], 0)), (None, None));
        assert_eq!(marks(&db)[1], Some(Mark::given(3)));
        assert!(!db.give(FACT, &[v(2)], 1));
        assert_eq!(marks(&db)[1], Some(Mark::given(1)));
        assert_eq!((db.take(FACT, &[v(2)], 1), db.take(FACT, &[v(2)], 3)), (None, Some(Mark::given(3))));
        assert_eq!((marks(&db)[1], db.derived()), (None, 0));
        assert!(db.give(FACT, &[v(2)], 0));
        assert_eq!(marks(&fork), [Some(Mark::given(1)), Some(Mark::given(0))]);
    }

    #[test]
    fn more_given_facts_are_added_to_those_there_and_derived_ones_go() {
        let mut core = Core::default();
        core.add_relation("fact", 1);
        (1..100).for_each(|n| core.add_fact(FACT, &[v(n)], FactPlace::Text));
        let mut db = Database::default();
        db.make_room(&core);
        db.begin(&core, FACT);
        core.add_fact(FACT, &[v(7)], FactPlace::Text);
        core.add_fact(FACT, &[v(200)], FactPlace::Text);
        db.begin(&core, FACT);
        assert_eq!((db.relation(FACT).len(), db.find(FACT, &[v(200)]), db.loaded(FACT)), (100, Some(99), 101));
        assert_eq!(db.take(FACT, &[v(7)], 6), None);
        assert_eq!(db.relation(FACT).mark(&[v(7)]), Some(Mark::given(99)));
        if let Some(relation) = db.relation_mut(FACT) {
            relation.insert(&[v(300)], Mark::FIRST);
        }
        assert_eq!(db.derived(), 1);
        db.begin(&core, FACT);
        assert_eq!((db.derived(), db.relation(FACT).mark(&[v(7)])), (0, Some(Mark::given(6))));
    }
}
