//! Items to paste into a study: what would declare a label that stands in the data.
//!
//! A stub always parses, whatever the label holds, and its name is none that is taken.

use crate::syntax::token::{TokenKind, lex};

/// `code waiting_time "Waiting time"`. `is_taken` tells names that the kind has already.
pub fn concept(kind: &str, label: &str, is_taken: impl Fn(&str) -> bool) -> String {
    // A column of concepts of any kind wants some kind; a code is the plainest.
    let kind = if kind == "concept" { "code" } else { kind };
    let name = free(&name_of(label), is_taken);
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let label: String = label.chars().filter(|c| !c.is_control()).collect();
    format!("{kind} {name} \"{}\"", label.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The name itself where it is one and is free, or the name with the first number that makes it so.
pub fn free(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let is_name = |name: &str| matches!(lex(name).as_slice(), [only] if only.kind == TokenKind::Name);
    let named = [name.to_owned(), format!("x_{name}")].into_iter().find(|name| is_name(name));
    let name = named.unwrap_or_else(|| "x".to_owned());
    if !is_taken(&name) {
        return name;
    }
    (2u32..).map(|n| format!("{name}_{n}")).find(|name| !is_taken(name)).unwrap_or(name)
}

/// A label as a name of the language: `Care plans` -> `care_plans`.
pub fn name_of(label: &str) -> String {
    let mut name = String::new();
    for c in label.chars().flat_map(char::to_lowercase) {
        if c.is_alphabetic() || c.is_ascii_digit() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    if name.starts_with(|c: char| c.is_alphabetic()) {
        name.to_owned()
    } else {
        format!("x_{name}").trim_end_matches('_').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;
    use crate::syntax::{Cache, parse};

    #[test]
    fn labels_become_names() {
        assert_eq!(name_of("Positive experience & gratitude"), "positive_experience_gratitude");
        assert_eq!(name_of("2nd visit"), "x_2nd_visit");
        assert_eq!(name_of("共享空间"), "共享空间");
        assert_eq!(name_of("?!"), "x");
    }

    #[test]
    fn a_stub_is_an_item_that_parses_whatever_the_label_holds() {
        for label in [
            "Waiting time",
            "not",
            "This",
            "near",
            "a \"b\" \\ c",
            "a\nb\tc",
            "2nd",
            "",
            "?!",
            "共享空间",
            "ΣΊΣΥΦΟΣ",
            "ǅ",
            "é e\u{301}",
            "#",
            "/x/",
            "a\u{0}b",
            "{x}",
            "²",
            "code",
            "x\u{202E}y",
        ] {
            let text = format!("{}\n", concept("code", label, |_| false));
            let (file, wrong) = parse(FileId(0), &text, &mut Cache::default());
            assert!(wrong.iter().all(|d| !d.is_error()), "{text} {wrong:?}");
            assert_eq!(file.items.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        assert_eq!(concept("code", "Care-plans", |n| n == "care_plans"), "code care_plans_2 \"Care-plans\"");
        assert_eq!(concept("concept", "Not", |_| false), "code x_not \"Not\"");
    }
}
