//! `hence review`: decisions of reviewers on conclusions, added and listed.

use super::args::StudyArgs;
use super::exit;
use super::format::Format;
use super::screen::Screen;
use super::study::{self, Opened};
use crate::base::DateTime;
use crate::data::reviews::{Decision, Verdict, instant};
use crate::report::layout::{paragraph, plain};
use crate::report::{json, review};
use crate::session::answers::Why;
use crate::session::review::Taken;
use clap::{Args, Subcommand};
use std::path::Path;

/// A file of more bytes holds more than people decide.
const LARGEST: u64 = 1 << 28;

/// What is to be done with decisions.
#[derive(Clone, Debug, Subcommand)]
pub enum ReviewCommand {
    /// Mark a conclusion, or that it does not hold, or add the decisions that a report's page handed out
    #[command(
        after_help = "Examples:\n  hence review add 'theme(m15, workspaces)' --disputed --reason \"irony\" --by Ann my-study\n  \
                            hence review add decisions.jsonl my-study\n\n\
                            A decision on what does not hold is one on that: --disputed says that it should.\n\
                            Decisions are added to `reviews.jsonl` beside the study; none is ever taken away."
    )]
    Add(AddArgs),
    /// List all decisions, and which are stale
    #[command(after_help = "Example:\n  hence review list my-study")]
    List {
        /// Only those that are stale
        #[arg(long)]
        stale: bool,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
}

/// A decision on the command line.
#[derive(Args, Clone, Debug)]
pub struct AddArgs {
    /// The conclusion, such as 'theme(m15, workspaces)'; or a file of decisions
    #[arg(value_name = "STATEMENT|FILE")]
    pub what: String,
    /// It is right
    #[arg(long, group = "decision", requires_all = ["reason", "by"])]
    pub accepted: bool,
    /// It is wrong
    #[arg(long, group = "decision", requires_all = ["reason", "by"])]
    pub disputed: bool,
    /// It is to be talked about
    #[arg(long, group = "decision", requires_all = ["reason", "by"])]
    pub discuss: bool,
    /// Why
    #[arg(long, value_name = "TEXT", requires = "decision", value_parser = said)]
    pub reason: Option<String>,
    /// Who decides
    #[arg(long, value_name = "NAME", requires = "decision", value_parser = said)]
    pub by: Option<String>,
    /// When it was decided, in UTC: 2026-03-01 or 2026-03-01T12:00:00Z; now, unless told
    #[arg(long, value_name = "TIME", requires = "decision", value_parser = time)]
    pub at: Option<String>,
    /// Which study, and how it is read.
    #[command(flatten)]
    pub study: StudyArgs,
}

/// A text that says something.
fn said(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("it must say something".to_owned()) } else { Ok(text.to_owned()) }
}

/// `2026-03-01`, `2026-03-01T12:00:00Z`
fn time(text: &str) -> Result<String, String> {
    instant(text).ok_or_else(|| "a time in UTC, for example 2026-03-01 or 2026-03-01T12:00:00Z".to_owned())
}

/// Adds or lists.
pub fn run(action: &ReviewCommand, format: Format, screen: &mut Screen<'_>) -> u8 {
    match action {
        ReviewCommand::Add(args) => add(args, format, screen),
        ReviewCommand::List { stale, study } => show(*stale, study, format, screen),
    }
}

/// The study as it is, evaluated; or the exit code where nothing can be decided on it.
fn whole(args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> Result<Opened, u8> {
    if args.only.is_some() || !args.set.is_empty() {
        screen.misused("`hence review` takes no `--only` and no `--set`: a decision is on the study as it is");
        return Err(exit::USAGE);
    }
    let mut opened = study::open(args, format, screen);
    opened.evaluate();
    if opened.broken() {
        if !opened.study.is_missing() {
            screen.say("decisions are not looked at, since the study has errors");
        }
        return Err(opened.close(screen));
    }
    Ok(opened)
}

fn show(stale: bool, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = match whole(args, format, screen) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let mut all = opened.study.reviews().unwrap_or_default();
    if !opened.broken() {
        let there = !all.is_empty();
        all.retain(|one| !stale || one.counts && one.standing.is_stale());
        match format {
            Format::Json => screen.print(review::reviews_json(&all)),
            _ if there && all.is_empty() => {
                let mut text = String::new();
                paragraph(&mut text, &[plain("No decision is stale.")], "", "", screen.look());
                screen.print(text);
            }
            _ => screen.print(review::reviews(&all, screen.look())),
        }
    }
    opened.close(screen)
}

fn add(args: &AddArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let verdict = match (args.accepted, args.disputed, args.discuss) {
        (true, ..) => Some(Verdict::Accepted),
        (_, true, _) => Some(Verdict::Disputed),
        (.., true) => Some(Verdict::Discuss),
        _ => None,
    };
    match (verdict, &args.reason, &args.by) {
        (Some(verdict), Some(reason), Some(by)) => {
            let Some(at) = args.at.clone().or_else(now) else {
                screen.misused("the clock of this machine cannot be read; `--at` says when it was decided");
                return exit::USAGE;
            };
            if latest().is_some_and(|latest| latest < at) {
                screen.misused(&format!("`--at {at}` is still to come: it says when it was decided, in UTC"));
                return exit::USAGE;
            }
            let (conclusion, reason, by) = (args.what.clone(), reason.clone(), by.clone());
            let decision = Decision { conclusion, verdict, reason, by, at, proof: None, text: None, absent: None };
            one(decision, &args.study, format, screen)
        }
        _ => file(&args.what, &args.study, format, screen),
    }
}

fn one(decision: Decision, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = match whole(args, format, screen) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let taken = opened.study.review(decision);
    let added = match &taken {
        Taken::Added(found) => {
            screen.print(match format {
                Format::Json => review::added_json(found),
                _ => review::added(found, screen.look()),
            });
            true
        }
        Taken::Not(Why::DoesNotHold { statement, hint, nearest }) => {
            if format == Format::Json {
                screen.print(json::does_not_hold(statement, hint, nearest.as_deref()));
            }
            screen.say(&format!("error: there is nothing to decide: {statement}"));
            false
        }
        Taken::Open(count, first) => {
            screen.say(&format!(
                "error: a decision is on one conclusion, and {count} answer this: name one, such as `{first}`"
            ));
            false
        }
        Taken::Never(statement, reason, help) => {
            screen.say(&format!("error: there is nothing to decide: {statement}, since {reason}"));
            help.iter().for_each(|help| screen.say(&format!("help: {help}")));
            false
        }
        Taken::Not(_) | Taken::Failed => false,
    };
    let code = opened.close(screen);
    if code == exit::FINE && !added { exit::ERRORS } else { code }
}

fn file(name: &str, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let path = Path::new(name);
    let size = match std::fs::metadata(path) {
        Ok(found) if found.is_file() => found.len(),
        _ => {
            screen.misused(&format!(
                "there is no file `{name}`; a decision on a conclusion says `--accepted`, `--disputed` or `--discuss`, with \
                 `--reason` and `--by`"
            ));
            return exit::USAGE;
        }
    };
    let bytes = if size > LARGEST { Err("it is too large for decisions".to_owned()) } else { read(path) };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(why) => {
            screen.say(&format!("error: `{name}` cannot be read: {why}"));
            return exit::ERRORS;
        }
    };
    let mut opened = match whole(args, format, screen) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let shown = path.file_name().map_or_else(|| name.into(), |name| name.to_string_lossy());
    let found = opened.study.review_all(&bytes, &shown, latest().as_deref());
    if let Some(found) = &found {
        screen.print(match format {
            Format::Json => review::added_json(found),
            _ => review::added(found, screen.look()),
        });
    }
    let code = opened.close(screen);
    // A line that was cut is a warning, and its decision is not there all the same.
    if code == exit::FINE && found.is_some_and(|found| found.refused > 0) { exit::ERRORS } else { code }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| error.to_string().to_lowercase())
}

/// The time of the system's clock.
fn now() -> Option<String> {
    clock(0)
}

/// The latest time at which somebody can have decided: clocks of other machines may go ten minutes before this one's.
fn latest() -> Option<String> {
    clock(600)
}

/// The time of the system's clock and so many seconds more.
fn clock(more: u64) -> Option<String> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    let since = since + std::time::Duration::from_secs(more);
    instant(&DateTime::from_unix_ms(i64::try_from(since.as_millis()).ok()?)?.to_string())
}
