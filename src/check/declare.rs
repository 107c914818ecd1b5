//! First pass: what the study declares, before anything is looked up. Sources come first, since everything may cite
//! them, then kinds, since relations name them, and then relations and parameters.

use super::fixes::{misspelt, quoted, write};
use super::program::*;
use super::{Checker, Type};
use crate::base::{Location, Span, Value};
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::syntax::tree::{self, ItemKind, LiteralKind};
use crate::text::Language;

/// Relations of the prelude that are more than declarations.
const SPECIAL: [(&str, RelationKind); 7] = [
    ("message", RelationKind::Message),
    ("coding", RelationKind::Coding),
    ("quote", RelationKind::Quote),
    ("coded", RelationKind::Coded),
    ("evidence", RelationKind::Evidence),
    ("under", RelationKind::Under),
    ("stimulates", RelationKind::Stimulates),
];

impl Checker<'_> {
    /// Calls `visit` for every item of every file, in order.
    pub(super) fn each_item(&mut self, mut visit: impl FnMut(&mut Self, &tree::Item)) {
        let input = self.input;
        for file in &input.files {
            for item in &file.items {
                visit(self, item);
            }
        }
    }

    pub(super) fn declare(&mut self) {
        self.each_item(|c, item| match &*item.kind {
            ItemKind::Study(study) => c.read_study(item, study),
            ItemKind::Source(source) => c.declare_source(item, source),
            _ => {}
        });
        self.declare_works();
        self.each_item(|c, item| match &*item.kind {
            ItemKind::Kind(kind) => c.declare_kind(item, kind),
            ItemKind::Broken(broken) => {
                c.broken.extend(broken.name.as_ref().map(|n| n.text.clone()));
                c.broken.extend(broken.words.iter().cloned());
            }
            _ => {}
        });
        self.each_item(|c, item| match &*item.kind {
            ItemKind::Kind(kind) => c.declare_properties(item, kind),
            ItemKind::Relation(relation) => c.declare_relation(item, relation),
            _ => {}
        });
        self.each_item(|c, item| {
            if let ItemKind::Parameter(parameter) = &*item.kind {
                c.declare_parameter(item, parameter);
            }
        });
        self.check_set();
    }

    fn declare_relation(&mut self, item: &tree::Item, relation: &tree::Relation) {
        let at = item.location(relation.name.span);
        let mut columns: Vec<Column> = Vec::new();
        let mut whole = true;
        for declared in &relation.columns {
            match self.column(item, declared) {
                Some(c) if columns.iter().any(|d| d.name == c.name) => {
                    let at = item.location(declared.name.span);
                    self.error(
                        codes::DECLARED_TWICE,
                        at,
                        format!("`{}` has two columns `{}`", relation.name.text, c.name),
                        "give each column a name of its own",
                    );
                    whole = false;
                }
                Some(c) => columns.push(c),
                None => whole = false,
            }
        }
        if !whole {
            // Its width is unknown, so whatever uses it is left out without another word.
            self.broken.insert(relation.name.text.clone());
            return;
        }
        let prelude = self.input.files.first().is_some_and(|f| f.id == item.file);
        let special = SPECIAL.iter().find(|(n, _)| prelude && *n == relation.name.text);
        let kind = special.map_or(RelationKind::Declared, |&(_, kind)| kind);
        let Some(id) = self.add_relation(item, &relation.name.text, columns, kind, at) else { return };
        let means = relation.means.iter().map(|s| self.said(item, s)).collect();
        let reads = relation.reads.as_ref().and_then(|r| self.template(item, id, r));
        let keys = relation.keys.iter().filter_map(|k| self.key(item, id, k)).collect();
        let declared = &mut self.program.relations[id.0 as usize];
        (declared.means, declared.reads, declared.keys) = (means, reads, keys);
    }

    pub(super) fn add_relation(
        &mut self,
        item: &tree::Item,
        name: &str,
        columns: Vec<Column>,
        kind: RelationKind,
        at: Location,
    ) -> Option<RelationId> {
        if let Some(&first) = self.program.relation_names.get(name) {
            let first = self.program.relation(first);
            let (first_at, special) = (first.at, first.kind != RelationKind::Declared);
            if let RelationKind::Has(_) | RelationKind::Properties(_) = kind {
                self.report(
                    Diagnostic::at(
                        codes::DECLARED_TWICE,
                        at,
                        format!("this kind brings a relation `{name}`, and there is one already"),
                    )
                    .label(first_at, "declared here")
                    .help("rename the kind or the relation"),
                );
            } else if special {
                self.report(
                    Diagnostic::at(codes::DECLARED_TWICE, at, format!("the relation `{name}` is there already"))
                        .label(first_at, "declared here")
                        .help("choose another name, or leave this declaration out and use the one that is there"),
                );
            } else {
                self.declared_twice(item, "relation", name, at, first_at);
            }
            return None;
        }
        let id = RelationId(self.program.relations.len() as u32);
        self.program.relation_names.insert(name.to_string(), id);
        self.program.relations.push(Relation {
            name: name.to_string(),
            columns,
            kind,
            means: Vec::new(),
            reads: None,
            keys: Vec::new(),
            at,
        });
        Some(id)
    }

    pub(super) fn column(&mut self, item: &tree::Item, declared: &tree::ColumnDeclaration) -> Option<Column> {
        let of = self.type_named(item, &declared.of)?;
        Some(Column { name: declared.name.text.clone(), of, optional: declared.optional })
    }

    fn type_named(&mut self, item: &tree::Item, name: &tree::Name) -> Option<Type> {
        if let Some(builtin) = Type::builtin(&name.text) {
            return Some(builtin);
        }
        if let Some(&kind) = self.program.kind_names.get(&name.text) {
            return Some(Type::Kind(kind));
        }
        if self.broken.contains(&name.text) {
            return None;
        }
        let at = item.location(name.span);
        if self.is_concept_as_type(at, &name.text) || self.is_something_else(at, &name.text, super::mixed::Wanted::Type)
        {
            return None;
        }
        let known: Vec<&str> =
            Type::BUILTIN.iter().map(|(n, _)| *n).chain(self.program.kinds.iter().map(|k| k.name.as_str())).collect();
        let at = item.location(name.span);
        let message = format!("`{}` is neither a type nor a kind", name.text);
        let otherwise =
            || format!("a column holds one of: {}; or declare it: `kind {} from data`", known.join(", "), name.text);
        let mut diagnostic =
            misspelt(Diagnostic::at(codes::UNKNOWN_NAME, at, message), at, &name.text, &known, otherwise);
        if diagnostic.fixes.is_empty() {
            diagnostic = self.declared(diagnostic, item, &name.text, &format!("kind {} from data", name.text));
        }
        self.report(diagnostic);
        None
    }

    fn key(&mut self, item: &tree::Item, id: RelationId, names: &[tree::Name]) -> Option<Vec<usize>> {
        names.iter().map(|name| self.column_named(item, id, name)).collect()
    }

    /// The place of a column by name, or an error with the columns there are.
    pub(super) fn column_named(&mut self, item: &tree::Item, id: RelationId, name: &tree::Name) -> Option<usize> {
        let relation = self.program.relation(id);
        if let Some(column) = relation.column(&name.text) {
            return Some(column);
        }
        let names: Vec<&str> = relation.columns.iter().map(|c| c.name.as_str()).collect();
        let message = format!("`{}` has no column `{}`", relation.name, name.text);
        let at = item.location(name.span);
        let unknown = Diagnostic::at(codes::UNKNOWN_COLUMN, at, message);
        let all = format!("its columns are: {}", names.join(", "));
        let mut diagnostic = misspelt(unknown, at, &name.text, &names, || all.clone());
        let meant = same_thing(&name.text).iter().find(|meant| names.contains(meant));
        if let (true, Some(meant)) = (diagnostic.fixes.is_empty(), meant) {
            diagnostic = diagnostic.help(format!("did you mean `{meant}`? {all}")).fix(
                format!("write `{meant}`"),
                write(at, *meant),
                false,
            );
        } else if let Some(help) = diagnostic.help.as_mut().filter(|help| **help != all) {
            *help = format!("{help} {all}");
        }
        self.report(diagnostic);
        None
    }

    /// Reads `"{later} builds on {earlier}"`.
    pub(super) fn template(&mut self, item: &tree::Item, id: RelationId, text: &tree::Str) -> Option<Template> {
        let mut parts = Vec::new();
        let mut rest = text.text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((hole, after)) = after.split_once('}') else { break };
            let relation = self.program.relation(id);
            let Some(column) = relation.column(hole.trim()) else {
                let names: Vec<&str> = relation.columns.iter().map(|c| c.name.as_str()).collect();
                let message = format!("`{}` has no column `{hole}` for the hole in this text", relation.name);
                let at = item.location(text.span);
                let mut diagnostic = Diagnostic::at(codes::TEMPLATE, at, message);
                // Without an escape in it, a text stands in the file as it is.
                let plain = text.span.end - text.span.start == text.text.len() as u32 + 2;
                let from = at.span.start + 1 + (hole.as_ptr() as usize - text.text.as_ptr() as usize) as u32;
                let hole_at = Location::new(at.file, Span::new(from, from + hole.len() as u32));
                diagnostic = match suggest::nearest(hole, names.iter().copied()) {
                    Some(near) if plain => {
                        let sure = suggest::same(hole, names.iter().copied()) == Some(near);
                        let title = format!("write `{{{near}}}`");
                        diagnostic.help(title.clone()).fix(title, write(hole_at, near), sure)
                    }
                    Some(near) => diagnostic.help(format!("write `{{{near}}}`")),
                    None => diagnostic.help(format!("the columns are: {}", names.join(", "))),
                };
                self.report(diagnostic);
                return None;
            };
            if !before.is_empty() {
                parts.push(TemplatePart::Text(before.to_string()));
            }
            parts.push(TemplatePart::Column(column));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(TemplatePart::Text(rest.to_string()));
        }
        Some(Template { parts })
    }

    pub(super) fn declared_twice(&mut self, item: &tree::Item, what: &str, name: &str, at: Location, first: Location) {
        let help = if self.input.shipped.contains(&first.file) {
            "it comes with Hence: use it as it is, or choose another name"
        } else {
            "rename one of them, or remove the one that is not meant"
        };
        let diagnostic = Diagnostic::at(codes::DECLARED_TWICE, at, format!("the {what} `{name}` is declared twice"))
            .saying("declared again here")
            .label(first, "first declared here")
            .help(help);
        let diagnostic = self.taken_out(diagnostic, item);
        self.report(diagnostic);
    }

    fn read_study(&mut self, item: &tree::Item, study: &tree::Study) {
        if self.program.study.title.is_some() {
            return self.error(
                codes::DECLARED_TWICE,
                item.location(study.title.span),
                "there are two `study` items",
                "a study has one; keep the one in `study.hence`",
            );
        }
        self.program.study.title = Some(study.title.text.clone());
        self.program.study.by = study.by.iter().map(|b| b.text.clone()).collect();
        if let Some(approach) = &study.approach {
            self.program.study.approach = match approach.text.as_str() {
                "codebook" => Approach::Codebook,
                "reflexive" => Approach::Reflexive,
                "coding_reliability" => Approach::CodingReliability,
                other => {
                    let known = ["codebook", "reflexive", "coding_reliability"];
                    let at = item.location(approach.span);
                    let unknown = Diagnostic::at(codes::UNKNOWN_NAME, at, format!("`{other}` is no approach"));
                    let otherwise = || format!("an approach is one of: {}", known.join(", "));
                    self.report(misspelt(unknown, at, other, &known, otherwise));
                    Approach::Codebook
                }
            };
        }
        if let Some(language) = &study.language {
            self.program.study.language = self.language(item, language);
        }
    }

    /// The language of that name, or an error with those there are.
    pub(super) fn language(&mut self, item: &tree::Item, name: &tree::Name) -> Option<Language> {
        let found = Language::parse(&name.text);
        if found.is_none() {
            let names: Vec<&str> = Language::names().collect();
            let at = item.location(name.span);
            let message = format!("there is no stemmer for `{}`", name.text);
            let unknown = Diagnostic::at(codes::UNKNOWN_NAME, at, message);
            let otherwise = || format!("the languages are: {}", names.join(", "));
            self.report(misspelt(unknown, at, &name.text, &names, otherwise));
        }
        found
    }

    fn declare_parameter(&mut self, item: &tree::Item, parameter: &tree::Parameter) {
        let at = item.location(parameter.name.span);
        let name = &parameter.name.text;
        if let Some(first) = self.program.parameters.iter().find(|p| p.name == *name) {
            let first = first.at;
            return self.declared_twice(item, "parameter", name, at, first);
        }
        let Some((value, of)) = self.plain_literal(item, &parameter.value) else {
            self.broken.insert(name.clone());
            return;
        };
        let input = self.input;
        let set = input.set.iter().rev().find(|(n, _)| n == name).map(|(_, literal)| literal);
        let (value, of, was_set) = match set {
            None => (value, of, false),
            Some(literal) => match self.plain_literal(item, literal) {
                Some((new, new_of)) if new_of.fits(of, &self.program) || (of.is_numeric() && new_of.is_numeric()) => {
                    (new, if of == Type::Number { new_of } else { of }, true)
                }
                _ => {
                    let message = format!("`{name}` is {}, and the value set for it is not", of.phrase(&self.program));
                    self.error(codes::PARAMETER_VALUE, at, message, "set a value of the same type");
                    (value, of, false)
                }
            },
        };
        let label = parameter.label.as_ref().map(|l| l.text.clone());
        self.program.parameters.push(Parameter { name: name.clone(), value, of, label, set: was_set, at });
    }

    /// A literal whose type stands in its form: no names.
    pub(super) fn plain_literal(&mut self, item: &tree::Item, literal: &tree::Literal) -> Option<(Value, Type)> {
        match &literal.kind {
            LiteralKind::Text(text) => Some((self.pool.text(text), Type::Text)),
            LiteralKind::Number(n) => Some((self.pool.number(*n), Type::Number)),
            LiteralKind::Decimal(d) => Some((self.pool.decimal(*d), Type::Decimal)),
            LiteralKind::Date(d) => Some((self.pool.intern(crate::base::Datum::Date(*d)), Type::Date)),
            LiteralKind::DateTime(t) => Some((self.pool.intern(crate::base::Datum::DateTime(*t)), Type::DateTime)),
            LiteralKind::Ref(name) => {
                let text = quoted(&name.name.text);
                let message = format!("`{}` is a name, and a parameter is a number, a text or a date", name.name.text);
                let at = item.location(literal.span);
                let diagnostic = Diagnostic::at(codes::PARAMETER_VALUE, at, message);
                self.report(match number_of_word(&name.name.text) {
                    Some(number) => diagnostic
                        .help(format!(
                            "write the number in digits: `{number}`; a text stands in quotation marks: {text}"
                        ))
                        .fix(format!("write `{number}`"), write(at, number.to_string()), false),
                    None => diagnostic
                        .help(format!("write a number in digits, such as `10`, or a text in quotation marks: {text}"))
                        .fix(format!("write {text}"), write(at, text), false),
                });
                self.broken.insert(name.name.text.clone());
                None
            }
        }
    }

    fn check_set(&mut self) {
        let input = self.input;
        for (name, _) in &input.set {
            if self.program.parameters.iter().any(|p| p.name == *name) || self.broken.contains(name) {
                continue;
            }
            let names: Vec<&str> = self.program.parameters.iter().map(|p| p.name.as_str()).collect();
            let help = match suggest::nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "this study declares no parameters".to_string(),
                None => format!("the parameters are: {}", names.join(", ")),
            };
            let diagnostic =
                Diagnostic::new(codes::UNKNOWN_PARAMETER, format!("no parameter is called `{name}`")).help(help);
            self.report(diagnostic);
        }
    }
}

/// The columns that a word from elsewhere may stand for: those of messages and codings, as most data call them.
fn same_thing(word: &str) -> &'static [&'static str] {
    match word.to_lowercase().as_str() {
        "writer" | "user" | "username" | "speaker" | "sender" | "poster" | "participant" | "respondent" | "person"
        | "who" | "from" => &["author"],
        "date" | "time" | "timestamp" | "datetime" | "created" | "created_at" | "day" => &["at"],
        "body" | "content" | "comment" | "answer" | "response" | "words" | "string" => &["text"],
        "conversation" | "discussion" | "chat" | "topic" => &["thread"],
        "key" | "no" | "number" | "nr" | "message_id" | "message" | "identifier" => &["id", "message"],
        "rater" | "annotator" | "analyst" | "by" => &["coder"],
        "id" => &["message"],
        _ => &[],
    }
}

pub(super) fn column(name: &str, of: Type, optional: bool) -> Column {
    Column { name: name.to_string(), of, optional }
}

/// The number that an English word names.
fn number_of_word(word: &str) -> Option<usize> {
    const WORDS: [&str; 13] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.iter().position(|known| known.eq_ignore_ascii_case(word))
}
