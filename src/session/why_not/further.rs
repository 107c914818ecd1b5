//! Where a count is too small: what it does not count yet, and comes nearest to it. Whether that is the eleventh author
//! is for whoever reads the message to say; here it is only found, and the question told that goes on from there.

use super::answer::Further;
use super::inquiry::{Inquiry, OpenRow};
use super::open::ranked;
use super::shapes::condition_at;
use crate::base::Value;
use crate::check::program::{ConditionKind, RelationId as Declared, RelationKind, Subject};
use crate::ir::core::{Expr, Literal, RelationId, Term, Var};
use crate::ir::origin::Role;
use crate::proof::{Goal, Met, Miss, Wanted, pattern};
use crate::syntax::tree::{AggregateFunction, CompareOp};
use rustc_hash::FxHashMap;

/// No more are named of one count, however many it lacks.
const NAMED: usize = 3;
/// So many are looked at, for several may bring in the same.
const LOOKED: usize = 8;
/// For so many counts this is looked for.
const COUNTS: usize = 2;

/// A count that is too small, with what makes its group.
pub(super) type Short = (RelationId, OpenRow);

/// What is not counted and comes near.
#[derive(Clone)]
pub(super) struct NotCounted {
    /// The row that would be counted.
    pub row: OpenRow,
    /// What it lacks: the relation of the concept, and the message with the concept.
    lacks: (Declared, Vec<Value>),
    /// What is counted of it.
    adds: Vec<Value>,
}

impl Inquiry<'_> {
    /// Notes the counts that a comparison finds too small.
    pub(super) fn note_short(&mut self, whole: &Literal, miss: &Miss) {
        let Literal::Compare(op, a, b) = whole else { return };
        let more = match op {
            CompareOp::Greater | CompareOp::GreaterEqual => a,
            CompareOp::Less | CompareOp::LessEqual => b,
            CompareOp::Equal | CompareOp::NotEqual => return,
        };
        let Expr::Var(more) = more else { return };
        for literal in &self.base().lowered.core.rule(miss.rule).body {
            let Literal::Lookup { relation, key, value, .. } = literal else { continue };
            let short = (*relation, pattern(key, &miss.binding));
            let lacks = self.number_lacking(miss, Some(whole)).map_or(1, |(has, asked)| asked - has);
            if value == more && self.short.len() < COUNTS && !self.short.iter().any(|(known, _)| *known == short) {
                self.short.push((short, usize::try_from(lacks).unwrap_or(NAMED).clamp(1, NAMED)));
            }
        }
    }

    /// What comes nearest to being counted, for each count that was found too small.
    pub(super) fn further(&mut self) -> Vec<Further> {
        let mut told = Vec::new();
        for (short, lacks) in self.short.clone() {
            let found = self.not_counted(&short, lacks);
            for near in &found {
                let (declared, values) = &near.lacks;
                let view = self.view();
                let adds = near.adds.iter().filter(|value| !values.contains(value));
                let adds: Vec<String> = adds.map(|&value| view.in_words(value)).collect();
                let brings =
                    if adds.is_empty() { String::new() } else { format!(", which would bring in {}", adds.join(", ")) };
                let first = if std::ptr::eq(near, &found[0]) { "nearest" } else { "next" };
                let text = format!("{first} of what is not counted comes {}{brings}", view.in_words(values[0]));
                let open: OpenRow = values.iter().map(|&value| Some(value)).collect();
                told.push(Further { text, question: view.fact(*declared, &open) });
            }
            self.not_counted.insert(short, found);
        }
        told
    }

    /// So many messages that lack nothing but a concept to be counted, those that come nearest to it first.
    fn not_counted(&mut self, (head, key): &Short, most: usize) -> Vec<NotCounted> {
        let base = self.base();
        let core = &base.lowered.core;
        let Role::Count(at) = self.role(*head) else { return Vec::new() };
        let kind = condition_at(base.program, at).map(|condition| &condition.kind);
        let aggregation = core.aggregations.iter().find(|a| a.head == *head && a.function == AggregateFunction::Count);
        let (Some(aggregation), false) =
            (aggregation, matches!(kind, Some(ConditionKind::AtLeast(..) | ConditionKind::Agreed(..))))
        else {
            return Vec::new();
        };
        let mut open = key.clone();
        open.resize(core.relation(aggregation.body).arity, None);
        let mut all: Vec<NotCounted> = Vec::new();
        for rule in self.ways.rules(aggregation.body).to_vec() {
            let Some(goal) = Goal::of_row(core, rule, &open, &self.pool) else { continue };
            let Some((at, subject, declared, concept)) = self.asked_concept(&goal) else { continue };
            let mut rows: FxHashMap<Value, Vec<Value>> = FxHashMap::default();
            let mut lacks_only_that = |inquiry: &mut Inquiry<'_>, values: &[Value]| {
                let mut goal = goal.clone();
                goal.known.push((subject, values[0]));
                let wanted = Wanted { most: 4, whole: true, failing: 1, ..Wanted::default() };
                let misses = inquiry.search.bindings(&mut inquiry.pool, &goal, wanted);
                let row = misses.iter().filter(|miss| miss.met[at] == Met::No).find_map(|miss| {
                    let row: Option<Vec<Value>> = miss.row(core, &inquiry.pool).into_iter().collect();
                    row.filter(|row| base.db.find(aggregation.body, row).is_none())
                });
                row.map(|row| rows.insert(values[0], row)).is_some()
            };
            let found = ranked(self, declared, &vec![None, Some(concept)], LOOKED, &mut lacks_only_that);
            for (values, _) in found.first {
                let Some(row) = values.first().and_then(|message| rows.get(message)) else { continue };
                let adds = row[aggregation.groups..].to_vec();
                if all.len() < most && !all.iter().any(|known| known.adds == adds) {
                    let row = row.iter().map(|&value| Some(value)).collect();
                    all.push(NotCounted { row, lacks: (declared, values), adds });
                }
            }
        }
        all
    }

    /// The one concept that a rule asks of a message: which condition it is, the message, and the concept's relation.
    fn asked_concept(&self, goal: &Goal) -> Option<(usize, Var, Declared, Value)> {
        let base = self.base();
        let rule = base.lowered.core.rule(goal.rule);
        let known = |term: &Term| match term {
            Term::Var(var) => goal.known.iter().find(|(other, _)| other == var).map(|(_, value)| *value),
            Term::Const(value) => Some(*value),
            Term::Any => None,
        };
        let asks = |(at, literal): (usize, &Literal)| {
            let Literal::Atom(relation, terms) = literal else { return None };
            let &Term::Var(subject) = terms.first()? else { return None };
            let (declared, concept) = match base.lowered.role(*relation) {
                Role::Has(id) => {
                    let concept = base.program.concept(id);
                    (base.program.kind(concept.kind).relation?, concept.value)
                }
                Role::Union(declared) => (declared, known(terms.get(1)?)?),
                _ => return None,
            };
            let RelationKind::Has(kind) = base.program.relation(declared).kind else { return None };
            (base.program.kind(kind).subject == Subject::Message).then_some((at, subject, declared, concept))
        };
        let mut found = rule.body.iter().enumerate().filter_map(asks);
        found.next().filter(|_| found.next().is_none())
    }
}
