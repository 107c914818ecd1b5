//! Phrases: what an analyst writes between quotation marks.
//!
//! A phrase is found in folded text (see [`super::fold`]), so case, the composition of accents and the shape of
//! apostrophes and hyphens do not matter. A hyphen or a blank in it stands for white space, or for one dash with or
//! without white space around it; a dash at its edge, or one of several, stands for a dash. `*` runs over the letters
//! of a word as far as it can, perhaps over none, and standing alone over one whole word; `\*` is the star. Places
//! do not overlap: the leftmost comes first, and of several that start there the longest.

use super::bytes::Bytes;
use super::error::PatternError;
use super::fold::Folded;
use super::letter::{APOSTROPHES, is_boundary, is_dash, is_running, is_space, is_unspaced, is_word, may_run, run_end};
use super::needle::{Run, Slot};
use super::plain::{seen, variants};

/// A phrase, ready to be found.
#[derive(Debug, Clone)]
pub struct Phrase {
    tokens: Vec<Token>,
    has_stars: bool,
    /// The token that holds the rarest text.
    anchor: usize,
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
        let has_stars = tokens.iter().any(|t| matches!(t, Token::Star { .. }));
        let mut phrase = Phrase { tokens, has_stars, anchor: 0 };
        phrase.anchor = phrase.anchor().unwrap_or(0);
        Ok(phrase)
    }

    /// What every match holds: the rarest part; nothing for a phrase of dashes.
    pub fn run(&self) -> Option<Run> {
        // A phrase without text has no other anchor.
        let at = self.anchor;
        let Token::Literal(text) = &self.tokens[at] else { return None };
        let gap = Bytes::ascii(|b| is_gap(b.into()));
        let edge = Bytes::ascii(|b| !b.is_ascii_alphanumeric());
        let side = |beside: Option<&Token>, nearest: Option<char>| match beside {
            // A word that is written without spaces may stand right beside another.
            None if nearest.is_some_and(|c| is_word(c) && !is_unspaced(c)) => edge,
            Some(Token::Gap | Token::Dash) => gap,
            None | Some(_) => Bytes::ANY,
        };
        Some(Run {
            slots: text.chars().map(slot).collect(),
            before: side(at.checked_sub(1).map(|i| &self.tokens[i]), text.chars().next()),
            after: side(self.tokens.get(at + 1), text.chars().next_back()),
        })
    }

    /// The part that [`Phrase::run`] tells.
    fn anchor(&self) -> Option<usize> {
        let mut literals = self.tokens.iter().enumerate().filter(|(_, token)| matches!(token, Token::Literal(_)));
        let first = literals.next()?.0;
        if literals.next().is_none() {
            return Some(first);
        }
        let worth = |token: &Token| match token {
            Token::Literal(text) => {
                let slots = text.chars().map(slot).collect();
                Some(Run { slots, before: Bytes::ANY, after: Bytes::ANY }.worth(8))
            }
            _ => None,
        };
        let worths = self.tokens.iter().enumerate().filter_map(|(i, token)| Some((i, worth(token)?)));
        worths.reduce(|best, other| if other.1 > best.1 { other } else { best }).map(|(i, _)| i)
    }

    /// All places in a folded text, in bytes.
    pub fn find(&self, folded: &str, places: &mut Vec<(usize, usize)>) {
        let mut search = Search::new(self, folded, false);
        let mut from = 0;
        while let Some((start, end)) = search.next(from, folded.len()) {
            places.push((start, end));
            from = end;
        }
    }

    /// The same for a text, folded or else plain, of which all starts of the part that [`Phrase::run`] tells are known;
    /// the rest of the text is not looked at.
    pub fn find_around(&self, text: &str, plain: bool, parts: &[usize], places: &mut Vec<(usize, usize)>) {
        let mut search = Search::new(self, text, plain);
        // A match may start no later than its part, and no earlier than any part after it may need.
        let mut earliest: Vec<usize> = Vec::new();
        if self.anchor > 0 {
            earliest.extend(parts.iter().map(|&part| search.earliest(self.anchor, part)));
            for i in (1..earliest.len()).rev() {
                earliest[i - 1] = earliest[i - 1].min(earliest[i]);
            }
        }
        let mut done = 0;
        for (i, &part) in parts.iter().enumerate() {
            done = done.max(earliest.get(i).copied().unwrap_or(part));
            while done <= part {
                match search.next(done, part) {
                    Some((start, end)) => {
                        places.push((start, end));
                        done = end;
                    }
                    None => done = part + 1,
                }
            }
            while !text.is_char_boundary(done) {
                done += 1;
            }
        }
    }
}

/// The ways to write a character of a folded text in a plain one.
fn slot(c: char) -> Slot {
    match c {
        '\'' => Slot::of(APOSTROPHES.to_vec()),
        c if c.is_ascii() => Slot::One(c),
        c => Slot::of(variants(c)),
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
    /// True for a text that is not folded since its characters are plain.
    plain: bool,
    tokens: &'s [Token],
    /// For every star, the bytes from which the tokens after it are known to fail: it keeps the search linear.
    dead: Vec<(usize, usize)>,
    /// The run of letters that was measured last.
    run: (usize, usize),
}

impl<'s> Search<'s> {
    fn new(phrase: &'s Phrase, text: &'s str, plain: bool) -> Search<'s> {
        let dead = if phrase.has_stars { vec![(1, 0); phrase.tokens.len()] } else { Vec::new() };
        Search { text, plain, tokens: &phrase.tokens, dead, run: (1, 0) }
    }

    /// The leftmost match from a byte on that starts no later than another.
    fn next(&mut self, mut from: usize, latest: usize) -> Option<(usize, usize)> {
        while from < self.text.len() {
            let start = self.next_start(from, latest)?;
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
    fn next_start(&self, mut from: usize, latest: usize) -> Option<usize> {
        while from <= latest {
            let c = self.text[from..].chars().next()?;
            let may_start = match &self.tokens[0] {
                Token::Literal(literal) => {
                    self.literal(from, literal).is_some() && (!is_word(c) || is_boundary(self.text, from))
                }
                Token::Dash => self.is_dash(c),
                // A star starts where a word does; where a match ended within one, the word is over.
                _ => !is_running(c) || is_boundary(self.text, from),
            };
            if may_start {
                return Some(from);
            }
            from += c.len_utf8();
        }
        None
    }

    fn is_dash(&self, c: char) -> bool {
        c == '-' || self.plain && is_dash(c)
    }

    /// Where a literal ends that stands at a byte.
    fn literal(&self, at: usize, literal: &str) -> Option<usize> {
        let (text, sought) = (&self.text.as_bytes()[at..], literal.as_bytes());
        if !self.plain {
            return text.starts_with(sought).then_some(at + sought.len());
        }
        let same = text.iter().zip(sought).take_while(|(a, b)| a.to_ascii_lowercase() == **b && a.is_ascii()).count();
        if same == sought.len() {
            return Some(at + same);
        }
        let (mut rest, mut end) = (self.text[at + same..].chars(), at + same);
        for c in literal[same..].chars() {
            let here = rest.next()?;
            if seen(here) != Some(c) {
                return None;
            }
            end += here.len_utf8();
        }
        Some(end)
    }

    /// Where a match may start at the earliest whose token at a place of the phrase starts at a byte.
    fn earliest(&self, token: usize, at: usize) -> usize {
        let mut text = &self.text[..at];
        for token in self.tokens[..token].iter().rev() {
            text = match token {
                Token::Literal(literal) => {
                    let last = literal.chars().count().saturating_sub(1);
                    text.char_indices().rev().nth(last).map_or("", |(at, _)| &text[..at])
                }
                Token::Gap | Token::Dash => text.trim_end_matches(|c| is_space(c) || self.is_dash(c)),
                Token::Star { .. } => text.trim_end_matches(may_run),
            };
        }
        text.len()
    }

    /// Where the tokens from the given one on end, if they stand at `at`: the longest way.
    fn matches(&mut self, token: usize, at: usize) -> Option<usize> {
        let mut at = at;
        for i in token..self.tokens.len() {
            let rest = &self.text[at..];
            match &self.tokens[i] {
                Token::Literal(literal) => at = self.literal(at, literal)?,
                Token::Gap => {
                    let blank = rest.trim_start_matches(is_space);
                    let after = self.after_dash(blank).map(|r| r.trim_start_matches(is_space)).unwrap_or(blank);
                    if after.len() == rest.len() {
                        return None;
                    }
                    at += rest.len() - after.len();
                }
                Token::Dash => {
                    let before = if i > 0 { rest.trim_start_matches(is_space) } else { rest };
                    let after = self.after_dash(before)?;
                    let last = i + 1 == self.tokens.len();
                    at += rest.len() - if last { after } else { after.trim_start_matches(is_space) }.len();
                }
                &Token::Star { whole } => return self.star(i, at, whole),
            }
        }
        let sign = !self.text[..at].chars().next_back().is_some_and(is_word);
        (sign || is_boundary(self.text, at)).then_some(at)
    }

    fn after_dash<'t>(&self, text: &'t str) -> Option<&'t str> {
        let c = text.chars().next().filter(|&c| self.is_dash(c))?;
        Some(&text[c.len_utf8()..])
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
        let (mut places, folded) = (Vec::new(), Folded::new(text));
        Phrase::parse(phrase).unwrap().find(&folded.text, &mut places);
        places.into_iter().map(|(start, end)| folded.original(start, end)).collect()
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
    fn long_words_and_many_stars_take_linear_time() {
        let text = "a'".repeat(100_000) + "z";
        assert!(found("*a*a*a*b", &text).is_empty());
        assert!(found("a*a*a*b", &text).is_empty());
        assert_eq!(found("a*a*z", &text), [(0, 200_001)]);
        assert_eq!(found("a b", &("a".to_string() + &" ".repeat(200_000) + "b")), [(0, 200_002)]);
        assert_eq!(found("é*", &"é".repeat(50_000)), [(0, 50_000)]);
    }
}
