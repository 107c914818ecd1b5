//! Why a decision of a file that was handed out is not added to a study: what it names is none of the study's.

use super::Study;
use crate::base::{FileId, Value};
use crate::check::Type;
use crate::check::program::{Column, OpenRow};
use crate::data::problem::Problem;
use crate::data::reviews::Decision;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax;

/// Why a decision of a file is not added.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    NoStatement(String),
    Unknown(String),
    Open(String),
    NoMessage(String, String),
    Late,
    Never(String, String, Option<String>),
}

impl Fault {
    /// As it is told of a line of a file.
    pub fn told(&self, name: &str, line: u32) -> Problem {
        const FORM: &str = "a statement is written as in `hence why`, for example `theme(m15, workspaces)`";
        const STUDY: &str = "is the file of this study, and of this version of it?";
        let (message, help) = match self {
            Fault::Never(shown, reason, help) => {
                let message = format!("`{shown}` is nothing that could hold: {reason}");
                let problem = Problem::at(codes::ROW, name, line, message);
                return match help {
                    Some(help) => problem.help(help),
                    None => problem,
                };
            }
            Fault::NoStatement(shown) => (format!("`{shown}` is no statement on which somebody can decide"), FORM),
            Fault::Unknown(shown) => (format!("`{shown}` names something that the study does not have"), STUDY),
            Fault::Open(shown) => {
                (format!("`{shown}` leaves something open, and a decision is on one conclusion"), FORM)
            }
            Fault::NoMessage(shown, id) => {
                (format!("`{shown}` speaks of a message `{id}`, and the study has no such message"), STUDY)
            }
            Fault::Late => (
                "this decision is of a time that is still to come".to_owned(),
                "was the clock wrong where it was taken? `at` is in UTC",
            ),
        };
        Problem::at(codes::ROW, name, line, message).help(help)
    }
}

impl Study {
    /// Why a statement never was a conclusion of this study; none where it is one, or merely holds no more.
    pub(super) fn no_conclusion(&self, row: Option<OpenRow>, decision: &Decision) -> Option<Fault> {
        let conclusion = &decision.conclusion;
        let shown = || shortened(conclusion);
        let (parsed, wrong) = syntax::parse_atom(FileId(0), conclusion);
        if parsed.is_none() || wrong.iter().any(Diagnostic::is_error) {
            return Some(Fault::NoStatement(shown()));
        }
        let Some((relation, row)) = row else { return Some(Fault::Unknown(shown())) };
        let view = self.view()?;
        if row.iter().any(Option::is_none) {
            return Some(Fault::Open(shown()));
        }
        if !view.answering(relation, &row).is_empty() {
            return None;
        }
        let message = Type::Kind(self.program.known_kind("message"));
        let columns = &self.program.relation(relation).columns;
        let missing = |(column, value): (&Column, &Option<Value>)| {
            let value = (*value).filter(|_| column.of == message)?;
            view.message_row(value).is_none().then(|| view.pool.show(value))
        };
        if let Some(missing) = columns.iter().zip(&row).find_map(missing) {
            return Some(Fault::NoMessage(shown(), shortened(&missing)));
        }
        decision.absent.as_ref()?;
        let (reason, help) = self.impossible(relation, &row)?;
        Some(Fault::Never(shown(), reason, help))
    }
}

/// A text that fits into a message.
fn shortened(text: &str) -> String {
    let mut out: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
