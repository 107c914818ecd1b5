//! What would be, or what is another way in another version: the concepts that change with what they gain and lose, and
//! through what.

use super::change::{self, fields};
use super::json::{document, list};
use super::layout::{paragraph, plain, soft, strong};
use super::words::{number_of, place};
use super::{Look, sweep};
use crate::diagnostic::visible::{one_line, visible};
use crate::session::change::{Conclusion, Delta, Theory, Through};
use crate::session::what_if::{ADDED, Case, ConceptCount, Over, WhatIf};
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
            unmoved(&mut out, only, look);
            steady(&mut out, found, look);
        }
        _ => sweep::sweep(&mut out, found, look),
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

/// Why other values change nothing.
pub(super) fn steady(out: &mut String, found: &WhatIf, look: Look) {
    for why in &found.steady {
        paragraph(out, &[plain(format!("{why}."))], "", "", look);
    }
    if !found.steady.is_empty() {
        out.push('\n');
    }
}

/// Why what would come in brings nothing.
pub(super) fn unmoved(out: &mut String, case: &Case, look: Look) {
    for why in &case.unmoved {
        let (said, command) = why.split_once('\n').map_or((why.as_str(), None), |(said, it)| (said, Some(it)));
        paragraph(out, &[plain(said)], "", "", look);
        // On one line, however long the path in it: it is there to be copied.
        if let Some(command) = command {
            out.push_str(&visible(command));
            out.push('\n');
        }
    }
    if !case.unmoved.is_empty() {
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
    told_once(out, delta, &changed, look);
    let rest = others(delta, &changed, look);
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
            (2, true) => "Both themes stay as they were.".to_string(),
            (_, true) => format!("All {same} themes stay as they were."),
            (_, false) => format!("{same} other themes stay as they were."),
        };
        paragraph(out, &[plain(text)], "", "", look);
    }
    out.push('\n');
}

/// What each concept gains and loses, each with its cause; what moves in the same way is told once. How many have it
/// stands beside it where that is counted.
pub(super) fn told_once(out: &mut String, delta: &Delta, changed: &[&ConceptCount], look: Look) {
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
            let (sign, _, through) = &same[0];
            let sign = *sign;
            let word = if sign == '+' { "gained" } else { "lost" };
            let ids: Vec<String> = same.iter().take(SHOWN).map(|(_, subject, _)| subject.clone()).collect();
            let more = match same.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let text = format!("{} {word}: {}{more}", change::mark(sign, look), ids.join(", "));
            paragraph(out, &[plain(text)], "  ", "    ", look);
            if let Some(through) = through {
                let what = one_line(&through.what);
                let text = match (sign, through.came) {
                    ('+', false) if what.starts_with(change::EXCEPTION) => {
                        format!("since {what} no longer stands against it ")
                    }
                    ('-', true) if what.starts_with(change::EXCEPTION) => format!("since {what} now holds it back "),
                    // Of a pattern that was changed, one part stands against what another brought.
                    ('+', false) | ('-', true) if what.starts_with("what ") => format!("since {what} has changed "),
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
}

/// What else comes and goes: maps of concepts that nothing has, tables, relations, and what is to be said.
pub(super) fn others(delta: &Delta, changed: &[&ConceptCount], look: Look) -> String {
    // What is inferred no longer stands above with all that had it.
    let mut others = delta.clone();
    others.theory.retain(|t| !changed.iter().any(|c| (&c.kind, &c.name) == (&t.kind, &t.concept)));
    let mut rest = change::rest(&others, true, look);
    for remark in &delta.said {
        let at = remark.place.as_ref().map_or(String::new(), |p| format!("({})", place(p)));
        let text = format!("now said: {} [{}] ", one_line(&remark.message), remark.code);
        paragraph(&mut rest, &[plain(text), soft(at)], "  ", "    ", look);
    }
    rest
}

/// What a concept gains and loses, each with its cause.
type Moves<'a> = Vec<(char, String, Option<&'a Through>)>;

fn moves_of<'a>(delta: &'a Delta, concept: &ConceptCount) -> Moves<'a> {
    let of = |sign: char, all: &'a [Conclusion]| {
        let own = all.iter().filter(|c| (&c.kind, &c.name) == (&concept.kind, &concept.name));
        let mut causes: Vec<Option<&Through>> = Vec::new();
        let told = own.map(|c| {
            let through = c.through.as_ref();
            let known = causes.iter().position(|cause| *cause == through);
            let cause = known.unwrap_or_else(|| {
                causes.push(through);
                causes.len() - 1
            });
            (cause, (sign, change::with_words(c, sign == '+'), through))
        });
        // What has one cause stands together.
        let mut told: Vec<_> = told.collect();
        told.sort_by_key(|(cause, _)| *cause);
        told.into_iter().map(|(_, one)| one).collect::<Vec<_>>()
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
    if delta.theory.is_empty() && (parts.is_empty() || lost + found == 0) {
        return None;
    }
    if lost == 0 && (others == 0 || delta.theory.iter().any(|t| !t.holds)) {
        parts.insert(0, "no theme is lost".to_string());
    }
    parts.extend(inferences(delta));
    as_sentence(&parts)
}

/// Parts as one sentence.
pub(super) fn as_sentence(parts: &[String]) -> Option<String> {
    let text = parts.join("; ") + ".";
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

/// How many inferences fall and how many hold now, and why: `2 inferences fall because they ask for at least 3 authors`.
pub(super) fn inferences(delta: &Delta) -> Vec<String> {
    let (risen, fallen): (Vec<&Theory>, Vec<&Theory>) = delta.theory.iter().partition(|t| t.holds);
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
    [(fallen, ["falls", "fall"], "because"), (risen, ["holds now", "hold now"], "since")]
        .into_iter()
        .filter(|(all, ..)| !all.is_empty())
        .map(|(all, verbs, word)| {
            let verb = verbs[usize::from(all.len() > 1)];
            format!("{} {verb}{}", number_of(all.len(), "inference"), because(&all, word))
        })
        .collect()
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
        out.insert("unmoved".into(), json!(case.unmoved));
        Value::Object(out)
    };
    let whole = json!({
        "version": super::json::VERSION,
        "standing": pairs(&found.standing),
        "cases": list(&found.cases, case),
        "relations": list(&found.over, over),
        "steady": found.steady,
    });
    document(&whole)
}

/// What each case gives of a relation, in the order of the cases.
fn over(over: &Over) -> Value {
    let numbers = list(&over.numbers, |one| json!({ "what": one.what, "now": one.now, "then": one.then }));
    json!({ "relation": over.relation, "now": over.now, "then": over.then, "numbers": numbers })
}

pub(super) fn counts(all: &[ConceptCount]) -> Value {
    list(all, |c| json!({ "kind": c.kind, "name": c.name, "label": c.label, "before": c.before, "then": c.then }))
}
