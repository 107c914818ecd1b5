//! `why-not`: why something does not hold, what came nearest to it, and what would make it hold.
//!
//! The search is the core's ([`crate::proof::Nearest`]); here it is asked of what the author wrote (`ways`,
//! `conditions`), told in his words (`inquiry`, `blame`, `texts`, `negation`), and turned into repairs (`fix`, `fixes`, `filling`,
//! `wider`, `keywords`, `telling`, `thresholds`), each of which is tried (`verify`) before it is called one.

pub mod answer;
mod blame;
mod conditions;
mod filling;
mod fix;
mod fixes;
mod inquiry;
mod keywords;
mod negation;
mod nothing;
mod open;
mod passage;
mod reach;
mod shapes;
mod telling;
mod texts;
mod thresholds;
mod verify;
mod ways;
mod wider;
mod worth;

use super::ask::matching;
use super::{Progress, Study};
use crate::base::{Stop, Value};
use crate::diagnostic::Diagnostic;
use crate::ir::core::RelationId;
use crate::ir::origin::Role;
use crate::{check, syntax};
use answer::{Missing, WayMissed, WhyNot};
use fixes::Mender;
use inquiry::{Inquiry, OpenRow};
use std::time::{Duration, Instant};

/// How long an answer may take where nobody says otherwise.
pub const TIME: Duration = Duration::from_secs(2);
/// So much of the time the search may take, in hundredths; the rest is for trying repairs.
const SEARCH: u32 = 45;
/// What a short answer may take.
const SHORT: Duration = Duration::from_millis(500);

impl Study {
    /// Why a fact does not hold; with `_` or names in capitals, what comes nearest to a fact of that form. Takes about
    /// so long at most, once the study has been evaluated.
    pub fn why_not(&mut self, atom: &str, time: Duration) -> WhyNot {
        let file = self.add_question("the question", atom);
        let (parsed, wrong) = syntax::parse_atom(file, atom);
        let broken = wrong.iter().any(Diagnostic::is_error);
        self.diagnostics.extend(wrong);
        let Some(parsed) = parsed.filter(|_| !broken) else { return WhyNot::Wrong };
        let (row, wrong) = check::check_atom(&self.program, &mut self.pool, &parsed, file);
        self.diagnostics.extend(wrong);
        let Some((declared, row)) = row else { return WhyNot::Wrong };
        self.evaluate_all(&mut |_: Progress| {});
        let time = time.min(Duration::from_secs(86_400));
        let until = Instant::now() + time;
        let search = Stop::new(self.options.interrupted.clone(), Some(time * SEARCH / 100));
        let Some(view) = self.view() else { return WhyNot::Wrong };
        let columns = &self.program.relation(declared).columns;
        let is_open = columns.iter().zip(&row).any(|(column, value)| value.is_none() && !column.optional);
        let found = matching(&self.db, self.lowered.declared(declared), &row, &self.pool);
        if is_open {
            let note = open::capitals(&parsed, &self.pool);
            return open::nearest(view, &search, &self.shipped, declared, &row, found.len(), note);
        }
        if let Some(&at) = found.first() {
            let values: OpenRow = self.db.row(self.lowered.declared(declared), at).iter().map(|&v| Some(v)).collect();
            let (statement, fact) = (view.sentence(declared, &values), view.fact(declared, &values));
            return WhyNot::Holds { statement, fact };
        }
        let (core, core_row) = self.core_row(declared, &row);
        let statement = view.denial(declared, &row);
        let fact = view.fact(declared, &row);
        let mut inquiry = Inquiry::new(view, &search, &self.shipped);
        let nothing = inquiry.nothing(declared, &row, core, &core_row);
        if let Some(nothing) = nothing {
            let fixes = if nothing.for_good { Vec::new() } else { Mender::new(&mut inquiry).fixes(core, &core_row) };
            drop(inquiry);
            let (repairs, _) = self.verified(fixes, atom, &fact, until);
            return WhyNot::Impossible { statement, reason: nothing.reason, help: nothing.help, repairs };
        }
        let decisive = inquiry.exception(core, &core_row);
        let (ways, more) = inquiry.explained(core, &core_row, 0);
        let own = matches!(inquiry.role(core), Role::Declared(_));
        let beside = if own { inquiry.nearest_row(core, declared, &core_row) } else { None };
        let stopped = inquiry.search.cut || search.stopped().is_some();
        let fixes = Mender::new(&mut inquiry).fixes(core, &core_row);
        drop(inquiry);
        let (repairs, not_tried) = self.verified(fixes, atom, &fact, until);
        WhyNot::Missing(Box::new(Missing {
            statement,
            fact,
            beside,
            decisive,
            ways,
            more,
            repairs,
            not_tried,
            stopped,
        }))
    }

    /// The way that comes nearest to a fact that does not hold; none where nothing can conclude it.
    pub(super) fn nearest_way(
        &self,
        declared: crate::check::program::RelationId,
        row: &[Option<Value>],
    ) -> Option<WayMissed> {
        let columns = &self.program.relation(declared).columns;
        if columns.iter().zip(row).any(|(column, value)| value.is_none() && !column.optional) {
            return None;
        }
        let stop = Stop::new(self.options.interrupted.clone(), Some(SHORT));
        let (core, core_row) = self.core_row(declared, row);
        let mut inquiry = Inquiry::new(self.view()?, &stop, &self.shipped);
        if inquiry.nothing(declared, &row.to_vec(), core, &core_row).is_some() {
            return None;
        }
        inquiry.explained(core, &core_row, 0).0.into_iter().next()
    }

    /// Where a row stands in the core: with the concept that it names, or in the relation as it is declared.
    fn core_row(&self, declared: crate::check::program::RelationId, row: &[Option<Value>]) -> (RelationId, OpenRow) {
        // An open column stands for itself; what it is routed by is never open here.
        let whole: Vec<Value> = row.iter().map(|value| value.unwrap_or(Value::NONE)).collect();
        let (core, values) = self.lowered.route(&self.program, declared, &whole);
        let open = |value: &Value| if value.is_none() { None } else { Some(*value) };
        (core, values.iter().map(open).collect())
    }
}
