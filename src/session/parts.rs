//! The parts of a condition that may say why it holds of nothing: the two sides of a `near`, how many of an `at least`
//! are met at most, how far an `in thread` goes.

use super::funnel::{Ground, shortened};
use super::laid::all_of;
use super::narrow::same_shape;
use crate::base::Location;
use crate::check::program::{Condition, ConditionKind, PassageTest, PatternId, PatternSource, Place, PlaceKind};
use crate::syntax::tree::{Expr, ExprKind, Unit};
use crate::text::Pattern;

/// The parts of a condition, each with a phrase, and how they stand together where the condition holds.
#[derive(Default)]
pub(super) struct Parts {
    pub parts: Vec<(String, Condition)>,
    pub together: Option<String>,
}

/// The parts of a condition; patterns that only the parts have go to `extra`.
pub(super) fn parts(ground: &Ground<'_>, condition: &Condition, extra: &mut Vec<PatternSource>) -> Parts {
    let mut found = Parts::default();
    let at = condition.at;
    match &condition.kind {
        ConditionKind::Place(place) => place_parts(ground, place, extra, &mut found),
        ConditionKind::AtLeast(count, conditions) => {
            for n in 1..*count {
                let fewer = Condition { kind: ConditionKind::AtLeast(n, conditions.clone()), at };
                found.parts.push((format!("with at least {n} of these"), fewer));
            }
        }
        ConditionKind::Has(which, inner) => {
            let ConditionKind::And(conditions) = &inner.kind else { return found };
            for k in 1..conditions.len() {
                let begun = Box::new(all_of(conditions[..k].to_vec(), inner.at));
                let words: Vec<String> = conditions[..k].iter().map(|c| ground.words(c.at)).collect();
                let scope = format!("{which:?}").to_lowercase();
                let phrase = format!("where `{scope} has ({})`", shortened(&words.join(" and ")));
                found.parts.push((phrase, Condition { kind: ConditionKind::Has(*which, begun), at }));
            }
        }
        _ => {}
    }
    found
}

fn place_parts(ground: &Ground<'_>, place: &Place, extra: &mut Vec<PatternSource>, found: &mut Parts) {
    match &place.kind {
        PlaceKind::Both(test, a, b) => {
            found.both(ground, (a, b), place.at);
            found.together = Some(together(*test));
        }
        PlaceKind::Except(a, b) => {
            found.parts.push((with(ground, a.at), as_condition(a)));
            found.together = Some(outside(ground, b.at));
        }
        PlaceKind::Pattern(id) => {
            let Some((a, b, kind)) = split(ground, place, &ground.program.pattern(*id).pattern) else { return };
            let mut add = |(pattern, at): (Pattern, Location)| {
                let id = PatternId((ground.program.patterns.len() + extra.len()) as u32);
                extra.push(PatternSource { pattern, at });
                Place { kind: PlaceKind::Pattern(id), at }
            };
            let except = b.1;
            match kind {
                Some(test) => {
                    let (a, b) = (add(a), add(b));
                    found.both(ground, (&a, &b), place.at);
                    found.together = Some(together(test));
                }
                None => {
                    let a = add(a);
                    found.parts.push((with(ground, a.at), as_condition(&a)));
                    found.together = Some(outside(ground, except));
                }
            }
        }
        PlaceKind::Code(_) | PlaceKind::Or(_) => {}
    }
}

impl Parts {
    fn both(&mut self, ground: &Ground<'_>, (a, b): (&Place, &Place), at: Location) {
        self.parts.push((with(ground, a.at), as_condition(a)));
        self.parts.push((with(ground, b.at), as_condition(b)));
        self.parts.push(("with both".to_string(), all_of(vec![as_condition(a), as_condition(b)], at)));
    }
}

fn as_condition(place: &Place) -> Condition {
    Condition { kind: ConditionKind::Place(place.clone()), at: place.at }
}

fn with(ground: &Ground<'_>, at: Location) -> String {
    format!("with `{}`", shortened(&ground.words(at)))
}

fn outside(ground: &Ground<'_>, at: Location) -> String {
    format!("outside `{}`", shortened(&ground.words(at)))
}

fn together(test: PassageTest) -> String {
    let words = |n: u32| if n == 1 { "1 word".to_string() } else { format!("{n} words") };
    match test {
        PassageTest::Near(n) => format!("within {}", words(n)),
        PassageTest::Before(None) => "in this order".to_string(),
        PassageTest::Before(Some(n)) => format!("in this order within {}", words(n)),
        PassageTest::InSame(Unit::Sentence) => "in the same sentence".to_string(),
        PassageTest::InSame(Unit::Paragraph) => "in the same paragraph".to_string(),
        PassageTest::Overlaps => "on the same words".to_string(),
    }
}

/// A pattern and where it stands.
type Placed = (Pattern, Location);

/// The two sides of a combined pattern with their places, and how they stand together; none for an `except`.
fn split(ground: &Ground<'_>, place: &Place, pattern: &Pattern) -> Option<(Placed, Placed, Option<PassageTest>)> {
    let (p, q, test) = match pattern {
        Pattern::Near(p, q, n) => (p, q, Some(PassageTest::Near(*n))),
        Pattern::Before(p, q, n) => (p, q, Some(PassageTest::Before(*n))),
        Pattern::InSame(unit, p, q) => (p, q, Some(PassageTest::InSame(*unit))),
        Pattern::Overlaps(p, q) => (p, q, Some(PassageTest::Overlaps)),
        Pattern::Except(p, q) => (p, q, None),
        _ => return None,
    };
    let (expr, _) = crate::syntax::parse_body(place.at.file, ground.sources.slice(place.at));
    let expr = expr.filter(|e| same_shape(e, pattern))?;
    let (a, b) = sides(&expr)?;
    let at = |e: &Expr| Location::new(place.at.file, e.span.shift(place.at.span.start));
    Some((((**p).clone(), at(a)), ((**q).clone(), at(b)), test))
}

fn sides(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match &expr.kind {
        ExprKind::Near(a, b, _)
        | ExprKind::Before(a, b, _)
        | ExprKind::InSame(_, a, b)
        | ExprKind::Overlaps(a, b)
        | ExprKind::Except(a, b) => Some((a, b)),
        _ => None,
    }
}
