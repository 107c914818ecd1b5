//! `hence stale`: codings that were made under another definition of their code.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::report::stale;

/// Compares with the record, adds to it where that is asked for, and prints.
pub fn run(record: bool, reviewed: &[String], args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() {
        return opened.close(screen);
    }
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    if opened.broken() {
        // What is missing from a clause with a mistake would look like a change.
        screen.say("definitions are not compared, since the study has errors");
        return opened.close(screen);
    }
    let found = opened.study.stale(record, reviewed);
    if let Some(found) = &found {
        match format {
            Format::Json => screen.print(stale::json(found)),
            _ => screen.print(stale::stale(found, screen.look())),
        }
    }
    let code = opened.close(screen);
    if found.is_none() { exit::ERRORS } else { code }
}
