//! Tables with a row for each coding: which column names the message of a row, and which columns say something of the
//! coding and not of the message, since they differ between rows of one message.

use super::headers::{CODED_AT, CODED_BESIDE, ID, plain};
use super::roles::{Roles, When};
use crate::base::Table;
use crate::base::table::Row;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// The first of the columns that are called like ids whose cells name messages: some name several rows, and those rows
/// have one text, but for a few. Where the rows have an id of their own beside it (`strict`), all must.
pub fn key(table: &Table, headers: &[String], text: usize, free: &[usize], strict: bool) -> Option<usize> {
    let called = ID.iter().filter_map(|name| free.iter().copied().find(|&at| headers[at] == *name));
    called.into_iter().find(|&at| {
        // By id: the text of its first row, how many rows it has, and whether they have one text.
        let mut known: FxHashMap<String, (Option<u64>, usize, bool)> = FxHashMap::default();
        for row in table.rows() {
            let id = cell(&row, at);
            if id.is_empty() {
                continue;
            }
            let words = plain(cell(&row, text));
            let said = (!words.is_empty()).then(|| hash(&words));
            match known.get_mut(id) {
                None => {
                    known.insert(id.to_owned(), (said, 1, true));
                }
                Some((first, rows, alike)) => {
                    *rows += 1;
                    *alike &= said.is_none() || first.is_none() || *first == said;
                    *first = first.or(said);
                }
            }
        }
        let several = known.values().filter(|(_, rows, _)| *rows > 1).count();
        let alike = known.values().filter(|(_, rows, alike)| *rows > 1 && *alike).count();
        several > 0 && if strict { alike == several } else { 2 * alike >= several }
    })
}

/// Gives the codings what is theirs: columns that are called like something of a coding, and those that differ between
/// rows of one id.
pub fn by_coding(table: &Table, headers: &[String], roles: &mut Roles, when: &dyn Fn(usize) -> Option<When>) {
    let keyed = roles.id.filter(|_| roles.keyed);
    let at = roles.at.as_ref().map(|(at, _)| *at);
    let looked: Vec<usize> =
        [at, roles.author, roles.thread].into_iter().flatten().chain(roles.others.iter().map(|(at, _)| *at)).collect();
    let differs = keyed.map(|id| differing(table, id, &looked)).unwrap_or_default();
    // A time that only some rows of a message have is no time of the message.
    let differs = |column: usize| {
        let of = looked.iter().position(|at| *at == column).and_then(|n| differs.get(n));
        of.is_some_and(|of| of.filled || of.blank && Some(column) == at)
    };
    let named = |column: usize, names: &[&str]| names.contains(&headers[column].as_str());
    let time = roles.others.iter().map(|(at, _)| *at).find(|&column| named(column, CODED_AT) && when(column).is_some());
    if let Some(column) = time {
        roles.coded_at = when(column);
        roles.others.retain(|(other, _)| *other != column);
        roles.times.retain(|other| *other != column);
    }
    if let Some((column, pictures)) = roles.at.take_if(|(column, _)| differs(*column)) {
        let found = When { column, pictures, unix: roles.unix.take() };
        match &roles.coded_at {
            None if found.pictures.len() < 2 => roles.coded_at = Some(found),
            _ => roles.of_coding.push((column, super::roles::Cells::Texts)),
        }
    }
    if roles.coded_at.is_none()
        && let Some(column) = roles.times.iter().copied().find(|&column| differs(column) && when(column).is_some())
    {
        roles.coded_at = when(column);
        roles.others.retain(|(other, _)| *other != column);
        roles.times.retain(|other| *other != column);
    }
    if let Some(column) = roles.author.take_if(|column| differs(*column)) {
        // Who differs between codings of one message coded it, where nobody else did.
        match roles.coded.as_mut().filter(|coded| coded.coder.is_none()) {
            Some(coded) => coded.coder = Some(column),
            None => roles.of_coding.push((column, super::roles::Cells::Texts)),
        }
    }
    if let Some(column) = roles.thread.take_if(|column| differs(*column)) {
        roles.of_coding.push((column, super::roles::Cells::Texts));
    }
    let (theirs, kept): (Vec<_>, Vec<_>) =
        roles.others.drain(..).partition(|(column, _)| differs(*column) || named(*column, CODED_BESIDE));
    roles.others = kept;
    for (column, cells) in theirs {
        roles.of_coding.push((column, cells));
        roles.times.retain(|other| *other != column);
        roles.sentences.retain(|other| *other != column);
    }
    roles.of_coding.sort_unstable_by_key(|(column, _)| *column);
}

/// How a column differs between rows of one id.
#[derive(Clone, Copy, Default)]
struct Differs {
    /// Two rows say something else.
    filled: bool,
    /// One row says something, and another nothing.
    blank: bool,
}

fn differing(table: &Table, id: usize, columns: &[usize]) -> Vec<Differs> {
    let mut differs = vec![Differs::default(); columns.len()];
    let mut first: FxHashMap<String, Vec<Option<u64>>> = FxHashMap::default();
    for row in table.rows() {
        let cells = || columns.iter().map(|&at| Some(cell(&row, at)).filter(|cell| !cell.is_empty()).map(hash));
        let name = cell(&row, id);
        let Some(known) = first.get_mut(name) else {
            if !name.is_empty() {
                first.insert(name.to_owned(), cells().collect());
            }
            continue;
        };
        for ((now, known), differs) in cells().zip(known).zip(&mut differs) {
            differs.filled |= now.is_some() && known.is_some() && now != *known;
            differs.blank |= now.is_some() != known.is_some();
            *known = known.or(now);
        }
    }
    differs
}

fn cell<'r>(row: &'r Row<'_>, at: usize) -> &'r str {
    row.cells.get(at).and_then(|cell| cell.as_deref()).unwrap_or_default().trim()
}

fn hash(text: impl AsRef<str>) -> u64 {
    let mut hasher = FxHasher::default();
    text.as_ref().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use crate::data::roles::{Roles, guess};

    fn of(csv: &str) -> Roles {
        guess(&crate::data::csv::read("a.csv", csv.into(), None).unwrap().0).unwrap()
    }

    #[test]
    fn what_differs_within_an_id_is_of_the_coding() {
        let roles =
            of("id,text,coder,code,confidence,age,at\n1,The staff were really kind,ann,staff,3,30,2024-01-01\n\
                        1,The staff were really kind,ben,price,2,30,\n2,It is all too dear,ann,price,1,41,\n");
        assert_eq!((roles.id, roles.keyed), (Some(0), true));
        assert_eq!(roles.coded_at.map(|when| when.column), Some(6));
        assert_eq!(roles.of_coding.iter().map(|of| of.0).collect::<Vec<_>>(), [4]);
        assert_eq!(roles.others.iter().map(|of| of.0).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn people_who_said_several_things_are_no_ids_of_messages() {
        let roles = of("respondent id,text,coder,code\n1,The staff were really kind,ann,staff\n\
                        1,Nobody told me what it costs,ann,price\n2,It is all too dear,ann,price\n");
        assert_eq!((roles.id, roles.keyed), (None, false));
        let roles =
            of("id,text,author,code\n1,The staff were really kind,ann,staff\n1,The staff were really kind,ben,price\n");
        assert_eq!((roles.author, roles.coded.and_then(|coded| coded.coder)), (None, Some(2)));
    }
}
