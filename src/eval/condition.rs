//! The conditions on values that are known. Pure, and free of joins: the proof checker asks the same questions.

use crate::base::{Pool, Value};
use crate::ir::compute::{Failure, compare, compute};
use crate::ir::core::{Literal, PlaceTest, Term};

/// What only the layer of texts can tell.
pub trait Texts {
    /// Whether two ranges of a message stand so; never asked for [`PlaceTest::Overlaps`] and
    /// [`PlaceTest::Contains`].
    fn place(&self, test: PlaceTest, message: Value, a: (u32, u32), b: (u32, u32)) -> bool;
    /// Whether a pattern, by its number, matches a text.
    fn matches(&self, pattern: u32, text: &str) -> bool;
}

/// Whether a comparison or test holds. Atoms, `not`, lookups and bindings are no such condition and never hold here.
pub fn holds(literal: &Literal, binding: &[Value], pool: &Pool, texts: &dyn Texts) -> Result<bool, Failure> {
    let value = |term: &Term| match term {
        Term::Var(var) => binding[var.0 as usize],
        Term::Const(value) => *value,
        Term::Any => Value::NONE,
    };
    Ok(match literal {
        Literal::Compare(op, a, b) => {
            let (a, b) = (compute(a, binding, pool)?, compute(b, binding, pool)?);
            compare(*op, &a, &b, pool)
        }
        Literal::Present(var) => !binding[var.0 as usize].is_none(),
        Literal::Absent(var) => binding[var.0 as usize].is_none(),
        Literal::Place(test, a, b) => place(*test, value(a), value(b), pool, texts),
        Literal::Matches(term, pattern) => pool.as_text(value(term)).is_some_and(|text| texts.matches(*pattern, text)),
        Literal::Contains(a, b) => {
            let (a, b) = (compute(a, binding, pool)?, compute(b, binding, pool)?);
            match (a.as_text(pool), b.as_text(pool)) {
                (Some(a), Some(b)) => a.to_lowercase().contains(&b.to_lowercase()),
                _ => false,
            }
        }
        Literal::Atom(..) | Literal::Not(..) | Literal::Lookup { .. } | Literal::Bind(..) => false,
    })
}

fn place(test: PlaceTest, a: Value, b: Value, pool: &Pool, texts: &dyn Texts) -> bool {
    let (Some((message, Some(a))), Some((other, Some(b)))) = (pool.as_quote(a), pool.as_quote(b)) else {
        return false;
    };
    if message != other {
        return false;
    }
    match test {
        PlaceTest::Overlaps => a.0.max(b.0) < a.1.min(b.1),
        PlaceTest::Contains => a.0 <= b.0 && b.1 <= a.1 && a != b,
        PlaceTest::Near(_) | PlaceTest::Before(_) | PlaceTest::InSame(_) => texts.place(test, message, a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoTexts;
    impl Texts for NoTexts {
        fn place(&self, _: PlaceTest, _: Value, _: (u32, u32), _: (u32, u32)) -> bool {
            true
        }
        fn matches(&self, _: u32, _: &str) -> bool {
            true
        }
    }

    #[test]
    fn places_are_of_one_message_and_have_a_range() {
        let mut pool = Pool::default();
        let (m, n) = (pool.text("m"), pool.text("n"));
        let mut quote = |message, range| pool.quote(message, range);
        let (a, b, c) = (quote(m, Some((0, 5))), quote(m, Some((5, 9))), quote(m, Some((4, 6))));
        let (whole, other) = (quote(m, None), quote(n, Some((0, 5))));
        let test = |test, a, b| place(test, a, b, &pool, &NoTexts);
        assert!(!test(PlaceTest::Overlaps, a, b));
        assert!(test(PlaceTest::Overlaps, a, c) && test(PlaceTest::Overlaps, a, a));
        assert!(!test(PlaceTest::Contains, a, a) && !test(PlaceTest::Contains, a, c));
        assert!(test(PlaceTest::Near(3), a, b));
        assert!(!test(PlaceTest::Near(3), a, whole) && !test(PlaceTest::Near(3), a, other));
    }
}
