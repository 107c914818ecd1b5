//! A row on its own: what a search hands out and a set of finds holds.
//!
//! Relations keep no row in one piece, so a row that leaves one is put together. Up to seven columns stand in the row
//! itself, as many as codings have; nearly all relations have fewer.

use crate::base::Value;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// So many columns need no room of their own. A row with them takes no more than one with six.
const HERE: usize = 7;

/// The values of one row. It reads, compares and hashes as a slice.
#[derive(Clone)]
pub struct Row(Kept);

#[derive(Clone)]
enum Kept {
    Here(u8, [Value; HERE]),
    Apart(Box<[Value]>),
}

impl Deref for Row {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        match &self.0 {
            Kept::Here(len, values) => &values[..usize::from(*len)],
            Kept::Apart(values) => values,
        }
    }
}

impl From<&[Value]> for Row {
    fn from(values: &[Value]) -> Row {
        if values.len() > HERE {
            return Row(Kept::Apart(values.into()));
        }
        let mut here = [Value::NONE; HERE];
        here[..values.len()].copy_from_slice(values);
        Row(Kept::Here(values.len() as u8, here))
    }
}

impl FromIterator<Value> for Row {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Row {
        let mut values = values.into_iter();
        let (mut here, mut len) = ([Value::NONE; HERE], 0);
        for value in values.by_ref() {
            if len == HERE {
                let mut all = here.to_vec();
                all.push(value);
                all.extend(values);
                return Row(Kept::Apart(all.into()));
            }
            here[len] = value;
            len += 1;
        }
        Row(Kept::Here(len as u8, here))
    }
}

impl AsRef<[Value]> for Row {
    fn as_ref(&self) -> &[Value] {
        self
    }
}

impl Borrow<[Value]> for Row {
    fn borrow(&self) -> &[Value] {
        self
    }
}

impl<'a> IntoIterator for &'a Row {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Row) -> bool {
        **self == **other
    }
}

impl Eq for Row {}

impl PartialEq<[Value]> for Row {
    fn eq(&self, other: &[Value]) -> bool {
        **self == *other
    }
}

impl PartialEq<Vec<Value>> for Row {
    fn eq(&self, other: &Vec<Value>) -> bool {
        **self == **other
    }
}

impl PartialEq<Row> for Vec<Value> {
    fn eq(&self, other: &Row) -> bool {
        **self == **other
    }
}

impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Row) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the bits of the values, column by column: the order in which relations keep their rows.
impl Ord for Row {
    fn cmp(&self, other: &Row) -> Ordering {
        match (&self.0, &other.0) {
            // Places beyond a row's end hold the lowest value. Most rows differ in the first two columns.
            (Kept::Here(len, a), Kept::Here(others, b)) => {
                start(a).cmp(&start(b)).then_with(|| a[2..].cmp(&b[2..])).then_with(|| len.cmp(others))
            }
            _ => (**self).cmp(&**other),
        }
    }
}

/// The first two values in one number of the same order.
fn start(values: &[Value; HERE]) -> u64 {
    u64::from(values[0].bits()) << 32 | u64::from(values[1].bits())
}

impl Hash for Row {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_the_same_wherever_its_values_stand() {
        for len in 0..10 {
            let values: Vec<Value> = (0..len).map(Value::from_bits).collect();
            let (row, other) = (Row::from(&values[..]), values.iter().copied().collect::<Row>());
            assert_eq!(&*row, &values[..]);
            assert_eq!(row, other);
            assert_eq!(matches!(row.0, Kept::Here(..)), matches!(other.0, Kept::Here(..)));
        }
    }

    #[test]
    fn a_coding_needs_no_room_of_its_own() {
        let row = Row::from(&[Value::NONE; 7][..]);
        assert!(matches!(row.0, Kept::Here(..)) && size_of::<Row>() == 32);
    }

    #[test]
    fn rows_are_ordered_as_slices_are() {
        let lists: [&[u32]; 10] = [
            &[],
            &[0],
            &[0, 0],
            &[1],
            &[1, 0, 5],
            &[1, 2],
            &[1, 2, 3, 4],
            &[1, 2, 4],
            &[1, 2, 3, 4, 0, 0, 1],
            &[1, 2, 3, 4, 0, 0, 1, 0],
        ];
        let rows = lists.map(|list| list.iter().map(|&n| Value::from_bits(n)).collect::<Row>());
        for (a, b) in rows.iter().flat_map(|a| rows.iter().map(move |b| (a, b))) {
            assert_eq!(a.cmp(b), (**a).cmp(&**b), "{a:?} {b:?}");
        }
    }
}
