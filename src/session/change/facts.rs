//! Statements that come in and go out without a file: a message, a coding, any fact. They stand beside the study's files,
//! so that whatever is read again finds them, and in the explanations under the number of the change that made them.

use super::super::Study;
use super::{Edit, Statement};
use crate::base::persist::Vector;
use crate::base::table::RowPlace;
use crate::base::{FileId, Value};
use crate::check;
use crate::check::program::{RelationId, RelationKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::core::{self, FactPlace};
use rustc_hash::{FxHashMap, FxHashSet};

/// What statements are said to come from.
pub const FILE: &str = "session";

/// Above so many statements of one change, given facts are looked up in a table instead of one by one.
const MANY: usize = 64;

/// A statement that was put in or taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub relation: RelationId,
    pub row: Vec<Value>,
    /// The number of the change.
    number: u32,
}

/// All statements so far that no file holds, and those of files that no longer count.
#[derive(Clone, Default)]
pub(in crate::session) struct Late {
    pub(super) inserted: Vector<Stated>,
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
    pub taken: FxHashSet<(core::RelationId, Vec<Value>)>,
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
            let text = self.pool.shared_text(stated.row[4]);
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
        let key = (relation, row.to_vec());
        if !gone && self.db.is_complete(relation) && !ledger.fresh.contains(&key) && !ledger.taken.contains(&key) {
            return self.db.places(relation, row);
        }
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
}
