//! Long texts cut for people: between words, never inside one.

/// The beginning of a text, of at most so many characters, cut between words; nothing where the text is no longer than
/// that. A word that is very long itself is cut.
pub fn between_words(text: &str, most: usize) -> Option<&str> {
    let (end, next) = text.char_indices().nth(most)?;
    let start = &text[..end];
    let at = match next.is_whitespace() {
        true => Some(end),
        false => start.rfind(char::is_whitespace).filter(|&at| start[at..].chars().count() <= most / 2),
    };
    Some(start[..at.unwrap_or(end)].trim_end_matches(|c: char| c.is_whitespace() || "([,;".contains(c)))
}

/// The beginning of a clause, cut between its conditions where it has several, or else between words.
pub fn between_conditions(text: &str, most: usize) -> Option<&str> {
    let start = between_words(text, most)?;
    let mut quoted = false;
    let mut last = None;
    for (at, c) in start.char_indices() {
        quoted ^= c == '"';
        let between =
            |word: &str| start[at..].strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        if !quoted && (between(" and") || between(" or")) {
            last = Some(at);
        }
    }
    Some(last.filter(|&at| at >= start.len() / 2).map_or(start, |at| &start[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_cut() {
        assert_eq!(between_words("one two", 7), None);
        assert_eq!(between_words("one two three", 10), Some("one two"));
        assert_eq!(between_words("one two three", 7), Some("one two"));
        assert_eq!(between_words("one (two three", 6), Some("one"));
        assert_eq!(between_words("ä-very-long-word", 6), Some("ä-very"));
        assert_eq!(between_words("one two", 0), Some(""));
    }

    #[test]
    fn a_clause_is_cut_between_conditions_and_not_in_a_label() {
        let clause = "when \"Bread\" and \"Salt and pepper\" or \"Something else\"";
        assert_eq!(between_conditions(clause, 20), Some("when \"Bread\""));
        assert_eq!(between_conditions(clause, 45), Some("when \"Bread\" and \"Salt and pepper\""));
        assert_eq!(between_conditions(clause, 400), None);
    }
}
