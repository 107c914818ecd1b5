//! Conditions into rule bodies: `or` becomes several bodies, and what needs values from elsewhere comes after what
//! gives them.

use super::group::is_closed;
use super::place::place_test;
use super::value::{has_value, plain_of, simple_bound, simple_term};
use super::{Clause, Lit, Lowerer};
use crate::base::{Location, Value};
use crate::check::program::{self, Condition, ConditionKind, Operand, OperandKind, PlaceKind, RelationKind};
use crate::check::safety;
use crate::ir::core::{Expr, Function, Literal, RelationId, Term, Var};
use crate::syntax::tree::CompareOp;
use rustc_hash::FxHashSet;

/// A condition of one alternative, with the message that it is asked of.
#[derive(Clone)]
enum Leaf<'c> {
    Is(&'c Condition, Option<Var>),
    Not(&'c Condition, Option<Var>),
    /// `not a < b`, turned round.
    Compare(CompareOp, &'c Operand, &'c Operand, Location, Option<Var>),
    Literals(Vec<Lit>),
}

/// What must be bound in a body beside what its own conditions ask for.
pub(super) struct Frame<'f> {
    pub this: Option<Var>,
    /// The conditions around the body, to be repeated in it if it needs their values.
    pub context: &'f [Lit],
    /// The variables that the head wants.
    pub wanted: &'f [Var],
}

impl Lowerer<'_> {
    /// Adds the rules that conclude `head` with these columns from a condition.
    pub(super) fn clause_rules(
        &mut self,
        clause: &mut Clause,
        condition: &Condition,
        head: RelationId,
        columns: &[Expr],
    ) {
        let mut wanted = Vec::new();
        columns.iter().for_each(|c| expr_vars(c, &mut wanted));
        let frame = Frame { this: clause.this, context: &[], wanted: &wanted };
        for body in self.alternatives(clause, condition, &frame) {
            self.rule(clause, head, columns.to_vec(), body);
        }
    }

    /// The bodies of a condition: it holds where one of them does.
    pub(super) fn alternatives(
        &mut self,
        clause: &mut Clause,
        condition: &Condition,
        frame: &Frame<'_>,
    ) -> Vec<Vec<Lit>> {
        let alternatives = self.distribute(clause, condition, frame.this);
        alternatives.into_iter().map(|leaves| self.conjunction(clause, leaves, frame)).collect()
    }

    fn distribute<'c>(
        &mut self,
        clause: &mut Clause,
        condition: &'c Condition,
        this: Option<Var>,
    ) -> Vec<Vec<Leaf<'c>>> {
        match &condition.kind {
            ConditionKind::And(parts) => {
                let mut all: Vec<Vec<Leaf<'c>>> = vec![Vec::new()];
                for part in parts {
                    let part = self.distribute(clause, part, this);
                    all = product(&all, &part);
                }
                all
            }
            ConditionKind::Or(_) if this.is_some() && is_closed(condition) => vec![vec![Leaf::Is(condition, this)]],
            ConditionKind::Or(parts) => parts.iter().flat_map(|p| self.distribute(clause, p, this)).collect(),
            ConditionKind::Has(which, inner) => {
                let from = this.expect("the checker wants a subject for `has`");
                let other = clause.fresh();
                let link = self.link(clause, *which, from, other, condition.at);
                let inner = self.distribute(clause, inner, Some(other));
                product(&[vec![Leaf::Literals(link)]], &inner)
            }
            ConditionKind::Not(inner) => match &inner.kind {
                ConditionKind::Not(twice) => self.distribute(clause, twice, this),
                ConditionKind::Or(parts) => {
                    vec![parts.iter().map(|p| negated(p, this)).collect()]
                }
                _ => vec![vec![negated(inner, this)]],
            },
            _ => vec![vec![Leaf::Is(condition, this)]],
        }
    }

    /// One body.
    fn conjunction(&mut self, clause: &mut Clause, leaves: Vec<Leaf<'_>>, frame: &Frame<'_>) -> Vec<Lit> {
        let mut lits: Vec<Lit> = Vec::new();
        let mut quotes = Vec::new();
        let mut later = Vec::new();
        for leaf in leaves {
            match leaf {
                Leaf::Literals(link) => lits.extend(link),
                Leaf::Is(Condition { kind: ConditionKind::Atom(relation, operands), at }, this)
                    if self.program.relation(*relation).kind == RelationKind::Quote =>
                {
                    quotes.push((operands.as_slice(), *at, this));
                }
                Leaf::Is(condition, this) => {
                    if !self.direct(clause, condition, this, &mut lits) {
                        later.push(Leaf::Is(condition, this));
                    }
                }
                other => later.push(other),
            }
        }
        for (operands, at, this) in quotes {
            self.quote_atom(clause, operands, at, this, &mut lits);
        }
        let needs_context = {
            let mut bound = bound_by(&lits);
            self.bind_values_would(clause, &later, &mut bound);
            let missing = |v: &Var| !bound.contains(v) && clause.this != Some(*v);
            frame.wanted.iter().any(missing)
                || later.iter().any(|leaf| {
                    leaf_needs(leaf).iter().any(|v| match clause.term(*v) {
                        Term::Var(v) => missing(&v) && bound_by(frame.context).contains(&v),
                        _ => false,
                    })
                })
        };
        if needs_context {
            let mut whole = frame.context.to_vec();
            whole.append(&mut lits);
            lits = whole;
        }
        if let (Some(this), Some(subject)) = (frame.this, clause.subject)
            && !bound_by(&lits).contains(&this)
        {
            // Inside a `has` the message at hand is another, and its link binds it.
            let name = if clause.this == Some(this) { subject.name() } else { "message" };
            let domain = self.domain(self.program.known_kind(name));
            lits.push((Literal::Atom(domain, vec![Term::Var(this)]), None));
        }
        let later = self.bind_values(clause, later, &mut lits);
        for leaf in later {
            self.constrain(clause, leaf, &mut lits);
        }
        lits
    }

    /// Conditions that give values themselves.
    fn direct(&mut self, clause: &mut Clause, condition: &Condition, this: Option<Var>, lits: &mut Vec<Lit>) -> bool {
        let at = Some(condition.at);
        let subject = || Term::Var(this.expect("the checker wants a subject here"));
        match &condition.kind {
            ConditionKind::Holds(id) => lits.push((Literal::Atom(self.has(*id), vec![subject()]), at)),
            ConditionKind::Place(place) => {
                let literal = self.place_literal(place, subject());
                lits.push((literal, at));
            }
            ConditionKind::Agreed(code, count) => {
                let relation = self.agreement(*code, condition.at);
                let value = clause.fresh();
                let default = Some(self.pool.number(0));
                lits.push((Literal::Lookup { relation, key: vec![subject()], value, default }, at));
                let least = Expr::Const(self.pool.number(i64::from(*count)));
                lits.push((Literal::Compare(CompareOp::GreaterEqual, Expr::Var(value), least), at));
            }
            ConditionKind::Or(_) => {
                let group = self.group_of(condition, clause, this);
                lits.push((Literal::Atom(group, vec![subject()]), at));
            }
            ConditionKind::Atom(relation, operands) => self.atom(clause, *relation, operands, condition.at, this, lits),
            ConditionKind::IsA(operand, kind) => {
                let domain = self.domain(*kind);
                let term = self.term(clause, operand, this, at, lits);
                lits.push((Literal::Atom(domain, vec![term]), at));
            }
            ConditionKind::And(_)
            | ConditionKind::Has(..)
            | ConditionKind::Not(_)
            | ConditionKind::AtLeast(..)
            | ConditionKind::Compare(..)
            | ConditionKind::Passages(..)
            | ConditionKind::Contains(..)
            | ConditionKind::Matches(..) => return false,
        }
        true
    }

    /// A row of a relation; with a concept that is named, of the concept's own.
    fn atom(
        &mut self,
        clause: &mut Clause,
        relation: program::RelationId,
        operands: &[Operand],
        at: Location,
        this: Option<Var>,
        lits: &mut Vec<Lit>,
    ) {
        let mut after = Vec::new();
        let (core, columns) = self.target(clause, relation, operands);
        let terms = columns
            .iter()
            .map(|&i| {
                let term = self.term(clause, &operands[i], this, Some(at), &mut after);
                if let (true, Term::Var(var)) = (self.program.relation(relation).columns[i].optional, term) {
                    after.push((Literal::Present(var), Some(at)));
                }
                term
            })
            .collect();
        lits.push((Literal::Atom(core, terms), Some(at)));
        lits.append(&mut after);
    }

    /// The core relation of an atom and the columns that it has.
    pub(super) fn target(
        &self,
        clause: &Clause,
        relation: program::RelationId,
        operands: &[Operand],
    ) -> (RelationId, Vec<usize>) {
        let concept = |i: usize| {
            let value = match operands[i].kind {
                OperandKind::Const(value) => value,
                OperandKind::Var(v) => *clause.fixed.get(&v)?,
                _ => return None,
            };
            self.program.concept_values.get(&value).copied()
        };
        let all = (0..operands.len()).collect();
        match self.program.relation(relation).kind {
            RelationKind::Has(_) | RelationKind::Coded | RelationKind::Evidence => {
                match concept(1).and_then(|c| self.out.of_concept(relation, c)) {
                    Some(core) => (core, (0..operands.len()).filter(|&i| i != 1).collect()),
                    None => (self.out.declared(relation), all),
                }
            }
            RelationKind::Stimulates => {
                let pair = concept(0).zip(concept(1));
                match pair.and_then(|(theme, to)| self.out.stimulates(theme, to)) {
                    Some(core) => (core, Vec::new()),
                    None => (self.out.declared(relation), all),
                }
            }
            _ => (self.out.declared(relation), all),
        }
    }

    /// A column of an atom. What is computed is compared afterwards.
    fn term(
        &mut self,
        clause: &mut Clause,
        operand: &Operand,
        this: Option<Var>,
        at: Option<Location>,
        after: &mut Vec<Lit>,
    ) -> Term {
        match simple_term(clause, operand, this) {
            Some(term) => term,
            None => {
                let var = clause.fresh();
                let value = plain_of(clause, operand, this).unwrap_or(Expr::Const(Value::NONE));
                after.push((Literal::Compare(CompareOp::Equal, Expr::Var(var), value), at));
                Term::Var(var)
            }
        }
    }

    /// A passage that another condition names is taken apart; else the known passages are gone through.
    fn quote_atom(
        &mut self,
        clause: &mut Clause,
        operands: &[Operand],
        at: Location,
        this: Option<Var>,
        lits: &mut Vec<Lit>,
    ) {
        let named = match operands[0].kind {
            OperandKind::Var(v) => match clause.term(v) {
                Term::Var(var) => Some(var).filter(|v| bound_by(lits).contains(v)),
                _ => None,
            },
            _ => None,
        };
        let Some(quote) = named else {
            return self.atom(clause, self.program.known("quote"), operands, at, this, lits);
        };
        for (operand, function) in operands[1..].iter().zip([Function::MessageOf, Function::Start, Function::End]) {
            let value = Expr::Call(function, vec![Expr::Var(quote)]);
            let literal = match simple_term(clause, operand, this) {
                Some(Term::Any) => continue,
                Some(Term::Var(var)) => Literal::Bind(var, value),
                Some(Term::Const(constant)) => Literal::Compare(CompareOp::Equal, Expr::Const(constant), value),
                None => {
                    let other = plain_of(clause, operand, this).unwrap_or(Expr::Const(Value::NONE));
                    Literal::Compare(CompareOp::Equal, other, value)
                }
            };
            lits.push((literal, Some(at)));
        }
    }

    /// Marks what `X = value` would bind, without making anything.
    fn bind_values_would(&self, clause: &Clause, leaves: &[Leaf<'_>], bound: &mut FxHashSet<Var>) {
        loop {
            let before = bound.len();
            for leaf in leaves {
                if let Some((var, other)) = self.binding(clause, leaf, bound) {
                    let _ = other;
                    bound.insert(var);
                }
            }
            if bound.len() == before {
                break;
            }
        }
    }

    /// The variable that an equation would bind now, and its value.
    fn binding<'c>(&self, clause: &Clause, leaf: &Leaf<'c>, bound: &FxHashSet<Var>) -> Option<(Var, &'c Operand)> {
        let Leaf::Is(Condition { kind: ConditionKind::Compare(CompareOp::Equal, a, b), .. }, _) = leaf else {
            return None;
        };
        let known = |v: program::VarId| match clause.term(v) {
            Term::Var(v) => bound.contains(&v),
            _ => true,
        };
        [(a, b), (b, a)].into_iter().find_map(|(one, other)| match one.kind {
            OperandKind::Var(v) if !known(v) && safety::needed(other).into_iter().all(known) => Some((Var(v.0), other)),
            _ => None,
        })
    }

    /// `X = value` where the value can be had gives X; gives back what is left.
    fn bind_values<'c>(
        &mut self,
        clause: &mut Clause,
        mut leaves: Vec<Leaf<'c>>,
        lits: &mut Vec<Lit>,
    ) -> Vec<Leaf<'c>> {
        loop {
            let bound = bound_by(lits);
            let next = leaves
                .iter()
                .enumerate()
                .find_map(|(i, leaf)| self.binding(clause, leaf, &bound).map(|(var, value)| (i, var, value)));
            let Some((i, var, operand)) = next else { return leaves };
            let Leaf::Is(condition, this) = leaves.remove(i) else { continue };
            let value = self.value(clause, operand, this, lits);
            lits.push((Literal::Bind(var, value), Some(condition.at)));
        }
    }

    /// Conditions on values that are there.
    fn constrain(&mut self, clause: &mut Clause, leaf: Leaf<'_>, lits: &mut Vec<Lit>) {
        match leaf {
            Leaf::Compare(op, a, b, at, this) => {
                let (a, b) = (self.value(clause, a, this, lits), self.value(clause, b, this, lits));
                lits.push((Literal::Compare(op, a, b), Some(at)));
            }
            Leaf::Not(condition, this) => {
                let literal = self.negation(clause, condition, this, lits);
                lits.push((literal, Some(condition.at)));
            }
            Leaf::Literals(link) => lits.extend(link),
            Leaf::Is(condition, this) => {
                let at = Some(condition.at);
                let literal = match &condition.kind {
                    ConditionKind::Compare(op, a, b) => {
                        let (a, b) = (self.value(clause, a, this, lits), self.value(clause, b, this, lits));
                        Literal::Compare(*op, a, b)
                    }
                    ConditionKind::Contains(a, b) => {
                        let (a, b) = (self.value(clause, a, this, lits), self.value(clause, b, this, lits));
                        Literal::Contains(a, b)
                    }
                    ConditionKind::Matches(a, pattern) => {
                        let number = self.pattern_number(*pattern);
                        let term = self.value_term(clause, a, this, lits);
                        Literal::Matches(term, number)
                    }
                    ConditionKind::Passages(test, a, b) => {
                        let (a, b) = (self.value_term(clause, a, this, lits), self.value_term(clause, b, this, lits));
                        Literal::Place(place_test(*test), a, b)
                    }
                    ConditionKind::AtLeast(count, parts) => {
                        return self.at_least(clause, *count, parts, condition.at, this, lits);
                    }
                    _ => return,
                };
                lits.push((literal, at));
            }
        }
    }

    /// `not` of one condition.
    fn negation(&mut self, clause: &mut Clause, condition: &Condition, this: Option<Var>, lits: &[Lit]) -> Literal {
        let bound = bound_by(lits);
        let subject = || Term::Var(this.expect("the checker wants a subject here"));
        match &condition.kind {
            ConditionKind::Holds(id) => Literal::Not(self.has(*id), vec![subject()]),
            ConditionKind::Place(place) => match place.kind {
                PlaceKind::Code(id) => Literal::Not(self.has(id), vec![subject()]),
                _ => Literal::Not(self.places(place), vec![subject(), Term::Any]),
            },
            ConditionKind::IsA(operand, kind) if simple_bound(clause, operand, this, &bound).is_some() => {
                let term = simple_bound(clause, operand, this, &bound).expect("asked in the guard");
                Literal::Not(self.domain(*kind), vec![term])
            }
            ConditionKind::Atom(relation, operands)
                if operands.iter().all(|o| simple_bound(clause, o, this, &bound).is_some()) =>
            {
                let (core, columns) = self.target(clause, *relation, operands);
                let terms = columns.iter().filter_map(|&i| simple_bound(clause, &operands[i], this, &bound));
                // Naming an optional column asks that it is there, and a bound value is.
                Literal::Not(core, terms.collect())
            }
            _ => self.negated_group(clause, condition, this, lits),
        }
    }
}

fn negated(condition: &Condition, this: Option<Var>) -> Leaf<'_> {
    match &condition.kind {
        ConditionKind::Compare(op, a, b) if has_value(a) && has_value(b) => {
            let turned = match op {
                CompareOp::Equal => CompareOp::NotEqual,
                CompareOp::NotEqual => CompareOp::Equal,
                CompareOp::Less => CompareOp::GreaterEqual,
                CompareOp::LessEqual => CompareOp::Greater,
                CompareOp::Greater => CompareOp::LessEqual,
                CompareOp::GreaterEqual => CompareOp::Less,
            };
            Leaf::Compare(turned, a, b, condition.at, this)
        }
        _ => Leaf::Not(condition, this),
    }
}

fn product<'c>(all: &[Vec<Leaf<'c>>], part: &[Vec<Leaf<'c>>]) -> Vec<Vec<Leaf<'c>>> {
    let join = |a: &Vec<Leaf<'c>>, b: &Vec<Leaf<'c>>| a.iter().chain(b).cloned().collect();
    all.iter().flat_map(|a| part.iter().map(move |b| join(a, b))).collect()
}

/// The variables that a leaf needs from elsewhere, or might.
fn leaf_needs(leaf: &Leaf<'_>) -> Vec<program::VarId> {
    match leaf {
        Leaf::Is(condition, _) | Leaf::Not(condition, _) => safety::condition_vars(condition),
        Leaf::Compare(_, a, b, _, _) => [safety::operand_vars(a), safety::operand_vars(b)].concat(),
        Leaf::Literals(_) => Vec::new(),
    }
}

/// The variables that literals bind.
pub(super) fn bound_by(lits: &[Lit]) -> FxHashSet<Var> {
    let mut bound = FxHashSet::default();
    for (literal, _) in lits {
        match literal {
            Literal::Atom(_, terms) => bound.extend(terms.iter().filter_map(|t| match t {
                Term::Var(v) => Some(*v),
                _ => None,
            })),
            Literal::Bind(var, _) | Literal::Lookup { value: var, .. } => {
                bound.insert(*var);
            }
            Literal::Not(..)
            | Literal::Compare(..)
            | Literal::Present(_)
            | Literal::Absent(_)
            | Literal::Place(..)
            | Literal::Matches(..)
            | Literal::Contains(..) => {}
        }
    }
    bound
}

fn expr_vars(expr: &Expr, vars: &mut Vec<Var>) {
    match expr {
        Expr::Var(v) => vars.push(*v),
        Expr::Const(_) => {}
        Expr::Arithmetic(_, a, b) => {
            expr_vars(a, vars);
            expr_vars(b, vars);
        }
        Expr::Call(_, args) => args.iter().for_each(|a| expr_vars(a, vars)),
    }
}
