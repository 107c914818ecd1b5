//! Conditions that become relations of their own: brackets under `not`, `at least`, and what is counted.

use super::alternatives::{Frame, bound_by};
use super::{Clause, Lit, Lowerer};
use crate::base::Location;
use crate::check::program::{self, ConceptId, Condition, ConditionKind, Operand, OperandKind, Subject};
use crate::check::safety;
use crate::ir::core::{Aggregation, Expr, Function, Literal, RelationId, Term, Var};
use crate::ir::origin::{OriginKind, Role};
use crate::syntax::tree::{AggregateFunction, CompareOp, CountedScope, CountedThing};

/// A counted condition, made once however often it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CountedKey {
    pub what: CountedThing,
    pub concept: ConceptId,
    pub scope: CountedScope,
}

/// True for a condition that speaks of nothing but the message it is asked of.
pub(super) fn is_closed(condition: &Condition) -> bool {
    safety::condition_vars(condition).is_empty()
}

/// True where a condition speaks of the message at hand.
fn speaks_of_this(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::Holds(_) | ConditionKind::Place(_) | ConditionKind::Agreed(..) | ConditionKind::Has(..) => true,
        ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
            parts.iter().any(speaks_of_this)
        }
        ConditionKind::Not(inner) => speaks_of_this(inner),
        _ => {
            let mut found = false;
            safety::each_operand(condition, &mut |o| found |= names_this(o));
            found
        }
    }
}

fn names_this(operand: &Operand) -> bool {
    match &operand.kind {
        OperandKind::This => true,
        OperandKind::Counted(_, _, scope) => *scope != CountedScope::Study,
        OperandKind::Arithmetic(_, a, b) => names_this(a) || names_this(b),
        OperandKind::Call(_, args) => args.iter().any(names_this),
        OperandKind::Aggregate(aggregate) => speaks_of_this(&aggregate.body) || aggregate.over.iter().any(names_this),
        OperandKind::Var(_) | OperandKind::Const(_) | OperandKind::Any => false,
    }
}

impl Lowerer<'_> {
    /// A closed condition of a message as a relation.
    pub(super) fn closed_group(&mut self, condition: &Condition) -> RelationId {
        self.group_for(condition, Some(Subject::Message))
    }

    /// A closed condition of whatever it is asked of.
    pub(super) fn group_of(&mut self, condition: &Condition, clause: &Clause, this: Option<Var>) -> RelationId {
        let subject = if this == clause.this { clause.subject } else { Some(Subject::Message) };
        // An `or` is taken apart here, where `alternatives` would ask for this very group again.
        let relation = self.numbered("either", 1, Role::Group(condition.at));
        let parts = match &condition.kind {
            ConditionKind::Or(parts) => parts.as_slice(),
            _ => std::slice::from_ref(condition),
        };
        for part in parts {
            self.group_rules(part, subject, relation);
        }
        relation
    }

    fn group_for(&mut self, condition: &Condition, subject: Option<Subject>) -> RelationId {
        let relation = self.numbered("group", 1, Role::Group(condition.at));
        self.group_rules(condition, subject, relation);
        relation
    }

    fn group_rules(&mut self, condition: &Condition, subject: Option<Subject>, relation: RelationId) {
        let mut clause = Clause { next: 1, ..Clause::internal(OriginKind::Internal, Some(condition.at)) };
        (clause.this, clause.subject) = (Some(Var(0)), subject);
        self.clause_rules(&mut clause, condition, relation, &[Expr::Var(Var(0))]);
    }

    /// The clause of a relation that stands for conditions inside another clause.
    fn inside(&self, clause: &Clause, at: Location) -> Clause {
        Clause {
            kind: OriginKind::Internal,
            at: Some(at),
            names: clause.names.clone(),
            this: clause.this,
            subject: clause.subject,
            fixed: clause.fixed.clone(),
            next: clause.next,
        }
    }

    /// The variables that conditions share with the literals around them, `this` first.
    fn shared(&self, clause: &Clause, conditions: &[Condition], this: Option<Var>, lits: &[Lit]) -> Vec<Var> {
        let bound = bound_by(lits);
        let mut shared: Vec<Var> = conditions
            .iter()
            .flat_map(safety::condition_vars)
            .filter_map(|v| match clause.term(v) {
                Term::Var(v) if bound.contains(&v) => Some(v),
                _ => None,
            })
            .collect();
        shared.sort();
        shared.dedup();
        let this = this.filter(|_| conditions.iter().any(speaks_of_this));
        this.into_iter().chain(shared.into_iter().filter(|v| Some(*v) != this)).collect()
    }

    /// `not (…)`: nothing that shares these values meets what stands in the brackets.
    pub(super) fn negated_group(
        &mut self,
        clause: &mut Clause,
        condition: &Condition,
        this: Option<Var>,
        lits: &[Lit],
    ) -> Literal {
        let shared = self.shared(clause, std::slice::from_ref(condition), this, lits);
        let relation = self.numbered("not", shared.len(), Role::Group(condition.at));
        let mut inside = self.inside(clause, condition.at);
        let this = this.filter(|t| shared.contains(t));
        let frame = Frame { this, context: lits, wanted: &shared };
        for body in self.alternatives(&mut inside, condition, &frame) {
            let columns = shared.iter().map(|&v| Expr::Var(v)).collect();
            self.rule(&inside, relation, columns, body);
        }
        Literal::Not(relation, shared.into_iter().map(Term::Var).collect())
    }

    /// `at least N of (…)`: counts which of the conditions are met.
    pub(super) fn at_least(
        &mut self,
        clause: &mut Clause,
        count: u32,
        parts: &[Condition],
        at: Location,
        this: Option<Var>,
        lits: &mut Vec<Lit>,
    ) {
        let shared = self.shared(clause, parts, this, lits);
        let met = self.numbered("met", shared.len() + 1, Role::Counted(at));
        let this = this.filter(|t| shared.contains(t));
        for (number, part) in parts.iter().enumerate() {
            let mut inside = self.inside(clause, part.at);
            let frame = Frame { this, context: lits, wanted: &shared };
            let number = self.pool.number(number as i64 + 1);
            for body in self.alternatives(&mut inside, part, &frame) {
                let columns = shared.iter().map(|&v| Expr::Var(v)).chain([Expr::Const(number)]).collect();
                self.rule(&inside, met, columns, body);
            }
        }
        let relation = self.aggregation(met, shared.len(), AggregateFunction::Count, at);
        let value = clause.fresh();
        let key = shared.into_iter().map(Term::Var).collect();
        let default = Some(self.pool.number(0));
        lits.push((Literal::Lookup { relation, key, value, default }, Some(at)));
        let least = Expr::Const(self.pool.number(i64::from(count)));
        lits.push((Literal::Compare(CompareOp::GreaterEqual, Expr::Var(value), least), Some(at)));
    }

    fn aggregation(
        &mut self,
        body: RelationId,
        groups: usize,
        function: AggregateFunction,
        at: Location,
    ) -> RelationId {
        let head = self.numbered(function.text(), groups + 1, Role::Count(at));
        self.out.core.aggregations.push(Aggregation { head, body, groups, function });
        head
    }

    /// `count of A where (…)` and its like; gives the variable that holds the value.
    pub(super) fn aggregate(
        &mut self,
        clause: &mut Clause,
        aggregate: &program::Aggregate,
        at: Location,
        this: Option<Var>,
        lits: &mut Vec<Lit>,
    ) -> Var {
        let asked = speaks_of_this(&aggregate.body) || aggregate.over.iter().any(names_this);
        let this = this.filter(|_| asked);
        let mut groups: Vec<Var> = this.into_iter().collect();
        groups.extend(aggregate.groups.iter().filter_map(|&v| match clause.term(v) {
            Term::Var(v) if Some(v) != this => Some(v),
            _ => None,
        }));
        let rows: Vec<Expr> = aggregate
            .each
            .iter()
            .filter_map(|&v| match clause.term(v) {
                Term::Var(v) => Some(Expr::Var(v)),
                _ => None,
            })
            .collect();
        let width = groups.len() + rows.len() + aggregate.over.len();
        let counted = self.numbered("counted", width, Role::Counted(at));
        let mut inside = self.inside(clause, at);
        let frame = Frame { this, context: lits, wanted: &groups };
        for mut body in self.alternatives(&mut inside, &aggregate.body, &frame) {
            let mut columns: Vec<Expr> = groups.iter().map(|&v| Expr::Var(v)).collect();
            columns.extend(rows.iter().cloned());
            for over in &aggregate.over {
                columns.push(self.value(&mut inside, over, this, &mut body));
            }
            self.rule(&inside, counted, columns, body);
        }
        let relation = self.aggregation(counted, groups.len(), aggregate.function, at);
        let zero = matches!(aggregate.function, AggregateFunction::Count | AggregateFunction::Sum);
        let default = zero.then(|| self.pool.number(0));
        let value = clause.fresh();
        let key = groups.into_iter().map(Term::Var).collect();
        lits.push((Literal::Lookup { relation, key, value, default }, Some(at)));
        value
    }

    /// `authors of x in this thread`; gives the variable that holds the number.
    pub(super) fn counted(
        &mut self,
        clause: &mut Clause,
        asked: CountedKey,
        at: Location,
        this: Option<Var>,
        lits: &mut Vec<Lit>,
    ) -> Var {
        let relation = match self.counted.get(&asked) {
            Some(&relation) => relation,
            None => {
                let relation = self.count_of(asked, at);
                self.counted.insert(asked, relation);
                relation
            }
        };
        let key = match (asked.scope, clause.subject) {
            (CountedScope::Study, _) => Vec::new(),
            (CountedScope::Message, _)
            | (CountedScope::Thread, Some(Subject::Thread))
            | (CountedScope::Author, Some(Subject::Author)) => this.map(Term::Var).into_iter().collect(),
            (CountedScope::Thread | CountedScope::Author, _) => {
                let whose = clause.fresh();
                let column = if asked.scope == CountedScope::Thread { 1 } else { 2 };
                let mut terms = vec![Term::Any; 5];
                terms[0] = this.map_or(Term::Any, Term::Var);
                terms[column] = Term::Var(whose);
                lits.push((Literal::Atom(self.out.declared(self.program.known("message")), terms), None));
                lits.push((Literal::Present(whose), None));
                vec![Term::Var(whose)]
            }
        };
        let value = clause.fresh();
        let default = Some(self.pool.number(0));
        lits.push((Literal::Lookup { relation, key, value, default }, Some(at)));
        value
    }

    fn count_of(&mut self, asked: CountedKey, at: Location) -> RelationId {
        let clause = Clause { next: 4, ..Clause::internal(OriginKind::Internal, Some(at)) };
        let [message, thing, whose, quote] = [0, 1, 2, 3].map(Var);
        let has = (Literal::Atom(self.has(asked.concept), vec![Term::Var(message)]), Some(at));
        let row = |column: usize, value: Var, message_relation: RelationId| {
            let mut terms = vec![Term::Any; 5];
            terms[0] = Term::Var(message);
            terms[column] = Term::Var(value);
            [(Literal::Atom(message_relation, terms), Some(at)), (Literal::Present(value), Some(at))]
        };
        let messages = self.out.declared(self.program.known("message"));
        let mut body: Vec<Lit> = Vec::new();
        let counted = match asked.what {
            CountedThing::Messages => {
                body.push(has);
                message
            }
            CountedThing::Authors | CountedThing::Threads => {
                body.push(has);
                body.extend(row(if asked.what == CountedThing::Authors { 2 } else { 1 }, thing, messages));
                thing
            }
            CountedThing::Quotes => {
                let code = self.program.concept(asked.concept).kind == self.program.known_kind("code");
                let passages = if code {
                    self.places(&program::Place { kind: program::PlaceKind::Code(asked.concept), at })
                } else {
                    self.evidence(asked.concept).expect("counted of a kind over messages")
                };
                body.push((Literal::Atom(passages, vec![Term::Var(message), Term::Var(quote)]), Some(at)));
                quote
            }
            CountedThing::Coders => {
                body.extend(self.people_on(asked.concept, at, message, thing, quote));
                thing
            }
        };
        let group = match asked.scope {
            CountedScope::Study => None,
            CountedScope::Message => Some(message),
            CountedScope::Thread | CountedScope::Author => {
                body.extend(row(if asked.scope == CountedScope::Thread { 1 } else { 2 }, whose, messages));
                Some(whose)
            }
        };
        let relation = self.numbered("counted", usize::from(group.is_some()) + 1, Role::Counted(at));
        let columns = group.into_iter().chain([counted]).map(Expr::Var).collect();
        self.rule(&clause, relation, columns, body);
        self.aggregation(relation, usize::from(group.is_some()), AggregateFunction::Count, at)
    }

    /// How many people gave each message the code.
    pub(super) fn agreement(&mut self, code: ConceptId, at: Location) -> RelationId {
        let asked = CountedKey { what: CountedThing::Coders, concept: code, scope: CountedScope::Message };
        if let Some(&known) = self.counted.get(&asked) {
            return known;
        }
        let relation = self.count_of(asked, at);
        self.counted.insert(asked, relation);
        relation
    }

    /// The people, not the rules, who gave a message the code.
    fn people_on(&mut self, code: ConceptId, at: Location, message: Var, coder: Var, quote: Var) -> Vec<Lit> {
        let rules = self.rules_coder();
        vec![
            (Literal::Atom(self.coded(code), vec![Term::Var(quote), Term::Var(coder)]), Some(at)),
            (Literal::Compare(CompareOp::NotEqual, Expr::Var(coder), Expr::Const(rules)), Some(at)),
            (Literal::Bind(message, Expr::Call(Function::MessageOf, vec![Expr::Var(quote)])), Some(at)),
        ]
    }
}
