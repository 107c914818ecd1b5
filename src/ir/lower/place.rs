//! Places of codes and patterns together, and what speaks for a concept.

use super::{Clause, Lit, Lowerer};
use crate::base::Location;
use crate::check::program::{ConceptId, Condition, ConditionKind, PassageTest, Place, PlaceKind};
use crate::ir::core::{Expr, Function, Literal, PlaceTest, RelationId, Term, Var};
use crate::ir::origin::{OriginKind, Role};
use crate::syntax::tree::HasScope;

/// How the core tests it.
pub(super) fn place_test(test: PassageTest) -> PlaceTest {
    match test {
        PassageTest::Near(n) => PlaceTest::Near(n),
        PassageTest::Before(n) => PlaceTest::Before(n),
        PassageTest::InSame(unit) => PlaceTest::InSame(unit),
        PassageTest::Overlaps => PlaceTest::Overlaps,
    }
}

impl Lowerer<'_> {
    /// The literal that says that a message has a place.
    pub(super) fn place_literal(&mut self, place: &Place, this: Term) -> Literal {
        match &place.kind {
            PlaceKind::Code(id) => Literal::Atom(self.has(*id), vec![this]),
            _ => Literal::Atom(self.places(place), vec![this, Term::Any]),
        }
    }

    /// The relation of message and passage of a place.
    pub(super) fn places(&mut self, place: &Place) -> RelationId {
        match &place.kind {
            PlaceKind::Pattern(id) => self.match_relation(*id),
            PlaceKind::Code(id) => self.passages(*id),
            PlaceKind::Or(parts) => {
                let relation = self.numbered("place", 2, Role::Place(place.at));
                for part in parts {
                    let from = self.places(part);
                    self.copy_passages(from, relation, Some(part.at));
                }
                relation
            }
            PlaceKind::Both(test, a, b) => self.both(place.at, place_test(*test), a, b),
            PlaceKind::Except(a, b) => self.except(place.at, a, b),
        }
    }

    /// The passages of a code and of those under it.
    fn passages(&mut self, id: ConceptId) -> RelationId {
        let name = format!("passage@{}", self.program.concept(id).name);
        if let Some(known) = self.out.core.relations.iter().position(|r| r.name == name) {
            return RelationId(known as u32);
        }
        let relation = self.relation(&name, 2, Role::Passages(id));
        let clause = Clause { next: 2, ..Clause::internal(OriginKind::Internal, Some(self.program.concept(id).at)) };
        let (message, quote) = (Var(0), Var(1));
        let body = vec![
            (Literal::Atom(self.coded(id), vec![Term::Var(quote), Term::Any]), None),
            (Literal::Bind(message, Expr::Call(Function::MessageOf, vec![Expr::Var(quote)])), None),
        ];
        self.rule(&clause, relation, vec![Expr::Var(message), Expr::Var(quote)], body);
        let all = (0..self.program.concepts.len() as u32).map(ConceptId);
        for child in all.filter(|&c| self.program.concept(c).under.contains(&id)) {
            let from = self.passages(child);
            self.copy_passages(from, relation, None);
        }
        relation
    }

    fn copy_passages(&mut self, from: RelationId, to: RelationId, at: Option<Location>) {
        let clause = Clause { next: 2, ..Clause::internal(OriginKind::Internal, at) };
        let terms = vec![Term::Var(Var(0)), Term::Var(Var(1))];
        let body = vec![(Literal::Atom(from, terms), at)];
        self.rule(&clause, to, vec![Expr::Var(Var(0)), Expr::Var(Var(1))], body);
    }

    /// The hulls of two places that stand so to one another, without those that hold a smaller one.
    fn both(&mut self, at: Location, test: PlaceTest, a: &Place, b: &Place) -> RelationId {
        let (from_a, from_b) = (self.places(a), self.places(b));
        let hulls = self.numbered("hull", 2, Role::Place(at));
        let wider = self.numbered("wider", 2, Role::Place(at));
        let smallest = self.numbered("place", 2, Role::Place(at));
        let clause = Clause { next: 4, ..Clause::internal(OriginKind::Internal, Some(at)) };
        let [message, one, other, hull] = [0, 1, 2, 3].map(Var);
        let atom = |relation, quote| (Literal::Atom(relation, vec![Term::Var(message), Term::Var(quote)]), None);
        let body: Vec<Lit> = vec![
            (atom(from_a, one).0, Some(a.at)),
            (atom(from_b, other).0, Some(b.at)),
            (Literal::Place(test, Term::Var(one), Term::Var(other)), Some(at)),
            (Literal::Bind(hull, Expr::Call(Function::Hull, vec![Expr::Var(one), Expr::Var(other)])), None),
        ];
        self.rule(&clause, hulls, vec![Expr::Var(message), Expr::Var(hull)], body);
        let body = vec![
            atom(hulls, one),
            atom(hulls, other),
            (Literal::Place(PlaceTest::Contains, Term::Var(one), Term::Var(other)), None),
        ];
        self.rule(&clause, wider, vec![Expr::Var(message), Expr::Var(one)], body);
        let not_wider = (Literal::Not(wider, vec![Term::Var(message), Term::Var(one)]), None);
        self.rule(&clause, smallest, vec![Expr::Var(message), Expr::Var(one)], vec![atom(hulls, one), not_wider]);
        smallest
    }

    fn except(&mut self, at: Location, a: &Place, b: &Place) -> RelationId {
        let (from_a, from_b) = (self.places(a), self.places(b));
        let dropped = self.numbered("dropped", 2, Role::Place(at));
        let kept = self.numbered("place", 2, Role::Place(at));
        let clause = Clause { next: 3, ..Clause::internal(OriginKind::Internal, Some(at)) };
        let [message, one, other] = [0, 1, 2].map(Var);
        let atom =
            |relation, quote, at| (Literal::Atom(relation, vec![Term::Var(message), Term::Var(quote)]), Some(at));
        let body = vec![
            atom(from_a, one, a.at),
            atom(from_b, other, b.at),
            (Literal::Place(PlaceTest::Overlaps, Term::Var(one), Term::Var(other)), Some(at)),
        ];
        self.rule(&clause, dropped, vec![Expr::Var(message), Expr::Var(one)], body);
        let not_dropped = (Literal::Not(dropped, vec![Term::Var(message), Term::Var(one)]), Some(b.at));
        self.rule(&clause, kept, vec![Expr::Var(message), Expr::Var(one)], vec![atom(from_a, one, a.at), not_dropped]);
        kept
    }

    /// What speaks for a concept: the passages of what stands unnegated in a `when` that holds. `conditions` say that
    /// it holds of `subject`.
    pub(super) fn evidence_of(
        &mut self,
        id: ConceptId,
        condition: &Condition,
        subject: Var,
        conditions: Vec<Lit>,
        evidence: RelationId,
        at: Location,
    ) {
        let mut search = EvidenceSearch {
            clause: Clause { next: 2, ..Clause::internal(OriginKind::Evidence(id), Some(at)) },
            subject,
            evidence,
        };
        self.search_evidence(&mut search, condition, subject, conditions);
    }

    fn search_evidence(&mut self, search: &mut EvidenceSearch, condition: &Condition, of: Var, path: Vec<Lit>) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                for part in parts {
                    self.search_evidence(search, part, of, path.clone());
                }
            }
            ConditionKind::Has(which, inner) => {
                let other = search.clause.fresh();
                let mut path = path;
                path.extend(self.link(&mut search.clause, *which, of, other, condition.at));
                // The same other message must meet all that stands in the brackets.
                if super::group::is_closed(inner) {
                    let group = self.closed_group(inner);
                    path.push((Literal::Atom(group, vec![Term::Var(other)]), Some(inner.at)));
                }
                self.search_evidence(search, inner, other, path);
            }
            ConditionKind::Place(place) => {
                let relation = self.places(place);
                self.evidence_rule(search, relation, of, path.clone(), place.at);
                if let PlaceKind::Code(code) = place.kind
                    && let Some(by_when) = self.evidence(code).filter(|_| !self.program.concept(code).when.is_empty())
                {
                    self.evidence_rule(search, by_when, of, path, place.at);
                }
            }
            ConditionKind::Holds(concept) => {
                if let Some(relation) = self.evidence(*concept) {
                    self.evidence_rule(search, relation, of, path, condition.at);
                }
            }
            ConditionKind::Agreed(code, _) => {
                let relation = self.passages(*code);
                self.evidence_rule(search, relation, of, path, condition.at);
            }
            ConditionKind::Not(_)
            | ConditionKind::Atom(..)
            | ConditionKind::Compare(..)
            | ConditionKind::Passages(..)
            | ConditionKind::Contains(..)
            | ConditionKind::Matches(..)
            | ConditionKind::IsA(..) => {}
        }
    }

    fn evidence_rule(&mut self, search: &mut EvidenceSearch, from: RelationId, of: Var, path: Vec<Lit>, at: Location) {
        let quote = search.clause.fresh();
        let mut body = path;
        body.push((Literal::Atom(from, vec![Term::Var(of), Term::Var(quote)]), Some(at)));
        let columns = vec![Expr::Var(search.subject), Expr::Var(quote)];
        self.rule(&search.clause, search.evidence, columns, body);
    }

    /// The literals that lead from a message, author or thread to the other message of a `has`.
    pub(super) fn link(&mut self, clause: &mut Clause, which: HasScope, from: Var, to: Var, at: Location) -> Vec<Lit> {
        let message = self.out.declared(self.program.known("message"));
        let subject = clause.subject;
        let column = match which {
            HasScope::Parent => {
                let reply = self.out.declared(self.program.known("reply"));
                return vec![(Literal::Atom(reply, vec![Term::Var(from), Term::Var(to)]), Some(at))];
            }
            HasScope::Thread => 1,
            HasScope::Author => 2,
        };
        let row = |id: Var, shared: Var| {
            let mut terms = vec![Term::Any; 5];
            terms[0] = Term::Var(id);
            terms[column] = Term::Var(shared);
            (Literal::Atom(message, terms), Some(at))
        };
        use crate::check::program::Subject;
        match subject {
            // An author or a thread is asked directly.
            Some(Subject::Author | Subject::Thread) if clause.this == Some(from) => vec![row(to, from)],
            _ => {
                let shared = clause.fresh();
                vec![row(from, shared), (Literal::Present(shared), Some(at)), row(to, shared)]
            }
        }
    }
}

/// The rules that say what speaks for a concept, while they are made.
struct EvidenceSearch {
    clause: Clause,
    subject: Var,
    evidence: RelationId,
}
