//! The layout of one item that was read whole: where its lines begin, and what lines up.
//!
//! The author's line breaks stay. Clauses are indented by two, and what follows their words lines up. A line that goes on
//! stands under what it continues: behind the last open bracket, or under what follows the clause's word, an `and` or `or`
//! before it hanging out to the left.

use super::format_page::Page;
use super::format_space::Words;
use super::layout::{self, Part};
use super::literal::unquote;
use super::token::{Token, TokenKind};
use unicode_width::UnicodeWidthStr;

/// What stands in a bracket that opens further right than this is set two columns in, not behind the bracket.
const FAR: usize = 24;
/// The indent of a clause.
const CLAUSE: usize = 2;

/// An open bracket: the column of the lines in it, and of a line that begins by closing it.
struct Bracket {
    inner: usize,
    close: usize,
}

/// A part of an item: where what follows its word stands, and the lines that continue it.
struct Column {
    /// True where what follows the word is set there.
    sets: bool,
    base: usize,
    hangs: bool,
}

/// The lines of an item.
pub(super) fn lay_out(text: &str, tokens: &[Token]) -> Page {
    let solid: Vec<Token> = tokens.iter().copied().filter(|t| !t.kind.is_trivia()).collect();
    let words = Words { text, tokens: &solid };
    let starts = first_words(tokens, &layout::parts(text, tokens));
    let width = widest(&words, &starts);

    let mut page = Page::default();
    let mut brackets: Vec<Bracket> = Vec::new();
    // Comments on lines of their own wait for the word behind them, whose indent they have.
    let mut waiting: Vec<(usize, &str)> = Vec::new();
    let (mut breaks, mut part, mut indent) = (0, 0, 0);
    let mut column = place(&words, &starts, 0, width);
    let mut i = 0;
    for token in tokens {
        match token.kind {
            TokenKind::Space => continue,
            TokenKind::Newline => {
                breaks += 1;
                continue;
            }
            TokenKind::Comment if breaks == 0 => page.remark(&text[token.span.range()]),
            TokenKind::Comment => waiting.push((breaks, &text[token.span.range()])),
            _ => {}
        }
        if token.kind == TokenKind::Comment {
            breaks = 0;
            continue;
        }
        let opens_part = starts.get(part + 1) == Some(&i);
        if opens_part {
            part += 1;
            brackets.clear();
            column = place(&words, &starts, part, width);
        }
        let word = words.word(i);
        if i == 0 || breaks > 0 || !waiting.is_empty() {
            indent = match brackets.last() {
                _ if i == 0 => 0,
                _ if opens_part => CLAUSE,
                Some(bracket) if token.kind == TokenKind::Close => bracket.close,
                Some(bracket) => bracket.inner,
                None if column.hangs && hangs(token, word) => column.base.saturating_sub(word.len() + 1).max(CLAUSE),
                None => column.base,
            };
            for (breaks, comment) in waiting.drain(..) {
                page.set_breaks(breaks);
                page.open(indent);
                page.write(comment.trim_end());
            }
            page.set_breaks(breaks);
            page.open(indent);
        } else if column.sets && i == starts[part] + 1 {
            page.advance(column.base);
        } else if words.spaced(starts[part], i) {
            page.write(" ");
        }
        match token.kind {
            TokenKind::Open => {
                let at = page.column();
                let around = brackets.last().map_or(column.base, |b| b.inner);
                brackets.push(if ends_line(&words, i) {
                    Bracket { inner: (indent + 2).max(4), close: indent.max(CLAUSE) }
                } else if at < FAR {
                    Bracket { inner: at + 1, close: at }
                } else {
                    Bracket { inner: around + 2, close: around }
                });
            }
            TokenKind::Close => drop(brackets.pop()),
            _ => {}
        }
        match token.kind {
            TokenKind::LongText => page.write(&long_text(word, if part == 0 { 2 } else { 4 })),
            _ => page.write(word),
        }
        breaks = 0;
        i += 1;
    }
    page
}

/// Where each part starts among the tokens that are no blanks.
fn first_words(tokens: &[Token], parts: &[Part]) -> Vec<usize> {
    let (mut done, mut solid) = (0, 0);
    let mut starts = Vec::with_capacity(parts.len());
    for part in parts {
        solid += tokens[done..part.tokens.start].iter().filter(|t| !t.kind.is_trivia()).count();
        done = part.tokens.start;
        starts.push(solid);
    }
    starts
}

/// `and` and `or` at the start of a line hang out, so that what they join lines up.
fn hangs(token: &Token, word: &str) -> bool {
    token.kind == TokenKind::Reserved && matches!(word, "and" | "or")
}

/// True where a token is the last on its line, but for a comment.
fn ends_line(words: &Words<'_>, i: usize) -> bool {
    let (Some(token), Some(next)) = (words.tokens.get(i), words.tokens.get(i + 1)) else { return true };
    words.text[token.span.end as usize..next.span.start as usize].contains('\n')
}

/// True of a clause whose word is as wide as others make it. `has` declares and does not line up, and `counterexample` is
/// too long for others to give way to; as columns of a table both are words like any other.
fn lines_up(words: &Words<'_>, first: usize) -> bool {
    let next = words.tokens.get(first + 1).map_or("", |t| &words.text[t.span.range()]);
    !ends_line(words, first) && (!matches!(words.word(first), "has" | "counterexample") || matches!(next, "=" | "is"))
}

/// The columns of the widest word of a clause that lines up. Where a clause goes on with `and`, there is room for it.
fn widest(words: &Words<'_>, starts: &[usize]) -> usize {
    let mut width = 0;
    for (n, &first) in starts.iter().enumerate().skip(1) {
        let end = starts.get(n + 1).copied().unwrap_or(words.tokens.len());
        if !lines_up(words, first) {
            continue;
        }
        width = width.max(words.word(first).width());
        let mut depth = 0usize;
        for i in first + 1..end {
            match words.tokens[i].kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ if depth == 0 && hangs(&words.tokens[i], words.word(i)) && ends_line(words, i - 1) => {
                    width = width.max(words.word(i).len());
                }
                _ => {}
            }
        }
    }
    width
}

/// Where a part's lines stand.
fn place(words: &Words<'_>, starts: &[usize], part: usize, width: usize) -> Column {
    let first = starts[part];
    let word = words.word(first);
    match part {
        0 if word == "fact" => Column { sets: false, base: word.len() + 1, hangs: false },
        0 => Column { sets: false, base: 4, hangs: true },
        _ if ends_line(words, first) => Column { sets: false, base: 4, hangs: false },
        _ if lines_up(words, first) => Column { sets: true, base: CLAUSE + width + 1, hangs: true },
        _ => Column { sets: true, base: CLAUSE + word.width() + 1, hangs: true },
    }
}

/// A text of many lines with the indent of its place, where that leaves what it says as it is.
fn long_text(literal: &str, indent: usize) -> String {
    let inner = literal.strip_prefix("\"\"\"").and_then(|l| l.strip_suffix("\"\"\"")).unwrap_or(literal);
    let inner = inner.replace("\r\n", "\n");
    let lines: Vec<&str> = inner.split('\n').collect();
    let blank = |line: &str| line.trim().is_empty();
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines.iter().skip(1).filter(|l| !blank(l)).map(|l| depth(l)).min().unwrap_or(0);
    let margin = " ".repeat(indent);
    let mut out = String::from("\"\"\"");
    for (n, line) in lines.iter().enumerate() {
        let rest = line.get(common.min(depth(line))..).unwrap_or("");
        match n {
            0 if lines.len() > 1 && blank(line) => {}
            0 => out.push_str(line),
            _ => {
                out.push('\n');
                if n + 1 == lines.len() && blank(line) {
                    out.push_str(&margin);
                } else if !rest.is_empty() {
                    out.push_str(&margin);
                    out.push_str(rest);
                }
            }
        }
    }
    out.push_str("\"\"\"");
    if unquote(&out).0 == unquote(literal).0 { out } else { literal.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_moves_and_says_the_same() {
        assert_eq!(
            long_text("\"\"\"\r\n  one\r\n    two\r\n\r\n  \"\"\"", 4),
            "\"\"\"\n    one\n      two\n\n    \"\"\""
        );
        assert_eq!(long_text("\"\"\"one  \n\ttwo\"\"\"", 4), "\"\"\"one  \n    two\"\"\"");
        for odd in [
            "\"\"\"\n  \"\"\"",
            "\"\"\"\n   a\n  \\tb\"\"\"",
            "\"\"\"a\r\r\n b\"\"\"",
            "\"\"\"\"\"\"",
            "\"\"\"\n   a\n      \n\"\"\"",
        ] {
            let moved = long_text(odd, 4);
            assert_eq!(unquote(&moved).0, unquote(odd).0, "{odd:?}");
            assert_eq!(long_text(&moved, 4), moved, "{odd:?}");
        }
    }
}
