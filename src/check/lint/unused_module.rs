//! Modules of the rule library that a study uses by name only.

use super::Linted;
use crate::base::FileId;
use crate::check::Type;
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{ItemKind, Use};
use rustc_hash::FxHashSet;

pub(super) fn modules(study: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    let touched = touched(study);
    for file in study.input.files.iter().filter(|f| !study.input.shipped.contains(&f.id)) {
        for item in &file.items {
            let ItemKind::Use(Use::Module(parts)) = &*item.kind else { continue };
            let name = parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(".");
            let Some(&module) = study.input.modules.get(&name) else { continue };
            // A module that another one brings along counts as its own.
            if reached(study, module).iter().any(|file| touched.contains(file)) {
                continue;
            }
            let span = parts.iter().map(|p| p.span).reduce(crate::base::Span::to).unwrap_or_default();
            let message = format!("nothing of `{name}` is used");
            let help = "map a theme to one of its concepts or cite one of its sources, or take this line out";
            found.push(Diagnostic::at(codes::UNUSED, item.location(span), message).help(help));
        }
    }
}

/// The module and what it uses itself.
fn reached(study: &Linted<'_>, module: FileId) -> FxHashSet<FileId> {
    let mut reached = FxHashSet::default();
    let mut next = vec![module];
    while let Some(id) = next.pop() {
        if !reached.insert(id) {
            continue;
        }
        let Some(file) = study.input.files.iter().find(|f| f.id == id) else { continue };
        for item in &file.items {
            if let ItemKind::Use(Use::Module(parts)) = &*item.kind {
                let name = parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(".");
                next.extend(study.input.modules.get(&name));
            }
        }
    }
    reached
}

/// The files of whose concepts, kinds, relations or sources the author's own files speak.
fn touched(study: &Linted<'_>) -> FxHashSet<FileId> {
    let (program, uses) = (study.program, &study.uses);
    let mut touched = FxHashSet::default();
    for named in uses.concepts.iter().filter(|n| study.own(n.at)) {
        touched.insert(program.concept(named.what).at.file);
    }
    for named in uses.read.iter().filter(|n| study.own(n.at)) {
        touched.insert(program.relation(named.what).at.file);
    }
    for concept in program.concepts.iter().filter(|c| study.own(c.at)) {
        touched.insert(program.kind(concept.kind).at.file);
        touched.extend(concept.under.iter().map(|&parent| program.concept(parent).at.file));
    }
    for relation in program.relations.iter().filter(|r| study.own(r.at)) {
        for column in &relation.columns {
            if let Type::Kind(kind) = column.of {
                touched.insert(program.kind(kind).at.file);
            }
        }
    }
    touched.extend(uses.given.iter().map(|&id| program.relation(id).at.file));
    let own_bodies = program.rules.iter().map(|r| &r.body).chain(program.concepts.iter().flat_map(|c| &c.when));
    for body in own_bodies.filter(|b| study.own(b.at)) {
        for var in &body.vars {
            if let Type::Kind(kind) = var.of {
                touched.insert(program.kind(kind).at.file);
            }
        }
    }
    for rule in program.rules.iter().filter(|r| study.own(r.at)) {
        touched.insert(program.relation(rule.head).at.file);
    }
    for citation in super::unused::citations(program).filter(|c| study.own(c.at)) {
        touched.extend(program.source(&citation.key).map(|source| source.at.file));
    }
    // A module whose rules ask for what every study has works without being named.
    touched.extend(program.rules.iter().map(|r| r.at.file).filter(|f| study.input.shipped.contains(f)));
    touched
}
