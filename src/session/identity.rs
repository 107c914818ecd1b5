//! Names for the steps of an explanation: what a step says, by what rule, and what it rests on, as one number. The same
//! step has the same name on every run and machine, and nothing that is not part of the study goes into it: no row
//! numbers, no line numbers, no ranks.
//!
//! The number is 128 bits of FNV-1a (Fowler, Noll and Vo), which tells texts apart; it is no seal against forgery.

use super::explanation::{Step, StepKind};
use rustc_hash::FxHashMap;

const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// A text as a number, after another.
fn mix(mut hash: u128, text: &str) -> u128 {
    // A byte that no text holds ends it, so that two texts are not one longer.
    for byte in text.bytes().chain([0xff]) {
        hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
    }
    hash
}

/// Names a step and all under it. A step that is explained further up has the name that it has there.
pub(super) fn name(root: &mut Step) {
    let mut known: FxHashMap<(String, Option<String>), String> = FxHashMap::default();
    below(root, &mut known);
    again(root, &known);
}

// Explanations go down a hundred steps at most, see `explain`.
fn below(step: &mut Step, known: &mut FxHashMap<(String, Option<String>), String>) {
    step.because.iter_mut().for_each(|step| below(step, known));
    if matches!(step.kind, StepKind::Again) {
        return;
    }
    let mut hash = mix(START, &step.statement);
    hash = mix(hash, step.fact.as_deref().unwrap_or_default());
    hash = mix(hash, step.kind.name());
    hash = mix(hash, step.rule.as_deref().unwrap_or_default());
    if let Some(quote) = &step.quote {
        hash = mix(hash, &quote.message);
        hash = mix(hash, &format!("{:?}", quote.range));
        hash = mix(hash, &quote.quote);
    }
    for under in &step.because {
        hash = mix(hash, if under.id.is_empty() { &under.statement } else { &under.id });
    }
    step.id = format!("s{hash:032x}");
    if step.fact.is_some() {
        known.entry((step.statement.clone(), step.fact.clone())).or_insert_with(|| step.id.clone());
    }
}

fn again(step: &mut Step, known: &FxHashMap<(String, Option<String>), String>) {
    if step.id.is_empty() {
        let there = known.get(&(step.statement.clone(), step.fact.clone()));
        step.id = there.cloned().unwrap_or_else(|| format!("s{:032x}", mix(START, &step.statement)));
    }
    step.because.iter_mut().for_each(|step| again(step, known));
}
