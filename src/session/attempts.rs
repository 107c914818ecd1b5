//! Why an expected conclusion is missing: each clause or rule that could have concluded it, and which of its conditions
//! are met for the values that are asked for.

use super::answers::{Attempt, Check};
use super::clauses::Clause;
use super::funnel::Ground;
use super::laid::{Laid, all_of, equal};
use crate::base::{Location, Pool, Value};
use crate::check::program::{
    ConceptId, Condition, ConditionKind, Operand, OperandKind, RelationId, RelationKind, Status, VarId,
};
use crate::check::{Type, safety};
use crate::ir::lower::Question;
use crate::syntax::tree::CompareOp;
use rustc_hash::FxHashSet;

/// So many clauses are shown.
const SHOWN: usize = 5;

/// A clause that could conclude what is asked for, with its conditions and what is known of its values.
struct Tried {
    clause: Clause,
    words: String,
    at: Location,
    laid: Laid,
    known: Vec<Condition>,
}

impl Ground<'_> {
    /// What could have concluded a row of a relation, and what it lacks; and how many others there are.
    pub fn attempts(&self, pool: &mut Pool, relation: RelationId, row: &[Option<Value>]) -> (Vec<Attempt>, usize) {
        let mut tried = self.tried(relation, row);
        let more = tried.len().saturating_sub(SHOWN);
        tried.truncate(SHOWN);
        let first: Vec<Question> = tried.iter().flat_map(Tried::beginnings).collect();
        let mut answers = self.ask(pool, &first, &[]).into_iter();
        // What comes after the first that is not met is asked without it.
        let (mut later, mut checks) = (Vec::new(), Vec::new());
        for one in &tried {
            let met: Vec<bool> = answers.by_ref().take(one.laid.conditions.len()).map(|a| a.rows != Some(0)).collect();
            let lost = met.iter().position(|met| !met).unwrap_or(met.len());
            let rest: Vec<Option<Question>> = (lost + 1..met.len()).map(|k| one.without(lost, k)).collect();
            checks.push((lost, rest.iter().map(Option::is_some).collect::<Vec<bool>>()));
            later.extend(rest.into_iter().flatten());
        }
        let mut answers = self.ask(pool, &later, &[]).into_iter();
        let mut attempts = Vec::new();
        for (one, (lost, rest)) in tried.iter().zip(checks) {
            let mut list = Vec::new();
            for (k, condition) in one.laid.conditions.iter().enumerate() {
                let met = match k.checked_sub(lost + 1) {
                    None => Some(k < lost),
                    Some(after) => rest[after].then(|| answers.next().is_some_and(|a| a.rows != Some(0))),
                };
                let words = match (&condition.kind, one.clause) {
                    // The theme of a map is no condition that the author wrote.
                    (ConditionKind::Holds(id), Clause::Map(_)) => self.program.concept(*id).name.clone(),
                    _ => self.words(condition.at),
                };
                list.push(Check { condition: words, place: self.place(condition.at), met });
            }
            attempts.push(Attempt { rule: one.words.clone(), place: self.place(one.at), checks: list, against: None });
        }
        for (attempt, one) in
            attempts.iter_mut().zip(&tried).filter(|(a, _)| a.checks.iter().all(|c| c.met == Some(true)))
        {
            attempt.against = self.against(pool, one.clause, row);
        }
        (attempts, more)
    }

    /// The clauses that could conclude a row, in the author's order.
    fn tried(&self, relation: RelationId, row: &[Option<Value>]) -> Vec<Tried> {
        let program = self.program;
        let mut clauses: Vec<Clause> = Vec::new();
        let kind = program.relation(relation).kind;
        let named = row.get(1).copied().flatten().and_then(|value| program.concept_values.get(&value)).copied();
        if let (RelationKind::Has(_), Some(id)) = (kind, named) {
            let concept = program.concept(id);
            if concept.status != Status::Retired && !concept.withheld {
                clauses.extend((0..concept.matches.len()).map(|n| Clause::Matches(id, n)));
                clauses.extend((0..concept.when.len()).map(|n| Clause::When(id, n)));
            }
            let maps = program.maps.iter().enumerate();
            clauses.extend(maps.filter(|(_, map)| map.to.contains(&id)).map(|(n, _)| Clause::Map(n)));
        }
        if let (RelationKind::Stimulates, [Some(theme), Some(to)]) = (kind, row) {
            let concept = |value| program.concept_values.get(value).copied();
            let maps = program.maps.iter().enumerate();
            let fits = maps.filter(|(_, m)| {
                concept(theme) == Some(m.theme) && concept(to).is_some_and(|to: ConceptId| m.to.contains(&to))
            });
            clauses.extend(fits.map(|(n, _)| Clause::Map(n)));
        }
        let rules = program.rules.iter().enumerate();
        clauses.extend(rules.filter(|(_, rule)| rule.head == relation).map(|(n, _)| Clause::Rule(n)));
        clauses.into_iter().filter_map(|clause| self.try_clause(clause, kind, row)).collect()
    }

    /// A clause with the values that are asked for; none where its head can have no such values.
    fn try_clause(&self, clause: Clause, kind: RelationKind, row: &[Option<Value>]) -> Option<Tried> {
        let at = clause.at(self.program);
        let mut laid = self.lay(clause);
        let mut known = Vec::new();
        let constant = |value: Value, of: Type| Operand { kind: OperandKind::Const(value), of, at };
        for (column, value) in clause.head(self.program).iter().zip(row) {
            match (&column.kind, value) {
                (OperandKind::Var(var), Some(value)) => known.push(equal(*var, constant(*value, column.of))),
                (OperandKind::Const(own), Some(value)) if own != value => return None,
                _ => {}
            }
        }
        let words = match clause {
            Clause::Rule(number) => format!("rule {}", self.words(self.program.rules[number].head_at)),
            Clause::Map(number) => {
                let map = &self.program.maps[number];
                // A concept of theory is had by the messages of the theme, where the guard holds.
                if matches!(kind, RelationKind::Has(_)) {
                    let holds = Condition { kind: ConditionKind::Holds(map.theme), at: map.at };
                    laid = self.lay_map(&laid, holds);
                }
                format!("map from {}", self.program.concept(map.theme).name)
            }
            _ => clause.word().to_string(),
        };
        if let (Some(_), Some(value)) = (laid.subject, row.first().copied().flatten()) {
            let of = Type::Kind(self.program.known_kind("message"));
            let this = Operand { kind: OperandKind::This, of, at };
            known.push(Condition { kind: ConditionKind::Compare(CompareOp::Equal, this, constant(value, of)), at });
        }
        Some(Tried { clause, words, at, laid, known })
    }

    /// A map as a clause of the messages that have its theme.
    fn lay_map(&self, guard: &Laid, holds: Condition) -> Laid {
        let theme = match holds.kind {
            ConditionKind::Holds(id) => id,
            _ => return guard.clone(),
        };
        let subject = self.program.kind(self.program.concept(theme).kind).subject;
        let mut body = guard.body.clone();
        let parts = std::iter::once(holds).chain(guard.conditions.iter().cloned()).collect();
        body.condition = all_of(parts, body.at);
        Laid::new(body, Some(subject), &[])
    }

    /// The `unless` that takes a conclusion away, where one does.
    fn against(&self, pool: &mut Pool, clause: Clause, row: &[Option<Value>]) -> Option<Check> {
        let (Clause::Matches(id, _) | Clause::When(id, _)) = clause else { return None };
        let value = row.first().copied().flatten()?;
        let all: Vec<Clause> = (0..self.program.concept(id).unless.len()).map(|n| Clause::Unless(id, n)).collect();
        let tried: Vec<Tried> =
            all.into_iter().filter_map(|c| self.try_clause(c, RelationKind::Declared, &[Some(value)])).collect();
        let questions: Vec<Question> = tried.iter().filter_map(|t| t.beginnings().pop()).collect();
        let met = self.ask(pool, &questions, &[]).iter().position(|a| a.rows != Some(0))?;
        let at = tried[met].laid.body.at;
        Some(Check { condition: format!("unless {}", self.words(at)), place: self.place(at), met: Some(true) })
    }
}

impl Tried {
    /// The beginnings of the clause for the values that are known.
    fn beginnings(&self) -> Vec<Question> {
        (0..self.laid.conditions.len()).map(|k| self.asked(&self.laid.conditions[..=k])).collect()
    }

    fn asked(&self, conditions: &[Condition]) -> Question {
        let all = self.known.iter().chain(conditions).cloned().collect();
        self.laid.question(all, Vec::new())
    }

    /// A condition without the one that is not met; none where it needs a value from there.
    fn without(&self, lost: usize, asked: usize) -> Option<Question> {
        let conditions = &self.laid.conditions;
        let mut kept = conditions[..lost].to_vec();
        let mut bound: FxHashSet<VarId> = FxHashSet::default();
        self.known.iter().chain(&kept).for_each(|condition| safety::bind(condition, &mut bound));
        let between: FxHashSet<VarId> = conditions[lost..asked].iter().flat_map(safety::condition_vars).collect();
        let needed = safety::condition_vars(&conditions[asked]);
        if needed.iter().any(|var| between.contains(var) && !bound.contains(var)) {
            return None;
        }
        kept.push(conditions[asked].clone());
        Some(self.asked(&kept))
    }
}
