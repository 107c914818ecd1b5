//! `hence query`: the answers of one question.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::report::{csv, json, table};

/// Asks and prints.
pub fn run(body: &str, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let answers = opened.study.query(body);
    if let Some(answers) = &answers {
        match format {
            Format::Json => screen.print(json::answers(answers)),
            Format::Csv => screen.print(csv::answers(answers)),
            _ => screen.print(table::answers(answers, screen.look())),
        }
    }
    let code = opened.close(screen);
    if answers.is_none() { exit::ERRORS } else { code }
}
