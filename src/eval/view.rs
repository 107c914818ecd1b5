//! What a step of a plan reads: the rows of a relation that a key leads to, as far as its view shows them. Explanations and
//! changes see a relation as it was, or only what moved, or only what came before a rank.

use super::database::Database;
use super::relation::Relation;
use super::row::Row;
use super::search::{self, Haste, Search};
use crate::base::Value;
use crate::ir::core::{RelationId, Term};
use crate::plan::{RulePlan, Step};
use rustc_hash::FxHashSet;

/// The rows that a step may see; the default is all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct View<'a> {
    /// This relation in the place of the database's, as it was before a change.
    pub instead: Option<&'a Relation>,
    /// Only these rows, in this order.
    pub only: Option<&'a [Row]>,
    /// Only rows whose rank is below this; a given row has rank 0.
    pub below: Option<u32>,
    /// None of these rows.
    pub without: Option<&'a FxHashSet<Row>>,
}

impl<'a> View<'a> {
    /// All rows of the relation.
    pub const ALL: View<'static> = View { instead: None, only: None, below: None, without: None };

    /// Only these rows, which must be of the relation unless `below` is left open.
    pub fn only(rows: &'a [Row]) -> View<'a> {
        View { only: Some(rows), ..View::ALL }
    }

    /// Only rows of a rank below this.
    pub fn below(rank: u32) -> View<'a> {
        View { below: Some(rank), ..View::ALL }
    }

    /// All but these rows.
    pub fn without(rows: &'a FxHashSet<Row>) -> View<'a> {
        View { without: Some(rows), ..View::ALL }
    }

    fn is_open(&self) -> bool {
        self.below.is_none() && self.without.is_none()
    }
}

/// What a step reads.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    search: Search<'a>,
    view: View<'a>,
}

/// The tables of a plan's steps. `view` is asked for each step that reads rows: the number of its literal, and its
/// relation.
pub fn tables<'a>(
    db: &'a Database,
    plan: &RulePlan,
    haste: Haste,
    view: &dyn Fn(usize, RelationId) -> View<'a>,
) -> Vec<Option<Table<'a>>> {
    let of_step = |step: &Step| {
        let (literal, id, columns): (usize, RelationId, &[u32]) = match step {
            Step::Atom(atom) => (atom.literal, atom.relation, &[]),
            Step::Not { literal, relation, columns, .. } | Step::Lookup { literal, relation, columns, .. } => {
                (*literal, *relation, columns)
            }
            Step::Bind { .. } | Step::Test { .. } => return None,
        };
        let view = view(literal, id);
        let relation = view.instead.unwrap_or_else(|| db.relation(id));
        let columns = match step {
            Step::Atom(atom) => atom.key_columns(relation.arity()),
            _ => columns.to_vec(),
        };
        Some(Table { search: Search::new(relation, &columns, haste), view })
    };
    plan.steps.iter().map(of_step).collect()
}

impl<'a> Table<'a> {
    /// Lets the step see other rows from now on.
    pub fn set_view(&mut self, view: View<'a>) {
        self.view = view;
    }

    /// The relation.
    pub(super) fn relation(&self) -> &'a Relation {
        self.search.relation()
    }

    /// All rows that a key leads to, before the view.
    #[inline]
    pub(super) fn find<'b>(&'b self, key: &[Term], binding: &[Value]) -> Rows<'b> {
        if let Some(rows) = self.view.only {
            return Rows::Only(rows.iter());
        }
        Rows::Found(self.search.find(&|at| match key[at] {
            Term::Var(var) => binding[var.0 as usize],
            Term::Const(value) => value,
            Term::Any => Value::NONE,
        }))
    }

    /// The next row that the view shows.
    #[inline]
    pub(super) fn next<'b>(&self, rows: &mut Rows<'b>) -> Option<Seen<'b>> {
        loop {
            let seen = match rows {
                Rows::None => return None,
                Rows::Found(found) => Seen::Found(found.next()?),
                Rows::Only(rows) => Seen::Whole(rows.next()?),
            };
            if self.view.is_open() {
                return Some(seen);
            }
            let row = seen.row();
            let dead = self.view.without.is_some_and(|dead| dead.contains(&row));
            let late = |rank: u32| self.search.relation().mark(&row).is_none_or(|mark| mark.rank() >= rank);
            if !dead && !self.view.below.is_some_and(late) {
                return Some(seen);
            }
        }
    }

    /// The first row that a key in these columns leads to, if the view shows one.
    pub(super) fn first(&self, columns: &[u32], key: &[Term], binding: &[Value]) -> Option<Seen<'_>> {
        let mut rows = self.find(key, binding);
        while let Some(seen) = self.next(&mut rows) {
            let fits = |(&column, &term): (&u32, &Term)| equals(seen.value(column), term, binding);
            if matches!(rows, Rows::Found(_)) || columns.iter().zip(key).all(fits) {
                return Some(seen);
            }
        }
        None
    }
}

/// Rows on the way.
#[derive(Clone, Debug)]
pub(super) enum Rows<'a> {
    None,
    Found(search::Found<'a>),
    Only(std::slice::Iter<'a, Row>),
}

/// A row where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen<'a> {
    Found(search::Seen<'a>),
    Whole(&'a Row),
}

impl Seen<'_> {
    #[inline]
    pub fn value(&self, column: u32) -> Value {
        match self {
            Seen::Found(seen) => seen.value(column as usize),
            Seen::Whole(row) => row[column as usize],
        }
    }

    /// The row in the order of its columns.
    pub fn row(&self) -> Row {
        match self {
            Seen::Found(seen) => seen.row(),
            Seen::Whole(row) => (*row).clone(),
        }
    }
}

/// Whether a value is that of a term; nothing equals an absent variable.
#[inline]
pub(super) fn equals(value: Value, term: Term, binding: &[Value]) -> bool {
    match term {
        Term::Var(var) => value == binding[var.0 as usize] && !value.is_none(),
        Term::Const(constant) => value == constant && !value.is_none(),
        Term::Any => true,
    }
}
