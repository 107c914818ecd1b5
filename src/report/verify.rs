//! What came of holding a proof against a study: for people as sentences, for programs as a value.

use super::Look;
use super::json::{VERSION, document, place};
use super::layout::{paragraph, plain, strong};
use super::words::{number_of, place as shown};
use crate::session::verify::{FaultShown, Verdict};
use serde_json::{Value, json};

/// So many faults are told to people.
const SHOWN: usize = 20;

/// For people: that it holds, or what is wrong.
pub fn text(verdict: &Verdict, look: Look) -> String {
    let mut out = String::new();
    let looked = verdict.looked;
    if verdict.holds() {
        let parts = [
            Some(number_of(looked.facts, "fact")),
            Some(number_of(looked.passages, "quote")),
            Some(number_of(looked.rules, "rule")),
            Some(number_of(looked.absences, "absence")),
            (looked.counts > 0).then(|| number_of(looked.counts, "count")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let text = format!(" holds: {} were checked.", list(&parts));
        paragraph(&mut out, &[plain("The proof of "), strong(verdict.fact.as_str()), plain(text)], "", "", look);
        return out;
    }
    let text = " does not hold:";
    paragraph(&mut out, &[plain("The proof of "), strong(verdict.fact.as_str()), plain(text)], "", "", look);
    for fault in verdict.faults.iter().take(SHOWN) {
        let of = fault.of.as_ref().map_or(String::new(), |of| format!("{of}: "));
        let at = fault.place.as_ref().map_or(String::new(), |at| format!(" ({})", shown(at)));
        paragraph(&mut out, &[plain(format!("{of}{}{at}", fault.message))], "  - ", "    ", look);
    }
    if let Some(more) = (verdict.faults.len() + verdict.more).checked_sub(SHOWN).filter(|more| *more > 0) {
        paragraph(&mut out, &[plain(format!("and {more} more"))], "  - ", "    ", look);
    }
    out
}

/// `14 facts, 9 rules and 1 count`
fn list(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// For programs.
pub fn json(verdict: &Verdict) -> String {
    document(&value(verdict))
}

/// The same as a value.
pub fn value(verdict: &Verdict) -> Value {
    let looked = verdict.looked;
    json!({
        "version": VERSION,
        "holds": verdict.holds(),
        "fact": verdict.fact,
        "checked": {
            "facts": looked.facts, "quotes": looked.passages, "rules": looked.rules, "absences": looked.absences,
            "counts": looked.counts,
        },
        "faults": verdict.faults.iter().map(fault).collect::<Vec<_>>(),
        "more": verdict.more,
    })
}

/// For programs: that a file is no proof that can be read.
pub fn unreadable(message: &str) -> String {
    let fault = json!({ "node": null, "of": null, "message": message, "place": null });
    document(
        &json!({ "version": VERSION, "holds": false, "fact": null, "checked": null, "faults": [fault], "more": 0 }),
    )
}

fn fault(fault: &FaultShown) -> Value {
    json!({
        "node": fault.node, "of": fault.of, "message": fault.message, "place": fault.place.as_ref().map(place),
    })
}
