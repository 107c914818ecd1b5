//! What a Slack workspace exports: a folder, mostly packed, with `users.json`, `channels.json` and a folder for each
//! channel in which each day is a list of messages.

use super::words::unescaped;
use super::{Encodings, Gathered, Members, Source, moment};
use crate::data::problem::Problem;
use crate::data::project::Project;
use crate::diagnostic::codes;
use rustc_hash::FxHashMap;
use serde_json::Value;

/// Messages of these kinds people wrote; all others are notices.
const WRITTEN: [&str; 5] = ["", "thread_broadcast", "me_message", "file_share", "reply_broadcast"];

/// True of a folder with the files of a workspace.
pub fn is(members: &Members<'_>) -> bool {
    members.folder_of("users.json").is_some() && members.folder_of("channels.json").is_some()
}

/// Reads all channels.
pub fn read(members: &mut Members<'_>) -> Result<Project, Problem> {
    let mut all = Gathered::new("Slack export");
    let folder = members.folder_of("users.json").unwrap_or_default();
    let mut seen = Encodings::default();
    let users = format!("{folder}users.json");
    let people = match list(members, &users, &mut seen)? {
        Ok(users) => people(&users),
        Err(why) => {
            all.project.report.leave_out(("list of people", "lists of people"), why, &users);
            FxHashMap::default()
        }
    };
    let channel = all.variable("channel");
    let days: Vec<(String, String)> = members
        .names()
        .iter()
        .filter_map(|name| {
            let (channel, day) = name.strip_prefix(&folder)?.split_once('/')?;
            (day.ends_with(".json") && !day.contains('/')).then(|| (name.clone(), channel.to_owned()))
        })
        .collect();
    for (file, name) in days {
        match list(members, &file, &mut seen)? {
            Ok(messages) => messages.iter().for_each(|message| one(&mut all, message, &name, channel, &people)),
            Err(why) => all.project.report.leave_out(("day of a channel", "days of channels"), why, &file),
        }
    }
    if all.project.sources.is_empty() {
        let message = format!("`{}` is an export of Slack without a message that somebody wrote", members.name);
        return Err(Problem::new(codes::FILE, &members.name, message).help("does it hold the channels that are meant?"));
    }
    seen.say(&mut all.project.report);
    all.project.report.remark("times are in UTC");
    all.project.report.remark(
        "what was answered in a thread is one thread, and any other message is a thread of its own: to take each channel \
         as one, write `thread = \"channel\"`",
    );
    Ok(all.finish())
}

/// A list of objects in a file, or why it is left out.
fn list(
    members: &mut Members<'_>,
    file: &str,
    seen: &mut Encodings,
) -> Result<Result<Vec<Value>, &'static str>, Problem> {
    let text = members.text(file, seen)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).map_err(|_| "it is no list as Slack writes it")))
}

/// What people are called, by their ids; two of one name have their ids beside it.
fn people(users: &[Value]) -> FxHashMap<String, String> {
    let name = |user: &Value| {
        let profile = &user["profile"];
        let names = [&profile["display_name"], &profile["real_name"], &user["real_name"], &user["name"]];
        names.iter().filter_map(|name| name.as_str()).map(str::trim).find(|name| !name.is_empty()).map(str::to_owned)
    };
    let named: Vec<(String, String)> =
        users.iter().filter_map(|user| Some((user["id"].as_str()?.to_owned(), name(user)?))).collect();
    let mut times: FxHashMap<&str, usize> = FxHashMap::default();
    named.iter().for_each(|(_, name)| *times.entry(name).or_default() += 1);
    let told = |(id, name): &(String, String)| {
        let shared = times.get(name.as_str()).is_some_and(|&times| times > 1);
        (id.clone(), if shared { format!("{name} ({id})") } else { name.clone() })
    };
    named.iter().map(told).collect()
}

fn one(all: &mut Gathered, message: &Value, channel: &str, variable: usize, people: &FxHashMap<String, String>) {
    let text_of = |field: &str| message[field].as_str().unwrap_or_default();
    let mut leave = |why: &str| {
        all.project.report.leave_out(("message", "messages"), why, &format!("{channel}: {}", text_of("text")));
    };
    let kind = text_of("subtype");
    if kind == "bot_message" || message.get("bot_id").is_some_and(|id| !id.is_null()) {
        return leave("a program wrote it");
    }
    if !WRITTEN.contains(&kind) || text_of("type") != "message" {
        return leave("it is a notice, such as that somebody joined");
    }
    let text = shown(text_of("text"), people);
    if text.trim().is_empty() {
        return leave("it has no words, only files");
    }
    let stamp = text_of("ts");
    let at = stamp.split('.').next().and_then(|seconds| moment(seconds.parse().ok()?));
    let id = |stamp: &str| format!("{channel}-{stamp}");
    if at.is_none() {
        let why = "it cannot be read, so the message came in without a time";
        let shown = if stamp.is_empty() { message["ts"].to_string() } else { stamp.to_owned() };
        all.project.report.leave_out(("time of a message", "times of messages"), why, &format!("{channel}: {shown}"));
    }
    // Messages without a time are told apart by a number, and start no thread that another could name.
    let untimed = format!("without-time-{}", all.project.sources.len() + 1);
    let stamp = if stamp.is_empty() { untimed.as_str() } else { stamp };
    let root = Some(text_of("thread_ts")).filter(|root| !root.is_empty()).unwrap_or(stamp);
    let user = text_of("user");
    let author = people.get(user).cloned().or_else(|| {
        let profile = &message["user_profile"];
        let name = profile["real_name"].as_str().or(profile["name"].as_str()).unwrap_or(user);
        Some(name.to_owned()).filter(|name| !name.is_empty())
    });
    let source = Source {
        id: id(stamp),
        name: id(stamp),
        text,
        thread: Some(id(root)),
        author,
        at,
        values: vec![(variable, channel.to_owned())],
        ..Source::default()
    };
    all.add(source, (root != stamp).then(|| id(root)));
}

/// The text as people saw it: `<@U1>` by name, a link by its words.
fn shown(text: &str, people: &FxHashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>').map(|length| open + length) else { break };
        let inner = &rest[open + 1..close];
        let (target, words) = inner.split_once('|').map_or((inner, None), |(target, words)| (target, Some(words)));
        match (target.chars().next(), words) {
            (Some('@'), words) => {
                let name = people.get(&target[1..]).map(String::as_str).or(words).unwrap_or(&target[1..]);
                out.extend(["@", name]);
            }
            (Some('#'), words) => out.extend(["#", words.unwrap_or(&target[1..])]),
            (Some('!'), words) => out.extend(["@", words.unwrap_or(&target[1..]).trim_start_matches('@')]),
            (_, Some(words)) => out.push_str(words),
            (_, None) => out.push_str(target),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    unescaped(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_threads_of_people() {
        let file = |name: &str| -> Option<&'static str> {
            Some(match name {
                "x/users.json" => {
                    r#"[{"id":"U1","name":"ann","profile":{"display_name":"Ann"}},{"id":"U2","name":"tom","real_name":"Tom"}]"#
                }
                "x/channels.json" => "[]",
                "x/lab/2013-09-01.json" => {
                    r#"[{"type":"message","user":"U1","text":"Hi <@U2> &amp; <https:\/\/x.org|all>","ts":"1378029600.000100","thread_ts":"1378029600.000100"},
                    {"type":"message","user":"U2","text":"Yes","ts":"1378029700.000100","thread_ts":"1378029600.000100"},
                    {"type":"message","subtype":"channel_join","user":"U2","text":"joined","ts":"1378029701.0"},
                    {"type":"message","user":"U9","text":"","ts":"1378029702.0"},
                    {"type":"message","user":"U2","text":"When?","ts":"soon"}]"#
                }
                _ => return None,
            })
        };
        let names = ["x/users.json", "x/channels.json", "x/lab/2013-09-01.json", "x/lab/"].map(str::to_owned).to_vec();
        let mut members =
            Members::new("x.zip", names, Box::new(|name| Ok(file(name).map(|text| text.as_bytes().to_vec()))));
        assert!(is(&members));
        let project = read(&mut members).unwrap();
        let [first, second, third] = project.sources.as_slice() else { panic!("{:?}", project.sources) };
        assert_eq!((first.text.as_str(), first.author.as_deref()), ("Hi @Tom & all", Some("Ann")));
        assert_eq!(
            (&first.thread, second.parent, first.at.as_deref()),
            (&second.thread, Some(0), Some("2013-09-01T10:00"))
        );
        // A time that cannot be read costs the time, and not the message.
        assert_eq!((third.text.as_str(), third.at.as_deref()), ("When?", None));
        assert_eq!(project.report.left_out.len(), 3);
    }
}
