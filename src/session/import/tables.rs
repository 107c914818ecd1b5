//! Messages and codings of an imported study, and the inputs that read them.

use super::facts::type_of;
use super::names::Names;
use super::{Making, cell, is_by_rules, maybe, number, quoted};
use crate::data::project::guid::{guid, is_guid};
use crate::data::project::refi_names::ANSWERS;
use crate::data::project::{About, CaseOf, Coding, Project, ValueKind};
use crate::session::export::{ADDED, CODED_BY_RULES};
use crate::session::export_guids::{GUID_OF, VARIABLE_OF, made_of};
use rustc_hash::FxHashSet;
use std::fmt::Write;

/// The table of messages, and the one of those that have no words and of which something is said all the same.
const MESSAGES: &str = "messages.csv";
const WITHOUT_TEXT: &str = "without_text.csv";
/// Who coded where nobody says.
pub(super) const NOBODY: &str = "unknown";

impl Making<'_> {
    /// Messages, what answers what, and how the other program knows them.
    pub fn messages(&mut self, names: &Names) {
        let sources = &self.project.sources;
        if sources.is_empty() {
            self.text.push_str("# The file holds no texts: add an `input message from \"…\"` with your own.\n\n");
            return;
        }
        let text = |t: &Option<String>| maybe(t.as_deref());
        let header = ["id", "thread", "author", "at", "added", "text"];
        let wordless = self.wordless();
        let rows = |of: bool| {
            let all = sources.iter().zip(&names.messages).zip(&wordless).filter(move |(_, wordless)| **wordless == of);
            let rows = all.map(|((s, id), _)| {
                vec![cell(id), text(&s.thread), text(&s.author), text(&s.at), text(&s.added), cell(&s.text)]
            });
            rows.collect::<Vec<_>>()
        };
        let (with, without) = (rows(false), rows(true));
        if !with.is_empty() {
            self.table(MESSAGES, &header, with);
            let empty = sources.iter().zip(&wordless).any(|(s, wordless)| !wordless && s.text.trim().is_empty());
            let words = match empty {
                true => "text = \"text\" or skip\n  # Some texts are empty; they are left out.",
                false => "text = \"text\"",
            };
            self.message_input(MESSAGES, words);
        }
        if !without.is_empty() {
            let rows = without.into_iter().map(|row| row.into_iter().take(header.len() - 1).collect()).collect();
            self.table(WITHOUT_TEXT, &header[..header.len() - 1], rows);
            self.text.push_str("# These have no words, and somebody coded or noted something of them.\n");
            self.message_input(WITHOUT_TEXT, "text is \"\"");
        }
        let replies: Vec<_> = sources
            .iter()
            .enumerate()
            .filter_map(|(at, s)| Some(vec![cell(&names.messages[at]), cell(names.messages.get(s.parent?)?)]))
            .collect();
        if !replies.is_empty() {
            self.table("replies.csv", &["child", "parent"], replies);
            self.text.push_str("input reply from \"replies.csv\"\n  child = \"child\"\n  parent = \"parent\"\n\n");
        }
    }

    /// An input of messages from a table, with what gives their text.
    fn message_input(&mut self, file: &str, words: &str) {
        let sources = &self.project.sources;
        let _ = writeln!(self.text, "input message from \"{file}\"\n  id = \"id\"");
        if sources.iter().any(|s| s.thread.is_some()) {
            self.text.push_str("  thread = \"thread\"\n");
        } else {
            self.text.push_str("  # decide: what belongs together? If each text is a conversation: thread = \"id\"\n");
        }
        if sources.iter().any(|s| s.author.is_some()) {
            self.text.push_str("  author = \"author\"\n");
        } else {
            self.text.push_str("  # decide: who speaks? If each text is one person's: author = \"id\"\n");
        }
        if sources.iter().any(|s| s.at.is_some()) {
            self.text.push_str("  at = \"at\"\n");
        } else if sources.iter().any(|s| s.added.is_some()) {
            self.text
                .push_str("  # decide: only the time when a text was added to the project is known: at = \"added\"\n");
        }
        let _ = writeln!(self.text, "  {words}\n");
    }

    /// By source: whether it has no text, and something is said of it all the same.
    pub(super) fn wordless(&self) -> Vec<bool> {
        let (project, mut spoken) = (self.project, vec![false; self.project.sources.len()]);
        let of = |about: &About| match about {
            About::Source(source, _) => Some(*source),
            _ => None,
        };
        let notes = project.notes.iter().flat_map(|note| note.about.iter().filter_map(of));
        let links = project.links.iter().filter(|link| link.name != ANSWERS);
        let links = links.flat_map(|link| [link.from, link.to]).filter_map(|about| of(&about));
        let cases = project.cases.iter().filter(|case| case.of == CaseOf::Case);
        let cases = cases.flat_map(|case| case.sources.iter().map(|(source, _)| *source));
        let sets = project.sets.iter().flat_map(|set| set.sources.iter().copied());
        let codings = project.codings.iter().map(|coding| coding.source);
        codings.chain(notes).chain(links).chain(cases).chain(sets).for_each(|source| spoken[source] = true);
        let said = project.sources.iter().zip(spoken);
        said.map(|(source, spoken)| source.text.trim().is_empty() && (spoken || !source.memo.trim().is_empty()))
            .collect()
    }

    /// GUIDs of messages, so that they are the same when they are exported.
    pub fn guids(&mut self, names: &Names) {
        let known: Vec<_> = self
            .project
            .sources
            .iter()
            .zip(&names.messages)
            .filter(|(s, _)| is_guid(&s.id))
            .map(|(s, id)| vec![cell(id), cell(&s.id)])
            .collect();
        if known.is_empty() {
            return;
        }
        self.table("guids.csv", &["message", "guid"], known);
        self.text.push_str(
            "relation guid(message: message, guid: text)\n  means \"How other programs know a message; `hence export` \
             uses it.\"\ninput guid from \"guids.csv\"\n  message = \"message\"\n  guid = \"guid\"\n\n",
        );
    }

    /// GUIDs of sets, cases, coders and variables, by what these are called.
    pub fn other_guids(&mut self, names: &Names) {
        let project = self.project;
        let sets = project.sets.iter().map(|set| ("set", set.name.as_str(), set.id.as_str()));
        let cases = project.cases.iter().zip(&names.cases).filter(|(case, _)| case.of == CaseOf::Case);
        let cases = cases.map(|(case, name)| ("case", name.as_str(), case.id.as_str()));
        let users = project.users.iter().zip(&names.coders).filter(|(user, _)| !user.is_rules());
        let users = users.map(|(user, name)| ("coder", name.as_str(), user.id.as_str()));
        let variables = names
            .variables
            .iter()
            .filter_map(|(name, of, _)| Some(("variable", name.as_str(), project.variables.get(*of)?.id.as_str())));
        // Who coded nothing is known from here alone.
        let coded: Vec<&str> =
            project.codings.iter().filter_map(|c| Some(project.users[c.coder?].id.as_str())).collect();
        let coded: FxHashSet<&str> = coded.into_iter().collect();
        let idle = |kind: &str, id: &str| kind == "coder" && !coded.contains(id);
        let known: Vec<_> = sets
            .chain(cases)
            .chain(users)
            .chain(variables)
            .filter(|(_, name, id)| is_guid(id) && !name.is_empty())
            .filter(|(kind, name, id)| *id != guid(made_of(kind), name) || idle(kind, id))
            .map(|(kind, name, id)| vec![cell(kind), cell(name), cell(id)])
            .collect();
        if known.is_empty() {
            return;
        }
        self.table("other_guids.csv", &["kind", "name", "guid"], known);
        let _ = writeln!(
            self.text,
            "relation {GUID_OF}(kind: text, name: text, guid: text)\n  means \"How other programs know sets, cases, \
             coders and variables; `hence export` uses it.\"\ninput {GUID_OF} from \"other_guids.csv\"\n  kind = \
             \"kind\"\n  name = \"name\"\n  guid = \"guid\"\n"
        );
    }

    /// What other programs call the variables, and of what type they are there, where a study says it otherwise.
    pub fn variables_of(&mut self, names: &Names) {
        let project = self.project;
        let rows: Vec<_> = names
            .variables
            .iter()
            .filter_map(|(name, of, kind)| {
                let variable = project.variables.get(*of).filter(|variable| is_guid(&variable.id))?;
                let here = match *kind {
                    "number" => ValueKind::Number,
                    "decimal" => ValueKind::Decimal,
                    "date" => ValueKind::Date,
                    "datetime" => ValueKind::Time,
                    _ => ValueKind::Text,
                };
                let twice = names.variables.iter().filter(|(_, other, _)| other == of).count() > 1;
                let differs = *name != variable.name || here != variable.kind || twice;
                let title = Some(variable.name.trim()).filter(|title| differs && !title.is_empty())?;
                Some(vec![cell(name), cell(title), cell(variable.kind.word())])
            })
            .collect();
        if !rows.is_empty() {
            self.table("variables.csv", &["variable", "name", "values"], rows);
            let _ = writeln!(
                self.text,
                "relation {VARIABLE_OF}(variable: text, name: text, values: text)\n  means \"What other programs call the \
                 variables, and of what type their values are there; `hence export` uses it.\"\ninput {VARIABLE_OF} from \
                 \"variables.csv\"\n  variable = \"variable\"\n  name = \"name\"\n  values = \"values\"\n"
            );
        }
    }

    /// When messages were added to the project; where nothing else is known of when, the analyst may take that.
    fn added(&mut self) {
        if self.project.sources.iter().all(|s| s.added.is_none()) {
            return;
        }
        let _ = writeln!(
            self.text,
            "relation {ADDED}(message: message, at: datetime)\n  means \"When a message was added to the project; `hence \
             export` uses it.\""
        );
        let wordless = self.wordless();
        for (file, of) in [(MESSAGES, false), (WITHOUT_TEXT, true)] {
            if self.project.sources.iter().zip(&wordless).any(|(s, wordless)| *wordless == of && s.added.is_some()) {
                let _ = writeln!(
                    self.text,
                    "input {ADDED} from \"{file}\"\n  message = \"id\"\n  at = \"added\" or skip\n"
                );
            }
        }
    }

    /// What the rules of the study had found that the project came out of.
    fn found_by_rules(&mut self, names: &Names) {
        let found = self.project.codings.iter().filter(|c| is_by_rules(self.project, c));
        let rows: Vec<_> = found
            .map(|c| {
                let (message, code) = (cell(&names.messages[c.source]), cell(&names.codes[c.code]));
                vec![message, code, number(c.place.map(|p| p.0)), number(c.place.map(|p| p.1))]
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        self.table("rule_codings.csv", &["message", "code", "start", "end"], rows);
        let _ = writeln!(
            self.text,
            "relation {CODED_BY_RULES}(message: message, code: code, start?: number, end?: number)\n  means \"What the \
             rules of the study had coded that this came out of: no person's codings.\"\ninput {CODED_BY_RULES} from \
             \"rule_codings.csv\"\n  message = \"message\"\n  code = \"code\"\n  start = \"start\"\n  end = \"end\"\n"
        );
    }

    /// Who coded what.
    pub fn codings(&mut self, names: &mut Names, own: bool) {
        if own {
            self.guids(names);
        }
        if own {
            self.added();
            self.found_by_rules(names);
        }
        let codings = &self.project.codings;
        if codings.iter().all(|c| is_by_rules(self.project, c)) {
            return;
        }
        // Notes that speak of a coding alone are its memo.
        let mut memos: Vec<String> = codings.iter().map(|c| c.memo.trim().to_owned()).collect();
        for (coding, text) in self.notes_on_codings() {
            let memo = &mut memos[coding];
            if !memo.is_empty() {
                memo.push('\n');
            }
            memo.push_str(&text);
        }
        let facts: Vec<String> = self.project.coding_facts.iter().map(|fact| names.relation(&fact.name)).collect();
        // By their names, so that the labels in `codebook.hence` may change; a study that uses the project has no such file.
        let called = if own { &names.codes } else { &names.labels };
        let mut header = vec!["message", "code", "coder", "start", "end", "at", "memo", "quote"];
        header.extend(facts.iter().map(String::as_str));
        let mut words = Words { project: self.project, source: usize::MAX, bytes: Vec::new() };
        let rows = codings
            .iter()
            .zip(&memos)
            .filter(|(c, _)| !is_by_rules(self.project, c))
            .map(|(c, memo)| {
                let value = |at: usize| c.values.iter().find(|(of, _)| *of == at).map(|(_, value)| value.as_str());
                let mut row = vec![
                    cell(&names.messages[c.source]),
                    cell(&called[c.code]),
                    cell(c.coder.map_or(NOBODY, |coder| names.coders[coder].as_str())),
                    number(c.place.map(|p| p.0)),
                    number(c.place.map(|p| p.1)),
                    maybe(c.at.as_deref()),
                    cell(memo),
                    maybe(c.quote.as_deref().map(|quote| words.of(c, quote))),
                ];
                row.extend((0..facts.len()).map(|at| maybe(value(at))));
                row
            })
            .collect();
        self.table("codings.csv", &header, rows);
        let _ = writeln!(
            self.text,
            "# Places are characters of the message, the end excluded; a coding without is of the whole message."
        );
        let _ = writeln!(self.text, "input coding from \"codings.csv\"\n  message = \"message\"\n  code = \"code\"");
        if codings.iter().any(|c| c.coder.is_none()) {
            let _ =
                writeln!(self.text, "  # decide: who is `{NOBODY}`? The file does not say who coded some passages.");
        }
        self.text.push_str("  coder = \"coder\"\n");
        if codings.iter().any(|c| c.place.is_some()) {
            self.text.push_str("  start = \"start\"\n  end = \"end\"\n");
        }
        if codings.iter().any(|c| c.at.is_some()) {
            self.text.push_str("  at = \"at\"\n");
        }
        if memos.iter().any(|memo| !memo.is_empty()) {
            self.text.push_str("  memo = \"memo\"\n");
        }
        if codings.iter().any(|c| c.quote.is_some() && c.place.is_some()) {
            self.text.push_str("  quote = \"quote\"\n");
        }
        self.text.push('\n');
        self.coding_facts(&facts);
    }

    /// What else is known of codings: a relation each, of the table that they stand in.
    fn coding_facts(&mut self, names: &[String]) {
        let placed = self.project.codings.iter().any(|coding| coding.place.is_some());
        let (columns, places) = match placed {
            true => (", start?: number, end?: number", "  start = \"start\"\n  end = \"end\"\n"),
            false => ("", ""),
        };
        for (at, (name, fact)) in names.iter().zip(&self.project.coding_facts).enumerate() {
            let values = self.project.codings.iter().flat_map(|coding| &coding.values);
            let values: Vec<&str> = values.filter(|(of, _)| *of == at).map(|(_, value)| value.as_str()).collect();
            let kind = type_of(fact.kind, &values);
            let _ = writeln!(
                self.text,
                "relation {name}(message: message, code: code, coder: coder{columns}, value: {kind})\n  means {}\ninput \
                 {name} from \"codings.csv\"\n  message = \"message\"\n  code = \"code\"\n  coder = \"coder\"\n{places}  \
                 value = {} or skip\n",
                quoted(&format!("Of a coding: {}", fact.name.trim())),
                quoted(name)
            );
        }
    }
}

/// The words of codings, of which those of one source are looked up together.
struct Words<'a> {
    project: &'a Project,
    source: usize,
    /// The byte of each of its characters, and of the end.
    bytes: Vec<usize>,
}

impl<'a> Words<'a> {
    /// The words at a coding's place where they are the quote but for white space, which programs lay out as they like;
    /// otherwise the quote.
    fn of<'q>(&mut self, coding: &Coding, quote: &'q str) -> &'q str
    where
        'a: 'q,
    {
        let text = self.project.sources[coding.source].text.as_str();
        let Some((start, end)) = coding.place else { return quote };
        if self.source != coding.source {
            self.source = coding.source;
            self.bytes = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
        }
        let byte = |at: u32| self.bytes.get(at as usize).copied();
        let here = byte(start).zip(byte(end)).and_then(|(start, end)| text.get(start..end));
        let signs = |text: &'q str| text.chars().filter(|c| !c.is_whitespace());
        here.filter(|here| signs(here).eq(signs(quote))).unwrap_or(quote)
    }
}
