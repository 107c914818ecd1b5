//! The reasons of a conclusion as people are shown them: the preferred one first, and how many ways there are to it. The
//! ways of a theme are counted alike whether the theme is asked about or what rests on it, and a theme is shown by the same
//! reason in both.

use super::explain::{Explaining, own_fact};
use super::explanation::{CodedTwice, Explanation, ReasonCount, WaysMet};
use super::prefer::Taste;
use super::show::View;
use super::summary::natural;
use crate::ir::core::RelationId;
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{self, Node, NodeId, Number, Premise, Proof, Source};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Of so many concepts that something rests on the ways are counted.
const BELOW: usize = 3;
/// So many concepts inside a reason are given the reason that they have by themselves.
const PREFERRED: usize = 24;

/// So many that were counted are shown with what they said.
pub(super) const FEW: usize = 3;

/// A fact: its relation and its row there.
type Fact = (RelationId, u32);

/// Explains one fact of several by so many of its reasons, the preferred ones first, and says how many there are.
pub(super) fn explain_all(
    explaining: &mut Explaining<'_>,
    relation: RelationId,
    row: u32,
    wanted: usize,
) -> Option<Explanation> {
    let fact = own_fact(explaining.view, relation, row);
    let (found, passages) = preferred(explaining, fact, wanted.max(1))?;
    let reasons = match found.number {
        Number::Reasons { number, at_least } => ReasonCount { number: number as u128, at_least, apart: true },
        Number::Ways(ways) => ReasonCount { number: ways.number, at_least: ways.at_least, apart: false },
    };
    let best = found.proofs.first()?;
    let inside = inside(explaining, best);
    let (mut ways_below, mut own, mut counted) = (Vec::new(), Vec::new(), Vec::new());
    let ways = ways_met(explaining.view, fact, &found, passages);
    for (fact, under_count) in inside {
        let inner = alone(explaining, fact);
        if !under_count && ways_below.len() < BELOW {
            ways_below.extend(inner.ways.clone());
        }
        let list = if under_count { &mut counted } else { &mut own };
        list.extend(inner.proof.clone());
    }
    // What is shown first is what each concept shows by itself; where that is another one than was found first, both are.
    let first = proof::merged(best, &own).unwrap_or_else(|| best.clone());
    let others: Vec<&Proof> = found.proofs.iter().filter(|other| **other != first).take(wanted.max(1) - 1).collect();
    let shown = proof::merged(&first, &counted).unwrap_or_else(|| first.clone());
    Some(Explanation {
        root: explaining.in_words(&shown),
        others: others.into_iter().map(|proof| explaining.in_words(proof)).collect(),
        reasons,
        shortest: best.proven_best,
        coded: coded_twice(explaining.view, fact),
        ways_below: if ways.is_some() { Vec::new() } else { ways_below },
        ways,
    })
}

/// The proof by which a fact is explained first.
pub(super) fn shown_proof(explaining: &mut Explaining<'_>, relation: RelationId, row: u32) -> Option<Proof> {
    let fact = own_fact(explaining.view, relation, row);
    let (found, _) = preferred(explaining, fact, 1)?;
    let best = found.proofs.into_iter().next()?;
    let own: Vec<Proof> = inside(explaining, &best)
        .into_iter()
        .filter(|(_, under_count)| !under_count)
        .filter_map(|(fact, _)| alone(explaining, fact).proof.clone())
        .collect();
    Some(proof::merged(&best, &own).unwrap_or(best))
}

/// How a concept is explained by itself.
#[derive(Default)]
pub(super) struct Alone {
    ways: Option<WaysMet>,
    proof: Option<Proof>,
}

/// How a concept is explained by itself, looked for once.
fn alone(explaining: &mut Explaining<'_>, fact: Fact) -> Rc<Alone> {
    if let Some(known) = explaining.alone.get(&fact) {
        return known.clone();
    }
    let found = preferred(explaining, fact, 1).map(|(inner, passages)| Alone {
        ways: ways_met(explaining.view, fact, &inner, passages),
        proof: inner.proofs.into_iter().next(),
    });
    let found = Rc::new(found.unwrap_or_default());
    explaining.alone.insert(fact, found.clone());
    found
}

/// The preferred reasons of a fact, and on how many passages they rest.
fn preferred(explaining: &mut Explaining<'_>, (relation, row): Fact, wanted: usize) -> Option<(proof::Reasons, usize)> {
    let lowered = explaining.view.lowered;
    // Which row says that somebody is an author is no reason of its own.
    let closed = |relation| matches!(lowered.role(relation), Role::Domain(_));
    let mut taste = Taste::new(explaining.view);
    let mut prefer = |grounds: proof::Grounds<'_>| taste.weigh(grounds);
    let budget = proof::Budget::default();
    let found = proof::reasons(&mut explaining.backward, relation, row, wanted, budget, &closed, &mut prefer)?;
    Some((found, taste.passages()))
}

/// Who gave a code, where the codebook gives it as well.
fn coded_twice(view: View<'_>, (relation, row): Fact) -> Option<CodedTwice> {
    let Role::Has(id) = view.lowered.role(relation) else { return None };
    let message = view.db.row(relation, row).first().copied()?;
    let rules = view.pool.find_text("rules")?;
    let coded = view.lowered.of_concept(view.program.known("coded"), id)?;
    let (mut coders, mut by_rules, mut by_pattern) = (Vec::new(), false, false);
    for row in view.db.relation(coded).rows() {
        match view.pool.as_quote(row[0]) {
            Some((of, range)) if of == message && row[1] == rules => {
                by_rules = true;
                by_pattern |= range.is_some();
            }
            Some((of, _)) if of == message => coders.push(view.in_words(row[1])),
            _ => {}
        }
    }
    coders.sort_by(|a, b| natural(a, b));
    coders.dedup();
    (by_rules && !coders.is_empty()).then_some(CodedTwice { coders, by_pattern })
}

/// How many of its ways a concept is met by; none of what has but one, in one passage.
fn ways_met(view: View<'_>, (relation, row): Fact, found: &proof::Reasons, passages: usize) -> Option<WaysMet> {
    let Role::Has(id) = view.lowered.role(relation) else { return None };
    let subject = *view.db.row(relation, row).to_vec().first()?;
    let concept = view.program.concept(id);
    let of = concept.when.len() + concept.matches.len();
    let mut met: Vec<OriginKind> = found
        .rules
        .iter()
        .map(|&rule| view.lowered.origin(view.lowered.core.rule_origins[rule.0 as usize]).kind)
        .collect();
    met.retain(|kind| match kind {
        OriginKind::Holds(of, _) | OriginKind::When(of, _) | OriginKind::CodeOf(of) => *of == id,
        _ => false,
    });
    met.dedup();
    let at_least = !matches!(found.number, Number::Reasons { at_least: false, .. });
    ((of > 1 || passages > 1) && !met.is_empty()).then(|| WaysMet {
        subject: view.in_words(subject),
        label: concept.title().to_string(),
        met: met.len(),
        of,
        passages,
        at_least,
    })
}

/// The concepts inside a proof that are defined by conditions, the nearest of each branch, and whether they were only
/// counted. What a definition asks for was chosen together with it, to stand in one sentence; what was counted was not.
fn inside(explaining: &Explaining<'_>, proof: &Proof) -> Vec<(Fact, bool)> {
    let view = explaining.view;
    let defined = |node: &Node| {
        let Source::Rule { rule, .. } = node.source else { return false };
        let origin = view.lowered.origin(view.lowered.core.rule_origins[rule.0 as usize]);
        matches!(view.lowered.role(node.relation), Role::Has(_))
            && matches!(origin.kind, OriginKind::Holds(..) | OriginKind::When(..))
    };
    let own = defined(proof.root());
    let (mut found, mut seen) = (Vec::new(), FxHashSet::default());
    let mut open = vec![(NodeId(0), false)];
    let mut next = 0;
    while let Some(&(id, counted)) = open.get(next) {
        next += 1;
        if !seen.insert(id) || found.len() >= PREFERRED {
            continue;
        }
        let node = proof.node(id);
        if id != NodeId(0) && defined(node) && (counted || !own) {
            found.push(((node.relation, node.row), counted));
            continue;
        }
        match &node.source {
            Source::Given { .. } => {}
            Source::Rule { premises, .. } => open.extend(premises.iter().filter_map(|premise| match premise {
                Premise::Node(under) => Some((*under, counted)),
                _ => None,
            })),
            // What was counted is shown only where all is, or where it is little.
            Source::Aggregated { shown, .. } if explaining.whole() || shown.len() <= FEW => {
                open.extend(shown.iter().map(|&id| (id, true)))
            }
            Source::Aggregated { .. } => {}
        }
    }
    found
}
