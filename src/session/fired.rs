//! Rules that fire on nothing or on everything.

use super::Study;

impl Study {
    /// Reports what never fires, and what always does.
    pub(super) fn survey_fired(&mut self) {}
}
