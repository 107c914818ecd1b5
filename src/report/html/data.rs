//! What the page's script draws from, as JSON. What is large is packed with gzip, and then written in letters that mean
//! nothing in HTML; what is small is written with every sign that HTML could read escaped.

use crate::base::hash::digest;
use crate::report::reason_count;
use crate::session::page::model::{Cite, ConceptShown, DecisionShown, Explained, Page, ProofOf, Stands};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;

/// Up to so many bytes nothing is packed, so that the page opens in browsers that cannot unpack.
const PLAIN: usize = 1 << 16;

/// Data in the form in which they stand in the page.
pub(super) struct Packed {
    pub text: String,
    pub is_packed: bool,
}

pub(super) fn packed(page: &Page, study: &str) -> Packed {
    let json = value(page, study).to_string();
    if json.len() <= PLAIN {
        return Packed { text: harmless(&json), is_packed: false };
    }
    Packed { text: zipped(&json), is_packed: true }
}

/// The same, packed whatever its size.
pub(super) fn gzipped(page: &Page, study: &str) -> String {
    zipped(&value(page, study).to_string())
}

fn zipped(json: &str) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    // A list in memory takes all that is written to it.
    let bytes = encoder.write_all(json.as_bytes()).and_then(|()| encoder.finish());
    STANDARD.encode(bytes.unwrap_or_default())
}

/// JSON in which no sign stands that HTML or a script could take for its own.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

fn value(page: &Page, study: &str) -> Value {
    let references = page.sources.iter().map(|s| (s.key.clone(), Value::from(short(&s.key, &s.reference))));
    json!({
        "study": study,
        "messages": page.messages,
        "kinds": page.kinds,
        "concepts": page.concepts.iter().map(concept).collect::<Vec<_>>(),
        "coders": page.people.coders,
        "uncoded": steps(&page.uncoded),
        "people": page.people.codes.iter().map(|c| json!({
            "id": c.id, "only-people": steps(&c.only_people), "only-rules": steps(&c.only_rules),
        })).collect::<Vec<_>>(),
        "works": references.collect::<serde_json::Map<_, _>>(),
        "steps": page.proofs.steps,
        "proofs": page.proofs.of.iter().map(|(id, of)| (id.clone(), json!(of.iter().map(proof).collect::<Vec<_>>())))
            .collect::<serde_json::Map<_, _>>(),
        "digests": digests(page),
        "conclusions": page.proofs.conclusions,
        "decisions": page.decisions.iter().filter_map(decision).collect::<Vec<_>>(),
    })
}

/// An explanation: of what, its first step, the id of the reason, and what else there is.
fn proof((of, explained): &ProofOf) -> Value {
    json!([of, explained.step, explained.id, count_of(explained)])
}

/// How many reasons and ways there are beside the one that is shown, as `hence why` tells it, without its options.
pub(super) fn count_of(explained: &Explained) -> String {
    reason_count::told_on_page(&explained.count, explained.count.root.book)
}

/// The digests of the messages of whose conclusions the page holds reasons: a decision keeps which text was read.
fn digests(page: &Page) -> serde_json::Map<String, Value> {
    let of_messages = |id: &str| page.concepts.iter().any(|c| c.id == id && c.subjects.is_empty());
    let of = page.proofs.of.iter().filter(|(id, _)| of_messages(id));
    let explained = of.flat_map(|(_, of)| of).map(|(message, _)| *message);
    let text = |message: u32| page.messages.texts.get(message as usize);
    explained.filter_map(|message| Some((message.to_string(), digest(text(message)?).into()))).collect()
}

/// A decision that counts, at its conclusion; none where that stands nowhere in the page.
fn decision(one: &DecisionShown) -> Option<Value> {
    let (review, decision) = (&one.reviewed, &one.reviewed.decision);
    let mut out = json!({
        "decision": decision.verdict.name(), "reason": decision.reason, "by": decision.by, "at": decision.at,
        "stale": review.standing.words().filter(|_| one.compared),
    });
    match one.stands.as_ref().filter(|_| review.counts)? {
        Stands::Message { concept, message } => {
            out["concept"] = concept.as_str().into();
            out["message"] = (*message).into();
        }
        Stands::Subject { concept, subject } => {
            out["concept"] = concept.as_str().into();
            out["message"] = (*subject).into();
        }
        Stands::Inference(_) | Stands::Row(_) => out["fact"] = review.fact.as_str().into(),
    }
    Some(out)
}

/// `Martins & Ling 2017`
fn short(key: &str, reference: &str) -> String {
    let cited = crate::session::explanation::CitationShown {
        key: key.to_string(),
        reference: Some(reference.to_string()),
        at: None,
    };
    super::words::citation(&cited)
}

fn concept(c: &ConceptShown) -> Value {
    let mut passages: Vec<u32> = Vec::with_capacity(c.passages.len() * 4);
    let mut last = 0;
    for passage in &c.passages {
        passages.extend([passage.message - last, passage.range.0, passage.range.1, passage.coder]);
        last = passage.message;
    }
    let because = |all: &[crate::session::findings::SaidShown]| -> Vec<(String, Vec<Cite>)> {
        let cites = |s: &crate::session::findings::SaidShown| {
            s.citations.iter().map(|c| (c.key.clone(), c.at.clone())).collect()
        };
        all.iter().map(|s| (s.text.clone(), cites(s))).collect()
    };
    json!({
        "id": c.id,
        "kind": c.kind,
        "name": c.name,
        "label": c.label,
        "means": because(&c.means),
        "members": steps(&c.members),
        "subjects": c.subjects,
        "passages": passages,
        "asks": c.uses.iter().filter(|(_, asked)| *asked).map(|(id, _)| id).collect::<Vec<_>>(),
        "aside": steps(&c.set_aside),
        "unless": c.clauses.iter().filter(|r| r.word == "unless").map(|r| &r.text).collect::<Vec<_>>(),
        "clauses": c.clauses.iter().filter(|r| r.word != "unless").map(|r| json!({
            "id": r.id, "word": r.word, "text": r.text, "place": super::words::place(&r.place), "found": steps(&r.found),
        })).collect::<Vec<_>>(),
        "near": c.near.iter().map(|n| json!({
            "message": n.message,
            "lacks": n.conditions.iter().filter(|c| c.state != "met").map(|c| &c.words).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// Numbers in order as their differences, which pack well.
fn steps(numbers: &[u32]) -> Vec<u32> {
    let mut last = 0;
    let step = |&n: &u32| {
        let step = n - last;
        last = n;
        step
    };
    numbers.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_can_end_the_script() {
        let text = harmless(&json!({ "a": "</script><!-- & \u{2028}" }).to_string());
        assert!(!text.contains(['<', '>', '&', '\u{2028}']));
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["a"], "</script><!-- & \u{2028}");
    }

    #[test]
    fn numbers_come_back_from_their_steps() {
        assert_eq!(steps(&[3, 4, 10]), [3, 1, 6]);
    }
}
