//! A capital where a name may have been meant: in a question `M15` stands for anything, and so does `Tom`. What the
//! study knows under that name is said, with how to ask of it.

use super::show::View;
use crate::base::{Datum, Value};
use crate::check::Type;
use crate::check::program::RelationId;
use crate::syntax::tree::{Atom, ExprKind};

/// What is to be said of the first name with a capital that stands for anything where a message or an author is called
/// so, in capitals or without; `unknown`: also where the data know neither. The path of the study goes into questions.
pub(super) fn capitals(
    view: View<'_>,
    study: String,
    relation: RelationId,
    atom: &Atom,
    unknown: bool,
) -> Option<String> {
    let columns = &view.program.relation(relation).columns;
    let mut other = None;
    for (at, arg) in atom.args.iter().enumerate() {
        let ExprKind::Var(name) = &arg.value.kind else { continue };
        if name.chars().nth(1).is_none() {
            continue;
        }
        let lead = format!("`{name}` begins with a capital, so it stands for anything");
        let position = arg.column.as_ref().map_or(Some(at), |c| columns.iter().position(|known| known.name == c.text));
        let of = position.and_then(|at| columns.get(at)).map(|column| column.of);
        let lower = name.to_lowercase();
        let find = |word: &str| view.pool.find(&Datum::Text(word.into()));
        let (same, small) = (find(name), find(&lower));
        let kind = |name| Some(Type::Kind(view.program.known_kind(name)));
        if of == kind("author") && same.is_some_and(|id| view.in_messages(2, id)) {
            return Some(format!("{lead}; to ask of the one called {name}, write `\"{name}\"`"));
        }
        if of == kind("message") {
            if small.is_some_and(|id| view.in_messages(0, id)) {
                return Some(format!("{lead}; to ask of {lower}, write `{lower}`"));
            }
            if same.is_some_and(|id| view.in_messages(0, id)) {
                return Some(format!("{lead}; to ask of the one called {name}, write `\"{name}\"`"));
            }
            if same.is_some_and(|id| view.in_messages(2, id)) {
                let asked = &view.program.relation(relation).name;
                return Some(format!(
                    "{lead}; {name} is an author, and `{asked}` is asked of messages; to see those of {name}:\n\
                     `hence query 'message(id: M, author: \"{name}\")'{study}`"
                ));
            }
        }
        if let Some(of) = of.filter(|_| same.is_some_and(|id| view.in_messages(2, id))) {
            return Some(format!("{lead}; {name} is an author, and {} is asked for here", of.phrase(view.program)));
        }
        other = other.or(match (same, small) {
            _ if !unknown => None,
            (Some(_), _) => Some(format!("{lead}; to ask of the one called {name}, write `\"{name}\"`")),
            (_, Some(_)) => Some(format!("{lead}; to ask of {lower}, write `{lower}`")),
            _ => Some(format!("{lead}; a name is written in lower case or in quotation marks: `\"{name}\"`")),
        });
    }
    other
}

impl View<'_> {
    /// True where a message has a value in a column of `message`: 0 is the message itself, 2 its author.
    fn in_messages(&self, column: usize, value: Value) -> bool {
        let messages = self.db.relation(self.lowered.declared(self.program.known("message")));
        match column {
            0 => !messages.starting_with(&[value]).is_empty(),
            _ => messages.rows().any(|row| row.get(column) == Some(&value)),
        }
    }
}
