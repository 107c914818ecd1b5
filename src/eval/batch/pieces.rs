//! The steps of a plan with their relations looked up, before they are put into stages.

use super::code::{Place, Test};
use super::gather;
use super::view::{Scope, View};
use crate::base::Value;
use crate::ir::compute::variables;
use crate::ir::core::{Expr, Literal, RelationId, Rule, Term, Var};
use crate::plan::{Access, AtomStep, RulePlan, Step};

/// A step.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// All rows of a relation.
    Rows { view: View, finds: Vec<(Place, Var)> },
    /// What its groups begin with.
    Groups { view: View, first: Var },
    /// The rows with a key. `opens`: the key is a group of [`Piece::Groups`], and may be an absence.
    Found { view: View, key: Vec<Term>, finds: Vec<(Place, Var)>, opens: bool },
    /// Whether among the rows that a search finds one passes all these; of the search, which binds one variable.
    Some { found: Box<Piece>, tests: Vec<Piece> },
    /// Two variables are the same.
    Same(Var, Var),
    /// A variable is a constant.
    Is(Var, Value),
    /// Whether there is a row.
    Row { test: Test, key: Vec<Term>, wanted: bool },
    /// The value of an aggregate.
    Lookup { view: View, key: Vec<Term>, place: Place, default: Option<Value>, value: Var, bound: bool },
    /// A computation.
    Bind { literal: usize, var: Var, expr: Expr, bound: bool, turned: bool },
    /// A test.
    Test { literal: usize },
}

fn of_terms(terms: &[Term], vars: &mut Vec<Var>) {
    vars.extend(terms.iter().filter_map(|term| if let Term::Var(var) = term { Some(*var) } else { None }));
}

impl Piece {
    /// The variables that it asks for.
    pub fn asks(&self, rule: &Rule) -> Vec<Var> {
        let mut vars = Vec::new();
        match self {
            Piece::Rows { .. } | Piece::Groups { .. } => {}
            Piece::Found { key, .. } | Piece::Row { key, .. } => of_terms(key, &mut vars),
            Piece::Some { found, tests } => {
                vars = tests.iter().flat_map(|test| test.asks(rule)).collect();
                let binds = found.binds();
                vars.retain(|var| !binds.contains(var));
                vars.extend(found.asks(rule));
            }
            Piece::Same(a, b) => vars.extend([*a, *b]),
            Piece::Is(var, _) => vars.push(*var),
            Piece::Lookup { key, value, bound, .. } => {
                of_terms(key, &mut vars);
                vars.extend(bound.then_some(*value));
            }
            Piece::Bind { var, expr, bound, .. } => {
                variables(expr, &mut vars);
                vars.extend(bound.then_some(*var));
            }
            Piece::Test { literal } => literal_vars(&rule.body[*literal], &mut vars),
        }
        vars
    }

    /// The variables that it gives a value.
    pub fn binds(&self) -> Vec<Var> {
        match self {
            Piece::Rows { finds, .. } | Piece::Found { finds, .. } => finds.iter().map(|(_, var)| *var).collect(),
            Piece::Groups { first, .. } => vec![*first],
            Piece::Lookup { value: var, bound: false, .. } | Piece::Bind { var, bound: false, .. } => vec![*var],
            _ => Vec::new(),
        }
    }

    /// True where rows come from it.
    pub fn is_source(&self) -> bool {
        matches!(self, Piece::Rows { .. } | Piece::Groups { .. } | Piece::Found { .. })
    }

    /// True where it may fail, make a value or ask a text: then what is run before it decides what is reported.
    pub fn computes(&self, rule: &Rule) -> bool {
        match self {
            Piece::Bind { expr, .. } => !matches!(expr, Expr::Var(_) | Expr::Const(_)),
            Piece::Test { literal } => match &rule.body[*literal] {
                Literal::Compare(_, a, b) => {
                    let plain = |expr: &Expr| matches!(expr, Expr::Var(_) | Expr::Const(_));
                    !plain(a) || !plain(b)
                }
                Literal::Present(_) | Literal::Absent(_) => false,
                _ => true,
            },
            _ => false,
        }
    }
}

/// The variables of a test.
pub(super) fn literal_vars(literal: &Literal, vars: &mut Vec<Var>) {
    match literal {
        Literal::Compare(_, a, b) | Literal::Contains(a, b) => {
            variables(a, vars);
            variables(b, vars);
        }
        Literal::Present(var) | Literal::Absent(var) => vars.push(*var),
        Literal::Place(_, a, b) => of_terms(&[*a, *b], vars),
        Literal::Matches(a, _) => of_terms(&[*a], vars),
        Literal::Bind(_, expr) => variables(expr, vars),
        Literal::Atom(..) | Literal::Not(..) | Literal::Lookup { .. } => {}
    }
}

/// The steps of a plan; variables from `rule.vars` on stand for columns that are only compared. The
/// working relations are ready for its [`searches`].
pub(super) fn pieces(rule: &Rule, plan: &RulePlan, scope: Scope<'_>) -> (Vec<Piece>, u32) {
    let (mut pieces, mut vars) = (Vec::new(), rule.vars);
    for step in &plan.steps {
        match step {
            Step::Atom(atom) => atom_pieces(atom, plan.delta == Some(atom.literal), scope, &mut pieces, &mut vars),
            Step::Not { relation, columns, key, .. } => {
                let (test, key) = test(*relation, columns, key, false, scope);
                pieces.push(Piece::Row { test, key, wanted: false });
            }
            Step::Lookup { relation, columns, key, value, bound, default, .. } => {
                let (view, key) = search(*relation, columns, key, false, scope);
                let last = scope.db.relation(*relation).arity() as u32 - 1;
                let place = view.place(scope, last);
                pieces.push(Piece::Lookup { view, key, place, default: *default, value: *value, bound: *bound });
            }
            Step::Bind { literal, var, expr, bound, turned } => pieces.push(Piece::Bind {
                literal: *literal,
                var: *var,
                expr: expr.clone(),
                bound: *bound,
                turned: *turned,
            }),
            Step::Test { literal } => pieces.push(Piece::Test { literal: *literal }),
        }
    }
    (pieces, vars)
}

fn atom_pieces(atom: &AtomStep, delta: bool, scope: Scope<'_>, pieces: &mut Vec<Piece>, vars: &mut u32) {
    let columns = match &atom.access {
        Access::Index(columns) => &columns[..],
        Access::Row => {
            let columns: Vec<u32> = (0..atom.key.len() as u32).collect();
            let (test, key) = test(atom.relation, &columns, &atom.key, false, scope);
            return pieces.push(Piece::Row { test, key, wanted: true });
        }
        Access::Scan | Access::Delta => &[],
    };
    if atom.binds.is_empty() && atom.checks.is_empty() && atom.access != Access::Delta {
        let (test, key) = test(atom.relation, columns, &atom.key, delta, scope);
        return pieces.push(Piece::Row { test, key, wanted: true });
    }
    let (view, key) = search(atom.relation, columns, &atom.key, delta, scope);
    let mut finds: Vec<(Place, Var)> =
        atom.binds.iter().map(|(column, var)| (view.place(scope, *column), *var)).collect();
    let mut checks = Vec::new();
    for (column, term) in &atom.checks {
        let var = Var(*vars);
        *vars += 1;
        finds.push((view.place(scope, *column), var));
        match term {
            Term::Var(other) => checks.push(Piece::Same(*other, var)),
            Term::Const(value) => checks.push(Piece::Is(var, *value)),
            Term::Any => {}
        }
    }
    pieces.push(if columns.is_empty() {
        Piece::Rows { view, finds }
    } else {
        Piece::Found { view, key, finds, opens: false }
    });
    pieces.extend(checks);
}

/// Where the rows with values in these columns are found, and the values in the sequence of that order.
fn search(relation: RelationId, columns: &[u32], key: &[Term], delta: bool, scope: Scope<'_>) -> (View, Vec<Term>) {
    if let Some(&at) = scope.at.get(&relation) {
        let index = if columns.is_empty() || columns == [0] { None } else { scope.works[at].has_index(columns) };
        return (View::Work { at, index, delta }, key.to_vec());
    }
    let relation = scope.db.relation(relation);
    if columns.is_empty() {
        return (View::Order(relation.first_order().clone()), Vec::new());
    }
    let order = relation.order(columns);
    let of = |column: &u32| columns.iter().position(|other| other == column).map(|at| key[at]);
    let key = order.columns().iter().take(columns.len()).filter_map(of).collect();
    (View::Order(order), key)
}

fn test(relation: RelationId, columns: &[u32], key: &[Term], delta: bool, scope: Scope<'_>) -> (Test, Vec<Term>) {
    let arity = scope.work(relation).map_or_else(|| scope.db.relation(relation).arity(), |work| work.arity);
    if columns.is_empty() {
        return (Test::Any(relation), Vec::new());
    }
    if columns.len() == arity {
        let test = scope.at.get(&relation).map_or(Test::Whole(relation), |&at| Test::Seen(at));
        return (test, key.to_vec());
    }
    let (view, key) = search(relation, columns, key, delta, scope);
    (Test::Begins(view), key)
}

/// The searches of working relations that a plan makes: columns of an index, or all where a whole row is asked for.
pub(super) fn searches(plan: &RulePlan) -> impl Iterator<Item = (RelationId, Vec<u32>)> + '_ {
    plan.steps.iter().filter_map(|step| match step {
        Step::Atom(AtomStep { relation, access: Access::Index(columns), .. }) => Some((*relation, columns.clone())),
        Step::Atom(AtomStep { relation, access: Access::Row, key, .. }) => {
            Some((*relation, (0..key.len() as u32).collect()))
        }
        _ => None,
    })
}

/// Opens groups as late as can be: an atom that binds a group's first value and one that is in it is split, and a search
/// that binds one variable waits until something asks for it. What computes waits for nothing.
pub(super) fn defer(pieces: Vec<Piece>, rule: &Rule, head: &[Var]) -> Vec<Piece> {
    let asked_later = |at: usize, var: &Var| {
        head.contains(var) || pieces[at + 1..].iter().any(|piece| piece.asks(rule).contains(var))
    };
    let (mut out, mut waiting): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    for (at, piece) in pieces.iter().enumerate() {
        let (asks, all) = (piece.asks(rule), piece.computes(rule));
        // What waits asks for nothing that waits: it came after all that it asks for.
        for late in std::mem::take(&mut waiting) {
            let asked = late.binds().iter().any(|var| asks.contains(var));
            if all || asked { out.push(late) } else { waiting.push(late) }
        }
        let mut piece = piece.clone();
        if let Piece::Rows { finds, .. } | Piece::Found { finds, .. } = &mut piece {
            finds.retain(|(_, var)| asked_later(at, var));
        }
        match piece {
            Piece::Rows { view, finds } => match finds[..] {
                [] => out.push(Piece::Row { test: Test::Begins(view), key: Vec::new(), wanted: true }),
                [(Place::First, first)] => out.push(Piece::Groups { view, first }),
                [(a, x), (b, y)] if splits(a, b) => {
                    let (first, tail) = if a == Place::First { (x, (b, y)) } else { (y, (a, x)) };
                    out.push(Piece::Groups { view: view.clone(), first });
                    waiting.push(Piece::Found { view, key: vec![Term::Var(first)], finds: vec![tail], opens: true });
                }
                _ => out.push(Piece::Rows { view, finds }),
            },
            Piece::Found { view, key, finds, .. } if finds.is_empty() => {
                out.push(Piece::Row { test: Test::Begins(view), key, wanted: true });
            }
            Piece::Found { ref finds, .. } if finds.len() == 1 => waiting.push(piece),
            piece => out.push(piece),
        }
    }
    // What gives the head's last column comes last.
    waiting.sort_by_key(|late| head.last().is_some_and(|last| late.binds().contains(last)));
    out.extend(waiting);
    join(out, rule, head)
}

fn splits(a: Place, b: Place) -> bool {
    matches!((a, b), (Place::First, Place::Tail(_)) | (Place::Tail(_), Place::First))
}

/// Puts together what was split for nothing: groups that are opened at once, unless their rows are gathered or the end
/// of the head, or nothing but the group is in the head, so that one row of each may do.
fn join(pieces: Vec<Piece>, rule: &Rule, head: &[Var]) -> Vec<Piece> {
    let count = pieces.len();
    let gathers = gather::last(rule, &pieces).map(|last| last.from);
    let mut out: Vec<Piece> = Vec::new();
    for (at, piece) in pieces.into_iter().enumerate() {
        if let (Some(Piece::Groups { view, first }), Piece::Found { key, finds, opens: true, .. }) =
            (out.last(), &piece)
            && key[..] == [Term::Var(*first)]
        {
            let last = at + 1 == count && head.last() == Some(&finds[0].1) && head.len() <= 2;
            let witness = head.iter().all(|var| var == first);
            if !last && !witness && gathers != Some(at) {
                let finds = vec![(Place::First, *first), finds[0]];
                let view = view.clone();
                out.pop();
                out.push(Piece::Rows { view, finds });
                continue;
            }
        }
        out.push(piece);
    }
    out
}

/// Makes one test of a last search whose find no one asks for but the tests after it: the first row that passes will do.
pub(super) fn fuse(mut pieces: Vec<Piece>, rule: &Rule, head: &[Var]) -> Vec<Piece> {
    let Some(at) = pieces.iter().rposition(Piece::is_source).filter(|at| *at > 0) else { return pieces };
    let Piece::Found { finds, .. } = &pieces[at] else { return pieces };
    let [(Place::Tail(_), var)] = finds[..] else { return pieces };
    let is_check = |piece: &Piece| match piece {
        Piece::Row { .. } => true,
        Piece::Test { literal } => matches!(rule.body[*literal], Literal::Compare(..)) && !piece.computes(rule),
        _ => false,
    };
    let tests = &pieces[at + 1..];
    if head.contains(&var) || tests.is_empty() || !tests.iter().all(is_check) {
        return pieces;
    }
    // Tests that do not ask for what is found come before the search.
    let (tests, before): (Vec<Piece>, Vec<Piece>) =
        pieces.drain(at + 1..).partition(|test| test.asks(rule).contains(&var));
    let found = pieces.pop();
    pieces.extend(before);
    pieces.extend(found.map(|found| match tests.is_empty() {
        true => found,
        false => Piece::Some { found: Box::new(found), tests },
    }));
    pieces
}
