//! The findings for people: what the study is about first, then themes with their strongest quotes, what is inferred
//! from them, the other kinds, the tables and the codes; last what nothing coded, what was read, left out and written.

use super::Look;
use super::layout::{Piece, heading, paragraph, plain, soft, strong};
use super::table::{cross, draw};
use super::words::{citations, number_of, place, said, sentence, sizes, source_of, without, works};
use crate::diagnostic::visible::one_line;
use crate::session::findings::{ConceptFinding, Counts, Findings, Inference, InputFinding, KindFinding, Rests};
use std::fmt::Write;

/// How many ids of messages without a code are named.
const IDS: usize = 10;

/// The whole report.
pub fn findings(findings: &Findings, look: Look) -> String {
    let mut out = String::new();
    let title = findings.title.as_deref().unwrap_or("A study without a title");
    heading(&mut out, title, look);
    opening(&mut out, findings, look);
    themes(&mut out, findings, look);
    inferences(&mut out, &findings.inferences, look);
    for kind in &findings.others {
        other(&mut out, kind, findings.size, look);
    }
    relations(&mut out, findings, look);
    for table in &findings.tables {
        heading(&mut out, &table.title, look);
        if table.rows.is_empty() {
            line(&mut out, &format!("The table is empty: no {} were counted.", table.count), look);
        } else {
            let columns = table.column_name.as_ref().map(|c| format!(" and {c}")).unwrap_or_default();
            let about = format!("number of {}, by {}{columns}", table.count, table.row_name);
            paragraph(&mut out, &[soft(about)], "  ", "  ", look);
            out.push_str(&cross(table, look));
        }
    }
    codes(&mut out, findings, look);
    uncoded(&mut out, findings, look);
    read_and_written(&mut out, findings, look);
    sources(&mut out, findings, look);
    out
}

/// What the author's rules conclude.
fn relations(out: &mut String, findings: &Findings, look: Look) {
    if findings.relations.is_empty() && findings.between.is_empty() {
        return;
    }
    heading(out, "What the rules conclude", look);
    for relation in &findings.relations {
        let pieces = [strong(relation.name.clone()), plain(format!(": {}", number_of(relation.rows, "row")))];
        paragraph(out, &pieces, "", "  ", look);
        if let Some(means) = &relation.means {
            paragraph(out, &[plain(means.clone())], "  ", "  ", look);
        }
        for row in &relation.shown {
            paragraph(out, &[plain(row.clone())], "  - ", "    ", look);
        }
        let more = relation.rows - relation.shown.len();
        if more > 0 {
            paragraph(out, &[soft(format!("and {more} more"))], "  ", "  ", look);
        }
    }
    if !findings.between.is_empty() {
        let names = findings.between.join(", ");
        let text = format!("not counted here, since the data are large and only other rules read them: {names}");
        paragraph(out, &[soft(text)], "", "  ", look);
        let ask = format!("`hence query '{}(…)'` fills what it asks for", findings.between[0]);
        paragraph(out, &[soft(ask)], "", "  ", look);
    }
}

/// The works that the inferences cite, in full.
fn sources(out: &mut String, findings: &Findings, look: Look) {
    let cited =
        findings.inferences.iter().flat_map(|n| n.because.iter().flat_map(|b| &b.citations).chain(&n.citations));
    let works = works(cited);
    if works.is_empty() {
        return;
    }
    heading(out, "Sources", look);
    for work in works {
        paragraph(out, &[plain(work)], "", "  ", look);
    }
}

fn line(out: &mut String, text: &str, look: Look) {
    paragraph(out, &[plain(text)], "", "", look);
}

fn opening(out: &mut String, findings: &Findings, look: Look) {
    if is_plain(findings) {
        line(out, "Rules without messages", look);
    } else if findings.size.messages == 0 {
        line(out, "There are no messages.", look);
    } else {
        line(out, &sizes(findings.size), look);
    }
    for parameter in &findings.parameters {
        let mut pieces = vec![plain(format!("{} = {}", parameter.name, parameter.value))];
        pieces.extend(parameter.set.then(|| strong(" set for this run")));
        pieces.extend(parameter.label.as_ref().map(|label| soft(format!(" ({label})"))));
        paragraph(out, &pieces, "", "  ", look);
    }
}

/// True for plain rules: no messages, and nothing that would be said of them.
fn is_plain(findings: &Findings) -> bool {
    let none = findings.size.messages == 0 && findings.themes.is_empty() && findings.codes.is_empty();
    none && !findings.relations.is_empty()
}

fn themes(out: &mut String, findings: &Findings, look: Look) {
    if is_plain(findings) {
        return;
    }
    heading(out, "Themes", look);
    if findings.themes.is_empty() {
        line(out, "The study declares no themes.", look);
    }
    for (i, theme) in findings.themes.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        paragraph(out, &[strong(theme.label.clone())], "", "  ", look);
        if let Some(means) = &theme.means {
            paragraph(out, &[plain(means.clone())], "  ", "  ", look);
        }
        paragraph(out, &[strong(extent(theme))], "  ", "  ", look);
        if let Some(rests) = theme.rests.filter(|_| theme.counts.messages > 0) {
            paragraph(out, &[plain(rests_on(rests))], "  ", "  ", look);
        }
        for quote in &theme.quotes {
            paragraph(out, &sentence(quote, look), "    ", "    ", look);
            paragraph(out, &source_of(quote), "      ", "      ", look);
        }
    }
}

/// `by people 3, by rules 18, by both 2`: what it rests on.
fn rests_on(rests: Rests) -> String {
    format!("by people {}, by rules {}, by both {}", rests.people, rests.rules, rests.both)
}

/// `23 messages by 14 authors in 9 threads, 31 passages`
fn extent(concept: &ConceptFinding) -> String {
    if concept.counts.messages == 0 {
        return "no message has it".to_owned();
    }
    let mut text = sizes(concept.counts);
    if concept.passages > 0 {
        let _ = write!(text, ", {}", number_of(concept.passages, "passage"));
    }
    text
}

/// What the themes lead to: theme by theme, maps with the same reasons together.
fn inferences(out: &mut String, inferences: &[Inference], look: Look) {
    if inferences.is_empty() {
        return;
    }
    heading(out, "What the themes lead to", look);
    let arrow = if look.unicode { "→" } else { "->" };
    let mut themes: Vec<&str> = Vec::new();
    for inference in inferences {
        if !themes.contains(&inference.theme.as_str()) {
            themes.push(&inference.theme);
        }
    }
    for (i, theme) in themes.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let mut rest: Vec<&Inference> = inferences.iter().filter(|n| n.theme == *theme).collect();
        if let Some(first) = rest.first() {
            paragraph(out, &[strong(first.theme_label.clone())], "", "  ", look);
        }
        while let Some(&first) = rest.first() {
            let alike = |n: &Inference| {
                (&n.place, n.holds, &n.guard) == (&first.place, first.holds, &first.guard)
                    && (&n.because, &n.citations) == (&first.because, &first.citations)
            };
            let (group, others): (Vec<&Inference>, Vec<&Inference>) = rest.into_iter().partition(|n| alike(n));
            rest = others;
            let width = group.iter().map(|n| n.kind.chars().count()).max().unwrap_or(0);
            for inference in &group {
                let mut pieces = vec![plain(inference.concept_label.clone())];
                pieces.extend((!inference.holds).then(|| strong(" (does not hold)")));
                let kind = one_line(&inference.kind);
                let gap = " ".repeat(width.saturating_sub(kind.chars().count()));
                let first = format!("  {arrow} {kind}:{gap} ");
                let indent = " ".repeat(first.chars().count());
                paragraph(out, &pieces, &first, &indent, look);
            }
            reasons(out, first, look);
        }
    }
}

/// Why a map says what it says, or what it would have needed.
fn reasons(out: &mut String, map: &Inference, look: Look) {
    match (&map.guard, map.holds) {
        (Some(guard), true) => paragraph(out, &[plain("given that "), plain(guard.clone())], "     ", "       ", look),
        (Some(guard), false) => {
            paragraph(out, &[plain("it would need "), plain(guard.clone())], "     ", "       ", look);
        }
        (None, _) => {}
    }
    for reason in &map.because {
        paragraph(out, &[plain("because: "), plain(said(reason))], "     ", "       ", look);
    }
    if !map.citations.is_empty() {
        paragraph(out, &[plain("see "), plain(citations(&map.citations))], "     ", "       ", look);
    }
    if map.because.is_empty() && map.citations.is_empty() {
        paragraph(out, &[plain("no reason is given")], "     ", "       ", look);
    }
    paragraph(out, &[soft(place(&map.place))], "     ", "       ", look);
}

fn other(out: &mut String, kind: &KindFinding, size: Counts, look: Look) {
    heading(out, &kind.label, look);
    if kind.concepts.is_empty() {
        line(out, &format!("No {} has any of its {}.", kind.subject, number_of(kind.empty, "concept")), look);
        return;
    }
    concepts(out, &kind.kind, (&kind.concepts, &kind.subject), size, look);
    if kind.empty > 0 {
        let text = format!("{} more of this kind: no {} has them", kind.empty, kind.subject);
        paragraph(out, &[plain(text)], "  ", "  ", look);
    }
}

/// Concepts as a compact table, without columns for authors and threads that nobody knows.
fn concepts(out: &mut String, kind: &str, (concepts, subject): (&[ConceptFinding], &str), size: Counts, look: Look) {
    let known = |counts: Counts| {
        let people = [(counts.authors, size.authors), (counts.threads, size.threads)];
        std::iter::once(counts.messages).chain(people.into_iter().filter(|(_, all)| *all > 0).map(|(n, _)| n))
    };
    let mut columns = vec![(kind.to_owned(), false)];
    let over_messages = subject == "message";
    let placed = concepts.iter().any(|c| c.passages > 0);
    if over_messages {
        let people = [("authors", size.authors), ("threads", size.threads)];
        let names = people.into_iter().filter(|(_, all)| *all > 0).map(|(name, _)| name);
        columns.extend(std::iter::once("messages").chain(names).map(|c| (c.to_owned(), true)));
        // What follows from themes has no passages of its own.
        columns.extend(placed.then(|| ("passages".to_owned(), true)));
        // What they rest on, where people coded.
        let rests = concepts.iter().any(|c| c.rests.is_some());
        columns.extend(["by people", "by rules", "by both"].iter().filter(|_| rests).map(|c| ((*c).to_owned(), true)));
    } else {
        columns.push((format!("{subject}s"), true));
    }
    let rows: Vec<Vec<String>> = concepts
        .iter()
        .map(|c| {
            let counts = c.counts;
            let numbers = match subject {
                "author" => vec![counts.authors],
                "thread" => vec![counts.threads],
                _ => {
                    let rests = c.rests.map(|r| [r.people, r.rules, r.both]);
                    known(counts).chain(placed.then_some(c.passages)).chain(rests.into_iter().flatten()).collect()
                }
            };
            std::iter::once(c.label.clone()).chain(numbers.iter().map(usize::to_string)).collect()
        })
        .collect();
    out.push_str(&draw(&columns, &rows, 2, look));
}

fn codes(out: &mut String, findings: &Findings, look: Look) {
    if is_plain(findings) {
        return;
    }
    heading(out, "Codes", look);
    if findings.codes.is_empty() {
        line(out, "The study declares no codes.", look);
    } else {
        concepts(out, "code", (&findings.codes, "message"), findings.size, look);
    }
}

fn uncoded(out: &mut String, findings: &Findings, look: Look) {
    if findings.size.messages == 0 {
        return;
    }
    heading(out, "What nothing coded", look);
    let uncoded = &findings.uncoded;
    if uncoded.messages == 0 {
        line(out, "Every message carries a code or a theme.", look);
        return;
    }
    let verb = if uncoded.messages == 1 { "carries" } else { "carry" };
    let mut text = format!("{} {verb} no code and no theme", number_of(uncoded.messages, "message"));
    if !uncoded.members.is_empty() {
        let ids: Vec<&str> = uncoded.members.iter().take(IDS).map(String::as_str).collect();
        let more = uncoded.messages.saturating_sub(ids.len());
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = write!(text, ": {}{rest}", ids.join(", "));
    }
    line(out, &text, look);
}

fn read_and_written(out: &mut String, findings: &Findings, look: Look) {
    if findings.inputs.is_empty() && findings.outputs.is_empty() {
        return;
    }
    heading(out, "What was read and written", look);
    for input in &findings.inputs {
        for (indent, pieces) in read(input) {
            paragraph(out, &pieces, indent, "    ", look);
        }
    }
    for output in &findings.outputs {
        let text = format!("written to {}: {} of {}", output.file, number_of(output.rows, "row"), output.relation);
        paragraph(out, &[plain(text)], "  ", "    ", look);
    }
}

fn read(input: &InputFinding) -> Vec<(&'static str, Vec<Piece>)> {
    let kept = if input.kept == input.read { "all kept".to_owned() } else { format!("{} kept", input.kept) };
    let text = format!("read {} from {}: {}, {kept}", input.relation, input.file, number_of(input.read, "row"));
    let mut lines = vec![("  ", vec![plain(text)])];
    for (count, reason) in &input.left_out {
        lines.push(("    ", vec![plain(format!("left out {count}: {reason}"))]));
    }
    for (count, column) in &input.without {
        lines.push(("    ", vec![plain(without(&input.relation, *count, column))]));
    }
    let explained: usize = input.left_out.iter().chain(&input.without).map(|(count, _)| count).sum();
    let unexplained = input.read.saturating_sub(input.kept).saturating_sub(explained);
    if unexplained > 0 {
        lines.push(("    ", vec![plain(format!("left out {unexplained}: no reason was recorded"))]));
    }
    lines
}
