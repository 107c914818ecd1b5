//! The values that stand in a file, texts, numbers and days, and what is told of those that the grammar let through.

use super::build::Builder;
use super::grammar::Rule;
use super::literal;
use super::numbers::no_such_day;
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
        if let Some(first) = wrong.first().filter(|_| is_windows_path(written)) {
            self.windows_path(span, first.clone());
            return Str { text, span };
        }
        for range in wrong {
            let escape = written[range.clone()].to_string();
            let at = self.location(Span::of(range).shift(span.start));
            let twice = vec![Edit { location: at, text: format!("\\{escape}") }];
            self.diagnostics.push(
                Diagnostic::at(codes::ESCAPE, at, format!("`{escape}` is no escape"))
                    .help(format!(
                        "for a backslash write `\\\\`; there are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\*` and `\\u{{…}}`; {}",
                        "a search pattern stands between slashes, `/…/`"
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
            let (help, right) = no_such_day(written);
            let mut said = Diagnostic::at(codes::NUMBER_FORM, self.location(span), message).help(help);
            if let Some(right) = right {
                let edits = vec![Edit { location: self.location(span), text: right.clone() }];
                said = said.fix(format!("write `{right}`"), edits, false);
            }
            self.diagnostics.push(said);
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

    /// A path of Windows, of which the backslashes are read as escapes: one message for all of them.
    fn windows_path(&mut self, span: Span, first: std::ops::Range<usize>) {
        let written = self.slice(span);
        let at = self.location(Span::of(first.clone()).shift(span.start));
        let edit = |by: &str| vec![Edit { location: self.location(span), text: by.to_string() }];
        let (slashes, twice) = (written.replace("\\\\", "/").replace('\\', "/"), doubled(written));
        let said = Diagnostic::at(codes::ESCAPE, at, format!("`{}` is no escape", &written[first]))
            .help("in a path write `/`, which Windows takes as well, or every backslash twice: `\\\\`")
            .fix("write `/`", edit(&slashes), false)
            .fix("write every backslash twice", edit(&twice), false);
        self.diagnostics.push(said);
    }

    /// The name of a file, in which a backslash with `n` or `t` behind it was hardly meant to be a line break.
    pub(super) fn file_name(&mut self, name: &Str) {
        let written = self.slice(name.span);
        let escape = ["\\n", "\\t"].iter().filter_map(|e| written.find(e)).min();
        let told = self.diagnostics.iter().any(|d| d.code == codes::ESCAPE);
        if let Some(at) = escape.filter(|_| !told && name.text.contains(['\n', '\t']) && !written.contains("\\\\")) {
            self.windows_path(name.span, at..at + 2);
            if let Some(said) = self.diagnostics.last_mut() {
                let what = if written[at..].starts_with("\\n") { "a line break" } else { "a tab" };
                said.message = format!("`{}` is {what}, and no file has one in its name", &written[at..at + 2]);
            }
        }
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

/// `"C:\data\new.csv"`, in which no backslash stands twice.
fn is_windows_path(written: &str) -> bool {
    let drive = written.as_bytes().get(1..4);
    drive.is_some_and(|d| d[0].is_ascii_alphabetic() && &d[1..] == b":\\") && !written.contains("\\\\")
}

/// A literal with every backslash twice, but for those before a quotation mark.
fn doubled(written: &str) -> String {
    written.replace('\\', "\\\\").replace("\\\\\"", "\\\"")
}
