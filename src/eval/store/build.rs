//! Relations made in one go, from rows in groups or in any order.

use super::order::Order;
use crate::base::Value;
use crate::eval::mark::Mark;
use crate::eval::relation::Relation;

/// A relation in the making: groups come in ascending order of their first value, each sorted and without repetition.
#[derive(Debug)]
pub struct Builder {
    arity: usize,
    with_marks: bool,
    firsts: Vec<Value>,
    tails: Vec<Value>,
    marks: Vec<u32>,
}

impl Builder {
    /// Without marks, every row is derived with rank 1.
    pub fn new(arity: usize, with_marks: bool) -> Builder {
        Builder { arity, with_marks, firsts: Vec::new(), tails: Vec::new(), marks: Vec::new() }
    }

    /// Adds a group, or goes on with the last one: the tails of its rows, `arity - 1` words each, and the bits of a
    /// mark a row where there are marks. Of a relation with one column `tails` is empty and the group has one row.
    pub fn push(&mut self, first: Value, tails: &[Value], marks: &[u32]) {
        let rows = if self.arity < 2 { 1 } else { tails.len() / (self.arity - 1) };
        self.firsts.extend(std::iter::repeat_n(first, rows));
        self.tails.extend_from_slice(tails);
        if self.with_marks {
            self.marks.extend_from_slice(marks);
        }
    }

    /// The relation.
    pub fn finish(self) -> Relation {
        let columns: Vec<u32> = (0..self.arity as u32).collect();
        Relation::of_order(Order::from_sorted(&columns, self.firsts, self.tails, self.marks))
    }

    /// A relation from rows in any order. Of rows that are there twice the lowest mark stays.
    pub fn from_rows(arity: usize, rows: Vec<Value>, marks: Option<Vec<u32>>) -> Relation {
        let columns: Vec<u32> = (0..arity as u32).collect();
        let step = arity.max(1);
        let rows = if arity == 0 { vec![Value::NONE; marks.as_ref().map_or(rows.len(), Vec::len)] } else { rows };
        let mut by: Vec<u32> = (0..(rows.len() / step) as u32).collect();
        let row = |at: u32| &rows[at as usize * step..][..step];
        let mark = |at: u32| marks.as_ref().map_or(Mark::FIRST, |marks| Mark::from_bits(marks[at as usize]));
        by.sort_unstable_by(|&a, &b| row(a).cmp(row(b)).then_with(|| mark(a).cmp(&mark(b))));
        by.dedup_by(|b, a| row(*b) == row(*a));
        let mut builder = Builder::new(arity, marks.is_some());
        by.into_iter().for_each(|at| builder.push(row(at)[0], &row(at)[1..], &[mark(at).bits()]));
        let Builder { firsts, tails, marks, .. } = builder;
        Relation::of_order(Order::from_sorted(&columns, firsts, tails, marks))
    }
}
