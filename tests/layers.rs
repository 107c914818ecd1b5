//! Holds the order of the rooms of `src/`: a room uses only rooms before it.

mod support;

use support::{files, read, root};

const ORDER: [&str; 13] = [
    "base",
    "diagnostic",
    "syntax",
    "text",
    "check",
    "ir",
    "plan",
    "eval",
    "proof",
    "data",
    "session",
    "report",
    "cli",
];

fn rank(room: &str) -> Option<usize> {
    ORDER.iter().position(|r| *r == room)
}

/// The rooms that a text names after `crate::`: as paths, and in the braces of a `use crate::{…}`.
fn rooms(text: &str) -> Vec<String> {
    let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("crate::") {
        let rest = &text[at + mark.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (i, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                ',' if depth == 0 => {
                    found.push(word(list[start..i].trim_start()));
                    start = i + 1;
                }
                '}' if depth == 0 => {
                    found.push(word(list[start..i].trim_start()));
                    break;
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    found
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    let mut wrong = Vec::new();
    let source = root().join("src");
    for path in files(&source, "rs") {
        let inside = path.strip_prefix(&source).expect("it is inside");
        let first = inside.components().next().expect("it has a name").as_os_str().to_string_lossy().into_owned();
        let Some(own) = rank(first.trim_end_matches(".rs")) else {
            assert!(["lib.rs", "main.rs"].contains(&first.as_str()), "`{first}` has no place in the order");
            continue;
        };
        // Comments may name what they like, and tests may stand on anything.
        let text = read(&path);
        let code: String = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or("")
            .lines()
            .filter(|l| !l.trim_start().starts_with("//"))
            .map(|l| format!("{l}\n"))
            .collect();
        for room in rooms(&code) {
            match rank(&room) {
                Some(other) if other <= own => {}
                Some(_) => wrong.push(format!("{}: `{first}` uses `{room}`, which comes later", inside.display())),
                None if room.is_empty() => {}
                None => wrong.push(format!("{}: `{room}` is no room", inside.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_are_found_in_lists_too() {
    assert_eq!(
        rooms("use crate::{base::{Span, Pool}, eval::run};\nlet x = crate::text::check(y);"),
        ["base", "eval", "text"]
    );
}
