//! `codings.lock`: under which definition of its code each coding was made.
//!
//! Lines are only ever added, so that a version history shows what came when: a definition with its text once, and a line
//! for each coding with the definition that it was made under, or reviewed under later. Of several lines for a coding the
//! last counts. Two branches that both added lines may keep both. A definition's name is made from its text, so a text
//! that was changed by hand is noticed.

use crate::base::hash::digest;
use crate::data::problem::Problem;
use crate::diagnostic::codes;
use rustc_hash::FxHashMap;
use std::fmt::Write;

/// What the file is called; it stands beside the study.
pub const NAME: &str = "codings.lock";

const HEAD: &str = "hence codings 1";
const COMMENT: &str = "# Under which definition of its code each coding was made. `hence stale --record` adds lines.\n";

/// A definition: its clauses, each a word and a text, in the author's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    /// The code's name.
    pub code: String,
    /// `means`, `include`, `matches` and their like, with what they say.
    pub clauses: Vec<(String, String)>,
}

impl Definition {
    /// The name that a text has everywhere.
    pub fn hash(&self) -> String {
        let mut text = String::new();
        for (word, said) in &self.clauses {
            let _ = writeln!(text, "{word} {said}");
        }
        digest(&text)
    }
}

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Definitions by name.
    pub definitions: FxHashMap<String, Definition>,
    /// By coding: the definition that it was last judged under.
    pub codings: FxHashMap<String, String>,
}

impl Lock {
    /// Reads the file's text; an empty one records nothing.
    pub fn read(text: &str) -> Result<Lock, Problem> {
        let mut lock = Lock::default();
        let mut open: Option<(u32, String, Definition)> = None;
        let mut begun = false;
        for (number, line) in (1..).zip(text.lines()) {
            let wrong = |message: &str, help: &str| Problem::at(codes::ROW, NAME, number, message).help(help);
            const AGAIN: &str = "take the file as it was from the version history, or delete it and run \
                                 `hence stale --record` to begin anew";
            if line.starts_with("<<<<<<<") || line.starts_with("=======") || line.starts_with(">>>>>>>") {
                let help =
                    "take out the three marks and keep the lines of both sides: they do not contradict each other";
                return Err(wrong(&format!("two versions of `{NAME}` were not merged"), help));
            }
            if let Some(clause) = line.strip_prefix("  ") {
                let Some((_, _, definition)) = open.as_mut() else {
                    return Err(wrong(&format!("this line of `{NAME}` belongs to no definition"), AGAIN));
                };
                let (word, said) = clause.split_once(' ').unwrap_or((clause, ""));
                definition.clauses.push((word.to_string(), said.to_string()));
                continue;
            }
            lock.close(open.take())?;
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                _ if line.trim_end() == HEAD => begun = true,
                ["hence", "codings", _] => {
                    let message = format!("`{NAME}` was written by a newer version of Hence");
                    return Err(wrong(&message, "use that version, or a newer one"));
                }
                ["definition", hash, code] if begun && is_hash(hash) => {
                    let definition = Definition { code: code.to_string(), clauses: Vec::new() };
                    open = Some((number, hash.to_string(), definition));
                }
                ["coding", coding, hash] if begun && is_hash(coding) && is_hash(hash) => {
                    if !lock.definitions.contains_key(hash) {
                        let message = format!("`{NAME}` names a definition, `{hash}`, that it does not hold above");
                        return Err(wrong(&message, AGAIN));
                    }
                    lock.codings.insert(coding.to_string(), hash.to_string());
                }
                _ => return Err(wrong(&format!("this line of `{NAME}` cannot be read"), AGAIN)),
            }
        }
        lock.close(open)?;
        Ok(lock)
    }

    fn close(&mut self, open: Option<(u32, String, Definition)>) -> Result<(), Problem> {
        let Some((number, hash, definition)) = open else { return Ok(()) };
        if definition.hash() != hash {
            let message =
                format!("the definition of `{}` in `{NAME}` was changed by hand, or cut off", definition.code);
            let help = "take the file as it was from the version history; definitions are changed in the study";
            return Err(Problem::at(codes::ROW, NAME, number, message).help(help));
        }
        self.definitions.insert(hash, definition);
        Ok(())
    }

    /// The text with these codings added, each under its definition; a definition that is there already is not repeated.
    pub fn with<'a>(&self, text: &str, added: impl Iterator<Item = (&'a str, &'a Definition, &'a str)>) -> String {
        let mut out = text.to_string();
        if out.trim().is_empty() {
            out = format!("{COMMENT}{HEAD}\n");
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
        let mut known: Vec<&str> = self.definitions.keys().map(String::as_str).collect();
        known.sort_unstable();
        let mut new: Vec<&str> = Vec::new();
        for (coding, definition, hash) in added {
            if known.binary_search(&hash).is_err() && !new.contains(&hash) {
                new.push(hash);
                let _ = writeln!(out, "definition {hash} {}", definition.code);
                for (word, said) in &definition.clauses {
                    let _ = writeln!(out, "  {word} {said}");
                }
            }
            let _ = writeln!(out, "coding {coding} {hash}");
        }
        out
    }
}

fn is_hash(word: &str) -> bool {
    word.len() == 16 && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(means: &str) -> Definition {
        Definition { code: "price".into(), clauses: vec![("means".into(), means.into())] }
    }

    const CODING: &str = "0123456789abcdef";

    #[test]
    fn what_is_written_is_read_and_only_added_to() {
        let (old, new) = (definition("What it costs."), definition("What it costs, and to whom."));
        let first = Lock::default().with("", [(CODING, &old, old.hash().as_str())].into_iter());
        let lock = Lock::read(&first).expect("it is sound");
        assert_eq!(lock.definitions[&lock.codings[CODING]], old);
        let second = lock.with(&first, [(CODING, &new, new.hash().as_str())].into_iter());
        assert!(second.starts_with(&first));
        let lock = Lock::read(&second).expect("it is sound");
        assert_eq!(lock.definitions[&lock.codings[CODING]], new);
        // Both sides of a merge, one after the other.
        assert!(Lock::read(&format!("{second}{}", first.replace(COMMENT, ""))).is_ok());
        assert_eq!(Lock::read(""), Ok(Lock::default()));
    }

    #[test]
    fn what_is_damaged_is_told_with_its_line() {
        let old = definition("What it costs.");
        let text = Lock::default().with("", [(CODING, &old, old.hash().as_str())].into_iter());
        let wrong = |text: &str| Lock::read(text).expect_err(text);
        assert!(wrong(&text.replace("costs", "is worth")).message.contains("changed by hand"));
        assert!(wrong(&text.replace(HEAD, "hence codings 2")).message.contains("newer"));
        assert!(wrong(&format!("{text}<<<<<<< HEAD\n")).help.is_some_and(|help| help.contains("both sides")));
        assert!(wrong(&format!("{text}coding abc\n")).message.contains("cannot be read"));
        assert!(wrong(&format!("{text}coding {CODING} {CODING}\n")).message.contains("does not hold"));
        for end in 0..text.len() {
            let _ = text.get(..end).map(Lock::read);
        }
    }
}
