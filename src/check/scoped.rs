//! What is asked of an author or a thread and can only be asked of a message: told once for a whole list of patterns or
//! codes, with the line as it should stand.

use super::Checker;
use super::fixes::write;
use super::place::no_place;
use super::program::Subject;
use super::scope::{Scope, each_part};
use crate::base::Location;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::print::print_expr;
use crate::syntax::tree::{Expr, ExprKind};

/// Longer conditions are not written again.
const WRITTEN: usize = 100;

impl Checker<'_> {
    /// Says that a condition asks something of a message where there is an author or a thread, and how it is asked there.
    pub(super) fn asks_of_a_message(&mut self, scope: &Scope, expr: &Expr, at: Location) -> bool {
        let Some(subject) = scope.subject.filter(|s| *s != Subject::Message) else { return false };
        let parts = match &expr.kind {
            ExprKind::And(parts) if parts.iter().all(|part| self.is_of_messages(part)) => parts.as_slice(),
            ExprKind::And(_) | ExprKind::Ref(_) => return false,
            _ if self.is_of_messages(expr) => std::slice::from_ref(expr),
            _ => return false,
        };
        let name = subject.name();
        let right = parts.iter().map(|p| format!("{name} has ({})", print_expr(p))).collect::<Vec<_>>().join(" and ");
        let article = if name.starts_with('a') { "an" } else { "a" };
        let message = format!("this asks something of a message, and here {article} {name} is asked of");
        let shown = if right.chars().count() > WRITTEN { format!("{name} has (…)") } else { right.clone() };
        let one = if parts.len() == 1 { "one of the messages" } else { "for each, one of the messages" };
        let diagnostic = Diagnostic::at(codes::SCOPE, at, message)
            .help(format!("write `{shown}`: {one} must meet what stands in the brackets"));
        self.report(diagnostic.fix(format!("write `{shown}`"), write(at, right), false));
        true
    }

    /// True of patterns and codes, and of what combines them in one text.
    fn is_of_messages(&self, expr: &Expr) -> bool {
        if no_place(expr).is_some() {
            return false;
        }
        let of_messages = |name| {
            let found = self.all_named(name);
            let of = |id| self.program.kind(self.program.concept(id).kind).subject;
            !found.is_empty() && found.iter().all(|&id| of(id) == Subject::Message)
        };
        match &expr.kind {
            ExprKind::Ref(name) => of_messages(name),
            _ => {
                let mut all = true;
                each_part(expr, &mut |part| all &= self.is_of_messages(part));
                all
            }
        }
    }
}
