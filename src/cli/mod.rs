//! Layer 12: the command line. Reads the words, asks the session, prints the report; one file for each command.
//!
//! Findings go to the first stream and everything else to the second. Exit codes are a promise: [`exit`].

mod agree;
mod args;
mod audit;
mod check;
mod codebook;
mod completions;
mod diff;
mod expand;
mod export;
mod fix;
mod fmt;
mod format;
mod help;
mod import;
pub mod interrupt;
mod new;
mod output;
mod progress;
mod query;
mod report;
mod review;
mod run;
mod screen;
mod session;
mod stale;
mod stats;
mod study;
mod test;
mod timings;
mod values;
mod verify;
mod watch;
mod what_if;
mod why;
mod why_not;

use args::{Command, Line};
use clap::{CommandFactory, FromArgMatches};
use format::{Color, Format};
use screen::Screen;
pub use screen::Terminal;
use std::ffi::OsString;
use std::io::{Read, Write};

/// What the command leaves behind as its exit code.
pub mod exit {
    /// All is well.
    pub const FINE: u8 = 0;
    /// There were errors.
    pub const ERRORS: u8 = 1;
    /// The command line could not be understood.
    pub const USAGE: u8 = 2;
    /// A test failed.
    pub const TESTS: u8 = 3;
    /// There were warnings, and `--deny-warnings` was given.
    pub const WARNINGS: u8 = 4;
    /// Somebody interrupted it (Ctrl-C), as shells have it.
    pub const INTERRUPTED: u8 = 130;
}

/// Runs one command line that reads nothing from the standard input: as [`run_on`] with an empty one.
pub fn run(args: impl Iterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write, terminal: Terminal) -> u8 {
    run_on(args, &mut std::io::empty(), out, err, terminal)
}

/// Runs one command line, the program's name first. Nothing is read from or written to the process's own streams, but
/// for the progress of long work where [`Terminal::err`] says that somebody is watching. The input is read only where
/// the command line asks for it (`hence fmt --stdin`, `hence session`).
pub fn run_on(
    args: impl Iterator<Item = OsString>,
    input: &mut dyn Read,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: Terminal,
) -> u8 {
    let mut command = Line::command().term_width(terminal.width.unwrap_or(100).clamp(40, 100));
    let line = command.try_get_matches_from_mut(args).and_then(|matches| Line::from_arg_matches(&matches));
    let line = match line {
        Ok(line) => line,
        Err(mut error) => {
            nearest_command(&mut error, &command);
            let mut screen = Screen::new(out, err, terminal, Color::Auto);
            let text = error.render();
            let help = !error.use_stderr();
            let coloured = if help { screen.look().colour } else { screen.style(Default::default()).colour };
            let split = error.kind() == clap::error::ErrorKind::UnknownArgument;
            let asked = ["why", "why-not", "query"]
                .into_iter()
                .find(|name| text.to_string().contains(&format!("hence {name} ")));
            let mut text = if coloured { text.ansi().to_string() } else { text.to_string() };
            if let Some(name) = asked.filter(|_| split) {
                text += &format!(
                    "\nA question stands in single quotation marks as a whole, and an id with blanks in double ones:\n  \
                     hence {name} 'theme(\"Answer 7\", some_theme)'\n"
                );
            }
            if help {
                screen.print(text)
            } else if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                screen.show(&text)
            } else {
                screen.misused(&text)
            }
            return finish(screen, if help { exit::FINE } else { exit::USAGE });
        }
    };
    let mut screen = Screen::new(out, err, terminal, line.color);
    let Some(format) = format(&line, &mut screen) else { return finish(screen, exit::USAGE) };
    screen.plain = format == Format::Plain;
    let code = match &line.command {
        Command::New { folder } => new::run(folder, &mut screen),
        Command::Import { file, folder } => import::run(file, folder, format, &mut screen),
        Command::Export { file, study } => export::run(file, study, format, &mut screen),
        Command::Check { study } => check::run(study, format, &mut screen),
        Command::Fix { dry_run, study } => fix::run(*dry_run, study, format, &mut screen),
        Command::Run { timings, study } => run::run(study, *timings, format, &mut screen),
        Command::Query { body, study } => query::run(body, study, format, &mut screen),
        Command::Why { atom, shown, study } if shown.proof => why::proof(atom, study, format, &mut screen),
        Command::Why { atom, shown, study } => why::run(atom, shown, study, format, &mut screen),
        Command::Verify { proof, study } => verify::run(proof, study, format, &mut screen),
        Command::WhyNot { atom, study } => why_not::run(atom, study, format, &mut screen),
        Command::WhatIf { supposed, study } => what_if::run(supposed, study, format, &mut screen),
        Command::Diff(args) => diff::run(args, format, &mut screen),
        Command::Expand { of, study } => expand::run(of.as_deref(), study, format, &mut screen),
        Command::Fmt { check, stdin: true, .. } => fmt::run_on_input(*check, format, input, &mut screen),
        Command::Fmt { check, paths, .. } => fmt::run(paths, *check, format, &mut screen),
        Command::Agree { compared, study } => agree::run(compared, study, format, &mut screen),
        Command::Stale { record, reviewed, study } => stale::run(*record, reviewed, study, format, &mut screen),
        Command::Review { action } => review::run(action, format, &mut screen),
        Command::Codebook { output, study } => codebook::run(output.as_deref(), study, format, &mut screen),
        Command::Stats { study } => stats::run(study, format, &mut screen),
        Command::Audit { asked, study } => audit::run(asked, study, format, &mut screen),
        Command::Report { output, folder, force, study } => {
            report::run((output.as_deref(), folder.as_deref()), *force, study, format, &mut screen)
        }
        Command::Test { mutate: true, study, .. } => test::mutate(study, format, &mut screen),
        Command::Watch { study } => watch::run(study, format, &mut screen),
        Command::Session { study } => session::run(study, input, &mut screen),
        Command::Help { topic } => help::run(topic.as_deref(), format, &mut screen),
        Command::Test { name, coverage, study, .. } => {
            test::run(name.as_deref(), *coverage, study, format, &mut screen)
        }
        Command::Completions { shell } => completions::run(*shell, &mut screen),
    };
    finish(screen, code)
}

/// Names the nearest command where clap finds none near: two letters exchanged in a short word are far apart for it.
fn nearest_command(error: &mut clap::Error, command: &clap::Command) {
    use clap::error::{ContextKind, ContextValue};
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return };
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return;
    }
    let names = command.get_subcommands().map(clap::Command::get_name);
    if let Some(near) = crate::diagnostic::suggest::nearest(word, names) {
        let near = ContextValue::Strings(vec![near.to_owned()]);
        error.insert(ContextKind::SuggestedSubcommand, near);
    }
}

fn finish(screen: Screen<'_>, code: u8) -> u8 {
    if screen.finish() { code } else { exit::ERRORS }
}

/// The form that was asked for, or the command's usual one; none where the command does not have it, and then it has
/// been said.
fn format(line: &Line, screen: &mut Screen<'_>) -> Option<Format> {
    let (name, formats) = line.command.formats();
    match line.format {
        None => Some(formats.first().copied().unwrap_or(Format::Human)),
        Some(format) if formats.contains(&format) => Some(format),
        Some(format) => {
            let known: Vec<&str> = formats.iter().map(|f| f.name()).collect();
            screen.misused(&match known.as_slice() {
                [] => format!("`hence {name}` has no formats to choose from"),
                known => format!(
                    "`hence {name}` cannot print `{}`; possible values of `--format` are {}",
                    format.name(),
                    known.join(", ")
                ),
            });
            None
        }
    }
}
