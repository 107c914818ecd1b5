//! What a changed study takes over from the one before: rows that were read, texts whose parts were found, matches of
//! patterns that stayed.

use super::super::findings::InputFinding;
use super::super::rows::InputRows;
use super::super::run::{self, StudyTexts};
use super::super::{Options, Study};
use crate::base::{FileId, Value};
use crate::check::program::{Input, Program, RelationId};
use crate::diagnostic::Diagnostic;
use crate::eval::Missing;
use crate::ir::Lowered;
use crate::ir::core::{self, FactPlace};
use crate::text::Pattern;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

/// How a study came to be: what the next one asks before it reads anything again.
#[derive(Default)]
pub(in crate::session) struct Trail {
    /// The options as they were given.
    pub asked: Options,
    /// By core relation: how many facts are written in the study, and how many there are with the rows.
    pub written: Vec<usize>,
    pub ends: Vec<usize>,
    /// One for each input, in order.
    pub reads: Vec<InputRead>,
    /// True where every row that was bound is still there.
    pub whole: bool,
    /// True where reading the inputs left nothing to say.
    pub quiet: bool,
    /// What had no value.
    pub missing: Vec<Missing>,
    /// What was to be said before anything was concluded.
    pub before_run: Vec<Diagnostic>,
}

/// An input that was read.
#[derive(Clone)]
pub(in crate::session) struct InputRead {
    key: String,
    path: String,
    rows: Range<usize>,
    finding: InputFinding,
    /// True where nothing was wrong with it.
    quiet: bool,
}

impl Trail {
    pub fn new(options: &Options, lowered: &Lowered) -> Trail {
        let written = lowered.core.given.iter().map(|given| given.places.len()).collect();
        Trail { asked: options.clone(), written, quiet: true, whole: true, ..Trail::default() }
    }
}

/// Everything that decides what an input gives, but for its file.
fn key(program: &Program, input: &Input, lenient: bool) -> String {
    let relation = program.relation(input.relation);
    let (file, how) = (&input.path, (input.delimiter, &input.sheet, &input.empty));
    let mut key = format!("{} {lenient} {file:?} {how:?}", relation.name);
    for (column, cell) in relation.columns.iter().zip(&input.columns) {
        let _ = write!(key, " {}:{}:{}", column.name, column.of.name(program), column.optional);
        if let Some(cell) = cell {
            let _ = write!(key, "={:?} {}", cell.source, cell.or_skip);
        }
        if column.of.is_concept(program) {
            for concept in &program.concepts {
                let kind = &program.kind(concept.kind).name;
                let _ = write!(key, " {kind}.{}={:?}", concept.name, concept.label);
            }
        }
    }
    for only in &input.only {
        let _ = write!(key, " only {:?} {} {:?}", only.header, only.negated, only.values);
    }
    key
}

/// Everything that decides what is said of the rows together.
fn rules_for_rows(program: &Program) -> String {
    let mut out = String::new();
    for relation in &program.relations {
        let _ = write!(out, "{} {:?};", relation.name, relation.keys);
        for column in &relation.columns {
            let _ = write!(out, "{}:{} ", column.name, column.of.name(program));
        }
    }
    let (message, coding) = (program.known("message"), program.known("coding"));
    for fact in program.facts.iter().filter(|f| f.relation == message || f.relation == coding) {
        let _ = write!(out, "{:?} {:?};", fact.relation, fact.row);
    }
    out
}

impl Study {
    /// Takes over all rows of the study before, where all would be read and judged just as they were.
    pub(in crate::session) fn take_rows(&mut self, before: &Study) -> bool {
        let lenient = self.options.lenient;
        let same_input = |(input, read): (&Input, &InputRead)| {
            key(&self.program, input, lenient) == read.key && self.files.is_same(&before.files, &read.path)
        };
        let (inputs, reads) = (&self.program.inputs, &before.trail.reads);
        let same = before.trail.quiet
            && before.trail.asked.only.is_none()
            && inputs.len() == reads.len()
            && inputs.iter().zip(reads).all(same_input)
            && inputs.iter().zip(&before.program.inputs).all(|(now, then)| now.relation == then.relation)
            && rules_for_rows(&self.program) == rules_for_rows(&before.program);
        if same {
            self.rows = before.rows.clone();
            self.inputs = before.inputs.clone();
            self.data_files = before.data_files.clone();
            self.left_out = before.left_out.clone();
            self.trail.reads = before.trail.reads.clone();
            self.trail.whole = before.trail.whole;
        }
        same
    }

    /// Takes over the rows of one input; false where it has to be read.
    pub(in crate::session) fn take_input(&mut self, input: &Input, path: &str, before: &Study) -> bool {
        let wanted = key(&self.program, input, self.options.lenient);
        let usable = |read: &&InputRead| {
            read.quiet && read.key == wanted && read.path == path && self.files.is_same(&before.files, path)
        };
        let found = before.trail.reads.iter().find(usable).filter(|_| {
            // Places that were found for quotations belong to the texts as they were.
            before.trail.whole && before.trail.asked.only.is_none() && input.quote.is_none()
        });
        let Some(read) = found.cloned() else { return false };
        let file = match self.data_files.iter().position(|f| f == path) {
            Some(known) => FileId(known as u32),
            None => {
                self.data_files.push(path.to_string());
                FileId(self.data_files.len() as u32 - 1)
            }
        };
        let from = self.rows.len();
        let rows = Arc::make_mut(&mut self.rows);
        let theirs = before.rows[read.rows.clone()].iter().cloned();
        rows.extend(theirs.map(|rows| InputRows { relation: input.relation, file, ..rows }));
        self.inputs.push(read.finding.clone());
        let rows = from..self.rows.len();
        self.trail.reads.push(InputRead { rows, ..read });
        true
    }

    /// Notes that an input was read: its rows from that number on, and how much had been said before.
    pub(in crate::session) fn note_input(&mut self, input: &Input, path: &str, from: usize, said: usize) {
        let (rows, quiet) = (from..self.rows.len(), self.diagnostics.len() == said);
        let key = key(&self.program, input, self.options.lenient);
        let finding = self.inputs.last().cloned().filter(|found| found.file == path);
        let quiet = quiet && finding.as_ref().is_some_and(|found| found.kept == found.read);
        let none = || InputFinding { file: path.to_string(), ..InputFinding::default() };
        let finding = finding.unwrap_or_else(none);
        self.trail.reads.push(InputRead { key, path: path.to_string(), rows, finding, quiet });
    }

    /// Notes what all rows together came to.
    pub(in crate::session) fn note_rows(&mut self, said: usize, bound: usize) {
        self.trail.whole = self.row_count() == bound;
        self.trail.quiet = self.diagnostics.len() == said;
    }

    /// Hands the rows to the program, sharing what the study before had handed to its own.
    pub(in crate::session) fn carry_rows(&mut self, before: &Study, ours: &[Option<core::RelationId>]) {
        if !Arc::ptr_eq(&self.rows, &before.rows) {
            self.hand_over_rows();
            return;
        }
        for (id, our) in ours.iter().enumerate() {
            let Some(our) = our.map(|our| our.0 as usize) else { continue };
            let (from, to) = (before.trail.written[our], before.trail.ends[our]);
            if from == to {
                continue;
            }
            let (theirs, mine) = (&before.lowered.core.given[our], &mut self.lowered.core.given[id]);
            if from == 0 && mine.places.is_empty() && to == theirs.places.len() && theirs.gone.is_empty() {
                *mine = theirs.clone();
                continue;
            }
            let arity = self.lowered.core.relations[id].arity;
            mine.extend_from(theirs, from..to, arity);
        }
        self.trail.ends = self.lowered.core.given.iter().map(|given| given.places.len()).collect();
    }

    /// Hands the rows to the program, and notes which of its facts they are.
    pub(in crate::session) fn hand_over_rows(&mut self) {
        self.trail.written = self.lowered.core.given.iter().map(|given| given.places.len()).collect();
        self.add_rows();
        self.trail.ends = self.lowered.core.given.iter().map(|given| given.places.len()).collect();
    }

    /// The texts of the messages: those that stayed as they were keep their parts. Gives the messages whose text is
    /// another, or that came or went.
    pub(in crate::session) fn carry_texts(&mut self, before: &Study) -> FxHashSet<Value> {
        let message = self.lowered.declared(self.program.known("message"));
        let theirs = before.lowered.declared(before.program.known("message"));
        let (now, then) = (&self.lowered.core.given[message.0 as usize], &before.lowered.core.given[theirs.0 as usize]);
        let mut corpus = before.texts.corpus.clone();
        let mut changed = FxHashSet::default();
        if !now.is_shared(then) {
            let mut texts: FxHashMap<Value, Value> = FxHashMap::default();
            for (_, row) in now.rows(5) {
                texts.insert(row[0], row[4]);
            }
            changed.extend(corpus.iter().map(|(id, _)| id).filter(|id| !texts.contains_key(id)));
            for &id in &changed {
                corpus.remove(id);
            }
            for (&id, &text) in &texts {
                let text = self.pool.as_text(text);
                let same = corpus.text(id).zip(text).is_some_and(|(a, b)| **a == *b);
                let absent = corpus.text(id).is_none() && text.is_none();
                if same || absent {
                    continue;
                }
                changed.insert(id);
                match text {
                    Some(text) => corpus.insert(id, text),
                    None => {
                        corpus.remove(id);
                    }
                }
            }
        }
        self.texts = StudyTexts::new(corpus, self.matcher.clone());
        changed
    }

    /// The matches of the patterns: of one that stayed only texts that changed are looked at, of another all.
    pub(in crate::session) fn carry_matches(&mut self, before: &Study, changed: &FxHashSet<Value>) {
        let mut known: FxHashMap<&Pattern, core::RelationId> = FxHashMap::default();
        for &(number, relation) in &before.lowered.matches {
            known.insert(&before.lowered.patterns[number as usize], relation);
        }
        let (mut fresh, mut stayed) = (Vec::new(), Vec::new());
        for &(number, relation) in &self.lowered.matches {
            let pattern = &self.lowered.patterns[number as usize];
            let Some(&theirs) = known.get(pattern) else {
                fresh.push((pattern.clone(), relation));
                continue;
            };
            let given = &before.lowered.core.given[theirs.0 as usize];
            let mine = &mut self.lowered.core.given[relation.0 as usize];
            if changed.is_empty() {
                *mine = given.clone();
                continue;
            }
            let mut kept = core::Given::default();
            for (place, row) in given.rows(2).filter(|(_, row)| !changed.contains(&row[0])) {
                kept.push(row, given.places.get(place).unwrap_or(FactPlace::Text));
            }
            *mine = kept;
            stayed.push((pattern.clone(), relation));
        }
        let all: Vec<Value> = match fresh.is_empty() {
            true => Vec::new(),
            false => self.texts.corpus.iter().map(|(id, _)| id).collect(),
        };
        self.look_for(&fresh, &all);
        let mut changed: Vec<Value> = changed.iter().copied().collect();
        changed.sort_unstable();
        self.look_for(&stayed, &changed);
    }

    /// Adds the places that patterns have in messages.
    fn look_for(&mut self, wanted: &[(Pattern, core::RelationId)], messages: &[Value]) {
        if wanted.is_empty() || messages.is_empty() {
            return;
        }
        let patterns: Vec<Pattern> = wanted.iter().map(|(pattern, _)| pattern.clone()).collect();
        let Some(matcher) = run::matcher(&patterns).filter(|m| !m.is_empty()) else { return };
        let mut found = Vec::new();
        for (done, &message) in messages.iter().enumerate() {
            if done % 256 == 0 && self.stop.stopped().is_some() {
                return;
            }
            let Some(segments) = self.texts.corpus.segments(message) else { continue };
            found.clear();
            matcher.scan(segments, &mut found);
            for m in &found {
                let quote = self.pool.quote(message, Some((m.start, m.end)));
                self.lowered.core.add_fact(wanted[m.pattern as usize].1, &[message, quote], FactPlace::Text);
            }
        }
    }

    /// Where the matches of all patterns in a text would stand: relation and row.
    pub(in crate::session) fn matches_in(&mut self, message: Value) -> Vec<(core::RelationId, Vec<Value>)> {
        let Some(matcher) = self.matcher.clone().filter(|m| !m.is_empty()) else { return Vec::new() };
        let Some(segments) = self.texts.corpus.segments(message) else { return Vec::new() };
        let relations: FxHashMap<u32, core::RelationId> = self.lowered.matches.iter().copied().collect();
        let mut found = Vec::new();
        matcher.scan(segments, &mut found);
        let mut rows = Vec::new();
        for m in &found {
            if let Some(&relation) = relations.get(&m.pattern) {
                rows.push((relation, vec![message, self.pool.quote(message, Some((m.start, m.end)))]));
            }
        }
        rows
    }

    /// The relation of that name with columns of the same names and types as before.
    pub(in crate::session) fn relation_like(&self, before: &Study, id: RelationId) -> Option<RelationId> {
        let then = before.program.relation(id);
        let found = *self.program.relation_names.get(&then.name)?;
        let now = self.program.relation(found);
        let same = now.columns.len() == then.columns.len()
            && now.columns.iter().zip(&then.columns).all(|(a, b)| {
                a.name == b.name && a.of.name(&self.program) == b.of.name(&before.program) && a.optional == b.optional
            });
        same.then_some(found)
    }
}
