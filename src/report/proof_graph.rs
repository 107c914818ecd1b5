//! Explanations as drawings, in the languages of Graphviz (DOT) and of Mermaid: a node a step, and an edge from each step
//! to what it rests on. Steps that repeat are one node. A passage stands in its sentence, with who wrote it and where.
//!
//! Every text of the study is written so that neither language reads anything in it: no markup, link, directive or line
//! break of its own gets through.

use super::Look;
use super::explain::Level;
use super::words::{citation, place, sentence_in, source_in};
use crate::diagnostic::visible::visible;
use crate::session::explanation::{Explanation, Step, StepKind};
use crate::session::phrases::Phrase;
use rustc_hash::FxHashSet;

/// Lines of a label are about so long.
const WIDTH: usize = 44;

/// The steps of all explanations, each once, in the order in which a reader meets them.
pub(super) fn steps_once(all: &[Explanation]) -> Vec<&Step> {
    let mut open: Vec<&Step> = roots(all).collect();
    open.reverse();
    let (mut known, mut steps) = (FxHashSet::default(), Vec::new());
    while let Some(step) = open.pop() {
        open.extend(step.because.iter().rev());
        // A step that is explained elsewhere stands there.
        if step.kind != StepKind::Again && known.insert(step.id.as_str()) {
            steps.push(step);
        }
    }
    steps
}

/// The conclusions themselves, further reasons of them included.
pub(super) fn roots(all: &[Explanation]) -> impl Iterator<Item = &Step> {
    all.iter().flat_map(|explanation| std::iter::once(&explanation.root).chain(&explanation.others))
}

/// A drawing for Graphviz: `hence why … --format dot | dot -Tsvg`.
pub fn dot(all: &[Explanation], level: Level) -> String {
    let mut out =
        String::from("digraph why {\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [arrowhead=vee];\n");
    let concluded: FxHashSet<&str> = roots(all).map(|step| step.id.as_str()).collect();
    for step in steps_once(all) {
        let label: Vec<String> = label(step, level).iter().map(|line| for_dot(line)).collect();
        let style = match step.kind {
            _ if concluded.contains(step.id.as_str()) => ", style=bold",
            StepKind::Absence => ", style=dashed",
            StepKind::Row | StepKind::Written | StepKind::Quote => ", shape=note",
            StepKind::Comparison | StepKind::Count => ", shape=ellipse",
            _ => "",
        };
        out += &format!("  {} [label=\"{}\"{style}];\n", node(&step.id), label.join("\\n"));
    }
    for (from, to) in edges(all) {
        out += &format!("  {} -> {};\n", node(from), node(to));
    }
    out + "}\n"
}

/// A drawing for Mermaid, as Markdown pages show it.
pub fn mermaid(all: &[Explanation], level: Level) -> String {
    let mut out = String::from("flowchart TD\n");
    for step in steps_once(all) {
        let label: Vec<String> = label(step, level).iter().map(|line| for_mermaid(line)).collect();
        let (open, close) = match step.kind {
            StepKind::Row | StepKind::Written | StepKind::Quote => ("[/", "/]"),
            StepKind::Comparison | StepKind::Count => ("([", "])"),
            StepKind::Absence => ("{{", "}}"),
            _ => ("[", "]"),
        };
        out += &format!("  {}{open}\"{}\"{close}\n", node(&step.id), label.join("<br/>"));
    }
    for (from, to) in edges(all) {
        out += &format!("  {} --> {}\n", node(from), node(to));
    }
    out
}

/// From each step to what it rests on, each pair once.
pub(super) fn edges(all: &[Explanation]) -> Vec<(&str, &str)> {
    let mut known = FxHashSet::default();
    let mut edges = Vec::new();
    for step in steps_once(all) {
        for under in &step.because {
            if known.insert((step.id.as_str(), under.id.as_str())) {
                edges.push((step.id.as_str(), under.id.as_str()));
            }
        }
    }
    edges
}

/// The id of a step as a name, which begins with a letter.
pub(super) fn node(id: &str) -> String {
    format!("s{id}")
}

/// What stands in a node, line by line.
fn label(step: &Step, level: Level) -> Vec<String> {
    let mut lines = wrapped(&step.statement);
    if level > Level::Brief {
        lines.extend(step.by.iter().flat_map(|by| wrapped(by)));
        lines.extend(step.place.iter().map(place));
        let mut told = FxHashSet::default();
        for work in step.reasons.iter().flat_map(|said| &said.citations).chain(&step.citations) {
            let work = citation(work);
            if told.insert(work.clone()) {
                lines.extend(wrapped(&step.book.say(Phrase::See, &[("work", &work)])));
            }
        }
        if let Some(quote) = &step.quote {
            for pieces in [sentence_in(step.book, quote, Look::default()), source_in(step.book, quote)] {
                lines.extend(wrapped(&pieces.into_iter().map(|(text, _)| text).collect::<String>()));
            }
        }
    }
    if level == Level::Full && !step.values.is_empty() {
        let values: Vec<String> = step.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        lines.extend(wrapped(&values.join(", ")));
    }
    lines
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in visible(text).split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Within quotation marks, DOT reads only the mark itself and the backslash.
fn for_dot(text: &str) -> String {
    let text: String = visible(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Mermaid reads markup, formulas, directives and entities in labels, so every sign that could begin one is a number.
fn for_mermaid(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !" .,:'()-=/".contains(c) {
            out += &format!("#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let hostile = "\"];x->y;\\N <b>a</b> `code` %%{init: {}}%% $$x$$ &amp; #35; end\n---\u{1b}[2J";
        let dot = for_dot(hostile);
        assert!(!dot.replace("\\\\", "").replace("\\\"", "").contains(['"', '\\', '\n', '\u{1b}']), "{dot}");
        let mermaid = for_mermaid(hostile);
        let is_entity = |part: &&str| part.split_once(';').is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()));
        assert!(mermaid.split('#').skip(1).all(|part| is_entity(&part)), "{mermaid}");
        assert!(!mermaid.contains(['"', '<', '>', '`', '%', '$', '&', '{', '\n', '\\', '\u{1b}']), "{mermaid}");
    }
}
