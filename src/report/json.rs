//! Reports for programs. Every document carries `version`; fields are only ever added under one version. Steps of an
//! explanation stand in one list and name those under them by their place in it, so that no explanation is nested too
//! deeply to be read.

use crate::session::answers::{Answers, Cell, Check, Mutants, Noticed, TestFailure, TestResult};
use crate::session::coverage::Coverage;
use crate::session::explanation::{CitationShown, Explanation, PlaceShown, QuoteShown, ReasonCount, Step, WaysMet};
use crate::session::findings::{ConceptFinding, Counts, Findings, Inference, InputFinding, SaidShown, TableFinding};
use crate::session::statistics::{Statistics, WayStatistics};
use crate::session::why_not::answer::WayMissed;
use serde_json::{Value, json};

/// The version of the documents.
pub const VERSION: u32 = 1;

pub(super) fn document(value: &Value) -> String {
    let mut bytes = Vec::new();
    // A list in memory takes all that is written to it.
    let written = serde_json::to_writer_pretty(&mut bytes, value);
    debug_assert!(written.is_ok());
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// The findings.
pub fn findings(f: &Findings) -> String {
    document(&findings_value(f))
}

/// The findings as a value.
pub fn findings_value(f: &Findings) -> Value {
    json!({
        "version": VERSION,
        "title": f.title,
        "size": counts(f.size),
        "parameters": f.parameters.iter().map(|p| json!({
            "name": p.name, "value": p.value, "label": p.label, "set": p.set,
        })).collect::<Vec<_>>(),
        "themes": list(&f.themes, concept),
        "codes": list(&f.codes, concept),
        "kinds": f.others.iter().map(|k| json!({
            "kind": k.kind, "label": k.label, "subject": k.subject, "empty": k.empty, "concepts": list(&k.concepts, concept),
        })).collect::<Vec<_>>(),
        "relations": f.relations.iter().map(|r| json!({
            "name": r.name, "means": r.means, "rows": r.rows, "shown": r.shown,
        })).collect::<Vec<_>>(),
        "between": f.between,
        "inferences": list(&f.inferences, inference),
        "tables": list(&f.tables, table),
        "uncoded": { "messages": f.uncoded.messages, "members": f.uncoded.members },
        "inputs": f.inputs.iter().map(|i| json!({
            "relation": i.relation, "file": i.file, "read": i.read, "kept": i.kept,
            "left_out": left_out(i),
        })).collect::<Vec<_>>(),
        "outputs": f.outputs.iter().map(|o| json!({
            "relation": o.relation, "file": o.file, "rows": o.rows,
        })).collect::<Vec<_>>(),
    })
}

/// Why rows are not among those kept; `without` is there where they say nothing of the relation, and no data are left out.
fn left_out(input: &InputFinding) -> Vec<Value> {
    let why = input.left_out.iter().map(|(count, reason)| json!({ "rows": count, "reason": reason }));
    let without = input
        .without
        .iter()
        .map(|(count, column)| json!({ "rows": count, "reason": format!("`{column}` is empty"), "without": column }));
    why.chain(without).collect()
}

/// The answers of a query. A whole number that 53 bits hold is a number, every other value a text.
pub fn answers(a: &Answers) -> String {
    document(&answers_value(a))
}

/// The answers of a query as a value.
pub fn answers_value(a: &Answers) -> Value {
    json!({ "version": VERSION, "columns": a.columns, "types": a.types, "rows": rows(&a.rows) })
}

/// Rows of cells.
pub(super) fn rows(rows: &[Vec<Cell>]) -> Value {
    let cell = |cell: &Cell| match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => text.as_str().into(),
        Cell::Number(number) => match number.parse::<i64>() {
            Ok(n) if n.unsigned_abs() < 1 << 53 => n.into(),
            _ => number.as_str().into(),
        },
    };
    rows.iter().map(|row| row.iter().map(cell).collect::<Value>()).collect()
}

/// Explanations of what holds.
pub fn explanations(all: &[Explanation], more: usize) -> String {
    document(&explanations_value(all, more, None))
}

/// Explanations of what holds as a value.
///
/// `note` is there where the question may have meant something else.
pub fn explanations_value(all: &[Explanation], more: usize, note: Option<&str>) -> Value {
    let mut out = json!({ "version": VERSION, "holds": true, "more": more });
    if let Some(note) = note {
        out["note"] = note.into();
    }
    out["explanations"] = list(all, explanation);
    out
}

/// That something does not hold.
pub fn does_not_hold(statement: &str, hint: &str, nearest: Option<&WayMissed>) -> String {
    document(&does_not_hold_value(statement, hint, nearest))
}

/// That something does not hold as a value.
pub fn does_not_hold_value(statement: &str, hint: &str, nearest: Option<&WayMissed>) -> Value {
    json!({
        "version": VERSION, "holds": false, "statement": statement, "hint": hint,
        "nearest": nearest.map(super::why_not_json::way),
    })
}

/// What became of the study without one condition after the other.
pub fn mutants(all: &Mutants) -> String {
    let mutants: Vec<Value> = all
        .mutants
        .iter()
        .map(|m| {
            let (noticed, detail) = match &m.noticed {
                Noticed::Test(name) => ("test", json!({ "test": name })),
                Noticed::Findings { first, gained, lost } => {
                    ("findings", json!({ "first": first, "gained": gained, "lost": lost }))
                }
                Noticed::Flood { of } => ("findings", json!({ "first": of, "gained": null, "lost": null })),
                Noticed::Nothing => ("nothing", Value::Null),
            };
            json!({
                "of": m.of, "clause": m.clause, "whole": m.whole, "text": m.text, "place": place(&m.place),
                "noticed_by": noticed, "detail": detail,
            })
        })
        .collect();
    document(&json!({ "version": VERSION, "tests": all.tests, "mutants": mutants }))
}

/// What became of the tests, and what they reach.
pub fn tests(results: &[TestResult], reached: Option<&Coverage>) -> String {
    let tests: Vec<Value> = results
        .iter()
        .map(|r| {
            let failures = list(&r.failures, failure);
            json!({ "name": r.name, "place": place(&r.place), "passed": r.passed(), "failures": failures })
        })
        .collect();
    document(&json!({ "version": VERSION, "tests": tests, "coverage": reached.map(coverage) }))
}

fn failure(f: &TestFailure) -> Value {
    json!({
        "code": f.code.id, "expectation": f.expectation, "place": place(&f.place), "message": f.message,
        "details": f.details.iter().map(steps).collect::<Vec<_>>(),
        "attempts": list(&f.attempts, |a| json!({
            "rule": a.rule, "place": place(&a.place), "checks": list(&a.checks, check),
            "against": a.against.as_ref().map(check),
        })),
        "more": f.more,
    })
}

fn check(c: &Check) -> Value {
    json!({ "condition": c.condition, "place": place(&c.place), "met": c.met })
}

fn coverage(c: &Coverage) -> Value {
    json!({
        "reached": c.reached(), "of": c.clauses.len(), "on_data": c.on_data,
        "clauses": list(&c.clauses, |c| json!({
            "clause": c.funnel.word, "of": c.funnel.owner, "text": c.text, "place": place(&c.funnel.place),
            "reached": c.reached, "missed": c.missed, "whole": c.funnel.whole, "unit": c.funnel.unit,
            "stages": list(&c.funnel.stages, |s| json!({
                "condition": s.text, "place": place(&s.place), "left": s.left, "unit": s.unit,
                "parts": list(&s.parts, |p| json!({ "phrase": p.phrase, "left": p.left })), "together": s.together,
            })),
            "concluded": c.funnel.concluded,
        })),
    })
}

/// How codes and rules work together.
pub fn statistics(s: &Statistics) -> String {
    let kinds: Vec<Value> = s
        .kinds
        .iter()
        .map(|k| {
            json!({
                "kind": k.kind, "subject": k.subject, "of": k.of, "found": k.found, "overlap": k.overlap,
                "conflict": k.conflict, "too_many_pairs": k.too_many_pairs,
                "concepts": k.concepts.iter().map(|c| json!({
                    "name": c.name, "label": c.label, "place": place(&c.place), "found": c.found, "share": c.share,
                    "alone": c.alone, "overlap": c.overlap, "conflict": c.conflict, "set_aside": c.set_aside,
                    "people": c.people.map(|p| json!({
                        "coded": p.coded, "both": p.both, "only_people": p.only_people, "only_rules": p.only_rules,
                    })),
                    "ways": list(&c.ways, way),
                })).collect::<Vec<_>>(),
                "pairs": k.pairs.iter().map(|p| json!({
                    "first": p.first, "second": p.second, "both": p.both, "only_first": p.only_first,
                    "only_second": p.only_second, "alike": p.alike, "by_chance": p.by_chance,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    document(&json!({
        "version": VERSION, "title": s.title, "messages": s.messages, "kinds": kinds,
        "relations": s.relations.iter().map(|r| json!({
            "name": r.name, "place": place(&r.place), "rows": r.rows, "ways": list(&r.ways, way),
        })).collect::<Vec<_>>(),
        "remarks": s.remarks,
    }))
}

fn way(w: &WayStatistics) -> Value {
    json!({
        "kind": w.kind, "text": w.text, "place": place(&w.place), "found": w.found, "alone": w.alone,
        "overlap": w.overlap, "conflict": w.conflict,
    })
}

pub(super) fn list<T>(all: &[T], one: impl Fn(&T) -> Value) -> Value {
    all.iter().map(one).collect()
}

pub(super) fn counts(c: Counts) -> Value {
    json!({ "messages": c.messages, "authors": c.authors, "threads": c.threads })
}

fn concept(c: &ConceptFinding) -> Value {
    let mut out = json!({
        "kind": c.kind, "name": c.name, "label": c.label, "means": c.means, "counts": counts(c.counts),
        "passages": c.passages, "members": c.members, "quotes": list(&c.quotes, quote),
    });
    if let Some(r) = c.rests {
        out["rests_on"] = json!({ "people": r.people, "rules": r.rules, "both": r.both });
    }
    out
}

pub(super) fn inference(n: &Inference) -> Value {
    json!({
        "theme": n.theme, "theme_label": n.theme_label, "kind": n.kind, "concept": n.concept,
        "concept_label": n.concept_label, "holds": n.holds, "guard": n.guard, "because": list(&n.because, said),
        "citations": list(&n.citations, citation), "place": place(&n.place),
    })
}

fn table(t: &TableFinding) -> Value {
    json!({
        "title": t.title, "count": t.count, "row_name": t.row_name, "column_name": t.column_name,
        "columns": t.columns, "totals": t.totals, "shares": t.shares,
        "rows": t.rows.iter().map(|r| json!({
            "label": r.label, "numbers": r.numbers, "shares": r.shares,
        })).collect::<Vec<_>>(),
    })
}

/// `ways` is a number that every reader holds; `reasons` says it all.
fn explanation(e: &Explanation) -> Value {
    let ReasonCount { number, at_least, apart } = e.reasons;
    let (people, patterns) = e.rests_on();
    json!({
        "ways": number.min(100) as u64, "more_ways": at_least || number > 100, "shortest": e.shortest,
        "steps": steps(&e.root),
        "rests_on": { "people": people, "patterns": patterns },
        "reasons": {
            "number": number.to_string(), "more": at_least, "of": if apart { "reasons" } else { "ways" },
        },
        "others": list(&e.others, steps),
        "defined": e.ways.as_ref().map(ways_met),
        "rests_on_ways": list(&e.ways_below, ways_met),
    })
}

fn ways_met(w: &WaysMet) -> Value {
    json!({
        "subject": w.subject, "label": w.label, "met": w.met, "of": w.of, "passages": w.passages, "more": w.at_least,
    })
}

/// A step and all under it: the first is the root, and `because` holds places in the list.
fn steps(root: &Step) -> Value {
    let mut open = vec![root];
    let mut out: Vec<Value> = Vec::new();
    let mut next = 0;
    while let Some(&step) = open.get(next) {
        next += 1;
        let children: Vec<usize> = (open.len()..open.len() + step.because.len()).collect();
        open.extend(&step.because);
        let mut told = json!({
            "statement": step.statement, "fact": step.fact, "kind": step.kind.name(), "rule": step.rule, "by": step.by,
            "place": step.place.as_ref().map(place), "reasons": list(&step.reasons, said),
            "citations": list(&step.citations, citation), "quote": step.quote.as_ref().map(quote),
            "because": children, "more": step.more, "id": step.id,
            "values": step.values.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())))
                .collect::<serde_json::Map<_, _>>(),
            "round": step.round, "found": step.found, "through": step.through,
        });
        // Only of somebody who is counted once for several messages.
        if let Some(message) = &step.shown {
            told["shown"] = message.as_str().into();
        }
        out.push(told);
    }
    Value::Array(out)
}

pub(super) fn said(s: &SaidShown) -> Value {
    json!({ "text": s.text, "citations": list(&s.citations, citation) })
}

pub(super) fn citation(c: &CitationShown) -> Value {
    json!({ "key": c.key, "reference": c.reference, "at": c.at })
}

pub(super) fn place(p: &PlaceShown) -> Value {
    json!({ "file": p.file, "line": p.line })
}

pub(super) fn quote(q: &QuoteShown) -> Value {
    json!({
        "message": q.message, "author": q.author, "date": q.date, "before": q.before, "quote": q.quote, "after": q.after,
        "start": q.range.map(|r| r.0), "end": q.range.map(|r| r.1), "gap": q.gap.map(|(from, to)| [from, to]),
        "place": q.place.as_ref().map(place),
    })
}
