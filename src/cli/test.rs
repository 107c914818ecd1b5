//! `hence test`: whether the rules do what their author expects.

use super::args::{Format, StudyArgs};
use super::screen::Screen;
use super::{exit, study};
use crate::report::{json, test};

/// Runs the tests and prints what became of them.
pub fn run(name: Option<&str>, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() || opened.misasked() {
        return opened.close(screen);
    }
    let results = opened.study.test(name);
    let text = if format == Format::Json { json::tests(&results) } else { test::results(&results, screen.look()) };
    screen.print(text);
    let code = opened.close(screen);
    let failed = results.iter().any(|r| !r.failures.is_empty());
    if failed && code != exit::ERRORS { exit::TESTS } else { code }
}
