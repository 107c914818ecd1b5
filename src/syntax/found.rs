//! The parts of a head or clause, sorted by what they are, so that the builder can pick them by kind.

use super::build::Builder;
use super::grammar::Rule;
use super::tree::*;
use crate::base::Span;
use pest::iterators::Pair;

/// The parts of a head or clause, sorted by what they are.
pub(super) struct Found {
    pub(super) span: Span,
    pub(super) names: Vec<Name>,
    pub(super) strings: Vec<Str>,
    pub(super) literals: Vec<Literal>,
    pub(super) columns: Vec<ColumnDeclaration>,
    pub(super) atoms: Vec<Atom>,
    pub(super) refs: Vec<Ref>,
    pub(super) guard: Option<Expr>,
    pub(super) of: Option<Name>,
    pub(super) format: Option<Format>,
    pub(super) from_data: bool,
    pub(super) or_skip: bool,
    pub(super) negated: bool,
    pub(super) expectation: Expectation,
}

impl Found {
    pub(super) fn new(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Found {
        let mut found = Found {
            span: b.span(&pair),
            names: Vec::new(),
            strings: Vec::new(),
            literals: Vec::new(),
            columns: Vec::new(),
            atoms: Vec::new(),
            refs: Vec::new(),
            guard: None,
            of: None,
            format: None,
            from_data: false,
            or_skip: false,
            negated: false,
            expectation: Expectation::Holds,
        };
        if pair.as_rule() == Rule::guard {
            found.guard = pair.into_inner().find(|p| p.as_rule() == Rule::body).map(|p| b.body(p));
            return found;
        }
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name | Rule::column_name => found.names.push(b.name(&part)),
                Rule::path | Rule::axis => {
                    let names = part.into_inner().filter(|p| p.as_rule() != Rule::dot);
                    found.names.extend(names.map(|p| b.name(&p)));
                }
                Rule::key | Rule::id => {
                    let name = b.text_or_word(part);
                    found.names.push(name);
                }
                Rule::string => found.strings.push(b.str(&part)),
                Rule::literal => found.literals.push(b.literal(part)),
                Rule::column => found.columns.push(b.column(part)),
                Rule::atom => found.atoms.push(b.atom(part)),
                Rule::reference => found.refs.push(b.reference(part)),
                Rule::guard => found.guard = Found::new(b, part).guard,
                Rule::body => found.guard = Some(b.body(part)),
                Rule::of_kind => found.of = Found::new(b, part).names.pop(),
                Rule::from_data => found.from_data = true,
                Rule::or_skip => found.or_skip = true,
                Rule::kw_not => found.negated = true,
                Rule::kw_no => found.expectation = Expectation::Fails,
                Rule::number => {
                    let span = b.span(&part);
                    if let LiteralKind::Number(n) = b.whole_number(span) {
                        found.expectation = Expectation::Count(n);
                    }
                }
                Rule::format => found.format = Some(b.format(part)),
                _ => {}
            }
        }
        found
    }

    /// The next name; the grammar sees to it that there is one.
    pub(super) fn name(&mut self) -> Name {
        match self.names.is_empty() {
            true => Name { text: String::new(), span: self.span },
            false => self.names.remove(0),
        }
    }

    pub(super) fn string(&mut self) -> Str {
        match self.strings.is_empty() {
            true => Str { text: String::new(), span: self.span },
            false => self.strings.remove(0),
        }
    }

    pub(super) fn atom(&mut self) -> Atom {
        let none = || Name { text: String::new(), span: self.span };
        self.atoms.pop().unwrap_or_else(|| Atom { name: none(), args: Vec::new(), span: self.span })
    }

    pub(super) fn example(&mut self) -> Example {
        match self.strings.pop() {
            Some(text) => Example::Text(text),
            None => Example::Message(self.name()),
        }
    }
}
