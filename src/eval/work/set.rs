//! The tails of one group, to tell what is new.
//!
//! A set begins as a list that is searched from its start, goes on as a table with open addressing, and becomes a bitmap
//! once a table of twice the size would be as large. Tails of more than one word are kept in a list with a table beside.

use super::short::Short;
use crate::base::Value;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// An empty slot.
const EMPTY: Value = Value::NEVER;
/// The first table has so many slots.
const FIRST_TABLE: usize = 32;
/// A list is so long before it becomes a table.
const LIST: usize = 7;

/// So many values are looked at before it is decided how the next are.
const TOGETHER: usize = 64;

/// The tails of one group.
#[derive(Debug)]
pub(super) enum Set {
    List(Short),
    Table { slots: Vec<Value>, len: u32 },
    Bits { words: Vec<u64>, low: u32 },
    Wide(Box<Wide>),
}

/// Tails of several words.
#[derive(Debug, Default)]
pub(super) struct Wide {
    tails: Vec<Value>,
    slots: Vec<u32>,
}

/// The values that the bitmaps of a relation have met, so that one group's bitmap fits what others have seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    low: u32,
    high: u32,
}

impl Default for Span {
    fn default() -> Span {
        Span { low: u32::MAX, high: 0 }
    }
}

impl Span {
    fn of(values: impl Iterator<Item = Value>) -> Span {
        values.fold(Span::default(), |span, value| span.with(value))
    }

    /// From the first to the last value of a bitmap.
    fn of_bits(low: u32, words: &[u64]) -> Span {
        let is_filled = |word: &u64| *word != 0;
        match (words.iter().position(is_filled), words.iter().rposition(is_filled)) {
            (Some(first), Some(last)) => Span {
                low: low + first as u32 * 64 + words[first].trailing_zeros(),
                high: low + last as u32 * 64 + 63 - words[last].leading_zeros(),
            },
            _ => Span::default(),
        }
    }

    fn with(self, value: Value) -> Span {
        Span { low: self.low.min(value.bits()), high: self.high.max(value.bits()) }
    }

    fn join(self, other: Span) -> Span {
        Span { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The words of a bitmap from `low`, rounded down, to `high`.
    fn words(self) -> usize {
        (self.high as usize / 64 + 1).saturating_sub(self.low as usize / 64)
    }
}

/// What is new in a round, in order of arrival: room at the end is kept ready, so that a value is written before it is
/// known to count.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    values: Vec<Value>,
    len: usize,
}

impl Fresh {
    pub fn as_slice(&self) -> &[Value] {
        &self.values[..self.len]
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn clear(&mut self) {
        // A large round is no reason to keep its room for small ones.
        if self.values.len() > 1 << 16 && self.len * 8 < self.values.len() {
            self.values = Vec::new();
        }
        self.len = 0;
    }

    pub fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<Value>()
    }

    fn push(&mut self, value: Value) {
        self.ready(1)[0] = value;
        self.len += 1;
    }

    /// At least so much room after what is there.
    fn ready(&mut self, room: usize) -> &mut [Value] {
        if self.values.len() - self.len < room {
            let more = (self.len + room).next_multiple_of(4096).max(self.values.len() / 2 * 3);
            self.values.resize(more, Value::NONE);
        }
        &mut self.values[self.len..]
    }
}

fn slot(value: Value, slots: usize) -> usize {
    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): the high bits of a product.
    let product = value.bits().wrapping_mul(0x9E37_79B9);
    ((u64::from(product) * slots as u64) >> 32) as usize
}

fn hash(tail: &[Value]) -> u64 {
    let mut hasher = FxHasher::default();
    tail.iter().for_each(|value| hasher.write_u32(value.bits()));
    hasher.finish()
}

impl Set {
    /// For tails of so many words.
    pub fn new(width: usize) -> Set {
        if width == 1 { Set::List(Short::default()) } else { Set::Wide(Box::default()) }
    }

    /// Adds tails of one word, and what was new to `fresh`.
    pub fn add(&mut self, mut tails: &[Value], fresh: &mut Fresh, span: &mut Span) {
        while !tails.is_empty() {
            let done = match self {
                Set::List(list) => add_to_list(list, tails, fresh),
                Set::Table { slots, len } => add_to_table(slots, len, tails, fresh),
                Set::Bits { words, low } => add_to_bits(words, *low, tails, fresh),
                Set::Wide(_) => return,
            };
            tails = &tails[done..];
            if let Some(&next) = tails.first() {
                self.grow(next, span);
            }
        }
    }

    /// Adds the values of a bitmap whose first bit is `from`, a multiple of 64; false where it reaches beyond this set, or
    /// this is no bitmap.
    pub fn join(&mut self, from: u32, others: &[u64], fresh: &mut Fresh) -> bool {
        let Set::Bits { words, low } = self else { return false };
        let Some(start) = from.checked_sub(*low).map(|bits| bits as usize / 64) else { return false };
        let Some(words) = words.get_mut(start..start + others.len()) else { return false };
        for (at, (word, other)) in words.iter_mut().zip(others).enumerate() {
            let mut new = other & !*word;
            if new == 0 {
                continue;
            }
            *word |= new;
            let (base, count) = (from + at as u32 * 64, new.count_ones() as usize);
            for place in &mut fresh.ready(count)[..count] {
                *place = Value::from_bits(base + new.trailing_zeros());
                new &= new - 1;
            }
            fresh.len += count;
        }
        true
    }

    /// Adds one tail of several words, and to `fresh` if it was new; says whether it was.
    pub fn add_wide(&mut self, tail: &[Value], fresh: &mut Fresh) -> bool {
        let Set::Wide(wide) = self else { return false };
        let new = wide.add(tail);
        if new {
            fresh.ready(tail.len())[..tail.len()].copy_from_slice(tail);
            fresh.len += tail.len();
        }
        new
    }

    pub fn contains(&self, tail: &[Value]) -> bool {
        let value = tail[0];
        match self {
            Set::List(list) => list.as_slice().contains(&value),
            Set::Table { slots, .. } => slots[find(slots, value)] == value,
            Set::Bits { words, low } => {
                let at = value.bits().wrapping_sub(*low);
                words.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
            }
            Set::Wide(wide) => wide.contains(tail),
        }
    }

    /// The lowest value of a bitmap and its words, where the set is one.
    pub fn bits(&self) -> Option<(u32, &[u64])> {
        match self {
            Set::Bits { words, low } => Some((*low, words)),
            _ => None,
        }
    }

    /// Makes room for a value that had none.
    fn grow(&mut self, next: Value, span: &mut Span) {
        let (held, len) = match self {
            Set::List(list) => (Span::of(list.as_slice().iter().copied()), list.len()),
            Set::Table { slots, len } => (Span::of(members(slots)), *len as usize),
            Set::Bits { words, low } => {
                (Span::of_bits(*low, words), words.iter().map(|word| word.count_ones() as usize).sum())
            }
            Set::Wide(_) => return,
        };
        let own = held.with(next);
        // A table of twice the size would have so many words of 32 bits.
        let table = FIRST_TABLE.max(2 * (len + 1).next_power_of_two());
        let joint = own.join(*span);
        // What grew once will again: half as much room is left above.
        let ahead = |span: Span| Span { high: span.high.saturating_add((span.high - span.low) / 2), ..span };
        let fits = |span: &Span| 2 * span.words() <= table;
        let spans = match self {
            Set::Bits { .. } => [ahead(joint), joint, ahead(own), own],
            _ => [joint, own, joint, own],
        };
        match spans.into_iter().find(fits).filter(|_| len >= LIST) {
            Some(room) => {
                *span = span.join(room);
                let low = room.low & !63;
                let mut words = vec![0; room.words()];
                let mut set = |value: Value| {
                    let at = value.bits() - low;
                    words[at as usize / 64] |= 1 << (at % 64);
                };
                match &*self {
                    Set::List(list) => list.as_slice().iter().for_each(|value| set(*value)),
                    Set::Table { slots, .. } => members(slots).for_each(set),
                    Set::Bits { words: known, low: start } if held.low <= held.high => {
                        // Both begin at a multiple of 64.
                        let from = ((held.low & !63) - start) as usize / 64;
                        let to = ((held.low & !63) - low) as usize / 64;
                        words[to..to + held.words()].copy_from_slice(&known[from..from + held.words()]);
                    }
                    Set::Bits { .. } | Set::Wide(_) => {}
                }
                *self = Set::Bits { words, low };
            }
            None => {
                let mut slots = vec![EMPTY; table];
                let mut set = |value: Value| {
                    let at = find(&slots, value);
                    slots[at] = value;
                };
                match &*self {
                    Set::List(list) => list.as_slice().iter().for_each(|value| set(*value)),
                    Set::Table { slots, .. } => members(slots).for_each(set),
                    Set::Bits { words, low } => ascending(*low, words).for_each(set),
                    Set::Wide(_) => {}
                }
                *self = Set::Table { slots, len: len as u32 };
            }
        }
    }

    /// Bytes beside the set itself.
    pub fn apart(&self) -> usize {
        match self {
            Set::List(list) => list.apart(),
            Set::Table { slots, .. } => slots.capacity() * 4,
            Set::Bits { words, .. } => words.capacity() * 8,
            Set::Wide(wide) => size_of::<Wide>() + 4 * (wide.tails.capacity() + wide.slots.capacity()),
        }
    }
}

/// The values of a bitmap.
pub(in crate::eval) fn ascending(low: u32, words: &[u64]) -> impl Iterator<Item = Value> + '_ {
    words.iter().enumerate().flat_map(move |(at, &word)| {
        let mut left = word;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros())?;
            left &= left - 1;
            Some(Value::from_bits(low + at as u32 * 64 + bit))
        })
    })
}

/// The values of a table.
fn members(slots: &[Value]) -> impl Iterator<Item = Value> + '_ {
    slots.iter().copied().filter(|&value| value != EMPTY)
}

/// The slot of a value, or the empty one where it would stand.
fn find(slots: &[Value], value: Value) -> usize {
    let mut at = slot(value, slots.len());
    while slots[at] != EMPTY && slots[at] != value {
        at += 1;
        if at == slots.len() {
            at = 0;
        }
    }
    at
}

/// How many tails went in before the list was full.
fn add_to_list(list: &mut Short, tails: &[Value], fresh: &mut Fresh) -> usize {
    for (done, &value) in tails.iter().enumerate() {
        if list.as_slice().contains(&value) {
            continue;
        }
        if list.len() == LIST {
            return done;
        }
        list.extend(&[value]);
        fresh.push(value);
    }
    tails.len()
}

/// How many tails went in before the table was half full.
fn add_to_table(slots: &mut [Value], len: &mut u32, tails: &[Value], fresh: &mut Fresh) -> usize {
    for (done, &value) in tails.iter().enumerate() {
        let at = find(slots, value);
        if slots[at] == value {
            continue;
        }
        if *len as usize * 2 >= slots.len() {
            return done;
        }
        slots[at] = value;
        *len += 1;
        fresh.push(value);
    }
    tails.len()
}

/// How many tails went in before one beyond the bitmap's ends. Whether a value counts decides no jump: that could not
/// be foretold.
fn add_to_bits(words: &mut [u64], low: u32, tails: &[Value], fresh: &mut Fresh) -> usize {
    let out = fresh.ready(tails.len());
    let (mut done, mut new, mut mostly_new) = (0, 0, false);
    for tails in tails.chunks(TOGETHER) {
        let (from, mut inside) = (new, 0);
        if mostly_new {
            for &value in tails {
                let at = value.bits().wrapping_sub(low);
                let Some(word) = words.get_mut(at as usize / 64) else { break };
                let bit = at % 64;
                out[new] = value;
                new += (!*word >> bit & 1) as usize;
                *word |= 1 << bit;
                inside += 1;
            }
        } else {
            // Where little is new, nothing is written for what is known: a word that was just written is slow to read.
            let first = new;
            let mut perhaps = first;
            for &value in tails {
                let at = value.bits().wrapping_sub(low);
                let Some(word) = words.get(at as usize / 64) else { break };
                out[perhaps] = value;
                perhaps += (!*word >> (at % 64) & 1) as usize;
                inside += 1;
            }
            for read in first..perhaps {
                let value = out[read];
                let at = value.bits().wrapping_sub(low);
                let (word, bit) = (&mut words[at as usize / 64], at % 64);
                out[new] = value;
                // It may come twice.
                new += (!*word >> bit & 1) as usize;
                *word |= 1 << bit;
            }
        }
        done += inside;
        if inside < tails.len() {
            break;
        }
        mostly_new = (new - from) * 4 > inside;
    }
    fresh.len += new;
    done
}

impl Wide {
    /// The slot of a tail, or the empty one where it would stand.
    fn find(&self, tail: &[Value]) -> usize {
        let mut at = ((hash(tail) >> 32) as usize * self.slots.len()) >> 32;
        loop {
            let number = self.slots[at] as usize;
            if number == 0 || self.tails[(number - 1) * tail.len()..][..tail.len()] == *tail {
                return at;
            }
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
    }

    fn add(&mut self, tail: &[Value]) -> bool {
        let len = self.tails.len() / tail.len();
        if len * 2 >= self.slots.len() {
            self.slots = vec![0; (2 * self.slots.len()).max(8)];
            for number in 0..len {
                let tail = &self.tails[number * tail.len()..][..tail.len()];
                let at = self.find(tail);
                self.slots[at] = number as u32 + 1;
            }
        }
        let at = self.find(tail);
        let new = self.slots[at] == 0;
        if new {
            self.slots[at] = len as u32 + 1;
            self.tails.extend_from_slice(tail);
        }
        new
    }

    fn contains(&self, tail: &[Value]) -> bool {
        !self.slots.is_empty() && self.slots[self.find(tail)] != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_set_holds_what_was_added_however_it_grows() {
        let mut forms = [false; 3];
        // Dense upwards, dense downwards, and scattered; in runs with much that is known, and some that comes twice.
        for of in [|n: u32| 5_000 + n, |n: u32| 50_000 - n, |n: u32| n.wrapping_mul(2_654_435_769) >> 1] {
            let (mut set, mut fresh, mut span, mut all) =
                (Set::new(1), Fresh::default(), Span::default(), BTreeSet::new());
            for step in 0..60u32 {
                let tails: Vec<Value> = (0..step * 7).map(|n| Value::from_bits(of(n * n % (step * 9 + 1)))).collect();
                let before = all.clone();
                all.extend(tails.iter().copied());
                fresh.clear();
                set.add(&tails, &mut fresh, &mut span);
                let new: BTreeSet<Value> = fresh.as_slice().iter().copied().collect();
                assert_eq!(new.len(), fresh.len());
                assert_eq!(new, all.difference(&before).copied().collect());
                assert!(all.iter().all(|value| set.contains(&[*value])));
                forms[match &set {
                    Set::List(_) => 0,
                    Set::Table { .. } => 1,
                    _ => 2,
                }] = true;
            }
        }
        assert_eq!(forms, [true; 3]);
    }
}
