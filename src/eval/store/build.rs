//! Relations made in one go: groups come in order and are packed into full pieces, one after another.

use super::apart::{Apart, large};
use super::directory::Directory;
use super::order::{MADE, Node, Order};
use super::page::{Page, made};
use super::piece::Piece;
use super::set::{self, Set};
use super::sort;
use crate::base::Value;
use crate::eval::mark::{Mark, Marked};
use crate::eval::relation::Relation;
use std::sync::Arc;

/// A relation in the making: groups come in ascending order of their first value, each sorted and without repetition.
#[derive(Debug)]
pub struct Builder {
    arity: usize,
    with_marks: bool,
    packer: Packer,
}

impl Builder {
    /// Without marks, every row is derived with rank 1.
    pub fn new(arity: usize, with_marks: bool) -> Builder {
        Builder { arity, with_marks, packer: Packer::new(arity.max(1) - 1) }
    }

    /// Adds a group, or goes on with the last one: the tails of its rows, `arity - 1` words each, and the bits of a
    /// mark a row where there are marks. Of a relation with one column `tails` is empty and the group has one row; one
    /// without columns has at most one row, whose first value is absent.
    #[inline]
    pub fn push(&mut self, first: Value, tails: &[Value], marks: &[u32]) {
        self.packer.push(first.bits(), tails, if self.with_marks { marks } else { &[] });
    }

    /// Adds all groups of another one, which come after those that were added. So threads may pack parts.
    pub fn append(&mut self, next: Builder) {
        self.packer.append(next.packer);
    }

    /// The relation.
    pub fn finish(self) -> Relation {
        let columns: Vec<u32> = (0..self.arity as u32).collect();
        let (order, marked) = self.packer.finish(&columns);
        Relation::of_order(order, marked)
    }

    /// A relation from rows in any order. Of rows that are there twice the lowest mark stays. Where there are no
    /// columns, each mark, or else each value, stands for a row.
    pub fn from_rows(arity: usize, rows: &[Value], marks: Option<Vec<u32>>) -> Relation {
        let columns: Vec<u32> = (0..arity as u32).collect();
        let (firsts, tails) = match arity {
            0 => (vec![0; marks.as_ref().map_or(rows.len(), Vec::len)], Vec::new()),
            1 => (rows.iter().map(|value| value.bits()).collect(), Vec::new()),
            _ => {
                let firsts = rows.iter().step_by(arity).map(|value| value.bits()).collect();
                let mut tails = Vec::with_capacity(rows.len() / arity * (arity - 1));
                rows.chunks_exact(arity).for_each(|row| tails.extend_from_slice(&row[1..]));
                (firsts, tails)
            }
        };
        let (order, marked) = sort::sorted(&columns, firsts, tails, marks);
        Relation::of_order(order, marked)
    }
}

/// Packs groups into pieces and pieces into nodes.
#[derive(Debug)]
pub(super) struct Packer {
    width: usize,
    values: Vec<u32>,
    ends: Vec<u16>,
    /// The row with which the last group begins.
    start: usize,
    rows: usize,
    tails: Vec<Value>,
    marks: Vec<u32>,
    node: Node,
    nodes: Directory<Arc<Node>>,
    bytes: usize,
    marked: Marked,
}

impl Packer {
    pub fn new(width: usize) -> Packer {
        Packer {
            width,
            values: Vec::new(),
            ends: Vec::new(),
            start: 0,
            rows: 0,
            tails: Vec::new(),
            marks: Vec::new(),
            node: Node::default(),
            nodes: Directory::default(),
            bytes: 0,
            marked: Marked::default(),
        }
    }

    /// See [`Builder::push`].
    #[inline]
    pub fn push(&mut self, first: u32, tails: &[Value], marks: &[u32]) {
        let rows = tails.len().checked_div(self.width).unwrap_or(1);
        if rows == 0 {
            return;
        }
        if self.values.last() != Some(&first) {
            self.close();
            self.values.push(first);
            self.start = self.rows;
        } else if self.width == 0 {
            return;
        }
        self.rows += rows;
        self.tails.extend_from_slice(tails);
        if !marks.is_empty() {
            marks.iter().for_each(|&bits| self.marked.add(Mark::from_bits(bits)));
            self.marks.extend_from_slice(marks);
        }
    }

    /// The last group is whole.
    #[inline]
    fn close(&mut self) {
        if self.width == 0 {
            if self.rows == set::MADE {
                self.pack();
            }
        } else if self.rows - self.start > large(self.width) {
            self.set_apart();
        } else if self.rows > self.start {
            self.ends.push(self.rows as u16);
            self.start = self.rows;
            if self.rows >= made(self.width) {
                self.pack();
            }
        }
    }

    /// Makes a piece of the groups so far.
    fn pack(&mut self) {
        let Some(&first) = self.values.first() else { return };
        let piece = if self.width == 0 {
            Piece::Set(Set::new(&self.values, &self.marks))
        } else {
            Piece::Page(Page::new(self.width, &self.values, &self.ends, &self.tails, &self.marks))
        };
        self.add(first, piece);
        self.values.clear();
        self.ends.clear();
        self.tails.clear();
        self.marks.clear();
        (self.start, self.rows) = (0, 0);
    }

    /// Makes a large group of the last one, after a piece of those before it.
    fn set_apart(&mut self) {
        let (at, start) = (self.start * self.width, self.start);
        let (tails, marks) = (self.tails.split_off(at), self.marks.split_off(start.min(self.marks.len())));
        let first = self.values.pop().unwrap_or_default();
        self.pack();
        self.add(first, Piece::Apart(Apart::new(self.width, first, &tails, &marks)));
        self.tails.clear();
        (self.start, self.rows) = (0, 0);
    }

    fn add(&mut self, first: u32, piece: Piece) {
        self.bytes += piece.bytes();
        let rows = piece.rows() as u32;
        self.node.push(first, Arc::new(piece), rows);
        if self.node.len() == MADE {
            self.close_node();
        }
    }

    fn close_node(&mut self) {
        let node = std::mem::take(&mut self.node);
        if node.len() > 0 {
            let (key, rows) = (node.key(0), node.rows());
            self.nodes.push(key, Arc::new(node), rows);
        }
    }

    /// Takes over the nodes of a packer whose groups come later.
    fn append(&mut self, mut next: Packer) {
        self.close_all();
        next.close_all();
        for (at, node) in next.nodes.items().iter().enumerate() {
            self.nodes.push(next.nodes.key(at), node.clone(), node.rows());
        }
        self.bytes += next.bytes;
        self.marked.append(next.marked);
    }

    fn close_all(&mut self) {
        self.close();
        self.pack();
        self.close_node();
    }

    /// The order by a permutation, and what is known of its marks.
    pub fn finish(mut self, columns: &[u32]) -> (Order, Marked) {
        self.close_all();
        (Order::of_nodes(columns, self.nodes, self.bytes), self.marked)
    }
}
