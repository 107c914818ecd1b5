//! How likely a code is for a message that has no word of it: by what stands around it. An answer says what it is asked for
//! without the words of the question, and codes come together; what neither the conversation nor the message's own codes
//! make likely is offered last.

use super::inquiry::Inquiry;
use crate::base::Value;
use crate::check::Type;
use crate::check::program::ConceptId;
use crate::ir::core::RelationId;

/// So much counts each of the two things at most.
const MOST: usize = 20;
/// So many messages are looked at.
const ROWS: usize = 300;

impl Inquiry<'_> {
    /// From 0 for what is as good as certain to 40 for what nothing speaks for.
    pub(super) fn unlikely(&self, id: ConceptId, message: Value) -> u32 {
        let around = self.in_thread(id, message);
        let together = self.with_its_codes(id, message);
        u32::try_from(2 * MOST - around - together).unwrap_or_default()
    }

    fn has(&self, id: ConceptId) -> Option<RelationId> {
        self.base().lowered.has(self.base().program, id)
    }

    /// The share of a number in all, as a part of what counts at most.
    fn share(part: usize, all: usize) -> usize {
        (part * MOST).checked_div(all).unwrap_or_default().min(MOST)
    }

    /// By how many of the messages of its thread have the code.
    fn in_thread(&self, id: ConceptId, message: Value) -> usize {
        let base = self.base();
        let messages = base.lowered.declared(base.program.known("message"));
        let Some(thread) = base.message_row(message).and_then(|row| row.get(1).copied()).filter(|t| !t.is_none())
        else {
            return 0;
        };
        let arity = base.lowered.core.relation(messages).arity;
        let mut asked = vec![None; arity];
        asked[1] = Some(thread);
        let rows = self.search.rows(messages, &asked, ROWS).0;
        let others: Vec<Value> = rows.iter().filter_map(|row| row.first().copied()).filter(|m| *m != message).collect();
        let Some(has) = self.has(id) else { return 0 };
        Self::share(others.iter().filter(|&&m| base.db.find(has, &[m]).is_some()).count(), others.len())
    }

    /// By how many of the messages have it that have a code which this one has, too.
    fn with_its_codes(&self, id: ConceptId, message: Value) -> usize {
        let base = self.base();
        let Some(has) = self.has(id) else { return 0 };
        let codes = base.program.concepts_of(base.program.known_kind("code"));
        let shares = codes.filter_map(|(other, _)| {
            let of = self.has(other).filter(|of| other != id && base.db.find(*of, &[message]).is_some())?;
            let rows = self.search.rows(of, &[None], ROWS).0;
            let with: Vec<Value> =
                rows.iter().filter_map(|row| row.first().copied()).filter(|m| *m != message).collect();
            Some(Self::share(with.iter().filter(|&&m| base.db.find(has, &[m]).is_some()).count(), with.len()))
        });
        shares.max().unwrap_or_default()
    }

    /// Somebody else who codes, beside those who coded a message so: who was given it to read, or else who has coded others.
    pub(super) fn other_coder(&self, message: Value, known: &[String]) -> Option<String> {
        let base = self.base();
        let program = base.program;
        let coding = program.known("coding");
        let of = program.relation(coding).columns.get(2)?.of;
        let (Some(&coder), message_kind) = (program.kind_names.get("coder"), program.known_kind("message")) else {
            return None;
        };
        let mut found: Vec<Value> = Vec::new();
        for (relation, at) in program.relations.iter().zip(0..) {
            let column = |kind| relation.columns.iter().position(|c| c.of == Type::Kind(kind));
            let (Some(who), Some(what)) = (column(coder), column(message_kind)) else { continue };
            let core = base.lowered.declared(crate::check::program::RelationId(at));
            let mut row = vec![None; base.lowered.core.relation(core).arity];
            if row.len() <= who.max(what) {
                continue;
            }
            row[what] = Some(message);
            found.extend(self.search.rows(core, &row, ROWS).0.iter().filter_map(|row| row.get(who).copied()));
        }
        let rows = base.db.relation(base.lowered.declared(coding));
        found.extend(rows.rows().take(ROWS).filter_map(|row| row.get(2).copied()));
        let other = found.into_iter().find(|&who| !who.is_none() && !known.contains(&self.pool.show(who)))?;
        Some(base.as_written(other, of))
    }
}
