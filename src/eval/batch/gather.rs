//! Two last searches in a row, the second by what the first finds, as in `sg(x, y) if sg(a, b) and parent(a, x) and
//! parent(b, y)`: all that follows on `a` is gathered once, and handed on in one piece for each `x`.

use super::code::{First, Gathered, Place, Search};
use super::condition::fill;
use super::pieces::Piece;
use super::run::{Batch, Run, Stop};
use super::sink::Sink;
use super::view::{Found, Scope, View};
use crate::base::Value;
use crate::eval::work::{FEW, part_of};
use crate::ir::core::{Expr, Rule, Term, Var};

/// So much is gathered before it is handed on.
const MANY: usize = 1 << 13;

/// The last pieces of a rule that become one.
pub(super) struct Last {
    /// The search whose finds are keys.
    pub from: usize,
    /// The search for the head's first column, where nothing else needs it.
    pub each: Option<usize>,
}

/// Whether the last pieces are of this kind, and which is which.
pub(super) fn last(rule: &Rule, pieces: &[Piece]) -> Option<Last> {
    let [first, Expr::Var(end)] = &rule.columns[..] else { return None };
    if !matches!(first, Expr::Var(_) | Expr::Const(_)) || first == &rule.columns[1] {
        return None;
    }
    let count = pieces.len();
    let finds = |at: usize| match pieces.get(at)? {
        Piece::Found { key, finds, .. } => match finds[..] {
            [(Place::Tail(_), var)] => Some((var, &key[..])),
            _ => None,
        },
        _ => None,
    };
    let (found, key) = finds(count.checked_sub(1)?)?;
    let [Term::Var(through)] = *key else { return None };
    if found != *end || through == found || *first == Expr::Var(through) {
        return None;
    }
    let is_from = |at: usize| finds(at).is_some_and(|(var, _)| var == through);
    let is_each = |at: usize| {
        let asks = |var: Var, at: usize| finds(at).is_some_and(|(_, key)| key.contains(&Term::Var(var)));
        finds(at).is_some_and(|(var, _)| *first == Expr::Var(var) && !asks(var, count - 2) && !asks(var, count - 3))
            && !asks(through, at)
    };
    if count >= 3 && is_from(count - 3) && is_each(count - 2) {
        return Some(Last { from: count - 3, each: Some(count - 2) });
    }
    if !is_from(count.checked_sub(2)?) {
        return None;
    }
    let each = (count >= 3 && is_each(count - 3)).then(|| count - 3);
    Some(Last { from: count - 2, each })
}

/// Room that is kept.
#[derive(Debug, Default)]
pub(super) struct Room {
    tails: Vec<Value>,
    firsts: Vec<Value>,
    key: Vec<Value>,
}

/// Hands what is gathered for each row of a batch to the sink.
pub(super) fn emit<S: Sink>(
    gathered: &Gathered,
    run: &Run<'_>,
    batch: &Batch,
    room: &mut Room,
    sink: &mut S,
) -> Result<(), Stop> {
    let Gathered { from, view, place, first } = gathered;
    let at = word(*place);
    for row in 0..batch.len {
        let keys = search(from, run.scope, batch, row, &mut room.key);
        if keys.is_empty() {
            continue;
        }
        room.firsts.clear();
        match first {
            First::Known(first) => room.firsts.push(first.of(batch, row)),
            First::Each(each) => {
                let found = search(each, run.scope, batch, row, &mut room.key);
                let (stride, at) = (found.stride(), word(each.place));
                found.pieces(0, usize::MAX, |slice| room.firsts.extend(slice.iter().skip(at).step_by(stride)));
                if let Some((part, parts)) = run.owner {
                    room.firsts.retain(|first| part_of(*first, parts) == part);
                }
            }
        }
        if room.firsts.is_empty() {
            continue;
        }
        let mut gathering = Gathering { view, at, scope: run.scope, firsts: &room.firsts, tails: &mut room.tails };
        let (stride, at) = (keys.stride(), word(from.place));
        keys.pieces(0, usize::MAX, |slice| {
            for key in slice.iter().skip(at).step_by(stride) {
                gathering.add(*key, sink);
            }
        });
        gathering.hand_on(sink);
        if row % 64 == 63 {
            sink.check()?;
        }
    }
    Ok(())
}

fn word(place: Place) -> usize {
    if let Place::Tail(at) = place { at } else { 0 }
}

fn search<'a>(search: &'a Search, scope: Scope<'a>, batch: &Batch, row: usize, key: &mut Vec<Value>) -> Found<'a> {
    fill(key, &search.key, batch, row);
    search.view.find(scope, key, search.opens)
}

/// What is gathered for one row.
struct Gathering<'a, 'b> {
    view: &'a View,
    at: usize,
    scope: Scope<'a>,
    firsts: &'b [Value],
    tails: &'b mut Vec<Value>,
}

impl Gathering<'_, '_> {
    /// Adds what is found by a key.
    #[inline]
    fn add<S: Sink>(&mut self, key: Value, sink: &mut S) {
        let found = self.view.find(self.scope, &[key], false);
        match found {
            Found::Slice(slice, 1) if slice.len() < FEW => slice.iter().for_each(|value| self.tails.push(*value)),
            _ => {
                let stride = found.stride();
                found.pieces(0, usize::MAX, |slice| match stride {
                    1 if slice.len() >= FEW => {
                        let bits = self.view.bits(self.scope, &[key]);
                        self.firsts.iter().for_each(|first| sink.take_bits(*first, slice, bits));
                    }
                    1 => self.tails.extend_from_slice(slice),
                    _ => self.tails.extend(slice.iter().skip(self.at).step_by(stride)),
                });
            }
        }
        if self.tails.len() >= MANY {
            self.hand_on(sink);
        }
    }

    fn hand_on<S: Sink>(&mut self, sink: &mut S) {
        if !self.tails.is_empty() {
            self.firsts.iter().for_each(|first| sink.take(*first, self.tails));
            self.tails.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::core::RelationId;

    /// A search whose finds are one variable.
    fn found(key: u32, var: u32) -> Piece {
        let view = View::Work { at: 0, index: None, delta: false };
        Piece::Found { view, key: vec![Term::Var(Var(key))], finds: vec![(Place::Tail(0), Var(var))], opens: false }
    }

    #[test]
    fn the_last_searches_are_gathered_in_either_order_and_only_where_nothing_else_asks() {
        let rule = |first: Expr| Rule {
            head: RelationId(0),
            columns: vec![first, Expr::Var(Var(9))],
            body: Vec::new(),
            vars: 10,
        };
        let first = |pieces: &[Piece], head: Expr| last(&rule(head), pieces).map(|last| (last.from, last.each));
        let x = Expr::Var(Var(8));
        // `b` is 1, found by `a`, which is 0; `x` is 8; `y` is 9.
        assert_eq!(first(&[found(0, 1), found(0, 8), found(1, 9)], x.clone()), Some((0, Some(1))));
        assert_eq!(first(&[found(0, 8), found(0, 1), found(1, 9)], x.clone()), Some((1, Some(0))));
        assert_eq!(first(&[found(8, 1), found(1, 9)], x.clone()), Some((0, None)));
        assert_eq!(first(&[found(0, 1), found(1, 9)], Expr::Const(Value::NONE)), Some((0, None)));
        // `b` follows from `x`, or is in the head; `y` does not follow from what is found last.
        assert_eq!(first(&[found(0, 8), found(8, 1), found(1, 9)], x.clone()), Some((1, None)));
        assert_eq!(first(&[found(0, 1), found(1, 9)], Expr::Var(Var(1))), None);
        assert_eq!(first(&[found(0, 8), found(0, 9)], x), None);
    }
}
