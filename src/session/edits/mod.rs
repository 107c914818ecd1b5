//! What was written otherwise between two versions of a study: item by item of the rule files, with the words that came
//! and went. What only moved, or was laid out otherwise, is no change.

mod clauses;
mod rows;

use super::Study;
use crate::syntax::token::{Token, TokenKind, lex};
use clauses::{beginning, differences, joined, listed, only};
pub use rows::{CellEdited, RowEdited, RowsEdited};
use std::collections::BTreeMap;

/// A change of the study's own files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What was changed: `code "A shared place" (shared_place)`, `messages.csv`.
    pub what: String,
    /// How: `"playroom*" added`.
    pub how: Vec<String>,
    /// Of a file of data: its rows.
    pub rows: Option<RowsEdited>,
}

/// An item in its parts: the words of each clause, by the clauses' keyword.
#[derive(Default, PartialEq)]
struct Written {
    label: Option<String>,
    clauses: BTreeMap<String, Vec<Vec<String>>>,
}

/// What the newer version writes otherwise.
pub(super) fn edits(then: &Study, now: &Study) -> Vec<Edit> {
    let (a, b) = (items(then), items(now));
    let mut keys: Vec<&String> = b.iter().map(|(key, _)| key).collect();
    keys.extend(a.iter().map(|(key, _)| key).filter(|key| !b.iter().any(|(other, _)| other == *key)));
    let of = |all: &'_ [(String, Written)], key: &str| all.iter().position(|(other, _)| other == key);
    let mut out = Vec::new();
    for key in keys {
        let (before, after) = (of(&a, key).map(|at| &a[at].1), of(&b, key).map(|at| &b[at].1));
        let label = after.or(before).and_then(|item| item.label.as_deref());
        let what = match (key.split_once(' '), label) {
            (Some((kind, name)), Some(label)) if !name.starts_with('"') => format!("{kind} {label} ({name})"),
            _ => key.clone(),
        };
        let how = match (before, after) {
            (before, after) if key.starts_with("fact ") => {
                let facts = |item: Option<&Written>| item.and_then(|i| i.clauses.get("")).cloned().unwrap_or_default();
                match (facts(before), facts(after)) {
                    (before, after) if before == after => continue,
                    (before, after) => facts_moved(&before, &after),
                }
            }
            (None, Some(_)) => vec!["added".to_string()],
            (Some(_), None) => vec!["taken out".to_string()],
            (Some(before), Some(after)) if before != after => differences(key, before, after),
            _ => continue,
        };
        let how = if how.is_empty() { vec!["written in another order".to_string()] } else { how };
        out.push(Edit { what, how, rows: None });
    }
    let mut told: Vec<&String> = Vec::new();
    for file in &now.data_files {
        let other = then.data_files.contains(file) && !now.files.is_same(&then.files, file);
        if other && !told.contains(&file) {
            told.push(file);
            let rows = rows::edited(then, now, file);
            let how = rows.as_ref().map_or_else(|| vec!["other contents".to_string()], RowsEdited::told);
            out.push(Edit { what: file.clone(), how, rows });
        }
    }
    out
}

/// The items of the study's own files, each under its keyword and name; rules for one relation stand together.
fn items(study: &Study) -> Vec<(String, Written)> {
    let mut out: Vec<(String, Written)> = Vec::new();
    for tree in study.trees.iter().filter(|tree| !study.shipped.contains(&tree.id)) {
        let source = study.sources.get(tree.id);
        for item in &tree.items {
            let (from, to) = (item.offset as usize, (item.offset + item.span.end) as usize);
            let Some(text) = source.text.get(from..to) else { continue };
            let tokens = lex(text);
            let Some((key, rest)) = key(text, &tokens) else { continue };
            let at = match out.iter().position(|(other, _)| *other == key) {
                Some(at) => at,
                None => {
                    out.push((key, Written::default()));
                    out.len() - 1
                }
            };
            match out[at].0.strip_prefix("fact ").map(str::to_string) {
                Some(name) => {
                    out[at].1.clauses.entry(String::new()).or_default().extend(facts(&name, text, &tokens[rest..]))
                }
                None => read(text, &tokens[rest..], &mut out[at].1),
            }
        }
    }
    out
}

fn is_blank(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Space | TokenKind::Newline | TokenKind::Comment)
}

/// `code shared_place`, and where what follows begins.
fn key(text: &str, tokens: &[Token]) -> Option<(String, usize)> {
    let mut words = tokens.iter().enumerate().filter(|(_, token)| !is_blank(token));
    let (first, keyword) = words.next()?;
    let word = |token: &Token| text.get(token.span.range()).unwrap_or_default().to_string();
    Some(match words.next() {
        Some((at, name)) => (format!("{} {}", word(keyword), word(name)), at + 1),
        None => (word(keyword), first + 1),
    })
}

/// The facts that one `fact` lists, each with its name.
fn facts(name: &str, text: &str, tokens: &[Token]) -> Vec<Vec<String>> {
    let (mut out, mut depth) = (vec![vec![name.to_string()]], 0_i32);
    for token in tokens.iter().filter(|token| !is_blank(token)) {
        let word = text.get(token.span.range()).unwrap_or_default();
        depth += i32::from(word == "(") - i32::from(word == ")");
        match out.last_mut() {
            Some(last) if depth > 0 || word != "," => last.push(word.to_string()),
            _ => out.push(Vec::new()),
        }
    }
    out.retain(|fact| !fact.is_empty());
    out
}

/// Facts that came and went; one in the place of another is told beside it.
fn facts_moved(before: &[Vec<String>], after: &[Vec<String>]) -> Vec<String> {
    let words = |all: Vec<Vec<String>>| -> Vec<String> { all.iter().map(|f| joined(f).trim().to_string()).collect() };
    let (old, new) = (words(only(before, after)), words(only(after, before)));
    let (gone, come) = (only(before, after), only(after, before));
    match (&old[..], &new[..]) {
        ([old], [new]) if one_value(&gone[0], &come[0]) => {
            vec![format!("{} became {}", beginning(old), beginning(new))]
        }
        _ => {
            let told = |all: &[String], word: &str| (!all.is_empty()).then(|| format!("{} {word}", listed(all)));
            told(&new, "added").into_iter().chain(told(&old, "taken out")).collect()
        }
    }
}

/// True of two facts that differ in one value and have another in common: one was written for the other.
fn one_value(a: &[String], b: &[String]) -> bool {
    let values = |fact: &[String]| -> Vec<String> {
        fact.iter().skip(1).filter(|word| !matches!(word.as_str(), "(" | ")" | "," | ":")).cloned().collect()
    };
    let (a, b) = (values(a), values(b));
    a.len() == b.len() && a.len() > 1 && a.iter().zip(&b).filter(|(x, y)| x != y).count() == 1
}

/// Adds the words of an item by their clauses: a clause begins with the first word of a line, where that is a name.
fn read(text: &str, tokens: &[Token], into: &mut Written) {
    let (mut clause, mut fresh) = (String::new(), false);
    for token in tokens {
        let word = text.get(token.span.range()).unwrap_or_default();
        match token.kind {
            TokenKind::Newline => fresh = true,
            TokenKind::Space | TokenKind::Comment => {}
            kind => {
                let named = matches!(kind, TokenKind::Name | TokenKind::Reserved);
                if fresh && named && !matches!(word, "or" | "and" | "not" | "near" | "within" | "except" | "before") {
                    clause = word.to_string();
                    into.clauses.entry(clause.clone()).or_default().push(Vec::new());
                } else if clause.is_empty() && kind == TokenKind::Text && into.label.is_none() {
                    into.label = Some(word.to_string());
                } else {
                    let all = into.clauses.entry(clause.clone()).or_default();
                    match all.last_mut() {
                        Some(last) => last.push(word.to_string()),
                        None => all.push(vec![word.to_string()]),
                    }
                }
                fresh = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Memory;
    use crate::session::Options;

    fn told(old: &str, new: &str) -> Vec<String> {
        let open = |text: &str| {
            let files = Memory::default().with("study.hence", text);
            Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {})
        };
        let told = edits(&open(old), &open(new));
        told.iter().map(|edit| format!("{}: {}", edit.what, edit.how.join("; "))).collect()
    }

    #[test]
    fn a_change_is_told_by_what_differs() {
        let old = "parameter few = 2\ncode a \"An A\"\n  means \"x\"\n  matches \"play\" or \"room\"\n       or /who (to ask|knows)/i\n";
        assert!(told(old, old).is_empty());
        assert!(told(old, &format!("# moved\n\n{}", old.replace("\n       or", " or"))).is_empty());
        assert_eq!(
            told(old, &old.replace("\"room\"", "\"room\" or \"playroom*\"")),
            ["code \"An A\" (a): `playroom*` added"]
        );
        assert_eq!(told(old, &old.replace("\"play\" or ", "")), ["code \"An A\" (a): `play` taken out"]);
        // What is struck in one place has nothing to do with what comes in another, or in its place.
        assert_eq!(
            told(old, &old.replace("\"play\" or \"room\"", "\"room\" or \"playroom*\"")),
            ["code \"An A\" (a): `playroom*` added; `play` taken out"]
        );
        assert_eq!(
            told(old, &old.replace("\"room\"", "\"hall\"")),
            ["code \"An A\" (a): `hall` added; `room` taken out"]
        );
        assert_eq!(
            told(old, &old.replace("\"room\"", "\"room*\"")),
            ["code \"An A\" (a): the pattern `\"room\"` became `\"room*\"`"]
        );
        assert_eq!(told(old, &old.replace("few = 2", "few = 3")), ["parameter few: `= 2` became `= 3`"]);
        assert_eq!(
            told(old, &old.replace("to ask|", "")),
            ["code \"An A\" (a): the pattern `/who (to ask|knows)/i` became `/who (knows)/i`"]
        );
        let theme = "theme t\n  when a\n  when b\n";
        assert_eq!(told(theme, &theme.replace("when b", "when a and b")), ["theme t: the condition `a` added"]);
        let rule = "rule r(A, B) if s(A, P) and s(B, Q) and P != Q\nfact s(a, b), s(a, c), s(d, e)\n";
        assert_eq!(told(rule, &rule.replace(" and P != Q", "")), ["rule r: the condition `P != Q` taken out"]);
        assert_eq!(told(rule, &rule.replace("s(a, c), ", "")), ["fact s: `s(a, c)` taken out"]);
        assert_eq!(told(rule, &rule.replace("s(B, Q)", "s(Q, B)")), ["rule r: `(B, Q)` became `(Q, B)`"]);
        assert_eq!(told(theme, &theme.replace("when b", "when c")), ["theme t: `when c` added; `when b` taken out"]);
        let facts = "relation s(a: text, b: text)\nfact s(\"a\", \"b\")\n";
        assert_eq!(
            told(facts, &facts.replace("\"b\"", "\"c\"")),
            ["fact s: `s(\"a\", \"b\")` became `s(\"a\", \"c\")`"]
        );
        assert_eq!(
            told(facts, &facts.replace("\"a\", \"b\"", "\"c\", \"d\"")),
            ["fact s: `s(\"c\", \"d\")` added; `s(\"a\", \"b\")` taken out"]
        );
        assert_eq!(told(theme, &format!("{theme}  when c\n")), ["theme t: `when c` added"]);
        assert_eq!(told(theme, "theme t\n  when b\n"), ["theme t: `when a` taken out"]);
        assert_eq!(told(theme, "theme t\n  when b\n  when a\n"), ["theme t: the order of its `when` is another"]);
        assert_eq!(told(old, &format!("{old}code b\n  matches \"y\"\n")), ["code b: added"]);
        assert_eq!(told(old, &old.replace("\"x\"", "\"z\"")), ["code \"An A\" (a): `means` reads otherwise"]);
    }
}
