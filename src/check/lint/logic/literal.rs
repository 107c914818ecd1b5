//! Conditions as plain literals, so that two lists of them can be compared.

use super::interval::Interval;
use super::value::bound;
use super::{Logic, shape};
use crate::check::program::{
    ConceptId, Condition, ConditionKind, Operand, OperandKind, PatternId, Place, PlaceKind, VarId,
};
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

/// A number for what a literal is.
pub(super) fn key(words: impl Hash) -> u64 {
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
