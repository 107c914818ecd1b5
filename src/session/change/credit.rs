//! What of several changes a conclusion is credited to. A rule that was edited brings nothing that it would have found
//! anyway: where the text is another and the patterns of the other side find it too, the text did it; where only an
//! exception went or came, the exception did it; and what follows from a number of things follows from the number, not
//! from the words in one of them.

use super::super::show::View;
use super::Through;
use super::cause::{Causes, rule_cause};
use crate::base::Value;
use crate::check::program::ConceptId;
use crate::ir::core::{Literal, RelationId, RuleId};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{self, Node, Premise, Proof, Source};
use crate::syntax::tree::AggregateFunction;
use crate::text::{Matcher, Pattern};

/// So much is searched for the proof of an exception.
const FACTS: usize = 200;

/// The concept of another program that has the name and kind of one.
fn same_concept(view: View<'_>, other: View<'_>, id: ConceptId) -> Option<ConceptId> {
    let concept = view.program.concept(id);
    let kind = &view.program.kind(concept.kind).name;
    let all = other.program.concepts.iter();
    let mut found = (0u32..).map(ConceptId).zip(all);
    found.find(|(_, c)| c.name == concept.name && other.program.kind(c.kind).name == *kind).map(|(id, _)| id)
}

/// The relation of matches that a rule finds its passages in.
fn matches_of(view: View<'_>, rule: RuleId) -> Option<RelationId> {
    view.lowered.core.rule(rule).body.iter().find_map(|literal| match literal {
        Literal::Atom(id, _) if matches!(view.lowered.role(*id), Role::Match(_)) => Some(*id),
        _ => None,
    })
}

/// All patterns that a concept looks for by itself.
fn patterns_of(view: View<'_>, id: ConceptId) -> Vec<Pattern> {
    let rules = (0u32..).map(RuleId).zip(&view.lowered.core.rules);
    let own = rules.filter(|(rule, _)| {
        let origin = view.lowered.origin(view.lowered.core.rule_origins[rule.0 as usize]);
        matches!(origin.kind, OriginKind::Matches(concept, _) if concept == id)
    });
    let found = own.filter_map(|(rule, _)| match view.lowered.role(matches_of(view, rule)?) {
        Role::Match(number) => Some(view.lowered.patterns[number as usize].clone()),
        _ => None,
    });
    found.collect()
}

/// A clause, the message it is met by, and the matches and passage that a pattern found.
type Clause = (OriginKind, Value, Option<(RelationId, Value)>);

/// What a rule that a node follows by says of a message: the clause, the message, and the passage that a pattern found.
fn clause(view: View<'_>, proof: &Proof, node: &Node) -> Option<Clause> {
    let Source::Rule { rule, premises, .. } = &node.source else { return None };
    let kind = view.lowered.origin(view.lowered.core.rule_origins[rule.0 as usize]).kind;
    let first = premises.iter().find_map(|premise| match premise {
        Premise::Node(id) => Some(proof.node(*id)),
        _ => None,
    })?;
    let found = matches!(view.lowered.role(first.relation), Role::Match(_));
    let quote = first.values.get(1).filter(|_| found).map(|&quote| (first.relation, quote));
    Some((kind, *first.values.first()?, quote))
}

/// Where the patterns of the other side find what a changed pattern found, in the same text, the pattern did nothing: the
/// match that the text alone is to be credited with. Nothing where both texts are the same.
pub(super) fn found_anyway(
    view: View<'_>,
    other: Option<View<'_>>,
    proof: &Proof,
    node: &Node,
) -> Option<(RelationId, Vec<Value>)> {
    let other = other?;
    let (OriginKind::Matches(id, _), message, Some((relation, quote))) = clause(view, proof, node)? else {
        return None;
    };
    let text = |view: View<'_>| view.message_row(message).and_then(|row| row.get(4).copied());
    if text(view) == text(other) {
        return None;
    }
    let matcher = Matcher::new(&patterns_of(other, same_concept(view, other, id)?)).ok()?;
    let found = matcher.find(view.texts.corpus.text(message)?);
    let (_, range) = view.pool.as_quote(quote)?;
    let (start, end) = range?;
    let there = found.iter().any(|found| found.start < end && start < found.end);
    // A concept by itself needs no certain passage.
    let alone = view.lowered.role(proof.root().relation) == Role::Has(id) && !found.is_empty();
    (there || alone).then(|| (relation, vec![message, quote]))
}

impl Causes {
    /// The exception that stood against a conclusion on the other side, and is not there on this one: with its words.
    pub(super) fn exception(
        &self,
        view: View<'_>,
        other: Option<View<'_>>,
        proof: &Proof,
        node: &Node,
        came: bool,
    ) -> Option<(Through, Option<(String, Value)>)> {
        let other = other?;
        let (kind, subject, quote) = clause(view, proof, node)?;
        let (OriginKind::Holds(id, _) | OriginKind::Matches(id, _)) = kind else { return None };
        // What else was missing there is a cause of its own.
        let Source::Rule { premises, .. } = &node.source else { return None };
        let met = premises.iter().all(|premise| match premise {
            Premise::Node(id) => self.is_there(Some(other), proof.node(*id), came),
            _ => true,
        });
        let met = met || quote.is_some() && found_anyway(view, Some(other), proof, node).is_some();
        if !met {
            return None;
        }
        let id = same_concept(view, other, id)?;
        let roles = (0u32..).map(RelationId).zip(&other.lowered.roles);
        let (blocked, _) = roles.into_iter().find(|(_, role)| **role == Role::Blocked(id))?;
        let at = other.db.find(blocked, &[subject])?;
        let proof =
            proof::best(other.evaluated(), blocked, at, proof::Budget { facts: FACTS, derivations: FACTS * 10 })?;
        let Source::Rule { rule, .. } = &proof.root().source else { return None };
        let gone = if came { &self.rules_out } else { &self.rules_in };
        if !gone.contains(rule) {
            return None;
        }
        let words = proof.nodes.iter().find_map(|node| {
            let Role::Match(_) = other.lowered.role(node.relation) else { return None };
            let quote = other.quote_shown(*node.values.get(1)?)?;
            (!quote.quote.is_empty()).then(|| (super::super::grounds::cut(&quote.quote), node.values[0]))
        });
        Some((rule_cause(other, *rule, !came)?, words))
    }

    /// The number that a conclusion follows from, where it is another on the other side and what is asked of it was not met
    /// there.
    pub(super) fn counted(
        &self,
        view: View<'_>,
        other: Option<View<'_>>,
        proof: &Proof,
        direct: &[bool],
        came: bool,
    ) -> Option<Through> {
        let there = other?;
        proof.nodes.iter().zip(direct).filter(|(_, direct)| **direct).find_map(|(node, _)| {
            let Source::Rule { rule, premises, .. } = &node.source else { return None };
            if self.is_there(other, node, came) {
                return None;
            }
            premises.iter().find_map(|premise| {
                let Premise::Node(id) = premise else { return None };
                let number = proof.node(*id);
                let Source::Aggregated { aggregation, .. } = &number.source else { return None };
                let function = view.lowered.core.aggregations[*aggregation].function;
                let (&value, key) = number.values.split_last()?;
                let rows = there.db.relation(self.there(number.relation, came)?);
                let then = rows.starting_with(key).next().and_then(|at| rows.row(at).last().copied());
                if then == Some(value) {
                    return None;
                }
                let mut through = rule_cause(view, *rule, came)?;
                // Without the numbers: a change that is taken back is told by the same words.
                through.what += match function {
                    AggregateFunction::Count => ", whose count is another now",
                    _ => ", whose number is another now",
                };
                Some(through)
            })
        })
    }
}

/// Which nodes of a proof stand in it other than as one of several things that were counted.
pub(super) fn direct(proof: &Proof) -> Vec<bool> {
    let mut direct = vec![false; proof.nodes.len()];
    let mut left = vec![0_usize];
    while let Some(at) = left.pop() {
        if std::mem::replace(&mut direct[at], true) {
            continue;
        }
        if let Source::Rule { premises, .. } = &proof.nodes[at].source {
            left.extend(premises.iter().filter_map(|premise| match premise {
                Premise::Node(id) => Some(id.0 as usize),
                _ => None,
            }));
        }
    }
    direct
}
