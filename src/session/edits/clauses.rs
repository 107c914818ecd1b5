//! What one item has other than before, by its clauses: patterns that came and went, conditions, values. One is said to have
//! become another only where it stands in its place and has enough in common with it.

use super::Written;

/// So many words are named.
const NAMED: usize = 8;
/// So many signs of a long pattern are shown on each side of what differs.
const AROUND: usize = 24;
/// Clauses whose texts are words to look for.
const LOOKING: [&str; 5] = ["matches", "when", "unless", "if", "fact"];

fn is_pattern(word: &&String) -> bool {
    word.starts_with('"') || word.len() > 1 && word.starts_with('/')
}

/// What one item has other than before.
pub(super) fn differences(key: &str, before: &Written, after: &Written) -> Vec<String> {
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
        if let ([lost], [found]) = (&lost[..], &found[..])
            && takes_the_place((&a, lost), (&b, found))
        {
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

/// True where one pattern stands just where the other stood, and enough of it is the same for an edit of one word: what
/// was struck in one place and what was added in another have nothing to do with each other.
fn takes_the_place((before, old): (&[String], &str), (after, new): (&[String], &str)) -> bool {
    let without = |all: &[String], word: &str| -> Option<(usize, Vec<String>)> {
        let at = all.iter().position(|other| other == word)?;
        Some((at, all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| word.clone()).collect()))
    };
    let signs = |word: &str| -> Vec<char> { word.trim_matches('"').chars().collect() };
    without(before, old) == without(after, new) && much_in_common(&signs(old), &signs(new), 2)
}

/// True where two lists begin and end alike, so that of the longer one at least a part of so many is in both.
fn much_in_common<T: PartialEq>(a: &[T], b: &[T], part: usize) -> bool {
    let before = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let after = a[before..].iter().rev().zip(b[before..].iter().rev()).take_while(|(x, y)| x == y).count();
    (before + after) * part >= a.len().max(b.len())
}

/// What the first list has more often than the second.
pub(super) fn only<T: Clone + PartialEq>(first: &[T], second: &[T]) -> Vec<T> {
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
pub(super) fn listed(words: &[String]) -> String {
    let named: Vec<String> = words.iter().take(NAMED).map(|word| beginning(word)).collect();
    let named = named.join(", ");
    if words.len() > NAMED { format!("{named} and {} more", words.len() - NAMED) } else { named }
}

pub(super) fn beginning(word: &str) -> String {
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
    // A clause is an edit of the one that it has much in common with; else one went, and the other came.
    let mut left: Vec<&Vec<String>> = new.iter().collect();
    let (mut all, mut gone) = (Vec::new(), Vec::new());
    for clause in old {
        let edited =
            |other: &&Vec<String>| name.is_empty() || much_in_common(clause, other, 3) || inside(clause, other);
        match left.iter().position(edited) {
            Some(at) => all.push(otherwise((key, name), clause, left.remove(at))),
            None => gone.push(format!("{} taken out", written(clause))),
        }
    }
    all.extend(left.into_iter().map(|clause| format!("{} added", written(clause))));
    all.extend(gone);
    if all.is_empty() { vec![format!("the order of its `{name}` is another")] } else { all }
}

/// True where all words of one stand in the other, in order.
fn inside(a: &[String], b: &[String]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut left = long.iter();
    short.iter().all(|word| left.any(|other| other == word))
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
pub(super) fn joined(words: &[String]) -> String {
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
