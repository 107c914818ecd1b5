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
    groups: Groups,
    ends: Vec<u32>,
    tails: Vec<Value>,
}

/// From a first value to where its rows end; they start where those before it end.
#[derive(Debug)]
enum Groups {
    /// From the lowest first value on each has a place; the values between have no rows.
    Dense(u32),
    Numbered(Directory),
}

impl Flat {
    fn new(order: &Order) -> Flat {
        let width = order.columns().len() - 1;
        let firsts = order.groups().map(|(first, _)| first.bits());
        let bounds = firsts.fold(None, |bounds: Option<(u32, u32, usize)>, first| match bounds {
            None => Some((first, first, 1)),
            Some((low, _, count)) => Some((low, first, count + 1)),
        });
        let (low, high, count) = bounds.unwrap_or_default();
        let dense = (high - low) as usize <= 4 * count + 64;
        let (mut numbers, mut ends) = (Directory::default(), vec![0]);
        let mut tails = Vec::with_capacity(order.len() * width);
        for (first, group) in order.groups() {
            if dense {
                // Those before it have no rows beyond what is there.
                ends.resize((first.bits() - low) as usize + 1, (tails.len() / width) as u32);
            } else {
                numbers.set(first, ends.len() as u32 - 1);
            }
            group.slices().for_each(|slice| tails.extend_from_slice(slice));
            ends.push((tails.len() / width) as u32);
        }
        let groups = if dense { Groups::Dense(low) } else { Groups::Numbered(numbers) };
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
    #[inline]
    pub fn group(&self, first: Value) -> &[Value] {
        let group = match &self.groups {
            Groups::Dense(low) => first.bits().wrapping_sub(*low) as usize,
            Groups::Numbered(numbers) => numbers.get(first).map_or(usize::MAX, |group| group as usize),
        };
        let (Some(&from), Some(&to)) = (self.ends.get(group), self.ends.get(group.wrapping_add(1))) else { return &[] };
        let (from, to) = (from as usize, to as usize);
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
