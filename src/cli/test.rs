//! `hence test`: whether the rules do what their author expects.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::report::{json, junit, mutants, test};

/// Runs the tests and prints what became of them and what they reach. Of tests that were picked by name what they reach
/// is told only where it is asked for.
pub fn run(name: Option<&str>, full: bool, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() || opened.misasked() {
        return opened.close(screen);
    }
    let results = opened.study.test(name);
    let wanted = format != Format::Junit && (full || name.is_none() && !results.is_empty());
    let coverage = wanted.then(|| opened.study.coverage(full));
    screen.print(match format {
        Format::Json => json::tests(&results, coverage.as_ref()),
        Format::Junit => junit::tests(opened.study.program().study.title.as_deref().unwrap_or("hence"), &results),
        _ => {
            let look = screen.look();
            let reached = coverage.map(|coverage| test::coverage(&coverage, full, look)).unwrap_or_default();
            test::results(&results, look) + &reached
        }
    });
    let code = opened.close(screen);
    let failed = results.iter().any(|r| !r.failures.is_empty());
    if failed && code != exit::ERRORS { exit::TESTS } else { code }
}

/// Takes away one condition after the other, and prints what noticed.
pub fn mutate(args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    if format == Format::Junit {
        screen.misused("`hence test --mutate` prints no junit; possible values of `--format` are human, plain, json");
        return exit::USAGE;
    }
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() || opened.misasked() {
        return opened.close(screen);
    }
    let found = opened.mutate();
    screen.print(if format == Format::Json { json::mutants(&found) } else { mutants::mutants(&found, screen.look()) });
    opened.close(screen)
}
