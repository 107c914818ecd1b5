//! What a program's changes need again and again: who uses which relation, and the plans.
//!
//! Kept from change to change by whoever keeps the database, so that a small change pays for nothing of the program but
//! the rules that it wakes. A plan is made when it is first asked for, and again when a relation that it reads has
//! become much larger or smaller.

use crate::eval::{Database, Error};
use crate::ir::core::{Core, Literal, RelationId, Rule, RuleId, Var};
use crate::plan::{Request, RulePlan, Strata, plan_rule};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Relations may grow or shrink so many times before a plan is made again.
const MUCH: usize = 8;
/// See [`Plans::with_patience`].
const PATIENCE: usize = 1 << 10;
/// Sizes below this are all the same.
const FEW: usize = 64;

/// A place in a rule that reads a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub rule: RuleId,
    pub literal: usize,
    /// The stratum of the rule's head.
    pub stratum: usize,
    /// An atom; otherwise `not` or a lookup.
    pub atom: bool,
}

/// A program by its relations.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// The rules that read each relation.
    pub uses: Vec<Vec<Use>>,
    /// The rules that add to each relation.
    pub rules: Vec<Vec<RuleId>>,
    /// The aggregations of each relation's rows.
    pub sums: Vec<Vec<usize>>,
    /// The aggregations that add to each relation.
    pub totals: Vec<Vec<usize>>,
}

impl Program {
    fn new(core: &Core, strata: &Strata) -> Program {
        let count = core.relations.len();
        let (rules, sums, totals) = (vec![Vec::new(); count], vec![Vec::new(); count], vec![Vec::new(); count]);
        let mut program = Program { uses: vec![Vec::new(); count], rules, sums, totals };
        for (id, rule) in core.rules.iter().enumerate() {
            let (id, stratum) = (RuleId(id as u32), strata.of[rule.head.0 as usize]);
            program.rules[rule.head.0 as usize].push(id);
            for (literal, read) in rule.body.iter().enumerate() {
                let (relation, atom) = match read {
                    Literal::Atom(relation, _) => (relation, true),
                    Literal::Not(relation, _) | Literal::Lookup { relation, .. } => (relation, false),
                    _ => continue,
                };
                program.uses[relation.0 as usize].push(Use { rule: id, literal, stratum, atom });
            }
        }
        for (number, aggregation) in core.aggregations.iter().enumerate() {
            program.sums[aggregation.body.0 as usize].push(number);
            program.totals[aggregation.head.0 as usize].push(number);
        }
        program
    }
}

/// What is known before a rule's first step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Start {
    /// Nothing.
    Whole,
    /// The rows of an atom.
    Rows(usize),
    /// Some variables.
    Bound(Vec<Var>),
}

#[derive(Clone, Debug)]
struct Made {
    plan: Arc<RulePlan>,
    /// The rows of each relation of the body when it was made.
    sizes: Box<[usize]>,
}

/// Plans and uses of one program, kept from change to change. A fork may share or copy them, for plans change no
/// meaning; a study that is opened anew begins with [`Plans::default`].
#[derive(Clone, Debug)]
pub struct Plans {
    /// So many rows of a stratum may always be touched before it is filled afresh.
    pub(super) patience: usize,
    program: Arc<Program>,
    /// Counts that tell one program from another where nobody said that it changed.
    stamp: [usize; 4],
    made: FxHashMap<(RuleId, Start), Made>,
}

impl Default for Plans {
    fn default() -> Plans {
        Plans::with_patience(PATIENCE)
    }
}

impl Plans {
    /// Fills a stratum afresh once a change has touched more rows than this, and a share of what it has and reads.
    pub fn with_patience(rows: usize) -> Plans {
        Plans { patience: rows, program: Arc::default(), stamp: [0; 4], made: FxHashMap::default() }
    }

    /// The program's uses; `changed` says that it is not the program of last time.
    pub(super) fn program(&mut self, core: &Core, strata: &Strata, changed: bool) -> Arc<Program> {
        let stamp = [core.relations.len(), core.rules.len(), core.aggregations.len(), strata.strata.len()];
        if changed || stamp != self.stamp {
            let program = Arc::new(Program::new(core, strata));
            *self = Plans { program, stamp, ..Plans::with_patience(self.patience) };
        }
        self.program.clone()
    }

    /// The plan of a rule of the program.
    pub(super) fn plan(
        &mut self,
        rule: &Rule,
        id: RuleId,
        start: Start,
        db: &Database,
    ) -> Result<Arc<RulePlan>, Error> {
        let key = (id, start);
        if let Some(made) = self.made.get(&key)
            && rows(rule, db).zip(&made.sizes).all(|(now, &then)| now / MUCH <= then + FEW && then / MUCH <= now + FEW)
        {
            return Ok(made.plan.clone());
        }
        let plan = make(rule, id, &key.1, db)?;
        self.made.insert(key, Made { plan: plan.clone(), sizes: rows(rule, db).collect() });
        Ok(plan)
    }

    /// Forgets that the program is known, after a change that failed.
    pub(super) fn forget(&mut self) {
        *self = Plans::with_patience(self.patience);
    }
}

/// A plan that is used once.
pub(super) fn make(rule: &Rule, id: RuleId, start: &Start, db: &Database) -> Result<Arc<RulePlan>, Error> {
    let request = match start {
        Start::Whole => Request::default(),
        Start::Rows(literal) => Request { delta: Some(*literal), ..Request::default() },
        Start::Bound(vars) => Request { bound: vars, ..Request::default() },
    };
    plan_rule(rule, id, request, db).map(Arc::new).map_err(Error::Unsafe)
}

fn rows<'a>(rule: &'a Rule, db: &'a Database) -> impl Iterator<Item = usize> + 'a {
    rule.body.iter().filter_map(read).map(|id| db.relation(id).len())
}

/// The relation that a literal reads.
pub(super) fn read(literal: &Literal) -> Option<RelationId> {
    match literal {
        Literal::Atom(relation, _) | Literal::Not(relation, _) | Literal::Lookup { relation, .. } => Some(*relation),
        _ => None,
    }
}
