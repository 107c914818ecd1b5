//! Conditions written as they would be said: `near 5 words`, `count authors of x`, `any of (a, b)`, `but not`. The words tell
//! what is meant, so the message gives the form that says it here.

use super::doctor::{Failure, place, short};
use super::layout::PartKind;
use super::token::TokenKind;
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes, suggest};

const COUNTED: [&str; 5] = ["messages", "authors", "threads", "quotes", "coders"];

impl Failure<'_> {
    /// A condition in words of everyday language.
    pub(super) fn spoken(&self) -> Option<Diagnostic> {
        let condition = self.part.kind == PartKind::Alone
            || matches!(self.word(0), "rule" | "map" | "if" | "when" | "unless" | "matches");
        if !condition {
            return None;
        }
        self.bare_pattern()
            .or_else(|| self.joined_in_words())
            .or_else(|| self.some_of())
            .or_else(|| self.counted_in_words())
            .or_else(|| self.near_in_words())
            .or_else(|| self.kind_before_name())
    }

    pub(super) fn earlier(&self, n: usize) -> &str {
        self.at.checked_sub(n).map_or("", |i| self.word(i))
    }

    pub(super) fn instead(&self, at: Span, message: String, write: &str) -> Diagnostic {
        let edits = vec![Edit { location: place(at), text: write.to_string() }];
        let title = match write {
            "" => "leave it out".to_string(),
            write => format!("write `{write}`"),
        };
        Diagnostic::at(codes::SYNTAX, place(at), message).help(title.clone()).fix(title, edits, false)
    }

    /// `matches wait* or queue*`.
    fn bare_pattern(&self) -> Option<Diagnostic> {
        let star = [self.at.checked_sub(1)?, self.at].into_iter().find(|&i| self.word(i) == "*")?;
        let (before, sign) = (self.token(star.checked_sub(1)?)?, self.token(star)?);
        if before.span.end != sign.span.start || !matches!(before.kind, TokenKind::Name | TokenKind::Variable) {
            return None;
        }
        let at = before.span.to(sign.span);
        let written = &self.text[at.range()];
        let text = format!("\"{written}\"");
        let message = format!("`{written}` stands without quotation marks");
        Some(
            self.instead(at, message, &text)
                .help(format!("words to find in the text stand in quotation marks: `{text}`")),
        )
    }

    /// `when if a`, `both a and b`, `no a`, `a but not b`, `a without b`.
    fn joined_in_words(&self) -> Option<Diagnostic> {
        let (before, word, span) = (self.before_word(), self.word(self.at), self.span());
        let not_expected = |word: &str| format!("`{word}` is not expected here");
        match (before, word) {
            ("when" | "unless", "if") if self.at == 1 => {
                let message = format!("`{before}` needs no `if`");
                let at = Span::new(span.start, self.token(self.at + 1).map_or(span.end, |t| t.span.start));
                Some(self.instead(at, message, "").help("write the condition alone: `when some_code and other_code`"))
            }
            ("both" | "either", _) if self.value_follows() => {
                let at = Span::new(self.before()?.span.start, span.start);
                let help = "leave it out: `and` alone says that both must hold, `or` that one is enough";
                Some(self.instead(at, not_expected(before), "").help(help))
            }
            ("no", _) if self.value_follows() => Some(self.instead(self.before()?.span, not_expected("no"), "not")),
            (_, "but") if self.word(self.at + 1) == "not" => Some(self.instead(span, not_expected("but"), "and")),
            (_, "without" | "but") => Some(self.instead(span, not_expected(word), "and not")),
            _ => None,
        }
    }

    fn value_follows(&self) -> bool {
        self.kind(self.at).is_some_and(TokenKind::begins_value)
    }

    /// `any of (a, b)`, `2 of (a, b)`, `at least 2 of a, b`.
    fn some_of(&self) -> Option<Diagnostic> {
        let of = [self.at, self.at + 1].into_iter().find(|&i| self.word(i) == "of" && i > 0);
        if let Some(of) = of {
            let (quantity, at) = (self.word(of - 1), self.token(of - 1)?.span);
            let message = format!("`{quantity} of` is not expected here");
            match quantity {
                "any" | "either" | "one" | "some" => {
                    return Some(Diagnostic::at(codes::SYNTAX, place(at), message).help("write `(a or b or c)`"));
                }
                "all" | "both" => {
                    return Some(Diagnostic::at(codes::SYNTAX, place(at), message).help("write `(a and b and c)`"));
                }
                "none" => {
                    return Some(Diagnostic::at(codes::SYNTAX, place(at), message).help("write `not (a or b or c)`"));
                }
                _ if self.kind(of - 1) == Some(TokenKind::Number) && of == self.at => {
                    let at = Span::new(at.start, at.start);
                    let message = format!("`at least` is missing before `{quantity} of`");
                    let edits = vec![Edit { location: place(at), text: "at least ".into() }];
                    return Some(
                        Diagnostic::at(codes::MISSING_PART, place(at), message)
                            .help(format!("write `at least {quantity} of (a, b, c)`"))
                            .fix("write `at least`", edits, false),
                    );
                }
                _ => {}
            }
        }
        if self.before_word() == "of" && self.earlier(3) == "least" && self.value_follows() && self.word(self.at) != "("
        {
            let number = self.earlier(2);
            let message = format!("brackets are missing after `at least {number} of`");
            let help = format!("write `at least {number} of (a, b, c)`");
            return Some(Diagnostic::at(codes::MISSING_PART, place(self.gap()), message).help(help));
        }
        None
    }

    /// `count authors of x > 3`, `at least 3 authors`, `patients of x > 3`.
    fn counted_in_words(&self) -> Option<Diagnostic> {
        let (before, word) = (self.before_word(), self.word(self.at));
        if matches!(before, "count" | "number" | "amount") && self.kind(self.at) == Some(TokenKind::Name) {
            let start = self.before()?.span;
            let count = self.count_from(self.at + usize::from(word == "of"));
            let message = format!("a count is written without `{before}`");
            return Some(Diagnostic::at(codes::SYNTAX, place(start), message).help(format!("write `{count}`")));
        }
        let names = self.kind(self.at) == Some(TokenKind::Name);
        if self.earlier(2) == "least" && names && word != "of" && self.keyword_like(self.at).is_none() {
            let message = format!("`at least {before} {word}` is not how a count is compared");
            let at = self.token(self.at.checked_sub(2)?)?.span.to(self.span());
            let count = format!("{} >= {before}", self.count_of(self.at));
            return Some(Diagnostic::at(codes::SYNTAX, place(at), message).help(format!("write `{count}`")));
        }
        let aggregate = matches!(before, "sum" | "min" | "max" | "mean" | "count");
        if word == "of" && self.before()?.kind == TokenKind::Name && !aggregate {
            let at = self.before()?.span;
            if let Some(near) = suggest::nearest(before, COUNTED).filter(|near| *near != before) {
                return Some(self.instead(at, format!("`{before}` is not expected here"), near));
            }
            if !COUNTED.contains(&before) {
                return Some(
                    Diagnostic::at(codes::SYNTAX, place(at), format!("`{before}` is nothing that is counted")).help(
                        "what is counted are `messages of`, `authors of`, `threads of`, `quotes of` and `coders of`",
                    ),
                );
            }
        }
        None
    }

    /// `authors of x` for the noun at `i`, and what follows it.
    fn count_of(&self, i: usize) -> String {
        let what = COUNTED.into_iter().find(|w| *w == self.word(i)).unwrap_or("authors");
        match self.word(i + 1) {
            "of" if self.kind(i + 2) == Some(TokenKind::Name) => format!("{what} of {}", self.word(i + 2)),
            _ => format!("{what} of some_theme"),
        }
    }

    /// The same with what it is compared with.
    fn count_from(&self, i: usize) -> String {
        let compared = (i..i + 4).find(|&i| self.kind(i) == Some(TokenKind::Compare));
        match compared.map(|i| (self.word(i), self.word(i + 1))) {
            Some((sign, number)) => format!("{} {sign} {number}", self.count_of(i)),
            None => format!("{} >= 2", self.count_of(i)),
        }
    }

    /// `a near 5 words b`, `a within 5 words of b`, `a in the same sentence as b`, `a in same sentence b`.
    fn near_in_words(&self) -> Option<Diagnostic> {
        let (before, word, span) = (self.before_word(), self.word(self.at), self.span());
        let number = |i: usize| self.kind(i) == Some(TokenKind::Number);
        if self.earlier(2) == "near" && number(self.at.checked_sub(1)?) {
            let at = self.token(self.at - 2)?.span.to(self.before()?.span);
            let message = format!("`near {before}` is not how a distance is written");
            let help = format!("write `a near b within {before} words`: first what is near, then how near");
            return Some(Diagnostic::at(codes::SYNTAX, place(at), message).help(help));
        }
        if word == "within" && number(self.at + 1) && self.before()?.kind.ends_value() {
            let of = [self.at + 2, self.at + 3].into_iter().find(|&i| self.word(i) == "of")?;
            let other = short(self.word(of + 1));
            let (one, n) = (short(before), self.word(self.at + 1));
            let at = span.to(self.token(of)?.span);
            let message = "how near stands behind both, and `near` between them".to_string();
            let help = format!("write `{one} near {other} within {n} words`");
            return Some(Diagnostic::at(codes::SYNTAX, place(at), message).help(help));
        }
        let unit = |word: &str| matches!(word, "sentence" | "paragraph");
        if before == "in" && matches!(word, "the" | "a" | "one") {
            let i = (self.at + 1..self.at + 4).find(|&i| unit(self.word(i)))?;
            let help = format!("write `a in same {} as b`, with what stands in one {0} on both sides", self.word(i));
            let message = format!("`in {word}` is not expected here");
            return Some(Diagnostic::at(codes::SYNTAX, place(span), message).help(help));
        }
        if unit(before) && self.earlier(2) == "same" && word != "as" {
            let message = format!("`as` is missing after `same {before}`");
            let edits = vec![Edit { location: place(self.gap()), text: " as".into() }];
            return Some(
                Diagnostic::at(codes::MISSING_PART, place(self.gap()), message)
                    .help(format!("write `a in same {before} as b`, with what stands in one {before} on both sides"))
                    .fix("write `as`", edits, false),
            );
        }
        None
    }

    /// `when code waiting`.
    fn kind_before_name(&self) -> Option<Diagnostic> {
        let before = self.before_word();
        let name = self.kind(self.at) == Some(TokenKind::Name);
        if !matches!(before, "code" | "theme") || !name || self.keyword_like(self.at).is_some() {
            return None;
        }
        let at = Span::new(self.before()?.span.start, self.span().start);
        let word = self.word(self.at);
        let message = format!("`{before}` is not expected here");
        Some(self.instead(at, message, "").help(format!("the name alone will do: `{word}`")))
    }
}
