//! Conditions that hold always or never whatever the data are, each said once where the reason is.

use super::shape::{self, Shape};
use super::value::{Bound, bound, is_total};
use super::{Logic, Truths, hull, pattern};
use crate::base::Location;
use crate::check::Type;
use crate::check::program::{Body, Condition, ConditionKind, Operand, OperandKind, VarId};
use crate::check::safety::each_operand;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::CompareOp;

/// Of more conditions side by side than this no two are compared.
const MOST_PARTS: usize = 200;

/// Notes what in a clause holds always or never, and says why.
pub(super) fn judge(logic: &Logic<'_>, body: &Body, truths: &mut Truths) {
    let mut judge = Judge { logic, truths, equal: Vec::new() };
    judge.condition(&body.condition);
}

/// The state of judging one body.
pub(super) struct Judge<'j, 'a> {
    pub(super) logic: &'j Logic<'a>,
    pub(super) truths: &'j mut Truths,
    /// What the variables are said to be equal to by the conditions around.
    pub(super) equal: Vec<(VarId, &'a Operand)>,
}

impl<'j, 'a: 'j> Judge<'j, 'a> {
    pub(super) fn never(&mut self, at: Location, why: &str, help: &str) -> usize {
        let message = format!("{} can never hold: {why}", self.logic.said(at));
        self.truths.say(Diagnostic::at(codes::CAN_NEVER_HOLD, at, message).help(help))
    }

    pub(super) fn always(&mut self, at: Location, why: &str, help: &str) -> usize {
        let message = format!("{} always holds: {why}", self.logic.said(at));
        self.truths.say(Diagnostic::at(codes::ALWAYS_HOLDS, at, message).help(help))
    }

    /// Judges a condition and all in it; whether it is known to hold or not.
    fn condition(&mut self, condition: &'a Condition) -> Option<bool> {
        let (holds, cause) = self.found(condition)?;
        self.truths.note(condition, holds, cause);
        Some(holds)
    }

    fn found(&mut self, condition: &'a Condition) -> Option<(bool, Option<usize>)> {
        each_direct_operand(condition, &mut |o| self.operand(o));
        match &condition.kind {
            ConditionKind::And(_) => self.and(condition),
            ConditionKind::Or(_) => self.or(condition),
            ConditionKind::AtLeast(count, parts) => {
                parts.iter().for_each(|p| {
                    self.condition(p);
                });
                self.repeated(parts);
                if *count as usize > parts.len() {
                    return Some((false, None));
                }
                let known =
                    |holds| parts.iter().filter(|p| self.truths.of(*p).is_some_and(|(h, _)| h == holds)).count();
                if known(true) >= *count as usize {
                    return Some((true, self.cause_of(parts, true)));
                }
                (parts.len() - known(false) < *count as usize).then(|| (false, self.cause_of(parts, false)))
            }
            ConditionKind::Not(inner) => {
                let holds = self.condition(inner)?;
                Some((!holds, self.truths.of(&**inner).and_then(|(_, cause)| cause)))
            }
            ConditionKind::Has(_, inner) => {
                let holds = self.condition(inner)?;
                (!holds).then(|| (false, self.truths.of(&**inner).and_then(|(_, cause)| cause)))
            }
            ConditionKind::Place(place) => {
                pattern::place(self.logic, place, condition.at, self.truths);
                self.truths.of(place)
            }
            ConditionKind::Compare(op, a, b) => self.compare(condition.at, *op, a, b),
            ConditionKind::Contains(a, b) => self.contains(condition.at, a, b),
            ConditionKind::Matches(_, id) => {
                pattern::repeated(self.logic, *id, self.truths);
                None
            }
            _ => None,
        }
    }

    /// The conditions inside counts.
    fn operand(&mut self, operand: &'a Operand) {
        match &operand.kind {
            OperandKind::Arithmetic(_, a, b) => {
                self.operand(a);
                self.operand(b);
            }
            OperandKind::Call(_, args) => args.iter().for_each(|a| self.operand(a)),
            OperandKind::Aggregate(aggregate) => {
                self.condition(&aggregate.body);
            }
            _ => {}
        }
    }

    fn cause_of(&self, parts: &[Condition], holds: bool) -> Option<usize> {
        parts.iter().find_map(|p| self.truths.of(p).filter(|(h, _)| *h == holds)).and_then(|(_, cause)| cause)
    }

    fn and(&mut self, whole: &'a Condition) -> Option<(bool, Option<usize>)> {
        let mut parts = Vec::new();
        flat(whole, true, &mut parts);
        let before = self.equal.len();
        for part in &parts {
            if let ConditionKind::Compare(CompareOp::Equal, a, b) = &part.kind {
                for (one, other) in [(a, b), (b, a)] {
                    if let OperandKind::Var(var) = one.kind {
                        self.equal.push((var, other));
                    }
                }
            }
        }
        parts.iter().for_each(|p| {
            self.condition(p);
        });
        let never = parts.iter().find_map(|p| self.truths.of(*p).filter(|(holds, _)| !holds));
        let verdict = match never {
            Some(verdict) => Some(verdict),
            None => self.together(&parts).map(|cause| (false, Some(cause))),
        };
        self.equal.truncate(before);
        let all = parts.iter().all(|p| self.truths.of(*p).is_some_and(|(holds, _)| holds));
        verdict.or_else(|| (all && !parts.is_empty()).then_some((true, None)))
    }

    /// Looks at each two conditions that must both hold: the message where they cannot.
    fn together(&mut self, parts: &[&'a Condition]) -> Option<usize> {
        if parts.len() > MOST_PARTS {
            return None;
        }
        let shapes: Vec<Shape> = parts.iter().map(|p| self.shape(p)).collect();
        let bounds: Vec<Option<Bound<'a>>> = parts.iter().map(|p| self.bound(p)).collect();
        for i in 1..parts.len() {
            for j in 0..i {
                let (first, second) = (parts[j], parts[i]);
                if self.truths.is_known(first) || self.truths.is_known(second) {
                    continue;
                }
                if shapes[i] == shapes[j] {
                    let message = format!("{} stands here twice", self.logic.said(second.at));
                    let help = "take one of them away: where the first holds, the second always does";
                    let cause = self.truths.say(
                        Diagnostic::at(codes::ALWAYS_HOLDS, second.at, message)
                            .label(first.at, "it stands here already")
                            .help(help),
                    );
                    self.truths.note(second, true, Some(cause));
                } else if self.negates(first, second) {
                    let why = "the two rule each other out";
                    let help = "join them with `or` if one is enough, or take one of them away";
                    return Some(self.never(hull(first.at, second.at), why, help));
                } else if let Some(part) =
                    self.absorbed(second, &shapes[j]).or_else(|| self.absorbed(first, &shapes[i]))
                {
                    let (or, other) = if std::ptr::eq(part, first) { (first, second) } else { (second, first) };
                    let why = format!("{} is asked for beside it", self.logic.said(other.at));
                    let help = "take the bracket away, or what stands beside it";
                    let cause = self.always(or.at, &why, help);
                    self.truths.note(or, true, Some(cause));
                } else if let (Some(a), Some(b)) = (&bounds[j], &bounds[i])
                    && self.same_value(a.what, b.what)
                {
                    if a.interval.excludes(&b.interval) {
                        let with = self.logic.with_parameters(&[a.with, b.with]);
                        let why = format!("{}{with}", self.nothing_is(a, b));
                        let help = "join them with `or` if one is enough, or mend one of the two values";
                        return Some(self.never(hull(first.at, second.at), &why, help));
                    }
                    for (weak, strong, of, by) in [(b, a, second, first), (a, b, first, second)] {
                        if strong.interval.within(&weak.interval) && !self.truths.is_known(of) {
                            let with = self.logic.with_parameters(&[a.with, b.with]);
                            let why = format!("{} says more{with}", self.logic.said(by.at));
                            let cause = self.always(of.at, &why, "take it away, or mend one of the two values");
                            self.truths.note(of, true, Some(cause));
                            break;
                        }
                    }
                }
            }
        }
        None
    }

    fn or(&mut self, whole: &'a Condition) -> Option<(bool, Option<usize>)> {
        let mut parts = Vec::new();
        flat(whole, false, &mut parts);
        parts.iter().for_each(|p| {
            self.condition(p);
        });
        let known = |holds: bool| parts.iter().filter_map(|p| self.truths.of(*p)).filter(move |(h, _)| *h == holds);
        if let Some(always) = known(true).next() {
            return Some(always);
        }
        if known(false).count() == parts.len() {
            return known(false).next();
        }
        if parts.len() > MOST_PARTS {
            return None;
        }
        for i in 1..parts.len() {
            for j in 0..i {
                let (first, second) = (parts[j], parts[i]);
                let exhaustive = match (self.bound(first), self.bound(second)) {
                    (Some(a), Some(b)) if self.same_value(a.what, b.what) && is_total(a.what) => {
                        let rest = a.interval.rest(a.what.of == Type::Number);
                        rest.is_some_and(|rest| rest.within(&b.interval))
                    }
                    _ => false,
                };
                if exhaustive || self.negates(first, second) {
                    let why = "one of the two is always so";
                    let help = "take the bracket away, or join the two with `and`";
                    return Some((true, Some(self.always(hull(first.at, second.at), why, help))));
                }
            }
        }
        None
    }

    /// What stands twice among alternatives that are counted.
    fn repeated(&mut self, parts: &'a [Condition]) {
        let shapes: Vec<Shape> = parts.iter().map(|p| self.shape(p)).collect();
        for i in 1..parts.len() {
            if let Some(j) = (0..i).find(|&j| shapes[i] == shapes[j]) {
                let message = format!("{} stands here twice, and counts twice", self.logic.said(parts[i].at));
                let diagnostic = Diagnostic::at(codes::COVERED, parts[i].at, message)
                    .label(parts[j].at, "it stands here already")
                    .help("take one of them away, or put there what was meant");
                self.truths.say(diagnostic);
            }
        }
    }

    fn shape(&self, condition: &Condition) -> Shape {
        shape::condition(self.logic.program, condition, &|_| true)
    }

    /// True where one is the `not` of the other.
    fn negates(&self, a: &Condition, b: &Condition) -> bool {
        let is_not = |a: &Condition, b: &Condition| match &a.kind {
            ConditionKind::Not(inner) => self.shape(inner) == self.shape(b),
            _ => false,
        };
        is_not(a, b) || is_not(b, a)
    }

    /// The condition itself where it is an `or` of which one alternative has that shape.
    fn absorbed(&self, condition: &'a Condition, shape: &Shape) -> Option<&'a Condition> {
        let ConditionKind::Or(parts) = &condition.kind else { return None };
        parts.iter().any(|p| self.shape(p) == *shape).then_some(condition)
    }

    fn bound(&self, condition: &'a Condition) -> Option<Bound<'a>> {
        match &condition.kind {
            ConditionKind::Compare(op, a, b) => bound(self.logic, *op, a, b),
            _ => None,
        }
    }

    pub(super) fn same_value(&self, a: &Operand, b: &Operand) -> bool {
        shape::operand(self.logic.program, a) == shape::operand(self.logic.program, b)
    }
}

/// The parts of an `and` (or an `or`), those of brackets of the same kind among them.
pub(super) fn flat<'c>(condition: &'c Condition, and: bool, parts: &mut Vec<&'c Condition>) {
    match (&condition.kind, and) {
        (ConditionKind::And(inner), true) | (ConditionKind::Or(inner), false) => {
            inner.iter().for_each(|p| flat(p, and, parts));
        }
        _ => parts.push(condition),
    }
}

/// The values that stand in a condition itself, not in those inside it.
fn each_direct_operand<'c>(condition: &'c Condition, visit: &mut impl FnMut(&'c Operand)) {
    match &condition.kind {
        ConditionKind::And(_)
        | ConditionKind::Or(_)
        | ConditionKind::AtLeast(..)
        | ConditionKind::Not(_)
        | ConditionKind::Has(..) => {}
        _ => each_operand(condition, visit),
    }
}
