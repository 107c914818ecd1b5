//! How far coders agree, for a page: what `hence agree` tells when nothing else is asked of it, and the messages on which
//! people and rules differ, so that each can be looked at.

use super::model::{Page, PeopleCode};
use crate::session::Study;
use crate::session::agree::Asked;
use rustc_hash::FxHashMap;

/// So many disagreements of people, and of people and rules, are listed with their quotes.
const LISTED: usize = 1000;

impl Study {
    /// Needs the messages, concepts and coders of the page.
    pub(super) fn compare_coders(&mut self, page: &mut Page) {
        if page.people.coders.len() < 2 {
            return;
        }
        let Some(found) = self.agreement(&Asked { listed: LISTED, ..Asked::default() }) else { return };
        let numbers: FxHashMap<&str, u32> = page.messages.ids.iter().map(String::as_str).zip(0..).collect();
        for wrong in found.rules.iter().flat_map(|rules| &rules.wrong) {
            let id = format!("code.{}", wrong.code);
            let Some(&message) = numbers.get(wrong.message.as_str()) else { continue };
            let Some(code) = page.concepts.iter().find(|code| code.id == id) else { continue };
            let at = match page.people.codes.iter().position(|known| known.id == id) {
                Some(at) => at,
                None => {
                    page.people.codes.push(PeopleCode { id, label: code.label.clone(), ..PeopleCode::default() });
                    page.people.codes.len() - 1
                }
            };
            let differ = &mut page.people.codes[at];
            if wrong.by_rules { &mut differ.only_rules } else { &mut differ.only_people }.push(message);
        }
        // In the order of messages, as everywhere in a page.
        for code in &mut page.people.codes {
            for list in [&mut code.only_people, &mut code.only_rules] {
                list.sort_unstable();
                list.dedup();
            }
        }
        page.agreement = Some(found);
    }
}
