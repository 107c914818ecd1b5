//! Slips that are seen from two or three words around the place where the grammar gave up.

use super::doctor::{Failure, is_word, place, short};
use super::layout::{self, PartKind};
use super::token::{RESERVED, TokenKind};
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes};

impl Failure<'_> {
    fn fixed(&self, code: codes::Code, at: Span, message: String, help: &str, write: &str) -> Diagnostic {
        let edits = vec![Edit { location: place(at), text: write.to_string() }];
        Diagnostic::at(code, place(at), message).help(help).fix(help, edits, false)
    }

    /// Slips that are seen from two or three words.
    pub(super) fn known_slip(&self) -> Option<Diagnostic> {
        let (word, before) = (self.word(self.at), self.before_word());
        let (span, gap, head) = (self.span(), self.gap(), self.part.kind == PartKind::Head);
        let earlier = |n: usize| self.at.checked_sub(n).map_or("", |i| self.word(i));
        let (missing, syntax) = (codes::MISSING_PART, codes::SYNTAX);
        let kind = self.kind(self.at);
        let is_name = kind == Some(TokenKind::Name);
        let ends = matches!(kind, None | Some(TokenKind::Close | TokenKind::Comma)) || matches!(word, "and" | "or");
        if let Some(item) = layout::behind_its_name(self.text, self.tokens).filter(|_| head) {
            let (name, at) = (self.word(0), self.token(0)?.span.to(self.token(1)?.span));
            let right = format!("{item} {name}");
            let message = format!("the word of an item stands first: `{item}` comes before `{name}`");
            return Some(self.fixed(syntax, at, message, &format!("write `{right}`"), &right));
        }
        let slip = match (before, word) {
            _ if self.clause_on_this_line() => Diagnostic::at(
                codes::INDENT, place(span), format!("the clause `{word}` does not start its line"))
                .help("a clause stands on an indented line of its own, under its item"),
            ("at", _) if kind == Some(TokenKind::Text) && matches!(earlier(2), "cites" | ",") => {
                let at = self.token(self.at - 2)?.span;
                let message = format!("a source is missing between `{}` and `at`", earlier(2));
                Diagnostic::at(missing, place(Span::new(at.end, at.end)), message)
                    .help("write `cites martins2017 at \"p. 3\"`: the key of the source, then the place in it")
            }
            (item @ ("input" | "output" | "concepts"), "from" | "to") if head && self.at == 1 => {
                let message = format!("a name is missing after `{item}`");
                Diagnostic::at(missing, place(gap), message).help(format!("it is written like `{}`", self.form()?))
            }
            ("from" | "to", _) if head && self.at == 2 && matches!(self.item(), "input" | "output" | "concepts") => {
                let first = self.token(0)?.span;
                let message = format!("a name is missing after `{}`", self.item());
                Diagnostic::at(missing, place(Span::new(first.end, first.end)), message)
                    .help(format!("it is written like `{}`", self.form()?))
            }
            ("from", "data") if self.at == 2 && self.item() == "kind" => {
                let first = self.token(0)?.span;
                Diagnostic::at(missing, place(Span::new(first.end, first.end)), "a name is missing after `kind`")
                    .help("write `kind voter from data`")
            }
            ("in", language) if is_name && self.at > 1 && self.kind(self.at - 2) == Some(TokenKind::Text) => {
                let text = self.token(self.at - 2)?.span;
                let at = Span::new(text.start, text.start);
                let message = format!("`in {language}` needs a `stem` before {}", short(earlier(2)));
                self.fixed(missing, at, message, "write `stem`", "stem ")
            }
            (_, "and" | "or" | "near" | "within" | "before" | "except")
                if head && self.at > 1 && layout::item_words().all(|w| w != self.item()) =>
            {
                let first = (1..self.at).rev().find(|&i| self.first_on_line(i)).unwrap_or(2).min(self.at - 1);
                let start = self.token(first)?.span;
                let message = format!("a word is missing before {}: `matches`, `when` or `unless`", short(self.word(first)));
                Diagnostic::at(missing, place(start), message)
                    .help("patterns stand in a clause: `matches \"word*\" or \"some words\"`, `when some_code and \"word\"`")
            }
            (same, _) if self.twice_at().is_some() => {
                let (i, same) = (self.twice_at()?, same.to_string());
                let (one, two) = (self.token(i - 1)?.span, self.token(i)?.span);
                let word = if self.word(i) == same { same } else { self.word(i).to_string() };
                let edits = vec![Edit { location: place(Span::new(one.end, two.end)), text: String::new() }];
                Diagnostic::at(syntax, place(two), format!("`{word}` stands twice"))
                    .help("leave one of them out")
                    .fix("leave one out", edits, false)
            }
            ("<" | ">" | "!" | "=", "=") => {
                let at = self.before()?.span.to(span);
                self.fixed(syntax, at, format!("`{before} =` is one sign"), &format!("write `{before}=`"), &format!("{before}="))
            }
            ("of", "(") if earlier(2) == "least" => {
                let at = self.token(self.at - 2)?.span;
                let at = Span::new(at.end, at.end);
                Diagnostic::at(missing, place(at), "a number is missing after `at least`").help("write `at least 2 of (a, b, c)`")
            }
            (_, "(") if earlier(2) == "least" => {
                self.fixed(missing, gap, format!("`of` is missing after `at least {before}`"), "write `of`", " of")
            }
            ("thread" | "parent" | "author", _) if (is_name && self.keyword_like(self.at).is_none()) || word == "(" && earlier(2) != "in" => {
                self.fixed(missing, gap, format!("`has` is missing between `{before}` and `{word}`"), "write `has`", " has")
            }
            ("is", _) if is_name => {
                self.fixed(missing, gap, format!("`a` is missing between `is` and `{word}`"), "write `a`", " a")
            }
            ("agreed", _) if kind == Some(TokenKind::Number) => {
                self.fixed(missing, gap, format!("`by` is missing between `agreed` and `{word}`"), "write `by`", " by")
            }
            (_, "(") if earlier(1) != "where" && self.in_aggregate() => {
                self.fixed(missing, gap, "`where` is missing before `(`".into(), "write `where`", " where")
            }
            ("where", _) if kind.is_some() && word != "(" => self
                .fixed(missing, gap, "a bracket is missing after `where`".into(), "write `(`", " (")
                .help("the conditions of a count stand in brackets: `count of X where (edge(X, Y))`"),
            (_, "in" | "by") if self.word(self.at + 1) == "this" && self.counted_before().is_some() => {
                let (start, what) = self.counted_before()?;
                let (sign, number) = (self.token(self.at - 2)?.span, self.token(self.at - 1)?.span);
                let scope = self.token(self.at)?.span.to(self.token((self.at + 2).min(self.words.len() - 1))?.span);
                let text = |from: u32, to: u32| self.text[from as usize..to as usize].trim();
                let right = format!(
                    "{} {} {}",
                    text(start, sign.start),
                    text(scope.start, scope.end),
                    text(sign.start, number.end)
                );
                let at = Span::new(start, scope.end);
                let message = format!("`{} this …` stands before the sign of the comparison", word);
                let help = format!("write `{right}`: first where {what} are counted, then how many");
                self.fixed(syntax, at, message, &format!("write `{right}`"), &right).help(help)
            }
            (_, "near" | "before" | "in" | "overlaps" | "except") if self.after_place() => {
                Diagnostic::at(syntax, place(span), format!("a second `{word}` needs brackets around the first"))
                    .help("write for instance `(a near b within 3 words) before c`")
            }
            (_, "<" | "<=" | ">" | ">=" | "=" | "!=") if self.after_place() => {
                Diagnostic::at(syntax, place(span), format!("a second `{word}` in one comparison"))
                    .help("write two comparisons: `1 < N and N < 5`")
            }
            _ if ends && earlier(2) == "within" => {
                self.fixed(missing, gap, format!("`words` is missing after `{before}`"), "write `words`", " words")
            }
            _ if ends && self.near_without_within() => self
                .fixed(missing, gap, format!("how near is missing after `{}`", short(before)), "write `within 5 words`", " within 5 words"),
            ("means" | "include" | "exclude" | "because" | "memo" | "example" | "when" | "unless" | "matches", ":")
                if self.at == 1 =>
            {
                self.fixed(syntax, span, format!("`{before}` needs no colon"), "leave out the colon", "")
            }
            ("expect", "not") => self.fixed(syntax, span, "`expect not` is written `expect no`".into(), "write `no`", "no"),
            (_, "when" | "where" | "then") if head && self.item() == "rule" && before == ")" => {
                self.fixed(syntax, span, format!("`{word}` is not expected here"), "write `if`", "if")
            }
            _ if head && self.item() == "map" && self.at == 2 && kind.is_some_and(TokenKind::begins_value) => {
                self.fixed(missing, gap, format!("`->` is missing between `{before}` and `{word}`"), "write `->`", " ->")
            }
            _ if self.at == 2 && matches!(self.word(0), "parameter" | "set") && kind.is_some_and(TokenKind::begins_value) => {
                self.fixed(missing, gap, format!("`=` is missing between `{before}` and `{word}`"), "write `=`", " =")
            }
            (_, "," | ")") if head && self.item() == "relation" && matches!(earlier(2), "(" | ",") => self
                .fixed(missing, gap, format!("the type of the column `{before}` is missing"), "write `: text`", ": text")
                .help("there are `text`, `number`, `decimal`, `date`, `datetime`, `concept` and the kinds: `author: author`"),
            (_, "," | ")") if self.reserved_argument() => {
                let at = self.before()?.span;
                Diagnostic::at(codes::RESERVED, place(at), format!("`{before}` is a word of the language and cannot be a name"))
                    .help(format!("write a text in quotation marks, `\"{before}\"`, or take another name, such as `{before}_code`"))
            }
            (_, "-") if head && is_declared(earlier(1)) && self.at <= 2 => {
                let next = self.word(self.at + 1);
                let (name, at) = (format!("{before}_{next}"), self.before()?.span.to(self.token(self.at + 1)?.span));
                self.fixed(syntax, at, format!("a name has no `-`: `{before}-{next}`"), &format!("write `{name}`"), &name)
            }
            _ if head && kind == Some(TokenKind::Variable) && self.at == 1 && !matches!(self.item(), "study" | "test" | "table") => {
                let lower = word.to_lowercase();
                let message = format!("`{word}` begins with a capital letter, and a name does not");
                self.fixed(syntax, span, message, &format!("write `{lower}`"), &lower)
            }
            _ if kind == Some(TokenKind::Number) && self.adjacent_name() => {
                let next = self.token(self.at + 1)?.span;
                let name = format!("{word}{}", self.word(self.at + 1));
                Diagnostic::at(syntax, place(span.to(next)), format!("`{name}` is no name: a name begins with a letter"))
                    .help("put a letter first; an id with blanks or signs stands in quotation marks")
            }
            _ => return None,
        };
        Some(match slip.code == codes::INDENT {
            true => self.on_its_own_line(slip),
            false => slip,
        })
    }

    /// A clause of this item behind something else.
    fn clause_on_this_line(&self) -> bool {
        let word = self.word(self.at);
        let has = layout::words_of(self.item()).is_some_and(|w| w.has(word));
        has && self.at > 0 && word != "if" && self.part.kind != PartKind::Alone && self.kind(self.at + 1).is_some()
    }

    fn on_its_own_line(&self, mut slip: Diagnostic) -> Diagnostic {
        let gap = Span::new(self.gap().start, self.span().start);
        slip.fixes.clear();
        slip.fix("start a new line", vec![Edit { location: place(gap), text: "\n  ".into() }], false)
    }

    /// `authors of t >= 2` before the place: where it starts, and what is counted.
    fn counted_before(&self) -> Option<(u32, &str)> {
        let compared = self.at > 4 && self.kind(self.at - 2) == Some(TokenKind::Compare);
        let of = (1..self.at.checked_sub(2)?).rev().find(|&i| self.word(i) == "of")?;
        let what = self.word(of - 1);
        let counts = matches!(what, "messages" | "authors" | "threads" | "quotes" | "coders");
        (compared && counts && self.at - of <= 6).then(|| (self.token(of - 1).map_or(0, |t| t.span.start), what))
    }

    /// A word that is written twice, at the place or just before it.
    fn twice_at(&self) -> Option<usize> {
        let doubled = |&i: &usize| {
            let word = self.token(i).is_some_and(|t| matches!(t.kind, TokenKind::Name | TokenKind::Reserved));
            word && i > 0 && self.word(i) == self.word(i - 1) && self.word(i) != "not"
        };
        [self.at, self.at.saturating_sub(1)].into_iter().find(doubled)
    }

    fn adjacent_name(&self) -> bool {
        match (self.token(self.at), self.token(self.at + 1)) {
            (Some(a), Some(b)) => a.span.end == b.span.start && is_word(b.kind),
            _ => false,
        }
    }

    /// `in` in `r(in, a)`.
    fn reserved_argument(&self) -> bool {
        let opener = self.at.checked_sub(2).and_then(|i| self.kind(i));
        self.before().is_some_and(|t| t.kind == TokenKind::Reserved)
            && self.before_word() != "this"
            && matches!(opener, Some(TokenKind::Open | TokenKind::Comma))
    }

    /// The words before the place back to the last `and`, `or`, comma or open bracket.
    fn stretch(&self) -> impl Iterator<Item = &str> {
        let mut depth = 0;
        (0..self.at)
            .rev()
            .map(|i| self.word(i))
            .filter_map(move |word| {
                match word {
                    ")" => depth += 1,
                    "(" => depth -= 1,
                    _ => {}
                }
                (depth <= 0).then_some((depth, word))
            })
            .take_while(|(depth, word)| *depth == 0 && !matches!(*word, "and" | "or" | "," | "if" | "when" | "unless"))
            .map(|(_, word)| word)
    }

    fn after_place(&self) -> bool {
        self.before().is_some_and(|t| t.kind.ends_value() || self.before_word() == "words")
            && self.stretch().any(|w| {
                matches!(w, "near" | "before" | "overlaps" | "except" | "same" | "<" | "<=" | ">" | ">=" | "=" | "!=")
            })
    }

    fn near_without_within(&self) -> bool {
        let mut near = false;
        for word in self.stretch() {
            match word {
                "within" => return false,
                "near" => near = true,
                _ => {}
            }
        }
        near && self.before_word() != "near"
    }

    fn in_aggregate(&self) -> bool {
        let words: Vec<&str> = self.stretch().collect();
        let open = words.windows(2).any(|w| w[0] == "of" && matches!(w[1], "count" | "sum" | "mean" | "min" | "max"));
        open && !words.contains(&"where")
    }
}

fn is_declared(word: &str) -> bool {
    !RESERVED.contains(&word) && word.starts_with(|c: char| c.is_alphabetic())
}
