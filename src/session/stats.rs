//! `stats`: coverage, overlap and conflict of codes, themes and rules.

use super::Study;
use super::statistics::*;
use super::tables::{share, tenths};
use super::ways::{Grounds, Rows, Way, WayKind};
use crate::base::Value;
use crate::check::program::{ConceptId, KindId, PlaceKind, RelationId, RelationKind, Status, Subject};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

/// From this share on, in percent, a code says nothing that tells messages apart.
const NEARLY_ALL: usize = 95;

/// So often two concepts of a kind may meet in a message for pairs to be counted.
const PAIRS: usize = 5_000_000;

/// Fewer messages than these are too few for a remark on shares.
const FEW: usize = 20;

/// What people coded: the messages with any code, and those of each code.
struct Coded {
    any: FxHashSet<Value>,
    by_code: FxHashMap<Value, FxHashSet<Value>>,
}

impl Study {
    /// The figures of an evaluated study; empty before it is evaluated.
    pub fn statistics(&mut self) -> Statistics {
        self.complete();
        if self.view().is_none() {
            return Statistics::default();
        }
        let grounds = self.grounds();
        let coded = self.coded_by_people();
        let mut out = Statistics {
            title: self.program.study.title.clone(),
            messages: self.all_of(Subject::Message).len(),
            ..Statistics::default()
        };
        let named = |name: &str| self.program.known_kind(name);
        let mut kinds: Vec<KindId> = vec![named("code"), named("theme")];
        let others =
            (0..self.program.kinds.len() as u32).map(KindId).filter(|k| !kinds.contains(k)).collect::<Vec<_>>();
        kinds.extend(others);
        for kind in kinds {
            out.kinds.extend(self.kind_statistics(kind, &grounds, &coded));
        }
        for (i, relation) in self.program.relations.iter().enumerate() {
            let id = RelationId(i as u32);
            if relation.kind == RelationKind::Declared && self.program.rules.iter().any(|r| r.head == id) {
                out.relations.push(self.relation_statistics(id, &grounds.rules));
            }
        }
        out.remarks = remarks(&out);
        out
    }

    fn coded_by_people(&self) -> Coded {
        let coding = self.db.relation(self.lowered.declared(self.program.known("coding")));
        let mut coded = Coded { any: FxHashSet::default(), by_code: FxHashMap::default() };
        for row in coding.rows() {
            coded.any.insert(row[0]);
            coded.by_code.entry(row[1]).or_default().insert(row[0]);
        }
        coded
    }

    /// All messages, authors or threads.
    fn all_of(&self, subject: Subject) -> FxHashSet<Value> {
        let column = match subject {
            Subject::Message => 0,
            Subject::Thread => 1,
            Subject::Author => 2,
        };
        let messages = self.db.relation(self.lowered.declared(self.program.known("message")));
        messages.rows().map(|row| row[column]).filter(|v| !v.is_none()).collect()
    }

    fn kind_statistics(&self, kind: KindId, grounds: &Grounds, coded: &Coded) -> Option<KindStatistics> {
        let declared = self.program.kind(kind);
        if declared.open || declared.relation.is_none() {
            return None;
        }
        let ids: Vec<ConceptId> = self.program.concepts_of(kind).map(|(id, _)| id).collect();
        let members: Vec<FxHashSet<Value>> = ids
            .iter()
            .map(|&id| self.lowered.has(&self.program, id).map(|r| self.subjects(r)).unwrap_or_default())
            .collect();
        // A module's concepts that nothing leads to are no part of the study.
        let shown: Vec<bool> = ids
            .iter()
            .zip(&members)
            .map(|(&id, found)| !found.is_empty() || !self.shipped.contains(&self.program.concept(id).at.file))
            .collect();
        if !shown.contains(&true) {
            return None;
        }
        let of = self.all_of(declared.subject).len();
        let related = self.related(&ids);
        let mut carried: FxHashMap<Value, Vec<usize>> = FxHashMap::default();
        for (i, found) in members.iter().enumerate() {
            for &subject in found {
                carried.entry(subject).or_default().push(i);
            }
        }
        let mut both: FxHashMap<(usize, usize), usize> = FxHashMap::default();
        let mut shared: Vec<FxHashSet<Value>> = vec![FxHashSet::default(); ids.len()];
        let mut overlap = 0;
        let is_pair = |a: usize, b: usize| a != b && !related.contains(&(a.min(b), a.max(b)));
        for (&subject, concepts) in &carried {
            let mut several = false;
            for &a in concepts {
                if concepts.iter().any(|&b| is_pair(a, b)) {
                    shared[a].insert(subject);
                    several = true;
                }
            }
            overlap += usize::from(several);
        }
        let too_many_pairs = carried.values().map(|c| c.len() * c.len() / 2).sum::<usize>() > PAIRS;
        for concepts in carried.values().filter(|_| !too_many_pairs) {
            for (n, &a) in concepts.iter().enumerate() {
                for &b in concepts[n + 1..].iter().filter(|&&b| is_pair(a, b)) {
                    *both.entry((a, b)).or_default() += 1;
                }
            }
        }
        let mut conflicts: FxHashSet<Value> = FxHashSet::default();
        let mut concepts = Vec::new();
        for (i, &id) in ids.iter().enumerate().filter(|(i, _)| shown[*i]) {
            let (mut concept, conflict) = self.concept_statistics(id, grounds, coded);
            concept.found = members[i].len();
            concept.share = share(concept.found, of);
            concept.overlap = shared[i].len();
            concept.alone = concept.found - concept.overlap;
            conflicts.extend(conflict);
            concepts.push(concept);
        }
        let name = |i: usize| self.program.concept(ids[i]).name.clone();
        let mut pairs: Vec<((usize, usize), usize)> = both.into_iter().collect();
        // The most alike first: `both / either`, compared without a division.
        let either = |&((a, b), both): &((usize, usize), usize)| members[a].len() + members[b].len() - both;
        pairs.sort_by(|x, y| (y.1 * either(x)).cmp(&(x.1 * either(y))).then(y.1.cmp(&x.1)).then(x.0.cmp(&y.0)));
        let pairs = pairs
            .iter()
            .map(|pair @ &((a, b), both)| Pair {
                first: name(a),
                second: name(b),
                both,
                only_first: members[a].len() - both,
                only_second: members[b].len() - both,
                alike: share(both, either(pair)),
                by_chance: tenths(members[a].len() * members[b].len(), of),
            })
            .collect();
        Some(KindStatistics {
            kind: declared.name.clone(),
            subject: declared.subject.name().to_string(),
            of,
            found: carried.len(),
            overlap,
            conflict: conflicts.len(),
            concepts,
            pairs,
            too_many_pairs,
        })
    }

    /// The pairs of places in a list where one concept stands under the other, by any number of steps.
    fn related(&self, ids: &[ConceptId]) -> FxHashSet<(usize, usize)> {
        let places: FxHashMap<ConceptId, usize> = ids.iter().enumerate().map(|(i, &id)| (id, i)).collect();
        let mut related = FxHashSet::default();
        for (i, &id) in ids.iter().enumerate() {
            let mut open = self.program.concept(id).under.clone();
            let mut seen = FxHashSet::default();
            while let Some(parent) = open.pop() {
                if seen.insert(parent)
                    && let Some(&p) = places.get(&parent)
                {
                    related.insert((i.min(p), i.max(p)));
                    open.extend(&self.program.concept(parent).under);
                }
            }
        }
        related
    }

    /// A concept by itself, and the messages for which something speaks against it.
    fn concept_statistics(
        &self,
        id: ConceptId,
        grounds: &Grounds,
        coded: &Coded,
    ) -> (ConceptStatistics, FxHashSet<Value>) {
        let concept = self.program.concept(id);
        let view = self.view().expect("statistics are taken of an evaluated study");
        let ways = self.ways_of(id, grounds);
        let blocked = self.blocked(id, grounds);
        let own = ways.iter().filter(|w| w.kind.may_be_set_aside()).flat_map(|w| &w.found);
        let aside: FxHashSet<Value> = own.copied().filter(|v| blocked.contains(v)).collect();
        let mut conflict = aside.clone();
        let mut against = blocked;
        // Where no rule speaks of a code, people contradict nothing.
        let compared = self.is_code(id) && ways.iter().any(|w| w.kind.is_rule());
        let by_people = coded.by_code.get(&concept.value).filter(|_| compared);
        let people = by_people.map(|people| {
            let rules_say: FxHashSet<Value> = ways
                .iter()
                .filter(|w| w.kind != WayKind::People)
                .flat_map(|w| w.found.iter().filter(|v| !(w.kind.may_be_set_aside() && aside.contains(v))))
                .filter(|v| coded.any.contains(v))
                .copied()
                .collect();
            let only_people: FxHashSet<Value> = people.difference(&rules_say).copied().collect();
            let only_rules: FxHashSet<Value> = rules_say.difference(people).copied().collect();
            let counts = PeopleStatistics {
                coded: coded.any.len(),
                both: people.len() - only_people.len(),
                only_people: only_people.len(),
                only_rules: only_rules.len(),
            };
            conflict.extend(only_rules.iter().chain(&only_people));
            against.extend(&only_rules);
            (counts, only_people)
        });
        let speaks_against = |kind: WayKind, subject: &Value| match kind {
            WayKind::People => people.as_ref().is_some_and(|(_, only)| only.contains(subject)),
            kind if kind.may_be_set_aside() => against.contains(subject),
            _ => people.is_some() && coded.any.contains(subject) && !by_people.is_some_and(|p| p.contains(subject)),
        };
        let ways = figures(
            &ways,
            speaks_against,
            |way| match way.kind {
                WayKind::People => "codings by people".to_string(),
                WayKind::Under(child) => format!("`{}` stands under it", self.program.concept(child).name),
                WayKind::Map(number) => {
                    format!("inferred from `{}`", self.program.concept(self.program.maps[number].theme).name)
                }
                WayKind::Given => "given as facts".to_string(),
                WayKind::Rule => view.words(way.at),
                WayKind::Matches(number) => {
                    let place = &concept.matches[number].place;
                    match place.kind {
                        PlaceKind::Pattern(id) => {
                            format!("matches {}", view.described(&self.program.pattern(id).pattern, place.at))
                        }
                        _ => format!("matches {}", view.words(place.at)),
                    }
                }
                WayKind::When => format!("when {}", view.words(way.at)),
            },
            |at| view.place(at),
        );
        let statistics = ConceptStatistics {
            name: concept.name.clone(),
            label: concept.title().to_string(),
            place: view.place(concept.at),
            conflict: conflict.len(),
            set_aside: aside.len(),
            people: people.map(|(counts, _)| counts),
            ways,
            ..ConceptStatistics::default()
        };
        (statistics, conflict)
    }

    fn relation_statistics(&self, id: RelationId, rules: &[Rows]) -> RelationStatistics {
        let declared = self.program.relation(id);
        let view = self.view().expect("statistics are taken of an evaluated study");
        let ways = self.ways_of_relation(id, rules);
        let text = |way: &Way<Vec<Value>>| match way.kind {
            WayKind::Rule => view.words(way.at),
            _ => "given as facts".to_string(),
        };
        RelationStatistics {
            name: declared.name.clone(),
            place: view.place(declared.at),
            rows: self.db.relation(self.lowered.declared(id)).len(),
            ways: figures(&ways, |_, _| false, text, |at| view.place(at)),
        }
    }

    fn is_code(&self, id: ConceptId) -> bool {
        self.program.concept(id).kind == self.program.known_kind("code")
            && self.program.concept(id).status != Status::Retired
    }
}

/// The figures of ways that lead to one conclusion.
fn figures<T: Eq + Hash>(
    ways: &[Way<T>],
    speaks_against: impl Fn(WayKind, &T) -> bool,
    text: impl Fn(&Way<T>) -> String,
    place: impl Fn(crate::base::Location) -> super::explanation::PlaceShown,
) -> Vec<WayStatistics> {
    let mut times: FxHashMap<&T, usize> = FxHashMap::default();
    for found in ways.iter().flat_map(|w| &w.found) {
        *times.entry(found).or_default() += 1;
    }
    let one = |way: &Way<T>| {
        let alone = way.found.iter().filter(|f| times[f] == 1).count();
        WayStatistics {
            kind: way.kind.word(),
            text: text(way),
            place: place(way.at),
            found: way.found.len(),
            alone,
            overlap: way.found.len() - alone,
            conflict: way.found.iter().filter(|f| speaks_against(way.kind, f)).count(),
        }
    };
    ways.iter().map(one).collect()
}

/// What is worth saying of the figures.
fn remarks(all: &Statistics) -> Vec<String> {
    let mut out = Vec::new();
    for kind in &all.kinds {
        let many = if kind.subject == "message" {
            "messages"
        } else if kind.subject == "author" {
            "authors"
        } else {
            "threads"
        };
        for concept in &kind.concepts {
            let name = &concept.name;
            if let Some(people) = concept.people.filter(|p| p.only_people + p.only_rules > 0) {
                out.push(format!(
                    "`{name}`: people and rules differ in {} of the {} messages that people coded: {} only people gave it to, {} only the rules",
                    people.only_people + people.only_rules, people.coded, people.only_people, people.only_rules
                ));
            }
            if kind.of >= FEW && concept.found * 100 >= kind.of * NEARLY_ALL {
                out.push(format!(
                    "`{name}` is found in {} of {} {many}: it hardly tells them apart",
                    concept.found, kind.of
                ));
            }
            let several = concept.ways.len() > 1;
            for way in concept.ways.iter().filter(|w| several && w.found > 0 && w.alone == 0) {
                let place = format!("{}:{}", way.place.file, way.place.line);
                out.push(format!(
                    "`{name}`: nothing rests on `{}` ({place}) alone; other ways find all of it",
                    way.text
                ));
            }
        }
        for pair in &kind.pairs {
            let Pair { first, second, both, .. } = pair;
            match (pair.only_first, pair.only_second) {
                _ if *both < 2 => {}
                (0, 0) => out.push(format!("`{first}` and `{second}` are found in the same {both} {many}")),
                (0, _) => out.push(format!("wherever `{first}` is found, `{second}` is found too ({both} {many})")),
                (_, 0) => out.push(format!("wherever `{second}` is found, `{first}` is found too ({both} {many})")),
                _ => {}
            }
        }
    }
    for relation in &all.relations {
        let several = relation.ways.len() > 1;
        for way in relation.ways.iter().filter(|w| several && w.found > 0 && w.alone == 0) {
            let place = format!("{}:{}", way.place.file, way.place.line);
            out.push(format!(
                "`{}`: nothing rests on the rule at {place} alone; others conclude all of it",
                relation.name
            ));
        }
    }
    out
}
