//! What is worth a look in a study without errors. Nothing here changes the program, and nothing is said of what ships
//! with Hence.
//!
//! Silence is kept wherever a use may be meant: a false alarm costs more than a missed hint.

pub mod logic;

use super::Input;
use super::program::Program;
use crate::base::{Pool, Sources};
use crate::diagnostic::Diagnostic;

/// What is worth a look in a study that has no errors; sorted. Where there are errors this is not asked, since what seems
/// to be wrong may come of what could not be read.
pub fn lint(input: &Input<'_>, program: &Program, pool: &Pool, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = logic::logic(program, pool, sources, &input.shipped);
    crate::diagnostic::sort(&mut found);
    found
}
