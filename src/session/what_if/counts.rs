//! How many messages, threads or authors have each concept.

use super::super::Study;

/// How many have a concept, before and then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptCount {
    /// `theme`
    pub kind: String,
    /// `collaborative_workspaces`
    pub name: String,
    /// "Collaborative workspaces"
    pub label: String,
    /// As the study is; none where it has no such concept.
    pub before: Option<usize>,
    /// As it would be; none where there would be no such concept.
    pub then: Option<usize>,
}

/// A concept and how many have it.
pub(in crate::session) struct Counted {
    kind: String,
    name: String,
    label: String,
    count: usize,
}

impl Study {
    /// How many have each concept, in the order of declaration.
    pub(in crate::session) fn concept_counts(&self) -> Vec<Counted> {
        let program = &self.program;
        let has = |at: usize| self.lowered.has(program, crate::check::program::ConceptId(at as u32));
        let counted = program.concepts.iter().enumerate().map(|(at, concept)| Counted {
            kind: program.kind(concept.kind).name.clone(),
            name: concept.name.clone(),
            label: concept.title().to_string(),
            count: has(at).map_or(0, |has| self.db.relation(has).len()),
        });
        counted.collect()
    }
}

/// Both side by side: what is there now in its order, then what was there only before.
pub(in crate::session) fn compare(before: &[Counted], now: &[Counted]) -> Vec<ConceptCount> {
    let find = |all: &[Counted], one: &Counted| {
        all.iter().find(|other| (&other.kind, &other.name) == (&one.kind, &one.name)).map(|found| found.count)
    };
    let count = |one: &Counted, before, then| ConceptCount {
        kind: one.kind.clone(),
        name: one.name.clone(),
        label: one.label.clone(),
        before,
        then,
    };
    let gone = before.iter().filter(|one| find(now, one).is_none());
    now.iter()
        .map(|one| count(one, find(before, one), Some(one.count)))
        .chain(gone.map(|one| count(one, Some(one.count), None)))
        .collect()
}
