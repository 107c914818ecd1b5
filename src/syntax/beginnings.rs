//! Lines that begin with the wrong word: items that there are not, clauses that an item does not have, and words of the
//! language that are misspelt or stand where a name should.

use super::doctor::{Failure, is_word, place, short};
use super::layout::{self, PartKind};
use super::synonyms;
use super::token::{RESERVED, TokenKind};
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes, suggest};

impl Failure<'_> {
    /// A line that starts with a word that is no clause here, or with an item.
    pub(super) fn line(&self) -> Option<Diagnostic> {
        let unknown = self.part.kind == PartKind::Unknown;
        let token = self.token(self.at)?;
        let word = self.word(self.at);
        let alone = self.part.kind == PartKind::Alone;
        if alone || !(unknown || self.at > 0 && self.first_on_line(self.at)) || !is_word(token.kind) {
            return None;
        }
        let words = layout::words_of(self.item())?;
        let next = self.kind(self.at + 1);
        let follows_name = matches!(next, Some(TokenKind::Name | TokenKind::Text));
        let behind = self.word(self.at + 1);
        if follows_name && !words.item.is_empty() && words.has(behind) && !words.has(word) {
            let at = token.span.to(self.token(self.at + 1)?.span);
            let edits = vec![Edit { location: place(at), text: format!("{behind} {word}") }];
            let message = format!("the word of a clause stands first: `{behind}` comes before `{word}`");
            return Some(
                Diagnostic::at(codes::SYNTAX, place(at), message).help(format!("write `{behind} {word}`")).fix(
                    format!("write `{behind} {word}`"),
                    edits,
                    false,
                ),
            );
        }
        let starts_item = layout::item_words().any(|w| w == word) || ["code", "theme", self.item()].contains(&word);
        if starts_item && follows_name && !words.has(word) {
            let blank = self.text[..token.span.start as usize].rfind('\n').map_or(0, |i| i as u32 + 1);
            let blank = Span::new(blank, token.span.start);
            return Some(
                Diagnostic::at(codes::INDENT, place(token.span), format!("the item `{word}` is indented"))
                    .help("an item starts in the first column; an indented line belongs to the item above it")
                    .fix("start it in the first column", vec![Edit { location: place(blank), text: "".into() }], true),
            );
        }
        let elsewhere = synonyms::clause(words, word).filter(|_| self.word(self.at + 1) != "has");
        if let Some((meant, form)) = elsewhere {
            let message = format!("{} has no clause `{word}`", self.item_name());
            let edits = vec![Edit { location: place(token.span), text: meant.to_string() }];
            return Some(
                Diagnostic::at(codes::UNKNOWN_CLAUSE, place(token.span), message)
                    .help(format!("write `{meant}`, as in `{form}`"))
                    .fix(format!("write `{meant}`"), edits, false),
            );
        }
        let nearest = suggest::nearest(word, words.clauses.iter().map(|(w, _)| *w));
        let joins = ["and", "or", "not", "near", "before", "within"];
        let goes_on = matches!(self.before_word(), "and" | "or" | "(" | ",");
        let possible =
            |near: &&str| nearest.is_none() && *near != word && word.len() > 2 && (*near != "not" || goes_on);
        if let Some(near) = suggest::nearest(word, joins).filter(possible) {
            return Some(self.misspelt(self.at, near));
        }
        if next == Some(TokenKind::Open) && nearest.is_none() {
            return Some(self.joint_missing("`and` or `or` is missing"));
        }
        if matches!(self.item(), "input" | "concepts") && nearest.is_none() {
            let form = format!("{word} = \"Header\"");
            return Some(
                Diagnostic::at(
                    codes::UNKNOWN_CLAUSE,
                    place(token.span),
                    format!("`{word}` is no clause of {}", self.item_name()),
                )
                .help(format!("a column is written `{form}`, or `{word} is value`; there are also {}", list(words))),
            );
        }
        let message = format!("{} has no clause `{word}`", self.item_name());
        let diagnostic = Diagnostic::at(codes::UNKNOWN_CLAUSE, place(token.span), message);
        Some(match nearest {
            Some(near) => {
                let edits = vec![Edit { location: place(token.span), text: near.to_string() }];
                let help = format!("write `{near}`");
                diagnostic.help(help).fix(format!("write `{near}`"), edits, false)
            }
            None if words.clauses.is_empty() => diagnostic.help(format!("it is written on one line: `{}`", words.form)),
            None => diagnostic.help(format!("it has {}", list(words))),
        })
    }

    /// An item that starts with no known word.
    pub(super) fn first_word(&self) -> Option<Diagnostic> {
        if self.part.kind != PartKind::Head || !self.in_head_of_no_item() {
            return None;
        }
        let word = self.word(0);
        let at = place(self.token(0)?.span);
        if layout::is_strict_clause_word(word) {
            return Some(
                Diagnostic::at(
                    codes::INDENT,
                    at,
                    format!("`{word}` starts a clause, and no item above has such a clause"),
                )
                .help("a clause stands on an indented line under its item"),
            );
        }
        if !self.token(0).is_some_and(|t| is_word(t.kind)) {
            let message = format!("an item cannot start with `{}`", short(word));
            return Some(
                Diagnostic::at(codes::UNKNOWN_ITEM, at, message)
                    .help("an item starts with its word: `code shared_space \"label\"`; a comment starts with `#`"),
            );
        }
        let elsewhere = synonyms::items(word);
        let near_item = suggest::nearest(&word.to_lowercase(), layout::item_words()).is_some();
        if let Some(item) = self.item_without_word().filter(|_| !near_item) {
            let first = self.token(0)?.span;
            let edits = vec![Edit { location: place(Span::new(first.start, first.start)), text: format!("{item} ") }];
            let message = format!("a word before `{word}` is missing that says what this is");
            return Some(
                Diagnostic::at(codes::UNKNOWN_ITEM, at, message)
                    .help(format!("write `{item} {word}`: an item starts with its word"))
                    .fix(format!("write `{item}`"), edits, false),
            );
        }
        if let Some(first) = elsewhere.first() {
            let diagnostic = Diagnostic::at(codes::UNKNOWN_ITEM, at, format!("no item starts with `{word}`"))
                .help(format!("write it like {}", synonyms::forms(elsewhere)));
            let edits = vec![Edit { location: at, text: first.to_string() }];
            return Some(match elsewhere.len() {
                1 => diagnostic.fix(format!("write `{first}`"), edits, false),
                _ => diagnostic,
            });
        }
        let kinds = ["code", "theme"];
        let wanted = word.to_lowercase();
        let nearest = suggest::nearest(&wanted, layout::item_words().chain(kinds));
        if self.at >= 2 && nearest.is_none() {
            return None;
        }
        let diagnostic = Diagnostic::at(codes::UNKNOWN_ITEM, at, format!("no item starts with `{word}`"));
        Some(match nearest {
            Some(near) if near != word => diagnostic.help(format!("write `{near}`")).fix(
                format!("write `{near}`"),
                vec![Edit { location: at, text: near.to_string() }],
                false,
            ),
            Some(_) => return None,
            None => {
                let items: Vec<String> = layout::item_words().map(|w| format!("`{w}`")).collect();
                diagnostic.help(format!("there are {}, and concepts such as `code` and `theme`", items.join(", ")))
            }
        })
    }

    fn in_head_of_no_item(&self) -> bool {
        !layout::item_words().any(|w| w == self.word(0))
    }

    /// The item that a head without its word is meant to be, as it is written.
    fn item_without_word(&self) -> Option<&'static str> {
        let has = |words: &[&str]| (2..self.words.len()).any(|i| words.contains(&self.word(i)));
        match self.word(1) {
            "(" if has(&["if", ":-"]) => Some("rule"),
            "(" if has(&[":"]) => Some("relation"),
            "(" => Some("fact"),
            "." => Some("use"),
            "=" => Some("parameter"),
            "->" => Some("map"),
            "from" if self.word(2) == "data" => Some("kind"),
            "of" => Some("kind"),
            "from" => Some("input"),
            "to" => Some("output"),
            _ => None,
        }
    }

    /// A word of the language where a name should stand.
    pub(super) fn reserved(&self) -> Option<Diagnostic> {
        let (token, word) = (self.token(self.at)?, self.word(self.at));
        if token.kind != TokenKind::Reserved || !self.wants_name() {
            return None;
        }
        let next = self.kind(self.at + 1);
        let joint = matches!(word, "and" | "or" | "in" | "if" | "where" | "within");
        let begins_value = next.is_some_and(TokenKind::begins_value);
        if self.part.kind != PartKind::Head && joint && begins_value {
            return None;
        }
        if word == "if" && self.part.kind == PartKind::Head && self.at > 1 {
            let edits = vec![Edit { location: place(token.span), text: String::new() }];
            let message = "`if` stands twice: a rule has one, and its conditions are joined";
            return Some(
                Diagnostic::at(codes::SYNTAX, place(token.span), message)
                    .help("leave this `if` out, and join the conditions with `and`")
                    .fix("leave it out", edits, false),
            );
        }
        let message = format!("`{word}` is a word of the language and cannot be a name");
        let head = self.part.kind == PartKind::Head && self.at == 1;
        let named = match self.item() {
            "rule" | "fact" | "input" | "output" => format!("{word}_relation"),
            item if head && !item.is_empty() => format!("{word}_{item}"),
            _ => format!("{word}_code"),
        };
        let diagnostic = Diagnostic::at(codes::RESERVED, place(token.span), message);
        Some(match head {
            true => diagnostic.help(format!("take another name, such as `{named}`; the label may be any text")).fix(
                format!("write `{named}`"),
                vec![Edit { location: place(token.span), text: named }],
                false,
            ),
            false => diagnostic.help(format!("take another name, such as `{named}`, here and where it is declared")),
        })
    }

    /// The word of the language that a name seems to be meant for.
    pub(super) fn keyword_like(&self, i: usize) -> Option<&'static str> {
        let word = self.word(i);
        if !matches!(self.kind(i), Some(TokenKind::Name | TokenKind::Variable)) || word.chars().count() < 2 {
            return None;
        }
        const WORDS: [&str; 9] = ["words", "each", "sentence", "paragraph", "agreed", "from", "cites", "data", "least"];
        let near = suggest::nearest(word, RESERVED.into_iter().chain(WORDS))?;
        let near = RESERVED.into_iter().chain(WORDS).find(|w| *w == near)?;
        // Short words are near to everything: the first letter has to agree.
        (near != word && near.len() > 1 && near.chars().next() == word.to_lowercase().chars().next()).then_some(near)
    }

    pub(super) fn misspelt(&self, i: usize, near: &str) -> Diagnostic {
        let span = self.token(i).map_or(self.span(), |t| t.span);
        let edits = vec![Edit { location: place(span), text: near.to_string() }];
        Diagnostic::at(codes::SYNTAX, place(span), format!("`{}` is not expected here", self.word(i)))
            .help(format!("write `{near}`"))
            .fix(format!("write `{near}`"), edits, false)
    }
}

fn list(words: &layout::Words) -> String {
    words.clauses.iter().map(|(w, _)| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}
