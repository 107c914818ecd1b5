//! `hence watch` as a program: what it tells when files are saved in all the ways in which editors save.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

struct Watching {
    folder: PathBuf,
    child: Child,
    events: Receiver<Value>,
}

const STUDY: &str = "study \"Prices\"\ncode price \"Price\"\n  matches \"price*\"\ntheme worry \"Worry\"\n  when price\n\
    input message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\"\n";

impl Watching {
    fn new(name: &str) -> Watching {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        std::fs::write(folder.join("study.hence"), STUDY).expect("it can be written");
        std::fs::write(folder.join("messages.csv"), "id,text\nm1,prices\nm2,nothing\n").expect("it can be written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_hence"))
            .args(["watch", "--format", "json"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it can be run");
        let out = child.stdout.take().expect("it has an output");
        let (send, events) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                // The document that closing a study prints is not a line of events.
                if let Ok(event) = serde_json::from_str::<Value>(&line)
                    && event.get("event").is_some()
                    && send.send(event).is_err()
                {
                    return;
                }
            }
        });
        let watching = Watching { folder, child, events };
        assert_eq!(watching.next()["event"], "watching");
        watching
    }

    /// The next event. It waits long, since machines that test are busy.
    fn next(&self) -> Value {
        self.events.recv_timeout(Duration::from_secs(60)).expect("something is told")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("it can be written");
    }

    fn gained(event: &Value) -> Vec<String> {
        let all = event["gained"].as_array().expect("a list");
        all.iter().map(|c| format!("{} {}", c["name"].as_str().unwrap(), c["subject"].as_str().unwrap())).collect()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_saved_row_and_a_saved_rule_tell_what_they_changed() {
    let watching = Watching::new("saved");
    watching.write("messages.csv", "id,text\nm1,prices\nm2,nothing\nm3,a price\n");
    let event = watching.next();
    assert_eq!(Watching::gained(&event), ["price m3", "worry m3"], "{event}");
    assert_eq!(event["gained"][0]["through"]["place"]["line"], 4, "{event}");
    watching.write("study.hence", &STUDY.replace("\"price*\"", "\"price*\" or \"nothing\""));
    let event = watching.next();
    assert_eq!(Watching::gained(&event), ["price m2", "worry m2"], "{event}");
    assert_eq!(event["gained"][0]["through"]["place"]["file"], "study.hence", "{event}");
}

#[test]
fn a_mistake_is_told_and_the_findings_wait_for_its_end() {
    let watching = Watching::new("mistake");
    watching.write("study.hence", &STUDY.replace("when price", "when prise"));
    let event = watching.next();
    assert_eq!((&event["event"], &event["errors"][0]["code"]), (&"refused".into(), &"E0201".into()), "{event}");
    // What is saved meanwhile is taken in together with what ends the mistake.
    watching.write("study.hence", &STUDY.replace("when price", "when \"nothing\""));
    let event = watching.next();
    assert_eq!(Watching::gained(&event), ["worry m2"], "{event}");
}

#[test]
fn a_file_that_is_renamed_into_place_or_gone_for_a_while_does_no_harm() {
    let watching = Watching::new("renamed");
    watching.write("new.csv", "id,text\nm1,prices\nm2,nothing\nm4,price\n");
    std::fs::rename(watching.folder.join("new.csv"), watching.folder.join("messages.csv")).expect("it can be renamed");
    assert_eq!(Watching::gained(&watching.next()), ["price m4", "worry m4"]);
    std::fs::remove_file(watching.folder.join("messages.csv")).expect("it can be removed");
    let event = watching.next();
    assert_eq!((&event["event"], &event["file"]), (&"waiting".into(), &"messages.csv".into()), "{event}");
    // An editor that empties a file first writes it soon after.
    watching.write("messages.csv", "");
    std::thread::sleep(Duration::from_millis(100));
    watching.write("messages.csv", "id,text\nm5,prices\n");
    let event = watching.next();
    assert_eq!(event["event"], "changed", "{event}");
    assert_eq!(Watching::gained(&event), ["price m5", "worry m5"], "{event}");
}

/// Ctrl-C while conclusions are drawn: the run ends in order, says what was growing, and shows no findings.
#[cfg(unix)]
#[test]
fn an_interrupted_run_says_what_was_growing() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch").join("interrupted");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let mut text = "relation n(x: number, y: number)\nrule n(X + 1, Y) if n(X, Y)\n".to_string();
    (0..100).for_each(|y| text += &format!("fact n(1, {y})\n"));
    std::fs::write(folder.join("study.hence"), text).expect("it can be written");
    let child = Command::new(env!("CARGO_BIN_EXE_hence"))
        .args(["run", "--max-facts", "1000000000000"])
        .arg(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be run");
    std::thread::sleep(Duration::from_secs(2));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    let out = child.wait_with_output().expect("it ends");
    let err = String::from_utf8_lossy(&out.stderr);
    assert!(sent.is_ok_and(|status| status.success()), "{err}");
    assert_eq!(out.status.code(), Some(130), "{err}");
    assert!(err.contains("E0514") && err.contains("`n`") && out.stdout.is_empty(), "{err}");
}
