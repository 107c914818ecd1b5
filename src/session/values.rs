//! Values that a column never holds, and numbers beyond what the data hold: conditions that no row can meet, for a
//! reason that only the rows tell.
//!
//! All rows are known once the study has been evaluated, so relations that rules fill are asked too. A relation
//! without rows says nothing here.

use super::Study;
use super::difference::difference;
use crate::base::{Location, Value};
use crate::check::Type;
use crate::check::program::{
    Body, ConceptId, Condition, ConditionKind, Operand, OperandKind, RelationId, RelationKind, VarId,
};
use crate::data::problem::shown;
use crate::diagnostic::{Diagnostic, Edit, codes, suggest};
use crate::ir::origin::Role;
use crate::syntax::tree::{CompareOp, CountedScope, CountedThing};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// How many values of a column are named.
const SHOWN: usize = 3;
/// A count over the whole study is a finding; a threshold is told only from here on, and where it is far off.
const FAR: i64 = 10;

/// What a column holds.
struct Held {
    counts: FxHashMap<Value, u32>,
    least: Value,
    most: Value,
}

/// What the conditions of one clause say of its variables.
#[derive(Default)]
struct Clause<'a> {
    /// The columns that a variable stands in.
    columns: FxHashMap<VarId, Vec<(RelationId, usize)>>,
    /// The count that a variable is.
    counts: FxHashMap<VarId, &'a Operand>,
    atoms: Vec<(RelationId, &'a [Operand])>,
    compared: Vec<(CompareOp, &'a Operand, &'a Operand, Location)>,
}

/// A count made once is asked in many places.
type CountKey = (CountedThing, ConceptId, CountedScope);

struct Survey<'a> {
    study: &'a Study,
    held: FxHashMap<(RelationId, usize), Option<Held>>,
    /// The relations of each count, by where it stands.
    counted: FxHashMap<Location, Vec<crate::ir::core::RelationId>>,
    shared: FxHashMap<CountKey, Location>,
    told: FxHashSet<Location>,
    found: Vec<Diagnostic>,
}

impl Study {
    /// Reports values that a column never holds, and thresholds beyond the data.
    pub(super) fn survey_values(&mut self) {
        let mut survey = Survey {
            study: self,
            held: FxHashMap::default(),
            counted: FxHashMap::default(),
            shared: FxHashMap::default(),
            told: FxHashSet::default(),
            found: Vec::new(),
        };
        for (i, role) in (0u32..).zip(&self.lowered.roles) {
            if let Role::Count(at) = role {
                survey.counted.entry(*at).or_default().push(crate::ir::core::RelationId(i));
            }
        }
        let clauses: Vec<Clause<'_>> = bodies(self).map(Clause::of).collect();
        for clause in &clauses {
            clause.each_count(&mut |operand| {
                if let OperandKind::Counted(what, concept, scope) = operand.kind
                    && survey.counted.contains_key(&operand.at)
                {
                    survey.shared.insert((what, concept, scope), operand.at);
                }
            });
        }
        for clause in &clauses {
            survey.clause(clause);
        }
        let found = survey.found;
        self.diagnostics.extend(found);
    }
}

fn bodies(study: &Study) -> impl Iterator<Item = &Body> {
    let program = &study.program;
    let clauses = program.concepts.iter().flat_map(|c| c.when.iter().chain(&c.unless));
    clauses.chain(program.rules.iter().map(|r| &r.body)).chain(program.maps.iter().filter_map(|m| m.guard.as_ref()))
}

impl<'a> Clause<'a> {
    fn of(body: &'a Body) -> Clause<'a> {
        let mut clause = Clause::default();
        clause.read(&body.condition, true);
        clause
    }

    fn read(&mut self, condition: &'a Condition, holds: bool) {
        match &condition.kind {
            ConditionKind::And(parts) => parts.iter().for_each(|part| self.read(part, holds)),
            // What one branch says of a variable need not hold in the other.
            ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                parts.iter().for_each(|part| self.read(part, false));
            }
            ConditionKind::Not(inner) => self.read(inner, false),
            ConditionKind::Has(_, inner) => self.read(inner, holds),
            ConditionKind::Atom(relation, operands) => {
                self.atoms.push((*relation, operands));
                for (column, operand) in operands.iter().enumerate() {
                    if let (OperandKind::Var(var), true) = (&operand.kind, holds) {
                        self.columns.entry(*var).or_default().push((*relation, column));
                    }
                }
            }
            ConditionKind::Compare(op, a, b) => {
                self.compared.push((*op, a, b, condition.at));
                for (var, count) in [(a, b), (b, a)] {
                    let OperandKind::Var(var) = var.kind else { continue };
                    if holds && *op == CompareOp::Equal && is_count(count) {
                        self.counts.insert(var, count);
                    }
                }
                self.inside(a);
                self.inside(b);
            }
            _ => {}
        }
    }

    /// The conditions of a count are asked like any others.
    fn inside(&mut self, operand: &'a Operand) {
        match &operand.kind {
            OperandKind::Aggregate(aggregate) => self.read(&aggregate.body, true),
            OperandKind::Arithmetic(_, a, b) => {
                self.inside(a);
                self.inside(b);
            }
            _ => {}
        }
    }

    fn each_count(&self, visit: &mut impl FnMut(&Operand)) {
        for (_, a, b, _) in &self.compared {
            [a, b].into_iter().filter(|o| is_count(o)).for_each(|o| visit(o));
        }
    }
}

fn is_count(operand: &Operand) -> bool {
    matches!(operand.kind, OperandKind::Counted(..) | OperandKind::Aggregate(_))
}

impl Survey<'_> {
    fn clause(&mut self, clause: &Clause<'_>) {
        for (relation, operands) in &clause.atoms {
            for (column, operand) in operands.iter().enumerate() {
                if let OperandKind::Const(value) = operand.kind {
                    self.value(*relation, column, value, operand.at);
                }
            }
        }
        for &(op, a, b, at) in &clause.compared {
            match (&a.kind, &b.kind) {
                (_, OperandKind::Const(value)) => self.compare(clause, a, op, *value, b.at, at),
                (OperandKind::Const(value), _) => self.compare(clause, b, flipped(op), *value, a.at, at),
                _ => {}
            }
        }
    }

    /// `x OP value`
    fn compare(
        &mut self,
        clause: &Clause<'_>,
        x: &Operand,
        op: CompareOp,
        value: Value,
        value_at: Location,
        at: Location,
    ) {
        if is_count(x) {
            return self.threshold(x, op, value, at);
        }
        let OperandKind::Var(var) = x.kind else { return };
        if let Some(count) = clause.counts.get(&var) {
            return self.threshold(count, op, value, at);
        }
        for &(relation, column) in clause.columns.get(&var).into_iter().flatten() {
            match op {
                CompareOp::Equal | CompareOp::NotEqual => self.value(relation, column, value, value_at),
                _ => self.bound(relation, column, op, value, at),
            }
        }
    }

    /// A value that is asked of a column.
    fn value(&mut self, relation: RelationId, column: usize, value: Value, at: Location) {
        let study = self.study;
        let declared = study.program.relation(relation);
        let of = declared.columns[column].of;
        let Some(held) = self.held(relation, column) else { return };
        if held.counts.contains_key(&value) {
            return;
        }
        let what = format!("the column `{}` of `{}`", declared.columns[column].name, declared.name);
        let written = study.pool.show(value);
        let (range, outside) = (held.range(study), held.is_outside(study, value));
        let diagnostic = match of {
            Type::Number | Type::Decimal | Type::Date | Type::DateTime => {
                if !outside {
                    return;
                }
                let message = format!("{what} never holds {written}");
                Diagnostic::at(codes::LITERAL_NEVER, at, message).help(format!("the data have {range}"))
            }
            _ => {
                let shown_value = |value: Value, n: u32| format!("{} {}", shown(&study.pool.show(value)), times(n));
                let texts: Vec<(String, Value, u32)> =
                    held.counts.iter().map(|(&v, &n)| (study.pool.show(v), v, n)).collect();
                let near = suggest::nearest(&written, texts.iter().map(|(text, ..)| text.as_str())).map(str::to_owned);
                let mut diagnostic =
                    Diagnostic::at(codes::LITERAL_NEVER, at, format!("{what} never holds {}", shown(&written)));
                match near.and_then(|near| texts.iter().find(|(text, ..)| *text == near)) {
                    Some((near, value, n)) => {
                        let words = difference(&written, near);
                        diagnostic = diagnostic.help(format!("the data have {}; {words}", shown_value(*value, *n)));
                        let source = study.sources.get(at.file).slice(at.span);
                        if source.trim_matches('"') == written && !near.contains(['"', '\\']) {
                            let text = if source.starts_with('"') { format!("\"{near}\"") } else { near.clone() };
                            let edits = vec![Edit { location: at, text: text.clone() }];
                            if source.starts_with('"') || near.chars().all(|c| c.is_alphanumeric() || c == '_') {
                                diagnostic = diagnostic.fix(format!("write `{text}`"), edits, false);
                            }
                        }
                    }
                    None => {
                        let mut common: Vec<&(String, Value, u32)> = texts.iter().collect();
                        common.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
                        let mut names: Vec<String> =
                            common.iter().take(SHOWN).map(|(_, value, n)| shown_value(*value, *n)).collect();
                        if common.len() > SHOWN {
                            names.push(format!("and {} more values", common.len() - SHOWN));
                        }
                        diagnostic = diagnostic.help(format!("the data have {}", names.join(", ")));
                    }
                }
                diagnostic
            }
        };
        self.tell(at, diagnostic);
    }

    /// A bound that no row of a column meets.
    fn bound(&mut self, relation: RelationId, column: usize, op: CompareOp, value: Value, at: Location) {
        let study = self.study;
        let declared = study.program.relation(relation);
        let of = declared.columns[column].of;
        if !matches!(of, Type::Number | Type::Decimal | Type::Date | Type::DateTime) {
            return;
        }
        let Some(held) = self.held(relation, column) else { return };
        let (Some(least), Some(most)) = (order(study, held.least, value), order(study, held.most, value)) else {
            return;
        };
        let day = matches!(of, Type::Date | Type::DateTime);
        let never = match op {
            CompareOp::GreaterEqual => most.is_lt(),
            CompareOp::Greater => most.is_lt() || most.is_eq() && !day,
            CompareOp::LessEqual => least.is_gt(),
            CompareOp::Less => least.is_gt() || least.is_eq() && !day,
            CompareOp::Equal | CompareOp::NotEqual => false,
        };
        if never {
            let (name, range) = (&declared.columns[column].name, held.range(study));
            let message = format!("`{}` never holds: `{name}` of `{}` is {range}", self.written(at), declared.name);
            let help = "compare with a value that the data can have, or ask whether all the data are there";
            self.tell(at, Diagnostic::at(codes::THRESHOLD, at, message).help(help));
        }
    }

    /// A count that never reaches what is asked for.
    fn threshold(&mut self, count: &Operand, op: CompareOp, value: Value, at: Location) {
        if !matches!(op, CompareOp::GreaterEqual | CompareOp::Greater | CompareOp::Equal) {
            return;
        }
        let study = self.study;
        let place = match count.kind {
            OperandKind::Counted(what, concept, scope) => self.shared.get(&(what, concept, scope)).copied(),
            _ => Some(count.at),
        };
        let relations = place.and_then(|place| self.counted.get(&place)).cloned().unwrap_or_default();
        let mut most: Option<(Value, Vec<Value>)> = None;
        for relation in relations {
            for row in study.db.relation(relation).rows() {
                let Some((&last, group)) = row.split_last() else { continue };
                let before = |other: &[Value]| {
                    let orders = group.iter().zip(other).map(|(&a, &b)| study.pool.compare(a, b));
                    orders.fold(Ordering::Equal, Ordering::then).is_lt()
                };
                // Of several that reach as much, the first in the order that people see.
                let more = most.as_ref().is_none_or(|(top, other)| match order(study, last, *top) {
                    Some(order) => order.is_gt() || (order.is_eq() && before(other)),
                    None => false,
                });
                if more {
                    most = Some((last, group.to_vec()));
                }
            }
        }
        let Some((most, group)) = most else { return };
        let is_beyond = match order(study, most, value) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => op == CompareOp::Greater,
            _ => false,
        };
        let (Some(reached), Some(wanted)) = (study.pool.as_number(most), study.pool.as_number(value)) else { return };
        if !is_beyond || reached == 0 {
            return;
        }
        let total = match count.kind {
            OperandKind::Counted(what, ..) => self.total(what),
            _ => None,
        };
        // That few say something is a finding of the study, and no mistake; that more should than there are is one.
        let beyond_all = total.is_some_and(|total| wanted > total);
        if group.is_empty() && !beyond_all && (wanted < FAR || wanted <= reached.saturating_mul(2)) {
            return;
        }
        let place = if group.is_empty() {
            String::new()
        } else {
            let values: Vec<String> = group.iter().map(|&v| shown(&study.pool.show(v))).collect();
            format!(", for {}", values.join(", "))
        };
        let asked = match op {
            CompareOp::Greater => format!("more than {wanted} is"),
            _ => format!("{wanted} is"),
        };
        let message = format!("this never holds: the count reaches at most {reached}{place}, and {asked} asked for");
        let help = match (total, count.kind.clone()) {
            (Some(total), OperandKind::Counted(what, ..)) if beyond_all => {
                format!("the study has {total} {} in all", what.text())
            }
            _ => format!("ask for {reached} or less; or are some of the data missing?"),
        };
        self.tell(at, Diagnostic::at(codes::THRESHOLD, at, message).help(help));
    }

    /// How many messages, authors or threads there are.
    fn total(&self, what: CountedThing) -> Option<i64> {
        let message = self.study.lowered.declared(self.study.program.known("message"));
        let column = match what {
            CountedThing::Messages => 0,
            CountedThing::Threads => 1,
            CountedThing::Authors => 2,
            CountedThing::Quotes | CountedThing::Coders => return None,
        };
        let rows = self.study.db.relation(message).rows();
        let all: FxHashSet<Value> = rows.map(|row| row[column]).filter(|v| !v.is_none()).collect();
        i64::try_from(all.len()).ok()
    }

    fn written(&self, at: Location) -> String {
        self.study.sources.get(at.file).slice(at.span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// One place is told once, however many rules come of it.
    fn tell(&mut self, at: Location, diagnostic: Diagnostic) {
        if self.told.insert(at) {
            self.found.push(diagnostic);
        }
    }

    /// What a column holds; nothing for one that cannot be asked so, or without rows.
    fn held(&mut self, relation: RelationId, column: usize) -> Option<&Held> {
        let study = self.study;
        self.held.entry((relation, column)).or_insert_with(|| study.held(relation, column)).as_ref()
    }
}

impl Study {
    fn held(&self, relation: RelationId, column: usize) -> Option<Held> {
        let declared = self.program.relation(relation);
        if !matches!(declared.kind, RelationKind::Declared | RelationKind::Message | RelationKind::Coding) {
            return None;
        }
        match declared.columns[column].of {
            Type::Text if declared.kind == RelationKind::Message => return None,
            Type::Concept => return None,
            Type::Kind(kind) if !self.program.kind(kind).open || kind == self.program.known_kind("quote") => {
                return None;
            }
            _ => {}
        }
        let mut counts: FxHashMap<Value, u32> = FxHashMap::default();
        for row in self.db.relation(self.lowered.declared(relation)).rows() {
            if !row[column].is_none() {
                *counts.entry(row[column]).or_default() += 1;
            }
        }
        let compare = |a: &&Value, b: &&Value| self.pool.compare(**a, **b);
        let least = *counts.keys().min_by(compare)?;
        let most = *counts.keys().max_by(compare)?;
        Some(Held { counts, least, most })
    }
}

impl Held {
    /// `1 to 12`
    fn range(&self, study: &Study) -> String {
        let (least, most) = (study.pool.show(self.least), study.pool.show(self.most));
        if least == most { format!("{least} only") } else { format!("{least} to {most}") }
    }

    fn is_outside(&self, study: &Study, value: Value) -> bool {
        order(study, value, self.least).is_some_and(Ordering::is_lt)
            || order(study, value, self.most).is_some_and(Ordering::is_gt)
    }
}

/// The order of two numbers, or of the days of two dates; none of anything else.
fn order(study: &Study, a: Value, b: Value) -> Option<Ordering> {
    let pool = &study.pool;
    if let (Some(a), Some(b)) = (pool.as_decimal(a), pool.as_decimal(b)) {
        return Some(a.cmp(&b));
    }
    Some(pool.as_date(a)?.cmp(&pool.as_date(b)?))
}

fn flipped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        other => other,
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_string() } else { format!("{count} times") }
}
