//! Prints conditions, patterns and values, with the brackets they need and no others.

use super::literal::quote;
use super::tree::*;
use crate::base::Decimal;

/// How tightly a form holds together; a part that holds less tightly than its place needs stands in brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    /// `a and b`
    Body,
    /// `not a`, `thread has a`, `a = b`
    Unit,
    /// `a + b`
    Sum,
    /// `a * b`
    Product,
    /// `-a`
    Signed,
    /// All else.
    Primary,
}

/// A condition, pattern or value as source text.
pub fn print_expr(e: &Expr) -> String {
    expr(e)
}

pub(super) fn expr(e: &Expr) -> String {
    let mut out = String::new();
    write(&mut out, e, Hold::Body);
    out
}

fn hold(kind: &ExprKind) -> Hold {
    use ExprKind::*;
    match kind {
        And(_) | Or(_) => Hold::Body,
        Not(_) | Has(..) | Compare(..) | Near(..) | Before(..) | InSame(..) | Overlaps(..) | Except(..)
        | Contains(..) | Matches(..) | IsA(..) | AgreedBy(..) => Hold::Unit,
        Arithmetic(ArithmeticOp::Add | ArithmeticOp::Subtract, ..) => Hold::Sum,
        Arithmetic(..) => Hold::Product,
        Negate(_) => Hold::Signed,
        _ => Hold::Primary,
    }
}

fn write(out: &mut String, e: &Expr, needs: Hold) {
    if hold(&e.kind) < needs {
        out.push('(');
        inner(out, e);
        out.push(')');
    } else {
        inner(out, e);
    }
}

fn list(out: &mut String, all: &[Expr], between: &str, needs: Hold) {
    for (i, e) in all.iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        write(out, e, needs);
    }
}

fn inner(out: &mut String, e: &Expr) {
    let pair = |out: &mut String, a: &Expr, word: &str, b: &Expr| {
        write(out, a, Hold::Sum);
        out.push_str(word);
        write(out, b, Hold::Sum);
    };
    match &e.kind {
        ExprKind::And(all) => list(out, all, " and ", Hold::Unit),
        ExprKind::Or(all) => list(out, all, " or ", Hold::Unit),
        ExprKind::Not(a) => {
            out.push_str("not ");
            write(out, a, Hold::Unit);
        }
        ExprKind::Has(scope, a) => {
            out.push_str(match scope {
                HasScope::Thread => "thread has ",
                HasScope::Parent => "parent has ",
                HasScope::Author => "author has ",
            });
            write(out, a, Hold::Primary);
        }
        ExprKind::Compare(op, a, b) => pair(out, a, &format!(" {} ", op.text()), b),
        ExprKind::Near(a, b, n) => {
            pair(out, a, " near ", b);
            out.push_str(&format!(" within {} words", count(n)));
        }
        ExprKind::Before(a, b, n) => {
            pair(out, a, " before ", b);
            if let Some(n) = n {
                out.push_str(&format!(" within {} words", count(n)));
            }
        }
        ExprKind::InSame(Unit::Sentence, a, b) => pair(out, a, " in same sentence as ", b),
        ExprKind::InSame(Unit::Paragraph, a, b) => pair(out, a, " in same paragraph as ", b),
        ExprKind::Overlaps(a, b) => pair(out, a, " overlaps ", b),
        ExprKind::Except(a, b) => pair(out, a, " except ", b),
        ExprKind::Contains(a, b) => pair(out, a, " contains ", b),
        ExprKind::Matches(a, b) => pair(out, a, " matches ", b),
        ExprKind::IsA(a, kind) => {
            write(out, a, Hold::Sum);
            let vowel = kind.text.starts_with(['a', 'e', 'i', 'o', 'u']);
            out.push_str(&format!(" is {} {}", if vowel { "an" } else { "a" }, kind.text));
        }
        ExprKind::AgreedBy(a, n) => {
            write(out, a, Hold::Sum);
            out.push_str(&format!(" agreed by {}", count(n)));
        }
        ExprKind::Arithmetic(op, a, b) => {
            let (left, right) = match hold(&e.kind) {
                Hold::Sum => (Hold::Sum, Hold::Product),
                _ => (Hold::Product, Hold::Signed),
            };
            write(out, a, left);
            out.push_str(&format!(" {} ", op.text()));
            write(out, b, right);
        }
        ExprKind::Negate(a) => {
            out.push('-');
            // A number would take the sign for its own.
            let bare = matches!(&a.kind, ExprKind::Number(n) if *n >= 0)
                || matches!(&a.kind, ExprKind::Decimal(d) if !d.to_string().starts_with('-'));
            match bare {
                true => {
                    out.push('(');
                    inner(out, a);
                    out.push(')');
                }
                false => write(out, a, Hold::Signed),
            }
        }
        ExprKind::Aggregate(a) => {
            out.push_str(&format!("{} of ", a.function.text()));
            list(out, &a.over, ", ", Hold::Sum);
            if !a.each.is_empty() {
                let names: Vec<&str> = a.each.iter().map(|n| n.text.as_str()).collect();
                out.push_str(&format!(" for each {}", names.join(", ")));
            }
            out.push_str(" where (");
            inner(out, &a.body);
            out.push(')');
        }
        ExprKind::Counted(c) => {
            out.push_str(&format!("{} of {}", c.what.text(), reference(&c.concept)));
            out.push_str(match c.scope {
                CountedScope::Study => "",
                CountedScope::Message => " in this message",
                CountedScope::Thread => " in this thread",
                CountedScope::Author => " by this author",
            });
        }
        ExprKind::AtLeast(n, all) => {
            out.push_str(&format!("at least {} of (", count(n)));
            list(out, all, ", ", Hold::Unit);
            out.push(')');
        }
        ExprKind::Stem(text, language) => {
            out.push_str(&format!("stem {}", quote(&text.text)));
            if let Some(language) = language {
                out.push_str(&format!(" in {}", language.text));
            }
        }
        ExprKind::Quote { message, start, end } => {
            let bare = !message.is_empty() && message.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let id = if bare { message.clone() } else { quote(message) };
            out.push_str(&format!("{id}@{start}-{end}"));
        }
        ExprKind::Text(text) => out.push_str(&quote(text)),
        ExprKind::Regex { pattern, insensitive } => {
            out.push_str(&format!("/{pattern}/{}", if *insensitive { "i" } else { "" }));
        }
        ExprKind::Date(d) => out.push_str(&d.to_string()),
        ExprKind::DateTime(t) => out.push_str(&t.to_string()),
        ExprKind::Number(n) => out.push_str(&n.to_string()),
        ExprKind::Decimal(d) => out.push_str(&decimal(d)),
        ExprKind::This => out.push_str("this"),
        ExprKind::Atom(a) => out.push_str(&atom(a)),
        ExprKind::Ref(r) => out.push_str(&reference(r)),
        ExprKind::Var(name) => out.push_str(name),
        ExprKind::Any => out.push('_'),
    }
}

/// A decimal keeps its point, so that it stays one.
pub(super) fn decimal(d: &Decimal) -> String {
    let text = d.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

pub(super) fn atom(a: &Atom) -> String {
    let mut out = format!("{}(", a.name.text);
    for (i, arg) in a.args.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        if let Some(column) = &arg.column {
            out.push_str(&format!("{}: ", column.text));
        }
        write(&mut out, &arg.value, Hold::Sum);
    }
    out.push(')');
    out
}

pub(super) fn reference(r: &Ref) -> String {
    let name = if r.by_label { quote(&r.name.text) } else { r.name.text.clone() };
    match &r.kind {
        Some(kind) => format!("{}.{name}", kind.text),
        None => name,
    }
}

fn count(n: &Count) -> String {
    match n {
        Count::Number(n, _) => n.to_string(),
        Count::Parameter(name) => name.text.clone(),
    }
}
