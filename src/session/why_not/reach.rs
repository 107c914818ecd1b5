//! About how much a repair moves, known before it is tried: of facts, from the sizes of the relations that rules fill
//! from theirs. One coding of two million moves a handful of conclusions; one line of a table of twenty, a twentieth of
//! all that rests on it. So in a large study what moves little is looked for and tried first, and what the time does not
//! allow not at all.

use super::fix::{Fix, Plan};
use crate::check::program::Program;
use crate::ir::Lowered;
use crate::ir::core::{Literal, RelationId};
use crate::session::show::View;
use rustc_hash::FxHashSet;
use std::time::Duration;

/// What a conclusion takes that moves at the first step: to find it and what rests on it, and to take all that back.
const STEP: Duration = Duration::from_micros(10);
/// What any conclusion takes that has moved: to count it, and to take it back.
const ROW: Duration = Duration::from_micros(1);
/// What moves no more than this is as good as nothing.
const SMALL: usize = 2_000;

/// How much facts move.
pub(super) struct Reach<'a> {
    program: &'a Program,
    lowered: &'a Lowered,
    /// For each relation of the core, about how many conclusions a fact of it moves at the first step.
    of: Vec<usize>,
}

impl<'a> Reach<'a> {
    pub fn new(view: View<'a>) -> Reach<'a> {
        let core = &view.lowered.core;
        let rows = |id: RelationId| view.db.relation(id).len();
        let mut seen: FxHashSet<(RelationId, RelationId)> = FxHashSet::default();
        let mut of = vec![0usize; core.relations.len()];
        for rule in &core.rules {
            for literal in &rule.body {
                if let Literal::Atom(id, _) | Literal::Not(id, _) | Literal::Lookup { relation: id, .. } = literal
                    && seen.insert((*id, rule.head))
                {
                    let all = &mut of[id.0 as usize];
                    *all = all.saturating_add(rows(rule.head) / rows(*id).max(1));
                }
            }
        }
        Reach { program: view.program, lowered: view.lowered, of }
    }

    /// About how many conclusions a repair moves at the first step, on average over facts like its own. What it does to
    /// rules is not foreseen.
    pub fn of(&self, fix: &Fix) -> usize {
        let of = |plan: &Plan| match plan {
            Plan::Insert(code) | Plan::Delete(code) => self.of_relation(code.split('(').next().unwrap_or_default()),
            Plan::Source(..) | Plan::Set(..) | Plan::Row { .. } => 0,
        };
        fix.steps.iter().map(|step| of(&step.plan)).fold(0, usize::saturating_add)
    }

    fn of_relation(&self, name: &str) -> usize {
        let Some(&declared) = self.program.relation_names.get(name) else { return 0 };
        self.of.get(self.lowered.declared(declared).0 as usize).copied().unwrap_or_default()
    }
}

/// In which of a few classes a reach stands: what is as good as nothing, and then each ten times as much.
pub(super) fn class(reach: usize) -> u32 {
    if reach <= SMALL { 0 } else { reach.ilog10() }
}

/// About how long a repair of a reach takes.
pub(super) fn takes(reach: usize) -> Duration {
    if class(reach) == 0 { Duration::ZERO } else { STEP.saturating_mul(u32::try_from(reach).unwrap_or(u32::MAX)) }
}

/// So many conclusions may move in a time.
pub(super) fn most_in(time: Duration) -> usize {
    usize::try_from(time.as_micros() / ROW.as_micros()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::answer::RepairStep;
    use super::super::fix::{STATED, Step};
    use super::*;
    use crate::data::Memory;
    use crate::session::{Options, Study};

    #[test]
    fn a_fact_on_which_much_rests_moves_more_than_one_of_many() {
        let mut rules = String::from(
            "relation belongs(thing: number, group: number)\nrelation sighting(place: number, thing: number)\nrelation home(place: number, group: number)\nrule home(P, G) if sighting(P, T) and belongs(T, G)\nfact belongs(1, 1)\n",
        );
        for at in 0..5_000 {
            rules.push_str(&format!("fact sighting({at}, 1)\n"));
        }
        let files = Memory::default().with("study.hence", rules);
        let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
        study.evaluate(&mut |_| {});
        let reach = Reach::new(study.view().unwrap());
        let fix = |code: &str| {
            let shown =
                RepairStep { kind: "fact", text: String::new(), code: code.into(), place: None, line: String::new() };
            Fix::of(Step { plan: Plan::Insert(code.into()), shown, weight: STATED })
        };
        assert_eq!((reach.of(&fix("sighting(7, 2)")), reach.of(&fix("belongs(1, 2)"))), (1, 5_000));
        assert_eq!((class(1), class(2_000), class(5_000)), (0, 0, 3));
        assert!(takes(1).is_zero() && takes(5_000) > Duration::from_millis(20));
        assert_eq!(reach.of(&fix("unheard_of(1)")), 0);
    }
}
