//! Brackets that are not closed, or close nothing. Where the missing one belongs is guessed from what can stand in brackets:
//! the values of a relation, conditions of one joint, what is counted.

use super::doctor::{Failure, place, short};
use super::layout::PartKind;
use super::token::TokenKind;
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes};

/// Words before which no conditions in the same brackets can stand.
const STARTS: [&str; 15] = [
    "if", "when", "unless", "matches", ":-", "has", "of", "where", "given", "expect", "no", "rule", "fact", "relation",
    "->",
];

impl Failure<'_> {
    /// A bracket that is not closed, or closes nothing.
    pub(super) fn brackets(&self) -> Option<Diagnostic> {
        let (mut open, mut stray) = (Vec::new(), None);
        let mut open_at_failure = None;
        for i in 0..self.words.len() {
            if i == self.at {
                open_at_failure = open.last().copied();
            }
            match self.kind(i) {
                Some(TokenKind::Open) => open.push(i),
                Some(TokenKind::Close) if open.pop().is_none() && stray.is_none() => stray = Some(i),
                _ => {}
            }
        }
        if self.at == self.words.len() {
            open_at_failure = open.last().copied();
        }
        if self.kind(self.at) == Some(TokenKind::Colon)
            && let Some(two) = open_at_failure.filter(|&o| o > 0 && self.kind(o - 1) == Some(TokenKind::Open))
            && self.is_call(two - 1)
        {
            return self.twice(two - 1);
        }
        let colon = self.kind(self.at) == Some(TokenKind::Colon) && open_at_failure.is_none_or(|o| !self.is_call(o));
        if let Some(stray) = stray.filter(|&s| s >= self.at && (open_at_failure.is_none() || colon)) {
            return self.stray(stray);
        }
        let opener = open_at_failure.filter(|o| open.contains(o))?;
        self.unclosed(opener)
    }

    /// True of the bracket behind the name of a relation or function.
    fn is_call(&self, opener: usize) -> bool {
        opener > 0 && self.kind(opener - 1) == Some(TokenKind::Name) && !STARTS.contains(&self.word(opener - 1))
    }

    /// A bracket that closes nothing: one is missing before it, or it is one too many.
    fn stray(&self, stray: usize) -> Option<Diagnostic> {
        let fits = matches!(self.kind(self.at), Some(TokenKind::Close | TokenKind::Colon | TokenKind::Operator))
            || matches!(self.word(self.at), "div" | "mod");
        // `message M, author: A)`
        let beside = self.kind(self.at).is_some_and(TokenKind::begins_value)
            && self.at.checked_sub(1).is_some_and(|before| self.where_it_opens(stray) == Some((before, false)));
        if stray != self.at && !fits && !beside {
            return None;
        }
        let span = self.token(stray)?.span;
        let leave_out = vec![Edit { location: place(span), text: String::new() }];
        let Some((after, glued)) = self.where_it_opens(stray) else {
            return Some(
                Diagnostic::at(codes::SYNTAX, place(span), "this bracket closes nothing")
                    .help("leave it out, or open one before")
                    .fix("leave it out", leave_out, false),
            );
        };
        let before = self.token(after)?.span;
        let name = short(self.word(after)).to_string();
        let (at, message) = match glued {
            true => (before, format!("a `(` seems to be missing in `{name}`")),
            false => (Span::new(before.end, before.end), format!("a `(` seems to be missing after `{name}`")),
        };
        let diagnostic = Diagnostic::at(codes::SYNTAX, place(at), message)
            .label(place(span), "this one closes nothing")
            .help(if glued {
                "write `(` after the name of the relation"
            } else {
                "write `(` there, or leave out the `)`"
            });
        Some(match glued {
            true => diagnostic,
            false => {
                let call = self.kind(after) == Some(TokenKind::Name) && !STARTS.contains(&self.word(after));
                let at = match (call, self.token(after + 1)) {
                    (true, Some(next)) => Span::new(before.end, next.span.start),
                    (false, Some(next)) => Span::new(next.span.start, next.span.start),
                    _ => at,
                };
                let open = vec![Edit { location: place(at), text: "(".into() }];
                diagnostic.fix("open it", open, false)
            }
        })
    }

    /// The word behind which the bracket should have opened that closes at `stray`; true where the word itself seems to have
    /// swallowed it, as in `messageM, author: A)`.
    fn where_it_opens(&self, stray: usize) -> Option<(usize, bool)> {
        if self.kind(self.at) == Some(TokenKind::Colon) {
            // `messageM, author: A)`, `messageid: m1)`
            let own = self.at.checked_sub(1)?;
            let comma = own > 1 && self.kind(own - 1) == Some(TokenKind::Comma);
            let before = own.checked_sub(2).filter(|&i| comma && self.kind(i) == Some(TokenKind::Name));
            let first = before.unwrap_or(own);
            let value = first > 0 && self.kind(first - 1) == Some(TokenKind::Name) && self.part.kind != PartKind::Head;
            return Some(if value && !STARTS.contains(&self.word(first - 1)) {
                (first - 1, false)
            } else {
                (first, true)
            });
        }
        if let Some(first) = self.values_without_relation(stray) {
            return Some((first, true));
        }
        let mut depth = 0;
        // The words outside inner brackets, from the bracket backwards.
        let mut line = Vec::new();
        for i in (0..stray).rev() {
            match self.kind(i)? {
                TokenKind::Close => depth += 1,
                TokenKind::Open => depth -= 1,
                _ if depth == 0 && STARTS.contains(&self.word(i)) => {
                    line.push(i);
                    break;
                }
                _ if depth == 0 => line.push(i),
                _ => {}
            }
        }
        let start = *line.last()?;
        let joint = |i: &usize| matches!(self.word(*i), "and" | "or");
        let last_joint = line.iter().find(|i| joint(i));
        let list_ends = last_joint.map_or(0, |j| j + 1);
        let comma = line.iter().any(|&i| i > list_ends && self.kind(i) == Some(TokenKind::Comma));
        let column = line.iter().any(|&i| i > list_ends && self.kind(i) == Some(TokenKind::Colon));
        let declares = matches!(self.word(start), "rule" | "fact" | "relation" | "given" | "expect" | "no");
        if comma || column || declares || last_joint.is_none() {
            // The values of a relation: its name stands first.
            let mut first = if comma || column { last_joint.map_or(start + 1, |j| j + 1) } else { start + 1 };
            while self.word(first) == "not" {
                first += 1;
            }
            if self.kind(first) != Some(TokenKind::Name) || first >= stray {
                return None;
            }
            let next = self.kind(first + 1);
            if next == Some(TokenKind::Open) {
                return None;
            }
            let glued = !next.is_some_and(TokenKind::begins_value) && self.word(first + 1) != "this";
            return Some((first, glued));
        }
        // Conditions of one joint: back to where the joint changes, or to the beginning.
        let word = self.word(*last_joint?);
        let change = line.iter().find(|i| joint(i) && self.word(**i) != word);
        if let Some(change) = change {
            return Some((*change, false));
        }
        let after = self.word(stray + 1);
        let needed =
            matches!(self.word(start), "has" | "of" | "where") && self.kind(stray - 1) != Some(TokenKind::Close);
        let useful = after != word && !after.is_empty();
        (STARTS.contains(&self.word(start)) && (needed || useful)).then_some((start, false))
    }

    /// The first word in brackets `(replyM, P)` that stand behind no name and hold values.
    fn values_without_relation(&self, stray: usize) -> Option<usize> {
        let value = |i: usize| matches!(self.kind(i), Some(TokenKind::Variable | TokenKind::Any));
        let listed = |i: usize| {
            self.kind(i) == Some(TokenKind::Name) && self.kind(i + 1) == Some(TokenKind::Comma) && value(i + 2)
        };
        (1..stray).find(|&i| {
            let ends = matches!(self.kind(i + 3), Some(TokenKind::Comma | TokenKind::Close));
            listed(i) && ends && self.kind(i - 1) == Some(TokenKind::Open) && !self.is_call(i - 1)
        })
    }

    /// A bracket that is not closed.
    fn unclosed(&self, opener: usize) -> Option<Diagnostic> {
        let after_if = self.part.kind == PartKind::Head && self.before_word() == "if" && opener + 1 < self.at;
        let stops = match self.kind(self.at) {
            _ if after_if => true,
            None => !self.wants_value(),
            Some(TokenKind::Reserved) => !self.wants_value() && !self.word(self.at).starts_with("not"),
            Some(TokenKind::Turnstile | TokenKind::Arrow | TokenKind::Compare) => true,
            _ => false,
        };
        if !stops {
            return None;
        }
        let opened = self.token(opener)?.span;
        if let Some(twice) = self.opened_twice(opener) {
            return Some(twice);
        }
        let until = if after_if { self.at - 1 } else { self.at };
        let end = self.where_it_closes(opener, until).unwrap_or(until);
        let last = self.token(end.checked_sub(1)?)?;
        let gap = Span::new(last.span.end, last.span.end);
        let edits = vec![Edit { location: place(gap), text: ")".into() }];
        let message = format!("a bracket is not closed after `{}`", short(self.word(end - 1)));
        Some(
            Diagnostic::at(codes::UNCLOSED, place(gap), message)
                .label(place(opened), "opened here")
                .help("write `)`")
                .fix("close it", edits, false),
        )
    }

    /// `r((X) if`, where the values of a relation close what opened last.
    fn opened_twice(&self, opener: usize) -> Option<Diagnostic> {
        let of = opener > 0 && self.word(opener - 1) == "of";
        if !(of || self.is_call(opener)) || self.kind(opener + 1) != Some(TokenKind::Open) {
            return None;
        }
        let mut depth = 0;
        let closes = (opener + 1..self.at).find(|&i| {
            match self.kind(i) {
                Some(TokenKind::Open) => depth += 1,
                Some(TokenKind::Close) => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        if self.kind(closes + 1) == Some(TokenKind::Operator) || of && closes + 1 < self.at {
            return None;
        }
        self.twice(opener)
    }

    /// Two brackets that open side by side.
    fn twice(&self, opener: usize) -> Option<Diagnostic> {
        let (one, two) = (self.token(opener)?.span, self.token(opener + 1)?.span);
        let edits = vec![Edit { location: place(Span::new(one.end, two.end)), text: String::new() }];
        Some(
            Diagnostic::at(
                codes::UNCLOSED,
                place(one.to(two)),
                "two brackets open here, and one of them is not closed",
            )
            .help(format!("one is enough: `{}(`", self.word(opener - 1)))
            .fix("leave one out", edits, false),
        )
    }

    /// The word before which the bracket should have closed that opens at `opener`.
    fn where_it_closes(&self, opener: usize, until: usize) -> Option<usize> {
        if let Some(inner) = self.call_in_call(opener, until) {
            return Some(if self.kind(inner - 1) == Some(TokenKind::Comma) { inner - 1 } else { inner });
        }
        let mut depth = 0;
        let mut line = Vec::new();
        for i in opener + 1..until {
            match self.kind(i)? {
                TokenKind::Close => depth -= 1,
                TokenKind::Open => depth += 1,
                _ => {}
            }
            if depth == 0 && self.kind(i) != Some(TokenKind::Close) {
                line.push(i);
            }
        }
        let before = opener.checked_sub(1).map_or("", |i| self.word(i));
        if before == "where" {
            return self.where_a_count_closes(opener, &line);
        }
        if self.is_call(opener) {
            return None;
        }
        // `and` and `or` do not mix in one pair of brackets.
        let mut joints = line.into_iter().filter(|&i| matches!(self.word(i), "and" | "or"));
        let first = joints.next()?;
        joints.find(|&i| self.word(i) != self.word(first))
    }

    /// The name of a relation that stands among the values of another: no relation holds itself, and a fact holds no function.
    fn call_in_call(&self, opener: usize, until: usize) -> Option<usize> {
        let facts = matches!(self.word(0), "fact" | "given" | "expect");
        let mut open: Vec<usize> = Vec::new();
        for i in opener..until {
            match self.kind(i)? {
                TokenKind::Open => {
                    let outer = open.last().filter(|&&o| self.is_call(o));
                    let same = |o: &&usize| facts || self.word(**o - 1) == self.word(i - 1);
                    if i > opener && self.is_call(i) && outer.filter(same).is_some() {
                        return Some(i - 1);
                    }
                    open.push(i);
                }
                TokenKind::Close => drop(open.pop()),
                _ => {}
            }
        }
        None
    }

    /// A count holds no other count, and stands in a comparison.
    fn where_a_count_closes(&self, opener: usize, line: &[usize]) -> Option<usize> {
        let counts =
            |i: usize| matches!(self.word(i), "count" | "sum" | "mean" | "min" | "max") && self.word(i + 1) == "of";
        let joins = |i: usize| {
            matches!(self.word(i), "and" | "or")
                || matches!(self.kind(i), Some(TokenKind::Compare | TokenKind::Operator))
        };
        if let Some(&inner) = line.iter().find(|&&i| counts(i)) {
            let and = line.iter().copied().rfind(|&i| i < inner && matches!(self.word(i), "and" | "or"));
            let sign = line.iter().copied().rfind(|&i| i < inner && joins(i));
            return and.or(sign);
        }
        let own = (0..opener).rev().find(|&i| counts(i))?;
        let compared = own > 0 && matches!(self.kind(own - 1), Some(TokenKind::Compare | TokenKind::Operator));
        let last = line.iter().copied().rfind(|&i| self.kind(i) == Some(TokenKind::Compare));
        last.filter(|_| !compared)
    }
}
