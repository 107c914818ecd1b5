//! `why-not`: why something does not hold, what came nearest to it, and what would make it hold.
//!
//! The search is the core's ([`crate::proof::Nearest`]); here it is asked of what the author wrote (`ways`,
//! `conditions`), told in his words (`inquiry`, `labelled`, `rarity`, `follow`, `blame`, `counted`, `texts`, `measure`, `told`, `spoken`, `none`, `coded`, `further`, `candidates`), and turned into repairs
//! (`fix`, `fixes`, `filling`, `given`, `likely`, `wider`, `keywords`, `telling`, `thresholds`, `lines`), each of which is tried (`verify`) before it
//! is called one.

pub mod answer;
mod beside;
mod blame;
mod candidates;
mod coded;
mod conditions;
mod counted;
mod filling;
mod fix;
mod fixes;
mod follow;
mod further;
mod given;
mod half;
mod inquiry;
mod keywords;
mod labelled;
mod lexicon;
mod likely;
mod lines;
mod measure;
mod negation;
mod none;
mod nothing;
mod open;
mod passage;
mod rarity;
mod reach;
mod shapes;
mod spoken;
mod telling;
mod textless;
mod texts;
mod thresholds;
mod told;
mod unknown;
mod verify;
mod ways;
mod wider;
mod worth;

use super::{Progress, Study, capitals};
use crate::base::{Stop, Value};
use crate::diagnostic::Diagnostic;
use crate::ir::core::RelationId;
use crate::ir::origin::Role;
use crate::{check, syntax};
use answer::{Missing, WayMissed, WhyNot};
use fixes::Mender;
use inquiry::{Inquiry, OpenRow};
use std::time::{Duration, Instant};
use verify::{Allowed, OVER, Verified};

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
        let allowed = Allowed { time, from: Instant::now() };
        let search = Stop::new(self.options.interrupted.clone(), Some(time * SEARCH / 100));
        let Some(view) = self.view() else { return WhyNot::Wrong };
        let columns = &self.program.relation(declared).columns;
        let is_open = columns.iter().zip(&row).any(|(column, value)| value.is_none() && !column.optional);
        let found = view.answering(declared, &row);
        if is_open {
            let inquiry = Inquiry::new(view, &search, &self.shipped);
            if let Some(nothing) = inquiry.unknown_value(declared, &row) {
                let (statement, reason, help) = (view.denial_of_any(declared, &row), nothing.reason, nothing.help);
                return WhyNot::Impossible { statement, reason, help, repairs: Vec::new() };
            }
            drop(inquiry);
            let note = capitals::capitals(view, self.argument(), declared, &parsed, true);
            let first = found.first().map(|&at| self.db.row(self.lowered.declared(declared), at).to_vec());
            return open::nearest(view, &search, &self.shipped, declared, &row, (found.len(), first), note);
        }
        if let Some(&at) = found.first() {
            let values: OpenRow = self.db.row(self.lowered.declared(declared), at).iter().map(|&v| Some(v)).collect();
            // A message stands for its passages, and is asked about again.
            let passage = view.asked_of_coder(declared, &values).and_then(|_| {
                let values: Vec<Value> = values.iter().copied().flatten().collect();
                view.coding_told(&values)
            });
            return match passage {
                Some(statement) => WhyNot::Holds { statement, fact: view.fact(declared, &row) },
                None => {
                    WhyNot::Holds { statement: view.sentence(declared, &values), fact: view.fact(declared, &values) }
                }
            };
        }
        if let Some(asked) = view.asked_of_coder(declared, &row) {
            return self.not_coded(&asked, &search, (atom, declared, &row), allowed);
        }
        let (core, core_row) = self.core_row(declared, &row);
        let statement = view.denial(declared, &row);
        let fact = view.fact(declared, &row);
        let mut inquiry = Inquiry::new(view, &search, &self.shipped);
        let nothing = inquiry.nothing(declared, &row, core, &core_row);
        if let Some(nothing) = nothing {
            let fixes = if nothing.for_good { Vec::new() } else { Mender::new(&mut inquiry).fixes(core, &core_row) };
            drop(inquiry);
            let repairs = self.verified(fixes, atom, &fact, allowed).repairs;
            return WhyNot::Impossible { statement, reason: nothing.reason, help: nothing.help, repairs };
        }
        let decisive = inquiry.exception(core, &core_row);
        let (ways, more) = inquiry.explained(core, &core_row, 0);
        let far =
            !inquiry.search.cut && search.stopped().is_none() && ways.first().is_some_and(|way| !way.has_something());
        let textless = inquiry.textless(core, &core_row);
        let none = if !textless.is_empty() {
            textless
        } else if far {
            inquiry.carries_none(core, &core_row).unwrap_or_default()
        } else {
            Vec::new()
        };
        let own = matches!(inquiry.role(core), Role::Declared(_));
        let beside = if own { inquiry.nearest_row(core, declared, &core_row) } else { None };
        let in_time = search.stopped().is_none();
        let stopped = inquiry.search.cut || !in_time;
        let further = if in_time { inquiry.further() } else { Vec::new() };
        let mut fixes = Mender::new(&mut inquiry).fixes(core, &core_row);
        drop(inquiry);
        let late = search.stopped().is_some();
        if late && fixes.is_empty() && !time.is_zero() {
            // The time was over before any repair was looked for.
            let again = Stop::new(self.options.interrupted.clone(), Some(allowed.left_at_most() / OVER));
            let Some(view) = self.view() else { return WhyNot::Wrong };
            fixes = Mender::new(&mut Inquiry::new(view, &again, &self.shipped)).fixes(core, &core_row);
        }
        let Verified { repairs, not_tried, cut, left_out } = self.verified(fixes, atom, &fact, allowed);
        let of_texts = self.view().is_some_and(|view| !view.texts.corpus.is_empty());
        WhyNot::Missing(Box::new(Missing {
            statement,
            fact,
            beside,
            decisive,
            none,
            ways,
            more,
            repairs,
            not_tried,
            left_out,
            further,
            of_texts,
            cut: (cut || late).then_some(time),
            advice: None,
            stopped,
            late: !in_time,
        }))
    }

    /// Why somebody did not code a message so.
    fn not_coded(
        &mut self,
        asked: &coded::Asked,
        search: &Stop,
        (atom, declared, row): (&str, crate::check::program::RelationId, &OpenRow),
        allowed: Allowed,
    ) -> WhyNot {
        let Some(view) = self.view() else { return WhyNot::Wrong };
        let (statement, fact) = (asked.denial(view), view.fact(declared, row));
        let (code, code_row) = asked.as_code(view);
        let (core, core_row) = self.core_row(code, &code_row);
        let mut inquiry = Inquiry::new(view, search, &self.shipped);
        if let Some(nothing) = inquiry.nothing(code, &code_row, core, &core_row).filter(|nothing| nothing.for_good) {
            let (reason, help) = (nothing.reason, nothing.help);
            return WhyNot::Impossible { statement, reason, help, repairs: Vec::new() };
        }
        let mut missing = Missing { statement, fact: fact.clone(), ..Missing::default() };
        let fixes = match inquiry.not_coded(asked) {
            Some(blame) => {
                (missing.decisive, missing.advice) = (blame, Some(inquiry.to_discuss(asked)));
                Vec::new()
            }
            None => {
                (missing.ways, missing.more) = inquiry.explained(core, &core_row, 0);
                Mender::new(&mut inquiry).fixes(core, &core_row)
            }
        };
        missing.late = search.stopped().is_some();
        missing.stopped = inquiry.search.cut || missing.late;
        drop(inquiry);
        let Verified { repairs, not_tried, cut, left_out } = self.verified(fixes, atom, &fact, allowed);
        (missing.repairs, missing.not_tried) = (repairs, not_tried);
        (missing.left_out, missing.of_texts) = (left_out, true);
        missing.cut = (cut || search.stopped().is_some()).then_some(allowed.time);
        WhyNot::Missing(Box::new(missing))
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
    /// Why nothing can conclude what does not hold, and what to do: it names something that there is not, or no rule leads
    /// there. None where something can.
    pub(super) fn impossible(
        &self,
        declared: crate::check::program::RelationId,
        row: &[Option<Value>],
    ) -> Option<(String, Option<String>)> {
        let stop = Stop::new(self.options.interrupted.clone(), None);
        let inquiry = Inquiry::new(self.view()?, &stop, &self.shipped);
        let (core, core_row) = self.core_row(declared, row);
        let nothing = inquiry.nothing(declared, &row.to_vec(), core, &core_row)?;
        Some((nothing.reason, nothing.help))
    }

    fn core_row(&self, declared: crate::check::program::RelationId, row: &[Option<Value>]) -> (RelationId, OpenRow) {
        // An open column stands for itself; what it is routed by is never open here.
        let whole: Vec<Value> = row.iter().map(|value| value.unwrap_or(Value::NONE)).collect();
        let (core, values) = self.lowered.route(&self.program, declared, &whole);
        let open = |value: &Value| if value.is_none() { None } else { Some(*value) };
        (core, values.iter().map(open).collect())
    }
}
