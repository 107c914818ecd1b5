//! Values in 32 bits, and the pool in which the longer ones are kept once.
//!
//! Two values are equal exactly where their 32 bits are: a text is kept once, and a number has one form. A decimal
//! that is whole is kept as the number it is, so `2.0` and `2` are one value and a number widens for nothing.

use super::date::{Date, DateTime};
use super::decimal::Decimal;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::sync::Arc;

/// A handle to a [`Datum`]. With the top bit set it is a whole number of 31 bits itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Value(u32);

const INLINE: u32 = 1 << 31;
/// Whole numbers from `-SMALL` up to and without `SMALL` stand in the handle.
const SMALL: i64 = 1 << 30;

impl Value {
    /// What stands in an optional column that is empty. Not a [`Datum`]: ask [`Value::is_none`] first.
    pub const NONE: Value = Value(0);

    /// What no value ever is, for tables that need a mark for an empty place.
    pub const NEVER: Value = Value(INLINE - 1);

    /// True for the value of an empty optional column.
    pub fn is_none(self) -> bool {
        self == Value::NONE
    }

    /// The bits, for tables that pack values.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Back from [`Value::bits`].
    pub const fn from_bits(bits: u32) -> Value {
        Value(bits)
    }

    fn small(n: i64) -> Option<Value> {
        (-SMALL..SMALL).contains(&n).then(|| Value((n + SMALL) as u32 | INLINE))
    }

    fn as_small(self) -> Option<i64> {
        (self.0 & INLINE != 0).then(|| i64::from(self.0 & !INLINE) - SMALL)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.as_small() {
            Some(n) => write!(f, "{n}"),
            None => write!(f, "#{}", self.0),
        }
    }
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Datum {
    /// A text, or an id of an open kind (`m15`, `Tom`): the column's type says which.
    Text(Arc<str>),
    /// A whole number.
    Number(i64),
    /// A decimal that is not whole, or too large for a number.
    Decimal(Decimal),
    /// A day.
    Date(Date),
    /// A day and a time.
    DateTime(DateTime),
    /// A declared concept: `theme.collaborative_workspaces`.
    Concept {
        /// `theme`
        kind: Arc<str>,
        /// `collaborative_workspaces`
        name: Arc<str>,
    },
    /// A passage of a message, or, without a range, the whole message.
    Quote {
        /// The message's id, a [`Datum::Text`].
        message: Value,
        /// Unicode characters from 0, end excluded.
        range: Option<(u32, u32)>,
    },
}

impl Datum {
    /// An order between values of different types, which a well-typed program never compares.
    pub fn type_rank(&self) -> u8 {
        match self {
            Datum::Number(_) | Datum::Decimal(_) => 0,
            Datum::Date(_) | Datum::DateTime(_) => 1,
            Datum::Text(_) => 2,
            Datum::Concept { .. } => 3,
            Datum::Quote { .. } => 4,
        }
    }
}

/// All values of a study, each kept once. Handles are given in order of arrival and mean nothing outside the pool.
#[derive(Clone, Debug)]
pub struct Pool {
    data: Vec<Datum>,
    ids: FxHashMap<Datum, Value>,
    texts: FxHashMap<Arc<str>, Value>,
}

impl Default for Pool {
    fn default() -> Pool {
        // The first place belongs to `Value::NONE`, so that no datum gets its handle.
        Pool { data: vec![Datum::Text("".into())], ids: FxHashMap::default(), texts: FxHashMap::default() }
    }
}

impl Pool {
    /// The value of a datum; the same datum has the same value.
    pub fn intern(&mut self, datum: Datum) -> Value {
        match datum {
            Datum::Text(text) => self.text(&text),
            Datum::Number(n) => self.number(n),
            Datum::Decimal(d) => self.decimal(d),
            other => self.intern_kept(other),
        }
    }

    fn intern_kept(&mut self, datum: Datum) -> Value {
        if let Some(&value) = self.ids.get(&datum) {
            return value;
        }
        let value = self.next();
        self.data.push(datum.clone());
        self.ids.insert(datum, value);
        value
    }

    fn next(&self) -> Value {
        let next = u32::try_from(self.data.len()).ok().filter(|&n| n < Value::NEVER.0);
        Value(next.expect("a study has fewer than two thousand million different values"))
    }

    /// The value of a text or an id.
    pub fn text(&mut self, text: &str) -> Value {
        if let Some(&value) = self.texts.get(text) {
            return value;
        }
        let (value, kept) = (self.next(), Arc::<str>::from(text));
        self.data.push(Datum::Text(kept.clone()));
        self.texts.insert(kept, value);
        value
    }

    /// The value of a whole number.
    pub fn number(&mut self, n: i64) -> Value {
        Value::small(n).unwrap_or_else(|| self.intern_kept(Datum::Number(n)))
    }

    /// The value of a decimal.
    pub fn decimal(&mut self, d: Decimal) -> Value {
        match d.to_i64() {
            Some(n) => self.number(n),
            None => self.intern_kept(Datum::Decimal(d)),
        }
    }

    /// The value of a concept.
    pub fn concept(&mut self, kind: &str, name: &str) -> Value {
        self.intern_kept(Datum::Concept { kind: kind.into(), name: name.into() })
    }

    /// The value of a passage.
    pub fn quote(&mut self, message: Value, range: Option<(u32, u32)>) -> Value {
        self.intern_kept(Datum::Quote { message, range })
    }

    /// The value of a text, if it has been seen.
    pub fn find_text(&self, text: &str) -> Option<Value> {
        self.texts.get(text).copied()
    }

    /// The value of a datum, if it has been seen.
    pub fn find(&self, datum: &Datum) -> Option<Value> {
        match datum {
            Datum::Text(text) => self.find_text(text),
            Datum::Number(n) => Value::small(*n).or_else(|| self.ids.get(datum).copied()),
            Datum::Decimal(d) => match d.to_i64() {
                Some(n) => self.find(&Datum::Number(n)),
                None => self.ids.get(datum).copied(),
            },
            other => self.ids.get(other).copied(),
        }
    }

    /// What a value is. Must not be asked of [`Value::NONE`].
    pub fn get(&self, value: Value) -> Datum {
        match value.as_small() {
            Some(n) => Datum::Number(n),
            None => self.data[value.0 as usize].clone(),
        }
    }

    /// The text of a text or id.
    pub fn as_text(&self, value: Value) -> Option<&Arc<str>> {
        if value.is_none() || value.as_small().is_some() {
            return None;
        }
        match &self.data[value.0 as usize] {
            Datum::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number that a value is.
    pub fn as_number(&self, value: Value) -> Option<i64> {
        match value.as_small() {
            Some(n) => Some(n),
            None if value.is_none() => None,
            None => match self.data[value.0 as usize] {
                Datum::Number(n) => Some(n),
                _ => None,
            },
        }
    }

    /// The number that a value is, as a decimal.
    pub fn as_decimal(&self, value: Value) -> Option<Decimal> {
        if let Some(n) = self.as_number(value) {
            return Some(Decimal::from_i64(n));
        }
        if value.is_none() {
            return None;
        }
        match self.data[value.0 as usize] {
            Datum::Decimal(d) => Some(d),
            _ => None,
        }
    }

    /// The day that a date or a time falls on.
    pub fn as_date(&self, value: Value) -> Option<Date> {
        if value.is_none() || value.as_small().is_some() {
            return None;
        }
        match self.data[value.0 as usize] {
            Datum::Date(d) => Some(d),
            Datum::DateTime(t) => Some(t.date()),
            _ => None,
        }
    }

    /// The message and range of a passage.
    pub fn as_quote(&self, value: Value) -> Option<(Value, Option<(u32, u32)>)> {
        if value.is_none() || value.as_small().is_some() {
            return None;
        }
        match self.data[value.0 as usize] {
            Datum::Quote { message, range } => Some((message, range)),
            _ => None,
        }
    }

    /// The order of values that people see: absence first, numbers by size, days by time (a day before the times on
    /// it), texts by code point, concepts by name and then kind, passages by message and place.
    pub fn compare(&self, a: Value, b: Value) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        if a.is_none() || b.is_none() {
            return b.is_none().cmp(&a.is_none());
        }
        if let (Some(x), Some(y)) = (self.as_decimal(a), self.as_decimal(b)) {
            return x.cmp(&y);
        }
        match (self.get(a), self.get(b)) {
            (Datum::Text(x), Datum::Text(y)) => x.cmp(&y),
            (Datum::Date(x), Datum::Date(y)) => x.cmp(&y),
            (Datum::DateTime(x), Datum::DateTime(y)) => x.cmp(&y),
            (Datum::Date(x), Datum::DateTime(y)) => x.cmp(&y.date()).then(Ordering::Less),
            (Datum::DateTime(x), Datum::Date(y)) => x.date().cmp(&y).then(Ordering::Greater),
            (Datum::Concept { kind: k, name: n }, Datum::Concept { kind: l, name: m }) => (n, k).cmp(&(m, l)),
            (Datum::Quote { message: m, range: r }, Datum::Quote { message: n, range: s }) => {
                self.compare(m, n).then(r.cmp(&s))
            }
            (x, y) => x.type_rank().cmp(&y.type_rank()),
        }
    }

    /// A value as people read and write it: `15`, `2013-09-01`, `collaborative_workspaces`, `m15@33-85`; texts without
    /// quotation marks, absence as nothing.
    pub fn show(&self, value: Value) -> String {
        if value.is_none() {
            return String::new();
        }
        match self.get(value) {
            Datum::Text(text) => text.to_string(),
            Datum::Number(n) => n.to_string(),
            Datum::Decimal(d) => d.to_string(),
            Datum::Date(d) => d.to_string(),
            Datum::DateTime(t) => t.to_string(),
            Datum::Concept { name, .. } => name.to_string(),
            Datum::Quote { message, range: None } => self.show(message),
            Datum::Quote { message, range: Some((start, end)) } => format!("{}@{start}-{end}", self.show(message)),
        }
    }

    /// How many values are kept, absence included.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// True before the first value.
    pub fn is_empty(&self) -> bool {
        self.data.len() <= 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datum_has_one_value_and_comes_back_from_it() {
        let mut pool = Pool::default();
        let data = [
            Datum::Text("".into()),
            Datum::Text("m15".into()),
            Datum::Number(0),
            Datum::Number(-7),
            Datum::Number(i64::MIN),
            Datum::Number((1 << 30) - 1),
            Datum::Number(1 << 30),
            Datum::Date(Date::new(2013, 9, 1).unwrap()),
            Datum::Concept { kind: "theme".into(), name: "x".into() },
        ];
        for datum in data {
            let value = pool.intern(datum.clone());
            assert!(!value.is_none());
            assert_eq!(pool.get(value), datum);
            assert_eq!(pool.intern(datum.clone()), value);
            assert_eq!(pool.find(&datum), Some(value));
        }
    }

    #[test]
    fn a_whole_decimal_is_the_number() {
        let mut pool = Pool::default();
        let two = pool.decimal(Decimal::parse("2.0").unwrap());
        assert_eq!(two, pool.number(2));
        let half = pool.decimal(Decimal::parse("0.50").unwrap());
        assert_eq!(half, pool.decimal(Decimal::parse("0.5").unwrap()));
        assert_eq!(pool.compare(half, two), Ordering::Less);
    }
}
