//! Values in 32 bits, and the pool in which the longer ones are kept once.
//!
//! Two values are equal exactly where their 32 bits are: a text is kept once, and a number has one form. A decimal
//! that is whole is kept as the number it is, so `2.0` and `2` are one value and a number widens for nothing.
//!
//! A pool is a stack of layers of which only the last is written to, and that only while nobody shares it: so a
//! clone costs nothing, and a fork of a study adds its own values above what it has in common with others. Layers are
//! merged as in the logarithmic method of Bentley and Saxe (1980), so that there are never more than some.

use super::date::{Date, DateTime};
use super::decimal::Decimal;
use super::layer::{Layer, Seen, counted};
use super::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

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

/// All values of a study, each kept once. Handles are given in order of arrival and mean nothing outside the pool and
/// its clones. A clone costs nothing; values that are added to it afterwards are its own.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Never empty; the bits of values rise from layer to layer.
    layers: Vec<Arc<Layer>>,
}

/// Layers up to this length are copied rather than kept apart.
const SMALL_LAYER: usize = 64;

impl Default for Pool {
    fn default() -> Pool {
        // The first place belongs to `Value::NONE`, so that no datum gets its handle.
        Pool { layers: vec![Arc::new(Layer::new(1))] }
    }
}

impl Pool {
    /// The value of a datum; the same datum has the same value.
    pub fn intern(&mut self, datum: Datum) -> Value {
        match datum {
            Datum::Text(text) => self.keep(Seen::Text(&text), Some(&text)),
            Datum::Number(n) => self.number(n),
            Datum::Decimal(d) => self.decimal(d),
            Datum::Date(d) => self.keep(Seen::Date(d), None),
            Datum::DateTime(t) => self.keep(Seen::Time(t), None),
            Datum::Concept { kind, name } => self.concept(&kind, &name),
            Datum::Quote { message, range } => self.quote(message, range),
        }
    }

    fn keep(&mut self, datum: Seen<'_>, shared: Option<&Arc<str>>) -> Value {
        let hash = datum.hash();
        self.find_kept(hash, datum).unwrap_or_else(|| self.add(hash, datum, shared))
    }

    fn find_kept(&self, hash: u64, datum: Seen<'_>) -> Option<Value> {
        self.layers.iter().find_map(|layer| layer.find(hash, datum)).map(Value)
    }

    fn add(&mut self, hash: u64, datum: Seen<'_>, shared: Option<&Arc<str>>) -> Value {
        let next = u32::try_from(self.len()).ok().filter(|&n| n < Value::NEVER.0);
        let value = Value(next.expect("a study has fewer than two thousand million different values"));
        self.top().add(hash, datum, shared);
        value
    }

    /// The layer that is written to.
    fn top(&mut self) -> &mut Layer {
        if self.layers.last_mut().is_none_or(|top| Arc::get_mut(top).is_none()) {
            self.stack();
        }
        let at = self.layers.len() - 1;
        // Nobody shares it, so nothing is copied.
        Arc::make_mut(&mut self.layers[at])
    }

    /// Lays a layer on top that nobody shares. What is small beside what lies above it is copied into one with it, so
    /// that layers grow downwards at least twofold.
    fn stack(&mut self) {
        let (mut first, mut above) = (self.layers.len(), 0);
        while let Some(below) = first.checked_sub(1).map(|at| &self.layers[at])
            && below.len() <= SMALL_LAYER.max(2 * above)
        {
            above += below.len();
            first -= 1;
        }
        let mut merged = self.layers[first..].iter();
        let mut layer = match merged.next() {
            Some(lowest) => Layer::clone(lowest),
            None => Layer::new(self.len() as u32),
        };
        merged.for_each(|next| layer.append(next));
        self.layers.truncate(first);
        self.layers.push(Arc::new(layer));
    }

    fn seen(&self, value: Value) -> Option<Seen<'_>> {
        if value.is_none() || value.as_small().is_some() {
            return None;
        }
        Some(self.layer(value).get(value.0))
    }

    fn layer(&self, value: Value) -> &Layer {
        let above = self.layers.iter().rposition(|layer| layer.start <= value.0).unwrap_or(0);
        &self.layers[above]
    }

    /// Takes in what a clone of this pool has got since it had `from` values, in its order: the value here of each.
    /// Several clones that are taken in one after another give the same values as one that did the work of all.
    pub fn adopt(&mut self, clone: &Pool, from: usize) -> Vec<Value> {
        let mut values = Vec::with_capacity(clone.len().saturating_sub(from));
        for bits in from as u32..clone.len() as u32 {
            let layer = clone.layer(Value(bits));
            let own = match layer.get(bits) {
                Seen::Quote { message, range } => {
                    // Its message came before it.
                    let at = message.0.checked_sub(from as u32).map(|at| at as usize);
                    let message = at.and_then(|at| values.get(at)).copied().unwrap_or(message);
                    self.quote(message, range)
                }
                text @ Seen::Text(_) => {
                    let hash = text.hash();
                    match self.find_kept(hash, text) {
                        Some(value) => value,
                        None => self.add(hash, text, layer.long_text(bits)),
                    }
                }
                other => self.keep(other, None),
            };
            values.push(own);
        }
        values
    }

    /// Makes room for so many more values at once.
    pub fn reserve(&mut self, more: usize) {
        self.top().reserve(more);
    }

    /// Makes room for so many more passages at once.
    pub fn reserve_quotes(&mut self, more: usize) {
        self.top().reserve_quotes(more);
    }

    /// The value of a text or an id.
    pub fn text(&mut self, text: &str) -> Value {
        if let Some(number) = counted(text)
            && let Some(bits) = self.layers.iter().find_map(|layer| layer.find_counted(number))
        {
            return Value(bits);
        }
        self.keep(Seen::Text(text), None)
    }

    /// The value of a whole number.
    pub fn number(&mut self, n: i64) -> Value {
        Value::small(n).unwrap_or_else(|| self.keep(Seen::Number(n), None))
    }

    /// The value of a decimal.
    pub fn decimal(&mut self, d: Decimal) -> Value {
        match d.to_i64() {
            Some(n) => self.number(n),
            None => self.keep(Seen::Decimal(d), None),
        }
    }

    /// The value of a concept.
    pub fn concept(&mut self, kind: &str, name: &str) -> Value {
        self.keep(Seen::Concept { kind, name }, None)
    }

    /// The value of a passage.
    pub fn quote(&mut self, message: Value, range: Option<(u32, u32)>) -> Value {
        self.keep(Seen::Quote { message, range }, None)
    }

    /// The value of a text, if it has been seen.
    pub fn find_text(&self, text: &str) -> Option<Value> {
        let datum = Seen::Text(text);
        self.find_kept(datum.hash(), datum)
    }

    /// The value of a datum, if it has been seen.
    pub fn find(&self, datum: &Datum) -> Option<Value> {
        let datum = match datum {
            Datum::Text(text) => Seen::Text(text),
            Datum::Number(n) => match Value::small(*n) {
                Some(value) => return Some(value),
                None => Seen::Number(*n),
            },
            Datum::Decimal(d) => match d.to_i64() {
                Some(n) => return self.find(&Datum::Number(n)),
                None => Seen::Decimal(*d),
            },
            Datum::Date(d) => Seen::Date(*d),
            Datum::DateTime(t) => Seen::Time(*t),
            Datum::Concept { kind, name } => Seen::Concept { kind, name },
            Datum::Quote { message, range } => Seen::Quote { message: *message, range: *range },
        };
        self.find_kept(datum.hash(), datum)
    }

    /// What a value is. Must not be asked of [`Value::NONE`].
    pub fn get(&self, value: Value) -> Datum {
        match value.as_small() {
            Some(n) => Datum::Number(n),
            None => match self.layer(value).get(value.0) {
                Seen::Text(text) => Datum::Text(self.shared_text(value).unwrap_or_else(|| text.into())),
                other => other.datum(),
            },
        }
    }

    /// The text of a text or id.
    pub fn as_text(&self, value: Value) -> Option<&str> {
        match self.seen(value)? {
            Seen::Text(text) => Some(text),
            _ => None,
        }
    }

    /// True where a value is this text.
    pub fn is_text(&self, value: Value, text: &str) -> bool {
        !value.is_none() && !value.is_inline() && self.layer(value).is_text(value.0, text)
    }

    /// The same for whoever keeps it: a long text is shared, a short one is copied.
    pub fn shared_text(&self, value: Value) -> Option<Arc<str>> {
        if value.is_none() || value.as_small().is_some() {
            return None;
        }
        self.layer(value).shared_text(value.0)
    }

    /// The whole number that a value is.
    pub fn as_number(&self, value: Value) -> Option<i64> {
        match value.as_small() {
            Some(n) => Some(n),
            None => match self.seen(value)? {
                Seen::Number(n) => Some(n),
                _ => None,
            },
        }
    }

    /// The number that a value is, as a decimal.
    pub fn as_decimal(&self, value: Value) -> Option<Decimal> {
        if let Some(n) = value.as_small() {
            return Some(Decimal::from_i64(n));
        }
        match self.seen(value)? {
            Seen::Number(n) => Some(Decimal::from_i64(n)),
            Seen::Decimal(d) => Some(d),
            _ => None,
        }
    }

    /// The day that a date or a time falls on.
    pub fn as_date(&self, value: Value) -> Option<Date> {
        match self.seen(value)? {
            Seen::Date(d) => Some(d),
            Seen::Time(t) => Some(t.date()),
            _ => None,
        }
    }

    /// The message and range of a passage.
    pub fn as_quote(&self, value: Value) -> Option<(Value, Option<(u32, u32)>)> {
        match self.seen(value)? {
            Seen::Quote { message, range } => Some((message, range)),
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
        if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
            return x.cmp(&y);
        }
        // Most are ids, and most ids are short.
        if let (Some(x), Some(y)) = (self.tiny(a), self.tiny(b)) {
            return x.cmp(&y);
        }
        match (self.number_or_seen(a), self.number_or_seen(b)) {
            (Seen::Text(x), Seen::Text(y)) => x.cmp(y),
            (Seen::Date(x), Seen::Date(y)) => x.cmp(&y),
            (Seen::Time(x), Seen::Time(y)) => x.cmp(&y),
            (Seen::Date(x), Seen::Time(y)) => x.cmp(&y.date()).then(Ordering::Less),
            (Seen::Time(x), Seen::Date(y)) => x.date().cmp(&y).then(Ordering::Greater),
            (Seen::Concept { kind: k, name: n }, Seen::Concept { kind: l, name: m }) => (n, k).cmp(&(m, l)),
            (Seen::Quote { message: m, range: r }, Seen::Quote { message: n, range: s }) => {
                self.compare(m, n).then(r.cmp(&s))
            }
            (x, y) => match (self.as_decimal(a), self.as_decimal(b)) {
                (Some(x), Some(y)) => x.cmp(&y),
                _ => x.type_rank().cmp(&y.type_rank()),
            },
        }
    }

    fn tiny(&self, value: Value) -> Option<u64> {
        if value.is_inline() { None } else { self.layer(value).tiny(value.0) }
    }

    fn number_or_seen(&self, value: Value) -> Seen<'_> {
        value.as_small().map_or_else(|| self.layer(value).get(value.0), Seen::Number)
    }

    /// A value as people read and write it: `15`, `2013-09-01`, `collaborative_workspaces`, `m15@33-85`; texts without
    /// quotation marks, absence as nothing.
    pub fn show(&self, value: Value) -> String {
        if value.is_none() {
            return String::new();
        }
        match self.number_or_seen(value) {
            Seen::Text(text) => text.to_string(),
            Seen::Number(n) => n.to_string(),
            Seen::Decimal(d) => d.to_string(),
            Seen::Date(d) => d.to_string(),
            Seen::Time(t) => t.to_string(),
            Seen::Concept { name, .. } => name.to_string(),
            Seen::Quote { message, range: None } => self.show(message),
            Seen::Quote { message, range: Some((start, end)) } => format!("{}@{start}-{end}", self.show(message)),
        }
    }

    /// How many values are kept, absence included.
    pub fn len(&self) -> usize {
        self.layers.last().map_or(1, |top| top.start as usize + top.len())
    }

    /// True before the first value.
    pub fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// How many bytes the pool holds, about; what clones share counts for each.
    pub fn bytes(&self) -> usize {
        self.layers.iter().map(|layer| layer.bytes()).sum()
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

    #[test]
    fn a_clone_shares_what_was_there_and_keeps_its_own() {
        let mut pool = Pool::default();
        let long = "x".repeat(1000);
        let mut before: Vec<Value> = (0..1000).map(|i| pool.text(&format!("m{i}"))).collect();
        before.push(pool.text(&long));
        let mut fork = pool.clone();
        let (own, other) = (fork.text("fork"), pool.text("parent"));
        assert_eq!((own, fork.show(own).as_str(), pool.show(other).as_str()), (other, "fork", "parent"));
        assert_eq!((fork.find_text("parent"), pool.find_text("fork")), (None, None));
        for (round, &message) in (0u32..200).zip(&before) {
            let kept = pool.clone();
            let added = pool.quote(message, Some((1, round + 2)));
            assert_eq!((pool.quote(message, Some((1, round + 2))), kept.len()), (added, pool.len() - 1));
        }
        assert!(pool.layers.len() < 12, "{}", pool.layers.len());
        assert!(before.iter().enumerate().take(1000).all(|(i, &v)| pool.show(v) == format!("m{i}")));
        let (one, two) = (pool.shared_text(before[1000]).unwrap(), fork.shared_text(before[1000]).unwrap());
        assert!(Arc::ptr_eq(&one, &two), "a long text is shared");
    }

    #[test]
    fn clones_taken_in_give_the_values_of_one_that_did_all() {
        let words = ["a", "b", "a", "c", "d", "b", "e", "f", "a"];
        let work = |pool: &mut Pool, words: &[&str]| -> Vec<Value> {
            let found = words.iter().map(|word| {
                let message = pool.text(word);
                [message, pool.quote(message, Some((1, 5))), pool.number(1 << 40)]
            });
            found.flatten().collect()
        };
        let start = || {
            let mut pool = Pool::default();
            pool.text("c");
            pool
        };
        let mut alone = start();
        let wanted = work(&mut alone, &words);
        for size in [1, 2, 4] {
            let mut pool = start();
            let from = pool.len();
            let parts: Vec<(Pool, Vec<Value>)> = words
                .chunks(size)
                .map(|words| {
                    let mut clone = pool.clone();
                    let found = work(&mut clone, words);
                    (clone, found)
                })
                .collect();
            let mut all = Vec::new();
            for (clone, found) in parts {
                let own = pool.adopt(&clone, from);
                all.extend(found.into_iter().map(|v| v.moved(from, &own)));
            }
            assert_eq!((all, pool.len()), (wanted.clone(), alone.len()));
        }
    }
}
