//! A message without text: no pattern can find anything in it, and that is the reason, whatever is asked for.

use super::answer::Blame;
use super::inquiry::Inquiry;
use crate::base::Value;
use crate::ir::core::RelationId;
use crate::ir::origin::Role;

impl Inquiry<'_> {
    /// True for a message that is there and has no text.
    pub(super) fn has_no_text(&self, message: Value) -> bool {
        let base = self.base();
        let empty = base.texts.corpus.text(message).is_none_or(|text| text.trim().is_empty());
        empty && base.message_row(message).is_some()
    }

    /// `m132 has no text (messages.csv:140), so no pattern can find anything in it; only a person can code it`
    pub(super) fn no_text(&self, message: Value) -> String {
        let place = self.base().message_place(message);
        let place = place.map_or(String::new(), |place| format!(" ({}:{})", place.file, place.line));
        let who = self.view().in_words(message);
        format!("{who} has no text{place}, so no pattern can find anything in it; only a person can code it")
    }

    /// The same, where a concept is asked of such a message.
    pub(super) fn textless(&self, relation: RelationId, row: &[Option<Value>]) -> Vec<Blame> {
        match (self.role(relation), row.first().copied().flatten()) {
            (Role::Has(_), Some(message)) if self.has_no_text(message) => vec![Blame::of(self.no_text(message))],
            _ => Vec::new(),
        }
    }
}
