//! What each of several values gives: how many rows a relation has, and, where its rows say how many or how much of
//! something there is, that number. Each stands whole, so that nobody has to put together what comes and goes.

use super::super::Study;
use super::super::show::View;
use super::super::summary::natural;
use super::Case;
use crate::base::Value;
use crate::check::program::{RelationId, RelationKind};
use rustc_hash::FxHashMap;

/// Of larger relations no numbers are told one by one.
const MOST: usize = 200_000;

/// A relation that changes with the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// Its name.
    pub relation: String,
    /// How many rows it has as the study is.
    pub now: usize,
    /// How many it has in each case.
    pub then: Vec<usize>,
    /// The numbers that its rows say, all that change; none where they are no numbers of one thing each.
    pub numbers: Vec<NumberOver>,
}

/// A number that the rows of a relation say of something, and that changes with the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberOver {
    /// The row as a sentence without its number: `... low scores in the north`.
    pub what: String,
    /// The number as the study is; none where there is no such row.
    pub now: Option<String>,
    /// The number in each case.
    pub then: Vec<Option<String>>,
}

/// The values of a row but for its number.
type Key = Vec<Value>;

impl Study {
    /// What each case gives, by the relations that an author declared and that change in any. All changes are taken back.
    pub(super) fn over(&self, cases: &[Case]) -> Vec<Over> {
        let mut names: Vec<&str> = Vec::new();
        for relation in cases.iter().flat_map(|case| &case.delta.relations) {
            if !names.contains(&relation.name.as_str()) {
                names.push(&relation.name);
            }
        }
        names.into_iter().filter_map(|name| self.over_one(name, cases)).collect()
    }

    fn over_one(&self, name: &str, cases: &[Case]) -> Option<Over> {
        let known = self.program.relations.iter().position(|relation| relation.name == name);
        let id = known.and_then(|at| u32::try_from(at).ok()).map(RelationId);
        let declared = |id: &RelationId| matches!(self.program.relation(*id).kind, RelationKind::Declared);
        let is_kind = || cases.iter().flat_map(|case| &case.counts).any(|concept| concept.kind == name);
        if id.map_or_else(is_kind, |id| !declared(&id)) {
            return None;
        }
        let now = id.map_or(0, |id| self.db.relation(self.lowered.declared(id)).len());
        let moved = cases.iter().map(|case| case.delta.relations.iter().find(|r| r.name == name));
        let size = |came: usize, went: usize| (now + came).saturating_sub(went);
        let then = moved.map(|moved| moved.map_or(now, |r| size(r.came.len(), r.went.len()))).collect();
        let numbers = id.and_then(|id| self.numbers_over(id, cases)).unwrap_or_default();
        Some(Over { relation: name.to_string(), now, then, numbers })
    }

    /// The numbers of a relation; none where it has rows that differ in nothing but a number, or no number changes.
    fn numbers_over(&self, id: RelationId, cases: &[Case]) -> Option<Vec<NumberOver>> {
        let view = self.view()?;
        let relation = self.program.relation(id);
        let at = super::super::change::number_column(relation)?;
        let all = self.db.relation(self.lowered.declared(id));
        if all.len() > MOST {
            return None;
        }
        let key =
            |row: &[Value]| -> Key { row.iter().enumerate().filter(|(c, _)| *c != at).map(|(_, &v)| v).collect() };
        let mut changed: FxHashMap<Key, Vec<Option<Value>>> = FxHashMap::default();
        for case in cases {
            let Some(moved) = case.delta.relations.iter().find(|r| r.name == relation.name) else { continue };
            for (_, row) in moved.told.2.as_ref()? {
                changed.entry(key(row)).or_default();
            }
        }
        for row in all.rows() {
            if let Some(known) = changed.get_mut(&key(&row)) {
                known.push(Some(row[at]));
            }
        }
        for known in changed.values_mut() {
            match known[..] {
                [] => known.push(None),
                [_] => {}
                _ => return None,
            }
        }
        for case in cases {
            let moved = case.delta.relations.iter().find(|r| r.name == relation.name);
            let rows = moved.and_then(|moved| moved.told.2.as_ref()).map_or(&[][..], Vec::as_slice);
            let mut then: FxHashMap<Key, (Option<Value>, bool)> = FxHashMap::default();
            for (came, row) in rows {
                let (comes, goes) = then.entry(key(row)).or_default();
                match came {
                    // Two of one thing.
                    true if comes.replace(row[at]).is_some() => return None,
                    true => {}
                    false => *goes = true,
                }
            }
            for (key, values) in &mut changed {
                let now = values[0];
                values.push(match then.get(key) {
                    None => now,
                    // What comes beside a row that stays is a second one.
                    Some((Some(_), false)) if now.is_some() => return None,
                    Some((comes, _)) => *comes,
                });
            }
        }
        let other = |values: &Vec<Option<Value>>| values.iter().flatten().any(|value| Some(*value) != values[0]);
        if !changed.values().any(|values| values[0].is_some() && other(values)) {
            return None;
        }
        let shown = |value: &Option<Value>| value.map(|value| self.pool.show(value));
        let number = |(key, values): (&Key, &Vec<Option<Value>>)| NumberOver {
            what: without_number(view, id, at, key),
            now: shown(&values[0]),
            then: values[1..].iter().map(shown).collect(),
        };
        let mut out: Vec<NumberOver> = changed.iter().map(number).collect();
        out.sort_by(|a, b| natural(&a.what, &b.what));
        Some(out)
    }
}

/// A row as a sentence in which the number is left open.
fn without_number(view: View<'_>, id: RelationId, at: usize, key: &[Value]) -> String {
    let mut row: Vec<Option<Value>> = key.iter().map(|&value| Some(value)).collect();
    row.insert(at.min(row.len()), None);
    view.sentence(id, &row)
}
