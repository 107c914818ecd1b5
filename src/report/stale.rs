//! Codings to look at again, for people and for programs: what changed in the definition, and what was coded under the old
//! one.

use super::Look;
use super::json::{VERSION, document, list, place, quote};
use super::layout::{heading, paragraph, plain, soft};
use super::words::{self, number_of, sentence};
use crate::session::stale::{Stale, StaleCode};
use serde_json::json;

/// The whole report.
pub fn stale(all: &Stale, look: Look) -> String {
    let mut out = String::new();
    for code in &all.codes {
        one(&mut out, code, look);
    }
    if !all.codes.is_empty() {
        out.push('\n');
    }
    let mut say = |text: String| paragraph(&mut out, &[plain(text)], "", "  ", look);
    let stale: usize = all.codes.iter().map(|code| code.codings.len()).sum();
    if all.codings == 0 {
        say("Nobody coded anything in this study.".to_owned());
    } else if all.recorded == 0 {
        let (are, they) = if all.codings == 1 { ("is", "it was") } else { ("are", "they were") };
        say(format!(
            "{} {are} there, and none is recorded yet: `hence stale --record` keeps which definition {they} made under.",
            number_of(all.codings, "coding")
        ));
    } else if stale == 0 {
        say(format!("No coding is stale: {} made under the definitions of today.", were(all.recorded)));
    } else {
        say(format!(
            "{} to be looked at again; `hence stale --reviewed CODE` accepts those of a code as they are.",
            if stale == 1 { "1 coding is".to_owned() } else { format!("{stale} codings are") }
        ));
    }
    if all.recorded > 0 && all.recorded < all.codings {
        let open = all.codings - all.recorded;
        let are = if open == 1 { "is" } else { "are" };
        say(format!("{} {are} not recorded yet; `hence stale --record` does it.", number_of(open, "coding")));
    }
    if all.gone > 0 {
        let are = if all.gone == 1 { "coding is" } else { "codings are" };
        say(format!("{} recorded {are} not in the data any more.", all.gone));
    }
    for (old, new, count) in all.renamed.iter().filter(|_| all.written.is_none()) {
        say(format!(
            "`{old}`, under which {} recorded, is not in the study any more, and `{new}` says the same: if it has only got another \
             name, `hence stale --record` keeps its codings under the new one.",
            if *count == 1 { "1 coding was".to_owned() } else { format!("{count} codings were") }
        ));
    }
    if let Some((new, agreed)) = all.written {
        say(match (new, agreed) {
            (0, 0) => "There was nothing to record.".to_owned(),
            (new, 0) => format!("{} recorded in `codings.lock`.", have(new)),
            (0, agreed) => format!("{} accepted in `codings.lock`.", have(agreed)),
            (new, agreed) => format!("{} recorded and {agreed} accepted in `codings.lock`.", have(new)),
        });
    }
    out
}

fn were(count: usize) -> String {
    if count == 1 { "the one that is recorded was".to_owned() } else { format!("all {count} that are recorded were") }
}

fn have(count: usize) -> String {
    if count == 1 { "1 coding has been".to_owned() } else { format!("{count} codings have been") }
}

fn one(out: &mut String, code: &StaleCode, look: Look) {
    heading(out, &format!("{}: {}", code.label, number_of(code.codings.len(), "coding")), look);
    let at = format!("The definition of `{}` changed ({}):", code.code, words::place(&code.place));
    paragraph(out, &[plain(at)], "", "  ", look);
    for (sign, clauses) in [("- ", &code.old), ("+ ", &code.new)] {
        for (word, text) in clauses {
            paragraph(out, &[plain(format!("{word} {text}"))], sign, "    ", look);
        }
    }
    if code.old.is_empty() && code.new.is_empty() {
        paragraph(out, &[plain("its clauses stand in another order")], "  ", "    ", look);
    }
    for coding in &code.codings {
        out.push('\n');
        if let Some(quote) = &coding.quote {
            paragraph(out, &sentence(quote, look), "  ", "  ", look);
        }
        let place = coding.place.as_ref().map(|p| format!(", {}", words::place(p))).unwrap_or_default();
        let text = format!("coded by {}, message {}{place}", coding.coder, coding.message);
        paragraph(out, &[soft(text)], "  ", "    ", look);
    }
}

/// For programs.
pub fn json(all: &Stale) -> String {
    let clauses =
        |clauses: &Vec<(String, String)>| list(clauses, |(word, text)| json!({ "clause": word, "text": text }));
    document(&json!({
        "version": VERSION,
        "codings": all.codings, "recorded": all.recorded, "gone": all.gone,
        "renamed": list(&all.renamed, |(old, new, codings)| json!({ "old": old, "new": new, "codings": codings })),
        "codes": list(&all.codes, |c| json!({
            "code": c.code, "label": c.label, "place": place(&c.place), "old": clauses(&c.old), "new": clauses(&c.new),
            "codings": list(&c.codings, |c| json!({
                "message": c.message, "coder": c.coder, "quote": c.quote.as_ref().map(quote),
                "place": c.place.as_ref().map(place),
            })),
        })),
        "written": all.written.map(|(new, agreed)| json!({ "recorded": new, "accepted": agreed })),
    }))
}
