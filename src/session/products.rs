//! Conditions without a name in common, with the number of combinations that the data make of them.

use super::Study;
use crate::base::Value;
use crate::base::digits::thousands;
use crate::check::Type;
use crate::check::lint::logic::product::{Over, Product, Side, products};
use crate::check::program::KindId;
use crate::diagnostic::{Diagnostic, codes};
use rustc_hash::FxHashSet;

/// Fewer combinations than this are no trouble.
const MANY: usize = 100_000;
/// A side with fewer rows than this is a list to run through, and meant so.
const FEW: usize = 20;

impl Study {
    /// Says which conditions are combined with one another in great numbers.
    pub(super) fn survey_products(&mut self) {
        let mut found = Vec::new();
        let products = products(&self.program, &self.shipped);
        if !products.is_empty() {
            self.complete();
        }
        for product in products {
            found.extend(self.combinations(&product));
        }
        found.into_iter().for_each(|d| self.report(d));
    }

    fn combinations(&self, product: &Product) -> Option<Diagnostic> {
        let sides: Vec<(usize, String, &Side)> = product.sides.iter().map(|s| self.side(s)).collect();
        let sides: Vec<_> = sides.into_iter().filter(|(rows, ..)| *rows >= FEW).collect();
        let all = sides.iter().fold(1usize, |all, (rows, ..)| all.saturating_mul(*rows));
        if sides.len() < 2 || all <= MANY {
            return None;
        }
        let words: Vec<String> =
            sides.iter().map(|(rows, what, _)| format!("{} {what}", thousands(*rows as u128))).collect();
        let message = format!(
            "these conditions have no name in common: {} = {} combinations",
            words.join(" × "),
            thousands(all as u128)
        );
        let mut diagnostic = Diagnostic::at(codes::PRODUCT, product.at, message);
        for (_, what, side) in &sides {
            diagnostic = diagnostic.label(side.at, format!("every one of these {what}"));
        }
        let help = "add a condition that ties them together, or use one name in capitals in both; if one of them is only \
                    asked whether there is any, give that a relation of its own";
        Some(diagnostic.help(help))
    }

    /// How many rows a side has at most, and what they are: those of its smallest condition.
    fn side<'s>(&self, side: &'s Side) -> (usize, String, &'s Side) {
        let sizes = side.over.iter().map(|over| match over {
            Over::Rows(relation, values) => {
                let name = &self.program.relation(*relation).name;
                let what = if name == "message" { "messages".to_string() } else { format!("rows of `{name}`") };
                (self.rows_with(*relation, values), what)
            }
            Over::Kind(kind) => (self.ids(*kind), format!("{}s", self.program.kind(*kind).name)),
        });
        let (rows, what) = sizes.min_by_key(|(rows, _)| *rows).unwrap_or_default();
        (rows, what, side)
    }

    fn rows_with(&self, relation: crate::check::program::RelationId, values: &[Option<Value>]) -> usize {
        let rows = self.db.relation(self.lowered.declared(relation)).rows();
        rows.filter(|row| values.iter().zip(row).all(|(wanted, found)| wanted.is_none_or(|w| w == *found))).count()
    }

    /// How many concepts a kind has, or how many ids of it stand in the data.
    fn ids(&self, kind: KindId) -> usize {
        if !self.program.kind(kind).open {
            return self.program.concepts_of(kind).count();
        }
        let mut ids: FxHashSet<Value> = FxHashSet::default();
        for (i, relation) in (0..).map(crate::check::program::RelationId).zip(&self.program.relations) {
            for (column, _) in relation.columns.iter().enumerate().filter(|(_, c)| c.of == Type::Kind(kind)) {
                let rows = self.db.relation(self.lowered.declared(i)).rows();
                ids.extend(rows.map(|row| row[column]).filter(|v| !v.is_none()));
            }
        }
        ids.len()
    }
}
