//! What became of a study from which one condition after the other was taken away, for people.

use super::Look;
use super::layout::{heading, paragraph, plain, soft, strong};
use super::words::{number_of, place};
use crate::session::answers::{Mutant, Mutants, Noticed};

/// What nothing noticed first, then what only the findings noticed, then the sum.
pub fn mutants(all: &Mutants, look: Look) -> String {
    let mut out = String::new();
    let of = |wanted: fn(&Noticed) -> bool| all.mutants.iter().filter(|m| wanted(&m.noticed)).collect::<Vec<_>>();
    let nothing = of(|n| *n == Noticed::Nothing);
    let findings = of(|n| matches!(n, Noticed::Findings { .. } | Noticed::Flood { .. }));
    let tests = all.mutants.len() - nothing.len() - findings.len();
    if !nothing.is_empty() {
        heading(&mut out, "Could be taken away without anything noticing", look);
        nothing.iter().for_each(|m| mutant(&mut out, m, look));
    }
    if !findings.is_empty() {
        heading(&mut out, "Changes the findings, and no test notices", look);
        findings.iter().for_each(|m| mutant(&mut out, m, look));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    if all.mutants.is_empty() {
        paragraph(&mut out, &[plain("there is no condition that could be taken away")], "", "", look);
        return out;
    }
    let line = format!(
        "of {} taken away one by one, {} noticed {tests}, the findings alone {}, nothing {}",
        number_of(all.mutants.len(), "condition"),
        if all.tests == 1 { "1 test".to_owned() } else { format!("{} tests", all.tests) },
        findings.len(),
        nothing.len()
    );
    paragraph(&mut out, &[plain(line)], "", "", look);
    out
}

fn mutant(out: &mut String, mutant: &Mutant, look: Look) {
    let what = match (mutant.whole, mutant.clause) {
        (true, "map") => format!("the condition of a map of `{}`: ", mutant.of),
        (true, clause) => format!("this `{clause}` of `{}`: ", mutant.of),
        (false, "map") => format!("in a map of `{}`: ", mutant.of),
        (false, clause) => format!("in a `{clause}` of `{}`: ", mutant.of),
    };
    let line = [plain(what), strong(mutant.text.clone()), soft(format!(" ({})", place(&mutant.place)))];
    paragraph(out, &line, "- ", "  ", look);
    if let Noticed::Flood { of } = &mutant.noticed {
        let line = format!("far more conclusions, of `{of}`; they were not worked out to the end");
        paragraph(out, &[plain(line)], "    ", "    ", look);
    }
    if let Noticed::Findings { first, gained, lost } = &mutant.noticed {
        let change = match (gained, lost) {
            (gained, 0) => format!("{} more", number_of(*gained, "conclusion")),
            (0, lost) => format!("{} fewer", number_of(*lost, "conclusion")),
            (gained, lost) => format!("{} more, {lost} fewer", number_of(*gained, "conclusion")),
        };
        paragraph(out, &[plain(format!("{change}, first of {first}"))], "    ", "    ", look);
    }
}
