//! Which relation gives a value of a type, to offer a line where one lacks or another type stands.

use super::program::{Program, RelationId, RelationKind};
use super::{Checker, Type};
use crate::diagnostic::Diagnostic;

impl Checker<'_> {
    /// A condition that says what a name of that type may be: `Q is a message`, `role(job: Q)`. It is not asked of what
    /// the rule concludes.
    pub(super) fn giver(&self, of: Type, name: &str, concludes: Option<RelationId>) -> Option<String> {
        let program = &self.program;
        if let Type::Kind(kind) = of {
            let kind = &program.kind(kind).name;
            return Some(match kind.as_str() {
                "quote" => format!("`coded({name}, _, _)`"),
                kind => format!("`{name} is {} {kind}`", article(kind)),
            });
        }
        let head = concludes.map(|id| program.relation(id).at);
        let mut found = program
            .relations
            .iter()
            .filter(|r| r.kind == RelationKind::Declared && !self.input.shipped.contains(&r.at.file))
            .filter(|r| Some(r.at) != head)
            .filter_map(|r| Some((r, r.columns.iter().find(|c| c.of == of)?)));
        match (found.next(), found.next()) {
            (Some((relation, column)), None) => Some(format!("`{}({}: {name})`", relation.name, column.name)),
            _ => None,
        }
    }

    /// Two types where one is wanted: the relation that leads from what a name is to what is wanted, as help.
    pub(super) fn leading(&self, diagnostic: Diagnostic, name: Option<&str>, is: Type, wanted: Type) -> Diagnostic {
        let plain = "use another column, or two names if two things are meant";
        let Some(name) = name else { return diagnostic.help(plain) };
        let (given, found) = (letter(is, &self.program), letter(wanted, &self.program));
        let written = |given: &str, found: &str| leads(&self.program, is, wanted, given, found);
        let (is, wanted) = (is.name(&self.program), wanted.name(&self.program));
        let help = if name == given {
            written(name, &found)
                .map(|line| format!("`{name}` is the {is}: add `{line}`, and write `{found}` here for its {wanted}"))
        } else {
            written(&given, name).map(|line| {
                format!("if `{name}` is the {wanted}, write `{given}` where the {is} stands, and add `{line}`")
            })
        };
        diagnostic.help(help.unwrap_or_else(|| plain.to_string()))
    }
}

/// `message(id: M, author: P)`: a relation that has both.
fn leads(program: &Program, is: Type, wanted: Type, given: &str, found: &str) -> Option<String> {
    let message = program.relation(program.known("message"));
    let declared = program.relations.iter().filter(|r| r.kind == RelationKind::Declared);
    std::iter::once(message).chain(declared).find_map(|relation| {
        let one = relation.columns.iter().find(|c| c.of == is)?;
        let other = relation.columns.iter().find(|c| c.of == wanted)?;
        let nominal = matches!((is, wanted), (Type::Kind(_), Type::Kind(_)));
        nominal.then(|| format!("{}({}: {given}, {}: {found})", relation.name, one.name, other.name))
    })
}

/// The letter that a value of that type has by habit: `M` for a message.
fn letter(of: Type, program: &Program) -> String {
    of.name(program).chars().next().map_or_else(|| "X".to_string(), |c| c.to_uppercase().collect())
}

pub(super) fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
