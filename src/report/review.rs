//! Decisions of reviewers, for people and for programs: by conclusion, with who decided what, when and why, and whether the
//! conclusion is still what was decided on.

use super::Look;
use super::json::{VERSION, document, list};
use super::layout::{Piece, heading, paragraph, plain, soft, strong};
use super::words::{number_of, sentence, source_of};
use crate::session::review::{Added, ReviewCount, Reviewed, Standing, word};
use serde_json::{Value, json};

/// The list, conclusion by conclusion in the order in which they were first decided on.
pub fn reviews(all: &[Reviewed], look: Look) -> String {
    let mut out = String::new();
    if all.is_empty() {
        let text = "No decision has been taken yet. A conclusion is marked as right with \
                    `hence review add 'theme(m15, workspaces)' --accepted --reason \"…\" --by NAME`, with `--disputed` as \
                    wrong and with `--discuss` as to be talked about; or in the page that `hence report` writes.";
        paragraph(&mut out, &[plain(text)], "", "  ", look);
        return out;
    }
    heading(&mut out, "What reviewers decided", look);
    let mut told: Vec<&str> = Vec::new();
    for one in all {
        let conclusion = one.fact.as_str();
        if told.contains(&conclusion) {
            continue;
        }
        told.push(conclusion);
        paragraph(&mut out, &[strong(conclusion)], "", "  ", look);
        if let Some((statement, quote)) = &one.shown {
            paragraph(&mut out, &[plain(statement.clone())], "  ", "    ", look);
            if let Some(quote) = quote {
                paragraph(&mut out, &sentence(quote, look), "  ", "    ", look);
                paragraph(&mut out, &source_of(quote), "  ", "    ", look);
            }
        }
        let denied = all.iter().filter(|other| other.fact == conclusion).find_map(|other| other.denied.as_ref());
        if let Some(statement) = denied {
            paragraph(&mut out, &[plain(statement.clone())], "  ", "    ", look);
        }
        for decided in all.iter().filter(|other| other.fact == conclusion) {
            paragraph(&mut out, &said(decided), "  ", "    ", look);
        }
        let ask = if one.shown.is_some() { "why" } else { "why-not" };
        let wide = Look { width: 10_000, ..look };
        paragraph(&mut out, &[soft(format!("hence {ask} '{conclusion}'"))], "  ", "    ", wide);
    }
    out.push('\n');
    paragraph(&mut out, &[plain(counted(ReviewCount::of(all)))], "", "  ", look);
    out
}

/// `accepted by Ann on 2026-03-01: the passage says so (still holds, for another reason)`
fn said(one: &Reviewed) -> Vec<Piece> {
    let Reviewed { decision, standing, counts, .. } = one;
    let day = decision.at.split('T').next().unwrap_or_default();
    let mut pieces =
        vec![strong(word(decision.verdict)), plain(format!(", {} on {day}: {}", decision.by, decision.reason))];
    pieces.extend(standing.words().map(|words| strong(format!(" ({words})"))));
    pieces.extend((!counts).then(|| soft(format!(" (a later decision of {} counts)", decision.by))));
    pieces
}

/// What was decided on what is explained: a line each; nothing where nobody decided.
pub fn beside(all: &[Reviewed], several: bool, look: Look) -> String {
    let mut out = String::new();
    for one in all {
        if out.is_empty() {
            out.push('\n');
        }
        let on = if several { format!("Reviewed, {}: ", one.fact) } else { "Reviewed: ".to_owned() };
        let pieces: Vec<Piece> = std::iter::once(plain(on)).chain(said(one)).collect();
        paragraph(&mut out, &pieces, "", "  ", look);
    }
    out
}

/// The line of a run.
pub fn count(count: ReviewCount, look: Look) -> String {
    let mut out = String::from("\n");
    paragraph(&mut out, &[plain(counted(count))], "", "  ", look);
    out
}

/// `4 decisions of reviewers; of 1 of them what was concluded, or why, has changed since: …`
fn counted(count: ReviewCount) -> String {
    let all = number_of(count.decisions, "decision");
    let since = "what was concluded, or why, has changed since";
    let show = "`hence review list --stale` shows";
    match count.stale {
        None => format!("{all} of reviewers."),
        Some(0) => format!("{all} of reviewers; what was concluded, and why, is as it was."),
        Some(1) if count.decisions == 1 => format!("{all} of reviewers; {since}: look at it again ({show} it)."),
        Some(1) => format!("{all} of reviewers; of 1 of them {since}: look at it again ({show} it)."),
        Some(stale) => format!("{all} of reviewers; of {stale} of them {since}: look at these again ({show} them)."),
    }
}

/// What was added.
pub fn added(found: &Added, look: Look) -> String {
    let mut out = String::new();
    for one in &found.added {
        let absent = if one.denied.is_some() { ", which does not hold" } else { "" };
        let mut pieces = vec![plain(format!("{}{absent}: ", one.fact))];
        pieces.extend(said(one));
        paragraph(&mut out, &pieces, "", "  ", look);
    }
    let have = if found.added.len() == 1 { "has" } else { "have" };
    let all = found.added.len() + found.known + found.refused;
    let mut text = match found.refused {
        0 => format!("{} {have} been added to `reviews.jsonl`", number_of(found.added.len(), "decision")),
        _ => format!("{} of {} {have} been added to `reviews.jsonl`", found.added.len(), number_of(all, "decision")),
    };
    if found.known > 0 {
        text += &format!(
            "; {} there already",
            if found.known == 1 { "1 was".into() } else { format!("{} were", found.known) }
        );
    }
    paragraph(&mut out, &[plain(text + ".")], "", "  ", look);
    out
}

fn value(one: &Reviewed) -> Value {
    let Reviewed { decision, fact, standing, counts, line, .. } = one;
    json!({
        "conclusion": decision.conclusion, "fact": fact, "decision": decision.verdict.name(), "reason": decision.reason,
        "by": decision.by, "at": decision.at, "proof": decision.proof, "text": decision.text, "absent": decision.absent,
        "standing": standing.name(), "stale": *standing != Standing::Current, "counts": counts,
        "line": if *line == 0 { Value::Null } else { (*line).into() },
    })
}

fn counts(count: ReviewCount) -> Value {
    json!({ "decisions": count.decisions, "stale": count.stale })
}

/// The list for programs.
pub fn reviews_json(all: &[Reviewed]) -> String {
    document(&json!({ "version": VERSION, "count": counts(ReviewCount::of(all)), "reviews": list(all, value) }))
}

/// What was added, for programs.
pub fn added_json(found: &Added) -> String {
    document(
        &json!({ "version": VERSION, "added": list(&found.added, value), "known": found.known, "refused": found.refused }),
    )
}

/// A document with the decisions on what it holds; as it is where there are none.
pub fn with_decisions(mut report: Value, all: &[Reviewed]) -> Value {
    if !all.is_empty() {
        report["reviews"] = list(all, value);
    }
    report
}

/// The same as text.
pub fn beside_json(report: Value, all: &[Reviewed]) -> String {
    document(&with_decisions(report, all))
}

/// A document with the number of decisions; as it is where there is no file.
pub fn count_json(mut report: Value, count: Option<ReviewCount>) -> String {
    if let Some(count) = count {
        report["reviews"] = counts(count);
    }
    document(&report)
}
