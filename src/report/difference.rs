//! What is another way in another version of a study: first what was written otherwise, then what comes and goes by it, and
//! last what stands for other reasons, each once with everything that moved in the same way.

use super::Look;
use super::change::{self, fields};
use super::json::{document, list};
use super::layout::{heading, paragraph, plain, strong};
use super::what_if::{SHOWN, account, counts, order};
use super::words::number_of;
use crate::diagnostic::visible::one_line;
use crate::session::edits::{Edit, RowsEdited};
use crate::session::versions::{Difference, Held, Otherwise};
use serde_json::{Map, Value, json};

/// So many groups of conclusions that stand for other reasons are shown with them.
const REASONS: usize = 20;

/// What differs between two versions of a study, for people.
pub fn difference(found: &Difference, look: Look) -> String {
    let mut out = String::new();
    edited(&mut out, &found.edited, look);
    account(&mut out, &found.delta, &found.counts, look);
    otherwise(&mut out, found, look);
    out
}

/// What is written otherwise in the newer version.
fn edited(out: &mut String, all: &[Edit], look: Look) {
    for edit in all.iter().take(REASONS) {
        let text = format!(": {}", one_line(&edit.how.join("; ")));
        let title = [plain("changed: "), strong(one_line(&edit.what)), plain(text)];
        paragraph(out, &title, "", "  ", look);
    }
    if all.len() > REASONS {
        let text = format!("and {} more; `--format json` lists them all", all.len() - REASONS);
        paragraph(out, &[plain(text)], "", "", look);
    }
    if !all.is_empty() {
        out.push('\n');
    }
}

/// Conclusions that stand in both versions, but for other reasons: what has the same cause stands with the first.
fn otherwise(out: &mut String, found: &Difference, look: Look) {
    if !found.otherwise.is_empty() {
        let stand = if found.otherwise.len() == 1 { "stands" } else { "stand" };
        let many = number_of(found.otherwise.len(), "conclusion");
        heading(out, &format!("{many} {stand}, but for other reasons"), look);
    }
    let mut all: Vec<&Otherwise> = found.otherwise.iter().collect();
    all.sort_by_key(|one| order(&one.conclusion.kind));
    let mut groups: Vec<Vec<&Otherwise>> = Vec::new();
    for one in all {
        let within = |group: &&mut Vec<&Otherwise>| {
            let first = group[0];
            let inside = |part: &[String], whole: &[String]| part.iter().all(|line| whole.contains(line));
            first.conclusion.subject == one.conclusion.subject
                && first.held == one.held
                && inside(&one.then, &first.then)
                && inside(&one.now, &first.now)
        };
        match groups.iter_mut().find(within) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let name = |one: &Otherwise| format!("{} {}", one.conclusion.kind, one_line(&one.conclusion.label));
    // What several subjects have for the same reasons is told once of all of them.
    let alike = |a: &[&Otherwise], b: &[&Otherwise]| {
        let reasons = |one: &Otherwise| (of_each(&one.then, one), of_each(&one.now, one), one.held);
        reasons(a[0]) == reasons(b[0]) && a.iter().map(|one| name(one)).eq(b.iter().map(|one| name(one)))
    };
    let mut told: Vec<(Vec<String>, Vec<&Otherwise>)> = Vec::new();
    for group in groups {
        let subject = one_line(&group[0].conclusion.subject);
        match told.iter_mut().find(|(_, first)| alike(first, &group)) {
            Some((subjects, _)) => subjects.push(subject),
            None => told.push((vec![subject], group)),
        }
    }
    for (subjects, group) in told.iter().take(REASONS) {
        let title = [strong(name(group[0])), plain(format!(" of {}", subjects.join(", ")))];
        paragraph(out, &title, "", "  ", look);
        let lines = |lines: &[String]| if subjects.len() > 1 { of_each(lines, group[0]) } else { lines.to_vec() };
        let (then, now) = (lines(&group[0].then), lines(&group[0].now));
        for line in telling(&then) {
            let text = format!("{} {}", change::mark('-', look), one_line(line));
            paragraph(out, &[plain(text)], "  ", "    ", look);
        }
        let now = telling(&now);
        let whole = match group[0].held {
            Held::Whole if !now.is_empty() => Some("the reason shown now, which held before, too"),
            // A rule alone is all that is new.
            Held::Below if now.iter().any(|line| !is_rule(line)) => {
                Some("by a rule that is new or was changed, from what held before, too")
            }
            _ => None,
        };
        match whole {
            Some(whole) => {
                let words: Vec<String> = now.iter().map(|line| one_line(line)).collect();
                paragraph(out, &[plain(format!("{whole}: {}", words.join("; ")))], "  ", "    ", look);
            }
            None => {
                for line in now {
                    let text = format!("{} {}", change::mark('+', look), one_line(line));
                    paragraph(out, &[plain(text)], "  ", "    ", look);
                }
            }
        }
        if group.len() > 1 {
            let with: Vec<String> = group[1..].iter().map(|one| name(one)).collect();
            paragraph(out, &[plain(format!("and with it: {}", with.join(", ")))], "  ", "    ", look);
        }
    }
    let more: usize = told.iter().skip(REASONS).map(|(subjects, group)| subjects.len() * group.len()).sum();
    if more > 0 {
        paragraph(out, &[plain(format!("and {more} more; `--format json` lists them all"))], "", "", look);
    }
    recounted(out, found, look);
    if found.not_compared > 0 {
        let many = number_of(found.not_compared, "more conclusion");
        let text = format!("Of {many} the reasons were not compared, since there are so many.");
        paragraph(out, &[plain(text)], "", "", look);
    }
}

/// Reasons with `each` in the place of the subject itself, so that those of several subjects can be told as one.
fn of_each(lines: &[String], one: &Otherwise) -> Vec<String> {
    let subject = one.conclusion.subject.as_str();
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let blind = |line: &String| {
        let (mut out, mut rest) = (String::new(), line.as_str());
        while let Some(at) = rest.find(subject).filter(|_| !subject.is_empty()) {
            let (before, after) = (&rest[..at], &rest[at + subject.len()..]);
            let inside = before.ends_with(in_word) || before.is_empty() && out.ends_with(in_word);
            let alone = !inside && !after.starts_with(in_word);
            out.push_str(before);
            out.push_str(if alone { "each" } else { subject });
            rest = after;
        }
        out + rest
    };
    lines.iter().map(blind).collect()
}

/// The reasons that say most: no passage that another of them names, and no rule where they say how it was met.
fn telling(lines: &[String]) -> Vec<&String> {
    let bare = |line: &String| is_rule(line);
    let told = |line: &String| {
        let quote = line.strip_prefix('"').and_then(|rest| rest.split_once("\" in ")).map(|(quote, _)| quote);
        quote.is_some_and(|quote| {
            lines.iter().any(|other| other != line && !bare(other) && other.contains(&format!("\"{quote}\"")))
        })
    };
    let kept: Vec<&String> = lines.iter().filter(|line| !bare(line) && !told(line)).collect();
    if kept.is_empty() { lines.iter().collect() } else { kept }
}

/// True of a line that tells a rule.
fn is_rule(line: &str) -> bool {
    line.starts_with("when ")
}

/// Conclusions of whose reasons only numbers are others, in a line for each number.
fn recounted(out: &mut String, found: &Difference, look: Look) {
    if found.recounted.is_empty() {
        return;
    }
    let many =
        number_of(found.recounted.len(), if found.otherwise.is_empty() { "conclusion" } else { "more conclusion" });
    let stand = if found.recounted.len() == 1 { "stands" } else { "stand" };
    let mut numbers: Vec<String> = Vec::new();
    for (then, now) in found.recounted.iter().flat_map(|one| one.then.iter().zip(&one.now)) {
        let (a, b): (Vec<&str>, Vec<&str>) = (then.split(' ').collect(), now.split(' ').collect());
        let differ: Vec<usize> = (0..a.len().min(b.len())).filter(|&at| a[at] != b[at]).collect();
        let text = match differ[..] {
            [at] if a.len() == b.len() => [&b[..at], &[a[at], "→", b[at]], &b[at + 1..]].concat().join(" "),
            _ => format!("{then} → {now}"),
        };
        if !numbers.contains(&text) {
            numbers.push(text);
        }
    }
    let more = match numbers.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    numbers.truncate(SHOWN);
    let told = one_line(&numbers.join("; "));
    let text = format!("{many} {stand}, and only numbers changed: {told}{more}");
    out.push('\n');
    paragraph(out, &[plain(text)], "", "  ", look);
}

/// The rows of a data file that differ: the first thousand of each sort, and how many there are.
fn rows_edited(rows: &RowsEdited) -> Value {
    let changed = list(&rows.changed, |row| {
        let cells = list(&row.cells, |cell| json!({ "column": cell.column, "then": cell.then, "now": cell.now }));
        json!({ "row": row.row, "cells": cells })
    });
    json!({
        "columns_added": rows.columns_added, "columns_removed": rows.columns_removed,
        "changed": changed, "changed_count": rows.changed_count,
        "added": rows.added, "added_count": rows.added_count,
        "removed": rows.removed, "removed_count": rows.removed_count,
    })
}

/// What differs between two versions, as JSON.
pub fn difference_json(found: &Difference) -> String {
    let mut out = Map::new();
    out.insert("version".into(), super::json::VERSION.into());
    let edited = list(
        &found.edited,
        |edit| json!({ "what": edit.what, "how": edit.how, "rows": edit.rows.as_ref().map(rows_edited) }),
    );
    out.insert("edited".into(), edited);
    out.insert("counts".into(), counts(&found.counts));
    out.extend(fields(&found.delta));
    let otherwise = |one: &Otherwise| {
        let c = &one.conclusion;
        json!({
            "kind": c.kind, "name": c.name, "label": c.label, "subject": c.subject,
            "then": one.then, "now": one.now,
            "held": one.held == Held::Whole, "rests_held": one.held != Held::No,
        })
    };
    out.insert("otherwise".into(), list(&found.otherwise, otherwise));
    out.insert("recounted".into(), list(&found.recounted, otherwise));
    out.insert("not_compared".into(), found.not_compared.into());
    document(&Value::Object(out))
}
