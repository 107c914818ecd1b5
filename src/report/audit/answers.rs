//! What a study says of the items of a checklist: numbers and places, and no judgement.

use super::checklists::Known;
use super::rows::rows_read;
use super::{PROOFS, number};
use crate::report::words::sizes;
use crate::session::trail::Trail;

/// So many works are named.
const WORKS: usize = 12;

/// What the study says of an item; none where it says nothing.
pub(super) fn answer(known: Known, trail: &Trail) -> Option<String> {
    let page = &trail.page;
    let of = |kind: &str| page.concepts.iter().filter(|c| c.kind == kind && c.own).count();
    match known {
        Known::Author => None,
        Known::Title => page.title.as_ref().map(|title| format!("The study is called \"{title}\".")),
        Known::Approach => {
            let works: Vec<&str> = cited(trail).collect();
            let more = works.len().saturating_sub(WORKS);
            let named = works.iter().take(WORKS).copied().collect::<Vec<_>>().join("; ");
            Some(match (works.len(), more) {
                (0, _) => format!("The study declares the approach \"{}\" and cites no work.", page.approach),
                (_, 0) => format!("The study declares the approach \"{}\" and cites: {named}.", page.approach),
                _ => format!(
                    "The study declares the approach \"{}\" and cites: {named}; and {more} more.",
                    page.approach
                ),
            })
        }
        Known::Size => Some(format!("{}.", sizes(page.findings.size))),
        Known::Attributes => {
            let authors = page.messages.attributes.iter().filter(|attribute| attribute.of == "author");
            let told: Vec<String> = authors
                .map(|attribute| {
                    let mut values: Vec<&str> =
                        attribute.values.iter().map(String::as_str).filter(|v| !v.is_empty()).collect();
                    let known = values.len();
                    values.sort_unstable();
                    values.dedup();
                    format!("{} of {} ({})", attribute.name, number(known, "author"), number(values.len(), "value"))
                })
                .collect();
            (!told.is_empty()).then(|| format!("The data say of authors: {}.", told.join("; ")))
        }
        Known::Period => {
            let (first, last) = page.period.as_ref()?;
            Some(format!("Messages are dated from {} to {}.", day(first), day(last)))
        }
        Known::Rows => rows_read(&page.findings.inputs),
        Known::Saturation => {
            let last = |all: &[(String, String, u32)]| all.iter().map(|(.., at)| *at).max();
            let (code, theme) = (last(&page.saturation.codes), last(&page.saturation.themes));
            let order = if page.saturation.by_time { "in order of time" } else { "in the order of their ids" };
            let of = page.messages.ids.len();
            let told: Vec<String> = [("code", code), ("theme", theme)]
                .into_iter()
                .filter_map(|(what, at)| {
                    at.map(|at| format!("the last {what} to come up did so in message {at} of {of}"))
                })
                .collect();
            (!told.is_empty()).then(|| format!("Of the messages {order}, {}.", told.join(", ")))
        }
        Known::Coders => {
            let people: Vec<&str> = page.people.coders.iter().skip(1).map(String::as_str).collect();
            Some(match people.len() {
                0 => "Nobody's codings are in the data: what carries a code is found by rules.".into(),
                n => format!("{} coded ({}), beside the rules of the study.", number_of_people(n), people.join(", ")),
            })
        }
        Known::Codebook => {
            let (codes, themes) = (of("code"), of("theme"));
            let book = "2-data-reduction/codebook.html";
            Some(format!(
                "{} and {}, with their definitions in {book}.",
                number(codes, "code"),
                number(themes, "theme")
            ))
        }
        Known::Rules => {
            let clauses = |kind: &str| {
                page.concepts.iter().filter(|c| c.kind == kind && c.own).map(|c| c.clauses.len()).sum::<usize>()
            };
            Some(format!(
                "{} by {} and {} by {}; {} from themes to theory, {} of which hold. They stand as written in \
                 2-data-reduction/codebook.html.",
                number(of("code"), "code"),
                number(clauses("code"), "clause"),
                number(of("theme"), "theme"),
                number(clauses("theme"), "clause"),
                number(page.inferences.len(), "inference"),
                page.inferences.iter().filter(|i| i.inference.holds).count(),
            ))
        }
        Known::Program => Some(format!("Hence {}.", env!("CARGO_PKG_VERSION"))),
        Known::Quotes => {
            let passages: usize = page.concepts.iter().filter(|c| c.kind == "code").map(|c| c.passage_count()).sum();
            Some(format!(
                "{} with a code, each with its message, in 2-data-reduction/codings.csv; proofs lead from {} to the \
                 passages that they rest on, in {PROOFS}.",
                number(passages, "passage"),
                number(trail.proofs.kept.len(), "conclusion"),
            ))
        }
        Known::Themes => {
            let themes = &page.findings.themes;
            let told: Vec<String> =
                themes.iter().map(|t| format!("{} ({})", t.label, number(t.counts.messages, "message"))).collect();
            (!told.is_empty()).then(|| format!("{}: {}.", number(themes.len(), "theme"), told.join("; ")))
        }
        Known::Negative => {
            let aside: usize = page.concepts.iter().map(|c| c.set_aside.len()).sum();
            let near: usize = page.concepts.iter().map(|c| c.near.len() + c.near_more).sum();
            Some(format!(
                "{} with no code and no theme; {} set aside by an exception; {} of themes and concepts, as far as was \
                 looked.",
                number(page.uncoded.len(), "message"),
                number(aside, "message"),
                if near == 1 { "1 near miss".to_string() } else { format!("{near} near misses") },
            ))
        }
        Known::Checks => Some(checks(trail)),
    }
}

/// Proofs, tests, agreement and decisions, as far as there are any.
fn checks(trail: &Trail) -> String {
    let (kept, all) = (trail.proofs.kept.len(), trail.proofs.conclusions);
    let mut told = vec![format!("{kept} of {} have a proof here that can be replayed", number(all, "conclusion"))];
    if !trail.tests.is_empty() {
        let passed = trail.tests.iter().filter(|test| test.passed()).count();
        told.push(format!("{passed} of {} pass", number(trail.tests.len(), "test")));
    }
    if let Some(agreement) = &trail.agreement {
        told.push(format!(
            "the codings of {} are compared in 4-process-notes/agreement.txt",
            number_of_people(agreement.coders.len())
        ));
    }
    let decisions = trail.reviews.iter().filter(|one| one.counts).count();
    if decisions > 0 {
        told.push(format!(
            "{} of reviewers {}",
            number(decisions, "decision"),
            if decisions == 1 { "counts" } else { "count" }
        ));
    }
    format!("{}.", told.join("; "))
}

/// The works that the study cites, in full.
fn cited(trail: &Trail) -> impl Iterator<Item = &str> {
    let sources = trail.page.sources.iter().filter(|source| !source.cited.is_empty());
    sources.map(|source| source.reference.trim_end_matches('.'))
}

pub(super) fn number_of_people(count: usize) -> String {
    if count == 1 { "1 person".into() } else { format!("{count} people") }
}

/// The day of a moment.
pub(super) fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}
