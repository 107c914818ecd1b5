//! Which words and signs have a blank between them.
//!
//! Where the language cares, this does too: keys such as `Boschma:2005-a` are written without blanks, a `-` before a value
//! is a sign and between two values it takes away. What these rules cannot tell stays as its author wrote it.

use super::token::{Token, TokenKind};

/// The words and signs of an item, without blanks and comments.
pub(super) struct Words<'a> {
    /// The text of the file.
    pub text: &'a str,
    /// The tokens of the item that are no blanks.
    pub tokens: &'a [Token],
}

impl Words<'_> {
    /// A token's text.
    pub fn word(&self, i: usize) -> &str {
        &self.text[self.tokens[i].span.range()]
    }

    /// True where nothing stands between a token and the one before it.
    fn glued(&self, i: usize) -> bool {
        self.tokens[i - 1].span.end == self.tokens[i].span.start
    }

    /// True where a blank belongs before the token `i` of a part of an item that starts with the token `first`, where they
    /// stand on one line.
    pub fn spaced(&self, first: usize, i: usize) -> bool {
        use TokenKind::*;
        if i <= first {
            return true;
        }
        let (left, right) = (self.tokens[i - 1].kind, self.tokens[i].kind);
        if right == Comma || left == Comma {
            return left == Comma && right != Comma;
        }
        if let Some(key) = self.key(first)
            && i > key
        {
            return matches!(left, Text | LongText) || matches!(right, Text | LongText) || !self.glued(i);
        }
        match (left, right) {
            (Open | Dot, _) | (_, Close | Dot | Colon | Question) => false,
            (Name, Open) => self.is_joint(first, i - 1),
            // `X <-1`, read as `X < -1`.
            (Compare, Number) if self.word(i - 1) == "<-" => false,
            (Operator, _) if self.word(i - 1) == "-" => !self.is_sign(first, i - 1),
            _ => true,
        }
    }

    /// True of an `of` or `as` that joins two things and is no relation or function, so that a bracket behind it opens
    /// none of its own; of `when` and its like too.
    fn is_joint(&self, first: usize, i: usize) -> bool {
        if i == first {
            return true;
        }
        let before = self.tokens[i - 1].kind;
        match self.word(i) {
            "of" => {
                before == TokenKind::Number || (before == TokenKind::Name && i - 1 > first && self.word(i - 1) != "no")
            }
            "as" => matches!(self.word(i - 1), "sentence" | "paragraph"),
            _ => false,
        }
    }

    /// True of a `-` that is the sign of the value behind it.
    fn is_sign(&self, first: usize, i: usize) -> bool {
        use TokenKind::*;
        if i <= first + 1 {
            return true;
        }
        match self.tokens[i - 1].kind {
            Reserved => self.word(i - 1) != "this",
            Name => match self.word(i - 1) {
                "least" | "by" => self.glued(i + 1),
                _ => self.is_joint(first, i - 1),
            },
            kind => !kind.ends_value(),
        }
    }

    /// The first token of the key or id in a part, where blanks would change it.
    fn key(&self, first: usize) -> Option<usize> {
        match self.word(first) {
            "source" | "cites" => Some(first + 1),
            "example" | "counterexample" if self.text_at(first + 1) == "message" => Some(first + 2),
            "means" | "include" | "exclude" | "because" | "memo" if self.text_at(first + 2) == "cites" => {
                Some(first + 3)
            }
            _ => None,
        }
    }

    fn text_at(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |t| &self.text[t.span.range()])
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::lex;
    use super::*;

    fn spaced(text: &str) -> String {
        let tokens: Vec<Token> = lex(text).into_iter().filter(|t| !t.kind.is_trivia()).collect();
        let words = Words { text, tokens: &tokens };
        let blank = |i| if i > 0 && words.spaced(0, i) { " " } else { "" };
        (0..tokens.len()).map(|i| format!("{}{}", blank(i), words.word(i))).collect()
    }

    #[test]
    fn signs_have_blanks_around_them_and_brackets_none_inside() {
        for (text, expected) in [
            ("rule a ( X ,Y )if b( id :X,from : Y)and X>=Y+1", "rule a(X, Y) if b(id: X, from: Y) and X >= Y + 1"),
            ("rule a(X) :- b(X),X=- 3", "rule a(X) :- b(X), X = -3"),
            ("when( a or b)and not( c )", "when (a or b) and not (c)"),
            ("when at least 2 of(a,b)", "when at least 2 of (a, b)"),
            ("when \"a\"near(\"b\")within 3 words", "when \"a\" near (\"b\") within 3 words"),
            ("rule a(X) if of (X) and as(X)", "rule a(X) if of(X) and as(X)"),
            ("relation r( a:b ,c ?:d)", "relation r(a: b, c?: d)"),
            ("map a->b , c", "map a -> b, c"),
            ("use theory.proximity", "use theory.proximity"),
            ("when code.\"x\"", "when code.\"x\""),
        ] {
            assert_eq!(spaced(text), expected);
        }
    }

    #[test]
    fn a_minus_takes_away_between_two_values_and_is_a_sign_elsewhere() {
        for (text, expected) in [
            ("rule a(X) if X=A -3 and Y = -3", "rule a(X) if X = A - 3 and Y = -3"),
            ("rule a(- 3,b(X)-3)", "rule a(-3, b(X) - 3)"),
            ("rule a(X) if X <-1 and X< -1", "rule a(X) if X <-1 and X < -1"),
            ("rule a(X) if X = sum of -Y and Z = 2*- -Y", "rule a(X) if X = sum of -Y and Z = 2 * --Y"),
            ("when -3 < X and \"x\" agreed by -n", "when -3 < X and \"x\" agreed by -n"),
            ("rule a(X) if X = A/B and X matches /a  b/", "rule a(X) if X = A / B and X matches /a  b/"),
        ] {
            assert_eq!(spaced(text), expected);
        }
    }

    #[test]
    fn keys_and_ids_stay_whole() {
        for (text, expected) in [
            ("source Boschma:2005-a\"x\"", "source Boschma:2005-a \"x\""),
            ("means \"x\"cites a/b.c+2d ,\"y\"at\"p. 3\"", "means \"x\" cites a/b.c+2d, \"y\" at \"p. 3\""),
            ("cites 2005-a , b", "cites 2005-a, b"),
            ("example message 15-a", "example message 15-a"),
            ("rule a(X) if cites( X-1 )", "rule a(X) if cites(X - 1)"),
        ] {
            assert_eq!(spaced(text), expected);
        }
    }
}
