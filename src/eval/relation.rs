//! One relation's rows: each once, in the order of their values, each with a mark that says why it is there.
//!
//! The first order keeps the columns as they are declared, and the marks. A search by other columns asks for another
//! order, which is made once, then kept up to date, or for buckets, which are made sooner and hold until the rows change.
//! Both are shared between forks; those made late sit behind a lock that forks share, too, until one side changes its rows.

use super::buckets::Buckets;
use super::mark::{Mark, Marked};
use super::row::Row;
use super::store::{Changes, Order};
use crate::base::Value;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// So many rows tell how many different values a column has.
const SAMPLE: usize = 256;
/// Many changes are more than these, and one in so many rows or more.
const MANY: usize = 64;
const OFTEN: usize = 8;
/// Buckets are made once all rows have been passed over so often, which takes about half as long as making them.
const SCANS: usize = 1;

/// The rows of one relation.
#[derive(Clone, Debug, Default)]
pub struct Relation {
    arity: usize,
    first: Arc<Order>,
    others: Arc<RwLock<Vec<Arc<Order>>>>,
    /// What is known of the marks.
    marked: Marked,
    /// About how many values each column has.
    distinct: Arc<OnceLock<Vec<usize>>>,
    /// Made for searches that would have passed over rows.
    buckets: Arc<RwLock<Vec<Arc<Buckets>>>>,
    /// How many rows searches have passed over, since the last buckets were made.
    passed: Arc<AtomicUsize>,
}

impl Relation {
    /// A relation without rows.
    pub fn new(arity: usize) -> Relation {
        Relation::of_order(Order::new(&(0..arity as u32).collect::<Vec<_>>()), Marked::default())
    }

    /// A relation with the rows of its first order, whose marks are like this.
    pub(super) fn of_order(first: Order, marked: Marked) -> Relation {
        Relation { arity: first.columns().len(), first: Arc::new(first), marked, ..Relation::default() }
    }

    /// The number of columns.
    pub fn arity(&self) -> usize {
        self.arity
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The row at a position: rows ascend by the bits of their values, column by column. A position holds until the
    /// relation changes.
    pub fn row(&self, at: u32) -> Row {
        let (first, tail) = self.first.sequence(at);
        self.whole(first, tail)
    }

    fn whole(&self, first: Value, tail: &[Value]) -> Row {
        std::iter::once(first).chain(tail.iter().copied()).take(self.arity).collect()
    }

    /// All rows, by position.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row> {
        let mut rows = self.first.cursor();
        // The cursor has exactly as many rows as the order.
        (0..self.len())
            .map(move |_| rows.next().map_or_else(|| Row::from(&[][..]), |(first, tail)| self.whole(first, tail)))
    }

    /// The rank of the row at a position; 0: it is given.
    pub fn rank(&self, at: u32) -> u32 {
        self.first.mark_at(at).rank()
    }

    /// The place among the given facts of the first that says this, if the row at this position is given.
    pub fn given(&self, at: u32) -> Option<usize> {
        self.first.mark_at(at).place()
    }

    /// How many rows are given.
    pub fn given_rows(&self) -> usize {
        self.marked.given
    }

    /// A rank that no row's exceeds; rows that went may have had it.
    pub(super) fn highest_rank(&self) -> u32 {
        self.marked.highest
    }

    /// The marks of all rows, by position.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        self.first.marks()
    }

    /// The rows that are given, by position.
    pub fn given_facts(&self) -> impl Iterator<Item = Row> {
        let left = if self.marked.given > 0 { usize::MAX } else { 0 };
        let marked = self.rows().zip(self.marks()).take(left);
        marked.filter(|(_, mark)| mark.place().is_some()).map(|(row, _)| row)
    }

    /// All positions in the order in which the rows were found: by rank, and then by value.
    pub fn by_rank(&self) -> Vec<u32> {
        let mut ranked: Vec<(u32, u32)> = self.marks().map(Mark::rank).zip(0..).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, at)| at).collect()
    }

    /// The position of the row with these values.
    pub fn find(&self, values: &[Value]) -> Option<u32> {
        self.first.find(values)
    }

    /// The positions of the rows that start with these values; here an absence is found, too.
    pub fn starting_with(&self, group: &[Value]) -> Range<u32> {
        self.first.positions(group)
    }

    /// True where there is a row with these values.
    pub fn contains(&self, row: &[Value]) -> bool {
        self.first.contains(row)
    }

    /// The mark of the row with these values.
    pub fn mark(&self, row: &[Value]) -> Option<Mark> {
        self.first.mark(row)
    }

    /// An order that begins with these columns, in whichever sequence; made where there is none.
    pub fn order(&self, columns: &[u32]) -> Arc<Order> {
        let fits = |permutation: &[u32]| begins(permutation, columns);
        self.made(&fits).unwrap_or_else(|| self.make(columns, &fits))
    }

    /// The order that begins with exactly this sequence of columns, made where there is none.
    pub fn arrange(&self, sequence: &[u32]) -> Arc<Order> {
        self.made(&|columns| columns.starts_with(sequence))
            .unwrap_or_else(|| self.make(sequence, &|columns| columns.starts_with(sequence)))
    }

    /// An order that begins with these columns, in whichever sequence, if there is one.
    pub fn made_order(&self, columns: &[u32]) -> Option<Arc<Order>> {
        self.made(&|permutation| begins(permutation, columns))
    }

    /// The rows by a hash of their values in these columns, if somebody made that.
    pub(super) fn made_buckets(&self, columns: &[u32]) -> Option<Arc<Buckets>> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.iter().find(|made| made.columns() == columns).cloned()
    }

    /// The same, made once searches have passed over so many rows that it would have taken less.
    pub(super) fn buckets(&self, columns: &[u32]) -> Option<Arc<Buckets>> {
        if self.passed.load(Ordering::Relaxed) < SCANS * self.len() {
            return None;
        }
        let mut buckets = self.buckets.write().unwrap_or_else(PoisonError::into_inner);
        // Another search may have made them since.
        if let Some(made) = buckets.iter().find(|made| made.columns() == columns) {
            return Some(made.clone());
        }
        let made = Arc::new(Buckets::new(&self.first, columns));
        buckets.push(made.clone());
        self.passed.store(0, Ordering::Relaxed);
        Some(made)
    }

    /// Notes that so many rows were passed over for want of anything better.
    pub(super) fn passed_over(&self, rows: usize) {
        self.passed.fetch_add(rows, Ordering::Relaxed);
    }

    /// The order as declared.
    pub fn first_order(&self) -> &Arc<Order> {
        &self.first
    }

    fn made(&self, fits: &dyn Fn(&[u32]) -> bool) -> Option<Arc<Order>> {
        if fits(self.first.columns()) {
            return Some(self.first.clone());
        }
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        others.iter().find(|order| fits(order.columns())).cloned()
    }

    fn make(&self, sequence: &[u32], fits: &dyn Fn(&[u32]) -> bool) -> Arc<Order> {
        let rest = (0..self.arity as u32).filter(|column| !sequence.contains(column));
        let permutation: Vec<u32> = sequence.iter().copied().chain(rest).collect();
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have made it since.
        if let Some(order) = others.iter().find(|order| fits(order.columns())) {
            return order.clone();
        }
        let order = Arc::new(self.first.turned(&permutation));
        others.push(order.clone());
        order
    }

    /// Changes every further order. A fork that shares them keeps its own.
    fn follow(&mut self, change: impl Fn(&mut Order)) {
        if Arc::get_mut(&mut self.others).is_none() {
            let kept = self.others.read().unwrap_or_else(PoisonError::into_inner).clone();
            self.others = Arc::new(RwLock::new(kept));
        }
        if let Some(others) = Arc::get_mut(&mut self.others) {
            let others = others.get_mut().unwrap_or_else(PoisonError::into_inner);
            others.iter_mut().for_each(|order| change(Arc::make_mut(order)));
        }
        if self.distinct.get().is_some() {
            self.distinct = Arc::default();
        }
        // They know rows by their positions.
        self.buckets = Arc::default();
    }

    /// Adds a row, unless it is there; says whether it was added.
    pub fn insert(&mut self, row: &[Value], mark: Mark) -> bool {
        if self.first.contains(row) {
            return false;
        }
        Arc::make_mut(&mut self.first).insert(row, mark);
        self.marked.add(mark);
        self.follow(|order| {
            let turned: Row = order.columns().iter().map(|&column| row[column as usize]).collect();
            order.insert(&turned, Mark::FIRST);
        });
        true
    }

    /// Takes a row out; its mark, if it was there.
    pub fn remove(&mut self, row: &[Value]) -> Option<Mark> {
        if !self.first.contains(row) {
            return None;
        }
        let mark = Arc::make_mut(&mut self.first).remove(row);
        self.marked.given -= usize::from(mark.place().is_some());
        self.follow(|order| {
            let turned: Row = order.columns().iter().map(|&column| row[column as usize]).collect();
            order.remove(&turned);
        });
        Some(mark)
    }

    /// Adds rows that ascend, those that are not there yet, with one mark; they are told. Taken together they go into
    /// each order in its own sequence, page after page.
    pub(super) fn insert_all(&mut self, rows: Vec<Row>, mark: Mark) -> Vec<Row> {
        if self.is_many(rows.len()) {
            let mut added = rows;
            added.retain(|row| !self.first.contains(row));
            *self = self.exchanged(&[], &added, &vec![mark; added.len()]);
            return added;
        }
        let first = Arc::make_mut(&mut self.first);
        let mut added = rows;
        added.retain(|row| {
            let fresh = !first.contains(row);
            if fresh {
                first.insert(row, mark);
                self.marked.add(mark);
            }
            fresh
        });
        if !added.is_empty() {
            self.follow(|order| in_order(order, &added).iter().for_each(|row| order.insert(row, Mark::FIRST)));
        }
        added
    }

    /// Takes rows out that ascend; each must be there.
    pub(super) fn remove_all(&mut self, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        if self.is_many(rows.len()) {
            *self = self.exchanged(rows, &[], &[]);
            return;
        }
        let first = Arc::make_mut(&mut self.first);
        for row in rows {
            self.marked.given -= usize::from(first.remove(row).place().is_some());
        }
        self.follow(|order| {
            in_order(order, rows).iter().for_each(|row| {
                order.remove(row);
            });
        });
    }

    /// The relation with many rows taken out that are there and added that are not, both ascending; a mark for each that
    /// comes, or none where all have the first rank. No row may be in both lists. Pages without a change are shared.
    pub(super) fn exchanged(&self, went: &[Row], came: &[Row], marks: &[Mark]) -> Relation {
        let (first, marked) = self.first.merged(Changes { went, came, marks }, self.marked);
        let made = self.others.read().unwrap_or_else(PoisonError::into_inner).clone();
        // Where much changes, an order that somebody asks for is made anew in less time.
        let few = (went.len() + came.len()) * OFTEN <= self.len();
        let others = made.iter().filter(|_| few).map(|order| {
            let (went, came) = (in_order(order, went), in_order(order, came));
            Arc::new(order.merged(Changes { went: &went, came: &came, marks: &[] }, Marked::default()).0)
        });
        let others = Arc::new(RwLock::new(others.collect()));
        let distinct = if few { self.distinct.clone() } else { Arc::default() };
        Relation { others, distinct, ..Relation::of_order(first, marked) }
    }

    /// True where [`Relation::exchanged`] costs less than changing so many rows one by one.
    fn is_many(&self, rows: usize) -> bool {
        rows > MANY && rows * OFTEN * 2 > self.len()
    }

    /// Gives a row that is there another mark.
    pub fn set_mark(&mut self, row: &[Value], mark: Mark) {
        let Some(before) = self.mark(row).filter(|before| *before != mark) else { return };
        self.marked.add(mark);
        self.marked.given -= usize::from(before.place().is_some());
        Arc::make_mut(&mut self.first).set_mark(row, mark);
    }

    /// About how many bytes the rows take in all their orders.
    pub fn bytes(&self) -> usize {
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        self.first.bytes()
            + others.iter().map(|order| order.bytes()).sum::<usize>()
            + buckets.iter().map(|buckets| buckets.bytes()).sum::<usize>()
    }

    /// About how many different values a column has, from a sample.
    pub(super) fn distinct(&self, column: u32) -> usize {
        let all = self.distinct.get_or_init(|| {
            let step = self.len().div_ceil(SAMPLE).max(1);
            let sample: Vec<Row> = (0..self.len() as u32).step_by(step).map(|at| self.row(at)).collect();
            let spread = |column| match column {
                0 => self.groups(&sample),
                _ => spread(sample.iter().map(|row| row[column]).collect(), self.len()),
            };
            (0..self.arity).map(spread).collect()
        });
        all.get(column as usize).copied().unwrap_or(1)
    }

    /// About how many different first values there are. Each row is a share of its group, and so says it of all.
    fn groups(&self, sample: &[Row]) -> usize {
        let share = |row: &Row| 1.0 / self.starting_with(&row[..1]).len().max(1) as f64;
        let groups = sample.iter().map(share).sum::<f64>() / sample.len().max(1) as f64 * self.len() as f64;
        (groups.round() as usize).max(1)
    }
}

/// Rows as an order has them, ascending.
fn in_order(order: &Order, rows: &[Row]) -> Vec<Row> {
    let turn = |row: &Row| order.columns().iter().map(|&column| row[column as usize]).collect::<Row>();
    let mut turned: Vec<Row> = rows.iter().map(turn).collect();
    turned.sort_unstable();
    turned
}

/// True where the first of a permutation's columns are these, in whichever sequence.
fn begins(permutation: &[u32], columns: &[u32]) -> bool {
    permutation.get(..columns.len()).is_some_and(|start| columns.iter().all(|column| start.contains(column)))
}

/// About how many values a column of so many rows has that shows these in a sample.
fn spread(mut sample: Vec<Value>, rows: usize) -> usize {
    let seen = sample.len();
    sample.sort_unstable();
    sample.dedup();
    // Where few values come up twice, there are more of them than the sample shows.
    if sample.len() * 2 > seen { rows * sample.len() / seen } else { sample.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(n: u32) -> Value {
        Value::from_bits(n)
    }

    #[test]
    fn rows_are_kept_once_in_the_order_of_their_values() {
        let mut relation = Relation::new(2);
        assert!(relation.insert(&[v(1), v(3)], Mark::ranked(2)));
        assert!(relation.insert(&[v(1), v(2)], Mark::given(0)));
        assert!(!relation.insert(&[v(1), v(2)], Mark::ranked(2)));
        assert!(relation.insert(&[Value::NONE, v(3)], Mark::FIRST));
        let rows: Vec<Row> = relation.rows().collect();
        assert_eq!(rows, [[Value::NONE, v(3)], [v(1), v(2)], [v(1), v(3)]].map(|row| Row::from(&row[..])));
        assert_eq!((0..3).map(|at| relation.rank(at)).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!((relation.given(1), relation.given_rows()), (Some(0), 1));
        assert_eq!((relation.starting_with(&[v(1)]), relation.starting_with(&[Value::NONE])), (1..3, 0..1));
        relation.set_mark(&[v(1), v(2)], Mark::FIRST);
        assert_eq!((relation.given_rows(), relation.remove(&[v(1), v(2)])), (0, Some(Mark::FIRST)));
        assert_eq!(relation.find(&[v(1), v(3)]), Some(1));
    }

    #[test]
    fn further_orders_follow_and_forks_keep_their_own() {
        let mut relation = Relation::new(2);
        relation.insert(&[v(1), v(2)], Mark::FIRST);
        let fork = relation.clone();
        assert_eq!(fork.order(&[1]).columns(), [1, 0]);
        relation.insert(&[v(3), v(2)], Mark::FIRST);
        let found: Vec<Value> = relation.order(&[1]).group(v(2)).each().map(|tail| tail[0]).collect();
        assert_eq!((found, fork.order(&[1]).group(v(2)).len()), (vec![v(1), v(3)], 1));
        assert_eq!(relation.others.read().unwrap().len(), 1);
    }

    #[test]
    fn a_relation_without_columns_has_one_row_at_most() {
        let mut relation = Relation::new(0);
        assert_eq!(relation.find(&[]), None);
        assert!(relation.insert(&[], Mark::FIRST));
        assert!(!relation.insert(&[], Mark::FIRST));
        assert_eq!((relation.find(&[]), relation.len(), relation.row(0).len()), (Some(0), 1, 0));
        assert_eq!((relation.order(&[]).prefix(&[]).len(), relation.starting_with(&[])), (1, 0..1));
    }
}
