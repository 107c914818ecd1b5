//! Conditions as plain literals, so that two lists of them can be compared: does whatever meets the one meet the other?
//!
//! This is theta-subsumption: the general list covers the special one if its variables can be given values such that each
//! of its conditions follows from a single one of the special list. Plotkin, "A note on inductive generalization"
//! (Machine Intelligence 5, 1970) gives it for clauses; Chandra & Merlin, "Optimal implementation of conjunctive queries
//! in relational data bases" (STOC 1977), that for conditions joined by `and` alone it is all there is to containment. It
//! is hard in the worst case, so the search counts its steps and gives up when they are used.

use super::interval::Interval;
use super::pattern::finds_too;
use super::value::bound;
use super::{Logic, shape};
use crate::check::program::{ConceptId, Condition, ConditionKind, Operand, OperandKind, PatternId, Place, PlaceKind, VarId};
use crate::check::safety::condition_vars;
use crate::syntax::tree::{CompareOp, HasScope};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// Conditions with more alternatives than this are not compared.
const MOST_ALTERNATIVES: usize = 32;

/// A value in a literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Term {
    /// A variable.
    Var(VarId),
    /// `_`
    Any,
    /// Something that stands for itself.
    Fixed(String),
    /// Something made of other values.
    Made(String, Vec<Term>),
}

/// What follows from what, beside equal values.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// The literal says all.
    None,
    /// The value lies here.
    In(Interval),
    /// The subject has the concept, or one under it.
    Concept(ConceptId),
    /// The message has such a passage.
    Pattern(PatternId),
    /// So many people agree on it.
    Least(u32),
    /// So many of these hold.
    Of(u32, Vec<Vec<Lit>>),
    /// Another message has all this.
    Has(HasScope, Vec<Lit>),
    /// None of these alternatives holds.
    Not(Vec<Vec<Lit>>),
}

/// One condition.
#[derive(Clone, Debug)]
pub(super) struct Lit {
    /// What it is; only literals of one key are compared.
    pub key: u64,
    pub args: Vec<Term>,
    /// Columns that may be empty: `_` asks less there than a name does.
    pub optional: Vec<bool>,
    pub test: Test,
}

impl Lit {
    /// A literal without values.
    pub fn of_test(word: &str, test: Test) -> Lit {
        Lit { key: key(word), args: Vec::new(), optional: Vec::new(), test }
    }

    /// The key of a relation's literals.
    pub fn of_relation(relation: u32) -> u64 {
        key(("relation", relation))
    }
}

/// The alternatives of a condition: in each, all conditions must hold. [`None`] where there are too many.
pub(super) fn alternatives(condition: &Condition) -> Option<Vec<Vec<&Condition>>> {
    match &condition.kind {
        ConditionKind::And(parts) => {
            let mut all = vec![Vec::new()];
            for part in parts {
                let more = alternatives(part)?;
                if all.len() * more.len() > MOST_ALTERNATIVES {
                    return None;
                }
                all = all.iter().flat_map(|a| more.iter().map(move |b| [&a[..], &b[..]].concat())).collect();
            }
            Some(all)
        }
        ConditionKind::Or(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(alternatives(part)?);
                if all.len() > MOST_ALTERNATIVES {
                    return None;
                }
            }
            Some(all)
        }
        ConditionKind::Not(inner) => match &inner.kind {
            ConditionKind::Not(inner) => alternatives(inner),
            _ => Some(vec![vec![condition]]),
        },
        _ => Some(vec![vec![condition]]),
    }
}

fn key(words: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    words.hash(&mut hasher);
    hasher.finish()
}

/// A value as a term.
pub(super) fn term(logic: &Logic<'_>, operand: &Operand) -> Term {
    match &operand.kind {
        OperandKind::Var(var) => Term::Var(*var),
        OperandKind::This => Term::Fixed("this".into()),
        OperandKind::Any => Term::Any,
        OperandKind::Const(value) => Term::Fixed(format!("{value:?}")),
        OperandKind::Arithmetic(op, a, b) => Term::Made(op.text().into(), vec![term(logic, a), term(logic, b)]),
        OperandKind::Call(function, args) => {
            Term::Made(format!("{function:?}"), args.iter().map(|a| term(logic, a)).collect())
        }
        OperandKind::Aggregate(_) | OperandKind::Counted(..) => {
            let shape = shape::operand(logic.program, operand);
            Term::Made(shape.key, shape.holes.into_iter().map(Term::Var).collect())
        }
    }
}

/// One alternative as literals. `outer` holds the variables of what is concluded.
pub(super) fn literals(logic: &Logic<'_>, conditions: &[&Condition], outer: &[VarId]) -> Vec<Lit> {
    let mut seen: FxHashMap<VarId, usize> = FxHashMap::default();
    let of: Vec<FxHashSet<VarId>> = conditions.iter().map(|c| condition_vars(c).into_iter().collect()).collect();
    for var in of.iter().flatten().chain(outer) {
        *seen.entry(*var).or_default() += 1;
    }
    let shared = |var: VarId| seen.get(&var).is_some_and(|&n| n > 1);
    conditions.iter().map(|c| literal(logic, c, &shared)).collect()
}

/// The literals of each alternative of a condition that names no variable.
fn closed(logic: &Logic<'_>, condition: &Condition) -> Option<Vec<Vec<Lit>>> {
    if !condition_vars(condition).is_empty() {
        return None;
    }
    Some(alternatives(condition)?.iter().map(|a| literals(logic, a, &[])).collect())
}

fn literal(logic: &Logic<'_>, condition: &Condition, outer: &dyn Fn(VarId) -> bool) -> Lit {
    let plain = |key, args: Vec<Term>, test| Lit { key, optional: Vec::new(), args, test };
    match &condition.kind {
        ConditionKind::Holds(id) | ConditionKind::Place(Place { kind: PlaceKind::Code(id), .. }) => {
            plain(key("has"), Vec::new(), Test::Concept(*id))
        }
        ConditionKind::Place(Place { kind: PlaceKind::Pattern(id), .. }) => {
            plain(key("finds"), Vec::new(), Test::Pattern(*id))
        }
        ConditionKind::Agreed(id, count) => plain(key(("agreed", id.0)), Vec::new(), Test::Least(*count)),
        ConditionKind::Atom(relation, operands) => Lit {
            key: key(("relation", relation.0)),
            args: operands.iter().map(|o| term(logic, o)).collect(),
            optional: logic.program.relation(*relation).columns.iter().map(|c| c.optional).collect(),
            test: Test::None,
        },
        ConditionKind::Compare(op, a, b) => match bound(logic, *op, a, b) {
            Some(bound) => plain(key("bound"), vec![term(logic, bound.what)], Test::In(bound.interval)),
            None => {
                let (op, a, b) = match op {
                    CompareOp::Greater => (CompareOp::Less, b, a),
                    CompareOp::GreaterEqual => (CompareOp::LessEqual, b, a),
                    same => (*same, a, b),
                };
                plain(key(("compare", op)), vec![term(logic, a), term(logic, b)], Test::None)
            }
        },
        ConditionKind::Passages(test, a, b) => {
            plain(key(("passages", format!("{test:?}"))), vec![term(logic, a), term(logic, b)], Test::None)
        }
        ConditionKind::Contains(a, b) => plain(key("contains"), vec![term(logic, a), term(logic, b)], Test::None),
        ConditionKind::Matches(a, id) => plain(key("matches"), vec![term(logic, a)], Test::Pattern(*id)),
        ConditionKind::IsA(a, kind) => plain(key(("is", kind.0)), vec![term(logic, a)], Test::None),
        ConditionKind::AtLeast(count, parts) => {
            let parts: Option<Vec<Vec<Lit>>> = parts
                .iter()
                .map(|p| closed(logic, p).filter(|a| a.len() == 1).and_then(|a| a.into_iter().next()))
                .collect();
            match parts {
                Some(parts) => plain(key("of"), Vec::new(), Test::Of(*count, parts)),
                None => opaque(logic, condition, outer),
            }
        }
        ConditionKind::Has(scope, inner) => match closed(logic, inner).filter(|a| a.len() == 1) {
            Some(mut all) => plain(key("other"), Vec::new(), Test::Has(*scope, all.pop().unwrap_or_default())),
            None => opaque(logic, condition, outer),
        },
        ConditionKind::Not(inner) => match closed(logic, inner) {
            Some(all) => plain(key("not"), Vec::new(), Test::Not(all)),
            None => opaque(logic, condition, outer),
        },
        ConditionKind::And(_) | ConditionKind::Or(_) | ConditionKind::Place(_) => opaque(logic, condition, outer),
    }
}

/// A condition that is looked at as a whole.
fn opaque(logic: &Logic<'_>, condition: &Condition, outer: &dyn Fn(VarId) -> bool) -> Lit {
    let shape = shape::condition(logic.program, condition, outer);
    let args = shape.holes.into_iter().map(Term::Var).collect();
    Lit { key: key(("whole", shape.key)), args, optional: Vec::new(), test: Test::None }
}

/// The keys that a special list must have for a general one to cover it, as bits.
pub(super) fn asked(lits: &[Lit]) -> u64 {
    lits.iter().filter(|l| !matches!(l.test, Test::Of(..))).fold(0, |bits, l| bits | 1 << (l.key >> 58))
}

/// Finds out whether one list of literals covers another.
pub(super) struct Search<'l, 'a> {
    pub logic: &'l Logic<'a>,
    /// Steps that are left.
    pub steps: usize,
}

type Values = FxHashMap<VarId, Term>;

/// The steps are used up.
pub(super) struct Undecided;

impl Search<'_, '_> {
    /// Whether everything that meets `special` and gives `special_head` also meets `general` and gives the same.
    pub fn covers(
        &mut self,
        (general_head, general): (&[Term], &[Lit]),
        (special_head, special): (&[Term], &[Lit]),
    ) -> Result<bool, Undecided> {
        let mut values = Values::default();
        if general_head.len() != special_head.len() {
            return Ok(false);
        }
        for (a, b) in general_head.iter().zip(special_head) {
            if !matches(a, b, false, &mut values) {
                return Ok(false);
            }
        }
        let order: Vec<&Lit> = general.iter().collect();
        self.rest(&order, special, &values)
    }

    fn rest(&mut self, general: &[&Lit], special: &[Lit], values: &Values) -> Result<bool, Undecided> {
        // What has its values already is looked at first: it cuts most.
        let Some(at) = (0..general.len()).max_by_key(|&i| known(general[i], values)) else { return Ok(true) };
        let lit = general[at];
        let mut left = general.to_vec();
        left.remove(at);
        if let Test::Of(count, parts) = &lit.test {
            let mut met = 0;
            for part in parts {
                met += u32::from(self.covers((&[], part), (&[], special))?);
            }
            if met >= *count {
                return self.rest(&left, special, values);
            }
        }
        for found in special.iter().filter(|s| s.key == lit.key && s.args.len() == lit.args.len()) {
            self.steps = self.steps.checked_sub(1).ok_or(Undecided)?;
            if !self.follows(lit, found)? {
                continue;
            }
            let mut values = values.clone();
            let optional = |i: usize| lit.optional.get(i).copied().unwrap_or(false);
            let fits = lit.args.iter().zip(&found.args).enumerate();
            if fits.into_iter().all(|(i, (a, b))| matches(a, b, optional(i), &mut values))
                && self.rest(&left, special, &values)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a literal follows from another, as far as their values are equal.
    fn follows(&mut self, general: &Lit, special: &Lit) -> Result<bool, Undecided> {
        Ok(match (&general.test, &special.test) {
            (Test::None, Test::None) => true,
            (Test::In(wide), Test::In(narrow)) => narrow.within(wide),
            (Test::Concept(wide), Test::Concept(narrow)) => self.stands_under(*narrow, *wide),
            (Test::Pattern(wide), Test::Pattern(narrow)) => {
                let pattern = |id: &PatternId| &self.logic.program.pattern(*id).pattern;
                finds_too(pattern(wide), pattern(narrow))
            }
            (Test::Least(wide), Test::Least(narrow)) => narrow >= wide,
            (Test::Has(a, wide), Test::Has(b, narrow)) => a == b && self.covers((&[], wide), (&[], narrow))?,
            // None of the wider ones, so none of the narrower.
            (Test::Not(narrow), Test::Not(wide)) => {
                for one in narrow {
                    let mut met = false;
                    for other in wide {
                        met = met || self.covers((&[], other), (&[], one))?;
                    }
                    if !met {
                        return Ok(false);
                    }
                }
                true
            }
            (Test::Of(a, wide), Test::Of(b, narrow)) => {
                if a > b || wide.len() < narrow.len() {
                    return Ok(false);
                }
                for part in narrow {
                    let mut met = false;
                    for other in wide {
                        met = met || (self.covers((&[], other), (&[], part))? && self.covers((&[], part), (&[], other))?);
                    }
                    if !met {
                        return Ok(false);
                    }
                }
                true
            }
            _ => false,
        })
    }

    fn stands_under(&self, child: ConceptId, parent: ConceptId) -> bool {
        let mut above = vec![child];
        let mut seen = FxHashSet::default();
        while let Some(id) = above.pop() {
            if id == parent {
                return true;
            }
            if seen.insert(id) {
                above.extend(&self.logic.program.concept(id).under);
            }
        }
        false
    }
}

/// How many of a literal's values are known.
fn known(lit: &Lit, values: &Values) -> usize {
    let known = |t: &&Term| match t {
        Term::Var(var) => values.contains_key(var),
        Term::Any => false,
        Term::Fixed(_) | Term::Made(..) => true,
    };
    lit.args.iter().filter(known).count()
}

/// Gives the variables of a general value the values of a special one.
fn matches(general: &Term, special: &Term, optional: bool, values: &mut Values) -> bool {
    match (general, special) {
        (Term::Any, _) => true,
        (Term::Var(var), _) => {
            // A name in a column that may be empty asks that something is there, and `_` does not say so; nor does
            // it say twice that the same is there.
            if *special == Term::Any && (optional || values.contains_key(var)) {
                return false;
            }
            *values.entry(*var).or_insert_with(|| special.clone()) == *special
        }
        (Term::Fixed(a), Term::Fixed(b)) => a == b,
        (Term::Made(a, x), Term::Made(b, y)) => {
            a == b && x.len() == y.len() && x.iter().zip(y).all(|(x, y)| matches(x, y, false, values))
        }
        _ => false,
    }
}
