//! Words what is wrong with a part of an item, from the tokens around the place where the grammar gave up. The grammar's own
//! list of what it expected is never shown: it names rules, and for common mistakes it is beside the point.

use super::foreign;
use super::layout::{self, Part, PartKind};
use super::token::{Token, TokenKind};
use crate::base::{FileId, Location, Span};
use crate::diagnostic::{Diagnostic, codes};

/// A place in the item.
pub(super) fn place(span: Span) -> Location {
    Location::new(FileId(0), span)
}

/// The tokens around the place where the grammar gave up.
pub(super) struct Failure<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) part: &'a Part,
    /// The words and signs of the part.
    pub(super) words: Vec<usize>,
    /// Which of them the grammar could not take; their number where it wanted more.
    pub(super) at: usize,
}

/// What is wrong with a part, where the grammar came as far as `offset`.
pub(crate) fn explain(text: &str, tokens: &[Token], part: &Part, offset: usize) -> Diagnostic {
    let words: Vec<usize> = part.tokens.clone().filter(|&i| !tokens[i].kind.is_trivia()).collect();
    let at = words.iter().position(|&i| tokens[i].span.end as usize > offset).unwrap_or(words.len());
    let failure = Failure { text, tokens, part, words, at };
    failure
        .habit()
        .or_else(|| failure.line())
        .or_else(|| failure.spoken())
        .or_else(|| failure.named_otherwise())
        .or_else(|| failure.known_slip())
        .or_else(|| failure.brackets())
        .or_else(|| failure.decimal_comma())
        .or_else(|| failure.first_word())
        .or_else(|| failure.text_wanted())
        .or_else(|| failure.reserved())
        .or_else(|| failure.missing_value())
        .or_else(|| failure.missing_joint())
        .or_else(|| failure.last_form())
        .unwrap_or_else(|| failure.anything())
}

impl Failure<'_> {
    pub(super) fn token(&self, i: usize) -> Option<&Token> {
        self.words.get(i).map(|&i| &self.tokens[i])
    }

    pub(super) fn word(&self, i: usize) -> &str {
        self.token(i).map_or("", |t| &self.text[t.span.range()])
    }

    pub(super) fn kind(&self, i: usize) -> Option<TokenKind> {
        self.token(i).map(|t| t.kind)
    }

    pub(super) fn before(&self) -> Option<&Token> {
        self.at.checked_sub(1).and_then(|i| self.token(i))
    }

    pub(super) fn before_word(&self) -> &str {
        self.at.checked_sub(1).map_or("", |i| self.word(i))
    }

    /// The place of the token that could not be taken, or the end of the part.
    pub(super) fn span(&self) -> Span {
        match (self.token(self.at), self.before()) {
            (Some(token), _) => token.span,
            (None, Some(before)) => Span::new(before.span.end, before.span.end),
            (None, None) => Span::default(),
        }
    }

    /// The gap before it.
    pub(super) fn gap(&self) -> Span {
        let end = self.before().map_or(self.span().start, |t| t.span.end);
        Span::new(end, end)
    }

    pub(super) fn item(&self) -> &str {
        layout::item_of(self.text, self.tokens)
    }

    /// `rule` in backticks, or `a concept`.
    pub(super) fn item_name(&self) -> String {
        match layout::item_words().find(|w| *w == self.item()) {
            Some(word) => format!("`{word}`"),
            None => "a concept".to_string(),
        }
    }

    /// How the part is written.
    pub(super) fn form(&self) -> Option<String> {
        let words = layout::words_of(self.item())?;
        match self.part.kind {
            PartKind::Alone => return None,
            PartKind::Head => return Some(words.form.to_string()),
            _ => {}
        }
        let word = self.word(0);
        let clause = words.clauses.iter().find(|(w, _)| *w == word).map(|(_, form)| form.to_string());
        clause.or_else(|| matches!(self.item(), "input" | "concepts").then(|| format!("{word} = \"Header\"")))
    }

    pub(super) fn first_on_line(&self, i: usize) -> bool {
        self.token(i).is_some_and(|t| {
            let before = &self.text[..t.span.start as usize];
            before.trim_end_matches([' ', '\t']).ends_with('\n')
        })
    }

    /// A sign or word of another language, at the place or just before it.
    fn habit(&self) -> Option<Diagnostic> {
        let near = [Some(self.at), self.at.checked_sub(1)];
        near.into_iter()
            .flatten()
            .filter_map(|i| self.words.get(i))
            .find_map(|&i| foreign::habit(self.text, self.tokens, self.part, i))
    }

    /// The bracket that the place is in.
    pub(super) fn innermost(&self) -> Option<usize> {
        let mut open = Vec::new();
        for i in 0..self.at {
            match self.kind(i) {
                Some(TokenKind::Open) => open.push(i),
                Some(TokenKind::Close) => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.pop()
    }

    /// True where the token before asks for a name.
    pub(super) fn wants_name(&self) -> bool {
        match self.before() {
            None => false,
            Some(_) if self.part.kind == PartKind::Head && self.at == 1 => true,
            Some(before) => {
                self.wants_value() || matches!(before.kind, TokenKind::Dot | TokenKind::Colon | TokenKind::Arrow)
            }
        }
    }

    /// True where the token before needs something behind it.
    pub(super) fn wants_value(&self) -> bool {
        let Some(before) = self.before() else { return false };
        match before.kind {
            TokenKind::Comma | TokenKind::Compare | TokenKind::Operator | TokenKind::Arrow => true,
            TokenKind::Turnstile | TokenKind::Open | TokenKind::Colon | TokenKind::Reserved => {
                self.before_word() != "this"
            }
            TokenKind::Name => {
                self.at == 1 || matches!(self.before_word(), "of" | "by" | "as" | "cites" | "at" | "from" | "to")
            }
            _ => false,
        }
    }

    /// What is left: the place, and how such a part is written.
    fn anything(&self) -> Diagnostic {
        let message = match (self.token(self.at), self.before()) {
            (Some(_), _) => format!("`{}` is not expected here", short(self.word(self.at))),
            (None, Some(_)) => format!("something is missing after `{}`", short(self.before_word())),
            (None, None) => "there is nothing to read here".to_string(),
        };
        let code = if self.token(self.at).is_some() { codes::SYNTAX } else { codes::MISSING_PART };
        let diagnostic = Diagnostic::at(code, place(self.span()), message);
        match self.form() {
            Some(form) => diagnostic.help(format!("it is written like `{form}`")),
            None => diagnostic.help("a condition is written like `theme(M, T) and not code(M, C)`"),
        }
    }
}

pub(super) fn is_word(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Name | TokenKind::Variable | TokenKind::Reserved)
}

/// A long text cut for a message.
pub(super) fn short(word: &str) -> String {
    let word = word.lines().next().unwrap_or("");
    match word.char_indices().nth(40) {
        Some((i, _)) => format!("{}…", &word[..i]),
        None => word.to_string(),
    }
}
