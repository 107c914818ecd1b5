//! `--only`: a part of the messages. Everything is then as if the study had only these: rows that name another
//! message are left out too, and counted.

use super::{Progress, Study};
use crate::base::Value;
use crate::check::Type;
use crate::check::program::Column;
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::Database;
use crate::ir::core::RelationId;
use rustc_hash::FxHashSet;
use std::sync::Arc;

impl Study {
    /// Leaves only the rows of the messages that are asked for.
    pub(super) fn restrict(&mut self) {
        let Some(only) = self.options.only.take() else { return };
        let before = self.lowered.clone();
        self.evaluate_whole();
        let found = self.ask("--only", &only);
        (self.lowered, self.db) = (before, Database::default());
        self.evaluated = true;
        let Some(found) = found else {
            self.rows = Arc::default();
            return;
        };
        let column = found.types.iter().position(|t| t == "message");
        let Some(column) = column else {
            let diagnostic = Diagnostic::new(codes::SCOPE, "`--only` must ask something of messages");
            self.report(
                diagnostic.help("name a code or a pattern, or use `this`: `--only 'message(this, author: \"Tom\")'`"),
            );
            self.rows = Arc::default();
            return;
        };
        let kept: FxHashSet<Value> = found.rows.iter().map(|row| row[column]).collect();
        self.keep_rows(|id| kept.contains(&id), "not among the messages that `--only` asks for");
        self.keep_facts(&kept);
    }

    /// Leaves out the facts written in the study that name another message.
    fn keep_facts(&mut self, kept: &FxHashSet<Value>) {
        let message = Type::Kind(self.program.known_kind("message"));
        let mut unwanted: FxHashSet<(RelationId, Vec<Value>)> = FxHashSet::default();
        for fact in &self.program.facts {
            let columns = &self.program.relation(fact.relation).columns;
            let names =
                |(column, value): (&Column, &Value)| column.of == message && !value.is_none() && !kept.contains(value);
            if columns.iter().zip(&fact.row).any(names) {
                let (relation, row) = self.lowered.route(&self.program, fact.relation, &fact.row);
                unwanted.insert((relation, row.to_vec()));
            }
        }
        let core = &mut self.lowered.core;
        let relations: FxHashSet<RelationId> = unwanted.iter().map(|(relation, _)| *relation).collect();
        for relation in relations {
            let arity = core.relation(relation).arity;
            let given = std::mem::take(&mut core.given[relation.0 as usize]);
            for (place, row) in given.rows(arity) {
                if !unwanted.contains(&(relation, row.to_vec())) {
                    core.add_fact(relation, row, given.places.get(place).unwrap_or(crate::ir::core::FactPlace::Text));
                }
            }
        }
    }

    /// Evaluates with all messages, quietly: what is wrong will be said of the part.
    fn evaluate_whole(&mut self) {
        let said = self.diagnostics.len();
        self.evaluated = false;
        self.evaluate(&mut |_: Progress| {});
        self.diagnostics.truncate(said);
    }
}
