//! Other numbers in rules: the value with which a comparison, a count or a distance would hold.

use super::answer::RepairStep;
use super::fix::{NUMBER, Plan, Step};
use super::fixes::Mender;
use super::shapes::condition_at;
use crate::base::{Datum, Location, Pool, Value};
use crate::check::program::{ConditionKind, Operand, OperandKind};
use crate::ir::core::{Expr, Literal};
use crate::proof::Miss;
use crate::syntax::tree::CompareOp;

/// What the right side must be for `left op right` to hold, where that is one value more or less than the left.
pub(super) fn needed(op: CompareOp, left: Value, pool: &mut Pool) -> Option<Value> {
    if left.is_none() {
        return None;
    }
    let step = match op {
        CompareOp::Equal | CompareOp::LessEqual | CompareOp::GreaterEqual => return Some(left),
        CompareOp::Less => 1,
        CompareOp::Greater => -1,
        CompareOp::NotEqual => return None,
    };
    let number = pool.as_number(left)?.checked_add(step)?;
    Some(pool.number(number))
}

impl Mender<'_, '_> {
    /// Another number or date in a comparison.
    pub(super) fn threshold(&mut self, literal: &Literal, miss: &Miss, at: Location) -> Option<Step> {
        let Literal::Compare(op, a, b) = literal else { return None };
        let program = self.inquiry.base().program;
        let number = |value: Value, pool: &Pool| pool.as_number(value);
        match &condition_at(program, at)?.kind {
            ConditionKind::Compare(_, left, right) => {
                if let (OperandKind::Const(_), Expr::Const(_)) = (&right.kind, b) {
                    let value = self.inquiry.computed(a, miss)?;
                    let value = needed(*op, value, &mut self.inquiry.pool)?;
                    return self.other_value(right, value, at);
                }
                if let (OperandKind::Const(_), Expr::Const(_)) = (&left.kind, a) {
                    let value = self.inquiry.computed(b, miss)?;
                    let value = needed(op.turned(), value, &mut self.inquiry.pool)?;
                    return self.other_value(left, value, at);
                }
                None
            }
            ConditionKind::AtLeast(..) | ConditionKind::Agreed(..) => {
                let met = number(self.inquiry.computed(a, miss)?, &self.inquiry.pool).filter(|&n| n > 0)?;
                self.other_number(at, met)
            }
            _ => None,
        }
    }

    /// Another value for an operand that is a parameter or a constant.
    fn other_value(&mut self, operand: &Operand, value: Value, at: Location) -> Option<Step> {
        let view = self.inquiry.view();
        let written =
            matches!(view.pool.get(value), Datum::Number(_) | Datum::Decimal(_) | Datum::Date(_) | Datum::DateTime(_));
        // Nothing is at least none of something.
        if !written || view.pool.as_number(value).is_some_and(|n| n == 0) && !is_plain(view.program, at) {
            return None;
        }
        let value = view.pool.show(value);
        let words = view.words(operand.at);
        self.other_word(operand.at, &words, &value, at)
    }

    /// A parameter or a number that stands at a place gets another value; `whole` is what it stands in.
    fn other_word(&self, place: Location, words: &str, value: &str, whole: Location) -> Option<Step> {
        let view = self.inquiry.view();
        let parameter = view.program.parameters.iter().find(|p| p.name == words);
        let (plan, text, code) = match parameter {
            Some(parameter) => {
                let now = view.pool.show(parameter.value);
                let set = view.parameter_set(words).map_or(String::new(), |(_, said)| format!(", {said}"));
                let text = format!("give the parameter `{words}` the value {value} instead of {now}{set}");
                (Plan::Set(words.to_string(), value.to_string()), text, format!("{words} = {value}"))
            }
            None => {
                self.editable(place)?;
                let text = format!("write {value} instead of {words} in `{}`", view.words(whole));
                (Plan::Source(place, value.to_string()), text, value.to_string())
            }
        };
        let at = parameter.map_or(place, |p| p.at);
        // What the question sets stands in no file.
        let place = (!parameter.is_some_and(|p| p.set)).then(|| view.place(at));
        let shown = RepairStep { kind: "threshold", text, code, place, line: String::new() };
        Some(Step { plan, shown, weight: NUMBER })
    }

    /// The number of an `at least` or an `agreed by`, the only one that stands outside brackets.
    fn other_number(&self, at: Location, value: i64) -> Option<Step> {
        let text = self.inquiry.view().sources.slice(at);
        let from =
            text.find("at least").map(|at| at + "at least".len()).or_else(|| Some(text.rfind("agreed by")? + 9))?;
        let (place, word) = word_after(text, from, at)?;
        self.other_word(place, word, &value.to_string(), at)
    }

    /// Another distance for a `within`, the one of that number.
    pub(super) fn other_distance(&self, at: Location, now: u32, value: usize) -> Option<Step> {
        let view = self.inquiry.view();
        let text = view.sources.slice(at);
        let is = |word: &str| {
            let parameter = view.program.parameters.iter().find(|p| p.name == word);
            let number = parameter.map_or_else(|| word.parse().ok(), |p| view.pool.as_number(p.value));
            number == Some(i64::from(now))
        };
        let found = text.match_indices("within").filter_map(|(start, word)| word_after(text, start + word.len(), at));
        let mut found = found.filter(|(_, word)| is(word));
        let (place, word) = found.next()?;
        if found.next().is_some() {
            return None;
        }
        self.other_word(place, word, &value.to_string(), at)
    }
}

/// The word that comes next in a slice, and its place in the file.
fn word_after(text: &str, from: usize, at: Location) -> Option<(Location, &str)> {
    let rest = text.get(from..)?;
    let start = from + (rest.len() - rest.trim_start().len());
    let word = text[start..].split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|w| !w.is_empty())?;
    let span = crate::base::Span::of(start..start + word.len()).shift(at.span.start);
    Some((Location::new(at.file, span), word))
}

/// True for a comparison without a count.
fn is_plain(program: &crate::check::program::Program, at: Location) -> bool {
    let plain = |o: &Operand| !matches!(o.kind, OperandKind::Counted(..) | OperandKind::Aggregate(_));
    match condition_at(program, at).map(|c| &c.kind) {
        Some(ConditionKind::Compare(_, a, b)) => plain(a) && plain(b),
        _ => false,
    }
}
