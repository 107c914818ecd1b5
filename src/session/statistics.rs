//! How codes, themes and rules work together, in words and numbers: plain data for every report.
//!
//! The figures are those of an analysis of labelling functions (Ratner et al. 2017, "Snorkel: Rapid Training Data
//! Creation with Weak Supervision", VLDB 11(3)): each way to come to a conclusion is a labelling function. Its
//! *coverage* is what it finds, its *overlap* what another one finds too, its *conflict* what something speaks
//! against: an `unless` of the same concept, or a person who coded the message otherwise.

use super::explanation::PlaceShown;

/// All figures of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// The study's title.
    pub title: Option<String>,
    /// How many messages there are.
    pub messages: usize,
    /// Kind by kind, those with concepts of the study's own or that hold of something; codes and themes first.
    pub kinds: Vec<KindStatistics>,
    /// The study's own relations that rules fill.
    pub relations: Vec<RelationStatistics>,
    /// What the figures say, one sentence each, kind by kind and then rule by rule.
    pub remarks: Vec<String>,
}

/// The concepts of a kind, together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KindStatistics {
    /// `code`
    pub kind: String,
    /// `message`, `author` or `thread`: what its concepts are said of.
    pub subject: String,
    /// How many of these there are.
    pub of: usize,
    /// So many have a concept of the kind.
    pub found: usize,
    /// So many have two or more; a concept and one `under` it count as one.
    pub overlap: usize,
    /// For so many, something speaks against one of the concepts.
    pub conflict: usize,
    /// The concepts, in the author's order.
    pub concepts: Vec<ConceptStatistics>,
    /// Concepts that are found together, the most alike first. A concept and one `under` it are no pair.
    pub pairs: Vec<Pair>,
    /// True where concepts meet so often that pairs were not counted.
    pub too_many_pairs: bool,
}

/// A concept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConceptStatistics {
    /// Its name.
    pub name: String,
    /// Its label; the name where there is none.
    pub label: String,
    /// Where it is declared.
    pub place: PlaceShown,
    /// So many have it.
    pub found: usize,
    /// The share in percent of all there are, to one place; empty where there is nothing.
    pub share: String,
    /// So many have no other concept of the kind.
    pub alone: usize,
    /// So many have another one too: the overlap.
    pub overlap: usize,
    /// So many it is found for by one, and spoken against by another: set aside by `unless`, or people differ.
    pub conflict: usize,
    /// So many a way of it finds and its `unless` takes away.
    pub set_aside: usize,
    /// What people and rules say of it; nothing where nobody coded it and for what is no code.
    pub people: Option<PeopleStatistics>,
    /// The ways to come to it.
    pub ways: Vec<WayStatistics>,
}

/// People beside rules, over the messages that people coded with anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeopleStatistics {
    /// Messages that people coded, with any code.
    pub coded: usize,
    /// Of these, both give it the code.
    pub both: usize,
    /// Only people do.
    pub only_people: usize,
    /// Only rules do.
    pub only_rules: usize,
}

/// One way to come to a conclusion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WayStatistics {
    /// `when`, `matches`, `people`, `under`, `rule`, `map` or `fact`.
    pub kind: &'static str,
    /// As it is written.
    pub text: String,
    /// Where.
    pub place: PlaceShown,
    /// So many it finds, before an `unless`.
    pub found: usize,
    /// So many no other way finds.
    pub alone: usize,
    /// So many another way finds too.
    pub overlap: usize,
    /// So many are spoken against.
    pub conflict: usize,
}

/// A relation and its rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelationStatistics {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub place: PlaceShown,
    /// Its rows.
    pub rows: usize,
    /// The rules that conclude it, and what is given.
    pub ways: Vec<WayStatistics>,
}

/// Two concepts of a kind that are found together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pair {
    /// The name of the one that was declared first.
    pub first: String,
    /// The name of the other.
    pub second: String,
    /// Both.
    pub both: usize,
    /// The first without the second.
    pub only_first: usize,
    /// The second without the first.
    pub only_second: usize,
    /// Both, as a share in percent of all that have one of them (Jaccard), to one place.
    pub alike: String,
    /// How many would have both if one had nothing to do with the other, to one place: `n(a) · n(b) / n`.
    pub by_chance: String,
}
