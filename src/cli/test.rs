//! `hence test`: whether the rules do what their author expects.

use super::args::{Format, StudyArgs};
use super::screen::Screen;
use super::{exit, study};
use crate::report::{json, test};

/// Runs the tests and prints what became of them and what they reach. Of tests that were picked by name what they reach
/// is told only where it is asked for.
pub fn run(name: Option<&str>, full: bool, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() || opened.misasked() {
        return opened.close(screen);
    }
    let results = opened.study.test(name);
    let wanted = full || name.is_none() && !results.is_empty();
    let coverage = wanted.then(|| opened.study.coverage(full));
    let text = if format == Format::Json {
        json::tests(&results, coverage.as_ref())
    } else {
        let look = screen.look();
        let mut text = test::results(&results, look);
        if let Some(coverage) = &coverage {
            text += &test::coverage(coverage, full, look);
        }
        text
    };
    screen.print(text);
    let code = opened.close(screen);
    let failed = results.iter().any(|r| !r.failures.is_empty());
    if failed && code != exit::ERRORS { exit::TESTS } else { code }
}
