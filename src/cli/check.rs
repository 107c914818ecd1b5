//! `hence check`: errors and warnings, and nothing else.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::study;

/// Looks for mistakes.
pub fn run(args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    screen.mistakes_are_findings = true;
    let mut opened = study::open(args, format, screen);
    opened.survey();
    let code = opened.close(screen);
    if !format.is_data() {
        let diagnostics = opened.study.diagnostics();
        let errors = diagnostics.iter().filter(|d| d.is_error()).count();
        let summary = match (errors, diagnostics.len() - errors) {
            (0, 0) if opened.study.is_empty() => {
                "the study is empty; `hence new FOLDER` writes a small one to start from".to_owned()
            }
            (0, 0) => "no mistakes found".to_owned(),
            (0, warnings) => number_of(warnings, "warning"),
            (errors, 0) => number_of(errors, "error"),
            (errors, warnings) => format!("{}, {}", number_of(errors, "error"), number_of(warnings, "warning")),
        };
        if !diagnostics.is_empty() {
            screen.show("\n");
        }
        screen.say(&summary);
        match opened.study.fixable() {
            0 => {}
            1 => screen.say("1 of these can be put right by `hence fix`"),
            n => screen.say(&format!("{n} of these can be put right by `hence fix`")),
        }
    }
    opened.leave();
    code
}

/// `1 error`, `2 errors`
fn number_of(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
