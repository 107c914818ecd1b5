//! Explanations as facts of the language itself: a rule file with the steps of a proof, what each rests on, its passages,
//! sources and values, so that proofs can be asked questions like any study.

use super::proof_graph::{edges, node, roots, steps_once};
use crate::session::explanation::Explanation;

/// What the facts are about.
const RELATIONS: &str = r#"
kind proof_step "A step of a proof" from data
relation concluded(step: proof_step)
  means "What was asked for."
relation step(step: proof_step, kind: text, says: text, fact?: text, by?: text, file?: text, line?: number)
  means "A step: derived, row, written, quote, comparison, count, absence or deeper; what it says, and by what rule, row or line."
  reads "{says}"
relation rests_on(step: proof_step, on: proof_step)
  means "What a step needs directly."
  reads "{step} rests on {on}"
relation passage(step: proof_step, in: text, says: text, from?: number, to?: number)
  means "The passage of a message on which a step rests."
  reads "{step} rests on a passage of {in}: {says}"
relation cited(step: proof_step, work: text, place?: text)
  means "A work that a step cites."
relation value(step: proof_step, name: text, is: text)
  means "The value of a name in the rule by which a step follows."
"#;

/// A rule file that `hence query` and `hence run` read.
pub fn facts(all: &[Explanation]) -> String {
    let mut out = String::from("# The steps of a proof as facts, written by `hence why --facts`.\n");
    out += RELATIONS;
    let mut concluded: Vec<String> = roots(all).map(|step| node(&step.id)).collect();
    concluded.dedup();
    out.push('\n');
    concluded.iter().for_each(|id| out += &format!("fact concluded({id})\n"));
    for step in steps_once(all) {
        let id = node(&step.id);
        let mut cells = vec![
            format!("step: {id}"),
            format!("kind: {}", text(step.kind.name())),
            format!("says: {}", text(&step.statement)),
        ];
        cells.extend(step.fact.iter().map(|fact| format!("fact: {}", text(fact))));
        cells.extend(step.rule.iter().map(|rule| format!("by: {}", text(rule))));
        if let Some(place) = &step.place {
            cells.push(format!("file: {}", text(&place.file)));
            cells.extend((place.line > 0).then(|| format!("line: {}", place.line)));
        }
        out += &format!("fact step({})\n", cells.join(", "));
        if let Some(quote) = &step.quote {
            let says = if quote.quote.is_empty() { &quote.before } else { &quote.quote };
            let range = quote.range.map(|(from, to)| format!(", from: {from}, to: {to}")).unwrap_or_default();
            out += &format!("fact passage(step: {id}, in: {}, says: {}{range})\n", text(&quote.message), text(says));
        }
        for work in step.reasons.iter().flat_map(|reason| &reason.citations).chain(&step.citations) {
            let place = work.at.as_ref().map(|at| format!(", place: {}", text(at))).unwrap_or_default();
            out += &format!("fact cited(step: {id}, work: {}{place})\n", text(&work.key));
        }
        for (name, value) in &step.values {
            out += &format!("fact value({id}, {}, {})\n", text(name), text(value));
        }
    }
    for (from, to) in edges(all) {
        out += &format!("fact rests_on({}, {})\n", node(from), node(to));
    }
    out
}

/// A text as it is written in a rule file, on one line.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if c.is_control() || crate::diagnostic::visible::visible(&c.to_string()) != c.to_string() => {
                out += &format!("\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
