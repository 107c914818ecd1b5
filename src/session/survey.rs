//! What only a run can tell of a study: rules that fire on nothing or on everything, and what else a look at the data
//! shows; with it what is worth a look in the rules themselves. One call for each kind of finding.

use super::{Progress, Study};

impl Study {
    /// Evaluates the study where nobody has, and adds what the data tell of its rules to the diagnostics. A second call
    /// adds nothing.
    ///
    /// Nothing is said of a study with errors, since what is left out of it changes what fires; nor of one that was
    /// opened with `--only` or `--set`, since a part of the messages or another value is a question asked of the study,
    /// and what its rules find then says nothing of the rules.
    pub fn survey(&mut self) {
        if self.has_errors() || std::mem::replace(&mut self.surveyed, true) {
            return;
        }
        self.evaluate(&mut |_: Progress| {});
        if self.varied || self.has_errors() {
            return;
        }
        let lints = std::mem::take(&mut self.lints);
        self.diagnostics.extend(lints);
        self.survey_patterns();
        self.survey_values();
        self.survey_products();
        // Last, since what has been said before may be why a rule never fires.
        self.survey_fired();
        self.sort_diagnostics();
    }
}
