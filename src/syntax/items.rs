//! Cuts the tokens of a file into items. An item starts with what is no blank and no comment in the first column; comments
//! and blank lines behind its last word belong to nobody.
//!
//! Two slips of indentation are seen through, so that each is told once and spoils nothing else: a line that forgot its
//! indentation stays with the item above where no item can start so, and an item that is indented by mistake is cut off from
//! the one above it.

use super::layout::{continues_nothing, is_any_clause, is_strict_clause_word, item_of, item_words, words_of};
use super::token::{Token, TokenKind};
use rustc_hash::FxHashSet;
use std::ops::Range;

/// The tokens of each item, in order, without the blanks and comments behind it.
pub fn cut(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let lines = Lines { text, tokens, kinds: kinds(text, tokens) };
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut item_word = "";
    for (i, token) in tokens.iter().enumerate() {
        if token.kind.is_trivia() {
            continue;
        }
        let starts = match items.last() {
            None => true,
            Some(_) if is_first_column(text, token) => !lines.stays(i, item_word),
            Some(last) => lines.is_first(i) && lines.is_item_all_the_same(i, item_word, last.end - 1),
        };
        if starts {
            items.push(i..i + 1);
            item_word = item_of(text, &tokens[i..]);
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

/// The kinds that the file declares or has concepts of.
fn kinds<'a>(text: &'a str, tokens: &[Token]) -> FxHashSet<&'a str> {
    let word = |t: &Token| &text[t.span.range()];
    let mut kinds: FxHashSet<&str> = ["code", "theme"].into_iter().collect();
    let mut words = tokens.iter().filter(|t| t.kind != TokenKind::Space).peekable();
    while let Some(token) = words.next() {
        if let Some(next) = words.peek()
            && is_first_column(text, token)
            && token.kind == TokenKind::Name
            && next.kind == TokenKind::Name
        {
            match word(token) {
                "kind" => drop(kinds.insert(word(next))),
                first if !is_any_clause(first) && item_words().all(|w| w != first) => drop(kinds.insert(first)),
                _ => {}
            }
        }
    }
    kinds
}

/// The first words of lines, looked at for what they start.
struct Lines<'a> {
    text: &'a str,
    tokens: &'a [Token],
    kinds: FxHashSet<&'a str>,
}

impl<'a> Lines<'a> {
    fn word(&self, i: usize) -> &'a str {
        &self.text[self.tokens[i].span.range()]
    }

    /// True of the first word of an indented line.
    fn is_first(&self, i: usize) -> bool {
        self.tokens[..i].iter().rev().find(|t| t.kind != TokenKind::Space).is_some_and(|t| t.kind == TokenKind::Newline)
    }

    /// The token behind another one on its line, and that behind it.
    fn next(&self, i: usize) -> [Option<usize>; 2] {
        let mut line = (i + 1..self.tokens.len())
            .filter(|&j| self.tokens[j].kind != TokenKind::Space)
            .take_while(|&j| !matches!(self.tokens[j].kind, TokenKind::Newline | TokenKind::Comment));
        [line.next(), line.next()]
    }

    /// A line in the first column that belongs to the item above: a clause that forgot its indentation, a condition that
    /// goes on, or a bracket that closes what stands above it.
    fn stays(&self, i: usize, item_word: &str) -> bool {
        let word = self.word(i);
        let [next, _] = self.next(i);
        let kind = |j: Option<usize>| j.map(|j| self.tokens[j].kind);
        let has = words_of(item_word).is_some_and(|w| w.has(word));
        match self.tokens[i].kind {
            TokenKind::Close | TokenKind::Comma | TokenKind::Text | TokenKind::LongText => true,
            TokenKind::Reserved => has || !matches!(word, "if" | "matches" | "has" | "is"),
            TokenKind::Turnstile => item_word == "rule",
            TokenKind::Name if is_strict_clause_word(word) => has,
            TokenKind::Name if item_words().any(|w| w == word) => false,
            TokenKind::Name => match kind(next) {
                None | Some(TokenKind::Text | TokenKind::LongText | TokenKind::Number) => has,
                Some(TokenKind::Compare) => self.takes_columns(item_word) && self.is_binding(next),
                Some(TokenKind::Reserved) => self.takes_columns(item_word) && self.is_binding(next),
                Some(TokenKind::Name) => has && !self.kinds.contains(word),
                _ => false,
            },
            _ => false,
        }
    }

    /// True of items that have lines `name = …`.
    fn takes_columns(&self, item_word: &str) -> bool {
        matches!(item_word, "input" | "concepts") || item_words().all(|w| w != item_word)
    }

    fn is_binding(&self, next: Option<usize>) -> bool {
        next.is_some_and(|j| matches!(self.word(j), "=" | "is"))
    }

    /// An indented line that can only be the head of an item.
    fn is_item_all_the_same(&self, i: usize, item_word: &str, before: usize) -> bool {
        let word = self.word(i);
        if self.tokens[i].kind != TokenKind::Name || words_of(item_word).is_some_and(|w| w.has(word)) {
            return false;
        }
        use TokenKind::*;
        let [next, after] = self.next(i).map(|j| j.map(|j| self.tokens[j].kind));
        // `theme rows` in a table: its words are in the wrong order, and it is a clause.
        let clause = |j: usize| words_of(item_word).is_some_and(|w| !w.item.is_empty() && w.has(self.word(j)));
        if self.next(i)[0].is_some_and(clause) {
            return false;
        }
        let titled = matches!(word, "study" | "test" | "table");
        if titled || !continues_nothing(&self.tokens[before]) {
            return titled && next == Some(Text) && after.is_none() && item_word != word;
        }
        let named = matches!(next, Some(Name));
        match word {
            "use" => matches!(next, Some(Text)) || named && matches!(after, Some(Dot) | None),
            "source" => named && matches!(after, Some(Text)) || next == Some(Text) && after == Some(Text),
            "kind" => named && matches!(after, Some(Text | Name) | None),
            "parameter" => named && after == Some(Compare),
            "concepts" | "input" | "output" => named && after == Some(Name),
            "relation" | "rule" | "fact" => named && after == Some(Open),
            "map" => named && after == Some(Arrow),
            _ => named && matches!(after, Some(Text) | None) && self.kinds.contains(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::lex;
    use super::*;

    fn items(text: &str) -> Vec<&str> {
        let tokens = lex(text);
        cut(text, &tokens)
            .into_iter()
            .map(|r| &text[tokens[r.start].span.start as usize..tokens[r.end - 1].span.end as usize])
            .collect()
    }

    #[test]
    fn the_first_column_starts_an_item_and_comments_belong_to_nobody() {
        let text = "code a\n# note\n  when b # x\n\n# about c\ncode c\nwhen d\nwhenever e";
        assert_eq!(items(text), ["code a\n# note\n  when b", "code c\nwhen d", "whenever e"]);
    }

    #[test]
    fn an_indented_item_is_an_item() {
        assert_eq!(items("code a\n  matches \"x\"\n  code b \"B\"\n    matches \"y\"").len(), 2);
        assert_eq!(items("kind barrier\nbarrier a\n  barrier b\n  rule r(X) if a").len(), 4);
        assert_eq!(items("table \"t\"\n  rows theme\n  count messages").len(), 1);
        assert_eq!(items("rule r(X) if p(X) and\n  code(X, a)").len(), 1);
    }

    #[test]
    fn a_line_that_forgot_its_indentation_is_no_item() {
        assert_eq!(items("input m from \"a.csv\"\nid = \"Id\"\ntext = \"T\"\ncoder is x").len(), 1);
        assert_eq!(items("rule r(X) if p(X)\nand q(X)").len(), 1);
        assert_eq!(items("table \"t\"\nrows theme\ncolumns a.b\ntotals").len(), 1);
        assert_eq!(items("kind under\ncode a\nunder b").len(), 3);
        assert_eq!(items("study \"t\"\nlanguage english\nby \"A\"").len(), 1);
    }
}
