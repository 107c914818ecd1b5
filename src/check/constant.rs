//! Constants: what a name, a text or a number stands for where a certain type is wanted.

use super::fixes::{misspelt, quoted, write};
use super::labels::name_of_label;
use super::mixed::{Meant, Wanted};
use super::program::*;
use super::{Checker, Type, Used};
use crate::base::{Datum, Location, Value};
use crate::diagnostic::{Diagnostic, Fix, codes, suggest};
use crate::syntax::tree::{self, ExprKind, LiteralKind, Ref};

/// From so many messages on, names are told without the nearest to them: nobody reads on, and each costs a look at all
/// names of the study.
const HELPED: usize = 1_000;

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
                let written = &name.name.text;
                let parameters = || self.program.parameters.iter().map(|p| p.name.as_str());
                let at = item.location(name.span);
                let unknown = Diagnostic::at(codes::UNKNOWN_NAME, at, message);
                self.report(match suggest::nearest(written, parameters()) {
                    Some(near) => {
                        let sure = suggest::same(written, parameters()) == Some(near);
                        let help = format!("did you mean the parameter `{near}`?");
                        unknown.help(help).fix(format!("write `{near}`"), write(at, near), sure)
                    }
                    None if other == Type::Text && written == "text" => unknown.help(
                        "a pattern alone asks for words in the text of the message: write `\"word*\"` without `text`",
                    ),
                    None if number_word(written).is_some() && matches!(other, Type::Number | Type::Decimal) => {
                        let number = number_word(written).unwrap_or_default().to_string();
                        unknown.help(format!("write `{number}`")).fix(
                            format!("write `{number}`"),
                            write(at, number),
                            false,
                        )
                    }
                    None if other == Type::Text => {
                        let text = quoted(written);
                        let help = format!("a text stands in quotation marks: {text}");
                        unknown.help(help).fix(format!("write {text}"), write(at, text), false)
                    }
                    None => unknown.help("write the value itself, or declare a parameter of that name"),
                });
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
        let kind = self.program.kind(wanted);
        let mut diagnostic = Diagnostic::at(codes::WRONG_KIND, item.location(name.span), message)
            .help("leave the kind out, or write the right one");
        if kind.open || self.lookup(wanted, name).is_some() {
            let edits = write(item.location(word.span), kind.name.clone());
            diagnostic = diagnostic.fix(format!("write `{}`", kind.name), edits, false);
        }
        self.report(diagnostic);
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
                let at = item.location(name.span);
                let mut diagnostic = Diagnostic::at(codes::AMBIGUOUS, at, message).help(help);
                for form in forms {
                    diagnostic = diagnostic.fix(format!("write {form}"), write(at, form.trim_matches('`')), false);
                }
                self.report(diagnostic);
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
        let kinds: Vec<&str> = self.program.kinds.iter().map(|k| k.name.as_str()).collect();
        let module = self.input.library.iter().find(|(known, _)| *known == word.text).map(|(_, module)| module);
        let at = item.location(word.span);
        let unknown = Diagnostic::at(codes::UNKNOWN_NAME, at, format!("there is no kind `{}`", word.text));
        let diagnostic = match module {
            Some(module) => {
                self.used_module(unknown.help(format!("the library has it: write `use {module}`")), item, module)
            }
            None => {
                let stub = format!("kind {} \"what it is\"", word.text);
                let help = format!("declare it: `{stub}`, or `use` the module that does");
                let diagnostic = misspelt(unknown, at, &word.text, &kinds, || help);
                if diagnostic.fixes.is_empty() {
                    self.declared(diagnostic, item, &word.text, &stub)
                } else {
                    diagnostic
                }
            }
        };
        self.report(diagnostic);
    }

    fn unknown_concept(&mut self, item: &tree::Item, name: &Ref, kind: Option<KindId>, subject: Option<Subject>) {
        let shown = name.name.text.clone();
        if self.broken.contains(&shown) {
            return;
        }
        let here = item.location(name.span);
        let many = self.diagnostics.len() >= HELPED;
        if (!name.by_label && self.is_something_else(here, &shown, Wanted::Concept(kind)))
            || (!many && self.is_near_elsewhere(here, &shown, kind, subject))
        {
            return;
        }
        // A concept does not ask for itself.
        let own = match &*item.kind {
            tree::ItemKind::Concept(concept) => Some(item.location(concept.name.span)),
            _ => None,
        };
        let of = |c: &Concept| subject.is_none_or(|s| self.program.kind(c.kind).subject == s);
        let fits = |c: &&Concept| !many && kind.is_none_or(|k| c.kind == k) && of(c) && Some(c.at) != own;
        let candidates: Vec<&Concept> = self.program.concepts.iter().filter(fits).collect();
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
        // Any name that is the same but for case and separators, of any candidate, by name or by label.
        let all = || candidates.iter().flat_map(|c| [Some(c.name.as_str()), c.label.as_deref()]).flatten();
        let meant: Vec<&str> = candidates
            .iter()
            .filter(|c| {
                [Some(c.name.as_str()), c.label.as_deref()].into_iter().flatten().any(|n| Some(n) == near.as_deref())
            })
            .map(|c| c.name.as_str())
            .collect();
        let sure = suggest::same(&shown, all()) == near.as_deref() && near.is_some();
        // What names one concept only may be written by its name.
        let its_name = match meant[..] {
            [one] => Some(one.to_string()),
            _ => None,
        };
        let at = item.location(name.span);
        let mut diagnostic = Diagnostic::at(codes::UNKNOWN_NAME, at, format!("no {what} is called `{shown}`"));
        if let Some((_, module)) = self.input.library.iter().find(|(known, _)| *known == shown) {
            let help = format!("the library has it: write `use {module}` at the top of the study");
            let diagnostic = self.used_module(diagnostic.help(help), item, module);
            return self.report(diagnostic);
        }
        diagnostic = match near {
            None if many => {
                diagnostic.help("put right what comes before it first; the nearest name is not looked for any more")
            }
            Some(near) => {
                // A label in the place of a name would be a pattern.
                let written = if name.by_label { quoted(&near) } else { its_name.unwrap_or_else(|| near.clone()) };
                let edits = write(item.location(name.name.span), written.clone());
                let shown = if name.by_label { near.as_str() } else { written.as_str() };
                let diagnostic = diagnostic.help(format!("did you mean `{shown}`?"));
                if !name.by_label && written.contains(' ') {
                    diagnostic
                } else {
                    diagnostic.fix(format!("write `{}`", written.trim_matches('"')), edits, sure)
                }
            }
            None => {
                let word = kind.map_or("code".to_string(), |k| self.program.kind(k).name.clone());
                let stub = if name.by_label { name_of_label(&shown) } else { shown.clone() };
                let label = if name.by_label { quoted(&shown) } else { "\"what it is\"".to_string() };
                let declare = format!("declare it: `{word} {stub} \"what it is\"`");
                let diagnostic = diagnostic.help(match &shown[..] {
                    _ if kind.is_some() || name.by_label => declare,
                    "messages" | "authors" | "threads" | "quotes" | "coders" => {
                        format!("say of what they are counted: `{shown} of some_theme >= 2`")
                    }
                    _ if own.is_none() => declare,
                    _ => format!("{declare}; words to find in the text stand in quotation marks: `\"{shown}\"`"),
                });
                // What is counted is no concept.
                if matches!(&shown[..], "messages" | "authors" | "threads" | "quotes" | "coders") && kind.is_none() {
                    diagnostic
                } else {
                    self.declared(diagnostic, item, &stub, &format!("{word} {stub} {label}"))
                }
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
        let before = self.diagnostics.len();
        let found = self.constant_of(item, expr, at, wanted);
        if let (None, Some(wanted), Some(wrong)) = (found, wanted, self.diagnostics.get_mut(before))
            && wrong.code == codes::TYPES
            && let Some((text, safe)) = as_wanted(&expr.kind, wanted)
        {
            wrong.fixes.push(Fix { title: format!("write {text}"), edits: write(at, text), safe });
        }
        found
    }

    fn constant_of(
        &mut self,
        item: &tree::Item,
        expr: &tree::Expr,
        at: Location,
        wanted: Option<Type>,
    ) -> Option<(Value, Type)> {
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
            && let Some(text) = self.pool.shared_text(value)
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

/// A literal written so that it is of another type, and whether nothing else can be meant: a number, a date or a time in
/// quotation marks is one without them.
fn as_wanted(literal: &ExprKind, wanted: Type) -> Option<(String, bool)> {
    use crate::base::{Date, DateTime, Decimal};
    match (literal, wanted) {
        (ExprKind::Text(text), Type::Number) => {
            let n = text.trim().parse::<i64>().ok()?;
            (n.to_string() == text.trim()).then(|| (n.to_string(), true))
        }
        (ExprKind::Text(text), Type::Decimal) => {
            let d = Decimal::parse(text.trim()).ok()?;
            (d.to_string() == text.trim()).then(|| (d.to_string(), true))
        }
        (ExprKind::Text(text), Type::Date) => Date::parse(text.trim()).map(|d| (d.to_string(), true)),
        (ExprKind::Text(text), Type::DateTime) => DateTime::parse(text.trim()).map(|t| (t.to_string(), true)),
        (ExprKind::Number(n), Type::Text) => Some((quoted(&n.to_string()), false)),
        (ExprKind::Decimal(d), Type::Text) => Some((quoted(&d.to_string()), false)),
        _ => None,
    }
}

/// A small number in words.
fn number_word(word: &str) -> Option<usize> {
    const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.iter().position(|w| *w == word).map(|i| i + 1)
}
