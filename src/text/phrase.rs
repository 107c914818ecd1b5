//! Phrases: what an analyst writes between quotation marks.
//!
//! A phrase is found in folded text (see [`super::fold`]), so case, the composition of accents and the shape of
//! apostrophes and hyphens do not matter. A hyphen or a blank in it stands for white space, or for one dash with or
//! without white space around it; a dash at its edge, or one of several, stands for a dash. `*` runs over the letters
//! of a word as far as it can, perhaps over none, and standing alone over one whole word; `\*` is the star. Places
//! do not overlap: the leftmost comes first, and of several that start there the longest.

use super::error::PatternError;
use super::fold::Folded;
use super::letter::{is_boundary, is_running, is_space, is_word, run_end};

/// A phrase, ready to be found.
#[derive(Debug, Clone)]
pub struct Phrase {
    tokens: Vec<Token>,
}

/// More stars than anybody needs, and few enough for the stack.
const MOST_STARS: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// Folded text without blanks.
    Literal(String),
    /// Letters of a word; `whole` where it stands alone and must not be empty.
    Star { whole: bool },
    /// White space, or a dash with any white space around it.
    Gap,
    /// A dash, with the white space between it and other parts.
    Dash,
}

impl Phrase {
    /// Reads a phrase as it was written.
    pub fn parse(phrase: &str) -> Result<Phrase, PatternError> {
        let tokens = tokens(phrase);
        if tokens.is_empty() {
            return Err(PatternError::new("a phrase without words finds nothing").help("write the words to look for"));
        }
        if !tokens.iter().any(|t| matches!(t, Token::Literal(_) | Token::Dash)) {
            let error = PatternError::new(format!("`{phrase}` would find every word"));
            return Err(error.help("give it some letters, as in `co-work*`; for a star itself write `\\*`"));
        }
        if tokens.iter().filter(|t| matches!(t, Token::Star { .. })).count() > MOST_STARS {
            return Err(PatternError::new(format!("a phrase may hold {MOST_STARS} stars, and this has more"))
                .help("split it into several phrases joined by `or`"));
        }
        Ok(Phrase { tokens })
    }

    /// A text that every match holds, in folded form; the longest there is.
    pub fn needle(&self) -> Option<&str> {
        let literals = self.tokens.iter().filter_map(|t| match t {
            Token::Literal(text) => Some(text.as_str()),
            _ => None,
        });
        literals.max_by_key(|l| l.len())
    }

    /// All places in a folded text, as characters of the original.
    pub fn find(&self, folded: &Folded<'_>, places: &mut Vec<(u32, u32)>) {
        let text = &*folded.text;
        let mut search = Search { text, tokens: &self.tokens, dead: vec![(1, 0); self.tokens.len()], run: (1, 0) };
        let mut from = 0;
        while let Some((start, end)) = search.next(from) {
            places.push(folded.original(start, end));
            from = end;
        }
    }
}

fn tokens(phrase: &str) -> Vec<Token> {
    // Stars first: what stands between them is folded as a whole, so that accents compose.
    let mut pieces: Vec<Option<String>> = Vec::new();
    let mut rest = phrase.chars().peekable();
    while let Some(c) = rest.next() {
        let literal = match c {
            '\\' if rest.next_if_eq(&'*').is_some() => '*',
            '*' => {
                pieces.push(None);
                continue;
            }
            c => c,
        };
        match pieces.last_mut() {
            Some(Some(text)) => text.push(literal),
            _ => pieces.push(Some(literal.to_string())),
        }
    }
    let mut tokens: Vec<Token> = Vec::new();
    for piece in &pieces {
        match piece {
            None if tokens.last() == Some(&Token::Star { whole: false }) => {}
            None => tokens.push(Token::Star { whole: false }),
            Some(text) => read_literal(&Folded::new(text).text, &mut tokens),
        }
    }
    trim(&mut tokens);
    for i in 0..tokens.len() {
        let alone = |t: Option<&Token>| t.is_none_or(|t| matches!(t, Token::Gap));
        let before = i.checked_sub(1).and_then(|i| tokens.get(i));
        if tokens[i] == (Token::Star { whole: false }) && alone(before) && alone(tokens.get(i + 1)) {
            tokens[i] = Token::Star { whole: true };
        }
    }
    tokens
}

fn read_literal(text: &str, tokens: &mut Vec<Token>) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let gap = is_gap(c);
        let length = rest.find(|c| is_gap(c) != gap).unwrap_or(rest.len());
        let (part, after) = rest.split_at(length);
        rest = after;
        let dashes = part.matches('-').count();
        match (gap, dashes) {
            (false, _) => tokens.push(Token::Literal(part.to_string())),
            (true, 0) => tokens.push(Token::Gap),
            // Whether a dash stands at the edge is known when all tokens are there.
            (true, n) => tokens.extend(std::iter::repeat_n(Token::Dash, n)),
        }
    }
}

/// Drops blanks at the edges, and makes a gap of a single dash within.
fn trim(tokens: &mut Vec<Token>) {
    while tokens.last() == Some(&Token::Gap) {
        tokens.pop();
    }
    let leading = tokens.iter().take_while(|t| **t == Token::Gap).count();
    tokens.drain(..leading);
    for i in 1..tokens.len().saturating_sub(1) {
        // Of several dashes the first stays one, so its neighbours do too.
        if tokens[i] == Token::Dash && tokens[i - 1] != Token::Dash && tokens[i + 1] != Token::Dash {
            tokens[i] = Token::Gap;
        }
    }
}

fn is_gap(c: char) -> bool {
    c == '-' || is_space(c)
}

/// One search through a text.
struct Search<'s> {
    text: &'s str,
    tokens: &'s [Token],
    /// For every star, the bytes from which the tokens after it are known to fail: it keeps the search linear.
    dead: Vec<(usize, usize)>,
    /// The run of letters that was measured last.
    run: (usize, usize),
}

impl Search<'_> {
    /// The leftmost match from a byte on.
    fn next(&mut self, mut from: usize) -> Option<(usize, usize)> {
        while from < self.text.len() {
            let start = self.next_start(from)?;
            if let Some(end) = self.matches(0, start)
                && end > start
            {
                return Some((start, end));
            }
            from = start + self.text[start..].chars().next().map_or(1, char::len_utf8);
            if matches!(self.tokens[0], Token::Star { .. }) {
                from = from.max(self.run_end(start));
            }
        }
        None
    }

    /// The next place where the first token may start.
    fn next_start(&self, mut from: usize) -> Option<usize> {
        match &self.tokens[0] {
            Token::Literal(literal) => {
                let first = literal.chars().next().unwrap_or(' ');
                loop {
                    let start = from + self.text.get(from..)?.find(literal.as_str())?;
                    if !is_word(first) || is_boundary(self.text, start) {
                        return Some(start);
                    }
                    from = start + first.len_utf8();
                }
            }
            Token::Dash => Some(from + self.text[from..].find('-')?),
            _ => loop {
                // A star starts where a word does; where a match ended within one, the word is over.
                let c = self.text[from..].chars().next()?;
                if !is_running(c) || is_boundary(self.text, from) {
                    return Some(from);
                }
                from += c.len_utf8();
            },
        }
    }

    /// Where the tokens from the given one on end, if they stand at `at`: the longest way.
    fn matches(&mut self, token: usize, at: usize) -> Option<usize> {
        let mut at = at;
        for i in token..self.tokens.len() {
            let rest = &self.text[at..];
            match &self.tokens[i] {
                Token::Literal(literal) => {
                    at += rest.starts_with(literal.as_str()).then_some(literal.len())?;
                }
                Token::Gap => {
                    let blank = rest.trim_start_matches(is_space);
                    let after = blank.strip_prefix('-').map(|r| r.trim_start_matches(is_space)).unwrap_or(blank);
                    if after.len() == rest.len() {
                        return None;
                    }
                    at += rest.len() - after.len();
                }
                Token::Dash => {
                    let before = if i > 0 { rest.trim_start_matches(is_space) } else { rest };
                    let after = before.strip_prefix('-')?;
                    let last = i + 1 == self.tokens.len();
                    at += rest.len() - if last { after } else { after.trim_start_matches(is_space) }.len();
                }
                &Token::Star { whole } => return self.star(i, at, whole),
            }
        }
        let sign = !self.text[..at].chars().next_back().is_some_and(is_word);
        (sign || is_boundary(self.text, at)).then_some(at)
    }

    fn run_end(&mut self, at: usize) -> usize {
        if at < self.run.0 || self.run.1 < at {
            self.run = (at, run_end(self.text, at));
        }
        self.run.1
    }

    fn star(&mut self, token: usize, at: usize, whole: bool) -> Option<usize> {
        let end = self.run_end(at);
        let least = match whole {
            true => at + self.text[at..end].chars().next()?.len_utf8(),
            false => at,
        };
        let (dead_from, dead_to) = self.dead[token];
        let known = dead_to == end && dead_from <= dead_to;
        let mut stop = if known { dead_from } else { end + 1 };
        if known && least >= dead_from {
            return None;
        }
        while stop > least {
            stop = (least..stop).rev().find(|&i| self.text.is_char_boundary(i)).unwrap_or(least);
            if let Some(found) = self.matches(token + 1, stop) {
                return Some(found);
            }
        }
        self.dead[token] = (least, end);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrase: &str, text: &str) -> Vec<(u32, u32)> {
        let mut places = Vec::new();
        Phrase::parse(phrase).unwrap().find(&Folded::new(text), &mut places);
        places
    }

    #[test]
    fn a_phrase_without_letters_or_signs_is_refused() {
        for phrase in ["", " ", "*", "* *", "\u{AD}"] {
            assert!(Phrase::parse(phrase).is_err(), "{phrase:?}");
        }
        for phrase in ["\\*", "-", "a*", "!"] {
            assert!(Phrase::parse(phrase).is_ok(), "{phrase:?}");
        }
    }

    #[test]
    fn the_needle_is_the_longest_part() {
        assert_eq!(Phrase::parse("a lot of*").unwrap().needle(), Some("lot"));
        assert_eq!(Phrase::parse("--").unwrap().needle(), None);
    }

    #[test]
    fn long_words_and_many_stars_take_linear_time() {
        let text = "a'".repeat(100_000) + "z";
        assert!(found("*a*a*a*b", &text).is_empty());
        assert!(found("a*a*a*b", &text).is_empty());
        assert_eq!(found("a*a*z", &text), [(0, 200_001)]);
        assert_eq!(found("a b", &("a".to_string() + &" ".repeat(200_000) + "b")), [(0, 200_002)]);
        assert_eq!(found("é*", &"é".repeat(50_000)), [(0, 50_000)]);
    }
}
