//! Copies of orders for rules that search them often: one table from a first value to where its rows lie.
//!
//! Pages are made to be changed and shared. A search there takes several times as long as in one flat list, so where a
//! rule is about to make as many searches as an order has rows, copying the rows first costs less.

use super::matrix::Matrix;
use crate::base::Value;
use crate::eval::store::Order;
use crate::eval::work::Directory;
use std::sync::Arc;

/// Larger orders are not copied.
const MOST_ROWS: usize = 1 << 24;

/// The rows of an order in one list.
#[derive(Debug)]
pub(in crate::eval) struct Flat {
    columns: Box<[u32]>,
    pub width: usize,
    groups: Directory,
    ends: Vec<u32>,
    tails: Vec<Value>,
}

impl Flat {
    fn new(order: &Order) -> Flat {
        let width = order.columns().len() - 1;
        let (mut groups, mut ends) = (Directory::default(), vec![0]);
        let mut tails = Vec::with_capacity(order.len() * width);
        for (first, group) in order.groups() {
            groups.set(first, ends.len() as u32 - 1);
            group.slices().for_each(|slice| tails.extend_from_slice(slice));
            ends.push((tails.len() / width) as u32);
        }
        Flat { columns: order.columns().into(), width, groups, ends, tails }
    }

    /// The permutation of columns.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.tails.len() / self.width
    }

    /// The tails of a group.
    pub fn group(&self, first: Value) -> &[Value] {
        let Some(group) = self.groups.get(first) else { return &[] };
        let (from, to) = (self.ends[group as usize] as usize, self.ends[group as usize + 1] as usize);
        &self.tails[from * self.width..to * self.width]
    }
}

/// The copies that one stratum has made.
#[derive(Debug, Default)]
pub(in crate::eval) struct Flats {
    made: Vec<(Arc<Order>, Arc<Flat>)>,
    matrices: Vec<(Arc<Order>, Arc<Matrix>)>,
}

impl Flats {
    /// The bitmap of an order, if it is small, and about so many searches are worth it.
    pub fn matrix(&mut self, order: &Arc<Order>, searches: usize) -> Option<Arc<Matrix>> {
        if let Some((_, matrix)) = self.matrices.iter().find(|(other, _)| Arc::ptr_eq(other, order)) {
            return Some(matrix.clone());
        }
        let matrix = Arc::new(Matrix::of(order, searches)?);
        self.matrices.push((order.clone(), matrix.clone()));
        Some(matrix)
    }

    /// The copy of an order, if about so many searches are worth it.
    pub fn of(&mut self, order: &Arc<Order>, searches: usize) -> Option<Arc<Flat>> {
        if let Some((_, flat)) = self.made.iter().find(|(other, _)| Arc::ptr_eq(other, order)) {
            return Some(flat.clone());
        }
        if order.columns().len() < 2 || order.len() > MOST_ROWS || order.len() / 4 > searches {
            return None;
        }
        let flat = Arc::new(Flat::new(order));
        self.made.push((order.clone(), flat.clone()));
        Some(flat)
    }
}
