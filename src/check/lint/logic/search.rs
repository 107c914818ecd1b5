//! Does whatever meets one list of conditions meet another one too?
//!
//! This is theta-subsumption: the general list covers the special one if its variables can be given values such that each
//! of its conditions follows from a single one of the special list. Plotkin, "A note on inductive generalization"
//! (Machine Intelligence 5, 1970) gives it for clauses; Chandra & Merlin, "Optimal implementation of conjunctive queries
//! in relational data bases" (STOC 1977), that for conditions joined by `and` alone it is all there is to containment. It
//! is hard in the worst case, so the search counts its steps and gives up when they are used.

use super::Logic;
use super::literal::{Lit, Term, Test, key};
use super::pattern::finds_too;
use crate::check::program::{ConceptId, PatternId, VarId};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is quickly seen of a list: its keys, and its fixed values with their columns. A general list has only marks that
/// every special one has too.
pub(super) struct Marks {
    asked: Vec<u64>,
    has: FxHashSet<u64>,
}

impl Marks {
    /// The marks of a list.
    pub fn of(lits: &[Lit]) -> Marks {
        // So many of several may hold in many ways.
        let asked = lits.iter().filter(|l| !matches!(l.test, Test::Of(..))).flat_map(marks).collect();
        Marks { asked, has: lits.iter().flat_map(marks).collect() }
    }

    /// False where the list of these marks cannot cover the other.
    pub fn may_cover(&self, special: &Marks) -> bool {
        self.asked.iter().all(|mark| special.has.contains(mark))
    }
}

fn marks(lit: &Lit) -> Vec<u64> {
    let fixed = lit.args.iter().enumerate().filter_map(|(i, term)| match term {
        Term::Fixed(value) => Some(key((lit.key, i, value))),
        _ => None,
    });
    std::iter::once(lit.key).chain(fixed).collect()
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
        // What follows from no literal at all is found without a search.
        for lit in general.iter().filter(|l| matches!(l.test, Test::In(_) | Test::Concept(_) | Test::Pattern(_))) {
            let mut met = false;
            for found in special.iter().filter(|s| s.key == lit.key) {
                met = met || self.follows(lit, found)?;
            }
            if !met {
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
                        met = met
                            || (self.covers((&[], other), (&[], part))? && self.covers((&[], part), (&[], other))?);
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
