//! Constants: what a name, a text or a number stands for where a certain type is wanted.

use super::mixed::{Meant, Wanted};
use super::program::*;
use super::{Checker, Type, Used};
use crate::base::{Datum, Location, Value};
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::syntax::tree::{self, ExprKind, LiteralKind, Ref};

impl Checker<'_> {
    /// The value of a name where `wanted` is asked for, or where nothing is known of the type.
    pub(super) fn name_value(&mut self, item: &tree::Item, name: &Ref, wanted: Option<Type>) -> Option<(Value, Type)> {
        let meant =
            if name.kind.is_none() && !name.by_label { self.parameter_or_concept(item, name, wanted) } else { None };
        if meant == Some(Meant::Either) {
            return None;
        }
        if meant == Some(Meant::Parameter)
            && let Some(parameter) = self.program.parameters.iter().find(|p| p.name == name.name.text)
        {
            self.used.insert(Used::Parameter(name.name.text.clone()));
            let (value, of) = (parameter.value, parameter.of);
            return match wanted {
                Some(wanted) => self.value_as(item.location(name.span), value, of, wanted),
                None => Some((value, of)),
            };
        }
        match wanted {
            Some(Type::Kind(kind)) if self.program.kind(kind).open => {
                self.check_kind_word(item, name, kind)?;
                Some((self.id_value(kind, &name.name.text), Type::Kind(kind)))
            }
            Some(Type::Kind(kind)) => {
                let id = self.concept_of_kind(item, name, kind)?;
                Some((self.program.concept(id).value, Type::Kind(kind)))
            }
            Some(Type::Concept) | None => {
                let id = self.concept_named(item, name, None)?;
                Some((self.program.concept(id).value, Type::Kind(self.program.concept(id).kind)))
            }
            Some(_) if self.broken.contains(&name.name.text) => None,
            Some(of) if self.is_something_else(item.location(name.span), &name.name.text, Wanted::Value(of)) => None,
            Some(other) => {
                let message =
                    format!("`{}` names nothing here, where {} is wanted", name.name.text, other.phrase(&self.program));
                let parameters = self.program.parameters.iter().map(|p| p.name.as_str());
                let help = match suggest::nearest(&name.name.text, parameters) {
                    Some(near) => format!("did you mean the parameter `{near}`?"),
                    None if other == Type::Text => format!("a text stands in quotation marks: \"{}\"", name.name.text),
                    None => "write the value itself, or declare a parameter of that name".to_string(),
                };
                self.error(codes::UNKNOWN_NAME, item.location(name.span), message, help);
                None
            }
        }
    }

    /// The value of an id: a passage for quotes, a text for all others.
    pub(super) fn id_value(&mut self, kind: KindId, text: &str) -> Value {
        let id = self.pool.text(text);
        if self.program.kind(kind).name == "quote" { self.pool.quote(id, None) } else { id }
    }

    fn check_kind_word(&mut self, item: &tree::Item, name: &Ref, wanted: KindId) -> Option<()> {
        let Some(word) = &name.kind else { return Some(()) };
        if word.text == self.program.kind(wanted).name {
            return Some(());
        }
        let message = format!("`{}` is wanted here, and this says `{}`", self.program.kind(wanted).name, word.text);
        self.error(codes::WRONG_KIND, item.location(name.span), message, "leave the kind out, or write the right one");
        None
    }

    /// The concept of a kind that a name or label names; an error where there is none, with the nearest.
    pub(super) fn concept_of_kind(&mut self, item: &tree::Item, name: &Ref, kind: KindId) -> Option<ConceptId> {
        self.check_kind_word(item, name, kind)?;
        if let Some(id) = self.lookup(kind, name) {
            self.used.insert(Used::Concept(id));
            return Some(id);
        }
        let elsewhere = self.all_named(name);
        let wanted = self.program.kind(kind).name.clone();
        if let Some(&other) = elsewhere.first() {
            let other_kind = self.program.kind(self.program.concept(other).kind).name.clone();
            let declared = self.program.concept(other).at;
            let shown = &name.name.text;
            let message = format!("`{shown}` is a {other_kind}, and a {wanted} is wanted here");
            self.report(
                Diagnostic::at(codes::WRONG_KIND, item.location(name.span), message)
                    .label(declared, format!("`{shown}` is declared here"))
                    .help(format!("name a {wanted}, or ask for the {other_kind} where a {other_kind} is wanted")),
            );
            return None;
        }
        self.unknown_concept(item, name, Some(kind), None);
        None
    }

    /// The concept that a name names among all kinds, or among those said of `subject`.
    pub(super) fn concept_named(
        &mut self,
        item: &tree::Item,
        name: &Ref,
        subject: Option<Subject>,
    ) -> Option<ConceptId> {
        if let Some(word) = &name.kind {
            let Some(&kind) = self.program.kind_names.get(&word.text) else {
                if !self.broken.contains(&word.text) {
                    self.unknown_kind(item, word);
                }
                return None;
            };
            return self.concept_of_kind(item, name, kind);
        }
        let mut found = self.all_named(name);
        if let Some(subject) = subject
            && found.len() > 1
        {
            found.retain(|&id| self.program.kind(self.program.concept(id).kind).subject == subject);
        }
        match found[..] {
            [id] => {
                self.used.insert(Used::Concept(id));
                Some(id)
            }
            [] => {
                self.unknown_concept(item, name, None, subject);
                None
            }
            _ => {
                let forms: Vec<String> = found
                    .iter()
                    .map(|&id| {
                        let concept = self.program.concept(id);
                        format!("`{}.{}`", self.program.kind(concept.kind).name, concept.name)
                    })
                    .collect();
                let message = format!("`{}` is declared under several kinds", name.name.text);
                let help = format!("say which is meant: {}", forms.join(" or "));
                self.error(codes::AMBIGUOUS, item.location(name.span), message, help);
                None
            }
        }
    }

    /// True where the name or label names a concept of the kind, and says no other kind.
    pub(super) fn named_in(&self, kind: KindId, name: &Ref) -> bool {
        name.kind.as_ref().is_none_or(|word| word.text == self.program.kind(kind).name)
            && self.lookup(kind, name).is_some()
    }

    fn lookup(&self, kind: KindId, name: &Ref) -> Option<ConceptId> {
        if name.by_label {
            self.program.find_concept(kind, &name.name.text)
        } else {
            self.program.concept_names.get(&(kind, name.name.text.clone())).copied()
        }
    }

    pub(super) fn all_named(&self, name: &Ref) -> Vec<ConceptId> {
        (0..self.program.kinds.len() as u32).filter_map(|kind| self.lookup(KindId(kind), name)).collect()
    }

    pub(super) fn unknown_kind(&mut self, item: &tree::Item, word: &tree::Name) {
        if self.is_something_else(item.location(word.span), &word.text, Wanted::Kind) {
            return;
        }
        let kinds = self.program.kinds.iter().map(|k| k.name.as_str());
        let module = self.input.library.iter().find(|(known, _)| *known == word.text).map(|(_, module)| module);
        let help = match suggest::nearest(&word.text, kinds) {
            _ if module.is_some() => format!("the library has it: write `use {}`", module.unwrap_or(&"")),
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: `kind {} \"what it is\"`, or `use` the module that does", word.text),
        };
        let message = format!("there is no kind `{}`", word.text);
        self.error(codes::UNKNOWN_NAME, item.location(word.span), message, help);
    }

    fn unknown_concept(&mut self, item: &tree::Item, name: &Ref, kind: Option<KindId>, subject: Option<Subject>) {
        let shown = name.name.text.clone();
        if self.broken.contains(&shown) {
            return;
        }
        let here = item.location(name.span);
        if (!name.by_label && self.is_something_else(here, &shown, Wanted::Concept(kind)))
            || self.is_near_elsewhere(here, &shown, kind, subject)
        {
            return;
        }
        let candidates: Vec<&Concept> =
            self.program.concepts.iter().filter(|c| kind.is_none_or(|k| c.kind == k)).collect();
        let of = |c: &&Concept| subject.is_none_or(|s| self.program.kind(c.kind).subject == s);
        let candidates: Vec<&Concept> = candidates.into_iter().filter(of).collect();
        let names = candidates.iter().map(|c| c.name.as_str());
        let labels = candidates.iter().filter_map(|c| c.label.as_deref());
        let what = kind.map_or("code, theme or other concept".to_string(), |k| self.program.kind(k).name.clone());
        // What is written as a name is answered with a name, and a label with a label.
        let near = if shown.contains(char::is_whitespace) {
            suggest::nearest(&shown, labels).or_else(|| suggest::nearest(&shown, names))
        } else {
            suggest::nearest(&shown, names).or_else(|| suggest::nearest(&shown, labels))
        };
        let near = near.map(str::to_string);
        let at = item.location(name.span);
        let mut diagnostic = Diagnostic::at(codes::UNKNOWN_NAME, at, format!("no {what} is called `{shown}`"));
        if let Some((_, module)) = self.input.library.iter().find(|(known, _)| *known == shown) {
            let help = format!("the library has it: write `use {module}` at the top of the study");
            return self.report(diagnostic.help(help));
        }
        diagnostic = match near {
            Some(near) => {
                let written = if name.by_label || near.contains(' ') { format!("{near:?}") } else { near.clone() };
                let name_at = item.location(name.name.span);
                let edit = crate::diagnostic::Edit { location: name_at, text: written };
                diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), vec![edit], false)
            }
            None => {
                let word = kind.map_or("code".to_string(), |k| self.program.kind(k).name.clone());
                let stub = if name.by_label { name_of_label(&shown) } else { shown };
                diagnostic.help(format!("declare it: `{word} {stub} \"what it is\"`"))
            }
        };
        self.report(diagnostic);
    }

    /// A constant of an expression where `wanted` is asked for; [`None`] after an error.
    pub(super) fn constant(
        &mut self,
        item: &tree::Item,
        expr: &tree::Expr,
        wanted: Option<Type>,
    ) -> Option<(Value, Type)> {
        let at = item.location(expr.span);
        match &expr.kind {
            ExprKind::Text(text) => self.text_value(item, expr.span, text, wanted),
            ExprKind::Number(n) => match wanted {
                Some(Type::Kind(kind)) if self.program.kind(kind).open => {
                    Some((self.id_value(kind, &n.to_string()), Type::Kind(kind)))
                }
                _ => {
                    let value = self.pool.number(*n);
                    self.value_as(at, value, Type::Number, wanted.unwrap_or(Type::Number))
                }
            },
            ExprKind::Decimal(d) => {
                let value = self.pool.decimal(*d);
                self.value_as(at, value, Type::Decimal, wanted.unwrap_or(Type::Decimal))
            }
            ExprKind::Date(d) => {
                let value = self.pool.intern(Datum::Date(*d));
                self.value_as(at, value, Type::Date, wanted.unwrap_or(Type::Date))
            }
            ExprKind::DateTime(t) => {
                let value = self.pool.intern(Datum::DateTime(*t));
                self.value_as(at, value, Type::DateTime, wanted.unwrap_or(Type::DateTime))
            }
            ExprKind::Quote { message, start, end } => {
                let quote = Type::Kind(self.program.known_kind("quote"));
                let message = self.pool.text(message);
                let value = self.pool.quote(message, Some((*start, *end)));
                self.value_as(at, value, quote, wanted.unwrap_or(quote))
            }
            ExprKind::Ref(name) => self.name_value(item, name, wanted),
            _ => None,
        }
    }

    fn text_value(
        &mut self,
        item: &tree::Item,
        span: crate::base::Span,
        text: &str,
        wanted: Option<Type>,
    ) -> Option<(Value, Type)> {
        match wanted {
            Some(Type::Kind(kind)) if self.program.kind(kind).open => {
                Some((self.id_value(kind, text.trim()), Type::Kind(kind)))
            }
            Some(of @ (Type::Kind(_) | Type::Concept)) => {
                let name = tree::Name { text: text.to_string(), span };
                let name = Ref { kind: None, name, by_label: true, span };
                let id = match of {
                    Type::Kind(kind) => self.concept_of_kind(item, &name, kind)?,
                    _ => self.concept_named(item, &name, None)?,
                };
                let concept = self.program.concept(id);
                Some((concept.value, Type::Kind(concept.kind)))
            }
            _ => {
                let value = self.pool.text(text);
                self.value_as(item.location(span), value, Type::Text, wanted.unwrap_or(Type::Text))
            }
        }
    }

    /// The value if its type is comparable with what is wanted, or an error.
    fn value_as(&mut self, at: Location, value: Value, of: Type, wanted: Type) -> Option<(Value, Type)> {
        if of.comparable(wanted, &self.program) || of.fits(wanted, &self.program) {
            return Some((value, of));
        }
        // A parameter that holds a text may stand for an id or a label.
        if let (Type::Text, Type::Kind(kind)) = (of, wanted)
            && let Some(text) = self.pool.as_text(value).cloned()
        {
            if self.program.kind(kind).open {
                return Some((self.id_value(kind, &text), wanted));
            }
            if let Some(id) = self.program.find_concept(kind, &text) {
                return Some((self.program.concept(id).value, wanted));
            }
        }
        let (found, wanted_phrase) = (of.phrase(&self.program), wanted.phrase(&self.program));
        let shown = self.pool.show(value);
        let help = match (of, wanted) {
            (Type::Number | Type::Decimal, Type::Text) => format!("a text stands in quotation marks: \"{shown}\""),
            (Type::Text, Type::Number | Type::Decimal) if crate::base::Decimal::parse(&shown).is_ok() => {
                format!("a number stands without quotation marks: {shown}")
            }
            (Type::Text, Type::Number | Type::Decimal) => {
                "write a number, without quotation marks; `number(T)` reads one from a text".to_string()
            }
            (Type::Number, time) if time.is_time() => {
                "a date is written 2013-09-01; `year(D)`, `month(D)` and `day(D)` give the parts of one as numbers"
                    .to_string()
            }
            (Type::Text, Type::Date) => "a date is written 2013-09-01, without quotation marks".to_string(),
            (Type::Text, Type::DateTime) => "a time is written 2013-09-01T10:30, without quotation marks".to_string(),
            _ => format!("write {wanted_phrase} here"),
        };
        self.error(codes::TYPES, at, format!("this is {found}, and {wanted_phrase} is wanted here"), help);
        None
    }

    /// A literal of a declaration for a column: a property, a constant of an input.
    pub(super) fn literal(
        &mut self,
        item: &tree::Item,
        literal: &tree::Literal,
        wanted: Type,
    ) -> Option<(Value, Type)> {
        let kind = match literal.kind.clone() {
            LiteralKind::Text(text) => ExprKind::Text(text),
            LiteralKind::Number(n) => ExprKind::Number(n),
            LiteralKind::Decimal(d) => ExprKind::Decimal(d),
            LiteralKind::Date(d) => ExprKind::Date(d),
            LiteralKind::DateTime(t) => ExprKind::DateTime(t),
            LiteralKind::Ref(name) => ExprKind::Ref(name),
        };
        self.constant(item, &tree::Expr { kind, span: literal.span }, Some(wanted))
    }
}
