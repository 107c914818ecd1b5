//! What maps infer, with what they ask for in words, and what came short where they conclude nothing.

use super::concepts::written;
use super::model::{ConceptShown, InferenceShown, Page};
use super::sources;
use crate::check::program::{Body, Condition, ConditionKind, Map, Operand, OperandKind};
use crate::session::Study;
use crate::session::show::View;
use crate::syntax::tree::{CompareOp, CountedScope, CountedThing};
use rustc_hash::FxHashMap;

impl Study {
    /// Every map, one inference after the other, as findings have them.
    pub(super) fn inferences_shown(&self, page: &Page) -> Vec<InferenceShown> {
        let Some(view) = self.view() else { return Vec::new() };
        let all = self.program.maps.iter().flat_map(|map| map.to.iter().map(move |&to| (map, to)));
        let stimulates = self.program.known("stimulates");
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        all.zip(&page.findings.inferences)
            .map(|((map, to), inference)| {
                let mut id = sources::map_id(view, map.theme, to);
                let times = seen.entry(id.clone()).or_default();
                *times += 1;
                if *times > 1 {
                    id = format!("{id}.{times}");
                }
                let row = [map.theme, to].map(|id| Some(self.program.concept(id).value));
                let lacking = || {
                    let way = self.nearest_way(stimulates, &row)?;
                    let failed = way.conditions.into_iter().filter(|condition| condition.met != Some(true));
                    Some(failed.map(|c| (c.label, c.blame.into_iter().map(|b| b.text).collect())).collect())
                };
                InferenceShown {
                    id,
                    inference: inference.clone(),
                    text: written(view, map.at),
                    asks: map.guard.as_ref().and_then(|guard| asked(view, map, guard, page)),
                    lacks: if inference.holds { Vec::new() } else { lacking().unwrap_or_default() },
                    fact: Some(view.fact(stimulates, &row)),
                    proof: None,
                }
            })
            .collect()
    }
}

/// What a guard asks for, as a sentence without its beginning: "at least 2 authors speak of it; 10 do". None where it asks
/// for anything but numbers of messages, authors or threads of the study's concepts.
fn asked(view: View<'_>, map: &Map, guard: &Body, page: &Page) -> Option<String> {
    let conditions = match &guard.condition.kind {
        ConditionKind::And(all) => all.as_slice(),
        _ => std::slice::from_ref(&guard.condition),
    };
    let told: Option<Vec<String>> = conditions.iter().map(|c| compared(view, map, c, page)).collect();
    told.map(|told| told.join(", and "))
}

fn compared(view: View<'_>, map: &Map, condition: &Condition, page: &Page) -> Option<String> {
    let ConditionKind::Compare(op, a, b) = &condition.kind else { return None };
    let counted = |operand: &Operand| match operand.kind {
        OperandKind::Counted(what, id, CountedScope::Study) => Some((what, id)),
        _ => None,
    };
    let number = |operand: &Operand| match operand.kind {
        OperandKind::Const(value) => view.pool.as_number(value),
        _ => None,
    };
    let (op, (what, id), asked) = match (counted(a), number(b)) {
        (Some(counted), Some(number)) => (*op, counted, number),
        _ => (op.turned(), counted(b)?, number(a)?),
    };
    let concept = view.program.concept(id);
    let name = super::concepts::id_of(view, id);
    let shown: &ConceptShown = page.concepts.iter().find(|c| c.id == name)?;
    let (one, count) = match what {
        CountedThing::Messages => ("message", shown.members.len()),
        CountedThing::Authors => ("author", shown.authors),
        CountedThing::Threads => ("thread", shown.threads),
        CountedThing::Quotes | CountedThing::Coders => return None,
    };
    let plural = |n: i64| if n == 1 { one.to_string() } else { format!("{one}s") };
    let amount = match op {
        CompareOp::Equal => format!("exactly {asked} {}", plural(asked)),
        CompareOp::NotEqual => format!("not exactly {asked} {}", plural(asked)),
        CompareOp::Less => format!("fewer than {asked} {}", plural(asked)),
        CompareOp::LessEqual => format!("at most {asked} {}", plural(asked)),
        CompareOp::Greater => format!("more than {asked} {}", plural(asked)),
        CompareOp::GreaterEqual => format!("at least {asked} {}", plural(asked)),
    };
    let verb = if asked == 1 { "speaks" } else { "speak" };
    let of = if id == map.theme { "it".to_string() } else { format!("“{}”", concept.title()) };
    Some(format!("{amount} {verb} of {of}; {count} {}", if count == 1 { "does" } else { "do" }))
}
