//! The engine judged by the checker of proofs: every fact that holds must have a proof that can be replayed without
//! the joins that found it. Tests run this on all they try; a user of the library may run it on a study.

use super::blame::Blamer;
use super::clauses::{Clause, clauses, reached};
use super::{Progress, Study};
use crate::check::program::RelationKind;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::core::RelationId;
use crate::proof::{self, Budget};
use rustc_hash::FxHashSet;

impl Study {
    /// Finds the best proof of every fact of every relation and replays it. How many facts there are, or the first
    /// whose proof is missing or does not hold. Of an evaluation that was stopped nothing is checked. This takes far longer than the evaluation.
    pub fn check_proofs(&mut self) -> Result<usize, String> {
        self.evaluate_all(&mut |_: Progress| {});
        let stopped = |d: &Diagnostic| d.code == codes::LIMIT || d.code == codes::OVERFLOW;
        let Some(view) = self.view().filter(|_| !self.diagnostics.iter().any(stopped)) else { return Ok(0) };
        let mut checked = 0;
        for number in 0..view.lowered.core.relations.len() {
            let relation = RelationId(number as u32);
            for row in 0..view.db.relation(relation).len() as u32 {
                let evaluated = view.evaluated();
                let found = proof::best(evaluated, relation, row, Budget::default());
                let fact = || {
                    let values: Vec<String> = view.db.row(relation, row).iter().map(|&v| view.pool.show(v)).collect();
                    format!("{}({})", view.lowered.core.relation(relation).name, values.join(", "))
                };
                let found = found.ok_or_else(|| format!("{} has no proof", fact()))?;
                proof::check(evaluated.core, evaluated.db, evaluated.pool, evaluated.texts, &found)
                    .map_err(|reason| format!("the proof of {} does not hold: {reason}", fact()))?;
                checked += 1;
            }
        }
        Ok(checked)
    }

    /// Compares what is left after the last condition of each clause with what the evaluation itself found by it. How
    /// many clauses there are, or the first that differs.
    pub fn check_funnels(&mut self) -> Result<usize, String> {
        let funnels = self.funnels();
        if funnels.is_empty() {
            return Ok(0);
        }
        let all = clauses(&self.program, &self.shipped);
        self.know_fired();
        let blamer = Blamer::new(self.ground());
        let mut fired = FxHashSet::default();
        reached(&self.lowered, &self.fired, &mut fired, &self.program);
        for (clause, funnel) in all.iter().zip(&funnels) {
            let Some(last) = funnel.concluded.or(funnel.stages.last().and_then(|stage| stage.left)) else { continue };
            let rows = |relation: RelationId| self.db.relation(relation).len();
            let derived = match *clause {
                Clause::When(id, number) => blamer.way(id, number).map(rows),
                Clause::Unless(id, _) if self.program.concept(id).unless.len() == 1 => blamer.blocked(id).map(rows),
                Clause::Rule(number) => {
                    let head = self.program.rules[number].head;
                    let alone = self.program.rules.iter().filter(|rule| rule.head == head).count() == 1;
                    let own = self.program.relation(head).kind == RelationKind::Declared;
                    let relation = self.lowered.declared(head);
                    let given = !self.lowered.core.given[relation.0 as usize].places.is_empty();
                    (alone && own && !given).then(|| rows(relation))
                }
                Clause::Matches(..) | Clause::Unless(..) | Clause::Map(_) => None,
            };
            let blocked = matches!(clause, Clause::Matches(id, _) if !self.program.concept(*id).unless.is_empty());
            let agrees = derived.is_none_or(|rows| rows == last) && (blocked || (last > 0) == fired.contains(clause));
            if !agrees {
                let found = derived.map_or_else(|| fired.contains(clause).to_string(), |rows| rows.to_string());
                let place = &funnel.place;
                let name = format!("{} of {} ({}:{})", funnel.word, funnel.owner, place.file, place.line);
                return Err(format!("{name}: {}, and the evaluation found {found}", funnel.chain()));
            }
        }
        Ok(funnels.len())
    }
}
