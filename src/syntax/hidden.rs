//! What the eye cannot see: letters of another script that look like Latin ones, names that look the same and are not, and
//! signs that change the order in which a line is read.

use super::token::{Token, TokenKind};
use crate::base::{FileId, Location, Span};
use crate::diagnostic::{Diagnostic, Edit, codes};
use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::{MixedScript, skeleton};

/// What is hidden in a file, in order of place.
pub(crate) fn hidden(id: FileId, text: &str, tokens: &[Token]) -> Vec<Diagnostic> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut found = look_alikes(id, text, tokens);
    for token in tokens {
        use TokenKind::*;
        if matches!(token.kind, Text | LongText | Regex | Comment | ForeignText | Quote) {
            found.extend(order_of_reading(id, text, token));
        }
    }
    found
}

/// One word about each name of which the letters deceive; where it stands again nothing is said.
fn look_alikes(id: FileId, text: &str, tokens: &[Token]) -> Vec<Diagnostic> {
    let words = || tokens.iter().filter(|t| matches!(t.kind, TokenKind::Name | TokenKind::Variable));
    let word = |t: &Token| &text[t.span.range()];
    if words().all(|t| word(t).is_ascii()) {
        return Vec::new();
    }
    // By what it looks like, the first of the names that look so; one in Latin letters goes before others.
    let mut faces: FxHashMap<String, &str> = FxHashMap::default();
    for name in words().map(word).filter(|w| w.is_ascii()).chain(words().map(word)) {
        faces.entry(skeleton(name).collect()).or_insert(name);
    }
    let mut told: FxHashSet<&str> = FxHashSet::default();
    let mut found = Vec::new();
    for token in words().filter(|t| !word(t).is_ascii()) {
        let name = word(token);
        let at = Location::new(id, token.span);
        let other = faces.get(&skeleton(name).collect::<String>()).copied();
        let other = other.filter(|other| other.nfc().ne(name.nfc()));
        let odd = odd_letter(name);
        if (odd.is_none() && other.is_none()) || !told.insert(name) {
            continue;
        }
        found.push(match (odd, other) {
            (Some((letter, like)), _) => {
                let (sign, script) = (u32::from(letter), letter.script().full_name());
                let message = format!("`{name}` holds the {script} letter `{letter}`, which only looks like `{like}`");
                let edits = words()
                    .filter(|t| word(t) == name)
                    .map(|t| Edit { location: Location::new(id, t.span), text: latin(name) });
                Diagnostic::at(codes::LOOK_ALIKE, at, message)
                    .saying(format!("`{letter}` is U+{sign:04X}"))
                    .help(format!("write it in the letters of one script: `{}`", latin(name)))
                    .fix("write Latin letters", edits.collect(), false)
            }
            (None, other) => {
                let other = other.unwrap_or(name);
                let message = format!("`{name}` and `{other}` look the same and are two names");
                let script =
                    |n: &str| n.chars().find(|c| is_of_a_script(*c)).map_or("Latin", |c| c.script().full_name());
                let help = format!(
                    "one is written in {} letters and one in {}: write one of them everywhere, or rename one",
                    script(name),
                    script(other)
                );
                let first = words().find(|t| word(t) == other).map_or(token.span, |t| t.span);
                Diagnostic::at(codes::LOOK_ALIKE, at, message)
                    .label(Location::new(id, first), "the other one")
                    .help(help)
            }
        });
    }
    found
}

fn is_of_a_script(c: char) -> bool {
    !matches!(c.script(), Script::Common | Script::Inherited | Script::Unknown)
}

/// A letter of another script among Latin ones, and the Latin one that it looks like. `α_level` is well: the parts between
/// underlines are words of their own.
fn odd_letter(name: &str) -> Option<(char, String)> {
    name.split('_').filter(|part| !part.is_single_script()).find_map(|part| {
        part.chars().filter(|c| is_of_a_script(*c) && c.script() != Script::Latin).find_map(|c| {
            let like = skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>();
            like.chars().all(|l| l.is_ascii_alphabetic()).then_some((c, like))
        })
    })
}

/// A name with the letters that only look Latin written in Latin.
fn latin(name: &str) -> String {
    name.chars()
        .map(|c| {
            let like = skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>();
            let odd = is_of_a_script(c) && c.script() != Script::Latin;
            if odd && like.chars().all(|l| l.is_ascii_alphabetic()) { like } else { c.to_string() }
        })
        .collect()
}

/// Signs that make what follows read in another order than it stands.
fn order_of_reading(id: FileId, text: &str, token: &Token) -> Option<Diagnostic> {
    let word = &text[token.span.range()];
    let signs: Vec<(usize, char)> = word.char_indices().filter(|(_, c)| turns(*c)).collect();
    let (offset, sign) = *signs.first()?;
    let at = |offset: usize, c: char| Span::of(offset..offset + c.len_utf8()).shift(token.span.start);
    let what = if token.kind == TokenKind::Comment { "comment" } else { "text" };
    let message = format!(
        "this {what} holds the hidden sign U+{:04X}, which makes it read in another order than it is stored",
        u32::from(sign)
    );
    let edits = signs.iter().map(|&(i, c)| Edit { location: Location::new(id, at(i, c)), text: String::new() });
    Some(
        Diagnostic::at(codes::HIDDEN, Location::new(id, at(offset, sign)), message)
            .help("take it out, unless the text is to hold it")
            .fix("take it out", edits.collect(), token.kind == TokenKind::Comment),
    )
}

/// Embeddings, overrides and isolates; marks that only lend a direction to the sign beside them are harmless.
fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::super::token::lex;
    use super::*;

    fn said(text: &str) -> Vec<String> {
        hidden(FileId(0), text, &lex(text)).into_iter().map(|d| format!("{} {}", d.code.id, d.message)).collect()
    }

    #[test]
    fn letters_that_only_look_latin_are_told_once() {
        let said = said("code sp\u{430}ce\ntheme t\n  when sp\u{430}ce");
        assert_eq!(said, ["W0117 `sp\u{430}ce` holds the Cyrillic letter `\u{430}`, which only looks like `a`"]);
        let whole = hidden(
            FileId(0),
            "code copa\ncode \u{441}\u{43E}\u{440}\u{430}",
            &lex("code copa\ncode \u{441}\u{43E}\u{440}\u{430}"),
        );
        assert_eq!(whole.len(), 1);
        assert!(whole[0].message.contains("look the same"));
    }

    #[test]
    fn names_of_one_script_are_well() {
        for name in ["共享空间", "ärger", "общее_место", "α_level", "共有スペース", "naïve", "Straße", "한국어"]
        {
            assert!(
                said(&format!("code {name} \"x\"\ncode other")).is_empty(),
                "{name}: {:?}",
                said(&format!("code {name}"))
            );
        }
    }

    #[test]
    fn signs_that_turn_the_order_are_told() {
        assert_eq!(said("code a \"x\u{202E}y\"\n# z\u{2066}\n").len(), 2);
        assert!(said("code a \"עברית \u{200F}(x)\"").is_empty());
    }
}
