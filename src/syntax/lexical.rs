//! What is wrong with a part of an item before any grammar looks at it: texts that are not closed, strange characters,
//! a clause in the first column, brackets too deep.

use super::doctor::place;
use super::foreign;
use super::layout::Part;
use super::numbers;
use super::token::{Token, TokenKind};
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes};

/// Brackets deeper than this are refused before the grammar sees them.
const BRACKETS: usize = 64;
/// Brackets, signs before a value and operators in a row together: how high the tree may grow.
const HEIGHT: usize = 200;

/// Says what no grammar needs to look at: unclosed texts, strange characters, too many brackets. True where there is
/// nothing of the kind.
pub(crate) fn lexical(found: &mut Vec<Diagnostic>, text: &str, tokens: &[Token], part: &Part) -> bool {
    let before = found.len();
    for i in part.tokens.clone() {
        let token = &tokens[i];
        let word = &text[token.span.range()];
        if let Some(diagnostic) = numbers::foreign(text, tokens, i) {
            found.push(diagnostic);
            break;
        }
        let diagnostic = match token.kind {
            // The end of a text that its own line did not close: the one mistake has been said.
            TokenKind::UnclosedText if found.iter().any(|d| d.code == codes::UNCLOSED) => return false,
            TokenKind::UnclosedText => match closed_below(text, tokens, i) {
                Some(end) => over_lines(token, end),
                None => unclosed_text(text, token, "\""),
            },
            TokenKind::UnclosedLongText => unclosed(token, "\"\"\"", "close it with `\"\"\"` before the next item"),
            TokenKind::UnclosedRegex => {
                unclosed(token, "/", "close it with `/` on the same line; a slash inside is `\\/`")
            }
            TokenKind::Underscored => {
                let bare = word.trim_start_matches('_');
                let message = format!("`{word}` is no name: a name begins with a letter");
                Diagnostic::at(codes::CHARACTER, place(token.span), message)
                    .help(format!("write `{bare}`, or `_` for a value that nobody asks for"))
            }
            TokenKind::Character => match foreign::habit(text, tokens, part, i) {
                Some(diagnostic) => diagnostic,
                None => character(text, &tokens[i..part.tokens.end.max(i + 1)]),
            },
            TokenKind::ForeignDate | TokenKind::ForeignText => match foreign::habit(text, tokens, part, i) {
                Some(diagnostic) => diagnostic,
                None => continue,
            },
            TokenKind::Foreign if word.starts_with('\u{A0}') => match foreign::habit(text, tokens, part, i) {
                Some(diagnostic) => diagnostic,
                None => continue,
            },
            _ => continue,
        };
        found.push(diagnostic);
        // What follows on the same line may be swallowed or cut by it.
        break;
    }
    if found.len() == before
        && let Some(diagnostic) = too_deep(text, tokens, part)
    {
        found.push(diagnostic);
    }
    found.len() == before
}

/// Lines of an item that stand in the first column: one message for all of them.
pub(crate) fn unindented(found: &mut Vec<Diagnostic>, text: &str, tokens: &[Token], parts: &[Part]) {
    let is_line =
        |t: &&Token| !t.kind.is_trivia() && t.kind != TokenKind::Close && text[..t.span.start as usize].ends_with('\n');
    let lines: Vec<&Token> = tokens.iter().skip(1).filter(is_line).collect();
    let Some((first, rest)) = lines.split_first() else { return };
    let clause = parts.iter().any(|p| tokens[p.tokens.start].span == first.span);
    let message = match clause {
        true => format!("the clause `{}` is not indented", &text[first.span.range()]),
        false => "this line is not indented".to_string(),
    };
    let edits = lines.iter().map(|t| {
        let at = Span::new(t.span.start, t.span.start);
        Edit { location: place(at), text: "  ".into() }
    });
    let mut diagnostic = Diagnostic::at(codes::INDENT, place(first.span), message)
        .help("a clause, and whatever goes on with it, stands on an indented line under its item")
        .fix("indent it", edits.collect(), true);
    for line in rest {
        diagnostic = diagnostic.label(place(line.span), "nor is this one");
    }
    found.push(diagnostic);
}

fn unclosed(token: &Token, sign: &str, help: &str) -> Diagnostic {
    let what = if sign == "/" { "this search pattern" } else { "this text" };
    Diagnostic::at(codes::UNCLOSED, place(token.span), format!("{what} is not closed")).help(help)
}

/// The quotation mark on a later line that seems to close a text.
fn closed_below(text: &str, tokens: &[Token], opener: usize) -> Option<Span> {
    let mut later = tokens[opener + 1..].iter().filter(|t| matches!(t.kind, TokenKind::Text | TokenKind::UnclosedText));
    let next = later.next()?;
    let alone = next.kind == TokenKind::UnclosedText && &text[next.span.range()] == "\"";
    alone.then_some(next.span)
}

/// A text that goes on over line breaks.
fn over_lines(token: &Token, end: Span) -> Diagnostic {
    let opener = Span::new(token.span.start, token.span.start + 1);
    let edits = [opener, end].map(|at| Edit { location: place(at), text: "\"\"\"".into() });
    Diagnostic::at(codes::UNCLOSED, place(opener), "the text that opens here is not closed on its line")
        .label(place(end), "it seems to close here")
        .help("a text of many lines stands between `\"\"\"` and `\"\"\"`")
        .fix("write three quotation marks", edits.to_vec(), false)
}

fn unclosed_text(text: &str, token: &Token, sign: &str) -> Diagnostic {
    let end = Span::new(token.span.end, token.span.end);
    let line = &text[token.span.range()];
    let help = match line.len() {
        1 => "a `\"` opens a text; inside a text it is written `\\\"`".to_string(),
        _ => "close it with `\"` on the same line, or write a text of many lines between `\"\"\"`".to_string(),
    };
    unclosed(token, sign, &help).fix(
        "close it at the end of the line",
        vec![Edit { location: place(end), text: "\"".into() }],
        false,
    )
}

/// A sign that nothing begins with; signs side by side are one.
fn character(text: &str, tokens: &[Token]) -> Diagnostic {
    let mut span = tokens[0].span;
    for token in &tokens[1..] {
        if token.kind != TokenKind::Character || token.span.start != span.end {
            break;
        }
        span = span.to(token.span);
    }
    let first = &text[tokens[0].span.range()];
    let word = if matches!(first, "“" | "”" | "„" | "«" | "‘" | "’" | "'" | "‚" | "`") {
        first
    } else {
        &text[span.range()]
    };
    let at = place(if word.len() == first.len() { tokens[0].span } else { span });
    match word {
        "“" | "”" | "„" | "«" | "‘" | "’" | "'" | "‚" | "`" => {
            Diagnostic::at(codes::UNCLOSED, at, format!("`{word}` opens no text here"))
                .help("a text stands between straight double quotation marks on one line: `\"text\"`")
        }
        _ => {
            let unseen = |c: char| c.is_control() || ('\u{200B}'..='\u{206F}').contains(&c);
            if let Some(c) = first.chars().next().filter(|&c| unseen(c)) {
                let message = format!("the invisible character U+{:04X} has no place here", u32::from(c));
                let edits = vec![Edit { location: place(tokens[0].span), text: String::new() }];
                return Diagnostic::at(codes::CHARACTER, place(tokens[0].span), message).help("take it out").fix(
                    "take it out",
                    edits,
                    false,
                );
            }
            // `$name`: the name is meant, and the sign is a habit of another language.
            let end = place(span).span.end;
            if tokens.iter().any(|t| t.span.start == end && super::doctor::is_word(t.kind)) {
                let edits = vec![Edit { location: at, text: String::new() }];
                return Diagnostic::at(codes::CHARACTER, at, format!("`{word}` has no place here"))
                    .help(format!("leave `{word}` out: a name has letters, digits and `_`"))
                    .fix(format!("leave out `{word}`"), edits, false);
            }
            let quoted = super::literal::quote(word);
            let help = format!("to look for it, write it in quotation marks: `{quoted}`; else take it out");
            let edits = vec![Edit { location: at, text: quoted.clone() }];
            Diagnostic::at(codes::CHARACTER, at, format!("`{word}` has no place here")).help(help).fix(
                format!("write `{quoted}`"),
                edits,
                false,
            )
        }
    }
}

/// Brackets, `not`, signs and operators that would grow a tree too high to walk.
fn too_deep(text: &str, tokens: &[Token], part: &Part) -> Option<Diagnostic> {
    let mut levels = vec![0usize];
    let mut height = 0;
    for token in &tokens[part.tokens.clone()] {
        let word = &text[token.span.range()];
        let depth = levels.len();
        let level = levels.last_mut()?;
        match token.kind {
            TokenKind::Open => {
                levels.push(0);
                height += 1;
            }
            TokenKind::Close if depth > 1 => {
                height -= 1 + *level;
                levels.pop();
            }
            TokenKind::Comma => height -= std::mem::take(level),
            TokenKind::Reserved if matches!(word, "and" | "or") => height -= std::mem::take(level),
            TokenKind::Operator => {
                *level += 1;
                height += 1;
            }
            TokenKind::Reserved | TokenKind::Name if matches!(word, "not" | "of" | "div" | "mod") => {
                *level += 1;
                height += 1;
            }
            _ => {}
        }
        if levels.len() > BRACKETS + 1 {
            let message = format!("brackets stand more than {BRACKETS} deep");
            return Some(Diagnostic::at(codes::NESTING, place(token.span), message).help(NAME_A_PART));
        }
        if height > HEIGHT {
            let message = format!("more than {HEIGHT} signs or `not` hang together here");
            return Some(Diagnostic::at(codes::NESTING, place(token.span), message).help(NAME_A_PART));
        }
    }
    None
}

const NAME_A_PART: &str = "give a part of it a name of its own, with a relation and a rule";
