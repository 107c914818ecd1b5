//! `hence why-not`: what a conclusion lacks, and what would make it hold.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::report::{why_not, why_not_json};
use crate::session::WhyNot;
use crate::session::why_not::TIME;

/// Asks why not and prints the answer. That something does not hold, or does, is an answer and no mistake.
pub fn run(atom: &str, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let answer = opened.study.why_not(atom, args.timeout.unwrap_or(TIME));
    if answer == WhyNot::Wrong {
        opened.close(screen);
        return exit::ERRORS;
    }
    if format == Format::Json {
        screen.print(why_not_json::why_not(&answer));
    } else {
        let look = screen.look();
        screen.print(why_not::why_not(&answer, &opened.study.argument(), look));
    }
    opened.close(screen)
}
