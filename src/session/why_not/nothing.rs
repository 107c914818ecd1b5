//! What nothing in a study can conclude: an id that does not exist, a concept without a clause, a relation without a
//! rule; and the nearest that something can.

use super::inquiry::{Inquiry, OpenRow};
use crate::base::Value;
use crate::check::Type;
use crate::check::program::{ConceptId, RelationId as Declared, RelationKind, Status};
use crate::diagnostic::suggest;
use crate::ir::core::RelationId;
use crate::ir::origin::Role;
use crate::session::summary::natural;

/// So many ids are compared with one that does not exist.
const COMPARED: usize = 200_000;
/// So many others are named.
const NAMED: usize = 3;
/// So many concepts to which maps lead are named.
const MAPPED: usize = 8;

/// Why nothing can conclude a fact, and what to look at.
pub(super) struct Nothing {
    pub reason: String,
    pub help: Option<String>,
    /// True where a repair is of no use: what is asked about does not exist.
    pub for_good: bool,
}

impl Inquiry<'_> {
    /// Why nothing can conclude a row; none where something can. `core` is where it would stand.
    pub(super) fn nothing(
        &self,
        declared: Declared,
        row: &OpenRow,
        core: RelationId,
        core_row: &OpenRow,
    ) -> Option<Nothing> {
        if let Some(found) = self.no_such_id(declared, row) {
            return Some(found);
        }
        if let Some(found) = self.unknown_value(declared, row) {
            return Some(found);
        }
        if !self.ways.of(core, core_row, &self.pool).is_empty() {
            return None;
        }
        match self.role(core) {
            Role::Has(id) => Some(self.no_clause(id)),
            _ => Some(self.no_rule(declared, row, core)),
        }
    }

    /// An id of a message, an author or a thread that does not exist.
    fn no_such_id(&self, declared: Declared, row: &OpenRow) -> Option<Nothing> {
        let view = self.base();
        let program = view.program;
        let messages = view.lowered.declared(program.known("message"));
        let columns = &program.relation(declared).columns;
        for (column, value) in columns.iter().zip(row) {
            let (Type::Kind(kind), Some(value)) = (column.of, value) else { continue };
            let name = program.kind(kind).name.as_str();
            let Some(at) = ["message", "thread", "author"].iter().position(|known| *known == name) else { continue };
            // People and threads may stand in other tables than that of the messages.
            if at > 0 && !matches!(program.relation(declared).kind, RelationKind::Has(_)) {
                continue;
            }
            let mut asked = vec![None; 5];
            asked[at] = Some(*value);
            if value.is_none() || self.search.has(messages, &asked) {
                continue;
            }
            // A person or a thread may stand in a table of its own, and nowhere among the messages.
            if at > 0 && self.stands_anywhere(*value, column.of) {
                continue;
            }
            let wanted = self.pool.show(*value);
            let ids: Vec<String> = view
                .db
                .relation(messages)
                .rows()
                .take(COMPARED)
                .filter_map(|row| row.get(at).copied())
                .filter(|id| !id.is_none())
                .map(|id| view.pool.show(id))
                .collect();
            let ends =
                || ids.iter().find(|id| id.len() <= wanted.len() + 2 && id.ends_with(&wanted) && !wanted.is_empty());
            if let Some(help) = self.another_column(messages, *value, at, name) {
                return Some(Nothing {
                    reason: format!("there is no {name} `{wanted}`"),
                    help: Some(help),
                    for_good: true,
                });
            }
            let near = suggest::nearest(&wanted, ids.iter().map(String::as_str)).or_else(|| ends().map(String::as_str));
            let help = match near {
                Some(near) => Some(format!("the nearest is `{near}`")),
                None if ids.is_empty() => Some("there are no messages at all: is the `input message` missing?".into()),
                None => {
                    let mut first = ids;
                    first.sort_by(|a, b| natural(a, b));
                    first.dedup();
                    first.truncate(NAMED);
                    Some(format!("there are such as `{}`", first.join("`, `")))
                }
            };
            return Some(Nothing { reason: format!("there is no {name} `{wanted}`"), help, for_good: true });
        }
        None
    }

    /// Where an id is that of an author and a message is asked for, or the other way round: how to ask.
    fn another_column(&self, messages: RelationId, value: Value, asked: usize, name: &str) -> Option<String> {
        let other = (0..3).filter(|at| *at != asked).find(|&at| {
            let mut row = vec![None; 5];
            row[at] = Some(value);
            self.search.has(messages, &row)
        })?;
        let kind = ["message", "thread", "author"][other];
        let shown = self.pool.show(value);
        let article = if kind == "author" { "an" } else { "a" };
        Some(format!(
            "`{shown}` is {article} {kind}, and what is asked is about a {name}; put M in its place to see all"
        ))
    }

    /// A concept that nothing looks for.
    fn no_clause(&self, id: ConceptId) -> Nothing {
        let program = self.base().program;
        let concept = program.concept(id);
        let kind = &program.kind(concept.kind).name;
        let name = &concept.name;
        let code = concept.kind == program.known_kind("code");
        // To which concepts of its kind the maps of the study lead.
        let mut led: Vec<ConceptId> = Vec::new();
        for &to in program.maps.iter().flat_map(|map| &map.to) {
            if program.concept(to).kind == concept.kind && !led.contains(&to) {
                led.push(to);
            }
        }
        let reason = if concept.status == Status::Retired {
            format!("`{name}` is retired, so its clauses find nothing any more")
        } else if concept.withheld {
            format!("an `unless` of `{name}` has a mistake, so it holds of nothing until that is mended")
        } else if code {
            format!("nobody coded it so, and `{name}` has no clause that could find it")
        } else if !led.is_empty() {
            format!("no inference of this study leads to \"{}\"", concept.title())
        } else {
            format!("nothing concludes `{name}`: it has no `when` or `matches`, and no rule or map leads to it")
        };
        if !led.is_empty() && reason.starts_with("no inference") {
            let titles: Vec<String> =
                led.iter().map(|&id| format!("\"{}\"", program.concept(id).title())).take(MAPPED).collect();
            let more = if led.len() > MAPPED { " and others" } else { "" };
            let help = match titles.split_last() {
                Some((last, [])) => format!("inferences lead to {last}"),
                Some((last, rest)) if more.is_empty() => format!("inferences lead to {} and {last}", rest.join(", ")),
                _ => format!("inferences lead to {}{more}", titles.join(", ")),
            };
            return Nothing { reason, help: Some(help), for_good: false };
        }
        let can = |other: &ConceptId| {
            let has = self.base().lowered.has(program, *other);
            *other != id && has.is_some_and(|has| !self.ways.of(has, &[None], &self.pool).is_empty())
        };
        let others: Vec<&str> =
            program.concepts_of(concept.kind).filter(|(other, _)| can(other)).map(|(_, c)| c.name.as_str()).collect();
        let help = match suggest::nearest(name, others.iter().copied()) {
            Some(near) => Some(format!("the {kind} `{near}` has a like name, and something concludes it")),
            None if others.is_empty() => None,
            None => {
                let first = others.iter().take(NAMED).copied().collect::<Vec<_>>().join("`, `");
                Some(format!(
                    "what can be concluded: `{first}`{}",
                    if others.len() > NAMED { " and others" } else { "" }
                ))
            }
        };
        Nothing { reason, help, for_good: false }
    }

    /// A value that a relation has nowhere in its first column, and the nearest that it has.
    fn nearest_value(&self, core: RelationId, row: &OpenRow) -> Option<String> {
        let wanted = self.pool.show(row.first().copied().flatten()?);
        let view = self.base();
        let rows = view.db.relation(core).rows().take(COMPARED);
        let known: Vec<String> = rows.filter_map(|row| row.first().map(|&value| view.pool.show(value))).collect();
        if known.contains(&wanted) {
            return None;
        }
        let near = suggest::nearest(&wanted, known.iter().map(String::as_str))?;
        Some(format!("it says nothing of `{wanted}`; the nearest is `{near}`"))
    }

    /// A relation that no rule fills, or none with such values.
    fn no_rule(&self, declared: Declared, row: &OpenRow, core: RelationId) -> Nothing {
        let view = self.view();
        let program = view.program;
        let relation = program.relation(declared);
        let name = &relation.name;
        let rules: Vec<&crate::check::program::Rule> = program.rules.iter().filter(|r| r.head == declared).collect();
        let near = self.nearest_row(core, declared, row).map(|blame| match &blame.place {
            Some(place) => format!("{} ({}:{})", blame.text, place.file, place.line),
            None => blame.text,
        });
        let near = near.or_else(|| self.nearest_value(core, row));
        let reason = match relation.kind {
            RelationKind::Stimulates => "no map leads from the one to the other".to_string(),
            RelationKind::Under => "nothing says that the one stands under the other".to_string(),
            _ if !rules.is_empty() => {
                let heads: Vec<String> =
                    rules.iter().take(NAMED).map(|r| format!("`{}`", view.words(r.head_at))).collect();
                format!("no rule for `{name}` can give these values: there is {}", heads.join(", "))
            }
            _ => {
                let files: Vec<&str> =
                    program.inputs.iter().filter(|i| i.relation == declared).map(|i| i.path.as_str()).collect();
                match files.is_empty() {
                    true if view.db.relation(core).is_empty() => {
                        format!("nothing is known of `{name}` at all: no rule, row or fact says anything of it")
                    }
                    true => format!("no rule concludes `{name}`, and this is not among its facts"),
                    false => format!("no rule concludes `{name}`: its facts come from `{}`", files.join("`, `")),
                }
            }
        };
        Nothing { reason, help: near, for_good: false }
    }
}
