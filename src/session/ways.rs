//! The ways to come to a conclusion, each with what it finds on its own: one `when`, one `matches`, one rule.

use super::Study;
use crate::base::{Location, Value};
use crate::check::program::{
    Body, ConceptId, Condition, ConditionKind, Operand, OperandKind, RelationId, RelationKind, VarId, Variable,
};
use crate::check::safety;
use crate::eval;
use crate::ir::core::{self, Literal};
use crate::ir::lower::{Question, lower_questions};
use crate::ir::origin::{OriginKind, Role};
use crate::plan;
use crate::syntax::tree::CompareOp;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WayKind {
    /// The `matches` of that number.
    Matches(usize),
    /// A `when`.
    When,
    /// Codings by people.
    People,
    /// A concept under this one.
    Under(ConceptId),
    /// A rule of the author's.
    Rule,
    /// A map that infers it.
    Map(usize),
    /// Facts and rows that are given.
    Given,
}

impl WayKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            WayKind::Matches(_) => "matches",
            WayKind::When => "when",
            WayKind::People => "people",
            WayKind::Under(_) => "under",
            WayKind::Rule => "rule",
            WayKind::Map(_) => "map",
            WayKind::Given => "fact",
        }
    }

    /// True for what the study's rules say, other than by way of another concept.
    pub fn is_rule(self) -> bool {
        matches!(self, WayKind::Matches(_) | WayKind::When | WayKind::Rule)
    }

    /// True for what the study's own clauses say, which an `unless` may set aside.
    pub fn may_be_set_aside(self) -> bool {
        matches!(self, WayKind::Matches(_) | WayKind::When)
    }
}

/// A way and what it finds.
pub(super) struct Way<T> {
    pub kind: WayKind,
    pub at: Location,
    pub found: FxHashSet<T>,
}

/// What a rule of the author's concludes.
pub(super) type Rows = Vec<Vec<Value>>;

/// Where what each way finds is kept.
#[derive(Default)]
pub(super) struct Grounds {
    /// What each rule of the author's concludes by itself, by its number.
    pub rules: Vec<Rows>,
    /// The relations of the passages of a `matches`, whatever an `unless` says.
    matches: FxHashMap<(ConceptId, usize), Vec<core::RelationId>>,
    ways: FxHashMap<(ConceptId, usize), core::RelationId>,
    blocked: FxHashMap<ConceptId, core::RelationId>,
    children: FxHashMap<ConceptId, Vec<ConceptId>>,
}

impl Study {
    /// What each rule of the author's concludes by itself, by its number. The study must have been evaluated.
    ///
    /// All rules are asked together, since each question by itself costs a look at the whole program; where they are
    /// too many together, one by one.
    pub(super) fn rows_of_rules(&mut self) -> Vec<Rows> {
        let asked: Vec<(Question, Vec<VarId>)> =
            (0..self.program.rules.len()).map(|number| self.rule_as_question(number)).collect();
        let questions: Vec<Question> = asked.iter().map(|(question, _)| question.clone()).collect();
        let together = self.ask_together(&questions);
        let mut found = Vec::new();
        for (number, (question, columns)) in asked.iter().enumerate() {
            let rows = match &together {
                Some(all) => all[number].clone(),
                None => {
                    self.ask_together(std::slice::from_ref(question)).and_then(|mut one| one.pop()).unwrap_or_default()
                }
            };
            let place = |var: &VarId| question.columns.iter().position(|v| v == var);
            let places: Option<Vec<usize>> = columns.iter().map(place).collect();
            let ordered =
                |places: Vec<usize>| rows.iter().map(|row| places.iter().map(|&i| row[i]).collect()).collect();
            found.push(places.map(ordered).unwrap_or_default());
        }
        found
    }

    /// A rule as a question: its conditions, and one variable more for each value of its head that is none. Gives also
    /// the variable of each column of the head.
    fn rule_as_question(&self, number: usize) -> (Question, Vec<VarId>) {
        let rule = self.program.rules[number].clone();
        let mut body: Body = rule.body;
        let mut conditions = vec![body.condition.clone()];
        let mut columns: Vec<VarId> = Vec::new();
        for operand in rule.columns {
            if let OperandKind::Var(var) = operand.kind {
                columns.push(var);
                continue;
            }
            let (var, at, of) = (VarId(body.vars.len() as u32), operand.at, operand.of);
            body.vars.push(Variable { name: format!("column {}", columns.len() + 1), of, at });
            let variable = Operand { kind: OperandKind::Var(var), of, at };
            let kind = ConditionKind::Compare(CompareOp::Equal, variable, operand);
            conditions.push(Condition { kind, at });
            columns.push(var);
        }
        body.condition = Condition { kind: ConditionKind::And(conditions), at: body.at };
        let mut bound = FxHashSet::default();
        safety::bind(&body.condition, &mut bound);
        let mut vars: Vec<VarId> = columns.iter().copied().filter(|v| bound.contains(v)).collect();
        vars.sort();
        vars.dedup();
        (Question { body, columns: vars, subject: None }, columns)
    }

    /// The answers to questions; none where they are more than the limits allow, which has been told where the study
    /// itself was evaluated.
    fn ask_together(&mut self, questions: &[Question]) -> Option<Vec<Rows>> {
        let known = self.lowered.matches.len();
        let (mut lowered, heads) = lower_questions(&self.program, &mut self.pool, &self.lowered, questions);
        let texts = self.texts.with(&lowered.patterns);
        texts.fill_new(&mut lowered, &mut self.pool, known);
        let strata = plan::strata(&lowered.core).ok()?;
        let mut db = self.db.clone();
        let limits = self.limits();
        eval::run(&lowered.core, &strata, &mut db, &mut self.pool, &texts, &limits, &mut eval::unwatched).ok()?;
        let sorted = |&head| -> Rows {
            db.sorted_rows(head, &self.pool).into_iter().map(|row| db.row(head, row).to_vec()).collect()
        };
        Some(heads.iter().map(sorted).collect())
    }

    /// Which relations hold what each way finds, looked up once for all concepts.
    pub(super) fn grounds(&mut self) -> Grounds {
        let mut out = Grounds { rules: self.rows_of_rules(), ..Grounds::default() };
        for (i, role) in self.lowered.roles.iter().enumerate() {
            let relation = core::RelationId(i as u32);
            match *role {
                Role::Way(id, number) => drop(out.ways.insert((id, number), relation)),
                Role::Blocked(id) => drop(out.blocked.insert(id, relation)),
                _ => {}
            }
        }
        let core = &self.lowered.core;
        for (rule, origin) in core.rules.iter().zip(&core.rule_origins) {
            if let OriginKind::Matches(id, number) = self.lowered.origin(*origin).kind
                && let Some(Literal::Atom(places, _)) = rule.body.first()
            {
                out.matches.entry((id, number)).or_default().push(*places);
            }
        }
        for (i, child) in self.program.concepts.iter().enumerate() {
            for &parent in &child.under {
                out.children.entry(parent).or_default().push(ConceptId(i as u32));
            }
        }
        out
    }

    /// The ways to a concept, in the order in which explanations name them. `grounds` is what
    /// [`Study::grounds`] gave.
    pub(super) fn ways_of(&self, id: ConceptId, grounds: &Grounds) -> Vec<Way<Value>> {
        let concept = self.program.concept(id);
        let kind = self.program.kind(concept.kind);
        let (Some(relation), Some(has)) = (kind.relation, self.lowered.has(&self.program, id)) else {
            return Vec::new();
        };
        let mut ways = Vec::new();
        let mut way = |kind, at, found| ways.push(Way { kind, at, found });
        for (number, matches) in concept.matches.iter().enumerate() {
            let places = grounds.matches.get(&(id, number)).into_iter().flatten();
            way(WayKind::Matches(number), matches.at, places.flat_map(|&places| self.subjects(places)).collect());
        }
        for (number, when) in concept.when.iter().enumerate() {
            let found = grounds.ways.get(&(id, number)).map(|&r| self.subjects(r)).unwrap_or_default();
            way(WayKind::When, when.at, found);
        }
        if kind.name == "code" {
            let coding = self.db.relation(self.lowered.declared(self.program.known("coding")));
            let found = coding.rows().filter(|row| row[1] == concept.value).map(|row| row[0]).collect();
            way(WayKind::People, concept.at, found);
        }
        for &child in grounds.children.get(&id).into_iter().flatten() {
            if let Some(has) = self.lowered.has(&self.program, child) {
                way(WayKind::Under(child), self.program.concept(child).at, self.subjects(has));
            }
        }
        let own = self.program.rules.iter().zip(&grounds.rules).filter(|(rule, _)| rule.head == relation);
        for (rule, rows) in own {
            let found = rows.iter().filter(|row| row[1] == concept.value).map(|row| row[0]).collect();
            way(WayKind::Rule, rule.at, found);
        }
        for (number, map) in self.program.maps.iter().enumerate().filter(|(_, map)| map.to.contains(&id)) {
            let holds = self.lowered.stimulates(map.theme, id).is_some_and(|r| !self.db.relation(r).is_empty());
            let theme = self.lowered.has(&self.program, map.theme).filter(|_| holds);
            way(WayKind::Map(number), map.at, theme.map(|has| self.subjects(has)).unwrap_or_default());
        }
        let given = self.db.relation(has);
        let found: FxHashSet<Value> = given.given_facts().map(|row| row[0]).collect();
        if !found.is_empty() {
            way(WayKind::Given, concept.at, found);
        }
        ways.retain(|way| way.kind != WayKind::People || !way.found.is_empty());
        ways
    }

    /// The ways to the rows of a relation of the author's own.
    pub(super) fn ways_of_relation(&self, relation: RelationId, rules: &[Rows]) -> Vec<Way<Vec<Value>>> {
        let mut ways = Vec::new();
        for (rule, rows) in self.program.rules.iter().zip(rules).filter(|(rule, _)| rule.head == relation) {
            ways.push(Way { kind: WayKind::Rule, at: rule.at, found: rows.iter().cloned().collect() });
        }
        let declared = self.program.relation(relation);
        let rows = self.db.relation(self.lowered.declared(relation));
        if rows.given_rows() > 0 && declared.kind == RelationKind::Declared {
            let found = rows.given_facts().map(|row| row.to_vec()).collect();
            ways.push(Way { kind: WayKind::Given, at: declared.at, found });
        }
        ways
    }

    /// The subjects for which an `unless` of the concept holds.
    pub(super) fn blocked(&self, id: ConceptId, grounds: &Grounds) -> FxHashSet<Value> {
        grounds.blocked.get(&id).map(|&r| self.subjects(r)).unwrap_or_default()
    }

    /// The first column of a relation.
    pub(super) fn subjects(&self, relation: core::RelationId) -> FxHashSet<Value> {
        self.db.relation(relation).rows().map(|row| row[0]).collect()
    }
}
