//! A run of values of the pool, kept compactly: eight bytes a value, with the shortest texts in it and the bytes of
//! short ones one after another, and a table of 32-bit numbers by which a datum is found again. Passages, of which a
//! study has more than of all else, have a table of their own that holds them whole: one look tells whether one is there.
//!
//! A layer knows the values from `start` on. Layers of one pool follow each other without a gap, and only the last is
//! ever written to, so that forks of a pool share the others. Equal data are not looked for in a layer before they are
//! added: the pool does that, since they may be in another layer.

use super::date::{Date, DateTime};
use super::decimal::Decimal;
use super::pool::Datum;
use super::value::Value;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

/// Texts of more bytes are kept on their own, so that whoever works on a message shares its text.
const SHORT: usize = 64;
/// Texts of so many bytes stand in their entry, as most ids do.
const TINY: usize = 7;

/// What is kept of one value: where it stands.
#[derive(Clone, Copy, Debug)]
enum Entry {
    /// The text itself, with zeros behind it; it has none in it.
    Tiny([u8; TINY]),
    /// Where the bytes start, in two parts so that an entry is eight bytes, and how many there are.
    Short {
        high: u16,
        length: u8,
        low: u32,
    },
    Long(u32),
    Number(u32),
    Decimal(u32),
    Date(u32),
    Time(u32),
    Concept(u32),
    Quote(u32),
}

impl Entry {
    /// A text that is short enough to stand in its entry.
    fn tiny(text: &str) -> Option<[u8; TINY]> {
        let mut bytes = [0; TINY];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        (!text.contains('\0')).then_some(bytes)
    }

    fn short(start: usize, length: usize) -> Entry {
        Entry::Short { high: (start >> 32) as u16, length: length as u8, low: start as u32 }
    }
}

/// A datum that is only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Seen<'a> {
    Text(&'a str),
    Number(i64),
    Decimal(Decimal),
    Date(Date),
    Time(DateTime),
    Concept { kind: &'a str, name: &'a str },
    Quote { message: Value, range: Option<(u32, u32)> },
}

impl Seen<'_> {
    /// What the tables find a datum by.
    pub fn hash(self) -> u64 {
        match self {
            // The most frequent ones do without a mark of their kind.
            Seen::Text(text) => FxBuildHasher.hash_one(text),
            Seen::Quote { message, range } => Place::of(message, range, 0).hash(),
            other => FxBuildHasher.hash_one(other),
        }
    }

    /// An order between data of different types, as [`Datum::type_rank`] has it.
    pub fn type_rank(self) -> u8 {
        match self {
            Seen::Number(_) | Seen::Decimal(_) => 0,
            Seen::Date(_) | Seen::Time(_) => 1,
            Seen::Text(_) => 2,
            Seen::Concept { .. } => 3,
            Seen::Quote { .. } => 4,
        }
    }

    /// The same as a datum of its own.
    pub fn datum(self) -> Datum {
        match self {
            Seen::Text(text) => Datum::Text(text.into()),
            Seen::Number(n) => Datum::Number(n),
            Seen::Decimal(d) => Datum::Decimal(d),
            Seen::Date(d) => Datum::Date(d),
            Seen::Time(t) => Datum::DateTime(t),
            Seen::Concept { kind, name } => Datum::Concept { kind: kind.into(), name: name.into() },
            Seen::Quote { message, range } => Datum::Quote { message, range },
        }
    }
}

/// A passage and the number of its entry.
#[derive(Clone, Copy, Debug)]
struct Place {
    message: Value,
    range: (u32, u32),
    at: u32,
}

impl Place {
    fn of(message: Value, range: Option<(u32, u32)>, at: u32) -> Place {
        Place { message, range: range.unwrap_or(WHOLE), at }
    }

    fn hash(&self) -> u64 {
        let (start, end) = self.range;
        FxBuildHasher.hash_one((u64::from(self.message.bits()) << 32 | u64::from(start), end))
    }
}

/// A run of values.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// The bits of the first value.
    pub start: u32,
    data: Data,
    /// Numbers of the entries of all but passages, by their data.
    table: HashTable<u32>,
    /// Passages, by themselves.
    places: HashTable<Place>,
    /// Some of the texts in the table.
    counted: Counted,
}

#[derive(Clone, Debug, Default)]
struct Data {
    entries: Vec<Entry>,
    short: String,
    long: Vec<Arc<str>>,
    numbers: Vec<i64>,
    decimals: Vec<Decimal>,
    dates: Vec<Date>,
    times: Vec<DateTime>,
    concepts: Vec<(Arc<str>, Arc<str>)>,
    /// The message and the range; a range that ends before it starts is none.
    quotes: Vec<(Value, u32, u32)>,
}

/// Where texts stand that are whole numbers, as ids often are: files count them upwards, so a list by number finds one
/// without a search. It holds only numbers near each other; the others are in the table like everything else.
#[derive(Clone, Debug, Default)]
struct Counted {
    low: u32,
    /// By number from the lowest: the entry, and one more; 0 where there is none.
    entries: Vec<u32>,
    held: usize,
}

impl Counted {
    fn get(&self, number: u32) -> Option<u32> {
        self.entries.get(number.wrapping_sub(self.low) as usize)?.checked_sub(1)
    }

    fn set(&mut self, number: u32, entry: u32) {
        if self.entries.is_empty() {
            self.low = number;
        }
        let Some(at) = number.checked_sub(self.low).map(|at| at as usize).filter(|&at| at < 2 * self.held + 64) else {
            return;
        };
        if self.entries.len() <= at {
            self.entries.resize(at + 1, 0);
        }
        self.entries[at] = entry + 1;
        self.held += 1;
    }
}

/// The number that a text is, where it is written with digits only and as numbers are.
pub(super) fn counted(text: &str) -> Option<u32> {
    let digits = text.as_bytes();
    let plain = (1..=TINY).contains(&digits.len()) && (digits[0] != b'0' || digits.len() == 1);
    if !plain || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

/// What stands for the range of a quote of a whole message.
const WHOLE: (u32, u32) = (u32::MAX, 0);

impl Data {
    fn seen(&self, at: u32) -> Seen<'_> {
        match self.entries[at as usize] {
            Entry::Tiny(_) => Seen::Text(self.tiny(at)),
            Entry::Short { high, length, low } => {
                let start = (usize::from(high) << 32) | low as usize;
                Seen::Text(&self.short[start..start + usize::from(length)])
            }
            Entry::Long(at) => Seen::Text(&self.long[at as usize]),
            Entry::Number(at) => Seen::Number(self.numbers[at as usize]),
            Entry::Decimal(at) => Seen::Decimal(self.decimals[at as usize]),
            Entry::Date(at) => Seen::Date(self.dates[at as usize]),
            Entry::Time(at) => Seen::Time(self.times[at as usize]),
            Entry::Concept(at) => {
                let (kind, name) = &self.concepts[at as usize];
                Seen::Concept { kind, name }
            }
            Entry::Quote(at) => {
                let (message, start, end) = self.quotes[at as usize];
                Seen::Quote { message, range: ((start, end) != WHOLE).then_some((start, end)) }
            }
        }
    }

    /// The text that stands in an entry.
    fn tiny(&self, at: u32) -> &str {
        let Entry::Tiny(bytes) = &self.entries[at as usize] else { return "" };
        let length = bytes.iter().position(|&byte| byte == 0).unwrap_or(TINY);
        std::str::from_utf8(&bytes[..length]).unwrap_or_default()
    }

    fn add(&mut self, datum: Seen<'_>, shared: Option<&Arc<str>>) -> u32 {
        if let Seen::Text(text) = datum
            && let Some(bytes) = Entry::tiny(text)
        {
            return push(&mut self.entries, Entry::Tiny(bytes));
        }
        let entry = match datum {
            Seen::Text(text) if text.len() <= SHORT => {
                let start = self.short.len();
                self.short.push_str(text);
                Entry::short(start, text.len())
            }
            Seen::Text(text) => Entry::Long(push(&mut self.long, shared.map_or_else(|| text.into(), Arc::clone))),
            Seen::Number(n) => Entry::Number(push(&mut self.numbers, n)),
            Seen::Decimal(d) => Entry::Decimal(push(&mut self.decimals, d)),
            Seen::Date(d) => Entry::Date(push(&mut self.dates, d)),
            Seen::Time(t) => Entry::Time(push(&mut self.times, t)),
            Seen::Concept { kind, name } => Entry::Concept(push(&mut self.concepts, (kind.into(), name.into()))),
            Seen::Quote { message, range } => {
                let (start, end) = range.unwrap_or(WHOLE);
                Entry::Quote(push(&mut self.quotes, (message, start, end)))
            }
        };
        push(&mut self.entries, entry)
    }
}

impl Layer {
    /// A layer whose first value has these bits.
    pub fn new(start: u32) -> Layer {
        Layer { start, ..Layer::default() }
    }

    pub fn len(&self) -> usize {
        self.data.entries.len()
    }

    /// The datum of a value of this layer.
    pub fn get(&self, bits: u32) -> Seen<'_> {
        self.data.seen(bits - self.start)
    }

    /// A text that stands in its entry, as a number; such numbers are in the order of the texts.
    pub fn tiny(&self, bits: u32) -> Option<u64> {
        match self.data.entries[(bits - self.start) as usize] {
            Entry::Tiny([a, b, c, d, e, f, g]) => Some(u64::from_be_bytes([a, b, c, d, e, f, g, 0])),
            _ => None,
        }
    }

    /// The text of a value of this layer, shared where it is a long one.
    pub fn shared_text(&self, bits: u32) -> Option<Arc<str>> {
        match self.get(bits) {
            Seen::Text(text) => Some(self.long_text(bits).map_or_else(|| text.into(), Arc::clone)),
            _ => None,
        }
    }

    /// A long text of this layer.
    pub fn long_text(&self, bits: u32) -> Option<&Arc<str>> {
        match self.data.entries[(bits - self.start) as usize] {
            Entry::Long(at) => self.data.long.get(at as usize),
            _ => None,
        }
    }

    /// The bits of a text that is this number, where it is in this layer and near others; else [`Layer::find`] tells.
    #[inline]
    pub fn find_counted(&self, number: u32) -> Option<u32> {
        Some(self.start + self.counted.get(number)?)
    }

    /// True where a value of this layer is this text.
    pub fn is_text(&self, bits: u32, text: &str) -> bool {
        match self.data.entries[(bits - self.start) as usize] {
            Entry::Tiny(bytes) => Entry::tiny(text) == Some(bytes),
            _ => self.get(bits) == Seen::Text(text),
        }
    }

    /// The bits of a datum, where it is in this layer.
    pub fn find(&self, hash: u64, datum: Seen<'_>) -> Option<u32> {
        let entries = &self.data.entries;
        let found = match datum {
            Seen::Quote { message, range } => {
                let range = range.unwrap_or(WHOLE);
                self.places.find(hash, |place| (place.message, place.range) == (message, range)).map(|place| place.at)
            }
            Seen::Text(text) => match Entry::tiny(text) {
                Some(text) => {
                    let is_it = |&at: &u32| matches!(entries[at as usize], Entry::Tiny(bytes) if bytes == text);
                    self.table.find(hash, is_it).copied()
                }
                None => self.table.find(hash, |&at| self.data.seen(at) == datum).copied(),
            },
            _ => self.table.find(hash, |&at| self.data.seen(at) == datum).copied(),
        };
        Some(self.start + found?)
    }

    /// Makes room for so many more values.
    pub fn reserve(&mut self, more: usize) {
        self.data.entries.reserve(more);
        self.table.reserve(more, |&at| self.data.seen(at).hash());
    }

    /// Makes room for so many more passages.
    pub fn reserve_quotes(&mut self, more: usize) {
        self.data.entries.reserve(more);
        self.data.quotes.reserve(more);
        self.places.reserve(more, Place::hash);
    }

    /// Adds a datum that the pool does not have. `shared` is a long text, where somebody has it already.
    pub fn add(&mut self, hash: u64, datum: Seen<'_>, shared: Option<&Arc<str>>) {
        let at = self.data.add(datum, shared);
        if let Seen::Text(text) = datum
            && let Some(number) = counted(text)
        {
            self.counted.set(number, at);
        }
        if let Seen::Quote { message, range } = datum {
            self.places.insert_unique(hash, Place::of(message, range, at), Place::hash);
        } else {
            self.table.insert_unique(hash, at, |&at| self.data.seen(at).hash());
        }
    }

    /// Adds all values of the layer that follows this one.
    pub fn append(&mut self, next: &Layer) {
        self.reserve(next.len());
        for bits in next.start..next.start + next.len() as u32 {
            let datum = next.get(bits);
            self.add(datum.hash(), datum, next.long_text(bits));
        }
    }

    /// How many bytes the layer holds, about.
    pub fn bytes(&self) -> usize {
        let data = &self.data;
        let long: usize = data.long.iter().map(|text| text.len() + 32).sum();
        data.entries.capacity() * size_of::<Entry>()
            + data.short.capacity()
            + long
            + data.quotes.capacity() * 12
            + (data.numbers.capacity() + data.dates.capacity()) * 8
            + (data.decimals.capacity() + data.times.capacity()) * 16
            + data.concepts.capacity() * 96
            + self.table.capacity() * 6
            + self.counted.entries.capacity() * 4
            + self.places.capacity() * 20
    }
}

/// Adds something to a list and says where.
fn push<T>(list: &mut Vec<T>, item: T) -> u32 {
    list.push(item);
    list.len() as u32 - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_are_found_and_come_back() {
        let mut layer = Layer::new(5);
        let texts = ["", "a", "m123456", "m1234567", "é", "\0", "a\0", "日本", "日本x", "日本語"];
        for (at, text) in (5..).zip(texts) {
            assert_eq!(layer.find(Seen::Text(text).hash(), Seen::Text(text)), None);
            layer.add(Seen::Text(text).hash(), Seen::Text(text), None);
            assert_eq!(layer.get(at), Seen::Text(text));
        }
        let quote = |range| Seen::Quote { message: Value::from_bits(6), range };
        for range in [None, Some((0, 3)), Some((3, 3))] {
            assert_eq!(layer.find(quote(range).hash(), quote(range)), None);
            layer.add(quote(range).hash(), quote(range), None);
        }
        for (at, text) in (5..).zip(texts) {
            assert_eq!(layer.find(Seen::Text(text).hash(), Seen::Text(text)), Some(at));
            for (other, than) in (5..).zip(texts) {
                let order = layer.tiny(at).zip(layer.tiny(other)).map(|(a, b)| a.cmp(&b));
                assert!(order.is_none_or(|order| order == text.cmp(than)), "{text} {than}");
            }
        }
        assert_eq!(layer.find(quote(Some((0, 3))).hash(), quote(Some((0, 3)))), Some(16));
        assert_eq!(layer.get(15), quote(None));
    }

    #[test]
    fn numbers_near_each_other_are_found_without_a_search() {
        let mut layer = Layer::new(3);
        let texts = ["7", "8", "9", "6", "07", "70", "7000000", "10", "-8", "7a"];
        for text in texts {
            layer.add(Seen::Text(text).hash(), Seen::Text(text), None);
        }
        let found = |text| layer.find_counted(counted(text)?);
        assert_eq!(["7", "8", "9", "70", "10"].map(found), [3, 4, 5, 8, 10].map(Some));
        assert_eq!(["6", "07", "7000000", "-8", "7a", "11", "12345678", ""].map(found), [None; 8]);
        for (at, text) in (3..).zip(texts) {
            assert_eq!(layer.find(Seen::Text(text).hash(), Seen::Text(text)), Some(at));
            assert!(layer.is_text(at, text) && !layer.is_text(at, "71"));
        }
    }

    #[test]
    fn an_entry_is_eight_bytes_and_reaches_beyond_four_gigabytes() {
        assert_eq!(size_of::<Entry>(), 8);
        let Entry::Short { high, length, low } = Entry::short((7 << 32) + 5, SHORT) else { panic!() };
        assert_eq!((high, length, low), (7, 64, 5));
    }
}
