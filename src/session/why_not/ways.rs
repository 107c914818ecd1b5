//! What could conclude a fact, as its author thinks of it: a `when`, a `matches`, a rule, a map, a concept that stands
//! under another. What lowering made up in between is passed through here, and nowhere shown.

use crate::base::{Location, Pool, Value};
use crate::check::program::{ConceptId, Program};
use crate::ir::Lowered;
use crate::ir::core::{Core, Expr, Function, Literal, RelationId, RuleId, Term, Var};
use crate::ir::origin::{Origin, OriginKind, Role};
use crate::proof::Goal;
use crate::syntax::tree::CompareOp;
use rustc_hash::FxHashMap;

/// One way to a conclusion: one clause or rule of the author's, which an `or` may have made several core rules.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub kind: OriginKind,
    pub at: Option<Location>,
    pub goals: Vec<Goal>,
}

/// The rules of each relation, looked up once.
pub(super) struct Ways<'a> {
    lowered: &'a Lowered,
    program: &'a Program,
    by_head: FxHashMap<RelationId, Vec<RuleId>>,
    by_role: FxHashMap<Role, RelationId>,
}

impl<'a> Ways<'a> {
    pub fn new(program: &'a Program, lowered: &'a Lowered) -> Ways<'a> {
        let mut by_head: FxHashMap<RelationId, Vec<RuleId>> = FxHashMap::default();
        for (rule, id) in lowered.core.rules.iter().zip(0..) {
            by_head.entry(rule.head).or_default().push(RuleId(id));
        }
        let by_role = lowered.roles.iter().zip(0..).map(|(role, id)| (*role, RelationId(id))).collect();
        Ways { lowered, program, by_head, by_role }
    }

    fn core(&self) -> &'a Core {
        &self.lowered.core
    }

    pub fn origin(&self, rule: RuleId) -> &'a Origin {
        self.lowered.origin(self.core().rule_origins[rule.0 as usize])
    }

    /// The relation that stands for something.
    pub fn of_role(&self, role: Role) -> Option<RelationId> {
        self.by_role.get(&role).copied()
    }

    pub fn rules(&self, head: RelationId) -> &[RuleId] {
        self.by_head.get(&head).map_or(&[], Vec::as_slice)
    }

    /// True where some rule fills the relation.
    pub fn has_rules(&self, relation: RelationId) -> bool {
        !self.rules(relation).is_empty()
    }

    /// The ways to a row of a relation, in the author's order.
    pub fn of(&self, relation: RelationId, row: &[Option<Value>], pool: &Pool) -> Vec<Way> {
        let mut ways: Vec<Way> = Vec::new();
        for &rule in self.rules(relation) {
            match self.origin(rule).kind {
                OriginKind::CodeOf(id) => self.of_code(id, row.first().copied().flatten(), pool, &mut ways),
                OriginKind::Holds(id, number) => self.of_when(id, number, row.first().copied().flatten(), &mut ways),
                OriginKind::Internal if matches!(self.lowered.role(relation), Role::Union(_)) => {
                    self.of_part(rule, row, pool, &mut ways);
                }
                _ => {
                    let goal = Goal::of_row(self.core(), rule, row, pool);
                    goal.into_iter().for_each(|goal| self.add(goal, &mut ways));
                }
            }
        }
        ways
    }

    /// A concept's part of a relation over all concepts.
    fn of_part(&self, rule: RuleId, row: &[Option<Value>], pool: &Pool, ways: &mut Vec<Way>) {
        let Some(goal) = Goal::of_row(self.core(), rule, row, pool) else { return };
        let Some(Literal::Atom(part, terms)) = self.core().rule(rule).body.first() else { return };
        let known = |term: &Term| match term {
            Term::Var(var) => goal.known.iter().find(|(other, _)| other == var).map(|(_, value)| *value),
            Term::Const(value) => Some(*value),
            Term::Any => None,
        };
        let row: Vec<Option<Value>> = terms.iter().map(known).collect();
        ways.extend(self.of(*part, &row, pool));
    }

    /// A code: what finds or rules a passage of the message, and people.
    fn of_code(&self, id: ConceptId, message: Option<Value>, pool: &Pool, ways: &mut Vec<Way>) {
        let Some(coded) = self.of_role(Role::Coded(id)) else { return };
        for &rule in self.rules(coded) {
            let first = |value: Option<Value>| value.into_iter().map(|value| (Var(0), value)).collect();
            match self.origin(rule).kind {
                OriginKind::Holds(id, number) => self.of_when(id, number, message, ways),
                // What people do is no clause of the codebook; it is among the repairs.
                OriginKind::People(_) => {}
                OriginKind::Matches(..) => {
                    self.add(Goal { rule, known: first(message), extra: Vec::new() }, ways);
                }
                _ => {
                    let Some(mut goal) = Goal::of_row(self.core(), rule, &[None, None], pool) else { continue };
                    if let (Some(message), Some(quote)) = (message, self.core().rule(rule).columns.first()) {
                        let of = Expr::Call(Function::MessageOf, vec![quote.clone()]);
                        goal.extra.push(Literal::Compare(CompareOp::Equal, of, Expr::Const(message)));
                    }
                    self.add(goal, ways);
                }
            }
        }
    }

    /// A `when`, and what speaks against the concept.
    fn of_when(&self, id: ConceptId, number: usize, subject: Option<Value>, ways: &mut Vec<Way>) {
        let Some(way) = self.of_role(Role::Way(id, number)) else { return };
        for &rule in self.rules(way) {
            let Some(Expr::Var(this)) = self.core().rule(rule).columns.first() else { continue };
            let known = subject.into_iter().map(|value| (*this, value)).collect();
            let unless = self.of_role(Role::Blocked(id));
            let extra = unless.into_iter().map(|blocked| Literal::Not(blocked, vec![Term::Var(*this)])).collect();
            self.add(Goal { rule, known, extra }, ways);
        }
    }

    fn add(&self, goal: Goal, ways: &mut Vec<Way>) {
        let origin = self.origin(goal.rule);
        if matches!(origin.kind, OriginKind::Evidence(_)) && ways.iter().any(|way| way.kind == origin.kind) {
            return;
        }
        // The keywords of a table are one clause, which stands where the table is named.
        let same = |way: &&mut Way| match (way.kind, origin.kind) {
            (OriginKind::Matches(id, _), OriginKind::Matches(other, _)) => id == other && way.at == origin.at,
            (kind, other) => kind == other && way.at == origin.at,
        };
        match ways.iter_mut().find(same) {
            Some(way) => way.goals.push(goal),
            None => ways.push(Way { kind: origin.kind, at: origin.at, goals: vec![goal] }),
        }
    }

    /// The passages of a code in a message, its own and those of codes under it: by the relation that places read.
    pub fn passages(&self, id: ConceptId) -> Option<RelationId> {
        self.of_role(Role::Passages(id))
    }

    /// What a way is called: the clause or rule as its author wrote it, on one line.
    pub fn title(&self, way: &Way, words: &dyn Fn(Location) -> String) -> String {
        let program = self.program;
        match way.kind {
            OriginKind::Rule(number) => {
                let rule = &program.rules[number];
                format!("rule {}", words(rule.head_at))
            }
            OriginKind::When(id, number) | OriginKind::Holds(id, number) => {
                format!("when {}", words(program.concept(id).when[number].at))
            }
            OriginKind::Unless(id, number) => format!("unless {}", words(program.concept(id).unless[number].at)),
            OriginKind::Matches(id, number) => {
                let matches = &program.concept(id).matches[number];
                match matches.place.at == matches.at {
                    true => format!("a keyword of {}", words(matches.at)),
                    false => format!("matches {}", words(matches.place.at)),
                }
            }
            OriginKind::Under { child, parent } => {
                let (child, parent) = (program.concept(child), program.concept(parent));
                format!("\"{}\" stands under \"{}\"", child.title(), parent.title())
            }
            OriginKind::Map(number) | OriginKind::Inferred(number) => {
                let map = &program.maps[number];
                format!("through the theme \"{}\"", program.concept(map.theme).title())
            }
            OriginKind::Evidence(id) => format!("what speaks for \"{}\"", program.concept(id).title()),
            _ => way.at.map_or("a condition".to_string(), words),
        }
    }

    /// Where a way stands.
    pub fn place(&self, way: &Way) -> Option<Location> {
        match way.kind {
            OriginKind::Rule(number) => Some(self.program.rules[number].head_at),
            OriginKind::Matches(id, number) => Some(self.program.concept(id).matches[number].at),
            _ => way.at,
        }
    }
}
