//! Phrases that look like regular expressions. `"wait.*"` is read as it stands: a full stop and any letters. It may even
//! find something, so silence would be taken for consent.

use super::Linted;
use crate::diagnostic::{Diagnostic, codes};
use crate::text::Pattern;

/// What stands in regular expressions and hardly ever in what people say.
const SIGNS: [&str; 10] = [".*", ".+", "\\b", "\\w", "\\d", "\\s", "(?", "[a-z]", "[A-Z]", "[0-9]"];

/// W0119: once a pattern.
pub(super) fn expressions(study: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    for source in study.program.patterns.iter().filter(|p| study.own(p.at)) {
        let mut phrases = Vec::new();
        source.pattern.each(&mut |pattern| {
            if let Pattern::Phrase(text) = pattern {
                phrases.push(text.as_str());
            }
        });
        let Some(phrase) = phrases.into_iter().find(|p| is_expression(p)) else { continue };
        let message = format!("`\"{phrase}\"` is a phrase and is read as it stands, with all its signs");
        let simple = phrase.replace(".*", "*");
        let help = if phrase.contains('/') {
            "a search pattern stands between slashes; in a phrase only `*` has a meaning, any letters of a word".into()
        } else if is_expression(&simple) || simple.contains('|') {
            format!("a search pattern stands between slashes: `/{phrase}/i`")
        } else {
            format!(
                "write `\"{simple}\"` for any letters of the word; a search pattern stands between slashes: `/{phrase}/i`"
            )
        };
        found.push(Diagnostic::at(codes::LIKE_REGEX, source.at, message).help(help));
    }
}

fn is_expression(phrase: &str) -> bool {
    let word = |part: &str| part == part.trim() && part.chars().any(char::is_alphabetic);
    let alternatives = phrase.contains('|') && phrase.split('|').all(word);
    alternatives || SIGNS.iter().any(|sign| phrase.contains(sign))
}
