//! The examples of a codebook, run: a text that a concept is said to fit must make it hold, and a counter-example
//! must not. A message that an example names must exist.

use super::Study;
use super::rows::ValueSet;
use super::test::trial;
use crate::base::Value;
use crate::check::program::{ConceptId, Fact, Status};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::lower;

/// So many examples that are not found are looked into; each asks the study again.
const EXPLAINED: usize = 20;

impl Study {
    /// Reports examples that their own concept does not fit.
    pub(super) fn check_examples(&mut self) {
        let mut given: Vec<Fact> = Vec::new();
        let mut asked: Vec<(ConceptId, usize, Value)> = Vec::new();
        let mut missing = Vec::new();
        let message = self.program.known("message");
        let named = self.program.concepts.iter().flat_map(|c| &c.examples).any(|example| example.text.is_err());
        let known = if named { self.message_ids() } else { ValueSet::default() };
        for (i, concept) in self.program.concepts.iter().enumerate() {
            let fires = concept.status != Status::Retired && !concept.withheld;
            let runs = fires && !(concept.matches.is_empty() && concept.when.is_empty());
            for (number, example) in concept.examples.iter().enumerate() {
                match &example.text {
                    Ok(text) if runs => {
                        let id = self.pool.text(&format!("example {} of {}", number + 1, concept.name));
                        let text = self.pool.text(text);
                        let none = Value::NONE;
                        given.push(Fact { relation: message, row: vec![id, none, none, none, text], at: example.at });
                        asked.push((ConceptId(i as u32), number, id));
                    }
                    Ok(_) => {}
                    Err(id) if !known.contains(*id) && !known.is_empty() => {
                        missing.push((example.at, self.pool.show(*id)));
                    }
                    Err(_) => {}
                }
            }
        }
        for (at, id) in missing {
            let text = format!("no message is called `{id}`");
            let help = "is the id spelled as in the data, and was the message left out?";
            self.report(Diagnostic::at(codes::EXAMPLE_MESSAGE, at, text).help(help));
        }
        if asked.is_empty() {
            return;
        }
        let lowered = lower(&self.program, &mut self.pool);
        let Ok(trial) = trial(&self.program, lowered, &given, &mut self.pool, self.matcher.clone()) else { return };
        let mut explained = 0;
        for (id, number, message) in asked {
            let Some(has) = trial.lowered.has(&self.program, id) else { continue };
            let holds = trial.db.find(has, &[message]).is_some();
            let concept = self.program.concept(id);
            let example = &concept.examples[number];
            if holds == example.positive {
                continue;
            }
            let name = concept.name.clone();
            let Ok(written) = example.text.clone() else { continue };
            let diagnostic = if example.positive {
                let text = format!("`{name}` does not find this example of its own");
                let told = Diagnostic::at(codes::EXAMPLE_UNMATCHED, example.at, text)
                    .help("none of its patterns is in it: widen its `matches` or `when`, or mend the example");
                explained += 1;
                if explained > EXPLAINED {
                    told
                } else {
                    let mut pool = std::mem::take(&mut self.pool);
                    let told = self.missed_by(id, &written, message, &trial, &mut pool, told);
                    self.pool = pool;
                    told
                }
            } else {
                let text = format!("`{name}` finds this counter-example, and should not");
                let told = Diagnostic::at(codes::COUNTEREXAMPLE_MATCHED, example.at, text)
                    .help("narrow its `matches` or `when`, add an `unless`, or mend the counter-example");
                self.found_by(id, &written, message, &trial, told)
            };
            self.report(diagnostic);
        }
    }
}
