//! The words and signs of a file. Lexing never fails and loses nothing: the texts of the tokens, one after the other, are
//! the file. What has no place in the language is a token too, so that the messages can name it.

use crate::base::Span;
use logos::{Lexer, Logos};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Blanks, tabs, carriage returns, a byte order mark.
    Space,
    /// The end of a line.
    Newline,
    /// `# …`
    Comment,
    /// `shared_space`
    Name,
    /// A word of [`RESERVED`].
    Reserved,
    /// `Author`
    Variable,
    /// `_`
    Any,
    /// `_x`: no name in this language.
    Underscored,
    /// `12`, `2.5`
    Number,
    /// `2013-09-01`
    Date,
    /// `2013-09-01T10:30`
    DateTime,
    /// `03/04/2024`
    ForeignDate,
    /// `"…"`
    Text,
    /// `"""…"""`
    LongText,
    /// `m15@33-85`
    Quote,
    /// `/…/i`
    Regex,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `:`
    Colon,
    /// `?`
    Question,
    /// `= != < <= > >=`
    Compare,
    /// `+ - * /`
    Operator,
    /// `->`
    Arrow,
    /// `:-`
    Turnstile,
    /// A text in other quotation marks.
    ForeignText,
    /// A sign of another language: `;`, `&&`, `==`, `//`.
    Foreign,
    /// A quotation mark that is not closed on its line, with the rest of the line.
    UnclosedText,
    /// `"""` that is not closed before the next item.
    UnclosedLongText,
    /// A regular expression that is not closed on its line.
    UnclosedRegex,
    /// Any other character.
    Character,
}

impl TokenKind {
    /// Blanks, line ends and comments.
    pub fn is_trivia(self) -> bool {
        matches!(self, TokenKind::Space | TokenKind::Newline | TokenKind::Comment)
    }

    /// True of what can end a value, so that a slash behind it divides.
    pub fn ends_value(self) -> bool {
        use TokenKind::*;
        matches!(self, Name | Variable | Any | Number | Date | DateTime | Text | LongText | Quote | Regex | Close)
    }

    /// True of what can begin a value.
    pub fn begins_value(self) -> bool {
        use TokenKind::*;
        matches!(self, Name | Variable | Any | Number | Date | DateTime | Text | LongText | Quote | Regex | Open)
    }
}

/// A stretch of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// The words that no declaration may have as its name.
pub const RESERVED: [&str; 19] = [
    "and", "or", "not", "if", "where", "near", "before", "within", "overlaps", "in", "same", "this", "has", "is",
    "matches", "contains", "except", "div", "mod",
];

#[derive(Logos, Clone, Copy, PartialEq)]
enum Raw {
    #[regex(r"[ \t\r\u{FEFF}]+")]
    Space,
    #[token("\n")]
    Newline,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"\p{L}\p{XID_Continue}*")]
    Word,
    #[regex(r"_\p{XID_Continue}*")]
    Underscored,
    #[regex(r"[0-9]+(\.[0-9]+)?")]
    Number,
    #[regex(r"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]")]
    Date,
    #[regex(r"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9](:[0-9][0-9])?")]
    DateTime,
    #[regex(r"[0-9][0-9]?[/.][0-9][0-9]?[/.][0-9][0-9][0-9][0-9]")]
    ForeignDate,
    #[regex(r"\p{XID_Continue}+(-\p{XID_Continue}+)*@[0-9]+-[0-9]+")]
    Quote,
    #[token("\"")]
    Text,
    #[token("\"\"\"")]
    LongText,
    #[token("/")]
    Slash,
    #[token("(")]
    Open,
    #[token(")")]
    Close,
    #[token(",")]
    Comma,
    #[token(".")]
    Dot,
    #[token(":")]
    Colon,
    #[token("?")]
    Question,
    #[regex(r"=|!=|<=?|>=?")]
    Compare,
    #[regex(r"[+*\-]")]
    Operator,
    #[token("->")]
    Arrow,
    #[token(":-")]
    Turnstile,
    #[regex("[“„”«‘’'‚`]")]
    Mark,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    #[regex(r"/\*[^\n]*", allow_greedy = true)]
    #[regex(r";|&&?|\|\|?|!|==|<>|=<|=>|<-|[\[\]{}]|≠|≤|≥|∧|∨|¬|→|←|–|—|−|\u{A0}|\u{202F}|\u{2007}|\u{3000}")]
    #[regex(r"，|、|；|（|）|：")]
    Foreign,
}

/// The tokens of a text, none lost.
pub fn lex(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
    let mut lexer = Raw::lexer(text);
    let mut divides = false;
    let mut line_is_empty = true;
    let mut before = "";
    while let Some(found) = lexer.next() {
        let kind = match found {
            Ok(raw) => classify(raw, divides, &mut lexer),
            Err(()) => TokenKind::Character,
        };
        let span = Span::of(lexer.span());
        match kind {
            TokenKind::Newline => line_is_empty = true,
            TokenKind::Space | TokenKind::Comment => {}
            kind => {
                let word = lexer.slice();
                // `when /x/`, and `in same sentence as /x/`.
                let opens = line_is_empty && matches!(word, "when" | "unless")
                    || word == "as" && matches!(before, "sentence" | "paragraph");
                before = word;
                divides = (kind.ends_value() && !opens) || word == "this";
                line_is_empty = false;
            }
        }
        tokens.push(Token { kind, span });
    }
    tokens
}

fn classify<'a>(raw: Raw, divides: bool, lexer: &mut Lexer<'a, Raw>) -> TokenKind {
    match raw {
        Raw::Space => TokenKind::Space,
        Raw::Newline => TokenKind::Newline,
        Raw::Comment => TokenKind::Comment,
        Raw::Word => word(lexer.slice()),
        Raw::Underscored if lexer.slice() == "_" => TokenKind::Any,
        Raw::Underscored => TokenKind::Underscored,
        Raw::Number => TokenKind::Number,
        Raw::Date => TokenKind::Date,
        Raw::DateTime => TokenKind::DateTime,
        Raw::ForeignDate => TokenKind::ForeignDate,
        Raw::Quote => TokenKind::Quote,
        Raw::Text => text(lexer),
        Raw::LongText => long_text(lexer),
        Raw::Slash if divides => TokenKind::Operator,
        Raw::Slash => regex(lexer),
        Raw::Open => TokenKind::Open,
        Raw::Close => TokenKind::Close,
        Raw::Comma => TokenKind::Comma,
        Raw::Dot => TokenKind::Dot,
        Raw::Colon => TokenKind::Colon,
        Raw::Question => TokenKind::Question,
        Raw::Compare => TokenKind::Compare,
        Raw::Operator => TokenKind::Operator,
        Raw::Arrow => TokenKind::Arrow,
        Raw::Turnstile => TokenKind::Turnstile,
        Raw::Mark => foreign_text(lexer),
        Raw::Foreign => foreign(lexer),
    }
}

fn word(word: &str) -> TokenKind {
    match word.chars().next() {
        Some(first) if first.is_uppercase() || is_title(first) => TokenKind::Variable,
        _ if RESERVED.contains(&word) => TokenKind::Reserved,
        _ => TokenKind::Name,
    }
}

/// The letters that are an upper-case and a lower-case letter in one, such as `ǅ`.
fn is_title(c: char) -> bool {
    !c.is_lowercase() && !c.is_uppercase() && c.to_lowercase().ne([c])
}

/// `=<`, `=>` and `<-` are signs of other languages, and yet `X=<…` never is right while `X<-1` is.
fn foreign(lexer: &Lexer<'_, Raw>) -> TokenKind {
    let digit = lexer.remainder().starts_with(|c: char| c.is_ascii_digit());
    if lexer.slice() == "<-" && digit { TokenKind::Compare } else { TokenKind::Foreign }
}

/// From `"` to the `"` that closes it on the same line, and a place behind it.
fn text(lexer: &mut Lexer<'_, Raw>) -> TokenKind {
    let rest = lexer.remainder();
    let mut escaped = false;
    for (i, c) in rest.char_indices() {
        match c {
            '\n' => break,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let place = place(&rest[i + 1..]);
                lexer.bump(i + 1 + place);
                return if place > 0 { TokenKind::Quote } else { TokenKind::Text };
            }
            _ => {}
        }
    }
    let end = rest.find('\n').unwrap_or(rest.len());
    lexer.bump(rest[..end].trim_end().len());
    TokenKind::UnclosedText
}

/// The length of `@0-9` at the start of a text.
fn place(text: &str) -> usize {
    let Some(rest) = text.strip_prefix('@') else { return 0 };
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(rest);
    match rest[first..].strip_prefix('-').map(digits) {
        Some(second) if first > 0 && second > 0 => 2 + first + second,
        _ => 0,
    }
}

/// From `"""` to the next `"""`, or to the next line that is not indented.
fn long_text(lexer: &mut Lexer<'_, Raw>) -> TokenKind {
    let rest = lexer.remainder();
    let bytes = rest.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == b'\\' {
            i += 1;
        } else if bytes[i..].starts_with(b"\"\"\"") {
            lexer.bump(i + 3);
            return TokenKind::LongText;
        }
        if bytes.get(i) == Some(&b'\n') {
            let next = &bytes[i + 1..];
            let blank = next.first().is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
            if !blank && !next.starts_with(b"\"\"\"") {
                break;
            }
        }
        i += 1;
    }
    lexer.bump(rest[..i.min(rest.len())].trim_end().len());
    TokenKind::UnclosedLongText
}

/// From `/` to the `/` that closes it on the same line.
fn regex(lexer: &mut Lexer<'_, Raw>) -> TokenKind {
    let rest = lexer.remainder();
    let mut escaped = false;
    for (i, c) in rest.char_indices() {
        match c {
            '\n' => break,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '/' => {
                let flag = rest[i + 1..].strip_prefix('i').is_some_and(|r| !r.starts_with(is_word_char));
                lexer.bump(i + 1 + usize::from(flag));
                return TokenKind::Regex;
            }
            _ => {}
        }
    }
    let end = rest.find('\n').unwrap_or(rest.len());
    lexer.bump(rest[..end].trim_end().len());
    TokenKind::UnclosedRegex
}

/// True of what can stand inside a name, nearly enough for looking ahead.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A text in curly, single or angled quotation marks, where such a mark closes it on the same line.
fn foreign_text(lexer: &mut Lexer<'_, Raw>) -> TokenKind {
    let closers: &[char] = match lexer.slice() {
        "“" | "„" | "”" => &['”', '“', '"'],
        "«" => &['»'],
        "‘" | "‚" | "’" => &['’', '‘'],
        "`" => &['`', '\''],
        _ => &['\''],
    };
    let rest = lexer.remainder();
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    match line.char_indices().find(|(_, c)| closers.contains(c)) {
        Some((i, c)) => {
            lexer.bump(i + c.len_utf8());
            TokenKind::ForeignText
        }
        None => TokenKind::Character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = lex(text);
        let joined: String = tokens.iter().map(|t| &text[t.span.range()]).collect();
        assert_eq!(joined, text);
        tokens.iter().filter(|t| t.kind != TokenKind::Space).map(|t| (t.kind, &text[t.span.range()])).collect()
    }

    #[test]
    fn a_slash_divides_behind_a_value_and_opens_elsewhere() {
        use TokenKind::*;
        assert_eq!(kinds("A / N"), [(Variable, "A"), (Operator, "/"), (Variable, "N")]);
        assert_eq!(kinds("or /a\\/b/i"), [(Reserved, "or"), (Regex, "/a\\/b/i")]);
        assert_eq!(kinds("  when /x/"), [(Name, "when"), (Regex, "/x/")]);
        assert_eq!(kinds("a when /x"), [(Name, "a"), (Name, "when"), (Operator, "/"), (Name, "x")]);
        assert_eq!(kinds("sentence as /x/")[2], (Regex, "/x/"));
        assert_eq!(kinds("(as / 2")[2], (Operator, "/"));
        assert_eq!(kinds("(/x"), [(Open, "("), (UnclosedRegex, "/x")]);
    }

    #[test]
    fn unclosed_texts_end_with_their_line_or_item() {
        use TokenKind::*;
        assert_eq!(kinds("\"ab\nc"), [(UnclosedText, "\"ab"), (Newline, "\n"), (Name, "c")]);
        assert_eq!(kinds("\"\"\"ab\n c\nd")[0], (UnclosedLongText, "\"\"\"ab\n c"));
        assert_eq!(kinds("\"\"\"ab\n c\n\"\"\"")[0], (LongText, "\"\"\"ab\n c\n\"\"\""));
    }

    #[test]
    fn names_of_any_script_and_places() {
        use TokenKind::*;
        assert_eq!(
            kinds("共享空间 Ärger ärger _ _x"),
            [(Name, "共享空间"), (Variable, "Ärger"), (Name, "ärger"), (Any, "_"), (Underscored, "_x")]
        );
        assert_eq!(kinds("m15@33-85 \"a b\"@0-9"), [(Quote, "m15@33-85"), (Quote, "\"a b\"@0-9")]);
        assert_eq!(
            kinds("2013-09-01T10:30 2013-09-01 2.5 03/04/2024"),
            [(DateTime, "2013-09-01T10:30"), (Date, "2013-09-01"), (Number, "2.5"), (ForeignDate, "03/04/2024")]
        );
    }
}
