//! Statements that come in and go out without a file: a message, a coding, any fact. They stand beside the study's files,
//! so that whatever is read again finds them, and in the explanations under the number of the change that made them.

use super::super::Study;
use super::super::facts::cells_of;
use super::{Edit, Statement};
use crate::base::persist::Vector;
use crate::base::table::{Row as TableRow, RowPlace};
use crate::base::{FileId, Table, Value};
use crate::check::program::{RelationId, RelationKind};
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::ir::core::{self, FactPlace};
use crate::{check, syntax};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What statements are said to come from.
const FILE: &str = "session";

/// Above so many statements of one change, given facts are looked up in a table instead of one by one.
const MANY: usize = 64;

/// A statement that was put in or taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stated {
    relation: RelationId,
    row: Vec<Value>,
    /// The number of the change.
    number: u32,
}

/// All statements so far that no file holds, and those of files that no longer count.
#[derive(Clone, Default)]
pub(in crate::session) struct Late {
    inserted: Vector<Stated>,
    removed: Vector<Stated>,
}

impl Late {
    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.inserted.len() + self.removed.len()
    }

    /// True where all stands in files, and counts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What was done to the given facts of a program, so that it can be undone.
#[derive(Clone, Debug)]
pub(in crate::session) enum Move {
    /// A fact was added at the end.
    Pushed(core::RelationId),
    /// A place was marked as given no longer.
    Gone(core::RelationId, usize),
    /// A place was marked as given again.
    Back(core::RelationId, usize),
}

/// What one change does to the given facts.
#[derive(Default)]
pub(in crate::session) struct Ledger {
    pub moves: Vec<Move>,
    /// True where a message came or went.
    pub texts: bool,
    /// What was put in and what was taken out by this change, as the core has it.
    fresh: FxHashSet<(core::RelationId, Vec<Value>)>,
    taken: FxHashSet<(core::RelationId, Vec<Value>)>,
    /// Places by row, for relations of which much is asked.
    places: FxHashMap<core::RelationId, FxHashMap<Vec<Value>, Vec<usize>>>,
    many: bool,
}

impl Ledger {
    pub fn new(statements: usize) -> Ledger {
        Ledger { many: statements > MANY, ..Ledger::default() }
    }

    /// The relations whose given facts changed.
    pub fn dirty(&self) -> Vec<core::RelationId> {
        let of = |change: &Move| match *change {
            Move::Pushed(id) | Move::Gone(id, _) | Move::Back(id, _) => id,
        };
        let mut all: Vec<core::RelationId> = self.moves.iter().map(of).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Study {
    /// Puts a statement in.
    pub(super) fn insert(
        &mut self,
        statement: &Statement,
        number: u32,
        ledger: &mut Ledger,
    ) -> Result<(), Vec<Diagnostic>> {
        let (id, row) = self.resolve(statement, true)?;
        let row: Vec<Value> = row.into_iter().map(|value| value.unwrap_or(Value::NONE)).collect();
        self.check_statement(id, &row, ledger)?;
        self.state(Stated { relation: id, row, number }, ledger);
        Ok(())
    }

    /// Takes given facts out: all that fit.
    pub(super) fn delete(
        &mut self,
        statement: &Statement,
        number: u32,
        ledger: &mut Ledger,
    ) -> Result<(), Vec<Diagnostic>> {
        let (id, row) = self.resolve(statement, false)?;
        let found = self.given_like(id, &row, ledger);
        if found.is_empty() {
            return Err(vec![self.not_given(id, &row)]);
        }
        for row in found {
            self.withdraw(Stated { relation: id, row, number }, ledger);
        }
        Ok(())
    }

    fn state(&mut self, stated: Stated, ledger: &mut Ledger) {
        let (relation, values) = self.lowered.route(&self.program, stated.relation, &stated.row);
        if self.is_given(relation, &values, ledger) {
            return;
        }
        let same = |other: &Stated| other.relation == stated.relation && other.row == stated.row;
        if let Some(at) = self.late.removed.iter().position(same) {
            self.late.removed.remove(at);
            let gone: Vec<usize> = self.places_of(relation, &values, true, ledger);
            for place in gone {
                self.lowered.core.given[relation.0 as usize].set_gone(place, false);
                ledger.moves.push(Move::Back(relation, place));
            }
        } else {
            let place = FactPlace::Row(RowPlace { file: self.session_file(), line: stated.number });
            self.push(relation, &values, place, ledger);
            self.late.inserted.push_back(stated.clone());
        }
        ledger.taken.remove(&(relation, values.clone()));
        ledger.fresh.insert((relation, values));
        self.follow_text(&stated, true, ledger);
    }

    fn withdraw(&mut self, stated: Stated, ledger: &mut Ledger) {
        self.follow_text(&stated, false, ledger);
        let (relation, values) = self.lowered.route(&self.program, stated.relation, &stated.row);
        self.drop_places(relation, &values, ledger);
        let same = |other: &Stated| other.relation == stated.relation && other.row == stated.row;
        match self.late.inserted.iter().position(same) {
            Some(at) => drop(self.late.inserted.remove(at)),
            None => self.late.removed.push_back(stated),
        }
    }

    fn push(&mut self, relation: core::RelationId, row: &[Value], place: FactPlace, ledger: &mut Ledger) {
        if let Some(places) = ledger.places.get_mut(&relation) {
            let next = self.lowered.core.given[relation.0 as usize].places.len();
            places.entry(row.to_vec()).or_default().push(next);
        }
        self.lowered.core.add_fact(relation, row, place);
        ledger.moves.push(Move::Pushed(relation));
    }

    fn drop_places(&mut self, relation: core::RelationId, row: &[Value], ledger: &mut Ledger) {
        for place in self.places_of(relation, row, false, ledger) {
            self.lowered.core.given[relation.0 as usize].set_gone(place, true);
            ledger.moves.push(Move::Gone(relation, place));
        }
        ledger.fresh.remove(&(relation, row.to_vec()));
        ledger.taken.insert((relation, row.to_vec()));
    }

    /// Where a message comes or goes, its text and what the patterns find in it do.
    fn follow_text(&mut self, stated: &Stated, comes: bool, ledger: &mut Ledger) {
        if stated.relation != self.program.known("message") {
            return;
        }
        ledger.texts = true;
        let id = stated.row[0];
        if comes {
            let text = self.pool.as_text(stated.row[4]).cloned();
            if let Some(text) = text {
                self.texts.corpus.insert(id, text);
            }
            for (relation, row) in self.matches_in(id) {
                self.push(relation, &row, FactPlace::Text, ledger);
            }
        } else {
            for (relation, row) in self.matches_in(id) {
                self.drop_places(relation, &row, ledger);
            }
            self.texts.corpus.remove(id);
        }
    }

    /// Takes back what a change did to the given facts.
    pub(super) fn take_back(&mut self, moves: &[Move]) {
        for change in moves.iter().rev() {
            let (Move::Pushed(id) | Move::Gone(id, _) | Move::Back(id, _)) = *change;
            let arity = self.lowered.core.relation(id).arity;
            let given = &mut self.lowered.core.given[id.0 as usize];
            match *change {
                Move::Pushed(_) => given.pop(arity),
                Move::Gone(_, place) => given.set_gone(place, false),
                Move::Back(_, place) => given.set_gone(place, true),
            }
        }
    }

    /// Says again what was said in the study before; what does not fit any more is told.
    pub(super) fn say_again(&mut self, before: &Study, ledger: &mut Ledger) -> Result<(), Vec<Diagnostic>> {
        for removed in before.late.removed.clone() {
            let Some(relation) = self.relation_like(before, removed.relation) else { continue };
            let (core, values) = self.lowered.route(&self.program, relation, &removed.row);
            // A row that the file has lost as well needs no taking out.
            if !self.places_of(core, &values, false, ledger).is_empty() {
                self.withdraw(Stated { relation, ..removed }, ledger);
            }
        }
        for inserted in before.late.inserted.clone() {
            let concept = |(value, column): (&Value, &check::program::Column)| {
                value.is_none()
                    || !column.of.is_concept(&self.program)
                    || self.program.concept_values.contains_key(value)
            };
            let relation = self
                .relation_like(before, inserted.relation)
                .filter(|&id| inserted.row.iter().zip(&self.program.relation(id).columns).all(concept));
            let Some(relation) = relation else {
                let name = &before.program.relation(inserted.relation).name;
                let shown = |&v: &Value| if v.is_none() { "_".to_string() } else { self.pool.show(v) };
                let row: Vec<String> = inserted.row.iter().map(shown).collect();
                let message =
                    format!("`{name}({})`, which was put in, does not fit the study any more", row.join(", "));
                let help = "take it out first, or keep the relation and the concepts that it names";
                return Err(vec![Diagnostic::new(codes::CHANGE, message).help(help)]);
            };
            self.state(Stated { relation, ..inserted }, ledger);
        }
        Ok(())
    }

    /// The statements that no file holds, as edits of a study that knows only its files.
    /// With the number of the change that each came by.
    pub(super) fn late_edits(&self) -> Vec<(u32, Edit)> {
        let Some(view) = self.view() else { return Vec::new() };
        let written = |stated: &Stated| {
            let relation = self.program.relation(stated.relation);
            let values = relation.columns.iter().zip(&stated.row).filter(|(_, value)| !value.is_none());
            let values: Vec<String> = values
                .map(|(column, &value)| format!("{}: {}", column.name, view.as_written(value, column.of)))
                .collect();
            Statement::Written(format!("{}({})", relation.name, values.join(", ")))
        };
        let removed = self.late.removed.iter().map(|stated| (stated.number, Edit::Delete(written(stated))));
        removed.chain(self.late.inserted.iter().map(|stated| (stated.number, Edit::Insert(written(stated))))).collect()
    }

    /// The number under which statements without a file stand among the data files.
    fn session_file(&mut self) -> FileId {
        let at = self.data_files.iter().position(|file| file == FILE).unwrap_or_else(|| {
            self.data_files.push(FILE.to_string());
            self.data_files.len() - 1
        });
        FileId(at as u32)
    }

    fn is_given(&mut self, relation: core::RelationId, row: &[Value], ledger: &mut Ledger) -> bool {
        let key = (relation, row.to_vec());
        if ledger.fresh.contains(&key) {
            return true;
        }
        if ledger.taken.contains(&key) {
            return false;
        }
        if self.db.is_complete(relation) {
            return self.db.find(relation, row).is_some_and(|at| self.db.relation(relation).given(at).is_some());
        }
        !self.places_of(relation, row, false, ledger).is_empty()
    }

    /// The places at which a fact is given, or, `gone`, was.
    fn places_of(&self, relation: core::RelationId, row: &[Value], gone: bool, ledger: &mut Ledger) -> Vec<usize> {
        let (given, arity) =
            (&self.lowered.core.given[relation.0 as usize], self.lowered.core.relation(relation).arity);
        let wanted = |place: &usize| given.gone.contains(place) == gone;
        let row_at = |place: usize| &given.values[place * arity..][..arity];
        if !ledger.many {
            return (0..given.places.len()).filter(|&place| row_at(place) == row).filter(wanted).collect();
        }
        let places = ledger.places.entry(relation).or_insert_with(|| {
            let mut places: FxHashMap<Vec<Value>, Vec<usize>> = FxHashMap::default();
            for place in 0..given.places.len() {
                places.entry(row_at(place).to_vec()).or_default().push(place);
            }
            places
        });
        places.get(row).into_iter().flatten().copied().filter(wanted).collect()
    }

    /// The given rows of a relation that have these values, as the author sees them.
    fn given_like(&mut self, id: RelationId, row: &[Option<Value>], ledger: &mut Ledger) -> Vec<Vec<Value>> {
        if let Some(whole) = row.iter().copied().collect::<Option<Vec<Value>>>() {
            let (relation, values) = self.lowered.route(&self.program, id, &whole);
            return if self.is_given(relation, &values, ledger) { vec![whole] } else { Vec::new() };
        }
        let split = match self.program.relation(id).kind {
            RelationKind::Has(_) | RelationKind::Coded | RelationKind::Evidence => {
                let concept = row[1].and_then(|value| self.program.concept_values.get(&value).copied());
                concept.and_then(|concept| self.lowered.of_concept(id, concept))
            }
            _ => None,
        };
        let relation = split.unwrap_or_else(|| self.lowered.declared(id));
        let given = &self.lowered.core.given[relation.0 as usize];
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        for (_, values) in given.rows(self.lowered.core.relation(relation).arity) {
            let mut whole = values.to_vec();
            if let (Some(_), Some(Some(concept))) = (split, row.get(1)) {
                whole.insert(1, *concept);
            }
            let fits = row.iter().zip(&whole).all(|(want, have)| want.is_none_or(|w| w == *have));
            if fits && seen.insert(whole.clone()) {
                found.push(whole);
            }
        }
        found
    }

    fn not_given(&self, id: RelationId, row: &[Option<Value>]) -> Diagnostic {
        let relation = self.program.relation(id);
        let shown: Vec<String> = row.iter().map(|v| v.map_or("_".to_string(), |v| self.pool.show(v))).collect();
        let message = format!("`{}({})` is nowhere given, so it cannot be taken out", relation.name, shown.join(", "));
        let whole: Option<Vec<Value>> = row.iter().copied().collect();
        let holds = whole.is_some_and(|row| {
            let (core, values) = self.lowered.route(&self.program, id, &row);
            self.db.find(core, &values).is_some()
        });
        let help = match holds {
            true => "it is concluded by rules: take out what it rests on, which `why` shows".to_string(),
            false => format!("are all values written as in the data? the columns are: {}", columns(relation)),
        };
        Diagnostic::new(codes::CHANGE, message).help(help)
    }

    /// The relation and the values that a statement names; what it leaves open is none, and that only where it may be.
    fn resolve(
        &mut self,
        statement: &Statement,
        whole: bool,
    ) -> Result<(RelationId, Vec<Option<Value>>), Vec<Diagnostic>> {
        let (id, row) = match statement {
            Statement::Written(text) => self.resolve_written(text, whole)?,
            Statement::Cells { relation, cells } => self.resolve_cells(relation, cells, whole)?,
        };
        let relation = self.program.relation(id);
        let takes = matches!(
            relation.kind,
            RelationKind::Message
                | RelationKind::Declared
                | RelationKind::Has(_)
                | RelationKind::Coding
                | RelationKind::Coded
                | RelationKind::Evidence
        );
        if !takes {
            let message = format!("`{}` is made from what the study declares, and takes no facts", relation.name);
            let help = "change what is declared: replace the file that says so";
            return Err(vec![Diagnostic::new(codes::CHANGE, message).help(help)]);
        }
        Ok((id, row))
    }

    fn resolve_written(
        &mut self,
        text: &str,
        whole: bool,
    ) -> Result<(RelationId, Vec<Option<Value>>), Vec<Diagnostic>> {
        let file = self.add_question("the message", text);
        let (atom, mut wrong) = syntax::parse_atom(file, text);
        if wrong.iter().any(Diagnostic::is_error) {
            return Err(wrong);
        }
        let Some(atom) = atom else { return Err(wrong) };
        if whole {
            let (fact, more) = check::check_fact(&self.program, &mut self.pool, &atom, file);
            wrong.extend(more);
            return fact.map(|f| (f.relation, f.row.into_iter().map(Some).collect())).ok_or(wrong);
        }
        let (row, more) = check::check_atom(&self.program, &mut self.pool, &atom, file);
        wrong.extend(more);
        row.ok_or(wrong)
    }

    fn resolve_cells(
        &mut self,
        name: &str,
        cells: &[(String, Option<String>)],
        whole: bool,
    ) -> Result<(RelationId, Vec<Option<Value>>), Vec<Diagnostic>> {
        let Some(&id) = self.program.relation_names.get(name) else {
            let names = self.program.relations.iter().map(|r| r.name.as_str());
            let help = match suggest::nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a relation is one that the study declares, or `message`, `coding`, `reply`".to_string(),
            };
            let message = format!("there is no relation `{name}`");
            return Err(vec![Diagnostic::new(codes::UNKNOWN_RELATION, message).help(help)]);
        };
        let relation = self.program.relation(id);
        for (at, (column, _)) in cells.iter().enumerate() {
            if relation.column(column).is_none() {
                let near = suggest::nearest(column, relation.columns.iter().map(|c| c.name.as_str()));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its columns are: {}", columns(relation)),
                };
                let message = format!("`{name}` has no column `{column}`");
                return Err(vec![Diagnostic::new(codes::UNKNOWN_COLUMN, message).help(help)]);
            }
            if cells[..at].iter().any(|(other, _)| other == column) {
                let message = format!("the column `{column}` stands twice");
                return Err(vec![Diagnostic::new(codes::TWICE_CLAUSE, message).help("leave one of them out")]);
            }
        }
        // The cells are read as those of a file would be.
        let table = Table {
            file: FILE.to_string(),
            header: cells.iter().map(|(column, _)| column.clone()).collect(),
            rows: vec![TableRow { line: 1, cells: cells.iter().map(|(_, cell)| cell.clone()).collect() }],
        };
        let asked: Vec<bool> = relation
            .columns
            .iter()
            .map(|column| whole && !column.optional || cells.iter().any(|(name, _)| *name == column.name))
            .collect();
        let missing: Vec<&str> = relation
            .columns
            .iter()
            .zip(&asked)
            .filter(|(column, asked)| **asked && !cells.iter().any(|(name, _)| *name == column.name))
            .map(|(column, _)| column.name.as_str())
            .collect();
        if !missing.is_empty() {
            let message = format!("`{name}` needs a value for `{}`", missing.join("`, `"));
            return Err(vec![
                Diagnostic::new(codes::COLUMNS, message).help(format!("its columns are: {}", columns(relation))),
            ]);
        }
        let bound = cells_of(&self.program, id, &asked, &table, &mut self.pool);
        let Some((_, row)) = bound.rows().next() else {
            let wrong = bound.problems.into_iter().map(|problem| {
                // There is no line to look at but the message itself.
                let mut diagnostic = Diagnostic::from(problem);
                diagnostic.place = None;
                diagnostic
            });
            return Err(wrong.collect());
        };
        let mut values = row.iter().copied();
        let row = asked.iter().map(|&asked| if asked { values.next() } else { whole.then_some(Value::NONE) });
        Ok((id, row.collect()))
    }

    /// What would be wrong with a row of a file is wrong with a statement.
    fn check_statement(&mut self, id: RelationId, row: &[Value], ledger: &Ledger) -> Result<(), Vec<Diagnostic>> {
        let (message, coding) = (self.program.known("message"), self.program.known("coding"));
        let wrong = |diagnostic: Diagnostic| Err(vec![diagnostic]);
        if id == message {
            let relation = self.lowered.declared(message);
            let there = self.texts.corpus.text(row[0]).is_some()
                || self.db.is_complete(relation) && !self.db.relation(relation).starting_with(&[row[0]]).is_empty();
            let taken = ledger.taken.iter().any(|(of, values)| *of == relation && values[0] == row[0]);
            let same = self.db.find(relation, row).is_some();
            if there && !taken && !same {
                let text = format!("there is a message `{}` already", self.pool.show(row[0]));
                let help = "give the new one another id, or take the old one out in the same change";
                return wrong(Diagnostic::new(codes::DUPLICATE_ID, text).help(help));
            }
        }
        if id == coding && row.len() > 4 {
            let length = self.texts.corpus.text(row[0]).map(|text| text.chars().count());
            let (start, end) = (self.pool.as_number(row[3]), self.pool.as_number(row[4]));
            let most = length.map_or(i64::MAX, |length| length as i64);
            let outside = match (start, end) {
                (Some(start), Some(end)) => start < 0 || end < start || end > most,
                (None, None) => false,
                _ => true,
            };
            if outside {
                let text = super::super::facts::outside(&self.pool, row, length);
                let help = "offsets count characters from 0, the end excluded, and stand in pairs";
                return wrong(Diagnostic::new(codes::OFFSETS, text).help(help));
            }
        }
        self.check_statement_keys(id, row)
    }

    /// A key may not have two rows.
    fn check_statement_keys(&self, id: RelationId, row: &[Value]) -> Result<(), Vec<Diagnostic>> {
        let relation = self.program.relation(id);
        let core = self.lowered.declared(id);
        for key in &relation.keys {
            let given = &self.lowered.core.given[core.0 as usize];
            let same = |other: &[Value]| key.iter().all(|&c| other.get(c) == row.get(c)) && other != row;
            if given.rows(row.len()).any(|(_, other)| same(other)) {
                let names: Vec<&str> = key.iter().map(|&c| relation.columns[c].name.as_str()).collect();
                let shown: Vec<String> = key.iter().map(|&c| self.pool.show(row[c])).collect();
                let (names, shown) = (names.join("`, `"), shown.join(", "));
                let message = format!("`{}` has a row with this `{names}` ({shown}) already", relation.name);
                let help = "take that row out in the same change, before this one comes in";
                return Err(vec![Diagnostic::new(codes::KEY, message).help(help)]);
            }
        }
        Ok(())
    }

    /// Messages that statements name and that do not exist.
    pub(super) fn late_warnings(&self) -> Vec<Diagnostic> {
        let message = self.program.known("message");
        let kind = check::Type::Kind(self.program.known_kind("message"));
        let mut unknown: Vec<(RelationId, Value)> = Vec::new();
        for stated in self.late.inserted.iter().filter(|stated| stated.relation != message) {
            for (column, &value) in self.program.relation(stated.relation).columns.iter().zip(&stated.row) {
                let is_known = || self.texts.corpus.text(value).is_some();
                if column.of == kind && !value.is_none() && !is_known() && !unknown.contains(&(stated.relation, value))
                {
                    unknown.push((stated.relation, value));
                }
            }
        }
        let told = unknown.into_iter().map(|(relation, value)| {
            let (name, id) = (&self.program.relation(relation).name, self.pool.show(value));
            Diagnostic::new(codes::UNKNOWN_MESSAGE, format!("`{name}` names a message that does not exist: `{id}`"))
                .in_data(FILE)
                .help("put the message in as well, or is the id spelled otherwise?")
        });
        told.collect()
    }
}

/// The columns of a relation, as a list in words.
fn columns(relation: &check::program::Relation) -> String {
    let names = relation.columns.iter().map(|c| format!("{}{}", c.name, if c.optional { "?" } else { "" }));
    names.collect::<Vec<_>>().join(", ")
}
