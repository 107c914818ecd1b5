//! The values that stand in a file, texts, numbers and days, and what is told of those that the grammar let through.

use super::build::Builder;
use super::grammar::Rule;
use super::literal;
use super::tree::*;
use crate::base::{Date, DateTime, Decimal, Span};
use crate::diagnostic::{Diagnostic, Edit, codes};
use pest::iterators::Pair;

impl Builder<'_> {
    /// The text that a pair is; escapes that there are not are told.
    pub fn str(&mut self, pair: &Pair<'_, Rule>) -> Str {
        let span = self.span(pair);
        let written = self.slice(span);
        let (text, wrong) = literal::unquote(written);
        for range in wrong {
            let escape = written[range.clone()].to_string();
            let at = self.location(Span::of(range).shift(span.start));
            let twice = vec![Edit { location: at, text: format!("\\{escape}") }];
            self.diagnostics.push(
                Diagnostic::at(codes::ESCAPE, at, format!("`{escape}` is no escape"))
                    .help(format!(
                        "for a backslash write `\\\\`; there are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\*` and `\\u{{…}}`; {}",
                        "a regular expression stands between slashes, `/…/`"
                    ))
                    .fix("write the backslash twice", twice, false),
            );
        }
        Str { text, span }
    }

    /// A number as written; one too large is told and read as 0.
    pub fn number(&mut self, written: &str, span: Span) -> LiteralKind {
        let value = if written.contains('.') {
            Decimal::parse(written).ok().map(LiteralKind::Decimal)
        } else {
            written.parse().ok().map(LiteralKind::Number)
        };
        value.unwrap_or_else(|| {
            let message = format!("`{written}` is larger than any number here");
            let help = "whole numbers go to 9,223,372,036,854,775,807; write an id in quotation marks";
            self.diagnostics.push(Diagnostic::at(codes::NUMBER_FORM, self.location(span), message).help(help));
            LiteralKind::Number(0)
        })
    }

    /// A day as written; one that no calendar has is told.
    pub fn date(&mut self, span: Span) -> LiteralKind {
        let written = self.slice(span);
        let value = match written.contains('T') {
            true => DateTime::parse(written).map(LiteralKind::DateTime),
            false => Date::parse(written).map(LiteralKind::Date),
        };
        value.unwrap_or_else(|| {
            let message = format!("there is no `{written}` in the calendar");
            let help = "a date is written year, month, day: `2013-09-01`, with a time `2013-09-01T10:30`";
            self.diagnostics.push(Diagnostic::at(codes::NUMBER_FORM, self.location(span), message).help(help));
            LiteralKind::Text(written.to_string())
        })
    }

    pub(super) fn literal(&mut self, pair: Pair<'_, Rule>) -> Literal {
        let span = self.span(&pair);
        let kind = match pair.into_inner().next() {
            Some(inner) => match inner.as_rule() {
                Rule::date | Rule::datetime => self.date(span),
                Rule::number => self.number(self.slice(span), span),
                Rule::string => LiteralKind::Text(self.str(&inner).text),
                _ => LiteralKind::Ref(self.reference(inner)),
            },
            None => LiteralKind::Text(String::new()),
        };
        Literal { kind, span }
    }

    /// A number that must be whole.
    pub(super) fn whole_number(&mut self, span: Span) -> LiteralKind {
        let written = self.slice(span);
        if written.contains('.') {
            let message = format!("`{written}` is no whole number");
            self.diagnostics.push(
                Diagnostic::at(codes::NUMBER_FORM, self.location(span), message).help("write a whole number, like `2`"),
            );
            return LiteralKind::Number(0);
        }
        self.number(written, span)
    }

    pub(super) fn format(&mut self, pair: Pair<'_, Rule>) -> Format {
        let (mut pictures, mut words) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => pictures.push(self.str(&part)),
                Rule::format_word => words.push(self.name(&part)),
                _ => {}
            }
        }
        if pictures.is_empty() { Format::Words(words) } else { Format::Pictures(pictures) }
    }
}
