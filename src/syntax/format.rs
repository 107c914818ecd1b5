//! The one layout of a file, without options: `hence fmt`.
//!
//! It works on the tokens, of which none is lost, and not on the tree, which has no comments. What it keeps true: the words
//! and signs of the file and its comments are the same before and after, in the same order, and the trees are; a layout
//! laid out again is the same; an item with a mistake stays byte for byte, since nobody can tell yet what belongs together
//! in it.

use super::format_item::lay_out;
use super::format_page::Page;
use super::items;
use super::parse::{Cache, parse};
use super::print::print_item;
use super::token::{Token, TokenKind, lex};
use super::tree::Item;
use crate::base::FileId;

/// A file in its layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// Its text: lines end with a line feed, and no byte order mark stands before it.
    pub text: String,
    /// How many items have a mistake and stand as they stood.
    pub untouched: usize,
}

/// Lays a file out. Never fails.
pub fn format(text: &str) -> Formatted {
    let tokens = lex(text);
    let mut cache = Cache::default();
    let (file, _) = parse(FileId(0), text, &mut cache);
    let mut page = Page::default();
    let mut untouched = 0;
    let mut done = 0;
    for (range, item) in items::cut(text, &tokens).into_iter().zip(&file.items) {
        between(&mut page, text, &tokens[done..range.start], done > 0);
        done = range.end;
        let tokens = &tokens[range];
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
        let (start, end) = (first.span.start as usize, last.span.end as usize);
        let in_place = items::is_first_column(text, first);
        if !item.whole || !in_place {
            untouched += 1;
        }
        let laid_out = Some(lay_out).filter(|_| item.whole && in_place).map(|lay_out| lay_out(text, tokens));
        let laid_out = laid_out.filter(|page| {
            let after = page.text();
            same_words(text, tokens, &after) && same_tree(item, &after, &mut cache)
        });
        match laid_out {
            Some(item) => page.append(item),
            None if in_place => page.verbatim(0, &text[start..end]),
            None => {
                // The first item of a file, indented by mistake. Whatever its indent is made of, it keeps one.
                let line = text[..start].rfind('\n').map_or(0, |i| i + 1);
                let indent = text[line..start].chars().filter(|c| *c != '\u{FEFF}').count().max(1);
                page.verbatim(indent, &text[start..end]);
            }
        }
    }
    between(&mut page, text, &tokens[done..], done > 0);
    Formatted { text: page.text(), untouched }
}

/// Comments and blank lines between two items. A comment that is indented belongs to the item above.
fn between(page: &mut Page, text: &str, tokens: &[Token], below_item: bool) {
    let start = tokens.first().map_or(0, |t| t.span.start as usize);
    for token in tokens {
        let comment = text[token.span.range()].trim_end();
        match token.kind {
            TokenKind::Newline => page.line_break(),
            TokenKind::Comment if page.goes_on() && page.is_verbatim() => {
                page.write(text[start..token.span.end as usize].trim_end());
            }
            TokenKind::Comment if page.goes_on() => page.remark(comment),
            TokenKind::Comment => {
                let indented = below_item && !items::is_first_column(text, token);
                page.open(if indented { 2 } else { 0 });
                page.write(comment);
            }
            _ => {}
        }
    }
}

/// True where a layout is read as the item was. Where words touch, as in `2013-09-012`, only the grammar can tell how they
/// are meant, so a layout that would be read otherwise is not used.
fn same_tree(item: &Item, laid_out: &str, cache: &mut Cache) -> bool {
    let (file, _) = parse(FileId(0), laid_out, cache);
    matches!(file.items.as_slice(), [after] if after.whole && print_item(&after.kind) == print_item(&item.kind))
}

/// True where a layout has the words of an item, the same in the same order.
fn same_words(text: &str, tokens: &[Token], laid_out: &str) -> bool {
    let after = lex(laid_out);
    let mut after = after.iter().filter(|t| !t.kind.is_trivia());
    let same = tokens.iter().filter(|t| !t.kind.is_trivia()).all(|before| {
        let word = &text[before.span.range()];
        after.next().is_some_and(|after| {
            // A text of many lines may have another indent; that it says the same was seen to.
            before.kind == after.kind && (before.kind == TokenKind::LongText || word == &laid_out[after.span.range()])
        })
    });
    same && after.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_comments_and_line_ends() {
        let text = "\u{FEFF}\r\n\r\n# one\r\n  # two\r\n\r\n\r\ncode a # x\r\n\r\n\r\n    # three  \r\n  matches \"x\"\r\n      # four\r\n# five";
        let expected = "# one\n# two\n\ncode a  # x\n\n  # three\n  matches \"x\"\n  # four\n# five\n";
        assert_eq!(format(text), Formatted { text: expected.into(), untouched: 0 });
        for empty in ["", "\n\n", " \r\n", "\u{FEFF}"] {
            assert_eq!(format(empty).text, "");
        }
    }

    #[test]
    fn an_item_with_a_mistake_stays_as_it_is() {
        let broken = "code  a\n   matches   \"x\" or  # why\r\n     memo \"y\"";
        let text = format!("{broken}   # z\n\n\n\ncode   b\n    matches   \"x\"\n");
        let expected = format!("{broken}   # z\n\ncode b\n  matches \"x\"\n");
        assert_eq!(format(&text), Formatted { text: expected, untouched: 1 });
        assert_eq!(format("\n\n \u{FEFF} code  a\n").text, "  code  a\n");
        assert_eq!(format("\n\u{FEFF}code  a\n").text, " code  a\n");
    }
}
