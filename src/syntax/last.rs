//! The forms that are left when no other eye of the doctor saw what is wrong: each is known by the sign or word that could
//! not be taken and the one before it. How often each comes is counted by `MUTATIONS_SHOW=last` of `tests/mutation.rs`.

use super::doctor::{Failure, place, short};
use super::layout::{self, PartKind};
use super::token::TokenKind;
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes, suggest};

impl Failure<'_> {
    /// What the last word or sign says of the mistake.
    pub(super) fn last_form(&self) -> Option<Diagnostic> {
        let kind = self.kind(self.at)?;
        self.swallowed_bracket().or_else(|| match kind {
            TokenKind::Colon => self.colon(),
            TokenKind::Open => self.opening(),
            TokenKind::Dot => self.dot(),
            TokenKind::Compare => self.compare(),
            TokenKind::Arrow if self.at == 1 && self.head() => Some(self.lacks("a theme is missing before `->`")),
            TokenKind::Text | TokenKind::LongText if self.at == 0 || self.first_on_line(self.at) => self.no_word(),
            TokenKind::Text | TokenKind::LongText => self.text_here(),
            TokenKind::Name | TokenKind::Reserved => self.word_here(),
            _ => self.second_value(),
        })
    }

    fn head(&self) -> bool {
        self.part.kind == PartKind::Head
    }

    fn is_concept(&self) -> bool {
        layout::item_words().all(|w| w != self.item())
    }

    /// Something is missing before the place; the help is the form of the part.
    fn lacks(&self, message: &str) -> Diagnostic {
        let said = Diagnostic::at(codes::MISSING_PART, place(self.span()), message);
        match self.form() {
            Some(form) => said.help(format!("it is written like `{form}`")),
            None => said.help("a condition is written like `theme(M, T) and not code(M, C)`"),
        }
    }

    /// A word is missing between two others, and is offered.
    fn between(&self, word: &str) -> Diagnostic {
        let (before, after) = (short(self.before_word()), short(self.word(self.at)));
        let message = format!("`{word}` is missing between `{before}` and `{after}`");
        let edits = vec![Edit { location: place(self.gap()), text: format!(" {word}") }];
        let title = format!("write `{word}`");
        Diagnostic::at(codes::MISSING_PART, place(self.gap()), message).help(title.clone()).fix(title, edits, false)
    }

    /// The sign or text stands twice, side by side.
    fn doubled(&self) -> Diagnostic {
        let word = short(self.word(self.at));
        let start = self.before().map_or(self.span().start, |t| t.span.end);
        let edits = vec![Edit { location: place(Span::new(start, self.span().end)), text: String::new() }];
        Diagnostic::at(codes::SYNTAX, place(self.span()), format!("`{word}` stands twice"))
            .help("leave one of them out")
            .fix("leave one out", edits, false)
    }

    /// `fact replyb, a)`, `rule themeM, t) if …`, `said"n/a")`: outside all brackets, and one closes behind.
    fn swallowed_bracket(&self) -> Option<Diagnostic> {
        let before = self.before().filter(|t| t.kind == TokenKind::Name)?;
        if self.innermost().is_some() || self.word(self.at) == "(" || self.at < 2 && !self.head() {
            return None;
        }
        let mut depth = 0usize;
        let stray = (self.at..self.words.len()).find(|&i| match self.kind(i) {
            Some(TokenKind::Open) => {
                depth += 1;
                false
            }
            Some(TokenKind::Close) if depth == 0 => true,
            Some(TokenKind::Close) => {
                depth -= 1;
                false
            }
            _ => false,
        })?;
        let name = short(self.before_word());
        let value = self.kind(self.at).is_some_and(TokenKind::begins_value);
        let (at, message, help) = match value {
            true => (self.gap(), format!("a `(` is missing after `{name}`"), "write `(` there"),
            false => (before.span, format!("a `(` is missing in `{name}`"), "write `(` after the name of the relation"),
        };
        let said = Diagnostic::at(codes::MISSING_PART, place(at), message)
            .label(place(self.token(stray)?.span), "this one closes nothing")
            .help(help);
        let edits = vec![Edit { location: place(Span::new(at.end, self.span().start)), text: "(".into() }];
        Some(if value { said.fix("open it", edits, false) } else { said })
    }

    fn colon(&self) -> Option<Diagnostic> {
        let declares = self.item() == "relation" && self.head();
        let help = match declares {
            true => "a column is its name and its type: `author: author`",
            false => "write the name of the column before it, as in `message(id: M, text: T)`, or leave out the `:`",
        };
        let earlier = self.at.checked_sub(2).and_then(|i| self.kind(i));
        match (self.before()?.kind, earlier) {
            (TokenKind::Colon, _) => Some(self.doubled()),
            (TokenKind::Open | TokenKind::Comma, _) => {
                Some(self.lacks("the name of a column is missing before `:`").help(help))
            }
            (TokenKind::Question, _) => None,
            _ if self.at == 1 && self.before_word() == "has" => {
                Some(self.lacks("the name of a property is missing before `:`"))
            }
            (TokenKind::Name | TokenKind::Variable, Some(TokenKind::Colon)) => {
                let at = self.before()?.span;
                let message = format!("a comma is missing in `{}`, or before it", self.before_word());
                let form = if declares { "`author: author, role: text`" } else { "`id: M, author: A`" };
                let help = format!("between a column and the next stands a comma: {form}");
                Some(Diagnostic::at(codes::MISSING_PART, place(at), message).help(help))
            }
            (TokenKind::Name, Some(TokenKind::Open)) => {
                let opener = self.token(self.at - 2)?.span;
                let named = self.at > 2 && self.kind(self.at - 3) == Some(TokenKind::Name);
                let named = named && !matches!(self.word(self.at - 3), "rule" | "fact" | "given" | "expect");
                (!named).then(|| self.nameless(opener))
            }
            _ => None,
        }
    }

    /// `(id: m1)` without the name of its relation.
    fn nameless(&self, opener: Span) -> Diagnostic {
        let declares = self.item() == "relation" && self.head();
        let message = "the name of a relation is missing before `(`";
        Diagnostic::at(codes::MISSING_PART, place(opener), message).help(match declares {
            true => "it is written like `relation role(author: author, role: text)`",
            false => "write the name before it, as in `message(id: M, text: T)`",
        })
    }

    fn opening(&self) -> Option<Diagnostic> {
        let before = self.before_word();
        match self.before()?.kind {
            TokenKind::Open if self.head() && matches!(self.item(), "relation" | "fact" | "rule") => {
                Some(self.doubled())
            }
            TokenKind::Comma if matches!(self.word(0), "fact") => Some(self.nameless(self.span())),
            _ if matches!(before, "fact" | "relation" | "rule" | "given" | "expect" | "no") && self.at < 3 => {
                Some(self.nameless(self.span()))
            }
            _ => None,
        }
    }

    fn dot(&self) -> Option<Diagnostic> {
        let (first, next) = (self.word(0), self.word(self.at + 1));
        if self.before()?.kind == TokenKind::Dot {
            return Some(self.doubled());
        }
        if self.item() == "use" && self.at == 1 {
            return Some(self.lacks("the name of a module is missing before `.`"));
        }
        if !self.head() || !self.is_concept() || self.at != 2 {
            return None;
        }
        if matches!(first, "ue" | "us" | "se" | "sue" | "ues" | "uses" | "usee" | "import" | "include" | "require") {
            let at = place(self.token(0)?.span);
            let edits = vec![Edit { location: at, text: "use".into() }];
            let help = format!("write `use {}.{next}`", self.before_word());
            return Some(
                Diagnostic::at(codes::UNKNOWN_ITEM, at, format!("no item starts with `{first}`")).help(help).fix(
                    "write `use`",
                    edits,
                    false,
                ),
            );
        }
        let name = format!("{}_{next}", self.before_word());
        let at = place(self.before()?.span.to(self.token(self.at + 1)?.span));
        let edits = vec![Edit { location: at, text: name.clone() }];
        let said = Diagnostic::at(
            codes::SYNTAX,
            at,
            format!("the name of a concept has no `.`: `{}.{next}`", self.before_word()),
        );
        Some(said.help(format!("write `{name}`")).fix(format!("write `{name}`"), edits, false))
    }

    fn compare(&self) -> Option<Diagnostic> {
        if self.word(self.at) == "=" && (self.at == 0 || self.first_on_line(self.at)) {
            let said = Diagnostic::at(codes::MISSING_PART, place(self.span()), "a name is missing before `=`");
            return Some(match self.item() {
                "input" | "concepts" => said.help("a column is written like `id = \"Header\"`"),
                _ => said.help("a property is written like `from = 2013-09-01`"),
            });
        }
        (self.before_word() == "this").then(|| {
            Diagnostic::at(codes::MISSING_PART, place(self.gap()), "`this` is followed by what is looked at")
                .help("write `in this thread` or `by this author`, as in `messages of hub by this author >= 2`")
        })
    }

    /// A line that begins with a text.
    fn no_word(&self) -> Option<Diagnostic> {
        let words = layout::words_of(self.item())?;
        let said = Diagnostic::at(
            codes::MISSING_PART,
            place(self.span()),
            format!("the word before `{}` is missing that says what it is", short(self.word(self.at))),
        );
        let list: Vec<String> = words.clauses.iter().map(|(w, _)| format!("`{w}`")).collect();
        Some(match self.is_concept() {
            true => said.help("write `matches` before words that are looked for, `means` before a definition"),
            false if list.is_empty() => said.help(format!("it is written on one line: `{}`", words.form)),
            false => said.help(format!("a clause starts with its word: {}", list.join(", "))),
        })
    }

    fn text_here(&self) -> Option<Diagnostic> {
        let before = self.before()?;
        let label = self.word(self.at);
        match (self.item(), self.at) {
            ("output", 2) if self.head() => return Some(self.between("to")),
            ("input" | "concepts", 2) if self.head() => return Some(self.between("from")),
            (item, 1) if self.head() && before.kind == TokenKind::Name && (item == "kind" || self.is_concept()) => {
                let parts = label.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(4);
                let name = parts.collect::<Vec<_>>().join("_").to_lowercase();
                let message = format!("a name is missing between `{item}` and {}", short(label));
                let said = Diagnostic::at(codes::MISSING_PART, place(self.gap()), message);
                if !name.starts_with(char::is_alphabetic) {
                    return Some(
                        said.help(format!("write `{item} some_name {}`: a name, then the label", short(label))),
                    );
                }
                let edits = vec![Edit { location: place(self.gap()), text: format!(" {name}") }];
                let help = format!("write `{item} {name} {}`: a name, then the label", short(label));
                return Some(said.help(help).fix(format!("write `{name}`"), edits, false));
            }
            _ => {}
        }
        let cited = (0..self.at).any(|i| self.word(i) == "cites") && before.kind == TokenKind::Name;
        if cited && self.before_word() != "at" && self.before_word() != "cites" {
            return Some(self.between("at"));
        }
        self.second_value()
    }

    /// A second text or value where there is room for one.
    fn second_value(&self) -> Option<Diagnostic> {
        let (before, token) = (self.before()?, self.token(self.at)?);
        let text = |kind| matches!(kind, TokenKind::Text | TokenKind::LongText);
        let values = before.kind.ends_value() && token.kind.begins_value() && self.at > 1 - usize::from(self.head());
        if !values || self.innermost().is_some() || !(self.head() || self.part.kind == PartKind::Clause) {
            return None;
        }
        if self.word(self.at) == self.before_word() {
            return Some(self.doubled());
        }
        let (what, help) = match text(token.kind) && text(before.kind) {
            true => {
                ("text", "make one text of them, or leave one out; a quotation mark inside a text is written `\\\"`")
            }
            false if self.word(1) == "=" => ("value", "leave one of them out"),
            false => return None,
        };
        let message = format!("a second {what} stands here, and there is room for one");
        Some(Diagnostic::at(codes::SYNTAX, place(token.span), message).help(help))
    }

    fn word_here(&self) -> Option<Diagnostic> {
        let (before, word, next) = (self.before()?, self.word(self.at), self.word(self.at + 1));
        let text = matches!(before.kind, TokenKind::Text | TokenKind::LongText);
        match (self.item(), word) {
            (_, "has") if before.kind == TokenKind::Name => {
                let scopes = ["thread", "parent", "author"];
                if let Some(near) = suggest::nearest(self.before_word(), scopes).filter(|n| *n != self.before_word()) {
                    return Some(self.misspelt(self.at - 1, near));
                }
                let message = format!("`has` cannot follow `{}`", self.before_word());
                Some(
                    Diagnostic::at(codes::SYNTAX, place(before.span.to(self.span())), message)
                        .help("there are `thread has …`, `parent has …` and `author has …`"),
                )
            }
            ("kind", "data") if self.at == 2 => Some(self.between("from")),
            ("kind", "author" | "thread" | "message") if text && self.head() => Some(self.between("of")),
            _ if text
                && matches!(self.word(0), "means" | "include" | "exclude" | "because" | "memo")
                && self.at == 2 =>
            {
                matches!(next, "at" | "," | "").then(|| self.between("cites"))
            }
            _ => None,
        }
    }
}
