//! What was written otherwise between two versions of a study: item by item of the rule files, with the words that came
//! and went. What only moved, or was laid out otherwise, is no change.

use super::Study;
use crate::syntax::token::{Token, TokenKind, lex};
use std::collections::BTreeMap;

/// So many words are named.
const NAMED: usize = 8;
/// So many signs of a long pattern are shown on each side of what differs.
const AROUND: usize = 24;
/// Clauses whose texts are words to look for.
const LOOKING: [&str; 5] = ["matches", "when", "unless", "if", "fact"];

/// A change of the study's own files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What was changed: `code "A shared place" (shared_place)`, `messages.csv`.
    pub what: String,
    /// How: `"playroom*" added`.
    pub how: Vec<String>,
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
        out.push(Edit { what, how });
    }
    for file in &now.data_files {
        if then.data_files.contains(file) && !now.files.is_same(&then.files, file) {
            let rows = |study: &Study| study.inputs.iter().filter(|i| i.file == *file).map(|i| i.kept).max();
            let how = match (rows(then), rows(now)) {
                (Some(a), Some(b)) if a != b => format!("{a} rows became {b}"),
                _ => "other contents".to_string(),
            };
            out.push(Edit { what: file.clone(), how: vec![how] });
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
    match (&old[..], &new[..]) {
        ([old], [new]) => vec![format!("{} became {}", beginning(old), beginning(new))],
        _ => {
            let told = |all: &[String], word: &str| (!all.is_empty()).then(|| format!("{} {word}", listed(all)));
            told(&new, "added").into_iter().chain(told(&old, "taken out")).collect()
        }
    }
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

fn is_pattern(word: &&String) -> bool {
    word.starts_with('"') || word.len() > 1 && word.starts_with('/')
}

/// What one item has other than before.
fn differences(key: &str, before: &Written, after: &Written) -> Vec<String> {
    let mut out = Vec::new();
    if let (a, Some(b)) = (&before.label, &after.label)
        && a.as_ref() != Some(b)
    {
        out.push(format!("its label is {b} now"));
    }
    let mut names: Vec<&String> = before.clauses.keys().chain(after.clauses.keys()).collect();
    names.sort();
    names.dedup();
    let none = Vec::new();
    for name in names {
        let (a, b) = (before.clauses.get(name).unwrap_or(&none), after.clauses.get(name).unwrap_or(&none));
        if a == b {
            continue;
        }
        if !LOOKING.contains(&name.as_str()) && !name.is_empty() {
            out.push(match (a.is_empty(), b.is_empty()) {
                (true, _) => format!("`{name}` added"),
                (_, true) => format!("`{name}` taken out"),
                _ => format!("`{name}` reads otherwise"),
            });
            continue;
        }
        let (old, new) = (only(a, b), only(b, a));
        let (a, b) = (a.concat(), b.concat());
        let (gone, came) = (only(&old.concat(), &new.concat()), only(&new.concat(), &old.concat()));
        let patterns = |all: &[String]| -> Vec<String> { all.iter().filter(is_pattern).cloned().collect() };
        let (lost, found) = (patterns(&gone), patterns(&came));
        let many = |all: &[String]| all.iter().filter(is_pattern).count();
        if let ([lost], [found]) = (&lost[..], &found[..]) {
            let (old, new) = apart(lost, found);
            out.push(format!("the pattern {old} became {new}"));
            continue;
        }
        if lost.len() + found.len() > NAMED {
            out.push(format!("{} words to look for became {}", many(&a), many(&b)));
        }
        out.extend((!found.is_empty()).then(|| format!("{} added", listed(&found))));
        out.extend((!lost.is_empty()).then(|| format!("{} taken out", listed(&lost))));
        if lost.is_empty() && found.is_empty() {
            out.extend(clauses((key, name), &old, &new));
        }
    }
    if out.is_empty() {
        out.push("written in another order".to_string());
    }
    out
}

/// What the first list has more often than the second.
fn only<T: Clone + PartialEq>(first: &[T], second: &[T]) -> Vec<T> {
    let mut left: Vec<&T> = second.iter().collect();
    let mut out = Vec::new();
    for word in first {
        match left.iter().position(|other| *other == word) {
            Some(at) => drop(left.swap_remove(at)),
            None => out.push(word.clone()),
        }
    }
    out
}

/// The first words of a list, each short enough to be read.
fn listed(words: &[String]) -> String {
    let named: Vec<String> = words.iter().take(NAMED).map(|word| beginning(word)).collect();
    let named = named.join(", ");
    if words.len() > NAMED { format!("{named} and {} more", words.len() - NAMED) } else { named }
}

fn beginning(word: &str) -> String {
    let short: String = word.chars().take(3 * AROUND).collect();
    if short.len() < word.len() { format!("`{short}…`") } else { format!("`{}`", word.trim_matches('"')) }
}

/// Two patterns by what differs in them, with a little around.
fn apart(old: &str, new: &str) -> (String, String) {
    let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let after = a[before..].iter().rev().zip(b[before..].iter().rev()).take_while(|(x, y)| x == y).count();
    let part = |all: &[char]| {
        let (from, to) = (before.saturating_sub(AROUND), (all.len() - after + AROUND).min(all.len()));
        let text: String = all[from..to].iter().collect();
        let (first, last) = (if from > 0 { "…" } else { "" }, if to < all.len() { "…" } else { "" });
        format!("`{first}{text}{last}`")
    };
    (part(&a), part(&b))
}

/// Clauses of one keyword that were changed, came or went.
fn clauses((key, name): (&str, &str), old: &[Vec<String>], new: &[Vec<String>]) -> Vec<String> {
    let written = |clause: &Vec<String>| {
        let parts: Vec<&str> = [name].into_iter().chain(clause.iter().map(String::as_str)).collect();
        let parts: Vec<String> = parts.iter().map(|part| part.to_string()).collect();
        beginning(joined(&parts).trim())
    };
    let changed = old.iter().zip(new).map(|(old, new)| otherwise((key, name), old, new));
    let came = new.iter().skip(old.len()).map(|clause| format!("{} added", written(clause)));
    let gone = old.iter().skip(new.len()).map(|clause| format!("{} taken out", written(clause)));
    let all: Vec<String> = changed.chain(came).chain(gone).collect();
    if all.is_empty() { vec![format!("the order of its `{name}` is another")] } else { all }
}

/// Two clauses by the words that differ, with one word on each side; what only came or went, by itself.
fn otherwise((key, clause): (&str, &str), a: &[String], b: &[String]) -> String {
    let before = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let after = a[before..].iter().rev().zip(b[before..].iter().rev()).take_while(|(x, y)| x == y).count();
    let condition = matches!(clause, "if" | "when" | "unless") || key.starts_with("rule ");
    let alone = |all: &[String], word: &str| {
        let part = part_alone(all, before, all.len() - after)?;
        Some(format!("{}`{part}` {word}", if condition { "the condition " } else { "" }))
    };
    let told = match (before + after == a.len(), before + after == b.len()) {
        (true, false) => alone(b, "added"),
        (false, true) => alone(a, "taken out"),
        _ => None,
    };
    let part = |all: &[String]| {
        let (from, to) = (before.saturating_sub(1), (all.len() - after + 1).min(all.len()));
        let text = joined(&all[from..to]);
        if text.is_empty() { "nothing".to_string() } else { format!("`{text}`") }
    };
    told.unwrap_or_else(|| format!("{} became {}", part(a), part(b)))
}

/// The words of a clause from one place to another as a condition or fact of its own, without the `and`, `or` or comma that
/// ties it to others. What differs may begin some words earlier: of `l(a, b), l(a, c)` it is `b), l(a,` at first sight.
fn part_alone(all: &[String], from: usize, to: usize) -> Option<String> {
    let ties = |word: &String| matches!(word.as_str(), "and" | "or" | ",");
    (0..=from.min(to - from)).take_while(|&back| back == 0 || all[from - back] == all[to - back]).find_map(|back| {
        let words = &all[from - back..to - back];
        let inner = match words {
            [first, rest @ ..] if ties(first) => rest,
            [rest @ .., last] if ties(last) => rest,
            _ => return None,
        };
        let mut depth = 0_i32;
        let whole = inner.iter().all(|word| {
            depth += i32::from(word == "(") - i32::from(word == ")");
            depth >= 0
        });
        (whole && depth == 0 && !inner.is_empty()).then(|| joined(inner))
    })
}

/// Words with the blanks that an author sets: none inside brackets, none before a comma.
fn joined(words: &[String]) -> String {
    let mut out = String::new();
    let mut last = "";
    for word in words {
        let tied = matches!(word.as_str(), ")" | "," | ":" | "." | ";") || matches!(last, "(" | "." | "");
        // `line(a)`, and yet `and (a or b)`.
        let named = last.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let keyword = matches!(
            last,
            "and"
                | "or"
                | "not"
                | "if"
                | "when"
                | "unless"
                | "of"
                | "except"
                | "near"
                | "before"
                | "has"
                | "as"
                | "where"
                | "in"
        );
        if !(tied || word == "(" && named && !keyword) {
            out.push(' ');
        }
        out.push_str(word);
        last = word;
    }
    out
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
        assert_eq!(told(theme, &format!("{theme}  when c\n")), ["theme t: `when c` added"]);
        assert_eq!(told(theme, "theme t\n  when b\n"), ["theme t: `when a` taken out"]);
        assert_eq!(told(theme, "theme t\n  when b\n  when a\n"), ["theme t: the order of its `when` is another"]);
        assert_eq!(told(old, &format!("{old}code b\n  matches \"y\"\n")), ["code b: added"]);
        assert_eq!(told(old, &old.replace("\"x\"", "\"z\"")), ["code \"An A\" (a): `means` reads otherwise"]);
    }
}
