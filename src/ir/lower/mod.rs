//! From the checked program to core rules.
//!
//! Codes, themes and all other concepts become rules over relations that are kept concept by concept: `theme@x` holds
//! the messages of the theme `x`. So the theme `x` may say `unless y` without a circle, since `theme@y` is complete
//! before `theme@x` begins. Whoever asks for `theme(M, T)` with a variable reads their union, and a rule that
//! concludes `theme(M, T)` in general becomes one rule for each theme.

mod alternatives;
mod concept;
mod group;
mod place;
mod rule;
mod value;

use super::core::{Core, Expr, FactPlace, Literal, OriginId, RelationId, Rule, Term, Var};
use super::origin::{Origin, OriginKind, Role};
use crate::base::{Location, Pool, Value};
use crate::check::program::{self, ConceptId, KindId, PatternId, Program, RelationKind, Subject};
use crate::text::Pattern;
use rustc_hash::FxHashMap;

/// Core rules with the way back to what they come from.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The rules.
    pub core: Core,
    /// By [`OriginId`].
    pub origins: Vec<Origin>,
    /// By [`RelationId`] of the core.
    pub roles: Vec<Role>,
    /// The distinct patterns, by the number that core literals and [`Role::Match`] use.
    pub patterns: Vec<Pattern>,
    /// The relations that the matches of patterns fill: pattern number and relation.
    pub matches: Vec<(u32, RelationId)>,
    /// The core relation of each declared relation; of one that is kept by concept: the union.
    declared: Vec<RelationId>,
    /// The core relation of a relation and a concept.
    split: FxHashMap<(program::RelationId, ConceptId), RelationId>,
    /// The core relation of a theme and what it stimulates.
    stimulates: FxHashMap<(ConceptId, ConceptId), RelationId>,
    domains: FxHashMap<KindId, RelationId>,
    pattern_numbers: FxHashMap<Pattern, u32>,
}

impl Lowered {
    /// The core relation of a declared one; of one that is kept by concept: the union of all.
    pub fn declared(&self, id: program::RelationId) -> RelationId {
        self.declared[id.0 as usize]
    }

    /// The subjects that have a concept.
    pub fn has(&self, program: &Program, id: ConceptId) -> Option<RelationId> {
        let relation = program.kind(program.concept(id).kind).relation?;
        self.split.get(&(relation, id)).copied()
    }

    /// The relation of a kind of relation and a concept: what is coded with it, or what is evidence for it.
    pub fn of_concept(&self, relation: program::RelationId, id: ConceptId) -> Option<RelationId> {
        self.split.get(&(relation, id)).copied()
    }

    /// The relation that holds where a theme stimulates a concept.
    pub fn stimulates(&self, theme: ConceptId, concept: ConceptId) -> Option<RelationId> {
        self.stimulates.get(&(theme, concept)).copied()
    }

    /// The core relation and row of a row of a declared relation: its own, or that of the concept it names.
    pub fn route(&self, program: &Program, id: program::RelationId, row: &[Value]) -> (RelationId, Vec<Value>) {
        let whole = (self.declared(id), row.to_vec());
        match program.relation(id).kind {
            RelationKind::Has(_) | RelationKind::Coded | RelationKind::Evidence => {
                let Some(&concept) = program.concept_values.get(&row[1]) else { return whole };
                let Some(&split) = self.split.get(&(id, concept)) else { return whole };
                let rest = row.iter().enumerate().filter(|(i, _)| *i != 1).map(|(_, v)| *v).collect();
                (split, rest)
            }
            RelationKind::Stimulates => {
                let concepts = row.iter().map(|v| program.concept_values.get(v).copied());
                match concepts.collect::<Option<Vec<_>>>().as_deref() {
                    Some(&[theme, concept]) => {
                        self.stimulates(theme, concept).map_or(whole, |relation| (relation, Vec::new()))
                    }
                    _ => whole,
                }
            }
            _ => whole,
        }
    }

    /// What a core relation stands for.
    pub fn role(&self, id: RelationId) -> Role {
        self.roles[id.0 as usize]
    }

    /// Where a core rule comes from.
    pub fn origin(&self, id: OriginId) -> &Origin {
        &self.origins[id.0 as usize]
    }
}

/// Lowers a whole study.
pub fn lower(program: &Program, pool: &mut Pool) -> Lowered {
    let mut lowerer = Lowerer { program, pool, out: Lowered::default(), counted: FxHashMap::default(), fresh: 0 };
    lowerer.declare();
    lowerer.concepts();
    lowerer.maps();
    lowerer.rules();
    lowerer.facts();
    lowerer.finish();
    lowerer.out
}

/// A question: its conditions, the variables that are its columns, and what `this` is, where it speaks of it. `this` is
/// then the first column.
#[derive(Clone, Debug)]
pub struct Question {
    /// What must hold.
    pub body: program::Body,
    /// The columns.
    pub columns: Vec<program::VarId>,
    /// What is asked of.
    pub subject: Option<Subject>,
}

/// Lowers a question on top of a study that has been lowered: its answers are the rows of the relation given back.
/// The columns are `this`, where the question speaks of it, and then the variables in order of the body's list that
/// are no aggregate's own.
pub fn lower_question(
    program: &Program,
    pool: &mut Pool,
    study: &Lowered,
    body: &program::Body,
    columns: &[program::VarId],
    subject: Option<Subject>,
) -> (Lowered, RelationId) {
    let question = Question { body: body.clone(), columns: columns.to_vec(), subject };
    let (lowered, heads) = lower_questions(program, pool, study, std::slice::from_ref(&question));
    (lowered, heads[0])
}

/// Lowers many questions at once: one relation of answers for each.
pub fn lower_questions(
    program: &Program,
    pool: &mut Pool,
    study: &Lowered,
    questions: &[Question],
) -> (Lowered, Vec<RelationId>) {
    // The facts stay behind: the relations they fill are complete.
    let mut out = study.clone();
    out.core.given.iter_mut().for_each(|g| *g = Default::default());
    let mut lowerer = Lowerer { program, pool, out, counted: FxHashMap::default(), fresh: 1_000_000 };
    let heads = questions.iter().map(|question| lowerer.question(question)).collect();
    (lowerer.out, heads)
}

/// The state of lowering.
struct Lowerer<'a> {
    program: &'a Program,
    pool: &'a mut Pool,
    out: Lowered,
    /// The aggregate of each counted condition, made once.
    counted: FxHashMap<group::CountedKey, RelationId>,
    /// Numbers the relations that no author named.
    fresh: usize,
}

/// What is common to the rules that come from one clause.
struct Clause {
    kind: OriginKind,
    at: Option<Location>,
    /// The author's variables.
    names: Vec<String>,
    /// The variable of `this`.
    this: Option<Var>,
    subject: Option<Subject>,
    /// Variables that stand for a constant in this copy of a general rule.
    fixed: FxHashMap<program::VarId, Value>,
    /// One more than the highest variable in use.
    next: u32,
}

impl Clause {
    fn new(body: &program::Body, kind: OriginKind, at: Option<Location>, subject: Option<Subject>) -> Clause {
        let names: Vec<String> = body.vars.iter().map(|v| v.name.clone()).collect();
        let mut clause =
            Clause { kind, at, next: names.len() as u32, names, this: None, subject, fixed: FxHashMap::default() };
        clause.this = subject.map(|_| clause.fresh());
        clause
    }

    /// A clause without an author's body.
    fn internal(kind: OriginKind, at: Option<Location>) -> Clause {
        Clause { kind, at, names: Vec::new(), this: None, subject: None, fixed: FxHashMap::default(), next: 0 }
    }

    fn fresh(&mut self) -> Var {
        self.next += 1;
        Var(self.next - 1)
    }

    fn term(&self, id: program::VarId) -> Term {
        self.fixed.get(&id).map_or(Term::Var(Var(id.0)), |&v| Term::Const(v))
    }
}

/// A literal and the condition it stands for.
type Lit = (Literal, Option<Location>);

impl Lowerer<'_> {
    fn question(&mut self, question: &Question) -> RelationId {
        let Question { body, columns, subject } = question;
        let width = columns.len() + usize::from(subject.is_some());
        let head = self.numbered("question", width, Role::Question);
        let mut clause = Clause::new(body, OriginKind::Question, Some(body.at), *subject);
        let mut values: Vec<Expr> = clause.this.iter().map(|&v| Expr::Var(v)).collect();
        values.extend(columns.iter().map(|&v| Expr::Var(Var(v.0))));
        self.clause_rules(&mut clause, &body.condition, head, &values);
        head
    }

    fn relation(&mut self, name: &str, arity: usize, role: Role) -> RelationId {
        self.out.roles.push(role);
        self.out.core.add_relation(name, arity)
    }

    /// A relation that no author named: its name gets a number.
    fn numbered(&mut self, word: &str, arity: usize, role: Role) -> RelationId {
        self.fresh += 1;
        let name = format!("{word}#{}", self.fresh);
        self.relation(&name, arity, role)
    }

    fn rule(&mut self, clause: &Clause, head: RelationId, columns: Vec<Expr>, body: Vec<Lit>) {
        let (body, literals) = body.into_iter().unzip();
        let origin = Origin { kind: clause.kind, at: clause.at, literals, vars: clause.names.clone() };
        self.out.origins.push(origin);
        let origin = OriginId(self.out.origins.len() as u32 - 1);
        self.out.core.add_rule(Rule { head, columns, body, vars: clause.next }, origin);
    }

    /// The relations that the program declares, and those of single concepts.
    fn declare(&mut self) {
        for (i, relation) in self.program.relations.iter().enumerate() {
            let id = program::RelationId(i as u32);
            let role = match relation.kind {
                RelationKind::Has(_) | RelationKind::Coded | RelationKind::Evidence | RelationKind::Stimulates => {
                    Role::Union(id)
                }
                _ => Role::Declared(id),
            };
            let core = self.relation(&relation.name, relation.columns.len(), role);
            self.out.declared.push(core);
        }
        let (coded, evidence) = (self.program.known("coded"), self.program.known("evidence"));
        let code = self.program.known_kind("code");
        for (i, concept) in self.program.concepts.iter().enumerate() {
            let id = ConceptId(i as u32);
            let kind = self.program.kind(concept.kind);
            let name = format!("{}@{}", kind.name, concept.name);
            if let Some(relation) = kind.relation {
                let core = self.relation(&name, 1, Role::Has(id));
                self.out.split.insert((relation, id), core);
            }
            if concept.kind == code {
                let core = self.relation(&format!("coded@{}", concept.name), 2, Role::Coded(id));
                self.out.split.insert((coded, id), core);
            }
            if kind.subject == Subject::Message {
                let core = self.relation(&format!("evidence@{name}"), 2, Role::Evidence(id));
                self.out.split.insert((evidence, id), core);
            }
        }
        for map in &self.program.maps {
            for &to in &map.to {
                if self.out.stimulates(map.theme, to).is_none() {
                    let (from_name, to_name) = (&self.program.concept(map.theme).name, &self.program.concept(to).name);
                    let name = format!("stimulates@{from_name}@{to_name}");
                    let core = self.relation(&name, 0, Role::Stimulates(map.theme, to));
                    self.out.stimulates.insert((map.theme, to), core);
                }
            }
        }
    }

    fn has(&self, id: ConceptId) -> RelationId {
        self.out.has(self.program, id).expect("a concept of a closed kind has its relation")
    }

    fn coded(&self, id: ConceptId) -> RelationId {
        self.out.split[&(self.program.known("coded"), id)]
    }

    fn evidence(&self, id: ConceptId) -> Option<RelationId> {
        self.out.split.get(&(self.program.known("evidence"), id)).copied()
    }

    /// The coder of what patterns and rules find.
    fn rules_coder(&mut self) -> Value {
        self.pool.text("rules")
    }

    /// The number of a pattern; equal patterns share it.
    fn pattern_number(&mut self, id: PatternId) -> u32 {
        let pattern = &self.program.pattern(id).pattern;
        if let Some(&number) = self.out.pattern_numbers.get(pattern) {
            return number;
        }
        let number = self.out.patterns.len() as u32;
        self.out.patterns.push(pattern.clone());
        self.out.pattern_numbers.insert(pattern.clone(), number);
        number
    }

    /// The relation of a pattern's matches.
    fn match_relation(&mut self, id: PatternId) -> RelationId {
        let number = self.pattern_number(id);
        if let Some(&(_, relation)) = self.out.matches.iter().find(|(n, _)| *n == number) {
            return relation;
        }
        let relation = self.relation(&format!("match#{number}"), 2, Role::Match(number));
        self.out.matches.push((number, relation));
        relation
    }

    /// The relation of all ids or concepts of a kind.
    fn domain(&mut self, kind: KindId) -> RelationId {
        if let Some(&relation) = self.out.domains.get(&kind) {
            return relation;
        }
        let name = format!("is@{}", self.program.kind(kind).name);
        let relation = self.relation(&name, 1, Role::Domain(kind));
        self.out.domains.insert(kind, relation);
        self.fill_domain(kind, relation);
        relation
    }

    fn fill_domain(&mut self, kind: KindId, domain: RelationId) {
        let declared = self.program.kind(kind);
        let clause = Clause { next: 1, ..Clause::internal(OriginKind::Internal, Some(declared.at)) };
        if !declared.open {
            for (_, concept) in self.program.concepts_of(kind) {
                self.rule(&clause, domain, vec![Expr::Const(concept.value)], Vec::new());
            }
            return;
        }
        let message = self.program.known("message");
        let about = program_type(kind);
        for (i, relation) in self.program.relations.iter().enumerate() {
            let id = program::RelationId(i as u32);
            let of_messages = declared.name == "message";
            let concluded = self.program.rules.iter().any(|r| r.head == id);
            let own = !matches!(relation.kind, RelationKind::Has(_) | RelationKind::Coded | RelationKind::Evidence);
            if (of_messages && id != message) || (!of_messages && (concluded || (!own && declared.name != "quote"))) {
                continue;
            }
            for (column, _) in relation.columns.iter().enumerate().filter(|(_, c)| c.of == about) {
                let mut terms = vec![Term::Any; relation.columns.len()];
                terms[column] = Term::Var(Var(0));
                let body = vec![(Literal::Atom(self.out.declared(id), terms), None), (Literal::Present(Var(0)), None)];
                self.rule(&clause, domain, vec![Expr::Var(Var(0))], body);
            }
        }
    }

    /// What is written down as fact.
    fn facts(&mut self) {
        for (i, fact) in self.program.facts.iter().enumerate() {
            let origin =
                Origin { kind: OriginKind::Fact(i), at: Some(fact.at), literals: Vec::new(), vars: Vec::new() };
            self.out.origins.push(origin);
            let origin = OriginId(self.out.origins.len() as u32 - 1);
            let (relation, row) = self.out.route(self.program, fact.relation, &fact.row);
            self.out.core.add_fact(relation, &row, FactPlace::Written(origin));
        }
    }

    /// The unions, and the passages that are known.
    fn finish(&mut self) {
        self.unions();
        self.quotes();
    }
}

fn program_type(kind: KindId) -> crate::check::Type {
    crate::check::Type::Kind(kind)
}
