//! Why another value of a parameter changes nothing: what is compared with it comes out as before. The numbers that are
//! compared are told, so that a reader sees how far they are from the values that were tried.

use super::super::Study;
use super::super::change::how_many;
use super::super::phrases::{Book, Phrase};
use super::{Case, Sweep};
use crate::check::program::{ConditionKind, OperandKind};
use crate::syntax::tree::{CompareOp, CountedThing};

/// So many themes are told with their numbers.
const TOLD: usize = 8;

impl Study {
    /// For each parameter that was set, where no case changes anything: the numbers that the maps of the study compare with
    /// it, and how that comes out. Nothing of a parameter that is compared with something else.
    pub(super) fn steady(&self, sweeps: &[Sweep], cases: &[Case]) -> Vec<String> {
        let moved = |case: &Case| {
            let delta = &case.delta;
            let rows = delta.relations.len() + delta.gained.len() + delta.lost.len() + delta.theory.len();
            rows + delta.tables.len() + delta.said.len() + delta.settled.len() > 0 || !case.unmoved.is_empty()
        };
        if sweeps.is_empty() || cases.iter().any(moved) {
            return Vec::new();
        }
        sweeps.iter().filter_map(|sweep| self.compared_with(sweep)).collect()
    }

    fn compared_with(&self, sweep: &Sweep) -> Option<String> {
        let view = self.view()?;
        let values: Vec<i64> = sweep.values.iter().map(|value| value.parse().ok()).collect::<Option<_>>()?;
        let (least, most) = (*values.iter().min()?, *values.iter().max()?);
        // Theme, number, and what is asked.
        let mut all: Vec<(&str, i64, CompareOp, CountedThing)> = Vec::new();
        for map in &self.program.maps {
            let Some(guard) = &map.guard else { continue };
            let ConditionKind::Compare(op, left, right) = &guard.condition.kind else { continue };
            let OperandKind::Counted(what, of, _) = &left.kind else { continue };
            if !matches!(right.kind, OperandKind::Const(_)) || view.words(right.at) != sweep.parameter {
                continue;
            }
            let number = i64::try_from(how_many(view, *what, *of)?).ok()?;
            let one = (self.program.concept(*of).title(), number, *op, *what);
            if !all.contains(&one) {
                all.push(one);
            }
        }
        let &(_, _, op, what) = all.first().filter(|_| all.len() <= TOLD)?;
        if all.iter().any(|one| (one.2, one.3) != (op, what)) {
            return None;
        }
        let book: &Book = view.book();
        let how = match op {
            CompareOp::GreaterEqual if all.iter().all(|one| one.1 >= most) => Phrase::EachAtLeast,
            CompareOp::Greater if all.iter().all(|one| one.1 > most) => Phrase::EachMoreThan,
            CompareOp::GreaterEqual if all.iter().all(|one| one.1 < least) => Phrase::EachTooFew,
            _ => return None,
        };
        let thing = match what {
            CountedThing::Authors => Phrase::HasAuthors,
            CountedThing::Messages => Phrase::HasMessages,
            _ => return None,
        };
        let told =
            all.iter().map(|(label, number, ..)| book.say(thing, &[("label", label), ("number", &number.to_string())]));
        let told: Vec<String> = told.collect();
        let bound = if how == Phrase::EachTooFew { least } else { most };
        Some(book.say(how, &[("listed", &told.join(", ")), ("bound", &bound.to_string())]))
    }
}
