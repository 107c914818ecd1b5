//! Concepts: what makes them hold, and what follows from them.

use super::{Clause, Lit, Lowerer};
use crate::check::program::{ConceptId, RelationKind, Status, Subject};
use crate::ir::core::{Expr, Function, Literal, RelationId, Term, Var};
use crate::ir::origin::{OriginKind, Role};

impl Lowerer<'_> {
    pub(super) fn concepts(&mut self) {
        for i in 0..self.program.concepts.len() {
            let id = ConceptId(i as u32);
            let concept = self.program.concept(id);
            if self.program.kind(concept.kind).relation.is_none() {
                continue;
            }
            let is_code = concept.kind == self.program.known_kind("code");
            if is_code {
                self.people(id);
                self.code_of(id);
            }
            if concept.status != Status::Retired && !concept.withheld {
                self.own_clauses(id, is_code);
            }
            for &parent in &concept.under {
                self.under(id, parent);
            }
        }
    }

    /// What people coded: `coded(Q, C, K) if coding(M, C, K, S, E)` and Q is the passage.
    fn people(&mut self, id: ConceptId) {
        let concept = self.program.concept(id);
        let clause = Clause { next: 5, ..Clause::internal(OriginKind::People(id), Some(concept.at)) };
        let [message, coder, start, end, quote] = [0, 1, 2, 3, 4].map(Var);
        let relation = self.program.known("coding");
        let mut terms =
            vec![Term::Var(message), Term::Const(concept.value), Term::Var(coder), Term::Var(start), Term::Var(end)];
        // When it was coded and what was noted with it change nothing.
        terms.resize(self.program.relation(relation).columns.len().max(terms.len()), Term::Any);
        let coding = self.out.declared(relation);
        let passage = Expr::Call(Function::Passage, vec![Expr::Var(message), Expr::Var(start), Expr::Var(end)]);
        let body = vec![(Literal::Atom(coding, terms), None), (Literal::Bind(quote, passage), None)];
        let head = self.coded(id);
        self.rule(&clause, head, vec![Expr::Var(quote), Expr::Var(coder)], body);
    }

    /// A message has a code if a passage of it carries it.
    fn code_of(&mut self, id: ConceptId) {
        let clause = Clause { next: 2, ..Clause::internal(OriginKind::CodeOf(id), Some(self.program.concept(id).at)) };
        let (quote, message) = (Var(0), Var(1));
        let body = vec![
            (Literal::Atom(self.coded(id), vec![Term::Var(quote), Term::Any]), None),
            (Literal::Bind(message, Expr::Call(Function::MessageOf, vec![Expr::Var(quote)])), None),
        ];
        let head = self.has(id);
        self.rule(&clause, head, vec![Expr::Var(message)], body);
    }

    fn under(&mut self, child: ConceptId, parent: ConceptId) {
        let kind = OriginKind::Under { child, parent };
        let clause = Clause { next: 1, ..Clause::internal(kind, Some(self.program.concept(child).at)) };
        let body = vec![(Literal::Atom(self.has(child), vec![Term::Var(Var(0))]), None)];
        let head = self.has(parent);
        self.rule(&clause, head, vec![Expr::Var(Var(0))], body);
        let under = self.out.declared(self.program.known("under"));
        let values = [child, parent].map(|c| Expr::Const(self.program.concept(c).value));
        self.rule(&clause, under, values.to_vec(), Vec::new());
    }

    /// `matches`, `when` and `unless`.
    fn own_clauses(&mut self, id: ConceptId, is_code: bool) {
        let blocked = self.blocked(id);
        let concept = self.program.concept(id);
        for (number, matches) in concept.matches.iter().enumerate() {
            let relation = self.places(&matches.place);
            let at = Some(matches.place.at);
            let clause = Clause { next: 2, ..Clause::internal(OriginKind::Matches(id, number), Some(matches.at)) };
            let (message, quote) = (Var(0), Var(1));
            let found = |quote: Term| (Literal::Atom(relation, vec![Term::Var(message), quote]), at);
            let unless = blocked.map(|b| (Literal::Not(b, vec![Term::Var(message)]), None));
            if is_code {
                let rules = self.rules_coder();
                let body = [found(Term::Var(quote))].into_iter().chain(unless).collect();
                let head = self.coded(id);
                self.rule(&clause, head, vec![Expr::Var(quote), Expr::Const(rules)], body);
            } else {
                let body = [found(Term::Any)].into_iter().chain(unless.clone()).collect();
                let head = self.has(id);
                self.rule(&clause, head, vec![Expr::Var(message)], body);
                if let Some(evidence) = self.evidence(id) {
                    let clause = Clause { kind: OriginKind::Evidence(id), ..clause };
                    let body = [found(Term::Var(quote))].into_iter().chain(unless).collect();
                    self.rule(&clause, evidence, vec![Expr::Var(message), Expr::Var(quote)], body);
                }
            }
        }
        for number in 0..concept.when.len() {
            self.way(id, number, is_code, blocked);
        }
    }

    /// The relation of the subjects for which an `unless` holds.
    fn blocked(&mut self, id: ConceptId) -> Option<RelationId> {
        let concept = self.program.concept(id);
        if concept.unless.is_empty() {
            return None;
        }
        let kind = self.program.kind(concept.kind);
        let name = format!("unless@{}@{}", kind.name, concept.name);
        let blocked = self.relation(&name, 1, Role::Blocked(id));
        for (number, body) in concept.unless.iter().enumerate() {
            let mut clause = Clause::new(body, OriginKind::Unless(id, number), Some(body.at), Some(kind.subject));
            let this = clause.this.expect("a concept is asked of something");
            self.clause_rules(&mut clause, &body.condition, blocked, &[Expr::Var(this)]);
        }
        Some(blocked)
    }

    /// One `when`: the subjects for which it holds, the concept for those that nothing blocks, and what speaks for it.
    fn way(&mut self, id: ConceptId, number: usize, is_code: bool, blocked: Option<RelationId>) {
        let concept = self.program.concept(id);
        let kind = self.program.kind(concept.kind);
        let body = &concept.when[number];
        let name = format!("when@{}@{}#{number}", kind.name, concept.name);
        let way = self.relation(&name, 1, Role::Way(id, number));
        let mut clause = Clause::new(body, OriginKind::When(id, number), Some(body.at), Some(kind.subject));
        let this = clause.this.expect("a concept is asked of something");
        self.clause_rules(&mut clause, &body.condition, way, &[Expr::Var(this)]);

        let holds = Clause { next: 2, ..Clause::internal(OriginKind::Holds(id, number), Some(body.at)) };
        let (subject, quote) = (Var(0), Var(1));
        let mut conditions: Vec<Lit> = vec![(Literal::Atom(way, vec![Term::Var(subject)]), Some(body.at))];
        conditions.extend(blocked.map(|b| (Literal::Not(b, vec![Term::Var(subject)]), None)));
        if is_code {
            conditions.push((Literal::Bind(quote, Expr::Call(Function::Whole, vec![Expr::Var(subject)])), None));
            let (head, rules) = (self.coded(id), self.rules_coder());
            self.rule(&holds, head, vec![Expr::Var(quote), Expr::Const(rules)], conditions.clone());
            conditions.pop();
        } else {
            let head = self.has(id);
            self.rule(&holds, head, vec![Expr::Var(subject)], conditions.clone());
        }
        if let Some(evidence) = self.evidence(id).filter(|_| kind.subject == Subject::Message) {
            self.evidence_of(id, &body.condition, subject, conditions, evidence, body.at);
        }
    }

    /// Maps: the guard once for the study, and what follows for the messages of the theme.
    pub(super) fn maps(&mut self) {
        for (number, map) in self.program.maps.iter().enumerate() {
            for &to in &map.to {
                let stimulates = self.out.stimulates(map.theme, to).expect("declared for every map");
                match &map.guard {
                    Some(guard) => {
                        let mut clause = Clause::new(guard, OriginKind::Map(number), Some(map.at), None);
                        self.clause_rules(&mut clause, &guard.condition, stimulates, &[]);
                    }
                    None => {
                        let clause = Clause::internal(OriginKind::Map(number), Some(map.at));
                        self.rule(&clause, stimulates, Vec::new(), Vec::new());
                    }
                }
                let clause = Clause { next: 1, ..Clause::internal(OriginKind::Inferred(number), Some(map.at)) };
                let body = vec![
                    (Literal::Atom(self.has(map.theme), vec![Term::Var(Var(0))]), None),
                    (Literal::Atom(stimulates, Vec::new()), None),
                ];
                let head = self.has(to);
                self.rule(&clause, head, vec![Expr::Var(Var(0))], body);
            }
        }
    }

    /// The relations over all concepts, from those of single ones.
    pub(super) fn unions(&mut self) {
        let internal = Clause { next: 2, ..Clause::internal(OriginKind::Internal, None) };
        let mut split: Vec<_> = self.out.split.iter().map(|(&(r, c), &core)| (r, c, core)).collect();
        split.sort();
        for (relation, concept, core) in split {
            let value = Expr::Const(self.program.concept(concept).value);
            let (first, last) = (Var(0), Var(1));
            let has = matches!(self.program.relation(relation).kind, RelationKind::Has(_));
            let head = self.out.declared(relation);
            if has {
                let body = vec![(Literal::Atom(core, vec![Term::Var(first)]), None)];
                self.rule(&internal, head, vec![Expr::Var(first), value], body);
            } else {
                let body = vec![(Literal::Atom(core, vec![Term::Var(first), Term::Var(last)]), None)];
                self.rule(&internal, head, vec![Expr::Var(first), value, Expr::Var(last)], body);
            }
        }
        let mut stimulates: Vec<_> = self.out.stimulates.iter().map(|(&(t, c), &core)| (t, c, core)).collect();
        stimulates.sort();
        let head = self.out.declared(self.program.known("stimulates"));
        for (theme, concept, core) in stimulates {
            let values = [theme, concept].map(|c| Expr::Const(self.program.concept(c).value));
            self.rule(&internal, head, values.to_vec(), vec![(Literal::Atom(core, Vec::new()), None)]);
        }
    }

    /// `quote`: the passages that carry a code or are evidence, and where they stand.
    pub(super) fn quotes(&mut self) {
        let internal = Clause { next: 4, ..Clause::internal(OriginKind::Internal, None) };
        let [quote, message, start, end] = [0, 1, 2, 3].map(Var);
        let head = self.out.declared(self.program.known("quote"));
        let sources = [
            (self.out.declared(self.program.known("coded")), vec![Term::Var(quote), Term::Any, Term::Any]),
            (self.out.declared(self.program.known("evidence")), vec![Term::Any, Term::Any, Term::Var(quote)]),
        ];
        let of = |function| Expr::Call(function, vec![Expr::Var(quote)]);
        for (relation, terms) in sources {
            let found = (Literal::Atom(relation, terms), None);
            let message_of = (Literal::Bind(message, of(Function::MessageOf)), None);
            let placed = vec![
                found.clone(),
                message_of.clone(),
                (Literal::Bind(start, of(Function::Start)), None),
                (Literal::Bind(end, of(Function::End)), None),
            ];
            self.rule(&internal, head, [quote, message, start, end].map(Expr::Var).to_vec(), placed);
            // A quote of a whole message has no start: it is its own message's whole.
            let whole = Expr::Call(Function::Whole, vec![Expr::Var(message)]);
            let same = crate::syntax::tree::CompareOp::Equal;
            let whole = vec![found, message_of, (Literal::Compare(same, Expr::Var(quote), whole), None)];
            let none = Expr::Const(crate::base::Value::NONE);
            self.rule(&internal, head, vec![Expr::Var(quote), Expr::Var(message), none.clone(), none], whole);
        }
    }
}
