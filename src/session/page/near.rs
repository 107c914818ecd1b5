//! Messages that come near a theme and do not have it, with what they lack: [`NearMisses::ranked`], in words. Of a theme
//! whose conditions cannot be weighed that way, what `hence why-not` says of it with an open message; in a large study
//! nobody looks for that, and the page says so.

use super::model::{NearCondition, NearMiss, Page};
use crate::base::Value;
use crate::check::program::ConceptId;
use crate::session::Study;
use crate::session::absence::Absences;
use crate::session::labels::Labels;
use crate::session::near_misses::NearMisses;
use crate::session::nearness::{Judged, Ranked, Thing};
use crate::session::show::View;
use crate::session::why_not::answer::WhyNot;
use rustc_hash::FxHashMap;
use std::time::Duration;

/// So many are shown of a theme.
const SHOWN: usize = 8;
/// So many passages stand behind what is met.
const WORDS: usize = 3;
/// In so many messages `why-not` is asked.
const MESSAGES: usize = 2000;
/// For so many themes.
const THEMES: usize = 60;
/// A search that takes longer than this is given up, and then says so.
const TIME: Duration = Duration::from_secs(60);

impl Study {
    pub(super) fn come_near(&mut self, page: &mut Page) {
        let unknown = self.come_near_by_weight(page);
        let few = page.messages.ids.len() <= MESSAGES;
        let asked = self.questions();
        for (count, i) in unknown.into_iter().enumerate() {
            let theme = &mut page.concepts[i];
            theme.near_unknown = !few || count >= THEMES;
            if theme.near_unknown {
                continue;
            }
            let WhyNot::Open { nearest, more, stopped, .. } = self.why_not(&format!("theme(M, {})", theme.name), TIME)
            else {
                continue;
            };
            (theme.near_cut, theme.near_more) = (stopped, more);
            // The message is the first value of what was asked, as it would be written in a rule.
            let written =
                |id: &str| format!("\"{}\"", id.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
            let ids = page.messages.ids.iter().zip(0..);
            let by_text: FxHashMap<String, u32> = ids.flat_map(|(id, n)| [(id.clone(), n), (written(id), n)]).collect();
            for near in nearest {
                let Some(values) = near.fact.strip_prefix("theme(").and_then(|f| f.rsplit_once(", ")) else { continue };
                let Some(&message) = by_text.get(values.0) else { continue };
                // What an `unless` sets aside is told as that.
                if theme.set_aside.contains(&message) {
                    continue;
                }
                let conditions = near.way.conditions.into_iter().filter(|c| !(c.absence && c.met == Some(true)));
                let conditions = conditions.map(|c| NearCondition {
                    state: match c.met {
                        Some(true) => "met",
                        Some(false) => "not met",
                        None => "not known",
                    },
                    told: match (&c.quote, c.met) {
                        (Some(quote), Some(true)) if !quote.quote.is_empty() => vec![format!("“{}”", quote.quote)],
                        (_, Some(true)) => Vec::new(),
                        _ => c.blame.into_iter().map(|b| b.text).collect(),
                    },
                    words: c.label,
                });
                theme.near.push(NearMiss {
                    message,
                    rule: near.way.label,
                    place: near.way.place,
                    conditions: conditions.collect(),
                    absent: String::new(),
                });
            }
        }
        self.forget(asked);
        self.name_absences(page);
    }

    /// Tells of each near miss which rules looked for it.
    fn name_absences(&self, page: &mut Page) {
        let Some(view) = self.view() else { return };
        let mut absences = Absences::new(view);
        for theme in page.concepts.iter_mut().filter(|theme| !theme.near.is_empty()) {
            let id = self.program.find_concept(self.program.known_kind("theme"), &theme.name);
            let Some(relation) = id.and_then(|id| self.lowered.has(&self.program, id)) else { continue };
            let rules = absences.of_relation(relation);
            theme.near.iter_mut().for_each(|near| near.absent.clone_from(&rules));
        }
    }

    /// The themes, as places in the page, whose conditions cannot be weighed.
    fn come_near_by_weight(&self, page: &mut Page) -> Vec<usize> {
        let Some(view) = self.view() else { return Vec::new() };
        let labels = Labels::of(&self.program);
        let numbers: FxHashMap<String, u32> = page.messages.ids.iter().cloned().zip(0..).collect();
        let mut near = NearMisses::new(view);
        let mut unknown = Vec::new();
        for (at, theme) in page.concepts.iter_mut().enumerate() {
            if theme.kind != "theme" || theme.status == Some("retired") {
                continue;
            }
            let Some(id) = self.program.find_concept(self.program.known_kind("theme"), &theme.name) else { continue };
            let Some((ranked, more)) = near.ranked(id, SHOWN) else {
                unknown.push(at);
                continue;
            };
            theme.near_more = more;
            for one in ranked {
                let Some(&message) = numbers.get(&view.pool.show(one.message)) else { continue };
                theme.near.push(told(view, &labels, &mut near, message, &one));
            }
        }
        unknown
    }
}

fn told(view: View<'_>, labels: &Labels<'_>, near: &mut NearMisses<'_>, message: u32, one: &Ranked) -> NearMiss {
    let conditions = one.parts.iter().filter_map(|(at, part)| {
        let of_nothing = part.is_met() && part.there.is_empty();
        (!of_nothing).then(|| NearCondition {
            words: labels.clause(view, *at, None),
            state: match (part.is_met(), part.excluded.is_empty()) {
                (true, _) => "met",
                (false, true) => "not met",
                (false, false) => "held back",
            },
            told: sentences(view, near, one.message, part),
        })
    });
    NearMiss {
        message,
        rule: labels.clause(view, one.way, None),
        place: Some(view.place(one.way)),
        conditions: conditions.collect(),
        absent: String::new(),
    }
}

fn sentences(view: View<'_>, near: &mut NearMisses<'_>, message: Value, part: &Judged) -> Vec<String> {
    let name = |thing: &Thing| match *thing {
        Thing::Concept(id) => label(view, id),
        Thing::Written(at) => view.words(at),
    };
    let mut words = |thing: &Thing| {
        let mut found: Vec<String> = near
            .passages_of(*thing, message)
            .into_iter()
            .filter_map(|quote| view.quote_shown(quote))
            .map(|quote| format!("“{}”", quote.quote))
            .collect();
        found.dedup();
        found.truncate(WORDS);
        found.join(", ")
    };
    let mut out = Vec::new();
    for thing in &part.there {
        let said = words(thing);
        out.push(if said.is_empty() {
            format!("{} is there", name(thing))
        } else {
            format!("{}: {said}", name(thing))
        });
    }
    for thing in &part.lacking {
        out.push(if part.any {
            "none of what would do is there".into()
        } else {
            format!("{} is not there", name(thing))
        });
    }
    if part.apart {
        out.push("all of it is there, and does not stand as this rule asks".into());
    }
    for thing in &part.excluded {
        let said = words(thing);
        let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
        out.push(format!("is held back: it speaks of {}{said}, which this rule excludes", name(thing)));
    }
    out
}

fn label(view: View<'_>, id: ConceptId) -> String {
    format!("“{}”", view.program.concept(id).title())
}
