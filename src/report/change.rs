//! What a change did: for programs as a value, for people as lines.

use super::Look;
use super::json::{list, place, rows};
use crate::diagnostic::visible::one_line;
use crate::session::change::{Conclusion, Delta, Remark, Through};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// So many conclusions of one concept are shown to people.
const SHOWN: usize = 12;

/// A change as fields of a reply. Rows are counted; those of relations that somebody follows are told elsewhere.
pub fn fields(delta: &Delta) -> Map<String, Value> {
    let mut out = Map::new();
    let changed = list(&delta.relations, |r| json!({ "relation": r.name, "came": r.came.len(), "went": r.went.len() }));
    out.insert("changed".into(), changed);
    out.insert("gained".into(), list(&delta.gained, conclusion));
    out.insert("lost".into(), list(&delta.lost, conclusion));
    let theory =
        list(&delta.theory, |t| json!({ "theme": t.theme, "kind": t.kind, "concept": t.concept, "holds": t.holds }));
    out.insert("theory".into(), theory);
    let tables = list(&delta.tables, |t| {
        let cells = list(
            &t.cells,
            |(row, column, before, now)| json!({ "row": row, "column": column, "before": before, "now": now }),
        );
        json!({ "title": t.title, "cells": cells })
    });
    out.insert("tables".into(), tables);
    out.insert("said".into(), list(&delta.said, remark));
    out.insert("settled".into(), list(&delta.settled, remark));
    out.insert("work".into(), json!({ "rules": delta.rules_woken, "relations": delta.relations_refilled }));
    out
}

/// The rows of a relation that came and went.
pub fn moved(delta: &Delta, relation: &str) -> (Value, Value) {
    match delta.relations.iter().find(|r| r.name == relation) {
        Some(found) => (rows(&found.came), rows(&found.went)),
        None => (json!([]), json!([])),
    }
}

fn conclusion(c: &Conclusion) -> Value {
    json!({
        "kind": c.kind, "name": c.name, "label": c.label, "subject": c.subject,
        "through": c.through.as_ref().map(through), "words": c.words,
    })
}

fn through(t: &Through) -> Value {
    json!({ "what": t.what, "came": t.came, "place": t.place.as_ref().map(place) })
}

/// A diagnostic that came or went.
fn remark(r: &Remark) -> Value {
    json!({
        "code": r.code, "severity": if r.error { "error" } else { "warning" }, "message": r.message, "help": r.help,
        "place": r.place.as_ref().map(place), "data": r.data,
    })
}

/// A change for people: what was gained and lost, and through what. Empty where nothing of that changed.
pub fn lines(delta: &Delta, look: Look) -> String {
    let mut out = String::new();
    for (sign, all) in [('+', &delta.gained), ('-', &delta.lost)] {
        for same in all.chunk_by(|a, b| (&a.kind, &a.name, &a.through) == (&b.kind, &b.name, &b.through)) {
            let first = &same[0];
            let ids: Vec<String> = same.iter().take(SHOWN).map(|c| with_words(c, sign == '+')).collect();
            let more = match same.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let (ids, label) = (ids.join(", "), one_line(&first.label));
            let _ = writeln!(out, "{} {} {label}: {ids}{more}", mark(sign, look), first.kind);
            if let Some(through) = &first.through {
                let at = through.place.as_ref().map_or(String::new(), |p| format!(" ({}:{})", p.file, p.line));
                let gone = if through.came { "" } else { ", which is gone" };
                let _ = writeln!(out, "    through {}{}{gone}", one_line(&through.what), one_line(&at));
            }
        }
    }
    out + &rest(delta, false, look)
}

/// `m12 ("corridor")`: the subject, and the words that are found now or no longer. Where they stand on the other side, as
/// those of an exception do, that is said.
pub(super) fn with_words(one: &Conclusion, gained: bool) -> String {
    let subject = one_line(&one.subject);
    let came = one.through.as_ref().is_none_or(|through| through.came);
    match &one.words {
        None => subject,
        Some(words) if came == gained || exception(one) => format!("{subject} (\"{}\")", one_line(words)),
        Some(words) if gained => format!("{subject} (\"{}\" is no longer found)", one_line(words)),
        Some(words) => format!("{subject} (\"{}\" is found now)", one_line(words)),
    }
}

/// True where an exception holds a conclusion back now, or did: its words are in the message as they were.
fn exception(one: &Conclusion) -> bool {
    one.through.as_ref().is_some_and(|through| through.what.starts_with(EXCEPTION))
}

/// How an exception is told.
pub(super) const EXCEPTION: &str = "the exception ";

/// True of a relation whose rows are told, since they do not stand among conclusions or follow from those.
pub(super) fn is_told(delta: &Delta, relation: &str) -> bool {
    let elsewhere = ["theme", "code", "message", "coding", "coded", "evidence", "stimulates"];
    !elsewhere.contains(&relation) && !delta.gained.iter().chain(&delta.lost).any(|one| one.kind == relation)
}

/// What else changed: maps, tables, relations, and what is to be said no longer.
/// Rows of relations are told in `sentences`, where they are wanted.
pub(super) fn rest(delta: &Delta, sentences: bool, look: Look) -> String {
    let mut out = String::new();
    for same in delta.theory.chunk_by(|a, b| (&a.theme, a.holds) == (&b.theme, b.holds)) {
        let first = &same[0];
        let (sign, words) = if first.holds { ('+', "now inferred") } else { ('-', "no longer inferred") };
        let concepts: Vec<String> = same.iter().map(|t| format!("{} {}", t.kind, one_line(&t.label))).collect();
        let (theme, concepts) = (one_line(&first.theme_label), concepts.join(", "));
        let _ = writeln!(out, "{} {words} from \"{theme}\": {concepts}", mark(sign, look));
    }
    for table in &delta.tables {
        let _ = writeln!(out, "  table {}", one_line(&table.title));
        for (row, column, before, now) in &table.cells {
            let number = |n: &Option<usize>| n.map_or("nothing".to_string(), |n| n.to_string());
            let (row, column) = (one_line(row), one_line(column));
            let _ = writeln!(out, "    {row}, {column}: from {} to {}", number(before), number(now));
        }
    }
    for relation in delta.relations.iter().filter(|relation| is_told(delta, &relation.name)) {
        let (came, went) = (relation.came.len(), relation.went.len());
        let pairs = relation.told.1.as_ref().filter(|_| sentences);
        let (told, numbers, (came, went)) = match pairs {
            Some(pairs) => (&pairs.others, pairs.number, pairs.moved),
            None => (&relation.told.0, 0, (came, went)),
        };
        let mut parts = Vec::new();
        if numbers > 0 {
            parts.push(format!("{} changed", super::words::number_of(numbers, "number")));
        }
        if numbers == 0 || came + went > 0 {
            parts.push(format!("{came} came, {went} went"));
        }
        let _ = writeln!(out, "  {}: {}", relation.name, parts.join(", "));
        let shown = pairs.map_or(&[][..], |pairs| &pairs.told);
        for sentence in shown {
            let _ = writeln!(out, "    {}", one_line(sentence));
        }
        for (came, sentence) in told.iter().filter(|_| sentences) {
            let _ = writeln!(out, "    {} {}", mark(if *came { '+' } else { '-' }, look), one_line(sentence));
        }
        let more = (numbers + came + went).saturating_sub(shown.len() + told.len());
        if sentences && more > 0 {
            let _ = writeln!(out, "    and {more} more");
        }
    }
    for remark in &delta.settled {
        let _ = writeln!(out, "  no longer said: {} [{}]", one_line(&remark.message), remark.code);
    }
    out
}

/// `+` or `-`, in colour where there is any.
pub(super) fn mark(sign: char, look: Look) -> String {
    match (look.colour, sign) {
        (false, sign) => sign.to_string(),
        (true, '+') => "\u{1b}[32m+\u{1b}[0m".to_string(),
        (true, sign) => format!("\u{1b}[31m{sign}\u{1b}[0m"),
    }
}
