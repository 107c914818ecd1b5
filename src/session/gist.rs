//! What a definition rests on in a line: the words that were found, in how many sentences they stand, and which of its
//! conditions they meet.

use super::explain::Explainer;
use super::explanation::QuoteShown;
use super::grounds::cut;
use super::phrases::Phrase;
use crate::base::Location;
use crate::check::program::ConditionKind;
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{Node, NodeId, Premise, Source};
use rustc_hash::FxHashSet;

/// So many passages are named in one sentence.
const SAID: usize = 6;

impl Explainer<'_, '_> {
    /// Where the conditions stand that a step rests on, with those in brackets.
    pub(super) fn conditions(&self, node: &Node) -> Vec<Location> {
        let (mut found, mut open) = (Vec::new(), vec![node]);
        let mut seen = FxHashSet::default();
        while let Some(node) = open.pop() {
            let (Some(origin), Source::Rule { premises, .. }) = (self.origin(node), &node.source) else { continue };
            found.extend(origin.literals.iter().flatten());
            for premise in premises {
                let Premise::Node(id) = premise else { continue };
                let under = self.proof.node(*id);
                let role = self.view.lowered.role(under.relation);
                let inside = matches!(role, Role::Way(..) | Role::Group(_) | Role::Place(_));
                if inside && seen.insert(*id) {
                    // What stands in brackets says so itself.
                    open.push(under);
                }
            }
        }
        found
    }

    /// The words that a definition rests on, in the order of the text, and in how many sentences they stand.
    pub(super) fn found(&mut self, node: &Node) -> Option<String> {
        let mut quotes = self.passages_under(node)?;
        quotes.sort_by_key(|quote| quote.range);
        quotes.dedup_by_key(|quote| quote.range);
        let message = &quotes.first()?.message;
        if quotes.len() < 2 || quotes.len() > SAID || quotes.iter().any(|quote| quote.message != *message) {
            return None;
        }
        let segments = self.view.texts.corpus.segments(self.view.pool.find_text(message)?)?;
        let ends = quotes.iter().filter_map(|quote| quote.range).flat_map(|(a, b)| [(a, a), (b.max(1) - 1, b)]);
        let mut sentences: Vec<u32> = ends.map(|end| segments.sentence_of(end).0).collect();
        sentences.sort_unstable();
        sentences.dedup();
        let words: Vec<String> = quotes.iter().map(|quote| format!("\"{}\"", in_brief(quote))).collect();
        let words = self.view.listed(&words);
        Some(match sentences.len() {
            1 => self.view.say(Phrase::FoundInOne, &[("passages", &words)]),
            number => self.view.say(Phrase::FoundInSeveral, &[("number", &number.to_string()), ("passages", &words)]),
        })
    }

    /// All passages that a fact rests on, whether they are shown here or further up; those of what was only counted are not
    /// its own, but for conditions of which some must hold. [`None`] where it rests on the whole of a message, too.
    fn passages_under(&mut self, node: &Node) -> Option<Vec<QuoteShown>> {
        let (proof, view) = (self.proof, self.view);
        let (mut quotes, mut open) = (Vec::new(), vec![(node, None)]);
        let mut seen = FxHashSet::default();
        while let Some((node, at)) = open.pop() {
            let literals = self.origin(node).map_or(&[][..], |origin| &origin.literals);
            let under: Vec<(NodeId, Option<Location>)> = match &node.source {
                Source::Rule { premises, .. } => (0..)
                    .zip(premises)
                    .filter_map(|(number, premise)| match premise {
                        Premise::Node(id) => Some((*id, literals.get(number).copied().flatten())),
                        _ => None,
                    })
                    .collect(),
                Source::Aggregated { shown, .. } if self.of_conditions(node) => {
                    shown.iter().map(|&id| (id, None)).collect()
                }
                Source::Aggregated { .. } | Source::Given { .. } => Vec::new(),
            };
            match (view.lowered.role(node.relation), self.origin(node).map(|origin| origin.kind)) {
                (Role::Match(_), _) => {
                    let quote = self.quote_step(node, at).quote;
                    quotes.extend(quote.filter(|quote| quote.range.is_some()));
                    continue;
                }
                (Role::Domain(_), _) => continue,
                (_, Some(OriginKind::People(_))) => {
                    let quote = node.values.first().and_then(|&quote| view.quote_shown(quote))?;
                    quote.range?;
                    quotes.push(quote);
                    continue;
                }
                _ => {}
            }
            let under = under.into_iter().filter(|(id, _)| seen.insert(*id));
            open.extend(under.map(|(id, at)| (proof.node(id), at)));
        }
        Some(quotes)
    }

    /// True for a count of conditions of which some must hold: `at least 2 of (a, b, c)`.
    fn of_conditions(&self, node: &Node) -> bool {
        let Role::Count(at) = self.view.lowered.role(node.relation) else { return false };
        matches!(self.labels.condition(at).map(|condition| &condition.kind), Some(ConditionKind::AtLeast(..)))
    }
}

/// A passage in a sentence; of two that belong together, both.
fn in_brief(quote: &QuoteShown) -> String {
    let part =
        |from: usize, to: usize| quote.quote.chars().skip(from).take(to.saturating_sub(from)).collect::<String>();
    let text = match quote.gap {
        Some((from, to)) => format!("{} … {}", part(0, from as usize), part(to as usize, usize::MAX)),
        None => quote.quote.clone(),
    };
    cut(&text)
}
