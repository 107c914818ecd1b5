//! Goes through the groups of an order, and through its rows.

use super::directory::Directory;
use super::order::Node;
use super::piece::Piece;
use super::tails::Tails;
use crate::base::Value;
use std::sync::Arc;

/// The groups of an order, ascending by their first value.
#[derive(Clone, Debug)]
pub struct Groups<'a> {
    nodes: &'a [Arc<Node>],
    pieces: &'a [Arc<Piece>],
    piece: Option<&'a Piece>,
    /// Where to go on in the piece: of a page a place in its first values, of a set the lowest value that may be next.
    at: usize,
    /// Lower values than this are passed over.
    from: u32,
    to: u32,
}

impl<'a> Groups<'a> {
    pub(super) fn new(nodes: &'a Directory<Arc<Node>>, from: u32, to: u32) -> Groups<'a> {
        let rest = nodes.items().get(nodes.place(from)..).unwrap_or_default();
        let (pieces, nodes) = match rest.split_first() {
            Some((node, nodes)) => (node.items().get(node.place(from)..).unwrap_or_default(), nodes),
            None => (&[][..], rest),
        };
        Groups { nodes, pieces, piece: None, at: 0, from, to }
    }

    fn next_piece(&mut self) -> Option<&'a Piece> {
        loop {
            if let Some((piece, rest)) = self.pieces.split_first() {
                self.pieces = rest;
                return Some(piece);
            }
            let (node, rest) = self.nodes.split_first()?;
            (self.pieces, self.nodes) = (node.items(), rest);
        }
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = (Value, Tails<'a>);

    #[inline]
    fn next(&mut self) -> Option<(Value, Tails<'a>)> {
        loop {
            let found = match self.piece {
                None => {
                    let piece = self.next_piece()?;
                    self.at = match piece {
                        Piece::Page(page) => page.firsts().from(self.from),
                        Piece::Set(_) => self.from as usize,
                        Piece::Apart(_) => 0,
                    };
                    self.piece = Some(piece);
                    continue;
                }
                Some(Piece::Page(page)) => page.firsts().group(self.at).map(|(first, rows, next)| {
                    self.at = next;
                    (first, page.some(rows))
                }),
                Some(Piece::Set(set)) => u32::try_from(self.at).ok().and_then(|at| set.next(at)).map(|first| {
                    self.at = first as usize + 1;
                    (first, Tails::one(&[], 1, 0))
                }),
                Some(Piece::Apart(apart)) => (self.at == 0 && apart.first() >= self.from).then(|| {
                    self.at = 1;
                    (apart.first(), apart.all())
                }),
            };
            match found {
                Some((first, _)) if first > self.to => return None,
                Some((first, tails)) => return Some((Value::from_bits(first), tails)),
                None => self.piece = None,
            }
        }
    }
}

/// The tails of all rows of an order, without their first values: slices of whole tails, one after another. To pass over
/// rows so takes a fraction of what it takes to go from group to group.
#[derive(Clone, Debug)]
pub struct Slices<'a> {
    nodes: &'a [Arc<Node>],
    pieces: &'a [Arc<Piece>],
    tails: Tails<'a>,
}

impl<'a> Slices<'a> {
    pub(super) fn new(nodes: &'a Directory<Arc<Node>>) -> Slices<'a> {
        Slices { nodes: nodes.items(), pieces: &[], tails: Tails::none(0) }
    }
}

impl<'a> Iterator for Slices<'a> {
    type Item = &'a [Value];

    fn next(&mut self) -> Option<&'a [Value]> {
        loop {
            if let Some(slice) = self.tails.next_slice() {
                return Some(slice);
            }
            if let Some((piece, rest)) = self.pieces.split_first() {
                (self.tails, self.pieces) = (piece.all(), rest);
                continue;
            }
            let (node, rest) = self.nodes.split_first()?;
            (self.pieces, self.nodes) = (node.items(), rest);
        }
    }
}

/// Rows of an order one after another: the first value and the tail of each.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    groups: Option<Groups<'a>>,
    first: Value,
    tails: Tails<'a>,
    slice: &'a [Value],
}

impl<'a> Cursor<'a> {
    /// The rows of one first value, and after them those of all groups.
    pub(super) fn new(groups: Option<Groups<'a>>, first: Value, tails: Tails<'a>) -> Cursor<'a> {
        Cursor { groups, first, tails, slice: &[] }
    }

    /// No rows.
    pub(in crate::eval) fn none() -> Cursor<'a> {
        Cursor::new(None, Value::NONE, Tails::none(0))
    }
}

impl<'a> Iterator for Cursor<'a> {
    type Item = (Value, &'a [Value]);

    #[inline]
    fn next(&mut self) -> Option<(Value, &'a [Value])> {
        loop {
            let width = self.tails.width();
            if width == 0 {
                if self.tails.next_bare() {
                    return Some((self.first, &[]));
                }
            } else {
                if self.slice.is_empty() {
                    self.slice = self.tails.next_slice().unwrap_or_default();
                }
                if !self.slice.is_empty() {
                    let (tail, rest) = self.slice.split_at(width);
                    self.slice = rest;
                    return Some((self.first, tail));
                }
            }
            (self.first, self.tails) = self.groups.as_mut()?.next()?;
        }
    }
}
