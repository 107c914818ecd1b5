//! `stale`: codings that were made under another definition of their code than it has now.

pub mod lock;

use super::Study;
use super::explanation::{PlaceShown, QuoteShown};
use super::pattern_words::quoted;
use super::show::View;
use super::summary::natural;
use crate::base::Value;
use crate::base::hash::digest;
use crate::check::program::{ConceptId, PlaceKind};
use crate::data::Files;
use crate::data::problem::Problem;
use crate::data::replace::replace;
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::text::Pattern;
use lock::{Definition, Lock, NAME};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the record of codings says of the codings that there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stale {
    /// How many codings people made.
    pub codings: usize,
    /// How many of them are recorded, under whatever definition.
    pub recorded: usize,
    /// How many recorded codings are not there any more.
    pub gone: usize,
    /// Codes that are gone while another came that says the same: the old name, the new one, and how many codings were
    /// recorded under the old.
    pub renamed: Vec<(String, String, usize)>,
    /// Codes whose definition is another now, with the codings to look at again.
    pub codes: Vec<StaleCode>,
    /// How many codings were recorded by this run, and how many accepted; none where nothing was to be written.
    pub written: Option<(usize, usize)>,
}

/// A code whose definition changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StaleCode {
    /// Its name.
    pub code: String,
    /// Its label.
    pub label: String,
    /// Where it is declared.
    pub place: PlaceShown,
    /// What it said that it does not say now: clause and text.
    pub old: Vec<(String, String)>,
    /// What it says now that it did not.
    pub new: Vec<(String, String)>,
    /// The codings that were made under that definition.
    pub codings: Vec<StaleCoding>,
}

/// A coding to look at again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StaleCoding {
    /// The id of the message.
    pub message: String,
    /// Who coded.
    pub coder: String,
    /// What was coded.
    pub quote: Option<QuoteShown>,
    /// The row that says so.
    pub place: Option<PlaceShown>,
}

/// A coding as it stands in the data.
struct Coding {
    digest: String,
    concept: ConceptId,
    row: Vec<Value>,
    place: Option<PlaceShown>,
}

impl Study {
    /// Holds the codings against their record; with `record`, codings that are new to it are recorded under the definition
    /// of today, and the codings of the codes in `reviewed` are accepted under it. None where something is wrong, which is
    /// told.
    pub fn stale(&mut self, record: bool, reviewed: &[String]) -> Option<Stale> {
        self.evaluate_all(&mut |_| {});
        let found = self.stale_now(record, reviewed);
        match found {
            Ok(found) => Some(found),
            Err(wrong) => {
                self.diagnostics.push(*wrong);
                None
            }
        }
    }

    fn stale_now(&self, record: bool, reviewed: &[String]) -> Result<Stale, Box<Diagnostic>> {
        let view = self.view().ok_or_else(|| {
            Box::new(Diagnostic::new(codes::OUTPUT, "the study could not be evaluated, so its codings are not known"))
        })?;
        let accepted = self.accepted(reviewed)?;
        let bytes = match self.files.read(NAME) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                let message = format!("`{NAME}` cannot be read: {}", error.to_string().to_lowercase());
                return Err(Box::new(Problem::new(codes::FILE, NAME, message).into()));
            }
        };
        let text = String::from_utf8(bytes.clone().unwrap_or_default()).map_err(|_| {
            Box::new(
                Problem::new(codes::ENCODING, NAME, format!("`{NAME}` is not UTF-8, so it was not written by Hence"))
                    .into(),
            )
        })?;
        let lock = Lock::read(&text).map_err(|problem| Box::new(problem.into()))?;
        let codings = self.codings_of_people(view);
        let mut definitions: FxHashMap<ConceptId, (Definition, String)> = FxHashMap::default();
        for coding in &codings {
            definitions.entry(coding.concept).or_insert_with(|| {
                let definition = self.definition(view, coding.concept);
                let hash = definition.hash();
                (definition, hash)
            });
        }
        let recorded = codings.iter().filter(|c| lock.codings.contains_key(&c.digest)).count();
        let mut out =
            Stale { codings: codings.len(), recorded, gone: lock.codings.len() - recorded, ..Stale::default() };
        out.renamed = self.renamed(view, &lock, &codings);
        let mut added: Vec<&Coding> = Vec::new();
        let mut stale: Vec<(ConceptId, &str, Vec<&Coding>)> = Vec::new();
        let mut places: FxHashMap<(ConceptId, &str), usize> = FxHashMap::default();
        let (mut new, mut agreed) = (0, 0);
        for coding in &codings {
            let now = definitions[&coding.concept].1.as_str();
            match lock.codings.get(&coding.digest) {
                Some(then) if then == now => {}
                Some(_) if accepted.contains(&coding.concept) => {
                    agreed += 1;
                    added.push(coding);
                }
                Some(then) => {
                    let at = *places.entry((coding.concept, then)).or_insert_with(|| {
                        stale.push((coding.concept, then, Vec::new()));
                        stale.len() - 1
                    });
                    stale[at].2.push(coding);
                }
                None if record => {
                    new += 1;
                    added.push(coding);
                }
                None => {}
            }
        }
        stale.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        for (id, then, codings) in stale {
            let (old, new) = (&lock.definitions[then], &definitions[&id].0);
            let concept = self.program.concept(id);
            let only = |these: &Definition, those: &Definition| -> Vec<(String, String)> {
                these.clauses.iter().filter(|clause| !those.clauses.contains(clause)).cloned().collect()
            };
            out.codes.push(StaleCode {
                code: concept.name.clone(),
                label: concept.title().to_string(),
                place: view.place(concept.at),
                old: only(old, new),
                new: only(new, old),
                codings: codings.into_iter().map(|coding| self.shown(view, coding)).collect(),
            });
        }
        if record || !reviewed.is_empty() {
            let lines = added.iter().map(|coding| {
                let (definition, hash) = &definitions[&coding.concept];
                (coding.digest.as_str(), definition, hash.as_str())
            });
            if !added.is_empty() {
                let text = lock.with(&text, lines);
                self.write_lock(bytes.as_deref(), &text).map_err(|problem| Box::new(problem.into()))?;
            }
            out.recorded += new;
            out.written = Some((new, agreed));
        }
        Ok(out)
    }

    /// Codes of the record that are gone, with the one that came and has their label or says the same.
    fn renamed(&self, view: View<'_>, lock: &Lock, codings: &[Coding]) -> Vec<(String, String, usize)> {
        let kind = self.program.known_kind("code");
        let known: FxHashSet<&str> = lock.definitions.values().map(|definition| definition.code.as_str()).collect();
        let here: FxHashSet<&str> = codings.iter().map(|coding| coding.digest.as_str()).collect();
        let mut gone: FxHashMap<&str, (&Definition, usize)> = FxHashMap::default();
        for (coding, then) in &lock.codings {
            let Some(definition) = lock.definitions.get(then) else { continue };
            let is_there = self.program.concepts_of(kind).any(|(_, concept)| concept.name == definition.code);
            if !is_there && !here.contains(coding.as_str()) {
                let (of, count) = gone.entry(&definition.code).or_insert((definition, 0));
                // Of several definitions always the same one.
                if definition.hash() < of.hash() {
                    *of = definition;
                }
                *count += 1;
            }
        }
        if gone.is_empty() {
            return Vec::new();
        }
        let came = self.program.concepts_of(kind).filter(|(_, concept)| !known.contains(concept.name.as_str()));
        let came: Vec<Definition> = came.map(|(id, _)| self.definition(view, id)).collect();
        let mut out: Vec<(String, String, usize)> = Vec::new();
        for (code, (old, count)) in gone {
            let (label, says) = parts(old);
            let same = |new: &&Definition| {
                let (new_label, new_says) = parts(new);
                // A label that is the name itself says nothing.
                let labelled = label.is_some_and(|text| text != code) && label == new_label;
                labelled || !says.is_empty() && says == new_says
            };
            let mut found = came.iter().filter(same);
            if let (Some(new), None) = (found.next(), found.next()) {
                out.push((code.to_owned(), new.code.clone(), count));
            }
        }
        out.sort();
        out
    }

    fn accepted(&self, reviewed: &[String]) -> Result<Vec<ConceptId>, Box<Diagnostic>> {
        let code = self.program.known_kind("code");
        let one = |name: &String| {
            self.program.find_concept(code, name).ok_or_else(|| {
                let names: Vec<&str> = self.program.concepts_of(code).map(|(_, c)| c.name.as_str()).collect();
                let help = match suggest::nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name a code of the study, by its name or its label".to_string(),
                };
                Box::new(Diagnostic::new(codes::UNKNOWN_NAME, format!("no code is called `{name}`")).help(help))
            })
        };
        reviewed.iter().map(one).collect()
    }

    /// Puts the text in the place of the file's own; a file that is not there is made, empty at first, which records
    /// nothing.
    fn write_lock(&self, before: Option<&[u8]>, text: &str) -> Result<(), Problem> {
        let Some(root) = &self.root else { return Ok(()) };
        let path = root.join(NAME);
        if before.is_none() {
            let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
            made.map_err(|error| {
                let message = format!("`{NAME}` cannot be written: {}", error.to_string().to_lowercase());
                Problem::new(codes::OUTPUT, NAME, message).help("may you write in the study's folder?")
            })?;
        }
        replace(&path, before.unwrap_or_default(), text.as_bytes())
    }

    /// What people coded, as people sort messages, and then by code and coder.
    fn codings_of_people(&self, view: View<'_>) -> Vec<Coding> {
        let relation = self.lowered.declared(self.program.known("coding"));
        let rows = view.db.relation(relation);
        let rules = view.pool.find_text("rules");
        let mut found: Vec<(String, Coding)> = Vec::new();
        for (row, at) in rows.rows().zip(0..) {
            let Some(&concept) = self.program.concept_values.get(&row[1]).filter(|_| Some(row[2]) != rules) else {
                continue;
            };
            let shown = |value: Value| if value.is_none() { String::new() } else { view.pool.show(value) };
            let name = &self.program.concept(concept).name;
            // A line for each part, so that no two codings read the same.
            let parts = [shown(row[0]), name.clone(), shown(row[2]), shown(row[3]), shown(row[4])];
            let parts = parts.map(|part| part.replace('\\', "\\\\").replace('\n', "\\n"));
            let place = rows.given(at).and_then(|given| view.given_place(relation, given));
            let coding = Coding { digest: digest(&parts.join("\n")), concept, row: row.to_vec(), place };
            found.push((shown(row[0]), coding));
        }
        found.sort_by(|(a, one), (b, other)| {
            let coder = |c: &Coding| view.pool.show(c.row[2]);
            natural(a, b)
                .then(one.concept.cmp(&other.concept))
                .then_with(|| coder(one).cmp(&coder(other)))
                .then_with(|| one.digest.cmp(&other.digest))
        });
        // The same passage coded twice, with another memo, is one coding.
        found.dedup_by(|(_, a), (_, b)| a.digest == b.digest);
        found.into_iter().map(|(_, coding)| coding).collect()
    }

    fn shown(&self, view: View<'_>, coding: &Coding) -> StaleCoding {
        let number =
            |at: usize| coding.row.get(at).and_then(|&v| view.pool.as_number(v)).and_then(|n| n.try_into().ok());
        let range = number(3).zip(number(4));
        StaleCoding {
            message: view.pool.show(coding.row[0]),
            coder: view.pool.show(coding.row[2]),
            quote: view.passage_shown(coding.row[0], range),
            place: coding.place.clone(),
        }
    }

    /// What a coder reads of a code, without notes, reasons and layout.
    fn definition(&self, view: View<'_>, id: ConceptId) -> Definition {
        let program = &self.program;
        let concept = program.concept(id);
        let mut clauses: Vec<(String, String)> = Vec::new();
        let mut say = |word: &str, text: &str| {
            clauses.push((word.to_string(), text.split_whitespace().collect::<Vec<_>>().join(" ")));
        };
        say("label", concept.title());
        concept.means.iter().for_each(|said| say("means", &said.text));
        concept.include.iter().for_each(|said| say("include", &said.text));
        concept.exclude.iter().for_each(|said| say("exclude", &said.text));
        for example in &concept.examples {
            let word = if example.positive { "example" } else { "counterexample" };
            match &example.text {
                Ok(text) => say(word, text),
                Err(message) => say(word, &format!("message {}", view.pool.show(*message))),
            }
        }
        for matches in &concept.matches {
            match &matches.place.kind {
                PlaceKind::Pattern(id) => {
                    let pattern = &program.pattern(*id).pattern;
                    say("matches", &with_languages(pattern));
                }
                _ => say("matches", &view.words(matches.place.at)),
            }
        }
        concept.when.iter().for_each(|body| say("when", &view.words(body.at)));
        concept.unless.iter().for_each(|body| say("unless", &view.words(body.at)));
        concept.under.iter().for_each(|&parent| say("under", &program.concept(parent).name));
        Definition { code: concept.name.clone(), clauses }
    }
}

/// The label of a definition, and its other clauses.
fn parts(definition: &Definition) -> (Option<&str>, Vec<&(String, String)>) {
    let (label, says): (Vec<_>, Vec<_>) = definition.clauses.iter().partition(|(word, _)| word == "label");
    (label.first().map(|(_, text)| text.as_str()), says)
}

/// A pattern as an author writes it, with the languages of its stems.
pub(super) fn with_languages(pattern: &Pattern) -> String {
    let mut languages: Vec<&str> = Vec::new();
    stems(pattern, &mut languages);
    let of = if languages.is_empty() { String::new() } else { format!(" in {}", languages.join(", ")) };
    format!("{}{of}", quoted(pattern))
}

/// The languages of the stems in a pattern, each once.
fn stems(pattern: &Pattern, languages: &mut Vec<&str>) {
    let mut open = vec![pattern];
    while let Some(pattern) = open.pop() {
        match pattern {
            Pattern::Stem { language, .. } if !languages.contains(&language.name()) => languages.push(language.name()),
            Pattern::Or(parts) => open.extend(parts),
            Pattern::Near(a, b, _)
            | Pattern::Before(a, b, _)
            | Pattern::InSame(_, a, b)
            | Pattern::Overlaps(a, b)
            | Pattern::Except(a, b) => open.extend([&**a, &**b]),
            Pattern::Stem { .. } | Pattern::Phrase(_) | Pattern::Substring(_) | Pattern::Regex { .. } => {}
        }
    }
}
