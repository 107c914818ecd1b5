//! What is worth a look in a study without errors: names that nobody uses, names nearly alike, retired concepts that are
//! still relied on, conditions and rules that do nothing. Nothing here changes the program, and nothing is said of what ships with Hence.
//!
//! Silence is kept wherever a use may be meant: a false alarm costs more than a missed hint.

pub mod logic;
mod nearly;
mod phrases;
mod retired;
mod unused;
mod unused_module;
mod uses;

use super::Input;
use super::program::Program;
use crate::base::{Location, Pool, Sources};
use crate::diagnostic::{Diagnostic, codes};
use uses::Uses;

/// What is worth a look in a study that has no errors; sorted. Where there are errors this is not asked, since what seems
/// to be missing may stand in what could not be read.
pub fn lint(input: &Input<'_>, program: &Program, pool: &Pool, sources: &Sources) -> Vec<Diagnostic> {
    let study = Linted { input, program, uses: Uses::of(input, program) };
    let mut found = Vec::new();
    let near = nearly::same_names(&study, &mut found);
    unused::names(&study, &near, &mut found);
    unused_module::modules(&study, &mut found);
    retired::concepts(&study, &mut found);
    phrases::expressions(&study, &mut found);
    let never = logic::logic(program, pool, sources, &input.shipped);
    // What can never hold for want of a relation is told with all that follows; that nothing fills it is part of it.
    let root = |d: &Diagnostic| never.iter().any(|n| n.code == codes::CAN_NEVER_HOLD && n.location() == d.location());
    found.retain(|d| d.code != codes::UNUSED || !root(d));
    found.extend(never);
    crate::diagnostic::sort(&mut found);
    found
}

/// A checked study and what it names.
struct Linted<'a> {
    input: &'a Input<'a>,
    program: &'a Program,
    uses: Uses,
}

impl Linted<'_> {
    /// True for what the author wrote, false for what ships with Hence.
    fn own(&self, at: Location) -> bool {
        !self.input.shipped.contains(&at.file)
    }
}

/// `a`, `b` and `c`; after `most` of them how many more.
fn list(names: &[&str], most: usize) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|n| format!("`{n}`")).collect();
    match (names.len().saturating_sub(most), &shown[..]) {
        (0, [one]) => one.clone(),
        (0, [first @ .., last]) => format!("{} and {last}", first.join(", ")),
        (more, _) => format!("{} and {more} more", shown.join(", ")),
    }
}
