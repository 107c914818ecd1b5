//! `hence stats`: how codes and rules work together.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::study;
use crate::report::{json, stats};

/// Evaluates, counts and prints.
pub fn run(args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() {
        return opened.close(screen);
    }
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let statistics = opened.study.statistics();
    match format {
        Format::Json => screen.print(json::statistics(&statistics)),
        _ => screen.print(stats::statistics(&statistics, screen.look())),
    }
    opened.close(screen)
}
