//! Explanations as text, for somebody who has never seen a rule engine: each statement stands above what it rests on,
//! with the rule as its author wrote it, the reasons, the works cited, and the passages in their sentences.
//!
//! The tree is walked with a stack of its own, and indentation stops growing where the page gets narrow, so no
//! explanation is too deep to be written down.

use super::Look;
use super::layout::{Piece, paragraph, plain, soft, strong};
use super::words::{citation, place, said, sentence, source_of, works};
use crate::session::explanation::{CitationShown, Explanation, Step, StepKind};

/// How many columns one level takes.
const LEVEL: usize = 3;

/// Explanations, one under the other, and the works they cite. What a count counted is named; with `full` it is
/// explained too.
pub fn explanations(all: &[Explanation], full: bool, look: Look) -> String {
    let mut out = String::new();
    for (i, explanation) in all.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        steps(&mut out, &explanation.root, "", full, look);
        let ways = ways(explanation);
        if !ways.is_empty() {
            out.push('\n');
            paragraph(&mut out, &[plain(ways)], "", "", look);
        }
    }
    let mut cited = Vec::new();
    all.iter().for_each(|e| cite(&e.root, full, &mut cited));
    let works = works(cited.into_iter());
    if !works.is_empty() {
        out.push_str("\nSources\n");
        for work in works {
            paragraph(&mut out, &[plain(work)], "  ", "    ", look);
        }
    }
    out
}

/// What the steps that are written cite.
fn cite<'a>(root: &'a Step, full: bool, cited: &mut Vec<&'a CitationShown>) {
    let mut left = vec![root];
    while let Some(step) = left.pop() {
        cited.extend(step.reasons.iter().flat_map(|r| &r.citations).chain(&step.citations));
        if full || step.kind != StepKind::Count {
            left.extend(&step.because);
        }
    }
}

/// In how many ways it holds, and which of them was shown.
fn ways(explanation: &Explanation) -> String {
    let kind =
        if explanation.shortest { "the shortest explanation" } else { "one explanation; there may be a shorter one" };
    match (explanation.ways, explanation.more_ways) {
        (0 | 1, false) if explanation.shortest => String::new(),
        (0 | 1, false) => format!("This is {kind}."),
        (ways, false) => format!("It holds in {ways} ways; this is {kind}."),
        (ways, true) => format!("It holds in more than {ways} ways; this is {kind}."),
    }
}

/// A step to write, and how it hangs in the tree.
struct Open<'a> {
    step: &'a Step,
    /// How many steps are above it.
    depth: usize,
    /// For each of the nearest levels, its own last, whether something still follows there.
    levels: Vec<bool>,
}

/// Writes a step with everything under it, behind an indent.
pub(super) fn steps(out: &mut String, root: &Step, indent: &str, full: bool, look: Look) {
    let deepest = (look.width / 2 / LEVEL).max(3);
    let mut stack = vec![Open { step: root, depth: 0, levels: Vec::new() }];
    while let Some(Open { step, depth, levels }) = stack.pop() {
        let (first, rest) = indents(&levels, indent, look);
        let named = !full && step.kind == StepKind::Count;
        let bar = if step.because.is_empty() || named { "   " } else { guide(look).0 };
        let mut pieces = statement(step, depth == 0);
        if depth > deepest {
            pieces.insert(0, soft(format!("({depth} steps down) ")));
        }
        let inner = format!("{rest}{bar}");
        let hanging = format!("{inner}  ");
        paragraph(out, &pieces, &first, &hanging, look);
        for detail in details(step, look) {
            paragraph(out, &detail, &inner, &hanging, look);
        }
        if named {
            for counted in &step.because {
                paragraph(out, &[plain("- "), plain(in_short(counted))], &inner, &hanging, look);
            }
            continue;
        }
        let last = step.because.len().saturating_sub(1);
        for (i, child) in step.because.iter().enumerate().rev() {
            let kept = &levels[(levels.len() + 1).saturating_sub(deepest).min(levels.len())..];
            let levels = kept.iter().copied().chain([i < last]).collect();
            stack.push(Open { step: child, depth: depth + 1, levels });
        }
    }
}

/// Something that was counted, and the first thing it rests on.
fn in_short(counted: &Step) -> String {
    match counted.because.first() {
        Some(first) => format!("{}: {}", counted.statement, first.statement),
        None => counted.statement.clone(),
    }
}

/// What is drawn beside a step that others follow, before such a step, and before the last.
fn guide(look: Look) -> (&'static str, &'static str, &'static str) {
    if look.unicode { ("│  ", "├─ ", "└─ ") } else { ("|  ", "|- ", "`- ") }
}

/// What stands before the first line of a step and before its other lines.
fn indents(levels: &[bool], indent: &str, look: Look) -> (String, String) {
    let (bar, branch, end) = guide(look);
    let mut rest = indent.to_owned();
    let Some((own, above)) = levels.split_last() else { return (rest.clone(), rest) };
    for follows in above {
        rest.push_str(if *follows { bar } else { "   " });
    }
    let first = format!("{rest}{}", if *own { branch } else { end });
    rest.push_str(if *own { bar } else { "   " });
    (first, rest)
}

fn statement(step: &Step, root: bool) -> Vec<Piece> {
    let text = step.statement.clone();
    let mut pieces = vec![if root { strong(text) } else { plain(text) }];
    match step.kind {
        StepKind::Absence if step.rule.is_none() => pieces.push(soft(" (looked for, and not there)")),
        StepKind::Again => pieces.push(soft(" (explained above)")),
        StepKind::Deeper => {
            let fact = step.fact.as_deref().unwrap_or(&step.statement);
            pieces.push(soft(format!(" (far down: `hence why '{fact}'` goes on from here)")));
        }
        StepKind::Count if !step.because.is_empty() => pieces.push(soft(" (what was counted follows)")),
        _ => {}
    }
    pieces
}

/// The lines under a statement: how it follows, why, who says so, and the passage.
fn details(step: &Step, look: Look) -> Vec<Vec<Piece>> {
    let mut lines = Vec::new();
    let at = step.place.as_ref().map(place);
    match (&step.rule, at) {
        (Some(rule), at) => {
            let word = match step.kind {
                StepKind::Quote => "by the pattern: ",
                StepKind::Absence => "looked for: ",
                _ => "by the rule: ",
            };
            let mut line = vec![plain(word), plain(rule.clone())];
            line.extend(at.map(|at| soft(format!(" ({at})"))));
            lines.push(line);
        }
        (None, Some(at)) => {
            let words = match step.kind {
                StepKind::Row => "in the data: ",
                StepKind::Written => "written in the study: ",
                _ => "at ",
            };
            // A quote names its own row.
            if step.quote.as_ref().and_then(|q| q.place.as_ref()) != step.place.as_ref() {
                lines.push(vec![soft(format!("{words}{at}"))]);
            }
        }
        (None, None) => {}
    }
    for reason in &step.reasons {
        lines.push(vec![plain("as the study says: "), plain(said(reason))]);
    }
    for work in &step.citations {
        lines.push(vec![plain("see "), plain(citation(work))]);
    }
    if let Some(quote) = &step.quote {
        lines.push(sentence(quote, look));
        lines.push(source_of(quote));
    }
    match (step.more, step.because.len()) {
        (0, _) => {}
        (more, 0) => lines.push(vec![plain(format!("and {more} more of the same sort"))]),
        (more, shown) => lines.push(vec![plain(format!("the first {shown} of {} are shown", shown + more))]),
    }
    lines
}
