//! What is missing at the place where the grammar gave up: a text, a value, a comma or an `and`.

use super::doctor::{Failure, is_word, place, short};
use super::layout::{self, PartKind};
use super::literal;
use super::numbers::grouped_number;
use super::token::TokenKind;
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes};

const AND_OR: &str = "write `and` where both must hold, `or` where one is enough";

impl Failure<'_> {
    /// A text without its quotation marks, or no text at all.
    pub(super) fn text_wanted(&self) -> Option<Diagnostic> {
        let word = self.before_word();
        let clause = self.at == 1 && self.part.kind == PartKind::Clause;
        let wanted = match (self.part.kind, self.at, self.word(0)) {
            (PartKind::Head, 1, "study" | "test" | "table") => true,
            (PartKind::Head, ..) => match self.item() {
                "source" => self.at == 2,
                item if layout::item_words().all(|w| w != item) => {
                    self.at == 2 && self.token(2).is_some_and(|t| is_word(t.kind)) && self.word(1) != "is"
                }
                "input" | "concepts" => word == "from",
                "output" => word == "to",
                _ => false,
            },
            (_, 1, "means" | "include" | "exclude" | "because" | "memo" | "example" | "counterexample") => clause,
            (_, 1, "doi" | "url" | "note" | "by" | "reads" | "empty" | "only" | "delimiter" | "sheet") => clause,
            _ => word == "=" && matches!(self.item(), "input" | "concepts"),
        };
        if !wanted {
            return None;
        }
        let span = self.span();
        let message = format!("a text is missing after `{}`", short(word));
        let help = self
            .form()
            .map_or("a text stands in quotation marks".into(), |f| format!("a text stands in quotation marks: `{f}`"));
        let mut diagnostic = Diagnostic::at(codes::MISSING_PART, place(span), message).help(help);
        if let Some(token) = self.token(self.at) {
            let start = token.span.start as usize;
            let line = self.text[start..].lines().next().unwrap_or("");
            let line = line.split('#').next().unwrap_or("").trim_end();
            if !line.is_empty() && !line.contains('"') {
                let at = Span::of(start..start + line.len());
                let edits = vec![Edit { location: place(at), text: literal::quote(line) }];
                diagnostic = diagnostic.fix("put the rest of the line in quotation marks", edits, false);
            }
        }
        Some(diagnostic)
    }

    /// Nothing where a value, a name or a condition should stand.
    pub(super) fn missing_value(&self) -> Option<Diagnostic> {
        if !self.wants_value() {
            return None;
        }
        let word = self.word(self.at);
        let ends = match self.kind(self.at) {
            None => true,
            Some(TokenKind::Close | TokenKind::Comma | TokenKind::Compare) => true,
            Some(TokenKind::Operator) => word != "-",
            Some(TokenKind::Reserved) => !matches!(word, "not" | "this"),
            _ => false,
        };
        if !ends {
            return None;
        }
        let before = self.before_word();
        let bracketed = before == "(" && word == ")";
        let message = match bracketed {
            true => "nothing stands in these brackets".to_string(),
            false => format!("something is missing after `{before}`"),
        };
        let diagnostic = Diagnostic::at(codes::MISSING_PART, place(self.gap()), message);
        Some(match (self.form(), before) {
            (_, ",") if self.kind(self.at) != Some(TokenKind::Comma) => {
                diagnostic.help("leave out the comma, or write what follows it")
            }
            (Some(form), _) => diagnostic.help(format!("it is written like `{form}`")),
            _ => diagnostic.help("write a condition or a value there"),
        })
    }

    /// Two things side by side: a comma, an `and` or a misspelt word.
    pub(super) fn missing_joint(&self) -> Option<Diagnostic> {
        let (before, token) = (self.before()?, self.token(self.at)?);
        if self.column_without_colon() {
            let (name, of) = (self.before_word(), self.word(self.at));
            let gap = self.gap();
            let edits = vec![Edit { location: place(gap), text: ":".into() }];
            let message = format!("`:` is missing between `{name}` and `{of}`");
            return Some(
                Diagnostic::at(codes::MISSING_PART, place(gap), message)
                    .help(format!("write `{name}: {of}`: the name of the column, then its type"))
                    .fix("write `:`", edits, false),
            );
        }
        if let Some(near) = self.keyword_like(self.at) {
            return Some(self.misspelt(self.at, near));
        }
        if before.kind == TokenKind::Name
            && let Some(near) = self.keyword_like(self.at - 1)
        {
            return Some(self.misspelt(self.at - 1, near));
        }
        let begins = token.kind.begins_value() || matches!(self.word(self.at), "not" | "this");
        if !(before.kind.ends_value() || self.before_word() == "this") || !begins {
            return None;
        }
        let alone = self.part.kind == PartKind::Alone;
        let condition = alone || matches!(self.word(0), "rule" | "map" | "if" | "when" | "unless" | "matches" | ":-");
        match self.innermost() {
            Some(i) if i > 0 && self.kind(i - 1) == Some(TokenKind::Name) => {
                Some(self.joint_missing("a comma is missing"))
            }
            Some(_) => Some(self.joint_missing("`and` or `or` is missing")),
            None if self.word(0) == "matches" => Some(self.joint_missing("`or` is missing")),
            None if condition && self.part.kind != PartKind::Head => {
                Some(self.joint_missing("`and` or `or` is missing"))
            }
            None if condition && (0..self.at).any(|i| self.word(i) == "if" || self.word(i) == ":-") => {
                Some(self.joint_missing("`and` or `or` is missing"))
            }
            None if condition && self.item() == "rule" => Some(self.joint_missing("`if` is missing")),
            _ => None,
        }
    }

    /// `relation role(author author)`, `has from date`: a name and a type side by side.
    fn column_without_colon(&self) -> bool {
        let relation = self.item() == "relation" && self.part.kind == PartKind::Head;
        let property = self.item() == "kind" && self.word(0) == "has";
        let opens = self.at.checked_sub(2).is_some_and(|i| matches!(self.word(i), "(" | "," | "has"));
        let words = self.before().is_some_and(|t| is_word(t.kind)) && self.kind(self.at) == Some(TokenKind::Name);
        (relation || property) && opens && words
    }

    pub(super) fn joint_missing(&self, what: &str) -> Diagnostic {
        let word = short(self.word(self.at));
        let before = match self.at {
            0 => self.tokens[..self.words.first().copied().unwrap_or(0)].iter().rfind(|t| !t.kind.is_trivia()),
            _ => self.before(),
        };
        let gap = before.map_or(self.gap(), |t| Span::new(t.span.end, t.span.end));
        let message = match before {
            Some(t) => format!("{what} between `{}` and `{word}`", short(&self.text[t.span.range()])),
            None => format!("{what} before `{word}`"),
        };
        let diagnostic = Diagnostic::at(codes::MISSING_PART, place(gap), message);
        let insert = |text: &str| vec![Edit { location: place(gap), text: text.into() }];
        match what {
            "a comma is missing" => diagnostic.help("write `,` there").fix("write a comma", insert(","), true),
            "`if` is missing" => diagnostic.help("write `if` there").fix("write `if`", insert(" if"), false),
            "`or` is missing" => diagnostic.help("write `or` there").fix("write `or`", insert(" or"), false),
            _ => diagnostic
                .help(match before.map(|t| (t.kind, &self.text[t.span.range()])) {
                    Some((TokenKind::Name, first)) if self.kind(self.at) == Some(TokenKind::Name) => {
                        format!("{AND_OR}; a name is one word, such as `{first}_{word}`")
                    }
                    _ => AND_OR.to_string(),
                })
                .fix("write `and`", insert(" and"), false)
                .fix("write `or`", insert(" or"), false),
        }
    }

    /// `12,5` or `1.000,5` where one number is wanted.
    pub(super) fn decimal_comma(&self) -> Option<Diagnostic> {
        let part = |i: usize| self.kind(i) == Some(TokenKind::Number) || matches!(self.word(i), "," | ".");
        let glued = |i: usize| self.token(i).zip(self.token(i + 1)).is_some_and(|(a, b)| a.span.end == b.span.start);
        let (mut first, mut last) = (self.at, self.at);
        while first > 0 && part(first - 1) && glued(first - 1) {
            first -= 1;
        }
        while part(last + 1) && glued(last) {
            last += 1;
        }
        let numbers = [first, last].iter().all(|&i| self.kind(i) == Some(TokenKind::Number));
        if !numbers || !part(self.at) {
            return None;
        }
        let span = self.token(first)?.span.to(self.token(last)?.span);
        let run = &self.text[span.range()];
        run.contains(',').then(|| grouped_number(place(span), run)).flatten()
    }
}
