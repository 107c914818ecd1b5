//! The order in which the conditions of a rule are asked.

use super::{GivenUp, World};
use crate::ir::compute::variables;
use crate::ir::core::{Expr, Literal, Rule, Term, Var};

/// The literals of a body in the order in which they are asked, with the columns that are known when it is their turn.
pub(super) struct Order {
    /// A literal by its place, and the columns of it that are known.
    pub steps: Vec<(usize, Vec<usize>)>,
}

impl World<'_> {
    /// An order in which every literal has the values that it needs: the new rows first, then what merely asks, then the
    /// atom of which most columns are known.
    pub(super) fn order(&self, rule: &Rule, first: Option<usize>) -> Result<Order, GivenUp> {
        let mut bound = vec![false; rule.vars as usize];
        let mut left: Vec<usize> = (0..rule.body.len()).collect();
        let mut steps = Vec::new();
        while !left.is_empty() {
            let ready = |at: &usize| is_ready(&rule.body[*at], &bound);
            let next = match first.filter(|_| steps.is_empty()) {
                Some(first) => left.iter().position(|&at| at == first),
                None => left.iter().position(ready).or_else(|| {
                    let atoms = left.iter().enumerate().filter_map(|(place, &at)| match &rule.body[at] {
                        Literal::Atom(id, terms) => {
                            Some((place, known(terms, &bound).len(), self.tables[id.0 as usize].rows.len()))
                        }
                        _ => None,
                    });
                    let best = atoms.min_by_key(|&(place, known, rows)| (std::cmp::Reverse(known), rows, place));
                    best.map(|(place, ..)| place)
                }),
            };
            let at = left.remove(next.ok_or(GivenUp::Unsound)?);
            let mut bind = |var: Var| bound[var.0 as usize] = true;
            let mut columns = Vec::new();
            match &rule.body[at] {
                Literal::Atom(_, terms) => {
                    columns = known(terms, &bound);
                    terms.iter().for_each(|term| {
                        if let Term::Var(var) = term {
                            bound[var.0 as usize] = true;
                        }
                    });
                }
                Literal::Lookup { value, .. } => bind(*value),
                Literal::Bind(var, Expr::Var(other)) => {
                    bind(*var);
                    bind(*other);
                }
                Literal::Bind(var, _) => bind(*var),
                _ => {}
            }
            steps.push((at, columns));
        }
        let whole = rule.columns.iter().all(|column| is_known(column, &bound));
        if whole { Ok(Order { steps }) } else { Err(GivenUp::Unsound) }
    }
}

/// The columns of an atom whose values are known.
fn known(terms: &[Term], bound: &[bool]) -> Vec<usize> {
    let is_known = |term: &Term| match term {
        Term::Var(var) => bound[var.0 as usize],
        Term::Const(_) => true,
        Term::Any => false,
    };
    terms.iter().enumerate().filter(|(_, term)| is_known(term)).map(|(column, _)| column).collect()
}

fn is_known(expr: &Expr, bound: &[bool]) -> bool {
    let mut used = Vec::new();
    variables(expr, &mut used);
    used.iter().all(|var| bound[var.0 as usize])
}

/// Whether a literal that is no atom has the values that it needs.
fn is_ready(literal: &Literal, bound: &[bool]) -> bool {
    let term = |term: &Term| !matches!(term, Term::Var(var) if !bound[var.0 as usize]);
    match literal {
        Literal::Atom(..) => false,
        Literal::Not(_, terms) | Literal::Lookup { key: terms, .. } => terms.iter().all(term),
        Literal::Compare(_, a, b) | Literal::Contains(a, b) => is_known(a, bound) && is_known(b, bound),
        Literal::Bind(var, Expr::Var(other)) => bound[var.0 as usize] || bound[other.0 as usize],
        Literal::Bind(_, expr) => is_known(expr, bound),
        Literal::Present(var) | Literal::Absent(var) => bound[var.0 as usize],
        Literal::Place(_, a, b) => term(a) && term(b),
        Literal::Matches(a, _) => term(a),
    }
}
