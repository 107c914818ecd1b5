//! A `fact` with a mistake in one of its facts: the others are read one by one, so that nothing that rests on them is told
//! to lack something.

use super::build::Builder;
use super::doctor;
use super::grammar::{Grammar, Rule};
use super::layout::{Part, PartKind};
use super::lexical;
use super::parse::offset;
use super::token::{Token, TokenKind};
use super::tree::{Atom, ItemKind};
use crate::base::Span;
use crate::diagnostic::codes;
use pest::Parser;
use std::ops::Range;

/// The facts of an item that can be read; [`None`] where none can. The first mistake of the item has been told before;
/// those of later facts are told here, unless a sign may have swallowed what follows it.
pub(super) fn sound(builder: &mut Builder<'_>, tokens: &[Token], part: &Part, swallowed: bool) -> Option<ItemKind> {
    let told = builder.diagnostics.last().and_then(|d| d.location()).map(|at| at.span.start);
    let mut atoms = Vec::new();
    // The fact that the mistake told before stands in.
    let mut first = true;
    for range in cut(tokens, part) {
        let (Some(start), Some(end)) = (tokens.get(range.start), tokens[range.clone()].last()) else { continue };
        let span = start.span.to(end.span);
        match atom(builder, tokens, &range, span) {
            Some(atom) => atoms.push(atom),
            None if std::mem::take(&mut first) || swallowed => {}
            None if told.is_some_and(|at| span.start <= at && at <= span.end) => {}
            // Only what begins as a fact is one of its own.
            None if tokens.get(range.start + 1).is_none_or(|t| t.kind != TokenKind::Open) => {}
            None => tell(builder, tokens, range, span),
        }
    }
    (!atoms.is_empty()).then_some(ItemKind::Fact(atoms))
}

/// The stretches between the commas and lines outside of brackets, each with what should be one fact.
fn cut(tokens: &[Token], part: &Part) -> Vec<Range<usize>> {
    let words: Vec<usize> = part.tokens.clone().filter(|&i| !tokens[i].kind.is_trivia()).skip(1).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut depth, mut start) = (0usize, None);
    for (n, &i) in words.iter().enumerate() {
        let next = words.get(n + 1).map(|&j| tokens[j].kind);
        match tokens[i].kind {
            TokenKind::Comma if depth == 0 => found.extend(start.take().map(|s| s..i)),
            kind => {
                // A name with a bracket behind it on a new line begins a fact, whatever is open.
                let line = tokens[i.saturating_sub(2)..i].iter().any(|t| t.kind == TokenKind::Newline);
                let begins = kind == TokenKind::Name && next == Some(TokenKind::Open);
                if begins && (line || depth == 0) {
                    found.extend(start.replace(i).map(|s| s..i));
                    depth = 0;
                }
                start.get_or_insert(i);
                match kind {
                    TokenKind::Open => depth += 1,
                    TokenKind::Close => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }
    found.extend(start.map(|s| s..part.tokens.end));
    found.retain_mut(|range| {
        while range.end > range.start && tokens[range.end - 1].kind.is_trivia() {
            range.end -= 1;
        }
        range.start < range.end
    });
    found
}

fn atom(builder: &mut Builder<'_>, tokens: &[Token], range: &Range<usize>, span: Span) -> Option<Atom> {
    let part = Part { tokens: range.clone(), start: span.start as usize, kind: PartKind::Alone };
    let slice = builder.slice(span);
    if !lexical::lexical(&mut Vec::new(), builder.text, tokens, &part) {
        return None;
    }
    let pair = Grammar::parse(Rule::whole_atom, slice).ok()?.next()?.into_inner().next()?;
    builder.base = span.start as usize;
    (pair.as_rule() == Rule::atom).then(|| builder.atom(pair))
}

/// A mistake in a later fact.
fn tell(builder: &mut Builder<'_>, tokens: &[Token], range: Range<usize>, span: Span) {
    let part = Part { tokens: range, start: span.start as usize, kind: PartKind::Alone };
    let before = builder.diagnostics.len();
    if lexical::lexical(&mut builder.diagnostics, builder.text, tokens, &part)
        && let Err(e) = Grammar::parse(Rule::whole_atom, builder.slice(span))
    {
        let at = span.start as usize + offset(&e);
        builder.diagnostics.push(doctor::explain(builder.text, tokens, &part, at));
    }
    for said in &mut builder.diagnostics[before..] {
        if said.fixes.is_empty() && [codes::SYNTAX, codes::MISSING_PART].contains(&said.code) {
            said.help = Some("it is written like `fact edge(a, b), edge(b, c)`".into());
        }
    }
}
