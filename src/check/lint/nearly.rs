//! Names that are nearly the same: `child_care` and `childcare`. Two names that differ only in case, `-`, `_` and blanks
//! are told always; two that differ in one letter only where one of them is long and nothing ever speaks of it.

use super::Linted;
use crate::base::Location;
use crate::check::program::{ConceptId, KindId, RelationKind};
use crate::diagnostic::{Diagnostic, codes, suggest};
use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

/// So many letters a name has in which one other letter may be a slip; in shorter ones it is another word.
const LONG: usize = 8;

/// Something with a name.
struct Called<'a> {
    name: &'a str,
    at: Location,
}

/// Tells of names nearly alike; gives the places of those of which that has been said.
pub(super) fn same_names(study: &Linted<'_>, found: &mut Vec<Diagnostic>) -> FxHashSet<Location> {
    let program = study.program;
    let mut told = FxHashSet::default();
    for kind in (0..program.kinds.len() as u32).map(KindId) {
        let what = program.kind(kind).name.as_str();
        let called: Vec<Called<'_>> =
            program.concepts_of(kind).map(|(_, c)| Called { name: &c.name, at: c.at }).collect();
        equal(study, what, &called, &mut told, found);
        labels(study, kind, &mut told, found);
        one_letter(study, kind, &mut told, found);
    }
    let kinds: Vec<_> = program.kinds.iter().map(|k| Called { name: &k.name, at: k.at }).collect();
    equal(study, "kind", &kinds, &mut told, found);
    let declared = program.relations.iter().filter(|r| {
        // What a kind brings has the kind's name, and that is compared already.
        !matches!(r.kind, RelationKind::Has(_) | RelationKind::Properties(_))
    });
    let relations: Vec<_> = declared.map(|r| Called { name: &r.name, at: r.at }).collect();
    equal(study, "relation", &relations, &mut told, found);
    let parameters: Vec<_> = program.parameters.iter().map(|p| Called { name: &p.name, at: p.at }).collect();
    equal(study, "parameter", &parameters, &mut told, found);
    let declared = super::unused::declared_sources(study.input);
    let sources: Vec<_> = program
        .sources
        .iter()
        .filter(|s| declared.contains(&s.at))
        .map(|s| Called { name: &s.key, at: s.at })
        .collect();
    equal(study, "source", &sources, &mut told, found);
    told
}

/// A name without case, `-`, `_` and blanks, but for those between two digits: `item_1_1` is not `item_11`.
fn fold(name: &str) -> String {
    let signs: Vec<char> = name.nfc().collect();
    let separates = |c: char| matches!(c, '-' | '_' | ' ' | '\u{2010}' | '\u{2011}');
    let digit = |i: usize| signs.get(i).is_some_and(|c| c.is_numeric());
    let kept = (0..signs.len()).filter(|&i| !separates(signs[i]) || (i > 0 && digit(i - 1) && digit(i + 1)));
    kept.map(|i| if separates(signs[i]) { '_' } else { signs[i] }).collect::<String>().to_lowercase()
}

/// Names that are equal but for case and separators.
fn equal(
    study: &Linted<'_>,
    what: &str,
    called: &[Called<'_>],
    told: &mut FxHashSet<Location>,
    found: &mut Vec<Diagnostic>,
) {
    let mut first: FxHashMap<String, &Called<'_>> = FxHashMap::default();
    for one in called {
        let folded = fold(one.name);
        match first.get(folded.as_str()) {
            Some(other) if study.own(one.at) || study.own(other.at) => say(what, other, one, told, found),
            Some(_) => {}
            None => {
                first.insert(folded, one);
            }
        }
    }
}

fn say(
    what: &str,
    first: &Called<'_>,
    second: &Called<'_>,
    told: &mut FxHashSet<Location>,
    found: &mut Vec<Diagnostic>,
) {
    if first.name == second.name {
        return;
    }
    told.extend([first.at, second.at]);
    let message = format!("`{}` and `{}` are two {what}s with nearly the same name", first.name, second.name);
    let mut diagnostic = Diagnostic::at(codes::NEAR_NAME, second.at, message);
    if first.at != second.at {
        diagnostic = diagnostic.label(first.at, format!("`{}` is declared here", first.name));
    }
    let help = "if one thing is meant, keep one of them; if two, give them names that tell them apart";
    found.push(diagnostic.help(help));
}

/// Labels that are equal but for case and separators, and a label that is the name of another concept: rules and data may
/// name a concept by either.
fn labels(study: &Linted<'_>, kind: KindId, told: &mut FxHashSet<Location>, found: &mut Vec<Diagnostic>) {
    let program = study.program;
    let mut known: FxHashMap<String, ConceptId> = FxHashMap::default();
    let mut names: FxHashMap<String, ConceptId> = FxHashMap::default();
    for (id, concept) in program.concepts_of(kind) {
        names.entry(fold(&concept.name)).or_insert(id);
        if let Some(label) = &concept.label {
            known.entry(fold(label)).or_insert(id);
        }
    }
    for (id, concept) in program.concepts_of(kind) {
        let Some(label) = &concept.label else { continue };
        let folded = fold(label);
        let by_label = known.get(&folded).filter(|&&other| other < id);
        let by_name = names.get(&folded).filter(|&&other| other != id);
        let Some(&other) = by_label.or(by_name) else { continue };
        let first = program.concept(other);
        if told.contains(&concept.at) || told.contains(&first.at) || !(study.own(concept.at) || study.own(first.at)) {
            continue;
        }
        told.extend([concept.at, first.at]);
        let what = &program.kind(kind).name;
        let message = if by_label.is_some() {
            let earlier = first.label.as_deref().unwrap_or_default();
            format!("\"{earlier}\" and \"{label}\" are the labels of two {what}s, and nearly the same")
        } else {
            format!("the label \"{label}\" of `{}` is the name of another {what}, `{}`", concept.name, first.name)
        };
        let mut diagnostic = Diagnostic::at(codes::NEAR_NAME, concept.at, message);
        if first.at != concept.at {
            diagnostic = diagnostic.label(first.at, format!("`{}` is declared here", first.name));
        }
        let help = "rules and data may name a concept by its label: give them labels that tell them apart";
        found.push(diagnostic.help(help));
    }
}

/// Two long names that differ in one letter, where nothing speaks of one of them and it says nothing of itself: a slip in
/// what declares it, or in what was to name it.
fn one_letter(study: &Linted<'_>, kind: KindId, told: &mut FxHashSet<Location>, found: &mut Vec<Diagnostic>) {
    let program = study.program;
    let named: FxHashSet<ConceptId> = study.uses.concepts.iter().map(|n| n.what).collect();
    let idle: Vec<ConceptId> = program
        .concepts_of(kind)
        .filter(|(id, c)| {
            study.own(c.at)
                && !named.contains(id)
                && c.when.is_empty()
                && c.matches.is_empty()
                && c.means.is_empty()
                && c.examples.is_empty()
                && c.name.chars().filter(|c| c.is_alphabetic()).count() >= LONG
        })
        .map(|(id, _)| id)
        .collect();
    // Without anything that names concepts of the kind there is nothing to have missed.
    for &id in &idle {
        let concept = program.concept(id);
        let other = program
            .concepts_of(kind)
            .find(|(other, c)| *other != id && named.contains(other) && differ_in_one_letter(&concept.name, &c.name));
        let Some((_, other)) = other else { continue };
        if told.contains(&concept.at) {
            continue;
        }
        told.insert(concept.at);
        let message = format!(
            "`{}` is nearly the name of another {}, `{}`, and nothing speaks of it",
            concept.name,
            program.kind(kind).name,
            other.name
        );
        let mut diagnostic = Diagnostic::at(codes::NEAR_NAME, concept.at, message);
        if other.at != concept.at {
            diagnostic = diagnostic.label(other.at, format!("`{}` is declared here", other.name));
        }
        let help = "if one thing is meant, keep one of them; if two, say somewhere what this one is for";
        found.push(diagnostic.help(help));
    }
}

/// One letter more, less, or another, and no digit: `theme_1` and `theme_2` are two things.
fn differ_in_one_letter(a: &str, b: &str) -> bool {
    let digits = |s: &str| s.chars().filter(|c| c.is_numeric()).collect::<String>();
    digits(a) == digits(b) && suggest::distance(&fold(a), &fold(b), 1) == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_one_name_and_what_is_two() {
        assert_eq!(fold("Child-care"), fold("child_care"));
        assert_eq!(fold("cafe\u{301} bar"), fold("Café_Bar"));
        assert_ne!(fold("theme_1"), fold("theme_2"));
        assert_ne!(fold("item_1_1"), fold("item_11"));
        assert_eq!(fold("item_1-1"), fold("Item 1_1"));
        assert!(differ_in_one_letter("collaboration", "colaboration"));
        assert!(!differ_in_one_letter("statement_1", "statement_2"));
        assert!(!differ_in_one_letter("north_side", "south_side"));
    }
}
