//! Why something does not hold, for programs. Fields are only ever added under one version.

use super::json::{VERSION, document, list, place, quote};
use crate::session::why_not::answer::{
    Blame, ChangedFact, ConditionShown, Effect, Near, Repair, RepairStep, WayMissed, WhyNot,
};
use serde_json::{Value, json};

/// The answer of `why-not` as a document.
pub fn why_not(answer: &WhyNot) -> String {
    document(&why_not_value(answer))
}

/// The answer of `why-not` as a value. A question that could not be read has none.
pub fn why_not_value(answer: &WhyNot) -> Value {
    match answer {
        WhyNot::Wrong => Value::Null,
        WhyNot::Holds { statement, fact } => {
            json!({ "version": VERSION, "holds": true, "statement": statement, "fact": fact })
        }
        WhyNot::Impossible { statement, reason, help, repairs } => json!({
            "version": VERSION, "holds": false, "statement": statement, "reason": reason, "help": help,
            "repairs": list(repairs, repair),
        }),
        WhyNot::Missing(missing) => json!({
            "version": VERSION, "holds": false, "statement": missing.statement, "fact": missing.fact,
            "beside": missing.beside.as_ref().map(blame), "decisive": list(&missing.decisive, blame),
            "none": list(&missing.none, blame), "ways": list(&missing.ways, way), "more_ways": missing.more, "repairs": list(&missing.repairs, repair),
            "left_out": list(&missing.left_out, |l| json!({ "coding": l.coding, "freed": l.freed, "examples": l.examples })),
            "short_of": list(&missing.further, |f| json!({ "text": f.text, "question": f.question })),
            "not_tried": missing.not_tried.len(), "of_texts": missing.of_texts, "advice": missing.advice,
            "allowed": missing.cut.map(|time| time.as_secs_f64()), "stopped_early": missing.stopped, "late": missing.late,
            "untried": list(&missing.not_tried, |u| json!({ "steps": list(&u.steps, step), "command": u.command })),
        }),
        WhyNot::Open { fact, statement, question, hold, nearest, more, far, of, note, stopped, late } => json!({
            "version": VERSION, "fact": fact, "statement": statement, "question": question, "hold": hold, "nearest": list(nearest, near), "more": more,
            "far": far, "of": of, "note": note, "stopped_early": stopped, "late": late,
        }),
    }
}

fn near(n: &Near) -> Value {
    json!({ "statement": n.statement, "fact": n.fact, "way": way(&n.way) })
}

/// A way that misses; what its conditions rest on stands in it, and that is never far down.
pub(super) fn way(w: &WayMissed) -> Value {
    json!({
        "rule": w.rule, "label": w.label, "place": w.place.as_ref().map(place), "met": w.met(), "of": w.of(),
        "conditions": list(&w.conditions, condition),
    })
}

fn condition(c: &ConditionShown) -> Value {
    json!({
        "condition": c.words, "label": c.label, "place": c.place.as_ref().map(place), "met": c.met,
        "absence": c.absence, "values": c.values, "quote": c.quote.as_ref().map(quote), "further": list(&c.further, quote),
        "blame": list(&c.blame, blame), "ways": list(&c.below, way),
    })
}

fn blame(b: &Blame) -> Value {
    json!({ "text": b.text, "quote": b.quote.as_ref().map(quote), "place": b.place.as_ref().map(place) })
}

fn repair(r: &Repair) -> Value {
    json!({ "verified": true, "steps": list(&r.steps, step), "effect": effect(&r.effect) })
}

fn step(s: &RepairStep) -> Value {
    json!({ "kind": s.kind, "text": s.text, "code": s.code, "line": s.line, "place": s.place.as_ref().map(place) })
}

fn effect(e: &Effect) -> Value {
    let first: Vec<&ChangedFact> = e.by.iter().flat_map(|c| &c.first).collect();
    json!({
        "gained": e.gained, "lost": e.lost, "loses": e.loses,
        "by": list(&e.by, |c| json!({
            "of": c.name, "label": c.label, "gained": c.gained, "lost": c.lost, "before": c.before, "then": c.then,
        })),
        "first": list(&first, |f| json!({ "fact": f.fact, "comes": f.comes })),
    })
}
