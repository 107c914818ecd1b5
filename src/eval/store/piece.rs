//! What a directory of rows leads to: a page, a set, or one large group.

use super::apart::{Apart, large};
use super::page::{self, Near, Page};
use super::set::{self, Set};
use super::tails::Tails;
use crate::base::Value;
use crate::eval::mark::Mark;
use std::ops::Range;

/// Some of the rows of an order.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Rows of a range of first values.
    Page(Page),
    /// Rows of one column.
    Set(Set),
    /// Rows of one first value.
    Apart(Apart),
}

impl Piece {
    /// A piece with one row.
    pub fn of(values: &[Value], mark: Mark) -> Piece {
        let (first, marks) = ([values[0].bits()], [mark.bits()]);
        if values.len() == 1 {
            Piece::Set(Set::new(&first, &marks))
        } else {
            Piece::Page(Page::new(values.len() - 1, &first, &[1], &values[1..], &marks))
        }
    }

    pub fn rows(&self) -> usize {
        match self {
            Piece::Page(page) => page.rows(),
            Piece::Set(set) => set.rows(),
            Piece::Apart(apart) => apart.rows(),
        }
    }

    /// The rows that begin with a key, or the place where they would be.
    #[inline]
    pub fn range(&self, key: &[Value]) -> Range<usize> {
        match self {
            Piece::Page(page) => page.range(key),
            Piece::Set(set) => {
                let (row, value) = (set.below(key[0].bits()), key[0].bits());
                row..row + usize::from(set.contains(value))
            }
            Piece::Apart(apart) => apart.range(key),
        }
    }

    /// The rows that begin with a key.
    #[inline]
    pub fn prefix(&self, key: &[Value]) -> Tails<'_> {
        match self {
            Piece::Page(page) => page.some(page.range(key)),
            Piece::Set(set) => Tails::one(&[], usize::from(set.contains(key[0].bits())), 0),
            Piece::Apart(apart) if key.len() == 1 && key[0].bits() == apart.first() => apart.all(),
            Piece::Apart(apart) => apart.some(apart.range(key)),
        }
    }

    /// All rows. Of a set there is nothing to show.
    pub fn all(&self) -> Tails<'_> {
        match self {
            Piece::Page(page) => page.some(0..page.rows()),
            Piece::Set(_) => Tails::none(0),
            Piece::Apart(apart) => apart.all(),
        }
    }

    /// What finds a group of a page without another look at the page, where its first values are dense.
    #[inline]
    pub fn near(&self) -> Option<Near<'_>> {
        match self {
            Piece::Page(page) => page.near(),
            _ => None,
        }
    }

    /// True where a row is there.
    pub fn contains(&self, values: &[Value]) -> bool {
        match self {
            Piece::Set(set) => set.contains(values[0].bits()),
            _ => !self.range(values).is_empty(),
        }
    }

    /// The first value and the tail of a row.
    pub fn row(&self, row: usize) -> (Value, &[Value]) {
        match self {
            Piece::Page(page) => page.row(row),
            Piece::Set(set) => (Value::from_bits(set.value(row)), &[]),
            Piece::Apart(apart) => apart.row(row),
        }
    }

    pub fn mark(&self, row: usize) -> Mark {
        match self {
            Piece::Page(page) => page.marks().get(row),
            Piece::Set(set) => set.marks().get(row),
            Piece::Apart(apart) => apart.mark(row),
        }
    }

    pub fn set_mark(&mut self, row: usize, mark: Mark) {
        let rows = self.rows();
        match self {
            Piece::Page(page) => page.marks_mut().set(row, rows, mark),
            Piece::Set(set) => set.marks_mut().set(row, rows, mark),
            Piece::Apart(apart) => apart.set_mark(row, mark),
        }
    }

    /// The only first value that a large group takes.
    pub fn group(&self) -> Option<u32> {
        match self {
            Piece::Apart(apart) => Some(apart.first()),
            _ => None,
        }
    }

    /// True where a row with this first value may stand here.
    pub fn takes(&self, first: u32) -> bool {
        self.group().is_none_or(|group| group == first)
    }

    /// Adds a row that is not there and that the piece takes.
    pub fn insert(&mut self, values: &[Value], mark: Mark) {
        match self {
            Piece::Page(page) => page.insert(values, mark),
            Piece::Set(set) => set.insert(values[0].bits(), mark),
            Piece::Apart(apart) => apart.insert(values, mark),
        }
    }

    /// What has grown too large gives a part away, which begins with the value that is told, or becomes a large group.
    pub fn relieve(&mut self) -> Option<(u32, Piece)> {
        match self {
            Piece::Set(set) if set.rows() > set::FULL => set.split().map(|(key, set)| (key, Piece::Set(set))),
            Piece::Page(page) => {
                let (width, rows) = (page.some(0..0).width(), page.rows());
                if rows <= page::full(width) {
                    return None;
                }
                if let Some((key, page)) = page.split() {
                    return Some((key, Piece::Page(page)));
                }
                if let Some(first) = page.single().filter(|_| rows > large(width)) {
                    let (tails, marks) = page.parts();
                    let marks: Vec<u32> = (0..rows).map(|row| marks.get(row).bits()).collect();
                    *self = Piece::Apart(Apart::new(width, first, tails, &marks));
                }
                None
            }
            _ => None,
        }
    }

    /// Takes a row out.
    pub fn remove(&mut self, row: usize, first: Value) -> Mark {
        match self {
            Piece::Page(page) => page.remove(row, first),
            Piece::Set(set) => set.remove(first.bits()),
            Piece::Apart(apart) => {
                let (mark, width) = (apart.remove(row), apart.all().width());
                let rows = apart.rows();
                if rows < page::full(width) / 2 {
                    let (tails, marks) = apart.parts();
                    let page = Page::new(width, &[apart.first()], &[rows as u16], &tails, &marks);
                    *self = Piece::Page(page);
                }
                mark
            }
        }
    }

    /// True where the piece that follows may join this one: both are of one form, one is small, and there is room.
    pub fn may_absorb(&self, next: &Piece) -> bool {
        let (rows, more) = (self.rows(), next.rows());
        let fits = |made: usize| rows.min(more) < made / 4 && rows + more <= made;
        match (self, next) {
            (Piece::Page(page), Piece::Page(_)) => fits(page::made(page.some(0..0).width())),
            (Piece::Set(_), Piece::Set(_)) => fits(set::MADE),
            _ => false,
        }
    }

    /// Takes in the rows of the piece that follows.
    pub fn absorb(&mut self, next: &Piece) {
        match (self, next) {
            (Piece::Page(page), Piece::Page(next)) => page.append(next),
            (Piece::Set(set), Piece::Set(next)) => set.append(next),
            _ => {}
        }
    }

    pub fn bytes(&self) -> usize {
        // The counts of the shared handle, its place in the directory, and what the allocator keeps.
        let about = 64;
        about
            + match self {
                Piece::Page(page) => page.bytes(),
                Piece::Set(set) => set.bytes(),
                Piece::Apart(apart) => apart.bytes(),
            }
    }
}
