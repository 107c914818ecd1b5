//! Why somebody did not code a message so: what he did code there, and who else found the code in it. A coding is no
//! conclusion, so no rule is to blame; that of the rules themselves is asked of the code's clauses.

use super::answer::Blame;
use super::inquiry::{Inquiry, OpenRow};
use crate::base::Value;
use crate::check::Type;
use crate::check::program::{ConceptId, RelationId as Declared};
use crate::session::show::View;
use crate::text::slice;

/// So many codings are looked through.
const ROWS: usize = 50_000;
/// So many of them are named.
const NAMED: usize = 4;
/// The coder that stands for the clauses of codes.
const RULES: &str = "rules";

/// A question whether somebody coded something so.
pub(super) struct Asked {
    pub message: Value,
    pub code: ConceptId,
    coder: Value,
}

impl View<'_> {
    /// What is asked where it is whether somebody coded a message, or a passage of it, with a code.
    pub(super) fn asked_of_coder(&self, declared: Declared, row: &[Option<Value>]) -> Option<Asked> {
        let &[Some(quote), Some(code), Some(coder)] = row else { return None };
        if declared != self.program.known("coded") {
            return None;
        }
        let message = self.pool.as_quote(quote)?.0;
        Some(Asked { message, code: *self.program.concept_values.get(&code)?, coder })
    }

    /// `ann coded "copies cost nothing" of q2 as "Price"`
    pub(super) fn coding_told(&self, row: &[Value]) -> Option<String> {
        let &[quote, code, coder] = row else { return None };
        let (message, range) = self.pool.as_quote(quote)?;
        let (who, of, label) = (self.pool.show(coder), self.in_words(message), self.in_words(code));
        let did = if who == RULES { "the rules code".to_string() } else { format!("{who} coded") };
        let words = range.zip(self.texts.corpus.text(message)).map(|(range, text)| slice(text, range).to_string());
        Some(match words {
            Some(words) => format!("{did} \"{}\" of {of} as {label}", super::blame::shorter(words.trim())),
            None => format!("{did} {of} as {label}"),
        })
    }
}

impl Inquiry<'_> {
    /// What the coder coded there instead, and who found the code. None where the rules are the coder.
    pub(super) fn not_coded(&self, asked: &Asked) -> Option<Vec<Blame>> {
        let view = self.base();
        let who = self.pool.show(asked.coder);
        if who == RULES {
            return None;
        }
        let coded = view.lowered.declared(view.program.known("coded"));
        let of_message = |row: &OpenRow| -> Vec<Vec<Value>> {
            let (rows, _) = self.search.rows(coded, row, ROWS);
            let here = |row: &Vec<Value>| {
                row.first().is_some_and(|&quote| view.pool.as_quote(quote).is_some_and(|(m, _)| m == asked.message))
            };
            rows.into_iter().map(|row| row.to_vec()).filter(here).collect()
        };
        let told = |rows: Vec<Vec<Value>>| -> Vec<Blame> {
            rows.iter().take(NAMED).filter_map(|row| view.coding_told(row)).map(Blame::of).collect()
        };
        let code = view.program.concept(asked.code);
        let mut blame = told(of_message(&vec![None, None, Some(asked.coder)]));
        if blame.is_empty() {
            let anything = !self.search.rows(coded, &[None, None, Some(asked.coder)], 1).0.is_empty();
            blame.push(Blame::of(match anything {
                true => format!("{who} coded nothing in {}", self.view().in_words(asked.message)),
                false => format!("there is no coding by {who} at all"),
            }));
        }
        blame.extend(told(of_message(&vec![None, Some(code.value), None])));
        Some(blame)
    }

    /// Who coded a message so without saying where in it.
    pub(super) fn whole_coders(&self, id: ConceptId, message: Value) -> Vec<String> {
        let base = self.base();
        let (coding, code) = (base.program.known("coding"), base.program.concept(id).value);
        let mut asked = vec![None; base.program.relation(coding).columns.len()];
        (asked[0], asked[1]) = (Some(message), Some(code));
        let of = base.program.relation(coding).columns[2].of;
        let rows = self.search.rows(base.lowered.declared(coding), &asked, ROWS).0;
        let whole = rows.iter().filter(|row| row.get(3).is_none_or(|start| start.is_none()));
        let mut coders: Vec<String> =
            whole.filter_map(|row| row.get(2).copied()).map(|who| base.as_written(who, of)).collect();
        coders.sort();
        coders
    }

    /// What to do about it: how somebody reads a message is for people to settle, and not for a change that makes it so.
    pub(super) fn to_discuss(&self, asked: &Asked) -> String {
        let view = self.base();
        let (who, message) = (self.pool.show(asked.coder), self.view().in_words(asked.message));
        let coded = view.lowered.declared(view.program.known("coded"));
        let code = view.program.concept(asked.code).value;
        let (rows, _) = self.search.rows(coded, &[None, Some(code), None], ROWS);
        let here = |quote: Value| view.pool.as_quote(quote).is_some_and(|(message, _)| message == asked.message);
        let of = |row: &crate::eval::Row| row.first().is_some_and(|&quote| here(quote)).then(|| row.get(2).copied());
        let mut others: Vec<String> = rows.iter().filter_map(of).flatten().map(|coder| self.pool.show(coder)).collect();
        others.sort();
        others.dedup();
        // The rules are named only where no person coded it so.
        if others.len() > 1 {
            others.retain(|other| other != RULES);
        }
        match others.split_last() {
            None => format!("nobody else found it there either: if {message} should have it, read it again with {who}"),
            Some((last, [])) if last == RULES => {
                format!("the rules and {who} differ here: discuss {message}, or look at the words the rules found")
            }
            Some((last, [])) => format!("{last} and {who} differ here: discuss {message}"),
            Some((last, rest)) => format!("{}, {last} and {who} differ here: discuss {message}", rest.join(", ")),
        }
    }
}

impl Asked {
    /// That it was not coded so.
    pub(super) fn denial(&self, view: View<'_>) -> String {
        let (who, of) = (view.pool.show(self.coder), view.in_words(self.message));
        let label = view.program.concept(self.code).title();
        match who == RULES {
            true => format!("the rules do not code {of} as \"{label}\""),
            false => format!("{who} did not code {of} as \"{label}\""),
        }
    }

    /// The message and the code, as a row of the relation of codes.
    pub(super) fn as_code(&self, view: View<'_>) -> (Declared, OpenRow) {
        let code = view.program.concept(self.code);
        let declared = view.program.kind(code.kind).relation.unwrap_or_else(|| view.program.known("code"));
        debug_assert!(matches!(view.program.relation(declared).columns[0].of, Type::Kind(_)));
        (declared, vec![Some(self.message), Some(code.value)])
    }
}
