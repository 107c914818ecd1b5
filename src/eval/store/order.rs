//! All rows of a relation, sorted by a permutation of its columns.
//!
//! Rows stand in pieces of some hundred, a directory in nodes of some hundred pieces. Pieces and nodes are shared
//! handles: a clone copies the directory of nodes, and a change copies one node and one piece where they are shared and
//! nothing where they are not. Pieces cover ranges of first values, never parts of a group, so a group is found in one
//! step and read as a slice; only a group of thousands of rows is cut, and then it stands alone.

use super::cursor::{Cursor, Groups, Slices};
use super::directory::Directory;
use super::page::Near;
use super::piece::Piece;
use super::sort;
use super::tails::Tails;
use crate::base::Value;
use crate::eval::mark::Mark;
use std::ops::Range;
use std::sync::Arc;

/// A node with more pieces than this is cut in two.
pub(super) const FULL: usize = 256;
/// So many groups are looked up together.
const TOGETHER: usize = 64;
/// With so many pieces a node is made.
pub(super) const MADE: usize = 128;

pub(super) type Node = Directory<Arc<Piece>>;

/// The rows of a relation by a permutation of its columns, ascending by the bits of the values.
///
/// A row in the order of the permutation is its *sequence*: the first value, then the tail. A relation without columns
/// is kept as one with a single column that is always absent.
#[derive(Clone, Debug, Default)]
pub struct Order {
    columns: Box<[u32]>,
    width: usize,
    nodes: Directory<Arc<Node>>,
    bytes: usize,
}

/// The sequence of a row without columns.
const NOTHING: [Value; 1] = [Value::NONE];

fn sequence(values: &[Value]) -> &[Value] {
    if values.is_empty() { &NOTHING } else { values }
}

impl Order {
    pub(in crate::eval) fn new(columns: &[u32]) -> Order {
        Order::of_nodes(columns, Directory::default(), 0)
    }

    pub(super) fn of_nodes(columns: &[u32], nodes: Directory<Arc<Node>>, bytes: usize) -> Order {
        Order { columns: columns.into(), width: columns.len().max(1) - 1, nodes, bytes }
    }

    pub(super) fn nodes(&self) -> &Directory<Arc<Node>> {
        &self.nodes
    }

    /// The permutation: which column stands in each place.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.nodes.rows() as usize
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.nodes.rows() == 0
    }

    /// The words of a stored tail: the columns but one.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The piece where a first value would stand.
    #[inline]
    fn piece(&self, first: Value) -> Option<&Piece> {
        let node = self.nodes.items().get(self.nodes.place(first.bits()))?;
        node.items().get(node.place(first.bits())).map(|piece| &**piece)
    }

    /// The rows whose first value this is.
    #[inline]
    pub fn group(&self, first: Value) -> Tails<'_> {
        self.piece(first).map_or(Tails::none(self.width), |piece| piece.prefix(&[first]))
    }

    /// Adds the group of each of these first values to `found`. Many together take a fraction of the time that they take one
    /// by one: each step is done for all before the next, so that the memory is waited for once, not once a value.
    pub fn look_up<'a>(&'a self, firsts: &[Value], found: &mut Vec<Tails<'a>>) {
        let mut pieces: [Option<&'a Piece>; TOGETHER] = [None; TOGETHER];
        let mut near: [Option<Near<'a>>; TOGETHER] = [None; TOGETHER];
        for firsts in firsts.chunks(TOGETHER) {
            for (piece, &first) in pieces.iter_mut().zip(firsts) {
                *piece = self.piece(first);
            }
            for (near, piece) in near.iter_mut().zip(&pieces) {
                *near = piece.and_then(Piece::near);
            }
            found.extend(firsts.iter().zip(near.iter().zip(&pieces)).map(|(&first, (near, piece))| match near {
                Some(near) => near.group(first),
                None => piece.map_or(Tails::none(self.width), |piece| piece.prefix(&[first])),
            }));
        }
    }

    /// The rows that begin with this key, which has at least one value unless there are no columns.
    #[inline]
    pub fn prefix(&self, key: &[Value]) -> Tails<'_> {
        let key = sequence(key);
        let piece = self.piece(key[0]);
        piece.map_or(Tails::none(self.width), |piece| piece.prefix(key)).skipping(key.len() - 1)
    }

    /// True where there is a row of this sequence.
    #[inline]
    pub fn contains(&self, values: &[Value]) -> bool {
        let values = sequence(values);
        self.piece(values[0]).is_some_and(|piece| piece.contains(values))
    }

    /// All groups of rows with one first value, ascending. Of a relation with one column each group has one row and an
    /// empty tail.
    pub fn groups(&self) -> Groups<'_> {
        Groups::new(&self.nodes, 0, u32::MAX)
    }

    /// The groups from one first value to another, both included.
    pub fn groups_between(&self, from: Value, to: Value) -> Groups<'_> {
        Groups::new(&self.nodes, from.bits(), to.bits())
    }

    /// The tails of all rows, in slices; none where there is one column or less.
    pub fn slices(&self) -> Slices<'_> {
        Slices::new(&self.nodes)
    }

    /// All rows, one after another.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor::new(Some(self.groups()), Value::NONE, Tails::none(self.width))
    }

    /// The rows that begin with a key, one after another; all rows for an empty one.
    pub fn cursor_at(&self, key: &[Value]) -> Cursor<'_> {
        let Some(&first) = key.first() else { return self.cursor() };
        Cursor::new(None, first, self.prefix(key))
    }

    /// The same rows, of which this is the first order, by a permutation; without marks.
    pub(in crate::eval) fn turned(&self, permutation: &[u32]) -> Order {
        let (mut firsts, mut tails) = (Vec::with_capacity(self.len()), Vec::with_capacity(self.len() * self.width));
        for (first, tail) in self.cursor() {
            let value = |column: u32| if column == 0 { first } else { tail[column as usize - 1] };
            firsts.push(value(permutation[0]).bits());
            tails.extend(permutation[1..].iter().map(|&column| value(column)));
        }
        sort::sorted(permutation, firsts, tails, None).0
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The first value and the tail at a position, which must be one.
    pub(in crate::eval) fn sequence(&self, position: u32) -> (Value, &[Value]) {
        let (piece, row) = self.piece_of_row(position);
        piece.row(row)
    }

    pub(in crate::eval) fn mark_at(&self, position: u32) -> Mark {
        let (piece, row) = self.piece_of_row(position);
        piece.mark(row)
    }

    /// The marks of all rows, by position.
    pub(in crate::eval) fn marks(&self) -> impl Iterator<Item = Mark> {
        let pieces = self.nodes.items().iter().flat_map(|node| node.items());
        pieces.flat_map(|piece| (0..piece.rows()).map(|row| piece.mark(row)))
    }

    fn piece_of_row(&self, position: u32) -> (&Piece, usize) {
        let (at, row) = self.nodes.place_of_row(position);
        let node = &self.nodes.items()[at];
        let (at, row) = node.place_of_row(row);
        (&node.items()[at], row as usize)
    }

    /// The positions of the rows that begin with a key.
    pub(in crate::eval) fn positions(&self, key: &[Value]) -> Range<u32> {
        if key.is_empty() {
            return 0..self.len() as u32;
        }
        let at = self.nodes.place(key[0].bits());
        let Some(node) = self.nodes.items().get(at) else { return 0..0 };
        let inside = node.place(key[0].bits());
        let Some(piece) = node.items().get(inside) else { return 0..0 };
        let before = self.nodes.start(at) + node.start(inside);
        let range = piece.range(key);
        before + range.start as u32..before + range.end as u32
    }

    pub(in crate::eval) fn find(&self, values: &[Value]) -> Option<u32> {
        let range = self.positions(sequence(values));
        (!range.is_empty()).then_some(range.start)
    }

    pub(in crate::eval) fn mark(&self, values: &[Value]) -> Option<Mark> {
        let values = sequence(values);
        let piece = self.piece(values[0])?;
        let range = piece.range(values);
        (!range.is_empty()).then(|| piece.mark(range.start))
    }

    /// Adds a row that is not there.
    pub(in crate::eval) fn insert(&mut self, values: &[Value], mark: Mark) {
        let values = sequence(values);
        self.bytes += 4 * values.len();
        let first = values[0].bits();
        if self.nodes.len() == 0 {
            self.nodes.push(first, Arc::default(), 0);
        }
        let at = self.nodes.place(first);
        self.nodes.lower(at, first);
        let node = Arc::make_mut(self.nodes.item_mut(at));
        insert(node, values, mark);
        let rest = (node.len() > FULL).then(|| node.split_off(node.len() / 2));
        let kept = node.rows();
        self.nodes.change(at, 1);
        if let Some(rest) = rest {
            let key = rest.key(0);
            self.nodes.split(at, kept, key, Arc::new(rest));
        }
    }

    /// Takes out a row that is there; its mark.
    pub(in crate::eval) fn remove(&mut self, values: &[Value]) -> Mark {
        let values = sequence(values);
        self.bytes = self.bytes.saturating_sub(4 * values.len());
        let at = self.nodes.place(values[0].bits());
        let node = Arc::make_mut(self.nodes.item_mut(at));
        let mark = remove(node, values);
        let empty = node.len() == 0;
        self.nodes.change(at, -1);
        if empty {
            self.nodes.remove(at);
        }
        mark
    }

    /// Gives a row that is there another mark.
    pub(in crate::eval) fn set_mark(&mut self, values: &[Value], mark: Mark) {
        let values = sequence(values);
        let first = values[0].bits();
        let at = self.nodes.place(first);
        let node = Arc::make_mut(self.nodes.item_mut(at));
        let at = node.place(first);
        let piece = Arc::make_mut(node.item_mut(at));
        let row = piece.range(values).start;
        piece.set_mark(row, mark);
    }
}

/// Adds a row that is not there.
fn insert(node: &mut Node, values: &[Value], mark: Mark) {
    let first = values[0].bits();
    let mut at = node.place(first);
    if let Some(piece) = node.items().get(at)
        && !piece.takes(first)
    {
        // Next to a large group: in the piece after it, or in one of its own.
        at += usize::from(first > node.key(at));
    }
    match node.items().get(at) {
        Some(piece) if piece.takes(first) => node.lower(at, first),
        _ => return node.insert(at, first, Arc::new(Piece::of(values, mark)), 1),
    }
    let piece = Arc::make_mut(node.item_mut(at));
    piece.insert(values, mark);
    let rest = piece.relieve();
    let (kept, large) = (piece.rows() as u32, piece.group());
    node.change(at, 1);
    if let Some(first) = large {
        node.set_key(at, first);
    }
    if let Some((key, rest)) = rest {
        node.split(at, kept, key, Arc::new(rest));
    }
}

/// Takes out a row that is there.
fn remove(node: &mut Node, values: &[Value]) -> Mark {
    let at = node.place(values[0].bits());
    let piece = Arc::make_mut(node.item_mut(at));
    let row = piece.range(values).start;
    let mark = piece.remove(row, values[0]);
    let empty = piece.rows() == 0;
    node.change(at, -1);
    if empty {
        node.remove(at);
        return mark;
    }
    // A piece that has become small joins a neighbour.
    for at in [at, at.wrapping_sub(1)] {
        let pair = node.items().get(at).zip(node.items().get(at.wrapping_add(1)));
        let Some((_, next)) = pair.filter(|(piece, next)| piece.may_absorb(next)) else { continue };
        let next = next.clone();
        Arc::make_mut(node.item_mut(at)).absorb(&next);
        node.merge(at + 1);
        break;
    }
    mark
}
