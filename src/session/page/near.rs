//! Messages that come near a theme and do not have it, with the condition that fails: what `hence why-not` says of a
//! theme with an open message. In a large study nobody looks for them, and the page says so.

use super::model::{NearMiss, Page};
use crate::session::Study;
use crate::session::why_not::answer::WhyNot;
use rustc_hash::FxHashMap;
use std::time::Duration;

/// In so many messages near misses are looked for.
const MESSAGES: usize = 2000;
/// For so many themes.
const THEMES: usize = 60;
/// A search that takes longer than this is given up, and then says so.
const TIME: Duration = Duration::from_secs(60);

impl Study {
    pub(super) fn come_near(&mut self, page: &mut Page) {
        let few = page.messages.ids.len() <= MESSAGES;
        let themes: Vec<usize> = (0..page.concepts.len()).filter(|&i| page.concepts[i].kind == "theme").collect();
        let asked = self.questions();
        for (count, i) in themes.into_iter().enumerate() {
            let theme = &mut page.concepts[i];
            theme.near_unknown = !few || count >= THEMES;
            if theme.near_unknown || theme.status == Some("retired") {
                continue;
            }
            let WhyNot::Open { nearest, more, stopped, .. } = self.why_not(&format!("theme(M, {})", theme.name), TIME)
            else {
                continue;
            };
            theme.near_cut = stopped || more > 0;
            // The message is the first value of what was asked, as it would be written in a rule.
            let by_text: FxHashMap<String, u32> = page
                .messages
                .ids
                .iter()
                .zip(0..)
                .flat_map(|(id, n)| {
                    [
                        (id.clone(), n),
                        (format!("\"{}\"", id.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")), n),
                    ]
                })
                .collect();
            for near in nearest {
                let Some(values) = near.fact.strip_prefix("theme(").and_then(|f| f.rsplit_once(", ")) else { continue };
                let Some(&message) = by_text.get(values.0) else { continue };
                theme.near.push(NearMiss {
                    message,
                    rule: near.way.rule,
                    place: near.way.place,
                    blame: near
                        .way
                        .conditions
                        .iter()
                        .filter(|c| c.met != Some(true))
                        .flat_map(|c| c.blame.iter().map(|b| b.text.clone()))
                        .collect(),
                    conditions: near.way.conditions.into_iter().map(|c| (c.words, c.met)).collect(),
                });
            }
        }
        self.forget(asked);
    }
}
