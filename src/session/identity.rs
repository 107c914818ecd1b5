//! Names for the steps of an explanation. A step that is a fact has the identity of its node in the proof; what stands
//! between facts, comparisons and absences, has the digest of what it says and rests on. Both are the same on every run and
//! machine.

use super::explanation::Step;
use crate::base::hash::digest;

/// Names the steps that have no name yet.
pub(super) fn name(step: &mut Step) {
    // Explanations go down a hundred steps at most, see `explain`.
    step.because.iter_mut().for_each(name);
    if !step.id.is_empty() {
        return;
    }
    let mut content = format!("hence step 1\n{}\n{}\n", step.kind.name(), one_line(&step.statement));
    content += &step.rule.iter().map(|rule| format!("by {}\n", one_line(rule))).collect::<String>();
    content += &step.because.iter().map(|under| format!("on {}\n", under.id)).collect::<String>();
    step.id = digest(&content);
}

/// No text ends a line of its own.
fn one_line(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}
