//! Names that exist and are something else than what is wanted in their place: a theme where a relation is asked, a
//! relation where a code is. What a name is, is said with the form in which it may be asked; a name that is only near to
//! one of another kind, or to one of a module that is not used, is said with its kind or module.

use super::program::*;
use super::{Checker, Type};
use crate::base::Location;
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, codes, suggest};
use crate::syntax::print::print_expr;
use crate::syntax::tree::{self, Ref};

/// What a name may be.
#[derive(Clone, Copy)]
enum Thing {
    Concept(ConceptId),
    Kind(KindId),
    Relation(RelationId),
    Parameter(usize),
    Source(usize),
}

/// What is wanted in the place of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A concept of any kind, or of this one.
    Concept(Option<KindId>),
    /// A relation, with its columns in brackets.
    Relation,
    /// The type of a column.
    Type,
    /// A kind, as in `X is a theme`.
    Kind,
    /// A work to cite.
    Source,
    /// A number, a text or a date.
    Value(Type),
}

impl Checker<'_> {
    /// Says that the name is something else, where it is. A name that nothing has is left to the caller.
    pub(super) fn is_something_else(&mut self, at: Location, name: &str, wanted: Wanted) -> bool {
        let Some(thing) = self.thing(name, wanted) else { return false };
        let (what, declared) = self.described(thing);
        let want = match wanted {
            Wanted::Concept(None) => "a code, a theme or another concept is wanted here".to_string(),
            Wanted::Concept(Some(kind)) => format!("{} is wanted here", a(&self.program.kind(kind).name)),
            Wanted::Relation => "a relation is wanted here".to_string(),
            Wanted::Type => "a column wants a type or a kind".to_string(),
            Wanted::Kind => "a kind is wanted here".to_string(),
            Wanted::Source => "a source is wanted here".to_string(),
            Wanted::Value(of) => format!("{} is wanted here", of.phrase(&self.program)),
        };
        let code: Code = if wanted == Wanted::Source { codes::UNKNOWN_SOURCE } else { codes::WRONG_KIND };
        let message = format!("`{name}` is {what}, and {want}");
        let mut diagnostic = Diagnostic::at(code, at, message).help(self.form(thing, name, wanted));
        if !self.input.shipped.contains(&declared.file) && !matches!(thing, Thing::Source(_)) {
            diagnostic = diagnostic.label(declared, format!("`{name}` is declared here"));
        }
        self.report(diagnostic);
        true
    }

    /// Where a concept stands in the relation of another kind, what was said since `before` is helped with the relation of
    /// its own: `theme(M, belonging)` for `code(M, belonging)`.
    pub(super) fn kind_of_atom(&mut self, item: &tree::Item, before: usize, id: RelationId, atom: &tree::Atom) {
        let RelationKind::Has(kind) = self.program.relation(id).kind else { return };
        let [first, second] = &atom.args[..] else { return };
        let tree::ExprKind::Ref(name) = &second.value.kind else { return };
        let at = item.location(name.span);
        let wrong = |d: &Diagnostic| d.code == codes::WRONG_KIND && d.location() == Some(at) && d.fixes.is_empty();
        let Some(wrong) = self.diagnostics[before..].iter().position(wrong) else { return };
        let same_subject = |k: &Kind| k.subject == self.program.kind(kind).subject && k.relation.is_some();
        let [other] = self.all_named(name)[..] else { return };
        let of = self.program.concept(other).kind;
        if second.column.is_some() || first.column.is_some() || !same_subject(self.program.kind(of)) {
            return;
        }
        let relation = self.program.kind(of).name.clone();
        let values = [&first.value, &second.value].map(print_expr).join(", ");
        let wanted = &self.program.kind(kind).name;
        let help = format!("write `{relation}({values})` to ask for {}, or name {}", a(&relation), a(wanted));
        let edits = vec![Edit { location: item.location(atom.name.span), text: relation.clone() }];
        let diagnostic = &mut self.diagnostics[before + wrong];
        diagnostic.help = Some(help);
        diagnostic.fixes.push(Fix { title: format!("write `{relation}({values})`"), edits, safe: false });
    }

    /// Says that a column's type is the name of a concept: those are read later than what columns hold.
    pub(super) fn is_concept_as_type(&mut self, at: Location, name: &str) -> bool {
        let mut items = self.input.files.iter().flat_map(|f| &f.items);
        let found = items.find_map(|item| match &*item.kind {
            tree::ItemKind::Concept(concept) if concept.name.text == name => {
                Some((concept.kind.text.clone(), item.location(concept.name.span)))
            }
            _ => None,
        });
        let Some((kind, declared)) = found else { return false };
        let message = format!("`{name}` is {}, and a column wants a type or a kind", a(&kind));
        let help = format!("write `{kind}`: the column may then hold `{name}` and any other {kind}");
        let diagnostic = Diagnostic::at(codes::WRONG_KIND, at, message)
            .label(declared, format!("`{name}` is declared here"))
            .help(help);
        self.report(diagnostic);
        true
    }

    fn thing(&self, name: &str, wanted: Wanted) -> Option<Thing> {
        let name_of = tree::Name { text: name.to_string(), span: crate::base::Span::default() };
        let concept = Ref { kind: None, name: name_of, by_label: false, span: crate::base::Span::default() };
        let concept = || self.all_named(&concept).first().map(|&id| Thing::Concept(id));
        let kind = || self.program.kind_names.get(name).map(|&id| Thing::Kind(id));
        let relation = || self.program.relation_names.get(name).map(|&id| Thing::Relation(id));
        let parameter = || self.program.parameters.iter().position(|p| p.name == name).map(Thing::Parameter);
        let source = || self.program.sources.iter().position(|s| s.key == name).map(Thing::Source);
        match wanted {
            Wanted::Concept(_) => kind().or_else(relation).or_else(parameter).or_else(source),
            Wanted::Relation => concept().or_else(kind).or_else(parameter).or_else(source),
            Wanted::Type | Wanted::Kind => concept().or_else(relation).or_else(parameter).or_else(source),
            Wanted::Source => concept().or_else(kind).or_else(relation).or_else(parameter),
            Wanted::Value(_) => concept().or_else(kind).or_else(relation).or_else(source),
        }
    }

    /// With its article, and where it is declared.
    fn described(&self, thing: Thing) -> (String, Location) {
        match thing {
            Thing::Concept(id) => {
                let concept = self.program.concept(id);
                (a(&self.program.kind(concept.kind).name), concept.at)
            }
            Thing::Kind(id) => ("a kind".to_string(), self.program.kind(id).at),
            Thing::Relation(id) => ("a relation".to_string(), self.program.relation(id).at),
            Thing::Parameter(i) => ("a parameter".to_string(), self.program.parameters[i].at),
            Thing::Source(i) => ("a source".to_string(), self.program.sources[i].at),
        }
    }

    /// How it may be asked for.
    fn form(&self, thing: Thing, name: &str, wanted: Wanted) -> String {
        let program = &self.program;
        match (thing, wanted) {
            (Thing::Concept(id), Wanted::Relation) => {
                let kind = program.kind(program.concept(id).kind);
                let letter = kind.subject.name()[..1].to_uppercase();
                format!("write `{}({letter}, {name})`; a `when` may name it alone: `{name}`", kind.name)
            }
            (Thing::Concept(id), Wanted::Kind) => {
                let kind = &program.kind(program.concept(id).kind).name;
                format!("write `X = {kind}.{name}` for this one, and `X is {}` for any", a(kind))
            }
            (Thing::Concept(_), Wanted::Value(_)) => {
                "write the value itself, or the name of a parameter; a text stands in quotation marks".to_string()
            }
            (Thing::Kind(id), Wanted::Relation) => {
                format!("write `X is {}`: `X` then stands for any of them", a(&program.kind(id).name))
            }
            (Thing::Kind(id), _) if !program.kind(id).open => {
                let names: Vec<String> =
                    program.concepts_of(id).take(3).map(|(_, c)| format!("`{}`", c.name)).collect();
                let such = if names.is_empty() { String::new() } else { format!(", such as {}", names.join(" or ")) };
                format!("name one {name} of them{such}; in a rule `X is {}` stands for any", a(name))
            }
            (Thing::Kind(id), _) => {
                let name = &program.kind(id).name;
                format!("in a rule `X is {}` stands for any of them", a(name))
            }
            (Thing::Relation(id), Wanted::Concept(_) | Wanted::Value(_)) => {
                let columns: Vec<&str> = program.relation(id).columns.iter().map(|c| c.name.as_str()).collect();
                format!("ask for it in a condition of its own, with its columns: `{name}({})`", columns.join(", "))
            }
            (_, Wanted::Source) => {
                "cite a work by its key, as its `source` item or a bibliography gives it".to_string()
            }
            (Thing::Relation(id), Wanted::Kind) => {
                let columns: Vec<&str> = program.relation(id).columns.iter().map(|c| c.name.as_str()).collect();
                format!("ask for it with its columns: `{name}({})`", columns.join(", "))
            }
            (Thing::Relation(_), _) => "name a kind of the study, or one of Hence's own types".to_string(),
            (Thing::Parameter(_), Wanted::Concept(_)) => {
                format!("a parameter stands for a value: compare something with it, as in `… >= {name}`")
            }
            (Thing::Source(_), Wanted::Concept(_)) => format!("write `cites {name}` in a clause of its own"),
            _ => "write the name of what is wanted, or declare it under a name of its own".to_string(),
        }
    }

    /// Says that the name is near to one of another kind, or to one of a module that is not used, where nothing of what
    /// is wanted is near.
    pub(super) fn is_near_elsewhere(
        &mut self,
        at: Location,
        name: &str,
        kind: Option<KindId>,
        subject: Option<Subject>,
    ) -> bool {
        let program = &self.program;
        let fits = |c: &&Concept| {
            kind.is_none_or(|k| c.kind == k) && subject.is_none_or(|s| program.kind(c.kind).subject == s)
        };
        let here = program.concepts.iter().filter(fits).flat_map(|c| [Some(c.name.as_str()), c.label.as_deref()]);
        let known = |n: &str| self.input.library.iter().any(|(known, _)| known == n);
        if suggest::nearest(name, here.flatten()).is_some() || known(name) {
            return false;
        }
        let what = kind.map_or("code, theme or other concept".to_string(), |k| program.kind(k).name.clone());
        let elsewhere = || program.concepts.iter().filter(|c| !fits(c));
        let near = suggest::nearest(name, elsewhere().map(|c| c.name.as_str()));
        let help = if let Some(concept) = near.and_then(|near| elsewhere().find(|c| c.name == near)) {
            let of = &program.kind(concept.kind).name;
            match kind {
                Some(_) => format!("`{}` is near, but it is {}", concept.name, a(of)),
                None => {
                    let said_of = program.kind(concept.kind).subject.name();
                    format!("`{}` is near, but it is {}, which is said of {said_of}s", concept.name, a(of))
                }
            }
        } else if kind.is_none_or(|k| self.input.library.iter().any(|(n, _)| *n == program.kind(k).name))
            && let Some(near) = suggest::nearest(name, self.input.library.iter().map(|(n, _)| n.as_str()))
            && let Some((_, module)) = self.input.library.iter().find(|(n, _)| n == near)
        {
            format!("did you mean `{near}`? the library has it: write `use {module}` at the top of the study")
        } else {
            return false;
        };
        self.error(codes::UNKNOWN_NAME, at, format!("no {what} is called `{name}`"), help);
        true
    }

    /// A parameter and a concept of one name, where either may be meant: says so. The parameter used to win in silence.
    pub(super) fn parameter_or_concept(
        &mut self,
        item: &tree::Item,
        name: &Ref,
        wanted: Option<Type>,
    ) -> Option<Meant> {
        let parameter = self.program.parameters.iter().find(|p| p.name == name.name.text)?;
        let concepts: Vec<ConceptId> = match wanted {
            Some(Type::Kind(kind)) if self.program.kind(kind).open => return Some(Meant::Parameter),
            Some(Type::Kind(kind)) => {
                self.program.concept_names.get(&(kind, name.name.text.clone())).copied().into_iter().collect()
            }
            Some(Type::Concept) | None => self.all_named(name),
            Some(_) => return Some(Meant::Parameter),
        };
        let Some(&id) = concepts.first() else { return Some(Meant::Parameter) };
        // A number or a date stands for no concept, so the concept is meant.
        if wanted.is_some() && parameter.of != Type::Text {
            return Some(Meant::Concept);
        }
        let declared = parameter.at;
        let concept = self.program.concept(id);
        let (kind, text) = (&self.program.kind(concept.kind).name, &name.name.text);
        let message = format!("`{text}` is a parameter, and {} too", a(kind));
        let help = format!("write `{kind}.{text}` for the {kind}, or give the parameter another name");
        let diagnostic = Diagnostic::at(codes::AMBIGUOUS, item.location(name.span), message)
            .label(declared, "the parameter is declared here")
            .label(concept.at, format!("the {kind} is declared here"))
            .help(help);
        self.report(diagnostic);
        Some(Meant::Either)
    }

    /// A name in capitals where a concept of that name stands in small letters.
    pub(super) fn concept_in_small_letters(&self, name: &str) -> Option<(&str, &str)> {
        let lower = name.to_lowercase();
        let concept = self.program.concepts.iter().find(|c| c.name == lower)?;
        Some((&concept.name, &self.program.kind(concept.kind).name))
    }
}

/// What a name that a parameter and a concept have stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// The parameter.
    Parameter,
    /// The concept.
    Concept,
    /// It cannot be told, and that has been said.
    Either,
}

/// `a code`, `an author`.
fn a(name: &str) -> String {
    format!("{} {name}", if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}
