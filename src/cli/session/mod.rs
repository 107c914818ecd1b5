//! `hence session`: a study that another program keeps open. One JSON message a line comes in, one reply a line goes out;
//! `docs/session.md` shows all of them. What cannot be read or done gets an error and changes nothing.

mod line;
mod reply;
pub(in crate::cli) use reply::diagnostics;
mod request;

use super::args::StudyArgs;
use super::screen::Screen;
use super::{exit, interrupt, study};
use crate::diagnostic::{Diagnostic, codes};
use crate::proof::document::Document;
use crate::report::{change, json, review, verify, why_not_json};
use crate::session::change::{Change, Delta, Edit, Mark};
use crate::session::why_not::TIME;
use crate::session::{Answers, Asked, Study, Why, WhyNot};
use line::{Line, Lines};
use reply::Reply;
use request::{Follow, Order, Request};
use serde_json::{Value, json};
use std::io::Read;

/// Reads messages and answers them until there are no more.
pub fn run(args: &StudyArgs, input: &mut dyn Read, screen: &mut Screen<'_>) -> u8 {
    interrupt::busy();
    let mut study = Study::open(&args.path, &study::options_for_changes(args), &mut |_| {});
    study.evaluate(&mut |_| {});
    let opened = !study.is_missing();
    let mut greeting = Reply::new(0, Value::Null, opened);
    greeting.set("hence", env!("CARGO_PKG_VERSION"));
    greeting.set("title", study.program().study.title.as_deref());
    greeting.set("diagnostics", reply::diagnostics(study.diagnostics(), study.sources()));
    send(screen, greeting);
    if !opened {
        return exit::ERRORS;
    }
    let mut session = Session { study, followed: Vec::new(), forks: Vec::new(), given: 0 };
    let mut lines = Lines::new(input);
    let mut number = 0;
    loop {
        interrupt::idle();
        let line = lines.next();
        interrupt::busy();
        if matches!(&line, Line::Text(bytes) if bytes.iter().all(u8::is_ascii_whitespace)) {
            continue;
        }
        number += 1;
        let (reply, last) = match line {
            Line::End => break,
            Line::TooLong => (Reply::refused(number, Value::Null, request::too_long()), false),
            Line::Broken(error) => {
                screen.say(&format!("the messages cannot be read any more: {error}"));
                return exit::ERRORS;
            }
            Line::Text(bytes) => session.answer(number, &bytes),
        };
        send(screen, reply);
        if last {
            break;
        }
    }
    exit::FINE
}

fn send(screen: &mut Screen<'_>, reply: Reply) {
    screen.print(reply.line());
    screen.flush();
}

/// Something whose changes are told.
struct Followed {
    number: usize,
    what: Follow,
    /// What a question found last.
    known: Option<Answers>,
}

/// A study, and what a program has said of it.
struct Session {
    study: Study,
    followed: Vec<Followed>,
    /// Where each fork that is open began.
    forks: Vec<Mark>,
    /// How many numbers of subscriptions have been given.
    given: usize,
}

impl Session {
    /// The reply to a message, and whether it was the last.
    fn answer(&mut self, number: u32, bytes: &[u8]) -> (Reply, bool) {
        let (id, request) = Request::read(bytes);
        let order = match request {
            Ok(order) => order,
            Err(wrong) => return (Reply::refused(number, id, *wrong), false),
        };
        self.study.begin();
        let last = matches!(order, Order::End);
        let done = self.carry_out(order, number);
        let reply = match done {
            Ok(fields) => {
                let mut reply = Reply::new(number, id, true);
                fields.into_iter().for_each(|(name, value)| reply.set(&name, value));
                reply
            }
            Err(errors) => {
                let mut reply = Reply::new(number, id, false);
                reply.set("errors", errors);
                reply
            }
        };
        (reply, last)
    }

    fn carry_out(&mut self, order: Order, number: u32) -> Result<serde_json::Map<String, Value>, Value> {
        match order {
            Order::Change(edits) => self.change(edits, number),
            Order::Query(body) => {
                let answers = self.ask(&body)?;
                Ok(fields(json::answers_value(&answers)))
            }
            Order::Why(atom, reasons) => self.why(&atom, reasons),
            Order::WhyNot(atom) => self.why_not(&atom),
            Order::Verify(proof) => self.verify(&proof),
            Order::Findings => Ok(fields(json!({ "findings": json::findings_value(&self.study.findings()) }))),
            Order::Diagnostics => {
                let said = reply::diagnostics(self.study.diagnostics(), self.study.sources());
                Ok(fields(json!({ "diagnostics": said })))
            }
            Order::Subscribe(what) => self.subscribe(what),
            Order::Unsubscribe(number) => match self.followed.iter().position(|f| f.number == number) {
                Some(at) => {
                    self.followed.remove(at);
                    Ok(fields(json!({ "subscription": number })))
                }
                None => {
                    let message = format!("there is no subscription {number}");
                    let help = "`subscribe` gives each its number".to_string();
                    Err(reply::error(Diagnostic::new(codes::CHANGE, message).help(help)))
                }
            },
            Order::Fork => {
                self.forks.push(self.study.mark());
                Ok(fields(json!({ "forks": self.forks.len() })))
            }
            Order::Commit => match self.forks.pop() {
                Some(_) => Ok(fields(json!({ "forks": self.forks.len() }))),
                None => Err(no_fork("commit")),
            },
            Order::Discard => match self.forks.pop() {
                Some(mark) => {
                    let delta = self.study.back_to(mark);
                    let mut out = self.told(&delta);
                    out.insert("forks".into(), self.forks.len().into());
                    Ok(out)
                }
                None => Err(no_fork("discard")),
            },
            Order::Undo => {
                let inside = self.forks.last().is_none_or(|&mark| self.study.mark() != mark);
                match inside.then(|| self.study.undo()).flatten() {
                    Some(delta) => Ok(self.told(&delta)),
                    None if !inside => {
                        let wrong = Diagnostic::new(codes::CHANGE, "nothing has changed since the last `fork`");
                        Err(reply::error(
                            wrong.help("`discard` leaves the fork, and then what was before it can be undone"),
                        ))
                    }
                    None => {
                        let wrong = Diagnostic::new(codes::CHANGE, "there is nothing to take back");
                        Err(reply::error(wrong.help("only changes that this session made can be undone")))
                    }
                }
            }
            Order::End => Ok(serde_json::Map::new()),
        }
    }

    fn change(&mut self, edits: Vec<Edit>, number: u32) -> Result<serde_json::Map<String, Value>, Value> {
        let tables = self.followed.iter().any(|f| f.what == Follow::Tables);
        match self.study.apply(&Change { edits, number, tables }, &mut |_| {}) {
            Ok(delta) => Ok(self.told(&delta)),
            Err(refused) => Err(reply::diagnostics(&refused.diagnostics, &refused.sources)),
        }
    }

    /// What a change did, with the rows that somebody follows.
    fn told(&mut self, delta: &Delta) -> serde_json::Map<String, Value> {
        let mut out = change::fields(delta);
        let mut followed = std::mem::take(&mut self.followed);
        let mut told = Vec::new();
        for one in &mut followed {
            let (came, went) = match &one.what {
                Follow::Tables => continue,
                Follow::Relation(name) => change::moved(delta, name),
                Follow::Query(_) if delta.is_empty() => (json!([]), json!([])),
                Follow::Query(body) => {
                    let now = match self.ask(body) {
                        Ok(now) => now,
                        Err(errors) => {
                            told.push(json!({ "subscription": one.number, "errors": errors }));
                            continue;
                        }
                    };
                    let then = one.known.replace(now.clone()).unwrap_or_default();
                    let only = |all: &Answers, other: &Answers| {
                        let rows = all.rows.iter().filter(|row| !other.rows.contains(row)).cloned().collect();
                        json::answers_value(&Answers { rows, ..Answers::default() })["rows"].take()
                    };
                    (only(&now, &then), only(&then, &now))
                }
            };
            told.push(json!({ "subscription": one.number, "came": came, "went": went }));
        }
        self.followed = followed;
        out.insert("subscriptions".into(), told.into());
        out
    }

    fn ask(&mut self, body: &str) -> Result<Answers, Value> {
        let before = self.study.questions();
        let answers = self.study.query(body);
        let said = self.study.forget(before);
        answers.ok_or_else(|| reply::diagnostics(&said.diagnostics, &said.sources))
    }

    fn why(&mut self, atom: &str, reasons: usize) -> Result<serde_json::Map<String, Value>, Value> {
        let before = self.study.questions();
        let why = self.study.why_as(atom, Asked { reasons, ids: true });
        let said = self.study.forget(before);
        match why {
            Why::Explained { explanations, more, note, .. } => {
                let before = self.study.questions();
                let reviews = self.study.reviews_of(&explanations);
                let said = self.study.forget(before);
                let mut told =
                    review::with_decisions(json::explanations_value(&explanations, more, note.as_deref()), &reviews);
                // A file of decisions that cannot be read is told with the answer that lacks them.
                if !said.diagnostics.is_empty() {
                    told["diagnostics"] = reply::diagnostics(&said.diagnostics, &said.sources);
                }
                Ok(fields(told))
            }
            Why::DoesNotHold { statement, hint, nearest } => {
                Ok(fields(json::does_not_hold_value(&statement, &hint, nearest.as_deref())))
            }
            Why::Wrong => Err(reply::diagnostics(&said.diagnostics, &said.sources)),
        }
    }

    fn why_not(&mut self, atom: &str) -> Result<serde_json::Map<String, Value>, Value> {
        let before = self.study.questions();
        let answer = self.study.why_not(atom, TIME);
        let said = self.study.forget(before);
        match answer {
            WhyNot::Wrong => Err(reply::diagnostics(&said.diagnostics, &said.sources)),
            answer => Ok(fields(why_not_json::why_not_value(&answer))),
        }
    }

    fn verify(&mut self, proof: &Value) -> Result<serde_json::Map<String, Value>, Value> {
        let bytes = proof.to_string().into_bytes();
        let Ok(document) = Document::read(&bytes) else {
            let wrong = Diagnostic::new(codes::REQUEST, "this is no proof that can be read");
            let help = "`proof` is what `hence why 'STATEMENT' --proof` prints, as it is";
            return Err(reply::error(wrong.help(help)));
        };
        match self.study.verify(&document, &mut |_| {}) {
            Some(verdict) => Ok(fields(verify::value(&verdict))),
            None => {
                let wrong = Diagnostic::new(codes::INTERRUPTED, "the data could not be read to their end");
                Err(reply::error(wrong.help("`diagnostics` says why")))
            }
        }
    }

    fn subscribe(&mut self, what: Follow) -> Result<serde_json::Map<String, Value>, Value> {
        let mut out = serde_json::Map::new();
        let mut known = None;
        match &what {
            Follow::Tables => {}
            Follow::Relation(name) => {
                let relation = self.study.program().relation_names.get(name).copied();
                let Some(relation) = relation else { return Err(reply::error(self.no_relation(name))) };
                let columns = self.study.program().relation(relation).columns.iter();
                let columns: Vec<Value> = columns.map(|c| c.name.as_str().into()).collect();
                out.insert("columns".into(), columns.into());
            }
            Follow::Query(body) => {
                let answers = self.ask(body)?;
                out = fields(json::answers_value(&answers));
                known = Some(answers);
            }
        }
        self.given += 1;
        out.insert("subscription".into(), self.given.into());
        self.followed.push(Followed { number: self.given, what, known });
        Ok(out)
    }

    fn no_relation(&self, name: &str) -> Diagnostic {
        let names = self.study.program().relations.iter().map(|r| r.name.as_str());
        let help = match crate::diagnostic::suggest::nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a relation is one that the study declares, or one such as `theme`, `code` or `coding`".to_string(),
        };
        Diagnostic::new(codes::UNKNOWN_RELATION, format!("there is no relation `{name}`")).help(help)
    }
}

fn no_fork(word: &str) -> Value {
    let message = format!("there is no fork to {word}");
    reply::error(Diagnostic::new(codes::CHANGE, message).help("`fork` opens one"))
}

/// The fields of a document, without the version, which every reply has.
fn fields(document: Value) -> serde_json::Map<String, Value> {
    match document {
        Value::Object(mut fields) => {
            fields.shift_remove("version");
            fields
        }
        _ => serde_json::Map::new(),
    }
}
