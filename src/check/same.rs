//! One mistake, one message: a name that nothing declares is told once, with all places where it stands.

use super::Input;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::syntax::item_words;
use crate::syntax::tree::ItemKind;

/// What is said of a name wherever it is used, though the mistake is in one declaration or in none.
const OF_NAMES: [Code; 5] =
    [codes::UNKNOWN_ITEM, codes::UNKNOWN_NAME, codes::UNKNOWN_RELATION, codes::UNKNOWN_COLUMN, codes::UNKNOWN_SOURCE];

/// Places beyond these are not marked.
const MARKED: usize = 4;

/// Takes out what only follows from an item that could not be read and does not say its name: the name that nothing
/// declares may be its own.
pub(super) fn without_follow_ups(diagnostics: &mut Vec<Diagnostic>, input: &Input<'_>) {
    let items = input.files.iter().flat_map(|f| &f.items);
    let nameless = items.filter_map(|i| match &*i.kind {
        ItemKind::Broken(broken) if broken.name.is_none() => Some(broken.keyword.as_str()),
        _ => None,
    });
    for keyword in nameless {
        let follows: &[Code] = match keyword {
            "relation" => &[codes::UNKNOWN_RELATION],
            "source" => &[codes::UNKNOWN_SOURCE],
            "parameter" => &[codes::UNKNOWN_NAME, codes::UNKNOWN_PARAMETER],
            "kind" => &[codes::UNKNOWN_NAME, codes::UNKNOWN_ITEM],
            "use" => &OF_NAMES,
            word if item_words().any(|w| w == word) => &[],
            _ => &[codes::UNKNOWN_NAME],
        };
        diagnostics.retain(|d| !follows.contains(&d.code));
    }
}

/// Joins what is said of the same name; what comes in is sorted.
pub(super) fn join(diagnostics: &mut Vec<Diagnostic>) {
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics.drain(..) {
        let same = |k: &&mut Diagnostic| k.code == diagnostic.code && k.message == diagnostic.message;
        match kept.iter_mut().find(same).filter(|_| OF_NAMES.contains(&diagnostic.code)) {
            Some(first) => take_in(first, diagnostic),
            None => kept.push(diagnostic),
        }
    }
    *diagnostics = kept;
}

/// Adds the place of the same mistake, and what repairs it there.
fn take_in(first: &mut Diagnostic, other: Diagnostic) {
    let files = |d: &Diagnostic| d.location().map(|l| l.file);
    for fix in &mut first.fixes {
        match other.fixes.iter().find(|f| f.title == fix.title && files(&other) == files_of(fix)) {
            Some(again) => fix.edits.extend(again.edits.iter().cloned()),
            None => fix.safe = false,
        }
    }
    let marked = first.labels.iter().filter(|l| l.text == AGAIN).count();
    if let (Some(location), true) = (other.location(), marked < MARKED) {
        first.labels.push(crate::diagnostic::Label { location, text: AGAIN.into() });
    }
}

const AGAIN: &str = "and here";

fn files_of(fix: &crate::diagnostic::Fix) -> Option<crate::base::FileId> {
    fix.edits.first().map(|e| e.location.file)
}
