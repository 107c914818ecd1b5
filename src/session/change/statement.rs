//! What a statement from outside names, and what is wrong with it: said as of a row of a file, or of a fact in a study.

use super::super::Study;
use super::super::facts::cells_of;
use super::Statement;
use super::facts::{FILE, Ledger};
use crate::base::table::{Body, Row as TableRow};
use crate::base::{Table, Value};
use crate::check::program::{RelationId, RelationKind};
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::{check, syntax};

impl Study {
    pub(super) fn not_given(&self, id: RelationId, row: &[Option<Value>]) -> Diagnostic {
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
    pub(in crate::session) fn resolve(
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
        let file = self.add_question("the statement", text);
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
            body: Body::Cells(vec![TableRow {
                line: 1,
                cells: cells.iter().map(|(_, cell)| cell.clone().map(Into::into)).collect(),
            }]),
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
    pub(super) fn check_statement(
        &mut self,
        id: RelationId,
        row: &[Value],
        ledger: &Ledger,
    ) -> Result<(), Vec<Diagnostic>> {
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
                let text = super::super::rows_checked::outside(&self.pool, row, length);
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
