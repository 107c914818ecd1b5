//! The codebook for programs.

use crate::report::json::{VERSION, citation, counts, document, inference, list, quote, said};
use crate::session::codebook::{Codebook, CodebookKind, Entry};
use serde_json::{Value, json};

/// The codebook as JSON.
pub fn json(book: &Codebook) -> String {
    document(&json!({
        "version": VERSION, "title": book.title, "by": book.by, "language": book.language,
        "size": counts(book.size), "kinds": list(&book.kinds, kind),
    }))
}

fn kind(k: &CodebookKind) -> Value {
    json!({
        "kind": k.kind, "label": k.label, "subject": k.subject, "means": list(&k.means, said),
        "entries": list(&k.entries, entry),
    })
}

fn entry(e: &Entry) -> Value {
    let named = |all: &[(String, String)]| list(all, |(kind, label)| json!({ "kind": kind, "label": label }));
    let mut out = json!({
        "kind": e.kind, "name": e.name, "label": e.label, "of_library": e.of_library, "depth": e.depth, "under": e.under, "status": e.status,
        "brief": e.brief, "means": list(&e.means, said), "include": list(&e.include, said),
        "exclude": list(&e.exclude, said), "rules": e.rules, "exceptions": e.exceptions,
        "examples": e.examples, "counterexamples": e.counterexamples,
        "named": list(&e.named, quote), "named_against": list(&e.named_against, quote),
        "quotes": list(&e.quotes, quote),
        "differing": list(&e.differing, |d| json!({ "by": d.by, "not_by": d.not_by, "quote": quote(&d.quote) })),
        "kept_out": list(&e.kept_out, |k| json!({ "exception": k.exception, "by": k.by, "quote": quote(&k.quote) })),
        "because": list(&e.because, said), "citations": list(&e.citations, citation),
        "inferences": list(&e.inferences, inference), "inferred_from": named(&e.inferred_from),
        "used_by": named(&e.used_by), "memos": list(&e.memos, said),
        "counts": counts(e.counts), "passages": e.passages,
        "coders": list(&e.coders, |c| json!({
            "coder": c.coder, "messages": c.messages, "passages": c.passages,
        })),
    });
    if let Some(r) = e.rests {
        out["rests_on"] = json!({ "people": r.people, "rules": r.rules, "both": r.both });
    }
    out
}
