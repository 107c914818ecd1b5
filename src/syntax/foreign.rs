//! Habits from other languages, each with the form it has here.

use super::layout::Part;
use super::literal;
use super::numbers::foreign_date;
use super::token::{Token, TokenKind};
use crate::base::{FileId, Location, Span};
use crate::diagnostic::{Diagnostic, Edit, codes};

/// A sign or word of another language: what to write, what is said, and whether writing it is safe.
struct Habit {
    write: &'static str,
    help: &'static str,
    safe: bool,
}

/// What is said of a token of another language, if it is one.
pub(crate) fn habit(text: &str, tokens: &[Token], part: &Part, i: usize) -> Option<Diagnostic> {
    let token = tokens.get(i)?;
    let word = &text[token.span.range()];
    let last = tokens[i + 1..part.tokens.end.max(i + 1)].iter().all(|t| t.kind.is_trivia());
    let at = Location::new(FileId(0), token.span);
    if token.kind == TokenKind::ForeignText {
        return Some(foreign_text(at, word));
    }
    if token.kind == TokenKind::ForeignDate {
        return Some(foreign_date(at, word));
    }
    if matches!(word, "\u{200B}" | "\u{200C}" | "\u{200D}" | "\u{2060}") {
        let message = format!("there is a character without width here, U+{:04X}", u32::from(word.chars().next()?));
        let edits = vec![Edit { location: at, text: String::new() }];
        return Some(Diagnostic::at(codes::FOREIGN, at, message).help("leave it out").fix("leave it out", edits, true));
    }
    if let Some(name) = invisible(word) {
        let edits = vec![Edit { location: at, text: " ".into() }];
        let message = format!("there is {name} here, which looks like a blank and is none");
        return Some(Diagnostic::at(codes::FOREIGN, at, message).help("write a plain blank").fix(
            "write a plain blank",
            edits,
            true,
        ));
    }
    let habit = match word {
        "." if last => Habit { write: "", help: "an item needs no full stop; leave it out", safe: true },
        ";" | "；" if last => Habit { write: "", help: "an item needs no semicolon; leave it out", safe: true },
        ";" | "；" if text.starts_with("fact") => Habit { write: ",", help: "write `,` between values", safe: false },
        ";" | "；" => Habit { write: " or", help: "write `or` between ways, `and` between conditions", safe: false },
        "&&" | "&" | "∧" | "AND" | "And" => Habit { write: "and", help: "write `and`", safe: true },
        "||" | "|" | "∨" | "OR" | "Or" => Habit { write: "or", help: "write `or`", safe: true },
        "!" | "¬" | "NOT" | "Not" => Habit { write: "not ", help: "write `not`", safe: true },
        "==" => Habit { write: "=", help: "write `=`", safe: true },
        "<>" | "≠" => Habit { write: "!=", help: "write `!=`", safe: true },
        "≤" | "=<" => Habit { write: "<=", help: "write `<=`", safe: true },
        "=>" if text.starts_with("map") && !guarded(text, token) => {
            Habit { write: "->", help: "write `->`", safe: true }
        }
        "≥" | "=>" => Habit { write: ">=", help: "write `>=`", safe: word == "≥" },
        "<-" | "←" => Habit { write: "if", help: "write `if`", safe: true },
        "→" => Habit { write: "->", help: "write `->`", safe: true },
        "–" | "—" | "−" => Habit { write: "-", help: "this dash is another character; write `-`", safe: true },
        "，" | "、" => Habit { write: ",", help: "write `,`", safe: true },
        "（" => Habit { write: "(", help: "write `(`", safe: true },
        "）" => Habit { write: ")", help: "write `)`", safe: true },
        "：" => Habit { write: ":", help: "write `:`", safe: true },
        "[" | "{" => Habit { write: "(", help: "brackets are round here; write `(`", safe: false },
        "]" | "}" => Habit { write: ")", help: "brackets are round here; write `)`", safe: false },
        "IF" | "If" => Habit { write: "if", help: "write `if`", safe: true },
        "NEAR" | "WITHIN" | "IN" | "BEFORE" | "EXCEPT" | "WHERE" | "HAS" | "IS" | "CONTAINS" | "MATCHES" => {
            return Some(lower_case(at, word));
        }
        _ if word.starts_with("//") => return Some(comment(at, word, "//")),
        _ if is_starred(word) => {
            let start = Location::new(at.file, Span::new(at.span.start + 1, at.span.start + 2));
            let message = "`*` has nothing before it to repeat";
            let edits = vec![Edit {
                location: Location::new(at.file, Span::new(at.span.start + 1, at.span.start + 1)),
                text: ".".into(),
            }];
            return Some(
                Diagnostic::at(codes::REGEX, start, message)
                    .help("write `.*` for any characters, or `\\*` for the sign itself")
                    .fix("write `.*`", edits, false),
            );
        }
        _ if word.starts_with("/*") => return Some(comment(at, word, "/*")),
        _ => return None,
    };
    let write = match word {
        "!" | "¬" => habit.write,
        _ => habit.write.trim_end(),
    };
    let title = if write.is_empty() { "leave it out".to_string() } else { format!("write `{}`", write.trim()) };
    let edits = everywhere(text, tokens, part, token, write);
    let message = format!("`{word}` is no sign of this language");
    let message =
        if word.chars().all(char::is_alphabetic) { format!("`{word}` is in capital letters") } else { message };
    Some(Diagnostic::at(codes::FOREIGN, at, message).help(habit.help).fix(title, edits, habit.safe))
}

/// True behind the arrow of a map, or behind its `if`, where `=>` is meant for a comparison.
fn guarded(text: &str, token: &Token) -> bool {
    let before = &text[..token.span.start as usize];
    before.contains("->") || before.split_whitespace().any(|word| word == "if")
}

/// Writes the right form wherever the part has the sign; square and curly brackets go in pairs.
fn everywhere(text: &str, tokens: &[Token], part: &Part, found: &Token, write: &str) -> Vec<Edit> {
    let word = &text[found.span.range()];
    let edit = |t: &Token, text: &str| Edit { location: Location::new(FileId(0), t.span), text: text.to_string() };
    if matches!(word, "." | ";" | "!" | "¬" | "；" | "=>") {
        return vec![edit(found, write)];
    }
    let all = tokens[part.tokens.clone()].iter();
    all.filter_map(|t| match &text[t.span.range()] {
        "[" | "{" if write == "(" || write == ")" => Some(edit(t, "(")),
        "]" | "}" if write == "(" || write == ")" => Some(edit(t, ")")),
        other => (other == word).then(|| edit(t, write)),
    })
    .collect()
}

/// `/*a/`, a regular expression that begins with a star, and no comment, which would end in `*/`.
fn is_starred(word: &str) -> bool {
    let close = word.strip_prefix("/*").and_then(|rest| rest.split_once('/'));
    close.is_some_and(|(inside, _)| !inside.is_empty() && !inside.ends_with(['*', '\\']) && !inside.contains("  "))
}

fn lower_case(at: Location, word: &str) -> Diagnostic {
    let lower = word.to_lowercase();
    let edits = vec![Edit { location: at, text: lower.clone() }];
    Diagnostic::at(codes::FOREIGN, at, format!("`{word}` is in capital letters")).help(format!("write `{lower}`")).fix(
        format!("write `{lower}`"),
        edits,
        true,
    )
}

fn comment(at: Location, word: &str, sign: &str) -> Diagnostic {
    let body = word[sign.len()..].trim_end_matches("*/").trim_end();
    let start = Location::new(at.file, Span::new(at.span.start, at.span.start + 2));
    let edits = match sign {
        "//" => vec![Edit { location: start, text: "#".into() }],
        _ => vec![Edit { location: at, text: format!("#{body}") }],
    };
    Diagnostic::at(codes::FOREIGN, start, format!("`{sign}` starts no comment here"))
        .help("a comment starts with `#` and ends with its line")
        .fix("write `#`", edits, sign == "//")
}

fn foreign_text(at: Location, word: &str) -> Diagnostic {
    let mut inner = word.chars();
    let open = inner.next().unwrap_or('“');
    inner.next_back();
    let plain = literal::quote(inner.as_str());
    let edits = vec![Edit { location: at, text: plain.clone() }];
    let kind = match open {
        '\'' | '`' => "single quotation marks",
        '«' => "angled quotation marks",
        _ => "curly quotation marks",
    };
    Diagnostic::at(codes::FOREIGN, at, format!("a text cannot stand in {kind}")).help(format!("write {plain}")).fix(
        "write straight double quotation marks",
        edits,
        true,
    )
}

/// The name of a blank that is not plain.
fn invisible(word: &str) -> Option<&'static str> {
    Some(match word {
        "\u{A0}" | "\u{202F}" | "\u{2007}" => "a non-breaking space",
        "\u{3000}" => "a wide space",
        _ => return None,
    })
}
