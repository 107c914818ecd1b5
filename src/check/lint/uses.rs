//! What a program names, and where: the one walk over all conditions that the lints about names share.

use crate::base::{Location, Value};
use crate::check::program::*;
use crate::check::{Input, Type};
use crate::syntax::tree::{HasScope, ItemKind};
use rustc_hash::FxHashSet;

/// Who names something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// A clause of that concept.
    Concept(ConceptId),
    /// A rule or a fact.
    Rule,
    /// A map, at its theme, its targets or in its guard.
    Map,
    /// An input or an output.
    File,
    /// A cross-table.
    Table,
    /// A test.
    Test,
}

/// A name in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<T> {
    /// What is named.
    pub what: T,
    /// By whom.
    pub by: By,
    /// Where.
    pub at: Location,
}

/// What a program names.
#[derive(Default)]
pub(super) struct Uses {
    /// Concepts, wherever they are named.
    pub concepts: Vec<Named<ConceptId>>,
    /// Kinds of which some condition, table or file speaks as a whole.
    pub general: FxHashSet<KindId>,
    /// Kinds whose concepts come in with a file.
    pub fed: FxHashSet<KindId>,
    /// Relations that something asks for.
    pub read: Vec<Named<RelationId>>,
    /// Relations that an input, a fact or a `given` fills.
    pub given: FxHashSet<RelationId>,
    /// Relations that a rule concludes.
    pub concluded: FxHashSet<RelationId>,
}

impl Uses {
    /// Walks through everything that a program says.
    pub fn of(input: &Input<'_>, program: &Program) -> Uses {
        let mut walk = Walk { input, program, uses: Uses::default(), by: By::Rule };
        walk.concepts();
        walk.rules();
        walk.files_and_tables();
        walk.tests();
        walk.uses
    }
}

/// Where the map at that place names its theme, and what it stimulates.
fn map_places(input: &Input<'_>, at: Location) -> (Option<Location>, Vec<Location>) {
    let items = input.files.iter().filter(|f| f.id == at.file).flat_map(|f| &f.items);
    for item in items.filter(|item| item.location(item.span) == at) {
        if let ItemKind::Map(map) = &*item.kind {
            let to = map.to.iter().map(|to| item.location(to.span)).collect();
            return (Some(item.location(map.from.span)), to);
        }
    }
    (None, Vec::new())
}

/// The closed kinds whose concepts a value of that type may be.
fn closed_kinds(program: &Program, of: Type) -> Vec<KindId> {
    match of {
        Type::Kind(kind) if !program.kind(kind).open => vec![kind],
        Type::Concept => (0..program.kinds.len() as u32).map(KindId).filter(|&k| !program.kind(k).open).collect(),
        _ => Vec::new(),
    }
}

struct Walk<'a> {
    input: &'a Input<'a>,
    program: &'a Program,
    uses: Uses,
    by: By,
}

impl Walk<'_> {
    fn concepts(&mut self) {
        let program = self.program;
        for (i, concept) in program.concepts.iter().enumerate() {
            self.by = By::Concept(ConceptId(i as u32));
            concept.matches.iter().for_each(|m| self.place(&m.place));
            concept.when.iter().chain(&concept.unless).for_each(|body| self.body(body));
        }
    }

    fn rules(&mut self) {
        let program = self.program;
        self.by = By::Rule;
        for rule in &program.rules {
            self.uses.concluded.insert(rule.head);
            rule.columns.iter().for_each(|column| self.operand(column));
            self.body(&rule.body);
        }
        for fact in &program.facts {
            // What a concept's own lines say of it is no use of it.
            if !matches!(program.relation(fact.relation).kind, RelationKind::Properties(_)) {
                self.row(fact);
            }
        }
        self.by = By::Map;
        for map in &program.maps {
            let (from, to) = map_places(self.input, map.at);
            self.concept(map.theme, from.unwrap_or(map.at));
            for (i, &id) in map.to.iter().enumerate() {
                self.concept(id, to.get(i).copied().unwrap_or(map.at));
            }
            map.guard.iter().for_each(|guard| self.body(guard));
        }
    }

    fn files_and_tables(&mut self) {
        let program = self.program;
        self.by = By::File;
        for input in &program.inputs {
            self.uses.given.insert(input.relation);
            for (column, cell) in program.relation(input.relation).columns.iter().zip(&input.columns) {
                match cell {
                    Some(Cell { source: CellSource::Constant(value), at, .. }) => self.value(*value, *at),
                    Some(_) => self.uses.fed.extend(closed_kinds(program, column.of)),
                    None => {}
                }
            }
        }
        for output in &program.outputs {
            self.read(output.relation, output.at);
            for column in &program.relation(output.relation).columns {
                self.uses.general.extend(closed_kinds(program, column.of));
            }
        }
        self.by = By::Table;
        for table in &program.tables {
            for axis in [Some(&table.rows), table.columns.as_ref()].into_iter().flatten() {
                self.read(axis.relation, table.at);
                let of = program.relation(axis.relation).columns[axis.value].of;
                self.uses.general.extend(closed_kinds(program, of));
            }
        }
    }

    fn tests(&mut self) {
        let program = self.program;
        self.by = By::Test;
        for test in &program.tests {
            test.given.iter().for_each(|fact| self.row(fact));
            for expect in &test.expect {
                self.read(expect.relation, expect.at);
                expect.row.iter().flatten().for_each(|&value| self.value(value, expect.at));
            }
        }
    }

    fn row(&mut self, fact: &Fact) {
        self.uses.given.insert(fact.relation);
        fact.row.iter().for_each(|&value| self.value(value, fact.at));
    }

    fn body(&mut self, body: &Body) {
        for var in &body.vars {
            self.uses.general.extend(closed_kinds(self.program, var.of));
        }
        self.condition(&body.condition);
    }

    fn condition(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                parts.iter().for_each(|part| self.condition(part));
            }
            ConditionKind::Not(inner) => self.condition(inner),
            ConditionKind::Has(scope, inner) => {
                if *scope == HasScope::Parent {
                    self.read(self.program.known("reply"), condition.at);
                }
                self.condition(inner);
            }
            ConditionKind::Holds(id) | ConditionKind::Agreed(id, _) => self.concept(*id, condition.at),
            ConditionKind::Place(place) => self.place(place),
            ConditionKind::Atom(id, operands) => {
                self.read(*id, condition.at);
                for (column, operand) in self.program.relation(*id).columns.iter().zip(operands) {
                    if let OperandKind::Any = operand.kind {
                        self.uses.general.extend(closed_kinds(self.program, column.of));
                    }
                    self.operand(operand);
                }
            }
            ConditionKind::Compare(_, a, b) | ConditionKind::Passages(_, a, b) | ConditionKind::Contains(a, b) => {
                self.operand(a);
                self.operand(b);
            }
            ConditionKind::Matches(operand, _) => self.operand(operand),
            ConditionKind::IsA(operand, kind) => {
                self.uses.general.extend(closed_kinds(self.program, Type::Kind(*kind)));
                self.operand(operand);
            }
        }
    }

    fn place(&mut self, place: &Place) {
        match &place.kind {
            PlaceKind::Pattern(_) => {}
            PlaceKind::Code(id) => self.concept(*id, place.at),
            PlaceKind::Or(parts) => parts.iter().for_each(|part| self.place(part)),
            PlaceKind::Both(_, a, b) | PlaceKind::Except(a, b) => {
                self.place(a);
                self.place(b);
            }
        }
    }

    fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Var(_) | OperandKind::This | OperandKind::Any => {}
            OperandKind::Const(value) => self.value(*value, operand.at),
            OperandKind::Arithmetic(_, a, b) => {
                self.operand(a);
                self.operand(b);
            }
            OperandKind::Call(_, parts) => parts.iter().for_each(|part| self.operand(part)),
            OperandKind::Aggregate(aggregate) => {
                aggregate.over.iter().for_each(|over| self.operand(over));
                self.condition(&aggregate.body);
            }
            OperandKind::Counted(_, id, _) => self.concept(*id, operand.at),
        }
    }

    fn value(&mut self, value: Value, at: Location) {
        if let Some(&id) = self.program.concept_values.get(&value) {
            self.concept(id, at);
        }
    }

    fn concept(&mut self, what: ConceptId, at: Location) {
        self.uses.concepts.push(Named { what, by: self.by, at });
    }

    fn read(&mut self, what: RelationId, at: Location) {
        self.uses.read.push(Named { what, by: self.by, at });
    }
}
