//! Messages as people have them: mail, exports of forums and chats, folders of texts. Each reader fills a [`Project`] in
//! which a source is a message with its author, time, thread and the message it answers.
//!
//! What these readers keep true: a message holds its author's own words, so that nothing anybody quotes counts as said
//! twice; notices of a program are no messages; times are in one zone, UTC, so that they can be compared; and whatever was
//! left out for one of these reasons is counted in the report.

mod discourse;
mod markup;
mod mbox;
mod members;
mod reddit;
mod slack;
mod texts;
mod words;

use super::{Project, Source};
use crate::base::date::DateTime;
use crate::data::problem::Problem;
pub use members::{Encodings, Members};
use rustc_hash::FxHashMap;

/// True of a single file of messages of a kind that is known here.
pub fn is_file(name: &str, bytes: &[u8]) -> bool {
    mbox::is(name, bytes) || reddit::is(name, bytes) || discourse::is(name, bytes)
}

/// Reads such a file.
pub fn read_file(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    match () {
        () if mbox::is(name, bytes) => mbox::read(name, bytes),
        () if reddit::is(name, bytes) => reddit::read(name, bytes),
        () => discourse::read(name, bytes),
    }
}

/// Reads a folder, or a packed one; none where it is of no kind that is known here.
pub fn read_members(members: &mut Members<'_>) -> Option<Result<Project, Problem>> {
    let mut read = read_known(members)?;
    if let Ok(project) = &mut read {
        members.say_hidden(&mut project.report);
    }
    Some(read)
}

fn read_known(members: &mut Members<'_>) -> Option<Result<Project, Problem>> {
    if slack::is(members) {
        return Some(slack::read(members));
    }
    if discourse::is_folder(members) {
        return Some(discourse::read_folder(members));
    }
    if mbox::is_folder(members) {
        return Some(mbox::read_folder(members));
    }
    texts::is(members).then(|| texts::read(members))
}

/// A time in seconds since 1970 as `2013-09-01T10:30:00`.
fn moment(seconds: i64) -> Option<String> {
    DateTime::from_unix_ms(seconds.checked_mul(1000)?).map(|time| time.to_string())
}

/// Messages that are still to be put in order: by id, and with the id of what each answers.
#[derive(Default)]
struct Gathered {
    project: Project,
    /// The id of the message that each answers.
    answers: Vec<Option<String>>,
    known: FxHashMap<String, usize>,
}

impl Gathered {
    fn new(format: &'static str) -> Gathered {
        let mut all = Gathered::default();
        all.project.report.format = format;
        all
    }

    /// Adds a message, or counts it where it is there already; another one of its id gets a number.
    fn add(&mut self, mut message: Source, answers: Option<String>) {
        if let Some(&at) = self.known.get(&message.id) {
            if self.project.sources[at].text == message.text {
                let why = "a message of the same id and text is there already";
                return self.project.report.leave_out(("message", "messages"), why, &message.id);
            }
            // Two messages of one id are two messages.
            let mut number = 2;
            while self.known.contains_key(&format!("{} ({number})", message.id)) {
                number += 1;
            }
            message.id = format!("{} ({number})", message.id);
            message.name = message.id.clone();
            self.project.report.remark(format!("an id that stood twice has a number now: `{}`", message.id));
        }
        self.known.insert(message.id.clone(), self.project.sources.len());
        self.project.sources.push(message);
        self.answers.push(answers);
    }

    /// The place of a variable, made where it is new.
    fn variable(&mut self, name: &str) -> usize {
        let all = &mut self.project.variables;
        all.iter().position(|variable| variable.name == name).unwrap_or_else(|| {
            all.push(super::Variable { id: name.to_owned(), name: name.to_owned(), ..Default::default() });
            all.len() - 1
        })
    }

    /// All messages, each with the place of the one it answers; an answer to what the file does not hold is counted.
    fn finish(mut self) -> Project {
        let mut lost = 0;
        for (at, answers) in self.answers.into_iter().enumerate() {
            let Some(id) = answers else { continue };
            match self.known.get(&id) {
                Some(&parent) if parent != at => self.project.sources[at].parent = Some(parent),
                Some(_) => {}
                None => lost += 1,
            }
        }
        if lost > 0 {
            let which = if lost == 1 { "1 message answers".into() } else { format!("{lost} messages answer") };
            self.project.report.remark(format!("{which} one that the file does not hold"));
        }
        self.project
    }
}
