//! `hence why`: the reasons of a conclusion.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::diagnostic::visible::visible;
use crate::report::explain::Level;
use crate::report::layout::{paragraph, plain};
use crate::report::{explain, json, proof_facts, proof_graph, review, why_not};
use crate::session::Asked;
use crate::session::answers::Why;
use crate::session::prove::Proven;
use clap::Args;

/// How much of an explanation is shown, and in what form.
#[derive(Args, Clone, Debug)]
pub struct WhyArgs {
    /// Show so many reasons, the best first
    #[arg(long, value_name = "N", default_value = "1", value_parser = reasons)]
    pub all: usize,
    /// Show of each step only what it says, without definitions, places and sources
    #[arg(long, conflicts_with = "full")]
    pub brief: bool,
    /// Explain also what was counted (of more than twelve the first twelve, of each person one message), shorten no rule,
    /// and show the values of names, the rounds of a recursion and the ids of conclusions
    #[arg(long)]
    pub full: bool,
    /// Print the steps as facts, in a rule file that can be asked questions
    #[arg(long, conflicts_with_all = ["brief", "full"])]
    pub facts: bool,
    /// Print the proof as a document that `hence verify` can check
    #[arg(long, conflicts_with_all = ["brief", "full", "facts", "all"])]
    pub proof: bool,
}

impl WhyArgs {
    /// How much is shown.
    pub fn level(&self) -> Level {
        match (self.brief, self.full) {
            (true, _) => Level::Brief,
            (_, true) => Level::Full,
            _ => Level::Normal,
        }
    }
}

/// `5`
fn reasons(text: &str) -> Result<usize, String> {
    let number = text.trim().parse::<usize>().ok().filter(|number| (1..=1000).contains(number));
    number.ok_or_else(|| "a number of reasons, from 1 to 1000".to_owned())
}

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
    let reviews = match &why {
        Why::Explained { explanations, .. } => opened.study.reviews_of(explanations),
        _ => Vec::new(),
    };
    let look = screen.look();
    match &why {
        Why::Explained { explanations, more, note, .. } if format == Format::Json => {
            let told = json::explanations_value(explanations, *more, note.as_deref());
            screen.print(review::beside_json(told, &reviews));
        }
        Why::Explained { explanations, .. } if format == Format::Dot => {
            screen.print(proof_graph::dot(explanations, level));
        }
        Why::Explained { explanations, .. } if format == Format::Mermaid => {
            screen.print(proof_graph::mermaid(explanations, level));
        }
        Why::Explained { explanations, .. } if shown.facts => screen.print(proof_facts::facts(explanations)),
        Why::Explained { explanations, more, answers, note } => {
            if let Some(note) = note {
                let mut said = String::new();
                why_not::note_first(&mut said, note, look);
                screen.print(said + "\n");
            }
            screen.print(explain::answers(explanations, *more, answers, look));
            screen.print(explain::explanations(explanations, level, look));
            screen.print(review::beside(&reviews, explanations.len() > 1, look));
        }
        Why::DoesNotHold { statement, hint, nearest } if format == Format::Json => {
            screen.print(json::does_not_hold(statement, hint, nearest.as_deref()));
        }
        Why::DoesNotHold { statement, hint, nearest } => {
            let mut text = String::new();
            // That there is no such message comes first: the rest follows from it. A command to go on with comes last.
            let first = nearest.is_none() && !hint.is_empty() && !hint.starts_with('`');
            let (statement, hint) = if first { (hint, statement) } else { (statement, hint) };
            paragraph(&mut text, &[plain(statement.clone())], "", "", look);
            if let Some(nearest) = nearest {
                why_not::way(&mut text, nearest, "  ", look);
            }
            if !hint.is_empty() {
                // On one line, however long the path in it: it is there to be copied.
                text.push_str(&visible(hint));
                text.push('\n');
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
