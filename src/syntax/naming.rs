//! Names, labels, ids and keys that are written as one of the others: a label where a name stands, a name or an id of several
//! words, a citation as it would stand in an article.

use super::doctor::{Failure, place, short};
use super::layout::{self, PartKind};
use super::token::TokenKind;
use crate::base::Span;
use crate::diagnostic::{Diagnostic, Edit, codes};

impl Failure<'_> {
    /// One kind of name in the place of another.
    pub(super) fn named_otherwise(&self) -> Option<Diagnostic> {
        self.label_first()
            .or_else(|| self.name_of_words())
            .or_else(|| self.label_as_name())
            .or_else(|| self.id_of_words())
            .or_else(|| self.citation())
    }

    fn in_concept_head(&self) -> bool {
        self.part.kind == PartKind::Head && layout::item_words().all(|w| w != self.item())
    }

    /// `code "Waiting"`.
    fn label_first(&self) -> Option<Diagnostic> {
        // `import "other.hence"` is a word from elsewhere, not a kind.
        let foreign = !super::synonyms::items(self.item()).is_empty();
        if foreign || !self.in_concept_head() || self.at != 1 || self.kind(1) != Some(TokenKind::Text) {
            return None;
        }
        let label = self.word(1);
        let words = label.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let name = words.map(str::to_lowercase).collect::<Vec<_>>().join("_");
        if !name.starts_with(char::is_alphabetic) {
            return None;
        }
        let at = self.gap();
        let help = format!("write `{} {name} {}`: a name that rules use, then the label", self.item(), short(label));
        let edits = vec![Edit { location: place(at), text: format!(" {name}") }];
        let message = format!("a name is missing between `{}` and its label", self.item());
        Some(Diagnostic::at(codes::MISSING_PART, place(at), message).help(help).fix("write a name", edits, false))
    }

    /// `code waiting time "Waiting"`.
    fn name_of_words(&self) -> Option<Diagnostic> {
        if !self.in_concept_head() || self.at != 2 {
            return None;
        }
        let label = (1..self.words.len()).find(|&i| self.kind(i) == Some(TokenKind::Text))?;
        let words = 1..label;
        if !words.clone().all(|i| self.kind(i) == Some(TokenKind::Name) && (i == 1 || !self.first_on_line(i))) {
            return None;
        }
        let at = self.token(1)?.span.to(self.token(label - 1)?.span);
        let name = words.map(|i| self.word(i)).collect::<Vec<_>>().join("_");
        let message = format!("`{}` is no name: a name is one word", short(&self.text[at.range()]));
        Some(self.instead(at, message, &name))
    }

    /// `authors of "Slow care"`, `map "Slow care" -> …`.
    fn label_as_name(&self) -> Option<Diagnostic> {
        if self.kind(self.at) != Some(TokenKind::Text) {
            return None;
        }
        let before = self.before_word();
        let map = self.part.kind == PartKind::Head && self.item() == "map";
        let counted =
            before == "of" && matches!(self.earlier(2), "messages" | "authors" | "threads" | "quotes" | "coders");
        let kind = match before {
            "map" if map => "theme",
            "->" | "," if map => "KIND",
            _ if counted => "theme",
            _ => return None,
        };
        let label = short(self.word(self.at));
        Some(
            Diagnostic::at(codes::SYNTAX, place(self.span()), format!("the label {label} alone names nothing here"))
                .help(format!("write the name of the concept, or its kind before the label: `{kind}.{label}`")),
        )
    }

    /// `theme(NEAS PTS 1518 - Q1, slow_care)`.
    fn id_of_words(&self) -> Option<Diagnostic> {
        let open = self.innermost()?;
        if open == 0 || self.kind(open - 1) != Some(TokenKind::Name) {
            return None;
        }
        let ends = |i: &usize| {
            matches!(
                self.kind(*i),
                None | Some(TokenKind::Comma | TokenKind::Open | TokenKind::Close | TokenKind::Colon)
            )
        };
        let start = (0..self.at).rev().find(ends)? + 1;
        let end = (self.at..=self.words.len()).find(ends)?;
        let part = |kind: TokenKind| (start..end).any(|i| self.kind(i) == Some(kind));
        let other = (start..end).any(|i| {
            let kind = self.kind(i);
            let operator = kind == Some(TokenKind::Operator) && self.word(i) != "-";
            operator
                || matches!(kind, Some(TokenKind::Text | TokenKind::Compare | TokenKind::Reserved | TokenKind::Regex))
        });
        let long = end - start > 2 || end - start == 2 && self.word(start).len() > 1 && part(TokenKind::Number);
        if !long || other || !(part(TokenKind::Variable) || part(TokenKind::Number)) {
            return None;
        }
        let at = self.token(start)?.span.to(self.token(end - 1)?.span);
        let text = format!("\"{}\"", &self.text[at.range()]);
        let message = "an id with blanks or signs stands in quotation marks".to_string();
        (!text.contains('\n')).then(|| self.instead(at, message, &text))
    }

    /// `cites Coleman (2005)`, `cites coleman2005 "page 4"`, `cites coleman2005, p. 4`.
    fn citation(&self) -> Option<Diagnostic> {
        let cites = (0..self.at).rev().find(|&i| self.word(i) == "cites")?;
        if self.at < cites + 2 || self.kind(cites) != Some(TokenKind::Name) || self.part.kind == PartKind::Unknown {
            return None;
        }
        let key = match self.kind(cites + 1) {
            Some(TokenKind::Name) => self.word(cites + 1),
            _ => "martins2017",
        };
        let at_word = (cites..self.at).any(|i| self.word(i) == "at");
        if self.kind(self.at) == Some(TokenKind::Text) && !at_word && self.before()?.kind == TokenKind::Name {
            let at = self.gap();
            let edits = vec![Edit { location: place(at), text: " at".into() }];
            let message = format!("`at` is missing between the source and {}", short(self.word(self.at)));
            return Some(Diagnostic::at(codes::MISSING_PART, place(at), message).help("write `at`").fix(
                "write `at`",
                edits,
                false,
            ));
        }
        let whole =
            self.kind(self.at).is_some() && (!at_word || self.before_word() == "at") && self.word(self.at) != "cites";
        let kind = self.kind(self.at)?;
        let odd = matches!(
            kind,
            TokenKind::Open
                | TokenKind::Dot
                | TokenKind::Colon
                | TokenKind::Number
                | TokenKind::Variable
                | TokenKind::Name
        );
        if !whole || !odd {
            return None;
        }
        let start = self.token(cites + 1)?.span;
        let at = Span::new(start.start, self.span().end);
        let message = "a citation is the key of a source, and a place in it".to_string();
        Some(
            Diagnostic::at(codes::SYNTAX, place(at), message)
                .help(format!("write `cites {key} at \"p. 4\"`, with the key of a `source`")),
        )
    }
}
