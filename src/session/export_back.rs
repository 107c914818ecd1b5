//! What an import brought as relations of the author's own goes back to where it came from: cases, variables, sets, notes
//! and links.

use super::Study;
use super::export::{Places, SET_OF_NOTES, concept_name};
use super::export_guids::Guids;
use super::show::View;
use crate::data::project::guid::guid;
use crate::data::project::{About, Case, CaseOf, Link, Note, Project, Set, Way};
use rustc_hash::FxHashMap;

/// What the relations call things by, and where these are in the project.
pub(super) struct Ends {
    sources: FxHashMap<String, usize>,
    codes: FxHashMap<String, usize>,
    cases: FxHashMap<(CaseOf, String), usize>,
    codings: FxHashMap<String, usize>,
    notes: FxHashMap<String, usize>,
    sets: FxHashMap<String, usize>,
    guids: Guids,
}

impl Ends {
    fn of(&self, kind: &str, name: &str) -> Option<About> {
        match kind {
            "project" => Some(About::Project),
            "code" => self.codes.get(name).map(|&code| About::Code(code)),
            "message" => self.sources.get(name).map(|&source| About::Source(source, None)),
            "quote" => self.quote(name),
            "case" => self.case(CaseOf::Case, name),
            "author" => self.case(CaseOf::Author, name),
            "thread" => self.case(CaseOf::Thread, name),
            "coding" => self.codings.get(name).map(|&coding| About::Coding(coding)),
            "note" => self.notes.get(name).map(|&note| About::Note(note)),
            _ => None,
        }
    }

    fn case(&self, of: CaseOf, name: &str) -> Option<About> {
        self.cases.get(&(of, name.to_owned())).map(|&case| About::Case(case))
    }

    /// The set of that name, made where it is new.
    fn set(&mut self, out: &mut Project, name: &str) -> usize {
        *self.sets.entry(name.to_owned()).or_insert_with(|| {
            out.sets.push(Set { id: self.guids.of("set", name), name: name.to_owned(), ..Set::default() });
            out.sets.len() - 1
        })
    }

    /// `m15@3-9`
    fn quote(&self, written: &str) -> Option<About> {
        let (message, place) = written.rsplit_once('@')?;
        let (start, end) = place.split_once('-')?;
        Some(About::Source(*self.sources.get(message)?, Some((start.parse().ok()?, end.parse().ok()?))))
    }
}

/// How a coding is called where a note or link speaks of it: `m15@3-9 place by eva`.
pub(super) fn coding_called(message: &str, place: Option<(u32, u32)>, code: &str, coder: &str) -> String {
    let place = place.map_or(String::new(), |(start, end)| format!("@{start}-{end}"));
    format!("{message}{place} {code} by {coder}")
}

impl Study {
    pub(super) fn ends(&self, view: View<'_>, out: &Project, places: &Places) -> Ends {
        let codes: FxHashMap<String, usize> =
            places.codes.iter().map(|(&value, &at)| (concept_name(view, value), at)).collect();
        let names: FxHashMap<usize, &str> = codes.iter().map(|(name, &at)| (at, name.as_str())).collect();
        let called = out.codings.iter().enumerate().map(|(at, c)| {
            let code = names.get(&c.code).copied().unwrap_or_default();
            let coder = c.coder.map_or("", |coder| out.users[coder].name.as_str());
            (coding_called(&out.sources[c.source].name, c.place, code, coder), at)
        });
        Ends {
            codings: called.collect(),
            sources: out.sources.iter().enumerate().map(|(at, s)| (s.name.clone(), at)).collect(),
            codes,
            cases: places.cases.clone(),
            notes: FxHashMap::default(),
            sets: FxHashMap::default(),
            guids: places.guids.clone(),
        }
    }

    pub(super) fn cases_out(&self, view: View<'_>, out: &mut Project, places: &mut Places) {
        for row in self.texts(view, "case_memo", &["case", "memo"]) {
            places.cases.insert((CaseOf::Case, row[0].clone()), out.cases.len());
            let (id, name, memo) = (places.guids.of("case", &row[0]), row[0].clone(), row[1].clone());
            out.cases.push(Case { id, name, memo, ..Case::default() });
        }
        let sources: FxHashMap<String, usize> =
            out.sources.iter().enumerate().map(|(at, s)| (s.name.clone(), at)).collect();
        for row in self.texts(view, "case_of", &["case", "message", "start", "end"]) {
            if let Some((&case, &source)) = places.cases.get(&(CaseOf::Case, row[0].clone())).zip(sources.get(&row[1]))
            {
                out.cases[case].sources.push((source, row[2].parse().ok().zip(row[3].parse().ok())));
            }
        }
    }

    /// Sets, with the codes and messages in them.
    pub(super) fn groups_out(&self, view: View<'_>, out: &mut Project, ends: &mut Ends) {
        for row in self.texts(view, "set_of_codes", &["set", "code"]) {
            if let Some(&code) = ends.codes.get(row[1].rsplit('.').next().unwrap_or("")) {
                let at = ends.set(out, &row[0]);
                out.sets[at].codes.push(code);
            }
        }
        for row in self.texts(view, "set_of_messages", &["set", "message"]) {
            if let Some(&source) = ends.sources.get(&row[1]) {
                let at = ends.set(out, &row[0]);
                out.sets[at].sources.push(source);
            }
        }
    }

    /// Links, once everything that they may lead to is there.
    pub(super) fn links_out(&self, view: View<'_>, out: &mut Project, ends: &Ends) {
        let columns = ["name", "from_kind", "from", "way", "to_kind", "to"];
        for row in self.texts(view, "link", &columns) {
            match ends.of(&row[1], &row[2]).zip(ends.of(&row[4], &row[5])) {
                Some((from, to)) if from != About::Project && to != About::Project => {
                    let way =
                        Way::WORDS.iter().find(|(_, word, _)| *word == row[3]).map_or(Way::With, |(way, ..)| *way);
                    let (id, name) = (row.join("\n"), row[0].clone());
                    out.links.push(Link { id, name, from, to, way });
                }
                Some(_) => out.report.leave_out(("link", "links"), "the format has none to the whole project", &row[0]),
                None => out.report.leave_out(("link", "links"), "one of its ends is not in the study", &row[0]),
            }
        }
    }

    /// Notes; gives the ends with them among these.
    pub(super) fn notes_out(&self, view: View<'_>, out: &mut Project, mut ends: Ends) -> Ends {
        for row in self.texts(view, "note", &["note", "title", "text", "by", "at", "of", "about"]) {
            // Memos of sources, sets and the project go back to what they are of.
            let (note, text, of, about) = (&row[0], &row[2], row[5].as_str(), &row[6]);
            match of {
                "project" if note == "project" => {
                    out.memo.clone_from(text);
                    continue;
                }
                "message" if *note == format!("memo of {about}") => {
                    if let Some(&source) = ends.sources.get(about) {
                        out.sources[source].memo.clone_from(text);
                        continue;
                    }
                }
                "set" if *note == format!("memo of {about}") => {
                    let at = ends.set(out, about);
                    out.sets[at].memo.clone_from(text);
                    continue;
                }
                _ => {}
            }
            let about = ends.of(of, about);
            let at = *ends.notes.entry(note.clone()).or_insert(out.notes.len());
            if at == out.notes.len() {
                let by = (!row[3].is_empty()).then(|| out.user(&ends.guids.of("coder", &row[3]), &row[3]));
                let date = Some(row[4].clone()).filter(|at| !at.is_empty());
                let (id, title) = (guid("note", note), row[1].clone());
                out.notes.push(Note { id, title, text: text.clone(), by, at: date, about: Vec::new() });
            }
            out.notes[at].about.extend(about);
        }
        for row in self.texts(view, SET_OF_NOTES, &["set", "note"]) {
            if let Some(&note) = ends.notes.get(&row[1]) {
                let at = ends.set(out, &row[0]);
                out.sets[at].notes.push(note);
            }
        }
        ends
    }
}
