//! The conditions on values and passages that are known, asked of the texts themselves.
//!
//! The evaluator has its own; these share nothing with it but what a value is worth.

use crate::base::{Pool, Value};
use crate::ir::compute::{compare, compute};
use crate::ir::core::{Literal, PlaceTest, Term};
use crate::text::{Corpus, Matcher};

/// The texts of the messages, and the patterns by number.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The texts.
    pub corpus: &'a Corpus,
    /// The patterns; none where there are none.
    pub matcher: Option<&'a Matcher>,
}

impl Words<'_> {
    /// Whether a condition holds that is no atom, absence, lookup or binding; [`None`] where a value that it needs is
    /// too large to be computed or there is none, and then it does not hold.
    pub(super) fn meet(&self, literal: &Literal, binding: &[Value], pool: &Pool) -> Option<bool> {
        let value = |term: &Term| match term {
            Term::Var(var) => binding[var.0 as usize],
            Term::Const(value) => *value,
            Term::Any => Value::NONE,
        };
        Some(match literal {
            Literal::Compare(op, a, b) => {
                let (a, b) = (compute(a, binding, pool).ok()?, compute(b, binding, pool).ok()?);
                compare(*op, &a, &b, pool)
            }
            Literal::Present(var) => !binding[var.0 as usize].is_none(),
            Literal::Absent(var) => binding[var.0 as usize].is_none(),
            Literal::Place(test, a, b) => self.stand(*test, pool.as_quote(value(a))?, pool.as_quote(value(b))?),
            Literal::Matches(term, pattern) => {
                let text = pool.as_text(value(term))?;
                self.matcher.is_some_and(|matcher| matcher.is_match(*pattern as usize, text))
            }
            Literal::Contains(a, b) => {
                let (a, b) = (compute(a, binding, pool).ok()?, compute(b, binding, pool).ok()?);
                let (a, b) = (a.as_text(pool)?.to_lowercase(), b.as_text(pool)?.to_lowercase());
                a.contains(&b)
            }
            Literal::Atom(..) | Literal::Not(..) | Literal::Lookup { .. } | Literal::Bind(..) => return None,
        })
    }

    /// Whether two passages of one message stand so.
    fn stand(&self, test: PlaceTest, a: Passage, b: Passage) -> bool {
        let ((message, Some(a)), (other, Some(b))) = (a, b) else { return false };
        let apart = match test {
            PlaceTest::Near(within) => self.corpus.near(message, a, b, within),
            PlaceTest::Before(within) => self.corpus.before(message, a, b, within),
            PlaceTest::InSame(unit) => self.corpus.same(unit, message, a, b),
            PlaceTest::Overlaps => a.0 < b.1 && b.0 < a.1 && a.0 < a.1 && b.0 < b.1,
            PlaceTest::Contains => a != b && a.0 <= b.0 && a.1 >= b.1,
        };
        message == other && apart
    }
}

/// A message and a place in it; none for the whole.
type Passage = (Value, Option<(u32, u32)>);
