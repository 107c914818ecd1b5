//! Which words start a clause of which item, and where the clauses of an item begin.
//!
//! A clause starts its line with its word; any other line continues what is before it. The grammar learns of it by a mark
//! that takes the place of one line break, so that no offset moves.

use super::token::{Token, TokenKind};
use crate::diagnostic::suggest;
use std::ops::Range;

/// What takes the place of the line break before a clause.
pub(crate) const MARK: char = '\u{1E}';

/// The words of one item.
pub(crate) struct Words {
    /// `study`; empty for concepts.
    pub item: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// Its clauses, each with the way it is written.
    pub clauses: &'static [(&'static str, &'static str)],
}

impl Words {
    /// True where the item has that clause.
    pub fn has(&self, word: &str) -> bool {
        self.clauses.iter().any(|(w, _)| *w == word)
    }
}

const ITEMS: &[Words] = &[
    Words {
        item: "study",
        form: "study \"title\"",
        clauses: &[("approach", "approach codebook"), ("language", "language english"), ("by", "by \"author\"")],
    },
    Words { item: "use", form: "use theory.proximity", clauses: &[] },
    Words { item: "parameter", form: "parameter min_authors = 2 \"what it is for\"", clauses: &[] },
    Words {
        item: "source",
        form: "source martins2017 \"reference\"",
        clauses: &[("doi", "doi \"10.1000/1\""), ("url", "url \"https://example.org\""), ("note", "note \"text\"")],
    },
    Words {
        item: "kind",
        form: "kind barrier \"label\"",
        clauses: &[("has", "has from: date"), ("means", "means \"definition\"")],
    },
    Words { item: "concepts", form: "concepts code from \"codebook.csv\"", clauses: COLUMNS },
    Words {
        item: "relation",
        form: "relation role(author: author, role: text)",
        clauses: &[
            ("means", "means \"definition\""),
            ("reads", "reads \"{author} works as {role}\""),
            ("key", "key author, role"),
        ],
    },
    Words { item: "input", form: "input message from \"messages.csv\"", clauses: COLUMNS },
    Words { item: "output", form: "output role to \"roles.csv\"", clauses: &[] },
    Words {
        item: "table",
        form: "table \"title\"",
        clauses: &[
            ("rows", "rows theme"),
            ("columns", "columns comment.service"),
            ("count", "count messages"),
            ("totals", "totals"),
            ("shares", "shares of rows"),
        ],
    },
    Words { item: "fact", form: "fact edge(a, b), edge(b, c)", clauses: &[] },
    Words {
        item: "rule",
        form: "rule path(X, Z) if edge(X, Y) and path(Y, Z)",
        clauses: &[
            ("if", "if edge(X, Y)"),
            ("because", "because \"reason\""),
            ("cites", CITES),
            ("reads", "reads \"{from} leads to {to}\""),
        ],
    },
    Words {
        item: "map",
        form: "map some_theme -> absorptive, social",
        clauses: &[("if", "if authors of some_theme >= 2"), ("because", "because \"reason\""), ("cites", CITES)],
    },
    Words {
        item: "test",
        form: "test \"name\"",
        clauses: &[
            ("given", "given message(id: m1, text: \"text\")"),
            ("set", "set min_authors = 2"),
            ("expect", "expect theme(m1, some_theme)"),
        ],
    },
];

const CITES: &str = "cites martins2017 at \"p. 3\"";

const COLUMNS: &[(&str, &str)] = &[
    ("only", "only \"Header\" is \"value\""),
    ("empty", "empty \"NA\", \"-\""),
    ("delimiter", "delimiter \";\""),
    ("sheet", "sheet \"Name\""),
];

const CONCEPT: Words = Words {
    item: "",
    form: "code shared_space \"label\"",
    clauses: &[
        ("means", "means \"definition\""),
        ("include", "include \"text\""),
        ("exclude", "exclude \"text\""),
        ("because", "because \"reason\""),
        ("memo", "memo \"text\""),
        ("example", "example \"text\""),
        ("counterexample", "counterexample \"text\""),
        ("status", "status draft"),
        ("under", "under parent"),
        ("cites", CITES),
        ("matches", "matches \"word*\" or \"some words\""),
        ("when", "when some_code and other_code"),
        ("unless", "unless some_code"),
    ],
};

/// The words that start an item, in the order of the reference.
pub(crate) fn item_words() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|w| w.item)
}

/// The words of the item that starts with `word`; those of a concept for any other name.
pub(crate) fn words_of(word: &str) -> Option<&'static Words> {
    if word.is_empty() {
        return None;
    }
    Some(ITEMS.iter().find(|w| w.item == word).unwrap_or(&CONCEPT))
}

/// True of a word that starts a clause of some item.
pub(crate) fn is_any_clause(word: &str) -> bool {
    CONCEPT.has(word) || ITEMS.iter().any(|w| w.has(word))
}

/// The first word of an item; where it is misspelt and what follows shows which item is meant, that item's word.
pub(crate) fn item_of<'a>(text: &'a str, tokens: &[Token]) -> &'a str {
    let Some(first) = tokens.first() else { return "" };
    let word = &text[first.span.range()];
    if first.kind != TokenKind::Name && first.kind != TokenKind::Variable || ITEMS.iter().any(|w| w.item == word) {
        return word;
    }
    let mut line = tokens[1..].iter().filter(|t| !t.kind.is_trivia()).map(|t| (t.kind, &text[t.span.range()]));
    let (Some((second, _)), third) = (line.next(), line.next()) else { return word };
    if let Some(item) = behind_its_name(text, tokens) {
        return item;
    }
    let Some(near) = suggest::nearest(&word.to_lowercase(), item_words()) else { return word };
    let third_is = |kind: TokenKind| second == TokenKind::Name && third.is_some_and(|t| t.0 == kind);
    let third_word = |word: &str| second == TokenKind::Name && third.is_some_and(|t| t.1 == word);
    let fits = match near {
        "study" | "test" | "table" => second == TokenKind::Text,
        "use" => second == TokenKind::Text || third_is(TokenKind::Dot),
        "parameter" => third_word("="),
        "relation" | "rule" | "fact" => third_is(TokenKind::Open),
        "input" | "concepts" => third_word("from"),
        "output" => third_word("to"),
        "map" => third_is(TokenKind::Arrow),
        _ => has_own_clause(text, tokens, near),
    };
    if fits { near } else { word }
}

/// The item whose word stands behind its name: `said relation(…)`.
pub(super) fn behind_its_name<'a>(text: &'a str, tokens: &[Token]) -> Option<&'a str> {
    let mut line = tokens.iter().filter(|t| !t.kind.is_trivia());
    let mut word = || line.next().map_or("", |t| &text[t.span.range()]);
    let (first, second, third) = (word(), word(), word());
    let fits = match second {
        "relation" | "rule" | "fact" => third == "(",
        "parameter" => third == "=",
        "concepts" | "input" => third == "from",
        "output" => third == "to",
        "map" => third == "->",
        _ => false,
    };
    (fits && item_words().all(|w| w != first)).then_some(second)
}

/// True where a line starts with a clause that `item` has and a concept has not.
fn has_own_clause(text: &str, tokens: &[Token], item: &str) -> bool {
    let Some(words) = words_of(item) else { return false };
    let mut line_break = false;
    tokens.iter().any(|t| {
        if t.kind == TokenKind::Newline {
            line_break = true;
        }
        let first = !t.kind.is_trivia() && std::mem::take(&mut line_break);
        let word = &text[t.span.range()];
        first && words.has(word) && !CONCEPT.has(word)
    })
}

/// Words that start a clause and never an item, not even of a kind that the study declares.
pub(crate) fn is_strict_clause_word(word: &str) -> bool {
    matches!(
        word,
        "when"
            | "unless"
            | "matches"
            | "if"
            | "means"
            | "include"
            | "exclude"
            | "because"
            | "cites"
            | "counterexample"
            | "given"
            | "expect"
            | "reads"
    )
}

/// Words that may stand first on a line that continues a clause.
const INNER: [&str; 17] = [
    "from",
    "of",
    "to",
    "at",
    "as",
    "words",
    "agreed",
    "by",
    "for",
    "each",
    "data",
    "least",
    "message",
    "sentence",
    "paragraph",
    "thread",
    "a",
];

/// The head of an item, or one of its clauses.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its tokens among those of the item, blanks behind it not counted.
    pub tokens: Range<usize>,
    /// The byte at which it starts: for a clause its mark.
    pub start: usize,
    /// What it is.
    pub kind: PartKind,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// The item's first lines.
    Head,
    /// A clause that the item has.
    Clause,
    /// A line that seems to start a clause, with a word that the item does not know.
    Unknown,
    /// A condition or conclusion that stands in no item: a query.
    Alone,
}

/// The head and the clauses of an item; its tokens count from its own start.
pub(crate) fn parts(text: &str, tokens: &[Token]) -> Vec<Part> {
    let first = item_of(text, tokens);
    let mut parts = vec![Part { tokens: 0..tokens.len().min(1), start: 0, kind: PartKind::Head }];
    let Some(words) = words_of(first) else { return parts };
    let (mut depth, mut line_break, mut previous) = (0usize, None, None::<&Token>);
    for (i, token) in tokens.iter().enumerate() {
        if token.kind.is_trivia() {
            if token.kind == TokenKind::Newline {
                line_break = Some(token.span.start as usize);
            }
            continue;
        }
        if let (Some(start), Some(before)) = (line_break.take(), previous)
            && let Some(kind) = clause_at(text, words, tokens, i, depth, before)
        {
            parts.push(Part { tokens: i..i + 1, start, kind });
            depth = 0;
        }
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.tokens.end = i + 1;
        }
        previous = Some(token);
    }
    parts
}

/// Whether the first token of a line starts a clause.
fn clause_at(text: &str, words: &Words, tokens: &[Token], i: usize, depth: usize, before: &Token) -> Option<PartKind> {
    let word = &text[tokens[i].span.range()];
    if words.item == "rule" && tokens[i].kind == TokenKind::Turnstile {
        return Some(PartKind::Clause);
    }
    if !matches!(tokens[i].kind, TokenKind::Name | TokenKind::Reserved | TokenKind::Variable) {
        return None;
    }
    let next = tokens[i + 1..].iter().find(|t| !t.kind.is_trivia());
    let next_text = next.map_or("", |t| &text[t.span.range()]);
    let ended = continues_nothing(before);
    if words.has(word) {
        let condition = matches!(word, "if" | "matches" | "when" | "unless");
        let no_clause = match next.map(|t| t.kind) {
            Some(TokenKind::Colon | TokenKind::Comma | TokenKind::Close) => true,
            Some(TokenKind::Open) => !condition && word != "given" && word != "expect" && depth > 0,
            Some(TokenKind::Compare) => !condition && depth > 0,
            _ => false,
        };
        return (!no_clause || depth == 0).then_some(PartKind::Clause);
    }
    if matches!(words.item, "input" | "concepts") && (next_text == "=" || next_text == "is") {
        return Some(PartKind::Clause);
    }
    if words.item.is_empty() && tokens[i].kind == TokenKind::Name && next_text == "=" && depth == 0 && ended {
        return Some(PartKind::Clause);
    }
    let unknown = depth == 0
        && ended
        && words.item != "fact"
        && tokens[i].kind != TokenKind::Variable
        && !INNER.contains(&word)
        && next.map(|t| t.kind) != Some(TokenKind::Dot)
        && (tokens[i].kind == TokenKind::Name || CONCEPT.has(word) || word == "has" || word == "if");
    unknown.then_some(PartKind::Unknown)
}

/// True behind a token that nothing needs to follow.
pub(super) fn continues_nothing(before: &Token) -> bool {
    use TokenKind::*;
    !matches!(before.kind, Reserved | Comma | Compare | Operator | Arrow | Turnstile | Open | Colon | Dot | Foreign)
}

/// The text of an item with its marks set; every byte keeps its place.
pub(crate) fn mark(text: &str, parts: &[Part]) -> String {
    let mut marked = text.replace(MARK, " ").into_bytes();
    for part in parts.iter().filter(|p| p.kind != PartKind::Head) {
        marked[part.start] = MARK as u8;
    }
    String::from_utf8(marked).unwrap_or_default()
}
