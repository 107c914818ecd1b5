//! `hence why`: the reasons of a conclusion.

use super::args::{Format, StudyArgs, WhyArgs};
use super::screen::Screen;
use super::{exit, study};
use crate::report::explain::Level;
use crate::report::layout::{paragraph, plain};
use crate::report::{explain, json, proof_facts, proof_graph};
use crate::session::Asked;
use crate::session::answers::Why;
use crate::session::prove::Proven;

/// Asks why and prints the explanations. That something does not hold is an answer, not a mistake.
pub fn run(atom: &str, shown: &WhyArgs, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let level = shown.level();
    let ids = shown.facts || level == Level::Full || matches!(format, Format::Json | Format::Dot | Format::Mermaid);
    let why = opened.study.why_as(atom, Asked { reasons: shown.all, ids });
    let look = screen.look();
    match &why {
        Why::Explained { explanations, more } if format == Format::Json => {
            screen.print(json::explanations(explanations, *more));
        }
        Why::Explained { explanations, .. } if format == Format::Dot => {
            screen.print(proof_graph::dot(explanations, level));
        }
        Why::Explained { explanations, .. } if format == Format::Mermaid => {
            screen.print(proof_graph::mermaid(explanations, level));
        }
        Why::Explained { explanations, .. } if shown.facts => screen.print(proof_facts::facts(explanations)),
        Why::Explained { explanations, more } => {
            screen.print(explain::explanations(explanations, level, look));
            if *more > 0 {
                let first = explanations.len();
                let text = format!("The first {first} of {} are shown; name a value to see one of them.", first + more);
                let mut end = String::from("\n");
                paragraph(&mut end, &[plain(text)], "", "", look);
                screen.print(end);
            }
        }
        Why::DoesNotHold { statement, hint } if format == Format::Json => {
            screen.print(json::does_not_hold(statement, hint));
        }
        Why::DoesNotHold { statement, hint } => {
            let mut text = String::new();
            for part in [statement, hint].into_iter().filter(|p| !p.is_empty()) {
                paragraph(&mut text, &[plain(part.clone())], "", "", look);
            }
            screen.print(text);
        }
        Why::Wrong => {}
    }
    let code = opened.close(screen);
    if why == Why::Wrong { exit::ERRORS } else { code }
}

/// Prints the proof of a statement as a document, whatever the form.
pub fn proof(atom: &str, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(args, format, screen);
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let found = opened.study.proof(atom);
    match &found {
        Proven::Proof(document) => screen.print(document.text()),
        Proven::Open(count, first) => {
            screen.say(&format!(
                "error: a proof is of one statement, and {count} answer this: ask for one, such as `{first}`"
            ));
        }
        Proven::Not(Why::DoesNotHold { statement, .. }) => {
            screen.say(&format!("error: there is no proof: {statement}"));
        }
        Proven::Not(_) => {}
    }
    let code = opened.close(screen);
    if matches!(found, Proven::Proof(_)) { code } else { exit::ERRORS }
}
