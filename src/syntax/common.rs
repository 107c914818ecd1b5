//! The forms in which nearly all of a codebook is written, read off the tokens: a concept with its texts and with
//! patterns and names that are joined by `or` or by `and`.
//!
//! The grammar tells the same, but takes many times as long, and a codebook is read before anything else is done. What
//! is not one of these forms is left to the grammar, clause by clause, and so is all that is wrong: nothing is ever
//! refused here, and what is read here is what the grammar would have read.

use super::build::Builder;
use super::grammar::{Grammar, Rule};
use super::layout::{self, Part, PartKind};
use super::literal;
use super::token::{Token, TokenKind};
use super::tree::*;
use crate::base::Span;
use pest::Parser;

/// Reads a concept of which each part is sound by itself; nothing where the grammar has to look at it as a whole.
/// `marked` is its text with the marks set.
pub(super) fn concept(builder: &mut Builder<'_>, marked: &str, tokens: &[Token], parts: &[Part]) -> Option<ItemKind> {
    // A byte order mark is a blank among the tokens and none in the grammar.
    if builder.text.contains([layout::MARK, '\u{FEFF}']) {
        return None;
    }
    let (first, clauses) = parts.split_first()?;
    if clauses.iter().any(|part| part.kind != PartKind::Clause) {
        return None;
    }
    let mut item = Reader::new(builder.text, tokens, first).head()?;
    for part in clauses {
        let reader = Reader::new(builder.text, tokens, part);
        let (start, end) = (part.start, reader.tokens.last()?.span.end as usize);
        match (&mut item, reader.clause()) {
            (ItemKind::Concept(concept), Some(clause)) => concept.clauses.push(clause),
            (item, _) => {
                let mut pairs = Grammar::parse(Rule::alone_concept, marked.get(start..end)?).ok()?;
                builder.base = start;
                builder.clause(item, pairs.next()?.into_inner().next()?);
                builder.base = 0;
            }
        }
    }
    Some(item)
}

/// Goes over the tokens of one part, without blanks and comments.
struct Reader<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

/// What joins conditions.
#[derive(Clone, Copy, PartialEq)]
enum Joint {
    And,
    Or,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, tokens: &[Token], part: &Part) -> Reader<'a> {
        let tokens = tokens[part.tokens.clone()].iter().filter(|t| !t.kind.is_trivia()).copied().collect();
        Reader { text, tokens, at: 0 }
    }

    fn kind(&self) -> Option<TokenKind> {
        self.tokens.get(self.at).map(|t| t.kind)
    }

    fn written(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The next token if it is of that kind.
    fn take(&mut self, kind: TokenKind) -> Option<Span> {
        let token = self.tokens.get(self.at).filter(|t| t.kind == kind)?;
        self.at += 1;
        Some(token.span)
    }

    /// The next token if it is that word.
    fn word(&mut self, word: &str) -> Option<Span> {
        let token = self.tokens.get(self.at)?;
        let is_word = matches!(token.kind, TokenKind::Name | TokenKind::Reserved);
        (is_word && self.written(token.span) == word).then(|| self.at += 1)?;
        Some(token.span)
    }

    fn is_done(&self) -> bool {
        self.at == self.tokens.len()
    }

    /// The end of what has been read.
    fn end(&self) -> u32 {
        self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |t| t.span.end)
    }

    /// A name of ASCII letters: which others a name may have, the grammar knows.
    fn name(&mut self) -> Option<Name> {
        let span = self.take(TokenKind::Name)?;
        let text = self.written(span);
        text.is_ascii().then(|| Name { text: text.to_string(), span })
    }

    /// A text without escapes.
    fn string(&mut self) -> Option<Str> {
        let span = self.take(TokenKind::Text).or_else(|| self.take(TokenKind::LongText))?;
        let written = self.written(span);
        (!written.contains('\\')).then(|| Str { text: literal::unquote(written).0, span })
    }

    /// `code shared_space "A place people share"`
    fn head(mut self) -> Option<ItemKind> {
        let (kind, name) = (self.name()?, self.name()?);
        let label = if self.is_done() { None } else { Some(self.string()?) };
        let clauses = Vec::new();
        self.is_done().then_some(ItemKind::Concept(Concept { kind, name, label, clauses, lost_unless: false }))
    }

    fn clause(mut self) -> Option<Clause> {
        let first = self.tokens.first()?.span;
        self.at = 1;
        let kind = match self.written(first) {
            "means" => ClauseKind::Means(self.said()?),
            "include" => ClauseKind::Include(self.said()?),
            "exclude" => ClauseKind::Exclude(self.said()?),
            "because" => ClauseKind::Because(self.said()?),
            "memo" => ClauseKind::Memo(self.said()?),
            "example" => ClauseKind::Example(Example::Text(self.string()?)),
            "counterexample" => ClauseKind::Counterexample(Example::Text(self.string()?)),
            "under" => ClauseKind::Under(self.reference()?),
            "matches" => ClauseKind::Matches(self.body()?),
            "when" => ClauseKind::When(self.body()?),
            "unless" => ClauseKind::Unless(self.body()?),
            _ => return None,
        };
        self.is_done().then(|| Clause { kind, span: Span::new(first.start, self.end()) })
    }

    /// A text with what is cited for it.
    fn said(&mut self) -> Option<Said> {
        let text = self.string()?;
        let Some(start) = self.word("cites") else { return Some(Said { text, cite: None }) };
        let mut cite = Cite { keys: Vec::new(), at: None, span: start };
        loop {
            let name = self.take(TokenKind::Name).or_else(|| self.take(TokenKind::Variable));
            let key = name.map(|span| Name { text: self.written(span).to_string(), span });
            cite.keys.push(key.filter(|key| key.text.is_ascii())?);
            if self.take(TokenKind::Comma).is_none() {
                break;
            }
        }
        if self.word("at").is_some() {
            cite.at = Some(self.string()?);
        }
        cite.span = Span::new(start.start, self.end());
        Some(Said { text, cite: Some(cite) })
    }

    fn reference(&mut self) -> Option<Ref> {
        let name = self.name()?;
        let span = name.span;
        Some(Ref { kind: None, name, by_label: false, span })
    }

    /// Conditions joined by `or`, or by `and` and commas. As deep as brackets are nested, which has been looked at.
    fn body(&mut self) -> Option<Expr> {
        let start = self.tokens.get(self.at)?.span.start;
        let mut units = vec![self.unit()?];
        let mut by = None;
        loop {
            let joint = match () {
                () if self.word("or").is_some() => Joint::Or,
                () if self.word("and").is_some() || self.take(TokenKind::Comma).is_some() => Joint::And,
                () => break,
            };
            if *by.get_or_insert(joint) != joint {
                return None;
            }
            units.push(self.unit()?);
        }
        let kind = match by {
            None => return units.pop(),
            Some(Joint::Or) => ExprKind::Or(units),
            Some(Joint::And) => ExprKind::And(units),
        };
        Some(Expr { kind, span: Span::new(start, self.end()) })
    }

    fn unit(&mut self) -> Option<Expr> {
        let mut nots = Vec::new();
        while let Some(not) = self.word("not") {
            nots.push(not.start);
        }
        let value = self.condition()?;
        let end = self.end();
        let not = |inner, start| Expr { kind: ExprKind::Not(Box::new(inner)), span: Span::new(start, end) };
        Some(nots.into_iter().rev().fold(value, not))
    }

    fn condition(&mut self) -> Option<Expr> {
        let start = self.tokens.get(self.at)?.span.start;
        let left = self.primary()?;
        if self.kind() != Some(TokenKind::Reserved) {
            return Some(left);
        }
        let kind = if self.word("except").is_some() {
            ExprKind::Except(Box::new(left), Box::new(self.primary()?))
        } else if self.word("near").is_some() {
            let right = self.primary()?;
            ExprKind::Near(Box::new(left), Box::new(right), self.within()??)
        } else if self.word("before").is_some() {
            let right = self.primary()?;
            ExprKind::Before(Box::new(left), Box::new(right), self.within()?)
        } else if self.word("overlaps").is_some() {
            ExprKind::Overlaps(Box::new(left), Box::new(self.primary()?))
        } else {
            return Some(left);
        };
        Some(Expr { kind, span: Span::new(start, self.end()) })
    }

    /// `within 5 words`, where it stands.
    fn within(&mut self) -> Option<Option<Count>> {
        if self.word("within").is_none() {
            return Some(None);
        }
        let span = self.take(TokenKind::Number)?;
        let count = Count::Number(self.written(span).parse().ok()?, span);
        self.word("words")?;
        Some(Some(count))
    }

    fn primary(&mut self) -> Option<Expr> {
        let start = self.tokens.get(self.at)?.span.start;
        let kind = match self.kind()? {
            TokenKind::Text | TokenKind::LongText => ExprKind::Text(self.string()?.text),
            TokenKind::Regex => {
                let span = self.take(TokenKind::Regex)?;
                let written = self.written(span);
                let insensitive = written.ends_with('i');
                let end = written.len().checked_sub(1 + usize::from(insensitive))?;
                ExprKind::Regex { pattern: written.get(1..end)?.to_string(), insensitive }
            }
            TokenKind::Open => {
                self.at += 1;
                let mut body = self.body()?;
                self.take(TokenKind::Close)?;
                body.span = Span::new(start, self.end());
                return Some(body);
            }
            TokenKind::Name => ExprKind::Ref(self.reference()?),
            _ => return None,
        };
        Some(Expr { kind, span: Span::new(start, self.end()) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexical::lexical;
    use super::super::{items, token::lex};
    use super::*;
    use std::path::{Path, PathBuf};

    /// What the grammar makes of an item as a whole.
    fn by_grammar(text: &str, marked: &str) -> Option<(ItemKind, Builder<'static>)> {
        let mut builder = Builder::new(String::leak(text.to_string()));
        let pairs = Grammar::parse(Rule::item, marked).ok()?;
        let mut inner = pairs.flat_map(|item| item.into_inner()).next()?.into_inner();
        let mut item = builder.head(inner.next()?);
        inner.for_each(|pair| builder.clause(&mut item, pair));
        Some((item, builder))
    }

    /// How many items of a text are read here; each must be what the grammar makes of it.
    fn compared(text: &str) -> usize {
        let tokens = lex(text);
        let mut count = 0;
        for range in items::cut(text, &tokens) {
            let (from, to) = (tokens[range.start].span.start, tokens[range.end - 1].span.end);
            let text = &text[from as usize..to as usize];
            let tokens = lex(text);
            let parts = layout::parts(text, &tokens);
            let sound = parts.iter().all(|part| lexical(&mut Vec::new(), text, &tokens, part));
            let word = &text[tokens[0].span.range()];
            if !sound || layout::item_words().any(|w| w == word) || layout::is_strict_clause_word(word) {
                continue;
            }
            let marked = layout::mark(text, &parts);
            let mut builder = Builder::new(text);
            let Some(item) = concept(&mut builder, &marked, &tokens, &parts) else { continue };
            let Some((wanted, by)) = by_grammar(text, &marked) else { panic!("the grammar refuses {text}") };
            assert_eq!(format!("{item:?}"), format!("{wanted:?}"), "{text}");
            assert_eq!(format!("{:?}", builder.diagnostics), format!("{:?}", by.diagnostics), "{text}");
            count += 1;
        }
        count
    }

    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.extension() {
                _ if path.is_dir() => files(&path, found),
                Some(ending) if ending == "hence" => found.push(path),
                _ => {}
            }
        }
    }

    #[test]
    fn every_concept_is_what_the_grammar_makes_of_it() {
        let mut found = Vec::new();
        for folder in ["examples", "rules", "tests"] {
            files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
        }
        let texts = found.iter().filter_map(|path| std::fs::read_to_string(path).ok());
        assert!(texts.map(|text| compared(&text)).sum::<usize>() > 20);
    }

    #[test]
    fn every_form_is_read_and_all_others_are_left() {
        let read = "code a_b \"A \u{e9}\"\n  means \"x\" # y\n    cites k1, Boschma2005 at \"p. 3\"\n  under c\n  status draft\n  \
                    example \"\"\"long\n      one\"\"\"\n  counterexample \"z\"\n  \
                    matches (\"a*\" or /b\\s/i\n    or (c)) except /d/ or \"e\" near \"f\" within 3 words\n  \
                    when not not a and (b), c before d and (x or y)\n  unless a overlaps \"b\"\n  status agreed\n";
        assert_eq!(compared(read), 1);
        let other =
            ["1 + 2", "\"a\\\"b\"", "stem \"x\"", "count of a", "x(Y)", "a or b and c", "thread has a", "a.b", "-3"];
        for other in other {
            assert!(compared(&format!("code a\n  when {other}\n  when b = c\n")) <= 1, "{other}");
        }
        for wrong in ["when", "when or b", "when a b", "when a or", "when (a", "matches \"a\" \"b\"", "means", "under"]
        {
            assert_eq!(compared(&format!("code a\n  {wrong}\n")), 0, "{wrong}");
        }
    }
}
