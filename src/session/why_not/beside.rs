//! What a repair would change beside what is asked: told of what it moved, and not of an account of every row, since of a
//! million rows only the number is told, and the first.

use super::answer::{Changed, ChangedFact, Effect};
use super::fix::{Fix, Plan};
use crate::base::{FileId, Pool, Value};
use crate::check::Type;
use crate::check::program::{Concept, ConceptId, Program, RelationId, RelationKind, Template, TemplatePart};
use crate::ir::core;
use crate::ir::origin::Role;
use crate::session::Study;
use crate::session::answers::Cell;
use crate::session::change::Moved;
use crate::session::show::View;
use crate::session::summary::natural;
use crate::{check, syntax};
use rustc_hash::FxHashSet;
use std::cmp::Ordering;

/// So much of what else changes is named.
const NAMED: usize = 2;

/// A fact as the core has it.
type Fact = (core::RelationId, Vec<Value>);

/// The first of the rows that come, or go, in words.
type First<'f> = dyn Fn(&[Vec<Value>], bool) -> Vec<ChangedFact> + 'f;

impl Study {
    /// What a change did beside what is asked and what it states itself.
    pub(super) fn beside(&mut self, moved: &Moved, fact: &str, fix: &Fix) -> Effect {
        let stated = fix.steps.iter().filter_map(|step| match &step.plan {
            Plan::Insert(code) | Plan::Delete(code) => Some(code.as_str()),
            _ => None,
        });
        let known: FxHashSet<Fact> =
            std::iter::once(fact).chain(stated).filter_map(|text| self.fact_of_core(text)).collect();
        let asked = self.fact_of_core(fact).and_then(|(_, row)| row.first().copied());
        let Some(view) = self.view() else { return Effect::default() };
        let loses = asked.and_then(|asked| loses(view, moved, asked));
        let mut by: Vec<Changed> = Vec::new();
        // What comes is told before what goes, and concepts before relations.
        let concepts = moved.now.iter().filter_map(|(id, rows)| match view.lowered.role(*id) {
            Role::Has(concept) => Some((*id, concept, rows)),
            _ => None,
        });
        let (come, go): (Vec<_>, Vec<_>) = concepts.partition(|(.., rows)| !rows.came.is_empty());
        for (id, concept, rows) in come.into_iter().chain(go) {
            let first = |rows: &[Vec<Value>], comes| first_of_concept(view, concept, rows, comes);
            let declared = view.program.concept(concept);
            let (kind, title) = (&view.program.kind(declared.kind).name, declared.title());
            let changed = Changed {
                name: format!("{kind} {}", declared.name),
                label: format!("\"{title}\""),
                then: view.db.relation(id).len(),
                ..Changed::default()
            };
            by.push(counted(changed, id, [&rows.came, &rows.went], &known, &first));
        }
        for (&id, rows) in &moved.now {
            let (Role::Declared(declared) | Role::Union(declared)) = view.lowered.role(id) else { continue };
            let relation = view.program.relation(declared);
            let concluded = view.program.rules.iter().any(|rule| rule.head == declared);
            if relation.kind != RelationKind::Declared || !concluded {
                continue;
            }
            let first = |rows: &[Vec<Value>], comes| first_of_relation(view, declared, rows, comes);
            let changed = Changed {
                name: relation.name.clone(),
                label: format!("`{}`", relation.name),
                then: view.db.relation(id).len(),
                ..Changed::default()
            };
            by.push(counted(changed, id, [&rows.came, &rows.went], &known, &first));
        }
        by.retain(|changed| changed.gained + changed.lost > 0);
        let sum = |part: fn(&Changed) -> usize| by.iter().map(part).sum();
        Effect { gained: sum(|c| c.gained), lost: sum(|c| c.lost), loses, by }
    }

    /// A fact as it is written, where the core has it.
    fn fact_of_core(&mut self, text: &str) -> Option<Fact> {
        let file = FileId(u32::MAX);
        let (parsed, _) = syntax::parse_atom(file, text);
        let (declared, row) = check::check_atom(&self.program, &mut self.pool, &parsed?, file).0?;
        let (id, row) = self.core_row(declared, &row);
        Some((id, row.into_iter().map(|value| value.unwrap_or(Value::NONE)).collect()))
    }
}

/// What something loses itself: `m66 would no longer belong to "Calm"`, or be coded so.
fn loses(view: View<'_>, moved: &Moved, asked: Value) -> Option<String> {
    let (mut codes, mut themes) = (Vec::new(), Vec::new());
    for (id, rows) in &moved.now {
        let Role::Has(concept) = view.lowered.role(*id) else { continue };
        if rows.went.iter().any(|row| row.first() == Some(&asked)) {
            let concept = view.program.concept(concept);
            let is_code = concept.kind == view.program.known_kind("code");
            if is_code { &mut codes } else { &mut themes }.push(format!("\"{}\"", concept.title()));
        }
    }
    let part = |how: &str, of: &[String]| (!of.is_empty()).then(|| format!("{how} {}", of.join(", ")));
    let parts = [part("belong to", &themes), part("have the code", &codes)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{} would no longer {}", view.in_words(asked), parts.join(" nor ")))
}

/// Counts what came and what went, and names the first of each that is not known.
fn counted(
    mut changed: Changed,
    id: core::RelationId,
    [came, went]: [&[Vec<Value>]; 2],
    known: &FxHashSet<Fact>,
    first: &First<'_>,
) -> Changed {
    changed.before = (changed.then + went.len()).saturating_sub(came.len());
    let of_known: Vec<&Vec<Value>> = known.iter().filter(|fact| fact.0 == id).map(|fact| &fact.1).collect();
    let mut tell = |rows: &[Vec<Value>], comes: bool| {
        let stated = rows.iter().filter(|row| of_known.contains(row)).count();
        if stated == 0 {
            changed.first.extend(first(rows, comes));
        } else {
            let others: Vec<Vec<Value>> = rows.iter().filter(|row| !of_known.contains(row)).cloned().collect();
            changed.first.extend(first(&others, comes));
        }
        rows.len() - stated
    };
    (changed.gained, changed.lost) = (tell(came, true), tell(went, false));
    changed
}

/// The first so many of some things, in an order.
fn least<T>(mut all: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if all.len() > NAMED {
        all.select_nth_unstable_by(NAMED, &order);
        all.truncate(NAMED);
    }
    all.sort_by(order);
    all
}

fn first_of_concept(view: View<'_>, id: ConceptId, rows: &[Vec<Value>], comes: bool) -> Vec<ChangedFact> {
    let concept = view.program.concept(id);
    let kind = &view.program.kind(concept.kind).name;
    let subjects = rows.iter().filter_map(|row| Some(view.pool.show(*row.first()?))).collect();
    let first: Vec<String> = least(subjects, |a, b| natural(a, b));
    let told = |of: String| ChangedFact { fact: format!("{kind}({of}, {})", concept.name), of, comes };
    first.into_iter().map(told).collect()
}

fn first_of_relation(view: View<'_>, id: RelationId, rows: &[Vec<Value>], comes: bool) -> Vec<ChangedFact> {
    let relation = view.program.relation(id);
    let first = least(rows.iter().collect(), |a: &&Vec<Value>, b: &&Vec<Value>| {
        let mut orders = a.iter().zip(*b).map(|(&x, &y)| view.pool.compare(x, y));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    let told = |row: &Vec<Value>| {
        let cells: Vec<Cell> = row.iter().map(|&value| view.cell(value)).collect();
        let cell = |cell: &Cell| match cell {
            Cell::Empty => "_".to_string(),
            Cell::Text(text) | Cell::Number(text) => text.clone(),
        };
        let words = cells.iter().map(cell).collect::<Vec<_>>().join(", ");
        let fact = format!("{}({words})", relation.name);
        let of = match &relation.reads {
            Some(template) => filled(view.program, view.pool, id, template, &cells),
            None if row.len() > 1 => fact.clone(),
            None => words,
        };
        ChangedFact { of, fact, comes }
    };
    first.into_iter().map(told).collect()
}

/// A row that came or went, as a sentence; a concept by its label.
fn filled(program: &Program, pool: &Pool, relation: RelationId, template: &Template, row: &[Cell]) -> String {
    let columns = &program.relation(relation).columns;
    let in_words = |at: usize| match row.get(at) {
        None | Some(Cell::Empty) => "nothing".to_string(),
        Some(Cell::Number(text)) => text.clone(),
        Some(Cell::Text(text)) => {
            let kind = match columns[at].of {
                Type::Kind(kind) => Some(kind),
                _ => None,
            };
            let named =
                |concept: &&Concept| pool.show(concept.value) == *text && kind.is_none_or(|k| k == concept.kind);
            let may_be = kind.is_some() || columns[at].of == Type::Concept;
            let concept = program.concepts.iter().filter(|_| may_be).find(named);
            concept.map_or_else(|| text.clone(), |concept| format!("\"{}\"", concept.title()))
        }
    };
    let part = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Column(column) => in_words(*column),
    };
    template.parts.iter().map(part).collect()
}
