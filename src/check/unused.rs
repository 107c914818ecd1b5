//! What is declared and never used. Only the study's own: a library may hold more than one study needs. Where
//! something is wrong nothing is said, since the use may stand in the part that could not be read.

use super::{Checker, Used};
use crate::base::Span;
use crate::diagnostic::{Diagnostic, codes};

impl Checker<'_> {
    pub(super) fn report_unused(&mut self) {
        let unread = self.input.files.iter().any(|f| f.items.iter().any(|i| !i.whole));
        if unread || self.diagnostics.iter().any(Diagnostic::is_error) {
            return;
        }
        let mut unused = Vec::new();
        for parameter in &self.program.parameters {
            if !self.used.contains(&Used::Parameter(parameter.name.clone())) {
                unused.push((parameter.at, format!("the parameter `{}` is never used", parameter.name)));
            }
        }
        for (at, message) in unused {
            if !self.input.shipped.contains(&at.file) {
                let help = "use it in a rule, or take it out";
                let mut diagnostic = Diagnostic::at(codes::UNUSED, at, message).help(help);
                let mut items = self.input.files.iter().flat_map(|f| &f.items).filter(|i| i.file == at.file);
                if let Some(item) = items.find(|i| holds(i.location(i.span).span, at.span)) {
                    diagnostic = self.taken_out(diagnostic, item);
                }
                self.report(diagnostic);
            }
        }
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
