//! Patterns, and places that combine patterns with codes.

use super::Checker;
use super::program::*;
use super::scope::{Scope, each_part};
use crate::base::Location;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{self, Count, Expr, ExprKind};
use crate::text::{Language, Pattern};

impl Checker<'_> {
    /// The number that a count stands for, where at least `least` is asked.
    pub(super) fn count(&mut self, item: &tree::Item, count: &Count, least: i64) -> Option<u32> {
        let (n, at) = match count {
            Count::Number(n, span) => (*n, item.location(*span)),
            Count::Parameter(name) => {
                let at = item.location(name.span);
                let reference = tree::Ref { kind: None, name: name.clone(), by_label: false, span: name.span };
                let (value, _) = self.name_value(item, &reference, Some(super::Type::Number))?;
                let Some(n) = self.pool.as_number(value) else {
                    let message = format!("`{}` is no whole number", name.text);
                    self.error(codes::PARAMETER_VALUE, at, message, "give the parameter a whole number");
                    return None;
                };
                (n, at)
            }
        };
        match u32::try_from(n) {
            Ok(n) if i64::from(n) >= least => Some(n),
            Ok(_) => {
                self.too_small(at, n, least);
                None
            }
            Err(_) if n < 0 => {
                self.too_small(at, n, least);
                None
            }
            Err(_) => {
                self.error(codes::SCOPE, at, format!("{n} is too large here"), "write a smaller number");
                None
            }
        }
    }

    fn too_small(&mut self, at: Location, n: i64, least: i64) {
        let diagnostic = Diagnostic::at(codes::SCOPE, at, format!("{n} is too small here"));
        let edits = super::fixes::write(at, least.to_string());
        self.report(diagnostic.help(format!("write {least} or more")).fix(format!("write `{least}`"), edits, false));
    }

    /// The pattern of an expression that consists of patterns only; [`None`] after an error.
    pub(super) fn pattern(&mut self, item: &tree::Item, expr: &Expr) -> Option<Pattern> {
        let leaf = match &expr.kind {
            ExprKind::Text(text) => Pattern::Phrase(text.clone()),
            ExprKind::Regex { pattern, insensitive } => {
                Pattern::Regex { pattern: pattern.clone(), insensitive: *insensitive }
            }
            ExprKind::Stem(text, language) => {
                let language = match language {
                    Some(name) => self.language(item, name)?,
                    None => self.program.study.language.unwrap_or(Language::English),
                };
                Pattern::Stem { text: text.text.clone(), language }
            }
            ExprKind::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.pattern(item, p)).collect();
                return Some(Pattern::Or(parts.into_iter().collect::<Option<_>>()?));
            }
            ExprKind::Near(a, b, within) => {
                let (a, b) = (self.pattern(item, a), self.pattern(item, b));
                return Some(Pattern::Near(a?.into(), b?.into(), self.count(item, within, 0)?));
            }
            ExprKind::Before(a, b, within) => {
                let (a, b) = (self.pattern(item, a), self.pattern(item, b));
                let within = match within {
                    Some(within) => Some(self.count(item, within, 0)?),
                    None => None,
                };
                return Some(Pattern::Before(a?.into(), b?.into(), within));
            }
            ExprKind::InSame(unit, a, b) => {
                let (a, b) = (self.pattern(item, a), self.pattern(item, b));
                return Some(Pattern::InSame(*unit, a?.into(), b?.into()));
            }
            ExprKind::Overlaps(a, b) => {
                let (a, b) = (self.pattern(item, a), self.pattern(item, b));
                return Some(Pattern::Overlaps(a?.into(), b?.into()));
            }
            ExprKind::Except(a, b) => {
                let (a, b) = (self.pattern(item, a), self.pattern(item, b));
                return Some(Pattern::Except(a?.into(), b?.into()));
            }
            _ => {
                self.error(
                    codes::MATCHES_ONLY,
                    item.location(expr.span),
                    "only patterns can stand here: words in quotation marks, /expressions/, `stem \"…\"`, and combinations of them",
                    "ask for codes, themes, numbers, or with `and` and `not`, in a `when` clause instead",
                );
                return None;
            }
        };
        self.valid(item.location(expr.span), leaf)
    }

    /// The leaf, if the text layer can run it.
    fn valid(&mut self, at: Location, leaf: Pattern) -> Option<Pattern> {
        match crate::text::check(&leaf) {
            Ok(()) => Some(leaf),
            Err(error) => {
                // The place inside a regular expression counts from after its opening slash.
                let inside = error.at.map(|(start, end)| {
                    let span = crate::base::Span::new(at.span.start + 1 + start as u32, at.span.start + 1 + end as u32);
                    Location::new(at.file, span)
                });
                let diagnostic = Diagnostic::at(codes::REGEX, inside.unwrap_or(at), error.message);
                self.report(match error.help {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                });
                None
            }
        }
    }

    pub(super) fn add_pattern(&mut self, pattern: Pattern, at: Location) -> PatternId {
        self.program.patterns.push(PatternSource { pattern, at });
        PatternId(self.program.patterns.len() as u32 - 1)
    }

    /// A place of this message: a pattern, a code, or a combination in which codes stand.
    pub(super) fn place(&mut self, item: &tree::Item, scope: &mut Scope, expr: &Expr) -> Option<Place> {
        let at = item.location(expr.span);
        if is_pattern(expr) {
            let pattern = self.pattern(item, expr)?;
            return Some(Place { kind: PlaceKind::Pattern(self.add_pattern(pattern, at)), at });
        }
        let both = |c: &mut Self, scope: &mut Scope, test: PassageTest, a: &Expr, b: &Expr| {
            let (a, b) = (c.place(item, scope, a), c.place(item, scope, b));
            Some(PlaceKind::Both(test, Box::new(a?), Box::new(b?)))
        };
        let kind = match &expr.kind {
            ExprKind::Ref(name) => {
                let id = self.concept_named(item, name, scope.subject)?;
                if self.program.concept(id).kind != self.program.known_kind("code") {
                    let kind = self.program.kind(self.program.concept(id).kind).name.clone();
                    self.error(
                        codes::NO_PLACE,
                        at,
                        format!(
                            "`{}` is a {kind}, and only codes and patterns have a place in the text",
                            name.name.text
                        ),
                        format!(
                            "name a code or write a pattern; or ask for both in one message: `{} and …`",
                            name.name.text
                        ),
                    );
                    return None;
                }
                PlaceKind::Code(id)
            }
            ExprKind::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.place(item, scope, p)).collect();
                PlaceKind::Or(parts.into_iter().collect::<Option<_>>()?)
            }
            ExprKind::Near(a, b, within) => {
                let within = self.count(item, within, 0)?;
                both(self, scope, PassageTest::Near(within), a, b)?
            }
            ExprKind::Before(a, b, within) => {
                let within = match within {
                    Some(within) => Some(self.count(item, within, 0)?),
                    None => None,
                };
                both(self, scope, PassageTest::Before(within), a, b)?
            }
            ExprKind::InSame(unit, a, b) => both(self, scope, PassageTest::InSame(*unit), a, b)?,
            ExprKind::Overlaps(a, b) => both(self, scope, PassageTest::Overlaps, a, b)?,
            ExprKind::Except(a, b) => {
                let (a, b) = (self.place(item, scope, a), self.place(item, scope, b));
                PlaceKind::Except(Box::new(a?), Box::new(b?))
            }
            _ => {
                self.error(
                    codes::NO_PLACE,
                    at,
                    "this has no place in the text",
                    "`near`, `before`, `overlaps`, `except` and `in same` stand between patterns and codes",
                );
                return None;
            }
        };
        Some(Place { kind, at })
    }
}

/// True for words, expressions and stems, and for what combines nothing else.
fn is_pattern(expr: &Expr) -> bool {
    only_places(expr, false).is_none()
}

/// The first part of an expression that can have no place in a text; names may, since they may name codes.
pub(super) fn no_place(expr: &Expr) -> Option<&Expr> {
    only_places(expr, true)
}

fn only_places(expr: &Expr, names: bool) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Text(_) | ExprKind::Regex { .. } | ExprKind::Stem(..) => None,
        ExprKind::Ref(_) if names => None,
        ExprKind::Or(_)
        | ExprKind::Near(..)
        | ExprKind::Before(..)
        | ExprKind::InSame(..)
        | ExprKind::Overlaps(..)
        | ExprKind::Except(..) => {
            let mut found = None;
            each_part(expr, &mut |part| {
                if found.is_none() {
                    found = only_places(part, names);
                }
            });
            found
        }
        _ => Some(expr),
    }
}
