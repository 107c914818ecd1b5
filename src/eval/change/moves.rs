//! What a change has done so far to one relation, and how its rows are read meanwhile.
//!
//! A relation that changes row by row holds its new rows and those that go until the whole change is done, so "as it
//! was" is all rows but those that came, and "as it will be" all rows but those that go. Where many rows move, those that
//! go are taken out at once; then the relation as it was is put together again if somebody asks for it, and one that was
//! filled afresh stands there twice.

use crate::eval::view::View;
use crate::eval::{Relation, Row};
use crate::ir::core::RelationId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;

/// Before the change or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Old,
    New,
}

/// The rows of a relation that came and went.
#[derive(Debug, Default)]
pub(super) struct Moves {
    pub came: Vec<Row>,
    pub gone: FxHashSet<Row>,
    /// The relation as it is, where it holds no row that goes any more.
    after: Option<Relation>,
    /// The relation as it was, where that is so and it is known.
    old: OnceCell<Relation>,
    came_set: OnceCell<FxHashSet<Row>>,
    went: OnceCell<Vec<Row>>,
}

impl Moves {
    /// Of a relation that was filled afresh.
    pub fn afresh(old: Relation, came: Vec<Row>, went: Vec<Row>) -> Moves {
        let (after, old) = (Some(Relation::new(0)), OnceCell::from(old));
        Moves { came, after, old, went: OnceCell::from(went), ..Moves::default() }
    }

    /// Of a relation that holds no row that goes any more.
    pub fn applied(after: Relation, came: Vec<Row>, went: Vec<Row>) -> Moves {
        Moves { came, after: Some(after), went: OnceCell::from(went), ..Moves::default() }
    }

    /// True where the rows that go are still there.
    pub fn is_open(&self) -> bool {
        self.after.is_none()
    }

    /// The relation as it was, where it is known.
    pub fn known_old(&self) -> Option<&Relation> {
        self.old.get()
    }

    /// The relation as it was, where it holds no row that goes any more.
    pub fn old(&self) -> Option<&Relation> {
        let after = self.after.as_ref()?;
        Some(self.old.get_or_init(|| {
            let mut came = self.came.clone();
            came.sort_unstable();
            after.exchanged(&came, self.went(), &[])
        }))
    }

    /// A row that is stored came.
    pub fn add(&mut self, row: Row) {
        self.came_set.take();
        self.came.push(row);
    }

    /// Rows that are stored came.
    pub fn add_all(&mut self, rows: &[Row]) {
        self.came_set.take();
        self.came.extend_from_slice(rows);
    }

    /// The rows that go, sorted; from now on they stay the same.
    pub fn went(&self) -> &[Row] {
        self.went.get_or_init(|| {
            let mut rows: Vec<Row> = self.gone.iter().cloned().collect();
            rows.sort_unstable();
            rows
        })
    }

    /// Those that came, as a set.
    pub fn came_set(&self) -> &FxHashSet<Row> {
        self.came_set.get_or_init(|| self.came.iter().cloned().collect())
    }

    /// True where nothing changes.
    pub fn is_empty(&self) -> bool {
        self.came.is_empty() && self.gone.is_empty() && self.went.get().is_none_or(Vec::is_empty)
    }

    /// How many rows move.
    pub fn len(&self) -> usize {
        self.came.len() + self.went.get().map_or(self.gone.len(), Vec::len)
    }

    /// Both lists, sorted.
    pub fn into_lists(mut self) -> (Vec<Row>, Vec<Row>) {
        self.went();
        self.came.sort_unstable();
        (self.came, self.went.into_inner().unwrap_or_default())
    }
}

/// The relations that change.
pub(super) type All = FxHashMap<RelationId, Moves>;

/// A relation before the change or after it.
pub(super) fn view(all: &All, id: RelationId, age: Age) -> View<'_> {
    all.get(&id).map_or(View::ALL, |moves| view_of(moves, age))
}

/// [`view`] of a relation that changes.
pub(super) fn view_of(moves: &Moves, age: Age) -> View<'_> {
    match age {
        Age::New if !moves.gone.is_empty() => View::without(&moves.gone),
        Age::Old if !moves.is_open() => View { instead: moves.old(), ..View::ALL },
        Age::Old if !moves.came.is_empty() => View::without(moves.came_set()),
        _ => View::ALL,
    }
}
