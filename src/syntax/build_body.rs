//! Makes conditions, patterns and values out of what the grammar found.

use super::build::Builder;
use super::grammar::Rule;
use super::numbers::grouped_number;
use super::tree::*;
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes};
use pest::iterators::Pair;

impl Builder<'_> {
    fn expr(&self, kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }

    /// Conditions joined by `and` or by `or`.
    pub(crate) fn body(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut units: Vec<Expr> = Vec::new();
        // Before which of the units an `or` stands, or an `and`.
        let mut joints: Vec<(Rule, Span)> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::unit => {
                    let unit = self.unit(part);
                    self.decimal_comma(&units, &joints, &unit);
                    units.push(unit);
                }
                rule => joints.push((rule, self.span(&part))),
            }
        }
        if units.len() == 1 {
            return units.pop().unwrap_or(Expr { kind: ExprKind::Any, span });
        }
        let ors = joints.iter().filter(|(rule, _)| *rule == Rule::kw_or).count();
        if ors == joints.len() {
            return self.expr(ExprKind::Or(units), span);
        }
        if ors == 0 {
            return self.expr(ExprKind::And(units), span);
        }
        self.mixed(&units, &joints, span);
        let groups = split(units, &joints, |rule| rule == Rule::kw_or);
        let ways = groups.into_iter().map(|group| join(group, ExprKind::And)).collect();
        self.expr(ExprKind::Or(ways), span)
    }

    /// Says that `and` and `or` stand side by side, and how both readings are written.
    fn mixed(&mut self, units: &[Expr], joints: &[(Rule, Span)], span: Span) {
        let first_or = joints.iter().find(|(rule, _)| *rule == Rule::kw_or).map(|j| j.1);
        let first_and = joints.iter().find(|(rule, _)| *rule != Rule::kw_or).map(|j| j.1);
        let (Some(or), Some(and)) = (first_or, first_and) else { return };
        let inner = |rule: Rule, or_inside: bool| (rule == Rule::kw_or) == or_inside;
        let brackets = |or_inside: bool| -> Vec<Edit> {
            let mut edits = Vec::new();
            let mut start = 0;
            for i in 0..units.len() {
                let closes = joints.get(i).is_none_or(|j| !inner(j.0, or_inside));
                if closes {
                    if i > start {
                        let (from, to) = (units[start].span.start, units[i].span.end);
                        edits.push(Edit { location: self.location(Span::new(from, from)), text: "(".into() });
                        edits.push(Edit { location: self.location(Span::new(to, to)), text: ")".into() });
                    }
                    start = i + 1;
                }
            }
            edits
        };
        let written = |edits: &[Edit]| -> String {
            let mut out = String::new();
            let mut at = span.start;
            for edit in edits {
                out.push_str(self.slice(Span::new(at, edit.location.span.start)));
                out.push_str(&edit.text);
                at = edit.location.span.end;
            }
            out.push_str(self.slice(Span::new(at, span.end)));
            out.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (ands, ors) = (brackets(false), brackets(true));
        let help = format!("write `{}`, or `{}`", written(&ands), written(&ors));
        let (at, other) = if or.start > and.start { (or, and) } else { (and, or) };
        let diagnostic = Diagnostic::at(
            codes::MIXED_AND_OR,
            self.location(at),
            "`and` and `or` side by side can be read in two ways",
        )
        .label(self.location(other), "the other one")
        .help(help)
        .fix("put the `and` in brackets", ands, false)
        .fix("put the `or` in brackets", ors, false);
        self.diagnostics.push(diagnostic);
    }

    /// `12,5` is two conditions in the grammar and one number for many authors.
    fn decimal_comma(&mut self, units: &[Expr], joints: &[(Rule, Span)], unit: &Expr) {
        let ExprKind::Number(_) = unit.kind else { return };
        let (Some(before), Some(&(Rule::comma, comma))) = (units.last(), joints.last()) else { return };
        let digit = |at: usize| self.text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let comma = comma.start as usize;
        if before.span.end as usize != comma || !digit(comma + 1) || comma == 0 || !digit(comma - 1) {
            return;
        }
        let sign = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
        let start = self.text[..comma].trim_end_matches(sign).len();
        let run = &self.text[start..];
        let run = run[..run.find(|c| !sign(c)).unwrap_or(run.len())].trim_end_matches(['.', ',']);
        // A second comma of the same number has been told with the first.
        if self.text[start..comma].contains(',') {
            return;
        }
        let at = self.location(Span::of(start..start + run.len()));
        self.diagnostics.extend(grouped_number(at, run));
    }

    fn unit(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let end = self.span(&pair).end;
        let mut nots = Vec::new();
        let mut value = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_not => nots.push(self.span(&part).start),
                Rule::has => value = Some(self.has(part)),
                _ => value = Some(self.condition(part)),
            }
        }
        let value = value.unwrap_or(Expr { kind: ExprKind::Any, span: Span::new(end, end) });
        nots.into_iter().rev().fold(value, |e, start| self.expr(ExprKind::Not(Box::new(e)), Span::new(start, end)))
    }

    fn has(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut scope = HasScope::Thread;
        let mut inner = Expr { kind: ExprKind::Any, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_parent => scope = HasScope::Parent,
                Rule::kw_author => scope = HasScope::Author,
                Rule::primary => inner = self.primary(part, ""),
                _ => {}
            }
        }
        self.expr(ExprKind::Has(scope, Box::new(inner)), span)
    }

    fn condition(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(first) = parts.next() else { return Expr { kind: ExprKind::Any, span } };
        let left = self.operand(first);
        let Some(tail) = parts.next() else { return left };
        let rule = tail.as_rule();
        let (mut op, mut unit) = (CompareOp::Equal, Unit::Sentence);
        let (mut right, mut amount, mut name) = (None, None, None);
        for part in tail.into_inner() {
            match part.as_rule() {
                Rule::not_equal => op = CompareOp::NotEqual,
                Rule::less => op = CompareOp::Less,
                Rule::less_equal => op = CompareOp::LessEqual,
                Rule::greater => op = CompareOp::Greater,
                Rule::greater_equal => op = CompareOp::GreaterEqual,
                Rule::kw_paragraph => unit = Unit::Paragraph,
                Rule::operand => right = Some(Box::new(self.operand(part))),
                Rule::amount => amount = Some(self.amount(part)),
                Rule::name => name = Some(self.name(&part)),
                _ => {}
            }
        }
        let left = Box::new(left);
        let kind = match (rule, right, amount, name) {
            (Rule::comparison, Some(right), ..) => ExprKind::Compare(op, left, right),
            (Rule::near, Some(right), Some(amount), _) => ExprKind::Near(left, right, amount),
            (Rule::before, Some(right), amount, _) => ExprKind::Before(left, right, amount),
            (Rule::in_same, Some(right), ..) => ExprKind::InSame(unit, left, right),
            (Rule::overlaps, Some(right), ..) => ExprKind::Overlaps(left, right),
            (Rule::except, Some(right), ..) => ExprKind::Except(left, right),
            (Rule::contains, Some(right), ..) => ExprKind::Contains(left, right),
            (Rule::fits, Some(right), ..) => ExprKind::Matches(left, right),
            (Rule::agreed, _, Some(amount), _) => ExprKind::AgreedBy(left, amount),
            (_, _, _, Some(name)) => ExprKind::IsA(left, name),
            _ => return *left,
        };
        self.expr(kind, span)
    }

    fn amount(&mut self, pair: Pair<'_, Rule>) -> Count {
        let span = self.span(&pair);
        match pair.into_inner().next() {
            Some(p) if p.as_rule() == Rule::name => Count::Parameter(self.name(&p)),
            _ => match self.whole_number(span) {
                LiteralKind::Number(n) => Count::Number(n, span),
                _ => Count::Number(0, span),
            },
        }
    }

    /// Sums and products, each from left to right.
    pub(crate) fn operand(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut left: Option<Expr> = None;
        let mut op = ArithmeticOp::Add;
        for part in pair.into_inner() {
            let value = match part.as_rule() {
                Rule::term => self.operand(part),
                Rule::factor => self.factor(part),
                Rule::plus => {
                    op = ArithmeticOp::Add;
                    continue;
                }
                Rule::minus => {
                    op = ArithmeticOp::Subtract;
                    continue;
                }
                Rule::star => {
                    op = ArithmeticOp::Multiply;
                    continue;
                }
                Rule::slash => {
                    op = ArithmeticOp::Divide;
                    continue;
                }
                Rule::kw_div => {
                    op = ArithmeticOp::WholeDivide;
                    continue;
                }
                Rule::kw_mod => {
                    op = ArithmeticOp::Remainder;
                    continue;
                }
                _ => continue,
            };
            left = Some(match left {
                None => value,
                Some(left) => {
                    let span = left.span.to(value.span);
                    self.expr(ExprKind::Arithmetic(op, Box::new(left), Box::new(value)), span)
                }
            });
        }
        left.unwrap_or(Expr { kind: ExprKind::Any, span })
    }

    fn factor(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let end = self.span(&pair).end;
        let mut signs = Vec::new();
        let mut value = None;
        for part in pair.into_inner() {
            if part.as_rule() == Rule::minus {
                signs.push(self.span(&part).start);
                continue;
            }
            let is_number = part.clone().into_inner().next().is_some_and(|p| p.as_rule() == Rule::number);
            let span = self.span(&part);
            value = Some(match signs.last() {
                Some(&start) if is_number => {
                    signs.pop();
                    let mut number = self.primary(part, "-");
                    number.span = Span::new(start, span.end);
                    number
                }
                _ => self.primary(part, ""),
            });
        }
        let value = value.unwrap_or(Expr { kind: ExprKind::Any, span: Span::new(end, end) });
        signs.into_iter().rev().fold(value, |e, start| self.expr(ExprKind::Negate(Box::new(e)), Span::new(start, end)))
    }

    /// `sign` is the minus before a number.
    fn primary(&mut self, pair: Pair<'_, Rule>, sign: &str) -> Expr {
        let outer = self.span(&pair);
        let Some(inner) = pair.into_inner().find(|p| p.as_rule() != Rule::open) else {
            return Expr { kind: ExprKind::Any, span: outer };
        };
        let span = self.span(&inner);
        let written = self.slice(span);
        let kind = match inner.as_rule() {
            Rule::body => {
                // The brackets belong to what they hold, so that a fix may put something around it.
                let mut body = self.body(inner);
                body.span = outer;
                return body;
            }
            Rule::aggregate => self.aggregate(inner),
            Rule::counted => self.counted(inner),
            Rule::at_least => {
                let (mut amount, mut units) = (Count::Number(0, span), Vec::new());
                for part in inner.into_inner() {
                    match part.as_rule() {
                        Rule::amount => amount = self.amount(part),
                        Rule::unit => units.push(self.unit(part)),
                        _ => {}
                    }
                }
                ExprKind::AtLeast(amount, units)
            }
            Rule::stem => {
                let (mut text, mut language) = (Str { text: String::new(), span }, None);
                for part in inner.into_inner() {
                    match part.as_rule() {
                        Rule::string => text = self.str(&part),
                        Rule::name => language = Some(self.name(&part)),
                        _ => {}
                    }
                }
                ExprKind::Stem(text, language)
            }
            Rule::quote => self.quote(inner),
            Rule::string => ExprKind::Text(self.str(&inner).text),
            Rule::regex => {
                let insensitive = written.ends_with('i');
                let end = written.len() - 1 - usize::from(insensitive);
                ExprKind::Regex { pattern: written.get(1..end).unwrap_or("").to_string(), insensitive }
            }
            Rule::date | Rule::datetime => match self.date(span) {
                LiteralKind::Date(d) => ExprKind::Date(d),
                LiteralKind::DateTime(t) => ExprKind::DateTime(t),
                _ => ExprKind::Text(written.to_string()),
            },
            Rule::number => match self.number(&format!("{sign}{written}"), span) {
                LiteralKind::Decimal(d) => ExprKind::Decimal(d),
                LiteralKind::Number(n) => ExprKind::Number(n),
                _ => ExprKind::Number(0),
            },
            Rule::this => ExprKind::This,
            Rule::atom => ExprKind::Atom(self.atom(inner)),
            Rule::reference => ExprKind::Ref(self.reference(inner)),
            Rule::variable => ExprKind::Var(self.name(&inner).text),
            _ => ExprKind::Any,
        };
        self.expr(kind, span)
    }

    fn aggregate(&mut self, pair: Pair<'_, Rule>) -> ExprKind {
        let span = self.span(&pair);
        let mut function = AggregateFunction::Count;
        let (mut over, mut each) = (Vec::new(), Vec::new());
        let mut body = Expr { kind: ExprKind::Any, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_sum => function = AggregateFunction::Sum,
                Rule::kw_mean => function = AggregateFunction::Mean,
                Rule::kw_min => function = AggregateFunction::Min,
                Rule::kw_max => function = AggregateFunction::Max,
                Rule::operand => over.push(self.operand(part)),
                Rule::each => {
                    let names = part.into_inner().filter(|p| p.as_rule() == Rule::variable);
                    each.extend(names.map(|p| self.name(&p)));
                }
                Rule::body => body = self.body(part),
                _ => {}
            }
        }
        ExprKind::Aggregate(Box::new(Aggregate { function, over, each, body }))
    }

    fn counted(&mut self, pair: Pair<'_, Rule>) -> ExprKind {
        let span = self.span(&pair);
        let none = Name { text: String::new(), span };
        let mut counted = Counted {
            what: CountedThing::Messages,
            concept: Ref { kind: None, name: none, by_label: false, span },
            scope: CountedScope::Study,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_authors => counted.what = CountedThing::Authors,
                Rule::kw_threads => counted.what = CountedThing::Threads,
                Rule::kw_quotes => counted.what = CountedThing::Quotes,
                Rule::kw_coders => counted.what = CountedThing::Coders,
                Rule::reference => counted.concept = self.reference(part),
                Rule::in_this => {
                    let thread = part.into_inner().any(|p| p.as_rule() == Rule::kw_thread);
                    counted.scope = if thread { CountedScope::Thread } else { CountedScope::Message };
                }
                Rule::by_this => counted.scope = CountedScope::Author,
                _ => {}
            }
        }
        ExprKind::Counted(counted)
    }

    fn quote(&mut self, pair: Pair<'_, Rule>) -> ExprKind {
        let span = self.span(&pair);
        let mut message = String::new();
        let mut places = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => message = self.str(&part).text,
                Rule::bare_id => message = self.name(&part).text,
                _ => places.push(self.slice(self.span(&part)).parse::<u32>()),
            }
        }
        let place = |i: usize| places.get(i).cloned().and_then(Result::ok);
        let (Some(start), Some(end)) = (place(0), place(1)) else {
            let wrong = format!("`{}` names no place in a message", self.slice(span));
            self.diagnostics.push(
                Diagnostic::at(codes::NUMBER_FORM, self.location(span), wrong)
                    .help("a passage is written `m15@33-85`: from the 33rd character up to the 85th, counted from 0"),
            );
            return ExprKind::Quote { message, start: 0, end: 0 };
        };
        ExprKind::Quote { message, start, end }
    }

    /// `message(this, author: A)`
    pub(crate) fn atom(&mut self, pair: Pair<'_, Rule>) -> Atom {
        let span = self.span(&pair);
        let mut atom = Atom { name: Name { text: String::new(), span }, args: Vec::new(), span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => atom.name = self.name(&part),
                Rule::arg => {
                    let (mut column, mut value) = (None, Expr { kind: ExprKind::Any, span });
                    for piece in part.into_inner() {
                        match piece.as_rule() {
                            Rule::column_name => column = Some(self.name(&piece)),
                            Rule::operand => value = self.operand(piece),
                            _ => {}
                        }
                    }
                    atom.args.push(Arg { column, value });
                }
                _ => {}
            }
        }
        atom
    }
}

/// Cuts the units at the joints that `cuts` names.
fn split(units: Vec<Expr>, joints: &[(Rule, Span)], cuts: impl Fn(Rule) -> bool) -> Vec<Vec<Expr>> {
    let mut groups: Vec<Vec<Expr>> = vec![Vec::new()];
    for (i, unit) in units.into_iter().enumerate() {
        if i > 0 && joints.get(i - 1).is_some_and(|j| cuts(j.0)) {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(unit);
        }
    }
    groups
}

fn join(mut group: Vec<Expr>, kind: impl Fn(Vec<Expr>) -> ExprKind) -> Expr {
    let span = group.iter().fold(group.first().map_or(Span::default(), |e| e.span), |s, e| s.to(e.span));
    match group.len() {
        1 => group.pop().unwrap_or(Expr { kind: ExprKind::Any, span }),
        _ => Expr { kind: kind(group), span },
    }
}
