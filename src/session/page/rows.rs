//! What the rules of a study conclude in relations of its own, row by row, so that each can be explained and decided on.

use super::model::{RelationShown, RowShown};
use crate::base::Value;
use crate::eval::Least;
use crate::ir::core::RelationId;
use crate::session::Study;
use crate::session::review::text_of;
use crate::session::show::View;

/// So many rows of a relation stand in a page.
const SHOWN: usize = 100;

/// Where rows are that a page shows.
pub(super) struct Rows {
    pub relation: RelationId,
    pub rows: Vec<u32>,
}

impl Study {
    /// The relations that rules fill, each with its first rows.
    pub(super) fn rows_shown(&self, view: View<'_>) -> Vec<(RelationShown, Rows)> {
        let mut known = Least::default();
        let shown = self.concluding().map(|id| {
            let (declared, relation) = (self.program.relation(id), self.lowered.declared(id));
            let rows = self.db.first_rows(relation, &self.pool, SHOWN, &mut known);
            let row = |&row: &u32| {
                let values: Vec<Option<Value>> = self.db.row(relation, row).iter().map(|&v| Some(v)).collect();
                let (says, fact) = (view.sentence(id, &values), view.fact(id, &values));
                RowShown { says, fact, text: text_of(view, &values), proof: None }
            };
            let shown = RelationShown {
                name: declared.name.clone(),
                means: declared.means.first().map(|m| m.text.clone()),
                rows: self.db.relation(relation).len(),
                shown: rows.iter().map(row).collect(),
            };
            (shown, Rows { relation, rows })
        });
        shown.collect()
    }
}
