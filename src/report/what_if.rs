//! What would be, or what is another way in another version: the concepts that change with what they gain and lose, and
//! through what.

use super::change::{self, fields};
use super::json::{document, list};
use super::layout::{heading, paragraph, plain, soft, strong};
use super::words::{number_of, place};
use super::{Look, table};
use crate::diagnostic::visible::one_line;
use crate::session::change::{Conclusion, Delta, Theory, Through};
use crate::session::what_if::{ADDED, Case, ConceptCount, WhatIf};
use serde_json::{Map, Value, json};

/// So many ids of one concept are named.
pub(super) const SHOWN: usize = 12;

/// What would be, for people.
pub fn what_if(found: &WhatIf, look: Look) -> String {
    let mut out = String::new();
    match &found.cases[..] {
        [only] => {
            suppositions(&mut out, only, &found.standing, look);
            account(&mut out, &only.delta, &only.counts, look);
        }
        cases => sweep(&mut out, cases, &found.standing, look),
    }
    paragraph(&mut out, &[soft("Nothing has been changed: this is what would be.")], "", "", look);
    out
}

/// `min_authors = 3 (the study says 2)`
fn suppositions(out: &mut String, case: &Case, standing: &[(String, String)], look: Look) {
    for (name, value) in &case.set {
        let stands = standing.iter().find(|(known, _)| known == name);
        let stands = stands.map_or(String::new(), |(_, value)| format!(" (the study says {value})"));
        paragraph(out, &[plain(format!("With {name} = {value}{stands}:"))], "", "", look);
        out.push('\n');
    }
}

/// Themes first, codes last: what follows from codes is what was asked for.
pub(super) fn order(kind: &str) -> u8 {
    match kind {
        "theme" => 0,
        "code" => 2,
        _ => 1,
    }
}

pub(super) fn account(out: &mut String, delta: &Delta, counts: &[ConceptCount], look: Look) {
    let moved = |c: &&ConceptCount| {
        let of = |all: &[Conclusion]| all.iter().any(|one| (&one.kind, &one.name) == (&c.kind, &c.name));
        c.before != c.then || of(&delta.gained) || of(&delta.lost)
    };
    let mut changed: Vec<&ConceptCount> = counts.iter().filter(moved).collect();
    changed.sort_by_key(|c| order(&c.kind));
    let short = in_short(delta, &changed);
    // That no theme is lost is said once.
    let said = short.as_ref().is_some_and(|line| line.starts_with("No theme is lost"));
    if let Some(line) = short {
        paragraph(out, &[plain(line)], "", "", look);
        out.push('\n');
    }
    // What moves in the same way is told once.
    let moves: Vec<Moves<'_>> = changed.iter().map(|concept| moves_of(delta, concept)).collect();
    let mut told = vec![false; changed.len()];
    for at in 0..changed.len() {
        if told[at] {
            continue;
        }
        let concept = changed[at];
        let alike = |other: &usize| {
            let sizes = |c: &ConceptCount| (c.before, c.then);
            moves[*other] == moves[at] && sizes(changed[*other]) == sizes(concept)
        };
        let mut title = Vec::new();
        for other in (at..changed.len()).filter(alike) {
            told[other] = true;
            if !title.is_empty() {
                title.push(plain(", "));
            }
            title.push(strong(format!("{} {}", changed[other].kind, one_line(&changed[other].label))));
        }
        title.push(plain(match (concept.before, concept.then) {
            (Some(before), Some(then)) if before == then => format!(": {then}"),
            (Some(before), Some(then)) => format!(": from {before} to {then}"),
            (None, Some(then)) => format!(": {then}, and not declared before"),
            (Some(before), None) => format!(": {before} before, and no longer declared"),
            (None, None) => String::new(),
        }));
        paragraph(out, &title, "", "  ", look);
        for same in moves[at].chunk_by(|a, b| (a.0, a.2) == (b.0, b.2)) {
            let (sign, _, through) = same[0];
            let word = if sign == '+' { "gained" } else { "lost" };
            let ids: Vec<String> = same.iter().take(SHOWN).map(|(_, subject, _)| one_line(subject)).collect();
            let more = match same.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let text = format!("{} {word}: {}{more}", change::mark(sign, look), ids.join(", "));
            paragraph(out, &[plain(text)], "  ", "    ", look);
            if let Some(through) = through {
                let what = one_line(&through.what);
                let text = match (sign, through.came) {
                    ('+', true) => format!("through {what} "),
                    ('+', false) => format!("since there is no longer {what} "),
                    (_, true) => format!("since there is {what} now "),
                    (_, false) => format!("rested on {what} "),
                };
                // A statement that is only supposed stands in no file.
                let at = through.place.as_ref().filter(|p| p.file != ADDED);
                let at = at.map_or(String::new(), |p| format!("({})", place(p)));
                paragraph(out, &[plain(text), soft(at)], "      ", "      ", look);
            }
        }
    }
    // What is inferred no longer stands above with all that had it.
    let mut others = delta.clone();
    others.theory.retain(|t| !changed.iter().any(|c| (&c.kind, &c.name) == (&t.kind, &t.concept)));
    let mut rest = change::rest(&others, true, look);
    for remark in &delta.said {
        let at = remark.place.as_ref().map_or(String::new(), |p| format!("({})", place(p)));
        let text = format!("now said: {} [{}] ", one_line(&remark.message), remark.code);
        paragraph(&mut rest, &[plain(text), soft(at)], "  ", "    ", look);
    }
    if !changed.is_empty() && !rest.is_empty() {
        out.push('\n');
    }
    out.push_str(&rest);
    let same = counts.iter().filter(|c| !moved(c) && order(&c.kind) == 0).count();
    let all = changed.iter().all(|c| order(&c.kind) > 0);
    if changed.is_empty() && rest.is_empty() {
        paragraph(out, &[plain("No conclusion comes or goes.")], "", "", look);
    } else if same > 0 && !(said && all) {
        let text = match (same, all) {
            (1, true) => "The theme stays as it was.".to_string(),
            (1, false) => "1 other theme stays as it was.".to_string(),
            (_, true) => format!("All {same} themes stay as they were."),
            (_, false) => format!("{same} other themes stay as they were."),
        };
        paragraph(out, &[plain(text)], "", "", look);
    }
    out.push('\n');
}

/// What a concept gains and loses, each with its cause.
type Moves<'a> = Vec<(char, &'a str, Option<&'a Through>)>;

fn moves_of<'a>(delta: &'a Delta, concept: &ConceptCount) -> Moves<'a> {
    let of = |sign: char, all: &'a [Conclusion]| {
        let own = all.iter().filter(|c| (&c.kind, &c.name) == (&concept.kind, &concept.name));
        own.map(move |c| (sign, c.subject.as_str(), c.through.as_ref())).collect::<Vec<_>>()
    };
    [of('+', &delta.gained), of('-', &delta.lost)].concat()
}

/// What comes of it in a line: `no theme is lost; 2 inferences fall because they ask for at least 3 authors`.
fn in_short(delta: &Delta, changed: &[&ConceptCount]) -> Option<String> {
    let some = |n: Option<usize>| n.is_some_and(|n| n > 0);
    let themes =
        |moved: &dyn Fn(&ConceptCount) -> bool| changed.iter().filter(|c| c.kind == "theme" && moved(c)).count();
    let lost = themes(&|c| some(c.before) && !some(c.then));
    let found = themes(&|c| !some(c.before) && some(c.then));
    let others = themes(&|_| true) - lost - found;
    let are = |number: usize, one: &str, what: [&str; 2]| {
        (number > 0).then(|| format!("{} {}", number_of(number, one), what[usize::from(number > 1)]))
    };
    let mut parts: Vec<String> = [
        are(lost, "theme", ["is lost", "are lost"]),
        are(found, "theme", ["is found now", "are found now"]),
        are(others, "theme", ["changes", "change"]).filter(|_| lost + found == 0),
    ]
    .into_iter()
    .flatten()
    .collect();
    let fallen: Vec<&Theory> = delta.theory.iter().filter(|t| !t.holds).collect();
    let risen: Vec<&Theory> = delta.theory.iter().filter(|t| t.holds).collect();
    let inferences = fallen.len() + risen.len();
    if inferences == 0 && (parts.is_empty() || lost + found == 0) {
        return None;
    }
    if lost == 0 && (others == 0 || !fallen.is_empty()) {
        parts.insert(0, "no theme is lost".to_string());
    }
    // The reason is told where it is the same for all.
    let because = |all: &[&Theory], word: &str| match all {
        [first, rest @ ..] if rest.iter().all(|t| t.asks == first.asks) => {
            let they = if rest.is_empty() { "it asks" } else { "they ask" };
            let mut themes: Vec<(&str, usize)> =
                all.iter().filter_map(|t| t.has.map(|has| (t.theme_label.as_str(), has))).collect();
            themes.sort_unstable();
            themes.dedup();
            let have: Vec<String> = themes.iter().map(|(theme, has)| format!("\"{theme}\" has {has}")).collect();
            let have = if have.is_empty() { String::new() } else { format!(" ({})", have.join(", ")) };
            first.asks.as_ref().map_or(String::new(), |asks| format!(" {word} {they} for {asks}{have}"))
        }
        _ => String::new(),
    };
    parts.extend(are(fallen.len(), "inference", ["falls", "fall"]).map(|text| text + &because(&fallen, "because")));
    parts.extend(are(risen.len(), "inference", ["holds now", "hold now"]).map(|text| text + &because(&risen, "since")));
    let text = parts.join("; ") + ".";
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

/// One row a concept that changes with the values, one column a value; values that change nothing from the one before
/// share a column.
fn sweep(out: &mut String, cases: &[Case], standing: &[(String, String)], look: Look) {
    for (name, value) in standing {
        paragraph(out, &[plain(format!("The study says {name} = {value}."))], "", "", look);
    }
    let Some(first) = cases.first() else { return };
    let then = |case: &Case| -> Vec<Option<usize>> { case.counts.iter().map(|c| c.then).collect() };
    let mut rows: Vec<usize> = (0..first.counts.len())
        .filter(|&at| cases.iter().any(|case| case.counts[at].then != case.counts[at].before))
        .collect();
    rows.sort_by_key(|&at| order(&first.counts[at].kind));
    if rows.is_empty() {
        paragraph(out, &[plain("No value changes how many have any theme, code or other concept.")], "", "", look);
    } else {
        let alike: Vec<&[Case]> = cases.chunk_by(|a, b| then(a) == then(b)).collect();
        let mut columns = vec![(named_parameters(first), false), ("now".to_string(), true)];
        columns.extend(alike.iter().map(|alike| (values(alike), true)));
        let number = |n: Option<usize>| n.map_or("-".to_string(), |n| n.to_string());
        let row = |&at: &usize| {
            let concept = &first.counts[at];
            let head = [format!("{} {}", concept.kind, concept.label), number(concept.before)];
            head.into_iter().chain(alike.iter().map(|alike| number(alike[0].counts[at].then))).collect()
        };
        let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
        out.push_str(&table::draw(&columns, &rows, 2, look));
    }
    // Each step is told once: what a value changes that the one before did not.
    let mut told = &Delta::default();
    for case in cases {
        let stands = case.set.iter().all(|pair| standing.contains(pair));
        if !stands && !case.delta.is_empty() && !does_the_same(&case.delta, told) {
            heading(out, &format!("With {}", named(case)), look);
            account(out, &case.delta, &case.counts, look);
        }
        told = &case.delta;
    }
    out.push('\n');
}

/// True where two values do the same; what they ask for is another number each time.
fn does_the_same(a: &Delta, b: &Delta) -> bool {
    let bare = |delta: &Delta| {
        let mut delta = delta.clone();
        delta.theory.iter_mut().for_each(|theory| (theory.asks, theory.has) = (None, None));
        delta
    };
    bare(a) == bare(b)
}

/// `min_authors = 3, strict = 1`
fn named(case: &Case) -> String {
    let values: Vec<String> = case.set.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    values.join(", ")
}

/// `min_authors`
fn named_parameters(case: &Case) -> String {
    let names: Vec<&str> = case.set.iter().map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}

/// `3`, or `5 to 11` for values that have the same answers.
fn values(alike: &[Case]) -> String {
    let of = |case: &Case| case.set.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ");
    match alike {
        [one] => of(one),
        [first, .., last] => format!("{} to {}", of(first), of(last)),
        [] => String::new(),
    }
}

/// What would be, as JSON.
pub fn what_if_json(found: &WhatIf) -> String {
    let pairs = |all: &[(String, String)]| -> Map<String, Value> {
        all.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect()
    };
    let case = |case: &Case| {
        let mut out = Map::new();
        out.insert("set".into(), pairs(&case.set).into());
        out.insert("counts".into(), counts(&case.counts));
        out.extend(fields(&case.delta));
        Value::Object(out)
    };
    let whole = json!({
        "version": super::json::VERSION,
        "standing": pairs(&found.standing),
        "cases": list(&found.cases, case),
    });
    document(&whole)
}

pub(super) fn counts(all: &[ConceptCount]) -> Value {
    list(all, |c| json!({ "kind": c.kind, "name": c.name, "label": c.label, "before": c.before, "then": c.then }))
}
