//! How two spellings differ, in words: for a value that the data do not have, beside the one that they do have.

/// What sets `written` apart from `found`.
pub(super) fn difference(written: &str, found: &str) -> String {
    if written.to_lowercase() == found.to_lowercase() {
        return "only large and small letters differ".to_string();
    }
    if spaceless(written) == spaceless(found) {
        return "only blanks, hyphens or underscores differ".to_string();
    }
    if let Some((at, sign)) = look_alike(written, found) {
        return format!("`{sign}`, its letter {at}, only looks like the one in the data");
    }
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), found.chars().collect());
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let after = a[before..].iter().rev().zip(b[before..].iter().rev()).take_while(|(x, y)| x == y).count();
    let text = |signs: &[char]| signs.iter().collect::<String>();
    let (here, there) = (text(&a[before..a.len() - after]), text(&b[before..b.len() - after]));
    let place = if before == 0 { "at its start".to_string() } else { format!("after `{}`", text(&a[..before])) };
    match (here.is_empty(), there.is_empty()) {
        (true, _) => format!("{place} it lacks `{there}`"),
        (_, true) => format!("{place} it has `{here}` too many"),
        _ => format!("{place} it has `{here}`, and the data have `{there}`"),
    }
}

fn spaceless(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}'))
        .collect::<String>()
        .to_lowercase()
}

/// The first letter of another script that looks like the one in its place, where nothing else differs; counted from
/// 1.
fn look_alike(a: &str, b: &str) -> Option<(usize, char)> {
    let alike = |a: &str, b: &str| a.chars().map(latin).eq(b.chars().map(latin));
    let at = a.chars().zip(b.chars()).position(|(x, y)| x != y)?;
    alike(a, b).then(|| (at + 1, a.chars().nth(at).unwrap_or(' ')))
}

/// The Latin letter that a Cyrillic or Greek one looks like.
fn latin(c: char) -> char {
    const LIKE: [(&str, char); 20] = [
        ("аΑА", 'a'),
        ("еΕЕ", 'e'),
        ("оοΟО", 'o'),
        ("рρΡР", 'p'),
        ("сϲС", 'c'),
        ("уУγ", 'y'),
        ("хχΧХ", 'x'),
        ("іιΙІ", 'i'),
        ("јЈ", 'j'),
        ("ѕЅ", 's'),
        ("кκΚК", 'k'),
        ("мΜМ", 'm'),
        ("тτΤТ", 't'),
        ("вΒВ", 'b'),
        ("нΗН", 'h'),
        ("ԁ", 'd'),
        ("ԛ", 'q'),
        ("ԝ", 'w'),
        ("ν", 'v'),
        ("ΝΖ", 'n'),
    ];
    LIKE.iter().find(|(signs, _)| signs.contains(c)).map_or(c.to_ascii_lowercase(), |&(_, latin)| latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_in_words() {
        for (written, found, words) in [
            ("desinger", "designer", "after `desi` it has `ng`, and the data have `gn`"),
            ("Designer", "designer", "only large and small letters differ"),
            ("co designer", "Co-designer", "only blanks, hyphens or underscores differ"),
            ("d\u{435}signer", "designer", "`\u{435}`, its letter 2, only looks like the one in the data"),
            ("desgner", "designer", "after `des` it lacks `i`"),
            ("ddesigner", "designer", "after `d` it has `d` too many"),
            ("lesigner", "designer", "at its start it has `l`, and the data have `d`"),
            ("aa", "a", "after `a` it has `a` too many"),
        ] {
            assert_eq!(difference(written, found), words);
        }
    }
}
