//! Makes the tree of an item out of what the grammar found. Heads (`build_head.rs`) and clauses (`build_clause.rs`) come one
//! by one, so that the clauses of an item with a broken neighbour are built as well. Here is what all of them are made of.

use super::grammar::Rule;
use super::literal;
use super::tree::*;
use crate::base::{FileId, Location, Span};
use crate::diagnostic::Diagnostic;
use pest::iterators::Pair;

/// Builds from pairs whose text starts `base` bytes behind the start of the item.
pub(crate) struct Builder<'a> {
    /// The item as its author wrote it.
    pub text: &'a str,
    /// Where the parsed text starts in it.
    pub base: usize,
    /// What was wrong with what the grammar let through; places count from the start of the item.
    pub diagnostics: Vec<Diagnostic>,
    /// Clauses seen that may stand once.
    pub(super) once: Vec<(&'static str, Span)>,
}

impl<'a> Builder<'a> {
    /// A builder for one item.
    pub fn new(text: &'a str) -> Builder<'a> {
        Builder { text, base: 0, diagnostics: Vec::new(), once: Vec::new() }
    }

    /// Begins again, with the first so many diagnostics.
    pub fn forget(&mut self, told: usize) {
        self.base = 0;
        self.diagnostics.truncate(told);
        self.once.clear();
    }

    /// Where a pair stands in the item.
    ///
    /// A rule that ends in something optional has eaten the blanks behind it; what counts is its last word or sign.
    pub fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = pair.as_span().start();
        let mut last = pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        // A text inside an atomic rule, such as that of a quoted passage, is followed by signs without a name.
        let atomic = matches!(pair.as_rule(), Rule::quote | Rule::reference | Rule::key | Rule::id);
        let end = if atomic { pair.as_span().end() } else { last.as_span().end() };
        Span::of(self.base + start..self.base + end)
    }

    /// What the author wrote there.
    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// A place in the item.
    pub fn location(&self, span: Span) -> Location {
        Location::new(FileId(0), span)
    }

    /// The name that a pair is.
    pub fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        let span = self.span(pair);
        Name { text: literal::name(self.slice(span)), span }
    }

    /// A key or an id: a text or a bare word.
    pub(super) fn text_or_word(&mut self, pair: Pair<'_, Rule>) -> Name {
        let span = self.span(&pair);
        match pair.into_inner().next() {
            Some(inner) if inner.as_rule() == Rule::string => Name { text: self.str(&inner).text, span },
            _ => Name { text: literal::name(self.slice(span)), span },
        }
    }

    /// `care_plans`, `code."Care plans"`
    pub fn reference(&mut self, pair: Pair<'_, Rule>) -> Ref {
        let span = self.span(&pair);
        let (mut kind, mut name, mut by_label) = (None, None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => {
                    kind = name.take();
                    name = Some(self.name(&part));
                }
                Rule::string => {
                    kind = name.take();
                    let Str { text, span } = self.str(&part);
                    name = Some(Name { text, span });
                    by_label = true;
                }
                _ => {}
            }
        }
        let name = name.unwrap_or_else(|| Name { text: String::new(), span });
        Ref { kind, name, by_label, span }
    }

    pub(super) fn cite(&mut self, pair: Pair<'_, Rule>) -> Cite {
        let span = self.span(&pair);
        let mut cite = Cite { keys: Vec::new(), at: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::key => {
                    let key = self.text_or_word(part);
                    cite.keys.push(key);
                }
                Rule::string => cite.at = Some(self.str(&part)),
                _ => {}
            }
        }
        cite
    }

    pub(super) fn said(&mut self, pair: Pair<'_, Rule>) -> Said {
        let mut said = Said { text: Str { text: String::new(), span: self.span(&pair) }, cite: None };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => said.text = self.str(&part),
                Rule::cite => said.cite = Some(self.cite(part)),
                _ => {}
            }
        }
        said
    }

    pub(super) fn column(&self, pair: Pair<'_, Rule>) -> ColumnDeclaration {
        let span = self.span(&pair);
        let none = Name { text: String::new(), span };
        let mut column = ColumnDeclaration { name: none.clone(), optional: false, of: none };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::column_name => column.name = self.name(&part),
                Rule::question => column.optional = true,
                Rule::name => column.of = self.name(&part),
                _ => {}
            }
        }
        column
    }
}
