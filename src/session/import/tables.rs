//! Messages and codings of an imported study, and the inputs that read them.

use super::names::Names;
use super::{Making, cell, is_by_rules, maybe, number};
use crate::data::project::guid::is_guid;
use crate::data::project::{Coding, Project};
use crate::session::export::{ADDED, CODED_BY_RULES};
use std::fmt::Write;

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
        let rows = sources.iter().zip(&names.messages).map(|(s, id)| {
            vec![cell(id), text(&s.thread), text(&s.author), text(&s.at), text(&s.added), cell(&s.text)]
        });
        let rows = rows.collect();
        self.table("messages.csv", &header, rows);
        let _ = writeln!(self.text, "input message from \"messages.csv\"\n  id = \"id\"");
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
        self.text.push_str("  text = \"text\"\n");
        if sources.iter().any(|s| s.text.trim().is_empty()) {
            self.text.push_str("  # Some texts are empty; they are left out.\n");
            self.text = self.text.replace("  text = \"text\"\n", "  text = \"text\" or skip\n");
        }
        self.text.push('\n');
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

    /// When messages were added to the project; where nothing else is known of when, the analyst may take that.
    fn added(&mut self) {
        if self.project.sources.iter().all(|s| s.added.is_none()) {
            return;
        }
        let _ = writeln!(
            self.text,
            "relation {ADDED}(message: message, at: datetime)\n  means \"When a message was added to the project; `hence \
             export` uses it.\"\ninput {ADDED} from \"messages.csv\"\n  message = \"id\"\n  at = \"added\" or skip\n"
        );
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
    pub fn codings(&mut self, names: &Names, own: bool) {
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
        let header = ["message", "code", "coder", "start", "end", "at", "memo", "quote"];
        // By their names, so that the labels in `codebook.hence` may change; a study that uses the project has no such file.
        let called = if own { &names.codes } else { &names.labels };
        let mut words = Words { project: self.project, source: usize::MAX, bytes: Vec::new() };
        let rows = codings
            .iter()
            .zip(&memos)
            .filter(|(c, _)| !is_by_rules(self.project, c))
            .map(|(c, memo)| {
                vec![
                    cell(&names.messages[c.source]),
                    cell(&called[c.code]),
                    cell(c.coder.map_or(NOBODY, |coder| names.coders[coder].as_str())),
                    number(c.place.map(|p| p.0)),
                    number(c.place.map(|p| p.1)),
                    maybe(c.at.as_deref()),
                    cell(memo),
                    maybe(c.quote.as_deref().map(|quote| words.of(c, quote))),
                ]
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
