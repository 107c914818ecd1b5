//! Cuts the tokens of a file into items. An item starts with what is no blank and no comment in the first column; comments
//! and blank lines behind its last word belong to nobody.

use super::layout::{is_strict_clause_word, words_of};
use super::token::{Token, TokenKind};
use std::ops::Range;

/// The tokens of each item, in order, without the blanks and comments behind it.
///
/// A clause that forgot its indentation stays with the item before, where that has such a clause; so does a bracket that
/// closes what stands above it.
pub fn cut(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut item_word = "";
    for (i, token) in tokens.iter().enumerate() {
        if token.kind.is_trivia() {
            continue;
        }
        let word = &text[token.span.range()];
        let stray = items.is_empty();
        let clause = is_strict_clause_word(word) && words_of(item_word).is_some_and(|w| w.has(word));
        let stays = !stray && (clause || token.kind == TokenKind::Close);
        if stray || (is_first_column(text, token) && !stays) {
            items.push(i..i + 1);
            item_word = word;
        } else if let Some(last) = items.last_mut() {
            last.end = i + 1;
        }
    }
    items
}

/// True where nothing stands before a token on its line; a byte order mark is nothing.
pub(crate) fn is_first_column(text: &str, token: &Token) -> bool {
    let before = &text[..token.span.start as usize];
    before.is_empty() || before.ends_with('\n') || before == "\u{FEFF}"
}

#[cfg(test)]
mod tests {
    use super::super::token::lex;
    use super::*;

    #[test]
    fn the_first_column_starts_an_item_and_comments_belong_to_nobody() {
        let text = "code a\n# note\n  when b # x\n\n# about c\ncode c\nwhen d\nwhenever e";
        let tokens = lex(text);
        let items: Vec<&str> = cut(text, &tokens)
            .into_iter()
            .map(|r| &text[tokens[r.start].span.start as usize..tokens[r.end - 1].span.end as usize])
            .collect();
        assert_eq!(items, ["code a\n# note\n  when b", "code c\nwhen d", "whenever e"]);
    }
}
