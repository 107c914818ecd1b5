//! Words what is wrong with a part of an item, from the tokens around the place where the grammar gave up. The grammar's own
//! list of what it expected is never shown: it names rules, and for common mistakes it is beside the point.

use super::foreign;
use super::layout::{self, Part, PartKind};
use super::token::{RESERVED, Token, TokenKind};
use crate::base::{FileId, Location, Span};
use crate::diagnostic::{Diagnostic, Edit, codes, suggest};

/// A place in the item.
pub(super) fn place(span: Span) -> Location {
    Location::new(FileId(0), span)
}

/// The tokens around the place where the grammar gave up.
pub(super) struct Failure<'a> {
    text: &'a str,
    tokens: &'a [Token],
    pub(super) part: &'a Part,
    /// The words and signs of the part.
    words: Vec<usize>,
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
        .or_else(|| failure.known_slip())
        .or_else(|| failure.brackets())
        .or_else(|| failure.decimal_comma())
        .or_else(|| failure.first_word())
        .or_else(|| failure.text_wanted())
        .or_else(|| failure.reserved())
        .or_else(|| failure.missing_value())
        .or_else(|| failure.missing_joint())
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
        self.tokens.first().map_or("", |t| &self.text[t.span.range()])
    }

    /// `rule` in backticks, or `a concept`.
    fn item_name(&self) -> String {
        match layout::item_words().find(|w| *w == self.item()) {
            Some(word) => format!("`{word}`"),
            None => "a concept".to_string(),
        }
    }

    /// How the part is written.
    fn form(&self) -> Option<String> {
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

    fn first_on_line(&self, i: usize) -> bool {
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

    /// A line that starts with a word that is no clause here, or with an item.
    fn line(&self) -> Option<Diagnostic> {
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
        let nearest = suggest::nearest(word, words.clauses.iter().map(|(w, _)| *w));
        let joins = ["and", "or", "not", "near", "before", "within"];
        if let Some(near) = suggest::nearest(word, joins).filter(|n| nearest.is_none() && *n != word && word.len() > 2)
        {
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
                let help = format!("write `{near}`; it has {}", list(words));
                diagnostic.help(help).fix(format!("write `{near}`"), edits, false)
            }
            None if words.clauses.is_empty() => diagnostic.help(format!("it is written on one line: `{}`", words.form)),
            None => diagnostic.help(format!("it has {}", list(words))),
        })
    }

    /// A bracket that is not closed, or closes nothing.
    fn brackets(&self) -> Option<Diagnostic> {
        let mut open: Vec<usize> = Vec::new();
        let mut open_at_failure = None;
        for i in 0..self.words.len() {
            if i == self.at {
                open_at_failure = open.last().copied();
            }
            match self.kind(i) {
                Some(TokenKind::Open) => open.push(i),
                Some(TokenKind::Close) if open.pop().is_none() => {
                    if i < self.at {
                        continue;
                    }
                    if i > self.at {
                        return None;
                    }
                    let span = self.token(i)?.span;
                    let edits = vec![Edit { location: place(span), text: String::new() }];
                    return Some(
                        Diagnostic::at(codes::SYNTAX, place(span), "this bracket closes nothing")
                            .help("leave it out, or open one before")
                            .fix("leave it out", edits, false),
                    );
                }
                _ => {}
            }
        }
        if self.at == self.words.len() {
            open_at_failure = open.last().copied();
        }
        let opener = open_at_failure.filter(|o| open.contains(o))?;
        let stops = match self.kind(self.at) {
            None => !self.wants_value(),
            Some(TokenKind::Reserved) => !self.wants_value() && !self.word(self.at).starts_with("not"),
            Some(TokenKind::Turnstile | TokenKind::Arrow | TokenKind::Compare) => true,
            _ => false,
        };
        if !stops {
            return None;
        }
        let edits = vec![Edit { location: place(self.gap()), text: ")".into() }];
        let message = match self.before_word() {
            "" => "a bracket is not closed".to_string(),
            word => format!("a bracket is not closed after `{}`", short(word)),
        };
        Some(
            Diagnostic::at(codes::UNCLOSED, place(self.gap()), message)
                .label(place(self.token(opener)?.span), "opened here")
                .help("write `)`")
                .fix("close it", edits, false),
        )
    }

    /// `12,5` where one number is wanted.
    fn decimal_comma(&self) -> Option<Diagnostic> {
        let (before, comma, after) = (self.before()?, self.token(self.at)?, self.token(self.at + 1)?);
        let numbers = before.kind == TokenKind::Number && after.kind == TokenKind::Number;
        let close = before.span.end == comma.span.start && comma.span.end == after.span.start;
        if !numbers || !close || comma.kind != TokenKind::Comma {
            return None;
        }
        let (whole, part) = (self.before_word(), self.word(self.at + 1));
        let edits = vec![Edit { location: place(comma.span), text: ".".into() }];
        let at = place(before.span.to(after.span));
        Some(
            Diagnostic::at(codes::NUMBER_FORM, at, format!("`{whole},{part}` is no number here"))
                .help(format!("write `{whole}.{part}`"))
                .fix(format!("write `{whole}.{part}`"), edits, true),
        )
    }

    /// An item that starts with no known word.
    fn first_word(&self) -> Option<Diagnostic> {
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
        !layout::item_words().any(|w| w == self.item())
    }

    /// A text without its quotation marks, or no text at all.
    fn text_wanted(&self) -> Option<Diagnostic> {
        let word = self.before_word();
        let clause = self.at == 1 && self.part.kind == PartKind::Clause;
        let wanted = match (self.part.kind, self.at, self.word(0)) {
            (PartKind::Head, 1, "study" | "test" | "table") => true,
            (PartKind::Head, ..) => match self.item() {
                "source" => self.at == 2,
                item if layout::item_words().all(|w| w != item) => {
                    self.at == 2 && self.token(2).is_some_and(|t| is_word(t.kind)) && self.word(1) != "is"
                }
                "input" | "concepts" => word == "from",
                "output" => word == "to",
                _ => false,
            },
            (_, 1, "means" | "include" | "exclude" | "because" | "memo" | "example" | "counterexample") => clause,
            (_, 1, "doi" | "url" | "note" | "by" | "reads" | "empty" | "only" | "delimiter") => clause,
            _ => word == "=" && matches!(self.item(), "input" | "concepts"),
        };
        if !wanted {
            return None;
        }
        let span = self.span();
        let message = format!("a text is missing after `{}`", short(word));
        let help = self
            .form()
            .map_or("a text stands in quotation marks".into(), |f| format!("a text stands in quotation marks: `{f}`"));
        let mut diagnostic = Diagnostic::at(codes::MISSING_PART, place(span), message).help(help);
        if let Some(token) = self.token(self.at) {
            let start = token.span.start as usize;
            let line = self.text[start..].lines().next().unwrap_or("");
            let line = line.split('#').next().unwrap_or("").trim_end();
            if !line.is_empty() && !line.contains('"') {
                let at = Span::of(start..start + line.len());
                let edits = vec![Edit { location: place(at), text: super::literal::quote(line) }];
                diagnostic = diagnostic.fix("put the rest of the line in quotation marks", edits, false);
            }
        }
        Some(diagnostic)
    }

    /// A word of the language where a name should stand.
    fn reserved(&self) -> Option<Diagnostic> {
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
        let message = format!("`{word}` is a word of the language and cannot be a name");
        Some(
            Diagnostic::at(codes::RESERVED, place(token.span), message)
                .help(format!("take another name, such as `{word}_`; a label may be any text")),
        )
    }

    /// True where the token before asks for a name.
    fn wants_name(&self) -> bool {
        match self.before() {
            None => false,
            Some(_) if self.part.kind == PartKind::Head && self.at == 1 => true,
            Some(before) => {
                self.wants_value() || matches!(before.kind, TokenKind::Dot | TokenKind::Colon | TokenKind::Arrow)
            }
        }
    }

    /// True where the token before needs something behind it.
    fn wants_value(&self) -> bool {
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

    /// Nothing where a value, a name or a condition should stand.
    fn missing_value(&self) -> Option<Diagnostic> {
        if !self.wants_value() {
            return None;
        }
        let word = self.word(self.at);
        let ends = match self.kind(self.at) {
            None => true,
            Some(TokenKind::Close | TokenKind::Comma | TokenKind::Compare) => true,
            Some(TokenKind::Operator) => word != "-",
            Some(TokenKind::Reserved) => !matches!(word, "not" | "this"),
            _ => false,
        };
        if !ends {
            return None;
        }
        let before = self.before_word();
        let bracketed = before == "(" && word == ")";
        let message = match bracketed {
            true => "nothing stands in these brackets".to_string(),
            false => format!("something is missing after `{before}`"),
        };
        let diagnostic = Diagnostic::at(codes::MISSING_PART, place(self.gap()), message);
        Some(match (self.form(), before) {
            (_, ",") if self.kind(self.at) != Some(TokenKind::Comma) => {
                diagnostic.help("leave out the comma, or write what follows it")
            }
            (Some(form), _) => diagnostic.help(format!("it is written like `{form}`")),
            _ => diagnostic.help("write a condition or a value there"),
        })
    }

    /// Two things side by side: a comma, an `and` or a misspelt word.
    fn missing_joint(&self) -> Option<Diagnostic> {
        let (before, token) = (self.before()?, self.token(self.at)?);
        if let Some(near) = self.keyword_like(self.at) {
            return Some(self.misspelt(self.at, near));
        }
        if before.kind == TokenKind::Name
            && let Some(near) = self.keyword_like(self.at - 1)
        {
            return Some(self.misspelt(self.at - 1, near));
        }
        let begins = token.kind.begins_value() || matches!(self.word(self.at), "not" | "this");
        if !(before.kind.ends_value() || self.before_word() == "this") || !begins {
            return None;
        }
        let alone = self.part.kind == PartKind::Alone;
        let condition = alone || matches!(self.word(0), "rule" | "map" | "if" | "when" | "unless" | "matches" | ":-");
        match self.innermost() {
            Some(i) if i > 0 && self.kind(i - 1) == Some(TokenKind::Name) => {
                Some(self.joint_missing("a comma is missing"))
            }
            Some(_) => Some(self.joint_missing("`and` or `or` is missing")),
            None if self.word(0) == "matches" => Some(self.joint_missing("`or` is missing")),
            None if condition && self.part.kind != PartKind::Head => {
                Some(self.joint_missing("`and` or `or` is missing"))
            }
            None if condition && (0..self.at).any(|i| self.word(i) == "if" || self.word(i) == ":-") => {
                Some(self.joint_missing("`and` or `or` is missing"))
            }
            None if condition && self.item() == "rule" => Some(self.joint_missing("`if` is missing")),
            _ => None,
        }
    }

    fn joint_missing(&self, what: &str) -> Diagnostic {
        let word = short(self.word(self.at));
        let before = match self.at {
            0 => self.tokens[..self.words.first().copied().unwrap_or(0)].iter().rfind(|t| !t.kind.is_trivia()),
            _ => self.before(),
        };
        let gap = before.map_or(self.gap(), |t| Span::new(t.span.end, t.span.end));
        let message = match before {
            Some(t) => format!("{what} between `{}` and `{word}`", short(&self.text[t.span.range()])),
            None => format!("{what} before `{word}`"),
        };
        let diagnostic = Diagnostic::at(codes::MISSING_PART, place(gap), message);
        let insert = |text: &str| vec![Edit { location: place(gap), text: text.into() }];
        match what {
            "a comma is missing" => diagnostic.help("write `,` there").fix("write a comma", insert(","), true),
            "`if` is missing" => diagnostic.help("write `if` there").fix("write `if`", insert(" if"), false),
            "`or` is missing" => diagnostic.help("write `or` there").fix("write `or`", insert(" or"), false),
            _ => diagnostic
                .help("write `and` where both must hold, `or` where one is enough")
                .fix("write `and`", insert(" and"), false)
                .fix("write `or`", insert(" or"), false),
        }
    }

    /// The bracket that the place is in.
    fn innermost(&self) -> Option<usize> {
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

    fn misspelt(&self, i: usize, near: &str) -> Diagnostic {
        let span = self.token(i).map_or(self.span(), |t| t.span);
        let edits = vec![Edit { location: place(span), text: near.to_string() }];
        Diagnostic::at(codes::SYNTAX, place(span), format!("`{}` is not expected here", self.word(i)))
            .help(format!("write `{near}`"))
            .fix(format!("write `{near}`"), edits, false)
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

fn list(words: &layout::Words) -> String {
    words.clauses.iter().map(|(w, _)| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

/// A long text cut for a message.
pub(super) fn short(word: &str) -> String {
    let word = word.lines().next().unwrap_or("");
    match word.char_indices().nth(40) {
        Some((i, _)) => format!("{}…", &word[..i]),
        None => word.to_string(),
    }
}
