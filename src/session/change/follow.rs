//! A change of given facts, carried through the conclusions row by row: what it costs goes with what it moves.
//!
//! Not where a condition asks for places in texts that changed, nor where a rule that the change may reach computes
//! values, since what had no value is told of the whole study: there the relations that the change can touch are filled
//! again.

use super::super::Study;
use super::super::guard::Guard;
use super::conclude::{Moved, Rows, is_shown};
use super::facts::{Ledger, Move};
use crate::diagnostic::Diagnostic;
use crate::eval::change::{Change, Plans, Setting, maintain};
use crate::eval::{self, Row};
use crate::ir::core::{Core, Expr, Literal, RelationId, Rule};
use crate::plan::Strata;
use std::collections::BTreeMap;

/// What is kept from change to change.
#[derive(Default)]
pub(in crate::session) struct Following {
    /// The plans of the rules that changes woke.
    pub(super) plans: Plans,
    /// By relation: true where a change of its facts can be carried on row by row. Empty until somebody asks.
    simple: Vec<bool>,
    /// A change of facts that moves more rows than this is refused, without a word; none where all may move.
    pub(in crate::session) most: Option<usize>,
    /// True while changes are tried: then nothing is told of them, and what they moved is left here.
    pub(in crate::session) trying: bool,
    /// What the change that was tried last moved.
    pub(in crate::session) tried: Moved,
}

impl Following {
    /// True where changes of these relations can be carried on row by row.
    pub(super) fn follows(&mut self, core: &Core, strata: &Strata, dirty: &[RelationId]) -> bool {
        if self.simple.len() != core.relations.len() {
            self.simple = simple(core, strata);
        }
        dirty.iter().all(|id| self.simple[id.0 as usize])
    }
}

/// For each relation, whether no rule that its facts can reach computes anything.
fn simple(core: &Core, strata: &Strata) -> Vec<bool> {
    let mut readers = vec![Vec::new(); core.relations.len()];
    for rule in &core.rules {
        for literal in &rule.body {
            if let Literal::Atom(id, _) | Literal::Not(id, _) | Literal::Lookup { relation: id, .. } = literal {
                readers[id.0 as usize].push((rule.head, is_simple(rule)));
            }
        }
    }
    for aggregation in &core.aggregations {
        readers[aggregation.body.0 as usize].push((aggregation.head, true));
    }
    let mut simple = vec![true; core.relations.len()];
    // Readers come later in the order of strata, so one pass from the last to the first is enough but for those that
    // need each other.
    for stratum in strata.strata.iter().rev() {
        let all = stratum.relations.iter().all(|id| {
            let of_reader =
                |(head, plain): &(RelationId, bool)| *plain && (strata.together(*head, *id) || simple[head.0 as usize]);
            readers[id.0 as usize].iter().all(of_reader)
        });
        stratum.relations.iter().for_each(|id| simple[id.0 as usize] = all);
    }
    simple
}

/// True where a rule computes nothing.
pub(super) fn is_simple(rule: &Rule) -> bool {
    let plain = |expr: &Expr| matches!(expr, Expr::Var(_) | Expr::Const(_));
    rule.columns.iter().all(plain)
        && rule.body.iter().all(|literal| match literal {
            Literal::Compare(_, a, b) | Literal::Contains(a, b) => plain(a) && plain(b),
            Literal::Bind(_, expr) => plain(expr),
            _ => true,
        })
}

impl Study {
    /// Carries what a change did to the given facts through the conclusions. [`None`] where that is not enough, and
    /// nothing has been done. On an error the database is as it was.
    pub(super) fn follow_facts(&mut self, ledger: &Ledger) -> Option<Result<Moved, Vec<Diagnostic>>> {
        let strata = self.strata.as_ref()?;
        if !self.following.follows(&self.lowered.core, strata, &ledger.dirty()) {
            return None;
        }
        let change = self.given_change(&ledger.moves);
        let guard = Guard::new(&self.options, &self.stop, &self.pool);
        let mut tell = |p: eval::Progress| guard.check(p.bytes);
        let limits = self.limits();
        let setting = Setting { core: &self.lowered.core, strata, texts: &self.texts, limits: &limits };
        let result = maintain(setting, &change, &mut self.db, &mut self.pool, &mut self.following.plans, &mut tell);
        let delta = match result {
            Ok(delta) => delta,
            Err(error) => {
                let said = self.diagnostics.len();
                self.report_failure(&error);
                return Some(Err(self.diagnostics.split_off(said)));
            }
        };
        let moved = delta.relations.values().map(|moved| moved.came.len() + moved.went.len()).sum::<usize>();
        if self.following.most.is_some_and(|most| moved > most) {
            return Some(Err(Vec::new()));
        }
        self.fired_before = true;
        let mut out = Moved { woken: delta.rules_woken.len(), refilled: delta.recomputed, ..Moved::default() };
        for (id, moved) in delta.relations {
            if is_shown(&self.program, self.lowered.role(id)) {
                let rows = |rows: Vec<Row>| rows.into_iter().map(|row| row.to_vec()).collect();
                out.now.insert(id, Rows { came: rows(moved.came), went: rows(moved.went) });
            }
        }
        Some(Ok(out))
    }

    /// What moves did to the given facts, in the end.
    fn given_change(&self, moves: &[Move]) -> Change {
        let mut pushed: BTreeMap<RelationId, usize> = BTreeMap::new();
        for change in moves {
            if let Move::Pushed(id) = change {
                *pushed.entry(*id).or_default() += 1;
            }
        }
        // By place: whether it was given before.
        let mut places: BTreeMap<(RelationId, usize), bool> = BTreeMap::new();
        for change in moves {
            let (at, before) = match *change {
                Move::Pushed(id) => {
                    let left = pushed.entry(id).or_default();
                    let place = self.lowered.core.given[id.0 as usize].places.len() - *left;
                    *left -= 1;
                    ((id, place), false)
                }
                Move::Gone(id, place) => ((id, place), true),
                Move::Back(id, place) => ((id, place), false),
            };
            places.entry(at).or_insert(before);
        }
        let mut out = Change::default();
        for ((id, place), before) in places {
            let given = &self.lowered.core.given[id.0 as usize];
            let arity = self.lowered.core.relation(id).arity;
            let row = || Row::from(&given.values[place * arity..][..arity]);
            match (before, !given.gone.contains(&place)) {
                (true, false) => out.remove.push((id, row(), place)),
                (false, true) => out.insert.push((id, row(), place)),
                _ => {}
            }
        }
        out
    }
}
