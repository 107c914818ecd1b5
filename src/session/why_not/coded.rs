//! Why somebody did not code a message so: what he did code there, and who else found the code in it. A coding is no
//! conclusion, so no rule is to blame; that of the rules themselves is asked of the code's clauses.

use super::answer::Blame;
use super::fix::{Fix, Plan, READ, Step};
use super::fixes::Mender;
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
}

impl Mender<'_, '_> {
    /// The coder codes it so after all.
    pub(super) fn coding_by(&self, asked: &Asked) -> Option<Fix> {
        let view = self.inquiry.view();
        let coding = view.program.known("coding");
        let coder = view.as_written(asked.coder, view.program.relation(coding).columns[2].of);
        let found = self.inquiry.first_passage(asked.code, asked.message).map(|range| (range, range));
        let mut step = match found.and_then(|found| self.coding(asked.code, asked.message, Some(found))) {
            Some(step) => Step { weight: READ, ..step },
            None => self.read(asked.code, asked.message)?,
        };
        let code = step.shown.code.replacen(&format!(", {}", self.coder()), &format!(", {coder}"), 1);
        step.shown.text =
            step.shown.text.replacen("let somebody code", &format!("let {} code", view.pool.show(asked.coder)), 1);
        (step.shown.code, step.plan) = (code.clone(), Plan::Insert(code));
        Some(Fix::of(step))
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
