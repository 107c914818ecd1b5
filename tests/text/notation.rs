//! Patterns as the cases write them, and texts with their places marked.

use hence::syntax::tree::Unit;
use hence::text::{Language, Pattern};

/// Reads the notation of a pattern; panics on mistakes, which are the test's own.
pub fn pattern(notation: &str) -> Pattern {
    let mut reader = Reader { rest: notation.trim() };
    let pattern = reader.either();
    assert!(reader.rest.is_empty(), "left over: {}", reader.rest);
    pattern
}

struct Reader<'n> {
    rest: &'n str,
}

impl Reader<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let taken = self.rest.strip_prefix(word);
        self.rest = taken.unwrap_or(self.rest).trim_start();
        taken.is_some()
    }

    fn expect(&mut self, word: &str) {
        assert!(self.takes(word), "{word} expected: {}", self.rest);
    }

    fn either(&mut self) -> Pattern {
        let mut parts = vec![self.combined()];
        while self.takes("or ") {
            parts.push(self.combined());
        }
        if parts.len() == 1 { parts.remove(0) } else { Pattern::Or(parts) }
    }

    fn combined(&mut self) -> Pattern {
        let a = Box::new(self.single());
        if self.takes("near ") {
            let b = Box::new(self.single());
            let within = self.within().expect("near has a distance");
            return Pattern::Near(a, b, within);
        }
        if self.takes("before ") {
            let b = Box::new(self.single());
            let within = self.within();
            return Pattern::Before(a, b, within);
        }
        for (word, unit) in [("in same sentence as", Unit::Sentence), ("in same paragraph as", Unit::Paragraph)] {
            if self.takes(word) {
                return Pattern::InSame(unit, a, Box::new(self.single()));
            }
        }
        if self.takes("overlaps ") {
            return Pattern::Overlaps(a, Box::new(self.single()));
        }
        if self.takes("except ") {
            return Pattern::Except(a, Box::new(self.single()));
        }
        *a
    }

    fn within(&mut self) -> Option<u32> {
        if !self.takes("within ") {
            return None;
        }
        let number = self.word();
        self.expect("words");
        Some(number.parse().expect("a number"))
    }

    fn single(&mut self) -> Pattern {
        if self.takes("(") {
            let inner = self.either();
            self.expect(")");
            return inner;
        }
        if self.takes("contains ") {
            return Pattern::Substring(self.between('"'));
        }
        if self.takes("stem ") {
            let text = self.between('"');
            self.expect("in ");
            let language = Language::parse(&self.word()).expect("a language");
            return Pattern::Stem { text, language };
        }
        if self.rest.starts_with('/') {
            let pattern = self.between('/');
            let insensitive = self.takes("i");
            return Pattern::Regex { pattern, insensitive };
        }
        Pattern::Phrase(self.between('"'))
    }

    fn word(&mut self) -> String {
        let end = self.rest.find([' ', ')']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word.to_string()
    }

    fn between(&mut self, mark: char) -> String {
        let inner = self.rest.strip_prefix(mark).unwrap_or_else(|| panic!("{mark} expected: {}", self.rest));
        let end = inner.find(mark).expect("closed");
        let (text, rest) = inner.split_at(end);
        self.rest = &rest[mark.len_utf8()..];
        if mark == '"' {
            self.rest = self.rest.trim_start();
            return unescape(text);
        }
        // The flag follows the slash at once; a word after it does not.
        if !self.rest.starts_with('i') {
            self.rest = self.rest.trim_start();
        }
        text.to_string()
    }
}

/// Puts characters in the place of `\n`, `\t` and `\u{…}`.
pub fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix("u{") {
            let (code, after) = after.split_once('}').expect("a closed escape");
            plain.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('n') {
            plain.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('t') {
            plain.push('\t');
            rest = after;
        } else {
            plain.push('\\');
        }
    }
    plain + rest
}

/// A text without its marks, and the marked places.
pub fn unmark(marked: &str) -> (String, Vec<(u32, u32)>) {
    let (mut text, mut places, mut closed, mut at) = (String::new(), Vec::new(), 0, 0);
    for c in marked.chars() {
        match c {
            '⟦' => places.push((at, at)),
            '⟧' => {
                places[closed].1 = at;
                closed += 1;
            }
            c => {
                text.push(c);
                at += 1;
            }
        }
    }
    assert_eq!(closed, places.len(), "a mark is not closed: {marked}");
    (text, places)
}

/// A text with its places marked.
pub fn mark(text: &str, places: &[(u32, u32)]) -> String {
    let mut marked = String::new();
    for (at, c) in (0u32..).zip(text.chars().map(Some).chain([None])) {
        marked.extend(places.iter().filter(|p| p.1 == at).map(|_| '⟧'));
        marked.extend(places.iter().filter(|p| p.0 == at).map(|_| '⟦'));
        match c {
            Some('\n') => marked.push_str("\\n"),
            c => marked.extend(c),
        }
    }
    marked
}
