//! What a repair writes, as a whole line that can be pasted into the study.

use super::answer::RepairStep;
use super::fix::{Fix, Plan, Step};
use crate::base::{Location, Span};
use crate::session::Study;

impl Study {
    /// The steps of a repair, each with the line that it writes; those that change one line write it as both leave it.
    pub(super) fn with_lines(&self, fix: &Fix) -> Vec<RepairStep> {
        let changes: Vec<Option<(Location, &str)>> = fix.steps.iter().map(|step| self.change(&step.plan)).collect();
        let of = |(step, change): (&Step, &Option<(Location, &str)>)| {
            let line = match (&step.plan, change) {
                (Plan::Insert(code), _) => Some(format!("fact {code}")),
                (Plan::Row { at, label, word }, _) => self
                    .with_keyword(*at, label, word)
                    .and_then(|(_, text)| Some(text.lines().next_back()?.to_string())),
                (_, Some((at, _))) => self.line_with(*at, &changes),
                (_, None) => None,
            };
            RepairStep { line: line.unwrap_or_default(), ..step.shown.clone() }
        };
        fix.steps.iter().zip(&changes).map(of).collect()
    }

    /// The place of a rule file that a step changes, and what comes there.
    fn change<'f>(&self, plan: &'f Plan) -> Option<(Location, &'f str)> {
        match plan {
            Plan::Source(at, text) => Some((*at, text)),
            Plan::Set(name, value) => Some((self.value_of_parameter(name)?, value)),
            Plan::Insert(_) | Plan::Delete(_) | Plan::Row { .. } => None,
        }
    }

    /// The line in which something stands, with all that changes in it; none where that is more than one line, or where
    /// nothing is left of it.
    fn line_with(&self, at: Location, changes: &[Option<(Location, &str)>]) -> Option<String> {
        let whole = &self.sources.get(at.file).text;
        let (start, end) = (at.span.start as usize, at.span.end as usize);
        let from = whole.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let to = whole.get(end..)?.find('\n').map_or(whole.len(), |at| end + at);
        let mut line = whole.get(from..to)?.to_string();
        let here = |change: &&(Location, &str)| {
            let (other, _) = change;
            other.file == at.file && (from..=to).contains(&(other.span.start as usize))
        };
        let mut here: Vec<&(Location, &str)> = changes.iter().flatten().filter(here).collect();
        // From the last to the first, so that the places before hold.
        here.sort_by_key(|(at, _)| std::cmp::Reverse(at.span.start));
        for (at, text) in here {
            let range = (at.span.start as usize - from)..(at.span.end as usize).checked_sub(from)?;
            line.get(range.clone())?;
            line.replace_range(range, text);
        }
        let line = line.trim_end();
        (!line.trim().is_empty() && !line.contains('\n')).then(|| line.to_string())
    }

    /// Where the value of a parameter is written: `3` in `parameter least = 3 "people a theme needs"`.
    fn value_of_parameter(&self, name: &str) -> Option<Location> {
        let parameter = self.program.parameters.iter().find(|p| p.name == name && !p.set)?;
        let from = parameter.at.span.end as usize;
        let rest = self.sources.get(parameter.at.file).text.get(from..)?;
        let said = rest.trim_start().strip_prefix('=')?.trim_start();
        let length = said.find(char::is_whitespace).unwrap_or(said.len());
        let start = from + (rest.len() - said.len());
        Some(Location::new(parameter.at.file, Span::of(start..start + length)))
    }
}
