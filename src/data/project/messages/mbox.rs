//! Mail as programs and lists keep it: mbox files (RFC 4155), with the parts of a mail read by `mail-parser`.
//!
//! Threads go by `References` and `In-Reply-To`, the first of all messages of a thread giving it its name.

use super::members::why_left_out;
use super::words::{Taken, own};
use super::{Gathered, Members, Source, markup, moment};
use crate::data::problem::Problem;
use crate::data::project::Project;
use crate::data::read::extension;
use crate::diagnostic::codes;
use mail_parser::{HeaderValue, Message, MessageParser, PartType};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// So much of one mail is looked at, in bytes, with what is attached to it.
const LARGEST: usize = 64 << 20;

/// True of an mbox file.
pub fn is(name: &str, bytes: &[u8]) -> bool {
    bytes.starts_with(b"From ") && (extension(name) == "mbox" || mails(bytes).count() > 0) || extension(name) == "eml"
}

/// True of a folder that holds more mails than texts.
pub fn is_folder(members: &Members<'_>) -> bool {
    let of = |is: &dyn Fn(&str) -> bool| members.names().iter().filter(|name| is(name)).count();
    let mails = of(&is_mail);
    mails > 0 && mails >= of(&super::texts::is_text)
}

fn is_mail(name: &str) -> bool {
    name.contains('.') && matches!(extension(name).as_str(), "mbox" | "eml")
}

/// Reads the mails of a file.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let mut all = Mails::new();
    all.file(name, bytes);
    all.finish(name)
}

/// Reads every file of mails of a folder; what is none is named.
pub fn read_folder(members: &mut Members<'_>) -> Result<Project, Problem> {
    let mut all = Mails::new();
    for name in members.names().to_vec() {
        if !is_mail(&name) {
            all.all.project.report.leave_out(("file", "files"), "only mails (`.mbox`, `.eml`) are read", &name);
            continue;
        }
        match members.read(&name) {
            Ok(bytes) => all.file(&name, &bytes.unwrap_or_default()),
            Err(problem) => {
                let why = why_left_out(problem)?;
                all.all.project.report.leave_out(("file", "files"), why, &name);
            }
        }
    }
    all.finish(&members.name)
}

/// Mails being read.
struct Mails {
    all: Gathered,
    subject: usize,
    taken: Taken,
    roots: FxHashMap<String, String>,
    names: Names,
    parser: MessageParser,
    number: usize,
}

impl Mails {
    fn new() -> Mails {
        let mut all = Gathered::new("mail (mbox)");
        Mails {
            subject: all.variable("subject"),
            all,
            taken: Taken::default(),
            roots: FxHashMap::default(),
            names: Names::default(),
            parser: MessageParser::default(),
            number: 0,
        }
    }

    fn file(&mut self, name: &str, bytes: &[u8]) {
        let single = extension(name) == "eml" && !bytes.starts_with(b"From ");
        if single {
            return self.mail(name, bytes);
        }
        let before = self.number;
        for raw in mails(bytes).map(unquoted) {
            let called = format!("mail {}", self.number + 1);
            self.mail(&called, &raw);
        }
        if self.number == before {
            self.all.project.report.leave_out(("file", "files"), "it holds no mail", name);
        }
    }

    fn mail(&mut self, called: &str, raw: &[u8]) {
        self.number += 1;
        let all = &mut self.all;
        let leave = |all: &mut Gathered, why: &str, name: &str| {
            all.project.report.leave_out(("mail", "mails"), why, name);
        };
        // A parser of mail takes anything for one; a mail says who wrote it, when, or about what.
        let mail = (raw.len() <= LARGEST).then(|| self.parser.parse(raw)).flatten();
        let mail = mail.filter(|mail| mail.from().is_some() || mail.date().is_some() || mail.message_id().is_some());
        let Some(mail) = mail else { return leave(all, "it cannot be read as a mail", called) };
        let id = mail.message_id().map_or_else(|| format!("mail-{}", self.number), str::to_owned);
        let references = ids(mail.references());
        let answered = references.last().cloned().or_else(|| ids(mail.in_reply_to()).into_iter().next());
        let root = thread(&mut self.roots, &id, references.first().or(answered.as_ref()));
        let text = own(&words(&mail), &mut self.taken);
        if text.is_empty() {
            // Whoever answers it still belongs to the thread.
            return leave(all, "it has no words of its author", mail.subject().unwrap_or(called));
        }
        let title = mail.subject().unwrap_or_default().trim();
        let date = mail.date().filter(|date| date.is_valid());
        let time = date.and_then(|date| moment(date.to_timestamp()));
        if let (None, Some(written)) = (&time, mail.header_raw("Date")) {
            let why = "it cannot be read, so the mail came in without a time";
            all.project.report.leave_out(("`Date` of a mail", "`Date`s of mails"), why, written);
        }
        let message = Source {
            name: id.clone(),
            text,
            thread: Some(root),
            author: self.names.of(&mail),
            at: time,
            values: if title.is_empty() { Vec::new() } else { vec![(self.subject, title.to_owned())] },
            id,
            ..Source::default()
        };
        (0..mail.attachment_count()).for_each(|_| {
            let why = "only the text of a mail is read";
            all.project.report.leave_out(("attachment", "attachments"), why, title);
        });
        all.add(message, answered);
    }

    fn finish(mut self, name: &str) -> Result<Project, Problem> {
        let report = &mut self.all.project.report;
        if self.all.project.sources.is_empty() {
            let message = format!("`{name}` holds no mail with words in it");
            return Err(Problem::new(codes::FILE, name, message)
                .help("is it the right file? mails are read from `.mbox` files"));
        }
        for (count, what) in [(self.taken.quoted, "quoted lines"), (self.taken.signatures, "signatures")] {
            if count > 0 {
                report.remark(format!("{what} are no words of the author and were left out: {count}"));
            }
        }
        report.remark("times are in UTC");
        Ok(self.all.finish())
    }
}

/// The pieces of a file, each a mail without its first line `From …`. Such a line stands at the start or below an empty
/// one, and a header follows: programs forget to mark a sentence that begins with `From`.
fn mails(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut empty) = (0, true);
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |length| at + length + 1);
        let line = &bytes[at..end];
        if empty && line.starts_with(b"From ") && is_header(&bytes[end..]) {
            starts.push((at, end));
        }
        empty = line.trim_ascii().is_empty();
        at = end;
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|(start, _)| *start).chain([bytes.len()]).collect();
    starts.into_iter().zip(ends).map(|((_, start), end)| &bytes[start..end])
}

/// True where a line begins as `Message-ID:` does.
fn is_header(bytes: &[u8]) -> bool {
    let name = bytes.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'-').unwrap_or(0);
    name > 0 && bytes.get(name) == Some(&b':') || bytes.starts_with(b">From ")
}

/// A mail with `>From ` as it was before it was kept.
fn unquoted(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len());
    for line in mail.split_inclusive(|&b| b == b'\n') {
        let marks = line.iter().take_while(|&&b| b == b'>').count();
        out.extend_from_slice(if marks > 0 && line[marks..].starts_with(b"From ") { &line[1..] } else { line });
    }
    out
}

/// The first text of a mail; that of one in HTML with its quotations marked as in plain mail.
fn words<'a>(mail: &'a Message<'_>) -> Cow<'a, str> {
    match mail.text_part(0).map(|part| &part.body) {
        Some(PartType::Text(text)) => Cow::Borrowed(text.as_ref()),
        Some(PartType::Html(html)) => Cow::Owned(markup::lines(html)),
        _ => Cow::default(),
    }
}

fn ids(header: &HeaderValue<'_>) -> Vec<String> {
    match header {
        HeaderValue::Text(id) => vec![id.to_string()],
        HeaderValue::TextList(ids) => ids.iter().map(|id| id.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// The first message of the thread that a message belongs to.
fn thread(roots: &mut FxHashMap<String, String>, id: &str, first: Option<&String>) -> String {
    let root = match first {
        Some(first) => roots.get(first).cloned().unwrap_or_else(|| first.clone()),
        None => id.to_owned(),
    };
    roots.insert(id.to_owned(), root.clone());
    if let Some(first) = first {
        roots.entry(first.clone()).or_insert_with(|| root.clone());
    }
    root
}

/// Who wrote: by name, and by address too where two people have one name.
#[derive(Default)]
struct Names(FxHashMap<String, String>);

impl Names {
    fn of(&mut self, mail: &Message<'_>) -> Option<String> {
        let from = mail.from()?.first()?;
        let address = from.address().unwrap_or_default().to_lowercase();
        let name = from.name().map(str::trim).filter(|name| !name.is_empty());
        let Some(name) = name else { return Some(address).filter(|address| !address.is_empty()) };
        let owner = self.0.entry(name.to_owned()).or_insert_with(|| address.clone());
        Some(if *owner == address { name.to_owned() } else { format!("{name} <{address}>") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "From ann@x.org Mon Sep  2 10:00:00 2013\nFrom: Ann Lee <ann@x.org>\nMessage-ID: <1@x>\nSubject: =?utf-8?q?R=C3=A4ume?=\nDate: Mon, 2 Sep 2013 10:00:00 +0200\n\nIs there a space?\n\n>From what I know, no.\n\nFrom here on it is text.\n-- \nAnn\n\nFrom tom@x.org Mon Sep  2 11:00:00 2013\nFrom: Tom <tom@x.org>\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\nContent-Type: text/html; charset=utf-8\n\n<p>Yes &amp; no</p>\n\nFrom ann@y.org Mon Sep  2 12:00:00 2013\nFrom: Ann Lee <ann@y.org>\nMessage-ID: <3@x>\nReferences: <0@x> <2@x>\nDate: Mon, 2 Sep 2013 12:00:00 +0200\n\n> Yes\n\nFrom tom@x.org Mon Sep  2 13:00:00 2013\nFrom: Tom <tom@x.org>\nMessage-ID: <4@x>\nIn-Reply-To: <2@x>\n\nAgain\n";

    #[test]
    fn mails_have_authors_threads_and_their_own_words() {
        let project = read("a.mbox", FILE.as_bytes()).unwrap();
        let all: Vec<_> = project
            .sources
            .iter()
            .map(|s| (s.id.as_str(), s.author.as_deref().unwrap(), s.thread.as_deref().unwrap(), s.parent))
            .collect();
        assert_eq!(
            all,
            [("1@x", "Ann Lee", "1@x", None), ("2@x", "Tom", "1@x", Some(0)), ("4@x", "Tom", "1@x", Some(1))]
        );
        assert_eq!(project.sources[0].text, "Is there a space?\n\nFrom what I know, no.\n\nFrom here on it is text.");
        assert_eq!(project.sources[0].at.as_deref(), Some("2013-09-02T08:00"));
        assert_eq!(project.sources[0].values, [(0, "Räume".to_owned())]);
        assert_eq!(project.sources[1].text, "Yes & no");
        assert_eq!(project.report.left_out.iter().map(|l| l.count).sum::<usize>(), 1);
    }
}
