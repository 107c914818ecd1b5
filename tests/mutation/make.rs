//! Wrong files made from right ones: every way of one small mistake, each with the place it stands at.

use hence::syntax::items::cut;
use hence::syntax::token::{Token, TokenKind, lex};
use std::ops::Range;

/// One mistake in one file.
pub struct Mutation {
    /// What was done, for people.
    pub what: String,
    /// The file with the mistake.
    pub text: String,
    /// Where in it a message points at the mistake: the changed words and their neighbours, or the whole line.
    pub place: Range<usize>,
    /// The names that a message may speak of instead, where a name was changed.
    pub names: Vec<String>,
}

/// Random numbers, the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// A file with its words and signs.
pub struct Right<'a> {
    text: &'a str,
    /// The tokens that are no blanks.
    words: Vec<Token>,
    /// The first token of each item, among `words`.
    starts: Vec<usize>,
}

impl<'a> Right<'a> {
    pub fn new(text: &'a str) -> Right<'a> {
        let tokens = lex(text);
        let words: Vec<Token> = tokens.iter().copied().filter(|t| !t.kind.is_trivia()).collect();
        let starts: Vec<u32> = cut(text, &tokens).into_iter().map(|r| tokens[r.start].span.start).collect();
        let starts = (0..words.len()).filter(|&i| starts.contains(&words[i].span.start)).collect();
        Right { text, words, starts }
    }

    fn word(&self, i: usize) -> &'a str {
        self.words.get(i).map_or("", |t| &self.text[t.span.range()])
    }

    /// The file with a stretch written another way; a message may point from the word before to the word after.
    fn with(&self, what: String, from: usize, to: usize, edits: &[(Range<usize>, String)]) -> Mutation {
        let mut text = self.text.to_string();
        let mut grown = 0isize;
        for (range, new) in edits.iter().rev() {
            grown += new.len() as isize - range.len() as isize;
            text.replace_range(range.clone(), new);
        }
        let start = from.checked_sub(1).map_or(0, |i| self.words[i].span.start as usize);
        let end = self.words.get(to + 1).map_or(self.text.len(), |t| t.span.end as usize);
        let end = (end as isize + grown).max(start as isize) as usize;
        Mutation { what, text, place: start..end, names: Vec::new() }
    }

    fn span(&self, i: usize) -> Range<usize> {
        self.words[i].span.range()
    }

    /// The lines that a stretch stands on.
    fn line(&self, i: usize) -> Range<usize> {
        let span = self.span(i);
        let start = self.text[..span.start].rfind('\n').map_or(0, |i| i + 1);
        let end = self.text[span.end..].find('\n').map_or(self.text.len(), |n| span.end + n);
        start..end
    }

    /// A mutation of that kind, if this place of the file has one.
    pub fn make(&self, kind: &'static str, dice: &mut Dice) -> Option<Mutation> {
        let i = dice.below(self.words.len());
        self.words.get(i)?;
        let (word, span, token) = (self.word(i), self.span(i), self.words.get(i)?.kind);
        match kind {
            "dropped" => {
                // With the blank behind it: a line keeps its indentation.
                let blank = self.text[span.end..].starts_with(' ');
                let gone = span.start..span.end + usize::from(blank);
                Some(self.with(format!("`{word}` dropped"), i, i, &[(gone, String::new())]))
            }
            "doubled" => {
                let twice = format!("{word} {word}");
                Some(self.with(format!("`{word}` doubled"), i, i, &[(span, twice)]))
            }
            "swapped" => {
                let (next, after) = (self.word(i + 1), self.words.get(i + 1)?.span.range());
                let what = format!("`{word}` and `{next}` swapped");
                let glue = if span.end == after.start { " " } else { "" };
                Some(self.with(what, i, i + 1, &[(span, format!("{next}{glue}")), (after, word.into())]))
            }
            "misspelt" | "column" => {
                if !matches!(token, TokenKind::Name | TokenKind::Reserved | TokenKind::Variable) {
                    return None;
                }
                if kind == "column" {
                    let next = self.word(i + 1);
                    let item = self.starts.iter().rev().find(|&&s| s <= i).map_or("", |&s| self.word(s));
                    let bound = next == "=" && matches!(item, "input" | "concepts");
                    let named = next == ":" || next == "?" && self.word(i + 2) == ":";
                    if !bound && !named {
                        return None;
                    }
                }
                let wrong = misspelt(word, dice)?;
                let what = format!("`{word}` written `{wrong}`");
                let mut made = self.with(what, i, i, &[(span, wrong.clone())]);
                made.names = vec![word.to_string(), wrong];
                Some(made)
            }
            "bracket" => {
                let is_bracket = matches!(token, TokenKind::Open | TokenKind::Close);
                is_bracket.then(|| self.with(format!("`{word}` removed"), i, i, &[(span, String::new())]))
            }
            "quote" => {
                let sign = match token {
                    TokenKind::Text | TokenKind::LongText => '"',
                    TokenKind::Regex => '/',
                    _ => return None,
                };
                let (first, last) = (word.find(sign)?, word.rfind(sign)?);
                let at = span.start + if dice.below(2) == 0 { first } else { last };
                let edits = [(at..at + 1, String::new())];
                let mut made = self.with(format!("a quotation mark of {word} removed"), i, i, &edits);
                let line = self.line(i);
                made.place = line.start.min(made.place.start)..(line.end - 1).max(made.place.end);
                Some(made)
            }
            "indented" | "outdented" => {
                let line = self.line(i);
                let old = &self.text[line.clone()];
                let blank = old.len() - old.trim_start_matches([' ', '\t']).len();
                let (edits, grown) = match (kind, blank) {
                    ("indented", 0) => ((line.start..line.start, "  ".to_string()), 2),
                    ("outdented", 1..) => ((line.start..line.start + blank, String::new()), -(blank as isize)),
                    _ => return None,
                };
                let mut made = self.with(format!("`{}` {kind}", old.trim()), i, i, &[edits]);
                made.place = line.start..(line.end as isize + grown) as usize;
                Some(made)
            }
            "foreign" => self.foreign(i, dice),
            _ => None,
        }
    }

    /// A form of another language.
    fn foreign(&self, i: usize, dice: &mut Dice) -> Option<Mutation> {
        let (word, span, token) = (self.word(i), self.span(i), self.words[i].kind);
        let line_end = self.line(i).end;
        let last = self.words.get(i + 1).is_none_or(|t| self.starts.contains(&(i + 1)) && t.span.start > 0);
        let after = span.end..span.end;
        let one = |write: &str| Some((span.clone(), write.to_string()));
        let edit = match (dice.below(10), token, word) {
            (0..=2, TokenKind::Compare, "=") => one("=="),
            (3, TokenKind::Compare, "!=") => one("<>"),
            (0..=3, _, "and") => one("&&"),
            (4 | 5, _, "and") => one("AND"),
            (0..=4, _, "or") => one("||"),
            (0..=4, _, "not") => one("!"),
            (5, _, "not") => one("NOT"),
            (_, TokenKind::Open, _) if dice.below(4) == 0 => one("["),
            (0..=3, TokenKind::Text, _) if word.len() > 2 => one(&format!("“{}”", &word[1..word.len() - 1])),
            (4, TokenKind::Text, _) if word.len() > 2 && !word.contains('\'') => {
                one(&format!("'{}'", &word[1..word.len() - 1]))
            }
            (5, TokenKind::Text, _) if word.len() > 2 => one(&format!("”{}”", &word[1..word.len() - 1])),
            (_, TokenKind::Arrow, _) => one("–>"),
            (0..=4, _, _) if last => Some((after, ".".to_string())),
            (5..=6, _, _) if last => Some((after, ";".to_string())),
            (7, _, _) if self.text[span.end..].starts_with(' ') => Some((span.end..span.end + 1, "\u{A0}".into())),
            (8, _, _) if self.words.get(i + 1).is_none_or(|t| t.span.start as usize > line_end) => {
                Some((after, " // a note".to_string()))
            }
            _ => None,
        }?;
        let what = format!("`{}` written `{}`", &self.text[edit.0.clone()], edit.1);
        Some(self.with(what, i, i, &[edit]))
    }
}

/// A word with one letter dropped, doubled, changed or swapped with the next.
fn misspelt(word: &str, dice: &mut Dice) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 3 {
        return None;
    }
    let at = 1 + dice.below(letters.len() - 1);
    let mut wrong = letters.clone();
    match dice.below(4) {
        0 => drop(wrong.remove(at)),
        1 => wrong.insert(at, letters[at]),
        2 => wrong[at] = if letters[at] == 'x' { 'q' } else { 'x' },
        _ => wrong.swap(at - 1, at),
    }
    let wrong: String = wrong.into_iter().collect();
    (wrong != word && wrong.starts_with(|c: char| c.is_alphabetic())).then_some(wrong)
}
