//! What only a run can tell of a study. One call for each kind of finding.

use super::{Progress, Study};

impl Study {
    /// Evaluates the study where nobody has, and adds what the data tell of its rules to the diagnostics. Nothing is said
    /// of a study with errors.
    pub fn survey(&mut self) {
        if self.has_errors() {
            return;
        }
        self.evaluate(&mut |_: Progress| {});
        if self.has_errors() {
            return;
        }
        self.survey_products();
        self.sort_diagnostics();
    }
}
