//! The findings of an evaluated study.

use super::Study;
use super::explanation::QuoteShown;
use super::findings::*;
use super::rests::Grounds;
use super::rows::ValueSet;
use super::show::View;
use crate::base::Value;
use crate::check::program::{ConceptId, KindId, RelationId, RelationKind, Subject};
use crate::eval::{Least, Relation, Tails};
use crate::ir::core;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;

/// So many rows are shown of a relation.
const ROWS: usize = 5;

/// So many quotes are shown for a concept.
pub(super) const QUOTES: usize = 3;

impl Study {
    /// What the evaluation found; empty before it.
    pub fn findings(&self) -> Findings {
        let Some(view) = self.view() else { return Findings::default() };
        let people = People::new(view);
        let kind = |name: &str| self.program.known_kind(name);
        let of_kind = |id: KindId| -> Vec<ConceptFinding> {
            self.program.concepts_of(id).map(|(c, _)| concept_finding(view, &people, c)).collect()
        };
        let (mut themes, mut codes) = (of_kind(kind("theme")), of_kind(kind("code")));
        if let Some(grounds) = Grounds::new(view) {
            for (name, found) in [("theme", &mut themes), ("code", &mut codes)] {
                for ((id, _), finding) in self.program.concepts_of(kind(name)).zip(found) {
                    let members = self.lowered.has(&self.program, id).map(|r| column(view, r, 0)).unwrap_or_default();
                    finding.rests = Some(grounds.of(id, &members));
                }
            }
        }
        let mut others = Vec::new();
        for (i, declared) in self.program.kinds.iter().enumerate() {
            let id = KindId(i as u32);
            if declared.open || id == kind("theme") || id == kind("code") {
                continue;
            }
            let concepts = of_kind(id);
            let empty = concepts.iter().filter(|c| c.members.is_empty()).count();
            let concepts: Vec<_> = concepts.into_iter().filter(|c| !c.members.is_empty()).collect();
            if concepts.is_empty() {
                continue;
            }
            others.push(KindFinding {
                kind: declared.name.clone(),
                label: declared.label.clone().unwrap_or_else(|| declared.name.clone()),
                subject: declared.subject.name().to_string(),
                empty,
                concepts,
            });
        }
        let mut parameters: Vec<ParameterShown> = self
            .program
            .parameters
            .iter()
            .map(|p| ParameterShown {
                name: p.name.clone(),
                value: self.pool.show(p.value),
                label: p.label.clone(),
                set: p.set,
            })
            .collect();
        parameters.sort_by_key(|p| !p.set);
        Findings {
            title: self.program.study.title.clone(),
            size: people.all(),
            parameters,
            themes,
            codes,
            others,
            relations: self.concluded(view),
            between: self.left_out(),
            inferences: self.inferences(view),
            tables: self.program.tables.iter().map(|t| super::tables::cross_table(view, &people, t)).collect(),
            uncoded: uncoded(view, &people),
            inputs: self.inputs.clone(),
            outputs: Vec::new(),
        }
    }

    /// The cross-tables alone.
    pub(super) fn cross_tables(&self) -> Vec<TableFinding> {
        let Some(view) = self.view().filter(|_| !self.program.tables.is_empty()) else { return Vec::new() };
        let people = People::new(view);
        self.program.tables.iter().map(|t| super::tables::cross_table(view, &people, t)).collect()
    }

    /// The relations of the study's own that its rules fill.
    fn concluded(&self, view: View<'_>) -> Vec<RelationFinding> {
        let (mut found, mut known) = (Vec::new(), Least::default());
        for id in self.concluding() {
            let (relation, core) = (self.program.relation(id), self.lowered.declared(id));
            let rows = self.db.first_rows(core, &self.pool, ROWS, &mut known);
            let sentence = |&row: &u32| {
                let row: Vec<Option<Value>> = self.db.row(core, row).iter().map(|&v| Some(v)).collect();
                view.sentence(id, &row)
            };
            found.push(RelationFinding {
                name: relation.name.clone(),
                means: relation.means.first().map(|m| m.text.clone()),
                rows: self.db.relation(core).len(),
                shown: rows.iter().map(sentence).collect(),
            });
        }
        found
    }

    /// The relations of the study's own that its rules have filled.
    pub(super) fn concluding(&self) -> impl Iterator<Item = RelationId> {
        let filled = |id: &RelationId| {
            self.program.relation(*id).kind == RelationKind::Declared
                && self.program.rules.iter().any(|r| r.head == *id)
                && !self.between.contains(&self.lowered.declared(*id))
        };
        (0..self.program.relations.len() as u32).map(RelationId).filter(filled)
    }

    /// The names of relations that were not filled, since only other rules read them.
    fn left_out(&self) -> Vec<String> {
        let ids = (0..self.program.relations.len() as u32).map(RelationId);
        let left_out = ids.filter(|&id| self.between.contains(&self.lowered.declared(id)));
        left_out.map(|id| self.program.relation(id).name.clone()).collect()
    }

    fn inferences(&self, view: View<'_>) -> Vec<Inference> {
        let mut inferences = Vec::new();
        for map in &self.program.maps {
            for &to in &map.to {
                let (theme, concept) = (self.program.concept(map.theme), self.program.concept(to));
                let holds = self.lowered.stimulates(map.theme, to).is_some_and(|r| !self.db.relation(r).is_empty());
                inferences.push(Inference {
                    theme: theme.name.clone(),
                    theme_label: theme.title().to_string(),
                    kind: self.program.kind(concept.kind).name.clone(),
                    concept: concept.name.clone(),
                    concept_label: concept.title().to_string(),
                    holds,
                    guard: map.guard.as_ref().map(|g| view.words(g.at)),
                    because: map.because.iter().map(|s| view.said(s)).collect(),
                    citations: map.cites.iter().map(|c| view.citation(c)).collect(),
                    place: view.place(map.at),
                });
            }
        }
        inferences
    }
}

/// Who wrote which message, and in which thread.
pub(super) struct People<'a> {
    messages: &'a Relation,
}

impl<'a> People<'a> {
    pub(super) fn new(view: View<'a>) -> People<'a> {
        People { messages: view.db.relation(view.lowered.declared(view.program.known("message"))) }
    }

    /// Each message with its thread and author, in the order of values.
    pub fn rows(&self) -> impl Iterator<Item = (Value, (Value, Value))> {
        let groups = self.messages.first_order().groups();
        groups.filter_map(|(message, rows)| Some((message, told(rows)?)))
    }

    /// Thread and author of a message.
    fn of(&self, message: Value) -> Option<(Value, Value)> {
        told(self.messages.first_order().group(message))
    }

    /// How many messages, authors and threads there are.
    fn all(&self) -> Counts {
        let mut counting = Counting::default();
        self.rows().for_each(|(_, of)| counting.add(Some(of)));
        counting.counts
    }

    /// How many messages, and how many authors and threads they have.
    fn counts(&self, messages: impl Iterator<Item = Value>) -> Counts {
        let mut counting = Counting::default();
        messages.for_each(|message| counting.add(self.of(message)));
        counting.counts
    }
}

/// Thread and author, of the last row where one id stands in several.
fn told(rows: Tails<'_>) -> Option<(Value, Value)> {
    rows.each().last().map(|row| (row[0], row[1]))
}

/// Authors and threads, each counted once.
#[derive(Default)]
struct Counting {
    counts: Counts,
    authors: ValueSet,
    threads: ValueSet,
}

impl Counting {
    /// A message, with its thread and author where it is known.
    fn add(&mut self, of: Option<(Value, Value)>) {
        self.counts.messages += 1;
        let Some((thread, author)) = of else { return };
        self.counts.threads += usize::from(!thread.is_none() && self.threads.insert(thread));
        self.counts.authors += usize::from(!author.is_none() && self.authors.insert(author));
    }
}

fn column(view: View<'_>, relation: core::RelationId, column: usize) -> Vec<Value> {
    let rows = view.db.sorted_rows(relation, view.pool);
    rows.into_iter().map(|row| view.db.row(relation, row)[column]).collect()
}

fn concept_finding(view: View<'_>, people: &People<'_>, id: ConceptId) -> ConceptFinding {
    let concept = view.program.concept(id);
    let kind = view.program.kind(concept.kind);
    let members = view.lowered.has(view.program, id).map(|r| column(view, r, 0)).unwrap_or_default();
    let passages = passages(view, id);
    let counts = match kind.subject {
        Subject::Message => people.counts(members.iter().copied()),
        Subject::Author => Counts { authors: members.len(), ..Counts::default() },
        Subject::Thread => Counts { threads: members.len(), ..Counts::default() },
    };
    ConceptFinding {
        kind: kind.name.clone(),
        name: concept.name.clone(),
        label: concept.title().to_string(),
        means: concept.means.first().map(|m| m.text.clone()),
        counts,
        passages: passages.len(),
        members: shown(view, members.iter().copied()),
        quotes: if passages.is_empty() && kind.name == "theme" {
            members.iter().filter_map(|&m| view.passage_shown(m, None)).take(QUOTES).collect()
        } else {
            strongest(view, people, &passages)
        },
        rests: None,
    }
}

/// Ids as people count: `m2` before `m10`.
fn shown(view: View<'_>, ids: impl Iterator<Item = Value>) -> Vec<String> {
    let mut shown: Vec<String> = ids.map(|id| view.pool.show(id)).collect();
    shown.sort_by(|a, b| natural(a, b));
    shown
}

/// The order in which runs of digits are compared as numbers.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let (Some(first), Some(second)) = (a.first(), b.first()) else { return a.len().cmp(&b.len()) };
        let digits = first.is_ascii_digit();
        if digits != second.is_ascii_digit() {
            return if digits { Ordering::Less } else { Ordering::Greater };
        }
        let (part, rest) = run(a, digits);
        let (other, others) = run(b, digits);
        let order = if digits {
            let (number, than) = (significant(part), significant(other));
            // Of two runs of digits the longer is the larger number.
            number.len().cmp(&than.len()).then_with(|| number.cmp(than)).then(part.len().cmp(&other.len()))
        } else {
            part.cmp(other)
        };
        if order.is_ne() {
            return order;
        }
        (a, b) = (rest, others);
    }
}

/// Digits, or anything else, up to where that ends.
fn run(id: &[u8], digits: bool) -> (&[u8], &[u8]) {
    id.split_at(id.iter().position(|byte| byte.is_ascii_digit() != digits).unwrap_or(id.len()))
}

/// Without zeros before it.
fn significant(number: &[u8]) -> &[u8] {
    &number[number.iter().position(|digit| *digit != b'0').unwrap_or(number.len())..]
}

/// The passages that carry a code, or that speak for another concept.
pub(super) fn passages(view: View<'_>, id: ConceptId) -> Vec<Value> {
    let is_code = view.program.concept(id).kind == view.program.known_kind("code");
    let (relation, place) =
        if is_code { (view.program.known("coded"), 0) } else { (view.program.known("evidence"), 1) };
    let Some(core) = view.lowered.of_concept(relation, id) else { return Vec::new() };
    let mut passages = column(view, core, place);
    passages.sort_by(|&a, &b| view.pool.compare(a, b));
    passages.dedup();
    passages
}

/// The strongest quotes: from the messages with the most different passages, one an author first, and of each message
/// the longest passage.
pub(super) fn strongest(view: View<'_>, people: &People<'_>, passages: &[Value]) -> Vec<QuoteShown> {
    let mut by_message: Vec<(Value, Vec<Value>)> = Vec::new();
    for &quote in passages {
        let Some((message, _)) = view.pool.as_quote(quote) else { continue };
        match by_message.last_mut().filter(|(m, _)| *m == message) {
            Some((_, quotes)) => quotes.push(quote),
            None => by_message.push((message, vec![quote])),
        }
    }
    let length = |q: &Value| view.pool.as_quote(*q).and_then(|(_, r)| r).map_or(0, |(s, e)| e - s);
    let placed = |quotes: &[Value]| quotes.iter().filter(|q| length(q) > 0).count();
    by_message.sort_by_key(|(_, quotes)| std::cmp::Reverse(placed(quotes)));
    let mut authors = FxHashSet::default();
    let (first, rest): (Vec<_>, Vec<_>) = by_message.into_iter().partition(|(message, _)| {
        let author = people.of(*message).map_or(Value::NONE, |of| of.1);
        author.is_none() || authors.insert(author)
    });
    let chosen = first.into_iter().chain(rest).take(QUOTES);
    chosen
        .filter_map(|(_, quotes)| {
            let longest = quotes.iter().copied().rev().max_by_key(length)?;
            view.quote_shown(longest)
        })
        .collect()
}

/// The messages that no coder, pattern or theme touches.
fn uncoded(view: View<'_>, people: &People<'_>) -> Uncoded {
    let mut touched = ValueSet::default();
    for name in ["code", "theme"] {
        let relation = view.db.relation(view.lowered.declared(view.program.known(name)));
        relation.first_order().groups().for_each(|(message, _)| {
            touched.insert(message);
        });
    }
    let all = people.messages.first_order().groups().map(|(message, _)| message);
    let members = shown(view, all.filter(|message| !touched.contains(*message)));
    Uncoded { messages: members.len(), members }
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn ids_are_ordered_as_people_count() {
        let mut ids = ["m10", "m2", "m02b", "b/12", "b/9", "10", "9"];
        ids.sort_by(|a, b| natural(a, b));
        assert_eq!(ids, ["9", "10", "b/9", "b/12", "m2", "m02b", "m10"]);
    }
}
