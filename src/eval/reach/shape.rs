//! Which recursions can be searched value by value: those whose rules hand one column on as it is.

use crate::ir::compute::variables;
use crate::ir::core::{Core, Expr, Literal, Rule, RuleId, Term, Var};
use crate::plan::Stratum;

/// How the rules of a stratum feed themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// `r(x, z) if r(x, y) and …`: the first column is handed on.
    Onward,
    /// `r(x, z) if … and r(y, z)`: the last column is.
    Backward,
    /// `r(x, z) if r(x, y) and r(y, z)`, and nothing else.
    Twice,
}

/// A stratum of one relation of two columns that is searched value by value.
#[derive(Debug)]
pub(super) struct Shape {
    pub way: Way,
    /// The rules that do not read the relation.
    pub bases: Vec<RuleId>,
    /// The others, and of each what leads from one value to the next as a rule of its own.
    pub steps: Vec<(RuleId, Rule)>,
}

/// The shape of a stratum, if it is of this kind.
pub(super) fn shape(core: &Core, stratum: &Stratum) -> Option<Shape> {
    let [id] = stratum.relations[..] else { return None };
    if core.relation(id).arity != 2 || !stratum.aggregations.is_empty() {
        return None;
    }
    let (mut bases, mut steps, mut all) = (Vec::new(), Vec::new(), None);
    for &number in &stratum.rules {
        let rule = core.rule(number);
        let is_own = |literal: &Literal| matches!(literal, Literal::Atom(relation, _) if *relation == id);
        let own = rule.body.iter().filter(|literal| is_own(literal)).count();
        let (way, step) = match own {
            0 => {
                bases.push(number);
                continue;
            }
            1 => once(rule, rule.body.iter().position(is_own)?)?,
            _ => twice(rule)?,
        };
        // Ways do not mix, and what goes by itself has no other step.
        if all.is_some_and(|all| all != way || way == Way::Twice) {
            return None;
        }
        all = Some(way);
        steps.push((number, step));
    }
    Some(Shape { way: all?, bases, steps })
}

/// Two different variables.
fn pair(terms: &[Term]) -> Option<(Var, Var)> {
    match terms {
        [Term::Var(a), Term::Var(b)] if a != b => Some((*a, *b)),
        _ => None,
    }
}

fn head(rule: &Rule) -> Option<(Var, Var)> {
    match rule.columns[..] {
        [Expr::Var(a), Expr::Var(b)] if a != b => Some((a, b)),
        _ => None,
    }
}

/// Of a rule that reads its relation in one place.
fn once(rule: &Rule, own: usize) -> Option<(Way, Rule)> {
    let Literal::Atom(_, terms) = &rule.body[own] else { return None };
    let (from, to) = pair(terms)?;
    let (first, last) = head(rule)?;
    let mut rest = rule.body.clone();
    rest.remove(own);
    let free = |var: Var| !rest.iter().any(|literal| mentions(literal, var));
    let (way, columns) = if first == from && free(from) {
        (Way::Onward, [to, last])
    } else if last == to && free(to) {
        (Way::Backward, [first, from])
    } else {
        return None;
    };
    let columns = columns.into_iter().map(Expr::Var).collect();
    Some((way, Rule { head: rule.head, columns, body: rest, vars: rule.vars }))
}

/// Of a rule that goes on from its own rows with its own rows.
fn twice(rule: &Rule) -> Option<(Way, Rule)> {
    let [Literal::Atom(one, a), Literal::Atom(other, b)] = &rule.body[..] else { return None };
    let ((a, b), (first, last)) = ((pair(a)?, pair(b)?), head(rule)?);
    let chained = |(x, y): (Var, Var), (z, w): (Var, Var)| (x, w) == (first, last) && y == z;
    (one == other && (chained(a, b) || chained(b, a))).then(|| (Way::Twice, rule.clone()))
}

/// True where a variable stands in a literal.
fn mentions(literal: &Literal, var: Var) -> bool {
    let mut vars = Vec::new();
    let of_terms = |terms: &[Term]| terms.contains(&Term::Var(var));
    match literal {
        Literal::Atom(_, terms) | Literal::Not(_, terms) => return of_terms(terms),
        Literal::Place(_, a, b) => return of_terms(&[*a, *b]),
        Literal::Matches(a, _) => return of_terms(&[*a]),
        Literal::Lookup { key, value, .. } => return of_terms(key) || *value == var,
        Literal::Compare(_, a, b) | Literal::Contains(a, b) => {
            variables(a, &mut vars);
            variables(b, &mut vars);
        }
        Literal::Present(other) | Literal::Absent(other) => vars.push(*other),
        Literal::Bind(other, expr) => {
            vars.push(*other);
            variables(expr, &mut vars);
        }
    }
    vars.contains(&var)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::core::{OriginId, RelationId};
    use crate::plan::strata;

    /// The way of rules over `r` (relation 0) and `edge` (relation 1), each as head and atoms.
    fn way(rules: &[(&str, &[(u32, &str)])]) -> Option<Way> {
        let mut core = Core::default();
        core.add_relation("r", 2);
        core.add_relation("edge", 2);
        let var = |letter: char| Var(letter as u32 - 'a' as u32);
        for (head, body) in rules {
            let atom = |(relation, terms): &(u32, &str)| {
                Literal::Atom(RelationId(*relation), terms.chars().map(|letter| Term::Var(var(letter))).collect())
            };
            let columns = head.chars().map(|letter| Expr::Var(var(letter))).collect();
            let rule = Rule { head: RelationId(0), columns, body: body.iter().map(atom).collect(), vars: 26 };
            core.add_rule(rule, OriginId(0));
        }
        let strata = strata(&core).expect("no circle");
        let recursive = strata.strata.iter().find(|stratum| stratum.recursive)?;
        shape(&core, recursive).map(|shape| shape.way)
    }

    #[test]
    fn a_column_that_is_handed_on_is_seen_in_any_order_of_conditions() {
        let base: (&str, &[(u32, &str)]) = ("xy", &[(1, "xy")]);
        assert_eq!(way(&[base, ("xz", &[(0, "xy"), (1, "yz")])]), Some(Way::Onward));
        assert_eq!(way(&[base, ("xz", &[(1, "yz"), (0, "xy")])]), Some(Way::Onward));
        assert_eq!(way(&[base, ("xz", &[(0, "xy"), (1, "zy")])]), Some(Way::Onward));
        assert_eq!(way(&[base, ("xz", &[(1, "xy"), (0, "yz")])]), Some(Way::Backward));
        assert_eq!(way(&[base, ("xz", &[(0, "yz"), (0, "xy")])]), Some(Way::Twice));
        // The column is asked for, or turned; ways mix; there are two steps of the third kind.
        assert_eq!(way(&[base, ("xz", &[(0, "xy"), (1, "yz"), (1, "xz")])]), None);
        assert_eq!(way(&[base, ("yx", &[(0, "xy")])]), None);
        assert_eq!(way(&[("xz", &[(0, "xy"), (1, "yz")]), ("xz", &[(1, "xy"), (0, "yz")])]), None);
        assert_eq!(way(&[base, ("xz", &[(0, "xy"), (0, "yz"), (1, "xz")])]), None);
        assert_eq!(way(&[base, ("xz", &[(0, "xy"), (0, "yz")]), ("xz", &[(0, "xy"), (0, "yz")])]), None);
    }
}
