//! What would be at each of several values of a parameter: tables with what can be counted, one column a value, then what
//! they cannot say: which conclusions come and go, and through what. Under a heading stands all that its values bring,
//! and values that bring the same share one, so that no number has to be put together from several places.

use super::change::is_told;
use super::layout::{heading, paragraph, plain};
use super::what_if::{as_sentence, inferences, order, others, steady, told_once, unmoved};
use super::words::number_of;
use super::{Look, table};
use crate::session::change::{Conclusion, Delta, Theory};
use crate::session::what_if::{Case, ConceptCount, NumberOver, Over, WhatIf};
use rustc_hash::FxHashSet;

/// Of values with gaps between them, so many are listed.
const LISTED: usize = 6;

/// What so many values, or rows of values that bring the same, change is told one after the other.
const HEADINGS: usize = 12;

/// So many numbers of one relation are told.
const NUMBERS: usize = 20;

/// Tables of all values, then what each of them changes.
pub(super) fn sweep(out: &mut String, found: &WhatIf, look: Look) {
    let (cases, standing) = (&found.cases[..], &found.standing[..]);
    let says: Vec<String> = standing.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if !says.is_empty() {
        paragraph(out, &[plain(format!("The study says {}.", says.join(", ")))], "", "", look);
    }
    counts(out, cases, &found.over, look);
    steady(out, found, look);
    for over in found.over.iter().filter(|over| !over.numbers.is_empty()) {
        numbers(out, cases, over, look);
    }
    for (title, columns, rows) in crossed(cases) {
        out.push('\n');
        paragraph(out, &[plain(format!("table {title}"))], "", "", look);
        out.push_str(&table::draw(&columns, &rows, 2, look));
    }
    let told: Vec<Delta> = cases.iter().map(|case| beside_tables(&case.delta, &found.over)).collect();
    let groups = alike(&told);
    for at in groups.iter().take(HEADINGS) {
        let Some(nearest) = nearest(cases, at, standing) else { continue };
        let mut delta = told[nearest].clone();
        asked_by_all(&mut delta, at.iter().map(|&at| &told[at]));
        heading(out, &format!("With {}", named(cases, at)), look);
        let because = inferences(&delta);
        if let Some(because) = as_sentence(&because).filter(|_| !because.is_empty()) {
            paragraph(out, &[plain(because)], "", "", look);
        }
        // How many have a concept stands in the table.
        let moved: FxHashSet<(&str, &str)> =
            delta.gained.iter().chain(&delta.lost).map(|one| (one.kind.as_str(), one.name.as_str())).collect();
        let all = cases[nearest].counts.iter().filter(|c| moved.contains(&(c.kind.as_str(), c.name.as_str())));
        let mut all: Vec<ConceptCount> = all.map(|c| ConceptCount { before: None, then: None, ..c.clone() }).collect();
        all.sort_by_key(|concept| order(&concept.kind));
        let all: Vec<&ConceptCount> = all.iter().collect();
        told_once(out, &delta, &all, look);
        out.push_str(&others(&delta, &all, look));
    }
    if let more @ 1.. = groups.len().saturating_sub(HEADINGS) {
        out.push('\n');
        let headings = number_of(more, "more heading");
        let text = format!(
            "What the other values bring would be {headings}: the tables have its numbers, and with fewer values it is told."
        );
        paragraph(out, &[plain(text)], "", "", look);
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
    match cases {
        [first, rest @ ..] if rest.iter().all(|case| case.unmoved == first.unmoved) => unmoved(out, first, look),
        _ => {}
    }
}

/// One row a concept or relation that changes with the values, one column a value; neighbours with the same numbers share
/// a column.
fn counts(out: &mut String, cases: &[Case], over: &[Over], look: Look) {
    let Some(first) = cases.first() else { return };
    let differs = |at: &usize| cases.iter().any(|case| case.counts[*at].then != case.counts[*at].before);
    let mut rows: Vec<usize> = (0..first.counts.len()).filter(differs).collect();
    rows.sort_by_key(|&at| order(&first.counts[at].kind));
    if rows.is_empty() {
        let none = "No value changes how many have any theme, code or other concept.";
        paragraph(out, &[plain(none)], "", "", look);
    }
    let number = |n: Option<usize>| n.map_or("-".to_string(), |n| n.to_string());
    let row = |&at: &usize| {
        let concept = &first.counts[at];
        let of = |case: &Case| number(case.counts[at].then);
        (format!("{} {}", concept.kind, concept.label), number(concept.before), cases.iter().map(of).collect())
    };
    let size =
        |over: &Over| (over.relation.clone(), over.now.to_string(), over.then.iter().map(usize::to_string).collect());
    let sizes = over.iter().filter(|over| over.then.iter().any(|then| *then != over.now)).map(size);
    let all: Vec<Row> = rows.iter().map(row).chain(sizes).collect();
    if all.is_empty() {
        return;
    }
    let (columns, drawn) = side_by_side(cases, &all);
    out.push_str(&table::draw(&columns, &drawn, 2, look));
    let moves = |c: &Conclusion| c.kind == "theme";
    let still = |case: &Case| !case.delta.gained.iter().chain(&case.delta.lost).any(moves);
    if !rows.is_empty() && cases.iter().all(still) && first.counts.iter().any(|concept| concept.kind == "theme") {
        paragraph(out, &[plain("No theme changes at any of these values.")], "", "", look);
    }
}

/// The numbers that the rows of a relation say, one row each.
fn numbers(out: &mut String, cases: &[Case], over: &Over, look: Look) {
    let number = |n: &Option<String>| n.clone().unwrap_or_else(|| "-".to_string());
    let row = |one: &NumberOver| (one.what.clone(), number(&one.now), one.then.iter().map(number).collect());
    let rows: Vec<Row> = over.numbers.iter().take(NUMBERS).map(row).collect();
    let (columns, drawn) = side_by_side(cases, &rows);
    out.push('\n');
    paragraph(out, &[plain(format!("relation {}", over.relation))], "", "", look);
    out.push_str(&table::draw(&columns, &drawn, 2, look));
    if let more @ 1.. = over.numbers.len().saturating_sub(NUMBERS) {
        let text = format!("and {more} more that change; `--format json` lists them all");
        paragraph(out, &[plain(text)], "  ", "  ", look);
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

/// What a case changes beside what stands in the tables over all values.
fn beside_tables(delta: &Delta, over: &[Over]) -> Delta {
    let mut left = delta.clone();
    left.tables.clear();
    let in_table = |name: &str| over.iter().any(|over| over.relation == name && !over.numbers.is_empty());
    left.relations.retain(|relation| is_told(delta, &relation.name) && !in_table(&relation.name));
    left
}

/// The cases that change something, those together that change the same.
fn alike(told: &[Delta]) -> Vec<Vec<usize>> {
    let same = |a: &Delta, b: &Delta| {
        // What an inference asks for is another number at each value, and it falls all the same.
        let theory = |d: &Delta| -> Vec<(bool, String, String, String)> {
            let one = |t: &Theory| (t.holds, t.theme.clone(), t.kind.clone(), t.concept.clone());
            d.theory.iter().map(one).collect()
        };
        a.gained == b.gained
            && a.lost == b.lost
            && a.relations == b.relations
            && (&a.said, &a.settled) == (&b.said, &b.settled)
            && theory(a) == theory(b)
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, delta) in told.iter().enumerate().filter(|(_, delta)| !delta.is_empty()) {
        match groups.iter_mut().find(|group| same(&told[group[0]], delta)) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// What an inference asks for, said of all cases that a heading names; nothing where that cannot be said of them as one.
fn asked_by_all<'a>(delta: &mut Delta, all: impl Iterator<Item = &'a Delta> + Clone) {
    for (at, theory) in delta.theory.iter_mut().enumerate() {
        let of = || all.clone().filter_map(|delta| delta.theory.get(at));
        if of().any(|other| other.has != theory.has) {
            theory.has = None;
        }
        if of().any(|other| other.asks != theory.asks) {
            let parts = |asks: &str| {
                let from = asks.find(|c: char| c.is_ascii_digit())?;
                let to = from + asks[from..].find(' ')?;
                Some((asks[..from].to_string(), asks[from..to].to_string(), asks[to..].to_string()))
            };
            let all: Option<Vec<_>> = of().map(|other| parts(other.asks.as_deref()?)).collect();
            theory.asks = all.and_then(|all| {
                let (last, numbers) = (all.last()?, all.iter().map(|part| part.1.clone()).collect::<Vec<_>>());
                let alike = all.iter().all(|part| part.0 == last.0);
                alike.then(|| bounds(&last.0, &numbers, &last.2))
            });
        }
    }
}

/// Several bounds that are asked for, the word before and the thing after them: a range would read as one bound with two
/// ends, so that of `at least` each is named, `11 authors or more, or 12`.
fn bounds(word: &str, numbers: &[String], thing: &str) -> String {
    let [first, rest @ ..] = numbers else { return format!("{word}{thing}") };
    let different: Vec<&str> = rest.iter().filter(|number| *number != first).map(String::as_str).collect();
    match different[..] {
        [] => format!("{word}{first}{thing}"),
        [.., last] if word.trim() == "at least" => {
            // One author or more is one author.
            let one = thing.strip_suffix('s').filter(|_| first == "1").unwrap_or(thing);
            let many = different.len() > 3;
            let others = if many { format!("up to {last}") } else { different.join(" or ") };
            format!("{first}{one} or more, or {others}")
        }
        _ => format!("{word}{}{thing}", ranged(numbers)),
    }
}

/// The case whose values lie nearest to those of the study, as far as they are numbers; else the first.
fn nearest(cases: &[Case], at: &[usize], standing: &[(String, String)]) -> Option<usize> {
    let away = |case: &Case| -> f64 {
        let of = |(name, value): &(String, String)| -> Option<f64> {
            let stands = standing.iter().find(|(known, _)| known == name)?;
            Some((value.parse::<f64>().ok()? - stands.1.parse::<f64>().ok()?).abs())
        };
        case.set.iter().filter_map(of).sum()
    };
    at.iter().copied().min_by(|&a, &b| away(&cases[a]).total_cmp(&away(&cases[b])))
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
    fn under_a_heading_stands_all_that_its_values_bring() {
        let lost = |subject: &str| Conclusion { kind: "mood".into(), subject: subject.into(), ..Conclusion::default() };
        let mut all = cases(&[&[("n", "2")], &[("n", "3")], &[("n", "4")], &[("n", "5")]]);
        all[1].delta.lost = vec![lost("m1")];
        all[2].delta.lost = vec![lost("m1"), lost("m2")];
        all[3].delta.lost = vec![lost("m1"), lost("m2")];
        let told: Vec<Delta> = all.iter().map(|case| beside_tables(&case.delta, &[])).collect();
        assert_eq!(alike(&told), [vec![1], vec![2, 3]]);
        let standing = [("n".to_string(), "2".to_string())];
        assert_eq!(nearest(&all, &[3, 2], &standing), Some(2));
    }

    #[test]
    fn of_very_many_values_the_first_are_told() {
        let values: Vec<(&str, String)> = (0..=HEADINGS + 1).map(|n| ("n", n.to_string())).collect();
        let pairs: Vec<[(&str, &str); 1]> = values.iter().map(|(n, v)| [(*n, v.as_str())]).collect();
        let mut all = cases(&pairs.iter().map(|pair| &pair[..]).collect::<Vec<_>>());
        for (at, case) in all.iter_mut().enumerate() {
            let subject = format!("m{at}");
            case.delta.lost = vec![Conclusion { kind: "mood".into(), subject, ..Conclusion::default() }];
        }
        let found = WhatIf { cases: all, standing: Vec::new(), over: Vec::new(), steady: Vec::new() };
        let mut out = String::new();
        sweep(&mut out, &found, Look { colour: false, unicode: false, width: 200 });
        assert_eq!(out.matches("\nWith n = ").count(), HEADINGS, "{out}");
        assert!(out.contains("What the other values bring would be 2 more headings: "), "{out}");
    }

    #[test]
    fn an_inference_asks_for_what_all_values_of_a_heading_ask_for() {
        let asks = |asks: &str, has: usize| {
            let theory = Theory {
                theme: "worry".into(),
                theme_label: "Worry".into(),
                label: "Low".into(),
                asks: Some(asks.into()),
                has: Some(has),
                kind: "mood".into(),
                concept: "low".into(),
                holds: false,
            };
            Delta { theory: vec![theory], ..Delta::default() }
        };
        let said = |all: &[Delta]| {
            let mut first = all[0].clone();
            asked_by_all(&mut first, all.iter());
            inferences(&first).join("; ")
        };
        let three = asks("at least 3 authors", 2);
        assert_eq!(
            said(&[three.clone(), asks("at least 4 authors", 2)]),
            "1 inference falls because it asks for 3 authors or more, or 4 (\"Worry\" has 2)"
        );
        assert_eq!(
            said(&[asks("at least 1 author", 0), asks("at least 2 authors", 0), asks("at least 9 authors", 1)]),
            "1 inference falls because it asks for 1 author or more, or 2 or 9"
        );
        assert_eq!(said(&[three.clone(), asks("more than 4 authors", 2)]), "1 inference falls");
        assert_eq!(
            said(&[three.clone(), three]),
            "1 inference falls because it asks for at least 3 authors (\"Worry\" has 2)"
        );
    }
}
