//! What stands between quotation marks, and how it is written again.

use std::ops::Range;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A name in the form in which names are compared.
pub(crate) fn name(text: &str) -> String {
    if is_nfc(text) { text.to_string() } else { text.nfc().collect() }
}

/// The text of a literal with its quotation marks, and the places of escapes that there are not.
pub(crate) fn unquote(literal: &str) -> (String, Vec<Range<usize>>) {
    if literal.len() >= 6 && literal.starts_with("\"\"\"") && literal.ends_with("\"\"\"") {
        let (text, wrong) = unescape(&literal[3..literal.len() - 3], 3);
        return (dedent(&text.replace("\r\n", "\n")), wrong);
    }
    let inner = literal.strip_prefix('"').and_then(|l| l.strip_suffix('"')).unwrap_or(literal);
    unescape(inner, 1)
}

fn unescape(text: &str, base: usize) -> (String, Vec<Range<usize>>) {
    let mut out = String::with_capacity(text.len());
    let mut wrong = Vec::new();
    let mut rest = text;
    while let Some(i) = rest.find('\\') {
        out.push_str(&rest[..i]);
        let at = base + text.len() - rest.len() + i;
        rest = &rest[i + 1..];
        let Some(c) = rest.chars().next() else {
            wrong.push(at..at + 1);
            break;
        };
        rest = &rest[c.len_utf8()..];
        match c {
            '"' | '\\' => out.push(c),
            'n' => out.push('\n'),
            't' => out.push('\t'),
            '*' => out.push_str("\\*"),
            'u' => match code_point(rest) {
                Some((c, length)) => {
                    out.push(c);
                    rest = &rest[length..];
                }
                None => wrong.push(at..at + 2),
            },
            c => {
                wrong.push(at..at + 1 + c.len_utf8());
                out.push('\\');
                out.push(c);
            }
        }
    }
    out.push_str(rest);
    (out, wrong)
}

/// `{1F600}` at the start of a text, and how long it is.
fn code_point(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix('{')?;
    let end = digits.find('}')?;
    let digits = &digits[..end];
    if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, end + 2))
}

/// Takes the common indent from the lines after the first, and the line break behind the opening marks and before the
/// closing ones.
fn dedent(text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let indent = |l: &&str| l.len() - l.trim_start_matches([' ', '\t']).len();
    let common = lines.iter().skip(1).filter(|l| !l.trim().is_empty()).map(indent).min().unwrap_or(0);
    for line in lines.iter_mut().skip(1) {
        *line = line.get(common.min(indent(line))..).unwrap_or("");
    }
    if lines.len() > 1 && lines.first().is_some_and(|l| l.trim().is_empty()) {
        lines.remove(0);
    }
    if lines.len() > 1 && lines.last().is_some_and(|l| l.trim().is_empty()) {
        lines.pop();
    }
    lines.join("\n")
}

/// A text as a literal on one line, such that reading it gives the text again.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' if chars.peek() == Some(&'*') => {
                chars.next();
                out.push_str("\\*");
            }
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || c == super::layout::MARK => {
                out.push_str(&format!("\\u{{{:X}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_written() {
        let (text, wrong) = unquote(r#""a\"b\\ \n\t\u{e9}\*\q""#);
        assert_eq!(text, "a\"b\\ \n\té\\*\\q");
        assert_eq!(wrong.iter().map(|r| (r.start, r.end)).collect::<Vec<_>>(), [(20, 22)]);
        for text in ["", "a\"b", "\\*", "\\", "x\ny\t\u{1}", "\\\\*"] {
            assert_eq!(unquote(&quote(text)).0, text, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_loses_its_common_indent() {
        assert_eq!(unquote("\"\"\"\n    one\n      two\n\n    three\n  \"\"\"").0, "one\n  two\n\nthree");
        assert_eq!(unquote("\"\"\"one\r\n    two\"\"\"").0, "one\ntwo");
    }

    #[test]
    fn names_are_composed() {
        assert_eq!(name("cafe\u{301}"), "café");
    }
}
