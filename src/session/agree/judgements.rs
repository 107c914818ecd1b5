//! Who gave what which code: the study's codings as judgements of units, with what was judged and not given.
//!
//! A code counts with those that stand under it. What a coder never saw is missing, and neither a yes nor a no: which
//! messages those are is said by [`Given`]. The rules see every message that somebody judged.

use super::super::Study;
use super::super::show::View;
use super::super::summary::natural;
use crate::base::Value;
use crate::check::Type;
use crate::check::program::{ConceptId, RelationId, RelationKind, Status};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is judged one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// A whole message.
    #[default]
    Message,
    /// A sentence of a message.
    Sentence,
    /// A character of a message.
    Characters,
}

impl Unit {
    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Message => "message",
            Unit::Sentence => "sentence",
            Unit::Characters => "characters",
        }
    }

    /// One of them.
    pub fn one(self) -> &'static str {
        match self {
            Unit::Characters => "character",
            other => other.name(),
        }
    }
}

/// Which messages were given to a coder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Those that the study's relation `assigned` names, and those that the coder coded anyway.
    Assigned,
    /// Those that the coder coded anything in.
    Coded,
    /// All.
    All,
}

impl Given {
    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Given::Assigned => "assigned",
            Given::Coded => "coded",
            Given::All => "all",
        }
    }
}

/// A passage: characters from 0, end excluded; none of a whole message or unit.
pub(in crate::session) type Passage = Option<(u32, u32)>;

/// One judgement that gave a code: where, by whom, and the passage, where it has a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::session) struct Mark {
    pub unit: u32,
    pub coder: u16,
    pub passage: Passage,
}

/// A unit: its message, its place where it is a part, and how many it stands for.
#[derive(Clone, Copy, Debug)]
pub(in crate::session) struct UnitPlace {
    pub message: u32,
    pub range: Passage,
    pub weight: u64,
}

/// All judgements of a study.
pub(in crate::session) struct Judgements {
    /// The coders, people first, as people sort them; the rules are the last.
    pub coders: Vec<String>,
    /// How many codings each made.
    pub codings: Vec<usize>,
    /// The messages that somebody judged, as people sort them.
    pub messages: Vec<Value>,
    /// The people who judged each message, ascending.
    pub judged: Vec<Vec<u16>>,
    pub units: Vec<UnitPlace>,
    /// The codes, in the author's order.
    pub codes: Vec<ConceptId>,
    /// What each code was given to, by unit and coder, itself.
    pub own: Vec<Vec<Mark>>,
    /// The same with what stands under it.
    pub marks: Vec<Vec<Mark>>,
    /// By code: the places of those that stand under it, by any number of steps.
    pub beneath: Vec<Vec<usize>>,
    /// Whether rules speak of a code, or of one under it.
    pub ruled: Vec<bool>,
    pub given: Given,
}

/// A coding as it was found.
struct Found {
    code: usize,
    coder: u16,
    message: Value,
    range: Passage,
}

impl Judgements {
    /// The number of the rules among the coders.
    pub fn rules(&self) -> u16 {
        self.coders.len() as u16 - 1
    }
}

impl Study {
    /// The relation that says which messages were given to which coder, and its columns for coder and message.
    pub(in crate::session) fn assigned(&self) -> Option<(RelationId, usize, usize)> {
        let id = *self.program.relation_names.get("assigned")?;
        let relation = self.program.relation(id);
        let column = |kind: &str| {
            let of = Type::Kind(self.program.known_kind(kind));
            relation.columns.iter().position(|c| c.of == of)
        };
        let declared = relation.kind == RelationKind::Declared;
        Some((id, column("coder")?, column("message")?)).filter(|_| declared)
    }

    /// The names of the people who coded, as people sort them.
    pub(in crate::session) fn people_who_coded(&self, view: View<'_>) -> Vec<(Value, String)> {
        let code = self.program.known_kind("code");
        let coded = self.program.known("coded");
        let mut seen = FxHashSet::default();
        for (id, _) in self.program.concepts_of(code) {
            let Some(relation) = self.lowered.of_concept(coded, id) else { continue };
            seen.extend(view.db.relation(relation).rows().map(|row| row[1]));
        }
        let mut people: Vec<(Value, String)> = seen.into_iter().map(|v| (v, view.pool.show(v))).collect();
        people.retain(|(_, name)| name != "rules");
        people.sort_by(|a, b| natural(&a.1, &b.1).then_with(|| a.1.cmp(&b.1)));
        people
    }

    /// The judgements of these people, and of the rules.
    pub(in crate::session) fn judgements(
        &self,
        view: View<'_>,
        people: &[(Value, String)],
        unit: Unit,
        given: Option<Given>,
    ) -> Judgements {
        let codes: Vec<ConceptId> =
            self.program.concepts_of(self.program.known_kind("code")).map(|(id, _)| id).collect();
        let beneath = self.beneath(&codes);
        let mut found = self.found(view, people, &codes, &beneath);
        let rules = people.len() as u16;
        let assigned = self.assigned();
        let given = given.unwrap_or(if assigned.is_some() { Given::Assigned } else { Given::Coded });
        let mut judged: FxHashMap<Value, Vec<u16>> = FxHashMap::default();
        for coding in found.iter().filter(|f| f.coder != rules) {
            judged.entry(coding.message).or_default().push(coding.coder);
        }
        let exists = |message: Value| view.texts.corpus.segments(message).is_some();
        match (given, assigned) {
            (Given::All, _) => {
                let all: Vec<u16> = (0..rules).collect();
                for (message, _) in view.texts.corpus.iter() {
                    judged.insert(message, all.clone());
                }
            }
            (Given::Assigned, Some((relation, coder, message))) => {
                let numbers: FxHashMap<Value, u16> = people.iter().map(|(v, _)| *v).zip(0..).collect();
                for row in view.db.relation(self.lowered.declared(relation)).rows() {
                    if let Some(&number) = numbers.get(&row[coder])
                        && exists(row[message])
                    {
                        judged.entry(row[message]).or_default().push(number);
                    }
                }
            }
            _ => {}
        }
        let mut messages: Vec<(String, Value)> = judged.keys().map(|&m| (view.pool.show(m), m)).collect();
        messages.sort_by(|a, b| natural(&a.0, &b.0).then_with(|| a.0.cmp(&b.0)));
        let messages: Vec<Value> = messages.into_iter().map(|(_, message)| message).collect();
        let numbers: FxHashMap<Value, u32> = messages.iter().copied().zip(0..).collect();
        found.retain(|f| numbers.contains_key(&f.message));
        let mut codings = vec![0; people.len() + 1];
        found.iter().for_each(|f| codings[f.coder as usize] += 1);
        let judged = messages.iter().map(|m| {
            let mut coders = judged.remove(m).unwrap_or_default();
            coders.sort_unstable();
            coders.dedup();
            coders
        });
        let judged = judged.collect();
        found.sort_by_key(|f| (numbers[&f.message], f.code, f.coder, f.range));
        let (units, own) = cut(view, &messages, &numbers, &found, codes.len(), unit);
        let marks = (0..codes.len())
            .map(|code| {
                let mut marks: Vec<Mark> = own[code].clone();
                beneath[code].iter().for_each(|&child| marks.extend(&own[child]));
                marks.sort_unstable();
                marks.dedup_by_key(|mark| (mark.unit, mark.coder));
                marks
            })
            .collect();
        let has_rules = |code: usize| {
            let concept = self.program.concept(codes[code]);
            let own_rules = !concept.matches.is_empty() || !concept.when.is_empty();
            own_rules && concept.status != Status::Retired || own[code].iter().any(|mark| mark.coder == rules)
        };
        let ruled = (0..codes.len()).map(|c| has_rules(c) || beneath[c].iter().any(|&child| has_rules(child)));
        let ruled = ruled.collect();
        let mut coders: Vec<String> = people.iter().map(|(_, name)| name.clone()).collect();
        coders.push("rules".to_string());
        Judgements { coders, codings, messages, judged, units, codes, own, marks, beneath, ruled, given }
    }

    /// By code: the places of the codes that stand under it, by any number of steps.
    fn beneath(&self, codes: &[ConceptId]) -> Vec<Vec<usize>> {
        let places: FxHashMap<ConceptId, usize> = codes.iter().copied().zip(0..).collect();
        let mut beneath = vec![Vec::new(); codes.len()];
        for (child, &id) in codes.iter().enumerate() {
            let (mut open, mut seen) = (self.program.concept(id).under.clone(), FxHashSet::default());
            while let Some(parent) = open.pop() {
                if parent != id && seen.insert(parent) {
                    open.extend(&self.program.concept(parent).under);
                    if let Some(&parent) = places.get(&parent) {
                        beneath[parent].push(child);
                    }
                }
            }
        }
        beneath
    }

    /// Every coding of these people and of the rules.
    fn found(
        &self,
        view: View<'_>,
        people: &[(Value, String)],
        codes: &[ConceptId],
        beneath: &[Vec<usize>],
    ) -> Vec<Found> {
        let numbers: FxHashMap<Value, u16> = people.iter().map(|(v, _)| *v).zip(0..).collect();
        let (rules, rules_value) = (people.len() as u16, view.pool.find_text("rules"));
        let coded = self.program.known("coded");
        let mut found = Vec::new();
        let mut touched: Vec<FxHashSet<Value>> = vec![FxHashSet::default(); codes.len()];
        for (code, &id) in codes.iter().enumerate() {
            let Some(relation) = self.lowered.of_concept(coded, id) else { continue };
            for row in view.db.relation(relation).rows() {
                let Some((message, range)) = view.pool.as_quote(row[0]) else { continue };
                if view.texts.corpus.segments(message).is_none() {
                    continue;
                }
                touched[code].insert(message);
                let coder = if Some(row[1]) == rules_value { Some(rules) } else { numbers.get(&row[1]).copied() };
                found.extend(coder.map(|coder| Found { code, coder, message, range }));
            }
        }
        // A rule may conclude the code itself, without a passage.
        for (code, &id) in codes.iter().enumerate() {
            let Some(relation) = self.lowered.has(&self.program, id) else { continue };
            for row in view.db.relation(relation).rows() {
                let message = row[0];
                let known =
                    touched[code].contains(&message) || beneath[code].iter().any(|&c| touched[c].contains(&message));
                if !known && view.texts.corpus.segments(message).is_some() {
                    found.push(Found { code, coder: rules, message, range: None });
                }
            }
        }
        found
    }
}

/// Cuts the messages into units, and lays the codings on them.
fn cut(
    view: View<'_>,
    messages: &[Value],
    numbers: &FxHashMap<Value, u32>,
    found: &[Found],
    codes: usize,
    unit: Unit,
) -> (Vec<UnitPlace>, Vec<Vec<Mark>>) {
    let (mut units, mut own) = (Vec::new(), vec![Vec::new(); codes]);
    let mut from = 0;
    for (&message, number) in messages.iter().zip(0..) {
        let of_message = found[from..].iter().take_while(|f| numbers[&f.message] == number).count();
        let codings = &found[from..from + of_message];
        from += of_message;
        let first = units.len() as u32;
        let ranges = match unit {
            Unit::Message => Vec::new(),
            Unit::Sentence => sentences(view, message),
            Unit::Characters => pieces(view, message, codings),
        };
        if ranges.is_empty() {
            // A message without a text is one unit, unless its characters are counted.
            if unit != Unit::Characters {
                units.push(UnitPlace { message: number, range: None, weight: 1 });
                for f in codings {
                    own[f.code].push(Mark { unit: first, coder: f.coder, passage: f.range });
                }
            }
            continue;
        }
        units.extend(ranges.iter().map(|&range| UnitPlace {
            message: number,
            range: Some(range),
            weight: if unit == Unit::Characters { u64::from(range.1 - range.0) } else { 1 },
        }));
        for f in codings {
            let (start, end) = f.range.unwrap_or((0, u32::MAX));
            let low = ranges.partition_point(|r| r.1 <= start);
            for (at, range) in ranges.iter().enumerate().skip(low) {
                // A passage of no length lies in the sentence in which it stands.
                if range.0 >= end && (start < end || range.0 > start) {
                    break;
                }
                if unit != Unit::Characters || start < end {
                    own[f.code].push(Mark { unit: first + at as u32, coder: f.coder, passage: f.range });
                }
            }
        }
    }
    for marks in &mut own {
        marks.sort_unstable();
        marks.dedup_by_key(|mark| (mark.unit, mark.coder));
    }
    (units, own)
}

/// The sentences of a message, without the white space around them.
fn sentences(view: View<'_>, message: Value) -> Vec<(u32, u32)> {
    let Some(segments) = view.texts.corpus.segments(message) else { return Vec::new() };
    let trimmed = segments.sentences().iter().map(|&(start, end)| {
        let held = crate::text::segment::slice(segments.text(), (start, end));
        let leading = held.chars().take_while(|c| c.is_whitespace()).count() as u32;
        let trailing = held.chars().rev().take_while(|c| c.is_whitespace()).count() as u32;
        ((start + leading).min(end), end.saturating_sub(trailing))
    });
    trimmed.filter(|(start, end)| start < end).collect()
}

/// The stretches of a message between the ends of its codings.
fn pieces(view: View<'_>, message: Value, codings: &[Found]) -> Vec<(u32, u32)> {
    let length = view.texts.corpus.text(message).map_or(0, |text| text.chars().count() as u32);
    let ends = codings.iter().filter_map(|f| f.range).flat_map(|(start, end)| [start.min(length), end.min(length)]);
    let mut ends: Vec<u32> = ends.chain([0, length]).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.windows(2).map(|pair| (pair[0], pair[1])).collect()
}
