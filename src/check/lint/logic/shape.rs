//! What a condition or value says, apart from the order in which it says it: two that say the same have the same shape.
//! The variables that are known outside are holes, in order; those of its own have no names.

use crate::check::program::{Condition, ConditionKind, Operand, OperandKind, Place, PlaceKind, Program, VarId};
use crate::syntax::tree::CompareOp;
use crate::text::Pattern;
use std::fmt::Write;

/// The shape of a condition or value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    /// What it says, with a mark at each hole.
    pub key: String,
    /// The variables that stand in the holes.
    pub holes: Vec<VarId>,
}

/// The shape of a condition; `outer` tells the variables that are known outside of it.
pub(super) fn condition(program: &Program, condition: &Condition, outer: &dyn Fn(VarId) -> bool) -> Shape {
    let mut writer = Writer { program, own: Vec::new(), out: Shape { key: String::new(), holes: Vec::new() } };
    writer.condition(condition, outer);
    writer.out
}

/// The shape of a value; every variable that is not an aggregate's own is a hole.
pub(super) fn operand(program: &Program, operand: &Operand) -> Shape {
    let mut writer = Writer { program, own: Vec::new(), out: Shape { key: String::new(), holes: Vec::new() } };
    writer.operand(operand, &|_| true);
    writer.out
}

struct Writer<'a> {
    program: &'a Program,
    /// The variables without names, in order of first use.
    own: Vec<VarId>,
    out: Shape,
}

impl Writer<'_> {
    fn condition(&mut self, condition: &Condition, outer: &dyn Fn(VarId) -> bool) {
        match &condition.kind {
            ConditionKind::And(parts) => self.parts("and", parts, outer),
            ConditionKind::Or(parts) => self.parts("or", parts, outer),
            ConditionKind::AtLeast(n, parts) => self.parts(&format!("at least {n}"), parts, outer),
            ConditionKind::Not(inner) => {
                self.out.key.push_str("not(");
                self.condition(inner, outer);
                self.out.key.push(')');
            }
            ConditionKind::Has(scope, inner) => {
                let _ = write!(self.out.key, "{scope:?} has(");
                self.condition(inner, outer);
                self.out.key.push(')');
            }
            ConditionKind::Holds(id) => self.word(format!("has {}", id.0)),
            ConditionKind::Place(place) => self.word(self::place(self.program, place)),
            ConditionKind::Agreed(id, count) => self.word(format!("agreed {} {count}", id.0)),
            ConditionKind::Atom(relation, operands) => {
                let _ = write!(self.out.key, "r{}(", relation.0);
                self.operands(operands.iter(), outer);
            }
            ConditionKind::Compare(op, a, b) => {
                let (op, a, b) = match op {
                    CompareOp::Greater => (CompareOp::Less, b, a),
                    CompareOp::GreaterEqual => (CompareOp::LessEqual, b, a),
                    // Both sides are alike: the shorter stands first.
                    CompareOp::Equal | CompareOp::NotEqual if self.comes_after(a, b) => (*op, b, a),
                    _ => (*op, a, b),
                };
                let _ = write!(self.out.key, "{}(", op.text());
                self.operands([a, b].into_iter(), outer);
            }
            ConditionKind::Passages(test, a, b) => {
                let _ = write!(self.out.key, "{test:?}(");
                self.operands([a, b].into_iter(), outer);
            }
            ConditionKind::Contains(a, b) => {
                self.out.key.push_str("contains(");
                self.operands([a, b].into_iter(), outer);
            }
            ConditionKind::Matches(a, id) => {
                let words = self::pattern(&self.program.pattern(*id).pattern);
                let _ = write!(self.out.key, "matches {words}(");
                self.operands([a].into_iter(), outer);
            }
            ConditionKind::IsA(a, kind) => {
                let _ = write!(self.out.key, "is {}(", kind.0);
                self.operands([a].into_iter(), outer);
            }
        }
    }

    /// Puts the sides of what is alike both ways into one order.
    fn comes_after(&self, a: &Operand, b: &Operand) -> bool {
        let (a, b) = (operand(self.program, a), operand(self.program, b));
        (a.key, a.holes) > (b.key, b.holes)
    }

    /// Parts whose order means nothing, in an order of their own.
    fn parts(&mut self, word: &str, parts: &[Condition], outer: &dyn Fn(VarId) -> bool) {
        let _ = write!(self.out.key, "{word}(");
        let mut parts: Vec<(Shape, &Condition)> =
            parts.iter().map(|p| (self::condition(self.program, p, outer), p)).collect();
        parts.sort_by(|(a, _), (b, _)| (&a.key, &a.holes).cmp(&(&b.key, &b.holes)));
        for (_, part) in parts {
            self.condition(part, outer);
            self.out.key.push(';');
        }
        self.out.key.push(')');
    }

    fn word(&mut self, word: impl AsRef<str>) {
        self.out.key.push_str(word.as_ref());
    }

    fn operands<'o>(&mut self, operands: impl Iterator<Item = &'o Operand>, outer: &dyn Fn(VarId) -> bool) {
        for operand in operands {
            self.operand(operand, outer);
            self.out.key.push(',');
        }
        self.out.key.push(')');
    }

    fn var(&mut self, var: VarId, outer: &dyn Fn(VarId) -> bool) {
        if outer(var) {
            self.out.key.push('$');
            self.out.holes.push(var);
            return;
        }
        let number = self.own.iter().position(|&v| v == var).unwrap_or_else(|| {
            self.own.push(var);
            self.own.len() - 1
        });
        let _ = write!(self.out.key, "~{number}");
    }

    fn operand(&mut self, operand: &Operand, outer: &dyn Fn(VarId) -> bool) {
        match &operand.kind {
            OperandKind::Var(var) => self.var(*var, outer),
            OperandKind::This => self.word("this"),
            OperandKind::Const(value) => self.word(format!("{value:?}")),
            OperandKind::Any => self.word("_"),
            OperandKind::Arithmetic(op, a, b) => {
                let _ = write!(self.out.key, "{}(", op.text());
                self.operands([&**a, &**b].into_iter(), outer);
            }
            OperandKind::Call(function, args) => {
                let _ = write!(self.out.key, "{function:?}(");
                self.operands(args.iter(), outer);
            }
            OperandKind::Aggregate(aggregate) => {
                let inside = |v: VarId| outer(v) && aggregate.groups.contains(&v);
                let _ = write!(self.out.key, "{:?} of(", aggregate.function);
                self.operands(aggregate.over.iter(), &inside);
                for &var in &aggregate.each {
                    self.var(var, &inside);
                }
                self.out.key.push(':');
                self.condition(&aggregate.body, &inside);
            }
            OperandKind::Counted(thing, id, scope) => self.word(format!("{thing:?} of {} {scope:?}", id.0)),
        }
    }
}

/// A place; equal places have equal texts.
pub(super) fn place(program: &Program, place: &Place) -> String {
    match &place.kind {
        PlaceKind::Pattern(id) => pattern(&program.pattern(*id).pattern),
        PlaceKind::Code(id) => format!("code {}", id.0),
        PlaceKind::Or(parts) => sorted(parts.iter().map(|p| self::place(program, p)).collect()),
        PlaceKind::Both(test, a, b) => format!("{test:?}({};{})", self::place(program, a), self::place(program, b)),
        PlaceKind::Except(a, b) => format!("except({};{})", self::place(program, a), self::place(program, b)),
    }
}

/// A pattern; equal patterns have equal texts, and so have phrases that differ only in case and blanks.
pub(super) fn pattern(pattern: &Pattern) -> String {
    use self::pattern as of;
    match pattern {
        Pattern::Phrase(text) => format!("{:?}", text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()),
        Pattern::Or(parts) => sorted(parts.iter().map(of).collect()),
        Pattern::Near(a, b, within) => format!("near {within} {}", sorted(vec![of(a), of(b)])),
        Pattern::Before(a, b, within) => format!("before {within:?}({};{})", of(a), of(b)),
        Pattern::InSame(unit, a, b) => format!("in {unit:?} {}", sorted(vec![of(a), of(b)])),
        Pattern::Overlaps(a, b) => format!("overlaps {}", sorted(vec![of(a), of(b)])),
        Pattern::Except(a, b) => format!("except({};{})", of(a), of(b)),
        Pattern::Substring(_) | Pattern::Regex { .. } | Pattern::Stem { .. } => format!("{pattern:?}"),
    }
}

fn sorted(mut parts: Vec<String>) -> String {
    parts.sort();
    format!("({})", parts.join("|"))
}
