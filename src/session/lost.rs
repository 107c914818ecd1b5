//! What a study wanted to use and what could not be found: the names that it would have declared are no mistakes of their
//! own, so they are held back until it is there.

use super::library;
use crate::base::Sources;
use crate::diagnostic::{Code, Diagnostic, codes};
use rustc_hash::FxHashSet;

/// Something that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// A module of the library under another name, most likely this one.
    Module(&'static str),
    /// Rules that nobody knows: anything may stand in them.
    Rules,
    /// A bibliography.
    Works,
    /// Another program's codebook, or a table of concepts.
    Concepts,
}

impl Lost {
    /// What a file is by the end of its name.
    pub fn file(path: &str) -> Lost {
        match crate::data::read::extension(path).as_str() {
            "bib" | "bibtex" | "json" => Lost::Works,
            "qdc" | "csv" | "tsv" | "xlsx" => Lost::Concepts,
            _ => Lost::Rules,
        }
    }

    fn may_declare(self, code: Code) -> bool {
        let (of_rules, of_concepts) = (
            [
                codes::UNKNOWN_ITEM,
                codes::UNKNOWN_NAME,
                codes::UNKNOWN_RELATION,
                codes::UNKNOWN_PARAMETER,
                codes::UNKNOWN_SOURCE,
            ],
            [codes::UNKNOWN_NAME],
        );
        match self {
            Lost::Module(_) | Lost::Rules => of_rules.contains(&code),
            Lost::Works => code == codes::UNKNOWN_SOURCE,
            Lost::Concepts => of_concepts.contains(&code),
        }
    }
}

/// Takes out what only follows from something that could not be found.
pub(super) fn hold_back(diagnostics: &mut Vec<Diagnostic>, lost: &[Lost], sources: &Sources) {
    if lost.is_empty() {
        return;
    }
    let mut declared = FxHashSet::default();
    for lost in lost {
        if let Lost::Module(name) = lost {
            library::declared(name, &mut declared);
        }
    }
    diagnostics.retain(|d| {
        let follows = lost.iter().filter(|lost| lost.may_declare(d.code)).any(|lost| match lost {
            Lost::Module(_) => {
                d.location().is_some_and(|at| declared.contains(sources.get(at.file).slice(at.span).trim_matches('"')))
            }
            // A name that is near to one that is there is misspelt.
            _ => !d.help.as_ref().is_some_and(|h| h.starts_with("did you mean") && !h.contains("the library has it")),
        });
        !follows
    });
}
