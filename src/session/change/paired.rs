//! Rows that went and came again with another number: `2 people speak of it` became `3 people speak of it`. Told as two rows
//! they have to be found among all the others; told as one, by what was and what is.

use super::super::show::View;
use super::delta::TOLD;
use crate::base::Value;
use crate::check::Type;
use crate::check::program::{Relation, RelationId};
use rustc_hash::FxHashMap;

/// Where more rows moved than that, nobody reads them as sentences.
pub(super) const MOST: usize = 20_000;

/// In larger relations nothing is put together: whether a row is the only one of its thing takes a look at all rows.
const LARGEST: usize = 200_000;

/// What moved in a relation where rows differ in one number only.
#[derive(Clone, Debug, Default)]
pub struct Paired {
    /// How many rows have another number now.
    pub number: usize,
    /// The first of them: `7, now 6, of those who work as Designer speak of it`.
    pub told: Vec<String>,
    /// The first of the other rows, with whether they came.
    pub others: Vec<(bool, String)>,
    /// How many others came, and how many went.
    pub moved: (usize, usize),
}

/// The one column of a relation that holds numbers; none where there are several, or there is none.
pub(in crate::session) fn number_column(relation: &Relation) -> Option<usize> {
    let numbers = relation.columns.iter().enumerate().filter(|(_, c)| matches!(c.of, Type::Number | Type::Decimal));
    let numbers: Vec<usize> = numbers.map(|(at, _)| at).collect();
    let [at] = numbers[..] else { return None };
    Some(at)
}

/// Puts together what differs in one number only; nothing where no rows do. The rows are sorted.
pub(super) fn paired(view: View<'_>, id: RelationId, came: &[&Vec<Value>], went: &[&Vec<Value>]) -> Option<Paired> {
    let at = number_column(view.program.relation(id))?;
    if came.is_empty() || went.is_empty() || came.len() + went.len() > MOST {
        return None;
    }
    let key = |row: &[Value]| -> Vec<Value> {
        row.iter().enumerate().filter(|(column, _)| *column != at).map(|(_, &value)| value).collect()
    };
    let mut by_key: FxHashMap<Vec<Value>, (Vec<usize>, usize)> = FxHashMap::default();
    for (number, row) in went.iter().enumerate() {
        by_key.entry(key(row)).or_default().0.push(number);
    }
    for row in came {
        by_key.entry(key(row)).or_default().1 += 1;
    }
    // Of a thing that has several numbers, nobody knows which became which.
    let all = view.db.relation(view.lowered.declared(id));
    if all.len() > LARGEST {
        return None;
    }
    let mut there: FxHashMap<Vec<Value>, usize> = FxHashMap::default();
    let one_each = by_key.iter().filter(|(_, (then, now))| then.len() == 1 && *now == 1);
    there.extend(one_each.map(|(key, _)| (key.clone(), 0)));
    if there.is_empty() {
        return None;
    }
    let mut one: Vec<Value> = Vec::new();
    for row in all.rows() {
        one.clear();
        one.extend(row.iter().enumerate().filter(|(column, _)| *column != at).map(|(_, &value)| value));
        if let Some(count) = there.get_mut(one.as_slice()) {
            *count += 1;
        }
    }
    let sentence = |row: &[Value]| {
        let row: Vec<Option<Value>> = row.iter().map(|&value| Some(value)).collect();
        view.sentence(id, &row)
    };
    let (mut out, mut gone) = (Paired::default(), vec![false; went.len()]);
    let mut new: Vec<&Vec<Value>> = Vec::new();
    for row in came {
        match by_key.get(&key(row)) {
            Some((then, 1)) if then.len() == 1 && there.get(&key(row)) == Some(&1) => {
                gone[then[0]] = true;
                out.number += 1;
                if out.told.len() < 2 * TOLD {
                    let (a, b) = (view.pool.show(went[then[0]][at]), view.pool.show(row[at]));
                    out.told.push(told((&sentence(went[then[0]]), &sentence(row)), (&a, &b)));
                }
            }
            _ => new.push(row),
        }
    }
    if out.number == 0 {
        return None;
    }
    let old: Vec<&Vec<Value>> = went.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(row, _)| *row).collect();
    out.moved = (new.len(), old.len());
    for (came, rows) in [(true, new), (false, old)] {
        out.others.extend(rows.iter().take(TOLD).map(|row| (came, sentence(row))));
    }
    Some(out)
}

/// Two sentences that differ in a number as one; both where they differ in more than a word.
fn told((then, now): (&str, &str), (a, b): (&str, &str)) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (then.split(' ').collect(), now.split(' ').collect());
    let differ: Vec<usize> = (0..old.len().min(new.len())).filter(|&at| old[at] != new[at]).collect();
    match differ[..] {
        [at] if old.len() == new.len() && new[at] == b => {
            let between = format!("{a}, now {b},");
            [&new[..at], &[between.as_str()], &new[at + 1..]].concat().join(" ")
        }
        _ => format!("{now}; before: {then}"),
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_number_that_changed_stands_in_its_sentence() {
        assert_eq!(told(("7 of the men go", "6 of the men go"), ("7", "6")), "7, now 6, of the men go");
        assert_eq!(told(("in it, 1 go", "in it, 12 go"), ("1", "12")), "in it, 1, now 12, go");
        assert_eq!(told(("r(a, 1)", "r(a, 2)"), ("1", "2")), "r(a, 2); before: r(a, 1)");
    }
}
