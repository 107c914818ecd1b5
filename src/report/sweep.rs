//! What would be at each of several values of a parameter: a table with what can be counted, then what it cannot say:
//! which conclusions come and go, through what, and at which values. Each is told once, however many values bring it.

use super::layout::{heading, paragraph, plain};
use super::what_if::{as_sentence, inferences, order, others, told_once, unmoved};
use super::{Look, table};
use crate::session::answers::Cell;
use crate::session::change::{Conclusion, Delta, RelationDelta, Remark, Theory, Told};
use crate::session::what_if::{Case, ConceptCount};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;

/// Of values with gaps between them, so many are listed.
const LISTED: usize = 6;

/// A table of all values, then what each of them changes.
pub(super) fn sweep(out: &mut String, cases: &[Case], standing: &[(String, String)], look: Look) {
    let says: Vec<String> = standing.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if !says.is_empty() {
        paragraph(out, &[plain(format!("The study says {}.", says.join(", ")))], "", "", look);
    }
    counts(out, cases, look);
    for (title, columns, rows) in crossed(cases) {
        out.push('\n');
        paragraph(out, &[plain(format!("table {title}"))], "", "", look);
        out.push_str(&table::draw(&columns, &rows, 2, look));
    }
    for (at, parts) in by_values(cases) {
        let Some(nearest) = nearest(cases, &at, standing) else { continue };
        let delta = together(&parts, nearest);
        heading(out, &format!("With {}", named(cases, &at)), look);
        let because = inferences(&delta);
        if let Some(because) = as_sentence(&because).filter(|_| !because.is_empty()) {
            paragraph(out, &[plain(because)], "", "", look);
        }
        // How many have a concept stands in the table.
        let moved: FxHashSet<(&str, &str)> =
            delta.gained.iter().chain(&delta.lost).map(|one| (one.kind.as_str(), one.name.as_str())).collect();
        let all = nearest.counts.iter().filter(|c| moved.contains(&(c.kind.as_str(), c.name.as_str())));
        let mut all: Vec<ConceptCount> = all.map(|c| ConceptCount { before: None, then: None, ..c.clone() }).collect();
        all.sort_by_key(|concept| order(&concept.kind));
        let all: Vec<&ConceptCount> = all.iter().collect();
        told_once(out, &delta, &all, look);
        out.push_str(&others(&delta, &all, look));
    }
    out.push('\n');
    match cases {
        [first, rest @ ..] if rest.iter().all(|case| case.unmoved == first.unmoved) => unmoved(out, first, look),
        _ => {}
    }
}

/// One row a concept that changes with the values, one column a value; neighbours with the same numbers share a column.
fn counts(out: &mut String, cases: &[Case], look: Look) {
    let Some(first) = cases.first() else { return };
    let differs = |at: &usize| cases.iter().any(|case| case.counts[*at].then != case.counts[*at].before);
    let mut rows: Vec<usize> = (0..first.counts.len()).filter(differs).collect();
    rows.sort_by_key(|&at| order(&first.counts[at].kind));
    if rows.is_empty() {
        let none = "No value changes how many have any theme, code or other concept.";
        paragraph(out, &[plain(none)], "", "", look);
        return;
    }
    let number = |n: Option<usize>| n.map_or("-".to_string(), |n| n.to_string());
    let row = |&at: &usize| {
        let concept = &first.counts[at];
        let of = |case: &Case| number(case.counts[at].then);
        (format!("{} {}", concept.kind, concept.label), number(concept.before), cases.iter().map(of).collect())
    };
    let (columns, rows) = side_by_side(cases, &rows.iter().map(row).collect::<Vec<_>>());
    out.push_str(&table::draw(&columns, &rows, 2, look));
    let moves = |c: &Conclusion| c.kind == "theme";
    let still = |case: &Case| !case.delta.gained.iter().chain(&case.delta.lost).any(moves);
    if cases.iter().all(still) && first.counts.iter().any(|concept| concept.kind == "theme") {
        paragraph(out, &[plain("No theme changes at any of these values.")], "", "", look);
    }
}

/// A row of a table over the values: its name, what it is now, and what it is at each value.
type Row = (String, String, Vec<String>);

/// A table's columns and rows; neighbouring values at which all rows are the same share a column.
fn side_by_side(cases: &[Case], rows: &[Row]) -> (Vec<table::Column>, Vec<Vec<String>>) {
    let all: Vec<usize> = (0..cases.len()).collect();
    let alike: Vec<&[usize]> = all.chunk_by(|&a, &b| rows.iter().all(|row| row.2[a] == row.2[b])).collect();
    let names = cases
        .first()
        .map_or(String::new(), |case| case.set.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "));
    let value = |at: usize| cases[at].set.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ");
    let mut columns = vec![(names, false), ("now".to_string(), true)];
    columns.extend(alike.iter().map(|run| match run {
        [_, .., _] => match by_parameter(cases, run) {
            Some(all) => (all.into_iter().map(|(_, values, _)| values).collect::<Vec<_>>().join(", "), true),
            None => (ranged(&run.iter().map(|&at| value(at)).collect::<Vec<_>>()), true),
        },
        run => (run.first().map_or(String::new(), |&at| value(at)), true),
    }));
    let drawn = rows.iter().map(|(name, now, then)| {
        let then = alike.iter().map(|run| then[run[0]].clone());
        [name.clone(), now.clone()].into_iter().chain(then).collect()
    });
    (columns, drawn.collect())
}

/// The cells of cross-tables that change with the values: one table each.
fn crossed(cases: &[Case]) -> Vec<(String, Vec<table::Column>, Vec<Vec<String>>)> {
    let mut titles: Vec<&str> = Vec::new();
    for table in cases.iter().flat_map(|case| &case.delta.tables) {
        if !titles.contains(&table.title.as_str()) {
            titles.push(&table.title);
        }
    }
    let number = |n: Option<usize>| n.unwrap_or_default().to_string();
    let drawn = titles.into_iter().map(|title| {
        let of =
            |case: &Case| case.delta.tables.iter().find(|t| t.title == title).map_or(&[][..], |t| &t.cells).to_vec();
        let cells: Vec<_> = cases.iter().map(of).collect();
        let mut rows: Vec<(String, String, Option<usize>)> = Vec::new();
        for (row, column, now, _) in cells.iter().flatten() {
            if !rows.iter().any(|(r, c, _)| (r, c) == (row, column)) {
                rows.push((row.clone(), column.clone(), *now));
            }
        }
        let row = |(row, column, now): &(String, String, Option<usize>)| {
            let then = |cells: &Vec<(String, String, Option<usize>, Option<usize>)>| {
                let cell = cells.iter().find(|(r, c, ..)| (r, c) == (row, column));
                number(cell.map_or(*now, |(.., then)| *then))
            };
            (format!("{row}, {column}"), number(*now), cells.iter().map(then).collect())
        };
        let (columns, rows) = side_by_side(cases, &rows.iter().map(row).collect::<Vec<_>>());
        (title.to_string(), columns, rows)
    });
    drawn.collect()
}

/// One thing that comes or goes, and whether it comes; of what is inferred, without the numbers that each value has.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Part<'a> {
    Concluded(bool, &'a Conclusion),
    Inferred(bool, &'a str, &'a str, &'a str),
    Row(bool, &'a str, &'a [Cell]),
    Said(bool, &'a Remark),
}

fn inferred(one: &Theory) -> Part<'_> {
    Part::Inferred(one.holds, &one.theme, &one.kind, &one.concept)
}

fn parts(delta: &Delta) -> impl Iterator<Item = Part<'_>> {
    let rows = delta.relations.iter().flat_map(|r| {
        let came = r.came.iter().map(|row| Part::Row(true, &r.name, row));
        came.chain(r.went.iter().map(|row| Part::Row(false, &r.name, row)))
    });
    (delta.gained.iter().map(|one| Part::Concluded(true, one)))
        .chain(delta.lost.iter().map(|one| Part::Concluded(false, one)))
        .chain(delta.theory.iter().map(inferred))
        .chain(rows)
        .chain(delta.said.iter().map(|one| Part::Said(true, one)))
        .chain(delta.settled.iter().map(|one| Part::Said(false, one)))
}

/// What comes and goes, by the values at which it does; of values that begin alike, the longest row of them first.
fn by_values(cases: &[Case]) -> Vec<(Vec<usize>, Vec<Part<'_>>)> {
    let mut numbers: FxHashMap<Part<'_>, usize> = FxHashMap::default();
    let mut all: Vec<(Part<'_>, Vec<usize>)> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        for part in parts(&case.delta) {
            let known = *numbers.entry(part).or_insert(all.len());
            match all.get_mut(known) {
                None => all.push((part, vec![number])),
                Some((_, at)) if at.last() != Some(&number) => at.push(number),
                Some(_) => {}
            }
        }
    }
    let mut sets: Vec<(Vec<usize>, Vec<Part<'_>>)> = Vec::new();
    let mut known: FxHashMap<Vec<usize>, usize> = FxHashMap::default();
    for (part, at) in all {
        let set = *known.entry(at).or_insert_with_key(|at| {
            sets.push((at.clone(), Vec::new()));
            sets.len() - 1
        });
        sets[set].1.push(part);
    }
    sets.sort_by_key(|(at, _)| (at.first().copied(), Reverse(at.len())));
    sets
}

/// What comes and goes at some values, as a change of its own. What an inference asks for is said as of `nearest`.
fn together(parts: &[Part<'_>], nearest: &Case) -> Delta {
    let mut delta = Delta::default();
    for part in parts {
        match *part {
            Part::Concluded(true, one) => delta.gained.push(one.clone()),
            Part::Concluded(false, one) => delta.lost.push(one.clone()),
            Part::Inferred(..) | Part::Row(..) => {}
            Part::Said(true, one) => delta.said.push(one.clone()),
            Part::Said(false, one) => delta.settled.push(one.clone()),
        }
    }
    let own: FxHashSet<Part<'_>> = parts.iter().copied().collect();
    let theory = nearest.delta.theory.iter();
    delta.theory = theory.filter(|one| own.contains(&inferred(one))).cloned().collect();
    for relation in &nearest.delta.relations {
        let of = |came: bool, rows: &[Vec<Cell>]| -> (Vec<Vec<Cell>>, Vec<(bool, String)>) {
            let sentences =
                relation.told.0.iter().filter(|told| told.0 == came).map(Some).chain(std::iter::repeat(None));
            let both =
                rows.iter().zip(sentences).filter(|(row, _)| own.contains(&Part::Row(came, &relation.name, row)));
            let (rows, told): (Vec<_>, Vec<_>) = both.map(|(row, told)| (row.clone(), told.cloned())).unzip();
            (rows, told.into_iter().flatten().collect())
        };
        let ((came, sentences), (went, more)) = (of(true, &relation.came), of(false, &relation.went));
        if came.len() + went.len() > 0 {
            let (name, columns) = (relation.name.clone(), relation.columns.clone());
            delta.relations.push(RelationDelta {
                name,
                columns,
                came,
                went,
                told: Told([sentences, more].concat(), None),
            });
        }
    }
    delta
}

/// The case whose values lie nearest to those of the study, as far as they are numbers; else the first.
fn nearest<'a>(cases: &'a [Case], at: &[usize], standing: &[(String, String)]) -> Option<&'a Case> {
    let away = |case: &Case| -> f64 {
        let of = |(name, value): &(String, String)| -> Option<f64> {
            let stands = standing.iter().find(|(known, _)| known == name)?;
            Some((value.parse::<f64>().ok()? - stands.1.parse::<f64>().ok()?).abs())
        };
        case.set.iter().filter_map(of).sum()
    };
    at.iter().filter_map(|&at| cases.get(at)).min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// `min_authors = 3 to 5, strict = 1`; where the values are not every one of some with every one of others, one after
/// the other.
fn named(cases: &[Case], at: &[usize]) -> String {
    match by_parameter(cases, at) {
        Some(all) => {
            // A parameter of which every value will do says nothing, unless there is no other.
            let telling = all.iter().filter(|(.., every)| !every).map(|(name, values, _)| format!("{name} = {values}"));
            let telling: Vec<String> = telling.collect();
            if telling.is_empty() { "any of these values".to_string() } else { telling.join(", ") }
        }
        None => {
            let one =
                |&at: &usize| cases[at].set.iter().map(|(n, v)| format!("{n} = {v}")).collect::<Vec<_>>().join(", ");
            at.iter().map(one).collect::<Vec<_>>().join("; or ")
        }
    }
}

/// Values one after another: `3 to 5` where each number between them was tried, else each of them: `2, 9, 10`.
fn ranged(values: &[String]) -> String {
    let numbers: Option<Vec<i64>> = values.iter().map(|value| value.parse().ok()).collect();
    let gaps = numbers.is_some_and(|all| all.windows(2).any(|two| two[0].checked_add(1) != Some(two[1])));
    match values {
        [first, .., last] if !gaps || values.len() > LISTED => format!("{first} to {last}"),
        _ => values.join(", "),
    }
}

/// For each parameter its values in these cases, `3 to 5`, and whether these are all that are tried of several; none
/// where the cases are not every value of one with every value of the others.
fn by_parameter<'a>(cases: &'a [Case], at: &[usize]) -> Option<Vec<(&'a str, String, bool)>> {
    let mut every = Vec::new();
    let mut size = 1;
    for (place, (name, _)) in cases.first()?.set.iter().enumerate() {
        let mut all: Vec<&str> = Vec::new();
        for case in cases {
            if !all.contains(&case.set[place].1.as_str()) {
                all.push(&case.set[place].1);
            }
        }
        let own: Vec<bool> = all.iter().map(|value| at.iter().any(|&at| cases[at].set[place].1 == **value)).collect();
        let count = own.iter().filter(|own| **own).count();
        size *= count;
        let numbers: Vec<usize> = (0..all.len()).collect();
        let runs = numbers
            .chunk_by(|&a, &b| own[a] == own[b])
            .filter(|run| own[run[0]])
            .map(|run| ranged(&run.iter().map(|&at| all[at].to_string()).collect::<Vec<_>>()));
        every.push((name.as_str(), runs.collect::<Vec<_>>().join(" or "), count == all.len() && all.len() > 1));
    }
    (size == at.len()).then_some(every)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(all: &[&[(&str, &str)]]) -> Vec<Case> {
        let set = |pairs: &&[(&str, &str)]| pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        all.iter()
            .map(|pairs| Case { set: set(pairs), delta: Delta::default(), counts: Vec::new(), unmoved: Vec::new() })
            .collect()
    }

    #[test]
    fn values_are_named_as_rows_of_them_and_by_parameter() {
        let one = cases(&[&[("n", "1")], &[("n", "2")], &[("n", "3")], &[("n", "5")]]);
        assert_eq!(named(&one, &[1]), "n = 2");
        assert_eq!(named(&one, &[0, 1, 3]), "n = 1 to 2 or 5");
        assert_eq!(named(&one, &[2, 3]), "n = 3, 5");
        assert_eq!(named(&one, &[0, 1, 2, 3]), "any of these values");
        let two = cases(&[
            &[("n", "1"), ("s", "x")],
            &[("n", "1"), ("s", "y")],
            &[("n", "2"), ("s", "x")],
            &[("n", "2"), ("s", "y")],
        ]);
        assert_eq!(named(&two, &[2, 3]), "n = 2");
        assert_eq!(named(&two, &[3]), "n = 2, s = y");
        assert_eq!(named(&two, &[0, 3]), "n = 1, s = x; or n = 2, s = y");
    }

    #[test]
    fn what_comes_at_several_values_is_told_once_and_numbers_are_those_of_the_nearest_value() {
        let lost = |subject: &str| Conclusion { kind: "mood".into(), subject: subject.into(), ..Conclusion::default() };
        let mut all = cases(&[&[("n", "2")], &[("n", "3")], &[("n", "4")]]);
        all[1].delta.lost = vec![lost("m1")];
        all[2].delta.lost = vec![lost("m1"), lost("m2")];
        let sets: Vec<(Vec<usize>, usize)> = by_values(&all).into_iter().map(|(at, all)| (at, all.len())).collect();
        assert_eq!(sets, [(vec![1, 2], 1), (vec![2], 1)]);
        let standing = [("n".to_string(), "2".to_string())];
        assert_eq!(nearest(&all, &[1, 2], &standing).map(|case| &case.set), Some(&all[1].set));
    }
}
