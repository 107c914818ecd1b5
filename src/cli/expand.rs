//! `hence expand`: the plain rules under the codebook.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::diagnostic::visible::visible;

/// Prints the rules, as text to read.
pub fn run(of: Option<&str>, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let opened = study::open(args, format, screen);
    if opened.study.is_missing() {
        return opened.close(screen);
    }
    let Some(rules) = opened.study.expand(of) else {
        opened.close(screen);
        screen.say(&format!("error: nothing in this study is called `{}`", of.unwrap_or_default()));
        return exit::ERRORS;
    };
    screen.print(visible(&rules).as_bytes());
    if !rules.is_empty() && !rules.ends_with('\n') {
        screen.print("\n");
    }
    opened.close(screen)
}
