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
        "through": c.through.as_ref().map(through),
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
            let ids: Vec<String> = same.iter().take(SHOWN).map(|c| one_line(&c.subject)).collect();
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
    let told = ["theme", "code", "message", "coding", "coded", "evidence", "stimulates"];
    let kinds: Vec<&str> = delta.gained.iter().chain(&delta.lost).map(|c| c.kind.as_str()).collect();
    for relation in delta.relations.iter().filter(|r| !told.contains(&r.name.as_str()) && !kinds.contains(&&*r.name)) {
        let _ = writeln!(out, "  {}: {} came, {} went", relation.name, relation.came.len(), relation.went.len());
        for (came, sentence) in relation.told.0.iter().filter(|_| sentences) {
            let _ = writeln!(out, "    {} {}", mark(if *came { '+' } else { '-' }, look), one_line(sentence));
        }
        let told = |came: bool| relation.told.0.iter().filter(|told| told.0 == came).count();
        let more = (relation.came.len() + relation.went.len()).saturating_sub(told(true) + told(false));
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
