//! The engine judged by the checker of proofs: every fact that holds must have a proof that can be replayed without
//! the joins that found it. Tests run this on all they try; a user of the library may run it on a study.

use super::{Progress, Study};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::core::RelationId;
use crate::proof::{self, Budget};

impl Study {
    /// Finds the best proof of every fact of every relation and replays it. How many facts there are, or the first
    /// whose proof is missing or does not hold. Of an evaluation that was stopped nothing is checked. This takes far longer than the evaluation.
    pub fn check_proofs(&mut self) -> Result<usize, String> {
        self.evaluate(&mut |_: Progress| {});
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
}
