//! Dumps of Reddit: a submission or a comment a line, as JSON, plain (`.ndjson`, `.jsonl`) or packed with Zstandard.

use super::words::{Taken, own, unescaped};
use super::{Gathered, Source, moment};
use crate::data::problem::Problem;
use crate::data::project::Project;
use crate::diagnostic::codes;
use ruzstd::decoding::StreamingDecoder;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};

/// How a packed file begins.
const PACKED: &[u8] = b"\x28\xB5\x2F\xFD";
/// What a dump may look back to, in bytes: they are packed with the longest window there is.
const WINDOW: u64 = 1 << 31;
/// So much a file may unpack to, in bytes.
const UNPACKED: u64 = 16 << 30;
/// No line of a dump is longer, in bytes.
const LINE: u64 = 16 << 20;

/// True of a file whose first line is a submission or a comment.
pub fn is(_name: &str, bytes: &[u8]) -> bool {
    let mut first = Vec::new();
    let lines = open(bytes).and_then(|mut lines| lines.by_ref().take(LINE).read_until(b'\n', &mut first).ok());
    lines.is_some() && serde_json::from_slice::<Value>(&first).is_ok_and(|value| is_post(&value))
}

fn is_post(value: &Value) -> bool {
    let is = |field: &str| value[field].is_string();
    // Older and cut-down dumps have comments without the name of their subreddit.
    let told = is("subreddit") || is("id") && is("link_id") && is("parent_id");
    told && (is("title") || is("body"))
}

fn open(bytes: &[u8]) -> Option<Box<dyn BufRead + '_>> {
    if !bytes.starts_with(PACKED) {
        return Some(Box::new(bytes));
    }
    let unpacked = StreamingDecoder::new_with_max_window_size(bytes, WINDOW).ok()?;
    Some(Box::new(BufReader::with_capacity(1 << 16, unpacked.take(UNPACKED + 1))))
}

/// Reads all lines.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let broken = || {
        Problem::new(codes::FILE, name, format!("`{name}` is packed and cannot be unpacked to its end"))
            .help("download it again")
    };
    let mut all = Gathered::new("Reddit dump");
    let (subreddit, score) = (all.variable("subreddit"), all.variable("score"));
    let mut taken = Taken::default();
    let mut lines = open(bytes).ok_or_else(broken)?;
    let (mut line, mut number, mut size) = (Vec::new(), 0u32, 0u64);
    loop {
        line.clear();
        let read = lines.by_ref().take(LINE + 1).read_until(b'\n', &mut line).map_err(|_| broken())? as u64;
        if read == 0 {
            break;
        }
        number = number.saturating_add(1);
        size += read;
        if read > LINE || size > UNPACKED {
            let message = format!("`{name}` is larger than any dump of a subreddit");
            let help = "take the part that is meant, such as one subreddit";
            return Err(Problem::at(codes::LIMIT, name, number, message).help(help));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let post = serde_json::from_slice::<Value>(&line).ok().filter(is_post);
        let Some(post) = post else {
            let what = format!("line {number}");
            all.project.report.leave_out(("line", "lines"), "it is no submission and no comment", &what);
            continue;
        };
        one(&mut all, &post, (subreddit, score), &mut taken);
    }
    if all.project.sources.is_empty() {
        let message = format!("`{name}` holds no post with words in it");
        return Err(Problem::new(codes::FILE, name, message).help("is it the right file?"));
    }
    if taken.quoted > 0 {
        let remark = format!("quoted lines are no words of the author and were left out: {}", taken.quoted);
        all.project.report.remark(remark);
    }
    all.project.report.remark("times are in UTC");
    Ok(all.finish())
}

fn one(all: &mut Gathered, post: &Value, (subreddit, score): (usize, usize), taken: &mut Taken) {
    let text_of = |field: &str| post[field].as_str().unwrap_or_default();
    let comment = post["body"].is_string();
    let id = format!("{}_{}", if comment { "t1" } else { "t3" }, text_of("id"));
    let said = if comment { [text_of("body"), ""] } else { [text_of("title"), text_of("selftext")] };
    if said.iter().any(|said| matches!(*said, "[deleted]" | "[removed]")) {
        return all.project.report.leave_out(("post", "posts"), "it was deleted or removed", &id);
    }
    let [title, rest] = said.map(unescaped);
    let text = if rest.is_empty() { title } else { format!("{title}\n\n{rest}") };
    let text = own(&text, taken);
    if text.is_empty() || text_of("id").is_empty() {
        return all.project.report.leave_out(("post", "posts"), "it has no words of its author", &id);
    }
    let seconds = post["created_utc"].as_f64().map(|s| s as i64).or_else(|| text_of("created_utc").parse().ok());
    let mut values = vec![(subreddit, text_of("subreddit").to_owned())];
    values.retain(|(_, name)| !name.is_empty());
    values.extend(post["score"].as_i64().map(|points| (score, points.to_string())));
    let source = Source {
        name: id.clone(),
        text,
        thread: Some(if comment { text_of("link_id").to_owned() } else { id.clone() })
            .filter(|thread| !thread.is_empty()),
        author: Some(text_of("author").to_owned()).filter(|author| !author.is_empty() && author != "[deleted]"),
        at: seconds.and_then(moment),
        values,
        id,
        ..Source::default()
    };
    let parent = text_of("parent_id");
    all.add(source, (!parent.is_empty()).then(|| parent.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submissions_and_comments_are_one_thread() {
        let lines = r#"{"id":"a","subreddit":"art","title":"Spaces?","selftext":"","author":"ann","created_utc":1378029600,"score":3}
{"id":"b","subreddit":"art","body":"&gt; Spaces?\n\nYes &amp; soon","link_id":"t3_a","parent_id":"t3_a","author":"tom","created_utc":"1378029700"}
{"id":"c","subreddit":"art","body":"[removed]","link_id":"t3_a","parent_id":"t1_b","author":"[deleted]","created_utc":1378029800}
nonsense
"#;
        assert!(is("dump", lines.as_bytes()));
        let project = read("dump", lines.as_bytes()).unwrap();
        let all: Vec<_> =
            project.sources.iter().map(|s| (s.id.as_str(), s.text.as_str(), s.thread.as_deref(), s.parent)).collect();
        assert_eq!(all, [("t3_a", "Spaces?", Some("t3_a"), None), ("t1_b", "Yes & soon", Some("t3_a"), Some(0))]);
        assert_eq!(project.sources[1].at.as_deref(), Some("2013-09-01T10:01:40"));
        assert_eq!(project.report.left_out.len(), 2);
    }
}
