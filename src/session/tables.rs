//! Cross-tables: how many messages, authors or threads meet two things at once.

use super::findings::{TableFinding, TableRow};
use super::show::View;
use super::summary::People;
use crate::base::Value;
use crate::check::program::{CrossTable, ShareOf, Subject, TableAxis};
use crate::syntax::tree::CountedThing;
use rustc_hash::{FxHashMap, FxHashSet};

/// One side of a table: its values in order, and which of them each message has.
struct Side {
    values: Vec<Value>,
    of_message: FxHashMap<Value, Vec<usize>>,
}

/// The numbers of a table.
pub(super) fn cross_table(view: View<'_>, people: &People<'_>, table: &CrossTable) -> TableFinding {
    let rows = side(view, people, &table.rows);
    let columns = table.columns.as_ref().map(|axis| side(view, people, axis));
    let width = columns.as_ref().map_or(1, |c| c.values.len());
    let mut sets = Sets::new(rows.values.len(), width);
    for (message, of) in people.rows() {
        let counted = match table.count {
            CountedThing::Authors => of.1,
            CountedThing::Threads => of.0,
            CountedThing::Messages | CountedThing::Quotes | CountedThing::Coders => message,
        };
        let in_rows = rows.of_message.get(&message).map_or(&[][..], Vec::as_slice);
        let in_columns = match &columns {
            Some(side) => side.of_message.get(&message).map_or(&[][..], Vec::as_slice),
            None => &[0],
        };
        if !counted.is_none() {
            sets.add(counted, in_rows, in_columns);
        }
    }
    let mut headings: Vec<String> = match &columns {
        Some(side) => side.values.iter().map(|&v| heading(view, v)).collect(),
        None => vec![table.count.text().to_string()],
    };
    let with_totals = table.totals;
    let mut out: Vec<TableRow> = Vec::new();
    let row_labels = rows.values.iter().map(|&v| heading(view, v)).chain(with_totals.then(|| "total".to_string()));
    for (r, label) in row_labels.enumerate() {
        let columns = if with_totals && columns.is_some() { width + 1 } else { width };
        let numbers: Vec<usize> = (0..columns).map(|c| sets.number(r, c)).collect();
        let shares = match table.shares {
            None => Vec::new(),
            Some(of) => (0..columns)
                .map(|c| {
                    let whole = match of {
                        ShareOf::Rows => sets.number(r, width),
                        ShareOf::Columns => sets.number(rows.values.len(), c),
                        ShareOf::All => sets.number(rows.values.len(), width),
                    };
                    share(sets.number(r, c), whole)
                })
                .collect(),
        };
        out.push(TableRow { label, numbers, shares });
    }
    if with_totals && columns.is_some() {
        headings.push("total".to_string());
    }
    let written = |axis: &TableAxis| match &axis.written.column {
        Some(column) => format!("{}.{}", axis.written.name.text, column.text),
        None => axis.written.name.text.clone(),
    };
    TableFinding {
        title: table.title.clone(),
        count: table.count.text().to_string(),
        row_name: written(&table.rows),
        column_name: table.columns.as_ref().map(written),
        columns: headings,
        rows: out,
        totals: with_totals,
        shares: table.shares.is_some(),
    }
}

/// What is counted in each cell, each row, each column and in all; a thing counts once in each.
struct Sets {
    width: usize,
    cells: Vec<FxHashSet<Value>>,
}

impl Sets {
    /// One row and one column more than the table has hold the totals.
    fn new(rows: usize, width: usize) -> Sets {
        Sets { width: width + 1, cells: vec![FxHashSet::default(); (rows + 1) * (width + 1)] }
    }

    fn add(&mut self, counted: Value, rows: &[usize], columns: &[usize]) {
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let total_row = self.cells.len() / self.width - 1;
        for &row in rows.iter().chain([&total_row]) {
            for &column in columns.iter().chain([&(self.width - 1)]) {
                self.cells[row * self.width + column].insert(counted);
            }
        }
    }

    fn number(&self, row: usize, column: usize) -> usize {
        self.cells[row * self.width + column].len()
    }
}

fn side(view: View<'_>, people: &People<'_>, axis: &TableAxis) -> Side {
    let relation = view.db.relation(view.lowered.declared(axis.relation));
    let mut of_subject: FxHashMap<Value, Vec<Value>> = FxHashMap::default();
    let mut values: Vec<Value> = Vec::new();
    for row in relation.rows() {
        let (subject, value) = (row[axis.subject], row[axis.value]);
        if !value.is_none() {
            of_subject.entry(subject).or_default().push(value);
            values.push(value);
        }
    }
    // Concepts stand in the author's order, those that nothing has among them.
    let declared = view.program.relation(axis.relation).columns[axis.value].of;
    values
        .extend(view.program.concepts.iter().filter(|c| declared == crate::check::Type::Kind(c.kind)).map(|c| c.value));
    let place = |v: Value| view.program.concept_values.get(&v).copied();
    values.sort_by(|&a, &b| place(a).cmp(&place(b)).then_with(|| view.pool.compare(a, b)));
    values.dedup();
    let numbers: FxHashMap<Value, usize> = values.iter().enumerate().map(|(i, &v)| (v, i)).collect();
    let mut of_message = FxHashMap::default();
    for (message, (thread, author)) in people.rows() {
        let subject = match axis.of {
            Subject::Message => message,
            Subject::Thread => thread,
            Subject::Author => author,
        };
        if let Some(found) = of_subject.get(&subject).filter(|_| !subject.is_none()) {
            let mut found: Vec<usize> = found.iter().map(|v| numbers[v]).collect();
            found.sort_unstable();
            found.dedup();
            of_message.insert(message, found);
        }
    }
    Side { values, of_message }
}

fn heading(view: View<'_>, value: Value) -> String {
    match view.program.concept_values.get(&value) {
        Some(&id) => view.program.concept(id).title().to_string(),
        None => view.pool.show(value),
    }
}

/// A share in percent, to one place, halves up.
pub(super) fn share(part: usize, whole: usize) -> String {
    tenths(part * 100, whole)
}

/// `a / b` to one place, half rounded up; nothing where `b` is 0.
pub(super) fn tenths(a: usize, b: usize) -> String {
    if b == 0 {
        return String::new();
    }
    let tenths = (a * 20 + b) / (b * 2);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_half_up() {
        assert_eq!(tenths(1, 3), "0.3");
        assert_eq!(tenths(1, 20), "0.1");
        assert_eq!(tenths(7, 2), "3.5");
        assert_eq!(tenths(7, 0), "");
    }
}
