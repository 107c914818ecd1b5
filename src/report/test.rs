//! What became of the tests of a study, as text.

use super::Look;
use super::explain::steps;
use super::layout::{paragraph, plain, soft, strong};
use super::words::{number_of, place};
use crate::session::answers::TestResult;

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
            paragraph(&mut out, &[plain(failure.message.clone())], "    ", "    ", look);
            for step in &failure.details {
                steps(&mut out, step, "    ", false, look);
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
