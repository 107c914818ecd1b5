//! The concepts of a page: what they say, the clauses as they were written, what each clause finds, and where.

use super::figures::spreads;
use super::messages::Numbered;
use super::model::{ClauseShown, ConceptShown, Passage};
use super::uses::Uses;
use crate::base::{Location, Value};
use crate::check::program::{ConceptId, Said, Subject};
use crate::session::Study;
use crate::session::findings::SaidShown;
use crate::session::show::View;
use crate::session::summary::natural;
use crate::session::ways::{Grounds, Way, WayKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// Who coded, by number.
pub(super) struct Coders {
    pub names: Vec<String>,
    numbers: FxHashMap<Value, u32>,
}

impl Coders {
    pub fn of(view: View<'_>) -> Coders {
        let mut out = Coders { names: vec!["rules".into()], numbers: FxHashMap::default() };
        let coding = view.db.relation(view.lowered.declared(view.program.known("coding")));
        let mut names: Vec<(String, Value)> = Vec::new();
        for row in coding.rows() {
            if out.numbers.insert(row[2], 0).is_none() {
                names.push((view.pool.show(row[2]), row[2]));
            }
        }
        names.sort();
        for (name, value) in names {
            out.numbers.insert(value, out.names.len() as u32);
            out.names.push(name);
        }
        out
    }

    fn number(&self, value: Value) -> u32 {
        self.numbers.get(&value).copied().unwrap_or_default()
    }
}

/// The name of a concept all over a page.
pub(super) fn id_of(view: View<'_>, id: ConceptId) -> String {
    let concept = view.program.concept(id);
    format!("{}.{}", view.program.kind(concept.kind).name, concept.name)
}

/// The text at a place, without the blanks that all its lines but the first begin with.
pub(super) fn written(view: View<'_>, at: Location) -> String {
    let text = view.sources.slice(at).trim_end();
    let margin = text.lines().skip(1).filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min();
    let mut lines = text.lines();
    let mut out = lines.next().unwrap_or_default().to_string();
    for line in lines {
        out.push('\n');
        let kept = line.get(margin.unwrap_or(0)..).unwrap_or_default();
        if !kept.is_empty() {
            out.push_str("  ");
            out.push_str(kept);
        }
    }
    out
}

impl Study {
    /// A concept with all that belongs to it.
    pub(super) fn concept_shown(
        &self,
        view: View<'_>,
        numbered: &Numbered,
        coders: &Coders,
        grounds: &Grounds,
        id: ConceptId,
    ) -> ConceptShown {
        let concept = view.program.concept(id);
        let kind = view.program.kind(concept.kind);
        let said = |all: &[Said]| -> Vec<SaidShown> { all.iter().map(|s| view.said(s)).collect() };
        let name = id_of(view, id);
        let has = view.lowered.has(view.program, id);
        let subjects: Vec<Value> =
            has.map(|r| view.db.relation(r).rows().map(|row| row[0]).collect()).unwrap_or_default();
        let of_messages = kind.subject == Subject::Message;
        let mut uses = Uses::new(view.program);
        concept.when.iter().for_each(|when| uses.condition(&when.condition, true));
        concept.matches.iter().for_each(|matches| uses.place(&matches.place, true));
        concept.unless.iter().for_each(|unless| uses.condition(&unless.condition, false));
        let ways = self.ways_of(id, grounds);
        let blocked = self.blocked(id, grounds);
        let mut shown = ConceptShown {
            kind: kind.name.clone(),
            name: concept.name.clone(),
            label: concept.title().to_string(),
            status: concept.written_status(),
            own: !self.shipped.contains(&concept.at.file),
            means: said(&concept.means),
            include: said(&concept.include),
            exclude: said(&concept.exclude),
            because: said(&concept.because),
            memos: said(&concept.memos),
            cites: concept.cites.iter().map(|c| view.citation(c)).collect(),
            examples: concept
                .examples
                .iter()
                .map(|e| (e.positive, e.text.clone().unwrap_or_else(|message| view.pool.show(message))))
                .collect(),
            place: view.place(concept.at),
            under: concept.under.iter().map(|&parent| id_of(view, parent)).collect(),
            clauses: clauses(view, numbered, &name, id, &ways),
            uses: uses.found.iter().map(|&(used, asked)| (id_of(view, used), asked)).collect(),
            id: name,
            ..ConceptShown::default()
        };
        if !of_messages {
            shown.subjects = subjects_of(view, id).into_iter().map(|(name, _)| name).collect();
            return shown;
        }
        shown.members = numbered.of(subjects.into_iter());
        let own = ways.iter().filter(|w| w.kind.may_be_set_aside()).flat_map(|w| &w.found);
        let aside: FxHashSet<Value> = own.copied().filter(|v| blocked.contains(v)).collect();
        shown.set_aside = numbered.of(aside.iter().copied());
        shown.passages = passages(view, numbered, coders, id);
        (shown.spread, shown.authors, shown.threads) = spreads(&numbered.messages, &shown.members);
        shown
    }
}

/// The authors or threads that have a concept, as people count, each with its value.
pub(super) fn subjects_of(view: View<'_>, id: ConceptId) -> Vec<(String, Value)> {
    let Some(has) = view.lowered.has(view.program, id) else { return Vec::new() };
    let mut all: Vec<_> = view.db.relation(has).rows().map(|row| (view.pool.show(row[0]), row[0])).collect();
    all.sort_by(|a, b| natural(&a.0, &b.0));
    all
}

/// The clauses in the order in which they count as ways.
fn clauses(view: View<'_>, numbered: &Numbered, name: &str, id: ConceptId, ways: &[Way<Value>]) -> Vec<ClauseShown> {
    let concept = view.program.concept(id);
    let mut times: FxHashMap<Value, usize> = FxHashMap::default();
    for &found in ways.iter().flat_map(|w| &w.found) {
        *times.entry(found).or_default() += 1;
    }
    let mut out: Vec<ClauseShown> = Vec::new();
    let mut count: FxHashMap<&str, usize> = FxHashMap::default();
    let mut id_of_clause = |word: &'static str| {
        let number = count.entry(word).or_default();
        *number += 1;
        format!("{name}.{word}.{number}")
    };
    for way in ways {
        let (word, text) = match way.kind {
            WayKind::Matches(_) => ("matches", written(view, way.at)),
            WayKind::When => ("when", written(view, way.at)),
            WayKind::Rule => ("rule", written(view, way.at)),
            WayKind::Map(number) => ("map", written(view, view.program.maps[number].at)),
            WayKind::People => ("people", "codings by people".to_string()),
            WayKind::Under(child) => ("under", format!("{} stands under it", id_of(view, child))),
            WayKind::Given => ("given", "given as facts".to_string()),
        };
        // Some places begin with the word of their clause, and some after it.
        let text = text.strip_prefix(word).map_or(text.as_str(), str::trim_start).to_string();
        out.push(ClauseShown {
            id: id_of_clause(word),
            word,
            text,
            place: view.place(way.at),
            found: numbered.of(way.found.iter().copied()),
            alone: way.found.iter().filter(|f| times[f] == 1).count(),
        });
    }
    for unless in &concept.unless {
        out.push(ClauseShown {
            id: id_of_clause("unless"),
            word: "unless",
            text: written(view, unless.at),
            place: view.place(unless.at),
            ..ClauseShown::default()
        });
    }
    out
}

/// The passages that carry a code, or that speak for another concept.
fn passages(view: View<'_>, numbered: &Numbered, coders: &Coders, id: ConceptId) -> Vec<Passage> {
    let is_code = view.program.concept(id).kind == view.program.known_kind("code");
    let (relation, place) = if is_code { ("coded", 0) } else { ("evidence", 1) };
    let Some(core) = view.lowered.of_concept(view.program.known(relation), id) else { return Vec::new() };
    let passage = |row: crate::eval::Row| {
        let (message, range) = view.pool.as_quote(row[place])?;
        let coder = if is_code { coders.number(row[1]) } else { 0 };
        Some(Passage { message: *numbered.number.get(&message)?, range: range.unwrap_or((0, 0)), coder })
    };
    let mut found: Vec<Passage> = view.db.relation(core).rows().filter_map(passage).collect();
    found.sort_by_key(|p| (p.message, p.range, p.coder));
    found.dedup();
    found
}
