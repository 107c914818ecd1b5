//! `hence run`: the findings, and the files that the study writes.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::study;
use super::timings::Timings;
use crate::diagnostic::codes;
use crate::report::{csv, json, review, text};

/// Evaluates, writes and prints. A study with errors writes no files, since they would look like its findings.
/// With `timed`, the second stream ends with how long each phase took.
pub fn run(args: &StudyArgs, timed: bool, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut timings = Timings::start();
    let mut opened = study::open(args, format, screen);
    timings.end("read");
    opened.evaluate();
    timings.end("evaluate");
    opened.survey();
    timings.end("survey");
    let broken = opened.broken();
    let written = if broken { Vec::new() } else { opened.study.write_outputs() };
    timings.end("write");
    let mut findings = opened.study.findings();
    findings.outputs = written;
    let empty = findings.size.messages == 0 && findings.themes.is_empty() && findings.codes.is_empty();
    // With another question than the one that was asked, the findings would answer something else.
    let misasked = !opened.study.is_missing() && opened.misasked();
    // What had been found so far is no finding.
    let interrupted = opened.study.diagnostics().iter().any(|d| d.code == codes::INTERRUPTED);
    if !(misasked || interrupted || broken && empty) {
        let reviews = if broken { None } else { opened.study.review_count() };
        match format {
            Format::Json => screen.print(review::count_json(json::findings_value(&findings), reviews)),
            Format::Csv => screen.print(csv::findings(&findings)),
            _ => {
                screen.print(text::findings(&findings, screen.look()));
                reviews.iter().for_each(|&count| screen.print(review::count(count, screen.look())));
            }
        }
    }
    timings.end("print");
    if let Some(only) = args.only.as_ref().filter(|_| format != Format::Json && !misasked) {
        screen.say(&format!("only messages that meet `{only}` took part"));
    }
    let code = opened.close(screen);
    if broken && format != Format::Json {
        screen.show("\n");
        screen.say(if interrupted {
            "nothing is shown and no files were written, because the run was interrupted"
        } else if misasked {
            "nothing is shown, since an option of this run is wrong"
        } else if empty {
            "nothing was found, because the study has errors"
        } else {
            "the findings leave out what the errors touch, and no files were written"
        });
    }
    if timed {
        timings.tell(screen);
    }
    opened.leave();
    code
}
