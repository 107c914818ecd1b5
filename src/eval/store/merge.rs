//! An order with many rows taken out and added at once: the pages are gone through once, and those without a change are
//! shared with the order as it was.

use super::apart::large;
use super::build::Packer;
use super::directory::Directory;
use super::order::{FULL, Node, Order};
use super::page::{self, Page};
use super::piece::Piece;
use super::set::{self, Set};
use crate::base::Value;
use crate::eval::mark::{Mark, Marked};
use crate::eval::row::Row;
use std::cmp::Ordering;
use std::sync::Arc;

/// A piece of which less than one of so many rows changes is copied and changed in place.
const FEW: usize = 16;

/// What is to change: rows in the sequence of the order's columns, ascending, each once. No row both goes and comes.
#[derive(Clone, Copy)]
pub(in crate::eval) struct Changes<'a> {
    /// Rows that are there.
    pub went: &'a [Row],
    /// Rows that are not.
    pub came: &'a [Row],
    /// A mark for each that comes, in the first order; elsewhere none.
    pub marks: &'a [Mark],
}

impl<'a> Changes<'a> {
    /// Takes away those that begin with a lower value, or all.
    fn before(&mut self, first: Option<u32>) -> Changes<'a> {
        let part = |rows: &[Row]| first.map_or(rows.len(), |first| rows.partition_point(|row| begin(row) < first));
        let (went, came) = (self.went.split_at(part(self.went)), self.came.split_at(part(self.came)));
        let marks = self.marks.split_at(came.0.len().min(self.marks.len()));
        *self = Changes { went: went.1, came: came.1, marks: marks.1 };
        Changes { went: went.0, came: came.0, marks: marks.0 }
    }

    fn is_empty(&self) -> bool {
        self.went.is_empty() && self.came.is_empty()
    }

    fn len(&self) -> usize {
        self.went.len() + self.came.len()
    }

    fn mark(&self, at: usize) -> Mark {
        self.marks.get(at).copied().unwrap_or(Mark::FIRST)
    }

    /// True where all rows begin with this value.
    fn only(&self, first: u32) -> bool {
        [self.went, self.came].iter().all(|rows| {
            rows.first().is_none_or(|row| begin(row) == first) && rows.last().is_none_or(|row| begin(row) == first)
        })
    }
}

/// The first value of a row; one without columns stands as an absence.
fn begin(row: &[Value]) -> u32 {
    row.first().map_or(Value::NONE.bits(), |value| value.bits())
}

fn tail(row: &[Value]) -> &[Value] {
    row.get(1..).unwrap_or_default()
}

impl Order {
    /// The order after a change, and what is known of its marks; `marked` says what was known before.
    pub(in crate::eval) fn merged(&self, mut changes: Changes<'_>, mut marked: Marked) -> (Order, Marked) {
        let rows = self.len() + changes.came.len() - changes.went.len();
        let bytes = self.bytes() * rows / self.len().max(1) + if self.is_empty() { 4 * rows } else { 0 };
        changes.marks.iter().for_each(|mark| marked.add(*mark));
        let (mut nodes, mut made) = (Directory::default(), Made::new(self.width()));
        let old = self.nodes();
        for (at, node) in old.items().iter().enumerate() {
            let next = (at + 1 < old.len()).then(|| old.key(at + 1));
            let mine = changes.before(next);
            if mine.is_empty() {
                nodes.push(old.key(at), node.clone(), node.rows());
            } else {
                add_node(&mut nodes, merged_node(node, mine, &mut made, &mut marked));
            }
        }
        if old.len() == 0 {
            (0..changes.came.len()).for_each(|at| made.push_change(&changes, at));
            let mut node = Node::default();
            made.finish(&mut node);
            add_node(&mut nodes, node);
        }
        (Order::of_nodes(self.columns(), nodes, bytes), marked)
    }
}

fn add_node(nodes: &mut Directory<Arc<Node>>, mut node: Node) {
    while node.len() > 0 {
        let rest = (node.len() > FULL).then(|| node.split_off(FULL / 2));
        let rows = node.rows();
        nodes.push(node.key(0), Arc::new(node), rows);
        match rest {
            Some(rest) => node = rest,
            None => return,
        }
    }
}

fn merged_node(old: &Node, mut changes: Changes<'_>, made: &mut Made, marked: &mut Marked) -> Node {
    let width = made.width;
    let mut node = Node::default();
    for (at, piece) in old.items().iter().enumerate() {
        let next = (at + 1 < old.len()).then(|| old.key(at + 1));
        let mine = changes.before(next);
        if mine.is_empty() {
            add(&mut node, old.key(at), piece.clone());
        } else if mine.len() < piece.rows() / FEW && has_room(piece, &mine, width) {
            let mut piece = Piece::clone(piece);
            for row in mine.went {
                let at = piece.range(row).start;
                marked.given -= usize::from(piece.remove(at, row[0]).place().is_some());
            }
            mine.came.iter().enumerate().for_each(|(at, row)| piece.insert(row, mine.mark(at)));
            let key = mine.came.first().map_or(old.key(at), |row| begin(row).min(old.key(at)));
            add(&mut node, key, Arc::new(piece));
        } else {
            made.clear();
            made.merge(piece, &mine, marked);
            made.finish(&mut node);
        }
    }
    node
}

/// True where a piece takes the rows that come without being cut.
fn has_room(piece: &Piece, changes: &Changes<'_>, width: usize) -> bool {
    match piece.group() {
        Some(first) => changes.only(first),
        None if width == 0 => piece.rows() + changes.came.len() <= set::FULL,
        None => piece.rows() + changes.came.len() <= page::full(width),
    }
}

/// Adds a piece at the end, or to the last one where both are small.
fn add(node: &mut Node, key: u32, piece: Arc<Piece>) {
    let rows = piece.rows() as u32;
    if let Some(last) = node.len().checked_sub(1)
        && node.items()[last].may_absorb(&piece)
    {
        Arc::make_mut(node.item_mut(last)).absorb(&piece);
        node.change(last, rows as i32);
        return;
    }
    node.push(key, piece, rows);
}

/// The rows of a piece in the making.
struct Made {
    width: usize,
    values: Vec<u32>,
    ends: Vec<usize>,
    tails: Vec<Value>,
    marks: Vec<u32>,
    rows: usize,
}

impl Made {
    fn new(width: usize) -> Made {
        Made { width, values: Vec::new(), ends: Vec::new(), tails: Vec::new(), marks: Vec::new(), rows: 0 }
    }

    fn clear(&mut self) {
        self.values.clear();
        self.ends.clear();
        self.tails.clear();
        self.marks.clear();
        self.rows = 0;
    }

    fn push(&mut self, first: u32, tail: &[Value], mark: Mark) {
        self.rows += 1;
        if self.values.last() != Some(&first) {
            self.values.push(first);
            self.ends.push(self.rows);
        } else if let Some(end) = self.ends.last_mut() {
            *end = self.rows;
        }
        self.tails.extend_from_slice(tail);
        self.marks.push(mark.bits());
    }

    fn push_change(&mut self, changes: &Changes<'_>, at: usize) {
        self.push(begin(&changes.came[at]), tail(&changes.came[at]), changes.mark(at));
    }

    /// Takes in the rows of a piece with a change.
    fn merge(&mut self, piece: &Piece, changes: &Changes<'_>, marked: &mut Marked) {
        let (mut went, mut came) = (0, 0);
        each_row(piece, self.width, |first, rest, mark| {
            while let Some(row) = changes.came.get(came)
                && begin(row).cmp(&first).then_with(|| tail(row).cmp(rest)) == Ordering::Less
            {
                self.push_change(changes, came);
                came += 1;
            }
            if let Some(row) = changes.went.get(went)
                && begin(row) == first
                && tail(row) == rest
            {
                marked.given -= usize::from(mark.place().is_some());
                went += 1;
            } else {
                self.push(first, rest, mark);
            }
        });
        (came..changes.came.len()).for_each(|at| self.push_change(changes, at));
    }

    /// Adds the rows to a node: as one piece where they fit in one.
    fn finish(&self, node: &mut Node) {
        let Some(&first) = self.values.first() else { return };
        let (full, group) = if self.width == 0 { (set::FULL, 0) } else { (page::full(self.width), large(self.width)) };
        let fits = self.rows <= full && (self.width == 0 || self.rows <= group);
        if fits && self.width == 0 {
            add(node, first, Arc::new(Piece::Set(Set::new(&self.values, &self.marks))));
        } else if fits {
            let ends: Vec<u16> = self.ends.iter().map(|&end| end as u16).collect();
            let page = Page::new(self.width, &self.values, &ends, &self.tails, &self.marks);
            add(node, first, Arc::new(Piece::Page(page)));
        } else {
            let (mut packer, mut from) = (Packer::new(self.width), 0);
            for (&value, &end) in self.values.iter().zip(&self.ends) {
                packer.push(value, &self.tails[from * self.width..end * self.width], &self.marks[from..end]);
                from = end;
            }
            let (order, _) = packer.finish(&[]);
            for made in order.nodes().items() {
                (0..made.len()).for_each(|at| add(node, made.key(at), made.items()[at].clone()));
            }
        }
    }
}

/// Shows each row of a piece: its first value, its tail, its mark.
fn each_row(piece: &Piece, width: usize, mut show: impl FnMut(u32, &[Value], Mark)) {
    match piece {
        Piece::Page(page) => {
            let mut at = 0;
            while let Some((first, rows, next)) = page.firsts().group(at) {
                let tails = page.some(rows.clone());
                for (row, tail) in rows.zip(tails.each()) {
                    show(first, tail, page.marks().get(row));
                }
                at = next;
            }
        }
        Piece::Set(set) => {
            let mut next = set.next(0);
            let mut row = 0;
            while let Some(value) = next {
                show(value, &[], set.marks().get(row));
                row += 1;
                next = value.checked_add(1).and_then(|value| set.next(value));
            }
        }
        Piece::Apart(apart) => {
            apart.each_piece(|tails, marks| {
                for (at, tail) in tails.chunks_exact(width).enumerate() {
                    show(apart.first(), tail, marks.get(at));
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::relation::Relation;
    use std::collections::BTreeMap;

    fn row(arity: usize, n: u32, spread: u32) -> Row {
        let values = [n % spread, n / 7 % 40, n / 3 % 1000];
        let values = if arity == 2 && n & 1 == 0 { [5, n % 100_000, 0] } else { values };
        values[..arity].iter().map(|&n| Value::from_bits(n)).collect()
    }

    #[test]
    fn many_changes_at_once_are_the_same_as_one_by_one() {
        for (arity, spread) in [(0, 1), (1, 100_000), (1, 5_000_000), (2, 50), (2, 90_000), (3, 30), (3, 3000)] {
            let (mut relation, mut model, mut seed) = (Relation::new(arity), BTreeMap::<Row, Mark>::new(), 11u32);
            relation.order(&(0..arity as u32).rev().take(1).collect::<Vec<_>>());
            for step in 0..12 {
                let fork = relation.clone();
                let kept: Vec<Row> = fork.rows().collect();
                let (mut went, mut came) = (Vec::new(), BTreeMap::new());
                let many = [20, 6000, 3, 900][step % 4];
                for _ in 0..many {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let row = row(arity, seed >> 5, spread);
                    match model.contains_key(&row) {
                        true => went.push(row),
                        false => drop(came.insert(row, Mark::given(seed as usize >> 8))),
                    }
                }
                if step % 3 == 2 {
                    went.extend(model.keys().filter(|row: &&Row| row.iter().all(|v| v.bits() % 5 > 0)).cloned());
                }
                went.sort();
                went.dedup();
                let (rows, marks): (Vec<Row>, Vec<Mark>) = came.clone().into_iter().unzip();
                relation = relation.exchanged(&went, &rows, &marks);
                went.iter().for_each(|row| {
                    let _ = model.remove(row);
                });
                model.extend(came);
                assert!(relation.rows().eq(model.keys().cloned()), "{arity} {spread} {step}");
                assert!(relation.marks().eq(model.values().copied()), "{arity} {spread} {step}");
                assert_eq!((relation.len(), relation.given_rows()), (model.len(), model.len()));
                for (at, row) in model.keys().enumerate().step_by(17) {
                    assert_eq!(relation.find(row), Some(at as u32));
                    let column = arity.saturating_sub(1);
                    let order = relation.order(&[column as u32][..arity.min(1)]);
                    let turned: Row = order.columns().iter().map(|&column| row[column as usize]).collect();
                    assert!(order.contains(&turned));
                    assert_eq!(order.len(), model.len());
                }
                assert!(fork.rows().eq(kept));
                // What was put together is changed one by one as well.
                let gone: Vec<Row> = model.keys().step_by(101).cloned().collect();
                gone.iter().for_each(|row| assert_eq!(relation.remove(row), model.remove(row)));
            }
        }
    }
}
