//! What a definition rests on in a line: the words that were found, in how many sentences they stand, and which of its
//! conditions they meet.

use super::explain::Explainer;
use super::explanation::{QuoteShown, Step, StepKind};
use super::grounds::cut;
use super::phrases::Phrase;
use crate::base::Location;
use crate::ir::origin::Role;
use crate::proof::{Node, Premise, Source};
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
    pub(super) fn found(&self, because: &[Step]) -> Option<String> {
        let mut quotes: Vec<&QuoteShown> = Vec::new();
        let mut open: Vec<&Step> = because.iter().collect();
        while let Some(step) = open.pop() {
            if step.kind == StepKind::Quote {
                quotes.extend(step.quote.as_ref().filter(|quote| quote.range.is_some()));
            }
            open.extend(step.because.iter().filter(|_| step.kind != StepKind::Count));
        }
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
