//! What a stage may see of a relation: an order of one at rest, or a working one as the last round left it.

use super::code::Place;
use super::flat::Flat;
use crate::base::Value;
use crate::eval::database::Database;
use crate::eval::store::{Order, Tails};
use crate::eval::work::Seen;
use crate::ir::core::RelationId;
use crate::plan::Sizes;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Rows to read.
#[derive(Clone, Debug)]
pub(in crate::eval) enum View {
    /// A relation at rest.
    Order(Arc<Order>),
    /// A copy of a relation at rest, to be searched by the first column of the order.
    Flat(Arc<Flat>),
    /// A working relation, by its number; by an index instead of its groups; what the last round added, or all.
    Work { at: usize, index: Option<usize>, delta: bool },
}

/// All that rules may read.
#[derive(Clone, Copy)]
pub(in crate::eval) struct Scope<'a> {
    /// Relations at rest.
    pub db: &'a Database,
    /// Working relations.
    pub works: &'a [Seen],
    /// Which relation is which of them.
    pub at: &'a FxHashMap<RelationId, usize>,
}

impl<'a> Scope<'a> {
    /// The working relation of that number.
    pub fn work(&self, id: RelationId) -> Option<&'a Seen> {
        self.at.get(&id).map(|&at| &self.works[at])
    }

    /// How many rows a relation has that may be seen.
    pub fn len(&self, id: RelationId) -> usize {
        self.work(id).map_or_else(|| self.db.relation(id).len(), Seen::len)
    }
}

impl Sizes for Scope<'_> {
    fn rows(&self, relation: RelationId) -> usize {
        self.len(relation)
    }

    fn matching(&self, relation: RelationId, columns: &[u32]) -> usize {
        let Some(work) = self.work(relation) else { return self.db.matching(relation, columns) };
        let keys = |column: u32| match work.has_index(&[column]) {
            _ if column == 0 => work.groups(),
            Some(index) => work.keys(index),
            // Unknown: as many as the first column has.
            None => work.groups(),
        };
        let keys = columns.iter().map(|&column| keys(column)).fold(1, usize::saturating_mul);
        work.len().div_ceil(keys.max(1))
    }
}

/// Rows with a key.
pub(super) enum Found<'a> {
    /// In one piece, so many words a row.
    Slice(&'a [Value], usize),
    /// Of a relation at rest.
    Tails(Tails<'a>),
}

impl<'a> Found<'a> {
    pub fn is_empty(&self) -> bool {
        match self {
            Found::Slice(slice, _) => slice.is_empty(),
            Found::Tails(tails) => tails.is_empty(),
        }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Found::Slice(slice, stride) => slice.len() / stride,
            Found::Tails(tails) => tails.len(),
        }
    }

    /// The words of a row.
    pub fn stride(&self) -> usize {
        match self {
            Found::Slice(_, stride) => *stride,
            Found::Tails(tails) => tails.width(),
        }
    }

    /// The first row.
    pub fn first(&self) -> Option<&'a [Value]> {
        match self {
            Found::Slice(slice, stride) => slice.get(..*stride),
            Found::Tails(tails) if tails.width() == 0 => (!tails.is_empty()).then_some(&[][..]),
            Found::Tails(tails) => tails.slices().next().map(|slice| &slice[..tails.width()]),
        }
    }

    /// All rows, where they lie in one slice.
    #[inline]
    pub fn single(&self) -> Option<&'a [Value]> {
        match self {
            Found::Slice(slice, _) => Some(slice),
            Found::Tails(tails) => tails.single(),
        }
    }

    /// Hands out all rows in slices of whole ones, while it is told to go on.
    #[inline]
    pub fn slices(&self, mut take: impl FnMut(&'a [Value]) -> bool) {
        match self {
            Found::Slice(slice, _) => {
                take(slice);
            }
            Found::Tails(tails) => {
                tails.slices().all(take);
            }
        }
    }

    /// Hands out the rows after the first `skip`, in pieces of at most `most` rows in all.
    pub fn pieces(&self, mut skip: usize, mut most: usize, mut take: impl FnMut(&'a [Value])) {
        let mut piece = |slice: &'a [Value], stride: usize| {
            let rows = slice.len() / stride;
            let from = skip.min(rows);
            let to = (from + most).min(rows);
            skip -= from;
            most -= to - from;
            if from < to {
                take(&slice[from * stride..to * stride]);
            }
            most > 0
        };
        match self {
            Found::Slice(slice, stride) => {
                piece(slice, *stride);
            }
            Found::Tails(tails) if tails.width() > 0 => {
                tails.slices().all(|slice| piece(slice, tails.width()));
            }
            Found::Tails(_) => {}
        }
    }
}

impl View {
    /// The rows that begin with a key; none for a key with an absence, which equals nothing, unless the key `opens` a
    /// group that was read before.
    pub(super) fn find<'a>(&'a self, scope: Scope<'a>, key: &[Value], opens: bool) -> Found<'a> {
        if !opens && key.iter().any(|value| value.is_none()) {
            return Found::Slice(&[], 1);
        }
        match self {
            View::Order(order) if key.len() == 1 => Found::Tails(order.group(key[0])),
            View::Order(order) => Found::Tails(order.prefix(key)),
            View::Flat(flat) => Found::Slice(flat.group(key[0]), flat.width),
            View::Work { at, index: None, delta } => {
                let work = &scope.works[*at];
                Found::Slice(work.group(key[0], *delta), work.width)
            }
            View::Work { at, index: Some(index), .. } => {
                let work = &scope.works[*at];
                Found::Slice(work.found(*index, key), work.rest(*index).len())
            }
        }
    }

    /// What [`View::find`] finds as a bitmap, where there is one.
    pub(super) fn bits<'a>(&self, scope: Scope<'a>, key: &[Value]) -> Option<(u32, &'a [u64])> {
        match self {
            View::Work { at, index: None, delta } => scope.works[*at].bits(key[0], *delta),
            _ => None,
        }
    }

    /// The first row with a key, in the order of values: what it begins with, and its tail.
    pub fn first<'a>(&'a self, scope: Scope<'a>, key: &[Value]) -> Option<(Value, &'a [Value])> {
        self.find(scope, key, false).first().map(|tail| (key[0], tail))
    }

    /// The first row of all.
    pub fn any<'a>(&'a self, scope: Scope<'a>) -> Option<(Value, &'a [Value])> {
        match self {
            View::Order(order) => {
                let (first, tails) = order.groups().next()?;
                Some((first, Found::Tails(tails).first()?))
            }
            // It is searched, never gone through.
            View::Flat(_) => None,
            View::Work { at, delta, .. } => {
                let work = &scope.works[*at];
                let (first, tails) = (0..work.parts()).find_map(|part| work.nth(part, 0, *delta))?;
                Some((first, tails.get(..work.width)?))
            }
        }
    }

    /// How many rows it has.
    pub fn len(&self, scope: Scope<'_>) -> usize {
        match self {
            View::Order(order) => order.len(),
            View::Flat(flat) => flat.len(),
            View::Work { at, delta: true, .. } => scope.works[*at].added(),
            View::Work { at, .. } => scope.works[*at].len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self, scope: Scope<'_>) -> bool {
        self.len(scope) == 0
    }

    /// Where a column stands in what is found.
    pub(super) fn place(&self, scope: Scope<'_>, column: u32) -> Place {
        let at = |columns: &[u32]| columns.iter().position(|other| *other == column).unwrap_or(0);
        let in_order = |columns: &[u32]| match at(columns) {
            0 => Place::First,
            at => Place::Tail(at - 1),
        };
        match self {
            View::Order(order) => in_order(order.columns()),
            View::Flat(flat) => in_order(flat.columns()),
            View::Work { at: work, index: Some(index), .. } => Place::Tail(at(scope.works[*work].rest(*index))),
            View::Work { at: work, index: None, .. } if scope.works[*work].arity < 2 => Place::Tail(0),
            View::Work { .. } if column == 0 => Place::First,
            View::Work { .. } => Place::Tail(column as usize - 1),
        }
    }
}
