//! What a change did, in the author's names: facts and conclusions that came and went, theory, tables, and what is to be
//! said. Everything stands in an order that the study alone decides.

use super::super::answers::Cell;
use super::super::explanation::PlaceShown;
use super::super::findings::TableFinding;
use super::super::show::View;
use super::super::summary::natural;
use super::cause::{Causes, Found};
use super::conclude::{Moved, Rows};
use super::paired::{MOST, Paired, number_column, paired};
use super::remark::Remark;
use crate::base::Value;
use crate::check::program::{ConceptId, ConditionKind, OperandKind, Program};
use crate::ir::core::RelationId;
use crate::ir::origin::Role;
use crate::syntax::tree::{CompareOp, CountedThing};

/// What a change did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// The relations whose rows changed.
    pub relations: Vec<RelationDelta>,
    /// Themes, codes and other concepts that something has now.
    pub gained: Vec<Conclusion>,
    /// Those that it has no longer.
    pub lost: Vec<Conclusion>,
    /// Maps that hold now, or no longer.
    pub theory: Vec<Theory>,
    /// Cross-tables whose numbers changed, where the change asked for them.
    pub tables: Vec<TableDelta>,
    /// What is to be said now and was not before.
    pub said: Vec<Remark>,
    /// What is to be said no longer.
    pub settled: Vec<Remark>,
    /// How many core rules had to be run again.
    pub rules_woken: usize,
    /// How many core relations were filled again.
    pub relations_refilled: usize,
}

/// Rows that came and went in one relation, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelationDelta {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Rows that came.
    pub came: Vec<Vec<Cell>>,
    /// Rows that went.
    pub went: Vec<Vec<Cell>>,
    /// The first of both as sentences.
    pub told: Told,
}

/// Rows as sentences, with whether they came; those that differ in a number put together; and, where rows say one number
/// each and are not too many, the rows as values. They say nothing that the rows do not, so that one is as good as another.
#[derive(Clone, Debug, Default)]
pub struct Told(pub Vec<(bool, String)>, pub Option<Paired>, pub Option<Vec<(bool, Vec<Value>)>>);

impl PartialEq for Told {
    fn eq(&self, _: &Told) -> bool {
        true
    }
}

/// So many rows of a relation are told as sentences, of those that came and of those that went.
pub(super) const TOLD: usize = 5;

/// A concept of a message, an author or a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Conclusion {
    /// `theme`
    pub kind: String,
    /// `collaborative_workspaces`
    pub name: String,
    /// "Collaborative workspaces"
    pub label: String,
    /// The id of what has it.
    pub subject: String,
    /// What did it, where that is known.
    pub through: Option<Through>,
    /// The words in it that are found now, or no longer, where a pattern did it.
    pub words: Option<String>,
}

/// The part of a change that did something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Through {
    /// The rule or fact in words: "`when shared_space`", "`coding(m1, price)`".
    pub what: String,
    /// True where it came, false where it went.
    pub came: bool,
    /// Where it stands, or stood.
    pub place: Option<PlaceShown>,
}

/// A theme and what it stimulates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theory {
    /// The theme's name.
    pub theme: String,
    /// The theme's label.
    pub theme_label: String,
    /// The label of what it stimulates.
    pub label: String,
    /// What the map asks for, where that is a number: `at least 3 authors`.
    pub asks: Option<String>,
    /// How many of these the theme has, where they are messages or authors.
    pub has: Option<usize>,
    /// The kind and name of what it stimulates.
    pub kind: String,
    /// Its name.
    pub concept: String,
    /// True where that holds now, false where it did before.
    pub holds: bool,
}

/// Numbers of a cross-table that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDelta {
    /// The table's title.
    pub title: String,
    /// Row, column, and the numbers before and now; a number that was not there, or is not, is none.
    pub cells: Vec<(String, String, Option<usize>, Option<usize>)>,
}

impl Delta {
    /// True where nothing happened that anybody could see.
    pub fn is_empty(&self) -> bool {
        let nothing =
            Delta { rules_woken: self.rules_woken, relations_refilled: self.relations_refilled, ..Delta::default() };
        *self == nothing
    }

    /// What taking it back does.
    pub fn reversed(mut self) -> Delta {
        for relation in &mut self.relations {
            std::mem::swap(&mut relation.came, &mut relation.went);
            relation.told.0.iter_mut().for_each(|(came, _)| *came = !*came);
            relation.told.1 = None;
            relation.told.2.iter_mut().flatten().for_each(|(came, _)| *came = !*came);
        }
        std::mem::swap(&mut self.gained, &mut self.lost);
        std::mem::swap(&mut self.said, &mut self.settled);
        for through in self.gained.iter_mut().chain(&mut self.lost).filter_map(|c| c.through.as_mut()) {
            through.came = !through.came;
        }
        self.theory.iter_mut().for_each(|theory| theory.holds = !theory.holds);
        for (_, _, before, now) in self.tables.iter_mut().flat_map(|table| &mut table.cells) {
            std::mem::swap(before, now);
        }
        self
    }

    /// Both one after the other: what comes and goes again is no change.
    pub fn then(mut self, next: Delta) -> Delta {
        for relation in next.relations {
            match self.relations.iter_mut().find(|r| r.name == relation.name) {
                Some(known) => {
                    net(&mut known.came, &mut known.went, relation.came, relation.went, |a, b| a == b);
                    known.told.2 = None;
                }
                None => self.relations.push(relation),
            }
        }
        self.relations.retain(|r| !(r.came.is_empty() && r.went.is_empty()));
        let same = |a: &Conclusion, b: &Conclusion| (&a.kind, &a.name, &a.subject) == (&b.kind, &b.name, &b.subject);
        net(&mut self.gained, &mut self.lost, next.gained, next.lost, same);
        net(&mut self.said, &mut self.settled, next.said, next.settled, |a, b| a.is_like(b));
        for theory in next.theory {
            let same = |t: &Theory| (&t.theme, &t.kind, &t.concept) == (&theory.theme, &theory.kind, &theory.concept);
            match self.theory.iter().position(same) {
                Some(at) => drop(self.theory.remove(at)),
                None => self.theory.push(theory),
            }
        }
        self.tables.extend(next.tables);
        self.rules_woken += next.rules_woken;
        self.relations_refilled += next.relations_refilled;
        self
    }
}

/// Adds what comes and goes to what came and went.
fn net<T>(came: &mut Vec<T>, went: &mut Vec<T>, comes: Vec<T>, goes: Vec<T>, same: impl Fn(&T, &T) -> bool) {
    let add = |to: &mut Vec<T>, from: &mut Vec<T>, all: Vec<T>| {
        for one in all {
            match from.iter().position(|other| same(&one, other)) {
                Some(at) => drop(from.remove(at)),
                None => to.push(one),
            }
        }
    };
    add(went, came, goes);
    add(came, went, comes);
}

/// Tells through what a row of a relation came, or went.
type Cause<'a> = dyn FnMut(RelationId, &[Value], bool) -> Option<Found> + 'a;

/// What a change did to the facts, in the author's names.
pub(super) fn account(before: View<'_>, after: View<'_>, moved: &Moved, causes: &Causes) -> Delta {
    let mut delta = Delta { rules_woken: moved.woken, relations_refilled: moved.refilled, ..Delta::default() };
    for (&id, rows) in &moved.now {
        add(&mut delta, after, id, rows, &mut |id, row, came| causes.of(before, after, id, row, came));
    }
    // Relations and concepts that are declared no longer: all that they had went.
    for (&id, rows) in &moved.then {
        add(&mut delta, before, id, rows, &mut |id, row, _| causes.of_gone(before, id, row));
    }
    delta
}

fn add(delta: &mut Delta, view: View<'_>, id: RelationId, rows: &Rows, cause: &mut Cause<'_>) {
    match view.lowered.role(id) {
        Role::Declared(relation) | Role::Union(relation) => {
            let id = relation;
            let relation = view.program.relation(relation);
            let mut told = Vec::new();
            let sorted = |rows: &'_ [Vec<Value>]| -> Vec<usize> {
                let mut order: Vec<usize> = (0..rows.len()).collect();
                order.sort_by(|&a, &b| {
                    let mut orders = rows[a].iter().zip(&rows[b]).map(|(&x, &y)| view.pool.compare(x, y));
                    orders.find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
                });
                order
            };
            let came: Vec<&Vec<Value>> = sorted(&rows.came).into_iter().map(|at| &rows.came[at]).collect();
            let went: Vec<&Vec<Value>> = sorted(&rows.went).into_iter().map(|at| &rows.went[at]).collect();
            let pairs = paired(view, id, &came, &went);
            let few = number_column(relation).is_some() && came.len() + went.len() <= MOST;
            let valued = few.then(|| {
                let of =
                    |rows: &[&Vec<Value>], came: bool| rows.iter().map(|&row| (came, row.clone())).collect::<Vec<_>>();
                [of(&came, true), of(&went, false)].concat()
            });
            let mut cells = |rows: Vec<&Vec<Value>>, came: bool| -> Vec<Vec<Cell>> {
                told.extend(rows.iter().take(TOLD).map(|row| {
                    let row: Vec<Option<Value>> = row.iter().map(|&v| Some(v)).collect();
                    (came, view.sentence(id, &row))
                }));
                rows.into_iter().map(|row| row.iter().map(|&v| view.cell(v)).collect()).collect()
            };
            let (came, went) = (cells(came, true), cells(went, false));
            delta.relations.push(RelationDelta {
                name: relation.name.clone(),
                columns: relation.columns.iter().map(|c| c.name.clone()).collect(),
                came,
                went,
                told: Told(told, pairs, valued),
            });
        }
        Role::Has(concept) => {
            delta.gained.extend(conclusions(view, id, concept, &rows.came, true, cause));
            delta.lost.extend(conclusions(view, id, concept, &rows.went, false, cause));
        }
        Role::Stimulates(theme, to) => {
            let program: &Program = view.program;
            delta.theory.push(Theory {
                theme: program.concept(theme).name.clone(),
                theme_label: program.concept(theme).title().to_string(),
                label: program.concept(to).title().to_string(),
                asks: asks(view, theme, to),
                has: has(view, theme, to),
                kind: program.kind(program.concept(to).kind).name.clone(),
                concept: program.concept(to).name.clone(),
                holds: !rows.came.is_empty(),
            });
        }
        _ => {}
    }
}

/// How many authors or messages a theme has, where the map from it asks for their number.
fn has(view: View<'_>, theme: ConceptId, to: ConceptId) -> Option<usize> {
    let map = view.program.maps.iter().find(|map| map.theme == theme && map.to.contains(&to))?;
    let ConditionKind::Compare(_, left, _) = &map.guard.as_ref()?.condition.kind else { return None };
    let OperandKind::Counted(what, of, _) = &left.kind else { return None };
    if *of == theme { how_many(view, *what, theme) } else { None }
}

/// How many messages, or authors of messages, have a concept.
pub(in crate::session) fn how_many(view: View<'_>, what: CountedThing, of: ConceptId) -> Option<usize> {
    let rows = view.db.relation(view.lowered.has(view.program, of)?);
    match what {
        CountedThing::Messages => Some(rows.len()),
        CountedThing::Authors => {
            let messages = view.db.relation(view.lowered.declared(view.program.known("message")));
            let having: rustc_hash::FxHashSet<Value> = rows.rows().filter_map(|row| row.first().copied()).collect();
            let of = messages.rows().filter(|row| having.contains(&row[0]) && !row[2].is_none()).map(|row| row[2]);
            Some(of.collect::<rustc_hash::FxHashSet<Value>>().len())
        }
        _ => None,
    }
}

/// What the map from a theme to a concept asks for, where it asks for a number of something.
fn asks(view: View<'_>, theme: ConceptId, to: ConceptId) -> Option<String> {
    let map = view.program.maps.iter().find(|map| map.theme == theme && map.to.contains(&to))?;
    let ConditionKind::Compare(op, left, right) = &map.guard.as_ref()?.condition.kind else { return None };
    let (OperandKind::Counted(what, ..), OperandKind::Const(number)) = (&left.kind, &right.kind) else { return None };
    let number = view.pool.show(*number);
    let thing = match what {
        CountedThing::Messages => "message",
        CountedThing::Authors => "author",
        CountedThing::Threads => "thread",
        CountedThing::Quotes => "passage",
        CountedThing::Coders => "coder",
    };
    let words = match op {
        CompareOp::GreaterEqual => "at least",
        CompareOp::Greater => "more than",
        CompareOp::LessEqual => "at most",
        CompareOp::Less => "less than",
        CompareOp::Equal => "just",
        CompareOp::NotEqual => "another number than",
    };
    let plural = if number == "1" { "" } else { "s" };
    Some(format!("{words} {number} {thing}{plural}"))
}

fn conclusions(
    view: View<'_>,
    id: RelationId,
    concept: ConceptId,
    rows: &[Vec<Value>],
    came: bool,
    cause: &mut Cause<'_>,
) -> Vec<Conclusion> {
    let declared = view.program.concept(concept);
    let mut rows: Vec<(String, &Vec<Value>)> =
        rows.iter().filter_map(|row| Some((view.pool.show(*row.first()?), row))).collect();
    rows.sort_by(|(a, _), (b, _)| natural(a, b));
    let conclusion = |(subject, row): (String, &Vec<Value>)| {
        let found = cause(id, row, came);
        let (through, words) = found.map_or((None, None), |found| (Some(found.through), found.words));
        Conclusion {
            kind: view.program.kind(declared.kind).name.clone(),
            name: declared.name.clone(),
            label: declared.title().to_string(),
            subject,
            through,
            words,
        }
    };
    rows.into_iter().map(conclusion).collect()
}

/// The numbers that changed.
pub(super) fn tables(before: &[TableFinding], after: &[TableFinding]) -> Vec<TableDelta> {
    let mut out = Vec::new();
    let titles = after.iter().chain(before).map(|t| &t.title);
    let mut seen: Vec<&String> = Vec::new();
    for title in titles {
        if seen.contains(&title) {
            continue;
        }
        seen.push(title);
        let find = |tables: &'_ [TableFinding]| tables.iter().position(|t| t.title == *title);
        let (then, now) = (find(before).map(|i| &before[i]), find(after).map(|i| &after[i]));
        let mut cells: Vec<(String, String, Option<usize>, Option<usize>)> = Vec::new();
        for (table, is_now) in [(now, true), (then, false)] {
            for (row, column, number) in table.into_iter().flat_map(numbers) {
                let known = cells.iter_mut().find(|(r, c, _, _)| *r == row && *c == column);
                match (known, is_now) {
                    (Some(cell), _) => cell.2 = Some(number),
                    (None, true) => cells.push((row, column, None, Some(number))),
                    (None, false) => cells.push((row, column, Some(number), None)),
                }
            }
        }
        cells.retain(|(_, _, then, now)| then.unwrap_or_default() != now.unwrap_or_default());
        if !cells.is_empty() {
            out.push(TableDelta { title: title.clone(), cells });
        }
    }
    out
}

fn numbers(table: &TableFinding) -> impl Iterator<Item = (String, String, usize)> {
    table.rows.iter().flat_map(|row| {
        let cells = row.numbers.iter().zip(&table.columns);
        cells.map(|(&number, column)| (row.label.clone(), column.clone(), number))
    })
}
