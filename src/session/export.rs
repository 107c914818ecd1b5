//! An evaluated study as a project that other programs read, and as tables.
//!
//! People's codings stay theirs; what patterns, rules and themes found is coded by a user of its own, `rules`. Themes
//! and other concepts become codes under a heading of their kind, maps that hold become links, and a theme of a message
//! gets a note with its reason. What an import brought as relations (cases, variables, notes, sets, links) goes back to
//! where it came from.

use super::Study;
use super::answers::Why;
use super::explanation::{Step, StepKind};
use super::export_facts::told_of_cases;
use super::export_guids::Guids;
use super::show::View;
use crate::base::{Datum, Value};
use crate::check::Type;
use crate::check::program::{ConceptId, KindId, RelationId, RelationKind, Subject};
use crate::data::project::guid::{guid, is_guid};
use crate::data::project::{
    About, CaseOf, Code, Coding, Link, Note, Project, RULES, Source, User, ValueKind, Variable, Way,
};
use crate::eval::Relation;
use rustc_hash::{FxHashMap, FxHashSet};

/// So many reasons are worked out at most.
const REASONS: usize = 2_000;
/// What the rules of another study found, in one that came out of it.
pub(super) const CODED_BY_RULES: &str = "coded_by_rules";
/// When messages were added to a project.
pub(super) const ADDED: &str = "added";
/// Which notes were put into which set.
pub(super) const SET_OF_NOTES: &str = "set_of_notes";

/// A source, a code, and the place in the source that has it; none is all of it.
type Coded = (usize, usize, Option<(u32, u32)>);

/// Where things of the study stand in the project.
#[derive(Default)]
pub(super) struct Places {
    pub messages: FxHashMap<Value, usize>,
    pub codes: FxHashMap<Value, usize>,
    pub cases: FxHashMap<(CaseOf, String), usize>,
    /// What rules found: each source, code and place once.
    pub found: FxHashSet<Coded>,
    /// How other programs know things.
    pub guids: Guids,
}

impl Study {
    /// The study as a project; empty before it is evaluated.
    pub fn project(&mut self) -> Project {
        self.complete();
        let (mut out, mut places) = (Project::default(), Places::default());
        out.report.format = "Hence study";
        let Some(view) = self.view() else { return out };
        out.name = self.program.study.title.clone().unwrap_or_default();
        places.guids = self.guids(view);
        self.messages_out(view, &mut out, &mut places);
        self.codes_out(view, &mut out, &mut places);
        self.codings_out(view, &mut out, &mut places);
        for (id, name) in places.guids.coders() {
            out.user(id, name);
        }
        self.cases_out(view, &mut out, &mut places);
        self.variables_out(view, &mut out, &mut places);
        told_of_messages(&mut out);
        told_of_cases(&mut out);
        self.assigned_out(view, &mut out, &places);
        self.passages_out(view, &mut out, &places);
        let mut found = self.ends(view, &out, &places);
        self.groups_out(view, &mut out, &mut found);
        let found = self.notes_out(view, &mut out, found);
        self.links_out(view, &mut out, &found);
        let themes = self.themes_out(view, &mut out, &mut places);
        self.told_left_out(&mut out);
        self.reasons_out(&mut out, themes);
        out
    }

    /// The codes alone, described by what is said of a kind and name, or else by their definitions.
    pub(super) fn project_of_codes(&self, describe: impl Fn(&str, &str) -> Option<String>) -> Project {
        let (mut out, mut places) = (Project::default(), Places::default());
        let Some(view) = self.view() else { return out };
        out.name = self.program.study.title.clone().unwrap_or_default();
        places.guids = self.guids(view);
        self.codes_out(view, &mut out, &mut places);
        for concept in &self.program.concepts {
            let described = describe(&self.program.kind(concept.kind).name, &concept.name);
            if let Some((&at, text)) = places.codes.get(&concept.value).zip(described) {
                let code = &mut out.codes[at];
                (code.definition, code.include, code.exclude) = (text, String::new(), String::new());
            }
        }
        let mut found = self.ends(view, &out, &places);
        self.groups_out(view, &mut out, &mut found);
        out
    }

    fn given<'a>(&self, view: View<'a>, name: &str) -> &'a Relation {
        view.db.relation(view.lowered.declared(self.program.known(name)))
    }

    /// The rows of a relation of the author's own with these columns, as texts; nothing where it has others.
    pub(super) fn texts(&self, view: View<'_>, name: &str, columns: &[&str]) -> Vec<Vec<String>> {
        let text = |value: Value| if value.is_none() { String::new() } else { view.pool.show(value) };
        let rows = self.values_of(view, name, columns).into_iter();
        rows.map(|row| row.into_iter().map(text).collect()).collect()
    }

    /// The same as values.
    pub(super) fn values_of(&self, view: View<'_>, name: &str, columns: &[&str]) -> Vec<Vec<Value>> {
        let wanted = |r: &crate::check::program::Relation| {
            r.name == name
                && r.kind == RelationKind::Declared
                && r.columns.iter().map(|c| c.name.as_str()).eq(columns.iter().copied())
        };
        let Some(id) = self.program.relations.iter().position(wanted) else { return Vec::new() };
        let core = view.lowered.declared(RelationId(id as u32));
        let rows = view.db.sorted_rows(core, view.pool).into_iter();
        rows.map(|row| view.db.row(core, row).to_vec()).collect()
    }

    fn guids_of_messages(&self, view: View<'_>) -> FxHashMap<String, String> {
        let rows = self.texts(view, "guid", &["message", "guid"]).into_iter();
        let rows = rows.filter_map(|row| <[String; 2]>::try_from(row).ok());
        rows.filter(|[_, id]| is_guid(id)).map(|[message, id]| (message, id)).collect()
    }

    fn messages_out(&self, view: View<'_>, out: &mut Project, places: &mut Places) {
        let guids = self.guids_of_messages(view);
        let text = |value: Value| (!value.is_none()).then(|| view.pool.show(value));
        let core = view.lowered.declared(self.program.known("message"));
        // In the order of the data, which the ids' order need not be.
        let mut rows: Vec<Vec<Value>> =
            view.db.sorted_rows(core, view.pool).into_iter().map(|row| view.db.row(core, row).to_vec()).collect();
        rows.sort_by(|a, b| super::summary::natural(&view.pool.show(a[0]), &view.pool.show(b[0])));
        for row in rows {
            if places.messages.contains_key(&row[0]) {
                continue;
            }
            places.messages.insert(row[0], out.sources.len());
            let name = view.pool.show(row[0]);
            out.sources.push(Source {
                id: guids.get(&name).cloned().unwrap_or_else(|| guid("message", &name)),
                name,
                text: text(row[4]).unwrap_or_default(),
                thread: text(row[1]),
                author: text(row[2]),
                at: text(row[3]),
                ..Source::default()
            });
        }
        for row in self.given(view, "reply").rows() {
            if let (Some(&child), Some(&parent)) = (places.messages.get(&row[0]), places.messages.get(&row[1])) {
                out.sources[child].parent = Some(parent);
            }
        }
        for row in self.values_of(view, ADDED, &["message", "at"]) {
            if let Some(&source) = places.messages.get(&row[0]) {
                out.sources[source].added = text(row[1]);
            }
        }
    }

    /// Codes, and the concepts of other kinds that messages have, each kind under a heading.
    fn codes_out(&self, _view: View<'_>, out: &mut Project, places: &mut Places) {
        let code = self.program.known_kind("code");
        let mut kinds = vec![code];
        let all = (0..self.program.kinds.len() as u32).map(KindId).filter(|&kind| kind != code);
        kinds.extend(all.filter(|&kind| !self.program.kind(kind).open));
        for kind in kinds {
            let declared = self.program.kind(kind);
            if declared.subject != Subject::Message || self.program.concepts_of(kind).next().is_none() {
                continue;
            }
            let heading = (kind != code).then(|| {
                let name = declared.label.clone().unwrap_or_else(|| declared.name.clone());
                let id = guid("kind", &declared.name);
                out.codes.push(Code { id, name, heading: true, ..Code::default() });
                out.codes.len() - 1
            });
            let ids: Vec<ConceptId> = self.program.concepts_of(kind).map(|(id, _)| id).collect();
            let first = out.codes.len();
            for &id in &ids {
                let concept = self.program.concept(id);
                let memo = |start: &str| concept.memos.iter().find_map(|m| m.text.strip_prefix(start)).map(str::trim);
                let own = memo("guid ").filter(|g| is_guid(g)).map(str::to_owned);
                let said = |texts: &[crate::check::program::Said], between: &str| {
                    texts.iter().map(|m| m.text.as_str()).collect::<Vec<_>>().join(between)
                };
                places.codes.insert(concept.value, out.codes.len());
                out.codes.push(Code {
                    id: own.unwrap_or_else(|| guid(&declared.name, &concept.name)),
                    name: concept.title().to_owned(),
                    parent: heading,
                    also: Vec::new(),
                    definition: said(&concept.means, "\n\n"),
                    include: said(&concept.include, "\n"),
                    exclude: said(&concept.exclude, "\n"),
                    colour: memo("colour ").map(str::to_owned),
                    heading: memo("a heading").is_some(),
                });
            }
            for (at, &id) in ids.iter().enumerate() {
                let above = self.program.concept(id).under.iter().map(|&p| self.program.concept(p).value);
                let mut above = above.filter_map(|value| places.codes.get(&value).copied());
                if let Some(parent) = above.next() {
                    let code = &mut out.codes[first + at];
                    (code.parent, code.also) = (Some(parent), above.collect());
                    if !code.also.is_empty() {
                        let name = code.name.clone();
                        let first = out.codes[parent].name.clone();
                        out.report.remark(format!(
                            "`{name}` stands under several codes, of which the format holds one: it goes out under `{first}`, \
                             and a project has a link to each of the others"
                        ));
                    }
                }
            }
        }
    }

    fn codings_out(&self, view: View<'_>, out: &mut Project, places: &mut Places) {
        let text = |value: Value| (!value.is_none()).then(|| view.pool.show(value));
        let number = |value: Value| view.pool.as_number(value).and_then(|n| u32::try_from(n).ok());
        let core = view.lowered.declared(self.program.known("coding"));
        let (mut once, mut missing, guids) = (FxHashMap::default(), Vec::new(), self.guids_of_messages(view));
        for row in view.db.sorted_rows(core, view.pool) {
            let row = view.db.row(core, row);
            let Some(&code) = places.codes.get(&row[1]) else {
                let why = "it is of a code that the study does not have";
                out.report.leave_out(("coding", "codings"), why, "");
                continue;
            };
            // A message that is not here goes out without words, so that what was coded of it stays.
            let source = *places.messages.entry(row[0]).or_insert_with(|| {
                let name = view.pool.show(row[0]);
                let id = guids.get(&name).cloned().unwrap_or_else(|| guid("message", &name));
                missing.push(name.clone());
                out.sources.push(Source { id, name, ..Source::default() });
                out.sources.len() - 1
            });
            let coder = view.pool.show(row[2]);
            let coder = Some(out.user(&places.guids.of("coder", &coder), &coder));
            let place = number(row[3]).zip(number(row[4]));
            let at = row.get(5).and_then(|&v| text(v));
            let memo = row.get(6).and_then(|&v| text(v)).unwrap_or_default();
            // The same passage, code and coder is one coding, whose memos stand together.
            let here = out.codings.len();
            let known = *once.entry((source, code, coder, place)).or_insert(here);
            if known == here {
                out.codings.push(Coding { source, code, coder, place, at, memo, ..Coding::default() });
                continue;
            }
            let of = &mut out.codings[known];
            if !of.memo.split("\n\n").any(|known| known == memo) {
                of.memo =
                    [of.memo.as_str(), &memo].into_iter().filter(|m| !m.is_empty()).collect::<Vec<_>>().join("\n\n");
            }
            let why = "the same passage has the same code by the same coder already, and goes out once";
            out.report.leave_out(("coding", "codings"), why, "");
        }
        if let Some(first) = missing.first() {
            let many = crate::data::problem::counted(missing.len(), "message", "messages");
            out.report.remark(format!(
                "codings name {many} that the study does not have, as `{first}`: these go out without words, each with its \
                 codings"
            ));
        }
        // A memo goes out with its passage; only one of a text that is not here needs a note.
        let noted = |c: &&Coding| !c.memo.is_empty() && out.sources[c.source].text.is_empty();
        for (number, of) in out.codings.iter().enumerate().filter(|(_, c)| noted(c)) {
            let place = of.place.map_or(String::new(), |(start, end)| format!("{start}-{end}"));
            let coder = of.coder.map_or("", |coder| out.users[coder].name.as_str());
            let coded = format!("{}\n{}\n{coder:?}\n{place}", out.sources[of.source].id, out.codes[of.code].id);
            let (id, about, text, at) =
                (guid("memo", &coded), vec![About::Coding(number)], of.memo.clone(), of.at.clone());
            out.notes.push(Note { id, title: "memo".into(), text, by: of.coder, at, about });
        }
        // What patterns found, and what `when` says of whole messages.
        let (coded, rules) = (self.program.known("coded"), RULES);
        let code = self.program.known_kind("code");
        for (id, concept) in self.program.concepts_of(code) {
            let Some(core) = view.lowered.of_concept(coded, id) else { continue };
            for row in view.db.sorted_rows(core, view.pool) {
                let row = view.db.row(core, row);
                if view.pool.as_text(row[1]) == Some(rules) {
                    found(view, out, places, row[0], concept.value);
                }
            }
        }
        // What the rules of the study that this one came from had found.
        let all = self.values_of(view, CODED_BY_RULES, &["message", "code", "start", "end"]);
        if all.is_empty() {
            return;
        }
        for row in all {
            let Some((&source, &code)) = places.messages.get(&row[0]).zip(places.codes.get(&row[1])) else { continue };
            let place = number(row[2]).zip(number(row[3]));
            found_in(out, places, source, place, code);
        }
    }

    /// The concepts of other kinds, at the passages that speak for them. Gives what is to be explained: what to ask, the
    /// message and the code.
    fn themes_out(&self, view: View<'_>, out: &mut Project, places: &mut Places) -> Vec<(String, usize, usize)> {
        let (evidence, code) = (self.program.known("evidence"), self.program.known_kind("code"));
        let mut asked = Vec::new();
        for at in 0..self.program.concepts.len() as u32 {
            let id = ConceptId(at);
            let concept = self.program.concept(id);
            let (kind, place) = (self.program.kind(concept.kind), places.codes.get(&concept.value));
            let Some(&place) = place.filter(|_| concept.kind != code) else { continue };
            let mut spoken: FxHashMap<Value, Vec<Value>> = FxHashMap::default();
            if let Some(core) = view.lowered.of_concept(evidence, id) {
                for row in view.db.sorted_rows(core, view.pool) {
                    let row = view.db.row(core, row);
                    spoken.entry(row[0]).or_default().push(row[1]);
                }
            }
            let Some(core) = view.lowered.has(&self.program, id) else { continue };
            for row in view.db.sorted_rows(core, view.pool) {
                let message = view.db.row(core, row)[0];
                let Some(&source) = places.messages.get(&message) else { continue };
                match spoken.get(&message) {
                    Some(quotes) => quotes.iter().for_each(|&quote| found(view, out, places, quote, concept.value)),
                    None => found_in(out, places, source, None, place),
                }
                if kind.name == "theme" {
                    let message = view.as_written(message, Type::Kind(self.program.known_kind("message")));
                    asked.push((format!("theme({message}, {})", concept.name), source, place));
                }
            }
        }
        for map in &self.program.maps {
            for &to in &map.to {
                let holds = view.lowered.stimulates(map.theme, to).is_some_and(|r| !view.db.relation(r).is_empty());
                let end = |id: ConceptId| places.codes.get(&self.program.concept(id).value).copied();
                let Some((from, to)) = end(map.theme).zip(end(to)).filter(|_| holds) else { continue };
                let (from, to) = (About::Code(from), About::Code(to));
                out.links.push(Link { id: "stimulates".into(), name: "stimulates".into(), from, to, way: Way::To });
            }
        }
        asked
    }

    /// The reason of each theme of each message, as a note.
    fn reasons_out(&mut self, out: &mut Project, asked: Vec<(String, usize, usize)>) {
        if asked.len() > REASONS {
            let more = asked.len() - REASONS;
            out.report
                .remark(format!("the first {REASONS} themes of messages have a note with the reason, {more} do not"));
        }
        let by = asked.first().map(|_| out.user(&guid("user", RULES), RULES));
        for (atom, source, code) in asked.into_iter().take(REASONS) {
            let Why::Explained { explanations, .. } = self.why(&atom) else { continue };
            let Some(explained) = explanations.first() else { continue };
            let id = guid("reason", &format!("{}\n{}", out.sources[source].id, out.codes[code].id));
            let mut text = String::new();
            brief(&explained.root, &mut text);
            let title = explained.root.statement.clone();
            let about = vec![About::Source(source, None), About::Code(code)];
            // A study that came out of this one may hold its reason already.
            match out.notes.iter_mut().find(|note| note.id == id) {
                Some(known) => (known.title, known.text) = (title, text),
                None => out.notes.push(Note { id, title, text, by, at: None, about }),
            }
        }
    }
}

/// Who wrote a message, where and when, as variables, and what it answers as a link: the format has no other place for
/// them, and an import knows them by these names.
fn told_of_messages(out: &mut Project) {
    use crate::data::project::refi_names::{ANSWERS, AUTHOR, THREAD, WRITTEN};
    type Told = fn(&Source) -> Option<&String>;
    let told: [(&str, ValueKind, Told); 3] = [
        (AUTHOR, ValueKind::Text, |s| s.author.as_ref()),
        (THREAD, ValueKind::Text, |s| s.thread.as_ref()),
        (WRITTEN, ValueKind::Time, |s| s.at.as_ref()),
    ];
    for (name, kind, of) in told {
        if out.sources.iter().any(|s| of(s).is_some()) {
            let variable = out.variables.len();
            let id = guid("of messages", name);
            out.variables.push(Variable { id, name: name.to_owned(), definition: String::new(), kind });
            for source in &mut out.sources {
                let value = of(source).cloned();
                source.values.extend(value.map(|value| (variable, value)));
            }
        }
    }
    for child in 0..out.sources.len() {
        let Some(parent) = out.sources[child].parent else { continue };
        let (from, to) = (About::Source(child, None), About::Source(parent, None));
        out.links.push(Link { id: ANSWERS.to_owned(), name: ANSWERS.to_owned(), from, to, way: Way::To });
    }
}

/// A passage that was found by rules.
fn found(view: View<'_>, out: &mut Project, places: &mut Places, quote: Value, concept: Value) {
    let Some((message, range)) = view.pool.as_quote(quote) else { return };
    if let (Some(&source), Some(&code)) = (places.messages.get(&message), places.codes.get(&concept)) {
        found_in(out, places, source, range, code);
    }
}

/// The same of characters of a source; what several words or rules found is one coding.
fn found_in(out: &mut Project, places: &mut Places, source: usize, place: Option<(u32, u32)>, code: usize) {
    if places.found.insert((source, code, place)) {
        let coder = Some(out.user(&User::rules().id, RULES));
        out.codings.push(Coding { source, code, coder, place, ..Coding::default() });
    }
}

/// The name of a concept without its kind.
pub(super) fn concept_name(view: View<'_>, value: Value) -> String {
    match view.pool.get(value) {
        Datum::Concept { name, .. } => name.to_string(),
        _ => String::new(),
    }
}

/// A reason in short: what each step says and the line it comes from, the deeper ones set in.
fn brief(root: &Step, out: &mut String) {
    /// So many lines are enough for a note.
    const LINES: usize = 60;
    let mut waiting = vec![(root, 0usize, "")];
    let mut lines = 0;
    while let Some((step, depth, above)) = waiting.pop() {
        // That a person is not the rules goes without saying.
        if step.kind == StepKind::Comparison && step.statement.split_whitespace().last() == Some(RULES) {
            continue;
        }
        // So does what is said above, and a name alone, below which stands what it did.
        let again = above.starts_with(step.statement.as_str());
        let bare = step.fact.is_none() && step.rule.is_none() && step.place.is_none() && step.quote.is_none();
        if depth > 0 && !step.because.is_empty() && (again || bare && step.kind == StepKind::Derived) {
            waiting.extend(step.because.iter().rev().map(|step| (step, depth, above)));
            continue;
        }
        if lines == LINES {
            out.push('…');
            return;
        }
        lines += 1;
        out.push_str(&"  ".repeat(depth.min(12)));
        out.push_str(&step.statement);
        if let Some(rule) = step.rule.as_ref().filter(|_| step.kind != StepKind::Again) {
            out.push_str(": ");
            out.push_str(rule);
        }
        if let Some(place) = &step.place {
            out.push_str(&format!(" ({}:{})", place.file, place.line));
        }
        out.push('\n');
        waiting.extend(step.because.iter().rev().map(|below| (below, depth + 1, step.statement.as_str())));
    }
}
