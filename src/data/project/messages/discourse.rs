//! Topics of a Discourse forum as it gives them out: `topic.json`, one topic, a list of topics or a folder of them.
//!
//! Posts come as HTML. What stands in a `quote` is another author's, and is left out.

use super::words::{Taken, own};
use super::{Encodings, Gathered, Members, Source};
use crate::data::encoding::decode;
use crate::data::problem::Problem;
use crate::data::project::Project;
use crate::data::project::read::time;
use crate::data::read::extension;
use crate::diagnostic::codes;
use mail_parser::decoders::html::html_to_text;
use serde_json::Value;

/// True of a file with a topic in it.
pub fn is(name: &str, bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1 << 16)];
    let holds = |word: &[u8]| start.windows(word.len()).any(|at| at == word);
    extension(name) == "json" && holds(b"\"post_stream\"")
}

/// True of a folder whose files are topics.
pub fn is_folder(members: &mut Members<'_>) -> bool {
    // A few that are broken do not make it another folder.
    let all: Vec<String> = members.names().iter().filter(|name| extension(name) == "json").take(20).cloned().collect();
    all.iter().any(|name| members.read(name).ok().flatten().is_some_and(|bytes| is(name, &bytes)))
}

/// Reads a file.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let mut all = Topics::new();
    all.file(name, bytes)?;
    all.finish(name)
}

/// Reads every topic of a folder.
pub fn read_folder(members: &mut Members<'_>) -> Result<Project, Problem> {
    let mut all = Topics::new();
    let mut seen = Encodings::default();
    let (topics, others): (Vec<String>, Vec<String>) =
        members.names().iter().cloned().partition(|name| extension(name) == "json");
    for name in topics {
        let read = members.text(&name, &mut seen)?;
        let read = read.and_then(|text| all.file(&name, text.as_bytes()).map_err(|_| "it is no topic of Discourse"));
        if let Err(why) = read {
            all.all.project.report.leave_out(("file", "files"), why, &name);
        }
    }
    for name in others {
        all.all.project.report.leave_out(("file", "files"), "only topics (`.json`) are read", &name);
    }
    seen.say(&mut all.all.project.report);
    all.finish(&members.name)
}

struct Topics {
    all: Gathered,
    title: usize,
    taken: Taken,
    /// Posts that the topics have, and that the files do not hold.
    missing: usize,
}

impl Topics {
    fn new() -> Topics {
        let mut all = Gathered::new("Discourse topics");
        let title = all.variable("topic");
        Topics { all, title, taken: Taken::default(), missing: 0 }
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let text = decode(name, bytes)?;
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
            let message = format!("`{name}` is no topic as Discourse writes it");
            Problem::at(codes::DATA_FORMAT, name, line, message)
                .help("download the topic again, with `.json` at the end of its address")
        })?;
        match &value {
            Value::Array(topics) => topics.iter().for_each(|topic| self.topic(topic)),
            topic => self.topic(topic),
        }
        Ok(())
    }

    fn topic(&mut self, topic: &Value) {
        let id = topic["id"].to_string();
        let Some(posts) = topic["post_stream"]["posts"].as_array() else {
            let why = "it has no posts";
            return self.all.project.report.leave_out(("topic", "topics"), why, topic["title"].as_str().unwrap_or(&id));
        };
        let whole = topic["post_stream"]["stream"].as_array().map_or(posts.len(), Vec::len);
        self.missing += whole.saturating_sub(posts.len());
        for post in posts {
            self.post(post, &id, topic["title"].as_str().unwrap_or_default());
        }
    }

    fn post(&mut self, post: &Value, topic: &str, title: &str) {
        let number = |field: &str| post[field].as_u64();
        let place = |number: u64| format!("{topic}/{number}");
        let mut leave = |why: &str| {
            let name = format!("{title}: {}", number("post_number").unwrap_or_default());
            self.all.project.report.leave_out(("post", "posts"), why, &name);
        };
        // 3: a small action, such as that the topic was closed.
        if number("post_type") == Some(3) {
            return leave("it is a notice of the forum");
        }
        let Some(at) = number("post_number") else { return leave("it has no number") };
        let text = match post["raw"].as_str() {
            Some(raw) => without(raw, "[quote", "[/quote]", &mut self.taken),
            None => html_to_text(&without(
                post["cooked"].as_str().unwrap_or_default(),
                "<aside class=\"quote",
                "</aside>",
                &mut self.taken,
            )),
        };
        let text = own(&text, &mut self.taken);
        if text.is_empty() {
            return leave("it has no words of its author");
        }
        let message = Source {
            id: place(at),
            name: place(at),
            text,
            thread: Some(topic.to_owned()),
            author: post["username"].as_str().map(str::to_owned),
            at: post["created_at"].as_str().and_then(time),
            values: if title.is_empty() { Vec::new() } else { vec![(self.title, title.to_owned())] },
            ..Source::default()
        };
        self.all.add(message, number("reply_to_post_number").map(place));
    }

    fn finish(mut self, name: &str) -> Result<Project, Problem> {
        if self.all.project.sources.is_empty() {
            let message = format!("`{name}` holds no post with words in it");
            return Err(Problem::new(codes::FILE, name, message).help("is it the right file?"));
        }
        let report = &mut self.all.project.report;
        if self.taken.quoted > 0 {
            report.remark(format!("quotations are no words of the author and were left out: {}", self.taken.quoted));
        }
        if self.missing > 0 {
            report.remark(format!(
                "the topics have {} more posts than the file holds: a forum gives out twenty at a time, and all of them with \
                 `?print=true` at the end of the address",
                self.missing
            ));
        }
        report.remark("times are in UTC");
        Ok(self.all.finish())
    }
}

/// A text without everything between two marks, which may stand in each other.
fn without(text: &str, open: &str, close: &str, taken: &mut Taken) -> String {
    let (mut out, mut rest, mut depth) = (String::with_capacity(text.len()), text, 0usize);
    loop {
        let (opens, closes) = (rest.find(open), if depth > 0 { rest.find(close) } else { None });
        match (opens, closes) {
            (Some(at), end) if end.is_none_or(|end| at < end) => {
                if depth == 0 {
                    out.push_str(&rest[..at]);
                    taken.quoted += 1;
                }
                depth += 1;
                rest = &rest[at + open.len()..];
            }
            (_, Some(end)) => {
                depth -= 1;
                rest = &rest[end + close.len()..];
            }
            // What is never closed is kept: a sign too few must not cost the rest of a post.
            _ => {
                out.push_str(rest);
                return out;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_their_authors_words() {
        let topic = r#"{"id": 7, "title": "Spaces", "post_stream": {"stream": [1,2,3,4], "posts": [
            {"post_number": 1, "username": "ann", "created_at": "2013-09-01T10:00:00.000Z", "cooked": "<p>A <b>lab</b> &amp; more</p>", "post_type": 1},
            {"post_number": 2, "username": "tom", "reply_to_post_number": 1, "cooked": "<aside class=\"quote no-group\"><blockquote>A lab <aside class=\"quote\">x</aside></blockquote></aside><p>Yes</p>", "post_type": 1},
            {"post_number": 3, "username": "system", "cooked": "closed", "post_type": 3}]}}"#;
        assert!(is("t.json", topic.as_bytes()));
        let project = read("t.json", topic.as_bytes()).unwrap();
        let all: Vec<_> = project.sources.iter().map(|s| (s.id.as_str(), s.text.as_str(), s.parent)).collect();
        assert_eq!(all, [("7/1", "A lab & more", None), ("7/2", "Yes", Some(0))]);
        assert_eq!(project.sources[0].at.as_deref(), Some("2013-09-01T10:00:00"));
        assert_eq!((project.report.left_out.len(), project.report.remarks.len()), (1, 3));
    }
}
