//! `hence session` from outside: the scripts of `tests/cases/session/`, with every reply as it is kept (`UPDATE=1` writes it
//! anew); messages that nobody means; the two clients; and the examples of `docs/session.md`.
//!
//! A case is a study with its files (`~~~ name` to `~~~`) and lines of messages, each after `> `; after `=>` stand the replies.

mod support;

use hence::cli::{exit, run_on};
use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{WIDE, files, read, root};

fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("session").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Runs a session on a folder, and gives its replies and the exit code.
fn session(folder: &Path, options: &[&str], input: &[u8]) -> (String, u8) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let words = ["hence", "session"].into_iter().chain(options.iter().copied()).map(OsString::from);
    let words = words.chain([folder.as_os_str().to_owned()]);
    let code = run_on(words, &mut &*input, &mut out, &mut err, WIDE);
    assert!(err.is_empty(), "{}", String::from_utf8_lossy(&err));
    (String::from_utf8(out).expect("it is UTF-8"), code)
}

/// Writes the files of a case, and gives its messages.
fn lay_out(script: &str, folder: &Path) -> String {
    let (mut study, mut messages) = (String::new(), String::new());
    let mut lines = script.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("~~~ ") {
            let cells: Vec<&str> = lines.by_ref().take_while(|l| l.trim() != "~~~").collect();
            std::fs::write(folder.join(name), cells.join("\n") + "\n").expect("it can be written");
        } else if let Some(message) = line.strip_prefix("> ") {
            messages += &format!("{message}\n");
        } else {
            study += &format!("{line}\n");
        }
    }
    std::fs::write(folder.join("study.hence"), study).expect("it can be written");
    messages
}

#[test]
fn sessions_reply_as_is_kept() {
    let update = std::env::var_os("UPDATE").is_some();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in files(&root().join("tests/cases/session"), "txt") {
        let text = read(&file);
        let mut now = String::new();
        for part in text.split("\n--- ") {
            count += 1;
            let part = part.strip_prefix("--- ").unwrap_or(part);
            let (name, rest) = part.split_once('\n').expect("a name and a script");
            let script = rest.split("\n=>\n").next().unwrap_or_default().trim_end();
            let folder = fresh(&format!("case-{count}"));
            let messages = lay_out(script, &folder);
            let (replies, code) = session(&folder, &[], messages.as_bytes());
            assert_eq!(code, exit::FINE, "{name}");
            assert_eq!(
                replies.lines().count(),
                messages.lines().count() + 1,
                "{name}: a reply for each, and the first"
            );
            assert!(!replies.lines().next().is_some_and(|l| l.contains("\"severity\":\"error\"")), "{name}: {replies}");
            let version = env!("CARGO_PKG_VERSION");
            let replies = replies.replace(&format!("\"hence\":\"{version}\""), "\"hence\":\"…\"");
            now += &format!("{}--- {name}\n{script}\n=>\n{replies}", if now.is_empty() { "" } else { "\n" });
        }
        if update {
            std::fs::write(&file, now).expect("the case can be written");
        } else if now != text {
            let differs = now.lines().zip(text.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{}: {differs:?}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 3, "{count}");
}

const STUDY: &str = "code price \"Price\"\n  matches \"price*\"\nfact message(id: m1, text: \"prices\")\n";

#[test]
fn no_line_makes_a_session_fall_silent_or_changes_anything() {
    let folder = fresh("odd");
    std::fs::write(folder.join("study.hence"), STUDY).expect("it can be written");
    let mut lines: Vec<Vec<u8>> = [
        "nothing", "[1, 2]", "{\"do\": 7}", "{\"do\": \"insrt\", \"facts\": []}", "{}", "null", "\"", "{\"do\"",
        "{\"do\": \"insert\"}", "{\"do\": \"insert\", \"facts\": {}}", "{\"do\": \"insert\", \"facts\": [7]}",
        "{\"do\": \"insert\", \"facts\": [\"\"]}", "{\"do\": \"insert\", \"facts\": [\"(((((\"]}",
        "{\"do\": \"insert\", \"facts\": [\"code(m1, prise)\"]}", "{\"do\": \"insert\", \"facts\": [{\"relation\": 1}]}",
        "{\"do\": \"insert\", \"facts\": [{\"relation\": \"coding\", \"row\": {\"message\": []}}]}",
        "{\"do\": \"delete\", \"facts\": [\"coding(m1, price, eva)\"]}", "{\"do\": \"query\", \"body\": \"\"}",
        "{\"do\": \"query\", \"body\": \"theme(\"}", "{\"do\": \"query\", \"body\": \"nope(X)\"}",
        "{\"do\": \"why\", \"fact\": \"code(m1\"}", "{\"do\": \"set\", \"name\": \"x\", \"value\": []}",
        "{\"do\": \"set\", \"name\": \"x\", \"value\": 1}", "{\"do\": \"subscribe\"}", "{\"do\": \"unsubscribe\", \"subscription\": -1}",
        "{\"do\": \"commit\"}", "{\"do\": \"discard\"}", "{\"do\": \"undo\"}", "{\"do\": \"replace\", \"file\": \"study.hence\", \"text\": \"code\"}",
        "{\"do\": \"change\", \"edits\": [{\"do\": \"query\", \"body\": \"x\"}]}", "{\"do\": \"change\", \"edits\": 1}",
        "{\"do\": \"change\", \"edits\": [{\"do\": \"change\", \"edits\": []}]}", "{\"do\": \"item\", \"old\": \"\", \"new\": \"\"}",
        "{\"do\": \"change\", \"edits\": [{\"do\": \"insert\", \"facts\": [\"message(id: m2, text: \\\"price\\\")\"]}, {\"do\": \"delete\", \"facts\": [\"message(id: m9)\"]}]}",
        "{\"id\": [], \"do\": \"undo\"}", "{\"do\": \"findings\", \"more\": 1}", "{\"do\": \"query\", \"body\": 5}",
    ]
    .iter()
    .map(|line| line.as_bytes().to_vec())
    .collect();
    lines.push(vec![b'{', 0xff, 0xfe, b'}']);
    lines.push(vec![b'['; 200_000]);
    lines.push(format!("{{\"do\": \"query\", \"body\": \"{}\"}}", "(".repeat(5000)).into_bytes());
    lines.push(format!("{{\"do\": \"why\", \"fact\": \"code({})\"}}", "x, ".repeat(5000)).into_bytes());
    let mut input: Vec<u8> = Vec::new();
    let state = b"{\"do\": \"query\", \"body\": \"code(M, C) and message(id: M, text: T)\"}\n";
    input.extend_from_slice(state);
    for line in &lines {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    input.extend_from_slice(b"\n  \n");
    input.extend_from_slice(state);
    let (replies, code) = session(&folder, &[], &input);
    let replies: Vec<Value> = replies.lines().map(|l| serde_json::from_str(l).expect("a reply is JSON")).collect();
    assert_eq!((replies.len(), code), (lines.len() + 3, exit::FINE));
    for (number, reply) in replies.iter().enumerate() {
        assert_eq!((reply["version"].as_u64(), reply["reply"].as_u64()), (Some(1), Some(number as u64)));
    }
    for (line, reply) in lines.iter().zip(&replies[2..]) {
        let line = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
        assert_eq!(reply["ok"], false, "{line}: {reply}");
        let first = &reply["errors"][0];
        assert!(first["message"].as_str().is_some_and(|m| !m.is_empty()), "{line}: {reply}");
        assert!(first["code"].as_str().is_some_and(|c| c.starts_with('E')), "{line}: {reply}");
    }
    assert_eq!(replies[1]["rows"], replies[replies.len() - 1]["rows"]);
}

#[test]
fn a_change_beyond_a_limit_leaves_the_study_as_it_was() {
    let folder = fresh("limits");
    let text = "relation n(x: number)\nrule n(X + 1) if n(X) and X < 100000\nfact message(id: m1, text: \"a\")\n";
    std::fs::write(folder.join("study.hence"), text).expect("it can be written");
    let ask = "{\"do\": \"query\", \"body\": \"n(X)\"}";
    let change = "{\"do\": \"insert\", \"facts\": [\"n(99990)\"]}\n{\"do\": \"insert\", \"facts\": [\"n(1)\"]}";
    let input = format!("{ask}\n{change}\n{ask}\n");
    for options in [["--max-facts", "1000"], ["--max-memory", "400kB"], ["--timeout", "0.1"]] {
        let (replies, _) = session(&folder, &options, input.as_bytes());
        let replies: Vec<Value> = replies.lines().map(|l| serde_json::from_str(l).expect("a reply is JSON")).collect();
        let rows = |n: usize| replies[n]["rows"].as_array().map_or(usize::MAX, Vec::len);
        // On a fast machine the time may do.
        if options[0] == "--timeout" && replies[3]["ok"] == true {
            continue;
        }
        assert_eq!((rows(1), rows(4)), (0, 11), "{options:?}: {replies:?}");
        assert_eq!(replies[3]["errors"][0]["code"], "E0505", "{options:?}: {}", replies[3]);
        let message = replies[3]["errors"][0]["message"].as_str().expect("a text");
        assert!(message.contains("`n`"), "{message}");
    }
}

/// Runs a client, where its language is installed.
fn client(program: &str, script: &str) {
    let there = Command::new(program).arg("--version").output();
    if !there.is_ok_and(|out| out.status.success()) {
        eprintln!("skipped: {program} is not installed, so {script} was not run");
        return;
    }
    let folder = fresh(script);
    std::fs::write(folder.join("study.hence"), STUDY).expect("it can be written");
    let path = Path::new(env!("CARGO_BIN_EXE_hence")).parent().expect("a folder").to_owned();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::env::join_paths(std::iter::once(path).chain(std::env::split_paths(&paths))).expect("a path");
    let out = Command::new(program)
        .arg(root().join("examples/clients").join(script))
        .arg(&folder)
        .env("PATH", paths)
        .output()
        .expect("it can be run");
    let (said, err) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    if err.contains("no package called") {
        eprintln!("skipped: {script} needs a package that is not installed");
        return;
    }
    assert!(out.status.success(), "{script}: {said}{err}");
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        ["gained code price of m2", "m1 price", "m2 price"],
        "{script}: {err}"
    );
}

#[test]
fn the_python_client_works() {
    client("python3", "session.py");
}

#[test]
fn the_r_client_works() {
    client("Rscript", "session.R");
}

/// The messages and replies of `docs/session.md`: blocks of `> message` and the reply under it, in one session.
#[test]
fn what_the_documentation_shows_is_what_a_session_says() {
    let path = root().join("docs/session.md");
    let text = read(&path);
    let folder = fresh("docs");
    let (mut study, mut messages, mut shown) = (String::new(), String::new(), Vec::new());
    for block in text.split("```").skip(1).step_by(2) {
        match block.split_once('\n') {
            Some(("hence", text)) => study = text.to_string(),
            Some(("json", text)) => {
                let (asked, replies): (Vec<&str>, Vec<&str>) = text.lines().partition(|l| l.starts_with("> "));
                messages.extend(asked.iter().map(|l| format!("{}\n", &l[2..])));
                shown.push((asked.len(), replies.concat()));
            }
            _ => {}
        }
    }
    std::fs::write(folder.join("study.hence"), study).expect("it can be written");
    let (replies, _) = session(&folder, &[], messages.as_bytes());
    assert!(!replies.lines().next().is_some_and(|l| l.contains("E0")), "{replies}");
    let mut replies = replies.lines();
    let mut now = text.clone();
    for (asked, shown) in shown {
        for reply in replies.by_ref().take(asked.max(1)) {
            let reply: Value = serde_json::from_str(reply).expect("a reply is JSON");
            let wanted: Value = serde_json::from_str(&shown).unwrap_or(Value::Null);
            if reply != wanted {
                assert!(std::env::var_os("UPDATE").is_some(), "docs/session.md shows\n{shown}\nand it is\n{reply}");
                let line = reply.to_string();
                now = now.replacen(&format!("{shown}\n"), &format!("{line}\n"), 1);
            }
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, now).expect("it can be written");
    }
}
