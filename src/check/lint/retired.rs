//! Retired concepts on which something still relies. They may be cited, found in data and tested; but their own patterns
//! and conditions find nothing, so what builds on them may hold less often than its author thinks.

use super::Linted;
use super::uses::By;
use crate::check::program::{ConceptId, Status};
use crate::diagnostic::{Diagnostic, codes};
use rustc_hash::FxHashSet;

pub(super) fn concepts(study: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    let program = study.program;
    let mut said: FxHashSet<(ConceptId, Option<ConceptId>)> = FxHashSet::default();
    for named in &study.uses.concepts {
        let concept = program.concept(named.what);
        if concept.status != Status::Retired || !study.own(named.at) {
            continue;
        }
        let user = match named.by {
            // What is retired itself may well rest on what was retired with it.
            By::Concept(user) if user == named.what || program.concept(user).status == Status::Retired => continue,
            By::Concept(user) => Some(user),
            By::Rule | By::Map => None,
            By::File | By::Table | By::Test => continue,
        };
        // One concept that names another in several clauses has one decision to make.
        if user.is_some() && !said.insert((named.what, user)) {
            continue;
        }
        let (name, kind) = (&concept.name, &program.kind(concept.kind).name);
        let message = if concept.when.is_empty() && concept.matches.is_empty() {
            format!("the {kind} `{name}` is retired and still used here")
        } else {
            format!("the {kind} `{name}` is retired: its own patterns and conditions find nothing any more")
        };
        let still = if kind == "code" {
            "only what people coded with it still counts here"
        } else {
            "only what data and rules say of it still counts here"
        };
        let help = format!("{still}; name the {kind} that took its place, or take `status retired` away");
        found.push(
            Diagnostic::at(codes::RETIRED, named.at, message)
                .saying("used here")
                .label(concept.at, "retired here")
                .help(help),
        );
    }
}
