//! Names that are declared and that nobody uses. What counts as a use differs: a code is there to be taken up, a theme to
//! lead somewhere, a source to be cited, a relation to be asked. Drafts and retired concepts, tables of concepts and
//! bibliographies, which other studies share, are never told.

use super::uses::By;
use super::{Linted, list};
use crate::base::Location;
use crate::check::program::*;
use crate::check::{Input, Type};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::ItemKind;
use rustc_hash::FxHashSet;

/// So many names are told one by one; more of them in one message.
const ONE_BY_ONE: usize = 3;

pub(super) fn names(study: &Linted<'_>, told: &FxHashSet<Location>, found: &mut Vec<Diagnostic>) {
    concepts(study, told, found);
    relations(study, told, found);
    sources(study, told, found);
    kinds(study, told, found);
}

/// Every citation of a program.
pub(super) fn citations(program: &Program) -> impl Iterator<Item = &Citation> {
    let concepts = program.concepts.iter().flat_map(|c| {
        let said = [&c.means, &c.include, &c.exclude, &c.because, &c.memos].into_iter().flatten();
        c.cites.iter().chain(said.flat_map(|s| &s.cites))
    });
    let kinds = program.kinds.iter().flat_map(|k| &k.means).flat_map(|s| &s.cites);
    let relations = program.relations.iter().flat_map(|r| &r.means).flat_map(|s| &s.cites);
    let rules = program.rules.iter().flat_map(|r| r.cites.iter().chain(r.because.iter().flat_map(|s| &s.cites)));
    let maps = program.maps.iter().flat_map(|m| m.cites.iter().chain(m.because.iter().flat_map(|s| &s.cites)));
    concepts.chain(kinds).chain(relations).chain(rules).chain(maps)
}

/// The places of `source` items in files that say something else too: a file of sources alone is a bibliography.
pub(super) fn declared_sources(input: &Input<'_>) -> FxHashSet<Location> {
    let files = input.files.iter().filter(|f| {
        !input.shipped.contains(&f.id)
            && f.items.iter().any(|i| !matches!(*i.kind, ItemKind::Source(_) | ItemKind::Use(_)))
    });
    let items = files.flat_map(|f| &f.items);
    items
        .filter_map(|item| match &*item.kind {
            ItemKind::Source(source) => Some(item.location(source.key.span)),
            _ => None,
        })
        .collect()
}

/// The places where concepts have an item of their own.
fn declared_concepts(input: &Input<'_>) -> FxHashSet<Location> {
    let items = input.files.iter().filter(|f| !input.shipped.contains(&f.id)).flat_map(|f| &f.items);
    items
        .filter_map(|item| match &*item.kind {
            ItemKind::Concept(concept) => Some(item.location(concept.name.span)),
            _ => None,
        })
        .collect()
}

fn concepts(study: &Linted<'_>, told: &FxHashSet<Location>, found: &mut Vec<Diagnostic>) {
    let program = study.program;
    let (code, theme) = (program.known_kind("code"), program.known_kind("theme"));
    let declared = declared_concepts(study.input);
    let used = used_concepts(study);
    // Without anything above them codes are what the study finds, and without maps its themes are.
    let higher = program.concepts.iter().any(|c| c.kind != code && study.own(c.at));
    let maps = program.maps.iter().any(|m| study.own(m.at));
    for kind in (0..program.kinds.len() as u32).map(KindId) {
        if study.uses.general.contains(&kind) || (kind == code && !higher) || (kind == theme && !maps) {
            continue;
        }
        if kind != code && study.uses.fed.contains(&kind) {
            continue;
        }
        let unused: Vec<&Concept> = program
            .concepts_of(kind)
            .filter(|(id, c)| {
                declared.contains(&c.at)
                    && c.status == Status::Agreed
                    && !used.contains(id)
                    && !told.contains(&c.at)
                    && (kind == code || kind == theme || idle(c))
            })
            .map(|(_, c)| c)
            .collect();
        let name = &program.kind(kind).name;
        let (says, help) = if kind == code {
            (
                "leads to no theme, and nothing else speaks of it",
                "name it in a `when`, or put it `under` another code; `status draft` says that its place is still open",
            )
        } else if kind == theme {
            (
                "leads to nothing: no map, rule or table speaks of it",
                "say with `map` what it stands for in theory; `status draft` says that this is still open",
            )
        } else {
            ("is never used: nothing leads to it and nothing speaks of it", "use it in a map or a rule, or take it out")
        };
        if unused.len() <= ONE_BY_ONE {
            for concept in unused {
                let message = format!("the {name} `{}` {says}", concept.name);
                found.push(Diagnostic::at(codes::UNUSED, concept.at, message).help(help));
            }
        } else {
            let names: Vec<&str> = unused.iter().map(|c| c.name.as_str()).collect();
            let says = match kind {
                _ if kind == code => "lead to no theme, and nothing else speaks of them",
                _ if kind == theme => "lead to nothing: no map, rule or table speaks of them",
                _ => "are never used: nothing leads to them and nothing speaks of them",
            };
            let message = format!("{} {name}s {says}: {}", unused.len(), list(&names, 8));
            let mut diagnostic = Diagnostic::at(codes::UNUSED, unused[0].at, message);
            for concept in &unused[1..ONE_BY_ONE] {
                diagnostic = diagnostic.label(concept.at, format!("`{}`", concept.name));
            }
            let help = help.replacen(" it ", " each ", 1).replace("its place", "their place");
            found.push(diagnostic.help(help));
        }
    }
}

/// True for a concept of a kind of the author's own that says nothing of itself but its name: what has conditions is a
/// result, and what cites a source belongs to a theory that is worth stating whole.
fn idle(concept: &Concept) -> bool {
    concept.when.is_empty()
        && concept.matches.is_empty()
        && concept.cites.is_empty()
        && concept.means.iter().all(|m| m.cites.is_empty())
}

/// The concepts that something names, and those that stand under or over one of them.
fn used_concepts(study: &Linted<'_>) -> FxHashSet<ConceptId> {
    let program = study.program;
    let mut used: FxHashSet<ConceptId> =
        study.uses.concepts.iter().filter(|n| n.by != By::Concept(n.what)).map(|n| n.what).collect();
    loop {
        let before = used.len();
        for (i, concept) in program.concepts.iter().enumerate() {
            let id = ConceptId(i as u32);
            let family = concept.under.iter().copied().chain([id]);
            if family.clone().any(|c| used.contains(&c)) {
                used.extend(family);
            }
        }
        if used.len() == before {
            return used;
        }
    }
}

fn relations(study: &Linted<'_>, told: &FxHashSet<Location>, found: &mut Vec<Diagnostic>) {
    let (program, uses) = (study.program, &study.uses);
    for (i, relation) in program.relations.iter().enumerate() {
        let id = RelationId(i as u32);
        // What a rule concludes is a finding.
        if relation.kind != RelationKind::Declared || !study.own(relation.at) || uses.concluded.contains(&id) {
            continue;
        }
        if told.contains(&relation.at) {
            continue;
        }
        let name = &relation.name;
        let read = uses.read.iter().find(|n| n.what == id);
        let diagnostic = |message| Diagnostic::at(codes::UNUSED, relation.at, message);
        found.push(match (uses.given.contains(&id), read) {
            (true, Some(_)) => continue,
            // What says how it reads is kept for questions: `hence query`, `--only`.
            (true, None) if relation.reads.is_some() || !relation.means.is_empty() => continue,
            // `hence agree` asks for who was given what to read.
            (true, None) if name == "assigned" && assigns(program, relation) => continue,
            (true, None) => diagnostic(format!("facts of `{name}` are given, and nothing asks for them"))
                .help("ask for it in a rule, a table or a test, or write it out; else take it out"),
            (false, None) => diagnostic(format!("the relation `{name}` is never used"))
                .help("fill it with `input`, `rule` or `fact` and ask for it in a rule, or take it out"),
            (false, Some(read)) => diagnostic(format!("nothing fills `{name}`, so what asks for it never finds any"))
                .saying("declared here")
                .label(read.at, "asked for here")
                .help(format!(
                    "say where its facts come from: `input {name} from \"…\"`, `rule {name}(…) if …` or `fact`"
                )),
        });
    }
}

/// True of a relation with a coder and a message.
fn assigns(program: &Program, relation: &Relation) -> bool {
    let has = |kind: &str| relation.columns.iter().any(|c| c.of == Type::Kind(program.known_kind(kind)));
    has("coder") && has("message")
}

fn sources(study: &Linted<'_>, told: &FxHashSet<Location>, found: &mut Vec<Diagnostic>) {
    let cited: FxHashSet<&str> = citations(study.program).map(|c| c.key.as_str()).collect();
    let declared = declared_sources(study.input);
    for source in &study.program.sources {
        if declared.contains(&source.at) && !cited.contains(source.key.as_str()) && !told.contains(&source.at) {
            let message = format!("the source `{}` is never cited", source.key);
            let help = format!("write `cites {}` where it backs something, or take it out", source.key);
            found.push(Diagnostic::at(codes::UNUSED, source.at, message).help(help));
        }
    }
}

fn kinds(study: &Linted<'_>, told: &FxHashSet<Location>, found: &mut Vec<Diagnostic>) {
    let program = study.program;
    let tables: FxHashSet<&str> = study
        .input
        .files
        .iter()
        .flat_map(|f| &f.items)
        .filter_map(|item| match &*item.kind {
            ItemKind::Concepts(concepts) => Some(concepts.kind.text.as_str()),
            _ => None,
        })
        .collect();
    for (i, kind) in program.kinds.iter().enumerate() {
        let of = Type::Kind(KindId(i as u32));
        let held = |r: &Relation| {
            let brought = matches!(r.kind, RelationKind::Has(k) | RelationKind::Properties(k) if Type::Kind(k) == of);
            !brought && r.columns.iter().any(|c| c.of == of)
        };
        let used = program.concepts.iter().any(|c| Type::Kind(c.kind) == of)
            || program.relations.iter().any(held)
            || study.uses.general.contains(&KindId(i as u32))
            || tables.contains(kind.name.as_str());
        if study.own(kind.at) && !used && !told.contains(&kind.at) {
            let name = &kind.name;
            let (message, help) = if kind.open {
                let help = format!("give a relation a column of it: `relation r({name}: {name}, …)`");
                (format!("the kind `{name}` is never used"), help)
            } else {
                let help = format!("declare some: `{name} NAME \"what it is\"`, or take it out");
                (format!("no {name} is declared, and nothing speaks of the kind"), help)
            };
            found.push(Diagnostic::at(codes::UNUSED, kind.at, message).help(help));
        }
    }
}
