//! Which rows of a data file differ between two versions of a study: rows that came, rows that went, and rows of the same
//! name with other cells. Rows that are in both are found by what they hold, in one pass over each file, so that only those
//! that differ are looked at one by one; another order of rows or columns is no difference.

use super::super::Study;
use super::super::load::{beside, read_table, reading};
use crate::base::Table;
use crate::check::program::{CellSource, Input};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// So many rows of each sort are kept to be told.
const KEPT: usize = 1_000;
/// So many are told to people.
const TOLD: usize = 6;
/// Cells of so many signs are shown; of a longer one it is only said that it changed.
const SHORT: usize = 40;
/// So many cells name a row that has no name of its own.
const NAMING: usize = 4;
/// Rows that share a name are put together two by two where there are no more of them.
const MOST: usize = 50;

/// What differs in the rows of a data file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowsEdited {
    /// Columns that only the newer file has.
    pub columns_added: Vec<String>,
    /// Columns that only the older one has.
    pub columns_removed: Vec<String>,
    /// The first rows with other cells, in the order of the newer file.
    pub changed: Vec<RowEdited>,
    /// How many such rows there are.
    pub changed_count: usize,
    /// The first ways in which rows changed, each with the first rows that changed so, and how many.
    alike: Vec<(String, Vec<String>, usize)>,
    /// The names of the first rows that only the newer file has.
    pub added: Vec<String>,
    /// How many of them there are.
    pub added_count: usize,
    /// The names of the first rows that only the older file has.
    pub removed: Vec<String>,
    /// How many of them there are.
    pub removed_count: usize,
}

/// A row with other cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowEdited {
    /// What it is called: its id, or the cells that it begins with.
    pub row: String,
    /// The cells that differ.
    pub cells: Vec<CellEdited>,
}

/// A cell that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellEdited {
    /// Its column.
    pub column: String,
    /// As it was; none where nothing stood there.
    pub then: Option<String>,
    /// As it is.
    pub now: Option<String>,
}

/// What the rows of a file differ in; none where one of the two cannot be read as a table.
pub(super) fn edited(then: &Study, now: &Study, file: &str) -> Option<RowsEdited> {
    let input = |study: &'_ Study| -> Option<Input> {
        let of = |input: &&Input| beside(&study.sources.get(input.at.file).name, &input.path) == *file;
        study.program.inputs.iter().find(of).cloned()
    };
    let (before, after) = (input(then)?, input(now)?);
    let old = read_table(&then.files, file, &reading(&before, then.options.lenient)).ok()?.table;
    let new = read_table(&now.files, file, &reading(&after, now.options.lenient)).ok()?.table;
    // Rows are called by what the study calls first: the id of a message, whose attribute a row is.
    let named = after.columns.first().and_then(|cell| match &cell.as_ref()?.source {
        CellSource::Header { header, .. } => Some(header.as_str()),
        CellSource::Constant(_) => None,
    });
    Some(compare(&old, &new, named))
}

/// A row of cells in the order of the columns that both files have.
type Cells = Vec<Option<String>>;

fn compare(old: &Table, new: &Table, named: Option<&str>) -> RowsEdited {
    let both: Vec<(usize, usize)> =
        (0..new.header.len()).filter_map(|at| Some((old.column(&new.header[at])?, at))).collect();
    let headers: Vec<&String> = both.iter().map(|&(_, at)| &new.header[at]).collect();
    let only = |all: &Table, other: &Table| -> Vec<String> {
        all.header.iter().filter(|name| other.column(name).is_none()).cloned().collect()
    };
    let (then, now): (Vec<usize>, Vec<usize>) = both.iter().copied().unzip();
    let key = named.and_then(|name| new.column(name)).and_then(|at| now.iter().position(|&other| other == at));
    let key = key.unwrap_or_default();
    let (mut gone, mut come, unique) = differing((old, &then), (new, &now), key);
    let mut out = RowsEdited { columns_added: only(new, old), columns_removed: only(old, new), ..Default::default() };
    let name = |cells: &Cells, beside: &dyn Fn(usize) -> bool| called(cells, key, unique, beside);
    for (before, after) in paired(&mut gone, &mut come, key, unique) {
        let differs = |at: usize| before[at] != after[at];
        let cell =
            |at: usize| CellEdited { column: headers[at].clone(), then: before[at].clone(), now: after[at].clone() };
        let cells: Vec<CellEdited> = (0..headers.len()).filter(|&at| differs(at)).map(cell).collect();
        out.add_changed(RowEdited { row: name(&after, &|at| !differs(at)), cells });
    }
    let names = |all: &[Option<Cells>]| -> (usize, Vec<String>) {
        let left = all.iter().flatten();
        (left.clone().count(), left.take(KEPT).map(|cells| name(cells, &|_| true)).collect())
    };
    ((out.added_count, out.added), (out.removed_count, out.removed)) = (names(&come), names(&gone));
    out
}

/// The rows that only one of two files has, each in its order, and whether the cell by which rows are called tells all rows
/// of either file from each other.
fn differing(
    (old, then): (&Table, &[usize]),
    (new, now): (&Table, &[usize]),
    key: usize,
) -> (Vec<Option<Cells>>, Vec<Option<Cells>>, bool) {
    // Two sums of 64 bits each: rows that differ are taken for the same with no likelihood.
    let sum = |cells: &[Option<std::borrow::Cow<'_, str>>], columns: &[usize]| -> (u64, u64) {
        let (mut a, mut b) = (FxHasher::default(), std::hash::DefaultHasher::new());
        for &at in columns {
            let cell = cells.get(at).and_then(|cell| cell.as_deref()).filter(|cell| !cell.is_empty());
            cell.hash(&mut a);
            cell.hash(&mut b);
        }
        (a.finish(), b.finish())
    };
    let mut left: FxHashMap<(u64, u64), usize> = FxHashMap::default();
    let (mut names, mut unique) = (FxHashSet::default(), true);
    for row in old.rows() {
        *left.entry(sum(&row.cells, then)).or_default() += 1;
        let name = then.get(key).and_then(|&at| row.cells.get(at)).cloned().flatten();
        unique &= name.is_some_and(|name| names.insert(name.into_owned()));
    }
    names.clear();
    let own = |cells: &[Option<std::borrow::Cow<'_, str>>], columns: &[usize]| -> Cells {
        let cell = |&at: &usize| cells.get(at).and_then(|cell| cell.as_deref()).filter(|cell| !cell.is_empty());
        columns.iter().map(|at| cell(at).map(str::to_string)).collect()
    };
    let mut come = Vec::new();
    for row in new.rows() {
        let name = now.get(key).and_then(|&at| row.cells.get(at)).cloned().flatten();
        unique &= name.is_some_and(|name| names.insert(name.into_owned()));
        match left.get_mut(&sum(&row.cells, now)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => come.push(Some(own(&row.cells, now))),
        }
    }
    let mut gone = Vec::new();
    for row in old.rows() {
        if let Some(count) = left.get_mut(&sum(&row.cells, then)).filter(|count| **count > 0) {
            *count -= 1;
            gone.push(Some(own(&row.cells, then)));
        }
    }
    (gone, come, unique)
}

/// Rows that went and rows that came, put together where they are of one name, and, where several rows have it, most of
/// their cells are the same. What is put together is taken out of both.
fn paired(gone: &mut [Option<Cells>], come: &mut [Option<Cells>], key: usize, unique: bool) -> Vec<(Cells, Cells)> {
    let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, row) in gone.iter().enumerate() {
        if let Some(name) = row.as_ref().and_then(|row| row.get(key)?.clone()) {
            by_name.entry(name).or_default().push(at);
        }
    }
    let mut pairs = Vec::new();
    for place in come.iter_mut() {
        let Some(row) = place else { continue };
        let Some(known) = row.get(key).and_then(|name| by_name.get_mut(name.as_ref()?)) else { continue };
        if known.len() > MOST {
            continue;
        }
        let apart = |other: &Cells| row.iter().zip(other).filter(|(a, b)| a != b).count();
        let nearest =
            known.iter().enumerate().filter_map(|(at, &other)| Some((apart(gone[other].as_ref()?), at))).min();
        let Some((differ, at)) = nearest.filter(|(differ, _)| unique || differ * 2 <= row.len()) else { continue };
        debug_assert!(differ > 0, "rows that are the same are in both");
        let other = known.remove(at);
        pairs.extend(gone[other].take().zip(place.take()));
    }
    pairs
}

/// What a row is called: by the cell that tells all rows apart, else by that and the first short cells beside it.
fn called(cells: &Cells, key: usize, unique: bool, beside: &dyn Fn(usize) -> bool) -> String {
    let short = |cell: &&String| cell.chars().count() <= SHORT && !cell.contains('\n');
    let own = cells.get(key).and_then(Option::as_ref);
    if let (true, Some(own)) = (unique, own) {
        return own.clone();
    }
    let rest = (0..cells.len()).filter(|&at| at != key && beside(at)).filter_map(|at| cells[at].as_ref()).filter(short);
    let named: Vec<&str> = own.into_iter().chain(rest).take(NAMING).map(String::as_str).collect();
    if named.is_empty() { "a row".to_string() } else { named.join(", ") }
}

impl RowsEdited {
    /// In words: the first rows of each sort, and how many more there are.
    pub(super) fn told(&self) -> Vec<String> {
        let column = |names: &[String], word: &str| -> Option<String> {
            let listed: Vec<String> = names.iter().take(TOLD).map(|name| format!("`{name}`")).collect();
            let columns = if names.len() == 1 { "column" } else { "columns" };
            (!names.is_empty())
                .then(|| format!("the {columns} {}{} {word}", listed.join(", "), more(names.len(), TOLD)))
        };
        let mut out: Vec<String> = column(&self.columns_added, "added").into_iter().collect();
        out.extend(column(&self.columns_removed, "taken out"));
        out.extend(self.changed_told());
        for (names, count, word) in
            [(&self.added, self.added_count, "added"), (&self.removed, self.removed_count, "taken out")]
        {
            if count > 0 {
                let rows = if count == 1 { "1 row".to_string() } else { format!("{count} rows") };
                let between = if names.iter().any(|name| name.contains(", ")) { "; " } else { ", " };
                let listed: Vec<&str> = names.iter().take(TOLD).map(String::as_str).collect();
                out.push(format!("{rows} {word} ({}{})", listed.join(between), more(count, TOLD)));
            }
        }
        if out.is_empty() {
            out.push("the same rows, written otherwise or in another order".to_string());
        }
        out
    }

    /// Counts a row with other cells, and keeps the first of them.
    fn add_changed(&mut self, row: RowEdited) {
        self.changed_count += 1;
        let how = row.cells.iter().map(cell_told).collect::<Vec<_>>().join(", ");
        match self.alike.iter().position(|(known, ..)| *known == how) {
            Some(at) => {
                let (_, rows, count) = &mut self.alike[at];
                *count += 1;
                if rows.len() < TOLD {
                    rows.push(row.row.clone());
                }
            }
            // Where each row has a change of its own, only the first are told.
            None if self.alike.len() < TOLD => self.alike.push((how, vec![row.row.clone()], 1)),
            None => {}
        }
        if self.changed.len() < KEPT {
            self.changed.push(row);
        }
    }

    /// Rows with other cells, those together in which the same changed.
    fn changed_told(&self) -> Vec<String> {
        let told = |(how, rows, count): &(String, Vec<String>, usize)| {
            let between = if rows.iter().any(|name| name.contains(", ")) { "; " } else { ", " };
            let named = format!("{}{}", rows.join(between), more(*count, TOLD));
            match how.strip_suffix(" changed") {
                Some(cell) if !cell.contains(", ") => format!("{cell} of {named} changed"),
                _ => format!("{named}: {how}"),
            }
        };
        let mut out: Vec<String> = self.alike.iter().map(told).collect();
        match self.changed_count - self.alike.iter().map(|(.., count)| count).sum::<usize>() {
            0 => {}
            1 => out.push("1 more row changed".to_string()),
            others => out.push(format!("{others} more rows changed")),
        }
        out
    }
}

/// `role` from `Designer` to `Consultant`; of long cells only that they changed.
fn cell_told(cell: &CellEdited) -> String {
    let column = &cell.column;
    let short = |text: &Option<String>| text.as_ref().is_none_or(|t| t.chars().count() <= SHORT && !t.contains('\n'));
    match (&cell.then, &cell.now) {
        (then, now) if !short(then) || !short(now) => match (then, now) {
            (_, None) => format!("the `{column}` taken out"),
            (None, _) => format!("a `{column}` added"),
            _ => format!("the `{column}` changed"),
        },
        (Some(then), Some(now)) => format!("`{column}` from `{then}` to `{now}`"),
        (None, Some(now)) => format!("`{column}` was empty and is `{now}`"),
        (Some(then), None) => format!("`{column}` was `{then}` and is empty"),
        (None, None) => format!("the `{column}` changed"),
    }
}

/// ` and 3 more`
fn more(all: usize, told: usize) -> String {
    match all.saturating_sub(told) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str, named: &str) -> Vec<String> {
        let read = |text: &str| {
            let table = crate::data::read_bytes("t.csv", text.as_bytes().to_vec(), &Default::default());
            table.expect("the table is sound").table
        };
        compare(&read(old), &read(new), Some(named)).told()
    }

    #[test]
    fn rows_that_differ_are_told_by_their_names_and_cells() {
        let old = "id,who,text\nm1,Ann,A first thing that somebody said to somebody else\nm2,Tom,Yes\nm3,Eva,No\n";
        assert_eq!(told(old, old, "id"), ["the same rows, written otherwise or in another order"]);
        let long = old.replace("A first thing", "The first thing");
        assert_eq!(told(old, &long, "id"), ["the `text` of m1 changed"]);
        assert_eq!(
            told(old, &old.replace("Tom,Yes", "Tim,"), "id"),
            ["m2: `who` from `Tom` to `Tim`, `text` was `Yes` and is empty"]
        );
        assert_eq!(
            told(old, &old.replace("m2,Tom,Yes", "m4,Ann,Well"), "id"),
            ["1 row added (m4)", "1 row taken out (m2)"]
        );
        assert_eq!(told(old, &old.replace("Yes\n", "Yes\nm2,Tom,Yes\n"), "id"), ["1 row added (m2, Tom, Yes)"]);
        // Columns in another order are the same, and one more changes no row.
        let wider =
            "text,id,when,who\nA first thing that somebody said to somebody else,m1,1,Ann\nYes,m2,,Tom\nNo,m3,,Eva\n";
        assert_eq!(told(old, wider, "id"), ["the column `when` added"]);
        assert_eq!(told(wider, old, "id"), ["the column `when` taken out"]);
    }

    #[test]
    fn rows_without_a_name_of_their_own_are_paired_where_most_of_them_is_the_same() {
        let old = "m,code,coder,from,to\nm1,price,ann,0,4\nm1,rent,ann,7,9\nm1,price,bob,0,4\n";
        assert_eq!(
            told(old, &old.replace("price,bob", "rent,bob"), "m"),
            ["m1, bob, 0, 4: `code` from `price` to `rent`"]
        );
        assert_eq!(
            told(old, &old.replace("m1,rent,ann,7,9", "m1,calm,eva,1,2"), "m"),
            ["1 row added (m1, calm, eva, 1)", "1 row taken out (m1, rent, ann, 7)"]
        );
    }

    #[test]
    fn of_many_rows_the_first_are_told_and_all_are_counted() {
        let table = |add: usize| -> String {
            let row = |n: usize| format!("r{n},{}\n", n + add);
            "id,n\n".to_string() + &(0..5_000).map(row).collect::<String>()
        };
        let told = told(&table(0), &table(1), "id");
        assert_eq!(told.len(), TOLD + 1);
        assert_eq!((told[0].as_str(), told[TOLD].as_str()), ("r0: `n` from `0` to `1`", "4994 more rows changed"));
    }
}
