//! Conditions that always or never hold, concepts that can never hold for that or for want of something that fills what
//! they ask for, and rules that others cover. All of it is told from the program alone.
//!
//! One cause gives one message, and what follows from it is marked in that message.

mod chain;
mod compare;
mod cover;
mod explain;
mod interval;
mod literal;
mod pattern;
pub mod product;
mod search;
mod shape;
mod truth;
mod value;
mod ways;

use crate::base::{FileId, Location, Pool, Sources, Span, Value};
use crate::check::program::{Body, Operand, OperandKind, Program};
use crate::diagnostic::Diagnostic;
use rustc_hash::{FxHashMap, FxHashSet};

/// So many characters of the author's words are quoted.
const LONGEST_QUOTE: usize = 60;

/// What is wrong with the logic of a study that has no errors.
pub fn logic(program: &Program, pool: &Pool, sources: &Sources, shipped: &FxHashSet<FileId>) -> Vec<Diagnostic> {
    let logic = Logic { program, pool, sources, shipped };
    let mut truths = Truths::default();
    for body in logic.bodies() {
        truth::judge(&logic, body, &mut truths);
    }
    for concept in program.concepts.iter().filter(|c| logic.own(c.at)) {
        for matches in &concept.matches {
            pattern::place(&logic, &matches.place, matches.place.at, &mut truths);
        }
    }
    let mut found = cover::covered(&logic, &mut truths);
    chain::consequences(&logic, &mut truths);
    found.extend(truths.causes);
    found
}

/// A checked study and the texts it was read from.
struct Logic<'a> {
    program: &'a Program,
    pool: &'a Pool,
    sources: &'a Sources,
    shipped: &'a FxHashSet<FileId>,
}

/// What is known of conditions and places, by their address in the program, and what was said of them.
#[derive(Default)]
struct Truths {
    /// Whether it holds, always or never, and the message that says why; none where something else has said it.
    known: FxHashMap<usize, (bool, Option<usize>)>,
    causes: Vec<Diagnostic>,
}

impl Truths {
    /// Adds a message; its number.
    fn say(&mut self, diagnostic: Diagnostic) -> usize {
        self.causes.push(diagnostic);
        self.causes.len() - 1
    }

    /// Notes of a part of the program that it always or never holds.
    fn note<T>(&mut self, part: &T, holds: bool, cause: Option<usize>) {
        self.known.entry(address(part)).or_insert((holds, cause));
    }

    fn of<T>(&self, part: &T) -> Option<(bool, Option<usize>)> {
        self.known.get(&address(part)).copied()
    }

    fn is_known<T>(&self, part: &T) -> bool {
        self.of(part).is_some()
    }
}

/// The program is not moved while it is looked at, so an address tells its parts apart.
fn address<T>(part: &T) -> usize {
    std::ptr::from_ref(part).addr()
}

impl<'a> Logic<'a> {
    /// True for what the author wrote, false for what ships with Hence.
    fn own(&self, at: Location) -> bool {
        !self.shipped.contains(&at.file)
    }

    /// The author's words at a place, on one line and in backticks.
    fn said(&self, at: Location) -> String {
        let words = self.sources.slice(at).split_whitespace().collect::<Vec<_>>().join(" ");
        if words.chars().count() <= LONGEST_QUOTE {
            return format!("`{words}`");
        }
        let cut: String = words.chars().take(LONGEST_QUOTE).collect();
        format!("`{}…`", cut.trim_end())
    }

    /// All conditions of the author's own.
    fn bodies(&self) -> Vec<&'a Body> {
        let program = self.program;
        let concepts = program.concepts.iter().flat_map(|c| c.when.iter().chain(&c.unless));
        let rules = program.rules.iter().map(|r| &r.body);
        let guards = program.maps.iter().filter_map(|m| m.guard.as_ref());
        concepts.chain(rules).chain(guards).filter(|b| self.own(b.at)).collect()
    }

    /// The parameter that a constant was written as.
    fn parameter(&self, operand: &Operand) -> Option<(&'a str, Value)> {
        let OperandKind::Const(value) = operand.kind else { return None };
        let written = self.sources.slice(operand.at);
        let known = self.program.parameters.iter().find(|p| p.name == written)?;
        Some((known.name.as_str(), value))
    }

    /// ", with `p` = 3" for the parameters among some values; nothing where there are none.
    fn with_parameters(&self, operands: &[&Operand]) -> String {
        let mut said: Vec<String> = Vec::new();
        for (name, value) in operands.iter().filter_map(|o| self.parameter(o)) {
            let words = format!("`{name}` = {}", self.pool.show(value));
            if !said.contains(&words) {
                said.push(words);
            }
        }
        if said.is_empty() { String::new() } else { format!(", with {}", said.join(" and ")) }
    }
}

/// From the start of the earlier place to the end of the later.
fn hull(a: Location, b: Location) -> Location {
    Location::new(a.file, Span::new(a.span.start.min(b.span.start), a.span.end.max(b.span.end)))
}
