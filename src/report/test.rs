//! What became of the tests of a study, as text.

use super::Look;
use super::explain::{Level, steps};
use super::layout::{paragraph, plain, soft, strong};
use super::words::{number_of, place};
use crate::session::answers::{Attempt, TestResult};
use crate::session::coverage::{Coverage, Covered};

/// So many clauses that no test reaches are named where not all is asked for.
const NAMED: usize = 10;

/// Each failure with what was expected and what happened, then how many tests passed.
pub fn results(results: &[TestResult], look: Look) -> String {
    let mut out = String::new();
    let failed = results.iter().filter(|r| !r.failures.is_empty());
    let mut failures = 0;
    for result in failed {
        failures += 1;
        let line = [strong("failed: "), plain(result.name.clone()), soft(format!(" ({})", place(&result.place)))];
        paragraph(&mut out, &line, "", "  ", look);
        for failure in &result.failures {
            let line = [plain(failure.expectation.clone()), soft(format!(" ({})", place(&failure.place)))];
            paragraph(&mut out, &line, "  ", "    ", look);
            let line = [plain(failure.message.clone()), soft(format!(" [{}]", failure.code.id))];
            paragraph(&mut out, &line, "    ", "    ", look);
            for attempt in &failure.attempts {
                attempted(&mut out, attempt, look);
            }
            if failure.more > 0 {
                let more = format!("and {} that could conclude it", number_of(failure.more, "other"));
                paragraph(&mut out, &[soft(more)], "    ", "    ", look);
            }
            for step in &failure.details {
                steps(&mut out, step, "    ", Level::Normal, look);
            }
        }
        out.push('\n');
    }
    let summary = match (results.len(), failures) {
        (0, _) => "there are no tests to run".to_owned(),
        (1, 0) => "1 test passed".to_owned(),
        (all, 0) => format!("all {all} tests passed"),
        (all, failures) => format!("{failures} of {} failed", number_of(all, "test")),
    };
    out.push_str(&summary);
    out.push('\n');
    out
}

/// A clause that could have concluded what is missing: each condition with a tick or a cross.
fn attempted(out: &mut String, attempt: &Attempt, look: Look) {
    let (met, not_met) = if look.unicode { ("✓", "✗") } else { ("yes", "no ") };
    let line = [plain(attempt.rule.clone()), soft(format!(" ({})", place(&attempt.place)))];
    paragraph(out, &line, "    ", "      ", look);
    let unknown = if look.unicode { "?" } else { "?  " };
    for check in &attempt.checks {
        let mark = match check.met {
            Some(true) => met,
            Some(false) => not_met,
            None => unknown,
        };
        paragraph(out, &[plain(check.condition.clone())], &format!("      {mark} "), "          ", look);
    }
    if let Some(against) = &attempt.against {
        let line = [plain(against.condition.clone()), soft(format!(" ({}) takes it away", place(&against.place)))];
        paragraph(out, &line, &format!("      {not_met} "), "          ", look);
    }
}

/// What the tests reach: one line and what they do not reach; in full, each clause with what is left after each of its
/// conditions.
pub fn coverage(coverage: &Coverage, full: bool, look: Look) -> String {
    let mut out = String::new();
    let all = coverage.clauses.len();
    if all == 0 {
        return out;
    }
    let reached = coverage.reached();
    let summary = if reached == all {
        "the tests reach every clause and rule".to_owned()
    } else {
        format!("the tests reach {reached} of {} and rules", number_of(all, "clause"))
    };
    if full {
        out.push('\n');
        for covered in &coverage.clauses {
            in_full(&mut out, covered, coverage.on_data, look);
        }
        out.push('\n');
    }
    paragraph(&mut out, &[plain(summary)], "", "  ", look);
    if full {
        return out;
    }
    let missed: Vec<&Covered> = coverage.clauses.iter().filter(|c| !c.reached).collect();
    for covered in missed.iter().take(NAMED) {
        let line = [named(covered), soft(format!(" ({})", place(&covered.funnel.place))), plain(missing(covered))];
        paragraph(&mut out, &line, "  ", "    ", look);
    }
    if missed.len() > NAMED {
        let more = format!("and {} more; --coverage shows all", missed.len() - NAMED);
        paragraph(&mut out, &[soft(more)], "  ", "    ", look);
    }
    out
}

fn named(covered: &Covered) -> super::layout::Piece {
    let of = if matches!(covered.funnel.word.as_str(), "rule" | "map") { "for" } else { "of" };
    let of = if covered.funnel.word == "map" { "from" } else { of };
    plain(format!("{} {of} {}", covered.funnel.word, covered.funnel.owner))
}

fn missing(covered: &Covered) -> String {
    covered.missed.as_ref().map(|missed| format!(": {missed}")).unwrap_or_default()
}

fn in_full(out: &mut String, covered: &Covered, on_data: bool, look: Look) {
    let place = soft(format!(" ({})", place(&covered.funnel.place)));
    paragraph(out, &[named(covered), place], "", "    ", look);
    paragraph(out, &[soft(covered.text.clone())], "  ", "    ", look);
    if on_data {
        paragraph(out, &[plain(format!("data:  {}", covered.funnel.chain()))], "  ", "    ", look);
    }
    let tests = if covered.reached { "reached".to_owned() } else { format!("not reached{}", missing(covered)) };
    paragraph(out, &[plain(format!("tests: {tests}"))], "  ", "    ", look);
}
