//! `reviews.jsonl`: what reviewers decided of conclusions, one decision a line, as JSON.
//!
//! Lines are only ever added, each with one write that ends it, so a version history shows what came when, and whoever
//! pulls the plug cuts the last line at most. A line that was cut is set aside and told, wherever it stands by then; any
//! other line that is no decision is an error, and nothing is added to such a file. Of a person's decisions on one
//! conclusion the newest counts, whatever the order of the lines, so two branches that both added lines may keep both.

use super::problem::Problem;
use crate::base::{Date, DateTime};
use crate::diagnostic::codes;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// What the file is called; it stands beside the study.
pub const NAME: &str = "reviews.jsonl";

/// The version of the form.
pub const VERSION: u32 = 1;

/// What a reviewer says of a conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is right.
    Accepted,
    /// It is wrong.
    Disputed,
    /// It is to be talked about.
    Discuss,
}

impl Verdict {
    /// As it stands in the file.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Accepted => "accepted",
            Verdict::Disputed => "disputed",
            Verdict::Discuss => "discuss",
        }
    }
}

/// A decision of a person on a conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// The conclusion as it is written in rules: `theme(m15, workspaces)`.
    pub conclusion: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When, in UTC, as [`instant`] writes it.
    pub at: String,
    /// The id of the conclusion's own reason that the person saw, as `hence why --format json` gives it; none where
    /// nobody knows which it was.
    pub proof: Option<String>,
    /// The digest of the text of the message that the conclusion speaks of, or of their digests where these are several;
    /// none where it speaks of no message, or where nobody knows which text was read.
    pub text: Option<String>,
    /// Where the decision is on something that did not hold: the digest of the rules that could have concluded it.
    pub absent: Option<String>,
}

/// A line of the file, field by field in the order in which they are written.
#[derive(Serialize, Deserialize)]
struct Line {
    version: u32,
    conclusion: String,
    decision: Verdict,
    reason: String,
    by: String,
    at: String,
    #[serde(default)]
    proof: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<String>,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews {
    /// The decisions with their lines, in the order of the file; what stands there twice, once.
    pub decisions: Vec<(u32, Decision)>,
    /// The lines that were cut.
    pub cut: Vec<u32>,
    /// How many lines say what an earlier line says.
    pub repeated: usize,
    /// How many lines are no decisions and were not merely cut.
    pub wrong: usize,
}

/// So many lines that are no decision are told one by one.
pub const TOLD: usize = 5;

impl Reviews {
    /// Reads the text of a study's own file; `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where a line is no decision and was not merely cut.
    pub fn read(bytes: &[u8], name: &str) -> Result<Reviews, Problem> {
        let (found, mut wrong) = Reviews::lines(bytes, name);
        if wrong.is_empty() { Ok(found) } else { Err(wrong.swap_remove(0)) }
    }

    /// Reads the text of a file that was handed out: what is sound of it, and what is wrong with other lines, the first of
    /// them one by one.
    pub fn read_sound(bytes: &[u8], name: &str) -> (Reviews, Vec<Problem>) {
        let (found, mut wrong) = Reviews::lines(bytes, name);
        if let [_, .., last] = &wrong[..]
            && let more @ 1.. = wrong.len().saturating_sub(TOLD)
        {
            let lines = if more == 1 { "line is no decision" } else { "lines are no decisions" };
            let help = "is this the file that the page of `hence report` handed out?";
            let rest = Problem::at(codes::ROW, name, last.line.unwrap_or(1), format!("{more} more {lines}")).help(help);
            wrong.truncate(TOLD);
            wrong.push(rest);
        }
        (found, wrong)
    }

    fn lines(bytes: &[u8], name: &str) -> (Reviews, Vec<Problem>) {
        let (mut found, mut all_wrong) = (Reviews::default(), Vec::new());
        let mut known = rustc_hash::FxHashSet::default();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            let wrong = |message: String| Problem::at(codes::ROW, name, number, message);
            if [b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||"].iter().any(|mark| line.starts_with(*mark)) {
                all_wrong.push(wrong(format!("two versions of `{name}` were not merged")).help(
                    "take out the marks and keep the lines of both sides: of a person's decisions the newest counts",
                ));
                continue;
            }
            match decision(line) {
                Ok(decision) => match known.insert(decision.clone()) {
                    true => found.decisions.push((number, decision)),
                    false => found.repeated += 1,
                },
                Err(Fault::Cut) => found.cut.push(number),
                Err(Fault::Wrong(what, help)) => {
                    all_wrong.push(wrong(format!("this line of `{name}` is no decision: {what}")).help(help));
                }
            }
        }
        found.wrong = all_wrong.len();
        (found, all_wrong)
    }
}

/// What is wrong with a line.
enum Fault {
    /// It ends before it is whole.
    Cut,
    /// It says something else; and what to do about it.
    Wrong(String, &'static str),
}

/// The decision in a line.
fn decision(line: &[u8]) -> Result<Decision, Fault> {
    const AGAIN: &str = "take the file as it was from the version history, or take the line out";
    const FORM: &str = "a line is `{\"version\":1,\"conclusion\":\"theme(m15, workspaces)\",\"decision\":\"accepted\",\
                        \"reason\":\"…\",\"by\":\"…\",\"at\":\"2026-03-01T12:00:00Z\",\"proof\":\"…\"}`, and a decision \
                        is `accepted`, `disputed` or `discuss`";
    let value: serde_json::Value = serde_json::from_slice(line).map_err(|error| match error.is_eof() {
        true if line.starts_with(b"{") => Fault::Cut,
        _ => Fault::Wrong("it is not JSON".to_string(), AGAIN),
    })?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(1) => {}
        Some(version) if version > u64::from(VERSION) => {
            let what = format!("it was written by a newer version of Hence, in version {version} of the form");
            return Err(Fault::Wrong(what, "use that version, or a newer one"));
        }
        _ => return Err(Fault::Wrong("it does not say `\"version\":1`".to_string(), FORM)),
    }
    let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
    if let Some(missing) = ["conclusion", "decision", "reason", "by", "at"].iter().find(|name| text(name).is_none()) {
        return Err(Fault::Wrong(format!("it has no `{missing}` that is a text"), FORM));
    }
    if let Some(said) = text("decision").filter(|said| !["accepted", "disputed", "discuss"].contains(said)) {
        let said: String = said.chars().take(40).collect();
        return Err(Fault::Wrong(format!("its `decision` is `{said}`"), FORM));
    }
    let line: Line = serde_json::from_value(value).map_err(|error| Fault::Wrong(error.to_string(), FORM))?;
    for (name, text) in [("conclusion", &line.conclusion), ("reason", &line.reason), ("by", &line.by)] {
        if text.trim().is_empty() {
            return Err(Fault::Wrong(format!("its `{name}` is empty"), FORM));
        }
    }
    let Some(at) = instant(&line.at) else {
        return Err(Fault::Wrong(
            "its `at` is no time in UTC".to_string(),
            "a time is written `2026-03-01T12:00:00Z`, with a Z for UTC",
        ));
    };
    Ok(Decision {
        conclusion: line.conclusion,
        verdict: line.decision,
        reason: line.reason,
        by: line.by,
        at,
        proof: line.proof.filter(|proof| !proof.is_empty()),
        text: line.text.filter(|text| !text.is_empty()),
        absent: line.absent.filter(|absent| !absent.is_empty()),
    })
}

/// A time in UTC in the one form of the file, `2026-03-01T12:00:00Z`, so that texts compare as times do; [`None`] for
/// what is no time. A day alone is its first moment, and parts of seconds do not count.
pub fn instant(text: &str) -> Option<String> {
    let text = text.trim();
    let time = text.strip_suffix('Z').unwrap_or(text);
    let time = match Date::parse(time) {
        Some(date) => DateTime::new(date, 0, 0, 0, 0)?,
        None => DateTime::parse(time)?,
    };
    if !(1..=9999).contains(&time.date().year()) {
        return None;
    }
    // `2026-03-01T12:00`, with seconds only where there are any.
    let shown = time.to_string();
    let (day, clock) = shown.split_once('T')?;
    let clock = clock.split('.').next()?;
    Some(if clock.len() == 5 { format!("{day}T{clock}:00Z") } else { format!("{day}T{clock}Z") })
}

/// A decision as its line, with the end of the line.
pub fn line(decision: &Decision) -> String {
    let line = Line {
        version: VERSION,
        conclusion: decision.conclusion.clone(),
        decision: decision.verdict,
        reason: decision.reason.clone(),
        by: decision.by.clone(),
        at: decision.at.clone(),
        proof: decision.proof.clone(),
        text: decision.text.clone(),
        absent: decision.absent.clone(),
    };
    // Texts and numbers always have a form.
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// Adds decisions to the file at a path, and makes it where it is not there. `before` is what was read from it: where its
/// last line was cut, that line is ended first, so that it stays apart from what is added.
///
/// # Errors
///
/// Where the file cannot be written.
pub fn append(path: &Path, before: &[u8], decisions: &[Decision]) -> Result<(), Problem> {
    let shown = path.file_name().map_or_else(|| NAME.to_string(), |name| name.to_string_lossy().into_owned());
    let mut text = if before.is_empty() || before.ends_with(b"\n") { String::new() } else { "\n".to_string() };
    text.extend(decisions.iter().map(line));
    let written = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| {
        let message = format!("`{shown}` cannot be written: {}", error.to_string().to_lowercase());
        Problem::new(codes::OUTPUT, &shown, message)
            .help("is there room in the study's folder, and may you write there?")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(by: &str, verdict: Verdict) -> Decision {
        Decision {
            conclusion: "theme(\"Antwort 7\", größe)".into(),
            verdict,
            reason: "He says \"no\",\nand means it – ähnlich 💬.".into(),
            by: by.into(),
            at: "2026-03-01T12:00:00Z".into(),
            proof: Some("0123456789abcdef".into()),
            text: (by != "Ann").then(|| "fedcba9876543210".into()),
            absent: (by == "Tom").then(|| "00112233445566ff".into()),
        }
    }

    #[test]
    fn a_file_cut_at_any_byte_keeps_every_whole_line_and_tells_the_rest() {
        let all = [decided("Ann", Verdict::Accepted), decided("Eva", Verdict::Discuss)];
        let text: String = all.iter().map(line).collect();
        let first = line(&all[0]).len();
        let folder = std::env::temp_dir().join(format!("hence-reviews-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("it can be made");
        let path = folder.join(NAME);
        for end in 0..=text.len() {
            let cut = &text.as_bytes()[..end];
            let read = Reviews::read(cut, NAME).expect("a cut file is no mistake");
            // A line is whole with its last bracket.
            let whole = usize::from(end >= first - 1) + usize::from(end >= text.len() - 1);
            assert_eq!(read.decisions.len(), whole, "{end}");
            let half = ![0, first - 1, first, text.len() - 1, text.len()].contains(&end);
            assert_eq!(read.cut.len(), usize::from(half), "{end}");
            // What is added after the cut is whole, and the half line is told still.
            let new = decided("Tom", Verdict::Disputed);
            std::fs::write(&path, cut).expect("it can be written");
            append(&path, cut, std::slice::from_ref(&new)).expect("it can be added to");
            let bytes = std::fs::read(&path).expect("it can be read");
            assert!(bytes.starts_with(cut), "{end}");
            let after = Reviews::read(&bytes, NAME).expect("it is sound");
            assert_eq!(after.decisions.len(), whole + 1, "{end}");
            assert_eq!(after.decisions.last().map(|(_, decision)| decision), Some(&new), "{end}");
            assert_eq!(after.cut, read.cut, "{end}");
        }
        std::fs::remove_dir_all(&folder).expect("it can be taken away");
    }

    #[test]
    fn what_is_no_decision_is_told_with_its_line() {
        let good = line(&decided("Ann", Verdict::Accepted));
        let wrong = |line: &str| Reviews::read(format!("{good}{line}\n").as_bytes(), NAME).expect_err(line);
        for (line, said) in [
            ("<<<<<<< HEAD".to_string(), "not merged"),
            ("accepted".to_string(), "not JSON"),
            (good.replace("\"version\":1", "\"version\":2"), "newer version"),
            (good.replace("\"accepted\"", "\"fine\""), "fine"),
            (good.replace("\"by\":\"Ann\",", ""), "no `by`"),
            (good.replace("\"by\":\"Ann\"", "\"by\":\" \""), "`by` is empty"),
            (good.replace("12:00:00Z", "12:00:00+01:00"), "no time in UTC"),
        ] {
            let problem = wrong(line.trim_end());
            assert!(problem.message.contains(said) && problem.line == Some(2), "{problem:?}");
        }
        let twice = Reviews::read(format!("{good}\n{good}").as_bytes(), NAME).expect("it is sound");
        assert_eq!((twice.decisions.len(), twice.repeated), (1, 1));
    }

    #[test]
    fn of_a_file_that_was_handed_out_the_sound_lines_are_kept() {
        let good = line(&decided("Ann", Verdict::Accepted));
        let other = line(&decided("Eva", Verdict::Discuss));
        let (found, wrong) = Reviews::read_sound(format!("no\n{good}nor this\n{other}").as_bytes(), NAME);
        let lines = |wrong: &[Problem]| wrong.iter().map(|one| one.line).collect::<Vec<_>>();
        assert_eq!((found.decisions.len(), lines(&wrong)), (2, vec![Some(1), Some(3)]));
        let (_, wrong) = Reviews::read_sound("no\n".repeat(100).as_bytes(), NAME);
        assert_eq!((wrong.len(), &*wrong[5].message), (6, "95 more lines are no decisions"));
    }

    #[test]
    fn times_have_one_form() {
        let all = ["2026-03-01", "2026-03-01T00:00", "2026-03-01 00:00:00Z", "2026-03-01T00:00:00.5Z"];
        assert!(all.iter().all(|text| instant(text).as_deref() == Some("2026-03-01T00:00:00Z")));
        assert!(["", "today", "2026-13-01", "2026-03-01T00:00+02:00"].iter().all(|text| instant(text).is_none()));
    }
}
